"""A secret shows itself nowhere."""

from __future__ import annotations

import pickle

import pytest

from bugaction.secret import Secret


def test_it_is_not_shown_whole_or_in_part() -> None:
    """The longest part goes first, so that no rest of one that holds another stays."""
    secret = Secret("json://a/b", ["abcd", "abcdef"])
    assert f"{secret} {secret!r} {[secret]}" == "*** *** [***]"
    assert secret.scrub("to json://a/b with abcdef and abcd") == "to *** with *** and ***"
    assert Secret("").scrub("all of it") == "all of it"
    with pytest.raises(TypeError, match="not written anywhere"):
        pickle.dumps(secret)
