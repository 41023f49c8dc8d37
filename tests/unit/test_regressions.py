"""What an issue's text says it is a regression of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.regressions import MOST_HEARD, MOST_NAMED, named_regressions


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Regression of #42", (42,)),
        ("The cart is empty.\n\nregression of: #42, and it hurts", (42,)),
        ("This is a regression of #42.", (42,)),
        ("It is regression  of #42 and #7", (42, 7)),
        ("- Regression of #42\r\n- Regression of #43", (42, 43)),
        ("**Regression of** #42", (42,)),
        ("### Regression of\n\n#42", (42,)),
        ("### Regression of\r\n\r\n#42, #43\r\n\r\n### Expected\r\n\r\n#44", (42, 43)),
        ("Regression of #1, #2, #3, #4", (1, 2, 3)),
        ("<details>\n\n#7\n\n</details>\n\nRegression of #42", (42,)),
        ("Regression of #42\n\n<details>\n\nRegression of #7\n\n</details>", (42,)),
    ],
)
def test_a_line_names_it(text: str, numbers: tuple[int, ...]) -> None:
    """In a sentence, in an item, or as a form's field."""
    assert named_regressions(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It may be a regression of #42",
        "This is not a regression of #42",
        "Regression of #42?",
        "Regression of #42 ?",
        "`Regression of #42`",
        "> Regression of #42",
        "```\nRegression of #42\n```",
        "<!-- Regression of #42 -->",
        "<details>\nRegression of #42\n</details>",
        "<details><summary>Log</summary>\n\nRegression of #42\n\n</details>",
        "<DETAILS\nclass=x>\n\n- a\n\n### Regression of\n\n#42",
        "Regression of other/shop#42",
        "Regression of #42a",
        "Regression of #0",
        "Regression of #99999999999",
        "Regression of #4294967296",
        "### Regression of\n\nnothing\n\n#42",
        "### Regression of\n\n> #42",
        "See #42: a regression",
    ],
)
def test_other_words_name_nothing(text: str) -> None:
    """Doubts, denials, quotations, code, what nobody sees, and other repositories."""
    assert named_regressions(text) == ()


def test_what_is_looked_at_is_limited_before_what_is_heard() -> None:
    """The fourth bug of an issue is not looked at for it, and hears it all the same."""
    text = "\n".join(f"- Regression of #{number}" for number in range(1, 99))
    assert named_regressions(text) == (1, 2, 3)
    assert named_regressions(text, MOST_HEARD) == tuple(range(1, MOST_HEARD + 1))


@given(st.text(st.sampled_from("regsion of:#42,and \n\r>`-<!?"), max_size=120))
def test_it_is_total(text: str) -> None:
    """Any text gives a few numbers or none."""
    found = named_regressions(f"Regression of #1\n{text}")
    assert len(found) <= MOST_NAMED
    assert len(set(found)) == len(found)
