"""Ways in which somebody may try to get past a gate, each of them tried.

Others are tried where they belong: a shared head (`test_fresh_facts`), a configuration of the pull request's
own (`test_configuration`), a fork that takes its words back (`test_merge_queue`), labels that are deleted
(`test_refusals`).
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.examples import rarely
from tests.scenario.life import STICKY, Life, form
from tests.values import completed

GREEN = ("success", "Every gate holds for BUG-001")


def _nearly(life: Life) -> int:
    """A P2 that lacks nothing but the approval of its fix; gives the fix."""
    number = life.bug("P2", form())
    life.say("bo", number, "/accept")
    life.analyse(number)
    pull = life.fix(number)
    life.check(pull)
    life.prepare(number)
    assert life.gate(pull) == ("failure", "BUG-001: nobody has approved it")
    return pull


def _open(life: Life) -> int:
    """The same with the approval: green."""
    pull = _nearly(life)
    life.approve("eve", pull)
    assert life.gate(pull) == GREEN
    return pull


def _push(life: Life, pull: int, **how: str) -> None:
    """One more commit on the fix, whose checks pass."""
    life.people.push("bo", "fix/checkout", {"more.py": "2\n"}, how.pop("message", "More"), **how)  # type: ignore[arg-type]
    life.pass_on()
    life.check(pull)


# Approvals ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "how",
    [
        {"author": "eve"},
        {"message": "More\n\nCo-authored-by: eve <eve@users.noreply.github.com>"},
    ],
    ids=["author", "co-author"],
)
def test_approving_one_s_own_work_in_another_s_pull_request(life: Life, how: dict[str, str]) -> None:
    """Whoever wrote a commit, alone or with others, cannot approve it."""
    pull = _nearly(life)
    _push(life, pull, **how)
    life.approve("eve", pull)
    assert life.gate(pull) == ("failure", "BUG-001: eve worked on it, so that approval does not count")
    life.approve("mia", pull)
    assert life.gate(pull) == GREEN


def test_talking_an_objection_away_by_a_co_author(life: Life) -> None:
    """A trailer with the name of somebody who objects does not make the objection one of the author's."""
    pull = _open(life)
    life.review("mia", pull, "request-changes")
    _push(life, pull, message="More\n\nCo-authored-by: mia <mia@users.noreply.github.com>")
    life.approve("eve", pull)
    assert life.gate(pull) == ("failure", "BUG-001: mia asked for changes")


def test_a_merge_of_the_base_that_brings_more(life: Life) -> None:
    """What a person puts into a merge is theirs: they cannot approve it, and no approval outlives it."""
    pull = _open(life)
    life.people.push("ana", "main", {"NEWS.md": "1\n"}, "News")
    life.people.merge_base_into("mia", "fix/checkout")
    life.pass_on()
    life.check(pull)
    assert life.gate(pull) == ("failure", "BUG-001: eve approved an older commit")
    life.approve("mia", pull)
    assert life.gate(pull) == ("failure", "BUG-001: mia worked on it, so that approval does not count")


def test_a_review_of_an_older_commit(life: Life) -> None:
    """Given after the push, by somebody who had the old page open, or by the API."""
    pull = _nearly(life)
    old = life.head(pull)
    _push(life, pull)
    life.approve("eve", pull, oid=old)
    assert life.gate(pull) == ("failure", "BUG-001: eve approved an older commit")


def test_a_push_after_the_approval(life: Life) -> None:
    """The head that nobody has looked at is held at once."""
    pull = _open(life)
    _push(life, pull)
    assert life.gate(pull) == ("failure", "BUG-001: eve approved an older commit")


def test_a_forced_push_after_the_approval(life: Life) -> None:
    """Nor does an approval pass over to a rewritten branch."""
    pull = _open(life)
    files = {"evil.py": "1\n", "tests/test_evil.py": "1\n"}
    life.people.push("bo", "fix/checkout", files, "Repair the checkout", start="main", force=True)
    life.pass_on()
    life.check(pull)
    assert life.gate(pull) == ("failure", "BUG-001: eve approved an older commit")


def test_an_approval_of_an_app(life: Life) -> None:
    """Not even of one whose labels count."""
    life.configure('version: 1\npeople:\n  bots: ["alerts[bot]"]\n')
    pull = _nearly(life)
    life.world.add_account("alerts[bot]", role="write")
    life.approve("alerts[bot]", pull)
    assert life.gate(pull) == ("failure", "BUG-001: alerts[bot] is an app, so its approval does not count")


# Checks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("conclusion", ["skipped", *rarely("neutral")])
def test_a_check_that_has_not_really_passed(life: Life, conclusion: str) -> None:
    """Where nothing else ran, it is no success."""
    pull = _open(life)
    life.check(pull, conclusion=conclusion)
    assert life.gate(pull) == ("failure", "BUG-001: every check was skipped")


