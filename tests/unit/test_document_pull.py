"""When a bug's documents are brought to the default branch, by which commit, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.bug import Bug
from bugaction.carrier import AskCarrier, Carrier, CarrierPull
from bugaction.document_pull import DOCUMENTS_LABEL, Brought, bring, told, unopened_lines
from bugaction.links import linked_bugs
from bugaction.model import Actor, LedgerFile, LedgerLine, RecordKind
from bugaction.plan import BringDocuments, CreateLabel, FileChange, OpenPull
from bugaction.policy import Delivery, Documents, Policy
from bugaction.questions import AskLabel
from bugaction.snapshot import Branch, IssueState, Repository, TextFile
from bugaction.unstarted import unopened_words
from tests.unit.bugs import bug, said
from tests.unit.documents.stories import with_state
from tests.values import BASE, VIEWER, at, issue, pull, repository

FOLDER = "documents/bugs/BUG-042"
REPORT = f"{FOLDER}/bug-042-report-v1.0.md"
NOTES = f"{FOLDER}/release-notes-bug-042-v1.0.md"
RECORDS = "bugaction/records"
BRANCH = "bugaction/bug-042"
HEAD, TREE, MAIN = "c" * 40, "e" * 40, "a" * 40
LABELS = {DOCUMENTS_LABEL: "LA_1"}
NOBODY = Carrier(MAIN, TREE)
OURS = Carrier(MAIN, TREE, HEAD, is_ours=True, parents=(MAIN,), files={REPORT: "A report.\n"})
OPEN = CarrierPull(9, f"{BASE}/pull/9", "main")
CLOSED = replace(OPEN, closed_at=at(60))


def guarded(**changes: object) -> Repository:
    """A repository whose default branch is protected."""
    return replace(repository(default=Branch("main", MAIN, protected=True)), **changes)  # type: ignore[arg-type]


def closed(carrier: Carrier | None = None, *lines: LedgerLine, **changes: object) -> Bug:
    """A bug that is closed as completed, with a report on the records branch."""
    state = changes.pop("state", IssueState.COMPLETED)
    files = changes.pop("files", (TextFile(REPORT, "A report.\n", RECORDS),))
    whole = bug(ledger=LedgerFile(lines=lines), carrier=carrier, **changes)  # type: ignore[arg-type]
    facts = replace(whole.facts, issue=issue(state=state), documents=files)  # type: ignore[arg-type]
    return with_state(replace(whole, facts=facts))


def done(whole: Bug, where: Repository | None = None) -> Brought:
    """What becomes of it where the label is there."""
    return bring(whole, where or guarded(), LABELS)


# When -----------------------------------------------------------------------------------------------------


def test_the_end_of_a_bug_brings_its_documents() -> None:
    """The branch is looked at first; then it is made from the default branch's head, and opened from."""
    assert done(closed()) == Brought(questions=frozenset({AskCarrier(42)}))
    commit, opened = done(closed(NOBODY)).effects
    assert commit == BringDocuments(
        42, BRANCH, "", (MAIN,), TREE, (FileChange(REPORT, "A report.\n"),), "BUG-042: bring bug report"
    )
    assert isinstance(opened, OpenPull)
    assert (opened.branch, opened.base, opened.labels) == (BRANCH, "main", (DOCUMENTS_LABEL,))


@pytest.mark.parametrize("protected", [True, None])
@pytest.mark.parametrize("delivery", [Delivery.AUTO, Delivery.BRANCH])
def test_where_rules_keep_commits_out(delivery: Delivery, protected: bool | None) -> None:
    """Known ones, and those that this token may not see: the documents are on the records branch for them."""
    policy = Policy(documents=Documents(delivery=delivery))
    where = guarded(default=Branch("main", MAIN, protected))
    assert done(closed(NOBODY, policy=policy), where).effects


