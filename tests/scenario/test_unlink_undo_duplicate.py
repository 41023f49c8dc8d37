"""Decisions that are taken back: a link, one's own last command, a bug that was known already."""

from __future__ import annotations

import json
from itertools import permutations

import pytest

from tests.scenario.life import RECORDS, Life, begin, form

NO_FIX = ("success", "Not a bug fix")


def _links(life: Life, pull: int) -> list[str]:
    """What the pull request's own file says, in a word a line."""
    text = life.world.file(RECORDS, f"documents/bugs/links/PR-{pull}.jsonl") or ""
    lines = [json.loads(line) for line in text.splitlines()]
    return [line["data"].get("name") or line["kind"] for line in lines]


def _linked(life: Life, pull: int) -> list[int]:
    """The bugs whose ledger says that it fixes them."""
    line = f"github-actions[bot] link {pull} True"
    return [number for number in sorted(life.state.issues) if line in life.decisions(number)]


def _remarks(life: Life, number: int) -> str:
    """The comment without the invisible signs that keep numbers and marks in it from counting."""
    return life.sticky(number).replace("\u200b", "")


def _quiet(life: Life) -> None:
    """Whatever has happened may be told again, and a sweep may come: nothing is written any more."""
    events = list(life.world.told)
    assert [life.again(event) for event in events] == [0] * len(events)
    before = len(life.server.writes)
    life.runs.schedule()
    assert len(life.server.writes) == before


@pytest.mark.parametrize("where", ["pull request", "issue"])
def test_unlinked_pull_request_fixes_no_bug(life: Life, where: str) -> None:
    """Its text, its branch and our records link it no more; the comment says who did it and why."""
    number = life.bug()
    fix = life.fix(number)
    assert life.gate(fix)[0] == "failure"
    on, other = (fix, number) if where == "pull request" else (number, fix)
    said = life.say("mia", on, f"/unlink #{other} only <!-- mentions it")
    assert life.gate(fix) == NO_FIX
    assert "only <!--" not in life.sticky(number)
    assert f"#{fix} was unlinked by mia: only <!-- mentions it" in _remarks(life, number)
    assert life.reactions(said) == ["ROCKET"]
    assert _links(life, fix) == ["link", "unlink"]
    life.people.edit_issue("bo", fix, body=f"Fixes #{number}, really")
    life.pass_on()
    life.people.push("bo", "fix/checkout", {"more.py": "2\n"}, f"Fixes #{number}")
    life.pass_on()
    assert life.gate(fix) == NO_FIX
    _quiet(life)


def test_unlinked_pull_request_without_a_word_of_it(life: Life) -> None:
    """Its text names the bug no more, and our own file on it does not bring the bug back."""
    number = life.bug()
    fix = life.fix(number)
    life.people.edit_issue("bo", fix, body="No bug.")
    life.pass_on()
    assert life.gate(fix)[0] == "failure"
    life.say("mia", fix, f"/unlink #{number} it turned out to be something else")
    assert life.gate(fix) == NO_FIX
    life.people.delete_issue("ana", number)
    life.pass_on()
    life.say("bo", fix, "ready")
    assert life.gate(fix) == NO_FIX


@pytest.mark.parametrize("who", ["bo", "cy", "dee"])
def test_unlink_without_permission(life: Life, who: str) -> None:
    """The link stays, the refusal is recorded and answered."""
    number = life.bug()
    fix = life.fix(number)
    life.say(who, fix, f"/unlink #{number} let me through")
    assert life.gate(fix)[0] == "failure"
    assert f"{who} command unlink False" in life.decisions(number)
    assert "needs the role maintain" in life.ours(fix)[-1].body
    assert _links(life, fix) == ["link"]
    _quiet(life)


def test_undo_links_again_where_nobody_else_reads(life: Life) -> None:
    """The bug was the pull request's only one; `/undo` on it is heard all the same, from its author alone."""
    number = life.bug()
    fix = life.fix(number)
    life.say("mia", fix, f"/unlink #{number} wrong bug")
    life.say("ana", fix, "/undo")
    assert life.gate(fix) == NO_FIX
    life.say("mia", fix, "/undo")
    assert life.gate(fix)[0] == "failure"
    assert "unlinked" not in life.sticky(number)
    assert _links(life, fix) == ["link", "unlink", "undo"]
    _quiet(life)
    life.say("mia", number, f"/unlink #{fix} the right bug is another one after all")
    assert life.gate(fix) == NO_FIX


