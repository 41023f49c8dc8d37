"""The release gate: the fix can go out, everybody can read what it changes, and there is a way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bugaction.bug import Bug, DocumentState, Gap
from bugaction.fix_at_hand import is_on_the_fix_at_hand
from bugaction.gates.base import (
    Gate,
    Requirement,
    Verdict,
    attested,
    by_advisory,
    evidence_of,
    lacking,
    named_gaps,
    rules_of,
    waits_for_severity,
)
from bugaction.gates.triage import edit_link, seen_by
from bugaction.model import Evidence, LedgerLine, Outcome
from bugaction.monitoring import last_report
from bugaction.policy import Policy

__all__ = ["FOLLOW", "RELEASE", "approvals_due", "approving_roles"]

FOLLOW = timedelta(hours=2)
"""How long after its deployment a severity's release papers may follow, where policy lets them."""

_KIND = "release-notes"
_NAMED = frozenset({"version", "components"})
"""Sections of the release notes that are a requirement of their own (`documents.release_notes`)."""

_THEN = "It may follow until two hours after the deployment."


def _missing(bug: Bug, problem: str, remedy: str) -> Verdict:
    """Unmet; in the fast lane due two hours after the deployment, and before that after one to come."""
    if bug.deployed is not None:
        return lacking(bug, problem, remedy, FOLLOW, since=bug.deployed.at)
    verdict = lacking(bug, problem, remedy, None)
    is_later = verdict.outcome is Outcome.DEFERRED
    return replace(verdict, remedy=f"{remedy} {_THEN}") if is_later else verdict


def _is_of_this_fix(bug: Bug, line: LedgerLine | None) -> bool:
    """Whether a word is on what goes out now: a report of a regression asks for a new one at once, since
    nothing of the fix goes out any more, and a bug that was opened again with its next fix. What is owed of
    a merge that lies back is owed of what went out by it."""
    if line is None or not is_on_the_fix_at_hand(bug, line):
        return False
    if bug.is_of_merge:
        return True
    reported = last_report(bug)
    return reported is None or line.at > reported


class _OfNotes:
    """What rests on the release notes, section by section."""

    id: str

    def _asked(self, bug: Bug) -> Verdict | None:
        """The verdict where no notes are asked for, or none can be judged yet."""
        rules = rules_of(bug)
        if rules is None:
            return waits_for_severity()
        return None if rules.release_notes else Verdict(Outcome.NOT_APPLICABLE)

    def _judged(self, bug: Bug, document: DocumentState, gaps: Sequence[Gap]) -> Verdict:
        if gaps:
            link = edit_link(bug, document, gaps[0].line)
            return _missing(bug, named_gaps(gaps), f"[Fill in the release notes]({link}){seen_by(document)}.")
        return Verdict(Outcome.MET, evidence=(Evidence(document.path, document.url),))


class NotesRequirement(_OfNotes):
    """The release notes, committed and complete."""

    id = _KIND
    sentence = "The release notes are complete, with a way back"

    def check(self, bug: Bug) -> Verdict:
        """By the severities that policy names; a confidential bug's are its private advisory."""
        asked = self._asked(bug)
        if asked is not None:
            return asked
        if bug.confidential:
            within, since = (FOLLOW, bug.deployed.at) if bug.deployed is not None else (None, None)
            problem = "no advisory is named that holds the release notes"
            return by_advisory(bug, self.id, problem, within, since=since)
        document = bug.committed(_KIND)
        if document is None:
            remedy = "They are committed for you, ready to be filled in, once a pull request fixes the bug."
            return _missing(bug, "the release notes are not begun", remedy)
        return self._judged(bug, document, [gap for gap in document.gaps if gap.id not in _NAMED])


class VersionRequirement(_OfNotes):
    """What goes out, and what it touches."""

    id = "version"
    sentence = "The version and the affected components are named"

    def check(self, bug: Bug) -> Verdict:
        """By two sections of the release notes; an advisory names both by its form."""
        asked = self._asked(bug)
        if asked is not None:
            return asked
        if bug.confidential:
            return Verdict(Outcome.NOT_APPLICABLE)
        document = bug.committed(_KIND)
        if document is None:
            return _missing(bug, "they are not named yet", "The release notes ask for them.")
        return self._judged(bug, document, [gap for gap in document.gaps if gap.id in _NAMED])


