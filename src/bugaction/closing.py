"""Whether a bug's issue stays open: after the merge, until production has proved the fix. Pure.

A merge with `Fixes #42` closes the issue. For severities that policy holds it is opened again, and closed
once everything after the merge holds. Each close is judged once, by its entry on the timeline, and kept in
the ledger (`RecordKind.CLOSED`: accepted, it stands); so is our own decision to close (`RecordKind.DONE`).
What GitHub is asked for follows from these lines and from the issue's state, so that an answer which was lost
repeats nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bugaction.bug import Bug
from bugaction.gates import GATES
from bugaction.gates.base import rules_of
from bugaction.lane import rules_at_merges
from bugaction.model import ANYONE, Actor, GateResult, LedgerLine, Outcome, RecordKind, Role
from bugaction.policy import Mode
from bugaction.snapshot import Entry, EntryKind, IssueState, PullRequest, PullState
from bugaction.state import duplicate_line
from bugaction.taken_back import last_back

__all__ = ["MOST_HELD", "Because", "Judged", "Step", "afterwards", "judge", "step_of", "words_of"]

MOST_HELD = 3
"""Closes by hand, by those who may not decide it, that are answered by opening the issue again. Another one
stands: a bot that insists on closing would otherwise go on for ever."""

_REFUSED = ("not-planned", "duplicate")
"""GitHub's reasons of a close that says that nothing is left to prove."""


class Because(StrEnum):
    """Why a close stands or is held. The values stand in ledgers (`data.because`): never rename one."""

    REASON = "reason"
    POLICY = "policy"
    UNTRACKED = "untracked"
    PROVEN = "proven"
    OVERRIDE = "override"
    TOO_OFTEN = "too-often"
    UNPROVEN = "unproven"


class Step(StrEnum):
    """What becomes of the issue."""

    LEAVE = "leave"
    REOPEN = "reopen"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Judged:
    """New decisions for the ledger, and logins whose role must be known first."""

    lines: tuple[LedgerLine, ...] = ()
    ask: frozenset[str] = frozenset()


# What counts ----------------------------------------------------------------------------------------------


def _turns(bug: Bug) -> list[Entry]:
    """When the issue was closed and opened again, oldest first."""
    return [entry for entry in bug.issue.timeline if entry.kind in (EntryKind.CLOSED, EntryKind.REOPENED)]


def _is_held(bug: Bug) -> bool:
    """Whether policy has us look after the closing of this bug; observing, nothing is closed or opened.

    A severity in whose lane a fix was merged holds it also after a lowering: what it put off has to follow.
    """
    rules = rules_of(bug)
    if rules is None or bug.policy.mode_of(bug.severity.current) is Mode.OBSERVE:
        return False
    return rules.hold_closing or any(then.hold_closing for then in rules_at_merges(bug))


_OPEN_ENDS = (Outcome.UNMET, Outcome.PENDING, Outcome.DEFERRED)


def _unproven(gates: Iterable[GateResult]) -> list[str]:
    """The titles of the gates after the merge that do not hold. What was put off has to have followed."""
    return [
        GATES[gate.gate].title
        for gate in gates
        if not GATES[gate.gate].blocks_merge and any(item.outcome in _OPEN_ENDS for item in gate.requirements)
    ]


def _is_proven(gates: Sequence[GateResult]) -> bool:
    return any(gate.gate == "verification" for gate in gates) and not _unproven(gates)


def _is_ours(index: int, turns: Sequence[Entry], bug: Bug, viewer: Actor) -> bool:
    """Whether we closed it there: other workflows act under the same name, so our decision has to precede."""
    entry = turns[index]
    if not entry.actor.is_same(viewer.login):
        return False
    is_done = bug.ledger.find(_anchor(turns[:index], bug), RecordKind.DONE) is not None
    return is_done or (entry.value == "duplicate" and duplicate_line(bug.facts) is not None)


def _anchor(turns: Sequence[Entry], bug: Bug) -> str:
    """What our decision to close rests on: the last time that the issue was closed or opened."""
    return turns[-1].id if turns else bug.issue.id


# Judging --------------------------------------------------------------------------------------------------


