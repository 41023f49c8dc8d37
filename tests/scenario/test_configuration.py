"""A configuration that is wrong: bug fixes are held with its place, and the repair is let through."""

from __future__ import annotations

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
