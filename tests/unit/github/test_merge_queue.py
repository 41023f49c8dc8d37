"""Who stands in a merge group, told by the queue's branches."""

from __future__ import annotations

import pytest

from bugaction.github.merge_queue import group_pulls, own_pull, queue_prefix

A, B, C, D = "a" * 40, "b" * 40, "c" * 40, "d" * 40
MAIN = "refs/heads/main"
QUEUE = "refs/heads/gh-readonly-queue/main/"


@pytest.mark.parametrize(
    ("head_ref", "refs", "expected"),
    [
        (f"{QUEUE}pr-7-{A}", {f"pr-7-{A}": B}, (7,)),
        (f"gh-readonly-queue/main/pr-7-{A}", {f"pr-7-{A}": B}, (7,)),
        (f"{QUEUE}pr-9-{C}", {f"pr-7-{A}": B, f"pr-8-{B}": C, f"pr-9-{C}": D}, (7, 8, 9)),
        (f"{QUEUE}pr-8-{B}", {f"pr-7-{A}": B, f"pr-8-{B}": C, f"pr-9-{C}": D}, (7, 8)),
        (f"{QUEUE}pr-8-{B}", {}, (8,)),
        (f"{QUEUE}pr-0-{A}", {}, ()),
        (f"{QUEUE}pr-7-short", {}, ()),
        (f"{QUEUE}something", {}, ()),
        (f"refs/heads/gh-readonly-queue/other/pr-7-{A}", {}, ()),
        (MAIN, {}, ()),
        (f"{QUEUE}pr-8-{B}", {"odd": B}, ()),
        (f"{QUEUE}pr-8-{B}", {f"pr-7-{A}": B, f"pr-6-{A}": B}, ()),
        (f"{QUEUE}pr-8-{B}", {f"pr-8-{B}": B}, ()),
        (f"{QUEUE}pr-8-{B}", {f"pr-7-{C}": B, f"pr-8-{B}": C}, ()),
    ],
)
def test_the_group_is_walked_back_to_the_base(
    head_ref: str, refs: dict[str, str], expected: tuple[int, ...]
) -> None:
    """Front of the queue first; anything unclear, a circle too, is no group at all."""
    assert group_pulls(head_ref, MAIN, refs) == expected


@pytest.mark.parametrize(
    ("head_ref", "expected"),
    [
        (f"{QUEUE}pr-7-{A}", 7),
        (f"gh-readonly-queue/main/pr-8-{B}", 8),
        (f"{QUEUE}pr-7-short", None),
        (MAIN, None),
    ],
)
def test_a_group_s_branch_names_the_pull_request_it_was_made_for(head_ref: str, expected: int | None) -> None:
    """It is in the group whatever the queue's other branches say."""
    assert own_pull(head_ref, MAIN) == expected


def test_a_base_with_slashes_has_its_own_queue() -> None:
    """The base's name is a part of the prefix."""
    assert queue_prefix("refs/heads/release/1.0") == "refs/heads/gh-readonly-queue/release/1.0/"
    ref = f"refs/heads/gh-readonly-queue/release/1.0/pr-7-{A}"
    assert group_pulls(ref, "release/1.0", {}) == (7,)
