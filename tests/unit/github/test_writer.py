"""The order of writes, what stops them, and what became of each."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator

import pytest
import responses

from bugaction.errors import Forbidden, GitHubError, Missing, Rejected, StaleHead, Transient
from bugaction.plan import (
    AddAssignees,
    AddLabels,
    AppendLedger,
    BringDocuments,
    CommitFiles,
    CreateComment,
    CreateIssue,
    CreateLabel,
    DeleteComment,
    EditComment,
    Effect,
    FileChange,
    OpenPull,
    React,
    RemoveLabels,
    SetStatus,
    StartRecords,
)
from bugaction.ports import Applied
from bugaction.snapshot import StatusState
from tests.unit.github.fake import FIX, HEAD, RECORDS, Node, Time, answer, bodies, data, rest, sent, writer

NEWER = "d" * 40
RED = SetStatus(FIX, "bugaction/fix", StatusState.FAILURE, "Fix: no test", "https://s.example")
GREEN = SetStatus(FIX, "bugaction/gate", StatusState.SUCCESS, "All gates hold", "")
LEDGER = AppendLedger("bugaction/records", RECORDS, {"b": "2\n", "a": "ä\n"}, (), "BUG-042: record\n\nmore")
COMMENT = CreateComment("I_42", 42, "<!-- m -->", "<!-- m -->\nhello")
REPORT = CommitFiles("main", HEAD, (FileChange("r.md", "# R\n"), FileChange("old.md", None)), "Report")
STALE = {"type": "STALE_DATA", "path": ["m0"], "message": "Expected branch to point to x"}
LIMIT = {"message": "You have exceeded a secondary rate limit"}


@pytest.fixture(autouse=True)
def _canned() -> Iterator[None]:
    with responses.mock:
        yield


def apply(*effects: Effect, time: Time | None = None) -> tuple[Applied, ...]:
    return writer(time).apply(effects)


def wrote(*values: Node | None, errors: list[Node] | None = None) -> None:
    """What the next batch's mutations gave, in order."""
    whole: Node = {"data": {f"m{index}": value for index, value in enumerate(values)}}
    answer({**whole, "errors": errors} if errors else whole)


def committed(oid: str) -> Node:
    return {"commit": {"oid": oid}}


def failed(index: int, kind: str, message: str = "no") -> Node:
    return {"type": kind, "path": [f"m{index}"], "message": message}


def kinds(applied: tuple[Applied, ...]) -> list[str]:
    return [type(item.effect).__name__ for item in applied]


def errors(applied: tuple[Applied, ...]) -> list[type[GitHubError] | None]:
    return [type(item.error) if item.error is not None else None for item in applied]


def test_red_then_ledger_then_green_then_the_rest() -> None:
    """Whatever the order they come in; the ledger goes alone, the rest in one request."""
    rest("POST", f"statuses/{FIX}", {}, 201)
    wrote(committed(NEWER))
    wrote({"commentEdge": {"node": {"id": "IC_9"}}}, {}, committed("e" * 40))
    done = apply(COMMENT, React("IC_1", "ROCKET"), REPORT, GREEN, LEDGER, RED)
    assert kinds(done) == [
        "SetStatus",
        "AppendLedger",
        "SetStatus",
        "CreateComment",
        "React",
        "CommitFiles",
    ]
    assert [item.id for item in done] == ["", NEWER, "", "IC_9", "", "e" * 40]
    assert errors(done) == [None] * 6
    assert done[5].branch == "main"
    assert sent() == [
        f"POST statuses/{FIX}",
        "POST graphql",
        f"POST statuses/{FIX}",
        "POST graphql",
    ]
    assert [body.get("context") for body in bodies()] == ["bugaction/fix", None, "bugaction/gate", None]
    assert bodies()[1]["query"].count("createCommitOnBranch") == 1


def test_nothing_to_do_sends_nothing() -> None:
    """A settled world costs no request."""
    assert apply() == ()
    assert sent() == []


