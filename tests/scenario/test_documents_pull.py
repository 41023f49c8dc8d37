"""The one pull request of a bug: how its documents come to a default branch that rules protect."""

from __future__ import annotations

import re

import pytest

from bugaction.sandbox.entities import Issue, Pull
from tests.scenario.life import RECORDS, Life, begin, form

BRANCH = "bugaction/bug-001"
DOCUMENT = r"documents/bugs/BUG-001/.*\.md"
REPORT = "documents/bugs/BUG-001/bug-001-report-v1.0.md"


def _pulls(life: Life) -> list[Issue]:
    """The pull requests of documents, oldest first."""
    return [issue for issue in life.state.pulls() if issue.pull is not None and issue.pull.head == BRANCH]


def _of(issue: Issue) -> Pull:
    assert issue.pull is not None
    return issue.pull


def _one(life: Life) -> Issue:
    (found,) = _pulls(life)
    return found


def _guard(life: Life, *, may_open: bool = True, kind: str = "ruleset") -> None:
    life.people.protect("ana", "main", kind=kind, pull_request=True, approvals=1)
    life.people.configure("ana", actions_may_open_pulls=may_open)


def _closed(life: Life) -> int:
    """A P3, reported in full, that a maintainer has closed as completed."""
    number = life.bug("P3", form())
    life.people.close("mia", number)
    life.pass_on()
    return number


def _nothing_is_written(life: Life) -> None:
    """Neither for the event again nor by the sweep."""
    assert life.again() == 0
    before = len(life.server.writes)
    life.say("dee", 1, "Thank you all.")
    life.runs.schedule()
    assert len(life.server.writes) == before


def _write(life: Life, words: str, branch: str = RECORDS) -> None:
    """Somebody writes a line at the end of the report."""
    text = life.document(1, branch)
    assert text is not None
    life.people.edit_on_web("bo", branch, {REPORT: f"{text}\n{words}\n"}, "Add what I know")
    life.pass_on()


def _look(life: Life) -> None:
    """Something happens on the issue, so that a run looks at it."""
    life.say("bo", 1, "/recheck")


# Opened ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["ruleset", "classic"])
def test_a_closed_bug_brings_its_documents(life: Life, kind: str) -> None:
    """Branch, pull request, label and status in one run; a second one writes nothing."""
    _guard(life, kind=kind)
    before = len(life.product.codes)
    _closed(life)
    assert len(life.product.codes) == before + 3  # opened, labelled, closed: none for what we opened
    made = _one(life)
    assert made.author == "github-actions"
    assert made.title == "BUG-001: bug report"
    assert life.labels(made.number) == {"documentation"}
    assert life.document(1, BRANCH) == life.document(1, RECORDS)
    assert life.verdicts(made.number) == {"bugaction/gate": ("success", "Not a bug fix")}
    assert f"[#\u200b{made.number}]" in life.sticky(1)
    assert set(life.product.codes) == {0}
    _nothing_is_written(life)


def test_it_reports_what_any_pull_request_reports(life: Life) -> None:
    """Where every gate is to be reported everywhere, on this one too, in the run that opened it."""
    life.configure("version: 1\nchecks:\n  report: each\n")
    _guard(life)
    _closed(life)
    said = life.verdicts(_one(life).number)
    assert set(said) == {f"bugaction/{gate}" for gate in ("gate", "triage", "root-cause", "fix", "release")}
    assert {state for state, _ in said.values()} == {"success"}


def test_it_changes_nothing_but_the_documents(life: Life) -> None:
    """One commit of ours on the default branch's head, signed, and no word in it that closes anything."""
    _guard(life)
    main = life.state.head_of("main")
    _closed(life)
    head = life.world.git.commit_info(life.head(_one(life).number))
    assert head is not None
    assert main is not None
    assert head.parents == (main,)
    assert head.oid in life.state.signed
    assert [change.path for change in life.world.git.changes(main, head.oid)] == [REPORT]
    made = _one(life)
    assert life.state.issues[1].pull is None
    for text in (made.title, made.body, head.message):
        assert "@" not in text
    life.approve("mia", made.number)
    life.people.merge_pull("ana", made.number)
    life.pass_on()
    assert not life.state.issues[1].is_open
    assert [line["kind"] for line in life.ledger(1)].count("link") == 0


