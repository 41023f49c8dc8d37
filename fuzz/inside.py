"""One harness under the fuzzer: `python -m fuzz.inside NAME` and libFuzzer's own arguments."""

from __future__ import annotations

import importlib
import sys

__all__ = ["fuzz"]


def fuzz(name: str, arguments: list[str]) -> None:
    """Never returns. What reads is instrumented while it is imported, so before anything else is."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["bugaction", "markdown_it"]):
        check = importlib.import_module(f"fuzz.harnesses.{name}").check
    atheris.Setup([sys.argv[0], *arguments], check)
    atheris.Fuzz()


if __name__ == "__main__":
    fuzz(sys.argv[1], sys.argv[2:])
