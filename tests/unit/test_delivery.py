"""Where a document is committed, what it falls back to, and when nothing is committed at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.assembly import assemble
from bugaction.bug import Bug, DocumentState
from bugaction.delivery import deliver, target
from bugaction.model import Role
from bugaction.policy import Delivery, Documents, Policy
from bugaction.snapshot import Branch, Repository, TextFile
from bugaction.templates import load_templates
from tests.values import T0, at, facts, issue, repository, snapshot

PATH = "documents/bugs/BUG-042/bug-042-report-v1.0.md"
RECORDS = "bugaction/records"


def state(branch: str = "") -> DocumentState:
    """A report that is committed on that branch, or not at all."""
    return DocumentState("bug-report", PATH, "1.0", text="x" if branch else None, branch=branch)


def home(protected: bool | None, *, records: bool = True) -> Repository:
    """A repository whose default branch is protected, free, or not to be seen."""
    known = repository(default=Branch("main", "a" * 40, protected))
    return known if records else replace(known, records=None)


@pytest.mark.parametrize(
    ("delivery", "protected", "standing", "expected"),
    [
        (Delivery.AUTO, False, "", ("main", RECORDS)),
        (Delivery.AUTO, None, "", ("main", RECORDS)),
        (Delivery.AUTO, True, "", (RECORDS, "")),
        (Delivery.AUTO, False, RECORDS, (RECORDS, "")),
        (Delivery.AUTO, True, "main", (RECORDS, "")),
        (Delivery.COMMIT, True, "", ("main", RECORDS)),
        (Delivery.COMMIT, False, RECORDS, ("main", RECORDS)),
        (Delivery.BRANCH, False, "", (RECORDS, "")),
        (Delivery.BRANCH, False, "main", (RECORDS, "")),
    ],
)
def test_the_branch_follows_policy_and_rules(
    delivery: Delivery, protected: bool | None, standing: str, expected: tuple[str, str]
) -> None:
    """`auto` avoids a protected branch and never moves a document back; the others do as they say."""
    branch, fallback = target(delivery, home(protected), state(standing))
    assert branch is not None
    assert (branch.name, fallback) == expected


def test_without_a_branch_there_is_nowhere_to_commit() -> None:
    """An empty repository, or records that do not exist yet."""
    assert target(Delivery.AUTO, repository(default=None, records=None), state()) == (None, "")
    assert target(Delivery.BRANCH, home(protected=False, records=False), state()) == (None, "")
    assert target(Delivery.AUTO, home(protected=False, records=False), state())[1] == ""


def bug(policy: Policy | None = None, *, labels: tuple[str, ...] = ("P1",), text: str | None = None) -> Bug:
    """Issue 42 as the rules see it, with its committed report."""
    documents = () if text is None else (TextFile(PATH, text, "main"),)
    known = replace(facts(issue(labels=labels)), documents=documents)
    world = snapshot(known, roles={"ana": Role.MAINTAIN})
    built = assemble(known, world, policy or Policy(), at(60), T0)
    assert built is not None
    return built.bug


def test_a_missing_report_is_committed_and_then_left_alone() -> None:
    """The first commit says what it is for; the same facts again change no byte."""
    (commit,) = deliver(bug(), home(protected=False), load_templates()).commits
    assert (commit.branch, commit.expected_oid, commit.files[0].path) == ("main", "a" * 40, PATH)
    assert commit.message.startswith("BUG-042: ")
    again = bug(text=commit.files[0].text)
    assert deliver(again, home(protected=False), load_templates()).commits == ()


def test_a_report_moves_to_the_records_branch_when_a_rule_appears() -> None:
    """The words that people wrote on the default branch come along."""
    (commit,) = deliver(bug(), home(protected=False), load_templates()).commits
    written = f"{commit.files[0].text}\nA person was here.\n"
    (moved,) = deliver(bug(text=written), home(protected=True), load_templates()).commits
    assert moved.branch == RECORDS
    assert "A person was here." in (moved.files[0].text or "")


@pytest.mark.parametrize("labels", [("P1", "security"), ("bug",)], ids=["confidential", "no severity"])
def test_some_bugs_have_no_document(labels: tuple[str, ...]) -> None:
    """A confidential bug never, another one only once it has a severity."""
    assert deliver(bug(labels=labels), home(protected=False), load_templates()).commits == ()


def test_another_root_is_another_place() -> None:
    """`documents.root`."""
    policy = Policy(documents=Documents(root="docs/incidents"))
    (commit,) = deliver(bug(policy), home(protected=False), load_templates()).commits
    assert commit.files[0].path == "docs/incidents/BUG-042/bug-042-report-v1.0.md"


def test_an_override_that_cannot_be_used_is_named_and_ours_steps_in() -> None:
    """The report is written all the same, and a notice says which template and why."""
    mine = TextFile(".github/bugaction/templates/documents/report.md.j2", "{{ nonsense(", "main")
    there = replace(home(protected=False), templates=(mine,))
    delivered = deliver(bug(), there, load_templates())
    assert len(delivered.commits) == 1
    assert [notice.file.endswith("report.md.j2") for notice in delivered.notices] == [True]
