"""Whoever has to know hears of it outside GitHub: once, in time, and no gate is touched by how that ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from bugaction.sandbox.runs import Runs, shipped_workflow
from tests.receiver import Receiver, receiving
from tests.scenario.life import RECORDS, Life, begin, form
from tests.scenario.lives import ordinary

SECRET = "Hunter2Hunter2xyz"
INPUT = "BUGACTION_NOTIFY_URLS"
AUDIENCES = ("all-hands", "incidents", "releases", "pager")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A service that listens."""
    with receiving() as found:
        yield found


def listen(life: Life, receiver: Receiver, audiences: tuple[str, ...] = AUDIENCES) -> None:
    """The repository's secret: a URL for each audience, which tells them apart by its path."""
    life.runs.secrets[INPUT] = "\n".join(receiver.url(name, name) for name in audiences)


def heard(receiver: Receiver, audiences: tuple[str, ...] = AUDIENCES) -> dict[str, list[str]]:
    """The events that each audience heard of, in order."""
    return {name: events for name in audiences if (events := receiver.events(name))}


def left(life: Life) -> str:
    """Everything that runs leave: logs, summaries, outputs, comments, statuses and files."""
    state = life.state
    texts = [life.log, *life.product.summaries]
    texts += [text for run in life.runs.done for text in run.outputs.values()]
    texts += [comment.body for comment in state.comments.values()]
    texts += [text for branch in ("main", RECORDS) for text in life.files(branch).values()]
    texts += [str(life.verdicts(pull.number)) for pull in state.pulls()]
    return "\n".join(texts)


def test_a_p1_tells_each_audience_its_part(life: Life, receiver: Receiver) -> None:
    """From the report to the close, each once, however often a run looks."""
    listen(life, receiver)
    ordinary(life)
    assert heard(receiver) == {
        "incidents": ["reported", "cause-found", "all-clear", "closed"],
        "releases": ["deployed"],
        "pager": ["page", "page-over"],
    }
    life.runs.schedule()
    assert life.again() == 0
    assert len(receiver.messages) == len(set(receiver.keys())) == 7
    lines = [line for line in life.ledger(1) if line["kind"] == "notified"]
    assert {str(line["data"]) for line in lines} == {
        f"{{'audiences': '{name}', 'took': 'json-{place}'}}"
        for place, name in ((2, "incidents"), (3, "releases"), (4, "pager"))
    }
    notes = life.committed(1, "release-notes")[2]
    assert [
        text in notes for text in ("Notified incidents: it is reported", "Notified releases: the fix")
    ] == [True] * 2


def test_a_p0_wakes_whoever_is_needed(life: Life, receiver: Receiver) -> None:
    """All hands at once, the pager for each thing that is due within the hour, and a stop."""
    listen(life, receiver)
    life.people.deploy("eve", "main", "production", state="success")
    life.pass_on()
    number = life.bug("P0", form())
    assert heard(receiver) == {"all-hands": ["reported"], "incidents": ["reported"], "pager": ["page"]}
    reported = next(message for message in receiver.messages if message["path"] == "all-hands")
    assert reported["title"] == "P0 critical: BUG-001: Checkout fails"
    assert reported["incident"] == "octo/shop/BUG-001"
    life.say("bo", number, "/accept")
    fix = life.fix(body="Repairs the checkout.", branch="fix/bug-001")
    life.people.merge_pull("mia", fix)
    life.pass_on()
    life.people.deploy("eve", "main", "production", state="success")
    life.pass_on()
    life.say("cy", number, "/regression old apps break")
    assert heard(receiver) == {
        "all-hands": ["reported"],
        "incidents": ["reported", "deployed", "stop"],
        "pager": ["page", "page", "page", "stop"],
    }
    life.runs.schedule()
    for event in list(life.world.told)[-3:]:
        life.again(event)
    assert len(receiver.events()) == 8


def _refuse(receiver: Receiver) -> None:
    receiver.status = 500


def _keep_silent(receiver: Receiver) -> None:
    receiver.is_slow = True


def _lead_nowhere(receiver: Receiver) -> None:
    receiver.status, receiver.place = 302, "http://127.0.0.1:1/"


@pytest.mark.parametrize(
    ("line", "spoil"),
    [
        ("json://127.0.0.1:1/{secret}", None),
        ("{good}", _lead_nowhere),
        ("incidents {good}", None),
        pytest.param("{good}", _refuse, marks=pytest.mark.reliability),
        pytest.param("{good}", _keep_silent, marks=pytest.mark.reliability),
        pytest.param("nosuchservice://{secret}", None, marks=pytest.mark.reliability),
        pytest.param("pagerduty://{secret}", None, marks=pytest.mark.reliability),
    ],
    ids=["down", "redirect", "malformed", "500", "slow", "no service", "incomplete"],
)
def test_a_target_that_fails_changes_nothing_else(
    life: Life, receiver: Receiver, line: str, spoil: Callable[[Receiver], None] | None
) -> None:
    """The run ends green with its gates set, one warning names the target, and its URL is nowhere."""
    life.runs.secrets[INPUT] = line.format(secret=SECRET, good=receiver.url(SECRET))
    if spoil is not None:
        spoil(receiver)
    number = life.report(form())
    fix = life.fix(number)
    life.people.label("mia", number, "P1")
    before = len(life.product.log)
    life.pass_on()
    assert set(life.product.codes) == {0}
    assert life.gate(fix)[0] == "failure"
    assert "BUG-001" in life.gate(fix)[1]
    run = "\n".join(life.product.log[before:])
    (warning,) = (said for said in run.splitlines() if said.startswith("::warning") and "notify-urls" in said)
    assert "line 1" in warning
    assert SECRET not in left(life)
    assert "nosuchservice" not in left(life)
    assert receiver.messages == []


