"""A run in words: the job summary, and text for a terminal. Pure.

Text from GitHub is data: it is escaped in the summary, and made plain by the console that prints the rest.
Of a confidential bug (a verdict without a title) neither title nor details are told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bugaction.checklists import requirement_line, words
from bugaction.escaping import cell, inline, link
from bugaction.model import SIGNS, GateResult, RequirementResult
from bugaction.narration import count, narrate
from bugaction.plan import BugVerdict, ClockVerdict, Notice, Reason
from bugaction.ports import Usage
from bugaction.reasons import REASONS
from bugaction.rendering import when
from bugaction.report import Report
from bugaction.snapshot import StatusState

__all__ = ["summary", "terminal"]

_MOST = 200
"""Lines of one list; a summary has room for 1 MiB, and a sweep may touch thousands."""

_MOST_CHECKLISTS = 20
"""Bugs whose checklists are shown whole; a sweep over more lists them by name."""


def _sentences(report: Report) -> tuple[str, str, str]:
    """What the reason means, what the run says of itself, and what to do; the middle one is data."""
    meaning = REASONS[report.reason]
    if report.dry_run and report.reason in (Reason.DONE, Reason.NOTHING_TO_DO) and report.left:
        return "A dry run: what is listed would be written, and nothing was.", report.remark, ""
    return meaning.sentence, report.remark, meaning.remedy


def _gate_head(gate: GateResult) -> str:
    passed = sum(item.outcome.passes for item in gate.requirements)
    place = f" of pull request {gate.pull}" if gate.pull else ""
    return f"{gate.gate}{place}: {passed} of {len(gate.requirements)} hold"


def _bug_head(bug: BugVerdict) -> str:
    severity = "no severity" if bug.severity is None else f"{bug.severity} {bug.severity.word}"
    return f"{severity}, phase {bug.phase}"


def _waits_for(bug: BugVerdict) -> str:
    """What stands in its way first, and how much more does; "" where nothing does."""
    blocking = [item for gate in bug.gates for item in gate.blocking]
    if not blocking:
        return ""
    first = blocking[0]
    more = f" (+{len(blocking) - 1})" if len(blocking) > 1 else ""
    return f"Waits for: {(bug.title and first.problem) or first.sentence}{more}"


def _end(report: Report) -> str:
    """When the run looked, and what that cost."""
    seen = f"Looked at {when(report.looked_at)}. " if report.looked_at is not None else ""
    return f"{seen}{_cost(report.usage)}"


def _cost(usage: Usage) -> str:
    left = "" if usage.remaining_points is None else f" ({usage.remaining_points} left this hour)"
    spent = ((usage.reads, "read"), (usage.writes, "write"), (usage.points, "GraphQL point"))
    return f"{', '.join(count(number, word) for number, word in spent)}{left}"


def _lists(report: Report) -> tuple[tuple[str, list[str]], ...]:
    return (
        ("Written", [narrate(effect) for effect in report.written]),
        ("Refused by GitHub", [f"{narrate(item.effect)}: {item.error}" for item in report.failed]),
        (
            "Would be written" if report.dry_run else "Left for the next run",
            [narrate(effect) for effect in report.left],
        ),
        ("Remarks", [_remark(notice) for notice in report.notices]),
    )


def _remark(notice: Notice) -> str:
    place = ":".join([notice.file, *([str(notice.line)] if notice.line else [])])
    return f"{notice.level}: {place}: {notice.text}" if place else f"{notice.level}: {notice.text}"


def summary(report: Report) -> str:
    """The job summary in Markdown, ending in a line end."""
    meaning, said, remedy = _sentences(report)
    told = words(said, report.server)
    parts = [f"## bugaction: {report.reason}", " ".join(part for part in (meaning, told, remedy) if part)]
    if report.sweep is not None:
        parts += ["### Sweep", "\n".join(f"- {line}" for line in report.sweep.lines())]
    if len(report.bugs) <= _MOST_CHECKLISTS:
        parts += ["\n".join(_bug_markdown(bug, report.server)) for bug in report.bugs]
    else:
        lines = [f"- {_bug_line(bug, report.server)}: {_bug_head(bug)}" for bug in report.bugs]
        parts += ["### Bugs", "\n".join(lines[:_MOST] + _more(lines))]
    if any(pull.statuses for pull in report.pulls):
        parts += ["### Pull requests", "\n".join(_pulls_markdown(report))]
    for title, lines in _lists(report):
        if lines:
            items = [f"- {words(line, report.server)}" for line in lines[:_MOST]]
            parts += [f"### {title}", "\n".join(items + _more(lines))]
    if report.sequel:
        parts.append(report.sequel)
    parts.append(f"<sub>{_end(report)}</sub>")
    return "\n\n".join(parts) + "\n"


def _more(lines: Sequence[str]) -> list[str]:
    return [f"- … and {len(lines) - _MOST} more"] if len(lines) > _MOST else []


def _bug_line(bug: BugVerdict, server: str) -> str:
    return f"{link(bug.name, bug.url, server)} {inline(bug.title) or '(confidential)'}"


def _bug_markdown(bug: BugVerdict, server: str) -> Iterator[str]:
    yield f"### {_bug_line(bug, server)}"
    yield ""
    waits = _waits_for(bug)
    yield f"{_bug_head(bug)}. {words(waits, server)}".rstrip()
    if bug.clocks:
        yield ""
        yield "**clocks**"
        yield ""
        yield from (f"- {_clock(clock)}" for clock in bug.clocks)
    for gate in bug.gates:
        yield ""
        yield f"**{_gate_head(gate)}**"
        yield ""
        for item in gate.requirements:
            yield requirement_line(item, server, is_open=bool(bug.title))


_CLOCK_SIGNS = {"met": "✅", "late": "❌", "breached": "🔴", "paused": "⏸️"}


def _clock(clock: ClockVerdict) -> str:
    """A clock's line; all of its words are ours."""
    return f"{_CLOCK_SIGNS.get(clock.state, '🕒')} {clock.title}: {clock.words}"


