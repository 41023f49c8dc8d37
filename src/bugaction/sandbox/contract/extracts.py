"""The extract files shipped beside this module."""

from __future__ import annotations

import gzip
import json
from importlib.resources import files
from typing import Any

_PACKAGE = "bugaction.sandbox.contract"


def read_text(name: str) -> str:
    """The extract `name` ("schema.graphql"), whether it is shipped plain or as `name.gz`.

    Raises FileNotFoundError where it is shipped in neither form.
    """
    folder = files(_PACKAGE)
    plain = folder / name
    if plain.is_file():
        return plain.read_text("utf-8")
    return gzip.decompress((folder / f"{name}.gz").read_bytes()).decode("utf-8")


def read_json(name: str) -> dict[str, Any]:
    """The extract `name` as a JSON object."""
    loaded: dict[str, Any] = json.loads(read_text(name))
    return loaded
