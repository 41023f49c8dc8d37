"""Which checks of others a fix has to pass: the fix gate's requirement on CI."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bugaction.bug import Bug
from bugaction.gates.approvals import contributors
from bugaction.gates.base import Verdict, rules_of
from bugaction.model import Evidence, Outcome
from bugaction.policy import Skipped
from bugaction.snapshot import Check, CheckKind, CheckOutcome, PullRequest

__all__ = ["OUR_CONTEXTS", "ChecksRequirement", "changes_ci", "newest", "watched"]

OUR_CONTEXTS = "bugaction/"
"""What every context of ours begins with: a gate never waits for itself."""

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

_MOST_NAMED = 3


def newest(checks: Iterable[Check]) -> tuple[Check, ...]:
    """The newest run of each check, sorted by name: a superseded run does not count.

    Runs of one name in two workflows are two checks, and so are a check run and a status of one name: where
    a rule requires the name, GitHub requires both
    (https://docs.github.com/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/troubleshooting-required-status-checks).
    """
    found: dict[tuple[str, CheckKind, str, int | None], Check] = {}
    for check in checks:
        key = (check.name.casefold(), check.kind, check.workflow_path or check.workflow, check.app_id)
        kept = found.get(key)
        if kept is None or check.database_id > kept.database_id:
            found[key] = check
    return tuple(sorted(found.values(), key=lambda check: (check.name.casefold(), check.id)))


def watched(bug: Bug, pull: PullRequest) -> tuple[tuple[Check, ...], tuple[str, ...]]:
    """The checks that count, newest of each, and the names among those to be watched that have none.

    What runs bugaction never counts, nor does what policy ignores. Where the rules of the branch cannot be
    seen, everything counts, as it does where they require nothing.
    """
    policy, rules = bug.policy.checks, rules_of(bug)
    ignored = {item.casefold() for item in (*policy.ignore, *bug.own_workflows)}
    present = [
        check
        for check in newest(pull.checks or ())
        if not check.name.casefold().startswith(OUR_CONTEXTS)
        and ignored.isdisjoint(item.casefold() for item in (check.name, check.workflow, check.workflow_path))
    ]
    watch = rules.watch if rules is not None and rules.watch is not None else policy.watch
    if watch == "required":
        names: Sequence[str] = [
            name for name in pull.required or () if not name.casefold().startswith(OUR_CONTEXTS)
        ]
        if not names:
            return tuple(present), ()
    else:
        names = watch
    wanted = {name.casefold(): name for name in names}
    found = {check.name.casefold() for check in present}
    missing = tuple(name for key, name in wanted.items() if key not in found)
    return tuple(check for check in present if check.name.casefold() in wanted), missing


def changes_ci(pull: PullRequest) -> bool:
    """Whether the pull request changes what its checks run: then its own word stands behind their green.

    A `pull_request` run takes the workflow file from the pull request itself
    (https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request).
    """
    folders = (".github/workflows/", ".github/actions/")
    return pull.files_cut or any(file.path.startswith(folders) for file in pull.files or ())


class ChecksRequirement:
    """CI passed on the very commit that will be merged."""

    id = "checks"
    sentence = "The watched checks passed on this commit"

    def check(self, bug: Bug, pull: PullRequest) -> Verdict:
        """Failed before missing before running; at least one must have really succeeded."""
        if pull.checks is None:
            needed = " and ".join(f"`{item}`" for item in pull.lacking) or "`checks: read`"
            return Verdict(
                Outcome.UNMET,
                "checks cannot be read",
                f"The job that runs bugaction needs {needed}; without it no fix can pass.",
            )
        rules = rules_of(bug)
        watch = rules.watch if rules is not None and rules.watch is not None else bug.policy.checks.watch
        if watch == ():
            return Verdict(Outcome.NOT_APPLICABLE)
        checks, missing = watched(bug, pull)
        return self._first_problem(bug, checks, missing) or self._trusted(bug, pull, checks)

    def _first_problem(self, bug: Bug, checks: Sequence[Check], missing: Sequence[str]) -> Verdict | None:
        broken = [check for check in checks if check.outcome in _BROKEN]
        if bug.policy.checks.skipped is Skipped.FAIL:
            broken += [check for check in checks if check.outcome in _IDLE]
        if broken:
            first = broken[0]
            problem = f"{_quoted(first)} {_BROKEN.get(first.outcome, 'was skipped')}"
            more = f", and {len(broken) - 1} more" if len(broken) > 1 else ""
            link = f"[Its log]({first.url}) says why" if first.url.startswith("https://") else "See why"
            return Verdict(Outcome.UNMET, problem + more, f"{link}; push a repair, or run it again.")
        running = [check for check in checks if check.outcome is CheckOutcome.PENDING]
        if running:
            more = f", and {len(running) - 1} more" if len(running) > 1 else ""
            return Verdict(
                Outcome.PENDING, f"{_quoted(running[0])} is still running{more}", "Wait until it has ended."
            )
        if missing:
            names = ", ".join(f'"{name}"' for name in missing[:_MOST_NAMED])
            problem = f"{names} {'has' if len(missing) == 1 else 'have'} not run on this commit"
            return Verdict(
                Outcome.UNMET, problem, "Start it on the newest commit; `checks.watch` names what is watched."
            )
        if not any(check.outcome is CheckOutcome.SUCCESS for check in checks):
            problem = "every check was skipped" if checks else "no check has run on this commit"
            remedy = (
                "Let CI run on pull requests; a repository that has none says `watch: []` under `checks`."
            )
            return Verdict(Outcome.UNMET, problem, remedy)
        return None

    def _trusted(self, bug: Bug, pull: PullRequest, checks: Sequence[Check]) -> Verdict:
        """Green, unless what made it green is part of the change, and nobody has looked at that."""
        passed = [check for check in checks if check.outcome is CheckOutcome.SUCCESS]
        named = ", ".join(check.name for check in passed[:_MOST_NAMED])
        more = f" and {len(passed) - _MOST_NAMED} more" if len(passed) > _MOST_NAMED else ""
        url = passed[0].url if passed[0].url.startswith("https://") else pull.url
        proof = Evidence(f"{named}{more} passed", url)
        if not changes_ci(pull):
            return Verdict(Outcome.MET, evidence=(proof,))
        own = contributors(pull)
        for line in bug.attested_on(self.id, pull.head_oid):
            if line.actor.casefold() not in own:
                word = Evidence(f"the change to CI was looked at by {line.actor}", line.data.get("url", ""))
                return Verdict(Outcome.MET, evidence=(proof, word))
        return Verdict(
            Outcome.UNMET,
            "it changes the workflows that check it",
            "Somebody who did not write it and has read that part of the change comments "
            f"`/attest checks {pull.head_oid[:7]} WHAT CHANGES THERE`.",
        )


def _quoted(check: Check) -> str:
    return f'"{check.name}"'