def test_a_run_of_the_whole_life_ends_in_one(life: Life) -> None:
    """A P2 whose fix is merged: report, analysis and release notes come together."""
    _guard(life)
    number = life.bug("P2", form())
    life.say("bo", number, "/accept")
    life.analyse(number)
    fix = life.fix(number)
    life.ready(fix)
    life.people.merge_pull("bo", fix)
    life.pass_on()
    made = _one(life)
    assert made.title == "BUG-001: bug report, root-cause analysis and release notes"
    assert made.body.count("| nothing |") == 3
    brought = {path for path in life.files(BRANCH) if path.startswith("documents/")}
    assert brought == {path for path in life.files(RECORDS) if re.fullmatch(DOCUMENT, path)}
    assert life.verdicts(made.number)["bugaction/gate"] == ("success", "Not a bug fix")
    _nothing_is_written(life)


def test_a_severe_bug_brings_its_four_documents(life: Life) -> None:
    """A P1 is closed by itself once its post-mortem is done, and that run brings all of it."""
    _guard(life)
    number = life.settled()
    fix = life.fix(number)
    life.ready(fix)
    life.people.merge_pull("bo", fix)
    life.pass_on()
    made = _one(life)  # nothing is deployed here: the merge was the end
    assert made.title == "BUG-001: bug report, root-cause analysis, release notes and post-mortem"
    assert "Lessons learned" in made.body
    life.complete("bo", number, "post-mortem")
    _look(life)
    kept = {path: text for path, text in life.files(RECORDS).items() if re.fullmatch(DOCUMENT, path)}
    assert len(kept) == 4
    assert {path: life.world.file(BRANCH, path) for path in kept} == kept
    assert len(_pulls(life)) == 1
    _nothing_is_written(life)


def test_a_fork_s_branch_of_that_name_is_nobody_s_business(life: Life) -> None:
    """A pull request from there is none of ours, and keeps none from being opened."""
    _guard(life)
    number = life.bug("P3", form())
    branch = f"bugaction/bug-{number:03d}"
    life.people.push("dee", branch, {"a.txt": "1\n"}, fork="dee")
    theirs = life.people.open_pull("dee", "Mine", branch, fork="dee").number
    life.pass_on()
    life.people.close("mia", number)
    life.pass_on()
    (ours,) = [issue for issue in _pulls(life) if issue.number != theirs]
    assert ours.author == "github-actions"


@pytest.mark.parametrize("delivery", ["commit", "branch", "auto"])
def test_an_unprotected_repository_never_gets_one(life: Life, delivery: str) -> None:
    """Whatever the delivery: where a commit is possible, or the records branch is the home."""
    life.people.configure("ana", actions_may_open_pulls=True)
    life.configure(f"version: 1\ndocuments:\n  delivery: {delivery}\n")
    _closed(life)
    _look(life)
    assert _pulls(life) == []
    assert life.state.head_of(BRANCH) is None


def test_commit_delivery_that_is_refused_waits(life: Life) -> None:
    """The policy insists on the default branch: nobody is asked to merge anything."""
    life.configure("version: 1\ndocuments:\n  delivery: commit\n")
    _guard(life)
    _closed(life)
    assert life.document(1, RECORDS) is not None
    assert _pulls(life) == []


@pytest.mark.parametrize("reason", ["not_planned", "duplicate"])
def test_one_that_was_not_fixed_brings_nothing_by_itself(life: Life, reason: str) -> None:
    """A tool that closes a hundred stale issues must not open a hundred pull requests; `/documents` does."""
    _guard(life)
    number = life.bug("P3", form())
    life.people.close("mia", number, reason)
    life.pass_on()
    assert _pulls(life) == []
    life.say("cy", number, "/documents")
    assert len(_pulls(life)) == 1


