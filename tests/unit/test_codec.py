"""Values as JSON and back: exactly what went in, or a place and a sentence."""

from __future__ import annotations

import json
import typing
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum, IntEnum, StrEnum

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bugaction.capture import Capture
from bugaction.codec import Unreadable, decode, encode
from bugaction.review import Revert, RevertClaim
from bugaction.rollout import Rollout
from bugaction.seen import Seen
from bugaction.snapshot import Answers, BugFacts, PullRequest, Repository, Snapshot
from tests.values import T0, facts, issue, ready, snapshot


class Colour(StrEnum):
    RED = "bright-red"
    BLUE = "blue"


class Size(IntEnum):
    SMALL = 0
    LARGE = 1


@dataclass(frozen=True, slots=True)
class Thing:
    name: str
    size: Size = Size.SMALL
    colour: Colour | None = None
    counts: Mapping[int, bool] | None = None
    pairs: Mapping[tuple[str, int], str] | None = None
    tags: frozenset[str] = frozenset()
    at: datetime | None = None
    spot: tuple[int, str] = (0, "")


WHOLE = Thing(
    "a",
    Size.LARGE,
    Colour.RED,
    {42: False, 7: True},
    {("x", 1): "one", ("x", 2): "two"},
    frozenset({"b", "a"}),
    datetime(2026, 11, 24, 9, 0, 0, 5, tzinfo=UTC),
    (3, "z"),
)


def test_each_kind_has_its_form() -> None:
    """What a reader of the file sees, in order."""
    assert encode(Thing, WHOLE) == {
        "name": "a",
        "size": "LARGE",
        "colour": "bright-red",
        "counts": {"42": False, "7": True},
        "pairs": [[["x", 1], "one"], [["x", 2], "two"]],
        "tags": ["a", "b"],
        "at": "2026-11-24T09:00:00.000005Z",
        "spot": [3, "z"],
    }
    assert encode(Thing, Thing("a")) == {"name": "a"}
    assert decode(Thing, encode(Thing, WHOLE)) == WHOLE


def test_a_default_is_left_out_only_where_it_is_of_its_type() -> None:
    """True equals 1, and is another value."""

    @dataclass(frozen=True)
    class Counted:
        much: int = 1

    assert encode(Counted, Counted(much=True)) == {"much": True}


def test_times_of_another_zone_are_written_in_utc() -> None:
    """The moment stays."""
    there = datetime(2026, 11, 24, 10, 0, tzinfo=timezone(timedelta(hours=1)))
    assert encode(datetime, there) == "2026-11-24T09:00:00Z"


@pytest.mark.parametrize(
    ("data", "where", "said"),
    [
        ([], "the top", "expected an object, found a list"),
        ({}, "the top", "the field 'name' is missing"),
        ({"name": "a", "nam": 1}, "the top", "no such field as 'nam'"),
        ({"name": 1}, "name", "expected a text, found 1"),
        ({"name": None}, "name", "expected a text, found nothing"),
        ({"name": "a", "size": "HUGE"}, "size", "expected one of SMALL, LARGE; found 'HUGE'"),
        ({"name": "a", "size": 1}, "size", "expected one of SMALL, LARGE; found 1"),
        ({"name": "a", "counts": {"07": True}}, "counts", "expected a whole number as a key, found '07'"),
        ({"name": "a", "counts": {"x": True}}, "counts", "expected a whole number as a key, found 'x'"),
        ({"name": "a", "counts": {"7": 1}}, "counts.7", "expected true or false, found 1"),
        ({"name": "a", "counts": []}, "counts", "expected an object, found a list"),
        ({"name": "a", "pairs": {}}, "pairs", "expected a list, found an object"),
        ({"name": "a", "pairs": [[["x", 1]]]}, "pairs[0]", "expected a pair of key and value"),
        ({"name": "a", "pairs": [[["x"], "b"]]}, "pairs[0][0]", "expected 2 values, found 1"),
        ({"name": "a", "pairs": [[["x", 1], "b"], [["x", 1], "c"]]}, "pairs[1]", "the key stands twice"),
        ({"name": "a", "tags": ["b", "b"]}, "tags", "a value stands twice"),
        ({"name": "a", "tags": "b"}, "tags", "expected a list, found 'b'"),
        ({"name": "a", "at": "2026-11-24T09:00:00"}, "at", "expected a time such as 2026-11-24T12:00:00Z"),
        ({"name": "a", "at": "soonZ"}, "at", "expected a time such as"),
        ({"name": "a", "spot": [2**63, "z"]}, "spot[0]", "larger than any of GitHub's"),
        ({"name": "a", "spot": [1.0, "z"]}, "spot[0]", "expected a whole number, found 1.0"),
        ({"name": "a", "spot": [True, "z"]}, "spot[0]", "expected a whole number, found True"),
        ({"name": "a", "colour": "x" * 99}, "colour", "found a text of 99 characters"),
    ],
)
def test_what_is_not_of_its_type_is_refused_with_its_place(data: object, where: str, said: str) -> None:
    """Whoever changed a file by hand finds the spot."""
    with pytest.raises(Unreadable) as caught:
        decode(Thing, data)
    assert caught.value.where == where
    assert said in caught.value.problem


