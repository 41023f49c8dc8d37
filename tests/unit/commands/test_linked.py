"""Issues that say they are a regression of a bug: whose word stops the line, and what ends that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest

from bugaction.commands.linked import MOST_SHOWN, Linked, hear_links
from bugaction.model import ANYONE, Actor, LedgerFile, LedgerLine, RecordKind, Role
from bugaction.monitoring import Watch, report_of
from bugaction.policy import Policy
from bugaction.snapshot import BugFacts, Entry, EntryKind, IssueState, PullState
from bugaction.state import commands_named
from tests.unit.bugs import said
from tests.values import ANA, BASE, VIEWER, at, facts, issue, labeled, pull

CY, DEE, BOT = Actor("cy"), Actor("dee"), Actor("alerts[bot]", is_bot=True)
ROLES = {"ana": Role.WRITE, "cy": Role.TRIAGE, "dee": Role.READ, "eve": Role.READ}
WATCH = Watch(merged=at(540))
SAYS, SILENT = (42,), ()


def mention(
    number: int = 51,
    author: Actor = CY,
    minutes: float = 600,
    *,
    says: tuple[int, ...] = SAYS,
    is_open: bool = True,
    base: str = BASE,
) -> Entry:
    """GitHub's entry for an issue that mentions the bug, written so many minutes after the bug's report."""
    return Entry(
        id=f"CR_{number}",
        kind=EntryKind.CROSS_REFERENCED,
        actor=author,
        at=at(minutes),
        author=author,
        said=("The cart is empty", "Regression of #42"),
        url=f"{base}/issues/{number}",
        is_open=is_open,
        regression_of=says,
        written=at(minutes),
    )


def heard(
    *entries: Entry,
    lines: Iterable[LedgerLine] = (),
    others: Iterable[BugFacts] = (),
    policy: Policy | None = None,
    watch: Watch = WATCH,
    roles: dict[str, Role] | None = None,
    missing: frozenset[int] = frozenset(),
) -> Linked:
    """What becomes of these mentions, ten hours and more after the report."""
    known = ROLES if roles is None else roles
    bug = facts(issue(timeline=entries), lines=lines)
    return hear_links(
        bug,
        {other.issue.number: other for other in others},
        missing,
        policy or Policy(),
        lambda login: known.get(login.casefold()),
        VIEWER,
        at(700),
        lambda ledger: watch if ledger is bug.ledger else Watch(),
    )


def closed(by: Actor, state: IssueState, *, lines: Iterable[LedgerLine] = (), labels: str = "") -> BugFacts:
    """The issue that was closed by somebody."""
    end = Entry("CE_1", EntryKind.CLOSED, by, at(650))
    entries = (*([labeled(labels, minutes=610)] if labels else []), end)
    return facts(
        issue(51, labels=(labels,) if labels else (), timeline=entries, state=state), lines=tuple(lines)
    )


def report(evidence: str, actor: str, minutes: int, role: Role) -> LedgerLine:
    """The command that issue 51 is heard as, at that minute."""
    return LedgerLine(
        RecordKind.COMMAND,
        evidence,
        actor,
        at(minutes),
        accepted=True,
        role=role,
        data={
            "name": "regression",
            "by": "link",
            "issue": "51",
            "text": "see #51",
            "url": f"{BASE}/issues/51",
        },
    )


def test_the_author_s_word_is_a_report() -> None:
    """As of the command, at the time of the text; it is judged once, and every reader of reports finds it."""
    found = heard(mention())
    (line,) = found.new_lines
    assert line == report("issue:51", "cy", 600, Role.TRIAGE)
    assert not found.remarks
    assert heard(mention(), lines=(line,)) == Linked()
    merged = replace(pull(state=PullState.MERGED), merged_at=at(540))
    standing = report_of(LedgerFile(lines=(line,)), issue(timeline=()), Policy(), (merged,), None)
    assert standing is not None
    assert standing.text == "reported by cy: see #51"


@pytest.mark.parametrize(
    ("entry", "watch"),
    [
        (mention(says=SILENT), WATCH),
        (mention(says=(41,)), WATCH),
        (mention(minutes=539.9), WATCH),
        (mention(is_open=False), WATCH),
        (mention(), Watch()),
        (mention(42), WATCH),
        (mention(base="https://github.com/other/shop"), WATCH),
        (mention(author=VIEWER), WATCH),
        (replace(mention(), author=None), WATCH),
    ],
    ids=[
        "a mention",
        "of another",
        "before the fix",
        "closed",
        "nothing is merged",
        "itself",
        "another repository",
        "ours",
        "a pull request",
    ],
)
def test_what_is_no_report(entry: Entry, watch: Watch) -> None:
    """Nor is anybody asked about it."""
    assert heard(entry, watch=watch, roles={}) == Linked()


def test_what_is_no_report_hides_none_behind_it() -> None:
    """Every issue on the timeline is looked at, oldest text first; of one that is named twice the last."""
    others = (labeled("P1"), mention(42), mention(43, author=VIEWER), mention(41, base="https://x.example"))
    later, early = mention(53, minutes=640), replace(mention(54, minutes=540), written=None)
    found = heard(*others, mention(51, says=SILENT), mention(52, minutes=630), later, early, mention(51))
    assert [(line.evidence, line.at) for line in found.new_lines] == [
        ("issue:54", at(540)),
        ("issue:51", at(600)),
        ("issue:52", at(630)),
        ("issue:53", at(640)),
    ]


def test_a_run_judges_few_at_once() -> None:
    """The others wait for the next: a crowd costs no run its time."""
    crowd = [mention(60 + number, CY, 600 + number) for number in range(9)]
    found = heard(*crowd)
    first = found.new_lines
    assert found == Linked(first)
    assert [line.data["issue"] for line in first] == ["60", "61", "62", "63", "64"]
    second = heard(*crowd, lines=first).new_lines
    assert [line.data["issue"] for line in second] == ["65", "66", "67", "68"]


def test_a_role_has_to_be_known_first() -> None:
    """Of few authors at once: each costs a request."""
    crowd = [mention(60 + number, Actor(f"s{number}")) for number in range(9)]
    assert heard(*crowd, roles={}) == Linked(ask=frozenset(f"s{number}" for number in range(5)))
    late = heard(*crowd, roles={}, others=[facts(issue(68))])
    assert late.ask == {"s0", "s1", "s2", "s3", "s8"}


def test_a_listed_app_may_report() -> None:
    """As by its commands."""
    listed = Policy.model_validate({"people": {"bots": ["alerts[bot]"]}})
    found = heard(mention(author=BOT), policy=listed)
    (line,) = found.new_lines
    assert found == Linked((line,))
    assert (line.actor, line.accepted, line.role) == ("alerts[bot]", True, None)


def test_a_stranger_s_is_shown() -> None:
    """It is recorded once, later rights do not revive it, and it stops nothing."""
    found = heard(mention(author=DEE), others=[facts(issue(51, labels=()))])
    (line,) = found.new_lines
    assert (line.accepted, line.why) == (False, "it needs the role triage or above, and dee has read.")
    assert found.remarks == (
        f"[#51]({BASE}/issues/51) says that it is a regression of this bug, in the words of somebody who may "
        "not report one: `/regression #51` reports it",
    )
    again = heard(
        mention(author=DEE), lines=(line,), others=[facts(issue(51, labels=()))], roles={"dee": Role.ADMIN}
    )
    assert again == Linked(remarks=found.remarks)
    reported = said("regression", 620, "ana", issue="51", text="see #51")
    assert heard(mention(author=DEE), lines=(line, reported)) == Linked()
    assert heard(mention(author=DEE), mention(52), lines=(line, reported)).new_lines[0].evidence == "issue:52"


def test_strangers_fill_neither_the_ledger_nor_the_comment() -> None:
    """Of one author some are recorded, and of many some are shown and read."""
    same = [mention(60 + number, DEE, 600 + number) for number in range(9)]
    lines: tuple[LedgerLine, ...] = ()
    for _ in range(9):
        lines += heard(*same, lines=lines).new_lines
    assert [line.data["issue"] for line in lines] == ["60", "61", "62"]
    louder = [replace(line, actor="Dee") for line in lines]
    more = heard(mention(70, DEE), lines=louder, roles={"dee": Role.ADMIN})
    assert (more.new_lines, len(more.remarks)) == ((), 1)
    assert heard(mention(70, DEE), lines=louder[1:], roles={"dee": Role.ADMIN}).new_lines != ()
    assert len(heard(*same, lines=lines).remarks) == MOST_SHOWN
    assert len(heard(*same, lines=lines).ask_issues) == MOST_SHOWN
    known = [
        replace(line, evidence=f"issue:{60 + number}", data={**line.data, "issue": f"{60 + number}"})
        for number, line in enumerate([lines[0]] * 9)
    ]
    real = facts(issue(68, labels=("P1",), timeline=(labeled("P1", minutes=620),)))
    assert [line.actor for line in heard(*same, lines=known, others=[real]).new_lines] == ["ana"]
    read = [facts(issue(60 + number, labels=())) for number in range(8)]
    last = heard(*same, lines=known, others=[*read, real])
    assert ([line.actor for line in last.new_lines], len(last.remarks)) == (["ana"], MOST_SHOWN)


@pytest.mark.parametrize(
    ("entry", "labels", "counts"),
    [
        (labeled("P1", minutes=610), ("P1",), True),
        (labeled("regression", minutes=610), ("regression",), True),
        (labeled("P1", minutes=590), ("P1",), False),
        (labeled("P1", minutes=610), (), False),
        (labeled("help wanted", minutes=610), ("help wanted",), False),
        (labeled("P1", minutes=610, actor=DEE), ("P1",), False),
        (labeled("P1", minutes=610, actor=BOT), ("P1",), False),
        (labeled("P1", minutes=610, actor=VIEWER), ("P1",), False),
        (labeled("P1", minutes=610, actor=ANYONE), ("P1",), False),
    ],
    ids=[
        "severity",
        "label",
        "before the text",
        "off again",
        "another",
        "a stranger",
        "an app",
        "ours",
        "gone",
    ],
)
def test_who_labels_it_for_what_it_says_stands_by_it(
    entry: Entry, labels: tuple[str, ...], counts: bool
) -> None:
    """A severity, or the label of a regression, by whoever may report one, on the text as it stands."""
    other = facts(issue(51, labels=labels, timeline=(entry,)))
    refused, *words = heard(mention(author=DEE), others=[other]).new_lines
    assert not refused.accepted
    assert [(line.actor, line.at, line.evidence, line.accepted) for line in words] == (
        [("ana", at(610), entry.id, True)] if counts else []
    )


def test_of_several_who_labelled_it_the_first_who_may_stands_by_it() -> None:
    """Who may not report one takes nobody else's word away, and no word stands for a second report."""
    both = (labeled("P1", minutes=610, actor=DEE), labeled("Regression", minutes=620))
    later = (labeled("regression", minutes=630, actor=CY),)
    early = labeled("P0", minutes=590)
    other = facts(issue(51, labels=("P0", "p1", "Regression"), timeline=(both[1], early, both[0])))
    found = heard(mention(author=DEE), others=[other])
    refused, word = found.new_lines
    assert found == Linked((refused, word))
    assert word == report(both[1].id, "ana", 620, Role.WRITE)
    over = said("undo", 640, VIEWER.login, by="link", undoes=word.evidence, undone="regression")
    over = replace(over, evidence=f"over:{word.evidence}")
    again = heard(mention(author=DEE), others=[other], lines=(refused, word, over))
    assert (again.new_lines, len(again.remarks)) == ((), 1)
    relabelled = replace(other, issue=replace(other.issue, timeline=(*both, *later)))
    assert [line.actor for line in heard(mention(author=DEE), others=[relabelled]).new_lines] == ["dee", "cy"]


