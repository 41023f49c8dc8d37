"""The post-mortem: begun by a dispatch, by a command or by itself, and filled in by people."""

from __future__ import annotations

import pytest

from bugaction.sandbox.entities import Issue
from tests.examples import rarely
from tests.scenario.checklist import answer, obey, row
from tests.scenario.life import Life, form
from tests.values import completed

NAME = "post-mortem-v1.0.md"


def _text(life: Life, number: int) -> str | None:
    """The committed post-mortem, None where there is none."""
    folder = f"documents/bugs/BUG-{number:03d}/"
    return life.world.file("main", f"{folder}{NAME}")


def _dispatch(life: Life, issue: object, **inputs: str) -> int:
    """Somebody fills in the form of "Run workflow"; gives the run's exit code."""
    life.people.dispatch("ana", {"command": "post-mortem", "issue": str(issue), **inputs})
    life.pass_on()
    return life.product.codes[-1]


def _fixed(life: Life) -> tuple[int, int]:
    """A P1 whose fix is merged, which closes its issue, and that fix."""
    number = life.settled()
    fix = life.fix(number)
    life.ready(fix)
    assert life.gate(fix)[0] == "success"
    life.people.merge_pull("bo", fix)
    life.pass_on()
    return number, fix


def test_a_severe_bug_that_is_over_gets_one_by_itself(life: Life) -> None:
    """With its life told from GitHub's own events, and the cause from the analysis."""
    number, fix = _fixed(life)
    text = _text(life, number)
    assert text is not None
    assert "# Post-mortem: BUG-001" in text
    rows = [row.split(" | ")[1] for row in text.splitlines() if row.startswith("| 2026-") and "source" in row]
    assert rows[:4] == [
        "Reported the bug",
        "Set the severity P1 (high): the label \\`P1\\` was set",
        "Took the bug on",
        "Named mia as the backup",
    ]
    assert f"The fix #\u200b{fix} Repair the checkout was merged" in rows
    assert "Closed the issue as completed" in rows
    assert "> It is known, and this is what it was." in text
    assert life.again() == 0


@pytest.mark.parametrize("severity", ["P1", "P3"])
def test_a_dispatch_begins_it_for_any_bug(life: Life, severity: str) -> None:
    """For one that is open, of any severity; the run says where it is, and a second one writes nothing."""
    number = life.bug(severity, form())
    assert _text(life, number) is None
    assert _dispatch(life, number) == 0
    text = _text(life, number)
    assert text is not None
    assert "No deployment of a fix is known yet" in life.product.log[-1]
    before = len(life.server.writes)
    assert _dispatch(life, f"BUG-{number:03d}") == 0
    assert len(life.server.writes) == before
    assert _text(life, number) == text
    life.people.edit_on_web("bo", "main", {f"documents/bugs/BUG-001/{NAME}": completed(text)}, "Learn")
    life.pass_on()
    life.people.label("mia", number, "P2")
    life.pass_on()
    later = _text(life, number)
    assert later is not None
    assert later.count("It is known, and this is what it was.") == completed(text).count("It is known, and")
    assert f"Changed the severity from {severity} to P2 (medium)" in later


def test_a_dispatch_with_a_wrong_number_says_so(life: Life) -> None:
    """A number that is nothing, a pull request, an issue that is no bug, no number at all: a red run each."""
    number = life.triaged()
    fix = life.fix(number)
    other = life.people.open_issue("dee", "A question", "How does it work?").number
    life.pass_on()
    words = {
        999: "has no issue and no pull request #999",
        fix: f"and a post-mortem is of a bug: give its issue's number. It fixes #{number}.",
        other: f"#{other} is no bug: it has neither a severity label nor the bug label",
        "": "A post-mortem is of one bug, and none is named.",
        "checkout": "is 'checkout'",
    }
    for given, said in words.items():
        before = len(life.server.writes)
        assert _dispatch(life, given) == 2, given
        assert said in life.product.log[-1]
        assert len(life.server.writes) == before
    assert _text(life, number) is None


