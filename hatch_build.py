"""Writes the commit that a wheel was made of into its metadata, for `bugaction init` to pin.

`make dist` names it in BUGACTION_COMMIT. A wheel that is made in any other way says nothing, and `init` asks.
"""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CommitHook(BuildHookInterface):
    """Hatchling puts what is in `extra_metadata` into `*.dist-info/extra_metadata/`
    (https://hatch.pypa.io/latest/plugins/builder/wheel/#build-data)."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Hatchling calls this before it packs; `version` is the kind of wheel, `standard` or `editable`."""
        commit = os.environ.get("BUGACTION_COMMIT", "")
        if version != "standard" or not re.fullmatch(r"[0-9a-f]{40}", commit):
            return
        self._folder = tempfile.TemporaryDirectory()
        file = Path(self._folder.name) / "commit"
        file.write_text(f"{commit}\n", encoding="ascii")
        build_data["extra_metadata"][str(file)] = "commit"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Nothing is left behind."""
        if hasattr(self, "_folder"):
            self._folder.cleanup()
