"""Who may use what: each cell of docs/reference/who-may.md, by the program's own judgement."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bugaction.commands import COMMANDS
from bugaction.model import Role
from scripts.generate_reference import pages
from scripts.who_may import ASKERS, DEEDS, Asker, Word, word

EVERYONE, TRIAGE, WRITE, MAINTAIN = Role.NONE, Role.TRIAGE, Role.WRITE, Role.MAINTAIN

LEAST: Mapping[str, Role] = {
    "action": TRIAGE,
    "assign": TRIAGE,
    "attest": WRITE,
    "channel": TRIAGE,
    "deployed": WRITE,
    "documents": TRIAGE,
    "duplicate": TRIAGE,
    "eta": TRIAGE,
    "help": EVERYONE,
    "override": MAINTAIN,
    "post-mortem": TRIAGE,
    "recheck": EVERYONE,
    "regression": TRIAGE,
    "rollback": WRITE,
    "root-cause": TRIAGE,
    "severity": TRIAGE,
    "strategy": TRIAGE,
    "track": TRIAGE,
    "undo": TRIAGE,
    "unlink": MAINTAIN,
    "update": TRIAGE,
    "verified": WRITE,
}
"""The least role by the defaults, as they are promised. What `/undo` takes back here needs triage itself."""

OTHERS: Mapping[str, Role] = {
    "`/accept`, assigned": Role.READ,
    "`/accept`, while nobody is": WRITE,
    "a tick in the sticky comment": WRITE,
    "a tick for a monitoring window": WRITE,
    "`Regression of #42` in one's own issue": TRIAGE,
    "the label of a severity, put on": TRIAGE,
    "the label of a severity, taken off": TRIAGE,
}

PROMISED: Mapping[str, Role] = {
    **{f"`{COMMANDS[name].usage}`": least for name, least in LEAST.items()},
    **OTHERS,
}


def test_no_command_is_left_out() -> None:
    """Each stands in the table, and each has its promise here."""
    assert {*LEAST, "accept"} == set(COMMANDS)
    assert set(PROMISED) == set(DEEDS)


@pytest.mark.parametrize("asker", [asker for asker in ASKERS if asker.actor.login == "somebody"], ids=str)
@pytest.mark.parametrize("deed", DEEDS)
def test_a_person_s_word_counts_from_a_role_up(deed: str, asker: Asker) -> None:
    """Below it, it is refused, and the reason names the role."""
    assert asker.role is not None
    assert word(deed, asker) is (Word.COUNTS if asker.role >= PROMISED[deed] else Word.REFUSED)


@pytest.mark.parametrize("asker", [asker for asker in ASKERS if asker.actor.login != "somebody"], ids=str)
@pytest.mark.parametrize("deed", DEEDS)
def test_what_is_nobody_s_word_counts_for_nothing(deed: str, asker: Asker) -> None:
    """Neither an app's that is not listed, nor our own, nor that of an account that is gone, whatever its
    role. A listed app's counts, but it takes no free bug on: an assignee is a person."""
    found = word(deed, asker)
    if asker.title == "an app on `people.bots`":
        assert found is (Word.REFUSED if deed == "`/accept`, while nobody is" else Word.COUNTS)
    else:
        assert found is not Word.COUNTS


def test_the_page_shows_what_is_judged() -> None:
    """A row a deed, a cell an asker."""
    lines = [line for line in pages()["who-may.md"].splitlines() if line.startswith("|")]
    assert len(lines) == len(DEEDS) + 2
    assert {line.replace("\\|", "").count("|") for line in lines} == {len(ASKERS) + 2}
