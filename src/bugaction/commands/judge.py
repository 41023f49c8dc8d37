"""Judges the commands in comments: once each, by what the person may do at that time.

Which comments count:

- Those of people, and of apps on `people.bots` (which need no role). Other apps are ignored, and so is what
  we write ourselves. A comment that an app edited last speaks for nobody and is ignored as well.
- Those that are not older than the bug's tracking. An edit does not make a comment younger: what stood in it
  before cannot be told from what the edit brought.
- A command is known by its comment and its meaning. So an edit runs only what is new in the comment, a
  command that was judged stays judged when its comment is edited or deleted, and a command that is taken out
  and put back later does not run again; words that it holds (`/root-cause`) are judged again where others
  had taken their place.
- An outsider who gives very many is not heard for a while (`mute`).
- The edited comment's command dates from the edit. Of author and editor the lower role counts, and nobody
  can put a personal command (`/accept`, `/attest`, `/override`, `/undo`) into somebody else's comment.
- On a merged pull request a command is heard for a day (`spoken`): words on production are said there.
- On a pull request of several bugs a command is judged for each of them, unless it names one (`/unlink #42`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches

from bugaction.bug import DocumentState
from bugaction.commands import COMMANDS
from bugaction.commands.answer import ANSWERS, Reaction, Reply, Thread, doubled, respond
from bugaction.commands.base import Accepted, ChainOf, Command, Context, Problem, PullOf, RoleOf, TeamsOf
from bugaction.commands.explained import evidence_of
from bugaction.commands.mute import fills, muted_until, silenced
from bugaction.commands.spoken import Spoken, calls_of, in_order, speaks
from bugaction.links import Chain
from bugaction.model import ANYONE, Actor, LedgerFile, LedgerLine, RecordKind, Role
from bugaction.monitoring import Watch
from bugaction.policy import Policy
from bugaction.snapshot import BugFacts, Comment, PullRequest, PullState
from bugaction.state import commands_in_force, missing_assignees, planned, unlinked_pulls

__all__ = ["Judgement", "Surroundings", "judge", "opens_tracking"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of the commands. While `ask` or `ask_teams` holds logins, or `ask_issues` or `ask_pulls`
    numbers, the rest is provisional. `lost` is the address of the first comment on the issue that we answered
    and whose decision no record holds any more, "" for none; `doubled` are replies that stand there twice.
    """

    new_lines: tuple[LedgerLine, ...] = ()
    ask: frozenset[str] = frozenset()
    replies: tuple[Reply, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    lost: str = ""
    doubled: tuple[str, ...] = ()
    ask_issues: frozenset[int] = frozenset()
    ask_teams: frozenset[str] = frozenset()
    ask_pulls: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What commands may look at beyond their bug.

    `fixes` are its pull requests, open or merged, and those that it was unlinked from. `bugs` are, by the
    pull request, all the bugs that it is linked to or was unlinked from. `contributors`, `chain_of`,
    `missing`, `teams_of`, `gates`, `brought` and `pull_of` are as in `Context`, and `missing_pulls` are
    numbers that are no pull request of this repository. `watch_of` tells how far the fix is, `draft_of` gives
    a document by its kind, both by the decisions in a ledger.
    """

    fixes: frozenset[int] = frozenset()
    bugs: Mapping[int, frozenset[int]] = field(default_factory=dict)
    chain_of: ChainOf = field(default=lambda number: Chain((number,)))
    missing: frozenset[int] = frozenset()
    teams_of: TeamsOf = field(default=lambda _: None)
    gates: tuple[str, ...] = ()
    contributors: Mapping[str, frozenset[str]] = field(default_factory=dict)
    watch_of: Callable[[LedgerFile], Watch] = field(default=lambda _: Watch())
    draft_of: Callable[[str, LedgerFile], DocumentState | None] = field(default=lambda *_: None)
    brought: str = ""
    pull_of: PullOf = field(default=lambda _: None)
    missing_pulls: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Court:
    """One bug's commands being judged in order, each in the light of the earlier ones."""

    facts: BugFacts
    policy: Policy
    role_of: RoleOf
    confidential: bool
    around: Surroundings
    heads: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    ask: set[str] = field(default_factory=set)
    ask_issues: set[int] = field(default_factory=set)
    ask_teams: set[str] = field(default_factory=set)
    ask_pulls: set[int] = field(default_factory=set)
    new_lines: list[LedgerLine] = field(default_factory=list)

    @property
    def ledger(self) -> LedgerFile:
        ledger = self.facts.ledger
        return replace(ledger, lines=(*ledger.lines, *self.new_lines))

    def hear(self, spoken: Spoken) -> None:
        """Judge one command, unless a role has to be known first."""
        comment, call = spoken.comment, spoken.call
        evidence = evidence_of(comment, call, spoken.at, self.ledger, calls_of)
        if self.ledger.find(evidence, RecordKind.COMMAND) is not None:
            return
        if self._is_muted(comment) or self._is_apart(spoken):
            return
        line = LedgerLine(
            kind=RecordKind.COMMAND,
            evidence=evidence,
            actor=comment.author.login,
            at=spoken.at,
            accepted=False,
            data={"name": call.name, "url": comment.url} | _edited_by(comment),
        )
        command = COMMANDS.get(call.name)
        if command is None:
            self._keep(_unknown(line, call.name), comment)
            return
        context = self._context(spoken)
        if not command.concerns(call, context):
            return
        least = command.least(self.policy)
        people = _people(comment, self.policy) if least > Role.NONE or command.wants_role else ()
        roles = {person.login: _role(person, self.role_of) for person in people}
        known = [role for role in roles.values() if role is not None]
        may = min(known, default=Role.ADMIN) >= least
        unknown = {login for login, role in roles.items() if role is None}
        if may and not unknown:
            # Only somebody who may use the command makes us look up the people whom it names.
            unknown = {login for login in command.asks(call) if self.role_of(login) is None}
        if unknown:
            self.ask |= unknown
            return
        teams = command.asks_teams(call, context) if may else ()
        if unasked := {login for login in teams if self.around.teams_of(login) is None}:
            self.ask_teams |= unasked
            return
        issue = command.asks_issue(call, context) if may else 0
        if issue and (unread := self.around.chain_of(issue).unread):
            self.ask_issues.add(unread)
            return
        pull = command.asks_pull(call) if may else 0
        if pull and pull not in self.around.missing_pulls and self.around.pull_of(pull) is None:
            self.ask_pulls.add(pull)
            return
        line = replace(line, role=min(known, default=None))
        self._keep(self._rule(command, spoken, replace(context, role=line.role), line), comment)

    def _is_muted(self, comment: Comment) -> bool:
        until = muted_until(self.ledger, comment.author.login)
        return until is not None and comment.at <= until

    def _keep(self, line: LedgerLine, comment: Comment) -> None:
        """Record a decision. The one that fills its author's measure says so, where they are an outsider."""
        author = comment.author
        if not self.policy.people.is_listed_bot(author.login) and fills(self.ledger, author.login):
            role = self.role_of(author.login)
            if role is None:
                self.ask.add(author.login)
                return
            if role < Role.TRIAGE:
                line = silenced(self.ledger, line)
        self.new_lines.append(line)

    def _is_apart(self, spoken: Spoken) -> bool:
        """Whether it was said on a pull request after that one was unlinked from the bug.

        Only what parts and joins the two is heard there.
        """
        line = unlinked_pulls(self.ledger).get(spoken.pull)
        return line is not None and spoken.at >= line.at and spoken.call.name not in ("undo", "unlink")

    def _rule(self, command: Command, spoken: Spoken, context: Context, line: LedgerLine) -> LedgerLine:
        comment, least = spoken.comment, command.least(self.policy)
        if command.personal and "editor" in line.data:
            why = f"only {comment.author.login} can say this, and {line.data['editor']} edited the comment."
            return replace(line, why=why)
        if line.role is not None and line.role < least:
            low = _lower(comment, self.policy, self.role_of)
            return replace(line, why=f"it needs the role {least} or above, and {low} has {line.role}.")
        ruling = command.check(spoken.call, context)
        if isinstance(ruling, Accepted):
            return replace(line, accepted=True, data={**line.data, **ruling.data})
        return replace(line, why=_refusal(command, ruling))

    def _context(self, spoken: Spoken) -> Context:
        """What the command may look at; its author's role is put in once it is known."""
        issue, ledger = self.facts.issue, self.ledger
        plans, author = planned(ledger), spoken.comment.author
        assigned = tuple(assignee.login for assignee in issue.assignees)
        return Context(
            policy=self.policy,
            author=author.login,
            role=None,
            at=spoken.at,
            issue_url=issue.url,
            confidential=self.confidential,
            assignees=assigned + missing_assignees(issue, plans),
            commenters=frozenset(
                actor.login.casefold()
                for actor in (issue.author, *(comment.author for comment in issue.comments))
            ),
            heads=self.heads,
            contributors=self.around.contributors,
            planned=plans,
            role_of=self.role_of,
            teams_of=self.around.teams_of,
            bug=issue.number,
            pull=spoken.pull,
            bugs=self.around.bugs.get(spoken.pull, frozenset()),
            fixes=self.around.fixes,
            unlinked=frozenset(unlinked_pulls(ledger)),
            given=tuple(
                line
                for line in commands_in_force(ledger)
                if author.is_same(line.actor) and line.at <= spoken.at
            ),
            catalogue=COMMANDS,
            chain_of=self.around.chain_of,
            missing=self.around.missing,
            gates=self.around.gates,
            watch=lambda: self.around.watch_of(ledger),
            draft_of=lambda kind: self.around.draft_of(kind, ledger),
            brought=self.around.brought,
            pull_of=self.around.pull_of,
        )


def _edited_by(comment: Comment) -> dict[str, str]:
    editor = comment.editor
    if editor is None or editor.is_same(comment.author.login):
        return {}
    return {"editor": editor.login}


def _people(comment: Comment, policy: Policy) -> tuple[Actor, ...]:
    """Those whose role counts: author and editor, apps on the list excepted."""
    people = (comment.author,) if comment.editor is None else (comment.author, comment.editor)
    return tuple(person for person in people if not policy.people.is_listed_bot(person.login))


def _role(person: Actor, role_of: RoleOf) -> Role | None:
    """That person's role; an account that is gone has none."""
    return Role.NONE if person == ANYONE else role_of(person.login)


def _lower(comment: Comment, policy: Policy, role_of: RoleOf) -> str:
    """Whose role was the lower one, of those whose role counts; the author's where they are equal."""
    people = _people(comment, policy)
    lower = min(people, key=lambda person: _role(person, role_of) or Role.NONE)
    return lower.login if lower == comment.author else f"{lower.login}, who edited the comment,"


def _unknown(line: LedgerLine, name: str) -> LedgerLine:
    near = get_close_matches(name, COMMANDS)
    if not near:
        return replace(line, why="there is no such command; `/help` lists those that there are.")
    usage = COMMANDS[near[0]].usage
    more = f": `{usage}`" if usage != f"/{near[0]}" else ""
    why = f"there is no such command. The nearest is `/{near[0]}`{more}."
    return replace(line, why=why, data={**line.data, "near": near[0]})


def _refusal(command: Command, problem: Problem) -> str:
    if not problem.usage:
        return f"{problem.text}."
    return f"{problem.text}. Usage: `{command.usage}`, for example `{command.example}`."


_NOTHING = Surroundings()


def judge(
    facts: BugFacts,
    pulls: Sequence[PullRequest],
    policy: Policy,
    role_of: RoleOf,
    viewer: Actor,
    *,
    confidential: bool = False,
    since: datetime | None = None,
    now: datetime | None = None,
    around: Surroundings = _NOTHING,
) -> Judgement:
    """Judge the commands on an issue and on the pull requests that fix or fixed it, or were unlinked from it.

    Commands in comments from before `since` are never judged. Without it the time of the ledger's `tracked`
    line is taken, and without that nothing is judged: a bug that nobody tracks answers nobody. On a merged
    pull request the time of the run, `now`, says what is still heard, and without it nothing is. `role_of`
    gives a login's role, None where it has not been asked for; the login is then in `ask`, as an issue that
    has to be read first is in `ask_issues`.
    """
    issue = facts.issue
    threads = [Thread(issue.id, issue.number, issue.comments)]
    threads += [
        Thread(pull.id, pull.number, pull.comments, is_pull=True, is_merged=pull.state is PullState.MERGED)
        for pull in pulls
    ]
    if since is None:
        tracked = facts.ledger.accepted(RecordKind.TRACKED)
        since = tracked[0].at if tracked else None
    heads: dict[str, tuple[int, ...]] = {}  # one commit may be the head of several
    for pull in (each for each in pulls if each.state is PullState.OPEN):
        heads[pull.head_oid] = (*heads.get(pull.head_oid, ()), pull.number)
    court = _Court(facts, policy, role_of, confidential, around, heads)
    everything = in_order(threads, since, viewer, policy, facts.ledger, now) if since is not None else []
    for spoken in everything:
        court.hear(spoken)
    new = frozenset(line.evidence for line in court.new_lines)
    replies, reactions = respond(threads, court.ledger, new, policy, viewer)
    lost = _lost(everything, issue.comments, facts.ledger)
    return Judgement(
        new_lines=tuple(court.new_lines),
        ask=frozenset(court.ask),
        replies=replies,
        reactions=reactions,
        lost=lost,
        doubled=doubled(threads, viewer),
        ask_issues=frozenset(court.ask_issues),
        ask_teams=frozenset(court.ask_teams),
        ask_pulls=frozenset(court.ask_pulls),
    )


def _lost(everything: Iterable[Spoken], comments: Iterable[Comment], ledger: LedgerFile) -> str:
    """Where a command was answered although the ledger has no decision on anything in its comment.

    We react after the decision is recorded, and nobody else can react as we do but this repository's other
    workflows; so unknown words, which may be theirs, do not count. Nor do comments on pull requests: what
    was answered there may have been another bug's.
    """
    here = {comment.id for comment in comments if comment.reactions & ANSWERS}
    recorded = {line.evidence.rpartition("#")[0] for line in ledger.lines if line.kind is RecordKind.COMMAND}
    for spoken in everything:
        if spoken.comment.id in here - recorded and spoken.call.name in COMMANDS:
            return spoken.comment.url
    return ""


def opens_tracking(
    comments: Iterable[Comment], viewer: Actor, policy: Policy, since: datetime | None
) -> datetime | None:
    """When an issue that is no tracked bug was first asked to become one, or None.

    That is the time of the first comment, not older than `since`, that holds `/track` or `/severity`.
    Whether its author may is for `judge` to say, with this time as its `since`.
    """
    times = [
        comment.at
        for comment in comments
        if (since is None or comment.at >= since)
        and speaks(comment, viewer, policy)
        and any(call.name in ("track", "severity") for call in calls_of(comment.body))
    ]
    return min(times, default=None)
