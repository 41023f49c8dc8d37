"""Facts are refreshed, and nothing that a person wrote is lost."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.documents.facts import seal
from bugaction.documents.merge import blocks_of, refresh
from bugaction.markdown import content_gap, sections, split_lines
from tests.examples import examples

STEPS = "<!-- prompt -->\n> **Still to be written.** Numbered steps.\n"


def page(owner: str = "ana", steps: str = STEPS, *, keep: bool = False, extra: str = "") -> str:
    """A rendered document with a head, a question, a list of facts and a checklist."""
    return seal(
        f"""---
document: test
severity: P1
facts: ""
---
<!-- bugaction:facts:head -->
# Test
<!-- /bugaction:facts:head -->

## Steps to reproduce
<!-- section: steps required -->
<!-- bugaction:facts:steps -->
{steps}
<!-- /bugaction:facts:steps -->

## Assignment
<!-- section: assignment -->
<!-- bugaction:facts:assignment{" keep" if keep else ""} -->
{"" if keep else f"Owner: {owner}"}
{extra}
<!-- /bugaction:facts:assignment -->
- [ ] told
"""
    )


NEW = refresh("", page())


def test_a_new_document_is_the_rendered_one() -> None:
    """With the hash of its blocks, and settled."""
    assert "facts: sha256:" in NEW
    assert refresh(NEW, page()) == NEW


def test_facts_are_refreshed_in_place() -> None:
    """And the front matter with them."""
    after = refresh(NEW, page(owner="bo").replace("severity: P1", "severity: P0"))
    assert "Owner: bo\n" in after
    assert "Owner: ana" not in after
    assert "severity: P0\n" in after
    assert "- [ ] told\n" in after


def test_what_stands_outside_is_carried_over_byte_for_byte() -> None:
    """A checked box, a new section, two spaces at the end of a line."""
    edited = NEW.replace("- [ ] told\n", "- [x] told  \n\n## Mine\n\n\ttext\n")
    after = refresh(edited, page(owner="bo"))
    assert after.endswith("- [x] told  \n\n## Mine\n\n\ttext\n")


def test_words_inside_a_block_are_moved_below_it() -> None:
    """The block holds the facts alone again; the words follow it."""
    edited = NEW.replace("Owner: ana\n", "Owner: ana\nAsk her on Signal.\n")
    after = refresh(edited, page())
    assert "Owner: ana\n<!-- /bugaction:facts:assignment -->\n\nAsk her on Signal.\n\n- [ ] told\n" in after
    assert refresh(after, page()) == after


def test_an_answer_written_over_the_question_is_kept_and_counts() -> None:
    """The question is gone from the page, and the section is filled."""
    edited = NEW.replace("> **Still to be written.** Numbered steps.\n", "1. Open the app\n")
    after = refresh(edited, page())
    assert "1. Open the app\n" in after
    assert "Still to be written" not in after
    (steps,) = [item for item in sections(after) if item.id == "steps"]
    assert content_gap(steps.body) is None
    assert refresh(after, page()) == after


def test_a_question_comes_back_when_its_answer_is_deleted() -> None:
    """An empty section asks again."""
    answered = refresh(NEW.replace("## Assignment", "1. Open the app\n\n## Assignment"), page())
    assert "Still to be written" not in answered
    assert "Still to be written" in refresh(answered.replace("1. Open the app\n", ""), page())


def test_an_answer_of_the_form_replaces_the_question() -> None:
    """And what a person had written below stays."""
    answered = refresh(NEW.replace("## Assignment", "My own steps.\n\n## Assignment"), page())
    after = refresh(answered, page(steps="> 1. From the form"))
    assert "> 1. From the form\n" in after
    assert "My own steps.\n" in after


def test_a_changed_question_is_no_content() -> None:
    """A new wording replaces the old one, and neither counts as an answer, even in a touched block."""
    other = page(steps="<!-- prompt -->\n> **Still to be written.** Other words.\n")
    assert "Other words" in refresh(NEW, other)
    touched = NEW.replace(
        "> **Still to be written.** Numbered steps.\n", "> **Still to be written.** Numbered steps.\n\n"
    )
    after = refresh(touched, other)
    assert "Numbered steps" not in after
    (steps,) = [item for item in sections(after) if item.id == "steps"]
    assert content_gap(steps.body) == "is still to be written"


def without(text: str, name: str) -> str:
    """The text without one block and its markers."""
    block = blocks_of(text)[name]
    return text.replace(block.opening + "".join(block.lines) + block.closing, "")


def test_a_deleted_block_is_put_back_at_its_section() -> None:
    """Below the section's marker, or its heading where the marker is gone too."""
    after = refresh(without(NEW, "assignment"), page())
    assert blocks_of(after)["assignment"].lines == ("Owner: ana\n",)
    assert after.index("## Assignment") < after.index("Owner: ana") < after.index("- [ ] told")
    bare = without(NEW, "assignment").replace("<!-- section: assignment -->\n", "")
    again = refresh(bare, page())
    assert again.index("## Assignment") < again.index("Owner: ana") < again.index("- [ ] told")
    assert refresh(again, page()) == again


