"""A team with a repository on the embedded GitHub, and the product that runs for every event of it.

`Life` says in one word what the scenarios do again and again; what they assert stays in them.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from bugaction.console import Console
from bugaction.demo.product import InProcess
from bugaction.errors import BugactionError
from bugaction.issue_form import FIELDS
from bugaction.preflight import why_not_ours
from bugaction.sandbox.clock import SteppingClock
from bugaction.sandbox.entities import Comment, Review, WorkflowRun
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.people import People
from bugaction.sandbox.runs import JobRun, Runs
from bugaction.sandbox.server import GitHubServer
from bugaction.sandbox.state import State
from bugaction.sandbox.world import Event, World
from bugaction.telling import failure_report, tell
from tests.secrecy import hold_secret, keys_of, lines_of, logged, objects, outputs, sent
from tests.values import completed

__all__ = ["ANSWERS", "CONFIG", "RECORDS", "REDEPLOY", "STICKY", "Life", "Product", "begin", "form"]

STICKY = "<!-- bugaction:sticky v1 -->"
RECORDS = "bugaction/records"
CONFIG = ".github/bugaction.yml"

REDEPLOY = """\
on:
  workflow_dispatch:
    inputs:
      bug: {type: string}
      reason: {type: string}
      version: {type: string, required: true}
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps: []
"""
"""A workflow of the team's that deploys an older version again."""

ANSWERS: Mapping[str, str] = {
    "broken": "The checkout never ends.",
    "expected": "An order is made.",
    "actual": "The page spins for ever.",
    "steps": "1. Fill the cart\n2. Press Pay",
    "frequency": "Always",
    "environment": "Production",
    "platform": "Firefox 130",
    "app-version": "2.3",
    "api-version": "7",
    "parts": "checkout",
    "affected": "All users",
    "core-broken": "Yes",
}
"""A bug form filled so far that its report has no gaps."""


def form(answers: Mapping[str, str] = ANSWERS) -> str:
    """An issue's body as GitHub makes it from the bug form; what is not answered stands as such."""
    return "\n\n".join(f"### {label}\n\n{answers.get(key, '_No response_')}" for key, label in FIELDS.items())


@dataclass
class Product(InProcess):
    """The product with its error boundary: a run that cannot go on ends in a sentence and a code.

    Only our own errors are sentences. Anything else would be a traceback, and ends the test. With
    `preflight`, what that ends is not run, as in the Action; `ended` are those events.
    """

    preflight: bool = False
    ended: list[JobRun] = field(default_factory=list)

    def __call__(self, run: JobRun) -> Mapping[str, str]:
        """Run; an error of ours is told in the log as the command line tells it."""
        if self.preflight and why_not_ours(run.event_name, run.payload):
            self.ended.append(run)
            return {}
        try:
            return super().__call__(run)
        except BugactionError as error:
            report, code = failure_report(error)
            stream = io.StringIO()
            tell(report, Console(stream, in_actions=True), None, None)
            self.log.append(stream.getvalue())
            self.codes.append(int(code))
            return {}


