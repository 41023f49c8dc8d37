"""The bug form's answers, read back from an issue's body.

GitHub keeps no structure: it writes `### <label>`, a blank line and the answer for every field, and people
edit the text afterwards (https://docs.github.com/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-issue-forms).
So a heading counts when it is one of our form's labels and nothing else; the first of a label wins, and any
other heading is part of the answer that it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bugaction.bug import FormAnswers
from bugaction.moment import parse_moment

__all__ = ["ASSESSMENT", "FIELDS", "choices", "parse_form", "stated_start"]

FIELDS: dict[str, str] = {
    "broken": "What is broken",
    "expected": "Expected behaviour",
    "actual": "Actual behaviour",
    "steps": "Steps to reproduce",
    "frequency": "Frequency",
    "started": "Started (UTC)",
    "environment": "Environment",
    "platform": "Platform",
    "app-version": "App version",
    "api-version": "API version",
    "parts": "Affected parts",
    "affected": "Who is affected",
    "production-down": "Is production down",
    "data-at-risk": "Is data at risk",
    "security-breach": "Is it a security breach",
    "payments-failing": "Are payments failing",
    "critical-blocked": "Is critical functionality blocked for everyone",
    "core-broken": "Is a core feature broken",
    "cosmetic": "Is it cosmetic only",
    "workaround": "Is there a workaround",
    "workaround-text": "The workaround",
    "impact": "Business impact",
    "source": "Source",
}
"""The form's fields: key (the `id` in `.github/ISSUE_TEMPLATE/bug.yml`) to label, in the form's order."""

ASSESSMENT = frozenset(
    {
        "affected",
        "production-down",
        "data-at-risk",
        "security-breach",
        "payments-failing",
        "critical-blocked",
        "core-broken",
        "cosmetic",
        "workaround",
        "impact",
    }
)
"""The questions that a severity is proposed from."""

_LEAST_HEADINGS = 3
"""Headings of ours that make a body our form's. Other forms ask for the steps and the environment as well,
so one of the headings has to be a question of the assessment."""

_OLDEST_START = timedelta(days=365)
"""A bug that is said to have begun earlier than this before the report is a slip of the pen in the year."""

_EMPTY = frozenset({"_no response_", "*no response*", "no response", "none"})
"""What GitHub writes for a field without an answer, and what is left of it after an editor's touch."""

_ANY_LENGTH = 1 << 20
"""More than any fence's length: a body holds 65,536 characters."""

_HEADING = re.compile(r"###[ \t]+(?P<label>.*)")
_FENCE = re.compile(r" {0,3}(?P<mark>`{3,}|~{3,})(?P<info>.*)")
_CHECKBOX = re.compile(r"[ \t]*[-*+] \[(?P<mark>[ xX])\][ \t]+(?P<label>.*)")


def _label(heading: re.Match[str]) -> str:
    """A heading's words, without the hashes that may close it (CommonMark 0.31, section 4.2)."""
    words = heading["label"].rstrip(" \t")
    bare = words.rstrip("#")
    return bare if bare.endswith((" ", "\t")) else words


def _normal(label: str) -> str:
    return " ".join(label.split()).rstrip("?: ").casefold()


_KEYS = {_normal(label): key for key, label in FIELDS.items()}


def _fence_end(lines: Sequence[str], start: int, mark: str) -> int | None:
    """The index of the line that closes a code fence, or None where none does."""
    closer = re.compile(rf" {{0,3}}{re.escape(mark[0])}{{{len(mark)},}}[ \t]*")
    return next((index for index in range(start + 1, len(lines)) if closer.fullmatch(lines[index])), None)


def _comment_end(lines: Sequence[str], start: int) -> int | None:
    """The index of the line where an HTML comment that opens in `start` ends, or None."""
    if "-->" in lines[start][lines[start].rindex("<!--") :]:
        return start
    return next((index for index in range(start + 1, len(lines)) if "-->" in lines[index]), None)


def _headings(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Index and key of each heading of the form, in order, outside code fences and HTML comments.

    A fence or comment that is never closed would swallow every later answer; it counts as text instead.
    What was found to be never closed is not looked for again, or a hostile body would take minutes.
    """
    never_closed = {"`": _ANY_LENGTH, "~": _ANY_LENGTH}
    comments_close = True
    index = 0
    while index < len(lines):
        line = lines[index]
        fence = _FENCE.fullmatch(line)
        heading = _HEADING.fullmatch(line)
        end: int | None = index
        if fence is not None and not (fence["mark"][0] == "`" and "`" in fence["info"]):
            kind, length = fence["mark"][0], len(fence["mark"])
            if length < never_closed[kind]:
                end = _fence_end(lines, index, fence["mark"])
                if end is None:
                    never_closed[kind] = length
        elif "<!--" in line and comments_close:
            end = _comment_end(lines, index)
            comments_close = end is not None
        elif heading is not None and (key := _KEYS.get(_normal(_label(heading)))) is not None:
            yield index, key
        index = (index if end is None else end) + 1


def _answer(lines: Sequence[str]) -> str:
    """The text of an answer, "" where there is none."""
    text = "\n".join(lines).strip()
    if text.casefold() in _EMPTY or _is_unticked(text):
        return ""
    return text


def _boxes(text: str) -> list[re.Match[str]] | None:
    """The checkboxes that the whole text consists of, or None when it is anything else."""
    lines = [line for line in text.splitlines() if line.strip()]
    boxes = [box for line in lines if (box := _CHECKBOX.fullmatch(line)) is not None]
    return boxes if lines and len(boxes) == len(lines) else None


def _is_unticked(text: str) -> bool:
    boxes = _boxes(text)
    return boxes is not None and all(box["mark"] == " " for box in boxes)


def choices(text: str) -> tuple[str, ...]:
    """What was chosen: the ticked checkboxes, or the options of a dropdown (several stand with commas)."""
    boxes = _boxes(text)
    if boxes is not None:
        return tuple(box["label"].strip() for box in boxes if box["mark"] != " ")
    return tuple(part for line in text.splitlines() for item in line.split(",") if (part := item.strip()))


def parse_form(body: str) -> FormAnswers:
    """The answers in an issue's body; total: any text gives an answer.

    A body with fewer than three of the form's headings, or with no question of the assessment among them,
    was not made by the form.
    """
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found: dict[str, int] = {}
    for index, key in _headings(lines):
        found.setdefault(key, index)
    if len(found) < _LEAST_HEADINGS or not ASSESSMENT & found.keys():
        return FormAnswers(preamble="\n".join(lines).strip())
    order = sorted(found.items(), key=lambda item: item[1])
    ends = [start for _, start in order[1:]] + [len(lines)]
    values = {
        key: answer
        for (key, start), end in zip(order, ends, strict=True)
        if (answer := _answer(lines[start + 1 : end]))
    }
    preamble = "\n".join(lines[: order[0][1]]).strip()
    return FormAnswers(values=values, preamble=preamble, is_form=True)


def stated_start(answers: FormAnswers, report_time: datetime) -> datetime | None:
    """When the bug began by the reporter's word, in UTC, or None.

    A time without a day is the report's day. A start after the report, or more than a year before it, is
    refused.
    """
    start = parse_moment(answers.get("started"), today=report_time.date())
    if start is None or start > report_time or start < report_time - _OLDEST_START:
        return None
    return start
