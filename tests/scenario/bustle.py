"""What people do at many bugs at once, hour by hour: the same for the same seed.

A deed is planned without a look at the repository; where it finds that it has become impossible (somebody
closed the issue) it is left out, in every life that is the same so far.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from bugaction.sandbox.entities import Issue, Pull
from tests.scenario.life import ANSWERS, CONFIG, Life, form

__all__ = ["HOURS", "Hour", "begin_world", "plan"]

HOURS = 2
"""After the hour in which everything is reported, so many more go by."""

SINCE = "version: 1\nsince: 2026-11-01T00:00:00Z\n"
"""With it no run decides from when on bugs count."""


@dataclass(frozen=True, slots=True)
class Bug:
    """A bug among many: its issue's number, and its fix's, 0 without one."""

    issue: int
    pull: int = 0


Deed = Callable[[Life], object]
Hour = Sequence[Deed]


def begin_world(life: Life) -> None:
    """What stands before the first deed: a configuration, and something in production."""
    life.people.push("ana", "main", {CONFIG: SINCE}, "Configure the bug response")
    life.people.deploy("eve", "main")
    life.runs.skip()


def plan(seed: int, bugs: int, hours: int = HOURS) -> list[Hour]:
    """What happens in each hour at so many bugs. Of one bug the deeds keep their order; those of several mix.

    Issues are numbered from 1 and the pull requests follow, all of them in the first hour, so that a number
    never depends on what the product opened.
    """
    random = Random(seed)  # noqa: S311 - deeds, no secret
    fixed = [number for number in range(1, bugs + 1) if random.random() < 0.4]
    known = {
        number: Bug(number, bugs + 1 + fixed.index(number) if number in fixed else 0)
        for number in range(1, bugs + 1)
    }
    first: list[Deed] = [_report(random, number) for number in known]
    first += [_offer(random, known[number], bugs) for number in fixed]
    rows = [[_labelled(random, bug)] for bug in known.values()]
    found = [[*first, *_mixed(random, rows)]]
    for _ in range(hours):
        rows = [
            [_any(random, bug, bugs) for _ in range(random.choice((0, 1, 1, 2)))] for bug in known.values()
        ]
        found.append(_mixed(random, rows))
    return list(found)


def _mixed(random: Random, rows: Sequence[Sequence[Deed]]) -> list[Deed]:
    """The rows in one, each in its order."""
    left = [list(row) for row in rows if row]
    found: list[Deed] = []
    while left:
        row = random.choice(left)
        found.append(row.pop(0))
        if not row:
            left.remove(row)
    return found


# The first hour ---------------------------------------------------------------------------------------------


def _report(random: Random, number: int) -> Deed:
    body = random.choice((_filled(number), _filled(number), "It is broken.", ""))
    return lambda life: life.people.open_issue("dee", f"Order{number} fails", body)


def _filled(number: int) -> str:
    """No two bugs are alike: a document that is begun lists those that are and that the register knows."""
    return form({**ANSWERS, "parts": f"part{number}"})


def _offer(random: Random, bug: Bug, bugs: int) -> Deed:
    """A fix, of two bugs at times."""
    branch = f"fix/order-{bug.issue}"
    also = random.randint(1, bugs) if random.random() < 0.15 else 0
    body = "\n".join(f"Fixes #{number}" for number in sorted({bug.issue, also} - {0}))
    test = {f"tests/test_{bug.issue}.py": "1\n"} if random.random() < 0.5 else {}

    def do(life: Life) -> None:
        life.people.push("bo", branch, {f"src/{bug.issue}.py": "1\n", **test}, "Repair")
        life.people.open_pull("bo", "Repair", branch, body=body)

    return do


def _labelled(random: Random, bug: Bug) -> Deed:
    label, who = random.choice(("P0", "P1", "P1", "P2", "P2", "P3")), random.choice(("mia", "cy", "bo"))
    if random.random() < 0.15:
        return _saying("mia", bug, f"/severity {label} seen by many")
    return lambda life: life.people.label(who, bug.issue, label)


# Later ------------------------------------------------------------------------------------------------------


def _saying(who: str, bug: Bug, words: str) -> Deed:
    return lambda life: life.people.comment(who, bug.issue, words)


def _any(random: Random, bug: Bug, bugs: int) -> Deed:
    """Something that somebody does at a bug, or at its fix."""
    if bug.pull and random.random() < 0.35:
        return random.choice(_AT_A_FIX)(random, bug)
    return random.choice(_AT_A_BUG)(random, bug, bugs)


def _said(random: Random, bug: Bug, _: int) -> Deed:
    who, words = random.choice(_WORDS)
    return _saying(who, bug, words.replace("#n", str(bug.issue)))


_WORDS = (
    ("bo", "/accept"),
    ("eve", "/accept"),
    ("cy", "/assign @bo backup @mia\n/channel incident-#n"),
    ("mia", "/severity P2 a way around it is known"),
    ("mia", "/severity P0 the shop is down"),
    ("dee", "/severity P0 it is very bad"),
    ("dee", "It happens to me, too."),
    ("bo", "/eta 2026-11-05 17:00"),
    ("bo", "/attest investigation the logs name one line\n/strategy hotfix one branch of the code is wrong"),
    ("bo", "/root-cause\nThe total is rounded twice."),
    ("bo", "/attest reproduction with any coupon"),
    ("eve", "/severty P2"),
    ("cy", "/recheck"),
    ("mia", "/regression it happens again"),
)
"""Who says what: taken, refused, not understood, and no command at all."""


def _doubled(random: Random, bug: Bug, bugs: int) -> Deed:
    return _saying(
        "mia", bug, f"/duplicate #{random.choice([n for n in range(1, bugs + 1) if n != bug.issue])}"
    )


def _relabelled(random: Random, bug: Bug, _: int) -> Deed:
    label, who = random.choice(("P0", "P1", "P2", "P3", "help wanted")), random.choice(("mia", "cy"))
    return lambda life: life.people.label(who, bug.issue, label)


def _unlabelled(_: Random, bug: Bug, __: int) -> Deed:
    def do(life: Life) -> None:
        found = sorted(life.labels(bug.issue) & {"P0", "P1", "P2", "P3"})
        if found:
            life.people.unlabel("mia", bug.issue, found[0])

    return do


def _edited(random: Random, bug: Bug, _: int) -> Deed:
    title = f"Order{bug.issue} fails {random.choice(('again', 'at times', 'on Sundays'))}"
    return lambda life: life.people.edit_issue("dee", bug.issue, title=title, body=_filled(bug.issue))


def _ended(random: Random, bug: Bug, _: int) -> Deed:
    """It is closed, or opened again where it is."""
    reason = random.choice(("completed", "not_planned"))

    def do(life: Life) -> None:
        if life.state.issues[bug.issue].is_open:
            life.people.close("mia", bug.issue, reason)
        else:
            life.people.reopen("mia", bug.issue)

    return do


def _assigned(random: Random, bug: Bug, _: int) -> Deed:
    who = random.choice(("bo", "eve"))
    return lambda life: life.people.assign(who, bug.issue, who)


_AT_A_BUG: Sequence[Callable[[Random, Bug, int], Deed]] = (
    *(_said,) * 6,
    _relabelled,
    _relabelled,
    _unlabelled,
    _edited,
    _ended,
    _assigned,
    _doubled,
)


def _at(bug: Bug, deed: Callable[[Life, Issue, Pull], object]) -> Deed:
    """A deed at a fix, as long as it is open."""

    def do(life: Life) -> None:
        found = life.state.issues[bug.pull]
        if found.is_open and found.pull is not None:
            deed(life, found, found.pull)

    return do


def _tested(random: Random, bug: Bug) -> Deed:
    jobs = {"test": random.choice(("success", "success", "failure"))}
    return _at(
        bug,
        lambda life, _, pull: life.people.finish_workflow(
            "CI", oid=pull.head_oid, branch=pull.head, event="pull_request", jobs=jobs
        ),
    )


def _reviewed(random: Random, bug: Bug) -> Deed:
    who, verdict = random.choice(("mia", "eve")), random.choice(("approve", "approve", "request-changes"))
    return _at(bug, lambda life, found, _: life.people.review(who, found.number, verdict))


def _pushed(random: Random, bug: Bug) -> Deed:
    text = f"{random.randint(2, 1_000_000)}\n"
    return _at(
        bug, lambda life, _, pull: life.people.push("bo", pull.head, {f"src/{bug.issue}.py": text}, "Again")
    )


def _passed(_: Random, bug: Bug) -> Deed:
    return _at(
        bug, lambda life, found, _: life.people.comment("mia", found.number, "/override fix the shop is down")
    )


def _merged(_: Random, bug: Bug) -> Deed:
    return _at(bug, lambda life, found, _: life.people.merge_pull("ana", found.number, force=True))


def _retold(random: Random, bug: Bug) -> Deed:
    title = f"Repair {random.choice(('it', 'the order', 'the total'))}"
    return _at(bug, lambda life, found, _: life.people.edit_pull("bo", found.number, title=title))


_AT_A_FIX: Sequence[Callable[[Random, Bug], Deed]] = (
    *(_tested,) * 3,
    *(_reviewed,) * 2,
    _pushed,
    _passed,
    _merged,
    _retold,
)
