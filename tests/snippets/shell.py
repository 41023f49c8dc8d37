"""Command lines: programs, sub-commands, options, and what GitHub is asked for."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import click
import yaml

from bugaction.cli import commands as program
from bugaction.sandbox.contract.rest import RestContract
from tests.snippets.base import ROOT, Held, Snippet

__all__ = ["command_line", "console", "sh"]

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

_OTHERS = frozenset({"cat", "cd", "cp", "date", "echo", "export", "mkdir", "printf", "test"}) | frozenset(
    {"base64", "break", "curl", "head", "jq", "openssl", "pip", "pipx", "pytest", "source", "tail"}
)
"""Programs that are not ours, and whose arguments nobody looks at here."""

_ELSEWHERE: Mapping[tuple[str, str], str] = {
    ("DELETE", "repos/{owner}/{repo}/rulesets/ID"): "https://docs.github.com/rest/repos/rules",
    ("POST", "orgs/octo/rulesets"): "https://docs.github.com/rest/orgs/rules",
    ("POST", "app-manifests/CODE/conversions"): "https://docs.github.com/rest/apps/apps",
    (
        "PUT",
        "repos/OWNER/NAME/environments/bugaction",
    ): "https://docs.github.com/rest/deployments/environments",
    (
        "POST",
        "repos/OWNER/NAME/environments/bugaction/deployment-branch-policies",
    ): "https://docs.github.com/rest/deployments/branch-policies",
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


def sh(snippet: Snippet) -> Held:
    for line in snippet.text.replace("\\\n", " ").splitlines():
        yield from command_line(line)


def console(snippet: Snippet) -> Held:
    lines = [line[2:] for line in snippet.text.splitlines() if line.startswith("$ ")]
    if not lines:
        yield "no line of it begins with `$ `"
    for line in lines:
        yield from command_line(line)


def command_line(line: str) -> Held:
    """What is wrong with a line for a shell."""
    for inner in _INNER.findall(line):
        yield from command_line(inner)
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
