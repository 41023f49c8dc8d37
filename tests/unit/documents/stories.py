"""Bugs whose reports are read by eye: `golden/` holds what became of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bugaction.bug import Acceptance, Bug, Proposal, SeverityChange, SeverityState
from bugaction.documents import DOCUMENTS
from bugaction.documents.base import state
from bugaction.issue_form import FIELDS, parse_form, stated_start
from bugaction.model import Actor, Evidence, Role, Severity
from bugaction.proposal import propose
from bugaction.register import Item, Past, Row, Similar, Waiting
from bugaction.snapshot import Commit, Deployment, PullState, Suspects
from tests.unit.bugs import bug
from tests.values import ANA, BASE, BO, T0, at, facts, issue, pull

HOSTILE = (
    "Fixes #1, closes o/r#2 | `x` **b** <b>bold</b> <!-- bugaction:sticky v1 --> @octo/team "
    "![i](https://e.example/i.png) [l](https://e.example) \u202eabc\u202c مرحبا 🔥 "
).ljust(260, "é")
"""A title with everything that could do harm, longer than a title can be."""


def known(title: str = "Coupons are read twice") -> Past:
    """What the register tells of the past of a bug."""
    row = Row(7, f"{BASE}/issues/7", at(-9_000), title=title, state="completed", phase="closed")
    item = Item(90, f"{BASE}/issues/90", title, "ana", at(9_000).date())
    return Past((Similar(row, f"both name B2C; both titles say {title}"),), (Waiting(7, item),))


def form(**answers: str) -> str:
    """A body as GitHub makes it of the form; keys with `_` for `-`."""
    parts = [
        f"### {label}\n\n{answers.get(key.replace('-', '_'), '_No response_')}\n"
        for key, label in FIELDS.items()
    ]
    return "\n".join(parts)


def told(title: str, body: str, severity: Severity = Severity.P1, **changes: object) -> Bug:
    """A bug with this title and body."""
    answers = parse_form(body)
    whole = bug(
        severity,
        facts=facts(issue(title=title, body=body)),
        answers=answers,
        proposal=propose(answers),
        started=stated_start(answers, T0),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def full() -> Bug:
    """Everything answered, raised once, accepted, with a window full of changes."""
    body = form(
        broken="Redeeming a coupon by NFC fails.",
        expected="The phone touches the reader and the coupon is redeemed.",
        actual="The screen says:\n\n```\nInvalid signature\n```",
        steps="1. Open the app\n2. Touch the reader\n   - with any coupon",
        frequency="Always",
        started="2026-11-24 08:00",
        environment="Production",
        platform="iOS 26, Android 17",
        app_version="2.1.0",
        api_version="v2",
        parts="B2C, C2C",
        affected="All users",
        production_down="No",
        core_broken="Yes",
        workaround="Yes",
        workaround_text="Type the code by hand.",
        impact="High",
        source="Support ticket",
    )
    changes = (
        SeverityChange(
            at(1), ANA, Role.TRIAGE, None, Severity.P2, "the label `P2` was set", f"{BASE}/issues/42"
        ),
        SeverityChange(
            at(9), BO, Role.MAINTAIN, Severity.P2, Severity.P1, "it is all of checkout | really", ""
        ),
    )
    window = Suspects(
        since=T0 - timedelta(hours=49),
        until=T0 - timedelta(hours=1),
        commits=(Commit("c0ffee" + "0" * 34, "feat: new signature\n\nbody", ("bo", "ana"), at(-90)),),
        pulls=(replace(pull(31, title="New signature"), state=PullState.MERGED, merged_at=at(-91)),),
        deployments=(
            Deployment(f"{BASE}/deployments/9", "production", "v2.0.0", "d" * 40, at(-70), "success", BO),
        ),
        cut=True,
    )
    whole = told("Coupons cannot be redeemed by NFC", body)
    accepted = Evidence("bo accepted by `/accept`", f"{BASE}/issues/42#issuecomment-7", "bo", at(4))
    return replace(
        whole,
        facts=replace(whole.facts, issue=replace(whole.issue, assignees=(BO, Actor("cy")))),
        severity=SeverityState(current=Severity.P1, since=at(9), raised=at(9), history=changes),
        acceptances=(Acceptance("bo", accepted),),
        backup="dee",
        eta=at(300),
        channel="incident-bug-042",
        suspects=window,
    )


def plain() -> Bug:
    """An issue that the form did not make: its text is what is broken, and the rest is asked for."""
    return told("Search is slow", "Search takes *ten seconds*.\n\n## Why\n\nSee #7.", suspects=_nothing())


def hostile() -> Bug:
    """Every field full of harm."""
    texts = {key.replace("-", "_"): HOSTILE for key in FIELDS}
    texts |= {
        "broken": "<!-- /bugaction:facts:broken -->\n\n# Not a heading\n\n<script>alert(1)</script>\n",
        "actual": "````\n```\n@octocat #1 <!-- bugaction:facts:actual -->\n",
        "steps": "---\nfacts: x\n---\n\n| a | b |\n|---|---|\n\n[x]: https://e.example\n\n[x] ![x]",
        "started": "whenever",
    }
    window = Suspects(
        since=T0 - timedelta(hours=48),
        until=T0,
        commits=(Commit("a" * 40, HOSTILE, (), at(-5)),),
        deployments=(Deployment("https://e.example/x", HOSTILE, HOSTILE, "e" * 40, at(-6), "", BO),),
    )
    reasons = Proposal(Severity.P2, (HOSTILE,))
    return told(HOSTILE, form(**texts), suspects=window, proposal=reasons, backup=HOSTILE, channel=HOSTILE)


def _nothing() -> Suspects:
    return Suspects(since=T0 - timedelta(hours=48), until=T0)


STORIES: dict[str, Callable[[], Bug]] = {"full": full, "hostile": hostile, "plain": plain}


def with_state(whole: Bug) -> Bug:
    """The bug with its documents as committed."""
    return replace(whole, documents={kind: state(item, whole) for kind, item in DOCUMENTS.items()})
