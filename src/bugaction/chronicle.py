"""What happened to a bug, moment by moment, from what GitHub and the ledger hold of it.

Deterministic: the same facts give the same moments, in the same order, whenever they are asked for. So only
what has a time of its own is told, and nothing that is read in one run and not in another (the reviews and
checks of a pull request are, while it is open, and once after its merge: `documents.merged` tells of those).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bugaction.approved import is_approval
from bugaction.bug import Bug, SeverityChange
from bugaction.escalation import REGRESSION, is_call
from bugaction.model import LedgerLine, RecordKind
from bugaction.moment import format_moment, parse_moment
from bugaction.records import item_number
from bugaction.snapshot import Entry, EntryKind, PullRequest, PullState
from bugaction.state import commands_in_force, commands_named, linked_at
from bugaction.taken_back import takes_back

__all__ = ["Moment", "timeline_of", "updates_of"]


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a timeline. `at` is in UTC, `url` where it can be seen on GitHub, `who` a login or "".

    `text` is what was done, as a sentence without its subject and its full stop. People's words may be in
    it: it has to be escaped like any of theirs.
    """

    at: datetime
    text: str
    url: str = ""
    who: str = ""


def timeline_of(bug: Bug) -> tuple[Moment, ...]:
    """Everything that is known with its time, oldest first, each once.

    Of a confidential bug the moments hold no words of people.
    """
    found = [
        *_beginning(bug),
        *(_severity(change, bug) for change in bug.severity.history),
        *_acceptances(bug),
        *_commands(bug),
        *updates_of(bug),
        *_entries(bug),
        *_pulls(bug),
        *_started(bug),
        *_called(bug),
        *_restored(bug),
        *_deployment(bug),
    ]
    # GitHub's times have seconds; what a run stamps itself has more, until it is read back from its record.
    return tuple(sorted(dict.fromkeys(found), key=lambda moment: moment.at.replace(microsecond=0)))


def _beginning(bug: Bug) -> Iterator[Moment]:
    if bug.started is not None:
        yield Moment(bug.started, "It began, as the report states", bug.issue.url)
    yield Moment(bug.issue.at, "Reported the bug", bug.issue.url, bug.issue.author.login)


def _severity(change: SeverityChange, bug: Bug) -> Moment:
    if change.after is None:
        text = f"Took the severity {change.before} away"
    elif change.before is None:
        text = f"Set the severity {change.after} ({change.after.word})"
    else:
        text = f"Changed the severity from {change.before} to {change.after} ({change.after.word})"
    return Moment(change.at, _with(text, change.why, bug), change.url or bug.issue.url, change.actor.login)


def _acceptances(bug: Bug) -> Iterator[Moment]:
    for acceptance in bug.acceptances:
        evidence = acceptance.evidence
        at = evidence.at or bug.issue.at
        yield Moment(at, "Took the bug on", evidence.url or bug.issue.url, acceptance.login)


# Commands -----------------------------------------------------------------------------------------------


def _assigned(data: Mapping[str, str]) -> str:
    parts = [f"Assigned {data['assign']}"] if data.get("assign") else []
    if data.get("backup"):
        parts.append(f"{'named' if parts else 'Named'} {data['backup']} as the backup")
    return " and ".join(parts)


def _expected(data: Mapping[str, str]) -> str:
    at = parse_moment(data.get("eta", ""))
    return f"Expects the fix by {format_moment(at)}" if at is not None else ""


def _promised(data: Mapping[str, str]) -> str:
    return f"Named an action item for {data.get('owner', '')}, due {data.get('due', '')}"


def _overridden(data: Mapping[str, str]) -> str:
    return (
        f"Overrode the {data.get('gate', '')} gate for {data.get('pulls', '')} at {data.get('head', '')[:7]}"
    )


def _deployed(data: Mapping[str, str]) -> str:
    place = f" to {data['environment']}" if data.get("environment") else ""
    return f"Said that {data.get('version', 'it')} is deployed{place}"


