"""The first look: what was seen before anybody began to dig for the cause."""

from __future__ import annotations

from datetime import timedelta

from bugaction.bug import Bug
from bugaction.escaping import plain
from bugaction.gates.base import Verdict, attested, lacking, rules_of, waits_for_severity
from bugaction.gates.triage import edit_link
from bugaction.markdown import sections
from bugaction.model import Evidence, Outcome
from bugaction.task_list import Task, tasks

__all__ = ["InvestigationRequirement"]

_SECTION = "checked"
"""The section of the bug report that lists what a person looks at; what changed before, the report tells."""

_LATER = timedelta(days=1)


def _is_answered(task: Task) -> bool:
    """Ticked, marked as needless, or answered in words behind the colon."""
    return task.is_done or task.is_waived or bool(task.text.partition(":")[2].strip())


class InvestigationRequirement:
    """Logs, monitoring and a first suspicion."""

    id = "investigation"
    sentence = "A first look was taken at logs, monitoring and the suspected cause"

    def check(self, bug: Bug) -> Verdict:
        """Met by the report's list, or by somebody's word; asked of the severities that policy names."""
        rules = rules_of(bug)
        if rules is None:
            return waits_for_severity()
        if not rules.investigation:
            return Verdict(Outcome.NOT_APPLICABLE)
        found = attested(bug, self.id)
        if found is not None:
            return found
        word = f"`/attest {self.id} WHAT WAS SEEN`"
        report = bug.report
        nothing = "no first look is written down"
        if bug.confidential or report is None or not report.text:
            return lacking(bug, nothing, f"Comment {word}.", _LATER)
        section = next((item for item in sections(report.text) if item.id == _SECTION), None)
        listed = tasks(section.body) if section is not None else ()
        waiting = [task for task in listed if not _is_answered(task)]
        if listed and not waiting:
            return Verdict(Outcome.MET, evidence=(Evidence(report.path, report.url),))
        begun = len(waiting) < len(listed)
        problem = f'the report says nothing of "{plain(waiting[0].text.rstrip(":"))}"' if begun else nothing
        link = edit_link(bug, report, section.line if section is not None else 0)
        return lacking(bug, problem, f"[Answer the report's list]({link}), or comment {word}.", _LATER)
