"""Who may use which command, box and label, found by judging each person's word with the program itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum

from bugaction.boxes import MONITORING, Box
from bugaction.bug import Deployed
from bugaction.commands import COMMANDS
from bugaction.commands.attest import ATTESTABLE
from bugaction.commands.judge import Surroundings, judge
from bugaction.commands.linked import hear_links
from bugaction.commands.ticks import hear
from bugaction.gates import GATES
from bugaction.model import ANYONE, Actor, Evidence, LedgerFile, LedgerLine, RecordKind, Role
from bugaction.monitoring import Watch
from bugaction.policy import Policy
from bugaction.rendering import iso
from bugaction.severity import resolve
from bugaction.snapshot import (
    BugFacts,
    Comment,
    Edit,
    Entry,
    EntryKind,
    Issue,
    Label,
    PullRequest,
    PullState,
)
from bugaction.tracking import STICKY_MARKER
from scripts.prototypes import RAISED, bare_fix

__all__ = ["ASKERS", "DEEDS", "Asker", "Word", "word"]

_VIEWER = Actor("github-actions[bot]", is_bot=True)
_POLICY = Policy.model_validate({"people": {"bots": ["alerts[bot]"]}})
_URL = "https://github.com/OWNER/REPOSITORY"
_HEAD = "c0ffee1" + "0" * 33
_BOX = Box("rollback-tested", "")
_DEPLOYED_AT = RAISED + timedelta(hours=3)
_WINDOW = Box(MONITORING, window="2h", since=iso(_DEPLOYED_AT))
_SAID_AT = RAISED + timedelta(days=2)


class Word(Enum):
    """What becomes of somebody's word."""

    COUNTS = "yes"
    REFUSED = "no"
    IGNORED = "not heard"


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody, and the role that GitHub tells of them; None where nobody asks for one."""

    title: str
    actor: Actor
    role: Role | None = None


ASKERS: tuple[Asker, ...] = (
    *(Asker(str(role), Actor("somebody"), role) for role in Role),
    Asker("an app", Actor("other[bot]", is_bot=True), Role.WRITE),
    Asker("an app on `people.bots`", Actor("alerts[bot]", is_bot=True), Role.NONE),
    Asker("bugaction itself", _VIEWER, Role.WRITE),
    Asker("a deleted account", ANYONE, Role.NONE),
)
"""Everybody who can comment or label. An app's role is what its installation may; it counts for nothing."""

_WORDS: Mapping[str, str] = {
    "attest": "/attest reproduction on staging, with any coupon",
    "unlink": "/unlink #8 it only mentions the bug",
}
"""A line that works on the bug at hand, where the catalogue's own example is of another."""


def _role_of(asker: Asker) -> Callable[[str], Role | None]:
    """Whoever a command names may everything: only the asker's own role is looked at."""
    return lambda login: asker.role if asker.actor.is_same(login) else Role.ADMIN


def _comment(body: str, author: Actor, ident: int = 1) -> Comment:
    url = f"{_URL}/issues/42#issuecomment-{ident}"
    return Comment(id=f"IC_{ident}", database_id=ident, url=url, author=author, body=body, at=_SAID_AT)


def _facts(asker: Asker, *comments: Comment, entries: tuple[Entry, ...] = (), free: bool = False) -> BugFacts:
    """A P1 that is looked after, with an earlier command of the asker's, who is assigned or not."""
    tracked = LedgerLine(RecordKind.TRACKED, "I_42", _VIEWER.login, RAISED, accepted=True)
    earlier = LedgerLine(
        RecordKind.COMMAND,
        "IC_0#eta",
        asker.actor.login,
        RAISED + timedelta(hours=1),
        accepted=True,
        role=asker.role,
        data={"name": "eta", "eta": "2026-01-05T00:00:00Z"},
    )
    issue = Issue(
        number=42,
        id="I_42",
        url=f"{_URL}/issues/42",
        title="",
        body="",
        author=Actor("reporter"),
        at=RAISED,
        labels=(Label("P1"),),
        assignees=() if free else (asker.actor,),
        comments=comments,
        timeline=entries,
        updated_at=_SAID_AT,
    )
    return BugFacts(issue=issue, ledger=LedgerFile(lines=(tracked, earlier)), pulls=(7, 8))


def _pulls() -> tuple[PullRequest, PullRequest]:
    """The fix that is in production, and one that is open."""
    merged = replace(
        bare_fix(), state=PullState.MERGED, merged_at=RAISED + timedelta(hours=2), merge_oid="d" * 40
    )
    return merged, replace(bare_fix(), number=8, id="PR_8", head_oid=_HEAD, sharing=(8,))


