"""Notifications leave here, through Apprise: the one module that knows it.

Nothing that happens here may hold a run, redden it or change a gate. Each target is served by a thread of its
own that nobody waits for at the end, and all of a run's notifications have a few seconds together. What a
service answers is never shown, since answers and addresses hold credentials: a person reads which kind of
service it was and in which line of the input it stands.
"""

from __future__ import annotations

import logging
import threading
import time
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bugaction.errors import StaleHead, Transient
from bugaction.model import Sent
from bugaction.notify_urls import Target
from bugaction.plan import AppendLedger, Effect, Notify, StartRecords
from bugaction.ports import Applied, Writer

if TYPE_CHECKING:
    from apprise import Apprise

__all__ = ["Notifier", "NotifyingWriter"]

SECONDS = 10.0
"""What all notifications of a run may take. Apprise gives a service 4 seconds to connect and 4 to answer
(`URLBase.socket_connect_timeout`), so that one which is slow is told by it, and two in a row fit."""

_UNKNOWN = "it is no URL that Apprise knows"
_REFUSED = "it did not take them"
_SLOW = f"it did not answer in time, which is {SECONDS:.0f} seconds for all of a run"
_MISSING = "Apprise is not installed here; `pip install 'bugaction[notify]'` brings it"


@dataclass(frozen=True, slots=True)
class NotifyingWriter:
    """Implements `ports.Writer`: GitHub's part by `writer`, then notifications, last of all.

    Where the first stopped, or the ledger was not written, nobody is notified: the caller decides again.
    """

    writer: Writer
    notifier: Notifier

    def apply(self, effects: Iterable[Effect]) -> tuple[Applied, ...]:
        """As `ports.Writer` says."""
        wanted = tuple(effects)
        news = [effect for effect in wanted if isinstance(effect, Notify)]
        others = [effect for effect in wanted if not isinstance(effect, Notify)]
        applied = self.writer.apply(others) if others else ()
        if not news or any(_stops(item) for item in applied):
            return applied
        return (*applied, *self.notifier.send(news))


def _stops(item: Applied) -> bool:
    if isinstance(item.error, Transient | StaleHead):
        return True
    return item.error is not None and isinstance(item.effect, AppendLedger | StartRecords)


