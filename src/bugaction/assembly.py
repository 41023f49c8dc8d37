"""From the facts of one issue to a `Bug`: judged, linked, and ready for the gates.

Whatever is not known yet becomes a question; the bug is then provisional and is built again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bugaction.acceptance import find_acceptances, start_lines
from bugaction.action_issues import action_issues
from bugaction.action_items import action_items
from bugaction.bug import Bug, DocumentState
from bugaction.calling import call_lines
from bugaction.closing import judge as judge_closing
from bugaction.commands.explained import explanations
from bugaction.commands.judge import Judgement, Surroundings, judge, opens_tracking
from bugaction.commands.linked import hear_links
from bugaction.commands.spoken import HEARD_FOR, calls_of
from bugaction.commands.ticks import hear, tick_remarks
from bugaction.commands.update import standing_updates
from bugaction.deployment import Finding, question, where_deployed
from bugaction.document_copies import nothing_to_bring, taken_lines
from bugaction.document_pull import unopened_lines
from bugaction.document_return import lost_documents, returning
from bugaction.documents import DOCUMENTS, post_mortem, release_notes, report
from bugaction.documents.base import home_of, standing, state
from bugaction.gates import GATES, checklist
from bugaction.gates.approvals import contributors, standing_reviews
from bugaction.gates.base import rules_of
from bugaction.gates.inverse import claim_of
from bugaction.issue_form import parse_form, stated_start
from bugaction.lane import at_merges, entered_at, rules_at_merges
from bugaction.links import Ties, all_ties, chain_of, described_bugs, recorded_pulls
from bugaction.model import Actor, LedgerFile, LedgerLine, RecordKind, Severity, Strategy
from bugaction.monitoring import Watch, report_of
from bugaction.notifications import notified_lines
from bugaction.policy import Policy
from bugaction.pull_documents import asked as documents_asked
from bugaction.pull_documents import remarks as documents_brought
from bugaction.questions import AskBug, AskCommits, AskEdits, AskPull, AskRevert, AskReview, AskRole, Question
from bugaction.records import add_lines, bug_name
from bugaction.redeploy import dispatch_lines
from bugaction.regressions import named_regressions
from bugaction.rollback import needs as rollback_needs
from bugaction.rollback import restored_line, revert_lines
from bugaction.severity import propose, resolve
from bugaction.snapshot import (
    BugFacts,
    Comment,
    IssueState,
    PullRequest,
    PullState,
    Repository,
    ReviewState,
    Snapshot,
)
from bugaction.state import (
    commands_named,
    duplicate_line,
    link_line,
    original_of,
    planned,
    unlinked_pulls,
)
from bugaction.strategy import chosen
from bugaction.taken_back import back_lines, last_back, recalled, unread
from bugaction.taken_back import standing as left_standing
from bugaction.tracking import is_confidential, lost_records, tracked_since

__all__ = ["MOST_FIXES", "Assembled", "Tied", "assemble", "may_owe", "pulls_of", "unread_backs"]

MOST_FIXES = 15
"""Open pull requests of one bug that a run reads in full, beside those that it is about: commits, reviews
and checks of each cost one and a third points of the thousand that a repository's token has in an hour
(https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api), and anybody may
open more. A fix with its backports to a dozen releases still fits."""

_UNTOLD: Mapping[int, str] = {}


@dataclass(frozen=True, slots=True)
class Assembled:
    """A bug with what judging it brought up. `questions` must be answered before it counts.

    `lost` says what of its records is gone, as the end of a sentence; "" where nothing is. Nothing may be
    decided and nothing written for it then.
    """

    bug: Bug
    judgement: Judgement
    questions: frozenset[Question]
    lost: str = ""


def assemble(
    facts: BugFacts,
    snapshot: Snapshot,
    policy: Policy,
    now: datetime,
    since: datetime | None,
    *,
    restart: bool = False,
    own_workflows: tuple[str, ...] = (),
    ties: Mapping[int, Ties] | None = None,
    wanted: Collection[int] = (),
    edited: Mapping[int, str] = _UNTOLD,
) -> Assembled | None:
    """Read one issue through the policy. None when it is no bug, or one that `since` keeps out.

    Its ledger has to be readable: what a person may, and what was decided, cannot be told without. `restart`
    is a person's word that records which are gone may begin anew. `own_workflows` are those that run us, by
    file or name: what they did is no proof of anything. `ties` are `all_ties` of the snapshot where they are
    known already; `wanted` is as in `pulls_of`. `edited` holds the text that the event says a comment was
    given by an edit, by its database id.
    """
    viewer = snapshot.repository.viewer
    confidential = is_confidential(facts.issue, policy)
    by_command = tracked_since(facts, policy, since, viewer) is None
    asked_at = opens_tracking(facts.issue.comments, viewer, policy, since)
    tracked_at = tracked_since(facts, policy, since, viewer, asked_at)
    if tracked_at is None:
        return None
    back = returning(facts, policy, snapshot, now)
    facts = replace(facts, documents=(*facts.documents, *back.files))
    ties = all_ties(snapshot) if ties is None else ties
    tied = pulls_of(facts, snapshot, ties, wanted)
    questions = set(tied.questions) | _unheard(facts, tied, snapshot, now) | back.questions
    opened = tuple(pull for pull in tied.read if pull.state is PullState.OPEN)
    role_of, home = snapshot.answers.role, home_of(policy, snapshot.repository)

    def severity_of(here: BugFacts) -> Severity | None:
        return resolve(here, policy, role_of, viewer, now, proposal=proposal).current

    def watch_of(ledger: LedgerFile) -> Watch:
        """What commands on a deployed fix look at, by the decisions made so far."""
        here = replace(facts, ledger=ledger)
        known = severity_of(here)
        fixes = _fixing(tied.read, here, snapshot.repository)
        pulls = left_standing(fixes)
        merged = [(pull.merged_at, pull.number) for pull in pulls if pull.merged_at is not None]
        finding = _deployment(here, pulls, snapshot, policy)[0]
        stopped = report_of(ledger, facts.issue, policy, fixes, finding.deployed, confidential=confidential)
        return Watch(
            merged=min(merged)[0] if merged else None,
            newest=max(merged)[1] if merged else 0,
            is_waiting=any(pull.state is PullState.OPEN for pull in pulls),
            deployed=finding.deployed,
            problem=finding.problem,
            windows=policy.severities[known].windows if known is not None else (),
            stopped=stopped,
            fixes=fixes,
        )

    def draft_of(kind: str, ledger: LedgerFile) -> DocumentState:
        """What a word on a document is for: it is complete or not by the severity of that moment."""
        here = replace(facts, ledger=ledger)
        return standing(DOCUMENTS[kind], here, policy, severity_of(here), home)

    answers = parse_form(facts.issue.body)
    proposal = propose(answers)
    around = replace(
        _surroundings(facts, tied.pulls, snapshot, ties),
        watch_of=watch_of,
        draft_of=draft_of,
        brought=nothing_to_bring(facts, policy, snapshot.repository),
    )
    linked = hear_links(
        facts, snapshot.bugs, snapshot.answers.missing, policy, role_of, viewer, now, watch_of
    )
    questions |= {*map(AskRole, linked.ask), *map(AskBug, linked.ask_issues)}
    told = _with_lines(facts, linked.new_lines)
    heard = hear(told, opened, policy, role_of, viewer, around, confidential=confidential, edited=edited)
    questions |= {AskRole(login) for login in heard.ask}
    if heard.asks_edits:
        questions.add(AskEdits(facts.issue.number, heard.asks_edits))
    judgement = judge(
        _with_lines(told, heard.new_lines),
        tied.read,
        policy,
        role_of,
        viewer,
        confidential=confidential,
        since=tracked_at,
        now=now,
        around=around,
    )
    questions |= {AskRole(login) for login in judgement.ask}
    questions |= {AskRole(login, policy.people.senior.teams) for login in judgement.ask_teams}
    questions |= {AskBug(number) for number in judgement.ask_issues}
    questions |= {AskPull(number) for number in judgement.ask_pulls}
    lost = lost_records(facts, viewer, policy)
    if not lost and judgement.lost:
        lost = f"the decision on {judgement.lost} is missing"
    is_judged = not judgement.ask and not judgement.ask_teams and not judgement.ask_issues
    if by_command and not lost and is_judged and not _asks_to_track(judgement.new_lines):
        return None
    started = LedgerLine(
        kind=RecordKind.TRACKED, evidence=facts.issue.id, actor=viewer.login, at=tracked_at, accepted=True
    )
    anew = _restarted(facts, lost, viewer, now) if lost and restart else ()
    heard_lines = (*linked.new_lines, *heard.new_lines, *judgement.new_lines)
    known = _with_lines(facts, [*anew, started, *heard_lines, *back.lines])
    fixes = _staying(_fixing(tied.read, known, snapshot.repository), known, ties)
    known = _with_lines(known, _link_lines(facts, fixes, viewer, now))
    known = _with_lines(known, _back_lines(fixes, known, snapshot.repository))
    questions |= {AskCommits(number) for number in unread_backs(fixes, known, snapshot.repository)}
    known = _with_lines(known, start_lines(find_acceptances(known.issue, known.ledger, fixes, now)))
    severity = resolve(known, policy, snapshot.answers.role, viewer, now, proposal=proposal)
    questions |= {AskRole(login) for login in severity.ask}
    known = _with_lines(known, severity.new_lines)
    plans = planned(known.ledger)
    finding, asked_deployment = _deployment(known, left_standing(fixes), snapshot, policy)
    questions |= asked_deployment
    known, asked_back = _restored(known, fixes, snapshot, policy)
    questions |= asked_back
    bug = Bug(
        facts=known,
        policy=policy,
        now=now,
        name=bug_name(facts.issue.number),
        severity=severity,
        answers=answers,
        ledger=known.ledger,
        proposal=proposal,
        started=stated_start(answers, facts.issue.at),
        confidential=confidential,
        acceptances=find_acceptances(facts.issue, known.ledger, fixes, now),
        backup=plans.backup,
        backup_role=plans.backup_role,
        eta=plans.eta,
        channel=plans.channel,
        strategy=chosen(plans),
        attestations=plans.attestations,
        spoken=plans.spoken,
        updates=standing_updates(
            known.ledger, [*facts.issue.comments, *_comments(tied.pulls)], facts.issue.url
        ),
        roles=snapshot.answers.roles,
        teams=snapshot.answers.teams,
        own_workflows=own_workflows,
        deployed=finding.deployed,
        undeployed=finding.problem,
        is_tracked=finding.is_tracked,
        fixes=fixes,
        reverts=snapshot.answers.reverts,
        actions=action_issues(known.issue, viewer),
        explanations=explanations(known, tied.read, calls_of),
        home=home,
        returning=tuple(file for file in back.files if file.text is not None),
        carrier=snapshot.answers.carriers.get(facts.issue.number),
        unopened=snapshot.answers.unopened.get(facts.issue.number, ""),
        targets=snapshot.pulls,
        reverting=snapshot.answers.reverting,
        unreverted=snapshot.answers.unreverted,
        dispatched=snapshot.answers.dispatched,
        untried=snapshot.answers.untried,
        notified=snapshot.answers.notified_of(facts.issue.number),
        unrecorded=add_lines(facts.ledger, known.ledger.lines),
        remarks=(
            *_remarks(known, confidential=confidential),
            *lost_documents(known.ledger, now),
            *linked.remarks,
            *tick_remarks(
                known.ledger, frozenset(pull.head_oid for pull in opened if pull in fixes), watch_of
            ),
        ),
    )
    questions |= rollback_needs(bug) - {AskPull(each) for each in snapshot.answers.missing_pulls}
    waiting = [pull for pull in fixes if pull.state is PullState.OPEN or may_owe(bug, pull)]
    questions |= _review_questions(waiting, snapshot) | _team_questions(waiting, bug)
    if plans.strategy is Strategy.ROLLBACK:
        questions |= _revert_questions((pull for pull in waiting if pull.state is PullState.OPEN), snapshot)
    bug = replace(bug, documents={kind: state(document, bug) for kind, document in DOCUMENTS.items()})
    bug = replace(bug, remarks=(*bug.remarks, *documents_brought(bug)))
    questions |= release_notes.needs_merged(bug) | post_mortem.needs_merged(bug) | documents_asked(bug)
    named = _named_issues(bug)
    questions |= {AskBug(each) for each in named - snapshot.bugs.keys() - snapshot.answers.missing}
    bug = replace(bug, absent=named & {*snapshot.answers.missing, bug.number})
    asked = report.needs_suspects(bug)
    if asked is not None:
        found = snapshot.answers.suspects.get(asked.bug)
        if found is not None and (found.since, found.until) == (asked.since, asked.until):
            bug = replace(bug, suspects=found)
        else:
            questions |= {asked}
    bug = replace(bug, recent_deployments=report.recent_deployments(bug))
    closed = judge_closing(bug, checklist(bug), viewer, role_of)
    questions |= {AskRole(login) for login in closed.ask}
    lines = [
        *closed.lines,
        *taken_lines(bug, viewer),
        *unopened_lines(bug, snapshot.repository),
        *revert_lines(bug, snapshot.repository),
        *dispatch_lines(bug, viewer.login),
        *notified_lines(bug, viewer.login),
    ]
    bug = _recording(bug, _with_lines(known, lines), facts)
    bug = _recording(bug, _with_lines(bug.facts, call_lines(bug, viewer)), facts)
    return Assembled(bug, judgement, frozenset(questions), "" if restart else lost)


def _recording(bug: Bug, known: BugFacts, stored: BugFacts) -> Bug:
    """The bug with these decisions, of which `stored` holds those that a commit has."""
    fresh = add_lines(stored.ledger, known.ledger.lines)
    return replace(bug, facts=known, ledger=known.ledger, unrecorded=fresh)


def _comments(pulls: Iterable[PullRequest]) -> Iterable[Comment]:
    return (comment for pull in pulls for comment in pull.comments)


def _fixing(tied: Iterable[PullRequest], facts: BugFacts, repository: Repository) -> tuple[PullRequest, ...]:
    """Those that it was not unlinked from, each with what it took back, by this run's word or an earlier
    one's."""
    unlinked = unlinked_pulls(facts.ledger)
    found = tuple(pull for pull in tied if pull.number not in unlinked)
    return recalled(found, _with_lines(facts, _back_lines(found, facts, repository)).ledger)


