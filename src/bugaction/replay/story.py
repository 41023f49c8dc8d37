"""What one bug's past shows, beside the rules: its clocks, what would have held each merge, what came back.

Nothing here ranks people, and no login is in it: it is about what a process would have caught.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bugaction.assembly import Assembled, assemble
from bugaction.bug import Bug
from bugaction.clocks import Clock, clocks_of
from bugaction.escaping import plain
from bugaction.gates import GATES
from bugaction.gates.approvals import standing_reviews
from bugaction.model import ANYONE, GateResult, Outcome, RequirementResult, Severity
from bugaction.policy import Policy
from bugaction.questions import (
    AskCommits,
    AskDeployment,
    AskPull,
    AskReverting,
    AskReview,
    AskRole,
    Question,
)
from bugaction.replay.as_of import as_of, bare
from bugaction.snapshot import EntryKind, Issue, IssueState, PullRequest, Snapshot
from bugaction.state import linked_at
from bugaction.taken_back import takes_back
from bugaction.working_time import ALWAYS

__all__ = ["ASKED_FOR", "SHOWN", "Lap", "Look", "Merge", "Story", "Verdict", "look"]

SHOWN: Mapping[str, frozenset[str]] = {
    "triage": frozenset({"severity", "assignee"}),
    "fix": frozenset({"linked", "checks", "regression-test", "approvals", "minimal-change", "tasks"}),
}
"""The requirements of each gate that GitHub's own record shows, whoever ran what."""

ASKED_FOR: Mapping[str, frozenset[str]] = {
    "triage": frozenset({"backup", "bug-report", "eta", "channel", "stakeholders-notified"}),
    "root-cause": frozenset({"root-cause-analysis", "investigation", "reproduction", "strategy"}),
    "release": frozenset({"release-notes", "version", "rollback-tested", "staging", "release-approvals"}),
}
"""Those that rest on documents and on people's words to bugaction: they could not be met before it ran, and
are never counted as missed. A requirement that is in neither table is told of nowhere; a test holds that."""

_WORDS: Mapping[str, str] = {
    "assignee": "nobody who was assigned had taken it on",
    "approvals": "no approval that counts stood on the merged commit",
}
"""Problems whose own words name people."""

_ASKS = (AskPull, AskCommits, AskReview, AskDeployment, AskReverting)
"""What a replay asks of GitHub. The rest of a decision's questions is about what it would write."""

_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Lap:
    """A clock as it went. `target` is None where the severity has none, or the bug no severity: then nothing
    is late. `reached` is None where that is not told, or has not come; `elapsed` is what counted until then,
    by the policy's hours, and `late` how long after `due` it was reached, or, while the
    bug is open, how long it is due already. None: it was not late."""

    name: str
    target: timedelta | None
    due: datetime | None
    reached: datetime | None
    elapsed: timedelta | None
    late: timedelta | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A requirement that was not met when a fix was merged: `problem` in words, without a login."""

    gate: str
    id: str
    sentence: str
    problem: str


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged fix. `held` is what would have held it, `owed` what the fast lane would have let follow, and
    `asked` what bugaction would have asked for that could not be there. `unread`: this token may not see its
    checks, so that nothing is said of them."""

    number: int
    url: str
    at: datetime
    held: tuple[Verdict, ...] = ()
    owed: tuple[Verdict, ...] = ()
    asked: tuple[Verdict, ...] = ()
    taken_back: bool = False
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """One bug. `title` is "" for a confidential one. `labelled_after` is how long after the report its first
    severity came, None without one. `closed` is when it was closed for the last time; `by_hand` says that
    this, for want of a merged fix, is all that tells of its end. `reopened` counts how often it was opened
    again, and `came_back` how often of these a fix had been merged by then. `unseen` are fixes that were
    merged before anything said that it is a bug: they are not judged."""

    number: int
    name: str
    url: str
    title: str
    severity: Severity | None
    reported: datetime
    state: IssueState
    confidential: bool = False
    labelled_after: timedelta | None = None
    closed: datetime | None = None
    by_hand: bool = False
    laps: tuple[Lap, ...] = ()
    merges: tuple[Merge, ...] = ()
    reopened: int = 0
    came_back: int = 0
    unseen: int = 0

    @property
    def missed(self) -> tuple[Lap, ...]:
        """The targets that were missed."""
        return tuple(lap for lap in self.laps if lap.late is not None)

    def lap(self, name: str) -> Lap | None:
        """The clock of that name."""
        return next((lap for lap in self.laps if lap.name == name), None)


@dataclass(frozen=True, slots=True)
class Look:
    """What the facts give so far. While there are `questions`, `story` is provisional. `bug` is today's, for
    a document about it; both are None for an issue that is no bug."""

    story: Story | None
    bug: Bug | None
    questions: frozenset[Question]