def test_a_status_says_what_it_is() -> None:
    """An empty address is left out: GitHub wants a URL or nothing."""
    rest("POST", f"statuses/{FIX}", {}, 201)
    apply(RED, GREEN)
    assert bodies() == [
        {
            "state": "failure",
            "context": "bugaction/fix",
            "description": "Fix: no test",
            "target_url": "https://s.example",
        },
        {"state": "success", "context": "bugaction/gate", "description": "All gates hold"},
    ]


def test_a_commit_is_locked_to_the_head_that_was_read() -> None:
    """Message, files in order, their text in base64; a deletion beside them."""
    wrote(committed(NEWER))
    wrote(committed(NEWER))
    apply(LEDGER, REPORT)
    ledger, report = (body["variables"]["i0"] for body in bodies())
    assert ledger["branch"] == {
        "repositoryNameWithOwner": "octo/shop",
        "branchName": "bugaction/records",
    }
    assert ledger["expectedHeadOid"] == RECORDS
    assert ledger["message"] == {"headline": "BUG-042: record", "body": "more"}
    files = [
        (item["path"], b64decode(item["contents"]).decode()) for item in ledger["fileChanges"]["additions"]
    ]
    assert files == [("a", "ä\n"), ("b", "2\n")]
    assert report["message"] == {"headline": "Report"}
    assert report["fileChanges"]["deletions"] == [{"path": "old.md"}]


# The ledger ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "refusal",
    [
        failed(0, "FORBIDDEN", "Resource not accessible by integration"),
        failed(0, "UNPROCESSABLE", "Repository rule violations found"),
        failed(0, "NOT_FOUND", "No ref"),
    ],
)
def test_a_refused_ledger_keeps_every_green_back(refusal: Node) -> None:
    """No green may rest on a decision that nobody recorded, and no word may speak of it; red ones go on."""
    rest("POST", f"statuses/{FIX}", {}, 201)
    wrote(None, errors=[refusal])
    done = apply(RED, GREEN, LEDGER, COMMENT)
    assert kinds(done) == ["SetStatus", "AppendLedger"]
    assert done[1].error is not None


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"data": {"m0": None}, "errors": [STALE]}, 200, StaleHead),
        ("<html>", 502, Transient),
        (LIMIT, 403, Transient),
        ({"data": {"m0": None}, "errors": [{"message": "Something went wrong"}]}, 200, Transient),
        ({"errors": [{"type": "RATE_LIMITED", "message": "limit"}]}, 200, Transient),
    ],
)
def test_a_moved_branch_or_a_passing_failure_stops_everything(
    body: object, status: int, kind: type[GitHubError]
) -> None:
    """The caller reads the state again: nothing after it was tried, and nothing twice."""
    rest("POST", f"statuses/{FIX}", {}, 201)
    answer(body, status)
    time = Time()
    done = apply(GREEN, LEDGER, RED, COMMENT, time=time)
    assert kinds(done) == ["SetStatus", "AppendLedger"]
    assert errors(done) == [None, kind]
    assert time.naps == []
    assert sent() == [f"POST statuses/{FIX}", "POST graphql"]


def test_the_records_begin_as_an_orphan_of_one_file() -> None:
    """A tree with the file, a commit without parents and author, the reference; the ledger follows on it."""
    rest("POST", "git/trees", {"sha": "7" * 40}, 201)
    rest("POST", "git/commits", {"sha": NEWER}, 201)
    rest("POST", "git/refs", {"ref": "refs/heads/bugaction/records"}, 201)
    wrote(committed("e" * 40))
    start = StartRecords("bugaction/records", "{}\n")
    ledger = AppendLedger("bugaction/records", "", {"a": "1\n"}, (), "m")
    done = apply(start, ledger)
    assert [item.id for item in done] == [NEWER, "e" * 40]
    assert bodies()[:3] == [
        {"tree": [{"path": "meta.json", "mode": "100644", "type": "blob", "content": "{}\n"}]},
        {"message": "Start the records of bugaction", "tree": "7" * 40},
        {"ref": "refs/heads/bugaction/records", "sha": NEWER},
    ]
    assert bodies()[3]["variables"]["i0"]["expectedHeadOid"] == NEWER


