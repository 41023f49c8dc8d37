"""Judges issues that say they are a regression of a bug: each as the `/regression` of whoever may report one.

Anybody can write `Regression of #42` into an issue of their own, and a report stops the line. So it is a
report only by the word of a person with the role for it: of the issue's author, whose text it is (nobody else
but who may write can change it), or of somebody who gave the issue a severity or the label of a regression
while its text said so. What a stranger says is shown, with the command that reports it, and stops nothing.

GitHub's own timeline tells which issues refer to a bug, and the snapshot what they say. A report is recorded
as of the command (`by: link`), at the time of the text or the label, so that gates, clocks, calls and `/undo`
know it. It ends with what it rests on, which is recorded as the `/undo` of it: the text says it no more, the
labels are off, or the issue is closed or gone. As completed, one that is itself looked after counts once its
closing stands; and no close by an author counts who may not report. What a person took back by `/undo` stays
so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bugaction.commands import COMMANDS
from bugaction.commands.base import RoleOf
from bugaction.model import ANYONE, Actor, LedgerFile, LedgerLine, RecordKind, Role
from bugaction.monitoring import Watch
from bugaction.policy import Policy
from bugaction.snapshot import BugFacts, EntryKind, IssueState
from bugaction.state import commands_in_force, commands_named

__all__ = ["MOST_SHOWN", "Linked", "hear_links"]

MOST_SHOWN = 3
"""Issues of strangers that are shown, and looked at for somebody who stands by them; each costs a read."""

_MOST_REFUSED = 3
"""Refused claims of one author that are recorded, so that nobody fills a ledger; more count as these do."""

_MOST_AT_ONCE = 5
"""Claims of which nothing is known that one run judges, oldest first after those that are read: each author's
role costs a request."""

_BY, _LINK = "by", "link"
_OF_ISSUE = "issue:"
"""How the evidence of an author's own word begins; it stands in ledgers."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What became of those issues. While `ask` holds logins, or `ask_issues` issues that have to be read, the
    rest is provisional. `remarks` are sentences for the sticky comment."""

    new_lines: tuple[LedgerLine, ...] = ()
    ask: frozenset[str] = frozenset()
    ask_issues: frozenset[int] = frozenset()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Claim:
    """An issue that refers to the bug. `says`: as a regression of it; `at` is when its text was written."""

    number: int
    url: str
    author: Actor
    says: bool
    is_open: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class _Word:
    """That somebody stands by what an issue says; `role` is None where it has to be asked for."""

    evidence: str
    actor: str
    at: datetime
    role: Role | None = None


def hear_links(
    facts: BugFacts,
    others: Mapping[int, BugFacts],
    missing: frozenset[int],
    policy: Policy,
    role_of: RoleOf,
    viewer: Actor,
    now: datetime,
    watch_of: Callable[[LedgerFile], Watch],
) -> Linked:
    """Judge the issues on a bug's timeline that say they are a regression of it.

    `others` are issues as far as they are read, `missing` numbers that are none. `watch_of` tells how far the
    fix is, by the decisions in a ledger.
    """
    claims = _claims(facts, viewer)
    there = {str(claim.number) for claim in claims}
    known = {line.data.get("issue") for line in facts.ledger.lines if _is_by_link(line)}
    lost = [
        line
        for line in (commands_named(facts.ledger, "regression") if known else ())
        if _is_by_link(line) and line.data.get("issue") not in there
    ]
    claims = [claim for claim in claims if claim.says or str(claim.number) in known]
    if not claims and not lost:
        return Linked()
    merged = watch_of(facts.ledger).merged
    if merged is None:
        return Linked()
    bench = _Bench(facts, others, missing, policy, role_of, viewer, now, merged)
    for claim in sorted(claims, key=lambda claim: claim.number not in others):
        bench.hear(claim)
    for report in lost:
        bench.look_for(report)
    return Linked(
        tuple(bench.new_lines), frozenset(bench.ask), frozenset(bench.ask_issues), tuple(bench.remarks)
    )


def _claims(facts: BugFacts, viewer: Actor) -> list[_Claim]:
    """Every issue of this repository that refers to the bug, by the time of its text, as it is now."""
    base, own = facts.issue.url.rsplit("/", 1)[0], facts.issue.number
    found: dict[int, _Claim] = {}
    for entry in facts.issue.timeline:
        number = entry.url.removeprefix(f"{base}/")
        author = entry.author
        if entry.kind is not EntryKind.CROSS_REFERENCED or author is None or not number.isdecimal():
            continue
        if int(number) == own or author.is_same(viewer.login):
            continue
        says = own in entry.regression_of
        written = entry.written or entry.at
        found[int(number)] = _Claim(int(number), entry.url, author, says, entry.is_open, written)
    return sorted(found.values(), key=lambda claim: (claim.at, claim.number))


def _is_by_link(line: LedgerLine) -> bool:
    return line.data.get(_BY) == _LINK


@dataclass(slots=True)
class _Bench:
    """The claims on one bug being judged in order. What is recorded of each is looked up: a thousand
    strangers must not cost a run its time."""

    facts: BugFacts
    others: Mapping[int, BugFacts]
    missing: frozenset[int]
    policy: Policy
    role_of: RoleOf
    viewer: Actor
    now: datetime
    merged: datetime
    new_lines: list[LedgerLine] = field(default_factory=list)
    ask: set[str] = field(default_factory=set)
    ask_issues: set[int] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)
    standing: Mapping[str, list[LedgerLine]] = field(init=False)
    reports: Mapping[str, list[LedgerLine]] = field(init=False)
    refused: frozenset[str] = field(init=False)
    refusals: Counter[str] = field(init=False)

    def __post_init__(self) -> None:
        """Of each issue the reports that stand and those that it brought, over or not; the issues whose
        author was refused, and how often each author was."""
        ledger = self.facts.ledger
        linked = [line for line in ledger.lines if _is_by_link(line)]
        refused = [line for line in linked if not line.accepted]
        self.standing = _by_issue(commands_in_force(ledger))
        self.reports = _by_issue(line for line in linked if line.accepted)
        self.refused = frozenset(_by_issue(refused))
        self.refusals = Counter(line.actor.casefold() for line in refused)

    @property
    def least(self) -> Role:
        """The role that a report takes."""
        return COMMANDS["regression"].least(self.policy)

    def hear(self, claim: _Claim) -> None:
        """Judge one, unless something has to be known first."""
        reports = self.reports.get(str(claim.number), [])
        standing = self.standing.get(str(claim.number), [])
        linked = [line for line in standing if _is_by_link(line)]
        is_new = not standing and claim.says and claim.is_open and claim.at >= self.merged
        if linked:
            self._look_whether_over(claim, linked[-1])
        elif is_new and (not reports or self._was_over(reports[-1])):
            self._judge(claim, len(reports))

    def _was_over(self, report: LedgerLine) -> bool:
        """Whether it ended with what it rested on; a person who took it back has the last word."""
        return self._is_recorded(f"over:{report.evidence}")

    def _is_recorded(self, evidence: str) -> bool:
        return self.facts.ledger.find(evidence, RecordKind.COMMAND) is not None

    def _judge(self, claim: _Claim, before: int) -> None:
        evidence = f"{_OF_ISSUE}{claim.number}" + (f":{before + 1}" if before else "")
        line = LedgerLine(
            RecordKind.COMMAND,
            evidence,
            claim.author.login,
            claim.at,
            accepted=False,
            data={
                "name": "regression",
                _BY: _LINK,
                "issue": str(claim.number),
                "text": f"see #{claim.number}",
                "url": claim.url,
            },
        )
        if str(claim.number) in self.refused or self._is_refused(claim, line):
            self._by_label(claim, line)

    def _is_refused(self, claim: _Claim, line: LedgerLine) -> bool:
        """Record what the author's word is worth, and tell whether it was refused. That of an app which is
        not listed, or of an account that is gone, is worth nothing, and no line."""
        author = claim.author
        if self.policy.people.is_listed_bot(author.login):
            self.new_lines.append(replace(line, accepted=True))
            return False
        if author.is_bot or author == ANYONE:
            return True
        if len(self.new_lines) + len(self.ask) >= _MOST_AT_ONCE:
            return False
        if self.refusals[author.login.casefold()] >= _MOST_REFUSED:
            return True
        role = self.role_of(author.login)
        if role is None:
            self.ask.add(author.login)
            return False
        why = f"it needs the role {self.least} or above, and {author.login} has {role}."
        is_heard = role >= self.least
        self.refusals[author.login.casefold()] += not is_heard
        self.new_lines.append(replace(line, accepted=is_heard, role=role, why="" if is_heard else why))
        return not is_heard

    def _by_label(self, claim: _Claim, line: LedgerLine) -> None:
        """Who labelled the issue for what its text says stands by it; otherwise it is shown, and no more.

        Many strangers crowd out none that is read already, as that which an event is about.
        """
        is_shown = len(self.remarks) < MOST_SHOWN
        facts = self._read(claim) if is_shown else self.others.get(claim.number)
        if facts is not None and self._is_stood_by(facts, claim, line):
            return
        if is_shown:
            self.remarks.append(
                f"[#{claim.number}]({claim.url}) says that it is a regression of this bug, in the words of "
                f"somebody who may not report one: `/regression #{claim.number}` reports it"
            )

    def _is_stood_by(self, facts: BugFacts, claim: _Claim, line: LedgerLine) -> bool:
        """Whether somebody's word makes it a report, or may: then their role is asked for."""
        for word in sorted((*self._labels(facts), *self._commands(facts)), key=lambda each: each.at):
            role = word.role if word.role is not None else self.role_of(word.actor)
            if not _is_on_text(word, claim, facts) or self._is_recorded(word.evidence):
                continue
            if role is None:
                self.ask.add(word.actor)
                return True
            if role >= self.least:
                said = replace(line, evidence=word.evidence, actor=word.actor, at=word.at, role=role)
                self.new_lines.append(replace(said, accepted=True))
                return True
        return False

    def _labels(self, facts: BugFacts) -> Iterator[_Word]:
        """The labels that say what the issue is, put on by a person, and still there since then."""
        last = {
            entry.value.casefold(): entry
            for entry in facts.issue.timeline
            if entry.kind is EntryKind.LABELED and self._is_meant(entry.value)
        }
        for entry in last.values():
            if (
                facts.issue.has_label(entry.value)
                and not entry.actor.is_bot
                and not entry.actor.is_same(self.viewer.login)
                and entry.actor != ANYONE
            ):
                yield _Word(entry.id, entry.actor.login, entry.at)

    def _commands(self, facts: BugFacts) -> Iterator[_Word]:
        """The severities that were given it by a command: then the label is ours."""
        for line in commands_named(facts.ledger, "severity"):
            if line.role is not None and self._is_labelled(facts):
                yield _Word(line.evidence, line.actor, line.at, line.role)

    def _is_meant(self, label: str) -> bool:
        """Whether the label is of a severity, or says that something is a regression."""
        names = {name.casefold() for name in self.policy.labels.regression}
        return self.policy.severity_of(label) is not None or label.casefold() in names

    def _is_labelled(self, facts: BugFacts) -> bool:
        return any(self._is_meant(label.name) for label in facts.issue.labels)

    def _read(self, claim: _Claim) -> BugFacts | None:
        """The issue itself; where it is not read yet, that is asked for."""
        facts = self.others.get(claim.number)
        if facts is None and claim.number not in self.missing:
            self.ask_issues.add(claim.number)
        return facts

    def _look_whether_over(self, claim: _Claim, report: LedgerLine) -> None:
        is_own = report.evidence.startswith(_OF_ISSUE)  # by its name an author may be another one by now
        why = ""
        if is_own and not claim.says:
            why = f"#{claim.number} no longer says that it is a regression of this bug."
        elif not is_own or not claim.is_open:
            facts = self._read(claim)
            if facts is None:
                return
            if not is_own and not self._is_labelled(facts):
                why = f"#{claim.number} has neither a severity nor the label of a regression any more."
            elif self._is_closed(facts, claim, is_own=is_own):
                why = f"#{claim.number} was closed."
        if why:
            self._end(report, why)

    def look_for(self, report: LedgerLine) -> None:
        """End a report whose issue is on the timeline no more, where it is gone from the repository."""
        number = int(report.data["issue"])
        if number in self.missing:
            self._end(report, f"#{number} is gone.")
        elif number not in self.others:
            self.ask_issues.add(number)

    def _end(self, report: LedgerLine, why: str) -> None:
        self.new_lines.append(
            LedgerLine(
                RecordKind.COMMAND,
                f"over:{report.evidence}",
                self.viewer.login,
                self.now,
                accepted=True,
                why=why,
                data={
                    "name": "undo",
                    _BY: _LINK,
                    "issue": report.data["issue"],
                    "undoes": report.evidence,
                    "undone": "regression",
                },
            )
        )

    def _is_closed(self, facts: BugFacts, claim: _Claim, *, is_own: bool) -> bool:
        """Whether the issue was closed so that what it says is settled."""
        closes = [entry for entry in facts.issue.timeline if entry.kind is EntryKind.CLOSED]
        if facts.issue.state.is_open or not closes:
            return False
        last = closes[-1]
        if facts.issue.state is IssueState.COMPLETED and facts.ledger.find(
            facts.issue.id, RecordKind.TRACKED
        ):
            judged = facts.ledger.find(last.id, RecordKind.CLOSED)
            return last.actor.is_same(self.viewer.login) or (judged is not None and judged.accepted)
        return is_own or not last.actor.is_same(claim.author.login)


def _is_on_text(word: _Word, claim: _Claim, facts: BugFacts) -> bool:
    """Whether it was given on the text as it is. GitHub's times are whole seconds: of a word in that of an
    edit nobody knows."""
    return word.at > claim.at or word.at == claim.at == facts.issue.at


def _by_issue(lines: Iterable[LedgerLine]) -> dict[str, list[LedgerLine]]:
    """Reports by the issue that they name, by its text or by a command, in their order."""
    found: dict[str, list[LedgerLine]] = {}
    for line in lines:
        if line.data.get("name") == "regression" and "issue" in line.data:
            found.setdefault(line.data["issue"], []).append(line)
    return found
