"""What follows from an order to take a change back: what is asked, made, recorded and told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.bug import Bug, Deployed
from bugaction.links import linked_bugs
from bugaction.model import Actor, Evidence, LedgerFile, LedgerLine, RecordKind
from bugaction.plan import RevertPull
from bugaction.questions import AskPull, AskReverting
from bugaction.reverting import Reverting
from bugaction.rollback import (
    needs,
    no_fixes,
    ordered,
    restored_line,
    revert_effects,
    revert_lines,
    rolled_back,
)
from bugaction.snapshot import Commit, PullRequest, PullState
from tests.unit.bugs import bug, said
from tests.values import BASE, at, pull, repository

FIX = replace(pull(7, state=PullState.MERGED), merged_at=at(60), merge_oid="e" * 40)
ORDER = said("rollback", 90, reverts="7", strategy="rollback", reason="it @breaks apps, Fixes #9")
ATTEMPT = f"revert-7#{ORDER.evidence}"
OPEN = Reverting(8, "PR_8", f"{BASE}/pull/8")
CLOSED = replace(OPEN, closed_at=at(95))
BACK = replace(pull(8), head="revert-7-topic-7")
SETTING = "GitHub Actions is not permitted to create or approve pull requests."
REPOSITORY = repository()


def story(
    *lines: LedgerLine,
    reverting: tuple[Reverting, ...] | None = (),
    fixes: tuple[PullRequest, ...] = (FIX,),
    **changes: object,
) -> Bug:
    """A bug whose fix is ordered back; None for `reverting` where nobody has looked yet."""
    known = {} if reverting is None else {7: reverting}
    ledger = LedgerFile(lines=(*lines, ORDER))
    whole = bug(ledger=ledger, fixes=fixes, targets={7: FIX}, reverting=known)
    return replace(whole, **changes)  # type: ignore[arg-type]


def test_it_is_looked_for_before_it_is_made() -> None:
    """The change itself first, where the bug's facts do not hold it."""
    assert needs(story(reverting=None)) == {AskReverting(7, "topic-7")}
    assert needs(replace(story(reverting=None), targets={})) == {AskPull(7)}
    assert needs(story()) == frozenset()
    assert needs(bug()) == frozenset()
    assert needs(story(reverting=None, fixes=(FIX, BACK))) == frozenset()
    assert revert_effects(story(reverting=None), REPOSITORY) == ()


def test_the_pull_request_says_what_and_why_and_closes_nothing() -> None:
    """What people wrote is words in it: no mention, and no reference that links or closes."""
    (made,) = revert_effects(story(), REPOSITORY)
    assert isinstance(made, RevertPull)
    assert (made.pull, made.subject, made.attempt, made.labels) == (7, "PR_7", ATTEMPT, ("P1",))
    assert made.title == "BUG-042: take back #7"
    assert "Reverts octo/shop#7\n" in made.body
    assert f"bo ordered it for BUG-042 ([issue 42]({BASE}/issues/42)): it" in made.body
    assert "@breaks" not in made.body
    written = pull(8, closing=(), body=made.body, title=made.title)
    assert linked_bugs(written, REPOSITORY).numbers == ()
    assert "Approve workflows to run" in made.body
    by_app = replace(REPOSITORY, viewer=Actor("octo-app[bot]", is_bot=True))
    (other,) = revert_effects(story(), by_app)
    assert isinstance(other, RevertPull)
    assert "Approve workflows to run" not in other.body
    (hidden,) = revert_effects(story(confidential=True), REPOSITORY)
    assert isinstance(hidden, RevertPull)
    assert "apps" not in hidden.body


@pytest.mark.parametrize(
    "settled",
    [
        story(reverting=(OPEN,)),
        story(reverting=(replace(OPEN, is_merged=True, closed_at=at(80)),)),
        story(reverting=(CLOSED,)),
        story(fixes=(FIX, BACK)),
        story(unreverted={ATTEMPT: SETTING}),
        story(LedgerLine(RecordKind.UNOPENED, ATTEMPT, "us", at(91), accepted=True, data={"said": SETTING})),
    ],
    ids=["open", "merged", "closed since", "linked", "refused now", "refused before"],
)
def test_it_is_made_once(settled: Bug) -> None:
    """Whoever made it, and whatever became of it."""
    assert revert_effects(settled, REPOSITORY) == ()


def test_what_anybody_may_have_opened_is_not_taken_for_it() -> None:
    """Neither does it keep ours from being made, nor is anybody told to merge it."""
    theirs = replace(BACK, head="mine", body="Reverts #7", is_fork=True)
    (made,) = revert_effects(story(fixes=(FIX, theirs)), REPOSITORY)
    assert isinstance(made, RevertPull)
    assert rolled_back(story(fixes=(FIX, theirs))) == ()


def test_an_order_after_one_was_closed_makes_another() -> None:
    """Somebody wants it after all."""
    before = replace(CLOSED, closed_at=at(80))
    assert len(revert_effects(story(reverting=(before,)), REPOSITORY)) == 1


def test_what_was_brought_back_is_ordered_back_anew() -> None:
    """By an order from after that. An older one was carried out, and does nothing by itself."""
    merged = replace(BACK, state=PullState.MERGED, merged_at=at(70))
    found = replace(OPEN, is_merged=True, closed_at=at(70))
    for minutes, made, told in ((90, 1, 0), (91, 0, 1)):
        again = replace(merged, number=9, id="PR_9", head="revert-8-revert-7-topic-7", merged_at=at(minutes))
        whole = story(fixes=(FIX, merged, again), reverting=(found,))
        assert len(revert_effects(whole, REPOSITORY)) == made
        assert len(revert_lines(whole, REPOSITORY)) == told
        assert len(rolled_back(whole)) == told
        assert needs(replace(whole, reverting={})) == ({AskReverting(7, "topic-7")} if made else frozenset())


