"""Which pull requests stand in a merge group.

GITHUB_TOKEN may not read `mergeQueue`, so the queue is read from its branches: each entry has one below
`gh-readonly-queue/BASE/`, named `pr-NUMBER-SHA` after the commit it was built on, which is the head of the
entry before it or of the base (seen in `merge_group` payloads: npm @octokit/webhooks-examples).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["PREFIX", "group_pulls", "own_pull", "queue_prefix"]

PREFIX = "refs/heads/gh-readonly-queue/"

_NAME = re.compile(r"pr-([1-9][0-9]{0,9})-([0-9a-f]{40,64})")


def queue_prefix(base_ref: str) -> str:
    """The prefix of a base branch's queue: `refs/heads/gh-readonly-queue/main/`."""
    return f"{PREFIX}{base_ref.removeprefix('refs/heads/')}/"


def own_pull(head_ref: str, base_ref: str) -> int | None:
    """The pull request that the group at `head_ref` was made for, the last in it; None if it is not told."""
    found = _entry(head_ref, base_ref)
    return int(found[1]) if found is not None else None


def group_pulls(head_ref: str, base_ref: str, refs: Mapping[str, str]) -> tuple[int, ...]:
    """The pull requests of the group at `head_ref`, front of the queue first; () when they cannot be told.

    `refs` are the queue's branches below `queue_prefix(base_ref)`: name to head oid.
    """
    found = _entry(head_ref, base_ref)
    numbers: list[int] = []
    while found is not None:
        number, base = int(found[1]), found[2]
        if number in numbers:
            return ()
        numbers.append(number)
        before = [ref for ref, oid in refs.items() if oid == base]
        if not before:
            return tuple(reversed(numbers))
        found = _NAME.fullmatch(before[0]) if len(before) == 1 else None
    return ()


def _entry(head_ref: str, base_ref: str) -> re.Match[str] | None:
    """The branch's name, taken apart, where it is one of that base's queue."""
    name = head_ref if head_ref.startswith("refs/") else f"refs/heads/{head_ref}"
    prefix = queue_prefix(base_ref)
    return _NAME.fullmatch(name.removeprefix(prefix)) if name.startswith(prefix) else None
