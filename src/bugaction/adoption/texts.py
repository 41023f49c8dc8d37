"""The files that `init` writes, made from the shipped scaffold and from what is known of the repository."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bugaction.adoption.tree import CONFIG, FORM, FORMS, PULL_TEMPLATE, RELAY, RULESET, WORKFLOW, File, Tree
from bugaction.adoption.workflows import pattern
from bugaction.model import Severity
from bugaction.policy import DEFAULT_ROOT

__all__ = ["CALLER", "SCAFFOLD", "Wanted", "config_text", "form_text", "teams_of", "wanted", "workflow_text"]

SCAFFOLD: Mapping[str, str] = {
    CONFIG: "settings/bugaction.yml",
    FORM: "issues/bug.yml",
    FORMS: "issues/config.yml",
    PULL_TEMPLATE: "pull_request_template.md",
    RELAY: "bugaction-reviews.yml",
    RULESET: "ruleset.json",
    WORKFLOW: "bugaction.yml",
}
"""Where each file comes from, below `templates/scaffold/`."""

CALLER = "bugaction-call.yml"
"""The workflow whose jobs are those of ours that it calls; beside the others, below `templates/scaffold/`."""

_EXAMPLES = "      - CI\n      - Deploy\n"
"""The names that the shipped workflow listens to until it knows better."""

_TOLD = re.compile(r"# To be replaced, in the (?:three lines|line).*\n(?:# .*\n)*?(?=name: )")
_MOST_TEAMS = 5
_TEAM = re.compile(r"(?<![\w.@/-])@([A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/[A-Za-z0-9._-]{1,100})(?![\w/-])")
_OWNERS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
_FORMS_FOLDER = ".github/issue_template/"
_PULL_TEMPLATE = re.compile(
    r"(?:\.github/|docs/)?pull_request_template(?:\.(?:md|txt)|/[^/]+\.(?:md|txt))?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file as it would be written today. A `seeded` one is a beginning: once there, it is the team's."""

    path: str
    text: str
    seeded: bool = False


def wanted(
    scaffold: Mapping[str, str],
    tree: Tree,
    *,
    config: str,
    listens_to: Iterable[str],
    ref: str,
    bug: Sequence[str],
    root: str,
    runs_already: bool,
    reusable: bool = False,
) -> tuple[Wanted, ...]:
    """Every file that belongs into this repository, in the order in which people read them.

    `scaffold` is the shipped folder's texts by their paths; `config` is the configuration's text for a
    repository without one, `ref` the commit of the Action, `bug` the labels that the form sets, `root`
    the documents' folder. A `reusable` workflow calls ours instead of holding its jobs. A template for pull
    requests and the list of forms are left out where the repository has one of its own, and the workflow
    where another file runs bugaction.
    """
    files = [Wanted(RELAY, scaffold[SCAFFOLD[RELAY]])]
    if not runs_already:
        shipped = scaffold[CALLER if reusable else SCAFFOLD[WORKFLOW]]
        text = workflow_text(shipped, listens_to, ref, root)
        files.insert(0, Wanted(WORKFLOW, text))
    files.append(Wanted(CONFIG, config, seeded=True))
    files.append(Wanted(FORM, form_text(scaffold[SCAFFOLD[FORM]], bug)))
    if not any(
        path.casefold() in (f"{_FORMS_FOLDER}config.yml", f"{_FORMS_FOLDER}config.yaml") and path != FORMS
        for path in tree
    ):
        files.append(Wanted(FORMS, scaffold[SCAFFOLD[FORMS]], seeded=True))
    if not any(_PULL_TEMPLATE.fullmatch(path) and path != PULL_TEMPLATE for path in tree):
        files.append(Wanted(PULL_TEMPLATE, scaffold[SCAFFOLD[PULL_TEMPLATE]], seeded=True))
    files.append(Wanted(RULESET, scaffold[SCAFFOLD[RULESET]]))
    return tuple(files)


def workflow_text(shipped: str, listens_to: Iterable[str], ref: str, root: str = DEFAULT_ROOT) -> str:
    """The workflow with its pins, the names of the workflows whose end it hears of, and the folder whose
    documents it looks at when they change."""
    names = "".join(f"      - {_scalar(pattern(name))}\n" for name in listens_to)
    text = _TOLD.sub("", shipped, count=1).replace(_EXAMPLES, names, 1)
    text = text.replace(f"      - {DEFAULT_ROOT}/**\n", f"      - {_scalar(f'{pattern(root)}/**')}\n", 1)
    return text.replace("<commit>", ref)


def form_text(shipped: str, bug: Sequence[str]) -> str:
    """The bug form, whose issues get the label that means a bug here."""
    return shipped.replace("labels: [bug]\n", f"labels: [{_scalar(bug[0])}]\n" if bug else "", 1)


def config_text(
    shipped: str,
    now: datetime,
    aliases: Mapping[Severity, Sequence[str]],
    bug: Sequence[str],
    teams: Sequence[str],
) -> str:
    """The configuration that begins by watching, in the words of the labels that are there already."""
    lines: list[str] = []
    others = {severity: names for severity, names in aliases.items() if tuple(names) != (severity.name,)}
    if others:
        lines += [
            "",
            "# Labels that this repository has already. The first of each is the one that bugaction sets.",
        ]
        lines += ["severities:"]
        for severity, names in others.items():
            lines += [f"  {severity.name}:", f"    labels: {_list(names)}"]
    if bug and tuple(bug) != ("bug",):
        lines += ["", "# What makes an issue a bug without a severity.", "labels:", f"  bug: {_list(bug)}"]
    since = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:00Z")
    listed = f"{_list(teams)}  # as CODEOWNERS names them" if teams else "[]"
    text = shipped.replace("<since>", since, 1).replace("<teams>", listed, 1)
    return text.replace("<labels>\n", "".join(f"{line}\n" for line in [*lines, ""]), 1)


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(_scalar(value) for value in values)}]"


def _scalar(value: str) -> str:
    """A string as YAML, plain where nothing else could be read into it."""
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9 ._/-]*[A-Za-z0-9](?:/\*\*)?", value)
    if plain and value.casefold() not in _WORDS:
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in quoted)


_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "nan"})
"""Plain words that some reader of YAML takes for something else."""


def teams_of(tree: Mapping[str, File]) -> tuple[str, ...]:
    """The teams that CODEOWNERS names, `octo/leads`, at most as many as the configuration takes.

    GitHub reads the first file of three places
    (https://docs.github.com/articles/about-code-owners).
    """
    text = next((file.text or "" for path in _OWNERS if (file := tree.get(path)) is not None), "")
    lines = (line.partition("#")[0] for line in text.splitlines())
    found = dict.fromkeys(team for line in lines for team in _TEAM.findall(line))
    return tuple(found)[:_MOST_TEAMS]
