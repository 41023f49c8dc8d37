"""How long the Action takes to start: `make benchmarks`, or `python -m benchmarks.start_up`.

`processes`, `starts` or `fresh` behind it is that part alone. Every figure stands beside its floor. Processes
are started with the interpreter itself (no shim in front), with an environment of their own: no PYTHON*
variable is set, bytecode is what the install step compiled (`-B`: none is written). Whatever needs a network
says so when there is none.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Figures, heading, process, repeat, show, spent
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
    - run: |
        address="${GITHUB_API_URL#http://}"
        exec 3<> "/dev/tcp/${address/://}"
        printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3
        cat <&3
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
const http = require('http');
const event = JSON.parse(fs.readFileSync(process.env.GITHUB_EVENT_PATH, 'utf8'));
fs.appendFileSync(process.env.GITHUB_OUTPUT, `relevant=${event.action === 'labeled'}\\n`);
http.get(process.env.GITHUB_API_URL, (answer) => answer.resume());
"""
VENV = """
name: venv
description: venv
inputs:
  token:
    description: token
    default: a-token-for-tests
runs:
  using: composite
  steps:
    - run: |
        rm -rf "$RUNNER_TEMP/venv"
        python3 -m venv "$RUNNER_TEMP/venv"
        "$RUNNER_TEMP/venv/bin/pip" install --quiet --disable-pip-version-check \\
          --require-hashes --no-deps -r "$GITHUB_ACTION_PATH/requirements/runtime.txt"
      shell: bash
    - run: PYTHONPATH="$GITHUB_ACTION_PATH/src" "$RUNNER_TEMP/venv/bin/python" -m bugaction run
      shell: bash
      env:
        BUGACTION_TOKEN: ${{ inputs.token }}
"""
"""How most Python actions start, with our own packages and our own program: actions/setup-python gives the
interpreter, which is here already, and pip the packages."""


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


def to_first_request(act: RunAction, environment: Mapping[str, str], checkout: Path | None = None) -> float:
    """Seconds from starting act to the first request of an action, ours or another, with act's own."""
    runner = RunAction(checkout or act.checkout, act.workspace, act.programs, act.tools, act.place)
    one_step = act.checkout.parent / "one-step.yml"
    one_step.write_text(ONE_STEP, encoding="utf-8")
    with closed_door() as door:
        begin = time.perf_counter()
        result = runner(
            "issues",
            LABELLED,
            door.url,
            f"{door.url}/graphql",
            workflow=one_step,
            environment=environment,
        )
    if door.first is None:
        raise RuntimeError(f"no request was made:\n{result.log}")
    return door.first - begin


def peers(act: RunAction) -> dict[str, Path]:
    """The folders of the other actions. act copies an action's folder for each run, so each has as many
    files as ours."""
    place = act.checkout.parent
    found = {name: place / name for name in ("no-op", "node", "venv")}
    for (name, folder), text in zip(found.items(), (NO_OP, NODE, VENV), strict=True):
        if not folder.exists():
            shutil.copytree(act.checkout, folder)
            (folder / "action.yml").write_text(text, encoding="utf-8")
            if name == "node":
                (folder / "index.js").write_text(NODE_MAIN, encoding="utf-8")
    return found


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
    both("floor: an interpreter that does nothing (-I -S)", process([*isolated, "-c", ""], {}), 20)
    both(
        "preflight of an irrelevant event",
        process([*isolated, source / "preflight.py"], variables),
        20,
        0.060,
    )

    paths = install.install(str(act.checkout), str(act.tools / "bugaction"))
    size = sum(path.stat().st_size for path in Path(paths["library"]).rglob("*") if path.is_file())
    hashing = repeat(lambda: read_and_hash(paths["library"]), 5)
    show(f"floor: read and hash the {size / 1e6:.0f} MB of the library", hashing)
    verify = process([*isolated, "-X", "utf8", source / "install.py"], variables)
    both("install step with everything in the tool cache", verify, 10)
    launcher = Path(paths["application"]) / "bugaction" / "launch.py"
    launched: list[str | Path] = [*isolated, "-B", launcher, paths["application"], paths["library"], "--help"]
    both("bugaction --help through the launcher", process(launched, {}), 10)

    pair("all three to the first request", lambda: steps_to_first_request(act), 10, target=0.8)


