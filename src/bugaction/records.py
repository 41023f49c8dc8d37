"""The records branch as text: where a bug's files lie, and how its ledger reads and grows.

A ledger is JSON Lines, one decision a line, append-only. Reading is strict and total:
whatever stands there gives a `LedgerFile`, with the lines that cannot be believed in `foreign`. Writing
leaves everything that is there byte for byte, so that a stranger's line stays to be seen.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from bugaction.model import LedgerFile, LedgerLine, RecordKind, Role

__all__ = [
    "LEDGER_FILE",
    "META_FILE",
    "RECORDS_BRANCH",
    "add_lines",
    "bug_folder",
    "bug_name",
    "foreign_lines",
    "format_line",
    "format_lines",
    "format_meta",
    "ledger_path",
    "links_path",
    "parse_ledger",
    "parse_meta",
]

RECORDS_BRANCH = "bugaction/records"
META_FILE = "meta.json"
LEDGER_FILE = "ledger.jsonl"

_VERSION = 1
_KEYS = frozenset({"v", "kind", "evidence", "actor", "at", "accepted", "role", "why", "data"})
_NEEDED = frozenset({"v", "kind", "evidence", "actor", "at", "accepted"})


def bug_name(number: int) -> str:
    """`BUG-042`: at least three digits."""
    return f"BUG-{number:03d}"


def bug_folder(root: str, number: int) -> str:
    """Where a bug's documents and its ledger lie, on every branch: `documents/bugs/BUG-042`."""
    return f"{root.strip('/')}/{bug_name(number)}"


def ledger_path(root: str, number: int) -> str:
    """The ledger's path on the records branch: `documents/bugs/BUG-042/ledger.jsonl`."""
    return f"{bug_folder(root, number)}/{LEDGER_FILE}"


def links_path(root: str, pull: int) -> str:
    """Where the links of a pull request are kept, so that it is known without its text.

    `documents/bugs/links/PR-7.jsonl` on the records branch: `link` lines, the same as in the bugs' ledgers.
    """
    return f"{root.strip('/')}/links/PR-{pull}.jsonl"


def parse_ledger(text: str, ours: Collection[int]) -> LedgerFile:
    """Read a ledger. `ours` are the one-based numbers of the lines that commits of ours wrote.

    Only a line of ours that is a whole, known record counts, and only the first of its key. Blank lines are
    nobody's and no fault. Lines end at `\\n` alone, as `git blame` counts them.
    """
    lines: list[LedgerLine] = []
    foreign: list[int] = []
    seen: set[tuple[str, RecordKind]] = set()
    for number, raw in enumerate(text.split("\n"), start=1):
        if not raw.strip():
            continue
        line = _read(raw) if number in ours else None
        if line is None:
            foreign.append(number)
        elif line.key not in seen:
            seen.add(line.key)
            lines.append(line)
    return LedgerFile(text=text, lines=tuple(lines), foreign=tuple(foreign))


def foreign_lines(ledger: LedgerFile) -> tuple[LedgerLine, ...]:
    """The decisions that lines which are not ours claim, in order; for comparing, never for believing."""
    raw = ledger.text.split("\n")
    read = [_read(raw[number - 1]) for number in ledger.foreign if number <= len(raw)]
    return tuple(line for line in read if line is not None)


def add_lines(ledger: LedgerFile, new: Iterable[LedgerLine]) -> tuple[LedgerLine, ...]:
    """Those of the new lines that the ledger has no decision for yet, in order, each key once."""
    seen = {line.key for line in ledger.lines}
    added: list[LedgerLine] = []
    for line in new:
        if line.key not in seen:
            seen.add(line.key)
            added.append(line)
    return tuple(added)


def format_lines(ledger: LedgerFile, new: Iterable[LedgerLine]) -> str:
    """The ledger's whole new text: what stands there, byte for byte, and the new decisions below it.

    The text is unchanged when nothing is new.
    """
    added = "".join(f"{format_line(line)}\n" for line in add_lines(ledger, new))
    if not added:
        return ledger.text
    gap = "\n" if ledger.text and not ledger.text.endswith("\n") else ""
    return f"{ledger.text}{gap}{added}"


def format_line(line: LedgerLine) -> str:
    """One decision as canonical JSON: sorted keys, no empty ones, UTF-8, no line break inside."""
    record: dict[str, object] = {
        "v": _VERSION,
        "kind": line.kind.value,
        "evidence": line.evidence,
        "actor": line.actor,
        "at": _format_time(line.at),
        "accepted": line.accepted,
    }
    if line.role is not None:
        record["role"] = str(line.role)
    if line.why:
        record["why"] = line.why
    if line.data:
        record["data"] = dict(line.data)
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def format_meta(since: datetime) -> str:
    """The text of `meta.json`: from when on bugs are looked at."""
    record = {"version": _VERSION, "since": _format_time(since)}
    return json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n"


def parse_meta(text: str) -> datetime | None:
    """The time that `meta.json` holds, or None when the text is not what `format_meta` writes."""
    record = _load(text)
    if not isinstance(record, dict) or set(record) != {"version", "since"}:
        return None
    if type(record["version"]) is not int or record["version"] != _VERSION:
        return None
    return _parse_time(record["since"])


def _read(raw: str) -> LedgerLine | None:
    """One line, or None when it is not exactly what `format_line` could have meant."""
    record = _load(raw)
    if not isinstance(record, dict) or not _NEEDED <= set(record) <= _KEYS:
        return None
    if type(record["v"]) is not int or record["v"] != _VERSION or type(record["accepted"]) is not bool:
        return None
    texts = [record[name] for name in ("kind", "evidence", "actor")] + [record.get("why", "")]
    if not all(isinstance(value, str) for value in texts) or not record["evidence"] or not record["actor"]:
        return None
    kinds = {kind.value: kind for kind in RecordKind}
    at = _parse_time(record["at"])
    data = record.get("data", {})
    role = _parse_role(record["role"]) if "role" in record else None
    if record["kind"] not in kinds or at is None or not _is_flat(data) or ("role" in record and role is None):
        return None
    return LedgerLine(
        kind=kinds[record["kind"]],
        evidence=record["evidence"],
        actor=record["actor"],
        at=at,
        accepted=record["accepted"],
        role=role,
        why=record.get("why", ""),
        data=dict(data),
    )


def _load(text: str) -> object:
    """The JSON value of a text, or None: a depth bomb and a duplicate key count as unreadable."""
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refuse(name: str) -> object:
    message = f"{name} is no JSON"
    raise ValueError(message)


def _is_flat(data: object) -> bool:
    return isinstance(data, Mapping) and all(
        isinstance(key, str) and isinstance(value, str) for key, value in data.items()
    )


def _parse_role(value: object) -> Role | None:
    role = Role.parse(value) if isinstance(value, str) else None
    return role if role is not None and str(role) == value else None


def _format_time(at: datetime) -> str:
    """ISO 8601 in UTC with a `Z`; microseconds only where there are any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _parse_time(value: object) -> datetime | None:
    if not isinstance(value, str) or not value.endswith("Z"):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return at if at.utcoffset() == timedelta(0) else None
