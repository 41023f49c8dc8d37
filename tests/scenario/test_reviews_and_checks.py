"""The events of reviews and of finished checks, as a workflow that listens for them is run."""

from __future__ import annotations

import pytest

from tests.scenario.life import Life, begin

WORKFLOW = """
name: bugaction
on:
  issues: {types: [opened, labeled]}
  pull_request_target: {types: [opened, synchronize]}
  pull_request_review: {types: [submitted, edited, dismissed]}
  workflow_run: {workflows: [CI, bugaction], types: [completed]}
  check_suite: {types: [completed]}
  status:
permissions: {}
jobs:
  gates:
    runs-on: ubuntu-latest
    permissions: {contents: write, issues: write, pull-requests: read, statuses: write}
    steps:
      - uses: bugaction/bugaction@0000000000000000000000000000000000000000
        id: gates
"""


def runs_of(life: Life, event: str) -> int:
    return sum(1 for run in life.runs.done if run.event_name == event)


def test_a_review_a_finished_run_and_a_status_each_look_at_the_pull_request() -> None:
    """A status of ours that was taken away comes back with each of them."""
    with begin(workflow=WORKFLOW) as life:
        pull = life.fix(life.bug())
        gate = life.gate(pull)
        for event, happens in (
            ("pull_request_review", lambda: life.approve("mia", pull)),
            ("workflow_run", lambda: life.check(pull)),
            ("status", lambda: life.people.set_status("eve", life.head(pull), "ci/jenkins")),
        ):
            with life.world.change() as state:
                state.statuses.clear()
            before = runs_of(life, event)
            happens()
            life.pass_on()
            assert runs_of(life, event) == before + 1
            assert life.gate(pull)[0] == gate[0]


@pytest.mark.parametrize("deed", ["edit", "dismiss"])
def test_a_review_that_changes_is_looked_at(deed: str) -> None:
    """An approval may vanish long after it was given."""
    with begin(workflow=WORKFLOW) as life:
        pull = life.fix(life.bug())
        review = life.approve("mia", pull)
        with life.world.change() as state:
            state.statuses.clear()
        if deed == "edit":
            life.people.edit_review("mia", review.id, "Hm.")
        else:
            life.people.dismiss_review("ana", review.id)
        life.pass_on()
        assert "bugaction/gate" in life.verdicts(pull)


def test_the_end_of_our_own_workflow_starts_nothing_anew() -> None:
    """A workflow that lists itself is run, and its run looks at nothing."""
    with begin(workflow=WORKFLOW) as life:
        pull = life.fix(life.bug())
        reads = len(life.server.requests)
        life.check(pull, "gates", workflow="bugaction")
        assert runs_of(life, "workflow_run") == 1
        assert len(life.server.requests) == reads
        assert "the workflow that runs bugaction" in life.log


def test_a_review_of_a_fork_s_pull_request_runs_with_a_token_that_only_reads() -> None:
    """Its run can see everything and write nothing: a status that is missing stays so."""
    with begin(workflow=WORKFLOW) as life:
        bug = life.bug()
        life.people.push("dee", "fix/checkout", {"a.py": "1\n"}, fork="dee")
        pull = life.people.open_pull("dee", "Repair", "fix/checkout", body=f"Fixes #{bug}", fork="dee").number
        life.pass_on()
        assert "bugaction/gate" in life.verdicts(pull)
        with life.world.change() as state:
            state.statuses.clear()
        life.approve("mia", pull)
        run = life.runs.done[-1]
        assert run.event_name == "pull_request_review"
        assert set(run.token.permissions.values()) == {"read"}
        assert life.verdicts(pull) == {}
        assert "statuses: write" in life.log
