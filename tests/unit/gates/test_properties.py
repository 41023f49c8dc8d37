"""What holds of every gate whatever the facts are: it answers, always alike, and good news does no harm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import assume, example, given
from hypothesis import strategies as st

from bugaction.bug import Bug
from bugaction.commands.attest import ATTESTABLE
from bugaction.gates import GATES
from bugaction.gates.approvals import contributors
from bugaction.model import Actor, GateResult, Outcome, RecordKind, Role, Severity
from bugaction.snapshot import CheckOutcome, PullRequest, StatusState
from bugaction.texts import LONGEST_STATUS, gate_text
from bugaction.verdicts import ROLLUP, Judged, words_for
from tests.examples import examples
from tests.unit.bugs import bug
from tests.unit.gates.arbitrary import LOGINS, NEARLY, PULLS, REVIEWED, ROLES, WHOLE_BUGS, word
from tests.values import check, ready, review

CHANGES = st.one_of(NEARLY, PULLS)
HELD = (Outcome.UNMET, Outcome.PENDING)
FEW = examples(60)


def judged(subject: Bug, change: PullRequest) -> list[GateResult]:
    """Every gate's verdict."""
    return [gate.judge(subject, change) for gate in GATES.values()]


def worse(before: Sequence[GateResult], after: Sequence[GateResult]) -> list[str]:
    """The requirements that held, and hold no more."""
    return [
        f"{gate.gate}/{old.id}: {old.outcome} to {new.outcome}, {new.problem}"
        for gate, then in zip(before, after, strict=True)
        for old, new in zip(gate.requirements, then.requirements, strict=True)
        if old.outcome.passes and not new.outcome.passes
    ]


@FEW
@given(WHOLE_BUGS, CHANGES)
def test_every_gate_answers_for_any_facts_and_says_why(subject: Bug, change: PullRequest) -> None:
    """Each requirement has one outcome; what holds the merge is said in words that a status has room for."""
    for gate in GATES.values():
        for result in (gate.judge(subject, change), *gate.survey(subject)):
            asked = [item.id for item in gate.requirements] or [item.id for item in gate.of_pull]
            assert {item.id for item in result.requirements} <= set(asked)
            assert result.requirements
            assert result.passes is not any(item.outcome in HELD for item in result.requirements)
            assert len(gate_text(result, subject)) <= LONGEST_STATUS
            assert bool(gate_text(result, subject)) is not result.passes
        for item in gate.judge(subject, change).requirements:
            is_said = item.outcome in (*HELD, Outcome.DEFERRED)
            assert bool(item.problem) is (is_said or item.outcome is Outcome.WAIVED)
            assert item.remedy or item.outcome not in (Outcome.UNMET, Outcome.DEFERRED)
            assert is_said or not item.remedy
            assert item.due is None or item.due.tzinfo is not None


@FEW
@given(WHOLE_BUGS, CHANGES)
def test_the_answer_is_the_same_each_time(subject: Bug, change: PullRequest) -> None:
    """Nothing but the facts goes into it."""
    assert judged(subject, change) == judged(subject, change)
    assert [gate.survey(subject) for gate in GATES.values()] == [
        gate.survey(subject) for gate in GATES.values()
    ]


@examples(150)
@given(WHOLE_BUGS, st.one_of(REVIEWED, PULLS), st.sampled_from(["mia", "zoe"]), st.integers(0, 99))
def test_a_senior_s_approval_makes_nothing_worse(
    subject: Bug, change: PullRequest, who: str, minutes: int
) -> None:
    """Of the newest commit, by somebody who did not work on it, at any time; mia may have reviewed before."""
    subject = replace(subject, roles={**ROLES, "zoe": Role.ADMIN})
    foreign = tuple(item for item in change.commits or () if item.authors == ("bo",) and not item.committer)
    change = replace(change, author=Actor("bo"), commits=foreign, reviews=change.reviews or ())
    assert who.casefold() not in contributors(change)
    more = review(Actor(who), minutes=minutes, oid=change.head_oid)
    after = replace(change, reviews=(*(change.reviews or ()), more))
    assert worse(judged(subject, change), judged(subject, after)) == []


