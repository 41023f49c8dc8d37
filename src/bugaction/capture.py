"""What a run saw, kept so that it can be decided again elsewhere: the file of `--save-snapshot`.

It holds the event as it was read, the inputs that a decision hangs on, and for each target the facts of the
last round, with every answer. No token is an input that a decision hangs on. Reading is strict and total.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bugaction import __version__
from bugaction.codec import Json, Unreadable, decode, encode
from bugaction.config import CONFIG_PATH, Loaded, load_file
from bugaction.credentials import mask
from bugaction.errors import UserError
from bugaction.escaping import clean
from bugaction.events import Event
from bugaction.ports import Targets
from bugaction.seen import Seen

__all__ = [
    "DEEPEST",
    "LARGEST",
    "MARK",
    "VERSION",
    "Capture",
    "Recorder",
    "loaded_of",
    "parse",
    "policy_of",
    "written",
]

MARK = "bugaction-snapshot"
"""The key that tells such a file, and holds the version of its form."""

VERSION = 1
LARGEST = 128 * 1024 * 1024
"""Bytes. A pull request at GitHub's limits (3,000 files, texts of 64 KB in hundreds of comments) has less."""

DEEPEST = 32
"""Levels of lists and objects; what is written has fifteen."""

_FACTS = "facts"
_FIELD = "configuration"
"""The policy as it was loaded, for who reads the file. What counts is the text that the facts hold."""


@dataclass(frozen=True, slots=True)
class Capture:
    """A run's facts. `bugaction` is the version that saw them, `config` the configuration's path, `server`
    GitHub's origin, `command` what was asked for. `redacted`: people's words are replaced."""

    bugaction: str
    at: datetime
    repository: str
    event: Event
    config: str = CONFIG_PATH
    server: str = "https://github.com"
    command: str = "run"
    dry_run: bool = True
    redacted: bool = False
    cases: tuple[Seen, ...] = ()


@dataclass
class Recorder:
    """Keeps the last facts of each target, in the order in which they were looked at first."""

    seen: dict[Targets, Seen] = field(default_factory=dict)

    def __call__(self, seen: Seen) -> None:
        """Take the facts in the place of earlier ones of the same target."""
        self.seen[seen.targets] = replace(seen, request=replace(seen.request, templates={}))

    @property
    def cases(self) -> tuple[Seen, ...]:
        """What was seen."""
        return tuple(self.seen.values())


def loaded_of(capture: Capture, seen: Seen) -> Loaded:
    """The configuration as those facts give it."""
    repository = seen.snapshot.repository
    return load_file(repository.config, capture.config, repository.extended)


def policy_of(capture: Capture) -> Mapping[str, Any] | None:
    """The policy of the last facts as data, None where there is none that is valid."""
    policy = loaded_of(capture, capture.cases[-1]).policy if capture.cases else None
    return None if policy is None else policy.model_dump(mode="json", by_alias=True)


def written(capture: Capture, scrub: Callable[[str], str] = lambda text: text) -> str:
    """The file's text, ending in a line end. Tokens and keys are masked in it; `scrub` takes out more."""
    form = {MARK: VERSION, _FACTS: encode(Capture, capture), _FIELD: policy_of(capture)}
    whole = _without_secrets(form, scrub)
    text = json.dumps(whole, indent=1, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair, which JSON may hold and UTF-8 may not
        text = json.dumps(whole, indent=1)
    return f"{text}\n"


def _without_secrets(data: object, scrub: Callable[[str], str]) -> object:
    if isinstance(data, str):
        return mask(scrub(data))
    if isinstance(data, list):
        return [_without_secrets(item, scrub) for item in data]
    if isinstance(data, dict):
        return {mask(scrub(key)): _without_secrets(item, scrub) for key, item in data.items()}
    return data


# Reading --------------------------------------------------------------------------------------------------


def parse(text: str, name: str) -> Capture | None:
    """The facts in a file's text; None where it is JSON of another kind, such as an event's payload.

    `name` is the file's, for the errors. Raises `UserError` for no JSON, and for a file of facts that is not
    what `written` writes.
    """
    data = _json(text, name)
    if not isinstance(data, dict) or MARK not in data:
        return None
    version = data[MARK]
    if version != VERSION or type(version) is not int:
        problem = f"the form of the file is {version!r:.40}, and this version reads {VERSION}"
        raise _foreign(name, MARK, problem, data)
    if strange := sorted(data.keys() - {MARK, _FACTS, _FIELD}):
        raise _foreign(name, "the top", f"there is no such field as {strange[0][:80]!r}", data)
    if _depth(data) > DEEPEST:
        raise _foreign(name, "the top", f"it is nested deeper than {DEEPEST} levels", data)
    try:
        found: Capture = decode(Capture, data.get(_FACTS), (_FACTS,))
    except Unreadable as error:
        raise _foreign(name, error.where, error.problem, data) from error
    return found


def _json(text: str, name: str) -> Json:
    if len(text) > LARGEST:
        raise UserError(
            f"{name} is larger than {LARGEST // 1024**2} MB.", remedy="Give a file of `--save-snapshot`."
        )
    try:
        found: Json = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except RecursionError as error:
        raise UserError(f"{name} is nested too deep.", remedy="Give a file of `--save-snapshot`.") from error
    except ValueError as error:
        place = (
            f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        )
        words = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise UserError(
            f"{name} holds no JSON that can be read{place}: {words[:160]}.",
            remedy="Give a file of `--save-snapshot`, or an event's payload, as it was written.",
        ) from error
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(
            key for index, (key, _) in enumerate(pairs) if any(key == other for other, _ in pairs[:index])
        )
        raise ValueError(f"the key {twice[:80]!r} stands twice in one object")
    return found


def _refuse(number: str) -> object:
    raise ValueError(f"{number} is no number")


def _depth(data: object) -> int:
    """Levels of lists and objects, without recursion."""
    deepest, level = 0, [data]
    while level and deepest <= DEEPEST:
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                below += item.values()
            elif isinstance(item, list):
                below += item
        deepest += 1
        level = below
    return deepest


def _foreign(name: str, where: str, problem: str, data: Mapping[str, Any]) -> UserError:
    facts = data.get(_FACTS)
    by = facts.get("bugaction") if isinstance(facts, dict) else None
    wrote = (
        f" It was written by bugaction {clean(by):.40}; this is {__version__}." if isinstance(by, str) else ""
    )
    return UserError(
        f"{name} is no file of facts that can be read: at {where}, {problem}.{wrote}",
        remedy="Give the file as `--save-snapshot` wrote it, to the version of bugaction that wrote it.",
    )
