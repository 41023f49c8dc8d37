"""Snapshots from GraphQL's answers: pages, missing parts, missing permissions, moving branches."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import responses

from bugaction.carrier import Carrier
from bugaction.errors import Forbidden, GitHubError, Missing, Rejected, Transient
from bugaction.model import Actor, LedgerFile, LedgerLine, RecordKind, Role
from bugaction.ports import Targets
from bugaction.questions import (
    AskBlob,
    AskBug,
    AskCarrier,
    AskCommits,
    AskDeployment,
    AskEdits,
    AskFiles,
    AskLabel,
    AskPage,
    AskPull,
    AskRole,
    AskSuspects,
    Question,
)
from bugaction.records import format_lines, format_links
from bugaction.snapshot import (
    Branch,
    ChangedFile,
    ChangeKind,
    Label,
    MergeGroup,
    PullRequest,
    Snapshot,
    TextFile,
)
from tests.unit.github.fake import (
    FIX,
    HEAD,
    NOW,
    RECORDS,
    Node,
    Time,
    answer,
    blame,
    blob,
    bodies,
    branch,
    changed,
    comment,
    data,
    default_branch,
    error,
    issue,
    labeled,
    made_by,
    mention,
    page,
    pull,
    reader,
    repository,
    rest,
    sent,
    tree,
    who,
)

DECISION = LedgerLine(RecordKind.SEVERITY, "LE_1", "ana", NOW, accepted=True, role=Role.ADMIN)
LINE = format_lines(LedgerFile(), [DECISION], 42).strip()
LINK = format_links(LedgerFile(), [DECISION], 7).strip()
BUG = Targets(issues=(42,))
NEWER = "d" * 40


@pytest.fixture(autouse=True)
def _canned() -> Iterator[None]:
    with responses.mock:
        yield


def bug(number: int = 42, node: Node | None = None, **fields: object) -> Node:
    """The fields that an issue asks for, around the header."""
    return repository(
        **{
            f"item_{number}": node or issue(number),
            f"branch_{number}": page(),
            f"authors_{number}": None,
            f"linkers_{number}": None,
            **fields,
        }
    )


def read(targets: Targets = BUG, time: Time | None = None) -> Snapshot:
    return reader(time).read(targets)


# The repository -----------------------------------------------------------------------------------------


def test_the_header_makes_the_repository() -> None:
    """Who we are, both branches, configuration, templates, in one request."""
    templates = tree(documents=tree(**{"report.md": blob("# R")}))
    head = default_branch(config=blob("version: 1\n"), templates=templates)
    answer(data(repository(defaultBranchRef=head, isPrivate=True)))
    found = read(Targets()).repository
    assert found.viewer == Actor("github-actions[bot]", is_bot=True)
    assert (found.default, found.records) == (
        Branch("main", HEAD, protected=False),
        Branch("bugaction/records", RECORDS),
    )
    assert found.records_meta == '{"since": "2026-11-23T09:00:00Z", "version": 1}\n'
    assert found.records_meta_is_ours
    assert found.config == TextFile(".github/bugaction.yml", "version: 1\n", "main")
    assert found.templates == (TextFile("documents/report.md", "# R", "main"),)
    assert (found.full_name, found.is_private, found.is_archived, found.has_issues) == (
        "octo/shop",
        True,
        False,
        True,
    )
    assert sent() == ["POST graphql"]


@pytest.mark.parametrize(
    ("by", "ours"),
    [
        (made_by(), True),
        (made_by("ana@octo.example", login="ana"), False),
        (made_by(signed=False), False),
    ],
    ids=["ours", "a person's edit on the web", "our address without GitHub's signature"],
)
def test_whose_meta_it_is_is_told_by_blame(by: Node, ours: bool) -> None:
    """As for the lines of a ledger: the file says from when on bugs count."""
    answer(data(repository(authors_meta=branch(RECORDS, blame=blame((1, 1, by))))))
    assert read(Targets()).repository.records_meta_is_ours is ours


def test_where_nothing_is_signed_the_author_tells_whose_meta_it_is() -> None:
    """GitHub Enterprise Server without web commit signing."""
    answer(data(repository(authors_meta=branch(RECORDS, blame=blame((1, 1, made_by(signed=False)))))))
    unsigned = replace(reader(), signed=False)
    assert unsigned.read(Targets()).repository.records_meta_is_ours


def test_a_meta_of_two_writers_is_not_ours() -> None:
    """Every line of it has to be."""
    kept = branch(RECORDS, meta=blob("{\n}\n"))
    writers = blame((1, 1, made_by()), (2, 2, made_by("ana@octo.example", login="ana")))
    answer(data(repository(records=kept, authors_meta=branch(RECORDS, blame=writers))))
    assert not read(Targets()).repository.records_meta_is_ours


def test_a_meta_whose_writer_is_not_told_stops_the_read() -> None:
    """It is neither believed nor taken for a stranger's."""
    refusal = error("FORBIDDEN", "authors_meta", "target", "blame", message="not you")
    answer(data(repository(authors_meta=None), errors=[refusal]))
    with pytest.raises(GitHubError, match=r"who wrote meta\.json .*: not you"):
        read(Targets())


def test_an_empty_repository_has_no_branches() -> None:
    """Nothing there is no error."""
    answer(data(repository(defaultBranchRef=None, records=None)))
    found = read(Targets()).repository
    assert (found.default, found.records, found.records_meta, found.config) == (None, None, None, None)


def test_a_repository_that_is_not_there_is_missing() -> None:
    """Or not to be seen with this token: GitHub answers the same."""
    answer(data(None, errors=[{"type": "NOT_FOUND", "path": ["repository"], "message": "Could not resolve"}]))
    with pytest.raises(Missing, match="Could not resolve"):
        read()


FORBIDDEN_RULES = [error("FORBIDDEN", "defaultBranchRef", "rules")]


@pytest.mark.parametrize(
    ("rules", "protected"), [([], False), ([{"type": "pull_request"}], True), ([{"type": "deletion"}], False)]
)
def test_rules_that_graphql_hides_are_read_by_rest(rules: list[Node], protected: bool) -> None:
    """The rulesets of a branch are open to everybody who may read it."""
    answer(data(repository(defaultBranchRef={**default_branch(), "rules": None}), errors=FORBIDDEN_RULES))
    rest("GET", "rules/branches/main", rules)
    found = read(Targets())
    assert found.repository.default == Branch("main", HEAD, protected)
    assert found.unreadable == (
        "The rules of the default branch cannot be read: the job needs `metadata: read`.",
    )


def test_protection_that_nobody_tells_of_is_unknown() -> None:
    """Neither by GraphQL nor by REST: the caller must not take it for none."""
    answer(data(repository(defaultBranchRef={**default_branch(), "rules": None}), errors=FORBIDDEN_RULES))
    rest("GET", "rules/branches/main", {"message": "Resource not accessible by integration"}, 403)
    assert read(Targets()).repository.default == Branch("main", HEAD, protected=None)


def test_rules_that_rest_cannot_tell_yet_stop_the_read() -> None:
    """A fault is no knowledge: the caller tries the whole again."""
    answer(data(repository(defaultBranchRef={**default_branch(), "rules": None}), errors=FORBIDDEN_RULES))
    rest("GET", "rules/branches/main", "<html>", 502)
    with pytest.raises(Transient):
        read(Targets())


