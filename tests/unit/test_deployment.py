"""When a fix is in production: deployments, releases, words, and the merge."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.deployment import Finding, comparisons, question, where_deployed
from bugaction.model import Actor, LedgerFile, LedgerLine, RecordKind
from bugaction.rollout import AskDeployment, Deployment, Release, Rollout
from bugaction.snapshot import PullRequest, PullState
from tests.values import BASE, BO, at, pull

MERGE = "f" * 40
MERGED = replace(pull(7, state=PullState.MERGED), merged_at=at(100), merge_oid=MERGE)
ASKED = AskDeployment(42, ((MERGE,),), at(100), ("production",))


def oid(number: int) -> str:
    """A commit's id."""
    return f"{number:040x}"


def deployment(
    minutes: float, commit: str, state: str = "success", *, environment: str = "production", tag: str = ""
) -> Deployment:
    """One that was begun and succeeded in that minute; `state` is how it is now."""
    arrived = None if state in ("pending", "in_progress") else at(minutes)
    return Deployment("log", environment, "main", commit, at(minutes), state, BO, tag, arrived)


def release(minutes: float, tag: str, commit: str) -> Release:
    """A release that was published in that minute."""
    return Release(tag, f"{BASE}/releases/tag/{tag}", commit, at(minutes), BO)


def rollout(*deployments: Deployment, holding: str = "", lacking: str = "", **changes: object) -> Rollout:
    """What GitHub shows; commits whose last digit is in `holding` contain the merge, others do not."""
    released: tuple[Release, ...] = changes.get("releases", ())  # type: ignore[assignment]
    commits = {item.oid for item in deployments} | {item.oid for item in released}
    contains = {(MERGE, commit): commit[-1] in holding for commit in commits}
    whole = Rollout(ASKED, deployments, contains=contains, lacking=(lacking,) if lacking else ())
    return replace(whole, **changes)  # type: ignore[arg-type]


def word(minutes: float, version: str = "2.0", environment: str = "") -> LedgerLine:
    """Somebody's `/deployed`."""
    data = {"name": "deployed", "version": version, **({"environment": environment} if environment else {})}
    return LedgerLine(RecordKind.COMMAND, f"IC_{minutes}", "ana", at(minutes), accepted=True, data=data)


def found(shown: Rollout | None, *lines: LedgerLine, asked: AskDeployment = ASKED) -> Finding:
    """What is known of the fix."""
    return where_deployed(asked, [MERGED], LedgerFile(lines=lines), shown)


def since(shown: Rollout | None, *lines: LedgerLine) -> float | None:
    """Since which minute it is in production."""
    deployed = found(shown, *lines).deployed
    return (deployed.at - at(0)).total_seconds() / 60 if deployed is not None else None


# What is asked ---------------------------------------------------------------------------------------------


def test_nothing_is_asked_before_all_is_merged() -> None:
    """No fix, none merged, or one that is still open."""
    assert question(42, [], ("production",)) is None
    assert question(42, [pull(7)], ("production",)) is None
    assert question(42, [MERGED, pull(8)], ("production",)) is None
    closed = pull(9, state=PullState.CLOSED)
    assert question(42, [MERGED, closed], ("production",)) == ASKED


def test_fixes_of_one_branch_go_together_and_those_of_several_do_not() -> None:
    """A release branch has its own merge, and never gets the other one."""
    more = replace(MERGED, number=8, merged_at=at(130), merge_oid=oid(8))
    backport = replace(MERGED, number=9, base="1.x", merged_at=at(120), merge_oid=oid(9))
    asked = question(42, [MERGED, more, backport], ())
    assert asked == AskDeployment(42, ((oid(8), MERGE), (oid(9),)), at(120), (), (at(130), at(120)))


