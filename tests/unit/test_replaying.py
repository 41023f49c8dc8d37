"""From a repository's labels to an account of its past."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bugaction.errors import Forbidden, GitHubError, Missing, Transient, UserError
from bugaction.model import Actor, Role, Severity
from bugaction.ports import Targets, Usage
from bugaction.questions import AskRole, Question
from bugaction.replay import Archive, Page
from bugaction.replaying import Options, Replayed, replay
from bugaction.snapshot import Snapshot, TextFile
from bugaction.templates import load_templates
from tests.memory import Memory
from tests.unit.replay.past import fix, past, untouched
from tests.values import at, review

NOW = at(10 * 24 * 60)
QUARTER = Options(timedelta(days=90))


@dataclass
class Past:
    """A repository's past in memory, behind the ports of a replay. `errors` are raised when those bugs are
    read, `left` is what is left of the hour's points after each read, `shy`: roles are not told."""

    memory: Memory
    names: tuple[str, ...] = ("P1", "bug")
    errors: dict[int, GitHubError] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)
    shy: bool = False
    searched: list[tuple[str, ...]] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)

    @property
    def archive(self) -> Archive:
        """The ports."""
        return Archive(reader=self, reported=self.reported, labels=lambda: self.names, usage=self.usage)

    def reported(self, labels: tuple[str, ...], cursor: str | None) -> Page:
        """Two a page, the newest first."""
        self.searched.append(labels)
        wanted = {name.casefold() for name in labels}
        found = [
            (number, issue.at)
            for number, issue in sorted(self.memory.issues.items(), reverse=True)
            if wanted & {label.name.casefold() for label in issue.labels}
        ]
        start = int(cursor or 0)
        return tuple(found[start : start + 2]), str(start + 2) if start + 2 < len(found) else None

    def read(self, targets: Targets, asked: Iterable[Question] = ()) -> Snapshot:
        """As the memory; an error for some bugs."""
        for number in targets.issues:
            if number in self.errors:
                raise self.errors[number]
        return self.memory.read(targets, asked)

    def answer(self, snapshot: Snapshot, questions: Iterable[Question]) -> Snapshot:
        """As the memory; nothing of roles where they are not told."""
        wanted = list(questions)
        self.asked += wanted
        if self.shy and any(isinstance(each, AskRole) for each in wanted):
            raise Forbidden("Must have push access to view collaborator permission.")
        return self.memory.answer(snapshot, wanted)

    def usage(self) -> Usage:
        """What is left goes down."""
        return Usage(reads=self.memory.reads, remaining_points=self.left.pop(0) if self.left else None)


def world(*severities: str, days: int = 1) -> Past:
    """Bugs 1, 2, … with these labels, a day apart, each fixed by pull request 101, 102, …"""
    memory = Memory(repo=untouched(), roles={"mia": Role.MAINTAIN})
    for number, name in enumerate(severities, start=1):
        pull = fix(100 + number)
        known = past(pull, labels=(name,)).bugs[42].issue
        began = known.at + timedelta(days=days * (number - 1))
        memory.issues[number] = replace(
            known,
            number=number,
            id=f"I_{number}",
            at=began,
            url=f"https://github.com/octo/shop/issues/{number}",
        )
        memory.pulls[pull.number] = replace(pull, closing=(number,))
    return Past(memory, tuple(dict.fromkeys((*severities, "bug"))))


def replayed(found: Past, options: Options = QUARTER, now: datetime = NOW) -> Replayed:
    """What comes of it."""
    return replay(found.archive, options, now, load_templates())


def test_the_newest_come_first_and_within_the_limit() -> None:
    """All are counted; what is beyond the limit is said."""
    account = replayed(world("P1", "P1", "P1"), replace(QUARTER, limit=2)).account
    assert [story.number for story in account.stories] == [3, 2]
    assert (account.found, account.left, account.stopped) == (3, "--limit is 2", False)
    assert account.usage.reads > 0


def test_what_was_reported_before_is_left_out() -> None:
    """By the report, not by what happened to it since."""
    account = replayed(world("P1", "P1", "P1"), Options(timedelta(days=8, hours=12))).account
    assert [story.number for story in account.stories] == [3]
    assert (account.found, account.since) == (1, NOW - timedelta(days=8, hours=12))


