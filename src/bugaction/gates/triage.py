"""The triage gate: severity, people and plan are settled before anything else counts."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from bugaction.bug import Bug, DocumentState
from bugaction.gates.base import (
    Gate,
    Requirement,
    Verdict,
    attested,
    by_advisory,
    lacking,
    named_gaps,
    rules_of,
    stakeholders,
    waits_for_severity,
)
from bugaction.model import Evidence, Outcome, Severity
from bugaction.moment import format_moment
from bugaction.records import RECORDS_BRANCH

__all__ = ["LANE", "TRIAGE", "edit_link", "seen_by"]

LANE = timedelta(hours=1)
"""How long after a raise to it a severity's plan may follow, where policy lets it: a P0 cannot wait."""


def _missing(bug: Bug, problem: str, remedy: str) -> Verdict:
    """Unmet, or within the fast lane's hour."""
    return lacking(bug, problem, remedy, LANE)


class SeverityRequirement:
    """Exactly one severity."""

    id = "severity"
    sentence = "Exactly one severity is set"

    def check(self, bug: Bug) -> Verdict:
        """Met by any severity; extra labels are taken off in the same run."""
        severity, history = bug.severity.current, bug.severity.history
        if severity is None:
            offered = bug.proposal.severity if bug.proposal is not None else Severity.P2
            label = bug.policy.severities[offered].labels[0]
            return Verdict(
                Outcome.UNMET,
                "no severity is set",
                f"Comment `/severity {offered} REASON`, or put the label `{label}` on the issue.",
            )
        last = history[-1] if history else None
        if last is None:
            return Verdict(Outcome.MET, evidence=(Evidence(f"{severity} ({severity.word})"),))
        text = f"{severity} ({severity.word}), {last.why}"
        return Verdict(Outcome.MET, evidence=(Evidence(text, last.url, last.actor.login, last.at),))


class AssigneeRequirement:
    """An assignee who has accepted."""

    id = "assignee"
    sentence = "An assignee has accepted the bug"

    def check(self, bug: Bug) -> Verdict:
        """Met when at least one assignee has accepted."""
        if bug.acceptances:
            return Verdict(Outcome.MET, evidence=tuple(item.evidence for item in bug.acceptances))
        logins = [assignee.login for assignee in bug.issue.assignees]
        if not logins:
            return Verdict(
                Outcome.UNMET,
                "nobody is assigned",
                "Comment `/accept` to take it, or `/assign @LOGIN` to give it to somebody.",
            )
        names = ", ".join(logins)
        return Verdict(
            Outcome.UNMET,
            f"{names} {'has' if len(logins) == 1 else 'have'} not accepted",
            f"{' or '.join(logins)} comments `/accept`; a first commit to the fix counts as well.",
        )


class BackupRequirement:
    """A backup from the senior group."""

    id = "backup"
    sentence = "A backup from the senior group is named"

    def check(self, bug: Bug) -> Verdict:
        """Asked of the severities that policy names; judged when the backup was named."""
        rules = rules_of(bug)
        if rules is None:
            return waits_for_severity()
        if not rules.backup:
            return Verdict(Outcome.NOT_APPLICABLE)
        if not bug.backup:
            return _missing(
                bug,
                "no backup is named",
                f"Comment `/assign backup @LOGIN`: {bug.policy.people.senior.words}.",
            )
        only = [item.login.casefold() for item in bug.acceptances]
        if only == [bug.backup.casefold()]:
            problem = f"{bug.backup} is the assignee and the backup"
            return _missing(bug, problem, "Comment `/assign backup @LOGIN` with somebody else's login.")
        role = f", role {bug.backup_role} when named" if bug.backup_role is not None else ""
        return Verdict(Outcome.MET, evidence=(Evidence(f"{bug.backup}{role}"),))


def edit_link(bug: Bug, document: DocumentState, line: int = 0) -> str:
    """The address of GitHub's editor for a committed document, at a line where one is given."""
    base = bug.issue.url.rsplit("/issues/", 1)[0]
    place = f"#L{line}" if line else ""
    return f"{base}/edit/{quote(document.branch)}/{quote(document.path)}{place}"


