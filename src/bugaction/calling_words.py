"""What is said of calls: in the comment that makes them, in the bug's comment, and in a run's summary. Pure.

The comment that makes a call is the only thing that mentions people on purpose. Whom it mentions is named by
policy and by nothing else; every other word of it is escaped as anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from bugaction.bug import Bug
from bugaction.clocks import fix_due
from bugaction.documents.base import repository_url, server_url
from bugaction.escalation import REGRESSION, RESPOND, is_call, ladder
from bugaction.escaping import inline, link, remark
from bugaction.model import GateResult, LedgerLine, RecordKind, RequirementResult, Severity
from bugaction.moment import format_moment, parse_moment
from bugaction.plan import ClockVerdict
from bugaction.policy_escalation import role_words, share_of
from bugaction.snapshot import PullState
from bugaction.turn import in_turn, overridden

__all__ = ["body_of", "contacts_of", "told_calls"]

_MENTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:/[a-z0-9][a-z0-9._-]*)?", re.ASCII)
"""What GitHub reads behind an `@`; any other name is told without one."""

_MOST_TOLD = 12
"""Calls in a bug's comment; the ledger holds all of them."""

_AT_ONCE = timedelta(minutes=1)
"""A run that looks so soon after the due time has noticed nothing late."""


# The comment that calls ---------------------------------------------------------------------------------


def body_of(
    bug: Bug, gates: Sequence[GateResult], claims: Sequence[LedgerLine], passed_over: Sequence[LedgerLine]
) -> str:
    """The comment's text below its marker. Of a confidential bug it says that somebody is needed, no more."""
    base = server_url(bug)
    names = dict.fromkeys(name for claim in claims for name in _people(claim))
    mentions = " ".join(f"@{name}" if _MENTION.fullmatch(name) else inline(name) for name in names)
    severity = f" ({bug.severity.current})" if bug.severity.current is not None else ""
    is_stop = any(claim.data.get("clock") == REGRESSION for claim in claims)
    lines = [f"{mentions}: **{bug.name}{severity} needs you.**", ""]
    if bug.confidential:
        page = f"{repository_url(bug)}/security/advisories"
        lines += [
            remark(f"It is confidential: what it is about stands in [a private advisory]({page}).", base)
        ]
        return "\n".join(lines) + "\n"
    if is_stop:
        lines += ["🛑 **Stop, and roll back.**", ""]
    reports = sorted(claims, key=lambda claim: claim.data.get("clock") != REGRESSION)
    lines += [f"- {remark(_reason(bug, claim), base)}" for claim in reports]
    lines += [f"- {remark(_skip(line), base)}" for line in passed_over]
    lines += ["", *_next(bug, gates, base, is_stop=is_stop)]
    if contacts := contacts_of(bug):
        lines += ["", f"{' · '.join(f'{inline(name)}: {inline(text)}' for name, text in contacts)}"]
    return "\n".join(lines) + "\n"


def _people(claim: LedgerLine) -> list[str]:
    return [name for name in claim.data.get("people", "").split(", ") if name]


def _who(line: LedgerLine) -> str:
    """`bo (on-call)`: the people, and the role that they were called for."""
    return _named(line.data.get("people", ""), line.data.get("to", ""))


def _named(people: str, roles: str) -> str:
    if not people or people == roles:
        return people or roles
    return f"{people} ({', '.join(role_words(role) for role in roles.split(', '))})"


def _reason(bug: Bug, claim: LedgerLine) -> str:
    """Why these people are called: what is late or near, since when, and when that was noticed."""
    due = parse_moment(claim.data.get("due", "")) or claim.at
    late = claim.at - due > _AT_ONCE
    noticed = f", noticed {format_moment(claim.at)}" if late else ""
    who = _who(claim)
    if claim.data.get("clock") == REGRESSION:
        return f"{who}: a regression was reported {format_moment(due)}{noticed}"
    if claim.data.get("clock") == RESPOND:
        return f"{who}: nobody has taken it on, and an answer was due {format_moment(due)}{noticed}"
    share, until = claim.data.get("share", ""), fix_due(bug)
    used = f"{share} of the time for the fix was used up {format_moment(due)}{noticed}"
    if until is None:
        return f"{who}: {used}"
    is_over = until <= bug.now
    return f"{who}: {used}; the fix {'was' if is_over else 'is'} due {format_moment(until)}"


