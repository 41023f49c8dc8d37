"""Servers that are behind github.com: what is left out, what is said, and what cannot be left out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses

from bugaction.errors import Rejected
from bugaction.github import parts
from bugaction.github.older import DUPLICATES, NEWER, Outdated, coordinate, known, without
from bugaction.github.query import Document, compose
from bugaction.plan import CloseIssue
from bugaction.ports import Targets
from bugaction.questions import AskReview
from tests.unit.github.fake import (
    Node,
    answer,
    bodies,
    client,
    data,
    detail,
    issue,
    pull,
    reader,
    repository,
    rest,
    sent,
    writer,
)

ITEM = compose("Snapshot", [parts.item(42, "documents/bugs")], header=True, variables={})
NEW_HEADERS = {"X-GitHub-Enterprise-Version": "3.16.2"}


@pytest.fixture(autouse=True)
def _canned() -> Iterator[None]:
    with responses.mock:
        yield


def unknown_field(kind: str, field: str) -> Node:
    return {
        "path": ["query Snapshot", "repository", field],
        "extensions": {"code": "undefinedField", "typeName": kind, "fieldName": field},
        "message": f"Field '{field}' doesn't exist on type '{kind}'",
    }


def unknown_argument(field: str, argument: str) -> Node:
    return {
        "path": ["fragment IssueFacts", field, argument],
        "extensions": {
            "code": "argumentNotAccepted",
            "name": field,
            "typeName": "Field",
            "argumentName": argument,
        },
        "message": f"Field '{field}' doesn't accept argument '{argument}'",
    }


def test_an_error_names_what_the_schema_lacks() -> None:
    """A field by its type, an argument by its field, a field of an input by the input; else nothing."""
    assert coordinate(unknown_field("Ref", "rules")["extensions"]) == "Ref.rules"
    assert coordinate(unknown_argument("stateReason", "enableDuplicate")["extensions"]) == (
        "stateReason(enableDuplicate:)"
    )
    given = {"code": "argumentNotAccepted", "name": "CloseIssueInput", "typeName": "InputObject"}
    assert coordinate({**given, "argumentName": "x"}) == "CloseIssueInput.x"
    assert [coordinate(other) for other in (None, {}, {"code": "missingRequiredArguments"})] == [""] * 3
    assert known(["stateReason(enableDuplicate:)", "Ref.rules", "Issue.id"]) == {DUPLICATES, "Ref.rules"}


def test_a_document_loses_the_part_with_what_only_it_needed() -> None:
    """Alias, arguments, selection; the fragment that nothing spreads, the variable that nothing uses."""
    document = Document(
        "query Q($a: Int!, $b: [String!]!, $c: ID!) {\n  node(id: $c) { rules(first: $a) { ...Rule } "
        "mine: rules(names: $b, first: 1) { type } rulesUrl }\n}\nfragment Rule on Rule {\n  type\n}\n",
        {"a": 1, "b": ["x"], "c": "id"},
    )
    less = without(document, ["Ref.rules"])
    assert " ".join(less.text.split()) == "query Q($c: ID!) { node(id: $c) { rulesUrl } }"
    assert less.variables == {"c": "id"}
    assert without(document, [DUPLICATES]) is document


def test_an_argument_goes_and_its_field_stays() -> None:
    """With its other arguments, where there are some."""
    text = "{ stateReason(enableDuplicate: true) a: stateReason(x: 1, enableDuplicate: true) }"
    less = without(Document(text, {}), [DUPLICATES])
    assert less.text == "{ stateReason a: stateReason(x: 1) }"


def test_what_is_lacking_is_left_out_for_the_rest_of_the_run() -> None:
    """One request more for what turned up at once, and none for it later."""
    asking = client()
    answer({"errors": [unknown_argument("stateReason", "enableDuplicate"), unknown_field("Ref", "rules")]})
    answer(data(repository()))
    answer(data(repository()))
    found = asking.query(ITEM)
    assert found.lacking == asking.lacking == {DUPLICATES, "Ref.rules"}
    asking.query(ITEM)
    texts = [str(body["query"]) for body in bodies()]
    assert ["enableDuplicate" in text or "rules(" in text for text in texts] == [True, False, False]
    assert asking.usage.reads == 3


def test_what_cannot_be_left_out_is_named_with_the_release() -> None:
    """Nothing is tried again, and nothing is read as if it were not there."""
    answer({"errors": [unknown_field("Commit", "blame")]}, headers=NEW_HEADERS)
    with pytest.raises(
        Outdated, match=r"GitHub Enterprise Server 3\.16\.2 does not know `Commit\.blame`"
    ) as caught:
        client().query(ITEM)
    assert isinstance(caught.value, Rejected)
    assert "3.16 or later" in caught.value.remedy
    assert len(sent()) == 1


def test_an_error_that_does_not_go_away_ends_in_words() -> None:
    """A server that refuses what was left out already."""
    refusal = {"errors": [unknown_field("Ref", "rules")]}
    answer(refusal)
    answer(refusal)
    with pytest.raises(Outdated, match=r"This GitHub server does not know `Ref\.rules`"):
        client().query(ITEM)


def test_links_of_github_that_cannot_be_read_are_said() -> None:
    """The bug is read all the same."""
    answer({"errors": [unknown_field("Issue", "closedByPullRequestsReferences")]})
    node = issue()
    del node["closedByPullRequestsReferences"]
    answer(data(repository(item_42=node)))
    snapshot = reader().read(Targets(items=(42,)))
    assert list(snapshot.bugs) == [42]
    assert [line for line in snapshot.unreadable if "before 3.16" in line] == [
        "The pull requests that GitHub links to a bug cannot be read; those whose text names it are seen: "
        "GitHub Enterprise Server before 3.16 has no `closedByPullRequestsReferences`."
    ]


@pytest.mark.parametrize(("told", "required"), [(200, ("ci",)), (404, None)])
def test_rules_that_graphql_lacks_are_asked_of_rest(told: int, required: tuple[str, ...] | None) -> None:
    """And what neither tells is unknown: never as if nothing were required."""
    rule = {"type": "required_status_checks", "parameters": {"required_status_checks": [{"context": "ci"}]}}
    answer({"errors": [unknown_field("Ref", "rules")]})
    ref = {"name": "main", "refUpdateRule": None, "target": {"oid": "a" * 40, "config": None}}
    answer(data(repository(defaultBranchRef=ref, pull_7=pull())))
    answer(data({"review_7": detail(baseRef={"target": {"oid": "a" * 40}, "refUpdateRule": None})}))
    for _ in range(2):
        rest("GET", "rules/branches/main", [rule] if told == 200 else {"message": "Not Found"}, told)
    reading = reader()
    snapshot = reading.read(Targets(pulls=(7,)))
    assert snapshot.repository.default is not None
    assert snapshot.repository.default.protected is (True if told == 200 else None)
    assert reading.answer(snapshot, [AskReview(7)]).pulls[7].required == required


def test_a_duplicate_is_closed_as_not_planned_where_there_are_none() -> None:
    """The server that knows no reason for reading one knows none for closing either."""
    writing = writer()
    answer({"errors": [unknown_argument("stateReason", "enableDuplicate")]})
    answer(data(repository()))
    writing.client.query(ITEM)  # as the reader of the same run has done
    answer({"data": {"m0": {"clientMutationId": None}}})
    writing.apply([CloseIssue("I_42", 42, "I_17")])
    assert bodies()[-1]["variables"] == {"i0": {"issueId": "I_42", "stateReason": "NOT_PLANNED"}}


def test_each_part_says_since_when_it_is_there() -> None:
    """In the order of fields, for whoever asks what an upgrade brings."""
    assert {newer.field for newer in NEWER.values()} == {
        "stateReason",
        "closedByPullRequestsReferences",
        "rules",
        "mergeQueue",
    }
