"""Commits, files, trees and refs in REST's JSON."""

from __future__ import annotations

import base64

from bugaction.sandbox.clock import stamp
from bugaction.sandbox.git import Change, CommitInfo, Entry, Signature
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.shapes.accounts import Json, user_or_none
from bugaction.sandbox.view import View

__all__ = [
    "commit",
    "commit_with_files",
    "diff_entry",
    "file",
    "folder",
    "git_commit",
    "login_of",
    "ref",
    "simple",
]

_STATUSES = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "C": "copied", "T": "changed"}


def login_of(view: View, signature: Signature) -> str:
    """The account that GitHub finds by a commit's address, "" for none.

    `<login>@example.com` counts as an address that the person has verified.
    """
    local, _, host = signature.email.partition("@")
    if signature.email == "noreply@github.com":
        return "web-flow"
    if host == "users.noreply.github.com":
        login = local.partition("+")[2] or local
        return login if view.state.has_account(login) else ""
    return local if host == "example.com" and view.state.has_account(local) else ""


def _person(signature: Signature) -> Json:
    return {"name": signature.name, "email": signature.email, "date": stamp(signature.at)}


def verification(view: View, oid: str) -> Json:
    """Whether GitHub signed the commit."""
    signed = oid in view.state.signed
    return {
        "verified": signed,
        "reason": "valid" if signed else "unsigned",
        "signature": "-----BEGIN PGP SIGNATURE-----" if signed else None,
        "payload": f"tree of {oid}" if signed else None,
        "verified_at": stamp(view.world.clock()) if signed else None,
    }


def commit(view: View, info: CommitInfo) -> Json:
    """OpenAPI `commit` without stats and files."""
    url = f"{view.api}/commits/{info.oid}"
    return {
        "sha": info.oid,
        "node_id": node_id("C", info.oid),
        "commit": {
            "author": _person(info.author),
            "committer": _person(info.committer),
            "message": info.message.rstrip("\n"),
            "tree": {"sha": info.tree, "url": f"{view.api}/git/trees/{info.tree}"},
            "url": f"{view.api}/git/commits/{info.oid}",
            "comment_count": 0,
            "verification": verification(view, info.oid),
        },
        "url": url,
        "html_url": f"{view.html}/commit/{info.oid}",
        "comments_url": f"{url}/comments",
        "author": user_or_none(view, login_of(view, info.author)),
        "committer": user_or_none(view, login_of(view, info.committer)),
        "parents": [
            {"sha": parent, "url": f"{view.api}/commits/{parent}", "html_url": f"{view.html}/commit/{parent}"}
            for parent in info.parents
        ],
    }


def commit_with_files(view: View, info: CommitInfo) -> Json:
    """OpenAPI `commit`, whole."""
    changes = view.git.changes(info.parents[0] if info.parents else None, info.oid)
    added, deleted = sum(c.additions for c in changes), sum(c.deletions for c in changes)
    return commit(view, info) | {
        "stats": {"total": added + deleted, "additions": added, "deletions": deleted},
        "files": [diff_entry(view, change, info.oid) for change in changes],
    }


def diff_entry(view: View, change: Change, oid: str) -> Json:
    """OpenAPI `diff-entry`, without the patch."""
    entry: Json = {
        "sha": change.oid if set(change.oid) != {"0"} else None,
        "filename": change.path,
        "status": _STATUSES.get(change.status, "changed"),
        "additions": change.additions,
        "deletions": change.deletions,
        "changes": change.additions + change.deletions,
        "blob_url": f"{view.html}/blob/{oid}/{change.path}",
        "raw_url": f"{view.html}/raw/{oid}/{change.path}",
        "contents_url": f"{view.api}/contents/{change.path}?ref={oid}",
    }
    return entry | {"previous_filename": change.previous} if change.previous else entry


def git_commit(view: View, info: CommitInfo) -> Json:
    """OpenAPI `git-commit`."""
    return {
        "sha": info.oid,
        "node_id": node_id("C", info.oid),
        "url": f"{view.api}/git/commits/{info.oid}",
        "html_url": f"{view.html}/commit/{info.oid}",
        "author": _person(info.author),
        "committer": _person(info.committer),
        "tree": {"sha": info.tree, "url": f"{view.api}/git/trees/{info.tree}"},
        "message": info.message.rstrip("\n"),
        "parents": [
            {
                "sha": parent,
                "url": f"{view.api}/git/commits/{parent}",
                "html_url": f"{view.html}/commit/{parent}",
            }
            for parent in info.parents
        ],
        "verification": verification(view, info.oid),
    }


def simple(info: CommitInfo) -> Json:
    """OpenAPI `simple-commit`, as in a merge group and a check suite."""
    return {
        "id": info.oid,
        "tree_id": info.tree,
        "message": info.message.rstrip("\n"),
        "timestamp": stamp(info.author.at),
        "author": {"name": info.author.name, "email": info.author.email},
        "committer": {"name": info.committer.name, "email": info.committer.email},
    }


def ref(view: View, name: str, oid: str) -> Json:
    """OpenAPI `git-ref`."""
    return {
        "ref": name,
        "node_id": node_id("REF", name),
        "url": f"{view.api}/git/{name}",
        "object": {"type": "commit", "sha": oid, "url": f"{view.api}/git/commits/{oid}"},
    }


def _content(view: View, path: str, entry: Entry, at: str) -> Json:
    url = f"{view.api}/contents/{path}?ref={at}"
    kind, git = ("dir", "trees") if entry.kind == "tree" else ("file", "blobs")
    page = f"{view.html}/{'tree' if entry.kind == 'tree' else 'blob'}/{at}/{path}"
    size = 0 if entry.kind == "tree" else len((view.git.read(entry.oid) or ("", b""))[1])
    git_url = f"{view.api}/git/{git}/{entry.oid}"
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": entry.oid,
        "size": size,
        "url": url,
        "html_url": page,
        "git_url": git_url,
        "download_url": None if entry.kind == "tree" else f"{view.html}/raw/{at}/{path}",
        "type": kind,
        "_links": {"self": url, "git": git_url, "html": page},
    }


def file(view: View, path: str, entry: Entry, at: str) -> Json:
    """OpenAPI `content-file`."""
    data = (view.git.read(entry.oid) or ("", b""))[1]
    return _content(view, path, entry, at) | {
        "content": base64.encodebytes(data).decode(),
        "encoding": "base64",
    }


def folder(view: View, path: str, tree: str, at: str) -> list[Json]:
    """OpenAPI `content-directory`."""
    prefix = f"{path}/" if path else ""
    return [_content(view, f"{prefix}{entry.name}", entry, at) for entry in view.git.entries(tree)]
