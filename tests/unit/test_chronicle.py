"""A bug's timeline: everything with a time of its own, oldest first, each once."""

from __future__ import annotations

from dataclasses import replace

from bugaction.bug import Acceptance, Bug, Deployed
from bugaction.chronicle import Moment, timeline_of
from bugaction.model import Actor, Evidence, LedgerFile, LedgerLine, RecordKind, Severity
from bugaction.snapshot import Entry, EntryKind, PullState
from tests.unit.bugs import bug
from tests.values import ANA, BASE, BO, VIEWER, at, facts, issue, line, pull

ISSUE = f"{BASE}/issues/42"


def told(subject: Bug) -> list[tuple[float, str, str]]:
    """The timeline as minutes after the report, words and person."""
    return [
        ((moment.at - at()).total_seconds() / 60, moment.text, moment.who) for moment in timeline_of(subject)
    ]


def texts(subject: Bug) -> list[str]:
    """The words alone, without the two lines that every bug of these tests has."""
    return [text for _, text, _ in told(subject)][2:]


def said(name: str, *, minutes: float = 5, who: str = "ana", **data: str) -> LedgerLine:
    """A command in force; keys with `_` for `-`."""
    values = {key.replace("_", "-"): value for key, value in data.items()}
    whole = line(
        RecordKind.COMMAND, f"IC_{name}_{minutes}", actor=who, name=name, url=f"{ISSUE}#issuecomment-5"
    )
    return replace(whole, at=at(minutes), data={**whole.data, **values})


def known(*lines: LedgerLine, **changes: object) -> Bug:
    """A bug with these decisions."""
    return replace(bug(ledger=LedgerFile(lines=lines)), **changes)  # type: ignore[arg-type]


def entry(kind: EntryKind, value: str = "", *, minutes: float = 5, actor: Actor = ANA) -> Entry:
    """An entry of the issue's timeline."""
    return Entry(f"E_{kind}_{value}_{minutes}", kind, actor, at(minutes), value)


def with_entries(*entries: Entry, **changes: object) -> Bug:
    """A bug whose issue has these entries."""
    return replace(bug(facts=facts(issue(timeline=entries))), **changes)  # type: ignore[arg-type]


def test_it_begins_with_the_report() -> None:
    """Or before it, where the reporter says so; the severity follows with its reason."""
    assert told(bug(started=at(-60))) == [
        (-60, "It began, as the report states", ""),
        (0, "Reported the bug", "ana"),
        (2, "Set the severity P1 (high): all of checkout", "ana"),
    ]


def test_severities_are_told_as_they_changed() -> None:
    """Set, changed, and taken away; each with its own source, the issue where there is none."""
    whole = bug(Severity.P0)
    first = whole.severity.history[0]
    up = replace(first, at=at(5), before=Severity.P0, after=Severity.P1, why="", url="")
    gone = replace(first, at=at(9), before=Severity.P1, after=None, why="")
    moments = timeline_of(replace(whole, severity=replace(whole.severity, history=(first, up, gone))))
    assert [(moment.text, moment.url) for moment in moments[1:]] == [
        ("Set the severity P0 (critical): all of checkout", "url"),
        ("Changed the severity from P0 to P1 (high)", ISSUE),
        ("Took the severity P1 away", "url"),
    ]


