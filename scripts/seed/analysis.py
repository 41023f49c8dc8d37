"""The lines of phase 2: why it happened."""

from __future__ import annotations

from scripts.seed.pointers import (
    Clock,
    Command,
    Drafted,
    Key,
    Owner,
    Part,
    Requirement,
    Section,
    Text,
    row,
)

__all__ = ["PARTS"]

_KIND = "root-cause-analysis"
_TEMPLATE = "documents/root-cause-analysis.md.j2"
_ANALYSIS = Requirement("root-cause", _KIND)
_REPRODUCED = Requirement("root-cause", "reproduction")
_PROMPT = Drafted("root-cause", "## What to write")


def _in(section: str) -> Section:
    return Section(_KIND, section)


_FRAME = Part(
    "Phase 2: owner, time, aim",
    (
        row("the assignee owns it", Owner("root-cause")),
        row(
            "hours for a P0 or P1",
            Key("severities.P0.root-cause"),
            Key("severities.P1.root-cause"),
            Clock("root-cause"),
        ),
        row("days for a P2 or P3", Key("severities.P2.root-cause"), Key("severities.P3.root-cause")),
        row("aim: the cause itself and not its symptom", _in("cause"), _ANALYSIS),
    ),
)

_FOUND = Part(
    "Phase 2: how the cause is found",
    (
        row("tried on a developer's machine", _in("local")),
        row("tried on staging", _in("staging")),
        row("looked at in production", _in("production")),
        row("where it shows and where not", _in("conclusion"), _REPRODUCED),
        row("what the logs say", _in("evidence")),
        row("what the data says", _in("evidence")),
        row("the problem", _in("problem"), _ANALYSIS),
        row("the chain of causes", _in("cause"), _ANALYSIS),
        row("why it could come about", _in("why"), _ANALYSIS),
        row("why nothing caught it", _in("not-caught"), _ANALYSIS),
        row("what made it worse", _in("factors"), _ANALYSIS),
    ),
)

_DRAFTED = Part(
    "Phase 2: what is drafted, and what is not done",
    (
        row(
            "drafted: queries on the logs",
            _in("evidence"),
            Drafted("root-cause", "Queries for logs and data, for somebody to run."),
        ),
        row(
            "drafted: the analysis",
            Text(_TEMPLATE, "# Root-cause analysis"),
            Command("root-cause"),
            _ANALYSIS,
        ),
        row(
            "drafted: a list of what to try",
            _in("reproduction"),
            Drafted("root-cause", "A list of what to try, most telling first."),
        ),
        row(
            "never: a cure before a cause",
            Requirement("root-cause", "strategy"),
            Drafted("root-cause", "Propose a fix before the cause is known."),
        ),
        row("never: without having seen it happen", _REPRODUCED),
        row("never: a cause without its evidence", Text(_TEMPLATE, "each with its evidence")),
        row("asked for: the whole analysis", _ANALYSIS),
        row("asked for: why it slipped through", _in("not-caught")),
        row("asked for: what prevents the next", Section("release-notes", "prevention-later")),
        row("the draft by a prompt", _PROMPT),
    ),
)

_GATE = Part(
    "Phase 2: deliverables and gate",
    (
        row("the analysis in the bug's folder", _ANALYSIS, Key("documents.root"), Command("root-cause")),
        row("steps that somebody has verified", _REPRODUCED, Command("attest")),
        row("how it is going to be fixed", Requirement("root-cause", "strategy"), Command("strategy")),
        row("stop: no fix without its cause", _ANALYSIS),
    ),
)

PARTS = (_FRAME, _FOUND, _DRAFTED, _GATE)