_TOLD: Mapping[str, Callable[[Mapping[str, str]], str]] = {
    "action": _promised,
    "assign": _assigned,
    "attest": lambda data: f"Attested {data.get('requirement', '')}",
    "channel": lambda data: f"Named the status channel #{data.get('channel', '')}",
    "deployed": _deployed,
    "duplicate": lambda data: f"Called it a duplicate of #{data.get('duplicate', '')}",
    "eta": _expected,
    "override": _overridden,
    "post-mortem": lambda _: "Asked for the post-mortem",
    "regression": lambda _: "Reported a regression",
    "rollback": lambda data: f"Had #{data.get('reverts', '')} rolled back",
    "root-cause": lambda _: "Told of the cause",
    "strategy": lambda data: f"Chose the fix strategy {data.get('strategy', '')}",
    "track": lambda _: "Had the issue tracked as a bug",
    "unlink": lambda data: f"Unlinked #{data.get('pull', '')}",
    "verified": lambda data: f"Looked at production: well for {data.get('window', '')}",
}
"""What a command in force did, by its name."""

_UNTOLD = frozenset({"accept", "help", "recheck", "severity", "undo", "update"})
"""Those that changed nothing that lasts, or whose effect is told by itself: acceptances, severities, lines
that people add."""


def _commands(bug: Bug) -> Iterator[Moment]:
    for line in commands_in_force(bug.ledger):
        name = line.data.get("name", "")
        if name in _UNTOLD or is_approval(line) or _is_acceptance(line, bug):
            continue
        tell = _TOLD.get(name)
        text = tell(line.data) if tell is not None else f"Gave the command /{name}"
        if text:
            why = line.data.get("reason") or line.data.get("note") or line.data.get("text") or ""
            yield Moment(line.at, _with(text, why, bug), line.data.get("url") or bug.issue.url, line.actor)


def updates_of(bug: Bug) -> Iterator[Moment]:
    """The lines that people add, at the time that they name; otherwise when their comment first had one."""
    if bug.confidential:
        return
    first: dict[str, datetime] = {}
    for line in (*commands_named(bug.ledger, "update"), *bug.updates):
        comment = line.evidence.rpartition("#")[0]
        first[comment] = min(line.at, first.get(comment, line.at))
    for line in bug.updates:
        at = parse_moment(line.data.get("time", "")) or first[line.evidence.rpartition("#")[0]]
        yield Moment(at, line.data.get("text", ""), line.data.get("url") or bug.issue.url, line.actor)


def _is_acceptance(line: LedgerLine, bug: Bug) -> bool:
    """Whether the command is what an acceptance rests on: to assign oneself is one."""
    return not line.data.get("backup") and any(
        item.evidence.at == line.at and item.login.casefold() == line.data.get("assign", "").casefold()
        for item in bug.acceptances
    )


def _with(text: str, why: str, bug: Bug) -> str:
    return f"{text}: {why}" if why and not bug.confidential else text


# The issue's own timeline -------------------------------------------------------------------------------


def _entries(bug: Bug) -> Iterator[Moment]:
    for entry in bug.issue.timeline:
        text = _entry(entry, bug)
        if text:
            yield Moment(entry.at, text, bug.issue.url, entry.actor.login)


def _entry(entry: Entry, bug: Bug) -> str:
    match entry.kind:
        case EntryKind.ASSIGNED:
            return "" if _is_known(entry, bug) else f"Assigned {entry.value}"
        case EntryKind.UNASSIGNED:
            return f"Took {entry.value} off the bug"
        case EntryKind.LABELED if _is_regression(entry, bug):
            return f"Reported a regression by the label {entry.value}"
        case EntryKind.UNLABELED if _is_regression(entry, bug):
            return f"Took the label {entry.value} off"
        case EntryKind.CLOSED:
            return "Closed the issue" + (f" as {entry.value}" if entry.value else "")
        case EntryKind.REOPENED:
            return "Opened the issue again"
        case _:
            return ""


def _is_regression(entry: Entry, bug: Bug) -> bool:
    """Whether it is a label of those; once a fix is merged it says that the bug is back, before it is one of
    many."""
    merged = [pull.merged_at for pull in bug.fixes if pull.merged_at is not None]
    names = {name.casefold() for name in bug.policy.labels.regression}
    return entry.value.casefold() in names and any(at <= entry.at for at in merged)


