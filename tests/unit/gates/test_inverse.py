"""An exact inverse of merged commits: what is looked into, and when the claim holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.bug import Bug, StrategyChoice
from bugaction.gates.base import Verdict
from bugaction.gates.inverse import claim_of, inverse_of, unless_inverse
from bugaction.model import Evidence, Outcome, Severity, Strategy
from bugaction.review import ChangeKind, Commit, Contents, Revert, RevertClaim, RevertedCommit
from bugaction.snapshot import PullRequest
from tests.unit.bugs import bug
from tests.values import BASE, at, changed, pull

HEAD, TIP, FORK = "c" * 40, "b" * 40, "a" * 40
ONE, TWO = "1" * 40, "2" * 40
OLD, NEW, OTHER = (0o100644, "old"), (0o100644, "new"), (0o100644, "other")
PROOF = Evidence(f"it takes back {ONE[:7]}", f"{BASE}/pull/7/files")


def fix(message: str = f"This reverts commit {ONE}.", **changes: object) -> PullRequest:
    """A pull request of one commit that says it takes back another, and changes two files."""
    files = (changed("a.py"), changed("b.py", ChangeKind.DELETED))
    given: dict[str, object] = {
        "commits": (Commit(HEAD, message, ("bo",), at(1), (FORK,), "bo"),),
        "files": files,
        "changed_files": 2,
        "base_oid": TIP,
        "reviews": (),
    }
    return replace(pull(head_oid=HEAD), **{**given, **changes})  # type: ignore[arg-type]


BEFORE: Contents = {"a.py": OLD, "b.py": None}
AFTER: Contents = {"a.py": NEW, "b.py": NEW}
COMMIT = RevertedCommit(ONE, ONE, is_merged=True, changed=("a.py", "b.py"), before=BEFORE, after=AFTER)
EXACT = Revert(head=BEFORE, base=AFTER, forks=(AFTER,), commits=(COMMIT,))


def rolled_back(
    revert: Revert | None = EXACT, subject: PullRequest | None = None, strategy: Strategy = Strategy.ROLLBACK
) -> Bug:
    """A bug with that strategy, and what was found out about a pull request's claim."""
    claim = claim_of(subject or fix())
    known = {claim: revert} if isinstance(claim, RevertClaim) and revert is not None else {}
    choice = StrategyChoice(strategy, "", Evidence("rollback, chosen by bo"))
    return bug(Severity.P0, strategy=choice, reverts=known)


def why_not(subject: Bug, change: PullRequest) -> str:
    """What a requirement that is in the way says of a pull request that is no inverse."""
    verdict = unless_inverse(subject, change, Verdict(Outcome.UNMET, "no test"))
    return verdict.problem.partition("; no exact rollback: ")[2]


# What is looked into ------------------------------------------------------------------------------------


def test_a_claim_holds_all_that_the_answer_hangs_on() -> None:
    """Another head, base or file is another claim, so that no answer outlives what it was given for."""
    assert claim_of(fix()) == RevertClaim(7, HEAD, TIP, (FORK,), (ONE,), (), ("a.py", "b.py"))


def test_what_is_named_is_found_in_messages_and_in_the_description() -> None:
    """As git writes it, of a merge too; as GitHub does; and nothing of another repository or of its own."""
    own = Commit(TWO, "First", ("bo",), at(1), (FORK,), "bo")
    words = f"Revert\n\nThis reverts commit {ONE.upper()}, reversing\nchanges made to {TIP}."
    last = Commit(HEAD, f"{words}\nThis reverts commit {TWO}.", ("bo",), at(2), (TWO,), "bo")
    body = "Reverts octo/shop#12\nReverts #13\nReverts else/where#14\nIt Reverts OCTO/shop#7. NotReverts #15"
    found = claim_of(fix(commits=(own, last), body=body))
    assert isinstance(found, RevertClaim)
    assert (found.commits, found.pulls, found.forks) == ((ONE,), (12, 13), (FORK,))


def test_each_place_where_it_left_its_base_counts() -> None:
    """A merge of the base has one parent there."""
    merge = Commit(HEAD, "Merge", ("bo",), at(2), (TWO, TIP), "web-flow")
    first = Commit(TWO, f"This reverts commit {ONE}", ("bo",), at(1), (FORK,), "bo")
    found = claim_of(fix(commits=(first, merge)))
    assert isinstance(found, RevertClaim)
    assert found.forks == (FORK, TIP)


NAMED = [f"This reverts commit {number:040x}." for number in range(6)]
MANY, THREE = "\n".join(NAMED), "\n".join(NAMED[:3])
LONG = tuple(Commit(f"{number:040x}", "", (), at(1), (FORK,)) for number in range(1, 101))


def forked(places: int) -> PullRequest:
    """One that left its base in so many places."""
    side = [Commit(f"{number:040x}", "", (), at(1), (f"{number:02x}" * 20,)) for number in range(1, places)]
    return fix(commits=(*side, *(fix().commits or ())))