def judge(
    bug: Bug, gates: Sequence[GateResult], viewer: Actor, role_of: Callable[[str], Role | None]
) -> Judged:
    """What has to be recorded: how the last close is judged, or that the issue is to be closed.

    `gates` are the bug's verdicts. Nothing is judged while it cannot be: no fix is merged, or it is not known
    whether this repository has anything to watch. Another fix that is on its way makes no close stand, since
    anybody may open one.
    """
    turns = _turns(bug)
    if bug.issue.state.is_open:
        if not _is_ready(bug, gates, viewer):
            return Judged()
        done = LedgerLine(RecordKind.DONE, _anchor(turns, bug), viewer.login, bug.now, accepted=True)
        return Judged() if bug.ledger.find(*done.key) is not None else Judged((done,))
    if not turns or turns[-1].kind is not EntryKind.CLOSED:
        return Judged()
    last = turns[-1]
    if bug.ledger.find(last.id, RecordKind.CLOSED) is not None or _is_ours(
        len(turns) - 1, turns, bug, viewer
    ):
        return Judged()
    because = _because(last, bug, gates)
    if because is not Because.UNPROVEN or last.by_merge:
        return Judged((_line(last, because),)) if because is not None else Judged()
    return _by_hand(last, bug, role_of)


def _because(entry: Entry, bug: Bug, gates: Sequence[GateResult]) -> Because | None:
    """Why a close stands whoever made it, `UNPROVEN` where it does not, None where it cannot be told."""
    if entry.value in _REFUSED:
        return Because.REASON
    if bug.severity.current is None or not _is_merged(bug.fixes):
        return None
    if not _is_held(bug):
        return Because.POLICY
    if not _is_merged(bug.standing):  # taken back, all of it: nobody asks then what production runs
        return Because.UNPROVEN
    if bug.deployed is None and not bug.is_tracked:
        return None
    if bug.deployed is not None and not bug.deployed.is_tracked:
        return Because.UNTRACKED
    return Because.PROVEN if _is_proven(gates) else Because.UNPROVEN


def _is_merged(pulls: Iterable[PullRequest]) -> bool:
    return any(pull.state is PullState.MERGED for pull in pulls)


def _by_hand(entry: Entry, bug: Bug, role_of: Callable[[str], Role | None]) -> Judged:
    """The first close is held whoever made it; a later one stands by the word of who may override."""
    held = _held_lines(bug)
    if not held:
        return Judged((_line(entry, Because.UNPROVEN),))
    role: Role | None = None
    if not entry.actor.is_bot:
        # A deleted account holds no role any more, and the one named `ghost` is somebody else's.
        role = Role.NONE if entry.actor == ANYONE else role_of(entry.actor.login)
        if role is None:
            return Judged(ask=frozenset({entry.actor.login}))
        if role >= bug.policy.people.override:
            return Judged((_line(entry, Because.OVERRIDE, role),))
    by_hand = sum(line.data.get("closer") == "person" for line in held)
    because = Because.TOO_OFTEN if by_hand >= MOST_HELD else Because.UNPROVEN
    return Judged((_line(entry, because, role),))


def _held_lines(bug: Bug) -> list[LedgerLine]:
    return [line for line in bug.ledger.lines if line.kind is RecordKind.CLOSED and not line.accepted]


def _line(entry: Entry, because: Because, role: Role | None = None) -> LedgerLine:
    is_held = because is Because.UNPROVEN
    return LedgerLine(
        kind=RecordKind.CLOSED,
        evidence=entry.id,
        actor=entry.actor.login,
        at=entry.at,
        accepted=not is_held,
        role=role,
        why="not everything that has to hold after the merge does" if is_held else "",
        data={
            "reason": entry.value or "completed",
            "closer": "merge" if entry.by_merge else "person",
            "because": str(because),
        },
    )


# What follows ---------------------------------------------------------------------------------------------


def step_of(bug: Bug, gates: Sequence[GateResult], viewer: Actor, recorded: Collection[LedgerLine]) -> Step:
    """What is to be done to the issue, by what is recorded: a decision that is not yet waits."""
    turns = _turns(bug)
    if bug.issue.state.is_open:
        done = bug.ledger.find(_anchor(turns, bug), RecordKind.DONE)
        return Step.CLOSE if done in recorded and _is_ready(bug, gates, viewer) else Step.LEAVE
    line = bug.ledger.find(_anchor(turns, bug), RecordKind.CLOSED)
    if line is None or line.accepted or line not in recorded or not _is_held(bug) or _is_proven(gates):
        return Step.LEAVE
    return Step.REOPEN if bug.issue.state is IssueState.COMPLETED else Step.LEAVE


def afterwards(bug: Bug, step: Step) -> Bug:
    """The bug as it is once the step is taken."""
    if step is Step.LEAVE:
        return bug
    state = IssueState.OPEN if step is Step.REOPEN else IssueState.COMPLETED
    return replace(bug, facts=replace(bug.facts, issue=replace(bug.issue, state=state)))


