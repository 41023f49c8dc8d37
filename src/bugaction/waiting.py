"""Whom a bug waits for: each open line of its checklists, and the people who can do something about it. Pure.

Who that is, is said in one place, `WAITS_FOR`: engineering and support own the triage, the assignee the cause
and the fix, engineering the deployment, the engineering lead the post-mortem. A role that policy has not
filled hands its work to whoever has the bug in hand; where that is nobody either, it waits for anybody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bugaction.bug import Bug
from bugaction.clocks import Clock, clocks_of
from bugaction.escaping import clean, cut
from bugaction.gates.approvals import standing_reviews
from bugaction.gates.base import rules_of
from bugaction.gates.release import approvals_due
from bugaction.model import GateResult, Outcome, RequirementResult
from bugaction.register import Errand
from bugaction.snapshot import PullRequest, ReviewState
from bugaction.turn import in_turn, overridden

__all__ = ["WAITS_FOR", "errands"]

_MOST = 3
"""Lines of one bug for the same people; what is behind them is counted."""

_MOST_IN_ALL = 8
_LONGEST = 160
_LONGEST_COMMAND = 200

_FAR = datetime.max.replace(tzinfo=UTC)


# For whom -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a checklist, of a bug and, where the gate judged one, of a pull request."""

    bug: Bug
    item: RequirementResult
    pull: PullRequest | None = None


_Whom = Callable[[_Line], Sequence[str]]


def _on_call(line: _Line) -> Sequence[str]:
    """Who looks first at a bug that nobody has yet."""
    return tuple({login.casefold(): login for login in line.bug.policy.on_call(line.bug.now)}.values())


def _owner(line: _Line) -> Sequence[str]:
    """Who has accepted the bug, else who is assigned, else who is on call."""
    accepted = [each.login for each in line.bug.acceptances]
    return accepted or [each.login for each in line.bug.issue.assignees] or _on_call(line)


def _assignee(line: _Line) -> Sequence[str]:
    """Who is assigned and has not answered; where nobody is, who is on call."""
    return [each.login for each in line.bug.issue.assignees] or _on_call(line)


def _author(line: _Line) -> Sequence[str]:
    """Who wrote the pull request; where an app did, who has the bug in hand."""
    if line.pull is None or line.pull.author.is_bot or not line.pull.author.login:
        return _owner(line)
    return (line.pull.author.login,)


def _checks(line: _Line) -> Sequence[str]:
    """The author, unless only somebody else can vouch for what the change makes of its own checks."""
    return _reviewers(line) if "`/attest " in line.item.remedy else _author(line)


def _reviewers(line: _Line) -> Sequence[str]:
    """Who was asked for a review and has not given one, else those of the senior group that have a name."""
    pull, rules = line.pull, rules_of(line.bug)
    if pull is not None and any(pull.reviewers):
        return pull.reviewers
    is_senior = rules is not None and rules.senior_approval
    work = pull.author.login.casefold() if pull is not None else ""
    senior = line.bug.policy.people.senior.logins if is_senior else ()
    return [login for login in senior if login.casefold() != work]


def _approvals(line: _Line) -> Sequence[str]:
    """The author while changes are asked for, and the reviewers otherwise."""
    pull = line.pull
    is_turned_down = (
        pull is not None
        and not pull.reviewers
        and any(each.state is ReviewState.CHANGES_REQUESTED for each in standing_reviews(pull))
    )
    return _author(line) if is_turned_down else _reviewers(line)


def _release(line: _Line) -> Sequence[str]:
    """The people of each role that has not let the release go."""
    found = [login for logins in approvals_due(line.bug).values() for login in logins]
    return tuple({login.casefold(): login for login in found}.values()) or _owner(line)


def _lead(line: _Line) -> Sequence[str]:
    """The engineering lead, else who has the bug in hand."""
    return line.bug.policy.people.engineering_lead or _owner(line)


WAITS_FOR: Mapping[str, _Whom] = {
    "severity": _on_call,
    "assignee": _assignee,
    "backup": _owner,
    "bug-report": _owner,
    "eta": _owner,
    "channel": _owner,
    "stakeholders-notified": _owner,
    "investigation": _owner,
    "root-cause-analysis": _owner,
    "reproduction": _owner,
    "strategy": _owner,
    "linked": _owner,
    "checks": _checks,
    "regression-test": _author,
    "approvals": _approvals,
    "minimal-change": _author,
    "tasks": _author,
    "release-notes": _owner,
    "version": _owner,
    "rollback-tested": _owner,
    "staging": _owner,
    "release-approvals": _release,
    "no-regression": _owner,
    "deployed": _owner,
    "monitoring": _owner,
    "team-told": _owner,
    "users-told": _owner,
    "stakeholders-told": _owner,
    "technical-debt": _owner,
    "post-mortem": _lead,
    "action-items": _lead,
    "team-review": _lead,
}
"""Whom each requirement waits for, by its id. `obligations` is not among them: what it counts up are lines of
other gates, which wait for somebody themselves."""