# What counts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deployments", "expected"),
    [
        ([deployment(110, MERGE)], 110),
        ([deployment(110, oid(1))], 110),
        ([deployment(110, oid(2))], None),
        ([deployment(90, oid(1))], None),
        ([deployment(110, MERGE, "failure")], None),
        ([deployment(110, MERGE, "error")], None),
        ([deployment(110, MERGE, "pending")], None),
        ([deployment(110, MERGE, "inactive")], None),
        ([deployment(110, MERGE, "inactive"), deployment(120, oid(1))], 110),
        ([deployment(110, MERGE), deployment(120, oid(1)), deployment(130, oid(0x11))], 110),
        ([deployment(110, MERGE), deployment(120, oid(2))], None),
        ([deployment(110, MERGE), deployment(120, oid(2)), deployment(130, MERGE)], 130),
        ([deployment(110, MERGE), deployment(120, oid(2), "inactive"), deployment(130, MERGE)], 130),
        ([deployment(110, MERGE), deployment(120, oid(2), "failure")], 110),
        ([deployment(110, oid(2)), deployment(120, MERGE, "inactive")], None),
        ([deployment(110, MERGE, environment="Production")], 110),
        ([deployment(90, oid(2)), deployment(110, MERGE, environment="staging")], None),
    ],
)
def test_what_production_runs_decides(deployments: list[Deployment], expected: float | None) -> None:
    """The newest that worked and was not taken back; the first of its row gives the time."""
    assert since(rollout(*deployments, holding="1")) == expected
    assert since(rollout(*reversed(deployments), holding="1")) == expected


def test_what_stands_in_the_way_is_named() -> None:
    """With the commit or the tag that production runs."""
    assert found(rollout(deployment(110, oid(2)))).problem == (
        "production runs 0000000, which does not contain the fix"
    )
    tagged = rollout(deployment(110, oid(2), tag="v1"))
    assert found(tagged).problem == "production runs v1, which does not contain the fix"
    assert found(rollout(deployment(110, MERGE, "failure"))).problem == "nothing is deployed to production"
    assert found(rollout(releases=(release(90, "v1", oid(2)),))).problem == "no release contains the fix"
    assert found(rollout(lacking="deployments: read")).problem == (
        "deployments cannot be read (it takes `deployments: read`), so only a word counts"
    )


def test_what_ran_before_is_known() -> None:
    """To roll back to; the version is the tag's, unless a person named it."""
    row = rollout(deployment(90, oid(2), tag="v1"), deployment(110, MERGE, tag="v2"), deployment(120, oid(1)))
    whole = replace(row, contains={**row.contains, (MERGE, oid(1)): True})
    deployed = found(whole).deployed
    assert deployed is not None
    assert (deployed.version, deployed.previous, deployed.environment) == ("v2", "v1", "production")
    assert deployed.previous_ref == "v1"
    assert deployed.evidence.text == "v2 deployed to production"
    named = found(whole, word(115, "2.0.1")).deployed
    assert named is not None
    assert (named.version, named.at) == ("2.0.1", at(110))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([word(110)], 110),
        ([word(90)], None),
        ([word(110, environment="PRODUCTION")], 110),
        ([word(110, environment="staging")], None),
        ([word(110), word(120)], 110),
    ],
)
def test_a_word_stands_for_a_deployment(lines: list[LedgerLine], expected: float | None) -> None:
    """Of production and since the merge, wherever GitHub knows better or not."""
    assert since(None, *lines) == expected
    assert since(rollout(lacking="deployments: read"), *lines) == expected
    assert since(rollout(deployment(95, oid(2))), *lines) == expected
    assert since(rollout(releases=(release(90, "v1", oid(2)),)), *lines) == expected


def test_a_later_deployment_without_the_fix_takes_the_word_back() -> None:
    """And one with it confirms it."""
    assert since(rollout(deployment(120, oid(2))), word(110)) is None
    assert since(rollout(deployment(120, oid(1)), holding="1"), word(110)) == 110


