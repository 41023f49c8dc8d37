"""The Action as a GitHub App of the team's own: by its key, with a source that no other workflow has."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import cast

import pytest

from bugaction.github.installation import NEEDED
from bugaction.sandbox.refusal import Refused
from bugaction.sandbox.runs import Runs
from tests.scenario.life import Life, begin, form

CHECK_RUNS = "version: 1\nchecks: {kind: check-run}\n"
GATES_BEFORE_A_MERGE = {"triage": "Triage", "root-cause": "Root cause", "fix": "Fix", "release": "Release"}


@pytest.mark.reliability
def test_a_run_makes_its_own_token() -> None:
    """A token of the App's installation for each job, and with it everything is the App's."""
    with begin(app="keeper", granted=NEEDED) as life:
        life.bug("P2")
        pull = life.fix(1)
        assert life.gate(pull)[0] == "failure"
        assert {status.creator for each in life.state.statuses.values() for status in each} == {"keeper"}
        assert {comment.author for comment in life.ours(1)} == {"keeper"}
        assert {each.token for each in life.server.requests} == {"key", "app"}
        assert life.again() == 0


@pytest.mark.reliability
def test_an_app_that_is_not_installed_says_so() -> None:
    """The run is red, and tells what to do."""
    with begin(app="keeper", granted=NEEDED) as life:
        life.server.tokens.add_app("keeper", NEEDED, installed=False)
        life.bug("P2")
        assert "is not installed on octo/shop" in life.log
        assert "Install it there" in life.log
        assert set(life.product.codes) == {3}


def runs(life: Life, oid: str) -> dict[str, tuple[str, str]]:
    """What our check runs on a commit say: name to conclusion and title. There is never more than one of
    each."""
    found = [run for run in life.state.checks_on(oid) if run.app == "keeper"]
    assert len({run.name for run in found}) == len(found)
    return {run.name: (run.conclusion or "", run.title) for run in found}


def contents_asked_for(life: Life) -> list[str]:
    """What each token that was made may do to contents, in their order."""
    bodies = [
        cast("Mapping[str, Mapping[str, str]]", request.body)
        for request in life.server.requests
        if "apps/create-installation-access-token" in request.operations
    ]
    return [body["permissions"]["contents"] for body in bodies]


def test_a_fix_by_check_runs() -> None:
    """Each gate and the roll-up is one check run, changed in place until it is green; its text is the
    checklist of that pull request. A merge group gets its own, and a run of the same name by another App is
    none of ours. What the App writes raises events: each is ended before anything is installed, or writes
    nothing. The job that pull requests cause asks for a token that reads contents and no more."""
    with begin(app="keeper", granted=NEEDED) as life:
        life.configure(CHECK_RUNS)
        number = life.bug("P2", body=form())
        pull = life.fix(number)
        assert contents_asked_for(life)[-2:] == ["read", "write"]  # by the job gates, and by record behind it
        oid = life.head(pull)
        assert set(runs(life, oid)) == {f"bugaction/{name}" for name in (*GATES_BEFORE_A_MERGE, "gate")}
        assert runs(life, oid)["bugaction/gate"][0] == "failure"
        assert life.verdicts(pull) == {}
        life.people.protect("ana", checks=[("bugaction/gate", life.state.account("keeper").id)])
        forged = life.people.check_run(oid, "bugaction/gate")
        life.people.set_status("eve", oid, "bugaction/gate")
        with pytest.raises(Refused, match="bugaction/gate"):
            life.people.merge_pull("mia", pull)
        life.say("bo", number, "/accept")
        first = {run.name: run for run in life.state.checks_on(oid) if run.app == "keeper"}
        gate, fix = first["bugaction/gate"], first["bugaction/fix"]
        assert gate.external_id == f"bugaction/gate@{oid}"
        assert gate.details_url.startswith("https://github.com/octo/shop/issues/1#issuecomment-")
        assert "- ✅ An assignee has accepted the bug (bo accepted" in gate.text
        assert "→ Ask somebody who may write" in fix.text
        assert "#### Root cause: " in gate.text
        assert "#### Root cause: " not in fix.text
        life.analyse(number)
        life.ready(pull)
        whole = {f"bugaction/{name}": f"{title} holds" for name, title in GATES_BEFORE_A_MERGE.items()}
        whole["bugaction/gate"] = "Every gate holds for BUG-001"
        assert runs(life, oid) == {name: ("success", title) for name, title in whole.items()}
        ids = {run.id for run in life.state.checks_on(oid) if run.app == "keeper"}
        assert ids == {run.id for run in first.values()}
        assert life.state.checks[forged.id] == forged
        assert life.again() == 0
        assert set(life.verdicts(pull).values()) == {("success", "Reported as a check run of the same name")}
        ref = life.people.enqueue("bo", pull)
        life.pass_on()
        assert runs(life, life.state.refs[ref])["bugaction/gate"][0] == "success"
        life.people.land("mia", ref)
        assert all(code == 0 for code in life.product.codes)
        assert {each.token for each in life.server.requests} == {"key", "app"}
        assert {run.event_name for run in life.product.ended} == {"issues", "issue_comment", "push"}
        assert {run.payload["sender"]["login"] for run in life.product.ended} == {"keeper[bot]"}


@pytest.mark.reliability
def test_a_change_of_kind_leaves_nothing_stuck() -> None:
    """A commit that has a red status and then a check run of the same name, or the other way round, would
    never be merged: both have to pass. What is left behind says where the verdict stands now, on pull
    requests that fix no bug too, and it is said once."""
    with begin(app="keeper", granted=NEEDED) as life:
        life.bug("P2")
        pull, other = life.fix(1), life.fix(branch="chore")
        oids = [life.head(each) for each in (pull, other)]
        assert life.gate(pull)[0] == "failure"
        life.configure(CHECK_RUNS)
        for oid, names in zip(oids, (5, 1), strict=True):
            assert set(life.said(oid).values()) == {("success", "Reported as a check run of the same name")}
            assert len(runs(life, oid)) == len(life.said(oid)) == names
        assert runs(life, oids[0])["bugaction/gate"][0] == "failure"
        assert life.again() == 0
        life.configure("version: 1\n")
        for oid, names in zip(oids, (5, 1), strict=True):
            said = ("success", "Reported as a commit status of the same name")
            assert set(runs(life, oid).values()) == {said}
            assert len(life.said(oid)) == names
        assert (life.gate(pull)[0], life.gate(other)) == ("failure", ("success", "Not a bug fix"))
        assert life.again() == 0
        before = len(life.server.requests)
        life.say("bo", pull, "/recheck")
        asked = [each for each in life.server.requests[before:] if "/check-runs" in each.path]
        assert asked == []


@pytest.mark.parametrize(
    ("granted", "words"),
    [
        ({**NEEDED, "checks": "read"}, "Resource not accessible by integration"),
        pytest.param(
            {name: level for name, level in NEEDED.items() if name != "checks"},
            "Resource not accessible",
            marks=pytest.mark.reliability,
        ),
        pytest.param(None, "takes the token of a GitHub App of your own", marks=pytest.mark.reliability),
    ],
)
def test_where_no_check_run_can_be_reported_a_status_is(granted: dict[str, str] | None, words: str) -> None:
    """And it is said why. What the App reported before stays as it is: a gate is never opened by that."""
    with begin(app="keeper" if granted else "", granted=granted) as life:
        life.configure(CHECK_RUNS)
        life.bug("P2")
        pull = life.fix(1)
        assert life.gate(pull)[0] == "failure"
        assert words in life.log
        assert [run for run in life.state.checks_on(life.head(pull)) if run.app == "keeper"] == []
        assert life.again() == 0


@pytest.mark.reliability
def test_a_team_that_acts_as_an_app_from_now_on() -> None:
    """What the workflow's account has recorded is a stranger's: bug fixes are undecided, until a person lets
    the records begin anew. Then nothing is older than it was, what stands in comments is judged, and no gate
    was green in between."""
    with begin() as life:
        number = life.bug("P2", body=form())
        pull = life.fix(number)
        life.say("bo", number, "/accept")
        before, standing = life.gate(pull), life.verdicts(pull)["bugaction/triage"]
        assert (before[0], standing) == ("failure", ("success", "Triage holds"))
        posted = len(life.state.statuses[life.head(pull)])
        life.server.tokens.add_app("keeper", NEEDED)
        life.runs.app, life.product.preflight = "keeper", True
        life.say("bo", number, "/recheck")
        assert life.gate(pull)[1].startswith("Undecided: meta.json on bugaction/records is not ours")
        given = {"command": "start-records", "issue": "", "note": "", "dry-run": "false"}
        life.people.dispatch("ana", given)
        life.pass_on()
        assert (life.gate(pull), life.verdicts(pull)["bugaction/triage"]) == (before, standing)
        since = life.state.statuses[life.head(pull)][posted:]
        assert {each.state for each in since if each.context == "bugaction/gate"} == {"failure"}
        assert life.stickies(number)
        assert life.again() == 0


@pytest.mark.reliability
def test_a_check_run_is_made_once() -> None:
    """Where the answer to its making is lost the facts are read again, and there is no second one."""
    with begin(app="keeper", granted=NEEDED) as life:
        life.configure(CHECK_RUNS)
        life.bug("P2")
        life.server.faults.fail(502, operation="checks/create", acts=True)
        pull = life.fix(1)
        assert len(runs(life, life.head(pull))) == 5
        assert life.again() == 0


@pytest.mark.reliability
def test_two_runs_that_both_make_it() -> None:
    """Nobody can delete a check run, and nobody says which of two counts: both say the same from then on, red
    and green, and a new run is made for none of them."""
    with begin(app="keeper", granted=NEEDED) as life:
        life.configure(CHECK_RUNS)
        number = life.bug("P2", body=form())
        life.people.push("bo", "fix/checkout", {"a.py": "1\n"}, "Repair")
        pull = life.people.open_pull("bo", "Repair", "fix/checkout", body=f"Fixes #{number}").number
        one = life.world.told[-1]
        life.people.comment("bo", number, "/accept")
        two = life.world.told[-1]
        life.runs.skip()
        barrier = Barrier(2)
        life.server.faults.before(lambda _: barrier.wait(20), times=2, operation="checks/create")
        with ThreadPoolExecutor(2) as pool:
            for done in [
                pool.submit(Runs(life.server, life.product, app="keeper").run, event) for event in (one, two)
            ]:
                done.result()
        life.pass_on()
        life.runs.run(two)
        ids = _alike(life, life.head(pull))
        assert len(ids) > 5
        life.people.label("mia", number, "P3")
        life.pass_on()
        life.people.unlabel("mia", number, "P2")
        life.pass_on()
        assert _alike(life, life.head(pull)) == ids
        assert life.again() == 0


def _alike(life: Life, oid: str) -> set[int]:
    """The ids of our check runs on a commit; those of one name say the same."""
    found = [run for run in life.state.checks_on(oid) if run.app == "keeper"]
    said = {(run.name, run.conclusion, run.title, run.summary, run.text) for run in found}
    assert len(said) == len({run.name for run in found})
    return {run.id for run in found}


@pytest.mark.reliability
def test_an_earlier_run_that_nobody_can_change() -> None:
    """As GitHub keeps old ones: it is named and ends the run red, since a rule may count it; and it does not
    make one more at each look."""
    with begin(app="keeper", granted=NEEDED) as life:
        life.configure(CHECK_RUNS)
        number = life.bug("P2", body=form())
        pull = life.fix(number)
        oid = life.head(pull)
        with life.world.change() as state:
            first = min((run for run in state.checks_on(oid) if run.app == "keeper"), key=lambda run: run.id)
            newer = replace(first, id=life.world.new_id())
            state.checks[newer.id] = newer
        before = len(life.state.checks)
        life.server.faults.fail(422, times=100, path=f"check-runs/{first.id}$")
        for _ in range(3):
            life.say("bo", number, "/accept")
            life.say("bo", number, "/recheck")
        assert len(life.state.checks) == before
        assert "An earlier check run of that name cannot be changed" in life.log
        assert life.product.codes[-1] == 3
        life.server.faults.clear()
