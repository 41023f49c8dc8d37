"""Who may not, and what cannot be: each ends in a clear message and the right status."""

from __future__ import annotations

import pytest

from bugaction.sandbox.runs import Runs, shipped_workflow
from tests.scenario.life import CONFIG, RECORDS, Life, begin, form


def test_label_of_somebody_who_may_not_is_taken_off(life: Life) -> None:
    """A severity set below the role that policy asks for is reverted, and the reason stands in a reply."""
    life.configure("version: 1\npeople:\n  set-severity: maintain\n")
    number = life.report(form())
    life.people.label("cy", number, "P0")
    life.pass_on()
    assert "P0" not in life.labels(number)
    assert "cy severity P0 False" in life.decisions(number)
    words = " ".join(comment.body for comment in life.ours(number))
    assert "maintain" in words


def test_severity_that_was_right_comes_back(life: Life) -> None:
    """Where a severity stood before, it stands again after one that somebody may not set."""
    life.configure("version: 1\npeople:\n  set-severity: maintain\n")
    number = life.bug("P1")
    life.people.unlabel("cy", number, "P1")
    life.people.label("cy", number, "P3")
    life.pass_on()
    assert life.labels(number) == {"P1", "phase: triage"}


def test_command_of_a_bot_is_ignored(life: Life) -> None:
    """An app's comment is no command, and changes nothing."""
    life.world.set_role("alerts", "write")
    number = life.bug()
    before = len(life.server.writes)
    life.say("alerts", number, "/severity P0\n/accept")
    assert len(life.server.writes) == before
    assert "P1" in life.labels(number)


def test_command_of_an_outsider_is_refused_with_its_reason(life: Life) -> None:
    """Somebody without the role gets one reply that names the role; the same event brings no second one."""
    number = life.bug()
    life.say("dee", number, "/severity P3")
    assert "P1" in life.labels(number)
    assert len(life.ours(number)) == 2
    assert "triage" in life.ours(number)[1].body
    assert life.again() == 0


def test_comment_on_a_pull_request_looks_at_it_again(life: Life) -> None:
    """A comment on a pull request is about that, which then gets the statuses that were missed."""
    number = life.bug()
    life.people.push("bo", "fix/checkout", {"a.py": "1\n"}, "Repair")
    fix = life.people.open_pull("bo", "Repair", "fix/checkout", body=f"Fixes #{number}").number
    life.runs.skip()
    assert life.verdicts(fix) == {}
    life.say("eve", fix, "/recheck")
    assert life.gate(fix)[0] == "failure"
    assert life.stickies(fix) == []


def test_deleted_label_opens_nothing(life: Life) -> None:
    """A severity label deleted from the repository comes back, and the fix stays held."""
    number = life.bug()
    fix = life.fix(number)
    assert life.gate(fix)[0] == "failure"
    life.people.delete_label("ana", "P1")
    assert "P1" not in life.labels(number)
    life.pass_on()
    assert life.gate(fix)[0] == "failure"
    assert life.labels(number) == {"P1", "phase: triage"}


def test_deleted_phase_label_comes_back(life: Life) -> None:
    """A phase label deleted from the repository is made again by the sweep that its deletion starts."""
    number = life.bug()
    life.people.delete_label("ana", "phase: triage")
    life.pass_on()
    assert life.labels(number) == {"P1", "phase: triage"}


def test_renamed_default_branch(life: Life) -> None:
    """After the default branch was renamed the report goes on where it is now, and the gate stays green."""
    number = life.settled()
    fix = life.fix(number)
    life.ready(fix)
    life.people.rename_default_branch("ana", "trunk")
    life.pass_on()
    life.people.edit_issue("dee", number, body=form() + "\n")
    life.say("cy", number, "/channel incident-one")
    assert "incident-one" in (life.document(number, "trunk") or "")
    assert life.state.head_of("main") is None
    assert life.gate(fix) == ("success", "Every gate holds for BUG-001")


