"""A bug as the rules see it: the facts of one issue, read through the policy and the ledger.

`bugaction.decide` builds it once per decision; gates, documents and comments only read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bugaction.action_issues import ActionIssue
from bugaction.carrier import Carrier
from bugaction.explanation import Explanation
from bugaction.model import (
    Actor,
    Evidence,
    LedgerFile,
    LedgerLine,
    Membership,
    RequirementResult,
    Role,
    Sent,
    Severity,
    Strategy,
)
from bugaction.policy import Policy
from bugaction.records import RECORDS_BRANCH
from bugaction.register import Past
from bugaction.reverting import Reverting
from bugaction.review import Revert, RevertClaim
from bugaction.snapshot import BugFacts, Issue, PullRequest, Suspects, TextFile
from bugaction.taken_back import standing

__all__ = [
    "Acceptance",
    "Bug",
    "Deployed",
    "DocumentState",
    "FormAnswers",
    "Gap",
    "Note",
    "Proposal",
    "SeverityChange",
    "SeverityState",
    "StrategyChoice",
]


@dataclass(frozen=True, slots=True)
class FormAnswers:
    """What the bug form asked and the reporter answered.

    `values` maps a field's key (`issue_form.FIELDS`) to its text, stripped, with LF line ends; a field that
    was left empty (`_No response_`, `None`) or is not in the body is absent. `preamble` is body text that
    stands under no heading of the form; for an issue that was not made by the form it is the whole body and
    `is_form` is False.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    preamble: str = ""
    is_form: bool = False

    def get(self, key: str) -> str:
        """The answer, or "" where there is none."""
        return self.values.get(key, "")


