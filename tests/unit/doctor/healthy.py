"""A repository in which everything is set up as it should be, to take something away from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bugaction.doctor import Finding, diagnose
from bugaction.doctor.facts import (
    ACTIONS_APP,
    BranchFacts,
    Budget,
    Facts,
    Required,
    Rule,
    Run,
    WorkflowState,
)
from bugaction.model import Actor
from bugaction.snapshot import TextFile

__all__ = [
    "CALLER_TEXT",
    "CI",
    "CONFIG",
    "FORM",
    "GATE",
    "JOB",
    "MAIN",
    "MAIN_TEXT",
    "NOW",
    "PERSON",
    "RECORDS_RULES",
    "RELAY",
    "SCAFFOLD",
    "SHA",
    "caller",
    "facts",
    "finding",
    "main",
    "workflow",
]

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SHA = "0123456789abcdef0123456789abcdef01234567"
SCAFFOLD = {
    path.name: path.read_text(encoding="utf-8") for path in (ROOT / "templates" / "scaffold").glob("*.yml")
}
MAIN, RELAY = ".github/workflows/bugaction.yml", ".github/workflows/bugaction-reviews.yml"
MAIN_TEXT = SCAFFOLD["bugaction.yml"].replace("<commit>", SHA)
CALLER_TEXT = SCAFFOLD["bugaction-call.yml"].replace("<commit>", SHA)
FORM = (ROOT / ".github" / "ISSUE_TEMPLATE" / "bug.yml").read_text(encoding="utf-8")
CONFIG = "version: 1\nsince: 2026-11-01T09:00:00Z\n"
PERSON, JOB = Actor("ana"), Actor("github-actions[bot]", is_bot=True)
GATE = Rule("required_status_checks", 1, (Required("bugaction/gate", ACTIONS_APP),))
RECORDS_RULES = (Rule("deletion", 2), Rule("non_fast_forward", 2))


def workflow(name: str, on: str = "[pull_request, merge_group]", jobs: str = "test: {}") -> TextFile:
    """A workflow of the repository, in the file of its name."""
    path = f".github/workflows/{name.lower()}.yml"
    return TextFile(path, f"name: {name}\non: {on}\njobs: {{{jobs}}}\n")


CI = (workflow("CI"), workflow("Deploy", "push", "ship: {environment: production}"))


def caller(*changes: tuple[str, str]) -> tuple[TextFile, ...]:
    """The same with the workflow that calls ours."""
    return main(*changes, text=CALLER_TEXT)


def main(*changes: tuple[str, str], text: str = MAIN_TEXT) -> tuple[TextFile, ...]:
    """The workflows, with texts of ours replaced; each has to be there."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return (TextFile(MAIN, text), TextFile(RELAY, SCAFFOLD["bugaction-reviews.yml"]), *CI)


def facts(**changes: object) -> Facts:
    """The healthy repository, with something of it changed."""
    whole = Facts(
        owner="octo",
        name="shop",
        url="https://github.com/octo/shop",
        viewer=PERSON,
        default=BranchFacts("main", (GATE,), protected=True),
        records=BranchFacts("bugaction/records", RECORDS_RULES),
        config=TextFile(".github/bugaction.yml", CONFIG),
        workflows=main(),
        forms=(TextFile(".github/ISSUE_TEMPLATE/bug.yml", FORM),),
        labels=("P0", "P1", "P2", "P3", "bug"),
        states=(WorkflowState(MAIN, "bugaction", "active", NOW - timedelta(days=9)),),
        sweep=Run(NOW - timedelta(hours=2), "success"),
        environments=("production",),
        deployed=("production",),
        emitted=frozenset({"test", "bugaction/gate"}),
        budgets=(Budget("core", 1000, 900, NOW), Budget("graphql", 1000, 900, NOW)),
        scaffold=SCAFFOLD,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def finding(check: str, **changes: object) -> Finding:
    """What a check finds in the healthy repository with something changed."""
    return diagnose(facts(**changes), NOW).of(check)