def test_what_is_taken_for_a_mere_way_back_is_told_before_its_merge() -> None:
    """Where somebody seems to mean more by it; what was ordered is meant as a way back."""

    def words(*fixes: PullRequest, lines: tuple[LedgerLine, ...] = ()) -> tuple[str, ...]:
        return no_fixes(bug(ledger=LedgerFile(lines=lines), fixes=fixes), REPOSITORY)

    says = replace(BACK, closing=(), body="Reverts #7. Fixes #42")
    (told,) = words(FIX, says)
    assert told.startswith(
        f"[#8]({BASE}/pull/8) says that it takes [#7]({BASE}/pull/7) back: merged so, it is no"
    )
    plain = replace(says, body="Reverts #7")
    for other in (plain, replace(says, is_fork=True), replace(says, head="x", body="Fixes #42")):
        assert words(FIX, other) == ()
    merged = replace(BACK, state=PullState.MERGED, merged_at=at(70))
    assert words(FIX, replace(merged, body="Fixes #42")) == ()
    again = replace(plain, number=9, head="revert-8-revert-7-topic-7", body="Reverts #8")
    (told,) = words(FIX, merged, again)
    assert "brings the fix back as it was, and answers no regression" in told
    assert "write `Fixes #42` into its description" in told
    assert words(FIX, merged, again, lines=(said("rollback", 80, reverts="8"),)) == ()
    commits = (
        Commit("1" * 40, f"This reverts commit {'b' * 40}.", ("bo",), at(75)),
        Commit("2" * 40, "Keep the old key", ("bo",), at(76)),
    )
    assert len(words(FIX, merged, replace(again, commits=commits))) == 1
    assert words(FIX, merged, replace(again, commits=commits, body="Reverts #8. Fixes #42")) == ()


def test_it_is_linked_and_a_refusal_is_kept() -> None:
    """Each a line of the ledger, once."""
    (link,) = revert_lines(story(reverting=(OPEN,)), REPOSITORY)
    assert (link.kind, link.evidence, link.data) == (RecordKind.LINK, "PR_8", {"bug": "42", "pull": "8"})
    assert revert_lines(story(link, reverting=(OPEN,)), REPOSITORY) == ()
    (refused,) = revert_lines(story(unreverted={ATTEMPT: SETTING}), REPOSITORY)
    assert (refused.kind, refused.data) == (RecordKind.UNOPENED, {"said": SETTING})
    assert revert_lines(story(reverting=(CLOSED,)), REPOSITORY) == ()
    parted = said("unlink", 95, pull="8", bug="42", reason="another matter")
    assert revert_lines(story(parted, reverting=(OPEN,)), REPOSITORY) == ()


def test_the_last_order_counts() -> None:
    """Of each change that was ordered back."""
    again = said("rollback", 99, reverts="7")
    other = said("rollback", 80, reverts="5")
    assert ordered(story(other, again)) == {5: other, 7: again}


def test_each_state_is_told() -> None:
    """With what is to be done next."""
    assert rolled_back(story()) == ()
    (waits,) = rolled_back(story(fixes=(FIX, BACK)))
    assert waits.startswith(f"[#8]({BASE}/pull/8) takes [#7]({BASE}/pull/7) back")
    merged = replace(BACK, state=PullState.MERGED, merged_at=at(120))
    (done,) = rolled_back(story(fixes=(FIX, merged)))
    assert "back at 2026-11-24 11:00 UTC: deploy that, and fix the bug anew" in done
    deployed = Deployed(at(130), "v1", "production", Evidence("v1 deployed"))
    line = restored_line(merged, deployed, "us")
    assert (line.kind, line.evidence, line.at) == (RecordKind.RESTORED, "PR_8", at(130))
    assert line.data == {"pull": "8", "version": "v1", "environment": "production"}
    (out,) = rolled_back(story(line, fixes=(FIX, merged)))
    assert "11:00 UTC: it is in production since 2026-11-24 11:10 UTC, and fix the bug anew" in out
    assert rolled_back(replace(story(fixes=(FIX, BACK)), targets={})) == ()  # nobody has read it yet
    assert rolled_back(replace(story(), fixes=(merged,))) == ()  # the change was none of the fixes
    (closed,) = rolled_back(story(reverting=(CLOSED,)))
    assert "was closed unmerged" in closed


@pytest.mark.parametrize(
    ("said_so", "words"),
    [
        (SETTING, '"Allow GitHub Actions to create and approve pull requests"'),
        ("Resource not accessible by integration", "`contents: write` and `pull-requests: write`"),
        ("Could not revert", "does not"),
    ],
)
def test_a_person_is_told_how_to_do_it(said_so: str, words: str) -> None:
    """The button's page, the commands, and what would have us do it."""
    (text,) = rolled_back(story(unreverted={ATTEMPT: said_so}))
    assert f"]({BASE}/pull/7)" in text
    assert f"`git revert -m 1 {'e' * 40}`" in text
    assert "`Reverts #7` in its description" in text
    assert "Fixes" not in text
    assert words in text or "GitHub did not take it back by itself and says: Could not revert" in text