@dataclass(frozen=True, slots=True)
class Life:
    """A world that is served, and the runs of its workflow.

    ana administers, mia maintains, bo and eve write, cy triages, dee is an outsider; `alerts` is a bot.
    """

    world: World
    server: GitHubServer
    product: Product
    runs: Runs

    # What people do --------------------------------------------------------------------------------------

    @property
    def people(self) -> People:
        """Everybody's deeds."""
        return self.world.people

    @property
    def state(self) -> State:
        """The repository as it is."""
        return self.world.state

    def pass_on(self) -> list[JobRun]:
        """The workflow runs for what has happened; then a minute goes by."""
        done = self.runs.drain()
        self.world.clock.advance(minutes=1)
        return done

    def configure(self, text: str) -> None:
        """Commit a configuration on the default branch, and let the workflow run for it."""
        branch = self.state.repository.default_branch
        self.people.push("ana", branch, {CONFIG: text}, "Configure the bug response")
        self.pass_on()

    def report(self, body: str = "It is broken.", *, title: str = "Checkout fails") -> int:
        """An outsider's report; gives its number."""
        number = self.people.open_issue("dee", title, body).number
        self.pass_on()
        return number

    def bug(self, label: str = "P1", body: str = "It is broken.") -> int:
        """A report that a maintainer labelled."""
        number = self.report(body)
        self.people.label("mia", number, label)
        self.pass_on()
        return number

    def triaged(self) -> int:
        """A P1 whose triage holds: reported in full, accepted, with a backup and a channel."""
        number = self.bug(body=form())
        self.say("bo", number, "/accept")
        self.say("cy", number, f"/assign backup @mia\n/channel incident-{number}")
        return number

    def settled(self) -> int:
        """A P1 whose cause is known as well: only a fix, and its release, are left to be made ready."""
        number = self.triaged()
        self.analyse(number)
        return number

    def analyse(self, number: int) -> None:
        """Fill in the root-cause analysis and choose a strategy."""
        words = (
            "/attest investigation the logs name one line\n/strategy hotfix one branch of the code is wrong"
        )
        self.say("bo", number, words)
        self.complete("bo", number, "root-cause-analysis")

    def complete(self, who: str, number: int, document: str) -> None:
        """Answer everything that a bug's document asks, in GitHub's editor, and let the workflow run."""
        branch, path, text = self.committed(number, document)
        self.people.edit_on_web(who, branch, {path: completed(text)}, "Write down what is known")
        self.pass_on()

    def committed(self, number: int, document: str) -> tuple[str, str, str]:
        """Where a bug's document lies (branch and path), and its text."""
        folder = f"documents/bugs/BUG-{number:03d}/"
        found = [
            (branch, path, text)
            for branch in (RECORDS, self.state.repository.default_branch)
            for path, text in self.files(branch).items()
            if path.startswith(folder) and document in path
        ]
        return found[0]

    def say(self, who: str, number: int, body: str) -> Comment:
        """Comment, and let the workflow run."""
        comment = self.people.comment(who, number, body)
        self.pass_on()
        return comment

    def fix(
        self, *bugs: int, branch: str = "fix/checkout", body: str = "", files: Mapping[str, str] | None = None
    ) -> int:
        """A pull request that fixes these bugs, with a test where no files are given; gives its number."""
        given = files if files is not None else {f"{branch}.py": "1\n", f"tests/test_{branch}.py": "1\n"}
        self.people.push("bo", branch, given, "Repair the checkout")
        words = body or "\n".join(f"Fixes #{number}" for number in bugs) or "No bug."
        number = self.people.open_pull("bo", "Repair the checkout", branch, body=words).number
        self.pass_on()
        return number

    def ready(self, pull: int) -> None:
        """What others owe a fix: CI passes, a maintainer approves its head, the release is prepared."""
        self.check(pull)
        self.approve("mia", pull)
        found = self.state.issues[pull]
        for number in sorted(int(text) for text in re.findall(r"Fixes #(\d+)", found.body)):
            self.prepare(number)

    def prepare(self, number: int) -> None:
        """What a release of a fix needs: notes, a way back that was tried, a look at staging."""
        if any("release-notes" in path for branch in (RECORDS, "main") for path in self.files(branch)):
            self.complete("bo", number, "release-notes")
        self.say("bo", number, "/attest rollback-tested on staging\n/attest staging paid an order there")

    def approve(self, who: str, pull: int, *, oid: str = "") -> Review:
        """Approve a pull request's head, or an older commit, and let the workflow run."""
        return self.review(who, pull, "approve", oid=oid)

    def review(self, who: str, pull: int, verdict: str, *, oid: str = "") -> Review:
        """Review ("approve", "request-changes", "comment"), and let the workflow run."""
        review = self.people.review(who, pull, verdict, oid=oid)
        self.pass_on()
        return review

    def check(self, pull: int, *jobs: str, conclusion: str = "success", workflow: str = "CI") -> WorkflowRun:
        """A workflow of the repository ran these jobs on a pull request's head and ended."""
        found = self.state.issues[pull].pull
        assert found is not None
        run = self.people.finish_workflow(
            workflow,
            oid=found.head_oid,
            branch=found.head,
            event="pull_request",
            jobs=dict.fromkeys(jobs or ("test",), conclusion),
        )
        self.pass_on()
        return run

    # What there is to see --------------------------------------------------------------------------------

    def labels(self, number: int) -> set[str]:
        """The labels on an issue."""
        return {label.name for label in self.state.labels_of(self.state.issues[number])}

    def ours(self, number: int) -> list[Comment]:
        """The product's comments on an issue, oldest first."""
        comments = [self.state.comments[id_] for id_ in self.state.issues[number].comments]
        us = self.runs.app or "github-actions"
        return [comment for comment in comments if comment.author == us]

    def stickies(self, number: int) -> list[str]:
        """The comments that show the state; there must never stay more than one."""
        return [comment.body for comment in self.ours(number) if comment.body.startswith(STICKY)]

    def sticky(self, number: int) -> str:
        """The one comment that shows the state."""
        (body,) = self.stickies(number)
        return body

    def reactions(self, comment: Comment) -> list[str]:
        """The reactions to a comment, in GraphQL's names."""
        return [each.content for each in self.state.reactions.get(node_id("IC", comment.id), ())]

    def head(self, pull: int) -> str:
        """The commit that a pull request offers."""
        found = self.state.issues[pull].pull
        assert found is not None
        return found.head_oid

    def said(self, oid: str) -> dict[str, tuple[str, str]]:
        """What the statuses on a commit say: context to state and text."""
        return {
            status.context: (status.state, status.description or "")
            for status in self.state.latest_statuses(oid).values()
        }

    def verdicts(self, pull: int) -> dict[str, tuple[str, str]]:
        """What the statuses on a pull request's head say."""
        return self.said(self.head(pull))

    def gate(self, pull: int) -> tuple[str, str]:
        """The roll-up on a pull request: state and text."""
        return self.verdicts(pull)["bugaction/gate"]

    def files(self, branch: str) -> dict[str, str]:
        """Every text file at the tip of a branch by path; nothing where there is no such branch."""
        head = self.state.head_of(branch)
        info = self.world.git.commit_info(head) if head else None
        paths = list(self.world.git.files(info.tree)) if info else []
        return {path: self.world.file(branch, path) or "" for path in paths}

    def document(self, number: int, branch: str = "main") -> str | None:
        """A bug's report as committed."""
        name = f"BUG-{number:03d}"
        return self.world.file(branch, f"documents/bugs/{name}/{name.lower()}-report-v1.0.md")

    def ledger(self, number: int) -> list[dict[str, object]]:
        """A bug's recorded decisions."""
        text = self.world.file(RECORDS, f"documents/bugs/BUG-{number:03d}/ledger.jsonl") or ""
        return [json.loads(line) for line in text.splitlines()]

    def decisions(self, number: int) -> list[str]:
        """The decisions in one word each: kind, name or severity, accepted or not; sorted."""
        lines = []
        for line in self.ledger(number):
            data = line.get("data", {})
            assert isinstance(data, dict)
            what = data.get("name") or data.get("severity") or data.get("pull") or ""
            lines.append(f"{line['actor']} {line['kind']} {what} {line['accepted']}".replace("  ", " "))
        return sorted(lines)

    def history(self, branch: str) -> int:
        """How many commits a branch holds."""
        head, count = self.state.head_of(branch), 0
        while head is not None:
            info = self.world.git.commit_info(head)
            assert info is not None
            count += 1
            head = info.parents[0] if info.parents else None
        return count

    def again(self, event: Event | None = None) -> int:
        """The workflow runs once more for an event (the last one by default); how often it wrote."""
        before = len(self.server.writes)
        self.runs.run(event or self.world.told[-1])
        return len(self.server.writes) - before

    @property
    def log(self) -> str:
        """Everything that the runs printed."""
        return "\n".join(self.product.log)

    def hold_secret(self, *besides: str) -> None:
        """Raises `AssertionError` where a token, an App's key or an address of a notification has come to
        light: in what stands at GitHub, was sent there, printed or handed on, and in what is given."""
        hold_secret(
            (
                *sent(self.world, self.server),
                *self.product.log,
                *self.product.summaries,
                *outputs(self.runs),
                *besides,
            ),
            *keys_of(self.runs.secrets.values()),
            keys=[line for app in self.server.tokens.apps.known.values() for line in lines_of(app.key)],
        )

    def outcome(self, number: int, *pulls: int) -> dict[str, object]:
        """All that a life leaves, without what differs between two equal lives: ids."""
        branch = self.state.repository.default_branch
        documents = {
            path: _without_ids(text)
            for path, text in {**self.files(branch), **self.files(RECORDS)}.items()
            if path.endswith(".md") and path.startswith("documents/")
        }
        return {
            "labels": sorted(self.labels(number)),
            "assignees": sorted(self.state.issues[number].assignees),
            "comments": sorted(_without_ids(comment.body) for comment in self.ours(number)),
            "documents": documents,
            "decisions": self.decisions(number),
            "statuses": {pull: self.verdicts(pull) for pull in pulls},
        }


