"""Who is called when a bug takes too long: once a step, whatever becomes of the runs."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from bugaction.sandbox.entities import Comment
from bugaction.sandbox.runs import Runs
from bugaction.sandbox.world import Event
from tests.scenario.life import CONFIG, Life, form

PEOPLE = (
    "version: 1\npeople:\n  on-call: [bo]\n  engineering-lead: [mia]\n  cto: [ana]\n"
    'contacts:\n  - {name: Slack, text: "#incidents"}\n'
)
_PATIENCE = 20
"""Seconds that one run waits for the other before the test fails."""


def _calls(life: Life, number: int) -> list[Comment]:
    """The comments that call somebody, oldest first."""
    return [each for each in life.ours(number) if each.body.startswith("<!-- bugaction:call ")]


def _called(life: Life, number: int) -> list[list[str]]:
    """Whom each of them mentions, in order."""
    return [re.findall(r"@([A-Za-z0-9/-]+)", each.body) for each in _calls(life, number)]


def _recorded(life: Life, number: int, kind: str = "claimed") -> list[str]:
    """The ledger's lines of that kind: what about, its step, and whether it was accepted."""
    found = []
    for line in life.ledger(number):
        evidence = str(line["evidence"])
        if line["kind"] == kind and evidence.startswith("escalation:"):
            found.append(f"{evidence.split(':')[1]} {evidence.rpartition(':')[2]} {line['accepted']}")
    return found


def _critical(life: Life) -> int:
    """A P0 that nobody has taken on, of a team that has named its people."""
    life.configure(PEOPLE)
    return life.bug("P0", form())


def _taken(life: Life) -> int:
    """A P0 that Bo has taken on at once."""
    number = _critical(life)
    life.say("bo", number, "/accept")
    return number


def _sweep(life: Life, *, hours: float = 0, minutes: float = 0) -> None:
    life.world.clock.advance(hours=hours, minutes=minutes)
    life.runs.skip()
    life.runs.schedule()


def test_steps_on_time(life: Life) -> None:
    """An hour each: on call, the lead, the CTO; each is mentioned once, with what to do, and it is shown."""
    number = _taken(life)
    _sweep(life, minutes=50)
    assert _called(life, number) == []
    assert "Call bo (on call): at 25% of the time for the fix, 2026-" in life.sticky(number)
    _sweep(life, minutes=20)
    _sweep(life, minutes=60)
    _sweep(life, minutes=60)
    assert _called(life, number) == [["bo"], ["mia"], ["ana"]]
    first = _calls(life, number)[0].body
    assert "25% of the time for the fix was used up 2026-" in first
    assert "; the fix is due 2026-" in first
    assert "**Next step:** " in first
    assert "Slack: #\u200bincidents" in first
    assert "Contacts: Slack: #\u200bincidents" in life.sticky(number)
    assert re.search(r"Call ana \(CTO\): at 75% .*, called 2026-", life.sticky(number))
    assert "Call ana (CTO)" in life.product.summaries[-1]
    done = ["fix 0 True", "fix 1 True", "fix 2 True"]
    assert (_recorded(life, number), _recorded(life, number, "confirmed")) == (done, done)
    before = len(life.server.writes)
    _sweep(life)
    assert len(life.server.writes) == before


def test_nobody_is_mentioned_by_default(life: Life) -> None:
    """Without people in the policy there is no ladder, however late it is."""
    number = life.bug("P0", form())
    _sweep(life, hours=30)
    assert _calls(life, number) == []
    assert _recorded(life, number) == []
    assert "Who is called" not in life.sticky(number)


def test_a_late_sweep_calls_once(life: Life) -> None:
    """All that are due in one comment, in their order, with when that was, and when it was noticed."""
    number = _critical(life)
    _sweep(life, hours=3, minutes=30)
    (call,) = _calls(life, number)
    assert _called(life, number) == [["bo", "mia", "ana"]]
    lines = [line for line in call.body.split("\n") if line.startswith("- ")]
    assert [line.split(":")[0] for line in lines] == [
        "- bo (on call)",
        "- bo (on call)",
        "- mia (engineering lead)",
        "- ana (CTO)",
    ]
    assert "nobody has taken it on, and an answer was due" in lines[0]
    assert all(", noticed 2026-" in line for line in lines)
    assert "comments `/accept`" in call.body
    _sweep(life)
    _sweep(life, minutes=20)
    assert len(_calls(life, number)) == 1


def test_what_a_late_sweep_overran_is_said(life: Life) -> None:
    """The severity was lowered before any run had looked: nobody is called for it, and the record says so."""
    number = _taken(life)
    life.world.clock.advance(hours=2, minutes=30)
    life.runs.skip()
    life.people.label("mia", number, "P2")
    life.pass_on()
    assert _calls(life, number) == []
    assert _recorded(life, number) == ["fix 0 False", "fix 1 False"]
    assert "passed over, since the severity was changed by then" in life.sticky(number)


def test_a_run_that_ends_between_claim_and_comment(life: Life) -> None:
    """Another one makes it good, once the first one's time is over, and then nobody does again."""
    number = _taken(life)
    life.server.faults.fail(502, times=100, operation="addComment")
    _sweep(life, hours=1, minutes=10)
    life.server.faults.clear()
    assert _recorded(life, number) == ["fix 0 True"]
    assert _calls(life, number) == []
    _sweep(life)
    assert _calls(life, number) == []
    _sweep(life, minutes=11)
    assert _called(life, number) == [["bo"]]
    assert _recorded(life, number, "confirmed") == ["fix 0 True"]
    _sweep(life, minutes=30)
    assert len(_calls(life, number)) == 1


