"""The bare git repository underneath: real objects and refs, read through one `git cat-file --batch`."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock

__all__ = ["EMPTY_TREE", "Blamed", "Change", "CommitInfo", "Entry", "GitStore", "Signature"]

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""The tree without entries: what `git hash-object -t tree /dev/null` prints."""

_OID = re.compile(r"[0-9a-f]{40}\Z")
_PERSON = re.compile(r"(?P<name>.*?) ?<(?P<email>[^>]*)> (?P<at>\d+) [+-]\d{4}\Z")


@dataclass(frozen=True, slots=True)
class Signature:
    """Who and when, as a commit object holds it."""

    name: str
    email: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CommitInfo:
    """A commit object, parsed."""

    oid: str
    tree: str
    parents: tuple[str, ...]
    author: Signature
    committer: Signature
    message: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A tree's entry: `kind` is `blob`, `tree` or `commit` (a submodule)."""

    name: str
    mode: str
    oid: str

    @property
    def kind(self) -> str:
        """The type of the object that the entry names."""
        return {"40000": "tree", "160000": "commit"}.get(self.mode, "blob")


@dataclass(frozen=True, slots=True)
class Change:
    """A file that differs between two commits; `status` is git's letter (A, D, M, R)."""

    path: str
    status: str
    additions: int
    deletions: int
    previous: str = ""
    oid: str = ""


@dataclass(frozen=True, slots=True)
class Blamed:
    """Lines (one-based, inclusive) that a commit wrote last."""

    first: int
    last: int
    oid: str


