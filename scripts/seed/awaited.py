"""What others of the process's lines wait for: each function is one switch for one gate that is being built.

Once its gate is there, the function gives the pointer itself. A test fails while one still says "later" of
something that exists.
"""

from __future__ import annotations

from scripts.seed.pointers import Command, Key, Later, Pointer, Requirement, Section

__all__ = ["learnt", "watched"]


def watched(pointer: Requirement | Command | Key) -> Pointer:
    """What the verification gate brings: deployment, monitoring windows, regressions, debt, who was told."""
    return Later(f"verification ({_name(pointer)})", pointer)


def learnt(pointer: Requirement | Section | Command | Key) -> Pointer:
    """What the post-mortem brings: its document, its gate and its command."""
    return Later(f"post-mortem ({_name(pointer)})", pointer)


def _name(pointer: Requirement | Section | Command | Key) -> str:
    match pointer:
        case Requirement():
            return f"requirement `{pointer.id}`"
        case Section():
            return f"section `{pointer.id}`"
        case Command():
            return f"command `/{pointer.name}`"
        case Key():
            return f"key `{pointer.path}`"
