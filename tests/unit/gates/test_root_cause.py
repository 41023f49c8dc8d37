"""The root-cause gate: what it asks for, at which severity, and what it says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.bug import Bug, DocumentState, Gap, StrategyChoice
from bugaction.documents.analysis import ANALYSIS
from bugaction.gates.base import Verdict
from bugaction.gates.inverse import claim_of
from bugaction.gates.root_cause import ROOT_CAUSE
from bugaction.model import Evidence, LedgerLine, Outcome, RecordKind, RequirementResult, Severity, Strategy
from bugaction.records import RECORDS_BRANCH
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
EDITOR = f"https://github.com/octo/shop/edit/main/{PATH}"
DAY_AFTER = at(2 + 24 * 60)
"""A day after the raise."""
NOT_BEGUN = Verdict(
    Outcome.UNMET,
    "the root-cause analysis is not begun",
    "It is committed for you, ready to be filled in, once triage holds. "
    "To begin at once, comment `/root-cause TEXT`.",
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


def told(subject: Bug, requirement: str) -> Verdict:
    """All that one requirement finds."""
    (found,) = (item.check(subject) for item in ROOT_CAUSE.requirements if item.id == requirement)
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
    assert told(written(*ANALYSIS.sections, severity=severity), "root-cause-analysis") == Verdict(
        Outcome.UNMET,
        'section "The problem" is still to be written, and 4 more wait',
        f"[Fill in the root-cause analysis]({EDITOR}#L31), or comment `/root-cause`, and below it "
        "`## The problem` with the words.",
    )
    one = told(written("not-caught", severity=severity), "root-cause-analysis")
    assert (one.outcome, one.problem) == (
        Outcome.UNMET,
        'section "Why it was not caught" is still to be written',
    )


@pytest.mark.parametrize(
    ("gap", "branch", "remedy"),
    [
        (Gap("The cause", "waits", 32, "cause"), "main", "#L32), or comment `/root-cause TEXT`."),
        (
            Gap("The cause", "waits", 32, "cause"),
            RECORDS_BRANCH,
            "#L32), then comment `/recheck`, or comment `/root-cause TEXT`.",
        ),
        (Gap("root-cause analysis", "cannot be read"), "main", ")."),
    ],
)
def test_a_section_is_filled_in_the_editor_or_by_a_comment(gap: Gap, branch: str, remedy: str) -> None:
    """The cause by words alone; what cannot be read by the editor only."""
    document = replace(WHOLE, gaps=(gap,), branch=branch)
    found = told(bug(P1, documents={WHOLE.kind: document}), "root-cause-analysis")
    editor = f"https://github.com/octo/shop/edit/{branch}/{PATH}"
    assert found.remedy == f"[Fill in the root-cause analysis]({editor}{remedy}"


def test_for_a_p0_the_cause_is_enough_for_now() -> None:
    """The rest may follow within a day; the cause may not."""
    without = verdict(written("problem", "cause", "why", severity=P0), "root-cause-analysis")
    assert (without.outcome, without.problem) == (
        Outcome.UNMET,
        'section "The cause" is still to be written',
    )
    assert "#L32" in without.remedy
    assert told(written("problem", "why", severity=P0), "root-cause-analysis") == Verdict(
        Outcome.DEFERRED,
        'section "The problem" is still to be written, and 1 more waits',
        f"[Fill in the root-cause analysis]({EDITOR}#L31), or comment `/root-cause`, and below it "
        "`## The problem` with the words.",
        due=DAY_AFTER,
    )


def test_an_analysis_that_is_not_begun_is_no_analysis() -> None:
    """Not for a P0 either, and whatever could not be read counts as missing."""
    for severity in Severity:
        assert told(bug(severity), "root-cause-analysis") == NOT_BEGUN
    broken = replace(WHOLE, gaps=(Gap("root-cause analysis", "cannot be read"),))
    for severity in Severity:
        subject = bug(severity, documents={WHOLE.kind: broken})
        assert verdict(subject, "root-cause-analysis").outcome is Outcome.UNMET
        assert verdict(subject, "reproduction").outcome is not Outcome.MET


def test_the_reproduction_stands_in_the_analysis_or_is_attested() -> None:
    """Where it was seen, or why it could not be."""
    missing = Verdict(
        Outcome.UNMET,
        "it is not said whether the bug was reproduced",
        f"Comment `/attest reproduction WHERE AND HOW`, or [write the conclusion]({EDITOR}#L30).",
    )
    assert told(written("conclusion"), "reproduction") == missing
    late = replace(missing, outcome=Outcome.DEFERRED, due=DAY_AFTER)
    assert told(written("conclusion", severity=P0), "reproduction") == late
    assert verdict(written(), "reproduction").evidence == (Evidence(PATH, WHOLE.url),)
    subject = written("conclusion", attestations=word("reproduction", note="on staging", url="link"))
    (proof,) = verdict(subject, "reproduction").evidence
    assert (proof.text, proof.url) == ("attested by ana: on staging", "link")


def test_without_an_analysis_somebody_says_whether_it_was_reproduced() -> None:
    """Or why it cannot be; of a P0 within a day."""
    missing = Verdict(
        Outcome.UNMET,
        "it is not said whether the bug was reproduced",
        "Comment `/attest reproduction WHERE AND HOW`, or why it cannot be reproduced.",
    )
    unwritten = replace(WHOLE, text=None)
    for subject in (bug(P1), bug(P1, documents={WHOLE.kind: unwritten}), written(confidential=True)):
        assert told(subject, "reproduction") == missing
    late = replace(missing, outcome=Outcome.DEFERRED, due=DAY_AFTER)
    assert told(bug(P0), "reproduction") == late


def test_a_strategy_is_proposed_until_one_is_chosen() -> None:
    """With the command to choose it, and the reason."""
    assert told(bug(P1), "strategy") == Verdict(
        Outcome.UNMET,
        "no fix strategy is chosen",
        "Comment `/strategy backward-compatible REASON`; "
        "a P1 leaves time for a fix that keeps every client working.",
    )
    assert told(bug(P0), "strategy") == Verdict(
        Outcome.DEFERRED,
        "no fix strategy is chosen",
        "Comment `/strategy rollback REASON`; a P0 needs production back before anything else.",
        due=DAY_AFTER,
    )
    assert verdict(bug(P1, strategy=CHOICE), "strategy").evidence == (CHOICE.evidence,)


def test_a_confidential_bug_s_analysis_is_in_its_advisory() -> None:
    """No document counts, and none is asked for."""
    subject = written(confidential=True)
    missing = Verdict(
        Outcome.UNMET,
        "no advisory is named that holds the analysis",
        "Comment `/attest root-cause-analysis "
        "https://github.com/octo/shop/security/advisories/GHSA-xxxx-xxxx-xxxx` with the advisory's address.",
    )
    assert told(subject, "root-cause-analysis") == missing
    late = replace(missing, outcome=Outcome.DEFERRED, due=DAY_AFTER)
    assert told(written(severity=P0, confidential=True), "root-cause-analysis") == late
    named = replace(subject, attestations=word("root-cause-analysis", url="https://advisory"))
    assert verdict(named, "root-cause-analysis").evidence[0].url == "https://advisory"


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
    later = replace(NOT_BEGUN, outcome=Outcome.DEFERRED, due=DAY_AFTER)
    assert told(going_back(inverse.fix(), documents={}), "root-cause-analysis") == later
    begun = told(going_back(inverse.fix()), "root-cause-analysis")
    assert (begun.outcome, begun.problem, begun.due) == (
        Outcome.DEFERRED,
        'section "The cause" is still to be written',
        DAY_AFTER,
    )


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
