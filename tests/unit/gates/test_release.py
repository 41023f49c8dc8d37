"""The release gate: what it asks for, at which severity, and what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bugaction.bug import Bug, Deployed, DocumentState, Gap
from bugaction.documents.release_notes import RELEASE_NOTES
from bugaction.gates.release import RELEASE, approving_roles
from bugaction.model import Evidence, LedgerFile, LedgerLine, Outcome, RecordKind, RequirementResult, Severity
from bugaction.policy import People, Policy
from tests.unit.bugs import bug
from tests.values import at, line, pull

P0, P1, P2, P3 = Severity
PATH = "documents/bugs/BUG-042/release-notes-bug-042-v1.0.md"
URL = f"https://github.com/octo/shop/blob/main/{PATH}"
GAPS = tuple(
    Gap(title, "is still to be written", number, name)
    for number, (name, title) in enumerate(RELEASE_NOTES.sections.items(), start=30)
)
LEADS = Policy(people=People(engineering_lead=("mia",), on_call=("bo", "Cy")))
DEPLOYED = Deployed(at(60), "2.1.1", "production", Evidence("deployed"))


def noted(
    *missing: str, severity: Severity = P1, words: tuple[LedgerLine, ...] = (), **changes: object
) -> Bug:
    """A bug with a fix, whose release notes lack these sections, and of which this was attested."""
    state = DocumentState(
        kind="release-notes",
        path=PATH,
        version="1.0",
        text="…",
        branch="main",
        url=URL,
        gaps=tuple(gap for gap in GAPS if gap.id in missing),
    )
    whole = bug(severity, documents={"release-notes": state}, fixes=(pull(),), spoken=words)
    attested = {item.data["requirement"]: item for item in words}
    return replace(whole, attestations=attested, **changes)  # type: ignore[arg-type]


def word(requirement: str, who: str = "bo", **data: str) -> LedgerLine:
    """Somebody's word for a requirement."""
    said = line(
        RecordKind.COMMAND, f"IC_{requirement}_{who}", name="attest", requirement=requirement, actor=who
    )
    return replace(said, data={**said.data, **data})


def verdict(subject: Bug, requirement: str) -> RequirementResult:
    """One requirement's outcome."""
    (found,) = (item for item in RELEASE.survey(subject)[0].requirements if item.id == requirement)
    return found


SPOKEN = (word("rollback-tested", note="on staging"), word("staging", note="paid an order"))


@pytest.mark.parametrize("severity", Severity)
def test_notes_and_two_words_are_enough(severity: Severity) -> None:
    """At every severity; what one does not ask for does not apply."""
    (result,) = RELEASE.survey(noted(severity=severity, words=SPOKEN))
    assert result.passes
    asked = {item.id for item in result.requirements if item.outcome is Outcome.MET}
    assert {item.outcome for item in result.requirements} <= {Outcome.MET, Outcome.NOT_APPLICABLE}
    assert (
        asked
        == {
            P0: {"release-notes", "version", "rollback-tested"},
            P1: {"release-notes", "version", "rollback-tested", "staging"},
            P2: {"release-notes", "version"},
            P3: set(),
        }[severity]
    )


def test_it_concerns_a_bug_once_something_fixes_it() -> None:
    """Before that, its checklist says nothing of a release; a fix is judged in any case."""
    early = replace(noted(words=SPOKEN), fixes=())
    assert RELEASE.survey(early) == ()
    assert RELEASE.judge(early, pull()).passes


def test_the_first_missing_section_is_named() -> None:
    """With how many more, and the editor's address; the version is a requirement of its own."""
    found = verdict(noted(*RELEASE_NOTES.sections), "release-notes")
    assert (found.outcome, found.problem) == (
        Outcome.UNMET,
        'section "Summary" is still to be written, and 3 more wait',
    )
    assert f"https://github.com/octo/shop/edit/main/{PATH}#L30" in found.remedy
    version = verdict(noted("components"), "version")
    assert version.problem == 'section "Affected components" is still to be written'
    assert verdict(noted("components"), "release-notes").outcome is Outcome.MET


def test_notes_that_are_not_there_are_to_come() -> None:
    """It is said once who makes them."""
    found = verdict(noted(documents={}), "release-notes")
    assert (found.outcome, found.problem) == (Outcome.UNMET, "the release notes are not begun")
    assert found.remedy.startswith("They are committed for you")
    version = verdict(noted(documents={}), "version")
    assert (version.outcome, version.problem) == (Outcome.UNMET, "they are not named yet")
    assert version.remedy == "The release notes ask for them."


def test_a_p0_may_go_out_first() -> None:
    """Everything is due two hours after the deployment, once there is one; until then the words say so."""
    waiting = noted(*RELEASE_NOTES.sections, severity=P0)
    (before,) = RELEASE.survey(waiting)
    asked = [item for item in before.requirements if item.outcome is not Outcome.NOT_APPLICABLE]
    assert before.passes
    assert {(item.outcome, item.due) for item in asked} == {(Outcome.DEFERRED, None)}
    assert all(item.remedy.endswith("until two hours after the deployment.") for item in asked)
    (after,) = RELEASE.survey(replace(waiting, deployed=DEPLOYED))
    owed = [item for item in after.requirements if item.outcome is not Outcome.NOT_APPLICABLE]
    assert {(item.outcome, item.due) for item in owed} == {(Outcome.DEFERRED, at(60) + timedelta(hours=2))}
    assert not any("may follow" in item.remedy for item in owed)