def _back_lines(
    fixes: Iterable[PullRequest], facts: BugFacts, repository: Repository
) -> tuple[LedgerLine, ...]:
    found = tuple(fixes)
    return back_lines(found, repository.viewer.login, _fixing_by_text(found, facts, repository))


def unread_backs(fixes: Iterable[PullRequest], facts: BugFacts, repository: Repository) -> frozenset[int]:
    """The bug's merged pull requests whose commits have to be read once for what they took back."""
    found = tuple(fixes)
    return unread(found, facts.ledger, _fixing_by_text(found, facts, repository))


def _fixing_by_text(fixes: Iterable[PullRequest], facts: BugFacts, repository: Repository) -> frozenset[int]:
    return frozenset(pull.number for pull in fixes if facts.issue.number in described_bugs(pull, repository))


def _staying(
    fixes: tuple[PullRequest, ...], facts: BugFacts, ties: Mapping[int, Ties]
) -> tuple[PullRequest, ...]:
    """The fixes, but of a bug that this run finds to be a duplicate those that its own duplicates left to it:
    they go on to the original, in whatever order the words were heard."""
    if not original_of(facts):
        return fixes
    return tuple(pull for pull in fixes if facts.issue.number not in ties[pull.number].heirs)


def _deployment(
    facts: BugFacts, fixes: tuple[PullRequest, ...], snapshot: Snapshot, policy: Policy
) -> tuple[Finding, set[Question]]:
    """Where the fix is deployed. Nobody asks GitHub about a bug that was closed without being fixed.

    Once the issue is closed, what is merged is asked about alone: another pull request that says it fixes the
    bug may be anybody's, and stay open for ever.
    """
    if not facts.issue.state.is_open:
        fixes = tuple(pull for pull in fixes if pull.state is not PullState.OPEN)
    asked = question(facts.issue.number, fixes, policy.deployment.environments)
    if asked is None:
        return Finding(), set()
    rollout = snapshot.answers.rollouts.get(asked.bug)
    if rollout is not None and rollout.asked != asked:
        rollout = None
    unknown = rollout is None and facts.issue.state in (IssueState.OPEN, IssueState.COMPLETED)
    return where_deployed(asked, fixes, facts.ledger, rollout), {asked} if unknown else set()