def _without_ids(text: str) -> str:
    ids = (
        r"(issuecomment-|commit/|event-|reply:|sha256=|ledger BUG-\d+ )[0-9a-f]+"
        r"|\[[0-9a-f]{7} |[0-9a-f]{40}|IC_\w+|facts: .*|<sub>As of .*"
    )
    return re.sub(ids, r"\1", text)


@contextmanager
def begin(
    *,
    commit: bool = True,
    workflow: str = "",
    app: str = "",
    granted: Mapping[str, str] | None = None,
    clock: SteppingClock | None = None,
    url: str = "https://github.com",
    version: str = "",
    lacks: Collection[str] = (),
) -> Iterator[Life]:
    """A new team; with `commit`, its repository has a first commit. Every request keeps GitHub's contract.

    With `app` its workflow acts as that GitHub App: by a token that somebody made, or, where it was `granted`
    permissions (REST's names), by its id and key: then the preflight comes first. `clock` tells the time,
    otherwise one that stands still. `url` is the server's, `version` and `lacks` make it an Enterprise Server
    (`GitHubServer`).
    """
    with World(clock=clock, url=url) as world, GitHubServer(world, version=version, lacks=lacks) as server:
        for login, role in (
            ("ana", "admin"),
            ("mia", "maintain"),
            ("bo", "write"),
            ("eve", "write"),
            ("cy", "triage"),
        ):
            world.add_account(login, role=role)
        world.add_account("dee")
        world.add_account("alerts[bot]")
        if commit:
            world.people.push("ana", "main", {"README.md": "Shop.\n"}, "Start")
        world.events.clear()
        world.clock.advance(minutes=1)
        if granted is not None:
            server.tokens.add_app(app, granted)
        product = Product(world.clock, preflight=granted is not None)
        life = Life(world, server, product, Runs(server, product, workflow=workflow, app=app))
        with logged() as lines:
            yield life
        life.hold_secret(*objects(world), *lines)
        assert server.violations == []
        assert server.faults.pending == 0
        assert "Traceback" not in life.log
        assert not re.search(r"#\d+: a bug in bugaction", life.log)  # a sweep goes on behind it
