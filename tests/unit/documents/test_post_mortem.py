"""The post-mortem tells what GitHub and the ledger know, and asks for what only people do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from bugaction.action_issues import ActionIssue
from bugaction.bug import Acceptance, Bug, Deployed, StrategyChoice
from bugaction.documents.analysis import ANALYSIS
from bugaction.documents.base import FIRST_VERSION, gaps, write
from bugaction.documents.merge import refresh
from bugaction.documents.overrides import with_overrides
from bugaction.documents.post_mortem import POST_MORTEM, is_called_for, needs_merged
from bugaction.model import Evidence, LedgerFile, LedgerLine, RecordKind, Severity, Strategy
from bugaction.policy import Policy
from bugaction.questions import AskReview
from bugaction.register import Past
from bugaction.snapshot import Entry, EntryKind, IssueState, PullState, TextFile
from bugaction.templates import load_templates
from tests.unit.documents.stories import HOSTILE, STORIES, full, hostile, known, plain, with_state
from tests.values import ANA, BASE, BO, at, check, completed, labeled, line, pull, repository

GOLDEN = Path(__file__).parent / "golden"
TEMPLATES = with_overrides(load_templates(), repository())
OVER = Deployed(
    at(26 * 60), "2.1.1", "production", Evidence("deployed", f"{BASE}/deployments/11", "bo", at(26 * 60))
)


def text_of(bug: Bug, before: str = "") -> str:
    """The post-mortem as it is committed after that text."""
    fresh, notices = write(POST_MORTEM, with_state(bug), TEMPLATES, FIRST_VERSION)
    assert notices == ()
    return refresh(before, fresh)


def over(bug: Bug, words: str = "the shop is down") -> Bug:
    """The bug once a fix, overridden at one gate, was merged and deployed two hours after its target."""
    given = {"gate": "fix", "head": "c0ffee1" * 5, "pulls": "#7", "reason": words, "url": f"{BASE}/pull/7#1"}
    word = line(RecordKind.COMMAND, "IC_3#x", actor="mia", name="override")
    word = replace(word, at=at(600), data={**word.data, **given})
    chosen = Evidence("hotfix, chosen by bo", f"{BASE}/issues/42#issuecomment-1", "bo", at(20))
    merged = replace(pull(7, state=PullState.MERGED, title=words), merged_at=at(610))
    return replace(
        bug,
        ledger=LedgerFile(lines=(word,)),
        strategy=StrategyChoice(Strategy.HOTFIX, words, chosen),
        fixes=(merged,),
        deployed=OVER,
    )


def analysed(bug: Bug, cause: str) -> Bug:
    """The bug with an analysis in which this stands below the cause's prompt."""
    fresh, _ = write(ANALYSIS, with_state(bug), TEMPLATES, FIRST_VERSION)
    marker = "<!-- /bugaction:facts:cause -->\n"
    assert marker in fresh
    text = fresh.replace(marker, f"{marker}\n{cause}\n")
    file = TextFile(ANALYSIS.path("documents/bugs", 42, FIRST_VERSION), text, "main")
    return replace(bug, facts=replace(bug.facts, documents=(file,)))


@pytest.mark.parametrize("name", STORIES)
def test_post_mortems_are_as_they_were_read_by_eye(name: str) -> None:
    """`golden/` holds whole documents; a change of a template changes them on purpose."""
    bug = STORIES[name]()
    if name == "full":
        bug = analysed(
            over(bug), "The key was rotated, and **version 2.0** still had the old one.\n\n- see #7"
        )
    elif name == "hostile":
        bug = analysed(over(bug, HOSTILE), f"{HOSTILE}\n\n<!-- /bugaction:facts:root-cause -->\n\n#### x\n")
    past = {"full": known(), "hostile": known(HOSTILE)}.get(name, Past())
    assert text_of(replace(bug, past=past)) == (GOLDEN / f"post-mortem-{name}.md").read_text("utf-8")


@pytest.mark.parametrize("severity", Severity)
def test_a_fresh_one_asks_for_everything(severity: Severity) -> None:
    """Section by section, whatever the severity; answered, it is complete."""
    text = text_of(over(full()))
    found = gaps(POST_MORTEM, text, severity)
    assert [gap.id for gap in found] == list(POST_MORTEM.sections)
    assert {gap.problem for gap in found} == {"is still to be written"}
    assert gaps(POST_MORTEM, completed(text), severity) == ()


