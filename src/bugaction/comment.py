"""The one comment on a bug's issue that shows where it stands and what the next step is.

It says nothing that runs with time ("in two hours"), so that a second run finds it as it is; only its last
line (`dated`) tells when it was written. What time alone changes is the state of a clock, once: when what was
due has passed (`breached`), and when a window of the watch is over. It is never read back: GitHub is the
state, this is the picture. Boxes in it are drawn from the ledger; what people do to them is judged in
`commands.ticks`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from bugaction.boxes import MONITORING, Box, plain
from bugaction.bug import Bug
from bugaction.calling_words import contacts_of, told_calls
from bugaction.clocks import Clock, ClockState
from bugaction.closing import words_of
from bugaction.commands import COMMANDS
from bugaction.commands.attest import ATTESTABLE
from bugaction.document_pull import told
from bugaction.documents import DOCUMENTS
from bugaction.documents.base import repository_url, server_url, severity_steps
from bugaction.documents.overrides import with_overrides
from bugaction.duration import format_duration, format_short
from bugaction.escaping import remark
from bugaction.gates import GATES
from bugaction.model import SIGNS, Evidence, GateResult, LedgerLine, Outcome, RequirementResult, Severity
from bugaction.moment import format_moment
from bugaction.monitoring import regression_of, to_look_at, watched, windows_of
from bugaction.phases import owner_of, phase_of
from bugaction.policy import Mode
from bugaction.records import RECORDS_BRANCH, ledger_path
from bugaction.redeploy import redeployed
from bugaction.release_plan import release_plan
from bugaction.rendering import Plain, iso, when
from bugaction.rollback import no_fixes, rolled_back
from bugaction.snapshot import PullState, Repository
from bugaction.state import last_word
from bugaction.tracking import STICKY_MARKER, ledger_mark
from bugaction.turn import in_turn, is_merged, overridden

__all__ = ["LONGEST_COMMENT", "TEMPLATE", "dated", "render_sticky", "shorten", "undated"]

TEMPLATE = "comments/sticky.md.j2"

LONGEST_COMMENT = 65_000
"""Code points. GitHub refuses more: "Body is too long (maximum is 65536 characters)"."""

_MOST_PROOFS = 5
_MOST_STEPS = 20

_SEVERITY_SIGNS = {Severity.P0: "🔴", Severity.P1: "🟠", Severity.P2: "🟡", Severity.P3: "🔵", None: "⚪"}

_RESPONSE: Mapping[Severity, tuple[str, ...]] = {
    Severity.P0: (
        "All hands: whoever can help stops other work and joins the status channel.",
        "The fix goes to production at once, as a hotfix.",
        "A post-mortem follows, without exception.",
    ),
    Severity.P1: (
        "The team puts this ahead of what it planned.",
        "The fix takes the fast track through testing.",
        "It is deployed in the next release window, and a post-mortem follows.",
    ),
    Severity.P2: (
        "It belongs in the current sprint.",
        "Testing takes its normal course.",
        "It is deployed with the next batch.",
    ),
    Severity.P3: (
        "It waits in the backlog for a coming sprint.",
        "It may be fixed together with other things.",
    ),
}
"""How a team answers each severity, from all hands down to a later sprint."""


def render_sticky(
    bug: Bug,
    gates: Sequence[GateResult],
    clocks: Iterable[Clock],
    repository: Repository,
    templates: Mapping[str, str],
    last: str = "",
) -> str:
    """The comment's whole body; its first line is the marker that it is found again by.

    `gates` are the bug's verdicts in the order of the lifecycle, `templates` the shipped ones. `last` is the
    digest of the recorded decisions (`LedgerFile.last`), "" where none is recorded: only then is the ledger
    not spoken of, since from what is said here it is told whether the records are whole. At most
    `LONGEST_COMMENT` code points. A confidential bug's comment holds the checklist and where its details
    belong, and nothing of the issue.
    """
    effective = with_overrides(templates, repository)
    values = _values(bug, gates, clocks)
    held, closed = words_of(bug, gates, repository.viewer)
    again = [held] if held and not is_merged(bug) else []  # another fix is on its way
    remarks = [*bug.severity.remarks, *bug.remarks, *again, *([closed] if closed else [])]
    remarks += [*told(bug, repository), *rolled_back(bug), *no_fixes(bug, repository), *redeployed(bug)]
    values |= {"held": held, "remarks": list(dict.fromkeys(remarks))}
    values |= {"ledger": _ledger(bug) if last else "", "public": int(not repository.is_private)}
    text, notices = effective.render(TEMPLATE, values)
    said = "".join(f"\n\n⚠️ {remark(notice.text, server_url(bug), limit=500)}" for notice in notices)
    mark = f"{ledger_mark(bug.number, last)}\n" if last else ""
    body = _tidy(f"{STICKY_MARKER}\n{mark}{text}{said}")
    return shorten(body, bug.report.url if bug.report is not None and bug.report.url else bug.issue.url)


def shorten(body: str, url: str, limit: int = LONGEST_COMMENT) -> str:
    """The body cut between two lines where it is too long, with a link to the rest."""
    if len(body) <= limit:
        return body
    rest = f"\n\n… [The rest is here]({url}).\n"
    head = body[: limit - len(rest)]
    return head[: head.rfind("\n")].rstrip() + rest


_DATE = re.compile(r"\n\n<sub>As of [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2} UTC[^\n]*</sub>\Z")


def dated(body: str, at: datetime) -> str:
    """The body with a last line that says when it was written."""
    words = "Runs since then found nothing to change here; the summary of each says when it looked."
    return f"{plain(body)}\n\n<sub>As of {when(at)}. {words}</sub>\n"


def undated(body: str) -> str:
    """A body as it compares, without the line that says when it was written."""
    return _DATE.sub("", plain(body))


def _tidy(text: str) -> str:
    """Neither trailing blanks nor two empty lines in a row."""
    lines: list[str] = []
    for raw in text.replace("\r\n", "\n").split("\n"):
        line = raw.rstrip()
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip("\n") + "\n"


def _values(bug: Bug, gates: Sequence[GateResult], clocks: Iterable[Clock]) -> dict[str, Plain]:
    severity = bug.severity.current
    phase = phase_of(bug, gates)
    open_bug = bug.issue.state.is_open
    let_past = overridden(gates, bug)
    turn = [gate for gate in in_turn(gates, bug) if gate not in let_past]
    values: dict[str, Plain] = {
        "server": server_url(bug),
        "confidential": int(bug.confidential),
        "advisories": f"{repository_url(bug)}/security/advisories",
        "observing": int(bug.policy.mode_of(severity) is Mode.OBSERVE),
        "bug": {"name": bug.name, "number": bug.number, "url": bug.issue.url},
        "severity": {
            "sign": _SEVERITY_SIGNS[severity],
            "name": str(severity) if severity is not None else "",
            "word": severity.word if severity is not None else "",
        },
        "phase": {"name": phase, "owner": owner_of(phase, bug), "taken": int(bool(bug.acceptances))},
        "next": _next(turn) if open_bug else _nothing(),
        "overridden": [GATES[gate.gate].title for gate in let_past],
        "merged": int(is_merged(bug)),
        "left": sum(len(gate.blocking) for gate in turn) if is_merged(bug) else 0,
        "owed": _owed(gates),
        "gates": _gates(gates, bug),
        "clocks": [
            {
                "label": clock.title,
                "target": format_duration(clock.target) if clock.target else "",
                "state": str(clock.state(bug.now)),
                "paused": iso(clock.paused),
                "left": format_duration(clock.left) if clock.left is not None else "",
                "due": iso(clock.due),
                "met": iso(clock.met),
                "late": int(clock.is_late),
                "done": int(clock.is_done and clock.met is None),
            }
            for clock in clocks
            if not clock.is_listed or clock.state(bug.now) is ClockState.BREACHED
        ],
        "calls": [f"{call.title}: {call.words}" for call in told_calls(bug)],
        "contacts": [{"name": name, "text": text} for name, text in contacts_of(bug)],
        "commands": [command.usage for command in COMMANDS.values()],
        "outlet": list(release_plan(bug)) if open_bug else [],
        "response": list(_RESPONSE[severity]) if severity is not None else [],
        "mergeable": [
            {"text": f"#{pull.number}", "url": pull.url} for pull in bug.fixes if pull.state is PullState.OPEN
        ],
        "fixes": [
            {"text": f"#{pull.number}", "url": pull.url, "state": str(pull.state)} for pull in bug.fixes
        ],
        "backup": bug.backup,
        "eta": iso(bug.eta),
        "channel": f"#{bug.channel}" if bug.channel else "",
        "proposal": _proposal(bug),
        "history": severity_steps(bug)[-_MOST_STEPS:],
        "documents": _documents(bug),
    }
    return values | _withheld() if bug.confidential else values


def _withheld() -> dict[str, Plain]:
    """What a confidential bug's comment does not show: all but the checklist and where to look."""
    hidden: dict[str, Plain] = {"proposal": _no_proposal()}
    for name in ("history", "documents", "fixes", "mergeable", "response", "outlet", "clocks", "calls"):
        hidden[name] = []
    for name in ("channel", "backup", "eta"):
        hidden[name] = ""
    return hidden


