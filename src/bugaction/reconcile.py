"""Reconciliation: read, decide, write what differs, until nothing differs. No rules live here.

A target is worked on in rounds. Where a write changed a fact that a gate rests on, the
facts are read again, so that the last write is the right one. A failure that time may mend, or a branch that
moved, ends a round early and the next one starts from the facts: nothing is repeated blindly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from bugaction.calling import calls_owed
from bugaction.config import CONFIG_PATH, Loaded, load_file
from bugaction.decide import Request, decide
from bugaction.errors import GitHubError, StaleHead, Transient
from bugaction.freshness import lacks_opened, missing
from bugaction.model import Membership, Role, Sent
from bugaction.notifications import paging
from bugaction.own_writes import doubted, expecting
from bugaction.plan import (
    CHANGES_FACTS,
    AddAssignees,
    AppendLedger,
    BringDocuments,
    CommitFiles,
    CreateIssue,
    DispatchWorkflow,
    Effect,
    Level,
    Notice,
    Notify,
    OpenPull,
    Plan,
    Reason,
    RevertPull,
    SetCheckRun,
    SetStatus,
    StartRecords,
)
from bugaction.policy import DEFAULT_ROOT, Policy
from bugaction.ports import Applied, Clock, Expectations, Reader, Sleep, Targets, Writer
from bugaction.questions import AskBlob, AskDeployment, AskPull, AskRevert, AskRole, AskSuspects, Question
from bugaction.registering import overdue_rows
from bugaction.review import Revert, RevertClaim
from bugaction.seen import Observe, Seen, unobserved
from bugaction.setbacks import gave_up, gone, never_at_rest, of_a_person, passed_over, refusal
from bugaction.snapshot import Answers, Rollout, Snapshot, StatusState, Suspects

__all__ = ["Reconciler", "WorkResult"]

_ROUNDS = 6
"""Rounds that may write. A quiet life takes two: the writes, and the confirming read."""

_RETRIES = 5
"""Failed rounds (a moved branch, a passing fault) before the run gives up."""

_ANSWERS = 24
"""Rounds of questions within one decision; each opens one more layer of facts.

