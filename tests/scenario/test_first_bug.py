"""A bug from its label to a green gate, and events that come twice."""

from __future__ import annotations

import re

import pytest

from tests.examples import rarely
from tests.scenario.life import RECORDS, Life, form


def test_label_starts_the_response(life: Life) -> None:
    """A label P1 sets the phase, writes one comment with clocks, commits the report and a record."""
    number = life.bug()
    assert life.labels(number) == {"P1", "phase: triage"}
    body = life.sticky(number)
    assert "P1 high" in body
    assert "An assignee has accepted the bug" in body
    # Reported at 09:01; the targets of a P1 are one hour to respond, 24 to fix.
    assert "2026-11-02 10:01" in body
    assert "2026-11-03 09:01" in body
    document = life.document(number)
    assert document is not None
    assert "# Bug report: BUG-001" in document
    assert "github-actions[bot] tracked True" in life.decisions(number)
    kept = ("BUG-001/ledger.jsonl", "README.md", "register.json")
    assert life.files(RECORDS).keys() == {"meta.json", *(f"documents/bugs/{name}" for name in kept)}


def test_severity_command_is_a_label_too(life: Life) -> None:
    """A severity may be said instead of labelled; the label follows, and a record of who said it."""
    number = life.report(form())
    life.say("cy", number, "/severity P2 it can wait")
    assert life.labels(number) == {"P2", "phase: triage"}
    assert "cy command severity True" in life.decisions(number)


def test_fix_is_held_until_triage_holds(life: Life) -> None:
    """The fix's statuses name what is missing first, and turn green with the last requirement."""
    number = life.bug()
    fix = life.fix(number)
    verdicts = life.verdicts(fix)
    gates = ("triage", "root-cause", "fix", "release", "gate")
    assert verdicts.keys() == {f"bugaction/{name}" for name in gates}
    assert {state for state, _ in verdicts.values()} == {"failure"}
    assert "BUG-001: bo has not accepted" in life.gate(fix)[1] or "assigned" in life.gate(fix)[1]

    life.say("bo", number, "/accept")
    assert "no backup is named" in life.gate(fix)[1]
    life.say("cy", number, "/assign backup @mia")
    assert "section" in life.gate(fix)[1]
    life.say("cy", number, "/channel incident-1")
    assert life.gate(fix)[0] == "failure"
    assert "section" in life.gate(fix)[1]

    life.people.edit_issue("dee", number, body=form())
    life.pass_on()
    assert life.verdicts(fix)["bugaction/triage"] == ("success", "Triage holds")
    assert "phase: root-cause" in life.labels(number)
    cause = "BUG-001: no first look is written down (+3)"
    assert life.verdicts(fix)["bugaction/root-cause"] == ("failure", cause)

    life.analyse(number)
    assert life.verdicts(fix)["bugaction/root-cause"] == ("success", "Root cause holds")
    assert life.gate(fix) == ("failure", "BUG-001: no check has run on this commit (+5)")
    life.check(fix)
    assert life.gate(fix) == ("failure", "BUG-001: nobody has approved it (+4)")
    life.approve("mia", fix)
    notes = 'BUG-001: section "Summary" is still to be written, and 3 more wait (+3)'
    assert life.gate(fix) == ("failure", notes)
    life.prepare(number)
    assert life.verdicts(fix) == {
        "bugaction/triage": ("success", "Triage holds"),
        "bugaction/root-cause": ("success", "Root cause holds"),
        "bugaction/fix": ("success", "Fix holds"),
        "bugaction/release": ("success", "Release holds"),
        "bugaction/gate": ("success", "Every gate holds for BUG-001"),
    }
    assert "phase: fix" in life.labels(number)
    assert life.state.issues[number].assignees == ("bo",)


def test_report_completed_in_the_browser(life: Life) -> None:
    """The report may be completed as a document too: what is written outside the facts counts, and stays."""
    number = life.bug()
    fix = life.fix(number)
    life.say("bo", number, "/accept")
    life.say("cy", number, "/assign backup @mia\n/channel incident-1")
    path = "documents/bugs/BUG-001/bug-001-report-v1.0.md"
    text = life.world.file("main", path) or ""
    written, count = re.subn(r"<!-- prompt sha256=\w+ -->\n> \*\*Still[^\n]*", "Written by a person.", text)
    assert count > 0
    life.people.edit_on_web("bo", "main", {path: written}, "Complete the report")
    life.pass_on()
    assert life.verdicts(fix)["bugaction/triage"] == ("success", "Triage holds")
    assert (life.document(number) or "").count("Written by a person.") == count


def test_every_pull_request_is_answered(life: Life) -> None:
    """A pull request that fixes no bug gets the roll-up at once, so that it can be required."""
    life.bug()
    other = life.fix(branch="feature/other")
    assert life.verdicts(other) == {"bugaction/gate": ("success", "Not a bug fix")}


def test_same_event_twice_writes_once(life: Life) -> None:
    """Whatever event is delivered again, its second run writes nothing."""
    number = life.settled()
    life.ready(life.fix(number))
    life.say("dee", number, "/severity P3 please")
    assert len(life.world.told) >= 6
    assert [life.again(event) for event in list(life.world.told)] == [0] * len(life.world.told)


def test_sweep_of_a_quiet_repository_writes_nothing(life: Life) -> None:
    """A sweep over bugs whose overdue clocks are shown costs reads alone, whatever time it is."""
    life.ready(life.fix(life.settled()))
    life.world.clock.advance(days=3)
    life.runs.schedule()
    assert "sla: breached" in life.labels(1)
    life.world.clock.advance(days=3)
    before = len(life.server.writes)
    life.runs.schedule()
    assert len(life.server.writes) == before


@pytest.mark.parametrize("who", ["bo", *rarely("mia")])
def test_an_assignee_who_left_github_is_assigned_once(life: Life, who: str) -> None:
    """The timeline shows nobody any more, and GitHub ignores who is not there: no run asks again."""
    life.settled()
    life.ready(life.fix(1))
    life.world.remove_account(who)
    life.say("eve", 1, "/recheck")
    life.runs.schedule()
    assert set(life.product.codes) == {0}
    assert life.again() == 0


def test_a_lost_assignment_is_made_good_by_the_next_run(life: Life) -> None:
    """However often GitHub fails in the run that was to make it."""
    life.triaged()
    life.server.faults.fail(502, operation="issues/add-assignees", times=9, acts=False)
    life.say("mia", 1, "/assign @cy")
    assert "cy" not in life.state.issues[1].assignees
    life.server.faults.clear()
    life.runs.schedule()
    assert "cy" in life.state.issues[1].assignees
    assert life.again() == 0