def _restored(
    facts: BugFacts, fixes: tuple[PullRequest, ...], snapshot: Snapshot, policy: Policy
) -> tuple[BugFacts, set[Question]]:
    """The bug with a line that what took its fix back is in production, where no fix is left to look for."""
    back = last_back(fixes)
    if back is None or left_standing(fixes) or facts.ledger.find(back.id, RecordKind.RESTORED) is not None:
        return facts, set()
    finding, asked = _deployment(facts, (back,), snapshot, policy)
    if finding.deployed is None or not finding.deployed.is_tracked:
        return facts, asked
    line = restored_line(back, finding.deployed, snapshot.repository.viewer.login)
    return _with_lines(facts, [line]), asked


def _restarted(facts: BugFacts, lost: str, viewer: Actor, now: datetime) -> tuple[LedgerLine, ...]:
    """That a person took the records as they are, in the records themselves: it is never silent."""
    return (
        LedgerLine(
            kind=RecordKind.RESTARTED,
            evidence=f"restart:{facts.ledger.last or facts.issue.id}",
            actor=viewer.login,
            at=now,
            accepted=True,
            data={"lost": lost},
        ),
    )


def _review_questions(pulls: Iterable[PullRequest], snapshot: Snapshot) -> set[Question]:
    """What the fix gate needs of each open pull request, and the roles of those whose review may count."""
    questions: set[Question] = set()
    for pull in pulls:
        if pull.reviews is None:
            questions.add(AskReview(pull.number))
            if pull.commits is None:
                questions.add(AskCommits(pull.number))
            continue
        questions |= {
            AskRole(review.author.login)
            for review in standing_reviews(pull)
            if review.state is not ReviewState.DISMISSED
            and not review.author.is_bot
            and snapshot.answers.role(review.author.login) is None
        }
    return questions


