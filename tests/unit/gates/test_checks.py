"""Which checks a fix waits for, and what their outcomes come to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bugaction.bug import Bug
from bugaction.check_choice import newest
from bugaction.gates.base import Verdict
from bugaction.gates.checks import ChecksRequirement, watched
from bugaction.model import Evidence, Outcome, RecordKind, Severity
from bugaction.policy import Policy
from bugaction.snapshot import ChangedFile, ChangeKind, Check, CheckKind, CheckOutcome, Commit, PullRequest
from tests.unit.bugs import bug
from tests.values import BASE, at, changed, check, line, pull

P0, P1, P2, P3 = Severity
HEAD = "c" * 40
OURS = ".github/workflows/bugaction.yml"
MENDING = "push a repair, or run it again."
NO_CI = "Wait until CI has run on it. Only a repository without CI sets `watch: []` under `checks`."


def of(severity: Severity | None = P2, *, own: tuple[str, ...] = (), **checks: object) -> Bug:
    """A bug in a repository with these keys under `checks`."""
    return bug(severity, policy=Policy.model_validate({"checks": checks}), own_workflows=own)


def fix(*checks: Check, required: tuple[str, ...] = (), **changes: object) -> PullRequest:
    """A pull request with these checks on its head; it changes a source file."""
    given = {"checks": checks, "required": required, "files": (changed("a.py"),), "changed_files": 1}
    return replace(pull(), **{**given, **changes})  # type: ignore[arg-type]


def status(name: str, outcome: CheckOutcome = CheckOutcome.SUCCESS, url: str = "") -> Check:
    """A commit status of somebody else's."""
    return Check(f"SC_{name}", name, CheckKind.STATUS, outcome, url=url)


def verdict(subject: Bug, change: PullRequest) -> Verdict:
    """What the requirement says."""
    return ChecksRequirement().check(subject, change)


@pytest.mark.parametrize("severity", [*Severity, None])
def test_what_passed_is_named(severity: Severity | None) -> None:
    """At every severity, with a link to it."""
    assert verdict(of(severity), fix(check())) == Verdict(
        Outcome.MET, evidence=(Evidence("test passed", f"{BASE}/runs/1"),)
    )


def test_many_that_passed_are_counted() -> None:
    """Three by name; a check that has no page of its own is linked from the pull request."""
    many = [status(name) for name in "abcde"]
    assert verdict(of(), fix(*many)).evidence == (Evidence("a, b, c and 2 more passed", f"{BASE}/pull/7"),)
    assert verdict(of(), fix(*many[:3])).evidence == (Evidence("a, b, c passed", f"{BASE}/pull/7"),)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (CheckOutcome.FAILURE, "failed"),
        (CheckOutcome.ERROR, "failed"),
        (CheckOutcome.CANCELLED, "was cancelled"),
        (CheckOutcome.TIMED_OUT, "ran out of time"),
        (CheckOutcome.ACTION_REQUIRED, "waits for somebody to act"),
        (CheckOutcome.STARTUP_FAILURE, "could not start"),
        (CheckOutcome.STALE, "was given up"),
    ],
)
def test_what_has_not_passed_is_named_with_its_log(outcome: CheckOutcome, words: str) -> None:
    """First of all, whatever else runs or is missing."""
    others = (check("lint", number=2), check("docs", CheckOutcome.PENDING, number=3))
    found = verdict(of(), fix(check(outcome=outcome), *others, required=("test", "lint", "docs", "e2e")))
    assert found == Verdict(Outcome.UNMET, f'"test" {words}', f"[Its log]({BASE}/runs/1) says why; {MENDING}")


def test_several_failures_are_counted() -> None:
    """The first by name; one without a page has no link."""
    found = verdict(of(), fix(status("b", CheckOutcome.ERROR), status("a", CheckOutcome.FAILURE)))
    assert (found.problem, found.remedy) == ('"a" failed, and 1 more', f"See why; {MENDING}")


def test_what_runs_is_waited_for() -> None:
    """Nobody has to do anything; what has not begun to run yet is not spoken of."""
    running = (check(outcome=CheckOutcome.PENDING), check("lint", CheckOutcome.PENDING, number=2))
    assert verdict(of(), fix(*running, required=("test", "lint", "e2e"))) == Verdict(
        Outcome.PENDING, '"lint" is still running, and 1 more', "Wait until it has ended."
    )
    assert verdict(of(), fix(*running[:1])).problem == '"test" is still running'


