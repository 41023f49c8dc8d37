"""Signing in as a GitHub App on the embedded GitHub: what its token may, how long, and each way to fail."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat

from bugaction.app_key import AppKey, parse_app_key
from bugaction.errors import BugactionError, Forbidden, GitHubError, Missing, Transient, UserError
from bugaction.github.client import Client
from bugaction.github.connection import connect_client
from bugaction.github.extended import read_extended
from bugaction.github.installation import NEEDED, Access, Installation
from bugaction.sandbox.apps import App
from bugaction.sandbox.server import GitHubServer
from bugaction.secret import Secret
from tests.sandboxed import populated

STATUS = {"state": "success", "context": "x"}


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    with populated() as world, GitHubServer(world) as found:
        yield found
        assert found.violations == []


def key_of(app: App) -> AppKey:
    found = parse_app_key(str(app.id), app.key, id_name="app-id", key_name="app-private-key")
    assert found is not None
    return found


def signed_in(server: GitHubServer, key: AppKey, access: str = "write", *, ghes: bool = False) -> Client:
    return connect_client(
        token="",
        api_url=server.ghes_api_url if ghes else server.api_url,
        graphql_url="",
        clock=server.world.clock,
        sleep=lambda _: None,
        app=key,
        repository="octo/shop",
        access=access,
    )


def head(server: GitHubServer) -> str:
    return server.world.state.head_of("main") or ""


@pytest.mark.parametrize("ghes", [False, True])
def test_two_requests_make_a_token_for_this_repository(server: GitHubServer, *, ghes: bool) -> None:
    """Also on a server of one's own. They count as the run's, and as no writes."""
    app = server.tokens.add_app("keeper", NEEDED)
    client = signed_in(server, key_of(app), ghes=ghes)
    assert (client.usage.reads, client.usage.writes) == (2, 0)
    client.send("POST", f"/repos/octo/shop/statuses/{head(server)}", STATUS)
    assert [each.token for each in server.requests] == ["key", "key", "app"]
    (status,) = server.world.state.statuses[head(server)]
    assert status.creator == "keeper"
    assert server.requests[1].body == {"repositories": ["shop"], "permissions": dict(NEEDED)}


@pytest.mark.parametrize(("access", "level"), [("write", "write"), ("defer", "read"), ("read", "read")])
def test_it_may_no_more_than_the_run_needs(server: GitHubServer, access: str, level: str) -> None:
    """A job that defers its commits cannot make any; one that only looks writes nothing at all."""
    app = server.tokens.add_app("keeper", {**NEEDED, "administration": "write"})
    client = signed_in(server, key_of(app), access)
    body = server.requests[1].body
    assert isinstance(body, dict)
    asked = body["permissions"]
    assert (asked["contents"], asked["statuses"]) == (level, "read" if access == "read" else "write")
    assert "administration" not in asked
    if access == "read":
        with pytest.raises(Forbidden):
            client.send("POST", f"/repos/octo/shop/statuses/{head(server)}", STATUS)


@pytest.mark.parametrize(
    ("kind", "form"), [("PKCS8", '"{}"'), ("PKCS8", "one line"), ("TraditionalOpenSSL", "base64")]
)
def test_a_key_signs_however_it_came(server: GitHubServer, kind: str, form: str) -> None:
    """In either of its two formats, and whatever a form or a shell has made of it."""
    app = server.tokens.add_app("keeper", NEEDED)
    key = serialization.load_pem_private_key(app.key.encode(), None)
    plain = serialization.NoEncryption()
    text = key.private_bytes(Encoding.PEM, getattr(PrivateFormat, kind), plain).decode()
    given = {"base64": base64.b64encode(text.encode()).decode(), "one line": text.replace("\n", " ")}
    found = parse_app_key(str(app.id), given.get(form, form.format(text)), id_name="id", key_name="key")
    assert found is not None
    assert signed_in(server, found).app_id == app.id


def test_what_was_not_granted_is_not_asked_for(server: GitHubServer) -> None:
    """GitHub would give no token at all; the features that need it say so themselves."""
    lesser = {name: level for name, level in NEEDED.items() if name not in ("members", "checks")}
    signed_in(server, key_of(server.tokens.add_app("keeper", {**lesser, "checks": "read"})))
    assert server.requests[1].body == {"repositories": ["shop"], "permissions": {**lesser, "checks": "read"}}


def test_a_token_is_replaced_before_it_is_over(server: GitHubServer) -> None:
    """A sweep may take longer than the hour that it lives."""
    app = server.tokens.add_app("keeper", NEEDED)
    client = signed_in(server, key_of(app))
    for _ in range(4):
        server.world.clock.advance(minutes=50)
        client.get("/repos/octo/shop")
    assert [each.token for each in server.requests][2:] == ["app", "key", "app", "app", "key", "app"]
    assert all(each.status < 300 for each in server.requests)


def test_a_token_that_github_does_not_know_everywhere_yet(server: GitHubServer) -> None:
    """It takes some seconds until every machine of theirs does. Later the same answer is what it says, and
    nothing is tried again."""
    client = signed_in(server, key_of(server.tokens.add_app("keeper", NEEDED)))
    server.faults.fail(401, times=2)
    assert client.get("/repos/octo/shop")
    server.faults.fail(401)
    with pytest.raises(Transient, match="does not know the token yet"):
        client.send("POST", f"/repos/octo/shop/statuses/{head(server)}", STATUS)
    server.world.clock.advance(minutes=1)
    server.faults.fail(401)
    with pytest.raises(Forbidden, match="does not accept the token"):
        client.get("/repos/octo/shop")


def failing(server: GitHubServer, key: AppKey) -> BugactionError:
    with pytest.raises(BugactionError) as caught:
        signed_in(server, key)
    assert caught.value.remedy
    said = f"{caught.value.message} {caught.value.remedy} {caught.value.__cause__!r}"
    assert not any(line in said for line in key.key.reveal().split() if len(line) > 20)
    return caught.value


def test_a_key_of_another_app(server: GitHubServer) -> None:
    """As where two secrets were mixed up."""
    app, other = (server.tokens.add_app(slug, NEEDED) for slug in ("keeper", "other"))
    error = failing(server, AppKey(str(app.id), key_of(other).key))
    assert isinstance(error, Forbidden)
    assert "does not take the private key for the GitHub App" in error.message
    assert "of the same App" in error.remedy


def test_a_key_that_is_none(server: GitHubServer) -> None:
    """It looks like one until it has to sign."""
    app = server.tokens.add_app("keeper", NEEDED)
    broken = AppKey(str(app.id), Secret(app.key.replace(app.key.split()[5], "A" * 64)))
    error = failing(server, broken)
    assert isinstance(error, UserError)
    assert "cannot be read" in error.message
    assert error.__suppress_context__
    assert server.requests == []


def test_an_app_that_is_not_installed_here(server: GitHubServer) -> None:
    """Or not on this one of the owner's repositories. An id that is no App's is named as such."""
    app = server.tokens.add_app("keeper", NEEDED, installed=False)
    error = failing(server, key_of(app))
    assert isinstance(error, Missing)
    assert "is not installed on octo/shop" in error.message
    error = failing(server, AppKey("4711", key_of(app).key))
    assert isinstance(error, Missing)
    assert error.message == "GitHub knows no GitHub App 4711."


def test_an_installation_that_is_suspended(server: GitHubServer) -> None:
    """The page to go to is named."""
    error = failing(server, key_of(server.tokens.add_app("keeper", NEEDED, suspended=True)))
    assert "suspended" in error.message
    assert "/organizations/octo/settings/installations/" in error.remedy


def test_permissions_without_which_no_gate_is_reported(server: GitHubServer) -> None:
    """All of them at once, each as GitHub names it."""
    few = {"issues": "read", "contents": "read", "pull_requests": "write"}
    error = failing(server, key_of(server.tokens.add_app("keeper", few)))
    assert isinstance(error, Forbidden)
    assert error.message == "The GitHub App keeper lacks `issues: write`, `statuses: write`."


def test_a_fault_in_passing_is_tried_again(server: GitHubServer) -> None:
    """Making a second token does no harm."""
    app = server.tokens.add_app("keeper", NEEDED)
    server.faults.fail(502, operation="apps/create-installation-access-token")
    assert signed_in(server, key_of(app)).usage.requests == 3


def test_another_repository_of_the_owner_is_read_where_it_is_installed_too(server: GitHubServer) -> None:
    """A private `.github` that the organisation keeps its configuration in, which the run's own token does
    not see. Once asked, the token is kept."""
    server.world.add_neighbour("octo/.github", {".github/bugaction.yml": "version: 1\n"}, private=True)
    app = server.tokens.add_app("keeper", NEEDED)
    assert read_extended(signed_in(server, key_of(app)), "octo/.github").text is None
    app = server.tokens.add_app("keeper", NEEDED, "octo/.github")
    client = signed_in(server, key_of(app))
    for _ in range(2):
        assert read_extended(client, "octo/.github").text == "version: 1\n"
    assert client.usage.requests == 2 + 1 + 2
    with pytest.raises(GitHubError):
        client.elsewhere("octo/.github").get("/repos/octo/shop/issues")
    assert client.elsewhere("other/.github") is client
    assert client.elsewhere("octo/shop") is client


def test_access_never_asks_for_more_than_is_listed() -> None:
    """What a manifest grants is what a run asks for at the most."""
    given = Installation(1, 2, "keeper", "", dict.fromkeys(NEEDED, "admin"))
    assert given.permissions(Access.WRITE) == dict(NEEDED)
    assert given.lacks == ()