def test_unlink_parts_one_of_two_bugs(life: Life) -> None:
    """The other one still holds it, and `/undo` there has to say which is meant."""
    first, second = life.bug(), life.bug("P2")
    fix = life.fix(first, second)
    life.say("mia", fix, f"/unlink #{first} only the second one")
    state, text = life.gate(fix)
    assert (state, text.startswith("BUG-002")) == ("failure", True)
    assert "mia command unlink True" not in life.decisions(second)
    said = life.say("mia", fix, "/undo")
    assert "say which" in life.ours(fix)[-1].body
    assert life.reactions(said) == ["CONFUSED"]
    assert life.gate(fix) == (state, text)
    before = len(life.ours(fix))
    life.say("mia", fix, f"/undo #{first}")
    assert "BUG-001" in life.gate(fix)[1]
    assert len(life.ours(fix)) == before
    _quiet(life)


def test_undo_goes_back_step_by_step(life: Life) -> None:
    """The value before counts again; whoever was assigned stays assigned."""
    number = life.settled()
    fix = life.fix(number)
    life.ready(fix)
    assert life.gate(fix)[0] == "success"
    life.say("cy", number, "/channel war-room")
    life.say("cy", number, "/undo")
    assert "incident-1" in life.sticky(number)
    assert "war-room" not in life.sticky(number)
    life.say("cy", number, "/undo")
    assert "channel" in life.gate(fix)[1]
    life.say("cy", number, "/undo")
    assert "no backup is named" in life.gate(fix)[1]
    life.say("cy", number, "/undo")
    assert "has given no command" in life.ours(number)[-1].body
    for missing in ("it was not tried on staging", "the rollback plan has not been tested"):
        assert missing not in life.sticky(number)
        life.say("bo", number, "/undo")
        assert missing in life.sticky(number)
    life.say("bo", number, "/undo")
    assert "no fix strategy is chosen" in life.sticky(number)
    assert "bo accepted by" in life.sticky(number)
    life.say("bo", number, "/undo")
    life.say("bo", number, "/undo")
    assert life.state.issues[number].assignees == ("bo",)
    assert "bo accepted by" not in life.sticky(number)
    _quiet(life)


def test_duplicate_is_closed_once_and_its_original_holds_the_fix(life: Life) -> None:
    """Its fix hears of the original's gates, also when something happens to the original alone.

    Where a person opens it again, it holds the fix itself; the original does so until it is unlinked.
    """
    original, number = life.settled(), life.bug("P2")
    fix = life.fix(number)
    life.ready(fix)
    assert "BUG-002" in life.gate(fix)[1]
    life.say("cy", number, f"/duplicate #{original}")
    closed = life.state.issues[number]
    assert (closed.is_open, closed.reason, closed.duplicate_of) == (False, "duplicate", original)
    life.prepare(original)
    assert life.gate(fix) == ("success", "Every gate holds for BUG-001")
    assert f"It is a duplicate of #{original}, says cy" in _remarks(life, number)
    assert "phase: closed" in life.labels(number)
    _quiet(life)
    life.say("cy", original, "/undo")
    life.say("cy", original, "/undo")
    assert life.gate(fix)[0] == "failure"
    assert "BUG-001" in life.gate(fix)[1]
    life.people.reopen("mia", number)
    life.pass_on()
    assert life.state.issues[number].is_open
    assert life.gate(fix)[1] == "BUG-001: no backup is named (+1); and 1 more"
    life.say("mia", fix, f"/unlink #{original} it was none")
    assert life.gate(fix)[1].startswith("BUG-002")
    _quiet(life)


@pytest.mark.reliability
def test_a_chain_of_duplicates_ends_the_same_in_any_order() -> None:
    """Only its two ends are linked to the fix, whichever word of the chain is heard first."""
    ends = []
    for order in permutations(range(3)):
        with begin() as life:
            first, second, third, last = (life.bug() for _ in range(4))
            fix = life.fix(first)
            for number, original in ((first, second), (second, third), (third, last)):
                life.people.comment("cy", number, f"/duplicate #{original}")
            events = [event for event in life.world.events if life.runs.workflow.wanted_as(event)]
            life.runs.skip()
            for index in order:
                life.runs.run(events[index])
            assert life.gate(fix)[1].startswith(f"BUG-{last:03d}")
            ends.append((_linked(life, fix), sorted(life.files("main")), life.gate(fix)))
            _quiet(life)
    assert ends[0][0] == [first, last]
    assert all(end == ends[0] for end in ends)