class GitStore:
    """Objects and refs of one bare repository. Thread-safe; close it when done."""

    def __init__(self, path: Path, default_branch: str = "main") -> None:
        self.path = path
        self._lock = RLock()
        self._trees: dict[str, tuple[Entry, ...]] = {}
        self._commits: dict[str, CommitInfo] = {}
        self._answers: dict[tuple[str, ...], bytes | None] = {}
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "LC_", "LANG"))
        }
        self._environment = environment | {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "LC_ALL": "C",
        }
        path.mkdir(parents=True, exist_ok=True)
        self._git("init", "--quiet", "--bare", f"--initial-branch={default_branch}")
        self._reader: subprocess.Popen[bytes] | None = None

    def close(self) -> None:
        """End the reading process."""
        with self._lock:
            if self._reader is not None:
                reader, self._reader = self._reader, None
                if reader.stdin is not None:
                    reader.stdin.close()
                if reader.stdout is not None:
                    reader.stdout.close()
                reader.wait(timeout=10)

    # Objects ---------------------------------------------------------------------------------------------

    def read(self, oid: str) -> tuple[str, bytes] | None:
        """An object's type and content, or None when the repository has no such object."""
        if not _OID.match(oid):
            return None
        with self._lock:
            if self._reader is None:
                self._reader = subprocess.Popen(  # noqa: S603 (a fixed command line)
                    ["git", "--git-dir", str(self.path), "cat-file", "--batch"],  # noqa: S607 (git is found by PATH)
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    env=self._environment,
                )
            stdin, stdout = self._reader.stdin, self._reader.stdout
            if stdin is None or stdout is None:
                return None
            stdin.write(f"{oid}\n".encode())
            stdin.flush()
            head = stdout.readline().split()
            if len(head) < 3:
                return None
            content = stdout.read(int(head[2]))
            stdout.read(1)
            return head[1].decode(), content

    def write(self, kind: str, content: bytes) -> str:
        """Write a loose object, byte for byte as git would (gitformat-loose), and give its id."""
        whole = f"{kind} {len(content)}".encode() + b"\0" + content
        oid = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
        target = self.path / "objects" / oid[:2] / oid[2:]
        with self._lock:
            if not target.exists():
                target.parent.mkdir(exist_ok=True)
                partial = target.with_name(f"tmp_obj_{oid}")
                partial.write_bytes(zlib.compress(whole, 1))
                partial.replace(target)
        return oid

    def blob(self, content: bytes) -> str:
        """Write a file's content."""
        return self.write("blob", content)

    def tree(self, entries: Iterable[Entry]) -> str:
        """Write a tree. Git sorts a folder as if its name ended in a slash."""
        ordered = sorted(
            entries, key=lambda entry: entry.name.encode() + (b"/" if entry.kind == "tree" else b"")
        )
        return self.write(
            "tree", b"".join(f"{e.mode} {e.name}".encode() + b"\0" + bytes.fromhex(e.oid) for e in ordered)
        )

    def commit(
        self,
        tree: str,
        parents: Sequence[str],
        message: str,
        author: Signature,
        committer: Signature | None = None,
    ) -> str:
        """Write a commit object."""
        lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
        lines += [f"author {_person(author)}", f"committer {_person(committer or author)}"]
        return self.write("commit", ("\n".join(lines) + "\n\n" + message).encode())

    def entries(self, tree: str) -> tuple[Entry, ...]:
        """A tree's entries."""
        if tree == EMPTY_TREE:
            return ()
        cached = self._trees.get(tree)
        if cached is None:
            found = self.read(tree)
            cached = self._trees[tree] = tuple(_entries(found[1])) if found and found[0] == "tree" else ()
        return cached

    def amend(self, tree: str, changes: Mapping[str, tuple[str, str] | None]) -> str:
        """A tree like that one with these files: path to `(mode, blob id)`, None to delete."""
        here: dict[str, Entry] = {entry.name: entry for entry in self.entries(tree)}
        below: dict[str, dict[str, tuple[str, str] | None]] = {}
        for path, change in changes.items():
            name, slash, rest = path.partition("/")
            if slash:
                below.setdefault(name, {})[rest] = change
            elif change is None:
                here.pop(name, None)
            else:
                here[name] = Entry(name, *change)
        for name, inner in below.items():
            old = here.get(name)
            new = self.amend(old.oid if old and old.kind == "tree" else EMPTY_TREE, inner)
            if new == EMPTY_TREE:
                here.pop(name, None)
            else:
                here[name] = Entry(name, "40000", new)
        return self.tree(here.values())

    def find(self, tree: str, path: str) -> Entry | None:
        """What stands at that path in a tree; the tree itself for an empty path."""
        entry = Entry("", "40000", tree)
        for name in (part for part in path.split("/") if part):
            if entry.kind != "tree":
                return None
            found = next((e for e in self.entries(entry.oid) if e.name == name), None)
            if found is None:
                return None
            entry = found
        return entry

    def files(self, tree: str, prefix: str = "") -> dict[str, Entry]:
        """Every file below a tree, by path."""
        found: dict[str, Entry] = {}
        for entry in self.entries(tree):
            path = f"{prefix}{entry.name}"
            if entry.kind == "tree":
                found |= self.files(entry.oid, f"{path}/")
            else:
                found[path] = entry
        return found

    def commit_info(self, oid: str) -> CommitInfo | None:
        """A commit by id, or None when there is no such commit."""
        cached = self._commits.get(oid)
        if cached is None:
            found = self.read(oid)
            if found is None or found[0] != "commit":
                return None
            cached = self._commits[oid] = _commit(oid, found[1])
        return cached

    # Questions to git ------------------------------------------------------------------------------------

    def history(self, oid: str, *options: str, path: str = "") -> list[str]:
        """Commit ids from `git rev-list`, newest first."""
        tail = ("--", path) if path else ("--",)
        return (self._ask("rev-list", *options, oid, *tail) or b"").decode().split()

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor, or None for unrelated histories."""
        return (self._ask("merge-base", one, other) or b"").decode().strip() or None

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether `old` is `new` or before it."""
        return old == new or self.merge_base(old, new) == old

    def changes(self, base: str | None, head: str) -> list[Change]:
        """The files that differ, by path, renames found as GitHub finds them. No base: every file is new."""
        if base == head:
            return []
        command = ["diff-tree", "-r", "-M", "-z", "--raw", "--numstat", "--no-commit-id"]
        return _changes(self._ask(*command, base or EMPTY_TREE, head) or b"")

    def blame(self, oid: str, path: str) -> list[Blamed]:
        """Who wrote which lines of a file, from `git blame --porcelain`; empty when there is no such file."""
        ranges: list[Blamed] = []
        for line in (self._ask("blame", "--porcelain", oid, "--", path) or b"").split(b"\n"):
            head = re.match(rb"([0-9a-f]{40}) \d+ (\d+)(?: \d+)?\Z", line)
            if head is None:
                continue
            number, commit = int(head[2]), head[1].decode()
            if ranges and ranges[-1].oid == commit and ranges[-1].last == number - 1:
                ranges[-1] = Blamed(ranges[-1].first, number, commit)
            else:
                ranges.append(Blamed(number, number, commit))
        return ranges

    def set_ref(self, name: str, oid: str | None) -> None:
        """Point a ref at a commit, or delete it."""
        if oid is None:
            self._git("update-ref", "-d", name)
        else:
            self._git("update-ref", name, oid)

    def set_head(self, branch: str) -> None:
        """Make a branch the one that a clone checks out."""
        self._git("symbolic-ref", "HEAD", f"refs/heads/{branch}")

    def fsck(self) -> str:
        """What `git fsck --strict` complains about; "" when nothing."""
        done = self._run("fsck", "--strict", "--no-dangling", "--no-progress")
        return "" if done.returncode == 0 else (done.stdout + done.stderr).decode()

    def _ask(self, *arguments: str) -> bytes | None:
        """Git's answer to a question about objects, which never change, so that it is asked once."""
        if arguments not in self._answers:
            done = self._run(*arguments)
            self._answers[arguments] = done.stdout if done.returncode == 0 else None
        return self._answers[arguments]

    def _git(self, *arguments: str) -> bytes:
        done = self._run(*arguments)
        if done.returncode != 0:
            msg = f"git {arguments[0]} failed: {done.stderr.decode().strip()}"
            raise RuntimeError(msg)
        return done.stdout

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(  # noqa: S603 (fixed commands, and arguments that this module checks)
            ["git", "--git-dir", str(self.path), *arguments],  # noqa: S607 (git is found by PATH)
            capture_output=True,
            check=False,
            env=self._environment,
        )


