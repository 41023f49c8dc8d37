"""Checks of what protects the branches: the gate is required, from its source, and nothing waits for ever."""

from __future__ import annotations

import shlex

from bugaction.doctor.case import Case
from bugaction.doctor.facts import ACTIONS_APP, ANY_APP, Unseen
from bugaction.doctor.finding import Check, Finding, ok, problem, unseen, warning
from bugaction.doctor.words import code, listed, required_check, ruleset
from bugaction.policy import CheckReport, Delivery
from bugaction.records import RECORDS_BRANCH
from bugaction.review import CheckKind
from bugaction.verdicts import CONTEXTS, ROLLUP

__all__ = ["CHECKS"]

_GROUP = "Protection"
_DEFAULT = "~DEFAULT_BRANCH"


def _is_ours(context: str) -> bool:
    return context.casefold().startswith("bugaction/")


def _plan(case: Case) -> Finding:
    hidden = case.facts.default.unseen if case.facts.default is not None else None
    if hidden is None or not hidden.by_plan:
        return ok("Branches can be protected here")
    return problem(
        "This private repository is on a plan without branch protection",
        "The gates are shown on each pull request, and nothing holds a merge while they are red.",
        "Make the repository public, or move its owner to a plan that has rulesets (GitHub Pro, Team or "
        "Enterprise). Until then the team has to keep to the gates by itself.",
        paste=(f"gh repo edit {case.repo} --visibility public --accept-visibility-change-consequences",),
    )


def _gate(case: Case) -> Finding:
    default = case.facts.default
    if default is None:
        return ok("There is no branch to protect yet")
    if any(item.context.casefold() == ROLLUP for item in default.required):
        return ok(f"`{ROLLUP}` is required on {code(default.name)}")
    hidden = default.unseen
    if hidden is not None and hidden.by_plan:
        return ok("No context can be required on this plan")
    if hidden is not None:
        return unseen(f"Whether `{ROLLUP}` is required on {code(default.name)}", hidden, case)
    judge = warning if case.observes else problem
    return judge(
        f"`{ROLLUP}` is not required on {code(default.name)}",
        "A red gate holds no merge."
        + (
            " While bugaction only observes that is as it should be; require it before you enforce."
            if case.observes
            else ""
        ),
        "Require it by a ruleset, once every open pull request has been answered (run the workflow by hand "
        "once).",
        paste=_pinned(case),
    )


def _pinned(case: Case) -> tuple[str, ...]:
    """The lines that require the gate from the app that reports it."""
    return ruleset(case.facts.repository, "bugaction", _DEFAULT, [required_check(ROLLUP, case.source)])


def _contexts(case: Case) -> Finding:
    default = case.facts.default
    if default is None or not default.required:
        hidden = default.unseen if default is not None else None
        if hidden is not None and not hidden.by_plan:
            return unseen("Which contexts are required", hidden, case)
        return ok("No context is required")
    grave: list[str] = []
    light: list[str] = []
    jobs = {job.name for item in case.workflows for job in item.jobs}
    ours = case.own_checks
    emitted = case.facts.emitted
    for name in (item.context for item in default.required):
        if name.casefold() in CONTEXTS:
            if name.casefold() != ROLLUP and case.policy.checks.report is not CheckReport.EACH:
                where = "nowhere" if case.policy.checks.report is CheckReport.ROLLUP else "on bug fixes alone"
                grave.append(
                    f"{code(name)} is reported {where} (`checks.report: {case.policy.checks.report}`)"
                )
        elif _is_ours(name):
            grave.append(
                f"{code(name)} is no context of bugaction; it reports "
                f"{', '.join(f'`{each}`' for each in CONTEXTS)}"
            )
        elif name in ours:
            grave.append(
                f"{code(name)} is a job that runs bugaction, not a gate: it is skipped for most events, "
                "and green then"
            )
        elif name not in jobs and isinstance(emitted, frozenset) and emitted and name not in emitted:
            light.append(
                f"{code(name)} was reported on none of the newest pull requests, and is the name of no job"
            )
    if not grave and not light:
        return ok("Every required context is reported")
    fix = (
        f"Require `{ROLLUP}` alone of ours, and take the others out of the rule (Settings → Rules, or "
        "Branches)."
        if grave
        else "Take what nobody reports any more out of the rule (Settings → Rules, or Branches)."
    )
    return (problem if grave else warning)(
        "Contexts are required that are not reported on every pull request",
        "GitHub waits for a required context for ever: “Expected — Waiting for status to be reported”.",
        fix,
        details=(*grave, *light),
        paste=(f"gh api {shlex.quote(f'repos/{case.facts.repository}/rules/branches/{default.name}')}",),
    )


