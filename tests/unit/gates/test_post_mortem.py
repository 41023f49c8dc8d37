"""The post-mortem gate: when it concerns a bug, what it asks for, and what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bugaction.action_issues import ActionIssue
from bugaction.bug import Bug, Deployed, DocumentState, Gap
from bugaction.documents.post_mortem import POST_MORTEM as DOCUMENT
from bugaction.gates import GATES
from bugaction.gates.post_mortem import POST_MORTEM
from bugaction.model import Evidence, LedgerLine, Outcome, RecordKind, RequirementResult, Severity
from bugaction.policy import Policy
from tests.unit.bugs import bug
from tests.values import at, line

P0, P1, P2, P3 = Severity
PATH = "documents/bugs/BUG-042/post-mortem-v1.0.md"
URL = f"https://github.com/octo/shop/blob/main/{PATH}"
DEPLOYED = Deployed(at(90), "2.1.1", "production", Evidence("deployed", "url", "bo", at(90)))
DUE = at(90 + 2 * 24 * 60)
WHOLE = "- [ ] Alert on it @bo due 2026-12-01 #51"
GAPS = tuple(
    Gap(title, "is still to be written", number, name)
    for number, (name, title) in enumerate(DOCUMENT.sections.items(), start=30)
)


def written(*items: str, missing: tuple[str, ...] = (), severity: Severity = P1, **changes: object) -> Bug:
    """A deployed bug whose post-mortem holds these items and lacks these sections."""
    text = "\n".join(("# Post-mortem", "## Action items", "<!-- section: actions required -->", *items))
    gaps = tuple(gap for gap in GAPS if gap.id in missing)
    document = DocumentState("post-mortem", PATH, "1.0", text=text, branch="main", url=URL, gaps=gaps)
    whole = bug(severity, documents={"post-mortem": document}, deployed=DEPLOYED)
    return replace(whole, **changes)  # type: ignore[arg-type]


def word(requirement: str, **data: str) -> dict[str, LedgerLine]:
    """Somebody's word for a requirement."""
    said = line(RecordKind.COMMAND, "IC_1#x", name="attest", requirement=requirement)
    return {requirement: replace(said, data={**said.data, **data})}


def verdict(subject: Bug, requirement: str) -> RequirementResult:
    """One requirement's outcome."""
    (found,) = (item for item in POST_MORTEM.survey(subject)[0].requirements if item.id == requirement)
    return found


@pytest.mark.parametrize("severity", [P0, P1])
def test_it_holds_when_all_is_written_tracked_and_reviewed(severity: Severity) -> None:
    """Each with its proof."""
    subject = written(WHOLE, severity=severity, attestations=word("team-review", note="Monday, in the wiki"))
    (result,) = POST_MORTEM.survey(subject)
    assert result.passes
    assert [item.evidence[0].text for item in result.requirements] == [
        PATH,
        "1 action item, each an issue",
        "attested by ana: Monday, in the wiki",
    ]


def test_it_concerns_severe_bugs_whose_fix_is_out() -> None:
    """And any bug that has one; it blocks no merge."""
    assert not POST_MORTEM.blocks_merge
    assert GATES["post-mortem"] is POST_MORTEM
    for severity in Severity:
        concerned = bool(POST_MORTEM.survey(bug(severity, deployed=DEPLOYED)))
        assert concerned is (severity <= P1)
        assert not POST_MORTEM.survey(bug(severity))
        assert POST_MORTEM.survey(written(severity=severity, deployed=None))
    assert not POST_MORTEM.survey(bug(None, deployed=DEPLOYED))
    policy = Policy.model_validate({"severities": {"P1": {"post-mortem": False}}})
    assert not POST_MORTEM.survey(bug(P1, deployed=DEPLOYED, policy=policy))


@pytest.mark.parametrize("severity", [P0, P1])
def test_what_is_missing_is_named_and_never_deferred(severity: Severity) -> None:
    """With the day by which all is due, two days after the deployment."""
    nothing = bug(severity, deployed=DEPLOYED)
    assert verdict(nothing, "post-mortem").problem == "the post-mortem is not begun"
    assert verdict(nothing, "action-items").problem == "the post-mortem is not begun"
    subject = written(missing=tuple(DOCUMENT.sections), severity=severity)
    found = verdict(subject, "post-mortem")
    assert found.problem == f'section "Impact" is still to be written, and {len(GAPS) - 1} more wait'
    assert f"https://github.com/octo/shop/edit/main/{PATH}#L30" in found.remedy
    (result,) = POST_MORTEM.survey(subject)
    assert [(item.outcome, item.due) for item in result.requirements] == [(Outcome.UNMET, DUE)] * 3
    before = verdict(replace(subject, deployed=None), "post-mortem")
    assert (before.outcome, before.due) == (Outcome.UNMET, None)


