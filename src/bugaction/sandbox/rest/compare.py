"""The comparison of two commits."""

from __future__ import annotations

from collections.abc import Mapping

from bugaction.sandbox.refusal import Refused, missing
from bugaction.sandbox.rest.call import Answer, Call, Handler, paged
from bugaction.sandbox.rest.code import find_commit
from bugaction.sandbox.shapes import commits

__all__ = ["HANDLERS"]

_MOST_COMPARED = 300
"""Files that a comparison lists (https://docs.github.com/rest/commits/commits#compare-two-commits)."""


def _compare(call: Call) -> Answer:
    """What HEAD has and BASE has not, and the other way round: `BASE...HEAD`, of this repository alone.

    The files stand on the first page. 404 for what is no commit and for histories without a common
    beginning; the latter's words are from memory.
    """
    call.need("read", "contents")
    base_name, dots, head_name = call.parameters["basehead"].partition("...")
    if not dots or ":" in base_name + head_name:
        raise missing()
    try:
        base, head = find_commit(call, base_name), find_commit(call, head_name)
    except Refused as error:
        raise missing() from error
    git = call.view.git
    parting = git.merge_base(base.oid, head.oid)
    start = git.commit_info(parting) if parting is not None else None
    if start is None:
        raise missing(f"No common ancestor between {base_name} and {head_name}.")
    ahead = git.history(head.oid, f"^{base.oid}")[::-1]
    behind = git.history(base.oid, f"^{head.oid}")
    shown, headers = paged(call, ahead)
    infos = [info for oid in shown if (info := git.commit_info(oid)) is not None]
    status = "diverged" if ahead and behind else "ahead" if ahead else "behind" if behind else "identical"
    page = f"{call.view.html}/compare/{base.oid}...{head.oid}"
    body = {
        "url": f"{call.view.api}/compare/{base_name}...{head_name}",
        "html_url": page,
        "permalink_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "base_commit": commits.commit(call.view, base),
        "merge_base_commit": commits.commit(call.view, start),
        "status": status,
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
        "commits": [commits.commit(call.view, info) for info in infos],
    }
    if call.number("page", 1) == 1:
        changes = git.changes(start.oid, head.oid)[:_MOST_COMPARED]
        body["files"] = [commits.diff_entry(call.view, change, head.oid) for change in changes]
    return Answer(200, body, headers)


HANDLERS: Mapping[str, Handler] = {"repos/compare-commits-with-basehead": _compare}
"""Each handler by the operationId that GitHub's description gives its operation."""
