"""The catalogue of document types. To add one: a file here, its template, and a line in `DOCUMENTS`."""

from __future__ import annotations

from bugaction.documents.analysis import ANALYSIS
from bugaction.documents.base import DocumentType
from bugaction.documents.post_mortem import POST_MORTEM
from bugaction.documents.release_notes import RELEASE_NOTES
from bugaction.documents.report import REPORT

__all__ = ["DOCUMENTS", "DocumentType"]

DOCUMENTS: dict[str, DocumentType] = {
    item.kind: item for item in (REPORT, ANALYSIS, RELEASE_NOTES, POST_MORTEM)
}
"""Every document type by its kind, in the order in which a bug gets them."""
