"""The shipped bug form and the parser of its answers agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bugaction.issue_form import ASSESSMENT, FIELDS, parse_form
from bugaction.model import Severity
from bugaction.proposal import propose

FORM = Path(__file__).parents[2] / ".github/ISSUE_TEMPLATE/bug.yml"


SHIPPED = Path(__file__).parents[2] / "templates/scaffold/issues/bug.yml"


def test_the_shipped_form_is_our_own() -> None:
    """But for what the comments tell who may change it."""
    own, shipped = (
        [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        for path in (FORM, SHIPPED)
    )
    assert shipped == own


@pytest.fixture(scope="module")
def fields() -> dict[str, dict[str, Any]]:
    """The form's fields by their id; text that is only shown is left out."""
    form = yaml.safe_load(FORM.read_text(encoding="utf-8"))
    return {item["id"]: item for item in form["body"] if item["type"] != "markdown"}


def rendered(fields: dict[str, dict[str, Any]], answers: dict[str, str]) -> str:
    """A body as GitHub writes it from this form."""
    return "\n\n".join(
        f"### {item['attributes']['label']}\n\n{answers.get(key, '_No response_')}"
        for key, item in fields.items()
    )


def test_every_label_is_known_by_its_key(fields: dict[str, dict[str, Any]]) -> None:
    """In the same order, so that the documents follow the form."""
    assert [(key, item["attributes"]["label"]) for key, item in fields.items()] == list(FIELDS.items())


def test_every_question_of_the_assessment_is_a_single_choice(fields: dict[str, dict[str, Any]]) -> None:
    """The matrix compares options, which a free text would miss."""
    kinds = {
        key: (fields[key]["type"], fields[key]["attributes"].get("multiple", False)) for key in ASSESSMENT
    }
    assert set(kinds.values()) == {("dropdown", False)}


@pytest.mark.parametrize(
    ("key", "option", "expected"),
    [
        ("production-down", "Yes", Severity.P0),
        ("data-at-risk", "Yes", Severity.P0),
        ("security-breach", "Yes", Severity.P0),
        ("payments-failing", "Yes", Severity.P0),
        ("critical-blocked", "Yes", Severity.P1),
        ("core-broken", "Yes", Severity.P1),
        ("affected", "All users", Severity.P1),
        ("affected", "No users", Severity.P3),
        ("cosmetic", "Yes", Severity.P3),
        ("workaround", "No", Severity.P1),
        ("impact", "Critical", Severity.P1),
        ("impact", "High", Severity.P1),
        ("impact", "Low", Severity.P2),
    ],
)
def test_the_options_that_the_matrix_reads_are_offered(
    fields: dict[str, dict[str, Any]], key: str, option: str, expected: Severity
) -> None:
    """An option renamed in the form would otherwise silently stop to count."""
    assert option in fields[key]["attributes"]["options"]
    proposal = propose(parse_form(rendered(fields, {key: option})))
    assert proposal is not None
    assert proposal.severity is expected


def test_each_unknown_is_no_answer(fields: dict[str, dict[str, Any]]) -> None:
    """A reporter who knows nothing gets no proposal."""
    unknown = dict.fromkeys(ASSESSMENT, "Unknown")
    assert all("Unknown" in fields[key]["attributes"]["options"] for key in ASSESSMENT)
    assert propose(parse_form(rendered(fields, unknown))) is None
