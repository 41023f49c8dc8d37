"""What the accepted `/root-cause` commands come to: the ledger knows which, their comments hold the words.

The words of a comment count as they stand in it now, if they were accepted as they stand. Otherwise somebody
changed them who may not, or took them out or the comment away: then the last accepted ones stay wherever they
were written down, since an edited or deleted comment changes no decision.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from bugaction.commands.parse import Call
from bugaction.explanation import HEADINGS, Explanation, split
from bugaction.model import LedgerFile, LedgerLine, RecordKind
from bugaction.snapshot import BugFacts, Comment, PullRequest
from bugaction.state import commands_in_force

__all__ = ["NAME", "CallsOf", "evidence_of", "explanations", "text_of"]

NAME = "root-cause"

CallsOf = Callable[[str], tuple[Call, ...]]
"""The commands in a comment's text."""

_PLACE = re.compile(r"#issuecomment-([0-9]{1,19})\Z")


def text_of(call: Call) -> str:
    """All of a command's words: those behind it, and those below."""
    return "\n\n".join(part for part in (call.tail, call.text) if part)


def evidence_of(comment: Comment, call: Call, at: datetime, ledger: LedgerFile, calls_of: CallsOf) -> str:
    """The key that a command, said at that time, is judged under: its comment and its meaning.

    Words that an edit puts back, after others were accepted in their place, are said anew. So their key has
    the time of that edit besides, and they are judged once more, by who made it.
    """
    key = f"{comment.id}#{call.digest}"
    if call.name != NAME or ledger.find(key, RecordKind.COMMAND) is None:
        return key
    last = _last(line for line in ledger.accepted(RecordKind.COMMAND) if _comment_of(line) == comment.id)
    said = {each.digest for each in calls_of(comment.body) if each.name == NAME}
    if not last or last[0].at >= at or any(_digest(line) in said for line in last):
        return key
    return f"{key}@{at.isoformat()}"


def explanations(facts: BugFacts, pulls: Iterable[PullRequest], calls_of: CallsOf) -> tuple[Explanation, ...]:
    """What was accepted on the issue and on these pull requests, a comment each, oldest first.

    Comments of a pull request that was not read are taken for gone: what a document holds of them stays.
    """
    talks = (facts.issue.comments, *(pull.comments for pull in pulls))
    known = {comment.id: comment for comments in talks for comment in comments}
    in_force = {line.evidence for line in commands_in_force(facts.ledger)}
    told: dict[str, list[LedgerLine]] = {}
    for line in facts.ledger.accepted(RecordKind.COMMAND):
        if line.data.get("name") == NAME:
            told.setdefault(_comment_of(line), []).append(line)
    found: list[Explanation] = []
    for id_, lines in told.items():
        last = _last(lines)
        place = _PLACE.search(last[0].data.get("url", ""))
        if place is None:
            continue
        comment = known.get(id_)
        calls = calls_of(comment.body) if comment is not None else ()
        found.append(
            Explanation(
                comment=int(place[1]),
                author=last[0].actor,
                at=last[0].at,
                url=last[0].data["url"],
                words=_words([call for call in calls if call.name == NAME], lines, in_force),
                editor=last[0].data.get("editor", ""),
            )
        )
    return tuple(sorted(found, key=lambda item: item.comment))


def _words(
    calls: Sequence[Call], lines: Sequence[LedgerLine], in_force: set[str]
) -> Mapping[str, str] | None:
    """The words of one comment by section, as `Explanation.words`; `calls` are those that it holds now."""
    waiting = {_digest(line) for line in _last(lines) if line.evidence in in_force}
    if not waiting:
        return {}
    if waiting - {call.digest for call in calls}:
        return None
    accepted = {_digest(line) for line in lines if line.evidence in in_force}
    parts = [split(text_of(call)) for call in calls if call.digest in accepted]
    whole = {id_: [part[id_] for part in parts if id_ in part] for id_ in HEADINGS}
    return {id_: "\n\n".join(words) for id_, words in whole.items() if words}


def _last(lines: Iterable[LedgerLine]) -> tuple[LedgerLine, ...]:
    """The newest accepted words of a comment: more than one where it was given several commands at once."""
    told = [line for line in lines if line.data.get("name") == NAME]
    newest = max((line.at for line in told), default=None)
    return tuple(line for line in told if line.at == newest)


def _comment_of(line: LedgerLine) -> str:
    """The comment's node id."""
    return line.evidence.rpartition("#")[0]


def _digest(line: LedgerLine) -> str:
    return line.evidence.rpartition("#")[2].partition("@")[0]