def _skip(line: LedgerLine) -> str:
    due = parse_moment(line.data.get("due", "")) or line.at
    return f"Passed over, since {line.why}: {_who(line)}, due {format_moment(due)}"


def _next(bug: Bug, gates: Sequence[GateResult], base: str, *, is_stop: bool) -> Iterator[str]:
    """What to do, as the bug's comment has it: take the change back, the first thing that is in the way, or
    the merge that waits."""
    if is_stop:
        words = "`/rollback REASON` takes the newest fix back; the checklist tells the rest."
        yield f"**Next step:** {remark(words, base)}"
        return
    let_past = overridden(gates, bug)
    blocking = [item for gate in in_turn(gates, bug) if gate not in let_past for item in gate.blocking]
    waiting = [link(f"#{pull.number}", pull.url, base) for pull in bug.fixes if pull.state is PullState.OPEN]
    if not bug.acceptances:
        yield f"**Next step:** {remark('Whoever takes it on comments `/accept`.', base)}"
    elif blocking:
        yield f"**Next step:** {remark(_step(blocking[0]), base)}"
    elif waiting:
        yield f"**Next step:** merge {', then '.join(waiting)}."


def _step(item: RequirementResult) -> str:
    return item.remedy or item.problem or item.sentence


def contacts_of(bug: Bug) -> list[tuple[str, str]]:
    """The contacts that a P0 shows, each a name and a text of policy's."""
    if bug.severity.current is not Severity.P0:
        return []
    return [(contact.name, contact.text) for contact in bug.policy.contacts]


# What is told of it -------------------------------------------------------------------------------------


def told_calls(bug: Bug) -> tuple[ClockVerdict, ...]:
    """A line for each call and each step to come. What is told changes with events, and not with the time."""
    lines = [line for line in bug.ledger.lines if is_call(line)]
    found = [_verdict(bug, line) for line in lines[-_MOST_TOLD:]]
    known = {line.evidence for line in lines}
    for rung in ladder(bug):
        if rung.evidence in known or rung.clock == RESPOND:
            continue
        people = ", ".join(bug.policy.called(rung.step, rung.due or bug.now))
        roles = ", ".join(rung.step.to)
        who = _named(people, roles)
        words = f"at {share_of(rung.step.at)} of the time for the fix"
        words += f", {format_moment(rung.due)}" if rung.due is not None else ", once its clock goes on"
        found.append(ClockVerdict(_name(rung.evidence), f"Call {who}", "running", words, rung.due))
    return tuple(found)


def _name(evidence: str) -> str:
    """`escalation-fix-0`: what it is about, and its place in the ladder."""
    first, clock, *_ = evidence.split(":")
    return f"{first}-{clock}-{evidence.rpartition(':')[2]}"


def _verdict(bug: Bug, line: LedgerLine) -> ClockVerdict:
    due = parse_moment(line.data.get("due", "")) or line.at
    title = f"Call {_who(line)}"
    about = _about(line)
    done = bug.ledger.find(line.evidence, RecordKind.CONFIRMED)
    why = line.why if not line.accepted else done.why if done is not None and not done.accepted else ""
    if why:
        words = f"{about}, due {format_moment(due)}: passed over, since {why}"
        return ClockVerdict(_name(line.evidence), title, "stopped", words, due)
    late = f", due {format_moment(due)}" if line.at - due > _AT_ONCE else ""
    words = f"{about}{late}, called {format_moment(line.at)}"
    return ClockVerdict(_name(line.evidence), title, "met", words, due, line.at)


def _about(line: LedgerLine) -> str:
    if line.data.get("clock") == REGRESSION:
        return "a regression"
    if line.data.get("clock") == RESPOND:
        return "nobody had answered"
    return f"at {line.data.get('share', '')} of the time for the fix"
