"""What stands in code in the documentation, and whether the program and GitHub would take it.

A fence has a language, and each language a way to hold it: nothing is shown to readers that nobody tries. To
add a language, write how it is held and put it into `CHECKS`. What somebody may paste stands in `sh`, `yaml`,
`console` (lines after `$ `, the rest is what they print), `json` or `markdown` (a comment, or lines of a
document). What a program prints, and drawings, stand in `text`, and `TEXTS` says what holds each of them.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any

import click
import jsonschema
import yaml
from markdown_it import MarkdownIt

from bugaction.action_items import action_items
from bugaction.cli import commands as program
from bugaction.commands import COMMANDS
from bugaction.commands.base import Problem
from bugaction.commands.parse import Call, parse_calls
from bugaction.config import load
from bugaction.extended import Extended
from bugaction.gates import GATES
from bugaction.model import Role
from bugaction.notify_urls import parse_notify_urls
from bugaction.policy import Policy
from bugaction.sandbox.contract.rest import RestContract
from tests.unit.commands.context import context

__all__ = ["CHECKS", "PAGES", "ROOT", "TEXTS", "Snippet", "as_workflow", "fences", "inline", "problems"]

ROOT = Path(__file__).parents[1]
PAGES = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "benchmarks/README.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs").glob("*/*.md")),
)
"""What readers are given: everything but the changelog, whose past stays as it was."""

Held = Iterator[str]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A fence, or a code span (language "inline"). `line` is one-based."""

    page: str
    line: int
    language: str
    text: str

    @property
    def first(self) -> str:
        """Its first line."""
        return self.text.partition("\n")[0]


def fences(page: Path) -> Iterator[Snippet]:
    """The fences of a page; one without a language has the language ""."""
    name = page.relative_to(ROOT).as_posix()
    for token in MarkdownIt("commonmark").parse(page.read_text(encoding="utf-8")):
        if token.type in ("fence", "code_block"):
            yield Snippet(name, (token.map or [0])[0] + 1, token.info.strip(), token.content)


def inline(page: Path) -> Iterator[Snippet]:
    """The code spans of a page, each with the line in which its paragraph or cell begins."""
    name = page.relative_to(ROOT).as_posix()
    for token in MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8")):
        for child in token.children or []:
            if child.type == "code_inline":
                yield Snippet(name, (token.map or [0])[0] + 1, "inline", child.content)


def problems(snippet: Snippet) -> list[str]:
    """What is wrong with it, a sentence each, with its place."""
    check = CHECKS.get(snippet.language)
    if check is None:
        found: list[str] = [f"no language holds it: {snippet.language or 'none is named'}"]
    else:
        found = list(check(snippet))
    return [f"{snippet.page}:{snippet.line}: {problem}" for problem in found]


# Command lines ------------------------------------------------------------------------------------------

_SHIPPED = ROOT / "templates" / "scaffold"
_GH: Mapping[str, str] = {
    "api": "",
    "attestation": "verify",
    "auth": "login token status",
    "issue": "create edit list view",
    "label": "create list",
    "pr": "checks create list merge view",
    "release": "create download view",
    "repo": "clone create list view",
    "run": "list view watch",
    "secret": "list set",
    "variable": "list set",
    "workflow": "disable enable list run view",
}
"""Of `gh` what the pages use (https://cli.github.com/manual/)."""

_OTHERS = frozenset(
    [
        "base64",
        "break",
        "cat",
        "cd",
        "cp",
        "curl",
        "date",
        "echo",
        "export",
        "jq",
        "mkdir",
        "openssl",
        "pip",
        "pipx",
        "printf",
        "pytest",
        "test",
    ]
)
"""Programs that are not ours, and whose arguments nobody looks at here."""

_ELSEWHERE: Mapping[tuple[str, str], str] = {
    ("DELETE", "repos/{owner}/{repo}/rulesets/ID"): "https://docs.github.com/rest/repos/rules",
    ("POST", "orgs/octo/rulesets"): "https://docs.github.com/rest/orgs/rules",
    ("POST", "app-manifests/CODE/conversions"): "https://docs.github.com/rest/apps/apps",
    (
        "PUT",
        "repos/{owner}/{repo}/actions/permissions/workflow",
    ): "https://docs.github.com/rest/actions/permissions",
}
"""Operations that people call and bugaction does not: the extract of GitHub's description lacks them."""

_VARIABLE = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
_SHELL = frozenset(["(", ")", "{", "}", "do", "done", "else", "fi", "if", "then", "until", "while", "!"])
"""Words of the shell itself, behind which a command may stand."""

