"""Whose approval of a fix counts: the fix gate's requirement on reviews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bugaction.bug import Bug
from bugaction.escaping import plain
from bugaction.gates.base import Verdict, evidence_of, rules_of, waits_for_severity
from bugaction.gates.override import is_current
from bugaction.lane import entered_at
from bugaction.model import Evidence, Membership, Outcome, Role
from bugaction.policy import SeverityPolicy
from bugaction.snapshot import PullRequest, PullState, Review, ReviewState

__all__ = ["PATIENCE", "ApprovalsRequirement", "contributors", "head_approvals", "standing_reviews"]

PATIENCE = timedelta(minutes=15)
"""How long the fast lane waits for somebody senior, once a review is asked for and the bug is in the lane:
what was asked for days before a raise has woken nobody."""

_MINUTES = PATIENCE.seconds // 60

_AFTER = timedelta(days=1)
"""How long after its merge somebody senior has to look at a fix that was merged without.

GitHub's site takes no approval of a merged pull request, though its API does
(https://github.com/cli/cli/issues/5038), so a word counts as well.
"""

_DECIDING = frozenset({ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED, ReviewState.DISMISSED})
"""States that take the place of a reviewer's earlier one; a mere comment does not
(https://docs.github.com/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/about-pull-request-reviews)."""

_MOST_NAMED = 2


def standing_reviews(pull: PullRequest) -> tuple[Review, ...]:
    """Each reviewer's newest review that approves, asks for changes or was dismissed; oldest first."""
    newest: dict[str, Review] = {}
    for review in sorted(pull.reviews or (), key=lambda item: item.at):
        if review.state in _DECIDING:
            newest.pop(review.author.login.casefold(), None)
            newest[review.author.login.casefold()] = review
    return tuple(newest.values())


def contributors(pull: PullRequest) -> frozenset[str]:
    """The case-folded logins of those whose work it is: its author, and who wrote or committed a commit.

    A merge of the base that GitHub made makes nobody a contributor, and an applied suggestion only who
    applied it; what a person put into a merge made elsewhere is not to be seen. Anybody can write any name
    into a commit: that can take an approval away, and never give one or take an objection away.
    """
    logins = {pull.author.login}
    for commit in pull.commits or ():
        if commit.is_from_github and pull.merges_base(commit):
            continue
        logins |= set(commit.authors[:1] if commit.may_be_suggestion else commit.authors)
        logins.add(commit.committer)
    return frozenset(login.casefold() for login in logins if login)


def head_approvals(bug: Bug, pull: PullRequest) -> tuple[Review, ...]:
    """The standing approvals of an open pull request's very head, by those who may give one."""
    if pull.state is not PullState.OPEN or _unreadable(pull) is not None:
        return ()
    return tuple(
        review
        for review in standing_reviews(pull)
        if review.state is ReviewState.APPROVED
        and review.oid == pull.head_oid
        and not _why_not(bug, pull, review)
    )


class ApprovalsRequirement:
    """Somebody who has not written the fix, and may, has approved what will be merged."""

    id = "approvals"
    sentence = "The fix is approved by somebody who did not write it"

    def check(self, bug: Bug, pull: PullRequest) -> Verdict:
        """By the number and the group that the severity asks for, on the head."""
        rules = rules_of(bug)
        if rules is None:
            return waits_for_severity()
        if not rules.approvals:
            return Verdict(Outcome.NOT_APPLICABLE)
        unreadable = _unreadable(pull)
        if pull.state is PullState.MERGED:
            return self._after_merge(bug, pull, rules, unreadable)
        if unreadable is not None:
            return unreadable
        standing = [review for review in standing_reviews(pull) if _has_standing(bug, review)]
        against = [review for review in standing if review.state is ReviewState.CHANGES_REQUESTED]
        if against:
            names = _names(against)
            remedy = f"{names} approves, or the review is dismissed, once that is done."
            return Verdict(Outcome.UNMET, f"{names} asked for changes", remedy)
        approving = [
            review
            for review in standing
            if review.state is ReviewState.APPROVED and not _why_not(bug, pull, review)
        ]
        if len(approving) < rules.approvals:
            problem = _problem(bug, pull, rules, len(approving))
            return Verdict(Outcome.UNMET, problem, _remedy(bug, pull, rules))
        proofs = tuple(_proof(bug, review) for review in approving)
        if not rules.senior_approval or any(bug.is_senior(review.author.login) for review in approving):
            return Verdict(Outcome.MET, evidence=proofs)
        return self._without_senior(bug, pull, rules, approving)

    def _after_merge(
        self, bug: Bug, pull: PullRequest, rules: SeverityPolicy, unreadable: Verdict | None
    ) -> Verdict:
        """What is still owed: in the fast lane somebody senior's look, whoever let the merge through. A raise
        that came after the merge asks for it from then on."""
        entered = entered_at(bug)
        if not rules.senior_approval or entered is None or pull.merged_at is None:
            return Verdict(Outcome.NOT_APPLICABLE)
        due = max(pull.merged_at, entered) + _AFTER
        if unreadable is not None:
            return replace(unreadable, outcome=Outcome.DEFERRED, due=due)
        team = contributors(pull)
        given = [
            _proof(bug, review)
            for review in standing_reviews(pull)
            if review.state is ReviewState.APPROVED
            and bug.is_senior(review.author.login)
            and not _why_not(bug, pull, review)
        ]
        given += [
            evidence_of(line)
            for line in bug.spoken
            if line.data.get("requirement") == self.id
            and line.at >= pull.merged_at
            and line.actor.casefold() not in team
        ]
        if given:
            return Verdict(Outcome.MET, evidence=tuple(given))
        who = bug.policy.people.senior.words
        remedy = (
            f"{who.capitalize()}, who did not work on it, looks at it and comments `/attest {self.id} WORDS`."
        )
        problem = f"nobody of the senior group has approved what #{pull.number} merged"
        return Verdict(Outcome.DEFERRED, problem, remedy, due=due)

    def _without_senior(
        self, bug: Bug, pull: PullRequest, rules: SeverityPolicy, approving: Sequence[Review]
    ) -> Verdict:
        """In the fast lane others will do for now, once somebody senior had time to wake up."""
        names, problem = _names(approving), "nobody of the senior group has approved"
        late = [review for review in approving if _was_patient(bug, pull, review)]
        if late:
            proofs = tuple(_proof(bug, review) for review in late)
            remedy = f"{bug.policy.people.senior.words.capitalize()} reviews it within a day of the merge."
            return Verdict(Outcome.DEFERRED, f"{problem} yet, after {_MINUTES} minutes", remedy, proofs)
        return Verdict(Outcome.UNMET, f"{problem} ({names} did)", _remedy(bug, pull, rules))


def _unreadable(pull: PullRequest) -> Verdict | None:
    """The verdict where it cannot be known who approved, or whose work it is."""
    if pull.reviews is None or pull.commits is None:
        return Verdict(Outcome.UNMET, "its reviews cannot be read", "Comment `/recheck` in a minute.")
    if pull.commits and all(commit.oid != pull.head_oid for commit in pull.commits):
        # GitHub's list may lag behind the head, and whose work is missing from it would pass for a stranger
        # to the fix. REST's ends at 250; GraphQL's, by which we go, is whole (dcoapp/app#310).
        remedy = "Comment `/recheck` in a minute; where there are more than 250 commits, squash them."
        return Verdict(Outcome.UNMET, "not all of its commits can be read", remedy)
    return None


def _has_standing(bug: Bug, review: Review) -> bool:
    """Whether it is a person's who may write. Of an app's, nobody can say whose word it is."""
    role = bug.role_of(review.author.login)
    return not review.author.is_bot and role is not None and role >= Role.WRITE


def _why_not(bug: Bug, pull: PullRequest, review: Review) -> str:
    """Why an approval does not count, or ""."""
    login = review.author.login
    if review.author.is_bot:
        return f"{login} is an app, so its approval does not count"
    if login.casefold() in contributors(pull):
        return f"{login} worked on it, so that approval does not count"
    if not _has_standing(bug, review):
        role = bug.role_of(login) or Role.NONE
        return f"{login} has the role {role}, so that approval does not count"
    if not is_current(pull, review.oid):
        return f"{login} approved an older commit"
    if not pull.is_since_its_base(review.at):
        return f"{login} approved it before it was aimed at {plain(pull.base)}"
    return ""


def _problem(bug: Bug, pull: PullRequest, rules: SeverityPolicy, given: int) -> str:
    """What is missing; where somebody has approved in vain, that comes first, the newest of them."""
    if given:
        return f"{given} of {rules.approvals} approvals are there"
    approvals = [item for item in standing_reviews(pull) if item.state is ReviewState.APPROVED]
    return _why_not(bug, pull, approvals[-1]) if approvals else "nobody has approved it"


def _names(reviews: Sequence[Review]) -> str:
    names = [review.author.login for review in reviews]
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def _was_patient(bug: Bug, pull: PullRequest, review: Review) -> bool:
    """Whether somebody senior had been asked for long enough, in the fast lane: what was asked for and given
    before it let nobody know how urgent it is."""
    asked, entered = pull.requested_at, entered_at(bug)
    return asked is not None and entered is not None and review.at >= max(asked, entered) + PATIENCE


def _proof(bug: Bug, review: Review) -> Evidence:
    login = review.author.login
    senior = ", senior" if bug.is_senior(login) else ""
    return Evidence(f"approved by {login}{senior}", review.url, login, review.at)


def _of_teams(bug: Bug, pull: PullRequest) -> str:
    """What the teams say of somebody who approved and is senior by nothing else, as a sentence; "" for none.

    GitHub answers 404 for who is not in a team, and for a team that it does not show
    (`github.membership`): which of both it is cannot be told.
    """
    for review in standing_reviews(pull):
        login = review.author.login
        teams = bug.teams.get(login.casefold())
        if review.state is not ReviewState.APPROVED or not teams or bug.is_senior(login):
            continue
        hidden = [team for team, membership in teams.items() if membership is Membership.HIDDEN]
        if hidden:
            return (
                f"Who is in {hidden[0]} is not to be seen: that takes a GitHub App's token with "
                "`members: read`."
            )
        return (
            f"{login} is not seen in {' or '.join(teams)}; a team that was renamed, or that this token may "
            "not see, looks the same."
        )
    return ""


def _remedy(bug: Bug, pull: PullRequest, rules: SeverityPolicy) -> str:
    who = bug.policy.people.senior.words if rules.senior_approval else "somebody who may write"
    text = f"Ask {who}, who did not work on it, to review and approve the newest commit."
    if rules.senior_approval and (unseen := _of_teams(bug, pull)):
        text += f" {unseen}"
    if not (rules.senior_approval and rules.deferrable):
        return text
    asked, entered = pull.requested_at, entered_at(bug)
    when = "somebody was asked under Reviewers"
    if asked is not None:
        is_late = entered is not None and entered > asked
        when = f"the bug became {bug.severity.current}" if is_late else "that was asked for"
    return f"{text} Anybody else's approval who may write counts too, {_MINUTES} minutes after {when}."
