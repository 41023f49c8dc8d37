"""The doctor at a team's repository, and somebody who pastes the lines that it tells, to the letter."""

from __future__ import annotations

import io
import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bugaction.console import Console
from bugaction.execution import examine
from bugaction.runner import read_inputs
from bugaction.sandbox.tokens import Token
from bugaction.templates import load_scaffold
from tests.scenario.life import CONFIG, Life

__all__ = ["Visit", "follow", "install", "visit"]

FOLDER = ".github/workflows"
FORM = ".github/ISSUE_TEMPLATE/bug.yml"
SHA = "0123456789abcdef0123456789abcdef01234567"
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Visit:
    """What the doctor said: the exit code, and each finding by its check's id."""

    code: int
    findings: Mapping[str, Mapping[str, Any]]

    def by(self, outcome: str) -> set[str]:
        """The checks that ended so."""
        return {name for name, found in self.findings.items() if found["outcome"] == outcome}

    def words(self, check: str) -> str:
        """What was found there, with its details."""
        found = self.findings[check]
        return "\n".join((found["found"], *found["details"]))


def visit(life: Life, token: Token | None = None, **environment: str) -> Visit:
    """Let the doctor look, as ana, who administers, or with another token."""
    given = {
        "GITHUB_REPOSITORY": life.state.repository.full_name,
        "GITHUB_API_URL": life.server.api_url,
        "GITHUB_GRAPHQL_URL": life.server.graphql_url,
        "BUGACTION_TOKEN": (token or life.server.tokens.for_user("ana")).value,
        "BUGACTION_COMMAND": "doctor",
        **environment,
    }
    stream = io.StringIO()
    writes = len(life.server.writes)
    code = examine(
        read_inputs(given),
        Console(stream, in_actions=False),
        as_json=True,
        clock=life.world.clock,
        sleep=lambda _: None,
    )
    sent = [request for request in life.server.writes[writes:] if "query" not in request.operations]
    assert sent == [], "the doctor wrote"
    document = json.loads(stream.getvalue())
    return Visit(int(code), {found["id"]: found for found in document["findings"]})


def install(life: Life, *, skip: Sequence[str] = (), change: tuple[str, str] = ("", "")) -> None:
    """Set bugaction up as the shipped files are meant: pinned, and waiting for the repository's workflows.

    `skip` are files that are left out, `change` a text of the workflow that is replaced.
    """
    branch = life.state.repository.default_branch
    names = [
        str(yaml.safe_load(text).get("name"))
        for path, text in life.files(branch).items()
        if path.startswith(FOLDER) and "bugaction" not in path
    ]
    listed = "".join(f"      - {name}\n" for name in names)
    shipped = load_scaffold()
    main = shipped["bugaction.yml"].replace("<commit>", SHA)
    main = main.replace("      - CI\n      - Deploy\n", listed)
    assert change[0] in main
    files = {
        f"{FOLDER}/bugaction.yml": main.replace(*change) if change[0] else main,
        f"{FOLDER}/bugaction-reviews.yml": shipped["bugaction-reviews.yml"],
        FORM: (_ROOT / FORM).read_text(encoding="utf-8"),
    }
    kept = {path: text for path, text in files.items() if path not in skip}
    life.people.push("ana", branch, kept, "Add the bug response")
    life.runs.skip()


# Following -----------------------------------------------------------------------------------------------


def follow(life: Life, found: Mapping[str, Any]) -> None:
    """Paste what a finding tells to paste: into a shell, or into the file that it names."""
    lines: list[str] = list(found["paste"])
    assert lines, found
    if lines[0].startswith(("gh ", "bugaction ", "git ")):
        while lines:
            line = lines.pop(0)
            if line.endswith("<<'JSON'"):
                body = json.loads(lines.pop(0))
                assert lines.pop(0) == "JSON"
                _post(life, line, body)
            else:
                _shell(life, shlex.split(line))
    elif lines[0] == "on:":
        _into_workflow(life, lines)
    else:
        _into_config(life, lines)
    life.world.events.clear()


