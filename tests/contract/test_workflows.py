"""The shipped workflow: complete, minimal in its permissions, and the one that this repository runs."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bugaction.adoption.texts import workflow_text
from bugaction.events import EVENTS, Command
from bugaction.sweep import DEFAULT_BUDGET, Shard

ROOT = Path(__file__).parents[2]
OWN = ROOT / ".github" / "workflows" / "bugaction.yml"
SHIPPED = ROOT / "templates" / "scaffold" / "bugaction.yml"
RELAY = SHIPPED.with_name("bugaction-reviews.yml")
SWEEP = SHIPPED.with_name("bugaction-sweep.yml")
CALLER = SHIPPED.with_name("bugaction-call.yml")
CALLED = OWN.with_name("respond.yml")
WORKFLOWS = [*sorted((ROOT / ".github" / "workflows").glob("*.yml")), SHIPPED, RELAY, SWEEP, CALLER]

PINNED = re.compile(r"uses: (?P<action>[\w.-]+/[\w./-]+)@(?P<sha>[0-9a-f]{40}) # v\d+\.\d+\.\d+$")
PLACEHOLDER = re.compile(r"uses: bugaction/bugaction(?:/\.github/workflows/respond\.yml)?@<commit>$")
LOCAL = re.compile(r"uses: \./ # zizmor: ignore\[self-repository\] \S+")


def load(path: Path) -> dict[str, Any]:
    """A workflow; YAML 1.1 reads its key `on` as true."""
    parsed: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    parsed["on"] = parsed.pop(True)
    return parsed


FLOW = load(SHIPPED)
JOBS: dict[str, dict[str, Any]] = FLOW["jobs"]


FROM_CHECKOUT = re.compile(
    r" {6}- uses: actions/checkout@.*\n {8}with:\n {10}ref: .*\n {10}persist-credentials: false\n"
    r" {6}- uses: \./.*\n"
)


def test_shipped_and_own_differ_by_where_the_action_comes_from() -> None:
    """What users paste is what this repository runs, but for the Action's source and how to name it."""
    own, shipped = OWN.read_text(encoding="utf-8"), SHIPPED.read_text(encoding="utf-8")
    first, *rest = shipped.splitlines(keepends=True)
    told = list(itertools.takewhile(lambda line: line.startswith("# "), rest))
    assert "`git rev-parse HEAD`" in "".join(told)
    placed = "      - uses: bugaction/bugaction@<commit>\n"
    assert FROM_CHECKOUT.subn(placed, own) == (first + "".join(rest[len(told) :]), 3)


def test_the_placeholder_is_one_word_in_the_lines_that_need_it() -> None:
    """Replacing it, as `init` does, leaves a workflow that is pinned in all three places."""
    shipped = SHIPPED.read_text(encoding="utf-8")
    assert shipped.count("<commit>") == shipped.count("uses: bugaction/bugaction@<commit>\n") == 3
    adopted = workflow_text(shipped, [], "a1" * 20)
    assert adopted.count(f"@{'a1' * 20}\n") == 3
    assert "<" not in "".join(line for line in adopted.splitlines() if "uses:" in line)


COMMIT_OF_ITS_OWN = re.compile(
    r" {6}- name: Is the commit of this file known\?\n(?: {8,}.*\n)+"
    r" {6}- uses: actions/checkout@.*\n {8}with:\n {10}repository: .*\n {10}ref: .*\n"
    r" {10}persist-credentials: false\n {6}- uses: \./.*\n"
)


def test_the_called_jobs_are_the_shipped_ones() -> None:
    """But for where the Action comes from, and for what a called workflow is given by its caller."""
    jobs, placed = COMMIT_OF_ITS_OWN.subn(
        "      - uses: bugaction/bugaction@<commit>\n",
        CALLED.read_text(encoding="utf-8").partition("\njobs:\n")[2],
    )
    for given, shipped in (
        ("          config: ${{ inputs.config }}\n", ""),
        ("          app-id: ${{ inputs.app-id }}\n", ""),
        ("          app-private-key: ${{ secrets.app-private-key }}\n", ""),
        ("runs-on: ${{ inputs.runs-on }}", "runs-on: ubuntu-latest"),
        ("github.event.inputs.", "inputs."),
        ("secrets.notify-urls", "secrets.BUGACTION_NOTIFY_URLS"),
    ):
        assert given in jobs
        jobs = jobs.replace(given, shipped)
    assert (jobs, placed) == (SHIPPED.read_text(encoding="utf-8").partition("\njobs:\n")[2], 3)


