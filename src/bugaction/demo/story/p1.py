"""A P1 from the report to the last lesson learnt: who does what, in order."""

from __future__ import annotations

from collections.abc import Mapping

from bugaction.demo.story.deeds import Deed, Scene, fill_in, report, run_tests
from bugaction.sandbox.world import World

__all__ = ["P1"]

_FORM = {
    "broken": "Gift cards are refused at the checkout.",
    "expected": "The card's balance is taken off the total.",
    "actual": "The page answers 'card not valid' for every card.",
    "steps": "1. Put anything into the cart\n2. Enter a gift card\n3. Press *Redeem*",
    "started": "2026-11-02 09:30 UTC",
    "environment": "Production",
    "platform": "Web, iOS 19",
    "app-version": "4.2.0",
    "parts": "checkout",
    "affected": "All users",
    "production-down": "No",
    "core-broken": "Yes",
    "workaround": "Yes",
    "workaround-text": "Support can book the amount by hand.",
    "impact": "High",
    "source": "Support ticket",
}
"""What dee answers. How often it happens is left out: somebody will have to say."""

_REPORT = "documents/bugs/BUG-002/bug-002-report-v1.0.md"
_ANALYSIS = "documents/bugs/BUG-002/root-cause-analysis-v1.0.md"
_NOTES = "documents/bugs/BUG-002/release-notes-bug-002-v1.0.md"
_POST_MORTEM = "documents/bugs/BUG-002/post-mortem-v1.0.md"
_FIX = "fix/gift-cards"

_OFTEN = {"frequency": "Every time, with every card, since this morning's deployment."}
"""What bo adds to dee's report, by its section."""

_CAUSE = {
    "conclusion": "Reproduced with any card from before today, on a developer's machine and in production.",
    "problem": "Cards that were issued under the old rules are refused.",
    "cause": "This morning's change checks every card by the new rules; cards in use were made by the old.",
    "why": "The change was made for new cards, and nobody asked what becomes of those already sold.",
    "not-caught": "Every card in the tests is made by the code under test, so none of them was old.",
    "factors": "It went out on a Monday morning, when most gift cards are used.",
}
"""What bo finds out, by the section of the analysis."""

_RELEASE = {
    "summary": "Gift cards that were sold before today were refused at the checkout. They work again.",
    "version": "4.2.1, in place of 4.2.0.",
    "solution": "A card is accepted by the rules that it was made by, old or new.",
    "breaking": "None.",
    "rollback": "Deploy 4.2.0 again: `deploy 4.2.0`, four minutes, no data is touched.",
}
"""What bo writes for whoever reads of the release, by the section of the notes."""


_LESSONS = {
    "impact": "No gift card could be redeemed for four hours on a Monday.",
    "users": "About 300 customers tried; 41 wrote to support.",
    "well": "The report named the version, and the cause was found within the hour.",
    "wrong": "Nobody on the team owns what was sold under old rules.",
    "this-week": "- [ ] Test the checkout with a card of every rule @bo due 2026-11-09",
    "testing": "Cards of every rule that was ever in force are among the test data.",
    "process": "A change of rules says what becomes of what was made under the old ones.",
    "deployment": "Changes to the checkout go to a tenth of the shop first.",
    "monitoring": "An alarm on refused gift cards.",
    "lessons": "What was sold outlives the rules that it was sold under.",
}
"""What the team learns, by the section of the post-mortem; the cause is taken over from the analysis."""


def _report(world: World) -> None:
    report(world, "dee", "Gift cards are refused", _FORM)


def _label(world: World) -> None:
    world.people.label("ana", 2, "P1")


def _open_fix(world: World) -> None:
    files = {"cards.py": "RULES = (1, 2)\n", "tests/test_cards.py": "assert accepts(OLD_CARD)\n"}
    world.people.push("bo", _FIX, files, "Accept cards of both rules")
    world.people.open_pull("bo", "Accept gift cards of both rules", _FIX, body="Fixes #2")


def _open_other(world: World) -> None:
    world.people.push("kim", "docs", {"README.md": "# The shop\n"}, "Polish the readme")
    world.people.open_pull("kim", "Polish the readme", "docs")


def _write(path: str, answers: Mapping[str, str], message: str) -> Deed:
    return lambda world: fill_in(world, "bo", path, answers, message)


def _comment(who: str, body: str) -> Deed:
    def deed(world: World) -> None:
        world.people.comment(who, 2, body)

    return deed


def _test(world: World) -> None:
    run_tests(world, _FIX)


def _approve(who: str) -> Deed:
    def deed(world: World) -> None:
        world.people.review(who, 3, "approve")

    return deed


def _merge(world: World) -> None:
    world.people.merge_pull("mia", 3)


def _deploy(world: World) -> None:
    world.people.deploy("mia", "main", "production")


P1: tuple[Scene, ...] = (
    Scene("dee, of support, reports a bug with the form", _report, shows=True),
    Scene("ana agrees with the proposal and labels it P1", _label, shows=True),
    Scene("bo opens a pull request: Fixes #2", _open_fix, 12),
    Scene("kim opens another one, which fixes no bug", _open_other),
    Scene("bo takes the bug: /accept", _comment("bo", "/accept")),
    Scene("bo wants to name a backup, and slips: /asign backup @ana", _comment("bo", "/asign backup @ana")),
    Scene(
        "ana names a backup and the status channel",
        _comment("ana", "/assign backup @mia\n/channel #incident-bug-002"),
    ),
    Scene("bo completes the report in GitHub's editor", _write(_REPORT, _OFTEN, "Say how often"), 9),
    Scene(
        "bo tells what the logs show, and chooses how to fix it",
        _comment(
            "bo",
            "/attest investigation every refused card is older than today\n"
            "/strategy backward-compatible old cards are in use",
        ),
    ),
    Scene(
        "bo writes down the cause in GitHub's editor",
        _write(_ANALYSIS, _CAUSE, "Explain what happened"),
        25,
    ),
    Scene("the tests of the fix pass", _test),
    Scene(
        "bo fills in the release notes",
        _write(_NOTES, _RELEASE, "Say what goes out, and how to go back"),
        9,
        shows=True,
    ),
    Scene(
        "bo tries the fix and the way back on staging, and says so",
        _comment("bo", "/attest staging paid with an old card\n/attest rollback-tested in four minutes"),
        30,
    ),
    Scene("dee, whose customers wait, approves the fix", _approve("dee")),
    Scene("mia, who maintains the shop, reads it and approves", _approve("mia"), 9),
    Scene("mia merges it", _merge, 5),
    Scene("mia deploys it to production", _deploy, 16),
    Scene(
        "bo looks at production, and tells the team and the customers",
        _comment(
            "bo",
            "/verified 15m\n/attest team-told in #incident-bug-002\n/attest users-told on the status page\n"
            "/attest technical-debt none both rules are here to stay",
        ),
        110,
    ),
    Scene("bo looks again after two hours", _comment("bo", "/verified 2h"), 22 * 60),
    Scene("and once more the next day", _comment("bo", "/verified 24h"), 60),
    Scene(
        "the team writes down what it learns",
        _write(_POST_MORTEM, _LESSONS, "Write the post-mortem"),
        30,
    ),
    Scene(
        "ana records the review",
        _comment("ana", "/attest team-review Tuesday at ten, shared in the wiki"),
        9,
        shows=True,
    ),
)
"""A P1 from the report to the last lesson learnt. Scene by scene, oldest first."""
