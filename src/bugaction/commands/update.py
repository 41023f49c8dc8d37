"""`/update`: something that happened, as a line of the bug's timeline.

Unlike other commands it decides nothing, so what counts is what its comment says now: an edit changes the
lines of that comment and no other, and what is taken out, or goes with the comment, is told no more. The
ledger keeps every wording.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bugaction.commands.base import Accepted, Command, Context, Problem, Ruling, Undoing
from bugaction.commands.parse import Call, parse_calls
from bugaction.model import LedgerFile, LedgerLine, Role
from bugaction.moment import parse_moment
from bugaction.policy import Policy
from bugaction.snapshot import Comment
from bugaction.state import commands_named

__all__ = ["Update", "standing_updates"]

_LONGEST = 300
_FARTHEST = timedelta(days=366)
_MOST_WORDS = 4
"""Of a time: `2026-11-24 2:05 PM UTC`."""


class Update(Command):
    """Adds a line to the timeline."""

    name = "update"
    usage = "/update [TIME] TEXT"
    summary = (
        "Adds a line to the timeline: what GitHub could not see. The time is the comment's, or one that is "
        "over: `14:05`, or a day and a time, in UTC where no offset stands behind it. Whoever edits the "
        "comment changes its own lines."
    )
    example = "/update 14:05 support hears of it from three shops"
    personal = True
    undoing = Undoing.TAKEN_BACK

    def least(self, policy: Policy) -> Role:
        """As policy says for whoever plans."""
        return policy.people.plan

    def check(self, call: Call, context: Context) -> Ruling:
        """What happened, at a time that is over."""
        if context.confidential:
            text = "what happens with a confidential bug is told in its private advisory"
            return Problem(text, usage=False)
        moment, words = _parted(call.arguments, context.at)
        text = " ".join(words).lstrip("-–—:, ")
        if not text:
            return Problem("what happened is missing")
        if len(text) > _LONGEST:
            return Problem(f"the text is longer than {_LONGEST} characters", usage=False)
        if moment is None:
            return Accepted({"text": text})
        if not context.at - _FARTHEST <= moment <= context.at:
            return Problem("the time has to be over, and at most a year ago", usage=False)
        return Accepted({"time": moment.isoformat(), "text": text})


def _parted(words: Sequence[str], at: datetime) -> tuple[datetime | None, Sequence[str]]:
    """The time that the words begin with, None for none, and the others.

    A time without a day is the last one before `at`, which is in UTC as all of GitHub's.
    """
    for count in range(min(_MOST_WORDS, len(words)), 0, -1):
        said = " ".join(words[:count]).rstrip(",:")
        moment = parse_moment(said, at.date())
        if moment is not None:
            is_of_day = parse_moment(said) is None
            return moment - timedelta(days=int(is_of_day and moment > at)), words[count:]
    return None, words


def standing_updates(
    ledger: LedgerFile, comments: Iterable[Comment], issue_url: str
) -> tuple[LedgerLine, ...]:
    """The lines that are told: those that their comments hold now.

    While something in a comment was refused, what it said before is told as well. A comment on the issue that
    is not among these was deleted; one on a pull request may be on one that is not read, and its lines stay.
    """
    said = {comment.id: comment for comment in comments}
    lines = commands_named(ledger, Update.name)
    known = {line.evidence for line in lines}
    standing: list[LedgerLine] = []
    for line in lines:
        id_ = line.evidence.rpartition("#")[0]
        comment = said.get(id_)
        if comment is None:
            is_told = not line.data.get("url", "").startswith(f"{issue_url}#")
        else:
            calls = (call for call in parse_calls(comment.body) if call.name == Update.name)
            held = {f"{id_}#{call.digest}" for call in calls}
            is_told = line.evidence in held or not held <= known
        if is_told:
            standing.append(line)
    return tuple(standing)
