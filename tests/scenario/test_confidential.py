"""A bug that turns out to be confidential: what was committed of it goes, and comes back when it is not."""

from __future__ import annotations

import pytest

from tests.scenario.life import RECORDS, Life, form

SECRET = "The checkout never ends."


@pytest.mark.parametrize("protected", [False, True], ids=["default branch", "records branch"])
def test_documents_are_removed_and_written_again(life: Life, protected: bool) -> None:
    """By the label's own event; a second run writes nothing; without the label the report is written anew."""
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
    assert life.history(branch) == before + 1
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
