"""What people say below an issue or a pull request: comments, and how they were edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bugaction.model import Actor

__all__ = ["Comment", "Edit"]


@dataclass(frozen=True, slots=True)
class Edit:
    """One version of an edited body, as GitHub's edit history keeps it; the first one is how it was written.

    `id` is the version's node id, `editor` who made it. `body` is the whole text from then on, None where
    GitHub does not tell it: somebody has deleted that version from the history, or it is older than the
    history. The schema calls the field `diff` and "a summary of the changes"; what it holds is the whole text
    (kurone-kito/idd-skill#3126, and git-bug's importer reads it as such).
    """

    id: str
    editor: Actor
    at: datetime
    body: str | None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on an issue or pull request. `editor` is who changed the body last, None when nobody did.

    `reactions` holds what we ourselves reacted with (`ROCKET`, `CONFUSED`, …: GraphQL's names). `edits` are
    the newest versions, newest first as GitHub lists them, and come only when asked for (`AskEdits`).
    """

    id: str
    database_id: int
    url: str
    author: Actor
    body: str
    at: datetime
    edited_at: datetime | None = None
    editor: Actor | None = None
    reactions: frozenset[str] = frozenset()
    edits: tuple[Edit, ...] | None = None