def _around() -> Surroundings:
    merged, opened = _pulls()
    deployed = Deployed(_DEPLOYED_AT, "2.0", "production", Evidence("deployed"), "1.9", "v1.9")
    watch = Watch(
        merged=merged.merged_at, newest=7, deployed=deployed, windows=(timedelta(hours=2), timedelta(days=1))
    )
    return Surroundings(
        fixes=frozenset({7, 8}),
        bugs={8: frozenset({42})},
        gates=tuple(name for name, gate in GATES.items() if gate.blocks_merge),
        watch_of=lambda _: watch,
        pull_of={7: merged, 8: opened}.get,
    )


def _said(name: str, *, free: bool = False) -> Callable[[Asker], Word]:
    """What becomes of a command."""

    def judged(asker: Asker) -> Word:
        line = _WORDS.get(name, COMMANDS[name].example)
        facts = _facts(asker, _comment(line, asker.actor), free=free)
        found = judge(facts, _pulls()[1:], _POLICY, _role_of(asker), _VIEWER, around=_around())
        return _word(name, asker, found.new_lines, found.ask)

    return judged


def _ticked(box: Box) -> Callable[[Asker], Word]:
    """What becomes of a tick in the sticky comment."""

    def judged(asker: Asker) -> Word:
        said = ATTESTABLE[box.requirement].tick if not box.window else "It does well"
        empty, full = (
            f"{STICKY_MARKER}\n### A bug\n  {box.written(ticked=ticked)} {said}\n" for ticked in (False, True)
        )
        edits = (Edit("UCE_2", asker.actor, _SAID_AT, full), Edit("UCE_1", _VIEWER, RAISED, empty))
        sticky = replace(_comment(full, _VIEWER), edited_at=_SAID_AT, editor=asker.actor, edits=edits)
        found = hear(_facts(asker, sticky), _pulls()[1:], _POLICY, _role_of(asker), _VIEWER, _around())
        return _word("tick", asker, found.new_lines, found.ask)

    return judged


def _labelled(kind: EntryKind) -> Callable[[Asker], Word]:
    """What becomes of a severity label that is put on, or taken off."""

    def judged(asker: Asker) -> Word:
        before = Entry("LE_1", EntryKind.LABELED, Actor("owner"), RAISED, "P1")
        name, at = ("P0" if kind is EntryKind.LABELED else "P1"), _SAID_AT
        facts = _facts(asker, entries=(before, Entry("LE_2", kind, asker.actor, at, name)))
        found = resolve(facts, _POLICY, _role_of(asker), _VIEWER, at)
        return _word(name, asker, [line for line in found.new_lines if line.evidence == "LE_2"], found.ask)

    return judged


def _linked(asker: Asker) -> Word:
    """What becomes of an issue of theirs that says it is a regression of the bug."""
    entry = Entry(
        "CR_1",
        EntryKind.CROSS_REFERENCED,
        asker.actor,
        _SAID_AT,
        author=asker.actor,
        url=f"{_URL}/issues/57",
        regression_of=(42,),
        written=_SAID_AT,
    )
    facts = _facts(asker, entries=(entry,))
    found = hear_links(
        facts, {}, frozenset(), _POLICY, _role_of(asker), _VIEWER, _SAID_AT, _around().watch_of
    )
    return _word("a linked issue", asker, found.new_lines, found.ask)


def _word(what: str, asker: Asker, lines: Iterable[LedgerLine], ask: frozenset[str]) -> Word:
    found = list(lines)
    if ask or len(found) > 1:
        raise ValueError(f"{what} by {asker.title} is not judged: {sorted(ask)} {found}")
    if not found:
        return Word.IGNORED
    if found[0].accepted:
        return Word.COUNTS
    if not any(words in found[0].why for words in ("the role", "people.bots")):
        raise ValueError(f"{what} by {asker.title} is refused for another reason: {found[0].why}")
    return Word.REFUSED


DEEDS: Mapping[str, Callable[[Asker], Word]] = {
    **{f"`{COMMANDS[name].usage}`": _said(name) for name in COMMANDS if name != "accept"},
    "`/accept`, assigned": _said("accept"),
    "`/accept`, while nobody is": _said("accept", free=True),
    "a tick in the sticky comment": _ticked(_BOX),
    "a tick for a monitoring window": _ticked(_WINDOW),
    "`Regression of #42` in one's own issue": _linked,
    "the label of a severity, put on": _labelled(EntryKind.LABELED),
    "the label of a severity, taken off": _labelled(EntryKind.UNLABELED),
}
"""Every command, and whatever else is somebody's word."""


def word(deed: str, asker: Asker) -> Word:
    """What becomes of that deed when it is this one's. Raises `ValueError` where the role does not tell."""
    return DEEDS[deed](asker)
