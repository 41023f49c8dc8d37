"""What cannot be read holds what rests on it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from bugaction.config import CONFIG_PATH, load
from bugaction.decide import Request, decide
from bugaction.extended import Extended
from bugaction.model import LedgerFile, Role
from bugaction.plan import AppendLedger, CreateComment, Level, Plan, Reason, SetStatus
from bugaction.questions import AskPull
from bugaction.snapshot import PullRequest, Snapshot, StatusState
from bugaction.stops import MOST_SHARING
from bugaction.templates import load_templates
from bugaction.texts import LONGEST_STATUS
from tests.values import at, facts, issue, pull, quiet, ready, snapshot

REQUEST = Request(templates=load_templates())
LOST = LedgerFile(unreadable="it is larger than 512 KB, or binary")
ROLES = {"ana": Role.MAINTAIN, "mia": Role.MAINTAIN}
LABELS: dict[str, str | None] = {"p1": "LA_P1", "phase: triage": "LA_T", "phase: root-cause": "LA_R"}


def decided(world: Snapshot) -> Plan:
    """The plan without a configuration, where nothing went on before the bugs."""
    questions = decide(world, load(None, ""), at(60), REQUEST).questions
    return decide(quiet(world, questions), load(None, ""), at(60), REQUEST)


def gates(plan: Plan) -> dict[str, tuple[StatusState, str]]:
    """What is posted as the roll-up: head to state and text."""
    return {
        effect.oid: (effect.state, effect.description)
        for effect in plan.effects
        if isinstance(effect, SetStatus) and effect.context == "bugaction/gate"
    }


def two_bugs(pulls: Iterable[PullRequest], *, labels: Iterable[str] = ("P1",)) -> Snapshot:
    """Issue 42, whose ledger cannot be read, and issue 43, whose ledger can."""
    lost = replace(facts(issue(labels=labels), pulls=[7]), ledger=LOST)
    return snapshot(lost, facts(issue(43), pulls=[8]), pulls=pulls, roles=ROLES, labels=LABELS)


def test_a_ledger_that_cannot_be_read_holds_its_own_bug_alone() -> None:
    """Red with what to do; the other bug and its pull request are decided as ever, and so is a third one."""
    others = [pull(8, closing=[43], head_oid="d" * 40), pull(9, closing=[], head_oid="e" * 40)]
    plan = decided(two_bugs([pull(), *others]))
    state, text = gates(plan)["c" * 40]
    assert state is StatusState.FAILURE
    assert text == (
        "Undecided: the ledger of BUG-042 cannot be read: it is larger than 512 KB, or binary. "
        "Shorten or restore it, then comment /recheck"
    )
    assert len(text) <= LONGEST_STATUS
    assert gates(plan)["d" * 40][1].startswith("BUG-043: nobody is assigned")
    assert gates(plan)["e" * 40][0] is StatusState.SUCCESS
    assert [verdict.number for verdict in plan.bugs] == [43]


def test_a_ledger_that_cannot_be_read_holds_also_where_the_configuration_is_wrong() -> None:
    """Of two reasons to hold a merge neither opens it: the words are on what concerns everybody."""
    wrong = load("version: 1\nmode: off\n", ".github/bugaction.yml")
    assert wrong.policy is None
    state, text = gates(decide(two_bugs([pull()]), wrong, at(60), REQUEST))["c" * 40]
    assert state is StatusState.FAILURE
    assert text.startswith("Undecided: .github/bugaction.yml line 2")


def test_nothing_is_written_for_a_bug_whose_ledger_cannot_be_read() -> None:
    """Neither to the ledger nor to its comment or labels: what they should say is not known."""
    plan = decided(two_bugs([ready(), replace(ready(8, head_oid="d" * 40), closing=(43,))]))
    recorded = [path for effect in plan.effects if isinstance(effect, AppendLedger) for path in effect.files]
    assert [path for path in recorded if "BUG-042" in path] == []
    about = [getattr(effect, "number", 43) for effect in plan.effects]
    assert set(about) == {43}
    assert any(isinstance(effect, CreateComment) for effect in plan.effects)
    assert plan.reason is Reason.LEDGER_UNREADABLE
    (notice,) = [notice for notice in plan.notices if notice.level is Level.ERROR]
    assert notice.text.startswith(
        "documents/bugs/BUG-042/ledger.jsonl on the branch bugaction/records cannot"
    )


def test_an_issue_with_a_lost_ledger_is_a_bug_whatever_it_looks_like() -> None:
    """Nobody has a ledger who was not looked after: taking the labels off opens nothing."""
    assert gates(decided(two_bugs([pull()], labels=[])))["c" * 40][0] is StatusState.FAILURE


def test_a_lost_ledger_holds_a_fix_of_two_bugs() -> None:
    """The other bug is decided, and its own comment is kept up to date."""
    plan = decided(
        two_bugs([replace(ready(), closing=(42, 43)), replace(ready(8, head_oid="d" * 40), closing=(43,))])
    )
    assert "BUG-042" in gates(plan)["c" * 40][1]
    assert any(isinstance(effect, CreateComment) and effect.number == 43 for effect in plan.effects)


def test_the_pull_requests_of_a_lost_bug_are_looked_for() -> None:
    """Those that GitHub links to it have to hear it, even if the snapshot does not hold them yet."""
    assert AskPull(7) in decided(two_bugs([])).questions


def test_links_that_cannot_be_read_hold_their_own_pull_request() -> None:
    """What it fixes besides cannot be told. Another fix of the same bug is decided."""
    lost, other = replace(pull(), links=LOST), pull(8, head_oid="d" * 40)
    plan = decided(snapshot(facts(issue(), pulls=[7, 8]), pulls=[lost, other], roles=ROLES, labels=LABELS))
    assert gates(plan)["c" * 40] == (
        StatusState.FAILURE,
        "Undecided: the record of its links cannot be read: it is larger than 512 KB, or binary. "
        "Shorten or restore it, then comment /recheck",
    )
    assert gates(plan)["d" * 40][1].startswith("BUG-042: nobody is assigned")
    assert plan.reason is Reason.LEDGER_UNREADABLE
    assert any("documents/bugs/links/PR-7.jsonl" in notice.text for notice in plan.notices)


def test_a_link_waits_until_its_file_can_be_read() -> None:
    """Recorded in the bug's ledger alone it would be lost to the pull request for good."""
    lost = replace(pull(), links=LOST)
    world = snapshot(facts(issue(), pulls=[7]), pulls=[lost], roles=ROLES, labels=LABELS)
    (append,) = [effect for effect in decided(world).effects if isinstance(effect, AppendLedger)]
    assert list(append.files) == ["documents/bugs/BUG-042/ledger.jsonl"]
    assert '"kind":"link"' not in append.files["documents/bugs/BUG-042/ledger.jsonl"]
    mended = replace(world, pulls={7: replace(pull(), links=LedgerFile())})
    (append,) = [effect for effect in decided(mended).effects if isinstance(effect, AppendLedger)]
    assert "documents/bugs/links/PR-7.jsonl" in append.files