def test_another_run_may_have_begun_the_records() -> None:
    """Its reference stays, ours is refused, and everything starts from the facts again."""
    rest("POST", "git/trees", {"sha": "7" * 40}, 201)
    rest("POST", "git/commits", {"sha": NEWER}, 201)
    rest("POST", "git/refs", {"message": "Reference already exists"}, 422)
    done = apply(StartRecords("bugaction/records", "{}\n"), GREEN, COMMENT)
    assert errors(done) == [StaleHead]


def test_records_that_cannot_begin_fail_the_ledger_with_them() -> None:
    """An empty repository, a token without `contents: write`: what speaks of records stays back as well."""
    rest("POST", "git/trees", {"message": "Resource not accessible by integration"}, 403)
    done = apply(StartRecords("bugaction/records", "{}\n"), LEDGER, GREEN, COMMENT)
    assert kinds(done) == ["StartRecords", "AppendLedger"]
    assert errors(done) == [Forbidden, Forbidden]


def test_the_records_may_begin_with_ledgers_in_them() -> None:
    """One tree, so that either all of it is there or nothing."""
    rest("POST", "git/trees", {"sha": "7" * 40}, 201)
    rest("POST", "git/commits", {"sha": NEWER}, 201)
    rest("POST", "git/refs", {"ref": "refs/heads/bugaction/records"}, 201)
    assert errors(apply(StartRecords("bugaction/records", "{}\n", {"a/b.jsonl": "1\n"}))) == [None]
    assert [entry["path"] for entry in bodies()[0]["tree"]] == ["meta.json", "a/b.jsonl"]


def test_records_that_are_there_begin_anew_on_top() -> None:
    """No history is rewritten: a commit on the head that was read."""
    wrote(committed(NEWER))
    start = StartRecords("bugaction/records", "{}\n", {"a": "1\n"}, expected_oid="8" * 40)
    assert [item.id for item in apply(start)] == [NEWER]
    sent_input = bodies()[0]["variables"]["i0"]
    assert sent_input["expectedHeadOid"] == "8" * 40
    assert [item["path"] for item in sent_input["fileChanges"]["additions"]] == ["a", "meta.json"]


def test_an_answer_without_its_value_may_be_carried_out() -> None:
    """So it is a failure that the next read clears up."""
    rest("POST", "git/trees", {}, 201)
    assert errors(apply(StartRecords("bugaction/records", "{}\n"))) == [Transient]


def test_documents_follow_the_ledger_on_the_same_branch() -> None:
    """Our own commit since the read is known, so it is no stale head."""
    wrote(committed(NEWER))
    wrote(committed("e" * 40))
    wrote(committed("f" * 40))
    first = CommitFiles("bugaction/records", RECORDS, (FileChange("a.md", "A"),), "A")
    second = CommitFiles("bugaction/records", RECORDS, (FileChange("b.md", "B"),), "B")
    done = apply(LEDGER, first, second)
    assert errors(done) == [None, None, None]
    expected = [body["variables"]["i0"]["expectedHeadOid"] for body in bodies()]
    assert expected == [RECORDS, NEWER, "e" * 40]


# Statuses -----------------------------------------------------------------------------------------------


def test_a_status_that_fails_in_passing_stops_everything() -> None:
    """Even a red one: nothing is written on facts that may be old by then."""
    rest("POST", f"statuses/{FIX}", LIMIT, 403)
    assert errors(apply(RED, LEDGER, GREEN, COMMENT)) == [Transient]


def test_a_refused_status_is_told_and_the_others_are_posted() -> None:
    """A head that is gone takes nothing else along."""
    rest("POST", f"statuses/{FIX}", {"message": "No commit found for SHA"}, 422)
    rest("POST", f"statuses/{FIX}", {}, 201)
    assert errors(apply(RED, GREEN)) == [Rejected, None]


