"""`/root-cause`: what is known of the cause, told in a comment and kept in the root-cause analysis."""

from __future__ import annotations

from bugaction.commands.base import Accepted, Command, Context, Problem, Ruling, Undoing
from bugaction.commands.explained import NAME, text_of
from bugaction.commands.parse import Call
from bugaction.escaping import plain
from bugaction.explanation import split
from bugaction.markdown import content_gap
from bugaction.model import Role
from bugaction.policy import Policy

__all__ = ["TellCause"]


class TellCause(Command):
    """Fills the analysis with the words of its comment. The ledger keeps which sections, not the words."""

    name = NAME
    usage = "/root-cause TEXT"
    summary = (
        "Writes the text, of as many lines as it takes, into the root-cause analysis: what stands below a "
        "heading such as `## Why it was not caught` into that section, everything else as the cause. An edit "
        "of the comment updates these words."
    )
    example = "/root-cause the cache key leaves out the currency"
    takes_text = True
    undoing = Undoing.TAKEN_BACK

    def least(self, policy: Policy) -> Role:
        """As policy says for whoever plans."""
        return policy.people.plan

    def check(self, call: Call, context: Context) -> Ruling:
        """A text that says something, on a bug whose cause may be told in public."""
        if context.confidential:
            return Problem(
                f"the bug is confidential: write it in [the private advisory]({_advisory(context)}), and "
                "delete this comment, since everybody here can read it",
                usage=False,
            )
        text = text_of(call)
        words = split(text)
        if not words:
            return Problem(f"its text {plain(content_gap(text) or 'says nothing of the cause')}")
        return Accepted({"sections": " ".join(words)})


def _advisory(context: Context) -> str:
    """The advisory that somebody has named in place of a document, or the page that lists them."""
    named = (context.planned.attestations.get(kind) for kind in ("root-cause-analysis", "bug-report"))
    url = next((line.data["url"] for line in named if line is not None and line.data.get("url")), "")
    return url or f"{context.issue_url.rsplit('/issues/', 1)[0]}/security/advisories"
