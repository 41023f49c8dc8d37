"""A repository in memory that implements the ports: effects change it, reads show it.

It stands in for the adapter where a test is about the rounds of reconciliation. What GitHub really does
is the embedded GitHub's business.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bugaction.carrier import Carrier, CarrierPull
from bugaction.errors import GitHubError, StaleHead, Transient
from bugaction.model import LedgerFile, Membership, Role, Sent
from bugaction.plan import (
    AddAssignees,
    AddLabels,
    AppendLedger,
    BringDocuments,
    CloseIssue,
    CommitFiles,
    CreateComment,
    CreateIssue,
    CreateLabel,
    DeleteComment,
    DispatchWorkflow,
    EditComment,
    EditIssue,
    Effect,
    Notify,
    OpenPull,
    React,
    RemoveLabels,
    ReopenIssue,
    RevertPull,
    SetCheckRun,
    SetStatus,
    StartRecords,
)
from bugaction.policy import DEFAULT_ROOT
from bugaction.ports import (
    Applied,
    Connection,
    LastSweep,
    Targets,
    ThinBug,
    ThinPull,
    ThinStatus,
    Usage,
    WorkPage,
)
from bugaction.questions import (
    AskBlob,
    AskBug,
    AskCarrier,
    AskCommits,
    AskDeployment,
    AskDocuments,
    AskLabel,
    AskPage,
    AskPull,
    AskRevert,
    AskReverting,
    AskReview,
    AskRole,
    AskRuns,
    AskSuspects,
    Question,
)
from bugaction.records import parse_ledger, parse_links
from bugaction.register import index_path, readme_path
from bugaction.reverting import Reverting, reverting_branch
from bugaction.review import Revert
from bugaction.snapshot import (
    Answers,
    Branch,
    BugFacts,
    Comment,
    Entry,
    EntryKind,
    Issue,
    IssueState,
    Label,
    OwnRuns,
    PullRequest,
    PullState,
    Repository,
    Rollout,
    Snapshot,
    Status,
    Suspects,
    TextFile,
)
from tests.values import BASE, VIEWER, at, repository
from tests.values import pull as pull_of


@dataclass
class Memory:
    """The world: change its fields as people would, give it to a `Reconciler` as reader and writer."""

    repo: Repository = field(default_factory=repository)
    issues: dict[int, Issue] = field(default_factory=dict)
    pulls: dict[int, PullRequest] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    teams: dict[str, tuple[str, ...]] = field(default_factory=dict)
    labels: set[str] = field(default_factory=set)
    files: dict[str, dict[str, str]] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    """Files of decisions that cannot be read: path to why."""
    reverts: dict[int, Revert] = field(default_factory=dict)
    """What pull requests that say they take something back come to, by number."""
    rollout: Rollout | None = None
    """What was deployed and released, to whatever question; nothing where it is None."""
    carriers: dict[int, Carrier] = field(default_factory=dict)
    """The branches that bring documents, by the bug's number."""
    reverting: dict[int, tuple[Reverting, ...]] = field(default_factory=dict)
    """What takes a merged pull request back, by that one's number."""
    log: list[Effect] = field(default_factory=list)
    reads: int = 0
    root: str = DEFAULT_ROOT
    faults: list[tuple[type[Effect], GitHubError, bool]] = field(default_factory=list)
    """Errors for the next effects of a type; True carries the effect out all the same."""
    lag: list[Snapshot] = field(default_factory=list)
    """Snapshots that the next reads show instead of the world."""
    largest: int = 512 * 1024
    """Bytes of a file that is shown without asking for its blob."""
    large: dict[str, str] = field(default_factory=dict)
    takers: tuple[str, ...] = ("slack",)
    deaf: tuple[str, ...] = ()
    """The services that take notifications, and those that do not."""
    shows_mentions: bool = True
    """Whether an issue shows that another mentions it."""
    between: Callable[[], None] | None = None
    """What others do after the next writes, before the facts are read again."""
    before_write: Callable[[], None] | None = None
    before_green: Callable[[], None] | None = None

    _moved: dict[tuple[str, str], str] = field(default_factory=dict)
    """Our own commits since the facts were read: the next one expects them, as the writer does."""
    _seconds: itertools.count[int] = field(default_factory=itertools.count)
    """Each verdict is posted in a second of its own."""
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1000))

    # Reader ---------------------------------------------------------------------------------------------

    def reader_for(self, root: str) -> Memory:
        """The same reader, which finds the documents there from now on."""
        self.root = root
        return self

    def read(self, targets: Targets, asked: Iterable[Question] = ()) -> Snapshot:
        """The facts for the targets and, for an issue, the pull requests that GitHub links to it.

        Of those, as of any pull request before it is asked for, no comments, commits and records are known.
        """
        self.reads += 1
        if self.lag:
            return self.lag.pop(0)
        numbers = {*targets.issues, *targets.pulls, *targets.items}
        bugs = {number: self.facts(number) for number in sorted(numbers & self.issues.keys())}
        along = {number for number, pull in self.pulls.items() if set(pull.closing) & bugs.keys()}
        pulls = {number: _thin(self.pulls[number]) for number in sorted(along)}
        pulls |= {number: self._looked_at(number) for number in sorted(numbers & self.pulls.keys())}
        return self._answered(Snapshot(repository=self.repository(), bugs=bugs, pulls=pulls), asked)

    def answer(self, snapshot: Snapshot, questions: Iterable[Question]) -> Snapshot:
        """Everything at once."""
        self.reads += 1
        return self._answered(snapshot, questions)

    def _answered(self, snapshot: Snapshot, questions: Iterable[Question]) -> Snapshot:  # noqa: C901
        bugs, pulls, answers = dict(snapshot.bugs), dict(snapshot.pulls), snapshot.answers
        roles, labels, teams = dict(answers.roles), dict(answers.labels), dict(answers.teams)
        suspects, missing = dict(answers.suspects), set(answers.missing)
        missing_pulls, reverts = set(answers.missing_pulls), dict(answers.reverts)
        rollouts, carriers = dict(answers.rollouts), dict(answers.carriers)
        pages, blobs = dict(answers.pages), dict(answers.blobs)
        reverting, runs = dict(answers.reverting), dict(answers.runs)
        for question in sorted(questions, key=lambda item: isinstance(item, AskCommits | AskReview)):
            match question:
                case AskRole(login, asked_teams):
                    roles[login.casefold()] = self.roles.get(login, Role.READ)
                    teams |= self._memberships(login, asked_teams)
                case AskLabel(name):
                    labels[name.casefold()] = f"LA_{name}" if name in self.labels else None
                case AskBug(number):
                    missing |= {number} - self.issues.keys()
                    bugs |= {number: self.facts(number)} if number in self.issues else {}
                    along = {key for key, pull in self.pulls.items() if number in pull.closing}
                    pulls |= {key: _thin(self.pulls[key]) for key in along - pulls.keys()}
                case AskPull(number) if number in self.pulls:
                    pulls[number] = self._looked_at(number)
                case AskCommits(number) if number in self.pulls:
                    pulls[number] = self.detailed(number, pulls.get(number))
                case AskReview(number) if number in self.pulls:
                    pulls[number] = _reviewed(
                        pulls.get(number) or self._looked_at(number), self.pulls[number]
                    )
                case AskPull(number) | AskReview(number):
                    missing_pulls.add(number)
                case AskDocuments(number) if number in self.pulls:
                    pulls[number] = replace(pulls[number], documents=self.pulls[number].documents)
                case AskRevert(claim):
                    reverts[claim] = self.reverts[claim.pull]
                case AskSuspects(bug, since, until):
                    suspects[bug] = Suspects(since=since, until=until)
                case AskDeployment(bug):
                    rollouts[bug] = self._rollout(question)
                case AskReverting(pull):
                    reverting[pull] = self.reverting.get(pull, ())
                case AskRuns(oid):
                    runs[oid] = OwnRuns()
                case AskCarrier(bug):
                    carriers[bug] = self._carrier(bug)
                    brought = [pull.number for pull in carriers[bug].pulls if pull.is_open]
                    pulls |= {number: _thin(self.pulls[number]) for number in brought if number not in pulls}
                case AskPage(path):
                    pages[path] = self._page(path)
                case AskBlob(oid):
                    blobs[oid] = self.large.get(oid)
                case _:
                    raise AssertionError(question)
        return replace(
            snapshot,
            bugs=bugs,
            pulls=pulls,
            answers=Answers(
                roles=roles,
                teams=teams,
                labels=labels,
                suspects=suspects,
                reverts=reverts,
                rollouts=rollouts,
                carriers=carriers,
                unopened=answers.unopened,
                pages=pages,
                blobs=blobs,
                reverting=reverting,
                runs=runs,
                unreverted=answers.unreverted,
                notified=answers.notified,
                missing=frozenset(missing),
                missing_pulls=frozenset(missing_pulls),
            ),
        )

    def repository(self) -> Repository:
        """The repository with the register's index and its page, on each branch."""
        files = (*self._page(index_path(self.root)), *self._page(readme_path(self.root)))
        return replace(self.repo, register=files)

    def _page(self, path: str) -> tuple[TextFile, ...]:
        return tuple(
            self._cut(TextFile(path, files[path], branch))
            for branch, files in self.files.items()
            if path in files
        )

    def _cut(self, file: TextFile) -> TextFile:
        """The file as GraphQL shows it: without its text where that is large."""
        text = file.text or ""
        oid = f"{zlib.crc32(text.encode()):040x}"
        if len(text.encode()) <= self.largest:
            return replace(file, oid=oid)
        self.large[oid] = text
        return replace(file, oid=oid, text=None)

    def _memberships(self, login: str, teams: Collection[str]) -> dict[str, dict[str, Membership]]:
        inside = {team for team in teams if login in self.teams.get(team, ())}
        found = {team: Membership.MEMBER if team in inside else Membership.NONE for team in teams}
        return {login.casefold(): found} if teams else {}

    def _rollout(self, asked: AskDeployment) -> Rollout:
        return replace(self.rollout, asked=asked) if self.rollout else Rollout(asked)

    def connection(self) -> Connection:
        """All ports, with one page of everything that is open, and no schedule."""
        opened = (number for number, each in sorted(self.issues.items()) if each.state is IssueState.OPEN)
        bugs = tuple(thin_bug(self, number) for number in opened)
        pulls = tuple(thin_pull(self.pulls[number]) for number in sorted(self.pulls))
        return Connection(
            reader_for=self.reader_for,
            writer=self,
            usage=self.usage,
            open_work=lambda _labels, _cursor: (WorkPage(bugs, pulls), None),
            closed_work=lambda _labels, _cursor: (WorkPage(), None),
            open_items=lambda _label, _cursor: ((), None),
            last_sweep=lambda _workflow: LastSweep(),
            schedule_problem=lambda _workflow: "",
        )

    def usage(self) -> Usage:
        """Reads and writes so far."""
        return Usage(reads=self.reads, writes=len(self.log))

    # Writer ---------------------------------------------------------------------------------------------

    def apply(self, effects: Iterable[Effect]) -> tuple[Applied, ...]:
        """Carry out in the writer's order; stop at what time may mend."""
        self._moved = {}
        if self.before_write is not None:
            change, self.before_write = self.before_write, None
            change()
        done: list[Applied] = []
        held = False
        for effect in sorted(effects, key=_order):
            green = isinstance(effect, SetStatus) and effect.state.value == "success"
            if held and not isinstance(effect, AppendLedger | StartRecords):
                continue
            if green and self.before_green is not None:
                change, self.before_green = self.before_green, None
                change()
            try:
                made = self._carry_out(effect)
                sent = Sent(self.takers, self.deaf) if isinstance(effect, Notify) else None
                done.append(Applied(effect, id=made, sent=sent, at=self._posted(effect)))
            except GitHubError as error:
                done.append(Applied(effect, error=error))
                held = held or isinstance(effect, AppendLedger | StartRecords)
                if isinstance(error, Transient | StaleHead):
                    break
        if self.between is not None:
            change, self.between = self.between, None
            change()
        return tuple(done)

    def _posted(self, effect: Effect) -> datetime | None:
        """When GitHub says that it took a verdict."""
        if not isinstance(effect, SetStatus):
            return None
        shown = [pull.status(effect.context) for pull in self.pulls.values() if pull.head_oid == effect.oid]
        return next((status.at for status in shown if status is not None), None)

    def _carry_out(self, effect: Effect) -> str:
        for index, (kind, error, acts) in enumerate(self.faults):
            if isinstance(effect, kind):
                del self.faults[index]
                if acts:
                    self._act(effect)
                raise error
        return self._act(effect)

    def _act(self, effect: Effect) -> str:  # noqa: C901 - one case an effect
        self.log.append(effect)
        made = ""
        match effect:
            case SetStatus(oid, context, state, description, url):
                assert len(description) <= 140
                posted = at(60) + timedelta(seconds=next(self._seconds))
                self.post(oid, Status(context, state, description, url, self.repo.viewer, posted))
            case StartRecords(branch, meta, files, oid):
                if (self.repo.records.oid if self.repo.records is not None else "") != oid:
                    raise StaleHead("Reference already exists")
                self.files.setdefault(branch, {}).update(files)
                self.repo = replace(
                    self.repo,
                    records=Branch(branch, self._oid()),
                    records_meta=meta,
                    records_meta_is_ours=True,
                )
            case AppendLedger(branch=branch, expected_oid=oid, files=files):
                made = self._commit(branch, oid, dict(files))
            case CommitFiles(branch=branch, expected_oid=oid, files=changes):
                made = self._commit(branch, oid, {change.path: change.text for change in changes})
            case BringDocuments(number=number, branch=branch, expected_oid=oid, files=changes):
                kept_carrier = self._carrier(number)
                if kept_carrier.oid != oid:
                    raise StaleHead("Reference already exists")
                texts = {**kept_carrier.files, **{change.path: change.text or "" for change in changes}}
                made = self._oid()
                self.carriers[number] = replace(
                    kept_carrier, oid=made, is_ours=True, parents=effect.parents, files=texts
                )
            case OpenPull(number=number, branch=branch, title=title, body=body):
                kept_carrier = self._carrier(number)
                if kept_carrier.newest is not None and kept_carrier.newest.is_open:
                    raise StaleHead(f"A pull request already exists for octo:{branch}.")
                key = next(self._numbers)
                carried = CarrierPull(key, f"{BASE}/pull/{key}", "main")
                self.carriers[number] = replace(kept_carrier, pulls=(carried, *kept_carrier.pulls))
                opened = pull_of(key, closing=(), head_oid=kept_carrier.oid, body=body, title=title)
                self.pulls[key] = replace(opened, head=branch, author=VIEWER)
            case DispatchWorkflow() | Notify():
                pass  # nothing here shows what it does
            case RevertPull(pull=back, title=title, body=body):
                key = next(self._numbers)
                head = reverting_branch(back, self.pulls[back].head)
                made_by_us = pull_of(key, closing=(), head_oid=self._oid(), body=body, title=title)
                self.pulls[key] = replace(made_by_us, head=head, author=VIEWER)
                one = Reverting(key, self.pulls[key].id, self.pulls[key].url)
                self.reverting[back] = (one, *self.reverting.get(back, ()))
            case CreateComment(number=number, body=body):
                ident = next(self._numbers)
                made, me = f"IC_{ident}", self.repo.viewer
                comment = Comment(
                    made, ident, f"{BASE}/issues/{number}#issuecomment-{ident}", me, body, at(30)
                )
                (items,) = (each for each in self._talks if number in each)
                items[number] = replace(items[number], comments=(*items[number].comments, comment))
            case CreateIssue(number=number, title=title, body=body):
                made = f"I_{next(self._numbers)}"
                entry = self._entry(EntryKind.CROSS_REFERENCED, VIEWER.login, "", 30)
                url = f"{BASE}/issues/{next(self._numbers)}"
                entry = replace(entry, author=VIEWER, said=(title, body.partition("\n")[0]), url=url)
                if self.shows_mentions:
                    self._change(number, timeline=(*self.issues[number].timeline, entry))
            case EditComment(ident, body):
                self._edit(ident, body=body)
            case EditIssue(number=number, body=body):
                self._change(number, body=body)
            case DeleteComment(ident):
                for items in self._talks:
                    for number, item in items.items():
                        kept_comments = tuple(each for each in item.comments if each.id != ident)
                        items[number] = replace(item, comments=kept_comments)
            case SetCheckRun():
                raise AssertionError(effect)  # this world takes none: an App's are refused by a fault
            case React(subject, content):
                found = (each for items in self._talks for item in items.values() for each in item.comments)
                kept_reactions: frozenset[str] = next(
                    (each.reactions for each in found if each.id == subject), frozenset()
                )
                self._edit(subject, reactions=kept_reactions | {content})
            case CreateLabel(name=name):
                self.labels.add(name)
                made = f"LA_{name}"
            case AddLabels(number=number, names=names):
                for name in names:
                    self.label(number, name, by=VIEWER.login)
            case RemoveLabels(number=number, names=names):
                for name in names:
                    self.unlabel(number, name, by=VIEWER.login)
            case CloseIssue(number=number, original=original):
                reason = IssueState.DUPLICATE if original else IssueState.COMPLETED
                entry = self._entry(EntryKind.CLOSED, VIEWER.login, str(reason), 40)
                self._change(number, state=reason, timeline=(*self.issues[number].timeline, entry))
            case ReopenIssue(number=number):
                entry = self._entry(EntryKind.REOPENED, VIEWER.login, "", 40)
                self._change(number, state=IssueState.OPEN, timeline=(*self.issues[number].timeline, entry))
            case AddAssignees():
                pass  # nobody here can be assigned, and GitHub says nothing about it
        return made

    # People ---------------------------------------------------------------------------------------------

    def post(self, oid: str, status: Status) -> None:
        """Somebody posts a status on a commit."""
        for number, pull in self.pulls.items():
            if pull.head_oid == oid:
                kept = tuple(item for item in pull.statuses if item.context != status.context)
                self.pulls[number] = replace(pull, statuses=(*kept, status))

    def label(self, number: int, name: str, *, by: str, minutes: float = 10) -> None:
        """Somebody puts a label on an issue."""
        issue = self.issues[number]
        self.labels.add(name)
        self._change(
            number,
            labels=(*issue.labels, Label(name, f"LA_{name}")),
            timeline=(*issue.timeline, self._entry(EntryKind.LABELED, by, name, minutes)),
        )

    def unlabel(self, number: int, name: str, *, by: str, minutes: float = 20) -> None:
        """Somebody takes a label off an issue."""
        issue = self.issues[number]
        self._change(
            number,
            labels=tuple(label for label in issue.labels if label.name != name),
            timeline=(*issue.timeline, self._entry(EntryKind.UNLABELED, by, name, minutes)),
        )

    # Inside ---------------------------------------------------------------------------------------------

    def _carrier(self, number: int) -> Carrier:
        default = self.repo.default
        return self.carriers.get(number) or Carrier(default.oid if default is not None else "", "tree")

    def _entry(self, kind: EntryKind, by: str, value: str, minutes: float) -> Entry:
        actor = VIEWER if by == VIEWER.login else replace(VIEWER, login=by, is_bot=False)
        return Entry(f"EV_{next(self._numbers)}", kind, actor, at(minutes), value)

    def _change(self, number: int, **changes: object) -> None:
        self.issues[number] = replace(self.issues[number], **changes)  # type: ignore[arg-type]

    def _edit(self, ident: str, **changes: object) -> None:
        for items in self._talks:
            for number, item in items.items():
                comments = tuple(
                    replace(each, **changes) if each.id == ident else each for each in item.comments
                )
                items[number] = replace(item, comments=comments)

    @property
    def _talks(self) -> tuple[dict[int, Any], dict[int, Any]]:
        """What has comments: issues and pull requests, by number."""
        return self.issues, self.pulls

    def _oid(self) -> str:
        return f"{next(self._numbers):040x}"

    def _commit(self, branch: str, expected: str, files: Mapping[str, str | None]) -> str:
        kept = self.repo.records if branch == "bugaction/records" else self.repo.default
        if kept is None or kept.oid != self._moved.get((branch, expected), expected):
            raise StaleHead(f'Expected branch to point to "{expected}" but it did not. Pull and try again.')
        kept_files = self.files.setdefault(branch, {})
        for path, text in files.items():
            if text is None:
                del kept_files[path]
            else:
                kept_files[path] = text
        oid = self._oid()
        self._moved[branch, expected] = oid
        moved = replace(kept, oid=oid)
        if branch == "bugaction/records":
            self.repo = replace(self.repo, records=moved)
        else:
            self.repo = replace(self.repo, default=moved)
        return oid

    def facts(self, number: int) -> BugFacts:
        """An issue with everything that belongs to it."""
        folder = f"{self.root}/BUG-{number:03d}/"
        documents = tuple(
            TextFile(path, text, branch)
            for branch, files in self.files.items()
            for path, text in files.items()
            if path.startswith(folder) and path.endswith(".md")
        )
        return BugFacts(
            issue=self.issues[number],
            ledger=self._ledger(f"{folder}ledger.jsonl", number, parse_ledger),
            documents=documents,
            pulls=tuple(sorted(n for n, pull in self.pulls.items() if number in pull.closing)),
        )

    def _looked_at(self, number: int) -> PullRequest:
        """A pull request that was asked for by its number."""
        pull = self.pulls[number]
        links = self._ledger(f"{self.root}/links/PR-{number}.jsonl", number, parse_links)
        return replace(_thin(pull), comments=pull.comments, links=links)

    def detailed(self, number: int, known: PullRequest | None = None) -> PullRequest:
        """A pull request whose commits were asked for; the rest is as in `known`, or as it is now."""
        pull, whole = self.pulls[number], self._looked_at(number)
        sharing = sorted(
            item
            for item, other in self.pulls.items()
            if other.head_oid == pull.head_oid and other.state is PullState.OPEN
        )
        return replace(known or whole, links=whole.links, commits=pull.commits or (), sharing=tuple(sharing))

    def _ledger(self, path: str, number: int, parse: Callable[[str, range, int], LedgerFile]) -> LedgerFile:
        """The file as one that is ours as a whole."""
        if path in self.unreadable:
            return LedgerFile(unreadable=self.unreadable[path])
        text = self.files.get("bugaction/records", {}).get(path, "")
        return parse(text, range(1, text.count("\n") + 2), number)