def test_commands_tell_what_they_did() -> None:
    """In words, with the reason that was given, linked to the comment."""
    subject = known(
        said("assign", minutes=3, assign="bo", backup="mia", backup_role="maintain"),
        said("channel", minutes=4, channel="incident-42"),
        said("eta", minutes=5, eta="2026-11-24T12:00:00Z"),
        said("strategy", minutes=6, strategy="hotfix", reason="one case only"),
        said("attest", minutes=7, requirement="reproduction", note="on staging"),
        said("override", minutes=8, gate="fix", head="c0ffee1" * 5, pulls="#7", reason="the shop is down"),
        said("unlink", minutes=9, pull="8", reason="only mentions it"),
        said("duplicate", minutes=10, duplicate="17"),
        said("track", minutes=11),
        said("post-mortem", minutes=12),
        said("action", minutes=13, owner="bo", due="2026-12-01", text="alert on it"),
    )
    assert texts(subject) == [
        "Assigned bo and named mia as the backup",
        "Named the status channel #incident-42",
        "Expects the fix by 2026-11-24 12:00 UTC",
        "Chose the fix strategy hotfix: one case only",
        "Attested reproduction: on staging",
        "Overrode the fix gate for #7 at c0ffee1: the shop is down",
        "Unlinked #8: only mentions it",
        "Called it a duplicate of #17",
        "Had the issue tracked as a bug",
        "Asked for the post-mortem",
        "Named an action item for bo, due 2026-12-01: alert on it",
    ]
    assert {moment.url for moment in timeline_of(subject)[2:]} == {f"{ISSUE}#issuecomment-5"}


def test_what_is_said_of_production_is_told() -> None:
    """Where a word has a place or a text, with it."""
    subject = known(
        said("deployed", minutes=3, version="2.1.1"),
        said("deployed", minutes=4, version="2.1.2", environment="eu"),
        said("verified", minutes=5, window="15m"),
        said("regression", minutes=6, text="the cart is empty"),
    )
    assert texts(subject) == [
        "Said that 2.1.1 is deployed",
        "Said that 2.1.2 is deployed to eu",
        "Looked at production: well for 15m",
        "Reported a regression: the cart is empty",
    ]


def test_lines_that_people_add_are_told_at_their_time() -> None:
    """The one that they name, otherwise the comment's, which an edit does not change."""
    old = said("update", minutes=10, who="cy", text="the fones ring")
    new = replace(old, evidence=f"{old.evidence}#b", at=at(50), data={**old.data, "text": "the phones ring"})
    old = replace(old, evidence=f"{old.evidence}#a")
    late = said("update", minutes=60, who="bo", text="all calm | for now", time="2026-11-24T09:30:00+00:00")
    subject = known(old, new, late, updates=(new, late))
    assert told(subject)[2:] == [(10, "the phones ring", "cy"), (30, "all calm | for now", "bo")]
    assert timeline_of(subject)[2].url == f"{ISSUE}#issuecomment-5"
    assert texts(replace(subject, confidential=True)) == []


def test_words_on_documents_are_not_told() -> None:
    """A text that was just approved would not be up to date any more."""
    assert texts(known(said("attest", requirement="post-mortem-approved", version="1.0"))) == []


def test_a_regression_by_a_label_is_told() -> None:
    """Once a fix is merged; before that the label means another bug."""
    merged = replace(pull(7, state=PullState.MERGED), merged_at=at(20))
    entries = [
        entry(EntryKind.LABELED, "regression", minutes=10),
        entry(EntryKind.LABELED, "Regression", minutes=30),
        entry(EntryKind.UNLABELED, "Regression", minutes=40),
    ]
    assert texts(with_entries(*entries)) == []
    assert [text for text in texts(with_entries(*entries, fixes=(merged,))) if "egression" in text] == [
        "Reported a regression by the label Regression",
        "Took the label Regression off",
    ]


def test_what_changed_nothing_is_not_told() -> None:
    """Nor what was taken back, what was refused, or what is told by itself."""
    gone = said("channel", channel="wrong")
    subject = known(
        gone,
        said("undo", undoes=gone.evidence),
        said("help"),
        said("recheck"),
        said("severity", severity="P1"),
        replace(said("eta", eta="2026-11-24T12:00:00Z"), accepted=False),
    )
    assert texts(subject) == []


def test_a_command_of_a_later_version_is_named() -> None:
    """Its values are not known here."""
    assert texts(known(said("party"))) == ["Gave the command /party"]


