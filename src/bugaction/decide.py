"""The decision: facts, configuration and the time in; a plan of what differs out. Pure, and total.

It reads like the life of a bug: is anything readable at all, from when on do issues count, what is each bug
now, what does each pull request have to say, and what has to be written so that GitHub shows it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bugaction.assembly import Assembled, may_owe, unread_backs
from bugaction.bug import Bug, Note
from bugaction.calling_words import told_calls
from bugaction.check_runs import reporting_of
from bugaction.clocks import clocks_of
from bugaction.config import CONFIG_PATH, Loaded, extends_of, load_file
from bugaction.deployment import UNREADABLE
from bugaction.dispatch import answers, requesting
from bugaction.effects import bug_effects, first_ledgers, ledger_effects, merged_commits
from bugaction.extended import Extended
from bugaction.gates import checklist
from bugaction.lateness import told
from bugaction.links import Ties, all_ties, hinted_numbers, linked_bugs
from bugaction.model import Actor
from bugaction.past import with_past
from bugaction.phases import phase_of
from bugaction.plan import (
    BugVerdict,
    CommitFiles,
    Effect,
    Level,
    Notice,
    Plan,
    PullVerdict,
    Reason,
    SetStatus,
)
from bugaction.policy import Policy
from bugaction.ports import Targets
from bugaction.posting import all_heads
from bugaction.questions import (
    AskBlob,
    AskCommits,
    AskFiles,
    AskPage,
    AskPull,
    AskReview,
    AskSuspects,
    Question,
)
from bugaction.registering import Registered, register
from bugaction.scope import Scope, scope_of
from bugaction.snapshot import PullRequest, PullState, Snapshot, TextFile
from bugaction.state import is_over
from bugaction.stops import (
    archived,
    held,
    incomplete,
    is_crowded,
    overlooked,
    overrun,
    undecidable,
    unreadable,
    unrecognised,
    unwritable,
)
from bugaction.tracking import EVER, STICKY_MARKER, Since, is_bug, own_comments, resolve_since
from bugaction.verdicts import Held, Judged, Word, words_for

__all__ = ["Request", "decide"]


@dataclass(frozen=True, slots=True)
class Request:
    """What the run is allowed to do and what it was told, beside the facts.

    `defer` leaves commits to another job (`records: defer`). `ledger_refused` is why the ledger cannot be
    written, once that was tried. `stale` are sentences on what the snapshot should hold and does not.
    `checks_refused` is why check runs cannot be written, once that was tried.
    `too_deep` says that its questions go on further than a run asks. `opened` are issues that the event
    itself opened or labelled; `about_fixes` is True where it is about pull requests. `restart` lets records
    that are gone begin anew. `begin` are the kinds of documents that are to be begun for the targets, due or
    not, and `note` is what a person wrote for them. `templates` are the shipped ones by path. `targets` are
    what the run is about, which bounds what it decides (see `scope`); None for everything that the snapshot
    holds. `workflow` is the file or the name of the workflow that runs us. `edited` holds the text that the
    event says a comment was given by an edit, by
    the comment's database id. `reach` are the audiences that notifications outside GitHub can reach.
    """

    targets: Targets | None = None
    defer: bool = False
    ledger_refused: str = ""
    checks_refused: str = ""
    stale: tuple[str, ...] = ()
    too_deep: bool = False
    opened: frozenset[int] = frozenset()
    about_fixes: bool = False
    restart: bool = False
    begin: frozenset[str] = frozenset()
    note: Note | None = None
    workflow: str = ""
    edited: Mapping[int, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    reach: frozenset[str] = frozenset()


def decide(snapshot: Snapshot, loaded: Loaded, now: datetime, request: Request) -> Plan:
    """The plan for this snapshot. While it holds questions, everything else in it is provisional."""
    if snapshot.repository.is_archived:
        return Plan(reason=Reason.REPOSITORY_ARCHIVED, notices=(archived(snapshot),))
    policy = loaded.policy or Policy()
    reporting = reporting_of(snapshot, policy, request.checks_refused)
    snapshot = reporting.seen()
    since = EVER
    if loaded.policy is not None:
        since = resolve_since(
            snapshot, policy, now, request.opened, restart=request.restart, about_fixes=request.about_fixes
        )
    stop, reason, notices = held(loaded, since, request.stale, too_deep=request.too_deep)
    own = (request.workflow,) if request.workflow else ()
    ties = all_ties(snapshot)
    scope = scope_of(
        snapshot,
        policy,
        now,
        since,
        request.targets,
        ties=ties,
        restart=request.restart,
        own_workflows=own,
        edited=request.edited,
    )
    assembled = requesting(scope.bugs, request.targets, request.begin, request.note)
    assembled, asked = with_past(assembled, snapshot, policy)
    questions: set[Question] = {*scope.questions, *asked}
    if not request.ledger_refused and not request.restart:
        request = replace(request, ledger_refused=unrecognised(assembled))
    judged = {number: _judge(item, snapshot) for number, item in assembled.items()}
    bound = {number: _bound(snapshot.pulls[number], ties[number], judged) for number in scope.pulls}
    pulls, more = _pulls(scope, snapshot, loaded, policy, judged, bound, stop, request)
    questions |= more
    heads, more = all_heads(snapshot, pulls)
    questions |= more | reporting.questions(heads)
    statuses = reporting.effects(
        heads, _holding_all(snapshot, bound, judged, stop, as_runs=reporting.as_runs)
    )
    writes_documents = not request.defer and stop is None

    def needed(asked: Iterable[Question]) -> set[Question]:
        """Without what only a document would tell, where none is written."""
        return {
            each for each in asked if writes_documents or not _is_for_documents(each, snapshot, assembled)
        }

    questions = needed(questions)
    effects: list[Effect] = list(statuses)
    unrecorded = False
    if stop is None:
        written = _writes(snapshot, policy, since, assembled, judged, request, texts=not questions)
        effects += written.effects
        questions |= needed(written.questions)
        unrecorded = written.unrecorded
        notices = (*notices, *written.notices, *_remarks(snapshot, assembled), *overrun(scope))
    if not questions and reason is Reason.DONE:
        reason = _reason(snapshot, policy, effects, judged)
    if stop is None and not questions and request.begin:
        answered = answers(request.begin, request.targets, scope, snapshot, policy)
        notices = (*notices, *answered)
        if any(notice.level is Level.ERROR for notice in answered):
            reason = Reason.USAGE
    if stop is None and (lost := incomplete(assembled)):
        reason, notices = Reason.RECORDS_MISSING, (*notices, *lost)
    if stop is None and (lost := unreadable(scope, snapshot, policy)):
        reason, notices = Reason.LEDGER_UNREADABLE, (*notices, *lost)
    if request.ledger_refused and any(item.bug.unrecorded and not item.lost for item in assembled.values()):
        reason = Reason.LEDGER_UNWRITABLE
        notices = (*notices, unwritable(request.ledger_refused))
    return Plan(
        effects=tuple(effects),
        questions=frozenset(questions),
        bugs=tuple(_bug_verdict(item, snapshot.repository.viewer) for item in judged.values()),
        pulls=tuple(
            PullVerdict(
                number=number,
                url=snapshot.pulls[number].url,
                bugs=tuple(bug for bug in bound[number].linked if bug in judged),
                statuses=tuple(
                    SetStatus(snapshot.pulls[number].head_oid, word.context, word.state, word.text, word.url)
                    for word in words
                ),
            )
            for number, words in pulls.items()
        ),
        notices=(*notices, *(reporting.notices if heads else ())),
        reason=reason,
        unrecorded=unrecorded,
    )


def _is_for_documents(question: Question, snapshot: Snapshot, assembled: Mapping[int, Assembled]) -> bool:
    """Whether only a document would tell the answer: what is suspect, and what became of a merged fix."""
    if isinstance(question, AskReview | AskCommits):
        pull = snapshot.pulls.get(question.pull)
        if pull is None or pull.state is not PullState.MERGED:
            return False
        return not any(
            may_owe(item.bug, pull)
            or (
                isinstance(question, AskCommits)
                and pull.number in unread_backs(item.bug.fixes, item.bug.facts, snapshot.repository)
            )
            for item in assembled.values()
            if _is_fix(item.bug, pull)
        )
    if isinstance(question, AskBlob):  # a bug's own is a document that comes back, which its gates judge
        return not any(question in item.questions for item in assembled.values())
    return isinstance(question, AskSuspects | AskPage)


# Bugs ---------------------------------------------------------------------------------------------------


def _judge(item: Assembled, snapshot: Snapshot) -> Judged:
    bug = item.bug
    results = checklist(bug)
    sticky = own_comments(bug.issue.comments, snapshot.repository.viewer, STICKY_MARKER)
    url = sticky[0].url if sticky else bug.issue.url
    return Judged(bug=bug, gates=results, url=url, lost=bool(item.lost))


def _bug_verdict(judged: Judged, viewer: Actor) -> BugVerdict:
    bug = judged.bug
    clocks = () if bug.confidential else clocks_of(bug, judged.gates)
    calls = () if bug.confidential else told_calls(bug)
    committed = [item.path for item in bug.documents.values() if item.text is not None]
    return BugVerdict(
        number=bug.number,
        name=bug.name,
        title="" if bug.confidential else bug.issue.title,
        url=judged.url,
        severity=bug.severity.current,
        phase=phase_of(bug, judged.gates),
        gates=judged.gates,
        documents=() if bug.confidential else tuple(committed),
        clocks=(*told(clocks, bug.issue, viewer, bug.now), *calls),
    )


# Pull requests ------------------------------------------------------------------------------------------


def _is_fix(bug: Bug, pull: PullRequest) -> bool:
    """Whether it is one of the bug's, which are copies with what each took back."""
    return any(fix.number == pull.number for fix in bug.fixes)


