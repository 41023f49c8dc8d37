"""What is read of a merged fix once: which questions it takes, and what is told of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bugaction.bug import DocumentState
from bugaction.chronicle import Moment
from bugaction.documents.merged import is_read, name_of, questions, steps_of
from bugaction.model import Actor, Evidence
from bugaction.questions import AskCommits, AskReview
from bugaction.review import CheckKind, CheckOutcome, ReviewState
from bugaction.snapshot import PullRequest, PullState
from tests.unit.bugs import bug
from tests.values import BASE, BO, at, check, commit_by, pull, ready, review


def merged(number: int = 7, **changes: object) -> PullRequest:
    """A fix that was merged and read."""
    whole = replace(ready(number), state=PullState.MERGED, merged_at=at(50), commits=())
    return replace(whole, **changes)  # type: ignore[arg-type]


UNREAD: dict[str, Any] = {"reviews": None, "checks": None, "commits": None}


def document(block: str, **changes: object) -> DocumentState:
    """A committed document with this text."""
    whole = DocumentState("post-mortem", "post-mortem-v1.0.md", "1.0", f"# Post-mortem\n\n{block}", "main")
    return replace(whole, **changes)  # type: ignore[arg-type]


def block(name: str) -> str:
    """A block that was written for these fixes; its content is intact."""
    marker = f"<!-- bugaction:facts:steps merged={name} sha256=e3b0c44298fc1c14 -->"
    return f"{marker}\n<!-- /bugaction:facts:steps -->\n"


def test_fixes_are_named_by_their_numbers() -> None:
    """In order."""
    assert name_of((merged(7), merged(9))) == "7,9"
    assert name_of(()) == "none"


def test_it_is_asked_for_until_a_block_tells_it() -> None:
    """Of these very fixes, and untouched; in an approved version nothing is restored."""
    subject = bug(fixes=(merged(**UNREAD), pull(8)))
    asked = {AskReview(7), AskCommits(7)}
    touched = block("7").replace("-->\n<!-- /", "-->\nmine\n<!-- /")
    assert not is_read(subject)
    assert questions(subject, document("", text=None), ("steps",)) == asked
    assert questions(subject, document(block("none")), ("steps",)) == asked
    assert questions(subject, document(touched), ("steps",)) == asked
    assert questions(subject, document(touched, approval=Evidence("approved")), ("steps",)) == frozenset()
    assert questions(subject, document(block("7")), ("steps",)) == frozenset()
    assert questions(subject, document(block("7")), ("steps", "others")) == asked


def test_without_a_merge_nothing_is_asked() -> None:
    """Nor of what was read already."""
    assert questions(bug(fixes=(pull(8, commits=None),)), document(""), ("steps",)) == frozenset()
    assert questions(bug(fixes=(merged(),)), document(""), ("steps",)) == frozenset()
    assert is_read(bug(fixes=(merged(),)))


def test_the_steps_of_a_fix_are_told_in_order() -> None:
    """Commits by their subject, reviews by their verdict, and the newest run of each check but ours."""
    commit = replace(commit_by(BO, minutes=20), message="Repair | the cart\n\nbody")
    reviews = (
        review(Actor("eve"), ReviewState.CHANGES_REQUESTED, minutes=30),
        review(Actor("eve"), ReviewState.PENDING, minutes=31),
        review(Actor("mia"), minutes=40),
    )
    checks = (
        check("test", CheckOutcome.FAILURE, minutes=21, number=1),
        check("test", minutes=25, number=2),
        check("lint", CheckOutcome.PENDING, minutes=26, number=3),
        replace(check("bugaction/gate", minutes=27, number=0), kind=CheckKind.STATUS),
        check("bug response", minutes=28, number=4, workflow_path=".github/workflows/bugaction.yml"),
    )
    fix = merged(commits=(commit,), reviews=reviews, checks=checks, requested_at=at(22))
    subject = bug(fixes=(fix,), own_workflows=(".github/workflows/bugaction.yml",))
    assert steps_of(subject) == (
        Moment(at(20), "Committed fffffff Repair | the cart", f"{BASE}/commit/{'f' * 40}", "bo"),
        Moment(at(22), "A review of #7 was asked for", f"{BASE}/pull/7"),
        Moment(at(26), "The check test ended: success", f"{BASE}/runs/2"),
        Moment(at(30), "Asked for changes to #7", f"{BASE}/pull/7#pullrequestreview-eve-30", "eve"),
        Moment(at(40), "Approved #7", f"{BASE}/pull/7#pullrequestreview-mia-40", "mia"),
    )
    assert steps_of(bug(fixes=(pull(8),))) == ()


def test_the_checks_of_a_fix_are_those_that_its_gate_weighed() -> None:
    """A green run for a push hides no red one of the pull request; the event tells the two apart."""
    checks = (
        check("test", CheckOutcome.FAILURE, minutes=21, number=1),
        replace(check("Test", minutes=25, number=2), event="push"),
        check("lint", CheckOutcome.FAILURE, minutes=26, number=3),
        check("lint", CheckOutcome.SKIPPED, minutes=28, number=4),
        replace(check("BugAction/fix", minutes=27, number=5)),
        replace(check("respond", minutes=28, number=6), workflow="Bug response"),
    )
    fix = merged(reviews=(), checks=checks)
    told = [moment.text for moment in steps_of(bug(fixes=(fix,), own_workflows=("bug response",)))]
    assert told == [
        "The check test (pull_request) ended: failure",
        "The check Test (push) ended: success",
        "The check lint ended: failure",
        "The check lint ended: skipped",
    ]


def test_a_commit_of_two_fixes_is_told_once() -> None:
    """A backport that shares it."""
    commit = commit_by(BO)
    fixes = (
        merged(7, commits=(commit,), reviews=(), checks=()),
        merged(9, commits=(commit,), reviews=(), checks=()),
    )
    assert len(steps_of(bug(fixes=fixes))) == 1
