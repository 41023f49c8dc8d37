"""The issues of action items: found again by marker and author, and told apart when lines are reworded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.action_issues import ActionIssue, action_issues, marker_of, matches, text_digest, title_of
from bugaction.action_items import ActionItem
from bugaction.snapshot import Entry, EntryKind
from tests.values import ANA, BASE, VIEWER, at, issue

DAY = date(2026, 12, 1)
TEXT = "Alert on failed payments"
MARKER = marker_of(42, text_digest(TEXT), "bo", DAY)
MENTION = Entry(
    "CE_1",
    EntryKind.CROSS_REFERENCED,
    VIEWER,
    at(3),
    author=VIEWER,
    said=(title_of(42, TEXT), MARKER),
    url=f"{BASE}/issues/51",
)
OPENED = ActionIssue(51, f"{BASE}/issues/51", TEXT, text_digest(TEXT), "bo", DAY)


def found(*entries: Entry) -> tuple[ActionIssue, ...]:
    """What a bug's timeline shows of ours."""
    return action_issues(issue(timeline=entries), VIEWER)


def item(text: str, line: int = 1, **changes: object) -> ActionItem:
    """An item on a line."""
    return replace(ActionItem(text, "bo", DAY, line=line), **changes)  # type: ignore[arg-type]


def opened(text: str, number: int) -> ActionIssue:
    """The issue that was opened for a text."""
    return replace(OPENED, number=number, text=text, digest=text_digest(text))


def test_what_was_opened_is_read_back() -> None:
    """Number, owner, day and state; a new title is the text from then on."""
    assert found(MENTION) == (OPENED,)
    assert found(replace(MENTION, is_open=False)) == (replace(OPENED, is_open=False),)
    spoken = replace(MENTION, said=(title_of(42, "Ask @ana about #7"), MARKER))
    assert "@ana" not in spoken.said[0]
    assert found(spoken)[0].text == "Ask @ana about #7"
    (renamed,) = found(replace(MENTION, said=("Alarm", MARKER)))
    assert (renamed.text, renamed.digest) == ("Alarm", OPENED.digest)


@pytest.mark.parametrize(
    "entry",
    [
        replace(MENTION, author=ANA),
        replace(MENTION, author=None, said=()),
        replace(MENTION, kind=EntryKind.CONNECTED),
        replace(MENTION, said=(MARKER, title_of(42, TEXT))),
        replace(MENTION, said=("x", MARKER.replace("BUG-042", "BUG-043"))),
        replace(MENTION, said=("x", MARKER.replace("2026-12-01", "2026-13-01"))),
        replace(MENTION, url="https://github.com/octo/other/issues/51"),
        replace(MENTION, url=f"{BASE}/issues/x"),
        replace(MENTION, url=""),
    ],
)
def test_what_is_not_ours_counts_for_nothing(entry: Entry) -> None:
    """Anybody can write a marker, in any repository."""
    assert found(entry) == ()


def test_of_two_for_one_item_the_earlier_stays() -> None:
    """Two runs at once may have opened it."""
    assert found(MENTION, replace(MENTION, url=f"{BASE}/issues/52")) == (OPENED,)


def test_a_line_finds_its_issue() -> None:
    """By number, by its very words in any case and spacing, or by words that are nearly the same."""
    others = (opened("Rehearse the rollback", 52), opened("Write the runbook", 53))
    lines = [
        item("alert  on Failed payments", 1),
        item("Rehearse the rollback of the schema", 2),
        item("Something else entirely", 3, issue=53),
        item("Buy cake", 4),
        item("See the other one", 5, issue=99),
    ]
    numbers = {line: made.number for line, made in matches(lines, (OPENED, *others)).items()}
    assert numbers == {1: 51, 2: 52, 3: 53}


def test_a_new_line_does_not_take_another_s_issue() -> None:
    """The nearest words win; what is left over has none."""
    lines = [item("Alert on failed payments at once", 1), item("Alert on failed payments", 2)]
    assert {line: made.number for line, made in matches(lines, (OPENED,)).items()} == {2: 51}
    near = [item("Alert on payments that failed", 1), item("Alert on failed payment", 2)]
    assert {line: made.number for line, made in matches(near, (OPENED,)).items()} == {2: 51}


texts = st.text(alphabet="ab c", max_size=12)


@given(st.lists(texts, max_size=6), st.lists(texts, max_size=6, unique_by=text_digest))
def test_no_issue_is_given_twice(lines: list[str], made: list[str]) -> None:
    """Unless two lines say the very same; and every answer is one of those that were opened."""
    items = [item(text, number) for number, text in enumerate(lines, start=1)]
    issues = [opened(text, number) for number, text in enumerate(made, start=50)]
    answer = matches(items, issues)
    assert set(answer.values()) <= set(issues)
    for issue_ in set(answer.values()):
        said = {text_digest(lines[line - 1]) for line, other in answer.items() if other == issue_}
        assert len(said) == 1
    for each in items:
        if text_digest(each.text) in {issue_.digest for issue_ in issues}:
            assert answer[each.line].digest == text_digest(each.text)


@given(st.text(max_size=400))
def test_a_title_fits(text: str) -> None:
    """GitHub takes 256 characters."""
    assert len(title_of(2**31 - 1, text)) <= 256


def test_a_title_is_cut_one_character_over_its_room() -> None:
    """The issue's body has the item whole."""
    assert title_of(42, "x" * 200) == f"{'x' * 200} (BUG-042)"
    assert title_of(42, "x" * 201) == f"{'x' * 199}… (BUG-042)"
