"""The bug form's answers are found in whatever people leave of the body."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.bug import FormAnswers
from bugaction.issue_form import ASSESSMENT, FIELDS, choices, parse_form, stated_start

REPORT = datetime(2026, 11, 24, 14, 15, 30, tzinfo=UTC)


def rendered(**answers: str) -> str:
    """A body as GitHub writes it for this form: every field, in order, empty ones as `_No response_`."""
    given = {key.replace("_", "-"): value for key, value in answers.items()}
    return "\n\n".join(f"### {label}\n\n{given.get(key) or '_No response_'}" for key, label in FIELDS.items())


WHOLE = {
    "broken": "Redeeming fails",
    "expected": "It redeems",
    "actual": "Invalid signature",
    "steps": "1. Open\n2. Tap",
    "affected": "All users",
    "production_down": "No",
    "workaround": "Yes",
    "impact": "High",
}
READ = {key.replace("_", "-"): value for key, value in WHOLE.items()}


def test_a_body_as_github_renders_it() -> None:
    """Every answer under its key; fields without an answer are absent."""
    answers = parse_form(rendered(**WHOLE))
    assert answers == FormAnswers(values=READ, preamble="", is_form=True)
    assert answers.get("platform") == ""


def test_windows_line_ends_change_nothing() -> None:
    """GitHub returns bodies with CRLF when a browser sent them so; old Mac line ends are read as well."""
    body = rendered(**WHOLE)
    assert parse_form(body.replace("\n", "\r\n")) == parse_form(body)
    assert parse_form(body.replace("\n", "\r")) == parse_form(body)


@pytest.mark.parametrize(
    "empty", ["_No response_", "None", "_no response_", "No response", "", "  \n ", "none"]
)
def test_a_field_without_an_answer_is_absent(empty: str) -> None:
    """As GitHub writes it, as older versions did, and as editors leave it."""
    body = f"### What is broken\n\n{empty}\n\n### Frequency\n\nOften\n\n### Business impact\n\nLow"
    assert parse_form(body).values == {"frequency": "Often", "impact": "Low"}


def test_other_headings_belong_to_the_answer_that_they_stand_in() -> None:
    """A reporter who writes headings does not lose what stands below them."""
    told = "### Background\n\nWe deployed.\n\n#### Details\n\nMore.\n\n## Big\n\n# Bigger"
    answers = parse_form(rendered(**{**WHOLE, "actual": told}))
    assert answers.values == {**READ, "actual": told}


@pytest.mark.parametrize(
    "told",
    [
        "```\n### Business impact\n\nCritical\n```",
        "~~~~ text\n### Business impact\n~~~\n### Source\n~~~~",
        "   ```md\n### Business impact\n```",
        "before\n\n````\n```\n### Business impact\n```\n````\n\nafter",
        "<!--\n### Business impact\n-->",
        "one <!-- two\n### Business impact\n\nCritical --> three",
        "    ### Business impact",
        "> ### Business impact\n>\n> Critical",
        "- ### Business impact",
        "#### Business impact",
        "###Business impact",
        "### Business impact of all this",
    ],
)
def test_a_form_heading_that_is_quoted_is_part_of_the_answer(told: str) -> None:
    """In code, in a comment, in a quotation, in a list, or with other words."""
    answers = parse_form(rendered(**{**WHOLE, "broken": f"Look:\n\n{told}"}))
    assert answers.values == {**READ, "broken": f"Look:\n\n{told}"}


@pytest.mark.parametrize("opener", ["```", "~~~", "``` python", "<!-- oops"])
def test_what_is_never_closed_hides_nothing(opener: str) -> None:
    """A fence or comment that somebody forgot to close does not swallow the answers below it."""
    told = f"It says\n\n{opener}\nTraceback"
    assert parse_form(rendered(**{**WHOLE, "steps": told})).values == {**READ, "steps": told}


def test_inline_backticks_open_no_fence() -> None:
    """A line of three backticks that closes itself is inline code."""
    told = "```not a fence``` here"
    assert parse_form(rendered(**{**WHOLE, "broken": told})).values == {**READ, "broken": told}


def test_the_first_of_a_label_wins() -> None:
    """The second one is content of the answer that it stands in."""
    body = rendered(**WHOLE) + "\n\n### Business impact\n\nCritical"
    answers = parse_form(body)
    assert answers.get("impact") == "High"
    assert answers.get("source") == "_No response_\n\n### Business impact\n\nCritical"


def test_fields_in_another_order_are_found() -> None:
    """People move things about."""
    body = "### Business impact\n\nHigh\n\n### Is production down\n\nYes\n\n### What is broken\n\nAll of it"
    assert parse_form(body).values == {"impact": "High", "production-down": "Yes", "broken": "All of it"}


@pytest.mark.parametrize(
    "heading",
    [
        "### business impact",
        "### BUSINESS  IMPACT",
        "###   Business impact   ",
        "###\tBusiness impact",
        "### Business impact ###",
        "### Business impact?",
        "### Business impact:",
    ],
)
def test_a_heading_survives_an_editor_s_touch(heading: str) -> None:
    """Case, spacing, closing hashes and punctuation at the end."""
    body = f"### What is broken\nIt\n### Frequency\nOnce\n{heading}\nHigh"
    assert parse_form(body).get("impact") == "High"


def test_words_before_the_form_are_kept() -> None:
    """Somebody who edits the body often writes on top."""
    answers = parse_form(f"Update: it is back.\r\n\r\n{rendered(**WHOLE)}")
    assert (answers.preamble, answers.is_form, answers.get("impact")) == ("Update: it is back.", True, "High")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "It is broken.",
        "### Steps to reproduce\n\n1. a\n\n### Expected behaviour\n\nb\n\n### Environment\n\nc",
        "### What is broken\n\na\n\n### Business impact\n\nHigh",
        "## What is broken\n\n## Business impact\n\n## Frequency",
    ],
)
def test_another_body_was_not_made_by_the_form(body: str) -> None:
    """Other forms ask for steps and environment too; ours asks how bad it is, and has many fields."""
    assert parse_form(body) == FormAnswers(preamble=body)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("High", ("High",)),
        ("iOS, Android", ("iOS", "Android")),
        ("iOS,\nAndroid,", ("iOS", "Android")),
        ("- [x] iOS\n- [ ] Android\n- [X] Web, mobile", ("iOS", "Web, mobile")),
        ("- [ ] iOS", ()),
        ("- [x] iOS\nand more", ("- [x] iOS", "and more")),
    ],
)
def test_choices_of_dropdowns_and_checkboxes(text: str, expected: tuple[str, ...]) -> None:
    """Several choices stand with commas; of checkboxes the ticked ones count."""
    assert choices(text) == expected


def test_checkboxes_of_which_none_is_ticked_are_no_answer() -> None:
    """A team's own form may ask with checkboxes."""
    body = rendered(**{**WHOLE, "production_down": "- [ ] Yes\n- [ ] Partly", "cosmetic": "- [x] Yes"})
    answers = parse_form(body)
    assert "production-down" not in answers.values
    assert choices(answers.get("cosmetic")) == ("Yes",)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("2026-11-24 12:00", datetime(2026, 11, 24, 12, 0, tzinfo=UTC)),
        ("12:00 PM UTC", datetime(2026, 11, 24, 12, 0, tzinfo=UTC)),
        ("2026-11-24 14:15:30", REPORT),
        ("2026-11-24 14:15:31", None),
        ("23:00", None),
        ("2026-11-25 09:00", None),
        ("2025-11-24 14:15:30", REPORT - timedelta(days=365)),
        ("2025-11-24 14:15", None),
        ("this morning", None),
        ("", None),
    ],
)
def test_the_stated_start(told: str, expected: datetime | None) -> None:
    """Not after the report, not more than a year before it, and never a guess."""
    assert stated_start(FormAnswers({"started": told}, is_form=True), REPORT) == expected


