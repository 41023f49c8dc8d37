"""The configuration of another repository, from canned answers: what it says, or why that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses

from bugaction.config import CONFIG_PATH
from bugaction.errors import Transient
from bugaction.extended import Extended
from bugaction.github.extended import read_extended
from bugaction.ports import Targets
from tests.unit.github.fake import (
    Node,
    answer,
    blob,
    bodies,
    client,
    data,
    default_branch,
    reader,
    repository,
)

NAME = "octo/.github"
UNSEEN = (
    f"{NAME} is not there, or this token may not read it; look at the name, make it public, or use the token "
    "of an App that is installed on both"
)


@pytest.fixture(autouse=True)
def _canned() -> Iterator[None]:
    with responses.mock:
        yield


def holding(config: object) -> Node:
    """The other repository's part of an answer."""
    return {"defaultBranchRef": {"name": "main", "target": {"oid": "d" * 40, "config": config}}}


def test_it_is_read_from_the_default_branch_of_the_repository_that_is_named() -> None:
    """At the usual path, whatever the input `config` says of our own."""
    answer(data(holding(blob("version: 1\n"))))
    assert read_extended(client(), NAME) == Extended(NAME, "version: 1\n")
    assert bodies()[0]["variables"] == {"owner": "octo", "name": ".github", "config": CONFIG_PATH}


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (data(holding(None)), f"{NAME} has no {CONFIG_PATH} on its default branch; add it there"),
        (
            data({"defaultBranchRef": None}),
            f"{NAME} has no {CONFIG_PATH} on its default branch; add it there",
        ),
        (data(holding(blob(None, isBinary=True))), f"{CONFIG_PATH} of {NAME} is binary, or far too large"),
        (data(holding({"type": "tree"})), f"{NAME} has no {CONFIG_PATH} on its default branch; add it there"),
        (data(None, errors=[{"type": "NOT_FOUND", "path": ["repository"], "message": "no"}]), UNSEEN),
        (data(None, errors=[{"type": "FORBIDDEN", "path": ["repository"], "message": "SSO"}]), UNSEEN),
        (
            data(holding(None), errors=[{"type": "FORBIDDEN", "path": ["repository", "x"], "message": "no"}]),
            f"{NAME} cannot be read: no",
        ),
        ({"errors": [{"type": "FORBIDDEN", "message": "no"}]}, f"{NAME} cannot be read: no"),
    ],
)
def test_what_keeps_it_from_being_read_is_told(body: Node, problem: str) -> None:
    """With what to do; nothing is taken for an empty file."""
    answer(body)
    assert read_extended(client(), NAME) == Extended(NAME, None, problem)


def test_a_passing_fault_is_no_answer() -> None:
    """It is tried again, and then the run stops as for everything else."""
    for _ in range(9):
        answer("", status=502)
    with pytest.raises(Transient):
        read_extended(client(), NAME)


def test_a_snapshot_holds_it_where_the_repository_s_own_file_asks_for_it() -> None:
    """By one more request, and by none where it does not."""
    own = default_branch(config=blob(f"version: 1\nextends: {NAME}\n"))
    answer(data(repository(defaultBranchRef=own)))
    answer(data(holding(blob("version: 1\n"))))
    assert reader().read(Targets()).repository.extended == Extended(NAME, "version: 1\n")
    answer(data(repository(defaultBranchRef=default_branch(config=blob("version: 1\n")))))
    assert reader().read(Targets()).repository.extended is None
    assert len(bodies()) == 3
