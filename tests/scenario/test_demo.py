"""`bugaction demo`: the story plays, what it leaves can be looked at, and the README shows it as it is."""

from __future__ import annotations

import io
import re
import subprocess
import threading
from pathlib import Path

import pytest

from bugaction.console import Console
from bugaction.demo import play
from bugaction.demo.serving import serve
from bugaction.errors import UserError
from bugaction.execution import execute
from bugaction.reasons import ExitCode
from scripts.picture import PAGE, page
from scripts.readme_transcript import LEFT_OUT, excerpt, shown_in

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demo's folder, and what it printed with the folder named as a user would see it."""
    into = tmp_path_factory.mktemp("demo") / ".demo"
    stream = io.StringIO()
    play(into, Console(stream, in_actions=False))
    return into, stream.getvalue().replace(str(into), ".demo")


def test_the_gate_turns_from_red_to_green(played: tuple[Path, str]) -> None:
    """Blocked with words, then met; a pull request that fixes nothing passes; the sweep writes nothing."""
    _, told = played
    red = told.index("❌ bugaction/gate on pull request 3: BUG-002: nobody is assigned (+13)")
    green = told.index("✅ bugaction/gate on pull request 3: Every gate holds for BUG-002")
    vain = (
        "❌ bugaction/gate on pull request 3: BUG-002: dee has the role read, so that approval does not count"
    )
    assert red < told.index(vain) < green
    assert "✅ bugaction/gate on pull request 4: Not a bug fix" in told
    assert "nothing to write: everything is as it should be" in told.partition("hourly sweep")[2][:150]


def test_the_proposal_is_there_before_anybody_agrees_with_it(played: tuple[Path, str]) -> None:
    """In what is printed, and with its reasons in the comment of the transcript."""
    into, told = played
    reported, _, later = told.partition("ana agrees with the proposal")
    assert "The form's answers propose P1 (high). Next step: " in reported
    assert "propose" not in later.partition("A P0, in the night")[0]
    transcript = (into / "transcript.md").read_text(encoding="utf-8").partition("ana agrees")[0]
    assert "The form's answers propose **P1 (high)**." in transcript
    assert "- A core feature is broken." in transcript


def test_it_leaves_a_repository_and_a_transcript(played: tuple[Path, str]) -> None:
    """A clone whose branches hold the report and the ledger, and the story with both as rendered."""
    into, _ = played

    def show(path: str) -> str:
        command = ["git", "-C", str(into / "repo"), "show", path]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    report = show("main:documents/bugs/BUG-002/bug-002-report-v1.0.md")
    assert "Every time, with every card, since this morning's deployment." in report
    assert "Check gift cards by the new rules" in report
    ledger = show("bugaction/records:documents/bugs/BUG-002/ledger.jsonl")
    assert '"name":"accept"' in ledger
    transcript = (into / "transcript.md").read_text(encoding="utf-8")
    assert report.rstrip() in transcript
    assert "hourly sweep" in transcript


def test_the_readme_shows_the_demo_as_it_is(played: tuple[Path, str]) -> None:
    """What the README shows of it is the demo's own output, to the letter."""
    _, told = played
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = shown_in(readme)
    assert shown == excerpt(told), "run `python -m scripts.readme_transcript`"
    pieces = shown.split(f"\n\n{LEFT_OUT}\n\n")
    assert len(pieces) > 2
    assert all(piece in told for piece in pieces)


