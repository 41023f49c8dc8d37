"""The triage gate as a team meets it, at every severity: what is missing, its remedy, and then it holds."""

from __future__ import annotations

import re

import pytest

from tests.examples import rarely
from tests.scenario.checklist import answer, held, obey, owed, row, said
from tests.scenario.life import ANSWERS, Life, form

GATE = "triage"
HOLDS = ("success", "Triage holds")
EVERYBODY = "version: 1\npeople:\n  product: [pia]\n  support: [sam, sue]\n  cto: [tom]\n"
ADVISORY = "https://github.com/octo/shop/security/advisories/GHSA-2222-3333-4444"

SEVERITY = "Exactly one severity is set"
ASSIGNEE = "An assignee has accepted the bug"
BACKUP = "A backup from the senior group is named"
REPORT = "The bug report is committed and complete"
ETA = "It is known when the fix is expected"
CHANNEL = "The status channel is named"
STAKEHOLDERS = "Product, support and CTO know of the bug"

NO_BACKUP = "no backup is named"
NO_CHANNEL = "no status channel is named"
UNTOLD = "nobody says that these know of it: product (pia), support (sam, sue), CTO (tom)"

OFFERED = {
    "P0": {"production-down": "Yes"},
    "P1": {"core-broken": "Yes"},
    "P2": {"broken": "The button is green."},
    "P3": {"cosmetic": "Yes"},
}
"""Answers of the bug form from which each severity is proposed."""

GAPS = {
    "P0": ("Expected behaviour", 4),
    "P1": ("Expected behaviour", 4),
    "P2": ("Expected behaviour", 4),
    "P3": ("Expected behaviour", 2),
}
"""The first section that such a report lacks, and how many more it does."""


def _reported(life: Life, severity: str, **answers: str) -> int:
    """A report by the form, with the bug label and no severity yet; gives the pull request that fixes it."""
    life.configure(EVERYBODY)
    life.people.create_label("ana", "bug")
    life.report(form({"broken": "The checkout never ends.", **OFFERED[severity], **answers}))
    life.people.label("cy", 1, "bug")
    life.pass_on()
    return life.fix(1)


def _unfinished(severity: str) -> str:
    section, more = GAPS[severity]
    return f'section "{section}" is still to be written, and {more} more wait'


@pytest.mark.parametrize("severity", ["P1", *rarely("P2", "P3")])
def test_from_nothing_to_green(life: Life, severity: str) -> None:
    """Every requirement unmet, each made good as a person would, in the order in which they are told."""
    pull = _reported(life, severity)
    is_urgent = severity == "P1"
    held(life, pull, GATE, "no severity is set")
    assert row(life, BACKUP).startswith(f"- ⏳ {BACKUP}: **waits for the severity**.")
    assert obey(life, "cy", SEVERITY, "as the form says") == f"/severity {severity} as the form says"
    assert row(life, SEVERITY).startswith("- ✅")
    assert severity in life.labels(1)

    held(life, pull, GATE, "nobody is assigned")
    obey(life, "cy", ASSIGNEE, "eve", verb="/assign")
    held(life, pull, GATE, "eve has not accepted")
    assert "eve comments `/accept`; a first commit to the fix counts as well." in row(life, ASSIGNEE)
    obey(life, "eve", ASSIGNEE)
    assert row(life, ASSIGNEE).startswith("- ✅")

    if is_urgent:
        held(life, pull, GATE, NO_BACKUP)
        assert "somebody with the role maintain or above" in row(life, BACKUP)
        refused = life.say("cy", 1, "/assign backup @eve")
        assert life.reactions(refused) == ["CONFUSED"]
        obey(life, "cy", BACKUP, "mia")
    held(life, pull, GATE, _unfinished(severity))
    answer(life, "bo", REPORT, GAPS[severity][0])
    assert row(life, REPORT).startswith("- ✅")

    if is_urgent:
        assert row(life, BACKUP) == f"- ✅ {BACKUP}: mia, role maintain when named"
        held(life, pull, GATE, NO_CHANNEL)
        obey(life, "cy", CHANNEL)
        assert row(life, CHANNEL).startswith("- ✅")
        held(life, pull, GATE, UNTOLD)
        assert "Tell product (pia), support (sam, sue), CTO (tom); then" in row(life, STAKEHOLDERS)
        obey(life, "bo", STAKEHOLDERS, "by phone")
        assert "attested by bo: by phone" in row(life, STAKEHOLDERS)
    else:
        for sentence in (BACKUP, CHANNEL, STAKEHOLDERS):
            assert row(life, sentence) == f"- ➖ {sentence}"
    known = {"P1": "2026-11-03 09:02 UTC", "P2": "2026-11-09 09:02 UTC"}
    target = f"- ✅ {ETA}: {known.get(severity)}, from the severity's target"
    assert row(life, ETA) == (f"- ➖ {ETA}" if severity == "P3" else target)
    assert said(life, pull, GATE) == HOLDS
    assert life.again() == 0


