"""Since when a bug is in the fast lane, and which severity a merged fix was let through by."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.bug import Bug
from bugaction.gates import checklist
from bugaction.gates.release import RELEASE
from bugaction.lane import at_merges, entered_at, rules_at_merges
from bugaction.model import LedgerFile, Outcome, Severity
from bugaction.policy import Policy
from bugaction.snapshot import Entry, EntryKind, PullRequest, PullState
from tests.examples import examples
from tests.unit.bugs import DEPLOYED, bug, merged, said, steps, through
from tests.values import BO, at, facts, issue, pull

P0, P1, P2, P3 = Severity
TWO_LANES = Policy.model_validate({"severities": {"P2": {"deferrable": True}}})


def landed(number: int = 7, minutes: float = 540, **changes: object) -> PullRequest:
    """A fix that was merged so many minutes after the report, and of which all was read."""
    whole = replace(pull(number, state=PullState.MERGED), merged_at=at(minutes), reviews=(), files=())
    return replace(whole, **changes)  # type: ignore[arg-type]


def held(subject: Bug, fix: PullRequest | None = None) -> list[Severity | None]:
    """The severities in whose lane a fix was merged."""
    return [then.severity.current for then in at_merges(subject, fix)]


@pytest.mark.parametrize(
    ("history", "minutes"),
    [
        ([(2, P0)], 2),
        ([(2, P1), (50, P0)], 50),
        ([(2, P0), (50, P1), (90, P0)], 90),
        ([(2, P0), (50, None), (90, P0)], 2),
        ([(2, P1), (50, None), (90, P0)], 90),
        ([(2, P2), (50, P0)], 50),
        ([(2, P0), (50, P1)], None),
        ([(2, P0), (50, None)], None),
    ],
)
def test_a_bug_enters_the_lane_with_its_first_severity_there(
    history: list[tuple[float, Severity | None]], minutes: float | None
) -> None:
    """What came before another severity does not count; time without one ends nothing."""
    assert entered_at(through(*history)) == (at(minutes) if minutes is not None else None)


def test_a_policy_may_have_two_lanes() -> None:
    """Going from one to the other asks nobody to wait anew."""
    assert entered_at(through((2, P2), (50, P0), policy=TWO_LANES)) == at(2)
    assert entered_at(through((2, P1), (50, P2), policy=TWO_LANES)) == at(50)


def test_without_a_history_the_lane_begins_with_the_severity() -> None:
    """What is left of it is enough."""
    assert entered_at(replace(bug(P0), severity=replace(steps((9, P0)), history=()))) == at(9)


@pytest.mark.parametrize(
    ("history", "severities"),
    [
        ([(2, P0), (600, P1)], [P0]),
        ([(2, P0), (600, P1), (700, P0)], [P0]),
        ([(2, P0), (600, P3)], [P0]),
        ([(2, P0), (600, None)], [P0]),
        ([(2, P0)], []),
        ([(2, P0), (524, P1)], []),
        ([(2, P0), (525, P1)], [P0]),
        ([(2, P0), (540, P1)], [P0]),
        ([(2, P1), (540, P0), (540, P1)], [P0]),
        ([(2, P1), (541, P0), (600, P1)], []),
        ([(2, P1), (600, P2)], []),
        ([(600, P0), (700, P1)], []),
    ],
    ids=[
        "lowered",
        "lowered and raised again",
        "far",
        "taken away",
        "as it was",
        "lowered long before",
        "lowered just before",
        "lowered in the same second",
        "raised and lowered in the same second",
        "raised after the merge",
        "never in the lane",
        "of which the history of the merge is missing",
    ],
)
def test_a_merge_is_one_by_the_severity_of_its_time(
    history: list[tuple[float, Severity | None]], severities: list[Severity]
) -> None:
    """And by that of a quarter of an hour before it, whose green status may still have stood."""
    subject = through(*history, fixes=(landed(),))
    assert held(subject) == severities
    assert [rules.deferrable for rules in rules_at_merges(subject)] == [True] * len(severities)


def test_the_state_of_the_merge_is_whole() -> None:
    """Its due times count from the raise that it knew."""
    [then] = at_merges(through((2, P1), (300, P0), (600, P1), (700, P0), fixes=(landed(),)))
    assert then.severity == steps((2, P1), (300, P0))


def test_each_fix_is_looked_at_by_itself() -> None:
    """One in the lane and one after it; one that was taken back counts for nothing, and no open one does."""
    night, day = landed(), landed(8, 900)
    subject = through((2, P0), (600, P1), fixes=(night, day, pull(9)))
    assert held(subject) == held(subject, night) == [P0]
    assert held(subject, day) == []
    back = landed(10, 950, body="Reverts #7")
    assert held(replace(subject, fixes=(night, back, day))) == []


def test_each_merge_is_looked_at_by_the_fixes_of_its_time() -> None:
    """Those that were merged by then, whatever became of them, and no later one; of a severity that more than
    one was merged at, those of the last."""
    night, soon, day, waiting = landed(), landed(8, 560), landed(9, 900), pull(10)
    subject = through((2, P0), (600, P2), fixes=(night, day, waiting))
    assert not subject.is_of_merge
    for fixes, known in (((night, day, waiting), (night,)), ((soon, night, day), (soon, night))):
        [then] = at_merges(replace(subject, fixes=fixes))
        assert then.is_of_merge
        assert then.fixes == known


@pytest.mark.parametrize("life", ["opened again", "a regression"])
@pytest.mark.parametrize(
    "later", [pull(8), landed(8, 900), landed(8, 610)], ids=["open", "merged", "lingering"]
)
def test_what_was_made_good_of_a_merge_stays_so_in_the_next_life(life: str, later: PullRequest) -> None:
    """A word on the fix that was merged in the lane pays for it, whatever comes after; the next fix is asked
    by the severity of its own merge, and by that of just before."""
    word = said("attest", 595, requirement="rollback-tested")
    turns = (Entry("E_1", EntryKind.CLOSED, BO, at(604)), Entry("E_2", EntryKind.REOPENED, BO, at(605)))
    is_report = life == "a regression"
    subject = through((2, P0), (600, P2), fixes=(landed(), later), now=at(3000), deployed=DEPLOYED)
    subject = replace(
        subject,
        facts=facts(issue(timeline=() if is_report else turns)),
        ledger=LedgerFile(lines=(word, *([said("regression", 604, text="worse")] if is_report else []))),
        attestations={"rollback-tested": word},
    )
    owed = [item.id for gate in (RELEASE.owing(subject)) for item in gate.requirements]
    assert ("rollback-tested" in owed) is (later.merged_at == at(610))
    assert "release-notes" in owed


def put_off(subject: Bug) -> dict[tuple[str, str], object]:
    """What is deferred before the merge, with its due time."""
    return {
        (gate.gate, item.id): item.due
        for gate in checklist(subject)
        for item in gate.requirements
        if item.outcome is Outcome.DEFERRED and item.id != "obligations"
    }


LATER = st.lists(
    st.tuples(st.integers(540, 2000), st.sampled_from([*Severity, None])), min_size=1, max_size=4
).map(lambda found: sorted(found, key=lambda step: step[0]))


@examples(60)
@given(LATER, st.booleans())
def test_no_later_severity_takes_a_debt_away_or_moves_it(
    later: list[tuple[int, Severity | None]], deployed: bool
) -> None:
    """Whatever came after a merge in the lane, all that was put off is owed, and due when it was due."""
    facts = {"fixes": (landed(),), "now": at(3000), "deployed": DEPLOYED if deployed else None}
    before = put_off(through((2, P0), **facts))
    assert {gate for gate, _ in before} == {"triage", "root-cause", "release", "fix"}
    subject = through((2, P0), *later, **facts)
    assert put_off(subject).items() >= before.items()
    assert checklist(subject) == checklist(subject)


@examples(30)
@given(st.lists(st.tuples(st.integers(2, 2000), st.sampled_from([P1, P2, P3, None])), min_size=1, max_size=4))
def test_what_was_never_in_the_lane_owes_nothing(history: list[tuple[int, Severity | None]]) -> None:
    """By whatever severities it went."""
    subject = through(*sorted(history, key=lambda step: step[0]), fixes=(landed(),), now=at(3000))
    assert put_off(subject) == {}


def test_the_close_is_held_until_the_debts_are_paid() -> None:
    """What is overdue is what verification fails by, and its words are those of before."""
    subject = replace(merged(P0), severity=steps((2, P1), (300, P0), (600, P2)), fixes=(landed(),))
    [found] = [
        item
        for gate in checklist(replace(subject, now=at(3000)))
        for item in gate.requirements
        if item.id == "obligations"
    ]
    assert found.outcome is Outcome.UNMET
    assert found.problem == "Triage: no backup is named, due 2026-11-24 15:00 UTC, and 6 more"


@pytest.mark.parametrize("body", ["", "Reverts #7"])
def test_a_fix_that_is_on_its_way_passes_nothing_by_an_earlier_one(body: str) -> None:
    """It is judged as the severity of today has it; what is owed is still counted up where it counts."""
    waiting = replace(pull(8, body=body), reviews=(), files=(), checks=())
    subject = replace(merged(P0), severity=steps((2, P0), (600, P1)), fixes=(landed(), waiting), now=at(3000))
    found = {gate.gate: gate for gate in checklist(subject)}
    assert not found["triage"].passes
    assert not found["release"].passes
    debts = [item for item in found["verification"].requirements if item.id == "obligations"] if body else []
    assert [item.outcome for item in debts] == ([Outcome.UNMET] if body else [])
    if body:
        looks = [item.problem for item in debts]
        assert looks[0].startswith("Triage: no backup is named")
