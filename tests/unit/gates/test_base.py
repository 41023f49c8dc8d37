"""A gate judges the bug, or each pull request by itself, and its checklist shows what there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bugaction.bug import Bug, Gap
from bugaction.gates.base import (
    Gate,
    Verdict,
    attested,
    by_advisory,
    evidence_of,
    lacking,
    named_gaps,
    rules_of,
    stakeholders,
    waits_for_severity,
)
from bugaction.model import Evidence, GateResult, Outcome, RecordKind, RequirementResult, Severity
from bugaction.policy import Policy
from bugaction.snapshot import PullRequest, PullState
from tests.unit.bugs import bug, landed, through
from tests.values import BASE, at, facts, issue, line, pull


class Even:
    """A pull request with an even number."""

    id = "even"
    sentence = "The number is even"

    def check(self, bug: Bug, pull: PullRequest) -> Verdict:
        """By the number alone."""
        met = pull.number % 2 == 0 and bool(bug.name)
        return Verdict(Outcome.MET) if met else Verdict(Outcome.UNMET, f"{pull.number} is odd")


class Named:
    """A bug's own requirement."""

    id = "named"
    sentence = "The bug has a name"

    def check(self, bug: Bug) -> Verdict:
        """By the name alone."""
        return Verdict(Outcome.MET if bug.name else Outcome.UNMET)


OF_PULL = Gate("parity", "Parity", of_pull=(Even(), Even()))
OF_BUG = Gate("name", "Name", requirements=(Named(),))


def test_each_open_pull_request_has_a_verdict_of_its_own() -> None:
    """In the order of their numbers; a merged one beside them has none."""
    subject = bug(fixes=(pull(7), pull(8), pull(9, state=PullState.MERGED)))
    results = OF_PULL.survey(subject)
    assert [(item.pull, item.passes) for item in results] == [(7, False), (8, True)]
    assert OF_PULL.judge(subject, pull(8)) == results[1]
    assert results[0].blocking[0].problem == "7 is odd"


def test_without_a_pull_request_the_gate_waits_for_one() -> None:
    """Every line of it; the words that link one are said once."""
    (result,) = OF_PULL.survey(bug())
    assert (result.pull, result.passes) == (0, False)
    assert {item.outcome for item in result.requirements} == {Outcome.PENDING}
    assert [item.problem for item in result.requirements] == ["no pull request fixes it yet", ""]
    assert "`Fixes #42`" in result.requirements[0].remedy


class Later:
    """A requirement that may follow the merge."""

    id = "later"
    sentence = "It is done later"

    def check(self, bug: Bug, pull: PullRequest) -> Verdict:
        """Of odd pull requests, put off; of even ones, met."""
        due = bug.issue.at + timedelta(days=1)
        return Verdict(Outcome.DEFERRED, "it is late", due=due) if pull.number % 2 else Verdict(Outcome.MET)


def test_what_was_put_off_stays_after_the_merge() -> None:
    """Of each pull request that owes something, with what it owes; what else was unmet is past."""
    gate = Gate("debts", "Debts", of_pull=(Even(), Later()))
    merged = [pull(number, state=PullState.MERGED) for number in (7, 8, 9)]
    results = gate.survey(bug(fixes=tuple(merged)))
    assert [(item.pull, item.passes) for item in results] == [(7, True), (9, True)]
    past = (Evidence("#7 is merged", f"{BASE}/pull/7"),)
    assert results[0].requirements == (
        RequirementResult("even", "The number is even", Outcome.MET, evidence=past),
        RequirementResult("later", "It is done later", Outcome.DEFERRED, "it is late", due=at(24 * 60)),
    )
    (settled,) = gate.survey(bug(fixes=(merged[1],)))
    past = (Evidence("#8 is merged", f"{BASE}/pull/8"),)
    met = RequirementResult("even", "The number is even", Outcome.MET, evidence=past)
    assert settled == GateResult("debts", 42, (met,))


class Owed:
    """A requirement that the fast lane puts off for an hour."""

    id = "owed"
    sentence = "It is done within an hour"

    def check(self, bug: Bug) -> Verdict:
        """By the severity alone."""
        return lacking(bug, "it is owed", "Do it.", timedelta(hours=1))


