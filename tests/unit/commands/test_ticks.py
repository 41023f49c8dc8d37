"""Ticks are judged once each, by whose difference they are and what that person may."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bugaction.boxes import Box
from bugaction.commands import COMMANDS, Ruling
from bugaction.commands.attest import ATTESTABLE, Rule
from bugaction.commands.base import Accepted, Context
from bugaction.commands.judge import Surroundings
from bugaction.commands.ticks import Heard, hear, is_tick, tick_remarks
from bugaction.model import ANYONE, Actor, LedgerFile, LedgerLine, RecordKind, Role
from bugaction.monitoring import Watch
from bugaction.policy import Policy
from bugaction.snapshot import Comment, Edit, PullRequest
from bugaction.state import planned
from bugaction.tracking import STICKY_MARKER
from tests.values import ANA, BASE, BO, VIEWER, at, comment, facts, issue, line, pull

HEAD, OTHER = "c" * 40, "d" * 40
BOX = Box("checks", HEAD)
SAID = ATTESTABLE["checks"].tick
EVE, MALLORY, ALERTS = Actor("eve"), Actor("mallory"), Actor("alerts[bot]", is_bot=True)
ROLES = {"ana": Role.WRITE, "bo": Role.MAINTAIN, "eve": Role.WRITE, "mallory": Role.READ}
LISTED = Policy.model_validate({"people": {"bots": ["alerts[bot]"]}})
AROUND = Surroundings(contributors={HEAD: frozenset({"bo"})})


def role_of(login: str) -> Role | None:
    """The roles of the people of these tests."""
    return ROLES.get(login.casefold())


def drawn(*boxed: tuple[Box, bool], text: str = "I have seen it") -> str:
    """A comment of ours with these boxes."""
    lines = [f"  {box.written(ticked=ticked)} {text}" for box, ticked in boxed]
    return "\n".join([STICKY_MARKER, "### A bug", *lines, ""])


def nowhere(_: LedgerFile) -> Watch:
    """Nothing is deployed."""
    return Watch()


EMPTY, FULL = drawn((BOX, False)), drawn((BOX, True))


def sticky(*versions: tuple[Actor, str | None], body: str | None = None) -> Comment:
    """Our comment with these versions, the oldest first; a minute apart."""
    edits = [Edit(f"UCE_{count}", who, at(10 + count), text) for count, (who, text) in enumerate(versions)]
    newest = versions[-1]
    return replace(
        comment(body if body is not None else newest[1] or "", author=VIEWER),
        edited_at=edits[-1].at,
        editor=newest[0],
        edits=tuple(reversed(edits)),
    )


def heard(
    subject: Comment,
    *,
    lines: Iterable[LedgerLine] = (),
    pulls: Iterable[PullRequest] = (pull(),),
    policy: Policy | None = None,
    edited: Mapping[int, str] | None = None,
) -> Heard:
    """What becomes of the ticks in that comment."""
    about = facts(issue(comments=(subject,)), lines=lines)
    return hear(about, tuple(pulls), policy or Policy(), role_of, VIEWER, AROUND, edited=edited or {})


def outcomes(found: Heard) -> list[tuple[str, str, bool]]:
    """Who did what, and whether it counts."""
    return [(item.actor, item.data["name"], item.accepted) for item in found.new_lines]


def word(actor: str = "ana", head: str = HEAD, minutes: float = 5) -> LedgerLine:
    """Somebody's attestation by command."""
    said = line(RecordKind.COMMAND, f"IC_{actor}#x", actor=actor, name="attest", requirement="checks")
    return replace(said, at=at(minutes), data={**said.data, "head": head})


def test_a_tick_is_its_editor_s_attestation() -> None:
    """With the role, the time of the edit, and the sentence that stood beside the box."""
    found = heard(sticky((VIEWER, EMPTY), (ANA, FULL)))
    assert found == Heard(
        (
            LedgerLine(
                kind=RecordKind.COMMAND,
                evidence=f"UCE_1#checks@{HEAD}",
                actor="ana",
                at=at(11),
                accepted=True,
                role=Role.WRITE,
                data={
                    "name": "attest",
                    "by": "tick",
                    "requirement": "checks",
                    "head": HEAD,
                    "note": SAID,
                    "url": "https://github.com/octo/shop/issues/42#issuecomment-900",
                },
            ),
        )
    )
    assert is_tick(found.new_lines[0])
    assert planned(LedgerFile(lines=found.new_lines)).attestations == {"checks": found.new_lines[0]}


