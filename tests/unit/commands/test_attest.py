"""`/attest`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.approved import APPROVALS
from bugaction.boxes import Box, Toggle, boxes
from bugaction.bug import DocumentState, Gap
from bugaction.commands.attest import ATTESTABLE, Attest
from bugaction.commands.base import Accepted, Problem
from bugaction.commands.parse import parse_calls
from bugaction.gates import GATES
from bugaction.model import Membership, Role
from bugaction.monitoring import Watch
from bugaction.policy import People, Policy
from tests.unit.commands.context import CONTEXT, context, ruling
from tests.values import at

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


def test_a_note_has_300_characters_at_most() -> None:
    """So many are still taken."""
    found = ruling(COMMAND, "/attest reproduction " + "x" * 300)
    assert found == Accepted({"requirement": "reproduction", "note": "x" * 300})


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
    address = "https://github.com/OWNER/REPOSITORY/security/advisories/GHSA-xxxx-xxxx-xxxx"
    assert found == Problem(f"it takes the advisory's address: `/attest bug-report {address}`", usage=False)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("/attest", f"which requirement is missing: {KNOWN}"),
        ("/attest severity", f"that requirement cannot be attested; these can: {KNOWN}"),
        (
            f"/attest bug-report {ADVISORY}",
            "the report of a bug that is not confidential is committed, not attested",
        ),
        (
            f"/attest root-cause-analysis {ADVISORY}",
            "the root cause analysis of a bug that is not confidential is committed, not attested",
        ),
        ("/attest reproduction", "a few words are missing for `reproduction`: where and how, or why not"),
        ("/attest bug-report " + "x" * 301, "the note is longer than 300 characters"),
    ],
)
def test_a_problem_is_said(line: str, text: str) -> None:
    """What is missing, what cannot be attested, and what need not be; the usage helps where no word fits."""
    assert ruling(COMMAND, line) == Problem(text, usage=KNOWN in text)


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
            "it takes the commit that it speaks of, the newest one of a fix: `cccccccc` or `cccccccd`",
        ),
        ("ccccccc", (HEAD,), "a few words are missing for `checks`: where and how, or why not"),
        ("ccccccc one more job", (), "no open pull request fixes this bug"),
    ],
)
def test_a_word_on_no_commit_is_none(words: str, heads: tuple[str, ...], text: str) -> None:
    """The newest commit is told; one that was replaced meanwhile is not meant."""
    found = ruling(COMMAND, f"/attest checks {words}", heads=dict.fromkeys(heads, (7,)))
    assert found == Problem(text, usage=False)


FIXED = {"fixes": frozenset({7}), "watch": lambda: Watch(merged=at(1))}


@pytest.mark.parametrize("requirement", ["rollback-tested", "staging"])
def test_a_word_on_a_release_is_on_a_fix(requirement: str) -> None:
    """Before there is one, there was nothing to try."""
    line = f"/attest {requirement} it works"
    assert ruling(COMMAND, line) == Problem("no pull request fixes this bug yet", usage=False)
    unlinked = ruling(COMMAND, line, fixes=frozenset({7}), unlinked=frozenset({7}))
    assert unlinked == Problem("no pull request fixes this bug yet", usage=False)
    assert ruling(COMMAND, line, **FIXED) == Accepted({"requirement": requirement, "note": "it works"})
    bare = ruling(COMMAND, f"/attest {requirement}", **FIXED)
    text = f"a few words are missing for `{requirement}`: where and how, or why not"
    assert bare == Problem(text, usage=False)


LEAD = Policy(people=People(engineering_lead=("mia",), on_call=("Bo", "mia")))


def test_a_release_is_approved_by_whom_policy_names() -> None:
    """With or without words; where policy names nobody, nobody can."""
    line = "/attest release-approvals"
    early = ruling(COMMAND, line, policy=LEAD, author="bo")
    assert early == Problem("no pull request fixes this bug yet", usage=False)
    bare = ruling(COMMAND, line, policy=LEAD, author="bo", **FIXED)
    assert bare == Accepted({"requirement": "release-approvals"})
    assert ruling(COMMAND, f"{line} go on", policy=LEAD, author="mia", **FIXED) == Accepted(
        {"requirement": "release-approvals", "note": "go on"}
    )
    other = ruling(COMMAND, line, policy=LEAD, author="cy", **FIXED)
    assert other == Problem("only mia or Bo can approve a release", usage=False)
    nobody = ruling(COMMAND, line, **FIXED)
    text = "no role has to approve releases; `people.engineering-lead` and `people.on-call` name them"
    assert nobody == Problem(text, usage=False)


def test_whose_week_it_is_may_approve_a_release() -> None:
    """By the moment at which it is said."""
    people = {"rota": {"start": "2026-11-23", "logins": ["bo", "cy"]}}
    policy = Policy.model_validate({"people": people})
    line = "/attest release-approvals"
    bo = ruling(COMMAND, line, policy=policy, author="bo", **FIXED)
    assert bo == Accepted({"requirement": "release-approvals"})
    cy = ruling(COMMAND, line, policy=policy, author="cy", **FIXED)
    assert cy == Problem("only bo can approve a release", usage=False)


def test_what_was_merged_is_looked_at_by_somebody_senior() -> None:
    """In words, and not while a pull request is open, which a review approves."""
    line = "/attest approvals read it line by line"
    early = ruling(COMMAND, line, role=Role.MAINTAIN)
    assert early == Problem("no fix of this bug is merged yet", usage=False)
    senior = ruling(COMMAND, line, role=Role.MAINTAIN, **FIXED)
    assert senior == Accepted({"requirement": "approvals", "note": "read it line by line"})
    other = ruling(COMMAND, line, role=Role.WRITE, **FIXED)
    assert other == Problem("it is a word for somebody with the role maintain or above", usage=False)
    waiting = ruling(COMMAND, line, role=Role.MAINTAIN, heads={HEAD: (7,)})
    text = "an open pull request is approved by a review; a word counts once the fix is merged"
    assert waiting == Problem(text, usage=False)
    parted = {"heads": {HEAD: (8,)}, "unlinked": frozenset({8})}
    assert ruling(COMMAND, line, role=Role.MAINTAIN, **parted, **FIXED) == senior
    bare = ruling(COMMAND, "/attest approvals", role=Role.MAINTAIN, **FIXED)
    text = "a few words are missing for `approvals`: where and how, or why not"
    assert bare == Problem(text, usage=False)


def test_a_member_of_a_senior_team_has_a_senior_s_word() -> None:
    """Which is asked for only where nothing else makes the author senior."""
    policy = Policy.model_validate({"people": {"senior": {"role": "maintain", "teams": ["octo/leads"]}}})
    (call,) = parse_calls("/attest approvals read it")
    assert COMMAND.asks_teams(call, context(policy=policy, author="eve", role=Role.WRITE)) == ("eve",)
    assert COMMAND.asks_teams(call, context(policy=policy, author="mia", role=Role.MAINTAIN)) == ()
    (other,) = parse_calls("/attest reproduction here")
    assert COMMAND.asks_teams(other, context(policy=policy, author="eve", role=Role.WRITE)) == ()
    (bare,) = parse_calls("/attest")
    assert COMMAND.asks_teams(bare, context(policy=policy, author="eve", role=Role.WRITE)) == ()
    (loud,) = parse_calls("/attest APPROVALS read it")
    assert COMMAND.asks_teams(loud, context(policy=policy, author="eve", role=Role.WRITE)) == ("eve",)
    people = {"senior": {"role": "maintain", "logins": ["cy"], "teams": ["octo/leads"]}}
    listed = {"policy": Policy.model_validate({"people": people}), "author": "Cy", "role": Role.WRITE}
    assert COMMAND.asks_teams(call, context(**listed)) == ()
    by_name = ruling(COMMAND, "/attest approvals read it", **listed, **FIXED)
    assert by_name == Accepted({"requirement": "approvals", "note": "read it"})
    told = "it is a word for somebody with the role maintain or above or a member of octo/leads"
    hidden = f"{told}; who is in octo/leads takes a GitHub App's token with `members: read`"
    for membership, text in (
        (Membership.MEMBER, ""),
        (Membership.NONE, told),
        (Membership.HIDDEN, hidden),
    ):
        known = {"octo/leads": membership}
        found = ruling(
            COMMAND,
            "/attest approvals read it",
            policy=policy,
            role=Role.WRITE,
            author="eve",
            teams_of=lambda login, k=known: k if login == "eve" else {},
            **FIXED,
        )
        word = Accepted({"requirement": "approvals", "note": "read it"})
        assert found == (Problem(text, usage=False) if text else word)


def test_what_can_be_attested_is_a_requirement() -> None:
    """By the id that the checklist shows; only the words on documents are none of a gate."""
    ids = {item.id for gate in GATES.values() for item in gate.requirements}
    ids |= {item.id for gate in GATES.values() for item in gate.of_pull}
    assert set(ATTESTABLE) - ids == set(APPROVALS)


def test_it_is_one_s_own_word() -> None:
    """Who may is policy; nobody can put it into another's comment."""
    assert COMMAND.personal
    assert COMMAND.least(CONTEXT.policy) is Role.WRITE