def test_the_labels_that_we_write_come_with_each_snapshot() -> None:
    """By id, or as not there; a decision has to ask for no other but those that policy names."""
    answer(data(repository(known_0={"id": "LA_T"}, known_1=None)))
    assert read(Targets()).answers.labels == {"phase: triage": "LA_T", "phase: root-cause": None}
    variables = bodies()[0]["variables"]
    named = [variables[f"known_{index}"] for index in (0, 7, 8, 9)]
    assert named == ["phase: triage", "sla: at-risk", "sla: breached", "P0"]


# Bugs ---------------------------------------------------------------------------------------------------


def test_a_bug_comes_with_its_ledger_its_documents_and_its_pull_requests() -> None:
    """Everything of a branch hangs below one commit; the ledger is no document."""
    folder = tree(**{"ledger.jsonl": blob(f"{LINE}\n"), "report.md": blob("# R\n")})
    answer(
        data(
            bug(
                node=issue(closedByPullRequestsReferences=page(pull(7))),
                records=branch(RECORDS, meta=None, folder_42=folder, links_42=None),
                defaultBranchRef=default_branch(folder_42=tree(**{"report.md": blob("# Main\n")})),
                authors_42=branch(RECORDS, blame=blame((1, 1, made_by()))),
            )
        )
    )
    found = read()
    facts = found.bugs[42]
    assert [line.evidence for line in facts.ledger.lines] == ["LE_1"]
    assert (facts.ledger.text, facts.ledger.foreign) == (f"{LINE}\n", ())
    path = "documents/bugs/BUG-042/report.md"
    assert facts.documents == (
        TextFile(path, "# R\n", "bugaction/records"),
        TextFile(path, "# Main\n", "main"),
    )
    assert (facts.pulls, facts.issue.labels) == ((7,), (Label("P1", "LA_1"),))
    assert (found.pulls[7].closing, found.pulls[7].links) == ((42,), None)
    variables = bodies()[0]["variables"]
    assert variables["folder_42"] == "documents/bugs/BUG-042"
    assert variables["records"] == "refs/heads/bugaction/records"


def test_a_stranger_s_line_decides_nothing() -> None:
    """It is kept and reported: its commit is a person's, though GitHub signed it."""
    folder = tree(**{"ledger.jsonl": blob(f"{LINE}\n")})
    web_edit = made_by("ana@octo.example", login="ana")
    answer(
        data(
            bug(
                records=branch(RECORDS, meta=None, folder_42=folder),
                authors_42=branch(RECORDS, blame=blame((1, 1, web_edit))),
            )
        )
    )
    assert read().bugs[42].ledger == LedgerFile(f"{LINE}\n", (), (1,))


def test_a_ledger_without_known_writers_stops_the_read() -> None:
    """A decision must not be made twice because the first cannot be believed."""
    folder = tree(**{"ledger.jsonl": blob(f"{LINE}\n")})
    refusal = error("FORBIDDEN", "authors_42", "target", "blame", message="not you")
    answer(data(bug(records=branch(RECORDS, meta=None, folder_42=folder)), errors=[refusal]))
    with pytest.raises(GitHubError, match=r"who wrote documents/bugs/BUG-042/ledger\.jsonl .*: not you"):
        read()


UNREADABLE = [
    (blob("{", isTruncated=True), "it is larger than 512 KB, or binary"),
    (blob(None, isBinary=True), "it is larger than 512 KB, or binary"),
    (blob(None), "it is larger than 512 KB, or binary"),
    ({"type": "tree", "object": {"entries": []}}, "it is no file"),
]


@pytest.mark.parametrize(("entry", "why"), UNREADABLE)
def test_a_ledger_that_cannot_be_read_says_so(entry: Node, why: str) -> None:
    """The bug is read all the same: nothing of its ledger counts, and who wrote it need not be told."""
    folder = tree(**{"ledger.jsonl": entry})
    answer(data(bug(records=branch(RECORDS, meta=None, folder_42=folder))))
    assert read().bugs[42].ledger == LedgerFile(unreadable=why)


@pytest.mark.parametrize(("entry", "why"), UNREADABLE)
def test_links_that_cannot_be_read_say_so(entry: Node, why: str) -> None:
    """They belong to one pull request, which is read all the same."""
    answer(data(repository(pull_7=pull(7), records=branch(RECORDS, meta=None, links_7=entry))))
    assert read(Targets(pulls=(7,))).pulls[7].links == LedgerFile(unreadable=why)


def test_no_ledger_is_an_empty_one() -> None:
    """GitHub answers an error for the blame of a path that is not there; that is borne."""
    gone = error("NOT_FOUND", "authors_42", "target", "blame", message="No such path")
    answer(data(bug(), errors=[gone]))
    found = read()
    assert found.bugs[42].ledger == LedgerFile()
    assert found.unreadable == ()


@pytest.mark.parametrize("message", ["Something went wrong while executing your query.", "timeout"])
def test_no_ledger_is_an_empty_one_whatever_its_blame_answers(message: str) -> None:
    """Which error a missing path gives is documented nowhere; it is not waited for."""
    time = Time()
    odd = {"path": ["repository", "authors_42", "target", "blame"], "message": message}
    answer(data(bug(), errors=[odd]))
    assert read(time=time).bugs[42].ledger == LedgerFile()
    assert time.naps == []


@pytest.mark.parametrize(
    ("authors", "errors"),
    [
        (
            None,
            [{"path": ["repository", "authors_42", "target", "blame"], "message": "Something went wrong"}],
        ),
        (None, []),
        (branch(RECORDS, blame=blame()), []),
        (branch(RECORDS, blame=blame((1, 1, made_by()))), []),
    ],
)
def test_writers_that_are_not_named_yet_are_asked_for_again(authors: Node | None, errors: list[Node]) -> None:
    """A line that nobody is named for is no stranger's: the whole snapshot is read anew, three times."""
    time = Time()
    folder = tree(**{"ledger.jsonl": blob(f"{LINE}\n{LINE}\n")})
    kept = branch(RECORDS, meta=None, folder_42=folder)
    answer(data(bug(records=kept, authors_42=authors), errors=errors))
    with pytest.raises(Transient, match="who wrote"):
        read(time=time)
    assert time.naps == [1, 2]
    answer(data(bug(records=kept, authors_42=branch(RECORDS, blame=blame((1, 2, made_by()))))))
    assert len(read().bugs[42].ledger.lines) == 1


def test_further_pages_are_fetched_and_put_in_order() -> None:
    """Comments, timeline and pull requests that close the bug, as many pages as there are."""
    first = issue(
        comments=page(comment(1), cursor="c1"),
        timelineItems=page(labeled("P1", 1), cursor="t1"),
        closedByPullRequestsReferences=page(pull(7), cursor="p1"),
    )
    answer(data(bug(node=first)))
    for entries in (
        page(comment(2), cursor="c2"),
        page(comment(3)),
        page(labeled("P2", 2)),
        page(pull(8, headRefName="other")),
    ):
        answer(data({}, node={"page": entries}))
    found = read()
    assert [item.database_id for item in found.bugs[42].issue.comments] == [1, 2, 3]
    assert [item.value for item in found.bugs[42].issue.timeline] == ["P1", "P2"]
    assert (found.bugs[42].pulls, sorted(found.pulls)) == ((7, 8), [7, 8])
    assert [body["variables"].get("cursor") for body in bodies()[1:]] == ["c1", "c2", "t1", "p1"]


