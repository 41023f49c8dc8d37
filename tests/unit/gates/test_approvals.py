"""Whose approval counts, on which commit, and how many there have to be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.bug import Bug
from bugaction.gates.approvals import (
    ApprovalsRequirement,
    contributors,
    head_approvals,
    standing_reviews,
)
from bugaction.gates.base import Verdict
from bugaction.model import Actor, Evidence, Membership, Outcome, RecordKind, Role, Severity
from bugaction.policy import Policy
from bugaction.snapshot import Commit, PullRequest, PullState, Review, ReviewState
from tests.unit.bugs import bug, through
from tests.values import BO, at, line, pull, review

P0, P1, P2, P3 = Severity
MIA, EVE, CY, APP = Actor("mia"), Actor("eve"), Actor("cy"), Actor("helper[bot]", is_bot=True)
APPROVED, AGAINST, COMMENTED, DISMISSED = (
    ReviewState.APPROVED,
    ReviewState.CHANGES_REQUESTED,
    ReviewState.COMMENTED,
    ReviewState.DISMISSED,
)
ROLES = {"mia": Role.MAINTAIN, "ana": Role.ADMIN, "eve": Role.WRITE, "bo": Role.WRITE, "cy": Role.TRIAGE}
ROLES |= {"helper[bot]": Role.WRITE}
BASE, FIRST, MERGE, HEAD = "a" * 40, "1" * 40, "2" * 40, "c" * 40
ASK = "who did not work on it, to review and approve the newest commit."


def commit(
    oid: str = HEAD,
    *parents: str,
    authors: tuple[str, ...] = ("bo",),
    committer: str = "bo",
    web: bool = False,
) -> Commit:
    """A commit by Bo; with `web` GitHub made and signed it."""
    return Commit(
        oid, "m", authors, at(1), parents or (BASE,), "web-flow" if web else committer, is_from_github=web
    )


def fix(*reviews: Review, commits: tuple[Commit, ...] = (commit(),), **changes: object) -> PullRequest:
    """Bo's pull request with these reviews."""
    return replace(pull(commits=commits), reviews=reviews, **changes)  # type: ignore[arg-type]


def of(severity: Severity | None = P2, **severities: object) -> Bug:
    """A bug of that severity; keywords change what the severity asks for."""
    rules = {str(severity): {name.replace("_", "-"): value for name, value in severities.items()}}
    policy = Policy.model_validate({"severities": rules} if severities else {})
    return bug(severity, policy=policy, roles=ROLES)


def check(subject: Bug, change: PullRequest) -> Verdict:
    """What the requirement says."""
    return ApprovalsRequirement().check(subject, change)


@pytest.mark.parametrize("severity", Severity)
def test_a_senior_approval_of_the_head_is_enough(severity: Severity) -> None:
    """For each severity, with who gave it and where."""
    found = check(of(severity), fix(review(MIA)))
    proof = Evidence("approved by mia, senior", review(MIA).url, "mia", at(5))
    assert found == Verdict(Outcome.MET, evidence=(proof,))


@pytest.mark.parametrize(
    ("severity", "remedy"),
    [
        (
            P0,
            f"Ask somebody with the role maintain or above, {ASK} Anybody else's approval who may write "
            "counts too, 15 minutes after somebody was asked under Reviewers.",
        ),
        (P1, f"Ask somebody with the role maintain or above, {ASK}"),
        (P2, f"Ask somebody who may write, {ASK}"),
        (P3, f"Ask somebody who may write, {ASK}"),
    ],
)
def test_without_an_approval_it_is_said_whom_to_ask(severity: Severity, remedy: str) -> None:
    """By the severity."""
    assert check(of(severity), fix()) == Verdict(Outcome.UNMET, "nobody has approved it", remedy)


@pytest.mark.parametrize(
    ("severity", "outcome"), [(P0, Outcome.UNMET), (P1, Outcome.UNMET), (P2, Outcome.MET), (P3, Outcome.MET)]
)
def test_anybody_who_may_write_will_do_from_p2_on(severity: Severity, outcome: Outcome) -> None:
    """Above that, somebody of the senior group."""
    found = check(of(severity), fix(review(EVE)))
    assert found.outcome is outcome
    if outcome is Outcome.UNMET:
        assert found.problem == "nobody of the senior group has approved (eve did)"
    else:
        assert found.evidence[0].text == "approved by eve"


