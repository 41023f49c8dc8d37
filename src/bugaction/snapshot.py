"""The facts that a decision may read: what GitHub held at one moment, normalised.

Values here are plain and frozen, so a test builds them by hand. The adapter (`bugaction.github.reader`)
fills them: bots' logins carry their `[bot]` suffix, times are aware and in UTC, line ends are as GitHub
returns them. A field that was not read, because nothing had asked for it yet, is None; an empty tuple
means that GitHub holds nothing there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bugaction.carrier import Carrier
from bugaction.discussion import Comment, Edit
from bugaction.extended import Extended
from bugaction.model import Actor, LedgerFile, Membership, Role, Sent
from bugaction.reverting import Reverting
from bugaction.review import (
    ChangedFile,
    ChangeKind,
    Check,
    CheckKind,
    CheckOutcome,
    Commit,
    HeadFile,
    OwnRun,
    OwnRuns,
    Revert,
    RevertClaim,
    Review,
    ReviewState,
    Status,
    StatusState,
)
from bugaction.rollout import Deployment, Release, Rollout

__all__ = [
    "Answers",
    "Branch",
    "BugFacts",
    "ChangeKind",
    "ChangedFile",
    "Check",
    "CheckKind",
    "CheckOutcome",
    "Comment",
    "Commit",
    "Deployment",
    "Edit",
    "Entry",
    "EntryKind",
    "Issue",
    "IssueState",
    "Label",
    "MergeGroup",
    "OwnRun",
    "OwnRuns",
    "PullRequest",
    "PullState",
    "Release",
    "Repository",
    "Review",
    "ReviewState",
    "Rollout",
    "Snapshot",
    "Status",
    "StatusState",
    "Suspects",
    "TextFile",
]


@dataclass(frozen=True, slots=True)
class Label:
    """A label on an issue, or of the repository; `id` is its node id."""

    name: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A committed file. `text` is None when GitHub calls it binary or cut it short (over 512 KB).

    `oid` is its blob's id, "" where nobody asked for it.
    """

    path: str
    text: str | None
    branch: str = ""
    oid: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch and what its rules allow.

    `protected` is True when a rule keeps a plain commit out (reviews, required checks, restricted pushes,
    a merge queue), False when nothing does, None when this token may not see it.
    """

    name: str
    oid: str
    protected: bool | None = False


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository that the run works on, and who we are there. `default` is None in an empty one.

    `records` is the records branch, None until it exists; `records_meta` is the text of its `meta.json`,
    `records_meta_is_ours` whether commits of ours wrote all of it: otherwise it counts for nothing. `config`
    is the configuration file on the default branch (None: there is none), `extended` what it extends.
    `templates` are the overrides on the default branch, by path below the override folder. `register` are
    the register's index and its README, on each branch that has them.
    """

    owner: str
    name: str
    id: str
    url: str
    viewer: Actor
    default: Branch | None
    records: Branch | None = None
    records_meta: str | None = None
    records_meta_is_ours: bool = False
    config: TextFile | None = None
    extended: Extended | None = None
    templates: tuple[TextFile, ...] = ()
    register: tuple[TextFile, ...] = ()
    is_archived: bool = False
    has_issues: bool = True
    is_private: bool = False

    @property
    def full_name(self) -> str:
        """`owner/name`."""
        return f"{self.owner}/{self.name}"


class IssueState(StrEnum):
    """Open, or closed with the reason that GitHub keeps."""

    OPEN = "open"
    COMPLETED = "completed"
    NOT_PLANNED = "not-planned"
    DUPLICATE = "duplicate"

    @property
    def is_open(self) -> bool:
        """Whether the issue is open."""
        return self is IssueState.OPEN


class EntryKind(StrEnum):
    """What a timeline entry tells; the names are GitHub's event names."""

    LABELED = "labeled"
    UNLABELED = "unlabeled"
    ASSIGNED = "assigned"
    UNASSIGNED = "unassigned"
    CLOSED = "closed"
    REOPENED = "reopened"
    RENAMED = "renamed"
    CROSS_REFERENCED = "cross-referenced"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an issue's timeline, oldest first in `Issue.timeline`.

    `value` is the label's name, the assignee's login, the close reason, the new title, or for references
    the number of the pull request of this repository. Where an issue refers to this one, `value` is "":
    `author` is whose issue it is, `said` its title and the first line of its body, `url` its page, `is_open`
    whether it is open by now, `regression_of` what it says it is a regression of, and `written` when its text
    was written or changed last. `by_merge`: a pull request or a commit closed the issue.
    """

    id: str
    kind: EntryKind
    actor: Actor
    at: datetime
    value: str = ""
    author: Actor | None = None
    said: tuple[str, ...] = ()
    url: str = ""
    is_open: bool = True
    by_merge: bool = False
    regression_of: tuple[int, ...] = ()
    written: datetime | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as GitHub shows it; `comments` and `timeline` are whole and oldest first."""

    number: int
    id: str
    url: str
    title: str
    body: str
    author: Actor
    at: datetime
    state: IssueState = IssueState.OPEN
    labels: tuple[Label, ...] = ()
    assignees: tuple[Actor, ...] = ()
    comments: tuple[Comment, ...] = ()
    timeline: tuple[Entry, ...] = ()
    updated_at: datetime | None = None

    def has_label(self, name: str) -> bool:
        """GitHub label names are case-insensitive."""
        return any(label.name.casefold() == name.casefold() for label in self.labels)


