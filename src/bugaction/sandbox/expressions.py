"""GitHub Actions' expressions, as far as shipped workflows use them.

https://docs.github.com/actions/reference/workflows-and-actions/expressions
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

__all__ = ["BadExpression", "evaluate", "interpolate", "truth"]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<sign>==|!=|<=|>=|&&|\|\||[!()<>\[\].,*])"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_-]*))"
)
_WORDS: Mapping[str, object] = {"true": True, "false": False, "null": None}

Value = Any


class BadExpression(ValueError):
    """An expression that GitHub would refuse, or that is not understood here."""


def truth(value: Value) -> bool:
    """GitHub's truth: false, 0, "" and null are false."""
    return not (value is None or value is False or value in (0, ""))


def evaluate(text: str, context: Mapping[str, Value]) -> Value:
    """The value of an expression, with or without `${{ }}` around it."""
    bare = text.strip()
    if bare.startswith("${{") and bare.endswith("}}"):
        bare = bare[3:-2]
    reader = _Reader(bare, context)
    value = reader.either()
    reader.end()
    return value


def interpolate(text: str, context: Mapping[str, Value]) -> str:
    """A text with every `${{ }}` in it replaced by its value."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: _text(evaluate(found[1], context)), text)


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)


class _Reader:
    """Reads an expression by descent: or, and, comparison, not, value."""

    def __init__(self, text: str, context: Mapping[str, Value]) -> None:
        self._context = context
        self._tokens: list[tuple[str, str]] = []
        at = 0
        text = text.strip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None or found.lastgroup is None:
                msg = f"not understood: {text[at : at + 20]!r}"
                raise BadExpression(msg)
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        self._at = 0

    def _next_is(self, *signs: str) -> str:
        if self._at < len(self._tokens):
            kind, text = self._tokens[self._at]
            if kind == "sign" and text in signs:
                self._at += 1
                return text
        return ""

    def _take(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            msg = "the expression ends too early"
            raise BadExpression(msg)
        self._at += 1
        return self._tokens[self._at - 1]

    def end(self) -> None:
        """Nothing may be left."""
        if self._at < len(self._tokens):
            msg = f"unexpected {self._tokens[self._at][1]!r}"
            raise BadExpression(msg)

    def either(self) -> Value:
        """`a || b`: the first true one, else the last."""
        value = self._both()
        while self._next_is("||"):
            other = self._both()
            value = value if truth(value) else other
        return value

    def _both(self) -> Value:
        value = self._compared()
        while self._next_is("&&"):
            other = self._compared()
            value = other if truth(value) else value
        return value

    def _compared(self) -> Value:
        value = self._not()
        sign = self._next_is("==", "!=", "<", ">", "<=", ">=")
        if not sign:
            return value
        return _COMPARISONS[sign](_comparable(value), _comparable(self._not()))

    def _not(self) -> Value:
        if self._next_is("!"):
            return not truth(self._not())
        value = self._atom()
        while True:
            if self._next_is("."):
                value = _each(value) if self._next_is("*") else _member(value, self._take()[1])
            elif self._next_is("["):
                value = _member(value, self.either())
                self._close("]")
            else:
                return value

    def _close(self, sign: str) -> None:
        if not self._next_is(sign):
            msg = f"{sign!r} is missing"
            raise BadExpression(msg)

    def _atom(self) -> Value:
        if self._next_is("("):
            value = self.either()
            self._close(")")
            return value
        kind, text = self._take()
        if kind == "text":
            return text[1:-1].replace("''", "'")
        if kind == "number":
            return float(text) if "." in text else int(text)
        if kind != "name":
            msg = f"unexpected {text!r}"
            raise BadExpression(msg)
        if self._next_is("("):
            return self._call(text)
        if text in _WORDS:
            return _WORDS[text]
        if text not in self._context:
            msg = f"there is no context {text!r}"
            raise BadExpression(msg)
        return self._context[text]

    def _call(self, name: str) -> Value:
        arguments: list[Value] = []
        while not self._next_is(")"):
            arguments.append(self.either())
            if not self._next_is(","):
                self._close(")")
                break
        function = _FUNCTIONS.get(name.lower())
        if function is None:
            msg = f"there is no function {name!r}"
            raise BadExpression(msg)
        return function(*arguments)


class _Each(list[Value]):
    """What an object filter (`.*`) gives: a member of it is that member of each
    (https://docs.github.com/actions/reference/workflows-and-actions/expressions#object-filters)."""


def _each(value: Value) -> _Each:
    if isinstance(value, Mapping):
        return _Each(value.values())
    return _Each(value) if isinstance(value, Sequence) and not isinstance(value, str) else _Each()


def _member(value: Value, key: Value) -> Value:
    if isinstance(value, _Each) and isinstance(key, str):
        found = (_member(item, key) for item in value)
        return _Each(item for item in found if item is not None)
    if isinstance(value, Mapping):
        return value.get(key)
    if isinstance(value, Sequence) and not isinstance(value, str) and isinstance(key, int):
        return value[key] if 0 <= key < len(value) else None
    return None


def _comparable(value: Value) -> Value:
    """Strings compare in any case."""
    return value.casefold() if isinstance(value, str) else value


def _contains(where: Value, what: Value) -> bool:
    if isinstance(where, Sequence) and not isinstance(where, str):
        return any(_comparable(item) == _comparable(what) for item in where)
    return _text(what).casefold() in _text(where).casefold()


_COMPARISONS: Mapping[str, Callable[[Value, Value], bool]] = {
    "==": lambda one, other: bool(one == other),
    "!=": lambda one, other: bool(one != other),
    "<": lambda one, other: bool(one < other),
    ">": lambda one, other: bool(one > other),
    "<=": lambda one, other: bool(one <= other),
    ">=": lambda one, other: bool(one >= other),
}
_FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "always": lambda: True,
    "cancelled": lambda: False,
    "contains": _contains,
    "endswith": lambda text, tail: _text(text).casefold().endswith(_text(tail).casefold()),
    "failure": lambda: False,
    "format": lambda text, *values: text.format(*map(_text, values)),
    "fromjson": json.loads,
    "startswith": lambda text, head: _text(text).casefold().startswith(_text(head).casefold()),
    "success": lambda: True,
    "tojson": json.dumps,
}