@pytest.mark.parametrize("section", POST_MORTEM.sections)
def test_an_answer_fills_its_own_section_alone(section: str) -> None:
    """Exactly one line of what is missing goes away."""
    text = text_of(over(full()))
    marker = f"<!-- /bugaction:facts:{section} -->\n"
    answered = text.replace(marker, f"{marker}\nWe know.\n")
    left = {gap.id for gap in gaps(POST_MORTEM, answered, Severity.P1)}
    assert left == set(POST_MORTEM.sections) - {section}


def test_answers_stay_when_the_facts_change() -> None:
    """Byte for byte, and the prompt that was answered is gone."""
    written = completed(text_of(full()))
    later = text_of(over(full()), written)
    assert later.count("It is known, and this is what it was.") == written.count("It is known")
    assert "| Fix deployed | 2026-11-25 11:00 UTC, in 2.1.1" in later
    assert gaps(POST_MORTEM, later, Severity.P1) == ()
    assert text_of(over(full()), later) == later


def test_a_cause_told_in_a_comment_is_taken_over_as_it_was_said() -> None:
    """The words alone, beside what a person wrote in the analysis itself; not the marks around them."""
    told = (
        "<!-- bugaction:facts:said-900-cause sha256=0 -->\nbo wrote on 2026-11-24 (source):\n\n"
        "> A key.\n>\n> - of the @cache\n<!-- /bugaction:facts:said-900-cause -->\n\nAnd a race.\n"
    )
    text = text_of(analysed(over(full()), told))
    assert "> A key.\n>\n> - of the @\u200bcache\n>\n> And a race.\n" in text
    assert "bo wrote on" not in text
    assert "root-cause" not in {gap.id for gap in gaps(POST_MORTEM, text, Severity.P1)}


def test_the_cause_is_taken_over_from_the_analysis() -> None:
    """As a quotation, linked; what an analysis does not tell yet is still asked for."""
    text = text_of(analysed(full(), "The key was rotated."))
    assert "> The key was rotated." in text
    assert (
        f"[root-cause analysis]({BASE}/blob/main/documents/bugs/BUG-042/root-cause-analysis-v1.0.md)" in text
    )
    assert "root-cause" not in {gap.id for gap in gaps(POST_MORTEM, text, Severity.P1)}
    for nothing in ("", "TBD", "<!-- later -->"):
        asked = text_of(analysed(full(), nothing))
        assert "root-cause" in {gap.id for gap in gaps(POST_MORTEM, asked, Severity.P1)}


def test_targets_that_were_kept_and_missed_lead_the_questions() -> None:
    """So that what went well and wrong begins with what is known."""
    early = Acceptance("bo", Evidence("bo accepted by `/accept`", "", "bo", at(4)))
    text = text_of(over(replace(full(), acceptances=(early,))))
    assert "On time: somebody answered after 4 minutes." in text
    assert "Late: the fix was merged 1 hour 50 minutes after the target, the fix was deployed" in text
    assert "the fix was out 2 hours after the target." in text
    assert "| The fix was out | 2026-11-25 09:00 UTC | 2026-11-25 11:00 UTC | missed by 2 hours |" in text
    assert "| The cause was known | 2026-11-24 13:00 UTC | – | not recorded |" in text
    late = replace(early, evidence=replace(early.evidence, at=at(90)))
    assert "Late: somebody answered 30 minutes after the target" in text_of(
        replace(full(), acceptances=(late,))
    )


def test_a_pause_is_told_with_the_targets() -> None:
    """It moved what was due, and the time that was spent is told without it."""
    bug = over(full())
    pause = (labeled("blocked", minutes=700), labeled("blocked", minutes=880, kind=EntryKind.UNLABELED))
    paused = replace(bug.issue, timeline=(*bug.issue.timeline, *pause))
    text = text_of(replace(bug, facts=replace(bug.facts, issue=paused)))
    row = "| The fix was out | 2026-11-25 12:00 UTC | 2026-11-25 11:00 UTC | kept, paused for 3 hours |"
    assert row in text
    assert "the fix was out after 23 hours" in text


def test_what_follows_the_merge_moves_no_target_of_which_no_end_is_known() -> None:
    """An approved version would get a further one for it: the close by the merge, and an opening later."""
    policy = Policy.model_validate({"severities": {"P1": {"root-cause": "20h"}}})
    bug = replace(over(full()), policy=policy)
    shut = Entry("CE_1", EntryKind.CLOSED, ANA, at(611), "completed")
    opened = Entry("RE_1", EntryKind.REOPENED, ANA, at(9000))
    texts = []
    for entries in ((), (shut,), (shut, opened)):
        state = IssueState.COMPLETED if entries == (shut,) else IssueState.OPEN
        issue = replace(bug.issue, timeline=(*bug.issue.timeline, *entries), state=state)
        text = text_of(replace(bug, facts=replace(bug.facts, issue=issue)))
        texts.append([row for row in text.splitlines() if row.startswith("| The cause was known")])
    assert texts[0] == texts[1] == texts[2]


