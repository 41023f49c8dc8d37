"""Facts about commits, branches and pull requests."""

from __future__ import annotations

import re
from typing import Any

from bugaction.errors import Forbidden, GitHubError, Missing, StaleHead
from tests.live.fact import NotShown, fact
from tests.live.place import Place

_BUSY = 30
_ADDRESS = r"[0-9]+\+(\S+)@users\.noreply\.\S+"


def _commit(place: Place, branch: str) -> Any:
    found = place.query(
        "ref(qualifiedName: $ref) { target { oid ... on Commit { author { email user { login } } "
        "parents(first: 3) { nodes { oid } } signature { isValid wasSignedByGitHub } } } }",
        ref=("String!", f"refs/heads/{branch}"),
    )
    return found["ref"]["target"]


def _told(commit: Any) -> str:
    author, signature = commit["author"] or {}, commit["signature"] or {}
    return f"by {author.get('email')}, signed by GitHub: {bool(signature.get('wasSignedByGitHub'))}"


def _is_own(place: Place, commit: Any) -> bool:
    author, signature = commit["author"] or {}, commit["signature"] or {}
    login = (author.get("user") or {}).get("login") or ""
    found = re.fullmatch(_ADDRESS, str(author.get("email") or ""))
    names = {login.casefold(), found[1].casefold() if found else ""}
    return place.viewer.casefold() in names and bool(signature.get("wasSignedByGitHub"))


@fact()
def first_commit_of_the_records(place: Place) -> tuple[bool, str]:
    """A commit that REST makes without author and parents is the token's own, and signed by GitHub.

    Used: `github/writer.py` begins the records branch so; `github/normalise.py` believes its `meta.json`.

    Otherwise: `meta.json` would not count as ours, and every fix would stay undecided.
    """
    if "[bot]" not in place.viewer:
        raise NotShown(
            f"GitHub signs such a commit for an app alone, and this is the token of {place.viewer}"
        )
    commit = place.commit([], {"meta.json": "{}\n"})
    branch = place.fork_off("orphan", commit)
    made = _commit(place, branch)
    return _is_own(place, made) and made["parents"]["nodes"] == [], _told(made)


@fact()
def commit_on_branch(place: Place) -> tuple[bool, str]:
    """`createCommitOnBranch` commits as the token's own account, and GitHub signs.

    Used: `github/writer.py` for the ledger and documents; `records.py` believes what is ours.

    Otherwise: our own decisions would count as foreign, and each run would report them.
    """
    branch = place.fork_off("commit")
    errors = place.commit_on(branch, place.head).errors
    if errors:
        return False, errors[0].message
    made = _commit(place, branch)
    return _is_own(place, made), _told(made)


@fact()
def commit_on_a_stale_head(place: Place) -> tuple[bool, str]:
    """A commit on another head than the branch's is refused as STALE_DATA, or with words that say so.

    Used: `github/failures.py`; the ledger is then read and judged again.

    Otherwise: the run would end with the ledger unwritten, and nothing green.
    """
    branch = place.fork_off("stale")
    place.commit_on(branch, place.head)
    try:
        errors = place.commit_on(branch, place.head, "other.txt").errors
    except StaleHead as error:
        return True, error.message
    if not errors:
        return False, "taken"
    told = f"{errors[0].type}: {errors[0].message}"
    return errors[0].type == "STALE_DATA" or "xpected branch to point to" in errors[0].message, told


@fact()
def words_of_a_moved_branch(place: Place) -> tuple[bool, str]:
    """A branch that exists, and one that is not behind, are refused with words that tell so.

    Used: `github/failures.py` reads "Reference already exists" and "Update is not a fast forward".

    Otherwise: the run names the refusal, and the next event does what was left.
    """
    branch = place.fork_off("moved")
    place.commit_on(branch, place.head)
    other = place.commit([place.head], {"else.txt": place.word})
    errors = (
        place.refusal("POST", "git/refs", ref=f"refs/heads/{branch}", sha=place.head),
        place.refusal("PATCH", f"git/refs/heads/{branch}", sha=other, force=False),
    )
    return all(isinstance(error, StaleHead) for error in errors), "; ".join(str(error) for error in errors)


@fact()
def merge_by_rest(place: Place) -> tuple[bool, str]:
    """A commit over REST may have a tree on a base and two parents.

    Used: `github/bringing.py` brings a documents branch up to its base so.

    Otherwise: that pull request keeps its conflict, and says so.
    """
    branch = place.fork_off("merge")
    place.commit_on(branch, place.head)
    first = str(_commit(place, branch)["oid"])
    tree = place.get(f"git/commits/{place.head}")["tree"]["sha"]
    made = place.commit([first, place.head], {"merged.txt": place.word}, tree)
    parents = [parent["sha"] for parent in place.get(f"git/commits/{made}")["parents"]]
    return parents == [first, place.head], f"{len(parents)} parents"


def _pull(place: Place, tail: str, body: str = "", base: str = "") -> tuple[int, str]:
    """A pull request from a branch with one commit: its number, and the branch."""
    branch = place.fork_off(tail)
    place.commit_on(branch, place.head, f"{place.word}-{tail}.txt")
    try:
        return place.open_pull(branch, body, base), branch
    except Forbidden as error:
        raise NotShown(f"this token may open no pull request: {error.message}") from error


def _merge(place: Place, pull: int) -> bool:
    """Whether GitHub merges it, after some tries: it finds out behind an opening whether it can."""

    def merged() -> bool:
        error = place.refusal("PUT", f"pulls/{pull}/merge", merge_method="merge")
        if isinstance(error, Missing):
            raise NotShown("this server merges nothing over REST")
        return error is None

    return bool(place.wait(5, merged)[0])


