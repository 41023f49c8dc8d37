"""Puts GraphQL documents together from the fragments in `queries/` and counts what they cost.

A request asks for several things at once: each is a `Part`. Values travel as variables only; what is
composed into the text are our own names and numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources

__all__ = [
    "HEADER_WEIGHT",
    "META_AUTHORS",
    "MUTATIONS",
    "POINT_LIMIT",
    "Document",
    "Part",
    "authorship",
    "batch",
    "compose",
    "fragments",
    "pack",
    "page",
]

POINT_LIMIT = 3
"""The most that one document may cost."""

_REQUESTS_IN_A_POINT = 100
"""Requests per unique connection, divided by 100 and rounded, make the points of a document.

https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

HEADER_WEIGHT = 1
"""The header's own connection: the rules of the default branch."""

META_AUTHORS = "authors_meta"
"""The alias under which the header tells who wrote `meta.json`."""

_REGISTER = "register: file(path: $register) { ...Page } readme: file(path: $readme) { ...Page }"
"""The register's index and its page, which lie on one of the two branches."""

MUTATIONS: Mapping[str, tuple[str, str]] = {
    "addComment": ("AddCommentInput!", "commentEdge { node { id } }"),
    "addLabelsToLabelable": ("AddLabelsToLabelableInput!", "clientMutationId"),
    "addReaction": ("AddReactionInput!", "clientMutationId"),
    "closeIssue": ("CloseIssueInput!", "clientMutationId"),
    "createCommitOnBranch": ("CreateCommitOnBranchInput!", "commit { oid }"),
    "createIssue": ("CreateIssueInput!", "issue { id }"),
    "deleteIssueComment": ("DeleteIssueCommentInput!", "clientMutationId"),
    "removeLabelsFromLabelable": ("RemoveLabelsFromLabelableInput!", "clientMutationId"),
    "reopenIssue": ("ReopenIssueInput!", "clientMutationId"),
    "revertPullRequest": ("RevertPullRequestInput!", "revertPullRequest { id number }"),
    "updateIssue": ("UpdateIssueInput!", "clientMutationId"),
    "updateIssueComment": ("UpdateIssueCommentInput!", "clientMutationId"),
}
"""Each mutation that the writer sends: the type of its input and what it selects of the answer."""


@dataclass(frozen=True, slots=True)
class Document:
    """A GraphQL request: its text, its variables, and the requests per connection that it is counted by.

    `optional` are aliases below `repository` whose failure the sender can judge by what else came.
    """

    text: str
    variables: Mapping[str, object]
    weight: int = 0
    optional: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Part:
    """What one target or question adds to a document.

    `fields` go below `repository`, `head` below the default branch's commit, `records` below the records
    branch's commit, and `root` beside `repository`, where a node is found by its id. `variables` are `name ->
    (GraphQL type, value)`. `weight` counts connections as GitHub does: one for each, times the nodes of the
    one around it. `optional` is as in `Document`. `lesser` asks for as much without what the token may lack:
    where GitHub's schema allows no null, one permission that is missing takes the whole answer with it.
    """

    fields: str = ""
    head: str = ""
    records: str = ""
    root: str = ""
    variables: Mapping[str, tuple[str, object]] = field(default_factory=dict)
    weight: int = 0
    optional: frozenset[str] = frozenset()
    lesser: Part | None = None


@cache
def fragments() -> Mapping[str, str]:
    """Every fragment by its name, comments left out."""
    found: dict[str, str] = {}
    for entry in sorted(resources.files("bugaction.github.queries").iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".graphql"):
            text = re.sub(r"(?m)^\s*#.*\n", "", entry.read_text(encoding="utf-8"))
            for piece in re.split(r"(?m)^(?=fragment )", text):
                if piece.strip():
                    found[piece.split()[1]] = piece.strip()
    return found


def authorship(alias: str, variable: str) -> str:
    """Who wrote the lines of a file on the records branch.

    It hangs below a field of its own: `blame` may not be null, so an error for a path that is not there takes
    everything beside it along. Which error GitHub gives then is documented nowhere; whether there is a file
    tells whether it matters.
    """
    return (
        f"{alias}: ref(qualifiedName: $records) "
        f"{{ target {{ oid ... on Commit {{ blame(path: ${variable}) {{ ...Authorship }} }} }} }} "
    )


def pack(parts: Iterable[Part]) -> Iterator[tuple[Part, ...]]:
    """Group parts so that a document of each group costs at most `POINT_LIMIT` points."""
    group: list[Part] = []
    weight = 0
    for part in parts:
        if group and weight + part.weight > POINT_LIMIT * _REQUESTS_IN_A_POINT - HEADER_WEIGHT:
            yield tuple(group)
            group, weight = [], 0
        group.append(part)
        weight += part.weight
    if group:
        yield tuple(group)


