"""A bug that is fixed by going back: what an exact inverse is spared, and what only looks like one is not."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.scenario.life import Life

HELD, DONE = "failure", "success"
BEFORE = {"checkout.py": "paid = False\n", "old.py": "1\n"}
AFTER: Mapping[str, str | None] = {"checkout.py": "paid = None\n", "new.py": "2\n", "old.py": None}


def _brought(life: Life, method: str = "squash") -> int:
    """The change that brings the bug is merged: a file changed, one added, one removed; gives its number."""
    life.people.push("ana", "main", BEFORE, "Sell")
    life.people.push("eve", "faster", AFTER, "Sell faster")
    number = life.people.open_pull("eve", "Sell faster", "faster").number
    life.pass_on()
    life.people.merge_pull("mia", number, method=method)
    life.pass_on()
    return number


def _bug(life: Life, severity: str = "P0", strategy: str = "rollback") -> int:
    """A bug that somebody has taken on, and how it is to be fixed."""
    number = life.bug(severity)
    life.say("bo", number, f"/accept\n/strategy {strategy} it began with that")
    return number


def _back(life: Life, brought: int, bug: int, more: Mapping[str, str | None] | None = None) -> int:
    """GitHub's own revert, with something of one's own on top; CI passes, and Mia approves."""
    body = f"Fixes #{bug}\n\n- [ ] told everybody"
    number = life.people.revert_pull("bo", brought, body=body, more=more).number
    life.pass_on()
    life.ready(number)
    return number


def _line(life: Life, bug: int, sentence: str) -> str:
    (line,) = (line for line in life.sticky(bug).split("\n") if sentence in line)
    return line


@pytest.mark.parametrize("method", ["squash", "merge"])
def test_what_brought_a_p0_is_taken_back(life: Life, method: str) -> None:
    """By GitHub's own button: without a test, a list or a known cause, which is due in a day."""
    brought = _brought(life, method)
    bug = _bug(life)
    pull = _back(life, brought, bug)
    assert life.gate(pull)[0] == DONE
    merged = life.state.issues[brought].pull
    assert merged is not None
    for sentence in ("A regression test", "The change is minimal", "own task list is done"):
        line = _line(life, bug, sentence)
        assert line.startswith("- ➖")
        assert f"it takes back {merged.merge_oid[:7]}" in line
    line = _line(life, bug, "The root-cause analysis is complete")
    assert line.startswith("- 🕒")
    assert "(due 2026-11-03 " in line
    assert life.again() == 0


def test_after_the_merge_the_cause_is_still_owed(life: Life) -> None:
    """It was deferred, and stays so."""
    bug_brought = _brought(life)
    bug = _bug(life)
    pull = _back(life, bug_brought, bug)
    life.people.merge_pull("bo", pull)
    life.pass_on()
    life.say("bo", bug, "/recheck")
    assert _line(life, bug, "The root-cause analysis is complete").startswith("- 🕒")


def test_updating_the_branch_keeps_it_an_inverse(life: Life) -> None:
    """What the base brought in is nothing of its own."""
    brought = _brought(life)
    bug = _bug(life)
    pull = _back(life, brought, bug)
    life.people.push("ana", "main", {"NEWS.md": "1\n"}, "News")
    found = life.state.issues[pull].pull
    assert found is not None
    life.people.merge_base_into("bo", found.head, on_site=True)
    life.pass_on()
    life.ready(pull)
    assert life.gate(pull)[0] == DONE


def test_a_p1_is_spared_the_test_and_not_the_cause(life: Life) -> None:
    """Only where much may follow the merge may the cause."""
    brought = _brought(life)
    bug = _bug(life, "P1")
    life.say("cy", bug, "/assign backup @mia\n/channel incident")
    pull = _back(life, brought, bug)
    assert life.verdicts(pull)["bugaction/fix"][0] == DONE
    assert life.verdicts(pull)["bugaction/root-cause"][0] == HELD