def test_an_assignment_is_told_once() -> None:
    """By the command, by the acceptance, or by GitHub's entry where nothing else tells of it."""
    by_command = with_entries(
        entry(EntryKind.ASSIGNED, "bo", minutes=6, actor=VIEWER),
        ledger=LedgerFile(lines=(said("assign", assign="bo"),)),
    )
    assert texts(by_command) == ["Assigned bo"]
    own = Evidence("bo took the bug by self-assignment", ISSUE, "bo", at(5))
    by_themselves = with_entries(
        entry(EntryKind.ASSIGNED, "bo", actor=BO), acceptances=(Acceptance("bo", own),)
    )
    assert told(by_themselves)[2:] == [(5, "Took the bug on", "bo")]
    of_oneself = known(
        said("assign", who="bo", assign="bo"),
        acceptances=(Acceptance("bo", replace(own, url=f"{ISSUE}#issuecomment-5")),),
    )
    assert told(of_oneself)[2:] == [(5, "Took the bug on", "bo")]
    by_hand = with_entries(entry(EntryKind.ASSIGNED, "bo"), entry(EntryKind.UNASSIGNED, "bo", minutes=8))
    assert told(by_hand)[2:] == [(5, "Assigned bo", "ana"), (8, "Took bo off the bug", "ana")]


def test_closing_and_opening_again_are_told() -> None:
    """With the reason that GitHub keeps; labels, titles and mere mentions are not."""
    subject = with_entries(
        entry(EntryKind.LABELED, "ui"),
        entry(EntryKind.RENAMED, "Other"),
        entry(EntryKind.CROSS_REFERENCED, "99"),
        entry(EntryKind.CLOSED, "completed", minutes=8),
        entry(EntryKind.REOPENED, minutes=9),
    )
    assert texts(subject) == ["Closed the issue as completed", "Opened the issue again"]


def test_a_fix_is_told_from_its_first_mention_to_its_merge() -> None:
    """By GitHub's timeline, and by our record where GitHub does not link the two."""
    merged = replace(pull(7, state=PullState.MERGED), merged_at=at(60))
    linked = replace(line(RecordKind.LINK, "PR_8", pull="8", bug="42"), at=at(30))
    subject = with_entries(
        entry(EntryKind.CROSS_REFERENCED, "7", minutes=20),
        entry(EntryKind.CONNECTED, "7", minutes=22),
        fixes=(merged, pull(8)),
        ledger=LedgerFile(lines=(linked,)),
    )
    assert told(subject)[2:] == [
        (20, "Began a fix with #7 Repair the checkout", "bo"),
        (30, "Began a fix with #8 Repair the checkout", "bo"),
        (60, "The fix #7 Repair the checkout was merged", ""),
    ]


def test_the_deployment_is_told() -> None:
    """As which version and where, as far as that is known."""
    proof = Evidence("deployed", f"{BASE}/deployments/9", "mia", at(90))
    one = bug(deployed=Deployed(at(90), "2.3.1", "production", proof))
    assert timeline_of(one)[-1] == Moment(
        at(90), "Deployed the fix in 2.3.1 to production", f"{BASE}/deployments/9", "mia"
    )
    assert texts(bug(deployed=Deployed(at(90), "", "", Evidence("merged"))))[-1] == "Deployed the fix"


