"""Which severity a bug has: the latest word of somebody who may give it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from bugaction.bug import Proposal, SeverityChange, SeverityState
from bugaction.model import ANYONE, Actor, LedgerFile, LedgerLine, RecordKind, Role, Severity
from bugaction.policy import Policy
from bugaction.severity import resolve
from bugaction.snapshot import BugFacts, Entry, EntryKind, Label
from tests.values import ANA, BASE, BO, VIEWER, at, facts, issue, labeled

P0, P1, P2, P3 = Severity
MALLORY = Actor("mallory")
ALERTS = Actor("alerts[bot]", is_bot=True)
ROLES = {"ana": Role.TRIAGE, "bo": Role.ADMIN, "mallory": Role.READ}
POLICY = Policy()
ALIASED = Policy.model_validate(
    {"severities": {"P0": {"labels": ["P0", "severity: critical"]}}, "people": {"bots": ["alerts[bot]"]}}
)
OFF = EntryKind.UNLABELED


def role_of(login: str) -> Role | None:
    """The roles of the people of these tests."""
    return ROLES.get(login.casefold())


def state(
    *timeline: Entry,
    labels: Iterable[str] = (),
    lines: Iterable[LedgerLine] = (),
    policy: Policy = POLICY,
    proposal: Proposal | None = None,
) -> SeverityState:
    """The severity of a bug with these labels, this timeline and this ledger, an hour after its report.

    Whatever came, each step of its history begins where the one before led, and the last leads to the current
    one: clocks rest on that.
    """
    subject = facts(issue(labels=labels, timeline=timeline), lines=lines)
    found = resolve(subject, policy, role_of, VIEWER, at(60), proposal=proposal)
    led = [None, *(change.after for change in found.history)]
    assert [*(change.before for change in found.history), found.current] == led
    return found


def command(
    severity: str, *, minutes: float, actor: str = "bo", reason: str = "", accepted: bool = True
) -> LedgerLine:
    """A judged `/severity`."""
    data = {"name": "severity", "severity": severity, "url": f"{BASE}/issues/42#issuecomment-1"}
    return LedgerLine(
        kind=RecordKind.COMMAND,
        evidence=f"IC_1#{minutes}",
        actor=actor,
        at=at(minutes),
        accepted=accepted,
        role=Role.ADMIN,
        data=data | ({"reason": reason} if reason else {}),
    )


def test_no_label_and_no_command_is_no_severity() -> None:
    """Nothing is known and nothing is done."""
    assert state() == SeverityState()


def test_a_label_by_somebody_who_may_is_recorded_and_counts() -> None:
    """The decision becomes a line of the ledger, with the role that was held."""
    found = state(labeled("P1"), labels=["P1"])
    assert (found.current, found.since, found.raised) == (P1, at(1), at(1))
    assert (found.add, found.remove, found.remarks, found.ask) == ((), (), (), frozenset())
    (change,) = found.history
    assert (change.at, change.actor, change.role, change.before, change.after) == (
        at(1),
        ANA,
        Role.TRIAGE,
        None,
        P1,
    )
    assert (change.why, change.evidence) == ("the label `P1` was set", "LE_labeled_P1_1")
    assert found.new_lines == (
        LedgerLine(
            kind=RecordKind.SEVERITY,
            evidence="LE_labeled_P1_1",
            actor="ana",
            at=at(1),
            accepted=True,
            role=Role.TRIAGE,
            data={"severity": "P1", "label": "P1", "action": "labeled"},
        ),
    )


def test_a_role_that_is_not_known_is_asked_for() -> None:
    """Nothing is recorded before it is known."""
    found = state(labeled("P1", actor=Actor("Zoe")), labels=["P1"])
    assert (found.current, found.ask, found.new_lines) == (None, frozenset({"Zoe"}), ())


def test_a_recorded_decision_is_not_judged_again() -> None:
    """Whoever lost the right since, and whoever won it: the line stands."""
    fell = state(labeled("P1", actor=BO), labels=["P1"]).new_lines
    rose = state(labeled("P2", minutes=3, actor=MALLORY), labels=["P2"]).new_lines
    assert [line.accepted for line in (*fell, *rose)] == [True, False]
    subject = facts(
        issue(
            labels=["P1", "P2"], timeline=[labeled("P1", actor=BO), labeled("P2", minutes=3, actor=MALLORY)]
        ),
        lines=[*fell, *rose],
    )
    swapped = {"bo": Role.READ, "mallory": Role.ADMIN}
    found = resolve(subject, POLICY, swapped.get, VIEWER, at(60))
    assert (found.current, found.new_lines, found.remove) == (P1, (), ("P2",))


def test_a_recorded_decision_outlives_its_timeline_entry_and_its_label_s_meaning() -> None:
    """Labels get deleted and renamed; what was decided does not change."""
    lines = state(labeled("P1"), labels=["P1"]).new_lines
    gone = state(lines=lines)
    assert (gone.current, gone.add, gone.new_lines) == (P1, ("P1",), ())
    renamed = Policy.model_validate({"severities": {"P1": {"labels": ["high"]}}})
    kept = state(labeled("P1"), labels=["P1"], lines=lines, policy=renamed)
    assert (kept.current, kept.add) == (P1, ("high",))


def test_recorded_labels_outlive_their_entries_each_by_its_name() -> None:
    """Of two that mean the same one is taken off, then the other; the timeline has lost it all."""
    names = ("P0", "severity: critical")
    entries = [labeled(name, minutes=index) for index, name in enumerate(names, start=1)]
    entries += [labeled(name, minutes=index, kind=OFF) for index, name in enumerate(names, start=5)]
    lines = [
        replace(
            command("P0", minutes=(entry.at - at(0)).total_seconds() / 60),
            kind=RecordKind.SEVERITY,
            evidence=entry.id,
            data={"severity": "P0", "label": entry.value, "action": str(entry.kind)},
        )
        for entry in entries
    ]
    kept = [state(lines=lines[:count], policy=ALIASED) for count in (2, 3, 4)]
    assert [found.current for found in kept] == [P0, P0, None]
    assert kept[0].since == at(1)


@pytest.mark.parametrize(
    ("first", "asked"),
    [
        (labeled("P1", minutes=2), frozenset()),
        (labeled("P0", minutes=2, actor=MALLORY), frozenset()),
        (labeled("P0", minutes=2, actor=Actor("zoe")), frozenset({"zoe"})),
    ],
    ids=["changes nothing", "refused", "a role is not known"],
)
def test_what_decides_nothing_ends_nothing(first: Entry, asked: frozenset[str]) -> None:
    """The next label counts all the same."""
    found = state(labeled("P1"), first, labeled("P2", minutes=3), labels=["P2"])
    assert (found.current, found.ask) == (P2, asked)


def test_a_label_by_somebody_who_may_not_is_taken_off() -> None:
    """The refusal is recorded and told, with who may."""
    found = state(labeled("P0", actor=MALLORY), labels=["P0"])
    assert (found.current, found.add, found.remove) == (None, (), ("P0",))
    (line,) = found.new_lines
    assert (line.accepted, line.role) == (False, Role.READ)
    assert line.why == "setting a severity needs the role triage or above, and mallory has read"
    assert found.remarks == (
        "The label `P0`, set by mallory on 2026-11-24 09:01 UTC, was removed: setting a severity needs the "
        "role triage or above, and mallory has read.",
    )


def test_a_label_removed_by_somebody_who_may_not_is_put_back() -> None:
    """The severity stays what it was."""
    found = state(labeled("P1"), labeled("P1", minutes=5, actor=MALLORY, kind=OFF))
    assert (found.current, found.since, found.add, found.remove) == (P1, at(1), ("P1",), ())
    assert found.remarks == (
        "The label `P1`, removed by mallory on 2026-11-24 09:05 UTC, was put back: setting a severity needs "
        "the role triage or above, and mallory has read.",
    )


def test_the_remark_is_the_same_once_the_label_is_in_order() -> None:
    """The next run finds the repair done and says the same, so it writes nothing."""
    entries = (labeled("P1"), labeled("P1", minutes=5, actor=MALLORY, kind=OFF))
    first = state(*entries)
    repair = labeled("P1", minutes=6, actor=VIEWER)
    second = state(*entries, repair, labels=["P1"], lines=first.new_lines)
    assert (second.remarks, second.new_lines, second.add, second.remove) == (first.remarks, (), (), ())


def test_remarks_end_with_the_next_accepted_change() -> None:
    """What was refused before the severity was last set is history."""
    found = state(
        labeled("P0", minutes=1, actor=MALLORY),
        labeled("P0", minutes=2, actor=VIEWER, kind=OFF),
        labeled("P1", minutes=3),
        labels=["P1"],
    )
    assert (found.current, found.remarks) == (P1, ())


@pytest.mark.parametrize(("policy", "current"), [(POLICY, None), (ALIASED, P2)])
def test_apps_count_when_they_are_listed(policy: Policy, current: Severity | None) -> None:
    """An alerting tool on `people.bots` may set a severity without any role; any other app may not."""
    found = state(labeled("P2", actor=ALERTS), labels=["P2"], policy=policy)
    assert (found.current, found.ask) == (current, frozenset())
    assert found.new_lines[0].role is None
    if current is None:
        assert found.remarks[0].endswith("the app alerts[bot] is not on the list `people.bots`.")


def test_a_deleted_account_holds_no_role() -> None:
    """Nobody is asked about: the account of that name is somebody else's."""
    found = state(labeled("P1", actor=ANYONE), labels=["P1"])
    assert (found.current, found.remove, found.ask) == (None, ("P1",), frozenset())


