"""Writes the branch that brings a bug's documents, and opens the pull request from it: both by REST."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from urllib.parse import quote

from bugaction.errors import GitHubError
from bugaction.github.client import Client
from bugaction.github.mutations import check_body
from bugaction.plan import BringDocuments, OpenPull

__all__ = ["bring", "label_pull", "open_pull"]


def bring(client: Client, path: str, effect: BringDocuments) -> str:
    """A commit of our own, without an author, so that it is signed; then the branch, made or moved on.

    Gives the commit's oid; `path` is the repository's. Nobody is moved aside: GitHub creates no reference
    twice, and moves one without force only to what comes after it. Both are answered with 422, and
    `StaleHead` is raised.
    """
    entries = [
        {"path": change.path, "mode": "100644", "type": "blob", "content": change.text}
        for change in effect.files
        if change.text is not None
    ]
    tree = client.made(f"{path}/git/trees", {"base_tree": effect.tree, "tree": entries}, "sha")
    body = {"message": effect.message, "tree": tree, "parents": list(effect.parents)}
    commit = client.made(f"{path}/git/commits", body, "sha")
    if effect.expected_oid:
        reference = f"{path}/git/refs/heads/{quote(effect.branch)}"
        client.send("PATCH", reference, {"sha": commit, "force": False})
    else:
        client.made(f"{path}/git/refs", {"ref": f"refs/heads/{effect.branch}", "sha": commit}, "ref")
    return commit


def open_pull(client: Client, path: str, effect: OpenPull) -> str:
    """Its node id. Raises `StaleHead` where there is one already; the label is a nicety."""
    check_body(effect.body)
    body = {"title": effect.title, "head": effect.branch, "base": effect.base, "body": effect.body}
    made = client.send("POST", f"{path}/pulls", body)
    found = made if isinstance(made, Mapping) else {}
    label_pull(client, path, found.get("number"), effect.labels)
    return str(found.get("node_id") or "")


def label_pull(client: Client, path: str, number: object, labels: Sequence[str]) -> None:
    """Put labels on a pull request that was just opened: it is as good without them, so no refusal counts."""
    if labels and number:
        with suppress(GitHubError):
            client.repeat("POST", f"{path}/issues/{number}/labels", {"labels": list(labels)})