def seen_by(document: DocumentState) -> str:
    """What to do once it is filled in, as the end of a sentence; "" where the commit starts a run itself.

    GitHub runs workflows for a push by the files of the pushed branch, and the records branch holds none
    (https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#push).
    """
    return ", then comment `/recheck`" if document.branch == RECORDS_BRANCH else ""


class ReportRequirement:
    """The bug report, committed and complete."""

    id = "bug-report"
    sentence = "The bug report is committed and complete"

    def check(self, bug: Bug) -> Verdict:
        """A confidential bug's report is a private advisory, which somebody attests."""
        if bug.confidential:
            return by_advisory(bug, self.id, "the private advisory is not named", LANE)
        if bug.severity.current is None:
            return waits_for_severity()
        report = bug.report
        if report is None or report.text is None:
            return _missing(bug, "the bug report is not committed", "Comment `/recheck` to have it written.")
        if report.gaps:
            link = edit_link(bug, report, report.gaps[0].line)
            return _missing(
                bug, named_gaps(report.gaps), f"[Complete the bug report]({link}){seen_by(report)}."
            )
        return Verdict(Outcome.MET, evidence=(Evidence(report.path, report.url),))


class EtaRequirement:
    """An expected time for the fix."""

    id = "eta"
    sentence = "It is known when the fix is expected"

    def check(self, bug: Bug) -> Verdict:
        """Given by `/eta`, or else the severity's target; without a target only P0 and P1 need one."""
        rules = rules_of(bug)
        if bug.eta is not None:
            return Verdict(Outcome.MET, evidence=(Evidence(f"{format_moment(bug.eta)}, as stated"),))
        if rules is None:
            return waits_for_severity()
        if rules.fix is not None:
            due = format_moment(bug.issue.at + rules.fix)
            return Verdict(Outcome.MET, evidence=(Evidence(f"{due}, from the severity's target"),))
        if bug.severity.current not in (Severity.P0, Severity.P1):
            return Verdict(Outcome.NOT_APPLICABLE)
        remedy = "Comment `/eta 4h`, or a time in UTC such as `/eta 2026-11-25 14:00`."
        return _missing(bug, "no time for the fix is stated", remedy)


class ChannelRequirement:
    """A status channel."""

    id = "channel"
    sentence = "The status channel is named"

    def check(self, bug: Bug) -> Verdict:
        """Asked of the severities that policy names."""
        rules = rules_of(bug)
        if rules is None:
            return waits_for_severity()
        if not rules.channel:
            return Verdict(Outcome.NOT_APPLICABLE)
        if bug.channel:
            return Verdict(Outcome.MET, evidence=(Evidence(f"#{bug.channel}"),))
        return _missing(
            bug, "no status channel is named", f"Comment `/channel #incident-{bug.name.casefold()}`."
        )


class StakeholdersRequirement:
    """Those whom policy names hear of every urgent bug."""

    id = "stakeholders-notified"
    sentence = "Product, support and CTO know of the bug"

    def check(self, bug: Bug) -> Verdict:
        """Of a P0 or P1, and only where policy names somebody."""
        who = stakeholders(bug)
        if not who:
            return Verdict(Outcome.NOT_APPLICABLE)
        found = attested(bug, self.id)
        if found is not None:
            return found
        remedy = f"Tell {who}; then comment `/attest {self.id} WHERE AND HOW`."
        return _missing(bug, f"nobody says that these know of it: {who}", remedy)


_REQUIREMENTS: tuple[Requirement, ...] = (
    SeverityRequirement(),
    AssigneeRequirement(),
    BackupRequirement(),
    ReportRequirement(),
    EtaRequirement(),
    ChannelRequirement(),
    StakeholdersRequirement(),
)

TRIAGE = Gate(name="triage", title="Triage", requirements=_REQUIREMENTS)
"""Everything that has to be settled first, in the order of its checklist."""
