"""Applies effects in the one order that keeps every green honest.

Red statuses first; then the ledger, alone in its request, because GitHub carries out the rest of a batch
after one of its mutations failed; then green statuses; then everything else, batched. No write is repeated
here: one that failed may have been carried out, so the caller reads again and decides again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import assert_never
from urllib.parse import quote

from bugaction.errors import GitHubError, Rejected, StaleHead, Transient
from bugaction.github import parts
from bugaction.github.bringing import bring, open_pull
from bugaction.github.client import Client
from bugaction.github.failures import is_rule
from bugaction.github.issuing import create_child, remove_labels
from bugaction.github.mutations import (
    Mutation,
    commit_on_branch,
    label_mutation,
    mutation_of,
    outcome,
)
from bugaction.github.older import DUPLICATES
from bugaction.github.query import batch, compose
from bugaction.github.reporting import report
from bugaction.github.reverting import dispatch_workflow, revert_pull
from bugaction.plan import (
    AddAssignees,
    AddLabels,
    AppendLedger,
    BringDocuments,
    CloseIssue,
    CommitFiles,
    CreateComment,
    CreateIssue,
    CreateLabel,
    DeleteComment,
    DispatchWorkflow,
    EditComment,
    EditIssue,
    Effect,
    FileChange,
    Notify,
    OpenPull,
    React,
    RemoveLabels,
    ReopenIssue,
    RevertPull,
    SetCheckRun,
    SetStatus,
    StartRecords,
)
from bugaction.ports import Applied
from bugaction.records import META_FILE
from bugaction.snapshot import StatusState

__all__ = ["GitHubWriter"]

_BATCH = 20
"""Mutations in one request: GitHub gives a request ten seconds."""

_START = "Start the records of bugaction"
_ANEW = "Start the records of bugaction anew"

_VERDICTS = (SetStatus, SetCheckRun)


@dataclass(frozen=True, slots=True)
class GitHubWriter:
    """Implements `ports.Writer` for one repository."""

    client: Client
    owner: str
    name: str

    def apply(self, effects: Iterable[Effect]) -> tuple[Applied, ...]:
        """As `ports.Writer` says. What was not tried is not told: all behind a failed ledger is not."""
        return _Run(self.client, self.owner, self.name).apply(tuple(effects))


class _Run:
    """One application of effects: what was done, and what the next of them has to know of it."""

    def __init__(self, client: Client, owner: str, name: str) -> None:
        self._client = client
        self._owner = owner
        self._name = name
        self._path = f"/repos/{owner}/{name}"
        self._done: list[Applied] = []
        self._stopped = False
        self._ledger_failed: GitHubError | None = None
        self._label_ids: dict[str, str] = {}
        self._moved: dict[tuple[str, str], str] = {}

    def apply(self, effects: Sequence[Effect]) -> tuple[Applied, ...]:
        verdicts = [effect for effect in effects if isinstance(effect, SetStatus | SetCheckRun)]
        for verdict in verdicts:
            if verdict.state is not StatusState.SUCCESS:
                self._report(verdict)
        for effect in effects:
            if isinstance(effect, StartRecords | AppendLedger):
                self._record(effect)
        for verdict in sorted(verdicts, key=lambda each: each.settles):
            is_green = verdict.state is StatusState.SUCCESS and self._ledger_failed is None
            if is_green and not (verdict.settles and self._was_refused(verdict)):
                self._report(verdict)
        if self._ledger_failed is not None:
            return tuple(self._done)
        self._rest(
            [effect for effect in effects if not isinstance(effect, (*_VERDICTS, StartRecords, AppendLedger))]
        )
        return tuple(self._done)

    def _was_refused(self, verdict: SetStatus | SetCheckRun) -> bool:
        """Whether the verdict that stands elsewhere from now on does not: then this one stays as it is."""
        return any(
            isinstance(done.effect, SetStatus | SetCheckRun)
            and (done.effect.oid, done.effect.context) == (verdict.oid, verdict.context)
            for done in self._done
            if done.error is not None
        )

    def _report(self, verdict: SetStatus | SetCheckRun) -> None:
        """As `_try` does; when GitHub took it is kept."""
        if self._stopped:
            return
        try:
            self._done.append(report(self._client, self._path, verdict))
        except GitHubError as error:
            self._note(verdict, "", error)

    def _note(self, effect: Effect, identity: str, error: GitHubError | None, branch: str = "") -> None:
        self._done.append(Applied(effect, identity, error, branch))
        if isinstance(error, Transient | StaleHead):
            self._stopped = True

    def _try(self, effect: Effect, action: Callable[[], str]) -> GitHubError | None:
        """Carry one effect out, unless everything has stopped; a failure is noted and returned."""
        if self._stopped:
            return None
        try:
            identity = action()
        except GitHubError as error:
            self._note(effect, "", error)
            return error
        self._note(effect, identity, None)
        return None

    # The records branch ---------------------------------------------------------------------------------

    def _record(self, effect: StartRecords | AppendLedger) -> None:
        if self._ledger_failed is not None:
            self._note(effect, "", self._ledger_failed)
            return
        if isinstance(effect, StartRecords):
            action = partial(self._start_records, effect)
        else:
            action = partial(self._commit_records, effect, effect.files, effect.message)
        self._ledger_failed = self._try(effect, action)

    def _start_records(self, effect: StartRecords) -> str:
        """An orphan of one commit. Without an author it is signed; an empty tree is refused, so a file leads.

        Another run may have been first: then the reference is there already, and `StaleHead` is raised.
        """
        files = {META_FILE: effect.meta, **effect.files}
        if effect.expected_oid:
            return self._commit_records(effect, files, _ANEW)
        entries = [
            {"path": path, "mode": "100644", "type": "blob", "content": text} for path, text in files.items()
        ]
        tree = self._made("git/trees", {"tree": entries}, "sha")
        commit = self._made("git/commits", {"message": _START, "tree": tree}, "sha")
        self._made("git/refs", {"ref": f"refs/heads/{effect.branch}", "sha": commit}, "ref")
        self._moved[effect.branch, ""] = commit
        return commit

    def _commit_records(
        self, effect: StartRecords | AppendLedger, files: Mapping[str, str], message: str
    ) -> str:
        changes = [FileChange(path, text) for path, text in sorted(files.items())]
        expected = self._expected(effect.branch, effect.expected_oid)
        mutation = commit_on_branch(effect, self._full_name, effect.branch, expected, changes, message)
        identity, error = self._send([mutation])[0]
        if error is not None:
            raise error
        self._advance(effect.branch, effect.expected_oid, identity)
        return identity

    @property
    def _full_name(self) -> str:
        return f"{self._owner}/{self._name}"

    def _expected(self, branch: str, oid: str) -> str:
        """The head to expect: our own commits since the snapshot are known, anybody else's are not."""
        return self._moved.get((branch, oid), oid)

    def _advance(self, branch: str, oid: str, head: str) -> None:
        self._moved[branch, oid] = head

    def _made(self, path: str, body: Mapping[str, object], key: str) -> str:
        return self._client.made(f"{self._path}/{path}", body, key)

    # Everything else ------------------------------------------------------------------------------------

    def _rest(self, effects: Sequence[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, CreateLabel):
                self._try(effect, partial(self._create_label, effect))
        waiting: list[Mutation] = []
        for effect in effects:
            if self._stopped:
                return
            self._sort(effect, waiting)
        while waiting and not self._stopped:
            waiting = self._send_batch(waiting)

    def _sort(self, effect: Effect, waiting: list[Mutation]) -> None:  # noqa: C901 - one case an effect
        """Into the batch, or over REST what GraphQL lacks or has no node ids for."""
        match effect:
            case SetStatus() | SetCheckRun() | StartRecords() | AppendLedger() | CreateLabel() | Notify():
                pass  # done before, or not here: `notifying.NotifyingWriter` hands those on
            case CommitFiles():
                waiting.append(self._commit(effect))
            case AddAssignees(number=number, logins=logins):
                # Assignees go by login here: a mutation would need a request more for their node ids.
                path = f"{self._path}/issues/{number}/assignees"
                self._try(effect, partial(self._post, path, {"assignees": list(logins)}))
            case BringDocuments():
                self._try(effect, partial(bring, self._client, self._path, effect))
            case OpenPull():
                if not self._is_missing(effect.branch):
                    self._try(effect, partial(open_pull, self._client, self._path, effect))
            case DispatchWorkflow():
                self._try(effect, partial(dispatch_workflow, self._client, self._path, effect))
            case RevertPull():
                self._try(effect, partial(revert_pull, self._client, self._path, effect))
            case AddLabels() | RemoveLabels():
                self._sort_labels(effect, waiting)
            case CreateIssue(is_child=True):
                self._try(effect, partial(create_child, self._client, self._path, effect))
            case (
                CreateComment()
                | CreateIssue()
                | EditComment()
                | EditIssue()
                | DeleteComment()
                | React()
                | CloseIssue()
                | ReopenIssue()
            ):
                try:
                    waiting.append(mutation_of(effect, duplicates=DUPLICATES not in self._client.lacking))
                except Rejected as error:
                    self._note(effect, "", error)
            case _:
                assert_never(effect)

    def _sort_labels(self, effect: AddLabels | RemoveLabels, waiting: list[Mutation]) -> None:
        mutation = label_mutation(effect, self._label_ids)
        if mutation is not None:
            waiting.append(mutation)
        elif isinstance(effect, AddLabels):
            path = f"{self._path}/issues/{effect.number}/labels"
            self._try(effect, partial(self._post, path, {"labels": list(effect.names)}))
        else:
            self._try(effect, partial(remove_labels, self._client, self._path, effect))

    def _commit(self, effect: CommitFiles) -> Mutation:
        expected = self._expected(effect.branch, effect.expected_oid)
        return commit_on_branch(
            effect, self._full_name, effect.branch, expected, effect.files, effect.message
        )

    def _send_batch(self, waiting: list[Mutation]) -> list[Mutation]:
        """Send as many as one request takes; a second commit on a branch waits for the first. The rest."""
        now: list[Mutation] = []
        later: list[Mutation] = []
        branches: set[str] = set()
        for mutation in waiting:
            effect = mutation.effect
            if len(now) == _BATCH or (isinstance(effect, CommitFiles) and effect.branch in branches):
                later.append(mutation)
                continue
            if isinstance(effect, CommitFiles):
                branches.add(effect.branch)
            now.append(mutation)
        for mutation, (identity, error) in zip(now, self._send(now), strict=True):
            effect = mutation.effect
            if isinstance(effect, CommitFiles):
                self._note_commit(effect, identity, error)
            else:
                self._note(effect, identity, error)
        return [
            self._commit(mutation.effect) if isinstance(mutation.effect, CommitFiles) else mutation
            for mutation in later
        ]

    def _note_commit(self, effect: CommitFiles, identity: str, error: GitHubError | None) -> None:
        if error is None:
            self._advance(effect.branch, effect.expected_oid, identity)
            self._note(effect, identity, None, effect.branch)
        elif effect.fallback and effect.fallback != effect.branch and is_rule(error) and not self._stopped:
            self._commit_elsewhere(effect, error)
        else:
            self._note(effect, "", error)

    def _commit_elsewhere(self, effect: CommitFiles, refusal: GitHubError) -> None:
        """A rule refused the branch: the same files on the fallback, from its head as it is now."""
        try:
            head = self._head(effect.fallback)
            if not head:
                raise refusal
            # Deleting a path that a branch does not have aborts the whole commit.
            files = [change for change in effect.files if change.text is not None]
            mutation = commit_on_branch(effect, self._full_name, effect.fallback, head, files, effect.message)
            identity, error = self._send([mutation])[0]
        except GitHubError as failed:
            identity, error = "", failed
        self._note(effect, identity, error, effect.fallback if error is None else "")

    def _head(self, branch: str) -> str:
        variables: dict[str, tuple[str, object]] = {
            "owner": ("String!", self._owner),
            "name": ("String!", self._name),
        }
        document = compose("Head", [parts.branch_head(branch)], header=False, variables=variables)
        repository = self._client.query(document).data.get("repository") or {}
        ref = repository.get("head") or {}
        return str((ref.get("target") or {}).get("oid") or "")

    def _send(self, mutations: Sequence[Mutation]) -> list[tuple[str, GitHubError | None]]:
        """What became of each; a request that failed as a whole failed for all of them."""
        document = batch((mutation.name, mutation.value) for mutation in mutations)
        try:
            answer = self._client.mutate(document, content=len(mutations))
        except GitHubError as error:
            return [("", error)] * len(mutations)
        now = self._client.pace.now()
        return [outcome(answer, index, mutation.name, now) for index, mutation in enumerate(mutations)]

    # REST -----------------------------------------------------------------------------------------------

    def _post(self, path: str, body: Mapping[str, object]) -> str:
        self._client.send("POST", path, body)
        return ""

    def _is_missing(self, branch: str) -> bool:
        """Whether this run should have made the branch, and could not."""
        return any(
            isinstance(done.effect, BringDocuments) and done.effect.branch == branch
            for done in self._done
            if done.error is not None
        )

    def _create_label(self, effect: CreateLabel) -> str:
        """REST answers with the node id that the batch needs. One that exists already is as good."""
        body = {"name": effect.name, "color": effect.color, "description": effect.description}
        try:
            answer = self._client.send("POST", f"{self._path}/labels", body)
        except Rejected as error:
            if "already_exists" not in error.message:
                raise
            answer = self._client.get(f"{self._path}/labels/{quote(effect.name, safe='')}")
        identity = str(answer.get("node_id") or "") if isinstance(answer, Mapping) else ""
        if identity:
            self._label_ids[effect.name.casefold()] = identity
        return identity