def test_nothing_at_all_is_no_success() -> None:
    """Neither no check, nor only checks that were skipped."""
    assert verdict(of(), fix()) == Verdict(Outcome.UNMET, "no check has run on this commit", NO_CI)
    idle = (check("a", CheckOutcome.SKIPPED), check("b", CheckOutcome.NEUTRAL, number=2))
    assert verdict(of(), fix(*idle)) == Verdict(Outcome.UNMET, "every check was skipped", NO_CI)
    assert verdict(of(), fix(*idle, required=("b",))).problem == "every check was skipped"


@pytest.mark.parametrize("outcome", [CheckOutcome.SKIPPED, CheckOutcome.NEUTRAL])
def test_a_skipped_check_passes_unless_policy_says_otherwise(outcome: CheckOutcome) -> None:
    """Beside one that has really succeeded."""
    change = fix(check(), check("lint", outcome, number=2))
    assert verdict(of(), change).outcome is Outcome.MET
    found = verdict(of(skipped="fail"), change)
    assert (found.outcome, found.problem) == (Outcome.UNMET, '"lint" was skipped')
    red = replace(change, checks=(*(change.checks or ()), check("e2e", CheckOutcome.FAILURE, number=3)))
    assert verdict(of(skipped="fail"), red).problem == '"e2e" failed, and 1 more'


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        (CheckOutcome.FAILURE, CheckOutcome.SUCCESS, Outcome.MET),
        (CheckOutcome.CANCELLED, CheckOutcome.SUCCESS, Outcome.MET),
        (CheckOutcome.SUCCESS, CheckOutcome.FAILURE, Outcome.UNMET),
        (CheckOutcome.SUCCESS, CheckOutcome.PENDING, Outcome.PENDING),
    ],
)
def test_a_superseded_run_does_not_count(first: CheckOutcome, second: CheckOutcome, outcome: Outcome) -> None:
    """The newest run of a check alone does, in whatever order GitHub lists them."""
    runs = (check(outcome=first, number=1), check(outcome=second, number=2))
    assert verdict(of(), fix(*runs)).outcome is outcome
    assert verdict(of(), fix(*reversed(runs))).outcome is outcome


def test_one_name_in_two_places_is_two_checks() -> None:
    """In two workflows, of two apps, and as a check run and a status: none supersedes another."""
    runs = (
        check(outcome=CheckOutcome.FAILURE, number=1),
        check(number=2, workflow_path=".github/workflows/other.yml"),
        replace(check(number=3), app_id=7),
        status("test"),
    )
    assert len(newest(runs)) == 4
    assert verdict(of(), fix(*runs, required=("test",))).problem == '"test" failed'


# What a newer run supersedes ----------------------------------------------------------------------------

GREEN, RED, SKIPPED = CheckOutcome.SUCCESS, CheckOutcome.FAILURE, CheckOutcome.SKIPPED
GOING, CANCELLED = CheckOutcome.PENDING, CheckOutcome.CANCELLED


def run(
    number: int,
    outcome: CheckOutcome = GREEN,
    *,
    name: str = "test",
    of_run: int = 1,
    event: str = "pull_request",
    begun: float | None = None,
    ended: float | None = None,
) -> Check:
    """A job with that id, of that workflow run; it took the tenth of a minute from its id on."""
    start = float(number) if begun is None else begun
    over = None if outcome is GOING else at(start + 0.1 if ended is None else ended)
    made = replace(check(name, outcome, minutes=start, number=number), completed_at=over, event=event)
    return replace(made, run_url=f"{BASE}/actions/runs/{of_run}")


def left(*runs: Check) -> list[int]:
    """The ids of those that count."""
    return sorted(item.database_id for item in newest(runs))


@pytest.mark.parametrize("event", ["push", "workflow_dispatch", "merge_group"])
@pytest.mark.parametrize("subject", [of(), of(watch=["test"])])
def test_a_run_for_another_event_supersedes_none(event: str, subject: Bug) -> None:
    """It tests something else: a push the head alone, a dispatch what its inputs say. Both count, and each
    is named with its event, so that one knows which to run again."""
    red, other = run(1, RED), run(2, event=event, of_run=2)
    found = verdict(subject, fix(red, other))
    assert (found.outcome, found.problem) == (Outcome.UNMET, '"test" (pull_request) failed')
    assert found.remedy == f"[Its log]({BASE}/runs/1) says why; {MENDING}"
    running = replace(red, outcome=GOING, completed_at=None)
    assert verdict(subject, fix(running, other)).problem == '"test" (pull_request) is still running'
    required = fix(red, other, required=("test",))
    assert verdict(of(), required).problem == '"test" (pull_request) failed'
    again = run(3)
    for change in (fix(red, other, again), fix(red, other, again, required=("test",))):
        found = verdict(subject, change)
        assert (found.outcome, found.evidence[0].text) == (Outcome.MET, "test passed")