def test_a_type_without_a_form_is_a_bug_of_ours() -> None:
    """A union whose arms cannot be told apart, and what nobody thought of."""
    for kind in (int | str, bytes, list[int]):
        with pytest.raises(TypeError):
            decode(kind, 1)
    with pytest.raises(TypeError):
        encode(bytes, b"")


# Facts ----------------------------------------------------------------------------------------------------

_TEXTS = st.text(st.characters(codec="utf-8"), max_size=6)
_TIMES = st.datetimes(min_value=datetime(1970, 1, 2), timezones=st.just(UTC))  # noqa: DTZ001 - the zone follows
_SIMPLE: Mapping[object, st.SearchStrategy[object]] = {
    str: _TEXTS,
    int: st.integers(-(2**63) + 1, 2**63 - 1),
    bool: st.booleans(),
    datetime: _TIMES,
}


def values(kind: typing.Any) -> st.SearchStrategy[typing.Any]:
    """Any value of a type."""
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if type(None) in inside:
        (arm,) = (item for item in inside if item is not type(None))
        return st.none() | values(arm)
    if origin is tuple and Ellipsis in inside:
        return st.lists(values(inside[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(values, inside))
    if origin is frozenset:
        return st.frozensets(values(inside[0]), max_size=2)
    if origin is not None and issubclass(origin, Mapping):
        return st.dictionaries(values(inside[0]), values(inside[1]), max_size=2)
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{field.name: values(hints[field.name]) for field in fields(kind) if field.init})


@pytest.mark.parametrize(
    "kind", [Repository, BugFacts, PullRequest, Answers, Rollout, RevertClaim, Revert, Seen]
)
@settings(max_examples=20, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_the_facts_are_they_come_back(kind: type, data: st.DataObject) -> None:
    """Through the text of a file, in type and in order."""
    given_ = data.draw(values(kind))
    written = json.dumps(encode(kind, given_))
    back = decode(kind, json.loads(written))
    assert back == given_
    assert json.dumps(encode(kind, back)) == written


def test_every_field_of_a_capture_has_a_form() -> None:
    """A fact that is added to the snapshot is kept as well, or this fails."""

    def reach(kind: typing.Any, seen: set[object]) -> None:
        if is_dataclass(kind) and kind not in seen:
            seen.add(kind)
            for hint in typing.get_type_hints(kind).values():
                reach(hint, seen)
        for inside in typing.get_args(kind):
            reach(inside, seen)

    seen: set[typing.Any] = set()
    reach(Capture, seen)
    assert {Snapshot, Answers, PullRequest} <= seen
    for kind in seen:
        for hint in typing.get_type_hints(kind).values():
            with pytest.raises(Unreadable):
                decode(hint, object())


def test_what_is_quiet_takes_little_room() -> None:
    """Defaults are left out."""
    world = snapshot(facts(issue()), pulls=[ready()])
    assert decode(Snapshot, encode(Snapshot, world)) == world
    assert T0.isoformat().replace("+00:00", "Z") in json.dumps(encode(Snapshot, world))
    assert "sharing_cut" not in json.dumps(encode(Snapshot, world))
