"""The release notes: what a fix changes, how it goes out, and how to go back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bugaction.approved import is_approval
from bugaction.bug import Bug
from bugaction.chronicle import timeline_of
from bugaction.documents import base
from bugaction.documents.analysis import ANALYSIS
from bugaction.documents.base import DocumentType
from bugaction.documents.merged import is_read, merged_fixes, name_of, questions, told_checks
from bugaction.documents.milestones import TOLD, looks, milestones, said, words_of
from bugaction.documents.post_mortem import POST_MORTEM
from bugaction.documents.report import REPORT
from bugaction.duration import format_duration
from bugaction.lane import rules_at_merges
from bugaction.model import GateResult, Severity, Strategy
from bugaction.monitoring import windows_of
from bugaction.questions import Question
from bugaction.rendering import Plain, iso
from bugaction.snapshot import ChangedFile, PullRequest, ReviewState

__all__ = ["RELEASE_NOTES", "needs_merged"]

LISTED = 30
"""Files and checks that the notes list; the pull request shows the rest."""

_MOMENTS = 200
"""Lines of the timeline that the notes show."""

_SECTIONS = {
    "summary": "Summary",
    "version": "Version",
    "components": "Affected components",
    "solution": "What the fix does",
    "breaking": "Breaking changes",
    "rollback": "Rollback plan",
}

_KEPT = ("changes", "tests", "hands")
"""Blocks that show what is read of a merged pull request once, and stays true from then on."""

_TITLES = {item.kind: item.title for item in (REPORT, ANALYSIS, POST_MORTEM)}

_ELSEWHERE = frozenset({*TOLD, "technical-debt", "team-review"})
"""Words that say nothing of tests: who was told, what follows, what the team learnt."""

_STEPS: Mapping[Severity, tuple[str, ...]] = {
    Severity.P0: (
        "Review: at once, within 15 minutes",
        "Tests: the critical ones",
        "Staging: left out",
        "Production: as soon as it is merged",
    ),
    Severity.P1: (
        "Review: within an hour",
        "Tests: the whole suite",
        "Staging: first, with a smoke test",
        "Production: once staging holds, within 2 hours",
    ),
    Severity.P2: (
        "Review: in its normal course",
        "Tests: the whole suite",
        "Production: with the next release",
    ),
    Severity.P3: (
        "Review: in its normal course",
        "Tests: the whole suite",
        "Production: with some later release",
    ),
}
"""How a fix of each severity goes out."""

_KINDS: Mapping[Severity, str] = {
    Severity.P0: "emergency hotfix, deployed at once",
    Severity.P1: "fast track, by way of staging",
    Severity.P2: "with the next release",
    Severity.P3: "with some later release",
}


def _wanted(bug: Bug, gates: Sequence[GateResult]) -> bool:  # noqa: ARG001 - as every type's rule
    """Once a pull request fixes the bug, at the severities that ask for notes, or that put them off at a
    merge."""
    severity = bug.severity.current
    if not bug.fixes or severity is None:
        return False
    asking = (bug.policy.severities[severity], *rules_at_merges(bug))
    return any(rules.release_notes for rules in asking)


def needs_merged(bug: Bug) -> frozenset[Question]:
    """What has to be read of merged fixes to write of them; nothing while the committed notes hold it."""
    notes = bug.documents.get(RELEASE_NOTES.kind)
    if bug.confidential or notes is None or (notes.text is None and not _wanted(bug, ())):
        return frozenset()
    return questions(bug, notes, _KEPT)


def _values(bug: Bug, version: str) -> dict[str, Plain]:
    """Everything that the template of the release notes shows (docs/reference/templates.md).

    What changes on the way to the merge is filled in with it, so that no word of anybody costs a commit.
    """
    severity = bug.severity.current or Severity.P2
    answers: dict[str, Plain] = {
        key: bug.answers.get(key) for key in ("broken", "actual", "affected", "impact", "parts")
    }
    merged = merged_fixes(bug)
    landed = max((pull.merged_at for pull in merged if pull.merged_at is not None), default=None)
    deployed, analysis = bug.deployed, bug.documents.get("root-cause-analysis")
    is_hotfix = severity is Severity.P0 or (
        bug.strategy is not None and bug.strategy.strategy is Strategy.HOTFIX
    )
    return {
        **base.subject(bug, version),
        "kind": "Hotfix" if is_hotfix else "Bug fix",
        "answers": answers,
        "preamble": "" if bug.answers.is_form else bug.answers.preamble,
        "reported": iso(bug.issue.at),
        "started": iso(bug.started),
        "released": iso(deployed.at) if deployed is not None else "",
        "deployed": _deployed(bug),
        "strategy": bug.strategy.strategy.value if merged and bug.strategy is not None else "",
        "deployment": _KINDS[severity],
        "steps": [*_STEPS[severity], *_watching(bug)],
        "milestones": milestones(bug, landed) if merged else [],
        "times": base.timeline(timeline_of(bug)[:_MOMENTS], bug.policy.time_zone) if merged else [],
        "zone": base.zone(bug),
        "fixes": base.fix_links(bug),
        "merged": {"read": int(is_read(bug)), "name": name_of(merged), "any": int(bool(merged))},
        "analysis": analysis.url if merged and analysis is not None and analysis.text is not None else "",
        "hands": [_hands(pull) for pull in merged if pull.reviews is not None],
        "changes": [_change(pull) for pull in merged if pull.reviews is not None],
        "tests": [check for pull in merged for check in _tests(bug, pull)][:LISTED],
        "team": _team(bug),
        "attested": [
            words_of(line)
            for name, line in sorted(bug.attestations.items())
            if merged and name not in _ELSEWHERE and not is_approval(line)
        ],
        "watched": [{"window": window, **words_of(line)} for window, line in looks(bug)],
        "debt": words_of(bug.attestations.get("technical-debt") if merged else None),
        "said": base.timeline(said(bug), bug.policy.time_zone) if merged else [],
        "channel": f"#{bug.channel}" if merged and bug.channel else "",
        "documents": [
            {"text": _TITLES[kind], "url": item.url}
            for kind, item in bug.documents.items()
            if merged and item.text is not None and kind in _TITLES
        ],
        "past": base.past(bug, RELEASE_NOTES.kind),
    }


def _watching(bug: Bug) -> list[str]:
    """When production is looked at, as policy has it."""
    windows = [format_duration(window) for window in windows_of(bug)]
    head, last = ", ".join(windows[:-1]), windows[-1:]
    return [f"Watching: after {f'{head} and ' if head else ''}{last[0]}"] if last else []


def _deployed(bug: Bug) -> dict[str, Plain]:
    if bug.deployed is None:
        return {"version": "", "previous": "", "environment": "", "who": "", "url": ""}
    evidence = bug.deployed.evidence
    return {
        "version": bug.deployed.version,
        "previous": bug.deployed.previous,
        "environment": bug.deployed.environment,
        "who": evidence.actor,
        "url": evidence.url,
    }


def _change(pull: PullRequest) -> Plain:
    files = pull.files or ()
    return {
        "text": f"#{pull.number} {pull.title}",
        "url": pull.url,
        "count": pull.changed_files or len(files),
        "additions": pull.additions or 0,
        "deletions": pull.deletions or 0,
        "authors": _authors(pull),
        "reviewers": _names(
            review.author.login for review in pull.reviews or () if review.state is ReviewState.APPROVED
        ),
        "files": [_file(file) for file in files[:LISTED]],
        "more": int(len(files) > LISTED or pull.files_cut),
    }


def _authors(pull: PullRequest) -> str:
    return _names([pull.author.login, *(who for c in pull.commits or () for who in c.authors[:1])])


def _hands(pull: PullRequest) -> Plain:
    """Who fixed and who reviewed, with each one's last review."""
    last = {review.author.login: review for review in pull.reviews or () if review.state in _REVIEWS}
    return {
        "text": f"#{pull.number}",
        "url": pull.url,
        "authors": _authors(pull),
        "reviews": [
            {"who": who, "what": _REVIEWS[review.state], "at": iso(review.at), "url": review.url}
            for who, review in last.items()
        ],
    }


