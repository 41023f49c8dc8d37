"""The words for what a run cannot do: an account that may not write, a number that is gone, a refusal."""

from __future__ import annotations

from collections.abc import Iterator

from bugaction.errors import GitHubError, UserError
from bugaction.model import Actor
from bugaction.plan import (
    AddAssignees,
    AddLabels,
    BringDocuments,
    CloseIssue,
    CommitFiles,
    CreateComment,
    CreateIssue,
    DeleteComment,
    DispatchWorkflow,
    Effect,
    Level,
    Notice,
    OpenPull,
    Plan,
    Reason,
    RemoveLabels,
    ReopenIssue,
    RevertPull,
    SetCheckRun,
    SetStatus,
)
from bugaction.ports import Targets
from bugaction.snapshot import Snapshot
from bugaction.unstarted import unopened_words

__all__ = ["gave_up", "gone", "never_at_rest", "of_a_person", "passed_over", "refusal"]


def of_a_person(viewer: Actor) -> UserError:
    """What such an account commits cannot be told from what its owner wrote by hand, or let a token write."""
    return UserError(
        f"This token belongs to {viewer.login}, a person's account: decisions cannot be recorded with it.",
        remedy="Run the workflow, whose own token can; or look with `bugaction plan`, which writes nothing.",
    )


def gone(number: int, targets: Targets, snapshot: Snapshot) -> Notice:
    """A word on a number that is not there: what a person asked for is an error, what an event spoke of may
    have been deleted since."""
    name = snapshot.repository.full_name
    text = f"{name} has no issue and no pull request #{number}: nothing was looked at."
    if number in targets.items:
        return Notice(Level.ERROR, f"{text} Look at the number, and at the repository.")
    return Notice(Level.WARNING, text)


def passed_over(targets: Targets, snapshot: Snapshot, plan: Plan) -> Iterator[Notice]:
    """A word on each issue that a person asked for and that is no bug, where nothing was to do.

    Otherwise, as where a bug's records cannot be read, the plan says what.
    """
    bugs = {bug.number for bug in plan.bugs}
    for number in targets.items if plan.reason is Reason.NOTHING_TO_DO else ():
        if number in snapshot.bugs and number not in bugs:
            text = f"#{number} is no bug that is looked after: set its severity, or comment `/track` on it."
            yield Notice(Level.NOTICE, text)


def gave_up(failed: GitHubError, tries: int) -> str:
    """After so many tries to write; `failed` is the last."""
    return (
        f"GitHub did not take the changes after {tries} tries: {failed.message}. "
        "What was not written is written by the next run; re-run this one to have it now."
    )


def never_at_rest(rounds: int) -> str:
    """After so many rounds of reading and writing, each of which met other facts than the one before."""
    return (
        f"What a decision rests on had changed each of the {rounds} times that this run read it, so the last "
        "changes are not confirmed; the next run goes on. Where nobody works on this now, look for another "
        "workflow that changes the same labels, or that runs bugaction by another configuration."
    )


_NAMES: dict[type[Effect], tuple[str, str]] = {
    SetStatus: ("a commit status", "statuses: write"),
    SetCheckRun: ("a check run", "checks: write"),
    CommitFiles: ("the documents", "contents: write"),
    BringDocuments: ("the branch of the documents", "contents: write"),
    OpenPull: ("the pull request of the documents", "pull-requests: write"),
    DispatchWorkflow: ("starting the rollback workflow", "actions: write"),
    CreateComment: ("the comment", "issues: write"),
    CreateIssue: ("the follow-up issue", "issues: write"),
    DeleteComment: ("removing a doubled comment", "issues: write"),
    AddLabels: ("labels", "issues: write"),
    RemoveLabels: ("labels", "issues: write"),
    AddAssignees: ("assignees", "issues: write"),
    CloseIssue: ("closing the issue", "issues: write"),
    ReopenIssue: ("opening the issue again", "issues: write"),
}


def refusal(effect: Effect, error: GitHubError) -> Notice:
    """What GitHub would not let this run write, with the permission that it takes where that is why."""
    if isinstance(effect, OpenPull) and error.reason == "forbidden":
        text = f"GitHub did not open the pull request of the documents: {error.message.rstrip('.')}. They "
        words = unopened_words(error.message, "documents")
        text += f"are on {effect.branch}; open it at {effect.compare}. {words}."
        return Notice(Level.WARNING, text)
    if isinstance(effect, RevertPull):
        said = error.message.rstrip(".")
        text = f"GitHub did not open the pull request that takes #{effect.pull} back: {said}. The comment on "
        text += f"#{effect.number} tells how a person does it."
        return Notice(Level.WARNING, text)
    what, permission = _NAMES.get(type(effect), ("a change to the issue", "issues: write"))
    is_told = error.reason != "forbidden" or permission in error.message
    hint = "" if is_told else f" The job needs `{permission}`."
    level = Level.ERROR if isinstance(effect, SetStatus | SetCheckRun) else Level.WARNING
    return Notice(level, f"GitHub refused {what}: {error.message}.{hint}")
