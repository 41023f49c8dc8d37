"""The verification gate line by line, at every severity: what is missing, its remedy, and then it holds."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.examples import rarely
from tests.scenario.checklist import answer, obey, row
from tests.scenario.life import Life, form

EVERYBODY = "version: 1\npeople:\n  product: [pia]\n  support: [sam]\n  cto: [tom]\n"

REGRESSION = "No regression is reported"
DEPLOYED = "The fix is deployed to production"
WATCHED = "Production was watched after the deployment"
TEAM = "The team is told"
USERS = "Users are told, or it is said why they need not be"
STAKEHOLDERS = "Product, support and CTO are told of the fix"
DEBT = "Technical debt is documented with a follow-up issue and a due date, or there is none"
ANALYSIS = "The root-cause analysis is complete"
OWED = "What was deferred has followed in time"

WINDOWS = {
    "P0": {"15m": "15 minutes", "30m": "30 minutes", "2h": "2 hours", "24h": "1 day"},
    "P1": {"15m": "15 minutes", "2h": "2 hours", "24h": "1 day"},
    "P2": {"2h": "2 hours", "24h": "1 day"},
    "P3": {"24h": "1 day"},
}
LENGTHS = {
    "15m": timedelta(minutes=15),
    "30m": timedelta(minutes=30),
    "2h": timedelta(hours=2),
    "24h": timedelta(days=1),
}
DONE = "- ✅ "


def _unmet(life: Life, sentence: str, problem: str) -> None:
    """The line is red, with exactly this problem."""
    line = row(life, sentence)
    assert line.startswith(f"- ❌ {sentence}: **{problem}**. "), line


def _merged(life: Life, severity: str) -> None:
    """A fix that is merged, in a repository whose releases tell what production runs."""
    life.configure(EVERYBODY)
    life.people.release("eve", "v1")
    life.pass_on()
    life.bug(severity, form())
    life.say("bo", 1, "/accept")
    pull = life.fix(branch="fix/bug-001", body="Repairs the checkout.")
    life.approve("mia", pull)
    life.people.merge_pull("mia", pull)
    life.pass_on()


def _watch(life: Life, severity: str) -> None:
    """Each window in its turn: it waits, it asks, somebody looks and says so."""
    for window, words in WINDOWS[severity].items():
        line = row(life, WATCHED)
        problem = re.search(rf"\*\*the window of {words}, which ends at .+ UTC, is not attested\*\*", line)
        assert line.startswith("- ⏳"), line
        assert problem is not None, line
        life.world.clock.advance(minutes=LENGTHS[window].total_seconds() // 60)
        life.runs.schedule()
        line = row(life, WATCHED)
        assert line.startswith("- ❌"), line
        assert f"{problem[0]}. Look whether " in line, line
        assert obey(life, "bo", WATCHED) == f"/verified {window}"
    assert row(life, WATCHED).startswith(DONE)


@pytest.mark.parametrize("severity", ["P2", *rarely("P0", "P1", "P3")])
def test_from_the_merge_to_the_all_clear(life: Life, severity: str) -> None:
    """Every requirement unmet, each made good as a person would, in the order in which they are told."""
    _merged(life, severity)
    for sentence in (REGRESSION, WATCHED):
        assert row(life, sentence).startswith(f"- ⏳ {sentence}: **waits for the deployment**")
    _unmet(life, DEPLOYED, "no release contains the fix")
    obey(life, "bo", DEPLOYED, "2.0.1")
    assert "2.0.1 deployed to production, says bo" in row(life, DEPLOYED)
    assert row(life, REGRESSION) == DONE + REGRESSION

    life.say("cy", 1, "/regression the cart is empty")
    _unmet(life, REGRESSION, "stop and roll back: a regression is reported by cy: the cart is empty")
    assert "Then fix it anew: a further one that is merged" in row(life, REGRESSION)
    assert obey(life, "cy", REGRESSION, verb="/undo") == "/undo"
    assert row(life, REGRESSION) == DONE + REGRESSION
    _watch(life, severity)

    _unmet(life, TEAM, "nobody says that the team is told")
    obey(life, "bo", TEAM, "in the stand-up")
    assert "attested by bo: in the stand-up" in row(life, TEAM)
    if severity in ("P0", "P1"):
        _unmet(life, USERS, "nobody says that users are told, or why they need not be")
        obey(life, "bo", USERS, "on the status page")
        assert row(life, USERS).startswith(DONE)
        untold = "nobody says that these are told: product (pia), support (sam), CTO (tom)"
        _unmet(life, STAKEHOLDERS, untold)
        obey(life, "bo", STAKEHOLDERS, "by phone")
        assert row(life, STAKEHOLDERS).startswith(DONE)
    else:
        for sentence in (USERS, STAKEHOLDERS):
            assert row(life, sentence) == f"- ➖ {sentence}"
    if severity == "P3":
        assert row(life, DEBT) == f"- ➖ {DEBT}"
        life.say("bo", 1, "/strategy hotfix one branch is wrong")
    _unmet(life, DEBT, "nobody says whether the fix leaves technical debt")
    obey(life, "bo", DEBT, "it is the final shape", verb="/attest technical-debt none")
    assert row(life, DEBT).startswith(DONE)
    if severity != "P0":
        assert row(life, OWED) == DONE + OWED
        assert life.again() == 0


PUT_OFF = (
    ("Triage: no backup is named", "2026-11-02 10:04", "mia"),
    ("Triage: no status channel is named", "2026-11-02 10:04", ""),
    (
        "Triage: nobody says that these know of it: product (pia), support (sam), CTO (tom)",
        "2026-11-02 10:04",
        "by phone",
    ),
    ('Release: section "Summary" is still to be written, and 3 more wait', "2026-11-02 11:10", None),
    ("Release: the rollback plan has not been tested", "2026-11-02 11:10", "on staging"),
    ("Root cause: no first look is written down", "2026-11-03 09:04", "the logs name one line"),
    ('Root cause: section "The problem" is still to be written, and 3 more wait', "2026-11-03 09:04", None),
    ("Root cause: no fix strategy is chosen", "2026-11-03 09:04", "it could not wait"),
)
"""What a P0 whose cause alone is known owes: the words, when it is due (UTC), and the words that the remedy's
command takes, or None where a link leads to what is to be written."""

HEADINGS = ("Summary", "The problem")


def test_what_a_p0_put_off_is_asked_for_line_by_line(life: Life) -> None:
    """What is overdue for longest comes first, with its own gate's remedy; made good, the next one does."""
    _merged(life, "P0")
    marker = "<!-- /bugaction:facts:cause -->\n"
    cause = "The cause"
    written = f"{marker}\nThe total is divided by nothing.\n"
    answer(life, "bo", ANALYSIS, cause, lambda text: text.replace(marker, written))
    life.say("bo", 1, "/deployed 2.0.1")
    line = row(life, OWED)
    assert line.startswith(f"- 🕒 {OWED} (due {PUT_OFF[0][1]} UTC): **{PUT_OFF[0][0]}, and "), line
    life.world.clock.advance(hours=30)
    life.runs.schedule()
    headings = iter(HEADINGS)
    for problem, due, words in PUT_OFF:
        line = row(life, OWED)
        assert line.startswith(f"- ❌ {OWED}: **{problem}, due {due} UTC"), line
        if words is None:
            answer(life, "bo", OWED, next(headings))
        else:
            obey(life, "bo", OWED, words)
    assert row(life, OWED) == DONE + OWED
    assert life.again() == 0
