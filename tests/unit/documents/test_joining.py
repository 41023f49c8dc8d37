"""Two copies become one, and neither side's words are lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.documents import joining
from bugaction.documents.facts import seal
from bugaction.documents.joining import joined
from bugaction.documents.merge import refresh
from bugaction.markdown import content_gap, sections, split_lines
from tests.examples import examples
from tests.unit.documents.test_merge import EDITS, NEW, edit, page

ASSIGNMENT = "- [ ] told\n"


def with_words(text: str, words: str, below: str = ASSIGNMENT) -> str:
    """The document with words of a person below a line of it."""
    assert below in text
    return text.replace(below, f"{below}{words}")


def test_a_copy_that_says_nothing_of_its_own_changes_nothing() -> None:
    """Ours is given back byte for byte, whatever facts the other one has."""
    mine = with_words(NEW, "\nMine.\n")
    assert joined(mine, NEW) == mine
    assert joined(mine, mine) == mine
    assert joined(mine, refresh(NEW, page(owner="bo"))) == mine


def test_words_of_both_survive_where_they_stand() -> None:
    """Theirs come below ours, in the same section, with our facts."""
    ours = with_words(refresh(NEW, page(owner="bo")), "\nOurs.\n")
    theirs = with_words(NEW, "\nTheirs.\n")
    both = joined(ours, theirs)
    assert both.endswith("- [ ] told\n\nOurs.\n\nTheirs.\n")
    assert "Owner: bo\n" in both
    assert "Owner: ana" not in both
    assert joined(both, theirs) == both
    assert joined(both, ours) == both


def test_an_answer_in_the_other_copy_takes_the_place_of_the_question() -> None:
    """Once it is refreshed, as every document is before it is committed."""
    steps = "<!-- /bugaction:facts:steps -->\n"
    answered = refresh(with_words(NEW, "\n1. Press Pay\n", steps), page())
    both = refresh(joined(NEW, answered), page())
    assert "1. Press Pay" in both
    assert "Still to be written" not in both
    assert [section.title for section in sections(both)] == [section.title for section in sections(NEW)]


def test_what_stands_together_comes_together() -> None:
    """A fence keeps its ends although ours has a fence as well; other words do not run into it."""
    ours = with_words(NEW, "\n```\nours()\n```\n")
    theirs = with_words(NEW, "\nSee:\n\n```\ntheirs()\n```\n")
    both = joined(ours, theirs)
    assert both.count("```\n") == 4
    assert "```\nours()\n```\n" in both
    assert "```\ntheirs()\n```\n" in both


def test_line_ends_and_keys_are_kept() -> None:
    """Ours decides on the line ends; a key that somebody added to their front matter comes along."""
    ours = with_words(NEW, "\nOurs.\n").replace("\n", "\r\n")
    theirs = with_words(NEW, "\nTheirs.\n").replace("document: test\n", "document: test\nreviewed: yes\n")
    both = joined(ours, theirs)
    assert "\r\nTheirs.\r\n" in both
    assert "reviewed: yes" in both.partition("\n<!--")[0]
    assert joined(both, theirs) == both


def test_a_line_that_only_begins_like_our_hash_is_theirs() -> None:
    """A key ends with a blank behind its colon; what has none was written by somebody, and comes along."""
    theirs = NEW.replace("document: test\n", "document: test\nfacts:see-below\n")
    both = joined(NEW, theirs)
    front, _, _ = both.partition("\n<!--")
    assert "\nfacts:see-below\n" in front
    assert front.count("facts: sha256:") == 1
    assert joined(both, theirs) == both
    assert refresh(both, page()) == both


@pytest.mark.parametrize("empty", ["", "\n", "  \n\n"])
def test_an_empty_copy_holds_nothing(empty: str) -> None:
    """On either side; of two that are empty ours stays as it is, so that it settles."""
    assert joined(NEW, empty) == NEW
    assert joined(empty, NEW) == NEW
    assert joined(empty, " ") == empty


def asked(cause: str = "", impact: str = "", below: str = "") -> str:
    """A document with two questions, and what was answered to each."""
    return (
        f"# Analysis\n\n## Cause\n<!-- section: cause required -->\n{cause}\n"
        f"## Impact\n<!-- section: impact required -->\n{impact}\n{below}"
    )


def gap(text: str, name: str) -> str | None:
    """Why the section of that id says nothing."""
    (body,) = [section.body for section in sections(text) if section.id == name]
    return content_gap(body)


@pytest.mark.parametrize(
    "answer",
    ["None known.\n", "- None.\n", "| Who | What |\n|---|---|\n| ana | nothing |\n", "```\nnothing\n```\n"],
)
def test_the_same_answer_to_another_question_is_one_of_its_own(answer: str) -> None:
    """Words that ours has under *Cause* do not answer *Impact*; a copy that answers it loses nothing."""
    ours, theirs = asked(cause=answer), asked(cause=answer, impact=answer)
    assert gap(ours, "impact") is not None
    both = joined(ours, theirs)
    assert gap(both, "impact") is None
    assert both.count(answer) == 2
    assert joined(both, theirs) == joined(both, ours) == both
    assert joined(theirs, ours) == theirs


def test_an_answer_above_the_marker_is_the_section_s() -> None:
    """A person writes right below a heading, and does not ask what the comment there is for."""
    marker = "<!-- section: impact required -->\n"
    theirs = asked(cause="None known.\n").replace(marker, f"None known.\n{marker}")
    both = joined(asked(cause="None known.\n"), theirs)
    assert gap(both, "impact") is None
    assert joined(both, theirs) == both
    bare = asked(cause="None known.\n").replace("## Impact\n", "")
    again = joined(bare, theirs)
    assert gap(again, "impact") is None
    assert joined(again, theirs) == again


def test_what_says_nothing_stands_once() -> None:
    """A placeholder that ours still has elsewhere does not come back to where somebody answered."""
    ours, theirs = asked("TBD\n", "It was slow.\n"), asked("TBD\n", "TBD\n")
    assert joined(ours, theirs) == ours


def test_what_was_moved_to_another_section_stands_in_both() -> None:
    """Nobody can tell it from a second answer; a section of somebody's own is known wherever it stands."""
    ours, theirs = asked(impact="It was slow.\n"), asked(cause="It was slow.\n")
    both = joined(ours, theirs)
    assert gap(both, "cause") is gap(both, "impact") is None
    assert joined(both, theirs) == joined(both, ours) == both
    own = "## Mine\n\nIt was slow.\n"
    assert joined(f"{own}\n{asked()}", asked(below=own)) == f"{own}\n{asked()}"