def test_the_called_jobs_run_the_commit_that_the_caller_pinned() -> None:
    """`./` is the caller's repository, and `github` tells of the caller alone; `job.workflow_sha` is the
    commit of the called file, and missing on GitHub Enterprise Server, where nothing is checked out then
    (https://docs.github.com/actions/reference/workflows-and-actions/contexts#job-context)."""
    for job in load(CALLED)["jobs"].values():
        guard, checkout, action = job["steps"]
        assert guard["if"] == "job.workflow_sha == '' || job.workflow_repository == ''"
        assert guard["run"].splitlines()[-1] == "exit 1"
        assert checkout["with"] == {
            "repository": "${{ job.workflow_repository }}",
            "ref": "${{ job.workflow_sha }}",
            "persist-credentials": False,
        }
        assert action["uses"] == "./"
        assert not {"if", "continue-on-error"} & {*checkout, *action}


def test_the_caller_asks_for_what_the_called_jobs_need() -> None:
    """A token's permissions can only be narrowed by a called workflow, which then ends before it begins if it
    wants more: so the caller holds what any job does, and no more. It starts by the same events."""
    caller, called = load(CALLER), load(CALLED)
    assert (caller["name"], caller["on"], caller["permissions"]) == (FLOW["name"], FLOW["on"], {})
    (job,) = caller["jobs"].values()
    assert job["uses"] == "bugaction/bugaction/.github/workflows/respond.yml@<commit>"
    held: dict[str, str] = {}
    for spec in called["jobs"].values():
        for key, level in spec["permissions"].items():
            held[key] = max(held.get(key, "none"), level, key=("none", "read", "write").index)
    assert job["permissions"] == held
    assert job["secrets"] == {"notify-urls": "${{ secrets.BUGACTION_NOTIFY_URLS }}"}
    assert set(job["secrets"]) <= set(called["on"]["workflow_call"]["secrets"])
    # A group of the caller's, named as that of a called job, would have each wait for the other.
    assert not {"concurrency", "if", "with"} & set(job)


def test_whoever_calls_need_say_nothing() -> None:
    """Every input has a default, and the event is the caller's: what was typed into its form arrives."""
    called = load(CALLED)
    assert set(called["on"]) == {"workflow_call"}
    given = called["on"]["workflow_call"]
    assert all("default" in spec for spec in given["inputs"].values())
    assert not any(spec["required"] for spec in given["secrets"].values())
    text = CALLED.read_text(encoding="utf-8").replace("github.event.inputs.", "")
    used = set(re.findall(r"\binputs\.([\w-]+)", text))
    assert used == set(given["inputs"])
    assert set(re.findall(r"\bsecrets\.([\w-]+)", text)) == set(given["secrets"])


def test_the_relay_is_the_same_and_does_nothing() -> None:
    """Anybody's review starts it: it uses no action, reads no event into a shell and may do nothing."""
    text = RELAY.read_text(encoding="utf-8")
    assert text == (OWN.parent / RELAY.name).read_text(encoding="utf-8")
    flow = load(RELAY)
    (job,) = flow["jobs"].values()
    assert (flow["permissions"], job["permissions"], job["steps"]) == ({}, {}, [{"run": "true"}])
    assert flow["on"] == {"pull_request_review": FLOW["on"]["pull_request_review"]}


def test_the_relay_and_the_gates_share_the_reviews() -> None:
    """Each that can change a gate is taken by exactly one of them; the relay's end is listened to."""
    (relay,) = load(RELAY)["jobs"].values()
    fork = "github.event.pull_request.head.repo.full_name {} github.repository"
    assert fork.format("!=") in relay["if"]
    assert fork.format("==") in JOBS["gates"]["if"]
    for condition in (relay["if"], JOBS["gates"]["if"]):
        assert "github.event.review.state != 'commented'" in condition
    assert load(RELAY)["name"] in FLOW["on"]["workflow_run"]["workflows"]
    assert FLOW["name"] not in FLOW["on"]["workflow_run"]["workflows"]


