"""What makes people give up on gates elsewhere, each in one scenario that shows that it does not happen here.

The pains are those of `reference/anchors.md` that a gate can have; each test is named after one, and tells in
its docstring what hurts, where it was seen, and by which rule it is kept away. What belongs to a pain in
detail stands in the scenarios of its subject.
"""

from __future__ import annotations

import json

import pytest

from bugaction.sandbox.runs import shipped_workflow
from bugaction.sandbox.workflow import Workflow
from tests.examples import rarely
from tests.scenario.life import CONFIG, RECORDS, STICKY, Life, form

GREEN = ("success", "Every gate holds for BUG-001")
NO_BUG = ("success", "Not a bug fix")
UNAPPROVED = ("failure", "BUG-001: nobody has approved it")


def _in_work(life: Life) -> int:
    """A P3 that nobody has taken on yet; gives the pull request that fixes it."""
    life.bug("P3", form())
    return life.fix(1)


def _nearly(life: Life) -> int:
    """A P3 that lacks nothing but the approval of its fix; gives the fix."""
    life.bug("P3", form())
    life.say("bo", 1, "/accept\n/strategy hotfix one branch is wrong\n/attest reproduction on staging")
    life.complete("bo", 1, "root-cause-analysis")
    pull = life.fix(1)
    life.check(pull)
    assert life.gate(pull) == UNAPPROVED
    return pull


def _from_fork(life: Life) -> int:
    """A stranger's fix of a P3, from a fork; gives the pull request."""
    life.bug("P3", form())
    life.people.push("dee", "patch", {"a.py": "1\n", "tests/test_a.py": "1\n"}, "Repair", fork="dee")
    pull = life.people.open_pull("dee", "Repair", "patch", body="Fixes #1", fork="dee").number
    life.pass_on()
    return pull


def _fix_gate(life: Life, pull: int) -> str:
    return life.verdicts(pull)["bugaction/fix"][1].split(" (+")[0]


# A gate that does not answer ----------------------------------------------------------------------------


def test_merge_queue_hangs(life: Life) -> None:
    """A required gate that never reports on a group's head stops everybody's merges
    (stilliard/github-task-list-completed#34). The shipped workflow listens to `merge_group`, and answers."""
    other = life.fix(branch="feature/other")
    life.people.protect("ana", "main", checks=["bugaction/gate"], merge_queue=True)
    ref = life.people.enqueue("bo", other)
    life.pass_on()
    assert life.said(life.state.refs[ref])["bugaction/gate"] == NO_BUG


def test_vacuous_green_in_the_queue(life: Life) -> None:
    """A gate that finds no pull request behind a group lets everything in (palantir/policy-bot#800). Each one
    of the group is judged again, on what holds now; a group that is not to be resolved fails."""
    harmless, held = life.fix(branch="feature/other"), life.fix(life.bug("P3", form()))
    life.people.enqueue("bo", harmless)
    ref = life.people.enqueue("bo", held)
    life.pass_on()
    state, text = life.said(life.state.refs[ref])["bugaction/gate"]
    assert state == "failure"
    assert text.startswith(f"#{held}: BUG-")


def test_expected_waiting_for_status_for_ever(life: Life) -> None:
    """A gate that keeps silent where it has nothing to say holds a merge for good
    (mergeability/mergeable#746, actions/runner#1115). Every pull request is answered, whoever opened it and
    whatever it touches, and the sweep makes good what was lost."""
    triggers = Workflow.parse(shipped_workflow()).triggers
    assert not {"paths", "paths-ignore"} & set(triggers["pull_request_target"])
    life.people.push("bo", "docs", {"docs/more.md": "More.\n"}, "More words")
    lost = life.people.open_pull("bo", "More words", "docs").number
    life.runs.skip()
    assert life.verdicts(lost) == {}
    life.runs.schedule()
    assert life.gate(lost) == NO_BUG


def test_dropped_events(life: Life) -> None:
    """A concurrency group keeps one waiting run and drops the others (actions/runner#2227). No run rests on
    what its event says: whichever comes next finds the command that nobody was told of."""
    pull = _in_work(life)
    life.people.comment("bo", 1, "/accept")
    life.runs.skip()
    assert life.verdicts(pull)["bugaction/triage"][0] == "failure"
    life.say("dee", 1, "Any news? / Thank you!")
    assert life.verdicts(pull)["bugaction/triage"] == ("success", "Triage holds")