`scope` bounds how far they go. The longest way takes thirteen: the commits of a pull request, a bug that one
of them names, a pull request that this bug's ledger names, its commits, another on its head, that one's
commits, a bug that they name, a pull request in its ledger, its commits, the roles of who commented there, of
whom they named, the suspects, and a label. What a pull request takes back is asked with roles. Three bugs on
that way may each be a duplicate in three steps, which makes up to nine more. Usually three rounds do."""

_ONCE = AskRole | AskSuspects | AskRevert | AskDeployment | AskBlob
"""Questions whose answers count for a whole run."""

_FRESH_WAITS = (0.5, 1.0, 2.0, 4.0)
"""Seconds between reads of a snapshot that does not yet hold what the event spoke of."""

_LONGEST_WAIT = 60.0
"""Seconds. GitHub asks for at least a minute after a secondary limit, and a longer wait costs the user
money: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api."""


@dataclass(frozen=True, slots=True)
class WorkResult:
    """What became of one target.

    `applied` holds every effect that was tried, in order; `left` the effects still wanted at the end;
    `rounds` how often the facts were read. `neglected` are bugs that no sweep has looked at when it was time.
    `gave_up`: it ended on what another try may mend, a conflict, a passing fault or facts that kept changing.
    """

    plan: Plan
    applied: tuple[Applied, ...] = ()
    notices: tuple[Notice, ...] = ()
    left: tuple[Effect, ...] = ()
    reason: Reason = Reason.DONE
    rounds: int = 1
    neglected: tuple[int, ...] = ()
    gave_up: bool = False

    @property
    def leaves_a_gate(self) -> bool:
        """Whether a status that gates a merge could not be written: such a run must not end green."""
        return any(isinstance(effect, SetStatus | SetCheckRun) for effect in self.left)


@dataclass
class _Progress:
    """The state of one target's rounds.

    A role or a team that was looked up counts for the whole run, and so do the suspects of a window, which
    lies in the past, what a claim about commits came to, what was deployed by now, and the text of a blob.
    Everything else that was `asked` is read again in each round, with the snapshot. `root` is where the last
    round found the documents to lie; `restless` is a run whose last round was not confirmed. `unknown` is the
    reason of a run for a number that a person gave and that is not there. `assigned` are the issues and
    logins that GitHub was asked to assign, and `seen` is what the last decision rests on.
    """

    request: Request
    expectations: Expectations
    seen: Snapshot | None = None
    root: str = DEFAULT_ROOT
    asked: set[Question] = field(default_factory=set)
    roles: dict[str, Role] = field(default_factory=dict)
    teams: dict[str, Mapping[str, Membership]] = field(default_factory=dict)
    suspects: dict[int, Suspects] = field(default_factory=dict)
    reverts: dict[RevertClaim, Revert] = field(default_factory=dict)
    rollouts: dict[int, Rollout] = field(default_factory=dict)
    unopened: dict[int, str] = field(default_factory=dict)
    blobs: dict[str, str | None] = field(default_factory=dict)
    unreverted: dict[str, str] = field(default_factory=dict)
    dispatched: dict[str, str] = field(default_factory=dict)
    untried: set[str] = field(default_factory=set)
    notified: dict[tuple[int, str], Sent] = field(default_factory=dict)
    failures: int = 0
    assigned: set[tuple[int, str]] = field(default_factory=set)
    restless: bool = False
    unknown: Reason | None = None
    neglected: tuple[int, ...] = ()
    applied: list[Applied] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    refused_kinds: set[type[Effect]] = field(default_factory=set)
    refused: list[Effect] = field(default_factory=list)

    def ask(self, questions: Iterable[Question]) -> None:
        """Keep what the next round is going to need as well."""
        self.asked |= {ask for ask in questions if not isinstance(ask, _ONCE)}

    def keep(self, answers: Answers) -> None:
        """Keep the answers that count for the whole run."""
        self.roles.update(answers.roles)
        self.teams.update(answers.teams)
        self.suspects.update(answers.suspects)
        self.reverts.update(answers.reverts)
        self.rollouts.update(answers.rollouts)
        self.blobs.update(answers.blobs)

    def kept(self, answers: Answers) -> Answers:
        """These answers, and those that count for the whole run."""
        return replace(
            answers,
            roles={**answers.roles, **self.roles},
            teams={**answers.teams, **self.teams},
            suspects={**answers.suspects, **self.suspects},
            reverts={**answers.reverts, **self.reverts},
            rollouts={**answers.rollouts, **self.rollouts},
            unopened={**answers.unopened, **self.unopened},
            blobs={**answers.blobs, **self.blobs},
            unreverted={**answers.unreverted, **self.unreverted},
            dispatched={**answers.dispatched, **self.dispatched},
            notified={**answers.notified, **self.notified},
            untried=answers.untried | (self.untried - self.dispatched.keys()),
        )

    def note(self, notices: Iterable[Notice]) -> None:
        """Keep what a person should read, each once."""
        self.notices += [notice for notice in notices if notice not in self.notices]

    def hear(self, applied: Iterable[Applied]) -> None:
        """Keep what became of notifications; whom none reached is told, and nothing else comes of it."""
        for item in applied:
            if isinstance(item.effect, Notify) and item.sent is not None:
                sent = replace(item.sent, audiences=item.effect.audiences)
                self.notified[item.effect.number, item.effect.key] = sent
                self.note(Notice(Level.WARNING, problem) for problem in item.sent.problems)

    def unrepeated(self, plan: Plan) -> Plan:
        """The plan without the issues and pull requests that this run has opened, which GitHub may not show
        yet, and without whom it has assigned, or tried to: whom it cannot assign GitHub silently ignores
        (OpenAPI, add assignees), so that asking again would never come to rest."""
        done = {issue.marker for issue in self.expectations.opened}
        numbers = {pull.number for pull in self.expectations.proposed}
        reverted = {back.attempt for back in self.expectations.reverted}
        kept = [
            item
            for item in map(self._unasked, plan.effects)
            if not (isinstance(item, CreateIssue) and item.marker in done)
            and not (isinstance(item, OpenPull) and item.number in numbers)
            and not (isinstance(item, RevertPull) and item.attempt in reverted)
            and not (isinstance(item, AddAssignees) and not item.logins)
        ]
        return replace(plan, effects=tuple(kept))

    def _unasked(self, effect: Effect) -> Effect:
        if not isinstance(effect, AddAssignees):
            return effect
        number = effect.number
        logins = tuple(name for name in effect.logins if (number, name.casefold()) not in self.assigned)
        return replace(effect, logins=logins)

    def wanted(self, plan: Plan) -> tuple[Effect, ...]:
        """The plan's effects without those that GitHub has refused for good in this run."""
        return tuple(
            effect
            for effect in plan.effects
            if type(effect) not in self.refused_kinds and _without_head(effect) not in self.refused
        )

    def given_up(self, plan: Plan) -> tuple[Effect, ...]:
        """The plan's effects that GitHub has refused for good: not tried again, and not forgotten."""
        wanted = self.wanted(plan)
        return tuple(effect for effect in plan.effects if effect not in wanted)


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Brings targets of one repository to the state that the policy asks for.

    `reader_for` gives a reader for a documents root; `dry_run` decides and writes nothing; `config` is the
    path of the configuration; `observe` is told of each decision's facts before it.
    """

    reader_for: Callable[[str], Reader]
    writer: Writer
    clock: Clock
    sleep: Sleep
    dry_run: bool = False
    config: str = CONFIG_PATH
    observe: Observe = unobserved

    def work(self, targets: Targets, expectations: Expectations, request: Request) -> WorkResult:
        """Reconcile these targets.

        Raises `GitHubError` when GitHub cannot be read at all; a failed write is told in the result.
        """
        progress = _Progress(request, expectations)
        plan = Plan()
        rounds = 0
        left: tuple[Effect, ...] = ()
        while rounds < _ROUNDS + _RETRIES:
            rounds += 1
            plan = progress.unrepeated(self._decide(targets, progress))
            left = progress.wanted(plan)
            if self.dry_run or not left:
                break
            applied = self.writer.apply(left)
            progress.applied += applied
            progress.hear(applied)
            if _may_have_recorded(applied):
                progress.untried |= {item.attempt for item in left if isinstance(item, DispatchWorkflow)}
            progress.untried = calls_owed(progress.untried, left, applied)
            left = _not_done(left, applied)
            failed = next((item.error for item in applied if item.error is not None), None)
            if isinstance(failed, Transient | StaleHead):
                progress.failures += 1
                if progress.failures > _RETRIES:
                    progress.notices.append(Notice(Level.ERROR, gave_up(failed, _RETRIES)))
                    left = self._page(left, progress)
                    break
                self.sleep(_pause(failed, progress.failures))
            elif failed is None and not _must_confirm(applied):
                break
            self._learn(progress, applied)
        else:
            progress.restless = True
            progress.notices.append(Notice(Level.WARNING, never_at_rest(rounds)))
        reason = progress.unknown or _reason(plan, progress, left, dry_run=self.dry_run)
        return WorkResult(
            plan=plan,
            applied=tuple(progress.applied),
            notices=(*progress.notices, *plan.notices),
            left=(*left, *progress.given_up(plan)),
            reason=reason,
            rounds=rounds,
            neglected=progress.neglected,
            gave_up=progress.failures > _RETRIES or progress.restless,
        )

    def _page(self, left: tuple[Effect, ...], progress: _Progress) -> tuple[Effect, ...]:
        """Wake whoever is to be woken although nothing could be written; what is left then."""
        applied = self.writer.apply(paging(left))
        progress.applied += applied
        progress.hear(applied)
        return tuple(effect for effect in left if not isinstance(effect, Notify))

    def survey(self, asked: Iterable[Question]) -> tuple[Snapshot, Policy | None]:
        """The repository by itself, with these answers, and its policy; None where that is not valid."""
        _, snapshot, loaded = self._read(Targets(), _Progress(Request(), Expectations(), asked={*asked}))
        return snapshot, loaded.policy

    def _loaded(self, snapshot: Snapshot) -> Loaded:
        return load_file(snapshot.repository.config, self.config, snapshot.repository.extended)

    def _decide(self, targets: Targets, progress: _Progress) -> Plan:
        """Decide on facts that hold what the event spoke of, also where that was read on the way there."""
        for wait in (*_FRESH_WAITS, None):
            plan, is_settled = self._try(targets, progress, is_last=wait is None)
            if is_settled or wait is None:
                return plan
            self.sleep(wait)
        raise AssertionError("the last wait is None")  # pragma: no cover - the loop returns

    def _try(self, targets: Targets, progress: _Progress, *, is_last: bool) -> tuple[Plan, bool]:
        """A decision, and whether it is settled: not where the facts turn out to lag behind the event.

        The last one always is, as undecided where they still do. What was read on the way is read along with
        the snapshot when it is tried again.
        """
        reader, snapshot, loaded = self._read(targets, progress)
        stale = missing(snapshot, progress.expectations, is_last=is_last)
        if not is_last and (stale or lacks_opened(snapshot, progress.expectations)):
            return Plan(), False
        if not self.dry_run and not snapshot.repository.viewer.is_bot:
            raise of_a_person(snapshot.repository.viewer)
        absent = _absent(targets, snapshot)
        if absent & {*targets.items}:
            has_issues = snapshot.repository.has_issues
            progress.unknown = Reason.USAGE if has_issues else Reason.ISSUES_DISABLED
        if snapshot.repository.has_issues:
            progress.note(gone(number, targets, snapshot) for number in sorted(absent))
        snapshot = snapshot.with_answers(progress.kept(snapshot.answers))
        now = self.clock().replace(microsecond=0)  # as exact as GitHub's own times
        request = replace(progress.request, stale=stale, targets=targets)
        plan = Plan()
        for _ in range(_ANSWERS):
            progress.seen = snapshot = doubted(snapshot, progress.expectations)
            self.observe(Seen(targets, progress.expectations, progress.request, now, snapshot))
            plan = decide(snapshot, loaded, now, request)
            if not plan.questions:
                late = () if stale else missing(snapshot, progress.expectations, is_last=is_last)
                if late and is_last:
                    plan = decide(snapshot, loaded, now, replace(request, stale=late))
                    return replace(plan, questions=frozenset()), True
                progress.note(passed_over(targets, snapshot, plan))
                progress.neglected = overdue_rows(snapshot, loaded.policy, now)
                return plan, not late
            snapshot = reader.answer(snapshot, plan.questions)
            progress.ask(plan.questions)
            progress.keep(snapshot.answers)
        request = replace(request, too_deep=True)
        return replace(decide(snapshot, loaded, now, request), questions=frozenset()), True

    def _read(self, targets: Targets, progress: _Progress) -> tuple[Reader, Snapshot, Loaded]:
        """The facts, with the documents from where the configuration says that they lie."""
        reader = self.reader_for(progress.root)
        snapshot = reader.read(targets, progress.asked)
        loaded = self._loaded(snapshot)
        root = loaded.policy.documents.root if loaded.policy is not None else DEFAULT_ROOT
        if root != progress.root:
            progress.root = root
            reader = self.reader_for(root)
            snapshot = reader.read(targets, progress.asked)
            loaded = self._loaded(snapshot)
        if snapshot.group is not None:
            progress.ask(AskPull(number) for number in snapshot.group.pulls)
        return reader, snapshot, loaded

    def _learn(self, progress: _Progress, applied: tuple[Applied, ...]) -> None:
        """Take what the writes taught into the next round."""
        for item in applied:
            error = item.error
            if isinstance(item.effect, DispatchWorkflow):
                # Nothing tells whether one that got no answer was started: it is not started twice.
                progress.dispatched[item.effect.attempt] = error.message if error is not None else ""
            if isinstance(item.effect, AddAssignees) and error is None:
                progress.assigned |= {(item.effect.number, name.casefold()) for name in item.effect.logins}
            if error is None:
                progress.expectations = expecting(progress.expectations, item, progress.seen)
            elif isinstance(error, Transient | StaleHead):
                continue
            elif isinstance(item.effect, StartRecords | AppendLedger):
                progress.request = replace(progress.request, ledger_refused=error.message)
            elif isinstance(item.effect, SetCheckRun) and not (item.effect.settles or item.effect.spare):
                progress.request = replace(progress.request, checks_refused=error.message)
            else:
                progress.notices.append(refusal(item.effect, error))
                if isinstance(item.effect, OpenPull) and error.reason == "forbidden":
                    # The documents wait on their branch.
                    progress.unopened[item.effect.number] = error.message
                elif isinstance(item.effect, DispatchWorkflow):
                    pass  # told in the comment; a person starts it
                elif isinstance(item.effect, RevertPull):
                    progress.unreverted[item.effect.attempt] = error.message  # a person does it
                elif error.reason == "forbidden":
                    progress.refused_kinds.add(type(item.effect))
                else:
                    progress.refused.append(_without_head(item.effect))


def _absent(targets: Targets, snapshot: Snapshot) -> set[int]:
    """The numbers that were asked for and are neither an issue nor a pull request."""
    return {*targets.issues, *targets.items, *targets.pulls} - snapshot.bugs.keys() - snapshot.pulls.keys()


def _without_head(effect: Effect) -> Effect:
    """The effect without the head it was planned on, so that it is known again on another."""
    if isinstance(effect, CommitFiles):
        return replace(effect, expected_oid="")
    if isinstance(effect, BringDocuments):
        return replace(effect, expected_oid="", parents=(), tree="")
    return effect


def _not_done(wanted: tuple[Effect, ...], applied: tuple[Applied, ...]) -> tuple[Effect, ...]:
    done = [item.effect for item in applied if item.error is None]
    return tuple(effect for effect in wanted if effect not in done)


def _must_confirm(applied: tuple[Applied, ...]) -> bool:
    """Whether a write changed a fact that a decision reads, or turned a gate green."""
    return any(
        isinstance(item.effect, CHANGES_FACTS)
        or (
            isinstance(item.effect, SetStatus | SetCheckRun)
            and item.effect.state is StatusState.SUCCESS
            and not item.effect.settles
        )
        for item in applied
    )


def _may_have_recorded(applied: Iterable[Applied]) -> bool:
    """Whether the ledger may have been written, and the answer was lost. What moved a branch was not we."""
    return any(
        isinstance(item.effect, AppendLedger) and isinstance(item.error, Transient) for item in applied
    )


def _pause(failed: GitHubError, failures: int) -> float:
    """Seconds until the next round: GitHub's own advice, otherwise doubling from a quarter of a second."""
    advice = failed.retry_after if isinstance(failed, Transient) else None
    return min(advice if advice is not None else 0.25 * 2.0**failures, _LONGEST_WAIT)


def _reason(plan: Plan, progress: _Progress, left: tuple[Effect, ...], *, dry_run: bool) -> Reason:
    """The run's one stable reason: what the plan says, unless the writing went otherwise."""
    if plan.reason not in (Reason.DONE, Reason.NOTHING_TO_DO) or dry_run:
        return plan.reason
    if progress.failures > _RETRIES:
        return Reason.GITHUB_UNAVAILABLE
    if progress.refused_kinds or progress.refused:
        return Reason.PERMISSION_MISSING
    if left or progress.restless:
        return Reason.WORK_LEFT
    return Reason.DONE if progress.applied else Reason.NOTHING_TO_DO
