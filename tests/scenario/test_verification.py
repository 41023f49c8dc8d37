"""From the merge to a verified fix: where it is deployed, who watches it, and what stops the line."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from bugaction.sandbox.runs import shipped_workflow
from tests.scenario.life import Life, begin, form

BRANCH = "fix/bug-001"
DEPLOYED, WATCHED = "The fix is deployed to production", "Production was watched"
REGRESSION, OWED = "No regression is reported", "What was deferred has followed"


def _line(life: Life, sentence: str) -> str:
    """The checklist's line with this sentence."""
    (line,) = (line for line in life.sticky(1).split("\n") if sentence in line)
    return line


def _sign(life: Life, sentence: str) -> str:
    return _line(life, sentence).removeprefix("- ")[0]


def _phase(life: Life) -> str:
    (label,) = (label for label in life.labels(1) if label.startswith("phase: "))
    return label.removeprefix("phase: ")


def _merge(life: Life, severity: str = "P1") -> str:
    """A bug whose fix is merged, linked by its branch: the issue stays open. Gives the merge commit."""
    life.bug(severity, form())
    life.say("bo", 1, "/accept")
    pull = life.fix(branch=BRANCH, body="Repairs the checkout.")
    return _land(life, pull)


def _land(life: Life, pull: int, method: str = "merge") -> str:
    life.people.merge_pull("mia", pull, method=method)
    life.pass_on()
    found = life.state.issues[pull].pull
    assert found is not None
    assert life.state.issues[1].is_open
    return found.merge_oid


def _deploy(life: Life, ref: str, environment: str = "production", state: str = "success") -> None:
    life.people.deploy("eve", ref, environment, state=state)
    life.pass_on()


def _head(life: Life) -> str:
    head = life.state.head_of("main")
    assert head is not None
    return head


def test_without_deployments_the_merge_counts(life: Life) -> None:
    """The windows start at the merge; each is refused before its time and attested after it."""
    _merge(life)
    assert _phase(life) == "verification"
    assert _sign(life, DEPLOYED) == "✅"
    assert "tracks neither deployments to production nor releases" in _line(life, DEPLOYED)
    line = _line(life, WATCHED)
    assert line.startswith("- ⏳")
    assert "the window of 15 minutes, which ends at 2026-11-02 09:" in line
    early = life.say("bo", 1, "/verified")
    assert life.reactions(early) == ["CONFUSED"]
    (reply,) = (body.body for body in life.ours(1) if "the window of 15m is not over" in body.body)
    (since,) = re.findall(r"from (2026-11-02 09:\d\d UTC) on", reply)
    assert since in line

    life.world.clock.advance(minutes=15)
    life.runs.schedule()
    assert _sign(life, WATCHED) == "❌"
    assert life.reactions(life.say("cy", 1, "/verified")) == ["CONFUSED"]  # triage may not attest
    assert life.reactions(life.say("bo", 1, "/verified")) == ["ROCKET"]
    assert "15m, bo" in _line(life, WATCHED)
    assert "the window of 2 hours" in _line(life, WATCHED)
    assert "✅" in next(row for row in life.sticky(1).split("\n") if row.startswith("| The fix is out"))
    life.world.clock.advance(hours=24)
    life.say("bo", 1, "/verified 2h\n/verified 24h")
    assert _sign(life, WATCHED) == "✅"
    assert _phase(life) == "verification"
    life.say("bo", 1, "/attest team-told in #releases\n/attest users-told on the status page")
    assert "whether the fix leaves technical debt" in life.sticky(1)
    life.say("bo", 1, "/attest technical-debt none it is the final shape")
    assert _phase(life) == "post-mortem"
    assert life.again() == 0


def test_a_p3_is_confirmed_once(life: Life) -> None:
    """One window; neither users nor debt are asked about, and the phase stays."""
    _merge(life, "P3")
    life.world.clock.advance(hours=25)
    life.say("bo", 1, "/verified\n/attest team-told in the stand-up")
    assert "Verification: 8 of 8" in life.sticky(1)
    assert _phase(life) == "verification"


