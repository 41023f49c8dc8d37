"""GitHub Actions' expressions, as the documentation describes them."""

from __future__ import annotations

import pytest

from bugaction.sandbox.expressions import BadExpression, evaluate, interpolate, truth

CONTEXT = {
    "github": {
        "event_name": "issues",
        "event": {"issue": {"number": 42, "labels": [{"name": "bug"}], "body": "Steps"}, "action": "Opened"},
    },
    "inputs": {"dry-run": "true"},
    "needs": {"gates": {"outputs": {"unrecorded": "true"}}},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("github.event_name == 'issues'", True),
        ("github.event.action == 'opened'", True),
        ("github.event.action != 'opened'", False),
        ("${{ github.event.issue.number }}", 42),
        ("github.event.issue.labels[0].name", "bug"),
        ("github.event.issue.labels[1]", None),
        ("github.event.issue.labels.*.name", ["bug"]),
        ("github.event.issue.labels.*.color", []),
        ("github.event.issue.*.name", []),
        ("github.event.comment.*.name", []),
        ("contains(github.event.issue.labels.*.name, 'BUG')", True),
        ("contains(github.event.comment.*.name, 'bug')", False),
        ("github.event.pull_request.number", None),
        ("github['event_name']", "issues"),
        ("github.event.comment || 'none'", "none"),
        ("github.event.issue && 'yes' || 'no'", "yes"),
        ("!github.event.comment", True),
        ("1 == 2 || 2 == 2 && 3 == 3", True),
        ("(1 == 1 || 1 == 2) && 1 == 2", False),
        ("contains(github.event.issue.body, 'STEP')", True),
        ("startsWith('bugaction/gate', 'bugaction/')", True),
        ("endsWith('a.md', '.txt')", False),
        ("needs.gates.outputs.unrecorded == 'true'", True),
        ("inputs.dry-run", "true"),
        ("'it''s'", "it's"),
        ("format('{0}-{1}', 'a', 7)", "a-7"),
        ("always()", True),
        ("3 > 2", True),
        ("null", None),
    ],
)
def test_evaluate(text: str, value: object) -> None:
    """Operators, members, functions and literals."""
    assert evaluate(text, CONTEXT) == value


@pytest.mark.parametrize("text", ["", "github.", "1 ==", "(1", "nothing()", "secrets.x", "a b", "1 2", "#"])
def test_what_github_would_refuse_is_refused(text: str) -> None:
    """A mistake in a shipped workflow shows as an error and not as a skipped job."""
    with pytest.raises(BadExpression):
        evaluate(text, CONTEXT)


def test_interpolate_spells_values_as_github_does() -> None:
    """Null is nothing, truth is lower case, numbers are plain."""
    text = "${{ github.event.none }}|${{ 1 == 1 }}|${{ github.event.issue.number }}|${{ 'x' }}"
    assert interpolate(text, CONTEXT) == "|true|42|x"


@pytest.mark.parametrize(
    ("value", "is_true"), [("", False), (0, False), (None, False), ("false", True), ([], True)]
)
def test_truth(value: object, is_true: bool) -> None:
    """Only false, 0, the empty string and null are false."""
    assert truth(value) is is_true
