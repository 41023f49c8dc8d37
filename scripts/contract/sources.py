"""The three npm packages that GitHub's contract is taken from, at pinned versions."""

from __future__ import annotations

import json
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package: its name, its version and the name of the folder or archive that `npm pack` makes."""

    name: str
    version: str

    @property
    def stem(self) -> str:
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}"


GRAPHQL_SCHEMA = Package("@octokit/graphql-schema", "15.26.1")
OPENAPI = Package("@octokit/openapi", "23.0.2")
WEBHOOK_EXAMPLES = Package("@octokit/webhooks-examples", "7.6.1")
PACKAGES = (GRAPHQL_SCHEMA, OPENAPI, WEBHOOK_EXAMPLES)


class SourceError(Exception):
    """A package is missing, or is not the pinned version."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The unpacked packages, each in `<folder>/<stem>/package`."""

    folder: Path

    def path(self, package: Package) -> Path:
        """The unpacked package's folder; raises SourceError where it is absent or of another version."""
        path = self.folder / package.stem / "package"
        if not (path / "package.json").is_file():
            raise SourceError(f"{path} is missing: give --from a folder with {package.stem}/package in it")
        version = self.manifest(package)["version"]
        if version != package.version:
            raise SourceError(f"{path} is version {version}, and {package.version} is pinned")
        return path

    def manifest(self, package: Package) -> dict[str, Any]:
        """The package's own package.json."""
        text = (self.folder / package.stem / "package" / "package.json").read_text("utf-8")
        loaded: dict[str, Any] = json.loads(text)
        return loaded

    def sdl(self) -> str:
        """GitHub's public GraphQL schema in full (1.2 MB)."""
        return (self.path(GRAPHQL_SCHEMA) / "schema.graphql").read_text("utf-8")

    def description(self) -> dict[str, Any]:
        """GitHub's OpenAPI 3.0.3 description of api.github.com, references unresolved (13 MB)."""
        text = (self.path(OPENAPI) / "generated" / "api.github.com.json").read_text("utf-8")
        loaded: dict[str, Any] = json.loads(text)
        return loaded

    def examples(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """(GitHub version, its list of `{"name": …, "examples": […]}`), api.github.com first."""
        root = self.path(WEBHOOK_EXAMPLES)
        files = [root / "api.github.com" / "index.json", *sorted(root.glob("ghes-*/index.json"))]
        return [(file.parent.name, json.loads(file.read_text("utf-8"))) for file in files]


def download(folder: Path) -> Sources:
    """Fetch and unpack the pinned packages into `folder` with npm."""
    for package in PACKAGES:
        spec = f"{package.name}@{package.version}"
        subprocess.run(["npm", "pack", "--silent", spec], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(folder / f"{package.stem}.tgz") as archive:
            archive.extractall(folder / package.stem, filter="data")
    return Sources(folder)
