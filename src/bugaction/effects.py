"""What has to be written for a bug so that GitHub shows what was decided: only what differs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from bugaction.assembly import Assembled
from bugaction.bug import Bug
from bugaction.calling import call_effects
from bugaction.clocks import Clock, clocks_of
from bugaction.closing import Step, afterwards, step_of
from bugaction.commands.ticks import is_tick
from bugaction.comment import dated, render_sticky, undated
from bugaction.delivery import Delivered, deliver
from bugaction.document_pull import bring
from bugaction.follow_up import follow_ups
from bugaction.lateness import MARKS, is_mark, mark_of
from bugaction.model import LedgerFile, LedgerLine, RecordKind
from bugaction.notifications import notify_effects
from bugaction.phases import PHASES, is_phase_label, phase_of
from bugaction.plan import (
    AddAssignees,
    AddLabels,
    AppendLedger,
    CloseIssue,
    CommitFiles,
    CreateComment,
    CreateIssue,
    CreateLabel,
    DeleteComment,
    EditComment,
    Effect,
    Notice,
    React,
    RemoveLabels,
    ReopenIssue,
)
from bugaction.policy import Policy
from bugaction.promises import promises
from bugaction.questions import AskBug, AskLabel, Question
from bugaction.records import add_lines, format_lines, format_links, grown, ledger_path, links_path
from bugaction.redeploy import dispatch_effects
from bugaction.rollback import revert_effects
from bugaction.snapshot import EntryKind, IssueState, PullState, Snapshot
from bugaction.state import duplicate_line, missing_assignees, original_of, planned
from bugaction.tracking import STICKY_MARKER, own_comments
from bugaction.verdicts import Judged

__all__ = ["SEVERITY_LABELS", "bug_effects", "first_ledgers", "ledger_effects", "merged_commits"]

_UNSETTLED = (CommitFiles, CreateIssue, CloseIssue, ReopenIssue)
"""What documents are made of or tell of: while one of these is to come, they are not as they will be."""

SEVERITY_LABELS = (
    ("b60205", "Critical: production is down or data is at risk"),
    ("d93f0b", "High: a core feature is broken"),
    ("fbca04", "Medium: an edge case, or a way around it exists"),
    ("c5def5", "Low: cosmetic, or rare and harmless"),
)
"""Colour and description of the labels that bugaction creates, P0 to P3."""


def first_ledgers(snapshot: Snapshot, policy: Policy, bugs: Iterable[Bug]) -> dict[str, str]:
    """The ledgers that the records begin with, by path: that these bugs are looked after, and no more."""
    found: dict[str, str] = {}
    for bug in bugs:
        tracked = [line for line in bug.unrecorded if line.kind is RecordKind.TRACKED]
        if tracked:
            path = ledger_path(policy.documents.root, bug.number)
            found[path] = format_lines(snapshot.bugs[bug.number].ledger, tracked, bug.number)
    return found


def ledger_effects(snapshot: Snapshot, policy: Policy, bugs: Iterable[Bug]) -> tuple[AppendLedger, ...]:
    """One commit with every decision of these bugs that no commit holds yet; none where nothing is new.

    What only the bug's ledger holds of a pull request's links is put into that one's file.
    """
    records = snapshot.repository.records
    if records is None:
        return ()
    root = policy.documents.root
    files: dict[str, str] = {}
    lines: list[LedgerLine] = []
    links: dict[int, list[LedgerLine]] = {}
    names: list[str] = []
    for bug in bugs:
        stored = snapshot.bugs[bug.number].ledger
        fresh = add_lines(stored, bug.unrecorded)
        if fresh:
            files[ledger_path(root, bug.number)] = format_lines(stored, fresh, bug.number)
            lines += fresh
        unlisted = [line for line in stored.lines if _is_unlisted(line, snapshot)]
        for line in (*(line for line in fresh if _is_unlisted(line, snapshot)), *unlisted):
            links.setdefault(int(line.data["pull"]), []).append(_listed(line))
        lines += unlisted
        if fresh or unlisted:
            names.append(bug.name)
    for number, added in links.items():
        kept = snapshot.pulls[number].links or LedgerFile()
        files[links_path(root, number)] = format_links(kept, added, number)
    if not lines:
        return ()
    what = "1 decision" if len(lines) == 1 else f"{len(lines)} decisions"
    return (
        AppendLedger(
            branch=records.name,
            expected_oid=records.oid,
            files=files,
            lines=tuple(lines),
            message=f"{', '.join(names)}: record {what}",
        ),
    )


def _is_unlisted(line: LedgerLine, snapshot: Snapshot) -> bool:
    """Whether a decision is about an open pull request whose own file was read and does not hold it: a link,
    an `/unlink`, or the `/undo` of one.

    A file that cannot be read may hold more than this, and must not be written over.
    """
    if not line.accepted or not {"bug", "pull"} <= line.data.keys():
        return False
    pull = snapshot.pulls.get(int(line.data["pull"]))
    if pull is None or pull.links is None or pull.state is not PullState.OPEN or pull.links.unreadable:
        return False
    return bool(add_lines(pull.links, [_listed(line)]))


_LISTED = ("bug", "name", "pull", "undoes")


def _listed(line: LedgerLine) -> LedgerLine:
    """The same decision in the pull request's file, where the bug is what tells lines apart."""
    bug = line.data["bug"]
    data = {key: line.data[key] for key in _LISTED if key in line.data}
    if "undoes" in data:
        data["undoes"] += f"#{bug}"
    return LedgerLine(
        kind=line.kind,
        evidence=f"{line.evidence}#{bug}",
        actor=line.actor,
        at=line.at,
        accepted=line.accepted,
        data=data,
    )