def _watched(case: Case) -> Finding:
    lists = (case.policy.checks.watch, *(item.watch for item in case.policy.severities.values()))
    named = tuple(dict.fromkeys(name for part in lists if isinstance(part, tuple) for name in part))
    if not named:
        return ok("The fix gate watches what the branch requires, or everything")
    emitted = case.facts.emitted
    if not isinstance(emitted, frozenset):
        return unseen(f"Whether {listed(named)} is reported", emitted, case)
    jobs = {job.name for item in case.workflows for job in item.jobs}
    gone = [name for name in named if emitted and name not in emitted and name not in jobs]
    if not gone:
        return ok("Every check that the fix gate watches is reported")
    return warning(
        f"The fix gate watches {listed(gone)}, which none of the newest pull requests was given",
        "A watched check that does not report holds every fix.",
        f"Correct `checks.watch`, or the `watch` of a severity; reported are {listed(sorted(emitted))}.",
    )


def _source(case: Case) -> Finding:
    default = case.facts.default
    found = [item for item in (default.required if default else ()) if item.context.casefold() == ROLLUP]
    if not found:
        return ok("There is no required gate to pin yet")
    sources = {item.source for item in found if item.source is not None and item.source != ANY_APP}
    if not sources:
        return warning(
            f"`{ROLLUP}` is required from any source",
            "Anybody who may push can post that status by hand, or with a token of their own, and merge.",
            "Pin it to the app that reports it: to GitHub Actions (15368), or to your own App where the "
            "workflow is given one's token. Then delete the rule that asks for it from anybody.",
            paste=ruleset(
                case.facts.repository, "bugaction", _DEFAULT, [required_check(ROLLUP, case.source)]
            ),
        )
    strange = sorted(source for source in sources if source != ACTIONS_APP)
    if strange and case.source not in (None, ACTIONS_APP, *strange):
        return problem(
            f"`{ROLLUP}` has to come from app {strange[0]}, and the workflow acts as app {case.source}",
            "What another app reports does not count, so the gate never turns green for GitHub.",
            f"Pin the context to app {case.source}, or give the step the other App's id and key.",
            paste=ruleset(
                case.facts.repository, "bugaction", _DEFAULT, [required_check(ROLLUP, case.source)]
            ),
        )
    if strange and not case.acts_as_app:
        return problem(
            f"`{ROLLUP}` has to come from app {strange[0]}, and the workflow acts as GitHub Actions",
            "What another app reports does not count, so the gate never turns green for GitHub.",
            "Give the step the App's token (the inputs `app-id` and `app-private-key`, or `token`), or pin "
            "the context to GitHub Actions (15368).",
            paste=ruleset(
                case.facts.repository, "bugaction", _DEFAULT, [required_check(ROLLUP, case.source)]
            ),
        )
    if ACTIONS_APP in sources and case.acts_as_app:
        return problem(
            f"`{ROLLUP}` has to come from GitHub Actions, and the workflow is given another token",
            "What another app reports does not count, so the gate never turns green for GitHub.",
            "Pin the context to the App whose token the workflow uses"
            + (f" ({case.source})." if case.source else ": the App ID on its settings page."),
            paste=(f"gh api {shlex.quote(f'repos/{case.facts.repository}/rulesets')}",),
        )
    if ACTIONS_APP in sources:
        return ok(
            f"`{ROLLUP}` has to come from GitHub Actions",
            "Every workflow of the repository acts as that app: whoever may push a workflow can still "
            "forge the gate. Only a GitHub App of your own, whose key no workflow of others holds, closes "
            "that.",
        )
    return ok(f"`{ROLLUP}` has to come from an App of your own")


