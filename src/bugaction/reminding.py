"""A sweep's last part: it reads the open action items page by page and writes what `chasing` finds due.

Nothing of it ever fails a run: no gate rests on a reminder, and what is not written now is due in the next
sweep as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bugaction.chasing import Chase, chase
from bugaction.errors import GitHubError, StaleHead, Transient
from bugaction.plan import CreateLabel, Effect, Level, Notice, Plan, Reason
from bugaction.ports import Applied, Connection
from bugaction.promises import ACTION_LABEL
from bugaction.reconcile import Reconciler, WorkResult
from bugaction.setbacks import refusal
from bugaction.sweep import Shard

__all__ = ["Reminded", "remind"]

_BATCH = 20
"""Changes that one request carries at the most."""


@dataclass(frozen=True, slots=True)
class Reminded:
    """What came of it: `works` holds a result where anything was, or would have been, written or went wrong;
    `left` says in words why it ended early, "" where it did not. `pages` were read."""

    works: tuple[WorkResult, ...] = ()
    left: str = ""
    pages: int = 0


def remind(
    connection: Connection,
    reconciler: Reconciler,
    shard: Shard,
    bounds: Chase | None,
    room: Callable[[int], str],
) -> Reminded:
    """Remind of every overdue item of this part; of none where there are no `bounds` to go by.

    `room` says why there is none for so many requests, "" where there is.
    """
    if bounds is None:
        return Reminded()
    done: list[Applied] = []
    planned: list[Effect] = []
    notices: list[Notice] = []
    why, cursor, pages = "", None, 0
    while not why:
        why = room(1)
        if why:
            break
        try:
            page, cursor = connection.open_items(ACTION_LABEL, cursor)
        except GitHubError as error:
            notices.append(_unread(error))
            break
        pages += 1
        effects = chase([item for item in page if shard.has(item.number)], bounds)
        if reconciler.dry_run:
            planned += effects
        elif effects:
            why = room(1 - -len(effects) // _BATCH)
            applied = () if why else reconciler.writer.apply(effects)
            done += applied
            failed = [item for item in applied if item.error is not None]
            notices += [refusal(item.effect, item.error) for item in failed if item.error is not None]
            if any(isinstance(item.error, Transient | StaleHead) for item in failed):
                break
            bounds = _knowing(bounds, applied)
        if cursor is None:
            break
    left = f"{why}: overdue action items are left for the next sweep" if why else ""
    if not (done or planned or notices):
        return Reminded(left=left, pages=pages)
    work = WorkResult(
        plan=Plan(),
        applied=tuple(done),
        notices=tuple(dict.fromkeys(notices)),
        left=tuple(planned),
        reason=Reason.DONE if done or planned else Reason.NOTHING_TO_DO,
    )
    return Reminded((work,), left, pages)


def _knowing(bounds: Chase, applied: tuple[Applied, ...]) -> Chase:
    """With the id of the label, where it was just made."""
    made = [item.id for item in applied if isinstance(item.effect, CreateLabel) and item.error is None]
    return replace(bounds, label=made[-1]) if made and made[-1] else bounds


def _unread(error: GitHubError) -> Notice:
    text = f"Which action items are overdue could not be read: {error.message.rstrip('.')}. "
    return Notice(Level.WARNING, f"{text}The next sweep reads them again.")
