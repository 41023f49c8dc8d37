"""The lines of phase 4 on the deployment itself, and on what is watched after it."""

from __future__ import annotations

from scripts.seed.pointers import (
    Clock,
    Command,
    Key,
    Later,
    Line,
    Owner,
    Part,
    Pointer,
    Register,
    Requirement,
    Section,
    Text,
    row,
)

__all__ = ["PARTS"]

_STEPS = Text("documents/release-notes.md.j2", "{% for step in steps %}")
_STAGING = Requirement("release", "staging")
_NOTES = Requirement("release", "release-notes")
_WINDOW = Requirement("verification", "monitoring")
_NO_REGRESSION = Requirement("verification", "no-regression")
_DEPLOYED = Requirement("verification", "deployed")
_TEAM_TOLD = Requirement("verification", "team-told")
_USERS_TOLD = Requirement("verification", "users-told")
_POSTED = Key("notifications.deployed")


def _seen(*words: str, also: Pointer = _WINDOW) -> tuple[Line, ...]:
    return tuple(row(text, _WINDOW) if also is _WINDOW else row(text, _WINDOW, also) for text in words)


_FRAME = Part(
    "Phase 4: owner and time",
    (
        row("engineering owns it", Owner("deployment")),
        row("minutes for a P0", Key("severities.P0.deployment"), Clock("deployment")),
        row("two hours for a P1", Key("severities.P1.deployment"), Clock("deployment")),
        row("the next release for a P2 or P3", Key("deployment.release-windows"), _STEPS),
    ),
)

_P0 = Part(
    "Phase 4: how a P0 goes out",
    (
        row(
            "reviewed within minutes",
            Requirement("fix", "approvals"),
            Key("severities.P0.review"),
            Clock("review"),
        ),
        row("the critical tests only", Requirement("fix", "checks"), Key("severities.P0.watch")),
        row("straight to production", Key("severities.P0.staging"), _DEPLOYED),
        row("watched closely for half an hour", Key("severities.P0.windows"), _WINDOW),
        row("said where incidents are spoken of", Requirement("triage", "channel"), _POSTED),
    ),
)

_P1 = Part(
    "Phase 4: how a P1 goes out",
    (
        row("staging first", _STAGING, Key("severities.P1.staging")),
        row("a smoke test there", _STAGING, Command("attest")),
        row("then production", _DEPLOYED),
        row("watched for two hours", Key("severities.P1.windows"), _WINDOW),
        row("said where releases are spoken of", _POSTED),
    ),
)

_REST = Part(
    "Phase 4: how a P2 or P3 goes out",
    (
        row("merged as everything else", Requirement("fix", "linked"), Requirement("fix", "checks")),
        row("deployed with the next batch", _STEPS, _DEPLOYED),
        row("part of the release notes", _NOTES, Key("severities.P2.release-notes")),
    ),
)

_AFTER = Part(
    "Phase 4: after the deployment",
    (
        *_seen(
            "first minutes: errors as before",
            "first minutes: no new errors",
            "first minutes: the core works",
            "first minutes: users can do what they could not",
            "hours: it succeeds as often as before",
            "hours: as fast as before",
            "hours: no more tickets than before",
            "hours: the dashboards are green",
        ),
        *_seen("a day: nothing came back", also=_NO_REGRESSION),
        *_seen("a day: users are content"),
        *_seen("a day: the bug is gone", also=Command("verified")),
        *_seen("a day: the incident is closed", also=Key("severities.P1.hold-closing")),
    ),
)

_GATE = Part(
    "Phase 4: deliverables and gate",
    (
        row("notes, for a P0 to P2", _NOTES),
        row("a P0's within two hours of its deployment", Key("severities.P0.deferrable"), _NOTES),
        row("a P1's and a P2's before", _NOTES, Key("severities.P1.release-notes")),
        row(
            "published for everybody",
            Key("documents.delivery"),
            Register("documents"),
            Later("a GitHub Release"),
        ),
        row("production has the fix", _DEPLOYED, Command("deployed")),
        row("the bug is gone", _WINDOW, Command("verified")),
        row("errors as before", _WINDOW),
        row("figures as they should be", _WINDOW),
        row("the team knows", _TEAM_TOLD, Section("release-notes", "communication")),
        row("users know, where they need to", _USERS_TOLD, Section("release-notes", "communication")),
        row(
            "stop: roll back where something new breaks",
            _NO_REGRESSION,
            Command("regression"),
            Section("release-notes", "rollback"),
        ),
    ),
)

PARTS = (_FRAME, _P0, _P1, _REST, _AFTER, _GATE)