_INNER = re.compile(r"\$\(([^()]*)\)")
_CUT = re.compile(r"[|;&]+")


def _sh(snippet: Snippet) -> Held:
    for line in snippet.text.replace("\\\n", " ").splitlines():
        yield from _line(line)


def _console(snippet: Snippet) -> Held:
    lines = [line[2:] for line in snippet.text.splitlines() if line.startswith("$ ")]
    if not lines:
        yield "no line of it begins with `$ `"
    for line in lines:
        yield from _line(line)


def _line(line: str) -> Held:
    """What is wrong with a line for a shell."""
    for inner in _INNER.findall(line):
        yield from _line(inner)
    lexer = shlex.shlex(_INNER.sub("INNER", line), posix=True, punctuation_chars="|;&<>")
    lexer.whitespace_split = True
    words: list[str] = []
    for word in [*lexer, ";"]:
        if not _CUT.fullmatch(word):
            words.append(word)
            continue
        while words and (words[0] in _SHELL or _VARIABLE.fullmatch(words[0])):
            words.pop(0)
        if words and words[0] != "for":
            yield from _call(*words)
        words = []


def _call(name: str, *arguments: str) -> Held:
    ends = [place for place, word in enumerate(arguments) if word in ("<", ">", ">>")]
    arguments = arguments[: ends[0]] if ends else arguments
    known = _PROGRAMS.get(name.removeprefix(".venv/bin/"))
    if known is not None:
        yield from known(*arguments)
    elif name not in _OTHERS:
        yield f"no program that is known here: {name}"


def _bugaction(command: click.Command, *arguments: str) -> Held:
    """Options and arguments as they are declared. Files that are named need not be there."""
    if isinstance(command, click.Group) and arguments and not arguments[0].startswith("-"):
        name, *rest = arguments
        if name not in command.commands:
            yield f"bugaction has no command {name}"
        else:
            yield from _bugaction(command.commands[name], *rest)
        return
    try:
        if arguments or not isinstance(command, click.Group):
            command.make_context(command.name, [*arguments])
    except click.exceptions.Exit:
        pass
    except click.BadParameter as error:
        if not isinstance(getattr(error.param, "type", None), click.Path | click.File):
            yield f"bugaction {command.name} {' '.join(arguments)}: {error.format_message()}"
    except click.UsageError as error:
        yield f"bugaction {command.name} {' '.join(arguments)}: {error.format_message()}"


def _make(*arguments: str) -> Held:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for word in arguments:
        if "=" not in word and f"\n{word}:" not in makefile:
            yield f"make has no target {word}"


def _module(*arguments: str) -> Held:
    if len(arguments) < 2 or arguments[0] != "-m":
        yield f"nobody knows what this runs: python {' '.join(arguments)}"
        return
    path = arguments[1].replace(".", "/")
    if not any(
        (ROOT / base / f"{path}{end}").exists() for base in ("", "src") for end in (".py", "/__main__.py")
    ):
        yield f"there is no module {arguments[1]}"


@cache
def _git_commands() -> frozenset[str]:
    listed = subprocess.run(["git", "help", "--all"], check=True, capture_output=True, text=True).stdout
    return frozenset(re.findall(r"^   ([a-z][a-z-]*)", listed, re.MULTILINE))


def _git(name: str = "", *_: str) -> Held:
    if name not in _git_commands():
        yield f"git has no command {name}"


def _eval(*arguments: str) -> Held:
    if arguments != ("INNER",):
        yield f"nobody looks into this: eval {' '.join(arguments)}"


def _xargs(*arguments: str) -> Held:
    yield from _call(*arguments[2:]) if arguments[:1] == ("-I",) else _call(*arguments)


def _gh(group: str = "", *arguments: str) -> Held:
    if group == "api":
        yield from _api(*arguments)
    elif group not in _GH or not arguments or arguments[0] not in _GH[group].split():
        yield f"gh has nothing like this that is known here: gh {group} {' '.join(arguments[:1])}"
    elif (group, arguments[0]) == ("workflow", "run"):
        yield from _dispatch(*arguments[1:])


def _dispatch(name: str = "", *arguments: str) -> Held:
    path = _SHIPPED / name
    if not path.is_file():
        yield f"no workflow that is shipped has the name {name}"
        return
    workflow = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 - texts alone
    inputs = (workflow["on"]["workflow_dispatch"] or {}).get("inputs", {})
    given = [arguments[at + 1].partition("=") for at, word in enumerate(arguments) if word in ("-f", "-F")]
    for key, _, value in given:
        choices = inputs.get(key, {}).get("options", [value])
        if key not in inputs or value not in choices:
            yield f"{name} takes no input {key}={value}"


