"""The words of a comment count as they were accepted, and follow its edits by those who may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from bugaction.commands.explained import explanations
from bugaction.commands.judge import judge
from bugaction.commands.spoken import calls_of
from bugaction.explanation import Explanation
from bugaction.model import Actor, LedgerLine, RecordKind, Role
from bugaction.policy import Policy
from bugaction.snapshot import Comment, PullRequest
from tests.values import ANA, BASE, BO, VIEWER, at, comment, facts, issue, line, pull

MALLORY = Actor("mallory")
ROLES = {"ana": Role.WRITE, "bo": Role.MAINTAIN, "mallory": Role.READ}
POLICY = Policy()
TRACKED = replace(line(RecordKind.TRACKED, "I_42", actor=VIEWER.login), at=at(0))

Words = Mapping[str, str] | None


class Talk:
    """Comments as they change, each version judged by a run."""

    def __init__(self) -> None:
        """Nothing is said yet."""
        self.lines: list[LedgerLine] = [TRACKED]
        self.comments: dict[int, Comment] = {}
        self.pulls: Sequence[PullRequest] = ()

    def say(self, body: str, *, who: Actor = ANA, minutes: float, ident: int = 900) -> None:
        """Comment."""
        self.comments[ident] = comment(body, author=who, minutes=minutes, ident=ident)
        self.run()

    def edit(self, body: str, *, who: Actor = ANA, minutes: float, ident: int = 900) -> None:
        """Change a comment's text."""
        self.comments[ident] = replace(self.comments[ident], body=body, editor=who, edited_at=at(minutes))
        self.run()

    def run(self) -> int:
        """Judge everything; gives how many decisions are new."""
        here = facts(issue(comments=self.comments.values()), lines=self.lines)
        found = judge(here, tuple(self.pulls), POLICY, ROLES.get, VIEWER)
        assert not found.ask
        self.lines += found.new_lines
        return len(found.new_lines)

    @property
    def told(self) -> tuple[Explanation, ...]:
        """What it all comes to."""
        here = facts(issue(comments=self.comments.values()), lines=self.lines)
        return explanations(here, self.pulls, calls_of)

    def words(self) -> Words:
        """The words of the one comment."""
        (found,) = self.told
        return found.words


def test_what_was_said_is_told() -> None:
    """By whom, when, where, and the words by section."""
    talk = Talk()
    talk.say("Look:\n/root-cause A key.\n## Why\nHaste.\n/recheck\nNot this.", minutes=5)
    url = f"{BASE}/issues/42#issuecomment-900"
    words = {"cause": "A key.", "why": "Haste."}
    assert talk.told == (Explanation(900, "ana", at(5), url, words),)
    assert talk.run() == 0


def test_what_was_refused_is_not() -> None:
    """Neither an outsider's words, nor nothing at all."""
    talk = Talk()
    talk.say("/root-cause A key.", who=MALLORY, minutes=5)
    talk.say("/root-cause TBD", minutes=6, ident=901)
    assert talk.told == ()


def test_an_edit_updates_the_words() -> None:
    """Of its comment alone; who edited is named, and the time is that of the edit."""
    talk = Talk()
    talk.say("/root-cause A key.", minutes=5)
    talk.say("/root-cause\n## Why\nHaste.", who=BO, minutes=6, ident=901)
    before = talk.told[1]
    talk.edit("/root-cause A wrong key.", who=BO, minutes=9)
    assert talk.told[0] == Explanation(
        900, "ana", at(9), before.url.replace("901", "900"), {"cause": "A wrong key."}, "bo"
    )
    assert talk.told[1] == before


@pytest.mark.parametrize("body", ["/root-cause Nothing is wrong.", "Nothing.", "/root-cause TBD", ""])
def test_an_edit_by_somebody_who_may_not_changes_nothing(body: str) -> None:
    """What a document holds of it stays, whatever they made of the comment."""
    talk = Talk()
    talk.say("/root-cause A key.", minutes=5)
    talk.edit(body, who=MALLORY, minutes=9)
    assert talk.words() is None
    talk.edit("/root-cause A key.", minutes=12)
    assert talk.words() == {"cause": "A key."}


def test_what_is_taken_out_or_deleted_stays() -> None:
    """An edited or deleted comment changes no decision, whoever did it."""
    talk = Talk()
    talk.say("/root-cause A key.", minutes=5)
    talk.edit("Never mind.", minutes=9)
    assert talk.words() is None
    talk.comments.clear()
    assert talk.words() is None


