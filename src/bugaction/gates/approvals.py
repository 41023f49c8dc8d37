"""Whose approval of a fix counts: the fix gate's requirement on reviews."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bugaction.bug import Bug
from bugaction.gates.base import Verdict, rules_of, waits_for_severity
from bugaction.model import Evidence, Outcome, Role
from bugaction.policy import SeverityPolicy
from bugaction.snapshot import PullRequest, Review, ReviewState

__all__ = ["PATIENCE", "ApprovalsRequirement", "contributors", "standing_reviews"]

PATIENCE = timedelta(minutes=15)
"""How long after a review was asked for a severity in the fast lane waits for somebody senior."""

_DECIDING = frozenset({ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED, ReviewState.DISMISSED})
"""States that take the place of a reviewer's earlier one; a mere comment does not
(https://docs.github.com/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/about-pull-request-reviews)."""


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

    A merge of the base makes nobody a contributor, and an applied suggestion only who applied it. Anybody can
    write any name into a commit: that can only take an approval away, never give one.
    """
    logins = {pull.author.login}
    for commit in pull.commits or ():
        if pull.merges_base(commit):
            continue
        logins |= set(commit.authors[:1] if commit.may_be_suggestion else commit.authors)
        logins.add(commit.committer)
    return frozenset(login.casefold() for login in logins if login)


def _is_current(pull: PullRequest, oid: str) -> bool:
    """Whether a review of that commit is one of the head: nothing but merges of the base came since.

    Only merges that GitHub made on its site count; what a person put into one made elsewhere is not to be
    seen. An applied suggestion looks like any edit on the site, so it asks for a new look.
    """
    if oid == pull.head_oid:
        return True
    commits = pull.commits or ()
    places = [index for index, commit in enumerate(commits) if commit.oid == oid]
    if not oid or not places or commits[-1].oid != pull.head_oid:
        return False
    since = commits[places[-1] + 1 :]
    return all(commit.is_from_github and pull.merges_base(commit) for commit in since)


class ApprovalsRequirement:
    """Somebody who has not written the fix, and may, has approved what will be merged."""

    id = "approvals"
    sentence = "The fix is approved by somebody who did not write it"

    def check(self, bug: Bug, pull: PullRequest) -> Verdict:
        """By the number and the group that the severity asks for, on the head."""
        rules = rules_of(bug)
        if rules is None:
            return waits_for_severity()
        if pull.reviews is None or pull.commits is None:
            return Verdict(Outcome.UNMET, "its reviews cannot be read", "Comment `/recheck` in a minute.")
        against = [review for review in self._counting(bug, pull, current=False) if _asks_for_changes(review)]
        if against:
            names = ", ".join(review.author.login for review in against)
            remedy = f"{names} approves, or the review is dismissed, once that is done."
            return Verdict(Outcome.UNMET, f"{names} asked for changes", remedy)
        approving = [
            review
            for review in self._counting(bug, pull, current=True)
            if review.state is ReviewState.APPROVED
        ]
        return self._judge(bug, pull, rules, approving)

    def _judge(self, bug: Bug, pull: PullRequest, rules: SeverityPolicy, approving: list[Review]) -> Verdict:
        missing = rules.approvals - len(approving)
        proofs = tuple(_proof(bug, review) for review in approving)
        if missing > 0:
            return Verdict(Outcome.UNMET, self._problem(pull, rules, len(approving)), _remedy(bug, rules))
        senior = [review for review in approving if _is_senior(bug, review)]
        if not rules.senior_approval or not rules.approvals or senior:
            return Verdict(Outcome.MET, evidence=proofs)
        late = [review for review in approving if _was_patient(pull, review)]
        if rules.deferrable and late:
            first, minutes = late[0], PATIENCE.seconds // 60
            text = f"{first.author.login} approved, as nobody senior had after {minutes} minutes"
            proof = Evidence(text, first.url, first.author.login, first.at)
            return Verdict(Outcome.MET, evidence=(proof,))
        names = ", ".join(review.author.login for review in approving)
        return Verdict(
            Outcome.UNMET, f"nobody of the senior group has approved ({names} did)", _remedy(bug, rules)
        )

    def _problem(self, pull: PullRequest, rules: SeverityPolicy, given: int) -> str:
        own = contributors(pull)
        approvals = [item for item in standing_reviews(pull) if item.state is ReviewState.APPROVED]
        for review in approvals:
            login = review.author.login
            if login.casefold() in own:
                return f"{login}'s approval does not count: they worked on it"
            if not _is_current(pull, review.oid):
                return f"{login}'s approval is of an older commit"
        if given:
            return f"{given} of {rules.approvals} approvals are there"
        return "nobody has approved it"

    def _counting(self, bug: Bug, pull: PullRequest, *, current: bool) -> Iterator[Review]:
        """Standing reviews of people who may write and did not work on it; with `current`, of the head."""
        own = contributors(pull)
        for review in standing_reviews(pull):
            role = bug.role_of(review.author.login)
            listed = bug.policy.people.is_listed_bot(review.author.login)
            if review.author.is_bot and not listed:
                continue
            if not listed and (role is None or role < Role.WRITE):
                continue
            if review.author.login.casefold() in own or (current and not _is_current(pull, review.oid)):
                continue
            yield review


def _asks_for_changes(review: Review) -> bool:
    return review.state is ReviewState.CHANGES_REQUESTED


def _is_senior(bug: Bug, review: Review) -> bool:
    return bug.policy.people.senior.holds(review.author.login, bug.role_of(review.author.login))


def _was_patient(pull: PullRequest, review: Review) -> bool:
    return pull.requested_at is not None and review.at >= pull.requested_at + PATIENCE


def _proof(bug: Bug, review: Review) -> Evidence:
    senior = ", senior" if _is_senior(bug, review) else ""
    login = review.author.login
    return Evidence(f"approved by {login}{senior}", review.url, login, review.at)


def _remedy(bug: Bug, rules: SeverityPolicy) -> str:
    senior = bug.policy.people.senior
    if not rules.senior_approval:
        who = "somebody who may write"
    else:
        group = [f"somebody with the role {senior.role} or above"] if senior.role is not None else []
        who = " or ".join([*group, *senior.logins]) or "somebody of the senior group"
    return f"Ask {who}, who did not work on it, to review and approve the newest commit."