def test_only_a_deployment_that_contains_the_fix_counts(life: Life) -> None:
    """Neither one from before, nor an older commit, nor staging, nor one that failed or is still going on."""
    before = _head(life)
    _deploy(life, before)
    merge = _merge(life)
    assert _phase(life) == "deployment"
    assert _line(life, DEPLOYED).startswith("- ❌")
    assert f"production runs {before[:7]}, which does not contain the fix" in _line(life, DEPLOYED)
    assert life.reactions(life.say("bo", 1, "/verified")) == ["CONFUSED"]
    _deploy(life, before)
    _deploy(life, "main", "staging")
    _deploy(life, "main", state="failure")
    _deploy(life, "main", state="in_progress")
    assert _phase(life) == "deployment"
    newer = life.people.push("ana", "main", {"more.txt": "1\n"}, "Something else")
    _deploy(life, "main", "Production")
    assert _phase(life) == "verification"
    assert f"{newer[:7]} deployed to production" in _line(life, DEPLOYED)
    assert merge != newer
    assert life.again() == 0


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_every_kind_of_merge_has_a_commit(life: Life, method: str) -> None:
    """Which the deployment of exactly that commit holds, without a comparison."""
    _deploy(life, "main")
    life.bug("P2", form())
    merge = _land(life, life.fix(branch=BRANCH, body="Repairs it."), method)
    assert _phase(life) == "deployment"
    _deploy(life, merge)
    assert _phase(life) == "verification"


def test_a_rollback_takes_the_fix_out_of_production(life: Life) -> None:
    """What was said of the first deployment does not count for the next one."""
    before = _head(life)
    _deploy(life, before)
    _merge(life, "P2")
    _deploy(life, "main")
    life.world.clock.advance(hours=3)
    life.say("bo", 1, "/verified")
    assert "2h, bo" in _line(life, WATCHED)
    _deploy(life, before)
    assert _phase(life) == "deployment"
    assert _sign(life, WATCHED) == "⏳"
    _deploy(life, "main")
    assert _phase(life) == "verification"
    assert "2h, bo" not in _line(life, WATCHED)
    assert life.again() == 0


def test_redeploys_keep_the_first_time(life: Life) -> None:
    """The windows do not start anew with each deployment that still contains the fix."""
    _deploy(life, "main")
    _merge(life, "P2")
    _deploy(life, "main")
    first = _line(life, WATCHED)
    for number in range(5):
        life.people.push("ana", "main", {f"more-{number}.txt": "1\n"}, "Something else")
        _deploy(life, "main")
    assert _line(life, WATCHED) == first


def test_an_inactive_deployment_is_one_that_was_replaced_or_taken_back(life: Life) -> None:
    """GitHub retires the older ones itself; the newest one is retired by somebody who means it."""
    life.configure("version: 1\ndeployment:\n  environments: [live]\n")
    _deploy(life, "main", "live")
    _merge(life, "P2")
    _deploy(life, "main", "live")
    first = _line(life, WATCHED)
    life.people.push("ana", "main", {"more.txt": "1\n"}, "Something else")
    newest = life.people.deploy("eve", "main", "live")
    life.pass_on()
    assert [each.statuses[-1].state for each in life.state.deployments.values()][:2] == ["inactive"] * 2
    assert _line(life, WATCHED) == first
    life.people.report_deployment("eve", newest, "inactive")
    life.runs.schedule()
    assert _phase(life) == "deployment"
    assert "nothing is deployed to live" in _line(life, DEPLOYED)


def test_every_production_environment_has_to_have_it(life: Life) -> None:
    """And the windows start with the last one."""
    life.configure("version: 1\ndeployment:\n  environments: [eu, us]\n")
    _deploy(life, "main", "eu")
    _deploy(life, "main", "us")
    _merge(life, "P2")
    _deploy(life, "main", "EU")
    assert _phase(life) == "deployment"
    assert "us runs" in _line(life, DEPLOYED)
    _deploy(life, "main", "us")
    assert _phase(life) == "verification"


