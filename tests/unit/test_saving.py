"""Files of saved facts on this machine."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from bugaction import saving
from bugaction.errors import UserError
from bugaction.saving import check_place, read_text, save


def test_it_is_written_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    """In the place of an older one, with nothing else left in the folder."""
    path = tmp_path / "facts.json"
    path.write_text("old", encoding="utf-8")
    save(path, "näw\n")
    assert path.read_bytes() == "näw\n".encode()
    assert os.name == "nt" or stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_text_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    """Nor is a half of it left."""
    path = tmp_path / "facts.json"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        save(path, "a\ud800")
    assert (path.read_text("utf-8"), list(tmp_path.iterdir())) == ("old", [path])


def test_a_place_where_no_file_can_be_is_told_at_once(tmp_path: Path) -> None:
    """Before GitHub is asked for anything."""
    check_place(tmp_path / "facts.json")
    for path, said in ((tmp_path, "is a folder"), (tmp_path / "no" / "f", "in a folder that is not there")):
        with pytest.raises(UserError, match=said):
            check_place(path)
        with pytest.raises(UserError, match="cannot be written"):
            save(path, "x")


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not there, not text, too large."""
    with pytest.raises(UserError, match=r"The file .* cannot be read: No such file"):
        read_text(tmp_path / "no", "The file")
    path = tmp_path / "f"
    path.write_bytes(b"\xff")
    with pytest.raises(UserError, match="is no text in UTF-8"):
        read_text(path, "The file")
    monkeypatch.setattr(saving, "LARGEST", 0)
    with pytest.raises(UserError, match="is larger than"):
        read_text(path, "The file")
