"""Reads the configuration that another repository's lies on top of.

GITHUB_TOKEN sees its own repository, and of others what everybody may read
(https://docs.github.com/actions/concepts/security/github_token). GitHub tells nobody whether a repository
that the token may not see is there at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bugaction.config import CONFIG_PATH
from bugaction.errors import GitHubError, Transient
from bugaction.extended import Extended
from bugaction.github.client import Client
from bugaction.github.failures import from_graphql
from bugaction.github.normalise import text_file
from bugaction.github.query import Document, Part, compose

__all__ = ["extended_document", "read_extended"]

_UNSEEN = (
    "is not there, or this token may not read it; look at the name, make it public, or use the token of an "
    "App that is installed on both"
)


def extended_document(name: str) -> Document:
    """The request for one repository's configuration, at the head of its default branch."""
    owner, _, repository = name.partition("/")
    part = Part(
        head="config: file(path: $config) { ...Content }",
        variables={
            "owner": ("String!", owner),
            "name": ("String!", repository),
            "config": ("String!", CONFIG_PATH),
        },
    )
    return compose("Extended", [part], header=False, variables={})


def read_extended(client: Client, name: str) -> Extended:
    """What the repository (`owner/name`) holds at the usual path.

    Whatever keeps it from being read is told, and raises nothing: what rests on the file is then undecided,
    and the rest goes on. Only what time may mend raises `Transient`.
    """
    try:
        answer = client.elsewhere(name).query(extended_document(name))
    except Transient:
        raise
    except GitHubError as error:
        return Extended(name, None, f"{name} cannot be read: {error.message}")
    found: Mapping[str, Any] | None = answer.data.get("repository")
    if found is None:
        return Extended(name, None, f"{name} {_UNSEEN}")
    if answer.errors:
        told = from_graphql(answer.errors[0], answer.headers, client.pace.now())
        return Extended(name, None, f"{name} cannot be read: {told.message}")
    head: Mapping[str, Any] = (found.get("defaultBranchRef") or {}).get("target") or {}
    file = text_file(head.get("config"), CONFIG_PATH, "")
    if file is None:
        return Extended(name, None, f"{name} has no {CONFIG_PATH} on its default branch; add it there")
    if file.text is None:
        return Extended(name, None, f"{CONFIG_PATH} of {name} is binary, or far too large")
    return Extended(name, file.text)
