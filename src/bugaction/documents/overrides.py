"""A team's own templates in place of the shipped ones, file by file, from the default branch.

An override is validated before it is used. One that fails is never half used: the shipped template takes
its place, and a notice names the file and the line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bugaction.plan import Level, Notice
from bugaction.rendering import Plain, TemplateProblem, check, render
from bugaction.snapshot import Repository

__all__ = ["Templates", "with_overrides"]

_KEPT = tuple(
    (mark, re.compile(rf"^[^\S\n]*{mark}([a-z0-9-]+)", re.MULTILINE))
    for mark in ("<!-- section: ", "<!-- bugaction:facts:")
)
"""What an override must keep: the ids of the document's sections, and of its generated blocks. Blanks of one
line alone may stand before them, or each of many empty lines would be gone through again."""

_LARGEST = 100_000
"""Code points. The largest shipped template is a twentieth of this."""


@dataclass(frozen=True, slots=True)
class Templates:
    """The templates in force: `own` ones in place of `shipped` ones, and the `paths` they came from."""

    shipped: Mapping[str, str]
    own: Mapping[str, str]
    paths: Mapping[str, str]
    notices: tuple[Notice, ...] = ()

    def render(self, name: str, values: Mapping[str, Plain]) -> tuple[str, tuple[Notice, ...]]:
        """The text, and a notice where the team's template failed on these values and ours stepped in."""
        if name not in self.own:
            return render(self.shipped, name, values), ()
        try:
            return render(self.own, name, values), ()
        except TemplateProblem as problem:
            notice = _notice(problem.message, self.paths[name], problem.line)
            return render(self.shipped, name, values), (notice,)


def with_overrides(shipped: Mapping[str, str], repository: Repository) -> Templates:
    """The shipped templates with the repository's own ones that can be used."""
    own: dict[str, str] = {}
    paths: dict[str, str] = {}
    notices: list[Notice] = []
    for file in repository.templates:
        name = _name(file.path, shipped)
        if name is None:
            near = ", ".join(sorted(shipped))
            notices.append(_notice(f"there is no template of this name. There are: {near}", file.path))
            continue
        problem = _problem(name, file.text, shipped[name])
        if problem is not None:
            notices.append(_notice(problem.message, file.path, problem.line))
        elif file.text is not None:  # pragma: no branch - a file without a text is a problem
            own[name], paths[name] = file.text, file.path
    return Templates(shipped=shipped, own=own, paths=paths, notices=tuple(notices))


def _name(path: str, shipped: Mapping[str, str]) -> str | None:
    """The shipped template that a file stands for; its path may be whole or below the override folder."""
    return next((name for name in shipped if path == name or path.endswith(f"/{name}")), None)


def _problem(name: str, text: str | None, shipped: str) -> TemplateProblem | None:
    if text is None or len(text) > _LARGEST:
        return TemplateProblem(name, 0, f"it is no text, or longer than {_LARGEST} characters")
    problem = check(name, text)
    if problem is not None:
        return problem
    for mark, pattern in _KEPT:
        lost = set(pattern.findall(shipped)) - set(pattern.findall(text))
        if lost:
            return TemplateProblem(name, 0, f"it must keep `{mark}{min(lost)} -->`")
    return None


def _notice(problem: str, path: str, line: int = 0) -> Notice:
    text = f"{problem}. The template that bugaction ships was used instead."
    return Notice(Level.WARNING, text, path, line)
