"""Pull requests: open, merge, queue."""

from __future__ import annotations

from bugaction.sandbox.entities import Issue, Pull
from bugaction.sandbox.links import closing_numbers, mergeable
from bugaction.sandbox.operations import branches, issues
from bugaction.sandbox.operations.act import Act, check_body
from bugaction.sandbox.operations.protection import unmet_checks
from bugaction.sandbox.refusal import Refused, invalid, missing
from bugaction.sandbox.shapes import commits
from bugaction.sandbox.value import Value

__all__ = [
    "ACTIONS_MAY_NOT",
    "enqueue",
    "land",
    "link",
    "merge",
    "open_pull",
    "pull_of",
    "retarget",
    "revert",
    "revert_commit",
    "set_draft",
    "unlink",
]

ACTIONS_MAY_NOT = "GitHub Actions is not permitted to create or approve pull requests."
"""docs.github.com: "Managing GitHub Actions settings for a repository", on pull requests by workflows."""


def pull_of(act: Act, number: int) -> tuple[Issue, Pull]:
    issue = act.issue(number)
    if issue.pull is None:
        raise missing()
    return issue, issue.pull


def open_pull(
    act: Act,
    title: str,
    head: str,
    base: str = "",
    body: str = "",
    *,
    fork: str = "",
    draft: bool = False,
) -> Issue:
    """Open a pull request. Its head must differ from the base and share its history (422 otherwise)."""
    act.check_writable()
    check_body(body)
    base = base or act.state.repository.default_branch
    if act.quiet and not act.state.repository.actions_may_open_pulls:
        raise Refused(403, ACTIONS_MAY_NOT, kind="FORBIDDEN")
    name = f"refs/forks/{fork}/{head}" if fork else f"refs/heads/{head}"
    head_oid, base_oid = act.state.refs.get(name), act.state.head_of(base)
    if head_oid is None or base_oid is None:
        field = "head" if head_oid is None else "base"
        raise invalid("Validation Failed", {"resource": "PullRequest", "field": field, "code": "invalid"})
    if act.world.git.merge_base(base_oid, head_oid) is None:
        text = f"The {head} branch has no history in common with {base}"
        raise invalid("Validation Failed", {"resource": "PullRequest", "code": "custom", "message": text})
    if not act.world.git.history(head_oid, "--max-count=1", f"^{base_oid}"):
        text = f"No commits between {base} and {head}"
        raise invalid("Validation Failed", {"resource": "PullRequest", "code": "custom", "message": text})
    for other in act.state.pulls():
        pull = other.pull
        if pull and other.is_open and (pull.head, pull.fork, pull.base) == (head, fork, base):
            text = f"A pull request already exists for {fork or act.state.repository.owner}:{head}."
            raise invalid("Validation Failed", {"resource": "PullRequest", "code": "custom", "message": text})
    with act.world.change() as state:
        inner = Pull(act.world.new_id(), base, base_oid, head, head_oid, fork, draft)
        made = Issue(
            act.world.new_number(), act.world.new_id(), title, body, act.login, act.now, act.now, pull=inner
        )
        state.issues[made.number] = made
        state.refs[f"refs/pull/{made.number}/head"] = head_oid
        act.world.git.set_ref(f"refs/pull/{made.number}/head", head_oid)
        issues.tell(act, made, "opened")
        issues.refer(act, made, body)
        return state.issues[made.number]


def retarget(act: Act, number: int, base: str) -> Issue:
    """Change a pull request's base branch."""
    act.check_writable()
    with act.world.change() as state:
        issue, pull = pull_of(act, number)
        oid = state.head_of(base)
        if oid is None:
            raise invalid(
                "Validation Failed", {"resource": "PullRequest", "field": "base", "code": "invalid"}
            )
        if base != pull.base:
            act.happen(issue, "BaseRefChangedEvent")
        moved = issues.move(act, issue, base=base, base_oid=oid)
        changes = {"base": {"ref": {"from": pull.base}, "sha": {"from": pull.base_oid}}}
        issues.tell(act, moved, "edited", changes=changes)
        return moved


def set_draft(act: Act, number: int, draft: bool) -> Issue:
    """Make a pull request a draft, or ready for review."""
    with act.world.change():
        issue, _ = pull_of(act, number)
        moved = issues.move(act, issue, is_draft=draft)
        issues.tell(act, moved, "converted_to_draft" if draft else "ready_for_review")
        return moved


