"""What a sweep leaves for the next one, and the parts that sweeps are split into."""

from __future__ import annotations

import pytest

from bugaction.errors import UserError
from bugaction.sweep import Backlog, Shard, format_backlog, parse_backlog
from tests.values import at


def test_what_is_kept_comes_back() -> None:
    """Who waits longest stands first; nothing left is no file."""
    backlog = Backlog((7, 3, 12), {"1/1": at(5)})
    assert parse_backlog(format_backlog(backlog)) == backlog
    assert format_backlog(Backlog((), {"1/1": at(5)})) is None


def test_a_part_keeps_to_its_own() -> None:
    """What the others have left stays, with when they began; what is done goes."""
    before = Backlog((2, 1, 4, 3), {"1/2": at(1), "2/2": at(2)})
    seen = (2, 4)
    left = before.after(Shard(1, 2), [4, 6, 4], seen, at(9))
    assert left == Backlog((1, 3, 4, 6), {"1/2": at(9), "2/2": at(2)})
    assert before.after(Shard(1, 2), [], seen, at(9)) == Backlog((1, 3), {"2/2": at(2)})


def test_what_another_sweep_of_a_part_left_meanwhile_stays() -> None:
    """This one knows nothing of it."""
    before = Backlog((2, 5), {"1/1": at(1)})
    assert before.after(Shard(), [7], (2,), at(9)) == Backlog((5, 7), {"1/1": at(9)})
    assert before.after(Shard(), [], (2,), at(9)) == Backlog((5,))


def test_a_part_that_could_decide_nothing_leaves_the_moment() -> None:
    """What had changed by then was looked at in vain, and counts on."""
    before = Backlog((2, 1), {"2/2": at(2)})
    assert before.after(Shard(2, 2), [1, 3], (1,), None) == Backlog((2, 1, 3), {"2/2": at(2)})
    assert before.after(Shard(1, 2), [2, 4], (2,), None) == Backlog((1, 2, 4), {"2/2": at(2)})


@pytest.mark.parametrize(
    "text",
    [None, "", "{", "[]", "[" * 5000, '{"version": 2, "left": [1]}', '{"version": 1, "left": {"a": 1}}'],
    ids=["none", "empty", "broken", "list", "deep", "newer", "no list"],
)
def test_what_cannot_be_read_is_nothing(text: str | None) -> None:
    """The rotation meets what was in it."""
    assert parse_backlog(text) == Backlog()


def test_what_is_no_number_is_left_out() -> None:
    """Somebody may have written into the file."""
    began, left = '{"1/1": "soon", "1/2": 5}', '[1, -2, true, "3", 4.5, 99999999999, 6]'
    text = f'{{"version": 1, "began": {began}, "left": {left}}}'
    assert parse_backlog(text) == Backlog((1, 6))


def test_each_number_is_one_part_s() -> None:
    """Whatever the number of parts."""
    for count in (1, 2, 7, 256):
        parts = [Shard(index, count) for index in range(1, count + 1)]
        assert [sum(part.has(number) for part in parts) for number in range(1, 600)] == [1] * 599


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", Shard()), ("2/8", Shard(2, 8)), (" 8 / 8 ", Shard(8, 8)), ("256/256", Shard(256, 256))],
)
def test_a_part_is_named_by_its_place(text: str, expected: Shard) -> None:
    """From 1."""
    assert Shard.parse(text, "`--shard`") == expected


@pytest.mark.parametrize("text", ["0/8", "9/8", "2", "2/0", "a/b", "1/257", "-1/2", "1/2/3", "٢/٨"])
def test_a_part_of_no_whole_is_refused(text: str) -> None:
    """With the name under which it was given."""
    with pytest.raises(UserError, match="`--shard` is"):
        Shard.parse(text, "`--shard`")
