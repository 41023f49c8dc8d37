"""A bug that turns out to be confidential: what was committed of it goes, and comes back when it is not."""

from __future__ import annotations

import pytest

from bugaction.documents.facts import parse
from bugaction.markdown import split_lines
from tests.examples import rarely
from tests.scenario.life import RECORDS, Life, form

SECRET = "The checkout never ends."


@pytest.mark.parametrize("protected", [False, True], ids=["default branch", "records branch"])
def test_documents_are_removed_and_come_back(life: Life, protected: bool) -> None:
    """By the label's own event; a second run writes nothing; without the label the report is there again."""
    if protected:
        life.people.protect("ana", "main", pull_request=True)
    branch = RECORDS if protected else "main"
    number = life.settled()
    before = life.history(branch)
    assert SECRET in (life.document(number, branch) or "")

    life.people.label("mia", number, "security")
    life.pass_on()
    assert not [
        path for path in {**life.files("main"), **life.files(RECORDS)} if path.endswith("-report-v1.0.md")
    ]
    assert life.history(branch) == before + (2 if protected else 1)  # with what went, in the ledger
    assert "whose history keeps" in life.log
    assert "history of its branch" in life.sticky(number)
    assert SECRET not in life.sticky(number)
    assert life.again() == 0

    life.people.unlabel("mia", number, "security")
    life.pass_on()
    assert SECRET in (life.document(number, branch) or "")
    assert "history of its branch" not in life.sticky(number)
    assert life.again() == 0


def test_both_homes_are_emptied(life: Life) -> None:
    """A report that moved left its first copy behind: neither stays."""
    number = life.settled()
    rules = life.people.protect("ana", "main", pull_request=True)
    life.people.edit_issue("dee", number, body=form() + "\n\nMore.")
    life.pass_on()
    assert life.document(number) is not None
    assert life.document(number, RECORDS) is not None
    life.people.unprotect("ana", rules)
    life.people.label("mia", number, "security")
    life.pass_on()
    assert life.document(number) is None
    assert life.document(number, RECORDS) is None
    assert life.ledger(number)
    assert life.again() == 0


def test_a_rule_that_keeps_a_document_is_told(life: Life) -> None:
    """Where the default branch takes no commit of ours, a person is asked, and every run does not fail."""
    number = life.settled()
    life.people.protect("ana", "main", pull_request=True)
    life.people.label("mia", number, "security")
    life.pass_on()
    assert life.document(number) is not None
    assert "still on main" in life.log
    assert life.product.codes[-1] == 0
    assert life.again() == 0


def test_the_fix_of_a_confidential_bug_names_no_section(life: Life) -> None:
    """The status counts what is missing and says no more; the checklist asks for the advisory."""
    number = life.settled()
    fix = life.fix(number)
    life.ready(fix)
    assert life.gate(fix)[0] == "success"
    life.people.label("mia", number, "security")
    life.pass_on()
    assert life.gate(fix) == ("failure", f"BUG-{number:03d}: 4 requirements not met yet")
    assert "security/advisories" in life.sticky(number)


WORD = "as we saw it"


def _written(life: Life, number: int) -> dict[str, list[str]]:
    """Every document of the bug by where it lies, with all that people wrote in it: what is in no block."""
    folder = f"documents/bugs/BUG-{number:03d}/"
    return {
        f"{branch}:{path}": [
            part
            for part in parse(split_lines(text))
            if isinstance(part, str) and not part.startswith("facts:")
        ]
        for branch in ("main", RECORDS)
        for path, text in life.files(branch).items()
        if path.startswith(folder) and path.endswith(".md")
    }


def _told(life: Life) -> int:
    """A P1 whose analysis and post-mortem hold words that nobody typed anywhere else."""
    number = life.settled()
    life.say("mia", number, "/post-mortem")
    for document in ("root-cause-analysis", "post-mortem"):
        life.complete("bo", number, document)
        branch, path, text = life.committed(number, document)
        more = f"{text}\n## Afterwards\n\nThe {document}, {WORD}.\n"
        life.people.edit_on_web("bo", branch, {path: more}, "Tell more")
        life.pass_on()
    return number


