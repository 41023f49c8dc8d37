"""The moments that everybody asks for, and who was told of them."""

from __future__ import annotations

from dataclasses import replace

from bugaction.bug import Bug, Deployed
from bugaction.documents.milestones import NOTIFIED, cause_known, looks, milestones, said
from bugaction.explanation import Explanation
from bugaction.model import Evidence, LedgerFile, LedgerLine, RecordKind
from bugaction.news import EVENTS, KEY
from bugaction.rendering import Plain, iso
from tests.unit.bugs import bug
from tests.values import BASE, at, line

DEPLOYED = Deployed(at(60), "", "production", Evidence("deployed", f"{BASE}/deployments", "eve", at(60)))


def command(minutes: float, name: str, *, actor: str = "mia", **data: str) -> LedgerLine:
    """An accepted command, so many minutes after the report."""
    url = f"{BASE}/issues/42#issuecomment-{minutes:g}"
    made = line(RecordKind.COMMAND, f"IC_{minutes:g}#{name}", actor=actor)
    return replace(made, at=at(minutes), data={**data, "name": name, "url": url})


def with_commands(*lines: LedgerLine) -> Bug:
    """A bug in whose ledger these stand."""
    updates = tuple(each for each in lines if each.data["name"] == "update")
    return replace(bug(), ledger=LedgerFile(lines=lines), updates=updates)


def explained(minutes: float, section: str) -> Explanation:
    """Words of bo for a section of the analysis."""
    return Explanation(
        7, "bo", at(minutes), f"{BASE}/issues/42#issuecomment-{minutes:g}", {section: "It is."}
    )


def test_the_cause_is_known_by_the_first_word_on_it() -> None:
    """Words for other sections say nothing of it, and neither do those that were taken back."""
    taken_back = replace(explained(5, "cause"), words={})
    words = (taken_back, explained(9, "problem"), explained(12, "cause"), explained(20, "cause"))
    assert cause_known(replace(bug(), explanations=words)) == (at(12), f"{BASE}/issues/42#issuecomment-12")
    assert cause_known(replace(bug(), explanations=words[:2])) == (None, "")


def test_looks_count_for_the_deployment_that_stands() -> None:
    """In time's order; without a deployment there are none."""
    whole = with_commands(command(200, "verified", window="2h"), command(80, "verified", window="15m"))
    assert looks(whole) == []
    assert [window for window, _ in looks(replace(whole, deployed=DEPLOYED))] == ["15m", "2h"]


def test_milestones_are_told_as_they_came() -> None:
    """Of an urgent bug the cause may be told after the merge; what is not known is left out."""
    whole = replace(
        with_commands(command(80, "verified", window="15m")),
        explanations=(explained(70, "cause"),),
        deployed=DEPLOYED,
    )
    told = f"{BASE}/issues/42#issuecomment-"
    assert milestones(whole, at(50)) == [
        _row("Reported", 0, "0 minutes", f"{BASE}/issues/42"),
        _row("Fix merged", 50, "50 minutes", ""),
        _row("Deployed", 60, "1 hour", f"{BASE}/deployments"),
        _row("Cause known", 70, "1 hour 10 minutes", f"{told}70"),
        _row("Seen to be well for 15m", 80, "1 hour 20 minutes", f"{told}80"),
    ]
    assert milestones(bug(), None) == [_row("Reported", 0, "0 minutes", f"{BASE}/issues/42")]


def _row(label: str, minutes: float, after: str, url: str) -> dict[str, Plain]:
    return {"label": label, "at": iso(at(minutes)), "url": url, "after": after}


def test_what_tells_somebody_something_is_told() -> None:
    """Other commands, other words and what was taken back are not; an added line counts at its own time."""
    undone = command(9, "attest", requirement="users-told", note="by mail")
    undo = replace(command(10, "undo"), data={"name": "undo", "undoes": undone.evidence})
    lines = (
        command(1, "channel", channel="incident-42"),
        command(2, "eta", eta="2026-11-24T17:00:00+00:00"),
        command(3, "root-cause"),
        command(4, "attest", requirement="team-told", note="in #releases"),
        command(5, "attest", requirement="staging", note="it works"),
        command(6, "accept"),
        command(30, "update", text="Support called", time=at(0.5).isoformat()),
        undone,
        undo,
    )
    assert [(moment.text, moment.who) for moment in said(with_commands(*lines))] == [
        ("Support called", "mia"),
        ("The status channel is #incident-42", "mia"),
        ("The fix is expected by 2026-11-24 17:00 UTC", "mia"),
        ("The cause was told on the issue", "mia"),
        ("The team heard of the fix: in #releases", "mia"),
    ]


def test_what_went_out_of_github_is_said() -> None:
    """Once, with whom it was for: what nobody took, a later try and an inner matter are not told."""
    assert all(key.startswith(KEY) and key.split(":")[1] in EVENTS for key in NOTIFIED)
    data = {"audiences": "all-hands, incidents", "took": "slack"}
    told = LedgerLine(RecordKind.NOTIFIED, "notify:reported:P0@x", "us", at(3), accepted=True, data=data)
    whole = bug(
        ledger=LedgerFile(
            lines=(
                told,
                replace(told, evidence="notify:reported:P0@x|json", data={"took": "json"}),
                replace(told, evidence="notify:page:x"),
                replace(told, evidence="notify:closed:x", accepted=False),
            )
        )
    )
    assert [(moment.at, moment.text, moment.who) for moment in said(whole)] == [
        (at(3), "Notified all-hands, incidents: it is reported", "us")
    ]
