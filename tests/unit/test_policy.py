"""The policy's defaults are the process's numbers, and what a team writes is laid over them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from bugaction.model import Membership, Role, Severity
from bugaction.policy import Mode, Policy, SeniorGroup, Skipped
from bugaction.working_time import ALWAYS, WorkingHours


@pytest.mark.parametrize(
    ("severity", "respond", "fix", "root_cause", "senior_backup"),
    [
        (Severity.P0, timedelta(minutes=15), timedelta(hours=4), timedelta(hours=4), True),
        (Severity.P1, timedelta(hours=1), timedelta(hours=24), timedelta(hours=4), True),
        (Severity.P2, timedelta(days=1), timedelta(weeks=1), timedelta(days=2), False),
        (Severity.P3, timedelta(days=1), None, timedelta(days=2), False),
    ],
)
def test_the_defaults_are_the_process_s_targets(
    severity: Severity, respond: timedelta, fix: timedelta | None, root_cause: timedelta, senior_backup: bool
) -> None:
    """Respond, fix, root cause, and who needs a backup and a status channel, by severity."""
    found = Policy().severities[severity]
    assert (found.respond, found.fix, found.root_cause) == (respond, fix, root_cause)
    assert found.backup is senior_backup
    assert found.channel is senior_backup
    assert found.deferrable is (severity is Severity.P0)


@pytest.mark.parametrize(
    ("severity", "senior", "most_lines"),
    [
        (Severity.P0, True, 200),
        (Severity.P1, True, 400),
        (Severity.P2, False, 1000),
        (Severity.P3, False, None),
    ],
)
def test_the_defaults_of_the_fix_gate(severity: Severity, senior: bool, most_lines: int | None) -> None:
    """One approval, from the senior group above P2, and a limit of lines but for P3."""
    found = Policy().severities[severity]
    assert (found.approvals, found.senior_approval, found.most_lines) == (1, senior, most_lines)
    assert found.watch is None
    assert (Policy().checks.watch, Policy().checks.skipped) == ("required", Skipped.PASS)


def test_a_severity_keeps_the_defaults_it_does_not_name() -> None:
    """Naming one key of one severity changes that key alone."""
    policy = Policy.model_validate({"version": 1, "severities": {"P1": {"root-cause": "2h"}}})
    assert policy.severities[Severity.P1].root_cause == timedelta(hours=2)
    assert policy.severities[Severity.P1].fix == timedelta(hours=24)
    assert policy.severities[Severity.P0] == Policy().severities[Severity.P0]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"severity": {}}, "Extra inputs are not permitted"),
        ({"severities": {"P4": {}}}, "expected one of: P0, P1, P2, P3"),
        ({"severities": {"P1": {"respond": "soon"}}}, "expected a length of time"),
        ({"severities": {"P1": {"respond": 15}}}, "expected a length of time"),
        ({"severities": {"P1": {"labels": []}}}, "at least 1 item"),
        ({"severities": {"P1": {"labels": ["P0"]}}}, "stands for both P0 and P1"),
        ({"labels": {"bug": ["p2"]}}, "stands for both P2 and labels.bug"),
        ({"people": {"set-severity": "owner"}}, "expected one of: none, read"),
        ({"people": {"bots": ["@a b"]}}, "expected a GitHub login"),
        ({"documents": {"root": "../secrets"}}, "expected a folder of the repository"),
        ({"documents": {"root": ".github/bugs"}}, "expected a folder of the repository"),
        ({"documents": {"root": "/bugs"}}, "expected a folder of the repository"),
        ({"since": "last week"}, "expected a time such as"),
        ({"since": "0001-01-01T00:00:00+14:00"}, "expected a time such as"),
        ({"since": 20261124}, "expected a time such as"),
        ({"severities": ["P1"]}, "valid dictionary"),
        ({"severities": {"P9": {}}}, "expected one of: P0, P1, P2, P3"),
        ({"since": "9999-12-31T23:59:00-14:00"}, "expected a time such as"),
        ({"checks": {"watch": "test"}}, "expected required, or a list of names"),
        ({"checks": {"watch": [""]}}, "expected names of checks, of 1 to 255"),
        ({"checks": {"ignore": [""]}}, "at least 1 character"),
        ({"checks": {"skipped": "maybe"}}, "'pass' or 'fail'"),
        ({"severities": {"P0": {"watch": "all"}}}, "expected required, or a list of names"),
        ({"severities": {"P0": {"approvals": -1}}}, "greater than or equal to 0"),
        ({"severities": {"P0": {"approvals": 11}}}, "less than or equal to 10"),
        ({"severities": {"P0": {"most-lines": 0}}}, "greater than or equal to 1"),
        ({"fix": {"tests": ["/tests"]}}, "expected a pattern of paths such as"),
        ({"fix": {"not-minimal": ["x" * 51]}}, "expected a label name"),
        ({"version": 2}, "Input should be 1"),
        ({"severities": {"P2": {"hours": "office"}}}, "'always' or 'business'"),
        ({"severities": {"P0": {"review": "soon"}}}, "expected a length of time"),
        ({"business-hours": {"from": "9"}}, "expected a time of the day such as 09:00"),
        ({"business-hours": {"to": "24:01"}}, "expected a time of the day such as 09:00"),
        ({"business-hours": {"from": "17:00", "to": "09:00"}}, "`to` to be later on the same day"),
        ({"business-hours": {"days": []}}, "at least 1 item"),
        ({"business-hours": {"days": ["monday"]}}, "'mon', 'tue'"),
        ({"holidays": {"country": "Germany"}}, "expected a country by its two letters"),
        ({"holidays": {"subdivision": "BY"}}, "a subdivision needs its country"),
        ({"holidays": {"country": "DE", "subdivision": "Bavaria"}}, "expected a subdivision of DE: BB, BE"),
        ({"holidays": {"extra": ["24.12."]}}, "expected a day such as 2026-12-24"),
        ({"clocks": {"at-risk": 1.5}}, "less than 1"),
        ({"clocks": {"pause": ["P1"]}}, "stands for both P1 and clocks.pause"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(given: dict[str, object], words: str) -> None:
    """Unknown keys, wrong types, contradictions and paths that escape are errors, never defaults."""
    with pytest.raises(ValidationError, match=words):
        Policy.model_validate(given)


@pytest.mark.parametrize("text", ["2026-11-24T09:00:00Z", "2026-11-24T10:00:00+01:00", "2026-11-24T09:00:00"])
def test_since_is_kept_in_utc(text: str) -> None:
    """A zone is converted; without one the time is UTC."""
    assert Policy.model_validate({"since": text}).since == datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("severity", "phases"),
    [
        (Severity.P0, (timedelta(hours=8), timedelta(minutes=15), timedelta(minutes=15))),
        (Severity.P1, (timedelta(hours=8), timedelta(hours=1), timedelta(hours=2))),
        (Severity.P2, (timedelta(days=3), None, None)),
        (Severity.P3, (timedelta(days=3), None, None)),
    ],
)
def test_the_defaults_of_the_phases(severity: Severity, phases: tuple[timedelta | None, ...]) -> None:
    """Development, review and deployment; all around the clock."""
    found = Policy().severities[severity]
    assert (found.development, found.review, found.deployment) == phases
    assert Policy().calendar_of(severity) is ALWAYS


def test_a_calendar_is_made_of_what_the_team_says() -> None:
    """Hours, days off and the zone, for the severities that it names."""
    policy = Policy.model_validate(
        {
            "time-zone": "Europe/Berlin",
            "severities": {"P2": {"hours": "business"}},
            "business-hours": {"days": ["mon", "sat"], "from": "8:30", "to": "24:00"},
            "holidays": {"country": "DE", "subdivision": "BY", "extra": ["2026-12-24"]},
        }
    )
    assert policy.calendar_of(Severity.P1) is ALWAYS
    assert policy.calendar_of(Severity.P2) == WorkingHours(
        days=frozenset({0, 5}),
        opens=510,
        closes=1440,
        zone="Europe/Berlin",
        country="DE",
        subdivision="BY",
        extra=frozenset({date(2026, 12, 24)}),
    )


def test_clocks_pause_by_labels_of_any_case() -> None:
    """Those of the defaults; a label that GitHub gives to each repository may be one."""
    assert Policy().pauses("Needs-Info")
    assert not Policy().pauses("bug")
    assert Policy.model_validate({"clocks": {"pause": ["question"]}}).pauses("question")


def test_labels_are_known_by_any_case_and_alias() -> None:
    """GitHub's labels are case-insensitive; every alias stands for its severity."""
    policy = Policy.model_validate({"severities": {"P0": {"labels": ["severity: critical", "P0"]}}})
    assert policy.severity_of("Severity: Critical") is Severity.P0
    assert policy.severity_of("p0") is Severity.P0
    assert policy.severity_of("p1") is Severity.P1
    assert policy.severity_of("help wanted") is None
    assert policy.is_bug_label("BUG")
    assert policy.is_confidential_label("Security")
    assert not policy.is_confidential_label("bug")


