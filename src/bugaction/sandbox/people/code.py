"""What people do with branches and commits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bugaction.sandbox.git import Signature
from bugaction.sandbox.operations import branches, protection
from bugaction.sandbox.operations.act import Act
from bugaction.sandbox.people.crowd import Crowd

__all__ = ["CodeDeeds"]


class CodeDeeds(Crowd):
    """What people do with branches and commits."""

    def push(
        self,
        who: str,
        branch: str,
        files: Mapping[str, bytes | str | None],
        message: str = "Change files",
        *,
        author: str = "",
        fork: str = "",
        start: str = "",
        force: bool = False,
        dated: datetime | None = None,
    ) -> str:
        """Push a commit to a branch (made when new, from `start` or the default branch); gives its id.

        `author` is a login other than the pusher's. `fork` pushes to the branch of that login's fork instead.
        `force` rewrites: the commit goes on `start`, and the branch is moved to it. An unsigned commit, and
        `dated` as its author likes.
        """
        with self._world.lock:
            act = self._act(who, "read" if fork else "write")
            state = act.state
            name = f"refs/forks/{fork}/{branch}" if fork else f"refs/heads/{branch}"
            begin = (
                state.refs.get(f"refs/heads/{start}", start)
                if start
                else state.head_of(state.repository.default_branch)
            )
            parent = begin if force else state.refs.get(name, begin)
            signature = branches.person(act, state.account(author)) if author else branches.person(act)
            if dated is not None:
                signature = replace(signature, at=dated)
            oid = branches.commit_files(act, [parent] if parent else [], files, message, author=signature)
            self._land(act, name, branch, oid, fork)
            return oid

    def merge_base_into(self, who: str, branch: str, *, fork: str = "", on_site: bool = False) -> str:
        """Merge the default branch into a branch; gives the merge commit.

        The person merges and pushes, or with `on_site` presses "Update branch": then GitHub makes the merge
        and signs it.
        """
        with self._world.lock:
            act = self._act(who, "read" if fork else "write")
            name = f"refs/forks/{fork}/{branch}" if fork else f"refs/heads/{branch}"
            head, base = (
                act.state.refs[name],
                act.state.refs[f"refs/heads/{act.state.repository.default_branch}"],
            )
            git = act.world.git
            parting = git.merge_base(base, head)
            base_info = git.commit_info(base)
            files = git.files(base_info.tree) if base_info else {}
            head_info = git.commit_info(head)
            changes = {
                change.path: (files[change.path].mode, files[change.path].oid)
                if change.path in files
                else None
                for change in git.changes(parting, base)
            }
            tree = git.amend(head_info.tree if head_info else "", changes)
            message = f"Merge branch '{act.state.repository.default_branch}' into {branch}"
            by = branches.web(act) if on_site else None
            oid = git.commit(tree, [head, base], message, branches.person(act), by)
            if on_site:
                act.state.signed[oid] = act.login
            self._land(act, name, branch, oid, fork)
            return oid

    def _land(self, act: Act, name: str, branch: str, oid: str, fork: str) -> None:
        if fork:
            branches.push_fork(act, fork, branch, oid)
        else:
            if name in act.state.refs:
                protection.check_update(act, branch, oid)
            branches.move_branch(act, name, oid)

    def edit_on_web(
        self, who: str, branch: str, files: Mapping[str, bytes | str | None], message: str = "Update file"
    ) -> str:
        """Commit on the site: GitHub is the committer and signs it, as for a commit of ours."""
        with self._world.lock:
            act = self._act(who, "write")
            head = act.state.refs.get(f"refs/heads/{branch}")
            oid = branches.commit_files(act, [head] if head else [], files, message, by_github=True)
            self._land(act, f"refs/heads/{branch}", branch, oid, "")
            return oid

    def apply_suggestions(
        self, who: str, branch: str, files: Mapping[str, bytes | str | None], *suggested_by: str
    ) -> str:
        """Apply the suggestions of reviewers to a branch as one commit; gives its id.

        GitHub commits and signs it. Whoever suggested is a co-author (docs.github.com, "Incorporating
        feedback in your pull request"); the message is the one that GitHub offers.
        """
        accounts = [self._world.state.account(login) for login in suggested_by]
        trailers = [f"Co-authored-by: {each.name or each.login} <{each.email}>" for each in accounts]
        message = "\n".join(["Apply suggestions from code review", "", *trailers])
        return self.edit_on_web(who, branch, files, message)

    def push_commit(self, who: str, branch: str, oid: str) -> None:
        """Move a branch to a commit that exists already."""
        with self._world.lock:
            self._land(self._act(who, "write"), f"refs/heads/{branch}", branch, oid, "")

    def delete_branch(self, who: str, branch: str) -> None:
        """Delete a branch."""
        with self._world.lock:
            branches.delete_ref(self._act(who, "write"), f"refs/heads/{branch}")

    def rename_default_branch(self, who: str, name: str) -> None:
        """Rename the default branch."""
        with self._world.lock:
            branches.rename_default(self._act(who, "admin"), name)

    def anonymous_commit(
        self, branch: str, files: Mapping[str, str], email: str, name: str = "Somebody"
    ) -> str:
        """A pushed commit whose author GitHub cannot name."""
        with self._world.lock:
            act = self._as("ghost")
            head = act.state.refs.get(f"refs/heads/{branch}")
            signature = Signature(name, email, act.now)
            oid = branches.commit_files(
                act, [head] if head else [], dict(files), "Change files", author=signature
            )
            branches.move_branch(act, f"refs/heads/{branch}", oid)
            return oid