def test_it_is_judged_once() -> None:
    """Whatever has become of the person's role since, and whether it was accepted or refused."""
    subject = sticky((VIEWER, EMPTY), (ANA, FULL))
    first = heard(subject).new_lines
    assert heard(subject, lines=first).new_lines == ()
    refused = [replace(item, accepted=False) for item in first]
    assert heard(subject, lines=refused).new_lines == ()
    later = sticky((VIEWER, EMPTY), (ANA, FULL), (VIEWER, EMPTY), (ANA, FULL))
    assert [item.evidence for item in heard(later, lines=refused).new_lines] == [f"UCE_3#checks@{HEAD}"]


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (MALLORY, "it needs the role write or above, and mallory has read."),
        (BO, "bo worked on it, and cannot vouch for its workflows."),
        (ALERTS, "it is an app that `people.bots` does not list."),
    ],
)
def test_a_refused_tick_is_recorded_and_told(who: Actor, why: str) -> None:
    """So that it is not judged again, and so that a person learns why the box is empty."""
    (found,) = heard(sticky((VIEWER, EMPTY), (who, FULL))).new_lines
    assert (found.accepted, found.why) == (False, why)
    ledger = LedgerFile(lines=(found,))
    told = f"{who.login} ticked the box `checks` at ccccccc, which does not count: {why}"
    assert tick_remarks(ledger, frozenset({HEAD}), nowhere) == (told,)
    assert tick_remarks(ledger, frozenset({OTHER}), nowhere) == ()
    assert tick_remarks(LedgerFile(lines=(found, word())), frozenset({HEAD}), nowhere) == ()


def test_a_listed_app_needs_no_role() -> None:
    """As with its commands."""
    (found,) = heard(sticky((VIEWER, EMPTY), (ALERTS, FULL)), policy=LISTED).new_lines
    assert (found.actor, found.accepted, found.role) == ("alerts[bot]", True, None)


def test_who_is_not_known_yet_is_asked_for() -> None:
    """Of each once; the others are judged."""
    two = (Box("checks", HEAD), Box("checks", OTHER))
    first = drawn((two[0], False), (two[1], False))
    second, third = drawn((two[0], True), (two[1], False)), drawn((two[0], True), (two[1], True))
    pulls = (pull(), pull(8, head_oid=OTHER))
    found = heard(sticky((VIEWER, first), (Actor("new"), second), (ANA, third)), pulls=pulls)
    assert found.ask == {"new"}
    assert outcomes(found) == [("ana", "attest", True)]


def test_each_edit_is_its_own() -> None:
    """Two people, two boxes; the second is no word of the first."""
    two = (Box("checks", HEAD), Box("checks", OTHER))
    first = drawn((two[0], False), (two[1], False))
    second, third = drawn((two[0], True), (two[1], False)), drawn((two[0], True), (two[1], True))
    found = heard(
        sticky((VIEWER, first), (EVE, second), (ANA, third)), pulls=(pull(), pull(8, head_oid=OTHER))
    )
    assert outcomes(found) == [("eve", "attest", True), ("ana", "attest", True)]
    assert [item.data["head"] for item in found.new_lines] == [HEAD, OTHER]


