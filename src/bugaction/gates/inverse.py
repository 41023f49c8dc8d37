"""Whether a pull request is the exact inverse of merged commits, which the rollback strategy is for.

What it says it takes back is only where to look: a commit's message may say `This reverts commit` and an id,
the description `Reverts octo/shop#12`, as GitHub's own button writes it. What counts is what is in the
commits. Each file that the pull request changes has to be at its head what it was before one merged commit,
and on the base, and wherever the pull request left the base, what that commit made of it. Nothing else may be
changed, and nothing of those commits be left out. Where the pull request left the base several times, each
place holds the one before: GitHub lists its files against one of them alone. A merge is then theirs taken
back, and no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bugaction.bug import Bug
from bugaction.escaping import plain
from bugaction.gates.base import Verdict
from bugaction.model import Evidence, Outcome, Strategy
from bugaction.review import ChangeKind, Revert, RevertClaim, RevertedCommit
from bugaction.snapshot import PullRequest
from bugaction.taken_back import named_commits, named_pulls

__all__ = ["claim_of", "inverse_of", "unless_inverse"]

_MOST_FILES = 100
_MOST_NAMED = 5
_MOST_COMMITS = 100
"""Taking something back needs few. A list that ended early, as REST's does at 250, would hide where it left
its base."""

_MOST_FORKS = 5
_MOST_PARENTS = 10
"""As many as are read of a commit's parents."""

_LONGEST_PATH = 60
_LONGEST_PROBLEM = 80


def claim_of(pull: PullRequest) -> RevertClaim | str:
    """What there is to look into; or why it cannot be looked into, as the end of a sentence."""
    own = {commit.oid for commit in pull.commits or ()}
    named = tuple(sorted(named_commits(pull) - own))
    pulls = tuple(sorted(named_pulls(pull) - {pull.number}))
    if not named and not pulls:
        return "it names no commit that it takes back"
    if len(named) + len(pulls) > _MOST_NAMED:
        return f"it names more than {_MOST_NAMED} commits"
    files = pull.files
    if not files or pull.files_cut:
        return "its files cannot be told" if files is None or pull.files_cut else "it changes nothing"
    if len(files) > _MOST_FILES:
        return f"it changes more than {_MOST_FILES} files"
    moved = next((file for file in files if file.change in (ChangeKind.RENAMED, ChangeKind.COPIED)), None)
    if moved is not None:  # GitHub does not tell from where
        return f"{_path(moved.path)} is moved or copied"
    forks = tuple(sorted({oid for commit in pull.commits or () for oid in commit.parent_oids} - own))
    is_whole = pull.head_oid in own and len(own) <= _MOST_COMMITS
    if not is_whole or any(len(commit.parent_oids) >= _MOST_PARENTS for commit in pull.commits or ()):
        return "its commits cannot be told"
    if not forks or len(forks) > _MOST_FORKS or not pull.base_oid:
        return "it cannot be told where it left its base"
    paths = tuple(sorted({file.path for file in files}))
    return RevertClaim(pull.number, pull.head_oid, pull.base_oid, forks, named, pulls, paths)


def inverse_of(bug: Bug, pull: PullRequest) -> Evidence | None:
    """That an open pull request is a verified inverse of merged commits; None where it is not, or where the
    bug is to be fixed by another strategy. Only what was read makes it one."""
    found = _looked_into(bug, pull)
    return found if isinstance(found, Evidence) else None


def unless_inverse(bug: Bug, pull: PullRequest, verdict: Verdict) -> Verdict:
    """The verdict on a requirement that an inverse need not meet. One that is in the way says, where the
    strategy is rollback, why the pull request is not taken for one."""
    found = _looked_into(bug, pull)
    if isinstance(found, Evidence):
        return Verdict(Outcome.NOT_APPLICABLE, evidence=(found,))
    if found and verdict.problem:
        return replace(verdict, problem=f"{verdict.problem}; no exact rollback: {found}")
    return verdict


def _looked_into(bug: Bug, pull: PullRequest) -> Evidence | str:
    if bug.strategy is None or bug.strategy.strategy is not Strategy.ROLLBACK:
        return ""
    claim = claim_of(pull)
    if isinstance(claim, str):
        return claim
    revert = bug.reverts.get(claim)
    if revert is None:
        return "what it takes back was not read"
    wrong = next(_wrongs(claim, revert), None)
    if wrong is not None:
        return wrong
    names = ", ".join(commit.oid[:7] for commit in revert.commits)
    return Evidence(f"it takes back {names}", f"{pull.url}/files")


def _wrongs(claim: RevertClaim, revert: Revert) -> Iterator[str]:
    """What keeps the claim from being true, the plainest first."""
    if revert.problem:
        said = plain(revert.problem, _LONGEST_PROBLEM)
        yield f"what it takes back cannot be read: {said}; comment `/recheck` to try again"
        return  # pragma: no cover - only the first wrong is asked for
    yield from (wrong for commit in revert.commits if (wrong := _wrong_with(commit)))
    sides = [revert.head, revert.base, *revert.forks]
    sides += [side for commit in revert.commits for side in (commit.before, commit.after)]
    if not revert.commits or any(side is None or not side.keys() >= {*claim.paths} for side in sides):
        yield "its commits cannot be read"
        return  # pragma: no cover - only the first wrong is asked for
    if not revert.is_straight:
        yield "it stands on several branches of its base; begin it on the base anew"
    for path in claim.paths:
        yield from _wrongs_at(path, revert)
    for commit in revert.commits:
        left = sorted(set(commit.changed or ()) - set(claim.paths))
        if left:
            yield f"{_path(left[0])}, which {_called(commit)} changed, stays"
        elif not commit.changed:
            yield f"{_called(commit)} changed nothing"


def _wrong_with(commit: RevertedCommit) -> str:
    """What keeps a commit from being taken back at all, or ""."""
    if not commit.oid and commit.name.startswith("#"):
        return f"{commit.name} is no merged pull request"
    if not commit.is_merged:
        return f"{_called(commit)} was never merged into its base"
    return f"what {_called(commit)} changed cannot be told" if commit.changed is None else ""


def _wrongs_at(path: str, revert: Revert) -> Iterator[str]:
    """What keeps one file from being taken back, where all that can be read was."""
    touching = [commit for commit in revert.commits if commit.before.get(path) != commit.after.get(path)]
    if len(touching) != 1:
        yield f"{_path(path)} was changed by {'several' if touching else 'none'} of what it names"
        return  # pragma: no cover - only the first wrong is asked for
    [commit] = touching
    if any((side or {}).get(path) != commit.after.get(path) for side in (revert.base, *revert.forks)):
        yield f"{_path(path)} was changed after {_called(commit)}"
    if (revert.head or {}).get(path) != commit.before.get(path):
        yield f"{_path(path)} is not as it was before {_called(commit)}"


def _called(commit: RevertedCommit) -> str:
    return commit.oid[:7] or commit.name[:7]


def _path(path: str) -> str:
    return plain(path, _LONGEST_PATH)
