"""Reads what the doctor looks at: a handful of requests, of which each may be refused by itself.

GraphQL where one query tells several things, REST where GraphQL does not tell, or where a refusal would take
everything beside it along.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from bugaction.config import extends_of, load_file
from bugaction.doctor.facts import (
    BranchFacts,
    Classic,
    Facts,
    Required,
    Rule,
    Unseen,
)
from bugaction.errors import GitHubError, Missing, Transient
from bugaction.github.client import Answer, Client
from bugaction.github.extended import read_extended
from bugaction.github.failures import permission_for
from bugaction.github.normalise import Node, actor, folder_files, nodes, text_file
from bugaction.github.older import NEWER, QUEUE
from bugaction.github.query import Document, Part, compose
from bugaction.github.rules import protection_from_graphql, protection_from_rest
from bugaction.github.settings import (
    Place,
    actions,
    as_unseen,
    budgets,
    may_open_pulls,
    names,
    private_reports,
    states,
    sweep,
    unseen,
)
from bugaction.policy import Policy
from bugaction.records import RECORDS_BRANCH
from bugaction.snapshot import TextFile

__all__ = ["examination_documents", "examine"]

_HEADS = 10
"""Pull requests whose checks are looked at: the names that a repository reports change rarely."""

_FOLDERS = (".github/workflows", ".github/ISSUE_TEMPLATE")

Progress = Callable[[str], None]


def examine(
    client: Client,
    owner: str,
    name: str,
    *,
    config: str,
    server: str,
    api: str,
    scaffold: Mapping[str, str],
    progress: Progress = lambda _: None,
) -> Facts:
    """Everything that the doctor's checks may look at.

    `progress` is told what is being read. Raises `GitHubError` where the repository cannot be read at all, or
    GitHub does not answer.
    """
    at = Place(client, owner, name)
    progress("the repository and its files")
    answer = client.query(_repository_document(owner, name, config))
    found: Node | None = answer.data.get("repository")
    if found is None:
        raise Missing(
            f"There is no repository {owner}/{name}, or this token may not see it.",
            remedy="Look at the spelling, and at what the token may read.",
        )
    head: Node = ((found.get("defaultBranchRef") or {}).get("target")) or {}
    file = text_file(head.get("config"), config, "")
    wanted = extends_of(file)
    extended = read_extended(client, wanted) if wanted else None
    policy = load_file(file, config, extended).policy or Policy()
    workflows = _folder(head.get("workflows"), _FOLDERS[0])
    facts = Facts(
        owner=owner,
        name=name,
        url=str(found["url"]),
        viewer=actor(answer.data.get("viewer")),
        server=server,
        api=api,
        config_path=config,
        is_private=bool(found["isPrivate"]),
        is_archived=bool(found["isArchived"]),
        is_fork=bool(found["isFork"]),
        has_issues=bool(found["hasIssuesEnabled"]),
        forking_allowed=bool(found["forkingAllowed"]),
        owner_is_organization=(found.get("owner") or {}).get("__typename") == "Organization",
        queue=_queue(answer, found),
        config=file,
        extended=extended,
        workflows=workflows,
        forms=_folder(head.get("forms"), _FOLDERS[1]),
        labels=_labels(at, answer, found),
        scaffold=scaffold,
        app=client.app_id,
    )
    progress("rules of branches")
    facts = replace(
        facts,
        default=_branch(at, answer, found.get("defaultBranchRef"), "defaultBranchRef"),
        records=_branch(at, answer, found.get("records"), "records"),
    )
    progress("workflows and their runs")
    facts = replace(
        facts,
        states=states(at),
        sweep=sweep(at, workflows),
        actions=actions(at),
        may_open_pulls=may_open_pulls(at),
    )
    progress("checks, deployments and what is left of the budget")
    return replace(
        facts,
        emitted=_emitted(at),
        environments=names(at.rest("/environments", "actions: read", per_page=100), "environments", "name"),
        deployed=names(at.rest("/deployments", "deployments: read", per_page=30), "", "environment"),
        teams=_teams(client, policy.people.senior.teams),
        private_reports=private_reports(at, facts, policy),
        budgets=budgets(client),
    )


# The first query ----------------------------------------------------------------------------------------


def _repository_document(owner: str, name: str, config: str) -> Document:
    """`mergeQueue` is refused to GITHUB_TOKEN (nakafa.com#481), and null then; so is what needs more."""
    head = (
        "config: file(path: $config) { ...Content } workflows: file(path: $workflows) { ...Folder } "
        "forms: file(path: $forms) { ...Folder }"
    )
    fields = (
        "...DoctorRepository "
        f"defaultBranchRef {{ ...ClassicProtection target {{ oid ... on Commit {{ {head} }} }} }} "
        "records: ref(qualifiedName: $records) { ...ClassicProtection } "
        "mergeQueue { id } labels(first: 100) { ...LabelNames }"
    )
    part = Part(
        fields=fields,
        root="viewer { __typename login }",
        variables={
            **_named(owner, name),
            "config": ("String!", config),
            "workflows": ("String!", _FOLDERS[0]),
            "forms": ("String!", _FOLDERS[1]),
            "records": ("String!", f"refs/heads/{RECORDS_BRANCH}"),
        },
        optional=frozenset({"mergeQueue", "labels", "records"}),
    )
    return compose("Doctor", [part], header=False, variables={})


def _named(owner: str, name: str) -> dict[str, tuple[str, object]]:
    return {"owner": ("String!", owner), "name": ("String!", name)}


def _denied(answer: Answer, *path: str) -> Unseen | None:
    """What kept the field at that place back, None where nothing did."""
    for error in answer.errors:
        if tuple(step for step in error.path if isinstance(step, str))[: len(path)] == path:
            return Unseen(error.message, permission_for(path[-1]))
    return None


def _queue(answer: Answer, found: Node) -> bool | Unseen:
    hidden = _denied(answer, "repository", "mergeQueue")
    if QUEUE in answer.lacking:
        hidden = Unseen(f"GitHub Enterprise Server before {NEWER[QUEUE].since} does not tell it")
    return hidden if hidden is not None else found.get("mergeQueue") is not None


def _folder(entry: Node | None, path: str) -> tuple[TextFile, ...]:
    return tuple(file for file in folder_files(entry, path, "") if file.path.endswith((".yml", ".yaml")))


def _labels(at: Place, answer: Answer, found: Node) -> tuple[str, ...] | Unseen:
    hidden = _denied(answer, "repository", "labels")
    if hidden is not None:
        return replace(hidden, needs="issues: read")
    listed: Node = found.get("labels") or {}
    names = [str(node["name"]) for node in nodes(listed)]
    page = 2
    while page <= _MOST_PAGES and (listed.get("pageInfo") or {}).get("hasNextPage"):
        more = at.rest("/labels", "issues: read", per_page=100, page=page)
        if not isinstance(more, list):
            break
        names += [str(item["name"]) for item in more]
        if len(more) < 100:
            break
        page += 1
    return tuple(names)


_MOST_PAGES = 10
"""Of a hundred labels each."""


# Branches -----------------------------------------------------------------------------------------------


def _branch(at: Place, answer: Answer, ref: Node | None, alias: str) -> BranchFacts | None:
    """A branch's rules over REST, which names the app that a context has to come from, and its classic
    protection over GraphQL, which shows it to those who are no administrators.

    https://docs.github.com/rest/repos/rules#get-rules-for-a-branch
    """
    if ref is None:
        return None
    name = str(ref["name"])
    rules = at.rest(f"/rules/branches/{quote(name, safe='')}", "metadata: read", per_page=100)
    hidden = _denied(answer, "repository", alias, "refUpdateRule")
    classic: Classic | Unseen | None
    if hidden is not None:
        classic = replace(hidden, needs="administration: read")
    else:
        classic = _classic(at, name, ref.get("refUpdateRule"))
    listed = rules if isinstance(rules, list) else []
    by_rules = protection_from_rest(listed, classic_seen=isinstance(rules, list))
    by_classic = protection_from_graphql(ref, rules_seen=True, classic_seen=hidden is None)
    seen = {by_rules, by_classic}
    return BranchFacts(
        name,
        tuple(_rule(item) for item in listed) if isinstance(rules, list) else as_unseen(rules),
        classic,
        protected=True if True in seen else None if None in seen else False,
    )


def _rule(item: Mapping[str, Any]) -> Rule:
    parameters = item.get("parameters") or {}
    checks = parameters.get("required_status_checks") or ()
    return Rule(
        str(item.get("type")),
        int(item.get("ruleset_id") or 0),
        tuple(Required(str(check["context"]), check.get("integration_id")) for check in checks),
        int(parameters.get("required_approving_review_count") or 0),
    )


def _classic(at: Place, name: str, rule: Node | None) -> Classic | None:
    """With the apps that contexts are pinned to, where "get a branch" tells them.

    https://docs.github.com/rest/branches/branches#get-a-branch
    """
    if rule is None:
        return None
    contexts = [str(context) for context in rule.get("requiredStatusCheckContexts") or () if context]
    sources: dict[str, int | None] = {}
    if contexts:
        found = at.rest(f"/branches/{quote(name, safe='')}", "contents: read")
        protection = found.get("protection") if isinstance(found, Mapping) else None
        checks = ((protection or {}).get("required_status_checks") or {}).get("checks") or ()
        sources = {str(check["context"]): check.get("app_id") for check in checks}
    required = tuple(Required(context, sources.get(context)) for context in contexts)
    return Classic(required, rule.get("requiredApprovingReviewCount"))


# Pull requests and teams ----------------------------------------------------------------------------------


def _emitted_document(owner: str, name: str) -> Document:
    order = "orderBy: {field: UPDATED_AT, direction: DESC}"
    fields = f"pullRequests(first: {_HEADS}, {order}) {{ nodes {{ ...ReportedNames }} }}"
    part = Part(fields=fields, variables=_named(owner, name))
    return compose("Reported", [part], header=False, variables={})


def _emitted(at: Place) -> frozenset[str] | Unseen:
    """`pullRequests` is never null, so a token that may not read them loses this query alone."""
    needs = "pull-requests: read"
    try:
        answer = at.client.query(_emitted_document(at.owner, at.name))
    except Transient:
        raise
    except GitHubError as error:
        return unseen(error, needs)
    found: Node | None = answer.data.get("repository")
    if answer.errors or found is None:
        said = answer.errors[0].message if answer.errors else "nothing"
        return Unseen(said, "checks: read" if found is not None else needs)
    names = set()
    for pull in nodes(found.get("pullRequests")):
        for commit in nodes(pull.get("commits")):
            rollup = commit["commit"].get("statusCheckRollup") or {}
            names |= {str(item.get("name") or item.get("context")) for item in nodes(rollup.get("contexts"))}
    return frozenset(names)


def _teams_document(teams: Iterable[str]) -> Document:
    """Each team below its organisation; a query of roots alone."""
    values: dict[str, object] = {}
    roots = ["rateLimit { cost remaining resetAt }"]
    for index, team in enumerate(teams):
        values[f"org_{index}"], _, values[f"slug_{index}"] = team.partition("/")
        roots.append(
            f"team_{index}: organization(login: $org_{index}) {{ team(slug: $slug_{index}) {{ id }} }}"
        )
    declared = ", ".join(f"${name}: String!" for name in values)
    body = "\n  ".join(roots)
    return Document(f"query Teams({declared}) {{\n  {body}\n}}\n", values)


def _teams(client: Client, teams: tuple[str, ...]) -> Mapping[str, bool] | Unseen:
    """Whether each team is there and shown. GITHUB_TOKEN reads none
    (https://docs.github.com/actions/concepts/security/github_token)."""
    if not teams:
        return {}
    try:
        answer = client.query(_teams_document(teams))
    except Transient:
        raise
    except GitHubError as error:
        return unseen(error, "members: read")
    refused = next((item for item in answer.errors if item.is_forbidden), None)
    if refused is not None:
        return Unseen(refused.message, "members: read")
    return {
        team: bool((answer.data.get(f"team_{index}") or {}).get("team")) for index, team in enumerate(teams)
    }


def examination_documents() -> Mapping[str, Document]:
    """One document of every shape, for the contract tests."""
    return {
        "doctor-repository": _repository_document("octo", "demo", ".github/bugaction.yml"),
        "doctor-reported": _emitted_document("octo", "demo"),
        "doctor-teams": _teams_document(["octo/leads", "octo/on-call"]),
    }
