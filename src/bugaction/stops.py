"""What stops a decision, or keeps it from being recorded: the reason, and the words for people."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bugaction.assembly import MOST_FIXES, Assembled
from bugaction.config import ConfigProblem, Loaded
from bugaction.links import MOST_LINKS, Ties
from bugaction.model import LedgerFile, LedgerLine
from bugaction.plan import Level, Notice, Reason
from bugaction.policy import Policy
from bugaction.records import RECORDS_BRANCH, bug_name, foreign_lines, ledger_path, links_path
from bugaction.scope import PassedOver, Scope
from bugaction.snapshot import PullRequest, Snapshot
from bugaction.tracking import Since
from bugaction.verdicts import Held

__all__ = [
    "MOST_SHARING",
    "archived",
    "held",
    "incomplete",
    "is_crowded",
    "overlooked",
    "overrun",
    "undecidable",
    "unreadable",
    "unrecognised",
    "unwritable",
]

_RESTORE = (
    "Reset the branch to our last commit before that (what a person puts back by a commit of their own does "
    "not count), or run the workflow with the command start-records: what is there then counts as it "
    "is, and commands that still stand in comments are judged anew."
)

MOST_SHARING = 25
"""Open pull requests on one commit whose verdicts are worked out: each costs a request of two points, and
the same commit is seldom offered to more than a few branches."""


def archived(snapshot: Snapshot) -> Notice:
    name = snapshot.repository.full_name
    return Notice(Level.WARNING, f"{name} is archived and can only be read: nothing was written.")


def held(
    loaded: Loaded, since: Since, stale: Sequence[str], *, too_deep: bool
) -> tuple[Held | None, Reason, tuple[Notice, ...]]:
    """Why nothing can be decided, if so, with what to say about it."""
    if loaded.policy is None:
        first = loaded.problems[0]
        notices = tuple(_notice(problem) for problem in loaded.problems)
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
    if too_deep:
        text = (
            "Undecided: the links from here go too deep to follow; name fewer issues in its text, or /unlink "
            "some, then comment /recheck"
        )
        notice = Notice(
            Level.ERROR,
            "Nothing was decided, because one link led to the next (pull requests name issues, whose records "
            "name pull requests, which name issues) further than a run follows them. Name fewer issues in "
            "these pull requests, or /unlink those that they do not fix; then comment /recheck. Where they "
            "name few, please report this.",
        )
        return Held(text, everybody=True), Reason.UNDECIDED_TOO_DEEP, (notice,)
    if since.foreign:
        text = "Undecided: meta.json on bugaction/records is not ours; reset the branch, or run start-records"
        notice = Notice(
            Level.ERROR,
            "The file meta.json on the branch bugaction/records says from when on bugs count, and the commit "
            "that wrote it is not ours by its author and GitHub's signature: somebody else wrote it, or this "
            f"run acts as another account than the one that did. {_RESTORE}",
        )
        return Held(text), Reason.RECORDS_MISSING, (notice,)
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


def _notice(problem: ConfigProblem) -> Notice:
    """An annotation at its place; of a file elsewhere, where there is none to annotate, the place in
    words."""
    if problem.repository:
        return Notice(Level.ERROR, str(problem))
    return Notice(Level.ERROR, problem.message, problem.file, problem.line, problem.column)


def incomplete(assembled: Mapping[int, Assembled]) -> tuple[Notice, ...]:
    """A word on each bug that decisions are gone of."""
    return tuple(
        Notice(
            Level.ERROR,
            f"Nothing is decided on {item.bug.name}, because its ledger on bugaction/records does not hold "
            f"what it held: {item.lost}. {_RESTORE}",
        )
        for item in assembled.values()
        if item.lost
    )


def undecidable(
    pull: PullRequest, ties: Ties, hinted: Collection[int], scope: Scope, snapshot: Snapshot
) -> str:
    """Why it cannot be told what a pull request fixes, or whether that holds; "" where it can.

    Out of reach is not out of mind: whatever cannot be read might be what holds the merge. `hinted` are the
    bugs that our own statuses on it point to: their ledgers may know of a link that nothing else tells of.
    """
    if pull.links is not None and pull.links.unreadable:
        what = f"the record of its links cannot be read: {pull.links.unreadable}"
        return f"Undecided: {what}. Shorten or restore it, then comment /recheck"
    gone = [bug for bug in pull.recorded if bug in snapshot.answers.missing and bug in ties.linked]
    if gone:
        return f"Undecided: it was linked to {bug_name(gone[0])}, and issue #{gone[0]} is gone"
    if len({*ties.linked, *ties.unlinked}) >= MOST_LINKS:
        return f"Undecided: it names {MOST_LINKS} issues or more; name those that it fixes"
    lost = [bug for bug in (*ties.linked, *sorted(hinted)) if bug in scope.unreadable]
    if lost:
        why = scope.unreadable[lost[0]].ledger.unreadable
        what = f"the ledger of {bug_name(lost[0])} cannot be read: {why}"
        return f"Undecided: {what}. Shorten or restore it, then comment /recheck"
    if is_crowded(pull):
        return "Undecided: too many pull requests offer this commit, or they cannot be read; push another one"
    return ""


def is_crowded(pull: PullRequest) -> bool:
    """Whether it is not known, or takes too much to know, which others share the pull request's head."""
    return pull.sharing is not None and (pull.sharing_cut or len(pull.sharing) > MOST_SHARING)


