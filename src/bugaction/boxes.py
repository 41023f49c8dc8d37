"""Boxes that a person ticks to attest a requirement: how one is written, and what an edit did to them. Pure.

A box is an item of a task list with a hidden mark behind it. Anybody with write access can edit a comment of
ours, so a body is never state. What counts is the difference that one edit made, and only where it changed
nothing but boxes: then its editor has read what we wrote, and said yes or no to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["MONITORING", "Box", "Toggle", "boxes", "plain", "toggled"]

MONITORING = "monitoring"
"""The requirement that the boxes of monitoring windows are for, one a window."""

_LINE = re.compile(
    r"(?P<before> {0,8}- \[)(?P<tick>[ xX])"
    r"(?P<behind>\] <!-- (?:attest: (?P<requirement>[a-z][a-z0-9-]{0,79})"
    r"(?: (?P<head>[0-9a-f]{40}(?:[0-9a-f]{24})?))?"
    r"|verified: (?P<window>[0-9]{1,9}[hm])"
    r" (?P<since>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{6})?Z)) -->(?: .*)?)"
)
"""A whole line. GitHub puts an `x` where somebody ticks a box on the page; by hand it may be an `X`."""


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """What a box attests: the requirement's id, and the commit that the word is for ("" for none).

    One of a monitoring window names the window as people type it (`15m`), and since when what it watches is
    deployed, in ISO 8601 and UTC: a tick for one window or one deployment is none for another.
    """

    requirement: str
    head: str = ""
    window: str = ""
    since: str = ""

    def written(self, *, ticked: bool) -> str:
        """The beginning of the box's line; its sentence follows after a blank."""
        head = f" {self.head}" if self.head else ""
        mark = f"verified: {self.window} {self.since}" if self.window else f"attest: {self.requirement}{head}"
        return f"- [{'x' if ticked else ' '}] <!-- {mark} -->"


@dataclass(frozen=True, slots=True)
class Toggle:
    """A box that an edit ticked, or emptied."""

    box: Box
    ticked: bool


def plain(body: str) -> str:
    """A body as it compares: GitHub keeps line ends as they were typed, which in a form is CRLF, and may trim
    the end."""
    return body.replace("\r\n", "\n").replace("\r", "\n").rstrip()


def boxes(body: str) -> tuple[Toggle, ...]:
    """Every box of a body as it stands, in order."""
    return tuple(_found(body))


def _found(body: str) -> Iterator[Toggle]:
    for line in plain(body).split("\n"):
        match = _LINE.fullmatch(line)
        if match is not None:
            yield _toggle(match)


def _toggle(match: re.Match[str]) -> Toggle:
    requirement, head = match["requirement"] or MONITORING, match["head"] or ""
    box = Box(requirement, head, match["window"] or "", match["since"] or "")
    return Toggle(box, match["tick"] != " ")


def toggled(before: str, after: str) -> tuple[Toggle, ...] | None:
    """The boxes whose tick differs, as they stand in `after`; None where anything else differs as well.

    Total: any two texts give an answer.
    """
    old, new = plain(before).split("\n"), plain(after).split("\n")
    if len(old) != len(new):
        return None
    found: dict[Toggle, None] = {}
    for was, now in zip(old, new, strict=True):
        if was == now:
            continue
        left, right = _LINE.fullmatch(was), _LINE.fullmatch(now)
        if left is None or right is None:
            return None
        if (left["before"], left["behind"]) != (right["before"], right["behind"]):
            return None
        if _toggle(left) != _toggle(right):
            found[_toggle(right)] = None
    return tuple(found)
