"""Closing held: what a merge closes stays open until production has proved the fix, and is closed then."""

from __future__ import annotations

import pytest

from tests.scenario.life import RECORDS, Life, form
from tests.values import completed

HELD = "closed the issue, and it was opened again"
PROVEN = "/attest team-told in #releases\n/attest technical-debt none it is the final shape"


def _is_open(life: Life, number: int = 1) -> bool:
    return life.state.issues[number].is_open


def _phase(life: Life) -> str:
    (label,) = (label for label in life.labels(1) if label.startswith("phase: "))
    return label.removeprefix("phase: ")


def _turns(life: Life) -> list[str]:
    """Who closed and opened the issue, oldest first."""
    events = [life.state.events[id_] for id_ in life.state.issues[1].timeline]
    kinds = {"ClosedEvent": "closes", "ReopenedEvent": "opens"}
    return [f"{event.actor} {kinds[event.kind]}" for event in events if event.kind in kinds]


def _judged(life: Life) -> list[tuple[object, ...]]:
    """What the ledger holds on closing: who, whether it stands and why, and with which role."""
    return [
        (line["actor"], line["accepted"], line["data"]["because"], line.get("role"))  # type: ignore[index]
        for line in life.ledger(1)
        if line["kind"] == "closed"
    ]


def _deploy(life: Life) -> None:
    life.people.deploy("eve", "main", "production")
    life.pass_on()


def _merge(life: Life, severity: str = "P2", *, who: str = "mia", watched: bool = True) -> int:
    """A bug whose fix is merged with a keyword; with `watched`, something was deployed before."""
    if watched:
        _deploy(life)
    life.bug(severity, form())
    life.say("bo", 1, "/accept")
    fix = life.fix(1)
    life.people.merge_pull(who, fix)
    life.pass_on()
    return fix


def _prove(life: Life) -> None:
    """A deployed P2 is watched, told of, and paid off."""
    life.world.clock.advance(hours=25)
    life.say("bo", 1, f"/verified 2h\n/verified 24h\n{PROVEN}")


def test_a_merge_closes_nothing_before_production_has_proved_the_fix(life: Life) -> None:
    """The issue is opened again once, says what is missing, and is closed once nothing is."""
    _merge(life)
    assert _turns(life) == ["mia closes", "github-actions opens"]
    assert _judged(life) == [("mia", False, "unproven", None)]
    assert _phase(life) == "deployment"
    assert f"A merge {HELD}: a P2 stays open until Verification holds" in life.sticky(1)
    assert len(life.ours(1)) == 1
    assert life.again() == 0
    life.runs.schedule()
    assert _turns(life) == ["mia closes", "github-actions opens"]

    _deploy(life)
    assert _phase(life) == "verification"
    _prove(life)
    assert _turns(life) == ["mia closes", "github-actions opens", "github-actions closes"]
    assert life.state.issues[1].reason == "completed"
    assert _phase(life) == "closed"
    assert HELD not in life.sticky(1)
    assert life.again() == 0


def test_a_severe_one_waits_for_what_the_team_learns(life: Life) -> None:
    """Of a P1 the post-mortem, its action items and the team's review come first."""
    _merge(life, "P1")
    _deploy(life)
    assert "a P1 stays open until Verification and Post-mortem hold" in life.sticky(1)
    life.world.clock.advance(hours=25)
    said = "/verified 15m\n/verified 2h\n/verified 24h\n/attest users-told on the status page"
    life.say("bo", 1, f"{said}\n{PROVEN}")
    assert _phase(life) == "post-mortem"
    assert "a P1 stays open until Post-mortem holds" in life.sticky(1)
    branch, path, text = life.committed(1, "post-mortem")
    life.people.edit_on_web("bo", branch, {path: completed(text)}, "Learn")
    life.pass_on()
    assert _is_open(life)
    life.say("bo", 1, "/attest team-review on Monday, shared in #incidents")
    assert not _is_open(life)
    assert _phase(life) == "closed"
    assert life.again() == 0


def test_one_that_nobody_closed_is_closed_as_well(life: Life) -> None:
    """A fix that is linked by its branch alone closes nothing: all the same the bug is over once it holds."""
    _deploy(life)
    life.bug("P2", form())
    life.say("bo", 1, "/accept")
    life.people.merge_pull("mia", life.fix(branch="fix/bug-001", body="Repairs it."))
    life.pass_on()
    _deploy(life)
    _prove(life)
    assert _turns(life) == ["github-actions closes"]
    assert life.again() == 0


