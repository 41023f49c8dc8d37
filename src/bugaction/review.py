"""What speaks for a change: its commits, its reviews, the checks and statuses on its head, its files.

Plain frozen values like those of `bugaction.snapshot`, which gives them out again. No rule stands here: which
of them count is for the gates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bugaction.model import Actor

__all__ = [
    "ChangeKind",
    "ChangedFile",
    "Check",
    "CheckKind",
    "CheckOutcome",
    "Commit",
    "Contents",
    "HeadFile",
    "OwnRun",
    "OwnRuns",
    "Revert",
    "RevertClaim",
    "RevertedCommit",
    "Review",
    "ReviewState",
    "Status",
    "StatusState",
]


class StatusState(StrEnum):
    """A commit status's state, in REST's spelling."""

    SUCCESS = "success"
    FAILURE = "failure"
    ERROR = "error"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Status:
    """The newest status of one context on one commit. `at` is when GitHub says that it was posted, to the
    second, None where that was not read."""

    context: str
    state: StatusState
    description: str
    url: str
    creator: Actor
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OwnRun:
    """A check run of ours: the verdict of the gate `name`, or of the roll-up, on one commit.

    `state` is what its status and conclusion mean for a merge, `title` what a status would say, `url` its
    details' address. `mark` is the digest of its texts (`check_runs.mark_of`), "" for none: GitHub documents
    nowhere that it keeps a text to the byte. `at` is when it was completed last, as whoever reported it said.
    """

    id: int
    name: str
    state: StatusState
    title: str = ""
    url: str = ""
    mark: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OwnRuns:
    """All check runs of ours on a commit, the newest first; `refused` is why they may not be seen."""

    runs: tuple[OwnRun, ...] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit. `authors` and `committer` are logins; whom GitHub cannot name is left out, or "".

    `authors` has the git author first and then those whom `Co-authored-by` trailers name (GraphQL schema,
    `Commit.authors`): anybody may write any. `committer`, `parent_oids` and `is_from_github` come with a pull
    request's commits only.

    `is_from_github` says that GitHub itself made and signed the commit for somebody on its site: a merge by
    "Update branch", an applied suggestion, a file edited there. The committer of all of those is `web-flow`.
    """

    oid: str
    message: str
    authors: tuple[str, ...]
    at: datetime
    parent_oids: tuple[str, ...] = ()
    committer: str = ""
    is_from_github: bool = False

    @property
    def is_merge(self) -> bool:
        """Whether it has more than one parent."""
        return len(self.parent_oids) > 1

    @property
    def may_be_suggestion(self) -> bool:
        """Whether it has all that an applied suggestion shows: made on GitHub's site, one parent, co-authors.

        Those who suggested are its co-authors (docs.github.com, "Incorporating feedback in your pull
        request"). GitHub marks it by nothing else, and whoever edits a file on the site can write such a
        trailer too: this alone proves no suggestion, only its absence proves that there was none.
        """
        return self.is_from_github and not self.is_merge and len(self.authors) > 1


class ReviewState(StrEnum):
    """A review's state. GitHub shows a pending one to its author alone."""

    APPROVED = "approved"
    CHANGES_REQUESTED = "changes-requested"
    COMMENTED = "commented"
    DISMISSED = "dismissed"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Review:
    """A review of a pull request as it stands now: a dismissed one no longer tells what it was.

    `oid` is the commit that was looked at, "" where GitHub no longer has it. `at` is when it was submitted,
    for a pending one when it was begun.
    """

    id: str
    url: str
    author: Actor
    state: ReviewState
    oid: str
    at: datetime
    body: str = ""


class CheckKind(StrEnum):
    """By which of GitHub's two mechanisms a check was reported."""

    CHECK_RUN = "check-run"
    STATUS = "status"