def test_the_senior_group_may_be_named() -> None:
    """Logins take the place of a role."""
    policy = Policy.model_validate({"people": {"senior": {"role": None, "logins": ["eve"]}}})
    named = bug(P1, policy=policy, roles=ROLES)
    assert check(named, fix(review(EVE))).outcome is Outcome.MET
    assert check(named, fix(review(MIA))).remedy.startswith("Ask eve, who did not work on it, ")


def test_as_many_as_the_severity_asks_for() -> None:
    """Two approvals are two people."""
    subject = of(P1, approvals=2)
    assert check(subject, fix(review(MIA))).problem == "1 of 2 approvals are there"
    assert check(subject, fix(review(MIA), review(MIA, minutes=6))).outcome is Outcome.UNMET
    found = check(subject, fix(review(MIA), review(EVE)))
    assert (found.outcome, len(found.evidence)) == (Outcome.MET, 2)
    assert check(of(P1, approvals=0), fix()).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (review(BO), "bo worked on it, so that approval does not count"),
        (review(CY), "cy has the role triage, so that approval does not count"),
        (review(Actor("dee")), "dee has the role none, so that approval does not count"),
        (review(APP), "helper[bot] is an app, so its approval does not count"),
        (review(MIA, oid=FIRST), "mia approved an older commit"),
        (review(MIA, oid=""), "mia approved an older commit"),
        (review(MIA, COMMENTED), "nobody has approved it"),
        (review(MIA, DISMISSED), "nobody has approved it"),
        (review(MIA, ReviewState.PENDING), "nobody has approved it"),
    ],
)
def test_an_approval_that_does_not_count_is_explained(given: Review, problem: str) -> None:
    """By the author, without a role, by an app, of an older commit, or none at all."""
    found = check(of(P3), fix(given))
    assert (found.outcome, found.problem) == (Outcome.UNMET, problem)


@pytest.mark.parametrize(("minutes", "expected"), [(4, Outcome.MET), (5, Outcome.UNMET)])
def test_an_approval_on_another_base_is_none(minutes: int, expected: Outcome) -> None:
    """The same commit brings other ones along there; a new look at it counts."""
    moved = fix(review(MIA, minutes=5), retargeted_at=at(minutes))
    assert check(of(P3), moved).outcome is expected
    assert bool(head_approvals(of(P3), moved)) is (expected is Outcome.MET)
    if expected is Outcome.UNMET:
        assert check(of(P3), moved).problem == "mia approved it before it was aimed at main"
        again = fix(review(MIA, minutes=6), retargeted_at=at(minutes))
        assert check(of(P3), again).outcome is Outcome.MET


def test_an_app_on_the_list_of_bots_approves_nothing_either() -> None:
    """The list is of those whose labels and commands count."""
    policy = Policy.model_validate({"people": {"bots": ["helper[bot]"]}})
    assert check(bug(P3, policy=policy, roles=ROLES), fix(review(APP))).outcome is Outcome.UNMET


@pytest.mark.parametrize(
    "written",
    [
        commit(authors=("mia",)),
        commit(authors=("bo", "mia")),
        commit(committer="mia"),
        commit(HEAD, BASE, authors=("mia", "bo"), web=True),
        commit(HEAD, FIRST, "9" * 40, authors=("mia",), committer="mia"),
    ],
    ids=["author", "co-author", "committer", "applied a suggestion", "merged the base by hand"],
)
def test_who_worked_on_it_cannot_approve_it(written: Commit) -> None:
    """Whatever the part in it was, and whoever opened the pull request."""
    found = check(of(P1), fix(review(MIA), commits=(commit(FIRST), written)))
    assert found.problem == "mia worked on it, so that approval does not count"


@pytest.mark.parametrize(
    "written",
    [
        commit(HEAD, BASE, authors=("bo", "mia"), web=True),
        commit(HEAD, FIRST, "9" * 40, authors=("mia",), web=True),
    ],
    ids=["suggested", "updated the branch"],
)
def test_who_suggests_or_updates_the_branch_may_approve(written: Commit) -> None:
    """Neither makes a committer, where GitHub made the commit."""
    assert check(of(P1), fix(review(MIA), commits=(commit(FIRST), written))).outcome is Outcome.MET


