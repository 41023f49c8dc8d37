"""YAML of strangers as plain texts, lists and mappings, or the reason why it cannot be read."""

from __future__ import annotations

from functools import lru_cache

import yaml

__all__ = ["read"]

_LARGEST = 256 * 1024
"""Code points; the longest workflows that are known have a tenth of that."""


@lru_cache(maxsize=128)  # several checks look at the same file, and PyYAML takes its time
def read(text: str | None) -> tuple[object, str]:
    """The document, and why it cannot be read ("" where it can). It is shared: nobody changes it.

    Every value is a text: YAML's own guesses (`on` as true) are not made. By PyYAML's own reader, which gives
    up on what is nested too deep, where libyaml's would take the process along.
    """
    if text is None or len(text) > _LARGEST:
        return None, "it is binary, or far too large"
    try:
        return yaml.BaseLoader(text).get_single_data(), ""
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return None, f"it is no YAML{f' at line {mark.line + 1}' if mark is not None else ''}"
    except (RecursionError, ValueError):
        return None, "it is nested too deep, or holds a character that YAML does not allow"
