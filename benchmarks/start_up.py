"""How long the Action takes to start: `make benchmarks`, or `python -m benchmarks.start_up`.

Every figure stands beside its floor. Processes are started with the interpreter itself (no shim in front),
with an environment of their own: no PYTHON* variable is set, bytecode is what the install step compiled
(`-B`: none is written). Whatever needs the network says so when there is none.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Figures, heading, process, repeat, show
from bugaction import install
from tests.runner.act import RunAction
from tests.runner.closed_door import closed_door
from tests.runner.machine import copy_checkout, fill_tool_cache, make_repository

PYTHON = str(Path(sys.executable).resolve())

COMMENT = {
    "action": "created",
    "issue": {"number": 7, "labels": [{"name": "question"}], "body": "How do I?"},
    "comment": {"id": 1, "body": "See docs/guide."},
}
LABELLED = {
    "action": "labeled",
    "label": {"name": "P1"},
    "issue": {"number": 7, "labels": [{"name": "P1"}], "body": "It is broken."},
}

ONE_STEP = """
on: [issues, issue_comment]
permissions: {}
jobs:
  bugs:
    runs-on: ubuntu-latest
    steps:
      - uses: bugaction/bugaction@<commit>
"""
NO_OP = """
name: no-op
description: no-op
runs:
  using: composite
  steps:
    - run: ":"
      shell: bash
"""
NODE = """
name: node
description: node
runs:
  using: node20
  main: index.js
"""
NODE_MAIN = """
const fs = require('fs');
const event = JSON.parse(fs.readFileSync(process.env.GITHUB_EVENT_PATH, 'utf8'));
fs.appendFileSync(process.env.GITHUB_OUTPUT, `relevant=${event.action === 'labeled'}\\n`);
"""


@contextmanager
def machine() -> Iterator[RunAction]:
    """A runner with an empty tool cache."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for name in ("workspace", "programs", "tools"):
            (place / name).mkdir()
        copy_checkout(place / "checkout")
        make_repository(place / "workspace")
        (place / "programs" / "python3").symlink_to(PYTHON)
        yield RunAction(
            place / "checkout", place / "workspace", place / "programs", place / "tools", place / "runs"
        )


def steps_to_first_request(act: RunAction) -> float:
    """Seconds from the preflight's start to the first request: the three steps' processes, no act."""
    place = act.checkout.parent
    event = place / "labelled.json"
    event.write_text(json.dumps(LABELLED), encoding="utf-8")
    paths = install.install(str(act.checkout), str(act.tools / "bugaction"))
    source = act.checkout / "src" / "bugaction"
    launcher = Path(paths["application"]) / "bugaction" / "launch.py"
    with closed_door() as door:
        variables = {
            "GITHUB_EVENT_NAME": "issues",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_REPOSITORY": "octo/demo",
            "GITHUB_API_URL": door.url,
            "GITHUB_GRAPHQL_URL": f"{door.url}/graphql",
            "RUNNER_TOOL_CACHE": str(act.tools),
            "BUGACTION_TOKEN": "a-token-for-tests",
        }
        begin = time.perf_counter()
        commands: tuple[list[str | Path], ...] = (
            [PYTHON, "-I", "-S", source / "preflight.py"],
            [PYTHON, "-I", "-S", "-X", "utf8", source / "install.py"],
            [PYTHON, "-I", "-S", "-B", "-X", "utf8", launcher, paths["application"], paths["library"], "run"],
        )
        for command in commands:
            subprocess.run(command, env=variables, check=False, capture_output=True)
        if door.first is None:
            raise RuntimeError("no request was made")
    return door.first - begin


def to_first_request(act: RunAction, environment: dict[str, str]) -> float:
    """Seconds from starting act to the Action's first request. act's own start is in it."""
    with closed_door() as door:
        begin = time.perf_counter()
        result = act("issues", LABELLED, door.url, f"{door.url}/graphql", environment=environment)
    if door.first is None:
        raise RuntimeError(f"no request was made:\n{result.log}")
    return door.first - begin