@pytest.mark.parametrize(
    "versions",
    [
        [(ANA, FULL)],
        [(ANA, EMPTY), (EVE, FULL)],
        [(VIEWER, EMPTY), (ANA, FULL + "\nmore")],
        [(VIEWER, EMPTY), (ANA, drawn((BOX, True), text="I like it"))],
        [
            (VIEWER, EMPTY),
            (EVE, drawn((BOX, False), text="I like it")),
            (ANA, drawn((BOX, True), text="I like it")),
        ],
        [(VIEWER, drawn()), (EVE, EMPTY), (ANA, FULL)],
        [(VIEWER, EMPTY), (EVE, None), (ANA, FULL)],
        [(VIEWER, None), (ANA, EMPTY), (EVE, FULL)],
        [(VIEWER, EMPTY), (VIEWER, None), (ANA, EMPTY), (EVE, FULL)],
        [(VIEWER, EMPTY), (ANYONE, FULL)],
        [(VIEWER, EMPTY), (VIEWER, FULL)],
    ],
)
def test_nobody_can_be_named(versions: list[tuple[Actor, str | None]]) -> None:
    """Where our text is not known to have stood before them, or where they changed more than boxes."""
    assert heard(sticky(*versions)).new_lines == ()


def test_only_the_one_with_the_unknown_base_is_nobody_s() -> None:
    """What comes behind a deleted version is known again by the one before it."""
    found = heard(sticky((VIEWER, EMPTY), (EVE, None), (ANA, EMPTY), (ANA, FULL)))
    assert [item.evidence for item in found.new_lines] == [f"UCE_3#checks@{HEAD}"]


def test_a_history_that_is_not_the_comment_s_says_nothing() -> None:
    """Neither one that lags behind, nor one that is listed in another order, nor one without a text."""
    assert heard(sticky((VIEWER, EMPTY), (ANA, FULL), body=EMPTY)).new_lines == ()
    subject = sticky((VIEWER, EMPTY), (ANA, FULL))
    assert heard(replace(subject, edits=(subject.edits or ())[::-1])).new_lines == ()
    assert heard(sticky((VIEWER, EMPTY), (ANA, None), body=FULL)).new_lines == ()
    assert heard(replace(subject, edits=())).new_lines == ()


@pytest.mark.parametrize(
    "box",
    [
        Box("minimal-change", HEAD),
        Box("reproduction"),
        Box("checks"),
        Box("unheard-of"),
        Box("bug-report", HEAD),
    ],
)
def test_a_box_that_we_never_draw_is_none(box: Box) -> None:
    """Even if our own account wrote it, which another workflow of the repository may."""
    assert heard(sticky((VIEWER, drawn((box, False))), (ANA, drawn((box, True))))).new_lines == ()


def test_a_stale_box_is_refused_until_the_next_push() -> None:
    """It says which commit it was for, and the remark goes once the newer one is attested."""
    (found,) = heard(sticky((VIEWER, EMPTY), (ANA, FULL)), pulls=(pull(head_oid=OTHER),)).new_lines
    assert found.why == "ccccccc is no longer the newest commit of a fix."
    ledger = LedgerFile(lines=(found,))
    assert len(tick_remarks(ledger, frozenset({OTHER}), nowhere)) == 1
    assert tick_remarks(ledger, frozenset({"e" * 40}), nowhere) == ()
    assert tick_remarks(LedgerFile(lines=(found, word(head=OTHER))), frozenset({OTHER}), nowhere) == ()
    (none,) = heard(sticky((VIEWER, EMPTY), (ANA, FULL)), pulls=()).new_lines
    assert not none.accepted
    two = (pull(8, head_oid="e" * 40), pull(head_oid=OTHER))
    (both,) = heard(sticky((VIEWER, EMPTY), (ANA, FULL)), pulls=two).new_lines
    assert both == replace(found, data={**found.data, "newest": f"{OTHER} {'e' * 40}"})


def test_a_box_of_an_unlinked_fix_is_refused() -> None:
    """Its commit is no longer one of a fix of this bug."""
    unlinked = line(RecordKind.COMMAND, "IC_9#x", name="unlink", pull="7", bug="42", reason="mistake")
    (found,) = heard(sticky((VIEWER, EMPTY), (ANA, FULL)), lines=[unlinked]).new_lines
    assert not found.accepted


