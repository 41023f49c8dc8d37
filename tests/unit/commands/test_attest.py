"""`/attest`."""

from __future__ import annotations

import pytest

from bugaction.commands.attest import ATTESTABLE, Attest
from bugaction.commands.base import Accepted, Problem
from bugaction.gates import GATES
from bugaction.model import Role
from tests.unit.commands.context import CONTEXT, ruling

COMMAND = Attest()
KNOWN = ", ".join(f"`{name}`" for name in sorted(ATTESTABLE))
HEAD, OTHER = "c" * 40, "cd" * 20
ADVISORY = "https://github.com/octo/shop/security/advisories/GHSA-23cf-gh45-qrvw"


@pytest.mark.parametrize(
    ("line", "data"),
    [
        (f"/attest bug-report {ADVISORY}", {"requirement": "bug-report", "url": ADVISORY}),
        (
            f"/attest Bug-Report {ADVISORY} written by bo",
            {"requirement": "bug-report", "url": ADVISORY, "note": "written by bo"},
        ),
    ],
)
def test_the_report_of_a_confidential_bug_is_its_advisory(line: str, data: dict[str, str]) -> None:
    """With the advisory's address, and a note behind it."""
    assert ruling(COMMAND, line, confidential=True) == Accepted(data)


def test_a_reproduction_is_attested_in_words() -> None:
    """Where and how, or why not."""
    found = ruling(COMMAND, "/attest reproduction on staging,  with coupon 7")
    assert found == Accepted({"requirement": "reproduction", "note": "on staging, with coupon 7"})


@pytest.mark.parametrize(
    "url",
    [
        "",
        "done",
        ADVISORY.replace("https", "http"),
        ADVISORY.replace("github.com", "github.com.evil.example"),
        ADVISORY.replace("github.com", "user@github.com"),
        ADVISORY.replace("github.com", "github.com:444"),
        ADVISORY.replace("GHSA-23cf", "GHSA-1abe"),
        ADVISORY + "/edit",
        ADVISORY + "?a=b",
        ADVISORY + "#a",
        "https://[github.com/a",
        "https://github.com/octo/shop/issues/1",
    ],
)
def test_only_an_advisory_s_address_will_do(url: str) -> None:
    """On the host of the repository, and nothing but the page."""
    found = ruling(COMMAND, f"/attest bug-report {url}", confidential=True)
    assert isinstance(found, Problem)
    assert found.text.startswith("it takes the advisory's address: `/attest bug-report https://github.com/")


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("/attest", f"which requirement is missing: {KNOWN}"),
        ("/attest rollback-tested", f"that requirement cannot be attested; these can: {KNOWN}"),
        (
            f"/attest bug-report {ADVISORY}",
            "the report of a bug that is not confidential is committed, not attested",
        ),
        (
            f"/attest root-cause-analysis {ADVISORY}",
            "the root cause analysis of a bug that is not confidential is committed, not attested",
        ),
        ("/attest reproduction", "a few words are missing behind it: where and how, or why not"),
        ("/attest bug-report " + "x" * 301, "the note is longer than 300 characters"),
    ],
)
def test_a_problem_is_said(line: str, text: str) -> None:
    """What is missing, what cannot be attested, and what need not be."""
    found = ruling(COMMAND, line)
    assert isinstance(found, Problem)
    assert found.text == text


@pytest.mark.parametrize("requirement", ["checks", "minimal-change"])
@pytest.mark.parametrize("commit", ["ccccccc", "CCCCCCCC", HEAD])
def test_a_word_on_a_fix_is_for_one_commit(requirement: str, commit: str) -> None:
    """Which is recorded in full, so that it is known again after a push."""
    found = ruling(COMMAND, f"/attest {requirement} {commit} one more job", heads={OTHER: (7,), HEAD: (8,)})
    assert found == Accepted({"requirement": requirement, "head": HEAD, "note": "one more job"})


@pytest.mark.parametrize(
    ("words", "heads", "text"),
    [
        ("", (HEAD,), "it takes the commit that it speaks of, the newest one of a fix: `ccccccc`"),
        (
            "one more job",
            (HEAD,),
            "it takes the commit that it speaks of, the newest one of a fix: `ccccccc`",
        ),
        (
            "ddddddd one more job",
            (HEAD, OTHER),
            "it takes the commit that it speaks of, the newest one of a fix: `ccccccc` or `cdcdcdc`",
        ),
        (
            "cccccc too short",
            (HEAD,),
            "it takes the commit that it speaks of, the newest one of a fix: `ccccccc`",
        ),
        (
            "ccccccc which of them",
            (HEAD, "c" * 7 + "d" * 33),
            "it takes the commit that it speaks of, the newest one of a fix: `ccccccc` or `ccccccc`",
        ),
        ("ccccccc", (HEAD,), "a few words are missing behind it: where and how, or why not"),
        ("ccccccc one more job", (), "no open pull request fixes this bug yet"),
    ],
)
def test_a_word_on_no_commit_is_none(words: str, heads: tuple[str, ...], text: str) -> None:
    """The newest commit is told; one that was replaced meanwhile is not meant."""
    found = ruling(COMMAND, f"/attest checks {words}", heads=dict.fromkeys(heads, (7,)))
    assert isinstance(found, Problem)
    assert found.text == text


def test_what_can_be_attested_is_a_requirement() -> None:
    """By the id that the checklist shows."""
    ids = {item.id for gate in GATES.values() for item in gate.requirements}
    ids |= {item.id for gate in GATES.values() for item in gate.of_pull}
    assert set(ATTESTABLE) <= ids


def test_it_is_one_s_own_word() -> None:
    """Who may is policy; nobody can put it into another's comment."""
    assert COMMAND.personal
    assert COMMAND.least(CONTEXT.policy) is Role.WRITE
