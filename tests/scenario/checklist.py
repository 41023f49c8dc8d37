"""What a person sees of a bug's gates, and does about it: the status, the checklist's line, its remedy.

A command is taken out of the remedy as it stands there, with the words in capitals filled in; a link is
opened in GitHub's editor at the line that it names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from tests.scenario.life import Life
from tests.values import completed

__all__ = ["answer", "held", "obey", "open_editor", "owed", "row", "said"]

_CAPITALS = r"\b[A-Z]{2,}(?: [A-Z]{2,})*\b"


def said(life: Life, pull: int, gate: str) -> tuple[str, str]:
    """A gate's status on a pull request's head: state and text."""
    return life.verdicts(pull)[f"bugaction/{gate}"]


def held(life: Life, pull: int, gate: str, words: str) -> None:
    """The gate is red with exactly this as its first problem."""
    state, text = said(life, pull, gate)
    found = state, re.sub(r" \(\+\d+\)$", "", text)
    assert found == ("failure", f"BUG-001: {words}"), found


def row(life: Life, sentence: str) -> str:
    """The line of bug 1's checklist with this sentence."""
    (line,) = (line for line in life.sticky(1).split("\n") if line[4:].startswith(sentence))
    return line


def owed(life: Life, sentence: str, problem: str, due: str) -> None:
    """The line is put off until then (in UTC), and names this as what is left to do."""
    line = row(life, sentence)
    assert line.startswith(f"- 🕒 {sentence} (due {due} UTC): **{problem}**. "), line


def obey(life: Life, who: str, sentence: str, words: str = "", *, verb: str = "") -> str:
    """Paste the remedy's command (of that verb) as a comment on bug 1; gives what was said.

    `words` take the place of what stands in capitals, of the login too.
    """
    commands = [text for text in re.findall(r"`(/[^`]+)`", row(life, sentence)) if text.startswith(verb)]
    assert commands, row(life, sentence)
    command = re.sub(_CAPITALS, words, commands[0], count=1) if words else commands[0]
    assert not words or command != commands[0]
    comment = life.say(who, 1, command)
    assert life.reactions(comment) == ["ROCKET"], life.ours(1)[-1].body
    return command


def open_editor(life: Life, sentence: str) -> tuple[str, str, int]:
    """Follow the remedy's link into GitHub's editor: the branch, the path, and the line it opens at."""
    found = re.search(r"\(https://github\.com/octo/shop/edit/([^/]+)/([^#)]+)#L(\d+)\)", row(life, sentence))
    assert found is not None, row(life, sentence)
    return unquote(found[1]), unquote(found[2]), int(found[3])


def answer(
    life: Life, who: str, sentence: str, heading: str, write: Callable[[str], str] = completed
) -> None:
    """Open the link, which leads to that heading, write there, save, and let the workflow run."""
    branch, path, line = open_editor(life, sentence)
    text = life.world.file(branch, path)
    assert text is not None
    assert text.split("\n")[line - 1].lstrip("# ") == heading
    written = write(text)
    assert written != text
    life.people.edit_on_web(who, branch, {path: written}, "Write down what is known")
    life.pass_on()
