"""What an older server lacks, and how its documents do without it.

GitHub Enterprise Server is some months behind github.com, and a schema that lacks one field refuses the whole
document. So each field or argument that is young is named here, with the release that has it; where a server
answers that it does not know one, the document is sent again without. What is not named here bugaction cannot
do without, and then it says so: no gate is decided on facts that were left out without a word.

Names are schema coordinates (https://spec.graphql.org/draft/#sec-Schema-Coordinates). Releases were read from
the schemas that github/docs keeps for each (`src/graphql/data/ghes-3.*`): those of 3.9, 3.16 and 3.17, and of
them the types whose fields are young (issues, their comments and closing, branches and their rules, commits,
checks, workflow runs, reverts). The rest of what is asked is older; where it is not, the run says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from bugaction.errors import Rejected
from bugaction.github.query import Document

__all__ = ["DUPLICATES", "NEWER", "OLDEST", "QUEUE", "Newer", "Outdated", "coordinate", "known", "without"]

OLDEST = "3.16"
"""The oldest release of GitHub Enterprise Server that bugaction is meant for. Between it and 3.9, which lacks
all of `NEWER`, no schema was looked at."""

DUPLICATES = "Issue.stateReason(enableDuplicate:)"
"""Came together with `CloseIssueInput.duplicateIssueId` and the reason DUPLICATE: 3.17 has all of them, 3.16
none."""

QUEUE = "Repository.mergeQueue"


@dataclass(frozen=True, slots=True)
class Newer:
    """A field or argument, the first release that was seen to have it, and what is lost without.

    `lost` is a sentence without its stop; "" where a server without it has nothing to tell there either.
    """

    coordinate: str
    since: str
    lost: str = ""

    @property
    def field(self) -> str:
        """The field's own name."""
        return self.coordinate.partition(".")[2].partition("(")[0]

    @property
    def argument(self) -> str:
        """The argument's name, "" for a field."""
        return self.coordinate.partition("(")[2].removesuffix(":)")


NEWER: Mapping[str, Newer] = {
    newer.coordinate: newer
    for newer in (
        Newer(DUPLICATES, "3.17"),
        Newer(
            "Issue.closedByPullRequestsReferences",
            "3.16",
            "The pull requests that GitHub links to a bug cannot be read; those whose text names it are seen",
        ),
        Newer("Ref.rules", "3.16", "The rules of a branch are asked for by REST"),
        Newer(QUEUE, "3.12", "Whether there is a merge queue is told by the rules alone"),
    )
}
"""By coordinate. 3.9 lacks all of them; for the merge queue see facebook/sapling#906."""


class Outdated(Rejected):
    """The server's GraphQL API lacks something: `lacking` are coordinates, as far as it told."""

    def __init__(self, lacking: Iterable[str], version: str = "") -> None:
        self.lacking = tuple(lacking)
        names = ", ".join(f"`{name}`" for name in self.lacking)
        server = f"GitHub Enterprise Server {version}" if version else "This GitHub server"
        super().__init__(
            f"{server} does not know {names}, which bugaction needs",
            remedy=f"Take GitHub Enterprise Server {OLDEST} or later, or an earlier bugaction; on a later "
            "one, and on github.com, report this as a bug in bugaction.",
        )


def coordinate(extensions: object) -> str:
    """What an error's `extensions` say that the schema lacks, "" for any other error.

    GitHub answers with graphql-ruby's codes: `undefinedField` with `typeName` and `fieldName` (quoted in
    facebook/sapling#906), and `argumentNotAccepted` with `name` and `argumentName`, where `typeName` is
    "Field" or "InputObject" and the field's own type is not told.
    """
    if not isinstance(extensions, Mapping):
        return ""
    told = {key: str(value) for key, value in extensions.items()}
    match told.get("code"):
        case "undefinedField":
            return f"{told.get('typeName', '')}.{told.get('fieldName', '')}"
        case "argumentNotAccepted" if told.get("typeName") == "Field":
            return f"{told.get('name', '')}({told.get('argumentName', '')}:)"
        case "argumentNotAccepted":
            return f"{told.get('name', '')}.{told.get('argumentName', '')}"
        case _:
            return ""


def known(lacking: Iterable[str]) -> frozenset[str]:
    """Those of `NEWER` that these coordinates mean, in GitHub's short form too."""
    return frozenset(
        name for name in NEWER for lack in lacking if name == lack or name.partition(".")[2] == lack
    )


def without(document: Document, lacking: Collection[str]) -> Document:
    """The document without these of `NEWER`; the same where it asks for none of them."""
    text = document.text
    for name in lacking:
        newer = NEWER[name]
        text = _drop_argument(text, newer) if newer.argument else _drop_field(text, newer.field)
    return document if text == document.text else _tidy(replace(document, text=text))


_CLOSING = {"(": ")", "{": "}"}


def _end(text: str, start: int) -> int:
    """Behind the bracket that closes the one at `start`; no string of ours holds one."""
    opening, depth = text[start], 0
    for index in range(start, len(text)):
        depth += (text[index] == opening) - (text[index] == _CLOSING[opening])
        if not depth:
            return index + 1
    raise ValueError(f"nothing closes the bracket at {start}")


def _drop_field(text: str, field: str) -> str:
    """Without the field, its alias, arguments and selection, wherever it stands."""
    pattern = re.compile(rf"(?:\b\w+:\s*)?(?<![\w.$]){field}\b(?=\s*[({{\s}}])(?!:)")
    place = 0
    while (found := pattern.search(text, place)) is not None:
        end = found.end()
        for opening in "({":
            ahead = len(text[end:]) - len(text[end:].lstrip())
            if text[end + ahead : end + ahead + 1] == opening:
                end = _end(text, end + ahead)
        text, place = text[: found.start()] + text[end:], found.start()
    return text


def _drop_argument(text: str, newer: Newer) -> str:
    """Without the argument; the field stays."""
    begin = re.compile(rf"\b{newer.field}\(")
    place = 0
    while (found := begin.search(text, place)) is not None:
        start = found.end() - 1
        end = _end(text, start)
        kept = re.sub(rf"\b{newer.argument}:\s*[\w$]+\s*,?\s*", "", text[start + 1 : end - 1]).rstrip(", ")
        text = text[:start] + (f"({kept})" if kept else "") + text[end:]
        place = start
    return text


def _tidy(document: Document) -> Document:
    """Without fragments that nothing spreads any more, and variables that nothing uses: both are errors."""
    operation, *fragments = re.split(r"(?m)^(?=fragment )", document.text)
    named = {piece.split()[1]: piece for piece in fragments}
    wanted, waiting = set[str](), [operation]
    while waiting:
        fresh = {name for name in re.findall(r"\.\.\.(\w+)", waiting.pop()) if name in named} - wanted
        wanted |= fresh
        waiting += [named[name] for name in fresh]
    text = operation + "".join(piece for name, piece in named.items() if name in wanted)
    variables = dict(document.variables)
    for name in document.variables:
        if len(re.findall(rf"\${name}\b", text)) == 1:  # where it is declared
            text = re.sub(rf"\${name}: [\w\[\]!]+(?:, )?", "", text, count=1)
            del variables[name]
    text = re.sub(r"\A(\w+ \w+\([^)]*?),? *\)", r"\1)", text).replace("()", "", 1)
    return replace(document, text=text, variables=variables)