def test_labels_in_other_words_are_found_and_named() -> None:
    """As `init` finds them; without a configuration that says otherwise."""
    found = world("severity: critical", "sev/high")
    account = replayed(found).account
    assert account.severities == {Severity.P0: ("severity: critical",), Severity.P1: ("sev/high",)}
    assert (account.mapped, account.policy) == (True, "the default policy")
    assert {story.severity for story in account.stories} == {Severity.P0, Severity.P1}
    assert found.searched[0] == ("severity: critical", "sev/high", "bug")


def test_labels_that_were_mapped_count_and_nothing_else_for_that_severity() -> None:
    """A name that was given for one severity is no other's."""
    options = replace(QUARTER, labels={"P0": ("ouch", "P1"), "bug": ("defect",)})
    account = replayed(world("ouch", "P1", "defect"), options).account
    assert account.severities == {Severity.P0: ("ouch", "P1")}
    assert account.bug == ("defect",)
    assert [story.severity for story in account.stories] == [None, Severity.P0, Severity.P0]


def test_the_repository_s_own_configuration_counts_and_another_before_it() -> None:
    """Labels are as they say then; one that is wrong stops all."""
    found = world("ouch")
    own = "version: 1\nseverities:\n  P2:\n    labels: [ouch]\n"
    found.memory.repo = replace(untouched(), config=TextFile(".github/bugaction.yml", own))
    account = replayed(found).account
    assert (account.policy, account.stories[0].severity) == (
        "the repository's configuration (.github/bugaction.yml)",
        Severity.P2,
    )
    other = replace(QUARTER, config=TextFile("mine.yml", own.replace("P2", "P3")))
    account = replayed(found, other).account
    assert (account.policy, account.stories[0].severity) == ("the configuration given", Severity.P3)
    with pytest.raises(UserError, match=r"The configuration is wrong: mine.yml") as told:
        replayed(found, replace(QUARTER, config=TextFile("mine.yml", "version: 9\n")))
    assert told.value.reason == "config-invalid"


def test_no_bug_is_told_with_the_labels_that_there_are() -> None:
    """And how to say which of them mean what."""
    empty = Past(Memory(repo=untouched()), ("Type: Fehler", "P1"))
    with pytest.raises(UserError, match=r"since 2026-09-05 \(90 days\) has one of .*: P1\.") as told:
        replayed(empty)
    assert "labels are: Type: Fehler, P1. " in told.value.remedy
    assert "--label P1='Type: Fehler'" in told.value.remedy
    nothing = Past(Memory(repo=untouched()), ("question",))
    with pytest.raises(UserError, match="No label of this repository is known to mean a bug"):
        replayed(nothing)
    assert nothing.searched == []


def test_reviewers_roles_are_asked_once_and_nobody_else_s() -> None:
    """Not who may set a severity, nor who may close: the past is as it was."""
    found = world("P1", "P1", "P1", "P1", "P1", "P1", "P1")
    account = replayed(found).account
    assert [each for each in found.asked if isinstance(each, AskRole)] == [AskRole("mia")]
    assert not any(merge.held for story in account.stories for merge in story.merges)


def test_where_roles_are_not_told_every_approval_counts() -> None:
    """It is said, and nobody's word is taken away."""
    found = world("P1", "P1")
    found.shy = True
    account = replayed(found).account
    assert not account.roles
    assert not any(merge.held for story in account.stories for merge in story.merges)


def test_roles_that_are_not_told_are_asked_for_once() -> None:
    """Of however many reviewers: the next would be refused as well."""
    found = world("P1")
    pull = found.memory.pulls[101]
    found.memory.pulls[101] = replace(pull, reviews=(*(pull.reviews or ()), review(Actor("kim"), minutes=6)))
    found.shy = True
    assert not replayed(found).account.roles
    assert len([each for each in found.asked if isinstance(each, AskRole)]) == 1


@dataclass
class Endless(Past):
    """A past in which pages have no end, or each answer brings one more reviewer."""

    pages: int = 0
    reviewers: int = 0

    def reported(self, labels: tuple[str, ...], cursor: str | None) -> Page:
        """Nothing, and more of it."""
        self.pages += 1
        return super().reported(labels, cursor) if self.reviewers else ((), "more")

    def answer(self, snapshot: Snapshot, questions: Iterable[Question]) -> Snapshot:
        """With somebody else who has approved it."""
        self.reviewers += 1
        found = super().answer(snapshot, questions)
        more = review(Actor(f"kim{self.reviewers}"), minutes=6)
        pulls = {
            number: replace(pull, reviews=(*(pull.reviews or ()), more))
            for number, pull in found.pulls.items()
        }
        return replace(found, pulls=pulls)


