"""Decides again on facts that a run has kept: at another moment, by another configuration, for another event.

Nothing is read but what the file holds. A question that it does not answer ends the simulation by name: a
decision on half the facts would be a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bugaction import __version__
from bugaction.app import RunResult, report_of, request_of, result_of
from bugaction.capture import Capture, loaded_of
from bugaction.config import Loaded
from bugaction.errors import UserError
from bugaction.events import Command, Event
from bugaction.plan import Effect, Level, Notice, Reason
from bugaction.policy import DEFAULT_ROOT
from bugaction.ports import Applied, Targets, Usage
from bugaction.questions import AskLabel, AskPage, Question
from bugaction.reconcile import Reconciler, WorkResult
from bugaction.report import Report
from bugaction.runner import Inputs, Secret
from bugaction.seen import Seen
from bugaction.snapshot import Snapshot, TextFile

__all__ = ["Simulated", "simulate", "with_config", "with_event"]


@dataclass(frozen=True, slots=True)
class Simulated:
    """What came of it: the run as it would have been told, and as which exit codes are made of it."""

    found: RunResult
    report: Report


@dataclass
class _Kept:
    """The facts as a port: it reads what is there, writes nothing. `assumed` are labels that nobody read.

    `no_pages`: a file that nobody read is taken not to be there.
    """

    snapshot: Snapshot
    no_pages: bool = False
    assumed: set[str] = field(default_factory=set)

    def read(self, targets: Targets, asked: Iterable[Question] = ()) -> Snapshot:  # noqa: ARG002 - a port's
        """All that was kept, whoever asks."""
        return self.snapshot

    def answer(self, snapshot: Snapshot, questions: Iterable[Question]) -> Snapshot:
        """Every answer that was kept came along at once: what is asked beyond them nobody can tell.

        But for a label: no verdict hangs on whether the repository has it, and a deadline that passes asks.
        """
        labels = {each.name for each in questions if isinstance(each, AskLabel)}
        pages = {each.path for each in questions if isinstance(each, AskPage) and self.no_pages}
        assumed = AskLabel | AskPage if self.no_pages else AskLabel
        others = [each for each in questions if not isinstance(each, assumed)]
        if others:
            raise _unanswered(others)
        self.assumed |= labels
        known = {**snapshot.answers.labels, **{name.casefold(): "" for name in labels}}
        read = {**snapshot.answers.pages, **dict.fromkeys(pages, ())}
        return snapshot.with_answers(replace(snapshot.answers, labels=known, pages=read))

    def usage(self) -> Usage:
        """Nothing is asked of GitHub."""
        return Usage()

    def apply(self, effects: Iterable[Effect]) -> tuple[Applied, ...]:  # noqa: ARG002 - a port's
        """A simulation is dry."""
        raise AssertionError("nothing is written")  # pragma: no cover - a dry run asks no writer


def simulate(
    capture: Capture, templates: Mapping[str, str], at: datetime | None = None, *, no_pages: bool = False
) -> Simulated:
    """Decide again on each target's facts, at their own time or at another.

    With `no_pages` a committed file that nobody read is taken not to be there, which no verdict hangs on.
    Raises `UserError` where the facts do not tell enough, and for a time before they were read.
    """
    event = capture.event
    command = Command(capture.command) if capture.command in tuple(Command) else Command.RUN
    inputs = Inputs(
        token=Secret(""),
        repository=capture.repository,
        event=event,
        command=command,
        config=capture.config,
        dry_run=True,
        server_url=capture.server,
    )
    if event.reason:
        found = RunResult(reason=Reason.NOT_OURS)
        return Simulated(found, report_of(found, inputs))
    works = [_work(capture, seen, templates, at, no_pages=no_pages) for seen in capture.cases]
    moment = at or (capture.cases[-1].at if capture.cases else capture.at)
    found = result_of(works, Usage(), [], dry_run=True)
    if capture.bugaction != __version__:
        words = f"The facts were saved by bugaction {capture.bugaction[:40]}; this is {__version__}."
        found = replace(found, notices=(*found.notices, Notice(Level.WARNING, words)))
    return Simulated(found, report_of(found, inputs, moment))


def _work(
    capture: Capture, seen: Seen, templates: Mapping[str, str], at: datetime | None, *, no_pages: bool
) -> WorkResult:
    if at is not None and at < seen.at:
        raise UserError(
            f"The facts were read at {seen.at:%Y-%m-%d %H:%M} UTC; {at:%Y-%m-%d %H:%M} UTC was before that.",
            remedy="Name a later time: what was so at an earlier one, they do not tell.",
        )
    kept = _Kept(seen.snapshot, no_pages)
    reconciler = Reconciler(
        reader_for=lambda _root: kept,
        writer=kept,
        clock=lambda: at or seen.at,
        sleep=lambda _seconds: None,
        dry_run=True,
        config=capture.config,
    )
    work = reconciler.work(seen.targets, seen.expectations, replace(seen.request, templates=templates))
    notices = [Notice(Level.NOTICE, _LABEL.format(name)) for name in sorted(kept.assumed)]
    return replace(work, notices=(*work.notices, *notices))


_LABEL = "Nobody read whether the repository has the label {!r}: it is taken as if it had."


def _unanswered(questions: Iterable[Question]) -> UserError:
    asked = sorted(f"{type(item).__name__}: {_words(item)}" for item in questions)
    more = f", and {len(asked) - 5} more" if len(asked) > 5 else ""
    return UserError(
        f"The saved facts do not tell what this decision asks: {'; '.join(asked[:5])}{more}.",
        remedy="Save them again with `bugaction plan --save-snapshot` for what you want to know, "
        "or leave out what differs from the saved run.",
    )


def _words(question: Question) -> str:
    return repr(question).partition("(")[2].removesuffix(")")[:160]


# Something else than was seen -----------------------------------------------------------------------------


def with_config(capture: Capture, text: str, path: str) -> Capture:
    """The same facts by another configuration. Raises `UserError` where the documents would lie elsewhere.

    What it extends is known where the saved one extended the same; otherwise it is told as not read.
    """
    changed = []
    for seen in capture.cases:
        repository = replace(seen.snapshot.repository, config=TextFile(path, text))
        other = replace(seen, snapshot=replace(seen.snapshot, repository=repository))
        before, after = (_root(loaded_of(capture, item)) for item in (seen, other))
        if before != after:
            raise UserError(
                f"{path} puts the documents below {after}; the saved facts hold those below {before}.",
                remedy="Leave `documents.root` as it was: what lies elsewhere was not read.",
            )
        changed.append(other)
    return replace(capture, cases=tuple(changed))


def _root(loaded: Loaded) -> str:
    return loaded.policy.documents.root if loaded.policy is not None else DEFAULT_ROOT


def with_event(capture: Capture, event: Event) -> Capture:
    """The same facts looked at for another event. Raises `UserError` where they do not hold its subject."""
    if event.reason:
        return replace(capture, event=event, cases=())
    if event.sweep or event.deployed:
        raise UserError(
            "This event looks at everything that is open, and the saved facts hold what one run looked at.",
            remedy="Give an event of one issue or pull request, or the saved file alone.",
        )
    asked = Inputs(token=Secret(""), repository=capture.repository, event=event)
    for seen in capture.cases:
        if _holds(seen.snapshot, event.targets):
            workflow = seen.request.workflow
            request = replace(request_of(asked, {}), defer=seen.request.defer, workflow=workflow)
            case = replace(seen, targets=event.targets, expectations=event.expectations, request=request)
            return replace(capture, event=event, cases=(case,))
    named = _names(event.targets)
    raise UserError(
        f"The saved facts do not hold {named}, which the event is about.",
        remedy="Save the facts of that one with `bugaction plan --save-snapshot`.",
    )


def _holds(snapshot: Snapshot, targets: Targets) -> bool:
    """Whether everything that is pointed to was read. A pull request that came along with a bug was not, not
    all of it: its comments and its links come with its own number."""
    whole = {number for number, pull in snapshot.pulls.items() if pull.links is not None}
    group = snapshot.group
    return (
        {*targets.issues} <= snapshot.bugs.keys()
        and {*targets.pulls} <= whole
        and {*targets.items} <= snapshot.bugs.keys() | whole
        and {*targets.shas} <= {pull.head_oid for number, pull in snapshot.pulls.items() if number in whole}
        and (targets.group is None or (group is not None and group.head_oid == targets.group[0]))
    )


def _names(targets: Targets) -> str:
    numbers = [f"#{number}" for number in (*targets.issues, *targets.pulls, *targets.items)]
    shas = [f"the commit {oid[:7]}" for oid in targets.shas]
    return ", ".join([*numbers, *shas, *(["the merge group"] if targets.group else [])])
