"""What a decision asks for: effects on GitHub, and words for people. What it has to know first is asked by
questions (`bugaction.questions`).

Effects are values. The writer applies them in one order: red statuses, the ledger
alone, green statuses, the rest. A new effect is a class here and a branch in the writer's `match`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bugaction.model import GateResult, LedgerLine, Severity
from bugaction.questions import Question
from bugaction.snapshot import StatusState

__all__ = [
    "CHANGES_FACTS",
    "AddAssignees",
    "AddLabels",
    "AppendLedger",
    "BringDocuments",
    "BugVerdict",
    "ClockVerdict",
    "CloseIssue",
    "CommitFiles",
    "CreateComment",
    "CreateIssue",
    "CreateLabel",
    "DeleteComment",
    "DispatchWorkflow",
    "EditComment",
    "EditIssue",
    "Effect",
    "FileChange",
    "Level",
    "Mood",
    "Notice",
    "Notify",
    "OpenPull",
    "Plan",
    "PullVerdict",
    "React",
    "Reason",
    "RemoveLabels",
    "ReopenIssue",
    "RevertPull",
    "SetCheckRun",
    "SetStatus",
    "StartRecords",
]


class Reason(StrEnum):
    """Why a run ended as it did: stable codes for programs (output `reason`). Never rename one."""

    DONE = "done"
    NOTHING_TO_DO = "nothing-to-do"
    NOT_OURS = "not-ours"
    NOT_A_BUG = "not-a-bug"
    BEFORE_SINCE = "before-since"
    CONFIG_INVALID = "config-invalid"
    UNDECIDED_STALE = "undecided-stale"
    UNDECIDED_TOO_DEEP = "undecided-too-deep"
    LEDGER_UNWRITABLE = "ledger-unwritable"
    LEDGER_UNREADABLE = "ledger-unreadable"
    RECORDS_MISSING = "records-missing"
    REPOSITORY_ARCHIVED = "repository-archived"
    REPOSITORY_EMPTY = "repository-empty"
    ISSUES_DISABLED = "issues-disabled"
    PERMISSION_MISSING = "permission-missing"
    GITHUB_UNAVAILABLE = "github-unavailable"
    WORK_LEFT = "work-left"
    SETUP_WRONG = "setup-wrong"
    USAGE = "usage"
    INTERNAL = "internal"


class Level(StrEnum):
    """How loud a notice is: the runner's annotation levels."""

    NOTICE = "notice"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should read: shown as an annotation and in the job summary."""

    level: Level
    text: str
    file: str = ""
    line: int = 0
    column: int = 0


# Effects ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SetStatus:
    """Post a commit status. `description` holds at most 140 code points.

    `settles`: the verdict stands elsewhere from now on. It is posted only where that one was not refused.
    """

    oid: str
    context: str
    state: StatusState
    description: str
    url: str
    settles: bool = False


@dataclass(frozen=True, slots=True)
class SetCheckRun:
    """Report a verdict as a check run of the App that we act as: `run` is the id of the one to change, 0 for
    none yet.

    `title` is what a status would say. `summary` and `text` are Markdown, at most 65,535 bytes each, and
    `external_id` is the same for each run of that name on that commit. `settles` is as in `SetStatus`.
    `spare` says that a later run of that name is there: where this one cannot be changed none is made for it.
    """

    oid: str
    name: str
    state: StatusState
    title: str
    summary: str
    text: str
    url: str
    external_id: str
    run: int = 0
    settles: bool = False
    spare: bool = False

    @property
    def context(self) -> str:
        """The name, as a status has it."""
        return self.name


@dataclass(frozen=True, slots=True)
class StartRecords:
    """Let the records begin: `meta.json` with this text, and `files` beside it (path to text), in one commit.

    The branch is created for it, an orphan; where `expected_oid` names the head of a branch that is there,
    the commit goes on top of it instead.
    """

    branch: str
    meta: str
    files: Mapping[str, str] = field(default_factory=dict)
    expected_oid: str = ""


@dataclass(frozen=True, slots=True)
class AppendLedger:
    """Add lines to bugs' ledgers on the records branch, in one commit.

    `files` maps each ledger's path to its whole new text; `lines` are the decisions that are new in it.
    """

    branch: str
    expected_oid: str
    files: Mapping[str, str]
    lines: tuple[LedgerLine, ...]
    message: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file's new text; None deletes it."""

    path: str
    text: str | None


