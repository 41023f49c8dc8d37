"""What a pull request's statuses should say, from its bugs' gates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bugaction.bug import Bug
from bugaction.gates import GATES
from bugaction.model import GateResult, RecordKind, RequirementResult, Severity
from bugaction.plan import SetStatus
from bugaction.policy import CheckReport, Mode, Policy
from bugaction.pull_documents import judge
from bugaction.records import RECORDS_BRANCH
from bugaction.snapshot import PullRequest, Status, StatusState
from bugaction.texts import fit, gate_text, join_problems, override_text, passed_text, rollup_text

__all__ = [
    "CONTEXTS",
    "DECIDING",
    "NOT_A_FIX",
    "ROLLUP",
    "Held",
    "Judged",
    "Word",
    "differing",
    "words_for",
    "worst",
]

NOT_A_FIX = "Not a bug fix"
"""What the roll-up says of a pull request that fixes no bug, first."""

ROLLUP = "bugaction/gate"
"""The roll-up's context: the one to require. Never renamed, never equal to a job's name."""

CONTEXTS = (*(gate.context for gate in GATES.values() if gate.blocks_merge), ROLLUP)
"""Every context that bugaction ever reports."""

DECIDING = (RecordKind.COMMAND, RecordKind.SEVERITY)
"""Records that can make a gate green. A link or the start of tracking only ever adds a demand."""


_RESTORE = "reset it to our last commit, or run start-records"


@dataclass(frozen=True, slots=True)
class Held:
    """Why nothing can be decided: in a word for programs, in words for people."""

    text: str
    everybody: bool = False
    """Whether pull requests that fix no bug are held as well: what they fix is not known either."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A bug with the verdicts that its checklist shows, in the order of `GATES`, and where that is shown.

    `lost`: decisions on it are gone from the records, so that the verdicts count for nothing.
    """

    bug: Bug
    gates: tuple[GateResult, ...]
    url: str
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """One context's verdict: red or green, and the text."""

    context: str
    state: StatusState
    text: str
    url: str


def words_for(
    pull: PullRequest,
    bugs: Sequence[Judged],
    policy: Policy,
    *,
    held: Held | None,
    withheld: str,
    excuse: str = "",
    breaks_config: str = "",
) -> tuple[Word, ...]:
    """The statuses that an open pull request should carry.

    `held` stops every decision. `withheld` says why decisions of this run cannot be recorded ("" when they
    can): no green may rest on them. `excuse` replaces "Not a bug fix" where there is more to say;
    `breaks_config` is what is wrong with the configuration that the pull request brings.
    """
    url = bugs[0].url if bugs else pull.url
    if held is not None and (bugs or held.everybody):
        state, text = join_problems([(_strictest(policy), held.text, False)], passed="")
        return _everywhere(policy, pull, state, text, url)
    if breaks_config:
        return _everywhere(policy, pull, StatusState.FAILURE, fit(breaks_config), url, gates=bool(bugs))
    if not bugs:
        return _everywhere(policy, pull, StatusState.SUCCESS, fit(excuse or NOT_A_FIX), url, gates=False)
    words: list[Word] = []
    whole: dict[int, tuple[RequirementResult, ...]] = {}
    overrides: dict[str, list[str]] = {}
    for gate in GATES.values():
        if not gate.blocks_merge:
            continue
        results = [judge(gate, judged.bug, pull) for judged in bugs]
        for result in results:
            whole[result.bug] = (*whole.get(result.bug, ()), *result.requirements)
        said = [result.override for result in results if result.override is not None]
        overrides[gate.name] = [word.actor for word in said]
        entries = _entries(bugs, results, policy, withheld)
        state, text = join_problems(
            entries, passed=passed_text(gate.title, results), overridden=override_text(said)
        )
        words.append(Word(gate.context, state, text, url))
    every = [GateResult(ROLLUP, number, requirements) for number, requirements in whole.items()]
    total = _entries(bugs, every, policy, withheld)
    names = " and ".join(judged.bug.name for judged in bugs)
    passed = rollup_text(names, every, overrides)
    is_overridden = any(overrides.values())
    state, text = join_problems(total, passed=passed, overridden=passed if is_overridden else "")
    words.append(Word(ROLLUP, state, text, url))
    if policy.checks.report is CheckReport.ROLLUP:
        return tuple(
            word for word in words if word.context == ROLLUP or pull.status(word.context) is not None
        )
    return tuple(words)


def _entries(
    bugs: Sequence[Judged], results: Sequence[GateResult], policy: Policy, withheld: str
) -> list[tuple[Mode, str, bool]]:
    return [_entry(judged, result, policy, withheld) for judged, result in zip(bugs, results, strict=True)]


def _entry(judged: Judged, result: GateResult, policy: Policy, withheld: str) -> tuple[Mode, str, bool]:
    """`(mode, text, passes)` of one bug's gate; the text is "" where it passes."""
    bug = judged.bug
    if judged.lost:  # which severity it has, and so which mode, may have been among what is gone
        return (
            _strictest(policy),
            f"{bug.name}: undecided, decisions on it are gone from {RECORDS_BRANCH}; {_RESTORE}",
            False,
        )
    mode = policy.mode_of(bug.severity.current)
    if not result.passes:
        return (mode, gate_text(result, bug), False)
    if withheld and any(line.kind in DECIDING for line in bug.unrecorded):
        return (mode, f"{bug.name}: undecided, {withheld}", False)
    return (mode, "", True)


def _strictest(policy: Policy) -> Mode:
    """The mode of what may be a bug of any severity: observed only where every severity is."""
    modes = {policy.mode_of(severity) for severity in (None, *Severity)}
    return Mode.ENFORCE if Mode.ENFORCE in modes else Mode.OBSERVE


def _everywhere(
    policy: Policy, pull: PullRequest, state: StatusState, text: str, url: str, *, gates: bool = True
) -> tuple[Word, ...]:
    """The same verdict under every context that this pull request reports.

    A gate's context that once stood on this head is always answered, so that none stays red for ever.
    """
    report = policy.checks.report
    return tuple(
        Word(context, state, text, url)
        for context in CONTEXTS
        if context == ROLLUP
        or report is CheckReport.EACH
        or (gates and report is CheckReport.BUGS)
        or pull.status(context) is not None
    )


def worst(groups: Iterable[Sequence[Word]]) -> tuple[Word, ...]:
    """One verdict a context: red wins, and among equals the first."""
    found: dict[str, Word] = {}
    for words in groups:
        for word in words:
            kept = found.get(word.context)
            if kept is None or (kept.state is StatusState.SUCCESS and word.state is not StatusState.SUCCESS):
                found[word.context] = word
    return tuple(found[context] for context in CONTEXTS if context in found)


def differing(
    words: Iterable[Word], oid: str, standing: Iterable[Status], viewer: str
) -> tuple[SetStatus, ...]:
    """The statuses to post: those that say something else, or that somebody else posted.

    A status that only links elsewhere on the same issue is left: it would be posted again for the link alone.
    """
    current = {status.context.casefold(): status for status in standing}
    effects: list[SetStatus] = []
    for word in words:
        status = current.get(word.context.casefold())
        same = (
            status is not None
            and status.state is word.state
            and status.description == word.text
            and status.url.partition("#")[0] == word.url.partition("#")[0]
            and status.creator.is_same(viewer)
        )
        if not same:
            effects.append(SetStatus(oid, word.context, word.state, word.text, word.url))
    return tuple(effects)
