"""`bugaction simulate`: from the files that were named to words on a console."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from bugaction.capture import Capture, parse
from bugaction.console import Console
from bugaction.contrast import contrast
from bugaction.duration import parse_duration
from bugaction.errors import UserError
from bugaction.events import parse_event
from bugaction.moment import parse_moment
from bugaction.reasons import ExitCode, exit_code
from bugaction.report import plan_document, result_document
from bugaction.result import SimulationDocument
from bugaction.saving import read_text
from bugaction.simulation import Simulated, simulate, with_config, with_event
from bugaction.summary import terminal
from bugaction.templates import load_templates

__all__ = ["run_simulation"]


def run_simulation(
    event: Path,
    console: Console,
    *,
    snapshot: Path | None = None,
    name: str = "",
    at: str = "",
    config: Path | None = None,
    as_json: bool = False,
) -> ExitCode:
    """Decide on saved facts and print what comes of it.

    `event` is a file of facts, or an event's payload, with the facts in `snapshot` and the event's name in
    `name`. `at` is a moment, or a time behind the facts such as `+2h`. `config` is a file to try in place of
    the configuration. Raises `UserError` where the files do not tell enough.
    """
    capture = _facts(event, snapshot, name)
    moment = _moment(at, capture)
    templates = dict(load_templates())
    changes: tuple[str, ...] = ()
    if config is None:
        done = simulate(capture, templates, moment)
    else:
        before = simulate(capture, templates, moment)
        tried = with_config(capture, read_text(config, "The configuration"), capture.config)
        done = simulate(tried, templates, moment)
        changes = contrast(before.report, done.report)
    if as_json:
        console.say(_document(done, changes).model_dump_json(indent=2))
    else:
        console.say(terminal(done.report))
        if config is not None:
            console.say(_compared(config, changes))
    return exit_code(done.found.reason, failed=done.found.failed)


def _facts(event: Path, snapshot: Path | None, name: str) -> Capture:
    """The facts, looked at for the event that is named."""
    text = read_text(event, "The file")
    own = parse(text, str(event))
    if snapshot is None and own is not None:
        return _as_event(own, name)
    if snapshot is None:
        raise UserError(
            f"{event} is no file of facts.",
            remedy="Give the file that `bugaction plan --save-snapshot` wrote; for an event's payload, name "
            "that one with --snapshot.",
        )
    facts = parse(read_text(snapshot, "The snapshot"), str(snapshot))
    if facts is None:
        raise UserError(
            f"{snapshot} is no file of facts.",
            remedy="Give the file that `bugaction plan --save-snapshot` wrote with --snapshot.",
        )
    if own is not None:
        return with_event(facts, own.event)
    if not name:
        raise UserError(
            f"{event} is an event's payload, and a payload does not tell the event's name.",
            remedy="Give it with --event, e.g. --event issue_comment.",
        )
    return with_event(facts, parse_event(name, json.loads(text), facts.repository))


def _as_event(own: Capture, name: str) -> Capture:
    if name and name != own.event.name:
        raise UserError(
            f"The file holds the event {own.event.name or 'of a run for a number'!r}, not {name!r}.",
            remedy="Leave --event out, or give the payload of that event and this file with --snapshot.",
        )
    return own


def _moment(text: str, capture: Capture) -> datetime | None:
    if not text:
        return None
    if text.startswith("+"):
        length: timedelta | None = parse_duration(text[1:])
        latest = max((seen.at for seen in capture.cases), default=capture.at)
        if length is not None:
            return latest + length
    elif (found := parse_moment(text)) is not None:
        return found
    raise UserError(
        f"--at is {text[:80]!r}.",
        remedy="Give a moment such as 2026-11-24T12:00Z, or a time behind the facts such as +2h.",
    )


def _document(done: Simulated, changes: tuple[str, ...]) -> SimulationDocument:
    return SimulationDocument(
        at=done.report.looked_at,
        result=result_document(done.report),
        plan=plan_document(done.report),
        changes=changes,
    )


def _compared(config: Path, changes: tuple[str, ...]) -> str:
    if not changes:
        return f"\nBy {config} nothing is different."
    return "\n".join([f"\nDifferent by {config}", *(f"  {line}" for line in changes)])