def test_a_word_from_before_a_rollback_stays_taken_back() -> None:
    """Also once the fix is deployed again, which is watched anew; a word since the rollback counts."""
    before, back, again = deployment(90, oid(2)), deployment(200, oid(2)), deployment(300, MERGE, tag="v3")
    old = word(102, "2.0")
    assert since(rollout(before, again), old) == 102
    assert since(rollout(before, back), old) is None
    assert since(rollout(before, back, again), old) == 300
    assert since(rollout(back, again), old) == 300
    assert since(rollout(before, back, again), old, word(250)) == 250
    assert since(rollout(before, back, again), old, word(310)) == 300
    moved = rollout(before, deployment(110, MERGE), deployment(200, oid(2), "inactive"), again)
    assert since(moved, old) == 300
    deployed = found(rollout(before, back, again), old).deployed
    assert deployed is not None
    assert deployed.version == "v3"


def test_every_environment_counts() -> None:
    """The last one that got it gives the time; one that nothing was ever deployed to is none."""
    asked = replace(ASKED, environments=("eu", "us", "moon"))
    both = rollout(deployment(110, MERGE, environment="eu"), deployment(120, MERGE, environment="US"))
    deployed = found(replace(both, asked=asked), asked=asked).deployed
    assert deployed is not None
    assert (deployed.at, deployed.environment) == (at(120), "eu, us")
    one = rollout(deployment(110, MERGE, environment="eu"), deployment(90, oid(2), environment="us"))
    assert found(replace(one, asked=asked), asked=asked).deployed is None
    assert found(replace(one, asked=asked), word(115, environment="us"), asked=asked).deployed is not None


def test_releases_count_where_nothing_is_deployed() -> None:
    """The first that contains the fix; where there are deployments these know better."""
    releases = (release(90, "v1", oid(2)), release(120, "v2", oid(1)), release(130, "v3", oid(0x11)))
    deployed = found(rollout(releases=releases, holding="1")).deployed
    assert deployed is not None
    assert (deployed.at, deployed.version, deployed.previous) == (at(120), "v2", "v1")
    assert deployed.previous_ref == "v1"
    assert since(rollout(deployment(90, oid(2)), releases=releases, holding="1")) is None


def test_the_merge_counts_where_nothing_tells() -> None:
    """Neither deployments nor releases, and nobody who ever said so."""
    deployed = found(rollout()).deployed
    assert deployed is not None
    assert (deployed.at, deployed.is_tracked) == (at(100), False)
    assert found(None) == Finding()
    undone = replace(word(110, environment="staging"))
    assert found(rollout(), undone) == Finding(problem="nobody says that it is", is_tracked=True)
    unseen = replace(rollout(), lacking=("deployments: read",))
    assert not found(unseen).is_tracked


def test_a_merge_that_github_does_not_name_needs_a_word() -> None:
    """What is not known is not contained."""
    asked = replace(ASKED, merges=(("",),))
    shown = replace(rollout(deployment(110, oid(1))), asked=asked, contains={})
    assert found(shown, asked=asked).deployed is None
    assert comparisons(shown) == frozenset()


def test_one_group_of_fixes_is_enough_and_all_of_it() -> None:
    """Production may run a release branch."""
    asked = replace(ASKED, merges=((MERGE, oid(8)), (oid(9),)))
    shown = replace(rollout(deployment(110, oid(1))), asked=asked)
    half = {(MERGE, oid(1)): True, (oid(8), oid(1)): False, (oid(9), oid(1)): False}
    assert found(replace(shown, contains=half), asked=asked).deployed is None
    other = {**half, (oid(9), oid(1)): True}
    assert found(replace(shown, contains=other), asked=asked).deployed is not None


FURTHER, BACKPORT = oid(0xA), oid(0xB)
BRANCHES = [
    MERGED,
    replace(MERGED, number=9, base="1.x", merged_at=at(120), merge_oid=BACKPORT),
    replace(MERGED, number=10, merged_at=at(400), merge_oid=FURTHER),
]
"""The fix on the default branch, its backport, and a further one on the default branch alone."""