_METHOD, _FIELDS = ("-X", "--method"), ("-f", "-F", "--field", "--raw-field")
_TAKING = (*_METHOD, *_FIELDS, "--input", "--jq", "-q", "-H", "--header", "--hostname", "--template")


def _api(*arguments: str) -> Held:
    """A method and a path that GitHub has, with fields that it takes."""
    method, path, fields, sends = "", "", dict[str, Any](), False
    words = iter(arguments)
    for word in words:
        value = next(words, "") if word in _TAKING else ""
        if word in _METHOD:
            method = value
        elif word in _FIELDS:
            key, _, text = value.partition("=")
            fields[key] = text if word in ("-f", "--raw-field") else yaml.safe_load(text)
        elif word == "--input":
            sends = True
        elif not word.startswith("-"):
            path = word
    method = method or ("POST" if fields or sends else "GET")
    if path in ("graphql",) or (method, path) in _ELSEWHERE:
        return
    route, _, asked = path.removeprefix("/").partition("?")
    filled = route.replace("{owner}", "octo").replace("{repo}", "shop")
    operation = RestContract.load().match(method, f"/{filled}")
    if operation is None:
        yield f"GitHub's description, as far as it is here, has no {method} {path}"
    elif not sends and "[" not in "".join(fields):
        query = {key: [value] for key, _, value in (part.partition("=") for part in asked.split("&") if part)}
        if method == "GET":
            query |= {key: [str(value)] for key, value in fields.items()}
        for found in operation.check_request(query, fields if method != "GET" and fields else None):
            yield f"{method} {path}: {found}"


_PROGRAMS: Mapping[str, Callable[..., Held]] = {
    "bugaction": partial(_bugaction, program),
    "eval": _eval,
    "gh": _gh,
    "git": _git,
    "make": _make,
    "python": _module,
    "xargs": _xargs,
}
"""How the arguments of each program are looked at."""

# What is pasted elsewhere -------------------------------------------------------------------------------

_PLACE = re.compile(r"@(?:<commit>|COMMIT)")
_OURS = re.compile(r"(?:\w[\w-]*/bugaction|\.)@?.*")
_UNDERNEATH = Extended("octo/.github", "version: 1\n")


def _yaml(snippet: Snippet) -> Held:
    """A configuration, a workflow or a part of one, or the hooks of pre-commit, by the keys that it has."""
    given = yaml.load(snippet.text, yaml.BaseLoader)  # noqa: S506 - texts alone: `on` is no truth value
    if isinstance(given, dict) and "version" in given:
        yield from (str(problem) for problem in load(snippet.text, extended=_UNDERNEATH).problems)
    elif isinstance(given, dict) and set(given) == {"repos"}:
        ours = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
        named = {hook["id"] for repository in given["repos"] for hook in repository["hooks"]}
        yield from (
            f"there is no hook {name}" for name in named - {hook["id"] for hook in yaml.safe_load(ours)}
        )
    elif (flow := as_workflow(snippet)) is None:
        yield "it is no configuration, no workflow and no part of one"
    else:
        for error in _schema("github-workflows").iter_errors(flow):
            yield f"GitHub takes no such workflow: {error.json_path}: {error.message}"
        for step in _steps(flow):
            yield from _inputs(step)


def as_workflow(snippet: Snippet) -> dict[str, Any] | None:
    """The workflow that the snippet is, or that it would be a part of; None where it is none."""
    text = _PLACE.sub(f"@{'0' * 40}", snippet.text)
    given = yaml.safe_load(text)
    if isinstance(given, list) and all(
        isinstance(step, dict) and {"uses", "run"} & set(step) for step in given
    ):
        given = {"steps": given}
    if not isinstance(given, dict):
        return None
    flow = {("on" if key is True else str(key)): value for key, value in given.items()}
    step = {"uses": f"bugaction/bugaction@{'0' * 40}"}
    if set(flow) == {"with"}:
        flow = {"steps": [step | flow]}
    if set(flow) <= {"env", "steps", "permissions", "runs-on", "timeout-minutes", "if", "needs"}:
        flow = {"jobs": {"job": {"runs-on": "ubuntu-latest", "permissions": {}, "steps": [step], **flow}}}
    elif not {"on", "jobs"} & set(flow):
        return None
    job = {"runs-on": "ubuntu-latest", "steps": [{"run": "true"}]}
    return {"name": "Part", "on": "push", "permissions": {}, "jobs": {"job": job}, **flow}


