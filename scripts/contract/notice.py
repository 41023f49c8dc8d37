"""The notice beside the extracts: where they come from, and the licences that they come under."""

from __future__ import annotations

from collections.abc import Iterable

from scripts.contract.sources import Package, Sources

_LICENCES = ("LICENSE", "LICENSE.md")


def render(sources: Sources, what: str, packages: Iterable[Package]) -> str:
    """Markdown; each package's own licence text where it ships one, else what its manifest states."""
    parts = [f"# Notice\n\n{what} Made by `python -m scripts.refresh_contract`; do not edit by hand."]
    for package in packages:
        parts.append(f"## {package.name} {package.version}\n\n{_licence(sources, package)}")
    return "\n\n".join(parts)


def _licence(sources: Sources, package: Package) -> str:
    folder = sources.path(package)
    for name in _LICENCES:
        if (folder / name).is_file():
            text = (folder / name).read_text("utf-8").strip()
            return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
    manifest = sources.manifest(package)
    return f"Licensed as {manifest['license']}. Author: {manifest['author'].partition(' (')[0]}."
