"""Put what the Action needs into the runner's tool cache, and check it by hash at each start.

`action.yml` runs this file by itself (`python -I -S install.py`): the standard library only. Three
directories below `<RUNNER_TOOL_CACHE>/bugaction` (RUNNER_TEMP where there is no writable tool cache):

* `library-<hash of requirements/runtime.txt>-<ABI>`: the locked dependencies, as wheels, with bytecode; where
  there is anybody to notify, of requirements/notify.txt, which holds Apprise as well;
* `application-<hash of the source and templates>-<ABI>`: our own code, with bytecode;
* `uv-<hash of requirements/uv.txt>-<ABI>`: uv, needed only when a library has to be installed.

Each is built aside and renamed into place, so that it is there as a whole or not at all, and two runs may
install at once. `MANIFEST` lists the SHA-256 of every file; a directory that differs from it by a byte, a
missing file or one too many is thrown away and built again. No virtual environment is involved:
`launch.py` names the two directories to the interpreter.

uv comes as a wheel that pip downloads and checks against the hashes in requirements/uv.txt. A Python
without pip is served by the wheel of pip that its own ensurepip carries, or by pipx.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping

MANIFEST = "MANIFEST"
LAYOUT = "1"
"""Part of every directory's name: raise it when what a directory holds changes and its inputs do not."""

RUNTIME, NOTIFY = "runtime", "notify"
"""The locks of a library: what every run needs, and that with what it takes to notify somebody."""


class InstallError(Exception):
    """What is needed could not be installed. The text is for a person, with the tool's last words."""


# Directories that are whole or not there -----------------------------------------------------------------


def files_below(directory: str) -> Iterator[str]:
    """Paths of all files below, relative, with forward slashes, in order. Symbolic links count as files."""
    pending, found = [""], list[str]()
    while pending:
        folder = pending.pop()
        with os.scandir(os.path.join(directory, folder)) as entries:
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                (pending if entry.is_dir(follow_symlinks=False) else found).append(path)
    return iter(sorted(found))


_FOLLOWS = not hasattr(os, "O_NOFOLLOW")  # Windows
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)


def digest_of(path: str) -> str:
    """SHA-256 of a file, in hexadecimal; a link is an `OSError`, but on Windows. Each start reads three
    thousand files: without a file object around each it takes a quarter less."""
    found, descriptor = hashlib.sha256(), os.open(path, _READ)
    try:
        while block := os.read(descriptor, 1 << 20):
            found.update(block)
        return found.hexdigest()
    finally:
        os.close(descriptor)


