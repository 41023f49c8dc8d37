"""The root-cause gate: what it asks for, at which severity, and what it says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.bug import Bug, DocumentState, Gap, StrategyChoice
from bugaction.documents.analysis import ANALYSIS
from bugaction.gates.inverse import claim_of
from bugaction.gates.root_cause import ROOT_CAUSE
from bugaction.model import Evidence, LedgerLine, Outcome, RecordKind, RequirementResult, Severity, Strategy
from bugaction.snapshot import PullRequest, PullState
from tests.unit.bugs import bug
from tests.unit.gates import test_inverse as inverse
from tests.values import at, line

P0, P1, P2, P3 = Severity
PATH = "documents/bugs/BUG-042/root-cause-analysis-v1.0.md"
WHOLE = DocumentState(
    kind="root-cause-analysis",
    path=PATH,
    version="1.0",
    text="…",
    branch="main",
    url=f"https://github.com/octo/shop/blob/main/{PATH}",
)
GAPS = tuple(
    Gap(title, "is still to be written", number, name)
    for number, (name, title) in enumerate(ANALYSIS.sections.items(), start=30)
)
CHOICE = StrategyChoice(Strategy.HOTFIX, "", Evidence("hotfix, chosen by bo", "url", "bo", at(9)))


def written(*missing: str, severity: Severity = P1, **changes: object) -> Bug:
    """A bug whose analysis lacks these sections."""
    state = replace(WHOLE, gaps=tuple(gap for gap in GAPS if gap.id in missing))
    return replace(bug(severity, documents={WHOLE.kind: state}), **changes)  # type: ignore[arg-type]


def word(requirement: str, **data: str) -> dict[str, LedgerLine]:
    """Somebody's word for a requirement."""
    said = line(RecordKind.COMMAND, "IC_1#x", name="attest", requirement=requirement)
    return {requirement: replace(said, data={**said.data, **data})}


def verdict(subject: Bug, requirement: str) -> RequirementResult:
    """One requirement's outcome."""
    (found,) = (item for item in ROOT_CAUSE.survey(subject)[0].requirements if item.id == requirement)
    return found


@pytest.mark.parametrize("severity", Severity)
def test_a_whole_analysis_and_a_strategy_are_enough(severity: Severity) -> None:
    """At every severity."""
    seen = word("investigation", note="one line in the log")
    (result,) = ROOT_CAUSE.survey(written(severity=severity, strategy=CHOICE, attestations=seen))
    assert result.passes
    first, *others = result.requirements
    assert first.outcome is (Outcome.NOT_APPLICABLE if severity is P3 else Outcome.MET)
    assert {item.outcome for item in others} == {Outcome.MET}
    assert others[0].evidence == (Evidence(PATH, WHOLE.url),)


@pytest.mark.parametrize("severity", [P1, P2, P3])
def test_every_section_is_asked_for(severity: Severity) -> None:
    """The first one that is missing is named, with how many more, and a link to its line in the editor."""
    found = verdict(written(*ANALYSIS.sections, severity=severity), "root-cause-analysis")
    assert found.outcome is Outcome.UNMET
    assert found.problem == 'section "The problem" is still to be written, and 4 more wait'
    assert f"https://github.com/octo/shop/edit/main/{PATH}#L31" in found.remedy
    one = verdict(written("not-caught", severity=severity), "root-cause-analysis")
    assert (one.outcome, one.problem) == (
        Outcome.UNMET,
        'section "Why it was not caught" is still to be written',
    )


def test_for_a_p0_the_cause_is_enough_for_now() -> None:
    """The rest may follow within a day; the cause may not."""
    without = verdict(written("problem", "cause", "why", severity=P0), "root-cause-analysis")
    assert (without.outcome, without.problem) == (
        Outcome.UNMET,
        'section "The cause" is still to be written',
    )
    assert "#L32" in without.remedy
    later = verdict(written("problem", "why", severity=P0), "root-cause-analysis")
    assert (later.outcome, later.due) == (Outcome.DEFERRED, at(2 + 24 * 60))
    assert later.problem == 'section "The problem" is still to be written, and 1 more waits'


def test_an_analysis_that_is_not_begun_is_no_analysis() -> None:
    """Not for a P0 either, and whatever could not be read counts as missing."""
    for severity in Severity:
        found = verdict(bug(severity), "root-cause-analysis")
        assert (found.outcome, found.problem) == (Outcome.UNMET, "the root-cause analysis is not begun")
    broken = replace(WHOLE, gaps=(Gap("root-cause analysis", "cannot be read"),))
    for severity in Severity:
        subject = bug(severity, documents={WHOLE.kind: broken})
        assert verdict(subject, "root-cause-analysis").outcome is Outcome.UNMET
        assert verdict(subject, "reproduction").outcome is not Outcome.MET