def _steps(flow: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for job in flow["jobs"].values():
        yield from job.get("steps", [])
        if "uses" in job:
            yield job


def _inputs(step: Mapping[str, Any]) -> Held:
    """The inputs of a step of ours are those of the Action; of a workflow of ours, those that it declares."""
    used = str(step.get("uses", ""))
    if not _OURS.fullmatch(used) and "/bugaction/.github/" not in used:
        return
    name = used.partition("@")[0].partition("/.github/")[2]
    path = ROOT / ".github" / name if name else ROOT / "action.yml"
    if not path.is_file():
        yield f"there is no {used}"
        return
    told = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 - texts alone
    known = told["inputs"] if not name else (told["on"]["workflow_call"] or {}).get("inputs", {})
    yield from (f"{used} has no input {key}" for key in step.get("with", {}) if key not in known)


@cache
def _schema(name: str) -> jsonschema.Draft7Validator:
    shipped = resources.files("check_jsonschema") / "builtin_schemas" / "vendor" / f"{name}.json"
    return jsonschema.Draft7Validator(json.loads(shipped.read_text(encoding="utf-8")))


def _json(snippet: Snippet) -> Held:
    """Valid by one of the schemas that are published, or a body that GitHub takes for a ruleset."""
    try:
        given = json.loads(snippet.text)
    except ValueError as error:
        yield f"it is no JSON: {error}"
        return
    schemas = sorted((ROOT / "docs" / "reference").glob("*.schema.json"))
    fits = isinstance(given, dict) and any(
        jsonschema.validators.validator_for(schema)(schema).is_valid(given)
        and set(given) & set(schema["properties"])
        for schema in (json.loads(path.read_text(encoding="utf-8")) for path in schemas)
    )
    if not fits and not any(_is_ruleset(body) for body in _rulesets(given)):
        yield "it fits none of the schemas that are published, and is no ruleset"


def _rulesets(given: Any) -> Iterator[Any]:
    """The ruleset that it is, an organisation's, or one that requires the status that it names."""
    yield given
    if isinstance(given, dict) and isinstance(given.get("conditions"), dict):
        yield given | {"conditions": {k: v for k, v in given["conditions"].items() if k == "ref_name"}}
    asked = {"required_status_checks": [given], "strict_required_status_checks_policy": False}
    yield {
        "name": "bugaction",
        "enforcement": "active",
        "rules": [{"type": "required_status_checks", "parameters": asked}],
    }


def _is_ruleset(given: Any) -> bool:
    operation = RestContract.load().match("POST", "/repos/octo/shop/rulesets")
    return operation is not None and not operation.check_request({}, given)


# What is said in comments and documents -----------------------------------------------------------------

_PLACEHOLDER = re.compile(r"\b[A-Z]{3,}\b|…|\[")
_NO_COMMANDS = frozenset({"checkout", "usr"})
"""Words behind a slash that pages tell of because they are none."""


def _markdown(snippet: Snippet) -> Held:
    """Commands that are taken, or action items that become issues."""
    with_text = [name for name, command in COMMANDS.items() if command.takes_text]
    calls = parse_calls(snippet.text, with_text, COMMANDS)
    items = action_items(f"## Action items\n\n### This week\n\n{snippet.text}")
    if not calls and not items:
        yield "nothing in it is read by anybody"
    for call in calls:
        yield from _judged(call)
    yield from (f"nobody owns this: {item.text}" for item in items if not item.owner)


_NO_FIX = "no fix of this bug is merged"
"""What `/rollback` without a number is told here, where the words are right."""


def _judged(call: Call) -> Held:
    """Whether the words are right. What the bug's state has against it is not asked."""
    command = COMMANDS.get(call.name)
    if command is None:
        yield f"there is no command /{call.name}"
        return
    ruling = command.check(
        call,
        context(
            role=Role.ADMIN,
            bug=42,
            pull=0,
            heads={"c0ffee1".ljust(40, "0"): (43,)},
            fixes=frozenset({43}),
            gates=tuple(gate.name for gate in GATES.values() if gate.blocks_merge),
            catalogue=COMMANDS,
            role_of=lambda _: Role.ADMIN,
        ),
    )
    if isinstance(ruling, Problem) and ruling.usage and not ruling.text.startswith(_NO_FIX):
        yield f"/{call.name} {call.tail}: {ruling.text}"


_KEY = re.compile(r"(?P<key>[a-z-]+(?:\.[A-Za-z0-9*-]+)*)(?P<value>: \S.*)?")
_PERMISSIONS = frozenset({"read", "write", "none"})


def _inline(snippet: Snippet) -> Held:
    """Commands, targets and keys of the configuration that a sentence names."""
    text = snippet.text
    name, _, rest = re.sub(r"^[A-Z_]+=\S*(?: [^ )]+)*\) ", "", text).partition(" ")
    if re.fullmatch(r"/[a-z-]{2,}", name) and name[1:] not in _NO_COMMANDS:
        if name[1:] not in COMMANDS:
            yield f"there is no command {name}"
        elif rest and not _PLACEHOLDER.search(text):
            yield from (problem for call in parse_calls(text) for problem in _judged(call))
    elif name in ("bugaction", ".venv/bin/bugaction") and rest and not re.search(r"…|<|\[", rest):
        if rest in program.commands or rest in _JOBS or rest.startswith("/ "):
            return
        yield from _line(text)
    elif name in ("make", "gh") and rest and "…" not in rest:
        yield from _line(text)
    elif found := _KEY.fullmatch(text):
        yield from _key(found["key"].split("."), (found["value"] or "").removeprefix(": "))


_JOBS = frozenset({"gates"})
"""What GitHub shows behind the workflow's name, and is a job's."""


def _key(path: list[str], value: str) -> Held:
    known = {field.alias or name for name, field in Policy.model_fields.items()}
    if path[0] not in known - {"version"} or (len(path) == 1 and (not value or value in _PERMISSIONS)):
        return
    path = ["P1" if part == "*" else part for part in path]
    if value and not _PLACEHOLDER.search(value):
        text = "version: 1\n" + "".join(f"{'  ' * depth}{part}:\n" for depth, part in enumerate(path))
        yield from (str(problem) for problem in load(f"{text[:-1]} {value}\n", extended=_UNDERNEATH).problems)
        return
    at: Any = Policy().model_dump(mode="json", by_alias=True)
    at["severities"] = {f"P{level}": rules for level, rules in enumerate(at["severities"].values())}
    for part in path:
        if not isinstance(at, dict) or part not in at:
            yield f"the configuration has no {'.'.join(path)}"
            return
        at = at[part]


# What is printed or drawn ------------------------------------------------------------------------------


def _urls(snippet: Snippet) -> Held:
    found = parse_notify_urls(snippet.text)
    yield from found.problems
    if not found.targets:
        yield "it names nobody"


def _tree(snippet: Snippet) -> Held:
    paths = [line.split("  ")[0] for line in snippet.text.splitlines()]
    yield from (f"there is no {path}" for path in paths if not (ROOT / path).exists())


def _listing(snippet: Snippet) -> Held:
    """Every command of the program, each once."""
    named = re.findall(r"^bugaction ([a-z-]+)  ", snippet.text, re.MULTILINE)
    yield from (f"bugaction has no command {name}" for name in named if name not in program.commands)
    yield from (f"bugaction {name} is left out" for name in program.commands if named.count(name) != 1)


def _drawing(snippet: Snippet) -> Held:
    if "─▶" not in snippet.text:
        yield "it draws nothing"


TEXTS: Mapping[tuple[str, str], str | Callable[[Snippet], Held]] = {
    ("README.md", "An embedded GitHub starts"): "test_the_readme_shows_the_demo_as_it_is",
    ("README.md", "bugaction init"): _listing,
    ("CONTRIBUTING.md", "action.yml"): _tree,
    ("docs/security.md", " a fork's head"): _drawing,
    ("docs/guide/doctor.md", "Protection"): "test_the_sample_is_what_it_prints",
    ("docs/guide/notifications.md", "# who gets what"): _urls,
    ("docs/reference/command-line.md", ""): "test_reference_is_as_the_program_writes_it",
}
"""What holds a text, by its page and how it begins: a test by its name, or a look of its own."""


def _text(snippet: Snippet) -> Held:
    held = [
        held
        for (page, start), held in TEXTS.items()
        if page == snippet.page and snippet.first.startswith(start)
    ]
    if not held and not re.fullmatch(r"https://(docs\.)?github\.com/\S+\n", snippet.text):
        yield f"nothing holds this text; TEXTS in tests/snippets.py says what does: {snippet.first}"
    for holding in held:
        if callable(holding):
            yield from holding(snippet)
        elif f"\ndef {holding}(" not in _tests():
            yield f"there is no test {holding}"


@cache
def _tests() -> str:
    folder = ROOT / "tests"
    return "".join(
        path.read_text(encoding="utf-8")
        for name in ("contract", "scenario")
        for path in sorted((folder / name).glob("test_*.py"))
    )


CHECKS: Mapping[str, Callable[[Snippet], Held]] = {
    "console": _console,
    "inline": _inline,
    "json": _json,
    "markdown": _markdown,
    "sh": _sh,
    "text": _text,
    "yaml": _yaml,
}
"""How each language is held."""