@pytest.mark.reliability
def test_cron_late_or_dropped(life: Life) -> None:
    """GitHub's cron comes hours late, or not at all (netcanon/netcanon#419: 4.4 hours in the median). What is
    due is told from the facts' own times: a late sweep names the same minute, and the gate is the same."""
    life.bug("P0", form())
    life.say("bo", 1, "/accept")
    pull = life.fix(1)
    (row,) = (line for line in life.sticky(1).split("\n") if "A backup from the senior group" in line)
    assert "(due 2026-11-02 10:02 UTC)" in row
    life.world.clock.advance(hours=12)
    life.runs.schedule()
    assert row in life.sticky(1).split("\n")
    assert life.verdicts(pull)["bugaction/triage"] == ("success", "Triage passes, 2 put off")


def test_an_incomplete_sweep_that_is_green(life: Life) -> None:
    """A sweep that stops half-way and looks well hides the rest (actions/stale#536). What was left over is
    said, and the run is red, until a later one has made it good."""
    held = _in_work(life)
    life.people.push("bo", "docs", {"docs/more.md": "More.\n"}, "More words")
    other = life.people.open_pull("bo", "More words", "docs").number
    life.runs.skip()
    life.server.faults.fail(503, times=100, operation="repos/create-commit-status")
    life.runs.schedule()
    life.server.faults.clear()
    assert life.product.codes[-1] != 0
    assert "could not be written" in life.product.log[-1]
    assert life.verdicts(other) == {}
    life.runs.schedule()
    assert life.product.codes[-1] == 0
    assert life.gate(other) == NO_BUG
    assert life.gate(held)[0] == "failure"


def test_secondary_rate_limits(life: Life) -> None:
    """A tool that writes fast is shut out after some twenty issues (checkmarx-ltd/cx-flow#1078). Writes are
    few, what GitHub asks for is waited for, and the gate answers in the same run."""
    pull = _in_work(life)
    life.server.faults.secondary_limit(retry_after=60, times=2, operation="repos/create-commit-status")
    life.say("bo", 1, "/accept")
    assert life.verdicts(pull)["bugaction/triage"] == ("success", "Triage holds")
    assert life.product.codes[-1] == 0


# A gate that is green for the wrong reason --------------------------------------------------------------


@pytest.mark.parametrize("conclusion", ["skipped", *rarely("neutral")])
def test_skipped_or_neutral_counts_as_a_pass(life: Life, conclusion: str) -> None:
    """GitHub lets both pass where a check is required (chdsbd/kodiak#780). No gate of ours is ever either of
    them, and a fix whose checks are all so has not been tested."""
    pull = life.fix(life.bug("P3", form()))
    life.check(pull, conclusion=conclusion)
    assert _fix_gate(life, pull) == "BUG-001: every check was skipped"
    assert {state for state, _ in life.verdicts(pull).values()} <= {"success", "failure"}


def test_tests_that_prove_nothing(life: Life) -> None:
    """A third of the fixes had tests that pass without the fix too (yfedoseev/pdf_oxide#1125). The beginning
    of the answer: a fix without any test in it is held, whatever CI says."""
    life.bug("P3", form())
    pull = life.fix(1, files={"checkout.py": "paid = True\n"})
    life.check(pull)
    assert _fix_gate(life, pull) == "BUG-001: no test is added or extended"
    life.people.push("bo", "fix/checkout", {"tests/test_checkout.py": "assert paid\n"}, "Test it")
    life.pass_on()
    life.check(pull)
    assert life.verdicts(pull)["bugaction/fix"] == ("failure", "BUG-001: nobody has approved it")


@pytest.mark.reliability
def test_approval_bypass(life: Life) -> None:
    """An approval of an older commit, of a committer, or one that its giver took back lets a fix in
    (palantir/policy-bot#1263). The latest review of each reviewer counts, on the head, from outside."""
    pull = _nearly(life)
    old = life.head(pull)
    words = "More\n\nCo-authored-by: eve <eve@users.noreply.github.com>"
    life.people.push("bo", "fix/checkout", {"more.py": "1\n"}, words)
    life.pass_on()
    life.check(pull)
    life.approve("mia", pull, oid=old)
    assert life.gate(pull) == ("failure", "BUG-001: mia approved an older commit")
    life.approve("eve", pull)
    assert life.gate(pull)[0] == "failure"
    life.approve("mia", pull)
    assert life.gate(pull) == GREEN
    life.review("mia", pull, "request-changes")
    assert life.gate(pull) == ("failure", "BUG-001: mia asked for changes")


