"""A team's own template is used when it can be, and never half."""

from __future__ import annotations

import pytest

from bugaction.documents.overrides import Templates, with_overrides
from bugaction.plan import Level
from bugaction.snapshot import TextFile
from tests.values import repository

NAME = "documents/report.md.j2"
FOLDER = ".github/bugaction/templates"
SHIPPED = {
    NAME: "# {{ name }}\n<!-- section: steps required -->\n<!-- bugaction:facts:steps -->\n",
    "comments/sticky.md.j2": "{{ name }}\n",
}
KEPT = SHIPPED[NAME].removeprefix("# {{ name }}\n")


def loaded(text: str | None, path: str = f"{FOLDER}/{NAME}") -> Templates:
    """The templates with one override."""
    return with_overrides(SHIPPED, repository(templates=(TextFile(path, text, "main"),)))


def test_without_overrides_the_shipped_ones_are_used() -> None:
    """And nothing is said."""
    templates = with_overrides(SHIPPED, repository())
    assert templates.render("comments/sticky.md.j2", {"name": "x"}) == ("x\n", ())


@pytest.mark.parametrize("path", [f"{FOLDER}/{NAME}", NAME])
def test_an_override_takes_the_place_of_its_file(path: str) -> None:
    """File by file: the others stay."""
    templates = loaded(f"## Ours: {{{{ name }}}}\n{KEPT}", path)
    assert templates.notices == ()
    assert templates.render(NAME, {"name": "x"}) == (f"## Ours: x\n{KEPT}", ())
    assert templates.render("comments/sticky.md.j2", {"name": "x"})[0] == "x\n"


def test_an_override_of_empty_lines_is_read_in_passing() -> None:
    """As long as one may be, with what it must keep at its end."""
    assert loaded(f"{chr(10) * 90_000} {KEPT}").notices == ()


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        (None, "it is no text, or longer than 100000 characters", 0),
        ("x" * 100_001, "it is no text, or longer than 100000 characters", 0),
        (f"{KEPT}\n{{% if %}}", "Expected an expression", 4),
        (f"{KEPT}\n{{{{ name.upper() }}}}", "a call is not allowed", 4),
        ("<!-- section: steps required -->\n", "it must keep `<!-- bugaction:facts:steps -->`", 0),
        ("<!-- bugaction:facts:steps -->\n", "it must keep `<!-- section: steps -->`", 0),
    ],
)
def test_a_bad_override_is_named_and_not_used(text: str | None, words: str, line: int) -> None:
    """With its file and line, where it has one."""
    templates = loaded(text)
    (notice,) = templates.notices
    assert notice.level is Level.WARNING
    assert words in notice.text
    assert "The template that bugaction ships was used instead." in notice.text
    assert (notice.file, notice.line) == (f"{FOLDER}/{NAME}", line)
    assert templates.render(NAME, {"name": "x"})[0].startswith("# x\n")


def test_an_override_that_fails_on_the_facts_gives_way() -> None:
    """It was valid, but asks for what is not there."""
    text, (notice,) = loaded(f"{{{{ nobody }}}}\n{KEPT}").render(NAME, {"name": "x"})
    assert text == f"# x\n{KEPT}"
    assert "line 1: 'nobody' is undefined" in notice.text
    assert notice.line == 1


def test_a_file_of_another_name_is_told() -> None:
    """With the names that there are, so that a slip of the pen is found."""
    (notice,) = loaded("x", f"{FOLDER}/documents/raport.md.j2").notices
    assert "There are: comments/sticky.md.j2, documents/report.md.j2" in notice.text