def test_what_github_would_refuse_is_not_sent() -> None:
    """Descriptions over 140 code points, comments over 65,536."""
    long = SetStatus(FIX, "c", StatusState.FAILURE, "x" * 141, "")
    body = "x" * 65_537
    done = apply(long, CreateComment("I_42", 42, "m", body), EditComment("IC_1", body))
    assert errors(done) == [Rejected, Rejected, Rejected]
    assert sent() == []


# The batch ----------------------------------------------------------------------------------------------


def test_each_mutation_of_a_batch_has_its_own_result() -> None:
    """GitHub carries out the rest after a failure; each error finds its effect by its alias."""
    effects = (
        COMMENT,
        EditComment("IC_1", "new"),
        DeleteComment("IC_2"),
        React("IC_1", "CONFUSED"),
        AddLabels("I_42", 42, ("P1",), ("LA_1",)),
        RemoveLabels("I_42", 42, ("P2",), ("LA_2",)),
    )
    wrote(
        {"commentEdge": {"node": {"id": "IC_9"}}},
        None,
        {"clientMutationId": None},
        None,
        {"clientMutationId": None},
        None,
        errors=[failed(1, "NOT_FOUND"), failed(3, "FORBIDDEN"), failed(5, "UNPROCESSABLE")],
    )
    done = apply(*effects)
    assert tuple(item.effect for item in done) == effects
    assert errors(done) == [None, Missing, None, Forbidden, None, Rejected]
    variables = bodies()[0]["variables"]
    assert variables["i0"] == {"subjectId": "I_42", "body": "<!-- m -->\nhello"}
    assert variables["i1"] == {"id": "IC_1", "body": "new"}
    assert variables["i2"] == {"id": "IC_2"}
    assert variables["i3"] == {"subjectId": "IC_1", "content": "CONFUSED"}
    assert variables["i4"] == {"labelableId": "I_42", "labelIds": ["LA_1"]}
    assert variables["i5"] == {"labelableId": "I_42", "labelIds": ["LA_2"]}
    assert "hello" not in bodies()[0]["query"]


def test_a_mutation_that_github_does_not_speak_of_has_failed() -> None:
    """Null without an error is no success, and an error without a path is everybody's."""
    wrote(None, {}, errors=[failed(7, "UNPROCESSABLE")])
    assert errors(apply(DeleteComment("IC_1"), DeleteComment("IC_2"))) == [Rejected, None]
    answer({"data": {"m0": None}, "errors": [{"type": "FORBIDDEN", "message": "SAML"}]})
    assert errors(apply(DeleteComment("IC_1"))) == [Forbidden]


def test_a_batch_that_fails_as_a_whole_fails_for_each() -> None:
    """Forbidden once for all, and a passing failure stops what would come after."""
    answer({"data": None, "errors": [{"type": "FORBIDDEN", "message": "no"}]})
    assert errors(apply(COMMENT, DeleteComment("IC_1"))) == [Forbidden, Forbidden]
    answer("", 502)
    many = [React(f"IC_{number}", "EYES") for number in range(25)]
    assert errors(apply(*many)) == [Transient] * 20


def test_a_long_batch_is_cut() -> None:
    """GitHub gives a request ten seconds."""
    wrote(*({} for _ in range(20)))
    wrote({})
    done = apply(*(React(f"IC_{number}", "EYES") for number in range(21)))
    assert errors(done) == [None] * 21
    assert [len(body["variables"]) for body in bodies()] == [20, 1]


# Labels and assignees -----------------------------------------------------------------------------------


