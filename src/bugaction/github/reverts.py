"""What answers `AskRevert`: the files around the commits that a pull request says it takes back.

Nothing here decides anything. What is not there is told as such, and so is what cannot be read: whoever opens
a pull request chooses what is looked into, and must not stop the verdicts on all the others by it. Where
GitHub gives up on a comparison (500 and 503 by OpenAPI, `repos/compare-commits-with-basehead`), it may do so
each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from bugaction.errors import GitHubError, Transient
from bugaction.github import parts
from bugaction.github.comparison import comparison
from bugaction.github.harvest import Harvest
from bugaction.github.normalise import Node, nodes
from bugaction.review import Contents, Revert, RevertClaim, RevertedCommit

__all__ = ["read_revert"]

_PATHS = 40
"""Paths in one request: each is looked up in every commit, and GitHub gives a query ten seconds."""

_MOST_CHANGED = 300
"""Files that a comparison lists at the most
(https://docs.github.com/rest/commits/commits#compare-two-commits)."""

_MERGED = frozenset({"behind", "identical"})
"""How a commit compares with a base whose history holds it (OpenAPI, `commit-comparison`)."""


_IN_LINE = _MERGED | {"ahead"}
"""How two commits compare of which one holds the other."""


def read_revert(harvest: Harvest, claim: RevertClaim) -> Revert:
    """What there is at the claim's commits, or why that cannot be read. Raises `Transient` for a rate limit
    alone, which is the whole run's."""
    try:
        return _read(harvest, claim)
    except GitHubError as error:
        if isinstance(error, Transient) and error.rate_limited:
            raise
        return Revert(None, None, (), (), problem=error.message)


def _read(harvest: Harvest, claim: RevertClaim) -> Revert:
    found: dict[str, Any] = {}
    for first in range(0, len(claim.paths), _PATHS):
        paths = claim.paths[first : first + _PATHS]
        answer = harvest.detail([parts.reverted(claim, paths)])
        for key, side in _sides(answer):
            known = found.setdefault(key, None if side is None else {"oid": side["oid"], "files": {}})
            if known is not None and side is not None and known["oid"] == side["oid"]:
                known["files"] |= {path: _state(side.get(f"f{at}")) for at, path in enumerate(paths)}
    head, base, *forks = (_contents(found, f"side_{at}") for at in range(2 + len(claim.forks)))
    names = {f"commit_{at}": oid for at, oid in enumerate(claim.commits)}
    names |= {f"merge_{at}": f"#{number}" for at, number in enumerate(claim.pulls)}
    commits: dict[str, RevertedCommit] = {}
    for key, name in names.items():
        commit = _commit(harvest, claim, name, found.get(key), found.get(f"{key} before"))
        commits.setdefault(commit.oid or name, commit)
    return Revert(head, base, tuple(forks), tuple(commits.values()), _is_straight(harvest, claim.forks))


def _is_straight(harvest: Harvest, forks: Sequence[str]) -> bool:
    """Whether of any two places where it left its base one holds the other."""
    return all(comparison(harvest, *two).get("status") in _IN_LINE for two in combinations(forks, 2))


def _sides(answer: Node) -> Iterator[tuple[str, Node | None]]:
    """Each commit in the answer by its alias, and its first parent by the same and ` before`."""
    for key, value in answer.items():
        kind = key.partition("_")[0]
        if kind not in ("side", "commit", "merge"):
            continue
        commit = (value or {}).get("mergeCommit") if kind == "merge" else value
        yield key, commit if commit and "oid" in commit else None  # an id may be of no commit
        if commit and kind != "side":
            yield f"{key} before", next(nodes(commit.get("parents")), None)


def _state(entry: Node | None) -> tuple[int, str] | None:
    return (int(entry["mode"]), str(entry["oid"])) if entry else None


def _contents(found: Mapping[str, Any], key: str) -> Contents | None:
    side = found.get(key)
    return side["files"] if side is not None else None


def _commit(
    harvest: Harvest, claim: RevertClaim, name: str, after: Node | None, before: Node | None
) -> RevertedCommit:
    """A commit that is named. The first one of a repository has no parent and is never taken back."""
    if after is None:
        return RevertedCommit(name)
    oid = str(after["oid"])
    base = comparison(harvest, claim.base, oid)
    if base.get("status") not in _MERGED or before is None:
        return RevertedCommit(name, oid, is_merged=base.get("status") in _MERGED)
    changed = _changed(comparison(harvest, str(before["oid"]), oid))
    sides = {"before": before["files"], "after": after["files"]}
    return RevertedCommit(name, oid, is_merged=True, changed=changed, **sides)


def _changed(comparison: Node) -> tuple[str, ...] | None:
    """Every path that differs, those that files were moved from as well; None where there may be more."""
    files: object = comparison.get("files")
    if not isinstance(files, list) or len(files) >= _MOST_CHANGED:
        return None
    paths = [file.get(name) for file in files for name in ("filename", "previous_filename")]
    return tuple(dict.fromkeys(str(path) for path in paths if path))
