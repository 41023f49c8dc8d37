"""A text that nobody is shown."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import NoReturn

__all__ = ["Secret"]


class Secret:
    """A text that no message, traceback or pickle shows.

    `parts` are what in it must not be shown by itself either.
    """

    __slots__ = ("_parts", "_value")

    def __init__(self, value: str, parts: Iterable[str] = ()) -> None:
        self._value = value
        self._parts = tuple(sorted({part for part in parts if part}, key=lambda part: (-len(part), part)))

    def reveal(self) -> str:
        """The text itself, for the request that needs it."""
        return self._value

    def scrub(self, text: str) -> str:
        """The text without the secret and its parts, plain or as basic authentication encodes it."""
        if not self._value:
            return text
        user = base64.b64encode(f"x-access-token:{self._value}".encode()).decode()
        for hidden in (self._value, user, *self._parts):
            text = text.replace(hidden, "***")
        return text

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")
