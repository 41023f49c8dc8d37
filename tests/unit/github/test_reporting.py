"""How verdicts travel: statuses and check runs, and which of the check runs on a commit are ours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
import responses

from bugaction.errors import Forbidden, GitHubError, Rejected, Transient
from bugaction.github.reporting import own_runs, report
from bugaction.plan import SetCheckRun, SetStatus
from bugaction.ports import Applied
from bugaction.snapshot import OwnRun, OwnRuns, StatusState
from tests.unit.github.fake import FIX, Node, bodies, client, rest, sent, writer
from tests.values import at

REPO = "/repos/octo/shop"
PAGE = "https://s.example"
RUN = SetCheckRun(FIX, "bugaction/fix", StatusState.FAILURE, "no test", "sum", "text", PAGE, "x")
SETTLED = SetStatus(FIX, "bugaction/fix", StatusState.SUCCESS, "elsewhere", "", settles=True)
GREEN = SetStatus(FIX, "bugaction/gate", StatusState.SUCCESS, "holds", "", settles=True)
NO = {"message": "Resource not accessible by integration"}


@pytest.fixture(autouse=True)
def _canned() -> Iterator[None]:
    with responses.mock:
        yield


def run(ident: int, name: str = "bugaction/gate", **fields: object) -> Node:
    """A check run as REST lists it."""
    whole: Node = {
        "id": ident,
        "name": name,
        "status": "completed",
        "conclusion": "success",
        "details_url": PAGE,
        "app": {"id": 7, "slug": "keeper"},
        "output": {"title": "holds", "summary": "s\n<!-- bugaction:check sha256=0123456789abcdef -->"},
    }
    return {**whole, **fields}


def listed(*runs: Node) -> None:
    rest("GET", f"commits/{FIX}/check-runs", {"total_count": len(runs), "check_runs": runs})


def test_ours_are_those_of_our_app() -> None:
    """Of any age. The same name by another App, GITHUB_TOKEN's too, is none of ours."""
    actions, gone = {"id": 15368, "slug": "github-actions"}, None
    ended = "2026-11-24T09:05:00Z"
    listed(
        run(3, completed_at=ended),
        run(2, app=actions),
        run(1, app=gone),
        run(4, "bugaction/fix", conclusion="failure"),
    )
    assert own_runs(client(), REPO, FIX, "Keeper") == OwnRuns(
        (
            OwnRun(3, "bugaction/gate", StatusState.SUCCESS, "holds", PAGE, "0123456789abcdef", at(5)),
            OwnRun(4, "bugaction/fix", StatusState.FAILURE, "holds", PAGE, "0123456789abcdef"),
        )
    )
    query = str(responses.calls[0].request.url).partition("?")[2]
    assert query == "filter=all&page=1&per_page=100"


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"status": "queued", "conclusion": None}, StatusState.PENDING),
        ({"status": "in_progress", "conclusion": None}, StatusState.PENDING),
        ({"conclusion": "failure"}, StatusState.FAILURE),
        ({"conclusion": "neutral"}, StatusState.ERROR),
        ({"conclusion": "skipped"}, StatusState.ERROR),
        ({"conclusion": "stale"}, StatusState.ERROR),
        ({"conclusion": "something new"}, StatusState.ERROR),
    ],
)
def test_what_we_never_say_is_put_right(fields: Node, state: StatusState) -> None:
    """What lets a merge pass without being a success, and what is not over."""
    listed(run(1, **fields, output={"title": None, "summary": None}))
    (found,) = own_runs(client(), REPO, FIX, "keeper").runs
    assert (found.state, found.title, found.mark) == (state, "", "")


def test_all_pages_and_by_the_app_s_number_where_it_is_known() -> None:
    """GitHub then leaves out the hundreds of others."""
    asking = client()
    asking.app_id = 7
    listed(*(run(number) for number in range(100)))
    listed(run(100))
    assert len(own_runs(asking, REPO, FIX, "keeper").runs) == 101
    assert "app_id=7" in str(responses.calls[1].request.url)
    assert "page=2" in str(responses.calls[1].request.url)