def _bound(pull: PullRequest, ties: Ties, judged: Mapping[int, Judged]) -> Ties:
    """What the pull request has to do with issues, beyond what is recorded.

    A link that this run decides on (an `/undo` of an `/unlink`) counts at once: it only adds a demand.
    """
    fixed = {number for number, item in judged.items() if _is_fix(item.bug, pull)}
    return replace(ties, linked=tuple(sorted({*ties.linked, *fixed})))


def _holding(ties: Ties, hinted: Collection[int], judged: Mapping[int, Judged]) -> list[Judged]:
    """The bugs that a pull request is held by. A duplicate's place is taken by its original, where that one
    is looked after and not over, and where nothing of the duplicate's decisions is lost. What is over was
    proved by another fix: beside it the duplicate holds this one itself."""
    standing_in = {number for number, item in judged.items() if not is_over(item.bug.facts)}
    return [
        item
        for number, item in judged.items()
        if (number in ties.linked and (item.lost or ties.originals.get(number) not in standing_in))
        or (item.lost and number in hinted)
    ]


def _holding_all(
    snapshot: Snapshot,
    bound: Mapping[int, Ties],
    judged: Mapping[int, Judged],
    stop: Held | None,
    *,
    as_runs: bool,
) -> dict[int, list[Judged]]:
    """The bugs that each pull request is held by, for the checklists of check runs; none while nothing is
    decided."""
    if not as_runs or stop is not None:
        return {}
    return {
        number: _holding(ties, hinted_numbers(snapshot.pulls[number], snapshot.repository), judged)
        for number, ties in bound.items()
    }


