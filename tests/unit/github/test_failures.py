"""What GitHub's refusals mean."""

from __future__ import annotations

import pytest

from bugaction.errors import Forbidden, GitHubError, Missing, Rejected, StaleHead, Transient
from bugaction.github.failures import GraphqlError, from_graphql, from_http, parse_errors, permission_for
from tests.unit.github.fake import NOW

RESET = str(int(NOW.timestamp()) + 90)
FOREIGN = "Resource not accessible by integration"


@pytest.mark.parametrize(
    ("status", "headers", "message", "kind"),
    [
        (401, {}, "Bad credentials", Forbidden),
        (403, {}, FOREIGN, Forbidden),
        (403, {}, "Repository was archived so is read-only.", Forbidden),
        (403, {"retry-after": "30"}, "wait", Transient),
        (403, {"x-ratelimit-remaining": "0"}, "API rate limit exceeded for installation ID 1.", Transient),
        (403, {}, "You have exceeded a secondary rate limit. Please wait a few minutes", Transient),
        (429, {}, "too many", Transient),
        (404, {}, "Not Found", Missing),
        (410, {}, "This issue was deleted", Missing),
        (409, {}, "is at x but expected y", StaleHead),
        (409, {}, "Git Repository is empty.", Rejected),
        (403, {}, "GitHub Actions is not permitted to create or approve pull requests.", Forbidden),
        (422, {}, "Reference already exists", StaleHead),
        (422, {}, "Reference does not exist", StaleHead),
        (422, {}, "Update is not a fast forward", StaleHead),
        (422, {}, "Validation Failed; A pull request already exists for octo:bugaction/bug-042.", StaleHead),
        (422, {}, "Validation Failed", Rejected),
        (400, {}, "Problems parsing JSON", Rejected),
        (307, {}, "Temporary Redirect", Rejected),
        (500, {}, "no message", Transient),
        (502, {}, "no message", Transient),
        (503, {"retry-after": "7"}, "no message", Transient),
    ],
)
def test_an_http_answer_becomes_the_error_that_says_what_can_be_done(
    status: int, headers: dict[str, str], message: str, kind: type[GitHubError]
) -> None:
    """Permission, absence, refusal, a moved branch, or something that time may mend."""
    found = from_http(status, headers, message, codes=(), path="statuses/abc", now=NOW)
    assert type(found) is kind
    assert message in found.message


@pytest.mark.parametrize(
    ("headers", "advice"),
    [
        ({"retry-after": "30", "x-ratelimit-remaining": "0", "x-ratelimit-reset": RESET}, 30),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": RESET}, 90),
        ({"x-ratelimit-remaining": "12", "x-ratelimit-reset": RESET}, 60),
        ({"retry-after": "Tue, 24 Nov 2026 10:00:00 GMT"}, 60),
        ({}, 60),
    ],
)
def test_a_limit_tells_how_long_to_wait(headers: dict[str, str], advice: float) -> None:
    """`retry-after` first, then the reset where nothing remains, otherwise a minute."""
    found = from_http(429, headers, "limit", codes=(), path="", now=NOW)
    assert isinstance(found, Transient)
    assert (found.retry_after, found.rate_limited, found.reason) == (advice, True, "rate-limited")


def test_a_missing_permission_is_named_by_github_or_by_the_endpoint() -> None:
    """The header counts, since it is GitHub's own word; without one the path tells."""
    header = {"x-accepted-github-permissions": "statuses=write"}
    named = from_http(403, header, FOREIGN, codes=(), path="statuses/abc", now=NOW)
    guessed = from_http(403, {}, FOREIGN, codes=(), path="issues/42/assignees", now=NOW)
    assert "`statuses: write`" in named.message
    assert "`issues: write`" in guessed.remedy


def test_a_setting_is_not_taken_for_a_permission() -> None:
    """GitHub names the permission of the operation in its headers whatever the reason."""
    said = "GitHub Actions is not permitted to create or approve pull requests."
    headers = {"x-accepted-github-permissions": "pull_requests=write"}
    found = from_http(403, headers, said, codes=(), path="pulls", now=NOW)
    assert found.message == said
    assert from_http(403, headers, FOREIGN, codes=(), path="pulls", now=NOW).message != FOREIGN


def test_the_codes_of_a_422_are_told() -> None:
    """They say what the message does not: `already_exists`."""
    found = from_http(422, {}, "Validation Failed", codes=("already_exists",), path="labels", now=NOW)
    assert found.message == "Validation Failed (already_exists)"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (GraphqlError("API rate limit exceeded", "RATE_LIMITED"), Transient),
        (GraphqlError("You have exceeded a secondary rate limit"), Transient),
        (GraphqlError("Something went wrong while executing your query."), Transient),
        (GraphqlError("x", "SERVICE_UNAVAILABLE"), Transient),
        (GraphqlError('Expected branch to point to "a" but it did not.', "STALE_DATA"), StaleHead),
        (GraphqlError('Expected branch to point to "a" but it did not. Pull and try again.'), StaleHead),
        (GraphqlError("Could not resolve to a node", "NOT_FOUND"), Missing),
        (GraphqlError(FOREIGN, "FORBIDDEN"), Forbidden),
        (GraphqlError(FOREIGN), Forbidden),
        (GraphqlError("Your token has not been granted", "INSUFFICIENT_SCOPES"), Forbidden),
        (GraphqlError("Something went wrong with the path", "UNPROCESSABLE"), Rejected),
        (GraphqlError("Field 'x' doesn't exist"), Rejected),
    ],
)
def test_a_graphql_error_becomes_the_error_that_says_what_can_be_done(
    error: GraphqlError, kind: type[GitHubError]
) -> None:
    """By its type, and by its words where GitHub gives none."""
    assert type(from_graphql(error, {}, NOW)) is kind


def test_a_repository_that_nobody_sees_has_a_remedy() -> None:
    """GitHub says the same of one that is not there and of one that the token may not read."""
    unseen = from_graphql(GraphqlError("Could not resolve", "NOT_FOUND", ("repository",)), {}, NOW)
    assert "spelling" in unseen.remedy
    assert "token" in unseen.remedy
    below = from_graphql(GraphqlError("Could not resolve", "NOT_FOUND", ("repository", "item_1")), {}, NOW)
    assert below.remedy == ""


def test_a_forbidden_field_names_the_permission_of_its_nearest_known_name() -> None:
    """The path's last known step tells: here the deployments of a repository."""
    error = GraphqlError(FOREIGN, "FORBIDDEN", ("repository", "pull", "status"))
    assert "`statuses: read`" in from_graphql(error, {}, NOW).message
    assert permission_for("nothing", "blame") == "contents: read"
    assert permission_for("defaultBranchRef", "repository") == "contents: read"
    assert permission_for("nothing") == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ()),
        ([], ()),
        ("broken", (GraphqlError("broken"),)),
        (7, (GraphqlError("7"),)),
        (["odd"], (GraphqlError("odd"),)),
        ([{}], (GraphqlError("GitHub gave no message"),)),
        (
            [{"type": "X", "path": ["a", 1, None], "message": "m"}],
            (GraphqlError("m", "X", ("a", 1)),),
        ),
        ([{"path": "a", "message": "m"}], (GraphqlError("m"),)),
    ],
)
def test_errors_of_any_shape_are_read(value: object, expected: tuple[GraphqlError, ...]) -> None:
    """Whatever an answer holds there, something sensible is said of it."""
    assert parse_errors(value) == expected
