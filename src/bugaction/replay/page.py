"""The report of a replay as one Markdown page, for whoever leads the team. Pure.

Every word of people's is escaped. The page is short: what matters first, and how it was counted last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bugaction.duration import format_duration
from bugaction.escaping import cell, inline, link, plain, remark
from bugaction.narration import count
from bugaction.rendering import when
from bugaction.replay.account import Account
from bugaction.replay.figures import FEWEST_FOR_P90, Figures, Reason, Spread, figures
from bugaction.replay.story import Lap, Merge, Story

__all__ = ["markdown", "title"]

_MOST_BUGS = 50
_MOST_EXAMPLES = 3
_LATE_LABEL = timedelta(hours=1)
"""A severity that came later than this after the report is told of among the limits."""

_CLOCKS = {
    "respond": "answer",
    "development": "merge",
    "review": "review",
    "deployment": "deployment",
    "fix": "fix",
}


def title(account: Account) -> str:
    """The page's title, as plain words."""
    return f"What bugaction would have shown: {account.repository}"


def markdown(account: Account) -> str:
    """The whole page, ending in a line end."""
    found = figures(account.stories)
    parts = [
        f"# {inline(title(account))}",
        _scope(account, found),
        *_summary(account, found),
        *_targets(found),
        *_merges(found),
        *_bugs(account.stories, account.url),
        *_counting(account, found),
    ]
    return "\n\n".join(parts) + "\n"


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


def _scope(account: Account, found: Figures) -> str:
    names = f"[{inline(account.repository)}]({account.url})"
    read = f"{count(found.bugs, 'bug')}"
    if found.bugs < account.found:
        read = f"the {found.bugs} newest of {count(account.found, 'bug')}"
    words = f"{names}, {_day(account.since)} to {_day(account.until)}: {read}, by {inline(account.policy)}."
    return f"{words} **Not all of it: {remark(account.left)}.**" if account.left else words


def _summary(account: Account, found: Figures) -> Iterator[str]:
    yield "## In short"
    lines = [
        f"- **{found.late} of {count(found.bugs, 'bug')}** missed a target of their severity"
        f"{f'; {found.open} still open' if found.open else ''}."
    ]
    if found.merges:
        first = ", ".join(
            f"{_quoted(reason.verdict.sentence)} ({len(reason.merges)})"
            for reason in found.reasons[:_MOST_EXAMPLES]
        )
        most = f" What did not hold most often: {first}." if first else ""
        lines.append(
            f"- **{found.held} of {_fixes(found.merges, 'merged ')}** would have been held at the "
            f"merge.{most}"
        )
    else:
        lines.append("- No merged pull request is linked to any of them.")
    back = [
        f"{count(found.reopened, 'bug')} opened again" if found.reopened else "",
        f"{found.came_back} of them after a fix was merged" if found.came_back else "",
        f"{_fixes(found.taken_back, 'merged ')} taken back" if found.taken_back else "",
    ]
    told = [each for each in back if each]
    lines.append(f"- What came back: {', '.join(told)}." if told else "- Nothing is seen to have come back.")
    if account.draft:
        lines.append(
            f"- The post-mortem of {account.drafted}, drafted from its timeline: {inline(account.draft)}, "
            "beside this page."
        )
    yield "\n".join(lines)


def _fixes(number: int, which: str) -> str:
    return f"{number} {which}fix{'' if number == 1 else 'es'}"


def _quoted(sentence: str) -> str:
    return f"“{sentence}”"


# Targets ------------------------------------------------------------------------------------------------


def _targets(found: Figures) -> Iterator[str]:
    yield "## How long it took"
    head = "| severity | bugs | open | answered: median | p90 | in time | fixed: median | p90 | in time |"
    lines = [head, "|---|--:|--:|--:|--:|--:|--:|--:|--:|"]
    for each in found.by_severity:
        name = f"{each.severity} {each.severity.word}" if each.severity is not None else "none"
        cells = [name, str(each.bugs), str(each.open), *_cells(each.answered), *_cells(each.fixed)]
        lines.append(f"| {' | '.join(cells)} |")
    yield "\n".join(lines)


def _cells(spread: Spread) -> tuple[str, str, str]:
    kept = f"{spread.kept} of {spread.judged}" if spread.judged else "–"
    return _length(spread.median), _length(spread.p90), kept


def _length(length: timedelta | None) -> str:
    return format_duration(length) if length is not None else "–"


# Merges -------------------------------------------------------------------------------------------------


def _merges(found: Figures) -> Iterator[str]:
    if not found.merges:
        return
    yield "## What would have held a merge"
    if found.reasons:
        lines = ["| did not hold when it was merged | fixes | the newest |", "|---|--:|---|"]
        lines += [_reason(reason) for reason in found.reasons]
        yield "\n".join(lines)
    else:
        yield "Nothing that the past shows."
    if found.owed:
        yield (
            f"{_fixes(found.owed, 'P0 ')} would have been let through with something to follow, as the fast "
            "lane has it."
        )
    if found.asked:
        yield (
            "bugaction would also have asked for what did not exist then, and what is therefore **not** "
            "counted, of so many fixes:"
        )
        yield "\n".join(f"- {sentence} ({number})" for sentence, number in found.asked)


def _reason(reason: Reason) -> str:
    examples = ", ".join(f"[#{merge.number}]({merge.url})" for merge in reason.merges[:_MOST_EXAMPLES])
    return f"| {cell(reason.verdict.sentence)} | {len(reason.merges)} | {examples} |"


# Bugs ---------------------------------------------------------------------------------------------------