def _reports(case: Case) -> Finding:
    if case.policy.checks.kind is CheckKind.STATUS:
        return ok("The gates are reported as commit statuses")
    if case.acts_as_app:
        return ok("The gates are reported as check runs of your App", "It needs `checks: write`.")
    return warning(
        "`checks.kind: check-run` takes a GitHub App of your own, and the workflow acts as GitHub Actions",
        "The gates are reported as commit statuses instead.",
        "Give each step that runs bugaction the inputs `app-id` and `app-private-key`, or take the line out.",
        paste=("checks:", "  kind: status"),
    )


def _delivery(case: Case) -> Finding:
    chosen, protected = case.policy.documents.delivery, case.is_protected
    if case.is_empty:
        return ok("There is no branch to deliver documents to yet")
    if chosen is Delivery.COMMIT and protected and case.acts_as_app:
        return ok(
            "Documents are committed to the default branch, by your App",
            "Its rules have to let the App through, which GitHub shows no token; what they refuse goes to "
            f"`{RECORDS_BRANCH}`.",
        )
    if chosen is Delivery.COMMIT and protected:
        return problem(
            "`documents.delivery: commit` does not go with the rules of the default branch",
            "GitHub refuses each commit of a document, and it goes to the records branch instead.",
            "Let bugaction choose, or name the branch.",
            paste=("documents:", "  delivery: auto"),
        )
    if protected is None and chosen is not Delivery.BRANCH:
        hidden = case.facts.default.unseen if case.facts.default is not None else None
        if hidden is not None and not hidden.by_plan:
            return unseen("Whether the default branch takes documents", hidden, case)
    if chosen is Delivery.BRANCH or protected:
        return ok(
            f"Documents are committed to `{RECORDS_BRANCH}`, and brought to the default branch by pull "
            "requests"
        )
    return ok("Documents are committed to the default branch")


def _records(case: Case) -> Finding:
    records = case.facts.records
    if case.is_empty:
        return ok("There is no commit yet, and so no records branch")
    if records is None and case.main is None:
        return ok(f"`{RECORDS_BRANCH}` comes with the first event that has a bug in it")
    if records is None:
        return warning(
            f"There is no branch `{RECORDS_BRANCH}` yet",
            "Decisions are recorded there. The first event that has a bug in it makes it; where it was there "
            "before, `start-records` begins anew.",
            "Run the workflow once by hand.",
            paste=(
                f"gh workflow run {shlex.quote(case.main.file if case.main else 'bugaction.yml')} --repo "
                f"{case.repo}",
            ),
        )
    if records.protected:
        return problem(
            f"The rules of `{RECORDS_BRANCH}` refuse our commits",
            "No decision can be recorded, and no gate turns green on one that is not.",
            "Leave the branch out of the rule: exclude `refs/heads/bugaction/**` (Settings → Rules).",
            details=tuple(f"a rule of the kind {code(kind)} holds for it" for kind in sorted(records.kinds)),
            paste=(
                f"gh api {shlex.quote(f'repos/{case.facts.repository}/rules/branches/{RECORDS_BRANCH}')}",
            ),
        )
    if isinstance(records.rules, Unseen):
        if records.rules.by_plan:
            return ok(f"`{RECORDS_BRANCH}` takes our commits")
        return unseen(f"What protects `{RECORDS_BRANCH}`", records.rules, case)
    open_to = [words for kind, words in _LOSSES if kind not in records.kinds]
    if open_to and records.classic is None:
        return warning(
            f"`{RECORDS_BRANCH}` can be {' and '.join(open_to)}",
            "With it the decisions are gone. Under `enforce` the gates are then undecided until it is back.",
            "Forbid it by a ruleset; our own commits only ever add to the branch.",
            paste=ruleset(
                case.facts.repository,
                "bugaction records",
                f"refs/heads/{RECORDS_BRANCH}",
                [{"type": kind} for kind, _ in _LOSSES],
            ),
        )
    return ok(f"`{RECORDS_BRANCH}` takes our commits and cannot be lost")


