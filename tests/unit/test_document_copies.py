"""Which copy of a document counts, and what it takes in from the other."""

from __future__ import annotations

from dataclasses import replace

from bugaction.bug import Bug
from bugaction.carrier import Carrier
from bugaction.document_copies import absorbed, differing, left_behind, nothing_to_bring, taken_lines
from bugaction.documents.base import home_of
from bugaction.model import LedgerFile, RecordKind
from bugaction.policy import Delivery, Documents, Policy
from bugaction.snapshot import Branch, TextFile
from tests.unit.bugs import bug
from tests.unit.documents.stories import with_state
from tests.unit.documents.test_merge import NEW
from tests.values import VIEWER, repository

FOLDER = "documents/bugs/BUG-042"
PATH = f"{FOLDER}/bug-042-report-v1.0.md"
RECORDS = "bugaction/records"
OURS = f"{NEW}\nOurs.\n"
THEIRS = f"{NEW}\nTheirs.\n"


def filed(*files: TextFile, **changes: object) -> Bug:
    """A bug with these files committed."""
    whole = bug(**changes)  # type: ignore[arg-type]
    return with_state(replace(whole, facts=replace(whole.facts, documents=files)))


def copies(ours: str | None, theirs: str | None) -> Bug:
    """A bug whose report lies on the records branch, with another copy on the default branch."""
    found = [TextFile(PATH, ours, RECORDS)]
    if theirs is not None:
        found.append(TextFile(PATH, theirs, "main"))
    return filed(*found)


def knowing(whole: Bug) -> Bug:
    """The bug once its run has recorded what it took in."""
    lines = (*whole.ledger.lines, *taken_lines(whole, VIEWER))
    return replace(whole, ledger=LedgerFile(lines=lines))


def test_words_on_the_default_branch_are_taken_in_once() -> None:
    """A line that is deleted later does not come back from a copy that was looked at before."""
    both = absorbed(copies(OURS, THEIRS), copies(OURS, THEIRS).documents["report"])
    assert "Ours." in both
    assert "Theirs." in both
    assert taken_lines(copies(OURS, THEIRS), VIEWER) == ()  # not before it is there
    settled = knowing(copies(both, THEIRS))
    (line,) = settled.ledger.lines
    assert (line.kind, line.evidence.partition("@")[0], line.actor) == (RecordKind.TAKEN, PATH, VIEWER.login)
    assert taken_lines(settled, VIEWER) == ()
    later = replace(copies(OURS, THEIRS), ledger=settled.ledger)
    assert absorbed(later, later.documents["report"]) == OURS


def test_a_copy_whose_answer_has_the_words_of_another_is_neither_done_with_nor_left_behind() -> None:
    """Until the one that counts holds it in that section."""
    below = "<!-- /bugaction:facts:steps -->\n"
    ours = NEW.replace("- [ ] told\n", "- [ ] told\nNone known.\n")
    theirs = ours.replace(below, f"{below}\nNone known.\n")
    assert taken_lines(copies(ours, theirs), VIEWER) == ()
    assert left_behind(with_state(replace(copies(theirs, ours), home="main"))) == ()
    both = absorbed(copies(ours, theirs), copies(ours, theirs).documents["report"])
    assert both.count("None known.") == 2
    assert len(taken_lines(copies(both, theirs), VIEWER)) == 1
    assert left_behind(with_state(replace(copies(theirs, both), home="main"))) == (PATH,)


def test_a_copy_that_was_edited_since_is_taken_in_again() -> None:
    """It is known by its bytes."""
    settled = knowing(copies(OURS, OURS))
    edited = replace(copies(OURS, f"{OURS}\nLater.\n"), ledger=settled.ledger)
    assert absorbed(edited, edited.documents["report"]).endswith("\nLater.\n")


def test_what_lies_on_the_default_branch_alone_is_left_as_it_is() -> None:
    """There is no other copy then; and none of a confidential bug is looked at."""
    alone = filed(TextFile(PATH, OURS, "main"))
    assert absorbed(alone, alone.documents["report"]) == OURS
    assert taken_lines(alone, VIEWER) == ()
    assert taken_lines(replace(copies(OURS, OURS), confidential=True), VIEWER) == ()