def write_manifest(directory: str) -> None:
    """Write `MANIFEST`: a line `<SHA-256>  <path>` for each file below."""
    lines = [f"{digest_of(os.path.join(directory, path))}  {path}\n" for path in files_below(directory)]
    with open(os.path.join(directory, MANIFEST), "w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines)


def is_intact(directory: str) -> bool:
    """Whether the directory holds exactly the files of its manifest, with their contents."""
    try:
        with open(os.path.join(directory, MANIFEST), encoding="utf-8") as file:
            pairs = [line.rstrip("\n").split("  ", 1) for line in file]
        expected = {path: digest for digest, path in pairs}
        present = [path for path in files_below(directory) if path != MANIFEST]
        if present != sorted(expected):
            return False
        paths = [os.path.join(directory, path) for path in present]
        links = _FOLLOWS and any(os.path.islink(path) for path in paths)
        return not links and [digest_of(path) for path in paths] == [expected[path] for path in present]
    except (OSError, ValueError):
        return False


def provide(directory: str, build: Callable[[str], None]) -> bool:
    """Make the directory intact; return whether it had to be built.

    `build` fills an empty directory that it is given. Several processes may provide the same one at once:
    the first to finish wins, and the others take its result.
    """
    if is_intact(directory):
        return False
    import shutil
    import tempfile

    parent, name = os.path.split(directory)
    os.makedirs(parent, exist_ok=True)
    aside = tempfile.mkdtemp(prefix=f".{name}-", dir=parent)
    try:
        # mkdtemp gives 0700, which would shut out a container job with another user.
        os.chmod(aside, 0o755)  # noqa: S103 - readable for all, writable for its owner
        build(aside)
        write_manifest(aside)
        return _put_in_place(aside, directory)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _put_in_place(aside: str, directory: str) -> bool:
    """Rename what was built aside into place, unless another run was faster; whether it was renamed."""
    lock = _lock(os.path.dirname(directory))
    try:
        for _ in range(5):
            try:
                os.rename(aside, directory)
            except OSError:
                if is_intact(directory):
                    break
                _put_away(directory)
            else:
                return True
        if not is_intact(directory):
            raise InstallError(f"{directory} could not be replaced.")
        return False
    finally:
        if lock is not None:
            os.close(lock)


def _lock(parent: str) -> int | None:
    """Let no other process replace a directory below `parent` until what is returned is closed.

    Without it, what is put away as broken might be what another run has put there since it was looked at.
    The folder itself is locked, so that no file is left lying about, and the kernel lets go of it when its
    holder is killed. Windows, and a disk without locks, go without one.
    """
    try:
        import fcntl

        descriptor = os.open(parent, os.O_RDONLY)
    except (ImportError, OSError):
        return None
    from contextlib import suppress

    with suppress(OSError):  # a disk without locks
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def _put_away(directory: str) -> None:
    import shutil
    import tempfile

    parent, name = os.path.split(directory)
    grave = tempfile.mkdtemp(prefix=f".{name}-", dir=parent)
    try:
        os.rename(directory, os.path.join(grave, "broken"))
    except OSError:
        pass  # another run was faster, or Windows holds a file open: the caller looks again
    finally:
        shutil.rmtree(grave, ignore_errors=True)


# What goes into them -------------------------------------------------------------------------------------


def abi_tag() -> str:
    """What compiled extensions depend on: Python's version, the system, the C library, the processor."""
    from importlib.machinery import EXTENSION_SUFFIXES

    machine = os.uname().machine if hasattr(os, "uname") else os.environ.get("PROCESSOR_ARCHITECTURE", "")
    tag = EXTENSION_SUFFIXES[0].strip(".").rpartition(".")[0]  # cpython-312-x86_64-linux-gnu, cp312-win_amd64
    return (tag if tag.endswith(machine) or machine in tag.split("-") else f"{tag}-{machine}").lower()


def names(checkout: str, lock: str = RUNTIME) -> dict[str, str]:
    """The names of the three directories, for this checkout of the Action and this Python.

    `lock` is what the library is made from: two locks are two libraries, side by side.
    """
    locks = {"library": f"{lock}.txt", "uv": "uv.txt"}
    hashes = {kind: digest_of(os.path.join(checkout, "requirements", file)) for kind, file in locks.items()}
    hashes["application"] = _source_hash(checkout)
    return {kind: f"{kind}-{LAYOUT}-{value[:20]}-{abi_tag()}" for kind, value in hashes.items()}


_SOURCES = {"bugaction": os.path.join("src", "bugaction"), "bugaction/templates": "templates"}


def _source_files(checkout: str) -> Iterator[tuple[str, str]]:
    """Pairs of a file of the checkout and its place in the application."""
    for place, folder in _SOURCES.items():
        for path in files_below(os.path.join(checkout, folder)):
            if "__pycache__" not in path:
                yield os.path.join(checkout, folder, path), f"{place}/{path}"


def _source_hash(checkout: str) -> str:
    total = hashlib.sha256()
    for path, place in _source_files(checkout):
        total.update(f"{digest_of(path)}  {place}\n".encode())
    return total.hexdigest()


def build_application(checkout: str, directory: str) -> None:
    """Copy our source and templates as they lie in the wheel, and compile them."""
    import compileall
    import py_compile
    import shutil

    for path, place in _source_files(checkout):
        target = os.path.join(directory, place)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copyfile(path, target)
    # Unchecked: the manifest vouches for source and bytecode alike, and file times need not survive.
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(directory, quiet=1, invalidation_mode=mode)


def build_library(uv: str, checkout: str, directory: str, lock: str = RUNTIME) -> None:
    """Install the locked runtime dependencies with uv: wheels only, each checked by its hash."""
    import shutil

    environment = {"UV_PYTHON_DOWNLOADS": "never", "PYC_INVALIDATION_MODE": "UNCHECKED_HASH"}
    # uv does not hash again what it finds in its cache, which other jobs on the machine may write: without
    # one that the runner's owner names, it gets its own for this install, and may link instead of copying.
    named = bool(os.environ.get("UV_CACHE_DIR"))
    cache = os.environ["UV_CACHE_DIR"] if named else os.path.join(directory, ".cache")
    command = [
        *(uv, "pip", "install", "--quiet", "--cache-dir", cache),
        "--no-config",  # a uv.toml in the workspace is not ours to obey
        *("--python", sys.executable, "--target", directory),
        *("--require-hashes", "--no-deps", "--no-build", "--compile-bytecode"),
        *("--link-mode", "copy" if named else "hardlink"),
        *("-r", os.path.join(checkout, "requirements", f"{lock}.txt")),
    ]
    run(command, directory, environment)
    if not named:
        shutil.rmtree(cache, ignore_errors=True)


def build_uv(checkout: str, directory: str) -> None:
    """Download uv's wheel with pip, checked by its hash, and take the program out of it."""
    import tempfile
    import zipfile

    requirements = os.path.join(checkout, "requirements", "uv.txt")
    failures = []
    with tempfile.TemporaryDirectory() as downloads:
        options = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "-d", downloads]
        for pip in pip_commands():
            try:
                run([*pip, "download", "--quiet", "--no-input", *options, "-r", requirements], downloads, {})
                break
            except InstallError as error:
                failures.append(str(error))
        else:
            raise InstallError("\n".join(failures) or NO_PIP)
        (wheel,) = [name for name in os.listdir(downloads) if name.endswith(".whl")]
        with zipfile.ZipFile(os.path.join(downloads, wheel)) as archive:
            ends = (".data/scripts/uv", "/uv.exe")
            (member,) = [name for name in archive.namelist() if name.endswith(ends)]
            target = os.path.join(directory, os.path.basename(member))
            with open(target, "wb") as file:
                file.write(archive.read(member))
    os.chmod(target, 0o755)  # noqa: S103 - a program


