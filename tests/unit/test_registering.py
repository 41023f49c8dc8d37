"""The register's commit: which rows differ, what has to be read for them, and where they go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from bugaction.plan import Effect, FileChange
from bugaction.policy import Delivery, Documents, Policy
from bugaction.questions import AskBlob, AskBug, AskPage
from bugaction.register import Errand, Row, agenda_of, format_index, format_year, parse_index, with_rows
from bugaction.register.book import Book
from bugaction.registering import Registered, pinned, read, register
from bugaction.rows import row_of
from bugaction.snapshot import (
    Answers,
    Branch,
    EntryKind,
    Issue,
    IssueState,
    Snapshot,
    TextFile,
)
from bugaction.verdicts import Judged
from tests.unit.bugs import bug, judged, merged_fix
from tests.unit.register.rows import closed
from tests.values import facts, issue, labeled, repository

ROOT = "documents/bugs"
INDEX, PAGE, YEAR = f"{ROOT}/register.json", f"{ROOT}/README.md", f"{ROOT}/register-2026.json"
RECORDS = "bugaction/records"
Bugs = list[tuple[Judged, list[Effect]]]
COMMIT = Policy(documents=Documents(delivery=Delivery.COMMIT))


def told(number: int, *, state: IssueState = IssueState.OPEN, title: str = "Checkout fails") -> Judged:
    """A bug with that number."""
    closes = [labeled("", minutes=100, kind=EntryKind.CLOSED)] if not state.is_open else []
    subject = issue(number, state=state, title=title, timeline=[labeled("P1"), *closes])
    return judged(bug(facts=facts(subject), name=f"BUG-{number:03d}"))


def holding(*files: TextFile, answers: Answers | None = None, **changes: object) -> Snapshot:
    """A repository that holds these files of the register."""
    return Snapshot(repository(register=files, **changes), answers=answers or Answers())


def kept(rows: Iterable[Row], *, branch: str = RECORDS, page: str = "# Bugs\n") -> tuple[TextFile, TextFile]:
    """The index and the README of a register with these rows."""
    text = format_index(with_rows(Book(), rows))
    return TextFile(INDEX, text, branch, "e" * 40), TextFile(PAGE, page, branch)


def written(done: Registered) -> dict[str, str | None]:
    """The files of the one commit."""
    (commit,) = done.commits
    return {change.path: change.text for change in commit.files}


def test_the_first_bug_begins_the_register() -> None:
    """An index and a page on the records branch, in one commit."""
    done = register([(told(42), [])], holding(), Policy())
    (commit,) = done.commits
    assert (commit.branch, commit.expected_oid, commit.fallback) == (RECORDS, "b" * 40, "")
    assert commit.message == "BUG-042: update the register"
    assert set(written(done)) == {INDEX, PAGE}
    assert "[BUG-042]" in str(written(done)[PAGE])


def test_a_bug_that_is_there_costs_nothing() -> None:
    """No commit, no question, no word."""
    row = row_of(told(42), [])
    assert register([(told(42), [])], holding(*kept([row])), Policy()) == Registered()


def test_a_row_takes_the_place_of_the_old_one() -> None:
    """All other rows stay, and so does what people wrote on the page."""
    rows = [row_of(told(number), []) for number in (41, 42, 43)]
    index, page = kept(rows, page="# Bugs\n\nOurs.\n")
    done = register([(told(42, title="New"), [])], holding(index, page), Policy())
    found = parse_index(str(written(done)[INDEX]))
    assert found is not None
    assert {number: row.title for number, row in found[0].open.items()} == {
        41: "Checkout fails",
        42: "New",
        43: "Checkout fails",
    }
    assert "\nOurs.\n" in str(written(done)[PAGE])


def test_many_bugs_are_one_commit() -> None:
    """Whose message does not grow with them."""
    done = register([(told(number), []) for number in range(1, 6)], holding(), Policy())
    (commit,) = done.commits
    assert commit.message == "BUG-001, BUG-002, BUG-003 and 2 more: update the register"


def test_a_bug_that_closes_asks_for_its_year() -> None:
    """Its file is read first, and then holds it; the index and both pages follow."""
    bugs: Bugs = [(told(42, state=IssueState.COMPLETED), [])]
    files = kept([row_of(told(42), []), closed(7)])
    asked = register(bugs, holding(*files), Policy())
    assert asked == Registered(questions=frozenset({AskPage(YEAR)}), differs=True)
    year = TextFile(YEAR, format_year(2026, {7: closed(7)}), RECORDS)
    done = register(bugs, holding(*files, answers=Answers(pages={YEAR: (year,)})), Policy())
    assert set(written(done)) == {INDEX, YEAR, f"{ROOT}/2026.md", PAGE}
    assert all(name in str(written(done)[f"{ROOT}/2026.md"]) for name in ("BUG-042", "BUG-007"))
    assert "No bug is open." in str(written(done)[PAGE])


def test_the_first_closed_bug_of_a_year() -> None:
    """There is no file yet, and that is an answer."""
    bugs: Bugs = [(told(42, state=IssueState.COMPLETED), [])]
    done = register(bugs, holding(answers=Answers(pages={YEAR: ()})), Policy())
    assert set(written(done)) == {INDEX, YEAR, f"{ROOT}/2026.md", PAGE}


def test_a_closed_bug_that_is_there_costs_nothing() -> None:
    """By its digest in the index, whether or not the run has read the files of its fix."""
    subject = told(42, state=IssueState.COMPLETED)
    row = row_of(replace(subject, bug=replace(subject.bug, fixes=(merged_fix(),))), [])
    later = replace(subject, bug=replace(subject.bug, fixes=(merged_fix(files=None),)))
    assert register([(later, [])], holding(*kept([row])), Policy()) == Registered()


def test_a_closed_bug_that_changes_keeps_its_files() -> None:
    """They stand in its year, and not every run reads them."""
    subject = told(42, state=IssueState.COMPLETED, title="New")
    row = replace(closed(42), files=("src/cart.py",))
    later = replace(subject, bug=replace(subject.bug, fixes=(merged_fix(files=None),)))
    year = TextFile(YEAR, format_year(2026, {42: row}), RECORDS)
    done = register([(later, [])], holding(*kept([row]), answers=Answers(pages={YEAR: (year,)})), Policy())
    assert '"files":["src/cart.py"]' in str(written(done)[YEAR])


def test_a_page_that_shows_nothing_of_a_change_is_left() -> None:
    """Of a closed bug it tells no parts, which the year's file does."""
    subject = told(42, state=IssueState.COMPLETED)
    row = replace(row_of(subject, []), parts=("cart",))
    year = TextFile(YEAR, format_year(2026, {42: row}), RECORDS)
    done = register([(subject, [])], holding(*kept([row]), answers=Answers(pages={YEAR: (year,)})), Policy())
    assert set(written(done)) == {INDEX, YEAR, PAGE}


