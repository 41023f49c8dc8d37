"""What an override waives, for which commits, and what it leaves as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bugaction.bug import Bug
from bugaction.gates.base import Gate, Verdict
from bugaction.gates.override import is_current
from bugaction.model import LedgerFile, LedgerLine, Outcome, RecordKind
from bugaction.snapshot import Commit, PullRequest
from tests.unit.bugs import bug
from tests.values import at, line, pull

BASE, FIRST, MERGE, HEAD = "a" * 40, "1" * 40, "2" * 40, "c" * 40
WORD = "overridden by mia: the shop is down"


class Says:
    """A requirement of the bug, or of a pull request, with a fixed outcome."""

    sentence = "It holds"

    def __init__(
        self, outcome: Outcome, problem: str = "", remedy: str = "", due: datetime | None = None
    ) -> None:
        self.id = str(outcome)
        self._verdict = Verdict(outcome, problem, remedy, due=due)

    def check(self, bug: Bug, pull: PullRequest | None = None) -> Verdict:  # noqa: ARG002 - the protocol's
        """As it was told."""
        return self._verdict


ALL = (
    Says(Outcome.MET),
    Says(Outcome.UNMET, "nobody has approved it", "Ask somebody.", at(60)),
    Says(Outcome.PENDING),
    Says(Outcome.DEFERRED, "later"),
    Says(Outcome.NOT_APPLICABLE),
)
FIX = Gate("fix", "Fix", of_pull=ALL)
CAUSE = Gate("root-cause", "Root cause", requirements=ALL)


def override(gate: str = "fix", head: str = HEAD, **data: str) -> LedgerLine:
    """Mia's word."""
    given = {"name": "override", "gate": gate, "head": head, "pulls": "#7", "reason": "the shop is down"}
    word = line(RecordKind.COMMAND, f"IC_1#{gate}{head}", actor="mia")
    return replace(word, data={**given, "url": "u", **data})


def of(*lines: LedgerLine, **changes: object) -> Bug:
    """A bug with these decisions."""
    return bug(ledger=LedgerFile(lines=lines), **changes)  # type: ignore[arg-type]


def commit(oid: str, *parents: str, web: bool = False) -> Commit:
    """A commit; with `web` GitHub made and signed it."""
    return Commit(oid, "m", ("bo",), at(1), parents or (BASE,), is_from_github=web)


@pytest.mark.parametrize("gate", [FIX, CAUSE])
def test_what_does_not_pass_is_waived(gate: Gate) -> None:
    """With whose word it is, and due no more; the rest stays, and what was missing is still said."""
    result = gate.judge(of(override(gate.name)), pull())
    assert result.passes
    assert [item.outcome for item in result.requirements] == [
        Outcome.MET,
        Outcome.WAIVED,
        Outcome.WAIVED,
        Outcome.DEFERRED,
        Outcome.NOT_APPLICABLE,
    ]
    waived = result.requirements[1]
    assert (waived.problem, waived.remedy, waived.due) == ("nobody has approved it", "", None)
    assert [(word.text, word.url, word.actor, word.at) for word in waived.evidence] == [
        (WORD, "u", "mia", at(1))
    ]
    assert result.override == waived.evidence[0]


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (override("triage"),),
        (override(head=FIRST),),
        (override(head=""),),
        (replace(override(), accepted=False),),
        (override(), line(RecordKind.COMMAND, "u", name="undo", undoes=override().evidence)),
    ],
    ids=["none", "another gate", "another commit", "no commit", "refused", "taken back"],
)
def test_what_waives_nothing(lines: tuple[LedgerLine, ...]) -> None:
    """Only a word in force, on this gate and this commit, counts."""
    result = FIX.judge(of(*lines), pull())
    assert (result.passes, result.override) == (False, None)
    assert result == FIX.judge(of(), pull())


def test_a_gate_that_holds_needs_no_override() -> None:
    """Then it is not spoken of: nothing was waived."""
    gate = Gate("fix", "Fix", of_pull=(Says(Outcome.MET), Says(Outcome.DEFERRED, "later")))
    assert gate.judge(of(override()), pull()).override is None