def test_the_assessment_asks_for_fields_of_the_form() -> None:
    """Each question of the matrix is a field."""
    assert FIELDS.keys() > ASSESSMENT


@given(st.text(alphabet=st.sampled_from("#`~<!-> \n\rabWhatisbroken_[]x"), max_size=200))
def test_any_body_gets_an_answer(text: str) -> None:
    """No body raises, and nothing is answered in an empty way."""
    answers = parse_form(f"{text}\n### Frequency\n\nOften\n{text}\n### Business impact\n{text}")
    assert all(value.strip() for value in answers.values.values())


safe_text = st.text(
    st.characters(blacklist_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]), min_size=1, max_size=40
)
plain = safe_text.filter(lambda text: not any(mark in text for mark in ("```", "~~~", "<!--", "###")))


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), plain.map(lambda text: f"x{text}x"), min_size=1))
def test_what_was_answered_is_read_back(given: dict[str, str]) -> None:
    """Whatever was written in one line of a field."""
    body = "\n\n".join(f"### {label}\n\n{given.get(key, '_No response_')}" for key, label in FIELDS.items())
    assert parse_form(body).values == given


@pytest.mark.parametrize("line", ["```x", "<!--", "~~~~ y", "###", "- [ ]"])
def test_a_hostile_body_costs_no_more_than_its_length(line: str) -> None:
    """Thousands of openers that nothing closes: each kind is searched for once."""
    lines = [line] * 12_000
    headings = ["### What is broken", "x", "### Business impact", "High", "### Source", "Alert"]
    assert parse_form("\n".join([*lines, *headings])).get("impact") == "High"


def test_a_heading_of_blanks_is_read_once() -> None:
    """Neither blanks nor hashes are tried one by one for where the label ends."""
    hostile = [f"### {' ' * 60_000}x", f"### {' #' * 30_000}x", f"### {'#' * 60_000}"]
    lines = [*hostile, "### What is broken ##", "x", "### Business impact #", "High", "### Source", "Alert"]
    assert parse_form("\n".join(lines)).get("impact") == "High"
