"""Generated blocks are found line by line, and known again by their hashes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.documents.facts import Block, content_hash, facts_hash, parse, seal
from bugaction.markdown import split_lines

LINES = st.lists(
    st.sampled_from(
        [
            "<!-- bugaction:facts:a sha256=00 -->\n",
            "<!-- /bugaction:facts:a -->\r\n",
            "  <!-- bugaction:facts:b window=x/y keep -->\n",
            "<!-- /bugaction:facts:b -->\n",
            "words\n",
            "```\n",
            "\n",
        ]
    )
)


def joined(text: str) -> str:
    """The parts of a text put together again."""
    return "".join(
        part if isinstance(part, str) else part.opening + "".join(part.lines) + part.closing
        for part in parse(split_lines(text))
    )


@given(LINES)
def test_parsing_gives_back_every_byte(lines: list[str]) -> None:
    """Paired or stray markers, whatever their order."""
    assert joined("".join(lines)) == "".join(lines)


def blocks(text: str) -> list[Block]:
    """The blocks of a text."""
    return [part for part in parse(split_lines(text)) if isinstance(part, Block)]


def test_a_block_has_its_attributes_and_lines() -> None:
    """A bare word is an attribute without a value."""
    (block,) = blocks("a\n<!-- bugaction:facts:x keep window=1/2 -->\nb\nc\n<!-- /bugaction:facts:x -->\nd\n")
    assert (block.id, block.lines) == ("x", ("b\n", "c\n"))
    assert block.attributes == {"keep": "", "window": "1/2"}


@pytest.mark.parametrize(
    "text",
    [
        "<!-- bugaction:facts:x -->\nnever closed\n",
        "<!-- /bugaction:facts:x -->\nnever opened\n",
        "<!-- bugaction:facts:x -->\n<!-- /bugaction:facts:y -->\n",
        "> <!-- bugaction:facts:x -->\n> <!-- /bugaction:facts:x -->\n",
        "words <!-- bugaction:facts:x -->\n<!-- /bugaction:facts:x -->\n",
        "<!-- bugaction:facts:X -->\n<!-- /bugaction:facts:X -->\n",
    ],
)
def test_markers_that_do_not_pair_up_are_text(text: str) -> None:
    """Nothing is taken for generated that is not between its two markers."""
    assert blocks(text) == []


def test_an_unclosed_fence_hides_no_block() -> None:
    """A page shows code there; the block is still ours to refresh."""
    assert len(blocks("```\n<!-- bugaction:facts:x -->\n<!-- /bugaction:facts:x -->\n")) == 1


def test_a_block_begins_at_the_nearest_opening_marker() -> None:
    """What stands before it, under a stray opening, is a person's."""
    (block,) = blocks(
        "<!-- bugaction:facts:x -->\nmine\n<!-- bugaction:facts:x -->\nours\n<!-- /bugaction:facts:x -->\n"
    )
    assert block.lines == ("ours\n",)


def test_sealing_hashes_blocks_and_prompts() -> None:
    """A template may be laid out freely; what is committed is tidy and marked."""
    sealed = seal(
        "a  \n\n\n\nb\n"
        "<!-- bugaction:facts:x -->\n\n<!-- prompt -->\n> Tell.\n\n<!-- /bugaction:facts:x -->\n\n\n"
    )
    (block,) = blocks(sealed)
    assert sealed.startswith("a\n\nb\n<!-- bugaction:facts:x sha256=")
    assert sealed.endswith("-->\n")
    assert block.is_intact
    assert block.is_prompt
    assert [line for line in block.lines if line.startswith("> ")] == ["> Tell.\n"]
    assert seal(sealed) == sealed


def test_a_changed_block_is_not_intact() -> None:
    """A word more or less is seen; another line end is not."""
    (block,) = blocks(seal("<!-- bugaction:facts:x -->\na\nb\n<!-- /bugaction:facts:x -->\n"))
    crlf = Block(block.id, block.opening, ("a\r\n", "b  \r\n"), block.closing, block.attributes)
    more = Block(block.id, block.opening, ("a\n", "b\n", "c\n"), block.closing, block.attributes)
    assert block.is_intact
    assert crlf.is_intact
    assert not more.is_intact


def test_the_front_matter_hash_covers_every_block() -> None:
    """Its content and its place."""
    one = Block("a", "", ("x\n",), "")
    two = Block("b", "", ("y\n",), "")
    assert facts_hash([one, two]) != facts_hash([two, one])
    assert facts_hash([one]) != facts_hash([Block("a", "", ("z\n",), "")])
    assert len(content_hash(["x\n"])) == 16
