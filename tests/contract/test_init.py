"""`bugaction init` on ten kinds of repository: what it finds, and that what it writes is right for GitHub."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from bugaction.adoption import PATHS
from bugaction.adoption.steps import INSTALL, RELEASE, SWEEP, UNINSTALL
from bugaction.adoption.tree import CONFIG, FORM, FORMS, MANIFEST, PULL_TEMPLATE, RELAY, RULESET, WORKFLOW
from bugaction.config import load
from bugaction.errors import GitHubError
from bugaction.execution import surroundings
from bugaction.init import Options, Talk, run
from bugaction.model import Severity
from bugaction.policy import Mode, Policy
from bugaction.sandbox.contract.rest import RestContract
from bugaction.sandbox.world import World
from bugaction.verdicts import ROLLUP
from tests.sandboxed import serving
from tests.unit.test_checkout import git, put
from tests.unit.test_init import NOW, YES

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
FLOWS = ".github/workflows/"


@dataclass(frozen=True)
class Kind:
    """A repository: its files, its default branch, how GitHub has it, and what `init` finds of that."""

    files: Mapping[str, str] = field(default_factory=dict)
    branch: str = "main"
    on_github: Callable[[World], object] = id
    heard: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    policy: Callable[[Policy], object] = Policy.model_dump_json


CI = {f"{FLOWS}ci.yml": "name: CI\non: [push, pull_request]\njobs:\n  test:\n    runs-on: ubuntu-latest\n"}
OTHER_WORDS = ("severity: critical", "severity: high", "severity: medium", "severity: low", "kind/bug")


def relabel(world: World) -> None:
    for name in ("P0", "P1", "P2", "P3", "bug"):
        world.people.delete_label("ana", name)
    for name in OTHER_WORDS:
        world.people.create_label("ana", name)


KINDS: Mapping[str, Kind] = {
    "empty": Kind(says=("none: no workflow tests or deploys yet",)),
    "merge-queue": Kind(
        {f"{FLOWS}ci.yml": "name: CI\non: [merge_group, pull_request]\n"},
        on_github=lambda world: world.people.protect("ana", merge_queue=True, checks=["test"]),
        heard=("CI",),
        says=("merge queue          yes",),
    ),
    "classic-protection": Kind(
        CI,
        on_github=lambda world: world.people.protect("ana", kind="classic", checks=["test"], approvals=1),
        heard=("CI",),
        says=(INSTALL,),
    ),
    "ruleset": Kind(
        CI,
        on_github=lambda world: world.people.protect("ana", checks=["test", ROLLUP], pull_request=True),
        heard=("CI",),
        says=(f"{ROLLUP} is required already",),
    ),
    "private-without-protection": Kind(
        CI,
        on_github=lambda world: world.people.configure("ana", is_private=True),
        heard=("CI",),
        says=("free plan has neither rulesets nor branch protection",),
    ),
    "monorepo": Kind(
        {
            **{
                f"{FLOWS}{part}.yml": f"name: {part} [tests]\non:\n  pull_request:\n    paths: [{part}/**]\n"
                for part in ("web", "api", "app")
            },
            f"{FLOWS}release.yaml": "name: Release\non: workflow_dispatch\n",
            f"{FLOWS}shared.yml": "name: Shared\non: workflow_call\n",
            f"{FLOWS}broken.yml": "name: [\n",
            "CODEOWNERS": "* @octo/leads\n/web @octo/web @mia\n",
        },
        heard=(r"api \[tests\]", r"app \[tests\]", "Release", r"web \[tests\]"),
        says=("octo/leads, octo/web", f"{FLOWS}broken.yml is no workflow"),
    ),
    "fork-heavy": Kind(
        {
            f"{FLOWS}ci.yml": "on: pull_request\n",
            f"{FLOWS}labeler.yml": "name: Labeler\non: pull_request_target\n",
            "docs/PULL_REQUEST_TEMPLATE.md": "Sign the CLA.\n",
            ".github/ISSUE_TEMPLATE/config.yml": "blank_issues_enabled: false\n",
        },
        heard=(f"{FLOWS}ci.yml", "Labeler"),
        says=(f"{FORMS}: not written by init",),
    ),
    "archived": Kind(
        CI,
        on_github=lambda world: world.people.configure("ana", is_archived=True),
        heard=("CI",),
        says=("is archived",),
    ),
    "other-default-branch": Kind(
        CI, branch="trunk", heard=("CI",), says=("gh pr create --fill --base trunk",)
    ),
    "labels-in-other-words": Kind(
        CI,
        on_github=relabel,
        heard=("CI",),
        says=("P0: severity: critical; P1: severity: high", "there is one for each severity"),
        policy=lambda policy: (
            policy.severities[Severity.P0].labels == ("severity: critical",)
            and policy.labels.bug == ("kind/bug",)
        ),
    ),
}


@dataclass(frozen=True)
class Adopted:
    """A repository after `init`: its folder, and what was said."""

    folder: Path
    said: str

    def text(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")

    def yaml(self, path: str) -> dict[Any, Any]:
        found = yaml.safe_load(self.text(path))
        assert isinstance(found, dict)
        return found


def bugaction(folder: Path, options: Options, **environment: str) -> tuple[int, str]:
    """Run `init` with the client that speaks to GitHub; the exit code, and what was said."""
    lines: list[str] = []
    talk = Talk(lambda text, _: lines.append(text))
    return run(folder, options, environment, NOW, talk, surroundings), "\n".join(lines)


def adopt(kind: Kind, folder: Path) -> Adopted:
    """Make the repository, have GitHub as the kind says, and run `init` in a clone with an admin's token."""
    origin, clone = folder / "origin", folder / "clone"
    put(origin, {"README.md": "Shop.\n", **kind.files})
    git(origin, "init", "--quiet", "--initial-branch", kind.branch)
    git(origin, "add", "--all")
    git(origin, "commit", "--quiet", "--message", "Begin")
    git(folder, "clone", "--quiet", str(origin), str(clone))
    with serving() as caller:
        kind.on_github(caller.server.world)
        if kind.branch != "main":
            caller.server.world.people.configure("ana", default_branch=kind.branch)
        token = caller.server.tokens.for_user("ana").value
        github = {
            "GITHUB_API_URL": caller.server.api_url,
            "GITHUB_REPOSITORY": "octo/shop",
            "GH_TOKEN": token,
        }
        code, said = bugaction(clone, YES, **github)
        assert code == 0
        assert caller.server.violations == []
        assert bugaction(clone, Options(check=True), **github)[0] == 0
    return Adopted(clone, said)