def _shell(life: Life, words: list[str]) -> None:
    name = life.state.repository.full_name
    match words:
        case ["bugaction", "init"]:
            install(life)
        case ["gh", "label", "create", label, "--color", color, "--description", text, "--repo", repo]:
            assert (repo, len(color)) == (name, 6)
            life.people.create_label("ana", label, color=color, description=text)
        case ["gh", "repo", "unarchive", repo, "--yes"] if repo == name:
            life.people.configure("ana", is_archived=False)
        case ["gh", "repo", "edit", repo, "--enable-issues"] if repo == name:
            life.people.configure("ana", has_issues=True)
        case ["gh", "repo", "edit", repo, "--visibility", "public", *_] if repo == name:
            life.people.configure("ana", is_private=False, has_rules=True)
        case ["gh", "workflow", "enable", file, "--repo", repo] if repo == name:
            assert f"{FOLDER}/{file}" in dict(life.state.repository.disabled)
            life.people.configure("ana", disabled=())
        case ["gh", "workflow", "run", file, "--repo", repo] if repo == name:
            life.people.dispatch("ana", {}, file)
            life.pass_on()
        case ["gh", "api", "--method", "PUT", path, "-F", "can_approve_pull_request_reviews=true"]:
            assert path == f"repos/{name}/actions/permissions/workflow"
            life.people.configure("ana", actions_may_open_pulls=True)
        case ["gh", "api", "--method", "PUT", path, "-F", "enabled=true", "-f", allowed]:
            assert path == f"repos/{name}/actions/permissions"
            life.people.configure("ana", has_actions=True, allowed_actions=allowed.partition("=")[2])
        case ["gh", "api", "--method", "PUT", path]:
            assert path == f"repos/{name}/private-vulnerability-reporting"
            life.people.configure("ana", private_reports=True)
        case ["git", "commit", *_]:
            life.people.push("ana", "main", {"README.md": "Shop.\n"}, "Start")
        case _:
            raise AssertionError(words)


def _post(life: Life, line: str, body: Mapping[str, Any]) -> None:
    """A ruleset, as "create a repository ruleset" takes it."""
    words = shlex.split(line.removesuffix(" <<'JSON'"))
    path = f"repos/{life.state.repository.full_name}/rulesets"
    assert words == ["gh", "api", "--method", "POST", path, "--input", "-"]
    assert (body["target"], body["enforcement"]) == ("branch", "active")
    (branch,) = body["conditions"]["ref_name"]["include"]
    pattern = branch.removeprefix("refs/heads/")
    if branch == "~DEFAULT_BRANCH":
        pattern = life.state.repository.default_branch
    kinds = {rule["type"]: rule.get("parameters", {}) for rule in body["rules"]}
    checks = kinds.get("required_status_checks", {}).get("required_status_checks", ())
    life.people.protect(
        "ana",
        pattern,
        checks=[(each["context"], each["integration_id"]) for each in checks],
        kept=kinds.keys() >= {"deletion", "non_fast_forward"},
        bypass=["ana"],
    )


def _into_workflow(life: Life, lines: Sequence[str]) -> None:
    """Take the lines below a trigger's name for what stood below it, or add them."""
    branch, path = life.state.repository.default_branch, f"{FOLDER}/bugaction.yml"
    text = life.world.file(branch, path) or ""
    trigger = lines[1]
    rest = "\n".join(lines[1:]) + "\n"
    found = re.search(rf"^{re.escape(trigger)}\n(?:    .*\n)*", text, re.MULTILINE)
    start = found.start() if found else text.index("  issues:\n")
    end = found.end() if found else start
    life.people.push("ana", branch, {path: text[:start] + rest + text[end:]}, "Correct the trigger")


def _into_config(life: Life, lines: Sequence[str]) -> None:
    """Set the keys of the lines in the configuration, at any depth."""
    branch = life.state.repository.default_branch
    now = yaml.safe_load(life.world.file(branch, CONFIG) or "version: 1\n")
    added = yaml.load("\n".join(lines), yaml.BaseLoader)  # noqa: S506 - a time stays as it is written
    text = json.dumps(_merged(now, added), indent=2, default=lambda at: f"{at:%Y-%m-%dT%H:%M:%SZ}")
    life.people.push("ana", branch, {CONFIG: text}, "Configure the bug response")


def _merged(old: Any, new: Any) -> Any:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    return old | {key: _merged(old.get(key), value) for key, value in new.items()}
