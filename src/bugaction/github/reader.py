"""Reads snapshots: one GraphQL request for what a run looks at, one more for what a decision asks.

What an earlier decision of the run asked is read again along with the snapshot.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from bugaction import records
from bugaction.config import extends_of
from bugaction.errors import Missing
from bugaction.github import normalise, parts, snapshots
from bugaction.github.answers import answered
from bugaction.github.client import Client
from bugaction.github.extended import read_extended
from bugaction.github.harvest import Harvest, Places, Unsettled, Withheld
from bugaction.github.membership import membership_of
from bugaction.github.merge_queue import group_pulls, own_pull, queue_prefix
from bugaction.github.pages import whole
from bugaction.github.query import Document, Part, compose, pack
from bugaction.github.reporting import own_runs
from bugaction.github.reverts import read_revert
from bugaction.github.rules import protection_from_rest, rules_over_rest
from bugaction.lateness import MARKS
from bugaction.model import Role
from bugaction.phases import PHASES
from bugaction.ports import Targets, Usage
from bugaction.questions import (
    AskBlob,
    AskBug,
    AskCarrier,
    AskCommits,
    AskDeployment,
    AskDocuments,
    AskEdits,
    AskFiles,
    AskLabel,
    AskPage,
    AskPull,
    AskRevert,
    AskReverting,
    AskReview,
    AskRole,
    AskRuns,
    AskSuspects,
    Question,
)
from bugaction.register import index_path, readme_path
from bugaction.snapshot import Answers, Branch, MergeGroup, Snapshot

__all__ = ["GitHubReader"]

_WRITTEN_LABELS = (*(phase.label for phase in PHASES.values()), *MARKS, "P0", "P1", "P2", "P3")
"""The labels that we put on issues where policy names no others. Their ids come with each snapshot, which
costs no points, so that no decision has to ask for them."""

_MOST_BLOBS = 3

_CONSISTENT_TRIES = 3
"""How often a snapshot is begun anew because a branch moved between its parts."""


@dataclass(frozen=True, slots=True)
class GitHubReader:
    """Implements `ports.Reader` for one repository.

    `config_path` and `root` are where the configuration and the bugs' documents lie: they have to be known
    before the configuration is. `blobs` are texts that were read before, by their ids. `signed` says
    whether this server signs the commits that its API makes, as github.com does; `as_workflow` is as in
    `Places`.
    """

    client: Client
    owner: str
    name: str
    config_path: str = ".github/bugaction.yml"
    root: str = "documents/bugs"
    templates: str = ".github/bugaction/templates"
    signed: bool = True
    as_workflow: bool = False
    blobs: dict[str, str | None] = field(default_factory=dict, repr=False)
    _places: Places = field(init=False, repr=False)

    def __post_init__(self) -> None:
        places = Places(
            self.owner,
            self.name,
            self.config_path,
            self.root,
            self.templates,
            self.signed,
            self.as_workflow,
        )
        object.__setattr__(self, "_places", places)

    def usage(self) -> Usage:
        """What the client's requests cost so far."""
        return self.client.usage

    # Snapshots ------------------------------------------------------------------------------------------

    def read(self, targets: Targets, asked: Iterable[Question] = ()) -> Snapshot:
        """The facts for these targets, with these questions answered; see `ports.Reader`.

        A number that is no issue of the repository is in `answers.missing`. Raises `Missing` for a repository
        that is not there or not to be seen, `Forbidden` when this token may not read what gates rest on.
        """
        questions = _in_order(asked)
        for attempt in range(1, _CONSISTENT_TRIES):
            try:
                return self._read(targets, questions)
            except Unsettled:
                self.client.pace.rest(attempt)
        return self._read(targets, questions)

    def _read(self, targets: Targets, asked: list[Question]) -> Snapshot:
        harvest = self._gather(targets, asked)
        harvest.complete()
        group = self._group(targets.group, harvest) if targets.group is not None else None
        harvest.settle()
        snapshot = self._finish(harvest, group)
        return self._with_runs(answered(harvest, snapshot, asked), asked) if asked else snapshot

    def _gather(self, targets: Targets, asked: list[Question]) -> Harvest:
        wanted = [
            parts.item(number, self.root) for number in dict.fromkeys((*targets.issues, *targets.items))
        ]
        wanted += [parts.pull(number, self.root) for number in dict.fromkeys(targets.pulls)]
        wanted += [parts.pulls_at(oid) for oid in dict.fromkeys(targets.shas)]
        if targets.group is not None:
            oid, head_ref, base_ref = targets.group
            wanted.append(parts.group_of(oid, queue_prefix(base_ref)))
            own = own_pull(head_ref, base_ref)
            if own is not None and AskPull(own) not in asked:
                wanted.append(parts.pull(own, self.root))
        wanted += self._wanted(asked)
        wanted.append(parts.known_labels(_WRITTEN_LABELS))
        harvest = Harvest(self.client, self._places)
        for index, chunk in enumerate(pack(wanted)):
            harvest.take(self._document("Snapshot", chunk, header=index == 0))
        return harvest

    def _finish(self, harvest: Harvest, group: MergeGroup | None) -> Snapshot:
        repository = snapshots.repository(harvest)
        if repository.default is not None and repository.default.protected is None:
            classic_seen = "refUpdateRule" not in harvest.forbidden
            branch = self._judge_by_rest(repository.default, classic_seen=classic_seen)
            repository = replace(repository, default=branch)
        extends = extends_of(repository.config)
        if extends:
            repository = replace(repository, extended=read_extended(self.client, extends))
        return Snapshot(
            repository=repository,
            bugs=snapshots.bugs(harvest),
            pulls=snapshots.pulls(harvest),
            group=group,
            answers=Answers(
                labels=_known_labels(harvest),
                missing=frozenset(harvest.missing_items),
                missing_pulls=frozenset(harvest.missing_pulls),
            ),
            unreadable=harvest.unreadable,
        )

    def _group(self, group: tuple[str, str, str], harvest: Harvest) -> MergeGroup:
        """The group with its pull requests; those before its own are read in a request of their own."""
        oid, head_ref, base_ref = group
        queue: Mapping[str, Any] = harvest.data.get("queue") or {}
        if queue.get("pageInfo", {}).get("hasNextPage"):
            prefix = queue_prefix(base_ref)
            queue = whole(
                self.client, str(harvest.data["id"]), queue, "queue", {"queue": ("String!", prefix)}
            )
        refs = {
            str(node["name"]).removeprefix(queue_prefix(base_ref).removeprefix("refs/heads/")): str(
                (node.get("target") or {}).get("oid")
            )
            for node in queue.get("nodes") or ()
            if node is not None
        }
        numbers = group_pulls(head_ref, base_ref, refs)
        unread = [number for number in numbers if number not in harvest.looked_at | harvest.missing_pulls]
        for chunk in pack(parts.pull(number, self.root) for number in unread):
            harvest.take(self._document("Detail", chunk))
        harvest.complete()
        if harvest.missing_pulls & set(numbers):
            numbers = ()
        statuses = normalise.statuses(harvest.data.get("group"))
        return MergeGroup(head_oid=oid, ref=head_ref, pulls=numbers, statuses=statuses)

    def _judge_by_rest(self, branch: Branch, *, classic_seen: bool) -> Branch:
        """Where GraphQL would not tell the rules: REST shows those of rulesets to everybody who may read."""
        rules = rules_over_rest(self.client, self.owner, self.name, branch.name)
        if rules is None:
            return branch
        return replace(branch, protected=protection_from_rest(rules, classic_seen=classic_seen))

    # Answers --------------------------------------------------------------------------------------------

    def answer(self, snapshot: Snapshot, questions: Iterable[Question]) -> Snapshot:
        """The snapshot with these questions answered; see `ports.Reader`."""
        asked = _in_order(questions)
        for attempt in range(1, _CONSISTENT_TRIES):
            try:
                return self._answer(snapshot, asked)
            except Unsettled:
                # A ledger may only be extended from the commit that it was read at: begin all of it anew.
                self.client.pace.rest(attempt)
                snapshot = self._read_again(snapshot, asked)
        return self._answer(snapshot, asked)

    def _answer(self, snapshot: Snapshot, asked: list[Question]) -> Snapshot:
        wanted = self._wanted(asked)
        detailed = {ask.pull for ask in asked if isinstance(ask, AskCommits | AskFiles | AskReview)}
        unknown = detailed - set(snapshot.pulls) - {ask.number for ask in asked if isinstance(ask, AskPull)}
        wanted += [parts.pull(number, self.root) for number in sorted(unknown)]
        if wanted:
            harvest = Harvest(self.client, self._places, snapshot.repository)
            for chunk in pack(wanted):
                try:
                    harvest.take(self._document("Detail", chunk))
                except Withheld:
                    harvest.take(self._document("Detail", [part.lesser or part for part in chunk]))
            harvest.complete()
            harvest.settle()
            snapshot = answered(harvest, snapshot, asked)
        snapshot = self._with_runs(snapshot, asked)
        given = snapshot.answers
        roles = {
            ask.login.casefold(): self._role(ask.login)
            for ask in asked
            if isinstance(ask, AskRole) and (not ask.teams or given.role(ask.login) is None)
        }
        teams = {
            ask.login.casefold(): {team: membership_of(self.client, team, ask.login) for team in ask.teams}
            for ask in asked
            if isinstance(ask, AskRole) and ask.teams
        }
        reverts = {
            ask.claim: read_revert(Harvest(self.client, self._places, snapshot.repository), ask.claim)
            for ask in asked
            if isinstance(ask, AskRevert)
        }
        blobs = {ask.oid: self._blob(ask.oid) for ask in asked if isinstance(ask, AskBlob)}
        return snapshot.with_answers(
            replace(
                given,
                roles={**given.roles, **roles},
                teams={**given.teams, **teams},
                reverts={**given.reverts, **reverts},
                blobs={**given.blobs, **blobs},
            )
        )

    def _wanted(self, asked: list[Question]) -> list[Part]:  # noqa: C901 - one case a question
        wanted: list[Part] = []
        for index, question in enumerate(asked):
            match question:
                case AskBug(number):
                    wanted.append(parts.item(number, self.root))
                case AskPull(number):
                    wanted.append(parts.pull(number, self.root))
                case AskCommits(number):
                    wanted.append(parts.commits_of(number, self.root))
                case AskEdits(number, comment):
                    wanted.append(parts.edits_of(number, comment))
                case AskFiles() | AskReview() | AskDocuments():
                    wanted.append(_detail_of(question))
                case AskLabel(name):
                    wanted.append(parts.label(index, name))
                case AskPage(path):
                    wanted.append(parts.page(index, path))
                case AskSuspects(bug, since, until):
                    wanted.append(parts.suspects(bug, since, until))
                case AskDeployment(bug, _, _, environments):
                    wanted.append(parts.rollout(bug, environments))
                case AskCarrier(bug):
                    wanted.append(parts.carrier(bug, self.root))
                case AskReverting(number, branch):
                    wanted.append(parts.reverting(number, branch))
                case AskRole() | AskRevert() | AskBlob() | AskRuns():
                    pass
        return wanted

    def _with_runs(self, snapshot: Snapshot, asked: Iterable[Question]) -> Snapshot:
        """The snapshot with the check runs that were asked for, as they are now."""
        slug = snapshot.repository.viewer.login.removesuffix("[bot]")
        path = f"/repos/{self.owner}/{self.name}"
        oids = [ask.oid for ask in asked if isinstance(ask, AskRuns)]
        found = {oid: own_runs(self.client, path, oid, slug) for oid in oids}
        given = snapshot.answers
        return snapshot.with_answers(replace(given, runs={**given.runs, **found})) if found else snapshot

    def _read_again(self, snapshot: Snapshot, asked: Iterable[Question]) -> Snapshot:
        """The same facts at the branches' newest commits, with the answers that were given before.

        Of these the files on branches are read again: they are written anew on the commit that the snapshot
        shows, and with an older text of theirs whatever came in between would be taken back. What another run
        may have made meanwhile, and the ledger now tells of, is left to be asked for anew.
        """
        given = snapshot.answers
        bugs = {*snapshot.bugs, *(ask.number for ask in asked if isinstance(ask, AskBug))}
        targets = Targets(items=tuple(sorted(bugs)), pulls=tuple(sorted(snapshot.pulls)))
        fresh = self.read(targets, [AskPage(path) for path in given.pages])
        return replace(
            fresh,
            group=snapshot.group,
            answers=replace(
                given,
                missing=given.missing | fresh.answers.missing,
                pages=fresh.answers.pages,
                carriers={},
                reverting={},
                runs={},
            ),
            unreadable=tuple(dict.fromkeys((*snapshot.unreadable, *fresh.unreadable))),
        )

    def _blob(self, oid: str) -> str | None:
        """The text of a blob, which REST tells up to 100 MB (OpenAPI, `git/get-blob`).

        An id names its text for ever, so the last few are kept: each look of a sweep asks for the register.
        """
        if oid not in self.blobs:
            while len(self.blobs) >= _MOST_BLOBS:
                del self.blobs[next(iter(self.blobs))]
            self.blobs[oid] = self._read_blob(oid)
        return self.blobs[oid]

    def _read_blob(self, oid: str) -> str | None:
        try:
            answer = self.client.get(f"/repos/{self.owner}/{self.name}/git/blobs/{quote(oid, safe='')}")
        except Missing:  # no branch's history holds it any more
            return None
        found = answer if isinstance(answer, Mapping) else {}
        try:
            return base64.b64decode(str(found.get("content") or "")).decode("utf-8")
        except ValueError:
            return None

    def _role(self, login: str) -> Role:
        """By `role_name`; a custom role counts as the base permission that it extends (OpenAPI,
        `repository-collaborator-permission`). Somebody whom GitHub does not know has none."""
        path = f"/repos/{self.owner}/{self.name}/collaborators/{quote(login, safe='')}/permission"
        try:
            answer = self.client.get(path)
        except Missing:
            return Role.NONE
        found = answer if isinstance(answer, Mapping) else {}
        named = Role.parse(str(found.get("role_name") or ""))
        return named if named is not None else Role.parse(str(found.get("permission") or "")) or Role.NONE

    def _document(self, name: str, chunk: Iterable[Part], *, header: bool = False) -> Document:
        variables: dict[str, tuple[str, object]] = {
            "owner": ("String!", self.owner),
            "name": ("String!", self.name),
            "config": ("String!", self.config_path),
            "templates": ("String!", self.templates),
            "records": ("String!", f"refs/heads/{records.RECORDS_BRANCH}"),
            "meta": ("String!", records.META_FILE),
            "register": ("String!", index_path(self.root)),
            "readme": ("String!", readme_path(self.root)),
        }
        return compose(name, chunk, header=header, variables=variables)


def _in_order(questions: Iterable[Question]) -> list[Question]:
    """Each once, in an order that aliases can count by."""
    return sorted(set(questions), key=repr)


def _detail_of(question: AskFiles | AskReview | AskDocuments) -> Part:
    """What a question about one pull request's head adds to a request."""
    match question:
        case AskDocuments(number, oid, paths):
            return parts.documents_of(number, oid, paths)
        case AskFiles(number):
            return parts.files_of(number)
        case AskReview(number):
            return parts.review_of(number)


def _known_labels(harvest: Harvest) -> dict[str, str | None]:
    """The ids of the labels that each snapshot looks up; None for one that the repository does not have."""
    found: dict[str, str | None] = {}
    for index, name in enumerate(_WRITTEN_LABELS):
        key = f"known_{index}"
        if key in harvest.data:
            node = harvest.data[key]
            found[name.casefold()] = str(node["id"]) if node else None
    return found
