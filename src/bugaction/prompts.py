"""Prompts for whoever drafts with an assistant: a phase's task and limits, with what is known of the bug.

No model is called, and nothing is decided here. Everything that people or programs wrote stands in fences, as
data; of a confidential bug there is nothing but its severity and what its gates ask for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bugaction.bug import Bug
from bugaction.chronicle import timeline_of
from bugaction.clocks import clocks_of
from bugaction.documents import DOCUMENTS
from bugaction.documents.overrides import Templates
from bugaction.escaping import cut
from bugaction.issue_form import FIELDS
from bugaction.markdown import front_matter_lines, split_lines
from bugaction.model import Actor, GateResult
from bugaction.phases import phase_of
from bugaction.rendering import Plain, when
from bugaction.snapshot import PullRequest

__all__ = ["PROMPTS", "Prompt", "prompt"]

_LONGEST_TEXT = 30_000
"""Code points of one text that a prompt repeats: longer ones are cut, and the page has the rest."""

_MOST_COMMENTS = 20
_LONGEST_COMMENT = 3_000
_MOST_MOMENTS = 100
_MOST_FILES = 60

Text = tuple[str, str]
"""A name and what people or programs wrote under it."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A phase's prompt: the gate whose open ends it shows, the kinds of documents that it quotes, and what
    else of the bug it gathers."""

    gate: str
    documents: tuple[str, ...] = ()
    gathers: tuple[Callable[[Bug], Iterator[Text]], ...] = ()


# What there is to gather ---------------------------------------------------------------------------------


def _answers(bug: Bug) -> Iterator[Text]:
    """What the reporter wrote: the form's answers, or the issue as it is."""
    if not bug.answers.is_form:
        yield "The report", bug.issue.body
        return
    lines = [f"{label}:\n{answer}\n" for key, label in FIELDS.items() if (answer := bug.answers.get(key))]
    yield "The reporter's answers", "\n".join(lines)


def _proposal(bug: Bug) -> Iterator[Text]:
    if bug.proposal is not None:
        lines = [f"Proposed by the reporter's answers: {bug.proposal.severity}", *bug.proposal.reasons]
        yield "The decision matrix", "\n".join(lines)


def _history(bug: Bug) -> Iterator[Text]:
    lines = [
        f"{when(step.at)} {step.actor.login}: {step.before or 'none'} to {step.after or 'none'}: {step.why}"
        for step in bug.severity.history
    ]
    yield "How the severity came to be", "\n".join(lines)


def _suspects(bug: Bug) -> Iterator[Text]:
    """What changed before it began, where it was just read; otherwise the bug report has it."""
    found = bug.suspects
    if found is None:
        return
    lines = [f"{when(item.at)} deployed {item.ref} to {item.environment}" for item in found.deployments]
    lines += [f"merged #{pull.number} {pull.title}, by {pull.author.login}" for pull in found.pulls]
    lines += [
        f"{when(commit.at)} {commit.oid[:7]} {commit.message.splitlines()[0] if commit.message else ''}"
        for commit in found.commits
    ]
    yield "What changed before it began", "\n".join(lines)


def _comments(bug: Bug) -> Iterator[Text]:
    """What people said on the issue, newest last; programs, ours among them, are left out."""
    said = [comment for comment in bug.issue.comments if not comment.author.is_bot]
    lines = [
        f"{when(comment.at)} {comment.author.login}:\n{cut(comment.body, _LONGEST_COMMENT)}\n"
        for comment in said[-_MOST_COMMENTS:]
    ]
    yield "Comments on the issue", "\n".join(lines)


def _fixes(bug: Bug) -> Iterator[Text]:
    for pull in bug.fixes:
        yield f"Pull request {pull.number}, {pull.state}", "\n".join(_pull(pull))


def _pull(pull: PullRequest) -> Iterator[str]:
    yield f"{pull.title}\n{pull.url}\n\n{cut(pull.body, _LONGEST_COMMENT)}\n"
    files = pull.files or ()
    for file in files[:_MOST_FILES]:
        yield f"{file.change} {file.path} +{file.additions} -{file.deletions}"
    if len(files) > _MOST_FILES or pull.files_cut:
        yield "and more files"
    for check in pull.checks or ():
        yield f"check {check.name}: {check.outcome}"
    for review in pull.reviews or ():
        yield f"review by {review.author.login}: {review.state}"


def _targets(bug: Bug) -> Iterator[Text]:
    lines = [
        f"{clock.name}: {f'due {when(clock.due)}' if clock.due else 'paused'}, "
        f"{f'reached {when(clock.met)}' if clock.met else 'not recorded'}"
        for clock in clocks_of(bug)
        if clock.is_graded
    ]
    yield "Targets", "\n".join(lines)


def _remarks(bug: Bug) -> Iterator[Text]:
    yield "What people decided besides", "\n".join(bug.remarks)


