"""Files at a pull request's head: read by its id, as they stand there, and only of the head that is known."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses

from bugaction.ports import Targets
from bugaction.questions import AskDocuments
from bugaction.review import HeadFile
from bugaction.snapshot import Snapshot
from tests.unit.github.fake import Node, answer, blob, bodies, data, error, pull, reader, repository

A, B, C, D = (f"documents/bugs/BUG-042/{name}.md" for name in "abcd")


@pytest.fixture(autouse=True)
def _canned() -> Iterator[None]:
    with responses.mock:
        yield


@pytest.fixture(name="known")
def _known() -> Snapshot:
    """A snapshot of the pull request, read just now."""
    answer(data(repository(pull_7=pull(7), linkers_7=None)))
    found = reader().read(Targets(pulls=(7,)))
    responses.reset()
    responses.calls.reset()
    return found


def test_each_path_is_told_as_it_stands(known: Snapshot) -> None:
    """Plain text, a link with its mode, a folder, nothing; one request, with paths and id as variables."""
    head = known.pulls[7].head_oid
    entries: list[Node | None] = [
        {"mode": 33188, **blob("# A")},
        {"mode": 40960, **blob("../a.md")},
        {"mode": 16384, "type": "tree", "object": {}},
        None,
    ]
    files = {f"f{index}": entry for index, entry in enumerate(entries)}
    answer(data({"documents_7": {"oid": head, **files}}))
    found = reader().answer(known, [AskDocuments(7, head, (A, B, C, D))]).pulls[7].documents
    assert found == (
        HeadFile(A, 0o100644, "# A"),
        HeadFile(B, 0o120000, "../a.md"),
        HeadFile(C, 0o40000, None),
        HeadFile(D, 0, None),
    )
    assert [file.is_plain for file in found] == [True, False, False, False]
    (sent,) = bodies()
    assert sent["variables"]["documents_7"] == head
    assert {A, B, C, D} <= set(sent["variables"].values())
    assert A not in sent["query"]


@pytest.mark.parametrize("hidden", ["isTruncated", "isBinary"])
def test_one_that_github_does_not_show_whole_has_no_text(known: Snapshot, hidden: str) -> None:
    """Half a document is none."""
    head = known.pulls[7].head_oid
    entry = {"mode": 33188, **blob("# A", **{hidden: True})}
    answer(data({"documents_7": {"oid": head, "f0": entry}}))
    found = reader().answer(known, [AskDocuments(7, head, (A,))]).pulls[7].documents
    assert found == (HeadFile(A, 0o100644, None),)


@pytest.mark.parametrize("node", [None, {}])
def test_a_head_that_is_not_shown_has_no_files(known: Snapshot, node: Node | None) -> None:
    """A fork's may be kept back for a moment: what rests on it is not met, and nothing stops."""
    head = known.pulls[7].head_oid
    errors = [{**error("NOT_FOUND"), "path": ["repository", "documents_7"]}] if node is None else []
    answer(data({"documents_7": node}, errors=errors))
    found = reader().answer(known, [AskDocuments(7, head, (A,))]).pulls[7].documents
    assert found == (HeadFile(A, 0, None),)


def test_files_of_another_head_are_not_taken(known: Snapshot) -> None:
    """What was asked about a commit that was replaced since is nobody's answer."""
    other = "9" * 40
    answer(data({"documents_7": {"oid": other, "f0": {"mode": 33188, **blob("# A")}}}))
    assert reader().answer(known, [AskDocuments(7, other, (A,))]).pulls[7].documents == ()


def test_they_are_read_along_with_the_next_snapshot(known: Snapshot) -> None:
    """As fresh as the rest of it, in the same request."""
    head = known.pulls[7].head_oid
    fields = {"documents_7": {"oid": head, "f0": {"mode": 33188, **blob("# A")}}}
    answer(data(repository(pull_7=pull(7), linkers_7=None, **fields)))
    found = reader().read(Targets(pulls=(7,)), [AskDocuments(7, head, (A,))])
    assert found.pulls[7].documents == (HeadFile(A, 0o100644, "# A"),)
    assert len(bodies()) == 1
