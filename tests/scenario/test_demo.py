"""`bugaction demo`: the story plays, what it leaves can be looked at, and the README shows it as it is."""

from __future__ import annotations

import io
import subprocess
import threading
from pathlib import Path

import pytest

from bugaction.console import Console
from bugaction.demo import play
from bugaction.demo.serving import serve
from bugaction.errors import UserError

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
    red = told.index("❌ bugaction/gate on pull request 3: BUG-002: nobody is assigned (+3)")
    green = told.index("✅ bugaction/gate on pull request 3: Every gate holds for BUG-002")
    assert red < green
    assert "✅ bugaction/gate on pull request 4: Not a bug fix" in told
    assert "nothing to write: everything is as it should be" in told.partition("hourly sweep")[2]


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
    """The transcript in the README is the demo's own output, to the letter."""
    _, told = played
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = readme.partition("<!-- transcript -->\n```text\n")[2].partition("\n```\n<!-- /transcript -->")[0]
    assert shown == told.strip(), "run `make demo` and put what it prints between the README's markers"


def test_a_second_demo_replaces_the_first_and_nothing_else(tmp_path: Path) -> None:
    """What somebody else keeps in the folder stays."""
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UserError, match=r"notes\.txt"):
        play(tmp_path, Console(io.StringIO(), in_actions=False))
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_the_sandbox_serves_and_says_how_to_reach_it() -> None:
    """The variables that it prints point at a server on the loopback address."""
    lines: list[str] = []
    until = threading.Event()
    until.set()
    serve(0, lines.append, until)
    assert "export GITHUB_API_URL=http://127.0.0.1:" in lines[0]
    assert "export GITHUB_REPOSITORY=octo/shop" in lines[0]