def test_the_role_of_who_labelled_it_has_to_be_known_first() -> None:
    """Then they are asked about, and nothing is said of the issue before."""
    other = facts(issue(51, labels=("P1",), timeline=(labeled("P1", minutes=610),)))
    found = heard(mention(author=DEE), others=[other], roles={"dee": Role.READ})
    assert found.ask == {"ana"}
    assert [line.accepted for line in found.new_lines] == [False]
    assert not found.remarks


class Counted(tuple[LedgerLine, ...]):
    """Lines that count how often somebody goes through them."""

    passes = 0

    def __iter__(self) -> Iterator[LedgerLine]:
        """One pass more."""
        type(self).passes += 1
        return super().__iter__()


def test_a_crowd_of_strangers_does_not_make_the_ledger_be_read_for_each() -> None:
    """It is gone through as often for sixty refused issues as for six."""
    passes = []
    for size in (6, 60):
        crowd = [mention(100 + number, Actor(f"s{number}")) for number in range(size)]
        (line,) = heard(crowd[0], roles={"s0": Role.READ}).new_lines
        lines = [
            replace(
                line,
                evidence=f"issue:{each.url.rsplit('/', 1)[1]}",
                actor=f"s{number}",
                data={**line.data, "issue": each.url.rsplit("/", 1)[1]},
            )
            for number, each in enumerate(crowd)
        ]
        known = facts(issue(timeline=crowd))
        Counted.passes = 0
        known = replace(known, ledger=LedgerFile(lines=Counted(lines)))
        found = hear_links(known, {}, frozenset(), Policy(), lambda _: None, VIEWER, at(700), lambda _: WATCH)
        assert (found.new_lines, found.ask, len(found.remarks)) == ((), frozenset(), MOST_SHOWN)
        passes.append(Counted.passes)
    assert passes[0] == passes[1]


