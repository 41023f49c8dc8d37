"""The adopting repository's files as values, and where `init` writes its own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = [
    "CONFIG",
    "FORM",
    "FORMS",
    "MANIFEST",
    "PINNED",
    "PULL_TEMPLATE",
    "RELAY",
    "RULESET",
    "USES",
    "WORKFLOW",
    "File",
    "Tree",
    "calls",
    "digest",
    "essence",
    "pins",
    "repinned",
]

WORKFLOW = ".github/workflows/bugaction.yml"
RELAY = ".github/workflows/bugaction-reviews.yml"
FORM = ".github/ISSUE_TEMPLATE/bug.yml"
FORMS = ".github/ISSUE_TEMPLATE/config.yml"
PULL_TEMPLATE = ".github/pull_request_template.md"
CONFIG = ".github/bugaction.yml"
RULESET = ".github/bugaction/ruleset.json"
MANIFEST = ".github/bugaction/init.json"
"""What `init` wrote, by path: the digest of each text as it was made."""

_CALLED = r"bugaction/bugaction/\.github/workflows/respond\.yml@"

USES = rf"(?:bugaction/bugaction@|{_CALLED})"
"""How a step names the Action, or a job the workflow of ours that holds the jobs."""

PINNED = re.compile(rf"(?P<action>uses: {USES})(?P<sha>[0-9a-f]{{40}})(?P<rest>[ \t]+#[^\n]*)?")
"""A line that runs bugaction at a commit. A comment behind it may tell the version, as Dependabot writes."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of the working tree.

    `text` has LF at its line ends, None where it is none: binary, not UTF-8, or larger than GitHub shows.
    `crlf` says that the lines really end in CRLF. `committed` says that the last commit holds it as it is.
    """

    text: str | None
    crlf: bool = False
    committed: bool = False


Tree = Mapping[str, File]
"""Files by their path below the repository's top, with `/`."""


def essence(text: str) -> str:
    """A text without the commits that it pins the Action to: who moves a pin has not changed the file."""
    return PINNED.sub(r"\g<action>", text)


def digest(text: str) -> str:
    """SHA-256 of a text's essence, as hexadecimal digits."""
    return hashlib.sha256(essence(text).encode("utf-8", "surrogatepass")).hexdigest()


def calls(text: str) -> bool:
    """Whether a workflow calls ours, and holds no jobs of bugaction itself."""
    return re.search(rf"uses:\s*[\"']?{_CALLED}", text) is not None


def pins(text: str) -> tuple[str, ...]:
    """The commits that a text pins the Action to, each once, in order."""
    return tuple(dict.fromkeys(found["sha"] for found in PINNED.finditer(text)))


def repinned(text: str, sha: str) -> str:
    """The text with every pin moved to that commit; nothing else of it changes."""
    return PINNED.sub(rf"\g<action>{sha}", text)
