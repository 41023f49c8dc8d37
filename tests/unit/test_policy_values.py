"""The kinds of values of a configuration, each by itself."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from bugaction.model import Role
from bugaction.policy_values import (
    Day,
    Duration,
    LabelName,
    Login,
    PathPattern,
    RepositoryName,
    RoleName,
    TeamName,
    TimeOfDay,
    Watched,
    WorkflowFile,
    ZoneName,
)


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        (Duration, "1h 30m", timedelta(minutes=90)),
        (RoleName, "Maintain", Role.MAINTAIN),
        (Login, " @octocat ", "octocat"),
        (LabelName, " P1 ", "P1"),
        (PathPattern, "tests/**", "tests/**"),
        (RepositoryName, "octo/.github", "octo/.github"),
        (TeamName, " @octo/on-call ", "octo/on-call"),
        (WorkflowFile, "back.yml", "back.yml"),
        (WorkflowFile, ".github/workflows/back.yaml", "back.yaml"),
        (Watched, "required", "required"),
        (Watched, ["test"], ("test",)),
        (Watched, (), ()),
        (TimeOfDay, "9:30", 570),
        (TimeOfDay, 570, 570),
        (Day, "2026-12-24", date(2026, 12, 24)),
        (Day, date(2026, 12, 24), date(2026, 12, 24)),
    ],
)
def test_what_a_value_becomes(kind: Any, given: object, value: object) -> None:
    """Read as people write it."""
    assert TypeAdapter(kind).validate_python(given) == value


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        (Duration, "soon", "expected a length of time such as 15m, 4h, 2d or 1w"),
        (RoleName, "owner", "expected one of: none, read, triage, write, maintain, admin"),
        (Login, "octo/team", "expected a GitHub login such as octocat"),
        (LabelName, "", "expected a label name of 1 to 50 characters"),
        (PathPattern, "../x", "expected a pattern of paths such as tests/"),
        (RepositoryName, "octo", "expected a repository with its owner, such as octo/.github"),
        (RepositoryName, "octo/..", "expected a repository with its owner, such as octo/.github"),
        (
            TeamName,
            "leads",
            "expected a team with its organisation, as its page's address has it: octo/leads",
        ),
        (TeamName, "octo/On Call", "expected a team with its organisation"),
        (TeamName, "octo/..", "expected a team with its organisation"),
        (ZoneName, "Europe/Berlim", "expected a time zone of the IANA list, such as Europe/Berlin"),
        (WorkflowFile, "../back.yml", "expected a file of .github/workflows, such as rollback.yml"),
        (WorkflowFile, "Roll back", "expected a file of .github/workflows, such as rollback.yml"),
        (Watched, "all", "expected required, or a list of names such as"),
        (Watched, 1, "expected required, or a list of names such as"),
        (Watched, ["x" * 256], "expected names of checks, of 1 to 255 characters each"),
        (TimeOfDay, "24:01", "expected a time of the day such as 09:00"),
        (TimeOfDay, True, "expected a time of the day such as 09:00"),
        (Day, "2026-02-30", "expected a day such as 2026-12-24"),
        (Day, 20261224, "expected a day such as 2026-12-24"),
        (Watched, [1], "expected names of checks, of 1 to 255 characters each"),
    ],
)
def test_what_is_none_is_told_in_words(kind: Any, given: object, words: str) -> None:
    """With what would have been one."""
    with pytest.raises(ValidationError, match=words) as caught:
        TypeAdapter(kind).validate_python(given)
    assert caught.value.error_count() == 1


def test_a_label_s_name_may_have_fifty_characters() -> None:
    """As many as GitHub takes, and not one more."""
    assert TypeAdapter(LabelName).validate_python("x" * 50) == "x" * 50
    with pytest.raises(ValidationError):
        TypeAdapter(LabelName).validate_python("x" * 51)
