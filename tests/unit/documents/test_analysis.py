"""The root-cause analysis asks for what only a person knows, and shows what was decided."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from bugaction.bug import Bug, StrategyChoice
from bugaction.documents.analysis import ANALYSIS
from bugaction.documents.base import FIRST_VERSION, gaps, write
from bugaction.documents.merge import refresh
from bugaction.documents.overrides import with_overrides
from bugaction.model import Evidence, GateResult, Outcome, RecordKind, RequirementResult, Severity, Strategy
from bugaction.templates import load_templates
from tests.unit.documents.stories import HOSTILE, STORIES, full, hostile, with_state
from tests.values import BASE, at, completed, line, repository

GOLDEN = Path(__file__).parent / "golden"
TEMPLATES = with_overrides(load_templates(), repository())


def text_of(bug: Bug, before: str = "") -> str:
    """The analysis as it is committed after that text."""
    fresh, notices = write(ANALYSIS, with_state(bug), TEMPLATES, FIRST_VERSION)
    assert notices == ()
    return refresh(before, fresh)


def decided(bug: Bug) -> Bug:
    """The bug with a strategy and somebody's word on the reproduction."""
    evidence = Evidence("hotfix, chosen by bo", f"{BASE}/issues/42#issuecomment-1", "bo", at(20))
    word = line(RecordKind.COMMAND, "IC_2#x", actor="bo", name="attest", requirement="reproduction")
    noted = replace(word, data={**word.data, "note": HOSTILE, "url": f"{BASE}/issues/42#issuecomment-2"})
    choice = StrategyChoice(Strategy.HOTFIX, HOSTILE, evidence)
    return replace(bug, strategy=choice, attestations={"reproduction": noted})


@pytest.mark.parametrize("name", STORIES)
def test_analyses_are_as_they_were_read_by_eye(name: str) -> None:
    """`golden/` holds whole documents; a change of a template changes them on purpose."""
    bug = STORIES[name]()
    bug = decided(bug) if name == "hostile" else bug
    assert text_of(bug) == (GOLDEN / f"analysis-{name}.md").read_text("utf-8")


@pytest.mark.parametrize("severity", Severity)
def test_a_fresh_one_asks_for_everything(severity: Severity) -> None:
    """Section by section, whatever the severity; answered, it is complete."""
    text = text_of(full())
    found = gaps(ANALYSIS, text, severity)
    assert [gap.id for gap in found] == list(ANALYSIS.sections)
    assert {gap.problem for gap in found} == {"is still to be written"}
    assert gaps(ANALYSIS, completed(text), severity) == ()


def test_answers_stay_when_the_facts_change() -> None:
    """Byte for byte, and the prompt that was answered is gone."""
    written = completed(text_of(full()))
    later = text_of(decided(full()), written)
    assert later.count("It is known, and this is what it was.") == written.count("It is known")
    assert "Chosen: **hotfix**" in later
    assert gaps(ANALYSIS, later, Severity.P1) == ()
    assert text_of(decided(full()), later) == later


def test_a_word_on_the_reproduction_fills_its_section() -> None:
    """So that nobody has to say it twice."""
    missing = gaps(ANALYSIS, text_of(decided(full())), Severity.P1)
    assert "conclusion" not in {gap.id for gap in missing}


def test_harm_stays_words() -> None:
    """No link, picture, HTML or mention of a stranger's makes it to the page."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text_of(decided(hostile())))
    inline = [child for token in tokens for child in token.children or ()]
    targets = [str(child.attrGet("href")) for child in inline if child.type == "link_open"]
    assert targets
    assert all(target.startswith("https://github.com/octo/shop/") for target in targets)
    assert not [child for child in inline if child.type in ("image", "html_inline")]
    words = "".join(child.content for child in inline if child.type == "text")
    assert "@octo" not in words
    assert HOSTILE[:3] in words


def test_it_is_begun_when_triage_holds() -> None:
    """Not before, and not without a verdict."""
    held = GateResult("triage", 42, (RequirementResult("x", "It is so", Outcome.MET),))
    open_ = GateResult("triage", 42, (RequirementResult("x", "It is so", Outcome.UNMET),))
    assert ANALYSIS.wanted(full(), [held])
    assert not ANALYSIS.wanted(full(), [open_])
    assert not ANALYSIS.wanted(full(), [])