def test_a_page_that_is_gone_stops_the_read() -> None:
    """Half a list of comments is no list."""
    answer(data(bug(node=issue(comments=page(comment(1), cursor="c1")))))
    answer(data({}, node=None))
    with pytest.raises(Missing):
        read()


def test_a_mention_is_a_link_only_where_it_says_so() -> None:
    """By GitHub's word or by the pull request's own keyword; others' repositories are none of ours."""
    mentions = page(
        mention(7, "see #42"),
        mention(8, "Fixes #42"),
        mention(9, closes=True),
        mention(10, "Fixes #42", full_name="octo/other"),
        mention(8, "Fixes #42"),
        labeled("P1"),
    )
    answer(data(bug(node=issue(timelineItems=mentions))))
    assert read().bugs[42].pulls == (8, 9)


def test_a_branch_of_the_bug_s_name_is_a_link() -> None:
    """Whatever its text says, while it is open."""
    named = pull(7, headRefName="fix/bug-042", body="")
    answer(data(bug(branch_42=page(named))))
    found = read()
    assert (found.bugs[42].pulls, list(found.pulls)) == ((7,), [7])


def test_pull_requests_of_other_repositories_do_not_come_along() -> None:
    """A sidebar link may point anywhere."""
    foreign = pull(7, repository={"nameWithOwner": "octo/other"})
    answer(data(bug(node=issue(closedByPullRequestsReferences=page(foreign)))))
    found = read()
    assert (found.bugs[42].pulls, dict(found.pulls)) == ((), {})


def test_a_number_may_be_an_issue_a_pull_request_or_nothing() -> None:
    """What is not there is told, and takes nothing else along."""
    answer(
        data(
            repository(
                item_42=issue(), branch_42=page(), item_7=pull(7), branch_7=page(), item_9=None, pull_8=None
            ),
            errors=[error("NOT_FOUND", "item_9"), error("NOT_FOUND", "pull_8")],
        )
    )
    found = read(Targets(items=(42, 7, 9), pulls=(8,)))
    assert (list(found.bugs), list(found.pulls)) == ([42], [7])
    assert (found.answers.missing, found.answers.missing_pulls) == (frozenset({9}), frozenset({8}))


# Pull requests ------------------------------------------------------------------------------------------


def test_a_pull_request_that_is_looked_at_has_comments_and_recorded_links() -> None:
    """Those that came along with a bug have neither."""
    answer(
        data(
            repository(
                pull_7=pull(7, comments=page(comment(1))),
                records=branch(RECORDS, meta=None, links_7=blob(f"{LINK}\n")),
                linkers_7=branch(RECORDS, blame=blame((1, 1, made_by()))),
            )
        )
    )
    found = read(Targets(pulls=(7,))).pulls[7]
    assert [item.database_id for item in found.comments] == [1]
    assert found.links is not None
    assert [line.evidence for line in found.links.lines] == ["LE_1"]


def test_a_head_that_the_list_of_commits_lags_behind_is_read_by_itself() -> None:
    """Statuses of an older commit must not pass for the head's."""
    status = {
        "context": "ci",
        "state": "SUCCESS",
        "description": "",
        "targetUrl": "",
        "creator": who("ana"),
    }
    answer(data(repository(pull_7=pull(7, headRefOid=NEWER))))
    answer(
        data(
            {f"head_{NEWER}": {"oid": NEWER, "status": {"contexts": [status]}, "file": blob("version: 1\n")}}
        )
    )
    found = read(Targets(pulls=(7,))).pulls[7]
    assert [item.context for item in found.statuses] == ["ci"]
    assert found.head_config is not None


def test_a_head_that_github_does_not_show_yet_is_waited_for_by_the_caller() -> None:
    """Time mends it."""
    answer(data(repository(pull_7=pull(7, headRefOid=NEWER))))
    answer(data({f"head_{NEWER}": None}))
    with pytest.raises(Transient, match="#7"):
        read(Targets(pulls=(7,)))


def test_the_pull_requests_of_a_commit_are_found() -> None:
    """For events that speak of a commit: statuses and finished runs."""
    answer(data(repository(**{f"at_{FIX}": at_commit(pull(7), pull(8))})))
    found = read(Targets(shas=(FIX,)))
    assert (list(found.pulls), found.pulls[7].links) == ([7, 8], None)


def at_commit(*pulls: Node, cursor: str | None = None) -> Node:
    """A commit with the first page of its pull requests."""
    return {"id": "C_1", "associatedPullRequests": page(*pulls, cursor=cursor)}


def test_of_a_commit_s_pull_requests_those_count_that_offer_it() -> None:
    """GitHub lists all that hold the commit: closed ones, and those that build on it."""
    others = (pull(7, pullState="CLOSED"), pull(8, headRefOid=NEWER))
    answer(data(repository(**{f"at_{FIX}": at_commit(*others, cursor="c1")})))
    answer(data({}, node={"page": page(pull(9))}))
    assert list(read(Targets(shas=(FIX,))).pulls) == [9]


def test_a_commit_of_hundreds_of_pull_requests_is_not_read_to_its_end() -> None:
    """What was left out is said; the sweep looks at it."""
    answer(data(repository(**{f"at_{FIX}": at_commit(pull(7), cursor="c1")})))
    for number in (8, 9):
        answer(data({}, node={"page": page(pull(number), cursor=f"c{number}")}))
    found = read(Targets(shas=(FIX,)))
    assert list(found.pulls) == [7, 8, 9]
    assert [text for text in found.unreadable if f"hold the commit {FIX[:7]}" in text]


def test_what_was_asked_before_comes_with_the_snapshot() -> None:
    """A bug, commits and a label, in the one request and of the same moment as the rest."""
    head = page({"commit": {"oid": FIX, "id": "C_1", "associatedPullRequests": page()}})
    detail = {"id": "PR_7", "headRefOid": FIX, "head": head, "commits": page()}
    answer(
        data(
            {
                **bug(),
                "pull_7": pull(7),
                "commits_7": detail,
                "label_2": {"id": "LA_9", "name": "P9"},
            }
        )
    )
    found = reader().read(Targets(pulls=(7,)), [AskBug(42), AskCommits(7), AskLabel("P9")])
    assert (list(found.bugs), found.pulls[7].commits, found.pulls[7].sharing) == ([42], (), (7,))
    assert found.answers.labels == {"p9": "LA_9"}
    assert sent() == ["POST graphql"]


def test_what_was_asked_before_and_is_gone_is_left_out() -> None:
    """A bug that was deleted is missing; commits of a pull request that no longer comes along are none's."""
    gone = [error("NOT_FOUND", "item_43"), error("NOT_FOUND", "commits_7")]
    answer(data({**bug(), "item_43": None, "branch_43": page(), "commits_7": None}, errors=gone))
    found = reader().read(BUG, [AskBug(43), AskCommits(7)])
    assert (list(found.bugs), list(found.pulls)) == ([42], [])
    assert found.answers.missing == {43}


