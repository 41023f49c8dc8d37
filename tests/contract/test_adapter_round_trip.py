"""The adapter against the embedded GitHub: what the writer writes, the reader reads back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bugaction.errors import Forbidden, StaleHead, Transient
from bugaction.github import Connected, connect
from bugaction.model import LedgerFile, LedgerLine, RecordKind, Role
from bugaction.plan import (
    AddLabels,
    AppendLedger,
    AskCommits,
    AskRole,
    CommitFiles,
    CreateComment,
    CreateLabel,
    FileChange,
    SetStatus,
    StartRecords,
)
from bugaction.ports import Targets
from bugaction.records import RECORDS_BRANCH, format_lines, format_links, format_meta, ledger_path, links_path
from bugaction.sandbox.server import GitHubServer
from bugaction.sandbox.world import World
from bugaction.snapshot import Snapshot, StatusState
from tests.sandboxed import populated

ROOT = "documents/bugs"


@dataclass
class Stage:
    """A repository with one bug and the pull request that fixes it, and our ports on it."""

    world: World
    server: GitHubServer
    ports: Connected
    bug: int
    pull: int

    def read(self) -> Snapshot:
        return self.ports.reader_for(ROOT).read(Targets(issues=(self.bug,)))

    def record(self, evidence: str, snapshot: Snapshot) -> AppendLedger:
        """A decision added to the ledger as the snapshot shows it."""
        line = LedgerLine(
            RecordKind.SEVERITY, evidence, "ana", self.world.clock(), accepted=True, role=Role.ADMIN
        )
        records = snapshot.repository.records
        ledger = snapshot.bugs[self.bug].ledger
        return AppendLedger(
            branch=RECORDS_BRANCH,
            expected_oid=records.oid if records is not None else "",
            files={ledger_path(ROOT, self.bug): format_lines(ledger, [line], self.bug)},
            lines=(line,),
            message="Record",
        )


@contextmanager
def stage(permissions: dict[str, str] | None = None) -> Iterator[Stage]:
    with populated() as world, GitHubServer(world) as server:
        people = world.people
        bug = people.open_issue("dee", "It broke", "It is broken.", labels=["bug"]).number
        people.push("bob", "repair", {"src/cart.py": "TOTAL = 2\n"}, "Repair")
        pull = people.open_pull("bob", "Repair", "repair", body=f"Fixes #{bug}").number
        naps: list[float] = []
        ports = connect(
            token=server.tokens.for_job(permissions).value,
            repository="octo/shop",
            api_url=server.api_url,
            graphql_url=server.graphql_url,
            config=".github/bugaction.yml",
            clock=world.clock,
            sleep=naps.append,
        )
        yield Stage(world, server, ports, bug, pull)
        assert server.violations == []
        assert server.faults.pending == 0


def start(at: Stage) -> Snapshot:
    """The records branch with its first decision, read back."""
    first = at.read()
    begin = StartRecords(RECORDS_BRANCH, format_meta(at.world.clock()))
    done = at.ports.writer.apply([begin, at.record("LE_1", first)])
    assert [item.error for item in done] == [None, None]
    return at.read()


def test_what_is_written_is_read_back() -> None:
    """Records, decisions, statuses, labels, comments and documents, each where it belongs."""
    with stage() as at:
        snapshot = start(at)
        assert snapshot.repository.records is not None
        assert snapshot.repository.default is not None
        bug, pull = snapshot.bugs[at.bug], snapshot.pulls[at.pull]
        assert [line.evidence for line in bug.ledger.lines] == ["LE_1"]
        assert (bug.pulls, pull.closing) == ((at.pull,), (at.bug,))
        done = at.ports.writer.apply(
            [
                SetStatus(pull.head_oid, "bugaction/gate", StatusState.SUCCESS, "ok", ""),
                SetStatus(pull.head_oid, "bugaction/fix", StatusState.FAILURE, "no", ""),
                CreateLabel("phase: fix", "c5def5", "Phase"),
                AddLabels(bug.issue.id, at.bug, ("phase: fix",), ("",)),
                CreateComment(bug.issue.id, at.bug, "<!-- m -->", "<!-- m -->\nhello"),
                CommitFiles(
                    "main", snapshot.repository.default.oid, (FileChange("documents/x.md", "# X\n"),), "X"
                ),
            ]
        )
        assert [item.error for item in done] == [None] * 6
        after = at.read()
        statuses = {item.context: item.state.value for item in after.pulls[at.pull].statuses}
        assert statuses == {"bugaction/gate": "success", "bugaction/fix": "failure"}
        assert after.bugs[at.bug].issue.has_label("phase: fix")
        assert [item.author.login for item in after.bugs[at.bug].issue.comments] == ["github-actions[bot]"]
        assert at.world.file("main", "documents/x.md") == "# X\n"


def test_two_writers_of_one_ledger_lose_nothing() -> None:
    """The second finds the branch moved, reads again, and adds to what the first wrote."""
    with stage() as at:
        snapshot = start(at)
        mine, theirs = at.record("LE_2", snapshot), at.record("LE_3", snapshot)
        assert at.ports.writer.apply([theirs])[0].error is None
        assert isinstance(at.ports.writer.apply([mine])[0].error, StaleHead)
        assert at.ports.writer.apply([at.record("LE_2", at.read())])[0].error is None
        lines = at.read().bugs[at.bug].ledger.lines
        assert [line.evidence for line in lines] == ["LE_1", "LE_3", "LE_2"]


def test_lines_of_others_decide_nothing() -> None:
    """Neither a person's edit on the web, which GitHub signs, nor a push that carries our address."""
    with stage() as at:
        snapshot = start(at)
        path = ledger_path(ROOT, at.bug)
        forged = format_lines(LedgerFile(), at.record("LE_9", snapshot).lines, at.bug)
        text = at.world.file(RECORDS_BRANCH, path)
        at.world.people.edit_on_web("ana", RECORDS_BRANCH, {path: f"{text}{forged}"}, "Edit")
        address = "41898282+github-actions[bot]@users.noreply.github.com"
        at.world.people.anonymous_commit(RECORDS_BRANCH, {path: f"{text}{forged}{forged}"}, address)
        ledger = at.read().bugs[at.bug].ledger
        assert [line.evidence for line in ledger.lines] == ["LE_1"]
        assert ledger.foreign == (2, 3)