def test_a_word_on_one_environment_is_none_on_the_others(life: Life) -> None:
    """Where nothing but words tells: all that policy names, or one word for all."""
    life.configure("version: 1\ndeployment:\n  environments: [eu, us]\n")
    _merge(life, "P2")
    assert life.reactions(life.say("bo", 1, "/deployed 2.0.1 eu")) == ["ROCKET"]
    assert _phase(life) == "deployment"
    assert "nobody says that it is deployed to us" in _line(life, DEPLOYED)
    life.say("bo", 1, "/deployed 2.0.1 US")
    assert _phase(life) == "verification"
    assert "2.0.1 deployed to US, says bo" in _line(life, DEPLOYED)
    life.say("bo", 1, "/undo")
    assert _phase(life) == "deployment"
    life.say("bo", 1, "/deployed 2.0.1")
    assert _phase(life) == "verification"


def test_somebody_says_that_it_is_deployed(life: Life) -> None:
    """Where GitHub was not told; a deployment without the fix, later on, says otherwise."""
    before = _head(life)
    _deploy(life, before)
    life.bug("P2", form())
    pull = life.fix(branch=BRANCH, body="Repairs it.")
    assert life.reactions(life.say("bo", 1, "/deployed 2.0.1")) == ["CONFUSED"]
    _land(life, pull)
    assert life.reactions(life.say("cy", 1, "/deployed 2.0.1")) == ["CONFUSED"]
    assert life.reactions(life.say("bo", 1, "/deployed 2.0.1 staging")) == ["CONFUSED"]
    assert _phase(life) == "deployment"
    assert life.reactions(life.say("bo", 1, "/deployed 2.0.1")) == ["ROCKET"]
    assert _phase(life) == "verification"
    assert "2.0.1 deployed to production, says bo" in _line(life, DEPLOYED)
    life.say("bo", 1, "/undo")
    assert _phase(life) == "deployment"
    life.say("bo", 1, "/deployed 2.0.2 Production")
    assert _phase(life) == "verification"
    _deploy(life, before)
    assert _phase(life) == "deployment"


def test_a_release_counts_where_nothing_is_deployed(life: Life) -> None:
    """Not an older one, and no prerelease."""
    life.people.release("eve", "v1")
    _merge(life, "P2")
    assert _phase(life) == "deployment"
    assert "no release contains the fix" in _line(life, DEPLOYED)
    life.people.release("eve", "v2-rc", prerelease=True)
    life.pass_on()
    assert _phase(life) == "deployment"
    life.people.release("eve", "v2")
    life.pass_on()
    assert _phase(life) == "verification"
    assert "released as v2" in _line(life, DEPLOYED)
    life.people.release("eve", "v3")
    life.pass_on()
    assert "released as v2" in _line(life, DEPLOYED)


def test_a_workflow_s_own_deployment_is_seen_when_it_ends(life: Life) -> None:
    """GITHUB_TOKEN's deployments raise no event."""
    _deploy(life, "main")
    _merge(life, "P2")
    life.people.deploy("eve", "main")
    life.runs.skip()
    assert _phase(life) == "deployment"
    life.people.finish_workflow("Deploy", oid=_head(life), branch="main", event="workflow_dispatch")
    life.pass_on()
    assert _phase(life) == "verification"