@pytest.mark.parametrize(
    ("whole", "where"),
    [
        (closed(NOBODY, state=IssueState.OPEN), guarded()),
        (closed(NOBODY, state=IssueState.NOT_PLANNED), guarded()),
        (closed(NOBODY, state=IssueState.DUPLICATE), guarded()),
        (closed(NOBODY), guarded(default=Branch("main", MAIN, protected=False))),
        (closed(NOBODY, policy=Policy(documents=Documents(delivery=Delivery.COMMIT))), guarded()),
        (closed(NOBODY, confidential=True), guarded()),
        (closed(NOBODY), guarded(default=None)),
        (closed(NOBODY), guarded(records=None)),
        (closed(NOBODY, files=()), guarded()),
        (closed(NOBODY, files=(TextFile(REPORT, "A report.\n", "main"),)), guarded()),
    ],
    ids=[
        "open",
        "not planned",
        "duplicate",
        "unprotected",
        "commit",
        "confidential",
        "empty repository",
        "no records",
        "no documents",
        "there already",
    ],
)
def test_where_none_comes_by_itself(whole: Bug, where: Repository) -> None:
    """And nothing is asked or said."""
    assert done(whole, where) == Brought()
    assert told(whole, where) == ()


def test_the_same_bytes_are_never_brought() -> None:
    """An empty pull request is not opened."""
    both = (TextFile(REPORT, "A report.\n", RECORDS), TextFile(REPORT, "A report.\n", "main"))
    assert done(closed(NOBODY, files=both)) == Brought()
    assert done(closed(NOBODY, said("documents", 5), files=both)) == Brought()


def test_somebody_may_ask_for_them_earlier() -> None:
    """While the bug is open, and where no rule asks for a pull request."""
    asked = closed(NOBODY, said("documents", 5), state=IssueState.OPEN)
    assert len(done(asked).effects) == 2
    assert len(done(asked, repository()).effects) == 2


# The label ------------------------------------------------------------------------------------------------


def test_the_label_is_there_first() -> None:
    """It is looked up, and made where it is missing."""
    assert bring(closed(NOBODY), guarded(), {}).questions == {AskLabel(DOCUMENTS_LABEL)}
    effects = bring(closed(NOBODY), guarded(), {DOCUMENTS_LABEL: None}).effects
    assert [type(effect) for effect in effects] == [BringDocuments, CreateLabel, OpenPull]


# The branch -----------------------------------------------------------------------------------------------


def test_a_branch_that_holds_them_is_opened_from() -> None:
    """As after a crash between the two: no second commit is made."""
    (opened,) = done(closed(OURS)).effects
    assert isinstance(opened, OpenPull)


def test_newer_documents_are_pushed_while_it_is_nobodys() -> None:
    """On the branch's own head; where the default branch has moved, with that as a second parent."""
    newer = (TextFile(REPORT, "A better report.\n", RECORDS),)
    (commit,) = done(closed(replace(OURS, pulls=(OPEN,)), files=newer)).effects
    assert isinstance(commit, BringDocuments)
    assert (commit.expected_oid, commit.parents) == (HEAD, (HEAD,))
    moved = replace(OURS, pulls=(OPEN,), base_oid="b" * 40)
    (commit,) = done(closed(moved, files=newer)).effects
    assert isinstance(commit, BringDocuments)
    assert (commit.expected_oid, commit.parents) == (HEAD, (HEAD, "b" * 40))


def test_a_settled_one_is_left_as_it_is() -> None:
    """Also where the default branch has moved elsewhere."""
    assert done(closed(replace(OURS, pulls=(OPEN,)))) == Brought()
    assert done(closed(replace(OURS, pulls=(OPEN,), base_oid="b" * 40))) == Brought()


def test_a_conflict_is_solved_by_a_commit_with_both_parents() -> None:
    """Once; while GitHub still says so of a branch that has both, nothing is pushed."""
    conflicting = replace(OURS, pulls=(replace(OPEN, is_conflicting=True),))
    (commit,) = done(closed(replace(conflicting, base_oid="b" * 40))).effects
    assert isinstance(commit, BringDocuments)
    assert commit.parents == (HEAD, "b" * 40)
    assert done(closed(conflicting)) == Brought()


