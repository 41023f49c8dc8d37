"""The verification gate: the fix is in production, was watched there, and did no harm."""

from __future__ import annotations

from bugaction.bug import Bug
from bugaction.duration import format_duration, format_short
from bugaction.escaping import plain
from bugaction.gates.base import (
    URGENT,
    Gate,
    Requirement,
    Verdict,
    attested_of_fix,
    rules_of,
    stakeholders,
    waits_for_severity,
)
from bugaction.model import Evidence, Outcome, RecordKind, Severity
from bugaction.moment import format_moment
from bugaction.monitoring import regression_of, to_look_at, watched, windows_of
from bugaction.records import item_number
from bugaction.snapshot import PullRequest, PullState
from bugaction.state import commands_named
from bugaction.taken_back import attempt_of, brought_back, is_anybody_s

__all__ = ["VERIFICATION"]

_LONGEST_REPORT = 1_000
"""Code points of a regression's report that the checklist repeats."""


def _is_merged(bug: Bug) -> bool:
    """Whether a fix is merged and none is on its way any more."""
    states = {pull.state for pull in bug.standing}
    return PullState.MERGED in states and PullState.OPEN not in states


class DeployedRequirement:
    """The fix is where its users are."""

    id = "deployed"
    sentence = "The fix is deployed to production"

    def check(self, bug: Bug) -> Verdict:
        """By a deployment, a release, a person's word, or the merge where nothing else can tell."""
        if bug.deployed is not None:
            return Verdict(Outcome.MET, evidence=(bug.deployed.evidence,))
        problem = bug.undeployed or "it is not known to be in production"
        remedy = (
            "Deploy it: a deployment that GitHub is told of, or a release, is seen by itself. Otherwise "
            "comment `/deployed VERSION`."
        )
        return Verdict(Outcome.UNMET, problem, remedy)


class MonitoringRequirement:
    """Somebody looked, as often as the severity asks, and said so."""

    id = "monitoring"
    sentence = "Production was watched after the deployment"

    def check(self, bug: Bug) -> Verdict:
        """Each window in its order; the first that nobody has spoken for is named, by its end.

        It is pending until then. The words stay the same, so that time alone changes no more than that.
        """
        if rules_of(bug) is None:
            return waits_for_severity()
        windows = windows_of(bug)
        if not windows:
            return Verdict(Outcome.NOT_APPLICABLE)
        if bug.deployed is None:
            return Verdict(Outcome.PENDING, "waits for the deployment")
        words = watched(bug.ledger, bug.deployed, windows)
        evidence = tuple(
            Evidence(f"{name}, {word.actor}", word.data.get("url", ""), word.actor, word.at)
            for name in map(format_short, windows)
            if (word := words.get(name)) is not None
        )
        window = next((each for each in windows if format_short(each) not in words), None)
        if window is None:
            return Verdict(Outcome.MET, evidence=evidence)
        end = bug.deployed.at + window
        lasts = format_duration(window)
        look = "Look whether " + "; whether ".join(to_look_at(window, windows))
        remedy = f"{look}; then comment `/verified {format_short(window)}`."
        problem = f"the window of {lasts}, which ends at {format_moment(end)}, is not attested"
        outcome = Outcome.PENDING if bug.now < end else Outcome.UNMET
        return Verdict(outcome, problem, remedy, evidence)


class RegressionRequirement:
    """Nobody has seen the fix break something."""

    id = "no-regression"
    sentence = "No regression is reported"

    def check(self, bug: Bug) -> Verdict:
        """Any report stops the line, until it is taken back or a further fix is deployed."""
        report = regression_of(bug)
        if report is None:
            if bug.deployed is None:
                return Verdict(Outcome.PENDING, "waits for the deployment")
            return Verdict(Outcome.MET)
        previous = plain(bug.deployed.previous) if bug.deployed is not None else ""
        back = f" to {previous}" if previous else ""
        same = brought_back(bug.fixes)
        only = (
            f"[#{same.number}]({same.url}) only brings back what was reported; " if same is not None else ""
        )
        remedy = (
            f"Roll back{back}: {_way_back(bug)}. Then fix it anew: {only}a further one that is merged and "
            f"deployed answers the report. Of a false alarm {_false_alarm(bug, report)}."
        )
        problem = f"stop and roll back{back}: a regression is {plain(report.text, _LONGEST_REPORT)}"
        return Verdict(Outcome.UNMET, problem, remedy)


def _false_alarm(bug: Bug, report: Evidence) -> str:
    """What ends a report that was none, as the end of a sentence."""
    for line in commands_named(bug.ledger, "regression"):
        is_meant = (line.at, line.actor) == (report.at, report.actor)
        issue, by = line.data.get("issue"), line.data.get("by")
        if is_meant and by == "link" and issue:
            url = line.data.get("url", "")
            return f"[#{issue}]({url}) is closed, or its author says `/undo`"
    return "its author says `/undo`, or takes the label off"


def _way_back(bug: Bug) -> str:
    """The next step back: to have the fix taken back, or to merge what does it."""
    standing = {pull.number for pull in bug.standing}
    waiting = [
        pull
        for pull in bug.fixes
        if pull.state is PullState.OPEN and pull.number not in standing and not is_anybody_s(pull)
    ]
    if not waiting and (target := _left_to_people(bug)) is not None:
        return f"press [Revert]({target.url}) on the page of #{target.number}, or do it by hand as told below"
    if not waiting:
        return "`/rollback` opens the pull request that takes the fix back"
    return f"merge [#{waiting[0].number}]({waiting[0].url}), which takes the fix back, and deploy it"