class RollbackTestRequirement:
    """The way back was tried."""

    id = "rollback-tested"
    sentence = "The rollback plan has been tested"

    def check(self, bug: Bug) -> Verdict:
        """Somebody's word, at the severities that policy names."""
        rules = rules_of(bug)
        if rules is None:
            return waits_for_severity()
        if not rules.rollback_test:
            return Verdict(Outcome.NOT_APPLICABLE)
        found = attested(bug, self.id) if _is_of_this_fix(bug, bug.attestations.get(self.id)) else None
        if found is not None:
            return found
        remedy = f"Try the way back, then comment `/attest {self.id} WHERE AND HOW`."
        return _missing(bug, "the rollback plan has not been tested", remedy)


class StagingRequirement:
    """The fix was seen on staging first."""

    id = "staging"
    sentence = "The fix was deployed to staging and tried there"

    def check(self, bug: Bug) -> Verdict:
        """Somebody's word, at the severities that policy names."""
        rules = rules_of(bug)
        if rules is None:
            return waits_for_severity()
        if not rules.staging:
            return Verdict(Outcome.NOT_APPLICABLE)
        found = attested(bug, self.id) if _is_of_this_fix(bug, bug.attestations.get(self.id)) else None
        if found is not None:
            return found
        remedy = (
            f"Deploy it to staging, try it, then comment `/attest {self.id} WHAT WAS TRIED`. Where there is "
            f"no staging, `severities.{bug.severity.current}.staging: false` says so for good."
        )
        return _missing(bug, "it was not tried on staging", remedy)


def approving_roles(policy: Policy, at: datetime) -> dict[str, tuple[str, ...]]:
    """The roles that approve a release, as words, each with the logins that policy names for it at a time."""
    roles = {"the engineering lead": policy.people.engineering_lead, "somebody on call": policy.on_call(at)}
    return {words: logins for words, logins in roles.items() if logins}


def _holds(login: str, roles: Mapping[str, tuple[str, ...]], role: str) -> bool:
    """Whether that person has the role: who was on call when the word was given has given it for good."""
    return any(login.casefold() == name.casefold() for name in roles.get(role, ()))


class ReleaseApprovalsRequirement:
    """Those who answer for a release have let it go."""

    id = "release-approvals"
    sentence = "The engineering lead and somebody on call have approved the release"

    def check(self, bug: Bug) -> Verdict:
        """Asked of the roles that policy fills; one person of both gives both words at once."""
        roles = approving_roles(bug.policy, bug.now)
        if not roles:
            return Verdict(Outcome.NOT_APPLICABLE)
        rules = rules_of(bug)
        if rules is None:
            return waits_for_severity()
        if not rules.release_notes:
            return Verdict(Outcome.NOT_APPLICABLE)
        for role, logins in approvals_due(bug).items():
            who = " or ".join(logins)
            problem = f"{role} has not approved the release"
            return _missing(bug, problem, f"{who} comments `/attest {self.id}`.")
        found: dict[str, Evidence] = {}
        for role in roles:
            last = _approving(bug, role)[-1]
            found.setdefault(last.evidence, evidence_of(last))
        return Verdict(Outcome.MET, evidence=tuple(found.values()))


def approvals_due(bug: Bug) -> dict[str, tuple[str, ...]]:
    """The roles, as in `approving_roles`, that have not approved what goes out now."""
    roles = approving_roles(bug.policy, bug.now)
    return {role: logins for role, logins in roles.items() if not _approving(bug, role)}


def _approving(bug: Bug, role: str) -> list[LedgerLine]:
    """The approvals of this release by people with that role, oldest first."""
    return [
        line
        for line in bug.spoken
        if line.data.get("requirement") == ReleaseApprovalsRequirement.id
        and _holds(line.actor, approving_roles(bug.policy, line.at), role)
        and _is_of_this_fix(bug, line)
    ]


def _concerns(bug: Bug) -> bool:
    """Once a pull request fixes the bug: before that nobody thinks of a release."""
    return bool(bug.fixes)


_REQUIREMENTS: tuple[Requirement, ...] = (
    NotesRequirement(),
    VersionRequirement(),
    RollbackTestRequirement(),
    StagingRequirement(),
    ReleaseApprovalsRequirement(),
)

RELEASE = Gate(name="release", title="Release", requirements=_REQUIREMENTS, concerns=_concerns)
"""What has to be ready before a fix goes out."""
