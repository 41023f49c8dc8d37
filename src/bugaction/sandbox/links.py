"""How issues, pull requests and commits hang together, as GitHub computes it."""

from __future__ import annotations

import re

from bugaction.sandbox.entities import Issue
from bugaction.sandbox.git import Change, CommitInfo
from bugaction.sandbox.state import State
from bugaction.sandbox.view import View

__all__ = [
    "closing_numbers",
    "closing_text",
    "commits_of",
    "files_of",
    "mentioned",
    "mergeable",
    "pulls_closing",
]

_KEYWORDS = "close[sd]?|fix(?:es|ed)?|resolve[sd]?"
"""https://docs.github.com/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue"""

_CODE = re.compile(r"(?ms)^(?:```|~~~).*?^(?:```|~~~)[^\n]*$|`[^`\n]*`|<!--.*?-->")


def _pattern(state: State, lead: str) -> re.Pattern[str]:
    name = re.escape(state.repository.full_name)
    return re.compile(rf"(?i){lead}(?:{name})?#(?P<number>\d+)\b")


def closing_text(state: State, text: str) -> tuple[int, ...]:
    """The issues that a text closes by keyword, in order."""
    pattern = _pattern(state, rf"\b(?:{_KEYWORDS}):?[ \t]+")
    return _numbers(pattern, text)


def mentioned(state: State, text: str) -> tuple[int, ...]:
    """The numbers that a text refers to."""
    return _numbers(_pattern(state, r"(?<![\w/#])"), text)


def _numbers(pattern: re.Pattern[str], text: str) -> tuple[int, ...]:
    whole = text.replace("\r\n", "\n")
    if "-->" not in whole:
        whole = whole.replace("<!--", " ")  # none ends, and each would be looked for to the end
    bare = _CODE.sub(" ", whole)
    return tuple(dict.fromkeys(int(found["number"]) for found in pattern.finditer(bare)))


def closing_numbers(state: State, issue: Issue) -> tuple[int, ...]:
    """`closingIssuesReferences`: links by hand always, keywords only towards the default branch."""
    if issue.pull is None:
        return ()
    by_text = closing_text(state, issue.body) if issue.pull.base == state.repository.default_branch else ()
    wanted = dict.fromkeys((*by_text, *issue.pull.linked))
    return tuple(n for n in wanted if (found := state.issues.get(n)) is not None and found.pull is None)


def pulls_closing(state: State, number: int) -> tuple[Issue, ...]:
    """The pull requests in any state that close an issue, lowest number first."""
    return tuple(pull for pull in state.pulls() if number in closing_numbers(state, pull))


def commits_of(view: View, issue: Issue) -> list[CommitInfo]:
    """A pull request's commits, oldest first: what its head has and its base had not."""
    if issue.pull is None:
        return []
    oids = view.git.history(issue.pull.head_oid, "--reverse", "--topo-order", f"^{issue.pull.base_oid}")
    return [info for oid in oids if (info := view.git.commit_info(oid)) is not None]


def files_of(view: View, issue: Issue) -> list[Change]:
    """The files that a pull request changes, since it left its base."""
    if issue.pull is None:
        return []
    return view.git.changes(
        view.git.merge_base(issue.pull.base_oid, issue.pull.head_oid), issue.pull.head_oid
    )


def mergeable(view: View, issue: Issue) -> bool:
    """Whether no file was changed on both sides since they parted. GitHub merges lines; this merges files."""
    if issue.pull is None:
        return False
    base = view.state.head_of(issue.pull.base) or issue.pull.base_oid
    parting = view.git.merge_base(base, issue.pull.head_oid)
    theirs = {change.path: change.oid for change in view.git.changes(parting, base)}
    ours = {change.path: change.oid for change in view.git.changes(parting, issue.pull.head_oid)}
    return all(theirs[path] == ours[path] for path in theirs.keys() & ours.keys())