@pytest.mark.parametrize("author", [BOT, ANYONE], ids=["an app", "deleted"])
def test_who_labels_what_nobody_s_issue_says_stands_by_it(author: Actor) -> None:
    """An app that is not listed, or an account that is gone, says nothing; who labels its issue does."""
    silent = heard(mention(author=author), others=[facts(issue(51, labels=()))])
    assert silent.new_lines == ()
    assert len(silent.remarks) == 1
    other = facts(issue(51, labels=("P1",), timeline=(labeled("P1", minutes=610),)))
    (word,) = heard(mention(author=author), others=[other]).new_lines
    assert (word.actor, word.accepted) == ("ana", True)


def test_a_label_that_was_taken_off_is_no_word_when_another_puts_it_back() -> None:
    """Who put it on first has taken it off again; an app's label stands there now."""
    back = (
        labeled("P1", minutes=610),
        Entry("UN_1", EntryKind.UNLABELED, ANA, at(615), "P1"),
        labeled("P1", minutes=620, actor=BOT),
    )
    other = facts(issue(51, labels=("P1",), timeline=back))
    assert len(heard(mention(author=DEE), others=[other]).new_lines) == 1


def test_a_label_of_the_second_of_an_edit_vouches_for_nothing() -> None:
    """GitHub's times are whole seconds: nobody can tell whether the label came before the words."""
    label = labeled("P1", minutes=610)
    edited = mention(author=DEE, minutes=610)
    other = facts(replace(issue(51, labels=("P1",), timeline=(label,)), at=at(600)))
    assert len(heard(edited, others=[other]).new_lines) == 1
    written = replace(other, issue=replace(other.issue, at=at(610)))
    assert len(heard(edited, others=[written]).new_lines) == 2


