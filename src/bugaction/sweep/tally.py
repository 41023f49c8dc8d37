"""What a sweep did, in numbers and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bugaction.sweep.backlog import Shard
from bugaction.sweep.choice import Why

__all__ = ["Tally"]


@dataclass(frozen=True, slots=True)
class Tally:
    """A sweep's account. `bugs` and `pulls` were seen on `pages` thin pages; `looked` are the full looks by
    why.

    `left` are the numbers that were due and not looked at, or that a look left undone, in the order in which
    the next sweep comes to them; `gates` says that a merge may hang on one of them. `since` is when the last
    completed sweep began, None where everything was looked at, and then `everything` says why.
    """

    shard: Shard = field(default_factory=Shard)
    bugs: int = 0
    pulls: int = 0
    pages: int = 0
    looked: Mapping[Why, int] = field(default_factory=dict)
    left: tuple[int, ...] = ()
    gates: bool = False
    since: datetime | None = None
    everything: str = ""

    @property
    def looks(self) -> int:
        """How many full looks were taken."""
        return sum(self.looked.values())

    def lines(self) -> Iterator[str]:
        """The account in sentences, which hold our own words and numbers only."""
        part = f" (part {self.shard})" if self.shard.count > 1 else ""
        yield (
            f"Seen on {self.pages} thin page{'' if self.pages == 1 else 's'}: {self.bugs} open "
            f"bug{'' if self.bugs == 1 else 's'}, {self.pulls} open pull request"
            f"{'' if self.pulls == 1 else 's'}{part}"
        )
        if self.since is not None:
            yield f"Changes count since {self.since:%Y-%m-%d %H:%M} UTC, when the last complete sweep began"
        elif self.everything:
            yield f"Everything was looked at: {self.everything}"
        yield f"Looked at in full: {self.looks}"
        for why, count in sorted(self.looked.items(), key=lambda item: (-item[1], item[0])):
            yield f"{count} × {why}"
        if self.left:
            yield f"Left: {len(self.left)}; the next sweep begins with #{self.left[0]}"
