"""What the doctor looks at: a repository's settings, files and rules, as this token was shown them.

Frozen values that a test can write down. What GitHub refused to show is an `Unseen` in its place, so that no
check takes "not shown" for "not there".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bugaction.extended import Extended
from bugaction.model import Actor
from bugaction.snapshot import TextFile

__all__ = [
    "ACTIONS_APP",
    "ANY_APP",
    "GITHUB_API",
    "ActionsSettings",
    "BranchFacts",
    "Budget",
    "Classic",
    "Facts",
    "Required",
    "Rule",
    "Run",
    "TokenKind",
    "Unseen",
    "WorkflowState",
]

ACTIONS_APP = 15368
"""The id of the app GitHub Actions, which every workflow's own token acts as (seen in github/docs#21435)."""

ANY_APP = -1
"""Stands for "from any app" where classic protection names a source (OpenAPI, update branch protection)."""


GITHUB_API = "https://api.github.com"
"""The API of github.com; an enterprise server has its own."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """Something that this token was not shown. `why` is GitHub's answer, `needs` the permission that would do
    (`administration: read`, "" where that is not known). `by_plan`: the repository's plan does not have it.
    """

    why: str
    needs: str = ""
    by_plan: bool = False


class TokenKind(StrEnum):
    """Whose token it is: a job's own, a GitHub App's or a person's."""

    WORKFLOW = "workflow"
    APP = "app"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Required:
    """A context that has to pass. `source` is the id of the app that it has to come from, None for any."""

    context: str
    source: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """An active rule of a ruleset; `kind` is REST's `type`. `ruleset` is the ruleset's id, 0 if not told."""

    kind: str
    ruleset: int = 0
    required: tuple[Required, ...] = ()
    approvals: int = 0


@dataclass(frozen=True, slots=True)
class Classic:
    """Classic branch protection. `approvals` is None where no pull request is asked for."""

    required: tuple[Required, ...] = ()
    approvals: int | None = None


@dataclass(frozen=True, slots=True)
class BranchFacts:
    """A branch and what protects it. `classic` is None where nothing does in the classic way. `protected` is
    whether it takes no plain commit of ours, None where that cannot be told."""

    name: str
    rules: tuple[Rule, ...] | Unseen = ()
    classic: Classic | Unseen | None = None
    protected: bool | None = False

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of rules that were seen."""
        return frozenset(rule.kind for rule in self.rules) if isinstance(self.rules, tuple) else frozenset()

    @property
    def required(self) -> tuple[Required, ...]:
        """The required contexts that were seen, of rulesets and of classic protection."""
        rules = self.rules if isinstance(self.rules, tuple) else ()
        found = [item for rule in rules for item in rule.required]
        if isinstance(self.classic, Classic):
            found += self.classic.required
        return tuple(dict.fromkeys(found))

    @property
    def unseen(self) -> Unseen | None:
        """What was not shown of its protection, None where all was."""
        return next((part for part in (self.rules, self.classic) if isinstance(part, Unseen)), None)


@dataclass(frozen=True, slots=True)
class WorkflowState:
    """A workflow as Actions knows it; `state` is REST's (`active`, `disabled_inactivity`, …)."""

    path: str
    name: str
    state: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Run:
    """A workflow's run. `conclusion` is "" while it goes on."""

    at: datetime
    conclusion: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class ActionsSettings:
    """Whether Actions are on, and which ones may be used: `all`, `local_only`, `selected`, "" if not told."""

    enabled: bool
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """A primary rate limit of this token, an hour's: `resource` is `core` (REST requests) or `graphql`."""

    resource: str
    limit: int
    remaining: int
    resets_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the checks may look at.

    `default` is the default branch, None in an empty repository; `records` the records branch, None where
    there is none. `queue` is whether the default branch has a merge queue. `states` are the workflows that
    Actions knows, `sweep` the newest scheduled run of ours, None for none. `emitted` are the names that
    checks and statuses bore on the newest pull requests' heads. `deployed` are environments of deployments,
    `environments` those that are set up. `teams` are the teams that policy names, each with whether it was
    found. `private_reports` is whether vulnerabilities can be reported privately, None where nobody asked.
    `scaffold` are the shipped workflows, by file name. `app` is the number of the App that looks, 0 where it
    is none of one's own, or its number is not known.
    """

    owner: str
    name: str
    url: str
    viewer: Actor
    server: str = "https://github.com"
    api: str = GITHUB_API
    config_path: str = ".github/bugaction.yml"
    is_private: bool = False
    is_archived: bool = False
    is_fork: bool = False
    has_issues: bool = True
    forking_allowed: bool = True
    owner_is_organization: bool = True
    default: BranchFacts | None = None
    records: BranchFacts | None = None
    queue: bool | Unseen = False
    config: TextFile | None = None
    extended: Extended | None = None
    workflows: tuple[TextFile, ...] = ()
    forms: tuple[TextFile, ...] = ()
    labels: tuple[str, ...] | Unseen = ()
    states: tuple[WorkflowState, ...] | Unseen = ()
    sweep: Run | Unseen | None = None
    actions: ActionsSettings | Unseen = field(default_factory=lambda: ActionsSettings(enabled=True))
    may_open_pulls: bool | Unseen = True
    environments: tuple[str, ...] | Unseen = ()
    deployed: tuple[str, ...] | Unseen = ()
    teams: Mapping[str, bool] | Unseen = field(default_factory=dict)
    private_reports: bool | Unseen | None = None
    emitted: frozenset[str] | Unseen = frozenset()
    budgets: tuple[Budget, ...] | Unseen = ()
    scaffold: Mapping[str, str] = field(default_factory=dict)
    app: int = 0

    @property
    def repository(self) -> str:
        """`owner/name`."""
        return f"{self.owner}/{self.name}"

    @property
    def token(self) -> TokenKind:
        """Whose token it is, by the login that GitHub shows for it."""
        if not self.viewer.is_bot:
            return TokenKind.PERSON
        return TokenKind.WORKFLOW if self.viewer.is_same("github-actions[bot]") else TokenKind.APP
