"""GitHub Apps: their keys, their installations, and who signs as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from bugaction.sandbox.refusal import Refused

__all__ = ["App", "Apps"]

_LONGEST = timedelta(minutes=10)
"""Of what an App signs (docs.github.com, "Generating a JSON Web Token (JWT) for a GitHub App")."""
_SKEW = timedelta(minutes=1)

_UNDECODED = "A JSON web token could not be decoded"


@dataclass(frozen=True, slots=True)
class App:
    """A GitHub App: `key` is its private key in PEM. `permissions` are what it was granted on the
    repositories that it is installed on, by REST's names; `installed` and `suspended` are about the world's
    own repository, and `also` are others (`owner/name` in lower case)."""

    slug: str
    id: int
    installation: int
    key: str = field(repr=False)
    permissions: Mapping[str, str] = field(default_factory=dict)
    installed: bool = True
    suspended: bool = False
    also: frozenset[str] = frozenset()


@cache
def _pair(number: int) -> tuple[str, Any]:  # noqa: ARG001 - each number has a pair of its own
    """A private key in PEM (PKCS#1, as GitHub gives it out), and its public one. Making one takes a while, so
    the worlds of a process share them: the first App of each has the first, and so on."""
    # Imported here, as below: few worlds have an App.
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    text = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    return text.decode(), made.public_key()


class Apps:
    """The Apps that a server knows."""

    def __init__(self) -> None:
        self.known: dict[str, App] = {}
        self._public: dict[str, Any] = {}

    def add(self, app: App) -> App:
        """Make an App, or change it: its key stays. `app.key` is not looked at."""
        place = list(self.known).index(app.slug) if app.slug in self.known else len(self.known)
        key, self._public[app.slug] = _pair(place)
        made = App(
            app.slug, app.id, app.installation, key, app.permissions, app.installed, app.suspended, app.also
        )
        self.known[app.slug] = made
        return made

    def signed_by(self, value: str, now: datetime) -> App:
        """The App that signed a JSON Web Token, or 401 as GitHub answers it."""
        import jwt

        try:
            claims = jwt.decode(value, options={"verify_signature": False, "verify_exp": False})
            found = next(app for app in self.known.values() if str(app.id) == str(claims.get("iss")))
            jwt.decode(
                value,
                self._public[found.slug],
                ["RS256"],
                options={"verify_exp": False, "verify_iat": False, "verify_iss": False},
            )
            begun = datetime.fromtimestamp(claims["iat"], now.tzinfo)
            ends = datetime.fromtimestamp(claims["exp"], now.tzinfo)
        except StopIteration:
            raise Refused(404, "Integration not found") from None
        except (jwt.PyJWTError, KeyError, TypeError):
            raise Refused(401, _UNDECODED) from None
        if ends > now + _LONGEST:
            raise Refused(401, "'Expiration time' claim ('exp') is too far in the future")
        if ends <= now or begun > now + _SKEW:
            raise Refused(401, _UNDECODED)
        return found
