"""When our workflow last swept, as Actions tells it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import responses

from bugaction.github.schedule import last_sweep, schedule_problem
from bugaction.ports import LastSweep
from tests.unit.github.fake import SERVED, client

FILE = ".github/workflows/bugaction.yml"
WORKFLOW = f"{SERVED}/repos/octo/shop/actions/workflows/bugaction.yml"


@pytest.fixture(autouse=True)
def _canned() -> Iterator[None]:
    with responses.mock:
        yield


def test_the_newest_run_that_ended_well() -> None:
    """And how long after the one before it was."""
    runs = [{"created_at": f"2026-11-24T{hour}:23:00Z"} for hour in ("14", "12")]
    responses.get(f"{WORKFLOW}/runs", json={"total_count": 9, "workflow_runs": runs})
    began = datetime.fromisoformat("2026-11-24T14:23:00+00:00")
    assert last_sweep(client(), "octo/shop", FILE) == LastSweep(began, timedelta(hours=2))
    assert "event=schedule&per_page=2&status=success" in (responses.calls[0].request.url or "")


def test_none_yet() -> None:
    """That is known."""
    responses.get(f"{WORKFLOW}/runs", json={"total_count": 0, "workflow_runs": []})
    assert last_sweep(client(), "octo/shop", FILE) == LastSweep()


@pytest.mark.parametrize(("status", "words"), [(403, "`actions: read`"), (404, "no workflow"), (422, "")])
def test_what_cannot_be_read_is_said(status: int, words: str) -> None:
    """And nothing is raised: the sweep then looks at everything."""
    responses.get(
        f"{WORKFLOW}/runs", json={"message": "Resource not accessible by integration"}, status=status
    )
    found = last_sweep(client(), "octo/shop", FILE)
    assert not found.known
    assert words in found.problem


def test_a_workflow_without_a_file_is_not_asked_for() -> None:
    """A runner that names none, or a person's machine."""
    assert not last_sweep(client(), "octo/shop", "bug response").known
    assert len(responses.calls) == 0


@pytest.mark.parametrize(
    ("state", "words"),
    [("active", ""), ("disabled_inactivity", "60 days"), ("disabled_manually", "somebody")],
)
def test_what_keeps_it_from_running(state: str, words: str) -> None:
    """As the workflow's state says."""
    responses.get(WORKFLOW, json={"state": state})
    found = schedule_problem(client(), "octo/shop", FILE)
    assert words in found
    assert bool(found) == bool(words)
