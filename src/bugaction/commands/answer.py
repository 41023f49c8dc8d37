"""Answers to commands.

A reaction (GraphQL's `ReactionContent`) for each comment: `ROCKET` for what was carried out, `CONFUSED` for
what was not. A reply comes besides when a command of ours was refused, when an issue's comment holds an
unknown one, for `/help`, and where a command that was carried out has something to say (`Command.said`). On a
pull request unknown words belong to other tools; a slip of the pen (a near match) gets the reaction alone.
What is answered follows from the ledger, so an answer that got lost is made good.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bugaction.commands import COMMANDS
from bugaction.escaping import inline, remark
from bugaction.model import Actor, LedgerFile, LedgerLine, RecordKind
from bugaction.policy import Policy
from bugaction.snapshot import Comment

__all__ = ["ANSWERS", "LONGEST_REPLY", "Reaction", "Reply", "Thread", "doubled", "respond"]

ANSWERS = frozenset({"ROCKET", "CONFUSED"})
"""What we react with: carried out, or not."""

LONGEST_REPLY = 65_536
"""Code points of a comment: GitHub refuses more, "Body is too long (maximum is 65536 characters)"."""

_REPLY = "<!-- bugaction:reply:"


@dataclass(frozen=True, slots=True)
class Reply:
    """A comment to write. `subject` is the node id of the issue or pull request; `body` carries `marker`."""

    subject: str
    number: int
    marker: str
    body: str


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction to give; `subject` is the comment's node id, `content` GraphQL's `ReactionContent`."""

    subject: str
    content: str


@dataclass(frozen=True, slots=True)
class Thread:
    """An issue or a pull request with its comments."""

    subject: str
    number: int
    comments: tuple[Comment, ...]
    is_pull: bool = False
    is_merged: bool = False


def _is_unknown(line: LedgerLine) -> bool:
    return not line.accepted and line.data.get("name", "") not in COMMANDS


def _content(line: LedgerLine, *, is_pull: bool) -> str | None:
    """The reaction that a decision asks for."""
    if line.accepted:
        return "ROCKET"
    if is_pull and _is_unknown(line) and "near" not in line.data:
        return None
    return "CONFUSED"


def _wants_reply(line: LedgerLine, *, is_pull: bool) -> bool:
    if line.accepted:
        return line.data.get("name") == "help" or bool(_said(line))
    return not (is_pull and _is_unknown(line))


def _said(line: LedgerLine) -> str:
    """What a command that was carried out says."""
    command = COMMANDS.get(line.data.get("name", ""))
    return command.said(line) if command is not None else ""


def _marker(line: LedgerLine) -> str:
    return f"{_REPLY}{hashlib.sha256(line.evidence.encode()).hexdigest()[:16]} -->"


def _answer(line: LedgerLine, policy: Policy, server: str) -> str:
    """What a reply says of one command; `server` is GitHub's origin, below which links are kept."""
    if not line.accepted:
        return f"`/{line.data.get('name', '')}` was not carried out: {remark(line.why, server)}"
    if said := _said(line):
        return said
    holds = f" (role {line.role})" if line.role is not None else ""
    rows = [
        f"- `{command.usage}`: {command.summary}"
        for command in COMMANDS.values()
        if line.role is None or line.role >= command.least(policy)
    ]
    return "\n".join((f"Commands that {inline(line.actor)}{holds} may use here:", "", *rows))


def _reply(owed: Sequence[LedgerLine], answers: Iterable[str]) -> str:
    """One comment with these answers, each once; what does not fit into it is counted at its end."""
    markers = "\n".join(_marker(line) for line in owed)
    kept = list(dict.fromkeys(answers))
    left = 0
    while True:
        body = markers + "\n" + "\n\n".join([*kept, *_more(left)]) + "\n"
        if len(body) <= LONGEST_REPLY or not kept:
            return body
        kept.pop()
        left += 1


def _more(left: int) -> tuple[str, ...]:
    """What is said of answers that do not fit."""
    if left == 0:
        return ()
    if left == 1:
        return ("One more answer does not fit into a comment: the decision is in the bug's ledger.",)
    return (f"{left} more answers do not fit into a comment: the decisions are in the bug's ledger.",)


def _answers(
    thread: Thread, comment: Comment, lines: Sequence[LedgerLine], new: frozenset[str], our_words: str
) -> Iterator[LedgerLine]:
    """The decisions on a comment that a reply is still owed for.

    The reaction comes after the reply, so where it stands the reply was written, even if somebody has
    deleted it since.
    """
    for line in lines:
        answered = _content(line, is_pull=thread.is_pull) in comment.reactions
        if not _wants_reply(line, is_pull=thread.is_pull) or _marker(line) in our_words:
            continue
        if line.evidence in new or not answered:
            yield line


def doubled(threads: Iterable[Thread], viewer: Actor) -> tuple[str, ...]:
    """Our replies that another of ours says already, by node id: the lowest database id of each stays.

    A request that was given up may still be carried out behind the one that took its place, and two runs may
    answer at once.
    """
    later: list[str] = []
    for thread in threads:
        seen: set[str] = set()
        for comment in sorted(thread.comments, key=lambda item: item.database_id):
            marker = comment.body.partition("\n")[0]
            if not viewer.is_same(comment.author.login) or not marker.startswith(_REPLY):
                continue
            if marker in seen:
                later.append(comment.id)
            seen.add(marker)
    return tuple(later)


def respond(
    threads: Iterable[Thread], ledger: LedgerFile, new: frozenset[str], policy: Policy, viewer: Actor
) -> tuple[tuple[Reply, ...], tuple[Reaction, ...]]:
    """The answers that the ledger's decisions on these comments still lack.

    `new` is the evidence of this run's decisions.
    """
    by_comment: dict[str, list[LedgerLine]] = {}
    for line in ledger.lines:
        if line.kind is RecordKind.COMMAND:
            by_comment.setdefault(line.evidence.rpartition("#")[0], []).append(line)
    replies: list[Reply] = []
    reactions: list[Reaction] = []
    for thread in threads:
        ours = "\n".join(item.body for item in thread.comments if item.author.is_same(viewer.login))
        for comment in thread.comments:
            lines = by_comment.get(comment.id, [])
            owed = list(_answers(thread, comment, lines, new, ours))
            if owed:
                server = "/".join(comment.url.split("/")[:3])
                body = _reply(owed, [_answer(line, policy, server) for line in owed])
                replies.append(Reply(thread.subject, thread.number, _marker(owed[0]), body))
            contents = {_content(line, is_pull=thread.is_pull) for line in lines} - {None}
            reactions += [
                Reaction(comment.id, content)
                for content in sorted(content for content in contents if content is not None)
                if content not in comment.reactions
            ]
    return tuple(replies), tuple(reactions)