def endless(reviewers: int) -> Endless:
    """The same world without an end."""
    found = world("P1")
    return Endless(found.memory, found.names, reviewers=reviewers)


def test_pages_without_an_end_are_read_so_far() -> None:
    """A list that moves while it is read may go on for ever: what was found by then is all there is."""
    found = endless(0)
    with pytest.raises(UserError, match="No issue that was reported since"):
        replayed(found)
    assert found.pages == 50


def test_a_bug_whose_facts_lead_on_without_an_end_is_told_as_far_as_they_were_read() -> None:
    """Eight rounds, of which each asks for the role of the reviewer whom the one before brought."""
    found = endless(1)
    account = replayed(found).account
    assert [story.number for story in account.stories] == [1]
    assert found.reviewers < 20


def test_it_stops_before_the_hour_s_limit() -> None:
    """What is read by then is told."""
    found = world(*["P1"] * 12)
    found.left = [4000, 90, 90]
    account = replayed(found).account
    assert (len(account.stories), account.found, account.stopped) == (5, 12, True)
    assert account.left == "90 requests are left of the hour's"


def test_one_bug_that_cannot_be_read_leaves_out_itself_alone() -> None:
    """The rest is read one by one."""
    found = world(*["P1"] * 6)
    found.errors[5] = Missing("It is gone")
    account = replayed(found).account
    assert [story.number for story in account.stories] == [6, 4, 3, 2, 1]
    assert (account.left, account.stopped) == ("some could not be read (#5: It is gone)", True)


def test_a_github_that_no_longer_answers_ends_it() -> None:
    """After the second bug in a row, with what there is; one alone may be a bug's own trouble. Where nothing
    was read by then, it is an error."""
    found = world(*["P1"] * 12)
    found.errors[4] = Transient("The connection failed")
    assert len(replayed(found).account.stories) == 11
    found.errors[5] = Transient("The connection failed")
    account = replayed(found).account
    assert [story.number for story in account.stories] == [12, 11, 10, 9, 8, 7, 6]
    assert account.left == "GitHub does not answer any more (The connection failed)"
    found.errors |= {12: Transient("It is gone"), 11: Transient("It is gone")}
    with pytest.raises(Transient, match="It is gone"):
        replayed(found)


def test_where_none_can_be_read_it_is_an_error() -> None:
    """In the words of the first."""
    found = world("P1", "P1")
    found.errors = {1: Missing("It is gone"), 2: Forbidden("It is hidden")}
    with pytest.raises(Forbidden, match="It is hidden"):
        replayed(found)


def test_a_limit_that_was_reached_ends_it_at_once() -> None:
    """Nothing more is asked."""
    found = world(*["P1"] * 12)
    found.errors[4] = Transient("API rate limit exceeded", rate_limited=True)
    account = replayed(found).account
    assert (len(account.stories), account.stopped) == (5, True)
    assert "API rate limit exceeded" in account.left


def test_progress_is_told() -> None:
    """From nothing to all."""
    told: list[tuple[int, int]] = []
    found = world(*["P1"] * 7)
    replay(found.archive, QUARTER, NOW, load_templates(), lambda done, total: told.append((done, total)))
    assert told == [(0, 7), (5, 7), (7, 7)]


def test_the_gravest_and_newest_bug_s_post_mortem_is_drafted() -> None:
    """Not of a P2, nor of a confidential one."""
    found = replayed(world("P1", "P0", "P0", "P1"))
    assert found.account.drafted == "BUG-003"
    assert "# Post-mortem: BUG-003" in found.draft
    assert "\nfacts: sha256:" in found.draft
    assert "/pull/103" in found.draft
    assert replayed(world("P2")).draft == ""


def test_a_bug_that_is_no_longer_one_is_left_out() -> None:
    """Its labels were taken off between the list and the read."""
    found = world("P1", "P1")
    found.memory.issues[1] = replace(found.memory.issues[1], timeline=())

    def read(targets: Targets, asked: Iterable[Question] = ()) -> Snapshot:
        snapshot = found.memory.read(targets, asked)
        bare = {
            number: replace(facts, issue=replace(facts.issue, labels=())) if number == 1 else facts
            for number, facts in snapshot.bugs.items()
        }
        return replace(snapshot, bugs=bare)

    found.read = read  # type: ignore[method-assign]
    account = replayed(found).account
    assert [story.number for story in account.stories] == [2]