def link(act: Act, number: int, issue: int) -> None:
    """Link a pull request to an issue by hand, as the sidebar does."""
    with act.world.change() as state:
        pull_issue, pull = pull_of(act, number)
        if issue not in pull.linked:
            issues.move(act, pull_issue, linked=(*pull.linked, issue))
            act.happen(state.issues[issue], "ConnectedEvent", source=number)
            act.happen(state.issues[number], "ConnectedEvent", source=issue)


def unlink(act: Act, number: int, issue: int) -> None:
    """Undo a link made by hand."""
    with act.world.change() as state:
        pull_issue, pull = pull_of(act, number)
        if issue in pull.linked:
            issues.move(act, pull_issue, linked=tuple(each for each in pull.linked if each != issue))
            act.happen(state.issues[issue], "DisconnectedEvent", source=number)
            act.happen(state.issues[number], "DisconnectedEvent", source=issue)


def merged_tree(act: Act, issue: Issue, base: str) -> str:
    """The tree of the base with the pull request's changes on it."""
    if issue.pull is None:
        raise missing()
    head = act.world.git.commit_info(issue.pull.head_oid)
    base_info = act.world.git.commit_info(base)
    if head is None or base_info is None:
        raise missing()
    files = act.world.git.files(head.tree)
    changes: dict[str, tuple[str, str] | None] = {}
    parting = act.world.git.merge_base(base, issue.pull.head_oid)
    for change in act.world.git.changes(parting, issue.pull.head_oid):
        if change.previous:
            changes[change.previous] = None
        entry = files.get(change.path)
        changes[change.path] = (entry.mode, entry.oid) if entry else None
    return act.world.git.amend(base_info.tree, changes)


def merge(act: Act, number: int, *, method: str = "merge", force: bool = False) -> Issue:
    """Merge a pull request, held to the base's rules unless `force` (an administrator's bypass).

    405 with GitHub's words where a rule or a conflict is in the way (OpenAPI, "Merge a pull request").
    """
    act.check_writable()
    issue, pull = pull_of(act, number)
    if not issue.is_open or pull.is_draft:
        raise Refused(405, "Pull Request is not mergeable")
    if not mergeable(act.view, issue):
        raise Refused(405, "Pull Request has merge conflicts")
    if not force:
        _check_rules(act, pull)
    base = act.state.head_of(pull.base) or pull.base_oid
    tree = merged_tree(act, issue, base)
    owner = pull.fork or act.state.repository.owner
    if method == "merge":
        message, parents = (
            f"Merge pull request #{number} from {owner}/{pull.head}\n\n{issue.title}",
            [base, pull.head_oid],
        )
        author = branches.person(act)
    else:
        message, parents = f"{issue.title} (#{number})", [base]
        author = branches.person(act, act.state.account(issue.author))
    with act.world.change() as state:
        oid = act.world.git.commit(tree, parents, message, author, branches.web(act))
        state.signed[oid] = act.login
        return _finish(act, number, oid, base)


def _finish(act: Act, number: int, oid: str, base: str) -> Issue:
    """What a merge leaves behind: a closed pull request, a moved base, closed issues."""
    issue, pull = pull_of(act, number)
    state = act.state
    closing = closing_numbers(state, issue)
    towards_default = pull.base == state.repository.default_branch
    act.happen(issue, "MergedEvent", commit=oid)
    act.happen(state.issues[number], "ClosedEvent", commit=oid)
    moved = {"merged_at": act.now, "merged_by": act.login, "merge_oid": oid, "base_oid": base}
    issues.move(act, state.issues[number], **moved)
    merged = act.keep(state.issues[number], is_open=False, closed_at=act.now, closed_by=act.login)
    branches.move_branch(act, f"refs/heads/{pull.base}", oid)
    issues.tell(act, merged, "closed")
    if towards_default:
        for closed in closing:
            issues.close(act, closed, commit=oid, pull=number)
    return state.issues[number]


def _check_rules(act: Act, pull: Pull) -> None:
    for rules in act.state.rules_of(pull.base):
        unmet = unmet_checks(act, rules, pull.head_oid)
        if len(unmet) == 1 == len(rules.checks):
            raise Refused(405, f'Required status check "{unmet[0]}" is expected.')
        if unmet:
            raise Refused(405, f"{len(unmet)} of {len(rules.checks)} required status checks are expected.")
        opinions = {
            each.author: each.state
            for id_ in pull.reviews
            if (each := act.state.reviews[id_]).state not in {"COMMENTED", "PENDING"}
        }
        if sum(1 for state in opinions.values() if state == "APPROVED") < rules.approvals:
            text = f"At least {rules.approvals} approving review is required by reviewers with write access."
            raise Refused(405, text)


