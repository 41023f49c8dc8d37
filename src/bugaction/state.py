"""What the accepted commands come to: read from the ledger, the later one wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bugaction.model import LedgerFile, LedgerLine, RecordKind, Role, Strategy
from bugaction.moment import parse_moment
from bugaction.records import item_number
from bugaction.snapshot import BugFacts, EntryKind, Issue

__all__ = [
    "Planned",
    "Wanted",
    "commands_in_force",
    "commands_named",
    "duplicate_line",
    "is_close_held",
    "is_over",
    "last_word",
    "link_line",
    "linked_at",
    "missing_assignees",
    "original_of",
    "planned",
    "unlinked_pulls",
]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody whom a command assigned, when, and the evidence of that command's line."""

    login: str
    at: datetime
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan for a bug as people gave it; "" and None where nobody has.

    `assignees` are all whom a command assigned, by time; `attestations` the newest line per requirement,
    and `spoken` all of them.
    `backup_line`, `eta_line`, `channel_line` and `strategy_line` are the decisions that the values come from.
    """

    backup: str = ""
    backup_role: Role | None = None
    eta: datetime | None = None
    channel: str = ""
    strategy: Strategy | None = None
    assignees: tuple[Wanted, ...] = ()
    attestations: Mapping[str, LedgerLine] = field(default_factory=dict)
    spoken: tuple[LedgerLine, ...] = ()
    backup_line: LedgerLine | None = None
    eta_line: LedgerLine | None = None
    channel_line: LedgerLine | None = None
    strategy_line: LedgerLine | None = None


def commands_in_force(ledger: LedgerFile) -> tuple[LedgerLine, ...]:
    """The accepted commands that no `/undo` took back, in the order in which they were given.

    An `/undo` is in force for good: its line names the evidence of the one that it takes back.
    """
    accepted = ledger.accepted(RecordKind.COMMAND)
    undone = {line.data.get("undoes") for line in accepted if line.data.get("name") == "undo"}
    return tuple(sorted((line for line in accepted if line.evidence not in undone), key=lambda line: line.at))


def commands_named(ledger: LedgerFile, *names: str) -> tuple[LedgerLine, ...]:
    """Those in force with one of these names, in the order in which they were given."""
    return tuple(line for line in commands_in_force(ledger) if line.data.get("name") in names)


def _newest(ledger: LedgerFile, name: str, key: str) -> LedgerLine | None:
    lines = [line for line in commands_named(ledger, name) if line.data.get(key)]
    return lines[-1] if lines else None


def _newest_strategy(ledger: LedgerFile) -> LedgerLine | None:
    """Whoever has a change rolled back chooses that strategy by it."""
    lines = [line for line in commands_named(ledger, "rollback", "strategy") if line.data.get("strategy")]
    return lines[-1] if lines else None


def _value(line: LedgerLine | None, key: str) -> str:
    return line.data.get(key, "") if line is not None else ""


def planned(ledger: LedgerFile) -> Planned:
    """The plan that the ledger's accepted commands give."""
    backup, eta = _newest(ledger, "assign", "backup"), _newest(ledger, "eta", "eta")
    channel, strategy = _newest(ledger, "channel", "channel"), _newest_strategy(ledger)
    wanted: dict[str, Wanted] = {}
    for line in commands_named(ledger, "assign", "accept"):
        if login := line.data.get("assign", ""):
            wanted[login.casefold()] = Wanted(login, line.at, line.evidence)
    spoken = commands_named(ledger, "attest")
    return Planned(
        backup=_value(backup, "backup"),
        backup_role=Role.parse(_value(backup, "backup-role")),
        eta=parse_moment(_value(eta, "eta")),
        channel=_value(channel, "channel"),
        strategy=Strategy.parse(_value(strategy, "strategy")),
        assignees=tuple(wanted.values()),
        attestations={line.data.get("requirement", ""): line for line in spoken},
        spoken=spoken,
        backup_line=backup,
        eta_line=eta,
        channel_line=channel,
        strategy_line=strategy,
    )