def bug_effects(
    item: Assembled,
    judged: Judged,
    snapshot: Snapshot,
    templates: Mapping[str, str],
    reach: frozenset[str] = frozenset(),
    *,
    records: bool,
    texts: bool,
) -> tuple[list[Effect], set[Question], tuple[Notice, ...]]:
    """Documents, labels, comments, issues and assignees of one bug, what must be looked up, and remarks.

    `records`: what is new is being recorded along with it. Otherwise nothing is said that speaks of a record:
    no reaction to a command, and the comment points to what is recorded already. A comment with ticks that
    are not being recorded is left as people left it, since nobody could be named once it is drawn anew.
    `texts`: documents and the comment are written out, the dearest part of a decision. While anything is left
    to be asked, nobody would read them. `reach` is as in `notify_effects`.
    """
    bug = item.bug
    stored = snapshot.bugs[bug.number].ledger
    fresh = bug.unrecorded if records and snapshot.repository.records is not None else ()
    delivered = deliver(bug, judged.gates, snapshot.repository, templates) if texts else Delivered()
    effects: list[Effect] = list(delivered.commits)
    step = step_of(bug, judged.gates, snapshot.repository.viewer, [*stored.lines, *fresh])
    effects += _turned(bug, step)
    if records:
        effects += dispatch_effects(bug, snapshot.repository)
        effects += revert_effects(bug, snapshot.repository)
        effects += call_effects(bug, judged.gates, snapshot.repository.viewer)
    judged = replace(judged, bug=afterwards(bug, step))
    clocks = clocks_of(judged.bug, judged.gates)
    labels, questions = _labels(judged, clocks, snapshot)
    if step is step_of(bug, judged.gates, snapshot.repository.viewer, bug.ledger.lines):
        effects += labels  # otherwise they come with what is to be decided: a closed bug may be opened again
    wanted = _unassigned(item, [*stored.lines, *fresh])
    if wanted:
        effects.append(AddAssignees(bug.issue.id, bug.number, wanted))
    closing, asked = _closing(bug, snapshot, [*stored.lines, *fresh])
    effects += closing
    questions |= asked
    effects += follow_ups(bug, snapshot.repository, [*stored.lines, *fresh])
    opened, asked = promises(bug, snapshot.repository, snapshot.answers.labels, [*stored.lines, *fresh])
    effects += opened
    questions |= asked
    if texts:
        brought = bring(judged.bug, snapshot.repository, snapshot.answers.labels)
        questions |= brought.questions
        if records and not any(isinstance(effect, _UNSETTLED) for effect in effects):
            effects += brought.effects
    if texts and (fresh or not any(is_tick(line) for line in bug.unrecorded)):
        effects += _sticky(judged, clocks, snapshot, templates, grown(stored, fresh, bug.number)[1])
    effects += [
        CreateComment(reply.subject, reply.number, reply.marker, reply.body)
        for reply in item.judgement.replies
    ]
    effects += [DeleteComment(reply) for reply in item.judgement.doubled]
    waiting = {line.evidence.rpartition("#")[0] for line in bug.unrecorded} if not fresh else set()
    effects += [
        React(reaction.subject, reaction.content)
        for reaction in item.judgement.reactions
        if reaction.subject not in waiting
    ]
    notices = delivered.notices
    if texts:
        told, said = notify_effects(
            judged.bug, judged.gates, clocks, snapshot.repository, templates, reach, records=records
        )
        effects += told
        notices = (*notices, *said)
    return effects, questions, notices


def _turned(bug: Bug, step: Step) -> list[Effect]:
    """The issue opened again, or closed since everything holds."""
    if step is Step.LEAVE:
        return []
    kind = ReopenIssue if step is Step.REOPEN else CloseIssue
    return [kind(bug.issue.id, bug.number)]


def _unassigned(item: Assembled, recorded: Collection[LedgerLine]) -> tuple[str, ...]:
    """Whom GitHub is to be asked to assign: by a word that is recorded, or is along with it.

    Before then whoever records it would find somebody assigned already, and judge it otherwise.

    It ignores whom it cannot assign, such as an account that is gone or has another name by now (OpenAPI, add
    assignees), and the timeline then never shows it. So each command asks once: the answer to its comment is
    written behind the assignment, and only while that is owed, or the command is new, is it asked again.
    """
    plans = planned(item.bug.ledger)
    missing = missing_assignees(item.bug.issue, plans)
    new = {line.evidence for line in item.bug.unrecorded}
    known = {line.evidence for line in recorded}
    owed = {reaction.subject for reaction in item.judgement.reactions}
    return tuple(
        wanted.login
        for wanted in plans.assignees
        if wanted.login in missing
        and wanted.evidence in known
        and (wanted.evidence in new or wanted.evidence.rpartition("#")[0] in owed)
    )


