"""The first look: by the report's list, by somebody's word, at the severities that ask for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bugaction.bug import Bug
from bugaction.gates.base import Verdict
from bugaction.gates.investigation import InvestigationRequirement
from bugaction.model import Evidence, Outcome, RecordKind, Severity
from tests.unit.bugs import REPORT, bug
from tests.values import at, line

REQUIREMENT = InvestigationRequirement()
EDITOR = f"https://github.com/octo/shop/edit/main/{REPORT.path}"
BEFORE = Verdict(
    Outcome.UNMET, "no first look is written down", "Comment `/attest investigation WHAT WAS SEEN`."
)
"""What is said where there is no report to read."""
HEAD = "# Report\n\n### Looked at by a person\n<!-- section: checked -->\n"


def verdict(listed: str, severity: Severity = Severity.P1, **changes: object) -> Verdict:
    """What is found of a report with this list."""
    report = replace(REPORT, text=f"{HEAD}{listed}\n\n## Assignment\n\n- [ ] Of another list\n")
    subject: Bug = replace(bug(severity, report=report), **changes)  # type: ignore[arg-type]
    return REQUIREMENT.check(subject)


@pytest.mark.parametrize(
    "listed",
    [
        "- [x] Error logs:\n- [X] Monitoring:",
        "- [ ] Error logs: one line, over and over\n- [x] Monitoring:",
        "- [ ] ~~Error logs:~~\n- [ ] Monitoring: N/A",
        "- [ ] Error logs: one line, it reads:\n- [x] Monitoring:",
    ],
)
def test_a_list_that_is_answered_is_enough(listed: str) -> None:
    """By a tick, in words, or by saying that it does not apply."""
    assert verdict(listed) == Verdict(Outcome.MET, evidence=(Evidence(REPORT.path, REPORT.url),))


def test_the_first_open_line_is_named() -> None:
    """With a way to answer it, and a way around."""
    found = verdict("- [x] Error logs:\n- [ ] Monitoring of X:\n- [ ] Suspected cause:")
    assert found == Verdict(
        Outcome.UNMET,
        'the report says nothing of "Monitoring of X"',
        f"[Answer the report's list]({EDITOR}#L3), or comment `/attest investigation WHAT WAS SEEN`.",
    )
    without_colon = verdict("- [x] Error logs\n- [ ] Monitoring")
    assert without_colon.problem == 'the report says nothing of "Monitoring"'


@pytest.mark.parametrize(
    "listed", ["", "- [ ] Error logs:\n- [ ] Monitoring:", "```\n- [x] Error logs:\n```"]
)
def test_a_list_without_an_answer_is_nothing(listed: str) -> None:
    """Also one that was deleted, and ticks in a fence. The words are those from before there was a report."""
    remedy = f"[Answer the report's list]({EDITOR}#L3), or comment `/attest investigation WHAT WAS SEEN`."
    assert verdict(listed) == replace(BEFORE, remedy=remedy)
    assert REQUIREMENT.check(bug()) == BEFORE


def test_a_report_whose_list_was_taken_out_is_opened_at_its_top() -> None:
    """A word is enough there as well."""
    report = replace(REPORT, text="# Report\n\n## Assignment\n\n- [x] Of another list\n")
    remedy = f"[Answer the report's list]({EDITOR}), or comment `/attest investigation WHAT WAS SEEN`."
    assert REQUIREMENT.check(bug(report=report)) == replace(BEFORE, remedy=remedy)


def test_a_word_is_enough() -> None:
    """Also of a bug whose report nobody may read."""
    said = line(RecordKind.COMMAND, "IC_1", name="attest", requirement="investigation", note="one line")
    for confidential in (False, True):
        found = verdict("", confidential=confidential, attestations={"investigation": said})
        assert (found.outcome, found.evidence[0].text) == (Outcome.MET, "attested by ana: one line")
    assert verdict("- [x] Error logs:", confidential=True) == BEFORE


def test_severities_differ() -> None:
    """A P3 asks for none, a P0 within a day, and without a severity it is not known."""
    assert verdict("", Severity.P3).outcome is Outcome.NOT_APPLICABLE
    later = replace(BEFORE, outcome=Outcome.DEFERRED, due=at(2) + timedelta(days=1))
    assert REQUIREMENT.check(bug(Severity.P0)) == later
    begun = verdict("", Severity.P0)
    assert (begun.outcome, begun.due) == (later.outcome, later.due)
    assert REQUIREMENT.check(bug(None)).outcome is Outcome.PENDING
