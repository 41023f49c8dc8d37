"""What machines report, and what administrators set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bugaction.sandbox.entities import BranchRules, CheckRun, Deployment, Release, Status, WorkflowRun
from bugaction.sandbox.operations import checks, deployments
from bugaction.sandbox.people.crowd import Crowd
from bugaction.sandbox.value import Value

__all__ = ["MachineDeeds"]


class MachineDeeds(Crowd):
    """What machines report, and what administrators set."""

    def set_status(
        self, who: str, oid: str, context: str, state: str = "success", description: str = "", url: str = ""
    ) -> Status:
        """Post a commit status."""
        with self._world.lock:
            return checks.set_status(
                self._act(who, "write"), oid, context, state, description or None, url or None
            )

    def finish_workflow(
        self,
        name: str,
        *,
        oid: str,
        branch: str,
        conclusion: str = "success",
        event: str = "push",
        path: str = "",
        jobs: Mapping[str, str] | None = None,
    ) -> WorkflowRun:
        """One of the repository's workflows ran and ended; `jobs` are its jobs' conclusions by name."""
        with self._world.lock:
            act = self._as(self._world.state.repository.owner)
            return checks.finish_workflow(
                act, name, oid=oid, branch=branch, conclusion=conclusion, event=event, path=path, jobs=jobs
            )

    def start_workflow(
        self,
        name: str,
        *,
        oid: str,
        branch: str,
        jobs: Iterable[str],
        event: str = "push",
        path: str = "",
    ) -> WorkflowRun:
        """One of the repository's workflows began: these jobs are in progress."""
        with self._world.lock:
            act = self._as(self._world.state.repository.owner)
            return checks.start_workflow(act, name, oid=oid, branch=branch, jobs=jobs, event=event, path=path)

    def end_workflow(self, run: WorkflowRun, jobs: Mapping[str, str]) -> WorkflowRun:
        """A workflow run that was in progress ended with these conclusions of its jobs."""
        with self._world.lock:
            return checks.end_workflow(self._as(run.actor), run.id, jobs)

    def rerun(self, who: str, run: WorkflowRun, jobs: Mapping[str, str]) -> WorkflowRun:
        """Somebody ran a workflow run again, and it ended with these conclusions."""
        with self._world.lock:
            return checks.rerun(self._act(who, "write"), run.id, jobs)

    def finish_suite(
        self, app: str, *, oid: str, branch: str, conclusion: str = "success", name: str = "checks"
    ) -> CheckRun:
        """An app other than Actions ended its checks on a commit."""
        with self._world.lock:
            act = self._act(f"{app}[bot]")
            return checks.finish_suite(act, oid=oid, branch=branch, conclusion=conclusion, name=name)

    def check_run(
        self,
        oid: str,
        name: str,
        conclusion: str | None = "success",
        *,
        app: str = "github-actions",
        status: str = "",
    ) -> CheckRun:
        """An app reported a check run; without a conclusion it is in progress, or as `status` says."""
        with self._world.lock:
            return checks.check_run(self._as(app), oid, name, conclusion, app=app, status=status)

    def complete_check(self, check: CheckRun, conclusion: str = "success") -> CheckRun:
        """A check run ended."""
        with self._world.lock:
            return checks.complete(self._as(check.app), check.id, conclusion)

    def deploy(
        self,
        who: str,
        ref: str,
        environment: str = "production",
        *,
        state: str = "success",
        description: str = "",
    ) -> Deployment:
        """Deploy a ref, and report how it went."""
        with self._world.lock:
            act = self._act(who, "write")
            made = deployments.create(act, ref, environment, description)
            return deployments.set_state(act, made.id, state, description)

    def report_deployment(self, who: str, deployment: Deployment, state: str) -> Deployment:
        """Report again how a deployment is: it failed after all, or it runs no more (`inactive`)."""
        with self._world.lock:
            return deployments.set_state(self._act(who, "write"), deployment.id, state)

    def release(
        self, who: str, tag: str, *, body: str = "", target: str = "", prerelease: bool = False
    ) -> Release:
        """Publish a release."""
        with self._world.lock:
            act = self._act(who, "write")
            return deployments.release(act, tag, body=body, target=target, prerelease=prerelease)

    def dispatch(self, who: str, inputs: Mapping[str, str], workflow: str = "bugaction.yml") -> None:
        """Start the workflow by hand, as "Run workflow" does."""
        with self._world.lock:
            act = self._act(who, "write")
            deployments.dispatch_workflow(act, workflow, act.state.repository.default_branch, inputs)

    def protect(
        self,
        who: str,
        pattern: str = "main",
        *,
        kind: str = "ruleset",
        pull_request: bool = False,
        approvals: int = 0,
        checks: Sequence[str | tuple[str, int | None]] = (),
        restricted: bool = False,
        merge_queue: bool = False,
        kept: bool = False,
        bypass: Iterable[str] = (),
    ) -> BranchRules:
        """Add rules for branches of that pattern; `kind` is "ruleset" or "classic" (branch protection)."""
        self._act(who, "admin")
        contexts = tuple((each, None) if isinstance(each, str) else each for each in checks)
        with self._world.change() as state:
            made = BranchRules(
                self._world.new_id(),
                pattern,
                kind,
                pull_request or approvals > 0,
                approvals,
                contexts,
                restricted,
                merge_queue,
                kept=kept,
                bypass=frozenset(bypass),
            )
            state.rules[made.id] = made
            return made

    def unprotect(self, who: str, rules: BranchRules) -> None:
        """Take rules away."""
        self._act(who, "admin")
        with self._world.change() as state:
            state.rules.pop(rules.id, None)

    def configure(self, who: str, **settings: Value) -> None:
        """Change settings of the repository: `is_archived`, `has_issues`, `actions_may_open_pulls`, …"""
        self._act(who, "admin")
        with self._world.change() as state:
            state.repository = replace(state.repository, **settings)
