"""`/rollback` in the middle of the night: one pull request that takes the change back, and what follows."""

from __future__ import annotations

import re

import pytest

from bugaction.sandbox.entities import Issue
from bugaction.sandbox.runs import shipped_workflow
from tests.scenario.life import REDEPLOY, Life, begin, form

HELD, DONE = "failure", "success"
BRANCH = "fix/bug-001"
WHY = "the new key breaks old apps"
DEPLOYED, REGRESSION = "The fix is deployed to production", "No regression is reported"


def _deploy(life: Life, ref: str = "main") -> None:
    life.people.deploy("eve", ref, "production", state="success")
    life.pass_on()


def _merged(
    life: Life,
    *,
    severity: str = "P0",
    method: str = "merge",
    may_open: bool = True,
    body: str = "Repairs the checkout.",
) -> int:
    """A bug whose fix is merged and in production, where something else ran before; gives the fix."""
    life.people.configure("ana", actions_may_open_pulls=may_open)
    _deploy(life)
    life.bug(severity, form())
    life.say("bo", 1, "/accept")
    fix = life.fix(branch=BRANCH, body=body)
    life.people.merge_pull("mia", fix, method=method)
    life.pass_on()
    _deploy(life)
    return fix


def _reverts(life: Life) -> list[Issue]:
    """The pull requests that take something back, oldest first."""
    pulls = sorted(life.state.pulls(), key=lambda issue: issue.number)
    return [issue for issue in pulls if issue.pull is not None and issue.pull.head.startswith("revert-")]


def _line(life: Life, sentence: str) -> str:
    (line,) = (line for line in life.sticky(1).split("\n") if sentence in line)
    return line


def _phase(life: Life) -> str:
    (label,) = (label for label in life.labels(1) if label.startswith("phase: "))
    return label.removeprefix("phase: ")


def _tries(life: Life) -> int:
    """How often GitHub was asked to take something back."""
    return sum("revertPullRequest" in request.operations for request in life.server.writes)


@pytest.mark.parametrize("method", ["merge", "squash"])
def test_a_regression_is_rolled_back(life: Life, method: str) -> None:
    """One pull request of GitHub's, linked and labelled, with its gates in the same run. Once it is merged
    the fix is no fix any more, and no deployment of it counts: the bug waits for another."""
    fix = _merged(life, method=method)
    life.say("cy", 1, f"/regression {WHY}")
    assert "`/rollback` opens the pull request" in _line(life, REGRESSION)
    order = life.say("bo", 1, f"/rollback {WHY}")
    assert life.reactions(order) == ["ROCKET"]
    (back,) = _reverts(life)
    assert (back.author, back.title) == ("github-actions", f"BUG-001: take back #{fix}")
    assert f"Reverts octo/shop#{fix}\n" in back.body
    assert "bo ordered it for BUG-001" in back.body
    assert WHY in back.body
    assert "Approve workflows to run" in back.body
    assert "@" not in back.body
    assert life.labels(back.number) == {"P0"}
    assert life.gate(back.number)[0] == HELD
    for sentence in ("A regression test", "The change is minimal"):
        assert _line(life, sentence).startswith("- ➖")
    assert "rollback, chosen by bo" in _line(life, "A fix strategy is chosen")
    assert f"takes [#\u200b{fix}](" in life.sticky(1)
    assert "which takes the fix back, and deploy it" in _line(life, REGRESSION)
    assert f"github-actions[bot] link {back.number} True" in life.decisions(1)
    assert _line(life, DEPLOYED).startswith("- ✅")  # an order alone changes nothing in production
    assert life.again() == 0

    life.ready(back.number)
    assert life.gate(back.number)[0] == DONE
    life.people.merge_pull("mia", back.number)
    life.pass_on()
    _deploy(life)
    assert life.state.issues[1].is_open
    assert _phase(life) == "fix"
    life.runs.schedule()
    assert re.search(r"it is in production since .* UTC, and fix the bug anew", life.sticky(1))
    assert ", which took the fix back" in life.committed(1, "post-mortem")[2]
    assert "no pull request fixes it yet" in life.sticky(1)
    assert life.again() == 0
    again = life.fix(1, branch="fix/better")
    life.people.merge_pull("mia", again)
    life.pass_on()
    _deploy(life)
    assert _line(life, DEPLOYED).startswith("- ✅")
    assert _line(life, REGRESSION).startswith("- ✅")
    assert _phase(life) == "verification"


