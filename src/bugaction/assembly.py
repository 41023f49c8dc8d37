"""From the facts of one issue to a `Bug`: judged, linked, and ready for the gates.

Whatever is not known yet becomes a question; the bug is then provisional and is built again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bugaction.acceptance import find_acceptances
from bugaction.action_issues import action_issues
from bugaction.bug import Bug
from bugaction.commands.judge import Judgement, Surroundings, judge, opens_tracking
from bugaction.documents import DOCUMENTS, report
from bugaction.documents.base import state
from bugaction.gates import GATES
from bugaction.gates.approvals import standing_reviews
from bugaction.issue_form import parse_form, stated_start
from bugaction.links import chain_of, recorded_pulls, ties_of
from bugaction.model import Actor, LedgerLine, RecordKind
from bugaction.plan import AskBug, AskCommits, AskPull, AskReview, AskRole, Question
from bugaction.policy import Policy
from bugaction.records import add_lines, bug_name
from bugaction.severity import propose, resolve
from bugaction.snapshot import BugFacts, PullRequest, PullState, ReviewState, Snapshot
from bugaction.state import commands_named, duplicate_line, planned, unlinked_pulls
from bugaction.strategy import chosen
from bugaction.tracking import is_bug, is_confidential, lost_records, tracked_since, was_looked_after

__all__ = ["Assembled", "assemble", "pulls_of"]


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
) -> Assembled | None:
    """Read one issue through the policy. None when it is no bug, or one that `since` keeps out.

    Its ledger has to be readable: what a person may, and what was decided, cannot be told without. `restart`
    is a person's word that records which are gone may begin anew. `own_workflows` are those that run us, by
    file or name: what they did is no proof of anything.
    """
    viewer = snapshot.repository.viewer
    confidential = is_confidential(facts.issue, policy)
    concerns = is_bug(facts, policy) or was_looked_after(facts, viewer)
    tracked_at = tracked_since(facts, policy, since, viewer) if concerns else None
    by_command = tracked_at is None
    if tracked_at is None:
        tracked_at = opens_tracking(facts.issue.comments, viewer, policy, since)
    if tracked_at is None:
        return None
    tied, questions = pulls_of(facts, snapshot)
    judgement = judge(
        facts,
        tuple(pull for pull in tied if pull.state is PullState.OPEN),
        policy,
        snapshot.answers.role,
        viewer,
        confidential=confidential,
        since=tracked_at,
        around=_surroundings(facts, tied, snapshot),
    )
    questions |= {AskRole(login) for login in judgement.ask}
    questions |= {AskBug(number) for number in judgement.ask_issues}
    lost = lost_records(facts, viewer, policy)
    if not lost and judgement.lost:
        lost = f"the decision on {judgement.lost} is missing"
    is_judged = not judgement.ask and not judgement.ask_issues
    if by_command and not lost and is_judged and not _asks_to_track(judgement.new_lines):
        return None
    started = LedgerLine(
        kind=RecordKind.TRACKED, evidence=facts.issue.id, actor=viewer.login, at=tracked_at, accepted=True
    )
    anew = _restarted(facts, lost, viewer, now) if lost and restart else ()
    known = _with_lines(facts, [*anew, started, *judgement.new_lines])
    unlinked = unlinked_pulls(known.ledger)
    fixes = tuple(pull for pull in tied if pull.number not in unlinked)
    known = _with_lines(known, _link_lines(facts, fixes, viewer, now))
    answers = parse_form(facts.issue.body)
    proposal = propose(answers)
    severity = resolve(known, policy, snapshot.answers.role, viewer, now, proposal=proposal)
    questions |= {AskRole(login) for login in severity.ask}
    known = _with_lines(known, severity.new_lines)
    plans = planned(known.ledger)
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
        acceptances=find_acceptances(facts.issue, known.ledger, fixes),
        backup=plans.backup,
        backup_role=plans.backup_role,
        eta=plans.eta,
        channel=plans.channel,
        strategy=chosen(plans),
        attestations=plans.attestations,
        spoken=plans.spoken,
        roles=snapshot.answers.roles,
        own_workflows=own_workflows,
        fixes=fixes,
        actions=action_issues(known.issue, viewer),
        unrecorded=add_lines(facts.ledger, known.ledger.lines),
        remarks=_remarks(known, confidential=confidential),
    )
    waiting = [pull for pull in fixes if pull.state is PullState.OPEN]
    questions |= _review_questions(waiting, snapshot)
    bug = replace(bug, documents={kind: state(document, bug) for kind, document in DOCUMENTS.items()})
    asked = report.needs_suspects(bug)
    if asked is not None:
        found = snapshot.answers.suspects.get(asked.bug)
        if found is not None and (found.since, found.until) == (asked.since, asked.until):
            bug = replace(bug, suspects=found)
        else:
            questions |= {asked}
    return Assembled(bug, judgement, frozenset(questions), "" if restart else lost)


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
            continue
        questions |= {
            AskRole(review.author.login)
            for review in standing_reviews(pull)
            if review.state is not ReviewState.DISMISSED
            and not review.author.is_bot
            and snapshot.answers.role(review.author.login) is None
        }
    return questions


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
    copied = duplicate_line(facts)
    if copied is not None:
        found.append(f"It is a duplicate of #{copied.data['duplicate']}, says {copied.actor}")
    return tuple(found)


def pulls_of(facts: BugFacts, snapshot: Snapshot) -> tuple[tuple[PullRequest, ...], set[Question]]:
    """The pull requests, open or merged, that fix the bug or were unlinked from it, by number, and what has
    to be asked to know them all."""
    questions: set[Question] = set()
    number = facts.issue.number
    wanted = recorded_pulls(facts) | set(facts.pulls)
    for missing in wanted - snapshot.pulls.keys() - snapshot.answers.missing_pulls:
        questions.add(AskPull(missing))
    found: list[PullRequest] = []
    for pull in _by_number(snapshot.pulls):
        if pull.state is PullState.CLOSED:
            continue
        ties = ties_of(pull, snapshot)
        if number in (*ties.linked, *ties.unlinked):
            found.append(pull)
            if pull.state is PullState.OPEN and pull.commits is None:
                questions.add(AskCommits(pull.number))
    return tuple(found), questions


def _surroundings(facts: BugFacts, tied: Iterable[PullRequest], snapshot: Snapshot) -> Surroundings:
    tracked = {
        number
        for number, other in snapshot.bugs.items()
        if other.ledger.find(other.issue.id, RecordKind.TRACKED) is not None
    } | {facts.issue.number}
    bugs: dict[int, frozenset[int]] = {}
    for pull in tied:
        ties = ties_of(pull, snapshot)
        bugs[pull.number] = frozenset({*ties.linked, *ties.unlinked} & tracked)
    return Surroundings(
        fixes=frozenset(bugs),
        bugs=bugs,
        chain_of=lambda number: chain_of(number, snapshot),
        missing=snapshot.answers.missing,
        gates=tuple(gate.name for gate in GATES.values() if gate.blocks_merge),
    )


def _link_lines(
    facts: BugFacts, fixes: Iterable[PullRequest], viewer: Actor, now: datetime
) -> list[LedgerLine]:
    """One line for each open pull request that is seen to fix the bug: it stays linked from then on.

    The line stands in the pull request's own file as well. Where that cannot be read, it waits until it can.
    """
    return [
        LedgerLine(
            kind=RecordKind.LINK,
            evidence=pull.id,
            actor=viewer.login,
            at=now,
            accepted=True,
            data={"bug": str(facts.issue.number), "pull": str(pull.number)},
        )
        for pull in fixes
        if pull.state is PullState.OPEN and not (pull.links is not None and pull.links.unreadable)
    ]


def _with_lines(facts: BugFacts, lines: Iterable[LedgerLine]) -> BugFacts:
    ledger = facts.ledger
    return replace(facts, ledger=replace(ledger, lines=(*ledger.lines, *add_lines(ledger, lines))))


def _by_number(pulls: Mapping[int, PullRequest]) -> list[PullRequest]:
    return [pulls[number] for number in sorted(pulls)]