_MOST_NAMED = 30
"""Issues that action items name and that are looked up; a post-mortem has a handful."""


def _named_issues(bug: Bug) -> frozenset[int]:
    """The issues that the post-mortem's items say they are, beside those that were opened for them."""
    document = bug.committed("post-mortem")
    text = document.text or "" if document is not None else ""
    known = {issue.number for issue in bug.actions}
    numbers = {item.issue for item in action_items(text) if item.issue} - known
    return frozenset(sorted(numbers)[:_MOST_NAMED])


def may_owe(bug: Bug, pull: PullRequest) -> bool:
    """Whether a merged fix may have been let through without what has to follow: in the fast lane alone, at
    its merge or since."""
    is_merged = pull.state is PullState.MERGED
    return is_merged and (entered_at(bug) is not None or bool(at_merges(bug, pull)))


def _team_questions(pulls: Iterable[PullRequest], bug: Bug) -> set[Question]:
    """The teams of those whose approval would be a senior one by a team alone, where one is asked for."""
    asking, senior = (rules_of(bug), *rules_at_merges(bug)), bug.policy.people.senior
    if not any(rules is not None and rules.senior_approval for rules in asking):
        return set()
    approving = {
        review.author.login
        for pull in pulls
        for review in standing_reviews(pull)
        if review.state is ReviewState.APPROVED and not review.author.is_bot
    }
    return {
        AskRole(login, senior.teams)
        for login in approving
        if login.casefold() not in bug.teams
        and (role := bug.role_of(login)) is not None
        and senior.asks_teams(login, role)
    }