def test_forged_checks(life: Life) -> None:
    """Any workflow can post a status or a check in the name of GitHub Actions (percy PR 2316). A status under
    our name is replaced by the run that it starts; a check of that name is neither our gate nor a test."""
    pull = _in_work(life)
    before = life.verdicts(pull)
    for context in ("bugaction/gate", "bugaction/fix"):
        life.people.set_status("bo", life.head(pull), context, "success", "All is well")
    life.people.check_run(life.head(pull), "bugaction/gate")
    life.pass_on()
    life.say("bo", pull, "/recheck")
    assert life.verdicts(pull) == before
    assert _fix_gate(life, pull) == "BUG-001: no check has run on this commit"


def test_a_retarget_attack(life: Life) -> None:
    """A pull request is judged for one base and merged into another (palantir/policy-bot#753). The verdict
    belongs to the commit that was read, on any base; the way there and back opens nothing."""
    pull = _nearly(life)
    life.people.push("ana", "release", {"NOTES.md": "x\n"}, "Release branch")
    for base in ("release", "main"):
        life.people.edit_pull("bo", pull, base=base)
        life.pass_on()
        assert life.gate(pull) == UNAPPROVED


def test_configuration_taken_from_the_pull_request(life: Life) -> None:
    """A pull request that brings the rules it is judged by (mergeability/mergeable#406). They come from the
    default branch alone."""
    life.bug("P3", form())
    life.people.push("bo", "fix/milder", {CONFIG: "version: 1\nmode: observe\n", "a.py": "1\n"}, "Repair")
    pull = life.people.open_pull("bo", "Repair", "fix/milder", body="Fixes #1").number
    life.pass_on()
    assert life.gate(pull)[0] == "failure"


def test_gates_stale_after_the_issue_changed(life: Life) -> None:
    """A verdict that outlives what it rests on, since no event of a pull request tells of the issue
    (KeeperHub/keeperhub#2254). What changes on the issue is judged anew on every fix, in that run."""
    pull = _in_work(life)
    life.say("bo", 1, "/accept")
    assert life.verdicts(pull)["bugaction/triage"][0] == "success"
    life.people.unlabel("mia", 1, "P3")
    assert {run.event_name for run in life.pass_on()} == {"issues"}
    assert life.verdicts(pull)["bugaction/triage"][0] == "failure"
    assert "no severity is set" in life.gate(pull)[1]
    life.people.label("mia", 1, "P3")
    life.pass_on()
    assert life.verdicts(pull)["bugaction/triage"][0] == "success"


# A gate that cannot act, or acts for the wrong person ---------------------------------------------------


def test_a_fork_s_review_has_a_read_only_token(life: Life) -> None:
    """A review on a fork's pull request starts a run that may write nothing (actions/labeler#12,
    danger/danger-js#918). No run of ours rests on it: the relay's end does what it could not."""
    pull = _from_fork(life)
    life.check(pull)
    before = len(life.runs.done)
    life.approve("eve", pull)
    assert len(life.runs.done) == before
    assert _fix_gate(life, pull) == "BUG-001: nobody has approved it"
    life.check(pull, "relay", workflow="bugaction reviews")
    assert life.verdicts(pull)["bugaction/fix"] == ("success", "Fix holds")


def test_workflow_run_of_a_fork_names_no_pull_request(life: Life) -> None:
    """GitHub tells of a fork's CI without saying whose it is (vale-rules PR 45). The pull request is
    looked up by the commit that CI ran on."""
    pull = _from_fork(life)
    assert _fix_gate(life, pull) == "BUG-001: no check has run on this commit"
    life.check(pull, conclusion="failure")
    event = next(event for event in reversed(life.world.told) if event.name == "workflow_run")
    payload = json.loads(json.dumps(event.payload))
    assert payload["workflow_run"]["pull_requests"] == []
    assert _fix_gate(life, pull) == 'BUG-001: "test" failed'


def test_a_command_without_authorisation(life: Life) -> None:
    """Whoever comments commands, where `author_association` is believed (bazelbuild/bazel#29524,
    github/branch-deploy#156). The role on the repository decides, as it is when the word is first seen."""
    pull = _nearly(life)
    for who in ("dee", "cy"):
        said = life.say(who, pull, "/override fix it is urgent")
        assert life.reactions(said) == ["CONFUSED"], who
        assert life.gate(pull) == UNAPPROVED
    life.world.set_role("dee", "maintain")
    life.say("bo", 1, "/recheck")
    assert life.gate(pull) == UNAPPROVED


