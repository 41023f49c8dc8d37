"""The records branch as text: where a bug's files lie, and how its ledger reads and grows.

A ledger is JSON Lines, one decision a line, append-only. Reading is strict and total:
whatever stands there gives a `LedgerFile`, with the lines that cannot be believed in `foreign`. Writing
leaves everything that is there byte for byte, so that a stranger's line stays to be seen.

A line of a ledger names its bug, and carries in `prev` the digest of all lines of ours before it: another
bug's file that was moved here is not believed, and a line that was taken out leaves a gap that shows.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bugaction.model import LedgerFile, LedgerLine, RecordKind, Role

__all__ = [
    "LEDGER_FILE",
    "META_FILE",
    "RECORDS_BRANCH",
    "add_lines",
    "bug_folder",
    "bug_name",
    "documents_branch",
    "documents_of",
    "foreign_lines",
    "format_lines",
    "format_links",
    "format_meta",
    "grown",
    "item_number",
    "ledger_path",
    "links_path",
    "parse_ledger",
    "parse_links",
    "parse_meta",
]

RECORDS_BRANCH = "bugaction/records"
META_FILE = "meta.json"
LEDGER_FILE = "ledger.jsonl"

_VERSION = 1
_NEEDED = frozenset({"v", "kind", "evidence", "actor", "at", "accepted"})
_LEDGER_KEYS = frozenset({"bug", "prev"})
_LINKS_KEYS = frozenset({"pull"})
_KEYS = _NEEDED | _LEDGER_KEYS | _LINKS_KEYS | {"role", "why", "data"}


@dataclass(frozen=True, slots=True)
class _Record:
    """A line with what binds it to its file and its place."""

    line: LedgerLine
    keys: frozenset[str]
    number: int
    prev: str


def bug_name(number: int) -> str:
    """`BUG-042`: at least three digits."""
    return f"BUG-{number:03d}"


def documents_branch(number: int) -> str:
    """The branch that a bug's documents are brought to the default branch from: `bugaction/bug-042`.

    An orphan such as the records branch cannot be a pull request's head.
    """
    return f"bugaction/{bug_name(number).lower()}"


def documents_of(branch: str) -> int:
    """The number of the bug whose documents a branch of that name brings, 0 for any other branch."""
    number = item_number(branch.removeprefix("bugaction/"))
    return number if number is not None and documents_branch(number) == branch else 0


_NUMBER = re.compile(r"(?:#|bug-)?0*([1-9][0-9]{0,9})", re.IGNORECASE | re.ASCII)
_LARGEST = 2**31 - 1
"""Numbers travel as GraphQL's `Int`, which has 32 bits (spec.graphql.org, "Int")."""


def item_number(text: str) -> int | None:
    """The number of an issue or pull request as people write it (`42`, `#42`, `BUG-042`), None for others."""
    match = _NUMBER.fullmatch(text)
    return int(match[1]) if match is not None and int(match[1]) <= _LARGEST else None


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


def parse_ledger(text: str, ours: Collection[int], bug: int) -> LedgerFile:
    """Read the ledger of a bug. `ours` are the one-based numbers of the lines that commits of ours wrote.

    Only a line of ours that is a whole, known record of this bug counts, and only the first of its key.
    Blank lines are nobody's and no fault. Lines end at `\\n` alone, as `git blame` counts them. A `restarted`
    line that follows on what stands before it says that a person took the gaps before it as they are. What a
    newer version of us wrote and this one cannot read is part of the chain all the same.
    """
    lines: dict[tuple[str, RecordKind], LedgerLine] = {}
    foreign: list[int] = []
    chain: list[str] = []
    gap, digest = 0, _seed(bug)
    for number, raw in _filled(text):
        record = _read(raw) if number in ours else None
        is_elsewhere = record is not None and (record.keys != _LEDGER_KEYS or record.number != bug)
        if record is None or is_elsewhere:
            foreign.append(number)
        else:
            if record.prev != digest:
                gap = gap or number
            elif record.line.kind is RecordKind.RESTARTED:
                gap = 0
            lines.setdefault(record.line.key, record.line)
        if number in ours and not is_elsewhere:
            digest = _after(digest, raw)
            chain.append(digest)
    return LedgerFile(text, tuple(lines.values()), tuple(foreign), tuple(chain), gap)