def _bugs(stories: Sequence[Story], url: str) -> Iterator[str]:
    yield "## Bug by bug"
    ordered = sorted(stories, key=lambda story: (story.reported, story.number), reverse=True)
    lines = [
        "| bug | severity | reported | answered | fixed | missed | would have been held | back |",
        "|---|---|---|--:|--:|---|---|---|",
    ]
    lines += [_row(story, url) for story in ordered[:_MOST_BUGS]]
    yield "\n".join(lines)
    if len(ordered) > _MOST_BUGS:
        yield f"And {len(ordered) - _MOST_BUGS} older ones, which `--json` lists as well."


def _row(story: Story, url: str) -> str:
    base = "/".join(url.split("/")[:3])
    name = link(story.name, story.url, base)
    told = f"{name} {inline(story.title, 60)}" if story.title else f"{name} (confidential)"
    cells = [
        told,
        str(story.severity) if story.severity is not None else "–",
        _day(story.reported),
        _elapsed(story.lap("respond")),
        _elapsed(story.lap("fix")) if not story.state.is_open else "open",
        "; ".join(_missed(lap) for lap in story.missed) or "–",
        "; ".join(_held(merge) for merge in story.merges if merge.held) or "–",
        _back(story),
    ]
    return f"| {' | '.join(cells)} |"


def _elapsed(lap: Lap | None) -> str:
    return _length(lap.elapsed) if lap is not None else "–"


def _missed(lap: Lap) -> str:
    by = format_duration(lap.late or timedelta())
    return f"{_CLOCKS[lap.name]} {by} {'late' if lap.reached is not None else 'overdue'}"


def _held(merge: Merge) -> str:
    reasons = ", ".join(cell(verdict.problem or verdict.sentence, 100) for verdict in merge.held)
    return f"[#{merge.number}]({merge.url}): {reasons}"


def _back(story: Story) -> str:
    parts = [f"opened again {story.reopened}×"] if story.reopened else []
    parts += [f"#{merge.number} taken back" for merge in story.merges if merge.taken_back]
    return ", ".join(parts) or "–"


# How it was counted -------------------------------------------------------------------------------------


def _counting(account: Account, found: Figures) -> Iterator[str]:
    yield "## How this was counted"
    yield "\n".join(f"- {line}" for line in _limits(account, found))
    usage = account.usage
    points = f", {count(usage.points, 'GraphQL point')}" if usage.points else ""
    yield (
        f"Made on {when(account.until)} by `bugaction replay`, which only reads: "
        f"{count(usage.reads, 'request')}{points}. No person is ranked, and no login is in here."
    )


def _is_spared(lap: Lap) -> bool:
    """Whether it took longer than its target, and was not late."""
    if lap.late is not None or lap.target is None or lap.elapsed is None:
        return False
    return lap.elapsed > lap.target


def _label(name: str) -> str:
    """A label's name as code, which no tick of its own ends."""
    return f"`{plain(name)}`"


def _limits(account: Account, found: Figures) -> Iterator[str]:
    taken = [f"{severity}: {', '.join(map(_label, names))}" for severity, names in account.severities.items()]
    bug = f"; a bug without one: {', '.join(map(_label, account.bug))}" if account.bug else ""
    yield remark(
        f"Bugs were found by these labels, as issues have them today: {'; '.join(taken) or 'none'}{bug}."
    )
    yield (
        "A bug is **answered** when somebody else than its reporter commented on it, it was assigned, or a "
        "fix was linked: what comes first, in the team's favour. It is **fixed** when its fix was in "
        "production, by deployments and releases; where the repository has neither, when it was merged; and "
        "where no pull request is linked, or it was opened again, when it was closed."
    )
    if found.without_fix:
        yield (
            f"{count(found.without_fix, 'bug')} {'was' if found.without_fix == 1 else 'were'} closed as done "
            "with no merged pull request linked: nothing is told of such a fix but when it ended."
        )
    yield (
        f"Median and p90 (nine of ten took no longer; from {FEWEST_FOR_P90} bugs on) count the hours that "
        "the policy counts. “In time” counts open bugs too, once they are overdue."
    )
    late = [
        story.labelled_after
        for story in account.stories
        if story.labelled_after is not None and story.labelled_after > _LATE_LABEL
    ]
    if late:
        longest = format_duration(max(late))
        yield (
            f"{count(len(late), 'bug')} got a severity later than {format_duration(_LATE_LABEL)} after the "
            f"report, at most {longest}. Clocks run from the report all the same, and nothing is due before "
            "its severity was set."
        )
    spared = sum(any(map(_is_spared, story.laps)) for story in account.stories)
    if spared:
        yield (
            f"{count(spared, 'bug')} took longer than a target and still "
            f"{'counts' if spared == 1 else 'count'} as in time: nothing is due before the severity was set, "
            "or raised, that asks for it."
        )
    yield (
        "A merge is judged by the reviews, checks, assignees and labels of its own moment. GitHub no longer "
        "tells everything: texts, task lists, labels of pull requests, roles of people and rules of branches "
        "are today's, a dismissed approval counts as none, and a status that was reported anew after the "
        "merge counts as absent."
    )
    unseen = sum(story.unseen for story in account.stories)
    if unseen:
        yield (
            f"{_fixes(unseen, 'merged ')} came before anything said that the issue is a bug; nothing would "
            "have been held, and they are not among the merged fixes above."
        )
    unread = sum(merge.unread for story in account.stories for merge in story.merges)
    if unread:
        yield (
            f"The checks of {_fixes(unread, 'merged ')} are not to be seen with this token: nothing is held "
            "against them."
        )
    if not account.roles:
        yield (
            "This token is not told who holds which role: every approval was taken for one of somebody "
            "senior who may write."
        )
    if account.runs_already:
        yield "bugaction has run here: what was told to it is left out, as if it had not."
