"""The post-mortem gate: a severe bug is not done before the team has learnt from it.

It holds no merge: it concerns a bug once its fix is out, or once somebody had the post-mortem begun.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bugaction.action_issues import ActionIssue, matches
from bugaction.action_items import SECTION, ActionItem, action_items
from bugaction.bug import Bug, DocumentState
from bugaction.escaping import plain
from bugaction.gates.base import (
    Gate,
    Requirement,
    Verdict,
    attested_of_fix,
    by_advisory,
    named_gaps,
    rules_of,
)
from bugaction.gates.triage import edit_link, seen_by
from bugaction.model import Evidence, Outcome

__all__ = ["POST_MORTEM", "WITHIN"]

WITHIN = timedelta(days=2)
"""How long after the deployment all of it is due (seed, phase 5: one to two days after the fix)."""

_KIND = "post-mortem"
"""The document's kind (`documents.post_mortem`)."""

_FORM = "`- [ ] WHAT @LOGIN due YYYY-MM-DD`"
_NO_ISSUE = "is no issue yet"
_WAIT = (
    "Its issue is opened by the next run, up to 30 of a bug; or open one, and write its number behind the "
    "item, such as #42."
)

_LONGEST_NAME = 40
"""Characters of an action item that a problem repeats."""


def _due(bug: Bug) -> datetime | None:
    return bug.deployed.at + WITHIN if bug.deployed is not None else None


def _unmet(bug: Bug, problem: str, remedy: str) -> Verdict:
    """Never deferred: this gate is where what may wait is asked for."""
    return Verdict(Outcome.UNMET, problem, remedy, due=_due(bug))


def _not_begun(bug: Bug) -> Verdict:
    return _unmet(
        bug, "the post-mortem is not begun", "It is committed for you by the next run, ready to be filled in."
    )


class PostMortemRequirement:
    """The post-mortem, committed and complete."""

    id = _KIND
    sentence = "The post-mortem is complete"

    def check(self, bug: Bug) -> Verdict:
        """Met by every section; of a confidential bug, by the advisory's address."""
        if bug.confidential:
            found = by_advisory(bug, self.id, "no advisory is named that holds the post-mortem", None)
            is_told = found.outcome is Outcome.MET
            return found if is_told else replace(found, outcome=Outcome.UNMET, due=_due(bug))
        document = bug.committed(_KIND)
        if document is None:
            return _not_begun(bug)
        if not document.gaps:
            return Verdict(Outcome.MET, evidence=(Evidence(document.path, document.url),))
        link = edit_link(bug, document, document.gaps[0].line)
        return _unmet(
            bug, named_gaps(document.gaps), f"[Fill in the post-mortem]({link}){seen_by(document)}."
        )


class ActionItemsRequirement:
    """What the post-mortem promises is somebody's, by a day, and followed as an issue."""

    id = "action-items"
    sentence = "Every action item has an owner and a due date and is an issue"

    def check(self, bug: Bug) -> Verdict:
        """Names the first item that lacks something; none at all is enough where the section says why."""
        if bug.confidential:
            return Verdict(Outcome.NOT_APPLICABLE)  # they stand in the advisory
        document = bug.committed(_KIND)
        if document is None:
            return _not_begun(bug)
        items = action_items(document.text or "")
        if not items:
            return self._none(bug, document)
        opened = matches(items, bug.actions)
        lacking = [(item, problem) for item in items if (problem := _lacks(bug, item, opened.get(item.line)))]
        if lacking:
            item, problem = lacking[0]
            more = f" (+{len(lacking) - 1})" if len(lacking) > 1 else ""
            name = plain(item.text, _LONGEST_NAME)
            link = edit_link(bug, document, item.line)
            remedy = f"[Complete it]({link}): {_FORM}." if problem != _NO_ISSUE else _WAIT
            return _unmet(bug, f'action item "{name}" {problem}{more}', remedy)
        said = "1 action item" if len(items) == 1 else f"{len(items)} action items"
        return Verdict(Outcome.MET, evidence=(Evidence(f"{said}, each an issue", document.url),))

    def _none(self, bug: Bug, document: DocumentState) -> Verdict:
        gap = next((gap for gap in document.gaps if gap.id in (SECTION, "")), None)
        if gap is None:
            return Verdict(Outcome.MET, evidence=(Evidence("it is said why there is none", document.url),))
        link = edit_link(bug, document, gap.line)
        remedy = f"[Name one]({link}): {_FORM}; or say there why nothing follows."
        return _unmet(bug, "no action item is named", remedy)


def _lacks(bug: Bug, item: ActionItem, issue: ActionIssue | None) -> str:
    """What an item lacks, as the end of a sentence; once there is its issue, that one knows the rest."""
    if issue is not None:
        return ""
    if not item.text:
        return "does not say what will be done"
    if not item.owner:
        return "names nobody who owns it"
    if item.due is None and (item.horizon is None or item.issue):
        return "has no due date"
    if item.issue in bug.absent:
        return f"names #{item.issue}, which is no other issue of this repository"
    return "" if item.issue else _NO_ISSUE


class TeamReviewRequirement:
    """The team has talked about it."""

    id = "team-review"
    sentence = "The team has reviewed it and shared what it learnt"

    def check(self, bug: Bug) -> Verdict:
        """Met by somebody's word on when and where."""
        found = attested_of_fix(bug, self.id)
        if found is not None:
            return found
        return _unmet(
            bug,
            "no team review is recorded",
            "Hold it, then comment `/attest team-review WHEN AND WHERE, AND WHERE THE LESSONS ARE SHARED`.",
        )


def _concerns(bug: Bug) -> bool:
    """A severity that policy wants one of, once the fix is out; any other, once somebody had it begun."""
    rules = rules_of(bug)
    if rules is None:
        return False
    return (rules.post_mortem and bug.deployed is not None) or bug.committed(_KIND) is not None


_REQUIREMENTS: tuple[Requirement, ...] = (
    PostMortemRequirement(),
    ActionItemsRequirement(),
    TeamReviewRequirement(),
)

POST_MORTEM = Gate(
    name=_KIND,
    title="Post-mortem",
    requirements=_REQUIREMENTS,
    blocks_merge=False,
    concerns=_concerns,
)
"""What happened is written down, reviewed by the team, and something is done about it."""