def test_a_section_whose_marker_was_deleted_is_known_by_its_heading() -> None:
    """It gets the marker back, and what was answered; one that ours lacks comes whole, where it stood."""
    theirs = asked("None known.\n", "None known.\n", "## After\n<!-- section: after -->\nx\n")
    bare = asked("None known.\n", "y\n").replace("<!-- section: impact required -->\n", "")
    both = joined(bare, theirs)
    assert [section.id for section in sections(both)] == ["", "cause", "impact", "after"]
    assert both.count("None known.") == 2
    assert joined(both, theirs) == joined(both, bare) == both


def test_a_section_that_stands_in_a_block_of_ours_comes_no_second_time() -> None:
    """Although it is none there; what is missing beside it comes."""
    section = "## B\n<!-- section: b -->\n"
    block = f"<!-- bugaction:facts:x sha256=0 -->\n{section}<!-- /bugaction:facts:x -->\n"
    above = "## A\n<!-- section: a -->\nsaid\n"
    both = joined(f"{above}{block}", f"{above}more\n{section}")
    assert both.count(section) == 1
    assert "more\n" in both


def test_sections_in_another_order_are_joined_each_with_its_own() -> None:
    """No heading comes twice, and no answer under another one's."""
    above, cause, impact = asked("a\n", "b\n").partition("## Cause")[0], "## Cause", "## Impact"
    theirs = asked("a\n\nNone.\n", "b\n\nNone.\n")
    first, second = theirs.index(cause), theirs.index(impact)
    turned = above + theirs[second:] + "\n" + theirs[first:second]
    both = joined(asked("a\n", "b\n"), turned)
    assert both.split() == theirs.split()
    assert joined(both, turned) == both