def test_the_lane_of_a_p0(life: Life) -> None:
    """A severity and somebody who took it are waited for; the rest stands with its due time."""
    pull = _reported(life, "P0")
    held(life, pull, GATE, "no severity is set")
    assert obey(life, "cy", SEVERITY, "nobody can pay") == "/severity P0 nobody can pay"
    held(life, pull, GATE, "nobody is assigned")
    obey(life, "bo", ASSIGNEE, verb="/accept")
    assert said(life, pull, GATE) == ("success", "Triage passes, 4 put off")

    due = _an_hour_after(life, "cy")
    owed(life, BACKUP, NO_BACKUP, due)
    owed(life, REPORT, _unfinished("P0"), due)
    owed(life, CHANNEL, NO_CHANNEL, due)
    owed(life, STAKEHOLDERS, UNTOLD, due)
    life.world.clock.advance(hours=2)
    life.runs.schedule()
    # What is overdue holds the verification, and no merge.
    assert said(life, pull, GATE) == (
        "success",
        "Triage passes, 4 put off",
    )  # what is overdue holds the verification, and no merge

    obey(life, "cy", BACKUP, "mia")
    answer(life, "bo", REPORT, GAPS["P0"][0])
    obey(life, "cy", CHANNEL)
    obey(life, "bo", STAKEHOLDERS, "by phone")
    for sentence in (SEVERITY, ASSIGNEE, BACKUP, REPORT, ETA, CHANNEL, STAKEHOLDERS):
        assert row(life, sentence).startswith("- ✅"), sentence
    assert life.again() == 0


def _an_hour_after(life: Life, who: str) -> str:
    """The minute an hour after that person's command, as the checklist writes it."""
    (line,) = (line for line in life.ledger(1) if line["actor"] == who and line["kind"] == "command")
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)T(\d\d):(\d\d):\d\dZ", str(line["at"]))
    assert found is not None
    return f"{found[1]} {int(found[2]) + 1:02d}:{found[3]}"


@pytest.mark.parametrize("severity", ["P1", *rarely("P0", "P2", "P3")])
def test_without_a_target_a_time_is_asked_for(life: Life, severity: str) -> None:
    """Of the urgent ones alone: held for a P1, put off for a P0, and no question for the others."""
    life.configure(f"version: 1\nseverities:\n  {severity}:\n    fix: null\n")
    life.bug(severity, form())
    life.say("bo", 1, "/accept\n/assign backup @mia\n/channel incident-1")
    pull = life.fix(1)
    nothing = "no time for the fix is stated"
    if severity in ("P2", "P3"):
        assert row(life, ETA) == f"- ➖ {ETA}"
        assert said(life, pull, GATE) == HOLDS
        return
    if severity == "P0":
        owed(life, ETA, nothing, "2026-11-02 10:03")
        assert said(life, pull, GATE) == ("success", "Triage passes, 1 put off")
    else:
        held(life, pull, GATE, nothing)
    assert obey(life, "bo", ETA) == "/eta 4h"
    assert re.fullmatch(rf"- ✅ {ETA}: 2026-11-02 13:0\d UTC, as stated", row(life, ETA))
    assert said(life, pull, GATE) == HOLDS


