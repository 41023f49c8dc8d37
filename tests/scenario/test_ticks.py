"""A box in the sticky comment that somebody ticks: their word, if they may give it, otherwise undone."""

from __future__ import annotations

import pytest

from bugaction.boxes import boxes
from bugaction.sandbox.entities import Comment
from tests.scenario.life import Life, form

HELD = ("failure", "BUG-001: it may change the workflows that check it")
GREEN = ("success", "Every gate holds for BUG-001")
SAID = "I have read what it changes in its workflows, it is sound, and I did not work on it"


def _fix(life: Life, branch: str = "fix/checkout", *, number: int = 1) -> int:
    """A fix that changes a workflow, checked and approved: only a word on that is missing."""
    files = {f"{branch}.py": "1\n", f"tests/test_{branch}.py": "1\n", ".github/workflows/ci.yml": branch}
    pull = life.fix(number, branch=branch, files=files)
    life.ready(pull)
    return pull


def _held(life: Life) -> int:
    life.settled()
    pull = _fix(life)
    assert life.gate(pull) == HELD
    return pull


def _sticky(life: Life) -> Comment:
    """The comment that shows the state, with its id."""
    (found,) = [comment for comment in life.ours(1) if comment.body == life.sticky(1)]
    return found


def _box(life: Life, pull: int) -> str:
    """The line of the one box for a pull request."""
    (line,) = [
        line for line in life.sticky(1).split("\n") if f"<!-- attest: checks {life.head(pull)} -->" in line
    ]
    return line.strip()


def _tick(life: Life, who: str, pull: int, *, ticked: bool = True) -> None:
    """Tick the box for a pull request; no run yet."""
    life.people.tick(who, _sticky(life).id, f"attest: checks {life.head(pull)}", ticked=ticked)


def _is_ticked(life: Life, pull: int) -> bool:
    return _box(life, pull).startswith("- [x] ")


def _words(life: Life) -> list[str]:
    """The decisions on the watched checks, in order: who, what, and whether it was accepted."""
    found = []
    for line in life.ledger(1):
        data = line.get("data", {})
        assert isinstance(data, dict)
        if data.get("name") == "undo" or data.get("requirement") == "checks":
            found.append(f"{line['actor']} {data['name']} {line['accepted']}")
    return found


def test_a_maintainer_ticks(life: Life) -> None:
    """It holds in the same run; the ledger names them with their role; nothing is left to write."""
    pull = _held(life)
    place = f"(pull request {pull} at {life.head(pull)[:7]})"
    assert _box(life, pull).endswith(f"--> {SAID} {place}")
    assert not _is_ticked(life, pull)
    _tick(life, "mia", pull)
    at = life.world.clock().strftime("%Y-%m-%d %H:%M UTC")
    life.pass_on()
    assert life.gate(pull) == GREEN
    assert _is_ticked(life, pull)
    assert _box(life, pull).endswith(f"{place}: mia, {at}")
    line = life.ledger(1)[-1]
    assert (line["actor"], line["role"], line["accepted"]) == ("mia", "maintain", True)
    data = line["data"]
    assert isinstance(data, dict)
    assert (data["requirement"], data["head"], data["note"]) == ("checks", life.head(pull), SAID)
    assert life.again() == 0
    life.world.clock.advance(minutes=90)
    life.runs.schedule()
    assert _words(life) == ["mia attest True"]
    before = life.sticky(1)
    life.people.label("mia", 1, "help wanted")
    life.pass_on()
    assert life.sticky(1) == before


def test_its_event_is_lost(life: Life) -> None:
    """What GitHub shows is enough: the next run finds it, whatever it is about."""
    pull = _held(life)
    _tick(life, "eve", pull)
    life.runs.skip()
    life.runs.schedule()
    assert life.gate(pull) == GREEN
    assert _words(life) == ["eve attest True"]


def test_a_job_that_may_not_record_leaves_it(life: Life) -> None:
    """It cannot be named any more once it is drawn anew, so the job that records comes first."""
    pull = _held(life)
    _tick(life, "eve", pull)
    life.runs.skip()
    life.approve("ana", pull)
    assert [run.job for run in life.runs.done[-2:]] == ["gates", "record"]
    assert _words(life) == ["eve attest True"]
    assert life.gate(pull) == GREEN
    assert _is_ticked(life, pull)