def test_of_two_labels_the_later_wins() -> None:
    """The other is removed, and the comment says so, also once it is done."""
    entries = (labeled("P2"), labeled("P1", minutes=5, actor=BO))
    first = state(*entries, labels=["P2", "P1"])
    assert (first.current, first.remove, first.add) == (P1, ("P2",), ())
    assert first.remarks == (
        "Only one severity can hold: P1, set by bo, came later, so the label `P2` was removed.",
    )
    again = state(
        *entries, labeled("P2", minutes=6, actor=VIEWER, kind=OFF), labels=["P1"], lines=first.new_lines
    )
    assert (again.current, again.remarks, again.new_lines, again.remove) == (P1, first.remarks, (), ())


def test_a_later_label_by_somebody_who_may_not_does_not_win() -> None:
    """The earlier accepted one stays."""
    found = state(labeled("P2"), labeled("P0", minutes=5, actor=MALLORY), labels=["P2", "P0"])
    assert (found.current, found.remove, found.since) == (P2, ("P0",), at(1))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_exchange_in_one_edit_is_one_change(order: tuple[int, int]) -> None:
    """GitHub's label picker saves a removal and a setting at once, in either order."""
    both = (labeled("P2", minutes=5, actor=BO, kind=OFF), labeled("P1", minutes=5, actor=BO))
    found = state(labeled("P2"), *(both[index] for index in order), labels=["P1"])
    assert [(change.before, change.after) for change in found.history] == [(None, P2), (P2, P1)]
    assert (found.since, found.raised, found.remarks) == (at(5), at(5), ())


