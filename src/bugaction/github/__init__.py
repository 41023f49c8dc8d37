"""GitHub as the world: a reader that takes snapshots and a writer that applies effects.

Nothing outside this package knows PyGithub, GraphQL or HTTP.
"""

from __future__ import annotations

from bugaction.github.connection import connect

__all__ = ["connect"]
