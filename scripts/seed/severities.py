"""The lines on what the process is, and on the four severities."""

from __future__ import annotations

from scripts.seed.pointers import (
    Case,
    Clock,
    Key,
    Line,
    Part,
    Question,
    Requirement,
    Text,
    row,
)

__all__ = ["PARTS"]

_ANSWERS = Text("comments/sticky.md.j2", "What {{ severity.name }} means here")
_GOES_OUT = Text("documents/release-notes.md.j2", "How a {{ severity.name }} goes out")


def _example(words: str, name: str) -> Line:
    return row(words, Case("tests/unit/test_proposal.py", name))


_OVERVIEW = Part(
    "Overview",
    (
        row("quick, above all where it is critical", Clock("fix"), Key("severities.P0.deferrable")),
        row("the scope is the bug alone", Requirement("fix", "minimal-change")),
        row("no risk taken for an improvement", Key("fix.not-minimal")),
        row("a regression test always", Requirement("fix", "regression-test")),
        row("the cause is always analysed", Requirement("root-cause", "root-cause-analysis")),
    ),
)

_P0 = Part(
    "Severity P0",
    (
        row("fixed within four hours", Key("severities.P0.fix"), Clock("fix")),
        row("sign: production is gone", Question("production-down")),
        row("sign: data is damaged or lost", Question("data-at-risk")),
        row("sign: somebody broke in", Question("security-breach")),
        row("sign: nobody can pay", Question("payments-failing")),
        row("sign: what is critical is closed to everybody", Question("critical-blocked")),
        row("answer: everybody at once", _ANSWERS),
        row("answer: hotfix straight to production", _ANSWERS, _GOES_OUT),
        row("answer: a post-mortem", _ANSWERS, Key("severities.P0.post-mortem")),
        _example("example: no database", "database connection lost"),
        _example("example: the API answers 500", "API answers 500"),
        _example("example: no redemption works", "no coupon can be redeemed"),
        _example("example: users' data seen by others", "user data exposed"),
    ),
)

_P1 = Part(
    "Severity P1",
    (
        row("fixed within a day", Key("severities.P1.fix"), Clock("fix")),
        row("sign: something major does not work", Question("core-broken")),
        row("sign: many users have it", Question("affected")),
        row("sign: a way around it, and a poor one", Question("workaround"), Question("workaround-text")),
        row("sign: the business feels it", Question("impact")),
        row("answer: other plans wait", _ANSWERS),
        row("answer: tested on the fast track", _ANSWERS, _GOES_OUT),
        row("answer: out in the next window", _ANSWERS, _GOES_OUT),
        _example("example: a search without results", "coupon search finds nothing"),
        _example("example: it fails now and then", "NFC redemption fails at times"),
        _example("example: mails are not sent", "no e-mail notifications"),
        _example("example: the app dies at its start", "mobile app crashes on launch"),
    ),
)

_P2 = Part(
    "Severity P2",
    (
        row("fixed within a week", Key("severities.P2.fix"), Clock("fix")),
        row("sign: few users have it", Question("affected")),
        row("sign: there is a way around it", Question("workaround")),
        row("sign: nothing critical", Question("critical-blocked"), Question("core-broken")),
        row("sign: the business feels little", Question("impact")),
        row("answer: in the sprint that runs", _ANSWERS),
        row("answer: tested as ever", _ANSWERS, _GOES_OUT),
        row("answer: out with the next batch", _ANSWERS, _GOES_OUT),
        _example("example: dates in one timezone", "date format wrong in one timezone"),
        _example("example: layout on one screen", "misaligned on one screen size"),
        _example("example: an untranslated message", "error message not localised"),
        _example("example: a small validation fault", "minor validation bug"),
    ),
)

_P3 = Part(
    "Severity P3",
    (
        row("fixed when it suits: no target unless policy sets one", Key("severities.P3.fix")),
        row("sign: only how it looks", Question("cosmetic")),
        row("sign: hardly ever met", Question("affected")),
        row("sign: users hardly notice", Question("affected")),
        row("sign: the business does not notice", Question("impact")),
        row("answer: the backlog", _ANSWERS),
        row("answer: may be fixed along with others", _ANSWERS),
        _example("example: a shade of a colour", "button colour slightly off"),
        _example("example: a slip in a help text", "typo in a help text"),
        _example("example: a warning nobody sees", "console warning, nobody notices"),
        _example("example: better log lines", "minor logging improvement"),
    ),
)

_LADDER, _CONTACT = Key("severities.P0.escalation"), Key("contacts")
_SHOWN = Text("comments/sticky.md.j2", "Contacts: ")

_CONTACTS = Part(
    "Escalation and contacts",
    (
        row("first the engineer on call", _LADDER, Key("people.on-call"), Key("people.rota")),
        row("then the engineering lead", _LADDER, Key("people.engineering-lead")),
        row("then the CTO", _LADDER, Key("people.cto")),
        row("then the CEO, if the business is at stake", _LADDER, Key("people.ceo")),
        row("the chat where incidents are spoken of", _CONTACT, _SHOWN),
        row("the pager", _CONTACT, _SHOWN, Key("notifications.page")),
        row("the mail address", _CONTACT, _SHOWN, Key("notifications.escalated")),
    ),
)

PARTS = (_OVERVIEW, _P0, _P1, _P2, _P3, _CONTACTS)