def test_a_row_that_its_year_has_lost_comes_back() -> None:
    """The next change in that year sees it: that of its own bug brings it back at once, that of another one
    leaves a word in the index, by which the sweep looks at the bug."""
    lost, other = (told(number, state=IssueState.COMPLETED) for number in (42, 43))
    bugs: Bugs = [(other, [])]
    files = kept([row_of(lost, []), closed(7)])
    answers = Answers(pages={YEAR: (TextFile(YEAR, format_year(2026, {7: closed(7)}), RECORDS),)})
    done = written(register(bugs, holding(*files, answers=answers), Policy()))
    assert agenda_of(str(done[INDEX])).lost == {42}
    both = register([*bugs, (lost, [])], holding(*files, answers=answers), Policy())
    assert agenda_of(str(written(both)[INDEX])).lost == set()
    assert both.commits[0].message == "BUG-043, BUG-042: update the register"
    assert '"number":42' in str(written(both)[YEAR])
    index, year = (TextFile(path, done[path], RECORDS) for path in (INDEX, YEAR))
    later = holding(index, answers=Answers(pages={YEAR: (year,)}))
    after = written(register([(lost, [])], later, Policy()))
    assert after[INDEX] == format_index(with_rows(Book(), [row_of(lost, []), row_of(other, []), closed(7)]))
    assert after[YEAR] == written(both)[YEAR]


