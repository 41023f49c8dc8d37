"""A P0 at three in the morning, from the first alarm to the closed post-mortem.

Nobody answers at first; the fix goes out by the fast lane, with what it may owe; it does more harm than good
and is rolled back; and the second one is right.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from bugaction.demo.story.deeds import Deed, Scene, fill_in, nothing, report, run_tests
from bugaction.sandbox.entities import Issue
from bugaction.sandbox.world import World

__all__ = ["P0", "P0_TITLE"]

P0_TITLE = "Payments fail for everybody"

_EVENING = datetime(2026, 11, 4, 21, 30, tzinfo=UTC)
_ALARM = datetime(2026, 11, 5, 3, 4, tzinfo=UTC)

_CONFIG = """version: 1
people:
  on-call: [kim]
  engineering-lead: [ana]
  cto: [tess]
  ceo: [lee]
  bots: ["alerts[bot]"]
contacts:
  - {name: Slack, text: "#incidents"}
  - {name: Pager, text: "+1-555-0100"}
"""
"""What the team has agreed on for nights like this one."""

_FORM = {
    "broken": "No payment goes through.",
    "expected": "The bank answers within a second.",
    "actual": "The checkout waits for half a minute and ends in an error.",
    "steps": "1. Fill the cart\n2. Pay by card",
    "frequency": "Every payment since 02:51.",
    "started": "2026-11-05 02:51 UTC",
    "environment": "Production",
    "platform": "All",
    "app-version": "4.3.0",
    "parts": "checkout, payments",
    "affected": "All users",
    "production-down": "No",
    "payments-failing": "Yes",
    "critical-blocked": "Yes",
    "workaround": "No",
    "impact": "Critical",
    "source": "Monitoring",
}

_CAUSE = """/root-cause
Since Wednesday's release a payment that times out keeps its connection to the bank. At 02:51 the bank was
slow for a minute, all fifty connections were gone, and none has come back since."""

_ANALYSIS = {
    "conclusion": "Reproduced on a developer's machine: a bank that never answers, fifty payments, and the "
    "next one fails although the bank is well again.",
    "problem": "No payment went through, because no connection to the bank was free.",
    "why": "The wait for the bank was rewritten, and the branch for a timeout left the connection open.",
    "not-caught": "In the tests the bank always answers.",
    "factors": "The pool has no alarm. The on-call phone was on silent.",
}

_NOTES = {
    "summary": "From 02:51 to 05:12 no payment went through. Payments work again.",
    "version": "4.3.2, in place of 4.3.0. 4.3.1 was in production from 03:57 to 04:17 and was rolled back.",
    "solution": "A payment gives its connection back whatever the bank does.",
    "breaking": "None.",
    "rollback": "Deploy 4.3.0 again: `deploy 4.3.0`, four minutes; then restart the payments every hour.",
}

_LESSONS = {
    "impact": "No payment for more than two hours; 31 customers were charged twice and are paid back.",
    "users": "About 1,900 payments failed; 212 customers wrote to support.",
    "well": "The form named the minute, the way back took ten minutes, and the second fix has a test.",
    "wrong": "Nobody heard the alarm for twenty minutes. The first fix retried what the bank had booked.",
    "this-week": "- [ ] The on-call phone rings through silent mode @kim due 2026-11-09\n"
    "- [ ] Alarm on free connections to the bank @bo due 2026-11-11",
    "testing": "A bank that is slow, silent or wrong is part of the tests.",
    "process": "Nothing that moves money is retried without the bank's own key for it.",
    "deployment": "Payments are deployed to one of four machines first.",
    "monitoring": "Free connections and double bookings have an alarm each.",
    "lessons": "A fix at night is a change like any other: it needs its test before it needs to be fast.",
}

_FIRST, _SECOND = "fix/retry-payments", "fix/give-back-connections"


def _bug(world: World) -> int:
    return next(number for number, issue in world.state.issues.items() if issue.title == P0_TITLE)


def _pull(world: World, branch: str) -> Issue:
    """The newest pull request from a branch of which this is the beginning of the name."""
    found = [
        each for each in world.state.pulls() if each.pull is not None and each.pull.head.startswith(branch)
    ]
    return max(found, key=lambda each: each.number)


def _folder(world: World) -> str:
    return f"documents/bugs/BUG-{_bug(world):03d}"


def _until(world: World, moment: datetime) -> None:
    world.clock.advance(seconds=max(0.0, (moment - world.clock()).total_seconds()))


def _agree(world: World) -> None:
    world.people.push("ana", "main", {".github/bugaction.yml": _CONFIG}, "Say who is on call, and who leads")


def _cause(world: World) -> None:
    _until(world, _EVENING)
    people = world.people
    people.push("bo", "bank-timeouts", {"bank.py": "WAIT = 30\n"}, "Wait for the bank with a limit")
    change = people.open_pull("bo", "Wait for the bank with a limit", "bank-timeouts")
    people.merge_pull("bo", change.number)
    people.deploy("bo", "main", "production")


def _report(world: World) -> None:
    report(world, "dee", P0_TITLE, _FORM)


def _alarm(world: World) -> None:
    world.people.create_label("ana", "P0")
    world.people.label("alerts[bot]", _bug(world), "P0")


def _say(who: str, body: str) -> Deed:
    def deed(world: World) -> None:
        world.people.comment(who, _bug(world), body.replace("BUG", f"bug-{_bug(world):03d}"))

    return deed


def _write(who: str, name: str, answers: Mapping[str, str], message: str) -> Deed:
    def deed(world: World) -> None:
        path = f"{_folder(world)}/{name.format(bug=f'bug-{_bug(world):03d}')}-v1.0.md"
        fill_in(world, who, path, answers, message)

    return deed


def _open_first(world: World) -> None:
    files = {"bank.py": "WAIT = 3\nRETRIES = 3\n", "tests/test_bank.py": "assert pays_after(SLOW_BANK)\n"}
    world.people.push("kim", _FIRST, files, "Try a payment again")
    pull = world.people.open_pull(
        "kim", "Try a payment again when the bank is slow", _FIRST, body=f"Fixes #{_bug(world)}"
    )
    world.people.request_review("kim", pull.number, "ana")
    run_tests(world, _FIRST)


def _open_second(world: World) -> None:
    files = {
        "bank.py": "WAIT = 30\nGIVES_BACK = True\n",
        "tests/test_bank.py": "assert free_connections_after(SILENT_BANK) == 50\n",
    }
    world.people.push("bo", _SECOND, files, "Give connections back after a timeout")
    pull = world.people.open_pull(
        "bo", "Give connections back after a timeout", _SECOND, body=f"Fixes #{_bug(world)}"
    )
    world.people.request_review("bo", pull.number, "mia")
    run_tests(world, _SECOND)


def _approve(who: str, branch: str) -> Deed:
    def deed(world: World) -> None:
        pull = _pull(world, branch)
        if branch == "revert-" and pull.pull is not None:
            run_tests(world, pull.pull.head)
        world.people.review(who, pull.number, "approve")

    return deed


def _release(who: str, branch: str) -> Deed:
    """Merge and deploy."""

    def deed(world: World) -> None:
        world.people.merge_pull(who, _pull(world, branch).number)
        world.clock.advance(minutes=4)
        world.people.deploy(who, "main", "production")

    return deed


def _alarm_time(deed: Deed) -> Deed:
    def at_three(world: World) -> None:
        _until(world, _ALARM)
        deed(world)

    return at_three


P0: tuple[Scene, ...] = (
    Scene("ana writes down who is on call, who leads and who hears of a P0", _agree),
    Scene("bo's change to the payments is merged and deployed, and looks well", _cause),
    Scene("dee, on night duty, sees the payments fail and reports it", _alarm_time(_report), 1),
    Scene("the monitoring, which may, labels it P0", _alarm, 16, shows=True),
    Scene("the sweep: a quarter of an hour is over, and nobody has answered", nothing, 3),
    Scene(
        "kim, on call, has found her glasses",
        _say("kim", "/accept\n/channel incident-BUG\n/attest investigation no connection is free"),
        8,
    ),
    Scene(
        "kim tells the cause in a few words, and chooses the fast lane",
        _say("kim", f"/strategy hotfix one retry gets us over the night\n{_CAUSE}"),
        2,
    ),
    Scene("kim opens the fix and asks ana, who sleeps; the tests pass", _open_first, 17),
    Scene("bo, whom kim has phoned, approves it: nobody senior has answered", _approve("bo", _FIRST), 1),
    Scene("kim merges it and deploys it to production", _release("kim", _FIRST), 11),
    Scene(
        "customers are charged twice, says dee; kim sees it at the bank, and stops",
        _say("kim", "/regression payments are booked twice when the bank is slow"),
        2,
        shows=True,
    ),
    Scene("kim orders the way back", _say("kim", "/rollback no money is moved twice"), 3),
    Scene("ana is awake, reads the revert and approves it; the tests pass", _approve("ana", "revert-"), 1),
    Scene("ana merges it, and 4.3.0 is in production again", _release("ana", "revert-"), 4),
    Scene(
        "ana tells who has to know, and names a backup",
        _say("ana", "/attest stakeholders-notified tess by phone\n/assign backup @mia"),
        26,
    ),
    Scene("bo has found the leak: a second fix, with a test for it", _open_second, 14),
    Scene("mia reads it line by line and approves", _approve("mia", _SECOND), 4),
    Scene("the sweep: half of the four hours is over", nothing, 3),
    Scene("bo merges it and deploys it", _release("bo", _SECOND), 31),
    Scene(
        "kim has watched production: payments go through, once each; she goes to bed",
        _say(
            "kim",
            "/verified 15m\n/verified 30m\n/attest team-told in the incident's channel\n"
            "/attest users-told on the status page, and the 31 by mail\n"
            "/attest rollback-tested tonight\n/attest release-approvals",
        ),
        60,
    ),
    Scene(
        "ana fills in the release notes, which were allowed to wait",
        _write("ana", "release-notes-{bug}", _NOTES, "Say what went out, and how to go back"),
        8,
    ),
    Scene(
        "ana lets the release go, and tells tess",
        _say("ana", "/attest release-approvals\n/attest stakeholders-told tess, at breakfast"),
        29,
    ),
    Scene(
        "bo looks after two hours",
        _say("bo", "/verified 2h\n/attest technical-debt none the retries are gone again"),
        150,
    ),
    Scene(
        "bo completes the analysis by daylight",
        _write("bo", "root-cause-analysis", _ANALYSIS, "Write down why it happened"),
        21 * 60,
    ),
    Scene("bo looks once more, the next day", _say("bo", "/verified 24h"), 90),
    Scene(
        "the team writes the post-mortem",
        _write("ana", "post-mortem", _LESSONS, "Write the post-mortem"),
        30,
    ),
    Scene(
        "ana records the review",
        _say("ana", "/attest team-review Friday at eleven, with support; notes in the wiki"),
        20,
        shows=True,
    ),
    Scene("the hourly sweep looks at everything again", nothing, 30),
)
"""Scene by scene, oldest first. Sweeps run when a step of the escalation falls due: a quarter of an hour
after the report, and with half of the time for the fix gone."""