def test_a_label_that_is_made_can_be_put_on_in_the_same_run() -> None:
    """REST answers with the node id that the batch needs."""
    rest("POST", "labels", {"node_id": "LA_9"}, 201)
    wrote({})
    made = CreateLabel("phase: fix", "c5def5", "Phase")
    done = apply(AddLabels("I_42", 42, ("Phase: fix", "P1"), ("", "LA_1")), made)
    assert [item.id for item in done] == ["LA_9", ""]
    assert bodies()[0] == {"name": "phase: fix", "color": "c5def5", "description": "Phase"}
    assert bodies()[1]["variables"]["i0"]["labelIds"] == ["LA_9", "LA_1"]


def test_a_label_that_another_run_made_is_as_good() -> None:
    """`already_exists` is no failure: its id is read."""
    taken = {"message": "Validation Failed", "errors": [{"resource": "Label", "code": "already_exists"}]}
    rest("POST", "labels", taken, 422)
    rest("GET", "labels/phase%3A%20fix", {"node_id": "LA_9"})
    done = apply(CreateLabel("phase: fix", "c5def5", "Phase"))
    assert [(item.id, item.error) for item in done] == [("LA_9", None)]


def test_a_label_that_cannot_be_made_is_told() -> None:
    """And what puts it on still tries by its name."""
    rest("POST", "labels", {"message": "Validation Failed", "errors": [{"code": "invalid"}]}, 422)
    rest("POST", "issues/42/labels", [], 200)
    done = apply(CreateLabel("x", "zzz", ""), AddLabels("I_42", 42, ("x",), ("",)))
    assert errors(done) == [Rejected, None]
    assert bodies()[1] == {"labels": ["x"]}


def test_labels_without_ids_are_taken_off_by_name() -> None:
    """One that is off already is no failure."""
    rest("DELETE", "issues/42/labels/P%2F1", [], 200)
    rest("DELETE", "issues/42/labels/P2", {"message": "Label does not exist"}, 404)
    assert errors(apply(RemoveLabels("I_42", 42, ("P/1", "P2"), ("", "")))) == [None]


def test_people_are_assigned_by_login() -> None:
    """A mutation would need a request more, for their node ids."""
    rest("POST", "issues/42/assignees", {}, 201)
    assert errors(apply(AddAssignees("I_42", 42, ("ana", "bo")))) == [None]
    assert bodies() == [{"assignees": ["ana", "bo"]}]


# The fallback -------------------------------------------------------------------------------------------

GUARDED = CommitFiles("main", HEAD, REPORT.files, "Report", fallback="bugaction/records")


@pytest.mark.parametrize(
    "refusal",
    [
        failed(0, "UNPROCESSABLE", "Repository rule violations found"),
        failed(0, "FORBIDDEN", "Changes must be made through a pull request."),
        {"path": ["m0"], "message": "Protected branch update failed"},
    ],
)
def test_a_rule_that_nobody_could_see_sends_the_documents_elsewhere(refusal: Node) -> None:
    """The same texts on the fallback's newest head; nothing is deleted there; the result says where."""
    wrote(None, errors=[refusal])
    answer(data({"head": {"target": {"oid": RECORDS}}}))
    wrote(committed(NEWER))
    done = apply(GUARDED)
    assert [(item.id, item.error, item.branch) for item in done] == [(NEWER, None, "bugaction/records")]
    again = bodies()[2]["variables"]["i0"]
    assert (again["branch"]["branchName"], again["expectedHeadOid"]) == ("bugaction/records", RECORDS)
    assert [item["path"] for item in again["fileChanges"]["additions"]] == ["r.md"]
    assert again["fileChanges"]["deletions"] == []


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (failed(0, "FORBIDDEN", "Resource not accessible by integration"), Forbidden),
        (STALE, StaleHead),
        (failed(0, "NOT_FOUND"), Missing),
    ],
)
def test_what_is_no_rule_s_refusal_stays_one(refusal: Node, kind: type[GitHubError]) -> None:
    """A missing permission misses elsewhere too, and a moved branch is read again."""
    wrote(None, errors=[refusal])
    assert errors(apply(GUARDED)) == [kind]
    assert len(sent()) == 1


