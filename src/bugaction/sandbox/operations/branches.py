"""Commits and refs: pushes, commits through the API, and what follows from a moved branch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bugaction.sandbox.clock import stamp
from bugaction.sandbox.entities import Account
from bugaction.sandbox.git import EMPTY_TREE, CommitInfo, Signature
from bugaction.sandbox.links import closing_text, mentioned
from bugaction.sandbox.operations import issues
from bugaction.sandbox.operations.act import Act
from bugaction.sandbox.operations.protection import check_kept, check_update
from bugaction.sandbox.refusal import Refused, invalid, missing

__all__ = ["commit_files", "commit_on_branch", "delete_ref", "files_tree", "move_branch", "person", "set_ref"]

_ZERO = "0" * 40
_GITHUB = ("GitHub", "noreply@github.com")
"""The committer of what is made on github.com: `web-flow`, whose key signs it."""


def person(act: Act, account: Account | None = None) -> Signature:
    """The account as the author of a commit."""
    who = account or act.actor
    return Signature(who.name or who.rest_login, who.email, act.now)


def web(act: Act) -> Signature:
    """GitHub as the committer."""
    return Signature(*_GITHUB, act.now)


def files_tree(act: Act, base: str | None, files: Mapping[str, bytes | str | None]) -> str:
    """The tree of a commit with these files changed; None deletes one."""
    info = act.world.git.commit_info(base) if base else None
    tree = info.tree if info else EMPTY_TREE
    changes: dict[str, tuple[str, str] | None] = {}
    for path, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        changes[path] = None if data is None else ("100644", act.world.git.blob(data))
    return act.world.git.amend(tree, changes)


def commit_files(
    act: Act,
    parents: Sequence[str],
    files: Mapping[str, bytes | str | None],
    message: str,
    *,
    author: Signature | None = None,
    by_github: bool = False,
) -> str:
    """Write a commit with these changes on its first parent. One made by GitHub is signed by it."""
    tree = files_tree(act, parents[0] if parents else None, files)
    who = author or person(act)
    oid = act.world.git.commit(tree, parents, message, who, web(act) if by_github else None)
    if by_github:
        act.state.signed[oid] = act.login
    return oid


def set_ref(act: Act, name: str, oid: str, *, force: bool = False, create: bool = False) -> None:
    """Create or move a ref as "create a reference" and "update a reference" do.

    422 "Reference already exists", "Update is not a fast forward", "Object does not exist" (OpenAPI lists
    409 and 422 without their texts; these are what GitHub sends).
    """
    act.check_writable()
    old = act.state.refs.get(name)
    if create and old is not None:
        raise invalid("Reference already exists")
    if not create and old is None:
        raise invalid("Reference does not exist")
    if act.world.git.commit_info(oid) is None:
        raise invalid("Object does not exist")
    if old is not None and not force and not act.world.git.is_ancestor(old, oid):
        raise invalid("Update is not a fast forward")
    branch = name.removeprefix("refs/heads/")
    if old is not None and not act.world.git.is_ancestor(old, oid):
        check_kept(act, branch, "Cannot force-push to this branch")
    if branch != name and not create:
        check_update(act, branch, oid)
    move_branch(act, name, oid)


def delete_ref(act: Act, name: str) -> None:
    """Delete a ref."""
    act.check_writable()
    if name not in act.state.refs:
        raise invalid("Reference does not exist")
    check_kept(act, name.removeprefix("refs/heads/"), "Cannot delete this branch")
    move_branch(act, name, None)


def move_branch(act: Act, name: str, oid: str | None) -> None:
    """Point a ref at a commit (None deletes it), with all that GitHub does then.

    Open pull requests from the branch get the new head, `push` is sent, commits refer to issues, and commits
    on the default branch close those that they name by keyword.
    """
    with act.world.change() as state:
        old = state.refs.get(name)
        if oid is None:
            state.refs.pop(name, None)
        else:
            state.refs[name] = oid
        act.world.git.set_ref(name, oid)
        _tell_push(act, name, old, oid)
        branch = name.removeprefix("refs/heads/")
        if branch == name or oid is None:
            return
        _follow(act, branch, "", oid)
        _refer(act, branch, old, oid)


def _follow(act: Act, branch: str, fork: str, oid: str) -> None:
    """Move the heads of the open pull requests from that branch."""
    for issue in act.state.pulls():
        pull = issue.pull
        if (
            pull is None
            or not issue.is_open
            or pull.head != branch
            or pull.fork != fork
            or pull.head_oid == oid
        ):
            continue
        before = pull.head_oid
        base = act.state.head_of(pull.base) or pull.base_oid
        act.state.refs[f"refs/pull/{issue.number}/head"] = oid
        act.world.git.set_ref(f"refs/pull/{issue.number}/head", oid)
        moved = issues.move(act, issue, head_oid=oid, base_oid=base)
        if not act.world.git.is_ancestor(before, oid):
            moved = act.happen(moved, "HeadRefForcePushedEvent", before=before, after=oid)
        issues.tell(act, moved, "synchronize", before=before, after=oid)


def push_fork(act: Act, fork: str, branch: str, oid: str) -> None:
    """Move a branch of a fork: only its pull requests see it."""
    with act.world.change() as state:
        name = f"refs/forks/{fork}/{branch}"
        state.refs[name] = oid
        act.world.git.set_ref(name, oid)
        _follow(act, branch, fork, oid)


def _new_commits(act: Act, old: str | None, oid: str) -> list[CommitInfo]:
    options = ["--reverse", "--topo-order", "--max-count=100"]
    if old is not None:
        options.append(f"^{old}")
    found = act.world.git.history(oid, *options)
    return [info for each in found if (info := act.world.git.commit_info(each)) is not None]


def _refer(act: Act, branch: str, old: str | None, oid: str) -> None:
    is_default = branch == act.state.repository.default_branch
    for info in _new_commits(act, old, oid):
        for number in mentioned(act.state, info.message):
            target = act.state.issues.get(number)
            if target is None:
                continue
            known = (act.state.events[id_] for id_ in target.timeline)
            if not any(event.kind == "ReferencedEvent" and event.commit == info.oid for event in known):
                act.happen(target, "ReferencedEvent", commit=info.oid)
        if is_default:
            for number in closing_text(act.state, info.message):
                target = act.state.issues.get(number)
                if target is not None and target.pull is None:
                    issues.close(act, number, commit=info.oid)


def _commit_shape(act: Act, info: CommitInfo) -> dict[str, Any]:
    changes = act.world.git.changes(info.parents[0] if info.parents else None, info.oid)
    return {
        "id": info.oid,
        "tree_id": info.tree,
        "distinct": True,
        "message": info.message.rstrip("\n"),
        "timestamp": stamp(info.author.at),
        "url": f"{act.world.repository_url}/commit/{info.oid}",
        "author": {"name": info.author.name, "email": info.author.email},
        "committer": {"name": info.committer.name, "email": info.committer.email},
        "added": [change.path for change in changes if change.status == "A"],
        "removed": [change.path for change in changes if change.status == "D"],
        "modified": [change.path for change in changes if change.status not in "AD"],
    }


def _tell_push(act: Act, name: str, old: str | None, oid: str | None) -> None:
    head = act.world.git.commit_info(oid) if oid else None
    commits = _new_commits(act, old, oid)[-20:] if oid else []
    between = f"{(old or _ZERO)[:12]}...{(oid or _ZERO)[:12]}"
    parts = {
        "ref": name,
        "before": old or _ZERO,
        "after": oid or _ZERO,
        "created": old is None,
        "deleted": oid is None,
        "forced": bool(old and oid and not act.world.git.is_ancestor(old, oid)),
        "base_ref": None,
        "compare": f"{act.world.repository_url}/compare/{between}",
        "commits": [_commit_shape(act, info) for info in commits],
        "head_commit": _commit_shape(act, head) if head else None,
        "pusher": {"name": act.actor.rest_login, "email": act.actor.email},
    }
    act.tell("push", "", parts, sha=oid or "", ref=name)


def commit_on_branch(
    act: Act,
    branch: str,
    expected: str,
    message: str,
    additions: Mapping[str, bytes],
    deletions: Sequence[str],
) -> str:
    """GraphQL's `createCommitOnBranch`: one signed commit on a branch that must be where it is expected.

    The stale head's error is quoted in planetscale/ghcommit#153; that paths are unique, relative and, to be
    deleted, present is in the schema's own text of `FileChanges`.
    """
    act.check_writable()
    head = act.state.head_of(branch)
    if head is None:
        raise Refused(404, f"No commit exists with specified expectedHeadOid '{expected}'.", kind="NOT_FOUND")
    if head != expected:
        text = f'Expected branch to point to "{expected}" but it did not. Pull and try again.'
        raise Refused(409, text, kind="STALE_DATA")
    _check_paths(act, head, additions, deletions)
    files: dict[str, bytes | str | None] = {**additions, **dict.fromkeys(deletions)}
    with act.world.change():
        oid = commit_files(act, [head], files, message, by_github=True)
        check_update(act, branch, oid)
        move_branch(act, f"refs/heads/{branch}", oid)
        return oid


def _check_paths(act: Act, head: str, additions: Mapping[str, bytes], deletions: Sequence[str]) -> None:
    info = act.world.git.commit_info(head)
    if info is None:
        raise missing()
    for path in (*additions, *deletions):
        parts = path.split("/")
        if not path or path.startswith("/") or any(part in {"", ".", "..", ".git"} for part in parts):
            raise Refused(422, f"A path was requested which is malformed: `{path}`", kind="UNPROCESSABLE")
        if act.quiet and path.startswith(".github/workflows/"):
            raise Refused(
                403,
                f"refusing to allow a GitHub App to create or update workflow `{path}` "
                "without `workflows` permission",
                kind="FORBIDDEN",
            )
    if set(additions) & set(deletions) or len(set(deletions)) != len(deletions):
        raise Refused(422, "A path was requested for both addition and deletion.", kind="UNPROCESSABLE")
    for path in deletions:
        if act.world.git.find(info.tree, path) is None:
            text = f"A path was requested for deletion which does not exist as of commit oid `{head}`"
            raise Refused(422, text, kind="UNPROCESSABLE")


def rename_default(act: Act, name: str) -> None:
    """Rename the default branch: pull requests towards it follow."""
    with act.world.change() as state:
        old = state.repository.default_branch
        oid = state.refs.pop(f"refs/heads/{old}", None)
        state.repository = replace(state.repository, default_branch=name)
        if oid is not None:
            state.refs[f"refs/heads/{name}"] = oid
            act.world.git.set_ref(f"refs/heads/{name}", oid)
            act.world.git.set_ref(f"refs/heads/{old}", None)
        act.world.git.set_head(name)
        for issue in state.pulls():
            if issue.pull and issue.is_open and issue.pull.base == old:
                issues.move(act, issue, base=name)
