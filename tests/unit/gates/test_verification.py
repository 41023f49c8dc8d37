"""The verification gate: what it asks for after the merge, at which severity, and what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bugaction.bug import Bug, StrategyChoice
from bugaction.gates import GATES, checklist
from bugaction.gates.base import Verdict
from bugaction.gates.verification import VERIFICATION
from bugaction.model import Evidence, LedgerFile, Outcome, RecordKind, RequirementResult, Severity, Strategy
from bugaction.policy import Policy
from bugaction.snapshot import Entry, EntryKind, PullState
from bugaction.taken_back import attempt_of
from tests.unit.bugs import DEPLOYED, merged, said
from tests.values import BASE, BO, at, facts, issue, labeled, pull

P0, P1, P2, P3 = Severity
MET, UNMET, PENDING, DEFERRED, NOT = (
    Outcome.MET,
    Outcome.UNMET,
    Outcome.PENDING,
    Outcome.DEFERRED,
    Outcome.NOT_APPLICABLE,
)
TOLD = [said("attest", 611, requirement=name, note="by mail") for name in ("team-told", "users-told")]
NO_DEBT = said("attest", 612, requirement="technical-debt", note="none, it is final")


def verdict(subject: Bug, requirement: str) -> RequirementResult:
    """One requirement's outcome."""
    (found,) = (item for item in VERIFICATION.survey(subject)[0].requirements if item.id == requirement)
    return found


def told(subject: Bug, requirement: str) -> Verdict:
    """All that one requirement finds."""
    (found,) = (item.check(subject) for item in VERIFICATION.requirements if item.id == requirement)
    return found


def outcomes(subject: Bug) -> dict[str, Outcome]:
    """All of them, by the requirement's id."""
    return {item.id: item.outcome for item in VERIFICATION.survey(subject)[0].requirements}


def looked(*windows: str) -> list[object]:
    """Somebody's words on these windows, two days after the deployment."""
    return [said("verified", 600 + 2880, window=window) for window in windows]


# When it concerns a bug -----------------------------------------------------------------------------------


def test_it_begins_when_all_that_fixes_the_bug_is_merged() -> None:
    """And has no status of its own on a pull request."""
    opened = replace(merged(), fixes=(pull(7),))
    both = replace(merged(), fixes=(*merged().fixes, pull(8)))
    assert [VERIFICATION.survey(subject) for subject in (opened, both, replace(merged(), fixes=()))] == [
        ()
    ] * 3
    assert len(VERIFICATION.survey(merged())) == 1
    assert not VERIFICATION.blocks_merge
    assert GATES["verification"] is VERIFICATION


@pytest.mark.parametrize(
    ("severity", "windows"),
    [
        (P0, ("15m", "30m", "2h", "24h")),
        (P1, ("15m", "2h", "24h")),
        (P2, ("2h", "24h")),
        (P3, ("24h",)),
    ],
)
def test_a_watched_fix_passes(severity: Severity, windows: tuple[str, ...]) -> None:
    """At every severity, with its own windows."""
    lines = [*looked(*windows), *TOLD, NO_DEBT]
    subject = merged(severity, *lines, deployed=DEPLOYED, now=at(4000))  # type: ignore[arg-type]
    (result,) = VERIFICATION.survey(subject)
    assert result.passes
    assert {item.outcome for item in result.requirements} <= {MET, NOT}


def test_without_a_severity_it_waits() -> None:
    """Which windows there are nobody knows then."""
    found = outcomes(merged(None, deployed=DEPLOYED))
    assert found["deployed"] is MET
    waiting = {name for name, outcome in found.items() if outcome is PENDING}
    assert waiting == {"monitoring", "team-told", "users-told", "stakeholders-told", "technical-debt"}


# Requirements ---------------------------------------------------------------------------------------------


