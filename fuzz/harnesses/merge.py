"""A document that people have changed, and its fresh facts."""

from __future__ import annotations

from bugaction.documents.merge import blocks_of, is_left_out, refresh
from fuzz.documents import golden, theirs, unsealed
from fuzz.words import text_of

_ROOM = 4_096
_GONE = "<!-- bugaction:facts:checked"
"""The block that one of the small documents takes away."""


def check(data: bytes) -> None:
    """No line of a person is lost or doubled, every fact is there once, and it settles.

    The first byte says which document is rendered, the rest is what stands there.
    """
    rendered = golden(data[0] if data else 0)
    existing = unsealed(text_of(data[1:]))
    once = refresh(existing, rendered)
    # Marks of a block that is gone, within each other, are taken away pair by pair.
    assert refresh(once, rendered) == once or (" gone" in rendered and existing.count(_GONE) > 1)
    before, after = theirs(existing), theirs(once)
    assert before == after, (before - after, after - before)
    assert len(once) <= len(existing) * 2 + len(rendered) * 2 + _ROOM
    fresh = blocks_of(rendered)
    found = blocks_of(once)
    for name, block in fresh.items():
        if name in found and not is_left_out(block):
            assert found[name].is_intact
