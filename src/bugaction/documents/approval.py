"""Whether a version of a document is approved: by a word in the ledger, or in its own front matter.

`approved:` in the front matter counts when it says anything. Whoever committed it may write to the branch,
and all that follows is that this version is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterable

from bugaction.approved import approving
from bugaction.documents.front_matter import front_values
from bugaction.markdown import content_gap
from bugaction.model import Evidence, LedgerLine

__all__ = ["APPROVED", "approval_of"]

APPROVED = "approved"
"""The key in the front matter that a person writes; bugaction never does."""

_NOT = frozenset({"false", "no", "off", "null", "none", "not yet", "open", "pending", "~"})


def approval_of(kind: str, version: str, text: str | None, spoken: Iterable[LedgerLine]) -> Evidence | None:
    """What approves that version; the word in the ledger before the one in the text. None for neither."""
    line = approving(spoken, kind, version)
    if line is not None:
        return Evidence(f"approved by {line.actor}", line.data.get("url", ""), line.actor, line.at)
    words = front_values(text or "").get(APPROVED, "")
    if words.casefold() in _NOT or content_gap(words) is not None:
        return None
    return Evidence(f"approved: {words}")
