"""Facts that reading alone shows."""

from __future__ import annotations

from bugaction.errors import GitHubError, Missing
from bugaction.github import parts
from bugaction.github.query import POINT_LIMIT, compose
from bugaction.sandbox.contract.graphql import GraphqlContract
from tests.live.fact import NotShown, fact
from tests.live.place import Place


@fact(writes=False)
def query_cost(place: Place) -> tuple[bool, str]:
    """A snapshot of one bug costs the points that the formula gives, three at the most.

    Used: `github/query.py` packs requests by it, and the benchmarks of sweeps count with it.

    Otherwise: a run still works; budgets and the figures in benchmarks/README.md would be wrong.
    """
    variables: dict[str, tuple[str, object]] = {
        "owner": ("String!", place.owner),
        "name": ("String!", place.name),
        "config": ("String!", ".github/bugaction.yml"),
        "templates": ("String!", ".github/bugaction/templates"),
        "records": ("String!", "refs/heads/bugaction/records"),
        "meta": ("String!", "meta.json"),
        "register": ("String!", "documents/bugs/register.json"),
        "readme": ("String!", "documents/bugs/README.md"),
    }
    document = compose("Snapshot", [parts.item(1, "documents/bugs")], header=True, variables=variables)
    cost = int(place.client.query(document).data["rateLimit"]["cost"])
    expected = GraphqlContract.load().cost(document.text, document.variables).points
    return cost == expected <= POINT_LIMIT, f"{cost} points, {expected} by the formula"


@fact(writes=False)
def branch_rules(place: Place) -> tuple[bool, str]:
    """`Ref.rules` and `refUpdateRule` are readable with a job's token.

    Used: `github/rules.py`, for required checks and for whether a commit of ours would be taken.

    Otherwise: REST is asked for the rules; where it tells nothing, every check counts.
    """
    found = place.query(
        "defaultBranchRef { rules(first: 1) { nodes { type } } refUpdateRule { viewerCanPush } }"
    )
    ref = found["defaultBranchRef"]
    return ref["rules"] is not None, f"rules: {ref['rules']}, refUpdateRule: {ref['refUpdateRule']}"


@fact(writes=False)
def rest_rules(place: Place) -> tuple[bool, str]:
    """REST lists the active rules of a branch to everybody who may read.

    Used: `github/rules.py`, where GraphQL keeps them back, and the doctor.

    Otherwise: what is required is not known, and every check counts.
    """
    found = place.get(f"rules/branches/{place.branch}")
    return isinstance(found, list), f"{len(found)} rules"


@fact(writes=False)
def blame_of_nothing(place: Place) -> tuple[bool, str]:
    """`blame` of a path that is not there is an error or an empty list.

    Used: `github/query.py` asks who wrote a ledger in the request that finds out whether there is one.

    Otherwise: nothing; both are borne when there is no file.
    """
    blame = 'blame(path: "no/such.file") { ranges { startingLine } }'
    fields = f"defaultBranchRef {{ target {{ ... on Commit {{ {blame} }} }} }}"
    try:
        found = place.query(fields)
    except GitHubError as error:
        return True, f"an error: {error.message}"
    ref = (found or {}).get("defaultBranchRef") or {}
    ranges = ((ref.get("target") or {}).get("blame") or {}).get("ranges")
    return not ranges, f"ranges: {ranges}"


@fact(writes=False)
def role_of_a_stranger(place: Place) -> tuple[bool, str]:
    """On a public repository somebody without any role has the permission `read`, and `role_name` says so.

    Used: `github/reader.py`, who may give which command.

    Otherwise: a stranger counts as nobody, who may give none either.
    """
    found = place.get(f"collaborators/{place.stranger}/permission")
    seen = (found["permission"], found.get("role_name"))
    return seen == ("read", "read"), f"permission {seen[0]}, role_name {seen[1]}"


@fact(writes=False)
def role_of_a_bot(place: Place) -> tuple[bool, str]:
    """A bot's permission is told as a role, or as 404.

    Used: `github/reader.py`, for bots that policy lists; anything else would end the run.

    Otherwise: a run on a bug that a bot spoke on would stop.
    """
    try:
        found = place.get("collaborators/github-actions%5Bbot%5D/permission")
    except Missing as error:
        return True, f"404: {error.message}"
    return bool(found.get("permission")), f"permission {found.get('permission')}"


@fact(writes=False)
def login_of_the_viewer(place: Place) -> tuple[bool, str]:
    """A job's token is told as `github-actions[bot]` by `viewer`.

    Used: `github/harvest.py`, to know our own comments and commits again.

    Otherwise: our own words would count as a stranger's, and be written anew.
    """
    if not place.is_workflow:
        raise NotShown(f"this is the token of {place.viewer}; run it in a job")
    return True, place.viewer
