"""What follows from `/rollback`: GitHub's own pull request that takes a merged one back. Pure.

It is looked for before it is made, so that it is made once, and one that a person had made is taken as it is.
From then on it is a fix of the bug like any other, linked by the ledger, and its gates say what it takes.
Where GitHub does not make it, a person has to: that is recorded, and told with what to do. One that was
closed without a merge is not made again, until somebody orders it anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bugaction.bug import Bug, Deployed
from bugaction.documents.base import server_url
from bugaction.escaping import inline, link, plain
from bugaction.links import described_bugs
from bugaction.model import LedgerLine, RecordKind
from bugaction.moment import format_moment
from bugaction.plan import Effect, RevertPull
from bugaction.questions import AskPull, AskReverting, Question
from bugaction.records import item_number
from bugaction.reverting import Reverting
from bugaction.snapshot import PullRequest, PullState, Repository
from bugaction.state import commands_named, link_line, unlinked_pulls
from bugaction.taken_back import attempt_of, is_anybody_s, mends, takes_back, taking, undone_by
from bugaction.unstarted import WORKFLOWS, may_not_open, press_to_start, unopened_words

__all__ = [
    "COMMAND",
    "needs",
    "no_fixes",
    "ordered",
    "restored_line",
    "revert_effects",
    "revert_lines",
    "rolled_back",
]

COMMAND = "rollback"

_LONGEST_ERROR = 200


def ordered(bug: Bug) -> Mapping[int, LedgerLine]:
    """The last order to take each pull request back, by its number."""
    lines = commands_named(bug.ledger, COMMAND)
    named = ((item_number(line.data.get("reverts", "")), line) for line in lines)
    return {number: line for number, line in named if number is not None}


def needs(bug: Bug) -> frozenset[Question]:
    """What has to be known of an order that nothing is seen to answer yet."""
    questions: set[Question] = set()
    for number, order in ordered(bug).items():
        target = bug.targets.get(number)
        if _taking(bug, number, order) is not None:
            continue
        if target is None:
            questions.add(AskPull(number))
        elif number not in bug.reverting:
            questions.add(AskReverting(number, target.head))
    return frozenset(questions)


def revert_lines(bug: Bug, repository: Repository) -> tuple[LedgerLine, ...]:
    """That the pull request belongs to the bug, whoever opened it; or that GitHub did not make it, so that
    it is not tried again by itself."""
    found: list[LedgerLine] = []
    viewer = repository.viewer.login
    for number, order in ordered(bug).items():
        attempt = attempt_of(number, order)
        one = _standing(bug, number, order)
        if one is not None and one.number not in unlinked_pulls(bug.ledger):
            found.append(link_line(bug.facts, one.number, one.id, viewer, order.at))
        elif attempt in bug.unreverted:
            data = {"said": bug.unreverted[attempt]}
            found.append(LedgerLine(RecordKind.UNOPENED, attempt, viewer, bug.now, accepted=True, data=data))
    return tuple(line for line in found if bug.ledger.find(*line.key) is None)


def revert_effects(bug: Bug, repository: Repository) -> tuple[Effect, ...]:
    """The pull requests that GitHub has to make, for orders that are recorded along with it."""
    return tuple(
        _pull(bug, repository, target, order)
        for number, order in ordered(bug).items()
        if (target := bug.targets.get(number)) is not None
        and _taking(bug, number, order) is None
        and number in bug.reverting
        and _standing(bug, number, order) is None
        and not _was_closed(bug, number, order)
        and not _said(bug, number, order)
    )


def restored_line(back: PullRequest, deployed: Deployed, viewer: str) -> LedgerLine:
    """That production is as it was before the fix: kept, since nobody asks any more once there is another."""
    data = {"pull": str(back.number), "version": deployed.version, "environment": deployed.environment}
    kept = {key: value for key, value in data.items() if value}
    return LedgerLine(RecordKind.RESTORED, back.id, viewer, deployed.at, accepted=True, data=kept)


def _taking(bug: Bug, number: int, order: LedgerLine) -> PullRequest | None:
    """The pull request of the bug that answers the order. One that had itself been taken back when it was
    given does not: what is in production again is ordered back anew."""
    target = bug.targets.get(number)
    return taking(bug.fixes, number, target.merge_oid if target is not None else "", order.at)


def _standing(bug: Bug, number: int, order: LedgerLine) -> Reverting | None:
    undone = undone_by(bug.fixes, order.at)
    found = bug.reverting.get(number, ())
    return next((each for each in found if each.stands and each.number not in undone), None)


def _was_closed(bug: Bug, number: int, order: LedgerLine) -> Reverting | None:
    """One that somebody closed without a merge, after the order."""
    return next(
        (
            each
            for each in bug.reverting.get(number, ())
            if each.closed_at is not None and not each.is_merged and each.closed_at > order.at
        ),
        None,
    )


def _said(bug: Bug, number: int, order: LedgerLine) -> str:
    """Why GitHub did not make it, "" where it was not asked yet or did."""
    attempt = attempt_of(number, order)
    line = bug.ledger.find(attempt, RecordKind.UNOPENED)
    return bug.unreverted.get(attempt) or (line.data.get("said", "") if line is not None else "")


# What is written ------------------------------------------------------------------------------------------


def _pull(bug: Bug, repository: Repository, target: PullRequest, order: LedgerLine) -> RevertPull:
    severity = bug.severity.current
    names = bug.policy.severities[severity].labels if severity is not None else ()
    return RevertPull(
        number=bug.number,
        pull=target.number,
        subject=target.id,
        attempt=attempt_of(target.number, order),
        title=f"{bug.name}: take back #{target.number}",
        body=_body(bug, repository, target, order),
        labels=tuple(name for name in names if bug.issue.has_label(name))[:1],
    )


def _body(bug: Bug, repository: Repository, target: PullRequest, order: LedgerLine) -> str:
    """No mention, and no word that closes anything in front of a number: the bug is not over by it. The first
    line is what GitHub's own button writes, by which an inverse is told what to look for."""
    server = server_url(bug)
    reason = "" if bug.confidential else inline(order.data.get("reason", ""))
    issue = link(f"issue {bug.number}", bug.issue.url, server)
    steps = [
        "Look at what it changes: exactly what it takes back, or the gates say what is not.",
        "Approve it. Of an exact inverse the statuses below ask for no regression test and no size; what "
        "they do ask for stands in the comment that they lead to.",
        f"Merge it and deploy `{target.base}`: production runs what it ran before only after that.",
    ]
    parts = [
        f"<!-- bugaction:rollback v1 {bug.name} -->",
        f"Reverts {repository.full_name}#{target.number}",
        f"{inline(order.actor)} ordered it for {bug.name} ({issue})" + (f": {reason}" if reason else "."),
        "\n".join(f"{place}. {step}" for place, step in enumerate(steps, 1)),
    ]
    if repository.viewer == WORKFLOWS:
        parts.append(press_to_start(target.base))
    return "\n\n".join(parts) + "\n"


