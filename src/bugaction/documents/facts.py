"""Generated blocks: the parts of a document that hold facts and are refreshed in place.

A block stands between two comment lines of its own:

    <!-- bugaction:facts:assignment sha256=1f0c… -->
    …
    <!-- /bugaction:facts:assignment -->

The hash says what bugaction wrote there, so that a person's words inside are noticed. Blocks are found line
by line and not with a Markdown parser: an unclosed fence above must not hide them. A marker that does not
pair up is text like any other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bugaction.markdown import prompt_hash, split_lines

__all__ = [
    "PROMPT_MARKER",
    "SECTION_MARKER",
    "WORDS",
    "Block",
    "Parts",
    "closed_name",
    "content_hash",
    "end_marker",
    "facts_hash",
    "opened_name",
    "parse",
    "seal",
    "start_marker",
]

SECTION_MARKER = re.compile(r"<!-- section: ([a-z0-9-]+)( required)? -->")
PROMPT_MARKER = re.compile(r"<!-- prompt(?: sha256=([0-9a-f]+))? -->")

WORDS = "said-"
"""How the names of the blocks begin that hold a person's words and no facts (`documents.words`)."""

_START = re.compile(r"<!-- bugaction:facts:([a-z0-9-]+)((?: [a-z0-9]+(?:=[^\s<>]+)?)*) -->")
_END = re.compile(r"<!-- /bugaction:facts:([a-z0-9-]+) -->")


@dataclass(frozen=True, slots=True)
class Block:
    """A generated block as it stands in a text: `lines` are its content, with their ends.

    `attributes` are the opening marker's; a bare word has the value "".
    """

    id: str
    opening: str
    lines: tuple[str, ...]
    closing: str
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_intact(self) -> bool:
        """Whether the content is what its marker says was generated; line ends do not matter."""
        return self.attributes.get("sha256", "") == content_hash(self.lines)

    @property
    def is_prompt(self) -> bool:
        """Whether it holds a question to a person in place of a fact."""
        return any(PROMPT_MARKER.fullmatch(line.strip()) for line in self.lines)


Parts = tuple[str | Block, ...]
"""A text in order: each line outside a block with its end, each block as one."""


def parse(lines: Sequence[str]) -> Parts:
    """The lines with their blocks recognised. Joining everything again gives back every byte."""
    parts: list[str | Block] = []
    index = 0
    while index < len(lines):
        opening = _START.fullmatch(lines[index].strip())
        end = _closing(lines, index, opening[1]) if opening is not None else None
        if opening is None or end is None:
            parts.append(lines[index])
            index += 1
            continue
        parts.append(
            Block(
                id=opening[1],
                opening=lines[index],
                lines=tuple(lines[index + 1 : end]),
                closing=lines[end],
                attributes=_attributes(opening[2]),
            )
        )
        index = end + 1
    return tuple(parts)


def _closing(lines: Sequence[str], start: int, name: str) -> int | None:
    for index in range(start + 1, len(lines)):
        if closed_name(lines[index]) == name:
            return index
        if opened_name(lines[index]):
            return None
    return None


def opened_name(line: str) -> str:
    """The name on an opening marker, whether or not it pairs up; "" where the line is none."""
    found = _START.fullmatch(line.strip())
    return found[1] if found is not None else ""


def closed_name(line: str) -> str:
    """The same of a closing marker."""
    found = _END.fullmatch(line.strip())
    return found[1] if found is not None else ""


def _attributes(text: str) -> Mapping[str, str]:
    pairs = (word.partition("=") for word in text.split())
    return {key: value for key, _, value in pairs}


def start_marker(name: str, attributes: Mapping[str, str]) -> str:
    """The opening marker's line, without its end; attributes in the order of their names."""
    words = [f"{key}={value}" if value else key for key, value in sorted(attributes.items())]
    return f"<!-- {' '.join([f'bugaction:facts:{name}', *words])} -->"


def end_marker(name: str) -> str:
    """The closing marker's line, without its end."""
    return f"<!-- /bugaction:facts:{name} -->"


def content_hash(lines: Sequence[str]) -> str:
    """Sixteen hexadecimal digits over a block's content, whatever its line ends and trailing blanks."""
    text = "\n".join(line.rstrip() for line in lines)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def facts_hash(blocks: Sequence[Block]) -> str:
    """The hash of all generated blocks of a document, in order, for its front matter."""
    text = "\n".join(f"{block.id} {content_hash(block.lines)}" for block in blocks)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def seal(text: str) -> str:
    """A freshly rendered text with its blocks and prompts marked by their hashes.

    Line ends become LF, trailing blanks go, and runs of empty lines become one, so that a template may be
    laid out freely.
    """
    lines = [line.rstrip() for line in split_lines(text)]
    kept = [line for index, line in enumerate(lines) if line or (index and lines[index - 1])]
    while kept and not kept[-1]:
        kept.pop()
    sealed: list[str] = []
    for part in parse([f"{line}\n" for line in kept]):
        if isinstance(part, Block):
            content = _trim(_seal_prompts(part.lines))
            attributes = {**part.attributes, "sha256": content_hash(content)}
            sealed += [f"{start_marker(part.id, attributes)}\n", *content, part.closing]
        else:
            sealed.append(part)
    return "".join(sealed)


def _trim(lines: Sequence[str]) -> list[str]:
    kept = list(lines)
    while kept and not kept[0].strip():
        kept.pop(0)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def _seal_prompts(lines: Sequence[str]) -> list[str]:
    """Give each `<!-- prompt -->` the hash of the quotation below it."""
    sealed: list[str] = []
    for index, line in enumerate(lines):
        if PROMPT_MARKER.fullmatch(line.strip()):
            quoted = prompt_lines(lines, index)
            sealed.append(f"<!-- prompt sha256={prompt_hash(''.join(quoted))} -->\n")
        else:
            sealed.append(line)
    return sealed


def prompt_lines(lines: Sequence[str], marker: int) -> list[str]:
    """The quotation that follows a prompt's marker at that index."""
    quoted: list[str] = []
    for line in lines[marker + 1 :]:
        if not line.lstrip().startswith(">"):
            break
        quoted.append(line)
    return quoted