@pytest.mark.parametrize(("severity", "watched"), [("P3", True), ("P2", False)])
def test_what_is_not_held_stays_closed(life: Life, severity: str, watched: bool) -> None:
    """A P3, and any bug where nothing is deployed or released: the merge is the end, now and later."""
    _merge(life, severity, watched=watched)
    assert _turns(life) == ["mia closes"]
    assert _phase(life) == "closed"
    assert life.again() == 0
    _deploy(life)
    life.people.label("mia", 1, "P1")
    life.pass_on()
    life.say("bo", 1, "Thank you.")
    assert _turns(life) == ["mia closes"]


def test_observing_closes_and_opens_nothing(life: Life) -> None:
    """It blocks nothing, closing included."""
    life.configure("version: 1\nmode: observe\n")
    _merge(life)
    assert _turns(life) == ["mia closes"]
    assert _judged(life) == [("mia", True, "policy", None)]


@pytest.mark.parametrize("reason", ["not_planned", "duplicate"])
def test_what_is_given_up_stays_closed(life: Life, reason: str) -> None:
    """By anybody who can, recorded with who."""
    _merge(life)
    life.people.close("cy", 1, reason)
    life.pass_on()
    assert not _is_open(life)
    assert _judged(life)[1:] == [("cy", True, "reason", None)]
    assert f"cy closed the issue as {reason.replace('_', ' ')}" in life.sticky(1)
    assert _phase(life) == "closed"
    assert life.again() == 0


def test_a_second_close_stands_by_the_word_of_who_may_override(life: Life) -> None:
    """With the role that they held; the comment says so."""
    _merge(life)
    life.people.close("mia", 1)
    life.pass_on()
    assert not _is_open(life)
    assert _judged(life) == [("mia", False, "unproven", None), ("mia", True, "override", "maintain")]
    assert "mia (maintain) closed the issue once more before everything held: that stands" in life.sticky(1)
    assert life.again() == 0
    _deploy(life)
    life.say("bo", 1, "/recheck")
    assert not _is_open(life)


def test_a_writer_s_second_close_is_undone_but_not_for_ever(life: Life) -> None:
    """Whoever insists, a bot say, gets their way after some rounds, and everybody reads it."""
    _merge(life, who="bo")
    for _ in range(3):
        life.people.close("bo", 1)
        life.pass_on()
        assert _is_open(life)
        assert f"bo {HELD}" in life.sticky(1)
        assert life.again() == 0
    life.people.close("bo", 1)
    life.pass_on()
    assert not _is_open(life)
    assert _judged(life)[1:] == [("bo", False, "unproven", "write")] * 3 + [
        ("bo", True, "too-often", "write")
    ]
    assert "closed by hand more than 3 times" in life.sticky(1)
    assert life.again() == 0


def test_the_first_close_by_hand_is_held_like_a_merge(life: Life) -> None:
    """A fix that is linked by its branch is merged, and somebody closes the issue too early."""
    _deploy(life)
    life.bug("P2", form())
    life.people.merge_pull("mia", life.fix(branch="fix/bug-001", body="Repairs it."))
    life.pass_on()
    life.people.close("mia", 1)
    life.pass_on()
    assert _turns(life) == ["mia closes", "github-actions opens"]
    assert f"mia {HELD}" in life.sticky(1)


def test_without_a_merged_fix_a_close_is_left_alone(life: Life) -> None:
    """Nothing can be proved of it: that it went away by itself, say."""
    _deploy(life)
    life.bug("P2", form())
    life.people.close("bo", 1)
    life.pass_on()
    assert _turns(life) == ["bo closes"]
    assert _judged(life) == []


def test_a_stranger_s_pull_request_lets_no_close_pass(life: Life) -> None:
    """It says that it fixes the bug, and stays open: the merge of the real fix is held all the same."""
    _deploy(life)
    life.bug("P2", form())
    life.say("bo", 1, "/accept")
    fix = life.fix(1)
    life.people.push("dee", "mine", {"mine.py": "1\n"}, "Mine", fork="dee")
    other = life.people.open_pull("dee", "Mine", "mine", body="Fixes #1", fork="dee").number
    life.pass_on()
    life.people.merge_pull("mia", fix)
    life.pass_on()
    assert _is_open(life)
    assert _judged(life) == [("mia", False, "unproven", None)]
    assert HELD in life.sticky(1)
    life.people.close("mia", other)
    life.pass_on()
    _deploy(life)
    life.world.clock.advance(hours=1)
    life.runs.schedule()
    assert _phase(life) == "verification"
    _prove(life)
    assert not _is_open(life)


def test_a_further_fix_s_merge_is_no_word_of_who_merged_it(life: Life) -> None:
    """A maintainer merges a second fix: that closes the issue once more, and proves as little."""
    _merge(life)
    _deploy(life)
    life.say("bo", 1, "/regression it is back")
    life.people.merge_pull("mia", life.fix(1, branch="fix/again"))
    life.pass_on()
    assert _turns(life) == ["mia closes", "github-actions opens"] * 2
    assert [line[1:3] for line in _judged(life)] == [(False, "unproven")] * 2
    _deploy(life)
    _prove(life)
    assert not _is_open(life)