ANSWERS = ["None known.", "- None.", "| No | table |", "Not applicable.", "### Part", "## Mine", "TBD"]
SECTIONS = st.lists(
    st.tuples(
        st.sampled_from(["cause", "impact", "fix"]),
        st.sampled_from(["## {}", "### {}", "## {}, anew"]),
        st.lists(st.sampled_from(ANSWERS), max_size=3),
    ),
    max_size=4,
)
"""Few names and few answers: sections that are doubled, nested, renamed, turned round or in one copy only."""


def written(found: list[tuple[str, str, list[str]]]) -> str:
    """A document of these sections."""
    return "# All\n\n" + "".join(
        f"{heading.format(name)}\n<!-- section: {name} -->\n" + "".join(f"\n{line}\n" for line in lines)
        for name, heading, lines in found
    )


def answers(text: str) -> dict[str, set[str]]:
    """The lines that say something in the sections of each id, without those below them."""
    found: dict[str, set[str]] = {}
    for section in sections(text):
        lines = split_lines(text[section.body_start : section.end])
        said = {line.strip() for line in lines if content_gap(line) is None}
        found.setdefault(section.id, set()).update(said)
    return found


@given(SECTIONS, SECTIONS)
@examples(100)
def test_an_answer_stays_in_its_section(
    ours: list[tuple[str, str, list[str]]], theirs: list[tuple[str, str, list[str]]]
) -> None:
    """One of either copy stands in the section of that id, wherever else its words stand; and it settles."""
    mine, other = written(ours), written(theirs)
    both = joined(mine, other)
    there: dict[str, str] = {}
    for section in sections(both):
        there[section.id] = there.get(section.id, "") + section.body
    for copy in (mine, other):
        for name, lines in answers(copy).items():
            assert not name or lines <= {line.strip() for line in split_lines(there[name])}
        assert joined(both, copy) == both


@given(EDITS, EDITS)
@examples(200)
def test_no_line_of_either_side_is_lost(
    ours: list[tuple[str, int, str]], theirs: list[tuple[str, int, str]]
) -> None:
    """Whatever two people do to their copies, each of their lines is in the one that becomes of them; and
    there it settles."""
    names: list[str] = []
    mine = refresh(edit(NEW, ours, names), page())
    other = refresh(edit(NEW, theirs, names), page(owner="bo"))
    both = joined(mine, other)
    assert all(name in both for name in names)
    assert joined(both, other) == both
    assert joined(both, mine) == both


@given(st.text(max_size=200), st.text(max_size=200))
@examples(200)
def test_any_two_texts_can_be_joined(ours: str, theirs: str) -> None:
    """Every line of ours stays, in order."""
    both = [line.rstrip("\r\n") for line in split_lines(joined(ours, theirs))]
    rest = iter(both)
    assert not ours.strip() or all(line.rstrip("\r\n") in rest for line in split_lines(ours) if line.strip())


@pytest.mark.parametrize("ours", ["---\n---", "---\na: 1\n---", "---\r\na: 1\r\n---"])
def test_front_matter_without_a_line_end_stays_a_line(ours: str) -> None:
    """What comes from the other copy begins below it."""
    both = joined(ours, "# A report\n")
    assert both.splitlines() == [*ours.splitlines(), "# A report"]
    assert joined(both, "# A report\n") == both


def test_their_front_matter_without_a_line_end_stays_above() -> None:
    """Where ours has none."""
    assert joined("mine\n", "---\na: 1\n---") == "---\na: 1\n---\nmine\n"


def test_front_matter_is_not_taken_for_keys() -> None:
    """A byte order mark before it adds nothing, and where ours has none it comes whole."""
    bare = "# T\n\n---\n\n## A\n\ntext\n"
    text = f"---\nbug: 1\n---\n{bare}"
    assert joined(text, f"\ufeff{text}") == text
    both = joined(bare, text)
    assert both.startswith("---\nbug: 1\n---\n")
    assert joined(both, text) == both


@pytest.mark.parametrize("line", [" ```x\n", "\n", "again\n", "- x\n  - y\n"])
def test_thousands_of_lines_that_are_alike(line: str) -> None:
    """Nothing of either is lost, in a time that grows with them and not with their square."""
    ours, theirs = f"# T\n\nfirst\n{line * 3000}last\n", f"# T\n\nother\n{line * 3000}end\n"
    both = joined(ours, theirs)
    assert {"first", "other", "last", "end"} <= set(both.split("\n"))
    assert joined(both, theirs) == both