def test_who_worked_on_a_fix_cannot_vouch_for_its_workflows() -> None:
    """For its size they can: that is a reason, and no look at it."""
    around = {"heads": {HEAD: (7,)}, "contributors": {HEAD: frozenset({"ana"})}}
    found = ruling(COMMAND, "/attest checks ccccccc one more job", **around)
    assert found == Problem("ana worked on it, and cannot vouch for its workflows", usage=False)
    other_case = ruling(COMMAND, "/attest checks ccccccc one more job", author="Ana", **around)
    assert other_case == Problem("Ana worked on it, and cannot vouch for its workflows", usage=False)
    assert isinstance(ruling(COMMAND, "/attest minimal-change ccccccc generated", **around), Accepted)
    assert isinstance(ruling(COMMAND, "/attest checks ccccccc one more job", heads={HEAD: (7,)}), Accepted)


TICKED = {name: rule for name, rule in ATTESTABLE.items() if rule.tick}


def test_a_tick_will_do_where_no_own_words_are_needed() -> None:
    """A reason, a place or an address only the person knows; that it was looked at, the box can say."""
    assert "checks" in TICKED
    assert not TICKED.keys() & {"bug-report", "minimal-change", "reproduction", "root-cause-analysis"}


@pytest.mark.parametrize("name", TICKED)
def test_the_sentence_of_a_box_is_a_note_that_its_rule_takes(name: str) -> None:
    """With the commit before it where the word is for one; it says "I", and stands on one line."""
    rule = ATTESTABLE[name]
    note = f"{HEAD} {rule.tick}" if rule.per_commit else rule.tick
    found = rule.check(name, note, context(heads={HEAD: (7,)}, fixes=frozenset({7})))
    assert isinstance(found, Accepted)
    assert found.data.get("head", "") == (HEAD if rule.per_commit else "")
    assert rule.tick.startswith("I ")
    assert "\n" not in rule.tick


