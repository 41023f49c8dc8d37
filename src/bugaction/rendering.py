"""Jinja2 templates, sandboxed and strict: text in, text out.

A template is text with values in it and nothing more: it can branch, loop over what it is given and use the
filters below; it cannot call, assign, import or include. Jinja2's own sandbox names what it does not stop
(endless loops, huge strings: https://jinja.palletsprojects.com/sandbox/), so those constructs are refused
before anything runs, steps are counted (`exertion`), and the output is capped while it grows.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache

from jinja2 import Environment, StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bugaction.errors import UserError
from bugaction.escaping import block, cell, fence, inline, link, remark, spoken
from bugaction.exertion import count_filters, count_loops, counter

__all__ = ["Plain", "TemplateProblem", "check", "iso", "render", "when"]

Plain = str | int | list["Plain"] | dict[str, "Plain"]
"""What reaches a template. Nothing with behaviour of its own."""

OUTPUT_LIMIT = 400_000
"""Code points. A document stays well below the 512,000 bytes up to which GraphQL returns a blob's text."""

LOOP_DEPTH = 3
"""Loops within loops (gates, requirements, evidence). Lists are bounded where they are made."""

DEEPEST = 60
"""Levels of constructs within constructs; what is deeper takes Python's parser minutes. Ours have 10."""

_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Filter,
    nodes.Test,
    nodes.If,
    nodes.For,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
)
_NAMES: tuple[tuple[type[nodes.Node], str], ...] = (
    (nodes.Call, "a call"),
    (nodes.Assign, "an assignment"),
    (nodes.AssignBlock, "an assignment"),
    (nodes.Include, "an include"),
    (nodes.Import, "an import"),
    (nodes.FromImport, "an import"),
    (nodes.Extends, "inheritance"),
    (nodes.Macro, "a macro"),
    (nodes.BinExpr, "arithmetic"),
    (nodes.Concat, "joining with ~"),
)


class TemplateProblem(UserError):
    """A template that cannot be used. `line` is one-based, 0 where the fault has no place."""

    reason = "template-invalid"

    def __init__(self, template: str, line: int, problem: str) -> None:
        place = f"{template}, line {line}" if line else template
        super().__init__(f"template {place}: {problem}")
        self.template = template
        self.line = line


def when(value: str | datetime) -> str:
    """A moment as everything that bugaction writes shows it: `2026-11-24 14:05 UTC`. "" stays "".

    A text has to be ISO 8601 with an offset.
    """
    if isinstance(value, str):
        if not value:
            return ""
        value = datetime.fromisoformat(value)
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def iso(value: datetime | None) -> str:
    """A moment as a template gets it: ISO 8601 in UTC, `2026-11-24T14:05:00Z`; "" for none."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value is not None else ""


_FILTERS: dict[str, Callable[..., object]] = {
    "block": block,
    "cell": cell,
    "fence": fence,
    "inline": inline,
    "link": link,
    "remark": remark,
    "spoken": spoken,
    "when": when,
}
_BUILT_IN_FILTERS = ("default", "first", "last", "length", "lower", "trim", "upper")
_BUILT_IN_TESTS = ("defined", "undefined", "eq", "ne", "in", "string", "number")


def render(templates: Mapping[str, str], name: str, values: Mapping[str, Plain]) -> str:
    """The text that a template makes of these values.

    Raises `TemplateProblem`, which names the template and the line.
    """
    source = templates.get(name)
    if source is None:
        raise TemplateProblem(name, 0, "there is no such template")
    _require_plain(values)
    template = _compiled(name, source)
    try:
        text = _within_limit(template.generate({**values, **counter()}))
    except Exception as error:  # a template may fail in any way that Python can
        raise TemplateProblem(name, _line(error, name), _words(error)) from error
    if text is None:
        raise TemplateProblem(name, 0, f"it writes more than {OUTPUT_LIMIT} characters")
    return text


def _within_limit(parts: Iterable[str]) -> str | None:
    """The parts joined, or None as soon as they are too long."""
    kept: list[str] = []
    size = 0
    for part in parts:
        size += len(part)
        if size > OUTPUT_LIMIT:
            return None
        kept.append(part)
    return "".join(kept)


def check(name: str, source: str) -> TemplateProblem | None:
    """Why a template cannot be used, or None: its syntax, and what templates must not do."""
    try:
        _compiled(name, source)
    except TemplateProblem as error:
        return error
    return None


def _environment() -> Environment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals = {}
    built_in = {name: environment.filters[name] for name in _BUILT_IN_FILTERS}
    count_filters(environment, {**_FILTERS, **built_in})
    environment.tests = {name: environment.tests[name] for name in _BUILT_IN_TESTS}
    return environment


@lru_cache(maxsize=64)
def _compiled(name: str, source: str) -> Template:
    environment = _environment()
    try:
        tree = environment.parse(source, name, name)
        _require_allowed(tree, name)
        count_loops(environment, tree)
        code = environment.compile(tree, name, name)
    except TemplateSyntaxError as error:
        raise TemplateProblem(name, error.lineno, error.message or "it has a syntax error") from error
    except RecursionError as error:
        raise TemplateProblem(name, 0, "it is nested too deeply") from error
    except ValueError as error:
        raise TemplateProblem(name, 0, "it holds a number that is too large") from error
    return Template.from_code(environment, code, {})


def _require_allowed(node: nodes.Node, name: str, loops: int = 0, depth: int = 0) -> None:
    if not isinstance(node, _ALLOWED):
        word = next((text for kind, text in _NAMES if isinstance(node, kind)), type(node).__name__.lower())
        raise TemplateProblem(name, node.lineno, f"{word} is not allowed in a template")
    if depth > DEEPEST:
        raise TemplateProblem(name, node.lineno, "it is nested too deeply")
    if isinstance(node, nodes.For):
        loops += 1
        if loops > LOOP_DEPTH or node.recursive:
            raise TemplateProblem(name, node.lineno, f"loops may be nested {LOOP_DEPTH} deep at most")
    for child in node.iter_child_nodes():
        _require_allowed(child, name, loops, depth + 1)


def _require_plain(value: object) -> None:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if type(key) is not str:
                raise TypeError(f"a template's names are str, not {type(key).__name__}")
            _require_plain(item)
    elif isinstance(value, list):
        for item in value:
            _require_plain(item)
    elif type(value) not in (str, int, bool):
        raise TypeError(f"a template gets str, int, list and dict, not {type(value).__name__}")


def _line(error: Exception, name: str) -> int:
    """The template's line that an error came from: Jinja2 puts the template into the traceback."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 0 for frame in reversed(frames) if frame.filename == name), 0)


def _words(error: Exception) -> str:
    if isinstance(error, TemplateError):
        return error.message or type(error).__name__
    return f"{type(error).__name__}: {error}"
