"""What a team decides about its bug response, with a default for everything.

The models are strict: an unknown key or a wrong type is refused. `bugaction.config` reads them from
`.github/bugaction.yml` and says where in the file a value is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from bugaction.model import Membership, Role, Severity
from bugaction.policy_clocks import BusinessHours, Clocks, Holidays, Hours, ReleaseWindows
from bugaction.policy_escalation import CRITICAL_LADDER, HIGH_LADDER, Contact, Rota, Step, ascending
from bugaction.policy_notifications import Notifications
from bugaction.policy_values import (
    AppLogin,
    CheckName,
    Duration,
    EnvironmentName,
    LabelName,
    Login,
    PathPattern,
    RepositoryName,
    RoleName,
    Strict,
    TeamName,
    Watched,
    WorkflowFile,
    ZoneName,
    kebab,
)
from bugaction.review import CheckKind
from bugaction.working_time import ALWAYS, Calendar, WorkingHours

__all__ = [
    "DEFAULT_ROOT",
    "RESERVED_LABELS",
    "BugLabels",
    "CheckReport",
    "Checks",
    "Delivery",
    "Deployment",
    "Documents",
    "Fix",
    "Mode",
    "People",
    "Policy",
    "Proposal",
    "SeniorGroup",
    "SeverityPolicy",
    "Skipped",
    "Waiting",
]

RESERVED_LABELS = frozenset(
    {
        "documentation",
        "duplicate",
        "enhancement",
        "good first issue",
        "help wanted",
        "invalid",
        "question",
        "wontfix",
    }
)
"""Labels that cannot make a bug: `bugaction.preflight` ends their events before a configuration is read.