def test_recorded_links_come_with_a_pull_request_s_detail() -> None:
    """One that came along with its bug has none; its commits bring them."""
    with stage() as at:
        snapshot = start(at)
        assert snapshot.repository.records is not None
        line = LedgerLine(
            RecordKind.LINK, "PR_1#1", "bob", at.world.clock(), accepted=True, data={"bug": str(at.bug)}
        )
        text = format_links(LedgerFile(), [line], at.pull)
        at.ports.writer.apply(
            [
                AppendLedger(
                    RECORDS_BRANCH,
                    snapshot.repository.records.oid,
                    {links_path(ROOT, at.pull): text},
                    (line,),
                    "Link",
                )
            ]
        )
        known = at.read()
        assert known.pulls[at.pull].links is None
        asked = at.ports.reader_for(ROOT).answer(known, [AskCommits(at.pull), AskRole("bob"), AskRole("dee")])
        assert asked.pulls[at.pull].recorded == (at.bug,)
        commits = asked.pulls[at.pull].commits or ()
        assert [commit.authors for commit in commits] == [("bob",)]
        assert (asked.answers.role("bob"), asked.answers.role("dee")) == (Role.WRITE, Role.READ)


def test_a_guarded_branch_sends_documents_to_the_records() -> None:
    """The rule is seen beforehand, and its refusal is borne all the same."""
    with stage() as at:
        start(at)
        at.world.people.protect("ana", "main", pull_request=True)
        snapshot = at.read()
        assert snapshot.repository.default is not None
        assert snapshot.repository.default.protected is True
        report = CommitFiles(
            "main",
            snapshot.repository.default.oid,
            (FileChange("documents/x.md", "# X\n"),),
            "X",
            fallback=RECORDS_BRANCH,
        )
        [done] = at.ports.writer.apply([report])
        assert (done.error, done.branch) == (None, RECORDS_BRANCH)
        assert at.world.file(RECORDS_BRANCH, "documents/x.md") == "# X\n"


def test_faults_of_a_read_are_ridden_out_and_those_of_a_write_are_not() -> None:
    """A write that was carried out before its answer was lost is found by the next read, and not repeated."""
    with stage() as at:
        faults = at.server.faults
        faults.fail(502, operation="Snapshot")
        faults.drop(operation="Snapshot")
        snapshot = at.read()
        faults.fail(500, acts=True, operation="mutation")
        comment = CreateComment(snapshot.bugs[at.bug].issue.id, at.bug, "<!-- m -->", "<!-- m -->\nhello")
        [done] = at.ports.writer.apply([comment])
        assert isinstance(done.error, Transient)
        assert len(at.read().bugs[at.bug].issue.comments) == 1


def test_a_job_without_permissions_is_told_which() -> None:
    """Reading works, each write names what it needs."""
    reading = {"contents": "read", "issues": "read", "pull-requests": "read", "statuses": "read"}
    with stage(reading) as at:
        snapshot = at.read()
        head = snapshot.pulls[at.pull].head_oid
        status = SetStatus(head, "bugaction/gate", StatusState.FAILURE, "no", "")
        done = at.ports.writer.apply([status, StartRecords(RECORDS_BRANCH, "{}\n")])
        done += at.ports.writer.apply([CreateComment(snapshot.bugs[at.bug].issue.id, at.bug, "m", "m")])
        assert [type(item.error) for item in done] == [Forbidden] * 3
        assert [item.error.remedy for item in done if item.error is not None] == [
            "Give the job `statuses: write` in the workflow's `permissions:`.",
            "Give the job `contents: write` in the workflow's `permissions:`.",
            "Give the job `issues: write` in the workflow's `permissions:`.",
        ]
