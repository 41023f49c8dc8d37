"""What `init` tells: for a person, with diffs and the next steps, and for a program."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from bugaction.adoption.planning import Change, Plan, Step
from bugaction.adoption.proposal import Adoption
from bugaction.adoption.steps import INSTALL, RELEASE, SWEEP, UNINSTALL, Line, Tone
from bugaction.adoption.tree import CONFIG, FORM, MANIFEST, WORKFLOW

__all__ = ["as_json", "details", "diff", "found", "summary"]

_SAID: Mapping[Step, str] = {
    Step.CREATE: "new",
    Step.UPDATE: "brought up to date",
    Step.CURRENT: "as it should be",
    Step.YOURS: "edited by you, and stays; nothing new for it",
    Step.EDITED: "edited by you, and stays; there is a newer version",
    Step.FOREIGN: "not written by init, and stays",
    Step.AWAY: "deleted by you, and stays away",
    Step.REMOVE: "removed",
    Step.LEFT: "stays: it holds changes that are not committed",
}
_MARKS: Mapping[Step, str] = {Step.CREATE: "+", Step.UPDATE: "~", Step.REMOVE: "-", Step.EDITED: "!"}


def diff(change: Change) -> Iterator[Line]:
    """A change as a unified diff; of a file that stays, from what is there to what `init` has."""
    before, after = _rows(change.before), _rows(change.after)
    old, new = f"a/{change.path}", f"b/{change.path}"
    names = (old if before else "/dev/null", new if after else "/dev/null")
    for row in difflib.unified_diff(before, after, *names, lineterm=""):
        tone = Tone.PLAIN
        if row.startswith(("--- ", "+++ ")):
            tone = Tone.HEAD
        elif row.startswith("@@"):
            tone = Tone.PLACE
        elif row.startswith("+"):
            tone = Tone.ADDED
        elif row.startswith("-"):
            tone = Tone.REMOVED
        yield tone, row


def _rows(text: str | None) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


def summary(plan: Plan) -> Iterator[Line]:
    """A line for each file."""
    for change in plan.changes:
        if change.path == MANIFEST and not change.writes:
            continue
        yield Tone.PLAIN, f"  {_MARKS.get(change.step, ' ')} {change.path}: {_SAID[change.step]}"


def details(plan: Plan) -> Iterator[Line]:
    """The diffs of what changes, and of newer versions that a person may want, each with what to do."""
    for change in plan.changes:
        wants = change.step in (Step.EDITED, Step.FOREIGN) and change.path != CONFIG
        if (change.writes and change.step is not Step.REMOVE and change.path != MANIFEST) or wants:
            yield Tone.PLAIN, ""
            if wants:
                yield Tone.HEAD, f"{change.path}: {_SAID[change.step]}. This is how init would have it:"
            yield from diff(change)
        if wants:
            yield (
                Tone.PLAIN,
                "Put into it what you want of this. Then `bugaction init --keep "
                f"{change.path}` says that it is as you want it; `--take {change.path}` replaces it.",
            )
            if change.path == FORM:
                yield Tone.PLAIN, "A severity is proposed from its answers, which are found by these labels."


def found(adoption: Adoption) -> Iterator[Line]:
    """What was seen of the repository."""
    given, around = adoption.given, adoption.given.around
    rows = [
        ("default branch", given.default_branch or "not known to git here"),
        ("workflows heard of", ", ".join(adoption.listed.names) or "none: no workflow tests or deploys yet"),
        ("merge queue", "yes" if _has_queue(adoption) else "not seen"),
    ]
    if adoption.teams:
        rows.append(("teams in CODEOWNERS", ", ".join(adoption.teams)))
    if given.known_labels is not None:
        severities = adoption.policy.severities
        named = [f"{severity}: {', '.join(rules.labels)}" for severity, rules in severities.items()]
        rows.append(("severities by label", "; ".join(named)))
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        yield Tone.PLAIN, f"  {name:<{width}}  {value}"
    for path, problem in (adoption.listed.unread or {}).items():
        yield (
            Tone.PLAIN,
            f"  note: {path} is no workflow that can be read ({problem}); name it yourself.",
        )
    for path in adoption.listed.running:
        yield Tone.PLAIN, f"  note: {path} runs bugaction already: one workflow is enough, delete one."
    if adoption.listed.running and not any(change.path == WORKFLOW for change in adoption.plan.changes):
        yield Tone.PLAIN, f"  note: so {WORKFLOW} is not written."
    for problem in adoption.problems:
        yield Tone.PLAIN, f"  note: the configuration is wrong: {problem}"
    for severity, labels in (adoption.proposed or {}).items():
        listed = ", ".join(labels)
        yield Tone.PLAIN, f"  note: {listed} may mean {severity}: name it under severities.{severity}.labels."
    if around is not None and around.is_archived:
        yield (
            Tone.PLAIN,
            "  note: the repository is archived: no workflow runs in it, and nothing can be written.",
        )
    if around is not None and around.is_private:
        yield (
            Tone.PLAIN,
            "  note: it is private: GitHub's free plan has neither rulesets nor branch protection for it. "
            "Statuses are shown there, and hold nothing.",
        )


def _has_queue(adoption: Adoption) -> bool:
    around = adoption.given.around
    return adoption.listed.has_merge_queue or (around is not None and around.has_merge_queue)


def as_json(plan: Plan, adoption: Adoption | None, branch: str) -> dict[str, object]:
    """All of it for a program. `version` grows when a key changes its meaning."""
    made: dict[str, object] = {
        "version": 1,
        "current": plan.is_current,
        "files": [
            {
                "path": change.path,
                "step": change.step.value,
                "diff": "\n".join(row for _, row in diff(change))
                if change.writes or change.step in (Step.EDITED, Step.FOREIGN)
                else "",
            }
            for change in plan.changes
        ],
    }
    if adoption is None:
        return made | {
            "commands": {"ruleset": UNINSTALL, "protection": RELEASE.format(branch=branch or "BRANCH")}
        }
    return made | {
        "found": {
            "default-branch": adoption.given.default_branch or None,
            "workflows": list(adoption.listed.names),
            "unread": dict(adoption.listed.unread or {}),
            "running-bugaction": list(adoption.listed.running),
            "merge-queue": _has_queue(adoption),
            "teams": list(adoption.teams),
            "labels": list(adoption.given.known_labels) if adoption.given.known_labels is not None else None,
            "configuration-problems": list(adoption.problems),
        },
        "aliases": {severity: list(labels) for severity, labels in (adoption.proposed or {}).items()},
        "commands": {"labels": list(adoption.labels), "sweep": SWEEP, "ruleset": INSTALL},
    }
