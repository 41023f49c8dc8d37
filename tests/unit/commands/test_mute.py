"""Nobody can fill a bug's ledger with commands, and what was not heard is never carried out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.commands.judge import Judgement, judge
from bugaction.commands.mute import FIRST_SILENCE, MOST_HEARD, fills, muted_until, silenced
from bugaction.model import Actor, LedgerFile, LedgerLine, RecordKind, Role
from bugaction.policy import Policy
from bugaction.snapshot import BugFacts, Comment
from tests.examples import examples
from tests.values import BO, VIEWER, at, comment, facts, issue, line, pull

EVE = Actor("eve")
HOUR = 60.0


def said(count: int, *, start: float = 5, words: str = "/severity P{}", author: Actor = EVE) -> list[Comment]:
    """So many comments, a minute apart, each with one command."""
    return [
        comment(
            words.format(index % 4), author=author, minutes=start + index, ident=int(start * 1000) + index
        )
        for index in range(count)
    ]


def bug(comments: Iterable[Comment], lines: Iterable[LedgerLine] = ()) -> BugFacts:
    """Issue 42, tracked from its report on, with these comments."""
    tracked = replace(line(RecordKind.TRACKED, "I_42", actor=VIEWER.login), at=at(0))
    return facts(issue(comments=tuple(comments)), lines=[tracked, *lines])


def judged(
    comments: Iterable[Comment],
    lines: Iterable[LedgerLine] = (),
    *,
    roles: dict[str, Role] | None = None,
    policy: Policy | None = None,
) -> Judgement:
    """One run; eve may read, bo may write."""
    known = {"eve": Role.READ, "bo": Role.WRITE} if roles is None else roles
    return judge(
        bug(comments, lines), (), policy or Policy(), lambda login: known.get(login.casefold()), VIEWER
    )


def test_commands_up_to_the_measure_are_all_judged() -> None:
    """Each is recorded, and the last one says from when on its author is heard again."""
    found = judged(said(MOST_HEARD))
    assert len(found.new_lines) == MOST_HEARD
    last = found.new_lines[-1]
    assert muted_until(LedgerFile(lines=found.new_lines), "EVE") == last.at + FIRST_SILENCE
    assert last.why.endswith("That were many: eve is heard here again after 2026-11-24 10:24 UTC.")
    assert muted_until(LedgerFile(lines=found.new_lines[:-1]), "eve") is None


def test_beyond_it_nothing_is_recorded_or_answered() -> None:
    """In the same run and in later ones; others are heard."""
    comments = said(MOST_HEARD + 5)
    found = judged([*comments, comment("/eta 4h", author=BO, minutes=40, ident=1)])
    assert [item.actor for item in found.new_lines] == ["eve"] * MOST_HEARD + ["bo"]
    again = judged(comments, found.new_lines)
    assert again.new_lines == ()
    late = {item.id for item in comments[MOST_HEARD:]}
    assert late.isdisjoint(item.subject for item in (*again.reactions, *found.reactions))


def test_who_is_promoted_later_does_not_revive_it() -> None:
    """Neither by the role alone, nor by an edit of the comment."""
    comments = said(MOST_HEARD + 5)
    first = judged(comments)
    promoted = {"eve": Role.ADMIN, "bo": Role.WRITE}
    assert judged(comments, first.new_lines, roles=promoted).new_lines == ()
    edited = [replace(item, edited_at=at(900), editor=BO, body="/severity P0 now") for item in comments]
    assert judged(edited[MOST_HEARD:], first.new_lines, roles=promoted).new_lines == ()


def test_after_the_silence_one_is_heard_again_and_then_for_longer_not() -> None:
    """An hour, to its last second, then two."""
    first = said(MOST_HEARD)
    ends = 5 + MOST_HEARD - 1 + HOUR
    for minutes, heard in ((ends, 0), (ends + 1 / 60, 1)):
        (late,) = said(1, start=minutes)
        assert len(judged([*first, late]).new_lines) == MOST_HEARD + heard
    second = said(MOST_HEARD, start=5 + MOST_HEARD + HOUR)
    lines = judged(first).new_lines
    more = judged([*first, *second], lines).new_lines
    assert len(more) == MOST_HEARD
    assert muted_until(LedgerFile(lines=(*lines, *more)), "eve") == more[-1].at + 2 * FIRST_SILENCE


@pytest.mark.parametrize("words", ["/help {}", "/recheck {}", "/nonsense {}", "/accept {}"])
def test_every_command_counts(words: str) -> None:
    """Those that anybody may use, those that there are not, and those that are refused."""
    comments = [
        comment(words.format(index), author=EVE, minutes=5 + index, ident=index) for index in range(30)
    ]
    assert len(judged(comments).new_lines) == MOST_HEARD


def test_the_team_is_always_heard() -> None:
    """Other tools' words on a pull request make nobody of the team unheard; their role is asked for that."""
    talk = said(MOST_HEARD + 10, words="/retest {}", author=BO)
    fix = replace(pull(), comments=tuple(talk))
    unknown = judge(bug([]), (fix,), Policy(), lambda _: None, VIEWER)
    assert unknown.ask == {"bo"}
    found = judge(bug([]), (fix,), Policy(), lambda _: Role.TRIAGE, VIEWER)
    assert len(found.new_lines) == MOST_HEARD + 10
    assert muted_until(LedgerFile(lines=found.new_lines), "bo") is None


