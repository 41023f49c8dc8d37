"""Below the head of a mail that a comment answers stands somebody else's word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.commands.mail import first_quoted
from bugaction.commands.parse import parse_calls

SUBJECT = "Subject: Re: [octo/shop] Checkout fails (Issue #42)"
WROTE = "On Tue, Nov 24, 2026 at 10:00 AM Dee <dee@example.com> wrote:"
OUTLOOK = "From: Dee ***@***.***>\nSent: Tuesday, November 24, 2026 10:00\nTo: octo/shop"


@pytest.mark.parametrize(
    "head",
    [
        OUTLOOK,
        f"________________________________\n{OUTLOOK}",
        "From: Dee\nSent: Tuesday\nTo: octo/shop\nSubject: Re: [octo/shop] Checkout fails (Issue #42)",
        "**From:** Dee\n**Sent:** Tuesday\n**To:** octo/shop\n**Subject:** Re: Checkout fails",
        "*From: *Dee\n*Date: *Tuesday\n*Subject: *Re: Checkout fails",
        "From: Dee\n\nSent: Tuesday\n\nSubject: Re: [octo/shop] Checkout fails (Issue #42)",
        "Von: Dee\nGesendet: Dienstag, 24. November 2026 10:00\nAn: octo/shop\nBetreff: Re: Checkout",
        "De : Dee\nEnvoyé : mardi 24 novembre 2026 10:00\nÀ : octo/shop\nObjet : Re: Checkout",
        "发件人：Dee\n发送时间：2026-11-24\n主题：Re: Checkout",
        f"-----Original Message-----\n{OUTLOOK}",
        "-----Ursprüngliche Nachricht-----\nVon: Dee\nGesendet: Dienstag",
        WROTE,
        "On Tue, Nov 24, Dee ***@***.***> wrote:\n\n\nIt is broken.",
        "On Tue, Nov 24, 2026 at 10:00 AM, Dee <notifications@github.com>\nwrote:",
        'At 2026-11-24 10:12:12, "Dee" wrote: ',
        "On Tue, Nov 24, 2026 at 10:00 AM Dee ***@***.***>\nwrote:",
        "Am Di., 24. Nov. 2026 um 10:00 Uhr schrieb Dee ***@***.***>:",
        "Le mar. 24 nov. 2026 à 10:00, Dee ***@***.***> a écrit :",
        "El mar, 24 nov 2026, Dee escribió:",
        "On Tue, Nov 24, 2026, Dee wrote:\n\n> x\n\nBroken.\n\n/eta 4h\n\nReply to this email directly, or",
        "From: Dee ***@***.***>\nReply-To: octo/shop\nDate: Tuesday",
        "Dee [mailto:reply+AB12@reply.github.com] schrieb:",
        "Reply to this email directly, view it on GitHub, or unsubscribe.",
    ],
)
def test_what_a_mail_quotes_is_not_its_sender_s_word(head: str) -> None:
    """A stranger's command, below the answer of somebody who may."""
    body = f"No, we wait.\n\n/severity P2 few are hit\n\n{head}\n\n/override fix abc1234 shop is down\n"
    assert [call.name for call in parse_calls(body)] == ["severity"]
    assert [call.name for call in parse_calls(f"{head}\n/accept")] == []


def test_a_text_ends_where_the_mail_begins() -> None:
    """It is not what somebody tells."""
    (call,) = parse_calls(f"/root-cause\nA branch was wrong.\n\n{OUTLOOK}\n\nIt is broken.", {"root-cause"})
    assert call.text == "A branch was wrong."


@pytest.mark.parametrize(
    "line",
    [
        "From: the shop",
        "From: the shop\nTo: the bank",
        "From: the shop\nand then\nSubject: card",
        "From: 1.2.3\nTo: 1.2.4\nPlatform: linux",
        "From: Dee\nVersion: 2\nPlatform: x\nBrowser: x\nLocale: x\nSubject: card",
        "Time: 10:00\nEnvironment: production\nContact: dee@example.com",
        "@dee2 wrote:",
        "In #1234 Dee wrote:",
        "Signed-off-by: dependabot[bot] <support@github.com>",
        "Commit: GitHub <noreply@github.com>",
        "Clone it (git@github.com:octo/shop.git)",
        "@dee2 wrote:\nIt is broken.",
        "Dee wrote at 2026-11-24: no",
        "---- notes ----\nFrom: us\nTo: you",
        "----- Captured stdout call -----\nall is well",
        "----------",
        f"{WROTE}\n\n> It is broken.",
        "Dee <notifications@github.com> schrieb:\n> It is broken.",
        "> Reply to this email directly, view it on GitHub",
        "A mail ends with: Reply to this email directly, view it",
        "Mails from notifications@github.com bounce.",
        f"```\n{OUTLOOK}\n```",
        f"    {OUTLOOK.splitlines()[0]}\n    To: x\n    By: y",
        f"The cert expired:\n```\n-----BEGIN CERTIFICATE-----\n{OUTLOOK}\n```",
        "/update 14:05 <dee@example.com> wrote:",
        "   /update mails of <notifications@github.com> come late",
    ],
)
def test_other_words_hide_no_command(line: str) -> None:
    """Notes, lists, what is pasted as code or quoted with a mark, and a command that tells of a mail."""
    assert [call.name for call in parse_calls(f"{line}\n\n/accept")][-1] == "accept"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (OUTLOOK, 0),
        (WROTE, 0),
        (f"{WROTE}\n\n   > It is broken.", 3),
        ("wrote:\nIt is broken.\nOn Tue, Nov 24, 2026, Dee", 3),
        ("From: dee@example.com" + "\n" * 7 + "Sent: Tuesday\nTo: octo/shop", 0),
        ("From: dee@example.com" + "\n" * 8 + "Sent: Tuesday\nTo: octo/shop", 10),
    ],
)
def test_where_a_head_ends(text: str, first: int) -> None:
    """At the end of a comment as anywhere, and where what belongs to it is not too far away."""
    assert first_quoted(text.split("\n")) == first


PIECES = [*OUTLOOK.split("\n"), SUBJECT, "/accept", "-----Original Message-----", "", "> x"]


@given(st.lists(st.text(max_size=20) | st.sampled_from(PIECES), max_size=12))
def test_what_comes_behind_a_head_moves_none_in_front_of_it(lines: list[str]) -> None:
    """Any lines get an answer; where the first head stands does not depend on what comes much later."""
    found = first_quoted(lines)
    assert 0 <= found <= len(lines)
    if found < len(lines):
        assert first_quoted([*lines[: found + 9], "Reply to this email directly, or"]) == found