def test_a_severity_s_own_mode_goes_before_the_general_one() -> None:
    """`mode` may be narrowed per severity; without a severity the general mode counts."""
    policy = Policy.model_validate({"mode": "observe", "severities": {"P0": {"mode": "enforce"}}})
    assert policy.mode_of(Severity.P0) is Mode.ENFORCE
    assert policy.mode_of(Severity.P1) is Mode.OBSERVE
    assert policy.mode_of(None) is Mode.OBSERVE


@pytest.mark.parametrize(
    ("group", "login", "role", "holds"),
    [
        (SeniorGroup(), "ana", Role.MAINTAIN, True),
        (SeniorGroup(), "ana", Role.ADMIN, True),
        (SeniorGroup(), "ana", Role.WRITE, False),
        (SeniorGroup(), "ana", None, False),
        (SeniorGroup(logins=("Ana",)), "ana", Role.READ, True),
        (SeniorGroup(role=None, logins=("ana",)), "bo", Role.ADMIN, False),
    ],
)
def test_who_is_senior(group: SeniorGroup, login: str, role: Role | None, holds: bool) -> None:
    """Everybody from a role up, and whoever is named."""
    assert group.holds(login, role) is holds


LEADS = SeniorGroup(role=Role.ADMIN, logins=("bo",), teams=("octo/leads", "octo/ops"))


