"""The adapter against the embedded GitHub: what the writer writes, the reader reads back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from bugaction.errors import Forbidden, StaleHead, Transient
from bugaction.github import connect
from bugaction.model import LedgerFile, LedgerLine, RecordKind, Role
from bugaction.plan import (
    AddLabels,
    AppendLedger,
    CommitFiles,
    CreateComment,
    CreateLabel,
    FileChange,
    SetStatus,
    StartRecords,
)
from bugaction.ports import Connection, Targets
from bugaction.questions import AskBlob, AskCommits, AskPage, AskRevert, AskReview, AskRole, Question
from bugaction.records import RECORDS_BRANCH, format_lines, format_links, format_meta, ledger_path, links_path
from bugaction.register import index_path, readme_path, year_path
from bugaction.review import RevertClaim
from bugaction.sandbox.server import GitHubServer
from bugaction.sandbox.world import World
from bugaction.snapshot import (
    ChangeKind,
    CheckKind,
    CheckOutcome,
    PullRequest,
    ReviewState,
    Snapshot,
    StatusState,
)
from tests.sandboxed import populated

ROOT = "documents/bugs"


@dataclass
class Stage:
    """A repository with one bug and the pull request that fixes it, and our ports on it."""

    world: World
    server: GitHubServer
    ports: Connection
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


def test_a_large_register_is_read_by_its_blob() -> None:
    """GraphQL cuts it at 512 KB and tells its id; REST tells all of it. Small files need no more than one."""
    large = "ö" * 400_000
    with stage() as at:
        snapshot = start(at)
        assert snapshot.repository.records is not None
        files = (
            FileChange(index_path(ROOT), large),
            FileChange(readme_path(ROOT), "# Bugs\n"),
            FileChange(year_path(ROOT, 2026), "{}\n"),
        )
        commit = CommitFiles(RECORDS_BRANCH, snapshot.repository.records.oid, files, "X")
        [done] = at.ports.writer.apply([commit])
        assert done.error is None
        after = at.read()
        index, page = after.repository.register
        assert (index.path, index.text, page.text) == (index_path(ROOT), None, "# Bugs\n")
        asked: list[Question] = [AskBlob(index.oid)]
        asked += [AskPage(year_path(ROOT, year)) for year in (2026, 2025)]
        answers = at.ports.reader_for(ROOT).answer(after, asked).answers
        assert answers.blobs == {index.oid: large}
        assert [file.text for file in answers.pages[year_path(ROOT, 2026)]] == ["{}\n"]
        assert answers.pages[year_path(ROOT, 2025)] == ()


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


# Reviews and checks -------------------------------------------------------------------------------------


def reviewed(at: Stage) -> tuple[PullRequest, tuple[str, ...]]:
    """The pull request with what `AskReview` and `AskCommits` tell of it, and what could not be read."""
    found = at.ports.reader_for(ROOT).answer(at.read(), [AskReview(at.pull), AskCommits(at.pull)])
    return found.pulls[at.pull], found.unreadable


def test_a_review_is_read_as_it_was_given() -> None:
    """By people and bots, of this head and of an older one, taken back or not; a pending one is not there."""
    with stage() as at:
        people, world = at.world.people, at.world
        people.request_review("bob", at.pull, "mia")
        asked = world.clock()
        world.clock.advance(minutes=1)
        older = people.review("eve", at.pull, oid=head_of(at))
        people.push("bob", "repair", {"src/cart.py": "TOTAL = 3\n"}, "Repair more")
        world.clock.advance(minutes=1)
        people.review("mia", at.pull, "request-changes", "Why?")
        world.clock.advance(minutes=1)
        people.review("alerts[bot]", at.pull)
        people.request_review("bob", at.pull, "ana")
        people.begin_review("cy", at.pull)
        people.dismiss_review("ana", older.id)
        world.remove_account("eve")
        pull, unreadable = reviewed(at)
        assert [(item.author.login, item.state, item.oid, item.body) for item in pull.reviews or ()] == [
            ("ghost", ReviewState.DISMISSED, older.oid, ""),
            ("mia", ReviewState.CHANGES_REQUESTED, pull.head_oid, "Why?"),
            ("alerts[bot]", ReviewState.APPROVED, pull.head_oid, ""),
        ]
        assert older.oid != pull.head_oid
        assert (pull.requested_at, pull.lacking, unreadable) == (asked, (), ())
        assert pull.reviewers == ("ana",)


def test_checks_are_read_with_their_workflows_and_their_rules() -> None:
    """Of Actions, of another app, and statuses; what was superseded is there too."""
    with stage() as at:
        people, oid = at.world.people, head_of(at)
        people.protect("ana", "main", checks=["test", ("scan", 7)])
        people.protect("ana", "main", kind="classic", checks=["test", "old"])
        run = people.finish_workflow(
            "CI",
            oid=oid,
            branch="repair",
            event="pull_request",
            jobs={"test": "cancelled", "lint": "skipped"},
        )
        at.world.clock.advance(minutes=5)
        people.rerun("bob", run, {"test": "success"})
        people.check_run(oid, "scan", None, app="alerts")
        people.set_status("bob", oid, "test", "failure", "No.", "https://ci.example/1")
        pull, _ = reviewed(at)
        checks = {(item.name, item.database_id): item for item in pull.checks or ()}
        assert [(name, item.kind, item.outcome) for (name, _), item in sorted(checks.items())] == [
            ("lint", CheckKind.CHECK_RUN, CheckOutcome.SKIPPED),
            ("scan", CheckKind.CHECK_RUN, CheckOutcome.PENDING),
            ("test", CheckKind.STATUS, CheckOutcome.FAILURE),
            ("test", CheckKind.CHECK_RUN, CheckOutcome.CANCELLED),
            ("test", CheckKind.CHECK_RUN, CheckOutcome.SUCCESS),
        ]
        newest = checks[max(checks, key=lambda key: (key[0] == "test", key[1]))]
        assert (newest.app_slug, newest.app_id) == ("github-actions", 15368)
        assert (newest.workflow, newest.workflow_path) == ("CI", ".github/workflows/ci.yml")
        assert (newest.event, newest.completed_at) == ("pull_request", at.world.clock())
        scan = next(item for item in checks.values() if item.name == "scan")
        assert (scan.app_slug, scan.workflow, scan.workflow_path) == ("alerts", "", "")
        assert pull.required == ("test", "scan", "old")


def test_what_a_change_touches_and_who_made_it_is_read() -> None:
    """Files with their lines, an update of the branch and applied suggestions as such."""
    with stage() as at:
        people = at.world.people
        people.push("bob", "repair", {"tests/test_cart.py": "1\n2\n", "README.md": None}, "Test it")
        people.push("ana", "main", {"other.py": "1\n"}, "Something else")
        people.merge_base_into("bob", "repair", on_site=True)
        people.apply_suggestions("bob", "repair", {"tests/test_cart.py": "1\n3\n"}, "mia")
        pull, _ = reviewed(at)
        assert {(item.path, item.change, item.additions, item.deletions) for item in pull.files or ()} == {
            ("README.md", ChangeKind.DELETED, 0, 1),
            ("src/cart.py", ChangeKind.MODIFIED, 1, 1),
            ("tests/test_cart.py", ChangeKind.ADDED, 2, 0),
        }
        assert (pull.additions, pull.deletions, pull.changed_files, pull.files_cut) == (3, 2, 3, False)
        assert pull.base_oid == at.world.state.head_of("main")
        made = [
            (item.authors, item.is_from_github, pull.merges_base(item), item.may_be_suggestion)
            for item in pull.commits or ()
        ]
        assert made == [
            (("bob",), False, False, False),
            (("bob",), False, False, False),
            (("bob",), True, True, False),
            (("bob", "mia"), True, False, True),
        ]


def test_what_we_said_of_earlier_heads_is_read() -> None:
    """Of a head that a forced push replaced, with what stood below it, and of each commit; others' are told
    apart by who posted them."""
    with stage() as at:
        people = at.world.people

        def say(text: str) -> None:
            oid = at.world.state.head_of("repair") or ""
            status = SetStatus(oid, "bugaction/gate", StatusState.FAILURE, text, "https://x.test/issues/1")
            assert [item.error for item in at.ports.writer.apply([status])] == [None]

        say("first")
        people.push("bob", "repair", {"b.py": "1\n"}, "Go on")
        people.push("bob", "repair", {"b.py": "2\n"}, "Anew", start="main", force=True)
        say("second")
        people.set_status("bob", at.world.state.head_of("repair") or "", "ci", "success", "test")
        people.push("bob", "repair", {"b.py": "3\n"}, "Go on")
        say("third")
        people.set_status("bob", at.world.state.head_of("repair") or "", "bugaction/gate", "success", "mine")
        pull, _ = reviewed(at)
        said = [(item.description, item.creator.login) for item in pull.earlier]
        assert said == [
            ("first", "github-actions[bot]"),
            ("mine", "bob"),
            ("second", "github-actions[bot]"),
        ]


def test_hundreds_of_reviews_and_checks_come_page_by_page() -> None:
    """No later page is left out, and each costs a point."""
    with stage() as at:
        people, oid = at.world.people, head_of(at)
        with at.world.quietly():
            for number in range(101):
                people.review("mia", at.pull, "comment", str(number))
                people.check_run(oid, f"job {number:03}")
            people.set_status("bob", oid, "last")
            people.push("bob", "repair", {f"many/{number}.txt": "1\n" for number in range(150)}, "Many")
            for number in range(101):
                people.check_run(head_of(at), f"job {number:03}")
            people.set_status("bob", head_of(at), "last")
        known = at.read()
        before = at.ports.usage()
        found = at.ports.reader_for(ROOT).answer(known, [AskReview(at.pull)]).pulls[at.pull]
        assert (len(found.reviews or ()), len(found.checks or ()), len(found.files or ())) == (101, 102, 151)
        used = at.ports.usage()
        assert (used.reads - before.reads, used.points - before.points) == (4, 4)


@pytest.mark.parametrize("lacking", ["checks", "statuses", "actions"])
def test_a_permission_that_checks_need_is_named_where_it_is_lacking(lacking: str) -> None:
    """They are not half there; everything else is."""
    granted = {
        key: "read"
        for key in ("contents", "issues", "pull-requests", "checks", "statuses", "actions")
        if key != lacking
    }
    with stage(granted) as at:
        people = at.world.people
        people.review("mia", at.pull)
        people.finish_workflow("CI", oid=head_of(at), branch="repair", event="pull_request")
        people.set_status("bob", head_of(at), "ci")
        pull, unreadable = reviewed(at)
        assert (pull.checks, pull.lacking) == (None, (f"{lacking}: read",))
        assert (len(pull.reviews or ()), pull.required) == (1, ())
        assert f"The checks of a pull request cannot be read: the job needs `{lacking}: read`." in unreadable


def head_of(at: Stage) -> str:
    """The head of the stage's pull request."""
    found = at.world.state.issues[at.pull].pull
    assert found is not None
    return found.head_oid