NO_PIP = """This Python has neither pip nor ensurepip, and there is no pipx: one of them has to bring uv. \
Install pip for it, or add actions/setup-python before this step."""


def pip_commands() -> Iterator[list[str]]:
    """Commands that run pip, the likeliest first."""
    import importlib.util

    if importlib.util.find_spec("pip") is not None:
        yield [sys.executable, "-I", "-m", "pip"]
    wheel = bundled_pip()
    if wheel:
        yield [
            sys.executable,
            "-I",
            os.path.join(wheel, "pip"),
        ]  # a wheel of pip runs without being installed
    import shutil

    pipx = shutil.which("pipx")
    if pipx:
        shared = run([pipx, "environment", "--value", "PIPX_SHARED_LIBS"], os.getcwd(), {}).strip()
        for python in (os.path.join(shared, "bin", "python"), os.path.join(shared, "Scripts", "python.exe")):
            if os.path.exists(python):
                yield [python, "-I", "-m", "pip"]


def bundled_pip() -> str:
    """The wheel of pip that ensurepip carries ("" where there is none); Debian keeps it elsewhere."""
    import glob
    import importlib.util
    import sysconfig

    folders = [sysconfig.get_config_var("WHEEL_PKG_DIR") or ""]
    spec = importlib.util.find_spec("ensurepip")
    if spec is not None and spec.origin:
        folders.append(os.path.join(os.path.dirname(spec.origin), "_bundled"))
    places = [os.path.join(folder, "pip-*-py3-none-any.whl") for folder in folders if folder]
    return max((wheel for place in places for wheel in glob.glob(place)), default="")


