"""What finds a token that has come to light finds it in every dress; each life ends with that search."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable
from urllib.parse import quote

import pytest

from bugaction.sandbox.tokens import Token
from tests.scenario.life import Life, begin
from tests.secrecy import leaks, logged

DRESSES: dict[str, Callable[[str], str]] = {
    "plain": str,
    "basic authentication": lambda token: base64.b64encode(f"x-access-token:{token}".encode()).decode(),
    "another user's": lambda token: base64.b64encode(f"me:{token}".encode()).decode(),
    "base64": lambda token: base64.b64encode(token.encode()).decode(),
    "in a URL": lambda token: f"https://x:{quote(token)}@github.com/octo/shop",
    "each character quoted": lambda token: "".join(f"%{ord(char):02X}" for char in token),
    "hexadecimal": lambda token: token.encode().hex(),
    "JSON": lambda token: json.dumps({"token": token}),
    "cut short": lambda token: f"{token[:20]}...",
    "its end": lambda token: token[-25:],
    "in two lines": lambda token: f"{token[:20]}\n{token[20:]}",
}


def _token(life: Life) -> Token:
    return life.server.tokens.for_job({"issues": "write"})


@pytest.mark.parametrize("dress", DRESSES)
def test_a_token_is_found_in_every_dress(life: Life, dress: str) -> None:
    """Whichever token it is."""
    for token in (_token(life), life.server.tokens.for_user("ana")):
        assert leaks(["all is well", DRESSES[dress](token.value)])
    assert leaks(["all is well", "v7Qd2mX", base64.b64encode(b"all is well").decode()]) == []


def _in_a_comment() -> None:
    with begin() as life:
        number = life.report()
        comment = life.people.comment("dee", number, f"in-a-comment-{_token(life).value}")
        life.people.edit_comment("dee", comment.id, "after")


def _in_a_file() -> None:
    with begin() as life:
        life.people.push("bo", "main", {"a.txt": f"in-a-file-{_token(life).value}"}, "Add")
        life.people.push("bo", "main", {"a.txt": "nothing"}, "Remove")


def _in_an_output() -> None:
    with begin() as life:
        life.product.summaries.append(f"in-an-output-{_token(life).value}")


@pytest.mark.parametrize("place", [_in_a_comment, _in_a_file, _in_an_output])
def test_a_life_in_which_it_came_to_light_fails(place: Callable[[], None]) -> None:
    """Also in a comment that was edited since, and in a file that a later commit has removed."""
    with pytest.raises(AssertionError, match=place.__name__.replace("_", "-")[1:]):
        place()


def test_it_is_found_in_what_libraries_log() -> None:
    """A traceback included."""
    with logged() as lines:
        logging.getLogger("somebody").error("It failed", exc_info=ValueError("v7Qd2mXkR9sL"))
    assert leaks(lines)