def test_somebody_who_may_not(life: Life) -> None:
    """Undone in the same run, with the reason; later rights do not revive it."""
    pull = _held(life)
    life.configure("version: 1\npeople: {attest: maintain}\n")
    _tick(life, "eve", pull)
    life.pass_on()
    assert life.gate(pull) == HELD
    assert not _is_ticked(life, pull)
    reason = f"eve ticked the box `checks` at {life.head(pull)[:7]}, which does not count: it needs the role"
    assert f"- {reason} maintain or above, and eve has write." in life.sticky(1)
    assert f"`/attest checks {life.head(pull)[:7]} " in life.sticky(1)
    assert life.again() == 0
    life.world.add_account("eve", role="admin")
    life.say("bo", 1, "/recheck")
    assert life.gate(pull) == HELD
    assert _words(life) == ["eve attest False"]
    _tick(life, "mia", pull)
    life.pass_on()
    assert life.gate(pull) == GREEN
    assert reason not in life.sticky(1)


def test_a_reader(life: Life) -> None:
    """Who has lost the role by the time that it is judged is a reader like any other."""
    pull = _held(life)
    _tick(life, "eve", pull)
    life.world.add_account("eve", role="read")
    life.pass_on()
    assert life.gate(pull) == HELD
    assert not _is_ticked(life, pull)
    assert "it needs the role write or above, and eve has read." in life.sticky(1)
    life.world.add_account("eve", role="write")
    life.say("bo", 1, "/recheck")
    assert life.gate(pull) == HELD
    _tick(life, "eve", pull)
    life.pass_on()
    assert life.gate(pull) == GREEN
    assert _words(life) == ["eve attest False", "eve attest True"]


def test_somebody_who_worked_on_it(life: Life) -> None:
    """By a tick no more than by the command."""
    pull = _held(life)
    _tick(life, "bo", pull)
    life.pass_on()
    assert life.gate(pull) == HELD
    assert "bo worked on it, and cannot vouch for its workflows." in life.sticky(1)
    assert not _is_ticked(life, pull)
    assert life.again() == 0


def test_two_people_between_two_runs(life: Life) -> None:
    """Each is named for their own box."""
    life.settled()
    first, second = _fix(life), _fix(life, "fix/other")
    _tick(life, "mia", first)
    _tick(life, "eve", second)
    life.pass_on()
    assert (life.gate(first), life.gate(second)) == (GREEN, GREEN)
    assert ": mia, " in _box(life, first)
    assert ": eve, " in _box(life, second)
    assert _words(life) == ["mia attest True", "eve attest True"]
    assert life.again() == 0


def test_a_box_that_somebody_else_invented(life: Life) -> None:
    """Who ticks what another person wrote there has given no word on what the box says."""
    life.settled()
    first, second = _fix(life), _fix(life, "fix/other")
    forged = life.sticky(1).replace(
        _box(life, first), f"- [ ] <!-- attest: checks {life.head(second)} --> I like this page"
    )
    comment = _sticky(life).id
    life.people.edit_comment("bo", comment, forged)
    life.people.tick("mia", comment, "I like this page")
    life.pass_on()
    assert (life.gate(first), life.gate(second)) == (HELD, HELD)
    assert "I like this page" not in life.sticky(1)
    assert (_is_ticked(life, first), _is_ticked(life, second)) == (False, False)
    assert _words(life) == []
    assert life.again() == 0


@pytest.mark.parametrize(
    "mangled",
    [
        lambda body: body.replace("- [ ]", "- [x]") + "\nand more",
        lambda body: body.replace("- [ ]", "- [x]").replace("it is sound", "it is fun"),
        lambda body: body.split("\n")[0] + "\n- [x] <!-- attest: checks -->",
        lambda body: body.split("\n")[0],
        lambda body: body.replace("- [ ]", "- [x]").replace("bugaction:ledger", "ledger"),
    ],
    ids=["more text", "another sentence", "a box alone", "nothing", "no mark"],
)
def test_a_body_that_is_mangled(life: Life, mangled: object) -> None:
    """Nobody's word, and drawn anew."""
    assert callable(mangled)
    pull = _held(life)
    before = life.sticky(1)
    life.people.edit_comment("eve", _sticky(life).id, mangled(before))
    life.pass_on()
    assert life.gate(pull) == HELD
    assert life.sticky(1).split("<sub>As of")[0] == before.split("<sub>As of")[0]
    assert _words(life) == []
    assert life.again() == 0


