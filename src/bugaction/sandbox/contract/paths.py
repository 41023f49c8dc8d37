"""Match a request's path against GitHub's path templates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

_PARAMETER = re.compile(r"\{([^}]+)\}")
# GitHub Enterprise Server serves the same operations below this prefix (docs.github.com/enterprise-server,
# "Getting started with the REST API").
_ENTERPRISE = "/api/v3"
# Ranks of a segment: the text itself, one parameter, one that takes slashes, and the end of the template,
# which comes last so that `/commits/{ref}/status` is tried before `/commits/{ref}`.
_LITERAL, _SINGLE, _MULTIPLE, _END = range(4)


@dataclass(frozen=True, slots=True)
class PathTemplate:
    """A template such as `/repos/{owner}/{repo}/git/ref/{ref}`.

    A parameter marked `x-multi-segment` in the description takes slashes (`heads/fix/bug-042`), an integer
    one takes digits alone, and any other a single segment. `rank` sorts the more literal templates first:
    `/releases/latest` is not the release whose id is "latest".
    """

    text: str
    pattern: re.Pattern[str]
    names: tuple[str, ...]
    rank: tuple[int, ...]

    @classmethod
    def parse(cls, text: str, parameters: Mapping[str, Mapping[str, Any]]) -> PathTemplate:
        """Compile `text`; `parameters` maps a path parameter's name to its OpenAPI object."""
        expression, names, rank, end = "", [], [], 0
        for found in _PARAMETER.finditer(text):
            parameter = parameters[found[1]]
            literal = text[end : found.start()]
            expression += re.escape(literal) + f"({_segment(parameter)})"
            names.append(found[1])
            rank += [_LITERAL] * literal.count("/")
            rank[-1] = _MULTIPLE if parameter.get("x-multi-segment") else _SINGLE
            end = found.end()
        literal = text[end:]
        rank += [_LITERAL] * literal.count("/")
        pattern = re.compile(expression + re.escape(literal))
        return cls(text, pattern, tuple(names), (*rank, _END))

    def match(self, path: str) -> dict[str, str] | None:
        """The decoded parameters of a raw (percent-encoded) path, or None where it is another template's."""
        found = self.pattern.fullmatch(path)
        if found is None:
            return None
        return {name: unquote(value) for name, value in zip(self.names, found.groups(), strict=True)}


def normalise(path: str) -> str:
    """The path without the prefix of GitHub Enterprise Server and without a trailing slash."""
    if path.startswith(f"{_ENTERPRISE}/"):
        path = path.removeprefix(_ENTERPRISE)
    return path.rstrip("/") or "/"


def _segment(parameter: Mapping[str, Any]) -> str:
    if parameter.get("x-multi-segment"):
        return ".+"
    if parameter["schema"].get("type") == "integer":
        return "[0-9]+"
    return "[^/]+"