def test_own_takes_the_default_branch_only() -> None:
    """No event makes this repository run a pull request's version of itself with a write token."""
    for job in load(OWN)["jobs"].values():
        first = job["steps"][0]
        assert first["uses"].startswith("actions/checkout@")
        assert first["with"] == {
            "ref": "${{ github.event.repository.default_branch }}",
            "persist-credentials": False,
        }


def test_shipped_checks_nothing_out() -> None:
    """The Action works through the API: no code of a pull request is near its token."""
    assert [len(job["steps"]) for job in JOBS.values()] == [1, 1, 1]
    assert "checkout@" not in SHIPPED.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned(path: Path) -> None:
    """Each `uses:` names a full commit and the version it stands for, or is ours, with the reason; what users
    paste has a placeholder that runs nowhere before it is replaced."""
    uses = [
        line for line in path.read_text(encoding="utf-8").splitlines() if re.match(r" +(- )?uses: ", line)
    ]
    assert uses or path.name == RELAY.name
    accepted = [PINNED, PLACEHOLDER] if path in (SHIPPED, SWEEP, CALLER) else [PINNED, LOCAL]
    assert not [line for line in uses if not any(pattern.search(line) for pattern in accepted)]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_nothing_is_permitted_by_default(path: Path) -> None:
    """The workflow grants nothing; each job names what it needs, each with the feature that needs it."""
    flow = load(path)
    assert flow["permissions"] == {}
    assert all(job["permissions"] or path.name == RELAY.name for job in flow["jobs"].values())
    lines = path.read_text(encoding="utf-8").splitlines()
    granted = [line for line in lines if re.match(r"      [a-z-]+: (read|write)\b", line)]
    assert not [line for line in granted if not re.search(r" # \w", line)]
    assert len(granted) == sum(len(job["permissions"]) for job in flow["jobs"].values())


READS = {"actions": "read", "checks": "read", "pull-requests": "read"}
REPORTS = {"issues": "write", "statuses": "write"}
RECORDS = {"contents": "write", "deployments": "read", "pull-requests": "write"}


@pytest.mark.parametrize(
    ("job", "permissions"),
    [
        ("gates", {**READS, **REPORTS, "contents": "read", "deployments": "read"}),
        ("record", {**READS, **REPORTS, **RECORDS}),
        ("bugs", {**READS, **REPORTS, **RECORDS, "actions": "write"}),
    ],
)
def test_permissions(job: str, permissions: dict[str, str]) -> None:
    """What a fork can cause cannot commit; only the jobs that record can. One starts workflows by command."""
    assert JOBS[job]["permissions"] == permissions


def test_the_gates_defer_what_they_may_not_commit() -> None:
    """The job without `contents: write` says so to the Action, and its follower runs when there is need."""
    assert JOBS["gates"]["steps"][0]["with"] == {"records": "defer"}
    assert JOBS["gates"]["outputs"] == {"unrecorded": "${{ steps.gates.outputs.unrecorded }}"}
    assert JOBS["record"]["needs"] == "gates"
    assert JOBS["record"]["if"] == "${{ !cancelled() && needs.gates.outputs.unrecorded == 'true' }}"
    assert "records" not in JOBS["record"]["steps"][0]["with"]


def test_whom_to_notify_is_no_business_of_the_gates() -> None:
    """The secret goes to the jobs that record what was sent, and to none that a fork can cause alone."""
    given = {
        name: any("secrets.BUGACTION_NOTIFY_URLS" in str(step) for step in job["steps"])
        for name, job in JOBS.items()
    }
    assert given == {"gates": False, "record": True, "bugs": True}
    (step,) = load(SWEEP)["jobs"]["sweep"]["steps"]  # a part of the sweep claims steps of the ladder too
    assert step["with"]["notify-urls"] == "${{ secrets.BUGACTION_NOTIFY_URLS }}"
    assert "secrets." not in RELAY.read_text(encoding="utf-8")


