"""Which severity a bug has: replayed from its labels and the accepted `/severity` commands.

Every label entry that would change something is judged once and becomes a line of the ledger; from then on
the line counts, whatever becomes of the person's rights. The rules:

- A person sets a severity with the role that `people.set_severity` asks for; an app, when `people.bots`
  lists it. Anybody else's label is taken off again, and put back when it was removed.
- The latest accepted decision wins. Labels of another severity are removed; an alias stays as it is.
- What changes nothing (a label of the severity that the bug has, the removal of one that it has not) needs
  no right and is no decision. So our own label writes are none, since they follow the decisions.
- A severity label that stands on the issue while its timeline does not tell who set it (a transferred issue,
  a lagging read) decides nothing. While the bug has no severity it is left alone and asked about; beside a
  decided severity it is removed, and comes back by itself once its entry shows up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bugaction.bug import Proposal, SeverityChange, SeverityState
from bugaction.model import ANYONE, Actor, LedgerFile, LedgerLine, RecordKind, Role, Severity
from bugaction.moment import format_moment
from bugaction.policy import Policy
from bugaction.policy import Proposal as ProposalPolicy
from bugaction.proposal import propose
from bugaction.snapshot import BugFacts, Entry, EntryKind, Issue

__all__ = ["propose", "resolve"]

RoleOf = Callable[[str], Role | None]

_ECHO = timedelta(minutes=15)
"""How far our own label write may lie from the decision that it carries out: a run reads, decides, paces its
requests and writes, and its clock is not GitHub's. A write of ours within this is never a decision."""

_ONE_EDIT = timedelta(seconds=5)
"""A removal and a setting by the same person within this are one change: GitHub's label picker saves both at
once and gives them times a second apart at most."""

_MOST_REMARKS = 5


@dataclass(frozen=True, slots=True)
class _Deed:
    """Something that may change the severity. `entry` is set for labels that the timeline holds, `line` for
    what has been judged. `sets` is False for the removal of a label."""

    at: datetime
    rank: tuple[int, int]
    severity: Severity
    actor: Actor
    evidence: str
    sets: bool = True
    label: str = ""
    entry: Entry | None = None
    line: LedgerLine | None = None


@dataclass(slots=True)
class _Replay:
    """The state while the deeds are replayed in order."""

    current: Severity | None = None
    last: Severity | None = None
    since: datetime | None = None
    since_before: datetime | None = None
    raised: datetime | None = None
    history: list[SeverityChange] = field(default_factory=list)
    on: dict[str, tuple[str, Severity]] = field(default_factory=dict)
    new_lines: list[LedgerLine] = field(default_factory=list)
    ask: set[str] = field(default_factory=set)
    refused: list[LedgerLine] = field(default_factory=list)
    beside: dict[str, str] = field(default_factory=dict)
    beside_by: str = ""

    def see(self, deed: _Deed) -> None:
        """Keep account of which labels are on the issue, rightly or not."""
        if not deed.label:
            return
        if deed.sets:
            self.on[deed.label.casefold()] = (deed.label, deed.severity)
        else:
            self.on.pop(deed.label.casefold(), None)

    def changes_nothing(self, deed: _Deed) -> bool:
        """Whether the deed leaves the severity as it is."""
        if deed.sets:
            return deed.severity is self.current
        still_on = any(held is deed.severity for _, held in self.on.values())
        return deed.severity is not self.current or still_on

    def lately(self, at: datetime) -> set[Severity | None]:
        """The severities that the bug had at some moment of the last quarter of an hour before `at`."""
        states: set[Severity | None] = {self.current}
        for change in reversed(self.history):
            if change.at < at - _ECHO:
                break
            states.add(change.before)
        return states

    def accept(self, deed: _Deed, role: Role | None, why: str, url: str) -> None:
        """Carry an accepted deed out."""
        if self.changes_nothing(deed):
            return
        after = deed.severity if deed.sets else None
        self.beside, self.beside_by = {}, ""
        if deed.sets and deed.label:
            self.beside = {key: label for key, (label, held) in self.on.items() if held is not after}
            self.beside_by = deed.actor.login
        if after is not None:
            if self.last is None or after < self.last:
                self.raised = deed.at
            self.last = after
        before = self._before(deed)
        since = self.since_before if before is after else deed.at
        if before is not after:
            change = SeverityChange(deed.at, deed.actor, role, before, after, why, url, deed.evidence)
            self.history.append(change)
        self.since, self.since_before = (since, None) if after is not None else (None, self.since)
        self.current = after

    def _before(self, deed: _Deed) -> Severity | None:
        """The severity before, where a removal that the same person made in the same edit is undone."""
        if not self.history or not deed.sets:
            return self.current
        last = self.history[-1]
        if last.after is None and last.actor == deed.actor and deed.at - last.at <= _ONE_EDIT:
            return self.history.pop().before
        return self.current

    def taken_by_a_person(self, deed: _Deed, viewer: Actor) -> None:
        """A second label that a person takes off was part of their own edit, and needs no remark."""
        if not deed.sets and not deed.actor.is_same(viewer.login):
            self.beside.pop(deed.label.casefold(), None)


