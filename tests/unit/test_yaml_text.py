"""Strict YAML: plain values by the core schema, no tricks, and a place for what is wrong."""

from __future__ import annotations

import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bugaction.yaml_text import DEEPEST, LARGEST, YamlProblem, compose, place_of, scalar_value


def value(text: str) -> object:
    """The value of a document that is one scalar."""
    node = compose(text)
    assert isinstance(node, yaml.ScalarNode)
    return scalar_value(node)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no", "no"),
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("1:30", "1:30"),
        ("190:20:30", "190:20:30"),
        ("2026-11-24", "2026-11-24"),
        ("2026-11-24T09:00:00Z", "2026-11-24T09:00:00Z"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("012", 12),
        ("0o14", 12),
        ("0x1F", 31),
        ("-7", -7),
        ("+7", 7),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("-.inf", -math.inf),
        ("true", True),
        ("False", False),
        ("tRUE", "tRUE"),
        ("null", None),
        ("~", None),
        ("'true'", "true"),
        ('"12"', "12"),
        ("9" * 5000, "9" * 5000),
        ("<<", "<<"),
        ("=", "="),
    ],
)
def test_scalars_by_the_core_schema(text: str, expected: object) -> None:
    """YAML 1.1's booleans, sexagesimals, octals and dates are plain text here."""
    found = value(text)
    assert (found, type(found)) == (expected, type(expected))


def test_not_a_number_is_a_number() -> None:
    """In the sense of floating point."""
    found = value(".nan")
    assert isinstance(found, float)
    assert math.isnan(found)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a: &x 1\n", (1, 4), "anchors and aliases are not allowed"),
        ("a: 1\nb: *x\n", (2, 4), "anchors and aliases are not allowed"),
        ("a: !!str 1\n", (1, 4), "tags are not allowed"),
        ("a: !x 1\n", (1, 4), "tags are not allowed"),
        ("a: ! 1\n", (1, 4), "tags are not allowed"),
        ("a: !!python/object/apply:os.system [ls]\n", (1, 4), "tags are not allowed"),
        ("a: 1\n---\nb: 2\n", (2, 1), "not valid YAML: but found another document"),
        ("a: [1\n", (2, 1), "not valid YAML: "),
        ("a: b: c\n", (1, 5), "not valid YAML: mapping values are not allowed here"),
        ("a:\n\tb: 1\n", (2, 1), "not valid YAML: "),
        ("a: 'x\n", (2, 1), "not valid YAML: "),
        ("a: 1\nb: \x00\n", (2, 4), "a character that YAML does not allow"),
        ("a: \ud800\n", (1, 4), "a character that YAML does not allow"),
        ('a: "\\UFFFFFFFF"\n', (1, 7), "not valid YAML: a number that is too large"),
        ('a: "\\U00110000"\n', (1, 7), "not valid YAML: a number that is too large"),
        (f"%YAML {'1' * 5000}.1\n---\na: 1\n", (1, 7), "not valid YAML: a number that is too large"),
        ('a: "x\\uD800"\n', (1, 4), "a character that YAML does not allow"),
        ('"\\uDFFF": 1\n', (1, 1), "a character that YAML does not allow"),
        ("[" * 5000, (1, DEEPEST + 1), f"nested deeper than {DEEPEST} levels"),
        ("x" * (LARGEST + 1), (1, 1), "larger than 64 KB"),
        ("ä" * (LARGEST // 2 + 1), (1, 1), "larger than 64 KB"),
    ],
)
def test_what_is_refused_has_a_place(text: str, place: tuple[int, int], words: str) -> None:
    """Line and column from one."""
    with pytest.raises(YamlProblem) as caught:
        compose(text)
    assert caught.value.place == place
    assert caught.value.message.startswith(words)


def test_the_limits_themselves_are_allowed() -> None:
    """The deepest nesting, and the largest size."""
    assert compose("[" * DEEPEST + "]" * DEEPEST) is not None
    assert compose("x" * LARGEST) is not None


@pytest.mark.parametrize("text", ["", "# only a remark\n", "---\n...\n"])
def test_an_empty_text_holds_no_document(text: str) -> None:
    """Or one that is nothing."""
    node = compose(text)
    assert node is None or (isinstance(node, yaml.ScalarNode) and scalar_value(node) is None)


def test_a_node_knows_its_place() -> None:
    """From one, as editors count."""
    node = compose("a: 1\nbc:\n  - x\n")
    assert isinstance(node, yaml.MappingNode)
    (_, second) = node.value
    assert [place_of(item) for item in second] == [(2, 1), (3, 3)]


@given(st.text(max_size=80) | st.text(alphabet='\\UuxFfDd018"%YAML. \n', max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    """With a place inside the text, or one behind it."""
    try:
        compose(text)
    except YamlProblem as problem:
        line, column = problem.place
        assert 1 <= line <= len(text) + 2
        assert 1 <= column <= len(text) + 1
