"""What scenes are made of: a moment, and the deeds that come back in every story."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bugaction.issue_form import FIELDS
from bugaction.sandbox.world import World

__all__ = ["Deed", "Scene", "fill_in", "nothing", "report", "run_tests"]

Deed = Callable[[World], None]


@dataclass(frozen=True, slots=True)
class Scene:
    """One moment: what people do, in words and in deeds, and how much later the next one is.

    `shows`: the transcript holds the comment on the issue as it is after it.
    """

    words: str
    deed: Deed
    minutes: int = 3
    shows: bool = False


def nothing(_world: World) -> None:
    """Nobody does anything: only the schedule runs."""


def report(world: World, who: str, title: str, answers: Mapping[str, str]) -> None:
    """Report a bug with the form; what is not answered stands there as such."""
    body = "\n\n".join(f"### {label}\n\n{answers.get(key, '_No response_')}" for key, label in FIELDS.items())
    world.people.open_issue(who, title, body, labels=["bug"])


def fill_in(
    world: World, who: str, path: str, answers: Mapping[str, str], message: str, branch: str = "main"
) -> None:
    """Write below the sections of a document on a branch, in GitHub's editor."""
    text = world.file(branch, path) or ""
    for section, answer in answers.items():
        marker = f"<!-- /bugaction:facts:{section} -->\n"
        before, found, after = text.partition(marker)
        if not found:
            msg = f"{path} has no section {section}"
            raise ValueError(msg)
        text = f"{before}{marker}{answer}\n{after}"
    world.people.edit_on_web(who, branch, {path: text}, message)


def run_tests(world: World, branch: str, conclusion: str = "success", workflow: str = "CI") -> None:
    """The repository's own tests end on a branch's head: they pass, or as `conclusion` says."""
    head = world.state.head_of(branch) or ""
    world.people.finish_workflow(
        workflow,
        oid=head,
        branch=branch,
        conclusion=conclusion,
        event="pull_request",
        jobs={"test": conclusion},
    )
