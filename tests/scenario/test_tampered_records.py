"""Somebody with write access changes the records branch: no gate opens by it, and there is a way back."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from bugaction.records import parse_meta
from bugaction.sandbox.runs import Runs, shipped_workflow
from tests.scenario.life import CONFIG, RECORDS, Life, begin, form

META = "meta.json"
LATE = '{"since": "2027-01-01T00:00:00Z", "version": 1}\n'
GONE = "undecided, decisions on it are gone from bugaction/records"

Tamper = Callable[[Life, int], None]


def _path(number: int) -> str:
    return f"documents/bugs/BUG-{number:03d}/ledger.jsonl"


def _lines(life: Life, number: int) -> list[str]:
    return life.files(RECORDS)[_path(number)].splitlines(keepends=True)


def _push(life: Life, files: dict[str, str | None]) -> None:
    life.people.push("eve", RECORDS, files, "Tidy up")
    life.runs.skip()


def _restore(life: Life, oid: str) -> None:
    with life.world.change() as state:
        state.refs[f"refs/heads/{RECORDS}"] = oid


def _head(life: Life) -> str:
    head = life.state.head_of(RECORDS)
    assert head is not None
    return head


def _start_records(life: Life) -> None:
    life.people.dispatch("ana", {"command": "start-records"})
    life.pass_on()


def _settled(life: Life) -> tuple[int, int]:
    """A bug whose gates hold, and its fix."""
    number = life.settled()
    fix = life.fix(number)
    life.ready(fix)
    assert life.gate(fix)[0] == "success"
    return number, fix


# meta.json ----------------------------------------------------------------------------------------------


def _with_meta(life: Life, web: bool) -> int:
    """A fix of a bug that is not settled, and a `since` that would let it out; gives the fix."""
    fix = life.fix(life.bug())
    change = life.people.edit_on_web if web else life.people.push
    change("eve", RECORDS, {META: LATE}, "Tidy up")
    life.runs.skip()
    return fix


@pytest.mark.parametrize("web", [False, True], ids=["pushed", "edited on the web"])
def test_a_since_of_somebody_else_opens_nothing(life: Life, web: bool) -> None:
    """Older bugs are not let out by it: bug fixes are red and say why, and each run fails."""
    fix = _with_meta(life, web)
    late = life.people.open_issue("dee", "Tax is wrong", "It is.").number
    life.people.label("mia", late, "P1")
    life.runs.skip()
    other = life.fix(late, branch="fix/tax")
    for pull in (fix, other):
        life.people.edit_pull("bo", pull, title="Another title")
        life.pass_on()
        state, text = life.gate(pull)
        assert state == "failure"
        assert "meta.json on bugaction/records is not ours" in text
    assert life.product.codes[-1] == 3
    assert "start-records" in life.product.log[-1]
    life.runs.schedule()
    assert life.files(RECORDS)[META] == LATE


def test_a_meta_that_a_person_puts_back_is_not_ours_either(life: Life) -> None:
    """Blame names the last who wrote it. The branch at our last commit is as it was."""
    fix = _with_meta(life, web=False)
    info = life.world.git.commit_info(_head(life))
    assert info is not None
    kept = life.world.git.find(life.world.git.commit_info(info.parents[0]).tree, META)  # type: ignore[union-attr]
    assert kept is not None
    found = life.world.git.read(kept.oid)
    assert found is not None
    life.people.push("ana", RECORDS, {META: found[1].decode()}, "Put it back")
    life.runs.skip()
    life.people.edit_pull("bo", fix, title="Another title")
    life.pass_on()
    assert "is not ours" in life.gate(fix)[1]
    _restore(life, info.parents[0])
    life.people.edit_pull("bo", fix, title="A third title")
    life.pass_on()
    assert life.gate(fix) == ("failure", "BUG-001: nobody is assigned (+13)")


def test_start_records_writes_the_meta_anew(life: Life) -> None:
    """On top of the branch: nothing that it holds is lost, and what it kept in view stays in view."""
    fix = _with_meta(life, web=False)
    before = life.history(RECORDS)
    _start_records(life)
    assert life.product.codes[-1] == 0
    assert life.history(RECORDS) > before
    assert life.gate(fix) == ("failure", "BUG-001: nobody is assigned (+13)")
    assert life.decisions(1).count("github-actions[bot] tracked True") == 1


def test_a_branch_of_somebody_else_s_making_is_not_ours(life: Life) -> None:
    """Deleted and pushed again with the same file: only what we began counts."""
    number, fix = _settled(life)
    text = life.files(RECORDS)[META]
    life.people.delete_branch("eve", RECORDS)
    life.people.push("eve", RECORDS, {META: text}, "Records")
    life.runs.skip()
    life.say("bo", number, "/recheck")
    assert life.gate(fix)[0] == "failure"


# Ledgers ------------------------------------------------------------------------------------------------


def _delete(life: Life, number: int) -> None:
    _push(life, {_path(number): None})


def _rename(life: Life, number: int) -> None:
    _push(life, {_path(number): None, f"{_path(number)}.bak": "".join(_lines(life, number))})


def _empty(life: Life, number: int) -> None:
    _push(life, {_path(number): ""})


def _cut_the_middle(life: Life, number: int) -> None:
    lines = _lines(life, number)
    _push(life, {_path(number): "".join(lines[:1] + lines[2:])})


def _cut_the_first(life: Life, number: int) -> None:
    _push(life, {_path(number): "".join(_lines(life, number)[1:])})


def _cut_the_tail(life: Life, number: int) -> None:
    _push(life, {_path(number): "".join(_lines(life, number)[:-2])})


def _rewrite_the_last(life: Life, number: int) -> None:
    lines = _lines(life, number)
    last = json.dumps({**json.loads(lines[-1]), "accepted": False})
    _push(life, {_path(number): "".join(lines[:-1]) + last + "\n"})


def _move_another_here(life: Life, number: int) -> None:
    """Blame follows a move: every line of the other's ledger is still ours."""
    other = life.bug()
    life.say("bo", other, "/accept")
    _push(life, {_path(other): None, _path(number): "".join(_lines(life, other))})


