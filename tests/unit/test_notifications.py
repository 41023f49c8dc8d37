"""Whom a piece of news goes to, in which words, and what is kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bugaction.bug import Bug
from bugaction.clocks import clocks_of
from bugaction.model import LedgerFile, LedgerLine, RecordKind, Sent, Severity
from bugaction.news import EVENTS
from bugaction.notifications import next_tries, notified_lines, notify_effects, paging
from bugaction.notify_urls import EVERYBODY
from bugaction.plan import Mood, Notify, SetStatus
from bugaction.rendering import check
from bugaction.snapshot import StatusState, TextFile
from bugaction.templates import load_templates
from tests.unit.bugs import DEPLOYED, bug, merged, said
from tests.values import at, facts, issue, repository

P0, P1 = Severity.P0, Severity.P1
TEMPLATES = load_templates()
TRACKED = LedgerLine(RecordKind.TRACKED, issue().id, "us", at(0), accepted=True)
REPORTED = "notify:reported:P1@2026-11-24T09:02:00Z"
ALL = frozenset({EVERYBODY})


def story(severity: Severity = P1, *lines: LedgerLine, **changes: object) -> Bug:
    """A bug that is looked after, with these decisions."""
    whole = bug(severity, raised=2)
    return replace(whole, ledger=LedgerFile(lines=(TRACKED, *lines)), **changes)  # type: ignore[arg-type]


def effects(
    whole: Bug, reach: frozenset[str] = ALL, *, records: bool = True, templates: Mapping[str, str] = TEMPLATES
) -> tuple[Notify, ...]:
    """What is to be told of it."""
    return notify_effects(whole, (), clocks_of(whole), repository(), templates, reach, records=records)[0]


def line(evidence: str = REPORTED, minutes: float = 3, *, took: str = "", failed: str = "") -> LedgerLine:
    """What became of a notification, as recorded."""
    data = {name: text for name, text in (("took", took), ("failed", failed)) if text}
    return LedgerLine(RecordKind.NOTIFIED, evidence, "us", at(minutes), accepted=bool(took), data=data)


def test_news_goes_to_those_who_listen() -> None:
    """By policy and as far as there is a URL; where nobody listens, nothing is made."""
    (told,) = effects(story())
    assert (told.number, told.event, told.key) == (42, "reported", REPORTED)
    assert (told.incident, told.audiences, told.mood) == ("octo/shop/BUG-042", ("incidents",), Mood.FAILURE)
    assert [item.audiences for item in effects(story(P0), frozenset({"all-hands", "pager"}))] == [
        ("pager",),
        ("all-hands",),
    ]
    assert effects(story(), frozenset({"releases"})) == ()
    assert effects(story(), frozenset()) == ()


def test_without_records_only_the_pager_is_told() -> None:
    """Section 1: nobody would know later that the others were."""
    (told,) = effects(story(P0), records=False)
    assert (told.event, told.audiences) == ("page", ("pager",))
    assert effects(story(P1), records=False) == ()
    status = SetStatus("a" * 40, "x", StatusState.FAILURE, "", "")
    both = replace(told, audiences=("incidents", "pager"))
    assert paging([status, both, replace(told, audiences=("incidents",))]) == (told,)


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_every_event_has_words(event: str) -> None:
    """Shipped, sandboxed, and short enough for whoever is woken by them."""
    name = f"notifications/{event}.txt.j2"
    assert check(name, TEMPLATES[name]) is None


def test_a_person_at_night_reads_what_it_is() -> None:
    """What, how bad, since when, due, what to do, and where."""
    (told,) = effects(story(P1, channel="incident-42"))
    assert told.title == "P1 high: BUG-042: Checkout fails"
    assert told.body.split("\n") == [
        "Broken since 2026-11-24 09:00 UTC. Spoken of in incident-42.",
        "Somebody answers: due 2026-11-24 10:00 UTC",
        "The cause is known: due 2026-11-24 13:00 UTC",
        "The fix is out: due 2026-11-25 09:00 UTC",
        "Next: whoever takes it comments /accept on the issue.",
        "https://github.com/octo/shop/issues/42",
    ]


def test_a_step_of_the_ladder_says_whom_it_is_for() -> None:
    """With what is waited for, as the bug's comment calls it."""
    data = {
        "clock": "fix",
        "to": "engineering-lead",
        "people": "mia, octo/leads",
        "due": "2026-11-24T09:20:00Z",
    }
    step = LedgerLine(RecordKind.CLAIMED, "escalation:fix:x:1", "us", at(21), accepted=True, data=data)
    whole = story(P0, step, unrecorded=(step,))
    told = next(item for item in effects(whole) if item.event == "escalated")
    assert told.audiences == ("incidents", "pager")
    assert told.title == "Escalated to engineering-lead: BUG-042: Checkout fails (P0 critical)"
    assert told.body.split("\n")[:3] == [
        "Asked: mia, octo/leads",
        "Waits for: The fix is out",
        "This step fell due 2026-11-24 09:20 UTC.",
    ]


