"""What a run prints: log lines and annotations, to a runner's log or to a person.

The runner obeys commands that it finds in a step's output, so text that came from anywhere else is written
so that it is none: `::name::` counts at the start of a line, after white space, and `##[name]` anywhere in
it (actions/runner, `ActionCommand.TryParseV2` and `TryParse`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import TextIO

from bugaction.plan import Level, Notice

__all__ = ["ANNOTATIONS_OF_A_LEVEL", "Console", "annotation", "harmless", "plain"]

ANNOTATIONS_OF_A_LEVEL = 10
"""What GitHub shows of one level for one step (OpenAPI, checks/create: workflow commands' limit)."""

_INVISIBLE = "\u200b"
_LEGACY = re.compile(r"##(?=\[)")


def plain(text: str) -> str:
    """The text without control characters, escape sequences among them; line ends are LF, tabs stay."""
    lines = re.sub(r"\r\n?|[\v\f\x85\u2028\u2029]", "\n", text)
    return "".join(
        char if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs") else "\ufffd"
        for char in lines
    )


def harmless(text: str) -> str:
    """The text as log lines that no runner takes for a command."""
    return "\n".join(_harmless_line(line) for line in plain(text).split("\n"))


def _harmless_line(line: str) -> str:
    line = _LEGACY.sub(f"##{_INVISIBLE}", line)
    start = next((index for index, char in enumerate(line) if not _may_be_trimmed(char)), len(line))
    if line.startswith("::", start):
        return f"{line[:start]}:{_INVISIBLE}:{line[start + 2 :]}"
    return line


def _may_be_trimmed(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in ("Cf", "Zs", "Zl", "Zp")


def annotation(notice: Notice) -> str:
    """The workflow command that shows a notice, escaped as the runner unescapes it.

    In data `%`, CR and LF are escaped, in properties the colon and comma too (actions/toolkit, `command.ts`).
    """
    properties = {"title": "bugaction"}
    if notice.file:
        properties["file"] = notice.file
        if notice.line:
            properties["line"] = str(notice.line)
            if notice.column:
                properties["col"] = str(notice.column)
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{notice.level} {listed}::{_data(plain(notice.text))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(plain(text)).replace(":", "%3A").replace(",", "%2C")


class Console:
    """Writes to one stream, as its reader needs it. `scrub` takes secrets out of everything."""

    def __init__(
        self,
        stream: TextIO,
        *,
        in_actions: bool,
        colour: bool = False,
        scrub: Callable[[str], str] = lambda text: text,
    ) -> None:
        self._stream = stream
        self.in_actions = in_actions
        self.scrub = scrub
        self.colour = colour and not in_actions
        self._left = dict.fromkeys(Level, ANNOTATIONS_OF_A_LEVEL)

    def say(self, text: str, paint: str = "") -> None:
        """Print lines of any origin; where there are colours, in the one of an SGR code such as "32"."""
        text = self.scrub(text)
        text = harmless(text) if self.in_actions else plain(text)
        self._write(f"\x1b[{paint}m{text}\x1b[0m" if paint and self.colour else text)

    def annotate(self, notices: Iterable[Notice]) -> None:
        """Show notices: as annotations while the runner shows them, as log lines beyond that."""
        for notice in notices:
            if self.in_actions and self._left[notice.level] > 0:
                self._left[notice.level] -= 1
                self._write(self.scrub(annotation(notice)))
            else:
                self.say(f"{notice.level}: {_place(notice)}{notice.text}")

    def _write(self, text: str) -> None:
        self._stream.write(f"{text}\n")
        self._stream.flush()


def _place(notice: Notice) -> str:
    if not notice.file:
        return ""
    return ":".join([notice.file, *(str(number) for number in (notice.line, notice.column) if number)]) + ": "