def run(command: list[str], directory: str, environment: Mapping[str, str]) -> str:
    """Run a tool in a directory and return what it printed; raise `InstallError` with its last words."""
    import subprocess

    try:
        done = subprocess.run(
            command,
            cwd=directory,
            env={**os.environ, **environment},
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise InstallError(f"{command[0]} could not be started: {error.strerror}") from error
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-15:])
        raise InstallError(f"{os.path.basename(command[0])} ended with {done.returncode}:\n{tail}")
    return done.stdout


# The start -----------------------------------------------------------------------------------------------


def roots(environment: Mapping[str, str]) -> Iterator[str]:
    """Where to install, the best place first: the tool cache survives the job on a self-hosted runner."""
    for name in ("RUNNER_TOOL_CACHE", "RUNNER_TEMP"):
        if environment.get(name):
            yield os.path.join(environment[name], "bugaction")


def install(checkout: str, root: str, lock: str = RUNTIME) -> dict[str, str]:
    """Make library and application intact below `root`; return their paths and what had to be built."""
    paths = {kind: os.path.join(root, name) for kind, name in names(checkout, lock).items()}
    built = []

    def library(directory: str) -> None:
        if provide(paths["uv"], lambda place: build_uv(checkout, place)):
            built.append("uv")
        program = os.path.join(paths["uv"], "uv.exe" if os.name == "nt" else "uv")
        build_library(program, checkout, directory, lock)

    def application() -> bool:
        return provide(paths["application"], lambda place: build_application(checkout, place))

    if os.path.isdir(paths["library"]):
        new = provide(paths["library"], library), application()
    else:
        # A fresh machine: our own code is compiled, a second's work, while pip and uv wait for the network.
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(1) as beside:
            ours = beside.submit(application)
            new = provide(paths["library"], library), ours.result()
    built += [kind for kind, is_new in zip(("library", "application"), new, strict=True) if is_new]
    del paths["uv"]
    return {**paths, "built": " ".join(built) or "nothing"}


def with_notifications(checkout: str, root: str) -> dict[str, str]:
    """`install` with what notifies; without, where that cannot be had: no gate waits for a notification."""
    try:
        return install(checkout, root, NOTIFY)
    except InstallError as error:
        text = f"Nobody will be notified outside GitHub, since Apprise could not be installed: {error}"
        print(f"::warning title=bugaction::{escape(text)}")
        return install(checkout, root)


def start(checkout: str, environment: Mapping[str, str]) -> dict[str, str]:
    """`install` in the first place that can be written; with what notifies where BUGACTION_NOTIFY is true."""
    wanted = environment.get("BUGACTION_NOTIFY") == "true"
    refused = "The runner gives neither RUNNER_TOOL_CACHE nor RUNNER_TEMP."
    for root in roots(environment):
        try:
            os.makedirs(root, exist_ok=True)
        except OSError as error:
            refused = f"{root} cannot be written: {error.strerror}."
        else:
            if os.access(root, os.W_OK):
                return with_notifications(checkout, root) if wanted else install(checkout, root)
            refused = f"{root} cannot be written."
    raise InstallError(refused)


def escape(text: str) -> str:
    """Data of a workflow command (actions/runner, ActionCommand.cs)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def main(arguments: list[str]) -> int:
    """`install.py` for the Action, `install.py uv DIRECTORY` for uv alone (the Makefile); the exit code."""
    checkout = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    try:
        if arguments[:1] == ["uv"]:
            provide(os.path.abspath(arguments[1]), lambda place: build_uv(checkout, place))
            return 0
        outputs = start(checkout, os.environ)
    except InstallError as error:
        print(f"::error title=bugaction could not be installed::{escape(str(error))}")
        return 1
    print(f"bugaction: installed {outputs['built']}; {outputs['library']} is verified.")
    if output := os.environ.get("GITHUB_OUTPUT"):
        with open(output, "a", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{name}={value}\n" for name, value in outputs.items())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
