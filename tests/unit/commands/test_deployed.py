"""`/deployed`."""

from __future__ import annotations

import pytest

from bugaction.commands.base import Accepted, Problem
from bugaction.commands.deployed import Deployed
from bugaction.model import Role
from bugaction.monitoring import Watch
from bugaction.policy import Policy
from tests.unit.commands.context import CONTEXT, ruling
from tests.values import at

COMMAND = Deployed()
MERGED = Watch(merged=at(1))
TOO_LONG = "a version has at most 100 characters and an environment 255"


@pytest.mark.parametrize(
    ("line", "data"),
    [
        ("/deployed 2.0.1", {"version": "2.0.1"}),
        ("/deployed v2 Production", {"version": "v2", "environment": "Production"}),
    ],
)
def test_a_version_and_where(line: str, data: dict[str, str]) -> None:
    """Without an environment production is meant."""
    assert ruling(COMMAND, line, watch=lambda: MERGED) == Accepted(data)


def test_policy_names_what_is_production() -> None:
    """Upper and lower case are the same, a name may have blanks, and where none is listed any will do."""
    several = Policy.model_validate({"deployment": {"environments": ["production EU", "u`s"]}})
    data = {"version": "v2", "environment": "Production eu"}
    assert ruling(COMMAND, "/deployed v2 Production eu", watch=lambda: MERGED, policy=several) == Accepted(
        data
    )
    assert ruling(COMMAND, "/deployed v2 `mars`", watch=lambda: MERGED, policy=several) == Problem(
        "'mars' is no production here; `deployment.environments` names production EU, u's. "
        "What was tried on staging is said by `/attest staging`",
        usage=False,
    )
    free = Policy.model_validate({"deployment": {"environments": []}})
    data = {"version": "v2", "environment": "mars"}
    assert ruling(COMMAND, "/deployed v2 mars", watch=lambda: MERGED, policy=free) == Accepted(data)
    data = {"version": "1" * 100, "environment": "e" * 255}
    longest = f"/deployed {data['version']} {data['environment']}"
    assert ruling(COMMAND, longest, watch=lambda: MERGED, policy=free) == Accepted(data)


@pytest.mark.parametrize(
    ("name", "meant"), [("mars", ""), ("prodution", " (did you mean production?)"), ("staging", "")]
)
def test_another_environment_tells_nothing(name: str, meant: str) -> None:
    """It would not count for production, so it is refused with the names that do."""
    assert ruling(COMMAND, f"/deployed v2 {name}", watch=lambda: MERGED) == Problem(
        f"{name} is no production here{meant}; `deployment.environments` names production. "
        "What was tried on staging is said by `/attest staging`",
        usage=False,
    )


@pytest.mark.parametrize(
    ("line", "watch", "text"),
    [
        ("/deployed", MERGED, "which version is missing"),
        ("/deployed " + "1" * 101, MERGED, TOO_LONG),
        ("/deployed 1 " + "e" * 256, MERGED, TOO_LONG),
        ("/deployed 1", Watch(), "no fix of this bug is merged yet"),
        (
            "/deployed 1",
            Watch(merged=at(1), is_waiting=True),
            "another pull request that fixes this bug is still open",
        ),
    ],
)
def test_a_problem_is_said(line: str, watch: Watch, text: str) -> None:
    """Nothing can be deployed before all of it is merged."""
    assert ruling(COMMAND, line, watch=lambda: watch) == Problem(text, usage="which" in text)


def test_who_may_is_policy() -> None:
    """Whoever attests."""
    assert COMMAND.least(CONTEXT.policy) is Role.WRITE
