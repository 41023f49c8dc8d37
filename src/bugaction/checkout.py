"""`init` at its edges: git, the files of the working tree, and the commit of this installation.

What is decided is decided by `bugaction.adoption`; here it is read and written, and never through a symbolic
link.
"""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from bugaction.adoption import PATHS
from bugaction.adoption.planning import Change, Step
from bugaction.adoption.tree import MANIFEST, File
from bugaction.errors import UserError
from bugaction.working_tree import LARGEST

__all__ = ["Checkout", "installed_commit", "label_names", "read_checkout", "remote_repository", "write"]

_FOLDERS = ("", "docs", ".github", ".github/workflows", ".github/ISSUE_TEMPLATE")
_READ = re.compile(r"\.github/workflows/[^/]+\.ya?ml|(?:\.github/|docs/)?CODEOWNERS")
_NOTED = re.compile(
    r"(?:\.github/|docs/)?pull_request_template(?:\.\w+)?|\.github/issue_template/config\.ya?ml",
    re.IGNORECASE,
)
_REMOTE = re.compile(
    r"(?:(?:https?|ssh|git)://(?:[^@/]+@)?(?P<host>[^/:]+)(?::\d+)?/|(?:[^@/]+@)?(?P<other>[^/:]+):)"
    r"(?P<name>[^/]+/[^/]+?)(?:\.git)?/?"
)


@dataclass(frozen=True, slots=True)
class Checkout:
    """A clone: its top folder, the files that matter, the default branch as far as git knows it, the branch
    that is checked out, and the address of `origin`, each "" where there is none."""

    top: Path
    tree: Mapping[str, File]
    branch: str = ""
    current: str = ""
    remote: str = ""


def read_checkout(start: Path) -> Checkout:
    """The clone that a folder belongs to.

    Raises `UserError` where there is none, or where `.github` or a file that `init` writes is a symbolic link
    or otherwise no place to write to.
    """
    top = Path(_git(start, "rev-parse", "--show-toplevel", needed=True))
    for path in (*PATHS, MANIFEST):
        _safe(top, path)
    return Checkout(
        top,
        _tree(top),
        branch=_default_branch(top),
        current=_git(top, "branch", "--show-current"),
        remote=_git(top, "remote", "get-url", "origin"),
    )


def _git(folder: Path, *arguments: str, needed: bool = False) -> str:
    """What git says, without the line end; "" where it refuses, a `UserError` where that is the end of it."""
    try:
        done = subprocess.run(  # noqa: S603 - a list, and no shell
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - the git that the person uses
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )
    except OSError as error:
        raise UserError("git cannot be started.", remedy="Install it, or put it on PATH.") from error
    if done.returncode == 0:
        return done.stdout.rstrip("\n")
    if needed:
        words = done.stderr.strip().splitlines()
        raise UserError(
            f"{folder.resolve()} is in no working tree of git ({words[0] if words else 'git refused'}).",
            remedy="Run `bugaction init` in a clone of the repository that adopts bugaction.",
        )
    return ""


