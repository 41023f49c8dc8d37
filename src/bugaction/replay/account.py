"""What a replay was asked, read and left out: beside the stories all that its report tells. Pure values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bugaction.model import Severity
from bugaction.ports import Reader, Usage
from bugaction.replay.story import Story

__all__ = ["Account", "Archive", "Page"]

Page = tuple[tuple[tuple[int, datetime], ...], str | None]
"""Issues by number with when they were reported, and the cursor for the page after, None at the end."""


@dataclass(frozen=True, slots=True)
class Archive:
    """The ports of a replay on one repository; nothing behind them can write.

    `reported` is a page of issues in any state with any of these labels, the newest first; `labels` are the
    names of the repository's labels.
    """

    reader: Reader
    reported: Callable[[tuple[str, ...], str | None], Page]
    labels: Callable[[], tuple[str, ...]]
    usage: Callable[[], Usage]


@dataclass(frozen=True, slots=True)
class Account:
    """A replay of a repository. `found` is how many bugs were reported since then; those that `stories` lacks
    were not read, and `left` says why, "" where none was left.

    `policy` says whose policy it was, in words; `severities` and `bug` are the labels that were taken, and
    `mapped` says that names of the repository stand for ours. `roles` is False where GitHub does not tell
    this token who may approve. `draft` is the file of the drafted post-mortem, "" for none, and `drafted` the
    bug that it is about.
    """

    repository: str
    url: str
    since: datetime
    until: datetime
    policy: str
    severities: Mapping[Severity, tuple[str, ...]]
    bug: tuple[str, ...]
    found: int
    stories: tuple[Story, ...]
    mapped: bool = False
    left: str = ""
    stopped: bool = False
    roles: bool = True
    runs_already: bool = False
    usage: Usage = field(default_factory=Usage)
    draft: str = ""
    drafted: str = ""
