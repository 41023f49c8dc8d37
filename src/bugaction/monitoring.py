"""How a deployed fix does in production, as people say: windows that were looked at, and regressions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bugaction.bug import Bug, Deployed
from bugaction.duration import format_short
from bugaction.model import Evidence, LedgerFile, LedgerLine
from bugaction.policy import Policy
from bugaction.rendering import iso
from bugaction.snapshot import Entry, EntryKind, Issue, PullRequest, PullState
from bugaction.state import commands_named
from bugaction.taken_back import first_made

__all__ = [
    "TICKED_FOR",
    "Watch",
    "answered_until",
    "held_good",
    "last_report",
    "looks_of",
    "regression_of",
    "regressions_of",
    "report_of",
    "reports_ever",
    "to_look_at",
    "watched",
    "windows_of",
]


TICKED_FOR = "since"
"""Of a ticked box in a ledger: since when what it was drawn for is deployed."""

_SOON, _LATER = timedelta(hours=1), timedelta(hours=12)
"""Up to these lengths a window is one of the first look, and of the second; longer ones are of the last."""

_LOOKS = (
    "the error rate is back to what is usual, no error is new, what was broken works again, and its users "
    "get through",
    "the success rate has recovered, response times are as usual, support hears no more of it than before, "
    "and the dashboards are green",
    "nothing has come back, users say that it is well, and the bug is gone for good, so that the incident "
    "can be closed",
)
"""What is looked at in a window of each length, shortest first."""


def to_look_at(window: timedelta, windows: Sequence[timedelta]) -> tuple[str, ...]:
    """What to look at in a window, each as a clause: all that belongs to it, and to shorter ones that the
    severity leaves out."""
    earlier = max((_length(each) for each in windows if each < window), default=-1)
    last = _length(window)
    return _LOOKS[min(earlier + 1, last) : last + 1]


def _length(window: timedelta) -> int:
    """The place of a window of that length in `_LOOKS`."""
    return int(window > _SOON) + int(window > _LATER)


@dataclass(frozen=True, slots=True)
class Watch:
    """What a command on a deployed fix may look at.

    `merged` is when the first fix of the bug was merged, None while none is, `newest` the number of the last
    one; `is_waiting` says that another
    is still open. `problem` is why the fix is not known to be deployed. `windows` are those of the severity.
    `stopped` is the report of a regression that stands. `fixes` are all of the bug's pull requests, open or
    merged, each with what it is recorded to have taken back.
    """

    merged: datetime | None = None
    newest: int = 0
    is_waiting: bool = False
    deployed: Deployed | None = None
    problem: str = ""
    windows: tuple[timedelta, ...] = ()
    stopped: Evidence | None = None
    fixes: tuple[PullRequest, ...] = ()


def windows_of(bug: Bug) -> tuple[timedelta, ...]:
    """The windows of the bug's severity, ascending; none while it has no severity."""
    severity = bug.severity.current
    return bug.policy.severities[severity].windows if severity is not None else ()


def held_good(
    bug: Bug,
    words: Iterable[tuple[datetime, str]],
    *,
    deployed: datetime | None = None,
    reports: Iterable[datetime] = (),
) -> Iterator[datetime]:
    """The moments at which the fix was held to be good, in order, each with what had happened until then.

    `words` are when somebody looked, and after which window. One is enough on the first window of the
    severity that held then; where that has none, it is enough that the fix was `deployed`. A change of the
    severity may be such a moment as well: where the new one asks for what was said before. A report undoes
    what came before it, and what bears its very time comes after it. Without a severity, and before the
    first, the one next to it counts.
    """
    said: dict[datetime, set[str]] = {}
    for at, window in words:
        said.setdefault(at, set()).add(window)
    history = [(change.at, change.after) for change in bug.severity.history if change.after is not None]
    severity, changes = history[0][1] if history else bug.severity.current, dict(history)
    ended, out = set(reports), {deployed} if deployed is not None else set()
    told: set[str] = set()
    is_out = False
    for moment in sorted({*said, *changes, *ended, *out}):
        if moment in ended:
            told, is_out = set(), False
        told |= said.get(moment, set())
        is_out = is_out or moment in out
        severity = changes.get(moment, severity)
        windows = bug.policy.severities[severity].windows if severity is not None else ()
        if (format_short(windows[0]) in told) if windows else is_out:
            yield moment


def watched(
    ledger: LedgerFile, deployed: Deployed, windows: tuple[timedelta, ...]
) -> Mapping[str, LedgerLine]:
    """The windows that somebody has said to be good, by their short name, each with the first word."""
    return {name: words[0] for name, words in looks_of(ledger, deployed, windows).items()}