def test_the_deployment_is_evidence_or_a_step() -> None:
    """With what stands in the way, and how to say it where GitHub is not told."""
    deployed = told(merged(deployed=DEPLOYED), "deployed")
    assert deployed == Verdict(MET, evidence=(DEPLOYED.evidence,))
    missing = Verdict(
        UNMET,
        "it is not known to be in production",
        "Deploy it: a deployment that GitHub is told of, or a release, is seen by itself. Otherwise comment "
        "`/deployed VERSION`.",
    )
    assert told(merged(), "deployed") == missing
    blocked = told(merged(undeployed="production runs v1"), "deployed")
    assert blocked == replace(missing, problem="production runs v1")


@pytest.mark.parametrize(
    ("now", "windows", "outcome", "problem"),
    [
        (614, (), PENDING, "the window of 15 minutes, which ends at 2026-11-24 19:15 UTC, is not attested"),
        (615, (), UNMET, "the window of 15 minutes, which ends at 2026-11-24 19:15 UTC, is not attested"),
        (
            700,
            ("15m",),
            PENDING,
            "the window of 2 hours, which ends at 2026-11-24 21:00 UTC, is not attested",
        ),
        (
            9000,
            ("24h",),
            UNMET,
            "the window of 15 minutes, which ends at 2026-11-24 19:15 UTC, is not attested",
        ),
        (
            9000,
            ("15m", "2h"),
            UNMET,
            "the window of 1 day, which ends at 2026-11-25 19:00 UTC, is not attested",
        ),
        (9000, ("15m", "2h", "24h"), MET, ""),
    ],
)
def test_the_first_window_that_nobody_spoke_for_is_named(
    now: float, windows: tuple[str, ...], outcome: Outcome, problem: str
) -> None:
    """Pending until it has passed; the words do not change with time."""
    found = verdict(merged(P1, *looked(*windows), deployed=DEPLOYED, now=at(now)), "monitoring")  # type: ignore[arg-type]
    assert (found.outcome, found.problem) == (outcome, problem)
    page = f"{BASE}/issues/42#verified"
    assert found.evidence == tuple(Evidence(f"{window}, bo", page, "bo", at(3480)) for window in windows)


LOOKS = ("the error … get through", "the success … are green", "nothing has … be closed")
"""How the clauses begin and end that say what is looked at: at once, after some hours, at the end."""


def looking(subject: Bug) -> tuple[tuple[str, ...], str]:
    """What there is to look at, each clause as in `LOOKS`, and the command that says so."""
    remedy = told(subject, "monitoring").remedy.removeprefix("Look whether ")
    looks, _, command = remedy.partition("; then comment ")
    clauses = [clause.split(" ") for clause in looks.split("; whether ")]
    return tuple(" ".join((*words[:2], "…", *words[-2:])) for words in clauses), command


@pytest.mark.parametrize(
    ("windows", "look", "window"),
    [((), LOOKS[0], "15m"), (("15m",), LOOKS[1], "2h"), (("15m", "2h"), LOOKS[2], "24h")],
)
def test_each_window_says_what_to_look_at(windows: tuple[str, ...], look: str, window: str) -> None:
    """At once, after some hours, and at the end."""
    subject = merged(P1, *looked(*windows), deployed=DEPLOYED, now=at(9000))  # type: ignore[arg-type]
    assert looking(subject) == ((look,), f"`/verified {window}`.")


def test_a_look_whose_page_nobody_knows_is_a_proof_without_a_link() -> None:
    """It counts as any other."""
    word = said("verified", 3480, window="15m")
    bare = replace(word, data={key: value for key, value in word.data.items() if key != "url"})
    found = told(merged(P1, bare, deployed=DEPLOYED, now=at(9000)), "monitoring")
    assert found.evidence == (Evidence("15m, bo", "", "bo", at(3480)),)


def test_a_word_on_another_deployment_is_none() -> None:
    """One from before the window of this one had passed."""
    early = said("verified", 614, window="15m")
    assert verdict(merged(P1, early, deployed=DEPLOYED, now=at(700)), "monitoring").outcome is UNMET
    assert told(merged(P1, early), "monitoring") == Verdict(PENDING, "waits for the deployment")


