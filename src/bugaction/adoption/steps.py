"""What is left to a person, as lines to run: the order in which bugaction comes, and in which it goes."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from enum import StrEnum

from bugaction.adoption.planning import Plan, Step
from bugaction.adoption.proposal import Adoption
from bugaction.adoption.tree import CONFIG, RULESET
from bugaction.verdicts import ROLLUP

__all__ = ["DOCTOR", "INSTALL", "RELEASE", "SWEEP", "UNINSTALL", "Line", "Tone", "next_steps", "parting"]

INSTALL = f"gh api --method POST repos/{{owner}}/{{repo}}/rulesets --input {RULESET}"
"""Installs the ruleset; `gh` fills in the repository (https://cli.github.com/manual/gh_api)."""

_LIST = "gh api repos/{owner}/{repo}/rulesets --jq '.[] | select(.name == \"bugaction\") | .id'"
UNINSTALL = f"{_LIST} | xargs -I ID gh api --method DELETE repos/{{owner}}/{{repo}}/rulesets/ID"
RELEASE = (
    "gh api --method DELETE repos/{{owner}}/{{repo}}/branches/{branch}/protection/required_status_checks"
    f"/contexts -f 'contexts[]={ROLLUP}'"
)
"""Takes the status out of a classic protection (OpenAPI, repos/remove-status-check-contexts)."""

SWEEP = "gh workflow run bugaction.yml"

_NAME = "gh repo view --json nameWithOwner --jq .nameWithOwner"
DOCTOR = f'GH_TOKEN=$(gh auth token) bugaction doctor --repository "$({_NAME})"'
"""In a clone: `gh` knows the repository, and has a token that sees as much as its owner."""


class Tone(StrEnum):
    """How a line is to be seen where colours are."""

    PLAIN = "plain"
    HEAD = "head"
    ADDED = "added"
    REMOVED = "removed"
    PLACE = "place"


Line = tuple[Tone, str]


_NOT_OURS = frozenset({Step.AWAY, Step.FOREIGN})


def next_steps(adoption: Adoption) -> Iterator[Line]:
    """The order in which nothing gets stuck."""
    given, around = adoption.given, adoption.given.around
    steps = [
        ("Merge these files. In observe mode every status is green and holds nothing.", _merge(adoption)),
        _labels(adoption),
        ("Have every open pull request answered: one that never was would wait for ever.", [SWEEP]),
        ("See whether everything is as it should be.", [DOCTOR]),
        (f"Require {ROLLUP}. Administrators may pass it by, and push without a pull request.", [INSTALL]),
        (f"When the statuses read right: `mode: enforce` in {CONFIG}.", []),
    ]
    if around is not None and ROLLUP in (around.required or ()):
        steps[4] = (f"{ROLLUP} is required already.", [])
    yield Tone.HEAD, "Next, in this order:"
    for number, (words, lines) in enumerate(steps, start=1):
        yield Tone.PLAIN, f"  {number}. {words}"
        for line in lines:
            yield Tone.PLAIN, f"       {line}"
    if given.labels is None and (around is None or around.labels is None):
        yield Tone.PLAIN, "Labels that are there already are refused by `gh`, and stay as they are."


def _merge(adoption: Adoption) -> list[str]:
    given = adoption.given
    paths = [change.path for change in adoption.plan.changes if change.step not in _NOT_OURS]
    base = f" --base {shlex.quote(given.default_branch)}" if given.default_branch else ""
    is_on_default = bool(given.current) and given.current == given.default_branch
    return [
        *(["git switch --create adopt-bugaction"] if is_on_default else []),
        f"git add {' '.join(paths)}",
        "git commit --message 'Adopt bugaction'",
        "git push --set-upstream origin HEAD",
        f"gh pr create --fill{base}",
    ]


def _labels(adoption: Adoption) -> tuple[str, list[str]]:
    if not adoption.labels:
        return "Labels: there is one for each severity and for a bug.", []
    words = "Create the labels. Those of the phases and the clocks are made when they are needed."
    return words, list(adoption.labels)


def parting(plan: Plan, branch: str) -> Iterator[Line]:
    """The order in which bugaction goes without leaving a pull request that waits for a status."""
    yield Tone.HEAD, "To take bugaction away, in this order:"
    yield Tone.PLAIN, f"  1. Require {ROLLUP} no more, before anything else: without it nobody could merge."
    yield Tone.PLAIN, f"       {UNINSTALL}"
    yield Tone.PLAIN, "     and where a classic protection requires it:"
    yield Tone.PLAIN, f"       {RELEASE.format(branch=shlex.quote(branch) if branch else 'BRANCH')}"
    yield Tone.PLAIN, "  2. Remove these files, and merge that."
    for change in plan.changes:
        if change.step is Step.LEFT:
            yield Tone.PLAIN, f"     Commit or undo your change of {change.path}, and run this again."
    yield Tone.PLAIN, "  3. What may stay: the documents, the labels, and the decisions on bugaction/records."
    yield Tone.PLAIN, "       git push origin --delete bugaction/records   # if nobody will ask for them"
