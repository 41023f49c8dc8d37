"""REST: GitHub's traits that the product has to live with, each over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bugaction.sandbox.git import EMPTY_TREE
from bugaction.sandbox.nodes import node_id
from bugaction.sandbox.server import GitHubServer
from bugaction.sandbox.world import World
from tests.sandboxed import Caller, serving


@pytest.fixture
def caller() -> Iterator[Caller]:
    with serving() as made:
        yield made
        assert made.server.violations == []


@pytest.fixture
def number(caller: Caller) -> int:
    return caller.server.world.people.open_issue("dee", "Broken", "It broke.", labels=["bug"]).number


def head(caller: Caller) -> str:
    """The default branch's commit."""
    return caller.server.world.state.refs["refs/heads/main"]


def test_two_commits_are_compared(caller: Caller) -> None:
    """What the newer one has and the older one has not, from the older one's side."""
    people = caller.server.world.people
    old, new = head(caller), people.push("bob", "main", {"a": "1\n"})
    side = people.push("bob", "side", {"b": "1\n"}, start="main")
    other = people.push("bob", "main", {"c": "1\n"})

    def compare(base: str, top: str) -> tuple[str, int, int]:
        found = caller.rest("GET", f"/compare/{base}...{top}?per_page=1").json()
        assert found["base_commit"]["sha"] == caller.server.world.state.refs.get(f"refs/heads/{base}", base)
        return found["status"], found["ahead_by"], found["behind_by"]

    assert compare(old, new) == ("ahead", 1, 0)
    assert compare(new, old) == ("behind", 0, 1)
    assert compare(new, new) == ("identical", 0, 0)
    assert compare(side, other) == ("diverged", 1, 1)
    assert compare("side", "main") == ("diverged", 1, 1)
    assert caller.rest("GET", f"/compare/{old}...{'0' * 40}").status_code == 404


def test_adding_an_unknown_label_makes_it(caller: Caller, number: int) -> None:
    """`POST issues/{n}/labels` creates what it does not know."""
    answer = caller.rest("POST", f"/issues/{number}/labels", {"labels": ["phase: fix"]})
    assert [label["name"] for label in answer.json()] == ["bug", "phase: fix"]
    assert caller.rest("GET", "/labels/phase:%20fix").status_code == 200


