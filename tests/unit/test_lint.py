"""An author hears what the gates will say, without GitHub."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bugaction.bug import Gap
from bugaction.documents import DOCUMENTS
from bugaction.documents.base import FIRST_VERSION, gaps, write
from bugaction.documents.merge import refresh
from bugaction.documents.overrides import with_overrides
from bugaction.lint import FILES, as_json, check, lines, name_of, newest, notices, summary
from bugaction.markdown import sections
from bugaction.model import Severity
from bugaction.plan import Level
from bugaction.policy import DEFAULT_ROOT
from bugaction.templates import load_templates
from tests.examples import examples
from tests.unit.bugs import bug
from tests.unit.documents.stories import STORIES, with_state
from tests.values import repository

TEMPLATES = with_overrides(load_templates(), repository())
HOOKS = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
CAUSE = f"{DEFAULT_ROOT}/BUG-042/root-cause-analysis-v1.0.md"


def fresh(kind: str, severity: Severity, story: str = "") -> str:
    """A document as it is committed for the first time."""
    whole = with_state(STORIES[story]() if story else bug(severity))
    text, said = write(DOCUMENTS[kind], whole, TEMPLATES, FIRST_VERSION)
    assert said == ()
    return refresh("", text).replace("severity: P1", f"severity: {severity.name}")


def path_of(kind: str, version: str = FIRST_VERSION) -> str:
    """Where that document lies."""
    return DOCUMENTS[kind].path(DEFAULT_ROOT, 42, version)


# The verdict -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_fresh_document_asks_for_every_required_section_and_for_no_other(
    kind: str, severity: Severity
) -> None:
    """What GitHub knows is filled in and not asked for; the verdict is that of the gates."""
    text = fresh(kind, severity)
    found = check(text, path_of(kind), DEFAULT_ROOT, place=path_of(kind))
    assert (found.problem, found.remarks, found.severity, found.number) == ("", (), severity, 42)
    assert found.document is DOCUMENTS[kind]
    assert found.gaps == gaps(DOCUMENTS[kind], text, severity)
    prompted = [
        item.id for item in sections(text) if item.id and "<!-- prompt" in text[item.start : item.end]
    ]
    required = DOCUMENTS[kind].required[severity]
    assert [gap.id for gap in found.gaps] == [name for name in required if name in prompted]
    assert found.gaps


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_filling_a_section_takes_exactly_its_line_away(kind: str, severity: Severity) -> None:
    """In whatever order: the others stay as they were, and after the last one nothing is left."""
    text = fresh(kind, severity)
    before = check(text, path_of(kind), DEFAULT_ROOT, place=path_of(kind))
    left = [gap.id for gap in before.gaps]
    for gap in reversed(before.gaps):
        place = next(item for item in sections(text) if item.id == gap.id)
        text = f"{text[: place.end].rstrip()}\n\nThis is what it was.\n\n{text[place.end :]}"
        left.remove(gap.id)
        found = check(text, path_of(kind), DEFAULT_ROOT, place=path_of(kind))
        assert [item.id for item in found.gaps] == left
        assert len(lines(found)) == len(left)


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_what_the_reporter_answered_is_not_asked_again(kind: str, story: str) -> None:
    """Whatever the answers hold: what is named is what holds a prompt."""
    text = fresh(kind, Severity.P1, story)
    found = check(text, path_of(kind), DEFAULT_ROOT, place=path_of(kind))
    asked = [
        item.id
        for item in sections(text)
        if item.id in DOCUMENTS[kind].required[Severity.P1] and "<!-- prompt" in item.body
    ]
    assert [gap.id for gap in found.gaps] == asked


@examples(200)
@given(st.text(max_size=200), st.sampled_from(["---\n", "---\nseverity: ", "---\n- ", "", "\ufeff---\n"]))
def test_any_text_has_a_verdict(text: str, beginning: str) -> None:
    """Whatever stands in a file."""
    found = check(f"{beginning}{text}\n---\n", CAUSE, DEFAULT_ROOT, place=CAUSE)
    assert found.problem or found.gaps


# Which document it is ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "front", "kind"),
    [
        (CAUSE, "", "root-cause-analysis"),
        ("draft.md", "document: root-cause-analysis", "root-cause-analysis"),
        ("draft.md", "document: bug-report", "report"),
        ("BUG-042/release-notes-bug-042-v12.3.md", "", "release-notes"),
        ("bug-1042-report-v1.0.md", "document: bug-report", "report"),
        ("post-mortem-v1.0.md", "", "post-mortem"),
    ],
)
def test_a_document_is_known_by_its_name_or_its_front_matter(path: str, front: str, kind: str) -> None:
    """Either is enough."""
    text = f"---\nseverity: P3\n{front}\n---\n# Title\n"
    found = check(text, path, DEFAULT_ROOT, place=path)
    assert (found.problem, found.document) == ("", DOCUMENTS[kind])
    assert found.severity is Severity.P3


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_change_nothing(line_end: str, mark: str) -> None:
    """As editors of every system leave them."""
    text = fresh("root-cause-analysis", Severity.P0)
    expected = check(text, CAUSE, DEFAULT_ROOT, place=CAUSE)
    found = check(mark + text.replace("\n", line_end), CAUSE, DEFAULT_ROOT, place=CAUSE)
    assert (found.gaps, found.severity, found.remarks) == (expected.gaps, Severity.P0, ())


@pytest.mark.parametrize(
    ("path", "text", "problem", "line"),
    [
        ("notes.md", "# Words\n", "is no document of a bug: expected a name such as root-cause-", 0),
        (f"{DEFAULT_ROOT}/README.md", "# Register\n", "is no document of a bug", 0),
        ("notes.md", "---\ndocument: poem\n---\n", "its front matter says `document: poem`: expected", 0),
        ("notes.md", "---\ndocument: a\n\n  poem\n---\n", "its front matter says `document: a poem`: exp", 0),
        (CAUSE, "---\ndocument: release-notes\n---\n", "its name says root-cause analysis, its front", 1),
        (CAUSE, "---\nseverity: P9\n---\n", "its severity is 'P9': expected one of P0, P1, P2, P3", 1),
        (CAUSE, "---\na: b\n c: [\n---\n", "its front matter is not valid YAML", 3),
        (CAUSE, "---\n- a\n---\n", "its front matter is no list of keys", 2),
        (CAUSE, "---\na: &x 1\nb: *x\n---\n", "its front matter is anchors and aliases", 2),
        (CAUSE, f"---\na: {'x' * 70_000}\n---\n", "its front matter is larger than 64 KB", 2),
    ],
)
def test_what_cannot_be_judged_is_named(path: str, text: str, problem: str, line: int) -> None:
    """The file, why, where, and what was expected."""
    found = check(text, path, DEFAULT_ROOT, place=path)
    assert found.problem.startswith(problem)
    assert (found.line, found.gaps) == (line, ())
    assert lines(found) == (f"{path}:{line}: {found.problem}" if line else f"{path}: {found.problem}",)


def test_an_unnamed_severity_is_assumed_and_said() -> None:
    """As the gates assume it; the verdict stays one."""
    found = check("# Root-cause analysis\n", CAUSE, DEFAULT_ROOT, place=CAUSE)
    assert found.severity is Severity.P2
    assert lines(found)[0] == f"{CAUSE}: note: it names no severity: judged as P2 (medium)"


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (CAUSE, ""),
        (
            "BUG-042/root-cause-analysis-v2.1.md",
            f"its place is {DEFAULT_ROOT}/BUG-042/root-cause-analysis-v2.1.md",
        ),
        (f"{DEFAULT_ROOT}/BUG-42/root-cause-analysis-v1.0.md", f"such as {DEFAULT_ROOT}/BUG-042/root-cause-"),
        ("draft.md", f"its place is {DEFAULT_ROOT}/BUG-007/root-cause-analysis-v1.0.md"),
        ("", f"its place is {DEFAULT_ROOT}/BUG-007/root-cause-analysis-v1.0.md"),
        (
            f"{DEFAULT_ROOT}/BUG-043/bug-042-report-v1.0.md",
            f"its place is {DEFAULT_ROOT}/BUG-042/bug-042-report-v1.0.md",
        ),
    ],
)
def test_a_document_that_no_gate_reads_is_told_its_place(place: str, expected: str) -> None:
    """It is judged all the same."""
    text = "---\nseverity: P1\n---\n"
    if "BUG-" not in place:
        text = "---\nseverity: P1\nbug: BUG-007\ndocument: root-cause-analysis\n---\n"
    found = check(text, place or "/tmp/draft.md", DEFAULT_ROOT, place=place)  # noqa: S108 - a name alone
    assert found.gaps
    assert [expected in remark for remark in found.remarks] == ([True] if expected else [])


# Paths -------------------------------------------------------------------------------------------------


def test_of_several_versions_the_last_counts() -> None:
    """By number, not by letters; each bug and each type by itself, and nothing else."""
    names = [
        "a/BUG-001/root-cause-analysis-v1.9.md",
        "a/BUG-001/root-cause-analysis-v1.10.md",
        "a/BUG-001/post-mortem-v1.0.md",
        "a/BUG-002/root-cause-analysis-v1.0.md",
        "a/BUG-001/ledger.jsonl",
        "a/README.md",
    ]
    assert newest(names) == (names[2], names[1], names[3])


def test_the_hook_takes_every_document_and_nothing_else() -> None:
    """`.pre-commit-hooks.yaml` is a hook of pre-commit's whose pattern is ours."""
    (hook,) = yaml.safe_load(HOOKS.read_text("utf-8"))
    # https://pre-commit.com/#creating-new-hooks: what a hook needs, and the keys of it that are used here.
    assert {"id", "name", "entry", "language"} <= set(hook) <= {
        "id", "name", "entry", "language", "description", "files", "types"
    }  # fmt: skip
    assert (hook["id"], hook["entry"], hook["language"]) == ("bugaction-lint", "bugaction lint", "python")
    assert (hook["files"], hook["types"]) == (FILES, ["file"])
    for document in DOCUMENTS.values():
        for number in (1, 42, 12345):
            path = document.path("any/root", number, "10.2")
            assert re.search(hook["files"], path)
            named = name_of(path)
            assert named is not None
            assert (named.document, named.number, named.version) == (document, number, (10, 2))
    for other in (
        "documents/bugs/README.md",
        "documents/bugs/BUG-042/ledger.jsonl",
        "documents/bugs/BUG-042/notes.md",
        "post-mortem-v1.0.md",
        "documents/bugs/BUG-042/post-mortem-v1.0.md.orig",
    ):
        assert re.search(hook["files"], other) is None


