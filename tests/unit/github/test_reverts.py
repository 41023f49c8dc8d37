"""What a pull request says it takes back, read from canned answers: what is not there is told as such."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses

from bugaction.errors import Transient
from bugaction.questions import AskRevert
from bugaction.review import Revert, RevertClaim, RevertedCommit
from bugaction.snapshot import Snapshot
from tests.unit.github.fake import FIX, HEAD, Node, answer, bodies, data, reader, rest, sent
from tests.values import snapshot

ONE, TWO, THREE, BEFORE = "1" * 40, "2" * 40, "3" * 40, "0" * 40
FILE, SCRIPT = 0o100644, 0o100755
KNOWN: Snapshot = snapshot()


@pytest.fixture(autouse=True)
def _canned() -> Iterator[None]:
    with responses.mock:
        yield


def claim(
    *paths: str, commits: tuple[str, ...] = (ONE,), pulls: tuple[int, ...] = (), forks: tuple[str, ...] = ()
) -> RevertClaim:
    """What is looked into."""
    return RevertClaim(7, FIX, HEAD, forks, commits, pulls, paths or ("a.py",))


def entry(oid: str, mode: int = FILE) -> Node:
    """A tree entry."""
    return {"mode": mode, "oid": oid}


def commit(oid: str, before: Node | None = None, **files: Node | None) -> Node:
    """A commit with its first parent."""
    return {"oid": oid, **files, "parents": {"nodes": [before] if before else []}}


def sides(**changes: Node | None) -> Node:
    """The repository's part of an answer about one file, which was changed and is changed back."""
    return {
        "side_0": {"oid": FIX, "f0": entry("old")},
        "side_1": {"oid": HEAD, "f0": entry("new")},
        "commit_0": commit(ONE, {"oid": BEFORE, "f0": entry("old")}, f0=entry("new")),
        **changes,
    }


def compared(base: str, head: str, status: str, *paths: str, code: int = 200) -> None:
    """The next comparison."""
    files = [{"filename": path} for path in paths]
    rest("GET", f"compare/{base}...{head}", {"status": status, "files": files}, code)


def read(asked: RevertClaim) -> Revert:
    """What was found out about the claim."""
    return reader().answer(KNOWN, [AskRevert(asked)]).answers.reverts[asked]


def test_one_request_for_the_files_and_two_comparisons_for_each_commit() -> None:
    """Its place in the base's history, and all that it changed."""
    answer(data(sides()))
    compared(HEAD, ONE, "behind")
    compared(BEFORE, ONE, "ahead", "a.py", "b.py")
    assert read(claim()) == Revert(
        head={"a.py": (FILE, "old")},
        base={"a.py": (FILE, "new")},
        forks=(),
        commits=(
            RevertedCommit(
                ONE,
                ONE,
                is_merged=True,
                changed=("a.py", "b.py"),
                before={"a.py": (FILE, "old")},
                after={"a.py": (FILE, "new")},
            ),
        ),
    )
    assert sent() == ["POST graphql", f"GET compare/{HEAD}...{ONE}", f"GET compare/{BEFORE}...{ONE}"]


def test_modes_and_empty_places_are_told() -> None:
    """A script is another file, and nothing is not the same as something."""
    answer(
        data(
            sides(
                side_0={"oid": FIX, "f0": None},
                side_1={"oid": HEAD, "f0": entry("new", SCRIPT)},
                side_2={"oid": TWO, "f0": entry("new", SCRIPT)},
            )
        )
    )
    compared(HEAD, ONE, "identical")
    compared(BEFORE, ONE, "ahead", "a.py")
    found = read(claim(forks=(TWO,)))
    assert found.head == {"a.py": None}
    assert (found.base, found.forks) == ({"a.py": (SCRIPT, "new")}, ({"a.py": (SCRIPT, "new")},))


def test_what_is_not_there_has_no_contents() -> None:
    """A commit that is gone, an id of something else, a pull request that is none or was not merged."""
    nodes = sides(side_0=None, side_1={}, commit_0=None, merge_0=None, merge_1={"mergeCommit": None})
    errors = [{"type": "NOT_FOUND", "path": ["repository", "merge_0"], "message": "no"}]
    answer(data(nodes, errors=errors))
    found = read(claim(pulls=(8, 9)))
    assert (found.head, found.base) == (None, None)
    assert found.commits == (RevertedCommit(ONE), RevertedCommit("#8"), RevertedCommit("#9"))
    assert sent() == ["POST graphql"]


