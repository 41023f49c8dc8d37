"""Outcomes are told apart at a glance."""

from __future__ import annotations

from bugaction.model import SIGNS, Outcome


def test_every_outcome_has_a_sign_of_its_own() -> None:
    """The comment and the summary show the same ones."""
    assert set(SIGNS) == set(Outcome)
    assert len(set(SIGNS.values())) == len(Outcome)