def test_one_that_is_opened_again_brings_nothing(life: Life) -> None:
    """A merge closes a P2 that has to be proved first: it is opened again, and its documents wait."""
    _guard(life)
    life.people.deploy("eve", "main", "production")
    life.pass_on()
    number = life.bug("P2", form())
    fix = life.fix(number)
    life.people.merge_pull("ana", fix, force=True)
    life.pass_on()
    assert life.state.issues[number].is_open
    assert _pulls(life) == []
    assert life.state.head_of(BRANCH) is None


# Asked for ------------------------------------------------------------------------------------------------


def test_somebody_may_ask_for_it_earlier(life: Life) -> None:
    """The bug is open; what is learnt after that is pushed while nobody has approved it."""
    _guard(life)
    number = life.bug("P3", form())
    said = life.say("cy", number, "/documents")
    assert life.reactions(said) == ["ROCKET"]
    made = _one(life)
    first = life.head(made.number)
    _write(life, "The logs name one line.")
    _look(life)
    assert life.head(made.number) != first
    assert "The logs name one line." in (life.document(1, BRANCH) or "")
    assert life.verdicts(made.number)["bugaction/gate"] == ("success", "Not a bug fix")
    assert len(_pulls(life)) == 1
    _nothing_is_written(life)


def test_who_may_not_ask_is_told(life: Life) -> None:
    """An outsider plans nothing."""
    _guard(life)
    number = life.bug("P3", form())
    said = life.say("dee", number, "/documents")
    assert life.reactions(said) == ["CONFUSED"]
    assert _pulls(life) == []


def test_where_they_are_already_whoever_asks_is_told(life: Life) -> None:
    """Nothing is opened, and nothing is looked up for it."""
    number = life.bug("P3", form())
    said = life.say("cy", number, "/documents")
    assert life.reactions(said) == ["CONFUSED"]
    assert "its documents are on `main` already" in life.ours(number)[-1].body
    assert _pulls(life) == []


# Somebody's own -------------------------------------------------------------------------------------------


def test_after_an_approval_nothing_is_pushed(life: Life) -> None:
    """New words stay on the records branch, and the comment says so."""
    _guard(life)
    _closed(life)
    made = _one(life)
    life.approve("mia", made.number)
    head = life.head(made.number)
    _write(life, "One thing more.")
    _look(life)
    assert life.head(made.number) == head
    assert "since it was approved" in life.sticky(1)
    _nothing_is_written(life)


def test_what_a_fork_offers_hides_no_approval(life: Life) -> None:
    """One fork offers its branch of that name again and again: the newest by that name are all its own."""
    _guard(life)
    _closed(life)
    made = _one(life)
    life.approve("mia", made.number)
    life.people.push("dee", BRANCH, {"a.txt": "1\n"}, fork="dee")
    for _ in range(5):
        life.people.close("dee", life.people.open_pull("dee", "Mine", BRANCH, fork="dee").number)
    life.runs.skip()
    head = life.head(made.number)
    _write(life, "One thing more.")
    _look(life)
    assert life.head(made.number) == head
    assert "since it was approved" in life.sticky(1)


def test_a_dismissed_approval_was_one(life: Life) -> None:
    """Whoever looked through it looked through this."""
    _guard(life)
    _closed(life)
    made = _one(life)
    review = life.approve("mia", made.number)
    life.people.dismiss_review("ana", review.id, "Too fast")
    life.pass_on()
    head = life.head(made.number)
    _write(life, "One thing more.")
    _look(life)
    assert life.head(made.number) == head


def test_after_a_person_s_commit_nothing_is_pushed(life: Life) -> None:
    """What they wrote there is taken over once it is merged: it is in the copy that counts then."""
    _guard(life)
    _closed(life)
    made = _one(life)
    _write(life, "Written in the pull request.", BRANCH)
    head = life.head(made.number)
    _write(life, "Written on the records branch.")
    _look(life)
    assert life.head(made.number) == head
    assert "since somebody has committed to its branch" in life.sticky(1)
    life.approve("mia", made.number)
    life.people.merge_pull("ana", made.number)
    life.pass_on()
    ours = life.document(1, RECORDS) or ""
    assert ours.count("Written in the pull request.") == 1
    assert ours.count("Written on the records branch.") == 1
    assert len(_pulls(life)) == 1
    assert "was merged, and more was learnt since" in life.sticky(1)
    _nothing_is_written(life)