@pytest.mark.parametrize(
    ("items", "problem"),
    [
        (["- [ ] Alert"], 'action item "Alert" names nobody who owns it'),
        (["- [ ] Alert @bo"], 'action item "Alert" has no due date'),
        (["- [ ] @bo due 2026-12-01 #51"], 'action item "" does not say what will be done'),
        ([WHOLE, "- [x] Rest", "- [ ] Rest"], 'action item "Rest" names nobody who owns it (+1)'),
        (["- [ ] " + "x" * 50], f'action item "{"x" * 39}…" names nobody who owns it'),
    ],
)
def test_the_first_item_that_lacks_something_is_named(items: list[str], problem: str) -> None:
    """With what it lacks, how many more do, and a link to its line."""
    found = verdict(written(*items), "action-items")
    assert (found.outcome, found.problem) == (Outcome.UNMET, problem)
    place = 4 + next(number for number, item in enumerate(items) if item != WHOLE)
    assert f"/edit/main/{PATH}#L{place}" in found.remedy


def test_an_item_that_was_opened_needs_nothing_more() -> None:
    """The issue knows its owner and day, however the line reads by now; one below a time needs no day."""
    made = ActionIssue(51, "", "Alert on failed payments", "0" * 12, "bo", date(2026, 12, 1))
    opened = written("- [ ] Alert on all failed payments", actions=(made,))
    assert verdict(opened, "action-items").outcome is Outcome.MET
    day = verdict(written("- [ ] Alert @bo due 2026-12-01"), "action-items")
    assert day.problem == 'action item "Alert" is no issue yet'
    soon = ("### This week", "<!-- section: this-week -->", "- [ ] Alert @bo")
    found = verdict(written(*soon), "action-items")
    assert found.problem == 'action item "Alert" is no issue yet'
    assert found.remedy.startswith("Its issue is opened by the next run")


def test_an_item_s_words_stay_within_ours() -> None:
    """A tick in them takes nothing of our own out of its code, and an address in them is no link."""
    found = verdict(written("- [ ] odd ` tick [x](https://github.com/a/b)"), "action-items")
    assert "odd ' tick [x]\u200b(https" in found.problem
    assert "`" not in found.problem


def test_without_an_item_the_section_says_why() -> None:
    """Silence is not enough."""
    silent = verdict(written(missing=("actions",)), "action-items")
    assert (silent.outcome, silent.problem) == (Outcome.UNMET, "no action item is named")
    assert verdict(written("It was a test."), "action-items").outcome is Outcome.MET
    unreadable = replace(GAPS[0], id="")
    document = replace(written().documents["post-mortem"], text="", gaps=(unreadable,))
    subject = bug(P1, deployed=DEPLOYED, documents={"post-mortem": document})
    assert verdict(subject, "action-items").outcome is Outcome.UNMET


@pytest.mark.parametrize("severity", [P0, P1])
def test_a_confidential_bug_s_post_mortem_is_in_its_advisory(severity: Severity) -> None:
    """Attested with its address; its action items are there too, the review is still asked for."""
    subject = bug(severity, deployed=DEPLOYED, confidential=True)
    found = verdict(subject, "post-mortem")
    assert (found.outcome, found.due) == (Outcome.UNMET, DUE)
    assert "/attest post-mortem https://github.com/octo/shop/security/advisories/" in found.remedy
    assert verdict(subject, "action-items").outcome is Outcome.NOT_APPLICABLE
    assert verdict(subject, "team-review").outcome is Outcome.UNMET
    told = replace(subject, attestations=word("post-mortem", url="https://advisory"))
    assert verdict(told, "post-mortem").evidence[0].url == "https://advisory"


def test_an_item_of_an_issue_that_there_is_none_of_is_named() -> None:
    """Whatever else it has."""
    subject = written("- [ ] Alert @bo due 2026-12-01 #99", absent=frozenset({99}))
    problem = 'action item "Alert" names #99, which is no other issue of this repository'
    assert verdict(subject, "action-items").problem == problem