def look(snapshot: Snapshot, number: int, policy: Policy, now: datetime) -> Look:
    """One bug of the snapshot by a policy. Total: what the facts do not tell is left out."""
    plainly = bare(snapshot, number, policy)
    today = _assembled(plainly, number, policy, now)
    if today is None:
        return Look(None, None, frozenset())
    questions = set(_wanted(today))
    merges: list[Merge] = []
    unseen = 0
    laps = list(_laps(today.bug, snapshot.bugs[number].issue, now))
    for pull in today.bug.fixes:
        if pull.merged_at is None or _undoes(pull, today.bug.fixes):
            continue
        questions.add(AskReverting(pull.number, pull.head))
        then = as_of(plainly, pull.merged_at)
        known = _assembled(then, number, policy, pull.merged_at)
        if known is None:
            unseen += 1
            continue
        questions |= _wanted(known)
        judged = then.pulls.get(pull.number)
        if judged is not None and judged.reviews is not None:
            results = _judged(known.bug, judged)
            taken_back = _is_taken_back(pull, today.bug.fixes, snapshot)
            merge = _merge(pull, known.bug, results, taken_back=taken_back)
            merges.append(_without_checks(merge) if judged.checks is None else merge)
            laps += _review_laps(known.bug, pull, results)
    story = replace(_story(today.bug, laps, merges), unseen=unseen)
    return Look(story, today.bug, frozenset(questions - _answered(snapshot)))


def _assembled(snapshot: Snapshot, number: int, policy: Policy, now: datetime) -> Assembled | None:
    return assemble(snapshot.bugs[number], snapshot, policy, now, _EVER)


def _wanted(item: Assembled) -> set[Question]:
    """Of a decision's questions those that a replay needs answered: of people's roles, the reviewers'."""
    reviewers = {
        review.author.login.casefold() for pull in item.bug.fixes for review in standing_reviews(pull)
    }
    return {
        question
        for question in item.questions
        if isinstance(question, _ASKS)
        or (isinstance(question, AskRole) and question.login.casefold() in reviewers)
    }


def _answered(snapshot: Snapshot) -> set[Question]:
    return {
        AskReverting(number, pull.head)
        for number, pull in snapshot.pulls.items()
        if number in snapshot.answers.reverting
    }


# What would have held a merge ---------------------------------------------------------------------------


def _judged(bug: Bug, pull: PullRequest) -> tuple[GateResult, ...]:
    return tuple(gate.judge(bug, pull) for gate in GATES.values() if gate.blocks_merge)


def _merge(pull: PullRequest, bug: Bug, results: Iterable[GateResult], *, taken_back: bool) -> Merge:
    held: list[Verdict] = []
    owed: list[Verdict] = []
    asked: list[Verdict] = []
    for result in results:
        for item in result.requirements:
            if item.outcome in (Outcome.MET, Outcome.NOT_APPLICABLE, Outcome.WAIVED):
                continue
            verdict = _verdict(result.gate, item, bug)
            if item.id in ASKED_FOR.get(result.gate, ()):
                asked.append(verdict)
            elif item.id not in SHOWN.get(result.gate, ()) or _only_waits(item, bug):
                continue
            elif item.outcome is Outcome.DEFERRED:
                owed.append(verdict)
            else:
                held.append(verdict)
    at = pull.merged_at or bug.now
    return Merge(pull.number, pull.url, at, tuple(held), tuple(owed), tuple(asked), taken_back)


def _without_checks(merge: Merge) -> Merge:
    held, owed = (
        tuple(verdict for verdict in each if verdict.id != "checks") for each in (merge.held, merge.owed)
    )
    return replace(merge, held=held, owed=owed, unread=True)


def _only_waits(item: RequirementResult, bug: Bug) -> bool:
    """Whether it is not judged because there is no severity: that alone is told then."""
    return bug.severity.current is None and item.outcome is Outcome.PENDING and item.id != "checks"


def _verdict(gate: str, item: RequirementResult, bug: Bug) -> Verdict:
    problem = _WORDS.get(item.id) or ("" if bug.confidential else plain(item.problem))
    return Verdict(gate, item.id, item.sentence, problem)


def _undoes(pull: PullRequest, fixes: Iterable[PullRequest]) -> bool:
    """Whether it takes another one back: a way back is judged by other rules, when it is chosen as such."""
    return pull.head.startswith("revert-") or any(
        takes_back(pull, other.number, other.merge_oid) for other in fixes
    )


