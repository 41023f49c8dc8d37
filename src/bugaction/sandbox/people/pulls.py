"""What people do with pull requests."""

from __future__ import annotations

from collections.abc import Mapping

from bugaction.sandbox.entities import Issue, Review
from bugaction.sandbox.operations import branches, issues, pulls, reviews
from bugaction.sandbox.people.crowd import Crowd

__all__ = ["PullDeeds"]

Files = Mapping[str, bytes | str | None]


class PullDeeds(Crowd):
    """What people do with pull requests."""

    def open_pull(
        self,
        who: str,
        title: str,
        head: str,
        *,
        body: str = "",
        base: str = "",
        fork: str = "",
        draft: bool = False,
    ) -> Issue:
        """Open a pull request from a branch, or from a fork's branch."""
        with self._world.lock:
            return pulls.open_pull(self._act(who), title, head, base, body, fork=fork, draft=draft)

    def edit_pull(
        self, who: str, number: int, *, title: str | None = None, body: str | None = None, base: str = ""
    ) -> Issue:
        """Edit a pull request's text or base."""
        with self._world.lock:
            act = self._author_or(who, self._world.state.issues[number].author)
            edited = issues.edit(act, number, title=title, body=body)
            if base:
                edited = pulls.retarget(act, number, base)
            return edited

    def set_draft(self, who: str, number: int, *, draft: bool) -> Issue:
        """Convert to a draft, or mark ready."""
        with self._world.lock:
            return pulls.set_draft(
                self._author_or(who, self._world.state.issues[number].author), number, draft
            )

    def link(self, who: str, pull: int, issue: int) -> None:
        """Link by hand in the sidebar."""
        with self._world.lock:
            pulls.link(self._act(who, "write"), pull, issue)

    def unlink(self, who: str, pull: int, issue: int) -> None:
        """Undo a link by hand."""
        with self._world.lock:
            pulls.unlink(self._act(who, "write"), pull, issue)

    def request_review(self, who: str, number: int, login: str) -> Issue:
        """Ask for a review."""
        with self._world.lock:
            return reviews.request(self._act(who, "triage"), number, login)

    def review(
        self, who: str, number: int, verdict: str = "approve", body: str = "", *, oid: str = ""
    ) -> Review:
        """Review: "approve", "request-changes" or "comment"; of the head, or of the commit `oid`."""
        with self._world.lock:
            return reviews.review(self._act(who), number, verdict, body, oid=oid)

    def begin_review(self, who: str, number: int, body: str = "") -> Review:
        """Begin a review that nobody else sees yet."""
        with self._world.lock:
            return reviews.begin(self._act(who), number, body)

    def submit_review(self, who: str, id_: int, verdict: str = "comment") -> Review:
        """Submit a review that was begun."""
        with self._world.lock:
            return reviews.submit(self._act(who), id_, verdict)

    def edit_review(self, who: str, id_: int, body: str) -> Review:
        """Change the text of a review: its author, or write access."""
        with self._world.lock:
            return reviews.edit(self._author_or(who, self._world.state.reviews[id_].author), id_, body)

    def dismiss_review(self, who: str, id_: int, message: str = "") -> Review:
        """Dismiss a review."""
        with self._world.lock:
            return reviews.dismiss(self._act(who, "write"), id_, message)

    def merge_pull(self, who: str, number: int, *, method: str = "merge", force: bool = False) -> Issue:
        """Merge ("merge" or "squash"). `force` is the administrator's bypass of the rules."""
        with self._world.lock:
            return pulls.merge(
                self._act(who, "admin" if force else "write"), number, method=method, force=force
            )

    def revert_pull(self, who: str, number: int, *, body: str = "", more: Files | None = None) -> Issue:
        """Press "Revert" on a merged pull request, which opens one; `body` is added to what GitHub says
        there.

        GitHub makes the commit, on the base as it is, on a branch `revert-NUMBER-BRANCH`. It refuses where
        the files have changed since; so does this, file by file. `more` is what the person commits on top.
        """
        with self._world.lock:
            act = self._act(who, "write")
            merged, pull = pulls.pull_of(act, number)
            branch = f"revert-{number}-{pull.head}"
            oid = pulls.revert_commit(act, merged, pull)
            branches.move_branch(act, f"refs/heads/{branch}", oid)
            if more:
                again = branches.commit_files(act, [oid], more, "And something else")
                branches.move_branch(act, f"refs/heads/{branch}", again)
            said = f"Reverts {act.state.repository.full_name}#{number}" + (f"\n\n{body}" if body else "")
            return pulls.open_pull(act, f'Revert "{merged.title}"', branch, pull.base, said)

    def enqueue(self, who: str, *numbers: int) -> str:
        """Put pull requests into the merge queue; gives the last group's ref."""
        with self._world.lock:
            return pulls.enqueue(self._act(who, "write"), *numbers)

    def land(self, who: str, ref: str) -> Issue:
        """The queue merges the group of that ref, first the front of the queue."""
        with self._world.lock:
            return pulls.land(self._act(who, "write"), ref)