def test_what_may_not_be_read_is_told() -> None:
    """The gates are reported as statuses then; what time may mend is waited for."""
    rest("GET", f"commits/{FIX}/check-runs", NO, 403)
    found = own_runs(client(), REPO, FIX, "keeper")
    assert found.runs == ()
    assert "Resource not accessible" in found.refused
    responses.reset()
    rest("GET", f"commits/{FIX}/check-runs", {})
    with pytest.raises(Transient):
        own_runs(client(), REPO, FIX, "keeper")


def test_a_run_is_made_completed() -> None:
    """With all that is to be seen in it: one that is left open would end as stale."""
    rest("POST", "check-runs", {"id": 9, "completed_at": "2026-11-24T09:05:00Z"}, 201)
    assert report(client(), REPO, RUN) == Applied(RUN, "9", at=at(5))
    assert bodies() == [
        {
            "name": "bugaction/fix",
            "head_sha": FIX,
            "status": "completed",
            "conclusion": "failure",
            "external_id": "x",
            "details_url": PAGE,
            "output": {"title": "no test", "summary": "sum", "text": "text"},
        }
    ]


@pytest.mark.parametrize("status", [403, 404, 422])
def test_one_that_cannot_be_changed_any_more_is_made_anew(status: int) -> None:
    """But never to settle it."""
    changing = replace(RUN, run=5)
    rest("PATCH", "check-runs/5", NO, status)
    rest("POST", "check-runs", {"id": 9}, 201)
    assert report(client(), REPO, changing).id == "9"
    assert sent() == ["PATCH check-runs/5", "POST check-runs"]
    with pytest.raises(GitHubError):
        report(client(), REPO, replace(RUN, run=5, settles=True))
    assert len(sent()) == 3


@pytest.mark.parametrize("status", [403, 404, 422])
def test_a_spare_one_that_cannot_be_changed_is_left(status: int) -> None:
    """There is a later one of its name; and check runs as such are not refused by that."""
    rest("PATCH", "check-runs/5", NO, status)
    with pytest.raises(Rejected, match="cannot be changed"):
        report(client(), REPO, replace(RUN, run=5, spare=True))
    assert sent() == ["PATCH check-runs/5"]


def test_one_that_can_be_changed_is_changed() -> None:
    """In place: its number stays, and it is said when that was."""
    rest("PATCH", "check-runs/5", {"id": 5, "completed_at": "2026-11-24T09:05:00Z"})
    changing = replace(RUN, run=5)
    assert report(client(), REPO, changing) == Applied(changing, "5", at=at(5))
    (body,) = bodies()
    assert "head_sha" not in body
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", body["completed_at"])


@pytest.mark.parametrize(
    ("told", "posted"),
    [("2026-11-24T09:05:00Z", at(5)), ("soon", None), ("0001-01-01T00:00:00+14:00", None), (7, None)],
)
def test_when_a_status_was_posted_is_as_github_tells_it(told: object, posted: datetime | None) -> None:
    """It orders ours and another run's; what is no time is not known."""
    rest("POST", f"statuses/{FIX}", {"created_at": told}, 201)
    (done,) = writer().apply([GREEN])
    assert done == Applied(GREEN, at=posted)


def test_what_the_other_kind_said_is_settled_last() -> None:
    """Red, then green, then what is settled: whatever order they come in."""
    rest("POST", "check-runs", {"id": 9}, 201)
    rest("POST", f"statuses/{FIX}", {}, 201)
    done = writer().apply([SETTLED, GREEN, RUN])
    assert [item.effect for item in done] == [RUN, SETTLED, GREEN]
    assert all(item.error is None for item in done)


def test_nothing_is_settled_by_a_verdict_that_was_refused() -> None:
    """A gate would open by it. What is about another one is not concerned."""
    rest("POST", "check-runs", NO, 403)
    rest("POST", f"statuses/{FIX}", {}, 201)
    done = writer().apply([SETTLED, GREEN, RUN])
    assert [type(item.error) for item in done] == [Forbidden, type(None)]
    assert [json.loads(str(call.request.body)).get("context") for call in responses.calls] == [
        None,
        "bugaction/gate",
    ]
