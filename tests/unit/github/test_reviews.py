"""Reviews, checks, files, required contexts from GraphQL's answers; what is denied is named, never empty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import responses

from bugaction.errors import Forbidden, Missing, Transient
from bugaction.github import reviews
from bugaction.model import ANYONE, Actor
from bugaction.ports import Targets
from bugaction.questions import AskCommits, AskReview
from bugaction.snapshot import (
    ChangedFile,
    ChangeKind,
    Check,
    CheckKind,
    CheckOutcome,
    PullRequest,
    ReviewState,
    Snapshot,
)
from tests.unit.github.fake import (
    FIX,
    HEAD,
    NOW,
    RECORDS,
    Node,
    Time,
    answer,
    bodies,
    branch,
    changed,
    check_run,
    data,
    detail,
    error,
    head_checks,
    page,
    pull,
    reader,
    repository,
    rest,
    review,
    sent,
    status_context,
    who,
)

AT = NOW - timedelta(hours=1)
NEWER = "d" * 40


@pytest.fixture(autouse=True)
def _canned() -> Iterator[None]:
    with responses.mock:
        yield


def snapshot() -> Snapshot:
    """A snapshot of the pull request, read just now."""
    answer(data(repository(pull_7=pull(7), linkers_7=None)))
    found = reader().read(Targets(pulls=(7,)))
    responses.reset()
    responses.calls.reset()
    return found


def asked(node: Node, *more: Node, errors: list[Node] | None = None) -> tuple[PullRequest, tuple[str, ...]]:
    """The pull request after `AskReview` was answered with these, and what could not be read."""
    known = snapshot()
    answer(data({"review_7": node}, errors=errors or ()))
    for body in more:
        answer(body)
    found = reader().answer(known, [AskReview(7)])
    return found.pulls[7], found.unreadable


# Values -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("APPROVED", ReviewState.APPROVED),
        ("CHANGES_REQUESTED", ReviewState.CHANGES_REQUESTED),
        ("COMMENTED", ReviewState.COMMENTED),
        ("DISMISSED", ReviewState.DISMISSED),
        ("PENDING", ReviewState.PENDING),
        ("BLESSED", ReviewState.COMMENTED),
    ],
)
def test_a_review_has_one_of_five_states(state: str, expected: ReviewState) -> None:
    """One that GitHub adds later approves nothing."""
    assert reviews.review(review(state=state)).state is expected


def test_a_review_is_of_its_own_commit_and_author() -> None:
    """The commit may be an older one, or gone; the author may be a bot, or a deleted account."""
    plain = reviews.review(review(body="Well done.\r\n"))
    assert (plain.author, plain.oid, plain.body) == (Actor("mia"), FIX, "Well done.\r\n")
    assert plain.at == AT + timedelta(minutes=1)
    older = reviews.review(review(commit={"oid": HEAD}, author=who("renovate-approve", "Bot")))
    assert (older.oid, older.author) == (HEAD, Actor("renovate-approve[bot]", is_bot=True))
    gone = reviews.review(review(commit=None, author=None, body=None))
    assert (gone.oid, gone.author, gone.body) == ("", ANYONE, "")


def test_a_review_that_is_not_submitted_counts_from_its_beginning() -> None:
    """GitHub gives it no time of submission."""
    assert reviews.review(review(state="PENDING", submittedAt=None)).at == AT


@pytest.mark.parametrize(
    ("status", "conclusion", "expected"),
    [
        ("COMPLETED", "SUCCESS", CheckOutcome.SUCCESS),
        ("COMPLETED", "FAILURE", CheckOutcome.FAILURE),
        ("COMPLETED", "NEUTRAL", CheckOutcome.NEUTRAL),
        ("COMPLETED", "SKIPPED", CheckOutcome.SKIPPED),
        ("COMPLETED", "CANCELLED", CheckOutcome.CANCELLED),
        ("COMPLETED", "TIMED_OUT", CheckOutcome.TIMED_OUT),
        ("COMPLETED", "ACTION_REQUIRED", CheckOutcome.ACTION_REQUIRED),
        ("COMPLETED", "STARTUP_FAILURE", CheckOutcome.STARTUP_FAILURE),
        ("COMPLETED", "STALE", CheckOutcome.STALE),
        ("COMPLETED", "ENLIGHTENED", CheckOutcome.ERROR),
        ("COMPLETED", None, CheckOutcome.ERROR),
        ("QUEUED", None, CheckOutcome.PENDING),
        ("IN_PROGRESS", None, CheckOutcome.PENDING),
        ("WAITING", None, CheckOutcome.PENDING),
        ("REQUESTED", "SUCCESS", CheckOutcome.PENDING),
    ],
)
def test_a_check_run_that_is_over_has_its_conclusion(
    status: str, conclusion: str | None, expected: CheckOutcome
) -> None:
    """Everything else is pending; what is not known is an error, never a success."""
    assert reviews.check(check_run(status=status, conclusion=conclusion)).outcome is expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("SUCCESS", CheckOutcome.SUCCESS),
        ("FAILURE", CheckOutcome.FAILURE),
        ("ERROR", CheckOutcome.ERROR),
        ("PENDING", CheckOutcome.PENDING),
        ("EXPECTED", CheckOutcome.PENDING),
    ],
)
def test_a_status_is_a_check_without_a_run(state: str, expected: CheckOutcome) -> None:
    """It begins and ends when it is posted; a pending one has not ended."""
    ended = None if expected is CheckOutcome.PENDING else AT
    assert reviews.check(status_context("ci", state)) == Check(
        "SC_ci", "ci", CheckKind.STATUS, expected, AT, ended, "https://ci.example/1"
    )


def test_a_check_run_of_actions_names_its_workflow() -> None:
    """By name, file, event and page; ids are larger than 32 bits."""
    assert reviews.check(check_run(53_000_000_001)) == Check(
        "CR_53000000001",
        "test",
        CheckKind.CHECK_RUN,
        CheckOutcome.SUCCESS,
        AT,
        AT + timedelta(minutes=5),
        "https://github.com/octo/shop/runs/53000000001",
        database_id=53_000_000_001,
        app_slug="github-actions",
        app_id=15368,
        workflow="CI",
        workflow_path=".github/workflows/ci.yml",
        run_url="https://github.com/octo/shop/actions/runs/9",
        event="pull_request",
    )


def test_a_workflow_that_goes_on_is_told() -> None:
    """By the suite: its jobs that are over say nothing of those that wait."""
    node = check_run()
    node["checkSuite"]["status"] = "IN_PROGRESS"
    assert not reviews.check(node).is_run_over


def test_a_check_run_of_another_app_has_no_workflow() -> None:
    """Nor has a run that waits begun; an app may have been deleted."""
    suite = {"app": {"slug": "circleci", "databaseId": 7}, "workflowRun": None}
    found = reviews.check(
        check_run(status="QUEUED", startedAt=None, completedAt=None, detailsUrl=None, checkSuite=suite)
    )
    assert (found.app_slug, found.app_id, found.workflow, found.workflow_path) == ("circleci", 7, "", "")
    assert (found.started_at, found.completed_at, found.url, found.event) == (None, None, "", "")
    orphan = reviews.check(check_run(checkSuite={"app": None, "workflowRun": None}))
    assert (orphan.app_slug, orphan.app_id) == ("", None)


@pytest.mark.parametrize(
    ("page_of", "path"),
    [
        ("/octo/shop/actions/workflows/deep.yaml", ".github/workflows/deep.yaml"),
        ("/octo/shop/actions/workflows/dynamic/pages/build", ""),
        ("", ""),
    ],
)
def test_a_workflow_whose_file_is_not_told_is_named_by_its_page(page_of: str, path: str) -> None:
    """Those that GitHub itself generates have no file."""
    node = check_run()
    run = {**node["checkSuite"]["workflowRun"], "file": None}
    run["workflow"] = {"name": "CI", "resourcePath": page_of}
    assert reviews.check({**node, "checkSuite": {"app": None, "workflowRun": run}}).workflow_path == path


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("ADDED", ChangeKind.ADDED),
        ("MODIFIED", ChangeKind.MODIFIED),
        ("DELETED", ChangeKind.DELETED),
        ("RENAMED", ChangeKind.RENAMED),
        ("COPIED", ChangeKind.COPIED),
        ("CHANGED", ChangeKind.CHANGED),
        ("TRANSMUTED", ChangeKind.CHANGED),
    ],
)
def test_a_file_says_what_happened_to_it(kind: str, expected: ChangeKind) -> None:
    """With its lines."""
    assert reviews.changed_file(changed("a.py", kind, 5, 6)) == ChangedFile("a.py", 5, 6, expected)


# Answers ------------------------------------------------------------------------------------------------


def test_all_of_a_review_comes_in_one_request() -> None:
    """Also with the commits; totals, base, files, when the first review was asked for, and a new base."""
    known = snapshot()
    head = page({"commit": {"oid": FIX, "id": "C_1", "associatedPullRequests": page()}})
    commits = {"id": "PR_7", "headRefOid": FIX, "head": head, "commits": page()}
    node = detail(
        reviews=page(review(2, "COMMENTED"), review(1)),
        asked=page({"createdAt": "2026-11-24T07:30:00Z"}),
        retargeted=page({"createdAt": "2026-11-24T07:45:00Z"}),
        last=page({"commit": head_checks(check_run(), status_context())}),
    )
    answer(data({"records": branch(RECORDS), "review_7": node, "commits_7": commits}))
    found = reader().answer(known, [AskReview(7), AskCommits(7)]).pulls[7]
    assert [item.id for item in found.reviews or ()] == ["PRR_1", "PRR_2"]
    assert [(item.name, item.kind) for item in found.checks or ()] == [
        ("test", CheckKind.CHECK_RUN),
        ("ci/jenkins", CheckKind.STATUS),
    ]
    assert (found.required, found.lacking, found.commits) == ((), (), ())
    assert (found.additions, found.deletions, found.changed_files, found.base_oid) == (3, 1, 1, HEAD)
    assert [file.path for file in found.files or ()] == ["src/cart.py"]
    assert found.requested_at == AT - timedelta(minutes=30)
    assert found.retargeted_at == AT - timedelta(minutes=15)
    assert sent() == ["POST graphql"]


def test_a_commit_without_checks_has_none() -> None:
    """No roll-up is no missing permission; nobody was asked for a review."""
    found, unreadable = asked(detail())
    assert (found.checks, found.reviews, found.requested_at, unreadable) == ((), (), None, ())


def test_superseded_runs_and_equal_names_are_all_there() -> None:
    """A status and a check run of one name are two checks; an older run stays beside the newer one."""
    head = head_checks(
        check_run(2, "ci"), check_run(1, "ci", conclusion="CANCELLED"), status_context("ci", "FAILURE")
    )
    found, _ = asked(detail(last=page({"commit": head})))
    assert [(item.kind, item.database_id, item.outcome) for item in found.checks or ()] == [
        (CheckKind.CHECK_RUN, 2, CheckOutcome.SUCCESS),
        (CheckKind.CHECK_RUN, 1, CheckOutcome.CANCELLED),
        (CheckKind.STATUS, 0, CheckOutcome.FAILURE),
    ]


def test_every_page_of_reviews_checks_and_files_is_fetched() -> None:
    """Checks hang on the commit's roll-up, the others on the pull request; 3,000 files are the most."""
    node = detail(
        reviews=page(*(review(number) for number in range(1, 4)), cursor="r1"),
        last=page({"commit": head_checks(*(check_run(number) for number in range(100)), cursor="k1")}),
        files=page(*(changed(f"{number}.py") for number in range(100)), cursor="f1"),
        changedFiles=3001,
    )
    more = [data({}, node={"page": page(review(4), review(5))})]
    more.append(data({}, node={"at": {"page": page(check_run(100), status_context())}}))
    for part in range(1, 30):
        listed = page(*(changed(f"{part}-{i}.py") for i in range(100)), cursor="f" if part < 29 else None)
        more.append(data({}, node={"page": listed}))
    found, _ = asked(node, *more)
    assert (len(found.reviews or ()), len(found.checks or ()), len(found.files or ())) == (5, 102, 3000)
    assert found.files_cut is True
    variables = [body["variables"] for body in bodies()]
    assert [item["id"] for item in variables[1:4]] == ["PR_7", "C_c", "PR_7"]
    assert "... on Commit { at: statusCheckRollup { page: contexts(" in bodies()[2]["query"]


