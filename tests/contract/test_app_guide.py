"""The guide for a GitHub App: it asks for what the program needs, and every snippet of it holds."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

from bugaction.config import load_file
from bugaction.doctor.words import required_check
from bugaction.github.installation import NEEDED
from bugaction.snapshot import TextFile
from bugaction.verdicts import ROLLUP

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/guide/github-app.md").read_text(encoding="utf-8")
MANIFEST: dict[str, Any] = json.loads((ROOT / "docs/guide/github-app.json").read_text(encoding="utf-8"))
LEVELS = ("none", "read", "write")


def snippets(kind: str) -> list[str]:
    """The fenced blocks of one kind, without what indents them."""
    found = re.findall(rf"^( *)```{kind}\n(.*?)^ *```$", GUIDE, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", text, flags=re.MULTILINE) for indent, text in found]


def test_what_the_app_is_granted_is_what_a_run_asks_for() -> None:
    """By the manifest and by the address alike, and no webhook: the workflow hears of everything."""
    (address,) = (text.strip() for text in snippets("text") if text.startswith("https://"))
    asked = {key: value for key, (value,) in parse_qs(urlsplit(address).query).items()}
    assert {key: value for key, value in asked.items() if key in NEEDED} == NEEDED
    assert set(asked) - NEEDED.keys() == {"name", "url", "public", "webhook_active"}
    assert (asked["public"], asked["webhook_active"]) == ("false", "false")
    assert MANIFEST["default_permissions"] == NEEDED
    assert MANIFEST["default_events"] == []
    assert (MANIFEST["public"], MANIFEST["hook_attributes"]["active"]) == (False, False)


def test_it_is_what_the_shipped_jobs_have_and_what_only_an_app_can() -> None:
    """A permission of a job that the App lacks would be a feature that goes missing with it."""
    jobs = yaml.safe_load((ROOT / "templates/scaffold/bugaction.yml").read_text(encoding="utf-8"))["jobs"]
    granted: dict[str, str] = {"metadata": "read"}
    for job in jobs.values():
        for name, level in job["permissions"].items():
            key = name.replace("-", "_")
            granted[key] = max(level, granted.get(key, "none"), key=LEVELS.index)
    assert granted | {"checks": "write", "members": "read"} == NEEDED


def test_the_snippets() -> None:
    """Configurations are valid, inputs are the Action's, and the rule is the one that the doctor prints."""
    whole = [yaml.safe_load(text) for text in snippets("yaml")]
    for text, value in zip(snippets("yaml"), whole, strict=True):
        if "version" in value:
            assert load_file(TextFile("x.yml", text), "x.yml", None).problems == ()
    (inputs,) = (value["with"] for value in whole if "with" in value)
    (place,) = (value["environment"] for value in whole if "environment" in value)
    assert place == {"name": "bugaction", "deployment": False}
    known = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"]
    assert set(inputs) == {"app-id", "app-private-key"} <= known.keys()
    lines = [line for text in snippets("") for line in text.splitlines() if line.startswith("gh ")]
    assert len(lines) == 4
    assert all(f"/environments/{place['name']}" in line or f"--env {place['name']}" in line for line in lines)
    assert [
        name for name in re.findall(r"\b(?:vars|secrets)\.(\w+)", GUIDE) if name not in "".join(lines)
    ] == []
    (rule,) = map(json.loads, snippets("json"))
    assert [rule] == required_check(ROLLUP, 123456)["parameters"]["required_status_checks"]  # type: ignore[index]


def test_a_review_comes_by_the_relay_with_an_environment() -> None:
    """GITHUB_REF of a review is `refs/pull/N/merge`, and a rule of an environment is matched against it
    (GitHub's page "Deployments and environments"). The lines to take out are there, and the relay then passes
    on what they took."""
    flows = [
        yaml.safe_load((ROOT / "templates/scaffold" / name).read_text(encoding="utf-8"))["jobs"]
        for name in ("bugaction.yml", "bugaction-reviews.yml")
    ]
    gates, relay = (" ".join(job["if"].split()) for job in (flows[0]["gates"], flows[1]["relay"]))
    (taken,) = (" ".join(text.split()) for text in snippets("text") if "pull_request_review" in text)
    (left,) = (yaml.safe_load(text)["if"] for text in snippets("yaml") if text.startswith("if:"))
    assert gates.count(taken) == 1
    assert "pull_request_review" not in gates.replace(taken, "")
    assert "startsWith(github.event.workflow_run.event, 'pull_request')" in gates
    assert relay == f"github.event.pull_request.head.repo.full_name != github.repository && {left}"
    assert taken.endswith(left)


def test_what_runs_on_a_tag_is_left_out_with_an_environment() -> None:
    """GITHUB_REF of a release is its tag, and of a deployment what was deployed (GitHub's page "Events that
    trigger workflows"); forzagreen/n2words#445 quotes how such a job is refused."""
    shipped = yaml.safe_load((ROOT / "templates/scaffold/bugaction.yml").read_text(encoding="utf-8"))["jobs"]
    (taken,) = (" ".join(text.split()) for text in snippets("text") if "'release'" in text)
    condition = " ".join(shipped["bugs"]["if"].split())
    assert condition.count(taken) == 1
    left = condition.replace(taken, "")
    assert "release" not in left
    assert "deployment_status" not in left
    assert [name for name, job in shipped.items() if "release'" in job["if"]] == ["bugs"]


def test_the_queue_s_branches_are_let_in_at_any_depth() -> None:
    """`gh-readonly-queue/BASE/pr-N-SHA` has two slashes or more, and in GitHub's rules a last `**` crosses
    none (Ruby's `File.fnmatch` with FNM_PATHNAME; apache/texera#7123 saw it)."""
    assert re.findall(r"name='(gh-readonly-queue[^']*)'", GUIDE) == ["gh-readonly-queue/**/*"]