@pytest.mark.parametrize("severity", ["P0", "P1"])
def test_one_person_cannot_be_both(life: Life, severity: str) -> None:
    """Whoever took the bug on is no backup of their own."""
    life.bug(severity, form())
    life.say("cy", 1, "/assign backup @mia\n/channel incident-1")
    life.say("mia", 1, "/accept")
    pull = life.fix(1)
    twice = "mia is the assignee and the backup"
    if severity == "P0":
        owed(life, BACKUP, twice, "2026-11-02 10:02")
    else:
        held(life, pull, GATE, twice)
    obey(life, "mia", BACKUP, "ana")
    assert row(life, BACKUP) == f"- ✅ {BACKUP}: ana, role admin when named"
    assert said(life, pull, GATE) == HOLDS


def test_several_who_have_not_accepted_are_all_named(life: Life) -> None:
    """One of them is enough."""
    life.bug("P2", form())
    pull = life.fix(1)
    life.people.assign("cy", 1, "mia", "eve")
    life.pass_on()
    held(life, pull, GATE, "mia, eve have not accepted")
    assert "mia or eve comments `/accept`" in row(life, ASSIGNEE)
    obey(life, "eve", ASSIGNEE)
    assert said(life, pull, GATE) == HOLDS


def test_a_first_commit_accepts(life: Life) -> None:
    """As the remedy says: whoever is assigned and begins a fix has taken the bug on."""
    life.bug("P2", form())
    pull = life.fix(1)
    life.people.assign("cy", 1, "eve")
    life.pass_on()
    held(life, pull, GATE, "eve has not accepted")
    life.people.push("eve", "fix/rest", {"rest.py": "1\n"}, "Repair the rest")
    life.people.open_pull("eve", "Repair the rest", "fix/rest", body="Fixes #1")
    life.pass_on()
    assert "eve committed " in row(life, ASSIGNEE)
    assert said(life, pull, GATE) == HOLDS


def test_a_report_that_somebody_deleted(life: Life) -> None:
    """While GitHub takes no commit it stays away and holds the fix; the remedy brings it back."""
    life.bug("P2", form())
    life.say("bo", 1, "/accept")
    pull = life.fix(1)
    assert said(life, pull, GATE) == HOLDS
    life.people.push("ana", "main", {life.committed(1, "report")[1]: None}, "Tidy up")
    life.runs.skip()
    life.server.faults.fail(502, times=100, operation="createCommitOnBranch")
    life.people.edit_pull("bo", pull, title="Repair the whole checkout")
    life.pass_on()
    life.server.faults.clear()
    held(life, pull, GATE, "the bug report is not committed")
    assert "Comment `/recheck` to have it written." in row(life, REPORT)
    life.say("bo", 1, "/recheck")
    assert said(life, pull, GATE) == HOLDS
    assert life.document(1) is not None


@pytest.mark.parametrize("severity", ["P1", *rarely("P0", "P2", "P3")])
def test_a_confidential_bug_s_report_is_an_advisory(life: Life, severity: str) -> None:
    """Its address takes the place of the document; the status tells how much is missing, and not what."""
    life.people.create_label("ana", "security")
    life.report(form(ANSWERS))
    life.people.label("mia", 1, severity, "security")
    life.pass_on()
    life.say("bo", 1, "/accept")
    life.say("cy", 1, "/assign backup @mia\n/channel private")
    pull = life.fix(1)
    assert life.document(1) is None
    line = row(life, REPORT)
    base = "https://github.com/octo/shop/security/advisories/GHSA-xxxx-xxxx-xxxx"
    assert f"Comment `/attest bug-report {base}` with the advisory's address." in line
    if severity == "P0":
        assert line.startswith(f"- 🕒 {REPORT} (due 2026-11-02 10:02 UTC). ")
        assert said(life, pull, GATE) == ("success", "Triage passes, 1 put off")
    else:
        assert line.startswith(f"- ❌ {REPORT}. ")
        assert said(life, pull, GATE) == ("failure", "BUG-001: 1 requirement not met yet")
    life.say("bo", 1, f"/attest bug-report {ADVISORY}")
    assert row(life, REPORT) == f"- ✅ {REPORT}"
    assert said(life, pull, GATE) == HOLDS
    assert life.again() == 0