def test_a_form_sends_other_line_ends(life: Life) -> None:
    """A box that is ticked in GitHub's editor comes with CRLF."""
    pull = _held(life)
    body = life.sticky(1).replace("- [ ]", "- [X]").replace("\n", "\r\n")
    life.people.edit_comment("mia", _sticky(life).id, body)
    life.pass_on()
    assert life.gate(pull) == GREEN
    assert "\r" not in life.sticky(1)


def test_while_we_rewrite(life: Life) -> None:
    """A run that had read the comment before draws it anew over the tick: its own run still finds it."""
    pull = _held(life)
    life.server.faults.before(lambda _: _tick(life, "mia", pull), operation="updateIssueComment")
    life.say("bo", 1, "/eta 2h")
    assert "mia attest True" in _words(life)
    assert life.gate(pull) == GREEN
    assert _is_ticked(life, pull)
    assert life.again() == 0


def test_while_we_rewrite_and_its_event_is_lost(life: Life) -> None:
    """Then the box is seen to be empty, and nothing is green for it."""
    pull = _held(life)
    life.people.comment("bo", 1, "/eta 2h")
    event = life.world.told[-1]
    life.server.faults.before(lambda _: _tick(life, "mia", pull), operation="updateIssueComment")
    life.runs.skip()
    life.runs.run(event)
    life.runs.skip()
    life.runs.schedule()
    assert life.gate(pull) == HELD
    assert not _is_ticked(life, pull)
    _tick(life, "mia", pull)
    life.pass_on()
    assert life.gate(pull) == GREEN


def test_what_we_edit_counts_for_nobody(life: Life) -> None:
    """Nor what another app does, unless policy lists it by then."""
    pull = _held(life)
    for bot in ("github-actions", "alerts"):
        _tick(life, bot, pull)
        life.people.comment("dee", 1, "Any news?")
        life.pass_on()
        assert life.gate(pull) == HELD
        assert not _is_ticked(life, pull)
        assert life.again() == 0
    assert "which does not count: it is an app that `people.bots` does not list." in life.sticky(1)
    life.configure('version: 1\npeople: {bots: ["alerts[bot]"]}\n')
    assert _words(life) == ["alerts[bot] attest False"]
    _tick(life, "alerts", pull)
    life.people.comment("dee", 1, "Any news?")
    life.pass_on()
    assert life.gate(pull) == GREEN
    assert _words(life) == ["alerts[bot] attest False", "alerts[bot] attest True"]


@pytest.mark.parametrize("by_command", [False, True])
def test_its_author_takes_it_back(life: Life, by_command: bool) -> None:
    """By emptying the box, or by `/undo`."""
    pull = _held(life)
    _tick(life, "mia", pull)
    life.pass_on()
    if by_command:
        life.say("mia", 1, "/undo")
    else:
        _tick(life, "mia", pull, ticked=False)
        life.pass_on()
    assert life.gate(pull) == HELD
    assert not _is_ticked(life, pull)
    assert _words(life) == ["mia attest True", "mia undo True"]
    assert life.again() == 0
    _tick(life, "mia", pull)
    life.pass_on()
    assert life.gate(pull) == GREEN


def test_a_command_s_word_is_taken_back_by_its_author_s_box(life: Life) -> None:
    """The box shows whoever attested it, however they did."""
    pull = _held(life)
    life.say("mia", 1, f"/attest checks {life.head(pull)[:7]} one more job")
    assert ": mia, " in _box(life, pull)
    _tick(life, "mia", pull, ticked=False)
    life.pass_on()
    assert life.gate(pull) == HELD
    assert _words(life) == ["mia attest True", "mia undo True"]


def test_another_empties_it(life: Life) -> None:
    """It is drawn as the ledger has it, and said why."""
    pull = _held(life)
    _tick(life, "mia", pull)
    life.pass_on()
    _tick(life, "ana", pull, ticked=False)
    life.pass_on()
    assert life.gate(pull) == GREEN
    assert _is_ticked(life, pull)
    assert "which does not count: only mia, who attested it, can take that back." in life.sticky(1)
    assert _words(life) == ["mia attest True", "ana undo False"]
    assert life.again() == 0