def test_a_deleted_block_is_put_back_behind_the_one_before_it() -> None:
    """In the order of its section; a person's words below that one stay below."""
    two = page(
        extra="<!-- /bugaction:facts:assignment -->\n<!-- bugaction:facts:backup -->\nBackup: cy\n"
        "<!-- /bugaction:facts:backup -->\n<!-- bugaction:facts:deputy -->\nDeputy: dee"
    ).replace("/bugaction:facts:assignment -->\n- [ ]", "/bugaction:facts:deputy -->\n- [ ]")
    whole = refresh("", two)
    assert list(blocks_of(whole)) == ["head", "steps", "assignment", "backup", "deputy"]
    bare = without(without(whole, "backup"), "deputy")
    after = refresh(bare, two)
    assert list(blocks_of(after)) == ["head", "steps", "assignment", "backup", "deputy"]
    assert after.index("Deputy: dee") < after.index("- [ ] told")
    assert refresh(after, two) == after
    assert list(blocks_of(refresh(without(whole, "backup"), two))) == list(blocks_of(whole))


GONE = page(keep=True).replace("facts:assignment keep ", "facts:assignment gone ")


def test_a_block_that_is_gone_leaves_what_a_person_changed_in_it() -> None:
    """Untouched it vanishes, with each copy of it; otherwise its lines stay, as a person's."""
    after = refresh(NEW, GONE)
    assert "assignment" not in blocks_of(after)
    assert "Owner: ana" not in after
    assert "## Assignment\n<!-- section: assignment -->\n- [ ] told\n" in after
    assert refresh(after, GONE) == after
    assert "assignment" not in blocks_of(refresh("", GONE))
    block = blocks_of(NEW)["assignment"]
    copied = NEW + block.opening + "".join(block.lines) + block.closing
    assert "Owner" not in refresh(copied, GONE)
    edited = refresh(NEW.replace("Owner: ana\n", "Owner: ana\nAsk her on Signal.\n"), GONE)
    assert "<!-- section: assignment -->\nOwner: ana\nAsk her on Signal.\n- [ ] told\n" in edited
    assert refresh(edited, GONE) == edited


def test_what_pairs_up_once_a_block_is_gone_goes_as_well() -> None:
    """Markers may stand twice, around the block or in it. Those that another block keeps apart pair up with
    nothing, and are text like any other."""
    block, head = blocks_of(NEW)["assignment"], blocks_of(NEW)["head"]
    whole = "".join([block.opening, *block.lines, block.closing])

    def left(*lines: str, rendered: str = GONE) -> str:
        after = refresh(NEW.replace(whole, "".join(lines)), rendered)
        assert refresh(after, rendered) == after
        return after.partition("<!-- section: assignment -->\n")[2]

    assert left(block.opening, whole, "Mine.\n", block.closing) == "Mine.\n- [ ] told\n"
    backup = ("<!-- bugaction:facts:backup -->\n", "<!-- /bugaction:facts:backup -->\n")
    both = GONE.replace(block.closing, f"{block.closing}{backup[0].replace(' -->', ' gone -->')}{backup[1]}")
    nested = (backup[0], block.opening, "One.\n", backup[1], "Two.\n", block.closing)
    assert left(*nested, rendered=both) == "One.\nTwo.\n- [ ] told\n"
    apart = (block.opening, head.opening, *head.lines, head.closing, block.closing)
    assert left(*apart) == "".join([*apart, "- [ ] told\n"])


def test_a_deleted_head_comes_back_at_the_top() -> None:
    """A block of no section stands below the front matter."""
    after = refresh(without(NEW, "head"), page())
    assert after.index("# Test") < after.index("## Steps")


def test_a_deleted_section_comes_back_only_when_it_is_required() -> None:
    """Whoever deletes the assignment's section does not want it; the steps are asked for again."""
    start = NEW.index("## Assignment")
    assert "## Assignment" not in refresh(NEW[:start], page())
    begin = NEW.index("## Steps")
    after = refresh(NEW[:begin] + NEW[start:], page())
    assert after.index("- [ ] told") < after.index("## Steps to reproduce")
    assert refresh(after, page()) == after


def test_a_block_comes_back_below_a_heading_that_ends_the_text() -> None:
    """The section was emptied down to its heading, with or without a line end."""
    for end in ("", "\n"):
        emptied = NEW[: NEW.index("## Assignment")] + "## Assignment" + end
        after = refresh(emptied, page())
        assert blocks_of(after)["assignment"].lines == ("Owner: ana\n",)
        assert after.index("## Assignment\n") < after.index("Owner: ana")
        assert refresh(after, page()) == after


def test_a_word_in_a_marker_goes() -> None:
    """The marker's line is ours: whatever somebody wrote into it is taken out, and the facts stay."""
    start = "<!-- bugaction:facts:assignment "
    edited = NEW.replace(start, f"{start}done ")
    assert edited != NEW
    assert refresh(edited, page()) == NEW


