"""What `init` tells of a repository, and what is left to a person."""

from __future__ import annotations

from datetime import UTC, datetime

from bugaction.adoption.proposal import Adoption, Given, adopt
from bugaction.adoption.steps import next_steps
from bugaction.adoption.tree import WORKFLOW, File
from bugaction.adoption.words import found
from bugaction.templates import load_scaffold

REF = "a1" * 20
GIVEN = Given(datetime(2026, 11, 26, 21, 4, tzinfo=UTC), ref=REF)


def adopted(files: dict[str, str], labels: tuple[str, ...] | None = None) -> Adoption:
    """The proposal for a repository with these files."""
    given = Given(GIVEN.now, ref=REF, labels=labels)
    return adopt({path: File(text) for path, text in files.items()}, load_scaffold(), given)


def told(adoption: Adoption) -> str:
    return "\n".join(text for _, text in found(adoption))


def test_teams_are_told_and_what_is_no_workflow() -> None:
    """With what is wrong, so that somebody can name it themselves."""
    said = told(
        adopted({".github/CODEOWNERS": "* @octo/leads @octo/shop\n", ".github/workflows/x.yml": "a: [\n"})
    )
    assert "  teams in CODEOWNERS  octo/leads, octo/shop" in said
    assert "  note: .github/workflows/x.yml is no workflow that can be read (" in said
    assert said.endswith("); name it yourself.")


def test_where_another_workflow_runs_bugaction_none_is_written() -> None:
    """Two would answer each event twice; where both are there, one is to be deleted."""
    other = ".github/workflows/bugs.yml"
    text = f"on: issues\njobs:\n  gates:\n    steps:\n      - uses: bugaction/bugaction@{REF}\n"
    alone = adopted({other: text})
    assert WORKFLOW not in {change.path for change in alone.plan.changes}
    assert f"  note: {other} runs bugaction already: one workflow is enough, delete one." in told(alone)
    assert f"  note: so {WORKFLOW} is not written." in told(alone)
    both = adopted({other: text, WORKFLOW: text})
    assert WORKFLOW in {change.path for change in both.plan.changes}
    assert "is not written" not in told(both)


def test_where_all_labels_are_there_none_is_to_be_created() -> None:
    """The step says so instead of listing commands."""
    names = ("P0", "P1", "P2", "P3", "bug")
    said = [text for _, text in next_steps(adopted({}, names))]
    assert "  2. Labels: there is one for each severity and for a bug." in said
    assert not any("gh label create" in text for text in said)
    lacking = [text for _, text in next_steps(adopted({}, names[1:]))]
    assert [text for text in lacking if "gh label create" in text] != []
