"""The issue that follows an override: what was let through, who said so, and what is still to be made good.

Opened once for each bug, gate and commit. It is found again on the bug's timeline, where GitHub shows every
issue that mentions the bug (https://docs.github.com/rest/using-the-rest-api/issue-event-types,
"cross-referenced"); what people do with it is theirs, and nothing is read back from it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bugaction.bug import Bug
from bugaction.documents.base import server_url
from bugaction.escaping import inline, link, remark
from bugaction.gates import GATES
from bugaction.model import Actor, LedgerLine, Outcome, RequirementResult
from bugaction.plan import CreateIssue
from bugaction.snapshot import EntryKind, Issue, PullState, Repository
from bugaction.state import commands_named

__all__ = ["follow_ups", "shows"]

_MARKER = "<!-- bugaction:override v1 {} {} {} -->"


def follow_ups(bug: Bug, repository: Repository, recorded: Collection[LedgerLine]) -> list[CreateIssue]:
    """The follow-up issues that are not there yet, for the overrides that are recorded and not taken back."""
    found: dict[str, CreateIssue] = {}
    for line in commands_named(bug.ledger, "override"):
        if line not in recorded or line.data["gate"] not in GATES:
            continue
        effect = _issue(line, bug, repository)
        if not shows(bug.issue, effect, repository.viewer):
            found.setdefault(effect.marker, effect)
    return list(found.values())


def shows(issue: Issue, wanted: CreateIssue, viewer: Actor) -> bool:
    """Whether an issue of ours with this one's marker or title mentions that issue.

    Anybody can write either, so the author counts; people may edit one of the two, and hardly both.
    """
    return any(
        entry.kind is EntryKind.CROSS_REFERENCED
        and entry.author is not None
        and viewer.is_same(entry.author.login)
        and (wanted.marker in entry.said[1:] or wanted.title in entry.said[:1])
        for entry in issue.timeline
    )


def _issue(line: LedgerLine, bug: Bug, repository: Repository) -> CreateIssue:
    gate, head = line.data["gate"], line.data["head"]
    marker = _MARKER.format(bug.name, gate, head)
    title = f"{bug.name}: follow up on the override of the {gate} gate at {head[:7]}"
    return CreateIssue(repository.id, bug.number, marker, title, _body(marker, line, bug))


def _body(marker: str, line: LedgerLine, bug: Bug) -> str:
    """No mention, no word that closes anything, and of a confidential bug nothing that tells of it."""
    server, data = server_url(bug), line.data
    where = link("this comment", data.get("url", ""), server)
    parts = [
        marker,
        f"The {data['gate']} gate was overridden: what it asks for did not all hold, and the fix passed.",
        "\n".join(
            [
                f"- Bug: #{bug.number} ({bug.name})",
                f"- Pull request: {', '.join(data['pulls'].split())}",
                f"- Commit: `{data['head']}`",
                f"- Who: {inline(line.actor)}, {line.at:%Y-%m-%d %H:%M} UTC, in {where}",
            ]
        ),
    ]
    if not bug.confidential:
        parts[-1] += f"\n- Why: {inline(data['reason'], 300)}"
        parts.append(_missing(line, bug, server))
    parts.append("Make good what is left, or say here why nothing is, and close this issue.")
    return "\n\n".join(parts) + "\n"


def _missing(line: LedgerLine, bug: Bug, server: str) -> str:
    """What did not hold when this was written, to be ticked off."""
    gate, named = GATES[line.data["gate"]], line.data["pulls"].split()
    pulls = [pull for pull in bug.fixes if f"#{pull.number}" in named and pull.state is PullState.OPEN]
    if not pulls:
        return "The pull request is no longer open, so what was missing is not listed here."
    lacking: dict[str, None] = {}
    for pull in pulls:
        lacking |= dict.fromkeys(_tasks(gate.judge(bug, pull).requirements, server))
    if not lacking:
        return "By now nothing of it is missing."
    return "\n".join(["**What was missing**", "", *lacking])


def _tasks(requirements: Sequence[RequirementResult], server: str) -> list[str]:
    return [
        "- [ ] " + remark(f"{item.sentence}: {item.problem}" if item.problem else item.sentence, server)
        for item in requirements
        if item.outcome is Outcome.WAIVED or not item.outcome.passes
    ]