def parse_links(text: str, ours: Collection[int], pull: int) -> LedgerFile:
    """Read the recorded links of a pull request, as `parse_ledger` does. They are an index of what the bugs'
    ledgers hold and not chained themselves."""
    lines: dict[tuple[str, RecordKind], LedgerLine] = {}
    foreign: list[int] = []
    for number, raw in _filled(text):
        record = _read(raw) if number in ours else None
        if record is None or record.keys != _LINKS_KEYS or record.number != pull:
            foreign.append(number)
        else:
            lines.setdefault(record.line.key, record.line)
    return LedgerFile(text, tuple(lines.values()), tuple(foreign))


def foreign_lines(ledger: LedgerFile) -> tuple[LedgerLine, ...]:
    """The decisions that lines which are not ours claim, in order; for comparing, never for believing."""
    raw = ledger.text.split("\n")
    read = [_read(raw[number - 1]) for number in ledger.foreign if number <= len(raw)]
    return tuple(record.line for record in read if record is not None)


def add_lines(ledger: LedgerFile, new: Iterable[LedgerLine]) -> tuple[LedgerLine, ...]:
    """Those of the new lines that the ledger has no decision for yet, in order, each key once."""
    seen = {line.key for line in ledger.lines}
    added: list[LedgerLine] = []
    for line in new:
        if line.key not in seen:
            seen.add(line.key)
            added.append(line)
    return tuple(added)


def grown(ledger: LedgerFile, new: Iterable[LedgerLine], bug: int) -> tuple[str, str]:
    """The ledger's whole new text, and the digest of all that it then holds (`LedgerFile.last`).

    What stands there is kept byte for byte, and the new decisions come below it. The text is unchanged when
    nothing is new.
    """
    digest = ledger.last or _seed(bug)
    added: list[str] = []
    for line in add_lines(ledger, new):
        added.append(_format(line, {"bug": bug, "prev": digest}))
        digest = _after(digest, added[-1])
    return _below(ledger.text, added), digest if added else ledger.last


def format_lines(ledger: LedgerFile, new: Iterable[LedgerLine], bug: int) -> str:
    """The whole new text of a bug's ledger; see `grown`."""
    return grown(ledger, new, bug)[0]


def format_links(links: LedgerFile, new: Iterable[LedgerLine], pull: int) -> str:
    """The whole new text of a pull request's links: what stands there, and the new ones below it."""
    return _below(links.text, [_format(line, {"pull": pull}) for line in add_lines(links, new)])


def _below(text: str, added: Collection[str]) -> str:
    gap = "\n" if added and text and not text.endswith("\n") else ""
    return text + gap + "".join(f"{line}\n" for line in added)


def _format(line: LedgerLine, place: Mapping[str, object]) -> str:
    """One decision as canonical JSON: sorted keys, no empty ones, UTF-8, no line break inside."""
    record: dict[str, object] = {
        **place,
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


def _seed(bug: int) -> str:
    return _digest(f"bug {bug}")


def _after(digest: str, raw: str) -> str:
    """The digest of a line and all before it."""
    return _digest(f"{digest}\n{raw}")


def _digest(text: str) -> str:
    """64 bits: enough, since only lines that we wrote ourselves can be put together."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _filled(text: str) -> Iterable[tuple[int, str]]:
    """The lines that are not blank, by their one-based number."""
    return ((number, raw) for number, raw in enumerate(text.split("\n"), start=1) if raw.strip())


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


def _read(raw: str) -> _Record | None:
    """One line, or None when it is not exactly what `_format` could have meant."""
    record = _load(raw)
    if not isinstance(record, dict) or not _NEEDED <= set(record) <= _KEYS:
        return None
    if type(record["v"]) is not int or record["v"] != _VERSION or type(record["accepted"]) is not bool:
        return None
    texts = [record[name] for name in ("kind", "evidence", "actor")]
    texts += [record.get(name, "") for name in ("why", "prev")]
    if not all(isinstance(value, str) for value in texts) or not record["evidence"] or not record["actor"]:
        return None
    kinds = {kind.value: kind for kind in RecordKind}
    at = _parse_time(record["at"])
    data = record.get("data", {})
    role = _parse_role(record["role"]) if "role" in record else None
    if record["kind"] not in kinds or at is None or not _is_flat(data) or ("role" in record and role is None):
        return None
    keys = frozenset(record) & (_LEDGER_KEYS | _LINKS_KEYS)
    number = record.get("bug", record.get("pull"))
    if type(number) is not int:
        return None
    line = LedgerLine(
        kind=kinds[record["kind"]],
        evidence=record["evidence"],
        actor=record["actor"],
        at=at,
        accepted=record["accepted"],
        role=role,
        why=record.get("why", ""),
        data=dict(data),
    )
    return _Record(line, keys, number, record.get("prev", ""))


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
