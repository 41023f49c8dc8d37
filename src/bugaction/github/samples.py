"""One document of every shape that the reader and the writer send.

The contract tests check them against GitHub's schema, and the script that prunes the schema goes by them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from bugaction.github import parts
from bugaction.github.archive import label_names, reported
from bugaction.github.examination import examination_documents
from bugaction.github.extended import extended_document
from bugaction.github.pages import PAGES, Page
from bugaction.github.query import MUTATIONS, Document, batch, compose, page
from bugaction.github.thin import thin_bugs, thin_items, thin_pulls
from bugaction.review import RevertClaim

__all__ = ["documents"]

_OID = "0" * 40
_LABELS = ("P0", "P1", "P2", "P3", "bug")
_ROOT = "documents/bugs"
_VARIABLES: Mapping[str, tuple[str, object]] = {
    "owner": ("String!", "octo"),
    "name": ("String!", "demo"),
    "config": ("String!", ".github/bugaction.yml"),
    "templates": ("String!", ".github/bugaction/templates"),
    "records": ("String!", "refs/heads/bugaction/records"),
    "meta": ("String!", "meta.json"),
    "register": ("String!", f"{_ROOT}/register.json"),
    "readme": ("String!", f"{_ROOT}/README.md"),
}
_CLAIM = RevertClaim(7, _OID, _OID, (_OID,), (_OID,), (8,), ("a.py", "b.py"))


def documents() -> Mapping[str, Document]:
    """The documents by a name that says when each is sent; the largest of its kind where sizes differ."""
    since, until = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)
    shapes = {
        "snapshot-bug": [parts.item(42, _ROOT), parts.known_labels(_LABELS)],
        "snapshot-five-bugs": [parts.item(number, _ROOT) for number in range(40, 45)],
        "snapshot-pull": [parts.pull(7, _ROOT)],
        "snapshot-commit": [parts.pulls_at(_OID)],
        "snapshot-merge-group": [
            parts.group_of(_OID, "refs/heads/gh-readonly-queue/main/"),
            parts.pull(7, _ROOT),
        ],
        "snapshot-again": [
            parts.pull(7, _ROOT),
            parts.item(43, _ROOT),
            parts.commits_of(7, _ROOT),
            parts.edits_of(43, "id"),
            parts.carrier(43, _ROOT),
            parts.known_labels(_LABELS),
        ],
    }
    details = {
        "detail-commits": [parts.commits_of(7, _ROOT)],
        "detail-review": [parts.review_of(7), parts.commits_of(7, _ROOT)],
        "detail-checks": [parts.checks_at(_OID)],
        "detail-edits": [parts.edits_of(42, "id")],
        "detail-documents": [
            parts.documents_of(7, _OID, ["documents/bugs/BUG-042/a.md", "documents/bugs/BUG-042/b.md"])
        ],
        "detail-everything": [
            parts.label(0, "P1"),
            parts.files_of(7),
            parts.pull(8, _ROOT),
            parts.item(43, _ROOT),
            parts.suspects(42, since, until),
        ],
        "detail-revert": [parts.reverted(_CLAIM, _CLAIM.paths)],
        "detail-page": [parts.page(0, f"{_ROOT}/register-2026.json")],
        "detail-rollout": [parts.rollout(42, ["production"])],
        "detail-reverting": [parts.reverting(7, "fix/checkout")],
        "detail-carrier": [parts.carrier(42, _ROOT)],
        "detail-head": [parts.head_of(_OID)],
        "detail-sharers": [parts.sharers_of(_OID)],
        "detail-branch": [parts.branch_head("bugaction/records")],
        "sweep": [thin_bugs(_LABELS, None), thin_pulls(None)],
        "sweep-closed": [thin_bugs(["phase: fix"], None, "CLOSED")],
        "sweep-items": [thin_items("action-item", None)],
        "replay-bugs": [reported(_LABELS, None)],
        "replay-labels": [label_names(None)],
    }
    found = {
        name: compose("Snapshot", group, header=True, variables=_VARIABLES) for name, group in shapes.items()
    }
    found |= {
        name: compose("Detail", group, header=False, variables=_VARIABLES) for name, group in details.items()
    }
    found["extended"] = extended_document("octo/.github")
    found |= examination_documents()
    found |= {f"page-{key}": _page(what) for key, what in PAGES.items()}
    found["write-everything"] = batch((name, {}) for name in MUTATIONS)
    return found


def _page(what: Page) -> Document:
    """The page document of one connection, with a value for each variable that it takes."""
    is_window = "since" in what.variables
    value = ("GitTimestamp!", "2026-11-23T00:00:00+00:00") if is_window else ("String!", "x")
    extra = dict.fromkeys(what.variables, value)
    return page(what.type_name, what.connection, what.selection, "id", "cursor", extra, what.through)