@pytest.fixture(scope="module")
def adopted(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Adopted]:
    """Each kind of repository after `init`."""
    return {name: adopt(kind, tmp_path_factory.mktemp(name)) for name, kind in KINDS.items()}


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_is_seen_as_it_is(name: str, adopted: Mapping[str, Adopted]) -> None:
    """Its workflows, its default branch and its rules; and the configuration holds its labels."""
    kind, found = KINDS[name], adopted[name]
    assert "GitHub did not tell" not in found.said
    assert re.search(rf"default branch +{kind.branch}\n", found.said)
    assert found.yaml(WORKFLOW)[True]["workflow_run"]["workflows"] == ["bugaction reviews", *kind.heard]
    assert [words for words in kind.says if words not in found.said] == []
    loaded = load(found.text(CONFIG))
    assert loaded.problems == ()
    assert loaded.policy is not None
    assert (loaded.policy.mode, loaded.policy.since is not None) == (Mode.OBSERVE, True)
    assert kind.policy(loaded.policy)
    assert found.yaml(FORM)["labels"] == [loaded.policy.labels.bug[0]]


def test_what_a_repository_had_is_as_it_was(adopted: Mapping[str, Adopted]) -> None:
    """Every file of before, byte for byte; and no second template beside one that is there."""
    for name, kind in KINDS.items():
        found = adopted[name]
        assert {path: found.text(path) for path in kind.files} == dict(kind.files)
        there = [path for path in (PULL_TEMPLATE, FORMS) if (found.folder / path).exists()]
        assert there == ([FORMS] if name == "fork-heavy" else [PULL_TEMPLATE, FORMS])


def test_what_is_written_is_what_github_takes(adopted: Mapping[str, Adopted]) -> None:
    """Workflows, the form and its list by GitHub's schemas, and the workflows by zizmor's rules."""
    schemas = {
        "vendor.github-workflows": (WORKFLOW, RELAY),
        "vendor.github-issue-forms": (FORM,),
        "vendor.github-issue-config": (FORMS,),
    }
    for schema, paths in schemas.items():
        check([BIN / "check-jsonschema", "--builtin-schema", schema, *different(adopted, paths)])
    flows = different(adopted, (WORKFLOW, RELAY))
    assert len(flows) > 2
    check([BIN / "zizmor", "--offline", "--no-progress", "--quiet", *flows])


