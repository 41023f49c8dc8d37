"""Verdicts as check runs, where a GitHub App of the team's own reports them, and the way from one kind to the
other.

A run is completed at once and changed in place, never left open: GitHub ends one that is open for 14 days.
Red is `failure`; `neutral` and `skipped` would let a merge pass, and `action_required` offers a button that
nobody answers. Where a required name has a status and a check run, GitHub asks for both (docs.github.com,
"Troubleshooting required status checks"): so what was reported by the other kind is settled, once the
verdict stands in the new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bugaction.check_text import marked
from bugaction.checklists import requirement_line, words
from bugaction.escaping import link
from bugaction.gates import GATES
from bugaction.model import Actor
from bugaction.plan import Effect, Level, Notice, SetCheckRun, SetStatus
from bugaction.policy import Policy
from bugaction.posting import Head
from bugaction.pull_documents import judge
from bugaction.questions import AskRuns, Question
from bugaction.review import CheckKind, CheckOutcome
from bugaction.snapshot import OwnRun, OwnRuns, PullRequest, Snapshot, Status, StatusState
from bugaction.verdicts import CONTEXTS, ROLLUP, Judged, Word

__all__ = ["Reporting", "cut", "is_own_app", "reporting_of"]

_WORKFLOW = "github-actions[bot]"
"""The account of every workflow's GITHUB_TOKEN: its check runs land in a suite of GitHub's choice."""

_LONGEST = 65_535
"""Bytes of a summary and of a text: OpenAPI (`checks/create`) says characters, and GitHub refuses what
"exceeds a maximum bytesize of 65535" (github/docs#35252, dorny/test-reporter#57)."""

_SCREEN = 2_000
"""Characters of one line that a reader would rather see a part of than nothing."""

AS_RUN = "Reported as a check run of the same name"
"""What a status says once the verdict is reported as a check run."""
AS_STATUS = "Reported as a commit status of the same name"
"""What a check run says once the verdict is reported as a status."""


_NO_CHECKLIST = "There is no checklist: no bug that is looked after is fixed here, or nothing can be decided."


def is_own_app(viewer: Actor) -> bool:
    """Whether we act as an App that is not every workflow's."""
    return viewer.is_bot and not viewer.is_same(_WORKFLOW)


@dataclass(frozen=True, slots=True)
class Reporting:
    """How a run reports: as check runs, or as statuses, where `notices` say why although the other was asked
    for."""

    snapshot: Snapshot
    as_runs: bool = False
    notices: tuple[Notice, ...] = ()

    def seen(self) -> Snapshot:
        """The facts with our check runs in the place of statuses: what stands on a head is told by them
        then."""
        if not self.as_runs:
            return self.snapshot
        pulls = {
            number: replace(pull, statuses=self._standing(pull.head_oid, pull.statuses))
            for number, pull in self.snapshot.pulls.items()
        }
        group = self.snapshot.group
        if group is not None:
            group = replace(group, statuses=self._standing(group.head_oid, group.statuses))
        return replace(self.snapshot, pulls=pulls, group=group)

    def _standing(self, oid: str, statuses: Iterable[Status]) -> tuple[Status, ...]:
        viewer = self.snapshot.repository.viewer
        runs = self.snapshot.answers.runs.get(oid, OwnRuns()).runs
        oldest_first = sorted(runs, key=lambda run: run.id)
        found = {
            run.name.casefold(): Status(run.name, run.state, run.title, run.url, viewer)
            for run in oldest_first
        }
        others = [status for status in statuses if status.context.casefold() not in found]
        return (*found.values(), *others)

    def questions(self, heads: Iterable[Head]) -> set[Question]:
        """Which heads' check runs have to be known."""
        viewer = self.snapshot.repository.viewer
        if not self.as_runs and not is_own_app(viewer):
            return set()  # whatever another App has reported, only that one may change
        return {
            AskRuns(head.oid)
            for head in heads
            if head.oid not in self.snapshot.answers.runs and (self.as_runs or self._may_have_runs(head))
        }

    def _may_have_runs(self, head: Head) -> bool:
        """Whether a head may have check runs of ours from before: nothing was reported there as a status yet,
        or not since; or its checks show one that is not good."""
        viewer = self.snapshot.repository.viewer
        rollup = next((status for status in head.standing if status.context.casefold() == ROLLUP), None)
        if rollup is None or rollup.description == AS_RUN or not rollup.creator.is_same(viewer.login):
            return True
        slug = viewer.login.removesuffix("[bot]").casefold()
        checks = [check for number in head.pulls for check in self.snapshot.pulls[number].checks or ()]
        return any(
            check.app_slug.casefold() == slug
            and check.name.casefold() in CONTEXTS
            and check.outcome is not CheckOutcome.SUCCESS
            for check in checks
        )

    def effects(self, heads: Iterable[Head], judged: Mapping[int, Sequence[Judged]]) -> list[Effect]:
        """What has to be reported, the red before the green, and what is settled by it. `judged` are the bugs
        that each pull request is held by."""
        viewer = self.snapshot.repository.viewer.login
        found: list[Effect] = []
        for head in heads:
            runs = self.snapshot.answers.runs.get(head.oid, OwnRuns()).runs
            if self.as_runs:
                found += self._runs(head, runs, judged)
                found += self._settled_statuses(head)
            else:
                found += head.statuses(viewer)
                found += _settled_runs(head, runs)
        return found

    def _runs(
        self, head: Head, runs: Sequence[OwnRun], judged: Mapping[int, Sequence[Judged]]
    ) -> Iterator[SetCheckRun]:
        for word in head.words:
            summary, text = self._texts(word, head, judged)
            summary, mark = marked(summary, text)
            wanted = SetCheckRun(
                oid=head.oid,
                name=word.context,
                state=word.state,
                title=word.text,
                summary=summary,
                text=text,
                url=word.url,
                external_id=f"{word.context}@{head.oid}",
            )
            standing = [run for run in runs if run.name.casefold() == word.context]
            if not standing:
                yield wanted
            newest = max((run.id for run in standing), default=0)
            for run in standing:
                if not _says(run, word, mark):
                    yield replace(wanted, run=run.id, spare=run.id != newest)

    def _settled_statuses(self, head: Head) -> Iterator[SetStatus]:
        """What was reported as a status before, by whomever: nobody can take it away."""
        urls = {word.context: word.url for word in head.words}
        for status in _raw(self.snapshot, head):
            context = status.context.casefold()
            if context in urls and (status.state, status.description) != (StatusState.SUCCESS, AS_RUN):
                yield SetStatus(head.oid, context, StatusState.SUCCESS, AS_RUN, urls[context], settles=True)

    def _texts(self, word: Word, head: Head, judged: Mapping[int, Sequence[Judged]]) -> tuple[str, str]:
        server = "/".join(self.snapshot.repository.url.split("/")[:3])
        said = words(word.text, server)
        # The page alone: the comment on it may be made anew, which is no other verdict.
        page = word.url.partition("#")[0]
        where = link("the bug's comment" if "/issues/" in page else "the pull request", page, server)
        summary = f"{said}\n\nWhat it takes to get past it, boxes to tick and clocks: {where}."
        lines: list[str] = []
        for number in head.pulls:
            pull = self.snapshot.pulls.get(number)
            for bug in judged.get(number, ()) if pull is not None else ():
                lines += _checklist(word.context, bug, pull, server) if pull is not None else []
        text = "\n".join(lines).strip() or _NO_CHECKLIST
        return cut(summary, page, server), cut(text, page, server)


def reporting_of(snapshot: Snapshot, policy: Policy, refused: str) -> Reporting:
    """How this run reports. `refused` is what GitHub said when it took no check run, "" where it was not
    asked or did: the gates are then reported as statuses, and never not at all."""
    if policy.checks.kind is not CheckKind.CHECK_RUN:
        return Reporting(snapshot)
    why = refused or next((runs.refused for runs in snapshot.answers.runs.values() if runs.refused), "")
    if not is_own_app(snapshot.repository.viewer):
        text = (
            "`checks.kind: check-run` takes the token of a GitHub App of your own, by the inputs `app-id` "
            "and `app-private-key`: the gates are reported as statuses."
        )
    elif why:
        text = (
            "Check runs cannot be reported, so the gates are reported as statuses: "
            f"{why.rstrip('.')}. The App needs `checks: write`."
        )
    else:
        return Reporting(snapshot, as_runs=True)
    return Reporting(snapshot, notices=(Notice(Level.WARNING, text),))


def _raw(snapshot: Snapshot, head: Head) -> tuple[Status, ...]:
    """The statuses on a head as GitHub has them."""
    if snapshot.group is not None and snapshot.group.head_oid == head.oid:
        return snapshot.group.statuses
    return next((pull.statuses for pull in snapshot.pulls.values() if pull.head_oid == head.oid), ())


def _says(run: OwnRun, word: Word, mark: str) -> bool:
    """Whether a run says what it should. One that only links elsewhere on the same issue is left."""
    return (run.state, run.title, run.mark) == (word.state, word.text, mark) and run.url.partition("#")[
        0
    ] == word.url.partition("#")[0]


def _settled_runs(head: Head, runs: Sequence[OwnRun]) -> Iterator[SetCheckRun]:
    """What was reported as a check run before: what was red last, since by that a head is known to have some
    left (`Reporting._may_have_runs`), where a run ends in between."""
    urls = {word.context: word.url for word in head.words}
    for run in sorted(runs, key=lambda run: run.state is not StatusState.SUCCESS):
        name = run.name.casefold()
        if name in urls and (run.state, run.title) != (StatusState.SUCCESS, AS_STATUS):
            yield SetCheckRun(
                oid=head.oid,
                name=name,
                state=StatusState.SUCCESS,
                title=AS_STATUS,
                summary=f"{AS_STATUS}: see there.",
                text="",
                url=urls[name],
                external_id=f"{name}@{head.oid}",
                run=run.id,
                settles=True,
            )


def _checklist(context: str, judged: Judged, pull: PullRequest, server: str) -> Iterator[str]:
    """The requirements of one gate, or of all for the roll-up, as a pull request meets them for one bug."""
    bug = judged.bug
    yield f"### {link(bug.name, bug.issue.url, server)} in {link(f'#{pull.number}', pull.url, server)}"
    yield ""
    for gate in GATES.values():
        if not gate.blocks_merge or context not in (ROLLUP, gate.context) or judged.lost:
            continue
        result = judge(gate, bug, pull)
        passed = sum(item.outcome.passes for item in result.requirements)
        yield f"#### {gate.title}: {passed} of {len(result.requirements)}"
        yield ""
        for item in result.requirements:
            yield requirement_line(item, server, is_open=not bug.confidential)
        yield ""


def cut(text: str, url: str, server: str) -> str:
    """The text, cut where it is too long, with a link to the rest: between two lines, or, where the last line
    that begins is longer than a screen, between two words. The mark comes behind it."""
    room = _LONGEST - 200
    if len(text.encode()) <= room:
        return text
    rest = f"\n\n… {link('The rest is here', url, server)}."
    head = text.encode()[: room - len(rest.encode())].decode(errors="ignore")
    for end in ("\n", " "):
        whole, _, begun = head.rpartition(end)
        if whole.strip() and len(begun) < _SCREEN:
            return f"{whole.rstrip()}{rest}"
    return f"{head.rstrip()}{rest}"
