"""What a document still lacks, told to who writes it: the verdict of the gates, without GitHub.

A file is known by its name, and otherwise by its front matter; either says which sections it must have. Pure:
`working_tree` reads the files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import yaml

from bugaction.bug import Gap
from bugaction.documents import DOCUMENTS, DocumentType
from bugaction.documents.base import gaps
from bugaction.escaping import clean, cut
from bugaction.markdown import front_matter_lines, split_lines
from bugaction.model import Severity
from bugaction.plan import Level, Notice
from bugaction.records import bug_name, item_number
from bugaction.yaml_text import YamlProblem, compose, place_of, scalar_value

__all__ = [
    "FILES",
    "Checked",
    "Named",
    "as_json",
    "check",
    "lines",
    "name_of",
    "newest",
    "notices",
    "summary",
]

FILES = (
    r"(^|/)BUG-[0-9]{3,}/"
    r"(bug-[0-9]{3,}-report|root-cause-analysis|release-notes-bug-[0-9]{3,}|post-mortem)"
    r"-v[0-9]{1,4}\.[0-9]{1,4}\.md$"
)
"""The paths of documents, for programs that pick files by a pattern (`.pre-commit-hooks.yaml`)."""

_ASSUMED = Severity.P2
"""The severity of a document that names none, as the gates assume it (`documents.base.state`)."""

_WORDS = {document.title.replace(" ", "-"): document for document in DOCUMENTS.values()}
"""Document types by what their front matter calls them: `bug-report`, `root-cause-analysis`, …"""

_NEXT: Mapping[str, str] = {
    "is missing": 'add the heading "{section}" and write below it',
    "is still": "write the answer below the question",
    "holds only a placeholder": "put the answer in its place",
    "holds only labels": "write the answers behind them",
    "holds only headings": "write below them",
    "holds only code": "say in words what it shows",
    "holds only pictures": "say in words what they show",
    "is empty": "write below its heading",
}
"""What to do, by how the problem of a section begins."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a path says of a document: its type, its bug's number (0 where it names none), its version."""

    document: DocumentType
    number: int
    version: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found out of a file.

    `path` is as it was given, `place` below the working tree's root ("" outside it). `problem` says why it
    cannot be judged, and `line` where that shows (one-based, 0 for nowhere); `gaps` are then empty, and
    `document` may be None. `remarks` change no verdict.
    """

    path: str
    place: str = ""
    document: DocumentType | None = None
    number: int = 0
    severity: Severity = _ASSUMED
    gaps: tuple[Gap, ...] = ()
    problem: str = ""
    line: int = 0
    remarks: tuple[str, ...] = ()


def name_of(path: str) -> Named | None:
    """What a path with `/` says of a document, None where its last part is no name of one."""
    folders, _, name = path.rpartition("/")
    folder = re.fullmatch(r"BUG-[0-9]{3,}", folders.rpartition("/")[2])
    for document in DOCUMENTS.values():
        found = _pattern(document).fullmatch(name)
        if found is not None:
            own = found.groupdict().get("bug") or (folder[0] if folder is not None else "")
            number = item_number(own) if own else None
            return Named(document, number or 0, (int(found["major"]), int(found["minor"])))
    return None


def _pattern(document: DocumentType) -> re.Pattern[str]:
    name = re.escape(document.file_name.format(bug="\0", version="\1"))
    name = name.replace("\0", r"(?P<bug>bug-[0-9]{3,})")
    return re.compile(name.replace("\1", r"(?P<major>[0-9]{1,4})\.(?P<minor>[0-9]{1,4})"))


def newest(paths: Iterable[str]) -> tuple[str, ...]:
    """Of these paths those that name a document, and of several versions in a folder the last: it counts."""
    found: dict[tuple[str, str, int], tuple[tuple[int, int], str]] = {}
    for path in paths:
        named = name_of(path)
        if named is not None:
            key = (path.rpartition("/")[0], named.document.kind, named.number)
            found[key] = max(found.get(key, (named.version, path)), (named.version, path))
    return tuple(sorted(path for _, path in found.values()))


def check(text: str, path: str, root: str, *, place: str = "") -> Checked:
    """Judge a document's text. `root` is the documents' folder (`documents.root`); `path` and `place` are as
    in `Checked`. Total."""
    named = name_of(place or path)
    keys, problem, line = _front_matter(text)
    if problem:
        return Checked(path, place, problem=problem, line=line)
    said = _WORDS.get(keys.get("document", ""))
    document = named.document if named is not None else said
    if document is None:
        return Checked(path, place, problem=_unknown(keys.get("document", "")))
    if said is not None and said is not document:
        problem = f"its name says {document.title}, its front matter {said.title}: correct the wrong one"
        return Checked(path, place, problem=problem, line=1)
    given = keys.get("severity", "")
    severity = Severity.parse(given) if given else _ASSUMED
    if severity is None:
        problem = f"its severity is {given[:40]!r}: expected one of {', '.join(Severity.__members__)}"
        return Checked(path, place, problem=problem, line=1)
    number = (named.number if named is not None else 0) or item_number(keys.get("bug", "")) or 0
    remarks = [] if given else [f"it names no severity: judged as {severity.name} ({severity.word})"]
    remarks += _misplaced(document, number, named, place, root)
    return Checked(
        path,
        place,
        document=document,
        number=number,
        severity=severity,
        gaps=gaps(document, text, severity),
        remarks=tuple(remarks),
    )


def _front_matter(text: str) -> tuple[dict[str, str], str, int]:
    """The keys of the front matter that hold a scalar; or what is wrong with it, and the line of that."""
    rows = split_lines(text)
    last = front_matter_lines(rows)
    try:
        node = compose("".join(rows[1 : last - 1])) if last else None
    except YamlProblem as problem:
        return {}, f"its front matter is {problem.message}", problem.place[0] + 1
    if node is None:
        return {}, "", 0
    if not isinstance(node, yaml.MappingNode):
        return {}, "its front matter is no list of keys, such as `severity: P1`", place_of(node)[0] + 1
    return (
        {
            key.value: "" if scalar_value(value) is None else value.value
            for key, value in node.value
            if isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode)
        },
        "",
        0,
    )


def _unknown(said: str) -> str:
    expected = ", ".join(_WORDS)
    if said:
        shown = cut(clean(said), 40)
        return f"its front matter says `document: {shown}`: expected one of {expected}"
    return (
        "is no document of a bug: expected a name such as root-cause-analysis-v1.0.md, or front matter with "
        f"`document:` and one of {expected}"
    )


def _misplaced(document: DocumentType, number: int, named: Named | None, place: str, root: str) -> list[str]:
    """That no gate reads the file where it lies."""
    if number and document.version_of(place, root, number) is not None:
        return []
    bug = number or 42
    version = f"{named.version[0]}.{named.version[1]}" if named is not None else "1.0"
    example = "" if number else "such as "
    return [f"no gate reads it here: its place is {example}{document.path(root, bug, version)}"]


# What is told -------------------------------------------------------------------------------------------


def _next(gap: Gap) -> str:
    for beginning, words in _NEXT.items():
        if gap.problem.startswith(beginning):
            return words.format(section=gap.section)
    return "write below its heading"


def _sentence(gap: Gap) -> str:
    return f'section "{gap.section}" {gap.problem}; {_next(gap)}'


def _shown(path: str) -> str:
    """A path that may stand in a line of a log."""
    return path if path.isprintable() else repr(path)[1:-1]


def lines(checked: Checked) -> tuple[str, ...]:
    """What a document lacks, a line each: `a.md:31: section "Steps" is empty; write below its heading`."""
    path = _shown(checked.path)
    said = [f"{path}: note: {remark}" for remark in checked.remarks]
    if checked.problem:
        said.append(f"{_at(path, checked.line)}: {checked.problem}")
    said += [f"{_at(path, gap.line)}: {_sentence(gap)}" for gap in checked.gaps]
    return tuple(said)


def _at(path: str, line: int) -> str:
    return f"{path}:{line}" if line else path


def notices(all_checked: Iterable[Checked], most: int) -> tuple[Notice, ...]:
    """The same as annotations of the files, at their places in the working tree: at most so many of a level,
    those of the first files."""
    said: dict[Level, list[Notice]] = {Level.ERROR: [], Level.NOTICE: []}
    for checked in all_checked:
        file = checked.place or checked.path
        said[Level.NOTICE] += [Notice(Level.NOTICE, remark, file) for remark in checked.remarks]
        if checked.problem:
            said[Level.ERROR].append(Notice(Level.ERROR, checked.problem, file, checked.line))
        said[Level.ERROR] += [Notice(Level.ERROR, _sentence(gap), file, gap.line) for gap in checked.gaps]
    return tuple(notice for found in said.values() for notice in found[:most])


def summary(all_checked: Iterable[Checked]) -> str:
    """In a sentence: `3 documents: 1 is complete, 1 has 4 sections to write, 1 cannot be judged.`"""
    found = list(all_checked)
    if not found:
        return "No documents."
    parts: list[str] = []
    complete = sum(not item.gaps and not item.problem for item in found)
    open_, missing = sum(bool(item.gaps) for item in found), sum(len(item.gaps) for item in found)
    refused = sum(bool(item.problem) for item in found)
    if complete:
        parts.append(f"{complete} {'is' if complete == 1 else 'are'} complete")
    if open_:
        sections = "1 section" if missing == 1 else f"{missing} sections"
        parts.append(f"{open_} {'has' if open_ == 1 else 'have'} {sections} to write")
    if refused:
        parts.append(f"{refused} cannot be judged")
    return f"{len(found)} document{'' if len(found) == 1 else 's'}: {', '.join(parts)}."


def as_json(all_checked: Iterable[Checked]) -> dict[str, object]:
    """All of it for a program. `version` grows when a key changes its meaning."""
    return {
        "version": 1,
        "documents": [
            {
                "path": item.path,
                "kind": item.document.kind if item.document is not None else None,
                "bug": bug_name(item.number) if item.number else None,
                "severity": item.severity.name if item.document is not None else None,
                "complete": not item.gaps and not item.problem,
                "gaps": [
                    {
                        "section": gap.section,
                        "id": gap.id,
                        "line": gap.line or None,
                        "problem": gap.problem,
                        "next": _next(gap),
                    }
                    for gap in item.gaps
                ],
                "problem": item.problem or None,
                "line": item.line or None,
                "remarks": list(item.remarks),
            }
            for item in all_checked
        ],
    }