@fact()
def link_of_a_keyword(place: Place) -> tuple[bool, str]:
    """`Fixes #N` in a pull request is told by `closingIssuesReferences` soon after it is opened.

    Used: `links.py`; the keyword in the text counts as well, so that nothing waits for it.

    Otherwise: links by the sidebar alone are seen later.
    """
    number, _ = place.issue()
    pull, _ = _pull(place, "link", f"Fixes #{number}")

    def linked() -> Any:
        found = place.query(
            "pullRequest(number: $n) { closingIssuesReferences(first: 5) { nodes { number } } }",
            n=("Int!", pull),
        )
        return found["pullRequest"]["closingIssuesReferences"]["nodes"]

    found, seconds = place.wait(_BUSY, linked)
    return bool(found), f"after {seconds} s" if found else "not at all"


@fact()
def second_pull_request(place: Place) -> tuple[bool, str]:
    """A second pull request from a branch is refused with words that tell so.

    Used: `github/failures.py`, for documents and reverts that another run opened first.

    Otherwise: the run names the refusal.
    """
    _, branch = _pull(place, "twice")
    try:
        place.open_pull(branch)
    except StaleHead as error:
        return True, error.message
    except GitHubError as error:
        return False, error.message
    return False, "opened"


@fact()
def status_as_required_check(place: Place) -> tuple[bool, str]:
    """A commit status satisfies the required check of a ruleset, and keeps the merge out while it fails.

    Used: everything: it is how the gates hold (decision 3).

    Otherwise: nothing is held. `checks.kind: check-run` with a GitHub App would be the way.
    """
    context, base = f"live/{place.word}", place.fork_off("base")
    rule = {"type": "required_status_checks"}
    parameters = {
        "strict_required_status_checks_policy": False,
        "required_status_checks": [{"context": context}],
    }
    try:
        made = place.send(
            "POST",
            "rulesets",
            name=f"live {place.word}",
            target="branch",
            enforcement="active",
            conditions={"ref_name": {"include": [f"refs/heads/{base}"], "exclude": []}},
            rules=[{**rule, "parameters": parameters}],
        )
    except (Forbidden, Missing) as error:
        raise NotShown("it takes an administrator's token to make a ruleset") from error
    place.rulesets.append(int(made["id"]))
    pull, branch = _pull(place, "gated", base=base)
    head = str(_commit(place, branch)["oid"])
    seen = []
    for state in ("failure", "success"):
        place.send("POST", f"statuses/{head}", state=state, context=context, description=state)
        place.sleep(2)
        seen.append("merged" if _merge(place, pull) else "kept out")
    return seen == ["kept out", "merged"], f"failing: {seen[0]}; passing: {seen[1]}"


@fact()
def revert_by_github(place: Place) -> tuple[bool, str]:
    """`revertPullRequest` opens a pull request from the branch `revert-N-BRANCH`.

    Used: `/rollback`; `reverting.py` finds a revert again by that name.

    Otherwise: an order given twice could make two; a person closes one.
    """
    base = place.fork_off("reverted")
    pull, branch = _pull(place, "undone", base=base)
    if not _merge(place, pull):
        return False, "the first one could not be merged"
    identity = place.query("pullRequest(number: $n) { id }", n=("Int!", pull))["pullRequest"]["id"]
    text = (
        "($p: ID!) { revertPullRequest(input: {pullRequestId: $p}) "
        "{ revertPullRequest { number headRefName } } }"
    )
    answer = place.mutate(text, p=identity)
    if answer.errors:
        return False, answer.errors[0].message
    made = answer.data["revertPullRequest"]["revertPullRequest"]
    place.pulls.append(int(made["number"]))
    place.branches.append(str(made["headRefName"]))
    return made["headRefName"] == f"revert-{pull}-{branch}", str(made["headRefName"])


@fact()
def check_run_of_a_job(place: Place) -> tuple[bool, str]:
    """A check run that a job's token made can be brought up to date by it.

    Used: `checks.kind: check-run`; statuses are the default for other reasons (decision 3).

    Otherwise: a new one is made, and the newest of a name counts.
    """
    oid = place.commit([place.head], {"checked.txt": place.word})
    try:
        made = place.send("POST", "check-runs", name=f"live/{place.word}", head_sha=oid, status="in_progress")
    except GitHubError as error:
        raise NotShown(f"this token may make none: {error.message}") from error
    changed = place.send("PATCH", f"check-runs/{made['id']}", status="completed", conclusion="success")
    return changed["conclusion"] == "success", str(changed["conclusion"])


@fact()
def push_moves_updated_at(place: Place) -> tuple[bool, str]:
    """A push moves its pull request's `updatedAt`.

    Used: `freshness.py`, after the head's own id.

    Otherwise: a run waits in vain, and at worst a gate stays red until the next event.
    """
    pull, branch = _pull(place, "pushed")
    fields = "pullRequest(number: $n) { updatedAt headRefOid }"

    def shown() -> Any:
        return place.query(fields, n=("Int!", pull))["pullRequest"]

    before = shown()
    place.sleep(2)
    place.commit_on(branch, before["headRefOid"], "more.txt")
    after, _ = place.wait(_BUSY, lambda: (now := shown())["headRefOid"] != before["headRefOid"] and now)
    if after is None:
        return False, "the head is not shown"
    return after["updatedAt"] != before["updatedAt"], f"{before['updatedAt']}, then {after['updatedAt']}"
