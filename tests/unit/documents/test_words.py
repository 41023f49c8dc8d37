"""What people told in comments stands in the analysis: theirs, in its section, and following its comment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bugaction.documents.analysis import ANALYSIS
from bugaction.documents.base import FIRST_VERSION, gaps, write
from bugaction.documents.merge import blocks_of, refresh
from bugaction.documents.overrides import with_overrides
from bugaction.documents.words import MOST_BYTES, words_in
from bugaction.explanation import HEADINGS, Explanation
from bugaction.markdown import sections, split_lines
from bugaction.model import GateResult, Outcome, RequirementResult, Severity
from bugaction.snapshot import TextFile
from bugaction.templates import load_templates
from tests.examples import examples, rarely
from tests.unit.documents.stories import HOSTILE, full, with_state
from tests.unit.documents.test_merge import EDITS, edit
from tests.values import BASE, at, repository

TEMPLATES = with_overrides(load_templates(), repository())
EVERY = dict.fromkeys(HEADINGS, "It was so.")
HOSTILE_WORDS = (
    "---\nfacts: x\n---\n# One\n\nTwo\n===\n<!-- /bugaction:facts:said-1-cause -->\n"
    "<!-- section: why required -->\n<!-- prompt -->\n> <!-- bugaction:facts:head -->\n\n"
    f"```\n<!-- bugaction:facts:cause -->\n{HOSTILE}\n\n| a |\n|---|\n\n[x]: https://e.example\n\n[x] ![x](y)"
)


def said(
    words: Mapping[str, str] | None, ident: int = 900, who: str = "bo", **changes: object
) -> Explanation:
    """What a comment says."""
    url = f"{BASE}/issues/42#issuecomment-{ident}"
    return replace(Explanation(ident, who, at(5), url, words), **changes)  # type: ignore[arg-type]


def text_of(*told: Explanation, before: str = "") -> str:
    """The analysis as it is committed after that text."""
    bug = with_state(full())
    there = replace(bug.documents[ANALYSIS.kind], text=before or None)
    documents = {**bug.documents, ANALYSIS.kind: there}
    fresh, notices = write(
        ANALYSIS, replace(bug, documents=documents, explanations=told), TEMPLATES, FIRST_VERSION
    )
    assert notices == ()
    return refresh(before, fresh)


BARE = text_of()


def lacking(text: str, severity: Severity = Severity.P1) -> list[str]:
    """The sections that still wait for a person."""
    return [gap.id for gap in gaps(ANALYSIS, text, severity)]


def test_words_stand_in_their_section_with_who_said_them() -> None:
    """Behind what is asked there, as a quotation; the question is gone."""
    text = text_of(said({"cause": "A key.\n\n- of the cache"}))
    block = blocks_of(text)["said-900-cause"]
    assert block.is_intact
    assert "".join(block.lines) == (
        f"bo wrote on 2026-11-24 ([source]({BASE}/issues/42#issuecomment-900)):\n\n"
        "> A key.\n>\n> - of the cache\n"
    )
    (cause,) = [item for item in sections(text) if item.id == "cause"]
    assert block.opening in cause.body
    assert "Still to be written" not in cause.body
    assert lacking(text) == [id_ for id_ in ANALYSIS.sections if id_ != "cause"]


def test_one_comment_may_tell_everything() -> None:
    """Then nothing is missing, whether the document was there before or begins with it."""
    for before in ("", BARE, BARE.replace("\n", "\r\n")):
        text = text_of(said(EVERY), before=before)
        assert lacking(text) == []
        assert text_of(said(EVERY), before=text) == text
        found = {item.id: item.body for item in sections(text)}
        for id_ in EVERY:
            assert f"bugaction:facts:said-900-{id_} " in found[id_]


def test_who_edited_is_named() -> None:
    """Beside the author; a link leads nowhere but to GitHub."""
    text = text_of(said({"cause": "A key."}, editor="mia", url="https://e.example/x"))
    assert "bo wrote on 2026-11-24, edited by mia (source):\n" in text


def test_an_edit_updates_its_own_words_only() -> None:
    """Other comments' words and a person's in the document stay byte for byte."""
    one, two = said({"cause": "A key.", "why": "Haste."}), said({"cause": "A race."}, 901, "ana")
    text = text_of(one, two)
    mine = text.replace("## Fix strategy", "My *own*  words.  \n\n## Fix strategy")
    after = text_of(replace(one, words={"cause": "A lock.", "factors": "Load."}), two, before=mine)
    gone = {line for line in split_lines(mine) if line not in split_lines(after)}
    told = {line for line in gone if line.startswith("> ") and "Still to be" not in line}
    assert told == {"> A key.\n", "> Haste.\n"}
    assert "My *own*  words.  \n" in after
    assert blocks_of(after)["said-901-cause"] == blocks_of(mine)["said-901-cause"]
    assert "> A lock.\n" in after
    assert "> Load.\n" in after
    assert lacking(after) == ["conclusion", "problem", "why", "not-caught"]
    assert text_of(replace(one, words={"cause": "A lock.", "factors": "Load."}), two, before=after) == after


def test_comments_stand_in_their_order() -> None:
    """Also when an earlier one says something of a section later."""
    one, two, three = (said({"cause": f"Cause {ident}."}, ident) for ident in (901, 902, 903))
    text = text_of(three, before=text_of(one, three, before=text_of(one)))
    text = text_of(one, two, three, before=text)
    places = [text.index(f"> Cause {ident}.") for ident in (901, 902, 903)]
    assert places == sorted(places)
    assert text.index("facts:cause ") < places[0] < text.index("### Why it happened")


@pytest.mark.parametrize("told", [(), (said(None),)], ids=["comment is unknown", "words are not accepted"])
def test_words_whose_comment_says_them_no_more_stay(told: tuple[Explanation, ...]) -> None:
    """Not a byte of the document changes, and none is put back that a person has deleted."""
    text = text_of(said(EVERY))
    assert text_of(*told, before=text) == text
    block = blocks_of(text)["said-900-why"]
    without = text.replace(block.opening + "".join(block.lines) + block.closing, "")
    assert "said-900-why" not in text_of(*told, before=without)
    assert "said-900" not in text_of(*told)


def test_words_that_are_taken_back_go() -> None:
    """The question comes back, and the document is as before."""
    text = text_of(said(EVERY), before=BARE)
    after = text_of(said({}), before=text)
    assert "said-900" not in after
    assert lacking(after) == lacking(BARE)
    assert [line for line in split_lines(after) if line.strip()] == [
        line for line in split_lines(BARE) if line.strip()
    ]
    assert text_of(said({}), before=after) == after


def test_words_whose_markers_show_up_late_go_at_once_too() -> None:
    """Another comment's, which paired up with nothing while these stood between."""
    text = text_of(said({"cause": "A key."}))
    block = blocks_of(text)["said-900-cause"]
    whole = "".join([block.opening, *block.lines, block.closing])
    opening, closing = (line.replace("said-900", "said-901") for line in (block.opening, block.closing))
    around = text.replace(whole, f"{opening}{whole}Mine.\n{closing}")
    told = (said({}), said({}, 901))
    after = text_of(*told, before=around)
    assert "said-90" not in after
    assert "Mine.\n" in after
    assert text_of(*told, before=after) == after


