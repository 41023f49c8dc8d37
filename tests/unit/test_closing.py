"""Whether an issue stays open, judged on plain facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from bugaction.bug import Bug
from bugaction.closing import MOST_HELD, Because, Step, afterwards, judge, step_of, words_of
from bugaction.gates import checklist
from bugaction.model import (
    Actor,
    Evidence,
    GateResult,
    LedgerFile,
    LedgerLine,
    Outcome,
    RecordKind,
    RequirementResult,
    Role,
    Severity,
)
from bugaction.policy import Mode, Policy
from bugaction.snapshot import Entry, EntryKind, IssueState, PullState
from tests.unit.bugs import DEPLOYED, merged, steps
from tests.values import VIEWER, at, facts, issue, line, pull

MIA, BOT = Actor("mia"), Actor("stale[bot]", is_bot=True)
CLOSED, REOPENED = EntryKind.CLOSED, EntryKind.REOPENED


def turn(
    kind: EntryKind,
    actor: Actor = MIA,
    minutes: float = 700,
    *,
    value: str = "completed",
    by_merge: bool = False,
) -> Entry:
    """The issue is closed or opened so many minutes after the report."""
    given = value if kind is CLOSED else ""
    return Entry(f"{kind}-{minutes:g}", kind, actor, at(minutes), given, by_merge=by_merge)


def gates(outcome: Outcome = Outcome.UNMET, minutes: float = 650) -> tuple[GateResult, ...]:
    """The verification gate over one requirement, with evidence of that time."""
    proof = (Evidence("", "", "bo", at(minutes)),)
    one = RequirementResult("monitoring", "It was watched", outcome, evidence=proof)
    return (GateResult("verification", 42, (one,)),)


PROVEN = gates(Outcome.MET)


def a_bug(
    *turns: Entry,
    severity: Severity | None = Severity.P2,
    lines: Iterable[LedgerLine] = (),
    **changes: object,
) -> Bug:
    """A bug whose fix is merged and deployed, and whose issue was closed and opened like this."""
    is_closed = bool(turns) and turns[-1].kind is CLOSED
    state = IssueState(turns[-1].value) if is_closed else IssueState.OPEN
    subject = issue(timeline=turns, state=state)
    given: dict[str, object] = {"deployed": DEPLOYED, "is_tracked": True, **changes}
    found = merged(severity, facts=facts(subject), **given)
    return replace(found, ledger=LedgerFile(lines=tuple(lines)))


def nobody(login: str) -> Role | None:
    """No role is known."""
    raise AssertionError(login)


def because(found: Bug, verdicts: tuple[GateResult, ...] = gates(), role: Role | None = None) -> str:
    """How the last close is judged, "" where it is not."""
    lines = judge(found, verdicts, VIEWER, lambda _: role).lines
    return " ".join(f"{line.data['because']} {line.accepted}" for line in lines)


def held(minutes: float, closer: str = "merge") -> LedgerLine:
    """A close of that time that was answered by opening the issue again."""
    data = {"because": "unproven", "closer": closer}
    return LedgerLine(RecordKind.CLOSED, f"closed-{minutes:g}", "bo", at(minutes), accepted=False, data=data)


def done(anchor: str) -> LedgerLine:
    """That we decided to close."""
    return LedgerLine(RecordKind.DONE, anchor, VIEWER.login, at(660), accepted=True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "unproven False"),
        ({"severity": Severity.P3}, "policy True"),
        ({"policy": Policy(mode=Mode.OBSERVE)}, "policy True"),
        ({"deployed": replace(DEPLOYED, is_tracked=False), "is_tracked": False}, "untracked True"),
        ({"deployed": None}, "unproven False"),
        ({"deployed": None, "is_tracked": False}, ""),
        ({"severity": None}, ""),
        ({"fixes": ()}, ""),
        ({"fixes": (pull(7), pull(8))}, ""),
        ({"fixes": (pull(7, state=PullState.MERGED), pull(8))}, "unproven False"),
    ],
)
def test_the_first_close_is_held_where_there_is_something_to_prove(
    changes: dict[str, object], said: str
) -> None:
    """What cannot be told yet is judged later, and once; another open fix, which anybody may offer, is no
    reason to wait."""
    found = a_bug(turn(CLOSED, by_merge=True), **changes)  # type: ignore[arg-type]
    assert because(found) == said


def test_a_lowering_after_a_merge_in_the_lane_lets_no_close_pass() -> None:
    """A severity that holds nothing takes over what the one of the merge has put off."""
    lowered = replace(
        a_bug(turn(CLOSED, by_merge=True)), severity=steps((2, Severity.P0), (600, Severity.P3))
    )
    assert because(lowered) == "unproven False"
    again = replace(a_bug(turn(CLOSED), turn(REOPENED, minutes=701)), severity=lowered.severity)
    again = replace(again, ledger=LedgerFile(lines=(held(700),)))
    assert (
        "it was opened again: what was merged in the fast lane stays open until Verification holds"
        in (words_of(again, gates(), VIEWER)[0])
    )
    before = replace(lowered, severity=steps((2, Severity.P0), (300, Severity.P3)))
    assert because(before) == "policy True"


FIRST = replace(pull(7, state=PullState.MERGED), merged_at=at(540), merge_oid="f" * 40)
SECOND = replace(pull(8, state=PullState.MERGED, body="Reverts #7 and repairs it"), merged_at=at(690))
BACK = {"fixes": (FIRST, SECOND), "deployed": None, "is_tracked": False}
"""A second fix says that it takes the first one back, so that none is left, and nothing is asked of
production."""


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "unproven False"),
        ({"severity": Severity.P3}, "policy True"),
        ({"policy": Policy(mode=Mode.OBSERVE)}, "policy True"),
        ({"severity": None}, ""),
        ({"value": "not-planned"}, "reason True"),
        ({"value": "duplicate"}, "reason True"),
    ],
)
def test_a_close_is_held_where_every_fix_was_taken_back(changes: dict[str, object], said: str) -> None:
    """Nothing of the bug is mended then; what policy lets close, and what is given up, stands as ever."""
    given = {"severity": Severity.P0, **changes}
    last = turn(CLOSED, by_merge=True, value=str(given.pop("value", "completed")))
    found = a_bug(last, **BACK, **given)  # type: ignore[arg-type]
    verdicts = checklist(found)
    assert "verification" not in {gate.gate for gate in verdicts}
    assert because(found, verdicts) == said


def test_what_was_taken_back_is_closed_by_who_may_override() -> None:
    """By a second close, as ever; the comment says what it waits for otherwise."""
    before = (turn(CLOSED, by_merge=True), turn(REOPENED, VIEWER, 710))
    found = a_bug(*before, severity=Severity.P0, lines=[held(700)], **BACK)
    text, _ = words_of(found, (), VIEWER)
    assert "a P0 stays open until a further fix is merged, since #8 took the one before it back" in text
    again = a_bug(*before, turn(CLOSED, minutes=800), severity=Severity.P0, lines=[held(700)], **BACK)
    assert because(again, (), Role.MAINTAIN) == "override True"
    assert because(again, (), Role.WRITE) == "unproven False"
    line = replace(held(800), evidence="closed-800")
    again = replace(again, ledger=LedgerFile(lines=(line,)))
    assert step_of(again, (), VIEWER, [line]) is Step.REOPEN


@pytest.mark.parametrize("value", ["not-planned", "duplicate"])
def test_what_is_given_up_stands(value: str) -> None:
    """Without a look at anything else."""
    assert because(a_bug(turn(CLOSED, value=value), severity=None, fixes=())) == "reason True"


def test_what_is_proven_may_be_closed() -> None:
    """By anybody; what was put off has to have followed."""
    assert because(a_bug(turn(CLOSED)), PROVEN) == "proven True"
    assert because(a_bug(turn(CLOSED)), gates(Outcome.DEFERRED)) == "unproven False"


@pytest.mark.parametrize(
    ("entry", "role", "said"),
    [
        (turn(CLOSED, minutes=800), Role.MAINTAIN, "override True"),
        (turn(CLOSED, minutes=800), Role.WRITE, "unproven False"),
        (turn(CLOSED, minutes=800), None, ""),
        (turn(CLOSED, minutes=800, by_merge=True), Role.ADMIN, "unproven False"),
        (turn(CLOSED, BOT, 800), Role.ADMIN, "unproven False"),
    ],
)
def test_a_further_close_is_a_person_s_word(entry: Entry, role: Role | None, said: str) -> None:
    """A merge is none, and a bot has none; without the role it waits."""
    before = (turn(CLOSED), turn(REOPENED, VIEWER, 710))
    found = a_bug(*before, entry, lines=[held(700)])
    assert because(found, role=role) == said
    asked = judge(found, gates(), VIEWER, lambda _: None).ask
    assert asked == (set() if entry.by_merge or entry.actor is BOT else {"mia"})


@pytest.mark.parametrize(("closer", "said"), [("person", "too-often True"), ("merge", "unproven False")])
def test_who_insists_gets_their_way(closer: str, said: str) -> None:
    """After so many closes by hand; merges are not counted."""
    lines = [held(100 + number, closer) for number in range(MOST_HELD)]
    assert because(a_bug(turn(CLOSED, BOT), lines=lines)) == said


def test_a_close_is_judged_once() -> None:
    """By its entry."""
    assert judge(a_bug(turn(CLOSED), lines=[held(700)]), gates(), VIEWER, nobody).lines == ()


def test_our_own_close_is_known_by_our_decision() -> None:
    """Other workflows close under the same name."""
    assert because(a_bug(turn(CLOSED, VIEWER), lines=[done("I_42")])) == ""
    assert because(a_bug(turn(CLOSED, VIEWER))) == "unproven False"


def test_a_held_issue_is_opened_once_that_is_recorded() -> None:
    """Not where by now all holds, nor where policy holds it no more."""
    line = held(700)
    found = a_bug(turn(CLOSED), lines=[line])
    assert step_of(found, gates(), VIEWER, [line]) is Step.REOPEN
    assert step_of(found, gates(), VIEWER, []) is Step.LEAVE
    assert step_of(found, PROVEN, VIEWER, [line]) is Step.LEAVE
    lenient = replace(found, policy=Policy(mode=Mode.OBSERVE))
    assert step_of(lenient, gates(), VIEWER, [line]) is Step.LEAVE
    again = a_bug(turn(CLOSED), turn(REOPENED, VIEWER, 710), lines=[line])
    assert step_of(again, gates(), VIEWER, [line]) is Step.LEAVE
    assert afterwards(found, Step.REOPEN).issue.state is IssueState.OPEN


def test_an_issue_is_closed_once_everything_holds_and_that_is_recorded() -> None:
    """Whether or not somebody had closed it."""
    (line,) = judge(a_bug(), PROVEN, VIEWER, nobody).lines
    assert (line.kind, line.evidence) == (RecordKind.DONE, "I_42")
    found = a_bug(lines=[line])
    assert judge(found, PROVEN, VIEWER, nobody).lines == ()
    assert step_of(found, PROVEN, VIEWER, [line]) is Step.CLOSE
    assert step_of(found, PROVEN, VIEWER, []) is Step.LEAVE
    assert step_of(found, gates(), VIEWER, [line]) is Step.LEAVE
    assert afterwards(found, Step.CLOSE).issue.state is IssueState.COMPLETED
    assert judge(a_bug(severity=Severity.P3), PROVEN, VIEWER, nobody).lines == ()
    assert judge(a_bug(), (), VIEWER, nobody).lines == ()


def test_what_a_person_opened_again_waits_for_a_later_fix() -> None:
    """Where everything had held by then; where something was missing, that has to follow."""
    ours = (turn(CLOSED, VIEWER), turn(REOPENED, MIA, 710))
    found = a_bug(*ours, lines=[done("I_42")])
    assert judge(found, PROVEN, VIEWER, nobody).lines == ()
    assert judge(found, gates(Outcome.MET, 720), VIEWER, nobody).lines == ()
    assert "mia opened the issue again" in words_of(found, PROVEN, VIEWER)[1]
    later = replace(pull(8, state=PullState.MERGED), merged_at=at(720))
    fixed = replace(found, fixes=(*found.fixes, later))
    assert len(judge(fixed, gates(Outcome.MET, 730), VIEWER, nobody).lines) == 1
    early = a_bug(turn(CLOSED), turn(REOPENED, MIA, 710))
    assert judge(early, PROVEN, VIEWER, nobody).lines == ()
    assert len(judge(early, gates(Outcome.MET, 720), VIEWER, nobody).lines) == 1


def test_our_opening_is_nobody_s_wish() -> None:
    """It answers a close that is held, and what holds by then need not be new."""
    found = a_bug(turn(CLOSED), turn(REOPENED, VIEWER, 710), lines=[held(700)])
    (line,) = judge(found, PROVEN, VIEWER, nobody).lines
    assert line.evidence == "reopened-710"


def test_the_comment_says_why_it_is_open() -> None:
    """Who closed it, what it waits for, and who may close it nevertheless."""
    found = a_bug(turn(CLOSED), turn(REOPENED, VIEWER, 710), lines=[held(700)])
    text, other = words_of(found, gates(), VIEWER)
    assert text.startswith(
        "A merge closed the issue, and it was opened again: a P2 stays open until Verification holds"
    )
    assert "the role maintain or above" in text
    assert other == ""
    assert words_of(a_bug(), gates(), VIEWER) == ("", "")


def test_the_comment_says_why_a_merge_was_let_close_the_issue() -> None:
    """Where nothing is known of production, whoever expected it to be held learns the reason."""
    found = a_bug(turn(CLOSED, by_merge=True), deployed=replace(DEPLOYED, is_tracked=False), is_tracked=False)
    judged = judge(found, gates(), VIEWER, nobody).lines
    held_open, other = words_of(replace(found, ledger=LedgerFile(lines=judged)), gates(), VIEWER)
    assert held_open == ""
    assert "neither a deployment to production nor a release was known here" in other


@pytest.mark.parametrize(
    ("because_", "role", "said"),
    [
        (Because.REASON, None, "bo closed the issue as not planned"),
        (Because.OVERRIDE, Role.ADMIN, "bo (admin) closed the issue once more before everything held"),
        (Because.OVERRIDE, None, "bo closed the issue once more before everything held: that stands"),
        (Because.TOO_OFTEN, None, "last by bo: it is not opened again"),
        (Because.PROVEN, None, ""),
    ],
)
def test_the_comment_says_why_a_closed_issue_stays_closed(
    because_: Because, role: Role | None, said: str
) -> None:
    """Whose word that was; of a close for which everything held nothing is to be said."""
    found = a_bug(turn(CLOSED))
    (entry,) = found.issue.timeline
    word = line(RecordKind.CLOSED, entry.id, actor="bo", because=str(because_), reason="not-planned")
    word = replace(word, role=role)
    found = replace(found, ledger=LedgerFile(lines=(word,)))
    reason, other = words_of(found, gates(), VIEWER)
    assert reason == ""
    assert other.startswith(said) or other.endswith(said)
    assert bool(other) == bool(said)
    assert words_of(replace(found, ledger=LedgerFile()), gates(), VIEWER) == ("", "")