def test_contributors_are_those_whose_work_it_is() -> None:
    """In any case of their names, after a merge of the base too; a commit without a name adds nobody."""
    written = (MERGED, commit(authors=("Mia", "eve"), committer=""), commit(authors=(), committer=""))
    change = fix(commits=written)
    assert contributors(change) == {"bo", "mia", "eve"}


def test_the_newest_opinion_of_a_reviewer_counts() -> None:
    """A comment takes none back; a dismissal does."""
    mind = (review(MIA, AGAINST, minutes=5), review(MIA, minutes=6), review(MIA, COMMENTED, minutes=7))
    assert check(of(P1), fix(*mind)).outcome is Outcome.MET
    assert check(of(P1), fix(*reversed(mind))).outcome is Outcome.MET
    assert check(of(P1), fix(*mind, review(MIA, DISMISSED, minutes=8))).outcome is Outcome.UNMET
    assert check(of(P1), fix(review(MIA), review(Actor("MIA"), AGAINST, minutes=6))).outcome is Outcome.UNMET
    mine, hers = (review(MIA, minutes=9), review(MIA, minutes=2)), (review(EVE, minutes=6), review(EVE))
    found = standing_reviews(fix(*mine, *hers))
    assert [(item.author.login, item.at) for item in found] == [("eve", at(6)), ("mia", at(9))]


@pytest.mark.parametrize("oid", [HEAD, FIRST])
def test_an_objection_holds_it(oid: str) -> None:
    """Of an older commit too, until it is taken back; others' approvals do not outvote it."""
    found = check(of(P2), fix(review(MIA), review(EVE, AGAINST, oid=oid)))
    assert found == Verdict(
        Outcome.UNMET,
        "eve asked for changes",
        "eve approves, or the review is dismissed, once that is done.",
    )


def test_an_objection_is_not_talked_away_by_a_co_author() -> None:
    """A trailer with the objector's name takes their approval away, and never their objection."""
    change = fix(review(EVE, AGAINST), review(MIA), commits=(commit(authors=("bo", "eve")),))
    assert check(of(P2), change).problem == "eve asked for changes"


def test_an_objection_counts_by_its_role() -> None:
    """Somebody who may not write, or an app, holds nothing."""
    against = (review(CY, AGAINST), review(APP, AGAINST), review(Actor("dee"), AGAINST))
    assert check(of(P2), fix(*against, review(MIA))).outcome is Outcome.MET


def test_many_objections_are_counted() -> None:
    """Two by name."""
    against = [review(Actor(login), AGAINST) for login in ("ana", "eve", "mia", "bo")]
    assert check(of(P2), fix(*against[:2])).problem == "ana, eve asked for changes"
    assert check(of(P2), fix(*against)).problem == "ana, eve and 2 more asked for changes"


MERGED = commit(MERGE, FIRST, "9" * 40, authors=("bo",), web=True)


@pytest.mark.parametrize(
    ("since", "outcome"),
    [
        ((MERGED,), Outcome.MET),
        ((MERGED, commit("3" * 40, MERGE, "8" * 40, web=True)), Outcome.MET),
        ((commit(MERGE, FIRST, "9" * 40),), Outcome.UNMET),
        ((commit(MERGE, FIRST, web=True),), Outcome.UNMET),
        ((commit(MERGE, FIRST, authors=("bo", "mia"), web=True),), Outcome.UNMET),
        ((commit(MERGE, "9" * 40, FIRST, web=True),), Outcome.UNMET),
        ((commit(MERGE, FIRST), commit("3" * 40, MERGE, "9" * 40, web=True)), Outcome.UNMET),
    ],
    ids=["update", "two updates", "merged by hand", "edit", "suggestion", "reversed", "push and update"],
)
def test_only_merges_of_the_base_by_github_keep_an_approval(
    since: tuple[Commit, ...], outcome: Outcome
) -> None:
    """Everything else may bring what nobody has looked at."""
    change = fix(review(MIA, oid=FIRST), commits=(commit(FIRST), *since), head_oid=since[-1].oid)
    found = check(of(P1), change)
    assert found.outcome is outcome
    if outcome is Outcome.UNMET:
        assert found.problem == "mia approved an older commit"


def test_a_rewritten_branch_keeps_no_approval() -> None:
    """The approved commit is none of its commits any more."""
    assert check(of(P1), fix(review(MIA, oid=FIRST))).problem == "mia approved an older commit"