def test_an_app_on_the_list_is_always_heard() -> None:
    """The team has put it there."""
    alerts = Actor("alerts[bot]", is_bot=True)
    listed = Policy.model_validate({"people": {"bots": ["alerts[bot]"]}})
    comments = said(MOST_HEARD + 3, words="/nonsense {}", author=alerts)
    assert len(judged(comments, policy=listed).new_lines) == MOST_HEARD + 3


def test_a_time_that_is_none_mutes_nobody() -> None:
    """The ledger's data are texts, whatever wrote them."""
    for text in ("", "soon", "2026-11-24T10:00:00"):
        odd = replace(line(RecordKind.COMMAND, "IC_1#x", actor="eve"), data={"unheard-until": text})
        assert muted_until(LedgerFile(lines=(odd,)), "eve") is None


UNTIL = "2026-11-24T10:00:00+00:00"


def heard_of(count: int, *, role: Role | None = Role.READ, until: str = "") -> list[LedgerLine]:
    """So many recorded commands of eve's, who held that role then."""
    found = line(RecordKind.COMMAND, "IC_1#x", actor="Eve", name="recheck")
    data = {**found.data, **({"unheard-until": until} if until else {})}
    return [replace(found, evidence=f"IC_{index}#x", role=role, data=data) for index in range(count)]


@pytest.mark.parametrize(
    ("lines", "is_full"),
    [
        (heard_of(MOST_HEARD - 1), True),
        (heard_of(MOST_HEARD - 2), False),
        (heard_of(MOST_HEARD - 1, role=None), True),
        (heard_of(MOST_HEARD - 1, role=Role.TRIAGE), False),
        ([*heard_of(MOST_HEARD - 2), *heard_of(5, role=Role.WRITE)], False),
        ([*heard_of(1, until=UNTIL), *heard_of(MOST_HEARD - 2)], False),
        ([*heard_of(1, until=UNTIL), *heard_of(MOST_HEARD - 1)], True),
        ([replace(each, kind=RecordKind.SEVERITY) for each in heard_of(MOST_HEARD)], False),
        ([replace(each, actor="bo") for each in heard_of(MOST_HEARD)], False),
    ],
)
def test_what_was_said_as_one_of_the_team_does_not_count(lines: list[LedgerLine], is_full: bool) -> None:
    """Nor what others said, or what is no command; behind a silence it is counted anew."""
    assert fills(LedgerFile(lines=tuple(lines)), "eve") is is_full


def test_the_longest_silence_is_a_hundred_years() -> None:
    """However often it doubled: GitHub's times go no further than Python's."""
    before = heard_of(40, until=UNTIL)
    ledger = LedgerFile(lines=tuple(before))
    last = replace(before[0], evidence="IC_last#x")
    assert silenced(ledger, last) == replace(
        last, data={"name": "recheck", "unheard-until": (last.at + timedelta(days=36_500)).isoformat()}
    )
    refused = silenced(LedgerFile(), replace(last, accepted=False, why="no."))
    assert refused.why == "no. That were many: Eve is heard here again after 2026-11-24 10:01 UTC."


MOMENTS = st.lists(st.integers(1, 60 * 24 * 40), min_size=1, max_size=120)


@examples(60)
@given(MOMENTS, st.lists(st.integers(1, 60 * 24 * 40), max_size=6), st.booleans())
def test_however_they_come_they_are_few_and_stay_refused(
    minutes: Sequence[int], looks: Sequence[int], promoted: bool
) -> None:
    """Runs at any times see what was said by then. The lines stay few, and a role that comes later revives
    nothing that a run has seen."""
    comments = [
        comment("/severity P0", author=EVE, minutes=minute, ident=index)
        for index, minute in enumerate(minutes)
    ]
    lines: tuple[LedgerLine, ...] = ()
    for look in [*sorted(looks), 60 * 24 * 41]:
        seen = [item for item in comments if item.at <= at(look)]
        new = judged(seen, lines).new_lines
        lines = (*lines, *new)
        assert judged(seen, lines).new_lines == ()
    assert not any(item.accepted for item in lines)
    # In forty days the silence doubles from an hour to 32 days at most nine times before it covers the rest.
    assert len(lines) <= MOST_HEARD * 11
    roles = {"eve": Role.ADMIN if promoted else Role.READ}
    assert judged(comments, lines, roles=roles).new_lines == ()