def test_the_last_closed_bug_of_the_newest_year_opens_again() -> None:
    """The year before is the newest then, and the page shows it."""
    old = closed(7, reported="2025-03-01")
    bugs: Bugs = [(told(42), [])]
    files = kept([replace(row_of(told(42, state=IssueState.COMPLETED), []), title="Old"), old])
    asked = register(bugs, holding(*files), Policy())
    before = f"{ROOT}/register-2025.json"
    assert asked.questions == {AskPage(YEAR), AskPage(before)}
    pages = {YEAR: (), before: (TextFile(before, format_year(2025, {7: old}), RECORDS),)}
    done = register(bugs, holding(*files, answers=Answers(pages=pages)), Policy())
    assert "Reported in 2025-03:" in str(written(done)[PAGE])
    assert "2025.md" not in written(done)


def test_a_large_index_is_read_by_its_blob() -> None:
    """GraphQL cuts it short; a thousand open bugs are no fewer than ten."""
    rows = [row_of(told(number), []) for number in range(1, 1_001)]
    index, page = kept(rows)
    large = replace(index, text=None)
    asked = register([(told(42), [])], holding(large, page), Policy())
    assert asked == Registered(questions=frozenset({AskBlob("e" * 40)}))
    answers = Answers(blobs={"e" * 40: index.text})
    assert register([(told(42), [])], holding(large, page, answers=answers), Policy()) == Registered()
    done = register([(told(42, title="New"), [])], holding(large, page, answers=answers), Policy())
    found = parse_index(str(written(done)[INDEX]))
    assert found is not None
    assert len(found[0].open) == 1_000
    assert found[0].open[42].title == "New"


@pytest.mark.parametrize(
    ("index", "answers", "said"),
    [
        (TextFile(INDEX, None, RECORDS, "e" * 40), Answers(blobs={"e" * 40: None}), "is no text"),
        (TextFile(INDEX, '{"version": 2}', RECORDS), Answers(), "a newer version"),
    ],
)
def test_an_index_that_cannot_be_read_is_left(index: TextFile, answers: Answers, said: str) -> None:
    """And it is said: what it holds must not be lost."""
    done = register([(told(42), [])], holding(index, answers=answers), Policy())
    assert (done.commits, done.questions, done.differs) == ((), frozenset(), False)
    (notice,) = done.notices
    assert said in notice.text
    assert INDEX in notice.text


def test_a_year_that_cannot_be_read_is_left() -> None:
    """The bug's row waits for it, and it is said."""
    bugs: Bugs = [(told(42, state=IssueState.COMPLETED), [])]
    pages = {YEAR: (TextFile(YEAR, '{"version": 2}', RECORDS),)}
    done = register(bugs, holding(answers=Answers(pages=pages)), Policy())
    assert (done.commits, done.questions) == ((), frozenset())
    assert YEAR in done.notices[0].text


def test_a_damaged_index_is_repaired() -> None:
    """Whatever can be read of it stays, even where this bug's row is as it should be."""
    row = row_of(told(42), [])
    index, page = kept([row])
    broken = replace(index, text=f"<<<<<<< HEAD\n{index.text}")
    done = register([(told(42), [])], holding(broken, page), Policy())
    assert written(done)[INDEX] == index.text
    assert done.commits[0].message == "Repair the register: what could be read of it is kept"


def test_a_page_that_is_too_long_is_left() -> None:
    """What people wrote there must not be lost; the index goes on."""
    index, page = kept([])
    done = register([(told(42), [])], holding(index, replace(page, text=None)), Policy())
    assert set(written(done)) == {INDEX}
    assert "too long" in done.notices[0].text


# Where it lies --------------------------------------------------------------------------------------------


def _default(protected: bool | None) -> Branch:
    return Branch("main", "a" * 40, protected)


