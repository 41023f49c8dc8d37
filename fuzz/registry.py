"""The harnesses, one for each parser. To add one: a module with a `check`, an entry here, a few seeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fuzz.harnesses import (
    commands,
    config,
    escaping,
    form,
    front_matter,
    joining,
    ledger,
    merge,
    payload,
    saved_facts,
    sections,
    templates,
    timeline,
)

__all__ = ["HARNESSES"]

HARNESSES: Mapping[str, Callable[[bytes], None]] = {
    "commands": commands.check,
    "config": config.check,
    "escaping": escaping.check,
    "form": form.check,
    "front_matter": front_matter.check,
    "joining": joining.check,
    "ledger": ledger.check,
    "merge": merge.check,
    "payload": payload.check,
    "saved_facts": saved_facts.check,
    "sections": sections.check,
    "templates": templates.check,
    "timeline": timeline.check,
}
"""Each raises where its parser does what it must not."""
