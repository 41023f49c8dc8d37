"""An event's payload, by the preflight and by the program."""

from __future__ import annotations

import json

from bugaction.errors import UserError
from bugaction.events import parse_event
from bugaction.ports import Targets
from bugaction.preflight import why_not_ours
from fuzz.words import parts_of

_LARGEST = 2**31


def check(data: bytes) -> None:
    """The name of an event, and its payload as JSON."""
    name, text = parts_of(data, 2)
    try:
        payload = json.loads(text)
    except (ValueError, RecursionError):
        return
    judge(name.strip(), payload)


def judge(name: str, payload: object) -> None:
    """It points somewhere, or nowhere with a reason, or is refused in a sentence; what it names is plain."""
    assert isinstance(why_not_ours(name, payload), str)
    try:
        event = parse_event(name, payload)
    except UserError as error:
        assert error.message
        assert error.remedy
        return
    points = event.targets != Targets() or event.sweep or event.deployed or event.command is not None
    assert points is not bool(event.reason)
    targets = event.targets
    for number in (*targets.issues, *targets.pulls, *targets.items):
        assert type(number) is int
        assert 0 < number < _LARGEST
    for sha in (*targets.shas, *(targets.group[:1] if targets.group else ())):
        assert not set(sha) - set("0123456789abcdef")
    assert event.at is None or event.at.tzinfo is not None