def test_who_gives_it_a_severity_by_command_stands_by_it() -> None:
    """The label is ours then; the word is the ledger's of that issue, with the role of that moment."""
    word = replace(said("severity", 610, "cy", severity="P1"), role=Role.TRIAGE)
    ours = labeled("P1", minutes=611, actor=VIEWER)
    other = facts(issue(51, labels=("P1",), timeline=(ours,)), lines=[word])
    _, found = heard(mention(author=DEE), others=[other], roles={"dee": Role.READ}).new_lines
    assert (found.actor, found.role, found.at, found.accepted) == ("cy", Role.TRIAGE, at(610), True)
    assert found.evidence == word.evidence
    early = replace(other, ledger=LedgerFile(lines=(replace(word, at=at(590)),)))
    bare = replace(other, issue=replace(other.issue, labels=()))
    nobody = replace(other, ledger=LedgerFile(lines=(replace(word, role=None),)))
    for without in (early, bare, nobody):
        assert len(heard(mention(author=DEE), others=[without]).new_lines) == 1


@pytest.mark.parametrize("author", [ANYONE, Actor("cy-renamed")], ids=["deleted", "renamed"])
def test_its_author_has_another_name_by_now(author: Actor) -> None:
    """What they said stays theirs: it stands, and ends with the text or the issue."""
    other = facts(issue(51, labels=()))
    assert heard(mention(author=author), lines=OWN, others=[other]) == Linked()
    assert len(heard(mention(author=author, says=SILENT), lines=OWN).new_lines) == 1
    shut = closed(ANA, IssueState.NOT_PLANNED)
    assert len(heard(mention(author=author, is_open=False), lines=OWN, others=[shut]).new_lines) == 1


def test_an_issue_that_is_gone_reports_nothing() -> None:
    """Where it is no more on the timeline it is looked for."""
    assert heard(lines=OWN) == Linked(ask_issues=frozenset({51}))
    assert heard(lines=OWN, others=[facts(issue(51))]) == Linked()
    (over,) = heard(lines=OWN, missing=frozenset({51})).new_lines
    assert over == LedgerLine(
        RecordKind.COMMAND,
        "over:issue:51",
        VIEWER.login,
        at(700),
        accepted=True,
        why="#51 is gone.",
        data={
            "name": "undo",
            "by": "link",
            "issue": "51",
            "undoes": "issue:51",
            "undone": "regression",
        },
    )
    typed = said("regression", 620, "ana", issue="57", text="see #57")
    assert heard(mention(), lines=(*OWN, typed)) == Linked()
    assert heard(lines=(*OWN, over), missing=frozenset({51})) == Linked()


