"""Facts that were kept are decided on again: the same, later, by another configuration, for another event."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bugaction import __version__, app
from bugaction.capture import Capture, Recorder, parse, written
from bugaction.contrast import contrast, outcomes
from bugaction.errors import UserError
from bugaction.events import Event, parse_event
from bugaction.keeping import capture_of, check
from bugaction.model import Role
from bugaction.plan import Reason
from bugaction.ports import Connection, Targets
from bugaction.report import Report
from bugaction.runner import Inputs, Secret
from bugaction.simulation import simulate, with_config, with_event
from bugaction.snapshot import TextFile
from bugaction.templates import load_templates
from tests.memory import Memory
from tests.values import at, comment, issue, pull, repository

TEMPLATES = dict(load_templates())


def world() -> Memory:
    """A P1 with a fix and a comment of somebody who may do something."""
    memory = Memory(roles={"ana": Role.MAINTAIN})
    memory.issues = {42: issue(comments=[comment("/channel incident-42")])}
    memory.pulls = {7: replace(pull(), links=None)}
    memory.labels = {"P1"}
    return memory


def planned(event: Event, memory: Memory | None = None, *, minutes: float = 60) -> tuple[Capture, Report]:
    """A dry run on a repository in memory, and what was kept of it."""
    memory = memory or world()
    inputs = Inputs(token=Secret("t"), repository="octo/shop", event=event, dry_run=True)
    recorder = Recorder()

    def connect(*_: object) -> Connection:
        return memory.connection()

    found = app.run(inputs, lambda: at(minutes), lambda _: None, TEMPLATES, connect, recorder)
    report = app.report_of(found, inputs, at(minutes))
    capture = capture_of(inputs, recorder, at(minutes))
    back = parse(written(capture), "x")
    assert back == capture
    return capture, report


BUG = Event(repository="octo/shop", targets=Targets(items=(42,)))
PULL = Event(repository="octo/shop", targets=Targets(pulls=(7,)))


@pytest.mark.parametrize("event", [BUG, PULL, Event(repository="octo/shop", sweep=True)])
def test_the_same_is_decided_again(event: Event) -> None:
    """Every verdict, every word, everything that would be written; of each target of a sweep."""
    capture, report = planned(event)
    again = simulate(capture, TEMPLATES).report
    assert contrast(report, again) == ()
    assert again.left == report.left
    assert again.notices == report.notices
    assert again.looked_at == at(60)
    assert check(written(capture), report, TEMPLATES) is None


def test_the_shipped_templates_are_not_kept() -> None:
    """Who decides again takes their own."""
    capture, _ = planned(BUG)
    assert all(not seen.request.templates for seen in capture.cases)


def test_an_event_that_was_not_ours_is_told_again() -> None:
    """There is nothing to decide on."""
    capture, report = planned(Event(name="watch", repository="octo/shop", reason="It is not ours."))
    again = simulate(capture, TEMPLATES).report
    assert (
        (again.reason, again.remark) == (Reason.NOT_OURS, "It is not ours.") == (report.reason, report.remark)
    )


def test_a_number_that_is_not_there_stays_an_error() -> None:
    """As the run said."""
    event = replace(BUG, targets=Targets(items=(99,)))
    capture, report = planned(event)
    again = simulate(capture, TEMPLATES).report
    assert (again.reason, again.notices) == (report.reason, report.notices)
    assert again.reason is Reason.USAGE


def test_a_deadline_passes_at_a_later_moment() -> None:
    """What nobody did by then is late."""
    capture, report = planned(BUG)
    later = simulate(capture, TEMPLATES, at(60 * 30)).report
    states = [{clock.name: clock.state for clock in item.bugs[0].clocks} for item in (report, later)]
    assert (states[0]["fix"], states[1]["fix"]) == ("running", "breached")
    assert later.looked_at == at(60 * 30)


def test_an_earlier_moment_is_refused() -> None:
    """The facts do not tell what was so then."""
    capture, _ = planned(BUG)
    with pytest.raises(UserError, match="The facts were read at 2026-11-24 10:00 UTC"):
        simulate(capture, TEMPLATES, at(59))


def test_a_question_that_the_facts_do_not_answer_ends_it_by_name() -> None:
    """Nobody's role is guessed."""
    capture, _ = planned(BUG)
    (seen,) = capture.cases
    assert seen.snapshot.answers.roles
    poor = replace(seen, snapshot=seen.snapshot.with_answers(replace(seen.snapshot.answers, roles={})))
    with pytest.raises(
        UserError, match="do not tell what this decision asks: AskRole: login='ana'"
    ) as caught:
        simulate(replace(capture, cases=(poor,)), TEMPLATES)
    assert "bugaction plan --save-snapshot" in caught.value.remedy


