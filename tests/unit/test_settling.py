"""Redacted facts in which our own texts are written anew."""

from __future__ import annotations

from dataclasses import replace

from bugaction.capture import Capture
from bugaction.check_text import mark_in
from bugaction.model import Actor
from bugaction.plan import EditComment, SetCheckRun, SetStatus
from bugaction.redaction import redacted
from bugaction.seen import Seen
from bugaction.settling import settled
from bugaction.simulation import simulate
from bugaction.snapshot import OwnRun, OwnRuns, Status, StatusState, TextFile
from bugaction.tracking import STICKY_MARKER
from tests.unit.test_redaction import words
from tests.unit.test_simulation import BUG, PULL, TEMPLATES, planned
from tests.values import VIEWER, comment


def written(capture: Capture) -> Capture:
    """The facts once our statuses and our comment stand in them as the plan wants them."""
    (seen,) = capture.cases
    left = simulate(capture, TEMPLATES).report.left
    snapshot = seen.snapshot
    statuses = tuple(
        Status(effect.context, effect.state, effect.description, effect.url, VIEWER)
        for effect in left
        if isinstance(effect, SetStatus) and effect.oid == "c" * 40
    )
    pulls = {number: replace(pull, statuses=statuses) for number, pull in snapshot.pulls.items()}
    return replace(capture, cases=(replace(seen, snapshot=replace(snapshot, pulls=pulls)),))


def kinds(capture: Capture) -> list[type]:
    return [type(effect) for effect in simulate(capture, TEMPLATES).report.left]


def test_statuses_that_stood_as_they_should_still_do() -> None:
    """With the words that a run on the redacted facts would set."""
    plain = written(planned(PULL)[0])
    assert SetStatus not in kinds(plain)
    made = redacted(plain, TEMPLATES)
    assert SetStatus in kinds(made)
    done = settled(plain, made, TEMPLATES)
    assert kinds(done) == kinds(plain)
    said = [status.description for status in done.cases[0].snapshot.pulls[7].statuses]
    assert not words(" ".join(said)) & {"ana", "bo", "checkout"}


def test_check_runs_that_stood_as_they_should_still_do() -> None:
    """As statuses: the title and the mark of the texts are those of the redacted facts."""
    (seen,) = planned(PULL)[0].cases
    repo = replace(
        seen.snapshot.repository,
        viewer=Actor("keeper[bot]", is_bot=True),
        config=TextFile(".github/bugaction.yml", "version: 1\nchecks: {kind: check-run}\n"),
    )
    answers = replace(seen.snapshot.answers, runs={"c" * 40: OwnRuns()})
    facts = replace(seen.snapshot, repository=repo, answers=answers)
    capture = replace(planned(PULL)[0], cases=(replace(seen, snapshot=facts),))
    wanted = [each for each in simulate(capture, TEMPLATES).report.left if isinstance(each, SetCheckRun)]
    runs = tuple(
        OwnRun(ident, each.name, each.state, each.title, each.url, mark_in(each.summary))
        for ident, each in enumerate(wanted, start=1)
    )
    standing = facts.with_answers(replace(answers, runs={"c" * 40: OwnRuns(runs)}))
    plain = replace(capture, cases=(replace(seen, snapshot=standing),))
    assert (len(runs), SetCheckRun in kinds(plain)) == (5, False)
    made = redacted(plain, TEMPLATES)
    assert SetCheckRun in kinds(made)
    assert kinds(settled(plain, made, TEMPLATES)) == kinds(plain)


def test_a_verdict_that_differs_is_not_covered_up() -> None:
    """A status keeps its state, and the run that compares tells of it."""
    plain = written(planned(PULL)[0])
    made = redacted(plain, TEMPLATES)
    (seen,) = made.cases
    green = tuple(replace(status, state=StatusState.SUCCESS) for status in seen.snapshot.pulls[7].statuses)
    pulls = {7: replace(seen.snapshot.pulls[7], statuses=green)}
    made = replace(made, cases=(replace(seen, snapshot=replace(seen.snapshot, pulls=pulls)),))
    assert SetStatus in kinds(settled(plain, made, TEMPLATES))


def test_our_comment_is_what_would_be_drawn() -> None:
    """Where it was to be drawn anew anyway, it is left."""
    capture, _ = planned(BUG)
    (seen,) = capture.cases
    facts = seen.snapshot.bugs[42]
    old = comment(f"{STICKY_MARKER}\nof ana's checkout", author=VIEWER, ident=999)
    issue = replace(facts.issue, comments=(*facts.issue.comments, old))
    bugs = {42: replace(facts, issue=issue)}
    stale = replace(capture, cases=(replace(seen, snapshot=replace(seen.snapshot, bugs=bugs)),))
    made = settled(stale, redacted(stale, TEMPLATES), TEMPLATES)
    assert (EditComment in kinds(made)) is (EditComment in kinds(stale))


def test_facts_that_do_not_tell_enough_stay_as_they_are() -> None:
    """Whoever compares then says so."""
    capture, _ = planned(BUG)
    (seen,) = capture.cases
    poor: Seen = replace(seen, snapshot=replace(seen.snapshot, answers=type(seen.snapshot.answers)()))
    plain = replace(capture, cases=(poor,))
    made = redacted(plain, TEMPLATES)
    assert settled(plain, made, TEMPLATES) == made
