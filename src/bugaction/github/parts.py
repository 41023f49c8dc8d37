"""What each target and each question adds to a request: the selections, and their weight.

Aliases carry the key of the part (`item_42`), so that the answer is read back by the same key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bugaction import records
from bugaction.github.query import Part, authorship
from bugaction.reverting import reverting_branch
from bugaction.review import RevertClaim

__all__ = [
    "branch_head",
    "bug_branch",
    "carrier",
    "checks_at",
    "commits_of",
    "documents_of",
    "edits_of",
    "files_of",
    "group_of",
    "head_of",
    "item",
    "known_labels",
    "label",
    "page",
    "pull",
    "pulls_at",
    "reverted",
    "reverting",
    "review_of",
    "rollout",
    "sharers_of",
    "suspects",
]

_PULL = 3  # labels, closing issues, last commit
_TALK = 1  # comments
_LINKED = 10
_BRANCH = 5
_AT_COMMIT = 10
_COMMITS = 20
_REPLACED = 20
_CARRIERS = 5
_REVERTING = 5
_RECENT = 20


def bug_branch(number: int) -> str:
    """The branch name that links by itself: `fix/bug-042`."""
    return f"fix/{records.bug_name(number).lower()}"


def item(number: int, root: str) -> Part:
    """An issue with all that belongs to a bug, or a pull request where the number is one."""
    key = str(number)
    folder = records.bug_folder(root, number)
    links = _links(number, root)
    return Part(
        fields=(
            f"item_{key}: issueOrPullRequest(number: $number_{key}) "
            "{ __typename ... on Issue { ...IssueFacts } ... on PullRequest { ...PullFacts ...PullTalk } } "
            f"branch_{key}: pullRequests(headRefName: $branch_{key}, states: OPEN, first: {_BRANCH}) "
            "{ nodes { ...PullFacts } } "
            f"{authorship(f'authors_{key}', f'ledger_{key}')} {links.fields}"
        ),
        head=f"folder_{key}: file(path: $folder_{key}) {{ ...Folder }}",
        records=f"folder_{key}: file(path: $folder_{key}) {{ ...Folder }} {links.records}",
        variables={
            **links.variables,
            f"number_{key}": ("Int!", number),
            f"branch_{key}": ("String!", bug_branch(number)),
            f"folder_{key}": ("String!", folder),
            f"ledger_{key}": ("String!", records.ledger_path(root, number)),
        },
        weight=5 + _LINKED * _PULL + _PULL + _TALK + 1 + _BRANCH * _PULL,
        optional=links.optional | {f"authors_{key}"},
    )


def pull(number: int, root: str) -> Part:
    """A pull request with its own comments, and the links that were recorded for it."""
    links = _links(number, root)
    return Part(
        fields=(
            f"pull_{number}: pullRequest(number: $pull_{number}) {{ ...PullFacts ...PullTalk }} "
            f"{links.fields}"
        ),
        records=links.records,
        variables={f"pull_{number}": ("Int!", number), **links.variables},
        weight=_PULL + _TALK,
        optional=links.optional,
    )


def _links(number: int, root: str) -> Part:
    """The file that keeps a pull request's links, and who wrote its lines."""
    return Part(
        fields=authorship(f"linkers_{number}", f"links_{number}"),
        records=f"links_{number}: file(path: $links_{number}) {{ ...Content }}",
        variables={f"links_{number}": ("String!", records.links_path(root, number))},
        optional=frozenset({f"linkers_{number}"}),
    )


def pulls_at(oid: str) -> Part:
    """The open pull requests whose head is this commit."""
    return Part(
        fields=(
            f"at_{oid}: object(oid: $at_{oid}) {{ ... on Commit {{ id "
            f"associatedPullRequests(first: {_AT_COMMIT}) "
            "{ pageInfo { hasNextPage endCursor } nodes { ...PullFacts } } } }"
        ),
        variables={f"at_{oid}": ("GitObjectID!", oid)},
        weight=1 + _AT_COMMIT * _PULL,
    )


def head_of(oid: str) -> Part:
    """The statuses and the configuration of one commit, where a pull request's own list lags behind."""
    return Part(
        fields=(
            f"head_{oid}: object(oid: $head_{oid}) "
            "{ ... on Commit { ...Statuses file(path: $config) { ...Content } } }"
        ),
        variables={f"head_{oid}": ("GitObjectID!", oid)},
    )


def sharers_of(oid: str) -> Part:
    """Who has one commit as their head, where a pull request's own list lags behind."""
    return Part(
        fields=f"sharers_{oid}: object(oid: $sharers_{oid}) {{ ... on Commit {{ ...Sharers }} }}",
        variables={f"sharers_{oid}": ("GitObjectID!", oid)},
        weight=1,
    )