def _nothing() -> dict[str, Plain]:
    return {"requirement": "", "problem": "", "remedy": "", "more": 0}


def _next(gates: Sequence[GateResult]) -> dict[str, Plain]:
    """The first thing in the way, in the order of the lifecycle, and how much more there is."""
    blocking = [(gate, item) for gate in gates for item in gate.blocking]
    if not blocking:
        return _nothing()
    gate, first = blocking[0]
    several = len({other.pull for other in gates if other.pull}) > 1
    place = f"on pull request {gate.pull}, " if gate.pull and several else ""
    return {
        "requirement": first.id,
        "problem": f"{place}{first.problem or first.sentence}",
        "remedy": first.remedy,
        "more": len(blocking) - 1,
    }


def _owed(gates: Sequence[GateResult]) -> dict[str, Plain]:
    """What was put off and is due first, and how much more there is of it."""
    owed = [item for gate in gates for item in gate.requirements if item.outcome is Outcome.DEFERRED]
    dated = sorted((item for item in owed if item.due is not None), key=lambda item: iso(item.due))
    if not dated:
        return {"due": "", "problem": "", "remedy": "", "more": 0}
    first = dated[0]
    return {
        "due": iso(first.due),
        "problem": first.problem,
        "remedy": first.remedy,
        "more": len(owed) - 1,
    }