@dataclass(frozen=True, slots=True)
class CommitFiles:
    """Commit documents to a branch, all in one commit.

    `fallback` is the branch to use when GitHub refuses the commit (a rule we could not see), "" for none.
    """

    branch: str
    expected_oid: str
    files: tuple[FileChange, ...]
    message: str
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class BringDocuments:
    """Put a bug's documents on the branch that its pull request is opened from, in one commit.

    The commit is `tree` (the default branch's, as a git tree) with `files`, on `parents`. `expected_oid` is
    the branch's head, which is the first of them, or "" where the branch is to be created: somebody who was
    first is never moved aside.
    """

    number: int
    branch: str
    expected_oid: str
    parents: tuple[str, ...]
    tree: str
    files: tuple[FileChange, ...]
    message: str


@dataclass(frozen=True, slots=True)
class OpenPull:
    """Open a pull request of a bug's documents from a branch of ours; there must be none from it yet.

    `labels` exist by then. `compare` is the page on which a person can open it.
    """

    number: int
    branch: str
    base: str
    title: str
    body: str
    labels: tuple[str, ...] = ()
    compare: str = ""


@dataclass(frozen=True, slots=True)
class RevertPull:
    """Have GitHub take the merged pull request `pull` back by one of its own; there must be none yet.

    `number` is the bug's, `subject` the merged one's node id, `attempt` what this try is known by. `labels`
    exist by then.
    """

    number: int
    pull: int
    subject: str
    attempt: str
    title: str
    body: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DispatchWorkflow:
    """Start the workflow of that file on branch `ref`, with these inputs as data: never twice.

    `number` is the bug's, `attempt` what the ledger knows this by, where it is claimed before.
    """

    number: int
    workflow: str
    ref: str
    inputs: tuple[tuple[str, str], ...]
    attempt: str


@dataclass(frozen=True, slots=True)
class CreateComment:
    """Comment on an issue or pull request (`subject` is its node id). The body carries `marker`."""

    subject: str
    number: int
    marker: str
    body: str


@dataclass(frozen=True, slots=True)
class CreateIssue:
    """Open an issue that follows up on issue `number`, which its body mentions.

    `repository` is the repository's node id. `marker` is the body's first line, by which it is found again.
    `labels` exist by then; of `assignees` GitHub may refuse any. `is_child`: it becomes a sub-issue, where
    GitHub takes it as one.
    """

    repository: str
    number: int
    marker: str
    title: str
    body: str
    labels: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    is_child: bool = False


@dataclass(frozen=True, slots=True)
class EditComment:
    """Replace the body of a comment of ours."""

    id: str
    body: str


@dataclass(frozen=True, slots=True)
class EditIssue:
    """Replace the body of an issue that the team keeps for us to write in; `id` is its node id."""

    number: int
    id: str
    body: str


@dataclass(frozen=True, slots=True)
class DeleteComment:
    """Delete a comment of ours: a later twin of one that stays."""

    id: str


@dataclass(frozen=True, slots=True)
class CreateLabel:
    """Create a label in the repository. `color` is six hexadecimal digits."""

    name: str
    color: str
    description: str