@pytest.mark.parametrize("merge", ["pull_request", "pull_request_target", "merge_group"])
@pytest.mark.parametrize(
    ("newer", "outcome", "problem"),
    [
        (GREEN, Outcome.MET, ""),
        (RED, Outcome.UNMET, '"test" failed'),
        (GOING, Outcome.PENDING, '"test" is still running'),
        (CANCELLED, Outcome.UNMET, '"test" was cancelled'),
    ],
)
@pytest.mark.parametrize("event", ["push", "workflow_dispatch"])
def test_what_a_newer_test_of_the_merge_cancelled_does_not_count(
    event: str, newer: CheckOutcome, outcome: Outcome, problem: str, merge: str
) -> None:
    """A workflow for both events with one group for both cancels itself at each push: the newer one decides,
    though both began in the same second."""
    cancelled = run(1, CANCELLED, event=event)
    tested = run(2, newer, of_run=2, event=merge, begun=1)
    for change in (fix(cancelled, tested), fix(tested, cancelled, required=("test",))):
        found = verdict(of(), change)
        assert (found.outcome, found.problem) == (outcome, problem)


def test_what_no_newer_test_of_the_merge_cancelled_counts() -> None:
    """Where that is older, skipped the job, is no test of the merge, or of another check."""
    push = run(2, CANCELLED, event="push", of_run=2)
    for other in (
        run(1),
        run(3, SKIPPED, of_run=3),
        run(3, event="workflow_dispatch", of_run=3),
        replace(run(3, of_run=3), workflow_path=".github/workflows/other.yml"),
        replace(run(3, of_run=3), app_id=7),
        run(3, of_run=3, name="lint"),
    ):
        assert 2 in left(push, other)
    assert left(push, run(3, of_run=3), run(4, SKIPPED, of_run=4)) == [4]
    assert left(run(1, CANCELLED), run(2, event="push", of_run=2)) == [1, 2]
    assert left(run(1, CANCELLED), run(2, event="pull_request_target", of_run=2)) == [1, 2]
    unknown = replace(push, database_id=0)
    assert left(unknown) == [0]
    assert left(unknown, replace(run(3, of_run=3), database_id=0)) == [0, 0]
    app = replace(push, event="", run_url="", workflow="", workflow_path="")
    assert left(app, replace(app, id="CR_3", database_id=3, outcome=GREEN)) == [3]


def test_what_failed_before_a_run_was_cancelled_counts() -> None:
    """In the same attempt or in one before, and so does what passed: what is void supersedes none."""
    merge = run(9, of_run=9)
    for other in (RED, GREEN):
        assert left(run(1, other, event="push"), run(2, CANCELLED, event="push"), merge) == [1, 9]
        assert left(run(1, other, event="push", ended=3), run(2, CANCELLED, event="push"), merge) == [1, 9]
    twins = (run(1, CANCELLED, event="push", ended=3), run(2, CANCELLED, event="push", ended=3))
    assert left(*twins, merge) == [9]
    assert left(*twins, merge, run(10, event="push")) == [9, 10]
    assert left(*twins, merge, run(10, CANCELLED, event="push")) == [9, 10]


def test_what_a_cancelled_run_skipped_does_not_count_either() -> None:
    """A job that waited for a cancelled one; policy may hold a skipped job to be a failed one."""
    waited = run(2, SKIPPED, event="push")
    cancelled = run(1, CANCELLED, event="push", name="build")
    merge = (run(4, of_run=2), run(3, of_run=2, name="build"))
    strict = of(skipped="fail")
    assert verdict(strict, fix(cancelled, waited, *merge)).outcome is Outcome.MET
    assert verdict(strict, fix(waited, *merge)).problem == '"test" (push) was skipped'
    assert verdict(strict, fix(cancelled, waited, merge[1])).problem == '"test" was skipped'


