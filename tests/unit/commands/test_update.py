"""`/update`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.commands.base import Accepted, Problem
from bugaction.commands.parse import Call, parse_calls
from bugaction.commands.update import Update, standing_updates
from bugaction.model import LedgerFile, LedgerLine, RecordKind, Role
from bugaction.moment import parse_moment
from tests.unit.commands.context import CONTEXT, context, ruling
from tests.values import BASE, at, comment, line

COMMAND = Update()
MISSING = "what happened is missing"


@pytest.mark.parametrize(
    ("text", "time", "said"),
    [
        ("/update the phones ring", "", "the phones ring"),
        ("/update 08:05 the phones ring", "2026-11-24T08:05:00+00:00", "the phones ring"),
        ("/update 09:05 – the phones ring", "2026-11-24T09:05:00+00:00", "the phones ring"),
        ("/update 09:06 the phones ring", "2026-11-23T09:06:00+00:00", "the phones ring"),
        ("/update 10:30 PM the till stops", "2026-11-23T22:30:00+00:00", "the till stops"),
        ("/update 09:30+02:00 the till stops", "2026-11-24T07:30:00+00:00", "the till stops"),
        ("/update 2026-11-20 7:00 AM UTC: a rollout", "2026-11-20T07:00:00+00:00", "a rollout"),
        ("/update 2026-11-20T07:00Z a rollout", "2026-11-20T07:00:00+00:00", "a rollout"),
        ("/update 2026-11-20 a rollout", "", "2026-11-20 a rollout"),
        ("/update 3 shops call", "", "3 shops call"),
        ("/update XL shirts are gone", "", "XL shirts are gone"),
        ("/update 08:05X fails", "", "08:05X fails"),
    ],
)
def test_a_line_has_a_text_and_may_have_a_time(text: str, time: str, said: str) -> None:
    """A time without a day is the last one before the comment's, which is 09:05."""
    assert ruling(COMMAND, text) == Accepted({**({"time": time} if time else {}), "text": said})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("/update", MISSING),
        ("/update 08:05", MISSING),
        ("/update 08:05 –", MISSING),
        ("/update " + "x" * 301, "the text is longer than 300 characters"),
        ("/update 2026-11-24 09:06 soon", "the time has to be over, and at most a year ago"),
        ("/update 2020-01-01 09:06 once", "the time has to be over, and at most a year ago"),
    ],
)
def test_a_problem_is_said(text: str, problem: str) -> None:
    """Nothing to tell, too much, or not yet; the usage helps where a word is missing."""
    assert ruling(COMMAND, text) == Problem(problem, usage=problem == MISSING)


def test_what_is_told_may_be_a_year_old_and_300_characters_long() -> None:
    """A minute or a character more is a slip of the pen."""
    oldest = f"/update 2025-11-23 09:05 {'x' * 300}"
    assert ruling(COMMAND, oldest) == Accepted({"time": "2025-11-23T09:05:00+00:00", "text": "x" * 300})
    assert isinstance(ruling(COMMAND, "/update 2025-11-23 09:04 x"), Problem)


def test_a_confidential_bug_has_no_public_timeline() -> None:
    """Its advisory is the place."""
    found = ruling(COMMAND, "/update 08:05 the phones ring", confidential=True)
    assert found == Problem(
        "what happens with a confidential bug is told in its private advisory", usage=False
    )


def test_it_is_one_s_own_word() -> None:
    """Of whoever plans."""
    assert COMMAND.personal
    assert COMMAND.least(CONTEXT.policy) is Role.TRIAGE


@given(st.lists(st.text(alphabet="0123456789:-T+ZAPMamp. x", min_size=1, max_size=8), max_size=6))
def test_any_words_get_an_answer(words: list[str]) -> None:
    """And a time that is accepted is over."""
    found = COMMAND.check(Call("update", tuple(" ".join(words).split())), context())
    if isinstance(found, Accepted):
        assert found.data["text"]
        moment = parse_moment(found.data.get("time", "")) or CONTEXT.at
        assert CONTEXT.at - timedelta(days=366) <= moment <= CONTEXT.at


ISSUE = f"{BASE}/issues/42"


def recorded(body: str, ident: int = 900, *, accepted: bool = True, page: str = ISSUE) -> list[LedgerLine]:
    """The decisions on the updates of a comment."""
    said = [call for call in parse_calls(body) if call.name == "update"]
    return [
        replace(
            line(
                RecordKind.COMMAND,
                f"IC_{ident}#{call.digest}",
                accepted=accepted,
                name="update",
                text=call.tail,
                url=f"{page}#issuecomment-{ident}",
            ),
            at=at(place),
        )
        for place, call in enumerate(said)
    ]


def told(lines: Sequence[LedgerLine], *bodies: str) -> list[str]:
    """What is told while these comments are there."""
    comments = [comment(body, ident=900 + index) for index, body in enumerate(bodies)]
    return [each.data["text"] for each in standing_updates(LedgerFile(lines=tuple(lines)), comments, ISSUE)]


ONE, TWO, OTHER = "/update one", "/update two", "/update other"


def test_an_edit_changes_the_lines_of_its_comment() -> None:
    """And no others; a line that is taken out is gone."""
    lines = [*recorded(f"{ONE}\n{TWO}"), *recorded(OTHER, 901)]
    assert told(lines, f"{ONE}\n{TWO}", OTHER) == ["one", "other", "two"]
    after = [*lines, *recorded("/update three")]
    assert sorted(told(after, f"{ONE}\n/update three", OTHER)) == ["one", "other", "three"]
    assert sorted(told(lines, ONE, OTHER)) == ["one", "other"]
    assert told(lines, "never mind", OTHER) == ["other"]


def test_a_refused_edit_changes_nothing() -> None:
    """Until it is put right."""
    lines = [*recorded(ONE), *recorded(TWO, accepted=False)]
    assert told(lines, TWO) == ["one"]
    assert told(recorded(ONE), TWO) == ["one"]


def test_a_deleted_comment_takes_its_lines_along() -> None:
    """On the issue; what was said on a pull request that is not read any more, or who knows where, stays."""
    assert told([*recorded(ONE, 901), *recorded(OTHER)], OTHER) == ["other"]
    assert told(recorded(ONE, page=f"{BASE}/pull/7")) == ["one"]
    assert told(recorded(ONE, page=f"{BASE}/issues/421")) == ["one"]
    (somewhere,) = recorded(ONE)
    assert told([replace(somewhere, data={"name": "update", "text": "one"})]) == ["one"]


def test_what_its_author_took_back_is_not_told() -> None:
    """By `/undo`."""
    lines = recorded(ONE)
    undo = line(RecordKind.COMMAND, "IC_901#x", name="undo", undoes=lines[0].evidence)
    assert told([*lines, undo], ONE) == []
