"""Labels in other words."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.adoption.labels import aliases, bug_labels, label_lines
from bugaction.config import load
from bugaction.model import Severity
from bugaction.policy import Policy

P0, P1, P2, P3 = Severity


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("severity: critical|severity: high|severity: medium|severity: low", (P0, P1, P2, P3)),
        ("priority/P0|priority/P1|priority/P2|priority/P3", (P0, P1, P2, P3)),
        ("sev0|sev1|sev2|sev3", (P0, P1, P2, P3)),
        ("sev1|sev2|sev3|sev4", (P0, P1, P2, P3)),
        ("Sev-1|Sev-2", (P0, P1)),
        ("priority: 1|priority: 2", (P0, P1)),
        ("critical|blocker", (P0, P0)),
        ("P0|p1", (P0, P1)),
        ("🔥 Priority: Critical|🐌 priority-low", (P0, P3)),
        ("severity:sev2|severity:sev0", (P2, P0)),
        ("low|minor|high|major|S1|size/S|P2P|severity|1|bug|sev9|p-12", ()),
        ("help wanted|wontfix|duplicate", ()),
    ],
)
def test_severities_in_other_words(names: str, expected: tuple[Severity, ...]) -> None:
    """Each of these labels stands for the severity at its place; what may mean something else for none."""
    found = aliases(names.split("|"))
    assert sorted((severity, name) for severity, labels in found.items() for name in labels) == sorted(
        zip(expected, names.split("|"), strict=False)
    )


def test_of_two_scales_one_is_taken() -> None:
    """Where a bug is `severity: high` and `priority: low`, nobody's other label is taken off."""
    assert aliases(["severity: high", "priority: low", "P3", "critical"]) == {
        P0: ("critical",),
        P1: ("severity: high",),
    }


def test_the_first_is_the_one_that_is_set() -> None:
    """The plain name where there is one, a scale's before a word alone."""
    assert aliases(["critical", "severity: critical"])[P0] == ("severity: critical", "critical")
    assert aliases(["priority: high", "P1"])[P1] == ("P1", "priority: high")


@given(st.lists(st.text(max_size=60)))
def test_any_labels_are_read(names: list[str]) -> None:
    """Whatever people call theirs, nothing fails and none stands for two severities."""
    found = [name for labels in aliases(names).values() for name in labels]
    assert len(found) == len(set(found))
    assert set(found) <= set(names)
    assert set(bug_labels(names)) <= set(names)


def test_labels_that_mean_a_bug() -> None:
    """The plain one first."""
    assert bug_labels(["kind/bug", "Bug", "Type: Bug", "debug", "bug-bash", "not a bug"]) == (
        "Bug",
        "Type: Bug",
        "kind/bug",
    )


def test_lines_for_what_is_missing() -> None:
    """In any case of letters there is there; an alias is enough; a name is one word for the shell."""
    assert len(label_lines(Policy(), ())) == 5
    assert label_lines(Policy(), ("p0", "P1", "P2", "BUG")) == (
        "gh label create P3 --color c5def5 --description 'Low: cosmetic, or rare and harmless'",
    )
    policy = load('version: 1\nseverities:\n  P1:\n    labels: ["it\'s $(high)", urgent]\n').policy
    assert policy is not None
    (line,) = label_lines(policy, ("P0", "P2", "P3", "bug"))
    assert shlex.split(line)[:4] == ["gh", "label", "create", "it's $(high)"]
    assert label_lines(policy, ("P0", "P2", "P3", "bug", "Urgent")) == ()
