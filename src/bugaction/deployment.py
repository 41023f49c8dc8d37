"""When a bug's fix came to production, from deployments, releases, people's words and merges. Pure.

What is in production now decides: of each environment the newest deployment that succeeded and was not taken
back. If it contains the fix, the fix came with the first one of the unbroken row that does; if it does not,
the fix is not in production, whatever was there before. Of fixes on several branches production may run one
branch's alone; where it comes to run another one that has a further fix, that is watched anew.

That an older deployment is `inactive` means as a rule that a newer one took its place, which GitHub does by
itself for environments other than production (OpenAPI, create a deployment status, `auto_inactive`): so that
alone is no rollback.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bugaction.bug import Deployed
from bugaction.escaping import plain
from bugaction.model import Evidence, LedgerFile, LedgerLine, RecordKind
from bugaction.rollout import AskDeployment, Deployment, Rollout
from bugaction.snapshot import PullRequest, PullState
from bugaction.state import commands_named

__all__ = ["UNREADABLE", "Finding", "comparisons", "question", "where_deployed"]

UNREADABLE = "Deployments cannot be read, so that only /deployed tells when a fix is in production"
"""What a token that lacks a permission for them leads to; the permission follows, or what GitHub says."""

_FAILED = ("error", "failure")
_GONE = ("destroyed", "inactive")
"""Newest states of a deployment that did not work, and of one that runs no more."""

_LONGEST_ERROR = 100
"""Code points of what GitHub says of a failure of its own."""

_ID = 7
"""Digits of a commit's id that people read."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of a fix on its way: where it is deployed, or why that is not known, for a checklist.

    `is_tracked`: something would tell, in this repository: deployments to production, releases, or people.
    """

    deployed: Deployed | None = None
    problem: str = ""
    is_tracked: bool = False


def question(
    number: int, fixes: Iterable[PullRequest], environments: tuple[str, ...]
) -> AskDeployment | None:
    """What has to be asked about a bug with these fixes; None while none is merged, or one is still open."""
    merged = [pull for pull in fixes if pull.state is not PullState.CLOSED]
    if not merged or any(pull.state is PullState.OPEN for pull in merged):
        return None
    bases = list(dict.fromkeys(pull.base for pull in merged))
    groups = [[pull for pull in merged if pull.base == base] for base in bases]
    whole = [[pull.merged_at for pull in group if pull.merged_at is not None] for group in groups]
    times = [max(group) for group in whole if group]
    if not times:
        return None
    found = sorted(
        (tuple(sorted(pull.merge_oid for pull in group)), max(here, default=max(times)))
        for group, here in zip(groups, whole, strict=True)
    )
    ends = tuple(end for _, end in found) if len(found) > 1 else ()
    return AskDeployment(number, tuple(oids for oids, _ in found), min(times), environments, ends)


Groups = tuple[frozenset[str], ...]
"""Merges of the fix, a group for each branch."""


# What GitHub shows --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """One environment: what arrived there last, since when that holds the fix (None: it does not), and which
    of the merges it `holds`."""

    name: str
    current: Deployment | None = None
    start: Deployment | None = None
    before: Deployment | None = None
    holds: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Search:
    """Looks into a rollout and collects the pairs of commits that would have to be compared to go on."""

    rollout: Rollout
    missing: set[tuple[str, str]] = field(default_factory=set)
    all: Groups = ()
    _early: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.all = tuple(group for group, _ in self.rollout.asked.groups)
        since = self.rollout.asked.since
        self._early = frozenset(item.oid for item in self.rollout.deployments if item.at < since)

    def known(self, oid: str, groups: Groups) -> bool | None:
        """Whether that commit contains one of these groups; None where it would have to be compared."""
        found: list[bool | None] = []
        for group in groups:
            each = [self._contains(merge, oid) for merge in group]
            found.append(False if False in each else None if None in each else True)
        return True if True in found else None if None in found else False

    def _contains(self, merge: str, oid: str) -> bool | None:
        if not merge:
            return False
        if merge == oid:
            return True
        if oid in self._early:  # it was there before the merge was made
            return False
        return self.rollout.contains.get((merge, oid))

    def holds(self, oid: str, groups: Groups) -> bool | None:
        """As `known`; the pairs that it takes are kept."""
        found = self.known(oid, groups)
        if found is None:
            merges = [merge for group in groups for merge in group]
            self.missing |= {(merge, oid) for merge in merges if self._contains(merge, oid) is None}
        return found

    def held(self, oid: str) -> frozenset[str]:
        """The merges of every group that the commit is known to contain."""
        return frozenset().union(*(group for group in self.all if self.known(oid, (group,))))

    def further(self, at: datetime) -> Groups:
        """The groups that got a further fix after that time."""
        return tuple(group for group, whole in self.rollout.asked.groups if len(group) > 1 and whole > at)

    def places(self) -> list[_Place]:
        """Every environment that anything was ever deployed to, in the configuration's order."""
        found = []
        for name in self.rollout.asked.environments:
            here = [
                item for item in self.rollout.deployments if item.environment.casefold() == name.casefold()
            ]
            if here:
                found.append(self._place(name, here))
        return found

    def _place(self, name: str, here: Sequence[Deployment]) -> _Place:
        """What runs there. Where that has a further fix, it is there since the first that has it."""
        arrived = sorted(
            ((item.arrived, item) for item in here if item.arrived and item.state not in _FAILED),
            key=lambda pair: pair[0],
            reverse=True,
        )
        row = [item for _, item in arrived]
        first = next((index for index, item in enumerate(row) if item.state not in _GONE), None)
        if first is None:
            return _Place(name)
        row = row[first:]
        place = self._row(name, row, self.all)
        if place.start is None:
            return place
        later = self.further(place.start.arrived or place.start.at)
        return self._row(name, row, later) if self.known(row[0].oid, later) else place

    def _row(self, name: str, row: Sequence[Deployment], groups: Groups) -> _Place:
        """The row of deployments that hold the fix, newest first, found by halving: few comparisons do,
        however many."""
        if not self.holds(row[0].oid, groups):
            return _Place(name, row[0])
        told = [self.known(item.oid, groups) for item in row]
        lost = told.index(False) if False in told else len(row)
        held = max(index for index in range(lost) if told[index])
        if lost - held > 1:  # nothing in between is known yet: its middle is what has to be compared
            self.holds(row[(held + lost) // 2].oid, groups)
        before = row[lost] if lost < len(row) else None
        return _Place(name, row[0], row[held], before, self.held(row[0].oid))

    def release(self) -> Deployed | None:
        """The first release since that contains the fix, or a further one that was merged after it."""
        first = self._released(self.all)
        if first is None:
            return None
        later = self.further(first.at)
        return (self._released(later) if later else None) or first

    def _released(self, groups: Groups) -> Deployed | None:
        since = min(whole for group, whole in self.rollout.asked.groups if group in groups)
        releases = sorted(self.rollout.releases, key=lambda item: item.at)
        for index, item in enumerate(releases):
            if item.at < since:
                continue
            holds = self.holds(item.oid, groups)
            if holds is None:
                return None
            if holds:
                text = f"released as {item.tag}"
                previous = releases[index - 1].tag if index else ""
                evidence = Evidence(text, item.url, item.author.login, item.at)
                held = (self.held(item.oid),)
                return Deployed(item.at, item.tag, "", evidence, previous, previous, holds=held)
        return None


def comparisons(rollout: Rollout) -> frozenset[tuple[str, str]]:
    """The pairs of commits that have to be compared next, older first; none once everything is known."""
    search = _Search(rollout)
    if not search.places():
        search.release()
    return frozenset(search.missing)


# What counts --------------------------------------------------------------------------------------------


def where_deployed(
    asked: AskDeployment,
    fixes: Iterable[PullRequest],
    ledger: LedgerFile,
    rollout: Rollout | None,
) -> Finding:
    """Whether the fix is in production.

    `rollout` is None where nobody asked, so that people's words alone count. Where the repository has
    deployments to its production environments these decide, all of them; a word stands for a deployment that
    GitHub was not told of, until a later one shows otherwise. Where it has none, a release counts as well,
    and where it has neither and nobody ever said `/deployed`, the merge does.
    """
    words = _words(asked, ledger)
    if rollout is None or rollout.lacking or rollout.broken:
        return _by_words(asked, words, rollout)
    search = _Search(rollout)
    places = search.places()
    if places:
        return replace(_by_places(asked, places, words), is_tracked=True)
    released = search.release()
    said, missing = _told(words, asked)
    known = [item for item in (said, released) if item is not None]
    if known:
        found = _first_of(known, asked)
        return Finding(_versioned(found, words, found.at), is_tracked=True)
    if missing:
        return Finding(problem=missing, is_tracked=True)
    if rollout.releases or _ever_said(ledger):
        problem = "no release contains the fix" if rollout.releases else "nobody says that it is"
        return Finding(problem=problem, is_tracked=True)
    return Finding(_by_merge(fixes))


def _words(asked: AskDeployment, ledger: LedgerFile) -> list[LedgerLine]:
    """What people said of production since the fix was merged, oldest first."""
    return [
        line
        for line in commands_named(ledger, "deployed")
        if line.at >= asked.since and _is_production(line.data.get("environment", ""), asked.environments)
    ]


def _is_production(name: str, environments: Collection[str]) -> bool:
    return not name or not environments or name.casefold() in {item.casefold() for item in environments}


def _ever_said(ledger: LedgerFile) -> bool:
    lines = ledger.accepted(RecordKind.COMMAND)
    return any(line.data.get("name") == "deployed" for line in lines)


def _told(words: Sequence[LedgerLine], asked: AskDeployment) -> tuple[Deployed | None, str]:
    """Where people's words alone tell: since when it is everywhere, with the first word of each environment
    and the last of these; and where that is not so, which environment nobody has named. A word without one
    stands for all of them."""
    if not words:
        return None, ""
    firsts: list[Deployed] = []
    for name in asked.environments or ("",):
        about = [_of_word(line, asked) for line in words if not name or _names(line, name)]
        if not about:
            return None, f"nobody says that it is deployed to {plain(name)}"
        firsts.append(_first_of(about, asked))
    return _of_all(firsts), ""


def _first_of(found: Iterable[Deployed], asked: AskDeployment) -> Deployed:
    """The earliest of what tells of one environment, since what is deployed once more is there all the time.
    Where a later one has a further fix of its branch, it is that one."""
    earliest, *later = sorted(found, key=lambda item: item.at)
    for item in later:
        held = frozenset().union(*item.holds)
        if any(len(group) > 1 and earliest.at < whole and group <= held for group, whole in asked.groups):
            earliest = item
    return earliest


def _of_all(places: Sequence[Deployed]) -> Deployed:
    """The last of several environments, with what each of them holds."""
    holds = tuple(held for place in places for held in place.holds)
    return replace(max(places, key=lambda item: item.at), holds=holds)


def _names(line: LedgerLine, environment: str) -> bool:
    """Whether the word is about that environment: by its name, or about all of them."""
    return line.data.get("environment", "").casefold() in ("", environment.casefold())


def _by_words(asked: AskDeployment, words: Sequence[LedgerLine], rollout: Rollout | None) -> Finding:
    said, missing = _told(words, asked)
    if said is not None:
        return Finding(_versioned(said, words, said.at), is_tracked=True)
    if missing:
        return Finding(problem=missing, is_tracked=True)
    if rollout is None:
        return Finding()
    needed = " and ".join(f"`{name}`" for name in rollout.lacking)
    why = f"it takes {needed}" if needed else f"GitHub says: {plain(rollout.broken, _LONGEST_ERROR)}"
    return Finding(problem=f"deployments cannot be read ({why}), so only a word counts")


def _by_places(asked: AskDeployment, places: Sequence[_Place], words: Sequence[LedgerLine]) -> Finding:
    landings: list[Deployed] = []
    for place in places:
        said = [line for line in words if _is_about(line, place)]
        found = [_of_word(line, asked) for line in said]
        if place.start is not None:  # GitHub knows what runs there, and words only tell since when
            found = [replace(item, holds=(place.holds,)) for item in found]
            found.append(_of_place(place, place.start))
        if not found:
            return Finding(problem=_absent(place))
        landings.append(_first_of(found, asked))
    names = ", ".join(place.name for place in places)
    whole = replace(_of_all(landings), environment=names)
    return Finding(_versioned(whole, words, min(item.at for item in landings)))


def _is_about(line: LedgerLine, place: _Place) -> bool:
    """Whether the word stands for that environment: unless something without the fix arrived there later,
    whatever arrived after that."""
    without = place.current if place.start is None else place.before
    arrived = without.arrived if without is not None else None
    return _names(line, place.name) and (arrived is None or arrived <= line.at)


def _absent(place: _Place) -> str:
    if place.current is None:
        return f"nothing is deployed to {plain(place.name)}"
    return f"{plain(place.name)} runs {plain(_name(place.current))}, which does not contain the fix"


def _name(deployment: Deployment) -> str:
    return deployment.tag or deployment.oid[:_ID]


def _of_place(place: _Place, start: Deployment) -> Deployed:
    at = start.arrived or start.at
    text = f"{_name(start)} deployed to {place.name}"
    return Deployed(
        at,
        start.tag,
        place.name,
        Evidence(text, start.url, start.creator.login, at),
        _name(place.before) if place.before is not None else "",
        (place.before.tag or place.before.oid) if place.before is not None else "",
        holds=(place.holds,),
    )


def _of_word(line: LedgerLine, asked: AskDeployment) -> Deployed:
    """What somebody said. It is about no merge that was still to come."""
    version = line.data.get("version", "")
    where = line.data.get("environment", "") or next(iter(asked.environments), "production")
    text = f"{version} deployed to {where}, says {line.actor}"
    evidence = Evidence(text, line.data.get("url", ""), line.actor, line.at)
    holds = frozenset().union(*(group for group, whole in asked.groups if whole <= line.at))
    return Deployed(line.at, version, where, evidence, holds=(holds,))


def _versioned(found: Deployed, words: Sequence[LedgerLine], since: datetime) -> Deployed:
    """A person names the version better than a tag does: whoever spoke last, of what is there since then."""
    named = [line.data.get("version", "") for line in words if line.at >= since]
    return replace(found, version=named[-1]) if named else found


def _by_merge(fixes: Iterable[PullRequest]) -> Deployed | None:
    merged = [(pull.merged_at, pull) for pull in fixes if pull.merged_at is not None]
    if not merged:
        return None
    at, last = max(merged, key=lambda pair: (pair[0], pair[1].number))
    text = (
        f"#{last.number} is merged, and this repository tracks neither deployments to production nor releases"
    )
    return Deployed(at, "", "", Evidence(text, last.url, "", at), is_tracked=False)