def test_a_fallback_that_is_not_there_leaves_the_refusal() -> None:
    """No records branch yet: the rule's own words are the reason."""
    wrote(None, errors=[failed(0, "UNPROCESSABLE", "Repository rule violations found")])
    answer(data({"head": None}))
    [done] = apply(GUARDED)
    assert (str(done.error), done.branch) == ("Repository rule violations found", "")


def test_a_fallback_that_moves_is_read_again_by_the_caller() -> None:
    """Its own lock failed."""
    wrote(None, errors=[failed(0, "UNPROCESSABLE")])
    answer(data({"head": {"target": {"oid": RECORDS}}}))
    wrote(None, errors=[STALE])
    assert errors(apply(GUARDED)) == [StaleHead]


def test_many_creations_keep_to_the_budget() -> None:
    """Eighty things a minute: the eighty-first waits."""
    rest("POST", f"statuses/{FIX}", {}, 201)
    time = Time()
    apply(*(SetStatus(FIX, f"c{number}", StatusState.FAILURE, "", "") for number in range(81)), time=time)
    assert time.naps == [60]


PROMISE = CreateIssue(
    "R_1", 42, "<!-- a -->", "Alert", "<!-- a -->\n", ("action-item",), ("bo",), is_child=True
)
MADE = {"id": 9001, "node_id": "I_51", "number": 51}
REFUSED = {"message": "Validation Failed", "errors": [{"field": "assignees", "code": "invalid"}]}


def test_a_child_is_opened_whole_and_put_below_its_bug() -> None:
    """With labels and assignees by name, by its database id."""
    rest("POST", "issues", MADE, status=201)
    rest("POST", "issues/42/sub_issues", MADE, status=201)
    assert apply(PROMISE) == (Applied(PROMISE, "I_51"),)
    first, second = bodies()
    assert first == {
        "title": "Alert",
        "body": "<!-- a -->\n",
        "labels": ["action-item"],
        "assignees": ["bo"],
    }
    assert second == {"sub_issue_id": 9001}


def test_an_owner_whom_github_refuses_is_left_out() -> None:
    """The issue is opened all the same, and names them in its body."""
    rest("POST", "issues", REFUSED, status=422)
    rest("POST", "issues", MADE, status=201)
    rest("POST", "issues/42/sub_issues", MADE, status=201)
    assert apply(PROMISE) == (Applied(PROMISE, "I_51"),)
    assert "assignees" not in bodies()[1]


@pytest.mark.parametrize("status", [403, 404, 422, 502])
def test_where_there_is_no_place_below_the_bug_the_mention_has_to_do(status: int) -> None:
    """It is opened, and that is what counts: a second try would open another."""
    rest("POST", "issues", MADE, status=201)
    rest("POST", "issues/42/sub_issues", {"message": "no"}, status=status)
    assert apply(PROMISE) == (Applied(PROMISE, "I_51"),)


def test_a_child_that_cannot_be_opened_is_told() -> None:
    """By its error, so that the run goes on or reads again."""
    rest("POST", "issues", REFUSED, status=422)
    rest("POST", "issues", {"message": "Issues has been disabled"}, status=422)
    (applied,) = apply(PROMISE)
    assert isinstance(applied.error, Rejected)


BRANCH = "bugaction/bug-042"
TREE = "e" * 40
BRING = BringDocuments(42, BRANCH, "", (HEAD,), TREE, (FileChange("r.md", "# R\n"),), "BUG-042: bring it")
OPEN = OpenPull(42, BRANCH, "main", "BUG-042: bug report", "What was written.", ("documentation",))
PULL = {"number": 9, "node_id": "PR_9"}