class OwedByFix:
    """The same of each fix that has a number."""

    id = Owed.id
    sentence = Owed.sentence

    def check(self, bug: Bug, pull: PullRequest) -> Verdict:
        """By the severity alone."""
        return Owed().check(bug) if pull.number else Verdict(Outcome.MET)


OWED = (Owed.id, Owed.sentence)


def test_what_the_bug_lacked_at_a_merge_is_owed_at_whatever_severity() -> None:
    """As it was put off, the first time: no later raise moves it. Another fix that is open is held by the
    severity of now, and what is owed is still owed."""
    gate = Gate("dues", "Dues", requirements=(Named(), Owed()))
    owed = RequirementResult(*OWED, Outcome.DEFERRED, "it is owed", "Do it.", due=at(62))
    for history in ([(2, Severity.P0)], [(2, Severity.P0), (600, Severity.P1)]):
        subject = through(*history, fixes=(landed(7, 540),))
        (seen,) = gate.survey(subject)
        assert seen.requirements[1] == owed
        assert gate.owing(subject) == ((GateResult("dues", 42, (owed,)),) if len(history) > 1 else ())
    again = through((2, Severity.P0), (600, Severity.P1), (700, Severity.P0), (800, Severity.P1))
    twice = replace(again, fixes=(landed(7, 540), landed(8, 750)))
    assert gate.survey(twice)[0].requirements[1] == owed
    assert gate.owing(twice) == (GateResult("dues", 42, (owed,)),)
    waiting = replace(again, fixes=(landed(7, 540), pull(8)))
    assert [item.outcome for item in gate.survey(waiting)[0].requirements] == [Outcome.MET, Outcome.UNMET]
    assert gate.owing(waiting) == (GateResult("dues", 42, (owed,)),)


def test_a_fix_owes_what_its_own_merge_put_off() -> None:
    """Not what another one's did, and none that is open or was taken back owes any."""
    gate = Gate("dues", "Dues", of_pull=(Even(), OwedByFix()))
    night, day = landed(7, 540), landed(8, 900)
    owed = RequirementResult(*OWED, Outcome.DEFERRED, "it is owed", "Do it.", due=at(62))
    subject = through((2, Severity.P0), (600, Severity.P1), fixes=(night, day, pull(9)))
    assert gate.owing(subject) == (GateResult("dues", 42, (owed,), pull=7),)
    assert [each.pull for each in gate.survey(replace(subject, fixes=(night, day)))] == [7]
    back = replace(landed(9, 950), body="Reverts #7")
    assert gate.owing(replace(subject, fixes=(night, day, back))) == ()


def test_a_gate_that_holds_no_merge_lets_nothing_through() -> None:
    """So it has nothing to be made good: what it lacks it asks for by the severity of now."""
    subject = through((2, Severity.P0), (600, Severity.P1), fixes=(landed(7, 540),))
    for gate in (
        Gate("after", "After", requirements=(Owed(),), blocks_merge=False),
        Gate("after", "After", of_pull=(OwedByFix(),), blocks_merge=False),
    ):
        assert gate.owing(subject) == ()
    (seen,) = Gate("after", "After", requirements=(Owed(),), blocks_merge=False).survey(subject)
    assert [item.outcome for item in seen.requirements] == [Outcome.UNMET]


def test_a_gate_that_the_bug_has_not_come_to_is_not_shown() -> None:
    """Neither the bug's own nor a pull request's."""
    later = Gate("later", "Later", requirements=(Named(),), concerns=lambda bug: bug.number > 100)
    assert later.survey(bug()) == ()
    assert replace(OF_PULL, concerns=later.concerns).survey(bug(fixes=(pull(8),))) == ()


def test_a_merged_fix_is_past_its_gate() -> None:
    """What it was judged by then is not asked for again."""
    (result,) = OF_PULL.survey(bug(fixes=(pull(7, state=PullState.MERGED),)))
    assert result.passes
    assert [proof.text for item in result.requirements for proof in item.evidence] == ["#7 is merged"]


def test_the_bugs_own_requirements_are_the_same_for_every_pull_request() -> None:
    """Their verdict names none."""
    subject = bug(fixes=(pull(7), pull(8)))
    assert OF_BUG.survey(subject) == (OF_BUG.judge(subject, pull(7)),)
    assert OF_BUG.judge(subject, pull(7)).pull == 0


