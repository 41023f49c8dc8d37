"""What people do with issues, labels and comments."""

from __future__ import annotations

from collections.abc import Iterable

from bugaction.sandbox.entities import Comment, Issue, Label
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.operations import comments, issues, labels
from bugaction.sandbox.people.crowd import Crowd

__all__ = ["TopicDeeds"]


class TopicDeeds(Crowd):
    """What people do with issues, labels and comments."""

    def open_issue(
        self,
        who: str,
        title: str,
        body: str = "",
        *,
        labels: Iterable[str] = (),
        assignees: Iterable[str] = (),
    ) -> Issue:
        """Open an issue; `labels` are those of its form, which anybody's issue gets if they exist."""
        with self._world.lock:
            return issues.open_issue(self._act(who), title, body, labels, assignees)

    def edit_issue(
        self, who: str, number: int, *, title: str | None = None, body: str | None = None
    ) -> Issue:
        """Edit an issue's or pull request's text: its author, or write access."""
        with self._world.lock:
            return issues.edit(
                self._author_or(who, self._world.state.issues[number].author), number, title=title, body=body
            )

    def delete_issue(self, who: str, number: int) -> None:
        """Delete an issue, as administrators may."""
        with self._world.lock:
            issues.delete(self._act(who, "admin"), number)

    def label(self, who: str, number: int, *names: str) -> Issue:
        """Put labels on an issue; one that does not exist is made first."""
        with self._world.lock:
            act = self._act(who, "triage")
            return issues.add_labels(act, number, [labels.ensure(act, name) for name in names])

    def unlabel(self, who: str, number: int, *names: str) -> Issue:
        """Take labels off an issue."""
        with self._world.lock:
            act = self._act(who, "triage")
            return issues.remove_labels(act, number, [self._label(name) for name in names])

    def _label(self, name: str) -> Label:
        found = self._world.state.label(name)
        if found is None:
            msg = f"the repository has no label {name!r}"
            raise LookupError(msg)
        return found

    def create_label(
        self, who: str, name: str, color: str = "ededed", description: str | None = None
    ) -> Label:
        """Make a label."""
        with self._world.lock:
            return labels.create(self._act(who, "write"), name, color, description)

    def rename_label(self, who: str, name: str, new: str) -> Label:
        """Rename a label."""
        with self._world.lock:
            return labels.rename(self._act(who, "write"), self._label(name), new)

    def delete_label(self, who: str, name: str) -> None:
        """Delete a label from the repository: it vanishes from every issue without an `unlabeled` event."""
        with self._world.lock:
            labels.delete(self._act(who, "write"), self._label(name))

    def assign(self, who: str, number: int, *logins: str) -> Issue:
        """Assign people."""
        with self._world.lock:
            return issues.add_assignees(self._act(who, "triage"), number, logins)

    def unassign(self, who: str, number: int, *logins: str) -> Issue:
        """Take people off an issue."""
        with self._world.lock:
            return issues.remove_assignees(self._act(who, "triage"), number, logins)

    def close(self, who: str, number: int, reason: str = "completed") -> Issue:
        """Close an issue ("completed", "not_planned", "duplicate") or a pull request."""
        with self._world.lock:
            return issues.close(
                self._author_or(who, self._world.state.issues[number].author, "triage"), number, reason
            )

    def reopen(self, who: str, number: int) -> Issue:
        """Open it again."""
        with self._world.lock:
            return issues.reopen(
                self._author_or(who, self._world.state.issues[number].author, "triage"), number
            )

    def comment(self, who: str, number: int, body: str) -> Comment:
        """Comment on an issue or pull request."""
        with self._world.lock:
            return comments.comment(self._act(who), number, body)

    def edit_comment(self, who: str, id_: int, body: str) -> Comment:
        """Edit a comment: its author, or anybody with write access, even a bot's."""
        with self._world.lock:
            act = self._author_or(who, self._world.state.comments[id_].author)
            return comments.edit(act, id_, body)

    def tick(self, who: str, id_: int, words: str, *, ticked: bool = True) -> Comment:
        """Tick, or empty, the one box of a comment whose line holds these words: who may edit it may.

        The page sends the whole text with that one character changed.
        """
        with self._world.lock:
            lines = self._world.state.comments[id_].body.split("\n")
            before, after = ("- [ ]", "- [x]") if ticked else ("- [x]", "- [ ]")
            found = [
                place
                for place, line in enumerate(lines)
                if words in line and line.lstrip().startswith(before)
            ]
            if len(found) != 1:
                msg = f"the comment has {len(found)} lines with {before!r} and {words!r}"
                raise LookupError(msg)
            lines[found[0]] = lines[found[0]].replace(before, after, 1)
            return self.edit_comment(who, id_, "\n".join(lines))

    def forget_version(self, who: str, id_: int, version: int) -> None:
        """Delete a version from a comment's edit history (0 is the oldest): its author, or write access.

        docs.github.com, "Tracking changes in a comment".
        """
        with self._world.lock:
            comments.forget(self._author_or(who, self._world.state.comments[id_].author), id_, version)

    def delete_comment(self, who: str, id_: int) -> None:
        """Delete a comment: its author, or write access."""
        with self._world.lock:
            comments.delete(self._author_or(who, self._world.state.comments[id_].author), id_)

    def react(self, who: str, comment_id: int, content: str = "THUMBS_UP") -> None:
        """React to a comment with GraphQL's name of the reaction."""
        with self._world.lock:
            comments.react(self._act(who), node_id("IC", comment_id), content)
