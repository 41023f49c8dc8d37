"""Faults: what a test can make the next requests meet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from bugaction.sandbox.faults import Fault
from tests.sandboxed import Caller, serving

LABEL = {"labels": ["P1"]}


@pytest.fixture
def caller() -> Iterator[Caller]:
    with serving() as made:
        made.server.world.people.open_issue("dee", "Broken")
        yield made
        assert made.server.violations == []
        assert made.server.faults.pending == 0


def has_label(caller: Caller) -> bool:
    """Whether the issue has got its label."""
    return caller.server.world.state.issues[1].labels != ()


def test_the_next_n_requests_fail_and_the_one_after_does_not(caller: Caller) -> None:
    """A gateway's 502 is a page; nothing was done."""
    caller.server.faults.fail(502, times=2)
    answers = [caller.rest("POST", "/issues/1/labels", LABEL) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {502}
    assert answers[0].text.startswith("<html>")
    assert not has_label(caller)
    assert caller.rest("POST", "/issues/1/labels", LABEL).status_code == 200


def test_a_fault_meets_only_what_it_matches(caller: Caller) -> None:
    """By method, path, operation id, or GraphQL's names."""
    caller.server.faults.fail(500, method="POST", path=r"/labels$")
    caller.server.faults.fail(503, operation="issues/get")
    caller.server.faults.fail(500, operation="viewer")
    assert caller.rest("GET", "/labels").status_code == 200
    assert caller.rest("POST", "/issues/1/labels", LABEL).status_code == 500
    assert caller.rest("GET", "/issues/1").status_code == 503
    assert caller.repository("id")
    assert "message" in caller.graphql("{ viewer { login } }")


def test_a_deed_can_be_done_and_its_answer_lost(caller: Caller) -> None:
    """What makes a repeated POST dangerous."""
    caller.server.faults.fail(500, acts=True)
    assert caller.rest("POST", "/issues/1/labels", LABEL).status_code == 500
    assert has_label(caller)


@pytest.mark.parametrize("acts", [False, True])
def test_a_connection_can_be_cut_before_or_after_the_deed(caller: Caller, acts: bool) -> None:
    """The client sees no answer either way."""
    caller.server.faults.drop(acts=acts)
    with pytest.raises(requests.ConnectionError):
        caller.rest("POST", "/issues/1/labels", LABEL)
    assert has_label(caller) is acts
    assert caller.server.requests[-1].status == 0


def test_a_deed_can_be_done_behind_the_next_request(caller: Caller) -> None:
    """The client has given it up, and looks in vain; then it is there."""
    caller.server.faults.add(Fault(1, method="POST", drops=True, lands_late=True))
    with pytest.raises(requests.ConnectionError):
        caller.rest("POST", "/issues/1/labels", LABEL)
    assert not has_label(caller)
    assert caller.rest("GET", "/issues/1").json()["labels"] == []
    assert has_label(caller)


def test_an_answer_can_be_spoilt(caller: Caller) -> None:
    """After the deed was done as it should be."""
    caller.server.faults.add(Fault(1, acts=True, spoils=lambda answer: {"kept": len(answer)}))
    answer = caller.rest("POST", "/issues/1/labels", LABEL)
    assert (answer.status_code, answer.json()) == (200, {"kept": 1})
    assert has_label(caller)


def test_limits(caller: Caller) -> None:
    """Secondary with and without advice, primary with its reset, GraphQL's inside a 200."""
    faults = caller.server.faults
    faults.secondary_limit(retry_after=7)
    faults.secondary_limit()
    faults.fail(429, retry_after=1)
    faults.primary_limit(reset_in=90)
    first, second, third, fourth = (caller.rest("GET", "/issues/1") for _ in range(4))
    assert (first.status_code, first.headers["Retry-After"]) == (403, "7")
    assert "secondary rate limit" in first.json()["message"]
    assert "Retry-After" not in second.headers
    assert (third.status_code, third.headers["Retry-After"]) == (429, "1")
    now = int(caller.server.world.clock().timestamp())
    assert (fourth.headers["X-RateLimit-Remaining"], int(fourth.headers["X-RateLimit-Reset"])) == (
        "0",
        now + 90,
    )
    faults.graphql_limit()
    assert caller.graphql("{ viewer { login } }")["errors"][0]["type"] == "RATE_LIMITED"


def test_a_field_can_be_forbidden(caller: Caller) -> None:
    """The rest of the data is there."""
    caller.server.faults.forbid("Repository.label")
    document = '{ repository(owner: "octo", name: "shop") { url label(name: "P1") { id } } }'
    answer = caller.graphql(document)
    assert answer["data"]["repository"]["url"]
    assert answer["errors"][0]["type"] == "FORBIDDEN"


def test_the_world_can_change_between_a_read_and_a_write(caller: Caller) -> None:
    """Hooks run just before a request is carried out, and just after."""
    people = caller.server.world.people
    caller.server.faults.before(lambda _: people.label("bob", 1, "P0"), operation="issues/add-labels")
    caller.server.faults.after(lambda _: people.close("bob", 1), operation="issues/get")
    names = [label["name"] for label in caller.rest("POST", "/issues/1/labels", LABEL).json()]
    assert names == ["P0", "P1"]
    assert caller.rest("GET", "/issues/1").json()["state"] == "open"
    assert caller.rest("GET", "/issues/1").json()["state"] == "closed"


def test_reads_can_lag_while_writes_do_not(caller: Caller) -> None:
    """By changes, by seconds, or as it was at a moment; then the present shows again."""
    world, faults = caller.server.world, caller.server.faults
    moment = world.moments[-1]
    world.clock.advance(minutes=10)
    world.people.label("bob", 1, "P0")
    item = "item: issueOrPullRequest(number: 1) { ... on Issue { labels(first: 5) { nodes { name } } } }"

    def names() -> list[str]:
        return [node["name"] for node in caller.repository(item)["item"]["labels"]["nodes"]]

    faults.lag(at=moment)
    assert (names(), names()) == ([], ["P0"])
    faults.lag(seconds=60)
    assert (names(), names()) == ([], ["P0"])
    faults.lag(changes=1, reads=2)
    caller.rest("POST", "/issues/1/labels", LABEL)
    assert (names(), names(), names()) == (["P0"], ["P0"], ["P0", "P1"])


def test_a_branch_can_move_just_before_a_commit(caller: Caller) -> None:
    """The expected head is stale although it was right when it was read."""
    caller.server.faults.stale_head("main", who="ana")
    mutation = (
        "mutation($i: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $i) { commit { oid } } }"
    )
    state = caller.server.world.state
    body = {
        "branch": {"repositoryNameWithOwner": "octo/shop", "branchName": "main"},
        "expectedHeadOid": state.refs["refs/heads/main"],
        "message": {"headline": "x"},
    }
    assert caller.graphql(mutation, {"i": body})["errors"][0]["type"] == "STALE_DATA"
    body["expectedHeadOid"] = state.refs["refs/heads/main"]
    assert "errors" not in caller.graphql(mutation, {"i": body})


def test_an_answer_can_be_late(caller: Caller) -> None:
    """In real seconds, so that a client's own time limit shows."""
    caller.server.faults.delay(0.05)
    assert caller.rest("GET", "/issues/1").elapsed.total_seconds() >= 0.05


def test_what_is_answered_late_is_done_before(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that whoever waits no longer, and looks, finds it, on a slow machine and on a fast one."""
    found: list[bool] = []
    caller.server.faults.delay(1)
    monkeypatch.setattr("bugaction.sandbox.server.time.sleep", lambda _: found.append(has_label(caller)))
    assert caller.rest("POST", "/issues/1/labels", LABEL).status_code == 200
    assert found == [True]


def test_faults_can_be_taken_back(caller: Caller) -> None:
    """Nothing waits afterwards."""
    caller.server.faults.fail(500, times=5)
    caller.server.faults.lag(reads=5)
    caller.server.faults.clear()
    assert caller.rest("GET", "/issues/1").status_code == 200
