"""A workflow file of anybody: read leniently, and never an exception."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.doctor.workflow_file import Uses, WorkflowFile, matches_name, parse

PATH = ".github/workflows/x.yml"


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("push", {"push": {}}),
        ("[push, pull_request]", {"push": {}, "pull_request": {}}),
        ("{push: , issues: {types: opened}}", {"push": {}, "issues": {"types": "opened"}}),
        ("{schedule: [{cron: '0 * * * *'}]}", {"schedule": {"cron": [{"cron": "0 * * * *"}]}}),
        ("7", {"7": {}}),
        ("", {}),
    ],
)
def test_triggers_in_each_of_their_forms(on: str, expected: dict[str, object]) -> None:
    """A word, a list, a mapping; `on` is no truth value."""
    assert parse(PATH, f"on: {on}\n").triggers == expected


def test_a_job_s_permissions() -> None:
    """Its own, else the workflow's; given any, all others are none."""
    text = "permissions: read-all\njobs: {a: {}, b: {permissions: {issues: write}}, c: {permissions: {}}}\n"
    levels = [(job.level("issues"), job.level("checks")) for job in parse(PATH, text).jobs]
    assert levels == [("read", "read"), ("write", "none"), ("none", "none")]
    (bare,) = parse(PATH, "jobs: {a: {}}\n").jobs
    assert (bare.permissions, bare.level("issues")) == (None, "")


@pytest.mark.parametrize(
    ("name", "is_ours", "revision"),
    [
        ("bugaction/bugaction@v1", True, "v1"),
        ("octo/bugaction@<commit>", True, "<commit>"),
        ("./", True, ""),
        ("bugaction/bugaction/.github/workflows/respond.yml@v1", True, "v1"),
        ("./.github/workflows/respond.yml", True, ""),
        ("./.github/workflows/ci.yml", False, ""),
        ("./.github/actions/setup", False, ""),
        ("actions/checkout@v4", False, "v4"),
        ("octo/bugaction-extra@v1", False, "v1"),
        ("evil/x/bugaction@v1", False, "v1"),
    ],
)
def test_which_steps_run_us(name: str, is_ours: bool, revision: str) -> None:
    """By the repository's name whoever owns the copy, or as the checkout's own folder."""
    assert (Uses(name).is_ours, Uses(name).revision) == (is_ours, revision)


def test_a_reusable_workflow_is_used_by_the_job_itself() -> None:
    """`uses:` stands beside the job's name then."""
    (job,) = parse(PATH, "jobs: {a: {uses: 'bugaction/bugaction/.github/workflows/bugs.yml@v1'}}\n").jobs
    assert job.runs_us
    assert job.calls == "bugaction/bugaction/.github/workflows/bugs.yml@v1"
    assert [item.has_token for item in job.uses] == [False]
    text = "jobs: {a: {uses: 'bugaction/bugaction/.github/workflows/respond.yml@v1', with: {app-id: '7'}}}\n"
    assert [item.has_token for job in parse(PATH, text).jobs for item in job.uses] == [True]
    (other,) = parse(PATH, "jobs: {a: {steps: [{uses: 'bugaction/bugaction@v1'}]}}\n").jobs
    assert (other.runs_us, other.calls) == (True, "")


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("CI", "CI", True),
        ("CI", "ci", False),
        (r"C\+\+", "C++", True),
        ("Test *", "Test web/api", True),
        (r"Test \*", "Test web", False),
        ("", "", True),
    ],
)
def test_names_are_patterns(pattern: str, name: str, matches: bool) -> None:
    """As GitHub reads `workflow_run.workflows`."""
    assert matches_name(pattern, name) is matches


@pytest.mark.parametrize(
    "text",
    [
        None,
        "a: [",
        "- 1",
        "",
        "x" * 300_000,
        "[" * 5000,
        "jobs: 7",
        "on: {push: {types: {a: b}}}",
        "a: &a [*a]",
    ],
)
def test_whatever_it_holds(text: str | None) -> None:
    """It becomes a workflow, or a reason."""
    found = parse(PATH, text)
    assert isinstance(found, WorkflowFile)
    assert found.why_not or found.jobs == ()


@given(st.text(max_size=200))
def test_no_text_is_too_strange(text: str) -> None:
    """No exception, and the derived values can be asked for."""
    found = parse(PATH, text)
    assert found.is_awaited in (True, False)
    assert found.names() == tuple(found.names())
