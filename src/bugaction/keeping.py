"""Keeping a run's facts: the file that is written, and whether deciding on it comes to the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bugaction import __version__
from bugaction.capture import Capture, Recorder, parse, written
from bugaction.contrast import REASON, outcomes
from bugaction.errors import BugactionError
from bugaction.plan import Level, Notice
from bugaction.redaction import redacted
from bugaction.report import Report
from bugaction.runner import Inputs
from bugaction.settling import settled
from bugaction.simulation import simulate

__all__ = ["capture_of", "check", "text_of"]

_MOST_NAMED = 5


def capture_of(inputs: Inputs, recorder: Recorder, at: datetime) -> Capture:
    """A run's facts as they are kept."""
    return Capture(
        bugaction=__version__,
        at=at,
        repository=inputs.repository,
        event=inputs.event,
        config=inputs.config,
        server=inputs.server_url,
        command=str(inputs.command),
        dry_run=inputs.dry_run,
        cases=recorder.cases,
    )


def text_of(capture: Capture, inputs: Inputs, templates: Mapping[str, str]) -> str:
    """The file's text, without the run's own token and any other; where that is asked for, without words."""
    if inputs.redact:
        capture = settled(capture, redacted(capture, templates), templates)
    return written(capture, inputs.token.scrub)


def check(text: str, report: Report, templates: Mapping[str, str]) -> Notice | None:
    """A warning where the text does not decide as the run did; None where it does.

    What was taken out of it, such as a token in a command, may be what a decision hung on.
    """
    try:
        found = parse(text, "The snapshot")
        if found is None:  # pragma: no cover - it was written a moment ago
            return None
        again = outcomes(simulate(found, templates).report)
    except BugactionError as error:
        return Notice(Level.WARNING, f"The saved facts cannot be decided on again: {error.message}")
    before = outcomes(report)
    # What a run that wrote ended as, its writes decided.
    names = [name for name in (before | again) if report.dry_run or name != REASON]
    differing = [name for name in names if before.get(name) != again.get(name)]
    if not differing:
        return None
    more = f" and {len(differing) - _MOST_NAMED} more" if len(differing) > _MOST_NAMED else ""
    named = "; ".join(differing[:_MOST_NAMED])
    return Notice(Level.WARNING, f"The saved facts decide otherwise than this run in: {named}{more}.")
