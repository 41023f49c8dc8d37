"""The roots of GitHub's schema: `Query` and `Mutation`."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from bugaction.sandbox.entities import Comment, Issue, Label
from bugaction.sandbox.graph.commit import CommitNode
from bugaction.sandbox.graph.fields import Context
from bugaction.sandbox.graph.issue import CommentNode, LabelNode, issue_or_pull
from bugaction.sandbox.graph.people import OrganizationNode, ViewerNode, actor
from bugaction.sandbox.graph.repository import NeighbourNode, RepositoryNode, ref
from bugaction.sandbox.nodes import node_id, parse_node_id
from bugaction.sandbox.operations import branches, comments, issues, pulls
from bugaction.sandbox.refusal import Refused
from bugaction.sandbox.value import Value
from bugaction.sandbox.view import View

__all__ = ["MutationRoot", "QueryRoot"]


def _unresolved(id_: str) -> Refused:
    return Refused(404, f"Could not resolve to a node with the global id of '{id_}'", kind="NOT_FOUND")


def find_node(context: Context, id_: str) -> Value:
    """What a node id stands for."""
    kind, key = parse_node_id(id_) or ("", "")
    view, state = context.view, context.view.state
    found: Any = None
    if kind in {"I", "PR"} and int(key) in state.issues:
        found = issue_or_pull(context, state.issues[int(key)])
    elif kind == "IC" and int(key) in state.comments:
        found = CommentNode(context, state.comments[int(key)])
    elif kind == "LA" and int(key) in state.labels:
        found = LabelNode(state.labels[int(key)])
    elif kind == "C":
        info = view.git.commit_info(key)
        found = CommitNode(context, info) if info else None
    elif kind == "REF":
        found = ref(context, key)
    elif kind in {"U", "BOT", "O"}:
        found = actor(context, key)
    elif kind == "R" and key == str(state.repository.id):
        found = RepositoryNode(context)
    if found is None:
        raise _unresolved(id_)
    return found


class QueryRoot:
    """`Query`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def id(self) -> str:
        """The root's own id."""
        return node_id("Q", "root")

    def rate_limit(self, *, dry_run: bool = False) -> Mapping[str, Any]:  # noqa: ARG002 (the schema's argument)
        """What this request costs, and what is left of the hour."""
        return self._context.cost

    def viewer(self) -> ViewerNode:
        """Whose token it is."""
        return ViewerNode(self._context.view.account(self._context.token.login))

    def repository(self, owner: str, name: str, *, follow_renames: bool = True) -> Value:  # noqa: ARG002 (the schema's argument)
        """The repository by name, in any case, or another one that the token may read."""
        wanted, state = f"{owner}/{name}".casefold(), self._context.view.state
        other = state.neighbours.get(wanted)
        if other is not None and (not other.is_private or wanted in self._context.token.also):
            return NeighbourNode(self._context, other)
        if wanted != state.repository.full_name.casefold():
            text = f"Could not resolve to a Repository with the name '{owner}/{name}'."
            raise Refused(404, text, kind="NOT_FOUND")
        return RepositoryNode(self._context)

    def organization(self, login: str) -> OrganizationNode | None:
        """The organisation that owns the repository, when the token may see it."""
        owner = self._context.view.state.repository
        if not owner.owner_is_organization or login.casefold() != owner.owner.casefold():
            text = f"Could not resolve to an Organization with the login of '{login}'."
            raise Refused(404, text, kind="NOT_FOUND")
        return OrganizationNode(self._context, owner.owner)

    def node(self, id: str) -> Value:  # noqa: A002 (the schema's argument)
        """A node by id."""
        return find_node(self._context, id)