def test_somebody_else_s_branch_of_that_name_is_left_alone(life: Life) -> None:
    """It is neither moved nor pushed to, nor is anything opened from it."""
    _guard(life)
    life.people.push("eve", BRANCH, {"mine.txt": "Mine.\n"}, "My own")
    head = life.state.head_of(BRANCH)
    _closed(life)
    assert life.state.head_of(BRANCH) == head
    assert _pulls(life) == []
    assert "holds commits of others" in life.sticky(1)
    _nothing_is_written(life)


# Over -----------------------------------------------------------------------------------------------------


def test_one_that_was_merged_is_done(life: Life) -> None:
    """Both branches hold the same bytes; what is written later waits until somebody asks."""
    _guard(life)
    _closed(life)
    first = _one(life)
    life.approve("mia", first.number)
    life.people.merge_pull("ana", first.number)
    life.pass_on()
    assert life.document(1) == life.document(1, RECORDS)
    _nothing_is_written(life)
    _write(life, "Learnt a month later.")
    _look(life)
    assert len(_pulls(life)) == 1
    assert "`/documents` brings them by another" in life.sticky(1)
    life.say("cy", 1, "/documents")
    second = _pulls(life)[-1]
    assert second.number != first.number
    assert "Learnt a month later." in (life.document(1, BRANCH) or "")
    life.approve("mia", second.number)
    life.people.merge_pull("ana", second.number)
    life.pass_on()
    assert life.document(1) == life.document(1, RECORDS)
    _nothing_is_written(life)


def test_one_that_was_squashed_can_be_followed_by_another(life: Life) -> None:
    """Its commits are none of the default branch's, and there is no conflict for all that."""
    _guard(life)
    _closed(life)
    life.approve("mia", _one(life).number)
    life.people.merge_pull("ana", _one(life).number, method="squash")
    life.pass_on()
    _write(life, "Learnt a month later.")
    life.say("cy", 1, "/documents")
    second = _pulls(life)[-1]
    life.approve("mia", second.number)
    life.people.merge_pull("ana", second.number)
    life.pass_on()
    assert "Learnt a month later." in (life.document(1) or "")
    assert life.document(1) == life.document(1, RECORDS)


def test_one_that_was_closed_stays_closed(life: Life) -> None:
    """It is neither opened again nor followed by another before somebody asks."""
    _guard(life)
    _closed(life)
    first = _one(life)
    life.people.close("mia", first.number)
    life.pass_on()
    _look(life)
    _write(life, "One thing more.")
    _look(life)
    assert not _one(life).is_open
    assert "was closed without a merge" in life.sticky(1)
    _nothing_is_written(life)
    life.say("cy", 1, "/documents")
    second = _pulls(life)[-1]
    assert second.is_open
    assert second.number != first.number


def test_one_that_is_confidential_by_now_has_to_be_closed(life: Life) -> None:
    """Its documents are removed where we may; what shows them on the way is named until it is gone."""
    _guard(life)
    _closed(life)
    made = _one(life)
    life.people.label("mia", 1, "security")
    life.pass_on()
    assert life.document(1, RECORDS) is None
    assert "still shows its documents: close it and delete the branch" in life.sticky(1)
    assert life.document(1, BRANCH) is not None
    _nothing_is_written(life)
    life.people.close("mia", made.number)
    life.pass_on()
    assert f"The branch `{BRANCH}` still holds its documents" in life.sticky(1)
    life.people.delete_branch("mia", BRANCH)
    _look(life)
    assert BRANCH not in life.sticky(1)


# Conflicts ------------------------------------------------------------------------------------------------


def _merged(life: Life) -> None:
    """The first pull request is merged, so that the default branch has a copy as well."""
    _guard(life)
    _closed(life)
    life.approve("mia", _one(life).number)
    life.people.merge_pull("ana", _one(life).number)
    life.pass_on()


