"""Templates can show what they are given, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bugaction.news import EVENTS
from bugaction.prompts import PROMPTS
from bugaction.rendering import OUTPUT_LIMIT, Plain, TemplateProblem, check, iso, render, when
from bugaction.templates import load_templates

NAME = "documents/x.md.j2"


def shown(source: str, **values: Plain) -> str:
    """What a template makes of these values."""
    return render({NAME: source}, NAME, values)


def problem(source: str, **values: Plain) -> TemplateProblem:
    """Why it makes nothing of them."""
    with pytest.raises(TemplateProblem) as caught:
        shown(source, **values)
    return caught.value


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ a | inline }}", "\\# one \\| two"),
        ("{{ a | cell }}|{{ '' | cell }}", "\\# one \\| two|–"),
        ("{{ a | block }}", "> \\# one | two"),
        ("{{ a | fence('py') }}", "```py\n# one | two\n```"),
        ("{{ 'x' | link(url, server) }}", "[x](https://github.com/o/r)"),
        ("{{ 'x' | link('https://evil.example/') }}", "x"),
        ("{{ at | when }}", "2026-11-24 14:05 UTC"),
        ("{{ '' | when or 'never' }}", "never"),
        ("{{ 'Ask @bo' | remark(server) }}", "Ask @\u200bbo"),
        ("{% for x in list %}{{ loop.index }}{{ x }}{% endfor %}", "1a2b"),
        ("{% if n > 1 and list %}yes{% else %}no{% endif %}", "yes"),
        ("{{ list | join(', ') }} {{ list | length }}", "a, b 2"),
        ("{% if missing is defined %}1{% else %}0{% endif %}", "0"),
    ],
)
def test_what_a_template_can_do(source: str, text: str) -> None:
    """Values, branches, loops and the filters."""
    values: dict[str, Plain] = {
        "a": "# one | two",
        "url": "https://github.com/o/r",
        "server": "https://github.com",
        "at": "2026-11-24T14:05:00Z",
        "list": ["a", "b"],
        "n": 2,
    }
    assert shown(source, **values) == text


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("{{ a.upper() }}", "a call"),
        ("{{ range(10) }}", "a call"),
        ("{% set x = 1 %}", "an assignment"),
        ("{% include 'x' %}", "an include"),
        ("{% import 'x' as y %}", "an import"),
        ("{% from 'x' import y %}", "an import"),
        ("{% extends 'x' %}", "inheritance"),
        ("{% macro m() %}{% endmacro %}", "a macro"),
        ("{{ 'a' * 1000000000 }}", "arithmetic"),
        ("{{ 2 ** 1000000000 }}", "arithmetic"),
        ("{{ a ~ a }}", "joining with ~"),
        ("{% for a in x %}" * 4 + "{% endfor %}" * 4, "loops"),
        ("{% for a in x recursive %}{% endfor %}", "loops"),
        ("{% filter upper %}x{% endfilter %}", "filterblock"),
    ],
)
def test_what_a_template_must_not_do(source: str, word: str) -> None:
    """Refused before anything runs, with the line."""
    found = check(NAME, f"first line\n{source}")
    assert found is not None
    assert word in found.message
    assert found.line == 2


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a\nb\n{{ nobody }}", "'nobody' is undefined"),
        ("a\nb\n{{ bug.nothing }}", "has no attribute 'nothing'"),
        ("a\nb\n{{ bug.__class__ }}", "unsafe"),
        ("a\nb\n{{ bug['__class__'] }}", "unsafe"),
        ("a\nb\n{{ bug.name | when }}", "ValueError: Invalid isoformat string"),
        ("a\nb\n{% if %}", "Expected an expression"),
        ("a\nb\n{{ x | nofilter }}", "No filter named 'nofilter'"),
    ],
)
def test_an_error_names_template_and_line(source: str, words: str) -> None:
    """So that the person who wrote the template finds the place."""
    found = problem(source, bug={"name": "BUG-042"})
    assert found.line == 3
    assert found.message.startswith(f"template {NAME}, line 3: ")
    assert words in found.message
    assert found.reason == "template-invalid"


def test_output_is_capped_while_it_grows() -> None:
    """A template cannot fill the memory."""
    many: list[Plain] = ["x" * 1000] * 600
    found = problem("{% for a in many %}{{ a }}{% endfor %}", many=many)
    assert f"more than {OUTPUT_LIMIT} characters" in found.message


def test_only_plain_values_reach_a_template() -> None:
    """An object with behaviour is a mistake of ours, and told as one."""
    with pytest.raises(TypeError, match="not datetime"):
        render({NAME: ""}, NAME, {"at": datetime(2026, 11, 24, tzinfo=UTC)})  # type: ignore[dict-item]
    with pytest.raises(TypeError, match="names are str, not int"):
        render({NAME: ""}, NAME, {"a": {7: "x"}})  # type: ignore[dict-item]
    with pytest.raises(TypeError, match="not _Text"):
        render({NAME: ""}, NAME, {"a": [_Text("x")]})


class _Text(str):
    """A str with more to it."""

    __slots__ = ()


def test_a_missing_template_is_named() -> None:
    """As is its name."""
    with pytest.raises(TemplateProblem, match="template y: there is no such template"):
        render({}, "y", {})


def test_every_shipped_template_is_allowed() -> None:
    """Ours keep the rules that teams have to keep."""
    assert {name: check(name, source) for name, source in load_templates().items()} == {
        "comments/sticky.md.j2": None,
        "documents/change-note.md.j2": None,
        "documents/post-mortem.md.j2": None,
        "documents/release-notes.md.j2": None,
        "documents/report.md.j2": None,
        "documents/root-cause-analysis.md.j2": None,
        **{f"notifications/{name}.txt.j2": None for name in EVENTS},
        **{f"prompts/{name}.md.j2": None for name in (*PROMPTS, "rules", "evidence")},
    }


def test_times_are_shown_in_utc() -> None:
    """Whatever zone they came in."""
    eastern = datetime(2026, 11, 24, 9, 5, tzinfo=timezone(timedelta(hours=-5)))
    assert when(eastern) == "2026-11-24 14:05 UTC"
    assert when("2026-11-24T15:05:00+01:00") == "2026-11-24 14:05 UTC"
    assert iso(eastern) == "2026-11-24T14:05:00Z"
    assert iso(None) == ""


@pytest.mark.parametrize(
    "source",
    [
        "{% if a %}" * 150 + "{% endif %}" * 150,
        "{{ a" + "[0]" * 300 + " }}",
        "{{ " + "(" * 5_000 + " }}",
        "{{ " + "'a' if b else " * 120 + "'x' }}",
    ],
)
def test_what_python_cannot_compile_is_a_problem(source: str) -> None:
    """Jinja2 makes Python of a template, which has limits of its own."""
    found = check(NAME, source)
    assert found is not None
    assert "nested too deeply" in found.message


def test_a_number_that_is_too_large_is_a_problem() -> None:
    """Python refuses to read one of more than 4,300 digits."""
    found = check(NAME, "{{ " + "9" * 5_000 + " }}")
    assert found is not None
    assert "number" in found.message


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in text %}{% for b in text %}{% if b == '' %}x{% endif %}{% endfor %}{% endfor %}",
        "{% for a in many %}{% if text|block == '' %}x{% endif %}{% endfor %}",
        "{{ text|join(text)|length }}",
        "{{ many|join(text|join(many|join(text)))|length }}",
        "{% for a in many %}{% for b in many %}{% for c in many %}{% endfor %}{% endfor %}{% endfor %}",
    ],
)
def test_a_template_that_never_ends_is_ended(source: str) -> None:
    """Neither loops that write nothing nor texts that are never shown take time and memory without end."""
    found = problem(source, text="a" * 65_536, many=["b"] * 3_000)
    assert "steps" in found.message
    assert found.line == 1


def test_the_largest_document_has_steps_enough() -> None:
    """A body as long as GitHub takes, quoted and counted, and a loop over ten thousand rows."""
    rows: list[Plain] = ["a row of words"] * 10_000
    text = shown(
        "{{ body|block }}{% for row in rows %}{{ row|cell }}|{% endfor %}", body="words " * 10_922, rows=rows
    )
    assert len(text) > 150_000


def test_a_loop_still_knows_where_it_is() -> None:
    """And what it goes over."""
    head = "{% for a in many %}{{ loop.index }}/{{ loop.length }}{{ a }}"
    source = head + "{% if not loop.last %}, {% endif %}{% else %}none{% endfor %}"
    assert shown(source, many=["a", "b"]) == "1/2a, 2/2b"
    assert shown(source, many=[]) == "none"
    assert shown("{% for key in it %}{{ key }}{% endfor %}", it={"a": 1, "b": 2}) == "ab"
    assert "is not iterable" in problem("{% for a in 7 %}{% endfor %}").message