def _reset(life: Life, number: int) -> None:
    """To a commit of ours from before the last decisions."""
    head = _head(life)
    for _ in range(2):
        info = life.world.git.commit_info(head)
        assert info is not None
        head = info.parents[0]
    assert life.ledger(number)
    _restore(life, head)


TAMPERED = [
    _delete,
    _rename,
    _empty,
    _cut_the_first,
    _cut_the_middle,
    _cut_the_tail,
    _rewrite_the_last,
    _move_another_here,
    _reset,
]


@pytest.mark.parametrize("tamper", TAMPERED, ids=lambda found: found.__name__.strip("_"))
def test_a_ledger_that_lost_something_decides_nothing(life: Life, tamper: Tamper) -> None:
    """Its gates are red and say how to restore it, nothing is written on top, and restored it is whole."""
    number, fix = _settled(life)
    kept = _head(life)
    tamper(life, number)
    left = _head(life)
    comments = [comment.body for comment in life.ours(number)]
    life.say("bo", number, "/recheck")
    state, text = life.gate(fix)
    assert (state, GONE in text, "start-records" in text) == ("failure", True, True)
    assert life.product.codes[-1] == 3
    assert "its ledger on bugaction/records does not hold what it held" in life.product.log[-1]
    life.people.edit_pull("bo", fix, title="Another title", body="Nothing.")
    life.pass_on()
    assert life.gate(fix)[0] == "failure"
    assert _head(life) == left
    assert [comment.body for comment in life.ours(number)] == comments
    _restore(life, kept)
    life.say("bo", number, "/recheck")
    assert life.gate(fix) == ("success", "Every gate holds for BUG-001")


@pytest.mark.parametrize("tamper", TAMPERED, ids=lambda found: found.__name__.strip("_"))
def test_start_records_takes_what_is_left(life: Life, tamper: Tamper) -> None:
    """A person's word, which stands in the ledger from then on; the next runs find the records whole."""
    number, fix = _settled(life)
    tamper(life, number)
    _start_records(life)
    assert life.product.codes[-1] == 0
    assert life.gate(fix)[0] == "success"
    assert "github-actions[bot] restarted True" in life.decisions(number)
    life.say("bo", number, "/recheck")
    assert life.product.codes[-1] == 0
    assert life.again() == 0
    assert life.gate(fix)[0] == "success"


