"""A document is cut at the markers of its sections, line by line."""

from __future__ import annotations

import pytest

from bugaction.documents.facts import content_hash, parse
from bugaction.documents.stretches import Stretch, inside, stretches, within
from bugaction.markdown import split_lines

TEXT = """\
# All

## Cause
above
<!-- section: cause required -->
said

### Part
<!-- section: part -->
more

## Mine
own

Impact
------
<!-- section: impact -->
<!-- section: bare -->
nothing
"""


def cut(text: str, titles: dict[tuple[str, ...], str] | None = None) -> tuple[Stretch, ...]:
    """The stretches of a text without front matter."""
    return stretches(parse(split_lines(text)), titles or {})


def test_every_part_is_in_one_stretch() -> None:
    """In order; a section begins at the last heading above its marker, or at the marker."""
    found = cut(TEXT)
    assert [(one.id, one.level) for one in found] == [
        ("", 0), ("cause", 2), ("part", 3), ("impact", 2), ("bare", 0),
    ]  # fmt: skip
    assert found[1].above == ("above\n",)
    assert found[3].heading == ("Impact\n", "------\n")
    parts = (part for one in found for part in (*one.heading, *one.above, *one.marker, *one.below))
    assert "".join(map(str, parts)) == TEXT


def test_a_section_reaches_as_far_as_a_gate_reads() -> None:
    """Sections below it are in it; a heading of its level ends it, with a marker or without."""
    lines = within(cut(TEXT))
    assert {"above", "said", "### Part", "more"} <= lines["cause"]
    assert lines["part"] - {""} == {"### Part", "more"}
    assert not {"own", "## Mine"} & (lines["cause"] | lines["part"])
    assert lines["bare"] == {"nothing"}


def test_a_heading_is_given_an_id_where_its_marker_was_deleted() -> None:
    """The first of that title, and none that has a marker."""
    found = cut(TEXT + "\n## Mine\n", {("## Mine",): "mine", ("## Cause",): "other"})
    assert [one.id for one in found] == ["", "cause", "part", "mine", "impact", "bare"]
    assert found[3].marker == ()
    assert "own\n" in found[3].below


@pytest.mark.parametrize(
    ("text", "count"),
    [("a\n## b\n", 1), ("a\n### b\n", 2), ("```\n# a comment\n```\n## b\n", 3), ("```\n# open\n", 1)],
)
def test_a_heading_in_code_ends_nothing(text: str, count: int) -> None:
    """Where the fence is closed."""
    assert inside(parse(split_lines(text)), 2) == count


@pytest.mark.parametrize(
    ("inner", "digits", "count"),
    [
        ("mine\n-\n", "sha256=0", 1),
        ("### mine\n", "sha256=0", 3),
        ("said\n", "sha256=0", 3),
        ("## ours\n", f"sha256={content_hash(['## ours'])}", 3),
    ],
    ids=["somebody's", "deeper", "none", "generated"],
)
def test_a_heading_that_somebody_wrote_in_a_block_ends_the_section(
    inner: str, digits: str, count: int
) -> None:
    """The whole block stands behind the end."""
    text = f"a\n<!-- bugaction:facts:x {digits} -->\n{inner}<!-- /bugaction:facts:x -->\nb\n"
    assert inside(parse(split_lines(text)), 2) == count
