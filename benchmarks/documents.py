"""What a thousand documents cost: `make benchmarks`, or `python -m benchmarks.documents`.

250 bugs, the four documents of each: rendered from the facts, refreshed with the same facts once somebody has
written in every section, and linted. The floor is to parse each of these texts once with the Markdown parser.
Every repetition has bugs of its own, and no section says what another one says: a run remembers what it has
read.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from benchmarks.measure import heading, repeat, show
from bugaction import commonmark
from bugaction.bug import Bug, SeverityChange, SeverityState
from bugaction.documents import DOCUMENTS
from bugaction.documents.base import FIRST_VERSION, write
from bugaction.documents.merge import refresh
from bugaction.documents.overrides import Templates
from bugaction.issue_form import FIELDS, parse_form
from bugaction.lint import check
from bugaction.model import Actor, LedgerFile, Role, Severity
from bugaction.policy import DEFAULT_ROOT, Policy
from bugaction.proposal import propose
from bugaction.snapshot import BugFacts, Issue
from bugaction.templates import load_templates

BUGS = 250
TARGET = 10.0
"""Seconds for a thousand documents to be rendered, or linted: a hundredth of one for each."""

START = datetime(2026, 1, 1, tzinfo=UTC)
ANA = Actor("ana")


def bug(number: int) -> Bug:
    """A P1 with every answer of the form, each its own."""
    body = "\n\n".join(f"### {label}\n\nThe {key} of bug {number}." for key, label in FIELDS.items())
    at = START + timedelta(hours=number)
    issue = Issue(
        number=number,
        id=f"I_{number}",
        url=f"https://github.com/octo/shop/issues/{number}",
        title=f"Checkout {number} fails",
        body=body,
        author=ANA,
        at=at,
    )
    answers = parse_form(body)
    change = SeverityChange(at, ANA, Role.TRIAGE, None, Severity.P1, "all of checkout", issue.url)
    return Bug(
        facts=BugFacts(issue=issue),
        policy=Policy(),
        now=at,
        name=f"BUG-{number:03d}",
        severity=SeverityState(current=Severity.P1, since=at, raised=at, history=(change,)),
        answers=answers,
        ledger=LedgerFile(),
        proposal=propose(answers),
    )


def rendered(templates: Templates, first: int) -> dict[str, str]:
    """The documents of `BUGS` bugs from that number on: path to text."""
    return {
        document.path(DEFAULT_ROOT, number, FIRST_VERSION): write(
            document, bug(number), templates, FIRST_VERSION
        )[0]
        for number in range(first, first + BUGS)
        for document in DOCUMENTS.values()
    }


def written(texts: dict[str, str]) -> dict[str, str]:
    """The same with a sentence of its own below each generated block."""
    found: dict[str, str] = {}
    for path, text in texts.items():
        lines = [
            f"{line}\n\nIn {path} this is line {index}."
            if line.startswith("<!-- /bugaction:facts:")
            else line
            for index, line in enumerate(text.split("\n"))
        ]
        found[path] = "\n".join(lines)
    return found


def lint(texts: dict[str, str]) -> None:
    """Every document by itself."""
    for path, text in texts.items():
        check(text, path, DEFAULT_ROOT, place=path)


def renew(texts: dict[str, str], facts: dict[str, str]) -> None:
    """Every document with the facts of today, which are those of yesterday."""
    for path, text in texts.items():
        refresh(text, facts[path])


def parse(texts: dict[str, str]) -> None:
    """The floor: each text once."""
    for text in texts.values():
        commonmark.read(text)


def seconds(action: Callable[[], object]) -> float:
    """Seconds of processor time."""
    begin = time.process_time()
    action()
    return time.process_time() - begin


def main() -> int:
    """Print the table."""
    templates = Templates(shipped=load_templates(), own={}, paths={})
    sets = count(1, BUGS)
    sample = written(rendered(templates, next(sets)))
    size = sum(map(len, sample.values())) / 1000
    heading(f"{len(sample)} documents, {size:.0f} thousand characters, processor time")

    def linted() -> float:
        texts = written(rendered(templates, next(sets)))
        return seconds(lambda: lint(texts))

    def unwritten() -> float:
        texts = rendered(templates, next(sets))
        return seconds(lambda: lint(texts))

    def renewed() -> float:
        facts = rendered(templates, next(sets))
        texts = written(facts)
        return seconds(lambda: renew(texts, facts))

    show("floor: parse each of them once", repeat(lambda: seconds(lambda: parse(sample)), 5))
    show("render them", repeat(lambda: seconds(lambda: rendered(templates, next(sets))), 5), TARGET)
    show("refresh them, with words in every section", repeat(renewed, 5))
    show("lint them as they were begun", repeat(unwritten, 5), TARGET)
    show("lint them, with words in every section", repeat(linted, 5), TARGET)
    return 0


if __name__ == "__main__":
    sys.exit(main())
