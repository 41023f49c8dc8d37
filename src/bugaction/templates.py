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
    packaged = files("bugaction").joinpath("templates")
    root: Traversable = packaged if packaged.is_dir() else Path(__file__).parents[2] / "templates"
    found = dict(_texts(root, ""))
    if not found:
        raise FileNotFoundError("this installation of bugaction has no templates")
    return MappingProxyType(found)


def _texts(folder: Traversable, prefix: str) -> list[tuple[str, str]]:
    texts: list[tuple[str, str]] = []
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        name = f"{prefix}{entry.name}"
        if entry.is_dir():
            texts += _texts(entry, f"{name}/")
        elif name.endswith(SUFFIX):
            texts.append((name, entry.read_text(encoding="utf-8")))
    return texts


@cache
def load_scaffold() -> Mapping[str, str]:
    """The shipped workflows by their file's name, as `bugaction.yml`.

    Raises `FileNotFoundError` when the installation holds none.
    """
    packaged = files("bugaction").joinpath("templates")
    root: Traversable = packaged if packaged.is_dir() else Path(__file__).parents[2] / "templates"
    entries = [entry for entry in root.joinpath("scaffold").iterdir() if entry.name.endswith(".yml")]
    return MappingProxyType({entry.name: entry.read_text(encoding="utf-8") for entry in entries})
