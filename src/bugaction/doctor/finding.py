"""What a check finds, and how a check is written: a name, a question, and one pure function of the case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bugaction.doctor.case import Case
from bugaction.doctor.facts import Unseen

__all__ = ["Check", "Finding", "Outcome", "ok", "problem", "unseen", "warning"]


class Outcome(StrEnum):
    """How a check ended. Only a problem makes the doctor end with 1."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, why it matters and how it is put right; all three are sentences of ours, in which
    strangers' words stand in back ticks.

    `details` are the single things that were found, `paste` lines for a shell or a file: the exact fix. A
    finding that is `ok` has neither; with `why` it is a thing to know, and is told all the same.
    """

    outcome: Outcome
    found: str
    why: str = ""
    fix: str = ""
    details: tuple[str, ...] = ()
    paste: tuple[str, ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether there is anything to tell beside that all is well."""
        return self.outcome is not Outcome.OK or bool(self.why)


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `group` is the heading that it is told under; `title` says what is looked at."""

    id: str
    group: str
    title: str
    judge: Callable[[Case], Finding]


def ok(found: str, why: str = "") -> Finding:
    """All is well; with `why`, there is something to know about it."""
    return Finding(Outcome.OK, found, why)


def problem(
    found: str, why: str, fix: str, *, details: tuple[str, ...] = (), paste: tuple[str, ...] = ()
) -> Finding:
    """Something that does not work as it is set up."""
    return Finding(Outcome.PROBLEM, found, why, fix, details, paste)


def warning(
    found: str, why: str, fix: str, *, details: tuple[str, ...] = (), paste: tuple[str, ...] = ()
) -> Finding:
    """Something that works, and less well than it could."""
    return Finding(Outcome.WARNING, found, why, fix, details, paste)


_ADMIN = frozenset({"administration: read", ""})


def unseen(what: str, part: Unseen, case: Case) -> Finding:
    """Something that cannot be judged, because this token was not shown it.

    `what` names it, as the beginning of a sentence: `Whether Actions may open pull requests`.
    """
    is_admins = part.needs in _ADMIN
    whose = "an admin's token would tell" if is_admins else f"a token with `{part.needs}` would tell"
    return Finding(
        Outcome.UNKNOWN,
        f"{what} cannot be seen with this token",
        f"GitHub answered: {part.why}",
        f"{whose[0].upper()}{whose[1:]}. Run it once as somebody who administers the repository.",
        paste=(case.as_admin,),
    )