def test_a_label_that_nobody_read_is_taken_as_there_and_told() -> None:
    """A deadline that passes asks for one, and no verdict hangs on it."""
    capture, _ = planned(BUG, minutes=10)
    told = [item.text for item in simulate(capture, TEMPLATES, at(60 * 30)).report.notices]
    assert (
        "Nobody read whether the repository has the label 'sla: breached': it is taken as if it had." in told
    )


def test_another_version_of_bugaction_is_told() -> None:
    """It may decide otherwise, rightly."""
    capture, _ = planned(BUG)
    told = simulate(replace(capture, bugaction="0.0.9"), TEMPLATES).report.notices
    assert f"The facts were saved by bugaction 0.0.9; this is {__version__}." in [item.text for item in told]


# Another configuration ------------------------------------------------------------------------------------


def test_another_configuration_is_tried_on_the_same_facts() -> None:
    """What it makes different is a line each."""
    capture, report = planned(BUG)
    tried = with_config(capture, "version: 1\nseverities:\n  P1:\n    channel: false\n", capture.config)
    after = simulate(tried, TEMPLATES).report
    lines = contrast(report, after)
    assert any("triage gate" in line and "channel" in line for line in lines), lines


def test_one_that_is_wrong_says_so() -> None:
    """As it would in the repository."""
    capture, _ = planned(BUG)
    found = simulate(with_config(capture, "version: 1\nnonsense: 1\n", capture.config), TEMPLATES)
    assert found.report.reason is Reason.CONFIG_INVALID


def test_one_that_moves_the_documents_is_refused() -> None:
    """Nobody read what lies there."""
    capture, _ = planned(BUG)
    with pytest.raises(UserError, match=r"puts the documents below docs/bugs; .* below documents/bugs"):
        with_config(capture, "version: 1\ndocuments:\n  root: docs/bugs\n", capture.config)


def test_one_that_the_repository_has_is_kept_with_the_facts() -> None:
    """It is part of them, wherever the documents lie by it."""
    memory = world()
    text = "version: 1\ndocuments:\n  root: docs/bugs\n"
    memory.repo = repository(config=TextFile(".github/bugaction.yml", text))
    capture, report = planned(BUG, memory)
    assert contrast(report, simulate(capture, TEMPLATES).report) == ()


# Another event --------------------------------------------------------------------------------------------


def payload(number: int = 42) -> dict[str, object]:
    return {"action": "opened", "issue": {"number": number, "updated_at": "2026-11-24T09:01:00Z"}}


def test_another_event_is_tried_on_the_same_facts() -> None:
    """It is looked at as its run would, with what the first one was told of its workflow."""
    capture, report = planned(BUG)
    tried = with_event(capture, parse_event("issues", payload(), "octo/shop"))
    (seen,) = tried.cases
    assert seen.targets == Targets(issues=(42,))
    assert seen.request.opened == {42}
    assert outcomes(simulate(tried, TEMPLATES).report) == outcomes(report)


def test_an_event_about_what_was_not_read_is_refused() -> None:
    """Neither an issue, nor a pull request that only came along with a bug."""
    capture, _ = planned(BUG)
    for event in (
        parse_event("issues", payload(43), "octo/shop"),
        replace(BUG, targets=Targets(pulls=(99,))),
        replace(BUG, targets=Targets(shas=("d" * 40,))),
        replace(BUG, targets=Targets(group=("e" * 40, "r", "b"))),
    ):
        with pytest.raises(UserError, match="which the event is about"):
            with_event(capture, event)
    with pytest.raises(UserError, match="looks at everything that is open"):
        with_event(capture, Event(sweep=True))


def test_an_event_that_the_facts_lag_behind_is_undecided() -> None:
    """A commit that they do not show is never overlooked."""
    capture, _ = planned(PULL)
    event = {"action": "synchronize", "pull_request": {"number": 7, "head": {"sha": "9" * 40}}}
    found = simulate(with_event(capture, parse_event("pull_request", event, "octo/shop")), TEMPLATES)
    assert found.report.reason is Reason.UNDECIDED_STALE


def test_no_moment_of_this_machine_comes_in() -> None:
    """The time is that of the facts."""
    capture, _ = planned(BUG, minutes=61)
    assert isinstance(capture.at, datetime)
    assert simulate(capture, TEMPLATES).report.looked_at == at(61)