def overlooked(found: PassedOver) -> str:
    """What stands on a pull request that is not read because too many fix its bug."""
    return (
        f"Undecided: {found.among} open pull requests name #{found.bug}, not all are looked at; "
        "close some, or comment /recheck on this one"
    )


def overrun(scope: Scope) -> tuple[Notice, ...]:
    """A word on each bug that so many pull requests name."""
    counted: dict[PassedOver, list[int]] = {}
    for number, found in scope.passed_over.items():
        counted.setdefault(found, []).append(number)
    return tuple(
        Notice(
            Level.WARNING,
            f"{found.among} open pull requests name #{found.bug}. The {MOST_FIXES} oldest were looked at, "
            f"and {len(numbers)} newer ones are held until a run is about them: close those that are no fix, "
            "/unlink them from the bug, or comment /recheck on the one that is.",
        )
        for found, numbers in counted.items()
    )


def unreadable(scope: Scope, snapshot: Snapshot, policy: Policy) -> tuple[Notice, ...]:
    """What to do about each file of decisions that this run needs and that cannot be read."""
    root = policy.documents.root
    found = [
        _unreadable(ledger_path(root, number), facts.ledger, f"the pull requests that fix {bug_name(number)}")
        for number, facts in scope.unreadable.items()
    ]
    for number in scope.pulls:
        links = snapshot.pulls[number].links
        if links is not None and links.unreadable:
            found.append(_unreadable(links_path(root, number), links, f"pull request #{number}"))
    return tuple(found)


def _unreadable(path: str, file: LedgerFile, held_up: str) -> Notice:
    return Notice(
        Level.ERROR,
        f"{path} on the branch {RECORDS_BRANCH} cannot be read: {file.unreadable}. It should be a text of at "
        "most 512 KB. Either commit it without lines that decide nothing (refused commands; the lines that "
        "stay keep their author), or set the branch back to its last commit in which the file was whole. "
        f"Until then {held_up} cannot be decided, and nothing is written to the file.",
    )


def unrecognised(assembled: Mapping[int, Assembled]) -> str:
    """Why recording again would not help: the decision stands in the ledger, in a commit that is not ours.

    So it looks where GitHub does not sign our commits. To append once more, run after run, would only make
    the file grow.
    """
    for item in assembled.values():
        if item.lost:
            continue
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