def test_a_renamed_section_is_still_the_section() -> None:
    """Its block stays where it is."""
    renamed = NEW.replace("## Steps to reproduce", "## How to see it")
    assert refresh(renamed, page()) == renamed


def test_a_block_to_keep_is_left_alone() -> None:
    """Facts that were not read again stay as they were; there are none to put back."""
    assert refresh(NEW, page(keep=True)) == NEW
    assert "assignment" not in blocks_of(refresh("", page(keep=True)))
    assert "assignment" not in blocks_of(refresh(without(NEW, "assignment"), page(keep=True)))


def test_line_ends_are_those_of_the_file() -> None:
    """A CRLF file stays one, and is not written for its line ends alone."""
    crlf = NEW.replace("\n", "\r\n")
    assert refresh(crlf, page()) == crlf
    after = refresh(crlf, page(owner="bo"))
    assert "Owner: bo\r\n" in after
    assert "\n" not in after.replace("\r\n", "")


def test_keys_that_people_add_to_the_front_matter_stay() -> None:
    """With what belongs to them; ours are brought up to date."""
    edited = NEW.replace("severity: P1\n", "severity: P3\nteam: shop\ntags:\n  - nfc\n# note\n")
    after = refresh(edited, page())
    front = after[: after.index("---\n", 4)]
    assert "severity: P1\n" in front
    assert "severity: P3" not in front
    assert "team: shop\ntags:\n  - nfc\n# note\n" in front


@pytest.mark.parametrize(
    "text",
    [
        "Somebody's own file\n",
        "---\nno end of front matter\n",
        "```\nnever closed\n",
        "<!-- never closed\n",
        "\ufeff# With a mark\n",
        "---\n\n---\n\n---\n",
        "<!-- bugaction:facts:steps sha256=0 -->\nno end\n",
        "<!-- /bugaction:facts:steps -->\n",
        "no line end",
    ],
)
def test_any_file_gets_its_facts_once(text: str) -> None:
    """Also one that bugaction did not write, and one that hides everything below it."""
    once = refresh(text, page())
    assert set(blocks_of(once)) >= {"head", "steps"}
    assert refresh(once, page()) == once
    for line in split_lines(text):
        assert line.strip("\ufeff\r\n") in once


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["insert", "delete", "marker", "copy"]),
        st.integers(0, 80),
        st.sampled_from(
            [
                "mine {}\n",
                "mine {}",
                "- mine {}\r\n",
                "```mine{}\n",
                "## mine {}\n",
                "> mine {}\n",
                "<!-- mine {}\n",
            ]
        ),
    ),
    max_size=6,
)
PAGES = [page(), page("bo"), page(steps="> 1. given"), page(keep=True), GONE]
STEP = st.one_of(EDITS, st.sampled_from(PAGES))


def edit(text: str, edits: list[tuple[str, int, str]], names: list[str]) -> str:
    """A person's edits: lines put in anywhere, generated lines and markers deleted, lines copied."""
    lines = split_lines(text)
    for kind, where, words in edits:
        index = where % (len(lines) + 1)
        if kind == "insert":
            names.append(f"n{len(names)}x")
            lines.insert(index, words.format(names[-1]))
            if index and not lines[index - 1].endswith(("\n", "\r")):
                lines[index - 1] += "\n"
            if index + 1 < len(lines) and not lines[index].endswith("\n"):
                lines[index] += "\n"
        elif index < len(lines) and "mine" not in lines[index]:
            if kind == "delete" or (kind == "marker" and "<!--" in lines[index]):
                del lines[index]
            elif kind == "copy":
                lines.insert(index, lines[index] if lines[index].endswith("\n") else lines[index] + "\n")
    return "".join(lines)


@given(st.lists(STEP, max_size=8))
@examples(300)
def test_no_edit_is_lost_and_every_refresh_settles(steps: list[str | list[tuple[str, int, str]]]) -> None:
    """Any interleaving of a person's edits and of refreshes keeps each of the person's lines, once."""
    text = NEW
    names: list[str] = []
    for step in steps:
        text = refresh(text, step) if isinstance(step, str) else edit(text, step, names)
        found = Counter(name for name in names if name in text)
        assert found == Counter(names)
        assert all(text.count(name) == 1 for name in names)
        for rendered in (page(), GONE):
            once = refresh(text, rendered)
            assert refresh(once, rendered) == once


@pytest.mark.parametrize("end", ["", "\r", "\n"])
def test_an_answered_question_at_the_end_settles_at_once(end: str) -> None:
    """However the file ends: nothing is left for a second refresh, which would be a second commit."""
    marker = "<!-- /bugaction:facts:steps -->"
    above, _, _ = NEW.partition("<!-- bugaction:facts:steps")
    block = NEW[len(above) : NEW.index(marker) + len(marker)]
    text = f"{above}1. Pay\n\n{block}{end}"
    once = refresh(text, page())
    assert refresh(once, page()) == once
    assert "1. Pay" in once
