"""Every GraphQL document of the adapter against GitHub's schema, limits and prices.

The schema here is the shipped extract; `scripts.refresh_contract` holds the same documents to the full one.
"""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    OperationDefinitionNode,
    parse,
    separate_operations,
)
from graphql.execution.values import get_variable_values

from bugaction.github.older import NEWER, without
from bugaction.github.pages import PAGES
from bugaction.github.query import MUTATIONS, POINT_LIMIT, fragments
from bugaction.github.samples import documents
from bugaction.sandbox.contract.graphql import GraphqlContract
from bugaction.sandbox.contract.older import refusals
from bugaction.verdicts import ROLLUP

CONTRACT = GraphqlContract.load()
DOCUMENTS = documents()
NAMES = sorted(DOCUMENTS)

# The most that the requests of one event may cost: a first read, a second for detail.
POINTS = {
    "snapshot-bug": 1,
    "snapshot-pull": 1,
    "snapshot-merge-group": 1,
    "detail-commits": 2,
    "sweep": 2,
    "sweep-closed": 1,
    "replay-bugs": 1,
    "replay-labels": 1,
}


@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_valid_and_within_github_s_limits(name: str) -> None:
    """It uses what the extract has, names a page size on each connection, stays below 500,000 nodes."""
    document = DOCUMENTS[name]
    assert CONTRACT.check(document.text, document.variables) == []


@pytest.mark.parametrize("lacking", [*((name,) for name in NEWER), tuple(NEWER)], ids=" ".join)
def test_a_document_does_without_what_an_older_server_lacks(lacking: tuple[str, ...]) -> None:
    """Each stays valid, asks for nothing of it, and sends no variable that nothing uses."""
    asked = 0
    for name, document in DOCUMENTS.items():
        less = without(document, lacking)
        asked += less is not document
        if name == "page-issue-pulls" and less is not document:
            continue  # the next page of a list that has no first one
        assert CONTRACT.check(less.text, less.variables) == [], name
        assert refusals(CONTRACT.schema, parse(less.text), less.variables, lacking) == [], name
        declared = re.findall(r"\$(\w+): ", less.text)
        assert set(declared) == set(less.variables), name
    assert asked, f"{lacking} is in no document"


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("write-")])
def test_the_variables_are_of_the_types_that_the_document_declares(name: str) -> None:
    """A declaration that GitHub coerces the value to, and no variable too many or too few."""
    document = DOCUMENTS[name]
    [operation] = [
        node for node in parse(document.text).definitions if isinstance(node, OperationDefinitionNode)
    ]
    declared = operation.variable_definitions or ()
    values = get_variable_values(CONTRACT.schema, declared, dict(document.variables))
    assert not isinstance(values, list), values
    assert {definition.variable.name.value for definition in declared} == set(document.variables)


@pytest.mark.parametrize("name", NAMES)
def test_a_document_costs_at_most_its_points(name: str) -> None:
    """Three points a document at the most, and less where an event is to cost little."""
    document = DOCUMENTS[name]
    assert CONTRACT.cost(document.text, document.variables).points <= POINTS.get(name, POINT_LIMIT)


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name.startswith(("snapshot-", "detail-", "sweep", "replay-"))]
)
def test_a_composed_document_weighs_what_it_costs(name: str) -> None:
    """Parts are packed by their stated weight, so a weight that is too small would break the limit."""
    document = DOCUMENTS[name]
    assert CONTRACT.cost(document.text, document.variables).requests <= document.weight


def test_every_fragment_mutation_and_page_stands_in_a_document() -> None:
    """What no document shows here would be held to nothing."""
    text = "\n".join(document.text for document in DOCUMENTS.values())
    assert set(re.findall(r"fragment (\w+) on", text)) == set(fragments())
    assert all(re.search(rf"\b{name}\(input:", text) for name in MUTATIONS)
    assert {f"page-{key}" for key in PAGES} <= set(DOCUMENTS)


def test_the_roll_up_is_asked_for_by_its_name() -> None:
    """What we said of an earlier head is found under the context that always answers."""
    assert f'context(name: "{ROLLUP}")' in fragments()["GateStatus"]


def test_every_query_file_holds_fragments_alone() -> None:
    """A whole operation in a file would be a document that is not among the samples."""
    folder = files("bugaction.github.queries")
    queries = [entry for entry in folder.iterdir() if entry.name.endswith(".graphql")]
    assert queries
    for entry in queries:
        assert separate_operations(parse(entry.read_text("utf-8"))) == {}, entry.name


@pytest.mark.parametrize(
    "document",
    [
        '{ repository(owner: "o", name: "r") { stargazerCount } }',
        '{ enterprise(slug: "o") { id } }',
        "mutation { deleteProject(input: {projectId: 1}) { clientMutationId } }",
    ],
)
def test_what_the_extract_lacks_is_refused(document: str) -> None:
    """Valid on GitHub and outside the extract: the embedded GitHub would not know how to answer."""
    [problem] = CONTRACT.validate(document)
    assert problem.rule == "graphql"


def test_the_extract_is_the_schema_of_github_in_what_matters() -> None:
    """Every Node has its id, an implementer its interface's fields, and an Actor may be any of the five."""
    schema = CONTRACT.schema
    node = schema.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    assert set(node.fields) == {"id"}
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType):
            for interface in kind.interfaces:
                assert set(interface.fields) <= set(kind.fields), kind.name
    actor = schema.type_map["Actor"]
    assert isinstance(actor, GraphQLInterfaceType)
    assert {kind.name for kind in schema.get_possible_types(actor)} == {
        "Bot",
        "EnterpriseUserAccount",
        "Mannequin",
        "Organization",
        "User",
    }