def both(name: str, action: Callable[[], None], count: int, target: float | None = None) -> None:
    """A process by the clock on the wall, and by its processor time."""
    show(name, repeat(action, count), target)
    show("  its processor time", repeat(lambda: spent(action), count), target)


def pair(
    name: str, action: Callable[[], float], count: int, *, warm_up: int = 1, target: float | None = None
) -> None:
    """The seconds that an action tells, to the first request, and the processor time of it all to the end."""
    walls, processors = list[float](), list[float]()
    for _ in range(warm_up + count):
        processors.append(spent(lambda: walls.append(action())))
    show(name, Figures.of(walls[warm_up:]), target)
    show("  processor time, to the end", Figures.of(processors[warm_up:]))


def read_and_hash(directory: str) -> None:
    """What verification cannot do without."""
    for path in install.files_below(directory):
        install.digest_of(f"{directory}/{path}")


def starts(act: RunAction) -> None:
    """Whole starts under act with everything in the tool cache, beside the others under the same runner."""
    heading("To the first request, under act: its own time included, everything installed")
    others = peers(act)
    pair("floor: a composite action that sends one", lambda: to_first_request(act, {}, others["no-op"]), 5)
    if shutil.which("node", path="/usr/bin:/bin"):
        node = "peer: a node20 action that reads the event and sends one"
        pair(node, lambda: to_first_request(act, {}, others["node"]), 5)
    else:
        print("peer: a node20 action: there is no node on this machine")
    pair("bugaction: from the tool cache", lambda: to_first_request(act, {}), 5)

    def irrelevant() -> float:
        begin = time.perf_counter()
        result = act("issue_comment", COMMENT, workflow=act.checkout.parent / "one-step.yml")
        if result.returncode:
            raise RuntimeError(result.log)
        return time.perf_counter() - begin

    pair("bugaction: an irrelevant event, to act's end", irrelevant, 5)


def network() -> dict[str, str]:
    """How this machine reaches a package index: proxies, certificates, an index of one's own."""
    wanted = ("PIP_", "UV_INDEX", "UV_DEFAULT_INDEX", "SSL_CERT_", "HTTP", "http", "NO_PROXY", "no_proxy")
    return {name: value for name, value in os.environ.items() if name.startswith(wanted)}


def fresh(act: RunAction) -> None:
    """Starts on a machine that has nothing, beside the usual way under the same runner. Needs a network."""
    heading("To the first request, under act, on a bare machine: empty HOME, tool cache and caches (network)")
    others = peers(act)

    def bare(checkout: Path | None, cache: Path | None = None) -> float:
        shutil.rmtree(act.tools)
        act.tools.mkdir()
        with tempfile.TemporaryDirectory() as folder:
            place = {"PIP_CACHE_DIR": str(cache or f"{folder}/cache"), "HOME": folder}
            return to_first_request(act, {**network(), **place}, checkout)

    try:
        pair("bugaction", lambda: bare(None), 3, warm_up=0, target=6.0)
        usual = "peer: venv and pip, the same packages and program"
        pair(usual, lambda: bare(others["venv"]), 3, warm_up=0)
        cache = act.checkout.parent / "pip-cache"
        pair("the same, its wheels in pip's cache", lambda: bare(others["venv"], cache), 2)
        if shutil.which("node", path="/usr/bin:/bin"):
            pair("peer: a node20 action", lambda: bare(others["node"]), 3, warm_up=0)
    except (RuntimeError, subprocess.CalledProcessError) as error:
        lines = str(error).strip().splitlines()
        print(f"not measured: {next((line for line in lines if '::error' in line), lines[-1]).strip()}")


def main(chosen: list[str]) -> int:
    """Measure all three parts, or those that are named."""
    with machine() as act:
        fill_tool_cache(act.tools, act.checkout)
        for part in (processes, starts, fresh):
            if not chosen or part.__name__ in chosen:
                part(act)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