def test_a_regression_says_what_to_do() -> None:
    """Who reported what, and that nothing else goes out."""
    whole = merged(P0, said("regression", 605, text="old apps break"), deployed=DEPLOYED)
    ledger = LedgerFile(lines=(TRACKED, *whole.ledger.lines))
    told = next(item for item in effects(replace(whole, ledger=ledger)) if item.event == "stop")
    assert told.title == "STOP, go back: a regression of BUG-042: Checkout fails (P0 critical)"
    first, second, last = told.body.split("\n")
    assert first == "2026-11-24 19:05 UTC: reported by bo: old apps break"
    assert second.startswith("Next: deploy nothing else. Comment /rollback on the issue")
    assert last == "https://github.com/octo/shop/issues/42"


HOSTILE = (
    "<!channel> <@U123> @everyone @here <https://evil.example|click> [click](https://evil.example) "
    "evil.example www.evil.example #general `x` </b><script>\u202e\nInjected: line"
)


def test_strangers_words_mention_nobody_and_lead_nowhere() -> None:
    """In no chat system: marks are broken by an invisible letter, and a line stays a line."""
    whole = story(facts=facts(replace(issue(), title=HOSTILE)))
    (told,) = effects(whole)
    text = f"{told.title}\n{told.body}"
    for mark in (
        "<!channel",
        "<@U123",
        "@everyone",
        "@here",
        "<https",
        "](",
        "://evil",
        "evil.example",
        "www.",
        "#general",
        "<script",
        "\u202e",
    ):
        assert mark not in text, mark
    assert "\nInjected" not in text
    assert len(told.title) <= 200


def test_a_confidential_bug_tells_nothing_of_itself() -> None:
    """Neither title nor words nor names: that it is there, how urgent it is, and where."""
    regret = said("regression", 605, text="the password leaks")
    found: list[Notify] = []
    for whole in (
        merged(P0, deployed=DEPLOYED),
        merged(P0, regret, deployed=DEPLOYED),
        story(P0, now=at(16)),
    ):
        ledger = LedgerFile(lines=(TRACKED, *whole.ledger.lines))
        found += effects(replace(whole, ledger=ledger, confidential=True, channel="secret-room"))
    late = next(item for item in found if item.event == "breached")
    assert "Somebody answers: was due 2026-11-24 09:15 UTC" in late.body
    assert {item.event for item in found} >= {"deployed", "stop", "reported", "page", "breached"}
    for told in found:
        text = f"{told.title}\n{told.body}"
        assert "confidential" in text
        for hidden in ("Checkout", "password", "2.0.1", "secret-room", " bo"):
            assert hidden not in text, (told.event, hidden)


def test_a_long_text_is_cut_above_its_link() -> None:
    """A team's own words may be long; the way to the issue stays."""
    own = TextFile(
        ".github/bugaction/templates/notifications/reported.txt.j2",
        "{{ title | spoken }}\n" + "long line\n" * 500,
    )
    whole = story()
    (told,), notices = notify_effects(
        whole, (), (), repository(templates=(own,)), TEMPLATES, ALL, records=True
    )
    assert told.title == "Checkout fails"
    assert len(told.body) <= 1000
    assert told.body.endswith("long line\n…\nhttps://github.com/octo/shop/issues/42")
    assert notices == ()


