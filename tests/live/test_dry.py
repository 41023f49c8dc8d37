"""The live suite against the embedded GitHub: every fact is tried, and what cannot be shown is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bugaction.errors import UserError
from bugaction.github.connection import connect_client
from bugaction.sandbox.server import GitHubServer
from bugaction.sandbox.tokens import Token
from bugaction.sandbox.world import World
from tests.live.__main__ import in_order, main, run, table
from tests.live.fact import FACTS, Outcome, Row
from tests.live.place import TOPIC, Place, enter
from tests.sandboxed import populated

ROOT = Path(__file__).parents[2]

UNSHOWN = {
    "revert-by-github": "merges nothing over REST",
    "status-as-required-check": "an administrator's token",
}
"""What the embedded GitHub cannot show, and the words by which the table says so."""


def _mark(world: World) -> None:
    world.state.repository = replace(world.state.repository, topics=(TOPIC,), actions_may_open_pulls=True)


def _branches(world: World) -> set[str]:
    return {ref for ref in world.state.refs if ref.startswith("refs/heads/")}


def _enter(server: GitHubServer, token: Token) -> Place:
    clock = server.world.clock

    def sleep(seconds: float) -> None:
        clock.advance(seconds=seconds)

    client = connect_client(
        token=token.value,
        api_url=server.api_url,
        graphql_url=server.graphql_url,
        clock=clock,
        sleep=sleep,
    )
    return enter(client, "octo/shop", stranger="dee", sleep=sleep, clock=clock)


@pytest.fixture(scope="module")
def rows() -> Iterator[dict[str, Row]]:
    """Every fact with a job's token; what was made is gone at the end."""
    with populated() as world, GitHubServer(world) as server:
        _mark(world)
        branches, labels = _branches(world), set(world.state.labels)
        found = {row.fact.id: row for row in run(_enter(server, server.tokens.for_job()), in_order())}
        assert (_branches(world), set(world.state.labels)) == (branches, labels)
        assert [item.number for item in world.state.issues.values() if item.is_open] == []
        yield found


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_holds_or_is_named_as_not_shown(name: str, rows: dict[str, Row]) -> None:
    """On the embedded GitHub everything is as bugaction takes it to be: that is what it is made after."""
    row = rows[name]
    assert row.outcome is (Outcome.NOT_SHOWN if name in UNSHOWN else Outcome.HOLDS), row.seen
    assert UNSHOWN.get(name, "") in row.seen


def test_each_is_in_the_decision_with_its_consequence() -> None:
    """docs/decisions/0030 lists what is taken for true, where, and what happens otherwise."""
    page = (ROOT / "docs/decisions/0030-what-only-github-can-show.md").read_text(encoding="utf-8")
    missing = [
        found.id
        for found in FACTS.values()
        if f"| `{found.id}` | {found.text} | {found.used} | {found.otherwise} |" not in page
    ]
    assert missing == []


def test_a_repository_that_is_not_marked_is_left_alone() -> None:
    """Not a single write, and how to mark one."""
    with populated() as world, GitHubServer(world) as server:
        with pytest.raises(UserError, match="not marked") as caught:
            _enter(server, server.tokens.for_user("ana"))
        assert f"--add-topic {TOPIC}" in caught.value.remedy
        assert server.writes == []


def test_a_repository_or_a_token_that_github_does_not_know_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In words of the command, before anything is written."""
    with populated() as world, GitHubServer(world) as server:
        ana = server.tokens.for_user("ana").value
        for repository, token in (("octo/none", ana), ("octo/shop", "ghp_wrong")):
            assert main([repository], {"GH_TOKEN": token, "GITHUB_API_URL": server.api_url}) == 2
        assert server.writes == []
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("There is no repository octo/none, or this token may not see it. Look at")
    assert said[1].startswith("GitHub does not accept the token: Bad credentials. ")


def test_a_person_looks_without_writing(capsys: pytest.CaptureFixture[str]) -> None:
    """In any repository. The command says first that it writes nothing, then prints a table."""
    with populated() as world, GitHubServer(world) as server:
        environment = {
            "GH_TOKEN": server.tokens.for_user("ana").value,
            "GITHUB_API_URL": server.api_url,
        }
        assert main(["octo/shop", "--read-only", "--stranger", "dee"], environment) == 0
        assert server.writes == []
    said = capsys.readouterr().out
    assert said.index("It writes nothing.") < said.index("| fact | expected | seen | consequence |")
    assert "| `login-of-the-viewer` |" in said
    assert "run it in a job" in said


def test_what_differs_is_told_with_its_consequence() -> None:
    """And the command fails by it."""
    found = FACTS["sub-issue"]
    told = table([Row(found, Outcome.DIFFERS, "no\nsuch|thing"), Row(found, Outcome.HOLDS, "below it")])
    assert told.splitlines()[2:] == [
        f"| `sub-issue` | {found.text} | DIFFERS: no such\\|thing | {found.otherwise} |",
        f"| `sub-issue` | {found.text} | holds: below it |  |",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["shop"], "'shop' is no repository"),
        ([""], "make live REPO=owner/name"),
        (["octo/shop/issues"], "is no repository"),
        (["octo/shop", "--only", "query-cost", "--only", "no-such"], "There is no fact no-such."),
        (["octo/shop", "--only", "sub-issue", "--read-only"], "Leave out READ_ONLY."),
        (["o/s"], "Set GH_TOKEN"),
    ],
)
def test_what_cannot_be_begun_is_said(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a token, a repository or a fact."""
    assert main(arguments, {}) == 2
    assert said in capsys.readouterr().err