def test_checks_are_the_head_s_and_no_older_commit_s() -> None:
    """Where the list of commits lags behind, the head is asked for by itself."""
    lags = detail(last=page({"commit": head_checks(check_run(), oid=HEAD)}))
    fresh = head_checks(check_run(conclusion="FAILURE"))
    found, _ = asked(lags, data({f"checks_{FIX}": fresh}))
    assert [item.outcome for item in found.checks or ()] == [CheckOutcome.FAILURE]
    with pytest.raises(Transient, match="head of pull request #7"):
        asked(lags, data({f"checks_{FIX}": None}))


def test_a_review_of_another_head_renews_the_snapshot() -> None:
    """What is said of a later head is not taken for the one that was read."""
    time = Time()
    known = snapshot()
    pushed = pull(7, headRefOid=NEWER, commits=page({"commit": {"oid": NEWER, "status": None, "file": None}}))
    moved = detail(headRefOid=NEWER, last=page({"commit": head_checks(oid=NEWER)}))
    answer(data({"review_7": moved}))
    answer(data(repository(pull_7=pushed, linkers_7=None)))
    answer(data({"review_7": moved}))
    found = reader(time).answer(known, [AskReview(7)]).pulls[7]
    assert (found.head_oid, found.checks) == (NEWER, ())


