"""Action items as people write them in a post-mortem."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.action_items import ActionItem, Horizon, action_items

DAY = date(2026, 12, 1)


def one(line: str) -> ActionItem:
    """The item that a line below the heading is."""
    (item,) = action_items(f"## Action items\n{line}\n")
    return item


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("- [ ] Alert on it @octocat due 2026-12-01", ActionItem("Alert on it", "octocat", DAY, line=2)),
        ("* [x] Alert @Bo-2, due: 2026-12-01", ActionItem("Alert", "Bo-2", DAY, is_done=True, line=2)),
        ("- [ ] @bo: alert (due by 2026-12-01)", ActionItem("alert", "bo", DAY, line=2)),
        ("- [ ] Alert on it (#123)", ActionItem("Alert on it", issue=123, line=2)),
        (
            "- [ ] Alert https://github.com/octo/shop/issues/9 @bo",
            ActionItem("Alert https://github.com/octo/shop/issues/9", "bo", line=2),
        ),
        ("- [ ] Alert\n  @bo due 2026-12-01", ActionItem("Alert", "bo", DAY, line=2)),
        ("- [ ] Mail a@b.example and @octo/team", ActionItem("Mail a@b.example and @octo/team", line=2)),
        ("- [ ] Use `@bo due 2026-12-01 #4`", ActionItem("Use `@bo due 2026-12-01 #4`", line=2)),
        ("- [ ] Alert due 2026-02-30", ActionItem("Alert due 2026-02-30", line=2)),
        ("- [ ] Alert due soon", ActionItem("Alert due soon", line=2)),
        ("- [ ] Alert due 9999-12-31", ActionItem("Alert due 9999-12-31", line=2)),
        ("- [ ] Ask @bo and @mia", ActionItem("Ask and @mia", "bo", line=2)),
    ],
)
def test_owner_date_and_issue_are_found(line: str, expected: ActionItem) -> None:
    """Wherever they stand in the item; the rest is what will be done."""
    assert one(line) == expected


def test_what_is_no_item() -> None:
    """Struck out, quoted, in code, or below another heading."""
    text = (
        "## Lessons\n- [ ] no\n\n## Action items\n- [ ] ~~no~~\n- [x] ~~no @bo~~.\n"
        "> - [ ] no\n\n```\n- [ ] no\n```\n- no box\n"
        "<!-- - [ ] no -->\n\n# Else\n- [ ] no\n"
    )
    assert action_items(text) == ()


def test_the_heading_above_says_how_soon() -> None:
    """By its id, whatever its words; an item outside the three has no horizon."""
    text = (
        "# P\n\n## What we do\n<!-- section: actions required -->\n- [ ] a\n\n"
        "### Now\n<!-- section: this-week -->\n- [ ] b\n\n"
        "### This month\n<!-- section: this-month -->\r\n- [ ] c\r\n#### More\n- [ ] d\n"
        "### Later\n- [ ] e\n\n### Q\n<!-- section: this-quarter -->\n- [ ] f\n"
    )
    found = [(item.text, item.horizon) for item in action_items(text)]
    week, month, quarter = Horizon
    assert found == [("a", None), ("b", week), ("c", month), ("d", month), ("e", None), ("f", quarter)]
    lines = text.replace("\r\n", "\n").split("\n")
    assert [lines[item.line - 1][-1] for item in action_items(text)] == [text for text, _ in found]


@given(st.text(alphabet="- []x@#due0129\n\r`~ab:/<>!", max_size=200))
def test_any_text_gives_an_answer(body: str) -> None:
    """With lines that are the document's own, and no owner or date that is none."""
    text = f"## Action items\n{body}"
    items = action_items(text)
    assert len({item.line for item in items}) == len(items)
    for item in items:
        assert 1 < item.line <= len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
        assert "@" not in item.owner
        assert 0 <= item.issue <= 2**31 - 1


words = st.text(alphabet="abcdefgh ", min_size=1, max_size=30).filter(str.strip)


@given(words, st.sampled_from(["bo", "octo-cat", "A1"]), st.dates(date(2020, 1, 1), date(2099, 12, 31)))
def test_what_is_written_is_read(text: str, owner: str, due: date) -> None:
    """Each part comes back as it was given."""
    item = one(f"- [ ] {text} @{owner} due {due.isoformat()}")
    assert (item.text, item.owner, item.due) == (" ".join(text.split()), owner, due)