def _severity(line: LedgerLine) -> Severity | None:
    return Severity.parse(line.data.get("severity", ""))


def _deeds(issue: Issue, ledger: LedgerFile, policy: Policy) -> list[_Deed]:
    """Everything that may change the severity, in the order in which it happened."""
    lines = {line.evidence: line for line in ledger.lines if line.kind is RecordKind.SEVERITY}
    deeds: list[_Deed] = []
    for index, entry in enumerate(issue.timeline):
        if entry.kind not in (EntryKind.LABELED, EntryKind.UNLABELED):
            continue
        line = lines.pop(entry.id, None)
        severity = policy.severity_of(entry.value) if line is None else _severity(line)
        if severity is None:
            continue
        sets = entry.kind is EntryKind.LABELED
        deeds.append(
            _Deed(entry.at, (0, index), severity, entry.actor, entry.id, sets, entry.value, entry, line)
        )
    accepted_commands = (
        line for line in ledger.accepted(RecordKind.COMMAND) if line.data.get("name") == "severity"
    )
    for index, line in enumerate((*lines.values(), *accepted_commands)):
        severity = _severity(line)
        if severity is not None:
            sets = line.data.get("action", "") != EntryKind.UNLABELED
            label = line.data.get("label", "")
            actor = Actor(line.actor, is_bot=line.actor.endswith("[bot]"))
            deeds.append(_Deed(line.at, (1, index), severity, actor, line.evidence, sets, label, line=line))
    return sorted(deeds, key=lambda deed: (deed.at, deed.rank))


def _is_echo(deed: _Deed, replay: _Replay, deeds: Iterable[_Deed], viewer: Actor) -> bool:
    """Whether a label write is ours and only follows a decision."""
    if not deed.actor.is_same(viewer.login):
        return False
    states = replay.lately(deed.at)
    states |= {
        other.severity
        for other in deeds
        if other.line is not None and other.line.accepted and other.sets and abs(other.at - deed.at) <= _ECHO
    }
    return deed.severity in states if deed.sets else bool(states - {deed.severity})


def _judge(deed: _Deed, policy: Policy, role_of: RoleOf) -> LedgerLine | None:
    """The decision on a label entry; None while the actor's role is not known."""
    entry = deed.entry
    if entry is None:  # pragma: no cover - a deed has an entry, or a line that was judged
        return None
    line = LedgerLine(
        kind=RecordKind.SEVERITY,
        evidence=entry.id,
        actor=entry.actor.login,
        at=entry.at,
        accepted=True,
        data={"severity": str(deed.severity), "label": entry.value, "action": str(entry.kind)},
    )
    if policy.people.is_listed_bot(entry.actor.login):
        return line
    if entry.actor.is_bot:
        why = f"the app {entry.actor.login} is not on the list `people.bots`"
        return replace(line, accepted=False, why=why)
    # A deleted account holds no role any more, and the one named `ghost` is somebody else's.
    role = Role.NONE if entry.actor == ANYONE else role_of(entry.actor.login)
    if role is None:
        return None
    least = policy.people.set_severity
    if role < least:
        why = f"setting a severity needs the role {least} or above, and {entry.actor.login} has {role}"
        return replace(line, accepted=False, role=role, why=why)
    return replace(line, role=role)


def _replay(deeds: list[_Deed], issue: Issue, policy: Policy, role_of: RoleOf, viewer: Actor) -> _Replay:
    replay = _Replay()
    for deed in deeds:
        replay.see(deed)
        line = deed.line
        if line is None:
            replay.taken_by_a_person(deed, viewer)
            if replay.changes_nothing(deed) or _is_echo(deed, replay, deeds, viewer):
                continue
            line = _judge(deed, policy, role_of)
            if line is None:
                replay.ask.add(deed.actor.login)
                continue
            replay.new_lines.append(line)
        if not line.accepted:
            replay.refused.append(line)
            continue
        replay.accept(deed, line.role, _why(line), line.data.get("url") or issue.url)
    return replay