@pytest.mark.parametrize(
    ("policy", "protected", "lies_on", "goes_to", "fallback"),
    [
        (Policy(), False, "", RECORDS, ""),
        (Policy(documents=Documents(delivery=Delivery.BRANCH)), False, "", RECORDS, ""),
        (COMMIT, False, "", "main", RECORDS),
        (COMMIT, True, "", "main", RECORDS),
        (COMMIT, True, RECORDS, RECORDS, ""),
        (COMMIT, False, RECORDS, "main", RECORDS),
    ],
)
def test_where_the_register_goes(
    policy: Policy, protected: bool | None, lies_on: str, goes_to: str, fallback: str
) -> None:
    """The records branch, and where commits go to the default branch that one, unless it refused."""
    files = kept([], branch=lies_on) if lies_on else ()
    done = register([(told(42), [])], holding(*files, default=_default(protected)), policy)
    (commit,) = done.commits
    assert (commit.branch, commit.fallback) == (goes_to, fallback)


def test_a_register_that_moves_takes_everything_along() -> None:
    """The years, the pages and what people wrote; what was left behind goes in the next run."""
    rows = [row_of(told(42), []), closed(7)]
    index, page = kept(rows, page="# Bugs\n\nOurs.\n")
    asked = register([(told(42), [])], holding(index, page), COMMIT)
    assert asked.questions == {AskPage(YEAR)}
    pages = {YEAR: (TextFile(YEAR, format_year(2026, {7: closed(7)}), RECORDS),)}
    done = register([(told(42), [])], holding(index, page, answers=Answers(pages=pages)), COMMIT)
    assert set(written(done)) == {INDEX, YEAR, f"{ROOT}/2026.md", PAGE}
    assert "\nOurs.\n" in str(written(done)[PAGE])
    moved = (replace(index, branch="main"), replace(page, branch="main"))
    later = register([(told(42), [])], holding(index, page, *moved), COMMIT)
    (commit,) = later.commits
    assert (commit.branch, commit.files) == (RECORDS, (FileChange(INDEX, None), FileChange(PAGE, None)))


def test_a_register_that_moves_back_takes_the_year_beside_its_index() -> None:
    """What the first move left behind of a year is older."""
    old = {7: closed(7)}
    years = {RECORDS: old, "main": {**old, 8: closed(8)}}
    pages = {YEAR: tuple(TextFile(YEAR, format_year(2026, rows), place) for place, rows in years.items())}
    files = kept([row_of(told(42), []), closed(7), closed(8)], branch="main")
    done = written(register([(told(42), [])], holding(*files, answers=Answers(pages=pages)), Policy()))
    assert done[YEAR] == format_year(2026, years["main"])
    assert agenda_of(str(done[INDEX])).lost == set()


def test_a_page_of_people_on_the_default_branch_is_theirs() -> None:
    """The register on the records branch does not take it along."""
    theirs = TextFile(PAGE, "# Read this\n", "main")
    done = register([(told(42), [])], holding(theirs), Policy())
    assert "# Read this" not in str(written(done)[PAGE])


def test_without_a_branch_there_is_no_register() -> None:
    """The records branch is yet to come."""
    assert register([(told(42), [])], holding(records=None), Policy()) == Registered()


def test_reading_only() -> None:
    """The command line reads the index, and a year where one is named."""
    files = kept([row_of(told(42), []), closed(7)])
    book, questions, notices = read(holding(*files), Policy())
    assert book is not None
    assert (sorted(book.open), sorted(book.closed), questions, notices) == ([42], [7], frozenset(), ())
    nothing, questions, _ = read(holding(*files), Policy(), [2026])
    assert nothing is None
    assert questions == {AskPage(YEAR)}
    pages = {YEAR: (TextFile(YEAR, format_year(2026, {7: closed(7)}), RECORDS),)}
    book, questions, _ = read(holding(*files, answers=Answers(pages=pages)), Policy(), [2026])
    assert book is not None
    assert book.years == {2026: {7: closed(7)}}


def test_what_a_bug_waits_for_starts_no_other_job() -> None:
    """The row is brought up to date by whoever may write; another job would cost minutes for it alone."""
    row = row_of(told(42), [])
    lines = replace(row, waiting=(Errand("a severity"),))
    stale = register([(told(42), [])], holding(*kept([lines])), Policy())
    assert (len(stale.commits), stale.differs) == (1, False)
    other = register([(told(42), [])], holding(*kept([replace(lines, title="x")])), Policy())
    assert (len(other.commits), other.differs) == (1, True)


PINNED = Policy.model_validate({"waiting": {"issue": 17}})


