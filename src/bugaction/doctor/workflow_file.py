"""A workflow file of the repository, read leniently: what starts it, what it may, and which actions it uses.

The file is a stranger's: whatever it holds, it becomes plain texts, or a problem with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from bugaction.doctor.lenient import read

__all__ = ["JobFacts", "Uses", "WorkflowFile", "matches_name", "parse"]

_OURS = re.compile(
    r"(?:\./(?:\.github/workflows/respond\.yml)?$|(?:[^@\s/]+/)?bugaction(?:/[^@\s]*)?@)", re.IGNORECASE
)
"""How a step or a job names us: by repository; in our own as the checkout's top, or as our workflow there."""

_DEPLOYING = re.compile(r"deploy|release|publish", re.IGNORECASE)
_TESTING = ("pull_request", "pull_request_target", "merge_group")

Tree = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Uses:
    """A step's `uses:`, and whether it is given a token of its own, or an App that makes one."""

    name: str
    has_token: bool = False

    @property
    def is_ours(self) -> bool:
        """Whether it runs bugaction."""
        return _OURS.match(self.name) is not None

    @property
    def revision(self) -> str:
        """What it is pinned to; "" for a folder of the checkout."""
        return self.name.partition("@")[2]


@dataclass(frozen=True, slots=True)
class JobFacts:
    """A job. `permissions` are those that hold for it, None where the repository's default does; the key `*`
    stands for `read-all` and `write-all`. `deploys`: it names an environment. `calls` is the workflow that it
    consists of, "" where it has steps of its own."""

    id: str
    name: str
    permissions: Mapping[str, str] | None
    uses: tuple[Uses, ...] = ()
    deploys: bool = False
    calls: str = ""

    @property
    def runs_us(self) -> bool:
        """Whether one of its steps runs bugaction."""
        return any(item.is_ours for item in self.uses)

    def level(self, key: str) -> str:
        """What it may do with a permission: `none`, `read` or `write`; "" where the default decides."""
        if self.permissions is None:
            return ""
        return self.permissions.get(key) or self.permissions.get("*", "none")


@dataclass(frozen=True, slots=True)
class WorkflowFile:
    """A workflow. `triggers` are the events with what is said of each, empty where nothing is. `why_not` says
    why it cannot be read, "" where it can."""

    path: str
    name: str = ""
    triggers: Mapping[str, Tree] = field(default_factory=dict)
    jobs: tuple[JobFacts, ...] = ()
    why_not: str = ""

    @property
    def file(self) -> str:
        """The file's name."""
        return self.path.rpartition("/")[2]

    @property
    def runs_us(self) -> bool:
        """Whether a job of it runs bugaction."""
        return any(job.runs_us for job in self.jobs)

    @property
    def shown(self) -> str:
        """The name that `workflow_run` knows it by: its own, or its path."""
        return self.name or self.path

    @property
    def is_awaited(self) -> bool:
        """Whether a gate may wait for it: it tests pull requests, or deploys or releases."""
        tests = any(event in self.triggers for event in _TESTING)
        return tests or any(job.deploys for job in self.jobs) or _DEPLOYING.search(self.shown) is not None

    def types(self, event: str) -> frozenset[str]:
        """The types that are asked for; empty where GitHub's own default holds."""
        return frozenset(_texts(self.triggers.get(event, {}).get("types")))

    def names(self) -> tuple[str, ...]:
        """The workflows whose end it waits for."""
        return tuple(_texts(self.triggers.get("workflow_run", {}).get("workflows")))


def matches_name(pattern: str, name: str) -> bool:
    """Whether a name of `workflow_run.workflows` means that workflow: a backslash takes a sign as it is, `*`
    stands for anything (https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_runbranchesbranches-ignore)."""
    parts = re.findall(r"\\.|\*+|.", pattern, re.DOTALL)
    text = "".join(
        ".*" if part[0] == "*" else re.escape(part[1] if len(part) > 1 and part[0] == "\\" else part)
        for part in parts
    )
    return re.fullmatch(text, name, re.DOTALL) is not None


@lru_cache(maxsize=128)
def parse(path: str, text: str | None) -> WorkflowFile:
    """The workflow in a file."""
    tree, why_not = read(text)
    if why_not:
        return WorkflowFile(path, why_not=why_not)
    if not isinstance(tree, dict):
        return WorkflowFile(path, why_not="it holds no workflow")
    top = tree.get("permissions")
    jobs = _tree(tree.get("jobs"))
    return WorkflowFile(
        path,
        str(tree.get("name") or "") if isinstance(tree.get("name"), str) else "",
        _triggers(tree.get("on")),
        tuple(_job(key, _tree(job), top) for key, job in jobs.items()),
    )


def _triggers(value: object) -> dict[str, Tree]:
    if isinstance(value, dict):
        return {str(key): _detail(item) for key, item in value.items()}
    return {name: {} for name in _texts(value)}


def _detail(value: object) -> Tree:
    """`schedule` has a list; it counts as said when it names a time."""
    return {"cron": value} if isinstance(value, list) else _tree(value)


def _job(key: object, job: Tree, top: object) -> JobFacts:
    steps = job.get("steps")
    uses = [name] if isinstance(name := job.get("uses"), str) else []
    found = [Uses(name, bool(_tree(job.get("with")).get("app-id"))) for name in uses]
    for step in steps if isinstance(steps, list) else ():
        named = _tree(step).get("uses")
        if isinstance(named, str) and named:
            given = _tree(_tree(step).get("with"))
            found.append(Uses(named, bool(given.get("token") or given.get("app-id"))))
    name = job.get("name")
    return JobFacts(
        str(key),
        name if isinstance(name, str) and name else str(key),
        _permissions(job.get("permissions", top)),
        tuple(found),
        bool(job.get("environment")),
        uses[0] if uses else "",
    )


def _permissions(value: object) -> dict[str, str] | None:
    """Given any, all others are none (https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions)."""
    if value is None:
        return None
    if value in ("read-all", "write-all"):
        return {"*": "read" if value == "read-all" else "write"}
    return {str(key): str(level) for key, level in value.items()} if isinstance(value, dict) else {}


def _tree(value: object) -> Tree:
    return {str(key): item for key, item in value.items()} if isinstance(value, dict) else {}


def _texts(value: object) -> Iterator[str]:
    """A text, or those of a list."""
    if isinstance(value, str) and value:
        yield value
    elif isinstance(value, list):
        yield from (item for item in value if isinstance(item, str))
