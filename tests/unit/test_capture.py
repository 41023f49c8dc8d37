"""The file of a run's facts: what is written, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bugaction.capture import DEEPEST, LARGEST, MARK, Capture, Recorder, parse, written
from bugaction.decide import Request
from bugaction.errors import UserError
from bugaction.events import Event
from bugaction.ports import Expectations, Targets
from bugaction.seen import Seen
from bugaction.snapshot import TextFile
from tests.values import T0, at, facts, issue, repository, snapshot

TOKEN = "ghs" + "_" + "a1B2" * 9
SEEN = Seen(
    Targets(items=(42,)), Expectations(), Request(templates={"a": "b"}), at(5), snapshot(facts(issue()))
)
CAPTURE = Capture(
    "0.1.0", T0, "octo/shop", Event(repository="octo/shop"), cases=(replace(SEEN, request=Request()),)
)


def data() -> dict[str, object]:
    found = json.loads(written(CAPTURE))
    assert isinstance(found, dict)
    return found


def test_it_comes_back_exactly() -> None:
    """And leads with what it is."""
    assert parse(written(CAPTURE), "x") == CAPTURE
    assert list(data()) == [MARK, "facts", "configuration"]
    assert data()["configuration"]["severities"]  # type: ignore[index]


def test_the_configuration_is_shown_as_it_was_loaded() -> None:
    """Nothing where it is wrong."""
    repo = repository(config=TextFile(".github/bugaction.yml", "version: 2\n"))
    wrong = replace(CAPTURE, cases=(replace(SEEN, snapshot=replace(SEEN.snapshot, repository=repo)),))
    assert json.loads(written(wrong))["configuration"] is None
    assert json.loads(written(replace(CAPTURE, cases=())))["configuration"] is None


def test_no_token_is_in_it_wherever_somebody_pasted_one() -> None:
    """By its form, and by what the run knows as its own."""
    told = replace(SEEN, snapshot=snapshot(facts(issue(body=f"It is {TOKEN} or own-secret"))))
    text = written(replace(CAPTURE, cases=(told,)), lambda value: value.replace("own-secret", "***"))
    assert TOKEN not in text
    assert "own-secret" not in text
    assert f"It is {'x' * len(TOKEN)} or ***" in text


def test_half_a_character_does_not_end_it() -> None:
    """JSON may hold what UTF-8 may not."""
    told = replace(
        CAPTURE, cases=(replace(SEEN, request=Request(), snapshot=snapshot(facts(issue(title="a\ud800b")))),)
    )
    text = written(told)
    assert text.isascii()
    assert parse(text, "x") == told


def test_the_recorder_keeps_the_last_facts_of_each_target() -> None:
    """In the order in which they were looked at, without the shipped templates."""
    recorder = Recorder()
    other = replace(SEEN, targets=Targets(items=(43,)))
    for seen in (SEEN, other, replace(SEEN, at=at(9))):
        recorder(seen)
    assert [(seen.targets.items, seen.at) for seen in recorder.cases] == [((42,), at(9)), ((43,), at(5))]
    assert all(seen.request.templates == {} for seen in recorder.cases)


@pytest.mark.parametrize("text", ["{}", "[]", "1", '"x"', '{"action": "opened", "score": 1.5}'])
def test_other_json_is_nothing_of_ours(text: str) -> None:
    """An event's payload, for one."""
    assert parse(text, "x") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no JSON that can be read (line 1, column 1): Expecting value"),
        ("{'a': 1}", "holds no JSON"),
        ('{"a": NaN}', "NaN is no number"),
        ('{"a": 1, "a": 2}', "the key 'a' stands twice in one object"),
        ("[" * 100_000, "is nested too deep"),
        (json.dumps({MARK: 2}), f"at {MARK}, the form of the file is 2, and this version reads 1"),
        (json.dumps({MARK: True}), "the form of the file is True"),
        (json.dumps({MARK: 1}), "at facts, expected an object, found nothing"),
        (json.dumps({MARK: 1, "facts": {}, "more": 1}), "at the top, there is no such field as 'more'"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, said: str) -> None:
    """With the file's name, and what to give."""
    with pytest.raises(UserError) as caught:
        parse(text, "facts.json")
    assert "facts.json" in caught.value.message
    assert said in caught.value.message
    assert caught.value.remedy


def test_a_field_that_is_wrong_is_found() -> None:
    """By its path; and the version that wrote the file is told."""
    text = written(CAPTURE).replace('"number": 42', '"number": "42"', 1)
    with pytest.raises(UserError) as caught:
        parse(text, "facts.json")
    assert "at facts.cases[0].snapshot.bugs.42.issue.number, expected a whole number" in caught.value.message
    assert "It was written by bugaction 0.1.0; this is " in caught.value.message


def test_what_is_nested_deeper_than_facts_are_is_refused() -> None:
    """Before anything is made of it."""
    deep: object = 1
    for _ in range(DEEPEST + 1):
        deep = [deep]
    with pytest.raises(UserError, match=f"nested deeper than {DEEPEST} levels"):
        parse(json.dumps({MARK: 1, "facts": deep}), "x")


def test_what_a_file_says_of_itself_is_shown_tamed() -> None:
    """It may come from a stranger, and is read on a terminal."""
    text = f'{{"{MARK}": 1, "facts": {{"bugaction": "0.1\\u001b[31m\\u0092\\u202e"}}}}'
    with pytest.raises(UserError) as caught:
        parse(text, "facts.json")
    assert "by bugaction 0.1[31m; this is" in caught.value.message
    assert caught.value.message.isprintable()


def test_a_file_beyond_all_measure_is_not_parsed() -> None:
    """What a run keeps is a thousandth of it."""
    with pytest.raises(UserError, match="x is larger than 128 MB"):
        parse(" " * (LARGEST + 1), "x")
