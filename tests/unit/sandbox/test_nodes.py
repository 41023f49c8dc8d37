"""Node ids."""

from __future__ import annotations

import pytest

from bugaction.sandbox.nodes import node_id, parse_node_id


@pytest.mark.parametrize(
    ("kind", "key"), [("I", 42), ("LA", 7), ("REF", "refs/heads/fix/ü"), ("C", "0" * 40)]
)
def test_an_id_finds_its_thing_again(kind: str, key: int | str) -> None:
    """Kind and key survive, whatever the key's characters."""
    assert parse_node_id(node_id(kind, key)) == (kind, str(key))


@pytest.mark.parametrize("text", ["", "id", "I_", "_kwDOMQ", "I_kwDO!", "I_kwDO_w", "I_kwDOeA"])
def test_other_texts_are_no_ids(text: str) -> None:
    """What GitHub would not resolve."""
    assert parse_node_id(text) is None