@pytest.mark.parametrize(("seconds", "changes"), [(5, [P2, P1]), (6, [P2, None, P1])])
def test_an_edit_takes_five_seconds_at_the_most(seconds: float, changes: list[Severity | None]) -> None:
    """What comes later is a change of its own."""
    off = labeled("P2", minutes=5, actor=BO, kind=OFF)
    on = labeled("P1", minutes=5 + seconds / 60, actor=BO)
    found = state(labeled("P2"), off, on, labels=["P1"])
    assert [change.after for change in found.history] == changes


def test_an_exchange_of_aliases_in_one_edit_is_no_change() -> None:
    """The severity was the same before and after."""
    found = state(
        labeled("P0"),
        labeled("P0", minutes=5, kind=OFF),
        labeled("severity: critical", minutes=5),
        labels=["severity: critical"],
        policy=ALIASED,
    )
    assert [(change.before, change.after) for change in found.history] == [(None, P0)]
    assert (found.since, found.raised, found.add, found.remove) == (at(1), at(1), (), ())


def test_a_label_taken_off_by_somebody_who_may_leaves_no_severity() -> None:
    """It is not set again by itself, and the earlier one does not come back."""
    found = state(
        labeled("P2"),
        labeled("P1", minutes=2),
        labeled("P2", minutes=3, actor=VIEWER, kind=OFF),
        labeled("P1", minutes=9, kind=OFF),
    )
    assert (found.current, found.since, found.raised, found.add) == (None, None, None, ())
    assert [change.after for change in found.history] == [P2, P1, None]
    assert found.history[-1].why == "the label `P1` was removed"