@dataclass(frozen=True, slots=True)
class AddLabels:
    """Put labels on an issue. `ids` are node ids, "" for one that a `CreateLabel` of this plan makes."""

    subject: str
    number: int
    names: tuple[str, ...]
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemoveLabels:
    """Take labels off an issue."""

    subject: str
    number: int
    names: tuple[str, ...]
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddAssignees:
    """Assign people to an issue; GitHub ignores logins that cannot be assigned."""

    subject: str
    number: int
    logins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CloseIssue:
    """Close an issue as completed; as a duplicate where `original` is the node id of what it repeats."""

    subject: str
    number: int
    original: str = ""


@dataclass(frozen=True, slots=True)
class ReopenIssue:
    """Open a closed issue again."""

    subject: str
    number: int


@dataclass(frozen=True, slots=True)
class React:
    """React to a comment with GraphQL's `ReactionContent` name."""

    subject: str
    content: str


class Mood(StrEnum):
    """What a notification is to whoever gets it, in Apprise's words (`apprise.NotifyType`): a pager wakes
    somebody for a `WARNING` and a `FAILURE`, and lets go on a `SUCCESS`."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell people outside GitHub that `event` happened to bug `number`: whoever listens for an audience.

    `key` is what the ledger knows it by, and who gets it twice knows it again by; `incident` is the bug's, by
    which a pager joins what belongs together. `title` is one line, `body` a few, both plain text. With `only`
    nobody else is told than the services of these names: the others took it before.
    """

    number: int
    event: str
    key: str
    incident: str
    audiences: tuple[str, ...]
    mood: Mood
    title: str
    body: str
    only: tuple[str, ...] = ()


Effect = (
    SetStatus
    | SetCheckRun
    | StartRecords
    | AppendLedger
    | CommitFiles
    | BringDocuments
    | OpenPull
    | RevertPull
    | DispatchWorkflow
    | CreateComment
    | CreateIssue
    | EditComment
    | EditIssue
    | DeleteComment
    | CreateLabel
    | AddLabels
    | RemoveLabels
    | AddAssignees
    | CloseIssue
    | ReopenIssue
    | React
    | Notify
)

CHANGES_FACTS: tuple[type[Effect], ...] = (
    StartRecords,
    AppendLedger,
    CommitFiles,
    BringDocuments,
    OpenPull,
    RevertPull,
    DispatchWorkflow,
    CreateComment,
    CreateIssue,
    DeleteComment,
    AddLabels,
    RemoveLabels,
    AddAssignees,
    CloseIssue,
    ReopenIssue,
    Notify,
)
"""Writes after which the facts are read and decided on again: more may follow from them."""

# The plan -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClockVerdict:
    """What a decision says of one clock of a bug, at its moment.

    `state` is as in `clocks.ClockState`, `words` what became of it, as the end of a sentence. `due` and `met`
    are in UTC, None where it is paused, and while it was not reached.
    """

    name: str
    title: str
    state: str
    words: str
    due: datetime | None = None
    met: datetime | None = None


@dataclass(frozen=True, slots=True)
class BugVerdict:
    """What a decision says of one bug; `title` is "" for a confidential one, of which it tells no clocks."""

    number: int
    name: str
    title: str
    url: str
    severity: Severity | None
    phase: str
    gates: tuple[GateResult, ...]
    documents: tuple[str, ...] = ()
    summary: str = ""
    clocks: tuple[ClockVerdict, ...] = ()


@dataclass(frozen=True, slots=True)
class PullVerdict:
    """What a decision says of one pull request: its statuses as they should be."""

    number: int
    url: str
    bugs: tuple[int, ...]
    statuses: tuple[SetStatus, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The outcome of one decision.

    While `questions` is not empty the rest is provisional: answer them and decide again. `effects` holds
    only what differs from the snapshot, so a plan for a settled world is empty.
    """

    effects: tuple[Effect, ...] = ()
    questions: frozenset[Question] = frozenset()
    bugs: tuple[BugVerdict, ...] = ()
    pulls: tuple[PullVerdict, ...] = ()
    notices: tuple[Notice, ...] = ()
    reason: Reason = Reason.NOTHING_TO_DO
    unrecorded: bool = False