@pytest.mark.parametrize(
    ("severity", "windows", "looks", "window"),
    [
        (P0, ("15m",), LOOKS[:1], "30m"),
        (P2, (), LOOKS[:2], "2h"),
        (P2, ("2h",), LOOKS[2:], "24h"),
        (P3, (), LOOKS, "24h"),
    ],
)
def test_what_no_earlier_window_looked_at_is_asked_at_the_next(
    severity: Severity, windows: tuple[str, ...], looks: tuple[str, ...], window: str
) -> None:
    """Whoever looks less often looks at all of it nevertheless."""
    subject = merged(severity, *looked(*windows), deployed=DEPLOYED, now=at(9000))  # type: ignore[arg-type]
    assert looking(subject) == (looks, f"`/verified {window}`.")


def test_no_window_by_policy_is_no_watch() -> None:
    """A team may leave it out."""
    policy = Policy.model_validate({"severities": {"P2": {"windows": []}}})
    assert verdict(merged(P2, deployed=DEPLOYED, policy=policy), "monitoring").outcome is NOT


def test_a_report_stops_the_line() -> None:
    """With whose it is, what they say, and where to go back to."""
    report = said("regression", 620, "cy", text="it is worse")
    found = told(merged(P1, report, deployed=replace(DEPLOYED, previous="v1")), "no-regression")
    assert found == Verdict(
        UNMET,
        "stop and roll back to v1: a regression is reported by cy: it is worse",
        "Roll back to v1: `/rollback` opens the pull request that takes the fix back. "
        "Then fix it anew: a further one that is merged and deployed answers the report. "
        "Of a false alarm its author says `/undo`, or takes the label off.",
    )
    unknown = replace(
        found,
        problem="stop and roll back: a regression is reported by cy: it is worse",
        remedy=found.remedy.replace("Roll back to v1:", "Roll back:"),
    )
    assert told(merged(P1, report), "no-regression") == unknown
    assert told(merged(P1, report, deployed=DEPLOYED), "no-regression") == unknown
    assert told(merged(P1, deployed=DEPLOYED), "no-regression") == Verdict(MET)
    assert told(merged(P1), "no-regression") == Verdict(PENDING, "waits for the deployment")


def test_a_long_report_is_cut() -> None:
    """The checklist repeats the beginning; the whole is where it was said."""
    words = "x" * 2_000
    found = told(merged(P1, said("regression", 620, "cy", text=words)), "no-regression")
    assert found.problem.endswith("x…")
    assert len(found.problem) == len("stop and roll back: a regression is ") + 1_000


def test_what_ends_a_false_alarm_is_what_it_came_by() -> None:
    """An issue that says it is a regression is closed, where the issue made the report."""
    page = f"{BASE}/issues/57"
    by_issue = said("regression", 620, "cy", by="link", issue="57", text="see #57", url=page)
    found = verdict(merged(P1, by_issue, deployed=DEPLOYED), "no-regression")
    assert found.problem.endswith("a regression is reported by cy: see #57")
    assert found.remedy.endswith(f" Of a false alarm [#57]({page}) is closed, or its author says `/undo`.")
    by_command = said("regression", 620, "cy", issue="57", text="see #57", url=page)
    found = verdict(merged(P1, by_command, deployed=DEPLOYED), "no-regression")
    label = " Of a false alarm its author says `/undo`, or takes the label off."
    assert found.remedy.endswith(label)
    nameless = said("regression", 620, "cy", by="link", text="see #57", url=page)
    assert told(merged(P1, nameless), "no-regression").remedy.endswith(label)


@pytest.mark.parametrize(("minutes", "who"), [(620, "di"), (630, "cy")])
def test_only_the_report_that_stands_is_told_how_to_end(minutes: float, who: str) -> None:
    """Another issue that reports one too is not what made this report, at the same moment or by the same."""
    page = f"{BASE}/issues/57"
    first = said("regression", 620, "cy", text="it is worse")
    other = said("regression", minutes, who, by="link", issue="57", text="see #57", url=page)
    found = told(merged(P1, first, other, deployed=DEPLOYED), "no-regression")
    assert found.problem.endswith("reported by cy: it is worse")
    assert found.remedy.endswith(" Of a false alarm its author says `/undo`, or takes the label off.")


