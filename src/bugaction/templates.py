"""The shipped templates, read once from where they lie: inside the wheel, or at the top of a checkout."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

__all__ = ["SUFFIX", "load_scaffold", "load_templates"]

SUFFIX = ".j2"
"""What a template's name ends in; other files of the folder (what `init` writes) are none."""


@cache
def load_templates() -> Mapping[str, str]:
    """Every template's text by its path below `templates/`, such as `documents/report.md.j2`.

    Raises `FileNotFoundError` when the installation holds none.
    """
    found = dict(_texts(_root(), "", SUFFIX))
    if not found:
        raise FileNotFoundError("this installation of bugaction has no templates")
    return MappingProxyType(found)


@cache
def load_scaffold() -> Mapping[str, str]:
    """Every text that `init` starts from by its path below `templates/scaffold/`, such as `bugaction.yml`.

    Raises `FileNotFoundError` when the installation holds none.
    """
    return MappingProxyType(dict(_texts(_root().joinpath("scaffold"), "", "")))


def _root() -> Traversable:
    packaged = files("bugaction").joinpath("templates")
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "templates"


def _texts(folder: Traversable, prefix: str, suffix: str) -> list[tuple[str, str]]:
    texts: list[tuple[str, str]] = []
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        name = f"{prefix}{entry.name}"
        if entry.is_dir():
            texts += _texts(entry, f"{name}/", suffix)
        elif name.endswith(suffix):
            texts.append((name, entry.read_text(encoding="utf-8")))
    return texts
