"""Checks of the workflow files: present, current, complete, pinned, with the permissions that they need."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bugaction.doctor.case import RELAY, Case
from bugaction.doctor.facts import Unseen
from bugaction.doctor.finding import Check, Finding, ok, problem, unseen, warning
from bugaction.doctor.words import code, listed
from bugaction.doctor.workflow_file import JobFacts, WorkflowFile, matches_name
from bugaction.escaping import plain

__all__ = ["CHECKS"]

_GROUP = "Workflows"
_INIT = "Run `bugaction init`: it writes what is missing and shows what it would change."

_LEVELS = ("none", "read", "write")


def _absent(case: Case) -> Finding:
    return problem(
        f"No workflow of {code(case.facts.default.name if case.facts.default else 'this repository')} runs "
        "bugaction",
        "Nothing looks at bugs and no gate is ever reported: a required gate would hold every merge for "
        "ever.",
        _INIT,
        paste=("bugaction init",),
    )


def _files(case: Case) -> Finding:
    if case.main is None:
        return _absent(case)
    broken = [item for item in (case.main, case.relay) if item is not None and item.why_not]
    if broken:
        return problem(
            "A workflow of ours cannot be read",
            "GitHub starts no run for a workflow file that is not valid.",
            _INIT,
            details=tuple(f"{code(item.path)}: {item.why_not}" for item in broken),
            paste=("bugaction init",),
        )
    if case.relay is None:
        return problem(
            f"`.github/workflows/{RELAY}` is missing",
            "A review of a pull request from a fork runs with a token that can only read; without the "
            "relay the gates hear of it once an hour.",
            _INIT,
            paste=("bugaction init",),
        )
    return ok(f"`{case.main.path}` and `{case.relay.path}` are there")


_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.IGNORECASE)


def _pin(case: Case) -> Finding:
    if case.main is None or case.main.why_not:
        return ok("There is nothing to pin yet")
    uses = [item for job in case.main.jobs for item in job.uses if item.is_ours]
    placeholders = [item.name for item in uses if item.revision == "<commit>"]
    loose = [item.name for item in uses if item.revision and not _SHA.fullmatch(item.revision)]
    called = sorted({job.calls for job in case.main.jobs if job.calls})
    if not uses and called:
        return warning(
            f"{code(case.main.path)} calls {listed(called)}, which is not looked into",
            "What runs there, at which commit and with which permissions is decided by another repository.",
            "See there that bugaction is pinned to the full SHA of a commit, and that each job takes the "
            "permissions of the shipped one; or let `bugaction init --reusable` write a call of bugaction's "
            "own.",
        )
    if not uses:
        return problem(
            f"{code(case.main.path)} has no step that runs bugaction",
            "The workflow runs and does nothing.",
            _INIT,
            paste=("bugaction init",),
        )
    if placeholders:
        return problem(
            f"{code(case.main.path)} still holds the placeholder `<commit>`",
            "GitHub cannot find an action by it, so every run ends before it begins.",
            "Put the full SHA of the commit of bugaction that you have read in its place, in each line "
            "`uses:`.",
            paste=("git ls-remote https://github.com/bugaction/bugaction HEAD",),
        )
    if loose:
        return warning(
            f"bugaction is used by a name that can be moved: {listed(sorted(set(loose)))}",
            "A tag or branch can be pointed at other code, which would then run with this workflow's token "
            "(CVE-2025-30066 was that).",
            "Pin it to the full SHA of a commit, and keep the tag as a comment behind it.",
            paste=("git ls-remote https://github.com/bugaction/bugaction",),
        )
    if len({item.name for item in uses}) > 1:
        return warning(
            f"The jobs use different revisions: {listed(sorted({item.name for item in uses}))}",
            "One job may write what the other does not understand.",
            "Use the same SHA in each line `uses:`.",
        )
    return ok("bugaction is pinned to a commit")


_ESSENTIAL = (
    "issues",
    "issue_comment",
    "pull_request_target",
    "schedule",
    "workflow_dispatch",
    "workflow_run",
)


def _missing_triggers(own: WorkflowFile, shipped: WorkflowFile) -> Iterator[tuple[str, str]]:
    """Event and what is missing of it."""
    for event in shipped.triggers:
        if event not in own.triggers:
            yield event, f"`{event}` is missing"
            continue
        lacking = sorted(shipped.types(event) - own.types(event)) if own.types(event) else []
        if event == "pull_request_target" and not own.types(event):
            lacking = sorted(shipped.types(event) - {"opened", "synchronize", "reopened"})
        if lacking:
            yield event, f"`{event}` lacks the types {', '.join(f'`{name}`' for name in lacking)}"


def _filtered(own: WorkflowFile) -> list[str]:
    """Events of pull requests that a path or branch filter may keep from being told."""
    return [
        f"`{event}` is filtered by `{key}`"
        for event in ("pull_request_target", "merge_group")
        for key in ("paths", "paths-ignore", "branches", "branches-ignore")
        if key in own.triggers.get(event, {})
    ]


def _triggers(case: Case) -> Finding:
    if case.main is None or case.main.why_not:
        return ok("There are no triggers to compare yet")
    missing = [
        (event, words)
        for event, words in _missing_triggers(case.main, case.shipped)
        if event != "merge_group" or case.main.triggers.get(event) is not None
    ]
    if case.relay is not None and not case.relay.why_not:
        missing += [
            (event, f"{words} in `{case.relay.path}`")
            for event, words in _missing_triggers(case.relay, case.shipped_relay)
        ]
    filtered = _filtered(case.main)
    if filtered:
        return problem(
            "A filter keeps pull requests from the gates",
            "For a pull request that the filter leaves out no gate is ever reported, and a required one then "
            "waits for ever.",
            f"Take the filter out of {code(case.main.path)}.",
            details=tuple(filtered),
        )
    if not missing:
        return ok("Every event that bugaction listens to starts it")
    grave = any(event in _ESSENTIAL for event, _ in missing)
    return (problem if grave else warning)(
        f"{code(case.main.path)} does not listen to everything",
        "What no event tells is noticed by the hourly sweep at the earliest, or never.",
        _INIT,
        details=tuple(words for _, words in missing),
        paste=("bugaction init",),
    )


def _queue(case: Case) -> Finding:
    if case.main is None or case.main.why_not:
        return ok("There is no workflow to start from the merge queue yet")
    default = case.facts.default
    hidden = case.facts.queue if isinstance(case.facts.queue, Unseen) else None
    listens = "merge_group" in case.main.triggers
    if not case.has_queue:
        if hidden is not None and default is not None and default.unseen is not None and not listens:
            return unseen("Whether there is a merge queue", hidden, case)
        return ok("There is no merge queue")
    deaf = [
        item
        for item in case.others
        if "merge_group" not in item.triggers
        and default is not None
        and {job.name for job in item.jobs} & {required.context for required in default.required}
    ]
    if not listens:
        return problem(
            f"There is a merge queue, and {code(case.main.path)} does not listen to `merge_group`",
            "The queue waits for the gates on each group it makes, nobody reports them, and every merge "
            "fails when its time is over.",
            "Add the trigger.",
            paste=("on:", "  merge_group:", "    types: [checks_requested]"),
        )
    if deaf:
        return problem(
            f"Required checks do not run in the merge queue: {listed([item.path for item in deaf])}",
            "The queue waits for them on each group, and every merge fails when its time is over.",
            "Add the trigger to those workflows.",
            paste=("on:", "  merge_group:"),
        )
    return ok("The merge queue starts the gates")


def _job_like(own: WorkflowFile, shipped: JobFacts) -> JobFacts | None:
    """The job that stands for a shipped one: of the same id, or the only one that runs us.

    A job that calls a workflow stands for all jobs of that: they may do less than it may, never more
    (https://docs.github.com/actions/reference/workflows-and-actions/reusing-workflow-configurations).
    """
    ours = [job for job in own.jobs if job.runs_us] or [job for job in own.jobs if job.calls]
    named = next((job for job in ours if job.id == shipped.id), None)
    return named or (ours[0] if len(ours) == 1 else None)


def _level(text: str) -> int:
    return _LEVELS.index(text) if text in _LEVELS else 0


def _wanted(case: Case, own: WorkflowFile) -> tuple[list[tuple[JobFacts, dict[str, str]]], list[str]]:
    """What each job of ours has to hold, and the shipped jobs that none stands for. A job that stands for
    several holds what any of them does."""
    wanted: dict[str, tuple[JobFacts, dict[str, str]]] = {}
    missing = []
    for shipped in case.shipped.jobs:
        job = _job_like(own, shipped)
        if job is None:
            missing.append(shipped.id)
            continue
        _, held = wanted.setdefault(job.id, (job, {}))
        for key, level in (shipped.permissions or {}).items():
            held[key] = max(held.get(key, "none"), level, key=_level)
    return list(wanted.values()), missing


def _little(job: JobFacts, wanted: Mapping[str, str]) -> list[str]:
    """The permissions that it lacks; none where the repository's default decides."""
    if job.permissions is None:
        return []
    return [
        f"the job {code(job.id)} lacks `{key}: {level}`"
        for key, level in wanted.items()
        if _level(level) > _level(job.level(key))
    ]


def _spare(job: JobFacts, wanted: Mapping[str, str]) -> list[str]:
    """What it may beyond what it needs."""
    if job.permissions is None:
        return [f"the job {code(job.id)} names no permissions, so the repository's default decides"]
    if "*" in job.permissions:
        return [f"the job {code(job.id)} has `{job.permissions['*']}-all`"]
    return [
        f"the job {code(job.id)} has {code(f'{key}: {level}')} and needs {wanted.get(key, 'none')}"
        for key, level in job.permissions.items()
        if _level(level) > _level(wanted.get(key, "none"))
    ]


def _permissions(case: Case) -> Finding:
    if case.main is None or case.main.why_not:
        return ok("There are no permissions to compare yet")
    wanted, missing = _wanted(case, case.main)
    lacking = [f"the job `{name}` is missing" for name in missing]
    lacking += [words for job, held in wanted for words in _little(job, held)]
    spare = [words for job, held in wanted for words in _spare(job, held)]
    if not lacking and not spare:
        return ok("Each job has the permissions that it needs, and no others")
    wrong = [(job, held) for job, held in wanted if _little(job, held) or _spare(job, held)]
    lines = ["jobs:"]
    for job, held in wrong:
        lines += [f"  {plain(job.id, 100)}:", "    permissions:"]
        lines += [f"      {key}: {level}" for key, level in held.items()]
    paste = ("bugaction init",) if missing else tuple(lines)
    if lacking:
        return problem(
            f"{code(case.main.path)} lacks permissions",
            "What needs one is left out, and a gate that rests on it never turns green. The reference "
            "`docs/reference/permissions.md` says which feature needs which.",
            "Grant each job what the shipped workflow grants it.",
            details=(*lacking, *spare),
            paste=paste,
        )
    return warning(
        f"{code(case.main.path)} grants more than is needed",
        "A permission that is not needed only serves whoever takes the workflow over.",
        "Grant each job what the shipped workflow grants it.",
        details=tuple(spare),
        paste=paste,
    )


def _awaited(case: Case) -> Finding:
    own = case.main
    if own is None or own.why_not:
        return ok("No workflow is waited for yet")
    known = [item.shown for item in case.workflows if not item.why_not]
    idle = [name for name in own.names() if not any(matches_name(name, item) for item in known)]
    relay = case.shipped_relay.name
    wanted = [item for item in case.others if item.is_awaited and not item.why_not]
    left = [item.shown for item in wanted if not any(matches_name(name, item.shown) for name in own.names())]
    if case.relay is not None and not any(matches_name(name, case.relay.shown) for name in own.names()):
        left.append(case.relay.shown)
    if any(matches_name(name, own.shown) for name in own.names()):
        return problem(
            f"{code(own.path)} waits for its own end",
            "Each run would start the next one.",
            f"Take {code(own.shown)} out of `workflow_run.workflows`.",
        )
    details = tuple(f"{code(name)} is not waited for" for name in left)
    details += tuple(f"{code(name)} is waited for, and is the name of no workflow" for name in idle)
    if not details:
        return ok("The end of every workflow that tests or deploys is heard")
    keep = [relay, *sorted({item.shown for item in wanted})]
    lines = tuple(f"      - {_yaml(name)}" for name in dict.fromkeys(keep))
    grave = bool(left)
    return warning(
        "The workflows that bugaction waits for are not those of the repository"
        if grave
        else "bugaction waits for workflows that do not exist",
        "A gate that waits for a check, or for a deployment that a workflow made, looks again by "
        "`/recheck` and "
        "once an hour only.",
        f"Name them in {code(own.path)}, as their own `name:` says them.",
        details=details,
        paste=("on:", "  workflow_run:", "    workflows:", *lines, "    types: [completed]"),
    )


_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9 ._/-]*[A-Za-z0-9]|[A-Za-z]")


def _yaml(name: str) -> str:
    """A workflow's name as the pattern that means it, in YAML."""
    pattern = re.sub(r"([\\*?+\[\]!])", r"\\\1", plain(name, 200))
    if _PLAIN_NAME.fullmatch(pattern):
        return pattern
    return "'" + pattern.replace("'", "''") + "'"


CHECKS = (
    Check("files", _GROUP, "The workflows are there", _files),
    Check("pin", _GROUP, "bugaction is pinned to a commit", _pin),
    Check("triggers", _GROUP, "Every event is listened to", _triggers),
    Check("merge-queue", _GROUP, "The merge queue starts the gates", _queue),
    Check("workflow-run", _GROUP, "The end of tests and deployments is heard", _awaited),
    Check("job-permissions", _GROUP, "The jobs have the permissions that they need", _permissions),
)
"""The checks of this file, in the order in which they are told."""
