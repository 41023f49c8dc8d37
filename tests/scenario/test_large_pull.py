"""A fix with more of everything than a page holds is judged by all of it, in no more requests than pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pytest

from bugaction.sandbox.record import Request
from tests.scenario.large import Size, finish_checks, open_fixes, talk
from tests.scenario.life import begin, form

SIZE = Size(files=101, comments=101, checks=101, labels=100, pulls=12)
"""One more than a page of each, and as many labels as GitHub takes; a bug's links come by ten."""

Verdicts = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Story:
    """What the statuses on the fixes said, the large one's first, and the bug's comment: once CI had failed,
    and once the large one was ready. `requests` are those of the run after CI had failed, `again` how much
    was written when the last event came a second time."""

    failed: Sequence[Verdicts]
    sticky: str
    requests: Sequence[Request]
    ready: Sequence[Verdicts]
    again: int


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    """A P1 whose cause is known, with its fixes; what a person said stands at a page's end and behind it."""
    with begin() as life:
        bug, people = life.bug(body=form()), life.people
        talk(life.world, bug, 98)  # the first comment is the product's own
        with life.world.quietly():
            people.comment("bo", bug, "/accept")
            people.comment("cy", bug, "/assign backup @mia")
        life.say("cy", bug, "/channel incident")
        life.analyse(bug)
        pulls = open_fixes(life.world, bug, SIZE)
        run = finish_checks(life.world, pulls[0], SIZE, last="failure")
        before = len(life.server.requests)
        life.pass_on()
        requests = life.server.requests[before:]
        failed, sticky = [life.verdicts(pull) for pull in pulls], life.sticky(bug)
        with life.world.quietly():
            people.rerun("bo", run, {f"job {SIZE.checks - 1:03}": "success"})
            people.review("mia", pulls[0], "approve")
        words = f"/attest minimal-change {life.head(pulls[0])[:7]} what it renames is called everywhere"
        life.say("bo", pulls[0], words)
        yield Story(failed, sticky, requests, [life.verdicts(pull) for pull in pulls], life.again())


def test_what_stands_last_decides(story: Story) -> None:
    """The last of the checks failed, the last of the files is the test, and the last of the labels counts."""
    assert story.failed[0]["bugaction/fix"] == ("failure", 'BUG-001: "job 100" failed (+2)')
    assert "A regression test is part of the change: zz/tests/test_cart.py" in story.sticky
    assert '**the label "refactor" says that it is more than a fix**' in story.sticky


def test_what_was_said_behind_a_page_s_end_is_heard(story: Story) -> None:
    """The hundredth comment on the issue and those after it; the last one on the pull request."""
    for words in ("bo accepted by `/accept`", "mia, role maintain when named", "#\u200bincident"):
        assert words in story.sticky
    assert story.ready[0]["bugaction/fix"] == ("success", "Fix holds")


def test_every_linked_pull_request_is_judged(story: Story) -> None:
    """Also those that GitHub lists on a second page, each by itself and with every context."""
    assert len(story.ready) == SIZE.pulls
    contexts = {f"bugaction/{name}" for name in ("triage", "root-cause", "fix", "release", "gate")}
    assert all(verdicts.keys() == contexts for verdicts in story.ready)
    for verdicts in story.ready[1:]:
        assert verdicts["bugaction/triage"] == ("success", "Triage holds")
        assert verdicts["bugaction/fix"] == ("failure", "BUG-001: no check has run on this commit (+1)")


def test_once_more_writes_nothing(story: Story) -> None:
    """The same event again, with everything read again."""
    assert story.again == 0


def test_each_page_is_read_once_a_look(story: Story) -> None:
    """Two jobs look, and each looks once more after it has written: four looks.

    Commits hold their authors and parents, so that a request has room for two pull requests beside the bug;
    the first look of a job needs up to three requests more to know what there is.
    """
    reads = [request for request in story.requests if not request.is_write]
    queries = [request.body["query"] for request in reads if isinstance(request.body, dict)]
    asked = [found[1] for query in queries if (found := re.search(r"page: (\w+)\(", str(query)))]
    assert Counter(asked) == dict.fromkeys(
        ("comments", "closedByPullRequestsReferences", "contexts", "files"), 4
    )
    jobs = 2
    assert len(queries) - len(asked) <= jobs * (3 + SIZE.pulls // 2) + jobs * SIZE.pulls // 2
    assert all(request.points <= 3 for request in reads)
