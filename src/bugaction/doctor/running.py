"""Checks of what happens by itself: Actions on, the schedule alive, the budget, the token's own limits."""

from __future__ import annotations

import shlex
from datetime import timedelta

from bugaction.doctor.case import Case
from bugaction.doctor.facts import TokenKind, Unseen
from bugaction.doctor.finding import Check, Finding, Outcome, ok, problem, unseen, warning
from bugaction.doctor.words import code

__all__ = ["CHECKS"]

_GROUP = "Running"

_LATE = timedelta(hours=26)
"""The shipped schedule is hourly, and GitHub drops runs: 4.4 h late in the median over eight, and 12 h, were
seen (netcanon PR 419, open-multi-agent PR 557). A day without any is no bad luck any more."""

_LOW = 0.2
"""Share of an hour's budget below which a sweep may have to leave work."""


def _actions(case: Case) -> Finding:
    found = case.facts.actions
    if isinstance(found, Unseen):
        if isinstance(case.facts.states, tuple) and any(item.state == "active" for item in case.facts.states):
            return ok("Actions are on")
        return unseen("Whether Actions are on, and which may be used", found, case)
    path = shlex.quote(f"repos/{case.facts.repository}/actions/permissions")
    if not found.enabled:
        return problem(
            "Actions are off",
            "No workflow runs: nothing is looked at, and no gate is reported.",
            "Turn them on (Settings → Actions → General).",
            paste=(f"gh api --method PUT {path} -F enabled=true -f allowed_actions=all",),
        )
    chosen = shlex.quote(f"repos/{case.facts.repository}/actions/permissions/selected-actions")
    if found.allowed == "local_only":
        return problem(
            "Only actions of this repository's owner may be used",
            "GitHub ends every run of bugaction before it begins.",
            "Allow it beside the others (Settings → Actions → General → Allow select actions).",
            paste=(
                f"gh api --method PUT {path} -F enabled=true -f allowed_actions=selected",
                f"gh api --method PUT {chosen} -F github_owned_allowed=true -F verified_allowed=false "
                "-f 'patterns_allowed[]=bugaction/bugaction@*'",
            ),
        )
    if found.allowed == "selected":
        return ok(
            "Actions are on, and a list says which may be used",
            "`bugaction/bugaction@*` has to be on it (Settings → Actions → General).",
        )
    return ok("Actions are on")


_STATES = {
    "disabled_inactivity": "GitHub has disabled it, after 60 days without activity in the repository",
    "disabled_manually": "somebody has disabled it",
    "disabled_fork": "it is disabled because the repository is a fork",
}


def _schedule(case: Case) -> Finding:
    facts, own = case.facts, case.main
    if own is None or own.why_not:
        return ok("There is no schedule yet")
    if isinstance(facts.states, Unseen):
        return unseen("Whether the workflow is enabled", facts.states, case)
    state = next((item for item in facts.states if item.path == own.path), None)
    if state is not None and state.state in _STATES:
        return problem(
            f"{code(own.path)} does not run: {_STATES[state.state]}",
            "No event starts it, the schedule included: no clock is kept and no gate is reported.",
            "Enable it. In a public repository GitHub disables scheduled workflows after 60 days without "
            "activity.",
            paste=(f"gh workflow enable {shlex.quote(own.file)} --repo {case.repo}",),
        )
    if "schedule" not in own.triggers:
        return ok("There is no schedule to be late")
    if isinstance(facts.sweep, Unseen):
        return unseen("When the schedule last ran", facts.sweep, case)
    start = (f"gh workflow run {shlex.quote(own.file)} --repo {case.repo}",)
    if facts.sweep is None:
        if state is None or case.now - state.created_at <= _LATE:
            return ok(
                "The schedule has not run yet", "GitHub runs it within some hours; any event sweeps too."
            )
        return warning(
            "The schedule has never run",
            "Clocks are only noticed when something else happens.",
            "See whether the file is on the default branch, and run it once by hand.",
            paste=start,
        )
    age = case.now - facts.sweep.at
    if age > _LATE:
        return warning(
            f"The schedule last ran {age.days} day{'s' if age.days != 1 else ''} ago"
            if age.days
            else f"The schedule last ran {age.seconds // 3600} hours ago",
            "Clocks are only noticed when something else happens.",
            "GitHub drops scheduled runs when it is busy. Choose another minute than the full hour, and "
            "run it once by hand.",
            paste=start,
        )
    if facts.sweep.conclusion not in ("", "success"):
        return warning(
            f"The last scheduled run ended with {code(facts.sweep.conclusion)}",
            "What it had to look at waits for the next one.",
            "Its log says why.",
            paste=(f"gh run list --workflow {shlex.quote(own.file)} --event schedule --repo {case.repo}",),
        )
    return ok(f"The schedule ran at {facts.sweep.at:%Y-%m-%d %H:%M} UTC")


def _budget(case: Case) -> Finding:
    found = case.facts.budgets
    if isinstance(found, Unseen):
        return unseen("What is left of this hour's requests", found, case)
    low = [item for item in found if item.limit and item.remaining < item.limit * _LOW]
    if low:
        words = {"core": "REST requests", "graphql": "GraphQL points"}
        return warning(
            "Little is left of this hour's requests",
            "All workflows of a repository share one budget. A run that finds too little left writes "
            "statuses first and says what it left.",
            "Wait for the reset. If this is common, look for the workflow that spends it, or give "
            "bugaction a GitHub App's token, which has a budget of its own.",
            details=tuple(
                f"{item.remaining} of {item.limit} {words.get(item.resource, item.resource)} until "
                f"{item.resets_at:%H:%M} UTC"
                for item in low
            ),
        )
    return ok("Enough is left of this hour's requests")


_PARTS = (
    ("the labels", "labels"),
    ("the workflows and their runs", "states"),
    ("the checks and statuses of pull requests", "emitted"),
    ("the deployments", "deployed"),
    ("the rules of the default branch", "default"),
)


def _token(case: Case) -> Finding:
    facts = case.facts
    refused = []
    for words, name in _PARTS:
        part = getattr(facts, name)
        hidden = (
            (part.unseen if name == "default" and part is not None else part) if part is not None else None
        )
        if isinstance(hidden, Unseen) and not hidden.by_plan:
            needs = f" (it needs `{hidden.needs}`)" if hidden.needs else ""
            refused.append(f"{words}{needs}")
    whose = {
        TokenKind.WORKFLOW: "a job's own token",
        TokenKind.APP: f"the token of the App {code(facts.viewer.login)}",
        TokenKind.PERSON: f"the token of {code(facts.viewer.login)}",
    }[facts.token]
    if refused:
        return Finding(
            Outcome.WARNING,
            f"This is {whose}, and it may not read everything that bugaction reads",
            "What cannot be read is left out of these checks, and by a run with the same token too.",
            "Give the job the permissions of the shipped workflow, or use a token that has them.",
            details=tuple(refused),
            paste=("bugaction init",) if facts.token is TokenKind.WORKFLOW else (),
        )
    if facts.token is TokenKind.PERSON:
        return ok(f"This is {whose}")
    return ok(
        f"This is {whose}",
        "It reads what it has to. What it may write cannot be tried without writing: the workflow's "
        "`permissions:` say it. Settings that only an administrator sees are named above as such.",
    )


CHECKS = (
    Check("token", _GROUP, "The token reads what it has to", _token),
    Check("actions", _GROUP, "Actions are on", _actions),
    Check("schedule", _GROUP, "The schedule is alive", _schedule),
    Check("budget", _GROUP, "Enough requests are left", _budget),
)
"""The checks of this file, in the order in which they are told."""
