"""What is said on a merged pull request is heard for a day."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.commands.answer import Thread
from bugaction.commands.spoken import in_order
from bugaction.model import LedgerFile, LedgerLine, RecordKind
from bugaction.policy import Policy
from bugaction.snapshot import Comment
from tests.values import BO, VIEWER, at, comment, line

DAY = 24 * 60
SAID = comment("/rollback it is slow", author=BO, minutes=10)
EDITED = replace(SAID, edited_at=at(DAY), editor=BO)
JUDGED = line(RecordKind.COMMAND, "IC_900#other", name="eta")


def heard(said: Comment, minutes: float | None, *lines: LedgerLine, is_merged: bool = True) -> bool:
    """Whether a run of that time still hears it."""
    thread = Thread("PR_7", 7, (said,), is_pull=True, is_merged=is_merged)
    now = at(minutes) if minutes is not None else None
    return bool(in_order([thread], at(0), VIEWER, Policy(), LedgerFile(lines=lines), now))


@pytest.mark.parametrize(
    ("minutes", "is_heard"), [(10, True), (5, True), (DAY + 10, True), (DAY + 10.1, False), (None, False)]
)
def test_an_old_word_is_not_carried_out_by_a_later_remark(minutes: float | None, is_heard: bool) -> None:
    """It was missed for long, and what it asked for may have been done by hand since. On an open pull request
    it is heard whenever it is read."""
    assert heard(SAID, minutes) is is_heard
    assert heard(SAID, minutes, is_merged=False)


def test_an_edit_makes_a_word_younger_where_the_comment_was_read_before() -> None:
    """Then it brought what is new in it; otherwise nobody can tell."""
    assert heard(EDITED, 2 * DAY, JUDGED)
    assert not heard(EDITED, 2 * DAY + 1, JUDGED)
    assert not heard(EDITED, 2 * DAY)
    assert not heard(EDITED, 2 * DAY, replace(JUDGED, evidence="IC_901#other"))
    assert not heard(EDITED, 2 * DAY, replace(JUDGED, kind=RecordKind.LINK))
    assert not heard(SAID, 2 * DAY, JUDGED)