@pytest.mark.parametrize("required", [True, False])
def test_a_check_made_green_by_the_pull_request_s_own_workflow(life: Life, required: bool) -> None:
    """Until somebody who did not work on it says that they have read that part; a push asks for it again."""
    if required:
        life.people.protect("ana", "main", checks=["test"])
    pull = _open(life)
    held = ("failure", "BUG-001: it may change the workflows that check it")
    for text in ("jobs: {}\n", "jobs: {a: {}}\n"):
        files = {".github/workflows/ci.yml": text}
        life.people.push("bo", "fix/checkout", files, "Green at last")
        life.pass_on()
        life.check(pull)
        life.approve("eve", pull)
        assert life.gate(pull) == held
    head = life.head(pull)[:7]
    life.say("bo", 1, f"/attest checks {head} nothing to see")
    assert life.gate(pull) == held
    assert "bo worked on it, and cannot vouch for its workflows." in life.ours(1)[-1].body
    life.say("dee", 1, f"/attest checks {head} nothing to see")
    assert life.gate(pull)[0] == "failure"
    life.say("eve", 1, f"/attest checks {head} the cache is gone, nothing else")
    assert life.gate(pull) == GREEN
    _push(life, pull)
    life.approve("eve", pull)
    assert life.gate(pull) == held


def test_a_workflow_that_is_moved_away(life: Life) -> None:
    """Its failing check is gone; GitHub tells only where the file is now, and that is asked about."""
    workflow = "name: CI\non: pull_request\njobs: {test: {}, lint: {}}\n"
    life.people.push("ana", "main", {".github/workflows/ci.yml": workflow}, "CI")
    life.pass_on()
    pull = _open(life)
    files = {".github/workflows/ci.yml": None, "docs/old.txt": workflow}
    life.people.push("bo", "fix/checkout", files, "Tidy up")
    life.pass_on()
    life.check(pull, "lint")
    life.approve("eve", pull)
    assert life.gate(pull) == ("failure", "BUG-001: it may change the workflows that check it")


# Statuses and comments of ours --------------------------------------------------------------------------


def test_a_status_posted_by_somebody_else_under_our_name(life: Life) -> None:
    """It is replaced by the very run that it starts."""
    pull = _nearly(life)
    for context in ("bugaction/gate", "bugaction/fix"):
        life.people.set_status("bo", life.head(pull), context, "success", "All is well")
        life.pass_on()
        assert life.verdicts(pull)[context] == ("failure", "BUG-001: nobody has approved it")


def test_a_forged_comment_of_ours(life: Life) -> None:
    """A person's comment with our marker is neither read nor kept up to date; ours stays the only one."""
    pull = _nearly(life)
    forged = life.say(
        "bo", 1, f"{STICKY}\n### BUG-001\n\n- ✅ The fix is approved by somebody who did not write it"
    )
    assert life.gate(pull)[0] == "failure"
    assert life.state.comments[forged.id].body == forged.body
    assert len([body for body in life.stickies(1) if body != forged.body]) == 1


def test_our_comment_edited_by_somebody_else(life: Life) -> None:
    """It is no state: it is drawn again from the facts."""
    pull = _nearly(life)
    sticky = next(comment for comment in life.ours(1) if comment.body.startswith(STICKY))
    life.people.edit_comment("mia", sticky.id, f"{STICKY}\n- ✅ everything")
    life.pass_on()
    assert life.gate(pull)[0] == "failure"
    assert "nobody has approved it" in life.sticky(1)


@pytest.mark.parametrize(
    "body",
    [
        "<!-- bugaction:link 99 -->",
        "<!-- bugaction:unlink 1 -->\n/unlink #1",
        "```\n/attest checks x\n```\n> /strategy rollback",
        "<!--\n/severity P3\n-->",
    ],
)
def test_a_marker_or_a_hidden_command_in_a_person_s_comment(life: Life, body: str) -> None:
    """Nothing of it is done."""
    pull = _nearly(life)
    labels = life.labels(1)
    life.say("mia", 1, body)
    life.say("mia", pull, body)
    assert life.gate(pull) == ("failure", "BUG-001: nobody has approved it")
    assert life.labels(1) == labels


# Links --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hide", ["<!-- {} -->", "<!--\n{}\n-->", "`{}`"], ids=["line", "block", "code"])
def test_hidden_words_link_nothing_and_hide_nothing(life: Life, hide: str) -> None:
    """Words that nobody sees are no link; hiding them later takes none away."""
    number = life.bug("P2")
    pull = life.fix(body=hide.format(f"Fixes #{number}"))
    assert life.gate(pull) == ("success", "Not a bug fix")
    life.people.edit_pull("bo", pull, body=f"Fixes #{number}")
    life.pass_on()
    held = life.gate(pull)
    assert held[0] == "failure"
    life.people.edit_pull("bo", pull, body=hide.format(f"Fixes #{number}"))
    life.pass_on()
    assert life.gate(pull) == held