def test_a_fix_that_takes_the_first_one_back_closes_nothing(life: Life) -> None:
    """Nothing is left then that production could prove; another fix is watched like any."""
    first = _merge(life, "P0")
    _deploy(life)
    body = f"Reverts #{first} and does it properly. Fixes #1"
    second = life.fix(branch="fix/properly", body=body)
    life.people.merge_pull("mia", second)
    life.pass_on()
    assert _turns(life) == ["mia closes", "github-actions opens"] * 2
    assert [line[1:3] for line in _judged(life)] == [(False, "unproven")] * 2
    assert f"a further fix is merged, since #\u200b{second} took the one before it back" in life.sticky(1)
    assert life.again() == 0
    life.people.merge_pull("mia", life.fix(1, branch="fix/again"))
    life.pass_on()
    assert _is_open(life)
    assert _phase(life) == "deployment"
    assert "a P0 stays open until Verification" in life.sticky(1)


def test_an_author_s_later_words_take_no_fix_back(life: Life) -> None:
    """A stranger's second fix was merged; its description is theirs to change, and its bug is watched on."""
    first = _merge(life)
    life.people.push("dee", "mine", {"mine.py": "1\n"}, "Mine", fork="dee")
    other = life.people.open_pull("dee", "Mine", "mine", body="Fixes #1", fork="dee").number
    life.pass_on()
    life.people.merge_pull("mia", other)
    life.pass_on()
    _deploy(life)
    life.people.edit_pull("dee", other, body=f"Reverts #{first}. Fixes #1")
    life.pass_on()
    life.say("bo", 1, "/recheck")
    assert _phase(life) == "verification"
    told = [line["data"] for line in life.ledger(1) if line["kind"] == "took-back"]
    assert told == [{"pull": str(other), "back": ""}]
    _prove(life)
    assert not _is_open(life)


def test_what_a_person_opens_again_stays_open(life: Life) -> None:
    """Until a fix that was merged later holds."""
    _merge(life)
    _deploy(life)
    _prove(life)
    life.people.reopen("dee", 1)
    life.pass_on()
    assert _is_open(life)
    assert "dee opened the issue again after everything held" in life.sticky(1)
    life.say("bo", 1, "/attest team-told once more")
    life.runs.schedule()
    assert _is_open(life)
    assert life.again() == 0
    life.people.merge_pull("mia", life.fix(1, branch="fix/again"))
    life.pass_on()
    assert _is_open(life)
    _deploy(life)
    _prove(life)
    assert not _is_open(life)
    assert life.again() == 0


def test_a_lost_event_is_made_good_by_the_sweep(life: Life) -> None:
    """It looks at closed issues whose label says that their bug is not over."""
    _deploy(life)
    life.bug("P2", form())
    fix = life.fix(1)
    life.people.merge_pull("mia", fix)
    life.world.events.clear()
    life.runs.schedule()
    assert _turns(life) == ["mia closes", "github-actions opens"]
    assert _phase(life) == "deployment"


@pytest.mark.parametrize("operation", ["reopenIssue", "closeIssue", "createCommitOnBranch"])
@pytest.mark.parametrize("acts", [False, True], ids=["refused", "done"])
def test_a_lost_answer_repeats_nothing(life: Life, operation: str, acts: bool) -> None:
    """Whether or not GitHub had done it."""
    _deploy(life)
    life.bug("P2", form())
    life.say("bo", 1, "/accept")
    fix = life.fix(1)
    if operation != "closeIssue":
        life.server.faults.fail(502, operation=operation, acts=acts)
    life.people.merge_pull("mia", fix)
    life.pass_on()
    assert _turns(life) == ["mia closes", "github-actions opens"]
    _deploy(life)
    if operation == "closeIssue":
        life.server.faults.fail(502, operation=operation, acts=acts)
    _prove(life)
    assert _turns(life) == ["mia closes", "github-actions opens", "github-actions closes"]
    assert life.product.codes[-1] == 0
    assert life.again() == 0


def test_a_foreign_line_in_the_ledger_closes_nothing(life: Life) -> None:
    """That a close stands, or that all is done, counts only where we wrote it."""
    _merge(life)
    text = life.world.file(RECORDS, "documents/bugs/BUG-001/ledger.jsonl") or ""
    last = text.splitlines()[-1].replace('"accepted":false', '"accepted":true')
    life.people.close("bo", 1)
    path = "documents/bugs/BUG-001/ledger.jsonl"
    life.people.push("bo", RECORDS, {path: f"{text}{last}\n"}, "It stands")
    life.pass_on()
    assert _is_open(life)