@pytest.mark.parametrize("name", ATTESTABLE)
def test_a_box_can_name_each_requirement(name: str) -> None:
    """So that it is found again in the comment."""
    assert boxes(Box(name).written(ticked=True)) == (Toggle(Box(name), ticked=True),)


DEBT = "/attest technical-debt"
DEBT_TAKES = (
    "it takes `none` and why, or the issue that pays it off and the day by which: "
    "`/attest technical-debt #123 2026-12-31`"
)


@pytest.mark.parametrize(
    ("line", "data"),
    [
        (f"{DEBT} #123 2026-12-31", {"issue": "123", "due": "2026-12-31", "note": "#123, due 2026-12-31"}),
        (f"{DEBT} 123 due 2026-11-24", {"issue": "123", "due": "2026-11-24", "note": "#123, due 2026-11-24"}),
        (f"{DEBT} None the code is final", {"note": "none, the code is final"}),
    ],
)
def test_debt_is_an_issue_and_a_day_or_none(line: str, data: dict[str, str]) -> None:
    """The issue is looked up first."""
    assert ruling(COMMAND, line, bug=42) == Accepted({"requirement": "technical-debt", **data})


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (DEBT, DEBT_TAKES),
        (f"{DEBT} later", DEBT_TAKES),
        (f"{DEBT} #123", DEBT_TAKES),
        (f"{DEBT} #123 soon", DEBT_TAKES),
        (f"{DEBT} later 2026-12-31", DEBT_TAKES),
        (f"{DEBT} #123 9999-12-31", DEBT_TAKES),
        (f"{DEBT} none", "why there is none is missing"),
        (f"{DEBT} #123 2026-11-23", "the day lies in the past"),
        (f"{DEBT} #42 2026-12-31", "`#42` is no other issue of this repository"),
        (f"{DEBT} #9 2026-12-31", "`#9` is no other issue of this repository"),
    ],
)
def test_a_debt_that_nobody_pays_off_is_refused(line: str, text: str) -> None:
    """Neither without an issue of its own nor without a day that lies ahead."""
    assert ruling(COMMAND, line, bug=42, missing=frozenset({9})) == Problem(text, usage=False)