_WAITS_WHILE_PENDING = frozenset({"linked", "monitoring"})
"""What a person does something about although nothing is wrong yet: everything else that is pending settles
by itself, or waits for another line that is here too."""


# By when --------------------------------------------------------------------------------------------------

_CLOCKS: Mapping[str, tuple[str, ...]] = {
    "triage": ("respond", "root-cause", "fix"),
    "root-cause": ("root-cause", "fix"),
    "fix": ("development", "fix"),
    "release": ("development", "deployment", "fix"),
    "verification": ("deployment", "fix"),
}
"""The clocks that tell when a gate's lines are due: the first of them that still runs."""


def _due(gate: GateResult, item: RequirementResult, clocks: Sequence[Clock]) -> datetime | None:
    if item.due is not None:
        return item.due
    if item.id == "monitoring":
        return next((each.due for each in clocks if each.name.startswith("window-") and each.runs), None)
    names = _CLOCKS.get(gate.gate, ())
    if item.id == "approvals":
        names = (f"review-{gate.pull}", *names)
    running = {each.name: each.due for each in clocks if each.runs}
    return next((due for name in names if (due := running.get(name)) is not None), None)


# The lines ------------------------------------------------------------------------------------------------


def errands(bug: Bug, gates: Sequence[GateResult]) -> tuple[Errand, ...]:
    """What the bug waits for, what is due first in front; nothing of a closed one.

    Nothing in it depends on the time of the look, but for whose week of the rota it is: the same facts give
    the same lines. Of a confidential bug a line is the requirement's own sentence alone.
    """
    if not bug.issue.state.is_open:
        return ()
    clocks = clocks_of(bug, gates)
    found = sorted(_all(bug, gates, clocks), key=lambda each: each.due or _FAR)
    return tuple(_shortened(dict.fromkeys(found)))[:_MOST_IN_ALL]


def _all(bug: Bug, gates: Sequence[GateResult], clocks: Sequence[Clock]) -> Iterator[Errand]:
    past = overridden(gates, bug)
    turn = [gate for gate in in_turn(gates, bug) if gate not in past]
    for gate in gates:
        pull = next((each for each in bug.fixes if each.number == gate.pull), None)
        for item in gate.requirements:
            whom = WAITS_FOR.get(item.id)
            if whom is not None and _waits(item, in_its_turn=gate in turn):
                who = tuple(dict.fromkeys(map(clean, whom(_Line(bug, item, pull)))))
                due = _due(gate, item, clocks)
                yield Errand(item.sentence, who, due) if bug.confidential else _errand(item, pull, who, due)


def _waits(item: RequirementResult, *, in_its_turn: bool) -> bool:
    """What was put off is owed whatever comes next; anything else only in its turn."""
    match item.outcome:
        case Outcome.DEFERRED:
            return True
        case Outcome.UNMET:
            return in_its_turn
        case Outcome.PENDING:
            return in_its_turn and item.id in _WAITS_WHILE_PENDING and bool(item.remedy)
        case _:
            return False


_COMMAND = re.compile(r"`(/[a-z][^`]*)`")
_LINK = re.compile(r"\]\((https?://[^\s()<>]+)\)")


def _errand(
    item: RequirementResult, pull: PullRequest | None, who: tuple[str, ...], due: datetime | None
) -> Errand:
    """The line, with the first command and the first link of its next step; else with the pull request."""
    command, link = _COMMAND.search(item.remedy), _LINK.search(item.remedy)
    place = f"#{pull.number}: " if pull is not None else ""
    url = link[1] if link is not None else ""
    return Errand(
        what=cut(clean(place + (item.problem or item.sentence)), _LONGEST),
        who=who,
        due=due,
        command=cut(clean(command[1]), _LONGEST_COMMAND) if command is not None else "",
        url=url or (pull.url if pull is not None and command is None else ""),
    )


def _shortened(found: Iterable[Errand]) -> Iterator[Errand]:
    """The first lines of each group of people; the last of them counts the rest."""
    lines = tuple(found)
    total = Counter(each.who for each in lines)
    shown: Counter[tuple[str, ...]] = Counter()
    for each in lines:
        shown[each.who] += 1
        if shown[each.who] < _MOST:
            yield each
        elif shown[each.who] == _MOST:
            yield replace(each, more=total[each.who] - _MOST)
