"""`/attest`: a person's word for a requirement that no machine can see."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from bugaction.commands.base import Accepted, Command, Context, Problem, Ruling, Undoing, head_named
from bugaction.commands.parse import Call
from bugaction.model import Role
from bugaction.policy import Policy

__all__ = ["ATTESTABLE", "Attest"]

_LONGEST_NOTE = 300
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
        return Problem("a few words are missing behind it: where and how, or why not", usage=False)
    return Accepted({"note": note})


def _for_commit(requirement: str, note: str, context: Context) -> Ruling:
    """A word on what a commit holds, for that commit alone."""
    commit, _, words = note.partition(" ")
    head = head_named(commit, context)
    if isinstance(head, Problem):
        return head
    ruling = _in_words(requirement, words, context)
    return Accepted({"head": head, **ruling.data}) if isinstance(ruling, Accepted) else ruling


ATTESTABLE: dict[str, Callable[[str, str, Context], Ruling]] = {
    "bug-report": _by_advisory,
    "checks": _for_commit,
    "minimal-change": _for_commit,
    "post-mortem": _by_advisory,
    "reproduction": _in_words,
    "root-cause-analysis": _by_advisory,
    "team-review": _in_words,
}
"""The requirements that a person may attest, and what each asks of the note. One rule a requirement."""


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
        ruling = rule(requirement, note, context)
        if isinstance(ruling, Accepted):
            return Accepted({"requirement": requirement, **ruling.data})
        return ruling