def processes(act: RunAction) -> None:
    """Preflight, verification and import by themselves, beside the bare interpreter."""
    heading("The Action's processes, one by one")
    place = act.checkout.parent
    event, output = place / "event.json", place / "output"
    event.write_text(json.dumps(COMMENT), encoding="utf-8")
    variables = {
        "GITHUB_EVENT_NAME": "issue_comment",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_OUTPUT": str(output),
        "RUNNER_TOOL_CACHE": str(act.tools),
    }
    source = act.checkout / "src" / "bugaction"
    isolated = [PYTHON, "-I", "-S"]
    show("floor: an interpreter that does nothing (-I -S)", repeat(process([*isolated, "-c", ""], {}), 20))
    preflight = process([*isolated, source / "preflight.py"], variables)
    show("preflight of an irrelevant event", repeat(preflight, 20), 0.060)

    paths = install.install(str(act.checkout), str(act.tools / "bugaction"))
    size = sum(path.stat().st_size for path in Path(paths["library"]).rglob("*") if path.is_file())
    show(
        f"floor: read and hash the {size / 1e6:.0f} MB of the library",
        repeat(lambda: read_and_hash(paths["library"]), 5),
    )
    verify = process([*isolated, "-X", "utf8", source / "install.py"], variables)
    show("install step with everything in the tool cache", repeat(verify, 10))
    launcher = Path(paths["application"]) / "bugaction" / "launch.py"
    show(
        "bugaction --help through the launcher",
        repeat(
            process([*isolated, "-B", launcher, paths["application"], paths["library"], "--help"], {}), 10
        ),
    )

    show("all three to the first request", repeat(lambda: steps_to_first_request(act), 10), 0.8)


def read_and_hash(directory: str) -> None:
    """What verification cannot do without."""
    for path in install.files_below(directory):
        install.digest_of(f"{directory}/{path}")


def starts(act: RunAction) -> None:
    """Whole starts under act, beside a step that does nothing and a minimal JavaScript action."""
    heading("Whole starts under act (its own time included)")
    place = act.checkout.parent
    one_step = place / "one-step.yml"
    one_step.write_text(ONE_STEP, encoding="utf-8")

    def whole(checkout: Path, event_name: str, event: Mapping[str, object]) -> Figures:
        runner = RunAction(checkout, act.workspace, act.programs, act.tools, act.place)

        def run() -> None:
            result = runner(event_name, event, workflow=one_step)
            if result.returncode:
                raise RuntimeError(result.log)

        return repeat(run, 5)

    no_op, node = place / "no-op", place / "node"
    # act copies an action's folder for each run, so each has as many files as ours.
    for folder, text in ((no_op, NO_OP), (node, NODE)):
        shutil.copytree(act.checkout, folder)
        (folder / "action.yml").write_text(text, encoding="utf-8")
    (node / "index.js").write_text(NODE_MAIN, encoding="utf-8")
    show("floor: a composite action that does nothing", whole(no_op, "issues", LABELLED))
    if shutil.which("node", path="/usr/bin:/bin"):
        show("peer: a node20 action that reads the event", whole(node, "issues", LABELLED))
    else:
        print("peer: a node20 action: there is no node on this machine")
    show("bugaction: an irrelevant event", whole(act.checkout, "issue_comment", COMMENT))

    warm = repeat(lambda: to_first_request(act, {}), 5)
    show("bugaction: to the first request, from the tool cache", warm)


def network() -> dict[str, str]:
    """How this machine reaches a package index: proxies, certificates, an index of one's own."""
    wanted = ("PIP_", "UV_INDEX", "UV_DEFAULT_INDEX", "SSL_CERT_", "HTTP", "http", "NO_PROXY", "no_proxy")
    return {name: value for name, value in os.environ.items() if name.startswith(wanted)}


def fresh(act: RunAction) -> None:
    """Starts on a machine that has nothing, beside the usual way. Needs a network."""
    heading("A fresh machine: nothing installed, empty caches (needs a network)")

    def first() -> float:
        shutil.rmtree(act.tools)
        act.tools.mkdir()
        with tempfile.TemporaryDirectory() as cache:
            return to_first_request(act, {**network(), "PIP_CACHE_DIR": cache})

    def usual() -> None:
        with tempfile.TemporaryDirectory() as folder:
            place = {"PIP_CACHE_DIR": f"{folder}/cache", "HOME": folder, "PATH": "/usr/bin:/bin"}
            environment = {**network(), **place}
            subprocess.run([PYTHON, "-m", "venv", f"{folder}/venv"], check=True, env=environment)
            subprocess.run(
                [
                    *(f"{folder}/venv/bin/pip", "install", "--quiet", "--disable-pip-version-check"),
                    *("--require-hashes", "-r", str(act.checkout / "requirements" / "runtime.txt")),
                ],
                check=True,
                env=environment,
            )

    try:
        show("bugaction: to the first request", repeat(first, 3, warm_up=0), 6.0)
        show("peer: venv and pip for the same packages, nothing run", repeat(usual, 1, warm_up=0))
    except (RuntimeError, subprocess.CalledProcessError) as error:
        lines = str(error).strip().splitlines()
        print(f"not measured: {next((line for line in lines if '::error' in line), lines[-1]).strip()}")


def main() -> int:
    """Measure all three."""
    with machine() as act:
        fill_tool_cache(act.tools, act.checkout)
        processes(act)
        starts(act)
        fresh(act)
    return 0


if __name__ == "__main__":
    sys.exit(main())
