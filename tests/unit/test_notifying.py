"""The way out: services that take it, refuse it, keep silent or are none, and what a person reads of that."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

import bugaction
from bugaction.errors import Forbidden, GitHubError, StaleHead
from bugaction.model import Sent
from bugaction.notify_urls import parse_notify_urls
from bugaction.notifying import Notifier, NotifyingWriter
from bugaction.plan import AppendLedger, Effect, Mood, Notify, React
from bugaction.ports import Applied
from tests.receiver import Receiver, receiving

SECRET = "Hunter2Hunter2xyz"
NEWS = Notify(
    42, "page", "notify:page:x", "octo/shop/BUG-042", ("pager",), Mood.FAILURE, "P0: it broke", "Now.\nlink"
)
LEDGER = AppendLedger("bugaction/records", "a" * 40, {}, (), "record")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A service that listens."""
    with receiving() as found:
        yield found


def outcome(lines: str, *news: Notify, seconds: float = 8.0) -> list[Sent]:
    """What became of each, by these lines of the input."""
    applied = Notifier(parse_notify_urls(lines).targets, seconds).send(news or (NEWS,))
    found = [item.sent for item in applied if item.sent is not None]
    assert [item.effect for item in applied] == list(news or (NEWS,))
    assert not [item for item in applied if item.error is not None]
    assert not [text for item in found for text in item.problems if SECRET in text]
    return found


def test_it_arrives_with_its_keys(receiver: Receiver) -> None:
    """As plain text; who gets it twice knows it again, and what belongs together."""
    assert outcome(receiver.url(SECRET)) == [Sent(("json",))]
    (message,) = receiver.messages
    assert (message["title"], message["message"], message["type"]) == (
        "P0: it broke",
        "Now.\nlink",
        "failure",
    )
    assert (message["key"], message["incident"]) == ("notify:page:x", "octo/shop/BUG-042")


def test_each_target_gets_what_its_audiences_do(receiver: Receiver) -> None:
    """Once, whoever is meant by it twice; the second of a kind has a number."""
    lines = "\n".join(
        [receiver.url("a"), receiver.url("b", "pager, all-hands"), receiver.url("c", "releases")]
    )
    both = replace(NEWS, audiences=("pager", "all-hands"))
    assert outcome(lines, both) == [Sent(("json", "json-2"))]
    assert outcome(lines, replace(NEWS, only=("json-2",))) == [Sent(("json-2",))]
    assert sorted(receiver.paths) == ["/a", "/b", "/b"]
    assert outcome(receiver.url("c", "releases")) == [Sent()]


def test_a_refusal_is_one_warning_that_shows_nothing(receiver: Receiver) -> None:
    """It names audience, kind and line; for the rest of the run that target is left alone."""
    receiver.status = 500
    second = replace(NEWS, key="notify:page:y")
    first, other = outcome(receiver.url(SECRET, "pager"), NEWS, second)
    assert (first.took, first.failed) == ((), ("json",))
    (problem,) = first.problems
    place = "(`json`, line 1 of the input `notify-urls`)"
    assert problem.startswith(f"Notifications for pager did not go out {place}: it did not take them.")
    assert (other.failed, other.problems) == (("json",), ())
    assert len(receiver.paths) == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("json://127.0.0.1:1/Hunter2Hunter2xyz", "(`json`, line 1 of"),
        ("nosuchservice://Hunter2Hunter2xyz/b", "(line 1 of the input `notify-urls`): it is no URL"),
        (
            "slack://Hunter2Hunter2xyz",
            "(`slack`, line 1 of the input `notify-urls`): it is no URL that Apprise",
        ),
        ("pager= json://[Hunter2Hunter2xyz", "line 1 of"),
    ],
)
def test_a_target_that_is_none_is_named_by_its_line(line: str, words: str) -> None:
    """What stands before the colon is shown only where it is a kind of service."""
    (sent,) = outcome(line)
    assert sent.took == ()
    assert words in sent.problems[0]
    assert "nosuchservice" not in f"{sent}"


def test_a_slow_target_costs_no_more_than_the_run_has(receiver: Receiver) -> None:
    """The others are served meanwhile, and what it was to get later is not tried."""
    receiver.is_slow = True
    with receiving() as quick:
        lines = f"{receiver.url(SECRET)}\n{quick.url(SECRET)}"
        notifier = Notifier(parse_notify_urls(lines).targets, 0.4)
        start = time.monotonic()
        (first,) = notifier.send([NEWS])
        (second,) = notifier.send([replace(NEWS, key="notify:page:y")])
        spent = time.monotonic() - start
    assert spent < 25  # thirty is what it would keep us waiting; Apprise itself takes seconds to import
    assert first.sent is not None
    assert (first.sent.took, first.sent.failed) == (("json-2",), ("json",))
    assert "it did not answer in time" in first.sent.problems[0]
    assert second.sent is not None
    assert second.sent.failed[0] == "json"
    assert len(receiver.paths) == 1