def test_the_picture_shows_the_demo_as_it_is(played: tuple[Path, str]) -> None:
    """What the README's picture is drawn from are the statuses and the comment of this demo."""
    transcript = (played[0] / "transcript.md").read_text(encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(transcript), "run `make picture`"


def test_the_guide_to_a_hotfix_quotes_what_is_said(played: tuple[Path, str]) -> None:
    """What its reader will see at night is what the demo's people saw."""
    said = " ".join([played[1], (played[0] / "transcript.md").read_text(encoding="utf-8")])
    guide = (ROOT / "docs" / "guide" / "hotfix-at-night.md").read_text(encoding="utf-8")
    quoted = [line[2:] for line in guide.splitlines() if line.startswith("> ")]
    assert len(quoted) > 5
    assert [quote for quote in quoted if quote.rstrip(".") not in said] == []


def test_the_guide_to_costs_counts_the_jobs(played: tuple[Path, str]) -> None:
    """As many as the demo tells at its end."""
    (jobs,) = re.findall(r"by (\d+) jobs", played[1])
    guide = (ROOT / "docs" / "guide" / "costs.md").read_text(encoding="utf-8")
    first, second = re.findall(r"P1 takes (\d+) jobs.*?takes (\d+);", " ".join(guide.split()))[0]
    assert f"line: {jobs} jobs" in guide
    assert int(first) + int(second) == int(jobs)


def test_a_p0_is_escalated_rolled_back_and_learnt_from(played: tuple[Path, str]) -> None:
    """A night: nobody answers, a fix by the fast lane with what it owes, a regression, the way back, a second
    fix, and the notes and the post-mortem that were allowed to wait."""
    into, told = played
    night = told.partition("A P0, in the night")[2]
    marks = [
        "The form's answers propose P0 (critical)",
        "label on #7: sla: breached",
        "new comment: @kim: BUG-007 (P0) needs you. kim (on call): nobody has taken it on",
        "#7 assigned to kim",
        "nobody senior has answered",
        "✅ bugaction/gate on pull request 8: Every gate passes, 9 put off, for BUG-007",
        "start the post-mortem v1.0",
        "Next step: Roll back to ",
        "new comment: @kim @ana: BUG-007 (P0) needs you. 🛑 Stop, and roll back.",
        "new pull request 9: BUG-007: take back #8",
        "✅ bugaction/gate on pull request 9: Every gate passes, 8 put off, for BUG-007",
        "label on #7: phase: fix",
        "✅ bugaction/gate on pull request 10: Every gate passes, 6 put off, for BUG-007",
        "new comment: @ana: BUG-007 (P0) needs you. ana (engineering lead): 50% of the time for the fix",
        "ana fills in the release notes",
        "#11 assigned to kim",
        "label on #7: phase: closed",
        "nothing to write: everything is as it should be",
    ]
    place = 0
    for mark in marks:
        found = night.find(mark, place)
        assert found >= place, mark
        place = found + 1
    assert "was not carried out" not in night
    transcript = (into / "transcript.md").read_text(encoding="utf-8")
    kept = transcript.partition("## What stays")[2]
    for said in (
        "A fix at night is a change like any other",
        "Had #\u200b8 rolled back: no money is moved twice",
        "## Waiting on",
    ):
        assert said in kept


def heads(repo: Path) -> str:
    """The clone's branches with their commits."""
    command = [
        "git",
        "-C",
        str(repo),
        "for-each-ref",
        "refs/heads",
        "--format=%(refname:short) %(objectname)",
    ]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.reliability
def test_a_second_demo_replaces_the_first_and_is_the_same(played: tuple[Path, str], tmp_path: Path) -> None:
    """Every word and every commit: nothing depends on the clock of this machine."""
    first, told = played
    (tmp_path / "transcript.md").write_text("# A bug's life\n\nold\n", encoding="utf-8")
    (tmp_path / "repo").mkdir()
    (tmp_path / "repo" / "old.txt").write_text("old", encoding="utf-8")
    stream = io.StringIO()
    play(tmp_path, Console(stream, in_actions=False))
    assert stream.getvalue().replace(str(tmp_path), ".demo") == told
    assert (tmp_path / "transcript.md").read_bytes() == (first / "transcript.md").read_bytes()
    assert heads(tmp_path / "repo") == heads(first / "repo")
    assert not (tmp_path / "repo" / "old.txt").exists()


@pytest.mark.parametrize("name", ["notes.txt", "repo/work.txt", "transcript.md"])
def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path, name: str) -> None:
    """Nothing is deleted that no demo has made, whatever it is called."""
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="no demo has left there"):
        play(tmp_path, Console(io.StringIO(), in_actions=False))
    assert path.read_text(encoding="utf-8") == "mine"


def test_the_sandbox_serves_and_says_how_to_reach_it() -> None:
    """The variables that it prints point at a server on the loopback address: the plan is made there."""
    until = threading.Event()
    told: list[str] = []
    console = io.StringIO()

    def follow(text: str) -> None:
        told.append(text)
        lines = [line.removeprefix("export ") for line in text.splitlines() if line.startswith("export ")]
        environment = dict(line.split("=", 1) for line in lines)
        asked = {"BUGACTION_ISSUE": "2", "BUGACTION_DRY_RUN": "true"}
        assert execute(environment | asked, Console(console, in_actions=False)) is ExitCode.DONE
        until.set()

    serve(0, follow, until)
    assert "export GITHUB_API_URL=http://127.0.0.1:" in told[0]
    assert "BUG-002 Gift cards are refused\n  P1 high, phase triage" in console.getvalue()
    assert "bugaction/gate is failure on" in console.getvalue()
    assert "could not be written" not in console.getvalue()
    assert "Once the records branch is there, a run goes on by itself" in console.getvalue()