def on_branches(
    *lines: LedgerLine,
    holding: str = "",
    deployments: tuple[Deployment, ...] = (),
    releases: tuple[Release, ...] = (),
) -> tuple[float, set[int]] | None:
    """Since which minute one of these lines of fixes is in production, and which of the three that holds.

    Commits whose last digit is 1 are of the release branch with its backport; those with one in `holding` are
    of the default branch with both of its fixes.
    """
    asked = question(42, BRANCHES, ("production",))
    assert asked is not None
    commits = {item.oid for item in deployments} | {item.oid for item in releases}
    contains = {
        (merge, commit): commit[-1] in ("1" if merge == BACKPORT else holding)
        for commit in commits
        for merge in (MERGE, FURTHER, BACKPORT)
    }
    shown = Rollout(asked, deployments, releases, contains)
    found = where_deployed(asked, BRANCHES, LedgerFile(lines=lines), shown).deployed
    if found is None:
        return None
    (holds,) = found.holds
    numbers = {each.number for each in BRANCHES if each.merge_oid in holds}
    return (found.at - at(0)).total_seconds() / 60, numbers


def test_what_production_runs_tells_which_of_the_fixes_it_has() -> None:
    """A further fix on another branch changes nothing for it; where that arrives, it is watched anew."""
    old, new = deployment(130, oid(1)), deployment(410, oid(3))
    assert on_branches(deployments=(old,)) == (130, {9})
    assert on_branches(deployments=(old, deployment(405, oid(0x11)))) == (130, {9})
    assert on_branches(deployments=(old, new), holding="3") == (410, {7, 10})
    assert on_branches(word(135), deployments=(old, new), holding="3") == (410, {7, 10})
    assert on_branches(deployments=(old, new, deployment(420, oid(0x13))), holding="3") == (410, {7, 10})
    assert on_branches(deployments=(old, new, deployment(420, oid(0x11))), holding="3") == (130, {9})


def test_a_release_or_a_word_tells_as_much() -> None:
    """The first of them stands until one has a further fix."""
    old, new = release(130, "v1", oid(1)), release(410, "v2", oid(3))
    assert on_branches(releases=(old,)) == (130, {9})
    assert on_branches(releases=(old, new), holding="3") == (410, {7, 10})
    assert on_branches(releases=(old, release(405, "v1.1", oid(0x11)))) == (130, {9})
    assert on_branches(word(135)) == (135, {9})
    assert on_branches(word(135), word(140)) == (135, {9})
    assert on_branches(word(135), word(410), word(420)) == (410, {7, 9, 10})
    whole = Rollout(question(42, BRANCHES, ()) or ASKED, releases=(new,), contains={})
    whole = replace(whole, contains={(MERGE, oid(3)): True, (FURTHER, oid(3)): True})
    deployed = where_deployed(whole.asked, BRANCHES, LedgerFile(lines=(word(135),)), whole).deployed
    assert deployed is not None
    assert deployed.version == "v2"
    assert on_branches(word(135), releases=(new,), holding="3") == (410, {7, 10})
    assert on_branches(word(135), releases=(old,)) == (130, {9})


def test_a_backport_that_follows_is_no_further_fix() -> None:
    """What is in production stays there since it came, wherever else the fix goes."""
    late = replace(BRANCHES[1], merged_at=at(2000))
    asked = question(42, [MERGED, late], ())
    assert asked is not None
    found = where_deployed(asked, [MERGED, late], LedgerFile(lines=(word(105), word(2010))), None).deployed
    assert found is not None
    assert (found.at, found.holds) == (at(105), (frozenset({MERGE}),))


def test_what_ran_in_between_and_cannot_be_compared_is_left_out() -> None:
    """Where GitHub has not compared a commit yet, the fix is out since the first that is known to hold it."""
    row = [deployment(110 + number, oid(number + 1)) for number in range(3)]
    shown = replace(rollout(*row), contains={(MERGE, oid(3)): True})
    assert since(shown) == 112