# Permissions --------------------------------------------------------------------------------------------


def test_what_no_gate_rests_on_may_be_forbidden() -> None:
    """The rest is read, and a sentence tells what the job needs."""
    errors = [
        error("FORBIDDEN", "item_42", "closedByPullRequestsReferences"),
        error("FORBIDDEN", "branch_42"),
        error("FORBIDDEN", "pull_7", "commits", "nodes", 0, "commit", "status"),
    ]
    node = issue(closedByPullRequestsReferences=None)
    answer(data({**bug(node=node, branch_42=None), "pull_7": pull(7)}, errors=errors))
    found = read(Targets(issues=(42,), pulls=(7,)))
    assert found.pulls[7].statuses == ()
    assert len(found.unreadable) == 3
    assert (
        "Commit statuses cannot be read, so that each run posts them again: the job needs `statuses: read`."
        in found.unreadable
    )


@pytest.mark.parametrize(
    "path",
    [
        ("item_42", "comments"),
        ("item_42", "timelineItems"),
        ("defaultBranchRef", "target", "config"),
        ("records",),
        ("pull_7",),
    ],
)
def test_what_a_gate_rests_on_may_not_be_forbidden(path: tuple[str, ...]) -> None:
    """An empty list in its place could open a gate."""
    answer(data(bug(), errors=[error("FORBIDDEN", *path)]))
    with pytest.raises(Forbidden):
        read()


def test_an_error_of_a_part_that_nobody_foresaw_stops_the_read() -> None:
    """Nothing is guessed about what it took away."""
    answer(data(bug(), errors=[error("MAX_NODE_LIMIT_EXCEEDED", "item_42")]))
    with pytest.raises(Rejected):
        read()


# Moving branches ----------------------------------------------------------------------------------------


def test_a_snapshot_hangs_on_one_commit_of_the_records() -> None:
    """The writers' list came from a newer commit than the ledger: all of it is read again."""
    time = Time()
    answer(data(bug(authors_42=branch(NEWER, blame=blame()))))
    answer(data(bug(records=branch(NEWER, meta=None), authors_42=branch(NEWER, blame=blame()))))
    assert read(time=time).repository.records == Branch("bugaction/records", NEWER)
    assert time.naps == [1]


@pytest.mark.parametrize("later", [AskCarrier(42), AskBug(42)])
def test_a_snapshot_hangs_on_one_commit_of_the_default_branch(later: Question) -> None:
    """The register came with the first request; the second one's commit is newer, whatever that asks."""
    time, old = Time(), {**blob("old"), "oid": "e" * 40}
    shas = tuple(str(digit) * 40 for digit in range(8))
    for attempt in range(2):
        first = repository(**{f"at_{oid}": None for oid in shas})
        first["defaultBranchRef"] = default_branch(register=old)
        second = default_branch(tree={"oid": "7" * 40})
        second["target"] = {**second["target"], "oid": HEAD if attempt else NEWER}
        if isinstance(later, AskBug):
            answer(data({**first, "records": branch(RECORDS)}))
            rest_: Node = {"item_42": issue(42), "branch_42": page()}
        else:
            numbers = (1, 2, 3, 4, 42)
            issues = {f"item_{number}": issue(number) for number in numbers}
            answer(data({**first, **issues, **{f"branch_{number}": page() for number in numbers}}))
            rest_ = {"carrier_42": None, "carriers_42": page()}
        answer(data({"records": branch(RECORDS), "defaultBranchRef": second, **rest_}))
    asked = [AskBug(number) for number in (1, 2, 3, 4)] if isinstance(later, AskCarrier) else []
    targets = BUG if isinstance(later, AskCarrier) else Targets(shas=shas)
    found = reader(time).read(targets, [*asked, later])
    assert found.repository.default is not None
    assert found.repository.default.oid == HEAD
    assert (len(sent()), time.naps) == (4, [1])


def test_branches_that_move_all_the_time_are_left_to_the_caller() -> None:
    """After three tries the run decides whether it waits."""
    time = Time()
    answer(data(bug(authors_42=branch(NEWER, blame=blame()))))
    with pytest.raises(Transient, match="moves faster"):
        read(time=time)
    assert time.naps == [1, 2]


def test_many_bugs_take_several_requests_of_few_points() -> None:
    """Five bugs fit into three points; the sixth goes with the second request, which has no header."""
    for numbers in ((1, 2, 3, 4, 5), (6,)):
        fields = repository() if numbers[0] == 1 else {"records": branch(RECORDS), "defaultBranchRef": None}
        fields["defaultBranchRef"] = default_branch()
        for number in numbers:
            fields[f"item_{number}"], fields[f"branch_{number}"] = issue(number), page()
        answer(data(fields))
    found = read(Targets(issues=(1, 2, 3, 4, 5, 6)))
    assert list(found.bugs) == [1, 2, 3, 4, 5, 6]
    assert [body["query"].count("...RepositoryFacts") for body in bodies()] == [1, 0]


# Merge groups -------------------------------------------------------------------------------------------

QUEUE = "refs/heads/gh-readonly-queue/main/"


def test_a_merge_group_is_resolved_and_its_pull_requests_are_read() -> None:
    """The queue's branches tell who stands before; further pages of them count."""
    status = {"context": "ci", "state": "ERROR", "description": "", "targetUrl": "", "creator": None}
    last = {"name": f"pr-8-{FIX}", "target": {"oid": NEWER}}
    first = {"name": f"pr-7-{HEAD}", "target": {"oid": FIX}}
    group = {"oid": NEWER, "status": {"contexts": [status]}}
    answer(data(repository(group=group, queue=page(last, cursor="q1"), pull_8=pull(8))))
    answer(data({}, node={"page": page(first)}))
    answer(data({"pull_7": pull(7), "records": branch(RECORDS)}))
    found = read(Targets(group=(NEWER, f"{QUEUE}pr-8-{FIX}", "refs/heads/main")))
    assert found.group is not None
    assert (found.group.pulls, sorted(found.pulls)) == ((7, 8), [7, 8])
    assert [item.context for item in found.group.statuses] == ["ci"]
    assert bodies()[0]["variables"]["queue"] == QUEUE


def test_a_group_with_an_unknown_pull_request_is_not_resolved() -> None:
    """Half a group would be judged wrong: none is."""
    ref = f"{QUEUE}pr-8-{FIX}"
    gone = [error("NOT_FOUND", "pull_8")]
    answer(data(repository(group=None, queue=page(), pull_8=None), errors=gone))
    found = read(Targets(group=(NEWER, ref, "refs/heads/main")))
    assert found.group == MergeGroup(NEWER, ref, (), ())


def test_a_group_of_one_takes_one_request() -> None:
    """The branch's own name tells its pull request before the queue is read."""
    ref = f"{QUEUE}pr-8-{FIX}"
    entry = {"name": f"pr-8-{FIX}", "target": {"oid": NEWER}}
    answer(data(repository(group={"oid": NEWER, "status": None}, queue=page(entry), pull_8=pull(8))))
    found = read(Targets(group=(NEWER, ref, "refs/heads/main")))
    assert (found.group, list(found.pulls)) == (MergeGroup(NEWER, ref, (8,), ()), [8])
    assert sent() == ["POST graphql"]


