"""Observing, confidential bugs, `since`, and a records branch that is gone."""

from __future__ import annotations

import pytest

from tests.scenario.life import CONFIG, RECORDS, Life, form


def test_observing_blocks_nothing_and_tells_what_it_would(life: Life) -> None:
    """In `mode: observe` the statuses are green and say what would be red; everything else is the same."""
    life.configure("version: 1\nmode: observe\n")
    number = life.bug()
    fix = life.fix(number)
    state, text = life.gate(fix)
    assert state == "success"
    assert text.startswith("Observing, would block: BUG-001")
    assert life.labels(number) == {"P1", "phase: triage"}
    assert life.document(number) is not None


def test_enforcing_starts_with_the_configuration(life: Life) -> None:
    """The change from observing to enforcing turns the open fixes red at once."""
    life.configure("version: 1\nmode: observe\n")
    fix = life.fix(life.bug())
    life.configure("version: 1\nmode: enforce\n")
    assert life.gate(fix)[0] == "failure"


SECRET = "the cellar door opens with a spoon"


def test_confidential_bug_is_named_nowhere(life: Life) -> None:
    """A bug labelled `security` has no report; comment, statuses, records and summary tell nothing."""
    number = life.people.open_issue("dee", f"Secret: {SECRET}", form({"broken": SECRET}), labels=[]).number
    life.people.label("mia", number, "security", "P1")
    life.pass_on()
    fix = life.fix(number, body=f"Fixes #{number}")
    assert life.document(number) is None
    assert life.document(number, RECORDS) is None
    state, text = life.gate(fix)
    assert state == "failure"
    assert text == "BUG-001: 13 requirements not met yet"
    told = [life.sticky(number), life.log, *life.product.summaries, *life.files(RECORDS).values()]
    assert all(SECRET not in part and "cellar" not in part for part in told)


def test_confidential_bug_can_be_settled(life: Life) -> None:
    """The advisory's address, attested, stands for the documents; the gate then turns green."""
    number = life.people.open_issue("dee", SECRET, "").number
    life.people.label("mia", number, "security", "P1")
    life.pass_on()
    life.say("bo", number, "/accept")
    life.say("cy", number, "/assign backup @mia\n/channel incident-1")
    fix = life.fix(number)
    assert life.gate(fix)[0] == "failure"
    advisory = f"{life.world.repository_url}/security/advisories/GHSA-2c3f-4f5g-6h7j"
    life.say("bo", number, f"/attest bug-report {advisory}")
    assert life.verdicts(fix)["bugaction/triage"] == ("success", "Triage holds")
    words = f"/attest root-cause-analysis {advisory}\n/attest reproduction see there\n/strategy hotfix"
    words += "\n/attest investigation see there"
    life.say("bo", number, words)
    assert life.verdicts(fix)["bugaction/root-cause"] == ("success", "Root cause holds")
    assert life.gate(fix) == ("failure", "BUG-001: 5 requirements not met yet")
    life.ready(fix)
    life.say("bo", number, f"/attest release-notes {advisory}")
    assert life.gate(fix)[0] == "success"


def _old_bug(life: Life) -> tuple[int, int]:
    """A P1 from before `since`, and the pull request that fixes it; it is a day after `since` now."""
    number = life.people.open_issue("dee", "Checkout fails", "It is broken.").number
    life.people.label("mia", number, "P1")
    life.people.push(
        "ana", "main", {CONFIG: "version: 1\nsince: 2026-11-03T00:00:00Z\n"}, "Configure the bug response"
    )
    life.runs.skip()
    life.world.clock.advance(days=2)
    fix = life.fix(number)
    return number, fix