def test_a_check_run_in_the_wrong_suite(life: Life) -> None:
    """A check run made with GITHUB_TOKEN lands in whatever suite GitHub likes (reviewdog/reviewdog#403). The
    gates are commit statuses: on the head and nowhere else."""
    pull = _in_work(life)
    old = life.head(pull)
    life.people.push("bo", "fix/checkout", {"more.py": "1\n"}, "More")
    life.pass_on()
    assert life.head(pull) != old
    assert set(life.verdicts(pull)) == set(life.said(old))
    assert not [check for check in life.state.checks.values() if check.name.startswith("bugaction/")]


def test_our_own_writes_trigger_nothing(life: Life) -> None:
    """What a workflow writes with GITHUB_TOKEN starts no other (actions/labeler#315). The label that follows
    from a command, and the gates that follow from the label, are the same run's work."""
    pull = _in_work(life)
    life.people.comment("cy", 1, "/severity P1 everybody is affected")
    assert {run.event_name for run in life.pass_on()} == {"issue_comment"}
    assert "P1" in life.labels(1)
    assert "P3" not in life.labels(1)
    life.say("bo", 1, "/accept")
    assert life.verdicts(pull)["bugaction/triage"][1].startswith("BUG-001: no backup is named")


# Documents, and words that people write -----------------------------------------------------------------


def test_a_document_commit_refused_on_a_protected_branch(life: Life) -> None:
    """A rule of the branch refuses the commit, and the job fails or keeps still (vigia#143). The document
    goes to the records branch instead, where the gate reads it."""
    life.configure("version: 1\ndocuments:\n  delivery: commit\n")
    life.people.protect("ana", "main", pull_request=True)
    pull = _in_work(life)
    life.say("bo", 1, "/accept")
    assert life.document(1) is None
    assert life.document(1, RECORDS) is not None
    assert life.verdicts(pull)["bugaction/triage"] == ("success", "Triage holds")
    assert set(life.product.codes) == {0}


def test_concurrent_commits(life: Life) -> None:
    """409 and 422 from commits that meet lose somebody's work (PyGithub/PyGithub#1787). One commit a run, on
    the head that was read; where it has moved it is read again, and both commits are there."""
    life.report(form())
    life.people.label("mia", 1, "P3")
    life.server.faults.stale_head("main", who="bo", files={"src/other.py": "1\n"}, times=2)
    life.pass_on()
    pull = life.fix(1)
    assert life.document(1) is not None
    assert life.world.file("main", "src/other.py") == "1\n"
    life.server.faults.stale_head(RECORDS, who="bo", times=2)
    life.say("bo", 1, "/accept")
    assert "bo command accept True" in life.decisions(1)
    assert life.verdicts(pull)["bugaction/triage"] == ("success", "Triage holds")
    assert set(life.product.codes) == {0}


def test_noise(life: Life) -> None:
    """363 comments on one merge request (konflux#3000) are read by nobody. One comment on the bug shows all
    of it and is edited; the pull request has the statuses."""
    pull = _in_work(life)
    life.say("bo", 1, "/accept")
    for number in range(2):
        life.people.push("bo", "fix/checkout", {"more.py": f"{number}\n"}, "More")
        life.pass_on()
        life.check(pull, conclusion="failure")
    life.runs.schedule()
    assert [comment.body.startswith(STICKY) for comment in life.ours(1)] == [True]
    assert life.ours(pull) == []


def test_free_text_breaks_parsers(life: Life) -> None:
    """A heading, a fence or a command inside of what somebody pasted is taken for one (issue-ops/parser#102).
    Code and quotes are read as such, and a form's headings are those that the form has."""
    pasted = "```\n### Is production down\n\nYes\n\n/accept\n/severity P0 log\n```\n\n> /severity P0 quoted"
    body = form({"broken": "The button is green.", "actual": pasted, "steps": "### Not a field\n\nPress."})
    life.bug("P3", body)
    life.say("bo", 1, pasted)
    pull = life.fix(1)
    assert {"P3"} == {label for label in life.labels(1) if label.startswith("P")}
    assert "production is down" not in life.sticky(1).lower()
    assert life.verdicts(pull)["bugaction/triage"][1] == "BUG-001: nobody is assigned (+1)"
    assert not [line for line in life.decisions(1) if "command" in line]
