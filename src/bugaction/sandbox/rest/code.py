"""The repository, its commits, contents, git objects and refs."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from bugaction.sandbox.git import EMPTY_TREE, CommitInfo, Entry, Signature
from bugaction.sandbox.operations import branches
from bugaction.sandbox.refusal import Refused, conflict, invalid, missing
from bugaction.sandbox.rest.call import Answer, Call, Handler, page
from bugaction.sandbox.shapes import commits, repository
from bugaction.sandbox.value import Value

__all__ = ["HANDLERS", "find_commit"]

_EMPTY = "Git Repository is empty."
"""GitHub's 409 to git requests on a repository without commits (github/rest-api-description#637)."""


def _get_repository(call: Call) -> Answer:
    return Answer(200, repository.full(call.view))


def find_commit(call: Call, revision: str) -> CommitInfo:
    """A commit by branch, tag or id: 409 in an empty repository, 422 for what is no commit."""
    refs = call.view.state.refs
    if not refs:
        raise conflict(_EMPTY)
    for prefix in ("refs/heads/", "refs/tags/", "refs/", ""):
        oid = refs.get(prefix + revision)
        if oid is not None:
            break
    info = call.view.git.commit_info(oid or revision)
    if info is None:
        raise Refused(422, f"No commit found for SHA: {revision}")
    return info


def _get_commit(call: Call) -> Answer:
    call.need("read", "contents")
    return Answer(200, commits.commit_with_files(call.view, find_commit(call, call.parameters["ref"])))


def _list_commits(call: Call) -> Answer:
    call.need("read", "contents")
    start = find_commit(call, call.text("sha", call.view.state.repository.default_branch))
    options = [f"--{name}={call.text(name)}" for name in ("since", "until") if call.text(name)]
    oids = call.view.git.history(start.oid, *options, path=call.text("path"))
    infos = [info for oid in oids if (info := call.view.git.commit_info(oid)) is not None]
    return page(call, infos, lambda each: commits.commit(call.view, each))


# Contents ------------------------------------------------------------------------------------------------


def _get_content(call: Call) -> Answer:
    call.need("read", "contents")
    if not call.view.state.refs:
        raise missing("This repository is empty.")
    revision = call.text("ref", call.view.state.repository.default_branch)
    path = call.parameters["path"].strip("/")
    try:
        info = find_commit(call, revision)
    except Refused as error:
        raise missing(f"No commit found for the ref {revision}") from error
    entry = call.view.git.find(info.tree, path)
    if entry is None:
        raise missing()
    if entry.kind == "tree":
        return Answer(200, commits.folder(call.view, path, entry.oid, revision))
    return Answer(200, commits.file(call.view, path, entry, revision))


# Git objects ---------------------------------------------------------------------------------------------


def _not_empty(call: Call) -> None:
    if not call.act.state.refs:
        raise conflict(_EMPTY)


def _create_blob(call: Call) -> Answer:
    call.need("write", "contents")
    call.act.check_writable()
    _not_empty(call)
    content = call.body["content"]
    try:
        data = (
            base64.b64decode(content, validate=False)
            if call.body.get("encoding") == "base64"
            else content.encode()
        )
    except (binascii.Error, ValueError) as error:
        raise invalid("content is not valid Base64") from error
    oid = call.view.git.blob(data)
    return Answer(201, {"url": f"{call.view.api}/git/blobs/{oid}", "sha": oid})


def _get_blob(call: Call) -> Answer:
    call.need("read", "contents")
    oid = call.parameters["file_sha"]
    found = call.view.git.read(oid)
    if found is None or found[0] != "blob":
        raise missing()
    shape = {
        "sha": oid,
        "node_id": oid,
        "size": len(found[1]),
        "url": f"{call.view.api}/git/blobs/{oid}",
        "content": base64.encodebytes(found[1]).decode(),
        "encoding": "base64",
    }
    return Answer(200, shape)


def _tree(call: Call, oid: str, *, recursive: bool) -> dict[str, Any]:
    git = call.view.git
    pairs: list[tuple[str, Entry]] = (
        list(git.files(oid).items()) if recursive else [(entry.name, entry) for entry in git.entries(oid)]
    )
    entries = []
    for path, entry in pairs:
        kind = "trees" if entry.kind == "tree" else "blobs"
        shape = {
            "path": path,
            "mode": entry.mode.zfill(6),
            "type": entry.kind,
            "sha": entry.oid,
            "url": f"{call.view.api}/git/{kind}/{entry.oid}",
        }
        if entry.kind == "blob":
            shape["size"] = len((git.read(entry.oid) or ("", b""))[1])  # type: ignore[assignment]
        entries.append(shape)
    return {"sha": oid, "url": f"{call.view.api}/git/trees/{oid}", "tree": entries, "truncated": False}


