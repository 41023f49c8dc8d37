"""The configuration of another repository that lies underneath this one's, as it was read."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Extended"]


@dataclass(frozen=True, slots=True)
class Extended:
    """What a repository (`owner/name`, as the file that extends it spells it) says.

    `text` is None where it cannot be read: `problem` then says why, and what to do, as a message of
    `ConfigProblem`.
    """

    repository: str
    text: str | None
    problem: str = ""