def _shown(subject: Issue | None, **answers: object) -> Registered:
    """What becomes of the issue that is named, while a row is being written."""
    known = {17: facts(subject)} if subject is not None else {}
    world = replace(holding(), bugs=known, answers=Answers(**answers))  # type: ignore[arg-type]
    return register([(told(42), [])], world, PINNED)


def test_the_issue_that_shows_what_waits() -> None:
    """It is read first, and edited along with the register's commit where it shows something else."""
    assert _shown(None).questions == {AskBug(17)}
    kept_for_this = issue(17, labels=(), body="Ours")
    (edit,) = _shown(kept_for_this).edits
    assert (edit.number, edit.id) == (17, kept_for_this.id)
    assert edit.body.startswith("Ours\n\n<!-- bugaction:waiting -->")
    assert _shown(replace(kept_for_this, body=edit.body)).edits == ()


def test_the_issue_is_not_read_where_nothing_changes() -> None:
    """What it shows is the register's; a run that changes no row has no question for it."""
    row = row_of(told(42), [])
    assert register([(told(42), [])], holding(*kept([row])), PINNED) == Registered()


def test_what_moved_leaves_nothing_to_remove() -> None:
    """The run before has taken it off the records branch."""
    row = row_of(told(42), [])
    index, page = kept([row], branch="main")
    done = register([(told(42), [])], holding(index, page, default=_default(protected=False)), COMMIT)
    assert done == Registered()


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        (issue(17, labels=("P1",)), "issue 17 is a bug itself"),
        (issue(17, labels=(), state=IssueState.COMPLETED), "issue 17 is closed"),
        (None, "there is no issue 17"),
    ],
)
def test_a_wrong_issue_is_a_warning(subject: Issue | None, words: str) -> None:
    """By name, and nothing is written there; the register is committed all the same."""
    done = _shown(subject, missing=frozenset() if subject is not None else frozenset({17}))
    assert done.edits == ()
    assert len(done.commits) == 1
    assert any(words in notice.text for notice in done.notices)


# What a sweep looks at -------------------------------------------------------------------------------------


def test_an_issue_that_shows_something_else_than_the_register_is_edited() -> None:
    """By the register as it is committed, whichever bug changes; and once it shows that, by nothing."""
    files = kept([replace(row_of(told(42), []), waiting=(Errand("a severity"),))])
    assert pinned(holding(*files), PINNED) == Registered(questions=frozenset({AskBug(17)}))
    emptied = issue(17, labels=(), body="Ours\n")
    (edit,) = pinned(replace(holding(*files), bugs={17: facts(emptied)}), PINNED).edits
    assert (edit.number, edit.id) == (17, emptied.id)
    assert "a severity" in edit.body
    whole = replace(emptied, body=edit.body)
    assert pinned(replace(holding(*files), bugs={17: facts(whole)}), PINNED) == Registered()


def test_where_no_register_is_kept_the_issue_is_left() -> None:
    """Nothing would wait for anybody there, whatever bugs are open."""
    world = replace(holding(), bugs={17: facts(issue(17, labels=()))})
    assert pinned(world, PINNED) == Registered()
    assert pinned(holding(*kept([])), Policy()) == Registered()


def test_the_issue_waits_for_an_index_that_has_to_be_read() -> None:
    """By its blob; and one that is not to be read is a warning, as ever."""
    index, page = kept([])
    large = replace(index, text=None)
    assert pinned(holding(large, page), PINNED) == Registered(questions=frozenset({AskBlob("e" * 40)}))
    (notice,) = pinned(holding(replace(index, text='{"version": 2}'), page), PINNED).notices
    assert "a newer version" in notice.text


def test_a_wrong_issue_is_a_warning_of_the_sweep_too() -> None:
    """By the same rules as where a row changes."""
    rows = kept([row_of(told(17), [])])
    (notice,) = pinned(replace(holding(*rows), bugs={17: facts(issue(17, labels=()))}), PINNED).notices
    assert "issue 17 is a bug itself" in notice.text
    (notice,) = pinned(holding(*kept([]), answers=Answers(missing=frozenset({17}))), PINNED).notices
    assert "there is no issue 17" in notice.text
