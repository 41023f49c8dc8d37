"""Git objects below a commit: trees, entries, blobs and blame."""

from __future__ import annotations

from bugaction.sandbox.git import Entry
from bugaction.sandbox.graph.fields import Context
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.value import Value

__all__ = ["BlobNode", "EntryNode", "TreeNode", "git_object"]

_TRUNCATED_FROM = 512 * 1024
"""Bytes of text above which GraphQL cuts `Blob.text` short."""


class BlobNode:
    """`Blob`."""

    type_name = "Blob"

    def __init__(self, context: Context, oid: str) -> None:
        self.oid = oid
        self.id = node_id("B", oid)
        data = (context.view.git.read(oid) or ("", b""))[1]
        self.is_truncated = len(data) > _TRUNCATED_FROM
        self.is_binary = b"\0" in data[:8000]
        self.text = None if self.is_binary else data[:_TRUNCATED_FROM].decode("utf-8", "replace")


class EntryNode:
    """`TreeEntry`: a name in a folder."""

    type_name = "TreeEntry"

    def __init__(self, context: Context, entry: Entry) -> None:
        self._context = context
        self._entry = entry
        self.name = entry.name
        self.type = entry.kind
        self.mode = int(entry.mode, 8)
        self.oid = entry.oid

    def object(self) -> Value:
        """What the name stands for; nothing for a submodule."""
        if self._entry.kind == "tree":
            return TreeNode(self._context, self._entry.oid)
        return BlobNode(self._context, self._entry.oid) if self._entry.kind == "blob" else None


class TreeNode:
    """`Tree`: a folder."""

    type_name = "Tree"

    def __init__(self, context: Context, oid: str) -> None:
        self._context = context
        self.oid = oid
        self.id = node_id("T", oid)

    def entries(self) -> list[EntryNode]:
        """The folder's entries."""
        return [EntryNode(self._context, entry) for entry in self._context.view.git.entries(self.oid)]


def git_object(context: Context, kind: str, oid: str) -> Value:
    """A tree or blob by id."""
    return TreeNode(context, oid) if kind == "tree" else BlobNode(context, oid)
