"""The words that stay in redacted facts."""

from __future__ import annotations

from pathlib import Path

import yaml

from bugaction.commands import COMMANDS
from bugaction.commands.attest import ATTESTABLE
from bugaction.config import load
from bugaction.templates import load_templates
from bugaction.vocabulary import PROSE, bare, fragments, phrases, policy_words, slugs, terms

FORM = Path(__file__).parents[2] / ".github" / "ISSUE_TEMPLATE" / "bug.yml"


def test_every_answer_of_the_form_stays() -> None:
    """Whole as a line, or because each word of it does."""
    known = phrases({})
    fields = yaml.safe_load(FORM.read_text(encoding="utf-8"))["body"]
    for field in fields:
        for text in (field["attributes"].get("label"), *field["attributes"].get("options", ())):
            if text is not None:
                assert bare(text) in known or set(text.casefold().split()) <= PROSE, text


def test_what_commands_are_made_of_stays_in_terms_alone() -> None:
    """In prose `release` or `staging` is somebody's word."""
    assert {*COMMANDS, *ATTESTABLE, "rollback", "hotfix", "p0", "maintain", "pull", "request"} <= terms()
    assert not {"release", "staging", "customer", "data", "leaked", "payment"} & PROSE
    assert not {"customer", "leaked", "payment", "checkout"} & terms()


def test_what_makes_an_issue_a_regression_of_a_bug_stays() -> None:
    """It stops the line, in redacted facts as well."""
    assert {"it", "is", "this", "a", "an", "regression", "of", "and"} <= PROSE


def test_labels_of_severities_stay() -> None:
    """By their words, also those that a team chose."""
    policy = load("version: 1\nseverities:\n  P0:\n    labels: ['sev: catastrophic']\n").policy
    assert policy is not None
    assert {"sev", "catastrophic", "bug"} <= policy_words(policy)
    assert "p" in policy_words(None)


def test_fragments_are_what_patterns_ask_of_a_part_of_a_name() -> None:
    """Longest first."""
    assert {"Test", "Tests"} <= set(fragments(None))
    lengths = [len(word) for word in fragments(None)]
    assert lengths == sorted(lengths, reverse=True)


def test_a_line_is_known_without_its_marks() -> None:
    """As a heading, an item with a box, a quotation, a cell."""
    for line in (
        "### Error logs:",
        "- [ ] Error logs",
        "> **Error logs**",
        "| Error logs |",
        "* Error  logs",
    ):
        assert bare(line) == "error logs"
    assert bare("---") == ""


def test_phrases_are_lines_without_a_value() -> None:
    """What a template fills in is somebody's."""
    found = phrases({"a": "## The cause\nBy {{ who }}\n{% if x %}y{% endif %}\n"})
    assert "the cause" in found
    assert not any(text.startswith("by ") or "if x" in text for text in found)


def test_marks_of_ours_are_known_by_the_templates() -> None:
    """Sections and generated blocks."""
    assert {"suspects", "assignment", "checked", "this-week", "said-cause", "sticky"} <= slugs(
        dict(load_templates())
    )
