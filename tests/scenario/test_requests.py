"""What an event costs at GitHub: few reads before the writes, one to confirm them, none for what is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

import pytest

from bugaction.sandbox.record import Request
from tests.examples import rarely
from tests.scenario.life import Life, form


def _cost(life: Life, deed: Callable[[], object]) -> list[tuple[str, int]]:
    """How many requests in a row read or wrote, for what the deed made the workflow do."""
    life.pass_on()
    before = len(life.server.requests)
    deed()
    life.pass_on()
    return _rows(life.server.requests[before:])


def _rows(requests: Sequence[Request]) -> list[tuple[str, int]]:
    kinds = groupby("write" if request.is_write else "read" for request in requests)
    return [(kind, len(list(row))) for kind, row in kinds]


def _reads(rows: list[tuple[str, int]]) -> list[int]:
    return [number for kind, number in rows if kind == "read"]


def test_a_bug_s_beginning(life: Life) -> None:
    """The facts, who set the label, what is suspect; one read confirms what was written."""
    number = life.report(form())
    rows = _cost(life, lambda: life.people.label("mia", number, "P1"))
    assert _reads(rows) == [3, 1]


def test_an_event_that_changes_nothing(life: Life) -> None:
    """One read."""
    number = life.bug(body=form())
    assert _cost(life, lambda: life.people.label("mia", number, "help wanted")) == [("read", 1)]


def test_a_pull_request_that_fixes_a_bug(life: Life) -> None:
    """Itself, then the bug and the commits; the job that records the link reads as much for itself."""
    number = life.settled()
    life.people.push("bo", "fix/checkout", {"a.py": "1\n"}, "Repair the checkout")
    body = f"Fixes #{number}"
    rows = _cost(life, lambda: life.people.open_pull("bo", "Repair", "fix/checkout", body=body))
    assert _reads(rows) == [2, 1 + 2, 1]
    push = _cost(life, lambda: life.people.push("bo", "fix/checkout", {"a.py": "2\n"}, "Again"))
    assert _reads(push) == [2, 1]


def test_a_bug_that_is_over_and_waits_for_a_merge(life: Life) -> None:
    """Beside the facts, the pull request of its documents; none for it where they are merged."""
    life.people.protect("ana", "main", pull_request=True)
    life.people.configure("ana", actions_may_open_pulls=True)
    number = life.bug("P3", form())
    life.people.close("mia", number)
    life.pass_on()
    (pull,) = life.state.pulls()
    assert _cost(life, lambda: life.people.label("mia", number, "help wanted")) == [("read", 3)]
    life.people.merge_pull("ana", pull.number, force=True)
    life.pass_on()
    assert _cost(life, lambda: life.people.unlabel("mia", number, "help wanted")) == [("read", 1)]


@pytest.mark.parametrize("before", [1, *rarely(0)])
def test_a_merge_group(life: Life, before: int) -> None:
    """The group with its own pull request, the bugs, and each one that stands before it; one to confirm."""
    number = life.settled()
    harmless = [life.fix(branch=f"feature/{index}") for index in range(before)]
    fix = life.fix(number)
    life.prepare(number)
    for pull in harmless:
        life.people.enqueue("bo", pull)
    rows = _cost(life, lambda: life.people.enqueue("bo", fix))
    assert _reads(rows) == [2 + before, 1]


def test_a_confirming_read_is_one_request(life: Life) -> None:
    """It holds the pull request, the bug and the commits together, for two points."""
    number = life.settled()
    fix = life.fix(number)
    before = len(life.server.requests)
    life.people.push("bo", "fix/checkout", {"a.py": "2\n"}, "Again")
    life.pass_on()
    [*_, confirming] = life.server.requests[before:]
    assert isinstance(confirming.body, dict)
    assert {f"number_{number}", f"pull_{fix}", f"commits_{fix}"} <= confirming.body["variables"].keys()
    assert confirming.points == 2


@pytest.mark.reliability
def test_a_tick(life: Life) -> None:
    """The comment's history comes with the other details of the bug, and costs no request of its own."""
    files = {"a.py": "1\n", "tests/test_a.py": "1\n", ".github/workflows/ci.yml": "jobs: {}\n"}
    fix = life.fix(life.settled(), files=files)
    life.ready(fix)
    (sticky,) = [comment for comment in life.ours(1) if comment.body == life.sticky(1)]
    before = len(life.server.requests)
    rows = _cost(life, lambda: life.people.tick("mia", sticky.id, "attest: checks"))
    assert _reads(rows) == [3, 1]
    _, detail, role, *_ = life.server.requests[before:]
    assert isinstance(detail.body, dict)
    assert {"edits_1", f"commits_{fix}", f"review_{fix}"} <= detail.body["variables"].keys()
    assert detail.points <= 3
    assert role.path.endswith("/collaborators/mia/permission")
    assert life.gate(fix)[0] == "success"


def test_a_comment_that_nobody_touched(life: Life) -> None:
    """Its history is not asked for."""
    life.bug(body=form())
    before = len(life.server.requests)
    life.people.comment("dee", 1, "Any news?")
    life.pass_on()
    (read,) = life.server.requests[before:]
    assert isinstance(read.body, dict)
    assert not any(name.startswith("edits_") for name in read.body["variables"])
