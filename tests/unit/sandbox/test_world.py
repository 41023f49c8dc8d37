"""The world: settings, silence, concurrency and the repository's files."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.sandboxed import populated, serving


def test_a_large_world_is_made_quietly() -> None:
    """No events, and one moment for all of it."""
    with populated() as world:
        moments = world.moments[-1].number
        with world.quietly():
            for index in range(50):
                world.people.open_issue("dee", f"Bug {index}", labels=["bug"])
        assert len(world.state.issues) == 50
        assert not world.events
        assert world.moments[-1].number == moments + 1
        world.people.open_issue("dee", "Aloud")
        assert [event.name for event in world.events] == ["issues"]


def test_files_are_read_at_a_branchs_tip() -> None:
    """Nothing for a folder, a missing file or a missing branch."""
    with populated() as world:
        assert world.file("main", "README.md") == "Shop.\n"
        assert [world.file("main", "src"), world.file("main", "no"), world.file("no", "README.md")] == [
            None
        ] * 3


def test_an_unknown_role_is_a_mistake() -> None:
    """GitHub's roles and no others."""
    with populated() as world, pytest.raises(ValueError, match="owner"):
        world.set_role("dee", "owner")


def test_requests_of_many_threads_are_carried_out_one_by_one() -> None:
    """Each comment is there once, and each has its own id."""
    with serving() as caller:
        number = caller.server.world.people.open_issue("dee", "Broken").number

        def comment(index: int) -> int:
            return caller.rest("POST", f"/issues/{number}/comments", {"body": str(index)}).status_code

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(comment, range(24))) == {201}
        state = caller.server.world.state
        assert len(state.issues[number].comments) == 24
        assert sorted(int(each.body) for each in state.comments.values()) == list(range(24))
        assert caller.server.violations == []
