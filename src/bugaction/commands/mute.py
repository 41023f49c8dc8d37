"""Who is not heard for a while: an outsider whose commands would fill a bug's ledger.

Each command is judged once and recorded, also one that is refused, since later rights must not revive it. So
anybody who may comment could make a ledger grow until GitHub no longer shows it whole (512 KB), which holds
the bug's merge. Hence this rule:

- With every `MOST_HEARD`-th command of somebody who does not belong to the team (a role below triage), a time
  is recorded in its line. What stands in a comment that they wrote up to that time, and has not been judged,
  is never heard: neither recorded nor answered, whatever becomes of the comment and of their role.
- The time is an hour after that command, and twice as long after it with every further such line. So a year
  of comments brings some 300 lines, about 100 KB.

The rule reads the ledger and the time of a comment alone, so each run finds the same.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bugaction.model import LedgerFile, LedgerLine, RecordKind, Role
from bugaction.moment import format_moment

__all__ = ["FIRST_SILENCE", "MOST_HEARD", "fills", "muted_until", "silenced"]

MOST_HEARD = 20
"""Commands of one outsider on one bug until they are not heard for a while: as many as one comment holds. A
reporter who helps along uses a handful."""

FIRST_SILENCE = timedelta(hours=1)
"""How long the first silence lasts."""

_UNTIL = "unheard-until"
_LONGEST = timedelta(days=365 * 100)
_MOST_DOUBLINGS = 20  # of an hour is more than that


def muted_until(ledger: LedgerFile, login: str) -> datetime | None:
    """That person's comments up to this time are not heard on this bug any more; None: all are heard."""
    times = [until for line in _lines(ledger, login) if (until := _until(line)) is not None]
    return max(times, default=None)


def fills(ledger: LedgerFile, login: str) -> bool:
    """Whether one more command of that person is the one that a silence follows, if they are an outsider."""
    since = 0
    for line in _lines(ledger, login):
        since = 0 if _until(line) is not None else since + (line.role is None or line.role < Role.TRIAGE)
    return since + 1 >= MOST_HEARD


def silenced(ledger: LedgerFile, line: LedgerLine) -> LedgerLine:
    """The line that fills the measure, with the time that is recorded in it; a refusal tells it, too."""
    before = sum(_until(other) is not None for other in _lines(ledger, line.actor))
    until = line.at + min(FIRST_SILENCE * 2 ** min(before, _MOST_DOUBLINGS), _LONGEST)
    told = f" That were many: {line.actor} is heard here again after {format_moment(until)}."
    return replace(
        line,
        why=line.why and f"{line.why}{told}",
        data={**line.data, _UNTIL: until.isoformat()},
    )


def _lines(ledger: LedgerFile, login: str) -> list[LedgerLine]:
    return [
        line
        for line in ledger.lines
        if line.kind is RecordKind.COMMAND and line.actor.casefold() == login.casefold()
    ]


def _until(line: LedgerLine) -> datetime | None:
    try:
        until = datetime.fromisoformat(line.data.get(_UNTIL, ""))
    except ValueError:
        return None
    return until if until.tzinfo is not None else None
