"""The triage gate: each requirement met, unmet, and where it does not apply."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.bug import Bug, DocumentState, Gap, Proposal, SeverityState
from bugaction.gates.triage import TRIAGE, edit_link
from bugaction.model import Evidence, Outcome, RecordKind, RequirementResult, Severity
from bugaction.policy import Policy
from bugaction.records import RECORDS_BRANCH
from tests.unit.bugs import ACCEPTED, REPORT, bug, triaged
from tests.values import ANA, BO, at, facts, issue, line

P0, P1, P2, P3 = Severity
NO_TARGET = Policy.model_validate({"severities": {"P0": {"fix": None}, "P1": {"fix": None}}})
RELAXED = Policy.model_validate({"severities": {"P1": {"backup": False, "channel": False}}})


def verdict(subject: Bug, requirement: str) -> RequirementResult:
    """What one requirement says of a bug."""
    (found,) = (item for item in TRIAGE.survey(subject)[0].requirements if item.id == requirement)
    return found


def test_the_checklist_in_its_order() -> None:
    """Ids are stable: people name them in commands."""
    assert TRIAGE.context == "bugaction/triage"
    assert [item.id for item in TRIAGE.requirements] == [
        "severity",
        "assignee",
        "backup",
        "bug-report",
        "eta",
        "channel",
        "stakeholders-notified",
    ]


@pytest.mark.parametrize("severity", Severity)
def test_a_complete_triage_passes(severity: Severity) -> None:
    """For each severity."""
    result = TRIAGE.survey(triaged(severity))[0]
    assert result.passes
    assert not any(item.problem or item.remedy for item in result.requirements)


def test_nothing_known_is_nothing_passed() -> None:
    """What a person has to do comes first; what the severity decides waits for it."""
    result = TRIAGE.survey(bug(None))[0]
    assert [(item.id, item.outcome) for item in result.blocking] == [
        ("severity", Outcome.UNMET),
        ("assignee", Outcome.UNMET),
        ("backup", Outcome.PENDING),
        ("bug-report", Outcome.PENDING),
        ("eta", Outcome.PENDING),
        ("channel", Outcome.PENDING),
    ]


# severity -----------------------------------------------------------------------------------------------


def test_severity_met() -> None:
    """With who set it, when and why."""
    found = verdict(bug(P0), "severity")
    assert found.outcome is Outcome.MET
    assert found.evidence == (Evidence("P0 (critical), all of checkout", "url", "ana", at(2)),)


def test_severity_met_without_a_history() -> None:
    """The state alone will do."""
    subject = replace(bug(P2), severity=SeverityState(current=P2))
    found = verdict(subject, "severity")
    assert (found.outcome, found.evidence) == (Outcome.MET, (Evidence("P2 (medium)"),))


@pytest.mark.parametrize(
    ("proposal", "remedy"),
    [
        (None, "Comment `/severity P2 REASON`, or put the label `P2` on the issue."),
        (Proposal(P0, ()), "Comment `/severity P0 REASON`, or put the label `P0` on the issue."),
    ],
)
def test_severity_unmet(proposal: Proposal | None, remedy: str) -> None:
    """The next step offers what the answers ask for."""
    found = verdict(bug(None, proposal=proposal), "severity")
    assert (found.outcome, found.problem, found.remedy) == (Outcome.UNMET, "no severity is set", remedy)


# assignee -----------------------------------------------------------------------------------------------


def test_assignee_met() -> None:
    """With the proof of each who accepted; also before a severity is set."""
    found = verdict(bug(None, acceptances=(ACCEPTED,)), "assignee")
    assert (found.outcome, found.evidence) == (Outcome.MET, (ACCEPTED.evidence,))


@pytest.mark.parametrize(
    ("assignees", "problem", "remedy"),
    [
        (
            [],
            "nobody is assigned",
            "Comment `/accept` to take it, or `/assign @LOGIN` to give it to somebody.",
        ),
        ([ANA], "ana has not accepted", "ana comments `/accept`; a first commit to the fix counts as well."),
        (
            [ANA, BO],
            "ana, bo have not accepted",
            "ana or bo comments `/accept`; a first commit to the fix counts as well.",
        ),
    ],
)
@pytest.mark.parametrize("severity", [None, P0, P3])
def test_assignee_unmet(
    severity: Severity | None, assignees: list[object], problem: str, remedy: str
) -> None:
    """Whatever the severity: even the fast lane needs somebody."""
    subject = bug(severity, facts=facts(issue(assignees=assignees)))  # type: ignore[arg-type]
    found = verdict(subject, "assignee")
    assert (found.outcome, found.problem, found.remedy) == (Outcome.UNMET, problem, remedy)


# backup and channel: what policy asks of a severity -----------------------------------------------------


@pytest.mark.parametrize(
    ("requirement", "evidence"),
    [("backup", Evidence("bo, role maintain when named")), ("channel", Evidence("#incident-bug-042"))],
)
def test_backup_and_channel_met(requirement: str, evidence: Evidence) -> None:
    """Named, for P0 and P1."""
    for severity in (P0, P1):
        found = verdict(triaged(severity), requirement)
        assert (found.outcome, found.evidence) == (Outcome.MET, (evidence,))


@pytest.mark.parametrize(
    ("requirement", "problem", "remedy"),
    [
        (
            "backup",
            "no backup is named",
            "Comment `/assign backup @LOGIN`: somebody with the role maintain or above.",
        ),
        ("channel", "no status channel is named", "Comment `/channel #incident-bug-042`."),
    ],
)
def test_backup_and_channel_unmet(requirement: str, problem: str, remedy: str) -> None:
    """A P1 needs them now; a P0 has an hour from the raise, which nothing but that moment decides."""
    found = verdict(bug(P1), requirement)
    assert (found.outcome, found.problem, found.remedy) == (Outcome.UNMET, problem, remedy)
    fast = verdict(bug(P0, raised=20), requirement)
    assert (fast.outcome, fast.problem, fast.remedy, fast.due) == (
        Outcome.DEFERRED,
        problem,
        remedy,
        at(80),
    )
    late = verdict(bug(P0, raised=20, now=at(600)), requirement)
    assert late == fast


@pytest.mark.parametrize("requirement", ["backup", "channel"])
@pytest.mark.parametrize(("severity", "policy"), [(P2, None), (P3, None), (P1, RELAXED)])
def test_backup_and_channel_not_applicable(
    requirement: str, severity: Severity, policy: Policy | None
) -> None:
    """Where policy does not ask for them."""
    assert verdict(bug(severity, policy=policy), requirement).outcome is Outcome.NOT_APPLICABLE


def test_the_only_engineer_is_no_backup() -> None:
    """Of two who accepted, one may be it."""
    alone = verdict(triaged(P1, backup="Ana"), "backup")
    assert (alone.outcome, alone.problem) == (Outcome.UNMET, "Ana is the assignee and the backup")
    assert alone.remedy == "Comment `/assign backup @LOGIN` with somebody else's login."
    both = (ACCEPTED, replace(ACCEPTED, login="bo"))
    assert verdict(triaged(P1, backup="ana", acceptances=both), "backup").outcome is Outcome.MET


def test_a_backup_by_name_alone_is_shown_without_a_role() -> None:
    """Where policy lists logins."""
    found = verdict(triaged(P1, backup_role=None), "backup")
    assert found.evidence == (Evidence("bo"),)


# bug-report ---------------------------------------------------------------------------------------------


def test_report_met() -> None:
    """Committed and without a gap."""
    found = verdict(bug(P3, report=REPORT), "bug-report")
    assert (found.outcome, found.evidence) == (Outcome.MET, (Evidence(REPORT.path, REPORT.url),))


@pytest.mark.parametrize("report", [None, replace(REPORT, text=None)])
def test_report_not_committed(report: DocumentState | None) -> None:
    """Something kept it from being written."""
    found = verdict(bug(P1, report=report), "bug-report")
    assert (found.outcome, found.problem) == (Outcome.UNMET, "the bug report is not committed")
    assert found.remedy == "Comment `/recheck` to have it written."


def test_report_with_gaps() -> None:
    """The first is named and linked, the others counted."""
    gaps = (Gap("Steps to reproduce", "is empty", 31), Gap("Frequency", "is empty"))
    found = verdict(bug(P1, report=replace(REPORT, gaps=gaps)), "bug-report")
    assert found.outcome is Outcome.UNMET
    assert found.problem == 'section "Steps to reproduce" is empty, and 1 more waits'
    assert found.remedy == (
        "[Complete the bug report](https://github.com/octo/shop/edit/main/documents/bugs/BUG-042/"
        "bug-042-report-v1.0.md#L31)."
    )
    one = verdict(bug(P1, report=replace(REPORT, gaps=gaps[1:])), "bug-report")
    assert one.problem == 'section "Frequency" is empty'
    assert one.remedy.endswith("-v1.0.md).")


def test_a_document_on_the_records_branch_names_what_starts_a_run() -> None:
    """No workflow runs for a commit there, so whoever fills it in would wait for the hourly sweep."""
    aside = replace(REPORT, branch=RECORDS_BRANCH, gaps=(Gap("Frequency", "is empty", 31),))
    found = verdict(bug(P1, report=aside), "bug-report")
    assert found.remedy.endswith("-v1.0.md#L31), then comment `/recheck`.")


def test_report_deferred_in_the_fast_lane() -> None:
    """A P0's report may follow within the hour."""
    found = verdict(bug(P0), "bug-report")
    assert (found.outcome, found.due) == (Outcome.DEFERRED, at(62))


