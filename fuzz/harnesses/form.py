"""The bug form's answers in an issue's body."""

from __future__ import annotations

from datetime import UTC, datetime

from bugaction.issue_form import FIELDS, choices, parse_form, stated_start
from fuzz.words import lines_of, text_of

_REPORTED = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def check(data: bytes) -> None:
    """Every answer is a passage of the body, under a heading of the form; line ends change nothing."""
    body = text_of(data)
    plain = "\n".join(lines_of(body))
    answers = parse_form(body)
    assert set(answers.values) <= set(FIELDS)
    assert parse_form(plain.replace("\n", "\r\n")) == answers
    if not answers.is_form:
        assert not answers.values
        assert answers.preamble == plain.strip()
    for answer in (answers.preamble, *answers.values.values()):
        assert answer in plain
        assert answer == answer.strip()
        assert all(choice in answer for choice in choices(answer))
    assert all(answers.values.values())
    started = stated_start(answers, _REPORTED)
    assert started is None or started <= _REPORTED
