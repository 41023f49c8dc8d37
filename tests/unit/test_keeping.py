"""The file of a run's facts decides as the run did, or whoever saves it is warned."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bugaction.capture import written
from bugaction.keeping import check, text_of
from bugaction.plan import Level
from bugaction.runner import Inputs
from bugaction.secret import Secret
from bugaction.simulation import simulate
from tests.unit.test_redaction import private
from tests.unit.test_simulation import BUG, TEMPLATES
from tests.values import facts, issue


def inputs(*, redact: bool) -> Inputs:
    return Inputs(
        token=Secret("hunter2hunter2"), repository="octo/shop", event=BUG, dry_run=True, redact=redact
    )


@pytest.mark.parametrize("redact", [True, False])
def test_the_file_decides_as_the_run_did(redact: bool) -> None:
    """Otherwise whoever saves it is warned."""
    capture = private()
    report = simulate(capture, TEMPLATES).report
    text = text_of(capture, inputs(redact=redact), TEMPLATES)
    assert json.loads(text)["facts"].get("redacted", False) is redact
    assert check(text, report, TEMPLATES) is None


def test_the_run_s_own_token_is_never_in_it() -> None:
    """Wherever somebody pasted it."""
    capture = private()
    (seen,) = capture.cases
    leaked = replace(seen, snapshot=replace(seen.snapshot, unreadable=("It is hunter2hunter2.",)))
    text = text_of(replace(capture, cases=(leaked,)), inputs(redact=False), TEMPLATES)
    assert "hunter2" not in text


def test_a_file_that_decides_otherwise_is_told() -> None:
    """By what is different in it."""
    capture = private()
    report = simulate(capture, TEMPLATES).report
    (seen,) = capture.cases
    other = replace(seen, snapshot=replace(seen.snapshot, bugs={42: facts(issue(labels=["P2"]))}))
    notice = check(written(replace(capture, cases=(other,))), report, TEMPLATES)
    assert notice is not None
    assert notice.level is Level.WARNING
    poor = replace(seen, snapshot=replace(seen.snapshot, answers=type(seen.snapshot.answers)()))
    notice = check(written(replace(capture, cases=(poor,))), report, TEMPLATES)
    assert notice is not None
    assert "cannot be decided on again" in notice.text