OWN = heard(mention()).new_lines
STOOD_BY = heard(
    mention(author=DEE),
    others=[facts(issue(51, labels=("P1",), timeline=(labeled("P1", minutes=610),)))],
).new_lines
TRACKED = LedgerLine(RecordKind.TRACKED, "I_51", VIEWER.login, at(600), accepted=True)
HELD = LedgerLine(RecordKind.CLOSED, "CE_1", "cy", at(650), accepted=False)


UNSAID = "#51 no longer says that it is a regression of this bug."
SHUT = "#51 was closed."
BARE = "#51 has neither a severity nor the label of a regression any more."


@pytest.mark.parametrize(
    ("lines", "entry", "other", "why"),
    [
        (OWN, mention(says=SILENT), None, UNSAID),
        (OWN, mention(is_open=False), closed(CY, IssueState.NOT_PLANNED), SHUT),
        (OWN, mention(is_open=False), closed(ANA, IssueState.DUPLICATE), SHUT),
        (OWN, mention(is_open=False), closed(CY, IssueState.COMPLETED), SHUT),
        (OWN, mention(is_open=False), closed(CY, IssueState.COMPLETED, lines=[TRACKED]), ""),
        (OWN, mention(is_open=False), closed(CY, IssueState.COMPLETED, lines=[TRACKED, HELD]), ""),
        (
            OWN,
            mention(is_open=False),
            closed(CY, IssueState.COMPLETED, lines=[TRACKED, replace(HELD, accepted=True)]),
            SHUT,
        ),
        (OWN, mention(is_open=False), closed(VIEWER, IssueState.COMPLETED, lines=[TRACKED]), SHUT),
        (STOOD_BY, mention(author=DEE, says=SILENT), closed(DEE, IssueState.OPEN, labels="P1"), ""),
        (
            STOOD_BY,
            mention(author=DEE, is_open=False),
            closed(DEE, IssueState.NOT_PLANNED, labels="P1"),
            "",
        ),
        (STOOD_BY, mention(author=DEE, is_open=False), closed(CY, IssueState.NOT_PLANNED, labels="P1"), SHUT),
        (STOOD_BY, mention(author=DEE), closed(DEE, IssueState.OPEN), BARE),
        (STOOD_BY, mention(author=DEE), closed(DEE, IssueState.OPEN, labels="P0"), ""),
        (STOOD_BY, mention(author=DEE), closed(CY, IssueState.OPEN, labels="P1"), ""),
    ],
    ids=[
        "the text says so no more",
        "closed as not planned",
        "closed as a duplicate",
        "closed as completed",
        "a bug's close not judged yet",
        "a bug's close that is held",
        "a bug's close that stands",
        "a bug that we closed",
        "a stranger changes the text",
        "a stranger closes it",
        "somebody else closes it",
        "the label is off",
        "another severity",
        "opened again",
    ],
)
def test_what_it_rests_on_ends(
    lines: tuple[LedgerLine, ...], entry: Entry, other: BugFacts | None, why: str
) -> None:
    """Then the report is over, by a line of its own; what a stranger does alone ends nothing."""
    found = heard(entry, lines=lines, others=[other] if other is not None else [])
    assert not found.ask_issues
    over = [(lines[-1].evidence, why)] if why else []
    assert [(line.data["undoes"], line.why) for line in found.new_lines] == over
    after = LedgerFile(lines=(*lines, *found.new_lines))
    assert bool(commands_named(after, "regression")) is not bool(why)
    assert heard(entry, lines=after.lines, others=[other] if other is not None else []).new_lines == ()


def test_how_it_was_closed_has_to_be_read() -> None:
    """The timeline of the bug only says that it is."""
    assert heard(mention(is_open=False), lines=OWN) == Linked(ask_issues=frozenset({51}))


def test_opened_again_it_reports_again() -> None:
    """As a report of its own; but not where a person took it back."""
    over = heard(mention(says=SILENT), lines=OWN).new_lines
    (anew,) = heard(mention(minutes=660), lines=(*OWN, *over)).new_lines
    assert (anew.evidence, anew.at, anew.accepted) == ("issue:51:2", at(660), True)
    undone = said("undo", 650, "cy", undoes="issue:51", undone="regression")
    assert heard(mention(minutes=660), lines=(*OWN, undone)) == Linked()