def compose(
    name: str, parts: Iterable[Part], *, header: bool, variables: Mapping[str, tuple[str, object]]
) -> Document:
    """One query over the repository. `header` adds what a snapshot's first request reads besides."""
    chosen = tuple(parts)
    bound = dict(variables)
    for part in chosen:
        bound.update(part.variables)
    head = " ".join(part.head for part in chosen if part.head)
    records = " ".join(part.records for part in chosen if part.records)
    fields = "\n    ".join(part.fields for part in chosen if part.fields)
    roots = "".join(f"\n  {part.root}" for part in chosen if part.root)
    facts = rules = viewer = meta = ""
    if header:
        facts, rules, viewer = "...RepositoryFacts", "...BranchRules", "viewer { __typename login }"
        head = (
            "config: file(path: $config) { ...Content } "
            f"templates: file(path: $templates) {{ ...DeepFolder }} {_REGISTER} {head}"
        )
        meta = authorship(META_AUTHORS, "meta")
        records = f"meta: file(path: $meta) {{ ...Content }} {_REGISTER} {records}"
    branches = ""
    if head.strip():
        branches += f"defaultBranchRef {{ name {rules} target {{ oid ... on Commit {{ {head} }} }} }}\n    "
    if records.strip():
        below = f"target {{ oid ... on Commit {{ {records} }} }}"
        branches += f"records: ref(qualifiedName: $records) {{ {below} }}\n    "
    body = (
        f"  rateLimit {{ cost remaining resetAt }}\n  {viewer}\n"
        f"  repository(owner: $owner, name: $name) {{\n    {facts}\n    {branches}{meta}{fields}\n  }}{roots}"
    )
    weight = sum(part.weight for part in chosen) + (HEADER_WEIGHT if header else 0)
    own = {META_AUTHORS} if header else set()
    optional = frozenset(own).union(*(part.optional for part in chosen))
    return replace(_document(f"query {name}", body, bound, weight), optional=optional)


def page(
    type_name: str,
    connection: str,
    selection: str,
    identity: str,
    cursor: str,
    variables: Mapping[str, tuple[str, object]],
    through: str = "",
) -> Document:
    """The next 100 of a connection of one node: `connection` is its name, with its other arguments if any.

    `through` names the field of the node that the connection hangs on, "" for the node itself.
    """
    call, _, arguments = connection.partition("(")
    inside = f"first: 100, after: $cursor, {arguments}" if arguments else "first: 100, after: $cursor)"
    found = f"page: {call}({inside} {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {selection} }} }}"
    if through:
        found = f"at: {through} {{ {found} }}"
    body = f"  rateLimit {{ cost remaining resetAt }}\n  node(id: $id) {{ ... on {type_name} {{ {found} }} }}"
    bound = {"id": ("ID!", identity), "cursor": ("String!", cursor), **variables}
    return _document("query Page", body, bound, 1)


def batch(mutations: Iterable[tuple[str, Mapping[str, object]]]) -> Document:
    """One document of several mutations, aliased `m0`, `m1`, … in the order given.

    GitHub carries out all of them: a failed one answers null and an error, and the next ones still run.
    """
    body: list[str] = []
    bound: dict[str, tuple[str, object]] = {}
    for index, (name, value) in enumerate(mutations):
        kind, selection = MUTATIONS[name]
        body.append(f"  m{index}: {name}(input: $i{index}) {{ {selection} }}")
        bound[f"i{index}"] = (kind, value)
    return _document("mutation Write", "\n".join(body), bound, 0)


def _document(head: str, body: str, bound: Mapping[str, tuple[str, object]], weight: int) -> Document:
    """Declare the variables that the text uses and append the fragments that it needs."""
    needed: dict[str, str] = {}
    waiting = [body]
    while waiting:
        for name in re.findall(r"\.\.\.(\w+)", waiting.pop()):
            if name not in needed:
                needed[name] = fragments()[name]
                waiting.append(needed[name])
    text = "\n".join([body, *(needed[name] for name in sorted(needed))])
    used = {name: bound[name] for name in bound if re.search(rf"\${name}\b", text)}
    declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in used.items())
    opening = f"{head}({declared})" if declared else head
    rest = "\n".join(needed[name] for name in sorted(needed))
    return Document(
        text=f"{opening} {{\n{body}\n}}\n{rest}\n",
        variables={name: value for name, (_, value) in used.items()},
        weight=weight,
    )