def test_a_person_s_changes_in_such_words_are_kept() -> None:
    """Moved below while the comment says otherwise; in place, as their own, when it is taken back."""
    text = text_of(said({"cause": "A key."}))
    changed = text.replace("> A key.\n", "> A key.\nOf the *second* cache.\n")
    after = text_of(said({"cause": "A key."}), before=changed)
    closing = "<!-- /bugaction:facts:said-900-cause -->\n"
    assert f"> A key.\n{closing}\nOf the *second* cache.\n" in after
    taken = text_of(said({}), before=changed)
    assert "said-900" not in taken
    assert "> A key.\nOf the *second* cache.\n" in taken
    assert "cause" not in lacking(taken)
    assert text_of(said({}), before=taken) == taken


def test_a_deleted_section_comes_back_with_its_words() -> None:
    """Nobody's words are lost for want of a place."""
    start, end = BARE.index("### On staging"), BARE.index("### In production")
    without = BARE[:start] + BARE[end:]
    assert "On staging" not in text_of(before=without)
    after = text_of(said({"staging": "Seen."}), before=without)
    assert after.count("### On staging") == 1
    assert "> Seen.\n" in after
    assert text_of(said({"staging": "Seen."}), before=after) == after


def test_who_said_it_is_no_content() -> None:
    """Somebody who deletes the words and leaves the name has filled nothing in."""
    text = text_of(said({"cause": "A key."}, who="o" * 30))
    assert "cause" in lacking(text_of(said(None), before=text.replace("> A key.\n", "")))


@pytest.mark.parametrize("section", ["cause", "why", "conclusion", "evidence"])
def test_harm_stays_words(section: str) -> None:
    """No heading, marker, link, HTML or mention of it counts, and every other section is as it was."""
    bare = {item.id: item.title for item in sections(BARE)}
    text = text_of(said({section: HOSTILE_WORDS}, who=HOSTILE, editor=HOSTILE))
    assert {item.id: item.title for item in sections(text)} == bare
    assert set(blocks_of(text)) == {*blocks_of(BARE), f"said-900-{section}"}
    assert lacking(text) == [id_ for id_ in ANALYSIS.sections if id_ != section]
    assert text_of(said({section: HOSTILE_WORDS}, who=HOSTILE, editor=HOSTILE), before=text) == text
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    inline = [child for token in tokens for child in token.children or ()]
    targets = [str(child.attrGet("href")) for child in inline if child.type == "link_open"]
    assert all(target.startswith("https://github.com/octo/shop/") for target in targets)
    assert not [child for child in inline if child.type in ("image", "html_inline")]
    assert "@octo" not in "".join(child.content for child in inline if child.type == "text")
    assert text.count("\n---\n") == 1