def test_what_takes_the_fix_back_is_the_next_step_once_it_is_there() -> None:
    """It is merged then, and no second one is ordered."""
    report, back = said("regression", 620, "cy"), replace(pull(8), head="revert-7-topic-7")
    subject = merged(P1, report, deployed=DEPLOYED)
    found = verdict(replace(subject, fixes=(*subject.fixes, back)), "no-regression")
    assert found.remedy.startswith(
        f"Roll back: merge [#8]({BASE}/pull/8), which takes the fix back, and deploy it. Then fix it anew: "
    )


def test_nobody_is_told_to_merge_what_anybody_may_have_opened() -> None:
    """From a fork comes any change, whatever it says that it takes back."""
    theirs = replace(pull(8), body="Reverts #7", is_fork=True)
    subject = merged(P1, said("regression", 620, "cy"), deployed=DEPLOYED)
    found = verdict(replace(subject, fixes=(*subject.fixes, theirs)), "no-regression")
    assert found.remedy.startswith("Roll back: `/rollback` opens the pull request that takes the fix back.")


def test_what_was_taken_back_before_is_no_next_step() -> None:
    """After a fix that went back and a further one, only an open pull request is to be merged."""
    back = replace(pull(8, state=PullState.MERGED), head="revert-7-topic-7", merged_at=at(560))
    further = replace(pull(9, state=PullState.MERGED), merged_at=at(580))
    subject = merged(P1, said("regression", 620, "cy"), deployed=DEPLOYED)
    found = told(replace(subject, fixes=(*subject.fixes, back, further)), "no-regression")
    assert found.remedy.startswith("Roll back: `/rollback` opens the pull request that takes the fix back.")


def test_a_fix_that_was_brought_back_as_it_was_is_named() -> None:
    """It is no further one, whatever its number says; one that mends what it brings back is."""
    back = replace(pull(8, state=PullState.MERGED), head="revert-7-topic-7", merged_at=at(630))
    again = replace(back, number=9, head="revert-8-revert-7", merged_at=at(640), url=f"{BASE}/pull/9")
    subject = merged(P1, said("regression", 620, "cy"), deployed=DEPLOYED)
    found = told(replace(subject, fixes=(*subject.fixes, back, again)), "no-regression")
    words = f"[#9]({BASE}/pull/9) only brings back what was reported; a further one that is merged"
    assert words in found.remedy
    mended = replace(subject, fixes=(*subject.fixes, back, replace(again, mends=True)))
    assert told(mended, "no-regression") == Verdict(MET)


def test_to_stop_comes_before_everything_else() -> None:
    """It is the next step, whatever else is missing."""
    (result,) = VERIFICATION.survey(merged(P1, said("regression", 620), now=at(9000)))
    assert result.blocking[0].id == "no-regression"
    (quiet,) = VERIFICATION.survey(merged(P1))
    assert quiet.blocking[0].id == "deployed"


def test_a_confidential_report_tells_nothing() -> None:
    """But that there is one."""
    report = said("regression", 620, "cy", text="the token leaks")
    found = verdict(merged(P1, report, deployed=DEPLOYED, confidential=True), "no-regression")
    assert found.problem == "stop and roll back: a regression is reported by cy"


def test_a_further_fix_in_production_answers_a_report() -> None:
    """Merged after it; not before it is deployed."""
    report = said("regression", 620, "cy")
    further = replace(pull(8, state=PullState.MERGED), merged_at=at(700))
    subject = merged(P1, report)
    both = replace(subject, fixes=(*subject.fixes, further))
    assert verdict(both, "no-regression").outcome is UNMET
    deployed = replace(both, deployed=replace(DEPLOYED, at=at(710)))
    assert verdict(deployed, "no-regression").outcome is MET
    late = replace(deployed, ledger=merged(P1, said("regression", 720)).ledger)
    assert verdict(late, "no-regression").outcome is UNMET


