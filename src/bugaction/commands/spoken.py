"""What is said in comments: the commands that count, in the order in which they were said. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bugaction.commands import COMMANDS
from bugaction.commands.answer import Thread
from bugaction.commands.parse import Call, parse_calls
from bugaction.model import ANYONE, Actor, LedgerFile, RecordKind
from bugaction.policy import Policy
from bugaction.snapshot import Comment

__all__ = ["HEARD_FOR", "Spoken", "calls_of", "in_order", "speaks"]

HEARD_FOR = timedelta(days=1)
"""How long a word on a merged pull request can still be heard. What is said there is read by the runs that
are about it alone, so that an older word was missed, and may have been so for months: nobody expects it to be
carried out by the next remark on a page that was long left. Whoever sees no answer says it again."""

_TEXT_COMMANDS = frozenset(name for name, command in COMMANDS.items() if command.takes_text)


def calls_of(body: str) -> tuple[Call, ...]:
    """The commands in a comment's text, each with the text that it takes."""
    return parse_calls(body, _TEXT_COMMANDS, COMMANDS)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command in its comment; `at` is when it was said, `pull` on which pull request (0: on the issue)."""

    comment: Comment
    call: Call
    at: datetime
    pull: int


def _is_heard(actor: Actor, viewer: Actor, policy: Policy) -> bool:
    """Whether that account's comments count at all."""
    if actor.is_same(viewer.login):
        return False
    return not actor.is_bot or policy.people.is_listed_bot(actor.login)


def speaks(comment: Comment, viewer: Actor, policy: Policy) -> bool:
    """Whether the comment is somebody's word: its author's, and its last editor's where there is one."""
    people = (comment.author,) if comment.editor is None else (comment.author, comment.editor)
    return comment.author != ANYONE and all(_is_heard(person, viewer, policy) for person in people)


def in_order(
    threads: Iterable[Thread],
    since: datetime,
    viewer: Actor,
    policy: Policy,
    ledger: LedgerFile,
    now: datetime | None,
) -> list[Spoken]:
    """All commands that count, in the order in which they were said; on merged pull requests none without
    the time of the run, `now`."""
    judged = {line.evidence.rpartition("#")[0] for line in ledger.lines if line.kind is RecordKind.COMMAND}
    found = [
        Spoken(comment, call, comment.edited_at or comment.at, thread.number if thread.is_pull else 0)
        for thread in threads
        for comment in thread.comments
        if comment.at >= since and speaks(comment, viewer, policy)
        if not thread.is_merged or _is_in_time(comment, now, is_judged=comment.id in judged)
        for call in calls_of(comment.body)
    ]
    return sorted(found, key=lambda item: (item.at, item.comment.database_id, item.call.line))


def _is_in_time(comment: Comment, now: datetime | None, *, is_judged: bool) -> bool:
    """Whether a comment on a merged pull request is still heard.

    An edit makes it younger only where something in it was judged before: then the rest of it was read then,
    and what is new came by the edit.
    """
    said = comment.edited_at or comment.at if is_judged else comment.at
    return now is not None and now - said <= HEARD_FOR
