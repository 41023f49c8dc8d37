"""What the workflows of a repository tell: which of them a gate waits for, and whether a merge queue is on.

They are somebody else's files, and GitHub takes more of YAML than our own configuration may hold (anchors
among it), so they are composed and not loaded: an alias stays what it is, and nothing is expanded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import yaml

from bugaction.adoption.tree import RELAY, USES, WORKFLOW, Tree

__all__ = ["Found", "Listed", "existing", "pattern"]

_FOLDER = ".github/workflows/"
_OWN_NAMES = frozenset({"bugaction", "bugaction reviews"})
_TESTS = frozenset({"merge_group", "pull_request", "pull_request_target", "push"})
_STARTS = frozenset(
    {"deployment", "release", "repository_dispatch", "schedule", "workflow_dispatch", "workflow_run"}
)
_DELIVERS = re.compile(r"deploy|release|publish|rollout|ship|deliver|promote", re.IGNORECASE)
_LARGEST = 512_000
_SPECIAL = re.compile(r"[\\*+?!\[\]]")


@dataclass(frozen=True, slots=True)
class Found:
    """A workflow: its path, its name as GitHub shows it, and the events that start it."""

    path: str
    name: str
    events: frozenset[str] = frozenset()
    delivers: bool = False

    @property
    def is_waited_for(self) -> bool:
        """Whether its end may change a gate: it tests, deploys or releases."""
        return bool(self.events & _TESTS) or (self.delivers and bool(self.events & _STARTS))


@dataclass(frozen=True, slots=True)
class Listed:
    """All workflows that are not ours, in the order of their paths.

    `unread` are those that are no YAML, with the reason; `running` those that run bugaction already.
    """

    found: tuple[Found, ...] = ()
    unread: Mapping[str, str] | None = None
    running: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names whose end is to be heard of, each once.

        Never our own, and never one that runs bugaction under another name: each of its runs would start the
        next one.
        """
        others = (item for item in self.found if item.is_waited_for and item.path not in self.running)
        return tuple(dict.fromkeys(item.name for item in others if item.name.casefold() not in _OWN_NAMES))

    @property
    def has_merge_queue(self) -> bool:
        """Whether some workflow answers a merge queue."""
        return any("merge_group" in item.events for item in self.found)


def existing(tree: Tree) -> Listed:
    """The workflows of a tree. Total: what cannot be read is told, and no reason to stop."""
    found: list[Found] = []
    unread: dict[str, str] = {}
    running: list[str] = []
    for path in sorted(tree):
        name = path.removeprefix(_FOLDER)
        if not path.startswith(_FOLDER) or "/" in name or not name.endswith((".yml", ".yaml")):
            continue
        text = tree[path].text
        if path in (WORKFLOW, RELAY):
            continue
        if text is not None and re.search(rf"uses:\s*[\"']?{USES}", text):
            running.append(path)
        try:
            found.append(_read(path, text))
        except _Unread as problem:
            unread[path] = str(problem)
    return Listed(tuple(found), unread, tuple(running))


class _Unread(Exception):
    """A file that is no workflow."""


def _read(path: str, text: str | None) -> Found:
    if text is None:
        raise _Unread("it is no text")
    if len(text) > _LARGEST:
        raise _Unread("it is larger than 512 KB")
    try:
        node = yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = " ".join(str(error.problem or error.context or "").split())
        raise _Unread(f"line {mark.line + 1}: {words}" if mark is not None else words) from error
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        raise _Unread("it is no YAML") from error
    if not isinstance(node, yaml.MappingNode):
        raise _Unread("it is no mapping")
    keys = dict(_pairs(node))
    # Without a name GitHub shows the path (github.com/maxheld83/ghactions/issues/346), and `workflows:` takes
    # that (the probe in github.com/jmgirard/circumplex/pull/131).
    name = _text(keys.get("name")).strip() or path
    events = frozenset(_events(keys.get("on")))
    delivers = bool(_DELIVERS.search(name) or _DELIVERS.search(path.removeprefix(_FOLDER)))
    delivers = delivers or any(
        key == "environment" for _, job in _pairs(keys.get("jobs")) for key, _ in _pairs(job)
    )
    return Found(path, name, events, delivers)


def _pairs(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if isinstance(key, yaml.ScalarNode):
            yield key.value, value


def _text(node: yaml.Node | None) -> str:
    return node.value if isinstance(node, yaml.ScalarNode) else ""


def _events(node: yaml.Node | None) -> Iterable[str]:
    """`on: push`, `on: [push, release]` and `on:` with a mapping below it."""
    if isinstance(node, yaml.ScalarNode):
        return (node.value,)
    if isinstance(node, yaml.SequenceNode):
        return tuple(_text(item) for item in node.value)
    return tuple(key for key, _ in _pairs(node))


def pattern(name: str) -> str:
    """A workflow's name as `workflow_run.workflows` has it, where GitHub reads patterns: `C++` is `C\\+\\+`.

    https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
    """
    return _SPECIAL.sub(lambda found: f"\\{found[0]}", name)
