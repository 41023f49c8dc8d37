"""`/attest`: a person's word for a requirement that no machine can see."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from bugaction.approved import APPROVALS
from bugaction.commands.base import (
    Accepted,
    Command,
    Context,
    Problem,
    Ruling,
    Undoing,
    head_named,
    unseen_team,
)
from bugaction.commands.parse import Call
from bugaction.escaping import plain
from bugaction.model import Role
from bugaction.moment import parse_day
from bugaction.policy import Policy
from bugaction.records import item_number

__all__ = ["ATTESTABLE", "Attest", "Rule"]

_LONGEST_NOTE = 300
_MOST_GAPS = 5
"""Sections that a refusal names."""

_ADVISORY = re.compile(r"/[\w.-]+/[\w.-]+/security/advisories/GHSA(-[23456789cfghjmpqrvwx]{4}){3}", re.ASCII)
"""A repository advisory's page. The identifier's alphabet: https://docs.github.com/code-security/security-advisories/working-with-global-security-advisories-from-the-github-advisory-database/about-the-github-advisory-database."""


def _advisory(url: str, host: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    plain = not parts.query and not parts.fragment
    return (
        parts.scheme == "https" and parts.netloc == host and plain and bool(_ADVISORY.fullmatch(parts.path))
    )


def _by_advisory(requirement: str, note: str, context: Context) -> Ruling:
    """Confidential bugs have no public documents; the private advisory takes their place."""
    if not context.confidential:
        what = "report" if requirement == "bug-report" else requirement.replace("-", " ")
        text = f"the {what} of a bug that is not confidential is committed, not attested"
        return Problem(text, usage=False)
    url, _, rest = note.partition(" ")
    host = urlsplit(context.issue_url).netloc
    if not _advisory(url, host):
        return Problem(
            f"it takes the advisory's address: `/attest {requirement} https://{host}/OWNER/REPOSITORY/"
            "security/advisories/GHSA-xxxx-xxxx-xxxx`",
            usage=False,
        )
    return Accepted({"url": url, **({"note": rest} if rest else {})})


def _in_words(requirement: str, note: str, context: Context) -> Ruling:  # noqa: ARG001 - as every rule
    """A word that says nothing would be none: how, where, or why not belongs to it."""
    if not note:
        text = f"a few words are missing for `{requirement}`: where and how, or why not"
        return Problem(text, usage=False)
    return Accepted({"note": note})


def _for_commit(requirement: str, note: str, context: Context) -> Ruling:
    """A word on what a commit holds, for that commit alone."""
    commit, _, words = note.partition(" ")
    head = head_named(commit, context)
    if isinstance(head, Problem):
        return head
    ruling = _in_words(requirement, words, context)
    return Accepted({"head": head, **ruling.data}) if isinstance(ruling, Accepted) else ruling


def _for_release(requirement: str, note: str, context: Context) -> Ruling:  # noqa: ARG001 - as every rule
    """Only who holds one of the roles can approve a release; which one, policy says."""
    if not context.fixes - context.unlinked:
        return Problem(_NO_FIX, usage=False)
    roles = (*context.policy.people.engineering_lead, *context.policy.on_call(context.at))
    if not roles:
        text = "no role has to approve releases; `people.engineering-lead` and `people.on-call` name them"
        return Problem(text, usage=False)
    if all(context.author.casefold() != login.casefold() for login in roles):
        return Problem(f"only {' or '.join(dict.fromkeys(roles))} can approve a release", usage=False)
    return Accepted({"note": note} if note else {})


_NO_FIX = "no pull request fixes this bug yet"


def _on_a_fix(requirement: str, note: str, context: Context) -> Ruling:
    """A word on what goes out: before there is a fix, there is nothing to speak of."""
    if not context.fixes - context.unlinked:
        return Problem(_NO_FIX, usage=False)
    return _in_words(requirement, note, context)


def _by_senior(requirement: str, note: str, context: Context) -> Ruling:
    """Somebody of the senior group, on a fix that was merged without one's approval."""
    if any(not context.unlinked.issuperset(pulls) for pulls in context.heads.values()):
        text = "an open pull request is approved by a review; a word counts once the fix is merged"
        return Problem(text, usage=False)
    if context.watch().merged is None:
        return Problem("no fix of this bug is merged yet", usage=False)
    senior = context.policy.people.senior
    if not senior.holds(context.author, context.role, context.teams_of(context.author)):
        unseen = unseen_team(context.author, context)
        return Problem(f"it is a word for {senior.words}{unseen}", usage=False)
    return _in_words(requirement, note, context)


def _looked_at(requirement: str, note: str, context: Context) -> Ruling:
    """A word on what a commit changes, by somebody who did not write it."""
    ruling = _for_commit(requirement, note, context)
    if not isinstance(ruling, Accepted):
        return ruling
    if context.author.casefold() in context.contributors.get(ruling.data["head"], ()):
        return Problem(f"{context.author} worked on it, and cannot vouch for its workflows", usage=False)
    return ruling


def _of_document(requirement: str, note: str, context: Context) -> Ruling:
    """The version of a document that is committed now, where nothing in it is left open."""
    approved = APPROVALS[requirement]
    if context.confidential:
        return Problem("a confidential bug has no documents that could be approved", usage=False)
    draft = context.draft_of(approved.kind)
    if draft is None or draft.text is None:
        return Problem(f"the {approved.title} is not committed yet", usage=False)
    if draft.gaps:
        named = ", ".join(f'"{plain(gap.section)}" {plain(gap.problem)}' for gap in draft.gaps[:_MOST_GAPS])
        more = f" (+{len(draft.gaps) - _MOST_GAPS})" if len(draft.gaps) > _MOST_GAPS else ""
        text = f"the {approved.title} v{draft.version} is not complete: {named}{more}"
        return Problem(text, usage=False)
    return Accepted({"version": draft.version, **({"note": note} if note else {})})


def _of_debt(requirement: str, note: str, context: Context) -> Ruling:  # noqa: ARG001 - as every rule
    """That there is none and why, or the issue that pays it off and by when."""
    first, _, rest = note.partition(" ")
    if first.casefold() == "none":
        if not rest:
            return Problem("why there is none is missing", usage=False)
        return Accepted({"note": f"none, {rest}"})
    number, due = item_number(first), parse_day(rest.strip().removeprefix("due ").strip())
    if number is None or due is None:
        return Problem(_DEBT, usage=False)
    if number in context.missing or number == context.bug:
        return Problem(f"`#{number}` is no other issue of this repository", usage=False)
    if due < context.at.date():
        return Problem("the day lies in the past", usage=False)
    return Accepted({"issue": str(number), "due": due.isoformat(), "note": f"#{number}, due {due}"})


_DEBT = (
    "it takes `none` and why, or the issue that pays it off and the day by which: "
    "`/attest technical-debt #123 2026-12-31`"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """What attesting a requirement takes: `check` judges the note, in which a commit comes first.

    `tick` makes the sticky comment offer a box for it: the sentence that somebody says who ticks it, recorded
    as the note. It is "" where such a sentence would not be enough, because only the person's own words tell
    something: then the comment shows the `/attest` line. With `per_commit` the word is for one commit, which
    the box names in full, so that it says as much as the command does.
    """

    check: Callable[[str, str, Context], Ruling]
    tick: str = ""
    per_commit: bool = False


ATTESTABLE: dict[str, Rule] = {
    "approvals": Rule(_by_senior),
    "bug-report": Rule(_by_advisory),
    "checks": Rule(
        _looked_at,
        tick="I have read what it changes in its workflows, it is sound, and I did not work on it",
        per_commit=True,
    ),
    "investigation": Rule(_in_words),
    "minimal-change": Rule(_for_commit, per_commit=True),
    "post-mortem": Rule(_by_advisory),
    "release-approvals": Rule(_for_release),
    "release-notes": Rule(_by_advisory),
    "reproduction": Rule(_in_words),
    "rollback-tested": Rule(_on_a_fix, tick="I have tried the rollback plan, and it works"),
    "root-cause-analysis": Rule(_by_advisory),
    "staging": Rule(_on_a_fix, tick="I have tried the fix on staging, and it works"),
    "stakeholders-notified": Rule(_in_words),
    "stakeholders-told": Rule(_in_words),
    "team-review": Rule(_in_words),
    "team-told": Rule(_in_words),
    "technical-debt": Rule(_of_debt),
    "users-told": Rule(_in_words),
    **dict.fromkeys(APPROVALS, Rule(_of_document)),
}
"""The requirements that a person may attest, what each asks of the note, and whether a tick will do.

The approvals of documents are no requirement of a gate: a version that has one is not written any more."""


class Attest(Command):
    """Attests a requirement."""

    name = "attest"
    usage = "/attest REQUIREMENT [NOTE]"
    summary = "Gives the author's word that a requirement holds, where a person's word is what it rests on."
    example = "/attest bug-report https://github.com/OWNER/REPOSITORY/security/advisories/GHSA-xxxx-xxxx-xxxx"
    personal = True
    undoing = Undoing.TAKEN_BACK

    def least(self, policy: Policy) -> Role:
        """As policy says for whoever attests."""
        return policy.people.attest

    def asks_teams(self, call: Call, context: Context) -> tuple[str, ...]:
        """The author's, where it is a senior word and nothing else puts them into the senior group."""
        rule = ATTESTABLE.get(call.arguments[0].casefold()) if call.arguments else None
        if rule is None or rule.check is not _by_senior:
            return ()
        senior = context.policy.people.senior
        return (context.author,) if senior.asks_teams(context.author, context.role) else ()

    def asks_issue(self, call: Call, context: Context) -> int:  # noqa: ARG002 - the protocol's signature
        """The issue that is to pay off a debt."""
        requirement, number = (*call.arguments, "", "")[:2]
        return (item_number(number) or 0) if requirement.casefold() == "technical-debt" else 0

    def check(self, call: Call, context: Context) -> Ruling:
        """A requirement of the list, with the note that it asks for."""
        known = ", ".join(f"`{name}`" for name in sorted(ATTESTABLE))
        if not call.arguments:
            return Problem(f"which requirement is missing: {known}")
        requirement = call.arguments[0].casefold()
        rule = ATTESTABLE.get(requirement)
        if rule is None:
            return Problem(f"that requirement cannot be attested; these can: {known}")
        note = " ".join(call.arguments[1:])
        if len(note) > _LONGEST_NOTE:
            return Problem(f"the note is longer than {_LONGEST_NOTE} characters", usage=False)
        ruling = rule.check(requirement, note, context)
        if isinstance(ruling, Accepted):
            return Accepted({"requirement": requirement, **ruling.data})
        return ruling
