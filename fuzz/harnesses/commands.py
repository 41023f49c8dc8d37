"""Commands in a comment."""

from __future__ import annotations

from bugaction.boxes import boxes, toggled
from bugaction.commands.mail import first_quoted
from bugaction.commands.parse import parse_calls
from bugaction.commonmark import MOST_BRACKETS
from fuzz.pages import spoken
from fuzz.words import lines_of, text_of

_WITH_TEXT = frozenset({"root-cause", "regression"})
_KNOWN = frozenset({"accept", "attest", "eta", "override", "regression", "root-cause", "severity", "undo"})
_MOST = 20
_LONGEST_LINE = 200


def check(data: bytes) -> None:
    """The lines are those of a full parse; what is quoted, fenced, indented or hidden gives none."""
    body = text_of(data)
    calls = parse_calls(body)
    lines = lines_of(body)
    if body.count("[") <= MOST_BRACKETS:
        own = spoken(body)[:_MOST]
        assert [call.line for call in calls] == own[: len(calls)]
        assert len(calls) == len(own) or first_quoted(lines) < own[len(calls)]
    for call in calls:
        assert lines[call.line - 1].lstrip(" ").lower().startswith(f"/{call.name}")
    taken = parse_calls(body, _WITH_TEXT, _KNOWN)
    assert {call.line for call in taken} <= {call.line for call in parse_calls(body)} or len(calls) == _MOST
    assert all(call.text in "\n".join(lines) for call in taken)
    for silent in _silenced(lines):
        assert not parse_calls(silent, _WITH_TEXT, _KNOWN), silent
    assert toggled(body, body) == ()
    assert len(boxes(body)) <= len(lines)


def _silenced(lines: list[str]) -> list[str]:
    """The same words in a quotation, a fence, indented code and an HTML comment."""
    body = "\n".join(lines)
    longest = max((len(line) for line in body.split() if set(line) <= {"`"}), default=0)
    fence = "`" * (max(longest, body.count("`")) + 3)
    return [
        "\n".join(f"> {line}" for line in lines),
        f"{fence}\n{body}\n{fence}",
        "\n".join(f"    {line}" for line in lines),
        f"<!--\n{body.replace('-->', '')}\n",
    ]