def test_who_missed_it_hears_of_it_later(life: Life, receiver: Receiver) -> None:
    """The next run tries again, under the same key, while it is news; then it is recorded as given up."""
    listen(life, receiver, ("incidents",))
    receiver.status = 500
    number = life.bug("P1", form())
    assert len(receiver.paths) == 1
    life.runs.schedule()
    assert len(receiver.paths) == 2
    receiver.status = 200
    life.say("bo", number, "/accept")
    assert receiver.events() == ["reported"]
    life.runs.schedule()
    assert receiver.events() == ["reported"]
    kinds = [
        str(line["evidence"]).rpartition("|")[2] for line in life.ledger(number) if line["kind"] == "notified"
    ]
    assert kinds[1:] == ["json"]


def test_two_runs_at_once_tell_of_a_step_once(life: Life, receiver: Receiver) -> None:
    """The run whose claim won tells it along with its comment; the other one leaves it alone, and so do
    later ones."""
    listen(life, receiver, ("incidents",))
    life.configure("version: 1\npeople:\n  on-call: [bo]\nnotifications:\n  breached: []\n")
    number = life.bug("P0", form())
    life.say("bo", number, "/accept")
    life.world.clock.advance(hours=1, minutes=10)
    events = []
    for who in ("dee", "cy"):
        life.people.comment(who, number, "/recheck")
        events.append(life.world.told[-1])
    life.runs.skip()
    barrier = Barrier(2)
    life.server.faults.before(lambda _: barrier.wait(20), times=2, operation="createCommitOnBranch")
    runs = [Runs(life.server, life.product) for _ in events]
    for each in runs:
        each.secrets.update(life.runs.secrets)
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(each.run, event) for each, event in zip(runs, events, strict=True)]:
            done.result()
    assert receiver.events("incidents").count("escalated") == 1
    life.world.clock.advance(minutes=15)
    life.runs.schedule()
    assert receiver.events("incidents").count("escalated") == 1


def _go_down(life: Life) -> None:
    life.server.faults.fail(503, times=1000)


def test_a_run_that_dies_after_sending_sends_again(life: Life, receiver: Receiver) -> None:
    """At least once: GitHub is gone right behind the message, so that nothing could be recorded of it."""
    listen(life, receiver, ("incidents",))
    receiver.after = lambda: _go_down(life)
    number = life.bug("P1", form())
    assert [line["kind"] for line in life.ledger(number)].count("notified") == 0
    life.server.faults.clear()
    receiver.after = lambda: None
    life.runs.schedule()
    first, second = receiver.keys()
    assert first == second
    assert [line["kind"] for line in life.ledger(number)].count("notified") == 1
    life.runs.schedule()
    assert len(receiver.keys()) == 2


def test_where_nothing_can_be_recorded_the_pager_alone_is_told(receiver: Receiver) -> None:
    """Nobody would know later that the others were; waking somebody twice is better than never."""
    workflow = shipped_workflow().replace("contents: write", "contents: read")
    with begin() as life:
        number = life.report(form())
        life.say("mia", number, "/track")
        listen(life, receiver)
        limited = type(life.runs)(life.server, life.product, workflow=workflow)
        limited.secrets = life.runs.secrets
        life.people.label("mia", number, "P0")
        limited.drain()
        assert set(heard(receiver)) == {"pager"}
        assert set(receiver.events()) == {"page"}
        assert len(set(receiver.keys())) == 1
        assert "ledger-unwritable" in life.log


def test_a_dry_run_lists_and_sends_nothing(life: Life, receiver: Receiver) -> None:
    """What would have been told stands in the plan."""
    number = life.bug("P1", form())
    listen(life, receiver)
    life.people.dispatch("mia", {"issue": str(number), "dry-run": "true"})
    (run,) = life.pass_on()
    assert "notification reported of #1 for incidents" in run.outputs["plan"]
    assert receiver.paths == []


def test_a_policy_without_audiences_tells_nobody(life: Life, receiver: Receiver) -> None:
    """Nothing is sent, and nothing recorded."""
    life.configure("version: 1\nnotifications: {reported: [], page: []}\n")
    listen(life, receiver)
    number = life.bug("P0", form())
    assert receiver.paths == []
    assert not [line for line in life.ledger(number) if line["kind"] == "notified"]
