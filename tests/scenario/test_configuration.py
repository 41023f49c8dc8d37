"""A configuration that is wrong: bug fixes are held with its place, and the repair is let through."""

from __future__ import annotations

import pytest

from tests.scenario.life import CONFIG, Life

GOOD = "version: 1\nmode: enforce\n"
BAD = "version: 1\nmode: enforced\n"


def _bring(life: Life, branch: str, text: str, body: str = "Configuration.") -> int:
    life.people.push("bo", branch, {CONFIG: text}, "Change the configuration")
    number = life.people.open_pull("bo", "Change the configuration", branch, body=body).number
    life.pass_on()
    return number


def test_bug_fix_fails_closed_with_the_place(life: Life) -> None:
    """While the configuration is wrong a bug fix is red, and its status names file, line and cure."""
    number = life.settled()
    fix = life.fix(number)
    life.ready(fix)
    assert life.gate(fix)[0] == "success"
    life.configure(BAD)
    state, text = life.gate(fix)
    assert state == "failure"
    assert f"{CONFIG} line 2" in text
    assert "enforce" in text
    assert "config-invalid" in life.product.log[-1]
    assert f"file={CONFIG},line=2" in life.product.log[-1]
    assert life.product.codes[-1] == 2

    life.configure(GOOD)
    assert life.gate(fix) == ("success", "Every gate holds for BUG-001")
    assert life.product.codes[-1] == 0


def test_bug_is_left_alone_meanwhile(life: Life) -> None:
    """While the configuration is wrong nothing about a bug is decided or written."""
    number = life.bug()
    life.configure(BAD)
    before = len(life.server.writes)
    life.say("bo", number, "/accept")
    assert len(life.server.writes) == before
    life.configure(GOOD)
    assert "bo command accept True" in life.decisions(number)


def test_pull_request_without_a_bug_passes_with_a_warning(life: Life) -> None:
    """What fixes no bug is not held by a wrong configuration; the status says that there is one."""
    life.configure(BAD)
    state, text = life.gate(life.fix(branch="feature/other"))
    assert state == "success"
    assert "warning" in text
    assert "not valid" in text


def test_repair_passes(life: Life) -> None:
    """The pull request that repairs the configuration is not held by it."""
    life.configure(BAD)
    assert life.gate(_bring(life, "repair", GOOD))[0] == "success"


def test_breaking_it_fails(life: Life) -> None:
    """A pull request that would make the configuration wrong is red, though it fixes no bug."""
    life.configure(GOOD)
    state, text = life.gate(_bring(life, "break", BAD))
    assert state == "failure"
    assert f"Would break {CONFIG} line 2" in text


def test_what_a_pull_request_brings_is_not_followed(life: Life) -> None:
    """A fix that brings a milder configuration is judged by the one of the default branch."""
    number = life.bug()
    fix = _bring(life, "fix/milder", "version: 1\nmode: observe\n", f"Fixes #{number}")
    assert life.gate(fix)[0] == "failure"


def test_falling_behind_a_repair_is_no_breach(life: Life) -> None:
    """A pull request whose branch still has the old, wrong file is not held for it."""
    life.configure(BAD)
    other = life.fix(branch="feature/other")
    life.configure(GOOD)
    life.people.edit_pull("bo", other, title="Another title")
    life.pass_on()
    assert life.gate(other) == ("success", "Not a bug fix")


# What lies underneath -------------------------------------------------------------------------------------

THEIRS = "octo/.github"
ON_TOP = f"version: 1\nextends: {THEIRS}\n"


def test_the_organisation_s_defaults_lie_underneath(life: Life) -> None:
    """They count where the repository's own file says nothing; what is changed there counts in the next
    run."""
    life.world.add_neighbour(THEIRS, {CONFIG: "version: 1\nmode: observe\nproposal: apply\n"})
    life.configure(f"{ON_TOP}proposal: propose\n")
    number = life.bug()
    fix = life.fix(number)
    state, text = life.gate(fix)
    assert state == "success"
    assert text.startswith("Observing")
    life.world.add_neighbour(THEIRS, {CONFIG: "version: 1\nmode: enforce\n"})
    life.say("bo", number, "/recheck")
    assert life.gate(fix)[0] == "failure"
    assert life.again() == 0