def _is_taken_back(pull: PullRequest, fixes: Iterable[PullRequest], snapshot: Snapshot) -> bool:
    return any(
        other.merged_at is not None and takes_back(other, pull.number, pull.merge_oid) for other in fixes
    ) or any(item.is_merged for item in snapshot.answers.reverting.get(pull.number, ()))


# Clocks -------------------------------------------------------------------------------------------------


def _laps(bug: Bug, issue: Issue, now: datetime) -> Iterator[Lap]:
    """The clocks that facts alone tell. When a cause was known, only an analysis says."""
    ends = {"respond": _first_sign(bug, issue), "fix": _ended(bug)}
    for clock in clocks_of(bug):
        if clock.name in ends:
            yield _lap(clock, ends.pop(clock.name), now)
        elif clock.name in ("development", "deployment"):
            yield _lap(clock, clock.met, now)
    severity = bug.severity.current
    calendar = bug.policy.calendar_of(severity) if severity is not None else ALWAYS
    for name, end in ends.items():
        if end is not None:
            yield Lap(name, None, None, end, calendar.counted(issue.at, max(issue.at, end)), None)


def _review_laps(bug: Bug, pull: PullRequest, results: Iterable[GateResult]) -> Iterator[Lap]:
    """From when a review was asked for to the approvals that counted, where there were any."""
    for clock in clocks_of(bug, results):
        if clock.name == f"review-{pull.number}" and clock.met is not None:
            yield _lap(replace(clock, name="review"), clock.met, bug.now)


def _lap(clock: Clock, reached: datetime | None, now: datetime) -> Lap:
    if reached is not None:
        watch = replace(clock.watch, end=max(clock.start, reached))
        due, elapsed = watch.reaches(), watch.tally(reached).elapsed
        late = reached - due if due is not None and reached > due else None
        return Lap(clock.name, clock.target, due, reached, elapsed, late)
    is_over = clock.is_open and clock.due is not None and clock.due < now
    late = now - clock.due if is_over and clock.due is not None else None
    return Lap(clock.name, clock.target, clock.due, None, None, late)


def _first_sign(bug: Bug, issue: Issue) -> datetime | None:
    """When somebody was first seen to deal with it, in the team's favour: by bugaction's own rule, or by an
    assignment, a pull request that fixes it, or a comment of somebody else than the reporter. Of deleted
    accounts nobody can tell two apart: they count as two."""
    signs = [item.evidence.at for item in bug.acceptances if item.evidence.at is not None]
    signs += [entry.at for entry in issue.timeline if entry.kind is EntryKind.ASSIGNED]
    signs += [
        comment.at
        for comment in issue.comments
        if not comment.author.is_bot
        and (comment.author == ANYONE or not comment.author.is_same(issue.author.login))
    ]
    linked = (linked_at(issue, bug.ledger, pull.number) for pull in bug.fixes)
    signs += [at for at in linked if at is not None]
    signs += [pull.merged_at for pull in bug.fixes if pull.merged_at is not None]
    return min(signs, default=None)


def _closed(issue: Issue) -> datetime | None:
    if issue.state.is_open:
        return None
    return max((entry.at for entry in issue.timeline if entry.kind is EntryKind.CLOSED), default=None)


def _ended(bug: Bug) -> datetime | None:
    """When the fix was out: deployed, or, where no merged fix is known, when it was closed as done; so too
    where it was opened again after that, whatever was deployed before."""
    out = bug.deployed.at if bug.deployed is not None else None
    if out is not None and not any(at > out for at in _opened_again(bug.issue)):
        return out
    return _closed(bug.issue) if bug.issue.state is IssueState.COMPLETED else None


def _opened_again(issue: Issue) -> list[datetime]:
    """When people opened it again: an app that does so holds it open, and nothing came back."""
    return [
        entry.at for entry in issue.timeline if entry.kind is EntryKind.REOPENED and not entry.actor.is_bot
    ]


# The whole ----------------------------------------------------------------------------------------------


def _story(bug: Bug, laps: Iterable[Lap], merges: Iterable[Merge]) -> Story:
    issue, merged = bug.issue, [pull.merged_at for pull in bug.fixes if pull.merged_at is not None]
    first = next((change.at for change in bug.severity.history if change.after is not None), None)
    opened = _opened_again(issue)
    return Story(
        number=bug.number,
        name=bug.name,
        url=issue.url,
        title="" if bug.confidential else issue.title,
        severity=bug.severity.current,
        reported=issue.at,
        state=issue.state,
        confidential=bug.confidential,
        labelled_after=max(first - issue.at, timedelta()) if first is not None else None,
        closed=_closed(issue),
        by_hand=issue.state is IssueState.COMPLETED and not merged,
        laps=tuple(laps),
        merges=tuple(merges),
        reopened=len(opened),
        came_back=sum(any(at <= back for at in merged) for back in opened),
    )
