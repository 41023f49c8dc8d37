"""Judges the boxes that people tick in the sticky comment: each as their `/attest`, once.

Whose word a tick is, is told by the comment's edit history alone:

- An edit counts where it changed nothing but boxes, of a text that differs from our own last version in
  nothing but boxes: then its editor saw what we wrote. So neither a text that somebody else put there nor a
  box that somebody else invented makes a word of anybody. Each of several edits is judged by its own
  difference.
- People count, and apps on `people.bots`; other apps are refused, and our own edits say nothing. Where a
  version is missing or its editor unknown, nobody can be named, and the box is drawn as the ledger has it.
- An edit's box is judged once, by the version's id: later rights do not revive a tick that was refused.
- An emptied box takes its editor's own earlier attestation back, as `/undo` does, and nobody else's.

What stands behind our newest version is judged from the facts alone: the history is asked for where
somebody else edited last and a box differs from the ledger. An edit before our newest version is one that a
run drew over which had read the comment earlier. It counts where the event tells of that very text, which
nobody has put there since, and otherwise not: so nobody's word comes back long after they saw their box
empty, neither by itself nor by somebody who pastes the text of that time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bugaction.boxes import Box, Toggle, boxes, plain, toggled
from bugaction.commands import COMMANDS
from bugaction.commands.attest import ATTESTABLE, Rule
from bugaction.commands.base import Accepted, Context, RoleOf
from bugaction.commands.judge import Surroundings
from bugaction.model import ANYONE, Actor, LedgerFile, LedgerLine, RecordKind, Role
from bugaction.policy import Policy
from bugaction.snapshot import BugFacts, Comment, Edit, PullRequest
from bugaction.state import last_word, planned, unlinked_pulls
from bugaction.tracking import STICKY_MARKER, own_comments

__all__ = ["Heard", "hear", "is_tick", "tick_remarks"]

_BY = "by"
_TICK = "tick"
_NEWEST = "newest"
_UNTOLD: Mapping[int, str] = {}


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of the ticks. While `ask` holds logins, or `asks_edits` the node id of a comment whose
    edits have to be read, the rest is provisional."""

    new_lines: tuple[LedgerLine, ...] = ()
    ask: frozenset[str] = frozenset()
    asks_edits: str = ""


def is_tick(line: LedgerLine) -> bool:
    """Whether a decision is on a box, ticked or emptied."""
    return line.data.get(_BY) == _TICK


def hear(
    facts: BugFacts,
    pulls: Sequence[PullRequest],
    policy: Policy,
    role_of: RoleOf,
    viewer: Actor,
    around: Surroundings,
    *,
    confidential: bool = False,
    edited: Mapping[int, str] = _UNTOLD,
    rules: Mapping[str, Rule] = ATTESTABLE,
) -> Heard:
    """Judge the boxes of a bug's sticky comment. `pulls` are the open ones that fix it or were unlinked.

    `edited` holds the text that the event says a comment was given by an edit, by its database id; `rules`
    say what can be ticked.
    """
    ours = own_comments(facts.issue.comments, viewer, STICKY_MARKER)
    if not ours:
        return Heard()
    comment = ours[0]
    if comment.edits is None:
        is_needed = comment.database_id in edited or _is_touched(comment, facts.ledger, viewer)
        return Heard(asks_edits=comment.id if is_needed else "")
    heads: dict[str, tuple[int, ...]] = {}
    for pull in pulls:
        heads[pull.head_oid] = (*heads.get(pull.head_oid, ()), pull.number)
    context = Context(
        policy=policy,
        author="",
        role=None,
        at=comment.at,
        issue_url=facts.issue.url,
        confidential=confidential,
        heads=heads,
        contributors=around.contributors,
        fixes=around.fixes,
        role_of=role_of,
        bug=facts.issue.number,
        catalogue=COMMANDS,
    )
    bench = _Bench(facts.ledger, context, comment.url, rules)
    for edit, change in _said(comment, viewer, edited.get(comment.database_id)):
        if edit.editor != ANYONE:
            bench.hear(edit, change)
    return Heard(tuple(bench.new_lines), frozenset(bench.ask))


def _is_touched(comment: Comment, ledger: LedgerFile, viewer: Actor) -> bool:
    """Whether somebody else edited last, and a box says something else than the ledger.

    A word that is older than the edit may have ceased to count before: then the box was drawn empty.
    """
    if comment.editor is None or comment.editor.is_same(viewer.login):
        return False
    spoken, edited = planned(ledger).spoken, comment.edited_at
    words = (
        (box.ticked, last_word(spoken, box.box.requirement, box.box.head)) for box in boxes(comment.body)
    )
    return any(
        ticked is (word is None) or (ticked and word is not None and edited is not None and word.at < edited)
        for ticked, word in words
    )


def _said(comment: Comment, viewer: Actor, told: str | None) -> Iterator[tuple[Edit, Toggle]]:
    """What the edits ticked and emptied, oldest first: those whose editor saw what we wrote, and which stand
    behind our newest version or have the text that was told.

    Nothing, where the newest version is not the comment as it stands: then the list is not what we take it
    for.
    """
    versions = tuple(reversed(comment.edits or ()))
    if not versions or versions[-1].body is None or plain(versions[-1].body) != plain(comment.body):
        return
    newest = max((at for at, each in enumerate(versions) if each.editor.is_same(viewer.login)), default=-1)
    told_of = max((at for at, each in enumerate(versions) if _is_told(each, told, viewer)), default=-1)
    drawn: str | None = None
    before: str | None = None
    for place, version in enumerate(versions):
        if version.editor.is_same(viewer.login):
            drawn = version.body
        elif drawn is not None and before is not None and version.body is not None:
            seen, changed = toggled(drawn, before), toggled(before, version.body)
            if seen is not None and (place > newest or place == told_of):
                yield from ((version, change) for change in changed or ())
        before = version.body


