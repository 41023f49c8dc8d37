"""A clone on this machine: what is read of it, and that nothing is written where it should not be."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from bugaction.adoption.planning import Change, Step
from bugaction.adoption.tree import CONFIG, FORM, MANIFEST, WORKFLOW, File
from bugaction.checkout import installed_commit, label_names, read_checkout, remote_repository, write
from bugaction.errors import UserError

CI = ".github/workflows/ci.yml"


def git(folder: Path, *arguments: str) -> str:
    names = ("user.name=Octo", "user.email=octo@example.com", "init.defaultBranch=main")
    options = [part for name in names for part in ("-c", name)]
    done = subprocess.run(
        ["git", *options, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def put(folder: Path, files: Mapping[str, str | bytes]) -> None:
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with a commit."""
    put(tmp_path, {"README.md": "Shop.\n", CI: "name: CI\non: push\n"})
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "Begin")
    return tmp_path


def create(path: str, text: str, before: str | None = None, *, crlf: bool = False) -> Change:
    return Change(Step.CREATE if before is None else Step.UPDATE, path, before, text, crlf)


def test_a_folder_without_git_is_refused(tmp_path: Path) -> None:
    """With git's own words, and what to do."""
    with pytest.raises(UserError, match="is in no working tree of git") as caught:
        read_checkout(tmp_path)
    assert "in a clone" in caught.value.remedy


def test_a_bare_repository_is_refused(tmp_path: Path) -> None:
    """It has no files."""
    git(tmp_path, "init", "--quiet", "--bare")
    with pytest.raises(UserError, match="no working tree"):
        read_checkout(tmp_path)


def test_it_is_found_from_any_folder_of_it(clone: Path) -> None:
    """Only what matters is read, and names alone of what only has to be there."""
    put(clone, {"docs/PULL_REQUEST_TEMPLATE.md": "x", "src/a.py": "x", ".github/workflows/README.md": "x"})
    found = read_checkout(clone / "docs")
    assert found.top.samefile(clone)
    assert dict(found.tree) == {CI: File("name: CI\non: push\n"), "docs/PULL_REQUEST_TEMPLATE.md": File(None)}
    assert (found.branch, found.current, found.remote) == ("main", "main", "")


