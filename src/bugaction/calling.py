"""Calling people about a bug: each step of the ladder once, in order, whatever becomes of a run. Pure.

A step is claimed in the ledger (`RecordKind.CLAIMED`, evidence `escalation:…`) in a commit on an expected
head, and the run whose commit won mentions its people in one comment. Once a run sees that comment, the
claim is confirmed, and nothing that happens to the comment repeats it. Where a run ended in between, another
one claims to try again (`again:…`), after `PATIENCE`. A step that is found when it is no longer due is
recorded as passed over (a claim that is not accepted, and says why), and calls nobody.

Of each claim `data` holds, all as text: `clock` (`fix`, `respond`, `regression`), `step` (its place in the
ladder), `to` and `people` (as policy names them, with commas), `due` (ISO 8601), `share`, `severity`, and for
a regression `report`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from bugaction.bug import Bug
from bugaction.calling_words import body_of
from bugaction.errors import Transient
from bugaction.escalation import REGRESSION, Fired, fired, is_call, next_rung_at, over
from bugaction.model import Actor, GateResult, LedgerLine, RecordKind
from bugaction.plan import AppendLedger, CreateComment, DeleteComment, Effect
from bugaction.policy_escalation import share_of
from bugaction.ports import Applied
from bugaction.records import bug_name
from bugaction.rendering import iso
from bugaction.snapshot import Comment
from bugaction.tracking import own_comments

__all__ = [
    "CALL_MARKER",
    "MOST_TRIES",
    "PATIENCE",
    "call_effects",
    "call_lines",
    "call_marker",
    "calls_of",
    "calls_owed",
    "next_step_at",
]

PATIENCE = timedelta(minutes=10)
"""How long a run that claimed a step may take to write its comment before another one does. A job of ours
takes seconds, and its writes are repeated for two minutes at the most."""

MOST_TRIES = 3
"""Comments that are tried for one call. One that GitHub refuses so often (a locked issue, say) is told in the
bug's comment."""

_AGAIN = "again"
CALL_MARKER = "<!-- bugaction:call"
"""How the comment of a call begins; what follows says which."""


def calls_of(bug: Bug) -> tuple[LedgerLine, ...]:
    """Every step that was claimed or passed over, in the order of the ledger."""
    return tuple(line for line in bug.ledger.lines if is_call(line))


def call_marker(number: int, at: datetime) -> str:
    """The first line of the comment that makes the calls which were claimed at that moment."""
    return f"{CALL_MARKER} {bug_name(number)} {at.astimezone(UTC):%Y%m%dT%H%M%SZ} -->"


# The ledger ---------------------------------------------------------------------------------------------


def call_lines(bug: Bug, viewer: Actor) -> tuple[LedgerLine, ...]:
    """What is to be recorded: steps that fell due, calls that are seen to be made, and further tries."""
    due = {item.evidence: item for item in fired(bug)}
    known = {line.evidence for line in calls_of(bug)}
    found = [_claim(bug, item, viewer) for item in due.values() if item.evidence not in known]
    for at, claims in _batches(bug):
        waiting = [claim for claim in claims if not _is_settled(bug, claim)]
        comments = own_comments(bug.issue.comments, viewer, call_marker(bug.number, at))
        if waiting and comments:
            found += [_confirmation(bug, claim, viewer, comments[0]) for claim in waiting]
            continue
        late = [claim for claim in waiting if _is_left(bug, at, claims)]
        whys = [_why_not(bug, claim, due) for claim in late]
        found += [_given_up(bug, claim, viewer, why) for claim, why in zip(late, whys, strict=True) if why]
        if late and not all(whys):
            found += _another_try(bug, claims, viewer)
    return tuple(found)


def _claim(bug: Bug, item: Fired, viewer: Actor) -> LedgerLine:
    people = bug.policy.called(item.step, bug.now)
    why = over(bug, item)
    data = {
        "clock": item.clock,
        "step": str(item.index),
        "to": ", ".join(item.step.to),
        "people": ", ".join(people),
        "due": iso(item.at),
        "share": share_of(item.step.at),
        "severity": str(item.severity),
    }
    if item.clock == REGRESSION:
        data["report"] = item.cause
    return LedgerLine(
        RecordKind.CLAIMED, item.evidence, viewer.login, bug.now, accepted=not why, why=why, data=data
    )


def _confirmation(bug: Bug, claim: LedgerLine, viewer: Actor, comment: Comment) -> LedgerLine:
    data = {"url": comment.url}
    return LedgerLine(RecordKind.CONFIRMED, claim.evidence, viewer.login, bug.now, accepted=True, data=data)


def _given_up(bug: Bug, claim: LedgerLine, viewer: Actor, why: str) -> LedgerLine:
    return LedgerLine(RecordKind.CONFIRMED, claim.evidence, viewer.login, bug.now, accepted=False, why=why)


