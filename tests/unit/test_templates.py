"""The shipped templates are found wherever bugaction is installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from bugaction.adoption.texts import CALLER, SCAFFOLD
from bugaction.templates import load_scaffold, load_templates

ROOT = Path(__file__).parents[2] / "templates"


def test_every_template_of_the_folder_is_loaded_as_it_stands() -> None:
    """By its path below the folder; what `init` writes is no template."""
    found = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in ROOT.rglob("*.j2")}
    assert dict(load_templates()) == found
    assert "documents/report.md.j2" in found


def test_every_file_that_init_starts_from_is_loaded() -> None:
    """The scaffold as it stands, and nothing that no repository gets."""
    folder = ROOT / "scaffold"
    found = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert dict(load_scaffold()) == found
    chosen = {"bugaction-sweep.yml", CALLER}  # for who needs them
    assert set(found) - chosen == set(SCAFFOLD.values())


ESCAPING = {"block", "cell", "fence", "inline", "link", "remark", "spoken", "when"}
"""The filters that make plain words of a text; `when` takes nothing but a moment."""

OURS = {
    "comments/sticky.md.j2": (
        "advisories box.line bug.name clock.left fix.state gate.passed gate.title gate.total item.sign left "
        "next.more owed.more proposal.severity proposal.word sentence severity.name severity.sign "
        "severity.word usage"
    ),
    "documents/change-note.md.j2": "severity.after severity.before severity.word version",
    "documents/post-mortem.md.j2": (
        "action.due action.state bug.name diagram duration fix.state fixed.name item.bug item.due item.name "
        "item.state more phase.lasted phase.name severity.initial severity.name severity.word steps_more "
        "strategy.name target.verdict version"
    ),
    "documents/release-notes.md.j2": (
        "bug.name change.additions change.count change.deletions deployment file.additions file.deletions "
        "fix.state item.after item.state kind look.window merged.name review.what severity.name "
        "severity.word step version"
    ),
    "documents/report.md.j2": (
        "bug.name proposal.severity proposal.word severity.name severity.word suspects.count suspects.window "
        "version"
    ),
    "documents/root-cause-analysis.md.j2": (
        "bug.name option.name severity.name severity.word strategy.name strategy.proposal version"
    ),
    "notifications": "before bug severity url window word",
    "prompts": "bug.name bug.number bug.url evidence fact.label rules strategy",
}
"""What templates show as it is: numbers, addresses, our names and sentences, and what is escaped already."""


def _spelled(node: nodes.Node) -> str:
    match node:
        case nodes.Getattr():
            return f"{_spelled(node.node)}.{node.attr}"
        case nodes.Name():
            return node.name
        case _:
            return type(node).__name__


def _as_it_is(node: nodes.Node | None) -> Iterator[str]:
    """The values that an expression may show without an escaping filter."""
    match node:
        case nodes.CondExpr():
            yield from (*_as_it_is(node.expr1), *_as_it_is(node.expr2))
        case nodes.And() | nodes.Or():
            yield from (*_as_it_is(node.left), *_as_it_is(node.right))
        case nodes.Filter(name=name) if name in ESCAPING:
            return
        case None | nodes.TemplateData() | nodes.Const():
            return
        case _:
            yield _spelled(node)


@pytest.mark.parametrize("name", load_templates())
def test_what_people_wrote_is_escaped_wherever_it_is_shown(name: str) -> None:
    """Every value goes through a filter that escapes it, but for those that are ours."""
    environment = Environment(autoescape=False)  # noqa: S701 - it renders nothing
    environment.filters.update(dict.fromkeys(ESCAPING, str))
    outputs = environment.parse(load_templates()[name]).find_all(nodes.Output)
    shown = {value for output in outputs for node in output.nodes for value in _as_it_is(node)}
    ours = {*OURS.get(name, OURS.get(name.partition("/")[0], "")).split()}
    assert shown - ours == set()
    if name in OURS:
        assert ours - shown == set()
