"""Gathers what one or more answers of GraphQL hold, until `snapshots` and `answers` make values of it.

An answer is taken as it comes; `complete` then fetches the pages that are missing. Of the errors that took
only a part of an answer some are borne: see `_BEARABLE`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bugaction.deployment import UNREADABLE
from bugaction.errors import Forbidden, GitHubError, Transient
from bugaction.github import normalise, parts
from bugaction.github.client import Answer, Client
from bugaction.github.failures import GraphqlError, denied_part, from_graphql, permission_for
from bugaction.github.normalise import Node, nodes
from bugaction.github.older import NEWER
from bugaction.github.pages import whole
from bugaction.github.query import Document, Part, compose, pack
from bugaction.model import Actor
from bugaction.snapshot import Repository

__all__ = ["Harvest", "Places", "Unsettled", "Withheld"]

_EDITS = "The edits of a comment cannot be read, so that a box ticked in it does not count"

_BEARABLE: Mapping[str, str] = {
    "rules": "The rules of the default branch cannot be read",
    "refUpdateRule": "The protection of the default branch cannot be read",
    "status": "Commit statuses cannot be read, so that each run posts them again",
    "statusCheckRollup": "The checks of pull requests cannot be read, so that a sweep looks at all of them",
    "closedByPullRequestsReferences": "The pull requests that GitHub links to a bug cannot be read",
    "associatedPullRequests": "The pull requests of a commit cannot be read",
    "branch": "The pull requests of a bug's branch cannot be read",
    "deployments": "Deployments cannot be read, so that none is among the suspect changes",
    "edits": _EDITS,
    "userContentEdits": _EDITS,
    "rollout": UNREADABLE,
}
"""What a token may lack without a wrong verdict: by the field, or the alias up to its number."""

_DENIABLE = frozenset({"rules", "refUpdateRule"})
"""Parts of a review that `reviews` asks REST for where GraphQL keeps them back (`denied_part`)."""

_WHOLE = frozenset({"deployments", "rollout"})
"""Lists that count only as a whole: one deployment missing, and what production runs is another one. The
schema never lets a deployment be without its creator, so an account that is gone may take one away."""

_BESIDE = frozenset({"rateLimit", "repository", "viewer"})
"""What stands at the root of each answer; the rest there are nodes that were asked for by their ids."""

_MOST_PAGES = 3
"""Pages that are read of the pull requests which hold a commit, at three points each."""


WORKFLOW = Actor("github-actions[bot]", is_bot=True)
"""The account of every workflow's GITHUB_TOKEN."""


class Withheld(Forbidden):
    """The token may not read a part of what was asked, and GitHub left out all of it: ask for less."""


class Unsettled(Transient):
    """Parts of a snapshot do not fit together, or one is missing at the moment: all are to be read again."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where things lie: the repository, and paths in it; and whether the server signs its commits.

    With `as_workflow`, a person's token sees what a workflow's own wrote as ours: to look, not to write.
    """

    owner: str
    name: str
    config: str
    root: str
    templates: str
    signed: bool
    as_workflow: bool = False

    @property
    def full_name(self) -> str:
        """`owner/name`."""
        return f"{self.owner}/{self.name}"

    def is_ours(self, node: Node) -> bool:
        """Whether an issue or pull request is one of this repository: others may be linked too."""
        return normalise.full_name(node).casefold() == self.full_name.casefold()


