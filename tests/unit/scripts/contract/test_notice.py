"""The notice beside the extracts."""

from __future__ import annotations

import json
from pathlib import Path

from scripts.contract.notice import render
from scripts.contract.sources import OPENAPI, WEBHOOK_EXAMPLES, Sources


def test_each_package_is_named_with_its_version_and_licence(tmp_path: Path) -> None:
    """Its own licence text, quoted, where it ships one, and else what its manifest says."""
    for package in (OPENAPI, WEBHOOK_EXAMPLES):
        folder = tmp_path / package.stem / "package"
        folder.mkdir(parents=True)
        manifest = {"version": package.version, "license": "MIT", "author": "Ana (https://example.com)"}
        (folder / "package.json").write_text(json.dumps(manifest), encoding="utf-8")
    (tmp_path / OPENAPI.stem / "package" / "LICENSE").write_text("Do as you\n\nlike.\n", encoding="utf-8")
    assert render(Sources(tmp_path), "Parts.", (OPENAPI, WEBHOOK_EXAMPLES)) == (
        "# Notice\n\n"
        "Parts. Made by `python -m scripts.refresh_contract`; do not edit by hand.\n\n"
        f"## @octokit/openapi {OPENAPI.version}\n\n> Do as you\n>\n> like.\n\n"
        f"## @octokit/webhooks-examples {WEBHOOK_EXAMPLES.version}\n\nLicensed as MIT. Author: Ana."
    )