@pytest.mark.parametrize(
    ("line", "number"),
    [
        (f"{DEBT} #123 2026-12-31", 123),
        ("/attest Technical-Debt 7 2026-12-31", 7),
        (f"{DEBT} none why", 0),
        (DEBT, 0),
        ("/attest", 0),
        ("/attest reproduction #123 shows it", 0),
    ],
)
def test_the_issue_of_a_debt_is_looked_up(line: str, number: int) -> None:
    """And no other that a note may name."""
    (call,) = parse_calls(line)
    assert COMMAND.asks_issue(call, CONTEXT) == number


DRAFT = DocumentState("root-cause-analysis", "root-cause-analysis-v1.1.md", "1.1", "# Root cause\n", "main")
CAUSE = "/attest root-cause-approved"


@pytest.mark.parametrize(
    ("line", "data"), [(CAUSE, {}), (f"{CAUSE} read with the team", {"note": "read with the team"})]
)
def test_a_document_is_approved_in_its_committed_version(line: str, data: dict[str, str]) -> None:
    """Which the ledger names, with the note where there is one."""
    drafts = {DRAFT.kind: DRAFT}
    found = ruling(COMMAND, line, draft_of=drafts.get)
    assert found == Accepted({"requirement": "root-cause-approved", "version": "1.1", **data})


GAPS = tuple(Gap(f"Section {number}", "is empty") for number in range(7))


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "the root-cause analysis is not committed yet"),
        (
            {"draft_of": lambda _: DocumentState("x", "x", "1.0")},
            "the root-cause analysis is not committed yet",
        ),
        (
            {"draft_of": lambda _: replace(DRAFT, gaps=(Gap("The `cause`", "is still to be written"),))},
            "the root-cause analysis v1.1 is not complete: \"The 'cause'\" is still to be written",
        ),
        (
            {"draft_of": lambda _: replace(DRAFT, gaps=GAPS)},
            "the root-cause analysis v1.1 is not complete: "
            + ", ".join(f'"Section {number}" is empty' for number in range(5))
            + " (+2)",
        ),
        (
            {"draft_of": lambda _: replace(DRAFT, gaps=GAPS[:5])},
            "the root-cause analysis v1.1 is not complete: "
            + ", ".join(f'"Section {number}" is empty' for number in range(5)),
        ),
        (
            {"draft_of": lambda _: DRAFT, "confidential": True},
            "a confidential bug has no documents that could be approved",
        ),
    ],
)
def test_what_is_not_whole_cannot_be_approved(changes: dict[str, object], text: str) -> None:
    """Nor what is not there. The sections that are open are named."""
    assert ruling(COMMAND, CAUSE, **changes) == Problem(text, usage=False)
