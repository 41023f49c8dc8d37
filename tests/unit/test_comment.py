"""The sticky comment tells a tired person what stands in the way and what to do next."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from bugaction.boxes import Box, Toggle, boxes
from bugaction.bug import Bug, Deployed, DocumentState, SeverityChange, StrategyChoice
from bugaction.clocks import clocks_of
from bugaction.comment import LONGEST_COMMENT, dated, render_sticky, shorten, undated
from bugaction.gates import checklist
from bugaction.model import (
    Evidence,
    GateResult,
    LedgerFile,
    LedgerLine,
    Outcome,
    RecordKind,
    RequirementResult,
    Role,
    Severity,
    Strategy,
)
from bugaction.policy import Mode, Policy
from bugaction.snapshot import (
    CheckOutcome,
    Entry,
    EntryKind,
    IssueState,
    PullRequest,
    PullState,
    ReviewState,
    TextFile,
)
from bugaction.templates import load_templates
from tests.unit.bugs import ACCEPTED, DEPLOYED, REPORT, bug, merged, said, triaged
from tests.unit.documents.stories import HOSTILE, full, hostile, with_state
from tests.values import ANA, at, changed, check, facts, issue, labeled, line, ready, repository, review

GOLDEN = Path(__file__).parent / "comments"
TEMPLATES = load_templates()
LINKED = line(RecordKind.LINK, "PR_7")
LAST = "0123456789abcdef"


def sticky(subject: Bug, gates: tuple[GateResult, ...] | None = None, **repo: object) -> str:
    """The comment of a bug, by its own verdicts unless others are given."""
    results = gates if gates is not None else checklist(subject)
    last = LAST if subject.ledger.lines else ""
    return render_sticky(subject, results, clocks_of(subject, results), repository(**repo), TEMPLATES, last)


def urgent() -> Bug:
    """A P0 a minute after it was labelled: the plan may follow."""
    return with_state(bug(Severity.P0, facts=facts(issue(assignees=(ANA,)))))


def secret() -> Bug:
    """A confidential P1 with everything that must not be shown."""
    whole = replace(hostile(), confidential=True, fixes=(ready(),), eta=at(99), remarks=())
    return replace(whole, proposal=full().proposal)


def fixing() -> Bug:
    """A P1 with two fixes: one that is ready, and one that has hardly begun."""
    analysis = replace(
        REPORT, kind="root-cause-analysis", path="documents/bugs/BUG-042/rca.md", version="1.0"
    )
    chosen = StrategyChoice(Strategy.HOTFIX, "", Evidence("hotfix, chosen by bo", "", "bo", at(9)))
    held = replace(
        ready(8, head_oid="d" * 40),
        body="- [ ] tried it on staging",
        files=(changed("src/cart.py", additions=900),),
        changed_files=1,
        checks=(check(outcome=CheckOutcome.FAILURE),),
        reviews=(review(ANA, ReviewState.CHANGES_REQUESTED, number=8),),
    )
    roles = {"mia": Role.MAINTAIN, "ana": Role.WRITE}
    whole = triaged(Severity.P1, fixes=(ready(), held), roles=roles, strategy=chosen)
    documents = {"report": replace(REPORT, version="1.0"), analysis.kind: analysis}
    return replace(whole, documents=documents)


def lane() -> Bug:
    """A P0 that went out at night: what was put off stands with its due times."""
    analysis = replace(
        REPORT, kind="root-cause-analysis", path="documents/bugs/BUG-042/rca.md", version="1.0"
    )
    night = replace(ready(), state=PullState.MERGED, merged_at=at(40), reviews=())
    return replace(
        triaged(Severity.P0, fixes=(night,), backup="", channel=""),
        documents={"report": replace(REPORT, version="1.0"), analysis.kind: analysis},
        deployed=Deployed(at(45), "2.1.1", "production", Evidence("deployed by mia")),
        now=at(9000),
    )


def deployed() -> Bug:
    """A P1 whose fix is in production and half watched, with a report that it made something worse."""
    lines = (
        said("verified", 620, window="15m"),
        said("attest", 625, requirement="team-told", note="in the channel @octo/all"),
        said("regression", 700, "cy", text="the cart is empty, see #57"),
    )
    there = replace(DEPLOYED, previous="2.0.0")
    return with_state(merged(Severity.P1, *lines, deployed=there, now=at(9000), acceptances=(ACCEPTED,)))


COMMENTS: dict[str, Callable[[], Bug]] = {
    "new": lambda: with_state(bug(None, proposal=full().proposal)),
    "urgent": urgent,
    "full": lambda: replace(
        with_state(full()),
        fixes=(ready(),),
        roles={"mia": Role.MAINTAIN},
        ledger=facts(lines=[LINKED]).ledger,
    ),
    "complete": lambda: triaged(Severity.P2, report=replace(REPORT, version="1.0")),
    "fixing": fixing,
    "lane": lane,
    "confidential": secret,
    "deployed": deployed,
    "hostile": lambda: replace(with_state(hostile()), remarks=(HOSTILE,)),
}


@pytest.mark.parametrize("name", COMMENTS)
def test_comments_are_as_they_were_read_by_eye(name: str) -> None:
    """`comments/` holds whole comments; a change of the template changes them on purpose."""
    assert sticky(COMMENTS[name]()) == (GOLDEN / f"{name}.md").read_text("utf-8")


@pytest.mark.parametrize("name", COMMENTS)
def test_time_alone_changes_nothing_but_states(name: str) -> None:
    """Between one due time and the next a second run, whenever it comes, finds the comment as it is."""
    subject, second = COMMENTS[name](), timedelta(seconds=1)
    found = {clock.due for clock in clocks_of(subject, checklist(subject)) if clock.due is not None}
    edges = sorted({subject.issue.at + timedelta(minutes=50), *found, subject.now + timedelta(days=99)})
    for before, after in pairwise(edges):
        early, late = replace(subject, now=before), replace(subject, now=after - second)
        assert sticky(early) == sticky(late)


def test_a_breach_is_said_once_it_has_come() -> None:
    """By its time, and not by how late it is; the other clocks stay as they were."""
    before, after = (sticky(replace(bug(Severity.P1), now=at(minutes))) for minutes in (59, 60))
    assert "| Somebody answers | 1 hour | 2026-11-24 10:00 UTC |  |" in before
    row = "| Somebody answers | 1 hour | 2026-11-24 10:00 UTC | 🔴 breached 2026-11-24 10:00 UTC |"
    assert row in after
    assert after.count("breached") == 1


def test_a_pause_is_said_with_what_is_left() -> None:
    """Nobody knows by when it is due then."""
    waiting = facts(issue(labels=["P1", "blocked"], timeline=[labeled("blocked", minutes=20)]))
    body = sticky(replace(bug(Severity.P1), facts=waiting, now=at(9000)))
    assert "| Somebody answers | 1 hour |  | ⏸️ paused since 2026-11-24 09:20 UTC, 40 minutes left |" in body


def test_what_was_put_off_stands_in_its_checklist_until_it_is_overdue() -> None:
    """Not twice before."""
    title = "| A backup from the senior group is named |"
    assert title not in sticky(replace(lane(), now=at(61)))
    assert f"{title} 1 hour | 2026-11-24 10:02 UTC | 🔴 breached" in sticky(replace(lane(), now=at(62)))


@pytest.mark.parametrize("name", COMMENTS)
def test_the_marker_is_the_first_line(name: str) -> None:
    """The comment is found again by it, and by its author."""
    body = sticky(COMMENTS[name]())
    assert body.startswith("<!-- bugaction:sticky v1 -->\n")
    assert next(line for line in body.splitlines() if not line.startswith("<!--")).startswith("### ")
    assert len(re.findall(r"^<!-- bugaction:sticky", body, re.MULTILINE)) == 1


def test_harm_stays_words() -> None:
    """Neither title nor remark nor proposal brings a mention, a reference, HTML or a foreign link."""
    body = sticky(COMMENTS["hostile"]())
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.content for child in inline if child.type == "html_inline"} == {"<sub>", "</sub>"}
    targets = [str(child.attrGet("href")) for child in inline if child.type == "link_open"]
    assert all(target.startswith("https://github.com/octo/shop/") for target in targets)
    words = "".join(child.content for child in inline if child.type == "text")
    assert "@octo" not in words
    assert "#1" not in words


def test_a_confidential_bug_shows_its_checklist_alone() -> None:
    """Where its details belong, what is missing, and nothing of the issue."""
    body = sticky(secret())
    assert "[a private advisory](https://github.com/octo/shop/security/advisories)" in body
    assert "#### Triage" in body
    for word in ("Checkout", "what is set", "octo/team", "incident", "section", "/pull/7", "all of checkout"):
        assert word not in body


def test_a_public_issue_is_called_public() -> None:
    """A label hides nothing on GitHub; in a private repository there is nothing to warn of."""
    warning = "**This issue is public**"
    assert warning in sticky(secret())
    assert warning not in sticky(secret(), is_private=True)
    assert warning not in sticky(COMMENTS["full"]())


def result(outcome: Outcome, **parts: object) -> GateResult:
    """A gate with one requirement."""
    item = RequirementResult("x", "It holds", outcome, **parts)  # type: ignore[arg-type]
    return GateResult("triage", 42, (item,))


@pytest.mark.parametrize(
    ("outcome", "parts", "shown"),
    [
        (Outcome.MET, {}, "- ✅ It holds\n"),
        (
            Outcome.UNMET,
            {"problem": "it does not", "remedy": "Do it."},
            "- ❌ It holds: **it does not**. Do it.\n",
        ),
        (Outcome.PENDING, {"problem": "it waits"}, "- ⏳ It holds: **it waits**\n"),
        (Outcome.DEFERRED, {"due": at(60)}, "- 🕒 It holds (due 2026-11-24 10:00 UTC)\n"),
        (
            Outcome.WAIVED,
            {"evidence": (Evidence("by bo: no time"),)},
            "- 🔓 It holds (waived): by bo: no time\n",
        ),
        (Outcome.NOT_APPLICABLE, {}, "- ➖ It holds\n"),
    ],
)
def test_each_outcome_has_its_sign(outcome: Outcome, parts: dict[str, object], shown: str) -> None:
    """With what is missing, what to do and what it rests on."""
    assert shown in sticky(bug(), (result(outcome, **parts),))


def test_of_several_pull_requests_the_one_in_the_way_is_named() -> None:
    """Otherwise nobody would know where to go; with one, it is clear."""
    both = fixing()
    assert '**In the way:** on pull request 8, "test" failed' in sticky(both)
    assert '**In the way:** "test" failed' in sticky(replace(both, fixes=both.fixes[1:]))


def held(*pulls: PullRequest, **changes: object) -> Bug:
    """A P1 whose fixes change their workflows, which nobody has vouched for unless the changes say so."""
    files = (changed("src/cart.py"), changed("tests/test_cart.py"), changed(".github/workflows/ci.yml"))
    fixes = tuple(replace(pull, files=files, changed_files=3) for pull in pulls or (ready(),))
    return triaged(Severity.P1, fixes=fixes, roles={"mia": Role.MAINTAIN}, **changes)


BOX = f"  - [ ] <!-- attest: checks {'c' * 40} --> I have read what it changes in its workflows"
VOUCHED = line(
    RecordKind.COMMAND, "IC_1#x", actor="mia", name="attest", requirement="checks", head="c" * 40, note="fine"
)


def of_checks(body: str) -> list[Toggle]:
    """The boxes of the watched checks."""
    return [item for item in boxes(body) if item.box.requirement == "checks"]


def test_a_box_stands_below_what_it_attests() -> None:
    """Empty while the word is asked for; then ticked, with who gave it and when."""
    body = sticky(held())
    assert f"\n{BOX}, it is sound, and I did not work on it (pull request 7 at ccccccc)\n" in body
    assert "`/attest checks ccccccc " in body
    told = sticky(held(spoken=(VOUCHED,)))
    assert BOX not in told
    assert BOX.replace("[ ]", "[x]") in told
    assert "(pull request 7 at ccccccc): mia, 2026-11-24 09:01 UTC\n" in told
    assert [item.ticked for item in of_checks(told)] == [True]


def test_no_box_where_no_word_is_asked_for() -> None:
    """A word on another commit is none on this one; what needs a reason shows its line instead."""
    assert {item.box.requirement for item in boxes(sticky(fixing()))} == {"rollback-tested", "staging"}
    assert "`/attest minimal-change ddddddd REASON`" in sticky(fixing())
    other = replace(VOUCHED, data={**VOUCHED.data, "head": "d" * 40})
    assert boxes(sticky(held(spoken=(other,)))) == boxes(sticky(held()))


def test_a_word_that_no_longer_counts_leaves_its_box_empty() -> None:
    """After a regression the next fix is tried anew, and who did so finds a box to tick."""
    word = said("attest", 5, "mia", requirement="rollback-tested", note="on staging")
    before = replace(fixing(), spoken=(word,), attestations={"rollback-tested": word})
    state = {item.box.requirement: item.ticked for item in boxes(sticky(before))}
    assert state == {"rollback-tested": True, "staging": False}
    broken = replace(before, ledger=facts(lines=[said("regression", 90, "cy")]).ledger)
    state = {item.box.requirement: item.ticked for item in boxes(sticky(broken))}
    assert state == {"rollback-tested": False, "staging": False}


def test_each_commit_has_one_box() -> None:
    """Two pull requests with one head are attested together."""
    two = of_checks(sticky(held(ready(), ready(8, head_oid="d" * 40))))
    assert [item.box for item in two] == [Box("checks", "c" * 40), Box("checks", "d" * 40)]
    assert len(of_checks(sticky(held(ready(), ready(8))))) == 1


@pytest.mark.parametrize(
    ("lines", "minutes", "drawn"),
    [
        ((), 610, {"15m": False}),
        ((), 730, {"15m": False, "2h": False}),
        ((said("verified", 620, window="15m"),), 630, {"15m": True, "2h": False}),
        ((said("verified", 730, window="2h"),), 730, {"15m": False, "2h": True}),
        ((said("verified", 620, window="15m"), said("regression", 700)), 730, {"15m": True}),
    ],
    ids=["the next one", "what has passed", "after a look", "out of order", "stopped"],
)
def test_a_window_has_a_box_once_it_may_be_spoken_for(
    lines: tuple[LedgerLine, ...], minutes: float, drawn: dict[str, bool]
) -> None:
    """What comes next and what has passed; it names the deployment, and none is empty in a regression."""
    found = boxes(sticky(merged(Severity.P1, *lines, deployed=DEPLOYED, now=at(minutes))))
    assert {item.box.window: item.ticked for item in found if item.box.window} == drawn
    assert {item.box.since for item in found if item.box.window} == {"2026-11-24T19:00:00Z"}


def test_a_confidential_bug_s_box_names_nobody() -> None:
    """As its checklist shows no evidence."""
    body = sticky(held(spoken=(VOUCHED,), confidential=True))
    assert [item.ticked for item in of_checks(body)] == [True]
    assert "mia" not in body.split("#### Fix")[1].split("####")[0]


def test_the_last_line_dates_a_comment() -> None:
    """And is no part of it where two are compared, whatever became of its line ends."""
    body = sticky(held())
    made = dated(body, at(5))
    assert made.endswith(
        "</sub>\n\n<sub>As of 2026-11-24 09:05 UTC. Runs since then found nothing to change here; "
        "the summary of each says when it looked.</sub>\n"
    )
    assert undated(made) == undated(dated(body, at(900))) == undated(body) == body.rstrip()
    assert undated(made.replace("\n", "\r\n").rstrip()) == body.rstrip()
    assert undated(made.replace("As of 2026", "As of late 2026")) != body.rstrip()
    assert len(dated("x" * LONGEST_COMMENT, at(5))) < 65_536


def test_a_comment_is_cut_one_character_over_the_limit() -> None:
    """At the limit it is whole; beyond, it ends with a whole line and a link to the rest."""
    url = "https://github.com/octo/shop/issues/42"
    whole = "a line\n" * (LONGEST_COMMENT // 7) + "x" * (LONGEST_COMMENT % 7)
    assert len(whole) == LONGEST_COMMENT
    assert shorten(whole, url) == whole
    short = shorten(f"{whole}x", url)
    assert len(short) <= LONGEST_COMMENT
    assert short.endswith(f"a line\n\n… [The rest is here]({url}).\n")


def test_observing_says_so() -> None:
    """Nothing is blocked then."""
    body = sticky(bug(policy=Policy(mode=Mode.OBSERVE)))
    assert "Only observed: until then, a merge of the fix would be blocked." in body
    assert "Until then, a merge of the fix is blocked." not in body


def test_a_closed_bug_has_no_next_step() -> None:
    """Even where its checklist was never finished."""
    closed = bug(facts=facts(issue(state=IssueState.COMPLETED)))
    body = sticky(closed)
    assert "The issue is closed." in body
    assert "Next step" not in body


def test_what_follows_a_fix_is_counted_where_the_issue_is_closed() -> None:
    """Closing is not held everywhere: a post-mortem may still be due."""
    subject = replace(deployed(), facts=facts(issue(state=IssueState.COMPLETED)))
    blocking = sum(
        len(gate.blocking) for gate in checklist(subject) if gate.gate in ("verification", "post-mortem")
    )
    assert blocking > 1
    assert f"closed. Of what follows a fix, {blocking} points are still open, see below." in sticky(subject)


def test_what_is_overridden_is_in_no_merge_s_way() -> None:
    """While every open fix was let past it: the next step is what really holds them."""
    word = said("override", 50, "mia", gate="root-cause", head="c" * 40, pulls="#7", reason="no time")
    ready_one = replace(fixing(), documents={"report": replace(REPORT, version="1.0")}, fixes=(ready(),))
    assert "**In the way:** the root-cause analysis is not begun" in sticky(ready_one)
    past = replace(ready_one, ledger=facts(lines=[word]).ledger)
    assert "**In the way:** the release notes are not begun" in sticky(past)
    gates = tuple(gate for gate in checklist(past) if gate.gate != "release")
    told = "Everything that is asked for up to here holds, or is overridden (Root cause)."
    assert told in sticky(past, gates)
    other = replace(past, fixes=fixing().fixes)
    assert "**In the way:** the root-cause analysis is not begun" in sticky(other)


def test_the_proposal_disappears_once_it_is_followed() -> None:
    """It is shown while it differs from what is set."""
    other = replace(full(), severity=bug(Severity.P2).severity)
    assert "propose **P1 (high)**, while P2 is set" in sticky(with_state(other))
    assert "propose" not in sticky(with_state(full()))


def test_an_answer_shows_on_its_clock() -> None:
    """When somebody accepted, and that it was late where it was."""
    row = "| Somebody answers | 1 hour | 2026-11-24 10:00 UTC |"
    assert f"{row}  |\n" in sticky(bug())
    assert f"{row} ✅ 2026-11-24 09:03 UTC |\n" in sticky(triaged())
    late = replace(ACCEPTED, evidence=replace(ACCEPTED.evidence, at=at(90)))
    assert f"{row} 2026-11-24 10:30 UTC, late |\n" in sticky(triaged(acceptances=(late,)))


def test_links_stand_below_a_heading_of_their_own() -> None:
    """Not as three more points of what the severity means; and no heading where there is nothing to link."""
    heading = "**Where it is worked on and written down**\n\n- "
    assert f"{heading}Fix: " in sticky(bug(fixes=(ready(),)))
    assert f"{heading}Document: " in sticky(triaged())
    assert "worked on and written down" not in sticky(bug())


def test_the_ledger_is_spoken_of_once_it_holds_something() -> None:
    """The comment says that there were records and what the last was, so it must not come before them."""
    decided = bug(ledger=facts(lines=[line(RecordKind.COMMAND, "IC_1#x")]).ledger)
    path = "documents/bugs/BUG-042/ledger.jsonl"
    assert path in sticky(decided)
    assert sticky(decided).splitlines()[1] == f"<!-- bugaction:ledger BUG-042 {LAST} -->"
    bare = sticky(bug())
    assert path not in bare
    assert "bugaction:ledger" not in bare


def test_a_long_history_keeps_its_newest_steps() -> None:
    """Twenty of them."""
    steps = tuple(
        SeverityChange(at(number), ANA, Role.WRITE, Severity.P1, Severity.P2, f"step {number}.")
        for number in range(30)
    )
    body = sticky(replace(bug(), severity=replace(bug().severity, history=steps)))
    assert "step 29." in body
    assert "step 10." in body
    assert "step 9." not in body


def test_a_comment_is_cut_between_lines() -> None:
    """With a link to the rest."""
    body = "".join(f"line {number}\n" for number in range(9_000))
    short = shorten(body, "https://github.com/octo/shop/issues/42")
    assert len(short) <= LONGEST_COMMENT
    assert re.search(
        r"\nline \d+\n\n… \[The rest is here\]\(https://github.com/octo/shop/issues/42\)\.\n\Z", short
    )
    assert body.startswith(short.partition("\n\n…")[0])
    assert shorten("short\n", "x") == "short\n"


def test_a_failing_template_of_the_team_is_told_in_the_comment() -> None:
    """The shipped one makes it."""
    own = TextFile(".github/bugaction/templates/comments/sticky.md.j2", "{{ nobody }}", "main")
    body = sticky(bug(), templates=(own,))
    assert "### 🟠 BUG-042" in body
    assert "⚠️ template comments/sticky.md.j2, line 1: 'nobody' is undefined" in body


def test_what_follows_a_merge_is_nobody_s_turn_before_it() -> None:
    """A post-mortem that was begun early holds no merge; after it, only what is left to do comes next."""
    begun = DocumentState("post-mortem", "documents/bugs/BUG-042/pm.md", "1.0", text="…", branch="main")
    ours = replace(triaged(), documents={"report": REPORT, "post-mortem": begun}, fixes=(ready(),))
    passed = GateResult("triage", 42, (RequirementResult("x", "It is so", Outcome.MET),))
    owed = GateResult(
        "post-mortem", 42, (RequirementResult("y", "It is written", Outcome.UNMET, "it is not"),)
    )
    before = sticky(ours, (passed, owed))
    assert "#### Post-mortem: 0 of 1" in before
    assert "a merge of the fix is blocked" not in before
    assert "**Next step:** merge [#\u200b7]" in before
    held = replace(passed, requirements=(RequirementResult("x", "It is so", Outcome.UNMET, "not so"),))
    merged = replace(ours, fixes=(replace(ready(), state=PullState.MERGED, merged_at=at(60)),))
    after = sticky(merged, (held, owed))
    assert "**Next step:** it is not" in after
    assert "Until then, the bug is not done." in after
    assert "After that" not in after


def test_a_close_that_is_held_is_told_also_while_another_fix_is_open() -> None:
    """Then the comment shows what is in the way of that one."""
    turns = tuple(
        Entry(str(kind), kind, ANA, at(minutes), by_merge=True)
        for kind, minutes in ((EntryKind.CLOSED, 700), (EntryKind.REOPENED, 701))
    )
    word = line(RecordKind.CLOSED, str(EntryKind.CLOSED), actor="ana", closer="merge")
    subject = merged(Severity.P2, facts=facts(issue(timeline=turns)))
    subject = replace(subject, ledger=LedgerFile(lines=(replace(word, accepted=False),)))
    said_so = "A merge closed the issue, and it was opened again"
    assert sticky(subject).count(said_so) == 1
    assert sticky(replace(subject, fixes=(*subject.fixes, ready(8)))).count(said_so) == 1