def _reviewed(known: PullRequest, pull: PullRequest) -> PullRequest:
    """What was not set by hand is there and empty."""
    files = pull.files or ()
    return replace(
        known,
        reviews=pull.reviews or (),
        checks=pull.checks or (),
        required=pull.required or (),
        files=files,
        additions=sum(file.additions for file in files),
        deletions=sum(file.deletions for file in files),
        changed_files=pull.changed_files or len(files),
        requested_at=pull.requested_at,
    )


def _thin(pull: PullRequest) -> PullRequest:
    """A pull request as it comes along with an issue that it fixes."""
    unread = replace(pull, reviews=None, checks=None, required=None, files=None, documents=())
    return replace(unread, comments=(), commits=None, sharing=None, links=None)


def _order(effect: Effect) -> int:
    match effect:
        case SetStatus(state=state):
            return 2 if state.value == "success" else 0
        case StartRecords() | AppendLedger():
            return 1
        case _:
            return 3


def thin_bug(memory: Memory, number: int) -> ThinBug:
    """An issue as a thin page shows it."""
    found = memory.issues[number]
    labels = tuple(label.name for label in found.labels)
    return ThinBug(number, found.at, found.updated_at or found.at, labels)


def thin_pull(found: PullRequest) -> ThinPull:
    """A pull request as a thin page shows it."""
    statuses = tuple(
        ThinStatus(each.context, each.state, each.description, each.creator) for each in found.statuses
    )
    return ThinPull(found.number, found.updated_at or at(0), statuses)
