"""A requirement as a line of Markdown, as the job summary and check runs show it."""

from __future__ import annotations

from bugaction.escaping import link, remark
from bugaction.model import SIGNS, Evidence, RequirementResult

__all__ = ["requirement_line", "words"]

_LONGEST_LINE = 1000
"""Code points of one line of a list; GitHub's own messages are shorter."""


def requirement_line(item: RequirementResult, server: str, *, is_open: bool) -> str:
    """The requirement with all that is known of it. Of a confidential bug's (`is_open` is False) its sentence
    alone."""
    line = f"- {SIGNS[item.outcome]} {words(item.sentence, server)}"
    if not is_open:
        return line
    if item.problem:
        line += f": {words(item.problem, server)}"
    if item.evidence:
        line += f" ({', '.join(_proof(proof, server) for proof in item.evidence)})"
    if item.due is not None:
        line += f" (due {item.due:%Y-%m-%d %H:%M} UTC)"
    if item.remedy:
        line += f" → {words(item.remedy, server)}"
    return line


def words(text: str, server: str) -> str:
    """A sentence of ours with strangers' words in it, on one line."""
    return remark(text, server, limit=_LONGEST_LINE)


def _proof(proof: Evidence, server: str) -> str:
    """What an outcome rests on; its words may hold code, so the link stands behind them."""
    source = f" ({link('source', proof.url, server)})" if proof.url else ""
    return f"{words(proof.text, server)}{source}"