def test_a_regression_stops_the_line(life: Life) -> None:
    """Whoever may triage says so; it is taken back, or answered by a further fix in production."""
    life.people.release("eve", "v1")
    _merge(life, "P2")
    life.people.release("eve", "v2")
    life.pass_on()
    assert life.reactions(life.say("dee", 1, "/regression it is worse")) == ["CONFUSED"]
    life.say("cy", 1, "/regression the cart is empty, see #7")
    line = _line(life, REGRESSION)
    assert line.startswith("- ❌")
    assert "stop and roll back to v1: a regression is reported by cy: the cart is empty" in line
    life.say("cy", 1, "/undo")
    assert _sign(life, REGRESSION) == "✅"
    life.say("cy", 1, "/regression it is back")
    again = life.fix(branch=BRANCH, body="Once more.", files={"b.py": "2\n", "tests/test_b.py": "2\n"})
    assert _phase(life) == "root-cause"  # which nobody wrote down
    _land(life, again)
    assert _phase(life) == "deployment"
    assert _sign(life, REGRESSION) == "❌"
    life.people.release("eve", "v3")
    life.pass_on()
    assert _phase(life) == "verification"
    assert _sign(life, REGRESSION) == "✅"


def test_the_label_reports_a_regression(life: Life) -> None:
    """Put on after the merge; one that the bug was reported with says what kind of bug it is."""
    life.people.create_label("ana", "regression")
    life.report(form())
    life.people.label("cy", 1, "regression", "P2")
    life.pass_on()
    _land(life, life.fix(branch=BRANCH, body="Repairs it."))
    assert _sign(life, REGRESSION) == "✅"
    life.people.unlabel("cy", 1, "regression")
    life.people.label("cy", 1, "regression")
    life.pass_on()
    assert 'the label "regression", put on by cy' in _line(life, REGRESSION)
    life.people.unlabel("cy", 1, "regression")
    life.pass_on()
    assert _sign(life, REGRESSION) == "✅"


def test_technical_debt_is_another_issue_and_a_day(life: Life) -> None:
    """One that is there, and a day that lies ahead."""
    _merge(life, "P2")
    other = life.people.open_issue("bo", "Remove the old path", "").number
    for word in ("#99 2026-12-31", f"#{other} soon", f"#{other} 2026-11-01", "#1 2026-12-31", "none"):
        assert life.reactions(life.say("bo", 1, f"/attest technical-debt {word}")) == ["CONFUSED"], word
    good = life.say("bo", 1, f"/attest technical-debt #{other} 2026-12-31")
    assert life.reactions(good) == ["ROCKET"]
    assert re.search(rf"#.?{other}, due 2026-12-31", _line(life, "Technical debt"))


def test_those_whom_policy_names_are_told(life: Life) -> None:
    """Of an urgent fix; nobody is named by default."""
    life.configure("version: 1\npeople:\n  product: [pia]\n  cto: [tom]\n")
    _merge(life)
    line = _line(life, "Product, support and CTO are told")
    assert "product (pia), CTO (tom)" in line
    life.say("bo", 1, "/attest stakeholders-told by phone")
    assert _sign(life, "Product, support and CTO are told") == "✅"


def test_a_token_that_may_not_read_deployments_needs_a_word(life: Life) -> None:
    """The merge does not count then: nobody knows what production runs."""
    without = re.sub(r" +deployments: read.*\n", "", shipped_workflow())
    with begin(workflow=without) as other:
        _merge(other, "P2")
        assert _phase(other) == "deployment"
        assert "deployments cannot be read (it takes `deployments: read`)" in _line(other, DEPLOYED)
        assert "so that only /deployed tells" in other.log
        other.say("bo", 1, "/deployed 2.0.1")
        assert _phase(other) == "verification"
        assert other.again() == 0


def test_what_was_deferred_holds_the_bug_once_it_is_overdue(life: Life) -> None:
    """A P0 merges without its plan; an hour later that is what is missing."""
    life.bug("P0", form())
    life.say("bo", 1, "/accept")
    _land(life, life.fix(branch=BRANCH, body="Repairs it."))
    assert _sign(life, OWED) == "🕒"
    life.world.clock.advance(hours=2)
    life.runs.schedule()
    line = _line(life, OWED)
    assert line.startswith("- ❌")
    assert "Triage: no backup is named, due 2026-11-02 10:" in line
    assert "/assign backup @LOGIN" in line


