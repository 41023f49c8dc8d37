"""What a confidential label takes from the branches comes back, once, and writes over nobody's text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.document_return import Return, document_files, lost_documents, returning
from bugaction.model import LedgerFile, LedgerLine, RecordKind
from bugaction.policy import Policy
from bugaction.questions import AskBlob
from bugaction.snapshot import Answers, Branch, BugFacts, TextFile
from tests.values import VIEWER, at, facts, issue, repository, snapshot

FOLDER = "documents/bugs/BUG-042"
PATH = f"{FOLDER}/bug-042-report-v1.0.md"
NEXT = f"{FOLDER}/bug-042-report-v1.1.md"
RECORDS = "bugaction/records"
ONE, TWO = "1" * 40, "2" * 40
POLICY = Policy()
NOW = at(60)


def bug(*files: TextFile, lines: tuple[LedgerLine, ...] = (), secret: bool = False) -> BugFacts:
    """Issue 42 with these files and decisions, confidential or not."""
    labels = ("P1", "security") if secret else ("P1",)
    return replace(facts(issue(labels=labels)), documents=files, ledger=LedgerFile(lines=lines))


def what(
    known: BugFacts, *, protected: bool | None = False, default: str = "main", **blobs: str | None
) -> Return:
    """What comes back to a repository with that default branch, where these texts were read: `one`, `two`."""
    world = snapshot(known, repo=repository(default=Branch(default, "a" * 40, protected)))
    oids = {"one": ONE, "two": TWO}
    answers = Answers(blobs={oids[name]: text for name, text in blobs.items()})
    return returning(known, POLICY, world.with_answers(answers), NOW)


def going(*files: TextFile, lines: tuple[LedgerLine, ...] = ()) -> tuple[LedgerLine, ...]:
    """The ledger behind a run that saw the bug confidential with these files."""
    return (*lines, *what(bug(*files, lines=lines, secret=True)).lines)


MAIN = TextFile(PATH, "a\n", "main", ONE)
OURS = TextFile(PATH, "b\n", RECORDS, TWO)


def test_documents_are_told_from_what_lies_beside_them() -> None:
    """Every version on every branch; neither the ledger nor what people put there."""
    beside = [TextFile(f"{FOLDER}/{name}", "x", "main", ONE) for name in ("notes.md", "ledger.jsonl")]
    older = replace(MAIN, path=NEXT)
    found = [
        (document.kind, file) for document, file in document_files(bug(MAIN, OURS, older, *beside), POLICY)
    ]
    assert found == [("report", MAIN), ("report", OURS), ("report", older)]


def test_what_goes_is_recorded_once() -> None:
    """By branch, path and blob; a second run, or one whose commit failed, adds nothing."""
    (one, two) = lines = going(MAIN, OURS)
    assert one == LedgerLine(
        RecordKind.REMOVED,
        f"main:{PATH}@{ONE}#0",
        VIEWER.login,
        NOW,
        accepted=True,
        data={"branch": "main", "oid": ONE, "path": PATH},
    )
    assert (two.evidence, two.data["branch"]) == (f"{RECORDS}:{PATH}@{TWO}#0", RECORDS)
    assert going(MAIN, OURS, lines=lines) == lines
    assert going(lines=lines) == lines


def test_a_file_whose_id_nobody_knows_is_not_promised() -> None:
    """It could not be read again."""
    assert going(replace(MAIN, oid="")) == ()


def test_a_file_that_somebody_committed_while_it_was_confidential_goes_as_well() -> None:
    """The last one is what comes back, also where it is the first one again."""
    lines = going(MAIN)
    lines = going(replace(MAIN, oid=TWO), lines=lines)
    lines = going(MAIN, lines=lines)
    assert [line.evidence.rpartition("@")[2] for line in lines] == [f"{ONE}#0", f"{TWO}#1", f"{ONE}#2"]
    assert what(bug(lines=lines), one="a\n").files == (MAIN,)


def test_what_was_removed_is_read_and_comes_back() -> None:
    """By its blob, which has to be asked for; until then a file without text is at its place."""
    lines = going(MAIN, replace(OURS, path=NEXT))
    asked = what(bug(lines=lines), one="a\n")
    assert asked.questions == {AskBlob(TWO)}
    assert asked.files == (MAIN, TextFile(NEXT, None, RECORDS))
    assert what(bug(lines=lines), one="a\n", two="b\n") == Return(files=(MAIN, replace(OURS, path=NEXT)))


def test_what_lies_at_its_place_is_done_with() -> None:
    """As it was, or as somebody has committed it: never written over. What is deleted later stays away."""
    lines = going(MAIN)
    for there in (MAIN, TextFile(PATH, "theirs\n", "main", TWO)):
        back = what(bug(there, lines=lines))
        assert (back.files, back.questions) == ((), frozenset())
        (done,) = back.lines
        assert (done.kind, done.evidence, done.at) == (RecordKind.RETURNED, lines[0].evidence, NOW)
        assert (done.accepted, done.why, done.data) == (True, "", {"branch": "main", "path": PATH})
        assert what(bug(lines=(*lines, done))) == Return()


def test_the_same_file_goes_again_after_it_came_back() -> None:
    """Each time has a line of its own."""
    lines = going(MAIN)
    lines = (*lines, *what(bug(MAIN, lines=lines)).lines)
    lines = going(MAIN, lines=lines)
    assert [line.evidence.rpartition("@")[2] for line in lines] == [f"{ONE}#0", f"{ONE}#0", f"{ONE}#1"]
    assert what(bug(lines=lines), one="a\n").files == (MAIN,)


def test_all_that_was_expected_at_a_place_is_done_with_at_once() -> None:
    """Older ones too."""
    lines = going(replace(MAIN, oid=TWO), lines=going(MAIN))
    done = what(bug(MAIN, lines=lines)).lines
    assert [line.evidence for line in done] == [line.evidence for line in lines]


@pytest.mark.parametrize(
    ("protected", "default", "branch"),
    [(False, "main", "main"), (None, "main", "main"), (True, "main", RECORDS), (False, "trunk", "trunk")],
)
def test_where_a_file_of_the_default_branch_comes_back_to(
    protected: bool | None, default: str, branch: str
) -> None:
    """To that branch, whatever it is called by now; to ours where a rule keeps it out."""
    back = what(bug(lines=going(MAIN)), protected=protected, default=default, one="a\n")
    assert back.files == (replace(MAIN, branch=branch),)


def test_a_repository_without_a_branch_gets_nothing_elsewhere() -> None:
    """Its place is still that branch."""
    known = bug(lines=going(MAIN))
    world = snapshot(known, repo=repository(default=None)).with_answers(Answers(blobs={ONE: "a\n"}))
    assert returning(known, POLICY, world, NOW).files == (MAIN,)


def test_a_file_that_a_rule_sent_elsewhere_has_come_back() -> None:
    """The same text on the other branch is it; another one there is none of its business."""
    lines = going(MAIN)
    assert [line.accepted for line in what(bug(replace(MAIN, branch=RECORDS), lines=lines)).lines] == [True]
    assert what(bug(OURS, lines=lines), one="a\n") == Return(files=(MAIN,))


def test_what_could_not_be_removed_is_what_became_of_it() -> None:
    """A rule kept our commit out. What a person made of it since, such as one without the words that were
    confidential, has no other beside it; nor is a copy of ours joined with it that goes and comes back."""
    for there in (MAIN, replace(MAIN, oid="3" * 40)):
        (done,) = (back := what(bug(there, lines=going(MAIN)), protected=True, one="a\n")).lines
        assert (back.files, back.questions, done.accepted) == ((), frozenset(), True)
        back = what(bug(there, lines=going(MAIN, OURS)), protected=True, one="a\n", two="b\n")
        assert back.files == (OURS,)
        assert [line.evidence for line in back.lines] == [f"main:{PATH}@{ONE}#0"]


def test_two_copies_that_go_to_one_place_have_the_words_of_both() -> None:
    """A rule came after they went: the one that lay there leads."""
    lines = going(MAIN, OURS)
    back = what(bug(lines=lines), protected=True, one="# Report\n\na\n", two="# Report\n\nb\n")
    (file,) = back.files
    assert (file.path, file.branch, file.oid) == (PATH, RECORDS, "")
    assert (file.text or "").splitlines() == ["# Report", "", "b", "", "a"]
    done = what(bug(file, lines=lines), protected=True).lines
    assert len(done) == 2
    assert all(line.accepted for line in done)


def test_a_text_that_is_gone_is_told_and_not_asked_for_again() -> None:
    """Nothing holds it any more, or it is no text; what else there is comes back all the same."""
    lines = going(MAIN, OURS)
    back = what(bug(lines=lines), protected=True, one=None, two="b\n")
    assert [file.text for file in back.files] == ["b\n"]
    (lost,) = back.lines
    assert (lost.accepted, lost.why) == (False, "it cannot be read any more")
    (remark,) = lost_documents(LedgerFile(lines=(*lines, lost)), at(60 + 7 * 24 * 60 - 1))
    assert lost_documents(LedgerFile(lines=(*lines, lost)), at(60 + 7 * 24 * 60)) == ()
    assert remark.startswith(f"`{PATH}` was removed")
    assert remark.endswith("the history of `main` may hold it")
    assert what(bug(lines=(*lines[:1], lost))) == Return()
    assert what(bug(lines=lines[:1]), one=None).files == ()
    assert lost_documents(LedgerFile(lines=(*lines, *what(bug(MAIN, lines=lines)).lines)), NOW) == ()


def test_an_older_text_comes_back_where_the_newest_is_gone() -> None:
    """It is the last that can be read."""
    lines = going(replace(MAIN, oid=TWO), lines=going(MAIN))
    lost = what(bug(lines=lines), two=None).lines
    assert what(bug(lines=(*lines, *lost)), one="a\n").files == (MAIN,)
