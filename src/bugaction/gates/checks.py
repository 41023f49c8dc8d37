"""Which checks of others a fix has to pass: the fix gate's requirement on CI."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import accumulate

from bugaction.bug import Bug
from bugaction.escaping import plain
from bugaction.gates.approvals import contributors
from bugaction.gates.base import Verdict, rules_of
from bugaction.links import OUR_CONTEXTS
from bugaction.model import Evidence, Outcome
from bugaction.policy import Skipped
from bugaction.snapshot import ChangeKind, Check, CheckKind, CheckOutcome, PullRequest

__all__ = ["ChecksRequirement", "changes_ci", "newest", "watched"]

_BROKEN = {
    CheckOutcome.FAILURE: "failed",
    CheckOutcome.ERROR: "failed",
    CheckOutcome.CANCELLED: "was cancelled",
    CheckOutcome.TIMED_OUT: "ran out of time",
    CheckOutcome.ACTION_REQUIRED: "waits for somebody to act",
    CheckOutcome.STARTUP_FAILURE: "could not start",
    CheckOutcome.STALE: "was given up",
}
_IDLE = frozenset({CheckOutcome.SKIPPED, CheckOutcome.NEUTRAL})
_PASSED = _IDLE | {CheckOutcome.SUCCESS}

_OF_A_MERGE = frozenset({"pull_request", "pull_request_target", "merge_group"})
"""Events whose runs stand for what a merge would make of the commit."""

_Key = tuple[str, CheckKind, str, int | None]

_LATEST = datetime.max.replace(tzinfo=UTC)

_MOST_NAMED = 3
_LONGEST_NAME = 60

_NO_CI = "Wait until CI has run on it. Only a repository without CI sets `watch: []` under `checks`."


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
        if check.event in _OF_A_MERGE and check.outcome not in _IDLE:
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
        ran = [check for check in attempt if check.outcome not in _IDLE]
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
        if not page or check.name.casefold().startswith(OUR_CONTEXTS):
            continue
        if page not in over or _begun(check) > over[page]:
            found[page].append(_begun(check))
        over[page] = max(_begun(check), _ended(check), over.get(page, _begun(check)))
    return found


def _begun(check: Check) -> datetime:
    """When it began; one that waits for a runner will later than all that had."""
    return check.started_at or check.completed_at or _LATEST


def _ended(check: Check) -> datetime:
    return check.completed_at or _LATEST


def _watch(bug: Bug) -> str | tuple[str, ...]:
    rules = rules_of(bug)
    return rules.watch if rules is not None and rules.watch is not None else bug.policy.checks.watch


def _wanted(bug: Bug, pull: PullRequest) -> dict[str, str]:
    """The names of the checks that must have run, by their case-folded form; none where everything counts.

    Where the rules of the branch cannot be seen, everything counts, as it does where they require nothing.
    """
    watch = _watch(bug)
    names = pull.required or () if isinstance(watch, str) else watch
    ours = isinstance(watch, str)
    return {
        name.casefold(): name for name in names if not (ours and name.casefold().startswith(OUR_CONTEXTS))
    }


def watched(bug: Bug, pull: PullRequest) -> tuple[tuple[Check, ...], tuple[str, ...]]:
    """The checks that count, newest of each, and the names among those to be watched that have none.

    What runs bugaction never counts, nor does what policy ignores.
    """
    ignored = {item.casefold() for item in (*bug.policy.checks.ignore, *bug.own_workflows)}
    present = [
        check
        for check in newest(pull.checks or ())
        if not check.name.casefold().startswith(OUR_CONTEXTS)
        and ignored.isdisjoint(item.casefold() for item in (check.name, check.workflow, check.workflow_path))
    ]
    wanted = _wanted(bug, pull)
    if not wanted:
        return tuple(present), ()
    found = {check.name.casefold() for check in present}
    missing = tuple(name for key, name in wanted.items() if key not in found)
    return tuple(check for check in present if check.name.casefold() in wanted), missing


def changes_ci(bug: Bug, pull: PullRequest) -> bool:
    """Whether the pull request may change what its checks run: then its own word stands behind their green.

    A `pull_request` run takes the workflow file from the pull request itself
    (https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request).
    Of a renamed file GraphQL tells the new path alone (schema, `PullRequestChangedFile`), so it may be a
    workflow that was moved away. That is seen where its check is wanted by name; where everything counts,
    nobody would miss it.
    """
    folders = (".github/workflows/", ".github/actions/")
    everything = not _wanted(bug, pull)
    return (
        pull.files is None
        or pull.files_cut
        or any(
            file.path.startswith(folders) or (everything and file.change is ChangeKind.RENAMED)
            for file in pull.files
        )
    )


class ChecksRequirement:
    """CI passed on the very commit that will be merged."""

    id = "checks"
    sentence = "The watched checks passed on this commit"

    def check(self, bug: Bug, pull: PullRequest) -> Verdict:
        """Failed before running before missing; at least one must have really succeeded."""
        if _watch(bug) == ():
            return Verdict(Outcome.NOT_APPLICABLE)
        if pull.checks is None:
            needed = " and ".join(f"`{item}`" for item in pull.lacking) or "`checks: read`"
            return Verdict(
                Outcome.UNMET,
                "checks cannot be read",
                f"The job that runs bugaction needs {needed}; without it no fix can pass.",
            )
        checks, missing = watched(bug, pull)
        problem = self._first_problem(bug, checks, missing)
        if problem is None and not _wanted(bug, pull):
            problem = _unfinished(checks)
        return problem or self._trusted(bug, pull, checks)

    def _first_problem(self, bug: Bug, checks: Sequence[Check], missing: Sequence[str]) -> Verdict | None:
        broken = [check for check in checks if check.outcome in _BROKEN]
        if bug.policy.checks.skipped is Skipped.FAIL:
            broken += [check for check in checks if check.outcome in _IDLE]
        if broken:
            first = broken[0]
            problem = f"{_quoted(first, checks)} {_BROKEN.get(first.outcome, 'was skipped')}"
            more = f", and {len(broken) - 1} more" if len(broken) > 1 else ""
            link = f"[Its log]({first.url}) says why" if first.url.startswith("https://") else "See why"
            return Verdict(Outcome.UNMET, problem + more, f"{link}; push a repair, or run it again.")
        running = [check for check in checks if check.outcome is CheckOutcome.PENDING]
        if running:
            more = f", and {len(running) - 1} more" if len(running) > 1 else ""
            problem = f"{_quoted(running[0], checks)} is still running{more}"
            return Verdict(Outcome.PENDING, problem, "Wait until it has ended.")
        if missing:
            names = ", ".join(f'"{plain(name, _LONGEST_NAME)}"' for name in missing[:_MOST_NAMED])
            more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
            problem = f"{names}{more} {'has' if len(missing) == 1 else 'have'} not run on this commit"
            return Verdict(
                Outcome.UNMET, problem, "Start it on the newest commit; `checks.watch` names what is watched."
            )
        if not any(check.outcome is CheckOutcome.SUCCESS for check in checks):
            problem = "every check was skipped" if checks else "no check has run on this commit"
            return Verdict(Outcome.UNMET, problem, _NO_CI)
        return None

    def _trusted(self, bug: Bug, pull: PullRequest, checks: Sequence[Check]) -> Verdict:
        """Green, unless what made it green is part of the change, and nobody has looked at that."""
        passed = [check for check in checks if check.outcome is CheckOutcome.SUCCESS]
        names = list(dict.fromkeys(check.name for check in passed))
        named = ", ".join(plain(name, _LONGEST_NAME) for name in names[:_MOST_NAMED])
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        url = passed[0].url if passed[0].url.startswith("https://") else pull.url
        proof = Evidence(f"{named}{more} passed", url)
        if not changes_ci(bug, pull):
            return Verdict(Outcome.MET, evidence=(proof,))
        own, words = contributors(pull), bug.attested_on(self.id, pull)
        for line in words:
            if line.actor.casefold() not in own:
                word = Evidence(
                    f"the change to CI was looked at by {line.actor}",
                    line.data.get("url", ""),
                    line.actor,
                    line.at,
                )
                return Verdict(Outcome.MET, evidence=(proof, word))
        problem = "it may change the workflows that check it"
        if words:
            problem = f"{words[-1].actor} worked on it, and cannot vouch for its workflows"
        return Verdict(
            Outcome.UNMET,
            problem,
            "Somebody who did not work on it and has read what it changes there comments "
            f"`/attest {self.id} {pull.head_oid[:7]} WHAT IT CHANGES`.",
        )


def _unfinished(checks: Sequence[Check]) -> Verdict | None:
    """Where everything counts, a workflow that still runs may bring more: a job that waits for another gets
    its check run when its turn comes (not verified)."""
    waiting = [check for check in checks if not check.is_run_over]
    if not waiting:
        return None
    first = waiting[0]
    name, event = plain(first.workflow or first.name, _LONGEST_NAME), _event(first, checks)
    return Verdict(Outcome.PENDING, f'the workflow "{name}"{event} has not ended', "Wait until it has ended.")


def _quoted(check: Check, checks: Iterable[Check]) -> str:
    """Its name, with its event where that tells it from another."""
    alike = [each for each in checks if each.name.casefold() == check.name.casefold()]
    return f'"{plain(check.name, _LONGEST_NAME)}"{_event(check, alike)}'


def _event(check: Check, others: Iterable[Check]) -> str:
    """The event behind it as GitHub's pages show it, where one of the others has another."""
    events = {each.event for each in others if each.event}
    return f" ({plain(check.event)})" if check.event and len(events) > 1 else ""
