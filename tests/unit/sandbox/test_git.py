"""The bare repository underneath: real git, whoever wrote the objects."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bugaction.sandbox.git import EMPTY_TREE, Blamed, Entry, GitStore, Signature

ANA = Signature("Ana", "ana@example.com", datetime(2026, 11, 2, 9, 0, tzinfo=UTC))
BOB = Signature("Bob", "bob@example.com", datetime(2026, 11, 2, 10, 0, tzinfo=UTC))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GitStore]:
    git = GitStore(tmp_path / "shop.git")
    yield git
    git.close()


def write(store: GitStore, base: str, files: dict[str, str | None]) -> str:
    """A tree with these files changed."""
    changes = {
        path: None if text is None else ("100644", store.blob(text.encode())) for path, text in files.items()
    }
    return store.amend(base, changes)


def test_what_is_written_is_what_git_reads(store: GitStore) -> None:
    """Objects and refs written here pass `git fsck --strict`, and git itself prints their content."""
    tree = write(store, EMPTY_TREE, {"a.txt": "one\n", "src/deep/b.txt": "two\n", "src.txt": "three\n"})
    commit = store.commit(tree, [], "Start\n", ANA)
    store.set_ref("refs/heads/main", commit)
    shown = subprocess.run(
        ["git", "--git-dir", str(store.path), "show", "main:src/deep/b.txt"], capture_output=True, check=True
    )
    assert shown.stdout == b"two\n"
    assert store.fsck() == ""


def test_a_commit_reads_back_as_it_was_written(store: GitStore) -> None:
    """Parents, people, times and message survive the round trip."""
    first = store.commit(write(store, EMPTY_TREE, {"a": "1"}), [], "First", ANA)
    second = store.commit(write(store, EMPTY_TREE, {"a": "2"}), [first], "Second\n\nWhy.", ANA, BOB)
    info = store.commit_info(second)
    assert info is not None
    assert (info.parents, info.author, info.committer, info.message) == ((first,), ANA, BOB, "Second\n\nWhy.")


def test_a_tree_loses_folders_that_become_empty(store: GitStore) -> None:
    """Git keeps no empty folders, so deleting the last file deletes its folder."""
    tree = write(store, EMPTY_TREE, {"a.txt": "1", "docs/x.txt": "2"})
    assert [entry.name for entry in store.entries(write(store, tree, {"docs/x.txt": None}))] == ["a.txt"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [("", "tree"), ("docs", "tree"), ("docs/x.txt", "blob"), ("docs/no", None), ("a.txt/x", None)],
)
def test_find(store: GitStore, path: str, kind: str | None) -> None:
    """A path finds a file, a folder, or nothing."""
    tree = write(store, EMPTY_TREE, {"a.txt": "1", "docs/x.txt": "2"})
    found = store.find(tree, path)
    assert (found.kind if found else None) == kind


def test_a_submodule_is_a_commit_in_the_tree(store: GitStore) -> None:
    """An entry of mode 160000 names a commit elsewhere."""
    assert Entry("lib", "160000", "0" * 40).kind == "commit"


def test_an_unknown_object_is_nothing(store: GitStore) -> None:
    """Ids that do not exist, and texts that are no ids, read as nothing."""
    assert store.read("0" * 40) is None
    assert store.read("HEAD") is None
    assert store.commit_info(store.blob(b"x")) is None


def test_blame_tells_who_wrote_which_lines(store: GitStore) -> None:
    """Neighbouring lines of one commit are one range."""
    first = store.commit(write(store, EMPTY_TREE, {"l": "1\n2\n3\n"}), [], "First", ANA)
    second = store.commit(write(store, EMPTY_TREE, {"l": "1\nnew\n3\n4\n"}), [first], "Second", BOB)
    assert store.blame(second, "l") == [
        Blamed(1, 1, first),
        Blamed(2, 2, second),
        Blamed(3, 3, first),
        Blamed(4, 4, second),
    ]
    assert store.blame(second, "absent") == []


def test_changes_name_status_and_lines(store: GitStore) -> None:
    """Added, changed, deleted and renamed files, with the lines that GitHub counts."""
    long = "".join(f"line {number}\n" for number in range(40))
    base = store.commit(write(store, EMPTY_TREE, {"a": "1\n", "b": "1\n", "old": long}), [], "Base", ANA)
    tree = write(store, EMPTY_TREE, {"a": "2\n", "new": long, "c": "x\ny\n"})
    head = store.commit(tree, [base], "Head", ANA)
    found = {change.path: change for change in store.changes(base, head)}
    assert {path: change.status for path, change in found.items()} == {
        "a": "M",
        "b": "D",
        "c": "A",
        "new": "R",
    }
    assert (found["c"].additions, found["b"].deletions, found["new"].previous) == (2, 1, "old")
    assert [change.path for change in store.changes(None, base)] == ["a", "b", "old"]


def test_history_and_ancestry(store: GitStore) -> None:
    """Newest first; unrelated histories share no base."""
    tree = write(store, EMPTY_TREE, {"a": "1"})
    first = store.commit(tree, [], "First", ANA)
    second = store.commit(tree, [first], "Second", BOB)
    orphan = store.commit(tree, [], "Orphan", BOB)
    assert store.history(second) == [second, first]
    assert store.history(second, f"^{first}") == [second]
    assert store.is_ancestor(first, second)
    assert not store.is_ancestor(second, first)
    assert store.merge_base(orphan, second) is None