def test_an_event_is_named_where_it_tells_two_of_one_name_apart() -> None:
    """In any case of letters; what another app reports has none."""
    red, other = run(1, RED), run(2, event="push", of_run=2)
    assert verdict(of(), fix(red, replace(other, name="lint"))).problem == '"test" failed'
    assert verdict(of(), fix(red, replace(other, name="TEST"))).problem == '"test" (pull_request) failed'
    app = replace(run(3, RED, event=""), id="CR_0", run_url="", app_id=7)
    assert verdict(of(), fix(app, run(1), other)).problem == '"test" failed'


def test_a_workflow_that_goes_on_is_named_with_its_event_too() -> None:
    """Where one for another event is over."""
    going = replace(run(1), is_run_over=False)
    assert verdict(of(), fix(going, run(2, event="push"))).problem == (
        'the workflow "CI" (pull_request) has not ended'
    )


@pytest.mark.parametrize("idle", [SKIPPED, CheckOutcome.NEUTRAL])
@pytest.mark.parametrize("before", [item for item in CheckOutcome if item is not GREEN])
def test_a_run_that_skipped_a_job_supersedes_nothing_that_did_not_pass(
    idle: CheckOutcome, before: CheckOutcome
) -> None:
    """A label makes a run whose condition skips the job: it has not shown that the job would pass now."""
    other = replace(check("lint", number=9), run_url="")
    found = verdict(of(), fix(run(1, before), run(2, idle, of_run=2), other))
    assert found.outcome is verdict(of(), fix(run(1, before), other)).outcome
    really = run(3, of_run=3)
    assert left(run(1, before), run(2, idle, of_run=2), really) == [3]


def test_a_run_that_skipped_a_job_supersedes_one_that_passed() -> None:
    """And one that was skipped as well: as before, the newest is looked at."""
    assert left(run(1), run(2, SKIPPED, of_run=2)) == [2]
    assert left(run(1, SKIPPED), run(2, CheckOutcome.NEUTRAL, of_run=2)) == [2]
    assert left(run(1, RED), run(2, SKIPPED), run(3)) == [3]


def test_the_newest_word_of_another_app_is_the_one_that_counts() -> None:
    """No event and no condition of a workflow has a hand in what an app reports."""

    def told(number: int, outcome: CheckOutcome) -> Check:
        return replace(run(number, outcome, event=""), run_url="", workflow_path="", workflow="", app_id=7)

    assert left(told(1, RED), told(2, CheckOutcome.NEUTRAL)) == [2]
    assert left(told(2, RED), told(1, GREEN)) == [2]
    assert left(replace(told(1, RED), completed_at=at(9)), told(2, GREEN)) == [2]


def test_jobs_of_one_name_in_one_run_are_all_looked_at() -> None:
    """As with a matrix whose legs have one name: what had not ended when the other began is no earlier run of
    it, in whatever order they began or got their ids; nor is what a third of them joins to it."""
    assert left(run(1, RED, ended=3), run(2)) == [1, 2]
    assert left(run(1, begun=2), run(2, RED, begun=1, ended=3)) == [1, 2]
    assert left(run(1, RED, ended=2), run(2)) == [1, 2]
    assert left(run(1, ended=2), run(2, RED, ended=5), run(3, ended=4)) == [1, 2, 3]
    assert left(run(1, ended=7), run(2, RED, ended=3), run(5, ended=6)) == [1, 2, 5]
    assert left(run(1, GOING), run(2, ended=9)) == [1, 2]
    assert left(run(1, GOING), replace(run(2, GOING), started_at=None)) == [1, 2]
    assert left(run(1, RED, ended=3), run(2, begun=1, ended=3)) == [1, 2]
    found = verdict(of(), fix(run(1, RED, ended=3), run(2)))
    assert found.problem == '"test" failed'


def test_of_jobs_of_one_name_what_was_skipped_stands_behind_what_ran() -> None:
    """Two jobs that share a name by opposite conditions are one check with two ways to pass."""
    pair = (run(1, SKIPPED, ended=1), run(2, begun=1))
    assert left(*pair) == [2]
    assert verdict(of(skipped="fail"), fix(*pair)).outcome is Outcome.MET
    assert left(run(1, SKIPPED, ended=1), run(2, SKIPPED, begun=1, ended=2)) == [1, 2]


