"""What a gate is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bugaction.bug import Bug, Gap
from bugaction.escaping import plain
from bugaction.fix_at_hand import is_on_the_fix_at_hand
from bugaction.gates.override import waive
from bugaction.lane import at_merges
from bugaction.model import Evidence, GateResult, LedgerLine, Outcome, RequirementResult, Severity
from bugaction.policy import SeverityPolicy
from bugaction.snapshot import PullRequest, PullState

__all__ = [
    "URGENT",
    "Gate",
    "PullRequirement",
    "Requirement",
    "Verdict",
    "attested",
    "attested_of_fix",
    "by_advisory",
    "evidence_of",
    "lacking",
    "named_gaps",
    "rules_of",
    "stakeholders",
    "waits_for_severity",
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a requirement found: see `RequirementResult` for the fields."""

    outcome: Outcome
    problem: str = ""
    remedy: str = ""
    evidence: tuple[Evidence, ...] = ()
    due: datetime | None = None


class Requirement(Protocol):
    """One line of a checklist: a pure function of the bug."""

    id: str
    """Stable: people name it in `/attest`, it stands in outputs and in the reference."""

    sentence: str
    """What has to hold, as the checklist shows it."""

    def check(self, bug: Bug) -> Verdict:
        """The outcome for this bug; total: any bug gets an answer."""
        ...


class PullRequirement(Protocol):
    """One line of a checklist that each pull request has to meet: a pure function of both."""

    id: str
    """As in `Requirement`."""

    sentence: str
    """As in `Requirement`."""

    def check(self, bug: Bug, pull: PullRequest) -> Verdict:
        """The outcome for this open pull request, which fixes this bug; total."""
        ...


_Checked = tuple[str, str, Verdict]
"""A requirement's id and sentence, and what it found."""


def _always(bug: Bug) -> bool:  # noqa: ARG001 - as every gate's rule
    return True


@dataclass(frozen=True, slots=True)
class Gate:
    """A named list of requirements that must hold before the next phase.

    `of_pull` are those that each pull request has to meet by itself; a gate has either these or
    `requirements`. `blocks_merge` gates have a commit status `bugaction/<name>`. `concerns` says whether the
    bug has come that far: before that, its checklist does not show the gate.
    """

    name: str
    title: str
    requirements: tuple[Requirement, ...] = ()
    of_pull: tuple[PullRequirement, ...] = ()
    blocks_merge: bool = True
    concerns: Callable[[Bug], bool] = _always

    @property
    def context(self) -> str:
        """The commit status's context. It always reports under this one name."""
        return f"bugaction/{self.name}"

    def judge(self, bug: Bug, pull: PullRequest) -> GateResult:
        """The verdict for one open pull request that fixes the bug: every outcome, in order.

        What somebody overrode for this commit is waived.
        """
        if not self.of_pull:
            return waive(self._result(bug, 0, self._of_bug(bug)), bug, pull)
        return waive(self._result(bug, pull.number, self._of_fix(bug, pull)), bug, pull)

    def survey(self, bug: Bug) -> tuple[GateResult, ...]:
        """The verdicts that the bug's own checklist shows: one, or one for each open pull request.

        None while the bug has not come that far. Without an open pull request the gate waits for one, or
        is behind a bug whose fix is merged: then what was put off is shown until it is made good. An override
        is for a pull request: what the bug itself lacks is shown as it is. What was put off at a merge is
        owed as it was put off, whatever the severity is now.
        """
        if not self.concerns(bug):
            return ()
        waiting = [pull for pull in bug.fixes if pull.state is PullState.OPEN]
        if not self.of_pull:
            debts = {} if waiting else self._debts(bug)
            return (self._result(bug, 0, [debts.get(item[0], item) for item in self._of_bug(bug)]),)
        if waiting:
            return tuple(self.judge(bug, pull) for pull in waiting)
        merged = [pull for pull in bug.standing if pull.state is PullState.MERGED]
        owing = [(pull, owed) for pull in merged if (owed := self._owed(bug, pull))]
        if owing:
            return tuple(
                self._result(bug, pull.number, [self._merged([pull]), *owed]) for pull, owed in owing
            )
        return (self._result(bug, 0, [self._merged(merged)] if merged else list(self._without_pull(bug))),)

    def owing(self, bug: Bug) -> tuple[GateResult, ...]:
        """What fixes that are merged and stand were let through without, by this gate, and that is not made
        good yet: nothing but deferred requirements, also while another pull request is open."""
        if not self.blocks_merge:
            return ()
        if not self.of_pull:
            found = [(0, list(self._debts(bug).values()))]
        else:
            merged = (pull for pull in bug.standing if pull.state is PullState.MERGED)
            found = [(pull.number, self._owed(bug, pull)) for pull in merged]
        return tuple(self._result(bug, number, owed) for number, owed in found if owed)

    def _of_bug(self, bug: Bug) -> list[_Checked]:
        return [(item.id, item.sentence, item.check(bug)) for item in self.requirements]

    def _of_fix(self, bug: Bug, pull: PullRequest) -> list[_Checked]:
        return [(item.id, item.sentence, item.check(bug, pull)) for item in self.of_pull]

    def _debts(self, bug: Bug) -> dict[str, _Checked]:
        """What a severity of before put off at a merge, and the bug still lacks, by id. A raise that came
        later puts nothing off any further: the first severity's due time counts."""
        if not self.blocks_merge:
            return {}
        return _put_off(item for then in at_merges(bug) for item in self._of_bug(then))

    def _owed(self, bug: Bug, pull: PullRequest) -> list[_Checked]:
        """What a merged pull request was let through without, to be made good later."""
        severities = (*at_merges(bug, pull), bug)
        return list(_put_off(item for then in severities for item in self._of_fix(then, pull)).values())

    def _merged(self, pulls: Sequence[PullRequest]) -> _Checked:
        proofs = tuple(Evidence(f"#{pull.number} is merged", pull.url) for pull in pulls)
        return self.of_pull[0].id, self.of_pull[0].sentence, Verdict(Outcome.MET, evidence=proofs)

    def _without_pull(self, bug: Bug) -> Iterator[_Checked]:
        first, *others = self.of_pull
        remedy = f"Open a pull request whose description says `Fixes #{bug.number}`."
        yield first.id, first.sentence, Verdict(Outcome.PENDING, "no pull request fixes it yet", remedy)
        for item in others:  # said once: whatever they ask for has no place yet
            yield item.id, item.sentence, Verdict(Outcome.PENDING)

    def _result(self, bug: Bug, pull: int, checked: Sequence[_Checked]) -> GateResult:
        results = tuple(
            RequirementResult(
                id=id_,
                sentence=sentence,
                outcome=verdict.outcome,
                problem=verdict.problem,
                remedy=verdict.remedy,
                evidence=verdict.evidence,
                due=verdict.due,
            )
            for id_, sentence, verdict in checked
        )
        return GateResult(gate=self.name, bug=bug.number, requirements=results, pull=pull)