@pytest.mark.parametrize("severity", [None, P1])
def test_a_confidential_bug_s_report_is_attested(severity: Severity | None) -> None:
    """With the advisory's address; a committed report does not count."""
    line_ = line(RecordKind.COMMAND, "IC_1#a", url="https://github.com/octo/shop/security/advisories/GHSA-x")
    subject = bug(severity, confidential=True, report=REPORT)
    missing = verdict(subject, "bug-report")
    assert (missing.outcome, missing.problem) == (Outcome.UNMET, "the private advisory is not named")
    assert missing.remedy == (
        "Comment `/attest bug-report https://github.com/octo/shop/security/advisories/GHSA-xxxx-xxxx-xxxx` "
        "with the advisory's address."
    )
    found = verdict(replace(subject, attestations={"bug-report": line_}), "bug-report")
    assert found.outcome is Outcome.MET
    assert found.evidence == (Evidence("attested by ana", line_.data["url"], "ana", at(1)),)


def test_a_confidential_bug_s_report_may_follow_in_the_fast_lane() -> None:
    """Within the hour, as any other."""
    found = verdict(bug(P0, confidential=True), "bug-report")
    assert (found.outcome, found.due) == (Outcome.DEFERRED, at(62))


def test_a_link_to_the_editor_keeps_odd_names_apart() -> None:
    """Branches and folders may hold any character."""
    odd = replace(REPORT, branch="a b#c", path="däs/x y.md")
    assert edit_link(bug(), odd) == "https://github.com/octo/shop/edit/a%20b%23c/d%C3%A4s/x%20y.md"