def last_word(spoken: Iterable[LedgerLine], requirement: str, head: str = "") -> LedgerLine | None:
    """The newest of these attestations that is for that requirement, and for that commit ("" for none)."""
    said = [
        line
        for line in spoken
        if line.data.get("requirement") == requirement and line.data.get("head", "") == head
    ]
    return said[-1] if said else None


def unlinked_pulls(ledger: LedgerFile) -> dict[int, LedgerLine]:
    """The pull requests that a bug was unlinked from, by number, each with the decision."""
    lines = ((item_number(line.data.get("pull", "")), line) for line in commands_named(ledger, "unlink"))
    return {number: line for number, line in lines if number is not None}


def linked_at(issue: Issue, ledger: LedgerFile, pull: int) -> datetime | None:
    """When a pull request was first seen to belong to the bug: by GitHub's own timeline, otherwise by our
    record; None where neither tells."""
    number = str(pull)
    recorded = [line.at for line in ledger.accepted(RecordKind.LINK) if line.data.get("pull") == number]
    return min(_shown(issue, pull) or recorded, default=None)


def link_line(facts: BugFacts, pull: int, node: str, viewer: str, made: datetime) -> LedgerLine:
    """That a pull request, with that node id, belongs to the bug: from when GitHub shows it to.

    Where nothing on the issue tells, as with a link by a branch's name, it does once there are both; `made`
    is when the pull request was. When a run records it says nothing: that may be hours late.
    """
    return LedgerLine(
        kind=RecordKind.LINK,
        evidence=node,
        actor=viewer,
        at=min(_shown(facts.issue, pull), default=max(made, facts.issue.at)),
        accepted=True,
        data={"bug": str(facts.issue.number), "pull": str(pull)},
    )


def _shown(issue: Issue, pull: int) -> list[datetime]:
    """When GitHub's timeline of the issue names the pull request."""
    return [
        entry.at
        for entry in issue.timeline
        if entry.kind in (EntryKind.CROSS_REFERENCED, EntryKind.CONNECTED) and entry.value == str(pull)
    ]


def duplicate_line(facts: BugFacts) -> LedgerLine | None:
    """The decision that the issue is a duplicate, None where there is none.

    Opening the issue again takes it back: what was decided before then no longer counts.
    """
    opened = [entry.at for entry in facts.issue.timeline if entry.kind is EntryKind.REOPENED]
    lines = commands_named(facts.ledger, "duplicate")
    return lines[-1] if lines and all(at < lines[-1].at for at in opened) else None


def is_close_held(facts: BugFacts) -> bool:
    """Whether the issue is closed, and that does not stand: it is about to be opened again.

    By what is recorded of its last close, so that it is the same for the run that opens it and for one that
    comes before or after.
    """
    turns = [e for e in facts.issue.timeline if e.kind in (EntryKind.CLOSED, EntryKind.REOPENED)]
    if facts.issue.state.is_open or not turns:
        return False
    line = facts.ledger.find(turns[-1].id, RecordKind.CLOSED)
    return line is not None and not line.accepted


def is_over(facts: BugFacts) -> bool:
    """Whether the issue is closed, and not about to be opened again."""
    return not facts.issue.state.is_open and not is_close_held(facts)


def original_of(facts: BugFacts) -> int:
    """The issue that this one is a duplicate of, 0 where it is none."""
    line = duplicate_line(facts)
    return (item_number(line.data.get("duplicate", "")) or 0) if line is not None else 0


def missing_assignees(issue: Issue, plans: Planned) -> tuple[str, ...]:
    """Whom a command assigned and GitHub does not show yet.

    Somebody whom the timeline shows as assigned or unassigned since the command is left as people have put
    it: a command is carried out once.
    """
    touched = {
        (entry.value.casefold(), entry.at)
        for entry in issue.timeline
        if entry.kind in (EntryKind.ASSIGNED, EntryKind.UNASSIGNED)
    }
    return tuple(
        wanted.login
        for wanted in plans.assignees
        if not any(assignee.is_same(wanted.login) for assignee in issue.assignees)
        and not any(login == wanted.login.casefold() and at >= wanted.at for login, at in touched)
    )
