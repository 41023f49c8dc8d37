"""What somebody says of a bug's cause in a comment, and which section of the analysis each word belongs to.

The text is Markdown as people write it. A heading of any kind and level that names a section of the analysis,
in its own words or in common ones, opens that section. What stands under no heading tells the cause. Under
a heading that names none, words stay with the section around it, or tell the cause, below the heading's words
in bold. What says nothing (a placeholder, a comment that nobody sees, a bare heading) is left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from bugaction import commonmark
from bugaction.markdown import Section, content_gap, sections, split_lines

__all__ = ["HEADINGS", "MAIN", "Explanation", "split"]

MAIN = "cause"
"""The section that words under no heading belong to."""

HEADINGS: Mapping[str, str] = {
    "conclusion": "Conclusion",
    "problem": "The problem",
    "cause": "The cause",
    "why": "Why it happened",
    "not-caught": "Why it was not caught",
    "factors": "Contributing factors",
    "local": "On a developer's machine",
    "staging": "On staging",
    "production": "In production",
    "evidence": "What logs and data show",
    "strategy": "Fix strategy",
}
"""The sections of the analysis that can be filled from a comment, by id, with their headings there."""

_PLACES = frozenset({"local", "staging", "production"})
"""Sections on where it was tried. Such a heading below that of another section belongs to that one."""

_NAMES: Mapping[str, str] = {
    "conclusion": """
        reproduction, reproduced, reproducing it, reproducibility, repro, repro steps, how to reproduce,
        how to reproduce it, steps to reproduce, reproduction steps, can it be reproduced,
        where it can be reproduced
    """,
    "problem": """
        problem, problem statement, problem description, symptom, symptoms, failure, what fails, what failed,
        what is broken, what broke, what is wrong, what went wrong, what happened, what happens
    """,
    "cause": """
        cause, causes, root cause, root causes, root cause analysis, rca, cause analysis, cause of bug,
        main cause, actual cause, direct cause, technical cause, preliminary cause, preliminary root cause,
        causal chain, chain of causes, what caused it, what caused this, what causes it
    """,
    "why": """
        why, whys, five whys, why it happened, why this happened, why that happened, why did it happen,
        why did this happen, why it could happen, how it happened, how did it happen, how it came about,
        how it could come about, reason, reasons, underlying cause, underlying causes
    """,
    "not-caught": """
        not caught, why not caught, why it was not caught, why was it not caught, why it wasnt caught,
        why wasnt it caught, why this was not caught, why was this not caught, why nobody caught it,
        why we did not catch it, why we didnt catch it, why didnt we catch it, why it was missed,
        why was it missed, why we missed it, why it was not detected, why was it not detected,
        why it was not found, why it was not noticed, why it went unnoticed, why it slipped through,
        how it slipped through, how it got through, detection, detection gap, detection gaps,
        gaps in detection, testing gap, testing gaps, test gap, test gaps
    """,
    "factors": """
        contributing factor, contributing factors, contributing causes, contributing conditions, factors,
        other factors, aggravating factors, what contributed, what made it worse
    """,
    "local": "local, locally, developers machine, on developers machine, on my machine, local environment",
    "staging": "staging, staging environment",
    "production": "production, production environment, on production",
    "evidence": """
        evidence, logs, log analysis, logs and data, logs and metrics, logs and monitoring,
        what logs show, what data shows
    """,
    "strategy": "strategy, fix, proposed fix, fix plan, how to fix it, how it is fixed, how it was fixed",
}
"""Other words for them, as `_key` reads a heading."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a comment says of a bug's cause, as it was last accepted.

    `comment` is its database id, `author` who wrote it, `editor` who else brought these words into it (""
    where nobody did), `at` when they were said. `words` are by the section's id, as `split` finds them;
    empty where they were taken back, None where the comment no longer says what was accepted: what a
    document holds of it then stays.
    """

    comment: int
    author: str
    at: datetime
    url: str
    words: Mapping[str, str] | None
    editor: str = ""


def _key(title: str) -> str:
    """A heading's words alone: no case, number, article, punctuation or emoji.

    `:bug:` is an emoji too, as GitHub writes them.
    """
    text = unicodedata.normalize("NFKC", re.sub(r":[a-z0-9_+-]+:", " ", title)).casefold()
    words = re.findall(r"[^\W_]+", re.sub(r"['’ʼ]", "", text))
    kept = [word for word in words if word not in ("the", "a", "an", "our")]
    while kept and kept[0].isdecimal():
        kept.pop(0)
    return " ".join(kept)


_IDS: Mapping[str, str] = {
    **{_key(title): id_ for id_, title in HEADINGS.items()},
    **{" ".join(name.split()): id_ for id_, names in _NAMES.items() for name in names.split(",")},
}


@lru_cache(maxsize=256)
def split(text: str) -> Mapping[str, str]:
    """The words of a text by the section of the analysis that they belong to, in the sections' order.

    Total on any text; a section that would say nothing is not among them. Remembered, because each of a
    run's decisions asks.
    """
    whole = f"\n{text}"  # so that a rule at its top opens no front matter
    found = sections(whole)
    pieces: dict[str, list[str]] = {}
    above: list[tuple[int, str]] = []
    leads: list[tuple[int, str]] = []
    current = MAIN
    _add(pieces, current, (), whole[: found[0].start] if found else whole)
    for section in found:
        body = whole[section.body_start : section.end]
        id_ = _named(section, section.title, above)
        if not id_ and not _is_marked(section, whole):
            # A line of dashes makes a heading of all words right above it, which nobody means who parts two
            # paragraphs; whoever left out the empty line before a heading means the last of these lines.
            *words, last, _ = ("", *split_lines(whole[section.start : section.body_start]))
            id_ = _named(section, last, above)
            _add(pieces, current, (), "".join(words if id_ else (*words, last)))
            if not id_:
                _add(pieces, current, (), body)
                continue
        above = [item for item in above if item[0] < section.level]
        leads = [item for item in leads if item[0] < section.level]
        if id_:
            above.append((section.level, id_))
            leads = []
        else:
            leads.append((section.level, section.title))
        current = above[-1][1] if above else MAIN
        if _add(pieces, current, [title for _, title in leads if title], body):
            leads = []
    return {id_: "\n\n".join(pieces[id_]) for id_ in HEADINGS if id_ in pieces}


def _named(section: Section, title: str, above: Sequence[tuple[int, str]]) -> str:
    """The id of the section that a heading with this title names, "" for none."""
    id_ = section.id if section.id in HEADINGS else _IDS.get(_key(title), "")
    around = next((name for level, name in reversed(above) if level < section.level), "")
    return "" if id_ in _PLACES and around not in ("", "conclusion", *_PLACES) else id_


def _is_marked(section: Section, text: str) -> bool:
    """Whether it is a heading by `#`, and not by the line below it."""
    return text[section.start :].lstrip(" ").startswith("#")


def _add(pieces: dict[str, list[str]], id_: str, leads: Sequence[str], body: str) -> bool:
    """Add what stands there to a section, unless it says nothing; gives whether it says something."""
    if content_gap(body) is not None:
        return False
    bold = [f"**{_plain(lead)}**" for lead in leads]
    pieces.setdefault(id_, []).extend([*bold, _shown(body).strip("\n")])
    return True


def _plain(title: str) -> str:
    """A heading's words without a mark in them that would end the bold ones."""
    return re.sub(r"([\\`*_\[\]<>|~])", r"\\\1", title)


_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def _shown(body: str) -> str:
    """The text without what a page does not show of it: comments of their own, and rules between parts."""
    lines = split_lines(body)
    for token in reversed(commonmark.read(body).tokens):
        if token.map is None:
            continue
        first, last = token.map
        if token.type == "html_block" and token.content.lstrip().startswith("<!--"):
            lines[first:last] = split_lines(_COMMENT.sub("", "".join(lines[first:last])))
        elif token.type == "hr" and token.level == 0:
            lines[first:last] = ["\n"]
    return "".join(lines)
