"""Each permission of the shipped workflow is needed: without it the run says by name what was left out."""

from __future__ import annotations

import re

import pytest

from bugaction.sandbox.runs import shipped_workflow
from tests.examples import rarely
from tests.scenario.life import CONFIG, Life, begin, form

_JOB = re.compile(r"  (?P<name>[a-z]+):")
_GRANT = re.compile(r"      (?P<key>[a-z-]+): (?P<level>read|write) #")


def grants() -> dict[str, int]:
    """Each grant, such as `gates statuses: write`, with its line in the shipped workflow."""
    found, job = {}, ""
    for number, line in enumerate(shipped_workflow().splitlines()):
        if begun := _JOB.fullmatch(line):
            job = begun["name"]
        elif grant := _GRANT.match(line):
            found[f"{job} {grant['key']}: {grant['level']}"] = number
    return found


def without(number: int) -> str:
    """The shipped workflow with one grant lowered: from write to read, or from read to nothing."""
    lines = shipped_workflow().splitlines()
    lines[number] = lines[number].replace(": write", ": read") if ": write" in lines[number] else ""
    return "\n".join(lines) + "\n"


BACK = """\
on:
  workflow_dispatch:
    inputs:
      bug: {type: string}
      reason: {type: string}
      version: {type: string}
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps: []
"""


def play(life: Life) -> None:
    """A P3 in a repository with rules: known, fixed, deployed, taken back.

    Whatever a run leaves out stays out, and the life goes on without it.
    """
    settings = "version: 1\ndeployment:\n  rollback-workflow: back.yml\n"
    life.people.push("ana", "main", {".github/workflows/back.yml": BACK, CONFIG: settings}, "Begin")
    life.people.deploy("eve", "main")
    life.pass_on()
    life.people.protect("ana", pull_request=True, bypass=["ana", "bo", "mia"])
    number = life.bug("P3", form())
    life.people.comment("bo", number, "/accept")
    life.runs.skip()  # GitHub lost it: the gates see it first, and their follower records it
    fix = life.fix()
    life.check(fix)
    life.approve("mia", fix)
    life.people.edit_pull("bo", fix, body=f"Fixes #{number}")
    life.pass_on()
    if any("root-cause" in path for path in life.files("bugaction/records")):
        life.analyse(number)
    life.say("cy", number, "/severity P2 more people are hit than we thought\n/severity P3 they are not")
    life.people.merge_pull("bo", fix)
    life.pass_on()
    life.people.deploy("eve", "main")
    life.pass_on()
    life.say("mia", number, "/rollback it breaks")


@pytest.mark.reliability
def test_with_all_of_them_nothing_is_left_out() -> None:
    """Every job runs, and none says that it lacks anything."""
    with begin() as life:
        play(life)
        assert {run.job for run in life.runs.done} == {"gates", "record", "bugs"}
        assert set(life.product.codes) == {0}
        assert not re.search(r"[a-z_-]+: (read|write)`|permission-missing|not accessible", life.log)


OFTEN = "gates statuses: write"
"""What every `make test` takes away."""


@pytest.mark.parametrize("grant", [OFTEN, *rarely(*(grant for grant in grants() if grant != OFTEN))])
def test_without_one_of_them_it_is_named(grant: str) -> None:
    """In the log of the job that lacks it."""
    job, _, permission = grant.partition(" ")
    with begin(workflow=without(grants()[grant])) as life:
        play(life)
        said = "\n".join(
            log for run, log in zip(life.runs.done, life.product.log, strict=True) if run.job == job
        )
        key, _, level = permission.partition(": ")
        assert re.search(rf"`{key.replace('-', '[-_]')}: {level}`", said)
