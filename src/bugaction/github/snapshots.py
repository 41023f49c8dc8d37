"""Makes the values of a snapshot from what was gathered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from bugaction import records
from bugaction.errors import GitHubError, Transient
from bugaction.github import normalise, parts
from bugaction.github.harvest import Harvest, Unsettled
from bugaction.github.normalise import Node, nodes
from bugaction.github.query import META_AUTHORS
from bugaction.github.rules import protection_from_graphql
from bugaction.links import linked_bugs
from bugaction.model import Actor, LedgerFile
from bugaction.register import index_path, readme_path
from bugaction.snapshot import Branch, BugFacts, PullRequest, PullState, Repository, TextFile

__all__ = ["bugs", "links_of", "page", "pulls", "repository"]


def repository(harvest: Harvest) -> Repository:
    """The repository: the known one, or what the header said of it."""
    if harvest.known is not None:
        return harvest.known
    data, places = harvest.data, harvest.places
    head, records_head = _target(harvest, "defaultBranchRef"), _target(harvest, "records")
    name = _default_name(harvest)
    default = None
    if head:
        protected = protection_from_graphql(
            data["defaultBranchRef"],
            rules_seen="rules" not in harvest.forbidden,
            classic_seen="refUpdateRule" not in harvest.forbidden,
        )
        default = Branch(name, str(head["oid"]), protected)
    meta = normalise.text_file(records_head.get("meta"), records.META_FILE, records.RECORDS_BRANCH)
    return Repository(
        owner=places.owner,
        name=places.name,
        id=str(data["id"]),
        url=str(data["url"]),
        viewer=harvest.viewer,
        default=default,
        records=Branch(records.RECORDS_BRANCH, str(records_head["oid"])) if records_head else None,
        records_meta=meta.text if meta is not None else None,
        records_meta_is_ours=_is_ours(harvest, meta),
        config=normalise.text_file(head.get("config"), places.config, name),
        templates=tuple(normalise.folder_files(head.get("templates"), "", name, depth=2)),
        register=tuple(
            file
            for target, branch in ((head, name), (records_head, records.RECORDS_BRANCH))
            for key, path in (("register", index_path(places.root)), ("readme", readme_path(places.root)))
            if (file := normalise.text_file(target.get(key), path, branch)) is not None
        ),
        is_archived=bool(data["isArchived"]),
        has_issues=bool(data["hasIssuesEnabled"]),
        is_private=bool(data["isPrivate"]),
    )


def bugs(harvest: Harvest) -> dict[int, BugFacts]:
    """The issues with what belongs to each."""
    return {number: _bug(harvest, number, node) for number, node in sorted(harvest.issues.items())}


def pulls(harvest: Harvest) -> dict[int, PullRequest]:
    """The pull requests, those that were looked at with their recorded links."""
    found: dict[int, PullRequest] = {}
    for number, node in sorted(harvest.pulls.items()):
        pull = normalise.pull_request(node, harvest.places.full_name, harvest.places.config)
        looked_at = number in harvest.looked_at
        found[number] = replace(pull, links=links_of(harvest, number)) if looked_at else pull
    return found


def links_of(harvest: Harvest, number: int) -> LedgerFile:
    """The links that were recorded for a pull request."""
    path = records.links_path(harvest.places.root, number)
    entry = _target(harvest, "records").get(f"links_{number}")
    return _ledger(
        harvest, entry, path, f"linkers_{number}", lambda text, ours: records.parse_links(text, ours, number)
    )


def page(harvest: Harvest, key: int, path: str) -> tuple[TextFile, ...]:
    """A file that was asked for, on each branch that has it."""
    branches = (("defaultBranchRef", _default_name(harvest)), ("records", records.RECORDS_BRANCH))
    found = (
        normalise.text_file(_target(harvest, ref).get(f"page_{key}"), path, name) for ref, name in branches
    )
    return tuple(file for file in found if file is not None)


def _bug(harvest: Harvest, number: int, node: Node) -> BugFacts:
    folder = records.bug_folder(harvest.places.root, number)
    path = records.ledger_path(harvest.places.root, number)
    kept = _folder(harvest, "records", number, folder, records.RECORDS_BRANCH)
    return BugFacts(
        issue=normalise.issue(node, harvest.places.full_name),
        ledger=_ledger(
            harvest,
            _ledger_entry(harvest, number),
            path,
            f"authors_{number}",
            lambda text, ours: records.parse_ledger(text, ours, number),
        ),
        documents=(
            *(item for item in kept if item.path != path),
            *_folder(harvest, "defaultBranchRef", number, folder, _default_name(harvest)),
        ),
        pulls=tuple(sorted(set(_linked(harvest, number, node)))),
    )


def _folder(harvest: Harvest, key: str, number: int, folder: str, branch: str) -> Iterator[TextFile]:
    return normalise.folder_files(_target(harvest, key).get(f"folder_{number}"), folder, branch)


def _ledger_entry(harvest: Harvest, number: int) -> Node | None:
    """What stands in a bug's folder on the records branch under the ledger's name."""
    folder: Node = _target(harvest, "records").get(f"folder_{number}") or {}
    entries: list[Node] = (folder.get("object") or {}).get("entries") or []
    return next((entry for entry in entries if entry["name"] == records.LEDGER_FILE), None)


def _ledger(
    harvest: Harvest,
    entry: Node | None,
    path: str,
    authors: str,
    parse: Callable[[str, frozenset[int]], LedgerFile],
) -> LedgerFile:
    """A file of decisions, read by `parse`. One that cannot be read whole says so, and holds what rests on it
    alone."""
    if entry is None:
        return LedgerFile()
    file = normalise.text_file(entry, path, records.RECORDS_BRANCH)
    if file is None:
        return LedgerFile(unreadable="it is no file")
    if file.text is None:
        return LedgerFile(unreadable="it is larger than 512 KB, or binary")
    return parse(file.text, _our_lines(harvest, file.path, file.text, authors))


def _our_lines(harvest: Harvest, path: str, text: str, authors: str) -> frozenset[int]:
    """The lines of a file on the records branch that commits of ours wrote.

    Where GitHub does not tell, everything stops: a decision must neither be lost nor be made twice."""
    blame = _target(harvest, authors).get("blame")
    if not normalise.is_told(blame, text):
        error = harvest.optional_errors.get(authors)
        said = f"GitHub does not tell who wrote {path} on {records.RECORDS_BRANCH}"
        if error is None or isinstance(error, Transient):
            raise Unsettled(said)
        raise GitHubError(f"{said}: {error.message}", remedy=error.remedy, reason=error.reason)
    return normalise.our_lines(blame, harvest.viewer, signed=harvest.places.signed)


def _is_ours(harvest: Harvest, meta: TextFile | None) -> bool:
    """Whether commits of ours wrote all of `meta.json`."""
    if meta is None or meta.text is None:
        return False
    ours = _our_lines(harvest, meta.path, meta.text, META_AUTHORS)
    lines = enumerate(meta.text.split("\n"), start=1)
    return all(number in ours for number, line in lines if line.strip())


def _linked(harvest: Harvest, number: int, node: Node) -> Iterator[int]:
    """The pull requests of this repository that GitHub, their branch or their text links to the issue."""
    for linked in nodes(node.get("closedByPullRequestsReferences")):
        if harvest.places.is_ours(linked):
            yield int(linked["number"])
    branch = parts.bug_branch(number)
    for pull, known in harvest.pulls.items():
        if known.get("headRefName") == branch and known.get("pullState") == "OPEN":
            yield pull
    seen: set[int] = set()
    for entry in nodes(node.get("timelineItems")):
        source = entry.get("source") or {}
        pull = int(source.get("number") or 0)
        if (
            entry["__typename"] != "CrossReferencedEvent"
            or not pull
            or pull in seen
            or not harvest.places.is_ours(source)
        ):
            continue
        seen.add(pull)
        if entry.get("willCloseTarget") or number in _named(harvest, source):
            yield pull


def _named(harvest: Harvest, source: Node) -> tuple[int, ...]:
    """The bugs that a pull request which mentions one says it fixes: only such a mention is a link."""
    places, nobody = harvest.places, Actor("")
    url = harvest.known.url if harvest.known is not None else str(harvest.data["url"])
    pull = PullRequest(
        number=int(source["number"]),
        id="",
        url="",
        title=str(source.get("title") or ""),
        body=str(source.get("body") or ""),
        author=nobody,
        state=PullState.OPEN,
        is_draft=False,
        base="",
        head="",
        head_oid="",
    )
    return linked_bugs(pull, Repository(places.owner, places.name, "", url, nobody, None)).numbers


def _target(harvest: Harvest, key: str) -> Node:
    """The commit that a branch points to; empty where there is none."""
    found: Node = (harvest.data.get(key) or {}).get("target") or {}
    return found


def _default_name(harvest: Harvest) -> str:
    if harvest.known is not None:
        return harvest.known.default.name if harvest.known.default is not None else ""
    return str((harvest.data.get("defaultBranchRef") or {}).get("name") or "")