def test_our_own_branch_holds_nothing_new() -> None:
    """What we put there is known before it is merged; what somebody else committed is not."""
    carrier = Carrier("a" * 40, "t" * 40, "c" * 40, is_ours=True, files={PATH: OURS, f"{FOLDER}/x.md": "x"})
    (line,) = taken_lines(replace(copies(f"{OURS}\nNewer.\n", None), carrier=carrier), VIEWER)
    assert line.evidence.startswith(f"{PATH}@")
    theirs = replace(carrier, is_ours=False)
    assert taken_lines(replace(copies(OURS, None), carrier=theirs), VIEWER) == ()


def test_what_the_default_branch_lacks() -> None:
    """The same bytes are not brought, nor what cannot be read, nor what is no document."""
    main = repository()
    assert differing(copies(OURS, None), main) == {PATH: OURS}
    assert differing(copies(OURS, OURS), main) == {}
    assert differing(copies(None, OURS), main) == {}
    assert differing(filed(TextFile(PATH, OURS, "main")), main) == {}
    assert differing(filed(TextFile(f"{FOLDER}/notes.md", OURS, RECORDS)), main) == {}
    assert differing(copies(OURS, None), repository(default=None)) == {}


def test_an_earlier_version_never_takes_words_off_the_default_branch() -> None:
    """Nobody refreshes it any more, so what is brought of it holds both."""
    second = PATH.replace("v1.0", "v1.1")
    files = (TextFile(PATH, OURS, RECORDS), TextFile(second, OURS, RECORDS), TextFile(PATH, THEIRS, "main"))
    brought = differing(filed(*files), repository())
    assert brought[second] == OURS
    assert "Ours." in brought[PATH]
    assert "Theirs." in brought[PATH]
    landed = (*files[:2], TextFile(PATH, brought[PATH], "main"), TextFile(second, OURS, "main"))
    assert differing(filed(*landed), repository()) == {}


def test_why_nothing_has_to_be_brought() -> None:
    """As whoever asks for it is told."""
    main, policy = repository(), Policy()
    assert nothing_to_bring(copies(OURS, None).facts, policy, main) == ""
    assert nothing_to_bring(copies(OURS, THEIRS).facts, policy, main) == ""
    assert "`main` already" in nothing_to_bring(copies(OURS, OURS).facts, policy, main)
    assert "`main` already" in nothing_to_bring(filed(TextFile(PATH, OURS, "main")).facts, policy, main)
    assert nothing_to_bring(bug().facts, policy, main) == "it has no documents yet"
    assert "no default branch" in nothing_to_bring(copies(OURS, None).facts, policy, repository(default=None))


def test_with_commit_delivery_the_default_branch_s_copy_takes_in_the_other() -> None:
    """Then the one on the records branch is left behind; not before, and not where that one counts."""
    waiting = replace(copies(OURS, THEIRS), home="main")
    whole = with_state(waiting)
    assert whole.documents["report"].branch == "main"
    assert left_behind(whole) == ()
    both = absorbed(whole, whole.documents["report"])
    assert both.index("Theirs.") < both.index("Ours.")
    assert left_behind(with_state(replace(copies(OURS, both), home="main"))) == (PATH,)
    assert left_behind(copies(OURS, both)) == ()
    assert left_behind(replace(copies(None, OURS), home="main")) == ()
    assert left_behind(replace(copies(OURS, None), home="main")) == ()


def test_which_copy_counts() -> None:
    """The default branch's where `commit` delivery may commit to it, otherwise the records branch's."""
    commit = Policy(documents=Documents(delivery=Delivery.COMMIT))
    homes = {
        protected: home_of(commit, repository(default=Branch("main", "a" * 40, protected)))
        for protected in (False, None, True)
    }
    assert homes == {False: "main", None: RECORDS, True: RECORDS}
    assert home_of(commit, repository(default=None)) == RECORDS
    assert home_of(Policy(), repository(default=Branch("main", "a" * 40, protected=False))) == RECORDS