def _pulls(
    scope: Scope,
    snapshot: Snapshot,
    loaded: Loaded,
    policy: Policy,
    judged: Mapping[int, Judged],
    bound: Mapping[int, Ties],
    stop: Held | None,
    request: Request,
) -> tuple[dict[int, tuple[Word, ...]], set[Question]]:
    """What every open pull request that the run decides should say."""
    questions: set[Question] = set()
    words: dict[int, tuple[Word, ...]] = {}
    withheld = _withheld(snapshot, request)
    for number in scope.pulls:
        pull = snapshot.pulls[number]
        ties, hinted = bound[number], hinted_numbers(pull, snapshot.repository)
        if number in scope.passed_over:
            held = _graver(stop, overlooked(scope.passed_over[number]))
            words[number] = words_for(
                pull, _holding(ties, hinted, judged), policy, held=held, withheld=withheld
            )
            continue
        if pull.commits is None:
            questions.add(AskCommits(number))
            if ties.linked and pull.reviews is None:  # if that is a bug, they will be needed: one request
                questions.add(AskReview(number))
        for other in () if is_crowded(pull) else pull.sharing or ():
            if other not in snapshot.pulls and other not in snapshot.answers.missing_pulls:
                questions.add(AskPull(other))
        breaks, asks_files = _breaks_config(pull, snapshot, loaded)
        lost = undecidable(pull, ties, hinted, scope, snapshot)
        if asks_files:
            questions.add(AskFiles(number))
        words[number] = words_for(
            pull,
            _holding(ties, hinted, judged),
            policy,
            held=_graver(stop, lost),
            withheld=withheld,
            excuse=_excuse(pull, ties.linked, snapshot, loaded),
            breaks_config=breaks,
        )
    return words, questions