def _batches(bug: Bug) -> list[tuple[datetime, list[LedgerLine]]]:
    """The claims by the moment at which they were made: one run's, and one comment's."""
    found: dict[datetime, list[LedgerLine]] = {}
    for line in calls_of(bug):
        if line.accepted:
            found.setdefault(line.at, []).append(line)
    return list(found.items())


def _is_settled(bug: Bug, claim: LedgerLine) -> bool:
    return bug.ledger.find(claim.evidence, RecordKind.CONFIRMED) is not None


def _tries(bug: Bug, claims: Sequence[LedgerLine]) -> list[LedgerLine]:
    """The further tries of a call, oldest first."""
    name = claims[0].evidence
    found = (
        bug.ledger.find(f"{_AGAIN}:{count}:{name}", RecordKind.CLAIMED) for count in range(1, MOST_TRIES)
    )
    return [line for line in found if line is not None]


def _is_left(bug: Bug, at: datetime, claims: Sequence[LedgerLine]) -> bool:
    """Whether whoever was to write the comment has had its time."""
    last = max([at, *(line.at for line in _tries(bug, claims))])
    return bug.now - last >= PATIENCE


def _why_not(bug: Bug, claim: LedgerLine, due: dict[str, Fired]) -> str:
    """Why a call that was never made is not made any more; "" where it still is to be."""
    item = due.get(claim.evidence)
    return over(bug, item) if item is not None else "its due time was moved by then"


def _another_try(bug: Bug, claims: Sequence[LedgerLine], viewer: Actor) -> list[LedgerLine]:
    count = len(_tries(bug, claims)) + 1
    evidence = f"{_AGAIN}:{count}:{claims[0].evidence}"
    if count >= MOST_TRIES:
        return []
    return [
        LedgerLine(RecordKind.CLAIMED, evidence, viewer.login, bug.now, accepted=True, data={"of": "call"})
    ]


# The comment --------------------------------------------------------------------------------------------


def call_effects(bug: Bug, gates: Sequence[GateResult], viewer: Actor) -> tuple[Effect, ...]:
    """The comments that this run owes: of what is claimed along with it, or by it before, where it did not
    come to it (`untried`). A twin, of two runs that both wrote one, is removed."""
    found: list[Effect] = []
    for at, claims in _batches(bug):
        marker = call_marker(bug.number, at)
        ours = own_comments(bug.issue.comments, viewer, marker)
        found += [DeleteComment(twin.id) for twin in ours[1:]]
        waiting = [claim for claim in claims if not _is_settled(bug, claim)]
        claimed = any(line in bug.unrecorded for line in (*claims, *_tries(bug, claims)))
        if not ours and waiting and (claimed or marker in bug.untried):
            body = body_of(bug, gates, waiting, _passed_over(bug, at))
            found.append(CreateComment(bug.issue.id, bug.number, marker, f"{marker}\n{body}"))
    return tuple(found)


def _passed_over(bug: Bug, at: datetime) -> list[LedgerLine]:
    return [line for line in calls_of(bug) if not line.accepted and line.at == at]


def calls_owed(owed: Collection[str], wanted: Iterable[Effect], applied: Iterable[Applied]) -> set[str]:
    """The markers of the calls that a run has claimed and not made, after these writes.

    Nobody else makes them for a while. Where the commit of a claim got no answer, the one that is there is
    told by its time, which is in the marker.
    """
    done = list(applied)
    errors = [item.error for item in done if isinstance(item.effect, AppendLedger)]
    asked = {effect.marker for effect in wanted if isinstance(effect, CreateComment) and _calls(effect)}
    if any(error is not None and not isinstance(error, Transient) for error in errors):
        asked = set()
    made = {item.effect.marker for item in done if isinstance(item.effect, CreateComment) and not item.error}
    return {*owed, *asked} - made


def _calls(effect: CreateComment) -> bool:
    return effect.marker.startswith(CALL_MARKER)


# When to look again -------------------------------------------------------------------------------------


def next_step_at(bug: Bug) -> datetime | None:
    """The next moment at which a run has something to do for the ladder; None where there is none in sight.

    It lies in the past where a step is due and not recorded, or a call was claimed and never made.
    """
    known: Collection[str] = {line.evidence for line in calls_of(bug)}
    times = [item.at for item in fired(bug) if item.evidence not in known]
    times += [_next_try(bug, at, claims) for at, claims in _batches(bug) if _is_owed(bug, claims)]
    coming = next_rung_at(bug)
    return min([*times, *([coming] if coming is not None else [])], default=None)


def _is_owed(bug: Bug, claims: Iterable[LedgerLine]) -> bool:
    listed = list(claims)
    is_open = any(not _is_settled(bug, claim) for claim in listed)
    return is_open and len(_tries(bug, listed)) + 1 < MOST_TRIES


def _next_try(bug: Bug, at: datetime, claims: Sequence[LedgerLine]) -> datetime:
    return max([at, *(line.at for line in _tries(bug, claims))]) + PATIENCE