def test_a_pull_request_that_is_gone_stops_the_answer() -> None:
    """It is known, and yet not there."""
    known = snapshot()
    answer(data({"review_7": None}, errors=[error("NOT_FOUND", "review_7")]))
    with pytest.raises(Missing, match="#7"):
        reader().answer(known, [AskReview(7)])


# Permissions --------------------------------------------------------------------------------------------

ROLLUP = ("review_7", "last", "nodes", 0, "commit", "statusCheckRollup")
NODES = (*ROLLUP, "contexts", "nodes")


@pytest.mark.parametrize(
    ("checks", "path", "lacking"),
    [
        ([None, status_context()], (*NODES, 0), ("checks: read",)),
        ([check_run(), None], (*NODES, 1), ("statuses: read",)),
        ([None], (*NODES, 0), ("checks: read", "statuses: read")),
        ([check_run(), status_context(), None], (*NODES, 2), ("checks: read", "statuses: read")),
        ([], ROLLUP, ("checks: read", "statuses: read")),
        ([], (*ROLLUP, "contexts"), ("checks: read", "statuses: read")),
        ([None, status_context()], (*NODES, 0, "checkSuite"), ("checks: read",)),
        ([check_run()], (*NODES, 0, "checkSuite", "workflowRun"), ("actions: read",)),
    ],
)
def test_checks_that_may_not_be_read_are_none_and_the_permission_is_named(
    checks: list[Node | None], path: tuple[str | int, ...], lacking: tuple[str, ...]
) -> None:
    """GitHub refuses the node, its workflow or the whole roll-up; half of the checks are never given out."""
    node = detail(last=page({"commit": head_checks(*checks)}), reviews=page(review()))
    found, unreadable = asked(node, errors=[error("FORBIDDEN", *path)])
    assert (found.checks, found.lacking) == (None, lacking)
    assert unreadable == tuple(
        f"The checks of a pull request cannot be read: the job needs `{item}`." for item in lacking
    )
    assert len(found.reviews or ()) == 1