def _why(line: LedgerLine) -> str:
    """What a change of severity rests on, in words."""
    if reason := line.data.get("reason", ""):
        return reason
    if line.kind is RecordKind.COMMAND:
        return f"by `/severity {line.data['severity']}`"
    verb = "removed" if line.data.get("action") == EntryKind.UNLABELED else "set"
    return f"the label `{line.data.get('label', '')}` was {verb}"


def _unexplained(issue: Issue, policy: Policy) -> tuple[str, ...]:
    """Severity labels that stand though the timeline's last word on them is not that they were set."""
    last: dict[str, EntryKind] = {}
    for entry in issue.timeline:
        if entry.kind in (EntryKind.LABELED, EntryKind.UNLABELED):
            last[entry.value.casefold()] = entry.kind
    return tuple(
        label.name
        for label in issue.labels
        if policy.severity_of(label.name) is not None
        and last.get(label.name.casefold()) is not EntryKind.LABELED
    )


def _remarks(replay: _Replay, unexplained: tuple[str, ...]) -> tuple[str, ...]:
    """What was reverted or removed, and why.

    They follow from recorded facts alone and not from what this run writes, so that the next run, which
    finds the labels in order, says the same.
    """
    remarks: list[str] = []
    for line in replay.refused:
        if replay.since is not None and line.at < replay.since:
            continue
        label, when = line.data.get("label", ""), format_moment(line.at)
        if line.data.get("action") == EntryKind.UNLABELED:
            text = f"The label `{label}`, removed by {line.actor} on {when}, was put back: {line.why}."
        else:
            text = f"The label `{label}`, set by {line.actor} on {when}, was removed: {line.why}."
        remarks.append(text)
    for label in replay.beside.values():
        remarks.append(
            f"Only one severity can hold: {replay.current}, set by {replay.beside_by}, came later, so the "
            f"label `{label}` was removed."
        )
    if replay.current is None:
        remarks += [
            f"The label `{label}` stands, but the timeline does not tell who set it, so it decides nothing: "
            "somebody who may set a severity confirms it with `/severity`."
            for label in unexplained
        ]
    return tuple(dict.fromkeys(remarks))[-_MOST_REMARKS:]


def _apply_proposal(replay: _Replay, issue: Issue, proposal: Proposal, viewer: Actor, now: datetime) -> None:
    evidence = f"proposal:{issue.id}"
    line = LedgerLine(
        kind=RecordKind.SEVERITY,
        evidence=evidence,
        actor=viewer.login,
        at=now,
        accepted=True,
        data={"severity": str(proposal.severity), "reason": " ".join(proposal.reasons)},
    )
    replay.new_lines.append(line)
    deed = _Deed(now, (2, 0), proposal.severity, viewer, evidence)
    replay.accept(deed, None, _why(line), issue.url)


def resolve(
    facts: BugFacts,
    policy: Policy,
    role_of: RoleOf,
    viewer: Actor,
    now: datetime,
    *,
    proposal: Proposal | None = None,
) -> SeverityState:
    """The severity, its history, and what the labels have to become.

    `facts.ledger` already holds the accepted `/severity` commands of this run. `role_of` gives a login's
    role, None where it has not been asked for: the login is then in `ask`, and the rest is provisional.
    `proposal` becomes the severity where the policy applies proposals and nobody has ever set one; it is
    recorded under `proposal:<issue id>`, at `now`, for which `now` is used alone.
    """
    issue = facts.issue
    deeds = _deeds(issue, facts.ledger, policy)
    replay = _replay(deeds, issue, policy, role_of, viewer)
    unexplained = _unexplained(issue, policy)
    untouched = not replay.history and not replay.ask and not unexplained
    if proposal is not None and policy.proposal is ProposalPolicy.APPLY and untouched:
        _apply_proposal(replay, issue, proposal, viewer, now)
    present = {label.name: policy.severity_of(label.name) for label in issue.labels}
    add: tuple[str, ...] = ()
    remove = tuple(
        name
        for name, severity in present.items()
        if severity is not None
        and severity is not replay.current
        and (replay.current is not None or name not in unexplained)
    )
    if replay.current is not None and replay.current not in present.values():
        add = (policy.severities[replay.current].labels[0],)
    return SeverityState(
        current=replay.current,
        since=replay.since,
        raised=replay.raised if replay.current is not None else None,
        history=tuple(replay.history),
        add=add,
        remove=remove,
        remarks=_remarks(replay, unexplained),
        new_lines=tuple(replay.new_lines),
        ask=frozenset(replay.ask),
    )