def test_the_head_has_moved(life: Life) -> None:
    """A box names its commit: ticked on a page from before the push, it says nothing of the new one."""
    pull = _held(life)
    old = life.head(pull)
    life.people.push("bo", "fix/checkout", {".github/workflows/ci.yml": "worse"}, "More")
    life.runs.skip()
    life.people.tick("mia", _sticky(life).id, f"attest: checks {old}")
    life.pass_on()
    life.ready(pull)
    assert life.gate(pull) == HELD
    assert f"{old[:7]} is no longer the newest commit of a fix." in life.sticky(1)
    assert not _is_ticked(life, pull)
    assert _words(life) == ["mia attest False"]
    _tick(life, "mia", pull)
    life.pass_on()
    assert life.gate(pull) == GREEN
    assert "no longer the newest" not in life.sticky(1)


def test_a_push_takes_it_back(life: Life) -> None:
    """As it does with the command."""
    pull = _held(life)
    _tick(life, "mia", pull)
    life.pass_on()
    life.people.push("bo", "fix/checkout", {".github/workflows/ci.yml": "worse"}, "More")
    life.pass_on()
    life.ready(pull)
    assert life.gate(pull) == HELD
    assert not _is_ticked(life, pull)


@pytest.mark.parametrize("operation", ["query", "createCommitOnBranch", "updateIssueComment"])
@pytest.mark.parametrize("acts", [False, True])
def test_github_fails_in_the_middle(life: Life, operation: str, acts: bool) -> None:
    """It is judged once, and nothing is drawn before it is recorded."""
    pull = _held(life)
    _tick(life, "mia", pull)
    life.server.faults.fail(502, operation=operation, acts=acts)
    life.pass_on()
    assert life.gate(pull) == GREEN
    assert _words(life) == ["mia attest True"]
    assert _is_ticked(life, pull)
    assert life.again() == 0


def test_the_records_cannot_be_written(life: Life) -> None:
    """Nothing turns green, the tick is left where it is, and the first run that can records it."""
    pull = _held(life)
    _tick(life, "mia", pull)
    life.server.faults.fail(403, operation="createCommitOnBranch")
    life.pass_on()
    assert life.gate(pull)[0] == "failure"
    assert _is_ticked(life, pull)
    assert ": mia, " not in _box(life, pull)
    life.say("bo", 1, "/recheck")
    assert life.gate(pull) == GREEN
    assert _words(life) == ["mia attest True"]


def test_a_version_is_deleted_from_the_history(life: Life) -> None:
    """What somebody ticked it on is not known any more, so nobody is named."""
    pull = _held(life)
    comment = _sticky(life)
    _tick(life, "eve", pull)
    life.people.forget_version("eve", comment.id, len(comment.edits) - 1)
    life.pass_on()
    assert life.gate(pull) == HELD
    assert not _is_ticked(life, pull)
    assert _words(life) == []
    assert life.again() == 0


def test_the_history_may_not_be_read(life: Life) -> None:
    """The run goes on without it, and says so."""
    pull = _held(life)
    _tick(life, "mia", pull)
    life.server.faults.forbid("IssueComment.userContentEdits", times=2)
    life.pass_on()
    assert life.gate(pull) == HELD
    assert not _is_ticked(life, pull)
    assert "The edits of a comment cannot be read, so that a box ticked in it does not count" in life.log


def test_a_bug_that_lost_its_labels(life: Life) -> None:
    """The comment's own event still comes through to us."""
    pull = _held(life)
    life.people.unlabel("ana", 1, *life.labels(1))
    life.runs.skip()
    life.people.edit_issue("dee", 1, body="plain")
    life.runs.skip()
    _tick(life, "mia", pull)
    life.pass_on()
    assert "mia attest True" in _words(life)


def test_what_a_release_asks_for_is_ticked_too(life: Life) -> None:
    """Once there is a fix; what a regression asks for anew is ticked anew, by whoever has tried it."""
    life.settled()
    pull = life.fix(1)
    life.check(pull)
    life.approve("mia", pull)
    life.complete("bo", 1, "release-notes")
    for requirement in ("rollback-tested", "staging"):
        assert life.gate(pull)[0] == "failure"
        life.people.tick("eve", _sticky(life).id, f"attest: {requirement}")
        life.pass_on()
        assert f"- [x] <!-- attest: {requirement} -->" in life.sticky(1)
    assert life.gate(pull) == GREEN