@dataclass(frozen=True, slots=True)
class Proposal:
    """The severity that the decision matrix finds, and why: one sentence a rule, in order."""

    severity: Severity
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeverityChange:
    """One step of a bug's severity. `why` is the person's reason or the rule that made it.

    `evidence` is what was judged: a label's entry, a command, a proposal.
    """

    at: datetime
    actor: Actor
    role: Role | None
    before: Severity | None
    after: Severity | None
    why: str
    url: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class SeverityState:
    """What a bug's severity is, how it came to be, and what its labels should be.

    `history` is in order: it begins with the first setting, and its last step leads to what is `current`.
    `since` is when the current severity was set, `raised` when the last raise happened (the first setting
    counts): escalation and deferral count from it. `add` and `remove` are label names. `remarks` are
    sentences for the sticky comment about what was reverted or removed. `new_lines` are decisions that the
    ledger does not hold yet. `ask` are logins whose role must be known first; while there are any, the rest
    is provisional.
    """

    current: Severity | None = None
    since: datetime | None = None
    raised: datetime | None = None
    history: tuple[SeverityChange, ...] = ()
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    new_lines: tuple[LedgerLine, ...] = ()
    ask: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of a document that still waits for a person.

    `section` is its heading, `id` the section's id ("" for the document as a whole). `line` is one-based, 0
    when it has no place yet.
    """

    section: str
    problem: str
    line: int = 0
    id: str = ""


@dataclass(frozen=True, slots=True)
class DocumentState:
    """A document as it is committed now: `text` is None when it is not. `gaps` are named in order.

    `approval` is what approves this version, None while it may still be written.
    """

    kind: str
    path: str
    version: str
    text: str | None = None
    branch: str = ""
    url: str = ""
    gaps: tuple[Gap, ...] = ()
    approval: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Acceptance:
    """That an assignee has taken the bug on, and by what: `oid` is the commit that shows it, or ""."""

    login: str
    evidence: Evidence
    oid: str = ""


@dataclass(frozen=True, slots=True)
class StrategyChoice:
    """How the bug is to be fixed, as somebody chose it; `reason` is theirs and may be ""."""

    strategy: Strategy
    reason: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Deployed:
    """That the fix is in production: since when, as which version ("" where nobody knows), and by what.

    `previous` is what ran there before, a tag or the beginning of a commit's id, "" where nobody knows, and
    `previous_ref` the same as git takes it: the tag, or the whole id.
    `is_tracked` is False where the merge stands for it, since the repository tracks nothing that would tell.
    `holds` are, for each environment that counts, the merges of the fix that run there: of those on several
    branches it may be one branch's alone. It is empty where nobody can tell, and all of them are meant.
    """

    at: datetime
    version: str
    environment: str
    evidence: Evidence
    previous: str = ""
    previous_ref: str = ""
    is_tracked: bool = True
    holds: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote when they started a run. `author` is their login, "" where it is not known."""

    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Bug:
    """One bug, ready to be judged.

    `ledger` already holds this run's new decisions; `unrecorded` are those of them that no commit holds yet.
    `documents` are the document types by kind, each as it is committed now (`DocumentState`), and `home` the
    branch whose copy of one counts where two branches hold one. `started` is when the bug began, as stated,
    or None; `recent_deployments` how many went out shortly before. `backup` and `backup_role` come from
    `/assign`. `attestations` are the accepted ones, newest per requirement,
    `spoken` all of them, oldest first. `updates` are the lines that people add to the timeline. `roles` and
    `teams` are those of reviewers, by case-folded login. `own_workflows` are the workflows that run us, by
    file or name. `deployed` is None until the fix is known to be in production, and `undeployed` says why
    not; `is_tracked` says that the repository is known to have deployments or releases which would tell, or
    somebody who does. `owed` are the deferred requirements of the gates before, each with its gate's title.
    `fixes` are the pull requests that fix it, by number, and `reverts` what was found out of what they say
    they take back. `requested` are the kinds of documents that this run is to begin, whether or not they are
    due; `actions` the issues that were opened for its action items, and `absent` the numbers that its items
    name and that are no other issue of the repository.
    `explanations` are what people told of its cause in comments, a comment each, oldest first.
    `returning` are those of its documents that count and do not lie at their place yet: they come back
    (`document_return`).
    `carrier` is the branch that brings its documents to the default branch, where it was asked for, and
    `unopened` why GitHub did not let this run open the pull request from it, "" otherwise. `past`
    is what the register tells, None where no document that tells of it is begun, and `note` what a person
    wrote for the documents that this run is to begin.
    `targets` are the pull requests that were ordered to be rolled back, by number, as far as they are read,
    `reverting` those that take them back, and `unreverted`, `dispatched` and `untried` as in
    `snapshot.Answers`; so is `notified`, by the key alone. `is_of_merge` says that this is the bug with the
    severity and the fixes of a merge that lies back (`lane.at_merges`).

    `now` is the moment of the decision (UTC): only due times are compared with it, an action item without a
    date counts from it when its issue is opened, and nothing that is written may depend on it otherwise but
    the line that dates the sticky comment.
    """

    facts: BugFacts
    policy: Policy
    now: datetime
    name: str
    severity: SeverityState
    answers: FormAnswers
    ledger: LedgerFile
    proposal: Proposal | None = None
    started: datetime | None = None
    confidential: bool = False
    acceptances: tuple[Acceptance, ...] = ()
    backup: str = ""
    backup_role: Role | None = None
    eta: datetime | None = None
    channel: str = ""
    strategy: StrategyChoice | None = None
    attestations: Mapping[str, LedgerLine] = field(default_factory=dict)
    spoken: tuple[LedgerLine, ...] = ()
    updates: tuple[LedgerLine, ...] = ()
    roles: Mapping[str, Role] = field(default_factory=dict)
    teams: Mapping[str, Mapping[str, Membership]] = field(default_factory=dict)
    own_workflows: tuple[str, ...] = ()
    deployed: Deployed | None = None
    undeployed: str = ""
    is_tracked: bool = False
    owed: tuple[tuple[str, RequirementResult], ...] = ()
    documents: Mapping[str, DocumentState] = field(default_factory=dict)
    home: str = RECORDS_BRANCH
    suspects: Suspects | None = None
    recent_deployments: int = 0
    fixes: tuple[PullRequest, ...] = ()
    reverts: Mapping[RevertClaim, Revert] = field(default_factory=dict)
    unrecorded: tuple[LedgerLine, ...] = ()
    remarks: tuple[str, ...] = ()
    requested: frozenset[str] = frozenset()
    actions: tuple[ActionIssue, ...] = ()
    absent: frozenset[int] = frozenset()
    explanations: tuple[Explanation, ...] = ()
    returning: tuple[TextFile, ...] = ()
    carrier: Carrier | None = None
    unopened: str = ""
    past: Past | None = None
    note: Note | None = None
    targets: Mapping[int, PullRequest] = field(default_factory=dict)
    reverting: Mapping[int, tuple[Reverting, ...]] = field(default_factory=dict)
    unreverted: Mapping[str, str] = field(default_factory=dict)
    dispatched: Mapping[str, str] = field(default_factory=dict)
    untried: frozenset[str] = frozenset()
    notified: Mapping[str, Sent] = field(default_factory=dict)
    is_of_merge: bool = False

    def role_of(self, login: str) -> Role | None:
        """The role of somebody whose review was looked at; None where nobody has asked for it."""
        return self.roles.get(login.casefold())

    def is_senior(self, login: str) -> bool:
        """Whether somebody whose review was looked at is of the senior group."""
        senior = self.policy.people.senior
        return senior.holds(login, self.role_of(login), self.teams.get(login.casefold()))

    def attested_on(self, requirement: str, pull: PullRequest) -> tuple[LedgerLine, ...]:
        """The words for a requirement that were given for that very head on its base, oldest first."""
        return tuple(
            line
            for line in self.spoken
            if line.data.get("requirement") == requirement
            and line.data.get("head") == pull.head_oid
            and pull.is_since_its_base(line.at)
        )

    def committed(self, kind: str) -> DocumentState | None:
        """The document of that kind where it is committed, None before."""
        document = self.documents.get(kind)
        return document if document is not None and document.text is not None else None

    @property
    def standing(self) -> tuple[PullRequest, ...]:
        """The fixes that count: none that was taken back, and none that takes one back."""
        return standing(self.fixes)

    @property
    def report(self) -> DocumentState | None:
        """The bug report; None before the documents were looked at."""
        return self.documents.get("report")

    @property
    def issue(self) -> Issue:
        """The issue itself."""
        return self.facts.issue

    @property
    def number(self) -> int:
        """The issue's number."""
        return self.facts.issue.number