def test_what_a_pull_request_takes_back_is_read_around_its_commits() -> None:
    """A merge, by its id and by its number; a mode; a link; a file that came and one that went."""
    with stage() as at:
        git, people = at.world.git, at.world.people
        people.push("ana", "main", {"run.sh": "1\n", "gone.py": "1\n"}, "Sell")
        people.push("bob", "change", {"new.py": "2\n", "gone.py": None}, "Change")
        info = git.commit_info(at.world.state.refs["refs/heads/change"])
        assert info is not None
        files = git.files(info.tree)
        script = {"run.sh": ("100755", files["run.sh"].oid), "link": ("120000", git.blob(b"run.sh"))}
        who = info.author
        people.push_commit(
            "bob", "change", git.commit(git.amend(info.tree, script), [info.oid], "Mode", who, who)
        )
        brought = people.open_pull("bob", "Change", "change").number
        merged = people.merge_pull("ana", brought).pull
        assert merged is not None
        back = people.revert_pull("bob", brought, body="It broke.").number
        found = at.world.state.issues[back].pull
        assert found is not None
        paths = ("gone.py", "link", "new.py", "run.sh")
        claim = RevertClaim(
            back, found.head_oid, found.base_oid, (found.base_oid,), (merged.merge_oid,), (brought,), paths
        )
        revert = at.ports.reader_for(ROOT).answer(at.read(), [AskRevert(claim)]).answers.reverts[claim]
        [commit] = revert.commits
        assert (commit.oid, commit.is_merged) == (merged.merge_oid, True)
        assert commit.changed == paths
        assert revert.head == commit.before
        assert revert.base == commit.after == revert.forks[0]
        assert (commit.before["gone.py"], commit.before["new.py"], commit.before["link"]) == (
            (0o100644, files["run.sh"].oid),
            None,
            None,
        )
        modes = [(side["run.sh"] or (0, ""))[0] for side in (commit.before, commit.after)]
        assert modes == [0o100644, 0o100755]
        assert (commit.after["link"] or (0, ""))[0] == 0o120000