def revert_commit(act: Act, issue: Issue, pull: Pull) -> str:
    """GitHub's commit that takes a merged pull request back, on the head of its base; gives its id.

    405 where it was not merged, or where one of its files has changed since: GitHub offers no revert then.
    """
    git = act.world.git
    made, tip = git.commit_info(pull.merge_oid), git.commit_info(act.state.head_of(pull.base) or "")
    parent = git.commit_info(made.parents[0]) if made is not None and made.parents else None
    if made is None or tip is None or parent is None:
        raise Refused(405, "Pull Request is not merged")
    before, after, now = git.files(parent.tree), git.files(made.tree), git.files(tip.tree)
    paths = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    if any(now.get(path) != after.get(path) for path in paths):
        raise Refused(405, "Pull Request could not be reverted automatically")
    back = {path: (before[path].mode, before[path].oid) if path in before else None for path in paths}
    words = f"This reverts commit {made.oid}"
    words += f", reversing\nchanges made to {parent.oid}." if len(made.parents) > 1 else "."
    message = f'Revert "{issue.title}"\n\n{words}'
    oid = git.commit(git.amend(tip.tree, back), [tip.oid], message, branches.person(act), branches.web(act))
    act.state.signed[oid] = act.login
    return oid


def revert(act: Act, number: int, title: str = "", body: str | None = None, *, draft: bool = False) -> Issue:
    """Open the pull request that takes a merged one back, as the button "Revert" does.

    GitHub makes the commit, on the base as it is, on a branch `revert-NUMBER-BRANCH`; where there is one by
    that name, on another, with a number behind it. It refuses where the files have changed since; so does
    this, file by file. What it says without a title and a body is what the button writes.
    """
    act.check_writable()
    if act.quiet and not act.state.repository.actions_may_open_pulls:
        raise Refused(403, ACTIONS_MAY_NOT, kind="FORBIDDEN")
    merged, pull = pull_of(act, number)
    oid = revert_commit(act, merged, pull)
    branch = plain = f"revert-{number}-{pull.head}"
    names = (f"{plain}-{count}" for count in range(1, 100))
    while act.state.head_of(branch) is not None:
        branch = next(names)
    branches.move_branch(act, f"refs/heads/{branch}", oid)
    said = f"Reverts {act.state.repository.full_name}#{number}" if body is None else body
    return open_pull(act, title or f'Revert "{merged.title}"', branch, pull.base, said, draft=draft)


def enqueue(act: Act, *numbers: int) -> str:
    """Put pull requests into the merge queue, in order; gives the head ref of the last group.

     Each gets a ref `gh-readonly-queue/<base>/pr-<number>-<base sha>`, stacked on the one before
    , and a `merge_group` event.
    """
    with act.world.change():
        return [_group(act, number) for number in numbers][-1]


def _group(act: Act, number: int) -> str:
    issue, pull = pull_of(act, number)
    prefix = f"refs/heads/gh-readonly-queue/{pull.base}/"
    waiting = sorted(
        (oid for name, oid in act.state.refs.items() if name.startswith(prefix)), key=_depth(act)
    )
    base = waiting[-1] if waiting else act.state.head_of(pull.base) or pull.base_oid
    owner = pull.fork or act.state.repository.owner
    message = f"Merge pull request #{number} from {owner}/{pull.head}\n\n{issue.title}"
    tree = merged_tree(act, issue, base)
    oid = act.world.git.commit(tree, [base, pull.head_oid], message, branches.person(act), branches.web(act))
    act.state.signed[oid] = act.login
    name = f"{prefix}pr-{number}-{base}"
    act.state.refs[name] = oid
    act.world.git.set_ref(name, oid)
    issues.tell(act, issue, "enqueued")
    info = act.world.git.commit_info(oid)
    if info is not None:
        group = {
            "head_sha": oid,
            "head_ref": name,
            "base_sha": base,
            "base_ref": f"refs/heads/{pull.base}",
            "head_commit": commits.simple(info),
        }
        act.tell("merge_group", "checks_requested", {"merge_group": group}, sha=oid, ref=name)
    return name


def _depth(act: Act) -> Value:
    return lambda oid: len(act.world.git.history(oid))


def land(act: Act, name: str) -> Issue:
    """The queue merges a group: the base moves to its commit, and its ref is gone."""
    with act.world.change() as state:
        number = int(name.rpartition("/pr-")[2].partition("-")[0])
        _, pull = pull_of(act, number)
        oid = state.refs.pop(name)
        act.world.git.set_ref(name, None)
        return _finish(act, number, oid, state.head_of(pull.base) or pull.base_oid)