def rolled_back(bug: Bug) -> tuple[str, ...]:
    """How each order stands, a sentence each, for the sticky comment."""
    return tuple(
        text for number, order in ordered(bug).items() for text in _words(bug, number, order) if text
    )


def _words(bug: Bug, number: int, order: LedgerLine) -> Iterator[str]:
    target, one = bug.targets.get(number), _taking(bug, number, order)
    if target is None:
        return
    closed, said = _was_closed(bug, number, order), _said(bug, number, order)
    if one is not None and one.state is PullState.OPEN:
        yield f"{_name(one)} takes {_name(target)} back: have its checks run, approve it, and merge it"
    elif one is not None and one.merged_at is not None and number in {pull.number for pull in bug.fixes}:
        when, line = format_moment(one.merged_at), bug.ledger.find(one.id, RecordKind.RESTORED)
        is_out = f"it is in production since {format_moment(line.at)}" if line is not None else "deploy that"
        yield f"{_name(one)} took {_name(target)} back at {when}: {is_out}, and fix the bug anew"
    elif one is None and closed is not None and _standing(bug, number, order) is None:
        what = f"{_name(closed)}, which was to take {_name(target)} back, was closed unmerged"
        yield f"{what}: `/rollback` opens another"
    elif one is None and said:
        yield by_hand(bug, target, said)


def no_fixes(bug: Bug, repository: Repository) -> tuple[str, ...]:
    """Which open pull requests are taken for a mere way back, a sentence each, while that can be changed:
    those that say they fix the bug, and those that bring a fix back."""
    merged = [pull for pull in bug.fixes if pull.state is PullState.MERGED]
    found: list[str] = []
    for pull in bug.fixes:
        back = next((each for each in merged if takes_back(pull, each.number, each.merge_oid)), None)
        if pull.state is not PullState.OPEN or is_anybody_s(pull) or back is None:
            continue
        is_fixing = bug.number in described_bugs(pull, repository)
        what = f"{_name(pull)} says that it takes {_name(back)} back"
        if any(takes_back(back, each.number, each.merge_oid) for each in merged):
            if not (is_fixing and mends(pull)) and back.number not in ordered(bug):
                found.append(
                    f"{what}: merged so, it brings the fix back as it was, and answers no regression. If it "
                    f"changes more, do that in a commit of its own, and write `Fixes #{bug.number}` into its "
                    "description"
                )
        elif is_fixing:
            found.append(
                f"{what}: merged so, it is no fix. If it is one, open it from another branch, without words "
                "that say so"
            )
    return tuple(found)


def _name(pull: PullRequest | Reverting) -> str:
    return f"[#{pull.number}]({pull.url})"


def by_hand(bug: Bug, target: PullRequest, said: str) -> str:
    """What a person does where GitHub did not make it for us; `said` is GitHub's word."""
    branch, base = f"revert/{bug.name.lower()}", target.base
    commands = f"`git switch -c {branch} origin/{base}`, `git revert -m 1 {target.merge_oid}`"
    page = f"press [Revert]({target.url}) on its page"
    is_forbidden = may_not_open(said) or "resource not accessible" in said.casefold()
    permissions = "`contents: write` and `pull-requests: write`"
    why = (
        unopened_words(said, COMMAND, permissions)
        if is_forbidden
        else f"GitHub did not take it back by itself and says: {plain(said, _LONGEST_ERROR)}"
    )
    return (
        f"{_name(target)} is still to be taken back: {page}, or take it back by hand: {commands} (without "
        f"`-m 1` where it was squashed or rebased), `git push -u origin {branch}`, and open the pull request "
        f"with `Reverts #{target.number}` in its description. {why}"
    )