# Answers ------------------------------------------------------------------------------------------------


def snapshot(**fields: object) -> Snapshot:
    """A snapshot of the bug, read just now."""
    answer(data(bug(**fields)))  # type: ignore[arg-type]
    found = read()
    responses.reset()
    responses.calls.reset()
    return found


@pytest.mark.parametrize(
    ("body", "status", "role"),
    [
        ({"role_name": "maintain", "permission": "write"}, 200, Role.MAINTAIN),
        ({"role_name": "triage", "permission": "read"}, 200, Role.TRIAGE),
        ({"role_name": "incident-helper", "permission": "write"}, 200, Role.WRITE),
        ({"role_name": "", "permission": "none"}, 200, Role.NONE),
        ({}, 200, Role.NONE),
        ({"message": "Not Found"}, 404, Role.NONE),
    ],
)
def test_a_role_is_read_by_its_name_or_its_base_permission(body: Node, status: int, role: Role) -> None:
    """A custom role counts as what it extends; somebody unknown has none. No GraphQL is needed."""
    asked = snapshot()
    rest("GET", "collaborators/Ana/permission", body, status)
    found = reader().answer(asked, [AskRole("Ana")])
    assert found.answers.roles == {"ana": role}
    assert found.answers.role("ANA") is role
    assert sent() == ["GET collaborators/Ana/permission"]


def test_a_large_file_is_read_by_its_blob() -> None:
    """What is no text is none, and what nothing holds any more is none either."""
    asked = snapshot()
    text = base64.encodebytes("Größe\n".encode()).decode()
    rest("GET", f"git/blobs/{'e' * 40}", {"content": text, "encoding": "base64"})
    rest("GET", f"git/blobs/{'f' * 40}", {"content": "/w==", "encoding": "base64"})
    rest("GET", f"git/blobs/{'d' * 40}", {"message": "Not Found"}, 404)
    found = reader().answer(asked, [AskBlob(letter * 40) for letter in "def"])
    assert found.answers.blobs == {"e" * 40: "Größe\n", "f" * 40: None, "d" * 40: None}


PAGE = "documents/bugs/register-2026.json"


def test_a_file_is_asked_for_on_both_branches() -> None:
    """One of them has it, with the id of its blob; the next file is on none."""
    asked = snapshot()
    file = {**blob(None, isTruncated=True), "oid": "e" * 40}
    head, records = default_branch(page_0=None, page_1=None), branch(RECORDS, page_0=file, page_1=None)
    answer(data({"records": records, "defaultBranchRef": head}))
    found = reader().answer(asked, [AskPage(PAGE), AskPage(PAGE.replace("6", "7"))])
    assert found.answers.pages == {
        PAGE: (TextFile(PAGE, None, "bugaction/records", "e" * 40),),
        PAGE.replace("6", "7"): (),
    }


def test_a_file_of_another_commit_is_read_again() -> None:
    """What is written from it is committed on the head that the snapshot shows."""
    asked = snapshot()
    moved = data({"records": branch(RECORDS), "defaultBranchRef": {**default_branch(page_0=None)}})
    moved["data"]["repository"]["defaultBranchRef"]["target"]["oid"] = NEWER
    answer(moved)
    answer(data({**bug(), "defaultBranchRef": default_branch()}))
    answer(data({"records": branch(RECORDS), "defaultBranchRef": default_branch(page_0=None)}))
    found = reader().answer(asked, [AskPage(PAGE)])
    assert found.answers.pages == {PAGE: ()}


def test_a_file_that_was_answered_before_is_renewed_with_the_snapshot() -> None:
    """It goes out again on the head that the snapshot shows: as it was before, it would take back what came
    in between."""
    asked = snapshot()
    old, new = ({**blob(text), "oid": text[0] * 40} for text in ("old", "new"))
    answer(data({"records": branch(RECORDS, page_0=old), "defaultBranchRef": default_branch(page_0=None)}))
    asked = reader().answer(asked, [AskPage(PAGE)])
    newer = {"item_43": issue(43), "branch_43": page(), "defaultBranchRef": default_branch(page_0=None)}
    answer(data({"records": branch(NEWER), **newer}))
    answer(data({**bug(records=branch(NEWER, page_0=new)), **newer}))
    answer(data({"records": branch(NEWER), **newer}))
    found = reader().answer(asked, [AskBug(43)])
    assert found.repository.records == Branch("bugaction/records", NEWER)
    assert found.answers.pages == {PAGE: (TextFile(PAGE, "new", "bugaction/records", "n" * 40),)}


@pytest.mark.parametrize("moved", ["records", "default"])
def test_a_carrier_is_of_one_moment_with_what_it_is_held_to(moved: str) -> None:
    """Otherwise what was brought to it in between would be taken back, or taken for other words."""
    asked, time = snapshot(), Time()
    head = default_branch(tree={"oid": "7" * 40})
    newer = {**head, "target": {**head["target"], "oid": NEWER}} if moved == "default" else head
    records = branch(NEWER if moved == "records" else RECORDS)
    rest_ = {"carrier_42": None, "carriers_42": page()}
    answer(data({"records": records, "defaultBranchRef": newer, **rest_}))
    answer(data({**bug(records=records), "defaultBranchRef": newer}))
    answer(data({"records": records, "defaultBranchRef": newer, **rest_}))
    found = reader(time).answer(asked, [AskCarrier(42)])
    assert found.answers.carriers[42].base_oid == (NEWER if moved == "default" else HEAD)
    assert (len(sent()), time.naps) == (3, [1])


def test_what_another_run_may_have_made_is_asked_anew() -> None:
    """The ledger of the newer commit tells of it, and the answers do not: what it says is made already would
    be made again."""
    asked, roles = snapshot(), {"ana": Role.WRITE}
    given = replace(asked.answers, reverting={7: ()}, carriers={42: Carrier("", "")}, roles=roles)
    newer = {"item_43": issue(43), "branch_43": page(), "defaultBranchRef": default_branch()}
    answer(data({"records": branch(NEWER), **newer}))
    answer(data({**bug(records=branch(NEWER)), **newer}))
    answer(data({"records": branch(NEWER), **newer}))
    found = reader().answer(asked.with_answers(given), [AskBug(43)])
    assert (found.answers.reverting, found.answers.carriers) == ({}, {})
    assert found.answers.roles == roles


def test_the_register_comes_with_every_snapshot() -> None:
    """Its index and its page, from both branches, at no request of their own."""
    index, page_ = {**blob("{}"), "oid": "e" * 40}, {**blob("# Bugs\n"), "oid": "f" * 40}
    records = branch(
        RECORDS, meta=blob('{"since": "2026-11-23T09:00:00Z", "version": 1}\n'), register=index, readme=page_
    )
    answer(data({**bug(), "records": records, "defaultBranchRef": default_branch(register=index)}))
    found = reader().read(BUG)
    assert found.repository.register == (
        TextFile("documents/bugs/register.json", "{}", "main", "e" * 40),
        TextFile("documents/bugs/register.json", "{}", "bugaction/records", "e" * 40),
        TextFile("documents/bugs/README.md", "# Bugs\n", "bugaction/records", "f" * 40),
    )