@pytest.mark.parametrize(
    ("memberships", "holds"),
    [
        (None, False),
        ({}, False),
        ({"octo/leads": Membership.NONE, "octo/ops": Membership.HIDDEN}, False),
        ({"octo/leads": Membership.NONE, "octo/ops": Membership.MEMBER}, True),
        ({"octo/others": Membership.MEMBER}, False),
    ],
)
def test_a_member_of_a_team_is_senior(memberships: dict[str, Membership] | None, holds: bool) -> None:
    """Of one that is named; what was not read, or may not be, makes nobody so."""
    assert LEADS.holds("ana", Role.WRITE, memberships) is holds
    assert LEADS.holds("Bo", Role.READ, memberships)


def test_teams_are_asked_for_where_nothing_else_tells() -> None:
    """Who is senior anyway is left alone, and so is everybody where no team is named."""
    assert LEADS.asks_teams("ana", Role.WRITE)
    assert not LEADS.asks_teams("ana", Role.ADMIN)
    assert not LEADS.asks_teams("Bo", None)
    assert not SeniorGroup().asks_teams("ana", Role.WRITE)
    words = "somebody with the role admin or above or bo or a member of octo/leads or a member of octo/ops"
    assert LEADS.words == words


def test_a_policy_without_a_beginning_has_none() -> None:
    """As one that does not name it; and a severity that is given as such is known by itself."""
    assert Policy.model_validate({"since": None}).since is None
    assert Policy.model_validate({"severities": {Severity.P1: {}}}) == Policy()


def test_a_severity_may_be_given_as_a_whole() -> None:
    """As its rules: nothing of its defaults is laid below them; the label is one that is free."""
    rules = Policy().severities[Severity.P3].model_copy(update={"labels": ("sev0",)})
    given = Policy(severities={Severity.P0: rules})
    assert given.severities == {**Policy().severities, Severity.P0: rules}
    with pytest.raises(ValidationError):
        Policy.model_validate({"severities": {"P0": "soon"}})


def test_nobody_but_an_app_is_a_listed_bot() -> None:
    """A person whose name is an app's without its end could otherwise do everything."""
    people = Policy.model_validate({"people": {"bots": ["@Alerts[bot]"]}}).people
    assert people.is_listed_bot("alerts[bot]")
    assert not people.is_listed_bot("alerts")
    with pytest.raises(ValidationError, match=r"expected the login of an app, which ends in \[bot\]"):
        Policy.model_validate({"people": {"bots": ["alerts"]}})
