"""Claims, confirmations, further tries, and the comments that follow from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from bugaction.bug import Bug
from bugaction.calling import (
    MOST_TRIES,
    PATIENCE,
    call_effects,
    call_lines,
    call_marker,
    calls_of,
    calls_owed,
    next_step_at,
)
from bugaction.errors import Forbidden, StaleHead, Transient
from bugaction.model import LedgerLine, RecordKind
from bugaction.plan import AppendLedger, CreateComment, DeleteComment, Effect
from bugaction.ports import Applied
from bugaction.snapshot import Comment, Entry, EntryKind, IssueState
from tests.unit.test_escalation import P0, P1, TAKEN, story
from tests.values import BO, VIEWER, at, comment

STEP = "escalation:fix:S0:0"


def critical(*lines: LedgerLine, now: float, comments: Iterable[Comment] = (), **more: Any) -> Bug:
    """A P0 since its report that Bo has on his desk, with these lines beside."""
    subject = story((0, P0), now=now, lines=lines, **{**TAKEN, **more})
    issue = replace(subject.issue, comments=tuple(comments))
    return replace(subject, facts=replace(subject.facts, issue=issue))


def grown(subject: Bug) -> Bug:
    """The bug with what this run records."""
    new = call_lines(subject, VIEWER)
    ledger = replace(subject.ledger, lines=(*subject.ledger.lines, *new))
    return replace(subject, ledger=ledger, facts=replace(subject.facts, ledger=ledger), unrecorded=new)


def claim(minutes: float, step: int = 0) -> LedgerLine:
    """A claim that a run recorded at that minute."""
    subject = grown(critical(now=minutes))
    return next(line for line in calls_of(subject) if line.evidence.endswith(f":{step}"))


def told(minutes: float, ident: int = 900) -> Comment:
    """The comment for a claim of that minute."""
    return comment(f"{call_marker(42, at(minutes))}\n@bo", author=VIEWER, ident=ident)


def test_a_step_is_claimed_with_its_comment() -> None:
    """What it is about, whom it calls and since when, all as text; the comment mentions them."""
    subject = grown(critical(now=65))
    (line,) = calls_of(subject)
    assert (line.key, line.at, line.accepted) == ((STEP, RecordKind.CLAIMED), at(65), True)
    assert line.data == {
        "clock": "fix",
        "step": "0",
        "to": "on-call",
        "people": "bo",
        "due": "2026-11-24T10:00:00Z",
        "share": "25%",
        "severity": "P0",
    }
    (effect,) = call_effects(subject, (), VIEWER)
    assert isinstance(effect, CreateComment)
    assert effect.marker == "<!-- bugaction:call BUG-042 20261124T100500Z -->"
    assert effect.body.startswith(f"{effect.marker}\n@bo: **BUG-042 (P0) needs you.**\n")


def test_several_steps_are_one_comment() -> None:
    """In the order in which they fell due."""
    subject = grown(critical(now=185))
    assert [line.data["people"] for line in calls_of(subject)] == ["bo", "mia", "tom"]
    (effect,) = call_effects(subject, (), VIEWER)
    assert isinstance(effect, CreateComment)
    assert "\n@bo @mia @tom: " in effect.body


def test_what_is_over_is_recorded_and_calls_nobody() -> None:
    """With why; the next claim's comment says so in a word."""
    subject = grown(story((0, P0), (70, None), (75, P1), now=80, **TAKEN))
    (line,) = calls_of(subject)
    assert (line.accepted, line.why) == (False, "the severity was changed by then")
    assert call_effects(subject, (), VIEWER) == ()


@pytest.mark.parametrize("minutes", [66, 80, 9_999])
def test_a_call_that_is_seen_is_confirmed_and_never_made_again(minutes: float) -> None:
    """Whoever deletes the comment then has deleted it."""
    subject = grown(critical(claim(65), now=minutes, comments=[told(65)]))
    (line,) = [line for line in subject.unrecorded if line.kind is RecordKind.CONFIRMED]
    assert (line.evidence, line.accepted, line.data) == (STEP, True, {"url": told(65).url})
    assert (
        not [each for each in call_effects(subject, (), VIEWER) if isinstance(each, CreateComment)]
        or minutes > 100
    )
    gone = grown(critical(claim(65), line, now=90))
    assert (gone.unrecorded, call_effects(gone, (), VIEWER)) == ((), ())


