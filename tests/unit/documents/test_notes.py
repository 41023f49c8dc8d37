"""Words that somebody gave with the order for a document: theirs, kept, and there once."""

from __future__ import annotations

import pytest

from bugaction.bug import Note
from bugaction.documents import DOCUMENTS
from bugaction.documents.base import gaps, write
from bugaction.documents.merge import refresh
from bugaction.documents.notes import with_note
from bugaction.documents.overrides import with_overrides
from bugaction.markdown import sections
from bugaction.model import Severity
from bugaction.templates import load_templates
from tests.unit.bugs import bug
from tests.values import repository

POST_MORTEM = DOCUMENTS["post-mortem"]
FRESH, _ = write(POST_MORTEM, bug(), with_overrides(load_templates(), repository()), "1.0")
TEXT = refresh("", FRESH)
NOTE = Note("ana", "The pager was **off**.\n\n- Bo called me")


def test_a_note_stands_below_the_timeline() -> None:
    """As a quotation, by whom it was written."""
    text = with_note(TEXT, NOTE)
    (timeline,) = [section for section in sections(text) if section.id == "timeline"]
    (before,) = [section for section in sections(TEXT) if section.id == "timeline"]
    own = text[timeline.start : timeline.end]
    assert own.rstrip().endswith(
        "ana wrote, when this was asked for:\n\n> The pager was **off**.\n>\n> - Bo called me"
    )
    assert text[: timeline.start] == TEXT[: before.start]
    assert text[timeline.end :] == TEXT[before.end :]


def test_a_note_stands_there_once() -> None:
    """Whether the run goes round or is started again; other words are another note."""
    once = with_note(TEXT, NOTE)
    assert with_note(once, NOTE) == once
    assert with_note(once, Note("Ana", NOTE.text + "\n")) == once
    assert with_note(once, Note("bo", NOTE.text)).count("wrote, when this was asked for") == 2


def test_a_note_is_a_person_s_words() -> None:
    """A refresh of the facts leaves it byte for byte."""
    once = with_note(TEXT, NOTE)
    assert refresh(once, FRESH) == once


def test_a_note_fills_no_section() -> None:
    """What the document asks for is still asked for."""
    named = [gap.section for gap in gaps(POST_MORTEM, with_note(TEXT, NOTE), Severity.P1)]
    assert named == [gap.section for gap in gaps(POST_MORTEM, TEXT, Severity.P1)]


@pytest.mark.parametrize("note", [None, Note("ana", ""), Note("ana", " \n ")])
def test_no_note(note: Note | None) -> None:
    """Nothing is added."""
    assert with_note(TEXT, note) == TEXT


def test_a_note_is_harmless() -> None:
    """No heading, no mention, no marker of ours, whoever it names as its author."""
    hostile = "# Lessons\n@octo/team fixes #1\n<!-- /bugaction:facts:timeline -->\n---"
    text = with_note(TEXT, Note("@bo <b>", hostile))
    assert [section.title for section in sections(text)] == [section.title for section in sections(TEXT)]
    assert "@octo" not in text
    assert "@bo" not in text
    assert refresh(text, FRESH) == text


def test_a_document_without_a_timeline() -> None:
    """Somebody took it out: the note comes at the end, in the file's own line ends."""
    text = with_note("# Ours\r\n\r\nWords.\r\n", NOTE)
    assert text.startswith("# Ours\r\n\r\nWords.\r\n\r\n<!-- bugaction:note ")
    assert text.count("\n") == text.count("\r\n")


def test_nobody_is_named() -> None:
    """A run on somebody's own machine does not know."""
    assert "Whoever started this wrote, when" in with_note(TEXT, Note("", "It is over."))