def _graver(stop: Held | None, why: str) -> Held | None:
    """What stops every decision, or why nothing can be told of this pull request ("" where it can): the one
    gives the words, and where there is the other it is held whatever it is known to fix."""
    if stop is None:
        return Held(why, everybody=True) if why else None
    return replace(stop, everybody=True) if why else stop


def _withheld(snapshot: Snapshot, request: Request) -> str:
    """Why this run's decisions about people stay unrecorded, or "" when they can be recorded."""
    if request.ledger_refused:
        return f"its decisions cannot be recorded ({request.ledger_refused})"
    if request.defer:
        return "its newest decisions are being recorded by the next job"
    if snapshot.repository.default is None:
        return "its decisions cannot be recorded in a repository without a commit"
    return ""


def _breaks_config(pull: PullRequest, snapshot: Snapshot, loaded: Loaded) -> tuple[str, bool]:
    """What is wrong with the configuration that the pull request brings, and whether to ask for its files.

    The file at the head is data: it is validated and never followed. Only a pull request that changes the
    file is held for it; one that merely lags behind the base is not. Where GitHub lists no more of its files,
    it may change this one too. What a pull request names anew under `extends` is not read: its author could
    have this run look where only its token may.
    """
    head = pull.head_config
    here = snapshot.repository.config
    if loaded.policy is None or (head is None and here is None):
        return "", False
    if head is not None and here is not None and head.text == here.text:
        return "", False
    path = head.path if head is not None else here.path if here is not None else CONFIG_PATH
    brought = load_file(head, path, _lies_under(head, snapshot))
    if brought.policy is not None:
        return "", False
    if pull.files is None:
        return "", True
    if not pull.files_cut and all(file.path != path for file in pull.files):
        return "", False
    return f"Would break {brought.problems[0].words}", False


def _lies_under(head: TextFile | None, snapshot: Snapshot) -> Extended | None:
    """What a file at a head extends: as it is known, or as if it said nothing."""
    named, known = extends_of(head), snapshot.repository.extended
    if not named or (known is not None and known.repository.casefold() == named.casefold()):
        return known
    return Extended(named, "version: 1\n")


def _excuse(pull: PullRequest, linked: Sequence[int], snapshot: Snapshot, loaded: Loaded) -> str:
    """More than "Not a bug fix", where there is more to say."""
    if loaded.policy is None:
        return "Not a bug fix (warning: the configuration on the default branch is not valid)"
    known = [number for number in linked if number in snapshot.bugs]
    if known:
        numbers = ", ".join(f"#{number}" for number in known)
        return f"{numbers}: no bug that is looked after; /track on the issue changes that"
    refused = linked_bugs(pull, snapshot.repository).refused
    if refused:
        return f"Not a bug fix here: {refused[0].reason}"
    return ""


# What has to be written ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Written:
    """Effects beside statuses, questions for them, remarks, and whether work is left to another job."""

    effects: tuple[Effect, ...] = ()
    questions: frozenset[Question] = frozenset()
    notices: tuple[Notice, ...] = ()
    unrecorded: bool = False