def _get_tree(call: Call) -> Answer:
    call.need("read", "contents")
    revision = call.parameters["tree_sha"]
    found = call.view.git.read(revision)
    oid = revision if found and found[0] == "tree" else find_commit(call, revision).tree
    return Answer(200, _tree(call, oid, recursive="recursive" in call.query))


def _create_tree(call: Call) -> Answer:
    """409 in an empty repository (github/rest-api-description#637)."""
    call.need("write", "contents")
    call.act.check_writable()
    _not_empty(call)
    git = call.view.git
    base = call.body.get("base_tree") or EMPTY_TREE
    changes: dict[str, tuple[str, str] | None] = {}
    for entry in call.body["tree"]:
        if "content" in entry:
            oid: str | None = git.blob(entry["content"].encode())
        else:
            oid = entry.get("sha")
        changes[entry["path"]] = (entry["mode"].lstrip("0"), oid) if oid is not None else None
    return Answer(201, _tree(call, git.amend(base, changes), recursive=False))


def _get_git_commit(call: Call) -> Answer:
    call.need("read", "contents")
    info = call.view.git.commit_info(call.parameters["commit_sha"])
    if info is None:
        raise missing()
    return Answer(200, commits.git_commit(call.view, info))


def _create_git_commit(call: Call) -> Answer:
    """Without `parents` a root commit (OpenAPI); one that a bot names no author for is signed by GitHub.

    The empty tree has been refused since 2021 (r-lib/gert#149).
    """
    call.need("write", "contents")
    act = call.act
    act.check_writable()
    _not_empty(call)
    body: Mapping[str, Any] = call.body
    found = act.world.git.read(body["tree"])
    if body["tree"] == EMPTY_TREE or found is None or found[0] != "tree":
        raise invalid("Tree SHA does not exist")
    parents = body.get("parents") or []
    for parent in parents:
        if act.world.git.commit_info(parent) is None:
            raise invalid("Parent SHA does not exist or is not a commit object")
    named = "author" in body or "committer" in body
    author = _signature(body["author"], act.now) if "author" in body else branches.person(act)
    committer = _signature(body["committer"], act.now) if "committer" in body else None
    by_github = not named and act.app
    with act.world.change() as state:
        oid = act.world.git.commit(
            body["tree"], parents, body["message"], author, branches.web(act) if by_github else committer
        )
        if by_github:
            state.signed[oid] = act.login
    info = act.world.git.commit_info(oid)
    if info is None:
        raise missing()
    return Answer(201, commits.git_commit(act.view, info))


def _signature(given: Mapping[str, str], now: Value) -> Signature:
    from datetime import datetime

    at = datetime.fromisoformat(given["date"]) if "date" in given else now
    return Signature(given["name"], given["email"], at)


# Refs ----------------------------------------------------------------------------------------------------


def _get_ref(call: Call) -> Answer:
    call.need("read", "contents")
    name = f"refs/{call.parameters['ref']}"
    oid = call.view.state.refs.get(name)
    if oid is None:
        raise missing()
    return Answer(200, commits.ref(call.view, name, oid))


def _matching_refs(call: Call) -> Answer:
    call.need("read", "contents")
    prefix = f"refs/{call.parameters['ref']}"
    found = sorted(each for each in call.view.state.refs.items() if each[0].startswith(prefix))
    return page(call, found, lambda each: commits.ref(call.view, *each))


def _create_ref(call: Call) -> Answer:
    call.need("write", "contents")
    _not_empty(call)
    name = call.body["ref"]
    if not name.startswith("refs/") or name.count("/") < 2:
        raise invalid("Reference name must start with 'refs/'.")
    branches.set_ref(call.act, name, call.body["sha"], create=True)
    return Answer(201, commits.ref(call.act.view, name, call.body["sha"]))


def _update_ref(call: Call) -> Answer:
    call.need("write", "contents")
    name = f"refs/{call.parameters['ref']}"
    branches.set_ref(call.act, name, call.body["sha"], force=call.body.get("force", False))
    return Answer(200, commits.ref(call.act.view, name, call.body["sha"]))


def _delete_ref(call: Call) -> Answer:
    call.need("write", "contents")
    branches.delete_ref(call.act, f"refs/{call.parameters['ref']}")
    return Answer(204)


HANDLERS: Mapping[str, Handler] = {
    "git/create-blob": _create_blob,
    "git/create-commit": _create_git_commit,
    "git/create-ref": _create_ref,
    "git/create-tree": _create_tree,
    "git/delete-ref": _delete_ref,
    "git/get-blob": _get_blob,
    "git/get-commit": _get_git_commit,
    "git/get-ref": _get_ref,
    "git/get-tree": _get_tree,
    "git/list-matching-refs": _matching_refs,
    "git/update-ref": _update_ref,
    "repos/get": _get_repository,
    "repos/get-commit": _get_commit,
    "repos/get-content": _get_content,
    "repos/list-commits": _list_commits,
}
"""Each handler by the operationId that GitHub's description gives its operation."""
