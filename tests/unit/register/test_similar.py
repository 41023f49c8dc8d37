"""What the register knows of the past: bugs that look alike, and what is still to be done."""

from __future__ import annotations

from bugaction.register import Book, Row, Waiting, past_of, similar_to, waiting_in, with_rows
from tests.unit.register.rows import closed, item, row


def told(own: Row, *rows: Row) -> list[tuple[int, str]]:
    """The similar bugs and why."""
    return [(found.row.number, found.why) for found in similar_to(own, rows)]


def test_affected_parts_come_first() -> None:
    """Then files that both fixes changed, then uncommon words of the titles; each says what is shared."""
    own = row(42, title="Coupon reader spins", parts=("Checkout", "B2C"), files=("src/pay.py", "src/cart.py"))
    rows = [
        closed(1, title="The reader lost a coupon"),
        closed(2, title="Other", files=("src/pay.py",)),
        closed(3, title="Other", parts=("checkout",)),
        closed(4, title="Nothing in common"),
    ]
    assert told(own, *rows) == [
        (3, "both name Checkout"),
        (2, "both changed src/pay.py"),
        (1, "both titles say coupon and reader"),
    ]


def test_everything_that_is_shared_is_named() -> None:
    """Up to three of a kind."""
    own = row(42, title="Coupon", parts=("a", "b", "c", "d"), files=("x",))
    assert told(own, closed(7, title="", parts=("d", "c", "b", "a"), files=("x",))) == [
        (7, "both name a, b, c and 1 more; both changed x")
    ]


def test_at_most_three_and_the_newest_of_equals() -> None:
    """The number tells which is newer."""
    own = row(42, parts=("checkout",))
    rows = [closed(number, parts=("checkout",), title="") for number in (3, 9, 5, 7)]
    assert [number for number, _ in told(own, *rows)] == [9, 7, 5]
    assert told(own, *rows) == told(own, *reversed(rows))


def test_one_word_is_chance() -> None:
    """And words that say nothing of what is broken do not count."""
    own = row(42, title="Coupon reader fails when paying")
    assert told(own, closed(7, title="Coupon lost"), closed(8, title="Search fails when nobody works")) == []


def test_a_word_that_all_titles_have_says_nothing() -> None:
    """It is uncommon while few have it."""
    own = row(42, title="Checkout coupon")
    few = [closed(number, title="Checkout coupon") for number in (1, 2, 3)]
    many = [closed(number, title="Checkout coupon") for number in range(1, 40)]
    assert len(told(own, *few)) == 3
    assert told(own, *many) == []


def test_who_is_no_similar_bug() -> None:
    """Itself, a later one, a confidential one, a duplicate."""
    own = row(42, parts=("checkout",))
    rows = [
        own,
        row(43, reported="2026-11-25", parts=("checkout",)),
        closed(7, parts=("checkout",), confidential=True),
        closed(8, parts=("checkout",), state="duplicate"),
    ]
    assert told(own, *rows) == []


def test_action_items_that_are_still_open() -> None:
    """Of other bugs, open or closed, the one that is due first leading; ten at the most."""
    book = with_rows(
        Book(),
        [
            row(42, actions=(item(1, due="2026-11-01"),)),
            row(5, actions=(item(51, due="2026-12-03"),)),
            closed(7, actions=(item(71, due="2026-12-02"), item(72, is_open=False))),
        ],
    )
    assert waiting_in(book, 42) == (
        Waiting(7, item(71, due="2026-12-02")),
        Waiting(5, item(51, due="2026-12-03")),
    )
    many = with_rows(Book(), [closed(number, actions=(item(number + 100),)) for number in range(1, 15)])
    assert [each.item.issue for each in waiting_in(many, 42)] == list(range(101, 111))


def test_what_is_known_of_the_past() -> None:
    """Open bugs, and those of the years that were read."""
    own = row(42, parts=("checkout",))
    book = with_rows(
        Book(years={2026: {}}),
        [
            row(5, reported="2026-11-01", parts=("checkout",)),
            closed(7, parts=("checkout",), actions=(item(71),)),
        ],
    )
    past = past_of(own, book)
    assert [found.row.number for found in past.similar] == [7, 5]
    assert past.waiting == (Waiting(7, item(71)),)