def test_an_emptied_box_takes_the_editor_s_own_word_back() -> None:
    """However it was given, and the newest of several."""
    subject = sticky((VIEWER, FULL), (ANA, EMPTY))
    first, second = word(minutes=3), replace(word(minutes=5), evidence="IC_later#x")
    (found,) = heard(subject, lines=[first, second]).new_lines
    assert (found.accepted, found.data["name"], found.data["undoes"]) == (True, "undo", "IC_later#x")
    assert planned(LedgerFile(lines=(first, second, found))).spoken == (first,)
    (same,) = heard(subject, lines=[word(minutes=11)]).new_lines
    assert same.accepted
    box = Box("staging")
    plain = replace(word(), data={"name": "attest", "requirement": "staging"})
    whole = heard(sticky((VIEWER, drawn((box, True))), (ANA, drawn((box, False)))), lines=[plain])
    assert outcomes(whole) == [("ana", "undo", True)]


def test_each_person_s_last_word_on_a_box_is_told() -> None:
    """One sentence for each, and none of what counts, is no tick, or is for a commit that nobody offers."""

    def refused(who: str, why: str, **data: str) -> LedgerLine:
        given = {"name": "attest", "by": "tick", "requirement": "checks", "head": HEAD, **data}
        said = line(RecordKind.COMMAND, f"UCE_{why}", accepted=False, actor=who)
        return replace(said, why=why, data=given)

    lines = (
        replace(refused("bo", "0."), accepted=True, data={"name": "attest", "requirement": "staging"}),
        replace(refused("bo", "1."), data={"name": "attest", "requirement": "checks", "head": HEAD}),
        refused("bo", "2.", head=OTHER),
        refused("bo", "3.", name="undo"),
        refused("mallory", "4."),
        refused("eve", "5."),
        refused("Mallory", "6."),
    )
    told = "ticked the box `checks` at ccccccc, which does not count:"
    remarks = tick_remarks(LedgerFile(lines=lines), frozenset({HEAD}), nowhere)
    assert remarks == (f"Mallory {told} 6.", f"eve {told} 5.")


def test_a_refused_tick_is_told_beside_a_word_on_a_fix_of_before() -> None:
    """The box of a bug that came back is empty although its old word is in the ledger: only a later one, or
    for a box that somebody emptied any, is an answer."""
    box = Box("staging")
    subject = sticky((VIEWER, drawn((box, False))), (MALLORY, drawn((box, True))))
    given = replace(word(minutes=3), data={"name": "attest", "requirement": "staging"})
    (found,) = heard(subject, lines=[given]).new_lines
    told = (f"mallory ticked the box `staging`, which does not count: {found.why}",)
    for minutes, remarks in ((found.at, told), (found.at + timedelta(minutes=1), ())):
        again = replace(given, at=minutes)
        assert tick_remarks(LedgerFile(lines=(again, found)), frozenset(), nowhere) == remarks
    assert tick_remarks(LedgerFile(lines=(found,)), frozenset(), nowhere) == told
    emptied = sticky((VIEWER, drawn((box, True))), (MALLORY, drawn((box, False))))
    (left,) = heard(emptied, lines=[given]).new_lines
    assert len(tick_remarks(LedgerFile(lines=(given, left)), frozenset(), nowhere)) == 1


def test_nobody_takes_another_s_word_back() -> None:
    """Which is recorded, and told while the word stands."""
    said = word("bo")
    (found,) = heard(sticky((VIEWER, FULL), (ANA, EMPTY)), lines=[said]).new_lines
    assert found.why == "only bo, who attested it, can take that back."
    ledger = LedgerFile(lines=(said, found))
    told = f"ana emptied the box `checks` at ccccccc, which does not count: {found.why}"
    assert tick_remarks(ledger, frozenset({HEAD}), nowhere) == (told,)
    undone = line(RecordKind.COMMAND, "IC_8#x", actor="bo", name="undo", undoes=said.evidence)
    assert tick_remarks(LedgerFile(lines=(said, found, undone)), frozenset({HEAD}), nowhere) == ()


def test_a_tick_that_is_taken_back_before_anybody_looked() -> None:
    """Both are judged in order, and nothing is left of them."""
    found = heard(sticky((VIEWER, EMPTY), (ANA, FULL), (ANA, EMPTY)))
    assert outcomes(found) == [("ana", "attest", True), ("ana", "undo", True)]
    assert planned(LedgerFile(lines=found.new_lines)).spoken == ()