@pytest.mark.parametrize(("status", "code"), [("ahead", 200), ("diverged", 200), ("", 200), ("", 404)])
def test_what_the_base_does_not_hold_was_never_merged(status: str, code: int) -> None:
    """GitHub answers 404 for commits without a common ancestor; nothing more is asked then."""
    answer(data(sides()))
    compared(HEAD, ONE, status, code=code)
    assert read(claim()).commits == (RevertedCommit(ONE, ONE),)


def test_the_first_commit_of_all_has_nothing_before_it() -> None:
    """It cannot be taken back."""
    answer(data(sides(commit_0=commit(ONE, f0=entry("new")))))
    compared(HEAD, ONE, "behind")
    assert read(claim()).commits == (RevertedCommit(ONE, ONE, is_merged=True),)


def test_a_commit_that_is_named_twice_counts_once() -> None:
    """By its id and by the pull request that brought it: GitHub's own revert does both."""
    both = commit(ONE, {"oid": BEFORE, "f0": entry("old")}, f0=entry("new"))
    answer(data(sides(commit_0=both, merge_0={"mergeCommit": both})))
    for _ in range(2):
        compared(HEAD, ONE, "behind")
        compared(BEFORE, ONE, "ahead", "a.py")
    assert [item.name for item in read(claim(pulls=(8,))).commits] == [ONE]


def test_moved_files_count_at_both_places_and_a_full_list_may_be_cut() -> None:
    """300 files are the most that a comparison lists."""
    for files, expected in (
        ([{"filename": "a.py", "previous_filename": "z.py"}], ("a.py", "z.py")),
        ([{"filename": f"{number}.py"} for number in range(300)], None),
        (None, None),
    ):
        responses.reset()
        answer(data(sides()))
        compared(HEAD, ONE, "behind")
        rest("GET", f"compare/{BEFORE}...{ONE}", {"status": "ahead", "files": files})
        assert read(claim()).commits[0].changed == expected


def test_many_files_are_read_in_several_requests() -> None:
    """Forty each; their paths travel as variables."""
    paths = tuple(f"{number:02d}.py" for number in range(41))
    several = {f"f{at}": entry("same") for at in range(40)}
    for files in (several, {"f0": entry("last")}):
        answer(
            data(
                sides(
                    side_0={"oid": FIX, **files},
                    side_1={"oid": HEAD, **files},
                    commit_0=commit(ONE, {"oid": BEFORE, **files}, **files),
                )
            )
        )
    compared(HEAD, ONE, "behind")
    compared(BEFORE, ONE, "ahead")
    found = read(claim(*paths))
    for side in (found.head, found.base, found.commits[0].before, found.commits[0].after):
        assert side == {**dict.fromkeys(paths[:40], (FILE, "same")), "40.py": (FILE, "last")}
    assert [body["variables"]["f0"] for body in bodies()[:2]] == ["00.py", "40.py"]


def test_what_cannot_be_read_is_told_as_such() -> None:
    """Neither a part of a query nor a comparison counts as something that is not there. And whoever names
    what GitHub never answers stops nobody else's verdict."""
    forbidden = {"type": "FORBIDDEN", "path": ["repository", "side_0"], "message": "no"}
    answer(data(sides(side_0=None), errors=[forbidden]))
    assert read(claim()) == Revert(None, None, (), (), problem="no")
    responses.reset()
    answer(data(sides()))
    compared(HEAD, ONE, "", code=403)
    assert read(claim()).problem
    responses.reset()
    answer(data(sides()))
    for _ in range(9):
        compared(HEAD, ONE, "", code=502)
    assert read(claim()).problem.startswith("GitHub answered 502")


def test_a_rate_limit_is_the_whole_run_s() -> None:
    """It says nothing of the claim, and passes."""
    answer(data(sides()))
    for _ in range(9):
        compared(HEAD, ONE, "", code=429)
    with pytest.raises(Transient):
        read(claim())


@pytest.mark.parametrize(
    ("status", "is_straight"), [("ahead", True), ("behind", True), ("diverged", False), ("", False)]
)
def test_where_it_left_its_base_has_to_be_one_line(status: str, is_straight: bool) -> None:
    """Of two branches that were merged into the base, GitHub lists the files against one alone."""
    places = {"side_2": {"oid": TWO, "f0": entry("new")}, "side_3": {"oid": THREE, "f0": entry("new")}}
    answer(data(sides(**places)))
    compared(HEAD, ONE, "behind")
    compared(BEFORE, ONE, "ahead", "a.py")
    compared(TWO, THREE, status)
    assert read(claim(forks=(TWO, THREE))).is_straight is is_straight