def test_a_command_asks_for_it(life: Life) -> None:
    """On a P2, by somebody who plans; an outsider is refused."""
    number = life.bug("P2", form())
    life.say("dee", number, "/post-mortem")
    assert _text(life, number) is None
    life.say("cy", number, "/post-mortem")
    text = _text(life, number)
    assert text is not None
    assert "Asked for the post-mortem" in text
    assert life.again() == 0


def test_undone_and_deleted_it_stays_away(life: Life) -> None:
    """What was asked for by mistake has a way out."""
    number = life.bug("P2", form())
    life.say("cy", number, "/post-mortem")
    life.say("cy", number, "/undo")
    assert _text(life, number) is not None
    life.people.push("ana", "main", {f"documents/bugs/BUG-001/{NAME}": None}, "Not this one")
    life.pass_on()
    life.say("bo", number, "/recheck")
    assert _text(life, number) is None


@pytest.mark.parametrize("acts", [False, True], ids=["refused", "done"])
def test_a_fault_in_the_middle_is_made_good(life: Life, acts: bool) -> None:
    """Whether or not GitHub had carried the commit out: one document, and nothing left to do."""
    number = life.bug("P3", form())
    life.server.faults.fail(502, operation="createCommitOnBranch", acts=acts)
    before = life.history("main")
    assert _dispatch(life, number) == 0
    assert _text(life, number) is not None
    assert life.history("main") == before + 1
    assert life.again() == 0


def _write(life: Life, number: int, path: str, text: str) -> None:
    """Edit the document in GitHub's editor; as its issue is closed, somebody asks for a new look."""
    life.people.edit_on_web("bo", "main", {path: text}, "Write down what is known")
    life.pass_on()
    life.say("bo", number, "/recheck")


def test_the_gate_asks_until_something_was_learnt(life: Life) -> None:
    """Every section, every action item, and the team's review: each in words, in the bug's checklist."""
    number, _ = _fixed(life)
    assert "#### Post-mortem: 0 of 3" in life.sticky(number)
    assert '**section "Impact" is still to be written, and 9 more wait**' in life.sticky(number)
    _, path, text = life.committed(number, NAME)
    text = completed(text)
    _write(life, number, path, text)
    assert "#### Post-mortem: 2 of 3" in life.sticky(number)
    marker = "<!-- /bugaction:facts:this-week -->\n"
    assert text.count(marker) == 1
    _write(life, number, path, text.replace(marker, f"{marker}\n- [ ] Alert on it\n"))
    assert '**action item "Alert on it" names nobody who owns it**' in life.sticky(number)
    _write(life, number, path, text.replace(marker, f"{marker}\n- [ ] Alert on it @bo\n"))
    assert "1 action item, each an issue" in life.sticky(number)
    (child,) = _children(life)
    assert child.title == "Alert on it (BUG-001)"
    life.say("mia", number, "/attest team-review Monday's meeting; shared in the wiki")
    assert "#### Post-mortem: 3 of 3" in life.sticky(number)
    assert life.again() == 0


def _children(life: Life) -> list[Issue]:
    """The issues that we opened."""
    return [issue for issue in life.state.issues.values() if issue.author == "github-actions"]


def _promise(life: Life, number: int, *lines: str) -> str:
    """Write a whole post-mortem of a bug that is open with these lines for this week; gives its path."""
    _, path, text = life.committed(number, NAME)
    marker = "<!-- /bugaction:facts:this-week -->\n"
    text = completed(text)
    assert text.count(marker) == 1
    promised = text.replace(marker, "\n".join((marker, *lines, "")))
    life.people.edit_on_web("bo", "main", {path: promised}, "Promise")
    life.pass_on()
    return path


def _reword(life: Life, path: str, before: str, after: str) -> None:
    text = life.world.file("main", path)
    assert text is not None
    assert before in text
    life.people.edit_on_web("bo", "main", {path: text.replace(before, after)}, "Reword")
    life.pass_on()