@pytest.mark.parametrize(
    "change",
    [
        fix("\n".join(NAMED[:5])),
        fix(THREE, body="Reverts #12\nReverts #13"),
        fix(files=tuple(changed(f"{number}.py") for number in range(100)), changed_files=100),
        fix(commits=(*LONG[1:], *(fix().commits or ()))),
        fix(commits=(Commit(HEAD, f"This reverts commit {ONE}", (), at(1), (FORK,) * 9),)),
        forked(5),
    ],
    ids=["commits", "commits and pulls", "files", "own commits", "parents", "places"],
)
def test_as_much_as_can_be_read_is_looked_into(change: PullRequest) -> None:
    """Up to each limit, and with it."""
    assert isinstance(claim_of(change), RevertClaim)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (fix("Repair"), "it names no commit that it takes back"),
        (fix("This reverts commit 1111111."), "it names no commit that it takes back"),
        (fix(MANY), "it names more than 5 commits"),
        (fix(THREE, body="Reverts #12\nReverts #13\nReverts #14"), "it names more than 5 commits"),
        (fix(files=None), "its files cannot be told"),
        (fix(changed_files=3), "its files cannot be told"),
        (fix(files=(), changed_files=0), "it changes nothing"),
        (
            fix(files=tuple(changed(f"{number}.py") for number in range(101)), changed_files=101),
            "it changes more than 100 files",
        ),
        (fix(files=(changed("a.py", ChangeKind.RENAMED),), changed_files=1), "a.py is moved or copied"),
        (fix(files=(changed("a.py", ChangeKind.COPIED),), changed_files=1), "a.py is moved or copied"),
        (fix(head_oid=TIP), "its commits cannot be told"),
        (fix(commits=(*LONG, *(fix().commits or ()))), "its commits cannot be told"),
        (
            fix(commits=(Commit(HEAD, f"This reverts commit {ONE}", (), at(1), (FORK,) * 10),)),
            "its commits cannot be told",
        ),
        (
            fix(commits=(Commit(HEAD, f"This reverts commit {ONE}", (), at(1), ()),)),
            "it cannot be told where it left its base",
        ),
        (forked(6), "it cannot be told where it left its base"),
        (fix(base_oid=""), "it cannot be told where it left its base"),
    ],
)
def test_what_cannot_be_looked_into_says_why(change: PullRequest, words: str) -> None:
    """And is no inverse."""
    assert claim_of(change) == words
    subject = rolled_back(EXACT, change)
    assert inverse_of(subject, change) is None
    assert why_not(subject, change) == words


# When it holds ------------------------------------------------------------------------------------------


def test_an_exact_inverse_is_known_by_what_it_takes_back() -> None:
    """A file that comes back, and one that goes again."""
    assert inverse_of(rolled_back(), fix()) == PROOF
    assert why_not(rolled_back(), fix()) == ""


@pytest.mark.parametrize("strategy", [Strategy.HOTFIX, Strategy.BACKWARD_COMPATIBLE])
def test_another_strategy_knows_no_inverse(strategy: Strategy) -> None:
    """Nor does it say anything about one."""
    subject = rolled_back(strategy=strategy)
    assert inverse_of(subject, fix()) is None
    assert why_not(subject, fix()) == ""
    assert inverse_of(bug(Severity.P0), fix()) is None


def test_what_was_not_read_is_no_inverse() -> None:
    """Also where another head of it was."""
    assert why_not(rolled_back(None), fix()) == "what it takes back was not read"
    moved = fix(base_oid="9" * 40)
    assert why_not(rolled_back(), moved) == "what it takes back was not read"


