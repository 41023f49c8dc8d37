"""From news to notifications: who is told, in which words, and what is kept of it. Pure.

A notification goes out before it is recorded, so that a run which ends in between tells it again, under the
same key: at least once. Where nothing can be recorded only the pager is told, since nobody would know later
that the others were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bugaction.bug import Bug
from bugaction.clocks import Clock
from bugaction.documents.overrides import Templates, with_overrides
from bugaction.model import GateResult, LedgerLine, RecordKind, Sent
from bugaction.news import EVENTS, KEY, News, due_rows, news_of
from bugaction.notify_urls import EVERYBODY
from bugaction.plan import Effect, Notice, Notify
from bugaction.policy_notifications import PAGER
from bugaction.rendering import Plain, iso
from bugaction.snapshot import Repository

__all__ = ["next_tries", "notified_lines", "notify_effects", "paging"]

_FOLDER = "notifications"
_LONGEST_TITLE, _LONGEST_BODY = 200, 1_000
"""Code points. PagerDuty takes 1,024 of both together, Discord 2,000, a text message less than any."""

_TRY, _GIVEN_UP = "|", "|given-up"
"""What follows a key in the evidence of a later try (with who took it), and where no more is tried."""

_TRIES = (timedelta(hours=1), timedelta(hours=3), timedelta(hours=9))
"""After the first try, where no event brings another: a service that is down for long is not asked hourly."""

_JUST_OVER = timedelta(seconds=1)

_MOST_DUE = 6
"""Due times in one text; who wants all looks at the issue."""


def notify_effects(
    bug: Bug,
    gates: Sequence[GateResult],
    clocks: Sequence[Clock],
    repository: Repository,
    templates: Mapping[str, str],
    reach: frozenset[str],
    *,
    records: bool,
) -> tuple[tuple[Notify, ...], tuple[Notice, ...]]:
    """What is to be told now, and what to say of a team's templates.

    `reach` are the audiences that somebody listens for (`NotifyUrls.reach`). `records`: what is told is being
    recorded; otherwise only the pager is told.
    """
    if not reach:
        return (), ()
    effective: Templates | None = None
    found: list[Notify] = []
    notices: list[Notice] = []
    for item in news_of(bug, gates, clocks):
        audiences = _audiences(bug, item, reach, records=records)
        only = _remaining(bug, item.key)
        if not audiences or only == ():
            continue
        if effective is None:
            effective = with_overrides(templates, repository)
        title, body, said = _text(effective, bug, item, clocks)
        notices += said
        found.append(
            Notify(
                number=bug.number,
                event=item.event,
                key=item.key,
                incident=f"{repository.full_name}/{bug.name}",
                audiences=audiences,
                mood=EVENTS[item.event].mood,
                title=title,
                body=body,
                only=only or (),
            )
        )
    return tuple(found), tuple(notices)


def paging(effects: Iterable[Effect]) -> tuple[Notify, ...]:
    """Those notifications that the pager gets, to nobody but the pager."""
    return tuple(
        replace(effect, audiences=(PAGER,))
        for effect in effects
        if isinstance(effect, Notify) and PAGER in effect.audiences
    )


def notified_lines(bug: Bug, viewer: str) -> tuple[LedgerLine, ...]:
    """What became of this run's notifications, and which of earlier ones nobody tries any more.

    The first try is always kept, a later one only where it reached somebody: an hourly run that fails would
    fill the ledger. `data` names the services by kind (`slack`, a second one `slack-2`), never by address.
    """
    found: list[LedgerLine] = []
    for key, sent in bug.notified.items():
        first = bug.ledger.find(key, RecordKind.NOTIFIED)
        if first is None and (sent.took or sent.failed):
            found.append(_line(bug, viewer, key, sent))
        elif first is not None and sent.took and (late := _still_failed(bug, key)):
            reached = tuple(name for name in sent.took if name in late)
            if reached:
                found.append(_line(bug, viewer, f"{key}{_TRY}{','.join(reached)}", Sent(took=reached)))
    for line in bug.ledger.lines:
        if line.kind is RecordKind.NOTIFIED and _TRY not in line.evidence and _is_old(line, bug.now):
            late = _still_failed(bug, line.evidence)
            if late:
                why = "it is no news any more"
                given_up = _line(bug, viewer, f"{line.evidence}{_GIVEN_UP}", Sent(failed=late))
                found.append(replace(given_up, accepted=False, why=why))
    return tuple(line for line in found if bug.ledger.find(*line.key) is None)


def next_tries(bug: Bug) -> Iterator[datetime]:
    """When a run is to look at what somebody has not taken yet: to try again, and to give it up.

    Fixed moments, further and further apart, since each that has passed changes the bug's row.
    """
    for line in bug.ledger.lines:
        if line.kind is RecordKind.NOTIFIED and _TRY not in line.evidence:
            event = EVENTS.get(line.evidence.removeprefix(KEY).partition(":")[0])
            if event is not None and line.data.get("failed") and _still_failed(bug, line.evidence):
                yield from (line.at + wait for wait in _TRIES if wait < event.young)
                yield line.at + event.young + _JUST_OVER


def _line(bug: Bug, viewer: str, evidence: str, sent: Sent) -> LedgerLine:
    named = {"audiences": sent.audiences, "took": sent.took, "failed": sent.failed}
    data = {name: ", ".join(words) for name, words in named.items()}
    return LedgerLine(
        kind=RecordKind.NOTIFIED,
        evidence=evidence,
        actor=viewer,
        at=bug.now,
        accepted=bool(sent.took),
        why="" if sent.took else "nobody took it",
        data={name: text for name, text in data.items() if text},
    )


def _is_old(line: LedgerLine, now: datetime) -> bool:
    """Whether its news is none any more; it is counted from the first try, which came soon after."""
    event = line.evidence.removeprefix(KEY).partition(":")[0]
    return event in EVENTS and now - line.at > EVENTS[event].young


def _still_failed(bug: Bug, key: str) -> tuple[str, ...]:
    """The services that did not take it, in any try that is recorded; none once it was given up."""
    first = bug.ledger.find(key, RecordKind.NOTIFIED)
    if first is None or bug.ledger.find(f"{key}{_GIVEN_UP}", RecordKind.NOTIFIED) is not None:
        return ()
    tries = [
        line
        for line in bug.ledger.lines
        if line.kind is RecordKind.NOTIFIED and line.evidence.startswith(f"{key}{_TRY}")
    ]
    took = {name for line in tries for name in _names(line, "took")}
    return tuple(name for name in _names(first, "failed") if name not in took)


def _names(line: LedgerLine, what: str) -> tuple[str, ...]:
    return tuple(name for name in line.data.get(what, "").split(", ") if name)


def _remaining(bug: Bug, key: str) -> tuple[str, ...] | None:
    """The services that are still to be told: None for all, as nobody was tried yet; () for none."""
    if key in bug.notified:
        return ()
    return _still_failed(bug, key) if bug.ledger.find(key, RecordKind.NOTIFIED) is not None else None


def _audiences(bug: Bug, item: News, reach: frozenset[str], *, records: bool) -> tuple[str, ...]:
    """Who hears of it by policy, as far as anybody listens."""
    named = bug.policy.notifications.audiences(item.event, bug.severity.current)
    return tuple(
        name for name in named if (name in reach or EVERYBODY in reach) and (records or name == PAGER)
    )


def _text(
    templates: Templates, bug: Bug, item: News, clocks: Sequence[Clock]
) -> tuple[str, str, tuple[Notice, ...]]:
    """Title and body: the template's first line, and all others."""
    severity = bug.severity.current
    values: dict[str, Plain] = {
        "bug": bug.name,
        "title": "" if bug.confidential else bug.issue.title,
        "confidential": int(bug.confidential),
        "severity": str(severity) if severity is not None else "",
        "word": severity.word if severity is not None else "",
        "since": iso(bug.started or bug.issue.at),
        "assignees": [actor.login for actor in bug.issue.assignees],
        "channel": "" if bug.confidential else bug.channel,
        "url": bug.issue.url,
        "at": iso(item.at),
        "due": due_rows(clocks, bug.now)[:_MOST_DUE],
        **(_hidden(item) if bug.confidential else item.details),
    }
    text, notices = templates.render(f"{_FOLDER}/{item.event}.txt.j2", values)
    title, _, body = text.strip().partition("\n")
    lines = [line.rstrip() for line in body.strip("\n").split("\n")]
    kept = "\n".join(line for index, line in enumerate(lines) if line or (index and lines[index - 1]))
    return _fit(title.strip(), _LONGEST_TITLE), _fit(kept, _LONGEST_BODY, bug.issue.url), notices


_SHOWN = frozenset({"before", "clock", "due", "eta", "event", "how", "to", "tracked"})
"""Of a confidential bug's news: when, and what kind; no person, version or word of anybody."""


def _hidden(item: News) -> dict[str, Plain]:
    return {
        name: value if name in _SHOWN else "" if isinstance(value, str) else []
        for name, value in item.details.items()
    }


def _fit(text: str, limit: int, url: str = "") -> str:
    """The text cut between two lines where it is too long; the address of the issue stays below it."""
    if len(text) <= limit:
        return text
    end = f"\n…\n{url}" if url else "…"
    head = text[: limit - len(end)]
    return (head.rpartition("\n")[0] or head if url else head).rstrip() + end