def _put_off(checked: Iterable[_Checked]) -> dict[str, _Checked]:
    """The deferred ones by their id, each the first time that it comes."""
    found: dict[str, _Checked] = {}
    for item in checked:
        if item[2].outcome is Outcome.DEFERRED:
            found.setdefault(item[0], item)
    return found


def named_gaps(gaps: Sequence[Gap]) -> str:
    """What a document lacks: its first gap by name, and how many more there are."""
    more = f", and {len(gaps) - 1} more wait{'s' if len(gaps) == 2 else ''}" if len(gaps) > 1 else ""
    return f'section "{plain(gaps[0].section)}" {plain(gaps[0].problem)}{more}'


def evidence_of(line: LedgerLine) -> Evidence:
    """Somebody's word, as what an outcome rests on."""
    note = line.data.get("note")
    text = f"attested by {line.actor}" + (f": {note}" if note else "")
    return Evidence(text, line.data.get("url", ""), line.actor, line.at)


def attested(bug: Bug, requirement: str) -> Verdict | None:
    """Met by somebody's word, None where there is none."""
    line = bug.attestations.get(requirement)
    return Verdict(Outcome.MET, evidence=(evidence_of(line),)) if line is not None else None


def attested_of_fix(bug: Bug, requirement: str) -> Verdict | None:
    """As `attested`, by a word on the fix at hand."""
    line = bug.attestations.get(requirement)
    return attested(bug, requirement) if line is not None and is_on_the_fix_at_hand(bug, line) else None


def by_advisory(
    bug: Bug, requirement: str, problem: str, within: timedelta | None, *, since: datetime | None = None
) -> Verdict:
    """What a confidential bug has in place of a document: the address of its private advisory, attested."""
    found = attested(bug, requirement)
    if found is not None:
        return found
    base = bug.issue.url.rsplit("/issues/", 1)[0]
    command = f"/attest {requirement} {base}/security/advisories/GHSA-xxxx-xxxx-xxxx"
    remedy = f"Comment `{command}` with the advisory's address."
    return lacking(bug, problem, remedy, within, since=since)


def rules_of(bug: Bug) -> SeverityPolicy | None:
    """What policy asks for at the bug's severity; None while it has none."""
    severity = bug.severity.current
    return bug.policy.severities[severity] if severity is not None else None


URGENT = (Severity.P0, Severity.P1)
"""Severities that more people have to hear of."""


def stakeholders(bug: Bug) -> str:
    """Whom policy names to be told of an urgent bug, in words; "" where nobody has to be."""
    people = bug.policy.people
    groups = (("product", people.product), ("support", people.support), ("CTO", people.cto))
    if bug.severity.current not in URGENT:
        return ""
    return ", ".join(f"{group} ({', '.join(logins)})" for group, logins in groups if logins)


def waits_for_severity() -> Verdict:
    """The outcome of what only a severity can decide; setting it settles the rest."""
    return Verdict(Outcome.PENDING, "waits for the severity", "Set the severity first.")


def lacking(
    bug: Bug, problem: str, remedy: str, within: timedelta | None, *, since: datetime | None = None
) -> Verdict:
    """Unmet; in the fast lane deferred, with the same words on what is left to do.

    `within` is how long after `since` it is due, which is the last raise where nothing else is given; None
    where it is due from a moment still to come, which the words then name. The text names the due time alone
    and not whether it has passed: it must not change as time goes by.
    """
    rules, start = rules_of(bug), since or bug.severity.raised
    if rules is None or not rules.deferrable or start is None:
        return Verdict(Outcome.UNMET, problem, remedy)
    return Verdict(Outcome.DEFERRED, problem, remedy, due=start + within if within is not None else None)
