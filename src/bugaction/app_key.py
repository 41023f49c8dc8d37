"""The key of a GitHub App, as a person hands it over: its id, and the text of its private key."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from bugaction.errors import UserError
from bugaction.secret import Secret

__all__ = ["AppKey", "parse_app_key", "pieces"]

_ID = re.compile(r"[1-9][0-9]{0,18}|[A-Za-z0-9][A-Za-z0-9.]{9,39}", re.ASCII)
"""The number of an App, or its client id, which GitHub takes as well (docs.github.com, "Generating a JSON Web
Token (JWT) for a GitHub App")."""

_PEM = re.compile(
    r"-----BEGIN (?P<kind>(?:RSA )?PRIVATE KEY)-----(?P<body>[A-Za-z0-9+/=\s]{100,20000})"
    r"-----END (?P=kind)-----",
    re.ASCII,
)
"""PKCS#1 is what GitHub gives out, PKCS#8 what converters make of it (RFC 7468)."""

_LINE = 64
"""Characters of a line, as RFC 7468 wants them."""

_ENCODED = re.compile(r"LS0tLS1CRUdJTi[A-Za-z0-9+/=\s]{100,30000}", re.ASCII)
"""The whole file in base64: how `-----BEGIN` begins there."""


@dataclass(frozen=True, slots=True)
class AppKey:
    """`id` is the App's number or its client id; `key` is its private key, in PEM."""

    id: str
    key: Secret


def parse_app_key(app_id: str, key: str, *, id_name: str, key_name: str) -> AppKey | None:
    """The App that two inputs name, None where neither is given. `id_name` and `key_name` are what the person
    calls them.

    A key in one line is taken too, with `\\n` for its line ends as `.env` files have it, with spaces or with
    nothing; and one in quotation marks, and the file in base64. Raises `UserError`, showing nothing of it.
    """
    app_id, text = app_id.strip(), key.strip()
    if not app_id and not text:
        return None
    if not text:
        raise UserError(
            f"{id_name[0].upper()}{id_name[1:]} names a GitHub App, but its private key is missing.",
            remedy=f"Give {key_name}, from a secret. A secret that is not there is empty: look at its name, "
            "and whether this repository may use it.",
        )
    if not app_id:
        raise UserError(
            f"{key_name[0].upper()}{key_name[1:]} is given, but not whose it is.",
            remedy=f"Give {id_name}: the App ID or the client ID on the App's settings page.",
        )
    if _ID.fullmatch(app_id) is None:
        raise UserError(
            f"{id_name[0].upper()}{id_name[1:]} is no App's id.",
            remedy="Give the App ID (a number) or the client ID on the App's settings page.",
        )
    found = _PEM.fullmatch(_plain(text))
    if found is None:
        raise UserError(
            f"{key_name[0].upper()}{key_name[1:]} is no private key in PEM.",
            remedy="Give the whole text of the .pem file that GitHub let you download, from its BEGIN line "
            "to its END line.",
        )
    kind, body = found["kind"], "".join(found["body"].split())
    lines = [body[at : at + _LINE] for at in range(0, len(body), _LINE)]
    pem = "\n".join([f"-----BEGIN {kind}-----", *lines, f"-----END {kind}-----", ""])
    return AppKey(app_id, Secret(pem, tuple(dict.fromkeys((*pieces(pem), *pieces(text))))))


def _plain(text: str) -> str:
    """The text without what a file, a shell or a form has put around it or in the place of its line ends."""
    for mark in "\"'":
        text = text.strip(mark).strip()
    if _ENCODED.fullmatch(text):
        try:
            text = base64.b64decode("".join(text.split()), validate=True).decode("ascii").strip()
        except ValueError:
            return ""
    return text.replace("\\r", "").replace("\\n", "\n")


_PIECE = 16
"""Characters. An error that quotes a text may cut it anywhere, so less than this may be left of it."""


def pieces(key: str) -> tuple[str, ...]:
    """What of a key's text is to be shown nowhere, however it is broken, indented or cut: its lines, in
    pieces.

    The words that frame it are no secret, and shorter than any line of it but the last.
    """
    lines = [line for line in key.replace("\\n", "\n").split() if len(line) > _PIECE]
    return tuple(line[at : at + _PIECE] for line in lines for at in range(0, len(line) - _PIECE + 1, _PIECE))
