"""Signs in as a GitHub App: a token of its installation on one repository, and a new one before that is over.

The token may no more than the run needs and the App was granted, and sees this repository alone. The key
signs what asks for it, through PyGithub's own signer, and goes nowhere else
(https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/about-authentication-with-a-github-app).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from urllib.parse import quote

from bugaction.app_key import AppKey
from bugaction.errors import Forbidden, GitHubError, Missing, Rejected, Transient, UserError
from bugaction.github.client import Client
from bugaction.github.pacing import Pace
from bugaction.github.pygithub import Auth

__all__ = ["NEEDED", "Access", "Installation", "InstallationAuth", "sign_in"]

NEEDED: Mapping[str, str] = {
    "actions": "write",
    "checks": "write",
    "contents": "write",
    "deployments": "read",
    "issues": "write",
    "members": "read",
    "metadata": "read",
    "pull_requests": "write",
    "statuses": "write",
}
"""What an App is to be granted (OpenAPI, `app-permissions`): as the shipped workflow's jobs, `checks: write`
for check runs and the organisation's `members: read` for teams on top."""

_INDISPENSABLE: Mapping[str, str] = {
    "contents": "read",
    "issues": "write",
    "pull_requests": "read",
    "statuses": "write",
}
"""Without one of these no gate can be decided or reported: what else is missing is left out and told by
name."""

_LEVELS = ("", "read", "write", "admin")

_LIFE = timedelta(minutes=5)
"""Of what the key signs; GitHub takes ten minutes at the most, and clocks that are a minute apart
(docs.github.com, "Generating a JSON Web Token (JWT) for a GitHub App")."""
_SKEW = timedelta(minutes=1)

_BEFORE = timedelta(minutes=5)
"""How long before its end a token is replaced. It lives for an hour (OpenAPI, `installation-token`)."""


_FRESH = timedelta(seconds=5)
"""For so long GitHub may answer 401 to a token that it has just made (octokit/auth-app.js#65). A 403, where
it knows the token and not yet what it may (#589 there), is like one that lasts: that run does without, and
the next one mends it."""


class Access(Enum):
    """What a run does: everything; everything but commits, as a job with `records: defer`; or it only
    looks."""

    WRITE = "write"
    DEFER = "defer"
    READ = "read"

    def most(self, name: str) -> str:
        """The level of a permission that such a run needs at the most."""
        committing = name in ("actions", "contents", "pull_requests")
        return "read" if self is Access.READ or (self is Access.DEFER and committing) else NEEDED[name]


@dataclass(frozen=True, slots=True)
class Installation:
    """An App's installation: its number, the App's number and slug, where it is set up (a page), and what it
    was granted, by the names of OpenAPI's `app-permissions`."""

    id: int
    app_id: int
    slug: str
    page: str
    granted: Mapping[str, str]

    @property
    def lacks(self) -> tuple[str, ...]:
        """What it would have to be granted for any gate to be reported, as `statuses: write`."""
        return tuple(
            f"{name}: {level}"
            for name, level in _INDISPENSABLE.items()
            if _LEVELS.index(_level(self.granted.get(name))) < _LEVELS.index(level)
        )

    def permissions(self, access: Access) -> dict[str, str]:
        """What to ask for: more than was granted is refused with 422
        (https://github.com/peter-murray/workflow-application-token-action/issues/48)."""
        found = {
            name: min(access.most(name), _level(self.granted.get(name)), key=_LEVELS.index) for name in NEEDED
        }
        return {name: level for name, level in found.items() if level}


def _level(value: object) -> str:
    return value if isinstance(value, str) and value in _LEVELS else ""


_UNKNOWN = "integration not found"
"""What GitHub says to what an App signed that it does not know (octokit/authentication-strategies.js#165)."""


class InstallationAuth(Auth.Auth):
    """PyGithub's `Auth` for a token that is made anew before it is over. `make` gives one and its end, `now`
    the time."""

    def __init__(self, make: Callable[[], tuple[str, datetime]], now: Callable[[], datetime]) -> None:
        self._make = make
        self._now = now
        self._token, self._until = make()
        self._since = now()

    @property
    def token_type(self) -> str:
        return "token"

    @property
    def token(self) -> str:
        """A token that is good for some minutes at least. Raises `GitHubError` where GitHub gives no
        other."""
        if self._now() >= self._until - _BEFORE:
            self._token, self._until = self._make()
            self._since = self._now()
        return self._token

    @property
    def is_fresh(self) -> bool:
        """Whether the token was made just now."""
        return self._now() < self._since + _FRESH

    @property
    def _masked_token(self) -> str:
        return "token (hidden)"

    def __repr__(self) -> str:
        return "InstallationAuth(***)"