def test_a_confidential_bug_tells_no_details(life: Life) -> None:
    """The same checklist, and nothing of what people said."""
    life.people.create_label("ana", "security")
    _merge(life, "P2")
    life.people.label("mia", 1, "security")
    life.pass_on()
    life.say("cy", 1, "/regression the token leaks again")
    body = life.sticky(1)
    assert REGRESSION in body
    assert "the token leaks" not in body
    assert "is not attested" not in body


def test_a_failing_server_leaves_nothing_half_done(life: Life) -> None:
    """A 502 while commits are compared is tried again."""
    _deploy(life, "main")
    _merge(life, "P2")
    life.people.push("ana", "main", {"more.txt": "1\n"}, "Something else")
    life.server.faults.fail(502, operation="repos/compare-commits-with-basehead")
    _deploy(life, "main")
    assert _phase(life) == "verification"
    assert life.again() == 0


def test_time_alone_writes_nothing(life: Life) -> None:
    """A run between two windows finds the comment as it is."""
    _merge(life, "P2")
    life.world.clock.advance(minutes=40)
    assert life.again() == 0
    assert life.world.clock() < datetime(2026, 11, 2, 11, tzinfo=UTC)


def test_a_keyword_that_closes_the_issue_leaves_the_facts(life: Life) -> None:
    """A P3 is closed, and its checklist still tells where the fix is."""
    life.people.release("eve", "v1")
    life.bug("P3", form())
    pull = life.fix(1)
    life.people.merge_pull("mia", pull)
    life.pass_on()
    assert not life.state.issues[1].is_open
    assert _phase(life) == "closed"
    assert "no release contains the fix" in _line(life, DEPLOYED)
    life.people.release("eve", "v2")
    life.people.reopen("mia", 1)
    life.pass_on()
    assert _phase(life) == "verification"
    assert life.again() == 0


def test_a_deployer_who_left_github_keeps_nothing_up(life: Life) -> None:
    """What they deployed is deployed all the same, by GitHub's ghost."""
    life.people.deploy("eve", "main")
    _merge(life)
    life.people.deploy("eve", "main")
    life.world.remove_account("eve")
    life.say("bo", 1, "/recheck")
    assert set(life.product.codes) == {0}
    assert _sign(life, DEPLOYED) == "✅"


def test_an_issue_says_that_it_is_a_regression(life: Life) -> None:
    """By whoever may report one it stops the line at once, until it is closed; a stranger's is shown, and
    stops it once somebody who may puts a severity on it."""
    _merge(life, "P2")
    life.people.open_issue("dee", "The cart is empty", "Regression of #1")
    life.pass_on()
    assert _sign(life, REGRESSION) == "✅"
    (told,) = (line for line in life.sticky(1).split("\n") if "/regression #3" in line)
    assert "/issues/3) says that it is a regression of this bug, in the words of somebody who may not" in told
    assert life.again() == 0

    life.people.label("ana", 3, "P1")
    life.pass_on()
    assert "stop and roll back: a regression is reported by ana: see" in _line(life, REGRESSION)
    assert "- It says that it is a regression of [#" in life.sticky(3)
    assert "/regression #3" not in life.sticky(1)
    life.people.close("dee", 3)
    life.pass_on()
    assert _sign(life, REGRESSION) == "❌"
    life.people.unlabel("ana", 3, "P1")
    life.pass_on()
    assert _sign(life, REGRESSION) == "✅"

    life.people.open_issue("cy", "Coupons fail", "It began today.\n\nRegression of #1.\n")
    life.pass_on()
    assert "stop and roll back: a regression is reported by cy: see" in _line(life, REGRESSION)
    life.people.close("cy", 4, "not_planned")
    life.pass_on()
    assert _sign(life, REGRESSION) == "✅"
    assert life.again() == 0