def different(adopted: Mapping[str, Adopted], paths: Sequence[str]) -> list[Path]:
    """These files of every repository, and of those that are equal one: the tools take a second for each."""
    files = [found.folder / path for found in adopted.values() for path in paths]
    return list({file.read_bytes(): file for file in files}.values())


def check(command: list[str | Path]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_permissions_are_the_shipped_ones(adopted: Mapping[str, Adopted]) -> None:
    """Whatever else is filled in."""
    shipped = yaml.safe_load((ROOT / "templates/scaffold/bugaction.yml").read_text(encoding="utf-8"))
    for found in adopted.values():
        flow = found.yaml(WORKFLOW)
        assert flow["permissions"] == {}
        assert {job: spec["permissions"] for job, spec in flow["jobs"].items()} == {
            job: spec["permissions"] for job, spec in shipped["jobs"].items()
        }


def test_removal_leaves_a_repository_as_it_was(adopted: Mapping[str, Adopted], tmp_path: Path) -> None:
    """Nothing is left, and nothing of before is missing."""
    for name, found in adopted.items():
        copy = tmp_path / name
        git(tmp_path, "clone", "--quiet", str(found.folder.parent / "origin"), str(copy))
        assert bugaction(copy, YES)[0] == 0
        assert (copy / MANIFEST).is_file()
        assert bugaction(copy, Options(remove=True, yes=True))[0] == 0
        assert git(copy, "status", "--porcelain") == ""


# The ruleset --------------------------------------------------------------------------------------------


def request(line: str) -> tuple[str, str]:
    """Method and path of a `gh api` line, as it asks for octo/shop."""
    words = shlex.split(line.rpartition("| xargs -I ID ")[2] or line)
    assert words[:2] == ["gh", "api"]
    path = next(word for word in words[2:] if word.startswith("repos/"))
    method = words[words.index("--method") + 1] if "--method" in words else "GET"
    return method, "/" + path.replace("{owner}/{repo}", "octo/shop").replace("/ID", "/7")


def test_github_takes_the_ruleset(adopted: Mapping[str, Adopted]) -> None:
    """By its own description, for the request that the printed line makes."""
    body = json.loads(adopted["empty"].text(RULESET))
    method, path = request(INSTALL)
    operation = RestContract.load().match(method, path)
    assert operation is not None
    assert operation.id == "repos/create-repo-ruleset"
    assert operation.check_request({}, body) == []
    wrong = {**body, "rules": [{"type": "required_status_checks", "parameters": {}}]}
    assert operation.check_request({}, wrong) != []
    assert operation.check_request({}, {**body, "enforcement": "enabled"}) != []
    (rule,) = body["rules"]
    assert rule["parameters"]["required_status_checks"] == [{"context": ROLLUP}]
    assert body["conditions"]["ref_name"]["include"] == ["~DEFAULT_BRANCH"]
    # 5 is the role admin (github.com/TGPSKI/vanity/pull/5): whoever holds it gets a merge through at night.
    (bypass,) = body["bypass_actors"]
    assert (bypass["actor_type"], bypass["actor_id"], bypass["bypass_mode"]) == (
        "RepositoryRole",
        5,
        "always",
    )


@pytest.mark.parametrize(
    ("line", "operation"),
    [
        (UNINSTALL.partition(" |")[0].partition(" --jq")[0], "repos/get-repo-rulesets"),
        (UNINSTALL, "repos/delete-repo-ruleset"),
        (RELEASE.format(branch="main"), "repos/remove-status-check-contexts"),
    ],
)
def test_the_lines_that_take_the_rule_away_are_github_s(line: str, operation: str) -> None:
    """Each asks for an operation that GitHub has."""
    method, path = request(line)
    found = RestContract.load().match(method, path)
    assert found is not None
    assert found.id == operation
    if operation == "repos/remove-status-check-contexts":
        assert "-f 'contexts[]=bugaction/gate'" in line
        assert found.check_request({}, {"contexts": [ROLLUP]}) == []


def test_the_sweep_is_a_dispatch_of_the_workflow() -> None:
    """By the file's name, with inputs that may all be left out."""
    flow = yaml.safe_load((ROOT / "templates/scaffold/bugaction.yml").read_text(encoding="utf-8"))
    assert SWEEP.split()[-1] == WORKFLOW.removeprefix(FLOWS)
    assert not [
        name for name, spec in flow[True]["workflow_dispatch"]["inputs"].items() if spec.get("required")
    ]


# The guide ----------------------------------------------------------------------------------------------

GUIDE = (ROOT / "docs/guide/adopt.md").read_text(encoding="utf-8")

GH = f"""#!{sys.executable}
import json, os, sys
with open(os.environ["CALLS"], "a") as file:
    print(json.dumps(sys.argv[1:]), file=file)
if sys.argv[1:3] == ["label", "list"]:
    print(json.dumps([{{"name": name}} for name in ("severity: critical", "bug")]))
"""
"""Stands in for `gh`: notes what it is asked, and lists two labels."""

BUGACTION = f"""#!/bin/sh
if [ "$*" = "init --labels $LABELS --yes" ]; then set -- "$@" --ref {"a1" * 20}; fi
exec {sys.executable} -X utf8 -m bugaction "$@"
"""
"""The command, of an installation that knows its commit."""


def test_every_command_of_the_guide_does_what_it_says(tmp_path: Path) -> None:
    """In their order, in a clone of a repository that one can push to; `gh` is asked for what GitHub has."""
    origin, clone, programs = tmp_path / "origin", tmp_path / "clone", tmp_path / "bin"
    put(origin, CI)
    git(origin, "init", "--quiet", "--initial-branch", "main")
    git(origin, "add", "--all")
    git(origin, "commit", "--quiet", "--message", "Begin")
    git(tmp_path, "clone", "--quiet", str(origin), str(clone))
    git(clone, "config", "user.name", "Octo")
    git(clone, "config", "user.email", "octo@example.com")
    put(programs, {"gh": GH, "bugaction": BUGACTION})
    for name in ("gh", "bugaction"):
        (programs / name).chmod(0o755)
    labels = str(tmp_path / "labels.json")
    ran = "\n".join(re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)).replace("/tmp/labels.json", labels)  # noqa: S108
    script = ran.replace(
        "--labels " + labels + " --dry-run", "--labels " + labels + " --dry-run --ref " + "a1" * 20
    )
    done = subprocess.run(
        ["bash", "-euxc", script],
        cwd=clone,
        env={
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT / "src"),
            "HOME": str(tmp_path),
            "CALLS": str(tmp_path / "calls"),
            "LABELS": labels,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    calls = [json.loads(line) for line in (tmp_path / "calls").read_text(encoding="utf-8").splitlines()]
    assert [call[:2] for call in calls] == [
        ["label", "list"],
        ["pr", "create"],
        ["label", "create"],
        ["workflow", "run"],
        ["api", "--method"],
    ]
    assert ["gh", *calls[3]] == shlex.split(SWEEP)
    assert ["gh", *calls[4]] == shlex.split(INSTALL)
    merged = git(origin, "show", f"adopt-bugaction:{CONFIG}")
    assert 'P0:\n    labels: ["severity: critical"]' in merged
    assert git(clone, "ls-files", "--deleted").split() == sorted(
        [CONFIG, FORM, FORMS, MANIFEST, PULL_TEMPLATE, RULESET, RELAY, WORKFLOW]
    )


def test_the_guide_tells_of_every_file_and_every_kind() -> None:
    """Of each that `init` may write; and it has a row for each kind of repository that is tried."""
    assert [path for path in (*PATHS, MANIFEST) if f"`{path}`" not in GUIDE] == []
    rows = GUIDE.partition("## Which repositories\n")[2].partition("\n## ")[0].count("\n| ")
    assert rows - 1 == len(KINDS)


def test_the_readme_says_the_same() -> None:
    """Its commands are those that `init` prints, and its configuration is one."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Adopt it")[2]
    assert f"`{SWEEP}`" in readme
    assert f"`{INSTALL}`" in readme
    (sample,) = re.findall(r"```yaml\n(.*?)```", readme.partition("\n## ")[0], re.DOTALL)
    assert load(textwrap.dedent(sample)).problems == ()
    for option in re.findall(r"`(--[a-z-]+)`", readme.partition("\n## ")[0]):
        assert option in GUIDE


# GitHub -------------------------------------------------------------------------------------------------


def test_more_labels_than_a_page_are_all_known() -> None:
    """The last one may be the one that is meant."""
    with serving() as caller:
        for number in range(100):
            caller.server.world.people.create_label("ana", f"area: {number:03d}")
        caller.server.world.people.create_label("ana", "zz: last")
        seen = surroundings(caller.token.value, "octo/shop", caller.server.api_url)
        assert caller.server.violations == []
    assert seen.labels is not None
    assert (len(seen.labels), "zz: last" in seen.labels) == (106, True)


def test_a_repository_that_is_not_there_is_told() -> None:
    """By name, as an error that `init` lives with."""
    with serving() as caller, pytest.raises(GitHubError):
        surroundings(caller.token.value, "octo/none", caller.server.api_url)