def test_empty_repository() -> None:
    """Without a commit there is no place for records: labels and comment are there, and a remark says why."""
    with begin(commit=False) as life:
        number = life.report(form())
        life.people.label("mia", number, "P1")
        life.pass_on()
        assert life.labels(number) == {"P1", "phase: triage"}
        assert len(life.stickies(number)) == 1
        assert "has no commit yet" in life.log
        assert life.product.codes[-1] == 0
        assert life.again() == 0

        life.people.push("ana", "main", {"README.md": "x\n"}, "Start")
        life.say("bo", number, "/accept")
        assert life.document(number) is not None
        assert "bo command accept True" in life.decisions(number)


def test_archived_repository(life: Life) -> None:
    """An archived repository can only be read: nothing is tried, and the run says so."""
    number = life.bug()
    life.people.comment("bo", number, "/accept")
    life.people.configure("ana", is_archived=True)
    before = len(life.server.writes)
    life.pass_on()
    assert len(life.server.writes) == before
    assert "archived" in life.product.log[-1]
    assert life.product.codes[-1] == 0


def test_issues_turned_off(life: Life) -> None:
    """Without issues there are no bugs: every pull request passes, and no run fails."""
    number = life.bug()
    life.people.configure("ana", has_issues=False)
    fix = life.fix(body=f"Fixes #{number}")
    assert life.gate(fix)[0] == "success"
    assert life.product.codes[-1] == 0
    life.runs.schedule()
    assert life.product.codes[-1] == 0


def _without(permission: str) -> str:
    text = shipped_workflow()
    assert f"{permission}: write" in text
    return text.replace(f"{permission}: write", f"{permission}: read")


def test_token_that_may_not_commit(life: Life) -> None:
    """Without `contents: write` nothing can be recorded: no green rests on it, and the run fails by name."""
    number = life.bug(body=form())
    life.say("bo", number, "/accept")
    fix = life.fix(number)
    limited = Runs(life.server, life.product, workflow=_without("contents"))
    life.people.comment("cy", number, "/assign backup @mia\n/channel incident-1")
    limited.drain()
    state, text = life.verdicts(fix)["bugaction/triage"]
    assert state == "failure"
    assert "cannot be recorded" in text
    assert "ledger-unwritable" in life.product.log[-1]
    assert "contents: write" in life.product.log[-1]
    assert life.product.codes[-1] == 3
    life.runs.schedule()
    assert life.verdicts(fix)["bugaction/triage"] == ("success", "Triage holds")


def test_first_bug_with_a_token_that_may_not_commit() -> None:
    """Even the first bug gets its labels, comment and red statuses where nothing can be committed."""
    with begin(workflow=_without("contents")) as life:
        number = life.bug()
        fix = life.fix(number)
        assert life.labels(number) == {"P1", "phase: triage"}
        assert len(life.stickies(number)) == 1
        assert life.gate(fix)[0] == "failure"
        assert life.state.head_of(RECORDS) is None
        assert "ledger-unwritable" in life.log
        assert 3 in life.product.codes


@pytest.mark.parametrize(
    ("permission", "words"), [("statuses", "`statuses: write`"), ("issues", "`issues: write`")]
)
def test_token_that_may_not_do_one_thing(permission: str, words: str) -> None:
    """A permission that is missing is named; what needs others is still done."""
    with begin(workflow=_without(permission)) as life:
        number = life.bug()
        fix = life.fix(number)
        assert words in life.log
        assert "permission-missing" in life.log
        assert life.document(number) is not None
        if permission == "issues":
            assert life.gate(fix)[0] == "failure"
            assert set(life.product.codes) == {0}
        else:
            # A status that gates a merge was left undone: such a run must not end green.
            assert life.product.codes[-1] == 3


def test_configuration_of_a_fork_is_only_data(life: Life) -> None:
    """A fork's pull request is answered with the base's token, and what it brings is never followed."""
    number = life.bug()
    life.people.push("dee", "patch", {CONFIG: "version: 1\nmode: observe\n"}, "Open the gates", fork="dee")
    pull = life.people.open_pull("dee", "Fix it", "patch", body=f"Fixes #{number}", fork="dee").number
    life.pass_on()
    assert life.gate(pull)[0] == "failure"
    assert "github-actions[bot] link" in " ".join(life.decisions(number))