def test_what_is_lacking_may_follow_in_the_fast_lane_only() -> None:
    """Counted from the raise; or without a time, where that is still to come."""
    late = lacking(bug(Severity.P0, raised=2), "none", "Add one.", timedelta(hours=1))
    assert late == Verdict(Outcome.DEFERRED, "none", "Add one.", due=at(62))
    assert lacking(bug(Severity.P0), "none", "Add one.", None).due is None
    assert lacking(bug(Severity.P1), "none", "Add one.", None) == Verdict(Outcome.UNMET, "none", "Add one.")
    assert lacking(bug(None), "none", "Add one.", None).outcome is Outcome.UNMET


def test_a_severity_brings_its_rules() -> None:
    """Without one there are none, and what depends on them waits."""
    subject = bug(Severity.P1)
    assert rules_of(subject) is subject.policy.severities[Severity.P1]
    assert rules_of(bug(None)) is None
    assert waits_for_severity() == Verdict(
        Outcome.PENDING, "waits for the severity", "Set the severity first."
    )


def test_somebody_s_word_is_what_an_outcome_rests_on() -> None:
    """With whose it is, when and where it was said, and the note beside it; for that requirement alone."""
    word = line(RecordKind.COMMAND, "IC_1#x", name="attest", note="seen on staging", url="u")
    given = Evidence("attested by ana: seen on staging", "u", "ana", at(1))
    assert evidence_of(word) == given
    assert evidence_of(replace(word, data={})) == Evidence("attested by ana", "", "ana", at(1))
    subject = bug(attestations={"named": word})
    assert attested(subject, "named") == Verdict(Outcome.MET, evidence=(given,))
    assert attested(subject, "even") is None


def test_a_confidential_bug_has_an_advisory_in_place_of_a_document() -> None:
    """Whatever its repository is called; in the fast lane later, and met by the address of one."""
    reported = replace(issue(), url="https://github.com/issues/issues/issues/42")
    remedy = (
        "Comment `/attest named https://github.com/issues/issues/security/advisories/GHSA-xxxx-xxxx-xxxx` "
        "with the advisory's address."
    )
    subject = bug(Severity.P0, facts=facts(reported))
    hour = timedelta(hours=1)
    found = by_advisory(subject, "named", "no advisory is named", hour, since=at(30))
    assert found == Verdict(Outcome.DEFERRED, "no advisory is named", remedy, due=at(90))
    word = line(RecordKind.COMMAND, "IC_1#x", name="attest")
    assert by_advisory(replace(subject, attestations={"named": word}), "named", "none", hour) == Verdict(
        Outcome.MET, evidence=(evidence_of(word),)
    )


def test_who_has_to_hear_of_an_urgent_bug_is_told_by_group() -> None:
    """Those whom policy names, for P0 and P1."""
    people = {"product": ["ana", "bo"], "support": ["cy"], "cto": ["mia"]}
    policy = Policy.model_validate({"people": people})
    told = "product (ana, bo), support (cy), CTO (mia)"
    assert [stakeholders(bug(severity, policy=policy)) for severity in Severity] == [told, told, "", ""]
    assert stakeholders(bug(Severity.P0, policy=Policy.model_validate({"people": {"cto": ["mia"]}}))) == (
        "CTO (mia)"
    )


def test_the_first_gap_of_a_document_is_named_and_the_others_counted() -> None:
    """One of them waits, several wait."""
    gaps = [Gap("Steps", "is empty"), Gap("Cause", "holds only a placeholder"), Gap("Impact", "is gone")]
    assert named_gaps(gaps[:1]) == 'section "Steps" is empty'
    assert named_gaps(gaps[:2]) == 'section "Steps" is empty, and 1 more waits'
    assert named_gaps(gaps) == 'section "Steps" is empty, and 2 more wait'


def test_a_section_s_title_holds_no_code() -> None:
    """Whoever writes a heading, or a placeholder below it, writes no Markdown of ours."""
    gap = Gap("Odd ` title", "holds only a placeholder (`x)")
    assert named_gaps([gap, gap]) == (
        "section \"Odd ' title\" holds only a placeholder ('x), and 1 more waits"
    )
