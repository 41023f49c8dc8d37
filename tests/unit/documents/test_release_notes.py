"""The release notes show what became of a fix, and ask for what only a person knows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from bugaction.bug import Bug, Deployed, StrategyChoice
from bugaction.documents.base import FIRST_VERSION, gaps, write
from bugaction.documents.merge import refresh
from bugaction.documents.overrides import with_overrides
from bugaction.documents.release_notes import LISTED, RELEASE_NOTES, needs_merged
from bugaction.model import Actor, Evidence, RecordKind, Severity, Strategy
from bugaction.questions import AskCommits, AskReview
from bugaction.register import Past
from bugaction.snapshot import CheckOutcome, PullRequest, PullState, ReviewState
from bugaction.templates import load_templates
from tests.unit.bugs import through
from tests.unit.documents.stories import HOSTILE, full, hostile, known, plain, with_state
from tests.values import BASE, at, changed, check, completed, line, pull, ready, repository, review

GOLDEN = Path(__file__).parent / "golden"
TEMPLATES = with_overrides(load_templates(), repository())


def text_of(bug: Bug, before: str = "") -> str:
    """The notes as they are committed after that text."""
    fresh, notices = write(RELEASE_NOTES, with_state(bug), TEMPLATES, FIRST_VERSION)
    assert notices == ()
    return refresh(before, fresh)


def merged(**changes: object) -> PullRequest:
    """A fix that was merged, as it is read for the notes."""
    checks = (
        check("test", CheckOutcome.FAILURE, number=1),
        check("test", number=2),
        check("bugaction", number=3, workflow_path=".github/workflows/bugaction.yml"),
    )
    whole = replace(
        ready(),
        state=PullState.MERGED,
        merged_at=at(50),
        additions=12,
        deletions=3,
        checks=checks,
        reviews=(review(Actor("mia")), review(Actor("eve"), ReviewState.COMMENTED)),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def released(subject: Bug, *fixes: PullRequest) -> Bug:
    """The bug once it is fixed, deployed and spoken of."""
    chosen = Evidence("hotfix, chosen by bo", f"{BASE}/issues/42#issuecomment-8", "bo", at(9))
    word = line(RecordKind.COMMAND, "IC_9", requirement="rollback-tested", note="on staging, in 4 minutes")
    return replace(
        subject,
        fixes=fixes or (merged(),),
        strategy=StrategyChoice(Strategy.HOTFIX, "", chosen),
        attestations={"rollback-tested": word},
        deployed=Deployed(
            at(60), "2.1.1", "production", Evidence("deployed", f"{BASE}/deployments/9", "mia")
        ),
        own_workflows=(".github/workflows/bugaction.yml",),
    )


STORIES = {
    "begun": lambda: replace(full(), fixes=(pull(),)),
    "plain": lambda: replace(plain(), fixes=(pull(),)),
    "released": lambda: released(full()),
    "hostile": lambda: released(
        hostile(),
        merged(
            title=HOSTILE,
            files=(changed(HOSTILE),),
            checks=(check(HOSTILE),),
        ),
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_notes_are_as_they_were_read_by_eye(name: str) -> None:
    """Where a change is meant, the golden file shows it in the diff."""
    past = {"released": known(), "hostile": known(HOSTILE)}.get(name, Past())
    bug = replace(STORIES[name](), past=past)
    assert text_of(bug) == (GOLDEN / f"release-notes-{name}.md").read_text(encoding="utf-8")


def test_what_is_asked_for() -> None:
    """At the beginning what nobody but a person knows; the form and the deployment answer some of it."""
    asked = {gap.id for gap in gaps(RELEASE_NOTES, text_of(STORIES["plain"]()), Severity.P1)}
    assert asked == set(RELEASE_NOTES.sections)
    told = {gap.id for gap in gaps(RELEASE_NOTES, text_of(STORIES["begun"]()), Severity.P1)}
    assert asked - told == {"components"}
    known = {gap.id for gap in gaps(RELEASE_NOTES, text_of(STORIES["released"]()), Severity.P1)}
    assert asked - known == {"components", "version"}
    assert gaps(RELEASE_NOTES, completed(text_of(STORIES["plain"]())), Severity.P1) == ()


def test_answers_stay_when_the_fix_is_merged() -> None:
    """Byte for byte, and a second time changes nothing."""
    written = completed(text_of(STORIES["begun"]()))
    later = text_of(released(full()), written)
    assert later.count("It is known, and this is what it was.") == written.count("It is known")
    assert "test" in later
    assert text_of(released(full()), later) == later


def test_checks_of_one_name_are_listed_with_their_events() -> None:
    """Each that the gate weighed: a push's success is not all that is told of it."""
    checks = (check("test", CheckOutcome.FAILURE, number=1), replace(check(number=2), event="push"))
    text = text_of(released(full(), merged(checks=checks)))
    assert f"- [test (pull\\_request)]({BASE}/runs/1): failure, " in text
    assert f"- [test (push)]({BASE}/runs/2): success, " in text


