"""A prompt holds a phase's task, its limits, and what is known of the bug as data."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bugaction.bug import Bug, StrategyChoice
from bugaction.cli import commands
from bugaction.documents import DOCUMENTS
from bugaction.documents.base import FIRST_VERSION, state, write
from bugaction.documents.merge import refresh
from bugaction.documents.overrides import with_overrides
from bugaction.gates import GATES, checklist
from bugaction.model import Evidence, Severity, Strategy
from bugaction.phases import PHASES
from bugaction.prompts import PROMPTS, prompt
from bugaction.snapshot import PullState, TextFile
from bugaction.templates import load_templates
from tests.unit.bugs import DEPLOYED
from tests.unit.documents.stories import HOSTILE, STORIES
from tests.values import BO, VIEWER, at, comment, ready, repository

GOLDEN = Path(__file__).parent / "prompts"
TEMPLATES = with_overrides(load_templates(), repository())


def short(kind: str) -> str:
    """A document in little: front matter, marks of ours, a section that asks, and one that is written."""
    titles = list(DOCUMENTS[kind].sections.values())
    return (
        f"---\nbug: BUG-042\nseverity: P1\n---\n<!-- Write anywhere. -->\n\n# {DOCUMENTS[kind].title}\n\n"
        f"## {titles[0]}\n<!-- section: x required -->\n<!-- bugaction:facts:x -->\n"
        "> **Still to be written.** What happened.\n<!-- /bugaction:facts:x -->\n\n"
        f"## {titles[1]}\n\nThe app signs twice:\n\n```\nsign(sign(x))\n```\n"
    )


def lived(name: str) -> Bug:
    """A bug of the stories with a fix, comments, a strategy, a deployment, and its documents as begun."""
    whole = STORIES[name]()
    said = HOSTILE if name == "hostile" else "The signature is checked twice.\n\n```\nInvalid signature\n```"
    comments = (
        comment(said, author=BO, minutes=12),
        comment("<!-- bugaction:sticky v1 -->\nours", author=VIEWER, minutes=13, ident=901),
    )
    fix = replace(ready(), state=PullState.MERGED, merged_at=at(540), merge_oid="f" * 40, title=said[:31])
    whole = replace(
        whole,
        facts=replace(whole.facts, issue=replace(whole.issue, comments=comments)),
        fixes=(fix,),
        strategy=StrategyChoice(
            Strategy.HOTFIX, "one branch", Evidence("hotfix, chosen by bo", "", "bo", at(20))
        ),
        deployed=DEPLOYED,
        now=at(610),
    )
    files = tuple(
        TextFile(
            document.path(whole.policy.documents.root, whole.number, FIRST_VERSION),
            short(kind)
            if name == "full"
            else refresh("", write(document, whole, TEMPLATES, FIRST_VERSION)[0]),
            "main",
        )
        for kind, document in DOCUMENTS.items()
    )
    whole = replace(whole, facts=replace(whole.facts, documents=files))
    return replace(whole, documents={kind: state(item, whole) for kind, item in DOCUMENTS.items()})


def text_of(phase: str, bug: Bug) -> str:
    """The prompt of that phase."""
    return prompt(phase, bug, checklist(bug), TEMPLATES)


@pytest.mark.parametrize("phase", PROMPTS)
def test_prompts_are_as_they_were_read_by_eye(phase: str) -> None:
    """`prompts/` holds one whole prompt of each phase; a change of a template changes it on purpose."""
    assert text_of(phase, lived("full")) == (GOLDEN / f"{phase}.md").read_text("utf-8")


def test_every_phase_in_which_somebody_drafts_has_one() -> None:
    """And the command line takes exactly those."""
    assert list(PROMPTS) == [name for name in PHASES if name != "closed"]
    (choice, _) = (item for item in commands.commands["prompt"].params if item.name in ("phase", "issue"))
    assert list(choice.type.choices) == list(PROMPTS)  # type: ignore[attr-defined]
    assert {item.gate for item in PROMPTS.values()} == GATES.keys()


@pytest.mark.parametrize("phase", PROMPTS)
def test_each_says_what_may_be_drafted_and_what_must_not_be_done(phase: str) -> None:
    """Task, limits, rules, evidence, in this order."""
    text = text_of(phase, lived("plain"))
    heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
    own = ["What to write", "What you may draft", "What you must not do", "Rules for all of it", "Evidence"]
    assert [head for head in heads if head in own] == own
    assert "is a draft" in text


def _outside(text: str) -> str:
    """What stands outside every fence, by the lines that open and close them."""
    kept: list[str] = []
    fence = ""
    for line in text.split("\n"):
        if not fence and (found := re.match(r"`{3,}", line)):
            fence = found[0]
        elif fence and line == fence:
            fence = ""
        elif not fence:
            kept.append(line)
    assert fence == ""
    return "\n".join(kept)


@pytest.mark.parametrize("phase", PROMPTS)
def test_what_strangers_wrote_stays_within_its_fence(phase: str) -> None:
    """Whatever they wrote: fences of their own, headings, marks, words to whoever reads."""
    outside = _outside(text_of(phase, lived("hostile")))
    assert "octo" not in outside.replace("github.com/octo/shop", "")
    assert "<script>" not in outside
    assert "Not a heading" not in outside
    assert "<!--" not in text_of(phase, lived("hostile"))


@pytest.mark.parametrize("phase", PROMPTS)
def test_a_confidential_bug_gives_no_details(phase: str) -> None:
    """Its severity, its phase and what the gate asks for in general; the advisory has the rest."""
    whole = replace(lived("full"), confidential=True)
    text = text_of(phase, whole)
    assert "its private advisory has them" in text
    for secret in ("Coupons", "NFC", "signature", "v2.0.0", "incident-bug", "src/cart.py", "iOS"):
        assert secret not in text


def test_long_texts_are_cut() -> None:
    """A prompt that nobody can paste helps nobody."""
    whole = lived("plain")
    comments = tuple(
        comment("word " * 5_000, author=BO, minutes=minute, ident=minute) for minute in range(100)
    )
    whole = replace(whole, facts=replace(whole.facts, issue=replace(whole.issue, comments=comments)))
    assert len(text_of("triage", whole)) < 100_000


def test_a_bug_without_a_severity_has_one_too() -> None:
    """The triage is where it is found."""
    whole = STORIES["plain"]()
    whole = replace(whole, severity=replace(whole.severity, current=None, history=()))
    assert "- Severity: none yet" in text_of("triage", whole)


def test_the_strategy_is_told_to_whoever_fixes() -> None:
    """Or that there is none yet."""
    assert "The strategy is chosen: **hotfix**." in text_of("fix", lived("full"))
    open_ = replace(lived("full"), strategy=None)
    assert "No strategy is chosen yet." in text_of("fix", open_)
    assert open_.severity.current is Severity.P1


def test_what_was_not_read_is_left_out() -> None:
    """What changed before it began, where nobody looked; and that there are
    more files than GitHub lists is said."""
    whole = lived("full")
    assert text_of("root-cause", replace(whole, suspects=None))
    (first, *others) = whole.fixes
    many = replace(first, changed_files=len(first.files or ()) + 1)
    assert "and more files" in text_of("fix", replace(whole, fixes=(many, *others)))
    assert "and more files" not in text_of("fix", whole)
