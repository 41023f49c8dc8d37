"""The severity that the form's answers ask for."""

from __future__ import annotations

import pytest

from bugaction.bug import FormAnswers
from bugaction.model import Severity
from bugaction.proposal import propose

P0, P1, P2, P3 = Severity

CALM = {
    "affected": "Small portion of users",
    "production-down": "No",
    "data-at-risk": "No",
    "security-breach": "No",
    "payments-failing": "No",
    "critical-blocked": "No",
    "core-broken": "No",
    "cosmetic": "No",
    "workaround": "Yes",
    "impact": "Low",
}
"""The answers for an ordinary bug; each row below names what is different."""


def answers(**changes: str) -> FormAnswers:
    """The calm answers with changes."""
    return FormAnswers(
        {**CALM, **{key.replace("_", "-"): text for key, text in changes.items()}}, is_form=True
    )


@pytest.mark.parametrize(
    ("example", "given", "expected"),
    [
        (
            "database connection lost",
            {"production_down": "Yes", "affected": "All users", "workaround": "No"},
            P0,
        ),
        ("API answers 500", {"production_down": "Yes", "affected": "All users", "impact": "Critical"}, P0),
        (
            "no coupon can be redeemed",
            {
                "critical_blocked": "Yes",
                "core_broken": "Yes",
                "affected": "All users",
                "workaround": "No",
                "impact": "Critical",
            },
            P0,
        ),
        ("user data exposed", {"data_at_risk": "Yes", "security_breach": "Yes"}, P0),
        (
            "coupon search finds nothing",
            {"core_broken": "Yes", "affected": "All users", "impact": "Medium"},
            P1,
        ),
        (
            "NFC redemption fails at times",
            {"core_broken": "Yes", "affected": "Large portion of users", "impact": "High"},
            P1,
        ),
        (
            "no e-mail notifications",
            {"core_broken": "Yes", "affected": "All users", "workaround": "No", "impact": "Medium"},
            P1,
        ),
        (
            "mobile app crashes on launch",
            {
                "core_broken": "Yes",
                "affected": "Large portion of users",
                "workaround": "No",
                "impact": "High",
            },
            P1,
        ),
        ("date format wrong in one timezone", {"affected": "Rare edge case"}, P2),
        # It is about looks alone, but whoever has such a screen can do nothing about it.
        ("misaligned on one screen size", {"cosmetic": "Yes", "workaround": "No"}, P2),
        ("error message not localised", {"affected": "Small portion of users"}, P2),
        ("minor validation bug", {"affected": "Small portion of users", "impact": "Low"}, P2),
        (
            "button colour slightly off",
            {"cosmetic": "Yes", "workaround": "Unknown", "impact": "No impact"},
            P3,
        ),
        ("typo in a help text", {"cosmetic": "Yes", "workaround": "Unknown", "impact": "No impact"}, P3),
        (
            "console warning, nobody notices",
            {"affected": "No users", "workaround": "Unknown", "impact": "No impact"},
            P3,
        ),
        (
            "minor logging improvement",
            {"affected": "No users", "workaround": "Unknown", "impact": "No impact"},
            P3,
        ),
        # The worked case: up, data safe, the core feature broken for all, codes can be typed in.
        ("NFC signature mismatch", {"core_broken": "Yes", "affected": "All users", "impact": "High"}, P1),
    ],
)
def test_the_process_s_examples(example: str, given: dict[str, str], expected: Severity) -> None:
    """Each example of the four severities, and the worked case, as an honest reporter would answer."""
    proposal = propose(answers(**given))
    assert proposal is not None, example
    assert proposal.severity is expected, example


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"production_down": "Yes"}, (P0, "Production is down.")),
        ({"data_at_risk": "Yes"}, (P0, "Data is at risk.")),
        ({"security_breach": "Yes"}, (P0, "It is a security breach.")),
        ({"payments_failing": "Yes"}, (P0, "Payments are failing.")),
        (
            {"critical_blocked": "Yes", "workaround": "No"},
            (P0, "Critical functionality is blocked for everyone, and there is no workaround."),
        ),
        (
            {"production_down": "Yes", "payments_failing": "Yes", "core_broken": "Yes", "workaround": "No"},
            (P0, "Production is down.", "Payments are failing."),
        ),
        (
            {"critical_blocked": "Yes", "core_broken": "Yes"},
            (
                P1,
                "Critical functionality is blocked for everyone.",
                "A core feature is broken.",
            ),
        ),
        ({"core_broken": "Yes"}, (P1, "A core feature is broken.")),
        ({"affected": "All users"}, (P1, "All users are affected.")),
        ({"core_broken": "Yes", "workaround": "No", "impact": "Critical"}, (P1, "A core feature is broken.")),
        ({}, (P2, "Nothing in the answers asks for more than the normal course.")),
        (
            {"workaround": "No"},
            (
                P1,
                "Nothing in the answers asks for more than the normal course.",
                "There is no workaround, which raises it to P1.",
            ),
        ),
        (
            {"workaround": "No", "impact": "High"},
            (
                P1,
                "Nothing in the answers asks for more than the normal course.",
                "There is no workaround, which raises it to P1.",
            ),
        ),
        ({"cosmetic": "Yes"}, (P3, "It is cosmetic only.")),
        (
            {"cosmetic": "Yes", "workaround": "No"},
            (P2, "It is cosmetic only.", "There is no workaround, which raises it to P2."),
        ),
        (
            {"cosmetic": "Yes", "impact": "High"},
            (P2, "It is cosmetic only.", "The business impact is high, which raises it to P2."),
        ),
        (
            {"cosmetic": "Yes", "workaround": "No", "impact": "Critical"},
            (
                P1,
                "It is cosmetic only.",
                "There is no workaround, which raises it to P2.",
                "The business impact is high, which raises it to P1.",
            ),
        ),
        ({"cosmetic": "Yes", "affected": "All users"}, (P1, "All users are affected.")),
        (
            {"affected": "No users", "impact": "Unknown"},
            (P3, "No user is affected, and no business impact is known."),
        ),
        (
            {"affected": "No users", "impact": "Medium"},
            (P2, "Nothing in the answers asks for more than the normal course."),
        ),
        (
            {"production_down": "Unknown"},
            (P2, "Nothing in the answers asks for more than the normal course."),
        ),
        ({"production_down": "- [x] yes"}, (P0, "Production is down.")),
    ],
)
def test_each_rule_and_its_reason(given: dict[str, str], expected: tuple[Severity, str]) -> None:
    """Reasons are sentences, in the order in which the rules applied; nothing is raised beyond P1."""
    proposal = propose(answers(**given))
    assert proposal is not None
    assert (proposal.severity, *proposal.reasons) == expected


@pytest.mark.parametrize(
    "given",
    [
        FormAnswers(preamble="Production is down!"),
        FormAnswers({"broken": "The till", "frequency": "Always"}, is_form=True),
        FormAnswers({"production-down": "Unknown", "impact": "Unknown"}, is_form=True),
    ],
)
def test_without_an_answer_there_is_no_proposal(given: FormAnswers) -> None:
    """An issue without the form, and a form without a known answer to the assessment."""
    assert propose(given) is None