def carrier(number: int, root: str) -> Part:
    """The branch that carries a bug's documents, the pull requests from it, and what its commits hold.

    They are asked of the branch, and by its name for when it is gone: branches of that name in forks, which
    anybody can have, crowd out what is asked by name. What the branch holds is held to the bug's folders, so
    all have to be of one moment: the commits of the records and of the default branch come along.
    """
    newest = f"first: {_CARRIERS}, orderBy: {{field: CREATED_AT, direction: DESC}}"
    nodes = "{ nodes { ...PullFacts ...Carried } }"
    return Part(
        fields=(
            f"carrier_{number}: ref(qualifiedName: $carrier_{number}) {{ target {{ oid ... on Commit "
            f"{{ ...Made file(path: $carried_{number}) {{ ...Folder }} }} }} "
            f"associatedPullRequests({newest}) {nodes} }} "
            f"carriers_{number}: pullRequests(headRefName: $carriers_{number}, {newest}) {nodes}"
        ),
        head="tree { oid }",
        records="id",
        variables={
            f"carrier_{number}": ("String!", f"refs/heads/{records.documents_branch(number)}"),
            f"carried_{number}": ("String!", records.bug_folder(root, number)),
            f"carriers_{number}": ("String!", records.documents_branch(number)),
        },
        weight=1 + 2 * (1 + _CARRIERS * (_PULL + 1)),
    )


def reverting(number: int, branch: str) -> Part:
    """The pull requests that take one back, by the branch that GitHub makes for it; and the newest of all, in
    case that it had to give the branch another name."""
    newest = "orderBy: {field: CREATED_AT, direction: DESC}"
    fields = "{ nodes { id number url state closedAt headRefName isCrossRepository } }"
    return Part(
        fields=(
            f"reverting_{number}: pullRequests(headRefName: $reverting_{number}, first: {_REVERTING}, "
            f"{newest}) {fields} recent_{number}: pullRequests(first: {_RECENT}, {newest}) {fields}"
        ),
        variables={f"reverting_{number}": ("String!", reverting_branch(number, branch))},
        weight=2,
    )


def branch_head(branch: str) -> Part:
    """The head of a branch, to commit on."""
    return Part(
        fields="head: ref(qualifiedName: $head) { target { oid } }",
        variables={"head": ("String!", f"refs/heads/{branch}")},
    )


def group_of(oid: str, prefix: str) -> Part:
    """A merge group's own commit, and the refs of the queue that it stands in."""
    return Part(
        fields=(
            "group: object(oid: $group) { ... on Commit { ...Statuses } } "
            "queue: refs(refPrefix: $queue, first: 100) "
            "{ pageInfo { hasNextPage endCursor } nodes { name target { oid } } }"
        ),
        variables={"group": ("GitObjectID!", oid), "queue": ("String!", prefix)},
        weight=1,
    )


def commits_of(number: int, root: str) -> Part:
    """A pull request's commits with authors and parents, who shares its head, its recorded links, and what we
    said of its earlier heads."""
    links = _links(number, root)
    return Part(
        fields=(
            f"commits_{number}: pullRequest(number: $commits_{number}) {{ id ...PullCommits }} {links.fields}"
        ),
        records=links.records,
        variables={f"commits_{number}": ("Int!", number), **links.variables},
        optional=links.optional,
        weight=1 + 1 + 1 + 2 * _COMMITS + 1 + _REPLACED,
    )


def edits_of(number: int, comment: str) -> Part:
    """The newest versions of one comment on an issue, and the comment as it stands with them."""
    return Part(
        fields="id",  # of the repository, where something has to be asked for
        root=f"edits_{number}: node(id: $edits_{number}) {{ ... on IssueComment {{ ...CommentEdits }} }}",
        variables={f"edits_{number}": ("ID!", comment)},
        weight=1,
    )


def files_of(number: int) -> Part:
    """The files that a pull request changes."""
    return Part(
        fields=f"files_{number}: pullRequest(number: $files_{number}) {{ id ...PullFiles }}",
        variables={f"files_{number}": ("Int!", number)},
        weight=1,
    )


def documents_of(number: int, oid: str, paths: Sequence[str]) -> Part:
    """These files at a pull request's head, `documents_7 { f0 … }`.

    A fork's commits are readable by their ids too: GitHub keeps each pull request's head in the repository
    that it was opened against, as `refs/pull/7/head` (docs.github.com, "Checking out pull requests locally").
    """
    names = [f"documents_{number}_{index}" for index in range(len(paths))]
    files = " ".join(f"f{index}: file(path: ${name}) {{ ...HeadFile }}" for index, name in enumerate(names))
    return Part(
        fields=f"documents_{number}: object(oid: $documents_{number}) {{ ... on Commit {{ oid {files} }} }}",
        variables={
            f"documents_{number}": ("GitObjectID!", oid),
            **{name: ("String!", path) for name, path in zip(names, paths, strict=True)},
        },
    )


def review_of(number: int) -> Part:
    """A pull request's reviews, the checks on its last commit, its files, and what its base requires."""
    return Part(
        fields=f"review_{number}: pullRequest(number: $review_{number}) {{ id ...PullReview ...PullFiles }}",
        variables={f"review_{number}": ("Int!", number)},
        weight=8,  # reviews, requests made and open, a new base, the commit, its contexts, rules, files
    )


