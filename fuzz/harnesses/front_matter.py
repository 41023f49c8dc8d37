"""The front matter of a document, and what `lint` says of one."""

from __future__ import annotations

from bugaction.documents.front_matter import front_values, with_values, without_key
from bugaction.lint import check as lint
from bugaction.markdown import front_matter_lines, split_lines
from fuzz.words import text_of

_KEYS = ("document", "severity", "version", "approved", "facts", "bug")


def check(data: bytes) -> None:
    """A key is taken out with its lines, and every other byte stays; a key that is added can be read."""
    text = text_of(data)
    values = front_values(text)
    lines = split_lines(text)
    end = front_matter_lines(lines)
    assert bool(values) <= bool(end)
    for name in {*_KEYS, *list(values)[:3]}:
        less = without_key(text, name)
        rest = iter(lines)
        assert all(line in rest for line in split_lines(less)), name
        assert less.endswith("".join(lines[end:]))
        assert (less == text) is (name not in values)
        assert name not in front_values(less)
    added = with_values(text, {"fuzzed": "v1.0"})
    assert (front_values(added).get("fuzzed") == "v1.0") is bool(end)
    for path in ("documents/bugs/BUG-042/post-mortem-v1.0.md", "somewhere.md"):
        checked = lint(text, path, "documents/bugs")
        assert checked.line <= len(lines) + 1
        assert "\n" not in checked.problem
