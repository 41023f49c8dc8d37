"""Documents of a checkout are read with bounds, and what cannot be read is named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bugaction.errors import UserError
from bugaction.working_tree import LARGEST, checked, working_tree

NAME = "documents/bugs/BUG-042/root-cause-analysis-v1.0.md"
TEXT = "---\nseverity: P1\n---\n# The cause\nThe pool was exhausted.\n"


@pytest.fixture(name="top")
def _top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one document, entered."""
    (tmp_path / ".git").mkdir()
    put(tmp_path / NAME, TEXT)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(file: Path, text: str | bytes) -> Path:
    """A file with this content."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_a_folder_stands_for_its_newest_documents(top: Path) -> None:
    """Other files, older versions and hidden folders are left out."""
    newer = put(top / NAME.replace("v1.0", "v1.1"), TEXT)
    put(top / "documents/bugs/README.md", "# Register\n")
    put(top / "documents/bugs/.git/BUG-042/post-mortem-v1.0.md", "")
    for given in ([], ["documents"], ["."], [str(top)]):
        (found,) = checked(given, working_tree(Path()))
        assert found.place == newer.relative_to(top).as_posix()
        assert found.remarks == ()


def test_a_path_is_told_as_it_was_given(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And placed by the tree that it lies in, wherever one stands."""
    monkeypatch.chdir(top / "documents")
    (found,) = checked([NAME.removeprefix("documents/")], working_tree(Path()))
    assert (found.path, found.place) == (NAME.removeprefix("documents/"), NAME)
    (found,) = checked([], working_tree(Path()))
    assert (found.path, found.place) == (NAME.removeprefix("documents/"), NAME)


def test_the_configuration_of_the_tree_says_where_documents_lie(top: Path) -> None:
    """Another folder; what an organisation's file says underneath is not known here and no error."""
    put(top / ".github/bugaction.yml", "version: 1\nextends: octo/.github\ndocuments:\n  root: docs/bugs\n")
    put(top / "docs/bugs/BUG-007/post-mortem-v1.0.md", "---\nseverity: P1\n---\n")
    tree = working_tree(Path())
    assert [item.number for item in checked([], tree)] == [7]
    (elsewhere,) = checked([NAME], tree)
    assert elsewhere.remarks == (
        "no gate reads it here: its place is docs/bugs/BUG-042/root-cause-analysis-v1.0.md",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 1\nroot: x\n", "line 2: root: unknown key"),
        (b"\0\xff", "binary"),
        ("version: [\n", "line "),
    ],
)
def test_a_wrong_configuration_is_named(top: Path, text: str | bytes, said: str) -> None:
    """As it holds every gate, nothing is judged by the defaults instead."""
    put(top / ".github/bugaction.yml", text)
    with pytest.raises(UserError) as error:
        working_tree(Path())
    assert said in error.value.message
    assert error.value.reason == "config-invalid"


def test_another_configuration_can_be_named_and_has_to_be_there(top: Path) -> None:
    """A slip of the pen must not put the defaults in its stead."""
    put(top / "own.yml", "version: 1\ndocuments:\n  root: docs/bugs\n")
    assert working_tree(Path(), "own.yml").root == "docs/bugs"
    with pytest.raises(UserError, match="there is no such file"):
        working_tree(Path(), "won.yml")


def test_without_documents_there_is_an_error(top: Path) -> None:
    """Nothing was named, and nothing is there to look through: that is no success."""
    put(top / ".github/bugaction.yml", "version: 1\ndocuments:\n  root: docs/bugs\n")
    with pytest.raises(UserError, match="There is no folder docs/bugs"):
        list(checked([], working_tree(Path())))


def test_a_file_that_no_gate_could_read_is_named(top: Path) -> None:
    """Too large, binary, in another encoding, a link, a pipe, nothing, or a name that none can have."""
    folder = top / "documents/bugs/BUG-043"
    large = put(folder / "post-mortem-v1.0.md", b"x" * (LARGEST + 1))
    binary = put(folder / "post-mortem-v1.1.md", b"# a\0b")
    latin = put(folder / "post-mortem-v1.2.md", "# é".encode("latin-1"))
    link = folder / "post-mortem-v1.3.md"
    link.symlink_to(top / NAME)
    pipe = folder / "post-mortem-v1.4.md"
    os.mkfifo(pipe)
    expected = {
        str(large): "cannot be read: it is larger than 512 KB",
        str(binary): "cannot be read: it is binary",
        str(latin): "cannot be read: it is binary, or not UTF-8",
        str(link): "is a symbolic link, which no gate follows: give the file itself",
        str(pipe): "is no regular file",
        str(folder / "post-mortem-v1.5.md"): "there is no such file",
        f"{NAME}/x": "cannot be read: Not a directory",
        "a\0b": "cannot be read: its name is none",
    }
    found = {item.path: item.problem for item in checked(expected, working_tree(Path()))}
    assert found == expected


def test_a_linked_folder_is_not_followed(top: Path) -> None:
    """What lies behind it may be anywhere."""
    (top / "linked").symlink_to(top / "documents", target_is_directory=True)
    (found,) = checked(["linked"], working_tree(Path()))
    assert found.problem.startswith("is a symbolic link")
    (inside,) = checked(["."], working_tree(Path()))
    assert inside.place == NAME


def test_the_largest_that_github_shows_is_judged(top: Path) -> None:
    """To the byte."""
    text = TEXT + "x" * (LARGEST - len(TEXT))
    put(top / NAME, text)
    (found,) = checked([NAME], working_tree(Path()))
    assert found.problem == ""
