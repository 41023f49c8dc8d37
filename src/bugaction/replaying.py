"""A replay from end to end: which labels count, which bugs there were, what their facts come to.

It reads through ports that cannot write, a few bugs a request, and stops before the hour's limit is near.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bugaction.adoption.labels import aliases, bug_labels
from bugaction.bug import Bug
from bugaction.config import load_file
from bugaction.documents import post_mortem
from bugaction.documents.overrides import with_overrides
from bugaction.documents.versions import newest_edition
from bugaction.errors import Forbidden, GitHubError, Transient, UserError
from bugaction.model import Role, Severity
from bugaction.narration import count
from bugaction.plan import Reason
from bugaction.policy import Policy
from bugaction.ports import Targets
from bugaction.questions import AskRole, Question
from bugaction.replay import Account, Archive, Look, Story, look
from bugaction.snapshot import Repository, Snapshot, TextFile

__all__ = ["DEFAULT_LIMIT", "Options", "Replayed", "replay"]

DEFAULT_LIMIT = 200
"""Bugs that are read. A bug costs about one request and two or three points of the hour's 5,000."""

_TOGETHER = 5
"""Bugs that are read at once: an issue with its pull requests is about half a point."""

_ROUNDS = 8
"""Rounds of questions to a bug: its pull requests, their reviews, deployments, roles, and a few to spare."""

_FLOOR = 100
"""Of the hour's requests or points so many are left to others, as the sweep leaves them."""

_MOST_PAGES = 50
"""Pages of a hundred bugs that are counted."""

_MOST_NAMED = 20
"""Labels that an error lists."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for. `labels` maps `P0` to `P3` and `bug` to the repository's own names; `config` is a
    file to take the policy from."""

    since: timedelta
    limit: int = DEFAULT_LIMIT
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    config: TextFile | None = None


@dataclass(frozen=True, slots=True)
class Replayed:
    """The account, and the text of the drafted post-mortem, "" where there is none to draft."""

    account: Account
    draft: str = ""


def replay(
    archive: Archive,
    options: Options,
    now: datetime,
    templates: Mapping[str, str],
    progress: Progress = lambda done, total: None,  # noqa: ARG005 - nobody looks
) -> Replayed:
    """Read the past and account for it. `progress` is told how many bugs of how many are read.

    Raises `UserError` where no bug is found, or the configuration is wrong, and `GitHubError` where nothing
    could be read.
    """
    repository = archive.reader.read(Targets()).repository
    names = archive.labels()
    policy, words, mapped = _policy(repository, options, names)
    since = now - options.since
    taken = {
        severity: _there(policy.severities[severity].labels, names)
        for severity in Severity
        if _there(policy.severities[severity].labels, names)
    }
    bug = _there(policy.labels.bug, names)
    labels = tuple(dict.fromkeys([*(name for each in taken.values() for name in each), *bug]))
    found = list(_reported(archive, labels, since)) if labels else []
    if not found:
        raise _nothing(labels, names, options, since)
    reading = _Reading(archive, policy, now)
    chosen = found[: options.limit]
    stopped = reading.read(chosen, progress)
    left = stopped or (f"--limit is {options.limit}" if len(found) > len(chosen) else "")
    account = Account(
        repository=repository.full_name,
        url=repository.url,
        since=since,
        until=now,
        policy=words,
        severities=taken,
        bug=bug,
        found=len(found),
        stories=tuple(reading.stories),
        mapped=mapped,
        left=left,
        stopped=bool(stopped),
        roles=not reading.hidden,
        runs_already=repository.records is not None,
        usage=archive.usage(),
    )
    if reading.last is None:
        return Replayed(account)
    draft = newest_edition(
        post_mortem.POST_MORTEM,
        reading.last,
        reading.last.documents[post_mortem.KIND],
        with_overrides(templates, repository),
        "",
    )
    return Replayed(replace(account, drafted=reading.last.name), draft.text)


# Labels and policy --------------------------------------------------------------------------------------


def _policy(repository: Repository, options: Options, names: Sequence[str]) -> tuple[Policy, str, bool]:
    """The policy, whose it is in words, and whether labels stand for others than it names by itself."""
    file = options.config or repository.config
    mapped = False
    if file is None:
        policy, words = Policy(), "the default policy"
        found, bugs = aliases(names), bug_labels(names)
        policy = _relabelled(policy, {**{str(key): value for key, value in found.items()}, "bug": bugs})
        mapped = any(names != (str(severity),) for severity, names in found.items())
    else:
        loaded = load_file(file, file.path, repository.extended)
        if loaded.policy is None:
            raise UserError(
                f"The configuration is wrong: {loaded.problems[0].words}",
                remedy="Correct it, or name another with --config.",
                reason=Reason.CONFIG_INVALID,
            )
        policy = loaded.policy
        whose = "the configuration given" if options.config is not None else "the repository's configuration"
        words = f"{whose} ({file.path})" if options.config is None else whose
    if options.labels:
        policy, mapped = _relabelled(policy, options.labels), True
    return policy, words, mapped


def _relabelled(policy: Policy, labels: Mapping[str, tuple[str, ...]]) -> Policy:
    """The policy with these names in place of its own; a name counts where it was given last."""
    given = {name.casefold() for names in labels.values() for name in names}

    def names_of(key: str, own: tuple[str, ...]) -> tuple[str, ...]:
        return labels.get(key) or tuple(name for name in own if name.casefold() not in given)

    severities = {
        severity: rules.model_copy(update={"labels": names_of(str(severity), rules.labels)})
        for severity, rules in policy.severities.items()
    }
    bug = policy.labels.model_copy(update={"bug": names_of("bug", policy.labels.bug)})
    return policy.model_copy(update={"severities": severities, "labels": bug})


