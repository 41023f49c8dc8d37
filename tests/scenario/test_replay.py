"""A past without bugaction, and what `replay` makes of it.

`golden/replay.md` holds the report as it was read by eye. After a change that is meant to show in it, write
it anew: `python -m tests.scenario.test_replay`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import validate

from bugaction.cli import commands
from bugaction.console import Console
from bugaction.errors import Missing, UserError
from bugaction.execution import show_replay
from bugaction.replaying import Options
from bugaction.schemas import schema_of
from tests.scenario.life import Life, begin

GOLDEN = Path(__file__).parent / "golden" / "replay.md"
DRAFT = "post-mortem-bug-001"


def live(life: Life) -> None:
    """A P0 that was merged in a hurry and came back, and a P1 as it should be; the labels are the team's own.

    Nothing of ours runs: no event is passed on.
    """
    people, clock = life.people, life.world.clock
    for name in ("severity: critical", "severity: high", "bug", "needs triage"):
        people.create_label("ana", name)

    first = people.open_issue("dee", "Checkout fails | <b>now</b>", "Nobody can pay. @ana").number
    clock.advance(minutes=50)
    people.label("mia", first, "severity: critical", "bug")
    people.assign("bo", first, "bo")
    people.push("bo", "hotfix", {"checkout.py": "1\n"}, "Repair the checkout")
    clock.advance(minutes=70)
    hurried = people.open_pull("bo", "Repair the checkout", "hotfix", body=f"Fixes #{first}").number
    of_pull = {"event": "pull_request", "oid": life.head(hurried), "branch": "hotfix"}
    run = people.start_workflow("CI", jobs=("test",), **of_pull)
    clock.advance(minutes=20)
    people.merge_pull("bo", hurried)
    clock.advance(minutes=5)
    people.end_workflow(run, {"test": "failure"})
    people.review("mia", hurried, "approve")
    clock.advance(hours=4)
    people.reopen("cy", first)
    back = people.revert_pull("mia", hurried).number
    people.merge_pull("mia", back)
    clock.advance(hours=1)

    second = people.open_issue("dee", "The cart forgets", "It is empty.").number
    people.label("mia", second, "severity: high")
    clock.advance(minutes=10)
    people.comment("bo", second, "/severity P3\nI look at it.")
    people.assign("bo", second, "bo")
    people.push("bo", "cart", {"cart.py": "2\n", "tests/test_cart.py": "2\n"}, "Keep the cart")
    careful = people.open_pull("bo", "Keep the cart", "cart", body=f"Fixes #{second}").number
    of_pull |= {"oid": life.head(careful), "branch": "cart"}
    people.finish_workflow("CI", jobs={"test": "success"}, **of_pull)
    people.request_review("bo", careful, "mia")
    clock.advance(minutes=30)
    people.review("mia", careful, "approve")
    clock.advance(hours=2)
    people.merge_pull("bo", careful)
    clock.advance(hours=30)


@dataclass(frozen=True, slots=True)
class Past:
    """A life that was lived without us, and replays of it with some person's token."""

    life: Life

    def replay(self, who: str = "mia", *, options: Options | None = None, **more: object) -> tuple[int, str]:
        """The exit code, and what was printed."""
        server = self.life.server
        environment = {
            "GITHUB_REPOSITORY": "octo/shop",
            "GITHUB_API_URL": server.api_url,
            "GITHUB_GRAPHQL_URL": server.graphql_url,
            "GH_TOKEN": server.tokens.for_user(who).value,
        }
        environment |= more.pop("environment", {})  # type: ignore[call-overload]
        stream = io.StringIO()
        code = show_replay(
            environment,
            Console(stream, in_actions=False),
            options or Options(timedelta(days=90)),
            clock=self.life.world.clock,
            sleep=lambda _seconds: None,
            **more,  # type: ignore[arg-type]
        )
        return int(code), stream.getvalue()


@pytest.fixture(scope="module")
def past() -> Iterator[Past]:
    """One past for every look at it: a replay changes nothing."""
    with begin() as life:
        live(life)
        yield Past(life)


