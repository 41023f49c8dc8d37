"""The texts of commit statuses: what is missing first, in words, and how much more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bugaction.bug import Bug
from bugaction.model import Evidence, GateResult, Outcome
from bugaction.policy import Mode
from bugaction.snapshot import StatusState

__all__ = [
    "LONGEST_STATUS",
    "fit",
    "gate_text",
    "join_problems",
    "override_text",
    "passed_text",
    "rollup_text",
]

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


def override_text(words: Iterable[Evidence]) -> str:
    """What a gate says that passes on somebody's word alone: `OVERRIDDEN by mia: reason`; "" for none."""
    said = dict.fromkeys(f"OVERRIDDEN{word.text.removeprefix('overridden')}" for word in words)
    return fit("; ".join(said))


def passed_text(title: str, results: Iterable[GateResult]) -> str:
    """What a gate says that passes: that it holds, or how much of it was put off and is still owed."""
    owed = _put_off(results)
    return f"{title} passes, {owed} put off" if owed else f"{title} holds"


def _put_off(results: Iterable[GateResult]) -> int:
    return sum(item.outcome is Outcome.DEFERRED for result in results for item in result.requirements)


def rollup_text(names: str, results: Iterable[GateResult], overridden: Mapping[str, Iterable[str]]) -> str:
    """What the roll-up says when all gates pass; `overridden` are those who overrode one, by the gate's name.

    Who overrode is never what is cut off.
    """
    owed = _put_off(results)
    text = f"Every gate passes, {owed} put off, for {names}" if owed else f"Every gate holds for {names}"
    by = {gate: tuple(dict.fromkeys(who)) for gate, who in overridden.items()}
    by = {gate: who for gate, who in by.items() if who}
    if not by:
        return fit(text)
    if len(set(by.values())) == 1:
        said = f"; {_listed(by)} OVERRIDDEN by {_listed(next(iter(by.values())))}"
    else:
        said = "; OVERRIDDEN: " + ", ".join(f"{gate} by {_listed(who)}" for gate, who in by.items())
    said = fit(said, LONGEST_STATUS - _LEAST_NAMES)
    return fit(text, LONGEST_STATUS - len(said)) + said


_LEAST_NAMES = 30
"""Code points that the bugs' names keep beside who overrode."""


def _listed(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def join_problems(
    entries: Sequence[tuple[Mode, str, bool]], *, passed: str, overridden: str = ""
) -> tuple[StatusState, str]:
    """One status for several verdicts `(mode, text, passes)`.

    Red as soon as one that is enforced does not pass, and then its text comes first. Where only observed
    ones do not pass, green, and the text says what it would have blocked. `overridden` takes the place of
    both green texts: that somebody overrode is never silent.
    """
    held = [(mode, text) for mode, text, passes in entries if not passes]
    enforced = [text for mode, text in held if mode is Mode.ENFORCE]
    if enforced:
        return StatusState.FAILURE, fit(_first_and_more(enforced))
    if overridden:
        return StatusState.SUCCESS, fit(overridden)
    if held:
        return StatusState.SUCCESS, fit(
            f"Observing, would block: {_first_and_more([text for _, text in held])}"
        )
    return StatusState.SUCCESS, fit(passed)


def _first_and_more(texts: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(texts))
    return distinct[0] if len(distinct) == 1 else f"{distinct[0]}; and {len(distinct) - 1} more"