_REVIEWS = {
    ReviewState.APPROVED: "approved",
    ReviewState.CHANGES_REQUESTED: "asked for changes",
    ReviewState.COMMENTED: "commented",
}


def _file(file: ChangedFile) -> Plain:
    return {"path": file.path, "additions": file.additions, "deletions": file.deletions}


def _tests(bug: Bug, pull: PullRequest) -> list[Plain]:
    return [
        {
            "text": name,
            "url": check.url,
            "outcome": str(check.outcome),
            "at": iso(check.completed_at),
        }
        for name, check in told_checks(bug, pull)
    ]


def _team(bug: Bug) -> dict[str, Plain]:
    return {
        "reporter": bug.issue.author.login,
        "triaged": next((change.actor.login for change in bug.severity.history), ""),
        "assigned": _names(item.login for item in bug.acceptances),
        "backup": bug.backup,
        "deployed": bug.deployed.evidence.actor if bug.deployed is not None else "",
        "approved": _approved(bug),
        "verified": _names(line.actor for _, line in looks(bug)),
    }


def _approved(bug: Bug) -> list[Plain]:
    """Who let the release go, each with their newest word."""
    words = {
        line.actor.casefold(): line
        for line in bug.spoken
        if line.data.get("requirement") == "release-approvals"
    }
    return [
        {"who": line.actor, "at": iso(line.at), "url": line.data.get("url", "")} for line in words.values()
    ]


def _names(logins: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(login for login in logins if login))


RELEASE_NOTES = DocumentType(
    kind="release-notes",
    title="release notes",
    template="documents/release-notes.md.j2",
    file_name="release-notes-{bug}-v{version}.md",
    sections=_SECTIONS,
    required=dict.fromkeys(Severity, tuple(_SECTIONS)),
    values=_values,
    wanted=_wanted,
    passing=frozenset({"communication", "deployment", "related", "team", "watched"}),
    shown=frozenset({"version", "components", "rollback"}),
)
