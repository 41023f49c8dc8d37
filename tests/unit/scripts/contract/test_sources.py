"""The packages: found where they were unpacked, and of the pinned version."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.contract.sources import GRAPHQL_SCHEMA, WEBHOOK_EXAMPLES, Package, SourceError, Sources


def unpack(folder: Path, package: Package, version: str) -> Path:
    path = folder / package.stem / "package"
    path.mkdir(parents=True)
    (path / "package.json").write_text(json.dumps({"version": version}), encoding="utf-8")
    return path


def test_a_package_is_read_from_its_folder(tmp_path: Path) -> None:
    """`npm pack` names it without the at sign and with a dash for the slash."""
    path = unpack(tmp_path, GRAPHQL_SCHEMA, GRAPHQL_SCHEMA.version)
    (path / "schema.graphql").write_text("type Query { id: ID }", encoding="utf-8")
    assert GRAPHQL_SCHEMA.stem == f"octokit-graphql-schema-{GRAPHQL_SCHEMA.version}"
    assert Sources(tmp_path).sdl() == "type Query { id: ID }"


def test_github_com_s_examples_come_before_those_of_servers(tmp_path: Path) -> None:
    """The first of two equal payloads is kept."""
    path = unpack(tmp_path, WEBHOOK_EXAMPLES, WEBHOOK_EXAMPLES.version)
    for version in ("ghes-31", "ghes-35", "api.github.com"):
        (path / version).mkdir()
        (path / version / "index.json").write_text("[]", encoding="utf-8")
    assert [version for version, _ in Sources(tmp_path).examples()] == [
        "api.github.com",
        "ghes-31",
        "ghes-35",
    ]


def test_another_version_or_none_is_an_error(tmp_path: Path) -> None:
    """The extracts name the version that they come from."""
    with pytest.raises(SourceError, match="is missing"):
        Sources(tmp_path).path(GRAPHQL_SCHEMA)
    unpack(tmp_path, GRAPHQL_SCHEMA, "1.0.0")
    with pytest.raises(SourceError, match=r"1\.0\.0"):
        Sources(tmp_path).path(GRAPHQL_SCHEMA)