def looks_of(
    ledger: LedgerFile, deployed: Deployed, windows: tuple[timedelta, ...]
) -> Mapping[str, tuple[LedgerLine, ...]]:
    """Every word on those windows that counts, oldest first, by their short name, in the words' order.

    A word counts for the deployment that stands: one from before its window had passed was about another, and
    so was a tick of a box that was drawn for another, even where that was learned only later.
    """
    found: dict[str, tuple[LedgerLine, ...]] = {}
    ends = {format_short(window): deployed.at + window for window in windows}
    for line in commands_named(ledger, "verified"):
        name = line.data.get("window", "")
        since = line.data.get(TICKED_FOR) or iso(deployed.at)
        if name in ends and line.at >= ends[name] and since == iso(deployed.at):
            found[name] = (*found.get(name, ()), line)
    return found


def regression_of(bug: Bug) -> Evidence | None:
    """The oldest report of a regression that still stands, by command or by label; None where there is none.

    A report is answered by a further fix that was merged after it, once the bug's fixes are deployed.
    """
    return report_of(
        bug.ledger, bug.issue, bug.policy, bug.fixes, bug.deployed, confidential=bug.confidential
    )


def report_of(
    ledger: LedgerFile,
    issue: Issue,
    policy: Policy,
    fixes: Iterable[PullRequest],
    deployed: Deployed | None,
    *,
    confidential: bool = False,
) -> Evidence | None:
    """As `regression_of`, before the bug is put together. `fixes` are all of the bug's pull requests."""
    answered = _answered(fixes, deployed)
    if answered is None:
        return None
    found = _reports(ledger, issue, policy, confidential=confidential)
    standing = [report for report in found if report.at and report.at >= answered]
    return min(standing, key=lambda report: report.at or answered, default=None)


def answered_until(bug: Bug) -> datetime | None:
    """Reports from before that moment are answered, or were about something else; None where no fix that is
    merged stands, and nothing is left to report on."""
    return _answered(bug.fixes, bug.deployed)


def _answered(fixes: Iterable[PullRequest], deployed: Deployed | None) -> datetime | None:
    """Where the fix is deployed, by the last that each environment runs: another one that went to a branch
    which production does not run answers nothing there. Nor does what only brings back a fix that was taken
    back: that is the code of the report."""
    made = [pull for pull in first_made(fixes) if pull.state is PullState.MERGED]
    merged = [(pull.merge_oid, pull.merged_at) for pull in made if pull.merged_at is not None]
    if not merged:
        return None
    first, last = min(at for _, at in merged), max(at for _, at in merged)
    if deployed is None:
        return first
    runs = (max((at for oid, at in merged if oid in held), default=first) for held in deployed.holds)
    return min(runs, default=last)


def regressions_of(bug: Bug) -> tuple[datetime, ...]:
    """When regressions were reported, answered or not, in no order."""
    return tuple(report.at for report in _reports(bug.ledger, bug.issue, bug.policy) if report.at)


def reports_ever(bug: Bug) -> tuple[datetime, ...]:
    """As `regressions_of`, and whenever a label of one was put on, whether or not it still stands.

    A label is also taken off, or put on again, because what it reported is seen to. That a report was wrong
    is what an `/undo` says, by the name of whoever made it: what it takes back was none.
    """
    labels = (entry.at for name in bug.policy.labels.regression for entry in _labeled(bug.issue, name))
    return (*regressions_of(bug), *labels)


def last_report(bug: Bug) -> datetime | None:
    """When a regression was reported last, answered or not; None where none ever was."""
    return max(regressions_of(bug), default=None)


def _reports(
    ledger: LedgerFile, issue: Issue, policy: Policy, *, confidential: bool = False
) -> list[Evidence]:
    lines = commands_named(ledger, "regression")
    return [*(_by_command(line, confidential=confidential) for line in lines), *_by_label(issue, policy)]


def _by_command(line: LedgerLine, *, confidential: bool) -> Evidence:
    said = line.data.get("text", "")
    text = f"reported by {line.actor}" + (f": {said}" if said and not confidential else "")
    return Evidence(text, line.data.get("url", ""), line.actor, line.at)


def _by_label(issue: Issue, policy: Policy) -> list[Evidence]:
    """A label that stands on the issue, since it was last put there; before the fix it means another."""
    found = []
    for name in policy.labels.regression:
        entries = _labeled(issue, name)
        if issue.has_label(name) and entries:
            last = entries[-1]
            text = f'the label "{name}", put on by {last.actor.login}'
            found.append(Evidence(text, issue.url, last.actor.login, last.at))
    return found


def _labeled(issue: Issue, name: str) -> list[Entry]:
    """Each time that a label of that name was put on, oldest first."""
    return [
        entry
        for entry in issue.timeline
        if entry.kind is EntryKind.LABELED and entry.value.casefold() == name.casefold()
    ]