def test_an_emptied_box_that_nobody_stands_for_is_nothing() -> None:
    """It was drawn when there was a word, which has been taken back since."""
    assert heard(sticky((VIEWER, FULL), (ANA, EMPTY))).new_lines == ()
    assert outcomes(heard(sticky((VIEWER, FULL), (MALLORY, EMPTY)), lines=[word("mallory")])) == [
        ("mallory", "undo", False)
    ]


@pytest.mark.parametrize(
    ("body", "editor", "lines", "asks"),
    [
        (FULL, ANA, [], True),
        (FULL, ALERTS, [], True),
        (FULL, ANA, [word()], False),
        (EMPTY, ANA, [word()], True),
        (EMPTY, ANA, [word(head=OTHER)], False),
        (EMPTY, ANA, [], False),
        (FULL, VIEWER, [], False),
        (FULL, None, [], False),
        (drawn(), ANA, [], False),
    ],
)
def test_the_history_is_asked_for_only_where_it_may_tell(
    body: str, editor: Actor | None, lines: list[LedgerLine], asks: bool
) -> None:
    """Where somebody else edited last, and a box is not as the ledger has it."""
    subject = replace(comment(body, author=VIEWER), editor=editor)
    assert heard(subject, lines=lines) == Heard(asks_edits="IC_900" if asks else "")


def test_and_where_the_word_is_older_than_the_edit() -> None:
    """It may have ceased to count, and the box been drawn empty, before somebody ticked it."""
    subject = sticky((VIEWER, EMPTY), (ANA, FULL))
    unread = replace(subject, edits=None)
    assert heard(unread, lines=[word("bo", minutes=5)]).asks_edits == "IC_900"
    assert heard(unread, lines=[word(minutes=11)]) == Heard()
    again = heard(subject, lines=[word("bo", minutes=5)])
    assert outcomes(again) == [("ana", "attest", True)]


def test_or_where_the_event_tells_of_an_edit() -> None:
    """A run that overlapped may have drawn it anew since."""
    subject = replace(comment(FULL, author=VIEWER), editor=VIEWER)
    assert heard(subject, edited={900: FULL}).asks_edits == "IC_900"
    assert heard(subject, edited={901: FULL}).asks_edits == ""


def test_what_we_drew_over_counts_for_the_event_that_tells_of_it() -> None:
    """And for no other: whoever saw their box empty again has given no word that comes back one day."""
    subject = sticky((VIEWER, EMPTY), (ANA, FULL), (VIEWER, EMPTY))
    assert heard(subject).new_lines == ()
    assert heard(subject, edited={900: EMPTY}).new_lines == ()
    assert heard(subject, edited={901: FULL}).new_lines == ()
    told = heard(subject, edited={900: FULL.replace("\n", "\r\n")})
    assert [item.evidence for item in told.new_lines] == [f"UCE_1#checks@{HEAD}"]
    ours = sticky((VIEWER, EMPTY), (EVE, None), (ANA, EMPTY), (ANA, FULL), (VIEWER, FULL))
    assert outcomes(heard(ours, edited={900: FULL})) == [("ana", "attest", True)]
    later = sticky((VIEWER, EMPTY), (ANA, FULL), (VIEWER, EMPTY), (EVE, FULL))
    assert outcomes(heard(later)) == [("eve", "attest", True)]


def test_nobody_brings_back_what_we_drew_over() -> None:
    """Neither by a tick that gives the comment the same text, nor by a paste of it over a later one."""
    late = drawn((BOX, False), text="I have seen it twice")
    for ours, editor, said in ((EMPTY, EVE, [("eve", "attest", True)]), (late, MALLORY, [])):
        subject = sticky((VIEWER, EMPTY), (ANA, FULL), (VIEWER, ours), (editor, FULL))
        assert outcomes(heard(subject, edited={900: FULL})) == said


def test_an_emptied_box_takes_no_later_word_back() -> None:
    """The history is read again and again, and what was nothing at its time stays nothing."""
    subject = sticky((VIEWER, FULL), (ANA, EMPTY))
    assert heard(subject, lines=[word(minutes=30)]).new_lines == ()
    both = [word("bo", minutes=3), word("ana", minutes=30)]
    (found,) = heard(subject, lines=both).new_lines
    assert found.why == "only bo, who attested it, can take that back."


