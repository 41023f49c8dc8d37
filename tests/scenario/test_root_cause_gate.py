"""The root-cause gate as a team meets it, at every severity: what is missing, its remedy, then it holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.examples import rarely
from tests.scenario.checklist import answer, held, obey, open_editor, owed, row, said
from tests.scenario.life import Life, form

GATE = "root-cause"
HOLDS = ("success", "Root cause holds")
KNOWN = "It is known, and this is what it was."

LOOK = "A first look was taken at logs, monitoring and the suspected cause"
ANALYSIS = "The root-cause analysis is complete"
REPRODUCTION = "The bug was reproduced, or it is stated why it cannot be"
STRATEGY = "A fix strategy is chosen"

NO_LOOK = "no first look is written down"
NOT_BEGUN = "the root-cause analysis is not begun"
UNSEEN = "it is not said whether the bug was reproduced"
NO_STRATEGY = "no fix strategy is chosen"


def _waits(section: str, more: int) -> str:
    wait = f", and {more} more wait{'s' if more == 1 else ''}" if more else ""
    return f'section "{section}" is still to be written{wait}'


def _writing(section: str) -> Callable[[str], str]:
    """Write below the prompt of this section, and nowhere else."""
    marker = f"<!-- /bugaction:facts:{section} -->\n"

    def write(text: str) -> str:
        assert text.count(marker) == 1
        return text.replace(marker, f"{marker}\n{KNOWN}\n")

    return write


def _triage(life: Life) -> None:
    """What the gate before this one asks for."""
    life.say("bo", 1, "/accept")
    life.say("cy", 1, "/assign backup @mia\n/channel incident-1")


@pytest.mark.parametrize("severity", ["P2", *rarely("P1", "P3")])
def test_from_nothing_to_green(life: Life, severity: str) -> None:
    """Every requirement unmet, each made good as a person would, in the order in which they are told."""
    life.bug(severity, form())
    pull = life.fix(1)
    if severity != "P3":
        held(life, pull, GATE, NO_LOOK)
        obey(life, "bo", LOOK, "the logs name one line")
        assert "attested by bo: the logs name one line" in row(life, LOOK)
    else:
        assert row(life, LOOK) == f"- ➖ {LOOK}"
    held(life, pull, GATE, NOT_BEGUN)
    assert "It is committed for you, ready to be filled in, once triage holds." in row(life, ANALYSIS)
    _triage(life)

    headings = {
        "problem": "The problem",
        "cause": "The cause",
        "why": "Why it happened",
        "not-caught": "Why it was not caught",
        "factors": "Contributing factors",
    }
    for more, (section, heading) in zip(range(4, -1, -1), headings.items(), strict=True):
        held(life, pull, GATE, _waits(heading, more))
        answer(life, "bo", ANALYSIS, heading, _writing(section))
    assert row(life, ANALYSIS).startswith("- ✅")

    held(life, pull, GATE, UNSEEN)
    if severity == "P1":
        obey(life, "bo", REPRODUCTION, "on staging, with two carts")
        assert "attested by bo: on staging, with two carts" in row(life, REPRODUCTION)
    else:
        answer(life, "bo", REPRODUCTION, "Conclusion", _writing("conclusion"))
        assert row(life, REPRODUCTION).startswith("- ✅")
    held(life, pull, GATE, NO_STRATEGY)
    command = obey(life, "bo", STRATEGY, "old clients stay")
    assert command == "/strategy backward-compatible old clients stay"
    assert row(life, STRATEGY).startswith("- ✅")
    assert said(life, pull, GATE) == HOLDS
    assert life.again() == 0


def test_the_lane_of_a_p0(life: Life) -> None:
    """One paragraph of cause is waited for; the rest stands with the day in which it is due."""
    life.bug("P0", form())
    pull = life.fix(1)
    held(life, pull, GATE, NOT_BEGUN)
    life.say("bo", 1, "/accept")
    held(life, pull, GATE, _waits("The cause", 0))
    answer(life, "bo", ANALYSIS, "The cause", _writing("cause"))
    assert said(life, pull, GATE) == ("success", "Root cause passes, 4 put off")

    due = "2026-11-03 09:02"
    owed(life, LOOK, NO_LOOK, due)
    owed(life, ANALYSIS, _waits("The problem", 3), due)
    owed(life, REPRODUCTION, UNSEEN, due)
    owed(life, STRATEGY, NO_STRATEGY, due)
    life.check(pull)
    life.approve("mia", pull)
    assert life.gate(pull) == ("success", "Every gate passes, 9 put off, for BUG-001")
    life.world.clock.advance(hours=25)
    life.runs.schedule()
    # What is overdue holds the verification, and no merge.
    assert said(life, pull, GATE) == (
        "success",
        "Root cause passes, 4 put off",
    )  # what is overdue holds the verification, and no merge

    obey(life, "bo", LOOK, "the logs name one line")
    answer(life, "bo", ANALYSIS, "The problem")
    obey(life, "bo", STRATEGY, "the last release did it")
    for sentence in (LOOK, ANALYSIS, REPRODUCTION, STRATEGY):
        assert row(life, sentence).startswith("- ✅"), sentence
    assert said(life, pull, GATE) == HOLDS
    assert life.again() == 0


@pytest.mark.parametrize("severity", ["P1", *rarely("P0", "P2")])
def test_the_first_look_is_answered_in_the_report(life: Life, severity: str) -> None:
    """The remedy's link opens the report's list; what is left of it is named until every line is answered."""
    life.bug(severity, form())
    pull = life.fix(1)
    lines = ["Error logs around the start", "Monitoring around the start", "Suspected cause, and what"]
    words = [NO_LOOK] + [
        f'the report says nothing of "{line}"'
        for line in (lines[1], "Suspected cause, and what makes us think so")
    ]
    for line, problem in zip(lines, words, strict=True):
        if severity == "P0":
            owed(life, LOOK, problem, "2026-11-03 09:02")
        else:
            held(life, pull, GATE, problem)
        branch, path, at = open_editor(life, LOOK)
        listed = (life.world.file(branch, path) or "").split("\n")
        assert listed[at - 1] == "### Looked at by a person"
        (found,) = (index for index, text in enumerate(listed) if line in text)
        listed[found] = f"- [x] {listed[found].removeprefix('- [ ] ')} one line fails"
        life.people.edit_on_web("bo", branch, {path: "\n".join(listed)}, "Answer")
        life.pass_on()
    assert row(life, LOOK).startswith("- ✅")


@pytest.mark.parametrize("severity", ["P1", *rarely("P0", "P2", "P3")])
def test_what_cannot_be_reproduced_is_said_to_be_so(life: Life, severity: str) -> None:
    """Before the analysis is begun there is the command alone; a reason is as good as a place."""
    life.bug(severity, form())
    pull = life.fix(1)
    remedy = "Comment `/attest reproduction WHERE AND HOW`, or why it cannot be reproduced."
    line = row(life, REPRODUCTION)
    assert line.endswith(f"**{UNSEEN}**. {remedy}")
    assert line[2] == ("🕒" if severity == "P0" else "❌")
    obey(life, "bo", REPRODUCTION, "nowhere: it takes the load of a sale")
    assert "attested by bo: nowhere: it takes the load of a sale" in row(life, REPRODUCTION)
    held(life, pull, GATE, NO_LOOK if severity in ("P1", "P2") else NOT_BEGUN)


@pytest.mark.parametrize("severity", ["P1", *rarely("P0", "P2", "P3")])
def test_a_confidential_bug_s_analysis_is_an_advisory(life: Life, severity: str) -> None:
    """Its address takes the place of the document; the status tells how much is missing, and not what."""
    life.people.create_label("ana", "security")
    life.report(form())
    life.people.label("mia", 1, severity, "security")
    life.pass_on()
    pull = life.fix(1)
    base = "https://github.com/octo/shop/security/advisories/GHSA"
    line = row(life, ANALYSIS)
    remedy = f"Comment `/attest root-cause-analysis {base}-xxxx-xxxx-xxxx` with the advisory's address."
    assert line.endswith(f". {remedy}")
    missing = {"P1": 4, "P2": 4, "P3": 3}
    if severity == "P0":
        assert line.startswith(f"- 🕒 {ANALYSIS} (due 2026-11-03 09:02 UTC). ")
        assert said(life, pull, GATE) == ("success", "Root cause passes, 4 put off")
    else:
        assert line.startswith(f"- ❌ {ANALYSIS}. ")
        text = f"BUG-001: {missing[severity]} requirements not met yet"
        assert said(life, pull, GATE) == ("failure", text)
    life.say("bo", 1, f"/attest root-cause-analysis {base}-2222-3333-4444")
    assert row(life, ANALYSIS) == f"- ✅ {ANALYSIS}"
    if severity != "P3":
        obey(life, "bo", LOOK, "the logs name one line")
    obey(life, "bo", REPRODUCTION, "on staging")
    obey(life, "bo", STRATEGY, "it must not wait")
    for sentence in (ANALYSIS, REPRODUCTION, STRATEGY):
        assert row(life, sentence) == f"- ✅ {sentence}"
    assert said(life, pull, GATE) == HOLDS
    assert life.again() == 0
