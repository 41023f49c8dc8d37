"""A team on the embedded GitHub for runs of the Action, and all that can be seen of its repository.

Two teams of the same deeds leave the same `view`. Their times are the machine's, so times and what is made
from them (commit ids, hashes) are not part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bugaction.issue_form import FIELDS
from bugaction.sandbox.clock import RunningClock
from bugaction.sandbox.runs import Runner, Runs
from bugaction.sandbox.server import GitHubServer
from bugaction.sandbox.world import World
from tests.secrecy import hold_secret, traces

__all__ = ["FORM", "WORKFLOW", "Team", "begin", "without_times"]

WORKFLOW = ".github/workflows/bugaction.yml"

FORM = "\n\n".join(f"### {label}\n\nThe {key} of it." for key, label in FIELDS.items())
"""An issue's body with an answer in every field of the bug form."""

_OF_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z| UTC)?"  # a moment
    r"|\b[0-9a-f]{7,64}\b"  # a commit, a hash
    r"|\d+ left this hour"  # what the runs before have left: act runs a job again for one that needs it
)


def without_times(text: str) -> str:
    """The text without what follows from the time of its making."""
    return _OF_TIME.sub("*", text)


@dataclass
class Team:
    """A served world. ana administers, mia maintains, bo writes, dee is an outsider."""

    world: World
    server: GitHubServer
    runs: Runs = field(init=False)

    def employ(self, runner: Runner, workflow: str) -> None:
        """Commit the workflow to the default branch; from now on the runner serves its jobs."""
        self.runs = Runs(self.server, runner, workflow=workflow)
        self.world.people.push("ana", "main", {WORKFLOW: workflow}, "Add the bug response")
        self.runs.skip()

    def report(self, label: str = "") -> int:
        """An outsider's report, complete from the start, whose events no run was started for."""
        number = self.world.people.open_issue("dee", "Checkout fails", FORM).number
        if label:
            self.world.people.label("mia", number, label)
        self.runs.skip()
        return number

    def labels(self, number: int) -> set[str]:
        """The labels on an issue."""
        state = self.world.state
        return {label.name for label in state.labels_of(state.issues[number])}

    def view(self) -> dict[str, object]:
        """Whatever there is to see, by a name: labels, issues, comments, commits, statuses, files."""
        state = self.world.state
        seen: dict[str, object] = {
            "labels": sorted((label.name, label.color, label.description) for label in state.labels.values())
        }
        for number, issue in state.issues.items():
            labels = sorted(label.name for label in state.labels_of(issue))
            seen[f"#{number}"] = (labels, sorted(issue.assignees), issue.is_open)
            for position, id_ in enumerate(issue.comments):
                comment = state.comments[id_]
                seen[f"#{number} comment {position}"] = (comment.author, without_times(comment.body))
        for ref, oid in state.refs.items():
            branch = without_times(ref)
            seen |= {f"{branch} commit {place}": each for place, each in enumerate(self._commits(oid))}
            seen |= {f"{branch}:{path}": text for path, text in self._files(oid).items()}
        return seen

    def _commits(self, oid: str) -> list[object]:
        """Author, message and latest statuses of a branch's commits, the newest first."""
        found: list[object] = []
        while oid:
            info = self.world.git.commit_info(oid)
            assert info is not None
            statuses = {
                status.context: (status.state, status.description, without_times(status.target_url or ""))
                for status in self.world.state.latest_statuses(oid).values()
            }
            found.append((info.author.name, without_times(info.message), statuses))
            oid = info.parents[0] if info.parents else ""
        return found

    def _files(self, oid: str) -> dict[str, str]:
        info = self.world.git.commit_info(oid)
        assert info is not None
        return {
            path: without_times((self.world.git.read(entry.oid) or ("", b""))[1].decode())
            for path, entry in self.world.git.files(info.tree).items()
        }


@contextmanager
def begin() -> Iterator[Team]:
    """A new team whose repository has one commit. Every request has to keep GitHub's contract."""
    with World(clock=RunningClock()) as world, GitHubServer(world) as server:
        for login, role in (("ana", "admin"), ("mia", "maintain"), ("bo", "write")):
            world.add_account(login, role=role)
        world.add_account("dee")
        world.people.push("ana", "main", {"README.md": "Shop.\n"}, "Start")
        yield Team(world, server)
        hold_secret(traces(world, server))
        assert server.violations == []
