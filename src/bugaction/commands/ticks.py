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
- A box of a monitoring window is a `/verified` of that window. It names the deployment that it was drawn for,
  so that one on a page from before another deployment says nothing of what runs now.

What stands behind our newest version is judged from the facts alone: the history is asked for where
somebody else edited last and a box differs from the ledger. An edit before our newest version is one that a
run drew over which had read the comment earlier. It counts where the event tells of that very text, which
nobody has put there since, and otherwise not: so nobody's word comes back long after they saw their box
empty, neither by itself nor by somebody who pastes the text of that time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bugaction.boxes import MONITORING, Box, Toggle, boxes, plain, toggled
from bugaction.commands import COMMANDS
from bugaction.commands.attest import ATTESTABLE, Rule
from bugaction.commands.base import Accepted, Context, RoleOf
from bugaction.commands.judge import Surroundings
from bugaction.commands.verified import look
from bugaction.model import ANYONE, Actor, LedgerFile, LedgerLine, RecordKind, Role
from bugaction.monitoring import TICKED_FOR, Watch, looks_of
from bugaction.policy import Policy
from bugaction.rendering import iso
from bugaction.snapshot import BugFacts, Comment, Edit, PullRequest
from bugaction.state import planned, unlinked_pulls
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
        is_needed = comment.database_id in edited or _is_touched(comment, facts.ledger, viewer, around)
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
    bench = _Bench(facts.ledger, context, comment.url, rules, around.watch_of)
    for edit, change in _said(comment, viewer, edited.get(comment.database_id)):
        if edit.editor != ANYONE:
            bench.hear(edit, change)
    return Heard(tuple(bench.new_lines), frozenset(bench.ask))


def _is_touched(comment: Comment, ledger: LedgerFile, viewer: Actor, around: Surroundings) -> bool:
    """Whether somebody else edited last, and a box says something else than the ledger.

    A word that is older than the edit may have ceased to count before: then the box was drawn empty.
    """
    if comment.editor is None or comment.editor.is_same(viewer.login):
        return False
    edited = comment.edited_at
    words = ((each.ticked, word_for(each.box, ledger, around.watch_of)) for each in boxes(comment.body))
    return any(
        ticked is (word is None) or (ticked and word is not None and edited is not None and word.at < edited)
        for ticked, word in words
    )


def word_for(
    box: Box, ledger: LedgerFile, watch_of: Callable[[LedgerFile], Watch], at: datetime | None = None
) -> LedgerLine | None:
    """The word that stands for what a box is for, of those from until `at`; None where nobody gave one."""
    return next(reversed(_words(box, ledger, watch_of, at)), None)


def _words(
    box: Box, ledger: LedgerFile, watch_of: Callable[[LedgerFile], Watch], at: datetime | None
) -> list[LedgerLine]:
    """Every word for it until then, the one that decides last: of a window that is the first."""
    if not box.window:
        spoken = [line for line in planned(ledger).spoken if _box_of(line) == box]
        return [line for line in spoken if at is None or line.at <= at]
    watch = watch_of(ledger)
    if watch.deployed is None or iso(watch.deployed.at) != box.since:
        return []
    looks = looks_of(ledger, watch.deployed, watch.windows).get(box.window, ())
    return [line for line in reversed(looks) if at is None or line.at <= at]


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

    def __init__(
        self,
        ledger: LedgerFile,
        context: Context,
        url: str,
        rules: Mapping[str, Rule],
        watch_of: Callable[[LedgerFile], Watch],
    ) -> None:
        """`context` is what a command may look at, before it is known whose word it is."""
        self._stored = ledger
        self._context = context
        self._policy = context.policy
        self._url = url
        self._rules = rules
        self._watch_of = watch_of
        self.new_lines: list[LedgerLine] = []
        self.ask: set[str] = set()

    @property
    def _ledger(self) -> LedgerFile:
        return replace(self._stored, lines=(*self._stored.lines, *self.new_lines))

    def hear(self, edit: Edit, change: Toggle) -> None:
        """Judge one box of one edit, unless it was judged before or a role has to be known first."""
        box, login = change.box, edit.editor.login
        if not self._is_offered(box):
            return
        place = f"@{box.head or box.since}" if box.head or box.since else ""
        evidence = f"{edit.id}#{box.window or box.requirement}{place}"
        if self._ledger.find(evidence, RecordKind.COMMAND) is not None:
            return
        standing = word_for(box, self._ledger, self._watch_of, edit.at)
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
                "name": _name_of(box) if change.ticked else "undo",
                _BY: _TICK,
                **_data_of(box),
                "url": self._url,
            },
        )
        least = COMMANDS[_name_of(box)].least(self._policy)
        if edit.editor.is_bot and not self._policy.people.is_listed_bot(login):
            self.new_lines.append(replace(line, why="it is an app that `people.bots` does not list."))
        elif role is not None and role < least:
            why = f"it needs the role {least} or above, and {login} has {role}."
            self.new_lines.append(replace(line, why=why))
        elif change.ticked:
            judged = self._looked(line, box) if box.window else self._attested(line, box)
            self.new_lines.append(judged)
        elif standing is not None:  # pragma: no branch - an emptied box without a word has returned above
            self.new_lines.append(self._taken_back(line, box, standing))

    def _is_offered(self, box: Box) -> bool:
        """Whether we draw such a box."""
        if box.window:
            return True
        rule = self._rules.get(box.requirement)
        return rule is not None and bool(rule.tick) and bool(box.head) is rule.per_commit

    def _looked(self, line: LedgerLine, box: Box) -> LedgerLine:
        """The word of somebody whose role allows it, that production did well until then."""
        watch = self._watch_of(self._ledger)
        since = iso(watch.deployed.at) if watch.deployed is not None else ""
        if since and since != box.since:
            why = "it was for an earlier deployment, and what runs now is watched anew."
            return replace(line, why=why, data={**line.data, _NEWEST: since})
        ruling = look(box.window, line.at, watch)
        if isinstance(ruling, Accepted):
            return replace(line, accepted=True, data={**line.data, **ruling.data})
        return replace(line, why=f"{ruling.text}.")

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
            for said in _words(box, self._ledger, self._watch_of, line.at)
            if said.actor.casefold() == line.actor.casefold()
        ]
        if not own:
            return replace(line, why=f"only {standing.actor}, who attested it, can take that back.")
        data = {**line.data, "undoes": own[-1].evidence, "undone": _name_of(box)}
        return replace(line, accepted=True, data=data)