def test_a_run_of_the_same_workflow_run_again_supersedes() -> None:
    """A new attempt begins when all of the one before has ended, and has the same page."""
    assert left(run(1, RED), run(2)) == [2]
    assert left(run(1, RED), run(2, RED), run(3)) == [3]
    assert left(run(1, RED), replace(run(2, GOING), started_at=None)) == [2]
    assert left(run(1, RED, ended=4), run(2, RED, ended=3), run(5), run(6, begun=5, ended=7)) == [5, 6]
    alike = (run(5), run(6, begun=5, ended=5.1))
    assert left(run(1, RED, ended=4), run(2, RED, ended=3), *alike) == [5]
    assert left(run(1, RED, ended=4), run(2, begun=1, ended=3), run(5)) == [5]
    queued = replace(run(1, CheckOutcome.CANCELLED, ended=2), started_at=None)
    assert left(queued, run(3)) == [3]


def test_jobs_of_one_name_that_run_one_after_another_are_one_attempt() -> None:
    """As the legs of a matrix with `max-parallel: 1`, where another job of the run spans the time between
    them: nothing is run again before all of a run has ended."""
    legs = (run(1, RED, begun=5, ended=6), run(2, begun=7, ended=8))
    assert left(*legs) == [2]
    for begun, ended in ((5, 9), (6, 7), (1, 7)):
        build = run(3, begun=begun, ended=ended, name="build")
        assert left(*legs, build) == [1, 2, 3]
        assert verdict(of(), fix(*legs, build, required=("test",))).problem == '"test" failed'
        assert left(*legs, replace(build, run_url=f"{BASE}/actions/runs/2")) == [2, 3]
    steps = (run(3, begun=4, ended=6.5, name="a"), run(4, begun=6.2, ended=7.5, name="b"))
    assert left(*legs, *steps) == [1, 2, 3, 4]
    assert left(*legs, steps[1]) == [2, 4]
    going = run(3, GOING, begun=5, name="build")
    assert left(*legs, going) == [1, 2, 3]
    assert left(*legs, replace(going, started_at=None)) == [2, 3]
    again = (run(5, begun=10), run(6, begun=10, name="build"))
    assert left(*legs, replace(going, outcome=GREEN, completed_at=at(9)), *again) == [5, 6]


@pytest.mark.parametrize("name", ["bugaction/fix", "BugAction/bug-42"])
def test_a_check_run_of_ours_spans_no_attempts(name: str) -> None:
    """GitHub files it under a run of somebody's workflow; while it waits for that, it has not ended."""
    ours = run(9, GOING, begun=1, name=name)
    assert left(run(1, RED), run(2), ours) == [2, 9]


def test_each_job_that_is_run_again_stands_for_one_that_had_not_passed() -> None:
    """Of two red ones of one name, running a single one again leaves the other. A copy of that in the new
    attempt, with an id of its own and the times of before, is no further one."""
    pair = (run(1, RED, ended=3), run(2, RED, ended=4))
    assert left(*pair, run(5)) == [2, 5]
    assert left(*pair, run(5), run(6)) == [6]
    assert left(*pair, run(5), run(6, RED, begun=2, ended=4)) == [2, 5]
    assert left(*pair, run(5), run(6, RED, begun=2, ended=4), run(7)) == [7]
    assert left(*pair, run(7, of_run=2)) == [7]


def test_attempts_of_two_runs_follow_each_other_by_their_ids() -> None:
    """The first run is run again after the second: its word is the newest."""
    assert left(run(1, RED), run(2, of_run=2), run(3, RED)) == [3]
    assert left(run(1, RED), run(2, RED, of_run=2), run(3)) == [3]
    copy = run(8, begun=1, ended=3)
    assert left(run(1, RED, ended=4), run(5, of_run=2), copy, run(7)) == [7]
    assert left(run(7, RED), copy) == [7]
    assert left(run(1, RED, ended=4), copy, run(5, of_run=2)) == [5]


_RUNS = st.lists(
    st.builds(
        run,
        st.integers(1, 9),
        st.sampled_from([GREEN, RED, SKIPPED, GOING, CANCELLED]),
        name=st.sampled_from(["test", "build"]),
        of_run=st.integers(1, 2),
        event=st.sampled_from(["push", "pull_request"]),
        begun=st.integers(1, 9),
        ended=st.integers(1, 9),
    ).map(lambda item: replace(item, completed_at=_later(item), run_url=f"{item.run_url}-{item.event}")),
    max_size=7,
    unique_by=lambda item: item.database_id,
)


