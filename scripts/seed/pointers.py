"""What carries a line of the process: the kinds of pointers, and whether what they name exists.

A pointer is looked up in the catalogues that the program itself uses, so that none can outlive what it names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from pydantic import BaseModel

from bugaction.clocks import TIMED
from bugaction.commands import COMMANDS
from bugaction.documents import DOCUMENTS
from bugaction.gates import GATES
from bugaction.issue_form import FIELDS
from bugaction.model import Severity, Strategy
from bugaction.phases import PHASES
from bugaction.policy import Policy
from bugaction.prompts import PROMPTS
from bugaction.register import Row
from bugaction.strategy import OPTIONS

__all__ = [
    "Case",
    "Clock",
    "Command",
    "Drafted",
    "Key",
    "Later",
    "Line",
    "Merit",
    "Owner",
    "Part",
    "Pointer",
    "Question",
    "Register",
    "Requirement",
    "Section",
    "Text",
    "row",
]

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Requirement:
    """A requirement of a gate, by both ids."""

    gate: str
    id: str

    def exists(self) -> bool:
        """Whether that gate asks for it."""
        gate = GATES.get(self.gate)
        if gate is None:
            return False
        return self.id in {*(item.id for item in gate.requirements), *(item.id for item in gate.of_pull)}

    def words(self) -> str:
        """As the page shows it."""
        return f"[gate {self.gate}](gates.md), requirement `{self.id}`"


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a document, by the document's kind and the section's id in its template."""

    document: str
    id: str

    def exists(self) -> bool:
        """Whether the template marks such a section."""
        document = DOCUMENTS.get(self.document)
        if document is None:
            return False
        text = _template(document.template)
        return f"<!-- section: {self.id} -->" in text or f"<!-- section: {self.id} required -->" in text

    def words(self) -> str:
        """As the page shows it."""
        title = DOCUMENTS[self.document].title if self.document in DOCUMENTS else self.document
        return f"{title}, section `{self.id}`"


@dataclass(frozen=True, slots=True)
class Register:
    """A field of a bug's row in the register."""

    field: str

    def exists(self) -> bool:
        """Whether a row has it."""
        return self.field in {item.name for item in fields(Row)}

    def words(self) -> str:
        """As the page shows it."""
        return f"[the register](../guide/register.md), `{self.field}` of a bug's row"


@dataclass(frozen=True, slots=True)
class Command:
    """A command in a comment."""

    name: str

    def exists(self) -> bool:
        """Whether there is such a command."""
        return self.name in COMMANDS

    def words(self) -> str:
        """As the page shows it."""
        return f"[command](commands.md) `/{self.name}`"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the configuration, dotted: `severities.P1.staging`."""

    path: str

    def exists(self) -> bool:
        """Whether the configuration knows it."""
        found: object = Policy()
        for name in self.path.split("."):
            if isinstance(found, Mapping):
                severity = Severity.parse(name)
                if severity is None:
                    return False
                found = found[severity]
            elif isinstance(found, BaseModel):
                fields = {field.alias or key: key for key, field in type(found).model_fields.items()}
                if name not in fields:
                    return False
                found = getattr(found, fields[name])
            else:
                return False
        return True

    def words(self) -> str:
        """As the page shows it."""
        return f"[configuration](../guide/configuration.md), key `{self.path}`"


@dataclass(frozen=True, slots=True)
class Clock:
    """A due time in the bug's comment."""

    name: str

    def exists(self) -> bool:
        """Whether it is one of those with a target by severity."""
        return self.name in TIMED

    def words(self) -> str:
        """As the page shows it."""
        return f"clock `{self.name}`"


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the bug form, by its key; the report shows the answers."""

    key: str

    def exists(self) -> bool:
        """Whether the form asks it."""
        return self.key in FIELDS

    def words(self) -> str:
        """As the page shows it."""
        return f'bug form, "{FIELDS.get(self.key, self.key)}"'


@dataclass(frozen=True, slots=True)
class Owner:
    """Who has a phase in hand, as the bug's comment says."""

    phase: str

    def exists(self) -> bool:
        """Whether there is such a phase."""
        return self.phase in PHASES

    def words(self) -> str:
        """As the page shows it."""
        owner = PHASES[self.phase].owner if self.phase in PHASES else ""
        return f"phase `{self.phase}` in the bug's comment: {owner or 'the assignee'}"


@dataclass(frozen=True, slots=True)
class Merit:
    """What speaks for or against a fix strategy: `fits`, `gains` or `costs`, as the analysis lists them."""

    strategy: Strategy
    side: str

    def exists(self) -> bool:
        """Whether that side of the strategy says anything."""
        return self.side in ("fits", "gains", "costs") and bool(getattr(OPTIONS[self.strategy], self.side))

    def words(self) -> str:
        """As the page shows it."""
        column = {"fits": "Fits when", "gains": "Gains", "costs": "Costs"}[self.side]
        return f'root-cause analysis, strategy `{self.strategy}`, column "{column}"'


@dataclass(frozen=True, slots=True)
class Text:
    """Words of a template that hold a fact."""

    template: str
    marker: str

    def exists(self) -> bool:
        """Whether the template says so."""
        return (ROOT / "templates" / self.template).is_file() and self.marker in _template(self.template)

    def words(self) -> str:
        """As the page shows it."""
        return f"`templates/{self.template}`, `{self.marker}`"


@dataclass(frozen=True, slots=True)
class Drafted:
    """A phase's prompt (`bugaction prompt`), and words in it that ask for the draft."""

    phase: str
    asks: str

    def exists(self) -> bool:
        """Whether there is such a prompt, and it says so."""
        return self.phase in PROMPTS and self.asks in _template(f"prompts/{self.phase}.md.j2")

    def words(self) -> str:
        """As the page shows it."""
        return f'[prompt](../guide/prompts.md) `{self.phase}`, "{self.asks}"'


@dataclass(frozen=True, slots=True)
class Case:
    """A row of a test that plays an example."""

    test: str
    example: str

    def exists(self) -> bool:
        """Whether the test holds it."""
        path = ROOT / self.test
        return path.is_file() and f'"{self.example}"' in path.read_text(encoding="utf-8")

    def words(self) -> str:
        """As the page shows it."""
        return f'`{self.test}`, "{self.example}"'


@dataclass(frozen=True, slots=True)
class Later:
    """What is not built yet. `then` is the pointer that takes its place once it names something."""

    what: str
    then: Requirement | Section | Command | Key | None = None

    def exists(self) -> bool:
        """Whether it is still to come: once what it waits for is there, it has to give way."""
        return bool(self.what) and (self.then is None or not self.then.exists())

    def words(self) -> str:
        """As the page shows it, plainly."""
        return f"**not built yet:** {self.what}"


_Rule = Requirement | Clock | Owner | Key
Pointer = _Rule | Section | Register | Command | Question | Merit | Text | Drafted | Case | Later


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the process in a few words of our own, and what carries it: at least one pointer."""

    words: str
    carried_by: tuple[Pointer, ...]

    @property
    def is_carried(self) -> bool:
        """Whether something that is built carries it, if only in part."""
        return any(not isinstance(pointer, Later) for pointer in self.carried_by)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the process, its lines in their order."""

    title: str
    lines: tuple[Line, ...]


def row(words: str, *carried_by: Pointer) -> Line:
    """A line with its pointers."""
    return Line(words, carried_by)


def _template(name: str) -> str:
    return (ROOT / "templates" / name).read_text(encoding="utf-8")
