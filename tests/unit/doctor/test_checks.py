"""Each check: a repository in which it holds, and each way in which it does not, with the fix it names."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from datetime import timedelta

import pytest

from bugaction.doctor import CHECKS, Outcome, diagnose
from bugaction.doctor.facts import (
    ACTIONS_APP,
    ANY_APP,
    ActionsSettings,
    BranchFacts,
    Budget,
    Classic,
    Required,
    Rule,
    Run,
    Unseen,
    WorkflowState,
)
from bugaction.extended import Extended
from bugaction.gates import GATES
from bugaction.model import Actor
from bugaction.snapshot import TextFile
from tests.unit.doctor.healthy import (
    CI,
    FORM,
    GATE,
    JOB,
    MAIN,
    MAIN_TEXT,
    NOW,
    RECORDS_RULES,
    RELAY,
    SCAFFOLD,
    SHA,
    caller,
    facts,
    finding,
    main,
    workflow,
)

HIDDEN = Unseen("Resource not accessible by integration", "administration: read")
PLAN = Unseen("Upgrade to GitHub Pro or make this repository public to enable this feature.", by_plan=True)
PUBLIC_LABELS = ("P0", "P1", "P2", "P3", "bug", "security")
OK, WARNING, PROBLEM, UNKNOWN = Outcome.OK, Outcome.WARNING, Outcome.PROBLEM, Outcome.UNKNOWN


def config(*lines: str) -> TextFile:
    """A configuration with a literal beginning, and these lines."""
    return TextFile(".github/bugaction.yml", "\n".join(("version: 1", "since: 2026-11-01T09:00:00Z", *lines)))


def branch(*rules: Rule, name: str = "main", **more: object) -> BranchFacts:
    """A branch with these rules."""
    return replace(BranchFacts(name, rules), **more)  # type: ignore[arg-type]


def required(*contexts: str, source: int | None = ACTIONS_APP) -> Rule:
    """A rule that requires contexts from one source."""
    return Rule("required_status_checks", 1, tuple(Required(context, source) for context in contexts))


OF_PULLS = MAIN_TEXT[MAIN_TEXT.index("  pull_request_target:\n") : MAIN_TEXT.index("  merge_group:\n")]
"""The trigger with its types; without them GitHub takes three."""


def form(old: str, new: str) -> tuple[TextFile, ...]:
    """The bug form with a text replaced."""
    assert old in FORM
    return (TextFile(".github/ISSUE_TEMPLATE/bug.yml", FORM.replace(old, new)),)


def budget(remaining: int) -> tuple[Budget, ...]:
    return (Budget("core", 1000, 900, NOW), Budget("graphql", 1000, remaining, NOW))


def state(name: str, days: int = 9) -> tuple[WorkflowState, ...]:
    return (WorkflowState(MAIN, "bugaction", name, NOW - timedelta(days=days)),)


ONE_JOB = (
    f"jobs: {{all: {{permissions: {{contents: write}}, steps: [{{uses: bugaction/bugaction@{SHA}}}]}}}}\n"
)
ELSEWHERE = ("bugaction/bugaction/.github/workflows/respond.yml", "octo/.github/.github/workflows/bugs.yml")
SETUP = TextFile(
    ".github/workflows/lint.yml",
    "on: pull_request\njobs: {lint: {steps: [{uses: ./.github/actions/setup}, {run: make lint}]}}\n",
)
QUEUE = Rule("merge_queue", 3)
LEADS = config("people: {senior: {teams: [octo/leads]}}")
KEY_STEPS = (
    (
        "          records: defer\n",
        "          records: defer\n          app-id: ${{ vars.APP }}\n          app-private-key: ${{ secrets.K }}\n",  # noqa: E501
    ),
)
APP_STEPS = (
    ("        id: gates\n", "        id: gates\n"),
    (
        "          records: defer\n",
        "          records: defer\n          token: ${{ steps.app.outputs.token }}\n",
    ),
)
NO_TRIGGER = "  merge_group:\n    types: [checks_requested]\n"
ROLLBACK = config("deployment: {rollback-workflow: back.yml}")

# check, what is changed, the outcome, a text of what is found or of its details, a text of the fix or of what
# is to be pasted
ROWS: tuple[tuple[str, dict[str, object], Outcome, str, str], ...] = (
    ("repository", {}, OK, "default branch is `main`", ""),
    ("repository", {"is_archived": True}, PROBLEM, "archived", "gh repo unarchive octo/shop"),
    ("repository", {"default": None}, PROBLEM, "empty", "git push"),
    ("repository", {"has_issues": False}, PROBLEM, "Issues are turned off", "--enable-issues"),
    ("repository", {"is_fork": True}, OK, "is a fork", ""),
    ("labels", {}, OK, "Every severity", ""),
    ("labels", {"labels": ("P0", "P1", "P2", "bug")}, PROBLEM, "stands for P3", "gh label create P3 --color"),
    ("labels", {"labels": ("P0", "P1", "P2", "P3")}, WARNING, "issue is a bug (`bug`)", "label create bug"),
    (
        "labels",
        {"labels": ("severity: critical", "priority/high", "sev2", "prio low", "type: bug")},
        PROBLEM,
        "`severity: critical` looks like P0",
        "    labels: ['severity: critical']",
    ),
    (
        "labels",
        {"labels": ("P0", "P1", "P2", "P3", "bug", "sev1")},
        WARNING,
        "`sev1` looks like P1, beside `P1`",
        "    labels: [P1, sev1]",
    ),
    ("labels", {"labels": ("P0", "P1", "P2", "P3", "bug", "high", "phase: fix")}, OK, "Every severity", ""),
    ("labels", {"labels": replace(HIDDEN, needs="issues: read")}, UNKNOWN, "Which labels", "`issues: read`"),
    ("issue-form", {}, OK, "asks what bugaction reads", ""),
    (
        "issue-form",
        {"forms": (TextFile(".github/ISSUE_TEMPLATE/bug.yml", "name: Bug\n"),)},
        WARNING,
        "no bug form",
        "init",
    ),
    ("issue-form", {"forms": ()}, WARNING, "no bug form", "bugaction init"),
    (
        "issue-form",
        {"forms": (TextFile(".github/ISSUE_TEMPLATE/idea.yml", "name: Idea\nbody: []\n"),)},
        WARNING,
        "there are other forms",
        "bugaction init",
    ),
    (
        "issue-form",
        {"forms": form("label: Expected behaviour", "label: What you expect")},
        PROBLEM,
        "`expected` is asked as `What you expect`, and is read as `Expected behaviour`",
        "shipped form",
    ),
    (
        "issue-form",
        {
            "forms": form(
                "    id: workaround-text\n    attributes:\n      label: The workaround\n",
                "    id: way\n    attributes:\n      label: A way\n",
            )
        },
        WARNING,
        "`workaround-text` (`The workaround`) is not asked",
        "shipped form",
    ),
    (
        "issue-form",
        {"forms": form("labels: [bug]", "labels: [defect]")},
        WARNING,
        "`defect`",
        "create defect",
    ),
    ("confidential", {}, OK, "reported privately", ""),
    ("confidential", {"is_private": True, "labels": PUBLIC_LABELS}, OK, "those alone who may see", ""),
    (
        "confidential",
        {"labels": PUBLIC_LABELS, "private_reports": False},
        WARNING,
        "public, and `security`",
        "private-vulnerability-reporting",
    ),
    ("confidential", {"labels": PUBLIC_LABELS, "private_reports": True}, OK, "reported privately", ""),
    ("confidential", {"labels": PUBLIC_LABELS, "private_reports": HIDDEN}, UNKNOWN, "privately", "gh auth"),
    ("forks", {}, OK, "none of their code is run", ""),
    ("forks", {"is_private": True, "forking_allowed": False}, OK, "Nobody can fork", ""),
    (
        "forks",
        {"workflows": main(("  pull_request_target:\n", "  pull_request:\n"))},
        PROBLEM,
        "not to `pull_request_target`",
        "bugaction init",
    ),
    (
        "forks",
        {"workflows": main(("    steps:\n", f"    steps:\n      - uses: actions/checkout@{SHA}\n"))},
        WARNING,
        "checks code out",
        "Take the checkout out",
    ),
    ("files", {}, OK, "are there", ""),
    ("files", {"workflows": CI}, PROBLEM, "No workflow of `main` runs bugaction", "bugaction init"),
    ("files", {"workflows": (*CI, SETUP)}, PROBLEM, "No workflow of `main` runs bugaction", "bugaction init"),
    (
        "files",
        {"workflows": main()[:1]},
        PROBLEM,
        "`.github/workflows/bugaction-reviews.yml` is missing",
        "init",
    ),
    (
        "files",
        {"workflows": (TextFile(MAIN, "on: [\n"), TextFile(RELAY, SCAFFOLD["bugaction-reviews.yml"]))},
        PROBLEM,
        "it is no YAML at line 2",
        "bugaction init",
    ),
    (
        "files",
        {"workflows": (TextFile(".github/workflows/bugs.yml", main()[0].text), *main()[1:])},
        OK,
        "`.github/workflows/bugs.yml`",
        "",
    ),
    ("pin", {}, OK, "pinned to a commit", ""),
    ("pin", {"workflows": main((SHA, "<commit>"))}, PROBLEM, "the placeholder `<commit>`", "git ls-remote"),
    ("pin", {"workflows": main((SHA, "v1"))}, WARNING, "`bugaction/bugaction@v1`", "full SHA"),
    ("pin", {"workflows": main((f"bugaction/bugaction@{SHA}", "./"))}, OK, "pinned to a commit", ""),
    ("pin", {"workflows": caller((SHA, "<commit>"))}, PROBLEM, "the placeholder `<commit>`", "git ls-remote"),
    ("pin", {"workflows": caller((SHA, "v1"))}, WARNING, "respond.yml@v1`", "full SHA"),
    ("pin", {"workflows": caller(ELSEWHERE)}, WARNING, "calls `octo/.github/", "init --reusable"),
    (
        "pin",
        {"workflows": main((f"@{SHA}\n        id: gates", f"@{SHA[::-1]}\n        id: gates"))},
        WARNING,
        "different revisions",
        "the same SHA",
    ),
    (
        "pin",
        {"workflows": main((f"uses: bugaction/bugaction@{SHA}", "run: 'true'"))},
        PROBLEM,
        "no step",
        "init",
    ),
    ("triggers", {}, OK, "Every event", ""),
    (
        "triggers",
        {"workflows": main(("  issue_comment:\n    types: [created, edited, deleted]\n", ""))},
        PROBLEM,
        "`issue_comment` is missing",
        "bugaction init",
    ),
    (
        "triggers",
        {"workflows": main(("      - closed\n", ""))},
        PROBLEM,
        "`issues` lacks the types `closed`",
        "",
    ),
    ("triggers", {"workflows": main(("  deployment_status:\n", ""))}, WARNING, "`deployment_status` is", ""),
    (
        "triggers",
        {"workflows": main(("  pull_request_target:\n", "  pull_request_target:\n    paths: ['src/**']\n"))},
        PROBLEM,
        "`pull_request_target` is filtered by `paths`",
        "Take the filter out",
    ),
    (
        "triggers",
        {"workflows": main((OF_PULLS, "  pull_request_target:\n"))},
        PROBLEM,
        "`pull_request_target` lacks the types `closed`, `converted_to_draft`, `edited`, `labeled`, ",
        "bugaction init",
    ),
    ("merge-queue", {}, OK, "no merge queue", ""),
    ("merge-queue", {"default": branch(GATE, QUEUE)}, OK, "starts the gates", ""),
    (
        "merge-queue",
        {"default": branch(GATE, QUEUE), "workflows": main((NO_TRIGGER, ""))},
        PROBLEM,
        "does not listen to `merge_group`",
        "  merge_group:",
    ),
    (
        "merge-queue",
        {"queue": True, "workflows": main((NO_TRIGGER, ""))},
        PROBLEM,
        "merge queue",
        "merge_group",
    ),
    (
        "merge-queue",
        {
            "default": branch(required("test"), QUEUE),
            "workflows": (*main()[:2], workflow("CI", "pull_request"), CI[1]),
        },
        PROBLEM,
        "do not run in the merge queue: `.github/workflows/ci.yml`",
        "  merge_group:",
    ),
    (
        "merge-queue",
        {
            "queue": HIDDEN,
            "default": BranchFacts("main", HIDDEN, protected=None),
            "workflows": main((NO_TRIGGER, "")),
        },
        UNKNOWN,
        "Whether there is a merge queue",
        "gh auth token",
    ),
    ("workflow-run", {}, OK, "is heard", ""),
    (
        "workflow-run",
        {"workflows": (*main(), workflow("Nightly tests"))},
        WARNING,
        "`Nightly tests` is not waited for",
        "      - Nightly tests",
    ),
    (
        "workflow-run",
        {"workflows": main()[:3]},
        WARNING,
        "`Deploy` is waited for, and is the name of no workflow",
        "      - CI",
    ),
    (
        "workflow-run",
        {"workflows": (*main(("      - CI\n", "      - C\\+\\+\n")), workflow("x"))},
        WARNING,
        "`CI` is not waited for",
        "      - CI",
    ),
    (
        "workflow-run",
        {"workflows": main(("      - CI\n", "      - CI\n      - bugaction\n"))},
        PROBLEM,
        "waits for its own end",
        "Take `bugaction` out",
    ),
    ("job-permissions", {}, OK, "and no others", ""),
    (
        "job-permissions",
        {"workflows": main(("      checks: read # the checks of a pull request\n", ""))},
        PROBLEM,
        "the job `gates` lacks `checks: read`",
        "  gates:\n    permissions:\n      actions: read\n      checks: read",
    ),
    (
        "job-permissions",
        {"workflows": main(("      contents: read # config", "      contents: write # config"))},
        WARNING,
        "the job `gates` has `contents: write` and needs read",
        "Grant each job",
    ),
    (
        "job-permissions",
        {"workflows": main(("  record:\n", "  recording:\n"))},
        PROBLEM,
        "the job `record` is missing",
        "bugaction init",
    ),
    (
        "job-permissions",
        {"workflows": caller(("      contents: write #", "      contents: read #"))},
        PROBLEM,
        "the job `respond` lacks `contents: write`",
        "  respond:\n    permissions:\n      actions: write\n      checks: read\n      contents: write\n",
    ),
    (
        "job-permissions",
        {"workflows": caller(ELSEWHERE, ("      checks: read #", "      checks: write #"))},
        WARNING,
        "the job `respond` has `checks: write` and needs read",
        "Grant each job",
    ),
    (
        "triggers",
        {"workflows": caller(("  status:\n", ""))},
        WARNING,
        "`status` is missing",
        "bugaction init",
    ),
    (
        "job-permissions",
        {"workflows": (TextFile(MAIN, ONE_JOB), *main()[1:])},
        PROBLEM,
        "the job `all` lacks `statuses: write`",
        "  all:\n    permissions:\n      actions: write\n",
    ),
    (
        "job-permissions",
        {"workflows": (TextFile(MAIN, ONE_JOB.replace("{contents: write}", "write-all")), *main()[1:])},
        WARNING,
        "has `write-all`",
        "      statuses: write",
    ),
    (
        "job-permissions",
        {"workflows": (TextFile(MAIN, ONE_JOB.replace("permissions: {contents: write}, ", "")), *main()[1:])},
        WARNING,
        "names no permissions",
        "      statuses: write",
    ),
    ("plan", {}, OK, "can be protected", ""),
    (
        "plan",
        {"is_private": True, "default": BranchFacts("main", PLAN, protected=None)},
        PROBLEM,
        "plan without branch protection",
        "--visibility public",
    ),
    ("gate-required", {}, OK, "is required on `main`", ""),
    (
        "gate-required",
        {"default": branch(protected=False)},
        PROBLEM,
        "is not required",
        '"integration_id": 15368',
    ),
    (
        "gate-required",
        {"default": branch(classic=Classic((Required("Bugaction/Gate"),)))},
        OK,
        "is required on `main`",
        "",
    ),
    (
        "gate-required",
        {"default": branch(), "config": config("mode: observe")},
        WARNING,
        "is not required",
        "Require it by a ruleset",
    ),
    (
        "gate-required",
        {"default": BranchFacts("main", HIDDEN)},
        UNKNOWN,
        "Whether `bugaction/gate`",
        "gh auth",
    ),
    ("gate-required", {"default": BranchFacts("main", PLAN)}, OK, "on this plan", ""),
    ("gate-required", {"default": None}, OK, "no branch", ""),
    ("required-contexts", {}, OK, "is reported", ""),
    (
        "required-contexts",
        {"default": branch(required("bugaction/gate", "bugaction/fix"))},
        PROBLEM,
        "`bugaction/fix` is reported on bug fixes alone (`checks.report: bugs`)",
        "Require `bugaction/gate` alone",
    ),
    (
        "required-contexts",
        {"default": branch(required("bugaction/fix")), "config": config("checks: {report: rollup}")},
        PROBLEM,
        "`bugaction/fix` is reported nowhere",
        "gh api repos/octo/shop/rules/branches/main",
    ),
    (
        "required-contexts",
        {"default": branch(required("bugaction/fix")), "config": config("checks: {report: each}")},
        OK,
        "is reported",
        "",
    ),
    (
        "required-contexts",
        {"default": branch(required("bugaction/gates"))},
        PROBLEM,
        "`bugaction/gates` is no context of bugaction",
        "",
    ),
    (
        "required-contexts",
        {"default": branch(required("bugaction / bugaction gates")), "workflows": caller()},
        PROBLEM,
        "`bugaction / bugaction gates` is a job that runs bugaction",
        "",
    ),
    (
        "required-contexts",
        {"default": branch(required("bugaction gates"))},
        PROBLEM,
        "`bugaction gates` is a job that runs bugaction",
        "",
    ),
    (
        "required-contexts",
        {"default": branch(required("old CI", "test"))},
        WARNING,
        "`old CI` was reported on none of the newest pull requests",
        "Take what nobody reports",
    ),
    ("required-contexts", {"default": BranchFacts("main", HIDDEN)}, UNKNOWN, "Which contexts", "gh auth"),
    ("watched-checks", {}, OK, "what the branch requires", ""),
    ("watched-checks", {"config": config("checks: {watch: [test, ship]}")}, OK, "Every check", ""),
    (
        "watched-checks",
        {"config": config("severities: {P0: {watch: [smoke]}}")},
        WARNING,
        "watches `smoke`",
        "reported are `bugaction/gate`, `test`",
    ),
    (
        "watched-checks",
        {"config": config("checks: {watch: [smoke]}"), "emitted": HIDDEN},
        UNKNOWN,
        "`smoke` is reported",
        "gh auth token",
    ),
    ("records", {"records": None, "workflows": CI}, OK, "comes with the first event", ""),
    ("source", {}, OK, "has to come from GitHub Actions", ""),
    (
        "source",
        {"default": branch(required("bugaction/gate", source=None))},
        WARNING,
        "from any source",
        "15368",
    ),
    (
        "source",
        {"default": branch(required("bugaction/gate", source=ANY_APP))},
        WARNING,
        "any source",
        "15368",
    ),
    (
        "source",
        {"default": branch(required("bugaction/gate", source=77))},
        PROBLEM,
        "app 77, and the workflow acts as GitHub Actions",
        "Give the step the App's token",
    ),
    (
        "source",
        {"default": branch(required("bugaction/gate", source=77)), "workflows": main(*APP_STEPS)},
        OK,
        "an App of your own",
        "",
    ),
    (
        "source",
        {"workflows": main(*APP_STEPS)},
        PROBLEM,
        "from GitHub Actions, and the workflow is given another token",
        "Pin the context to the App",
    ),
    (
        "source",
        {"default": branch(required("bugaction/gate", source=77)), "workflows": main(*KEY_STEPS), "app": 78},
        PROBLEM,
        "has to come from app 77, and the workflow acts as app 78",
        '"integration_id": 78',
    ),
    (
        "source",
        {"default": branch(required("bugaction/gate", source=78)), "workflows": main(*KEY_STEPS), "app": 78},
        OK,
        "an App of your own",
        "",
    ),
    (
        "source",
        {"workflows": main(*KEY_STEPS), "app": 78},
        PROBLEM,
        "from GitHub Actions, and the workflow is given another token",
        "uses (78).",
    ),
    ("source", {"default": branch()}, OK, "no required gate", ""),
    (
        "delivery",
        {
            "config": config("documents: {delivery: commit}"),
            "default": branch(Rule("pull_request", 1), protected=True),
            "workflows": main(*KEY_STEPS),
        },
        OK,
        "by your App",
        "",
    ),
    ("check-kind", {}, OK, "as commit statuses", ""),
    (
        "check-kind",
        {"config": config("checks: {kind: check-run}")},
        WARNING,
        "takes a GitHub App of your own",
        "kind: status",
    ),
    (
        "check-kind",
        {"config": config("checks: {kind: check-run}"), "workflows": main(*KEY_STEPS)},
        OK,
        "as check runs of your App",
        "",
    ),
    ("reviews", {}, OK, "can approve", ""),
    (
        "reviews",
        {"config": config("people: {senior: {role: null}}")},
        PROBLEM,
        "Nobody belongs",
        "role: maintain",
    ),
    ("reviews", {"owner_is_organization": False}, WARNING, "Only the owner", "logins: [LOGIN]"),
    (
        "reviews",
        {"default": branch(GATE, Rule("pull_request", 1, approvals=3))},
        OK,
        "The senior group can approve",
        "",
    ),
    ("delivery", {}, OK, "`bugaction/records`, and brought", ""),
    ("delivery", {"default": branch()}, OK, "committed to the default branch", ""),
    (
        "delivery",
        {"config": config("documents: {delivery: commit}")},
        PROBLEM,
        "does not go with",
        "delivery: auto",
    ),
    (
        "delivery",
        {"default": BranchFacts("main", HIDDEN, protected=None)},
        UNKNOWN,
        "takes documents",
        "gh auth",
    ),
    ("pull-requests", {}, OK, "may open pull requests", ""),
    (
        "pull-requests",
        {"may_open_pulls": False},
        WARNING,
        "“Allow GitHub Actions",
        "can_approve_pull_request_reviews",
    ),
    ("pull-requests", {"may_open_pulls": False, "default": branch()}, OK, "need none here", ""),
    ("pull-requests", {"may_open_pulls": HIDDEN}, UNKNOWN, "open pull requests", "gh auth token"),
    ("pull-requests", {"may_open_pulls": HIDDEN, "workflows": main(*APP_STEPS)}, OK, "App opens", ""),
    ("records", {}, OK, "cannot be lost", ""),
    (
        "records",
        {"records": None},
        WARNING,
        "no branch `bugaction/records` yet",
        "gh workflow run bugaction.yml",
    ),
    (
        "records",
        {"records": branch(Rule("pull_request"), name="bugaction/records", protected=True)},
        PROBLEM,
        "refuse our commits",
        "exclude `refs/heads/bugaction/**`",
    ),
    (
        "records",
        {"records": branch(name="bugaction/records")},
        WARNING,
        "can be deleted and rewritten",
        '"refs/heads/bugaction/records"',
    ),
    (
        "records",
        {"records": branch(RECORDS_RULES[0], name="bugaction/records")},
        WARNING,
        "can be rewritten",
        "non_fast_forward",
    ),
    (
        "records",
        {"records": BranchFacts("bugaction/records", HIDDEN)},
        UNKNOWN,
        "What protects",
        "gh auth token",
    ),
    ("records", {"records": BranchFacts("bugaction/records", PLAN)}, OK, "takes our commits", ""),
    ("config", {}, OK, "is valid", ""),
    ("config", {"config": None}, OK, "the defaults hold", ""),
    (
        "config",
        {"config": config("modes: observe")},
        PROBLEM,
        ".github/bugaction.yml:3:1: modes: unknown key",
        "",
    ),
    (
        "config",
        {
            "config": config("extends: octo/.github"),
            "extended": Extended("octo/.github", None, "octo/.github is not there"),
        },
        PROBLEM,
        "octo/.github is not there",
        "Repair",
    ),
    ("config", {"config": None, "config_path": "bugs.yml"}, PROBLEM, "there is no such file", "Repair"),
    ("since", {}, OK, "2026-11-01 09:00 UTC", ""),
    ("since", {"config": None}, WARNING, "not written down", "since: 2026-11-24T09:00:00Z"),
    (
        "since",
        {"config": TextFile("c", "version: 1\nsince: 2027-01-01T00:00:00Z\n")},
        WARNING,
        "yet to come",
        "since: 2026-11-24",
    ),
    ("since", {"config": config("modes: x")}, OK, "once the configuration is valid", ""),
    ("roles", {}, OK, "`engineering-lead`, `on-call`, `product`, `support`, `cto`", ""),
    (
        "roles",
        {
            "config": config(
                "people: {engineering-lead: [a], on-call: [b], product: [c], support: [d], cto: [e]}"
            )
        },
        OK,
        "Every role",
        "",
    ),
    ("teams", {}, OK, "No team", ""),
    ("teams", {"config": LEADS, "teams": {"octo/leads": True}}, PROBLEM, "`octo/leads`", "`members: read`"),
    (
        "teams",
        {"config": LEADS, "teams": {"octo/leads": True}, "workflows": main(*APP_STEPS)},
        OK,
        "can be read",
        "",
    ),
    ("teams", {"config": LEADS, "teams": HIDDEN}, PROBLEM, "own token cannot read teams", "`members: read`"),
    ("teams", {"config": LEADS, "teams": {"octo/leads": False}}, PROBLEM, "no team `octo/leads`", "Correct"),
    (
        "teams",
        {"config": LEADS, "teams": HIDDEN, "workflows": main(*APP_STEPS), "viewer": JOB},
        UNKNOWN,
        "`octo/leads` can be read",
        "gh auth token",
    ),
    ("environments", {}, OK, "`production`", ""),
    ("environments", {"environments": (), "deployed": ()}, OK, "Nothing is deployed", ""),
    (
        "environments",
        {"environments": ("live", "stage 1"), "deployed": ()},
        WARNING,
        "No environment is named `production`; there are `live`, `stage 1`",
        "  environments: [live, 'stage 1']",
    ),
    ("environments", {"environments": ("Production",)}, OK, "is an environment", ""),
    ("environments", {"environments": HIDDEN, "deployed": HIDDEN}, UNKNOWN, "Which environments", "gh auth"),
    ("rollback-workflow", {}, OK, "No workflow", ""),
    ("rollback-workflow", {"config": ROLLBACK}, PROBLEM, "`back.yml`, and there is no such file", "Correct"),
    (
        "rollback-workflow",
        {"config": ROLLBACK, "workflows": (*main(), workflow("Back", "push"))},
        PROBLEM,
        "does not listen to `workflow_dispatch`",
        "      version: { type: string }",
    ),
    (
        "rollback-workflow",
        {"config": ROLLBACK, "workflows": (*main(), workflow("Back", "workflow_dispatch"))},
        OK,
        "can be started",
        "",
    ),
    ("token", {}, OK, "the token of `ana`", ""),
    ("token", {"viewer": JOB}, OK, "a job's own token", ""),
    ("token", {"viewer": Actor("keeper[bot]", is_bot=True)}, OK, "the App `keeper[bot]`", ""),
    (
        "token",
        {"viewer": JOB, "emitted": Unseen("no", "checks: read")},
        WARNING,
        "the checks and statuses of pull requests (it needs `checks: read`)",
        "permissions of the shipped workflow",
    ),
    ("actions", {}, OK, "Actions are on", ""),
    ("actions", {"actions": ActionsSettings(enabled=False)}, PROBLEM, "Actions are off", "enabled=true"),
    (
        "actions",
        {"actions": ActionsSettings(enabled=True, allowed="local_only")},
        PROBLEM,
        "this repository's owner",
        "patterns_allowed[]=bugaction/bugaction@*",
    ),
    ("actions", {"actions": ActionsSettings(enabled=True, allowed="selected")}, OK, "a list says", ""),
    ("actions", {"actions": HIDDEN, "states": ()}, UNKNOWN, "Whether Actions are on", "gh auth token"),
    ("actions", {"actions": HIDDEN}, OK, "Actions are on", ""),
    ("schedule", {}, OK, "ran at 2026-11-24 07:00 UTC", ""),
    (
        "schedule",
        {"states": state("disabled_inactivity")},
        PROBLEM,
        "60 days",
        "gh workflow enable bugaction.yml",
    ),
    ("schedule", {"states": state("disabled_manually")}, PROBLEM, "somebody has", "gh workflow enable"),
    (
        "schedule",
        {"sweep": Run(NOW - timedelta(days=3), "success")},
        WARNING,
        "3 days ago",
        "gh workflow run",
    ),
    ("schedule", {"sweep": Run(NOW - timedelta(hours=1), "failure")}, WARNING, "`failure`", "gh run list"),
    ("schedule", {"sweep": None}, WARNING, "never run", "gh workflow run"),
    ("schedule", {"sweep": None, "states": state("active", days=0)}, OK, "has not run yet", ""),
    ("schedule", {"states": replace(HIDDEN, needs="actions: read")}, UNKNOWN, "enabled", "`actions: read`"),
    ("schedule", {"sweep": replace(HIDDEN, needs="actions: read")}, UNKNOWN, "last ran", "`actions: read`"),
    ("budget", {}, OK, "Enough is left", ""),
    ("budget", {"budgets": budget(90)}, WARNING, "90 of 1000 GraphQL points until 09:00 UTC", "Wait"),
    ("budget", {"budgets": HIDDEN}, UNKNOWN, "What is left", "gh auth token"),
    ("budget", {"budgets": ()}, OK, "Enough is left", ""),
)


@pytest.mark.parametrize(("check", "changes", "outcome", "found", "fix"), ROWS)
def test_a_check_finds_it_and_names_the_fix(
    check: str, changes: dict[str, object], outcome: Outcome, found: str, fix: str
) -> None:
    """What is found and what puts it right, in so many words."""
    result = finding(check, **changes)
    assert result.outcome is outcome, result
    assert found in "\n".join((result.found, *result.details)), result
    assert fix in "\n".join((result.fix, *result.paste)), result


def test_every_check_has_a_row_in_which_it_holds_and_one_in_which_it_does_not() -> None:
    """Only `roles` never does: what waits for a role that nobody fills does not apply, and is told."""
    assert {row[0] for row in ROWS if row[2] is OK} == set(CHECKS)
    assert {row[0] for row in ROWS if row[2] is not OK} == set(CHECKS) - {"roles"}


@pytest.mark.parametrize(("check", "changes", "outcome"), [row[:3] for row in ROWS if row[2] is not OK])
def test_whatever_is_told_says_why_and_how_it_is_put_right(
    check: str, changes: dict[str, object], outcome: Outcome
) -> None:
    """A finding without a reason or a fix helps nobody."""
    result = finding(check, **changes)
    assert result.outcome is outcome
    assert result.why
    assert result.fix


def test_a_healthy_repository_has_nothing_to_fix() -> None:
    """Only what is to be known is told: whom nobody fills, and what a pinned gate cannot keep out."""
    found = diagnose(facts(), NOW)
    assert [check.id for check, item in found.findings if item.outcome is not OK] == []
    assert {check.id for check, item in found.findings if item.is_told} == {"roles", "source"}


def test_a_repository_that_calls_ours_is_as_healthy() -> None:
    """One job stands for all of those that it calls, with what any of them needs."""
    found = diagnose(facts(workflows=caller()), NOW)
    assert [check.id for check, item in found.findings if item.outcome is not OK] == []


def test_an_empty_repository_is_told_once() -> None:
    """Nothing waits for a branch that is not there yet: the first commit comes first."""
    found = diagnose(
        facts(default=None, records=None, workflows=(), forms=(), config=None, labels=("bug",)), NOW
    )
    assert found.of("repository").outcome is PROBLEM
    assert found.of("gate-required").outcome is OK
    assert found.of("records").outcome is OK


def test_what_waits_for_a_role_is_a_requirement() -> None:
    """The ids that are named for roles that nobody fills are those of the gates."""
    known = {item.id for gate in GATES.values() for item in gate.requirements}
    told = finding("roles").why
    assert set(re.findall(r"`([a-z]+-[a-z]+)`", told)) <= known
    assert {"release-approvals", "stakeholders-told"} <= known


def test_the_line_for_an_administrator_is_for_the_server_at_hand() -> None:
    """Another server than github.com is named, for the token as for the requests."""
    found = finding(
        "pull-requests", may_open_pulls=HIDDEN, server="https://git.acme", api="https://git.acme/api/v3"
    )
    assert found.paste == (
        "GITHUB_API_URL=https://git.acme/api/v3 GH_TOKEN=$(gh auth token --hostname git.acme) "
        "bugaction doctor --repository octo/shop",
    )


def test_a_name_that_would_break_a_line_to_paste() -> None:
    """Whatever a label or an environment is called, a pasted line stays one line of one command."""
    evil = "sev1\nrm -rf ~ '$(x)`"
    for found in (
        finding("labels", labels=("P0", "P1", "P2", "P3", "bug", evil)),
        finding("environments", environments=(evil,), deployed=()),
        finding("issue-form", forms=form("labels: [bug]", "labels: ['a; reboot', \"b'c\"]")),
    ):
        for line in found.paste:
            assert "\n" not in line
            if line.startswith("gh "):
                assert shlex.split(line)[:3] == ["gh", "label", "create"]
                assert len(shlex.split(line)) == 10
