"""The pages on the doctor say what the program says: its words, its codes, its checks."""

from __future__ import annotations

import re
from pathlib import Path

from bugaction.cli import commands
from bugaction.doctor import CHECKS, diagnose
from bugaction.doctor.facts import BranchFacts
from bugaction.doctor.report import SIGNS, FindingResult, lines
from bugaction.events import Command
from bugaction.plan import Reason
from bugaction.reasons import REASONS
from tests.unit.doctor.healthy import NOW, facts

GUIDE = Path(__file__).parents[2] / "docs" / "guide"
DOCTOR = (GUIDE / "doctor.md").read_text(encoding="utf-8")
TROUBLE = (GUIDE / "troubleshooting.md").read_text(encoding="utf-8")


def test_the_sample_is_what_it_prints() -> None:
    """For a healthy repository whose gate is not required, up to the lines to paste."""
    sample = DOCTOR.partition("```text\n")[2].partition("```")[0]
    assert sample in "\n".join(lines(diagnose(facts(default=BranchFacts("main")), NOW))) + "\n"


def test_every_sign_and_code_is_explained() -> None:
    """Signs by their outcome, exit codes as the command's help has them."""
    assert set(re.findall(r"^\| (\S+) \| ", DOCTOR, re.MULTILINE)) >= {*SIGNS.values(), "0", "1", "2", "3"}
    epilog = commands.commands["doctor"].epilog or ""
    assert re.findall(r"^  (\d)  ", epilog.partition("Exit codes:")[2], re.MULTILINE) == ["0", "1", "2", "3"]


def test_every_field_of_the_document_is_named() -> None:
    """As `--json` spells them."""
    assert all(f"`{name}`" in DOCTOR for name in FindingResult.model_fields)


def test_each_symptom_names_checks_that_there_are() -> None:
    """And each check stands with a symptom, but for those that are their own."""
    listed = TROUBLE.partition("## By the reason of a run")[0].splitlines()
    rows = [row for row in listed if row.startswith("| ") and not row.startswith("| what")]
    named = {name for row in rows for name in re.findall(r"`([a-z-]+)`", row.rstrip(" |").rpartition("|")[2])}
    assert named <= set(CHECKS)
    assert set(CHECKS) - named == {"repository", "confidential", "roles"}


def test_the_page_names_the_choice_and_the_reason() -> None:
    """What is chosen in the form, and what a program sees of it."""
    assert f"choose the command `{Command.DOCTOR}`" in DOCTOR
    decided = (GUIDE.parent / "decisions" / "0022-what-the-doctor-sees.md").read_text(encoding="utf-8")
    assert f"`{Reason.SETUP_WRONG}`" in decided
    assert f"`{Reason.LEDGER_UNWRITABLE}`" in TROUBLE
    assert f"`{Reason.WORK_LEFT}`" in TROUBLE


def test_every_reason_is_told_by_what_is_seen() -> None:
    """Whoever looks up a code finds it once: what needs no hand in a sentence, the others with a fix."""
    listed = TROUBLE.partition("## By the reason of a run")[2]
    idle = set(re.findall(r"`([a-z-]+)`", listed.partition("are as it")[0])) - {"reason"}
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+?) \| (.+?) \|$", listed, re.MULTILINE)
    assert idle == {reason.value for reason, meaning in REASONS.items() if not meaning.remedy}
    assert [code for code, _, _ in rows] == [reason for reason, meaning in REASONS.items() if meaning.remedy]