def test_what_happened_is_told_in_its_order(life: Life) -> None:
    """The report's timeline names the order, the pull request and its merge."""
    fix = _merged(life)
    life.say("cy", 1, f"/regression {WHY}")
    life.say("bo", 1, f"/rollback {WHY}")
    (back,) = _reverts(life)
    life.people.merge_pull("mia", back.number, force=False)
    life.pass_on()
    life.say("bo", 1, "/recheck")
    _, _, text = life.committed(1, "post-mortem")
    told = [
        "Reported a regression",
        f"Had #\u200b{fix} rolled back: {WHY}",
        f"Began to take #\u200b{fix} back with",
        f"was merged, which took #\u200b{fix} back",
    ]
    places = [text.find(words) for words in told]
    assert -1 not in places, text
    assert places == sorted(places)


def test_twice_is_once(life: Life) -> None:
    """Two orders in one comment make one pull request; a later one is told which it is."""
    fix = _merged(life)
    life.say("bo", 1, f"/rollback {WHY}\n/rollback and quickly")
    (back,) = _reverts(life)
    late = life.say("mia", 1, "/rollback")
    assert life.reactions(late) == ["CONFUSED"]
    assert any(f"`#{back.number}` takes `#{fix}` back already" in comment.body for comment in life.ours(1))
    assert len(_reverts(life)) == 1


def test_what_is_said_on_the_merged_fix_is_heard(life: Life) -> None:
    """Where people look first when it breaks: the line is stopped and the fix taken back from there. A word
    whose event is lost is heard with the bug's next one."""
    fix = _merged(life, body="Fixes #1")
    report = life.people.comment("cy", fix, f"/regression {WHY}")
    life.world.events.clear()
    life.say("dee", 1, "/recheck")
    assert life.reactions(report) == ["ROCKET"]
    assert _line(life, REGRESSION).startswith("- ❌")
    order = life.say("bo", fix, f"/rollback {WHY}")
    late = life.say("mia", fix, "/override fix 0000000 it was urgent")
    assert (life.reactions(order), life.reactions(late)) == (["ROCKET"], ["CONFUSED"])
    (back,) = _reverts(life)
    assert "bo ordered it for BUG-001" in back.body
    assert "it takes the commit that it speaks of" in life.ours(fix)[-1].body
    assert life.again() == 0


def test_the_one_that_a_person_made_is_taken(life: Life) -> None:
    """Whoever pressed the button first: theirs is linked, and none is made."""
    fix = _merged(life)
    number = life.people.revert_pull("mia", fix).number
    life.pass_on()
    life.say("bo", 1, f"/rollback {WHY}")
    assert [issue.number for issue in _reverts(life)] == [number]
    assert f"github-actions[bot] link {number} True" in life.decisions(1)
    assert "bugaction/gate" in life.verdicts(number)
    assert life.gate(number)[0] == HELD