def _later(item: Check) -> datetime | None:
    begun, ended = item.started_at, item.completed_at
    return None if begun is None or ended is None else max(begun, ended)


@given(_RUNS, st.data())
def test_the_order_in_which_github_lists_runs_does_not_matter(runs: list[Check], data: st.DataObject) -> None:
    """What counts is told by ids, times, pages and events alone."""
    assert newest(data.draw(st.permutations(runs))) == newest(runs)


def test_nor_does_that_of_statuses() -> None:
    """Which have no ids that grow; GitHub lists the newest of each context alone."""
    both = (status("ci"), status("CI", RED))
    assert newest(both) == newest(reversed(both))


@given(_RUNS, st.integers(20, 30))
def test_whatever_stood_there_a_person_can_free_a_fix(runs: list[Check], later: int) -> None:
    """By running each workflow run again once it has ended, all of its jobs: then nothing but those count."""
    over = [item for item in runs if item.outcome is not GOING]
    again = [
        replace(
            run(100 + number, name=item.name, event=item.event, begun=later, ended=later + number),
            run_url=item.run_url,
        )
        for number, item in enumerate(over)
    ]
    assert verdict(of(), fix(*over, *again)).outcome is (Outcome.MET if over else Outcome.UNMET)


@given(_RUNS)
@example(
    [
        run(1, CANCELLED, event="push", of_run=2, name="build"),
        run(2, SKIPPED, event="push", of_run=2),
        run(3),
    ]
)
def test_only_what_ran_supersedes_what_did_not_pass(runs: list[Check]) -> None:
    """Where a job never passed for an event, something goes on to count that failed, runs or was cancelled:
    the last of these only by a newer test of the merge that was not skipped, which speaks for what waited for
    a cancelled job of a push as well."""
    passed = {(item.name, item.event) for item in runs if item.outcome is GREEN}
    stopped = {(item.run_url, "push") for item in runs if item.outcome is CANCELLED}
    for name, event in {(item.name, item.event) for item in runs} - passed:
        before, after = (
            {item.outcome for item in several if (item.name, item.event) == (name, event)}
            for several in (runs, newest(runs))
        )
        if before & {RED, GOING} or (CANCELLED in before and event == "pull_request"):
            assert after & {RED, GOING, CANCELLED}
        elif before == {SKIPPED} and stopped.isdisjoint(
            (item.run_url, event) for item in runs if item.name == name
        ):
            assert after == {SKIPPED}


@given(_RUNS)
def test_no_green_run_hides_what_did_not_pass_for_another_event(runs: list[Check]) -> None:
    """Each event's runs are judged as if the other's were not there, but for what was cancelled."""
    kept = newest(runs)
    for event in ("push", "pull_request"):
        alone = newest(item for item in runs if item.event == event)
        found = tuple(item for item in kept if item.event == event)
        if event == "pull_request" or all(item.outcome is not CANCELLED for item in runs):
            assert found == alone
        assert {item for item in alone if item.outcome in {RED, GOING}} <= set(found)


# What is watched ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("required", "outcome", "problem"),
    [
        ((), Outcome.UNMET, '"lint" failed'),
        (("test",), Outcome.MET, ""),
        (("TEST",), Outcome.MET, ""),
        (("bugaction/gate",), Outcome.UNMET, '"lint" failed'),
        (("test", "bugaction/gate"), Outcome.MET, ""),
        (("lint",), Outcome.UNMET, '"lint" failed'),
        (("e2e",), Outcome.UNMET, '"e2e" has not run on this commit'),
        (("test", "e2e", "load"), Outcome.UNMET, '"e2e", "load" have not run on this commit'),
        (("e", "f", "g"), Outcome.UNMET, '"e", "f", "g" have not run on this commit'),
        (("e", "f", "g", "h"), Outcome.UNMET, '"e", "f", "g" and 1 more have not run on this commit'),
    ],
)
def test_what_the_branch_requires_is_watched(
    required: tuple[str, ...], outcome: Outcome, problem: str
) -> None:
    """By default, ourselves left out; and everything where it requires nothing."""
    change = fix(check(), check("lint", CheckOutcome.FAILURE, number=2), required=required)
    found = verdict(of(), change)
    assert (found.outcome, found.problem) == (outcome, problem)