def test_the_reproduction_stands_in_the_analysis_or_is_attested() -> None:
    """Where it was seen, or why it could not be."""
    missing = verdict(written("conclusion"), "reproduction")
    assert missing.outcome is Outcome.UNMET
    assert "`/attest reproduction WHERE AND HOW`" in missing.remedy
    assert "#L30" in missing.remedy
    assert verdict(written(), "reproduction").evidence == (Evidence(PATH, WHOLE.url),)
    subject = written("conclusion", attestations=word("reproduction", note="on staging", url="link"))
    (proof,) = verdict(subject, "reproduction").evidence
    assert (proof.text, proof.url) == ("attested by ana: on staging", "link")
    late = verdict(written("conclusion", severity=P0), "reproduction")
    assert (late.outcome, late.due) == (Outcome.DEFERRED, at(2 + 24 * 60))


def test_a_strategy_is_proposed_until_one_is_chosen() -> None:
    """With the command to choose it, and the reason."""
    for severity, name in ((P0, "rollback"), (P1, "backward-compatible"), (P3, "backward-compatible")):
        assert verdict(bug(severity), "strategy").remedy.startswith(f"Comment `/strategy {name} REASON`; ")
    assert verdict(bug(P0), "strategy").outcome is Outcome.DEFERRED
    assert verdict(bug(P1), "strategy").outcome is Outcome.UNMET
    assert verdict(bug(P1, strategy=CHOICE), "strategy").evidence == (CHOICE.evidence,)


def test_a_confidential_bug_s_analysis_is_in_its_advisory() -> None:
    """No document counts, and none is asked for."""
    subject = written(confidential=True)
    found = verdict(subject, "root-cause-analysis")
    assert found.outcome is Outcome.UNMET
    assert "/attest root-cause-analysis https://github.com/octo/shop/security/advisories/" in found.remedy
    assert verdict(subject, "reproduction").outcome is Outcome.UNMET
    told = replace(subject, attestations=word("root-cause-analysis", url="https://advisory"))
    assert verdict(told, "root-cause-analysis").evidence[0].url == "https://advisory"


def test_without_a_severity_everything_waits_for_it() -> None:
    """The gate does not pass, and nobody is asked to write yet."""
    (result,) = ROOT_CAUSE.survey(bug(None))
    assert {item.outcome for item in result.requirements} == {Outcome.PENDING}


def test_the_gate_names_sections_that_the_document_has() -> None:
    """The two that it treats apart."""
    assert {"cause", "conclusion"} <= set(ANALYSIS.sections)


# Going back ---------------------------------------------------------------------------------------------

BACK = StrategyChoice(Strategy.ROLLBACK, "", Evidence("rollback, chosen by bo", "url", "bo", at(9)))
EXACT = {claim_of(inverse.fix()): inverse.EXACT}


def going_back(*fixes: PullRequest, severity: Severity = P0, **changes: object) -> Bug:
    """A bug whose cause nobody knows yet, with these pull requests."""
    given: dict[str, object] = {"strategy": BACK, "reverts": EXACT, "fixes": fixes}
    return written("cause", "why", severity=severity, **{**given, **changes})


def test_going_back_needs_no_cause_first() -> None:
    """Of a P0 all of the analysis is due a day after the raise, begun or not."""
    for subject in (going_back(inverse.fix()), going_back(inverse.fix(), documents={})):
        found = verdict(subject, "root-cause-analysis")
        assert (found.outcome, found.due) == (Outcome.DEFERRED, at(2 + 24 * 60))
        assert found.problem


@pytest.mark.parametrize(
    "subject",
    [
        going_back(),
        going_back(inverse.fix("Repair")),
        going_back(inverse.fix(), replace(inverse.fix("Repair"), number=8)),
        going_back(inverse.fix(), strategy=CHOICE),
        going_back(inverse.fix(), strategy=None),
        going_back(inverse.fix(), reverts={}),
        going_back(inverse.fix(), severity=P1),
    ],
)
def test_whatever_else_fixes_it_needs_its_cause(subject: Bug) -> None:
    """Each open fix has to be an inverse, by the team's own strategy, and only a P0's may."""
    assert verdict(subject, "root-cause-analysis").outcome is Outcome.UNMET


def test_what_was_deferred_before_the_merge_stays_so_after_it() -> None:
    """Nothing is held up any more; a new fix is, unless it goes back as well."""
    merged = replace(inverse.fix(), number=6, state=PullState.MERGED)
    assert verdict(going_back(merged), "root-cause-analysis").outcome is Outcome.DEFERRED
    again = going_back(merged, inverse.fix("Repair"))
    assert verdict(again, "root-cause-analysis").outcome is Outcome.UNMET