def test_raising_never_resets_and_lowering_is_no_raise() -> None:
    """`raised` is the last raise: lowering, and setting the same again after a removal, leave it."""
    up = state(labeled("P2"), labeled("P2", minutes=4, kind=OFF), labeled("P0", minutes=5), labels=["P0"])
    assert (up.since, up.raised) == (at(5), at(5))
    down = state(labeled("P1"), labeled("P1", minutes=4, kind=OFF), labeled("P3", minutes=5), labels=["P3"])
    assert (down.since, down.raised) == (at(5), at(1))
    again = state(labeled("P1"), labeled("P1", minutes=4, kind=OFF), labeled("P1", minutes=8), labels=["P1"])
    assert (again.since, again.raised) == (at(8), at(1))


def test_an_alias_stands_for_its_severity() -> None:
    """No second label is added, in any case of letters."""
    found = state(labeled("Severity: Critical"), labels=["Severity: Critical"], policy=ALIASED)
    assert (found.current, found.add, found.remove) == (P0, (), ())


def test_a_second_label_of_the_same_severity_needs_no_right() -> None:
    """It changes nothing; nor does its removal while the other stands."""
    entries = (
        labeled("P0"),
        labeled("severity: critical", minutes=2, actor=MALLORY),
        labeled("P0", minutes=3, actor=MALLORY, kind=OFF),
    )
    found = state(*entries, labels=["severity: critical"], policy=ALIASED)
    assert (found.current, len(found.new_lines), found.add, found.remarks) == (P0, 1, (), ())


def test_an_accepted_command_sets_the_severity_and_its_label() -> None:
    """With its reason and the comment's address; the labels follow."""
    found = state(labeled("P2"), labels=["P2"], lines=[command("P1", minutes=7, reason="all of checkout")])
    assert (found.current, found.since, found.add, found.remove) == (P1, at(7), ("P1",), ("P2",))
    last = found.history[-1]
    assert (last.before, last.after, last.why, last.role) == (P2, P1, "all of checkout", Role.ADMIN)
    assert last.url == f"{BASE}/issues/42#issuecomment-1"
    assert found.remarks == ()


def test_a_command_without_a_reason_names_itself() -> None:
    """So that the history has a why."""
    assert state(lines=[command("P1", minutes=7)]).history[0].why == "by `/severity P1`"


def test_a_refused_command_sets_nothing() -> None:
    """It is only history of the ledger."""
    assert state(lines=[command("P1", minutes=7, accepted=False)]).current is None


