"""A piece of code in the documentation, and where they all are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

__all__ = ["PAGES", "ROOT", "Held", "Snippet", "fences", "inline"]

ROOT = Path(__file__).parents[2]
PAGES = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "benchmarks/README.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs").glob("*/*.md")),
)
"""What readers are given: everything but the changelog, whose past stays as it was."""

Held = Iterator[str]
"""What is wrong with a snippet, a sentence each."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A fence, or a code span (language "inline"). `line` is one-based."""

    page: str
    line: int
    language: str
    text: str

    @property
    def first(self) -> str:
        """Its first line."""
        return self.text.partition("\n")[0]


def fences(page: Path) -> Iterator[Snippet]:
    """The fences of a page; one without a language has the language ""."""
    name = page.relative_to(ROOT).as_posix()
    for token in MarkdownIt("commonmark").parse(page.read_text(encoding="utf-8")):
        if token.type in ("fence", "code_block"):
            yield Snippet(name, (token.map or [0])[0] + 1, token.info.strip(), token.content)


def inline(page: Path) -> Iterator[Snippet]:
    """The code spans of a page, each with the line in which its paragraph or cell begins."""
    name = page.relative_to(ROOT).as_posix()
    for token in MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8")):
        for child in token.children or []:
            if child.type == "code_inline":
                yield Snippet(name, (token.map or [0])[0] + 1, "inline", child.content)
