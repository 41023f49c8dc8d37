"""Which checks a fix waits for, and what their outcomes come to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.bug import Bug
from bugaction.gates.base import Verdict
from bugaction.gates.checks import ChecksRequirement, newest, watched
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
