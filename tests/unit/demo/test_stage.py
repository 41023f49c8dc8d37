"""What the demo tells of a comment: enough to follow the story without opening it."""

from __future__ import annotations

from dataclasses import replace

from bugaction.demo.stage import changes, look
from bugaction.sandbox.world import World


def told(body: str) -> list[str]:
    """What is told of a comment of ours that appears."""
    with World() as world:
        before = look(world)
        return list(changes(world, before, replace(before, comments={1: body})))


def test_a_call_is_told_in_its_own_words() -> None:
    """Whom it wakes, why, and what to do."""
    body = (
        "<!-- bugaction:call BUG-007 20261105T032100Z -->\n@kim: **BUG-007 (P0) needs you.**\n\n"
        "- kim (on call): nobody has taken it on\n\n**Next step:** Whoever takes it on comments `/accept`.\n"
    )
    assert told(body) == [
        "new comment: @kim: BUG-007 (P0) needs you. kim (on call): nobody has taken it on. "
        "Next step: Whoever takes it on comments `/accept`."
    ]


def test_a_long_comment_is_told_by_its_first_line_and_its_next_step() -> None:
    """And what the form's answers propose; the checklist is for who opens it."""
    body = (
        "<!-- bugaction:sticky v1 -->\n### BUG-007 · triage\n\nThe form's answers propose **P0 (critical)**. "
        "It is:\n\n- payments fail\n\n**Next step:** Comment `/accept`.\n\n- ❌ An assignee has accepted\n"
    )
    assert told(body) == [
        "new comment: BUG-007 · triage. The form's answers propose P0 (critical). "
        "Next step: Comment `/accept`."
    ]


def test_whose_words_are_told_is_known_by_the_login() -> None:
    """A person's comment is no deed of bugaction's."""
    with World() as world:
        world.add_account("ana", role="admin")
        number = world.people.open_issue("ana", "Slow", "").number
        world.people.comment("ana", number, "Hello")
        assert look(world).comments == {}