def test_where_the_rules_cannot_be_seen_everything_counts() -> None:
    """A permission that is missing makes nothing milder."""
    change = fix(check(), check("lint", CheckOutcome.FAILURE, number=2), required=None)  # type: ignore[arg-type]
    assert verdict(of(), change).problem == '"lint" failed'


def test_what_is_watched_may_be_listed() -> None:
    """For every severity or for one; an empty list watches nothing, whatever may be read."""
    change = fix(check(), check("lint", CheckOutcome.FAILURE, number=2), required=("lint",))
    assert verdict(of(watch=["test"]), change).outcome is Outcome.MET
    assert verdict(of(watch=["test", "e2e"]), change) == Verdict(
        Outcome.UNMET,
        '"e2e" has not run on this commit',
        "Start it on the newest commit; `checks.watch` names what is watched.",
    )
    assert verdict(of(watch=[]), fix()).outcome is Outcome.NOT_APPLICABLE
    assert verdict(of(watch=[]), replace(fix(), checks=None)).outcome is Outcome.NOT_APPLICABLE
    policy = Policy.model_validate({"severities": {"P0": {"watch": ["test"]}}})
    assert verdict(bug(P0, policy=policy), change).outcome is Outcome.MET
    assert verdict(bug(P1, policy=policy), change).problem == '"lint" failed'


@pytest.mark.parametrize("name", ["bugaction/gate", "BugAction/fix"])
def test_our_own_statuses_are_no_checks(name: str) -> None:
    """Neither as a success nor as something to wait for."""
    assert verdict(of(), fix(status(name))).problem == "no check has run on this commit"
    assert verdict(of(), fix(check(), status(name, CheckOutcome.FAILURE))).outcome is Outcome.MET


@pytest.mark.parametrize("own", [(OURS,), ("CI",), (".github/workflows/our-own.yml",)])
def test_the_workflow_that_runs_us_is_no_check(own: tuple[str, ...]) -> None:
    """By its file or its name: a gate that waits for the run it is made in would wait for ever."""
    path = own[0] if own[0] != "CI" else ".github/workflows/x.yml"
    running = check("bugaction gates", CheckOutcome.PENDING, number=2, workflow_path=path)
    other = replace(check(), workflow="Tests")
    assert verdict(of(own=own), fix(other, running)).outcome is Outcome.MET
    assert verdict(of(own=own), fix(running)).problem == "no check has run on this commit"


@pytest.mark.parametrize("ignored", ["lint", "Quality", ".github/workflows/quality.yml"])
def test_policy_may_ignore_checks(ignored: str) -> None:
    """By a check's name, its workflow's, or the file's."""
    failing = replace(
        check("lint", CheckOutcome.FAILURE, number=2),
        workflow="Quality",
        workflow_path=".github/workflows/quality.yml",
    )
    assert verdict(of(ignore=[ignored]), fix(check(), failing)).outcome is Outcome.MET
    assert verdict(of(ignore=["other"]), fix(check(), failing)).outcome is Outcome.UNMET


def test_a_permission_that_is_missing_is_named() -> None:
    """Half a list of checks is none."""
    for lacking, named in (
        (("actions: read", "checks: read"), "`actions: read` and `checks: read`"),
        ((), "`checks: read`"),
    ):
        assert verdict(of(), replace(fix(check()), checks=None, lacking=lacking)) == Verdict(
            Outcome.UNMET,
            "checks cannot be read",
            f"The job that runs bugaction needs {named}; without it no fix can pass.",
        )


def test_long_names_leave_room_for_what_happened() -> None:
    """A check's name may have 255 characters, a status 140."""
    name, shown = "n" * 255, f"{'n' * 59}…"
    assert verdict(of(), fix(status(name, CheckOutcome.FAILURE))).problem == f'"{shown}" failed'
    assert verdict(of(), fix(check(), required=(name,))).problem == f'"{shown}" has not run on this commit'
    assert verdict(of(), fix(status(name))).evidence[0].text == f"{shown} passed"
    going = replace(check(), workflow=name, is_run_over=False)
    assert verdict(of(), fix(going)).problem == f'the workflow "{shown}" has not ended'


# Checks that the pull request could have made green itself ---------------------------------------------

RENAMED = changed("docs/old.yml", ChangeKind.RENAMED, additions=0, deletions=0)