def _default_branch(top: Path) -> str:
    """As `origin` names it; without that, the only branch there is."""
    head = _git(top, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
    if head:
        return head.removeprefix("origin/")
    branches = _git(top, "for-each-ref", "--format=%(refname:short)", "refs/heads").splitlines()
    return branches[0] if len(branches) == 1 else ""


def _safe(top: Path, path: str) -> None:
    """Refuse a place that is reached through a link, or that is no file."""
    place = top
    *folders, name = path.split("/")
    for part in (*folders, name):
        place = place / part
        try:
            mode = place.lstat().st_mode
        except OSError:
            return
        shown = place.relative_to(top).as_posix()
        if stat.S_ISLNK(mode):
            raise UserError(
                f"{shown} is a symbolic link, and `init` writes through none.",
                remedy="Put a folder or file in its place: GitHub follows no link there either.",
            )
        is_right = stat.S_ISREG(mode) if part == name and place == top / path else stat.S_ISDIR(mode)
        if not is_right:
            raise UserError(f"{shown} is in the way.", remedy="Move it, and run `bugaction init` again.")


def _tree(top: Path) -> dict[str, File]:
    found: dict[str, File] = {}
    for folder in _FOLDERS:
        try:
            entries = sorted(os.scandir(top / folder), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if path in PATHS or path == MANIFEST or _READ.fullmatch(path):
                if not entry.is_dir(follow_symlinks=False):
                    found[path] = _file(Path(entry.path))
            elif _NOTED.fullmatch(path):
                found[path] = File(None)
    for path in (*PATHS, MANIFEST):
        if path not in found and (top / path).is_file():
            found[path] = _file(top / path)
    committed = _committed(top, [path for path in PATHS if path in found])
    return {path: File(file.text, file.crlf, path in committed) for path, file in found.items()}


def _file(place: Path) -> File:
    try:
        if not stat.S_ISREG(place.lstat().st_mode) or place.stat().st_size > LARGEST:
            return File(None)
        data = place.read_bytes()
        text = data.decode("utf-8")
    except (OSError, ValueError):
        return File(None)
    if "\0" in text:
        return File(None)
    return File(text.replace("\r\n", "\n"), crlf="\r\n" in text)


def _committed(top: Path, paths: list[str]) -> frozenset[str]:
    """Those of these files that the last commit holds as they are."""
    listed = _git(top, "ls-tree", "-z", "HEAD", "--", *paths) if paths else ""
    rows = (row.partition("\t") for row in listed.split("\0"))
    blobs = {path: entry.split()[-1] for entry, _, path in rows if path}
    hashed = _git(top, "hash-object", "--", *(str(top / path) for path in paths)).split() if paths else []
    pairs = zip(paths, hashed, strict=False)
    return frozenset(path for path, oid in pairs if blobs.get(path) == oid)


def write(top: Path, changes: Iterable[Change]) -> None:
    """Carry the changes out, each file as a whole or not at all.

    A file that is no longer as the plan was made from stops it: raises `UserError`, also where a file cannot
    be written.
    """
    for change in changes:
        _safe(top, change.path)
        place = top / change.path
        is_new = change.step is Step.CREATE
        if _file(place).text != change.before or (is_new and os.path.lexists(place)):
            raise UserError(f"{change.path} has changed meanwhile.", remedy="Run `bugaction init` again.")
        try:
            if change.after is None:
                place.unlink()
                _prune(place.parent, top)
            else:
                _replace(place, change.after.replace("\n", "\r\n") if change.crlf else change.after)
        except OSError as error:
            words = error.strerror or "the system refuses"
            raise UserError(
                f"{change.path} cannot be written: {words}.",
                remedy="Make it possible, and run `bugaction init` again: what is there already is kept.",
            ) from error


def _replace(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    mode = place.stat().st_mode & 0o777 if place.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    aside = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode("utf-8", "surrogatepass"))
        aside.chmod(mode)
        aside.replace(place)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _prune(folder: Path, top: Path) -> None:
    """Folders that are empty now go too, up to the top."""
    while folder != top and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def remote_repository(remote: str, host: str) -> str:
    """`owner/name` of an address at that host, "" for any other."""
    found = _REMOTE.fullmatch(remote)
    if found is None or (found["host"] or found["other"]).casefold() != host.casefold():
        return ""
    return found["name"]


def label_names(text: str, source: str) -> tuple[str, ...]:
    """The names in what `gh label list --json name` prints. Raises `UserError` for anything else."""
    try:
        data = json.loads(text)
        if isinstance(data, list):
            return tuple(str(item if isinstance(item, str) else item["name"]) for item in data)
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    raise UserError(
        f"The labels in {source} cannot be read.",
        remedy="Give what `gh label list --limit 1000 --json name` prints.",
    )


def installed_commit() -> str:
    """The commit of this installation, "" where it is not known for certain.

    A checkout tells it as long as nothing of the Action is changed in it, pip wrote it down where it
    installed from git (https://packaging.python.org/specifications/direct-url-data-structure/), and a
    released wheel brings it along (hatch_build.py).
    """
    package = Path(__file__).parent
    checkout = package.parents[1]
    if (checkout / ".git").exists() and (checkout / "action.yml").is_file():
        parts = ("action.yml", "src", "templates", "requirements")
        changed = _git(checkout, "status", "--porcelain", "--", *parts)
        return "" if changed else _git(checkout, "rev-parse", "HEAD")
    try:
        distribution = metadata.distribution("bugaction")
        if Path(str(distribution.locate_file("bugaction"))).resolve() != package.resolve():
            return ""
        data = json.loads(distribution.read_text("direct_url.json") or "{}")
        released = distribution.read_text("extra_metadata/commit") or ""
        return str(data.get("vcs_info", {}).get("commit_id", "")) or released.strip()
    except (metadata.PackageNotFoundError, ValueError, AttributeError):
        return ""
