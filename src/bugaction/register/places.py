"""Where the register's files lie, below the root of the bugs' documents."""

from __future__ import annotations

__all__ = [
    "INDEX_FILE",
    "README_FILE",
    "history_path",
    "index_path",
    "readme_path",
    "year_path",
]

INDEX_FILE = "register.json"
README_FILE = "README.md"


def index_path(root: str) -> str:
    """The open bugs, and what is known of each closed one: `documents/bugs/register.json`."""
    return f"{root.strip('/')}/{INDEX_FILE}"


def readme_path(root: str) -> str:
    """The page that people open: `documents/bugs/README.md`."""
    return f"{root.strip('/')}/{README_FILE}"


def year_path(root: str, year: int) -> str:
    """The closed bugs that were reported in a year: `documents/bugs/register-2026.json`."""
    return f"{root.strip('/')}/register-{year:04d}.json"


def history_path(root: str, name: str) -> str:
    """A page of closed bugs, by its name (`2026.md`, `2026-03.md`)."""
    return f"{root.strip('/')}/{name}"
