"""Patterns of paths, in the language of `.gitignore` without its negations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

__all__ = ["matches"]

_LONGEST = 200


def matches(pattern: str, path: str) -> bool:
    """Whether a path of the repository (`src/a.py`) is one that the pattern means.

    `**` stands for any folders, `*` for any part of one name, `?` for one character. Without a slash inside,
    a pattern means a name in any folder; one that ends in a slash means everything below. Case counts, as it
    does in git. Raises `ValueError` for a pattern that is empty, absolute, over 200 characters, or holds
    anything that does not belong into a path.
    """
    return _fits(_parts(pattern), path.split("/"), "**", _is_name)


@lru_cache(maxsize=256)
def _parts(pattern: str) -> tuple[str, ...]:
    parts = pattern.removesuffix("/").split("/")
    hostile = any(part in ("", ".", "..") for part in parts) or "\\" in pattern or not pattern.isprintable()
    if hostile or len(pattern) > _LONGEST:
        raise ValueError(f"no pattern of paths: {pattern!r}")
    if len(parts) == 1:
        parts.insert(0, "**")
    if pattern.endswith("/"):
        parts.append("**")
    if parts[-1] == "**":  # everything below a folder, and not the folder's own name
        parts.append("*")
    return tuple(parts)


def _is_name(part: str, name: str) -> bool:
    if "?" in part:
        return bool(name) and _fits(part, name, "*", lambda one, char: one in ("?", char))
    begin, *between = part.split("*")
    if not between:
        return name == part
    end = between.pop()
    if not name or len(name) < len(begin) + len(end) or not (name.startswith(begin) and name.endswith(end)):
        return False
    at, stop = len(begin), len(name) - len(end)
    for piece in between:  # the first place of each leaves most room for those that follow
        at = name.find(piece, at, stop)
        if at < 0:
            return False
        at += len(piece)
    return True


def _fits(pattern: Sequence[str], items: Sequence[str], star: str, same: Callable[[str, str], bool]) -> bool:
    """Whether the items are those of the pattern, in which a star stands for any number of them.

    Only the last star is ever widened, so no pattern takes longer than the product of both lengths.
    """
    at = position = 0
    last, begin = -1, 0
    while position < len(items):
        if at < len(pattern) and pattern[at] == star:
            last, begin = at, position
            at += 1
        elif at < len(pattern) and same(pattern[at], items[position]):
            at += 1
            position += 1
        elif last >= 0:
            begin += 1
            at, position = last + 1, begin
        else:
            return False
    return all(part == star for part in pattern[at:])