def test_a_promise_becomes_an_issue_once(life: Life) -> None:
    """A child of the bug, labelled, assigned; whatever runs afterwards, and however the line is reworded."""
    number = life.bug("P2", form())
    life.say("cy", number, "/post-mortem")
    path = _promise(life, number, "- [ ] Alert on failed payments @bo due 2026-12-01")
    (child,) = _children(life)
    assert child.title == "Alert on failed payments (BUG-001)"
    assert (child.parent, child.assignees) == (number, ("bo",))
    assert {label.name for label in life.state.labels_of(child)} == {"action-item"}
    assert "- Due: 2026-12-01" in child.body
    row = f"| Alert on failed payments | [issue {child.number}]("
    text = _text(life, number)
    assert text is not None
    assert row in text
    assert "#### Post-mortem: 2 of 3" in life.sticky(number)
    assert life.again() == 0
    _reword(life, path, "- [ ] Alert on failed payments @bo", "- [ ] Alert on all payments that failed @mia")
    life.runs.schedule()
    assert len(_children(life)) == 1
    life.people.close("bo", child.number)
    life.pass_on()
    life.say("bo", number, "/recheck")
    text = _text(life, number)
    assert text is not None
    assert "| bo | 2026-12-01 | closed |" in text
    _reword(life, path, "due 2026-12-01", "due 2026-12-01\n- [ ] Rehearse the rollback @dee")
    assert [issue.title for issue in _children(life)][1:] == ["Rehearse the rollback (BUG-001)"]
    assert _children(life)[1].assignees == ()  # GitHub assigns no outsider
    assert "#### Post-mortem: 2 of 3" in life.sticky(number)


def test_what_is_not_whole_is_no_issue(life: Life) -> None:
    """Without an owner, or with an issue of its own, none is opened."""
    number, known = life.bug("P2", form()), life.report()
    life.say("cy", number, "/post-mortem")
    _promise(life, number, "- [ ] Nobody's", f"- [ ] Known already @bo due 2026-12-01 #{known}")
    assert _children(life) == []
    assert '**action item "Nobody\'s" names nobody who owns it**' in life.sticky(number)


@pytest.mark.parametrize("named", [1, 2, 99999], ids=["the bug itself", "its fix", "none at all"])
def test_an_item_is_followed_by_an_issue_that_is_there(life: Life, named: int) -> None:
    """A number is no word: it is looked up."""
    number = life.bug("P2", form())
    life.fix(number)
    life.say("cy", number, "/post-mortem")
    _promise(life, number, f"- [ ] Known already @bo due 2026-12-01 #{named}")
    words = f'action item "Known already" names #\u200b{named}, which is no other issue of this repository'
    assert words in life.sticky(number)


def test_a_command_promises_too(life: Life) -> None:
    """Without a document; said twice it is two, an outsider's is none."""
    number = life.bug("P2", form())
    life.say("dee", number, "/action @bo 2w break things")
    assert _children(life) == []
    life.say("cy", number, "/action @bo 2026-12-24 alert on failed payments")
    (child,) = _children(life)
    assert (child.parent, child.assignees, child.title) == (
        number,
        ("bo",),
        "alert on failed payments (BUG-001)",
    )
    life.runs.schedule()
    assert len(_children(life)) == 1
    assert life.again() == 0


@pytest.mark.parametrize("operation", ["issues/create", "issues/add-sub-issue"])
@pytest.mark.parametrize("acts", [False, True], ids=["refused", "done"])
def test_a_fault_opens_none_twice(life: Life, operation: str, acts: bool) -> None:
    """Whether or not GitHub had opened it."""
    number = life.bug("P2", form())
    life.server.faults.fail(502, operation=operation, acts=acts)
    life.say("cy", number, "/action @bo 2w alert on failed payments")
    assert life.product.codes[-1] == 0
    assert len(_children(life)) == 1
    assert life.again() == 0