def test_how_long_it_lasted_is_told_as_far_as_it_is_known() -> None:
    """To the deployment, otherwise to the close, otherwise not at all."""
    assert "| Duration | 1 day 3 hours, until 2026-11-25 11:00 UTC |" in text_of(over(full()))
    assert "| Duration | not known: no deployment of a fix is known yet |" in text_of(plain())
    ending = Entry("CE_1", EntryKind.CLOSED, ANA, at(120), "completed")
    bug = plain()
    closed = replace(bug.issue, state=IssueState.COMPLETED, timeline=(*bug.issue.timeline, ending))
    text = text_of(replace(bug, facts=replace(bug.facts, issue=closed)))
    assert (
        "| Duration | 2 hours, until 2026-11-24 11:00 UTC (the issue was closed; no deployment is known) |"
        in text
    )


def test_a_team_sees_its_own_time_beside_utc() -> None:
    """Where the configuration names its zone; otherwise there is one time."""
    bug = replace(full(), policy=Policy.model_validate({"time-zone": "Asia/Kolkata"}))
    text = text_of(bug)
    assert "| When | In Asia/Kolkata | What | Who | Source |\n|---|---|---|---|---|\n" in text
    assert "| 2026-11-24 09:00 UTC | 2026-11-24 14:30 IST | Reported the bug | ana |" in text
    assert "| When | What | Who | Source |\n|---|---|---|---|\n" in text_of(full())


def test_the_timeline_is_drawn() -> None:
    """In a block that GitHub makes a picture of, above the table, without harm from what stands in it."""
    timeline = text_of(over(hostile(), HOSTILE)).partition("## Timeline")[2].partition("## Root cause")[0]
    (drawn,) = [token for token in MarkdownIt().parse(timeline) if token.type == "fence"]
    assert drawn.info == "mermaid"
    assert drawn.content.startswith("timeline\n    title BUG-042, in UTC\n    section 2026-11-24\n")
    assert timeline.index("```mermaid") < timeline.index("| When |")


def test_lines_that_people_add_below_the_timeline_stay() -> None:
    """Also where they write between the rows."""
    text = text_of(full())
    row = next(each for each in text.splitlines() if "Reported the bug | ana" in each)
    edited = text.replace(f"{row}\n", f"{row}\n| 09:10 | The phones ring | cy | |\n", 1)
    edited = edited.replace("did not help.\n", "did not help.\n\n- 09:20 the hotline was told\n", 1)
    after = text_of(over(full()), edited)
    assert "\n- 09:20 the hotline was told\n" in after
    assert (
        "\n| 09:10 | The phones ring | cy | |\n" in after.partition("<!-- /bugaction:facts:timeline -->")[2]
    )
    assert text_of(over(full()), after) == after


def read(bug: Bug) -> Bug:
    """The bug with its merged fix read in full."""
    return replace(bug, fixes=tuple(replace(pull, reviews=(), checks=(check(),)) for pull in bug.fixes))


def test_the_steps_of_a_merged_fix_are_read_once() -> None:
    """While the block that tells them is there, nothing is asked; nor where somebody took its section out."""
    asked = {AskReview(7)}

    def noted(bug: Bug, text: str | None) -> Bug:
        whole = with_state(bug)
        state = replace(whole.documents["post-mortem"], text=text)
        return replace(whole, documents={**whole.documents, "post-mortem": state})

    text = text_of(read(over(full())))
    assert "| The check test ended: success | – | [source](" in text
    assert needs_merged(noted(over(full()), None)) == asked
    assert needs_merged(noted(over(full()), text_of(full()))) == asked
    assert needs_merged(noted(over(full()), text)) == frozenset()
    assert text_of(over(full()), text) == text
    start, end = text.index("### The fix, step by step"), text.index("## Root cause")
    assert needs_merged(noted(over(full()), text[:start] + text[end:])) == frozenset()
    assert needs_merged(noted(replace(over(full()), confidential=True), None)) == frozenset()
    minor = replace(over(full()), severity=replace(full().severity, current=Severity.P3))
    assert needs_merged(noted(minor, None)) == frozenset()


def test_a_long_life_leaves_its_oldest_moments_to_the_issue() -> None:
    """A document stays readable."""
    bug = plain()
    many = tuple(Entry(f"E_{minute}", EntryKind.REOPENED, ANA, at(minute)) for minute in range(10, 310))
    text = text_of(replace(bug, facts=replace(bug.facts, issue=replace(bug.issue, timeline=many))))
    assert text.count("| Opened the issue again |") == 200
    assert "102 earlier moments are left out here" in text