def sign_in(
    app: AppKey, repository: str, base_url: str, pace: Pace, access: Access, *, graphql_url: str = ""
) -> Client:
    """A client that acts as the App on a repository (`owner/name`), after the two requests that make it so.

    What it may not read elsewhere in the organisation, its `elsewhere` may, where the App is installed there
    as well. Raises `UserError` where the key is none, and `GitHubError` where GitHub takes the App for none
    of ours.
    """
    asked: list[Client] = []

    def as_app() -> Client:
        asked.append(Client(_signed(app, pace.now()), base_url, pace))
        return asked[-1]

    installation = _find(as_app(), app, repository)
    owner, _, name = repository.partition("/")

    def auth(name: str, permissions: Mapping[str, str]) -> InstallationAuth:
        return InstallationAuth(lambda: _make_token(as_app(), installation, name, permissions), pace.now)

    permissions = installation.permissions(access)
    signed = auth(name, permissions)
    own = Client(signed, base_url, pace, graphql_url=graphql_url, beside=asked)
    own.is_fresh = lambda: signed.is_fresh
    others: dict[str, Client] = {}

    def elsewhere(full_name: str) -> Client:
        neighbour, _, other = full_name.partition("/")
        if neighbour.casefold() != owner.casefold() or other.casefold() == name.casefold():
            return own
        if other not in others:
            try:
                seeing = auth(other, {"contents": "read", "metadata": "read"})
                others[other] = Client(seeing, base_url, pace, graphql_url=graphql_url)
                others[other].is_fresh = lambda: seeing.is_fresh
                asked.append(others[other])
            except Forbidden:
                others[other] = own  # it is not installed there: what everybody may read is left
        return others[other]

    own.elsewhere = elsewhere
    own.app_id = installation.app_id
    return own


def _signed(app: AppKey, now: datetime) -> Auth.Auth:
    """The App itself, for a few minutes. Raises `UserError` where its key signs nothing."""
    payload: dict[str, Any] = {
        "iat": int((now - _SKEW).timestamp()),
        "exp": int((now + _LIFE).timestamp()),
        "iss": app.id,
    }
    try:
        text = Auth.AppAuth.create_jwt_sign(app.key.reveal(), "RS256")(payload)
    except Exception as error:  # noqa: BLE001 - whatever cryptography says, it may quote what it read
        raise UserError(
            f"The private key of the GitHub App cannot be read ({type(error).__name__}).",
            remedy="Give the whole text of the .pem file as GitHub let you download it, or make a new key on "
            "the App's settings page.",
        ) from None
    return Auth.AppAuthToken(text.decode() if isinstance(text, bytes) else text)


def _find(client: Client, app: AppKey, repository: str) -> Installation:
    """The App's installation on a repository (`owner/name`), as the App itself is told; `client` signs as it
    does.

    Raises `Forbidden` where the key is another App's or the installation lacks what no gate can do without,
    and `Missing` where there is none
    (https://docs.github.com/rest/apps/apps#get-a-repository-installation-for-the-authenticated-app).
    """
    path = "/repos/{}/{}/installation".format(*(quote(part, safe="") for part in repository.split("/")))
    try:
        found = client.get(path)
    except Forbidden as error:
        raise Forbidden(
            f"GitHub does not take the private key for the GitHub App {app.id}: {_said(error)}",
            remedy="Look whether the id and the key are of the same App, whether the key was deleted on its "
            "settings page, and, on a runner of your own, whether its clock is right.",
        ) from error
    except Missing as error:
        if _UNKNOWN in error.message.lower():
            raise Missing(
                f"GitHub knows no GitHub App {app.id}.",
                remedy="Give the App ID or the client ID as the App's settings page on this server shows it.",
            ) from error
        raise Missing(
            f"The GitHub App {app.id} is not installed on {repository}, or there is no such repository.",
            remedy="Install it there: on the App's settings page under Install App, or, where it is "
            "installed on chosen repositories, add this one.",
        ) from error
    value = found if isinstance(found, Mapping) else {}
    granted = value.get("permissions")
    installation = Installation(
        int(value.get("id") or 0),
        int(value.get("app_id") or 0),
        str(value.get("app_slug") or ""),
        str(value.get("html_url") or ""),
        granted if isinstance(granted, Mapping) else {},
    )
    if not installation.id:
        raise Transient("GitHub's answer has no installation")
    if value.get("suspended_at"):
        raise Forbidden(
            f"The installation of the GitHub App {installation.slug} on {repository} is suspended.",
            remedy=f"Unsuspend it at {installation.page}.",
        )
    if installation.lacks:
        lacking = ", ".join(f"`{each}`" for each in installation.lacks)
        raise Forbidden(
            f"The GitHub App {installation.slug} lacks {lacking}.",
            remedy="Grant it on the App's settings page under Permissions & events, and accept the new "
            f"permissions at {installation.page}.",
        )
    return installation


def _make_token(
    client: Client, installation: Installation, name: str, permissions: Mapping[str, str]
) -> tuple[str, datetime]:
    """A token for one repository (`name`, without its owner), and its end. Raises `GitHubError`.

    A second one does no harm, so it is tried again where time may mend the failure.
    https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app
    """
    path = f"/app/installations/{installation.id}/access_tokens"
    try:
        made = client.repeat("POST", path, {"repositories": [name], "permissions": dict(permissions)})
    except (Forbidden, Missing, Rejected) as error:
        raise Forbidden(
            f"GitHub gives the GitHub App {installation.slug} no token for {name}: {_said(error)}",
            remedy=f"Look at its installation, {installation.page}: its repositories, and permissions that "
            "wait to be accepted.",
        ) from error
    value = made if isinstance(made, Mapping) else {}
    token, until = value.get("token"), value.get("expires_at")
    if not isinstance(token, str) or not token or not isinstance(until, str):
        raise Transient("GitHub's answer has no token")
    return token, datetime.fromisoformat(until)


def _said(error: GitHubError) -> str:
    return error.message.removeprefix("GitHub does not accept the token: ").rstrip(".")
