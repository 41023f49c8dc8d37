"""What is read out of workflows that somebody else wrote."""

from __future__ import annotations

import pytest

from bugaction.adoption.tree import RELAY, WORKFLOW, File
from bugaction.adoption.workflows import existing, pattern

FOLDER = ".github/workflows/"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("name: CI\non: push\n", ("CI",)),
        ("name: CI\non: [pull_request, push]\n", ("CI",)),
        ("name: CI\non:\n  pull_request:\n    paths: [src/**]\n", ("CI",)),
        ("name: CI\n'on':\n  merge_group:\n", ("CI",)),
        ("on: push\n", (".github/workflows/a.yml",)),
        ("name: ''\non: push\n", (".github/workflows/a.yml",)),
        ("name: Shared\non: workflow_call\n", ()),
        ("name: Nightly\non:\n  schedule:\n    - cron: '0 0 * * *'\n", ()),
        ("name: Deploy\non: workflow_dispatch\n", ("Deploy",)),
        ("name: Go\non: release\njobs:\n  go:\n    environment: production\n", ("Go",)),
        ("name: Stale\non: issues\n", ()),
        ("name: CI\n", ()),
        ("? [a, b]\n: x\nname: CI\non: push\n", ("CI",)),
    ],
)
def test_the_end_of_what_tests_or_delivers_is_heard_of(text: str, names: tuple[str, ...]) -> None:
    """By its name, or its path where it has none; what does neither would cost a run for nothing."""
    assert existing({f"{FOLDER}a.yml": File(text)}).names == names


@pytest.mark.parametrize(
    "text",
    [
        "name: [",
        "\tname: CI",
        "- a\n- b\n",
        "name: CI\n---\nname: CD\n",
        "{" * 3000,
        "a: *nobody\n",
        '"\\UFFFFFFFF": 1\n',
        "%YAML " + "9" * 5000 + ".1\n---\na: 1\n",
        "\x00",
        "",
    ],
)
def test_what_is_no_workflow_is_told_and_ends_nothing(text: str) -> None:
    """Also text that makes the YAML library itself give up."""
    found = existing({f"{FOLDER}a.yml": File(text), f"{FOLDER}b.yaml": File("name: CI\non: push\n")})
    assert list(found.unread or {}) == [f"{FOLDER}a.yml"]
    assert found.names == ("CI",)


def test_binary_and_huge_files_are_told() -> None:
    """Neither is parsed."""
    tree = {f"{FOLDER}a.yml": File(None), f"{FOLDER}b.yml": File("#" * 600_000)}
    assert set(existing(tree).unread or {}) == set(tree)


def test_anchors_are_read_and_not_expanded() -> None:
    """GitHub takes them; a bomb of aliases costs nothing, since nothing is loaded."""
    bomb = "a: &a [x, x]\n" + "".join(
        f"{to}: &{to} [*{of}, *{of}]\n" for of, to in zip("abcdefgh", "bcdefghi", strict=True)
    )
    text = f"{bomb}name: CI\non: &events [push]\njobs:\n  one: &job {{runs-on: x}}\n  two: *job\n"
    assert existing({f"{FOLDER}a.yml": File(text)}).names == ("CI",)


def test_ours_are_none_of_them_and_another_that_runs_bugaction_is_told() -> None:
    """A file under another name that runs the Action would answer everything twice."""
    runs = "name: Bugs\non: issues\njobs:\n  a:\n    steps:\n      - uses: bugaction/bugaction@v1\n"
    found = existing(
        {WORKFLOW: File(runs), RELAY: File("name: x\non: push\n"), f"{FOLDER}bugs.yml": File(runs)}
    )
    assert (found.running, found.names) == ((f"{FOLDER}bugs.yml",), ())


def test_who_calls_our_workflow_runs_bugaction() -> None:
    """Another file that holds the call would answer everything twice as well, and is never listened to."""
    call = "uses: bugaction/bugaction/.github/workflows/respond.yml@v1"
    text = f"name: Bugs\non: pull_request_target\njobs: {{a: {{{call}}}}}\n"
    found = existing({f"{FOLDER}bugs.yml": File(text)})
    assert (found.running, found.names) == ((f"{FOLDER}bugs.yml",), ())


def test_a_merge_queue_shows_in_who_answers_it() -> None:
    """By its trigger."""
    assert existing({f"{FOLDER}a.yml": File("name: CI\non: merge_group\n")}).has_merge_queue
    assert not existing({f"{FOLDER}a.yml": File("name: CI\non: push\n")}).has_merge_queue


def test_a_name_is_no_pattern() -> None:
    """What means something in a pattern is escaped."""
    assert pattern("C++ [x] *? !\\") == r"C\+\+ \[x\] \*\? \!\\"
    assert pattern("CI / test (3.12)") == "CI / test (3.12)"


def test_each_name_is_said_once_in_the_order_of_the_files() -> None:
    """A monorepo has many."""
    tree = {f"{FOLDER}{name}.yml": File(f"name: {name[0]}\non: push\n") for name in ("b2", "a1", "b1")}
    assert existing(tree).names == ("a", "b")


@pytest.mark.parametrize(
    "text",
    [
        "name: bugaction\non: push\n",
        "name: Bugaction reviews\non: pull_request\n",
        "name: Bugs\non: pull_request_target\njobs:\n  a:\n    steps: [{uses: 'bugaction/bugaction@v1'}]\n",
    ],
)
def test_no_run_starts_itself(text: str) -> None:
    """A workflow that listens to its own name would run for ever."""
    assert existing({f"{FOLDER}old.yml": File(text)}).names == ()