def test_a_link_to_the_editor_stays_in_the_repository_whatever_it_is_called() -> None:
    """Its name and its owner's may be a word of GitHub's own addresses."""
    home = "https://git.example.org/issues/issues"
    odd = bug(facts=facts(replace(issue(), url=f"{home}/issues/42")))
    assert edit_link(odd, REPORT) == f"{home}/edit/main/{REPORT.path}"


# eta ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severity", "text"),
    [(P0, "2026-11-24 13:00"), (P1, "2026-11-25 09:00"), (P2, "2026-12-01 09:00")],
)
def test_eta_from_the_target(severity: Severity, text: str) -> None:
    """The severity's target is an answer."""
    found = verdict(bug(severity), "eta")
    assert (found.outcome, found.evidence) == (
        Outcome.MET,
        (Evidence(f"{text} UTC, from the severity's target"),),
    )


@pytest.mark.parametrize("severity", [None, P1, P3])
def test_eta_as_stated(severity: Severity | None) -> None:
    """It goes before the target."""
    found = verdict(bug(severity, eta=at(90)), "eta")
    assert (found.outcome, found.evidence) == (Outcome.MET, (Evidence("2026-11-24 10:30 UTC, as stated"),))


def test_eta_unmet_without_a_target() -> None:
    """Where policy took the target away, a P1 needs a word, and a P0 may give it within the hour."""
    found = verdict(bug(P1, policy=NO_TARGET), "eta")
    assert (found.outcome, found.problem) == (Outcome.UNMET, "no time for the fix is stated")
    assert found.remedy == "Comment `/eta 4h`, or a time in UTC such as `/eta 2026-11-25 14:00`."
    assert verdict(bug(P0, policy=NO_TARGET), "eta").due == at(62)


def test_eta_not_applicable() -> None:
    """A P3 is fixed when it is convenient."""
    assert verdict(bug(P3), "eta").outcome is Outcome.NOT_APPLICABLE


def test_nobody_is_mentioned_by_a_checklist() -> None:
    """Placeholders stand in code, where GitHub makes no mention of them."""
    for item in TRIAGE.survey(bug(P1))[0].requirements:
        outside_code = "".join(item.remedy.split("`")[::2])
        assert "@" not in outside_code


# stakeholders-notified ----------------------------------------------------------------------------------

TOLD = Policy.model_validate({"people": {"product": ["pia"], "cto": ["tom"]}})


def test_those_whom_policy_names_know_of_an_urgent_bug() -> None:
    """Of a P0 within an hour; where policy names nobody, and of a lower severity, nobody has to."""
    found = verdict(bug(P1, policy=TOLD), "stakeholders-notified")
    assert (found.outcome, found.problem) == (
        Outcome.UNMET,
        "nobody says that these know of it: product (pia), CTO (tom)",
    )
    assert found.remedy.endswith("then comment `/attest stakeholders-notified WHERE AND HOW`.")
    urgent = verdict(bug(P0, policy=TOLD), "stakeholders-notified")
    assert (urgent.outcome, urgent.due) == (Outcome.DEFERRED, at(62))
    for severity in (P2, P3, None):
        found = verdict(bug(severity, policy=TOLD), "stakeholders-notified")
        assert found.outcome is Outcome.NOT_APPLICABLE
    assert verdict(bug(P1), "stakeholders-notified").outcome is Outcome.NOT_APPLICABLE


def test_a_word_tells_that_they_know() -> None:
    """With where and how."""
    word = line(
        RecordKind.COMMAND, "IC_1", name="attest", requirement="stakeholders-notified", note="by phone"
    )
    found = verdict(
        bug(P1, policy=TOLD, attestations={"stakeholders-notified": word}), "stakeholders-notified"
    )
    assert (found.outcome, found.evidence[0].text) == (Outcome.MET, "attested by ana: by phone")
