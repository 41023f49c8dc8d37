"""What is pasted into files: configurations, workflows and parts of them, hooks, rulesets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

import jsonschema
import yaml

from bugaction.config import load
from bugaction.extended import Extended
from bugaction.sandbox.contract.rest import RestContract
from tests.snippets.base import ROOT, Held, Snippet

__all__ = ["UNDERNEATH", "as_workflow", "json_text", "yaml_text"]

_PLACE = re.compile(r"@(?:<commit>|COMMIT)")
_OURS = re.compile(r"(?:\w[\w-]*/bugaction|\.)@?.*")
UNDERNEATH = Extended("octo/.github", "version: 1\n")


def yaml_text(snippet: Snippet) -> Held:
    """A configuration, a workflow or a part of one, or the hooks of pre-commit, by the keys that it has."""
    given = yaml.load(snippet.text, yaml.BaseLoader)  # noqa: S506 - texts alone: `on` is no truth value
    if isinstance(given, dict) and "version" in given:
        yield from (str(problem) for problem in load(snippet.text, extended=UNDERNEATH).problems)
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
    if set(flow) <= {
        "env",
        "environment",
        "steps",
        "permissions",
        "runs-on",
        "timeout-minutes",
        "if",
        "needs",
    }:
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


def json_text(snippet: Snippet) -> Held:
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