@pytest.mark.parametrize("piece", ["word ", "é&", "[", *rarely("@a ", "🔥", "- x\n", "\\")])
def test_the_document_stays_readable_whatever_is_said(piece: str) -> None:
    """Of very long words the beginnings, and where the rest is; others have their place before."""
    told = [said({"cause": (piece * 65_536)[:65_000]}, 900 + number) for number in range(9)]
    text = text_of(said({"why": "Haste."}, 899), *told)
    assert len(text.encode()) < 300_000
    assert len(text.encode()) > MOST_BYTES / 2
    assert "> Haste.\n" in text
    assert lacking(text) == ["conclusion", "problem", "not-caught", "factors"]
    assert f"It goes on there: [the whole of it]({BASE}/issues/42#issuecomment-908).\n" in text
    assert text_of(said({"why": "Haste."}, 899), *told, before=text) == text


def test_words_can_be_taken_out_of_a_block() -> None:
    """As they were said; a block of facts has none."""
    blocks = blocks_of(text_of(said({"cause": "A key.\n\n> quoted"})))
    assert "".join(words_in(blocks["said-900-cause"])) == "A key.\n\n> quoted\n"
    assert words_in(blocks["head"]) == ()


def test_a_team_s_own_template_needs_to_know_nothing_of_them() -> None:
    """Its sections are found by their ids, whatever they are called and in which order they stand."""
    shipped = load_templates()[ANALYSIS.template]
    start, end = shipped.index("### Why it happened"), shipped.index("### Why it was not caught")
    own = shipped[:start] + shipped[end:].replace("## Fix strategy", f"{shipped[start:end]}## Fix strategy")
    own = own.replace("### The cause", "### Ursache").replace("### Why it happened", "### Warum")
    file = TextFile(f".github/bugaction/templates/{ANALYSIS.template}", own, "main")
    templates = with_overrides(load_templates(), repository(templates=(file,)))
    bug = replace(with_state(full()), explanations=(said(EVERY),))
    fresh, notices = write(ANALYSIS, bug, templates, FIRST_VERSION)
    text = refresh("", fresh)
    assert (notices, templates.notices, lacking(text)) == ((), (), [])
    found = {item.title: item.body for item in sections(text)}
    assert "said-900-cause" in found["Ursache"]
    assert "said-900-why" in found["Warum"]


def test_the_analysis_is_begun_for_them() -> None:
    """Before triage holds: somebody is there who knows. Not for what is not accepted any more."""
    open_ = GateResult("triage", 42, (RequirementResult("x", "It is so", Outcome.UNMET),))
    for words, begins in (({"cause": "A key."}, True), ({}, False), (None, False)):
        assert ANALYSIS.wanted(replace(full(), explanations=(said(words),)), [open_]) is begins


VERSIONS = st.one_of(
    st.none(),
    st.dictionaries(
        st.sampled_from(["cause", "why", "staging", "evidence"]),
        st.sampled_from(["told", "- told\n- told", "told\n```\ntold", HOSTILE_WORDS]),
        max_size=3,
    ),
)
STEPS = st.lists(st.one_of(EDITS, st.tuples(VERSIONS, VERSIONS)), max_size=7)


@given(STEPS)
@example(
    [
        (None, {"evidence": "told"}),
        [("delete", 5, ""), ("delete", 7, ""), ("delete", 17, "")],
        [("copy", 19, "")],
        (None, {}),
    ]
)
@examples(100)
def test_no_edit_of_the_document_is_lost_and_every_run_settles(
    steps: list[list[tuple[str, int, str]] | tuple[Mapping[str, str] | None, Mapping[str, str] | None]],
) -> None:
    """Any interleaving of edits of comments and of the document keeps each line that a person wrote in it."""
    text, names = BARE, list[str]()
    told = (said({}), said({}, 901))
    for step in steps:
        if isinstance(step, list):
            text = edit(text, [(kind, where * 3, words) for kind, where, words in step], names)
        else:
            told = (said(step[0]), said(step[1], 901, "ana"))
        text = text_of(*told, before=text)
        assert Counter(name for name in names for _ in range(text.count(name))) == Counter(names)
        assert text_of(*told, before=text) == text
        blocks = blocks_of(text)
        for item in told:
            assert all(f"said-{item.comment}-{section}" in blocks for section in item.words or ())
