"""What stops a decision, or keeps it from being recorded: the reason, and the words for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bugaction.assembly import Assembled
from bugaction.config import Loaded
from bugaction.model import LedgerLine
from bugaction.plan import Level, Notice, Reason
from bugaction.records import foreign_lines
from bugaction.snapshot import Snapshot
from bugaction.tracking import Since
from bugaction.verdicts import Held

__all__ = ["archived", "held", "unrecognised", "unwritable"]


def archived(snapshot: Snapshot) -> Notice:
    name = snapshot.repository.full_name
    return Notice(Level.WARNING, f"{name} is archived and can only be read: nothing was written.")


def held(
    loaded: Loaded, since: Since, stale: Sequence[str]
) -> tuple[Held | None, Reason, tuple[Notice, ...]]:
    """Why nothing can be decided, if so, with what to say about it."""
    if loaded.policy is None:
        first = loaded.problems[0]
        notices = tuple(
            Notice(Level.ERROR, problem.message, problem.file, problem.line, problem.column)
            for problem in loaded.problems
        )
        text = f"Undecided: {first.words}"
        return Held(text), Reason.CONFIG_INVALID, notices
    if stale:
        behind = stale[0].rstrip(".")
        text = f"Undecided, GitHub's answers lag: {behind}; comment /recheck in a minute"
        notice = Notice(
            Level.ERROR,
            "Nothing was decided, because GitHub's answers lag behind the event: "
            f"{' '.join(stale)} Re-run this job, or comment /recheck on the issue.",
        )
        return Held(text, everybody=True), Reason.UNDECIDED_STALE, (notice,)
    if since.vanished:
        text = "Undecided: the branch bugaction/records is gone or unreadable; restore it, then re-run"
        notice = Notice(
            Level.ERROR,
            "The branch bugaction/records, which holds every decision, is gone or its meta.json cannot be "
            "read. Restore the branch from its last commit, or start new records with the workflow's "
            "command start-records: the commands that still stand in comments are then judged anew, and "
            "links that only the records knew are lost.",
        )
        return Held(text), Reason.RECORDS_MISSING, (notice,)
    return None, Reason.DONE, ()


def unrecognised(assembled: Mapping[int, Assembled]) -> str:
    """Why recording again would not help: the decision stands in the ledger, in a commit that is not ours.

    So it looks where GitHub does not sign our commits. To append once more, run after run, would only make
    the file grow.
    """
    for item in assembled.values():
        claimed = [_told(line) for line in foreign_lines(item.bug.facts.ledger)]
        if any(_told(line) in claimed for line in item.bug.unrecorded):
            return f"the ledger of {item.bug.name} holds them in commits that GitHub does not show as ours"
    return ""


def _told(line: LedgerLine) -> tuple[object, ...]:
    return (line.kind, line.evidence, line.actor, line.accepted, tuple(sorted(line.data.items())))


def unwritable(refusal: str) -> Notice:
    text = (
        f"Decisions cannot be recorded: {refusal}. No gate turns green on what is not "
        "recorded. The job needs `contents: write`, and no rule may keep it from bugaction/records."
    )
    return Notice(Level.ERROR, text)