def test_the_head_itself_is_approved_by_those_who_may_and_looked_at_it() -> None:
    """While it is open and can be read; a merge of the base keeps no approval of what it brings along."""
    update = commit(HEAD, FIRST, "9" * 40, web=True)
    given = (review(MIA), review(EVE, oid=FIRST), review(Actor("ana"), AGAINST), review(CY), review(BO))
    change = fix(*given, commits=(commit(FIRST), update))
    assert head_approvals(of(), change) == (review(MIA),)
    assert head_approvals(of(), replace(change, state=PullState.MERGED)) == ()
    assert head_approvals(of(), replace(change, commits=None)) == ()


def test_what_cannot_be_read_is_not_approved() -> None:
    """Reviews, commits, or a list of commits that ends before the head."""
    again = "Comment `/recheck` in a minute"
    unread = Verdict(Outcome.UNMET, "its reviews cannot be read", f"{again}.")
    assert check(of(), replace(fix(review(MIA)), reviews=None)) == unread
    assert check(of(), replace(fix(review(MIA)), commits=None)) == unread
    assert check(of(), fix(review(MIA), commits=(commit(FIRST),))) == Verdict(
        Outcome.UNMET,
        "not all of its commits can be read",
        f"{again}; where there are more than 250 commits, squash them.",
    )


def test_without_a_severity_nobody_is_asked_yet() -> None:
    """How many there have to be is not known."""
    assert check(of(None), fix(review(MIA))).outcome is Outcome.PENDING


# The fast lane ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "approved", "outcome"),
    [
        (3, 17, Outcome.UNMET),
        (3, 18, Outcome.DEFERRED),
        (3, 99, Outcome.DEFERRED),
        (None, 99, Outcome.UNMET),
    ],
)
def test_where_nobody_senior_is_awake_others_will_do_for_now(
    asked: float | None, approved: float, outcome: Outcome
) -> None:
    """Fifteen minutes after the review was asked for, and not before."""
    change = fix(review(EVE, minutes=approved), requested_at=at(asked) if asked is not None else None)
    found = check(of(P0), change)
    assert found.outcome is outcome
    assert check(of(P1), change).outcome is Outcome.UNMET
    if outcome is Outcome.DEFERRED:
        assert found == Verdict(
            Outcome.DEFERRED,
            "nobody of the senior group has approved yet, after 15 minutes",
            "Somebody with the role maintain or above reviews it within a day of the merge.",
            found.evidence,
        )
        assert [proof.text for proof in found.evidence] == ["approved by eve"]
    elif asked is not None:
        assert found.remedy.endswith("15 minutes after that was asked for.")


@pytest.mark.parametrize(
    ("approved", "outcome"), [(-60, Outcome.UNMET), (114, Outcome.UNMET), (115, Outcome.DEFERRED)]
)
def test_what_was_asked_for_before_a_raise_wakes_nobody(approved: float, outcome: Outcome) -> None:
    """The quarter of an hour counts from the raise, and an approval from before it lets nothing pass."""
    raised = through((2, P1), (100, P0), roles=ROLES)
    change = fix(review(EVE, minutes=approved), requested_at=at(-99))
    found = check(raised, change)
    assert found.outcome is outcome
    if outcome is Outcome.UNMET:
        assert found.remedy.endswith("counts too, 15 minutes after the bug became P0.")
        again = replace(change, reviews=(*(change.reviews or ()), review(EVE, minutes=115)))
        assert check(raised, again).outcome is Outcome.DEFERRED
    at_once = check(raised, replace(change, reviews=(), requested_at=at(100)))
    assert at_once.remedy.endswith("counts too, 15 minutes after that was asked for.")


def test_what_could_not_be_read_of_a_merged_fix_stays_owed() -> None:
    """Nobody can say then that somebody senior has looked at it."""
    unread = replace(merged(review(MIA)), reviews=None)
    found = check(of(P0), unread)
    assert (found.outcome, found.problem) == (Outcome.DEFERRED, "its reviews cannot be read")
    assert found.due == at(30 + 24 * 60)
    assert check(of(P1), unread).outcome is Outcome.NOT_APPLICABLE


def test_a_raise_after_the_merge_asks_for_the_look_from_then_on() -> None:
    """Nobody was late for what was not asked for."""
    found = check(through((2, P1), (1000, P0), roles=ROLES), merged(review(EVE)))
    assert (found.outcome, found.due) == (Outcome.DEFERRED, at(1000 + 24 * 60))