def _name_of(box: Box) -> str:
    """The command that a tick of it stands for."""
    return "verified" if box.window else "attest"


def _data_of(box: Box) -> dict[str, str]:
    """What the ledger keeps of it."""
    if box.window:
        return {"window": box.window, TICKED_FOR: box.since}
    return {"requirement": box.requirement, **({"head": box.head} if box.head else {})}


def _box_of(line: LedgerLine) -> Box:
    if line.data.get(TICKED_FOR):
        return Box(MONITORING, window=line.data.get("window", ""), since=line.data[TICKED_FOR])
    return Box(line.data.get("requirement", ""), line.data.get("head", ""))


def tick_remarks(
    ledger: LedgerFile, heads: frozenset[str], watch_of: Callable[[LedgerFile], Watch]
) -> tuple[str, ...]:
    """Why boxes are drawn otherwise than people left them, while that matters: one sentence a box and person.

    `heads` are those of the open fixes. A refused tick is told until somebody attests it, and until the next
    push where it is for a commit, or the next deployment where it is for a window; a box that somebody else
    emptied, while it stands attested.
    """
    found: dict[tuple[Box, str, str], str] = {}
    for line in ledger.lines:
        if line.accepted or not is_tick(line):
            continue
        box = _box_of(line)
        then = _then(box, line)
        if (box.head and heads.isdisjoint({each.head for each in then})) or (
            box.window and not _is_watched(then, watch_of(ledger))
        ):
            continue
        was_ticked = line.data.get("name") != "undo"
        words = [word for each in then if (word := word_for(each, ledger, watch_of)) is not None]
        # A word on no commit and no deployment may be on a fix of before: the box that was ticked was empty.
        is_on_any_fix = was_ticked and not box.head and not box.window
        is_attested = any(word.at > line.at or not is_on_any_fix for word in words)
        if is_attested is not was_ticked:
            deed = "ticked" if was_ticked else "emptied"
            what = f"`{box.requirement}`" + (f" at {box.head[:7]}" if box.head else "")
            if box.window:
                what = f"of {box.window}"
            key = (box, line.actor.casefold(), deed)
            found[key] = f"{line.actor} {deed} the box {what}, which does not count: {line.why}"
    return tuple(found.values())


def _then(box: Box, line: LedgerLine) -> tuple[Box, ...]:
    """The box, and what stood in its place by the time that it was refused."""
    newest = line.data.get(_NEWEST, "").split()
    if box.window:
        return (box, *(replace(box, since=since) for since in newest))
    return (box, *(replace(box, head=head) for head in newest))


def _is_watched(then: tuple[Box, ...], watch: Watch) -> bool:
    return watch.deployed is not None and iso(watch.deployed.at) in {box.since for box in then}
