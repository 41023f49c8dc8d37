"""What the application needs from the world, as narrow protocols; the adapters implement them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from bugaction.errors import GitHubError
from bugaction.model import Actor, Sent
from bugaction.plan import BringDocuments, CommitFiles, CreateIssue, Effect, OpenPull, RevertPull
from bugaction.questions import Question
from bugaction.snapshot import Comment, Snapshot, StatusState

__all__ = [
    "Applied",
    "Clock",
    "Connection",
    "Expectations",
    "LastSweep",
    "Reader",
    "Sleep",
    "Targets",
    "ThinBug",
    "ThinItem",
    "ThinPull",
    "ThinStatus",
    "Usage",
    "WorkPage",
    "Writer",
    "all_pages",
]


class Clock(Protocol):
    """Tells the time, aware and in UTC."""

    def __call__(self) -> datetime: ...


class Sleep(Protocol):
    """Waits for a number of seconds."""

    def __call__(self, seconds: float, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Targets:
    """What a run has to look at. Numbers are of this repository.

    `items` are numbers that may be an issue or a pull request. `shas` are commits whose open pull requests
    count. `group` is a merge group's `(head_oid, head_ref, base_ref)`.
    """

    issues: tuple[int, ...] = ()
    pulls: tuple[int, ...] = ()
    items: tuple[int, ...] = ()
    shas: tuple[str, ...] = ()
    group: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Expectations:
    """What a snapshot must contain to be fresh enough.

    `updated` are `(number, time)`: an issue or pull request whose `updated_at` is later than that time has
    seen the event, whatever else it shows now, so an event that comes late is never taken for a stale read.
    `heads` are `(pull request, head oid)`; `labels` `(issue, label, present)`; `comments` `(number, database
    id)` and `gone_comments` likewise for deleted ones; `edits` `(number, database id, time, body)` for edited
    ones: that edit or a later one has to show; `words` `(pull request, time, title, body)` likewise for its
    own, and `bases` `(pull request, time, branch)` for a new base. `reviews` are `(pull request, node id, is
    dismissed)`, and `runs` `(head oid, page)` of workflow runs that have ended with jobs: looked at once they
    are read.

    What we wrote ourselves: `comment_ids` are `(number, node id)`, with `markers` `(node id, marker)` for
    those that may be doubled and removed by another run; `own_labels` `(issue, label, present, entries)` with
    how many entries about that label the issue's timeline held before; `statuses` `(oid, context, state,
    time)` and `check_runs` `(oid, name, state, time)`, with when GitHub says that it was reported, None where
    it does not; `closed` and `reopened` issues: all of which another run or a person may have turned round
    since. `past_oids` are `(branch, oid)`: a snapshot that still shows this oid as the branch's head ("" for
    no branch at all) is older than our commit to it. `opened` are issues that we opened, `brought` the
    documents that we put on a branch, `proposed` the pull requests that we opened from one, and `reverted`
    what we had GitHub take back: they are waited for, and a snapshot without them is fresh enough all the
    same, since no gate rests on them.
    """

    updated: tuple[tuple[int, datetime], ...] = ()
    heads: tuple[tuple[int, str], ...] = ()
    labels: tuple[tuple[int, str, bool], ...] = ()
    comments: tuple[tuple[int, int], ...] = ()
    gone_comments: tuple[tuple[int, int], ...] = ()
    edits: tuple[tuple[int, int, datetime, str], ...] = ()
    words: tuple[tuple[int, datetime, str, str], ...] = ()
    bases: tuple[tuple[int, datetime, str], ...] = ()
    reviews: tuple[tuple[int, str, bool], ...] = ()
    runs: tuple[tuple[str, str], ...] = ()
    comment_ids: tuple[tuple[int, str], ...] = ()
    markers: tuple[tuple[str, str], ...] = ()
    past_oids: tuple[tuple[str, str], ...] = ()
    own_labels: tuple[tuple[int, str, bool, int], ...] = ()
    statuses: tuple[tuple[str, str, str, datetime | None], ...] = ()
    check_runs: tuple[tuple[str, str, str, datetime | None], ...] = ()
    closed: tuple[int, ...] = ()
    reopened: tuple[int, ...] = ()
    opened: tuple[CreateIssue, ...] = ()
    brought: tuple[BringDocuments, ...] = ()
    proposed: tuple[OpenPull, ...] = ()
    reverted: tuple[RevertPull, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """What a run cost so far: HTTP requests, GraphQL points (`rateLimit.cost`), and what is left of each."""

    reads: int = 0
    writes: int = 0
    points: int = 0
    remaining_points: int | None = None
    remaining_requests: int | None = None

    @property
    def requests(self) -> int:
        """All of them."""
        return self.reads + self.writes


@dataclass(frozen=True, slots=True)
class ThinBug:
    """An issue as a list shows it: enough to tell whether to look at all of it. Times are in UTC."""

    number: int
    created: datetime
    updated: datetime
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ThinStatus:
    """The newest status of a context on a commit. `creator` is None where GitHub does not tell."""

    context: str
    state: StatusState
    description: str = ""
    creator: Actor | None = None


@dataclass(frozen=True, slots=True)
class ThinPull:
    """An open pull request as a list shows it: the statuses under our names on its head, and whether
    everything that reported there is good; None where nothing has reported, or the token is not told."""

    number: int
    updated: datetime
    statuses: tuple[ThinStatus, ...] = ()
    is_all_good: bool | None = None


@dataclass(frozen=True, slots=True)
class WorkPage:
    """A page of what may have to be looked at."""

    bugs: tuple[ThinBug, ...] = ()
    pulls: tuple[ThinPull, ...] = ()


@dataclass(frozen=True, slots=True)
class ThinItem:
    """An open issue with the label of action items, as a list shows it. `first_line` is its body's;
    `comments` are the newest, the oldest of them in front, and `has_earlier` says that there are more."""

    id: str
    number: int
    created: datetime
    author: Actor
    first_line: str
    labels: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()
    has_earlier: bool = False


@dataclass(frozen=True, slots=True)
class LastSweep:
    """What Actions tells of our workflow's schedule.

    `began` is when the newest of its scheduled runs that ended well was created, None where there is none,
    and `interval` how long after the one before. `problem` says what could not be read, as a clause; then
    nothing is `known`.
    """

    began: datetime | None = None
    interval: timedelta | None = None
    problem: str = ""

    @property
    def known(self) -> bool:
        """Whether anything can be told."""
        return not self.problem


class Reader(Protocol):
    """Reads snapshots. Both methods retry what time may mend and raise `GitHubError` otherwise."""

    def read(self, targets: Targets, asked: Iterable[Question] = ()) -> Snapshot:
        """The facts for these targets, in one GraphQL request plus the pages that GitHub forces, and one for
        the configuration that the repository's extends.

        `asked` are questions whose answers are wanted along with them, as fresh as the rest. What has no
        answer any more (a pull request that no longer comes along) is left out.
        """
        ...

    def answer(self, snapshot: Snapshot, questions: Iterable[Question]) -> Snapshot:
        """The snapshot with these questions answered: one GraphQL request, and one REST request a role.
        What a pull request takes back is a request of its own, and two of REST for each commit."""
        ...

    def usage(self) -> Usage:
        """What the requests cost so far."""
        ...


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one effect: `error` is None when it was carried out.

    `id` is the node id of what was created, or the commit's oid. `branch` is where a commit landed: another
    than the effect's own when GitHub refused that one and the fallback took it. `sent` is what became of a
    notification: one that nobody took is no error, since nothing rests on it. `at` is when GitHub says that
    a verdict was reported, to the second.
    """

    effect: Effect
    id: str = ""
    error: GitHubError | None = None
    branch: str = ""
    sent: Sent | None = None
    at: datetime | None = None

    @property
    def landed(self) -> Effect:
        """The effect as it was carried out: a commit on the branch that took it."""
        if isinstance(self.effect, CommitFiles) and self.branch:
            return replace(self.effect, branch=self.branch)
        return self.effect


class Writer(Protocol):
    """Applies effects."""

    def apply(self, effects: Iterable[Effect]) -> tuple[Applied, ...]:
        """Carry them out: red statuses, the ledger alone, green statuses, the rest.

        Stops at the first `Transient` or `StaleHead` failure (the caller reads the state again and decides
        what is left); any other failure is kept in the result and the rest goes on, except that a failed
        ledger commit keeps everything back but red statuses: what comes after it speaks of what it records.
        """
        ...


_ListWork = Callable[[Iterable[str], str | None], tuple[WorkPage, str | None]]


@dataclass(frozen=True, slots=True)
class Connection:
    """The ports on one repository, as an adapter makes them.

    `reader_for` gives a reader for a documents root, `usage` what it cost. `open_work` is a thin page of open
    bugs with any of these labels, and of open pull requests; `closed_work` one of closed issues, the last
    changed first, and `open_items` one of open issues with a label, with their newest comments; each with the
    cursor for the page after, None at the end. `last_sweep` is what Actions tells of the scheduled runs of
    the workflow whose file is named, and `schedule_problem` what keeps it from running, "" for nothing.
    """

    reader_for: Callable[[str], Reader]
    writer: Writer
    usage: Callable[[], Usage]
    open_work: _ListWork
    closed_work: _ListWork
    open_items: Callable[[str, str | None], tuple[tuple[ThinItem, ...], str | None]]
    last_sweep: Callable[[str], LastSweep]
    schedule_problem: Callable[[str], str]


def all_pages(listed: _ListWork, labels: Iterable[str]) -> Iterator[WorkPage]:
    """Every page of a list of work, one at a time: memory stays constant."""
    names = tuple(labels)
    cursor: str | None = None
    while True:
        page, cursor = listed(names, cursor)
        yield page
        if cursor is None:
            return