def test_one_more_line_makes_it_a_change_like_any_other(life: Life) -> None:
    """In a file of its own, or in one that is taken back; and the checklist says so."""
    brought = _brought(life)
    bug = _bug(life)
    pull = _back(life, brought, bug, more={"extra.py": "3\n"})
    state, text = life.verdicts(pull)["bugaction/fix"]
    assert state == HELD
    assert "extra.py was changed by none of what it names" in text
    assert life.verdicts(pull)["bugaction/root-cause"][0] == HELD
    found = life.state.issues[pull].pull
    assert found is not None
    life.people.push("bo", found.head, {"extra.py": None, "checkout.py": "paid = False\n\n"}, "Tidy")
    life.pass_on()
    life.ready(pull)
    state, text = life.verdicts(pull)["bugaction/fix"]
    assert state == HELD
    assert "checkout.py is not as it was before" in text


def test_half_of_it_is_no_inverse(life: Life) -> None:
    """Half of a change is something that never was."""
    brought = _brought(life)
    bug = _bug(life)
    pull = _back(life, brought, bug, more={"new.py": "2\n"})
    state, text = life.verdicts(pull)["bugaction/fix"]
    assert state == HELD
    assert "new.py, which" in text


def test_what_has_changed_since_is_no_longer_taken_back(life: Life) -> None:
    """Somebody's later work on the same file would go with it."""
    brought = _brought(life)
    bug = _bug(life)
    pull = _back(life, brought, bug)
    assert life.gate(pull)[0] == DONE
    life.people.push("ana", "main", {"checkout.py": "paid = None\ntaxed = True\n"}, "Tax it")
    life.pass_on()
    life.say("bo", pull, "/recheck")
    state, text = life.verdicts(pull)["bugaction/fix"]
    assert state == HELD
    assert "checkout.py was changed after" in text


def test_what_was_never_merged_cannot_be_taken_back(life: Life) -> None:
    """A commit that lies beside the base, whose first parent holds whatever its author likes."""
    life.people.push("ana", "main", BEFORE, "Sell")
    bug = _bug(life)
    life.people.push("bo", "aside", {"checkout.py": "whatever\n"}, "Whatever")
    forged = life.people.push("bo", "aside", {"checkout.py": BEFORE["checkout.py"]}, "As it is")
    words = f"This reverts commit {forged}."
    life.people.push("bo", "back", {"checkout.py": "whatever\n"}, words)
    pull = life.people.open_pull("bo", "Revert", "back", body=f"Fixes #{bug}").number
    life.pass_on()
    life.ready(pull)
    state, text = life.verdicts(pull)["bugaction/fix"]
    assert state == HELD
    assert f"{forged[:7]} was never merged into its base" in text


def test_an_open_pull_request_cannot_be_taken_back(life: Life) -> None:
    """Nor one that is none, nor a commit that is not there."""
    life.people.push("ana", "main", BEFORE, "Sell")
    bug = _bug(life)
    pull = life.fix(bug, files={"checkout.py": "1\n"}, body=f"Fixes #{bug}\n\nReverts octo/shop#{bug}")
    life.ready(pull)
    assert f"#{bug} is no merged pull request" in life.verdicts(pull)["bugaction/fix"][1]
    nowhere = "deadbeef" * 5
    life.people.push("bo", "fix/checkout", {"checkout.py": "2\n"}, f"This reverts commit {nowhere}.")
    life.people.edit_pull("bo", pull, body=f"Fixes #{bug}")
    life.pass_on()
    life.ready(pull)
    assert "deadbee was never merged into its base" in life.verdicts(pull)["bugaction/fix"][1]


def test_another_strategy_asks_for_all_of_it(life: Life) -> None:
    """It is the team that says that going back is the fix."""
    brought = _brought(life)
    bug = _bug(life, strategy="hotfix")
    pull = _back(life, brought, bug)
    assert life.verdicts(pull)["bugaction/fix"] == (HELD, f"BUG-{bug:03d}: no test is added or extended")
    life.say("bo", bug, "/strategy rollback it is what brought it")
    assert life.gate(pull)[0] == DONE


