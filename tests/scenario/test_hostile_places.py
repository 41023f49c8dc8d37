"""One life in which every name and text that a stranger may choose is hostile; nothing of it acts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.scenario.life import RECORDS, Life, begin, form
from tests.scenario.test_hostile_text import EVIL, HEREDOC, LINES, harmless

LABEL = "@octo/team #1 {{7*7191}} <b> |`::"
BRANCH = "fix/@octo/team-#1-<img>-{{7191}}-$(id)-|`x`"
FILE = "src/@octo/<img src=x> |`a` {{7*7191}}\n::error::pwned.py"
WORDS = f"{HEREDOC}{LINES}\nhalf a \ud800 character"
HALF, REST = EVIL[:190], EVIL[190:380]


def _live(life: Life) -> None:
    """A P0 from its report to its post-mortem, with an outsider and a writer who mean no good."""
    people = life.people
    people.create_label("bo", LABEL, "ffffff", EVIL[:100])
    number = people.open_issue(
        "dee", EVIL[:256], form(dict.fromkeys(("broken", "steps", "parts"), WORDS))
    ).number
    people.label("mia", number, "P1", LABEL)
    life.pass_on()
    life.say("bo", number, f"/accept\n/eta {EVIL}\n/channel {EVIL[:60]}\n/strategy hotfix {HALF}\n/{EVIL}")
    life.say("bo", number, f"/root-cause\n{WORDS}\n\n## Why it was not caught\n\n{WORDS}")
    life.say("bo", number, f"/attest investigation {REST}\n/action @bo 2w {HALF}")
    people.push(
        "bo", BRANCH, {FILE: "1\n", "tests/test_a.py": "1\n"}, f"{EVIL}\n\n{LINES}\n\nFixes #{number}"
    )
    pull = people.open_pull(
        "bo", EVIL[:250], BRANCH, body=f"{LINES}\n\n- [ ] {EVIL}\n\nFixes #{number}"
    ).number
    people.label("bo", pull, LABEL)
    life.pass_on()
    life.check(pull, f"job {EVIL[:80]}", conclusion="failure", workflow=f"W {EVIL[:60]}")
    life.review("eve", pull, "request-changes")
    people.review("mia", pull, "approve", WORDS)
    life.pass_on()
    life.say("mia", pull, f"/override fix {life.head(pull)[:7]} {REST}")
    people.merge_pull("ana", pull, force=True)
    life.pass_on()
    people.deploy("eve", "main", f"production {EVIL[:40]}", description=EVIL[:100])
    people.release("eve", "v1.0-{{7191}}-@octo", body=WORDS)
    life.pass_on()
    life.say("bo", number, f"/deployed {{{{7*7191}}}}-@octo/team <img>\n/regression {HALF}")
    payload = {"command": "post-mortem", "issue": str(number), "note": WORDS}
    people.dispatch("bo", payload)
    life.pass_on()


@pytest.fixture(scope="module")
def lived() -> Iterator[Life]:
    """That life, once for all tests."""
    with begin() as life:
        _live(life)
        yield life


def _plain(text: str) -> None:
    """A title is no page: tags and brackets are words there, and mentions must be none."""
    assert re.search(r"@(?:ana|octo)\b|(?:Fixes|closes) (?:octo/shop)?#1|\bGH-1|://evil|\n", text) is None
    assert str(7 * 7191) not in text


def test_every_run_ended_well(lived: Life) -> None:
    """In none was there a traceback, and none was red for what somebody wrote."""
    assert set(lived.product.codes) == {0}


def test_nothing_that_we_write_acts(lived: Life) -> None:
    """Neither a comment, nor a document, nor an issue, nor a status, nor a commit of ours."""
    for number in lived.state.issues:
        for comment in lived.ours(number):
            harmless(comment.body)
    ours = [found for found in lived.state.issues.values() if found.author.startswith("github-actions")]
    assert ours
    for found in ours:
        harmless(found.body)
        _plain(found.title)
    documents = [
        text
        for branch in (RECORDS, "main")
        for path, text in lived.files(branch).items()
        if path.startswith("documents/") and path.endswith(".md")
    ]
    assert len(documents) > 4
    for text in documents:
        harmless(re.sub(r"^```mermaid\n.*?^```$", "", text, flags=re.M | re.S))  # a drawing is code
    for statuses in lived.state.statuses.values():
        for status in statuses:
            if status.context.startswith("bugaction/"):
                text = status.description or ""  # shown as it is: GitHub makes no mention or link of it
                assert "\n" not in text
                assert str(7 * 7191) not in text


def test_nothing_in_a_log_is_a_command(lived: Life) -> None:
    """Nor in a summary, and no output ends early."""
    ours = r"(?!error title=bugaction|warning title=bugaction|notice title=bugaction)"
    assert re.search(rf"^\s*::{ours}", lived.log, re.M) is None
    assert "##[" not in lived.log
    assert "\x1b" not in lived.log
    for summary in lived.product.summaries:
        harmless(summary)
    for run in lived.runs.done:
        assert not set(run.outputs) & {"x", "EOF", "pwned"}
        assert run.outputs.get("reason", "") not in ("", "{}")


def test_a_path_of_ours_holds_nothing_of_theirs(lived: Life) -> None:
    """Names of files are the bug's number and the document's kind, whatever its title is."""
    for path in lived.files(RECORDS):
        assert re.fullmatch(r"[A-Za-z0-9._/-]+", path), path
