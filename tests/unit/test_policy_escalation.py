"""Ladders, rotas and contacts: what a team may write, and what it means."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from bugaction.config import load
from bugaction.model import Severity
from bugaction.policy import Policy
from bugaction.policy_escalation import Condition, Rota, Step, role_words, share_of

BERLIN = "Europe/Berlin"


def moment(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_defaults_are_the_process_s_path() -> None:
    """P0: on call, engineering lead, CTO, and the CEO where the business is at stake; P1 the first two."""
    rules = Policy().severities
    assert [(share_of(step.at), step.to, step.only) for step in rules[Severity.P0].escalation] == [
        ("25%", ("on-call",), None),
        ("50%", ("engineering-lead",), None),
        ("75%", ("cto",), None),
        ("100%", ("ceo",), Condition.CRITICAL_IMPACT),
    ]
    assert [(share_of(step.at), step.to) for step in rules[Severity.P1].escalation] == [
        ("50%", ("on-call",)),
        ("75%", ("engineering-lead",)),
    ]
    assert (rules[Severity.P2].escalation, rules[Severity.P3].escalation) == ((), ())
    policy = Policy()
    assert [policy.called(step, moment("2026-11-24T09:00")) for step in rules[Severity.P0].escalation] == [
        ()
    ] * 4


@pytest.mark.parametrize(
    ("given", "share"), [("50%", 0.5), (" 33.5 %", 0.335), (0.5, 0.5), (1, 1.0), ("1000%", 10.0)]
)
def test_a_share_is_a_percentage_or_a_number(given: object, share: float) -> None:
    """Both mean the same; beyond the target as well."""
    assert Step.model_validate({"at": given, "to": ["bo"]}).at == pytest.approx(share)


@pytest.mark.parametrize(
    ("ladder", "words"),
    [
        ("[{at: 0%, to: [bo]}]", "expected a share of the target such as 50%"),
        ("[{at: 1001%, to: [bo]}]", "expected a share of the target such as 50%"),
        ("[{at: half, to: [bo]}]", "expected a share of the target such as 50%"),
        ("[{at: true, to: [bo]}]", "expected a text such as 50%"),
        ("[{at: 50%, to: []}]", "expected at least 1 item"),
        ("[{at: 50%, to: [oncall]}]", "expected on-call for the role, as `people` spells it"),
        ("[{at: 50%, to: ['Engineering Lead']}]", "expected engineering-lead for the role"),
        ("[{at: 50%, to: ['a b']}]", "expected one of on-call, engineering-lead, cto"),
        ("[{at: 50%, to: [bo], only: critical}]", "expected critical-impact"),
        ("[{at: 50%}]", "the key `to` is missing"),
        ("[{to: [bo]}]", "the key `at` is missing"),
        ("[{at: 50%, to: [bo]}, {at: 50%, to: [cy]}]", "each at a larger share: 50% comes after 50%"),
        ("[{at: 50%, to: [bo]}, {at: 25%, to: [cy]}]", "each at a larger share: 25% comes after 50%"),
        ("{at: 50%, to: [bo]}", "expected a list"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_place(ladder: str, words: str) -> None:
    """With file, line and column, and once."""
    loaded = load(f"version: 1\nseverities:\n  P1:\n    escalation: {ladder}\n")
    assert loaded.policy is None
    assert any(words in problem.message for problem in loaded.problems), loaded.problems
    assert {(problem.file, problem.line) for problem in loaded.problems} == {(".github/bugaction.yml", 4)}
    assert len(loaded.problems) <= 2


@pytest.mark.parametrize(
    "given", [{"start": "2026-11-23"}, {"logins": ["bo"]}, {"start": "23.11.", "logins": ["bo"]}]
)
def test_half_a_rota_is_refused(given: dict[str, object]) -> None:
    """It takes its first day and its people."""
    with pytest.raises(ValidationError, match=r"a rota takes both|expected a day such as"):
        Policy.model_validate({"people": {"rota": given}})


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2026-10-11T21:59", ()),  # the last minute before Monday, the 12th, in Berlin, in summer time
        ("2026-10-11T22:00", ("bo",)),
        ("2026-10-18T21:59", ("bo",)),
        ("2026-10-18T22:00", ("cy",)),
        ("2026-10-25T22:59", ("cy",)),  # the week of the change is an hour longer
        ("2026-10-25T23:00", ("eve",)),
        ("2026-11-01T22:59", ("eve",)),
        ("2026-11-01T23:00", ("bo",)),
        ("2027-03-28T21:59", ("eve",)),  # and in spring an hour shorter
        ("2027-03-28T22:00", ("bo",)),
    ],
)
def test_a_week_is_handed_over_at_midnight_where_the_team_is(at: str, who: tuple[str, ...]) -> None:
    """By the clock on the wall, in summer and in winter."""
    rota = Rota.model_validate({"start": "2026-10-12", "logins": ["bo", "cy", "eve"]})
    assert rota.at(moment(at), BERLIN) == who


@pytest.mark.parametrize(
    ("at", "following"),
    [
        ("2026-10-01T12:00", "2026-10-11T22:00"),  # the first week
        ("2026-10-11T22:00", "2026-10-18T22:00"),
        ("2026-10-19T12:00", "2026-10-25T23:00"),  # the clocks change in between
        ("2027-03-28T21:59", "2027-03-28T22:00"),
    ],
)
def test_the_next_handover(at: str, following: str) -> None:
    """The midnight at which somebody else begins; of a rota of one only the first."""
    rota = Rota.model_validate({"start": "2026-10-12", "logins": ["bo", "cy", "eve"]})
    assert rota.handover(moment(at), BERLIN) == moment(following)
    alone = Rota.model_validate({"start": "2026-10-12", "logins": ["bo"]})
    assert (alone.handover(moment(at), BERLIN) is None) == bool(alone.at(moment(at), BERLIN))
    assert Rota().handover(moment(at), BERLIN) is None


def test_on_call_is_whoever_always_is_and_whose_week_it_is() -> None:
    """Each once."""
    people = {"on-call": ["mia", "bo"], "rota": {"start": "2026-11-23", "logins": ["Bo", "cy"]}}
    policy = Policy.model_validate({"people": people})
    step = Step(at=1.0, to=("on-call", "MIA", "octo/leads"))
    assert policy.called(step, moment("2026-11-30T00:00")) == ("MIA", "bo", "cy", "octo/leads")
    assert policy.called(step, moment("2026-11-24T00:00")) == ("MIA", "Bo", "octo/leads")


def test_roles_read_as_words() -> None:
    """And logins and teams as they are."""
    assert [role_words(name) for name in ("on-call", "cto", "ceo", "support", "bo", "octo/on-call")] == [
        "on call",
        "CTO",
        "CEO",
        "support",
        "bo",
        "octo/on-call",
    ]


def test_a_file_spells_all_of_it() -> None:
    """As the guide shows it."""
    loaded = load(
        "version: 1\nseverities:\n  P2:\n    escalation: "
        "[{at: 0.5, to: [support]}, {at: 90%, to: ['@octo/leads']}]\n"
        "people:\n  ceo: [eva]\n  support: [sam]\n  rota: {start: 2026-11-23, logins: [bo, cy]}\n"
        'contacts:\n  - {name: Slack, text: "#incidents"}\n'
    )
    assert loaded.problems == ()
    assert loaded.policy is not None
    steps = loaded.policy.severities[Severity.P2].escalation
    assert [(step.at, step.to) for step in steps] == [(0.5, ("support",)), (0.9, ("octo/leads",))]
    assert [(contact.name, contact.text) for contact in loaded.policy.contacts] == [("Slack", "#incidents")]
