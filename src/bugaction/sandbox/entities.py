"""What the embedded GitHub holds, thing by thing, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = [
    "Account",
    "AccountKind",
    "BranchRules",
    "CheckRun",
    "Comment",
    "Deployment",
    "DeploymentStatus",
    "Edit",
    "Issue",
    "Label",
    "Neighbour",
    "Pull",
    "Reaction",
    "Release",
    "Repository",
    "Review",
    "Role",
    "Status",
    "TimelineEvent",
    "WorkflowRun",
]


class AccountKind(StrEnum):
    """GitHub's account types, spelled as REST's `type`."""

    USER = "User"
    BOT = "Bot"
    ORGANIZATION = "Organization"


@dataclass(frozen=True, slots=True)
class Account:
    """A person, bot or organisation. A bot's `login` is kept bare; REST adds `[bot]`."""

    login: str
    id: int
    kind: AccountKind = AccountKind.USER
    name: str = ""

    @property
    def rest_login(self) -> str:
        """The login as REST, `viewer` and commit messages spell it."""
        return f"{self.login}[bot]" if self.kind is AccountKind.BOT else self.login

    @property
    def email(self) -> str:
        """The address under which GitHub commits for the account.

        The form is documented at https://docs.github.com/account-and-profile/reference/email-addresses-reference
        """
        return f"{self.id}+{self.rest_login}@users.noreply.github.com"


@dataclass(frozen=True, slots=True)
class Role:
    """A role: `name` as `role_name` shows it, `base` one of GitHub's five; they differ for a custom role."""

    name: str
    base: str


@dataclass(frozen=True, slots=True)
class Repository:
    """The one repository of a world, and its settings.

    `has_rules` is False where the owner's plan has no branch protection for a private repository.
    `allowed_actions` is REST's word. `disabled` are workflows that do not run: path and REST's state.
    `environments` are those that were set up by hand; a deployment makes its own.
    """

    owner: str
    name: str
    id: int
    created_at: datetime
    default_branch: str = "main"
    owner_is_organization: bool = True
    is_private: bool = False
    is_archived: bool = False
    has_issues: bool = True
    actions_may_open_pulls: bool = False
    is_fork: bool = False
    allows_forking: bool = True
    has_rules: bool = True
    has_actions: bool = True
    allowed_actions: str = "all"
    private_reports: bool = False
    disabled: tuple[tuple[str, str], ...] = ()
    environments: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """`owner/name`."""
        return f"{self.owner}/{self.name}"


@dataclass(frozen=True, slots=True)
class Label:
    """A label of the repository; issues refer to it by id, so that a rename is seen everywhere."""

    id: int
    name: str
    color: str
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """One version of an edited body, the first written one included (`userContentEdits`).

    Of one that somebody deleted from the history, it stays known that it was, when, and by whom it was made.
    """

    id: int
    editor: str
    at: datetime
    body: str
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on an issue or pull request."""

    id: int
    number: int
    author: str
    body: str
    created_at: datetime
    updated_at: datetime
    edits: tuple[Edit, ...] = ()
    app: bool = False


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One timeline event; `kind` is GraphQL's type name. Which other fields are set depends on it."""

    id: int
    number: int
    kind: str
    actor: str
    at: datetime
    label: Label | None = None
    assignee: str = ""
    reason: str = ""
    before: str = ""
    after: str = ""
    source: int = 0
    commit: str = ""
    closes: bool = False


@dataclass(frozen=True, slots=True)
class Pull:
    """What a pull request has beyond an issue.

    `head_oid` follows the head branch while the pull request is open. `fork` is the owner's login of the
    fork that the head branch lives in, "" for this repository. `linked` are issues linked by hand.
    """

    id: int
    base: str
    base_oid: str
    head: str
    head_oid: str
    fork: str = ""
    is_draft: bool = False
    merged_at: datetime | None = None
    merged_by: str = ""
    merge_oid: str = ""
    linked: tuple[int, ...] = ()
    reviews: tuple[int, ...] = ()
    reviewers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another repository, as far as it can be read: one commit, on its default branch ("" where it is
    empty)."""

    full_name: str
    id: int
    oid: str = ""
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue, or with `pull` a pull request. Labels, comments and events are ids, oldest first."""

    number: int
    id: int
    title: str
    body: str
    author: str
    created_at: datetime
    updated_at: datetime
    is_open: bool = True
    reason: str = ""
    duplicate_of: int = 0
    closed_at: datetime | None = None
    closed_by: str = ""
    labels: tuple[int, ...] = ()
    assignees: tuple[str, ...] = ()
    comments: tuple[int, ...] = ()
    timeline: tuple[int, ...] = ()
    edits: tuple[Edit, ...] = ()
    parent: int = 0
    is_locked: bool = False
    pull: Pull | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """A review; `state` is GraphQL's (`APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`, `DISMISSED`, `PENDING`).

    A pending one is its author's alone, and `submitted_at` is when it was begun.
    """

    id: int
    number: int
    author: str
    body: str
    state: str
    oid: str
    submitted_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Status:
    """A commit status as posted; the newest of a context counts."""

    id: int
    oid: str
    context: str
    state: str
    description: str | None
    target_url: str | None
    creator: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CheckRun:
    """A check run of an app on a commit; `suite` groups the runs of one workflow run.

    `status` is REST's (`queued`, `in_progress`, `completed`, …); a queued one has not started. `external_id`,
    `details_url` and the output's `title`, `summary` and `text` are its app's, "" for none.
    """

    id: int
    oid: str
    name: str
    status: str
    conclusion: str | None
    started_at: datetime | None
    completed_at: datetime | None
    suite: int
    app: str = "github-actions"
    workflow_run: int = 0
    external_id: str = ""
    details_url: str = ""
    title: str = ""
    summary: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """A run of a workflow, as the `workflow_run` event shows it."""

    id: int
    name: str
    path: str
    event: str
    oid: str
    branch: str
    status: str
    conclusion: str | None
    actor: str
    created_at: datetime
    suite: int
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class DeploymentStatus:
    """One status of a deployment; `state` in REST's spelling."""

    id: int
    state: str
    description: str
    creator: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment and its statuses, oldest first."""

    id: int
    oid: str
    ref: str
    environment: str
    description: str
    creator: str
    created_at: datetime
    statuses: tuple[DeploymentStatus, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """A published release."""

    id: int
    tag: str
    oid: str
    target: str
    name: str
    body: str
    author: str
    created_at: datetime
    is_prerelease: bool = False


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction; `content` is GraphQL's (`ROCKET`)."""

    id: int
    subject: str
    user: str
    content: str
    at: datetime


@dataclass(frozen=True, slots=True)
class BranchRules:
    """What protects the branches that match `pattern` (an `fnmatch` pattern, as GitHub uses).

    `kind` is "classic" for branch protection and "ruleset" for rulesets: their refusals and visibility
    differ. `checks` are required contexts, each with the id of the app it is pinned to or None. `kept`
    forbids to delete the branch, and to rewrite it. `bypass` are logins whose direct commits pass.
    """

    id: int
    pattern: str
    kind: str = "ruleset"
    pull_request: bool = False
    approvals: int = 0
    checks: tuple[tuple[str, int | None], ...] = ()
    restricted: bool = False
    merge_queue: bool = False
    signed: bool = False
    kept: bool = False
    bypass: frozenset[str] = frozenset()
