"""Whether a token has come to light: searched for in everything that a run leaves behind.

Every token of the embedded GitHub has the same middle (`tokens.CORE`), so that one search is enough for all
of them: whole, in parts, and as the encodings in which tokens travel. The keys in a repository's secrets,
which are the addresses of notifications, are searched for in the same way.
"""

from __future__ import annotations

import base64
import logging
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

from bugaction.sandbox.runs import Runs
from bugaction.sandbox.server import GitHubServer
from bugaction.sandbox.tokens import CORE
from bugaction.sandbox.world import World

__all__ = [
    "KEY_LINE",
    "hold_secret",
    "keys_of",
    "leaks",
    "lines_of",
    "logged",
    "needles",
    "objects",
    "outputs",
    "sent",
    "traces",
]

KEY_LINE = 64
"""Characters of each line of a private key but the last (RFC 7468)."""

_PART = 8
"""Characters of a part. One in 62 ** 8 texts of that length is one by chance."""


def needles(secret: str = CORE) -> tuple[str, ...]:
    """What is searched for: parts of the secret, in order, plain, in base64, in hexadecimal and in a URL.

    What base64 makes of a text depends on how many bytes precede it, modulo three; of each of the three only
    what does not depend on its neighbours counts.
    """
    parts = [secret[start : start + _PART] for start in range(0, len(secret) - _PART + 1, _PART)]
    encoded = []
    for part in parts:
        for before in range(3):
            text = base64.b64encode(b"?" * before + part.encode()).decode().rstrip("=")
            encoded.append(text[-(-before * 8 // 6) : -1])
    hexadecimal = [part.encode().hex() for part in parts]
    quoted = ["".join(f"%{byte:02X}" for byte in part.encode()) for part in parts]
    return tuple(dict.fromkeys([*parts, *map(quote, parts), *encoded, *hexadecimal, *quoted]))


_NEEDLES = needles()

_KEY = re.compile(r"[A-Za-z0-9]{12,}")


def keys_of(urls: Iterable[str]) -> tuple[str, ...]:
    """What is secret in the addresses of notifications: their long words, such as Slack's tokens."""
    return tuple(dict.fromkeys(key for url in urls for key in _KEY.findall(url)))


def lines_of(key: str) -> list[str]:
    """The lines of a private key that are whole: the others, its first, last and short one, tell nothing."""
    return [line for line in key.split() if len(line) == KEY_LINE]


def leaks(texts: Iterable[str], *secrets: str, keys: Iterable[str] = ()) -> list[str]:
    """The surroundings of each place where something of a token, of these secrets, or of these lines of a
    private key stands; none where all is well."""
    whole = "\n".join(texts)
    sought = {*_NEEDLES, *(needle for secret in secrets for needle in needles(secret))}
    sought |= {part for key in keys for part in _parts(key)}
    places = {whole.find(needle) for needle in sought} - {-1}
    return [whole[max(0, place - 60) : place + 20] for place in sorted(places)]


def _parts(key: str) -> list[str]:
    """Longer ones, and plain: there are many lines to a key."""
    return [key[start : start + 2 * _PART] for start in range(0, len(key) - _PART, 2 * _PART)]


def hold_secret(texts: Iterable[str], *secrets: str, keys: Iterable[str] = ()) -> None:
    """Raises `AssertionError` with the place where something of a token, or of these secrets, stands."""
    if found := leaks(texts, *secrets, keys=keys):
        raise AssertionError(f"a token has come to light: {found}")


@contextmanager
def logged() -> Iterator[list[str]]:
    """What libraries log meanwhile, with the tracebacks that belong to it."""
    lines: list[str] = []

    class _Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    keeper, root = _Keeper(), logging.getLogger()
    root.addHandler(keeper)
    try:
        yield lines
    finally:
        root.removeHandler(keeper)


def outputs(runs: Runs) -> Iterator[str]:
    """The outputs of every job."""
    return (repr(dict(run.outputs)) for run in runs.done)


def traces(world: World, server: GitHubServer) -> Iterator[str]:
    """All that was written to GitHub, or sent there but as the header that authorises."""
    yield from sent(world, server)
    yield from objects(world)


def objects(world: World) -> Iterator[str]:
    """Every git object that was ever made: none is removed, even where a life is taken back."""
    for path in (world.git.path / "objects").glob("??/*"):
        yield zlib.decompress(path.read_bytes()).decode("utf-8", "replace")


def sent(world: World, server: GitHubServer) -> Iterator[str]:
    """What the state holds, each request's address and body, and what workflows were started with."""
    yield repr(world.state)
    for request in server.requests:
        yield request.path
        yield repr(request.body)
    for event in world.told:
        if event.name.endswith("_dispatch"):
            yield repr(event.payload)
