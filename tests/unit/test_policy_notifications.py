"""Who hears of what, as a team configures it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from bugaction.config import load
from bugaction.model import Severity
from bugaction.news import EVENTS
from bugaction.policy import Policy
from bugaction.policy_notifications import Notifications
from bugaction.policy_values import kebab


def test_every_event_has_its_key() -> None:
    """The registry of news and the configuration name the same events."""
    assert {kebab(name) for name in Notifications.model_fields} == set(EVENTS)


@pytest.mark.parametrize(
    ("event", "severity", "audiences"),
    [
        ("reported", Severity.P0, ("all-hands", "incidents")),
        ("reported", Severity.P1, ("incidents",)),
        ("reported", Severity.P2, ()),
        ("deployed", Severity.P0, ("incidents",)),
        ("deployed", Severity.P1, ("releases",)),
        ("page", Severity.P0, ("pager",)),
        ("stop", Severity.P2, ("incidents",)),
        ("closed", None, ()),
    ],
)
def test_the_defaults(event: str, severity: Severity | None, audiences: tuple[str, ...]) -> None:
    """A P0 reaches everybody; what is less urgent reaches those who asked for it."""
    assert Policy().notifications.audiences(event, severity) == audiences


def _loaded(text: str) -> Notifications:
    found = load(f"version: 1\nnotifications:\n{text}")
    assert found.problems == ()
    assert found.policy is not None
    return found.policy.notifications


def test_a_list_counts_for_every_severity_and_a_mapping_for_its_own() -> None:
    """What is left out is told to nobody; other events keep their defaults."""
    told = _loaded("  closed: [Incidents, incidents]\n  deployed: {P2: [releases]}\n  page: []\n")
    assert [told.audiences("closed", severity) for severity in Severity] == [("incidents",)] * 4
    assert told.audiences("deployed", Severity.P2) == ("releases",)
    assert told.audiences("deployed", Severity.P0) == ()
    assert told.audiences("page", Severity.P0) == ()
    assert told.audiences("stop", Severity.P0) == ("incidents", "pager")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("  closde: [incidents]", "Did you mean closed?"),
        ("  closed: {P4: [incidents]}", "unknown key"),
        ("  closed: incidents", "expected"),
        ("  closed: ['a b']", "expected audiences such as [incidents]"),
        ("  closed: {P0: ['http://x']}", "expected audiences such as [incidents]"),
    ],
)
def test_what_is_no_audience_is_refused_at_its_place(text: str, problem: str) -> None:
    """With what is expected there."""
    found = load(f"version: 1\nnotifications:\n{text}\n")
    assert [item.line for item in found.problems] == [3]
    assert problem in found.problems[0].message


@pytest.mark.parametrize("given", [5, {"P9": ["incidents"]}])
def test_values_that_never_were_in_a_file_are_refused_too(given: object) -> None:
    """Whoever makes a policy of them."""
    with pytest.raises(ValidationError, match="expected audiences"):
        Notifications.model_validate({"closed": given})
