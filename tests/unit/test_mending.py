"""What a sweep puts right in the issue that shows what waits for whom: one read, one edit, and what fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pytest

from bugaction.errors import Forbidden, GitHubError, Transient
from bugaction.mending import Mended, mend
from bugaction.plan import CommitFiles, EditIssue, Level, Plan, Reason
from bugaction.policy import Policy
from bugaction.ports import Applied, Targets, Usage
from bugaction.questions import Question
from bugaction.reconcile import Reconciler, WorkResult
from bugaction.records import RECORDS_BRANCH
from bugaction.register import Errand, format_index, index_path, with_rows
from bugaction.register.book import Book
from bugaction.snapshot import IssueState, Snapshot
from bugaction.sweep import Shard
from tests.memory import Memory
from tests.unit.register.rows import row
from tests.values import at, issue

PINNED = Policy.model_validate({"waiting": {"issue": 17}})
LEFT = "what waits for whom is left in issue 17 as it is until the next sweep"


@dataclass
class World:
    """A register with a bug that waits, and the team's issue 17; `unread` is what reading raises."""

    memory: Memory = field(default_factory=Memory)
    unread: GitHubError | None = None
    works: tuple[WorkResult, ...] = ()
    asked: list[int] = field(default_factory=list)
    """For how many requests there had to be room."""

    def __post_init__(self) -> None:
        book = with_rows(Book(), [row(42, waiting=(Errand("a severity"),))])
        self.memory.files = {RECORDS_BRANCH: {index_path(self.memory.root): format_index(book)}}
        self.memory.issues = {17: issue(17, labels=(), body="Ours")}

    def read(self, targets: Targets, asked: Iterable[Question] = ()) -> Snapshot:
        """The facts, or what is wrong."""
        if self.unread is not None:
            raise self.unread
        return self.memory.read(targets, asked)

    def answer(self, snapshot: Snapshot, questions: Iterable[Question]) -> Snapshot:
        """As it is."""
        return self.memory.answer(snapshot, questions)

    def usage(self) -> Usage:
        """So far."""
        return self.memory.usage()

    def room(self, needed: int) -> str:
        """Always."""
        self.asked.append(needed)
        return ""

    def mend(
        self,
        policy: Policy | None = PINNED,
        *,
        dry_run: bool = False,
        shard: Shard | None = None,
        room: Callable[[int], str] | None = None,
    ) -> Mended:
        """What comes of it."""
        reconciler = Reconciler(
            reader_for=lambda _root: self,
            writer=self.memory,
            clock=lambda: at(60),
            sleep=lambda _: None,
            dry_run=dry_run,
        )
        return mend(reconciler, shard or Shard(), policy, self.works, room or self.room)


def test_what_the_register_holds_is_shown() -> None:
    """One read and one edit, told as of any target; a second time it is only read."""
    world = World()
    (work,) = world.mend().works
    (edit,) = world.memory.log
    assert isinstance(edit, EditIssue)
    assert "a severity" in world.memory.issues[17].body
    assert (work.applied, work.reason) == ((Applied(edit),), Reason.DONE)
    assert (world.memory.reads, world.asked) == (1, [3])
    assert world.mend() == Mended()
    assert (world.memory.reads, world.memory.log) == (2, [edit])


@pytest.mark.parametrize(
    ("policy", "shard"),
    [(None, Shard()), (Policy(), Shard()), (PINNED, Shard(1, 2))],
)
def test_whoever_has_no_such_issue_reads_nothing(policy: Policy | None, shard: Shard) -> None:
    """No policy to go by, none that names one, or a part of the sweep that does not have its number."""
    world = World()
    assert world.mend(policy, shard=shard) == Mended()
    assert (world.memory.reads, world.asked) == (0, [])


def test_the_part_of_a_sweep_that_has_the_number_mends() -> None:
    """As it would look at a bug of that number."""
    assert World().mend(shard=Shard(2, 2)).works


def test_where_there_is_no_room_it_is_left() -> None:
    """With a word, and nothing is read."""
    world = World()
    assert world.mend(room=lambda _: "It is spent") == Mended(left=f"It is spent: {LEFT}")
    assert world.memory.reads == 0


def test_a_dry_run_tells_what_it_would_edit() -> None:
    """And writes nothing."""
    world = World()
    (work,) = world.mend(dry_run=True).works
    assert [type(effect) for effect in work.left] == [EditIssue]
    assert world.memory.log == []


def test_a_large_index_is_read_by_its_blob() -> None:
    """One request more."""
    world = World()
    world.memory.largest = 0
    assert world.mend().works
    assert world.memory.reads == 2
    assert "a severity" in world.memory.issues[17].body


def test_what_cannot_be_read_is_a_warning() -> None:
    """No run fails for it."""
    (work,) = World(unread=Transient("502 Bad Gateway")).mend().works
    assert [(notice.level, notice.text) for notice in work.notices] == [
        (
            Level.WARNING,
            "Whether issue 17 shows what waits for whom could not be read: 502 Bad Gateway. The next sweep "
            "reads it again.",
        )
    ]
    assert (work.reason, work.left) == (Reason.NOTHING_TO_DO, ())


@pytest.mark.parametrize(
    "error", [Forbidden("Resource not accessible by integration"), Transient("502 Bad Gateway")]
)
def test_what_github_refuses_is_a_warning(error: GitHubError) -> None:
    """The next sweep tries again."""
    world = World()
    world.memory.faults = [(EditIssue, error, False)]
    (work,) = world.mend().works
    (notice,) = work.notices
    assert notice.level is Level.WARNING
    assert error.message in notice.text
    assert (work.left, world.memory.log) == ((), [])
    assert world.mend().works[0].notices == ()


def test_a_wrong_issue_is_told() -> None:
    """As where a row of the register changes."""
    world = World()
    world.memory.issues = {17: issue(17, labels=(), state=IssueState.COMPLETED)}
    (work,) = world.mend().works
    assert ["issue 17 is closed" in notice.text for notice in work.notices] == [True]
    assert world.memory.log == []


def test_facts_from_before_this_sweep_s_own_commit_are_not_shown() -> None:
    """GitHub lags: an older register would take back what a look of this sweep has just shown."""
    world = World()
    branch = world.memory.repo.records
    assert branch is not None
    commit = CommitFiles(RECORDS_BRANCH, branch.oid, (), "BUG-042: update the register")
    refused = Applied(commit, error=Forbidden("no"))
    world.works = (WorkResult(Plan(), applied=(refused,)),)
    assert world.mend(dry_run=True).works
    world.works = (WorkResult(Plan(), applied=(Applied(commit),)),)
    assert world.mend() == Mended(left=f"GitHub does not show yet what this sweep has committed: {LEFT}")
    assert world.memory.log == []
