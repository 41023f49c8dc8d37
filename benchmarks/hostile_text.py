"""What text costs that was made to cost: `make benchmarks`, or `python -m benchmarks.hostile_text`.

Each shape fills the 65,536 characters of a body with one piece; the figures are milliseconds of processor
time for the first reading of a text, since a run remembers the rest. The floor is as many plain words.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping

from bugaction.commands.spoken import calls_of
from bugaction.credentials import mask
from bugaction.escaping import block
from bugaction.events import parse_event
from bugaction.issue_form import choices, parse_form
from bugaction.links import linked_bugs
from bugaction.markdown import content_gap, sections
from bugaction.model import Actor
from bugaction.snapshot import PullRequest, PullState, Repository

LONGEST = 65_536
FLOOR = "floor: words"

PIECES: Mapping[str, str] = {
    FLOOR: "plain words of a person ",
    "[": "[",
    "![": "![",
    "[](": "[](",
    "[a](b)": "[a](b)",
    "[a]: b, a line each": "[a]: b\n",
    "*": "*",
    "**a": "**a",
    "_": "_",
    "`": "`",
    "``a": "``a",
    "<": "<",
    "<a": "<a",
    "<a-": "<a-",
    "x<!--": "x<!--",
    "<!--section:a ": "<!--section:a ",
    "<![CDATA[": "<![CDATA[",
    "&": "&",
    "\\": "\\",
    "tabs": "\t",
    "empty lines": "\n",
    "a.": "a.",
    "-eyJaaaaaaaa": "-eyJaaaaaaaa",
    "/ctlpadiue, a line each": "/ctlpadiue\n",
    "> a, a line each": "> a\n",
    "> a, a paragraph each": "> a\n\n",
    "- - - a, a line each": "- - - a\n",
    "- [x] a, a line each": "- [x] a\n",
    "# a, a line each": "# a\n",
    "a, a line each": "a\n",
    "|a|b|, a line each": "|a|b|\n",
    "all of them": "*[_`<&![",
}
SHOP = Repository("octo", "shop", "R", "https://github.com/octo/shop", Actor("us"), None)


def _form(text: str) -> None:
    """The bug form's answers and their task lists."""
    for answer in parse_form(
        f"### Frequency\n\n{text}\n### Steps to reproduce\n### Affected\n"
    ).values.values():
        choices(answer)


def _links(text: str) -> None:
    """A pull request whose body it is."""
    pull = PullRequest(
        7,
        "P",
        "",
        "",
        f"{text}\n\nfixes #1",
        Actor("a"),
        PullState.OPEN,
        is_draft=False,
        base="main",
        head="x",
        head_oid="0",
    )
    linked_bugs(pull, SHOP)


def _event(text: str) -> None:
    """The event of a comment whose body it is."""
    moment = {"id": 1, "body": text, "updated_at": "2026-01-01T00:00:00Z"}
    issue = {"number": 42, "updated_at": "2026-01-01T00:00:00Z"}
    parse_event("issue_comment", {"action": "created", "issue": issue, "comment": moment})


READERS: Mapping[str, Callable[[str], object]] = {
    "commands": lambda text: calls_of(f"/root-cause\n\n{text}"),
    "event": _event,
    "links": _links,
    "form, tasks": _form,
    "sections": sections,
    "content": content_gap,
    "quotation": block,
    "secrets": mask,
}


def cost(reader: Callable[[str], object], text: str) -> float:
    """Milliseconds of processor time."""
    begin = time.process_time()
    reader(text)
    return (time.process_time() - begin) * 1000


def main() -> int:
    """Print the table."""
    cost(READERS["content"], "[warm up](the) `parser`")
    print(f"\nMilliseconds for a text of {LONGEST:,} characters, Python {sys.version.split()[0]}\n")
    print(f"| piece | {' | '.join(READERS)} |")
    print("|---" * (len(READERS) + 1) + "|")
    for name, piece in PIECES.items():
        text = f"x\n\n{piece * LONGEST}"[:LONGEST]
        cells = [f"{cost(reader, text):.0f}" for reader in READERS.values()]
        shown = name.replace("|", "\\|")
        print(f"| {shown if name == FLOOR else f'`{shown}`'} | {' | '.join(cells)} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