def test_the_same_words_in_another_place_are_no_news() -> None:
    """Nor is another line above them."""
    talk = Talk()
    talk.say("/root-cause A key.", minutes=5)
    talk.edit("Thanks!\n\n/Root-Cause   A key.\n", minutes=9)
    assert (talk.words(), talk.told[0].at) == ({"cause": "A key."}, at(5))


def test_words_that_come_back_are_judged_again() -> None:
    """By who brings them back: the author may, and they are told again; a stranger may not."""
    talk = Talk()
    talk.say("/root-cause A key.", minutes=5)
    talk.edit("/root-cause A wrong key.", minutes=6)
    talk.edit("/root-cause A key.", who=MALLORY, minutes=7)
    assert talk.words() is None
    assert talk.run() == 0
    talk.edit("/root-cause A key.", minutes=8)
    assert (talk.words(), talk.told[0].at) == ({"cause": "A key."}, at(8))
    assert talk.run() == 0
    talk.edit("Sorry.\n/root-cause A key.", minutes=9)
    assert (talk.words(), talk.run()) == ({"cause": "A key."}, 0)
    talk.edit("/root-cause A wrong key.", minutes=10)
    assert talk.words() == {"cause": "A wrong key."}
    assert [line.accepted for line in talk.lines] == [True, True, True, False, True, True]


def test_edits_of_one_second_have_no_order() -> None:
    """GitHub's times are whole seconds: words that come back in that of the last ones are not judged anew."""
    talk = Talk()
    talk.say("/root-cause A key.", minutes=5)
    talk.edit("/root-cause A wrong key.", minutes=6)
    talk.edit("/root-cause A key.", minutes=6)
    assert (talk.words(), len(talk.lines)) == (None, 3)


def test_what_is_taken_back_is_gone() -> None:
    """Until it is said anew; an undo of the edit does not bring the words before it back."""
    talk = Talk()
    talk.say("/root-cause A key.", minutes=5)
    talk.edit("/root-cause A wrong key.", minutes=6)
    talk.say("/undo", minutes=7, ident=901)
    assert talk.words() == {}
    talk.edit("/root-cause A key.", minutes=8)
    assert talk.words() == {"cause": "A key."}
    talk.say("/undo", minutes=9, ident=902)
    assert talk.words() == {}
    assert talk.run() == 0
    talk.comments.pop(900)
    assert talk.words() == {}


def test_two_in_one_comment_belong_together() -> None:
    """Both count; one that somebody adds who may not does not; one that they take out changes nothing."""
    talk = Talk()
    both = "/root-cause A key.\n/root-cause\n## Cause\nA race.\n## Why\nHaste."
    talk.say(both, minutes=5)
    words = {"cause": "A key.\n\nA race.", "why": "Haste."}
    assert talk.words() == words
    talk.edit(f"{both}\n/root-cause Nothing.", who=MALLORY, minutes=6)
    assert talk.words() == words
    talk.edit("/root-cause A key.", who=MALLORY, minutes=7)
    assert talk.words() is None
    talk.edit(both.replace("race", "clock"), minutes=8)
    assert talk.words() == {"cause": "A key.\n\nA clock.", "why": "Haste."}
    assert talk.run() == 0


def test_words_on_the_fix_count() -> None:
    """While it is read; later, what a document holds of them stays."""
    talk = Talk()
    said = replace(comment("/root-cause A key.", minutes=5, number=7), url=f"{BASE}/pull/7#issuecomment-900")
    talk.pulls = [replace(pull(7), comments=(said,))]
    talk.run()
    assert (talk.words(), talk.told[0].comment) == ({"cause": "A key."}, 900)
    talk.pulls = ()
    assert talk.words() is None


def test_a_line_that_names_no_comment_tells_nothing() -> None:
    """Nobody could look up whose words they were; those of other comments are told all the same."""
    for place in ({}, {"url": ""}):
        talk = Talk()
        talk.say("/root-cause A key.", minutes=5)
        last = talk.lines[-1]
        data = {key: value for key, value in last.data.items() if key != "url"}
        talk.lines[-1] = replace(last, data={**data, **place})
        talk.say("/root-cause A race.", minutes=6, ident=901)
        assert [(found.comment, found.words) for found in talk.told] == [(901, {"cause": "A race."})]