def _writes(
    snapshot: Snapshot,
    policy: Policy,
    since: Since,
    assembled: Mapping[int, Assembled],
    judged: Mapping[int, Judged],
    request: Request,
    *,
    texts: bool,
) -> _Written:
    """Everything beside statuses. Where decisions are gone, nothing: what is left has to stay as it is.
    `texts` as in `bug_effects`."""
    assembled = {number: item for number, item in assembled.items() if not item.lost}
    if not assembled and not (request.restart and since.start is not None):
        return _Written()
    recordable = snapshot.repository.default is not None and not request.ledger_refused
    if since.start is not None and recordable:
        if request.defer:
            return _Written(unrecorded=True)
        own = [assembled[number].bug for number in since.own if number in assembled]
        files = first_ledgers(snapshot, policy, own)
        return _Written(effects=(replace(since.start, files=files),))
    effects: list[Effect] = []
    questions: set[Question] = set()
    notices: list[Notice] = []
    ledger = ledger_effects(snapshot, policy, [item.bug for item in assembled.values()]) if recordable else ()
    commits: list[CommitFiles] = []
    rows: list[tuple[Judged, list[Effect]]] = []
    records = recordable and not request.defer
    reach = frozenset() if request.defer else request.reach
    for number, item in assembled.items():
        written, asked, said = bug_effects(
            item, judged[number], snapshot, request.templates, reach, records=records, texts=texts
        )
        rows.append((judged[number], written))
        commits += [effect for effect in written if isinstance(effect, CommitFiles)]
        effects += [effect for effect in written if not isinstance(effect, CommitFiles)]
        questions |= asked
        notices += said
    effects = list(dict.fromkeys(effects))  # two bugs may give a pull request's comment the same answer
    registered = register(rows, snapshot, policy) if recordable else Registered()
    questions |= registered.questions
    notices += registered.notices
    documents = merged_commits([*commits, *registered.commits]) if recordable else ()
    if request.defer:
        left = bool(ledger or (recordable and commits) or registered.differs)
        return _Written(tuple(effects), frozenset(questions), tuple(notices), unrecorded=left)
    whole = (*ledger, *documents, *effects, *registered.edits)
    return _Written(whole, frozenset(questions), tuple(notices))


def _remarks(snapshot: Snapshot, assembled: Mapping[int, Assembled]) -> tuple[Notice, ...]:
    """What a person should know that stands in no status."""
    found: list[Notice] = []
    for item in assembled.values():
        foreign = item.bug.facts.ledger.foreign
        if foreign:
            lines = ", ".join(str(line) for line in foreign)
            text = f"{item.bug.name}: ledger line {lines} was not written by bugaction and is ignored."
            found.append(Notice(Level.WARNING, text))
    unseen = [
        f"{UNREADABLE}: the job needs `{permission}`."
        for rollout in snapshot.answers.rollouts.values()
        for permission in rollout.lacking
    ]
    unseen += [
        f"{UNREADABLE}: GitHub says: {rollout.broken}"
        for rollout in snapshot.answers.rollouts.values()
        if rollout.broken
    ]
    found += [Notice(Level.WARNING, text) for text in dict.fromkeys((*snapshot.unreadable, *unseen))]
    if snapshot.repository.default is None and assembled:
        text = "The repository has no commit yet: documents and decisions are kept once it has one."
        found.append(Notice(Level.WARNING, text))
    return tuple(found)


def _reason(
    snapshot: Snapshot, policy: Policy, effects: Iterable[Effect], judged: Mapping[int, Judged]
) -> Reason:
    if judged and snapshot.repository.default is None:
        return Reason.REPOSITORY_EMPTY
    if any(True for _ in effects):
        return Reason.DONE
    if snapshot.bugs and not judged and not snapshot.pulls:
        if not snapshot.repository.has_issues:
            return Reason.ISSUES_DISABLED
        old = any(is_bug(facts, policy) for facts in snapshot.bugs.values())
        return Reason.BEFORE_SINCE if old else Reason.NOT_A_BUG
    return Reason.NOTHING_TO_DO