def test_a_command_whose_refusal_was_taken_away_is_not_judged_again(life: Life) -> None:
    """Refused then, its author promoted later: our answer on the comment says that it was judged."""
    number, fix = life.bug(body=form()), 0
    life.say("bo", number, "/accept")
    life.say("cy", number, "/assign backup @mia\n/channel incident-1")
    life.analyse(number)
    life.say("dee", number, "/severity P3")
    fix = life.fix(number)
    life.ready(fix)
    assert life.gate(fix)[0] == "success"
    kept = [line for line in _lines(life, number) if '"dee"' not in line]
    for comment in life.ours(number):
        life.people.delete_comment("eve", comment.id)
    life.runs.skip()
    _push(life, {_path(number): "".join(kept[:2])})
    life.world.set_role("dee", "maintain")
    life.say("bo", number, "/recheck")
    assert "P1" in life.labels(number)
    assert GONE in life.gate(fix)[1]
    assert "dee severity P3 True" not in life.decisions(number)


def test_an_old_bug_without_its_ledger_stays_in(life: Life) -> None:
    """Comment and ledger deleted: a label of ours in the timeline says that it was looked after."""
    life.people.push(
        "ana", "main", {CONFIG: "version: 1\nsince: 2026-11-03T00:00:00Z\n"}, "Configure the bug response"
    )
    number = life.people.open_issue("dee", "Checkout fails", "It is broken.", labels=[]).number
    life.people.label("mia", number, "bug")
    life.runs.skip()
    life.world.clock.advance(days=2)
    track = life.say("mia", number, "/track")
    fix = life.fix(number)
    assert life.gate(fix)[0] == "failure"
    for comment in [*life.ours(number), track]:
        life.people.delete_comment("eve", comment.id)
    life.people.unlabel("cy", number, "bug")
    _push(life, {_path(number): None, f"documents/bugs/links/PR-{fix}.jsonl": None})
    life.people.edit_pull("bo", fix, title="Another title")
    life.pass_on()
    assert life.gate(fix)[0] == "failure"


# Links --------------------------------------------------------------------------------------------------


def test_a_link_that_only_the_ledger_holds_counts(life: Life) -> None:
    """The pull request's own file is an index: deleting it un-links nothing, and it is put back."""
    number = life.bug()
    fix = life.fix(number)
    path = f"documents/bugs/links/PR-{fix}.jsonl"
    kept = life.files(RECORDS)[path]
    _push(life, {path: None})
    life.people.edit_pull("bo", fix, title="Another title", body="Nothing.")
    life.runs.skip()
    life.say("bo", number, "/recheck")
    assert life.gate(fix)[0] == "failure"
    assert life.files(RECORDS)[path] == kept
    life.people.push("bo", "fix/checkout", {"b.py": "2\n"}, "Go on")
    life.pass_on()
    assert life.gate(fix)[0] == "failure"


def test_a_status_of_ours_leads_back_to_the_bug(life: Life) -> None:
    """On the same head the pull request itself tells which bug's ledger to ask."""
    number = life.bug()
    fix = life.fix(number)
    _push(life, {f"documents/bugs/links/PR-{fix}.jsonl": None})
    life.people.edit_pull("bo", fix, title="Another title", body="Nothing.")
    life.pass_on()
    assert life.gate(fix)[0] == "failure"