@pytest.mark.parametrize("branch", ["main", *rarely(RECORDS)])
def test_every_word_comes_back_when_the_label_is_taken_off(life: Life, branch: str) -> None:
    """Whoever may triage can label: what people wrote in every document outlives that, again and again."""
    if branch == RECORDS:
        life.people.protect("ana", "main", pull_request=True)
    number = _told(life)
    before = _written(life, number)
    assert {place.partition(":")[0] for place in before} == {branch}
    assert sum(WORD in "".join(lines) for lines in before.values()) == 2
    for _ in range(2):
        life.people.label("cy", number, "security")
        life.pass_on()
        assert _written(life, number) == {}
        assert "comes back" in life.sticky(number)
        assert life.again() == 0
        life.people.unlabel("cy", number, "security")
        life.pass_on()
        assert _written(life, number) == before
        assert life.again() == 0
    assert set(life.product.codes) == {0}


def test_what_somebody_committed_meanwhile_stays(life: Life) -> None:
    """Whoever takes the label off may have put a document right before: theirs is not written over."""
    number = _told(life)
    _, path, text = life.committed(number, "post-mortem")
    life.people.label("cy", number, "security")
    life.pass_on()
    theirs = text.replace(WORD, "in fewer words")
    life.people.unlabel("cy", number, "security")
    life.people.edit_on_web("bo", "main", {path: theirs}, "Put it right")
    life.pass_on()
    found = _written(life, number)
    assert "in fewer words" in "".join(found[f"main:{path}"])
    assert WORD not in "".join(found[f"main:{path}"])
    assert WORD in "".join(found[f"main:{path.replace('post-mortem', 'root-cause-analysis')}"])
    assert life.again() == 0


def test_what_comes_back_is_read_once(life: Life) -> None:
    """A request for each file that comes back, and none in a later run; what is deleted then is gone."""
    number = _told(life)
    _, path, _ = life.committed(number, "post-mortem")
    life.people.label("cy", number, "security")
    life.pass_on()
    before = len(life.server.requests)
    life.people.unlabel("cy", number, "security")
    life.pass_on()
    blobs = [request for request in life.server.requests[before:] if "git/get-blob" in request.operations]
    assert len(blobs) == len(_written(life, number)) == 3
    life.people.edit_on_web("bo", "main", {path: None}, "It was no good")
    life.say("bo", number, "/recheck")
    assert WORD not in "".join(_written(life, number)[f"main:{path}"])  # `/post-mortem` began it anew


def test_what_the_history_lost_is_named(life: Life) -> None:
    """Where somebody rewrote a branch so that nothing holds the text, its document is begun anew and this is
    said."""
    number = _told(life)
    _, path, _ = life.committed(number, "root-cause-analysis")
    git, head = life.world.git, life.world.git.commit_info(life.state.head_of("main") or "")
    assert head is not None
    text = git.find(head.tree, path)
    assert text is not None
    life.people.label("cy", number, "security")
    life.pass_on()
    (git.path / "objects" / text.oid[:2] / text.oid[2:]).unlink()
    life.people.unlabel("cy", number, "security")
    life.pass_on()
    found = _written(life, number)
    assert WORD not in "".join(found[f"main:{path}"])
    assert f"`{path}` was removed while the bug was confidential and could not be" in life.sticky(number)
    assert life.again() == 0
    assert set(life.product.codes) == {0}


def test_a_lost_event_is_made_good_by_the_sweep(life: Life) -> None:
    """It sees that the label is gone, and that the documents are still away."""
    number = _told(life)
    before = _written(life, number)
    life.people.label("cy", number, "security")
    life.pass_on()
    life.people.unlabel("cy", number, "security")
    life.world.events.clear()
    life.runs.schedule()
    assert [WORD in "".join(lines) for lines in _written(life, number).values()] == [
        WORD in "".join(lines) for lines in before.values()
    ]
    assert life.again() == 0