def test_a_template_that_fails_is_replaced_by_ours() -> None:
    """And said, with its place."""
    own = TextFile(".github/bugaction/templates/notifications/reported.txt.j2", "{{ nothing.at.all }}")
    (told,), notices = notify_effects(
        story(), (), (), repository(templates=(own,)), TEMPLATES, ALL, records=True
    )
    assert told.title == "P1 high: BUG-042: Checkout fails"
    assert notices[0].file == own.path


# What is kept -------------------------------------------------------------------------------------------


def test_what_was_sent_is_recorded_once() -> None:
    """After it went out, by its key, with the services by kind; in the round after it is not sent again."""
    sent = Sent(("slack", "json-2"), audiences=("all-hands", "incidents"))
    whole = story(notified={REPORTED: sent})
    assert effects(whole) == ()
    (kept,) = notified_lines(whole, "us")
    assert (kept.kind, kept.evidence, kept.accepted) == (RecordKind.NOTIFIED, REPORTED, True)
    assert kept.data == {"audiences": "all-hands, incidents", "took": "slack, json-2"}
    again = story(P1, kept, notified={REPORTED: sent})
    assert notified_lines(again, "us") == ()
    assert effects(story(P1, kept)) == ()
    assert notified_lines(story(notified={REPORTED: Sent()}), "us") == ()


def test_after_a_crash_it_is_sent_again_under_the_same_key() -> None:
    """At least once: nothing was recorded, so nothing is known."""
    first, second = effects(story()), effects(story(now=at(40)))
    assert [item.key for item in first] == [item.key for item in second] == [REPORTED]


def test_who_did_not_take_it_is_tried_again_alone() -> None:
    """Until it is no news any more; a try that reached nobody is not recorded again, and then it is over."""
    first = line(took="slack", failed="json, json-2")
    (told,) = effects(story(P1, first))
    assert told.only == ("json", "json-2")
    still = story(P1, first, notified={REPORTED: Sent((), ("json", "json-2"))})
    assert notified_lines(still, "us") == ()
    reached = story(P1, first, notified={REPORTED: Sent(("json-2",), ("json",))})
    (kept,) = notified_lines(reached, "us")
    assert (kept.evidence, kept.data) == (f"{REPORTED}|json-2", {"took": "json-2"})
    assert (
        notified_lines(replace(reached, ledger=LedgerFile(lines=(*reached.ledger.lines, kept))), "us") == ()
    )
    (told,) = effects(story(P1, first, kept))
    assert told.only == ("json",)
    old = story(P1, first, kept, now=at(24 * 60 + 4))
    assert "reported" not in {item.event for item in effects(old)}
    (over,) = notified_lines(old, "us")
    assert (over.evidence, over.accepted, over.why) == (
        f"{REPORTED}|given-up",
        False,
        "it is no news any more",
    )
    assert over.data == {"failed": "json"}
    assert notified_lines(story(P1, first, kept, over, now=at(24 * 60 + 9)), "us") == ()


def test_when_another_try_is_due() -> None:
    """The sweep looks again after one hour, three and nine, and once more when it is given up; a page is not
    tried again, since it is none after an hour. What was taken, or given up, needs no look."""
    failed = line(failed="slack")
    hours = [(moment - failed.at) / timedelta(hours=1) for moment in next_tries(story(P1, failed))]
    assert [round(number, 2) for number in hours] == [1, 3, 9, 24]
    page = line("notify:page:2026-11-24T09:00:00Z", failed="json")
    assert [moment > at(63) for moment in next_tries(story(P1, page))] == [True]
    late = line(f"{REPORTED}|slack", took="slack")
    assert [*next_tries(story(P1, line(took="slack"))), *next_tries(story(P1, failed, late))] == []
    (end,) = notified_lines(replace(story(P1, failed), now=max(next_tries(story(P1, failed)))), "us")
    assert [*next_tries(story(P1, failed, end))] == []


def test_one_that_nobody_took_is_kept_as_such() -> None:
    """So that it is known that it was tried."""
    (kept,) = notified_lines(story(notified={REPORTED: Sent((), ("slack",))}), "us")
    assert (kept.accepted, kept.why, kept.data) == (False, "nobody took it", {"failed": "slack"})
    (told,) = effects(story(P1, kept))
    assert told.only == ("slack",)
    assert notified_lines(story(P1, line(took="slack"), now=at(5000)), "us") == ()
