"""Documents as they lie in a working tree: found, read with bounds, and judged by `lint`."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bugaction.config import CONFIG_PATH, extends_of, load_file
from bugaction.errors import UserError
from bugaction.extended import Extended
from bugaction.lint import Checked, check, newest
from bugaction.plan import Reason
from bugaction.policy import Policy
from bugaction.snapshot import TextFile

__all__ = ["LARGEST", "WorkingTree", "checked", "working_tree"]

LARGEST = 512_000
"""Bytes up to which GitHub shows the text of a file, and so up to which a gate reads a document."""

_NO_FILE = "there is no such file"


@dataclass(frozen=True, slots=True)
class WorkingTree:
    """A checkout: its top folder, and the folder of the documents below that, by its configuration."""

    top: Path
    root: str


def working_tree(start: Path, config: str = "") -> WorkingTree:
    """The tree that a folder belongs to: the nearest one above with a `.git`, or the folder itself.

    `config` names another configuration file than the usual one, below the top. Raises `UserError` for a
    configuration that is wrong. What it extends is another repository's and is not read: a documents folder
    that only that one names is unknown here.
    """
    whole = start.resolve()
    top = next((folder for folder in (whole, *whole.parents) if (folder / ".git").exists()), whole)
    path = config or CONFIG_PATH
    file = _config(top / path, path)
    name = extends_of(file)
    loaded = load_file(file, path, Extended(name, "version: 1\n") if name else None)
    if loaded.policy is None:
        problem = loaded.problems[0]
        raise UserError(
            f"The configuration is wrong: {problem.words}",
            remedy="Correct it, as every gate waits for that.",
            reason=Reason.CONFIG_INVALID,
        )
    policy: Policy = loaded.policy
    return WorkingTree(top, policy.documents.root)


def _config(file: Path, path: str) -> TextFile | None:
    if not file.exists():
        return None
    text, _ = _read(file)
    return TextFile(path, text)


def checked(given: Iterable[str], tree: WorkingTree) -> Iterator[Checked]:
    """Each document that is named, and of each folder the newest version of every document below it.

    Nothing given means the documents' own folder; raises `UserError` where there is none. A file that cannot
    be judged is told, and never an error.
    """
    paths = list(given)
    if not paths:
        if not (tree.top / tree.root).is_dir():
            raise UserError(
                f"There is no folder {tree.root} in {tree.top}, and no document is named.",
                remedy="Name documents, or folders that hold some.",
            )
        paths = [os.path.relpath(tree.top / tree.root)]
    for path in paths:
        file = Path(path)
        if file.is_dir() and not file.is_symlink():
            for found in newest(each.as_posix() for each in _below(file)):
                yield _checked(Path(found), tree)
        else:
            yield _checked(file, tree)


def _checked(file: Path, tree: WorkingTree) -> Checked:
    path, place = file.as_posix(), _place(file, tree)
    text, problem = _read(file)
    if text is None:
        return Checked(path, place, problem=problem)
    return check(text, path, tree.root, place=place)


def _place(file: Path, tree: WorkingTree) -> str:
    """The path below the tree's top, "" outside it. The file itself is not followed."""
    try:
        return (file.parent.resolve() / file.name).relative_to(tree.top).as_posix()
    except (OSError, RuntimeError, ValueError):
        return ""


def _below(folder: Path) -> Iterator[Path]:
    """The files below a folder, links not followed, hidden folders left out."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place, name) for name in sorted(names))


def _read(file: Path) -> tuple[str | None, str]:
    """The text of a file, or why there is none that a gate would read."""
    try:
        found = file.lstat()
        if stat.S_ISLNK(found.st_mode):
            return None, "is a symbolic link, which no gate follows: give the file itself"
        if not stat.S_ISREG(found.st_mode):
            return None, "is no regular file"
        if found.st_size > LARGEST:
            return None, f"cannot be read: it is larger than {LARGEST // 1000} KB"
        data = file.read_bytes()
    except FileNotFoundError:
        return None, _NO_FILE
    except (OSError, ValueError) as error:
        words = error.strerror if isinstance(error, OSError) and error.strerror else "its name is none"
        return None, f"cannot be read: {words}"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None, "cannot be read: it is binary, or not UTF-8"
    return (None, "cannot be read: it is binary") if "\0" in text else (text, "")