def test_a_stranger_s_comment_confirms_nothing() -> None:
    """Anybody can write the marker."""
    forged = replace(told(65), author=BO)
    assert call_lines(critical(claim(65), now=70, comments=[forged]), VIEWER) == ()


def test_a_claim_of_another_run_is_left_to_it_for_a_while() -> None:
    """Then another try is claimed, by one run again, and its comment is the same call's."""
    early = grown(critical(claim(65), now=74.9))
    assert (early.unrecorded, call_effects(early, (), VIEWER)) == ((), ())
    later = grown(critical(claim(65), now=75))
    (again,) = later.unrecorded
    assert again.evidence == f"again:1:{STEP}"
    (effect,) = call_effects(later, (), VIEWER)
    assert isinstance(effect, CreateComment)
    assert effect.marker == call_marker(42, at(65))
    third = grown(critical(claim(65), again, now=85))
    (last,) = third.unrecorded
    assert last.evidence == f"again:2:{STEP}"
    assert MOST_TRIES == 3
    assert call_lines(critical(claim(65), again, last, now=110), VIEWER) == ()


def test_the_run_that_claimed_it_goes_on_by_itself() -> None:
    """Where its comment got no answer: it has kept the marker."""
    mine = critical(claim(65), now=66, untried=frozenset({call_marker(42, at(65))}))
    (effect,) = call_effects(mine, (), VIEWER)
    assert isinstance(effect, CreateComment)
    assert call_effects(replace(mine, untried=frozenset({call_marker(42, at(64))})), (), VIEWER) == ()


def test_a_late_try_of_what_is_over_is_given_up() -> None:
    """Nobody is disturbed for a bug that was closed meanwhile."""
    shut = Entry("C1", EntryKind.CLOSED, BO, at(70))
    subject = critical(claim(65), now=80, entries=[shut], state=IssueState.NOT_PLANNED)
    (line,) = call_lines(subject, VIEWER)
    assert (line.key, line.accepted) == ((STEP, RecordKind.CONFIRMED), False)
    assert line.why == "the issue was closed by then"


def test_a_twin_is_removed() -> None:
    """The one with the lowest number stays."""
    subject = critical(claim(65), now=70, comments=[told(65, 901), told(65, 900)])
    assert call_effects(grown(subject), (), VIEWER) == (DeleteComment("IC_901"),)


COMMENT = CreateComment("I_42", 42, call_marker(42, at(65)), "@bo")
OTHER = CreateComment("I_42", 42, "<!-- reply -->", "No.")
LEDGER = AppendLedger("bugaction/records", "b" * 40, {}, (), "record")
NO_ANSWER, STALE, NO = Transient("502"), StaleHead("moved"), Forbidden("no")


@pytest.mark.parametrize(
    ("applied", "owed"),
    [
        ((Applied(LEDGER), Applied(COMMENT)), set()),
        ((Applied(LEDGER), Applied(COMMENT, error=NO_ANSWER)), {COMMENT.marker}),
        ((Applied(LEDGER),), {COMMENT.marker}),
        ((Applied(LEDGER, error=NO_ANSWER),), {COMMENT.marker}),
        ((Applied(LEDGER, error=STALE),), set()),
        ((Applied(LEDGER, error=NO),), set()),
    ],
)
def test_what_a_run_owes(applied: tuple[Applied, ...], owed: set[str]) -> None:
    """What it claimed and did not make; nothing that another run's commit came before."""
    wanted: tuple[Effect, ...] = (LEDGER, COMMENT, OTHER)
    assert calls_owed((), wanted, applied) == owed
    assert calls_owed({COMMENT.marker}, (COMMENT,), (Applied(COMMENT),)) == set()


def test_when_a_run_has_something_to_do() -> None:
    """For the next step, one that is not recorded yet, and a call that was not made."""
    assert next_step_at(critical(now=10)) == at(60)
    assert next_step_at(critical(now=70)) == at(60)
    assert next_step_at(critical(claim(65), now=70)) == at(65) + PATIENCE
    done = LedgerLine(RecordKind.CONFIRMED, STEP, VIEWER.login, at(66), accepted=True)
    assert next_step_at(critical(claim(65), done, now=70)) == at(120)
    lost = [replace(claim(65), evidence=f"again:{count}:{STEP}") for count in (1, 2)]
    assert next_step_at(critical(claim(65), *lost, now=90)) == at(120)
