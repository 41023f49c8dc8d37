"""The texts of commit statuses: what is missing first, in words, and how much more."""

from __future__ import annotations

from collections.abc import Sequence

from bugaction.bug import Bug
from bugaction.model import GateResult
from bugaction.policy import Mode
from bugaction.snapshot import StatusState

__all__ = ["LONGEST_STATUS", "fit", "gate_text", "join_problems"]

LONGEST_STATUS = 140
"""Code points of a status description. GitHub's OpenAPI states this limit for deployment statuses; for commit
statuses it answers 422 "description is too long (maximum is 140 characters)"."""


def fit(text: str, room: int = LONGEST_STATUS) -> str:
    """The text on one line, cut at a word where it is longer than the room, ending in an ellipsis."""
    line = " ".join(text.split())
    if len(line) <= room:
        return line
    cut = line[: room - 1]
    head, _, _ = cut.rpartition(" ")
    return f"{head if len(head) > room // 2 else cut}…"


def gate_text(result: GateResult, bug: Bug) -> str:
    """What one bug's gate waits for: `BUG-042: nobody has accepted it (+2)`; "" when it passes.

    A confidential bug's text counts what is missing and names none of it.
    """
    blocking = result.blocking
    if not blocking:
        return ""
    if bug.confidential:
        count = len(blocking)
        return f"{bug.name}: {count} requirement{'' if count == 1 else 's'} not met yet"
    more = f" (+{len(blocking) - 1})" if len(blocking) > 1 else ""
    problem = blocking[0].problem or blocking[0].sentence
    return f"{fit(f'{bug.name}: {problem}', LONGEST_STATUS - len(more) - 20)}{more}"


def join_problems(entries: Sequence[tuple[Mode, str, bool]], *, passed: str) -> tuple[StatusState, str]:
    """One status for several verdicts `(mode, text, passes)`.

    Red as soon as one that is enforced does not pass, and then its text comes first. Where only observed
    ones do not pass, green, and the text says what it would have blocked.
    """
    held = [(mode, text) for mode, text, passes in entries if not passes]
    enforced = [text for mode, text in held if mode is Mode.ENFORCE]
    if enforced:
        return StatusState.FAILURE, fit(_first_and_more(enforced))
    if held:
        return StatusState.SUCCESS, fit(
            f"Observing, would block: {_first_and_more([text for _, text in held])}"
        )
    return StatusState.SUCCESS, fit(passed)


def _first_and_more(texts: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(texts))
    return distinct[0] if len(distinct) == 1 else f"{distinct[0]}; and {len(distinct) - 1} more"
