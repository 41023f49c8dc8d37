"""The branch that carries a bug's documents to the default branch, and its pull requests, as plain facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

__all__ = ["AskCarrier", "Carrier", "CarrierPull"]


@dataclass(frozen=True, slots=True)
class AskCarrier:
    """The branch that carries a bug's documents, and the pull requests from it (one GraphQL request)."""

    bug: int


@dataclass(frozen=True, slots=True)
class CarrierPull:
    """A pull request from that branch, whoever opened it; `closed_at` is None while it is open.

    `is_approved`: somebody approved it once, whether or not that was dismissed. `is_conflicting`: GitHub says
    that it cannot be merged as it is; while it has not worked that out, it is not.
    """

    number: int
    url: str
    base: str
    is_merged: bool = False
    closed_at: datetime | None = None
    is_approved: bool = False
    is_conflicting: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it waits to be merged."""
        return self.closed_at is None


@dataclass(frozen=True, slots=True)
class Carrier:
    """The branch as it is, and what a commit on it is made of.

    `base_oid` is the default branch's head and `base_tree` that commit's tree. `oid` is the branch's own
    head, "" where there is no branch; `is_ours` says that a commit of ours is the head, so that nobody has
    committed since, and `parents` are its parents. `files` are the texts in the bug's folder there, by path;
    one that cannot be read is left out. `pulls` are the newest pull requests from it, newest first.
    """

    base_oid: str
    base_tree: str
    oid: str = ""
    is_ours: bool = False
    parents: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    pulls: tuple[CarrierPull, ...] = ()

    @property
    def newest(self) -> CarrierPull | None:
        """The pull request that is open, or the newest one; None where there never was any.

        Somebody may have opened an older one again.
        """
        return next((pull for pull in self.pulls if pull.is_open), self.pulls[0] if self.pulls else None)
