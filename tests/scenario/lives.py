"""Two whole lives of bugs, from the report to what the team learnt, and what they leave behind.

A P1 as it should be, with ordinary words; and a P0 by its lane, in which whatever people may name has a name
that breaks Markdown where it is not escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.scenario.life import ANSWERS, RECORDS, Life, form
from tests.values import completed

__all__ = ["LIVES", "Left", "hostile", "ordinary"]

_REPORT: Mapping[str, str] = {
    **ANSWERS,
    "started": "2026-11-02 09:10",
    "workaround": "Yes",
    "workaround-text": "Pay by invoice.",
    "impact": "High",
    "source": "Support ticket",
}

_PRESENT = "# The cause\n\nThe total is rounded twice, so that the bank refuses every order with a discount."


@dataclass(frozen=True, slots=True)
class Left:
    """What a life leaves: its bug's number, each document as it was begun, and all files at its end.

    `fresh` is by the document's kind, `files` by the path.
    """

    number: int
    fresh: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


def ordinary(life: Life) -> Left:
    """A P1 by every gate, fixed by bo, with mia at hand, deployed by eve."""
    life.people.release("ana", "v2.0")
    life.people.deploy("eve", "v2.0")
    life.pass_on()
    life.world.clock.advance(minutes=5)
    life.people.push("eve", "main", {"cart.py": "total = round(round(sum))\n"}, "Round the totals")
    life.people.release("ana", "v2.1")
    life.people.deploy("eve", "v2.1")
    life.pass_on()
    life.world.clock.advance(minutes=10)
    number = life.report(form(_REPORT), title="Orders with a discount are never paid")
    left = Left(number)
    life.people.label("mia", number, "P1")
    life.pass_on()
    life.say("bo", number, "/accept")
    life.say("mia", number, f"/assign backup @mia\n/channel incident-{number}\n/eta 2026-11-02 17:00")
    life.say("mia", number, "/attest stakeholders-notified product and support, in #incident-1")
    life.say("dee", number, "It happens with every coupon.")
    life.say("bo", number, "/attest investigation the log says that the bank refuses the amount")
    life.say("bo", number, f"/root-cause\n{_PRESENT}")
    life.say("bo", number, "/attest reproduction on staging, with any coupon")
    life.say("bo", number, "/strategy hotfix one line rounds what is rounded already")
    _fill(life, left, "bo", "root-cause-analysis")
    fix = life.fix(number, files={"cart.py": "total = round(sum)\n", "tests/test_cart.py": "assert total\n"})
    life.check(fix, "test", "lint")
    life.approve("mia", fix)
    _fill(life, left, "bo", "release-notes")
    life.say("bo", number, "/attest rollback-tested v2.0 was put on staging within four minutes")
    life.say("bo", number, "/attest staging an order with a coupon was paid there")
    life.say("mia", number, "/update 2026-11-02 09:20 The bank confirmed that nothing was charged twice")
    life.people.merge_pull("bo", fix)
    life.pass_on()
    life.people.release("ana", "v2.2")
    life.people.deploy("eve", "v2.2")
    life.pass_on()
    life.say("mia", number, "/attest team-told in #releases")
    life.say("mia", number, "/attest users-told on the status page")
    life.say("mia", number, "/attest stakeholders-told product, support and the CTO, by phone")
    life.world.clock.advance(minutes=20)
    life.say("bo", number, "/verified 15m")
    life.world.clock.advance(hours=2)
    life.say("bo", number, "/verified 2h")
    life.world.clock.advance(hours=24)
    life.say("mia", number, "/verified 24h\n/attest technical-debt none it is the final shape")
    _fill(life, left, "mia", "post-mortem", "- [ ] Test the totals with discounts @bo due 2026-11-10", "\n")
    life.say("mia", number, "/attest team-review Tuesday's meeting, shared in the wiki")
    return _end(life, left)


NAME = "@ana | `a` **b** _c_ <img src=x> [d](javascript:e) Fixes #1 GH-1 \u202eabc 🐞 \\| {{ 7 * 7191 }}"
"""What nobody should be called; GitHub takes it as the name of nearly everything."""


def hostile(life: Life) -> Left:
    """A P0 by its lane: merged while its triage, its analysis and its notes are still owed."""
    title = (NAME * 3)[:250]
    life.people.push("eve", "main", {"a|`b`.py": "1\n"}, f"{NAME}\n\nCloses #1")
    life.people.deploy("eve", "main", "production", description=NAME)
    life.pass_on()
    number = life.report(form({**dict.fromkeys(ANSWERS, NAME), "affected": "All users"}), title=title)
    left = Left(number)
    life.people.label("mia", number, "P0")
    life.pass_on()
    life.say("bo", number, "/accept")
    life.people.push("bo", "fix/one", {"a|`b`.py": "2\n", "tests/test_<b>|`c`.py": "2\n"}, f"Repair {NAME}")
    fix = life.people.open_pull("bo", title, "fix/one", body=f"Fixes #{number}").number
    life.pass_on()
    life.check(fix, NAME[:80])
    life.people.merge_pull("bo", fix)
    life.pass_on()
    life.people.release("ana", "v1-`a`")
    life.people.deploy("eve", "main", "production", description=NAME)
    life.pass_on()
    life.say("mia", number, f"/attest approvals read it line by line, {NAME}")
    life.say("cy", number, f"/assign backup @mia\n/channel incident-{number}")
    life.say("mia", number, f"/attest stakeholders-notified by phone, {NAME}")
    life.say("bo", number, f"/attest investigation {NAME}\n/attest reproduction {NAME}")
    life.say("bo", number, f"/root-cause\n{NAME}\n\n| a | b |\n|---|---|\n| {NAME} | c |")
    life.say("bo", number, f"/strategy hotfix {NAME}")
    life.say("bo", number, f"/update {NAME}")
    _fill(life, left, "bo", "root-cause-analysis")
    _fill(life, left, "bo", "release-notes")
    life.say("bo", number, f"/attest rollback-tested {NAME}\n/attest team-told {NAME}")
    life.say("bo", number, f"/attest users-told {NAME}\n/attest stakeholders-told {NAME}")
    life.world.clock.advance(minutes=35)
    life.say("bo", number, "/verified 15m\n/verified 30m")
    life.world.clock.advance(hours=25)
    life.say("bo", number, "/verified 2h\n/verified 24h")
    life.say("bo", number, "/attest technical-debt none it is the final shape")
    _fill(
        life,
        left,
        "mia",
        "post-mortem",
        "- [ ] Never again | `a` **b** 🐞 @bo due 2026-11-10",
        "\n",
    )
    life.say("mia", number, f"/attest team-review {NAME}")
    return _end(life, left)


def _fill(life: Life, left: Left, who: str, document: str, *lines: str) -> None:
    """Keep the document as it was begun, answer what it asks, and write these lines below this week's."""
    branch, path, text = life.committed(left.number, document)
    left.fresh[document] = text
    marker = "<!-- /bugaction:facts:this-week -->\n"
    whole = completed(text).replace(marker, "\n".join((marker, *lines)) if lines else marker)
    life.people.edit_on_web(who, branch, {path: whole}, "Write down what is known")
    life.pass_on()


def _end(life: Life, left: Left) -> Left:
    """All files of the bug and the register, as they are committed."""
    for branch in (RECORDS, "main"):
        for path, text in life.files(branch).items():
            if path.startswith("documents/bugs/") and not path.endswith(".jsonl"):
                left.files[path] = text
    return left


LIVES: Mapping[str, Callable[[Life], Left]] = {"p1": ordinary, "p0": hostile}