_LOSSES = (("deletion", "deleted"), ("non_fast_forward", "rewritten"))


def _pulls(case: Case) -> Finding:
    allowed, chosen = case.facts.may_open_pulls, case.policy.documents.delivery
    if case.acts_as_app:
        return ok("The workflow's App opens pull requests by its own permissions")
    if isinstance(allowed, Unseen):
        return unseen("Whether Actions may open pull requests", allowed, case)
    if allowed:
        return ok("Actions may open pull requests")
    if chosen is not Delivery.BRANCH and case.is_protected is False:
        return ok(
            "Actions may open no pull requests, and documents need none here",
            "`/rollback` offers a link then, by which a person opens its pull request.",
        )
    return warning(
        "Actions may open no pull requests (“Allow GitHub Actions to create and approve pull requests” is "
        "off)",
        "The documents of a bug wait on their branch until a person opens the pull request by the link in "
        "its comment; `/rollback` offers a link as well.",
        "Turn the setting on (Settings → Actions → General), if your rules for people allow it: it lets "
        "workflows approve as well. An organisation may have it locked.",
        paste=(
            "gh api --method PUT "
            f"{shlex.quote(f'repos/{case.facts.repository}/actions/permissions/workflow')} "
            "-F can_approve_pull_request_reviews=true",
        ),
    )


def _reviews(case: Case) -> Finding:
    default = case.facts.default
    senior, severities = case.policy.people.senior, case.policy.severities
    asking = [str(severity) for severity, item in severities.items() if item.senior_approval]
    if asking and senior.role is None and not senior.logins and not senior.teams:
        return problem(
            f"Nobody belongs to the senior group, and {', '.join(asking)} ask for its approval",
            "Their fixes can only be merged past the gate.",
            "Name a role, people or teams.",
            paste=("people:", "  senior:", "    role: maintain"),
        )
    if asking and not case.facts.owner_is_organization and not senior.logins and not senior.teams:
        return warning(
            f"Only the owner belongs to the senior group, and {', '.join(asking)} ask for its approval",
            "A repository of a person has no roles but the owner's and its collaborators', who write. Nobody "
            "can approve the owner's own fixes.",
            "Name the people who may.",
            paste=("people:", "  senior:", "    logins: [LOGIN]"),
        )
    rules = default.rules if default is not None and isinstance(default.rules, tuple) else ()
    asked = max((rule.approvals for rule in rules), default=0)
    most = max((item.approvals for item in severities.values()), default=0)
    if asked > most:
        return ok(
            "The senior group can approve",
            f"The branch asks for {asked} approvals, the fix gate for {most} at the most: both have to hold.",
        )
    return ok("The senior group can approve")


CHECKS = (
    Check("plan", _GROUP, "Branches can be protected", _plan),
    Check("gate-required", _GROUP, "The gate is required", _gate),
    Check("required-contexts", _GROUP, "What is required is reported", _contexts),
    Check("watched-checks", _GROUP, "What the fix gate watches is reported", _watched),
    Check("source", _GROUP, "The gate cannot be forged from elsewhere", _source),
    Check("check-kind", _GROUP, "The gates are reported as they are meant to be", _reports),
    Check("reviews", _GROUP, "Somebody senior can approve", _reviews),
    Check("delivery", _GROUP, "Documents can be delivered", _delivery),
    Check("pull-requests", _GROUP, "Actions may open pull requests", _pulls),
    Check("records", _GROUP, "Decisions can be recorded, and not be lost", _records),
)
"""The checks of this file, in the order in which they are told."""
