"""Every link of the documentation leads somewhere: files and headings that are there, hosts that we chose."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / ".github").rglob("*.md")),
    ROOT / "benchmarks" / "README.md",
]

HOSTS = frozenset(
    {
        "cli.github.com",
        "docs.github.com",
        "github.com",
        "github.blog",
        "keepachangelog.com",
        "pre-commit.com",
        "semver.org",
        "www.githubstatus.com",
    }
)
"""Where pages may send their readers. A new host is a choice, and stands here."""

_HTML = re.compile(r'(?:href|src|srcset)="([^"]*)"')


def tokens(text: str) -> Iterator[Token]:
    """All tokens of a page, those inside a line among them."""
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        yield token
        yield from token.children or []


def links(text: str) -> Iterator[str]:
    """Where a page leads: links, pictures, and those that stand as HTML."""
    for token in tokens(text):
        if token.type in ("html_block", "html_inline"):
            yield from _HTML.findall(token.content)
        elif token.type in ("link_open", "image"):
            yield str(token.attrs["href" if token.type == "link_open" else "src"])


@cache
def headings(path: Path) -> frozenset[str]:
    """The anchors of a page as GitHub makes them of its headings: small letters, digits, `-` and `_`, a
    hyphen for each space, a number behind one that was there before."""
    made: list[str] = []
    seen: Counter[str] = Counter()
    found = MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8"))
    for opened, told in pairwise(found):
        if opened.type == "heading_open":
            words = "".join(
                child.content for child in told.children or [] if child.type in ("text", "code_inline")
            )
            slug = re.sub(r"[^\w\- ]", "", words.casefold()).strip().replace(" ", "-")
            made.append(f"{slug}-{seen[slug]}" if seen[slug] else slug)
            seen[slug] += 1
    return frozenset(made)


def wrong(path: Path, text: str) -> list[str]:
    """The links of a page that lead nowhere, each with why."""
    found: list[str] = []
    for link in links(text):
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            if parts.scheme != "https" or parts.hostname not in HOSTS:
                found.append(f"{link}: not a host that we chose")
            continue
        target = (path.parent / parts.path).resolve() if parts.path else path
        if not target.exists() or not target.is_relative_to(ROOT):
            found.append(f"{link}: no such file")
        elif parts.fragment and parts.fragment not in headings(target):
            found.append(f"{link}: no such heading")
    return found


@pytest.mark.parametrize("page", PAGES, ids=[page.relative_to(ROOT).as_posix() for page in PAGES])
def test_every_link_leads_somewhere(page: Path) -> None:
    """Files, headings, hosts; also in HTML and of pictures."""
    assert wrong(page, page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[x](docs/no-such-page.md)", "no such file"),
        ("[x](../../etc)", "no such file"),
        ("[x](CONTRIBUTING.md#no-such-heading)", "no such heading"),
        ("[x](#no-such-heading)", "no such heading"),
        ("![x](docs/images/no.png)", "no such file"),
        ('<img src="docs/images/no.png">', "no such file"),
        ("[x](http://github.com/bugaction)", "not a host that we chose"),
        ("<https://github.com.evil.example/>", "not a host that we chose"),
    ],
)
def test_one_that_does_not_is_told(text: str, told: str) -> None:
    """By what is wrong with it."""
    (found,) = wrong(ROOT / "SECURITY.md", text)
    assert found.endswith(told)


def test_headings_as_github_has_them(tmp_path: Path) -> None:
    """Punctuation goes, spaces become hyphens one by one, and a second one is numbered."""
    page = tmp_path / "page.md"
    page.write_text("# Up, and away!\n\n## `a` – B_c\n\n## Twice\n\n## Twice\n", encoding="utf-8")
    assert headings(page) == {"up-and-away", "a--b_c", "twice", "twice-1"}


def test_every_guide_is_in_the_index() -> None:
    """No page is there that nobody is led to."""
    folder = ROOT / "docs" / "guide"
    index = (folder / "README.md").read_text(encoding="utf-8")
    led = {urlsplit(link).path for link in links(index)}
    assert [page.name for page in sorted(folder.glob("*.md")) if page.name not in {*led, "README.md"}] == []