def test_a_senior_approval_ends_the_waiting() -> None:
    """At any time."""
    change = fix(review(EVE, minutes=99), review(MIA, minutes=100), requested_at=at(1))
    assert check(of(P0), change).outcome is Outcome.MET


def merged(*reviews: Review, commits: tuple[Commit, ...] = (commit(),)) -> PullRequest:
    """Bo's pull request, merged half an hour after the report."""
    return replace(fix(*reviews, commits=commits), state=PullState.MERGED, merged_at=at(30))


def test_what_was_merged_without_a_senior_is_owed() -> None:
    """For a P0, within a day of the merge, whoever else approved it; at other severities it is past."""
    for reviews in ((), (review(EVE),), (review(MIA, oid=FIRST),), (review(BO),)):
        found = check(of(P0), merged(*reviews))
        assert (found.outcome, found.due) == (Outcome.DEFERRED, at(30 + 24 * 60))
        assert found.problem == "nobody of the senior group has approved what #7 merged"
        assert "comments `/attest approvals WORDS`" in found.remedy
    for severity in (P1, P2, P3):
        assert check(of(severity), merged()).outcome is Outcome.NOT_APPLICABLE


def test_a_senior_look_after_the_merge_settles_it() -> None:
    """By a review, which GitHub's API takes, or by a word; not of somebody who worked on it."""
    assert check(of(P0), merged(review(MIA, minutes=60))).outcome is Outcome.MET
    word = line(RecordKind.COMMAND, "IC_1", actor="mia", name="attest", requirement="approvals", note="read")
    early = replace(of(P0), spoken=(word,))
    assert check(early, merged()).outcome is Outcome.DEFERRED
    spoken = replace(of(P0), spoken=(replace(word, at=at(30)),))
    found = check(spoken, merged())
    assert (found.outcome, found.evidence[0].text) == (Outcome.MET, "attested by mia: read")
    own = merged(commits=(commit(authors=("bo", "mia")),))
    assert check(spoken, own).outcome is Outcome.DEFERRED


# Teams --------------------------------------------------------------------------------------------------

LEADS = Policy.model_validate({"people": {"senior": {"role": "admin", "teams": ["octo/leads"]}}})


def led(membership: Membership | None) -> Bug:
    """A P1 whose senior group is a team; this is what is known of Eve."""
    teams = {"eve": {"octo/leads": membership}} if membership is not None else {}
    return bug(P1, policy=LEADS, roles=ROLES, teams=teams)


def test_a_member_of_a_senior_team_approves_for_it() -> None:
    """In whatever case the login comes."""
    found = check(led(Membership.MEMBER), fix(review(Actor("Eve"))))
    assert found.outcome is Outcome.MET
    assert [proof.text for proof in found.evidence] == ["approved by Eve, senior"]


@pytest.mark.parametrize("membership", [Membership.NONE, Membership.HIDDEN, None])
def test_whom_no_team_is_known_of_does_not(membership: Membership | None) -> None:
    """Where it may not be read, the permission that it takes is named; where nothing is seen, the reasons."""
    found = check(led(membership), fix(review(EVE)))
    assert (found.outcome, found.problem) == (
        Outcome.UNMET,
        "nobody of the senior group has approved (eve did)",
    )
    who = "somebody with the role admin or above or a member of octo/leads"
    more = {
        Membership.HIDDEN: " Who is in octo/leads is not to be seen: that takes a GitHub App's token with "
        "`members: read`.",
        Membership.NONE: " eve is not seen in octo/leads; a team that was renamed, or that this token may "
        "not see, looks the same.",
    }
    assert found.remedy == f"Ask {who}, {ASK}{more[membership] if membership is not None else ''}"


def test_of_several_who_approved_the_one_whom_a_team_is_asked_about_is_named() -> None:
    """With all teams that were asked; of others nothing is known, and nothing said."""
    teams = {"eve": {"octo/leads": Membership.NONE, "octo/ops": Membership.NONE}}
    found = check(bug(P1, roles=ROLES, teams=teams), fix(review(Actor("dee")), review(EVE, minutes=6)))
    assert " eve is not seen in octo/leads or octo/ops; a team" in found.remedy