@pytest.mark.parametrize("force", [False, True], ids=["pushed", "forced"])
@pytest.mark.parametrize("whole", [True, False], ids=["ledger deleted", "link taken out"])
def test_a_new_head_does_not_shake_the_bug_off(life: Life, force: bool, whole: bool) -> None:
    """Ledger, file of links and closing words are gone: an earlier head's status of ours leads to the bug."""
    number = life.bug()
    fix = life.fix(number)
    kept = _head(life)
    lines = [line for line in _lines(life, number) if '"kind":"link"' not in line]
    left = None if whole else "".join(lines)
    _push(life, {_path(number): left, f"documents/bugs/links/PR-{fix}.jsonl": None})
    life.people.edit_pull("bo", fix, title="Another title", body="Nothing.")
    life.runs.skip()
    life.people.push("bo", "fix/checkout", {"b.py": "2\n"}, "Go on", start="main", force=force)
    life.pass_on()
    state, text = life.gate(fix)
    assert (state, GONE in text) == ("failure", True)
    assert life.product.codes[-1] == 3
    life.people.push("bo", "fix/checkout", {"c.py": "3\n"}, "Go on", start="main", force=force)
    life.pass_on()
    assert GONE in life.gate(fix)[1]
    _restore(life, kept)
    life.people.edit_pull("bo", fix, title="A third title")
    life.pass_on()
    assert life.gate(fix)[1].startswith("BUG-001: nobody is assigned")


def test_a_head_that_was_replaced_before_it_was_looked_at_hides_nothing(life: Life) -> None:
    """The one before it was judged: a forced push takes both out of the pull request."""
    number = life.bug()
    fix = life.fix(number)
    _push(life, {_path(number): None, f"documents/bugs/links/PR-{fix}.jsonl": None})
    life.people.edit_pull("bo", fix, title="Another title", body="Nothing.")
    life.people.push("bo", "fix/checkout", {"b.py": "2\n"}, "Go on")
    life.people.push("bo", "fix/checkout", {"c.py": "3\n"}, "Anew", start="main", force=True)
    life.runs.skip()
    life.people.edit_pull("bo", fix, title="A third title")
    life.pass_on()
    assert GONE in life.gate(fix)[1]


def test_a_commit_that_another_fix_brought_is_no_link(life: Life) -> None:
    """A branch may stand on the fix of a bug: nothing of that bug is missing, so nothing is held."""
    number = life.bug()
    life.fix(number)
    life.people.push("bo", "feature", {"b.py": "2\n"}, "A feature", start="fix/checkout")
    pull = life.people.open_pull("bo", "A feature", "feature", body="No bug.").number
    life.pass_on()
    assert life.gate(pull) == ("success", "Not a bug fix")


# The first event ----------------------------------------------------------------------------------------


def _without(*permissions: str) -> str:
    text = shipped_workflow()
    for permission in permissions:
        text = text.replace(f"{permission}: write", f"{permission}: read")
    return text


def test_the_first_event_is_a_fix(life: Life) -> None:
    """The bug was labelled before anything of ours ran: its fix is held, and no other old bug is taken in."""
    bugs = [life.people.open_issue("dee", f"Bug {number}", "It is.").number for number in range(3)]
    for number in bugs:
        life.people.label("mia", number, "P1")
    life.runs.skip()
    life.world.clock.advance(days=1)
    began = life.world.clock()
    fix = life.fix(bugs[1])
    assert life.gate(fix) == ("failure", "BUG-002: nobody is assigned (+13)")
    assert "github-actions[bot] tracked True" in life.decisions(bugs[1])
    life.runs.schedule()
    life.people.edit_pull("bo", fix, title="Another title")
    life.pass_on()
    assert life.gate(fix)[0] == "failure"
    assert [bool(life.stickies(number)) for number in bugs] == [False, True, False]
    since = parse_meta(life.files(RECORDS)[META])
    assert since is not None
    assert since >= began.replace(microsecond=0)


def test_the_job_for_bugs_may_write_nothing() -> None:
    """Records never began, so each event is a first one: the fix is red all the same, and after that too."""
    with begin(workflow=_without("contents", "issues")) as life:
        number = life.bug()
        life.world.clock.advance(days=1)
        fix = life.fix(number)
        assert life.state.head_of(RECORDS) is None
        assert life.gate(fix)[0] == "failure"
        life.people.edit_pull("bo", fix, title="Another title")
        Runs(life.server, life.product).drain()
        assert life.gate(fix)[0] == "failure"
        assert "github-actions[bot] tracked True" in life.decisions(number)