def test_when_the_time_is_used_up_nothing_more_is_sent(receiver: Receiver) -> None:
    """What was not tried is told as failed, and a later run has it."""
    (sent,) = outcome(receiver.url(SECRET), seconds=0)
    assert (sent.failed, receiver.paths) == (("json",), [])
    assert "it did not answer in time" in sent.problems[0]


def test_the_process_ends_while_a_target_keeps_silent(receiver: Receiver) -> None:
    """Nobody waits for what is left behind; nothing of it is printed."""
    receiver.is_slow = True
    code = """
import sys
from bugaction.notify_urls import parse_notify_urls
from bugaction.notifying import Notifier
from bugaction.plan import Mood, Notify
news = Notify(42, "page", "k", "i", ("pager",), Mood.FAILURE, "title", "body")
(item,) = Notifier(parse_notify_urls(sys.stdin.read()).targets, 0.5).send([news])
print(item.sent.failed)
"""
    ended = subprocess.run(
        [sys.executable, "-c", code],
        input=f"{receiver.url(SECRET)}?rto=300&cto=300",
        env={"PYTHONPATH": str(Path(bugaction.__file__).parents[1])},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=45,  # the receiver would keep it for sixty
    )
    assert (ended.stdout, ended.stderr, ended.returncode) == ("('json',)\n", "", 0)


def test_a_redirect_is_followed_as_ever(receiver: Receiver) -> None:
    """HTTP's own rules: 307 repeats the message, which is what a moved webhook answers."""
    with receiving() as moved:
        receiver.status, receiver.place = 307, f"http://127.0.0.1:{moved.port}/new"
        assert outcome(receiver.url(SECRET)) == [Sent(("json",))]
        assert (moved.paths, moved.titles()) == (["/new"], ["P0: it broke"])


def test_nothing_is_printed(receiver: Receiver, capfd: pytest.CaptureFixture[str]) -> None:
    """Apprise logs addresses, and Python prints what nobody handles."""
    root = logging.getLogger()
    kept, root.handlers = root.handlers, []
    try:
        receiver.status = 500
        outcome(f"{receiver.url(SECRET)}\nslack://{SECRET}\nmailto://{SECRET}@")
    finally:
        root.handlers = kept
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("url", "arguments"),
    [
        ("pagerduty://key@token", {"dedup": "octo/shop/BUG-042", "action": "map"}),
        ("pagerduty://key@token?dedup=mine&action=trigger", {"dedup": "mine", "action": "trigger"}),
        ("opsgenie://0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f/#team", {"alias": "octo/shop/BUG-042"}),
        ("signl4://secret", {"external_id": "octo/shop/BUG-042", "action": "map"}),
        ("splunk://route@key", {"entity_id": "octo/shop/BUG-042", "action": "map"}),
    ],
)
def test_pagers_get_the_incidents_key(url: str, arguments: dict[str, str]) -> None:
    """One bug is one incident, which a success lets go; one's own key is left alone."""
    from apprise import Apprise, AppriseAsset

    from bugaction.notifying import _keyed

    (target,) = parse_notify_urls(url).targets
    service = Apprise.instantiate(_keyed(target, NEWS, Apprise, AppriseAsset()))
    assert service is not None
    assert {name: getattr(service, name) for name in arguments} == arguments


@dataclass
class Silent:
    """A writer that does what it is told, or fails."""

    error: GitHubError | None = None
    seen: list[Effect] = field(default_factory=list)

    def apply(self, effects: Iterable[Effect]) -> tuple[Applied, ...]:
        """Each effect, with the failure."""
        wanted = tuple(effects)
        self.seen += wanted
        return tuple(Applied(effect, error=self.error) for effect in wanted)


def test_notifications_come_last_and_never_without_the_ledger(receiver: Receiver) -> None:
    """GitHub's part does not see them. What was not recorded, or moved, is decided again first."""
    targets = parse_notify_urls(receiver.url(SECRET)).targets
    react = React("IC_1", "ROCKET")

    def applied(error: GitHubError | None, *effects: Effect) -> list[type[Effect]]:
        silent = Silent(error)
        done = NotifyingWriter(silent, Notifier(targets)).apply(effects)
        assert not [effect for effect in silent.seen if isinstance(effect, Notify)]
        return [type(item.effect) for item in done]

    assert applied(None, NEWS, LEDGER, react) == [AppendLedger, React, Notify]
    assert applied(Forbidden("no"), NEWS, LEDGER) == [AppendLedger]
    assert applied(StaleHead("moved"), NEWS, react) == [React]
    assert applied(Forbidden("no"), NEWS, react) == [React, Notify]
    assert applied(None, NEWS) == [Notify]
    assert len(receiver.messages) == 3
