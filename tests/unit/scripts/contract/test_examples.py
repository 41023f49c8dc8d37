"""Example payloads: those of the handled events, each once."""

from __future__ import annotations

import json

from scripts.contract.examples import collect, render
from scripts.contract.operations import EXAMPLE_EVENTS


def test_each_payload_is_kept_once_and_as_it_is() -> None:
    """Later versions add what they alone have; other events and the order of keys do not matter."""
    found = collect(
        [
            (
                "api.github.com",
                [{"name": "push", "examples": [{"a": 1, "b": 2}]}, {"name": "star", "examples": [{}]}],
            ),
            ("ghes-31", [{"name": "push", "examples": [{"b": 2, "a": 1}, {"c": 3}]}]),
        ]
    )
    assert found["push"] == [{"a": 1, "b": 2}, {"c": 3}]
    assert set(found) == set(EXAMPLE_EVENTS)


def test_a_payload_is_a_line() -> None:
    """The file stays readable and JSON."""
    text = render([{"a": 1}, {"b": "é"}])
    assert text.splitlines() == ["[", '{"a":1},', '{"b":"é"}', "]"]
    assert json.loads(text) == [{"a": 1}, {"b": "é"}]
