"""What `init` does to a repository's files: files in, changes out, as values.

A file is known to be ours by the digest that was recorded when it was made. A text that differs from that has
a person's change in it, and is never written over; a file without a record was never ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bugaction.adoption.texts import Wanted
from bugaction.adoption.tree import MANIFEST, File, Tree, digest, essence, pins, repinned
from bugaction.errors import UserError

__all__ = ["NOBODY_CHOSE", "Change", "Choice", "Plan", "Step", "plan", "recorded", "removal"]


class Step(StrEnum):
    """What becomes of a file."""

    CREATE = "create"
    UPDATE = "update"
    CURRENT = "current"
    EDITED = "edited"
    """A person changed it since, and there is a newer version: theirs stays."""
    YOURS = "yours"
    """A person changed it since; there is nothing new for it."""
    FOREIGN = "foreign"
    """It was never ours."""
    AWAY = "away"
    """A person deleted it."""
    REMOVE = "remove"
    LEFT = "left"
    """To be removed, but it holds a change that git does not know yet."""


WRITES = frozenset({Step.CREATE, Step.UPDATE, Step.REMOVE})


@dataclass(frozen=True, slots=True)
class Change:
    """A file: its text as it is (None where there is none) and as `init` has it (None for a removal)."""

    step: Step
    path: str
    before: str | None = None
    after: str | None = None
    crlf: bool = False

    @property
    def writes(self) -> bool:
        """Whether the file changes."""
        return self.step in WRITES


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person says about files by name: `take` the version of `init`, or `keep` what is there."""

    take: frozenset[str] = frozenset()
    keep: frozenset[str] = frozenset()


NOBODY_CHOSE = Choice()


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes in the order in which they are made; the record of what was written comes last."""

    changes: tuple[Change, ...]

    @property
    def writes(self) -> tuple[Change, ...]:
        """Those that change a file."""
        return tuple(change for change in self.changes if change.writes)

    @property
    def is_current(self) -> bool:
        """Whether nothing is to be done, by `init` or by a person."""
        return not any(change.writes or change.step is Step.EDITED for change in self.changes)


_DIGEST = re.compile(r"[0-9a-f]{64}")


def recorded(tree: Tree) -> dict[str, str]:
    """The digest of each file that was written, as it was made.

    Raises `UserError` where the record is there and cannot be read: to begin a new one would forget which
    files are a person's.
    """
    file = tree.get(MANIFEST)
    if file is None:
        return {}
    try:
        data = json.loads(file.text or "")
        files = data["files"] if data["version"] == 1 else None
        if isinstance(files, dict) and all(_DIGEST.fullmatch(str(value)) for value in files.values()):
            return {str(path): str(value) for path, value in files.items()}
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    raise UserError(
        f"{MANIFEST}, where `init` keeps what it wrote, cannot be read.",
        remedy="Take it back from git; or delete it: files that are as `init` writes them are found again, "
        "and every other one counts as yours.",
    )


def plan(tree: Tree, files: Iterable[Wanted], choice: Choice, *, repin: str = "") -> Plan:
    """What is to be done so that these files are there. `repin` is a commit that every pin is moved to, ""
    leaves pins where they are.

    Running it on the result changes nothing. No text that a person wrote is changed without a `take`, but
    for pins. Raises `UserError` as `recorded` does, and for a choice of a file that is none of these.
    """
    files = tuple(files)
    _check(choice, {item.path for item in files})
    record = recorded(tree)
    changes: list[Change] = []
    for item in files:
        change, mark = _change(item, tree.get(item.path), record.get(item.path), choice, repin)
        changes.append(change)
        if mark is not None:
            record[item.path] = mark
    return Plan((*changes, *_record(tree, record)))


def _check(choice: Choice, known: set[str]) -> None:
    for path in sorted(choice.take | choice.keep):
        if path not in known:
            raise UserError(
                f"`init` writes no file {path} here.", remedy=f"It writes {', '.join(sorted(known))}."
            )
        if path in choice.take and path in choice.keep:
            raise UserError(f"{path} cannot be both taken and kept.", remedy="Name it once.")


def _change(
    item: Wanted, file: File | None, mark: str | None, choice: Choice, repin: str
) -> tuple[Change, str | None]:
    """What becomes of one file, and the digest to record for it (None for none)."""
    new = digest(item.text)
    taken, kept = item.path in choice.take, item.path in choice.keep
    if file is None:
        if kept or (mark is not None and not taken):
            return Change(Step.AWAY, item.path), new if kept else mark
        return Change(Step.CREATE, item.path, None, item.text), new
    change = Change(Step.CURRENT, item.path, file.text, item.text, file.crlf)
    if file.text is None:
        return (
            (replace(change, step=Step.UPDATE), new) if taken else (replace(change, step=Step.FOREIGN), mark)
        )
    if essence(file.text) == essence(item.text):
        return _moved(change, repin), new
    if taken:
        return replace(change, step=Step.UPDATE), new
    if kept or (mark is not None and (mark == new or item.seeded)):
        is_edited = kept or digest(file.text) != mark
        return _moved(
            replace(change, step=Step.YOURS if is_edited else Step.CURRENT), repin
        ), new if kept else mark
    if mark is None:
        return replace(change, step=Step.FOREIGN), None
    if digest(file.text) == mark:
        return replace(change, step=Step.UPDATE), new
    return replace(change, step=Step.EDITED), mark


def _moved(change: Change, repin: str) -> Change:
    """The change, or an update of nothing but the pins where they are to be moved."""
    before = change.before or ""
    if repin and pins(before) not in ((), (repin,)):
        return replace(change, step=Step.UPDATE, after=repinned(before, repin))
    return replace(change, after=before)


def _record(tree: Tree, record: Mapping[str, str]) -> tuple[Change, ...]:
    text = json.dumps({"version": 1, "files": dict(sorted(record.items()))}, indent=2) + "\n"
    file = tree.get(MANIFEST)
    if file is None:
        return (Change(Step.CREATE, MANIFEST, None, text),) if record else ()
    step = Step.CURRENT if file.text == text else Step.UPDATE
    return (Change(step, MANIFEST, file.text, text, file.crlf),)


def removal(tree: Tree, paths: Iterable[str]) -> Plan:
    """What is to be done so that nothing of these files is left.

    Removed is what was written and is as it was made, or lies in the last commit as it is; what git does not
    know stays. Raises `UserError` as `recorded` does.
    """
    record = recorded(tree)
    changes: list[Change] = []
    for path in paths:
        file = tree.get(path)
        if path not in record or file is None:
            continue
        is_safe = file.committed or (file.text is not None and digest(file.text) == record[path])
        changes.append(Change(Step.REMOVE if is_safe else Step.LEFT, path, file.text, None, file.crlf))
    left = {change.path: record[change.path] for change in changes if change.step is Step.LEFT}
    if left:
        changes += _record(tree, left)
    elif MANIFEST in tree:
        manifest = tree[MANIFEST]
        changes.append(Change(Step.REMOVE, MANIFEST, manifest.text, None, manifest.crlf))
    return Plan(tuple(changes))