@pytest.mark.parametrize("order", ["gone", "keep", "gone=1 6", "a gone keep"])
def test_what_somebody_writes_on_our_mark_orders_nothing(order: str) -> None:
    """The words below a block that looks like a heading stay in their section, and are there once."""
    start = f"<!-- section: d -->\n<!-- bugaction:facts:checked {order} -->\n-\n-\n"
    text = f"{start}<!-- /bugaction:facts:checked -->\ne"
    assert joined(text, text) == text
    both = joined(text, f"{text}\nmine\n")
    assert both.split("\n").count("e") == 1
    assert joined(both, text) == both


def test_a_heading_in_our_copy_of_a_block_takes_no_answer_of_theirs_away() -> None:
    """What they wrote below the block answers the question: it stands above what ends the section."""
    ours = f"## Looked at\n{BLOCK.format('# Mine')}"
    theirs = f"## Looked at\n<!-- section: d -->\n{BLOCK.format('x')}Nothing.\n"
    both = joined(ours, theirs)
    assert both.index("Nothing.") < both.index("# Mine")
    assert joined(both, theirs) == joined(both, ours) == both


@pytest.mark.parametrize("words", ["yes\n## Own\nmore", "answer\n## Theirs"])
def test_words_in_their_copy_of_a_sealed_block_come_to_their_section(words: str) -> None:
    """Our facts are put in their place, and below them the words answer the question."""
    head = "## One\n<!-- section: one -->\nyes\n\n## Two\n<!-- section: two -->\n"
    sealed = seal(f"{head}{BLOCK.format('- fact')}")
    first = words.split("\n", maxsplit=1)[0]
    both = joined(f"{sealed}\nmine\n\n## Own\nmore\n", sealed.replace("- fact", f"- fact\n{words}"))
    section = next(found for found in sections(both) if found.id == "two")
    assert first in section.body.split("\n")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("<!-- bugaction:facts:steps -->\nl", "#\n<!-- /bugaction:facts:steps -->"),
        ("h\n<!-- /bugaction:facts:steps -->\n<!-- section: d -->", "<!-- bugaction:facts:steps -->\nl"),
    ],
)
def test_half_of_a_block_s_marks_stays_where_it_is(ours: str, theirs: str) -> None:
    """It is nobody's words, and what stands between it and one of ours would become a block."""
    ours, theirs = (f"<!-- section: d -->\n{text}" for text in (ours, theirs))
    both = joined(ours, theirs)
    marks = [line for line in both.splitlines() if "bugaction:facts" in line]
    assert marks == [line for line in ours.splitlines() if "bugaction:facts" in line]
    assert joined(both, theirs) == joined(both, ours) == both


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("{head}", "{steps}s\n<!-- section: t required -->"),
        ("{checked}=\n<!-- section: d -->\n{empty}", "{checked}=\n<!-- section: d -->\n{empty}"),
    ],
)
def test_what_stands_there_already_is_not_missing(ours: str, theirs: str) -> None:
    """Wherever our facts would be put in the other copy."""
    pieces = {
        "head": BLOCK.replace("checked", "head").format("#"),
        "steps": BLOCK.replace("checked", "steps").format("."),
        "checked": BLOCK.format("<!-- section: d -->"),
        "empty": BLOCK.replace("{}\n", ""),
    }
    ours, theirs = ours.format(**pieces), theirs.format(**pieces)
    both = joined(ours, theirs)
    assert joined(both, theirs) == joined(both, ours) == both


def test_copies_that_never_settle_are_joined_some_times_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """No two texts are known that do not, which is no proof that there are none."""
    monkeypatch.setattr(joining, "_put_together", lambda ours, theirs: f"{ours}{theirs}")
    assert joined.__wrapped__("a\n", "b\n") == "a\nb\n" + "a\nb\n" * 4


BLOCK = "<!-- bugaction:facts:checked -->\n{}\n<!-- /bugaction:facts:checked -->\n"