def test_documents_are_one_commit_on_a_branch_of_their_own() -> None:
    """Without an author, so that it is signed; on the default branch's tree; the reference comes last."""
    rest("POST", "git/trees", {"sha": "f" * 40}, 201)
    rest("POST", "git/commits", {"sha": NEWER}, 201)
    rest("POST", "git/refs", {"ref": f"refs/heads/{BRANCH}"}, 201)
    assert apply(BRING) == (Applied(BRING, NEWER),)
    tree, commit, ref = bodies()
    entry = {"path": "r.md", "mode": "100644", "type": "blob", "content": "# R\n"}
    assert tree == {"base_tree": TREE, "tree": [entry]}
    assert commit == {"message": "BUG-042: bring it", "tree": "f" * 40, "parents": [HEAD]}
    assert ref == {"ref": f"refs/heads/{BRANCH}", "sha": NEWER}


def test_a_branch_that_is_there_is_moved_on_and_never_by_force() -> None:
    """Somebody else's commit on it is no fast forward: then everything is read again."""
    newer = BringDocuments(42, BRANCH, FIX, (FIX, HEAD), TREE, BRING.files, "m")
    for _ in range(2):
        rest("POST", "git/trees", {"sha": "f" * 40}, 201)
        rest("POST", "git/commits", {"sha": NEWER}, 201)
    rest("PATCH", f"git/refs/heads/{BRANCH}", {"ref": f"refs/heads/{BRANCH}"})
    assert apply(newer) == (Applied(newer, NEWER),)
    assert bodies()[1]["parents"] == [FIX, HEAD]
    assert bodies()[2] == {"sha": NEWER, "force": False}
    responses.replace(
        "PATCH",
        str(responses.calls[2].request.url),
        json={"message": "Update is not a fast forward"},
        status=422,
    )
    assert errors(apply(newer)) == [StaleHead]


def test_a_pull_request_is_opened_and_labelled() -> None:
    """A label that GitHub does not take is no reason to open another."""
    rest("POST", "pulls", PULL, 201)
    rest("POST", "issues/9/labels", {"message": "no"}, 403)
    assert apply(OPEN) == (Applied(OPEN, "PR_9"),)
    opened, labelled = bodies()
    assert opened == {
        "title": "BUG-042: bug report",
        "head": BRANCH,
        "base": "main",
        "body": "What was written.",
    }
    assert labelled == {"labels": ["documentation"]}


@pytest.mark.parametrize("status", [502, 429])
def test_a_label_that_fails_at_the_moment_is_put_on_again(status: int) -> None:
    """It is the same when it is done twice, and no later run would miss it."""
    rest("POST", "pulls", PULL, 201)
    rest("POST", "issues/9/labels", {"message": "no"}, status)
    rest("POST", "issues/9/labels", [], 200)
    assert apply(OPEN) == (Applied(OPEN, "PR_9"),)
    _, labelled, again = bodies()
    assert labelled == again


def test_a_place_below_the_bug_that_fails_at_the_moment_is_taken_again() -> None:
    """As with labels."""
    rest("POST", "issues", MADE, status=201)
    rest("POST", "issues/42/sub_issues", {"message": "no"}, status=502)
    rest("POST", "issues/42/sub_issues", MADE, status=201)
    assert apply(PROMISE) == (Applied(PROMISE, "I_51"),)
    assert len(bodies()) == 3


def test_a_pull_request_that_is_there_already_is_looked_at_again() -> None:
    """Another run was first, or the answer to ours was lost."""
    said = {
        "resource": "PullRequest",
        "code": "custom",
        "message": f"A pull request already exists for o:{BRANCH}.",
    }
    rest("POST", "pulls", {"message": "Validation Failed", "errors": [said]}, 422)
    assert errors(apply(OPEN)) == [StaleHead]


def test_nothing_is_opened_from_a_branch_that_could_not_be_made() -> None:
    """It would be refused for a reason that is not the true one; what else there is goes on."""
    rest("POST", "git/trees", {"message": "Resource not accessible by integration"}, 403)
    wrote({})
    done = apply(BRING, OPEN, React("IC_1", "ROCKET"))
    assert kinds(done) == ["BringDocuments", "React"]
    assert errors(done) == [Forbidden, None]
