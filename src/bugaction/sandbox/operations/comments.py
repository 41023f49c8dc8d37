"""Comments and reactions."""

from __future__ import annotations

from dataclasses import replace

from bugaction.sandbox.entities import Comment, Edit, Reaction
from bugaction.sandbox.operations.act import Act, check_body
from bugaction.sandbox.operations.issues import check_issues_enabled, refer
from bugaction.sandbox.refusal import missing
from bugaction.sandbox.shapes import issues

__all__ = ["comment", "delete", "edit", "forget", "react", "unreact"]


def _tell(act: Act, comment_: Comment, action: str, **parts: object) -> None:
    view = act.view
    owner = act.state.issues[comment_.number]
    shape = {"issue": issues.issue(view, owner), "comment": issues.comment(view, comment_)}
    act.tell("issue_comment", action, shape | parts)


def comment(act: Act, number: int, body: str) -> Comment:
    """Comment on an issue or pull request."""
    act.check_writable()
    issue = act.issue(number)
    if issue.pull is None:
        check_issues_enabled(act)
    check_body(body)
    with act.world.change() as state:
        made = Comment(act.world.new_id(), number, act.login, body, act.now, act.now, app=act.app)
        state.comments[made.id] = made
        act.keep(issue, comments=(*issue.comments, made.id))
        refer(act, state.issues[number], body)
        _tell(act, made, "created")
        return made


def find(act: Act, id_: int) -> Comment:
    """A comment by database id."""
    found = act.state.comments.get(id_)
    if found is None:
        raise missing()
    return found


def edit(act: Act, id_: int, body: str) -> Comment:
    """Change a comment's body; who may is for the caller to check."""
    act.check_writable()
    check_body(body)
    with act.world.change() as state:
        old = find(act, id_)
        first = old.edits or (Edit(act.world.new_id(), old.author, old.created_at, old.body),)
        edits = (*first, Edit(act.world.new_id(), act.login, act.now, body))
        new = state.comments[id_] = replace(old, body=body, updated_at=act.now, edits=edits)
        _tell(act, new, "edited", changes={"body": {"from": old.body}})
        return new


def forget(act: Act, id_: int, version: int) -> None:
    """Delete one version from a comment's edit history (0 is the oldest); the comment stays as it is."""
    act.check_writable()
    with act.world.change() as state:
        old = find(act, id_)
        edits = [
            replace(each, is_deleted=True) if place == version else each
            for place, each in enumerate(old.edits)
        ]
        state.comments[id_] = replace(old, edits=tuple(edits))


def delete(act: Act, id_: int) -> None:
    """Delete a comment."""
    act.check_writable()
    with act.world.change() as state:
        old = find(act, id_)
        issue = state.issues[old.number]
        del state.comments[id_]
        act.keep(issue, comments=tuple(each for each in issue.comments if each != id_))
        act.happen(state.issues[old.number], "CommentDeletedEvent", before=old.author)
        _tell(act, old, "deleted")


def react(act: Act, subject: str, content: str) -> tuple[Reaction, bool]:
    """React to a node; True when the reaction is new. A second one by the same account is the first one."""
    with act.world.change() as state:
        known = state.reactions.get(subject, ())
        for reaction in known:
            if reaction.user == act.login and reaction.content == content:
                return reaction, False
        made = Reaction(act.world.new_id(), subject, act.login, content, act.now)
        state.reactions[subject] = (*known, made)
        return made, True


def unreact(act: Act, subject: str, id_: int) -> None:
    """Take a reaction back."""
    with act.world.change() as state:
        known = state.reactions.get(subject, ())
        kept = tuple(reaction for reaction in known if reaction.id != id_)
        if len(kept) == len(known):
            raise missing()
        state.reactions[subject] = kept
