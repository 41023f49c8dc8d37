"""Effects in words, for logs, summaries and the demonstration: what was written, and where.

Words are plain text on one line; nothing of a comment's or document's content is repeated.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from bugaction.plan import (
    AddAssignees,
    AddLabels,
    AppendLedger,
    BringDocuments,
    CloseIssue,
    CommitFiles,
    CreateComment,
    CreateIssue,
    CreateLabel,
    DeleteComment,
    DispatchWorkflow,
    EditComment,
    EditIssue,
    Effect,
    Notify,
    OpenPull,
    React,
    RemoveLabels,
    ReopenIssue,
    RevertPull,
    SetCheckRun,
    SetStatus,
    StartRecords,
)

__all__ = ["count", "effect_kind", "narrate"]

_KINDS: dict[type[Effect], str] = {
    AddAssignees: "add-assignees",
    AddLabels: "add-labels",
    AppendLedger: "append-ledger",
    BringDocuments: "bring-documents",
    CloseIssue: "close-issue",
    CommitFiles: "commit-files",
    CreateComment: "create-comment",
    CreateIssue: "create-issue",
    CreateLabel: "create-label",
    DeleteComment: "delete-comment",
    DispatchWorkflow: "dispatch-workflow",
    EditComment: "edit-comment",
    EditIssue: "edit-issue",
    Notify: "notify",
    OpenPull: "open-pull",
    React: "react",
    RemoveLabels: "remove-labels",
    ReopenIssue: "reopen-issue",
    RevertPull: "revert-pull",
    SetCheckRun: "set-check-run",
    SetStatus: "set-status",
    StartRecords: "start-records",
}


def effect_kind(effect: Effect) -> str:
    """The effect's stable name in outputs."""
    return _KINDS[type(effect)]


def narrate(effect: Effect) -> str:  # noqa: C901 - one branch an effect
    """The effect as a short line without a full stop: `label P1 added to #42`."""
    match effect:
        case SetStatus(oid=oid, context=context, state=state, description=text):
            return f"{context} is {state} on {oid[:7]}: {text}"
        case SetCheckRun(oid=oid, name=name, state=state, title=text):
            return f"check run {name} is {state} on {oid[:7]}: {text}"
        case StartRecords(branch=branch):
            return f"records branch {branch} started"
        case AppendLedger(branch=branch, lines=lines):
            return f"{count(len(lines), 'decision')} recorded on {branch}"
        case CommitFiles(branch=branch, files=files, fallback=fallback):
            made = [file.path for file in files if file.text is not None]
            gone = [file.path for file in files if file.text is None]
            said = [f"{_listed(made)} committed to {branch}"] if made or not gone else []
            said += (
                [f"{_listed(gone)} removed from {branch}, whose history keeps what was there"] if gone else []
            )
            said += ["GitHub refused that on the default branch"] if branch == fallback else []
            return "; ".join(said)
        case BringDocuments(branch=branch, files=files):
            return f"{_listed([file.path for file in files])} put on {branch}"
        case OpenPull(branch=branch, base=base):
            return f"pull request opened from {branch} to {base}"
        case RevertPull(pull=pull):
            return f"pull request opened that takes #{pull} back"
        case DispatchWorkflow(workflow=workflow, ref=ref):
            return f"workflow {workflow} started on {ref}"
        case CreateComment(number=number):
            return f"comment written on #{number}"
        case CreateIssue(number=number):
            return f"issue opened that follows up on #{number}"
        case EditComment():
            return "comment brought up to date"
        case EditIssue(number=number):
            return f"what waits for whom brought up to date in #{number}"
        case DeleteComment():
            return "doubled comment removed"
        case CreateLabel(name=name):
            return f"label {name} created"
        case AddLabels(number=number, names=names):
            return f"label {_listed(names)} added to #{number}"
        case RemoveLabels(number=number, names=names):
            return f"label {_listed(names)} removed from #{number}"
        case AddAssignees(number=number, logins=logins):
            return f"{_listed(logins)} assigned to #{number}"
        case CloseIssue(number=number, original=original):
            return f"#{number} closed as {'a duplicate' if original else 'completed'}"
        case ReopenIssue(number=number):
            return f"#{number} opened again"
        case React(content=content):
            return f"reaction {content.lower().replace('_', ' ')} to a comment"
        case Notify(event=event, number=number, audiences=audiences):
            return f"notification {event} of #{number} for {_listed(audiences)}"
        case _:  # pragma: no cover - the type checker proves that nothing is left
            assert_never(effect)


def count(number: int, word: str) -> str:
    """`1 read`, `2 reads`."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def _listed(words: Iterable[str]) -> str:
    items = list(words)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else "nothing"
