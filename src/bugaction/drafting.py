"""The prompt of a phase for one bug: read as a run would read it, and nothing is written."""

from __future__ import annotations

from bugaction.app import Connect
from bugaction.bug import Bug
from bugaction.config import load_file
from bugaction.decide import Request
from bugaction.documents.overrides import with_overrides
from bugaction.errors import UserError
from bugaction.gates import checklist
from bugaction.links import all_ties, ties_of
from bugaction.plan import Reason
from bugaction.ports import Clock, Expectations, Sleep, Targets
from bugaction.prompts import prompt
from bugaction.reconcile import Reconciler
from bugaction.runner import Inputs
from bugaction.scope import scope_of
from bugaction.snapshot import Snapshot
from bugaction.tracking import is_bug, resolve_since

__all__ = ["draft_prompt"]


def draft_prompt(
    phase: str, inputs: Inputs, clock: Clock, sleep: Sleep, templates: dict[str, str], connect: Connect
) -> str:
    """The prompt of that phase for the bug that the inputs name.

    Raises `UserError` for a number that is no bug, and `GitHubError` where it cannot be read.
    """
    (number,) = inputs.event.targets.items
    decided: list[Snapshot] = []
    connection = connect(inputs, clock, sleep)
    reconciler = Reconciler(
        reader_for=connection.reader_for,
        writer=connection.writer,
        clock=clock,
        sleep=sleep,
        dry_run=True,
        config=inputs.config,
        observe=lambda seen: decided.append(seen.snapshot),
    )
    targets = Targets(items=(number,))
    request = Request(opened=frozenset({number}), workflow=inputs.workflow, templates=templates)
    reconciler.work(targets, Expectations(), request)
    snapshot = decided[-1]
    bug = _bug(number, snapshot, inputs, clock)
    return prompt(phase, bug, checklist(bug), with_overrides(templates, snapshot.repository))


def _bug(number: int, snapshot: Snapshot, inputs: Inputs, clock: Clock) -> Bug:
    loaded = load_file(snapshot.repository.config, inputs.config, snapshot.repository.extended)
    if loaded.policy is None:
        problem = f"The configuration is wrong: {loaded.problems[0].words}"
        raise UserError(problem, remedy="Correct it first.", reason=Reason.CONFIG_INVALID)
    now = clock().replace(microsecond=0)
    targets = Targets(items=(number,))
    since = resolve_since(snapshot, loaded.policy, now, {number}, restart=False)
    own = (inputs.workflow,) if inputs.workflow else ()
    scope = scope_of(snapshot, loaded.policy, now, since, targets, ties=all_ties(snapshot), own_workflows=own)
    item = scope.bugs.get(number)
    if item is not None:
        return item.bug
    if number in scope.unreadable:
        raise UserError(
            f"The decisions on #{number} cannot be read, so that its state is not known.",
            remedy="Restore its ledger first.",
            reason=Reason.LEDGER_UNREADABLE,
        )
    if number in snapshot.pulls:
        fixed = ", ".join(f"#{bug}" for bug in ties_of(snapshot.pulls[number], snapshot).linked)
        remedy = f"It fixes {fixed}: give that number." if fixed else "Give the number of the bug's issue."
        raise UserError(f"#{number} is a pull request, and a prompt is for a bug.", remedy=remedy)
    if number not in snapshot.bugs:
        raise UserError(f"There is no issue #{number} in {inputs.repository}.", remedy="Look at the number.")
    if is_bug(snapshot.bugs[number], loaded.policy):
        raise UserError(
            f"#{number} is older than `since`, from when on bugs are followed.",
            remedy="Comment `/track` on it first.",
        )
    raise UserError(
        f"#{number} is no bug: it has neither a severity label nor the bug label.",
        remedy="Look at the number, or give the issue its severity first.",
    )
