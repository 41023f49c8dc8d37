"""What a fix may be made of: the fix gate's requirements on the change itself."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from bugaction.bug import Bug
from bugaction.escaping import plain
from bugaction.gates.base import Verdict, evidence_of, lacking, rules_of, waits_for_severity
from bugaction.gates.inverse import unless_inverse
from bugaction.model import Evidence, Outcome
from bugaction.paths import matches
from bugaction.snapshot import ChangedFile, ChangeKind, PullRequest
from bugaction.task_list import tasks

__all__ = ["LinkedRequirement", "MinimalRequirement", "RegressionTestRequirement", "TasksRequirement"]

_LATER = timedelta(days=1)
"""How long after a raise what may follow the merge of a fix in the fast lane is due."""

_LONGEST_PATH = 120


@lru_cache(maxsize=32)
def _tests(patterns: tuple[str, ...], files: tuple[ChangedFile, ...]) -> frozenset[str]:
    """The paths of those files that hold tests.

    Remembered, since a run judges a fix for its statuses, for the comment and once more to confirm: of 3,000
    files, the most that GitHub lists, that would be most of its time.
    """
    return frozenset(file.path for file in files if any(matches(item, file.path) for item in patterns))


def _lines(count: int) -> str:
    return f"{count} line{'' if count == 1 else 's'}"


class LinkedRequirement:
    """The pull request says which bug it fixes."""

    id = "linked"
    sentence = "The pull request is linked to the bug"

    def check(self, bug: Bug, pull: PullRequest) -> Verdict:
        """Met by being judged at all: only what is linked is."""
        return Verdict(Outcome.MET, evidence=(Evidence(f"#{pull.number} fixes #{bug.number}", pull.url),))


class RegressionTestRequirement:
    """A test that would have caught the bug comes with the fix."""

    id = "regression-test"
    sentence = "A regression test is part of the change"

    def check(self, bug: Bug, pull: PullRequest) -> Verdict:
        """Met by a test file that is new or gains lines; never deferred. An inverse brings nothing to
        test."""
        return unless_inverse(bug, pull, self._by_files(bug, pull))

    def _by_files(self, bug: Bug, pull: PullRequest) -> Verdict:
        if pull.files is None:
            return Verdict(Outcome.UNMET, "its files cannot be read", "Comment `/recheck` in a minute.")
        tests = _tests(bug.policy.fix.tests, pull.files)
        gained = [
            file
            for file in pull.files
            if file.change is not ChangeKind.DELETED and file.additions > 0 and file.path in tests
        ]
        if gained:
            more = f" and {len(gained) - 1} more" if len(gained) > 1 else ""
            named = f"{plain(gained[0].path, _LONGEST_PATH)}{more}"
            return Verdict(Outcome.MET, evidence=(Evidence(named, f"{pull.url}/files"),))
        return Verdict(
            Outcome.UNMET,
            "no test is added or extended",
            "Add a test that fails without the fix; `fix.tests` says which paths hold tests.",
        )


class MinimalRequirement:
    """The fix fixes, and does nothing else."""

    id = "minimal-change"
    sentence = "The change is minimal"

    def check(self, bug: Bug, pull: PullRequest) -> Verdict:
        """By labels, by size at this severity, or by somebody's word for this commit. An inverse is as large
        as what it takes back."""
        return unless_inverse(bug, pull, self._by_what_it_is(bug, pull))

    def _by_what_it_is(self, bug: Bug, pull: PullRequest) -> Verdict:
        rules = rules_of(bug)
        if rules is None:
            return waits_for_severity()
        words = bug.attested_on(self.id, pull)
        if words:
            return Verdict(Outcome.MET, evidence=(evidence_of(words[-1]),))
        word = f"or say why it has to be so: `/attest {self.id} {pull.head_oid[:7]} REASON`."
        barred = {name.casefold() for name in bug.policy.fix.not_minimal}
        labels = [label.name for label in pull.labels if label.name.casefold() in barred]
        if labels:
            problem = f'the label "{plain(labels[0])}" says that it is more than a fix'
            return lacking(bug, problem, f"Move the rest into a pull request of its own, {word}", _LATER)
        if rules.most_lines is None:
            return Verdict(Outcome.MET, evidence=(Evidence("no label says otherwise", pull.url),))
        if pull.files is None:
            return Verdict(Outcome.UNMET, "its files cannot be read", "Comment `/recheck` in a minute.")
        return self._by_size(bug, pull, rules.most_lines, word)

    def _by_size(self, bug: Bug, pull: PullRequest, most: int, word: str) -> Verdict:
        root = f"{bug.policy.documents.root}/"
        files = pull.files or ()
        tests = _tests(bug.policy.fix.tests, files)
        counted = [file for file in files if file.path not in tests and not file.path.startswith(root)]
        lines = sum(file.additions + file.deletions for file in counted)
        if lines > most or pull.files_cut:
            at_least = "at least " if pull.files_cut else ""
            problem = (
                f"it changes {at_least}{_lines(lines)} beside tests; {bug.severity.current} allows {most}"
            )
            return lacking(bug, problem, f"Leave out what the fix does not need, {word}", _LATER)
        return Verdict(
            Outcome.MET, evidence=(Evidence(f"{_lines(lines)} beside tests, of {most}", f"{pull.url}/files"),)
        )


class TasksRequirement:
    """What the pull request's own list promises is done."""

    id = "tasks"
    sentence = "The pull request's own task list is done"

    def check(self, bug: Bug, pull: PullRequest) -> Verdict:
        """Open items count, unless marked as optional or not applicable; a bot's list promises nothing, and
        an inverse's does not matter."""
        return unless_inverse(bug, pull, self._by_list(bug, pull))

    def _by_list(self, bug: Bug, pull: PullRequest) -> Verdict:
        if pull.author.is_bot:
            return Verdict(Outcome.NOT_APPLICABLE)
        listed = tasks(pull.body)
        if not listed:
            return Verdict(Outcome.NOT_APPLICABLE)
        waiting = [task for task in listed if not task.is_done and not task.is_waived]
        if waiting:
            more = f", and {len(waiting) - 1} more" if len(waiting) > 1 else ""
            problem = f'"{plain(waiting[0].text)}" is not ticked{more}'
            remedy = f"Tick it in [the description]({pull.url}), or mark it `N/A` or `(optional)`."
            return lacking(bug, problem, remedy, _LATER)
        return Verdict(Outcome.MET, evidence=(Evidence(f"{len(listed)} of {len(listed)}", pull.url),))