@FEW
@given(WHOLE_BUGS, CHANGES)
def test_a_check_that_passes_makes_nothing_worse(subject: Bug, change: PullRequest) -> None:
    """One more, of another workflow, over and done."""
    assume(change.checks is not None)
    more = check("more", CheckOutcome.SUCCESS, number=99, workflow_path=".github/workflows/more.yml")
    after = replace(change, checks=(*(change.checks or ()), more))
    assert worse(judged(subject, change), judged(subject, after)) == []


@FEW
@given(
    WHOLE_BUGS,
    CHANGES,
    st.sampled_from(sorted(ATTESTABLE)),
    st.lists(st.sampled_from(LOGINS), min_size=1, max_size=4),
)
def test_somebody_s_word_makes_nothing_worse(
    subject: Bug, change: PullRequest, requirement: str, whose: list[str]
) -> None:
    """For any requirement that takes one, by anybody whose word was accepted, however many spoke before."""
    *before, said = [word(requirement, who, oid=change.head_oid, number=9) for who in whose]
    known = {item.data["requirement"]: item for item in (*subject.spoken, *before)}
    subject = replace(subject, spoken=(*subject.spoken, *before), attestations=known)
    after = replace(
        subject, spoken=(*subject.spoken, said), attestations={**subject.attestations, requirement: said}
    )
    assert worse(judged(subject, change), judged(after, change)) == []


@FEW
@given(WHOLE_BUGS, CHANGES, st.data())
def test_a_section_that_is_filled_in_makes_nothing_worse(
    subject: Bug, change: PullRequest, data: st.DataObject
) -> None:
    """Any section of any document, in any order."""
    lacking = [kind for kind, document in subject.documents.items() if document.gaps]
    assume(lacking)
    kind = data.draw(st.sampled_from(lacking))
    document = subject.documents[kind]
    filled = data.draw(st.sampled_from(document.gaps))
    rest = replace(document, gaps=tuple(gap for gap in document.gaps if gap != filled))
    after = replace(subject, documents={**subject.documents, kind: rest})
    assert worse(judged(subject, change), judged(after, change)) == []


@examples(80)
@given(st.lists(WHOLE_BUGS, min_size=1, max_size=2), CHANGES, st.sampled_from(["", "the branch is gone"]))
@example([bug(Severity.P3, roles=ROLES)], ready(), "")
def test_the_roll_up_is_green_only_where_nothing_is_left(
    bugs: list[Bug], change: PullRequest, withheld: str
) -> None:
    """While a requirement of any bug is unmet and neither deferred nor waived, it is red; so is its gate.

    What is waived rests on an override that was accepted, of that gate and for this head; and no green rests
    on a decision that cannot be recorded.
    """
    policy = bugs[0].policy
    subjects = [
        replace(item, policy=policy, facts=replace(item.facts, issue=replace(item.issue, number=number)))
        for number, item in enumerate(bugs, start=42)
    ]
    shown = [Judged(item, (), item.issue.url) for item in subjects]
    words = {
        item.context: item
        for item in words_for(change, shown, policy, held=None, withheld=withheld, excuse="")
    }
    unrecorded = withheld and any(item.unrecorded for item in subjects)
    held = set()
    for name, gate in GATES.items():
        for subject in subjects:
            result = gate.judge(subject, change)
            if gate.blocks_merge and any(item.outcome in HELD for item in result.requirements):
                held.add(gate.context)
            if any(item.outcome is Outcome.WAIVED for item in result.requirements):
                assert any(
                    line.accepted and line.data["gate"] == name
                    for line in subject.ledger.lines
                    if line.kind is RecordKind.COMMAND and line.data.get("name") == "override"
                )
    assert words.keys() == {gate.context for gate in GATES.values() if gate.blocks_merge} | {ROLLUP}
    for context, said in words.items():
        is_red = bool(held) if context == ROLLUP else context in held
        if is_red or unrecorded:
            assert said.state is StatusState.FAILURE, said
        else:
            assert said.state is StatusState.SUCCESS, said