def _left_to_people(bug: Bug) -> PullRequest | None:
    """What was ordered last to be taken back, where GitHub did not do it for us: ordering it again would only
    be refused again."""
    for order in reversed(list(commands_named(bug.ledger, "rollback"))):
        number = item_number(order.data.get("reverts", ""))
        if number is None:
            continue
        attempt = attempt_of(number, order)
        refused = attempt in bug.unreverted or bug.ledger.find(attempt, RecordKind.UNOPENED) is not None
        return bug.targets.get(number) if refused else None
    return None


class _Told:
    """Somebody has to hear that it is fixed."""

    id: str

    whom: str
    """Who, as the end of a sentence."""

    is_for_urgent: bool
    """Whether an urgent fix alone asks for it."""

    def check(self, bug: Bug) -> Verdict:
        """A person's word, with where and how; the urgent ones ask for more."""
        if rules_of(bug) is None:
            return waits_for_severity()
        if self.is_for_urgent and bug.severity.current not in URGENT:
            return Verdict(Outcome.NOT_APPLICABLE)
        found = attested_of_fix(bug, self.id)
        if found is not None:
            return found
        remedy = f"Comment `/attest {self.id} WHERE AND HOW`."
        return Verdict(Outcome.UNMET, f"nobody says that {self.whom}", remedy)


class TeamRequirement(_Told):
    """The team hears of every fix."""

    id = "team-told"
    sentence = "The team is told"
    whom = "the team is told"
    is_for_urgent = False


class UsersRequirement(_Told):
    """Users hear of what was urgent, or need not."""

    id = "users-told"
    sentence = "Users are told, or it is said why they need not be"
    whom = "users are told, or why they need not be"
    is_for_urgent = True


class StakeholdersRequirement:
    """Those whom policy names hear of every urgent fix."""

    id = "stakeholders-told"
    sentence = "Product, support and CTO are told of the fix"

    def check(self, bug: Bug) -> Verdict:
        """Of a P0 or P1, and only where policy names somebody."""
        if rules_of(bug) is None:
            return waits_for_severity()
        who = stakeholders(bug)
        if not who:
            return Verdict(Outcome.NOT_APPLICABLE)
        found = attested_of_fix(bug, self.id)
        if found is not None:
            return found
        remedy = f"Tell {who}; then comment `/attest {self.id} WHERE AND HOW`."
        return Verdict(Outcome.UNMET, f"nobody says that these are told: {who}", remedy)


class TechnicalDebtRequirement:
    """What was done in haste is paid off by a day that somebody named."""

    id = "technical-debt"
    sentence = "Technical debt is documented with a follow-up issue and a due date, or there is none"

    def check(self, bug: Bug) -> Verdict:
        """After every strategy; of a P3 only where one was chosen at all."""
        if rules_of(bug) is None:
            return waits_for_severity()
        if bug.severity.current is Severity.P3 and bug.strategy is None:
            return Verdict(Outcome.NOT_APPLICABLE)
        found = attested_of_fix(bug, self.id)
        if found is not None:
            return found
        return Verdict(
            Outcome.UNMET,
            "nobody says whether the fix leaves technical debt",
            f"Comment `/attest {self.id} #ISSUE YYYY-MM-DD` with the issue that pays it off and the day by "
            f"which, or `/attest {self.id} none WHY`.",
        )


class ObligationsRequirement:
    """What was let through because it was urgent has followed."""

    id = "obligations"
    sentence = "What was deferred has followed in time"

    def check(self, bug: Bug) -> Verdict:
        """Unmet by the one that is overdue for longest; deferred while there are only others."""
        if not bug.owed:
            return Verdict(Outcome.MET)
        dated = [(item.due, gate, item) for gate, item in bug.owed if item.due is not None]
        overdue = [owed for owed in dated if owed[0] <= bug.now]
        due, gate, item = min(dated, key=lambda owed: owed[0], default=(None, *bug.owed[0]))
        problem = f"{gate}: {item.problem or item.sentence}"
        if overdue:
            more = f", and {len(overdue) - 1} more" if len(overdue) > 1 else ""
            return Verdict(
                Outcome.UNMET, f"{problem}, due {format_moment(due or bug.now)}{more}", item.remedy
            )
        more = f", and {len(bug.owed) - 1} more" if len(bug.owed) > 1 else ""
        return Verdict(Outcome.DEFERRED, f"{problem}{more}", item.remedy, due=due)


_REQUIREMENTS: tuple[Requirement, ...] = (
    RegressionRequirement(),  # before all others, so that stopping is the next step
    DeployedRequirement(),
    MonitoringRequirement(),
    TeamRequirement(),
    UsersRequirement(),
    StakeholdersRequirement(),
    TechnicalDebtRequirement(),
    ObligationsRequirement(),
)

VERIFICATION = Gate(
    name="verification",
    title="Verification",
    requirements=_REQUIREMENTS,
    blocks_merge=False,
    concerns=_is_merged,
)
"""What holds the bug open after the merge, until production has proved the fix."""
