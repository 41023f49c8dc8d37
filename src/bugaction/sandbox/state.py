"""The embedded GitHub's state: frozen values in plain dicts, so that a past state is a shallow copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatchcase

from bugaction.sandbox.entities import (
    Account,
    BranchRules,
    CheckRun,
    Comment,
    Deployment,
    Issue,
    Label,
    Neighbour,
    Reaction,
    Release,
    Repository,
    Review,
    Role,
    Status,
    TimelineEvent,
    WorkflowRun,
)
from bugaction.sandbox.value import Value

__all__ = ["State"]


@dataclass(slots=True)
class State:
    """Everything but the git objects. `copy` is cheap: the dicts are copied, the values are shared."""

    repository: Repository
    accounts: dict[str, Account] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    labels: dict[int, Label] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    events: dict[int, TimelineEvent] = field(default_factory=dict)
    reviews: dict[int, Review] = field(default_factory=dict)
    statuses: dict[str, tuple[Status, ...]] = field(default_factory=dict)
    checks: dict[int, CheckRun] = field(default_factory=dict)
    runs: dict[int, WorkflowRun] = field(default_factory=dict)
    scheduled: dict[int, WorkflowRun] = field(default_factory=dict)
    deployments: dict[int, Deployment] = field(default_factory=dict)
    releases: dict[int, Release] = field(default_factory=dict)
    reactions: dict[str, tuple[Reaction, ...]] = field(default_factory=dict)
    rules: dict[int, BranchRules] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    signed: dict[str, str] = field(default_factory=dict)
    neighbours: dict[str, Neighbour] = field(default_factory=dict)
    teams: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def copy(self) -> State:
        """The same values in dicts of their own."""
        parts: dict[str, Value] = {part.name: dict(getattr(self, part.name)) for part in fields(self)[1:]}
        return replace(self, **parts)

    def account(self, login: str) -> Account:
        """The account of that login in either spelling; a missing one is `ghost`, as GitHub shows it."""
        found = self.accounts.get(_bare(login)) or self.accounts.get("ghost")
        return found or Account("ghost", 10137)

    def has_account(self, login: str) -> bool:
        """Whether the login exists."""
        return _bare(login) in self.accounts

    def role(self, login: str) -> Role:
        """The role of that login; on a public repository anyone may read."""
        granted = self.roles.get(_bare(login))
        if granted is not None:
            return granted
        name = "none" if self.repository.is_private else "read"
        return Role(name, name)

    def label(self, name: str) -> Label | None:
        """The label of that name; GitHub's label names are case-insensitive."""
        wanted = name.casefold()
        return next((label for label in self.labels.values() if label.name.casefold() == wanted), None)

    def labels_of(self, issue: Issue) -> tuple[Label, ...]:
        """The issue's labels, those that still exist."""
        return tuple(self.labels[id_] for id_ in issue.labels if id_ in self.labels)

    def reviews_of(self, issue: Issue, viewer: str) -> list[Review]:
        """A pull request's reviews, oldest first; a pending one is seen by its author alone."""
        ids = issue.pull.reviews if issue.pull is not None else ()
        found = [self.reviews[id_] for id_ in ids]
        return [each for each in found if each.state != "PENDING" or each.author == viewer]

    def checks_on(self, oid: str) -> list[CheckRun]:
        """The check runs on a commit, superseded ones too, oldest first."""
        return [check for _, check in sorted(self.checks.items()) if check.oid == oid]

    def pulls(self) -> list[Issue]:
        """All pull requests, lowest number first."""
        return [issue for issue in self.issues.values() if issue.pull is not None]

    def rules_of(self, branch: str) -> list[BranchRules]:
        """The rules that hold for that branch."""
        return [rules for _, rules in sorted(self.rules.items()) if fnmatchcase(branch, rules.pattern)]

    def head_of(self, branch: str) -> str | None:
        """The commit at the tip of that branch."""
        return self.refs.get(f"refs/heads/{branch}")

    def latest_statuses(self, oid: str) -> Mapping[str, Status]:
        """The newest status of each context (case-folded) on that commit, in the order of first posting."""
        newest: dict[str, Status] = {}
        for status in self.statuses.get(oid, ()):
            newest[status.context.casefold()] = status
        return newest


def _bare(login: str) -> str:
    return login.casefold().removesuffix("[bot]")
