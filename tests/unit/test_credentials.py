"""What gives access is taken out of a text, and nothing else is."""

from __future__ import annotations

import pytest

from bugaction.credentials import mask

# Put together here, so that no scanner takes this file for a leak.
SECRETS = (
    "ghp" + "_" + "a1B2" * 9,
    "ghs" + "_" + "a1B2" * 9,
    "ghs" + "_12345_eyJ" + "hbGciOiJI-zI1" + ".eyJ" + "zdWIiOiIxMjM0" + ".abc_DEF-123",
    "github" + "_pat_" + "11ABC" * 12,
    "glpat" + "-" + "abcdefghij0123456789",
    "xoxb" + "-123456789012-abcdefABCDEF",
    "AKIA" + "ABCDEFGHIJKLMNOP",
    "AIza" + "a" * 35,
    "sk" + "_live_" + "a1b2c3d4e5f6",
    "npm" + "_" + "a" * 36,
    "eyJ" + "hbGciOiJIUzI1" + ".eyJ" + "zdWIiOiIxMjM0" + ".abc_DEF-123",
)


@pytest.mark.parametrize("secret", SECRETS)
def test_a_key_is_covered_at_its_length(secret: str) -> None:
    """What stands around it stays as it is."""
    text = f"We put {secret}, into `deploy.sh`.\n"
    assert mask(text) == f"We put {'x' * len(secret)}, into `deploy.sh`.\n"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("https://bo:hunter2@db.test/x", "https://xxxxxxxxxx@db.test/x"),
        ("x git+ssh://bo:a.b@c@db.test", "x git+ssh://xxxxxx@c@db.test"),
        (f"https://{SECRETS[0]}:hunter2@db.test", f"https://{'x' * 48}@db.test"),
        ("Authorization: Bearer abcdef123", "Authorization: Bearer xxxxxxxxx"),
        ("https://hooks.slack.com/services/T0/B0/abc d", "https://hooks.slack.com/xxxxxxxxxxxxxxxxxx d"),
        ("https://discord.com/api/webhooks/123/" + "a" * 20, "https://discord.com/api/webhooks/" + "x" * 24),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----\nxxxx\nxxx\n-----END RSA PRIVATE KEY-----",
        ),
        ("-----BEGIN PRIVATE KEY-----\nMIIE", "-----BEGIN PRIVATE KEY-----\nxxxx"),
    ],
)
def test_only_the_secret_part_is_covered(text: str, masked: str) -> None:
    """So that it is still seen what stood there."""
    assert mask(text) == masked


@pytest.mark.parametrize("piece", ["a.", "A-", "-eyJaaaaaaaa", "a://a:"])
def test_a_hostile_document_is_read_in_passing(piece: str) -> None:
    """As long as GitHub shows one, with what begins like a secret everywhere; one at its end is covered."""
    text = (piece * 500_000)[:500_000]
    assert mask(f"{text} https://bo:hunter2@db.test") == f"{text} https://xxxxxxxxxx@db.test"


@pytest.mark.parametrize(
    "text",
    [
        "Fixes #42, see https://github.com/octo/shop/issues/42?x=1#issuecomment-900",
        "c" * 40,
        "/attest checks the disk-full run is no news",
        "mail bo@example.test at 10:30@noon",
        "<!-- bugaction:facts:assignment sha256=1f0c1f0c1f0c1f0c -->",
        "ghp_short",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    """Decisions hang on it."""
    assert mask(text) == text