def test_a_login_is_one_segment_of_the_path() -> None:
    """A bot's brackets and whatever else a login may hold are quoted."""
    asked = snapshot()
    rest("GET", "collaborators/a%2Fb%5Bbot%5D/permission", {"message": "Not Found"}, 404)
    assert reader().answer(asked, [AskRole("a/b[bot]")]).answers.roles == {"a/b[bot]": Role.NONE}


def test_a_role_that_may_not_be_read_is_no_role() -> None:
    """It must not be taken for "none": the run stops and says so."""
    asked = snapshot()
    rest("GET", "collaborators/ana/permission", {"message": "Resource not accessible by integration"}, 403)
    with pytest.raises(Forbidden):
        reader().answer(asked, [AskRole("ana")])


def test_all_questions_but_roles_go_in_one_request() -> None:
    """A label there and one not, a bug, a pull request, and numbers that are neither."""
    asked = snapshot()
    answer(
        data(
            {
                "records": branch(RECORDS),
                "defaultBranchRef": default_branch(),
                "item_43": issue(43),
                "branch_43": page(),
                "item_44": None,
                "label_2": {"id": "LA_9", "name": "P9"},
                "label_3": None,
                "pull_8": pull(8),
                "pull_9": None,
            },
            errors=[error("NOT_FOUND", "item_44"), error("NOT_FOUND", "pull_9")],
        )
    )
    questions: list[Question] = [
        AskBug(43),
        AskBug(44),
        AskLabel("P9"),
        AskLabel("none"),
        AskPull(8),
        AskPull(9),
    ]
    found = reader().answer(asked, questions)
    assert (sorted(found.bugs), sorted(found.pulls)) == ([42, 43], [8])
    assert found.answers.labels == {"p9": "LA_9", "none": None}
    assert (found.answers.missing, found.answers.missing_pulls) == (frozenset({44}), frozenset({9}))
    assert sent() == ["POST graphql"]


def test_a_pull_request_s_details_join_what_is_known_of_it() -> None:
    """Commits in pages, files, and who else has the very same head open."""
    asked = snapshot(node=issue(closedByPullRequestsReferences=page(pull(7))))
    others = page(
        {"number": 7, "state": "OPEN", "headRefOid": FIX},
        {"number": 8, "state": "OPEN", "headRefOid": FIX},
        {"number": 9, "state": "CLOSED", "headRefOid": FIX},
        {"number": 10, "state": "OPEN", "headRefOid": NEWER},
    )
    made = {
        "oid": FIX,
        "message": "m",
        "committedDate": "2026-11-24T08:00:00Z",
        "authors": page({"user": {"login": "bo"}}),
        "committer": {"user": {"login": "web-flow"}},
        "signature": {"isValid": True, "wasSignedByGitHub": True},
        "parents": page({"oid": HEAD}),
    }
    answer(
        data(
            {
                "records": branch(RECORDS),
                "commits_7": {
                    "id": "PR_7",
                    "headRefOid": FIX,
                    "head": page({"commit": {"oid": FIX, "id": "C_1", "associatedPullRequests": others}}),
                    "commits": page({"commit": made}, cursor="c1"),
                },
                "files_7": {
                    "id": "PR_7",
                    "changedFiles": 2,
                    "files": page(changed("a.py"), changed("b.py", "ADDED", 9, 0)),
                },
            }
        )
    )
    answer(data({}, node={"page": page({"commit": {**made, "oid": NEWER}})}))
    found = reader().answer(asked, [AskCommits(7), AskFiles(7)]).pulls[7]
    assert found.commits is not None
    assert [item.oid for item in found.commits] == [FIX, NEWER]
    assert [item.parent_oids for item in found.commits] == [(HEAD,), (HEAD,)]
    assert found.files == (
        ChangedFile("a.py", 3, 1, ChangeKind.MODIFIED),
        ChangedFile("b.py", 9, 0, ChangeKind.ADDED),
    )
    assert (found.files_cut, found.sharing, found.links) == (False, (7, 8), LedgerFile())
    assert not found.sharing_cut


def shared(first: Node | None, *following: Node) -> PullRequest:
    """Pull request 7 after its detail was asked for: `first` are those at its head, a page after another."""
    asked = snapshot(node=issue(closedByPullRequestsReferences=page(pull(7))))
    head = page({"commit": {"oid": FIX, "id": "C_1", "associatedPullRequests": first}})
    detail = {"id": "PR_7", "headRefOid": FIX, "head": head, "commits": page()}
    answer(data({"records": branch(RECORDS), "commits_7": detail}))
    for further in following:
        answer(data({}, node={"page": further}))
    return reader().answer(asked, [AskCommits(7)]).pulls[7]


def some(numbers: Iterable[int], cursor: str | None = None) -> Node:
    """A page of open pull requests with the very same head."""
    nodes = [{"number": number, "state": "OPEN", "headRefOid": FIX} for number in numbers]
    return page(*nodes, cursor=cursor)


def test_who_shares_a_head_is_read_to_the_end() -> None:
    """The fifty-first may be the one that fixes a bug."""
    found = shared(some(range(100, 150), "c1"), some([7, 150]))
    assert found.sharing == (7, *range(100, 151))
    assert not found.sharing_cut


def lagging(head: Node | None) -> PullRequest:
    """Pull request 7 whose list of commits ends before its head, and what GitHub says of that head."""
    asked = snapshot(node=issue(closedByPullRequestsReferences=page(pull(7))))
    old = page({"commit": {"oid": NEWER, "id": "C_0", "associatedPullRequests": some([7])}})
    detail = {"id": "PR_7", "headRefOid": FIX, "head": old, "commits": page()}
    answer(data({"records": branch(RECORDS), "commits_7": detail}))
    answer(data({f"sharers_{FIX}": head}))
    return reader().answer(asked, [AskCommits(7)]).pulls[7]


def test_the_head_itself_is_asked_where_the_list_of_commits_lags_behind() -> None:
    """Those who share the commit before it are not the question."""
    found = lagging({"oid": FIX, "id": "C_1", "associatedPullRequests": some([7, 8])})
    assert (found.sharing, found.sharing_cut) == ((7, 8), False)
    assert lagging(None).sharing_cut


@pytest.mark.parametrize(
    ("first", "following"),
    [
        (some([7], "c1"), (some([8], "c2"), some([9], "c3"))),
        (None, ()),
    ],
    ids=["too many", "not to be read"],
)
def test_who_shares_a_head_may_not_be_known(first: Node | None, following: tuple[Node, ...]) -> None:
    """Then that is said: none of those who are found to share it may turn green on it."""
    assert shared(first, *following).sharing_cut