@pytest.mark.parametrize(
    "crowd",
    [{"sharing": (7,), "sharing_cut": True}, {"sharing": tuple(range(7, 8 + MOST_SHARING))}],
    ids=["not read to the end", "too many"],
)
def test_a_head_of_too_many_pull_requests_is_red(crowd: dict[str, object]) -> None:
    """One that is not looked at may fix a bug; nobody is asked about, and the words say the way out."""
    world = snapshot(pulls=[replace(pull(closing=[]), **crowd)])  # type: ignore[arg-type]
    plan = decided(world)
    assert gates(plan)["c" * 40] == (
        StatusState.FAILURE,
        "Undecided: too many pull requests offer this commit, or they cannot be read; push another one",
    )
    assert plan.questions == frozenset()


def test_as_many_on_a_head_as_can_be_read_are_read() -> None:
    """The bound itself is allowed."""
    numbers = tuple(range(7, 7 + MOST_SHARING))
    world = snapshot(pulls=[replace(pull(closing=[]), sharing=numbers)])
    assert decided(world).questions == {AskPull(number) for number in numbers[1:]}


def test_a_mistake_in_a_file_elsewhere_is_told_with_its_repository() -> None:
    """There is no line here to annotate: the words say which repository, file and line."""
    rules = Extended("octo/rules", "version: 1\nmode: loud\n")
    loaded = load("version: 1\nextends: octo/rules\n", CONFIG_PATH, rules)
    plan = decide(snapshot(facts(issue())), loaded, at(60), REQUEST)
    assert plan.reason is Reason.CONFIG_INVALID
    (notice,) = plan.notices
    assert (notice.level, notice.file, notice.line) == (Level.ERROR, "", 0)
    assert notice.text.startswith("octo/rules:.github/bugaction.yml:2:7: mode: expected one of: ")
