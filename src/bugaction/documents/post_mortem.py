"""The post-mortem: what happened, what is to be learnt from it, and what is done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bugaction.bug import Bug
from bugaction.chronicle import timeline_of
from bugaction.clocks import Clock, clocks_of
from bugaction.documents.base import DocumentType, fix_links, past, severity_steps, subject, timeline, zone
from bugaction.documents.diagram import diagram
from bugaction.documents.facts import SECTION_MARKER, parse
from bugaction.documents.merge import blocks_of
from bugaction.documents.merged import is_read, merged_fixes, name_of, questions, steps_of
from bugaction.documents.milestones import cause_known
from bugaction.documents.phase_times import phase_times
from bugaction.documents.words import words_in
from bugaction.duration import format_duration
from bugaction.issue_form import FIELDS
from bugaction.markdown import content_gap, sections, split_lines
from bugaction.model import GateResult, Severity
from bugaction.questions import Question
from bugaction.rendering import Plain, iso
from bugaction.snapshot import EntryKind, IssueState
from bugaction.state import commands_named, is_close_held

__all__ = ["KIND", "POST_MORTEM", "is_called_for", "needs_merged"]

KIND = "post-mortem"
"""The document, the command that asks for it, and the phase that it is written in."""

_MOST_MOMENTS = 200
"""Moments that the timeline lists, newest kept; the issue shows the rest."""

_STEPS = "fix-steps"
"""The block, and its section, that shows what is read of merged fixes once."""

_SECTIONS = {
    "impact": "Impact",
    "users": "Users affected",
    "root-cause": "Root cause",
    "well": "What went well",
    "wrong": "What went wrong",
    "actions": "Action items",
    "testing": "Testing",
    "process": "Process",
    "deployment": "Deployment",
    "monitoring": "Monitoring",
    "lessons": "Lessons learned",
}

_TARGETS = {
    "respond": "Somebody answered",
    "root-cause": "The cause was known",
    "development": "The fix was merged",
    "deployment": "The fix was deployed",
    "fix": "The fix was out",
}
"""The clocks that facts of the bug alone tell, whenever they are asked for."""


def is_called_for(bug: Bug) -> bool:
    """Whether the bug's severity asks for one, now that the fix is out or the issue is closed as done.

    A close that is held is not the end: whether a run saw the issue before it was opened again must not tell.
    """
    severity = bug.severity.current
    if severity is None or not bug.policy.severities[severity].post_mortem:
        return False
    is_done = bug.issue.state is IssueState.COMPLETED and not is_close_held(bug.facts)
    return bug.deployed is not None or is_done


def _wanted(bug: Bug, gates: Sequence[GateResult]) -> bool:  # noqa: ARG001 - as every type's rule
    """By policy, by `/post-mortem`, or because somebody started the run for it; for any severity then."""
    return is_called_for(bug) or KIND in bug.requested or bool(commands_named(bug.ledger, KIND))


def needs_merged(bug: Bug) -> frozenset[Question]:
    """What has to be read of merged fixes to tell their steps; nothing where nobody wants to see them."""
    document = bug.documents.get(KIND)
    if bug.confidential or document is None:
        return frozenset()
    if document.text is None:
        return questions(bug, document, (_STEPS,)) if _wanted(bug, ()) else frozenset()
    is_told = _STEPS in blocks_of(document.text) or any(
        section.id == _STEPS for section in sections(document.text)
    )
    return questions(bug, document, (_STEPS,)) if is_told else frozenset()


def _values(bug: Bug, version: str) -> dict[str, Plain]:
    """Everything that the post-mortem's template shows (docs/reference/templates.md)."""
    severity = bug.severity.current or Severity.P2
    history = bug.severity.history
    first = next((change.after for change in history if change.after is not None), None)
    report, analysis = bug.documents.get("report"), bug.documents.get("root-cause-analysis")
    began, ended = bug.started or bug.issue.at, _ended(bug)
    merged = max((pull.merged_at for pull in bug.fixes if pull.merged_at is not None), default=None)
    moments, steps = timeline_of(bug), steps_of(bug)
    return {
        **subject(bug, version),
        "severity": {
            "name": severity.name,
            "word": severity.word,
            "initial": first.name if first is not None else "",
        },
        "report": {"text": "bug report", "url": report.url if report is not None else ""},
        "analysis": {"text": "root-cause analysis", "url": analysis.url if analysis is not None else ""},
        "answers": {key.replace("-", "_"): bug.answers.get(key) for key in FIELDS},
        "began": iso(began),
        "started": iso(bug.started),
        "ended": iso(ended),
        "duration": format_duration(ended - began) if ended is not None else "",
        "reporter": bug.issue.author.login,
        "reported": iso(bug.issue.at),
        "responded": _responded(bug),
        "merged": iso(merged),
        "deployed": _deployed(bug),
        "strategy": _strategy(bug),
        "fixes": fix_links(bug),
        "moments": timeline(moments[-_MOST_MOMENTS:], bug.policy.time_zone),
        "zone": zone(bug),
        "diagram": diagram(bug.name, moments),
        "steps": timeline(steps[-_MOST_MOMENTS:], bug.policy.time_zone),
        "steps_more": max(0, len(steps) - _MOST_MOMENTS),
        "fixed": {"read": int(is_read(bug)), "name": name_of(merged_fixes(bug))},
        "more": max(0, len(moments) - _MOST_MOMENTS),
        "cause": _cause(bug),
        "history": severity_steps(bug),
        "overrides": _overrides(bug),
        "actions": [
            {
                "text": issue.text,
                "issue": f"issue {issue.number}",
                "url": issue.url,
                "owner": issue.owner,
                "due": issue.due.isoformat(),
                "state": "open" if issue.is_open else "closed",
            }
            for issue in bug.actions
        ],
        **_targets(bug),
        "phases": phase_times(bug),
        "past": past(bug, KIND),
    }