@pytest.mark.parametrize(
    ("revert", "words"),
    [
        (replace(EXACT, head={**BEFORE, "a.py": OTHER}), f"a.py is not as it was before {ONE[:7]}"),
        (
            replace(EXACT, head={**BEFORE, "a.py": (0o100755, "old")}),
            f"a.py is not as it was before {ONE[:7]}",
        ),
        (
            replace(EXACT, head={**BEFORE, "a.py": (0o120000, "old")}),
            f"a.py is not as it was before {ONE[:7]}",
        ),
        (replace(EXACT, head={**BEFORE, "b.py": OLD}), f"b.py is not as it was before {ONE[:7]}"),
        (replace(EXACT, base={**AFTER, "a.py": OTHER}), f"a.py was changed after {ONE[:7]}"),
        (replace(EXACT, base={**AFTER, "b.py": None}), f"b.py was changed after {ONE[:7]}"),
        (replace(EXACT, forks=({**AFTER, "a.py": OTHER},)), f"a.py was changed after {ONE[:7]}"),
        (replace(EXACT, forks=(AFTER, BEFORE)), f"a.py was changed after {ONE[:7]}"),
        (
            replace(EXACT, commits=(replace(COMMIT, before={**BEFORE, "b.py": NEW}),)),
            "b.py was changed by none of what it names",
        ),
        (
            replace(EXACT, commits=(COMMIT, replace(COMMIT, name=TWO, oid=TWO))),
            "a.py was changed by several of what it names",
        ),
        (
            replace(EXACT, commits=(replace(COMMIT, changed=("a.py", "b.py", "c.py")),)),
            f"c.py, which {ONE[:7]} changed, stays",
        ),
        (replace(EXACT, commits=(replace(COMMIT, changed=()),)), f"{ONE[:7]} changed nothing"),
        (
            replace(EXACT, commits=(replace(COMMIT, changed=None),)),
            f"what {ONE[:7]} changed cannot be told",
        ),
        (
            replace(EXACT, commits=(replace(COMMIT, is_merged=False),)),
            f"{ONE[:7]} was never merged into its base",
        ),
        (
            replace(EXACT, commits=(RevertedCommit(ONE),)),
            f"{ONE[:7]} was never merged into its base",
        ),
        (replace(EXACT, commits=(COMMIT, RevertedCommit("#12"))), "#12 is no merged pull request"),
        (
            replace(EXACT, is_straight=False),
            "it stands on several branches of its base; begin it on the base anew",
        ),
        (
            Revert(None, None, (), (), problem="GitHub answered `502`"),
            "what it takes back cannot be read: GitHub answered '502'; comment `/recheck` to try again",
        ),
        (replace(EXACT, commits=()), "its commits cannot be read"),
        (replace(EXACT, head=None), "its commits cannot be read"),
        (replace(EXACT, base=None), "its commits cannot be read"),
        (replace(EXACT, forks=(AFTER, None)), "its commits cannot be read"),
        (replace(EXACT, head={"a.py": OLD}), "its commits cannot be read"),
        (replace(EXACT, commits=(replace(COMMIT, before={"a.py": OLD}),)), "its commits cannot be read"),
    ],
)
def test_whatever_differs_makes_it_no_inverse(revert: Revert, words: str) -> None:
    """By one bit; and what could not be read never counts as equal."""
    subject = rolled_back(revert)
    assert inverse_of(subject, fix()) is None
    assert why_not(subject, fix()) == words


def test_two_commits_share_nothing() -> None:
    """Each file is one's; what it takes back is named in full."""
    first = replace(
        COMMIT, changed=("a.py",), before={**BEFORE, "b.py": None}, after={"a.py": NEW, "b.py": None}
    )
    second = RevertedCommit(
        "#12", TWO, is_merged=True, changed=("b.py",), before={"a.py": NEW, "b.py": None}, after=AFTER
    )
    revert = replace(EXACT, commits=(first, second))
    found = inverse_of(rolled_back(revert), fix())
    assert found is not None
    assert found.text == f"it takes back {ONE[:7]}, {TWO[:7]}"


STATES = st.sampled_from([None, OLD, NEW, OTHER, (0o100755, "old")])
SIDES = st.fixed_dictionaries({"a.py": STATES, "b.py": STATES})


@given(head=SIDES, base=SIDES, fork=SIDES, before=SIDES, after=SIDES)
def test_it_is_one_if_and_only_if_a_merge_leaves_what_was_before(
    head: Contents, base: Contents, fork: Contents, before: Contents, after: Contents
) -> None:
    """Whatever stands where: both files were changed by it, are so still, and go back to what they were."""
    touched = tuple(path for path in ("a.py", "b.py") if before[path] != after[path])
    commit = RevertedCommit(ONE, ONE, is_merged=True, changed=touched, before=before, after=after)
    found = inverse_of(rolled_back(Revert(head, base, (fork,), (commit,))), fix())
    assert (found is not None) == (len(touched) == 2 and base == fork == after and head == before)


# What it is spared --------------------------------------------------------------------------------------

HELD = Verdict(Outcome.UNMET, "no test is added or extended", "Add one.")


def test_an_inverse_need_not_meet_it() -> None:
    """The evidence says why."""
    assert unless_inverse(rolled_back(), fix(), HELD) == Verdict(Outcome.NOT_APPLICABLE, evidence=(PROOF,))


def test_what_is_none_is_told_why() -> None:
    """Beside what is missing; what holds anyway needs no such word, and neither does another strategy."""
    change = fix("Repair")
    subject = rolled_back(EXACT, change)
    said = "no test is added or extended; no exact rollback: it names no commit that it takes back"
    assert unless_inverse(subject, change, HELD) == replace(HELD, problem=said)
    met = Verdict(Outcome.MET)
    assert unless_inverse(subject, change, met) == met
    assert unless_inverse(bug(Severity.P0), change, HELD) == HELD


def test_long_paths_and_answers_leave_room_for_the_rest() -> None:
    """A status holds 140 characters."""
    path = "d/" * 200 + "x.py"
    change = fix(files=(changed(path),), changed_files=1)
    side: Contents = {path: OLD}
    commit = replace(COMMIT, changed=(path,), before=side, after={path: NEW})
    revert = Revert({path: OTHER}, commit.after, (commit.after,), (commit,))
    assert len(why_not(rolled_back(revert, change), change)) < 100
    unread = Revert(None, None, (), (), problem="x" * 300)
    assert why_not(rolled_back(unread), fix()) == (
        f"what it takes back cannot be read: {'x' * 79}…; comment `/recheck` to try again"
    )
