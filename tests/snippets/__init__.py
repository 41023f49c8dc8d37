"""What stands in code in the documentation, and whether the program and GitHub would take it.

A fence has a language, and each language a way to hold it: nothing is shown to readers that nobody tries. To
add a language, write how it is held and put it into `CHECKS`. What somebody may paste stands in `sh`, `yaml`,
`console` (lines after `$ `, the rest is what they print), `json` or `markdown` (a comment, or lines of a
document). What a program prints, and drawings, stand in `text`, and `TEXTS` says what holds each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.snippets.base import PAGES, ROOT, Held, Snippet, fences, inline
from tests.snippets.pasted import as_workflow, json_text, yaml_text
from tests.snippets.printed import TEXTS, text
from tests.snippets.shell import console, sh
from tests.snippets.spoken import code_span, markdown

__all__ = ["CHECKS", "PAGES", "ROOT", "TEXTS", "Snippet", "as_workflow", "fences", "inline", "problems"]

CHECKS: Mapping[str, Callable[[Snippet], Held]] = {
    "console": console,
    "inline": code_span,
    "json": json_text,
    "markdown": markdown,
    "sh": sh,
    "text": text,
    "yaml": yaml_text,
}
"""How each language is held."""


def problems(snippet: Snippet) -> list[str]:
    """What is wrong with it, a sentence each, with its place."""
    check = CHECKS.get(snippet.language)
    if check is None:
        found: list[str] = [f"no language holds it: {snippet.language or 'none is named'}"]
    else:
        found = list(check(snippet))
    return [f"{snippet.page}:{snippet.line}: {problem}" for problem in found]