def _pulls_markdown(report: Report) -> Iterator[str]:
    yield "| pull request | status | says |"
    yield "|---|---|---|"
    for pull in report.pulls[:_MOST]:
        for status in pull.statuses:
            mark = "✅" if status.state is StatusState.SUCCESS else "❌"
            name = link(f"{pull.number}", pull.url, report.server)
            yield f"| {name} | {mark} {cell(status.context)} | {cell(status.description)} |"


def terminal(report: Report) -> str:
    """The run as plain text for a person at a terminal, without a line end at its end."""
    lines = [f"{report.reason}: {' '.join(part for part in _sentences(report) if part)}"]
    if report.sweep is not None:
        lines += ["", "Sweep", *(f"  {line}" for line in report.sweep.lines())]
    for bug in report.bugs:
        lines += ["", f"{bug.name} {bug.title or '(confidential)'}", f"  {_bug_head(bug)}"]
        lines += [f"  {waits}"] if (waits := _waits_for(bug)) else []
        for gate in bug.gates:
            lines.append(f"  {_gate_head(gate)}")
            lines += [_requirement_text(item, is_open=bool(bug.title)) for item in gate.requirements]
        if bug.clocks:
            lines += ["  clocks", *(f"    {_clock(clock)}" for clock in bug.clocks)]
    for pull in report.pulls:
        lines += ["", f"Pull request #{pull.number}"]
        lines += [f"  {status.context} {status.state}: {status.description}" for status in pull.statuses]
    for title, items in _lists(report):
        if items:
            lines += ["", title, *(f"  {item}" for item in items)]
    if report.sequel:
        lines += ["", report.sequel]
    return "\n".join([*lines, "", _end(report)])


def _requirement_text(item: RequirementResult, *, is_open: bool) -> str:
    line = f"    {SIGNS[item.outcome]} {item.sentence}"
    if not is_open:
        return line
    line += f": {item.problem}" if item.problem else ""
    line += f" (due {item.due:%Y-%m-%d %H:%M} UTC)" if item.due is not None else ""
    return f"{line}\n       next: {' '.join(item.remedy.split())}" if item.remedy else line