def test_defaults_that_cannot_be_read_hold_every_fix(life: Life) -> None:
    """By name and with what to do; once everybody may read them, or the key is gone, all goes on."""
    number = life.bug()
    fix = life.fix(number)
    life.world.add_neighbour(THEIRS, {CONFIG: "version: 1\nmode: observe\n"}, private=True)
    life.configure(ON_TOP)
    state, text = life.gate(fix)
    assert state == "failure"
    assert text.startswith(
        f"Undecided: {CONFIG} line 2: extends: {THEIRS} is not there, or this token may not"
    )
    assert "config-invalid" in life.product.log[-1]
    assert f"file={CONFIG},line=2" in life.product.log[-1]
    assert life.gate(life.fix(branch="feature/other"))[0] == "success"
    assert life.gate(_bring(life, "repair", GOOD))[0] == "success"
    life.world.add_neighbour(THEIRS, {CONFIG: "version: 1\nmode: observe\n"})
    life.say("bo", number, "/recheck")
    assert life.gate(fix)[0] == "success"


def test_what_is_wrong_there_is_told_with_its_place_there(life: Life) -> None:
    """The annotation stands in words: this repository has no such line."""
    fix = life.fix(life.bug())
    life.world.add_neighbour(THEIRS, {CONFIG: "version: 1\nmode: off\n"})
    life.configure(ON_TOP)
    state, text = life.gate(fix)
    assert state == "failure"
    assert text.startswith(f"Undecided: {THEIRS}:{CONFIG} line 2: mode: expected one of")
    assert f"::error title=bugaction::{THEIRS}:{CONFIG}:2:7: mode" in life.product.log[-1]


def test_a_pull_request_s_file_is_held_to_what_lies_underneath(life: Life) -> None:
    """Right by itself, and wrong on top of the organisation's."""
    life.world.add_neighbour(THEIRS, {CONFIG: "version: 1\nlabels: {bug: [hot]}\n"})
    life.configure(ON_TOP)
    state, text = life.gate(_bring(life, "clash", f"{ON_TOP}severities: {{P1: {{labels: [hot]}}}}\n"))
    assert state == "failure"
    assert f"Would break {CONFIG} line 3" in text
    assert "hot" in text
    assert (
        life.gate(_bring(life, "fine", f"{ON_TOP}severities: {{P1: {{labels: [fire]}}}}\n"))[0] == "success"
    )


def test_what_a_pull_request_names_anew_is_not_read(life: Life) -> None:
    """Nobody lets this run look into a repository by writing its name; what the file says itself is
    judged."""
    life.world.add_neighbour("octo/secret", {CONFIG: "version: 1\nhush: 1\n"})
    life.configure(GOOD)
    elsewhere = "version: 1\nextends: octo/secret\n"
    assert life.gate(_bring(life, "look", elsewhere))[0] == "success"
    state, text = life.gate(_bring(life, "wrong", f"{elsewhere}mode: of\n"))
    assert state == "failure"
    assert "line 3" in text
    assert not [each for each in life.server.requests if "Extended" in each.operations]


@pytest.mark.parametrize("line", ['x: "\\UFFFFFFFF"', "since: 0001-01-01T00:00:00+14:00"])
def test_what_a_stranger_brings_ends_no_run(life: Life, line: str) -> None:
    """A value that Python cannot hold is told at its place, and the bug's other fixes are judged on."""
    number = life.settled()
    fix = life.fix(number)
    text = f"version: 1\n{line}\n"
    life.people.push("dee", "odd", {CONFIG: text}, "Configure", fork="dee")
    body = f"Fixes #{number}"
    stranger = life.people.open_pull("dee", "Configure", "odd", body=body, fork="dee").number
    life.pass_on()
    assert f"Would break {CONFIG} line 2" in life.gate(stranger)[1]
    life.ready(fix)
    assert life.gate(fix) == ("success", "Every gate holds for BUG-001")