def test_what_was_read_of_a_merge_stays_without_being_read_again() -> None:
    """The blocks that show it name the pull requests, and are kept while nothing else was merged."""
    first = text_of(released(full()))
    unread = pull(state=PullState.MERGED, commits=None)
    again = released(full(), replace(unread, merged_at=at(50)))
    assert text_of(again, first) == first


def noted(subject: Bug, text: str) -> Bug:
    """The bug with that text committed as its release notes."""
    whole = with_state(subject)
    state = replace(whole.documents["release-notes"], text=text)
    return replace(whole, documents={**whole.documents, "release-notes": state})


def test_a_merge_is_read_once() -> None:
    """Until the notes hold it; again when somebody wrote into it, or something else was merged."""
    unread = replace(pull(state=PullState.MERGED, commits=None), merged_at=at(50))
    subject = released(full(), unread)
    asked = {AskReview(7), AskCommits(7)}
    first = text_of(released(full()))
    assert needs_merged(noted(subject, text_of(STORIES["begun"]()))) == asked
    assert needs_merged(noted(subject, first)) == frozenset()
    assert needs_merged(noted(subject, first.replace("test", "rest"))) == asked
    other = replace(unread, number=9)
    assert needs_merged(noted(released(full(), unread, other), first)) == asked | {
        AskReview(9),
        AskCommits(9),
    }
    assert needs_merged(noted(replace(subject, confidential=True), "")) == frozenset()


def test_who_let_the_release_go_is_named() -> None:
    """Each with their newest word; words on documents are told nowhere."""
    words = [
        replace(
            line(
                RecordKind.COMMAND, f"IC_{who}#{minute}", actor=who, requirement="release-approvals", url=URL
            ),
            at=at(minute),
        )
        for who, minute in (("mia", 40), ("Bo", 41), ("mia", 45))
    ]
    on_paper = line(RecordKind.COMMAND, "IC_20", actor="mia", requirement="report-approved", version="1.0")
    subject = released(full())
    spoken = replace(
        subject,
        spoken=(*words, on_paper),
        attestations={**subject.attestations, "report-approved": on_paper},
    )
    text = text_of(spoken)
    row = f"mia on 2026-11-24 09:45 UTC ([source]({URL})), Bo on 2026-11-24 09:41 UTC ([source]({URL}))"
    assert f"| Release approved by | {row} |\n" in text
    assert "report approved" not in text


URL = f"{BASE}/issues/42#issuecomment-30"


def test_a_long_change_is_cut() -> None:
    """The pull request has the rest."""
    files = tuple(changed(f"src/{number}.py") for number in range(LISTED + 5))
    text = text_of(released(full(), merged(files=files, changed_files=len(files))))
    assert "src/29.py" in text
    assert "src/30.py" not in text
    assert "more files than are shown here" in text


def test_they_are_wanted_once_something_fixes_the_bug() -> None:
    """At the severities that ask for them."""
    assert RELEASE_NOTES.wanted(STORIES["begun"](), ())
    assert not RELEASE_NOTES.wanted(full(), ())
    low = replace(full(), fixes=(pull(),))
    assert not RELEASE_NOTES.wanted(replace(low, severity=replace(low.severity, current=Severity.P3)), ())
    assert not RELEASE_NOTES.wanted(replace(low, severity=replace(low.severity, current=None)), ())


def test_what_a_merge_in_the_fast_lane_put_off_is_begun_after_a_lowering_as_well() -> None:
    """Nobody could write them otherwise, and they are owed."""
    fix = replace(pull(state=PullState.MERGED), merged_at=at(300))
    assert RELEASE_NOTES.wanted(through((2, Severity.P0), (600, Severity.P3), fixes=(fix,)), ())
    assert not RELEASE_NOTES.wanted(through((2, Severity.P0), (200, Severity.P3), fixes=(fix,)), ())


def test_harm_stays_words() -> None:
    """No link, picture, HTML or mention of a stranger's makes it to the page."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text_of(STORIES["hostile"]()))
    inline = [child for token in tokens for child in token.children or ()]
    targets = [str(child.attrGet("href")) for child in inline if child.type == "link_open"]
    assert targets
    assert all(target.startswith("https://github.com/octo/shop/") for target in targets)
    assert not [child for child in inline if child.type in ("image", "html_inline")]
    words = "".join(child.content for child in inline if child.type == "text")
    assert "@octo" not in words
    assert HOSTILE[:3] in words