def test_a_release_without_the_fix_is_passed_by() -> None:
    """Also one since the merge, of another branch for one."""
    releases = (release(110, "v1.1", oid(2)), release(120, "v2", oid(1)))
    assert since(rollout(releases=releases, holding="1")) == 120


def test_a_merge_without_a_time_is_no_deployment() -> None:
    """Nothing is asked about it, and it does not count as one by itself."""
    untimed = replace(MERGED, merged_at=None)
    assert question(42, [untimed], ()) is None
    assert where_deployed(ASKED, [untimed], LedgerFile(), rollout()).deployed is None


def test_every_environment_needs_a_word_where_only_words_tell() -> None:
    """The one without is named; once all have theirs, the last counts."""
    asked = replace(ASKED, environments=("eu", "us"))
    shown = replace(rollout(releases=(release(90, "v1", oid(2)),)), asked=asked)
    one = found(shown, word(110, environment="eu"), asked=asked)
    assert (one.deployed, one.problem) == (None, "nobody says that it is deployed to us")
    unread = found(None, word(110, environment="eu"), asked=asked)
    assert unread.problem == "nobody says that it is deployed to us"
    both = found(shown, word(110, environment="eu"), word(120, environment="us"), asked=asked).deployed
    assert both is not None
    assert both.at == at(120)


# What has to be compared -----------------------------------------------------------------------------------


def test_only_what_is_needed_is_compared() -> None:
    """Neither the merge itself, nor what was there before it, nor anything once that is known."""
    unknown = replace(rollout(deployment(110, oid(1))), contains={})
    assert comparisons(unknown) == {(MERGE, oid(1))}
    assert comparisons(replace(rollout(deployment(110, MERGE)), contains={})) == frozenset()
    early = rollout(deployment(90, oid(3)), deployment(110, oid(3)))
    assert comparisons(replace(early, contains={})) == frozenset()
    assert comparisons(rollout(deployment(110, oid(1)), holding="1")) == frozenset()
    assert comparisons(rollout()) == frozenset()
    released = replace(rollout(releases=(release(120, "v2", oid(1)),)), contains={})
    assert comparisons(released) == {(MERGE, oid(1))}
    assert comparisons(replace(released, deployments=(deployment(90, oid(2)),))) == frozenset()


@given(st.integers(1, 100), st.integers(0, 100))
def test_a_long_row_is_halved(length: int, lost: int) -> None:
    """Eight comparisons at the most for a hundred deployments, and the right one is found."""
    lost = min(lost, length)  # so many of the oldest do not hold the fix
    row = [deployment(110 + number, oid(number + 1)) for number in range(length)]
    shown, count = replace(rollout(*row), contains={}), 0
    while wanted := comparisons(shown):
        count += len(wanted)
        answers = {pair: int(pair[1], 16) > lost for pair in wanted}
        shown = replace(shown, contains={**shown.contains, **answers})
    assert count <= 8
    assert since(shown) == (110 + lost if lost < length else None)


def test_a_deployer_is_evidence() -> None:
    """Who it was, and where to look."""
    deployed = found(rollout(replace(deployment(110, MERGE), creator=Actor("eve")))).deployed
    assert deployed is not None
    assert (deployed.evidence.actor, deployed.evidence.url) == ("eve", "log")
    assert pull_url(MERGED) in found(rollout()).deployed.evidence.url  # type: ignore[union-attr]


def pull_url(subject: PullRequest) -> str:
    """Where a pull request is."""
    return subject.url


def test_what_github_fails_to_tell_needs_a_word() -> None:
    """Neither a release nor the merge stands for deployments that may be there."""
    shown = replace(rollout(), broken="no `creator`")
    assert found(shown).problem == (
        "deployments cannot be read (GitHub says: no 'creator'), so only a word counts"
    )
    assert found(shown, word(170)).deployed is not None
