"""Bodies, conversations and files as large, deep and crooked as anybody can make them."""

from __future__ import annotations

import pytest

from bugaction.reasons import ExitCode
from tests.examples import rarely
from tests.scenario.large import talk
from tests.scenario.life import CONFIG, Life, form
from tests.scenario.test_hostile_text import EVIL, harmless

LONGEST = 65_536
"""GitHub's limit on a body (reference: "Body is too long (maximum is 65536 characters)")."""


@pytest.mark.parametrize(
    "piece", [f"{EVIL}\n", *rarely("[", "`", "<!--", "> \n", "| a ", "# a\n", "\u202e", "/accept\n")]
)
def test_a_body_as_long_as_github_takes(life: Life, piece: str) -> None:
    """In the issue, in an answer of the form and in a comment; the command below it is heard."""
    room = LONGEST - len(form({"broken": ""})) - 20
    number = life.people.open_issue("dee", "Long", form({"broken": (piece * LONGEST)[:room]})).number
    life.people.label("mia", number, "P1")
    life.pass_on()
    life.say("bo", number, f"/accept\n\n{(piece * LONGEST)[: LONGEST - 20]}")
    assert set(life.product.codes) == {0}
    assert any(line.startswith("bo command accept") for line in life.decisions(number))
    for comment in life.ours(number):
        assert len(comment.body) <= LONGEST
        harmless(comment.body)
    harmless(life.document(number) or "")


@pytest.mark.reliability
def test_ten_thousand_comments(life: Life) -> None:
    """The last of them is heard, and the state is still one comment."""
    number = life.bug(body=form())
    talk(life.world, number, 10_000)
    life.say("bo", number, "/accept")
    assert set(life.product.codes) == {0}
    assert any(line.startswith("bo command accept") for line in life.decisions(number))
    assert len(life.stickies(number)) == 1


BOMBS = {
    "aliases": "version: 1\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    "deep": "version: 1\npeople: " + "[" * 5_000,
    "a key twice": "version: 1\nversion: 1\n",
    "YAML 1.1": "version: 1\nmode: {P0: on, P1: no}\nsince: 012\n",
    "megabytes": "version: 1\n# " + "x" * 2_000_000,
    "a tag": "version: 1\npeople: !!python/object/apply:os.system [ls]\n",
    "a merge key": "version: 1\n<<: {mode: observe}\n",
    "an escape": "version: 1\ndocuments: {root: ../../elsewhere}\n",
    "no text": "version: 1\n\x00\n",
    "a link": "../../elsewhere.yml",  # of a symbolic link git keeps the target, and GitHub gives that as text
}


@pytest.mark.reliability
def test_a_configuration_that_is_a_bomb_holds_every_fix(life: Life) -> None:
    """With the file's name in the status and the code of a wrong input, however it was made."""
    number = life.bug(body=form())
    pull = life.fix(number)
    for kind, text in BOMBS.items():
        life.people.push("ana", "main", {CONFIG: text}, kind)
        life.runs.skip()
        begun = len(life.product.codes)
        life.people.edit_issue("dee", number, title=f"Checkout fails: {kind}")
        life.pass_on()
        assert ExitCode.USAGE in life.product.codes[begun:], kind
        state, words = life.gate(pull)
        assert state != "success", kind
        assert "bugaction.yml" in words, kind


def test_front_matter_that_is_a_bomb_stays_a_person_s(life: Life) -> None:
    """What does not parse is carried over, and the document's facts come back."""
    number = life.bug(body=form())
    branch, path, text = life.committed(number, "report")
    for bomb in ("a: &a [x]\nb: [*a, *a]\n", "note: 1\nnote: 2\n", "[" * 500 + "\n", "x" * 100_000 + "\n"):
        life.people.edit_on_web("bo", branch, {path: text.replace("---\n", f"---\n{bomb}", 1)}, "Edit")
        life.pass_on()
        life.say("bo", number, f"/eta {len(bomb)}m")
        _, _, after = life.committed(number, "report")
        assert bomb.strip().split("\n")[-1] in after
        assert f"{number}" in after
    assert set(life.product.codes) == {0}