def test_a_check_that_is_kept_back_without_a_word_is_missed_all_the_same() -> None:
    """GitHub may put null where this token must not see."""
    found, _ = asked(detail(last=page({"commit": head_checks(status_context(), None)})))
    assert (found.checks, found.lacking) == (None, ("checks: read",))


def test_a_later_page_that_is_denied_hides_all_checks() -> None:
    """The first hundred may be check runs, and the statuses behind them another permission's."""
    node = detail(last=page({"commit": head_checks(check_run(), cursor="k1")}))
    refusal = {"type": "FORBIDDEN", "path": ["node", "at", "page", "nodes", 0], "message": "no"}
    body = data({}, node={"at": {"page": page(None)}}, errors=[refusal])
    found, _ = asked(node, body)
    assert (found.checks, found.lacking) == (None, ("statuses: read",))


def test_a_later_page_of_reviews_that_is_denied_stops_the_answer() -> None:
    """Reviews are not among what may be missing."""
    refusal = {"type": "FORBIDDEN", "path": ["node", "page", "nodes", 0], "message": "no"}
    with pytest.raises(Forbidden):
        asked(
            detail(reviews=page(review(), cursor="r1")),
            data({}, node={"page": page(None)}, errors=[refusal]),
        )


def test_reviews_that_may_not_be_read_stop_the_answer() -> None:
    """An empty list in their place would be a lie."""
    with pytest.raises(Forbidden, match="pull-requests: read"):
        asked(detail(reviews=None), errors=[error("FORBIDDEN", "review_7", "reviews")])