@pytest.mark.parametrize(
    ("carrier", "why"),
    [
        (replace(OURS, pulls=(replace(OPEN, is_approved=True),)), "it was approved"),
        (replace(OURS, is_ours=False, pulls=(OPEN,)), "somebody has committed to its branch"),
    ],
)
def test_what_somebody_has_made_theirs_is_not_pushed_to(carrier: Carrier, why: str) -> None:
    """Newer documents stay where they are, and the comment says why."""
    newer = closed(carrier, files=(TextFile(REPORT, "A better report.\n", RECORDS),))
    assert done(newer) == Brought()
    (text,) = told(newer, guarded())
    assert text.startswith(f"[#9]({BASE}/pull/9) brings the documents to `main`")
    assert text.endswith(f"stays on `{RECORDS}`, since {why}")
    (text,) = told(closed(carrier), guarded())
    assert "since" not in text


def test_one_that_goes_elsewhere_is_left_alone() -> None:
    """Somebody changed its base."""
    elsewhere = replace(OURS, pulls=(replace(OPEN, base="next"),))
    assert done(closed(elsewhere, files=(TextFile(REPORT, "New.\n", RECORDS),))) == Brought()


def test_somebody_elses_branch_of_that_name_is_left_alone() -> None:
    """Nothing is pushed and nothing opened, whatever is asked; the comment says so."""
    taken = replace(OURS, is_ours=False)
    whole = closed(taken, said("documents", 5))
    assert done(whole) == Brought()
    (text,) = told(whole, guarded())
    assert "holds commits of others" in text
    assert f"{BASE}/compare/main...bugaction/bug-042?expand=1" in text


def test_a_confidential_one_is_named_until_it_is_gone() -> None:
    """Where documents were brought once, it is looked whether they are still to be seen."""
    line = LedgerLine(RecordKind.TAKEN, "x@1", VIEWER.login, at(5), accepted=True)
    assert done(closed(None, line, confidential=True)).questions == {AskCarrier(42)}
    assert done(closed(None, confidential=True)) == Brought()
    shown = closed(replace(OURS, pulls=(OPEN,)), line, confidential=True)
    assert done(shown) == Brought()
    assert told(shown, guarded()) == (
        f"[#9]({BASE}/pull/9) still shows its documents: close it and delete the branch `{BRANCH}`",
    )
    over = closed(replace(OURS, pulls=(CLOSED,)), line, confidential=True)
    assert told(over, guarded()) == (f"The branch `{BRANCH}` still holds its documents: delete it",)
    assert told(closed(NOBODY, line, confidential=True), guarded()) == ()


# Over -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("merged", "how"), [(True, "was merged"), (False, "was closed without a merge")])
def test_one_that_is_over_is_followed_by_none(merged: bool, how: str) -> None:
    """Unless somebody asks after that: then by another, which has the default branch in it."""
    over = replace(OURS, pulls=(replace(CLOSED, is_merged=merged),), base_oid="b" * 40)
    newer = (TextFile(REPORT, "A better report.\n", RECORDS),)
    assert done(closed(over, files=newer)) == Brought()
    assert how in told(closed(over, files=newer), guarded())[0]
    assert done(closed(over, said("documents", 59), files=newer)) == Brought()
    again = closed(over, said("documents", 61), files=newer)
    commit, opened = done(again).effects
    assert isinstance(commit, BringDocuments)
    assert commit.parents == (HEAD, "b" * 40)
    assert isinstance(opened, OpenPull)
    gone = closed(replace(NOBODY, pulls=over.pulls), said("documents", 61), files=newer)
    commit, _ = done(gone).effects
    assert isinstance(commit, BringDocuments)
    assert (commit.expected_oid, commit.parents) == ("", (MAIN,))


def test_an_older_one_that_was_opened_again_is_the_one() -> None:
    """GitHub takes no second one from the same branch."""
    both = replace(OURS, pulls=(replace(CLOSED, number=11), OPEN))
    assert done(closed(both, said("documents", 61))) == Brought()
    assert "#9" in told(closed(both), guarded())[0]


# Where Actions may not open pull requests -----------------------------------------------------------------

REFUSED = "GitHub Actions is not permitted to create or approve pull requests."