def _ended(bug: Bug) -> datetime | None:
    """When it was over: the fix went out, or the issue was closed where no deployment is known."""
    if bug.deployed is not None:
        return bug.deployed.at
    if bug.issue.state.is_open:
        return None
    return max((entry.at for entry in bug.issue.timeline if entry.kind is EntryKind.CLOSED), default=None)


def _responded(bug: Bug) -> dict[str, Plain]:
    """The first acceptance: somebody has answered once an assignee has taken it on."""
    taken = sorted(
        (item.evidence.at or bug.issue.at, place, item.login) for place, item in enumerate(bug.acceptances)
    )
    return {"at": iso(taken[0][0]), "who": taken[0][2]} if taken else {"at": "", "who": ""}


def _deployed(bug: Bug) -> dict[str, Plain]:
    found = bug.deployed
    return {
        "at": iso(found.at) if found is not None else "",
        "version": found.version if found is not None else "",
        "environment": found.environment if found is not None else "",
        "url": found.evidence.url if found is not None else "",
    }


def _strategy(bug: Bug) -> dict[str, Plain]:
    choice = bug.strategy
    return {
        "name": choice.strategy.value if choice is not None else "",
        "reason": choice.reason if choice is not None else "",
    }


def _overrides(bug: Bug) -> list[Plain]:
    return [
        {
            "at": iso(line.at),
            "gate": line.data.get("gate", ""),
            "pulls": f"{line.data.get('pulls', '')} at {line.data.get('head', '')[:7]}",
            "who": line.actor,
            "reason": line.data.get("reason", ""),
            "url": line.data.get("url", ""),
        }
        for line in commands_named(bug.ledger, "override")
    ]


def _targets(bug: Bug) -> dict[str, Plain]:
    """The targets of the severity, and which were kept and missed, in a few words each."""
    rows: list[Plain] = []
    kept: list[str] = []
    missed: list[str] = []
    for clock in clocks_of(bug):
        if clock.name not in _TARGETS:
            continue
        reached = _reached(clock, bug)
        label = _TARGETS[clock.name]
        verdict = "not recorded"
        if reached is not None:
            spent = clock.watch.tally(reached)
            stood = f", paused for {format_duration(spent.paused)}" if spent.paused else ""
            if clock.due is None or reached <= clock.due:
                verdict = f"kept{stood}"
                kept.append(f"{label.lower()} after {format_duration(spent.elapsed)}")
            else:
                late = format_duration(reached - clock.due)
                verdict = f"missed by {late}{stood}"
                missed.append(f"{label.lower()} {late} after the target")
        due = clock.due if reached is not None else _due_by_the_merge(clock, bug)
        rows.append({"label": label, "due": iso(due), "reached": iso(reached), "verdict": verdict})
    return {"targets": rows, "kept": ", ".join(kept), "missed": ", ".join(missed)}


def _due_by_the_merge(clock: Clock, bug: Bug) -> datetime | None:
    """When a clock was due of which nobody knows the end: what came after the merge, as a close and an
    opening of the issue, is no part of it."""
    merged = max((pull.merged_at for pull in bug.fixes if pull.merged_at is not None), default=None)
    return clock.due if merged is None else replace(clock.watch, end=max(merged, clock.start)).reaches()


def _reached(clock: Clock, bug: Bug) -> datetime | None:
    if clock.met is None and clock.name == "fix" and bug.deployed is not None:
        return bug.deployed.at
    if clock.name == "root-cause":
        return cause_known(bug)[0]
    return clock.met


def _cause(bug: Bug) -> str:
    """The cause as the analysis tells it, "" while it does not: people's text, without our marks in it."""
    analysis = bug.documents.get("root-cause-analysis")
    if analysis is None or not analysis.text:
        return ""
    found = next((section for section in sections(analysis.text) if section.id == "cause"), None)
    if found is None or content_gap(found.body) is not None:
        return ""
    lines = (
        line
        for part in parse(split_lines(found.body))
        for line in ([part] if isinstance(part, str) else words_in(part))
    )
    return "".join(line for line in lines if SECTION_MARKER.fullmatch(line.strip()) is None).strip("\r\n")


POST_MORTEM = DocumentType(
    kind=KIND,
    title="post-mortem",
    template="documents/post-mortem.md.j2",
    file_name="post-mortem-v{version}.md",
    sections=_SECTIONS,
    required=dict.fromkeys(Severity, tuple(_SECTIONS)),
    values=_values,
    wanted=_wanted,
    passing=frozenset({"timeline", "followed", "phases"}),
)
