"""Which runs of its checks count for a commit: for its gates, and for what documents tell of it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import accumulate

from bugaction.links import OUR_CONTEXTS
from bugaction.review import Check, CheckKind, CheckOutcome

__all__ = ["IDLE", "event_beside", "newest", "of_others"]

IDLE = frozenset({CheckOutcome.SKIPPED, CheckOutcome.NEUTRAL})
"""Outcomes of what found nothing out."""

_PASSED = IDLE | {CheckOutcome.SUCCESS}

_OF_A_MERGE = frozenset({"pull_request", "pull_request_target", "merge_group"})
"""Events whose runs stand for what a merge would make of the commit."""

_LATEST = datetime.max.replace(tzinfo=UTC)

_Key = tuple[str, CheckKind, str, int | None]


def of_others(checks: Iterable[Check], apart: Iterable[str]) -> tuple[Check, ...]:
    """What counts of each check but bugaction's own, and those of these names, workflows or their files."""
    left_out = {item.casefold() for item in apart}
    return tuple(
        check
        for check in newest(checks)
        if not _is_ours(check)
        and left_out.isdisjoint(item.casefold() for item in (check.name, check.workflow, check.workflow_path))
    )


def event_beside(check: Check, others: Iterable[Check]) -> str:
    """The event behind it, where others have another; "" where it tells nothing apart."""
    return check.event if len({each.event for each in others if each.event}) > 1 else ""


def newest(checks: Iterable[Check]) -> tuple[Check, ...]:
    """What counts of each check, sorted by name: a run that a newer one superseded does not.

    Runs of one name in two workflows are two checks, and so are a check run and a status of one name: where
    a rule requires the name, GitHub requires both
    (https://docs.github.com/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/troubleshooting-required-status-checks).
    Runs for two events are two checks as well: one for a push tests the head, one for `pull_request` what
    a merge would make of it, and one by hand whatever its inputs say. GitHub's own command line tells them
    apart so (https://github.com/cli/cli/blob/bd59f3c80b2d5105cabac322d68fa6add55e0ab7/pkg/cmd/pr/checks/aggregate.go,
    `eliminateDuplicates`); docs/decisions/0030 names what is not known of it.
    """
    given = tuple(checks)
    void, starts = _cancelled(given), _starts(given)
    runs: defaultdict[tuple[_Key, str], list[Check]] = defaultdict(list)
    for check in given:
        runs[_key(check), check.event].append(check)
    found = [check for alike in runs.values() for check in _standing(_attempts(alike, starts), void)]
    return tuple(sorted(found, key=lambda check: (check.name.casefold(), check.id)))


def _key(check: Check) -> _Key:
    """What runs of one check share, whatever event started them."""
    return check.name.casefold(), check.kind, check.workflow_path or check.workflow, check.app_id


def _cancelled(checks: Sequence[Check]) -> frozenset[str]:
    """The ids of runs that say nothing, since a newer one for the merge was made in their place.

    A workflow for pushes and pull requests with one concurrency group for both cancels itself at each push:
    the newer run cancels the older one
    (https://docs.github.com/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency).
    What waited for a cancelled job is skipped. Newer is what has the larger id: both may begin in one second.
    The test of the merge then decides, if it was not skipped; a push's never stands for it.
    """
    stopped = {check.run_url for check in checks if check.outcome is CheckOutcome.CANCELLED}
    merge: dict[_Key, int] = {}
    for check in checks:
        if check.event in _OF_A_MERGE and check.outcome not in IDLE:
            merge[_key(check)] = max(check.database_id, merge.get(_key(check), 0))
    return frozenset(
        check.id
        for check in checks
        if check.outcome in {CheckOutcome.CANCELLED, CheckOutcome.SKIPPED}
        and check.event not in _OF_A_MERGE
        and check.run_url in stopped
        and check.database_id < merge.get(_key(check), 0)
    )


def _standing(attempts: Iterable[list[Check]], void: Container[str]) -> list[Check]:
    """What counts of one check's runs; another app's newest word alone does. Those in `void` stand for none.

    A job that was skipped shows nothing of what it would have found: it supersedes only what passed. Beside
    a job of its own name that ran in the same attempt it does not count. Where jobs that share a name are
    run again one by one, each new run stands for one of those that have not passed.
    """
    standing: list[Check] = []
    for jobs in attempts:
        attempt = [check for check in jobs if check.id not in void]
        if not attempt:
            continue
        page = attempt[0].run_url
        ran = [check for check in attempt if check.outcome not in IDLE]
        left = [check for check in standing if check.outcome not in _PASSED]
        if ran or not page:
            left = [check for check in left if page and check.run_url == page][len(ran) :]
        standing = [*_without_copies(ran or attempt), *left]
    return standing


def _without_copies(attempt: Iterable[Check]) -> Iterable[Check]:
    """A job that is not run again may be listed in the new attempt too, with an id of its own and the times
    of before (not verified): of those alike in all else the first counts."""
    found: dict[tuple[datetime, datetime, CheckOutcome], Check] = {}
    for check in attempt:
        found.setdefault((_begun(check), _ended(check), check.outcome), check)
    return found.values()


def _attempts(runs: Iterable[Check], starts: Mapping[str, Sequence[datetime]]) -> list[list[Check]]:
    """The runs of one check by attempts of their workflow runs: those of one in turn, of several by ids."""
    by_page: defaultdict[str, dict[int, list[Check]]] = defaultdict(dict)
    for check in sorted(runs, key=lambda check: (_begun(check), check.database_id)):
        number = bisect_right(starts.get(check.run_url, ()), _begun(check))
        by_page[check.run_url or check.id].setdefault(number, []).append(check)
    found: list[tuple[tuple[int, str], list[Check]]] = []
    for attempts in by_page.values():
        firsts = (min((check.database_id, check.id) for check in attempt) for attempt in attempts.values())
        found += zip(accumulate(firsts, max), attempts.values(), strict=True)
    return [attempt for _, attempt in sorted(found, key=lambda each: each[0])]


def _starts(checks: Iterable[Check]) -> dict[str, list[datetime]]:
    """When each attempt of a workflow run began, by the run's page.

    GraphQL tells no number of an attempt, and all have one page. But a workflow run is run again once it has
    ended (not verified): what began before another of its jobs had ended is of the same attempt. Check runs
    of ours are no jobs, though GitHub files them under a run: they would wait for it, and it for them.
    """
    found: defaultdict[str, list[datetime]] = defaultdict(list)
    over: dict[str, datetime] = {}
    for check in sorted(checks, key=_begun):
        page = check.run_url
        if not page or _is_ours(check):
            continue
        if page not in over or _begun(check) > over[page]:
            found[page].append(_begun(check))
        over[page] = max(_ended(check), over.get(page, _ended(check)))
    return found


def _begun(check: Check) -> datetime:
    """When it began; one that waits for a runner will later than all that had."""
    return check.started_at or check.completed_at or _LATEST


def _ended(check: Check) -> datetime:
    return check.completed_at or _LATEST


def _is_ours(check: Check) -> bool:
    return check.name.casefold().startswith(OUR_CONTEXTS)