def _revert_questions(pulls: Iterable[PullRequest], snapshot: Snapshot) -> set[Question]:
    """What has to be looked into of what these say they take back, where enough of them is known."""
    claims = [claim_of(pull) for pull in pulls if pull.reviews is not None and pull.commits is not None]
    return {
        AskRevert(claim)
        for claim in claims
        if not isinstance(claim, str) and claim not in snapshot.answers.reverts
    }


def _asks_to_track(lines: Iterable[LedgerLine]) -> bool:
    return any(line.accepted and line.data.get("name") in ("track", "severity") for line in lines)


def _remarks(facts: BugFacts, *, confidential: bool) -> tuple[str, ...]:
    """What people decided that changes what the bug holds; the reason may tell details of it."""
    found = [
        f"#{number} was unlinked by {line.actor}" + ("" if confidential else f": {line.data['reason']}")
        for number, line in sorted(unlinked_pulls(facts.ledger).items())
    ]
    for line in commands_named(facts.ledger, "override"):
        text = f"{line.actor} overrode the {line.data['gate']} gate for {line.data['pulls']}"
        text += f" at {line.data['head'][:7]}"
        found.append(text if confidential else f"{text}: {line.data['reason']}")
    found += [
        f"It says that it is a regression of [#{number}]({facts.issue.url.rsplit('/', 1)[0]}/{number})"
        for number in named_regressions(facts.issue.body)
        if number != facts.issue.number
    ]
    copied = duplicate_line(facts)
    if copied is not None:
        found.append(f"It is a duplicate of #{copied.data['duplicate']}, says {copied.actor}")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Tied:
    """The pull requests, open or merged, that fix a bug or were unlinked from it, by number.

    `beyond` are the open ones among them that are not read in full, since there are too many. `questions`
    have to be asked to know all of it.
    """

    pulls: tuple[PullRequest, ...] = ()
    beyond: frozenset[int] = frozenset()
    questions: frozenset[Question] = frozenset()

    @property
    def read(self) -> tuple[PullRequest, ...]:
        """Those that are read in full, or that are merged."""
        return tuple(pull for pull in self.pulls if pull.number not in self.beyond)

    @property
    def open(self) -> int:
        """How many of them are open."""
        return sum(pull.state is PullState.OPEN for pull in self.pulls)


