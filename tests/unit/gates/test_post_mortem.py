"""The post-mortem gate: when it concerns a bug, what it asks for, and what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bugaction.action_issues import ActionIssue
from bugaction.bug import Bug, Deployed, DocumentState, Gap
from bugaction.documents.post_mortem import POST_MORTEM as DOCUMENT
from bugaction.gates import GATES
from bugaction.gates.base import Verdict
from bugaction.gates.post_mortem import POST_MORTEM
from bugaction.model import Evidence, LedgerLine, Outcome, RecordKind, RequirementResult, Severity
from bugaction.policy import Policy
from bugaction.records import RECORDS_BRANCH
from bugaction.snapshot import Entry, EntryKind, PullState
from tests.unit.bugs import bug
from tests.values import BO, at, facts, issue, line, pull

P0, P1, P2, P3 = Severity
PATH = "documents/bugs/BUG-042/post-mortem-v1.0.md"
URL = f"https://github.com/octo/shop/blob/main/{PATH}"
DEPLOYED = Deployed(at(90), "2.1.1", "production", Evidence("deployed", "url", "bo", at(90)))
EDITOR = f"https://github.com/octo/shop/edit/main/{PATH}"
FORM = "`- [ ] WHAT @LOGIN due YYYY-MM-DD`"
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


def told(subject: Bug, requirement: str) -> Verdict:
    """All that one requirement finds."""
    (found,) = (item.check(subject) for item in POST_MORTEM.requirements if item.id == requirement)
    return found


@pytest.mark.parametrize("severity", [P0, P1])
def test_it_holds_when_all_is_written_tracked_and_reviewed(severity: Severity) -> None:
    """Each with its proof."""
    subject = written(WHOLE, severity=severity, attestations=word("team-review", note="Monday, in the wiki"))
    (result,) = POST_MORTEM.survey(subject)
    assert result.passes
    assert [item.evidence for item in result.requirements] == [
        (Evidence(PATH, URL),),
        (Evidence("1 action item, each an issue", URL),),
        (Evidence("attested by ana: Monday, in the wiki", "", "ana", at(1)),),
    ]
    two = told(written(WHOLE, "- [ ] Page on it @cy due 2026-12-02 #52"), "action-items")
    assert two == Verdict(Outcome.MET, evidence=(Evidence("2 action items, each an issue", URL),))


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
    not_begun = Verdict(
        Outcome.UNMET,
        "the post-mortem is not begun",
        "It is committed for you by the next run, ready to be filled in.",
        due=DUE,
    )
    assert told(nothing, "post-mortem") == told(nothing, "action-items") == not_begun
    subject = written(missing=tuple(DOCUMENT.sections), severity=severity)
    assert told(subject, "post-mortem") == Verdict(
        Outcome.UNMET,
        f'section "Impact" is still to be written, and {len(GAPS) - 1} more wait',
        f"[Fill in the post-mortem]({EDITOR}#L30).",
        due=DUE,
    )
    assert told(subject, "team-review") == Verdict(
        Outcome.UNMET,
        "no team review is recorded",
        "Hold it, then comment `/attest team-review WHEN AND WHERE, AND WHERE THE LESSONS ARE SHARED`.",
        due=DUE,
    )
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
    place = 4 + next(number for number, item in enumerate(items) if item != WHOLE)
    assert told(written(*items), "action-items") == Verdict(
        Outcome.UNMET, problem, f"[Complete it]({EDITOR}#L{place}): {FORM}.", due=DUE
    )


def test_a_post_mortem_on_the_records_branch_names_what_starts_a_run() -> None:
    """No workflow runs for a commit there."""
    subject = written(missing=("actions",))
    aside = replace(subject.documents["post-mortem"], branch=RECORDS_BRANCH)
    found = told(replace(subject, documents={"post-mortem": aside}), "post-mortem")
    assert found.remedy.endswith("), then comment `/recheck`.")


def test_an_item_that_was_opened_needs_nothing_more() -> None:
    """The issue knows its owner and day, however the line reads by now; one below a time needs no day."""
    made = ActionIssue(51, "", "Alert on failed payments", "0" * 12, "bo", date(2026, 12, 1))
    opened = written("- [ ] Alert on all failed payments", actions=(made,))
    assert verdict(opened, "action-items").outcome is Outcome.MET
    soon = ("### This week", "<!-- section: this-week -->", "- [ ] Alert @bo")
    for items in (("- [ ] Alert @bo due 2026-12-01",), soon):
        assert told(written(*items), "action-items") == Verdict(
            Outcome.UNMET,
            'action item "Alert" is no issue yet',
            "Its issue is opened by the next run, up to 30 of a bug; "
            "or open one, and write its number behind the item, such as #42.",
            due=DUE,
        )


def test_an_item_with_an_issue_of_its_own_has_its_own_day() -> None:
    """Below a time as well: nobody counts from when its issue was opened, which was not by us."""
    soon = ("### This week", "<!-- section: this-week -->", "- [ ] Alert @bo #51")
    found = told(written(*soon), "action-items")
    assert (found.outcome, found.problem) == (Outcome.UNMET, 'action item "Alert" has no due date')


def test_an_item_s_words_stay_within_ours() -> None:
    """A tick in them takes nothing of our own out of its code, and an address in them is no link."""
    found = verdict(written("- [ ] odd ` tick [x](https://github.com/a/b)"), "action-items")
    assert "odd ' tick [x]\u200b(https" in found.problem
    assert "`" not in found.problem


def test_without_an_item_the_section_says_why() -> None:
    """Silence is not enough, nor is a document that cannot be read."""
    whole = written(missing=tuple(DOCUMENT.sections))
    unreadable = replace(whole.documents["post-mortem"], text="", gaps=(replace(GAPS[0], id=""),))
    for subject, place in (
        (whole, 30 + list(DOCUMENT.sections).index("actions")),
        (replace(whole, documents={"post-mortem": unreadable}), 30),
    ):
        assert told(subject, "action-items") == Verdict(
            Outcome.UNMET,
            "no action item is named",
            f"[Name one]({EDITOR}#L{place}): {FORM}; or say there why nothing follows.",
            due=DUE,
        )
    others = tuple(name for name in DOCUMENT.sections if name != "actions")
    assert told(written("It was a test.", missing=others), "action-items") == Verdict(
        Outcome.MET, evidence=(Evidence("it is said why there is none", URL),)
    )


def test_a_bug_that_came_back_is_reviewed_again() -> None:
    """With its next fix: what the team talked about was how the first one came to be thought enough."""
    first = replace(pull(state=PullState.MERGED), merged_at=at(0))
    timeline = [Entry("E_1", EntryKind.CLOSED, BO, at(2)), Entry("E_2", EntryKind.REOPENED, BO, at(3))]
    reviewed = word("team-review", note="Monday")
    same = written(WHOLE, attestations=reviewed, facts=facts(issue(timeline=timeline)), fixes=(first,))
    assert verdict(same, "team-review").outcome is Outcome.MET
    other = replace(same, fixes=(first, pull(8)))
    assert verdict(other, "team-review").outcome is Outcome.UNMET
    later = {"team-review": replace(reviewed["team-review"], at=at(4))}
    assert verdict(replace(other, attestations=later), "team-review").outcome is Outcome.MET


@pytest.mark.parametrize("severity", [P0, P1])
def test_a_confidential_bug_s_post_mortem_is_in_its_advisory(severity: Severity) -> None:
    """Attested with its address; its action items are there too, the review is still asked for."""
    subject = bug(severity, deployed=DEPLOYED, confidential=True)
    missing = Verdict(
        Outcome.UNMET,
        "no advisory is named that holds the post-mortem",
        "Comment `/attest post-mortem "
        "https://github.com/octo/shop/security/advisories/GHSA-xxxx-xxxx-xxxx` with the advisory's address.",
        due=DUE,
    )
    assert told(subject, "post-mortem") == missing
    assert told(subject, "action-items") == Verdict(Outcome.NOT_APPLICABLE)
    assert verdict(subject, "team-review").outcome is Outcome.UNMET
    named = replace(subject, attestations=word("post-mortem", url="https://advisory"))
    proof = Evidence("attested by ana", "https://advisory", "ana", at(1))
    assert told(named, "post-mortem") == Verdict(Outcome.MET, evidence=(proof,))


def test_an_item_of_an_issue_that_there_is_none_of_is_named() -> None:
    """Whatever else it has."""
    subject = written("- [ ] Alert @bo due 2026-12-01 #99", absent=frozenset({99}))
    problem = 'action item "Alert" names #99, which is no other issue of this repository'
    assert verdict(subject, "action-items").problem == problem