def _gates(gates: Sequence[GateResult], bug: Bug) -> list[Plain]:
    """The checklists. A box stands once, at the first place that asks for it."""
    drawn: set[Box] = set()
    return [
        {
            "title": _title(gate),
            "passed": sum(item.outcome.passes for item in gate.requirements),
            "total": len(gate.requirements),
            "items": [_requirement(item, gate, bug, drawn) for item in gate.requirements],
        }
        for gate in gates
        if gate.requirements
    ]


def _title(gate: GateResult) -> str:
    title = GATES[gate.gate].title if gate.gate in GATES else gate.gate
    return f"{title} of pull request {gate.pull}" if gate.pull else title


def _requirement(item: RequirementResult, gate: GateResult, bug: Bug, drawn: set[Box]) -> Plain:
    hide = bug.confidential
    return {
        "id": item.id,
        "sign": SIGNS[item.outcome],
        "outcome": str(item.outcome),
        "sentence": item.sentence,
        "problem": item.problem,
        "remedy": item.remedy,
        "due": iso(item.due),
        "evidence": [] if hide else [_proof(proof) for proof in item.evidence[:_MOST_PROOFS]],
        "boxes": [*_box(item, gate, bug, drawn), *_windows(item, bug)],
    }


def _box(item: RequirementResult, gate: GateResult, bug: Bug, drawn: set[Box]) -> list[Plain]:
    """The box of a requirement that a tick attests: while its word is asked for, and once it is given.

    It is asked for where the next step names the `/attest` line: an earlier word no longer counts there, and
    the box waits for a new one.
    """
    rule = ATTESTABLE.get(item.id)
    box = Box(item.id, _head(gate, bug) if rule is not None and rule.per_commit else "")
    is_asked = any(f"`/attest {item.id}{end}" in item.remedy for end in " `")
    word = last_word(bug.spoken, box.requirement, box.head) if not is_asked else None
    is_bound = rule is not None and rule.per_commit is bool(box.head)
    if rule is None or not rule.tick or not is_bound or box in drawn or not (word or is_asked):
        return []
    drawn.add(box)
    return [_drawn(box, f"{rule.tick}{_place(gate, box)}", word, bug)]