def pulls_of(facts: BugFacts, snapshot: Snapshot, ties: Mapping[int, Ties], wanted: Collection[int]) -> Tied:
    """The pull requests of a bug. Of the open ones `MOST_FIXES` are read in full: the oldest, so that a flood
    of newer ones crowds nobody out, and before them none that was unlinked; and all that are `wanted`."""
    number = facts.issue.number
    known = recorded_pulls(facts) | set(facts.pulls)
    missing = known - snapshot.pulls.keys() - snapshot.answers.missing_pulls
    found = [
        pull
        for pull in _by_number(snapshot.pulls)
        if pull.state is not PullState.CLOSED
        and number in (*ties[pull.number].linked, *ties[pull.number].unlinked)
    ]
    opened = [pull for pull in found if pull.state is PullState.OPEN]
    order = sorted(opened, key=lambda pull: (number in ties[pull.number].unlinked, pull.number))
    beyond = {pull.number for pull in order[MOST_FIXES:]}.difference(wanted)
    unread = {pull.number for pull in opened if pull.commits is None} - beyond
    return Tied(
        pulls=tuple(found),
        beyond=frozenset(beyond),
        questions=frozenset({*map(AskPull, missing), *map(AskCommits, unread)}),
    )


def _unheard(facts: BugFacts, tied: Tied, snapshot: Snapshot, now: datetime) -> set[Question]:
    """The merged pull requests on which something may have been said that can still be heard.

    Those that come along with an issue come without what is said there, and whatever is said changes their
    time, by which the sweep goes as well. Of an open bug whose fix is merged deployments are asked for at the
    same time, so that this costs no request. Not more than `MOST_FIXES`, recorded ones first: whoever wrote
    one may edit its text.
    """
    recorded = recorded_pulls(facts)
    found = [
        pull.number
        for pull in tied.pulls
        if pull.state is PullState.MERGED
        and pull.links is None
        and pull.number not in snapshot.answers.missing_pulls
        and pull.updated_at is not None
        and now - pull.updated_at <= HEARD_FOR
    ]
    return {
        AskPull(each) for each in sorted(found, key=lambda each: (each not in recorded, each))[:MOST_FIXES]
    }