def test_where_actions_may_not_open_it_a_person_does(life: Life) -> None:
    """The comment says how, the run does not fail, and it is not tried again by itself; an order after the
    setting was turned on makes it."""
    fix = _merged(life, may_open=False)
    life.say("cy", 1, f"/regression {WHY}")
    order = life.say("bo", 1, f"/rollback {WHY}")
    assert life.reactions(order) == ["ROCKET"]
    assert _reverts(life) == []
    assert f": press [Revert](https://github.com/octo/shop/pull/{fix}) on" in _line(life, "**Next step:**")
    merged = life.state.issues[fix].pull
    assert merged is not None
    line = _line(life, "is still to be taken back")
    assert f"/pull/{fix})" in line
    assert f"`git revert -m 1 {merged.merge_oid}`" in line
    assert "Allow GitHub Actions to create and approve pull requests" in line
    assert set(life.product.codes) == {0}
    assert "::warning" in life.log
    assert _tries(life) == 1
    life.say("dee", 1, "What now?")
    life.runs.schedule()
    assert _tries(life) == 1
    life.people.configure("ana", actions_may_open_pulls=True)
    life.runs.schedule()
    assert _reverts(life) == []
    life.say("bo", 1, "/rollback now it may")
    assert len(_reverts(life)) == 1
    assert "is still to be taken back" not in life.sticky(1)
    assert f": merge [#\u200b{_reverts(life)[0].number}](" in _line(life, "**Next step:**")


def test_a_person_s_button_is_seen_after_a_refusal(life: Life) -> None:
    """What we were not let do and they did belongs to the bug from the next look on."""
    fix = _merged(life, may_open=False)
    life.say("bo", 1, f"/rollback {WHY}")
    number = life.people.revert_pull("bo", fix).number
    life.pass_on()
    life.say("dee", 1, "/recheck")
    assert life.gate(number)[0] == HELD
    assert "is still to be taken back" not in life.sticky(1)


def test_what_was_built_upon_is_taken_back_by_hand(life: Life) -> None:
    """Where GitHub cannot make the inverse: its words, and the commands."""
    _merged(life)
    life.people.push("ana", "main", {f"{BRANCH}.py": "2\n"}, "Go on")
    life.pass_on()
    life.say("bo", 1, f"/rollback {WHY}")
    assert _reverts(life) == []
    line = _line(life, "is still to be taken back")
    assert "could not be reverted automatically" in line
    assert "`git push -u origin revert/bug-001`" in line
    assert set(life.product.codes) == {0}


def test_who_may_is_policy(life: Life) -> None:
    """By default whoever may write, as for GitHub's own button."""
    _merged(life)
    asked = life.say("cy", 1, f"/rollback {WHY}")
    assert life.reactions(asked) == ["CONFUSED"]
    assert _reverts(life) == []
    assert any("needs the role write or above" in comment.body for comment in life.ours(1))
    life.configure("version: 1\npeople:\n  rollback: triage\n")
    life.say("cy", 1, f"/rollback {WHY}, really")
    assert len(_reverts(life)) == 1


@pytest.mark.parametrize("acts", [False, True])
def test_an_answer_that_is_lost_makes_no_second_one(life: Life, acts: bool) -> None:
    """Whether or not GitHub made it before the connection broke."""
    _merged(life)
    life.server.faults.fail(502, operation="revertPullRequest", acts=acts)
    life.say("bo", 1, f"/rollback {WHY}")
    (back,) = _reverts(life)
    assert life.gate(back.number)[0] == HELD
    assert life.again() == 0


def test_one_that_is_closed_stays_closed(life: Life) -> None:
    """Until somebody orders it anew; then it is another one, since the branch is taken."""
    _merged(life)
    life.say("bo", 1, f"/rollback {WHY}")
    (back,) = _reverts(life)
    life.people.close("mia", back.number)
    life.pass_on()
    life.say("dee", 1, "/recheck")
    assert "was closed unmerged: `/rollback` opens another" in life.sticky(1)
    assert len(_reverts(life)) == 1
    life.say("bo", 1, "/rollback after all")
    first, second = _reverts(life)
    assert not first.is_open
    assert second.is_open
    assert life.gate(second.number)[0] == HELD
    assert life.again() == 0