@dataclass(frozen=True, slots=True)
class BugFacts:
    """What belongs to one issue: itself, its ledger, its committed documents, the pull requests that fix it.

    `pulls` are numbers of pull requests of this repository that GitHub or the text links to the issue, in
    any state. `documents` come from the records branch and the default branch.
    """

    issue: Issue
    ledger: LedgerFile = field(default_factory=LedgerFile)
    documents: tuple[TextFile, ...] = ()
    pulls: tuple[int, ...] = ()


class PullState(StrEnum):
    """A pull request's state."""

    OPEN = "open"
    CLOSED = "closed"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request. `closing` are the issues of this repository that GitHub says it closes; `statuses`
    stand on `head_oid`. `head_config` is the configuration file at the head (None: there is none). `sharing`
    are the numbers of the open pull requests, itself included, whose head is the same commit; `sharing_cut`
    says that there may be more. `links` is the file at `records.links_path` on the records branch.
    `edited_at` is when `body` was changed last, None where it never was; `took_back` are the pull requests
    that it is recorded to have taken back, and `mends` says that it is recorded to do more than that
    (`taken_back.recalled`).

    Some come only when asked for, and are None until then:

    - `AskCommits`: `commits`, oldest first, `sharing`, and `links` (these also by a pull request's number);
      `earlier`, what stands under our roll-up's name on heads that were replaced and on its commits, the
      newest of each first.
    - `AskFiles` and `AskReview`: `files`, and `changed_files`, how many there are (see `files_cut`).
    - `AskReview`: `reviews`, oldest first; `checks`, each run and status on the head, superseded runs and our
      own statuses among them, in no order that tells which is the newest; `required`, the contexts that the
      rules of the base branch require; `additions` and `deletions`, of lines; `requested_at`, when somebody
      was first asked for a review; `retargeted_at`, when its base was last changed; `reviewers`, people whose
      review is asked for and not given yet; `base_oid`, the head of its base ("" until then).

    `documents` are those files at its head that `AskDocuments` asked for, each path once.

    `checks` or `required` stays None where this token may not see it: then `lacking` names the permissions
    that would show it.
    """

    number: int
    id: str
    url: str
    title: str
    body: str
    author: Actor
    state: PullState
    is_draft: bool
    base: str
    head: str
    head_oid: str
    is_fork: bool = False
    closing: tuple[int, ...] = ()
    labels: tuple[Label, ...] = ()
    comments: tuple[Comment, ...] = ()
    statuses: tuple[Status, ...] = ()
    head_config: TextFile | None = None
    created_at: datetime | None = None
    merged_at: datetime | None = None
    merge_oid: str = ""
    commits: tuple[Commit, ...] | None = None
    earlier: tuple[Status, ...] = ()
    files: tuple[ChangedFile, ...] | None = None
    sharing: tuple[int, ...] | None = None
    sharing_cut: bool = False
    links: LedgerFile | None = None
    updated_at: datetime | None = None
    reviews: tuple[Review, ...] | None = None
    checks: tuple[Check, ...] | None = None
    required: tuple[str, ...] | None = None
    additions: int | None = None
    deletions: int | None = None
    changed_files: int | None = None
    requested_at: datetime | None = None
    retargeted_at: datetime | None = None
    reviewers: tuple[str, ...] = ()
    base_oid: str = ""
    lacking: tuple[str, ...] = ()
    documents: tuple[HeadFile, ...] = ()
    edited_at: datetime | None = None
    took_back: tuple[int, ...] = ()
    mends: bool = False

    @property
    def files_cut(self) -> bool:
        """Whether GitHub lists fewer files than it counts: 3,000 is its most (pytorch/pytorch#120499)."""
        return len(self.files or ()) < (self.changed_files or 0)

    def merges_base(self, commit: Commit) -> bool:
        """Whether a commit of `commits` merges what the base had already: the other side is not its own.

        Its commits are what its head has and its base has not, so a parent that is none of them is the
        base's. What else was put into such a merge is not to be seen; one with `is_from_github` was made by
        GitHub for a person, from its parents and what they typed to resolve a conflict.
        """
        own = {each.oid for each in self.commits or ()}
        return len(commit.parent_oids) == 2 and commit.parent_oids[1] not in own

    def is_since_its_base(self, at: datetime) -> bool:
        """Whether what was said at that time was said of what it changes now: a commit that is offered to
        another branch, by this pull request or by a new one, brings other commits and files along. Of the
        second of the change nobody knows."""
        return all(at > since for since in (self.created_at, self.retargeted_at) if since is not None)

    @property
    def recorded(self) -> tuple[int, ...]:
        """The issues that commits of ours say it fixed at some time; it may be unlinked (`links.ties_of`)."""
        lines = self.links.lines if self.links is not None else ()
        numbers = {line.data.get("bug", "") for line in lines if line.accepted}
        return tuple(sorted(int(number) for number in numbers if number.isdecimal()))

    def status(self, context: str) -> Status | None:
        """The status of that context; contexts are case-insensitive (OpenAPI, create a commit status)."""
        for status in self.statuses:
            if status.context.casefold() == context.casefold():
                return status
        return None


@dataclass(frozen=True, slots=True)
class Suspects:
    """What changed in the window before a bug began; each newest first. Times in UTC.

    `cut` is True when GitHub held more than was read.
    """

    since: datetime
    until: datetime
    commits: tuple[Commit, ...] = ()
    pulls: tuple[PullRequest, ...] = ()
    deployments: tuple[Deployment, ...] = ()
    cut: bool = False


@dataclass(frozen=True, slots=True)
class MergeGroup:
    """A merge group: the commit to report on and the pull requests in it, front of the queue first.

    `pulls` is empty when the group could not be resolved.
    """

    head_oid: str
    ref: str
    pulls: tuple[int, ...] = ()
    statuses: tuple[Status, ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """Facts that cost a request of their own and were asked for by a decision (`questions.Question`).

    A login that is no collaborator has the role that GitHub reports for it. `teams` are by login too;
    `suspects` and `rollouts` are by the bug's number. `labels` maps a label's case-folded name to its node
    id, None for one that is not there. `missing` are no issue, `missing_pulls` no pull request of this
    repository. `carriers` are by the bug's number; `unopened` is what GitHub said in this run when it would
    not let us open the pull request from one, by the bug's number too. `pages` are committed files by path,
    on each branch that has them; `blobs` the texts of large ones by their blob's id, None for no text.
    `reverting` are by the number of what they take back, newest first, and `unreverted` is what GitHub said
    in this run when it did not make one, by the attempt. `dispatched` is what became of the workflows that
    this run started, by the attempt: "", or what GitHub said. `untried` are attempts that this run recorded
    and did not come to. `notified` is what became of this run's notifications, by the bug's number and key.
    `runs` are our check runs, by the commit.
    """

    roles: Mapping[str, Role] = field(default_factory=dict)
    teams: Mapping[str, Mapping[str, Membership]] = field(default_factory=dict)
    labels: Mapping[str, str | None] = field(default_factory=dict)
    suspects: Mapping[int, Suspects] = field(default_factory=dict)
    reverts: Mapping[RevertClaim, Revert] = field(default_factory=dict)
    missing: frozenset[int] = frozenset()
    missing_pulls: frozenset[int] = frozenset()
    rollouts: Mapping[int, Rollout] = field(default_factory=dict)
    carriers: Mapping[int, Carrier] = field(default_factory=dict)
    unopened: Mapping[int, str] = field(default_factory=dict)
    pages: Mapping[str, tuple[TextFile, ...]] = field(default_factory=dict)
    blobs: Mapping[str, str | None] = field(default_factory=dict)
    reverting: Mapping[int, tuple[Reverting, ...]] = field(default_factory=dict)
    unreverted: Mapping[str, str] = field(default_factory=dict)
    dispatched: Mapping[str, str] = field(default_factory=dict)
    untried: frozenset[str] = frozenset()
    notified: Mapping[tuple[int, str], Sent] = field(default_factory=dict)
    runs: Mapping[str, OwnRuns] = field(default_factory=dict)

    def notified_of(self, number: int) -> Mapping[str, Sent]:
        """What became of this run's notifications of that bug, by key."""
        return {key: sent for (bug, key), sent in self.notified.items() if bug == number}

    def role(self, login: str) -> Role | None:
        """The role of that login, or None when it has not been asked for. Keys are case-folded."""
        return self.roles.get(login.casefold())


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that one decision may read.

    `unreadable` names, a sentence each, what this token may not read; the fields concerned are None or empty.
    What a gate rests on is never among it: a snapshot without that is not made.
    """

    repository: Repository
    bugs: Mapping[int, BugFacts] = field(default_factory=dict)
    pulls: Mapping[int, PullRequest] = field(default_factory=dict)
    group: MergeGroup | None = None
    answers: Answers = field(default_factory=Answers)
    unreadable: tuple[str, ...] = ()

    def with_answers(self, answers: Answers) -> Snapshot:
        """The same facts with other answers."""
        return replace(self, answers=answers)
