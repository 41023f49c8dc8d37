"""Effects as GraphQL mutations, and what became of each in a batch's answer."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bugaction.errors import GitHubError, Rejected
from bugaction.github.client import Answer
from bugaction.github.failures import from_graphql
from bugaction.plan import (
    AddLabels,
    CloseIssue,
    CreateComment,
    CreateIssue,
    DeleteComment,
    EditComment,
    EditIssue,
    Effect,
    FileChange,
    React,
    RemoveLabels,
    ReopenIssue,
)

__all__ = [
    "LONGEST_BODY",
    "Mutation",
    "check_body",
    "commit_on_branch",
    "label_mutation",
    "mutation_of",
    "outcome",
]

LONGEST_BODY = 65_536
"""Code points of a comment. Beyond, GitHub answers "Body is too long (maximum is 65536 characters)"."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """An effect and the mutation that carries it out."""

    effect: Effect
    name: str
    value: Mapping[str, object]


def check_body(text: str) -> None:
    """Raises `Rejected` for a body that GitHub would refuse."""
    if len(text) > LONGEST_BODY:
        raise Rejected(f"The text has {len(text)} characters, and GitHub takes {LONGEST_BODY}")


def mutation_of(
    effect: CreateComment
    | CreateIssue
    | EditComment
    | EditIssue
    | DeleteComment
    | React
    | CloseIssue
    | ReopenIssue,
    *,
    duplicates: bool = True,
) -> Mutation:
    """The mutation for an effect that is complete in itself.

    Without `duplicates` the server knows no closing as one (`older.DUPLICATES`): it is not planned then, and
    what it is a duplicate of stands in the ledger. Raises `Rejected` for a body that GitHub would refuse.
    """
    match effect:
        case CreateComment(subject=subject, body=body):
            check_body(body)
            return Mutation(effect, "addComment", {"subjectId": subject, "body": body})
        case CreateIssue(repository=repository, title=title, body=body):
            check_body(body)
            return Mutation(effect, "createIssue", {"repositoryId": repository, "title": title, "body": body})
        case EditComment(id=identity, body=body):
            check_body(body)
            return Mutation(effect, "updateIssueComment", {"id": identity, "body": body})
        case EditIssue(id=identity, body=body):
            check_body(body)
            return Mutation(effect, "updateIssue", {"id": identity, "body": body})
        case DeleteComment(id=identity):
            return Mutation(effect, "deleteIssueComment", {"id": identity})
        case React(subject=subject, content=content):
            return Mutation(effect, "addReaction", {"subjectId": subject, "content": content})
        case CloseIssue(subject=subject, original=""):
            return Mutation(effect, "closeIssue", {"issueId": subject, "stateReason": "COMPLETED"})
        case CloseIssue(subject=subject) if not duplicates:
            return Mutation(effect, "closeIssue", {"issueId": subject, "stateReason": "NOT_PLANNED"})
        case CloseIssue(subject=subject, original=original):
            value = {"issueId": subject, "stateReason": "DUPLICATE", "duplicateIssueId": original}
            return Mutation(effect, "closeIssue", value)
        case ReopenIssue(subject=subject):
            return Mutation(effect, "reopenIssue", {"issueId": subject})


def label_mutation(effect: AddLabels | RemoveLabels, made: Mapping[str, str]) -> Mutation | None:
    """The mutation for an effect on labels, or None where a label's node id is not known.

    `made` are the node ids of labels made just now, by their case-folded names.
    """
    ids = [
        identity or made.get(name.casefold(), "")
        for name, identity in zip(effect.names, effect.ids, strict=True)
    ]
    name = "addLabelsToLabelable" if isinstance(effect, AddLabels) else "removeLabelsFromLabelable"
    return Mutation(effect, name, {"labelableId": effect.subject, "labelIds": ids}) if all(ids) else None


def commit_on_branch(
    effect: Effect, repository: str, branch: str, expected: str, files: Iterable[FileChange], message: str
) -> Mutation:
    """`createCommitOnBranch`: one signed commit, refused when the branch's head is not `expected`."""
    changes = list(files)
    headline, _, body = message.partition("\n")
    said = {"headline": headline, "body": body.strip()} if body.strip() else {"headline": headline}
    value = {
        "branch": {"repositoryNameWithOwner": repository, "branchName": branch},
        "expectedHeadOid": expected,
        "message": said,
        "fileChanges": {
            "additions": [
                {"path": change.path, "contents": b64encode(change.text.encode()).decode()}
                for change in changes
                if change.text is not None
            ],
            "deletions": [{"path": change.path} for change in changes if change.text is None],
        },
    }
    return Mutation(effect, "createCommitOnBranch", value)


def outcome(answer: Answer, index: int, name: str, now: datetime) -> tuple[str, GitHubError | None]:
    """The id of what the batch's mutation `name`, number `index`, made ("" for none), or why it failed."""
    alias = f"m{index}"
    own = [error for error in answer.errors if error.path[:1] == (alias,)]
    found = answer.data.get(alias)
    if own or found is None:
        loose = own or [error for error in answer.errors if not error.path]
        if loose:
            # The alias hides which mutation it was, and with it the permission that it needs.
            named = replace(loose[0], path=(*loose[0].path, name))
            return "", from_graphql(named, answer.headers, now)
        return "", Rejected("GitHub did not say what became of it")
    if "commit" in found:
        return str((found["commit"] or {}).get("oid") or ""), None
    if "issue" in found:
        return str((found["issue"] or {}).get("id") or ""), None
    if "commentEdge" in found:
        return str(((found["commentEdge"] or {}).get("node") or {}).get("id") or ""), None
    return "", None