class Harvest:
    """The raw facts of one snapshot, or of the answers to one round of questions.

    `known` is the repository of the snapshot whose questions are answered; otherwise it comes with the
    first document, which has the header. `data` holds the answers' fields by their aliases, except issues
    and pull requests, which are kept by number; `looked_at` are the pull requests that were asked for, not
    those that came along. `optional_errors` are those of parts that were optional, by alias; `denied` is what
    of a review's parts may not be read, by alias too (`failures.denied_part`);
    `broken` what GitHub said of a list that it failed to tell as a whole, by alias: `data` lacks that.
    """

    def __init__(self, client: Client, places: Places, known: Repository | None = None) -> None:
        self.client = client
        self.places = places
        self.known = known
        self.viewer = known.viewer if known is not None else Actor("")
        self.data: dict[str, Any] = {}
        self.issues: dict[int, Node] = {}
        self.pulls: dict[int, Node] = {}
        self.looked_at: set[int] = set()
        self.missing_items: set[int] = set()
        self.missing_pulls: set[int] = set()
        self.optional_errors: dict[str, GitHubError] = {}
        self.forbidden: set[str] = set()
        self.denied: dict[str, set[str]] = {}
        self.broken: dict[str, str] = {}
        self._unreadable: dict[str, None] = {}
        self._seen: dict[str, set[str]] = {"records": set(), "default": set()}

    @property
    def unreadable(self) -> tuple[str, ...]:
        """What was borne, a sentence each."""
        return tuple(self._unreadable)

    # Taking answers -------------------------------------------------------------------------------------

    def query(self, document: Document) -> Node:
        """The `repository` of the document's answer, and the nodes beside it.

        Raises `GitHubError` for what cannot be borne.
        """
        answer = self.client.query(document)
        viewer = answer.data.get("viewer")
        if viewer:
            self.viewer = normalise.actor(viewer)
            if self.places.as_workflow and not self.viewer.is_bot:
                self.viewer = WORKFLOW
        repository = answer.data.get("repository")
        if repository is None:
            errors = answer.errors or (GraphqlError("The repository is not there.", "NOT_FOUND"),)
            self._bear_all(errors)
            raise from_graphql(errors[0], answer.headers, self.client.pace.now())
        self._judge(answer, document.optional)
        self._note_lacking(answer.lacking, repository)
        nodes_found = {key: value for key, value in answer.data.items() if key not in _BESIDE}
        found: Node = {**repository, **nodes_found}
        return found

    def detail(self, chunk: Iterable[Part]) -> Node:
        """The `repository` of an answer to parts that nothing else is known to need."""
        variables: dict[str, tuple[str, object]] = {
            "owner": ("String!", self.places.owner),
            "name": ("String!", self.places.name),
            "config": ("String!", self.places.config),
        }
        return self.query(compose("Detail", chunk, header=False, variables=variables))

    def take(self, document: Document) -> None:
        """Read a document and sort what it holds by the aliases of `parts`."""
        repository = self.query(document)
        for key, value in repository.items():
            kind, _, number = key.partition("_")
            if key in self.broken:
                continue
            if kind == "item":
                self._take_item(int(number), value)
            elif kind == "pull":
                self._take_pull(int(number), value)
            elif kind == "branch":
                for node in nodes(value):
                    self._take_linked(node)
            elif kind in ("carrier", "carriers"):
                self.data[key] = value
                branch: Node = value or {}
                for node in nodes(branch.get("associatedPullRequests") if kind == "carrier" else branch):
                    if node["pullState"] == "OPEN":
                        self._take_linked(node)
            elif key in ("records", "defaultBranchRef") and key in self.data:
                self.data[key] = _merged(self.data[key], value)
            else:
                self.data[key] = value
        self._note_heads(repository)

    def _take_item(self, number: int, node: Node | None) -> None:
        if node is None:
            self.missing_items.add(number)
        elif node["__typename"] == "Issue":
            self.issues[number] = node
            for linked in nodes(node.get("closedByPullRequestsReferences")):
                self._take_linked(linked)
        else:
            self._take_pull(number, node)

    def _take_pull(self, number: int, node: Node | None) -> None:
        if node is None:
            self.missing_pulls.add(number)
        else:
            self.looked_at.add(number)
            self.pulls[number] = node

    def _take_linked(self, node: Node) -> None:
        """A pull request that came along, unless it was itself looked at: then more is known of it."""
        if self.places.is_ours(node) and node["number"] not in self.looked_at:
            self.pulls[int(node["number"])] = node

    def _judge(self, answer: Answer, optional: frozenset[str]) -> None:
        """Bear what may be borne of an answer's errors, and raise the rest."""
        for error in answer.errors:
            steps = [step for step in error.path if isinstance(step, str)]
            alias = _alias(error)
            last = steps[-1] if steps else ""
            if len(steps) > 1 and steps[1] in optional:
                self.optional_errors[steps[1]] = from_graphql(error, answer.headers, self.client.pace.now())
            elif _breaks(error):
                self._break(error)
            elif error.is_missing and steps:
                continue
            elif alias in ("review", "checks") and (part := denied_part(error)) is not None:
                self.denied.setdefault(steps[1], set()).add(part)
            elif error.is_forbidden and (last in _BEARABLE or alias in _BEARABLE):
                self._bear(last if last in _BEARABLE else alias)
            else:
                raise from_graphql(error, answer.headers, self.client.pace.now())

    def _note_lacking(self, lacking: Iterable[str], repository: Node) -> None:
        """What an older server was not asked for is as if this token might not see it: never as if it were
        not there."""
        for newer in (NEWER[name] for name in sorted(lacking)):
            if newer.lost:
                self.tell(
                    f"{newer.lost}: GitHub Enterprise Server before {newer.since} has no `{newer.field}`."
                )
            if newer.field in _BEARABLE:
                self.forbidden.add(newer.field)
            for key in repository:
                if key.startswith("review_") and newer.field in _DENIABLE:
                    self.denied.setdefault(key, set()).add(newer.field)

    def _bear_all(self, errors: Iterable[GraphqlError]) -> None:
        """Raises `Withheld` where the answer is empty for want of what may be borne, and of nothing else."""
        broken = [error for error in errors if _breaks(error)]
        names = {_alias(error) if error.is_forbidden else "" for error in errors if error not in broken}
        if names <= _BEARABLE.keys():
            for error in broken:
                self._break(error)
            for name in sorted(names):
                self._bear(name)
            raise Withheld("; ".join(self._unreadable))

    def _break(self, error: GraphqlError) -> None:
        alias = next(step for step in error.path if isinstance(step, str) and step != "repository")
        self.broken[alias] = error.message
        self.tell(f"{_BEARABLE[_alias(error)]}: GitHub says: {error.message}")

    def _bear(self, name: str) -> None:
        needed = permission_for("pullRequest" if name == "branch" else name)
        hint = f": the job needs `{needed}`." if needed else "."
        self.tell(f"{_BEARABLE[name]}{hint}")
        self.forbidden.add(name)

    def tell(self, sentence: str) -> None:
        """Keep a sentence on what may not be read, once."""
        self._unreadable[sentence] = None

    # Which commits the parts hang on --------------------------------------------------------------------

    def _note_heads(self, repository: Node) -> None:
        """Files may only be changed from the commit that they were read at, so all have to be at one."""
        default = (repository.get("defaultBranchRef") or {}).get("target") or {}
        has_files = any(key.startswith(("item_", "page_", "carrier_")) for key in (*repository, *default))
        if has_files or (self.known is None and "defaultBranchRef" in repository):  # the header has files too
            self._seen["default"].add(_oid(repository.get("defaultBranchRef")))
        if "records" in repository:
            self._seen["records"].add(_oid(repository["records"]))
        for key, value in repository.items():
            if key.startswith(("authors_", "linkers_")) and value and value.get("target"):
                self._seen["records"].add(_oid(value))

    def settle(self) -> None:
        """Raises `Unsettled` when a branch moved between the parts, or since the snapshot they belong to."""
        for name, oids in self._seen.items():
            expected = set(oids)
            if self.known is not None and oids:
                branch = self.known.records if name == "records" else self.known.default
                expected.add(branch.oid if branch is not None else "")
            if len(expected) > 1:
                raise Unsettled(f"The {name} branch moves faster than it can be read")

    # Completing -----------------------------------------------------------------------------------------

    def complete(self) -> None:
        """Fetch the further pages of what was taken, and the heads that the lists of commits lag behind."""
        config = {"config": ("String!", self.places.config)}
        for number, node in list(self.issues.items()):
            filled = self.filled(node, "comments", "issue-comments")
            filled = self.filled(filled, "timelineItems", "issue-timeline")
            filled = self.filled(filled, "closedByPullRequestsReferences", "issue-pulls", config)
            self.issues[number] = filled
            if filled is not node:
                for linked in nodes(filled.get("closedByPullRequestsReferences")):
                    self._take_linked(linked)
        for key in [key for key in self.data if key.startswith("at_")]:
            self._take_heads(key.removeprefix("at_"), self.data.pop(key) or {})
        for number, node in list(self.pulls.items()):
            filled = self.filled(node, "closingIssuesReferences", "pull-closing")
            self.pulls[number] = self.filled(filled, "comments", "pull-comments")
        self._catch_up()

    def _take_heads(self, oid: str, commit: Node) -> None:
        """The open pull requests whose head is the commit: GitHub lists all that hold it.

        One of them is enough for a right verdict, since it is asked then who shares its head.
        """
        config = {"config": ("String!", self.places.config)}
        first = commit.get("associatedPullRequests") or {}
        found = whole(self.client, str(commit.get("id")), first, "commit-pulls", config, _MOST_PAGES)
        for node in nodes(found):
            if node["pullState"] == "OPEN" and node["headRefOid"] == oid:
                self._take_linked(node)
        if found["pageInfo"]["hasNextPage"]:
            text = f"Hundreds of pull requests hold the commit {oid[:7]}, and not all were looked at"
            self._unreadable[f"{text}: the sweep looks at each open one."] = None

    def filled(
        self,
        node: Node,
        name: str,
        page: str,
        variables: Mapping[str, tuple[str, object]] | None = None,
        denied: set[str] | None = None,
    ) -> Node:
        """The node with all pages of one of its connections. What a page denies is added to `denied`; without
        that, it stops everything."""
        connection = node.get(name)
        if not connection or not connection.get("pageInfo", {}).get("hasNextPage"):
            return node

        def bears(error: GraphqlError) -> bool:
            part = denied_part(error) if denied is not None else None
            if denied is None or part is None:
                return False
            denied.add(part)
            return True

        identity = str(node["id"])
        return {**node, name: whole(self.client, identity, connection, page, variables or {}, bears=bears)}

    def _catch_up(self) -> None:
        """A pull request's statuses and configuration stand on its head, and on no commit before it."""
        behind = {
            number: str(node["headRefOid"])
            for number, node in self.pulls.items()
            if all(item["commit"]["oid"] != node["headRefOid"] for item in nodes(node.get("commits")))
        }
        heads: dict[str, Node] = {}
        for chunk in pack(parts.head_of(oid) for oid in sorted(set(behind.values()))):
            found = self.detail(chunk)
            heads |= {key.removeprefix("head_"): value for key, value in found.items() if value}
        for number, oid in behind.items():
            if oid not in heads:
                raise Transient(f"GitHub does not show the head of pull request #{number} yet")
            self.pulls[number] = {**self.pulls[number], "commits": {"nodes": [{"commit": heads[oid]}]}}


def _alias(error: GraphqlError) -> str:
    """The alias below `repository`, or beside it, that an error is about, up to its number; "" for none."""
    steps = [step for step in error.path if isinstance(step, str)]
    aliases = steps[1:] if steps[:1] == ["repository"] else steps
    return aliases[0].partition("_")[0] if aliases else ""


def _breaks(error: GraphqlError) -> bool:
    """Whether it took a part of a list that counts as a whole, though the token may see it, for good."""
    return _alias(error) in _WHOLE and not error.is_forbidden and not error.is_passing


def _oid(ref: Node | None) -> str:
    return str(((ref or {}).get("target") or {}).get("oid") or "")


def _merged(first: Node | None, second: Node | None) -> Node | None:
    """One branch as two documents show it: the parts of both below its commit."""
    if not first or not second:
        return first or second
    target = {**(first.get("target") or {}), **(second.get("target") or {})}
    return {**first, **second, "target": target}