@pytest.mark.parametrize("operation", ["createCommitOnBranch", "addComment"])
@pytest.mark.parametrize("acts", [True, False])
def test_an_answer_that_is_lost(life: Life, operation: str, acts: bool) -> None:
    """The run goes on by itself: it knows which claim is its own."""
    number = _taken(life)
    life.server.faults.drop(operation=operation, acts=acts)
    _sweep(life, hours=1, minutes=10)
    _sweep(life, minutes=15)
    assert _called(life, number) == [["bo"]]
    assert _recorded(life, number) == ["fix 0 True"]


def test_a_call_that_is_over_is_not_made_good(life: Life) -> None:
    """The comment was never written, and then the issue was closed: nobody is disturbed any more."""
    number = _taken(life)
    life.server.faults.fail(502, times=100, operation="addComment")
    _sweep(life, hours=1, minutes=10)
    life.server.faults.clear()
    life.people.close("mia", number, "not_planned")
    _sweep(life, minutes=20)
    life.people.comment("mia", number, "/recheck")
    life.pass_on()
    assert _calls(life, number) == []
    assert _recorded(life, number, "confirmed") == ["fix 0 False"]


def test_two_runs_at_once(life: Life) -> None:
    """One commit of the claim wins, and its run calls; the other finds the claim."""
    number = _taken(life)
    life.world.clock.advance(hours=1, minutes=10)
    life.people.comment("dee", number, "/recheck")
    one = life.world.told[-1]
    life.people.comment("cy", number, "/recheck")
    two = life.world.told[-1]
    life.runs.skip()
    barrier = Barrier(2)
    life.server.faults.before(lambda _: barrier.wait(_PATIENCE), times=2, operation="createCommitOnBranch")

    def run(event: Event) -> None:
        Runs(life.server, life.product).run(event)

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(run, event) for event in (one, two)]:
            each.result()
    assert _called(life, number) == [["bo"]]
    assert _recorded(life, number) == ["fix 0 True"]
    _sweep(life, minutes=15)
    assert len(_calls(life, number)) == 1


def test_a_call_that_was_deleted(life: Life) -> None:
    """Somebody took the comment away: they were called all the same, and are not called again."""
    number = _taken(life)
    _sweep(life, hours=1, minutes=10)
    (call,) = _calls(life, number)
    life.people.delete_comment("mia", call.id)
    _sweep(life, minutes=20)
    assert _calls(life, number) == []
    assert "called 2026-" in life.sticky(number)


def test_without_a_record_nobody_is_called(life: Life) -> None:
    """Where the ledger refuses the claim there is no comment; once it takes it, there is one."""
    number = _taken(life)
    life.server.faults.fail(
        422, times=3, operation="createCommitOnBranch", message="Repository rule violations found"
    )
    _sweep(life, hours=1, minutes=10)
    life.server.faults.clear()
    assert _calls(life, number) == []
    _sweep(life, minutes=5)
    assert _called(life, number) == [["bo"]]


def test_a_regression_calls_the_first_two(life: Life) -> None:
    """At once, and once a report: stop, and roll back."""
    number = _taken(life)
    fix = life.fix(number)
    life.people.merge_pull("mia", fix)
    life.pass_on()
    life.people.deploy("eve", "main", "production", state="success")
    life.pass_on()
    life.say("cy", number, "/regression the cart is @dee empty")
    assert _called(life, number) == [["bo", "mia"]]
    (call,) = _calls(life, number)
    assert "Stop, and roll back" in call.body
    assert "`/rollback REASON`" in call.body
    assert _recorded(life, number) == ["regression 0 True"]
    _sweep(life, minutes=5)
    life.say("eve", number, "/regression now nobody can pay")
    assert _called(life, number) == [["bo", "mia"], ["bo", "mia"]]


def test_a_confidential_bug_tells_no_details(life: Life) -> None:
    """Whoever is called is told where to look, and nobody else is told anything."""
    life.configure(PEOPLE)
    number = life.report(form())
    life.people.label("mia", number, "security", "P0")
    life.pass_on()
    _sweep(life, minutes=70)
    (call,) = _calls(life, number)
    assert re.findall(r"@(\w+)", call.body) == ["bo"]
    assert "a private advisory" in call.body
    assert "Next step" not in call.body
    assert "Who is called" not in life.sticky(number)


def test_old_bugs_call_nobody(life: Life) -> None:
    """Adopting it writes nothing to them; of one that is tracked later, what was due before stays past."""
    numbers = [life.people.open_issue("dee", f"Old {index}", form()).number for index in range(3)]
    for number in numbers:
        life.people.label("mia", number, "P1")
    life.world.clock.advance(days=20)
    life.runs.skip()
    since = f"{life.world.clock():%Y-%m-%dT%H:%M:%SZ}"
    life.configure(PEOPLE.replace("version: 1\n", f"version: 1\nsince: {since}\n"))
    assert CONFIG in life.files("main")
    _sweep(life, hours=1)
    assert all(life.ours(number) == [] for number in numbers)
    life.say("mia", numbers[0], "/track")
    _sweep(life, hours=30)
    assert _calls(life, numbers[0]) == []
    assert _recorded(life, numbers[0]) == []
