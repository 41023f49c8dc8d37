"""A run that is started for a bug's post-mortem says what became of it, whatever number was given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.bug import Note
from bugaction.config import load
from bugaction.decide import Request, decide
from bugaction.model import LedgerFile, Role
from bugaction.plan import CommitFiles, Level, Plan, Reason
from bugaction.ports import Targets
from bugaction.questions import AskSuspects
from bugaction.snapshot import BugFacts, IssueState, PullRequest, Snapshot, Suspects, TextFile
from bugaction.templates import load_templates
from tests.values import at, completed, facts, issue, ready, snapshot

PATH = "documents/bugs/BUG-042/post-mortem-v1.0.md"


def world(*bugs: BugFacts, pulls: tuple[PullRequest, ...] = ()) -> Snapshot:
    """A snapshot in which everything is known that a decision asks for."""
    names = ("P1", "P3", "phase: triage", "phase: closed", "sla: at-risk", "sla: breached")
    labels: dict[str, str | None] = {name.casefold(): f"LA_{name}" for name in names}
    whole = snapshot(*bugs, pulls=pulls, roles={"ana": Role.ADMIN, "mia": Role.MAINTAIN}, labels=labels)
    return whole.with_answers(replace(whole.answers, pages={"documents/bugs/register-2026.json": ()}))


def run(facts_: Snapshot, number: int = 42, text: str | None = None, note: Note | None = None) -> Plan:
    """What a run for the post-mortem of that number decides, once it knows that nothing was suspect."""
    begin = frozenset({"post-mortem"})
    request = Request(templates=load_templates(), targets=Targets(items=(number,)), begin=begin, note=note)
    plan = decide(facts_, load(text), at(60), request)
    found = {
        ask.bug: Suspects(ask.since, ask.until) for ask in plan.questions if isinstance(ask, AskSuspects)
    }
    answered = facts_.with_answers(replace(facts_.answers, suspects=found))
    plan = decide(answered, load(text), at(60), request)
    assert plan.questions == frozenset()
    return plan


def test_a_note_stands_in_what_was_asked_for() -> None:
    """And in no other document of the bug."""
    plan = run(world(facts(issue(labels=["P3"]))), note=Note("ana", "The pager was off."))
    texts = {
        change.path: change.text or ""
        for effect in plan.effects
        if isinstance(effect, CommitFiles)
        for change in effect.files
    }
    assert [path for path, text in texts.items() if "> The pager was off." in text] == [PATH]
    assert "ana wrote, when this was asked for:" in texts[PATH]


def asked(plan: Plan) -> list[str]:
    """The documents that the plan commits."""
    return [
        change.path for effect in plan.effects if isinstance(effect, CommitFiles) for change in effect.files
    ]


@pytest.fixture
def known() -> Snapshot:
    """An open P3."""
    return world(facts(issue(labels=["P3"])))


def test_it_is_begun_at_any_severity_and_time(known: Snapshot) -> None:
    """A P3 that is open; and nothing else of the bug is different for it."""
    plan = run(known)
    assert PATH in asked(plan)
    (notice,) = plan.notices
    assert notice.level is Level.NOTICE
    assert notice.text == (
        f"The post-mortem of BUG-042 is being begun: {PATH}. No deployment of a fix is known yet; what is "
        "learnt later is filled in later."
    )
    assert plan.reason is Reason.DONE


def test_what_waits_for_somebody_in_it_is_counted(known: Snapshot) -> None:
    """Where it is there already; of a bug that is closed nobody waits for a deployment."""
    begun = next(
        change.text or ""
        for effect in run(known).effects
        if isinstance(effect, CommitFiles)
        for change in effect.files
        if change.path == PATH
    )
    answer = "\nIt is known, and this is what it was.\n"
    whole = completed(begun)
    texts = {"": whole, "1 section waits": whole.replace(answer, "", 1), "sections wait": begun}
    for waits, text in texts.items():
        about = facts(issue(labels=["P3"], state=IssueState.NOT_PLANNED))
        plan = run(world(replace(about, documents=(TextFile(PATH, text, "main"),))))
        (notice,) = plan.notices
        start, _, rest = notice.text.partition(f"{PATH}.")
        assert start.startswith("The post-mortem of BUG-042 is there: ")
        assert rest.removesuffix(" for somebody to write.").endswith(waits)
        assert (rest == "", "deployment" in rest) == (waits == "", False)


def test_a_number_that_is_nothing_is_told_of_once(known: Snapshot) -> None:
    """By the run's own word, as of any other run for a number."""
    assert run(known, 99).notices == ()


def test_nobody_else_s_is_begun(known: Snapshot) -> None:
    """A run for one bug begins no other's."""
    two = replace(known, bugs={**known.bugs, 43: facts(issue(43, labels=["P3"]))})
    assert not any("BUG-043/post-mortem" in path for path in asked(run(two)))


@pytest.mark.parametrize(
    ("subject", "number", "words"),
    [
        (
            world(facts(issue(labels=[]))),
            42,
            "#42 is no bug: it has neither a severity label nor the bug label, so it has no post-mortem.",
        ),
        (
            world(facts(issue()), pulls=(ready(),)),
            7,
            "#7 is a pull request, and a post-mortem is of a bug: give its issue's number. It fixes #42.",
        ),
        (
            world(pulls=(replace(ready(), closing=(), body=""),)),
            7,
            "#7 is a pull request, and a post-mortem is of a bug: give its issue's number.",
        ),
        (
            world(facts(issue(labels=["bug"]))),
            42,
            "BUG-042 has no severity yet, and its post-mortem depends on it.",
        ),
        (
            world(facts(issue(labels=["P1", "security"]))),
            42,
            "BUG-042 is confidential, so it has no post-mortem here: it belongs in the private advisory.",
        ),
    ],
    ids=["no bug", "a fix", "a pull request", "no severity", "confidential"],
)
def test_a_wrong_number_is_told_apart(subject: Snapshot, number: int, words: str) -> None:
    """With what to do about it, as an error of whoever started the run."""
    plan = run(subject, number)
    errors = [notice.text for notice in plan.notices if notice.level is Level.ERROR]
    assert [text.startswith(words) for text in errors] == [True]
    assert plan.reason is Reason.USAGE
    assert not any("post-mortem" in path for path in asked(plan))


def test_an_old_bug_is_to_be_tracked_first() -> None:
    """One from before `since` has nothing yet."""
    old = world(facts(issue()))
    plan = run(old, text="version: 1\nsince: 2026-11-30T00:00:00Z\n")
    assert plan.reason is Reason.USAGE
    assert "is older than `since`" in plan.notices[-1].text
    assert "`/track`" in plan.notices[-1].text


def test_a_ledger_that_cannot_be_read_is_told_of_by_its_own_word() -> None:
    """Not as a wrong number."""
    broken = replace(facts(issue()), ledger=LedgerFile(unreadable="it is binary"))
    plan = run(world(broken))
    assert plan.reason is Reason.LEDGER_UNREADABLE
    assert not any("post-mortem" in notice.text for notice in plan.notices)
