"""Two whole lives of bugs leave documents that somebody has read: no dead link, no question too many.

`golden/` holds them as they were read by eye. After a change that is meant to show in them, write them anew:
`python -m tests.scenario.test_golden_lives`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bugaction.documents import DOCUMENTS
from bugaction.lint import check
from bugaction.markdown import front_matter_lines, sections, split_lines
from bugaction.policy import DEFAULT_ROOT
from tests.scenario.life import Life, begin
from tests.scenario.lives import LIVES, Left
from tests.scenario.site import is_there

GOLDEN = Path(__file__).parent / "golden"
ANSWER = "It is known, and this is what it was."


@pytest.fixture(scope="module", params=LIVES)
def lived(request: pytest.FixtureRequest) -> Iterator[tuple[str, Life, Left]]:
    """One of the lives, at its end, for every test of this module."""
    with begin() as life:
        yield request.param, life, LIVES[request.param](life)


def _tokens(text: str) -> list[Token]:
    """A document's body as GitHub parses it."""
    lines = split_lines(text)
    body = "".join(lines[front_matter_lines(lines) :])
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(body)


def _inline(text: str) -> Iterator[Token]:
    return (child for token in _tokens(text) for child in token.children or ())


def _pages(left: Left) -> dict[str, str]:
    return {path: text for path, text in left.files.items() if path.endswith(".md")}


def test_they_are_as_they_were_read_by_eye(lived: tuple[str, Life, Left]) -> None:
    """Times and ids are those of the embedded GitHub, and the same each time."""
    name, life, left = lived
    assert set(life.product.codes) == {0}
    assert {path.name for path in (GOLDEN / name).iterdir()} == set(_named(left))
    for file, text in _named(left).items():
        assert text == (GOLDEN / name / file).read_text(encoding="utf-8"), file


def _named(left: Left) -> dict[str, str]:
    return {Path(path).name: text for path, text in left.files.items()}


def test_every_life_ends(lived: tuple[str, Life, Left]) -> None:
    """With all four documents complete, the issue closed by the last word, and nothing left to write."""
    _, life, left = lived
    assert not life.state.issues[left.number].is_open
    assert "phase: closed" in life.labels(left.number)
    for document in DOCUMENTS.values():
        path = document.path(DEFAULT_ROOT, left.number, "1.0")
        found = check(left.files[path], path, DEFAULT_ROOT, place=path)
        assert (found.problem, found.remarks, found.gaps) == ("", (), ())
    assert life.again() == 0


def test_every_link_leads_somewhere(lived: tuple[str, Life, Left]) -> None:
    """In documents, register and comments: to an issue, a comment, a commit, a file that is there."""
    _, life, left = lived
    texts = {**_pages(left), **{f"comment {each.id}": each.body for each in life.ours(left.number)}}
    found = 0
    for path, text in texts.items():
        for token in _inline(text):
            if token.type == "link_open":
                assert is_there(life, _whole(life, str(token.attrGet("href")), path)), (path, token.attrs)
                found += 1
            assert token.type != "image"
    assert found > 100


def _whole(life: Life, url: str, path: str) -> str:
    """A page's address; the register's own pages name each other by their file."""
    if ":" in url:
        return url
    folder = path.rpartition("/")[0]
    return f"{life.world.url}/{life.state.repository.full_name}/blob/bugaction/records/{folder}/{url}"


def test_every_table_is_one(lived: tuple[str, Life, Left]) -> None:
    """Each line that begins with a bar is a row of a table, with as many cells as its head has."""
    for path, text in _pages(lived[2]).items():
        lines = split_lines(text)
        lines = lines[front_matter_lines(lines) :]
        rows: dict[int, int] = {}
        fenced: set[int] = set()
        for token in _tokens(text):
            if token.map is not None and token.type == "table_open":
                width = _cells(lines[token.map[0]])
                rows |= dict.fromkeys(range(*token.map), width)
            elif token.map is not None and token.type in ("fence", "html_block"):
                fenced |= set(range(*token.map))
        for number, line in enumerate(lines):
            if line.startswith("|") and number not in fenced:
                assert rows.get(number) == _cells(line), (path, line)


def _cells(line: str) -> int:
    """GitHub cuts a row at each bar without a backslash before it, in code too (GFM, "Tables")."""
    return len(re.findall(r"(?<!\\)\|", line.rstrip())) - 1


def test_nobody_s_words_act(lived: tuple[str, Life, Left]) -> None:
    """No mention, no closing keyword, no HTML but our marks, whatever stands in titles and names."""
    for path, text in _pages(lived[2]).items():
        for token in _tokens(text):
            if token.type == "html_block":
                assert re.fullmatch(r"(?:<!--.*?-->\s*)*", token.content, re.S), (path, token.content)
        for token in _inline(text):
            assert token.type != "html_inline" or token.content.startswith("<!--"), (path, token.content)
            if token.type == "text":
                assert re.search(r"@(?:ana|octo)\b|(?i:fixes|closes) #\d|\bGH-1\b", token.content) is None, (
                    path
                )
        assert str(7 * 7191) not in text
        assert "\u202e" not in text


def test_nothing_is_asked_that_github_knows(lived: tuple[str, Life, Left]) -> None:
    """Where a document was begun it asked for its prompts alone, and filling each takes one line away."""
    _, _, left = lived
    for kind, fresh in left.fresh.items():
        path = DOCUMENTS[kind].path(DEFAULT_ROOT, left.number, "1.0")
        text, asked = fresh, check(fresh, path, DEFAULT_ROOT, place=path).gaps
        required = DOCUMENTS[kind].sections
        prompted = [
            item.id
            for item in sections(fresh)
            if item.id in required
            and "<!-- prompt" in item.body
            and "<!-- bugaction:facts:said-" not in item.body
        ]
        assert [gap.id for gap in asked] == prompted
        remaining = [gap.id for gap in asked]
        for gap in reversed(asked):
            place = next(item for item in sections(text) if item.id == gap.id)
            text = f"{text[: place.end].rstrip()}\n\n{ANSWER}\n\n{text[place.end :]}"
            remaining.remove(gap.id)
            assert [item.id for item in check(text, path, DEFAULT_ROOT, place=path).gaps] == remaining
    for path, text in _pages(left).items():
        assert "<!-- prompt" not in text, path
        assert "None" not in text


def _write() -> None:
    """The documents of both lives, into `golden/`: to be read before they are kept."""
    for name, live in LIVES.items():
        folder = GOLDEN / name
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        with begin() as life:
            for file, text in _named(live(life)).items():
                (folder / file).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    _write()
