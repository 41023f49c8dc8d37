"""Put what the demo prints into the README, for who reads it there: `python -m scripts.readme_transcript`.

`make demo` prints all of it; the README shows how a P1 begins, the worst hour of a P0, and the end.
"""

from __future__ import annotations

import io
import tempfile
from itertools import pairwise
from pathlib import Path

from bugaction.console import Console
from bugaction.demo import play

__all__ = ["LEFT_OUT", "README", "excerpt", "shown_in", "with_shown"]

README = Path(__file__).parents[1] / "README.md"

LEFT_OUT = "[…]"
"""The line that stands for what is left out."""

_PIECES = (
    ("An embedded GitHub starts", "bo takes the bug: /accept"),
    ("A P0, in the night", "bo's change to the payments"),
    ("dee, on night duty", "kim opens the fix"),
    ("customers are charged twice", "ana tells who has to know"),
    ("ana records the review", "the hourly sweep looks"),
    ("requests in all", ""),
)
"""Where each piece begins, and the line before which it ends: words of these lines; "" for the end."""

_BEFORE, _AFTER = "<!-- transcript -->\n```text\n", "\n```\n<!-- /transcript -->"


def excerpt(told: str) -> str:
    """The pieces of what the demo printed, in order. Raises `ValueError` where one is not there."""
    lines = told.strip().split("\n")
    pieces: list[tuple[int, int]] = []
    for begins, ends in _PIECES:
        after = pieces[-1][1] if pieces else 0
        start = _line(lines, begins, after)
        pieces.append((start, _line(lines, ends, start) if ends else len(lines)))
    shown = ["\n".join(lines[start:end]).strip("\n") for start, end in pieces]
    gaps = ["\n\n" if end == start else f"\n\n{LEFT_OUT}\n\n" for (_, end), (start, _) in pairwise(pieces)]
    return "".join(part for pair in zip(shown, [*gaps, ""], strict=True) for part in pair)


def _line(lines: list[str], words: str, after: int) -> int:
    found = next((index for index in range(after, len(lines)) if words in lines[index]), None)
    if found is None:
        msg = f"the demo no longer says: {words}"
        raise ValueError(msg)
    return found


def shown_in(readme: str) -> str:
    """What stands between the README's markers."""
    return readme.partition(_BEFORE)[2].partition(_AFTER)[0]


def with_shown(readme: str, shown: str) -> str:
    """The README with that in its place."""
    return readme.replace(f"{_BEFORE}{shown_in(readme)}{_AFTER}", f"{_BEFORE}{shown}{_AFTER}")


def main() -> None:
    """Play the demo and write the README."""
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / ".demo"
        stream = io.StringIO()
        play(into, Console(stream, in_actions=False))
        told = stream.getvalue().replace(str(into), ".demo")
    readme = README.read_text(encoding="utf-8")
    README.write_text(with_shown(readme, excerpt(told)), encoding="utf-8")


if __name__ == "__main__":
    main()
