"""Words on what GitHub does not let a workflow's own token do: start other workflows, open pull requests."""

from __future__ import annotations

from bugaction.model import Actor

__all__ = ["WORKFLOWS", "may_not_open", "press_to_start", "unopened_words"]

WORKFLOWS = Actor("github-actions[bot]", is_bot=True)
"""Whose pull requests start no workflow by themselves."""

_SETTING = "Allow GitHub Actions to create and approve pull requests"
"""As docs.github.com names it, "Managing GitHub Actions settings for a repository": off by default."""


def press_to_start(base: str) -> str:
    """What a person has to press so that checks run; one paragraph of Markdown, `base` a branch's name."""
    return (
        f"**Where `{base}` requires checks:** GitHub starts no workflow for a pull request that a "
        "workflow opened or pushed to until somebody with write access presses *Approve workflows to "
        "run* below. Where there is no such button, close this pull request and open it again: that "
        "starts them."
    )


def may_not_open(said: str) -> bool:
    """Whether the setting is why GitHub did not open a pull request."""
    return "not permitted to create" in said


def unopened_words(said: str, command: str, permissions: str = "`pull-requests: write`") -> str:
    """What to do where GitHub does not let Actions open pull requests: which setting that is, or that it is
    the job's permission; `command` is given once that is done."""
    if may_not_open(said):
        return (
            "GitHub does not let Actions open it here; to have it opened, turn on Settings, Actions, General,"
            f' "{_SETTING}", then comment `/{command}`'
        )
    return f"The job may not open it; for that, give it {permissions}, then comment `/{command}`"