def test_labels_and_commands_count_in_the_order_of_time() -> None:
    """Whatever the order in which they were seen."""
    lines = [command("P0", minutes=9), command("P3", minutes=3)]
    found = state(labeled("P2", minutes=5), labels=["P2"], lines=lines)
    assert [change.after for change in found.history] == [P3, P2, P0]


def test_our_own_label_write_is_no_decision() -> None:
    """It carries out what was decided before it."""
    lines = (command("P1", minutes=7),)
    found = state(
        labeled("P2"),
        labeled("P1", minutes=8, actor=VIEWER),
        labeled("P2", minutes=8, actor=VIEWER, kind=OFF),
        labels=["P1"],
        lines=lines,
    )
    assert (found.current, found.remarks, found.add, found.remove) == (P1, (), (), ())
    assert [line.data["label"] for line in found.new_lines] == ["P2"]


def test_our_own_write_that_comes_late_is_no_decision() -> None:
    """A run may write what has been overtaken while it ran; that must not undo the newer decision."""
    lines = (command("P1", minutes=5), command("P2", minutes=6))
    policy = Policy.model_validate({"people": {"bots": [VIEWER.login]}})
    found = state(labeled("P1", minutes=7, actor=VIEWER), labels=["P1"], lines=lines, policy=policy)
    assert (found.current, found.add, found.remove, found.new_lines) == (P2, ("P2",), ("P1",), ())


def test_of_one_moment_the_command_comes_after_the_label() -> None:
    """However many labels went before."""
    lines = [command("P0", minutes=5)]
    found = state(labeled("P3"), labeled("P2", minutes=5), labels=["P2"], lines=lines)
    assert [change.after for change in found.history] == [P3, P2, P0]


def test_a_removal_of_ours_that_comes_late_is_no_decision() -> None:
    """It followed from a severity that held for a moment: the label comes back, and nobody is blamed."""
    lines = [command("P2", minutes=5), command("P1", minutes=6)]
    late = labeled("P1", minutes=7, actor=VIEWER, kind=OFF)
    found = state(labeled("P1"), late, lines=lines)
    assert (found.current, found.add, found.remarks, len(found.new_lines)) == (P1, ("P1",), (), 1)


def test_a_label_that_was_never_seen_may_be_taken_off() -> None:
    """The timeline may lag behind: that alone says nothing."""
    assert state(labeled("P1", kind=OFF)) == SeverityState()


def test_a_record_without_a_label_is_told_without_one() -> None:
    """As a later version might write it."""
    bare = replace(command("P1", minutes=3), kind=RecordKind.SEVERITY, data={"severity": "P1"})
    assert [change.why for change in state(lines=[bare]).history] == ["the label `` was set"]


@pytest.mark.parametrize(("minutes", "judged"), [(20, 0), (20.5, 1)])
def test_our_own_write_is_late_for_a_quarter_of_an_hour_at_the_most(minutes: float, judged: int) -> None:
    """Of a severity that ended at minute 5; after that it is some other app's word, and is judged."""
    late = labeled("P1", minutes=minutes, actor=VIEWER)
    found = state(labeled("P1"), labeled("P2", minutes=5), late, labels=["P2", "P1"])
    assert (found.current, found.remove) == (P2, ("P1",))
    assert [line.accepted for line in found.new_lines] == [True, True, *[False] * judged]


def test_a_decision_that_names_no_severity_decides_nothing() -> None:
    """As a later version might record one."""
    bare = replace(command("P1", minutes=3), data={"name": "severity"})
    assert state(lines=[bare]).current is None


@pytest.mark.parametrize("minutes", [59.5, 45])
def test_our_own_write_may_seem_to_come_before_its_decision(minutes: float) -> None:
    """A runner's clock may be ahead of GitHub's, by a quarter of an hour at the most."""
    first = state(proposal=Proposal(P2, ("Calm.",)), policy=Policy.model_validate({"proposal": "apply"}))
    written = labeled("P2", minutes=minutes, actor=VIEWER)
    found = state(written, labels=["P2"], lines=first.new_lines)
    assert (found.current, found.new_lines, found.remarks) == (P2, (), ())