def _edit_main(life: Life, words: str, *, without: str = "") -> None:
    """Somebody writes into the copy on the default branch, by a pull request of their own."""
    branch = f"docs-{life.history('main')}"
    text = (life.document(1) or "").replace(without, "")
    assert text
    life.people.push("eve", branch, {REPORT: f"{text}\n{words}\n" if words else text}, "Say it better")
    number = life.people.open_pull("eve", "Say more", branch, body="More.").number
    life.pass_on()
    life.people.merge_pull("ana", number, force=True)
    life.pass_on()


def test_words_on_the_default_branch_are_taken_into_the_copy_that_counts(life: Life) -> None:
    """And are not brought back there, since they are there already."""
    _merged(life)
    _edit_main(life, "Said on the default branch.")
    _look(life)
    assert life.document(1, RECORDS) == life.document(1)
    assert len(_pulls(life)) == 1
    _nothing_is_written(life)


def test_a_conflict_is_solved_without_losing_either_side(life: Life) -> None:
    """Both copies were written to while a pull request was open: the next commit on its branch has both."""
    _merged(life)
    _write(life, "Said on the records branch.")
    life.say("cy", 1, "/documents")
    made = _pulls(life)[-1]
    _edit_main(life, "Said on the default branch.")
    _look(life)
    life.approve("mia", made.number)
    life.people.merge_pull("ana", made.number)
    life.pass_on()
    text = life.document(1) or ""
    assert text.count("Said on the records branch.") == 1
    assert text.count("Said on the default branch.") == 1
    assert text == life.document(1, RECORDS)
    _nothing_is_written(life)


def test_a_conflict_without_a_word_to_take_in_is_solved_as_well(life: Life) -> None:
    """Somebody deleted a line on the default branch: ours says nothing new, and GitHub could not merge it."""
    _merged(life)
    _write(life, "Said on the records branch.")
    life.say("cy", 1, "/documents")
    made = _pulls(life)[-1]
    head = life.head(made.number)
    _edit_main(life, "", without="> 1. Fill the cart\n")
    _look(life)
    info = life.world.git.commit_info(life.head(made.number))
    assert info is not None
    assert info.parents == (head, life.state.head_of("main"))
    life.approve("mia", made.number)
    life.people.merge_pull("ana", made.number)
    life.pass_on()
    assert life.document(1) == life.document(1, RECORDS)
    _nothing_is_written(life)


def test_a_line_that_was_deleted_does_not_come_back(life: Life) -> None:
    """The copy on the default branch still has it, and was looked at before."""
    _merged(life)
    _write(life, "A slip of the pen.")
    life.say("cy", 1, "/documents")
    second = _pulls(life)[-1]
    life.approve("mia", second.number)
    life.people.merge_pull("ana", second.number)
    life.pass_on()
    assert "A slip of the pen." in (life.document(1) or "")
    text = (life.document(1, RECORDS) or "").replace("A slip of the pen.\n", "")
    life.people.edit_on_web("bo", RECORDS, {REPORT: text}, "Take it out")
    life.pass_on()
    _look(life)
    assert "A slip of the pen." not in (life.document(1, RECORDS) or "")


# Where GitHub does not let us ------------------------------------------------------------------------------


def test_where_actions_may_open_no_pull_request(life: Life) -> None:
    """The branch is written all the same, the comment has the link, the run is done; nothing is repeated."""
    _guard(life, may_open=False)
    _closed(life)
    assert _pulls(life) == []
    assert life.document(1, BRANCH) == life.document(1, RECORDS)
    assert "compare/main...bugaction/bug-001?expand=1" in life.sticky(1)
    assert "Allow GitHub Actions to create and approve pull requests" in life.sticky(1)
    assert set(life.product.codes) == {0}
    said = "GitHub did not open the pull request of the documents"
    told = life.log.count(said)
    assert told > 0
    _look(life)
    _nothing_is_written(life)
    assert life.log.count(said) == told
    assert sum("pulls/create" in request.operations for request in life.server.writes) == 1


def test_once_they_may_whoever_asks_has_it_opened(life: Life) -> None:
    """The setting is turned on, and somebody says `/documents`."""
    _guard(life, may_open=False)
    _closed(life)
    life.people.configure("ana", actions_may_open_pulls=True)
    life.say("cy", 1, "/documents")
    made = _one(life)
    assert life.verdicts(made.number)["bugaction/gate"] == ("success", "Not a bug fix")
    assert "open their pull request" not in life.sticky(1)
    _nothing_is_written(life)