def _is_known(entry: Entry, bug: Bug) -> bool:
    """Whether the assignment is told already: by the acceptance that it is, or by the command behind it."""
    login = entry.value.casefold()
    if any(item.login.casefold() == login and item.evidence.at == entry.at for item in bug.acceptances):
        return True
    return entry.actor.is_bot and any(
        line.data.get("assign", "").casefold() == login and line.at <= entry.at
        for line in commands_in_force(bug.ledger)
    )


# Fixes --------------------------------------------------------------------------------------------------


def _pulls(bug: Bug) -> Iterator[Moment]:
    for pull in bug.fixes:
        name = f"#{pull.number}" if bug.confidential else f"#{pull.number} {pull.title}"
        undone = _undone_by(pull, bug)
        linked = linked_at(bug.issue, bug.ledger, pull.number)
        if linked is not None:
            began = f"Began to take #{undone} back with" if undone else "Began a fix with"
            yield Moment(linked, f"{began} {name}", pull.url, pull.author.login)
        if pull.state is PullState.MERGED and pull.merged_at is not None:
            taken = f"#{pull.number} was merged, which took #{undone} back"
            yield Moment(pull.merged_at, taken if undone else f"The fix {name} was merged", pull.url)


def _undone_by(pull: PullRequest, bug: Bug) -> int:
    """The fix of the bug, or what an order named, that this one takes back; 0 for none."""
    orders = (item_number(line.data.get("reverts", "")) for line in commands_named(bug.ledger, "rollback"))
    numbers = {number: "" for number in orders if number is not None}
    numbers |= {other.number: other.merge_oid for other in bug.fixes}
    return next((number for number, oid in numbers.items() if takes_back(pull, number, oid)), 0)


def _started(bug: Bug) -> Iterator[Moment]:
    """The workflows that were started to deploy an older version."""
    claims = {
        line.evidence: line.data for line in bug.ledger.accepted(RecordKind.CLAIMED) if not is_call(line)
    }
    for line in bug.ledger.accepted(RecordKind.CONFIRMED):
        if line.evidence not in claims:
            continue
        data = claims[line.evidence]
        text = f"Started {data.get('workflow', '')} with the version {data.get('version', '')}"
        yield Moment(line.at, text, bug.issue.url, line.actor)


def _called(bug: Bug) -> Iterator[Moment]:
    """Who was called when something took too long, or did harm; several at once are one line."""
    calls: dict[datetime, list[LedgerLine]] = {}
    for line in bug.ledger.accepted(RecordKind.CLAIMED):
        done = bug.ledger.find(line.evidence, RecordKind.CONFIRMED)
        if is_call(line) and (done is None or done.accepted):
            calls.setdefault(line.at, []).append(line)
    for at, lines in calls.items():
        names = dict.fromkeys(name for line in lines for name in line.data.get("people", "").split(", "))
        is_harm = any(line.data.get("clock") == REGRESSION for line in lines)
        why = "since a regression was reported" if is_harm else "since it took too long"
        yield Moment(at, f"Called {', '.join(name for name in names if name)}, {why}", bug.issue.url)


def _restored(bug: Bug) -> Iterator[Moment]:
    """That production went back, by what took a fix back."""
    for line in bug.ledger.accepted(RecordKind.RESTORED):
        version, place = line.data.get("version", ""), line.data.get("environment", "")
        text = (
            f"Deployed #{line.data.get('pull', '')}, which took the fix back{version and f', as {version}'}"
        )
        yield Moment(line.at, f"{text} to {place}" if place else text, bug.issue.url)


def _deployment(bug: Bug) -> Iterator[Moment]:
    deployed = bug.deployed
    if deployed is not None:
        version = f" {deployed.version}" if deployed.version else ""
        place = f" to {deployed.environment}" if deployed.environment else ""
        text = f"Deployed the fix{version and f' in{version}'}{place}"
        evidence = deployed.evidence
        yield Moment(deployed.at, text, evidence.url or bug.issue.url, evidence.actor)