def test_the_change_that_brought_the_bug_is_rolled_back(life: Life) -> None:
    """A merged pull request is named; what takes it back is the bug's fix, and its deployment counts."""
    life.people.configure("ana", actions_may_open_pulls=True)
    life.people.push("eve", "faster", {"checkout.py": "fast\n"}, "Sell faster")
    brought = life.people.open_pull("eve", "Sell faster", "faster").number
    life.people.merge_pull("mia", brought, method="squash")
    _deploy(life)
    bug = life.bug("P0", form())
    life.say("bo", bug, "/accept")
    life.say("bo", bug, f"/rollback #{brought} {WHY}")
    (back,) = _reverts(life)
    life.ready(back.number)
    assert life.gate(back.number)[0] == DONE
    life.people.merge_pull("mia", back.number)
    life.pass_on()
    assert "The fix is deployed to production" in life.sticky(bug)
    _deploy(life)
    (line,) = (line for line in life.sticky(bug).split("\n") if DEPLOYED in line)
    assert line.startswith("- ✅")


def test_only_what_is_merged_can_be_taken_back(life: Life) -> None:
    """Each with words: nothing merged, an open one, an issue, a number that is nothing."""
    life.bug("P0", form())
    fix = life.fix(1)
    for words, answer in [
        ("/rollback", "no fix of this bug is merged"),
        ("/rollback 500 errors", "no fix of this bug is merged"),
        (f"/rollback #{fix} it hurts", f"`#{fix}` is not merged"),
        ("/rollback #1", "`#1` is no pull request of this repository"),
        ("/rollback #999", "`#999` is no pull request of this repository"),
    ]:
        said = life.say("bo", 1, words)
        assert life.reactions(said) == ["CONFUSED"], words
        assert any(answer in comment.body for comment in life.ours(1)), words
    assert _reverts(life) == []


def test_a_confidential_bug_s_reason_stays_where_it_was_said(life: Life) -> None:
    """The pull request is public, and says who ordered it and no more."""
    _merged(life)
    life.people.label("mia", 1, "security")
    life.pass_on()
    life.say("bo", 1, f"/rollback {WHY}")
    (back,) = _reverts(life)
    assert WHY not in back.body
    assert WHY not in life.sticky(1)


def test_the_shipped_workflow_may_do_it() -> None:
    """With the permissions of its jobs, and no more."""
    with begin(workflow=shipped_workflow()) as life:
        _merged(life)
        life.say("bo", 1, f"/rollback {WHY}")
        (back,) = _reverts(life)
        assert life.gate(back.number)[0] == HELD


def _redeploys(life: Life, text: str = REDEPLOY) -> None:
    """The team has a workflow that deploys an older version."""
    life.people.push("ana", "main", {".github/workflows/back.yml": text}, "A way back")
    life.configure("version: 1\ndeployment:\n  rollback-workflow: back.yml\n")


def _started(life: Life) -> list[dict[str, object]]:
    """What the way back was started with, each time."""
    return [
        dict(event.payload)
        for event in life.world.told
        if event.name == "workflow_dispatch" and event.payload["workflow"].endswith("back.yml")
    ]


def test_the_version_before_is_deployed_again(life: Life) -> None:
    """The policy's workflow is started, once, with the commit that ran before, and the comment says so."""
    _redeploys(life)
    before = life.state.head_of("main")
    _merged(life)
    life.say("bo", 1, f"/rollback {WHY} `$(rm -rf /)`")
    (started,) = _started(life)
    assert started["ref"] == "refs/heads/main"
    assert started["inputs"] == {"bug": "1", "reason": f"{WHY} '$(rm -rf /)'", "version": before}
    assert "was started with the version" in _line(life, "back.yml](")
    assert "github-actions[bot] claimed True" in life.decisions(1)
    assert "github-actions[bot] confirmed True" in life.decisions(1)
    assert life.again() == 0
    (back,) = _reverts(life)
    life.people.close("mia", back.number)
    life.pass_on()
    life.say("mia", 1, "/rollback again")
    life.runs.schedule()
    assert len(_started(life)) == 1
    assert "was started for this version before" in life.sticky(1)