def test_two_changes_are_taken_back_together(life: Life) -> None:
    """Each file belongs to one of them; a pull request that names only one takes back too much."""
    life.people.push("ana", "main", BEFORE, "Sell")
    first = life.people.push("eve", "main", {"checkout.py": "2\n"}, "First")
    second = life.people.push("eve", "main", {"cart.py": "3\n"}, "Second")
    bug = _bug(life)
    both = f"This reverts commit {first}.\n\nThis reverts commit {second}."
    life.people.push("bo", "back", {"checkout.py": BEFORE["checkout.py"], "cart.py": None}, both)
    pull = life.people.open_pull("bo", "Revert", "back", body=f"Fixes #{bug}").number
    life.pass_on()
    life.ready(pull)
    assert life.gate(pull)[0] == DONE
    one = life.people.push(
        "bo",
        "back",
        {"checkout.py": BEFORE["checkout.py"], "cart.py": None},
        f"This reverts commit {first}.",
        start="main",
        force=True,
    )
    life.pass_on()
    life.ready(pull)
    assert life.head(pull) == one
    assert "cart.py was changed by none of what it names" in life.verdicts(pull)["bugaction/fix"][1]


def test_what_another_names_stops_no_verdict(life: Life) -> None:
    """A comparison that GitHub never answers is that pull request's own misfortune."""
    brought = _brought(life)
    bug = _bug(life)
    pull = _back(life, brought, bug)
    assert life.gate(pull)[0] == DONE
    named = life.people.push("dee", "huge", {"huge.py": "1\n"}, "Much", fork="dee")
    life.server.faults.fail(503, path=f"compare/.*{named}", times=10_000)
    life.people.push(
        "dee", "patch", {"checkout.py": "paid = False\n"}, f"This reverts commit {named}.", fork="dee"
    )
    life.people.open_pull("dee", "Back", "patch", body=f"Fixes #{bug}", fork="dee")
    life.pass_on()
    assert "what it takes back cannot be read: GitHub answered 503" in life.sticky(bug)
    life.review("mia", pull, "request-changes")
    assert life.gate(pull)[0] == HELD
    life.server.faults.clear()


def test_a_merge_must_not_take_back_more_than_github_lists(life: Life) -> None:
    """On two branches that were merged into the base it could undo what one of them brought, unseen."""
    life.people.push("ana", "main", {"guard.py": "low\n"}, "Guard")
    brought = _brought(life)
    bug = _bug(life)
    merged = life.state.issues[brought].pull
    assert merged is not None
    tips = [
        life.people.push("ana", branch, files, branch)
        for branch, files in (("high", {"guard.py": "high\n"}), ("news", {"NEWS.md": "1\n"}))
    ]
    for branch in ("high", "news"):
        number = life.people.open_pull("ana", branch, branch).number
        life.pass_on()
        life.people.merge_pull("mia", number, method="merge")
        life.pass_on()
    life.people.push("bo", "back", {**AFTER, **BEFORE, "new.py": None}, "Back", start=tips[1])
    git, info = life.world.git, life.world.git.commit_info(life.state.head_of("back") or "")
    assert info is not None
    message = f"This reverts commit {merged.merge_oid}."
    oid = git.commit(info.tree, tips[::-1], message, info.author)
    life.people.push_commit("bo", "back", oid)
    pull = life.people.open_pull("bo", "Back", "back", body=f"Fixes #{bug}").number
    life.pass_on()
    life.ready(pull)
    assert {change.path for change in git.changes(tips[1], oid)} == {"checkout.py", "new.py", "old.py"}
    assert "it stands on several branches of its base" in life.sticky(bug)
    assert life.verdicts(pull)["bugaction/fix"][0] == HELD
