"""Extract files: the same bytes each time, one line a part, compressed where they are large."""

from __future__ import annotations

import json
from pathlib import Path

from scripts.contract.files import PLAIN_LIMIT, encode, lines, read, write


def test_each_part_starts_a_line() -> None:
    """A change of one operation is a change of one line."""
    value = {"info": {"title": "t"}, "paths": {"/a": {"get": {"x": [1, 2]}}, "/b": {}}}
    text = lines(value)
    assert json.loads(text) == value
    assert '"get":{"x":[1,2]}' in text.splitlines()
    assert '"/b":{}' in text.splitlines()[-3:]


def test_a_large_text_is_compressed_the_same_way_each_time() -> None:
    """No time and no file name in the archive."""
    assert encode("x") == ("", b"x\n")
    suffix, raw = encode("x" * PLAIN_LIMIT)
    assert suffix == ".gz"
    assert encode("x" * PLAIN_LIMIT) == (suffix, raw)
    assert raw[4:8] == b"\0\0\0\0"


def test_a_file_takes_the_place_of_its_earlier_form(tmp_path: Path) -> None:
    """An extract that shrinks below the limit leaves no compressed file behind, and the other way round."""
    large = write(tmp_path, "a.json", "x" * PLAIN_LIMIT)
    assert large.name == "a.json.gz"
    assert read(large) == b"x" * PLAIN_LIMIT + b"\n"
    small = write(tmp_path, "a.json", "{}")
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]
    assert read(small) == b"{}\n"