@pytest.mark.reliability
def test_a_duplicate_of_what_is_over_holds_its_fix_itself() -> None:
    """Beside the original, whichever of the close, the word and the fix is heard of first: what that one was
    proved by was another fix. Opened again it stands in for its duplicate, closed again it does not."""
    ends = []
    for order in ((0, 1, 2), (2, 1, 0)):
        with begin() as life:
            life.configure("version: 1\nseverities: {P1: {hold-closing: false}}\n")
            original = life.settled()
            done = life.fix(original, branch="fix/first")
            life.ready(done)
            life.people.merge_pull("mia", done)
            life.runs.drain()
            life.people.reopen("mia", original)
            number = life.bug()
            life.people.close("mia", original)
            life.people.comment("cy", number, f"/duplicate #{original}")
            life.people.push("bo", "fix/second", {"more.py": "2\n"}, "Repair it once more")
            pull = life.people.open_pull("bo", "Repair it", "fix/second", body=f"Fixes #{number}").number
            events = [event for event in life.world.events if life.runs.workflow.wanted_as(event)]
            life.runs.skip()
            names = ("issues", "issue_comment", "pull_request_target", "pull_request")
            heard = [event for event in events if event.name in names][:3]
            assert len(heard) == len(order)
            for index in order:
                life.runs.run(heard[index])
            life.runs.schedule()
            assert life.gate(pull)[0] == "failure"
            assert any(f"BUG-{number:03d}" in text for _, text in life.verdicts(pull).values())
            assert not life.state.issues[number].is_open
            (told,) = (found.body for found in life.ours(number) if "bugaction:reply:" in found.body)
            assert f"`#{original}` is closed. While that is so" in told
            ends.append((_linked(life, pull), life.verdicts(pull), sorted(life.files("main"))))
            _quiet(life)
            for deed, holds_itself in ((life.people.reopen, False), (life.people.close, True)):
                deed("mia", original)
                life.pass_on()
                texts = [text for _, text in life.verdicts(pull).values()]
                assert any(f"BUG-{number:03d}" in text for text in texts) is holds_itself
            _quiet(life)
    assert ends[0] == ends[1]


def test_duplicate_of_what_is_no_bug_opens_nothing(life: Life) -> None:
    """Closing it does not let its fix through."""
    wish = life.report("A wish.")
    number = life.bug()
    fix = life.fix(number)
    life.say("cy", number, f"/duplicate #{wish}")
    assert not life.state.issues[number].is_open
    assert "BUG-002" in life.gate(fix)[1]
    assert life.gate(fix)[0] == "failure"
    _quiet(life)


def test_duplicates_that_cannot_be(life: Life) -> None:
    """No pull request, nothing that is not there, not itself, no circle, and not by just anybody."""
    first, second = life.bug(body=form()), life.bug()
    fix = life.fix(second)
    refused = {
        f"/duplicate #{fix}": "is no issue of this repository",
        "/duplicate #99": "is no issue of this repository",
        f"/duplicate #{second}": "no duplicate of itself",
        "/duplicate of the other": "is missing",
    }
    for words, why in refused.items():
        life.say("cy", second, words)
        assert why in life.ours(second)[-1].body
    life.say("dee", second, f"/duplicate #{first}")
    assert "needs the role triage" in life.ours(second)[-1].body
    life.say("cy", fix, f"/duplicate #{first}")
    assert "on the bug's own issue" in life.ours(fix)[-1].body
    assert life.state.issues[second].is_open
    life.say("cy", second, f"/duplicate #{first}")
    life.say("cy", first, f"/duplicate #{second}")
    assert "is a duplicate of this one" in life.ours(first)[-1].body
    assert life.state.issues[first].is_open
    _quiet(life)


def test_pull_request_of_two_bugs_is_answered_once(life: Life) -> None:
    """What both bugs say in the same words is one reply."""
    first, second = life.bug(), life.bug()
    fix = life.fix(first, second)
    for words in ("/eta soon", "/help", "/undo", "/unlink #99 no"):
        before = len(life.ours(fix))
        life.say("mia", fix, words)
        assert len(life.ours(fix)) == before + 1
    _quiet(life)


def test_help_lists_what_its_author_may_use(life: Life) -> None:
    """By the role that the command asks for."""
    number = life.bug()
    life.say("mia", number, "/help")
    assert "/unlink #NUMBER REASON" in life.ours(number)[-1].body
    assert "whoever was assigned stays assigned" in life.ours(number)[-1].body
    life.say("bo", number, "/help")
    assert "/unlink" not in life.ours(number)[-1].body
    assert "/duplicate #NUMBER" in life.ours(number)[-1].body


def test_confidential_bug_tells_no_reason(life: Life) -> None:
    """Who unlinked what is said, and why stays where it was said."""
    number = life.people.open_issue("dee", "Secret", "").number
    life.people.label("mia", number, "security", "P1")
    life.pass_on()
    fix = life.fix(number)
    life.say("mia", fix, f"/unlink #{number} the cellar door has another key")
    assert life.gate(fix) == NO_FIX
    assert f"#{fix} was unlinked by mia" in _remarks(life, number)
    assert "cellar" not in life.sticky(number)
