"""GraphQL node ids: opaque to the product, stable, and readable to the embedded GitHub alone."""

from __future__ import annotations

import base64
import binascii

__all__ = ["node_id", "parse_node_id"]

_MARK = "_kwDO"
_NUMBERED = frozenset({"I", "IC", "LA", "PR"})
"""Kinds whose key is a number."""


def node_id(kind: str, key: int | str) -> str:
    """The id of a node: `kind` is GitHub's prefix (`I`, `PR`, `IC`, …), `key` what finds the thing again."""
    text = base64.urlsafe_b64encode(str(key).encode()).decode().rstrip("=")
    return f"{kind}{_MARK}{text}"


def parse_node_id(text: str) -> tuple[str, str] | None:
    """The kind and the key of an id of ours, or None for anything else."""
    kind, mark, rest = text.partition(_MARK)
    if not mark or not kind:
        return None
    try:
        key = base64.b64decode(rest + "=" * (-len(rest) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    if not key or (kind in _NUMBERED and not key.isdecimal()):
        return None
    return kind, key
