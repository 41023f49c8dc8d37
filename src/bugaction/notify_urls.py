"""Where notifications go: the lines of the input `notify-urls`, each an Apprise URL and who is meant by it.

A line is `URL`, or `audience[,audience]= URL`, the form that Apprise's own text files have for tags
(https://github.com/caronc/apprise/wiki/config_text). No audience holds a colon, so that none is taken for the
beginning of a URL. Empty lines, and those that begin with `#`, say nothing.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

from bugaction.secret import Secret

__all__ = ["AUDIENCE", "EVERYBODY", "NotifyUrls", "Target", "parse_notify_urls"]

AUDIENCE = r"[A-Za-z](?:[A-Za-z0-9_-]{0,38}[A-Za-z0-9])?"
"""A name such as `all-hands`, of 40 characters at the most."""

EVERYBODY = "*"
"""Stands for every audience among those that can be reached: no audience has this name."""

_LINE = re.compile(
    rf"(?:(?P<audiences>{AUDIENCE}(?:\s*,\s*{AUDIENCE})*)\s*=\s*)?(?P<url>(?P<schema>[A-Za-z0-9]{{2,24}})://\S.*)"
)
_MOST_LINES = 50
"""Nobody has more; a file that was pasted by mistake may."""

_LEAST, _LONG = 8, 20
"""Letters from which on a part of a URL is a credential: with a digit or capitals in it, and without."""


@dataclass(frozen=True, slots=True)
class Target:
    """One URL. `audiences` are folded to lower case, empty for one that gets everything; `line` is
    one-based. `schema` is what stands before `://`: shown only once it is known to be a service's."""

    url: Secret
    line: int
    schema: str
    audiences: frozenset[str] = frozenset()

    def hears(self, audiences: Collection[str]) -> bool:
        """Whether what goes to these audiences goes here."""
        return not self.audiences or not self.audiences.isdisjoint(audiences)


@dataclass(frozen=True, slots=True)
class NotifyUrls:
    """The targets in their order, and the lines that are none, as a sentence that shows nothing of them."""

    targets: tuple[Target, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def reach(self) -> frozenset[str]:
        """The audiences that somebody listens for; `EVERYBODY` where a target gets everything."""
        found: set[str] = set()
        for target in self.targets:
            found |= target.audiences or {EVERYBODY}
        return frozenset(found)


def parse_notify_urls(text: str) -> NotifyUrls:
    """The targets that the input names. Nothing of a line that is not understood is ever shown."""
    targets: list[Target] = []
    wrong: list[int] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if found is None or not line.isprintable() or len(targets) == _MOST_LINES:
            wrong.append(number)
            continue
        names = re.split(r"\s*,\s*", found["audiences"]) if found["audiences"] else ()
        secret = Secret(found["url"], credentials(found["url"]))
        audiences = frozenset(name.casefold() for name in names)
        targets.append(Target(secret, number, found["schema"].casefold(), audiences))
    return NotifyUrls(tuple(targets), (_words(wrong),) if wrong else ())


def _words(lines: list[int]) -> str:
    listed = ", ".join(str(number) for number in lines[:10]) + (" and more" if len(lines) > 10 else "")
    name = "line" if len(lines) == 1 else "lines"
    return (
        f"The input `notify-urls` is not understood in {name} {listed}: nobody is notified by it. A line is "
        f"an Apprise URL, or `audience[,audience]= URL`, and there are {_MOST_LINES} of them at the most."
    )


def credentials(url: str) -> frozenset[str]:
    """What in a URL is a credential by its looks: of which part it is depends on the service.

    A password, and what is long or has digits or capitals in it; not the name of a host. Each as it stands,
    as it is meant, and as basic authentication encodes it along with its user.
    """
    rest = url.partition("://")[2]
    found = {rest.strip("/")} if len(rest.strip("/")) >= _LEAST else set()
    login = re.match(r"([^/?#@:]*):([^/?#@]*)@", rest)
    if login is not None and len(login[2]) >= 3:
        pair = f"{unquote(login[1])}:{unquote(login[2])}".encode()
        found |= {login[2], b64encode(pair).decode()}
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    host = authority.rpartition(":")[0] or authority
    pieces = re.split(r"[/?&=#@:;,+]", rest)
    found |= {piece for piece in pieces if _is_credential(piece) and not (piece == host and _is_host(host))}
    whole = set(_spellings(found))
    return frozenset(piece for piece in whole if len(piece) >= 3)


def _spellings(pieces: Iterable[str]) -> Iterator[str]:
    for piece in pieces:
        plain = unquote(piece)
        yield from (piece, plain, quote(plain, safe=""))


def _is_credential(piece: str) -> bool:
    piece = unquote(piece)
    mixed = any(char.isdigit() for char in piece) or (piece != piece.lower() and piece != piece.upper())
    return len(piece) >= _LONG or (len(piece) >= _LEAST and mixed)


def _is_host(text: str) -> bool:
    return re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+|localhost", text) is not None