class MutationRoot:
    """`Mutation`: each field on its own, so that one that fails leaves the others done."""

    def __init__(self, context: Context) -> None:
        self._context = context

    # Looking up ------------------------------------------------------------------------------------------

    def _issue(self, id_: str) -> Issue:
        kind, key = parse_node_id(id_) or ("", "")
        found = self._context.act.state.issues.get(int(key)) if kind in {"I", "PR"} else None
        if found is None:
            raise _unresolved(id_)
        return found

    def _comment(self, id_: str) -> Comment:
        kind, key = parse_node_id(id_) or ("", "")
        found = self._context.act.state.comments.get(int(key)) if kind == "IC" else None
        if found is None:
            raise _unresolved(id_)
        return found

    def _labels(self, ids: list[str]) -> list[Label]:
        found = []
        for id_ in ids:
            kind, key = parse_node_id(id_) or ("", "")
            label = self._context.act.state.labels.get(int(key)) if kind == "LA" else None
            if label is None:
                raise _unresolved(id_)
            found.append(label)
        return found

    def _need_topic(self, issue: Issue) -> None:
        """Issues take `issues: write`; pull requests take either that or `pull-requests: write`."""
        keys = ("issues", "pull-requests") if issue.pull else ("issues",)
        self._context.need("write", *keys)

    def _need_comment(self, comment: Comment) -> None:
        act = self._context.act
        self._need_topic(act.state.issues[comment.number])
        writer = self._context.token.may(act.world, "write", "contents")
        if self._context.token.kind == "user" and comment.author != act.login and not writer:
            text = f"{act.login} does not have the correct permissions to execute `UpdateIssueComment`"
            raise Refused(403, text, kind="FORBIDDEN")

    # Fields ----------------------------------------------------------------------------------------------

    def create_commit_on_branch(self, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002 (the schema's argument)
        """`createCommitOnBranch`."""
        self._context.need("write", "contents")
        act = self._context.act
        branch = self._branch(input["branch"])
        message = input["message"]["headline"]
        if input["message"].get("body"):
            message += f"\n\n{input['message']['body']}"
        changes = input.get("fileChanges") or {}
        additions = {each["path"]: _decode(each["contents"]) for each in changes.get("additions") or ()}
        if len(additions) != len(changes.get("additions") or ()):
            raise Refused(422, "A path was requested for addition more than once.", kind="UNPROCESSABLE")
        deletions = [each["path"] for each in changes.get("deletions") or ()]
        oid = branches.commit_on_branch(act, branch, input["expectedHeadOid"], message, additions, deletions)
        info = act.world.git.commit_info(oid)
        now = Context(View.now(act.world), self._context.token, self._context.cost)
        return _payload(
            input, commit=CommitNode(now, info) if info else None, ref=ref(now, f"refs/heads/{branch}")
        )

    def _branch(self, given: dict[str, Any]) -> str:
        repository = self._context.act.state.repository
        if given.get("id"):
            kind, key = parse_node_id(given["id"]) or ("", "")
            if kind == "REF":
                return key.removeprefix("refs/heads/")
            raise _unresolved(given["id"])
        name = given.get("repositoryNameWithOwner") or ""
        if name.casefold() != repository.full_name.casefold():
            text = f"Could not resolve to a Repository with the name '{name}'."
            raise Refused(404, text, kind="NOT_FOUND")
        return str(given.get("branchName") or "").removeprefix("refs/heads/")

    def add_comment(self, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002 (the schema's argument)
        """`addComment`."""
        issue = self._issue(input["subjectId"])
        self._need_topic(issue)
        made = comments.comment(self._context.act, issue.number, input["body"])
        node = CommentNode(self._now(), made)
        return _payload(input, commentEdge={"cursor": "", "node": node})

    def create_issue(self, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002 (the schema's argument)
        """`createIssue`: by title and body alone."""
        kind, key = parse_node_id(input["repositoryId"]) or ("", "")
        if kind != "R" or key != str(self._context.act.state.repository.id):
            raise _unresolved(input["repositoryId"])
        self._context.need("write", "issues")
        made = issues.open_issue(self._context.act, input["title"], input.get("body") or "")
        return _payload(input, issue=issue_or_pull(self._now(), made))

    def update_issue(self, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002 (the schema's argument)
        """`updateIssue`: title and body alone."""
        issue = self._issue(input["id"])
        self._need_topic(issue)
        if issue.pull is not None:
            raise _unresolved(input["id"])
        changed = issues.edit(
            self._context.act, issue.number, title=input.get("title"), body=input.get("body")
        )
        return _payload(input, issue=issue_or_pull(self._now(), changed))

    def update_issue_comment(self, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002 (the schema's argument)
        """`updateIssueComment`."""
        comment = self._comment(input["id"])
        self._need_comment(comment)
        changed = comments.edit(self._context.act, comment.id, input["body"])
        return _payload(input, issueComment=CommentNode(self._now(), changed))

    def delete_issue_comment(self, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002 (the schema's argument)
        """`deleteIssueComment`."""
        comment = self._comment(input["id"])
        self._need_comment(comment)
        comments.delete(self._context.act, comment.id)
        return _payload(input)

    def add_reaction(self, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002 (the schema's argument)
        """`addReaction`, to a comment or an issue."""
        kind, _ = parse_node_id(input["subjectId"]) or ("", "")
        if kind == "IC":
            owner = self._context.act.state.issues[self._comment(input["subjectId"]).number]
        else:
            owner = self._issue(input["subjectId"])
        self._need_topic(owner)
        comments.react(self._context.act, input["subjectId"], input["content"])
        return _payload(input)

    def close_issue(self, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002 (the schema's argument)
        """`closeIssue`, with an original for DUPLICATE only: what else GitHub takes is not documented."""
        issue = self._issue(input["issueId"])
        self._need_topic(issue)
        reason = str(input.get("stateReason") or "COMPLETED")
        original = self._issue(input["duplicateIssueId"]) if input.get("duplicateIssueId") else None
        wrong = original is not None and (
            reason != "DUPLICATE" or original.pull is not None or original.number == issue.number
        )
        if issue.pull is not None or wrong:
            raise Refused(422, "The issue cannot be closed like that.", kind="UNPROCESSABLE")
        issues.close(
            self._context.act,
            issue.number,
            reason.lower(),
            duplicate_of=original.number if original is not None else 0,
        )
        return _payload(input)

    def reopen_issue(self, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002 (the schema's argument)
        """`reopenIssue`; one that is open stays as it is."""
        issue = self._issue(input["issueId"])
        self._need_topic(issue)
        if issue.pull is not None:
            raise _unresolved(input["issueId"])
        issues.reopen(self._context.act, issue.number)
        return _payload(input)

    def revert_pull_request(self, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002 (the schema's argument)
        """`revertPullRequest`: it takes a branch and a pull request, and so both permissions."""
        issue = self._issue(input["pullRequestId"])
        self._context.need("write", "contents")
        self._context.need("write", "pull-requests")
        if issue.pull is None:
            raise _unresolved(input["pullRequestId"])
        title, is_draft = str(input.get("title") or ""), bool(input.get("draft"))
        made = pulls.revert(self._context.act, issue.number, title, input.get("body"), draft=is_draft)
        now = self._now()
        both = {"pullRequest": issue_or_pull(now, issue), "revertPullRequest": issue_or_pull(now, made)}
        return _payload(input, **both)

    def add_labels_to_labelable(self, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002 (the schema's argument)
        """`addLabelsToLabelable`."""
        issue = self._issue(input["labelableId"])
        self._need_topic(issue)
        issues.add_labels(self._context.act, issue.number, self._labels(input["labelIds"]))
        return _payload(input)

    def remove_labels_from_labelable(self, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002 (the schema's argument)
        """`removeLabelsFromLabelable`."""
        issue = self._issue(input["labelableId"])
        self._need_topic(issue)
        issues.remove_labels(self._context.act, issue.number, self._labels(input["labelIds"]))
        return _payload(input)

    def _now(self) -> Context:
        return Context(View.now(self._context.view.world), self._context.token, self._context.cost)


def _payload(given: dict[str, Any], **fields: Value) -> dict[str, Any]:
    return {"clientMutationId": given.get("clientMutationId"), **fields}


def _decode(contents: str) -> bytes:
    try:
        return base64.b64decode(contents, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(422, "The value of `contents` is not valid base64.", kind="UNPROCESSABLE") from error
