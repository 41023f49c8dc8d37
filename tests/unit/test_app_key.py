"""A GitHub App's key as people hand it over: what is taken, what is refused, and that nothing of it is
shown."""

from __future__ import annotations

import base64

import pytest

from bugaction.app_key import AppKey, parse_app_key
from bugaction.errors import UserError

BODY = ["MIIEpAIBAAKCAQEA" + letter * 48 for letter in "abc"]
KEY = "\n".join(["-----BEGIN RSA PRIVATE KEY-----", *BODY, "-----END RSA PRIVATE KEY-----"])


def read(app_id: str, key: str) -> AppKey | None:
    return parse_app_key(app_id, key, id_name="the input `app-id`", key_name="the input `app-private-key`")


@pytest.mark.parametrize("app_id", ["1", "123456", "Iv23liAbCdEfGhIjKlMn", "Iv1.0123456789abcdef", " 12 "])
@pytest.mark.parametrize(
    "text",
    [
        KEY,
        f"\n{KEY}\n\n",
        KEY.replace("\n", "\r\n"),
        KEY.replace("\n", "\\n"),
        KEY.replace("\n", "\n    "),
        KEY.replace("RSA PRIVATE", "PRIVATE"),
        KEY.replace("\n", "\\r\\n"),
        f'"{KEY}"',
        "'{}'".format(KEY.replace("\n", "\\n")),
        KEY.replace("\n", " "),
        KEY.replace("\n", ""),
        base64.b64encode(KEY.encode()).decode(),
        base64.encodebytes(f"{KEY}\n".encode()).decode(),
    ],
)
def test_an_id_and_the_text_of_a_key(app_id: str, text: str) -> None:
    """Either of the App's ids, and the file's text however its lines came."""
    found = read(app_id, text)
    assert found is not None
    assert found.id == app_id.strip()
    kind = "PRIVATE KEY" if "BEGIN PRIVATE" in text else "RSA PRIVATE KEY"
    assert found.key.reveal() == "\n".join([f"-----BEGIN {kind}-----", *BODY, f"-----END {kind}-----", ""])


def test_neither_is_no_app() -> None:
    """As an input that is left out comes."""
    assert read("", "  ") is None


@pytest.mark.parametrize(
    ("app_id", "text", "words"),
    [
        ("7", "", "The input `app-id` names a GitHub App, but its private key is missing."),
        ("", KEY, "The input `app-private-key` is given, but not whose it is."),
        ("0", KEY, "The input `app-id` is no App's id."),
        ("my app", KEY, "The input `app-id` is no App's id."),
        (KEY, KEY, "The input `app-id` is no App's id."),
        ("7", BODY[0], "The input `app-private-key` is no private key in PEM."),
        ("7", KEY.replace("BEGIN RSA", "BEGIN"), "The input `app-private-key` is no private key in PEM."),
        (
            "7",
            base64.b64encode(BODY[0].encode() * 4).decode(),
            "The input `app-private-key` is no private key",
        ),
        ("7", "LS0tLS1CRUdJTi" + "x" * 200, "The input `app-private-key` is no private key in PEM."),
        ("7", KEY + "\nx", "The input `app-private-key` is no private key in PEM."),
        (
            "7",
            KEY.replace(BODY[1], "Proc-Type: 4,ENCRYPTED"),
            "The input `app-private-key` is no private key",
        ),
    ],
)
def test_what_is_none_is_refused_without_showing_it(app_id: str, text: str, words: str) -> None:
    """By the name that the person knows the input by, and with what to do."""
    with pytest.raises(UserError) as caught:
        read(app_id, text)
    assert words in caught.value.message
    assert caught.value.remedy
    assert not any(line in f"{caught.value.message}{caught.value.remedy}" for line in BODY)


@pytest.mark.parametrize("text", [KEY.replace("\n", ""), base64.b64encode(KEY.encode()).decode()])
def test_nothing_of_it_is_shown_however_it_came(text: str) -> None:
    """Neither as it was given nor as it is in the file."""
    found = read("7", text)
    assert found is not None
    shown = found.key.scrub(f"{text} {KEY}")
    secret = "".join(BODY) if text.startswith("-") else text
    assert not any(secret[at : at + 32] in shown for at in range(0, len(secret) - 32, 8))
    assert not any(line[:32] in shown for line in BODY)


def test_no_line_of_it_is_shown() -> None:
    """Where a library quotes one line of it, that is taken out as well."""
    found = read("7", KEY)
    assert found is not None
    assert BODY[0] not in repr(found)
    assert found.key.scrub(f"in {KEY}\n; at '{BODY[1]}'") == "in ***; at '************'"
    assert found.key.scrub(BODY[2][:40]) == f"******{BODY[2][32:40]}"