They are those that GitHub gives to each new repository, `bug` left out
(https://docs.github.com/en/issues/using-labels-and-milestones-to-track-work/managing-labels)."""

DEFAULT_ROOT = "documents/bugs"
"""Where documents live unless `documents.root` says otherwise."""


class Mode(StrEnum):
    """Whether an unmet gate is red (`enforce`), or green with a text that says it would be (`observe`)."""

    OBSERVE = "observe"
    ENFORCE = "enforce"


class Delivery(StrEnum):
    """Where documents are committed: by what protects the default branch, on it, or on the records branch."""

    AUTO = "auto"
    COMMIT = "commit"
    BRANCH = "branch"


class CheckReport(StrEnum):
    """Which statuses a pull request gets: all on bug fixes, all everywhere, or the roll-up alone."""

    BUGS = "bugs"
    EACH = "each"
    ROLLUP = "rollup"


class Proposal(StrEnum):
    """What becomes of a severity that the decision matrix finds: shown, or shown and set."""

    PROPOSE = "propose"
    APPLY = "apply"


class Skipped(StrEnum):
    """What a skipped or neutral check counts for."""

    PASS = "pass"  # noqa: S105 - a check's outcome, no password
    FAIL = "fail"


_TESTS = (
    "**/test/**",
    "**/tests/**",
    "**/__tests__/**",
    "**/spec/**",
    "**/test_*.*",
    "**/*_test.*",
    "**/*.test.*",
    "**/*.spec.*",
    "**/*Test.*",
    "**/*Tests.*",
    "**/*_spec.*",
)
"""Where the test runners of the common languages look for tests by default: pytest, go test, Jest, Vitest,
JUnit with Maven or Gradle, RSpec."""


class SeverityPolicy(Strict):
    """What one severity asks for. The first of `labels` is the one that bugaction sets.

    `approvals` is how many the fix needs; with `senior-approval`, one of them is from the senior group.
    `respond`, `root-cause` and `fix` are how long each may take from the report on; `development` from the
    choice of a strategy, or the first work on a fix, to its merge; `review` from the request to the approval;
    `deployment` from the merge on. `hours` is which time counts for all of them.
    `most-lines` is how many changed lines outside of tests and documents still are a minimal change (None: no
    limit). `watch` takes the place of `checks.watch`, where a severity asks for more or fewer checks.
    `investigation`: a first look at logs and monitoring has to be written down. `release-notes` have to be
    complete before the merge, the way back tried (`rollback-test`), and the fix seen on staging (`staging`).
    `windows` are how long after the deployment somebody looks again and says how production does, ascending.
    `post-mortem` asks for one once the fix is out. `hold-closing` keeps the issue open after the merge until
    all of that holds, and closes it then.
    """

    labels: Annotated[tuple[LabelName, ...], Field(min_length=1)]
    respond: Duration
    fix: Duration | None = None
    root_cause: Duration
    development: Duration | None = None
    review: Duration | None = None
    deployment: Duration | None = None
    hours: Hours = Hours.ALWAYS
    mode: Mode | None = None
    backup: bool = False
    channel: bool = False
    deferrable: bool = False
    approvals: Annotated[int, Field(ge=0, le=10)] = 1
    senior_approval: bool = False
    most_lines: Annotated[int, Field(ge=1)] | None = None
    watch: Watched | None = None
    post_mortem: bool = False
    investigation: bool = False
    release_notes: bool = False
    rollback_test: bool = False
    staging: bool = False
    windows: tuple[Duration, ...] = ()
    hold_closing: bool = False
    escalation: Annotated[tuple[Step, ...], Field(max_length=20), AfterValidator(ascending)] = ()

    @field_validator("windows")
    @classmethod
    def _ascending(cls, value: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
        return tuple(sorted(set(value)))


class BugLabels(Strict):
    """Labels that are not a severity. An issue with `bug` is a bug; one with a `confidential` one is kept
    out of every document. One of `regression`, put on a bug after its fix was merged, reports a regression.
    """

    bug: tuple[LabelName, ...] = ("bug",)
    confidential: tuple[LabelName, ...] = ("security",)
    regression: tuple[LabelName, ...] = ("regression",)


class SeniorGroup(Strict):
    """Who may approve and back up a P0 or P1: everyone from a role up, named people, and members of teams."""

    role: RoleName | None = Role.MAINTAIN
    logins: tuple[Login, ...] = ()
    teams: Annotated[tuple[TeamName, ...], Field(max_length=5)] = ()

    @property
    def words(self) -> str:
        """Who belongs to it, as a part of a sentence."""
        by_role = [f"somebody with the role {self.role} or above"] if self.role is not None else []
        by_team = [f"a member of {team}" for team in self.teams]
        return " or ".join([*by_role, *self.logins, *by_team]) or "somebody of the senior group"

    def holds(
        self, login: str, role: Role | None, memberships: Mapping[str, Membership] | None = None
    ) -> bool:
        """Whether that person, holding that role on the repository, is senior.

        `memberships` are theirs by the team, as it stands in `teams`; None while nobody has asked for them.
        """
        named = any(login.casefold() == name.casefold() for name in self.logins)
        by_role = self.role is not None and role is not None and role >= self.role
        return (
            named or by_role or any((memberships or {}).get(team) is Membership.MEMBER for team in self.teams)
        )

    def asks_teams(self, login: str, role: Role | None) -> bool:
        """Whether only a team can tell if that person is senior."""
        return bool(self.teams) and not self.holds(login, role)


class People(Strict):
    """Who may do what, by the least role that may. `bots` lists apps whose labels and commands count.

    `engineering-lead` and `on-call` are the people of those two roles; where one is named, it has to approve
    a release.
    `product`, `support` and `cto` are who has to be told of a P0 or P1 and of its fix; nobody where empty.
    `ceo` is who is called last. With a `rota`, the one whose week it is is on call as well.
    """

    set_severity: RoleName = Role.TRIAGE
    assign: RoleName = Role.TRIAGE
    accept: RoleName = Role.READ
    plan: RoleName = Role.TRIAGE
    attest: RoleName = Role.WRITE
    track: RoleName = Role.TRIAGE
    override: RoleName = Role.MAINTAIN
    rollback: RoleName = Role.WRITE
    senior: SeniorGroup = SeniorGroup()
    engineering_lead: tuple[Login, ...] = ()
    on_call: tuple[Login, ...] = ()
    product: tuple[Login, ...] = ()
    support: tuple[Login, ...] = ()
    cto: tuple[Login, ...] = ()
    ceo: tuple[Login, ...] = ()
    rota: Rota = Rota()
    bots: tuple[AppLogin, ...] = ()

    def is_listed_bot(self, login: str) -> bool:
        """Whether that app is on the allow-list."""
        return any(login.casefold() == bot.casefold() for bot in self.bots)


class Documents(Strict):
    """Where documents live, how they are delivered, and how far back a change is suspect."""

    root: str = DEFAULT_ROOT
    delivery: Delivery = Delivery.AUTO
    suspect_window: Duration = timedelta(hours=48)

    @field_validator("root")
    @classmethod
    def _safe_root(cls, value: str) -> str:
        parts = value.split("/")
        hostile = any(part in ("", ".", "..") or part.startswith(".git") for part in parts)
        if hostile or "\\" in value or not value.isprintable() or len(value) > 200:
            raise ValueError("expected a folder of the repository, such as documents/bugs")
        return value


class Checks(Strict):
    """How and which verdicts are reported, and which checks of others are watched.

    `kind` is `status`, or `check-run` for check runs with the whole checklist as their text: that takes the
    token of a GitHub App of one's own, and without it statuses are reported. `report` says which of them a
    pull request gets. `watch` is `required`, which is what the rules of the branch require and everything
    where they require nothing, or the names of checks; an empty list watches none. `skipped` says whether a
    skipped or neutral check passes. `ignore` names checks and workflow files that are never watched; the
    workflow that runs bugaction is among them without being named.
    """

    kind: CheckKind = CheckKind.STATUS
    report: CheckReport = CheckReport.BUGS
    watch: Watched = "required"
    skipped: Skipped = Skipped.PASS
    ignore: tuple[CheckName, ...] = (".github/workflows/bugaction.yml",)


class Fix(Strict):
    """What a fix may be made of.

    `tests` are patterns of paths that hold tests, as in a `.gitignore` without its negations. `not-minimal`
    are labels of a pull request that say that it does more than to fix.
    """

    tests: tuple[PathPattern, ...] = _TESTS
    not_minimal: tuple[LabelName, ...] = ("enhancement", "feature", "refactor", "refactoring")


class Deployment(Strict):
    """Which environments on GitHub are production; upper and lower case are the same.

    `rollback-workflow` is a file of `.github/workflows` that deploys an older version again: `/rollback`
    starts it, with the inputs `version`, `bug` and `reason`. `release-windows` are when the team releases
    what can wait, which is every fix but those of a P0 and a P1.
    """

    environments: tuple[EnvironmentName, ...] = ("production",)
    rollback_workflow: WorkflowFile | None = None
    release_windows: ReleaseWindows = ReleaseWindows()


class Waiting(Strict):
    """Where what waits for whom is shown beside the register: `issue` is the number of one that the team has
    opened, and pinned; bugaction keeps the part of its body between two marks.
    """

    issue: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


_NO_TIME = "expected a time such as 2026-11-24T09:00:00Z"


def _default_severities() -> Mapping[Severity, SeverityPolicy]:
    minutes, hours, days = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
    # docs/guide/configuration.md shows them as a table, and a test compares.
    return {
        Severity.P0: SeverityPolicy(
            labels=("P0",),
            respond=timedelta(minutes=15),
            fix=4 * hours,
            root_cause=4 * hours,
            development=8 * hours,
            review=15 * minutes,
            deployment=15 * minutes,
            backup=True,
            channel=True,
            deferrable=True,
            senior_approval=True,
            most_lines=200,
            investigation=True,
            release_notes=True,
            rollback_test=True,
            windows=(15 * minutes, 30 * minutes, 2 * hours, 24 * hours),
            post_mortem=True,
            hold_closing=True,
            escalation=CRITICAL_LADDER,
        ),
        Severity.P1: SeverityPolicy(
            labels=("P1",),
            respond=hours,
            fix=24 * hours,
            root_cause=4 * hours,
            development=8 * hours,
            review=hours,
            deployment=2 * hours,
            backup=True,
            channel=True,
            senior_approval=True,
            most_lines=400,
            investigation=True,
            release_notes=True,
            rollback_test=True,
            staging=True,
            windows=(15 * minutes, 2 * hours, 24 * hours),
            post_mortem=True,
            hold_closing=True,
            escalation=HIGH_LADDER,
        ),
        Severity.P2: SeverityPolicy(
            labels=("P2",),
            respond=days,
            fix=7 * days,
            root_cause=2 * days,
            development=3 * days,
            most_lines=1000,
            investigation=True,
            release_notes=True,
            windows=(2 * hours, 24 * hours),
            hold_closing=True,
        ),
        Severity.P3: SeverityPolicy(
            labels=("P3",),
            respond=days,
            root_cause=2 * days,
            development=3 * days,
            windows=(24 * hours,),
        ),
    }


class Policy(Strict):
    """The whole configuration; each part has a default.

    `extends` names a repository whose configuration lies underneath: what it says is in the other keys
    already. `time-zone` is the team's, in which timelines show their times beside UTC, and by which
    `business-hours`, `holidays` and `people.rota` are meant. `contacts` are shown with a P0.
    """

    version: Literal[1] = 1
    extends: RepositoryName | None = None
    mode: Mode = Mode.ENFORCE
    since: datetime | None = None
    time_zone: ZoneName = "UTC"
    business_hours: BusinessHours = BusinessHours()
    holidays: Holidays = Holidays()
    clocks: Clocks = Clocks()
    severities: Mapping[Severity, SeverityPolicy] = Field(default_factory=_default_severities)
    proposal: Proposal = Proposal.PROPOSE
    labels: BugLabels = BugLabels()
    people: People = People()
    documents: Documents = Documents()
    checks: Checks = Checks()
    fix: Fix = Fix()
    deployment: Deployment = Deployment()
    contacts: Annotated[tuple[Contact, ...], Field(max_length=10)] = ()
    notifications: Notifications = Notifications()
    waiting: Waiting = Waiting()

    @field_validator("since", mode="before")
    @classmethod
    def _aware(cls, value: object) -> object:
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                raise ValueError(_NO_TIME) from None
        if isinstance(value, datetime):
            try:
                return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
            except OverflowError:  # it lies before the year 1, or behind 9999, once it is in UTC
                raise ValueError(_NO_TIME) from None
        if value is None:
            return None
        raise ValueError(_NO_TIME)

    @field_validator("severities", mode="before")
    @classmethod
    def _over_defaults(cls, value: Any) -> Any:  # noqa: ANN401 - raw input of any shape
        """Keys that a team leaves out keep their defaults, severity by severity."""
        if not isinstance(value, Mapping):
            return value
        merged: dict[Any, Any] = {}
        defaults = _default_severities()
        names = {severity.name: severity for severity in Severity}
        for key, given in value.items():
            severity = names.get(key) if isinstance(key, str) else key
            if not isinstance(severity, Severity):
                raise ValueError(f"expected one of: {', '.join(names)}")  # noqa: TRY004 - pydantic's contract
            if isinstance(given, Mapping):
                base = {kebab(name): item for name, item in defaults[severity].model_dump().items()}
                merged[severity] = {**base, **{kebab(str(name)): item for name, item in given.items()}}
            else:
                merged[severity] = given
        return {**defaults, **merged}

    @model_validator(mode="after")
    def _distinct_labels(self) -> Self:
        seen: dict[str, str] = {}
        claims = [(label, str(level)) for level, item in self.severities.items() for label in item.labels]
        claims += [(label, "labels.bug") for label in self.labels.bug]
        marks = len(claims)
        claims += [(label, "clocks.pause") for label in self.clocks.pause]
        for place, (label, owner) in enumerate(claims):
            if place < marks and label.casefold() in RESERVED_LABELS:
                text = "label '{label}' cannot stand for {owner}: GitHub gives it another meaning"
                raise PydanticCustomError("label", text, {"label": label, "owner": owner})
            taken = seen.setdefault(label.casefold(), owner)
            if taken != owner:
                clash = {"label": label, "taken": taken, "owner": owner}
                raise PydanticCustomError(
                    "label", "label '{label}' stands for both {taken} and {owner}", clash
                )
        return self

    def severity_of(self, label: str) -> Severity | None:
        """The severity that a label stands for, or None."""
        for severity, item in self.severities.items():
            if any(label.casefold() == name.casefold() for name in item.labels):
                return severity
        return None

    def mode_of(self, severity: Severity | None) -> Mode:
        """The mode for bugs of that severity; one without a severity takes the general mode."""
        own = self.severities[severity].mode if severity is not None else None
        return own or self.mode

    def calendar_of(self, severity: Severity) -> Calendar:
        """Which time counts for bugs of that severity."""
        if self.severities[severity].hours is Hours.ALWAYS:
            return ALWAYS
        return WorkingHours(
            days=frozenset(day.number for day in self.business_hours.days),
            opens=self.business_hours.opens,
            closes=self.business_hours.closes,
            zone=self.time_zone,
            country=self.holidays.country or "",
            subdivision=self.holidays.subdivision or "",
            extra=frozenset(self.holidays.extra),
        )

    def on_call(self, at: datetime) -> tuple[str, ...]:
        """Who is on call at that moment: whoever always is, and whose week it is."""
        return tuple(dict.fromkeys((*self.people.on_call, *self.people.rota.at(at, self.time_zone))))

    def called(self, step: Step, at: datetime) -> tuple[str, ...]:
        """Whom a step calls at that moment, logins and teams in its order; nobody where nobody is named."""
        people = self.people
        roles = {
            "on-call": self.on_call(at),
            "engineering-lead": people.engineering_lead,
            "cto": people.cto,
            "ceo": people.ceo,
            "product": people.product,
            "support": people.support,
        }
        names = (name for each in step.to for name in roles.get(each, (each,)))
        return tuple({name.casefold(): name for name in names}.values())

    def pauses(self, label: str) -> bool:
        """Whether clocks stand still while that label is on a bug."""
        return any(label.casefold() == name.casefold() for name in self.clocks.pause)

    def is_bug_label(self, label: str) -> bool:
        """Whether the label alone makes an issue a bug."""
        return any(label.casefold() == name.casefold() for name in self.labels.bug)

    def is_confidential_label(self, label: str) -> bool:
        """Whether the label keeps the issue's details out of everything that is written."""
        return any(label.casefold() == name.casefold() for name in self.labels.confidential)
