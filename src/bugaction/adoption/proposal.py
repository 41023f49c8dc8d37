"""All that `init` proposes for a repository: what was found, its files, and what is left to a person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bugaction.adoption.labels import aliases, bug_labels, label_lines
from bugaction.adoption.planning import NOBODY_CHOSE, Choice, Plan, plan, removal
from bugaction.adoption.texts import SCAFFOLD, config_text, teams_of, wanted
from bugaction.adoption.tree import (
    CONFIG,
    FORM,
    FORMS,
    PULL_TEMPLATE,
    RELAY,
    RULESET,
    WORKFLOW,
    Tree,
    calls,
    pins,
)
from bugaction.adoption.workflows import Listed, existing
from bugaction.config import extends_of, load_file
from bugaction.errors import UserError
from bugaction.extended import Extended
from bugaction.policy import Policy
from bugaction.snapshot import TextFile

__all__ = ["PATHS", "Adoption", "Given", "Surroundings", "adopt", "leave"]

PATHS = (WORKFLOW, RELAY, CONFIG, FORM, FORMS, PULL_TEMPLATE, RULESET)
"""Every file that `init` may write, beside its record; in the order in which they are taken away."""

_SHA = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What GitHub tells of a repository. `labels` are its names; `required` the contexts that its default
    branch asks for, None where they were not to be seen."""

    default_branch: str = ""
    is_private: bool = False
    is_archived: bool = False
    has_merge_queue: bool = False
    labels: tuple[str, ...] | None = None
    required: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What is known beside the files.

    `now` is in UTC. `ref` is the commit that a person named, `installed` that of this installation, each ""
    where there is none. `labels` are the repository's, None where nobody told. `branch` is the default branch
    as far as git knows, and `current` the one that is checked out, "" where git does not tell.
    `reusable` says whether the workflow calls ours, None where nobody chose: then it stays what it is.
    """

    now: datetime
    ref: str = ""
    installed: str = ""
    labels: tuple[str, ...] | None = None
    branch: str = ""
    current: str = ""
    reusable: bool | None = None
    around: Surroundings | None = None
    choice: Choice = NOBODY_CHOSE

    @property
    def known_labels(self) -> tuple[str, ...] | None:
        """The labels as they were given, or as GitHub tells them."""
        return self.labels if self.labels is not None else self.around.labels if self.around else None

    @property
    def default_branch(self) -> str:
        """As GitHub tells, or git."""
        return (self.around.default_branch if self.around else "") or self.branch


@dataclass(frozen=True, slots=True)
class Adoption:
    """The plan, and what it was made from. `problems` are mistakes of the configuration that is there."""

    plan: Plan
    given: Given
    listed: Listed
    policy: Policy
    teams: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    proposed: Mapping[str, tuple[str, ...]] | None = None
    """Labels in other words, by severity, that the configuration which is there does not name."""
    labels: tuple[str, ...] = ()
    """The lines that create labels."""


def adopt(tree: Tree, scaffold: Mapping[str, str], given: Given) -> Adoption:
    """The plan that puts bugaction into a repository, or brings what is there up to date.

    `scaffold` holds the shipped files by their path below `templates/scaffold/`. Raises `UserError` where the
    Action's commit is not known, or the record of what was written cannot be read.
    """
    listed = existing(tree)
    names = given.known_labels or ()
    found, bugs, teams = aliases(names), bug_labels(names), teams_of(tree)
    fresh = config_text(scaffold[SCAFFOLD[CONFIG]], given.now, found, bugs, teams)
    policy, problems = _policy(tree, fresh)
    # Where the configuration cannot be read, what the policy says of names is not known, and nothing is
    # proposed for it.
    proposed = {
        severity.name: unnamed
        for severity, labels in found.items()
        if CONFIG in tree
        and not problems
        and (unnamed := tuple(label for label in labels if policy.severity_of(label) is None))
    }
    files = wanted(
        scaffold,
        tree,
        config=fresh,
        listens_to=listed.names,
        ref=_ref(tree, given),
        bug=policy.labels.bug,
        root=policy.documents.root,
        runs_already=bool(listed.running) and WORKFLOW not in tree,
        reusable=_reusable(tree, given),
    )
    return Adoption(
        plan(tree, files, given.choice, repin=given.ref),
        given,
        listed,
        policy,
        teams,
        problems,
        proposed,
        label_lines(policy, names),
    )


def _ref(tree: Tree, given: Given) -> str:
    """The commit of the Action: as it was named, as this installation has it, or as it stands there."""
    there = tree.get(WORKFLOW)
    pinned = pins(there.text or "") if there is not None else ()
    ref = given.ref or given.installed or (pinned[0] if pinned else "")
    if not _SHA.fullmatch(ref):
        what = (
            f"`--ref` is {ref!r}"
            if ref
            else "The commit of bugaction that the workflow is to run is not known"
        )
        raise UserError(
            f"{what}.",
            remedy="Give the full SHA of the commit that you have read, 40 hexadecimal digits, with `--ref`; "
            "`git rev-parse HEAD` in a clone of bugaction prints it.",
        )
    return ref


def _reusable(tree: Tree, given: Given) -> bool:
    there = tree.get(WORKFLOW)
    return given.reusable if given.reusable is not None else there is not None and calls(there.text or "")


def _policy(tree: Tree, fresh: str) -> tuple[Policy, tuple[str, ...]]:
    """The policy of the configuration that is there or will be, and what is wrong with it."""
    there = tree.get(CONFIG)
    file = TextFile(CONFIG, there.text if there is not None else fresh)
    name = extends_of(file)
    loaded = load_file(file, CONFIG, Extended(name, "version: 1\n") if name else None)
    if loaded.policy is None:
        return Policy(), tuple(problem.words for problem in loaded.problems)
    return loaded.policy, ()


def leave(tree: Tree) -> Plan:
    """The plan that takes away all that `init` wrote. Raises `UserError` as `planning.recorded` does."""
    return removal(tree, PATHS)