@pytest.mark.parametrize(
    "file",
    [
        changed(".github/workflows/ci.yml"),
        changed(".github/workflows/ci.yml", ChangeKind.DELETED),
        changed(".github/actions/setup/action.yml", ChangeKind.ADDED),
        RENAMED,
    ],
)
def test_a_change_of_the_workflows_is_looked_at_by_somebody_else(file: ChangedFile) -> None:
    """The pull request's own workflow file made the checks green; a renamed file may have been one."""
    change = fix(check(), files=(file,))
    assert verdict(of(), change) == Verdict(
        Outcome.UNMET,
        "it may change the workflows that check it",
        "Somebody who did not work on it and has read what it changes there comments "
        "`/attest checks ccccccc WHAT IT CHANGES`.",
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"files": None},
        {"files": (changed("a.py"),), "changed_files": 3001},
    ],
)
def test_what_is_not_listed_may_be_a_workflow(changes: dict[str, object]) -> None:
    """More files than GitHub lists, or none that could be read."""
    assert verdict(of(), replace(fix(check()), **changes)).outcome is Outcome.UNMET  # type: ignore[arg-type]


def test_a_check_that_is_wanted_by_name_is_missed_when_its_workflow_moves_away() -> None:
    """So a file that is renamed elsewhere is no matter then; one that is renamed to a workflow is."""
    assert verdict(of(), fix(check(), files=(RENAMED,), required=("test",))).outcome is Outcome.MET
    moved = changed(".github/workflows/new.yml", ChangeKind.RENAMED)
    assert verdict(of(), fix(check(), files=(moved,), required=("test",))).outcome is Outcome.UNMET


def words(actor: str, head: str = HEAD) -> Bug:
    """A bug for whose fix somebody has vouched."""
    said = line(RecordKind.COMMAND, "IC_1#x", actor=actor, name="attest", requirement="checks", head=head)
    return bug(P2, spoken=(replace(said, data={**said.data, "url": "link"}),))


def test_somebody_s_word_stands_for_the_change_of_the_workflows() -> None:
    """For that commit, by somebody who did not work on it."""
    change = fix(check(), files=(changed(".github/workflows/ci.yml"),))
    found = verdict(words("mia"), change)
    assert found.outcome is Outcome.MET
    assert found.evidence[1] == Evidence("the change to CI was looked at by mia", "link", "mia", at(1))
    assert verdict(words("mia", "d" * 40), change).problem == "it may change the workflows that check it"
    moved = replace(change, retargeted_at=at(1))
    assert verdict(words("mia"), moved).problem == "it may change the workflows that check it"
    assert verdict(words("Bo"), change).problem == "Bo worked on it, and cannot vouch for its workflows"
    helped = replace(change, commits=(Commit(HEAD, "m", ("bo", "mia"), at(1)),))
    assert verdict(words("mia"), helped).problem == "mia worked on it, and cannot vouch for its workflows"


def test_a_word_makes_no_red_check_green() -> None:
    """It is about the workflows alone."""
    change = fix(check(outcome=CheckOutcome.FAILURE), files=(changed(".github/workflows/ci.yml"),))
    assert verdict(words("mia"), change).problem == '"test" failed'


def test_what_counts_is_told_by_itself() -> None:
    """For whoever wants to list it: the checks, and the names that are missing."""
    found, missing = watched(of(), fix(check(), check("lint", number=2), required=("lint", "e2e")))
    assert ([item.name for item in found], missing) == (["lint"], ("e2e",))


def test_a_workflow_that_goes_on_may_bring_more() -> None:
    """Where everything counts; a check that is wanted by name is all that is waited for."""
    going = replace(check(), is_run_over=False)
    assert verdict(of(), fix(going)) == Verdict(
        Outcome.PENDING, 'the workflow "CI" has not ended', "Wait until it has ended."
    )
    assert verdict(of(), fix(check())).outcome is Outcome.MET
    assert verdict(of(), fix(going, required=("test",))).outcome is Outcome.MET


def test_a_job_s_name_holds_no_code() -> None:
    """Whoever names a job writes no Markdown of ours."""
    name = r"\\`a` @octo/team `b`"
    shown = name.replace("`", "'")
    broken = check(name, CheckOutcome.FAILURE)
    assert verdict(of(), fix(broken)).problem == f'"{shown}" failed'
    assert verdict(of(), fix(check(name))).evidence[0].text == f"{shown} passed"
    assert verdict(of(), fix(check(), required=(name,))).problem == f'"{shown}" has not run on this commit'
