"""The release gate: what it asks for, at which severity, and what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bugaction.bug import Bug, Deployed, DocumentState, Gap
from bugaction.documents.release_notes import RELEASE_NOTES
from bugaction.gates.base import Verdict
from bugaction.gates.release import RELEASE, approving_roles
from bugaction.model import Evidence, LedgerFile, LedgerLine, Outcome, RecordKind, RequirementResult, Severity
from bugaction.policy import People, Policy
from bugaction.records import RECORDS_BRANCH
from bugaction.snapshot import Entry, EntryKind, PullState
from tests.unit.bugs import bug
from tests.values import BO, at, facts, issue, line, pull

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


def told(subject: Bug, requirement: str) -> Verdict:
    """All that one requirement finds."""
    (found,) = (item.check(subject) for item in RELEASE.requirements if item.id == requirement)
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
    editor = f"https://github.com/octo/shop/edit/main/{PATH}"
    assert told(noted(*RELEASE_NOTES.sections), "release-notes") == Verdict(
        Outcome.UNMET,
        'section "Summary" is still to be written, and 3 more wait',
        f"[Fill in the release notes]({editor}#L30).",
    )
    place = 30 + list(RELEASE_NOTES.sections).index("components")
    assert told(noted("components"), "version") == Verdict(
        Outcome.UNMET,
        'section "Affected components" is still to be written',
        f"[Fill in the release notes]({editor}#L{place}).",
    )
    complete = Verdict(Outcome.MET, evidence=(Evidence(PATH, URL),))
    assert told(noted("components"), "release-notes") == complete
    assert told(noted("summary"), "version") == complete


def test_notes_on_the_records_branch_name_what_starts_a_run() -> None:
    """No workflow runs for a commit there."""
    subject = noted("summary")
    aside = replace(subject.documents["release-notes"], branch=RECORDS_BRANCH)
    found = told(replace(subject, documents={"release-notes": aside}), "release-notes")
    assert found.remedy == (
        f"[Fill in the release notes](https://github.com/octo/shop/edit/{RECORDS_BRANCH}/{PATH}#L30), "
        "then comment `/recheck`."
    )


def test_notes_that_are_not_there_are_to_come() -> None:
    """It is said once who makes them."""
    assert told(noted(documents={}), "release-notes") == Verdict(
        Outcome.UNMET,
        "the release notes are not begun",
        "They are committed for you, ready to be filled in, once a pull request fixes the bug.",
    )
    assert told(noted(documents={}), "version") == Verdict(
        Outcome.UNMET, "they are not named yet", "The release notes ask for them."
    )


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
    assert [item.problem for item in owed] == [item.problem for item in asked]


@pytest.mark.parametrize(
    ("requirement", "problem", "remedy"),
    [
        (
            "rollback-tested",
            "the rollback plan has not been tested",
            "Try the way back, then comment `/attest rollback-tested WHERE AND HOW`.",
        ),
        (
            "staging",
            "it was not tried on staging",
            "Deploy it to staging, try it, then comment `/attest staging WHAT WAS TRIED`. Where there is no "
            "staging, `severities.P1.staging: false` says so for good.",
        ),
    ],
)
def test_what_no_machine_sees_is_attested(requirement: str, problem: str, remedy: str) -> None:
    """The words to say are in the remedy, and what was said is the evidence."""
    assert told(noted(), requirement) == Verdict(Outcome.UNMET, problem, remedy)
    said = {"rollback-tested": "on staging", "staging": "paid an order"}[requirement]
    proof = Evidence(f"attested by bo: {said}", "", "bo", at(1))
    assert told(noted(words=SPOKEN), requirement) == Verdict(Outcome.MET, evidence=(proof,))


def test_those_who_answer_for_a_release_approve_it() -> None:
    """Each role that policy fills, by any of its people; without one, nobody is asked."""
    approvals = "release-approvals"
    assert told(noted(), approvals) == Verdict(Outcome.NOT_APPLICABLE)
    assert told(noted(policy=LEADS, severity=P3), approvals) == Verdict(Outcome.NOT_APPLICABLE)
    waiting = told(noted(policy=LEADS, severity=P1), approvals)
    assert waiting == Verdict(
        Outcome.UNMET,
        "the engineering lead has not approved the release",
        "mia comments `/attest release-approvals`.",
    )
    led = noted(policy=LEADS, words=(word(approvals, "mia"),))
    assert told(led, approvals) == Verdict(
        Outcome.UNMET,
        "somebody on call has not approved the release",
        "bo or Cy comments `/attest release-approvals`.",
    )
    both = noted(policy=LEADS, words=(word(approvals, "mia"), word(approvals, "cy")))
    assert told(both, approvals) == Verdict(
        Outcome.MET,
        evidence=tuple(Evidence(f"attested by {who}", "", who, at(1)) for who in ("mia", "cy")),
    )
    again = replace(word(approvals, "bo"), evidence="IC_later", at=at(9))
    last = told(replace(both, spoken=(*both.spoken, again)), approvals)
    assert [proof.actor for proof in last.evidence] == ["mia", "bo"]


def test_a_word_on_something_else_approves_no_release() -> None:
    """Nor does one of somebody who answers for none."""
    words = (word("staging", "mia"), word("release-approvals", "eve"))
    found = told(noted(policy=LEADS, words=words), "release-approvals")
    assert found.problem == "the engineering lead has not approved the release"


def test_a_regression_asks_for_new_words() -> None:
    """What was tried of the fix that broke something says nothing of the next one."""
    report = replace(line(RecordKind.COMMAND, "IC_9", name="regression"), at=at(90))
    tried = (*SPOKEN, word("release-approvals", "mia"), word("release-approvals", "cy"))
    broken = noted(policy=LEADS, words=tried, ledger=LedgerFile(lines=(report,)))
    for requirement in ("rollback-tested", "staging", "release-approvals"):
        assert verdict(noted(policy=LEADS, words=tried), requirement).outcome is Outcome.MET
        assert verdict(broken, requirement).outcome is Outcome.UNMET
    for minutes, passes in ((90, False), (91, True)):
        again = tuple(replace(item, at=at(minutes)) for item in tried)
        settled = noted(policy=LEADS, words=again, ledger=LedgerFile(lines=(report,)))
        assert RELEASE.survey(settled)[0].passes is passes


def test_a_bug_that_came_back_asks_for_words_on_its_next_fix() -> None:
    """What was tried, and let go, before it was over and was opened again was another fix. Where none has
    come yet, the words stand as they did."""
    tried = (*SPOKEN, word("release-approvals", "mia"), word("release-approvals", "cy"))
    first = replace(pull(state=PullState.MERGED), merged_at=at(60))
    timeline = [Entry("E_1", EntryKind.CLOSED, BO, at(80)), Entry("E_2", EntryKind.REOPENED, BO, at(90))]
    back = {"facts": facts(issue(timeline=timeline)), "policy": LEADS}
    same = noted(words=tried, **back, fixes=(first,))  # type: ignore[arg-type]
    other = noted(words=tried, **back, fixes=(first, pull(8)))  # type: ignore[arg-type]
    for requirement in ("rollback-tested", "staging", "release-approvals"):
        assert verdict(same, requirement).outcome is Outcome.MET
        assert verdict(other, requirement).outcome is Outcome.UNMET
    for minutes, passes in ((90, False), (91, True)):
        again = tuple(replace(item, at=at(minutes)) for item in tried)
        settled = noted(words=again, **back, fixes=(first, pull(8)))  # type: ignore[arg-type]
        assert RELEASE.survey(settled)[0].passes is passes


def test_one_person_of_both_roles_speaks_once() -> None:
    """And is named once."""
    policy = Policy(people=People(engineering_lead=("mia",), on_call=("mia",)))
    assert list(approving_roles(policy, at(0))) == ["the engineering lead", "somebody on call"]
    met = verdict(noted(policy=policy, words=(word("release-approvals", "Mia"),)), "release-approvals")
    assert (met.outcome, len(met.evidence)) == (Outcome.MET, 1)


def test_a_confidential_bug_has_its_advisory() -> None:
    """Which names versions by its form; the other words are given as for any bug."""
    secret = noted(*RELEASE_NOTES.sections, confidential=True, documents={}, words=())
    asked = Verdict(
        Outcome.UNMET,
        "no advisory is named that holds the release notes",
        "Comment `/attest release-notes "
        "https://github.com/octo/shop/security/advisories/GHSA-xxxx-xxxx-xxxx` with the advisory's address.",
    )
    assert told(secret, "release-notes") == asked
    assert told(secret, "version") == Verdict(Outcome.NOT_APPLICABLE)
    named = replace(secret, attestations={"release-notes": word("release-notes", url="https://x")})
    proof = Evidence("attested by bo", "https://x", "bo", at(1))
    assert told(named, "release-notes") == Verdict(Outcome.MET, evidence=(proof,))
    urgent = noted(confidential=True, documents={}, severity=P0)
    assert told(urgent, "release-notes") == replace(asked, outcome=Outcome.DEFERRED)
    out = told(replace(urgent, deployed=DEPLOYED), "release-notes")
    assert out == replace(asked, outcome=Outcome.DEFERRED, due=at(180))


def test_without_a_severity_everything_waits() -> None:
    """Which severity asks for what is not known."""
    waiting = {item.id: item.check(bug(None)).outcome for item in RELEASE.requirements}
    assert waiting.pop("release-approvals") is Outcome.NOT_APPLICABLE
    assert set(waiting.values()) == {Outcome.PENDING}
    assert told(bug(None, policy=LEADS), "release-approvals").outcome is Outcome.PENDING


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


def test_a_word_from_before_the_rota_began_approves_nothing() -> None:
    """Nobody was on call then."""
    policy = Policy.model_validate({"people": {"rota": {"start": "2026-11-30", "logins": ["bo"]}}})
    early = noted(policy=policy, words=(word("release-approvals", "bo"),), now=at(7 * 24 * 60))
    found = told(early, "release-approvals")
    assert (found.outcome, found.remedy) == (Outcome.UNMET, "bo comments `/attest release-approvals`.")
