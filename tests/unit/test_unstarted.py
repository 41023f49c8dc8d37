"""Words on what GitHub lets a workflow's own token not do."""

from __future__ import annotations

from bugaction.unstarted import WORKFLOWS, may_not_open, press_to_start, unopened_words
from tests.values import VIEWER

SETTING = "GitHub Actions is not permitted to create or approve pull requests."


def test_a_setting_is_named_as_such_and_otherwise_the_permission() -> None:
    """With the command that tries again."""
    assert may_not_open(SETTING)
    assert unopened_words(SETTING, "rollback").endswith("then comment `/rollback`")
    found = unopened_words("Resource not accessible by integration", "rollback", "`contents: write`")
    assert found == "The job may not open it; for that, give it `contents: write`, then comment `/rollback`"


def test_what_to_press_names_the_branch() -> None:
    """For pull requests of the workflow's own token."""
    assert WORKFLOWS == VIEWER
    assert press_to_start("main").startswith("**Where `main` requires checks:**")