def test_events_are_those_that_the_program_knows() -> None:
    """Every trigger is an event that the program reads, with its types written out."""
    assert set(FLOW["on"]) <= set(EVENTS)
    typed = {"issues", "issue_comment", "pull_request_target", "merge_group"}
    typed |= {"label", "pull_request_review", "release", "workflow_run"}
    assert {name for name, spec in FLOW["on"].items() if spec and "types" in spec} == typed


@pytest.mark.parametrize(
    ("event", "types"),
    [
        ("issues", "opened edited deleted transferred closed reopened assigned unassigned labeled unlabeled"),
        ("issue_comment", "created edited deleted"),
        (
            "pull_request_target",
            "opened edited synchronize closed reopened labeled unlabeled ready_for_review converted_to_draft",
        ),
        ("merge_group", "checks_requested"),
        ("pull_request_review", "submitted dismissed"),
        ("workflow_run", "completed"),
        ("release", "published"),
    ],
)
def test_types(event: str, types: str) -> None:
    """The default types leave out what gates depend on: a label, an edited body, a dismissed review."""
    assert FLOW["on"][event]["types"] == types.split()


def test_no_pull_request_is_filtered_out() -> None:
    """A filtered workflow reports nothing, and a required status that is not reported blocks for ever."""
    filters = {"paths", "paths-ignore", "branches", "branches-ignore"}
    filtered = {name for name, spec in FLOW["on"].items() if isinstance(spec, dict) and filters & set(spec)}
    assert filtered == {"push"}


@pytest.mark.parametrize("job", JOBS)
def test_runs_wait_for_each_other(job: str) -> None:
    """One run at a time for each subject, and none is cancelled half-way."""
    assert JOBS[job]["concurrency"]["cancel-in-progress"] is False


def test_concurrency_groups() -> None:
    """By pull request, commit or issue; by the workflow's name for sweeps; a merge group has its own."""
    pull = (
        "bugaction-${{ github.event.pull_request.number || github.event.workflow_run.head_sha"
        " || github.event.sha || github.run_id }}"
    )
    issue = "bugaction-${{ github.event.issue.number || inputs.issue || github.workflow }}"
    groups = {name: job["concurrency"]["group"] for name, job in JOBS.items()}
    assert groups == {"gates": pull, "record": pull, "bugs": issue}


def test_each_event_has_one_job() -> None:
    """Each trigger is named by the condition of exactly one job; workflows that end are shared by branch."""
    conditions = {name: str(JOBS[name]["if"]) for name in ("gates", "bugs")}
    branch = "github.event.workflow_run.head_branch {} github.event.repository.default_branch"
    of_pull = "startsWith(github.event.workflow_run.event, 'pull_request')"
    assert f"({of_pull} || {branch.format('!=')})" in conditions["gates"]
    assert f"{branch.format('==')} && !{of_pull}" in conditions["bugs"]
    for event in FLOW["on"].keys() - {"workflow_run"}:
        named = [
            name for name, condition in conditions.items() if f"github.event_name == '{event}'" in condition
        ]
        assert len(named) == 1, event


def test_the_parts_of_a_sweep_are_one_whole() -> None:
    """Every part once; what its job may is what the job of sweeps may; together they stay within the
    budget."""
    (job,) = load(SWEEP)["jobs"].values()
    assert job["permissions"] == JOBS["bugs"]["permissions"]
    [listed] = re.findall(r"'(\[.*\])'", job["strategy"]["matrix"]["shard"])
    parts = [Shard.parse(text, "the list") for text in json.loads(listed)]
    assert [(part.index, part.count) for part in parts] == [(index, len(parts)) for index in range(1, 5)]
    (step,) = job["steps"]
    given = step["with"]
    assert (given["command"], given["shard"]) == (Command.SWEEP, "${{ matrix.shard }}")
    assert int(given["sweep-budget"]) * len(parts) <= DEFAULT_BUDGET
    assert not job["strategy"]["fail-fast"]
    assert SWEEP.read_text(encoding="utf-8").count("<commit>") == 1


def test_job_names_are_no_status() -> None:
    """A job named like a gate would be a second required check of that name."""
    assert not [job["name"] for job in JOBS.values() if job["name"].startswith("bugaction/")]