def _drawn(box: Box, text: str, word: LedgerLine | None, bug: Bug) -> Plain:
    who, at = (word.actor, iso(word.at)) if word is not None and not bug.confidential else ("", "")
    return {"line": box.written(ticked=word is not None), "text": text, "who": who, "at": at}


def _windows(item: RequirementResult, bug: Bug) -> Iterator[Plain]:
    """A box for each window that somebody has spoken for, that waits for it, or that comes next.

    None is empty while a regression is reported: nobody is asked whether what has to go does well.
    """
    if item.id != MONITORING or bug.deployed is None:
        return
    windows = windows_of(bug)
    words = watched(bug.ledger, bug.deployed, windows)
    is_next, stopped = True, regression_of(bug) is not None
    for window in windows:
        name, end = format_short(window), bug.deployed.at + window
        word = words.get(name)
        if word is None and (stopped or (not is_next and bug.now < end)):
            continue
        is_next = is_next and word is not None
        box = Box(MONITORING, window=name, since=iso(bug.deployed.at))
        looks = "; ".join(to_look_at(window, windows))
        begin = "" if word is not None else f", from {format_moment(end)} on"
        yield _drawn(box, f"After {format_duration(window)}{begin}: {looks}", word, bug)


def _head(gate: GateResult, bug: Bug) -> str:
    """The commit that a gate judged, "" where it judged none."""
    return next((pull.head_oid for pull in bug.fixes if pull.number == gate.pull), "")


def _place(gate: GateResult, box: Box) -> str:
    return f" (pull request {gate.pull} at {box.head[:7]})" if box.head else ""


def _proof(proof: Evidence) -> Plain:
    return {"text": proof.text, "url": proof.url, "actor": proof.actor, "at": iso(proof.at)}


def _proposal(bug: Bug) -> dict[str, Plain]:
    """The form's proposal while it differs from what is set."""
    proposal = bug.proposal
    if proposal is None or proposal.severity is bug.severity.current:
        return _no_proposal()
    return {
        "severity": str(proposal.severity),
        "word": proposal.severity.word,
        "reasons": list(proposal.reasons),
    }


def _no_proposal() -> dict[str, Plain]:
    return {"severity": "", "word": "", "reasons": []}


def _documents(bug: Bug) -> list[Plain]:
    return [
        {
            "text": f"{DOCUMENTS[kind].title} v{item.version}"
            + (" (approved)" if item.approval is not None else ""),
            "url": item.url,
        }
        for kind, item in bug.documents.items()
        if item.text is not None
    ]


def _ledger(bug: Bug) -> str:
    """The page of the bug's ledger."""
    path = ledger_path(bug.policy.documents.root, bug.number)
    return f"{repository_url(bug)}/blob/{RECORDS_BRANCH}/{path}"
