"""What is opened for action items: once, whole, and harmless."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bugaction.action_issues import ActionIssue, text_digest
from bugaction.bug import Bug, DocumentState
from bugaction.links import linked_bugs
from bugaction.model import LedgerFile, LedgerLine, RecordKind, Severity
from bugaction.plan import CreateIssue, CreateLabel, Effect
from bugaction.promises import ACTION_LABEL, promises
from bugaction.questions import AskLabel
from tests.unit.bugs import bug
from tests.values import BASE, line, pull, repository

LINE = "- [ ] Alert on failed payments @bo due 2026-12-01"
URL = f"{BASE}/blob/main/documents/bugs/BUG-042/post-mortem-v1.0.md"
KNOWN: dict[str, str | None] = {ACTION_LABEL: "LA_1"}
HOSTILE = "fixes #9 <!-- x --> [a](https://evil.example) | `b closes octo/shop#3"


def written(*items: str, horizon: str = "this-week", **changes: object) -> Bug:
    """A bug whose post-mortem has these items."""
    text = "\n".join(("## Action items", "### Soon", f"<!-- section: {horizon} -->", *items))
    document = DocumentState("post-mortem", "x.md", "1.0", text=text, branch="main", url=URL)
    return replace(bug(), documents={"post-mortem": document}, **changes)  # type: ignore[arg-type]


def commanded(text: str = "alert on it") -> LedgerLine:
    """An accepted `/action`."""
    word = line(RecordKind.COMMAND, "IC_1#x", name="action", owner="bo", due="2026-12-24", text=text)
    return replace(word, data={**word.data, "url": f"{BASE}/issues/42#issuecomment-1"})


def opened(subject: Bug, labels: dict[str, str | None] | None = None) -> list[Effect]:
    """What is to be written, where the label is there and everything is recorded."""
    effects, asked = promises(subject, repository(), labels or KNOWN, subject.ledger.lines)
    assert asked == set()
    return effects


def issues(subject: Bug) -> list[CreateIssue]:
    """The issues alone."""
    return [effect for effect in opened(subject) if isinstance(effect, CreateIssue)]


def test_an_item_becomes_an_issue_of_its_owner_s() -> None:
    """A child of the bug, labelled, due, and linked to where it was promised."""
    (made,) = issues(written(LINE))
    digest = text_digest("Alert on failed payments")
    assert made == CreateIssue(
        repository=repository().id,
        number=42,
        marker=f"<!-- bugaction:action v1 BUG-042 {digest} bo 2026-12-01 -->",
        title="Alert on failed payments (BUG-042)",
        body=(
            f"<!-- bugaction:action v1 BUG-042 {digest} bo 2026-12-01 -->\n\n"
            "Alert on failed payments\n\n"
            "- Bug: #42 (BUG-042)\n"
            "- Owner: bo\n"
            "- Due: 2026-12-01\n"
            f"- From: [where it was promised]({URL})\n\n"
            "Close it when it is done, or as not planned with the reason: the post-mortem shows which.\n"
        ),
        labels=(ACTION_LABEL,),
        assignees=("bo",),
        is_child=True,
    )


@pytest.mark.parametrize(
    ("horizon", "due"),
    [("this-week", "2026-12-01"), ("this-month", "2026-12-24"), ("this-quarter", "2027-02-23")],
)
def test_without_a_date_the_heading_above_says_by_when(horizon: str, due: str) -> None:
    """A week, a month or a quarter from the day on which the issue is opened."""
    (made,) = issues(written("- [ ] Alert @bo", horizon=horizon))
    assert f"- Due: {due}\n" in made.body
    assert issues(written("- [ ] Alert @bo", horizon="elsewhere")) == []


@pytest.mark.parametrize(
    "item", ["- [ ] Alert due 2026-12-01", "- [ ] @bo due 2026-12-01", f"{LINE} #7", "- [ ] ~~Alert @bo~~"]
)
def test_what_is_not_whole_or_known_already_is_not_opened(item: str) -> None:
    """The gate asks for the rest."""
    assert issues(written(item)) == []


def test_nothing_is_opened_twice() -> None:
    """Neither for the same words, nor for words that are nearly the same, nor for one command."""
    digest = text_digest("Alert on failed payments")
    made = ActionIssue(51, "", "Alert on failed payments", digest, "bo", date(2026, 12, 1))
    assert issues(written(LINE, LINE, actions=(made,))) == []
    assert issues(written(LINE.replace("failed", "all failed"), actions=(made,))) == []
    assert len(issues(written(LINE, LINE))) == 1
    assert len(issues(written(LINE, "- [ ] Rehearse the rollback @bo", actions=(made,)))) == 1
    word = commanded()
    known = replace(made, digest=text_digest(word.evidence))
    assert issues(bug(ledger=LedgerFile(lines=(word,)), actions=(known,))) == []


def test_a_command_needs_no_document() -> None:
    """Once it is recorded; its text may be anything."""
    subject = bug(ledger=LedgerFile(lines=(commanded(),)))
    (made,) = issues(subject)
    assert (made.title, made.assignees) == ("alert on it (BUG-042)", ("bo",))
    assert f"[where it was promised]({BASE}/issues/42#issuecomment-1)" in made.body
    assert promises(subject, repository(), KNOWN, ()) == ([], set())
    two = replace(commanded(), evidence="IC_2#x")
    assert len(issues(bug(ledger=LedgerFile(lines=(commanded(), two))))) == 2


def test_the_label_is_made_where_there_is_none() -> None:
    """And asked for only when an issue is to be opened."""
    assert promises(written(), repository(), {}, ()) == ([], set())
    assert promises(written(LINE), repository(), {}, ()) == ([], {AskLabel(ACTION_LABEL)})
    first, second = opened(written(LINE), {ACTION_LABEL: None})
    assert isinstance(first, CreateLabel)
    assert isinstance(second, CreateIssue)


def test_one_bug_opens_no_flood() -> None:
    """Thirty in all, however many runs there are; the gate says what to do about the others."""
    lines = [f"- [ ] Item {number} @bo" for number in range(50)]
    assert len(issues(written(*lines))) == 30
    made = [
        ActionIssue(
            100 + number, "", f"Else {number}", text_digest(f"Else {number}"), "bo", date(2026, 12, 1)
        )
        for number in range(28)
    ]
    assert len(issues(written(*lines, actions=tuple(made)))) == 2


def test_none_of_a_confidential_bug_or_without_a_severity() -> None:
    """What is in the advisory stays there."""
    assert issues(written(LINE, confidential=True)) == []
    assert issues(replace(written(LINE), severity=bug(None).severity)) == []


def test_harm_stays_words() -> None:
    """Nothing in it closes, mentions or links what a stranger named."""
    subject = bug(Severity.P1, ledger=LedgerFile(lines=(commanded(HOSTILE),)))
    (made,) = issues(subject)
    assert made.body.count("<!--") == 1
    assert "](https://evil" not in made.body
    for text in (made.title, made.body):
        words = pull(title="x", body=text, closing=[])
        assert linked_bugs(words, repository()).numbers == ()