def _is_told(version: Edit, told: str | None, viewer: Actor) -> bool:
    """Whether somebody else's version has the text that was told."""
    if told is None or version.body is None or version.editor.is_same(viewer.login):
        return False
    return plain(told) == plain(version.body)


class _Bench:
    """The ticks of one comment being judged in order, each in the light of the earlier ones."""

    def __init__(self, ledger: LedgerFile, context: Context, url: str, rules: Mapping[str, Rule]) -> None:
        """`context` is what a command may look at, before it is known whose word it is."""
        self._stored = ledger
        self._context = context
        self._policy = context.policy
        self._url = url
        self._rules = rules
        self.new_lines: list[LedgerLine] = []
        self.ask: set[str] = set()

    @property
    def _ledger(self) -> LedgerFile:
        return replace(self._stored, lines=(*self._stored.lines, *self.new_lines))

    def hear(self, edit: Edit, change: Toggle) -> None:
        """Judge one box of one edit, unless it was judged before or a role has to be known first."""
        box, login = change.box, edit.editor.login
        rule = self._rules.get(box.requirement)
        if rule is None or not rule.tick or bool(box.head) is not rule.per_commit:
            return
        evidence = f"{edit.id}#{box.requirement}" + (f"@{box.head}" if box.head else "")
        if self._ledger.find(evidence, RecordKind.COMMAND) is not None:
            return
        earlier = [said for said in planned(self._ledger).spoken if said.at <= edit.at]
        standing = last_word(earlier, box.requirement, box.head)
        if not change.ticked and standing is None:
            return
        role: Role | None = None
        if not edit.editor.is_bot:
            role = self._context.role_of(login)
            if role is None:
                self.ask.add(login)
                return
        line = LedgerLine(
            kind=RecordKind.COMMAND,
            evidence=evidence,
            actor=login,
            at=edit.at,
            accepted=False,
            role=role,
            data={
                "name": "attest" if change.ticked else "undo",
                _BY: _TICK,
                "requirement": box.requirement,
                **({"head": box.head} if box.head else {}),
                "url": self._url,
            },
        )
        least = COMMANDS["attest"].least(self._policy)
        if edit.editor.is_bot and not self._policy.people.is_listed_bot(login):
            self.new_lines.append(replace(line, why="it is an app that `people.bots` does not list."))
        elif role is not None and role < least:
            why = f"it needs the role {least} or above, and {login} has {role}."
            self.new_lines.append(replace(line, why=why))
        elif change.ticked:
            self.new_lines.append(self._attested(line, box))
        elif standing is not None:  # pragma: no branch - an emptied box without a word has returned above
            self.new_lines.append(self._taken_back(line, box, standing))

    def _attested(self, line: LedgerLine, box: Box) -> LedgerLine:
        """The word of somebody whose role allows it."""
        rule, unlinked = self._rules[box.requirement], unlinked_pulls(self._ledger).keys()
        if box.head and unlinked >= {*self._context.heads.get(box.head, ())}:
            newest = {**line.data, _NEWEST: " ".join(sorted(self._context.heads))}
            why = f"{box.head[:7]} is no longer the newest commit of a fix."
            return replace(line, why=why, data=newest)
        context = replace(
            self._context, author=line.actor, role=line.role, at=line.at, unlinked=frozenset(unlinked)
        )
        note = f"{box.head} {rule.tick}" if box.head else rule.tick
        ruling = rule.check(box.requirement, note, context)
        if isinstance(ruling, Accepted):
            return replace(line, accepted=True, data={**line.data, **ruling.data})
        return replace(line, why=f"{ruling.text}.")

    def _taken_back(self, line: LedgerLine, box: Box, standing: LedgerLine) -> LedgerLine:
        """The editor's own newest word for it, where they gave one that stands."""
        own = [
            said
            for said in planned(self._ledger).spoken
            if said.at <= line.at and said.actor.casefold() == line.actor.casefold() and _box_of(said) == box
        ]
        if not own:
            return replace(line, why=f"only {standing.actor}, who attested it, can take that back.")
        data = {**line.data, "undoes": own[-1].evidence, "undone": "attest"}
        return replace(line, accepted=True, data=data)


def _box_of(line: LedgerLine) -> Box:
    return Box(line.data.get("requirement", ""), line.data.get("head", ""))


def tick_remarks(ledger: LedgerFile, heads: frozenset[str]) -> tuple[str, ...]:
    """Why boxes are drawn otherwise than people left them, while that matters: one sentence a box and person.

    `heads` are those of the open fixes. A refused tick is told until somebody attests it, and until the next
    push where it is for a commit; a box that somebody else emptied, while it stands attested.
    """
    spoken = planned(ledger).spoken
    found: dict[tuple[Box, str, str], str] = {}
    for line in ledger.lines:
        box = _box_of(line)
        then = {box.head, *line.data.get(_NEWEST, "").split()}
        if line.accepted or not is_tick(line) or (box.head and heads.isdisjoint(then)):
            continue
        is_attested = any(last_word(spoken, box.requirement, head) for head in then)
        was_ticked = line.data.get("name") == "attest"
        if is_attested is not was_ticked:
            deed = "ticked" if was_ticked else "emptied"
            place = f" at {box.head[:7]}" if box.head else ""
            key = (box, line.actor.casefold(), deed)
            found[key] = (
                f"{line.actor} {deed} the box `{box.requirement}`{place}, which does not count: {line.why}"
            )
    return tuple(found.values())