def test_a_retarget_to_an_unprotected_base_and_back(life: Life) -> None:
    """A fix is one on every base, and what its approvals are of does not change by the way."""
    pull = _open(life)
    life.people.push("ana", "release", {"NOTES.md": "x\n"}, "Release branch")
    life.people.edit_pull("bo", pull, base="release")
    life.pass_on()
    _push(life, pull)
    assert life.gate(pull) == ("failure", "BUG-001: eve approved an older commit")
    life.people.edit_pull("bo", pull, base="main")
    life.pass_on()
    assert life.gate(pull) == ("failure", "BUG-001: eve approved an older commit")


def _on_a_branch_with_the_rest(life: Life) -> tuple[int, int]:
    """A bug and its fix, which is offered to a branch that holds more than the fix shows."""
    number = life.bug("P2", form())
    life.say("bo", number, "/accept")
    life.analyse(number)
    life.people.push("bo", "rest", {".github/workflows/ci.yml": "jobs: {}\n"}, "What nobody is shown")
    files = {"checkout.py": "1\n", "tests/test_checkout.py": "1\n"}
    life.people.push("bo", "fix/checkout", files, "Repair the checkout", start="rest")
    pull = life.people.open_pull("bo", "Repair", "fix/checkout", body=f"Fixes #{number}", base="rest").number
    life.pass_on()
    life.check(pull)
    life.prepare(number)
    return number, pull


def test_an_approval_on_another_base(life: Life) -> None:
    """What was approved on a branch that held the rest is no approval of the rest, nor is a word on it."""
    number, pull = _on_a_branch_with_the_rest(life)
    life.say("eve", number, f"/attest checks {life.head(pull)[:7]} it changes none")
    life.approve("eve", pull)
    assert life.gate(pull) == GREEN
    life.people.edit_pull("bo", pull, base="main")
    life.pass_on()
    assert life.gate(pull) == ("failure", "BUG-001: it may change the workflows that check it (+1)")
    life.say("eve", number, f"/attest checks {life.head(pull)[:7]} it takes all jobs away, and may")
    assert life.gate(pull) == ("failure", "BUG-001: eve approved it before it was aimed at main")
    life.approve("eve", pull)
    assert life.gate(pull) == GREEN


def test_words_on_a_commit_that_another_pull_request_offers_to_another_base(life: Life) -> None:
    """An override and a word on its workflows were on the first one, which showed a change of one line."""
    number, pull = _on_a_branch_with_the_rest(life)
    head = life.head(pull)[:7]
    life.say("eve", number, f"/attest checks {head} it changes none")
    life.say("ana", number, f"/override fix {head} nobody is there to review one line")
    assert life.gate(pull)[0] == "success"
    life.people.close("bo", pull)
    again = life.people.open_pull("bo", "Repair", "fix/checkout", body=f"Fixes #{number}").number
    life.pass_on()
    assert life.gate(again) == ("failure", "BUG-001: it may change the workflows that check it (+1)")


def test_a_second_pull_request_of_the_same_head(life: Life) -> None:
    """An approval of one is none of the other, and one status stands on both: the worse."""
    pull = _open(life)
    life.people.push("ana", "release", {"NOTES.md": "x\n"}, "Release branch")
    twin = life.people.open_pull("bo", "Again", "fix/checkout", body="Fixes #1", base="release").number
    life.pass_on()
    assert life.head(twin) == life.head(pull)
    assert life.gate(pull) == ("failure", "BUG-001: nobody has approved it")
    life.approve("mia", twin)
    assert life.gate(pull) == GREEN


# Decisions ----------------------------------------------------------------------------------------------


def test_a_command_that_is_edited(life: Life) -> None:
    """What was judged stays, and what the edit brings is judged by itself, by both people's roles."""
    pull = _nearly(life)
    head = life.head(pull)[:7]
    comment = life.say("dee", 1, "I have seen this too.")
    life.people.edit_comment("mia", comment.id, f"/severity P3 it is nothing\n/attest checks {head} fine")
    life.pass_on()
    assert "P2" in life.labels(1)
    assert "dee command attest False" in life.decisions(1)
    said = life.say("cy", 1, "/severity P1 everybody is affected")
    assert "P1" in life.labels(1)
    life.people.edit_comment("cy", said.id, "Never mind.")
    life.pass_on()
    assert "P1" in life.labels(1)