class CheckOutcome(StrEnum):
    """How a check stands: a check run's conclusion or a status's state, `pending` while it is not over.

    A conclusion that is not known here is an `error`, so that it never passes for a success.
    """

    SUCCESS = "success"
    FAILURE = "failure"
    NEUTRAL = "neutral"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed-out"
    ACTION_REQUIRED = "action-required"
    STARTUP_FAILURE = "startup-failure"
    STALE = "stale"
    ERROR = "error"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Check:
    """A check run or a status on a commit.

    `url` leads to its details. The rest is told of check runs only: `database_id` grows with each new run
    (0 for a status), and where a run has not begun, `started_at` is None. `app_slug` and `app_id` name the
    GitHub App that reported it (`github-actions`, 15368). Behind a run of GitHub Actions stands a workflow
    run: its `workflow` by name, the file's path in `workflow_path`, its `event` and its `run_url`; all "" for
    another app. `is_run_over` is False while that run goes on: further jobs of it may have no check run yet.
    A check run that a workflow's token creates by the API is filed under any of the Actions suites on its
    commit (orgs/community#24616), so its workflow may be another than the one that made it.
    """

    id: str
    name: str
    kind: CheckKind
    outcome: CheckOutcome
    started_at: datetime | None = None
    completed_at: datetime | None = None
    url: str = ""
    database_id: int = 0
    app_slug: str = ""
    app_id: int | None = None
    workflow: str = ""
    workflow_path: str = ""
    run_url: str = ""
    event: str = ""
    is_run_over: bool = True


class ChangeKind(StrEnum):
    """What a pull request does to a file (GraphQL, `PatchStatus`); `changed` is a change of its type."""

    ADDED = "added"
    MODIFIED = "modified"
    DELETED = "deleted"
    RENAMED = "renamed"
    COPIED = "copied"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that a pull request changes: its path at the head (of a deleted one, at the base), and lines."""

    path: str
    additions: int
    deletions: int
    change: ChangeKind


_PLAIN = (0o100644, 0o100755)
"""The modes that git gives a file that is neither a link nor a folder nor a submodule (git's `fsck.c`)."""


@dataclass(frozen=True, slots=True)
class HeadFile:
    """What stands at a path of a pull request's head: the mode of its entry (GraphQL, `TreeEntry.mode`), 0
    where nothing does. `text` is as in `TextFile`."""

    path: str
    mode: int
    text: str | None

    @property
    def is_plain(self) -> bool:
        """Whether it is a file of its own: a symbolic link's text would be the path that it leads to."""
        return self.mode in _PLAIN


@dataclass(frozen=True, slots=True)
class RevertClaim:
    """What a pull request says it takes back, and all that the truth of it hangs on.

    `head` is its own head, `base` its base's, and `forks` are the base's commits that its own stand on.
    `commits` are named by their ids, `pulls` by their numbers. `paths` are the files that it changes. A
    commit's id stands for what is in it for good, and so does what is found out about it.
    """

    pull: int
    head: str
    base: str
    forks: tuple[str, ...]
    commits: tuple[str, ...]
    pulls: tuple[int, ...]
    paths: tuple[str, ...]


Contents = Mapping[str, tuple[int, str] | None]
"""What stands at some paths of one commit: mode and id (GraphQL, `TreeEntry`), None where nothing does."""


@dataclass(frozen=True, slots=True)
class RevertedCommit:
    """A commit that is said to be taken back, as `name` calls it: by its id, or `#12` for a pull request.

    `oid` is "" where there is no such commit, or the pull request was not merged. `is_merged` says whether
    the base's history holds it. `changed` are all paths that it changed against its first parent, None where
    they cannot be told. `before` and `after` are the claim's paths at that parent and at itself."""

    name: str
    oid: str = ""
    is_merged: bool = False
    changed: tuple[str, ...] | None = None
    before: Contents = field(default_factory=dict)
    after: Contents = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Revert:
    """What was found out about a claim: its paths at its head, its base and its forks (in the claim's order),
    and the commits that it names, each once. A commit that is not there has no contents (None).

    `is_straight` is False where one fork does not hold the others, or the other way round: what a merge
    brings is then more than the files that GitHub lists. `problem` is why nothing could be found out, in
    GitHub's words; the rest is empty then."""

    head: Contents | None
    base: Contents | None
    forks: tuple[Contents | None, ...]
    commits: tuple[RevertedCommit, ...]
    is_straight: bool = True
    problem: str = ""
