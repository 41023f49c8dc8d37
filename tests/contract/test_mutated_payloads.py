"""Payloads with missing, null, extra and mistyped fields, through the preflight and the reading of events."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.events import EVENTS
from bugaction.preflight import why_not_ours
from fuzz.harnesses.payload import judge
from tests.contract.test_webhook_examples import EXAMPLES, Payload
from tests.examples import examples
from tests.payloads import MISSING, Mutation, mutated, mutations, paths_of

SHA = "a" * 40
MADE: dict[str, Payload] = {
    "check_run": {"action": "completed", "check_run": {"head_sha": SHA, "completed_at": None}},
    "deployment": {"deployment": {"sha": SHA, "updated_at": "2026-11-24T09:00:00Z"}},
    "label": {"action": "edited", "label": {"name": "bug"}, "changes": {"name": {"from": "wontfix"}}},
    "pull_request_review_comment": {"action": "created", "pull_request": {"number": 7, "head": {"sha": SHA}}},
    "pull_request_target": {"action": "edited", "pull_request": {"number": 7, "title": "t", "body": None}},
    "repository_dispatch": {
        "action": "x",
        "client_payload": {"command": "run", "issue": "BUG-042", "note": "n"},
    },
    "schedule": {"schedule": "0 * * * *"},
}
"""Events of which GitHub's package has no example."""


def whole(event: str) -> Payload:
    """A payload that is sound."""
    if event in EXAMPLES:
        return EXAMPLES[event][0]
    return MADE[event] | {
        "repository": {"full_name": "octo/shop"},
        "sender": {"login": "ana", "type": "User"},
    }


def kind(event: str, payload: Payload) -> str:
    """What GitHub's description calls the event."""
    action = payload.get("action")
    return event if paths_of(event) or not action else f"{event}.{action}"


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_no_field_is_trusted(event: str, record_property: Callable[[str, object], None]) -> None:
    """Each value in turn: the event points somewhere, or nowhere with a reason, or is refused."""
    payload = whole(event)
    judge(event, payload)
    tried = 0
    for mutation in mutations(kind(event, payload), payload, deepest=3):
        judge(event, mutated(payload, mutation))
        tried += 1
    assert tried > len(payload)
    record_property("inputs", f"payloads|{tried}")


MAY_SAY_NO = {
    ("action",), ("changes",), ("changes", "body"), ("changes", "body", "from"), ("comment",),
    ("comment", "body"), ("context",), ("issue",), ("issue", "body"), ("issue", "labels"),
    ("issue", "labels", 0), ("issue", "labels", 0, "name"), ("issue", "pull_request"), ("label",),
    ("label", "name"), ("review", "state"), ("sender", "type"),
}  # fmt: skip
"""What the preflight goes by: where one of these is other than it was, so may its answer be."""


@pytest.mark.parametrize("event", sorted(EXAMPLES))
def test_the_preflight_drops_nothing_that_is_broken(event: str) -> None:
    """A field that is missing, null or of another type never makes an event less relevant than it was."""
    for payload in [payload for payload in EXAMPLES[event] if not why_not_ours(event, payload)][:1]:
        for mutation in mutations(kind(event, payload), payload, deepest=3):
            if mutation.path not in MAY_SAY_NO:
                assert not why_not_ours(event, mutated(payload, mutation)), str(mutation)


JSON = st.just(MISSING) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@cache
def places(event: str) -> list[tuple[str | int, ...]]:
    """Every place of a sound payload, and those that it lacks."""
    payload = whole(event)
    return list(dict.fromkeys(mutation.path for mutation in mutations(kind(event, payload), payload)))


@given(st.data())
@examples(150)
def test_several_fields_at_once(data: st.DataObject) -> None:
    """Whichever of GitHub's examples, whatever its fields hold."""
    event = data.draw(st.sampled_from(sorted(EVENTS)))
    payload: object = data.draw(st.sampled_from(EXAMPLES[event])) if event in EXAMPLES else whole(event)
    for path in data.draw(st.lists(st.sampled_from(places(event)), min_size=1, max_size=4)):
        payload = mutated(payload, Mutation(path, data.draw(JSON)))
    if payload is not MISSING:
        judge(event, payload)


def test_a_mutation_changes_one_place() -> None:
    """And leaves the payload that it was made of."""
    payload = {"a": [{"b": 1, "c": 2}], "d": None}
    assert mutated(payload, Mutation(("a", 0, "b"), MISSING)) == {"a": [{"c": 2}], "d": None}
    assert mutated(payload, Mutation(("d", "e", "f"), 7)) == {"a": [{"b": 1, "c": 2}], "d": {"e": {"f": 7}}}
    assert mutated(payload, Mutation(("a",), [])) == {"a": [], "d": None}
    assert mutated(payload, Mutation((), "x")) == "x"
    assert payload == {"a": [{"b": 1, "c": 2}], "d": None}
    assert ("issue", "pull_request", "url") in paths_of("issue_comment.created")
