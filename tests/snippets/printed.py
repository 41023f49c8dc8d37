"""What is printed or drawn, and what holds each of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from bugaction.cli import commands as program
from bugaction.notify_urls import parse_notify_urls
from tests.snippets.base import ROOT, Held, Snippet

__all__ = ["TEXTS", "text"]


def _urls(snippet: Snippet) -> Held:
    found = parse_notify_urls(snippet.text)
    yield from found.problems
    if not found.targets:
        yield "it names nobody"


def _tree(snippet: Snippet) -> Held:
    paths = [line.split("  ")[0] for line in snippet.text.splitlines()]
    yield from (f"there is no {path}" for path in paths if not (ROOT / path).exists())


def _listing(snippet: Snippet) -> Held:
    """Every command of the program, each once."""
    named = re.findall(r"^bugaction ([a-z-]+)  ", snippet.text, re.MULTILINE)
    yield from (f"bugaction has no command {name}" for name in named if name not in program.commands)
    yield from (f"bugaction {name} is left out" for name in program.commands if named.count(name) != 1)


def _drawing(snippet: Snippet) -> Held:
    if "─▶" not in snippet.text:
        yield "it draws nothing"


TEXTS: Mapping[tuple[str, str], str | Callable[[Snippet], Held]] = {
    ("README.md", "An embedded GitHub starts"): "test_the_readme_shows_the_demo_as_it_is",
    ("README.md", "bugaction init"): _listing,
    ("CONTRIBUTING.md", "action.yml"): _tree,
    ("docs/security.md", " a fork's head"): _drawing,
    ("docs/guide/doctor.md", "Protection"): "test_the_sample_is_what_it_prints",
    (
        "docs/guide/github-app.md",
        "|| github.event_name",
    ): "test_a_review_comes_by_the_relay_with_an_environment",
    ("docs/guide/try-it.md", "dee report"): "test_the_guide_s_bug_is_held_and_closed",
    ("docs/guide/notifications.md", "# who gets what"): _urls,
    ("docs/reference/command-line.md", ""): "test_reference_is_as_the_program_writes_it",
}
"""What holds a text, by its page and how it begins: a test by its name, or a look of its own."""


def text(snippet: Snippet) -> Held:
    held = [
        held
        for (page, start), held in TEXTS.items()
        if page == snippet.page and snippet.first.startswith(start)
    ]
    if not held and not re.fullmatch(r"https://(docs\.)?github\.com/\S+\n", snippet.text):
        yield f"nothing holds this text; TEXTS in tests/snippets/printed.py says what does: {snippet.first}"
    for holding in held:
        if callable(holding):
            yield from holding(snippet)
        elif f"\ndef {holding}(" not in _tests():
            yield f"there is no test {holding}"


@cache
def _tests() -> str:
    folder = ROOT / "tests"
    return "".join(
        path.read_text(encoding="utf-8")
        for name in ("contract", "scenario")
        for path in sorted((folder / name).glob("test_*.py"))
    )
