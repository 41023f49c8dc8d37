"""The words for what a run cannot do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.errors import Forbidden, GitHubError, Rejected, Transient
from bugaction.plan import (
    BugVerdict,
    CommitFiles,
    CreateComment,
    Effect,
    Level,
    Notice,
    OpenPull,
    Plan,
    Reason,
    RevertPull,
    SetStatus,
)
from bugaction.ports import Targets
from bugaction.setbacks import gave_up, gone, of_a_person, passed_over, refusal
from bugaction.snapshot import StatusState
from tests.values import BO, facts, snapshot

STATUS = SetStatus("c" * 40, "bugaction/gate", StatusState.FAILURE, "x", "")
COMMENT = CreateComment("I_42", 42, "<!-- x -->", "x")
FILES = CommitFiles("main", "a" * 40, (), "x")


@pytest.mark.parametrize(
    ("effect", "error", "level", "text"),
    [
        (
            STATUS,
            Forbidden("Resource not accessible"),
            Level.ERROR,
            "GitHub refused a commit status: Resource not accessible. The job needs `statuses: write`.",
        ),
        (
            COMMENT,
            Forbidden("It needs `issues: write`"),
            Level.WARNING,
            "GitHub refused the comment: It needs `issues: write`.",
        ),
        (FILES, Rejected("Too long"), Level.WARNING, "GitHub refused the documents: Too long."),
    ],
    ids=["a gate's", "told already", "no permission would help"],
)
def test_a_refusal_names_the_permission_once_and_where_it_would_help(
    effect: Effect, error: GitHubError, level: Level, text: str
) -> None:
    """What gates a merge is an error; anything else is not."""
    notice = refusal(effect, error)
    assert (notice.level, notice.text) == (level, text)


def test_a_pull_request_that_we_may_not_open_is_opened_by_hand() -> None:
    """The page for it is named, and the setting that would have us open it."""
    effect = OpenPull(
        42, "bugaction/bug-042", "main", "t", "b", compare="https://github.com/octo/shop/compare"
    )
    said = "GitHub Actions is not permitted to create or approve pull requests."
    notice = refusal(effect, Forbidden(said))
    assert notice.level is Level.WARNING
    assert "They are on bugaction/bug-042; open it at https://github.com/octo/shop/compare." in notice.text
    assert '"Allow GitHub Actions to create and approve pull requests"' in notice.text
    assert refusal(effect, Rejected("No")).text == "GitHub refused the pull request of the documents: No."


def test_what_we_may_not_take_back_a_person_does() -> None:
    """The comment on the bug tells how, whatever GitHub's reason was."""
    effect = RevertPull(42, 7, "PR_7", "revert-7#IC", "title", "body")
    for error in (Forbidden("No."), Rejected("No")):
        notice = refusal(effect, error)
        assert notice.level is Level.WARNING
        assert notice.text == (
            "GitHub did not open the pull request that takes #7 back: No. The comment on #42 tells how a "
            "person does it."
        )


def test_a_number_that_is_not_there_is_an_error_for_whoever_named_it() -> None:
    """An event may speak of what somebody has deleted since."""
    named, told = gone(9, Targets(items=(9,)), snapshot()), gone(9, Targets(pulls=(9,)), snapshot())
    assert (named.level, told.level) == (Level.ERROR, Level.WARNING)
    assert named.text.startswith(told.text)
    assert "octo/shop" in told.text


def test_an_issue_that_is_no_bug_is_told_to_whoever_named_it() -> None:
    """Where nothing else is to say; an event is about other issues all day."""
    named, about = Targets(items=(42, 9)), snapshot(facts())
    text = "#42 is no bug that is looked after: set its severity, or comment `/track` on it."
    idle = Plan(reason=Reason.NOTHING_TO_DO)
    assert list(passed_over(named, about, idle)) == [Notice(Level.NOTICE, text)]
    assert list(passed_over(Targets(issues=(42,)), about, idle)) == []
    assert list(passed_over(named, about, Plan(reason=Reason.RECORDS_MISSING))) == []
    known = BugVerdict(42, "BUG-042", "", "", None, "triage", ())
    assert list(passed_over(named, about, replace(idle, bugs=(known,)))) == []


def test_giving_up_says_how_often_it_was_tried_and_what_comes_next() -> None:
    """With GitHub's own words."""
    assert gave_up(Transient("502 Bad Gateway"), 5).startswith(
        "GitHub did not take the changes after 5 tries: 502 Bad Gateway. What was not written is written by"
    )


def test_a_person_s_token_is_named_with_a_way_to_look() -> None:
    """By the account that it belongs to."""
    error = of_a_person(BO)
    assert "belongs to bo" in error.message
    assert "bugaction plan" in (error.remedy or "")
