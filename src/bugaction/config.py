"""Reads `.github/bugaction.yml`: strictly, with every problem at once and at its place.

The file is data. Where it extends another repository's, that one lies underneath: each key of a mapping that
the file names counts, of the others those underneath; a list takes the place of a list as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import yaml
from pydantic import ValidationError

from bugaction.config_file import DROPPED, ConfigProblem, Path, Reading, json_schema
from bugaction.extended import Extended
from bugaction.model import Severity
from bugaction.policy import Policy
from bugaction.policy_values import is_repository
from bugaction.snapshot import TextFile
from bugaction.yaml_text import Place, YamlProblem, compose, scalar_value

__all__ = ["CONFIG_PATH", "ConfigProblem", "Loaded", "extends_of", "json_schema", "load", "load_file"]

CONFIG_PATH = ".github/bugaction.yml"
"""Where the configuration lives, on the default branch; in the repository that is extended, nowhere else."""

_MOST_PROBLEMS = 50
"""Nobody mends more in one go, and each becomes an annotation of the run."""

_ABSENT = "there is no such file, though the input `config` names it; add it, or correct the input"

_MOST_ROUNDS = 8
"""Readings by the models: each finds what the problems of the one before had hidden."""

_CHAIN = "this file is itself extended, and cannot extend another: take the key out, or name that one instead"


@dataclass(frozen=True, slots=True)
class Loaded:
    """The policy, or None and what is wrong: of the file first, then of what it extends, each in order."""

    policy: Policy | None
    problems: tuple[ConfigProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Layers:
    """A file, and the one that it extends (which holds nothing where there is none), each with its data."""

    own: Reading
    base: Reading
    said: object
    underneath: object

    def holder(self, path: Path) -> Reading:
        """The file that says what counts at a path that one of them holds."""
        return self.own if _holds(self.said, path) else self.base

    def order(self, path: Path) -> tuple[bool, Place]:
        """What lies underneath comes first."""
        holder = self.holder(path)
        return holder is self.own, holder.place(path)

    def has_seen(self, path: Path) -> bool:
        """Whether a file has something at that path, right or wrong."""
        return path in self.own.places or path in self.base.places

    def refuse(self, path: Path, message: str) -> None:
        """A problem with what counts at a path."""
        holder = self.holder(path)
        holder.refuse(holder.place(path), path, message)


def _holds(data: object, path: Path) -> bool:
    for part in path:
        keys = data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
        if part not in keys:
            return False
        data = _child(data, part)
    return data is not DROPPED


def _over(base: object, own: object) -> object:
    """The value that counts where both files have one."""
    if not isinstance(base, dict) or not isinstance(own, dict):
        return own
    return base | {key: _over(base[key], value) if key in base else value for key, value in own.items()}


# The models' own rules ----------------------------------------------------------------------------------


def _parts(location: Sequence[str | int], data: object) -> Path:
    """A location of pydantic's as a path into the file: a severity's key is its name there."""
    path: list[str | int] = []
    for part in location:
        named = Severity(part).name if isinstance(part, int) and isinstance(data, dict) else part
        path.append(named)
        data = _child(data, named)
    return tuple(path)


def _child(data: object, part: str | int) -> object:
    if isinstance(data, dict):
        return data.get(part)
    return data[part] if isinstance(data, list) and isinstance(part, int) else None


def _pruned(data: object, paths: Sequence[Path]) -> object:
    """The data without the values at these paths."""
    if () in paths:
        return DROPPED
    children: Iterable[tuple[str | int, object]]
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    below: dict[str | int, list[Path]] = {}
    for path in paths:
        below.setdefault(path[0], []).append(path[1:])
    # A list that loses its last value goes as a whole: that it is empty now is nobody's mistake.
    kept: dict[str | int, object] = {}
    for key, value in children:
        child = _pruned(value, below[key]) if key in below else value
        if child is not DROPPED:
            kept[key] = child
    if isinstance(data, dict):
        return kept
    return list(kept.values()) or DROPPED


def _claims(data: object, label: str, path: Path = ()) -> Iterator[Path]:
    """The paths at which a label is named."""
    if isinstance(data, str) and data.strip().casefold() == label.casefold():
        yield path
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in children:
        yield from _claims(value, label, (*path, key))


def _validated(given: object, layers: _Layers) -> Policy | None:
    """The policy, or None; every rule of the models is heard, also those that wait for the others."""
    data = given
    for _ in range(_MOST_ROUNDS):
        try:
            return Policy.model_validate(data, by_alias=True, by_name=False)
        except ValidationError as error:
            paths: list[Path] = []
            for item in error.errors(include_url=False):
                path = shown = _parts(item["loc"], data)
                label = item.get("ctx", {}).get("label")
                if isinstance(label, str):
                    # The models say which label, not where: the claim that stands last is the one too many.
                    path = max(_claims(data, label), key=layers.order, default=())
                    shown = max(_claims(given, label), key=layers.order, default=())
                if item["type"] == "missing":
                    # Of a part of a list that lost a key by another mistake, that one is told.
                    if not layers.has_seen(path):
                        layers.refuse(path[:-1], f"the key `{path[-1]}` is missing")
                    path = path[:-1]
                else:
                    layers.refuse(shown, item["msg"].removeprefix("Value error, "))
                paths.append(path)
            data = _pruned(data, paths)
    return None


# Loading ------------------------------------------------------------------------------------------------


def extends_of(file: TextFile | None) -> str:
    """The repository (`owner/name`) whose configuration a file extends; "" where it names none, or none that
    could be one, which `load_file` then tells."""
    try:
        node = compose(file.text) if file is not None and file.text is not None else None
    except YamlProblem:
        return ""
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        is_key = isinstance(key, yaml.ScalarNode) and key.value == "extends"
        if is_key and isinstance(value, yaml.ScalarNode):
            found = scalar_value(value)
            return found if isinstance(found, str) and is_repository(found) else ""
    return ""


def load(text: str | None, path: str = CONFIG_PATH, extended: Extended | None = None) -> Loaded:
    """The policy in a configuration file's text; the defaults where there is no file (None).

    `extended` is what was read of the repository that it extends. One that was not read, or could not be, is
    a problem, and never nothing.
    """
    if text is None:
        return Loaded(Policy())
    own = Reading(path)
    base = Reading(CONFIG_PATH, extended.repository if extended is not None else "")
    said = own.read(text)
    underneath = _underneath(said, own, base, extended)
    policy = None
    if said is not DROPPED:
        whole = said if underneath is DROPPED else _over(underneath, said)
        policy = _validated(whole, _Layers(own, base, said, underneath))
    problems = [*own.in_order(), *base.in_order()]
    if len(problems) > _MOST_PROBLEMS:
        left = len(problems) - _MOST_PROBLEMS
        last = problems[_MOST_PROBLEMS]
        more = replace(last, path="", message=f"and {left} more problems from here on")
        problems = [*problems[:_MOST_PROBLEMS], more]
    return Loaded(policy if not problems else None, tuple(problems))


def _underneath(said: object, own: Reading, base: Reading, extended: Extended | None) -> object:
    """What the file that is extended holds, with its problems told; `DROPPED` where there is none."""
    name = said.get("extends") if isinstance(said, dict) else None
    if not isinstance(name, str) or not is_repository(name):
        return DROPPED
    place = own.place(("extends",))
    if extended is None or extended.repository.casefold() != name.casefold():
        return own.refuse(place, ("extends",), f"what {name} says was not read")
    if extended.text is None:
        return own.refuse(place, ("extends",), extended.problem)
    found = base.read(extended.text)
    if isinstance(found, dict) and "extends" in found:
        base.refuse(base.place(("extends",)), ("extends",), _CHAIN)
        del found["extends"]
    return found


@lru_cache(maxsize=32)  # each decision of a run asks anew, and 64 KB of a stranger's take seconds to refuse
def load_file(file: TextFile | None, path: str = CONFIG_PATH, extended: Extended | None = None) -> Loaded:
    """The policy in a committed file; one that GitHub gives no text of is a problem, never the defaults.

    `path` is where it was looked for. Only the usual place may be empty: who names another one means a file,
    and a slip of the pen must not put the defaults in its stead. `extended` is as in `load`.
    """
    if file is None and path == CONFIG_PATH:
        return load(None)
    if file is None:
        return Loaded(None, (ConfigProblem(path, 0, 0, "", _ABSENT),))
    if file.text is None:
        return Loaded(None, (ConfigProblem(file.path, 0, 0, "", "the file is binary, or far too large"),))
    return load(file.text, file.path, extended)