@pytest.mark.parametrize(("minutes", "outcome"), [(5, MET), (539, MET), (541, UNMET), (700, UNMET)])
def test_a_label_reports_what_came_after_the_merge(minutes: float, outcome: Outcome) -> None:
    """Before it, it says what kind of bug this is; one that is taken off says nothing."""
    entry = labeled("Regression", minutes=minutes)
    subject = merged(P1, deployed=DEPLOYED)
    shown = replace(subject, facts=facts(issue(labels=["P1", "regression"], timeline=[entry])))
    assert verdict(shown, "no-regression").outcome is outcome
    gone = replace(subject, facts=facts(issue(timeline=[entry])))
    assert verdict(gone, "no-regression").outcome is MET


@pytest.mark.parametrize("severity", Severity)
def test_who_has_to_be_told(severity: Severity) -> None:
    """The team of every fix, users of an urgent one, and whom policy names."""
    urgent = severity in (P0, P1)
    policy = Policy.model_validate({"people": {"product": ["pia"], "support": ["sam"]}})
    found = outcomes(merged(severity, deployed=DEPLOYED, policy=policy))
    assert found["team-told"] is UNMET
    assert found["users-told"] is found["stakeholders-told"] is (UNMET if urgent else NOT)
    assert verdict(merged(severity), "stakeholders-told").outcome is NOT
    line = said("attest", 611, requirement="stakeholders-told", note="by phone")
    done = verdict(merged(severity, line, *TOLD, policy=policy), "stakeholders-told")
    assert done.outcome is (MET if urgent else NOT)
    if urgent:
        asked = verdict(merged(severity, policy=policy), "stakeholders-told")
        assert asked.problem == "nobody says that these are told: product (pia), support (sam)"
        assert asked.remedy == (
            "Tell product (pia), support (sam); then comment `/attest stakeholders-told WHERE AND HOW`."
        )
        assert done.evidence[0].text == "attested by bo: by phone"


@pytest.mark.parametrize(
    ("requirement", "problem"),
    [
        ("team-told", "nobody says that the team is told"),
        ("users-told", "nobody says that users are told, or why they need not be"),
    ],
)
def test_somebody_says_who_was_told(requirement: str, problem: str) -> None:
    """With where and how, which is the proof."""
    remedy = f"Comment `/attest {requirement} WHERE AND HOW`."
    assert told(merged(P1), requirement) == Verdict(UNMET, problem, remedy)
    proof = Evidence("attested by bo: by mail", f"{BASE}/issues/42#attest", "bo", at(611))
    assert told(merged(P1, *TOLD), requirement) == Verdict(MET, evidence=(proof,))


@pytest.mark.parametrize("how", ["opened again", "a regression"])
def test_a_further_fix_is_told_of_anew(how: str) -> None:
    """Who heard that it was fixed before the bug came back heard of another fix; its debt is another too."""
    policy = Policy.model_validate({"people": {"product": ["pia"]}})
    heard = ("team-told", "users-told", "stakeholders-told", "technical-debt")
    timeline = [Entry("E_1", EntryKind.CLOSED, BO, at(620)), Entry("E_2", EntryKind.REOPENED, BO, at(650))]
    whole = facts(issue(timeline=timeline if how == "opened again" else []))
    report = () if how == "opened again" else (said("regression", 650),)
    further = replace(pull(8, state=PullState.MERGED), merged_at=at(700))
    for minutes, counts in ((611, UNMET), (650, UNMET), (651, MET)):
        words = [said("attest", minutes, requirement=name, note="by mail") for name in heard]
        same = merged(P1, *words, *report, facts=whole, policy=policy)
        other = replace(same, fixes=(*same.fixes, further))
        assert {verdict(same, name).outcome for name in heard} == {MET}
        assert {verdict(other, name).outcome for name in heard} == {counts}