@dataclass
class _Post:
    """What one target is sent, in order, and how it went: a problem each, "" for none."""

    target: Target
    name: str
    news: list[Notify]
    done: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Send one after the other; behind one that failed nothing else is tried."""
        for item in self.news:
            try:
                problem = _send(self.target, item)
            except BaseException:  # noqa: BLE001 - whatever a plugin of Apprise does, it ends here, unseen
                problem = _REFUSED
            self.done.append(problem)
            if problem:
                return

    def problems(self) -> list[str]:
        """A problem for each, "" for what was taken; what was not come to shares the fate of the last."""
        done = list(self.done)
        rest = done[-1] if done and done[-1] else _SLOW
        return [*done, *[rest] * (len(self.news) - len(done))]


class Notifier:
    """Hands notifications to the targets of one run. One that failed is left alone for the rest of it."""

    def __init__(self, targets: Sequence[Target], seconds: float = SECONDS) -> None:
        self._targets = tuple(targets)
        self._left = seconds
        self._broken: dict[str, str] = {}

    def send(self, news: Sequence[Notify]) -> tuple[Applied, ...]:
        """What became of each. Never raises, and takes no longer than what is left of the run's seconds, not
        counting the import of Apprise."""
        with _silence():
            posts = [
                _Post(target, name, wanted)
                for target, name in zip(self._targets, _names(self._targets), strict=True)
                if (wanted := [item for item in news if _is_meant(target, name, item)])
            ]
            self._deliver([post for post in posts if post.name not in self._broken])
        sent = {(item.number, item.key): Sent() for item in news}
        for post in posts:
            known = self._broken.get(post.name, "")
            problems = [known] * len(post.news) if known else post.problems()
            for item, problem in zip(post.news, problems, strict=True):
                key, words = (item.number, item.key), ""
                if problem and post.name not in self._broken:
                    self._broken[post.name] = problem
                    words = _words(post, problem)
                sent[key] = _with_one(sent[key], post.name, words, failed=bool(problem))
        return tuple(Applied(item, sent=sent[item.number, item.key]) for item in news)

    def _deliver(self, posts: Sequence[_Post]) -> None:
        if self._left <= 0:
            return  # one that goes out now would be told as failed, and go out once more
        start = time.monotonic()
        threads = [threading.Thread(target=post.run, daemon=True, name="bugaction-notify") for post in posts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(0.0, start + self._left - time.monotonic()))
        self._left = max(0.0, self._left - (time.monotonic() - start))


def _with_one(sent: Sent, name: str, words: str, *, failed: bool) -> Sent:
    if not failed:
        return replace(sent, took=(*sent.took, name))
    problems = (*sent.problems, words) if words else sent.problems
    return replace(sent, failed=(*sent.failed, name), problems=problems)


def _is_meant(target: Target, name: str, item: Notify) -> bool:
    return target.hears(item.audiences) and (not item.only or name in item.only)


def _words(post: _Post, problem: str) -> str:
    """One sentence on a target, the same whatever it was to be told: so it is said once a run."""
    whom = ", ".join(sorted(post.target.audiences)) or "every audience"
    kind = f"`{post.name}`, " if not post.name.startswith("line-") else ""
    place = f"{kind}line {post.target.line} of the input `notify-urls`"
    return (
        f"Notifications for {whom} did not go out ({place}): {problem}. "
        "Later runs try again while it is news; gates and the run's end are not touched by it."
    )


def _names(targets: Sequence[Target]) -> list[str]:
    """A name for each, as records show it: the service's kind, with a number from the second on; the line of
    one that Apprise does not know, since what stands there may be anything."""
    known = _schemas()
    seen: dict[str, int] = {}
    names: list[str] = []
    for target in targets:
        if target.schema not in known:
            names.append(f"line-{target.line}")
            continue
        seen[target.schema] = seen.get(target.schema, 0) + 1
        count = seen[target.schema]
        names.append(target.schema if count == 1 else f"{target.schema}-{count}")
    return names


def _schemas() -> frozenset[str]:
    """The kinds of services that Apprise knows; none where it is not installed."""
    try:
        from apprise.manager_plugins import NotificationManager

        services: Any = NotificationManager
        return frozenset(services().schemas())
    except Exception:  # noqa: BLE001 - an installation that is broken in whatever way notifies nobody
        return frozenset()


def _send(target: Target, item: Notify) -> str:
    """Hand it over; why that failed, "" where it did not."""
    try:
        from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType
    except ImportError:
        return _MISSING
    # One after the other, in this thread: what Apprise would start itself, the process would wait for.
    asset = AppriseAsset(async_mode=False, service_timeout=0, app_id="bugaction", app_desc="bugaction")
    service = Apprise.instantiate(_keyed(target, item, Apprise, asset), asset=asset)
    if service is None:
        return _UNKNOWN
    apprise = Apprise(asset=asset)
    apprise.add(service)
    is_taken = apprise.notify(
        title=item.title, body=item.body, notify_type=NotifyType(item.mood), body_format=NotifyFormat.TEXT
    )
    return "" if is_taken else _REFUSED


_INCIDENTS = ("dedup", "entity_id", "alias")
"""What services of Apprise call the key by which they join what belongs together (`template_args`):
PagerDuty, SIGNL4, iLert, incident.io, Squadcast and others; Splunk On-Call; Opsgenie and Jira."""

_MESSAGES = frozenset({"json", "jsons", "form", "forms", "xml", "xmls"})
"""Plain webhooks: what stands behind `:` is put into their messages
(https://github.com/caronc/apprise/wiki/Notify_Custom_JSON)."""


def _keyed(target: Target, item: Notify, apprise: type[Apprise], asset: Any) -> str:  # noqa: ANN401 - apprise's
    """The URL with the keys of this notification, as its service takes them; one's own are left alone."""
    url = target.url.reveal()
    if target.schema in _MESSAGES:
        return _with(url, {":key": item.key, ":incident": item.incident})
    service = apprise.instantiate(url, asset=asset)
    arguments: dict[str, Any] = getattr(service, "template_args", {})
    name = next((name for name in _INCIDENTS if name in arguments), "")
    added = {name: item.incident} if name else {}
    if added and "map" in arguments.get("action", {}).get("values", ()):
        added["action"] = "map"  # a success lets go of what a failure raised
    return _with(url, added)


def _with(url: str, added: dict[str, str]) -> str:
    """The URL with more arguments. Apprise takes all behind the first `?` for arguments, a `#` too."""
    given = {part.partition("=")[0] for part in url.partition("?")[2].split("&")}
    extra = "&".join(f"{name}={quote(value, safe='')}" for name, value in added.items() if name not in given)
    return f"{url}{'&' if '?' in url else '?'}{extra}" if extra else url


@contextmanager
def _silence() -> Iterator[None]:
    """Nothing that Apprise or what it stands on logs or warns of is shown: it may name an address.

    Without a handler Python prints warnings itself (`logging.lastResort`), also those of a thread that is
    left behind, so the handler stays.
    """
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())
    for name in ("apprise", "urllib3", "requests"):
        logging.getLogger(name).disabled = True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