WHOLE = "The post-mortem is complete"
ITEMS = "Every action item has an owner and a due date and is an issue"
REVIEW = "The team has reviewed it and shared what it learnt"


@pytest.mark.parametrize("severity", ["P1", *rarely("P0", "P2", "P3")])
def test_line_by_line_until_it_holds(life: Life, severity: str) -> None:
    """Each line unmet, in exact words, made good by its own remedy; of a P2 or P3 once somebody wants one."""
    number = life.bug(severity, form())
    life.say("bo", number, "/accept")
    pull = life.fix(branch="fix/bug-001", body="Repairs the checkout.")
    life.people.merge_pull("mia", pull)
    life.pass_on()
    if severity in ("P2", "P3"):
        assert "#### Post-mortem" not in life.sticky(number)
        life.say("cy", number, "/post-mortem")
    due = " (due 2026-11-04 09:05 UTC)"
    line = row(life, WHOLE)
    assert line.startswith(
        f'- ❌ {WHOLE}{due}: **section "Impact" is still to be written, and 10 more wait**. '
    )
    assert row(life, ITEMS).startswith(f"- ❌ {ITEMS}{due}: **no action item is named**. [Name one](")
    answer(life, "bo", WHOLE, "Impact")
    assert row(life, WHOLE).startswith("- ✅")
    assert row(life, ITEMS).startswith(f"- ✅ {ITEMS}: it is said why there is none")
    assert row(life, REVIEW).startswith(f"- ❌ {REVIEW}{due}: **no team review is recorded**. Hold it, then ")
    said = obey(life, "mia", REVIEW, "Monday, in the wiki", verb="/attest team-review")
    assert said.startswith("/attest team-review Monday, in the wiki")
    assert row(life, REVIEW).startswith("- ✅")
    assert "#### Post-mortem: 3 of 3" in life.sticky(number)


def test_it_is_begun_with_what_the_register_knows(life: Life) -> None:
    """An earlier bug of the same part, and what its post-mortem promised; neither changes later."""
    earlier = life.bug("P2", form())
    life.say("ana", earlier, "/action @bo 2026-12-24 Test every coupon")
    life.people.close("mia", earlier, reason="not_planned")
    life.pass_on()
    number = life.bug("P3", form())
    assert _dispatch(life, number) == 0
    text = _text(life, number)
    assert text is not None
    assert f"[BUG-{earlier:03d}]" in text
    assert "(not planned): both name checkout" in text
    assert "- Due 2026-12-24, bo: [Test every coupon]" in text
    assert life.again() == 0
    life.people.reopen("mia", earlier)
    life.pass_on()
    life.say("bo", number, "/accept")
    told, later = (
        each.partition("### Bugs like this one")[2].partition("## What went well")[0]
        for each in (text, _text(life, number) or "")
    )
    assert later == told


def test_a_register_that_knows_nothing_says_so(life: Life) -> None:
    """No bug is like the first one."""
    number = life.bug("P3", form())
    assert _dispatch(life, number) == 0
    text = _text(life, number) or ""
    assert "The register knew none when this was begun." in text
    assert "No action item of an earlier one was open when this was begun." in text


def test_a_note_of_the_form_is_its_author_s(life: Life) -> None:
    """It stands in the document once, harmless; other words come below it; a wrong number has no place."""
    number = life.bug("P3", form())
    note = "The pager was off. @octo/team\n# Not a heading"
    assert _dispatch(life, number, note=note) == 0
    text = _text(life, number) or ""
    assert "ana wrote, when this was asked for:" in text
    assert "> The pager was off. @\u200bocto/team" in text
    assert life.again() == 0
    assert _dispatch(life, number, note=note) == 0
    assert _text(life, number) == text
    assert _dispatch(life, number, note="Bo was called.") == 0
    assert (_text(life, number) or "").count("wrote, when this was asked for") == 2
    assert _dispatch(life, 99, note=note) == 2