def test_details_of_an_unknown_pull_request_bring_it_along() -> None:
    """One request for the pull request and its commits; one that is not there is told."""
    asked = snapshot()
    head = page({"commit": {"oid": FIX, "id": "C_1", "associatedPullRequests": page()}})
    detail = {"id": "PR_8", "headRefOid": FIX, "head": head, "commits": page()}
    answer(
        data(
            {
                "records": branch(RECORDS),
                "commits_8": detail,
                "pull_8": pull(8),
                "commits_9": None,
                "pull_9": None,
            },
            errors=[error("NOT_FOUND", "commits_9"), error("NOT_FOUND", "pull_9")],
        )
    )
    found = reader().answer(asked, [AskCommits(8), AskCommits(9)])
    assert (found.pulls[8].commits, found.pulls[8].sharing, list(found.pulls)) == ((), (8,), [8])
    assert found.answers.missing_pulls == {9}


def test_suspects_are_what_changed_in_the_window() -> None:
    """Commits, the pull requests that brought them and were merged then, and deployments; cut is said."""
    asked = snapshot()
    since, until = NOW - timedelta(hours=2), NOW

    def change(oid: str, *pulls: Node) -> Node:
        return {
            "oid": oid,
            "message": "m",
            "committedDate": "2026-11-24T08:00:00Z",
            "author": {"user": {"login": "bo"}},
            "associatedPullRequests": page(*pulls),
        }

    def deployed(at: str) -> Node:
        return {
            "environment": "production",
            "createdAt": at,
            "commitOid": HEAD,
            "state": "ACTIVE",
            "ref": {"name": "main"},
            "creator": who("bo"),
            "latestStatus": None,
        }

    merged = pull(7, pullState="MERGED", mergedAt="2026-11-24T08:00:00Z")
    later = pull(8, mergedAt="2026-11-24T08:30:00Z")
    history = page(change(HEAD, merged, pull(9), pull(6, mergedAt="2026-11-20T08:00:00Z")), cursor="h1")
    answer(
        data(
            {
                "defaultBranchRef": {"target": {"oid": HEAD, "id": "C_1", "changes_42": history}},
                "deployments_42": page(
                    deployed("2026-11-24T08:30:00Z"), deployed("2026-11-24T06:30:00Z"), cursor="d1"
                ),
            }
        )
    )
    answer(data({}, node={"page": page(change(FIX, later), cursor="h2")}))
    answer(data({}, node={"page": page(change(NEWER), cursor="h3")}))
    found = reader().answer(asked, [AskSuspects(42, since, until)]).answers.suspects[42]
    assert [item.oid for item in found.commits] == [HEAD, FIX, NEWER]
    assert [item.number for item in found.pulls] == [8, 7]
    assert [item.at for item in found.deployments] == [NOW - timedelta(minutes=30)]
    assert found.cut is True
    assert len(sent()) == 3


def _versions(**fields: object) -> Node:
    """Our comment with two versions of it."""
    made = {"editedAt": "2026-11-24T08:10:00Z", "editor": who("mia")}
    both = page({"id": "UCE_2", "diff": "after", **made}, {"id": "UCE_1", "diff": "before", **made})
    return {**comment(1, body="after"), "userContentEdits": both, **fields}


def test_a_comment_s_versions_come_with_the_comment_as_it_stands() -> None:
    """In one request with what else is asked, as a node of its own; the other comments stay."""
    asked = snapshot(node=issue(comments=page(comment(1), comment(2))))
    identity = asked.bugs[42].issue.comments[0].id
    answer(data({}, edits_42=_versions()))
    found = reader().answer(asked, [AskEdits(42, identity)]).bugs[42].issue.comments
    assert found[0].body == "after"
    assert [(edit.editor.login, edit.body) for edit in found[0].edits or ()] == [
        ("mia", "after"),
        ("mia", "before"),
    ]
    assert found[1] == asked.bugs[42].issue.comments[1]
    assert bodies()[-1]["variables"]["edits_42"] == identity


@pytest.mark.parametrize(
    ("node", "errors", "told"),
    [
        (None, [error("NOT_FOUND")], False),
        (None, [error("FORBIDDEN")], True),
        (_versions(userContentEdits=None), [error("FORBIDDEN", "userContentEdits")], True),
    ],
)
def test_versions_that_cannot_be_read_are_none(node: Node | None, errors: list[Node], told: bool) -> None:
    """Of a comment that is gone, or where the token may not: a tick then counts for nobody."""
    asked = snapshot(node=issue(comments=page(comment(1))))
    identity = asked.bugs[42].issue.comments[0].id
    paths = [{**item, "path": ["edits_42", *item["path"][1:]]} for item in errors]
    answer(data({}, edits_42=node, errors=paths))
    found = reader().answer(asked, [AskEdits(42, identity)])
    assert found.bugs[42].issue.comments[0].edits == ()
    assert ("The edits of a comment cannot be read" in "".join(found.unreadable)) is told


def test_versions_are_read_along_with_the_next_snapshot() -> None:
    """As fresh as the rest of it."""
    identity = str(comment(1)["id"])
    whole = bug(node=issue(comments=page(comment(1))))
    answer(data(whole, edits_42=_versions()))
    found = reader().read(BUG, [AskEdits(42, identity)])
    assert len(found.bugs[42].issue.comments[0].edits or ()) == 2


def test_forbidden_deployments_leave_the_other_suspects() -> None:
    """A job without `deployments: read` is told so. They are never null, so all of the answer is missing."""
    asked = snapshot()
    answer(data(None, errors=[error("FORBIDDEN", "deployments_42")]))
    answer(data({"defaultBranchRef": {"target": {"oid": HEAD, "id": "C_1", "changes_42": page()}}}))
    found = reader().answer(asked, [AskSuspects(42, NOW - timedelta(hours=1), NOW)])
    assert found.answers.suspects[42].deployments == ()
    assert "`deployments: read`" in found.unreadable[0]
    asked_last = str(responses.calls[-1].request.body)
    assert "changes_42" in asked_last
    assert "deployments_42" not in asked_last


def deployed(oid: str, at: str) -> Node:
    """A deployment that succeeded then."""
    return {
        "environment": "Production",
        "createdAt": at,
        "commitOid": oid,
        "state": "ACTIVE",
        "ref": None,
        "creator": who("bo"),
        "latestStatus": {"state": "SUCCESS", "logUrl": None},
        "statuses": page({"state": "SUCCESS", "createdAt": at}),
    }


def compared(status: int, body: Node) -> None:
    """The answer to a comparison of the fix with the newest commit."""
    url = f"https://api.github.com:443/repos/octo/shop/compare/{FIX}...{NEWER}"
    responses.get(url, json=body, status=status)


ASKED = AskDeployment(42, ((FIX,),), NOW - timedelta(hours=1), ("production",))


@pytest.mark.parametrize(
    ("status", "body", "contains"),
    [
        (200, {"status": "ahead"}, True),
        (200, {"status": "identical"}, True),
        (200, {"status": "behind"}, False),
        (200, {"status": "diverged"}, False),
        (404, {"message": "Not Found"}, False),
    ],
)
def test_what_was_deployed_is_compared_with_the_fix(status: int, body: Node, contains: bool) -> None:
    """One request for the lists, and one for a commit that nothing else tells of."""
    asked = snapshot()
    answer(data({"rollout_42": page(deployed(NEWER, "2026-11-24T08:30:00Z")), "releases_42": page()}))
    compared(status, body)
    found = reader().answer(asked, [ASKED]).answers.rollouts[42]
    assert found.contains == {(FIX, NEWER): contains}
    assert [item.environment for item in found.deployments] == ["Production"]
    assert found.lacking == ()
    variables = json.loads(str(responses.calls[-2].request.body))["variables"]
    assert variables["rollout_42"] == ["PRODUCTION", "Production", "production"]


