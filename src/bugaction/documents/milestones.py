"""The few moments of a bug's life that everybody asks for, and who was told of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bugaction.bug import Bug
from bugaction.chronicle import Moment, updates_of
from bugaction.duration import format_duration
from bugaction.explanation import MAIN
from bugaction.model import LedgerLine, RecordKind
from bugaction.moment import format_moment, parse_moment
from bugaction.monitoring import watched, windows_of
from bugaction.rendering import Plain, iso
from bugaction.state import commands_in_force

__all__ = ["NOTIFIED", "TOLD", "cause_known", "looks", "milestones", "said", "words_of"]

TOLD: Mapping[str, str] = {
    "stakeholders-notified": "Product, support and the CTO heard of the bug",
    "team-told": "The team heard of the fix",
    "users-told": "Users heard of the fix, or need not",
    "stakeholders-told": "Product, support and the CTO heard of the fix",
}
"""What an attested requirement says of who was told, by its id."""


NOTIFIED: Mapping[str, str] = {
    "notify:reported:": "it is reported",
    "notify:cause-found:": "its cause is found",
    "notify:deployed:": "the fix is deployed",
    "notify:all-clear:": "all clear",
    "notify:closed:": "it is closed",
}
"""What a notification outside GitHub told, by the beginning of its key (`bugaction.news`)."""


def cause_known(bug: Bug) -> tuple[datetime | None, str]:
    """When the cause was known, and where that is seen; None and "" where nothing tells.

    By the first word on the cause in a comment that still says it: no clock tells when a gate came to hold.
    """
    told = [item for item in bug.explanations if MAIN in (item.words or {})]
    first = min(told, key=lambda item: item.at, default=None)
    return (first.at, first.url) if first is not None else (None, "")


def looks(bug: Bug) -> list[tuple[str, LedgerLine]]:
    """The windows that somebody has looked at and found well, in time's order, each with that word."""
    if bug.deployed is None:
        return []
    found = watched(bug.ledger, bug.deployed, windows_of(bug))
    return sorted(found.items(), key=lambda item: item[1].at)


def milestones(bug: Bug, merged: datetime | None) -> list[Plain]:
    """What happened when, in short, and how long it took in all; what is not known is left out.

    In time's order: of an urgent bug the cause may be told after the merge.
    """
    known, shown = cause_known(bug)
    words = looks(bug)
    verified = words[-1][1] if words else None
    deployed = bug.deployed
    rows = [
        ("Reported", bug.issue.at, bug.issue.url),
        ("Cause known", known, shown),
        ("Fix merged", merged, ""),
        (
            "Deployed",
            deployed.at if deployed is not None else None,
            deployed.evidence.url if deployed is not None else "",
        ),
        (
            f"Seen to be well for {words[-1][0]}" if words else "",
            verified.at if verified is not None else None,
            verified.data.get("url", "") if verified is not None else "",
        ),
    ]
    return [
        {"label": label, "at": iso(at), "url": url, "after": format_duration(at - bug.issue.at)}
        for label, at, url in sorted(rows, key=lambda row: row[1] or bug.issue.at)
        if at is not None
    ]


def said(bug: Bug) -> list[Moment]:
    """Who was told what, and when, oldest first: by commands that tell something, and outside GitHub."""
    found = [
        Moment(line.at, text, line.data.get("url") or bug.issue.url, line.actor)
        for line in commands_in_force(bug.ledger)
        if (text := _told(line))
    ]
    return sorted([*found, *_notified(bug), *updates_of(bug)], key=lambda moment: moment.at)


def _notified(bug: Bug) -> list[Moment]:
    """What audiences outside GitHub were told, as far as somebody took it; a later try repeats nothing."""
    return [
        Moment(line.at, f"Notified {line.data['audiences']}: {words}", bug.issue.url, line.actor)
        for line in bug.ledger.accepted(RecordKind.NOTIFIED)
        for key, words in NOTIFIED.items()
        if line.evidence.startswith(key) and line.data.get("audiences")
    ]


def _told(line: LedgerLine) -> str:
    """What the command tells, "" where it tells nobody anything."""
    name = line.data.get("name", "")
    if name == "attest" and line.data.get("requirement", "") in TOLD:
        note = line.data.get("note", "")
        return TOLD[line.data["requirement"]] + (f": {note}" if note else "")
    if name == "channel":
        return f"The status channel is #{line.data.get('channel', '')}"
    eta = parse_moment(line.data.get("eta", "")) if name == "eta" else None
    if eta is not None:
        return f"The fix is expected by {format_moment(eta)}"
    return "The cause was told on the issue" if name == "root-cause" else ""


def words_of(line: LedgerLine | None) -> dict[str, Plain]:
    """Somebody's word as a template shows it; everything is "" where nobody gave one."""
    if line is None:
        return {"name": "", "who": "", "at": "", "url": "", "note": ""}
    return {
        "name": line.data.get("requirement", "").replace("-", " "),
        "who": line.actor,
        "at": iso(line.at),
        "url": line.data.get("url", ""),
        "note": line.data.get("note", ""),
    }
