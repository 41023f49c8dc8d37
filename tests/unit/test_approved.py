"""Words that approve documents are told apart from words on the bug, and are for one version."""

from __future__ import annotations

from bugaction.approved import APPROVALS, approving, is_approval
from bugaction.documents import DOCUMENTS
from bugaction.model import LedgerLine, RecordKind
from tests.values import line


def word(requirement: str, version: str = "1.0", evidence: str = "IC_1#x") -> LedgerLine:
    """An attestation in force."""
    return line(RecordKind.COMMAND, evidence, name="attest", requirement=requirement, version=version)


def test_each_document_has_its_word() -> None:
    """By its kind and its title."""
    found = {approved.kind: approved.title for approved in APPROVALS.values()}
    assert found == {kind: document.title for kind, document in DOCUMENTS.items()}


def test_a_word_approves_one_version_of_one_document() -> None:
    """The first one for it; none for another."""
    first, second = word("report-approved"), word("report-approved", evidence="IC_2#x")
    spoken = (word("post-mortem-approved"), word("report-approved", "1.1"), first, second)
    assert approving(spoken, "report", "1.0") is first
    assert approving(spoken, "report", "1.2") is None
    assert approving(spoken, "release-notes", "1.0") is None


def test_words_on_the_bug_are_none() -> None:
    """Those that a gate asks for are told in the documents."""
    assert is_approval(word("report-approved"))
    assert not is_approval(word("release-approvals"))