def test_what_was_promised_is_shown_with_its_state() -> None:
    """The issue is the truth; without one the section stays empty, and fills nothing."""
    done = ActionIssue(
        51, f"{BASE}/issues/51", "Alert | on it", "0" * 12, "bo", date(2026, 12, 1), is_open=False
    )
    left = replace(done, number=52, url=f"{BASE}/issues/52", text="Rehearse", digest="1" * 12, is_open=True)
    text = text_of(replace(full(), actions=(done, left)))
    assert f"| Alert \\| on it | [issue 51]({BASE}/issues/51) | bo | 2026-12-01 | closed |" in text
    assert f"| Rehearse | [issue 52]({BASE}/issues/52) | bo | 2026-12-01 | open |" in text
    assert "actions" in {gap.id for gap in gaps(POST_MORTEM, text_of(full()), Severity.P1)}


def test_harm_stays_words() -> None:
    """No link, picture, HTML or mention of a stranger's makes it to the page."""
    subject = analysed(over(hostile(), HOSTILE), HOSTILE)
    tokens = MarkdownIt("commonmark").enable("table").parse(text_of(subject))
    inline = [child for token in tokens for child in token.children or ()]
    targets = [str(child.attrGet("href")) for child in inline if child.type == "link_open"]
    assert targets
    assert all(target.startswith("https://github.com/octo/shop/") for target in targets)
    assert not [child for child in inline if child.type in ("image", "html_inline")]
    words = "".join(child.content for child in inline if child.type == "text")
    assert "@octo" not in words
    assert HOSTILE[:3] in words


def test_a_severe_bug_calls_for_one_when_it_is_over() -> None:
    """Deployed, or closed as done; by the configuration for other severities."""
    for severity in Severity:
        out = over(replace(full(), severity=replace(full().severity, current=severity)))
        assert is_called_for(out) is (severity <= Severity.P1)
        assert POST_MORTEM.wanted(out, []) is (severity <= Severity.P1)
    assert not is_called_for(full())
    policy = Policy.model_validate(
        {"severities": {"P3": {"post-mortem": True}, "P1": {"post-mortem": False}}}
    )
    assert is_called_for(
        over(replace(full(), policy=policy, severity=replace(full().severity, current=Severity.P3)))
    )
    assert not is_called_for(over(replace(full(), policy=policy)))
    assert not is_called_for(over(replace(full(), severity=replace(full().severity, current=None))))


@pytest.mark.parametrize(
    ("state", "called"),
    [
        (IssueState.OPEN, False),
        (IssueState.COMPLETED, True),
        (IssueState.NOT_PLANNED, False),
        (IssueState.DUPLICATE, False),
    ],
)
def test_a_close_counts_where_it_means_done(state: IssueState, called: bool) -> None:
    """Of what was never a fault, or is another bug's, nothing is to be learnt here."""
    bug = full()
    closed = replace(bug, facts=replace(bug.facts, issue=replace(bug.issue, state=state)))
    assert is_called_for(closed) is called


@pytest.mark.parametrize("stands", [True, False])
def test_a_close_that_is_held_is_not_the_end(stands: bool) -> None:
    """Whether it is begun does not depend on a run that looks before the issue is opened again."""
    bug = full()
    entry = Entry("CE_1", EntryKind.CLOSED, BO, at(90), "completed", by_merge=True)
    issue = replace(bug.issue, state=IssueState.COMPLETED, timeline=(*bug.issue.timeline, entry))
    line = LedgerLine(RecordKind.CLOSED, entry.id, BO.login, entry.at, accepted=stands)
    ledger = replace(bug.ledger, lines=(*bug.ledger.lines, line))
    closed = replace(bug, facts=replace(bug.facts, issue=issue, ledger=ledger), ledger=ledger)
    assert is_called_for(closed) is stands


def test_it_is_begun_when_somebody_asks_for_it() -> None:
    """By the command or by a run for it, at any severity and before the end."""
    small = replace(full(), severity=replace(full().severity, current=Severity.P3))
    assert not POST_MORTEM.wanted(small, [])
    assert POST_MORTEM.wanted(replace(small, requested=frozenset({"post-mortem"})), [])
    word = line(RecordKind.COMMAND, "IC_1#x", name="post-mortem")
    assert POST_MORTEM.wanted(replace(small, ledger=LedgerFile(lines=(word,))), [])
    back = line(RecordKind.COMMAND, "IC_2#x", name="undo", undoes="IC_1#x")
    assert not POST_MORTEM.wanted(replace(small, ledger=LedgerFile(lines=(word, back))), [])
