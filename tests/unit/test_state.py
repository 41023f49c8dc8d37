"""What the accepted commands come to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bugaction.model import LedgerFile, LedgerLine, RecordKind, Role
from bugaction.snapshot import Entry, EntryKind, Issue, IssueState
from bugaction.state import (
    Planned,
    Wanted,
    commands_in_force,
    commands_named,
    duplicate_line,
    is_over,
    last_word,
    link_line,
    missing_assignees,
    original_of,
    planned,
    unlinked_pulls,
)
from tests.values import ANA, BO, at, facts, issue, line


def said(name: str, *, minutes: float, accepted: bool = True, actor: str = "ana", **data: str) -> LedgerLine:
    """A judged command; `_` in a key stands for `-`."""
    values = {key.replace("_", "-"): value for key, value in data.items()}
    made = line(RecordKind.COMMAND, f"IC_{name}_{minutes}", accepted=accepted, actor=actor, name=name)
    return replace(made, at=at(minutes), data={**made.data, **values})


def test_an_empty_ledger_plans_nothing() -> None:
    """Nothing is known."""
    assert planned(LedgerFile()) == Planned()


def test_the_later_command_wins() -> None:
    """By the time when it was said, in whatever order it was seen; refused ones never do."""
    lines = (
        said("eta", minutes=9, eta="2026-11-26T09:00:00+00:00"),
        said("eta", minutes=2, eta="2026-11-25T09:00:00+00:00"),
        said("eta", minutes=10, eta="2026-11-27T09:00:00+00:00", accepted=False),
        said("channel", minutes=3, channel="one"),
        said("channel", minutes=4, channel="two"),
        said("assign", minutes=3, assign="bo", backup="ana", backup_role="maintain"),
        said("assign", minutes=4, assign="tri"),
    )
    found = planned(LedgerFile(lines=lines))
    assert found == Planned(
        backup="ana",
        backup_role=Role.MAINTAIN,
        eta=at(2 * 24 * 60),
        channel="two",
        assignees=(Wanted("bo", at(3), "IC_assign_3"), Wanted("tri", at(4), "IC_assign_4")),
        backup_line=lines[5],
        eta_line=lines[0],
        channel_line=lines[4],
    )


def test_the_newest_attestation_of_each_requirement_counts() -> None:
    """With its line: who attested, and when."""
    lines = (
        said("attest", minutes=3, requirement="bug-report"),
        said("attest", minutes=5, requirement="bug-report"),
    )
    assert planned(LedgerFile(lines=lines)).attestations == {"bug-report": lines[1]}


def test_accepting_a_free_bug_assigns() -> None:
    """As `/assign` does; accepting one's own does not."""
    lines = (said("accept", minutes=3, assign="ana"), said("accept", minutes=4))
    assert planned(LedgerFile(lines=lines)).assignees == (Wanted("ana", at(3), "IC_accept_3"),)


def test_other_lines_are_no_commands() -> None:
    """Kinds are kept apart."""
    other = line(RecordKind.SEVERITY, "LE_1", name="eta")
    assert commands_named(LedgerFile(lines=(other,)), "eta") == ()


@pytest.mark.parametrize(
    ("entries", "assignees", "expected"),
    [
        ([], [], ("bo",)),
        ([], [BO], ()),
        ([(EntryKind.ASSIGNED, 4)], [], ()),
        ([(EntryKind.UNASSIGNED, 4)], [], ()),
        ([(EntryKind.ASSIGNED, 3)], [], ()),
        ([(EntryKind.ASSIGNED, 1), (EntryKind.UNASSIGNED, 2)], [], ("bo",)),
    ],
    ids=["new", "assigned", "done and lagging", "taken off since", "same second", "taken off before"],
)
def test_an_assignment_is_carried_out_once(
    entries: list[tuple[EntryKind, int]], assignees: list[object], expected: tuple[str, ...]
) -> None:
    """What people did about it since the command stays as they left it."""
    timeline = [Entry(f"AE_{minute}", kind, ANA, at(minute), "Bo") for kind, minute in entries]
    subject = issue(timeline=timeline, assignees=[BO] if assignees else [])
    plans = planned(LedgerFile(lines=(said("assign", minutes=3, assign="bo"),)))
    assert missing_assignees(subject, plans) == expected


def undo(of: LedgerLine, *, minutes: float, accepted: bool = True) -> LedgerLine:
    """The word that takes a command back."""
    return said("undo", minutes=minutes, accepted=accepted, undoes=of.evidence)


