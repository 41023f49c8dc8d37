"""What a decision has to know before it counts: questions that the adapter answers into the snapshot.

Questions are values, and each costs what its words say. A new one is a class here, a branch in the reader's
`match` that asks it, and one that puts the answer in its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bugaction.carrier import AskCarrier
from bugaction.reverting import AskReverting
from bugaction.review import RevertClaim
from bugaction.rollout import AskDeployment

__all__ = [
    "AskBlob",
    "AskBug",
    "AskCarrier",
    "AskCommits",
    "AskDeployment",
    "AskDocuments",
    "AskEdits",
    "AskFiles",
    "AskLabel",
    "AskPage",
    "AskPull",
    "AskRevert",
    "AskReverting",
    "AskReview",
    "AskRole",
    "AskRuns",
    "AskSuspects",
    "Question",
]


@dataclass(frozen=True, slots=True)
class AskRole:
    """The role of a login, and which of these teams (`org/slug`) they are in (REST, one request each)."""

    login: str
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskCommits:
    """The commits of an open pull request, with authors and parents, and who else has its head."""

    pull: int


@dataclass(frozen=True, slots=True)
class AskFiles:
    """The files that a pull request changes."""

    pull: int


@dataclass(frozen=True, slots=True)
class AskReview:
    """An open pull request's reviews, checks, files, and the contexts that its base branch requires."""

    pull: int


@dataclass(frozen=True, slots=True)
class AskDocuments:
    """Files at a pull request's head, by that commit's id."""

    pull: int
    oid: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskRevert:
    """Whether a pull request takes back what it says (one GraphQL request, and two of REST a commit)."""

    claim: RevertClaim


@dataclass(frozen=True, slots=True)
class AskPull:
    """A pull request that the snapshot does not hold."""

    number: int


@dataclass(frozen=True, slots=True)
class AskBug:
    """An issue that the snapshot does not hold."""

    number: int


@dataclass(frozen=True, slots=True)
class AskEdits:
    """The newest versions of a comment on a bug's issue, by its node id."""

    bug: int
    comment: str


@dataclass(frozen=True, slots=True)
class AskLabel:
    """The node id of a label of the repository."""

    name: str


@dataclass(frozen=True, slots=True)
class AskSuspects:
    """What changed on the default branch, merged and was deployed between two moments."""

    bug: int
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class AskPage:
    """A file, by its path, as it is on the records branch and on the default branch."""

    path: str


@dataclass(frozen=True, slots=True)
class AskBlob:
    """The text of a file that GraphQL does not tell, by its blob's id (one REST request): it is too large, or
    lies on no branch any more."""

    oid: str


@dataclass(frozen=True, slots=True)
class AskRuns:
    """The check runs of ours on a commit (a REST request each hundred)."""

    oid: str


_AskPull = AskPull | AskCommits | AskFiles | AskReview | AskRevert | AskDocuments | AskRuns
_AskFile = AskPage | AskBlob
_AskState = AskDeployment | AskCarrier | AskReverting
_AskIssue = AskBug | AskSuspects | AskEdits | _AskState
Question = AskRole | AskLabel | _AskIssue | _AskPull | _AskFile