def test_what_github_does_not_let_us_open_is_not_tried_again() -> None:
    """Neither in this run nor in a later one, until the documents have changed or somebody asks."""
    refused = closed(OURS, unopened=REFUSED)
    assert done(refused) == Brought()
    (line,) = unopened_lines(refused, guarded())
    assert (line.kind, line.data["said"]) == (RecordKind.UNOPENED, REFUSED)
    later = closed(OURS, line)
    assert done(later) == Brought()
    assert unopened_lines(replace(later, unopened=REFUSED), guarded()) == ()
    assert told(later, guarded()) == told(refused, guarded())
    newer = (TextFile(REPORT, "A better report.\n", RECORDS),)
    assert [type(effect) for effect in done(closed(OURS, line, files=newer)).effects] == [
        BringDocuments,
        OpenPull,
    ]
    asked = closed(OURS, line, said("documents", 61))
    (opened,) = done(asked).effects
    assert isinstance(opened, OpenPull)
    (second,) = unopened_lines(replace(asked, unopened=REFUSED), guarded())
    assert second.key != line.key


def test_newer_documents_still_go_to_the_branch() -> None:
    """In the run that was refused as well, and without another try."""
    refused = closed(OURS, unopened=REFUSED, files=(TextFile(REPORT, "A better report.\n", RECORDS),))
    (commit,) = done(refused).effects
    assert isinstance(commit, BringDocuments)


@pytest.mark.parametrize(
    ("said_so", "remedy"),
    [
        (REFUSED, '"Allow GitHub Actions to create and approve pull requests"'),
        ("Resource not accessible by integration", "`pull-requests: write`"),
    ],
)
def test_the_comment_shows_where_to_open_it(said_so: str, remedy: str) -> None:
    """And which setting or permission would have us do it."""
    (text,) = told(closed(OURS, unopened=said_so), guarded())
    assert f"[open their pull request]({BASE}/compare/main...bugaction/bug-042?expand=1)" in text
    assert remedy in text
    assert remedy in unopened_words(said_so, "documents")


def test_nothing_is_recorded_of_a_try_that_was_not_made() -> None:
    """No refusal in this run; no branch; or somebody has opened one by hand."""
    assert unopened_lines(closed(OURS), guarded()) == ()
    assert unopened_lines(closed(NOBODY, unopened=REFUSED), guarded()) == ()
    by_hand = replace(OURS, pulls=(OPEN,))
    assert unopened_lines(closed(by_hand, unopened=REFUSED), guarded()) == ()
    assert done(closed(by_hand)) == Brought()


# What it says ---------------------------------------------------------------------------------------------


def opened(whole: Bug, where: Repository | None = None) -> OpenPull:
    """The pull request."""
    (found,) = [effect for effect in done(whole, where).effects if isinstance(effect, OpenPull)]
    return found


def test_it_says_what_it_brings_and_what_is_left_to_write() -> None:
    """Title, a row a document with its page on the branch, and how to have its checks run."""
    files = (TextFile(REPORT, "A report.\n", RECORDS), TextFile(NOTES, "Notes.\n", RECORDS))
    found = opened(closed(NOBODY, files=files))
    assert found.title == "BUG-042: bug report and release notes"
    assert f"([issue 42]({BASE}/issues/42))" in found.body
    row = f"| [Bug report v1.0]({BASE}/blob/{BRANCH}/{REPORT}) | What is broken, "
    assert row in found.body
    assert "Approve workflows to run" in found.body
    assert found.compare == f"{BASE}/compare/main...bugaction/bug-042?expand=1"
    app = opened(closed(NOBODY), guarded(viewer=Actor("octo-bugs[bot]", is_bot=True)))
    assert "Approve workflows to run" not in app.body


def test_it_fixes_no_bug() -> None:
    """Neither by its branch, its title and its words, nor by its commit's."""
    found, commit = opened(closed(NOBODY)), done(closed(NOBODY)).effects[0]
    assert isinstance(commit, BringDocuments)
    made = replace(
        pull(closing=(), title=found.title, body=f"{found.body}\n{commit.message}", author=VIEWER),
        head=found.branch,
    )
    links = linked_bugs(made, guarded())
    assert links.numbers == ()
    assert links.refused == ()
    assert "@" not in found.body
