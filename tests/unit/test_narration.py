"""Effects in words."""

from __future__ import annotations

from typing import get_args

import pytest

from bugaction.narration import effect_kind, narrate
from bugaction.plan import (
    AddAssignees,
    AddLabels,
    AppendLedger,
    BringDocuments,
    CloseIssue,
    CommitFiles,
    CreateComment,
    CreateIssue,
    CreateLabel,
    DeleteComment,
    DispatchWorkflow,
    EditComment,
    EditIssue,
    Effect,
    FileChange,
    Mood,
    Notify,
    OpenPull,
    React,
    RemoveLabels,
    ReopenIssue,
    RevertPull,
    SetCheckRun,
    SetStatus,
    StartRecords,
)
from bugaction.snapshot import StatusState

EFFECTS: list[tuple[Effect, str, str]] = [
    (
        SetStatus("abcdef1234", "bugaction/gate", StatusState.SUCCESS, "Not a bug fix", "u"),
        "set-status",
        "bugaction/gate is success on abcdef1: Not a bug fix",
    ),
    (StartRecords("bugaction/records", "{}"), "start-records", "records branch bugaction/records started"),
    (AppendLedger("records", "a", {}, (), "m"), "append-ledger", "0 decisions recorded on records"),
    (
        CommitFiles("main", "a", (FileChange("a.md", "x"), FileChange("b.md", None)), "m"),
        "commit-files",
        "a.md committed to main; b.md removed from main, whose history keeps what was there",
    ),
    (
        CommitFiles("main", "a", (FileChange("a.md", "x"), FileChange("b.md", "y")), "m"),
        "commit-files",
        "a.md and b.md committed to main",
    ),
    (
        CommitFiles("main", "a", (FileChange("b.md", None),), "m"),
        "commit-files",
        "b.md removed from main, whose history keeps what was there",
    ),
    (
        SetCheckRun("abcdef1234", "bugaction/gate", StatusState.FAILURE, "no test", "s", "t", "u", "x"),
        "set-check-run",
        "check run bugaction/gate is failure on abcdef1: no test",
    ),
    (
        BringDocuments(42, "bugaction/bug-042", "", (), "", (FileChange("a.md", "x"),), "m"),
        "bring-documents",
        "a.md put on bugaction/bug-042",
    ),
    (
        OpenPull(42, "bugaction/bug-042", "main", "title", "body"),
        "open-pull",
        "pull request opened from bugaction/bug-042 to main",
    ),
    (
        RevertPull(42, 7, "PR_7", "revert-7#IC", "title", "body"),
        "revert-pull",
        "pull request opened that takes #7 back",
    ),
    (
        DispatchWorkflow(42, "back.yml", "main", (), "dispatch#IC"),
        "dispatch-workflow",
        "workflow back.yml started on main",
    ),
    (
        Notify(
            42, "stop", "notify:stop:x", "octo/shop/BUG-042", ("incidents", "pager"), Mood.FAILURE, "t", "b"
        ),
        "notify",
        "notification stop of #42 for incidents and pager",
    ),
    (CreateComment("I", 42, "m", "body"), "create-comment", "comment written on #42"),
    (EditComment("C", "body"), "edit-comment", "comment brought up to date"),
    (EditIssue(17, "I", "body"), "edit-issue", "what waits for whom brought up to date in #17"),
    (DeleteComment("C"), "delete-comment", "doubled comment removed"),
    (CreateLabel("P1", "ff0000", ""), "create-label", "label P1 created"),
    (AddLabels("I", 42, ("P1", "bug", "x"), ()), "add-labels", "label P1, bug and x added to #42"),
    (RemoveLabels("I", 42, ("P1",), ()), "remove-labels", "label P1 removed from #42"),
    (AddAssignees("I", 42, ("ana",)), "add-assignees", "ana assigned to #42"),
    (CreateIssue("R", 42, "marker", "title", "body"), "create-issue", "issue opened that follows up on #42"),
    (CloseIssue("I", 42, "J"), "close-issue", "#42 closed as a duplicate"),
    (CloseIssue("I", 42), "close-issue", "#42 closed as completed"),
    (ReopenIssue("I", 42), "reopen-issue", "#42 opened again"),
    (React("C", "THUMBS_UP"), "react", "reaction thumbs up to a comment"),
]


@pytest.mark.parametrize(("effect", "kind", "words"), EFFECTS)
def test_effect_has_a_name_and_a_line(effect: Effect, kind: str, words: str) -> None:
    """The name is stable for programs, the line is for people."""
    assert effect_kind(effect) == kind
    assert narrate(effect) == words


def test_every_effect_is_told() -> None:
    """A new effect finds its words here."""
    assert {type(effect) for effect, _, _ in EFFECTS} == set(get_args(Effect))
