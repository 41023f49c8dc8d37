"""Templates that somebody wrote."""

from __future__ import annotations

from bugaction.rendering import OUTPUT_LIMIT, Plain, TemplateProblem, render
from bugaction.rendering import check as problem_of
from fuzz.words import text_of

_VALUES: dict[str, Plain] = {
    "bug": {"name": "BUG-042", "title": "It <b>breaks</b> @all", "url": "https://github.com/o/r/issues/42"},
    "rows": [{"text": f"row {number}", "rows": ["a", "b"]} for number in range(10)],
    "number": 7,
}


def check(data: bytes) -> None:
    """Text within its limit, or a problem with its line; nothing that a template must not reach."""
    source = text_of(data)
    problem = problem_of("fuzzed.md.j2", source)
    try:
        text = render({"fuzzed.md.j2": source}, "fuzzed.md.j2", _VALUES)
    except TemplateProblem as error:
        assert error.line >= 0
        return
    assert problem is None
    assert len(text) <= OUTPUT_LIMIT
    assert "<class '" not in text or "<class '" in source
    assert "0x7" not in text or "0x7" in source