def test_a_label_in_our_name_that_nothing_asked_for_is_a_foreign_app_s() -> None:
    """Every workflow of a repository writes under the same name as we do."""
    found = state(labeled("P0", minutes=30, actor=VIEWER), labels=["P0"])
    assert (found.current, found.remove) == (None, ("P0",))
    assert "the app github-actions[bot] is not on the list" in found.remarks[0]


def test_a_removal_in_our_name_that_nothing_asked_for_is_put_back() -> None:
    """As any app's."""
    found = state(labeled("P1"), labeled("P1", minutes=40, actor=VIEWER, kind=OFF))
    assert (found.current, found.add) == (P1, ("P1",))
    assert len(found.remarks) == 1


def test_a_label_that_nobody_set_decides_nothing() -> None:
    """A transferred issue's, or one whose entry has not arrived: it is left alone and asked about."""
    found = state(labels=["P1"])
    assert (found.current, found.add, found.remove, found.new_lines) == (None, (), (), ())
    assert found.remarks == (
        "The label `P1` stands, but the timeline does not tell who set it, so it decides nothing: somebody "
        "who may set a severity confirms it with `/severity`.",
    )


def test_a_label_whose_last_entry_is_its_removal_was_set_by_nobody_known() -> None:
    """The entry of its return lags behind."""
    found = state(labeled("P1"), labeled("P1", minutes=3, kind=OFF), labels=["P1"])
    assert (found.current, found.remove, len(found.remarks)) == (None, (), 1)


def test_beside_a_decided_severity_a_label_that_nobody_set_is_removed() -> None:
    """Exactly one severity holds; no remark hangs on it, since the next run would not see why."""
    found = state(labels=["P0", "P2"], lines=[command("P2", minutes=4)])
    assert (found.current, found.remove, found.remarks) == (P2, ("P0",), ())


def test_our_removal_of_a_label_whose_entry_lagged_is_undone() -> None:
    """Once the entry shows up, the person's label counts and comes back."""
    entries = (
        labeled("P2"),
        labeled("P1", minutes=10, actor=BO),
        labeled("P1", minutes=11, actor=VIEWER, kind=OFF),
    )
    found = state(*entries, labels=["P2"])
    assert (found.current, found.add, found.remove) == (P1, ("P1",), ("P2",))


def test_our_return_of_a_label_whose_removal_lagged_is_undone() -> None:
    """The same the other way round."""
    entries = (
        labeled("P1"),
        labeled("P1", minutes=10, kind=OFF),
        labeled("P1", minutes=11, actor=VIEWER),
    )
    found = state(*entries, labels=["P1"])
    assert (found.current, found.remove) == (None, ("P1",))


def test_other_labels_do_not_matter() -> None:
    """They are nobody's business here."""
    found = state(labeled("bug", actor=MALLORY), labeled("P1"), labels=["bug", "P1"])
    assert (found.current, found.remove, len(found.new_lines)) == (P1, (), 1)


def test_a_decision_that_another_one_preceded_unseen_changes_nothing() -> None:
    """A comment that was read late may have said the same before; the earlier moment counts."""
    lines = state(labeled("P1", minutes=5), labels=["P1"]).new_lines
    late = command("P1", minutes=3)
    found = state(labeled("P1", minutes=5), labels=["P1"], lines=[*lines, late])
    assert (found.current, found.since, len(found.history)) == (P1, at(3), 1)


def test_other_entries_of_the_timeline_do_not_matter() -> None:
    """An assignee may be called like a label."""
    assigned = Entry("AE_1", EntryKind.ASSIGNED, MALLORY, at(2), "P0")
    found = state(assigned, labeled("P1"), labels=["P1"])
    assert (found.current, len(found.new_lines), found.remarks) == (P1, 1, ())