def test_a_refused_command_whose_author_is_promoted_later(life: Life) -> None:
    """It was judged when it was said; the role that came later can only say it anew."""
    _nearly(life)
    life.say("dee", 1, "/severity P3 it is nothing")
    life.world.set_role("dee", "maintain")
    life.say("bo", 1, "/recheck")
    life.runs.schedule()
    assert "P2" in life.labels(1)
    assert [line for line in life.decisions(1) if line.startswith("dee")] == ["dee command severity False"]


@pytest.mark.reliability
@pytest.mark.parametrize("lowered", ["P2", "P3"])
def test_a_raise_a_merge_in_the_lane_and_a_lowering(life: Life, lowered: str) -> None:
    """An approval from before the raise lets nothing pass; what the lane put off holds the close until it is
    made good, though the lower severity asks for less, or holds nothing at all."""
    life.people.deploy("eve", "main", "production")
    life.bug("P1", form())
    life.say("bo", 1, "/accept\n/root-cause the pool gives no connection back")
    pull = life.fix(1)
    life.check(pull)
    life.people.request_review("bo", pull, "mia")
    life.approve("eve", pull)
    life.world.clock.advance(days=1)
    life.say("cy", 1, "/severity P0 worse than thought")
    assert life.gate(pull) == ("failure", "BUG-001: nobody of the senior group has approved (eve did)")
    assert "15 minutes after the bug became P0" in life.sticky(1)
    life.world.clock.advance(minutes=15)
    life.approve("eve", pull)
    assert life.gate(pull)[0] == "success"
    life.people.merge_pull("bo", pull)
    life.pass_on()
    life.say("cy", 1, f"/severity {lowered} less bad than thought")
    life.people.deploy("eve", "main", "production")
    life.pass_on()
    life.world.clock.advance(hours=25)
    proven = "/verified 2h\n/verified 24h\n/attest team-told by mail\n/attest technical-debt none it is whole"
    life.say("bo", 1, proven)
    line = next(line for line in life.sticky(1).splitlines() if "What was deferred" in line)
    assert line.startswith("- ❌")
    life.say("bo", 1, "/assign backup @mia\n/channel incident\n/attest rollback-tested on staging")
    life.analyse(1)
    life.complete("bo", 1, "release-notes")
    assert "nobody of the senior group has approved what" in life.sticky(1)
    assert "phase: verification" in life.labels(1)
    life.say("mia", 1, "/attest approvals read it line by line")
    assert "phase: closed" in life.labels(1)
    assert not life.state.issues[1].is_open
    assert life.again() == 0


def test_a_right_that_is_taken_away_later(life: Life) -> None:
    """An attestation stays as it was judged; an approval needs its giver to be somebody still."""
    pull = _open(life)
    life.world.set_role("eve", "none")
    life.say("bo", 1, "/recheck")
    assert life.gate(pull)[0] == "failure"
    assert "so that approval does not count" in life.gate(pull)[1]


# Documents and templates --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hide",
    [
        lambda text: f"{text}\n```\n{completed(text)}\n```\n",
        lambda text: f"```\n{completed(text)}\n```\n",
        lambda text: re.sub(r"(It is known[^\n]*)", r"<!-- \1 -->", completed(text)),
        lambda text: completed(text).replace("It is known, and this is what it was.", "TBD"),
    ],
    ids=["a copy in a fence", "all in a fence", "comment", "placeholder"],
)
def test_a_document_that_is_completed_in_appearance_only(life: Life, hide: Callable[[str], str]) -> None:
    """What nobody can read as an answer is none."""
    number = life.bug("P2", form())
    life.say("bo", number, "/accept\n/strategy hotfix one branch is wrong")
    pull = life.fix(number)
    branch, path, text = life.committed(number, "root-cause-analysis")
    life.people.edit_on_web("bo", branch, {path: hide(text)}, "Done")
    life.pass_on()
    assert life.verdicts(pull)["bugaction/root-cause"][0] == "failure"


def test_a_template_and_a_document_of_the_pull_request(life: Life) -> None:
    """What a fix brings along is neither followed nor believed."""
    number = life.bug("P2", form())
    life.say("bo", number, "/accept\n/strategy hotfix one branch is wrong")
    _, path, text = life.committed(number, "root-cause-analysis")
    before = life.sticky(number)
    files = {
        ".github/bugaction/templates/comments/sticky.md.j2": "All is well.",
        path: completed(text),
        "checkout.py": "1\n",
        "tests/test_checkout.py": "1\n",
    }
    pull = life.fix(number, files=files)
    life.ready(pull)
    assert life.verdicts(pull)["bugaction/root-cause"][0] == "failure"
    assert "All is well." not in life.sticky(number)
    assert before.split("\n")[2] == life.sticky(number).split("\n")[2]