@pytest.mark.parametrize(
    ("severity", "strategy", "outcome"),
    [(P0, False, UNMET), (P1, False, UNMET), (P2, False, UNMET), (P3, False, NOT), (P3, True, UNMET)],
)
def test_debt_is_asked_about(severity: Severity, strategy: bool, outcome: Outcome) -> None:
    """After every strategy; of a P3 where one was chosen."""
    chosen = StrategyChoice(Strategy.ROLLBACK, "", Evidence("rollback")) if strategy else None
    asked = Verdict(
        UNMET,
        "nobody says whether the fix leaves technical debt",
        "Comment `/attest technical-debt #ISSUE YYYY-MM-DD` with the issue that pays it off and the day by "
        "which, or `/attest technical-debt none WHY`.",
    )
    found = told(merged(severity, strategy=chosen), "technical-debt")
    assert found == (asked if outcome is UNMET else Verdict(outcome))
    said_so = verdict(merged(severity, NO_DEBT, strategy=chosen), "technical-debt")
    assert said_so.outcome is (MET if outcome is UNMET else NOT)


def owed(minutes: float | None, problem: str) -> tuple[str, RequirementResult]:
    """A deferred requirement of the triage gate, due so many minutes after the report."""
    due = at(minutes) if minutes is not None else None
    return "Triage", RequirementResult("backup", "A backup", DEFERRED, problem, f"Do {problem}.", due=due)


@pytest.mark.parametrize(
    ("debts", "found"),
    [
        ([], Verdict(MET)),
        ([(None, "a")], Verdict(DEFERRED, "Triage: a", "Do a.")),
        ([(None, "a"), (None, "b")], Verdict(DEFERRED, "Triage: a, and 1 more", "Do a.")),
        (
            [(None, "a"), (700, "b"), (650, "c")],
            Verdict(DEFERRED, "Triage: c, and 2 more", "Do c.", due=at(650)),
        ),
        ([(610, "a")], Verdict(UNMET, "Triage: a, due 2026-11-24 19:10 UTC", "Do a.")),
        ([(605, "")], Verdict(UNMET, "Triage: A backup, due 2026-11-24 19:05 UTC", "Do .")),
        (
            [(605, "a"), (601, "b"), (700, "c")],
            Verdict(UNMET, "Triage: b, due 2026-11-24 19:01 UTC, and 1 more", "Do b."),
        ),
    ],
)
def test_what_is_overdue_fails(debts: list[tuple[float | None, str]], found: Verdict) -> None:
    """The one that is overdue for longest, with its own remedy; the others may still follow."""
    assert told(merged(P0, owed=tuple(owed(*debt) for debt in debts)), "obligations") == found


def test_the_checklist_hands_on_what_the_gates_before_deferred() -> None:
    """A P0's plan, an hour after the raise."""
    now = at(2) + timedelta(hours=1)
    results = {result.gate: result for result in checklist(merged(P0, deployed=DEPLOYED, now=now))}
    assert list(results) == list(GATES)
    (found,) = (item for item in results["verification"].requirements if item.id == "obligations")
    assert found.outcome is UNMET
    assert found.problem.startswith("Triage: no backup is named, due 2026-11-24 10:02 UTC")


@pytest.mark.parametrize("told", ["now", "recorded"])
def test_what_github_did_not_take_back_is_for_a_person(told: str) -> None:
    """The button on the page of what was ordered last; an order that names nothing is passed over."""
    report, order = said("regression", 620, "cy"), said("rollback", 630, reverts="#7")
    vague = said("rollback", 640)
    attempt = attempt_of(7, order)
    kept = [replace(order, kind=RecordKind.UNOPENED, evidence=attempt)] if told == "recorded" else []
    subject = merged(P1, report, order, vague, *kept, deployed=DEPLOYED)
    refused = {attempt: "conflicts"} if told == "now" else {}
    found = verdict(replace(subject, targets={7: pull()}, unreverted=refused), "no-regression")
    assert "press [Revert](https://github.com/octo/shop/pull/7) on the page of #7" in found.remedy
    untried = replace(subject, targets={7: pull()}, ledger=LedgerFile(lines=(report, order)), unreverted={})
    waiting = verdict(untried, "no-regression")
    assert "`/rollback` opens the pull request" in waiting.remedy