def _person(signature: Signature) -> str:
    name = re.sub(r"[<>\n\0]", "", signature.name).strip() or "unknown"
    return f"{name} <{signature.email}> {int(signature.at.timestamp())} +0000"


def _signature(text: str) -> Signature:
    found = _PERSON.match(text)
    if found is None:
        return Signature(text, "", datetime.fromtimestamp(0, tz=UTC))
    return Signature(found["name"], found["email"], datetime.fromtimestamp(int(found["at"]), tz=UTC))


def _entries(content: bytes) -> Iterable[Entry]:
    at = 0
    while at < len(content):
        space = content.index(b" ", at)
        zero = content.index(b"\0", space)
        yield Entry(
            content[space + 1 : zero].decode(),
            content[at:space].decode(),
            content[zero + 1 : zero + 21].hex(),
        )
        at = zero + 21


def _commit(oid: str, content: bytes) -> CommitInfo:
    head, _, message = content.decode("utf-8", "replace").partition("\n\n")
    tree, parents, people = "", [], {}
    for line in head.split("\n"):
        word, _, rest = line.partition(" ")
        if word == "tree":
            tree = rest
        elif word == "parent":
            parents.append(rest)
        elif word in {"author", "committer"}:
            people[word] = _signature(rest)
    return CommitInfo(oid, tree, tuple(parents), people["author"], people["committer"], message)


def _changes(output: bytes) -> list[Change]:
    """Read `diff-tree -z --raw --numstat`: raw records first, then a numstat record for each path."""
    fields = output.split(b"\0")
    raw: dict[str, tuple[str, str, str]] = {}
    changes: list[Change] = []
    at = 0
    while at < len(fields) and fields[at]:
        field = fields[at].decode("utf-8", "surrogateescape")
        if field.startswith(":"):
            _, _, _, oid, status = field.split(" ")
            moved = status[0] in "RC"
            path = fields[at + (2 if moved else 1)].decode("utf-8", "surrogateescape")
            previous = fields[at + 1].decode("utf-8", "surrogateescape") if moved else ""
            raw[path] = (status[0], previous, oid)
            at += 3 if moved else 2
        else:
            added, deleted, path = field.split("\t")
            at += 1
            if not path:
                path = fields[at + 1].decode("utf-8", "surrogateescape")
                at += 2
            status, previous, oid = raw[path]
            counts = (0 if added == "-" else int(added), 0 if deleted == "-" else int(deleted))
            changes.append(Change(path, status, *counts, previous, oid))
    return changes