def test_the_bug_s_own_checklist_shows_its_gates_as_they_are() -> None:
    """An override is for a pull request; each pull request's own gate is shown as it counts there."""
    subject = of(override("root-cause"), override("fix"), fixes=(pull(7),))
    assert [item.passes for item in CAUSE.survey(subject)] == [False]
    assert [item.passes for item in FIX.survey(subject)] == [True]


def test_each_pull_request_by_its_own_commit() -> None:
    """Another fix of the same bug is held as before."""
    subject = of(override("root-cause"))
    assert CAUSE.judge(subject, pull(7)).passes
    assert not CAUSE.judge(subject, pull(8, head_oid=FIRST)).passes


def test_of_a_confidential_bug_the_reason_is_not_repeated() -> None:
    """Who it was is."""
    found = FIX.judge(of(override(), confidential=True), pull()).override
    assert found is not None
    assert found.text == "overridden by mia"


def test_the_newest_word_is_named() -> None:
    """Whoever said it."""
    later = replace(override(reason="again"), evidence="IC_2#x", actor="ana", at=at(9))
    found = FIX.judge(of(override(), later), pull()).override
    assert found is not None
    assert found.text == "overridden by ana: again"


@pytest.mark.parametrize(
    ("commits", "expected"),
    [
        ((commit(FIRST), commit(HEAD, FIRST, BASE, web=True)), True),
        ((commit(FIRST), commit(MERGE, FIRST, BASE, web=True), commit(HEAD, MERGE, BASE, web=True)), True),
        ((commit(FIRST), commit(HEAD, FIRST, BASE)), False),
        ((commit(FIRST), commit(MERGE, FIRST), commit(HEAD, MERGE, BASE, web=True)), False),
        ((commit(MERGE, FIRST), commit(FIRST), commit(HEAD, MERGE, BASE, web=True)), False),
        ((commit(HEAD, FIRST, BASE, web=True), commit(FIRST)), True),
        ((commit(HEAD, FIRST, BASE, web=True),), False),
        ((commit(FIRST), commit(MERGE, HEAD, BASE, web=True), commit(HEAD, MERGE, BASE, web=True)), False),
        ((commit(FIRST), commit(HEAD, FIRST, web=True)), False),
        ((commit(FIRST), commit(HEAD, FIRST)), False),
        ((commit(HEAD),), False),
        ((commit(FIRST),), False),
        (None, False),
    ],
    ids=[
        "update",
        "two updates",
        "merged elsewhere",
        "push and update",
        "an early date and update",
        "update in an early year",
        "of the base",
        "in a circle",
        "edited there",
        "push",
        "force",
        "lagging",
        "unread",
    ],
)
def test_how_long_a_word_on_a_commit_lasts(commits: tuple[Commit, ...] | None, expected: bool) -> None:
    """Through merges of the base that GitHub made, and through nothing else."""
    change = pull(commits=commits)
    assert is_current(change, FIRST) is expected
    assert FIX.judge(of(override(head=FIRST)), change).passes is expected
    assert is_current(change, HEAD)


@pytest.mark.parametrize(("minutes", "expected"), [(0, True), (1, False), (2, False)])
def test_a_word_on_a_commit_that_was_offered_to_another_base(minutes: int, expected: bool) -> None:
    """It was on other commits and files; of one in the second of the change nobody knows."""
    change = replace(pull(), retargeted_at=at(minutes))
    assert FIX.judge(of(override()), change).passes is expected
    again = replace(pull(), created_at=at(minutes))
    assert FIX.judge(of(override()), again).passes is expected


def test_a_word_on_a_commit_that_another_pull_request_offers_too() -> None:
    """Whoever said it had this one before them, and not what that one brings along."""
    assert FIX.judge(of(override(pulls="#7 #9")), pull()).passes
    assert not FIX.judge(of(override()), replace(pull(), number=9)).passes
    assert not FIX.judge(of(override(pulls="#77")), pull()).passes