def test_a_workflow_s_file_that_may_not_be_read_has_a_substitute() -> None:
    """The workflow's page names it too."""
    node = check_run()
    node["checkSuite"]["workflowRun"]["file"] = None
    refusal = error("FORBIDDEN", *NODES, 0, "checkSuite", "workflowRun", "file")
    found, unreadable = asked(detail(last=page({"commit": head_checks(node)})), errors=[refusal])
    assert [item.workflow_path for item in found.checks or ()] == [".github/workflows/ci.yml"]
    assert unreadable == ()


# Required contexts --------------------------------------------------------------------------------------


def rules(*contexts: str) -> Node:
    checks = [{"context": context} for context in contexts]
    return page({"parameters": None}, {"parameters": {}}, {"parameters": {"requiredStatusChecks": checks}})


def base(classic: object = None, **changes: object) -> Node:
    return {"refUpdateRule": classic, "rules": rules("test", "lint"), **changes}


def test_what_rulesets_and_classic_protection_require_is_one_list() -> None:
    """Each context once."""
    classic = {"requiredStatusCheckContexts": ["test", "deploy/preview", None]}
    found, unreadable = asked(detail(baseRef=base(classic)))
    assert (found.required, unreadable) == (("test", "lint", "deploy/preview"), ())


def test_rules_that_graphql_denies_are_asked_of_rest() -> None:
    """Rulesets are open to everybody who may read; a branch's own page tells of its classic protection."""
    checks = {"required_status_checks": [{"context": "test"}]}
    known = snapshot()
    refusals = [error("FORBIDDEN", "review_7", "baseRef", part) for part in ("rules", "refUpdateRule")]
    answer(data({"review_7": detail(baseRef=base(rules=None))}, errors=refusals))
    rest("GET", "rules/branches/main", [{"type": "required_status_checks", "parameters": checks}])
    protection = {"required_status_checks": {"contexts": ["old"]}}
    rest("GET", "branches/main", {"name": "main", "protection": protection})
    found = reader().answer(known, [AskReview(7)])
    assert (found.pulls[7].required, found.unreadable) == (("test", "old"), ())


@pytest.mark.parametrize("part", ["rules", "refUpdateRule"])
def test_rules_that_nobody_tells_of_are_unknown(part: str) -> None:
    """They must not be taken for none."""
    known = snapshot()
    answer(
        data({"review_7": detail(baseRef=base())}, errors=[error("FORBIDDEN", "review_7", "baseRef", part)])
    )
    for path in ("rules/branches/main", "branches/main"):
        rest("GET", path, {"message": "Resource not accessible by integration"}, 403)
    found = reader().answer(known, [AskReview(7)])
    assert (found.pulls[7].required, found.pulls[7].checks) == (None, ())
    assert found.pulls[7].lacking == ("metadata: read",)
    assert found.unreadable == ("The checks that the rules of main require cannot be read.",)


def test_rules_that_rest_cannot_tell_yet_stop_the_answer() -> None:
    """A fault is no knowledge."""
    known = snapshot()
    refusal = error("FORBIDDEN", "review_7", "baseRef", "rules")
    answer(data({"review_7": detail(baseRef=base(rules=None))}, errors=[refusal]))
    rest("GET", "rules/branches/main", "<html>", 502)
    with pytest.raises(Transient):
        reader().answer(known, [AskReview(7)])


def test_a_base_that_is_gone_requires_nothing_that_is_known() -> None:
    """Neither is it known to require nothing."""
    found, _ = asked(detail(baseRef=None))
    assert found.required is None


def test_what_is_known_of_a_head_is_kept_when_the_pull_request_comes_again() -> None:
    """Within one snapshot; it goes with the head."""
    found, _ = asked(detail(reviews=page(review())))
    known = replace(snapshot(), pulls={7: found})
    commits = {"id": "PR_7", "headRefOid": FIX, "head": page(), "commits": page()}
    answer(data({"records": branch(RECORDS), "commits_7": commits}))
    again = reader().answer(known, [AskCommits(7)]).pulls[7]
    assert (again.reviews, again.checks, again.required) == (found.reviews, (), ())