def test_the_report_is_as_it_was_read_by_eye(past: Past) -> None:
    """And nothing that it sent could have written, not even tried to: only queries and GETs arrived."""
    before = len(past.life.server.requests)
    code, page = past.replay()
    assert (code, page) == (0, GOLDEN.read_text(encoding="utf-8"))
    arrived = past.life.server.requests[before:]
    assert {request.method for request in arrived} <= {"GET", "POST"}
    assert all(request.operations[0] == "query" for request in arrived if request.method == "POST")
    assert all(request.path.endswith("/graphql") for request in arrived if request.method == "POST")
    assert not any(request.is_write for request in arrived)
    assert max(request.points for request in arrived) <= 3
    assert len(arrived) <= 8


def test_files_lie_beside_each_other(past: Past, tmp_path: Path) -> None:
    """The report in both forms, and the P0's post-mortem with its facts; what somebody wrote there stays."""
    page, sheet = tmp_path / "report.md", tmp_path / "report.html"
    code, said = past.replay(page=page, sheet=sheet)
    assert code == 0
    draft = tmp_path / f"report.{DRAFT}.md"
    assert said.splitlines() == [
        f"The drafted post-mortem of BUG-001 is in {draft}.",
        f"The report is in {page} and {sheet}.",
    ]
    assert f"{draft.name}, beside this page" in page.read_text(encoding="utf-8")
    assert sheet.read_text(encoding="utf-8").startswith("<!doctype html>")
    text = draft.read_text(encoding="utf-8")
    assert "# Post-mortem: BUG-001" in text
    assert "/pull/2" in text
    assert "Opened the issue again" in text
    draft.write_text("We met on Monday.\n", encoding="utf-8")
    _, said = past.replay(page=page)
    assert f"{draft} is there already, and was left as it is." in said
    assert draft.read_text(encoding="utf-8") == "We met on Monday.\n"


def test_a_program_reads_a_document(past: Past) -> None:
    """By its schema; and nothing else is printed."""
    code, text = past.replay(as_json=True)
    found = json.loads(text)
    validate(found, schema_of("replay"))
    assert code == 0
    assert [(bug["bug"], bug["severity"], bug["reopened"]) for bug in found["bugs"]] == [
        ("BUG-004", "P1", 0),
        ("BUG-001", "P0", 1),
    ]


def test_the_command_line_takes_it_from_there(past: Past) -> None:
    """The document alone on the output, and nothing beside it."""
    server = past.life.server
    environment = {
        "GITHUB_API_URL": server.api_url,
        "GITHUB_GRAPHQL_URL": server.graphql_url,
        "BUGACTION_TOKEN": server.tokens.for_user("mia").value,
    }
    line = ["replay", "octo/shop", "--since", "500w", "--label", "P0=severity: critical", "--json"]
    ended = CliRunner(env=environment).invoke(commands, line, standalone_mode=False)
    assert (ended.return_value, ended.stderr) == (0, "")
    assert json.loads(ended.stdout)["labels"]["P0"] == ["severity: critical"]


def test_a_token_that_may_only_read_is_enough(past: Past) -> None:
    """Roles are not told to it: it is said, and no approval is taken away."""
    code, page = past.replay("dee")
    assert code == 0
    assert "This token is not told who holds which role" in page


def test_wrong_names_are_told(past: Past, tmp_path: Path) -> None:
    """A repository that is not there, a label that no bug has, a file that has no place."""
    with pytest.raises(Missing) as told:
        past.replay(environment={"GITHUB_REPOSITORY": "octo/none"})
    assert "spelling of OWNER/NAME" in told.value.remedy
    labels = {"P0": ("needs triage",), "P1": ("nothing",), "bug": ("needs triage",)}
    with pytest.raises(UserError, match="has one of these labels"):
        past.replay(options=Options(timedelta(minutes=5), labels=labels))
    with pytest.raises(UserError, match="lies in a folder that is not there"):
        past.replay(page=tmp_path / "no" / "x.md")


if __name__ == "__main__":
    with begin() as lived:
        live(lived)
        GOLDEN.write_text(Past(lived).replay()[1], encoding="utf-8")
