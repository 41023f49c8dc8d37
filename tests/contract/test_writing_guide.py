"""The guide for authors shows what the program says, and a workflow that may do nothing but read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from bugaction.lint import check, lines, summary
from bugaction.model import Severity
from bugaction.policy import DEFAULT_ROOT
from bugaction.prompts import PROMPTS
from tests.unit.test_lint import fresh
from tests.values import completed

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guide" / "writing-documents.md").read_text(encoding="utf-8")
PROMPT_GUIDE = (ROOT / "docs" / "guide" / "prompts.md").read_text(encoding="utf-8")
CONFIG, WORKFLOW = (
    yaml.load(text, yaml.BaseLoader)  # noqa: S506 - which makes nothing but texts: `on` is no truth value
    for text in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
)


def test_the_sample_is_what_lint_prints() -> None:
    """For an analysis in which all but the cause is written."""
    (sample,) = re.findall(r"\$ bugaction lint \S+\n(.*?)```", GUIDE, re.DOTALL)
    path = f"{DEFAULT_ROOT}/BUG-042/root-cause-analysis-v1.0.md"
    text = fresh("root-cause-analysis", Severity.P1)
    before, marker, after = text.partition("### The cause\n")
    asks, end, rest = after.partition("<!-- /bugaction:facts:cause -->\n")
    whole = completed(before) + marker + asks + end + completed(rest)
    found = check(whole, path, DEFAULT_ROOT, place=path)
    line = str(found.gaps[0].line)
    printed = "\n".join([*lines(found), summary([found])]) + "\n"
    assert re.sub(r"md:\d+", f"md:{line}", sample) == printed


def test_the_workflow_reads_and_no_more() -> None:
    """For the change of a pull request, never in a run that may write; pinned as the one that we ship."""
    assert list(WORKFLOW["on"]) == ["pull_request"]
    assert WORKFLOW["on"]["pull_request"]["paths"] == [f"{DEFAULT_ROOT}/**"]
    assert WORKFLOW["permissions"] == {}
    (job,) = WORKFLOW["jobs"].values()
    assert job["permissions"] == {"contents": "read"}
    checkout, lint = job["steps"]
    assert checkout["with"] == {"persist-credentials": "false"}
    ours = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert f"uses: {checkout['uses']}" in ours
    assert lint["run"].endswith(" bugaction lint")
    assert "${{" not in lint["run"]


def test_the_hook_of_the_guide_is_there() -> None:
    """By its id."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    repository: Any
    (repository,) = CONFIG["repos"]
    assert [item["id"] for item in repository["hooks"]] == [hook["id"]]


def test_every_prompt_is_named() -> None:
    """By its phase, on the page about them."""
    assert [name for name in PROMPTS if f"`{name}`" not in PROMPT_GUIDE] == []
