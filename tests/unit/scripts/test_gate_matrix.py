"""The tables of docs/reference/gates.md: what is asked when, and in which words."""

from __future__ import annotations

import re
from functools import cache

import pytest

from bugaction.gates import GATES
from bugaction.model import Outcome, Severity
from scripts.gate_matrix import cases, demand, sentences, texts
from scripts.generate_reference import pages

P0, P1, P2, P3 = Severity
EVERYTHING = [(gate.name, id_) for gate in GATES.values() for id_ in sentences(gate)]


@cache
def gates_page() -> str:
    """docs/reference/gates.md as it would be written now."""
    return pages()["gates.md"]


@pytest.mark.parametrize(
    ("gate", "id_", "cells"),
    [
        ("triage", "severity", ["required"] * 4),
        ("triage", "assignee", ["required"] * 4),
        (
            "triage",
            "backup",
            ["may follow until 1 hour after the severity was set", "required", "not asked", "not asked"],
        ),
        ("triage", "eta", ["holds by itself"] * 3 + ["not asked"]),
        (
            "root-cause",
            "root-cause-analysis",
            ["required in part; the rest may follow until 1 day after the severity was set"]
            + ["required"] * 3,
        ),
        ("fix", "linked", ["holds by itself"] * 4),
        ("fix", "checks", ["required"] * 4),
        ("fix", "regression-test", ["required"] * 4),
        (
            "fix",
            "approvals",
            ["required in part; the rest may follow until 1 day after the merge"] + ["required"] * 3,
        ),
        (
            "release",
            "release-notes",
            ["may follow until 2 hours after the deployment", "required", "required", "not asked"],
        ),
        (
            "release",
            "rollback-tested",
            ["may follow until 2 hours after the deployment", "required", "not asked", "not asked"],
        ),
        ("release", "staging", ["not asked", "required", "not asked", "not asked"]),
        (
            "release",
            "release-approvals",
            [
                "may follow until 2 hours after the deployment, where policy names who approves releases",
                "required, where policy names who approves releases",
                "required, where policy names who approves releases",
                "not asked",
            ],
        ),
    ],
)
def test_what_is_asked_at_which_severity(gate: str, id_: str, cells: list[str]) -> None:
    """As the default policy has it; nobody writes these cells by hand."""
    assert [demand(GATES[gate], id_, severity) for severity in Severity] == cells


@pytest.mark.parametrize(("gate", "id_"), EVERYTHING)
def test_each_cell_says_one_of_few_things(gate: str, id_: str) -> None:
    """Required, put off until a time, not asked, or nothing that a person could fail."""
    one = r"(required|holds by itself|not asked|(required in part; the rest )?may follow until .+ after .+)"
    for severity in Severity:
        assert re.fullmatch(rf"{one}(, (where|once) .+)?", demand(GATES[gate], id_, severity))


@pytest.mark.parametrize(("gate", "id_"), EVERYTHING)
def test_whatever_is_asked_has_its_words_on_the_page(gate: str, id_: str) -> None:
    """Each problem of each prototype, as the status says it, with the next step beside it."""
    said = {problem for problem, _, _ in texts(GATES[gate], id_)}
    page = gates_page()
    for severity in Severity:
        for case in cases(GATES[gate], id_, severity):
            if case.result.outcome in (Outcome.UNMET, Outcome.DEFERRED):
                assert case.result.problem in said
                assert case.result.remedy
        if demand(GATES[gate], id_, severity) not in ("holds by itself", "not asked"):
            assert said
    for problem in said:
        assert f"| `{id_}` | {problem} |".replace("\n", " ") in page


def test_nothing_leads_to_the_bug_that_was_judged() -> None:
    """The next steps stand without their links, and no repository is named but OWNER/REPOSITORY."""
    page = gates_page()
    assert "](https://github.com/" not in page
    assert set(re.findall(r"github\.com/(\w+/\w+)", page)) == {"OWNER/REPOSITORY"}


def test_every_severity_that_hears_it_is_named_once() -> None:
    """However many prototypes lead to the same words."""
    for gate, id_ in EVERYTHING:
        for _, _, whom in texts(GATES[gate], id_):
            names = re.findall(r"P[0-3]|no severity yet", whom)
            assert names
            assert len(names) == len(set(names))
