"""Which checks of others a fix has to pass: the fix gate's requirement on CI."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bugaction.bug import Bug
from bugaction.check_choice import IDLE, event_beside, of_others
from bugaction.escaping import plain
from bugaction.gates.approvals import contributors
from bugaction.gates.base import Verdict, rules_of
from bugaction.links import OUR_CONTEXTS
from bugaction.model import Evidence, Outcome
from bugaction.policy import Skipped
from bugaction.snapshot import ChangeKind, Check, CheckOutcome, PullRequest

__all__ = ["ChecksRequirement", "changes_ci", "watched"]

_BROKEN = {
    CheckOutcome.FAILURE: "failed",
    CheckOutcome.ERROR: "failed",
    CheckOutcome.CANCELLED: "was cancelled",
    CheckOutcome.TIMED_OUT: "ran out of time",
    CheckOutcome.ACTION_REQUIRED: "waits for somebody to act",
    CheckOutcome.STARTUP_FAILURE: "could not start",
    CheckOutcome.STALE: "was given up",
}

_MOST_NAMED = 3
_LONGEST_NAME = 60

_NO_CI = "Wait until CI has run on it. Only a repository without CI sets `watch: []` under `checks`."


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
    present = of_others(pull.checks or (), (*bug.policy.checks.ignore, *bug.own_workflows))
    wanted = _wanted(bug, pull)
    if not wanted:
        return present, ()
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
            broken += [check for check in checks if check.outcome in IDLE]
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
    """The event that tells it from others, as GitHub's pages show it."""
    event = event_beside(check, others)
    return f" ({plain(event)})" if event else ""