def _surroundings(
    facts: BugFacts, tied: Iterable[PullRequest], snapshot: Snapshot, ties: Mapping[int, Ties]
) -> Surroundings:
    tracked = {
        number
        for number, other in snapshot.bugs.items()
        if other.ledger.find(other.issue.id, RecordKind.TRACKED) is not None
    } | {facts.issue.number}
    bugs = {
        pull.number: frozenset({*ties[pull.number].linked, *ties[pull.number].unlinked} & tracked)
        for pull in tied
    }
    return Surroundings(
        fixes=frozenset(bugs),
        bugs=bugs,
        chain_of=lambda number: chain_of(number, snapshot),
        missing=snapshot.answers.missing,
        pull_of=snapshot.pulls.get,
        missing_pulls=snapshot.answers.missing_pulls,
        teams_of=lambda login: snapshot.answers.teams.get(login.casefold()),
        gates=tuple(gate.name for gate in GATES.values() if gate.blocks_merge),
        contributors=_contributors(tied),
    )


def _contributors(pulls: Iterable[PullRequest]) -> dict[str, frozenset[str]]:
    """Who worked on the head of each; of several with one head, on any of them."""
    found: dict[str, frozenset[str]] = {}
    for pull in pulls:
        found[pull.head_oid] = found.get(pull.head_oid, frozenset()) | contributors(pull)
    return found


def _link_lines(
    facts: BugFacts, fixes: Iterable[PullRequest], viewer: Actor, now: datetime
) -> list[LedgerLine]:
    """One line for each open pull request that is seen to fix the bug: it stays linked from then on.

    The line stands in the pull request's own file as well. Where that cannot be read, it waits until it can.
    """
    return [
        link_line(facts, pull.number, pull.id, viewer.login, pull.created_at or now)
        for pull in fixes
        if pull.state is PullState.OPEN and not (pull.links is not None and pull.links.unreadable)
    ]


def _with_lines(facts: BugFacts, lines: Iterable[LedgerLine]) -> BugFacts:
    ledger = facts.ledger
    return replace(facts, ledger=replace(ledger, lines=(*ledger.lines, *add_lines(ledger, lines))))


def _by_number(pulls: Mapping[int, PullRequest]) -> list[PullRequest]:
    return [pulls[number] for number in sorted(pulls)]