@pytest.mark.parametrize(
    ("write", "acts"),
    [
        ("actions/create-workflow-dispatch", False),
        ("actions/create-workflow-dispatch", True),
        ("createCommitOnBranch", False),
        ("createCommitOnBranch", True),
    ],
)
def test_a_lost_answer_starts_nothing_twice(life: Life, write: str, acts: bool) -> None:
    """Where nobody can tell whether it runs a person is told to look; a decision whose record was written
    after all is still carried out."""
    _redeploys(life)
    _merged(life)
    life.server.faults.fail(502, operation=write, acts=acts)
    life.say("bo", 1, f"/rollback {WHY}")
    is_dispatch = write.startswith("actions/")
    assert len(_started(life)) == (int(acts) if is_dispatch else 1)
    assert ("Look whether" in _line(life, "back.yml](")) is is_dispatch
    assert life.again() == 0
    assert len(_reverts(life)) == 1


def test_a_workflow_that_cannot_be_started_is_told(life: Life) -> None:
    """It has other inputs, or none; the pull request is made all the same, and the run does not fail."""
    _redeploys(life, REDEPLOY.replace("      bug: {type: string}\n", ""))
    _merged(life)
    life.say("bo", 1, f"/rollback {WHY}")
    assert "Unexpected inputs provided" in _line(life, "back.yml](")
    assert "GitHub refused starting the rollback workflow" in life.log
    assert set(life.product.codes) == {0}
    assert len(_reverts(life)) == 1
    assert life.again() == 0


def test_without_the_permission_it_is_named() -> None:
    """A job that was set up before the workflow was named in the policy."""
    with begin(workflow=shipped_workflow().replace("actions: write", "actions: read")) as life:
        _redeploys(life)
        _merged(life)
        life.say("bo", 1, f"/rollback {WHY}")
        assert _started(life) == []
        assert "actions: write" in _line(life, "back.yml](")
        assert "refused starting the rollback workflow" in life.log
        assert "(it needs `actions: write`)" in life.log
        assert len(_reverts(life)) == 1


def test_which_version_ran_before_may_be_unknown(life: Life) -> None:
    """Nothing is started by guessing: a change that is no fix, or a first deployment."""
    _redeploys(life)
    life.people.configure("ana", actions_may_open_pulls=True)
    life.bug("P0", form())
    life.say("bo", 1, "/accept")
    fix = life.fix(branch=BRANCH, body="Repairs the checkout.")
    life.people.merge_pull("mia", fix)
    _deploy(life)
    life.say("bo", 1, f"/rollback {WHY}")
    assert _started(life) == []
    assert "Which version to go back to is not known" in life.sticky(1)


def test_a_fix_that_is_brought_back_with_its_correction_answers_the_report(life: Life) -> None:
    """As it was it answers nothing, and the pull request is told to be taken for that while it is open."""
    fix = _merged(life, severity="P1")
    life.say("bo", 1, "/regression it is slow")
    back = life.people.revert_pull("bo", fix).number
    life.say("bo", 1, "/recheck")
    life.people.merge_pull("mia", back)
    life.pass_on()
    again = life.people.revert_pull("bo", back).number
    life.say("bo", 1, "/recheck")
    told = "brings the fix back as it was, and answers no regression"
    assert told in life.sticky(1)
    life.people.push("bo", f"revert-{back}-revert-{fix}-{BRANCH}", {"quick.py": "1\n"}, "Be quick")
    life.people.edit_pull("bo", again, body=f"Reverts #{back}. Fixes #1")
    life.pass_on()
    assert told not in life.sticky(1)
    life.people.merge_pull("mia", again)
    life.pass_on()
    _deploy(life)
    assert "✅" in _line(life, REGRESSION)
    assert "only brings back" not in life.sticky(1)
