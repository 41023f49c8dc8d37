"""What went to production, as plain facts: deployments, releases, and which commits they contain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import repeat

from bugaction.model import Actor

__all__ = ["AskDeployment", "Deployment", "Release", "Rollout"]


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment as GitHub records it; `state` is the newest status's (`success`, `failure`, …).

    `tag` is the name of the tag that was deployed, "" where it was a branch or a commit. `arrived` is when it
    first succeeded, None where it never did, or where its statuses were not asked for.
    """

    url: str
    environment: str
    ref: str
    oid: str
    at: datetime
    state: str
    creator: Actor
    tag: str = ""
    arrived: datetime | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """A published release that is no prerelease; `oid` is the commit of its tag."""

    tag: str
    url: str
    oid: str
    at: datetime
    author: Actor


@dataclass(frozen=True, slots=True)
class AskDeployment:
    """What was deployed to these environments, or released, and whether it contains a bug's merged fixes.

    `merges` are the commits of the merges, a group for each base branch: what went to production holds the
    fix once it contains all commits of one group. `since` is when the first of these groups was whole: what
    arrived before then contains none. `environments` are names of environments in the configuration's order;
    GitHub's are compared without regard to case. `whole` is when each group was, in the groups' order; empty
    where there is one.
    """

    bug: int
    merges: tuple[tuple[str, ...], ...]
    since: datetime
    environments: tuple[str, ...]
    whole: tuple[datetime, ...] = ()

    @property
    def groups(self) -> tuple[tuple[frozenset[str], datetime], ...]:
        """Each group, with when it was whole."""
        return tuple(zip(map(frozenset, self.merges), self.whole or repeat(self.since), strict=False))


@dataclass(frozen=True, slots=True)
class Rollout:
    """What may have brought a bug's fix to production.

    `asked` is the question that this answers. `deployments` to its environments and `releases` are the newest
    that GitHub holds, in no order that counts. `contains` tells of pairs `(older commit, newer commit)`
    whether the newer one contains the older; a pair that was not compared is absent. `lacking` are
    permissions that this token would need, such as `deployments: read`: then nothing of `deployments` is
    known. Nor is it where GitHub failed to tell them: `broken` is what it said then, "" otherwise.
    """

    asked: AskDeployment
    deployments: tuple[Deployment, ...] = ()
    releases: tuple[Release, ...] = ()
    contains: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()
    broken: str = ""
