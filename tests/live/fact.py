"""A fact about GitHub that bugaction rests on, and what was seen of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bugaction.errors import GitHubError, Transient
from tests.live.place import Place

__all__ = ["FACTS", "Fact", "NotShown", "Outcome", "Row", "fact", "look"]


class NotShown(Exception):
    """This server or this token cannot show the fact; the text says why."""


class Outcome(StrEnum):
    """What became of a fact."""

    HOLDS = "holds"
    DIFFERS = "DIFFERS"
    NOT_SHOWN = "not shown"


@dataclass(frozen=True, slots=True)
class Fact:
    """`text` is the fact, `used` where bugaction depends on it, `otherwise` what happens where it is wrong:
    the three paragraphs of the test's docstring. `check` gives what it saw, and whether that is the fact."""

    id: str
    text: str
    used: str
    otherwise: str
    writes: bool
    check: Callable[[Place], tuple[bool, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    fact: Fact
    outcome: Outcome
    seen: str


FACTS: dict[str, Fact] = {}
"""By id, in the order in which they are looked at."""


def fact(*, writes: bool = True) -> Callable[[Callable[[Place], tuple[bool, str]]], None]:
    """Register a test. Its docstring holds the fact, `Used:` and `Otherwise:`."""

    def register(check: Callable[[Place], tuple[bool, str]]) -> None:
        paragraphs = [" ".join(part.split()) for part in (inspect.getdoc(check) or "").split("\n\n")]
        text, used, otherwise = paragraphs
        name = check.__name__.replace("_", "-")
        FACTS[name] = Fact(
            name, text, used.removeprefix("Used: "), otherwise.removeprefix("Otherwise: "), writes, check
        )

    return register


def look(found: Fact, place: Place) -> Row:
    """Try one fact. Whatever GitHub refuses is what was seen."""
    try:
        holds, seen = found.check(place)
    except NotShown as reason:
        return Row(found, Outcome.NOT_SHOWN, str(reason))
    except Transient as error:
        return Row(found, Outcome.NOT_SHOWN, f"GitHub did not answer: {error.message}")
    except GitHubError as error:
        return Row(found, Outcome.DIFFERS, f"{type(error).__name__}: {error.message}")
    return Row(found, Outcome.HOLDS if holds else Outcome.DIFFERS, seen)