def test_one_that_a_person_opened_from_our_branch_is_the_one(life: Life) -> None:
    """By the link in the comment: no other is opened, and newer documents are pushed to it."""
    _guard(life, may_open=False)
    _closed(life)
    number = life.people.open_pull("bo", "Documents of the checkout bug", BRANCH).number
    life.pass_on()
    life.people.configure("ana", actions_may_open_pulls=True)
    _write(life, "One thing more.")
    _look(life)
    assert _one(life).number == number
    assert "One thing more." in (life.document(1, BRANCH) or "")
    _nothing_is_written(life)


def test_a_job_without_the_permission_says_which() -> None:
    """By name, once; the documents are on their branch."""
    workflow = """\
on: {issues: {types: [opened, labeled, closed]}, issue_comment: {types: [created]}}
jobs:
  bugs:
    permissions: {contents: write, issues: write, pull-requests: read, statuses: write, checks: read}
    runs-on: ubuntu-latest
    steps: [{uses: bugaction/bugaction@<commit>}]
"""
    with begin(workflow=workflow) as life:
        _guard(life)
        _closed(life)
        assert life.document(1, BRANCH) is not None
        assert _pulls(life) == []
        assert "`pull-requests: write`" in life.sticky(1)
        assert life.product.codes[-1] == 0


@pytest.mark.parametrize("acts", [False, True])
@pytest.mark.parametrize("write", ["git/create-tree", "git/create-commit", "git/create-ref", "pulls/create"])
def test_a_lost_answer_gives_one_pull_request(life: Life, write: str, acts: bool) -> None:
    """502 before it is done, or after: one branch, one commit on it, one pull request."""
    _guard(life)
    number = life.bug("P3", form())
    life.people.close("mia", number)
    life.server.faults.fail(502, operation=write, acts=acts)
    life.pass_on()
    made = _one(life)
    assert life.history(BRANCH) == life.history("main") + 1
    assert life.verdicts(made.number) == {"bugaction/gate": ("success", "Not a bug fix")}
    assert life.labels(made.number) <= {"documentation"}
    _nothing_is_written(life)


@pytest.mark.parametrize("acts", [False, True])
@pytest.mark.parametrize("write", ["git/create-commit", "git/update-ref"])
def test_a_lost_answer_pushes_newer_documents_once(life: Life, write: str, acts: bool) -> None:
    """One more commit on the branch, and a status on it."""
    _guard(life)
    _closed(life)
    made, before = _one(life), life.history(BRANCH)
    _write(life, "One thing more.")
    life.server.faults.fail(502, operation=write, acts=acts)
    _look(life)
    assert life.history(BRANCH) == before + 1
    assert life.verdicts(made.number) == {"bugaction/gate": ("success", "Not a bug fix")}
    _nothing_is_written(life)


def test_a_person_s_commit_in_between_is_not_moved_aside(life: Life) -> None:
    """Somebody commits to the branch between our look at it and our commit."""
    _guard(life)
    life.bug("P3", form())
    life.say("cy", 1, "/documents")
    made = _one(life)
    _write(life, "The logs name one line.")
    life.server.faults.before(
        lambda _: life.people.push("eve", BRANCH, {"mine.txt": "Mine.\n"}, "My own"),
        operation="git/update-ref",
    )
    _look(life)
    assert "mine.txt" in life.files(BRANCH)
    head = life.head(made.number)
    _look(life)
    assert life.head(made.number) == head


def test_an_app_opens_it_as_well() -> None:
    """Its own runs follow, and nothing is written twice."""
    with begin(app="octo-bugs") as life:
        life.people.protect("ana", "main", pull_request=True, approvals=1)
        _closed(life)
        made = _one(life)
        assert made.author == "octo-bugs"
        assert "Approve workflows to run" not in made.body
        assert life.verdicts(made.number)["bugaction/gate"] == ("success", "Not a bug fix")
