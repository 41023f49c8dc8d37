"""A repository's past by a policy: what would have been late, what would have held a merge, what came back.

Pure. `bugaction.replaying` reads the past, and `bugaction.cli` prints it.
"""

from __future__ import annotations

from bugaction.replay.account import Account, Archive, Page
from bugaction.replay.document import ReplayDocument, document
from bugaction.replay.page import markdown
from bugaction.replay.sheet import html
from bugaction.replay.story import Look, Story, look

__all__ = [
    "Account",
    "Archive",
    "Look",
    "Page",
    "ReplayDocument",
    "Story",
    "document",
    "html",
    "look",
    "markdown",
]