def _closing(
    bug: Bug, snapshot: Snapshot, recorded: Collection[LedgerLine]
) -> tuple[list[Effect], set[Question]]:
    """Close a duplicate, once: where a person opened it again, the decision no longer counts."""
    line = duplicate_line(bug.facts)
    if line is None or line not in recorded or not bug.issue.state.is_open:
        return [], set()
    if any(entry.kind is EntryKind.CLOSED and entry.at >= line.at for entry in bug.issue.timeline):
        return [], set()
    original = original_of(bug.facts)
    if original in snapshot.answers.missing:
        return [], set()
    facts = snapshot.bugs.get(original)
    if facts is None:
        return [], {AskBug(original)}
    return [CloseIssue(bug.issue.id, bug.number, facts.issue.id)], set()


def merged_commits(commits: Iterable[CommitFiles]) -> tuple[CommitFiles, ...]:
    """One commit a branch: all files of a run go out together."""
    merged: dict[tuple[str, str], CommitFiles] = {}
    for commit in commits:
        key = (commit.branch, commit.fallback)
        kept = merged.get(key)
        merged[key] = (
            commit
            if kept is None
            else CommitFiles(
                branch=kept.branch,
                expected_oid=kept.expected_oid,
                files=(*kept.files, *commit.files),
                message=_joined(kept.message, commit.message),
                fallback=kept.fallback,
            )
        )
    return tuple(merged.values())


_LONGEST_LINE = 120
"""Characters of a commit message's line that still read well in a log."""


def _joined(message: str, other: str) -> str:
    """Two commits' messages in one; what is about the same bug goes on in the same line while it fits."""
    last = message.rpartition("\n")[2]
    bug, _, words = other.partition(": ")
    if last.startswith(f"{bug}: ") and len(last) + len(words) < _LONGEST_LINE:
        return f"{message}; {words}"
    return f"{message}\n{other}"


def _labels(
    judged: Judged, clocks: Sequence[Clock], snapshot: Snapshot
) -> tuple[list[Effect], set[Question]]:
    """Exactly one severity label and exactly one phase label, and one of the clocks' or none."""
    bug = judged.bug
    issue = bug.issue
    mark = mark_of(clocks, bug.now)
    ours = [PHASES[phase_of(bug, judged.gates)].label, *([mark.label] if mark is not None else [])]
    drop = {name.casefold() for name in bug.severity.remove}
    removed = [
        label
        for label in issue.labels
        if label.name.casefold() in drop
        or ((is_phase_label(label.name) or is_mark(label.name)) and label.name.casefold() not in ours)
    ]
    added = [name for name in (*bug.severity.add, *ours) if not issue.has_label(name)]
    effects: list[Effect] = []
    questions: set[Question] = set()
    if removed:
        names = tuple(label.name for label in removed)
        effects.append(RemoveLabels(issue.id, issue.number, names, tuple(label.id for label in removed)))
    known = snapshot.answers.labels
    unknown = [name for name in added if name.casefold() not in known]
    if unknown:
        questions |= {AskLabel(name) for name in unknown}
    elif added:
        effects += [_create(name, bug.policy) for name in added if known[name.casefold()] is None]
        ids = tuple(known[name.casefold()] or "" for name in added)
        effects.append(AddLabels(issue.id, issue.number, tuple(added), ids))
    return effects, questions


def _create(name: str, policy: Policy) -> CreateLabel:
    severity = policy.severity_of(name)
    if severity is not None:
        color, description = SEVERITY_LABELS[severity.value]
        return CreateLabel(name, color, description)
    if is_mark(name):
        mark = MARKS[name.casefold()]
        return CreateLabel(mark.label, mark.color, mark.description)
    phase = next(item for item in PHASES.values() if item.label.casefold() == name.casefold())
    return CreateLabel(phase.label, phase.color, phase.description)


def _sticky(
    judged: Judged, clocks: Sequence[Clock], snapshot: Snapshot, templates: Mapping[str, str], last: str
) -> list[Effect]:
    """The one comment that shows the state: made, edited, and later twins of ours removed."""
    bug = judged.bug
    issue = bug.issue
    body = render_sticky(bug, judged.gates, clocks, snapshot.repository, templates, last)
    ours = own_comments(issue.comments, snapshot.repository.viewer, STICKY_MARKER)
    if not ours:
        if issue.state is IssueState.OPEN:
            return [CreateComment(issue.id, issue.number, STICKY_MARKER, dated(body, bug.now))]
        return []
    effects: list[Effect] = [DeleteComment(twin.id) for twin in ours[1:]]
    if undated(ours[0].body) != undated(body):
        effects.append(EditComment(ours[0].id, dated(body, bug.now)))
    return effects