def reverted(claim: RevertClaim, paths: Sequence[str]) -> Part:
    """These paths as they are at a pull request's head, its base and its forks (`side_0`, …), and at each
    commit that it takes back and its first parent: `commit_0`, …, or `merge_0`, … by a pull request."""
    files = " ".join(f"f{index}: file(path: $f{index}) {{ ...FileState }}" for index in range(len(paths)))
    commit = f"oid {files} parents(first: 1) {{ nodes {{ oid {files} }} }}"
    sides = (claim.head, claim.base, *claim.forks)
    fields = [
        f"side_{index}: object(oid: $side_{index}) {{ ... on Commit {{ oid {files} }} }}"
        for index in range(len(sides))
    ]
    fields += [
        f"commit_{index}: object(oid: $commit_{index}) {{ ... on Commit {{ {commit} }} }}"
        for index in range(len(claim.commits))
    ]
    fields += [
        f"merge_{index}: pullRequest(number: $merge_{index}) {{ mergeCommit {{ {commit} }} }}"
        for index in range(len(claim.pulls))
    ]
    return Part(
        fields=" ".join(fields),
        variables={
            **{f"f{index}": ("String!", path) for index, path in enumerate(paths)},
            **{f"side_{index}": ("GitObjectID!", oid) for index, oid in enumerate(sides)},
            **{f"commit_{index}": ("GitObjectID!", oid) for index, oid in enumerate(claim.commits)},
            **{f"merge_{index}": ("Int!", number) for index, number in enumerate(claim.pulls)},
        },
        weight=len(claim.commits) + len(claim.pulls),
    )


def checks_at(oid: str) -> Part:
    """The checks on one commit, where a pull request's own list of commits lags behind."""
    return Part(
        fields=f"checks_{oid}: object(oid: $checks_{oid}) {{ ... on Commit {{ ...HeadChecks }} }}",
        variables={f"checks_{oid}": ("GitObjectID!", oid)},
        weight=1,
    )


def page(key: int, path: str) -> Part:
    """A file on the default branch and on the records branch."""
    found = f"page_{key}: file(path: $page_{key}) {{ ...Page }}"
    return Part(head=found, records=found, variables={f"page_{key}": ("String!", path)})


def label(key: int, name: str) -> Part:
    """A label of the repository."""
    return Part(
        fields=f"label_{key}: label(name: $label_{key}) {{ id name }}",
        variables={f"label_{key}": ("String!", name)},
    )


def known_labels(names: Sequence[str]) -> Part:
    """Several labels of the repository, by their place in `names`. None of these fields is a connection."""
    keys = range(len(names))
    return Part(
        fields=" ".join(f"known_{key}: label(name: $known_{key}) {{ id }}" for key in keys),
        variables={f"known_{key}": ("String!", name) for key, name in enumerate(names)},
    )


def suspects(number: int, since: datetime, until: datetime) -> Part:
    """Commits of the default branch between two moments with their pull requests, and deployments.

    `Repository.deployments` is never null, so a token without `deployments: read` asks for the rest alone.
    """
    changes = Part(
        head=(
            f"id changes_{number}: history(since: $since_{number}, until: $until_{number}, first: 100) "
            "{ ...ChangeHistory }"
        ),
        variables={
            f"since_{number}": ("GitTimestamp!", since.isoformat()),
            f"until_{number}": ("GitTimestamp!", until.isoformat()),
        },
        weight=1 + 100,
    )
    deployments = (
        f"deployments_{number}: deployments(first: 100, orderBy: {{field: CREATED_AT, direction: DESC}}) "
        "{ pageInfo { hasNextPage endCursor } nodes { ...DeploymentFacts } }"
    )
    return replace(changes, fields=deployments, weight=changes.weight + 1, lesser=changes)


_STATUSES = 10
_DEPLOYMENTS = 100
_RELEASES = 20


def rollout(number: int, environments: Sequence[str]) -> Part:
    """The newest deployments to these environments with their statuses, and the newest releases.

    GitHub does not say whether it compares environments by case, so each is asked for as it is usually
    written. A token without `deployments: read` asks for the releases alone, as in `suspects`.
    """
    spelled = {
        form for name in environments for form in (name, name.lower(), name.upper(), name.capitalize())
    }
    releases = Part(
        fields=(
            f"releases_{number}: releases(first: {_RELEASES}, "
            "orderBy: {field: CREATED_AT, direction: DESC}) { nodes { ...ReleaseFacts } }"
        ),
        weight=1,
    )
    if not environments:
        return releases
    deployments = (
        f"rollout_{number}: deployments(environments: $rollout_{number}, first: {_DEPLOYMENTS}, "
        "orderBy: {field: CREATED_AT, direction: DESC}) { nodes { ...RolloutDeployment } } "
    )
    return replace(
        releases,
        fields=deployments + releases.fields,
        variables={f"rollout_{number}": ("[String!]", sorted(spelled))},
        weight=1 + _DEPLOYMENTS + 1,
        lesser=releases,
    )