APPLY = Policy.model_validate({"proposal": "apply"})
CALM = Proposal(P2, ("It is calm.", "Really."))


def test_a_proposal_is_applied_where_policy_says_so() -> None:
    """Recorded once, in our name, with its reasons."""
    found = state(proposal=CALM, policy=APPLY)
    assert (found.current, found.since, found.raised, found.add) == (P2, at(60), at(60), ("P2",))
    assert found.new_lines == (
        LedgerLine(
            kind=RecordKind.SEVERITY,
            evidence="proposal:I_42",
            actor=VIEWER.login,
            at=at(60),
            accepted=True,
            data={"severity": "P2", "reason": "It is calm. Really."},
        ),
    )
    url, why = f"{BASE}/issues/42", "It is calm. Really."
    change = SeverityChange(at(60), VIEWER, None, None, P2, why, url, "proposal:I_42")
    assert found.history == (change,)
    again = state(proposal=Proposal(P0, ("Worse.",)), policy=APPLY, lines=found.new_lines)
    assert (again.current, again.new_lines, again.history) == (P2, (), found.history)


@pytest.mark.parametrize(
    "found",
    [
        state(proposal=CALM),
        state(labeled("P1", actor=Actor("zoe")), labels=["P1"], proposal=CALM, policy=APPLY),
        state(labels=["P1"], proposal=CALM, policy=APPLY),
        state(labeled("P1"), labeled("P1", minutes=5, kind=OFF), proposal=CALM, policy=APPLY),
        state(policy=APPLY),
    ],
    ids=["policy proposes", "a role is not known", "a label stands", "somebody took it off", "no proposal"],
)
def test_a_proposal_waits_for_people(found: SeverityState) -> None:
    """It is shown only, or there is a person's word that it must not overrule."""
    assert found.current is None
    assert not any(line.evidence.startswith("proposal:") for line in found.new_lines)


def test_a_refused_label_does_not_keep_a_proposal_back() -> None:
    """Nobody who may has set one."""
    found = state(labeled("P0", actor=MALLORY), labels=["P0"], proposal=CALM, policy=APPLY)
    assert (found.current, found.add, found.remove) == (P2, ("P2",), ("P0",))


def test_what_was_refused_at_the_last_change_or_after_it_is_still_told() -> None:
    """What went before it is over."""
    early, late = labeled("P0", minutes=2, actor=MALLORY), labeled("P0", minutes=8, actor=MALLORY)
    same = labeled("P3", minutes=5, actor=MALLORY)
    found = state(early, labeled("P1", minutes=5), same, late, labels=["P1"])
    refused = [remark for remark in found.remarks if remark.endswith("mallory has read.")]
    assert [remark.split("`")[1] for remark in refused] == ["P3", "P0"]


def test_remarks_are_few() -> None:
    """Somebody who sets a label again and again fills no page."""
    entries = [labeled("P0", minutes=minute, actor=MALLORY) for minute in range(1, 20)]
    assert len(state(*entries, labels=["P0"]).remarks) == 5


def test_the_same_facts_a_moment_later_need_no_change() -> None:
    """Once the plan is carried out, there is nothing left to do: for every order of seeing it."""
    timeline = (
        labeled("P3", minutes=1),
        labeled("P0", minutes=2, actor=MALLORY),
        labeled("P1", minutes=3, actor=BO),
    )
    first = state(*timeline, labels=["P3", "P0", "P1"])
    repairs = [labeled(name, minutes=4, actor=VIEWER, kind=OFF) for name in first.remove]
    subject = BugFacts(
        issue=replace(issue(labels=[], timeline=[*timeline, *repairs]), labels=(Label("P1"),)),
        ledger=LedgerFile(lines=first.new_lines),
    )
    second = resolve(subject, POLICY, role_of, VIEWER, at(600))
    assert replace(second, new_lines=()) == replace(first, new_lines=(), remove=())
    assert second.new_lines == ()
