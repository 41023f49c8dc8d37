"""Refreshing GitHub's contract: what is out of date, and what GitHub's schema refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import build_schema

from scripts.contract import files
from scripts.refresh_contract import CONTRACT, EXAMPLES, differences, refused

BUILT = {CONTRACT / "openapi.json": "{}", EXAMPLES / "push.json": "x" * files.PLAIN_LIMIT}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository in which everything is as built."""
    for path, text in BUILT.items():
        files.write(tmp_path / path.parent, path.name, text)
    return tmp_path


def test_what_is_as_built_is_no_difference(root: Path) -> None:
    """Compressed or not."""
    assert differences(BUILT, root) == []


def test_a_changed_absent_or_left_over_file_is_one(root: Path) -> None:
    """Each is named, once."""
    (root / CONTRACT / "openapi.json").write_text("{ }\n", encoding="utf-8")
    (root / EXAMPLES / "push.json.gz").unlink()
    (root / EXAMPLES / "star.json").write_text("[]\n", encoding="utf-8")
    assert differences(BUILT, root) == [
        f"{CONTRACT}/openapi.json is not as the packages give it",
        f"{EXAMPLES}/push.json is not as the packages give it",
        f"{EXAMPLES}/star.json is no example of the packages",
    ]


def test_a_document_that_github_refuses_is_named_with_the_reason() -> None:
    """Syntax, unknown fields, and fields that GitHub is about to take away."""
    schema = build_schema('type Query { new: Int old: Int @deprecated(reason: "Gone soon.") }')
    found = refused(
        schema, {"good": "{ new }", "deprecated": "{ old }", "unknown": "{ other }", "broken": "{ new"}
    )
    assert [line.partition(":")[0] for line in found] == ["deprecated", "unknown", "broken"]
    assert "Gone soon." in found[0]
