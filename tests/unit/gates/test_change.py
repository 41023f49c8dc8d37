"""What a fix may be made of: linked, tested, minimal, and done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.bug import Bug, StrategyChoice
from bugaction.gates.base import PullRequirement, Verdict
from bugaction.gates.change import (
    LinkedRequirement,
    MinimalRequirement,
    RegressionTestRequirement,
    TasksRequirement,
)
from bugaction.model import Actor, Evidence, Outcome, RecordKind, Severity, Strategy
from bugaction.policy import Policy
from bugaction.snapshot import ChangedFile, ChangeKind, Label, PullRequest
from tests.unit.bugs import bug
from tests.values import BASE, at, changed, line, pull

P0, P1, P2, P3 = Severity
DAY = at(2 + 24 * 60)
"""A day after the severity was set."""


def fix(*files: ChangedFile, **changes: object) -> PullRequest:
    """A pull request that changes these files."""
    given: dict[str, object] = {"files": files, "changed_files": len(files)}
    return replace(pull(), **{**given, **changes})  # type: ignore[arg-type]


def test_what_is_judged_is_linked() -> None:
    """By whatever way it was."""
    assert LinkedRequirement().check(bug(P0), fix()) == Verdict(
        Outcome.MET, evidence=(Evidence("#7 fixes #42", f"{BASE}/pull/7"),)
    )


# regression-test ----------------------------------------------------------------------------------------


def regression(change: PullRequest, policy: Policy | None = None, severity: Severity | None = P1) -> Verdict:
    """What the requirement says."""
    return RegressionTestRequirement().check(bug(severity, policy=policy), change)


@pytest.mark.parametrize("severity", [*Severity, None])
def test_without_a_test_no_fix_passes(severity: Severity | None) -> None:
    """At every severity: it is never deferred."""
    assert regression(fix(changed("src/cart.py")), severity=severity) == Verdict(
        Outcome.UNMET,
        "no test is added or extended",
        "Add a test that fails without the fix; `fix.tests` says which paths hold tests.",
    )


@pytest.mark.parametrize(
    "path",
    [
        "tests/test_cart.py",
        "test/cart.rb",
        "src/cart/__tests__/cart.js",
        "spec/cart_spec.rb",
        "src/test_cart.py",
        "cart_test.go",
        "src/cart.test.ts",
        "src/cart.spec.tsx",
        "src/main/CartTest.java",
        "Shop.CartTests.cs",
        "lib/cart_spec.rb",
    ],
)
def test_the_tests_of_the_common_runners_are_found(path: str) -> None:
    """Wherever they lie by default."""
    found = regression(fix(changed("src/cart.py"), changed(path, ChangeKind.ADDED)))
    assert found == Verdict(Outcome.MET, evidence=(Evidence(path, f"{BASE}/pull/7/files"),))


@pytest.mark.parametrize("path", ["src/contest.py", "src/latest.js", "src/testing.go", "docs/spec.md"])
def test_what_only_sounds_like_a_test_is_none(path: str) -> None:
    """A test runner would not find it either."""
    assert regression(fix(changed(path))).outcome is Outcome.UNMET


@pytest.mark.parametrize(
    ("file", "outcome"),
    [
        (changed("tests/a.py", ChangeKind.MODIFIED, additions=1, deletions=9), Outcome.MET),
        (changed("tests/a.py", ChangeKind.RENAMED, additions=1, deletions=0), Outcome.MET),
        (changed("tests/a.py", ChangeKind.MODIFIED, additions=0, deletions=9), Outcome.UNMET),
        (changed("tests/a.py", ChangeKind.RENAMED, additions=0, deletions=0), Outcome.UNMET),
        (changed("tests/a.py", ChangeKind.DELETED, additions=1, deletions=9), Outcome.UNMET),
    ],
)
def test_a_test_has_to_gain_lines(file: ChangedFile, outcome: Outcome) -> None:
    """Moving or shortening one tests nothing more than before."""
    assert regression(fix(file)).outcome is outcome


def test_where_tests_lie_is_policy() -> None:
    """The list takes the place of the default one; several tests are counted."""
    policy = Policy.model_validate({"fix": {"tests": ["checks/**"]}})
    assert regression(fix(changed("tests/a.py")), policy).outcome is Outcome.UNMET
    found = regression(fix(changed("checks/a"), changed("checks/b")), policy)
    assert found.evidence[0].text == "checks/a and 1 more"


def test_a_long_path_of_a_test_leaves_room_for_the_rest() -> None:
    """A path may have thousands of characters."""
    found = regression(fix(changed(f"tests/{'d/' * 200}test_a.py"), changed("tests/test_b.py")))
    assert found.evidence[0].text == f"tests/{('d/' * 200)[:113]}… and 1 more"


def test_files_that_cannot_be_read_hold_no_test() -> None:
    """Nor are they minimal."""
    unread = Verdict(Outcome.UNMET, "its files cannot be read", "Comment `/recheck` in a minute.")
    assert regression(fix(files=None)) == unread
    assert minimal(bug(P1), fix(files=None)) == unread


# minimal-change -----------------------------------------------------------------------------------------


def minimal(subject: Bug, change: PullRequest) -> Verdict:
    """What the requirement says."""
    return MinimalRequirement().check(subject, change)


WORD = "or say why it has to be so: `/attest minimal-change ccccccc REASON`."


@pytest.mark.parametrize(("severity", "most"), [(P0, 200), (P1, 400), (P2, 1000)])
def test_a_severity_has_a_limit_of_lines(severity: Severity, most: int) -> None:
    """Added and deleted ones, beside tests and documents."""
    beside = (
        changed("tests/test_a.py", additions=5000),
        changed("documents/bugs/BUG-042/a.md", additions=5000),
    )
    fits = minimal(bug(severity), fix(changed("a.py", additions=most - 1, deletions=1), *beside))
    assert fits == Verdict(
        Outcome.MET, evidence=(Evidence(f"{most} lines beside tests, of {most}", f"{BASE}/pull/7/files"),)
    )
    over = minimal(bug(severity), fix(changed("a.py", additions=most, deletions=1), *beside))
    deferred = severity is P0
    assert over == Verdict(
        Outcome.DEFERRED if deferred else Outcome.UNMET,
        f"it changes {most + 1} lines beside tests; {severity} allows {most}",
        f"Leave out what the fix does not need, {WORD}",
        due=DAY if deferred else None,
    )


def test_p3_has_no_limit_of_lines() -> None:
    """Unless policy sets one."""
    large = fix(changed("a.py", additions=9000))
    assert minimal(bug(P3), large) == Verdict(
        Outcome.MET, evidence=(Evidence("no label says otherwise", f"{BASE}/pull/7"),)
    )
    policy = Policy.model_validate({"severities": {"P3": {"most-lines": 10}}})
    assert minimal(bug(P3, policy=policy), large).problem == (
        "it changes 9001 lines beside tests; P3 allows 10"
    )


def test_what_github_does_not_list_is_not_minimal() -> None:
    """However little is listed."""
    found = minimal(bug(P2), fix(changed("a.py", additions=1, deletions=0), changed_files=3001))
    assert (found.outcome, found.problem) == (
        Outcome.UNMET,
        "it changes at least 1 line beside tests; P2 allows 1000",
    )


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("label", ["enhancement", "feature", "Refactor", "refactoring"])
def test_a_label_may_say_that_it_is_more_than_a_fix(severity: Severity, label: str) -> None:
    """At every severity."""
    change = fix(changed("a.py"), labels=(Label("bug"), Label(label)))
    deferred = severity is P0
    assert minimal(bug(severity), change) == Verdict(
        Outcome.DEFERRED if deferred else Outcome.UNMET,
        f'the label "{label}" says that it is more than a fix',
        f"Move the rest into a pull request of its own, {WORD}",
        due=DAY if deferred else None,
    )


def test_somebody_s_word_stands_for_a_large_change() -> None:
    """For that very commit: a push asks for it again."""
    said = line(RecordKind.COMMAND, "IC_1#x", name="attest", requirement="minimal-change")
    kept = replace(said, data={**said.data, "head": "c" * 40, "note": "generated"})
    subject = bug(P1, spoken=(kept,))
    large = fix(changed("a.py", additions=9000), labels=(Label("feature"),))
    word = Evidence("attested by ana: generated", "", "ana", at(1))
    assert minimal(subject, large) == Verdict(Outcome.MET, evidence=(word,))
    assert minimal(subject, replace(large, head_oid="d" * 40)).outcome is Outcome.UNMET


def test_without_a_severity_there_is_no_limit_yet() -> None:
    """It waits."""
    assert minimal(bug(None), fix()).outcome is Outcome.PENDING


# tasks --------------------------------------------------------------------------------------------------


def done(body: str, severity: Severity | None = P1, author: str = "bo") -> Verdict:
    """What the requirement says of a description."""
    actor = Actor(author, is_bot=author.endswith("[bot]"))
    return TasksRequirement().check(bug(severity), fix(body=body, author=actor))


@pytest.mark.parametrize("severity", [*Severity, None])
def test_an_open_task_holds_the_fix(severity: Severity | None) -> None:
    """For a P0 it may be done within a day."""
    deferred = severity is P0
    assert done("- [x] one\n- [ ] two\n- [ ] three (optional)", severity) == Verdict(
        Outcome.DEFERRED if deferred else Outcome.UNMET,
        '"two" is not ticked',
        f"Tick it in [the description]({BASE}/pull/7), or mark it `N/A` or `(optional)`.",
        due=DAY if deferred else None,
    )


def test_several_open_tasks_are_counted() -> None:
    """The first by name."""
    assert done("- [ ] one\n- [ ] two").problem == '"one" is not ticked, and 1 more'
    assert done("- [ ] one\n- [ ] two\n- [ ] three").problem == '"one" is not ticked, and 2 more'


def test_a_list_that_is_done_is_done() -> None:
    """What need not be done counts as well."""
    found = done("- [x] one\n- [ ] two (N/A)")
    assert found == Verdict(Outcome.MET, evidence=(Evidence("2 of 2", f"{BASE}/pull/7"),))


@pytest.mark.parametrize(
    ("body", "author"), [("", "bo"), ("Fixes #42", "bo"), ("- [ ] rebase", "dependabot[bot]")]
)
def test_who_promises_nothing_owes_nothing(body: str, author: str) -> None:
    """No list, or one that an app has written for its own use."""
    assert done(body, author=author).outcome is Outcome.NOT_APPLICABLE


def test_a_stranger_s_words_hold_no_code() -> None:
    """What a task, a label or a file is called is no Markdown of ours."""
    assert done(r"- [ ] \\\\`a` @octo/team").problem == r'"\\\\' + """'a' @octo/team" is not ticked"""
    subject = bug(P1, policy=Policy.model_validate({"fix": {"not-minimal": ["a`b"]}}))
    found = minimal(subject, fix(labels=(Label("A`b"),)))
    assert found.problem == """the label "A'b" says that it is more than a fix"""
    tested = regression(fix(changed("tests/test_`a.py", additions=1)))
    assert tested.evidence[0].text == "tests/test_'a.py"


# inverse ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "requirement", [RegressionTestRequirement(), MinimalRequirement(), TasksRequirement()]
)
def test_where_the_strategy_is_rollback_it_is_said_why_the_fix_is_none(requirement: PullRequirement) -> None:
    """Beside what is missing: an exact inverse would owe nothing of it."""
    choice = StrategyChoice(Strategy.ROLLBACK, "", Evidence("rollback, chosen by bo"))
    large = fix(changed("a.py", additions=9000), body="- [ ] tried it")
    found = requirement.check(bug(P1, strategy=choice), large)
    assert found.outcome is Outcome.UNMET
    assert found.problem.endswith("; no exact rollback: it names no commit that it takes back")
