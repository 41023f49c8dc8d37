"""Words for words: the same shape, the same for the same, another for another."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from bugaction.disguise import Disguise, words_of


def keeps(*words: str) -> object:
    return frozenset(words).__contains__


def hidden(text: str, *kept: str, **settings: object) -> str:
    disguise = Disguise(**settings)  # type: ignore[arg-type]
    return disguise.text(text, frozenset(kept).__contains__)


def test_letters_become_others_of_their_length_and_case() -> None:
    """Marks, digits and single letters stay."""
    made = hidden("The Bank (ACME) refuses 2 orders: `cart.py`!")
    assert (
        re.sub(r"[A-Z]", "A", re.sub(r"[a-z]", "a", made)) == "Aaa Aaaa (AAAA) aaaaaaa 2 aaaaaa: `aaaa.aa`!"
    )
    assert not words_of([made]) & words_of(["the bank acme refuses orders cart py"])


def test_the_same_word_is_always_the_same_and_another_never() -> None:
    """In any case of its letters, within one file."""
    disguise = Disguise()
    first = disguise.text("Mia mia MIA bob", lambda _: False)
    one, two, three, other = first.split()
    assert one.lower() == two == three.lower() != other
    assert disguise.text("mia", lambda _: False) == two


def test_what_is_kept_stays_as_a_word_and_within_a_name() -> None:
    """A name with hyphens or underscores as a whole, or the longest of its parts."""
    made = hidden(
        "root-cause-analysis-of-acme, root_cause, cause, fix", "root-cause-analysis", "root-cause", "fix"
    )
    assert made.startswith("root-cause-analysis-")
    assert "acme" not in made
    assert "root_cause, " in made
    assert ", cause" not in made
    assert made.endswith(", fix")


def test_numbers_of_people_become_others_and_those_of_github_stay() -> None:
    """Issues, versions, times and ids of commits are known; what is longer may be a customer's."""
    oid = "1f0c" * 10
    made = hidden(
        f"#42 v2.3 2026 900123456 4111111111111111 {oid[:9]} 24h 2026-11-02T09:00:00Z",
        known=frozenset({"900123456", oid}),
    )
    assert made.startswith("#42 v2.3 2026 900123456 ")
    assert "4111111111111111" not in made
    assert made.endswith(f" {oid[:9]} 24h 2026-11-02T09:00:00Z")
    assert len(made.split()[4]) == 16


def test_a_hexadecimal_word_stays_one() -> None:
    """A key may look so; a digest that is known is put in its place."""
    word = "00ff12ab34cd"
    made = hidden(f"a {word} b")
    assert re.fullmatch(r"a [0-9a-f]{12} b", made)
    assert word not in made
    assert hidden(f"a {word} b", digests={word: "123456789abc"}) == "a 123456789abc b"


def test_no_word_is_made_that_means_something_or_stands_in_the_file() -> None:
    """Else a reader would take it for what was there."""
    free = hidden("xyz")
    assert hidden("xyz", taken=frozenset({free})) != free


def test_no_number_is_made_that_is_known_or_stands_in_the_file() -> None:
    """The next one is taken."""
    number = "4111111111111111"
    first = hidden(number)
    others = {hidden(number, known=frozenset({first})), hidden(number, taken=frozenset({first}))}
    assert others.isdisjoint({first, number})
    assert {len(made) for made in others} == {len(number)}


def test_parts_that_patterns_ask_for_stay_at_their_end() -> None:
    """`*Test.java` is still met, and a stem is the same alone and before it."""
    disguise = Disguise(fragments=("Test", "test"))
    made = disguise.text("CartTest.java Cart.java testCart", lambda _: False)
    one, two, three = made.split()
    assert one.partition("Test")[0] == two.partition(".")[0]
    assert three.startswith("test")
    assert "Cart" not in made


def test_when_words_of_a_length_run_out_longer_ones_are_made() -> None:
    """Still each another."""
    words = [a + b for a in "abcdefghijklmnopqrstuvwxyz" for b in "abcdefghijklmnopqrstuvwxyz"]
    made = hidden(" ".join(words), taken=frozenset(words[:-3])).split()
    assert len(set(made)) == len(words)
    assert {len(word) for word in made} == {2, 3}


@given(st.text(max_size=60))
def test_any_text_keeps_its_marks(text: str) -> None:
    """Whatever is no letter or digit stays where it is."""
    made = hidden(text)

    def marks(value: str) -> str:
        return re.sub(r"[^\W_]+", "w", value)

    assert marks(made) == marks(text)
    assert hidden(text) == made