@pytest.mark.reliability
def test_a_bug_that_came_back_is_ticked_anew(life: Life) -> None:
    """Proved, closed and opened again: the old words hold the old fix, and nothing of the next one. Its boxes
    are empty, whoever may not is told, and what was said after the merge has to be said of it as well."""
    requirements = ("rollback-tested", "staging")
    life.people.deploy("eve", "main", "production")
    life.settled()
    rules = "severities: {P1: {post-mortem: false, windows: [15m]}}"
    life.configure(f"version: 1\n{rules}\npeople: {{attest: maintain}}\n")
    proven = "/attest team-told by mail\n/attest users-told by mail\n/attest technical-debt none it is final"
    for number, branch in enumerate(("fix/first", "fix/second")):
        pull = life.fix(1, branch=branch)
        life.check(pull)
        life.approve("mia", pull)
        if number == 0:
            life.complete("bo", 1, "release-notes")
        for requirement in requirements:
            assert life.gate(pull)[0] == "failure"
            life.people.tick("eve", _sticky(life).id, f"attest: {requirement}")
            life.pass_on()
            assert f"eve ticked the box `{requirement}`, which does not count" in life.sticky(1)
            assert f"- [ ] <!-- attest: {requirement} -->" in life.sticky(1)
            life.people.tick("mia", _sticky(life).id, f"attest: {requirement}")
            life.pass_on()
            assert f"eve ticked the box `{requirement}`" not in life.sticky(1)
        assert life.gate(pull) == GREEN
        life.people.merge_pull("mia", pull)
        life.pass_on()
        life.people.deploy("eve", "main", "production")
        life.pass_on()
        life.world.clock.advance(hours=1)
        life.say("mia", 1, "/verified 15m")
        assert "nobody says that the team is told" in life.sticky(1)
        life.say("mia", 1, proven)
        assert "phase: closed" in life.labels(1)
        life.people.reopen("mia", 1)
        life.pass_on()
        for requirement in requirements:
            assert f"- [x] <!-- attest: {requirement} -->" in life.sticky(1)
    assert life.again() == 0


def _windows(life: Life) -> dict[str, bool]:
    """The boxes of the monitoring windows, whether each is ticked."""
    found = boxes(life.sticky(1))
    return {item.box.window: item.ticked for item in found if item.box.window}


def _look(life: Life, who: str, window: str, *, ticked: bool = True) -> None:
    life.people.tick(who, _sticky(life).id, f"verified: {window} ", ticked=ticked)


def test_a_window_is_ticked(life: Life) -> None:
    """As `/verified` of that window and of that deployment; too early, or of another one, it is drawn empty
    again with the reason, and a lost event is made good."""
    before = life.state.head_of("main")
    assert before is not None
    life.people.deploy("eve", before, "production")
    life.bug("P2", form())
    life.say("bo", 1, "/accept")
    pull = life.fix(branch="fix/bug-001", body="Repairs the checkout.")
    life.people.merge_pull("mia", pull)
    life.pass_on()
    assert _windows(life) == {}
    life.people.deploy("eve", "main", "production")
    life.pass_on()
    assert _windows(life) == {"2h": False}
    _look(life, "bo", "2h")
    life.pass_on()
    assert _windows(life) == {"2h": False}
    assert "bo ticked the box of 2h, which does not count: the window of 2h is not over" in life.sticky(1)
    life.world.clock.advance(hours=2)
    _look(life, "bo", "2h")
    life.runs.skip()
    life.runs.schedule()
    assert _windows(life) == {"2h": True, "24h": False}
    assert "which does not count" not in life.sticky(1)
    assert life.again() == 0
    life.say("bo", 1, "/undo")
    assert _windows(life) == {"2h": False}
    _look(life, "bo", "2h")
    life.pass_on()

    life.people.deploy("eve", before, "production")
    life.people.deploy("eve", "main", "production")
    life.runs.skip()
    life.world.clock.advance(hours=24)
    _look(life, "bo", "24h")
    life.pass_on()
    assert _windows(life) == {"2h": False, "24h": False}
    assert "bo ticked the box of 24h, which does not count: it was for an earlier deployment" in life.sticky(
        1
    )
    _look(life, "mia", "24h")
    _look(life, "bo", "2h")
    life.pass_on()
    assert _windows(life) == {"2h": True, "24h": True}
    assert "- ✅ Production was watched after the deployment: 2h, bo" in life.sticky(1)
    assert "which does not count" not in life.sticky(1)
    assert life.again() == 0
