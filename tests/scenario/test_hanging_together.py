"""What hangs together: pull requests on one commit, whose status is theirs together, and chains of links."""

from __future__ import annotations

from itertools import pairwise

from bugaction.assembly import MOST_FIXES
from tests.scenario.life import Life


def _crowd(life: Life, count: int, body: str = "No bug.") -> list[int]:
    """Pull requests of as many branches that stand on one commit; only the last one has this text."""
    life.people.push("bo", "copy-0", {"a.py": "1\n"}, "Change")
    head = life.state.refs["refs/heads/copy-0"]
    pulls = []
    for index in range(count):
        if index:
            life.people.push_commit("bo", f"copy-{index}", head)
        text = body if index == count - 1 else "No bug."
        pulls.append(life.people.open_pull("bo", "Change", f"copy-{index}", body=text).number)
    life.runs.skip()
    return pulls


def _look_at(life: Life, pull: int) -> None:
    life.people.edit_pull("bo", pull, title="Another title")
    life.pass_on()


def test_the_last_of_many_on_a_head_holds_all_of_them(life: Life) -> None:
    """More than one page of closed ones hides no open one that fixes a bug."""
    number = life.bug()
    pulls = _crowd(life, 52, f"Fixes #{number}")
    for pull in pulls[1:-1]:
        life.people.close("bo", pull)
    life.runs.skip()
    _look_at(life, pulls[0])
    state, text = life.gate(pulls[0])
    assert state == "failure"
    assert text.startswith("BUG-001")


def test_too_many_open_ones_on_a_head_are_undecided(life: Life) -> None:
    """They are not all read, so none is green; a commit of its own frees the one that matters."""
    pulls = _crowd(life, 30)
    _look_at(life, pulls[0])
    assert life.gate(pulls[0])[0] == "failure"
    assert "too many pull requests" in life.gate(pulls[0])[1]
    life.people.push("bo", "copy-0", {"b.py": "2\n"}, "Mine alone")
    life.pass_on()
    assert life.gate(pulls[0]) == ("success", "Not a bug fix")


def test_a_twin_that_is_closed_holds_nobody_any_more(life: Life) -> None:
    """It reddened the head that both stand on; its own event looks at the one that is left."""
    number = life.bug()
    left, twin = _crowd(life, 2, f"Fixes #{number}")
    _look_at(life, left)
    assert life.gate(left)[1].startswith("BUG-001")
    life.people.close("bo", twin)
    life.pass_on()
    assert life.gate(left) == ("success", "Not a bug fix")


def test_a_twin_that_moves_on_holds_nobody_any_more(life: Life) -> None:
    """Another commit on one of the two branches parts them."""
    number = life.bug()
    left, twin = _crowd(life, 2, f"Fixes #{number}")
    _look_at(life, left)
    assert life.gate(left)[1].startswith("BUG-001")
    life.people.push("bo", "copy-1", {"b.py": "2\n"}, "Go on")
    life.pass_on()
    assert life.gate(left) == ("success", "Not a bug fix")
    assert life.gate(twin)[1].startswith("BUG-001")


def test_a_forged_status_is_replaced_behind_many_older_pull_requests(life: Life) -> None:
    """GitHub lists those first that were closed long ago and hold the commit too."""
    number = life.bug()
    pulls = _crowd(life, 13, f"Fixes #{number}")
    for pull in pulls[:-1]:
        life.people.close("bo", pull)
    life.runs.skip()
    head = life.head(pulls[-1])
    life.people.set_status("eve", head, "bugaction/gate", "success", "by hand")
    life.pass_on()
    assert life.said(head)["bugaction/gate"][0] == "failure"


def test_a_chain_of_links_by_a_stranger_holds_nobody_up(life: Life) -> None:
    """Each pull request of an outsider fixes two bugs, so that all hang together."""
    settled = life.settled()
    bugs = [settled, *(life.people.open_issue("dee", "Bug", "Broken.", labels=[]).number for _ in range(6))]
    for number in bugs[1:]:
        life.people.label("mia", number, "P2")
    life.runs.skip()
    for first, second in pairwise(bugs[1:]):
        branch = f"chain-{first}"
        life.people.push("dee", branch, {f"{branch}.py": "1\n"}, "Chain", fork="dee")
        life.people.open_pull("dee", "Chain", branch, body=f"Fixes #{first}, fixes #{second}", fork="dee")
    life.runs.skip()
    fix = life.fix(settled, bugs[1])
    life.ready(fix)
    assert life.gate(fix)[1].startswith("BUG-002: nobody is assigned")
    alone = life.fix(settled, branch="fix/alone")
    life.ready(alone)
    assert life.gate(alone) == ("success", "Every gate holds for BUG-001")
    assert "Undecided" not in " ".join(text for _, text in life.verdicts(fix).values())


def test_a_flood_of_forks_takes_no_fix_s_place(life: Life) -> None:
    """Strangers name the bug in a dozen pull requests: the fix stays green, and each of them has its way."""
    number = life.settled()
    fix = life.fix(number)
    life.ready(fix)
    flood = []
    for index in range(MOST_FIXES + 2):
        life.people.push("dee", f"copy-{index}", {f"{index}.py": "1\n"}, "Mine", fork="dee")
        body = f"Fixes #{number}"
        flood.append(life.people.open_pull("dee", "Mine", f"copy-{index}", body=body, fork="dee").number)
    life.runs.skip()
    life.say("bo", number, "/recheck")
    assert life.gate(fix) == ("success", "Every gate holds for BUG-001")
    state, text = life.gate(flood[-1])
    assert state == "failure"
    assert text.startswith(f"Undecided: {MOST_FIXES + 3} open pull requests name #{number}, not all")
    told = f"{MOST_FIXES + 3} open pull requests name #1. The {MOST_FIXES} oldest were looked at"
    assert f"{told}, and 3 newer ones" in life.log
    life.say("dee", flood[-1], "/recheck")
    assert life.gate(flood[-1])[1].startswith("BUG-001: no check has run on this commit")
    assert life.again() == 0