def test_the_default_branch_is_origin_s(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever is checked out; without a remote, the only branch there is."""
    git(clone, "branch", "--move", "trunk")
    copy = tmp_path_factory.mktemp("copy") / "clone"
    git(clone, "clone", "--quiet", str(clone), str(copy))
    git(copy, "switch", "--quiet", "--create", "topic")
    found = read_checkout(copy)
    assert (found.branch, found.current) == ("trunk", "topic")
    assert found.remote == str(clone)
    git(clone, "branch", "other")
    assert read_checkout(clone).branch == ""


def test_what_the_last_commit_holds_is_known_by_its_content(clone: Path) -> None:
    """Not by what git's index is told to overlook, and not where a file was changed or only added."""
    put(clone, {CONFIG: "version: 1\n", FORM: "name: x\n", WORKFLOW: "name: a\n"})
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message", "Adopt")
    put(clone, {FORM: "name: y\n", WORKFLOW: "name: b\n", MANIFEST: "{}"})
    git(clone, "update-index", "--assume-unchanged", WORKFLOW)
    git(clone, "add", FORM)
    tree = read_checkout(clone).tree
    assert [path for path, file in tree.items() if file.committed] == [CONFIG]


def test_nothing_is_committed_before_the_first_commit(tmp_path: Path) -> None:
    """Nor is its branch one yet."""
    git(tmp_path, "init", "--quiet")
    put(tmp_path, {CONFIG: "version: 1\n"})
    found = read_checkout(tmp_path)
    assert (found.tree[CONFIG].committed, found.branch, found.current) == (False, "", "main")


def test_files_that_are_no_text_have_none(clone: Path) -> None:
    """Binary, not UTF-8, or larger than GitHub shows."""
    put(clone, {CONFIG: b"\xff", WORKFLOW: b"a\0b", CI: b"#" * 600_000})
    tree = read_checkout(clone).tree
    assert {tree[path].text for path in (CONFIG, WORKFLOW, CI)} == {None}


def test_a_link_is_not_followed(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Neither a folder nor a file of ours; another workflow that is a link is not read."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "a.yml").write_text("name: A\non: push\n", encoding="utf-8")
    (clone / ".github/workflows/a.yml").symlink_to(elsewhere / "a.yml")
    assert read_checkout(clone).tree[".github/workflows/a.yml"].text is None
    (clone / CONFIG).symlink_to(elsewhere / "config.yml")
    with pytest.raises(UserError, match=r"\.github/bugaction\.yml is a symbolic link"):
        read_checkout(clone)
    (clone / CONFIG).unlink()
    (clone / ".github").rename(elsewhere / "github")
    (clone / ".github").symlink_to(elsewhere / "github", target_is_directory=True)
    with pytest.raises(UserError, match=r"\.github is a symbolic link"):
        read_checkout(clone)
    with pytest.raises(UserError, match="symbolic link"):
        write(clone, [create(WORKFLOW, "x\n")])
    assert not (elsewhere / "github/workflows/bugaction.yml").exists()


def test_what_is_in_the_way_is_named(clone: Path) -> None:
    """A folder where a file should be, and a file where a folder should be."""
    (clone / CONFIG).mkdir()
    with pytest.raises(UserError, match=r"\.github/bugaction\.yml is in the way"):
        read_checkout(clone)
    (clone / CONFIG).rmdir()
    put(clone, {".github/bugaction": "x"})
    with pytest.raises(UserError, match=r"\.github/bugaction is in the way"):
        read_checkout(clone)


def test_lines_keep_their_ends(clone: Path) -> None:
    """CRLF stays CRLF, and LF stays LF."""
    put(clone, {CONFIG: b"a\r\nb\r\n"})
    file = read_checkout(clone).tree[CONFIG]
    assert file == File("a\nb\n", crlf=True)
    write(clone, [create(CONFIG, "c\nd\n", "a\nb\n", crlf=True), create(WORKFLOW, "e\n")])
    assert (clone / CONFIG).read_bytes() == b"c\r\nd\r\n"
    assert (clone / WORKFLOW).read_bytes() == b"e\n"


def test_a_file_that_changed_since_it_was_looked_at_is_not_written(clone: Path) -> None:
    """Somebody saved it while the question stood there."""
    put(clone, {CONFIG: "mine\n"})
    with pytest.raises(UserError, match="has changed meanwhile"):
        write(clone, [create(CONFIG, "ours\n")])
    assert (clone / CONFIG).read_text(encoding="utf-8") == "mine\n"
    put(clone, {CONFIG: b"\xff"})
    with pytest.raises(UserError, match="has changed meanwhile"):
        write(clone, [create(CONFIG, "ours\n")])


def test_removing_leaves_no_empty_folder(clone: Path) -> None:
    """And no folder that holds something else is touched."""
    put(clone, {MANIFEST: "{}\n", WORKFLOW: "x\n"})
    write(clone, [Change(Step.REMOVE, MANIFEST, "{}\n"), Change(Step.REMOVE, WORKFLOW, "x\n")])
    assert sorted(path.name for path in (clone / ".github").rglob("*")) == ["ci.yml", "workflows"]


def test_a_mode_is_kept_and_a_new_file_is_as_the_system_makes_it(clone: Path) -> None:
    """Nothing is private because it was written aside first."""
    put(clone, {CONFIG: "a\n", "plain": "x"})
    (clone / CONFIG).chmod(0o600)
    write(clone, [create(CONFIG, "b\n", "a\n"), create(FORM, "c\n")])
    assert (clone / CONFIG).stat().st_mode & 0o777 == 0o600
    assert (clone / FORM).stat().st_mode == (clone / "plain").stat().st_mode
    assert not list((clone / ".github").rglob(".*.yml.*"))


def test_a_place_that_cannot_be_written_is_named(clone: Path) -> None:
    """A device that is full, a folder without the right to write: the system's words."""
    name = "x" * 300
    with pytest.raises(UserError, match=rf"{name} cannot be written: File name too long\.") as caught:
        write(clone, [create(name, "x\n")])
    assert "run `bugaction init` again" in caught.value.remedy


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("https://github.com/octo/shop.git", "octo/shop"),
        ("https://x-access-token:abc@github.com/octo/shop", "octo/shop"),
        ("git@github.com:octo/shop.git", "octo/shop"),
        ("ssh://git@github.com:22/octo/shop.js.git", "octo/shop.js"),
        ("https://ghe.example.com/octo/shop", ""),
        ("https://github.com.evil.example/octo/shop", ""),
        ("/srv/git/shop.git", ""),
        ("", ""),
    ],
)
def test_the_repository_of_an_address(remote: str, expected: str) -> None:
    """Of the server that was asked for alone: a token is sent to no other."""
    assert remote_repository(remote, "github.com") == expected


def test_labels_as_gh_prints_them() -> None:
    """Objects with a name, or names; nothing else."""
    assert label_names('[{"name": "P0"}, "bug"]', "x") == ("P0", "bug")
    for wrong in ("", "P0\nP1\n", '{"name": "P0"}', '[{"title": "P0"}]', "[1]"):
        with pytest.raises(UserError, match=r"labels in <stdin> cannot be read"):
            label_names(wrong, "<stdin>")


def test_the_commit_of_this_checkout_is_told_only_while_nothing_is_changed() -> None:
    """What would run on GitHub is that commit, and not what lies here."""
    top = Path(__file__).parents[2]
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=top, capture_output=True, text=True, check=False)
    parts = ["action.yml", "src", "templates", "requirements"]
    status = subprocess.run(
        ["git", "status", "--porcelain", "--", *parts], cwd=top, capture_output=True, text=True, check=False
    )
    is_clean = head.returncode == 0 and not status.stdout
    assert installed_commit() == (head.stdout.strip() if is_clean else "")
