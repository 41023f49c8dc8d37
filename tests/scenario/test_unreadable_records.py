"""A file of decisions that cannot be read any more: it holds what rests on it, and nothing else."""

from __future__ import annotations

import pytest

from tests.scenario.life import RECORDS, Life

TOO_LONG = "x" * (513 * 1024) + "\n"
BINARY = "\0" * 10 + "\n"


@pytest.mark.parametrize("text", [TOO_LONG, BINARY], ids=["too long", "binary"])
def test_lost_ledger_turns_a_new_head_red(life: Life, text: str) -> None:
    """What was green is red on the next commit, in words; the comment and the file stay as they are."""
    number = life.settled()
    fix = life.fix(number)
    life.ready(fix)
    other = life.fix(life.bug("P2"), branch="fix/other")
    assert life.gate(fix)[0] == "success"
    path = f"documents/bugs/BUG-{number:03d}/ledger.jsonl"
    whole = life.world.file(RECORDS, path) or ""
    before, head = life.sticky(number), life.state.head_of(RECORDS)
    life.people.edit_on_web("ana", RECORDS, {path: whole + text}, "Break it")
    life.people.push("bo", "fix/checkout", {"b.py": "2\n"}, "More")
    life.pass_on()
    state, said = life.gate(fix)
    assert state == "failure"
    assert said.startswith(
        "Undecided: the ledger of BUG-001 cannot be read: it is larger than 512 KB, or binary"
    )
    assert "ledger-unreadable" in life.product.log[-1]
    assert life.product.codes[-1] == 3

    life.say("bo", number, "/eta 4h")
    assert (life.world.file(RECORDS, path) or "").startswith(whole)
    assert life.sticky(number) == before
    life.people.push("bo", "fix/other", {"c.py": "2\n"}, "More")
    life.pass_on()
    assert life.gate(other)[1].startswith("BUG-003")

    with life.world.change() as world:
        world.refs[f"refs/heads/{RECORDS}"] = head or ""
    life.say("bo", number, "/recheck")
    assert life.verdicts(fix)["bugaction/triage"] == ("success", "Triage holds")
    assert "bo command eta True" in life.decisions(number)


def test_lost_links_hold_their_pull_request(life: Life) -> None:
    """What a pull request was linked to is not forgotten with the file that says so."""
    number = life.settled()
    fix = life.fix(number)
    path = f"documents/bugs/links/PR-{fix}.jsonl"
    assert life.world.file(RECORDS, path)
    life.people.edit_on_web("ana", RECORDS, {path: BINARY}, "Break it")
    life.people.edit_pull("bo", fix, body="Nothing to see.")
    life.pass_on()
    state, said = life.gate(fix)
    assert state == "failure"
    assert said.startswith("Undecided: the record of its links cannot be read")
    assert life.product.codes[-1] == 3