def _there(wanted: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    known = {name.casefold(): name for name in names}
    return tuple(known[name.casefold()] for name in wanted if name.casefold() in known)


def _nothing(labels: Sequence[str], names: Sequence[str], options: Options, since: datetime) -> UserError:
    example = f"--label P1='{names[0]}'" if names else "--label P1=NAME"
    listed = ", ".join(names[:_MOST_NAMED]) or "none"
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    if not labels:
        problem = "No label of this repository is known to mean a bug or a severity."
    else:
        problem = (
            f"No issue that was reported since {since:%Y-%m-%d} ({count(options.since.days, 'day')}) has one "
            f"of these labels: {', '.join(labels)}."
        )
    return UserError(
        problem,
        remedy=f"The repository's labels are: {listed}{more}. Say which of them mean what, such as "
        f"{example} or --label bug=NAME, or look back further with --since.",
    )


def _reported(archive: Archive, labels: tuple[str, ...], since: datetime) -> Iterator[int]:
    """The bugs that were reported since then, the newest first."""
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        page, cursor = archive.reported(labels, cursor)
        for number, at in page:
            if at < since:
                return
            yield number
        if cursor is None:
            return


# Reading ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reading:
    """Reads bugs a few at a time. `hidden`: roles are not told; `last` is the bug whose post-mortem is to be
    drafted, so far."""

    archive: Archive
    policy: Policy
    now: datetime
    stories: list[Story] = field(default_factory=list)
    roles: dict[str, Role] = field(default_factory=dict)
    hidden: bool = False
    last: Bug | None = None

    def read(self, numbers: Sequence[int], progress: Progress) -> str:
        """All of these; why some were left out, "" where none was. Raises `GitHubError` where none could be
        read."""
        failed: list[tuple[int, GitHubError]] = []
        progress(0, len(numbers))
        for start in range(0, len(numbers), _TOGETHER):
            low = self._low()
            if low:
                return low
            chunk = numbers[start : start + _TOGETHER]
            try:
                self._take(chunk)
            except GitHubError as error:
                gone = self._one_by_one(chunk, error, failed)
                if gone:
                    return gone
            progress(min(start + _TOGETHER, len(numbers)), len(numbers))
        if failed and not self.stories:
            raise failed[0][1]
        return f"some could not be read (#{failed[0][0]}: {failed[0][1].message})" if failed else ""

    def _one_by_one(
        self, numbers: Sequence[int], error: GitHubError, failed: list[tuple[int, GitHubError]]
    ) -> str:
        """What could not be read together: what is wrong may be wrong with one of them. Why GitHub is not
        asked any more, "" where it is."""
        unanswered = 0
        for number in numbers:
            if isinstance(error, Transient) and (error.rate_limited or unanswered > 1):
                if not self.stories:
                    raise error
                return f"GitHub does not answer any more ({error.message})"
            try:
                self._take([number])
            except GitHubError as again:
                error, unanswered = again, unanswered + 1
                failed.append((number, again))
            else:
                unanswered = 0
        return ""

    def _low(self) -> str:
        usage = self.archive.usage()
        known = [each for each in (usage.remaining_points, usage.remaining_requests) if each is not None]
        return f"{min(known)} requests are left of the hour's" if known and min(known) < _FLOOR else ""

    def _take(self, numbers: Sequence[int]) -> None:
        reader = self.archive.reader
        snapshot = reader.read(Targets(issues=tuple(numbers)))
        asked: set[Question] = set()
        looks: dict[int, Look] = {}
        for _ in range(_ROUNDS):
            snapshot = snapshot.with_answers(replace(snapshot.answers, roles={**self.roles}))
            looks = {
                number: look(snapshot, number, self.policy, self.now)
                for number in numbers
                if number in snapshot.bugs
            }
            wanted = frozenset[Question]().union(*(each.questions for each in looks.values())) - asked
            if not wanted:
                break
            asked |= wanted
            others = [each for each in wanted if not isinstance(each, AskRole)]
            if others:
                snapshot = reader.answer(snapshot, others)
            for question in wanted:
                if isinstance(question, AskRole):
                    snapshot = self._asked_role(snapshot, question)
        for found in looks.values():
            self._keep(found)

    def _asked_role(self, snapshot: Snapshot, asked: AskRole) -> Snapshot:
        """The role of a reviewer. A token that may not see roles takes nobody's word away."""
        key = asked.login.casefold()
        if not self.hidden:
            try:
                snapshot = self.archive.reader.answer(snapshot, [asked])
            except Forbidden:
                self.hidden = True
        found = None if self.hidden else snapshot.answers.role(asked.login)
        self.roles[key] = Role.MAINTAIN if found is None else found
        return snapshot

    def _keep(self, found: Look) -> None:
        story, bug = found.story, found.bug
        if story is None or bug is None:
            return
        self.stories.append(story)
        if not story.confidential and post_mortem.is_called_for(bug) and self._is_graver(bug):
            self.last = bug

    def _is_graver(self, bug: Bug) -> bool:
        """Whether its post-mortem tells more than that of the one so far: the graver, of two the newer."""
        return self.last is None or _rank(bug) < _rank(self.last)


def _rank(bug: Bug) -> tuple[int, float]:
    severity = bug.severity.current
    return (severity.value if severity is not None else len(Severity), -bug.issue.at.timestamp())
