"""How documents are put together, packed by their price, and kept free of values."""

from __future__ import annotations

import pytest

from bugaction.github import parts
from bugaction.github.query import (
    HEADER_WEIGHT,
    MUTATIONS,
    POINT_LIMIT,
    Document,
    Part,
    batch,
    compose,
    fragments,
    pack,
    page,
)
from bugaction.github.samples import documents

VARIABLES: dict[str, tuple[str, object]] = {
    "owner": ("String!", "octo"),
    "name": ("String!", "shop"),
    "records": ("String!", "refs/heads/bugaction/records"),
    "config": ("String!", "c"),
    "templates": ("String!", "t"),
    "meta": ("String!", "m"),
}


@pytest.mark.parametrize(
    ("weights", "groups"),
    [
        ([], []),
        ([1], [1]),
        ([100, 100, 99], [3]),
        ([100, 100, 100], [2, 1]),
        ([400], [1]),
        ([400, 1], [1, 1]),
        ([55] * 6, [5, 1]),
    ],
)
def test_a_document_never_costs_more_points_than_it_may(weights: list[int], groups: list[int]) -> None:
    """Parts are spread over several requests before that; one that is dear by itself goes alone."""
    packed = list(pack(Part(weight=weight) for weight in weights))
    assert [len(group) for group in packed] == groups
    for group in packed:
        weight = sum(part.weight for part in group) + HEADER_WEIGHT
        assert weight <= POINT_LIMIT * 100 or len(group) == 1


def test_values_travel_as_variables() -> None:
    """A name full of quotes stays out of the text."""
    label = parts.label(0, 'P1") { evil }')
    document = compose("Detail", [label], header=False, variables=VARIABLES)
    assert "evil" not in document.text
    assert document.variables == {"owner": "octo", "name": "shop", "label_0": 'P1") { evil }'}


def test_a_document_declares_what_it_uses_and_brings_its_fragments() -> None:
    """No variable too many; each fragment once, those of fragments too."""
    document = compose("Snapshot", [parts.pull(7, "docs")], header=True, variables=VARIABLES)
    assert document.text.count("fragment Who on Actor") == 1
    assert document.text.count("fragment CommentFacts") == 1
    assert "fragment IssueFacts" not in document.text
    assert "$meta: String!" in document.text
    assert set(document.variables) == {*VARIABLES, "pull_7", "links_7"}


def test_a_page_keeps_the_connection_s_own_arguments() -> None:
    """`first` and `after` stand before them."""
    plain = page("Issue", "comments", "id", "I_1", "c1", {})
    filtered = page("Repository", "refs(refPrefix: $queue)", "name", "R_1", "c2", {"queue": ("String!", "q")})
    assert "page: comments(first: 100, after: $cursor) {" in plain.text
    assert "page: refs(first: 100, after: $cursor, refPrefix: $queue) {" in filtered.text
    assert filtered.variables == {"id": "R_1", "cursor": "c2", "queue": "q"}


def test_mutations_are_aliased_in_their_order() -> None:
    """So that what became of each is found by its number."""
    document = batch([("addReaction", {"content": "EYES"}), ("deleteIssueComment", {"id": "IC_1"})])
    assert document == Document(
        text=(
            "mutation Write($i0: AddReactionInput!, $i1: DeleteIssueCommentInput!) {\n"
            "  m0: addReaction(input: $i0) { clientMutationId }\n"
            "  m1: deleteIssueComment(input: $i1) { clientMutationId }\n}\n\n"
        ),
        variables={"i0": {"content": "EYES"}, "i1": {"id": "IC_1"}},
    )


def test_every_fragment_and_mutation_is_in_a_sample() -> None:
    """What is sent is what the contract tests hold to GitHub's schema: nothing is left beside it."""
    texts = "\n".join(document.text for document in documents().values())
    assert [name for name in fragments() if f"fragment {name} on" not in texts] == []
    assert [name for name in MUTATIONS if f": {name}(" not in texts] == []


def test_a_bug_s_branch_is_named_by_its_number() -> None:
    """`fix/bug-042` links by itself."""
    assert parts.bug_branch(42) == "fix/bug-042"
