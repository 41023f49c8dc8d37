"""Which pull requests take one back, how GitHub is asked for one, and how a workflow is started."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses

from bugaction.errors import Forbidden, Rejected, Transient
from bugaction.plan import DispatchWorkflow, Effect, RevertPull
from bugaction.ports import Applied
from bugaction.questions import AskReverting
from bugaction.reverting import Reverting
from bugaction.snapshot import Snapshot
from tests.unit.github.fake import Node, answer, bodies, data, reader, rest, sent, writer
from tests.values import at, snapshot

KNOWN: Snapshot = snapshot()
BACK = RevertPull(42, 7, "PR_7", "revert-7#IC", "BUG-042: take back #7", "Reverts octo/shop#7", ("P1",))
START = DispatchWorkflow(42, "back.yml", "main", (("bug", "42"), ("version", "v1")), "dispatch#IC")


@pytest.fixture(autouse=True)
def _canned() -> Iterator[None]:
    with responses.mock:
        yield


def node(number: int, head: str = "revert-7-fix/cart", state: str = "OPEN", *, fork: bool = False) -> Node:
    """A pull request in a list."""
    return {
        "id": f"PR_{number}",
        "number": number,
        "url": f"https://github.com/octo/shop/pull/{number}",
        "state": state,
        "closedAt": None if state == "OPEN" else at(5).isoformat(),
        "headRefName": head,
        "isCrossRepository": fork,
    }


def apply(*effects: Effect) -> tuple[Applied, ...]:
    """Write them."""
    return writer().apply(effects)


def errors(*effects: Effect) -> list[type[Exception] | None]:
    """What each of them failed with."""
    return [type(done.error) if done.error is not None else None for done in apply(*effects)]


def test_they_are_found_by_the_branch_that_github_makes() -> None:
    """Also where it had to give it another name; newest first, and none of a fork."""
    recent = [node(12, "revert-7-fix/cart-1"), node(11, "revert-70-x"), node(10, fork=True), node(9, "topic")]
    answer(
        data(
            {
                "reverting_7": {"nodes": [node(8, state="CLOSED"), node(6, state="MERGED")]},
                "recent_7": {"nodes": [*recent, node(8, state="CLOSED")]},
            }
        )
    )
    found = reader().answer(KNOWN, [AskReverting(7, "fix/cart")]).answers.reverting[7]
    url = "https://github.com/octo/shop/pull"
    assert found == (
        Reverting(12, "PR_12", f"{url}/12"),
        Reverting(8, "PR_8", f"{url}/8", closed_at=at(5)),
        Reverting(6, "PR_6", f"{url}/6", is_merged=True, closed_at=at(5)),
    )
    assert bodies()[0]["variables"]["reverting_7"] == "revert-7-fix/cart"


def test_github_makes_it_and_it_is_labelled() -> None:
    """A label that GitHub does not take is no reason to make another."""
    answer({"data": {"m0": {"revertPullRequest": {"id": "PR_9", "number": 9}}}})
    rest("POST", "issues/9/labels", {"message": "no"}, 403)
    assert apply(BACK) == (Applied(BACK, "PR_9"),)
    asked, labelled = bodies()
    assert "revertPullRequest(input: $i0)" in asked["query"]
    assert asked["variables"]["i0"] == {"pullRequestId": "PR_7", "title": BACK.title, "body": BACK.body}
    assert labelled == {"labels": ["P1"]}


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"type": "FORBIDDEN", "message": "GitHub Actions is not permitted to create"}, Forbidden),
        ({"type": "UNPROCESSABLE", "message": "Could not be reverted"}, Rejected),
    ],
)
def test_a_refusal_is_told_and_nothing_is_labelled(error: Node, kind: type[Exception]) -> None:
    """With GitHub's words."""
    answer({"data": {"m0": None}, "errors": [{**error, "path": ["m0"]}]})
    assert errors(BACK) == [kind]
    assert len(sent()) == 1


def test_an_answer_without_a_pull_request_is_a_refusal() -> None:
    """The schema lets it be null."""
    answer({"data": {"m0": {"revertPullRequest": None}}})
    assert errors(BACK) == [Rejected]


def test_a_workflow_is_started_with_its_inputs() -> None:
    """On the branch that is named; what follows is another request."""
    rest("POST", "actions/workflows/back.yml/dispatches", "", 204)
    assert apply(START) == (Applied(START, ""),)
    assert bodies() == [{"ref": "main", "inputs": {"bug": "42", "version": "v1"}}]


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (403, "Resource not accessible by integration", Forbidden),
        (422, 'Unexpected inputs provided: ["bug"]', Rejected),
        (502, "Bad Gateway", Transient),
    ],
)
def test_a_workflow_that_is_not_started_is_not_tried_again(
    status: int, message: str, kind: type[Exception]
) -> None:
    """Once, whatever GitHub says."""
    rest("POST", "actions/workflows/back.yml/dispatches", {"message": message}, status)
    assert errors(START) == [kind]
    assert len(sent()) == 1