def test_what_was_taken_back_counts_no_more() -> None:
    """The value before does again, and the one before that after another undo; a refused one does nothing."""
    one, two = said("channel", minutes=3, channel="one"), said("channel", minutes=4, channel="two")
    named = said("assign", minutes=5, assign="bo", backup="ana", backup_role="maintain")
    lines = [one, two, named]
    assert planned(LedgerFile(lines=tuple(lines))).channel == "two"
    lines += [undo(two, minutes=6, accepted=False)]
    assert planned(LedgerFile(lines=tuple(lines))).channel == "two"
    lines += [undo(two, minutes=7), undo(named, minutes=8)]
    found = planned(LedgerFile(lines=tuple(lines)))
    assert (found.channel, found.backup, found.assignees) == ("one", "", ())
    lines += [undo(one, minutes=9)]
    assert planned(LedgerFile(lines=tuple(lines))).channel == ""
    assert [line.data["name"] for line in commands_in_force(LedgerFile(lines=tuple(lines)))] == ["undo"] * 3


def test_an_unlinked_pull_request_stays_so_until_that_is_taken_back() -> None:
    """Each with the decision that counts; what names no number is none."""
    first = said("unlink", minutes=3, bug="42", pull="7", reason="no")
    again = said("unlink", minutes=6, bug="42", pull="7", reason="still no")
    strange = said("unlink", minutes=7, bug="42", pull="x")
    assert unlinked_pulls(LedgerFile(lines=(first, strange))) == {7: first}
    assert unlinked_pulls(LedgerFile(lines=(first, undo(first, minutes=5)))) == {}
    assert unlinked_pulls(LedgerFile(lines=(first, undo(first, minutes=5), again))) == {7: again}


@pytest.mark.parametrize(
    ("opened", "original"), [([], 50), ([2], 50), ([4], 0), ([3], 0), ([2, 5], 0)],
    ids=["never", "before", "after", "in the same second", "before and after"],
)  # fmt: skip
def test_opening_a_duplicate_again_ends_it(opened: list[int], original: int) -> None:
    """Whatever the issue's state is otherwise: a person's word counts."""
    timeline = [Entry(f"RE_{minute}", EntryKind.REOPENED, ANA, at(minute)) for minute in opened]
    known = facts(issue(timeline=timeline), lines=[said("duplicate", minutes=3, duplicate="50")])
    assert original_of(known) == original
    assert (duplicate_line(known) is not None) is bool(original)


def test_an_issue_is_over_where_its_close_stands() -> None:
    """Judged or not; one that is held is about to be taken back."""
    shut = issue(state=IssueState.COMPLETED, timeline=[Entry("CE_1", EntryKind.CLOSED, ANA, at(9))])
    held = line(RecordKind.CLOSED, "CE_1", accepted=False)
    assert is_over(facts(shut))
    assert is_over(facts(shut, lines=[replace(held, accepted=True)]))
    assert not is_over(facts(shut, lines=[held]))
    assert not is_over(facts(replace(shut, state=IssueState.OPEN)))


def test_the_newest_original_counts() -> None:
    """And none that is no number."""
    one, two = said("duplicate", minutes=3, duplicate="50"), said("duplicate", minutes=4, duplicate="51")
    assert original_of(facts(lines=[one, two])) == 51
    assert original_of(facts(lines=[said("duplicate", minutes=3, duplicate="x")])) == 0
    assert original_of(facts()) == 0


def test_the_newest_word_for_a_commit() -> None:
    """Those for another commit, for none and for another requirement are other words."""
    lines = (
        said("attest", minutes=3, requirement="checks", head="a"),
        said("attest", minutes=4, requirement="checks", head="a"),
        said("attest", minutes=5, requirement="checks", head="b"),
        said("attest", minutes=6, requirement="staging"),
    )
    assert last_word(lines, "checks", "a") == lines[1]
    assert last_word(lines, "checks") is None
    assert last_word(lines, "staging") == lines[3]
    assert last_word((), "staging") is None


def test_a_link_has_the_time_of_what_shows_it() -> None:
    """Of GitHub's timeline, otherwise of the pull request, never of the run that records it."""

    def linked(here: Issue) -> datetime:
        return link_line(facts(here), 7, "PR_7", "github-actions", at(30)).at

    shown = Entry("XRE_1", EntryKind.CROSS_REFERENCED, BO, at(45), "7")
    other = Entry("XRE_2", EntryKind.CROSS_REFERENCED, BO, at(35), "8")
    later = Entry("CE_1", EntryKind.CONNECTED, BO, at(60), "7")
    assert linked(replace(issue(), timeline=(later, shown, other))) == at(45)
    assert linked(replace(issue(), timeline=(other,))) == at(30)
    assert linked(replace(issue(), at=at(40))) == at(40)
