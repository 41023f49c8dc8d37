"""How an extract is written: the same bytes each time, one line a part, so that a refresh can be reviewed."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

# A larger file is committed compressed; nobody reviews a quarter of a megabyte line by line.
PLAIN_LIMIT = 250_000
# These levels of an extract get a line for each entry: paths, components.schemas, events.
_DEPTH = 2


def compact(value: object) -> str:
    """One line of JSON with its keys as they stand."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def lines(value: dict[str, Any], depth: int = _DEPTH) -> str:
    """JSON text in which each entry down to `depth` levels starts a line."""
    entries = []
    for key, entry in value.items():
        nested = depth > 0 and isinstance(entry, dict) and entry
        text = lines(entry, depth - 1) if nested else compact(entry)
        entries.append(f"{compact(key)}:{text}")
    return "{\n" + ",\n".join(entries) + "\n}"


def encode(text: str) -> tuple[str, bytes]:
    """The suffix to add to the file's name, and its bytes: gzipped without a time where it is large."""
    raw = text.encode("utf-8") + b"\n"
    if len(raw) <= PLAIN_LIMIT:
        return "", raw
    target = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=target, mtime=0) as archive:
        archive.write(raw)
    return ".gz", target.getvalue()


def write(folder: Path, name: str, text: str) -> Path:
    """Write one extract, in place of its earlier form (plain or compressed)."""
    suffix, raw = encode(text)
    folder.mkdir(parents=True, exist_ok=True)
    for stale in (folder / name, folder / f"{name}.gz"):
        stale.unlink(missing_ok=True)
    path = folder / f"{name}{suffix}"
    path.write_bytes(raw)
    return path


def read(path: Path) -> bytes:
    """A file's content without compression: two zlib builds may compress the same text differently."""
    raw = path.read_bytes()
    return gzip.decompress(raw) if path.suffix == ".gz" else raw