def test_the_fix_itself_is_compared_with_nothing() -> None:
    """Nor what was there before it."""
    asked, before = snapshot(), len(responses.calls)
    shown = page(deployed(FIX, "2026-11-24T08:30:00Z"), deployed(NEWER, "2026-11-24T07:00:00Z"))
    answer(data({"rollout_42": shown, "releases_42": page()}))
    found = reader().answer(asked, [ASKED]).answers.rollouts[42]
    assert (found.contains, len(responses.calls) - before) == ({}, 1)


def test_forbidden_deployments_are_told() -> None:
    """The permission is named, and the releases are read all the same."""
    asked = snapshot()
    answer(data(None, errors=[error("FORBIDDEN", "rollout_42")]))
    answer(data({"releases_42": page()}))
    found = reader().answer(asked, [ASKED])
    assert found.answers.rollouts[42].lacking == ("deployments: read",)
    assert "only /deployed tells" in found.unreadable[0]
    asked_last = str(responses.calls[-1].request.body)
    assert "releases_42" in asked_last
    assert "rollout_42" not in asked_last


@pytest.mark.parametrize("whole", [True, False], ids=["all of it", "one of them"])
def test_deployments_that_github_fails_to_tell_are_not_guessed(whole: bool) -> None:
    """One that is missing might be what production runs: none counts, and what GitHub said is told."""
    asked, message = snapshot(), "Cannot return null for non-nullable field Deployment.creator"
    failed = {"message": message, "path": ["repository", "rollout_42", "nodes", 0, "creator"]}
    rest = page(None, deployed(FIX, "2026-11-24T07:00:00Z"))
    answer(data(None if whole else {"rollout_42": rest, "releases_42": page()}, errors=[failed]))
    answer(data({"releases_42": page()}))
    found = reader().answer(asked, [ASKED])
    rollout = found.answers.rollouts[42]
    assert (rollout.deployments, rollout.lacking, rollout.broken) == ((), (), message)
    assert any(message in sentence for sentence in found.unreadable)


def test_a_failure_of_deployments_that_may_pass_is_tried_again() -> None:
    """As any other is."""
    asked = snapshot()
    failed = {"message": "Something went wrong", "path": ["repository", "rollout_42"]}
    answer(data({"rollout_42": None}, errors=[failed]))
    with pytest.raises(Transient):
        reader().answer(asked, [ASKED])


def test_an_answer_that_is_empty_for_another_reason_is_no_answer() -> None:
    """Only what may be borne is left out."""
    answer(data(None, errors=[error("FORBIDDEN", "item_42")]))
    with pytest.raises(Forbidden):
        reader().answer(snapshot(), [AskBug(42)])


def test_answers_from_a_newer_commit_renew_the_whole_snapshot() -> None:
    """A ledger may only be extended from the commit at which it was read."""
    time = Time()
    asked = snapshot(node=issue(closedByPullRequestsReferences=page(pull(7))))
    newer = {"item_43": issue(43), "branch_43": page(), "defaultBranchRef": default_branch()}
    answer(data({"records": branch(NEWER), **newer}))
    answer(data({**bug(records=branch(NEWER)), **newer, "pull_7": pull(7)}))
    answer(data({"records": branch(NEWER), **newer}))
    found = reader(time).answer(asked, [AskBug(43)])
    assert found.repository.records == Branch("bugaction/records", NEWER)
    assert (sorted(found.bugs), sorted(found.pulls)) == ([42, 43], [7])
    assert time.naps == [1]


def test_answers_that_never_fit_their_snapshot_are_left_to_the_caller() -> None:
    """After three tries, each with a whole read of its own."""
    time = Time()
    asked = snapshot()
    newer = {"item_43": issue(43), "branch_43": page(), "defaultBranchRef": default_branch()}
    for oid in ("1", "2", "3", "4", "5"):
        answer(data({**bug(records=branch(oid * 40)), **newer}))
    with pytest.raises(Transient, match="moves faster"):
        reader(time).answer(asked, [AskBug(43)])
    assert time.naps == [1, 2]


def test_a_bug_that_is_a_pull_request_is_no_bug() -> None:
    """The number is told as missing, and the pull request comes along all the same."""
    asked = snapshot()
    fields = {"records": branch(RECORDS), "defaultBranchRef": default_branch(), "branch_7": page()}
    answer(data({**fields, "item_7": pull(7)}))
    found = reader().answer(asked, [AskBug(7)])
    assert (found.answers.missing, list(found.pulls)) == (frozenset({7}), [7])


def test_a_pull_request_that_vanishes_between_two_requests_stops_the_answer() -> None:
    """It is known and yet not there: nothing is judged on its old facts."""
    asked = snapshot(node=issue(closedByPullRequestsReferences=page(pull(7))))
    gone = [error("NOT_FOUND", "files_7")]
    answer(data({"files_7": None}, errors=gone))
    with pytest.raises(Missing, match="#7"):
        reader().answer(asked, [AskFiles(7)])


def test_details_join_the_older_facts_where_the_head_is_the_same() -> None:
    """A pull request that is asked for again keeps its commits and files; a new head or base has none yet."""
    asked = snapshot(node=issue(closedByPullRequestsReferences=page(pull(7))))
    answer(data({"files_7": {"id": "PR_7", "changedFiles": 1, "files": page(changed("a.py"))}}))
    known = reader().answer(asked, [AskFiles(7)])
    answer(data({"records": branch(RECORDS), "pull_7": pull(7, comments=page(comment(1)))}))
    same = reader().answer(known, [AskPull(7)]).pulls[7]
    assert [file.path for file in same.files or ()] == ["a.py"]
    assert (len(same.comments), same.links) == (1, LedgerFile())
    pushed = pull(7, headRefOid=NEWER, commits=page({"commit": {"oid": NEWER, "status": None, "file": None}}))
    for moved in (pushed, pull(7, baseRefName="release")):
        answer(data({"records": branch(RECORDS), "pull_7": moved}))
        other = reader().answer(known, [AskPull(7)]).pulls[7]
        assert (other.files, other.changed_files) == (None, None)


def test_no_question_costs_no_request() -> None:
    """The snapshot stays as it is."""
    asked = snapshot()
    assert reader().answer(asked, []) == asked
    assert sent() == []


def test_a_person_who_looks_sees_the_workflow_s_records_as_ours() -> None:
    """For a plan: otherwise every record would be somebody else's."""
    whole = data(repository())
    whole["data"]["viewer"] = {"__typename": "User", "login": "ana"}
    answer(whole)
    answer(whole)
    looking = replace(reader(), as_workflow=True)
    assert looking.read(Targets()).repository.viewer == Actor("github-actions[bot]", is_bot=True)
    assert reader().read(Targets()).repository.viewer == Actor("ana")