def _timeline(bug: Bug) -> Iterator[Text]:
    moments = timeline_of(bug)[-_MOST_MOMENTS:]
    yield "Timeline", "\n".join(f"{when(moment.at)} {moment.who} {moment.text}" for moment in moments)


def _promised(bug: Bug) -> Iterator[Text]:
    lines = [
        f"#{issue.number} {issue.text}, {issue.owner}, due {issue.due.isoformat()}, "
        f"{'open' if issue.is_open else 'closed'}"
        for issue in bug.actions
    ]
    yield "Action items that are issues", "\n".join(lines)


PROMPTS: Mapping[str, Prompt] = {
    "triage": Prompt("triage", ("report",), (_answers, _proposal, _history, _suspects, _comments)),
    "root-cause": Prompt(
        "root-cause", ("report", "root-cause-analysis"), (_answers, _suspects, _comments, _fixes)
    ),
    "fix": Prompt("fix", ("root-cause-analysis",), (_answers, _fixes, _comments)),
    "deployment": Prompt("release", ("root-cause-analysis", "release-notes"), (_answers, _fixes, _timeline)),
    "verification": Prompt("verification", ("release-notes",), (_answers, _fixes, _timeline, _comments)),
    "post-mortem": Prompt(
        "post-mortem",
        ("root-cause-analysis", "release-notes", "post-mortem"),
        (_history, _targets, _remarks, _fixes, _timeline, _promised, _comments),
    ),
}
"""The prompt of each phase in which somebody drafts, in the order of the lifecycle."""


# The text ------------------------------------------------------------------------------------------------


def prompt(phase: str, bug: Bug, gates: Sequence[GateResult], templates: Templates) -> str:
    """The whole prompt for one of `PROMPTS`. `gates` are the verdicts that the bug's checklist shows."""
    chosen = PROMPTS[phase]
    texts = [("What the gate still asks for", "\n".join(_open_ends(chosen.gate, bug, gates)))]
    if not bug.confidential:
        texts = [("Title", bug.issue.title), *texts, *_gathered(chosen, bug)]
    evidence: dict[str, Plain] = {
        "facts": [{"label": label, "value": value} for label, value in _facts(bug, gates) if value],
        "texts": [{"name": name, "text": cut(text, _LONGEST_TEXT)} for name, text in texts if text.strip()],
    }
    values: dict[str, Plain] = {
        "bug": {"name": bug.name, "number": bug.number, "url": bug.issue.url},
        "strategy": bug.strategy.strategy.value if bug.strategy is not None else "",
        "rules": templates.render("prompts/rules.md.j2", {})[0],
        "evidence": templates.render("prompts/evidence.md.j2", evidence)[0],
    }
    return templates.render(f"prompts/{phase}.md.j2", values)[0]


def _facts(bug: Bug, gates: Iterable[GateResult]) -> Iterator[tuple[str, str]]:
    severity = bug.severity.current
    yield "Severity", f"{severity} ({severity.word})" if severity is not None else "none yet"
    yield "Phase", phase_of(bug, gates)
    yield "Reported", when(bug.issue.at)
    if bug.confidential:
        yield "Details", "none here: the bug is confidential, and its private advisory has them"
        return
    yield "Began", when(bug.started) if bug.started is not None else "not stated"
    yield "Assigned to", ", ".join(_logins(bug.issue.assignees))
    yield "Fix strategy", bug.strategy.strategy.value if bug.strategy is not None else ""
    if bug.deployed is not None:
        found = bug.deployed
        version = found.version or "a version that nobody named"
        yield "Deployed", f"{version} to {found.environment or 'production'} at {when(found.at)}"
        yield "Version before", found.previous


def _logins(people: Iterable[Actor]) -> Iterator[str]:
    return (person.login for person in people)


def _open_ends(gate: str, bug: Bug, gates: Iterable[GateResult]) -> Iterator[str]:
    """What the gate does not see met, with its problem; of a confidential bug the sentence alone."""
    for result in gates:
        for item in result.requirements if result.gate == gate else ():
            if item.problem or not item.outcome.passes:
                is_told = item.problem and not bug.confidential
                yield f"{item.sentence}: {item.problem}" if is_told else item.sentence


def _gathered(chosen: Prompt, bug: Bug) -> Iterator[Text]:
    for gather in chosen.gathers:
        yield from gather(bug)
    for kind in chosen.documents:
        document = bug.committed(kind)
        if document is not None and document.text:
            yield f"The {DOCUMENTS[kind].title}, as committed", _bare(document.text)


_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)[ \t]*\n?", re.DOTALL)
_GAPS = re.compile(r"\n{3,}")


def _bare(text: str) -> str:
    """A document without its front matter and our marks: what a person sees of it."""
    lines = split_lines(text)
    return _GAPS.sub("\n\n", _COMMENT.sub("", "".join(lines[front_matter_lines(lines) :]))).strip()