# What is told -----------------------------------------------------------------------------------------


def test_every_line_tells_where_what_and_what_next() -> None:
    """One line a section, with the line of its heading."""
    text = (
        "---\nseverity: P1\n---\n# Root-cause analysis\n## Conclusion\nReproduced on staging.\n"
        "## The problem\nTBD\n## The cause\n```\nlog\n```\n## Why it happened\n- **Who:**\n"
        "## Contributing factors\n### Sub\n"
    )
    assert lines(check(text, CAUSE, DEFAULT_ROOT, place=CAUSE)) == (
        f'{CAUSE}:7: section "The problem" holds only a placeholder (TBD); put the answer in its place',
        f'{CAUSE}:9: section "The cause" holds only code; say in words what it shows',
        f'{CAUSE}:13: section "Why it happened" holds only labels without answers; '
        "write the answers behind them",
        f'{CAUSE}: section "Why it was not caught" is missing; '
        'add the heading "Why it was not caught" and write below it',
        f'{CAUSE}:15: section "Contributing factors" holds only headings; write below them',
    )


def test_a_summary_counts_what_was_looked_at() -> None:
    """In a sentence, also where there was nothing."""
    complete = check(
        "---\nseverity: P3\n---\n"
        + "".join(f"# {title}\nwords\n" for title in DOCUMENTS["report"].sections.values()),
        path_of("report"),
        DEFAULT_ROOT,
        place=path_of("report"),
    )
    open_ = check("---\nseverity: P1\n---\n", CAUSE, DEFAULT_ROOT, place=CAUSE)
    refused = check("", "x.md", DEFAULT_ROOT, place="x.md")
    assert summary([]) == "No documents."
    assert summary([complete]) == "1 document: 1 is complete."
    assert summary([complete, open_, refused]) == (
        "3 documents: 1 is complete, 1 has 6 sections to write, 1 cannot be judged."
    )
    assert summary([complete, complete]) == "2 documents: 2 are complete."
    assert summary([refused]) == "1 document: 1 cannot be judged."