def test_since_keeps_an_old_bug_out(life: Life) -> None:
    """A bug from before `since` is left alone, its fix passes, and the status says how to change that."""
    number, fix = _old_bug(life)
    life.say("eve", number, "I have seen this too, see /var/log.")
    life.runs.schedule()
    assert life.ours(number) == []
    assert life.labels(number) == {"P1"}
    assert life.gate(fix) == (
        "success",
        f"#{number}: no bug that is looked after; /track on the issue changes that",
    )
    assert life.state.head_of(RECORDS) is None


@pytest.mark.parametrize("how", ["label", "/track", "/severity P1"])
def test_old_bug_is_taken_in(life: Life, how: str) -> None:
    """An old bug that is labelled anew, or tracked by a command, is looked after from then on."""
    number, fix = _old_bug(life)
    if how == "label":
        life.people.unlabel("mia", number, "P1")
        life.people.label("mia", number, "P1")
        life.pass_on()
    else:
        life.say("mia", number, how)
    assert len(life.stickies(number)) == 1
    assert life.gate(fix)[0] == "failure"
    assert "phase: triage" in life.labels(number)


def test_track_by_somebody_who_may_not(life: Life) -> None:
    """Somebody without the role takes no old bug in."""
    number, fix = _old_bug(life)
    life.say("dee", number, "/track")
    assert life.stickies(number) == []
    assert life.gate(fix)[0] == "success"


def _without_records(life: Life) -> tuple[int, int]:
    number = life.settled()
    fix = life.fix(number)
    life.ready(fix)
    assert life.gate(fix)[0] == "success"
    life.people.delete_branch("ana", RECORDS)
    life.runs.skip()
    return number, fix


def test_deleted_records_open_nothing(life: Life) -> None:
    """Without the records branch the gates are undecided and red, and every run says so and fails."""
    number, fix = _without_records(life)
    life.say("bo", number, "/recheck")
    state, text = life.gate(fix)
    assert state == "failure"
    assert "bugaction/records is gone" in text
    assert "records-missing" in life.product.log[-1]
    assert life.product.codes[-1] == 3
    life.people.edit_pull("bo", fix, title="Another title")
    life.pass_on()
    assert life.gate(fix)[0] == "failure"
    assert life.state.head_of(RECORDS) is None


def test_records_can_be_restored(life: Life) -> None:
    """With the branch back at its last commit everything is as it was."""
    number, fix = _without_records(life)
    before = [event for event in life.world.moments if f"refs/heads/{RECORDS}" in event.state.refs][-1]
    life.say("bo", number, "/recheck")
    assert life.gate(fix)[0] == "failure"
    with life.world.change() as state:
        state.refs[f"refs/heads/{RECORDS}"] = before.state.refs[f"refs/heads/{RECORDS}"]
    life.say("bo", number, "/recheck")
    assert life.gate(fix) == ("success", "Every gate holds for BUG-001")


def test_start_records_begins_anew(life: Life) -> None:
    """The dispatch `start-records` makes new records: the bug is still looked after, and decided again."""
    number, fix = _without_records(life)
    inputs = life.runs.workflow.triggers["workflow_dispatch"]["inputs"]
    assert "command" in inputs
    life.people.dispatch("ana", {"command": "start-records"})
    life.pass_on()
    assert life.product.codes[-1] == 0
    assert life.state.head_of(RECORDS) is not None
    assert "github-actions[bot] tracked True" in life.decisions(number)
    assert life.gate(fix)[0] == "success"
    assert "bo command accept True" in life.decisions(number)
    life.people.unlabel("mia", number, "P1")
    life.pass_on()
    assert life.gate(fix)[0] == "failure"


def test_new_bug_after_the_deletion_opens_nothing(life: Life) -> None:
    """A new bug may begin new records; the older bug's fix is not let through by that."""
    number = life.bug()
    fix = life.fix(number)
    life.people.delete_branch("ana", RECORDS)
    life.runs.skip()
    life.bug("P2")
    life.people.edit_pull("bo", fix, title="Another title")
    life.pass_on()
    life.runs.schedule()
    assert life.gate(fix)[0] == "failure"
