"""GitHub Apps on the embedded GitHub: who signs as one, what its token may, and its check runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import jwt
import pytest

from bugaction.sandbox.apps import App
from bugaction.sandbox.refusal import Refused
from bugaction.sandbox.server import GitHubServer
from bugaction.sandbox.tokens import Token
from tests.sandboxed import Caller, populated

GRANTED = {"checks": "write", "contents": "read", "metadata": "read"}


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    with populated() as world, GitHubServer(world) as found:
        yield found
        assert found.violations == []


def signed(server: GitHubServer, app: App, *, key: str = "", issuer: str = "", **minutes: float) -> Caller:
    """Who sends what the App has signed: for five minutes, beginning one minute ago."""
    now = server.world.clock()
    times = {"iat": -1.0, "exp": 5.0, **minutes}
    claims = {name: int((now + timedelta(minutes=value)).timestamp()) for name, value in times.items()}
    value = jwt.encode({"iss": issuer or str(app.id), **claims}, key or app.key, "RS256")
    return Caller(server, Token(f"{value}", "key", app.slug))


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ({"exp": -0.1}, 401, "could not be decoded"),
        ({"exp": 11}, 401, "too far in the future"),
        ({"iat": 2}, 401, "could not be decoded"),
        ({"issuer": "4711"}, 404, "Integration not found"),
    ],
)
def test_who_signs_is_told_by_the_key_and_the_clock(
    server: GitHubServer, wrong: dict[str, object], status: int, words: str
) -> None:
    """As GitHub refuses it; a key of another App signs nothing here."""
    app, other = server.tokens.add_app("keeper", GRANTED), server.tokens.add_app("other", GRANTED)
    assert signed(server, app).rest("GET", "/installation").json()["app_slug"] == "keeper"
    assert signed(server, app, key=other.key).rest("GET", "/installation").status_code == 401
    answer = signed(server, app, **wrong).rest("GET", "/installation")  # type: ignore[arg-type]
    assert (answer.status_code, words in answer.json()["message"]) == (status, True)
    job = Caller(server, server.tokens.for_job())
    assert job.rest("GET", "/installation").status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"repositories": ["shop"], "permissions": GRANTED}, 201),
        ({}, 201),
        ({"repositories": ["shop"], "permissions": {"checks": "read"}}, 201),
        ({"repositories": ["other"]}, 422),
        ({"permissions": {"contents": "write"}}, 422),
        ({"permissions": {"issues": "read"}}, 422),
    ],
)
def test_a_token_never_may_more_than_was_granted(
    server: GitHubServer, body: dict[str, object], status: int
) -> None:
    """Nor sees another repository."""
    app = server.tokens.add_app("keeper", GRANTED)
    path = f"/app/installations/{app.installation}/access_tokens"
    answer = signed(server, app).rest("POST", path, body)
    assert answer.status_code == status
    if status == 201:
        caller = Caller(server, server.tokens.find(f"token {answer.json()['token']}"))
        assert caller.rest("GET", "/commits").status_code == (
            200 if body.get("permissions") != {"checks": "read"} else 403
        )
        server.world.clock.advance(minutes=61)
        assert caller.rest("GET", "/commits").status_code == 401


def keeper(server: GitHubServer, slug: str = "keeper", **permissions: str) -> Caller:
    return Caller(server, server.tokens.for_app(slug, {**GRANTED, **permissions}))


def test_a_check_run_is_its_app_s(server: GitHubServer) -> None:
    """Made, listed by its App, changed in place; by nobody else, and by no person at all."""
    oid = server.world.state.head_of("main") or ""
    ours, theirs = keeper(server), keeper(server, "other")
    given = {"name": "gate", "head_sha": oid, "external_id": "x", "details_url": "https://github.com/o"}
    output = {"title": "no", "summary": "s", "text": "t"}
    made = ours.rest(
        "POST", "/check-runs", {**given, "status": "completed", "conclusion": "failure", "output": output}
    )
    assert made.status_code == 201
    run = made.json()
    assert (run["external_id"], run["details_url"], run["output"]["text"]) == (
        "x",
        "https://github.com/o",
        "t",
    )
    assert run["status"] == "completed"
    theirs.rest("POST", "/check-runs", given)
    server.world.people.check_run(oid, "gate")
    listed = ours.rest("GET", f"/commits/{oid}/check-runs?app_id={run['app']['id']}").json()
    assert [each["id"] for each in listed["check_runs"]] == [run["id"]]
    assert ours.rest("GET", f"/commits/{oid}/check-runs?check_name=gate").json()["total_count"] == 3
    path, change = f"/check-runs/{run['id']}", {"status": "completed", "conclusion": "success"}
    refused = theirs.rest("PATCH", path, change)
    assert (refused.status_code, "Invalid app_id" in refused.json()["message"]) == (403, True)
    assert ours.rest("PATCH", path, change).json()["conclusion"] == "success"
    assert ours.rest("PATCH", path, change).json()["output"]["text"] == "t"
    assert ours.rest("PATCH", "/check-runs/1", change).status_code == 404
    for caller in (Caller(server, server.tokens.for_user("ana")), keeper(server, checks="read")):
        assert caller.rest("POST", "/check-runs", given).status_code == 403


def test_of_two_of_one_name_the_newest_is_the_latest(server: GitHubServer) -> None:
    """All are there where all are asked for."""
    oid, ours = server.world.state.head_of("main") or "", keeper(server)
    ids = [ours.rest("POST", "/check-runs", {"name": "gate", "head_sha": oid}).json()["id"] for _ in range(2)]
    path = f"/commits/{oid}/check-runs"
    assert [each["id"] for each in ours.rest("GET", path).json()["check_runs"]] == ids[1:]
    assert [each["id"] for each in ours.rest("GET", f"{path}?filter=all").json()["check_runs"]] == ids[::-1]


@pytest.mark.parametrize(
    ("reported", "is_met"),
    [
        ([], False),
        ([("keeper", "run", "success")], True),
        ([("keeper", "status", "success")], True),
        ([("github-actions", "run", "success")], False),
        ([("github-actions", "status", "success")], False),
        ([("bob", "status", "success")], False),
        ([("keeper", "run", "success"), ("keeper", "status", "failure")], False),
        ([("keeper", "run", "failure"), ("keeper", "status", "success")], False),
        ([("keeper", "run", "success"), ("github-actions", "run", "failure")], True),
    ],
)
def test_a_context_that_is_pinned_to_an_app(
    server: GitHubServer, reported: list[tuple[str, str, str]], is_met: bool
) -> None:
    """Only that app's word counts; a status and a check run of one name have to pass both."""
    app = server.tokens.add_app("keeper", GRANTED)
    people = server.world.people
    people.push("bob", "fix", {"a": "1"}, "A")
    oid = server.world.state.head_of("fix") or ""
    pull = people.open_pull("bob", "A", "fix").number
    people.protect("ana", checks=[("gate", app.id)])
    for who, kind, verdict in reported:
        if kind == "run":
            people.check_run(oid, "gate", verdict, app=who)
        else:
            people.set_status(who if who == "bob" else f"{who}[bot]", oid, "gate", verdict)
    if is_met:
        people.merge_pull("ana", pull)
    else:
        with pytest.raises(Refused, match="is expected"):
            people.merge_pull("ana", pull)