@pytest.mark.parametrize(
    ("requirement", "problem"),
    [
        ("rollback-tested", "the rollback plan has not been tested"),
        ("staging", "it was not tried on staging"),
    ],
)
def test_what_no_machine_sees_is_attested(requirement: str, problem: str) -> None:
    """The words to say are in the remedy, and what was said is the evidence."""
    found = verdict(noted(), requirement)
    assert (found.outcome, found.problem) == (Outcome.UNMET, problem)
    assert f"`/attest {requirement} " in found.remedy
    met = verdict(noted(words=SPOKEN), requirement)
    assert met.outcome is Outcome.MET
    assert met.evidence[0].text.startswith("attested by bo: ")


def test_those_who_answer_for_a_release_approve_it() -> None:
    """Each role that policy fills, by any of its people; without one, nobody is asked."""
    nobody = verdict(noted(), "release-approvals")
    assert nobody.outcome is Outcome.NOT_APPLICABLE
    assert verdict(noted(policy=LEADS), "release-approvals").problem == (
        "the engineering lead has not approved the release"
    )
    led = noted(policy=LEADS, words=(word("release-approvals", "mia"),))
    found = verdict(led, "release-approvals")
    assert (found.outcome, found.problem) == (Outcome.UNMET, "somebody on call has not approved the release")
    assert found.remedy == "bo or Cy comments `/attest release-approvals`."
    both = noted(policy=LEADS, words=(word("release-approvals", "mia"), word("release-approvals", "cy")))
    met = verdict(both, "release-approvals")
    assert met.outcome is Outcome.MET
    assert [item.actor for item in met.evidence] == ["mia", "cy"]


def test_a_regression_asks_for_new_words() -> None:
    """What was tried of the fix that broke something says nothing of the next one."""
    report = replace(line(RecordKind.COMMAND, "IC_9", name="regression"), at=at(90))
    tried = (*SPOKEN, word("release-approvals", "mia"), word("release-approvals", "cy"))
    broken = noted(policy=LEADS, words=tried, ledger=LedgerFile(lines=(report,)))
    for requirement in ("rollback-tested", "staging", "release-approvals"):
        assert verdict(noted(policy=LEADS, words=tried), requirement).outcome is Outcome.MET
        assert verdict(broken, requirement).outcome is Outcome.UNMET
    again = tuple(replace(item, at=at(91)) for item in tried)
    settled = noted(policy=LEADS, words=again, ledger=LedgerFile(lines=(report,)))
    assert RELEASE.survey(settled)[0].passes


def test_one_person_of_both_roles_speaks_once() -> None:
    """And is named once."""
    policy = Policy(people=People(engineering_lead=("mia",), on_call=("mia",)))
    assert list(approving_roles(policy, at(0))) == ["the engineering lead", "somebody on call"]
    met = verdict(noted(policy=policy, words=(word("release-approvals", "Mia"),)), "release-approvals")
    assert (met.outcome, len(met.evidence)) == (Outcome.MET, 1)


def test_a_confidential_bug_has_its_advisory() -> None:
    """Which names versions by its form; the other words are given as for any bug."""
    secret = noted(*RELEASE_NOTES.sections, confidential=True, documents={}, words=())
    found = verdict(secret, "release-notes")
    assert (found.outcome, found.problem) == (
        Outcome.UNMET,
        "no advisory is named that holds the release notes",
    )
    assert "`/attest release-notes https://github.com/octo/shop/security/advisories/GHSA-" in found.remedy
    assert verdict(secret, "version").outcome is Outcome.NOT_APPLICABLE
    named = replace(secret, attestations={"release-notes": word("release-notes", url="https://x")})
    assert verdict(named, "release-notes").outcome is Outcome.MET
    assert (
        verdict(noted(confidential=True, documents={}, severity=P0), "release-notes").outcome
        is Outcome.DEFERRED
    )


def test_without_a_severity_everything_waits() -> None:
    """Which severity asks for what is not known."""
    (result,) = RELEASE.survey(replace(bug(None), fixes=(pull(),)))
    waiting = {item.id: item.outcome for item in result.requirements}
    assert waiting.pop("release-approvals") is Outcome.NOT_APPLICABLE
    assert set(waiting.values()) == {Outcome.PENDING}


def test_whose_week_it_is_approves_a_release() -> None:
    """A word counts by the week in which it was given; later the next one is asked for."""
    people = {"rota": {"start": "2026-11-23", "logins": ["bo", "cy"]}}
    policy = Policy.model_validate({"people": people})
    week = 7 * 24 * 60
    subject = noted(policy=policy, words=(word("release-approvals", "bo"),))
    assert verdict(subject, "release-approvals").outcome is Outcome.MET
    later = replace(subject, now=at(week))
    assert verdict(later, "release-approvals").outcome is Outcome.MET
    other = noted(policy=policy, words=(word("release-approvals", "cy"),), now=at(week))
    found = verdict(other, "release-approvals")
    assert (found.outcome, found.remedy) == (Outcome.UNMET, "cy comments `/attest release-approvals`.")
