"""The words that decisions hang on: what stays in redacted facts. All of them are ours, GitHub's, or grammar.

Two sets. In prose, where people write, as few as can be. In terms, such as a command, a path, a branch or a
configuration, the names of everything that is ours as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from bugaction.approved import APPROVALS
from bugaction.commands import COMMANDS
from bugaction.commands.attest import ATTESTABLE
from bugaction.config import json_schema
from bugaction.document_pull import DOCUMENTS_LABEL
from bugaction.events import EVENTS, Command
from bugaction.gates import GATES
from bugaction.issue_form import FIELDS
from bugaction.lateness import MARKS
from bugaction.model import RecordKind, Role, Severity, Strategy
from bugaction.phases import PHASES
from bugaction.policy import Policy
from bugaction.promises import ACTION_LABEL
from bugaction.snapshot import EntryKind, IssueState

__all__ = ["PROSE", "bare", "fragments", "phrases", "policy_words", "slugs", "terms"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PROSE: frozenset[str] = _words(
    # Keywords that link, and what takes back: `links`, `taken_back`, `reverting`.
    "close closes closed fix fixes fixed resolve resolves resolved revert reverts reverted this commit gh "
    "bug "
    # What stands in for words, and what waives them: `markdown`, `task_list`.
    "tbd tba tbc todo to do be done decided defined determined fixme wip fill in coming soon na no response "
    "none xx xxx not applicable optional "
    # What says that an issue is a regression of a bug: `regressions`.
    "it is a an regression of and "
    # Heads of mails: `commands.mail`.
    "wrote from von sent date subject betreff objet asunto re reply email directly original message "
    # Times, and whose: `moment`, `action_items`.
    "utc gmt am pm due on by "
    # Yes and no, and how bad: `issue_form`, `proposal`.
    "yes unknown critical high medium low "
    # HTML that shows or hides: `markdown`, `links`.
    "img src pre code blockquote script style template textarea title br details summary http https"
)
"""Words in lower case."""

_OPTIONS = (
    "All users", "Large portion of users", "Small portion of users", "Rare edge case", "No users", "Always",
    "Often", "Sometimes", "Once", "Production", "Staging", "Development", "Other", "No impact",
    "Support ticket", "Internal", "User report", "Alert",
)  # fmt: skip
"""Answers of the bug form that are more than yes, no and how bad; a test holds them to the form."""

_GITHUB = _words(
    # Paths of its pages, and its permissions.
    "github com www issues issue pull pulls commit commits actions runs run job jobs blob tree edit releases "
    "tag tags compare raw deployments deployment statuses checks contents security advisories workflows "
    "workflow yml yaml md json jsonl read write issuecomment pullrequestreview discussion users apps bot "
    "ghost web flow dependabot main master heads refs gh readonly queue pr "
    # States and reasons.
    "success failure error pending neutral skipped cancelled inactive queued completed planned duplicate "
    "reopened opened production staging src lib test tests spec specs docs documents bugs "
    # How long: `duration`.
    "min mins minute minutes hour hours hr hrs day days week weeks"
)

_ARGUMENTS = _words("backup none impossible until reason bug version")
"""Words of the commands' grammar that are no names: `/assign @a backup @b`."""

_SLUG = re.compile(r"(?:bugaction:facts:|section: |bugaction:)([a-z0-9-]+)")
_LETTERS = re.compile(r"[^\W\d_]+")


@cache
def terms() -> frozenset[str]:
    """Words in lower case, and hyphened names as a whole."""
    named = (*COMMANDS, *ATTESTABLE, *APPROVALS, *GATES, *PHASES, *EVENTS, *FIELDS, *_schema_names())
    enums = (*Command, *RecordKind, *Strategy, *EntryKind, *IssueState, *Role, *Severity)
    inside = [item.id for gate in GATES.values() for item in gate.requirements]
    inside += [item.id for gate in GATES.values() for item in gate.of_pull]
    found = {str(item).casefold().replace("_", "-") for item in (*named, *enums, *inside)}
    pieces = {part for name in EVENTS for part in name.split("_")}
    ours = _words(
        "bugaction gate records report ledger links register readme meta phase priority severity sev"
    )
    labels = (*(phase.label for phase in PHASES.values()), *(mark.label for mark in MARKS.values()))
    ours |= {
        word
        for label in (*labels, DOCUMENTS_LABEL, ACTION_LABEL)
        for word in _LETTERS.findall(label.casefold())
    }
    defaults = {word for text in _texts_of(None) for word in _LETTERS.findall(text.casefold())}
    return frozenset({*found, *pieces, *ours, *defaults, *PROSE, *_GITHUB, *_ARGUMENTS})


def _texts(data: object) -> Iterator[str]:
    """Every text in a policy's values."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for child in data.values():
            yield from _texts(child)
    elif isinstance(data, Iterable):
        for child in data:
            yield from _texts(child)


def _texts_of(policy: Policy | None) -> Iterator[str]:
    return _texts((policy or Policy()).model_dump(mode="json"))


def _schema_names() -> Iterator[str]:
    """Every key and value of the configuration that its schema names."""

    def walk(data: object) -> Iterator[str]:
        if isinstance(data, dict):
            properties = data.get("properties")
            yield from properties if isinstance(properties, dict) else ()
            for key in ("enum", "const"):
                given = data.get(key)
                values = given if isinstance(given, list) else [given]
                yield from (value for value in values if isinstance(value, str))
            for child in data.values():
                yield from walk(child)
        elif isinstance(data, list):
            for child in data:
                yield from walk(child)

    yield from walk(json_schema())


def policy_words(policy: Policy | None) -> frozenset[str]:
    """The words of the labels that make a bug and its severity: an issue without them is another."""
    policy = policy or Policy()
    labels = [*policy.labels.bug, *(name for item in policy.severities.values() for name in item.labels)]
    return frozenset(word for label in labels for word in _LETTERS.findall(label.casefold()))


def fragments(policy: Policy | None) -> tuple[str, ...]:
    """What patterns of paths ask of a part of a name (`*Test.java` asks for `Test`), longest first."""
    patterns = {text for text in (*_texts_of(policy), *_texts_of(None)) if "*" in text or "?" in text}
    found = {
        word for pattern in patterns for word in re.findall(r"(?<=[*?])[^\W\d_]+|[^\W\d_]+(?=[*?])", pattern)
    }
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


def bare(line: str) -> str:
    """A line's words without what makes a heading, a quotation, an item, a box or a cell of it."""
    text = re.sub(r"^[\s>|]*(?:[-*+]|#{1,6})?[\s]*(?:\[[ xX]\]\s)?", "", line.strip())
    return " ".join(text.strip("|*_#:- \t").split()).casefold()


def phrases(templates: Mapping[str, str]) -> frozenset[str]:
    """The lines that are ours word for word: of the shipped documents and comments, and of the bug form."""
    shipped = (
        line
        for text in templates.values()
        for line in text.splitlines()
        if not re.search(r"\{[{%#]|[%#}]\}", line)
    )
    return frozenset(filter(None, map(bare, (*shipped, *FIELDS.values(), *_OPTIONS))))


def slugs(templates: Mapping[str, str]) -> frozenset[str]:
    """The names in the marks that are ours."""
    found = {slug for text in templates.values() for slug in _SLUG.findall(text)}
    marks = {"facts", "section", "prompt", "attest", "sticky", "reply", "action", "note", "required", "said"}
    return frozenset({*found, *marks, *(f"said-{slug}" for slug in found), "bugaction", "ledger"})
