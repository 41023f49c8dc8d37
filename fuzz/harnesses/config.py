"""The configuration's YAML."""

from __future__ import annotations

from bugaction.config import CONFIG_PATH, load
from bugaction.yaml_text import YamlProblem, compose
from fuzz.words import parts_of

_MOST_PROBLEMS = 51


def check(data: bytes) -> None:
    """A policy, or problems with a place in the text and words on one line; never both, never an alias."""
    (text,) = parts_of(data, 1)
    loaded = load(text)
    assert (loaded.policy is None) is bool(loaded.problems)
    assert len(loaded.problems) <= _MOST_PROBLEMS
    lines = len(text.splitlines()) + 1
    for problem in loaded.problems:
        assert 1 <= problem.line <= lines + 1
        assert problem.column >= 1
        assert problem.message
        assert problem.message.isprintable(), problem.message
    try:
        compose(text)
    except YamlProblem:
        assert loaded.problems
    assert load(text, CONFIG_PATH) == loaded
