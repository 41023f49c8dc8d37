"""The file of a run's facts, and the other files of a simulation, on this machine."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bugaction.capture import LARGEST
from bugaction.errors import UserError

__all__ = ["check_place", "read_text", "save"]


def check_place(path: Path) -> None:
    """Raise `UserError` where no file can be written, before GitHub is asked for anything."""
    if path.is_dir() or not path.parent.is_dir():
        problem = "is a folder" if path.is_dir() else "lies in a folder that is not there"
        raise _unwritable(path, problem)


def save(path: Path, text: str) -> None:
    """Write the file whole or not at all, for this account alone to read: it may hold private words."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # made with mode 0600
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _unwritable(path, f"cannot be written: {error.strerror or error}") from error


def _unwritable(path: Path, problem: str) -> UserError:
    return UserError(
        f"The file {str(path)[:120]!r} {problem}.",
        remedy="Name a file in a folder that this process may write to.",
    )


def read_text(path: Path, what: str) -> str:
    """The text of a file that somebody named; `what` says which one that is, in the error."""
    try:
        if path.stat().st_size > LARGEST:
            raise UserError(
                f"{what} {str(path)[:120]!r} is larger than {LARGEST // 1024**2} MB.",
                remedy="Give the file as it was written.",
            )
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise UserError(
            f"{what} {str(path)[:120]!r} cannot be read: {error.strerror or error}.",
            remedy="Give a file that this process may read.",
        ) from error
    except UnicodeDecodeError as error:
        raise UserError(
            f"{what} {str(path)[:120]!r} is no text in UTF-8.", remedy="Give the file as it was written."
        ) from error