def test_without_our_comment_there_is_no_box() -> None:
    """A comment of somebody else that looks like ours is theirs."""
    found = replace(sticky((VIEWER, EMPTY), (ANA, FULL)), author=EVE)
    assert heard(found) == Heard()


def test_a_word_for_no_commit() -> None:
    """Its box names the requirement alone, and the rule gets the sentence as the note."""
    box = Box("staging-tested")
    rules = {box.requirement: Rule(lambda _, note, __: Accepted({"note": note}), tick="I have tried it")}
    subject = sticky((VIEWER, drawn((box, False))), (ANA, drawn((box, True))))
    about = facts(issue(comments=(subject,)))
    (found,) = hear(about, (), Policy(), role_of, VIEWER, AROUND, rules=rules).new_lines
    assert (found.evidence, found.data) == (
        "UCE_1#staging-tested",
        {
            "name": "attest",
            "by": "tick",
            "requirement": "staging-tested",
            "url": f"{BASE}/issues/42#issuecomment-900",
            "note": "I have tried it",
        },
    )
    refused = replace(found, accepted=False, why="so.")
    told = "ana ticked the box `staging-tested`, which does not count: so."
    assert tick_remarks(LedgerFile(lines=(refused,)), frozenset(), nowhere) == (told,)


def test_a_rule_looks_at_what_the_command_would() -> None:
    """A box says as much as the line that stands for it: whose word, when, on which commit of which fix."""
    seen = []

    def check(requirement: str, note: str, context: Context) -> Ruling:
        seen.append((requirement, note, context))
        return Accepted({"note": note})

    unlinked = line(RecordKind.COMMAND, "IC_9#x", name="unlink", pull="8", bug="42", reason="mistake")
    about = facts(issue(comments=(sticky((VIEWER, EMPTY), (ANA, FULL)),)), lines=[unlinked])
    around = replace(AROUND, fixes=frozenset({7, 8}))
    rules = {BOX.requirement: Rule(check, tick="It is so", per_commit=True)}
    pulls = (pull(), pull(8))
    found = hear(about, pulls, LISTED, role_of, VIEWER, around, confidential=True, rules=rules)
    assert outcomes(found) == [("ana", "attest", True)]
    context = Context(
        policy=LISTED,
        author="ana",
        role=Role.WRITE,
        at=at(11),
        issue_url=f"{BASE}/issues/42",
        confidential=True,
        heads={HEAD: (7, 8)},
        contributors=around.contributors,
        fixes=around.fixes,
        unlinked=frozenset({8}),
        role_of=role_of,
        bug=42,
        catalogue=COMMANDS,
    )
    assert seen == [("checks", f"{HEAD} It is so", context)]


@pytest.mark.parametrize("requirement", ["rollback-tested", "staging"])
def test_a_word_on_a_release_is_on_a_fix(requirement: str) -> None:
    """As by the command: also on one that is merged, and not on one that was unlinked."""
    box = Box(requirement)
    subject = sticky((VIEWER, drawn((box, False))), (ANA, drawn((box, True))))
    about, fixed = facts(issue(comments=(subject,))), replace(AROUND, fixes=frozenset({7}))

    def word_on(
        pulls: tuple[PullRequest, ...], around: Surroundings, lines: Iterable[LedgerLine] = ()
    ) -> str:
        subject = replace(about, ledger=LedgerFile(lines=tuple(lines)))
        (found,) = hear(subject, pulls, Policy(), role_of, VIEWER, around).new_lines
        return "" if found.accepted else found.why

    assert word_on((pull(),), fixed) == ""
    assert word_on((), fixed) == ""
    assert word_on((), AROUND) == "no pull request fixes this bug yet."
    unlinked = line(RecordKind.COMMAND, "IC_9#x", name="unlink", pull="7", bug="42", reason="mistake")
    assert word_on((pull(),), fixed, [unlinked]) == "no pull request fixes this bug yet."
