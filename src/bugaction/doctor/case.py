"""One repository on the table: the facts, and what several checks derive from them, once."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from bugaction.config import Loaded, load_file
from bugaction.doctor.facts import ACTIONS_APP, GITHUB_API, Facts
from bugaction.doctor.workflow_file import WorkflowFile, parse
from bugaction.policy import Mode, Policy

__all__ = ["MAIN", "RELAY", "Case", "open_case"]

MAIN = "bugaction.yml"
"""The shipped workflow that runs us."""

RELAY = "bugaction-reviews.yml"
"""The shipped workflow that tells of reviews of pull requests from forks."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a check is given. `policy` is the default one where the configuration is wrong. `workflows` are
    the repository's, by path; `main` is the one that runs us and `relay` the one that relays, None where
    there is none. `shipped` and `shipped_relay` are the same two as they are shipped.
    """

    facts: Facts
    now: datetime
    loaded: Loaded
    policy: Policy
    workflows: tuple[WorkflowFile, ...]
    main: WorkflowFile | None
    relay: WorkflowFile | None
    shipped: WorkflowFile
    shipped_relay: WorkflowFile

    @property
    def repo(self) -> str:
        """`owner/name` for a shell line."""
        return shlex.quote(self.facts.repository)

    @property
    def as_admin(self) -> str:
        """The line that asks again with an administrator's token, of this server."""
        where = token = ""
        if self.facts.api != GITHUB_API:
            where = f"GITHUB_API_URL={shlex.quote(self.facts.api)} "
            token = f" --hostname {shlex.quote(urlsplit(self.facts.server).hostname or '')}"
        return f"{where}GH_TOKEN=$(gh auth token{token}) bugaction doctor --repository {self.repo}"

    @property
    def acts_as_app(self) -> bool:
        """Whether our workflow is given a token of its own, such as a GitHub App's."""
        jobs = self.main.jobs if self.main is not None else ()
        return any(item.has_token for job in jobs for item in job.uses if item.is_ours)

    @property
    def source(self) -> int | None:
        """The app that reports the gates, None where it is one whose number is not known here."""
        return (self.facts.app or None) if self.acts_as_app else ACTIONS_APP

    @property
    def observes(self) -> bool:
        """Whether nothing is enforced yet: an unmet gate is green and says what it would have blocked."""
        return all(self.policy.mode_of(severity) is Mode.OBSERVE for severity in self.policy.severities)

    @property
    def is_empty(self) -> bool:
        """Whether the repository has no commit."""
        return self.facts.default is None

    @property
    def others(self) -> tuple[WorkflowFile, ...]:
        """The repository's workflows that are not ours."""
        return tuple(item for item in self.workflows if item is not self.main and item is not self.relay)

    @property
    def own_checks(self) -> frozenset[str]:
        """The names under which GitHub shows the jobs that run bugaction as checks.

        A job of a called workflow has the calling job's name in front of it
        (https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/troubleshooting-rules).
        """
        names = set()
        for item in (self.main, self.relay):
            for job in item.jobs if item is not None else ():
                called = self.shipped.jobs if job.calls and job.runs_us else ()
                names |= {f"{job.name} / {each.name}" for each in called} or {job.name}
        return frozenset(names)

    @property
    def has_queue(self) -> bool:
        """Whether the default branch is known to have a merge queue."""
        default = self.facts.default
        return self.facts.queue is True or (default is not None and "merge_queue" in default.kinds)

    @property
    def is_protected(self) -> bool | None:
        """Whether the default branch takes no commit but by a pull request; None where that is not seen."""
        return self.facts.default.protected if self.facts.default is not None else False


def open_case(facts: Facts, now: datetime) -> Case:
    """The facts with what the checks derive from them."""
    loaded = load_file(facts.config, facts.config_path, facts.extended)
    workflows = tuple(parse(file.path, file.text) for file in facts.workflows)
    main = next((item for item in workflows if item.file == MAIN), None)
    main = main or next((item for item in workflows if item.runs_us), None)
    relay = next((item for item in workflows if item.file == RELAY), None)
    return Case(
        facts=facts,
        now=now,
        loaded=loaded,
        policy=loaded.policy or Policy(),
        workflows=workflows,
        main=main,
        relay=relay,
        shipped=parse(f".github/workflows/{MAIN}", facts.scaffold.get(MAIN, "")),
        shipped_relay=parse(f".github/workflows/{RELAY}", facts.scaffold.get(RELAY, "")),
    )
