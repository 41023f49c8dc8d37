"""A diagnosis in words: for a terminal, for a job summary, and as a versioned document. Pure.

What was found holds strangers' words: they are escaped in the summary, and made plain by the console that
prints the rest.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bugaction.doctor import Check, Diagnosis, Finding, Outcome
from bugaction.escaping import fence, inline, remark
from bugaction.narration import count
from bugaction.plan import Level, Notice
from bugaction.rendering import when

__all__ = ["DoctorDocument", "FindingResult", "document", "lines", "markdown", "notices", "verdict"]

SIGNS: Mapping[Outcome, str] = {
    Outcome.OK: "✅",
    Outcome.WARNING: "⚠️",
    Outcome.PROBLEM: "❌",
    Outcome.UNKNOWN: "❔",
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FindingResult(_Strict):
    """What one check found. `id` is stable. `paste` are the lines of the fix, for a shell or a file."""

    id: str
    group: str
    title: str
    outcome: Outcome
    found: str
    why: str = ""
    fix: str = ""
    details: tuple[str, ...] = ()
    paste: tuple[str, ...] = ()


class DoctorDocument(_Strict):
    """What `bugaction doctor --json` prints."""

    version: Literal[1] = 1
    repository: str
    problems: int
    warnings: int
    unknown: int
    findings: tuple[FindingResult, ...] = ()


def document(diagnosis: Diagnosis) -> DoctorDocument:
    """The diagnosis for programs."""
    return DoctorDocument(
        repository=diagnosis.repository,
        problems=diagnosis.count(Outcome.PROBLEM),
        warnings=diagnosis.count(Outcome.WARNING),
        unknown=diagnosis.count(Outcome.UNKNOWN),
        findings=tuple(_result(check, finding) for check, finding in diagnosis.findings),
    )


def _result(check: Check, finding: Finding) -> FindingResult:
    return FindingResult(
        id=check.id,
        group=check.group,
        title=check.title,
        outcome=finding.outcome,
        found=finding.found,
        why=finding.why,
        fix=finding.fix,
        details=finding.details,
        paste=finding.paste,
    )


def verdict(diagnosis: Diagnosis) -> str:
    """The whole in one sentence."""
    problems, warnings = diagnosis.count(Outcome.PROBLEM), diagnosis.count(Outcome.WARNING)
    unknown = diagnosis.count(Outcome.UNKNOWN)
    parts = [count(problems, "problem")] if problems else []
    parts += [count(warnings, "warning")] if warnings else []
    hidden = f" {count(unknown, 'check')} could not be made with this token." if unknown else ""
    if not parts:
        return f"Nothing to fix: {count(len(diagnosis.findings) - unknown, 'check')} hold.{hidden}"
    return f"{' and '.join(parts)} to look at.{hidden}"


def notices(diagnosis: Diagnosis) -> tuple[Notice, ...]:
    """Each problem as a notice for the run's page."""
    return tuple(
        Notice(Level.ERROR, f"{finding.found}. Fix: {_sentence(finding.fix)}")
        for _, finding in diagnosis.findings
        if finding.outcome is Outcome.PROBLEM
    )


# A terminal ---------------------------------------------------------------------------------------------


def lines(diagnosis: Diagnosis) -> Iterator[str]:
    """The diagnosis as plain lines: what is well is counted, and what is to be known or done is told."""
    yield f"bugaction doctor: {diagnosis.repository}"
    for name, pairs in diagnosis.groups:
        well = sum(not finding.is_told for _, finding in pairs)
        told = [finding for _, finding in pairs if finding.is_told]
        yield ""
        yield (
            f"{name} ({SIGNS[Outcome.OK]} {well} of {len(pairs)})" if told else f"{name} {SIGNS[Outcome.OK]}"
        )
        for finding in told:
            yield from _told(finding)
    yield ""
    yield verdict(diagnosis)


_WIDTH = 100
"""Columns: as wide as the help. What is to be pasted is never broken."""


def _told(finding: Finding) -> Iterator[str]:
    yield from _wrapped(f"{SIGNS[finding.outcome]} {finding.found}.", "  ", "     ")
    for line in finding.details:
        yield from _wrapped(f"- {line}", "     ", "       ")
    yield from _wrapped(_sentence(finding.why), "     ", "     ")
    if finding.fix:
        yield from _wrapped(f"Fix: {_sentence(finding.fix)}", "     ", "     ")
    yield from (f"       {line}" for line in finding.paste)


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", ")")) else f"{text}."


# A job summary ------------------------------------------------------------------------------------------


def markdown(diagnosis: Diagnosis) -> str:
    """The diagnosis as a job summary, ending in a line end."""
    server = diagnosis.server
    parts = [f"## bugaction doctor: {inline(diagnosis.repository)}", verdict(diagnosis)]
    for name, pairs in diagnosis.groups:
        parts.append(f"### {name}")
        well = [
            f"- {SIGNS[finding.outcome]} {_words(finding.found, server)}"
            for _, finding in pairs
            if not finding.is_told
        ]
        if well:
            parts.append("\n".join(well))
        for check, finding in pairs:
            if finding.is_told:
                parts.append("\n\n".join(_section(check, finding, server)))
    parts.append(f"<sub>Looked at {when(diagnosis.at)}.</sub>")
    return "\n\n".join(parts) + "\n"


def _section(check: Check, finding: Finding, server: str) -> Iterator[str]:
    yield f"{SIGNS[finding.outcome]} **{_words(finding.found, server)}.** <sub>`{check.id}`</sub>"
    if finding.details:
        yield "\n".join(f"- {_words(line, server)}" for line in finding.details)
    yield _words(_sentence(finding.why), server)
    if finding.fix:
        yield f"**Fix:** {_words(_sentence(finding.fix), server)}"
    if finding.paste:
        yield fence("\n".join(finding.paste))


def _words(text: str, server: str) -> str:
    return remark(text, server, limit=1_000)