def test_a_rollback_is_told_from_its_order_to_its_merge() -> None:
    """The one that takes the fix back is no fix, and a workflow that was started is told with its version."""
    fix = replace(pull(7, state=PullState.MERGED), merged_at=at(10), merge_oid="e" * 40)
    back = replace(pull(8, title="Back", state=PullState.MERGED), head="revert-7-topic-7", merged_at=at(40))
    data = {"workflow": "back.yml", "version": "v1"}
    lines = [
        said("rollback", minutes=20, who="bo", reverts="7", reason="it is slow"),
        replace(line(RecordKind.CLAIMED, "d", actor="us"), at=at(20), data=data),
        replace(line(RecordKind.CONFIRMED, "d", actor="us"), at=at(21)),
        replace(line(RecordKind.LINK, "PR_8", actor="us", pull="8", bug="42"), at=at(22)),
        replace(
            line(RecordKind.RESTORED, "PR_8", pull="8", version="v1", environment="production"), at=at(50)
        ),
    ]
    assert told(known(*lines, fixes=(fix, back)))[2:] == [
        (10, "The fix #7 Repair the checkout was merged", ""),
        (20, "Had #7 rolled back: it is slow", "bo"),
        (21, "Started back.yml with the version v1", "us"),
        (22, "Began to take #7 back with #8 Back", "bo"),
        (40, "#8 was merged, which took #7 back", ""),
        (50, "Deployed #8, which took the fix back, as v1 to production", ""),
    ]
    brought = replace(lines[0], data={**lines[0].data, "reverts": "5"})
    other = replace(back, head="revert-5-faster")
    assert "#8 was merged, which took #5 back" in texts(known(brought, fixes=(other,)))


def test_a_confidential_bug_tells_nobody_s_words() -> None:
    """No reason, no note, no title."""
    subject = known(
        said("attest", requirement="bug-report", note="the leak is in the cart"),
        confidential=True,
        fixes=(replace(pull(7, title="Leak", state=PullState.MERGED), merged_at=at(60)),),
    )
    assert [text for _, text, _ in told(subject)] == [
        "Reported the bug",
        "Set the severity P1 (high)",
        "Attested bug-report",
        "The fix #7 was merged",
    ]


def test_it_does_not_depend_on_when_it_is_asked_for() -> None:
    """Nor on fractions of a second, which a record does not keep."""
    proof = Deployed(at(5), "", "", Evidence("merged"))
    link = replace(line(RecordKind.LINK, "PR_8", pull="8", bug="42"), at=at(5))
    kept = replace(known(link), fixes=(pull(8),), deployed=proof)
    assert timeline_of(kept) == timeline_of(replace(kept, now=at(9999)))
    fresh = replace(kept, ledger=LedgerFile(lines=(replace(link, at=at(5).replace(microsecond=9)),)))
    assert texts(fresh) == texts(kept)


def test_who_was_called_is_told() -> None:
    """Several at once in one line; neither who was passed over, nor whose call came to nothing. No other
    claim is taken for one, and a call is not taken for a workflow that was started."""
    first = replace(
        line(RecordKind.CLAIMED, "escalation:fix:S:0", clock="fix", people="bo, octo/leads"), at=at(20)
    )
    again = replace(first, evidence="escalation:respond:S:0", data={"clock": "respond", "people": "bo"})
    third = replace(
        line(RecordKind.CLAIMED, "escalation:regression:R:0", clock="regression", people="mia"), at=at(40)
    )
    over = replace(first, evidence="escalation:fix:S:1", accepted=False, at=at(30))
    lost = replace(first, evidence="escalation:fix:S:2", at=at(35))
    subject = known(
        first,
        again,
        over,
        lost,
        third,
        line(RecordKind.CLAIMED, "again:1:escalation:fix:S:2", actor="us"),
        *(replace(line(RecordKind.CONFIRMED, each.evidence), at=at(21)) for each in (first, again, third)),
        line(RecordKind.CONFIRMED, lost.evidence, accepted=False),
    )
    assert texts(subject) == [
        "Called bo, octo/leads, since it took too long",
        "Called mia, since a regression was reported",
    ]


def test_a_command_that_says_nothing_to_us_is_no_moment() -> None:
    """A time that a later version wrote in another way, or an assignment of nobody."""
    assert texts(known(said("eta", eta="soon"), said("assign"))) == []
    assert len(texts(known(said("eta", eta="2026-11-24T10:30:00Z")))) == 1