def _is_ready(bug: Bug, gates: Sequence[GateResult], viewer: Actor) -> bool:
    """Whether nothing is left to wait for, and nobody wants it open nevertheless."""
    return _is_held(bug) and _is_proven(gates) and _wanted_open(bug, gates, viewer) is None


def _wanted_open(bug: Bug, gates: Sequence[GateResult], viewer: Actor) -> Entry | None:
    """The last time that somebody opened the issue again although everything held; None where nobody did.

    It stays open then until a fix that was merged later holds. Where something was missing at the time, it is
    enough that this has followed.
    """
    turns = _turns(bug)
    found = [index for index, entry in enumerate(turns) if _is_reopened_by_others(index, turns, bug, viewer)]
    if not found:
        return None
    last = turns[found[-1]]
    if any(pull.merged_at is not None and pull.merged_at > last.at for pull in bug.fixes):
        return None
    earlier = {bug.issue.id, *(entry.id for entry in turns[: found[-1]])}
    was_done = any(line.evidence in earlier for line in bug.ledger.accepted(RecordKind.DONE))
    newest = _newest(gates)
    return last if was_done or newest is None or newest < last.at else None


def _is_reopened_by_others(index: int, turns: Sequence[Entry], bug: Bug, viewer: Actor) -> bool:
    """Ours are those that answer a close which is held."""
    entry = turns[index]
    if entry.kind is not EntryKind.REOPENED:
        return False
    before = bug.ledger.find(_anchor(turns[:index], bug), RecordKind.CLOSED)
    return not (entry.actor.is_same(viewer.login) and before is not None and not before.accepted)


def _newest(gates: Iterable[GateResult]) -> datetime | None:
    """When the last thing happened that what follows the merge rests on."""
    times = [
        proof.at
        for gate in gates
        if not GATES[gate.gate].blocks_merge
        for item in gate.requirements
        for proof in item.evidence
        if proof.at is not None
    ]
    return max(times, default=None)


# What is said ---------------------------------------------------------------------------------------------


def words_of(bug: Bug, gates: Sequence[GateResult], viewer: Actor) -> tuple[str, str]:
    """Why the issue is held open, and what else is to be known of its closing; "" where there is nothing."""
    closed = [entry for entry in _turns(bug) if entry.kind is EntryKind.CLOSED]
    line = bug.ledger.find(closed[-1].id, RecordKind.CLOSED) if closed else None
    if not bug.issue.state.is_open:
        return "", _stands(line)
    if not _is_held(bug):
        return "", ""
    if _is_proven(gates):
        reopened = _wanted_open(bug, gates, viewer)
        who = f"{reopened.actor.login} opened the issue again" if reopened is not None else ""
        return "", f"{who} after everything held: it is left open until a further fix holds" if who else ""
    return (_holds(line, bug, gates) if line is not None and not line.accepted else ""), ""


def _holds(line: LedgerLine, bug: Bug, gates: Sequence[GateResult]) -> str:
    """Why an issue that was closed is open, and who may close it nevertheless."""
    what = "A merge" if line.data.get("closer") == "merge" else line.actor
    names = _unproven(gates)
    until = f"{' and '.join(names)} {'hold' if len(names) > 1 else 'holds'}" if names else "its fix is merged"
    back = last_back(bug.fixes)
    if back is not None and not _is_merged(bug.standing):
        until = f"a further fix is merged, since #{back.number} took the one before it back, and holds"
    least = bug.policy.people.override
    rules = rules_of(bug)
    is_held = rules is not None and rules.hold_closing
    which = f"a {bug.severity.current}" if is_held else "what was merged in the fast lane"
    return (
        f"{what} closed the issue, and it was opened again: {which} stays open until {until}, and is "
        f"closed by itself then. With the role {least} or above anybody may close it nevertheless, by "
        "closing it once more; to give it up, close it as not planned."
    )


def _stands(line: LedgerLine | None) -> str:
    """What is said of a closed issue."""
    if line is None:
        return ""
    match line.data.get("because", ""):
        case Because.REASON:
            return f"{line.actor} closed the issue as {line.data.get('reason', '').replace('-', ' ')}"
        case Because.OVERRIDE:
            role = f" ({line.role})" if line.role is not None else ""
            return f"{line.actor}{role} closed the issue once more before everything held: that stands"
        case Because.TOO_OFTEN:
            return (
                f"The issue was closed by hand more than {MOST_HELD} times before everything held, last by "
                f"{line.actor}: it is not opened again"
            )
        case Because.UNTRACKED:
            return (
                "The issue was not held open until production had proved the fix: neither a deployment to "
                "production nor a release was known here"
            )
        case _:
            return ""