def test_annotations_stand_at_their_lines_and_are_as_many_as_are_shown() -> None:
    """Errors for sections, a notice for a remark; those that the runner would not show are left out."""
    found = [check("# The cause\n", CAUSE, DEFAULT_ROOT, place=CAUSE)] * 3
    told = notices(found, 10)
    assert [notice.level.value for notice in told] == ["error"] * 10 + ["notice"] * 3
    assert (told[2].file, told[2].line) == (CAUSE, 1)
    assert told[2].text == 'section "The cause" is empty; write below its heading'
    refused = check("", "x.md", DEFAULT_ROOT, place="docs/x.md")
    assert [(item.level, item.file, item.text) for item in notices([refused], 10)] == [
        (Level.ERROR, "docs/x.md", refused.problem)
    ]


def test_a_gap_of_another_kind_has_a_next_step_too() -> None:
    """Whatever a document's own rule calls it."""
    found = check("# The cause\n", CAUSE, DEFAULT_ROOT, place=CAUSE)
    odd = replace(found, gaps=(Gap("Timeline", "names no moment", id="timeline"),))
    assert notices([odd], 10)[0].text == 'section "Timeline" names no moment; write below its heading'


def test_a_name_cannot_forge_a_line() -> None:
    """A line end in a file's name is shown escaped."""
    found = check("", "a\n::error::b.md", DEFAULT_ROOT)
    assert all("\n" not in line for line in lines(found))


def test_json_tells_the_same_to_a_program() -> None:
    """Document by document, section by section."""
    found = check("---\nseverity: P0\n---\n# The cause\n", CAUSE, DEFAULT_ROOT, place=CAUSE)
    told = json.loads(json.dumps(as_json([found, check("", "x.md", DEFAULT_ROOT, place="x.md")])))
    assert told["version"] == 1
    first, second = told["documents"]
    assert (first["kind"], first["bug"], first["severity"]) == ("root-cause-analysis", "BUG-042", "P0")
    assert first["gaps"][2] == {
        "section": "The cause",
        "id": "cause",
        "line": 4,
        "problem": "is empty",
        "next": "write below its heading",
    }
    assert (first["complete"], second["complete"]) == (False, False)
    assert second["problem"].startswith("is no document of a bug")
