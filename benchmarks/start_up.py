"""How long the Action takes to start: `make benchmarks`, or `python -m benchmarks.start_up`.

Every figure stands beside its floor. Processes are started with the interpreter itself (no shim in front),
with an environment of their own: no PYTHON* variable is set, bytecode is what the install step compiled
(`-B`: none is written). Whatever needs the network says so when there is none.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.measure import Figures, heading, process, repeat, show
from bugaction import install
from tests.runner.act import RunAction
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
      - uses: bugaction/bugaction@0000000000000000000000000000000000000000
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


class FirstRequest:
    """A server on this machine that notes when it was first asked for something, and refuses it for good."""

    def __init__(self) -> None:
        self.at: float | None = None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.at = outer.at or time.perf_counter()
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(401)  # never retried
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(b'{"message": "Bad credentials"}')

            do_GET = do_POST  # noqa: N815 - the base class's name

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


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


def to_first_request(act: RunAction, environment: dict[str, str]) -> float:
    """Seconds from starting act to the Action's first request. act's own start is in it."""
    server = FirstRequest()
    begin = time.perf_counter()
    result = act("issues", LABELLED, server.url, f"{server.url}/graphql", environment=environment)
    server.close()
    if server.at is None:
        raise RuntimeError(f"no request was made:\n{result.log}")
    return server.at - begin


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
    for folder, text in ((no_op, NO_OP), (node, NODE)):
        folder.mkdir()
        (folder / "action.yml").write_text(text, encoding="utf-8")
    (node / "index.js").write_text(NODE_MAIN, encoding="utf-8")
    show("floor: a composite action that does nothing", whole(no_op, "issues", LABELLED))
    if shutil.which("node", path="/usr/bin:/bin"):
        show("peer: a node20 action that reads the event", whole(node, "issues", LABELLED))
    else:
        print("peer: a node20 action: there is no node on this machine")
    show("bugaction: an irrelevant event", whole(act.checkout, "issue_comment", COMMENT))

    show(
        "bugaction: to the first request, from the tool cache",
        repeat(lambda: to_first_request(act, {}), 5),
        0.8,
    )


def fresh(act: RunAction) -> None:
    """Starts on a machine that has nothing, beside the usual way. Needs a network."""
    heading("A fresh machine: nothing installed, empty caches (needs a network)")

    def first() -> float:
        shutil.rmtree(act.tools)
        act.tools.mkdir()
        with tempfile.TemporaryDirectory() as cache:
            return to_first_request(act, {"PIP_CACHE_DIR": cache})

    def usual() -> None:
        with tempfile.TemporaryDirectory() as folder:
            environment = {"PIP_CACHE_DIR": f"{folder}/cache", "HOME": folder, "PATH": "/usr/bin:/bin"}
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
        print(f"not measured: {str(error).strip().splitlines()[-1]}")


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