def test_a_label_that_exists_in_another_case_is_refused(caller: Caller) -> None:
    """422 with `already_exists`."""
    answer = caller.rest("POST", "/labels", {"name": "p1"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "already_exists")


def test_taking_a_label_off_that_is_not_there(caller: Caller, number: int) -> None:
    """404, as for a label that does not exist at all."""
    assert caller.rest("DELETE", f"/issues/{number}/labels/P1").status_code == 404
    assert caller.rest("DELETE", f"/issues/{number}/labels/bug").json() == []


def test_people_who_cannot_be_assigned_are_ignored(caller: Caller, number: int) -> None:
    """201 without them, and no word of it."""
    answer = caller.rest("POST", f"/issues/{number}/assignees", {"assignees": ["bob", "dee", "nobody"]})
    assert (answer.status_code, [user["login"] for user in answer.json()["assignees"]]) == (201, ["bob"])


def test_an_issue_for_somebody_who_cannot_be_assigned_is_refused(caller: Caller) -> None:
    """As a whole: where they are added later, they are passed over in silence."""
    body = {"title": "Alert", "body": "", "labels": ["bug"], "assignees": ["bob", "dee"]}
    refused = caller.rest("POST", "/issues", body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "assignees"
    made = caller.rest("POST", "/issues", {**body, "assignees": ["bob"]})
    assert (made.status_code, [user["login"] for user in made.json()["assignees"]]) == (201, ["bob"])


@pytest.mark.parametrize(
    ("login", "status", "permission", "role"),
    [
        ("ana", 200, "admin", "admin"),
        ("mia", 200, "write", "maintain"),
        ("bob", 200, "write", "write"),
        ("cy", 200, "read", "triage"),
        ("dee", 200, "read", "read"),
        ("ian", 200, "write", "incident-helper"),
        ("alerts[bot]", 404, None, None),
        ("nobody", 404, None, None),
    ],
)
def test_a_collaborators_permission(
    caller: Caller, login: str, status: int, permission: str | None, role: str | None
) -> None:
    """The old level maps triage to read, maintain to write; the role is exact, a custom one by its name."""
    caller.server.world.add_account("ian", role="write", custom_role="incident-helper")
    answer = caller.rest("GET", f"/collaborators/{login}/permission")
    assert (answer.status_code, answer.json().get("permission"), answer.json().get("role_name")) == (
        status,
        permission,
        role,
    )


def test_a_role_is_told_to_who_may_push(caller: Caller) -> None:
    """Not to somebody who only reads or triages, whoever is asked for."""
    for login, status in (("bob", 200), ("cy", 403), ("dee", 403)):
        asking = Caller(caller.server, caller.server.tokens.for_user(login))
        answer = asking.rest("GET", "/collaborators/mia/permission")
        assert answer.status_code == status
        assert status == 200 or "push access" in answer.json()["message"]


def test_statuses(caller: Caller) -> None:
    """Contexts are case-insensitive, the newest counts, descriptions end at 140 characters."""
    oid = head(caller)
    for context, state in (("bugaction/Gate", "failure"), ("bugaction/gate", "success")):
        body = {"state": state, "context": context, "description": "d" * 140}
        assert caller.rest("POST", f"/statuses/{oid}", body).status_code == 201
    combined = caller.rest("GET", f"/commits/{oid}/status").json()
    assert [(each["context"], each["state"]) for each in combined["statuses"]] == [
        ("bugaction/gate", "success")
    ]
    assert len(caller.rest("GET", f"/commits/{oid}/statuses").json()) == 2


def test_a_status_on_an_unknown_commit(caller: Caller) -> None:
    """422, "No commit found for SHA"."""
    answer = caller.rest("POST", f"/statuses/{'0' * 40}", {"state": "success"})
    assert answer.status_code == 422
    assert answer.json()["message"].startswith("No commit found for SHA")


def test_the_records_branch_can_be_made(caller: Caller) -> None:
    """Tree, root commit and ref: an orphan, signed since no author was given; the second ref is 422."""
    entry = {"path": "meta.json", "mode": "100644", "type": "blob", "content": "{}\n"}
    tree = caller.rest("POST", "/git/trees", {"tree": [entry]}).json()["sha"]
    commit = caller.rest("POST", "/git/commits", {"message": "Start", "tree": tree}).json()
    assert (commit["parents"], commit["verification"]["verified"]) == ([], True)
    assert commit["author"]["email"] == "41898282+github-actions[bot]@users.noreply.github.com"
    ref = {"ref": "refs/heads/bugaction/records", "sha": commit["sha"]}
    assert caller.rest("POST", "/git/refs", ref).status_code == 201
    again = caller.rest("POST", "/git/refs", ref)
    assert (again.status_code, again.json()["message"]) == (422, "Reference already exists")
    assert caller.server.world.file("bugaction/records", "meta.json") == "{}\n"
    found = caller.rest("GET", "/git/ref/heads/bugaction/records").json()
    assert found["object"]["sha"] == commit["sha"]


def test_a_commit_with_an_author_is_not_signed(caller: Caller) -> None:
    """GitHub signs a bot's commits only when they name nobody."""
    entry = {"path": "a", "mode": "100644", "type": "blob", "content": "x"}
    tree = caller.rest("POST", "/git/trees", {"tree": [entry]}).json()["sha"]
    body = {"message": "m", "tree": tree, "author": {"name": "Ana", "email": "ana@example.com"}}
    assert caller.rest("POST", "/git/commits", body).json()["verification"]["verified"] is False


def test_the_empty_tree_is_refused(caller: Caller) -> None:
    """422 for the tree without entries."""
    assert caller.rest("POST", "/git/commits", {"message": "m", "tree": EMPTY_TREE}).status_code == 422


def test_a_ref_moves_forward_only(caller: Caller) -> None:
    """ "Update is not a fast forward" without `force`."""
    world = caller.server.world
    old = head(caller)
    new = world.people.push("ana", "main", {"b": "1\n"})
    refused = caller.rest("PATCH", "/git/refs/heads/main", {"sha": old})
    assert (refused.status_code, refused.json()["message"]) == (422, "Update is not a fast forward")
    assert caller.rest("PATCH", "/git/refs/heads/main", {"sha": old, "force": True}).status_code == 200
    assert caller.rest("PATCH", "/git/refs/heads/main", {"sha": new}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/git/trees", {"tree": [{"path": "a", "mode": "100644", "type": "blob", "content": "x"}]}),
        ("POST", "/git/commits", {"message": "m", "tree": EMPTY_TREE}),
        ("POST", "/git/refs", {"ref": "refs/heads/x", "sha": "0" * 40}),
        ("GET", "/commits/main", None),
    ],
)
def test_an_empty_repository_answers_409(method: str, path: str, body: object) -> None:
    """Nothing about git works before the first commit."""
    with World() as world, GitHubServer(world) as server:
        answer = Caller(server, server.tokens.for_job()).rest(method, path, body)
        assert (answer.status_code, answer.json()["message"]) == (409, "Git Repository is empty.")
        assert server.violations == []


def test_an_archived_repository_is_read_only(caller: Caller, number: int) -> None:
    """403 for every write; reads go on."""
    caller.server.world.configure(is_archived=True)
    for path, body in (
        (f"/issues/{number}/comments", {"body": "x"}),
        (f"/issues/{number}/labels", {"labels": ["P1"]}),
        (f"/statuses/{head(caller)}", {"state": "success"}),
    ):
        answer = caller.rest("POST", path, body)
        assert (answer.status_code, answer.json()["message"]) == (
            403,
            "Repository was archived so is read-only.",
        )
    assert caller.rest("GET", f"/issues/{number}").status_code == 200


def test_disabled_issues_are_gone(caller: Caller, number: int) -> None:
    """410 for issues; pull requests are still commented on."""
    world = caller.server.world
    world.people.push("bob", "fix", {"a": "1\n"})
    pull = world.people.open_pull("bob", "Fix", "fix").number
    world.configure(has_issues=False)
    assert caller.rest("POST", "/issues", {"title": "x"}).status_code == 410
    assert caller.rest("POST", f"/issues/{number}/comments", {"body": "x"}).status_code == 410
    assert caller.rest("POST", f"/issues/{pull}/comments", {"body": "x"}).status_code == 201


def test_a_pull_request_by_the_workflow_takes_a_setting(caller: Caller) -> None:
    """Off by default: GitHub Actions may not open pull requests."""
    caller.server.world.people.push("bob", "docs", {"a": "1\n"})
    body = {"title": "Docs", "head": "docs", "base": "main"}
    refused = caller.rest("POST", "/pulls", body)
    assert (refused.status_code, "not permitted" in refused.json()["message"]) == (403, True)
    caller.server.world.configure(actions_may_open_pulls=True)
    assert caller.rest("POST", "/pulls", body).status_code == 201


def test_a_workflow_that_is_there_is_started_as_it_says(caller: Caller) -> None:
    """By its own trigger, and with the inputs that it declares."""
    way = "on:\n  workflow_dispatch:\n    inputs:\n      version: {type: string}\njobs: {}\n"
    people = caller.server.world.people
    people.push(
        "bob", "main", {".github/workflows/a.yml": way, ".github/workflows/b.yml": "on: push\njobs: {}\n"}
    )
    path = "/actions/workflows/{}/dispatches"
    body: dict[str, object] = {"ref": "main", "inputs": {"version": "v1"}}
    assert caller.rest("POST", path.format("a.yml"), body).status_code == 204
    other = caller.rest("POST", path.format("a.yml"), {**body, "inputs": {"verison": "v1"}})
    assert (other.status_code, other.json()["message"]) == (422, 'Unexpected inputs provided: ["verison"]')
    none = caller.rest("POST", path.format("b.yml"), body)
    assert (none.status_code, none.json()["message"]) == (
        422,
        "Workflow does not have 'workflow_dispatch' trigger",
    )


REVERT = """mutation($input: RevertPullRequestInput!) {
  revertPullRequest(input: $input) { revertPullRequest { number headRefName } }
}"""


def test_a_merged_pull_request_is_taken_back(caller: Caller) -> None:
    """Where the setting lets the workflow open one; its branch gets a number where the name is taken."""
    world = caller.server.world
    world.people.push("bob", "fix", {"a": "1\n"})
    pull = world.people.open_pull("bob", "Fix", "fix").number
    given = {"input": {"pullRequestId": node_id("PR", pull)}}
    world.configure(actions_may_open_pulls=True)
    assert "not merged" in caller.graphql(REVERT, given)["errors"][0]["message"]
    world.people.merge_pull("mia", pull)
    world.configure(actions_may_open_pulls=False)
    (refused,) = caller.graphql(REVERT, given)["errors"]
    assert (refused["type"], "not permitted" in refused["message"]) == ("FORBIDDEN", True)
    world.configure(actions_may_open_pulls=True)
    names = [
        caller.graphql(REVERT, given)["data"]["revertPullRequest"]["revertPullRequest"]["headRefName"]
        for _ in range(2)
    ]
    assert names == [f"revert-{pull}-fix", f"revert-{pull}-fix-1"]
    world.people.push("bob", "main", {"a": "2\n"})
    (refused,) = caller.graphql(REVERT, given)["errors"]
    assert refused["type"] == "UNPROCESSABLE"
    issue = {"input": {"pullRequestId": node_id("I", world.people.open_issue("dee", "x").number)}}
    assert caller.graphql(REVERT, issue)["errors"][0]["type"] == "NOT_FOUND"


@pytest.mark.parametrize("kind", ["ruleset", "classic"])
def test_a_protected_branch_refuses_a_ref_update(caller: Caller, kind: str) -> None:
    """422 in the rules' words; other branches are free."""
    world = caller.server.world
    oid = world.people.push("bob", "fix", {"a": "1\n"})
    world.people.protect("ana", "main", kind=kind, pull_request=True, checks=["ci"])
    refused = caller.rest("PATCH", "/git/refs/heads/main", {"sha": oid})
    assert refused.status_code == 422
    assert "Changes must be made through a pull request." in refused.json()["message"]
    assert 'Required status check "ci" is expected.' in refused.json()["message"]
    assert caller.rest("PATCH", "/git/refs/heads/fix", {"sha": oid}).status_code == 200


def test_branch_rules_show_rulesets_and_branches_show_protection(caller: Caller) -> None:
    """`rules/branches` has no classic protection; `branches/{b}` names its required contexts."""
    people = caller.server.world.people
    people.protect("ana", "main", kind="classic", checks=["old"])
    people.protect(
        "ana", "ma*", checks=[("new", 15368)], pull_request=True, merge_queue=True, restricted=True
    )
    rules = caller.rest("GET", "/rules/branches/main").json()
    assert [rule["type"] for rule in rules] == [
        "pull_request",
        "required_status_checks",
        "update",
        "merge_queue",
    ]
    branch = caller.rest("GET", "/branches/main").json()
    assert branch["protection"]["required_status_checks"]["contexts"] == ["old"]


def test_pages_are_linked(caller: Caller, number: int) -> None:
    """`Link` names the other pages."""
    for index in range(5):
        caller.server.world.people.comment("dee", number, str(index))
    answer = caller.rest("GET", f"/issues/{number}/comments?per_page=2&page=2")
    assert [comment["body"] for comment in answer.json()] == ["2", "3"]
    assert set(answer.links) == {"prev", "next", "first", "last"}
    assert answer.links["next"]["url"].endswith("?per_page=2&page=3")


def test_contents_commits_and_pull_requests_can_be_read(caller: Caller) -> None:
    """Each answer is held to GitHub's description by the server itself."""
    people = caller.server.world.people
    people.push("bob", "fix/it", {"src/cart.py": "TOTAL = 2\n"})
    pull = people.open_pull("bob", "Fix", "fix/it", fork="").number
    people.review("mia", pull)
    people.check_run(head(caller), "ci")
    people.deploy("bob", "main")
    people.release("mia", "v1")
    for path in (
        "",
        "/commits?sha=fix/it",
        "/commits/fix/it",
        "/contents/src",
        "/contents/src/cart.py?ref=fix/it",
        "/branches",
        "/git/matching-refs/heads/",
        f"/git/trees/{head(caller)}?recursive=1",
        f"/git/commits/{head(caller)}",
        "/issues?state=all",
        "/labels",
        "/pulls?state=all",
        f"/pulls/{pull}",
        f"/pulls/{pull}/files",
        f"/pulls/{pull}/commits",
        f"/pulls/{pull}/reviews",
        f"/commits/{head(caller)}/check-runs",
        f"/commits/{head(caller)}/pulls",
        "/deployments",
        "/releases",
        "/users/bob",
    ):
        assert caller.rest("GET", path if path != "/users/bob" else "/users/bob").status_code == 200, path


def test_another_repository_is_not_found(caller: Caller) -> None:
    """404, as for everything that a token may not know of."""
    assert caller.rest("GET", "/repos/octo/other").status_code == 404


def test_a_comparison_comes_page_by_page(caller: Caller) -> None:
    """How they stand to each other, the commits page by page, and with the first page all files."""
    people = caller.server.world.people
    base = head(caller)
    for number in range(3):
        people.push("bob", "topic", {f"{number}.py": "1\n"}, f"Commit {number}")
    tip = caller.server.world.state.refs["refs/heads/topic"]
    found = caller.rest("GET", f"/compare/{base}...topic?per_page=1").json()
    assert (found["status"], found["ahead_by"], found["behind_by"], len(found["commits"])) == (
        "ahead",
        3,
        0,
        1,
    )
    assert [file["filename"] for file in found["files"]] == ["0.py", "1.py", "2.py"]
    assert found["merge_base_commit"]["sha"] == base
    assert "files" not in caller.rest("GET", f"/compare/{base}...{tip}?per_page=1&page=2").json()
    assert caller.rest("GET", f"/compare/{tip}...{base}").json()["status"] == "behind"
    assert caller.rest("GET", f"/compare/{tip}...{tip}").json()["status"] == "identical"
    people.push("ana", "main", {"main.py": "1\n"}, "On")
    assert caller.rest("GET", f"/compare/main...{tip}").json()["status"] == "diverged"


def test_what_has_nothing_in_common_is_not_compared(caller: Caller) -> None:
    """404, and so it is for what is no commit."""
    git = caller.server.world.git
    info = git.commit_info(head(caller))
    assert info is not None
    alone = git.commit(info.tree, [], "Alone", info.author)
    assert caller.rest("GET", f"/compare/main...{alone}").status_code == 404
    assert caller.rest("GET", f"/compare/main...{'9' * 40}").status_code == 404


def test_a_team_is_seen_with_the_permission_alone(caller: Caller) -> None:
    """No job's own token has it. Who is not in the team, and a team that is not there, are one 404."""
    server = caller.server
    server.world.set_team("leads", "Bob", invited=["ana"])
    app = Caller(server, server.tokens.for_app("acme", {"members": "read"}))
    path = "/orgs/octo/teams/{}/memberships/{}"

    def state(by: Caller, team: str, login: str) -> object:
        answer = by.rest("GET", path.format(team, login))
        return answer.json()["state"] if answer.status_code == 200 else answer.status_code

    assert state(caller, "leads", "bob") == 403
    assert state(app, "leads", "bob") == "active"
    assert state(app, "leads", "ana") == "pending"
    assert (state(app, "leads", "dee"), state(app, "ops", "bob")) == (404, 404)
