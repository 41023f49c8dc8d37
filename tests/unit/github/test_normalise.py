"""GraphQL nodes as plain values: names as REST spells them, times in UTC, and nothing that null can break."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bugaction.github import normalise
from bugaction.model import ANYONE, Actor
from bugaction.snapshot import (
    Commit,
    Deployment,
    Edit,
    Entry,
    EntryKind,
    IssueState,
    Label,
    PullState,
    Release,
    Status,
    StatusState,
    TextFile,
)
from bugaction.zones import in_zone
from tests.unit.github.fake import (
    BOT,
    FIX,
    Node,
    blame,
    blob,
    comment,
    issue,
    labeled,
    made_by,
    mention,
    page,
    pull,
    tree,
    who,
)

AT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
US = Actor("github-actions[bot]", is_bot=True)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (None, ANYONE),
        ({}, ANYONE),
        (who("ana"), Actor("ana")),
        (who("dependabot", "Bot"), Actor("dependabot[bot]", is_bot=True)),
        (who("github-actions[bot]"), Actor("github-actions[bot]", is_bot=True)),
        (who("import-ghost", "Mannequin"), Actor("import-ghost")),
    ],
)
def test_logins_are_spelled_as_rest_does(node: Node | None, expected: Actor) -> None:
    """A bot's suffix is put back where GraphQL leaves it out; a deleted account is the ghost."""
    assert normalise.actor(node) == expected


@pytest.mark.parametrize("text", ["2026-11-24T08:00:00Z", "2026-11-24T10:00:00+02:00", "2026-11-24T08:00:00"])
def test_times_are_aware_and_in_utc(text: str) -> None:
    """Whatever offset they come with."""
    assert normalise.time(text) == AT
    assert normalise.time(text).tzinfo is UTC


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (None, None),
        (blob("text"), TextFile("p", "text", "main")),
        (blob(""), TextFile("p", "", "main")),
        (blob(None, isBinary=True), TextFile("p", None, "main")),
        (blob("half", isTruncated=True), TextFile("p", None, "main")),
        (tree(), None),
        ({"type": "commit", "object": None}, None),
    ],
)
def test_a_file_that_is_not_whole_text_has_no_text(entry: Node | None, expected: TextFile | None) -> None:
    """Half a document is none; a folder or a submodule is no file."""
    assert normalise.text_file(entry, "p", "main") == expected


def test_folders_are_read_as_deep_as_asked() -> None:
    """Bugs' folders are flat; templates lie one deeper."""
    folder = tree(**{"a.md": blob("A"), "documents": tree(**{"b.md": blob("B"), "deep": tree(c=blob("C"))})})
    assert [file.path for file in normalise.folder_files(folder, "x", "main")] == ["x/a.md"]
    assert [file.path for file in normalise.folder_files(folder, "", "main", 2)] == ["a.md", "documents/b.md"]
    assert list(normalise.folder_files(None, "x", "main")) == []


@pytest.mark.parametrize(
    ("commit", "ours"),
    [
        (made_by(), True),
        (made_by("1+GitHub-Actions[bot]@users.noreply.ghe.example"), True),
        (made_by("x@y.example", login="github-actions[bot]"), True),
        (made_by(signed=False), False),
        (made_by("ana@octo.example", login="ana"), False),
        (made_by("7+ana@users.noreply.github.com"), False),
        (made_by("github-actions[bot]@users.noreply.github.com"), False),
        (made_by("7+github-actions[bot]@users.noreply.github.com@evil.example"), False),
        ({**made_by(), "signature": {"isValid": False, "wasSignedByGitHub": True}}, False),
        ({**made_by(), "signature": {"isValid": True, "wasSignedByGitHub": False}}, False),
        ({**made_by(), "author": None}, False),
        ({"oid": FIX, "author": {"email": None, "user": None}, "signature": None}, False),
    ],
)
def test_a_line_is_ours_by_author_and_signature(commit: Node, ours: bool) -> None:
    """Neither a push with our address nor a person's edit on the web writes as we do."""
    expected = {2, 3} if ours else set()
    assert normalise.our_lines(blame((2, 3, commit)), US, signed=True) == expected


def test_a_server_that_signs_nothing_leaves_the_author_alone_to_decide() -> None:
    """GitHub Enterprise Server without web commit signing."""
    made = blame((1, 1, made_by(BOT, signed=False)), (2, 2, made_by("ana@octo.example", signed=False)))
    assert normalise.our_lines(made, US, signed=False) == {1}
    assert normalise.our_lines(None, US, signed=False) == frozenset()


def event(kind: str, **fields: object) -> Node:
    return {
        "__typename": kind,
        "id": "E_1",
        "createdAt": "2026-11-24T08:00:00Z",
        "actor": who("ana"),
        **fields,
    }


PULL = {"number": 7, "repository": {"nameWithOwner": "Octo/Shop"}}
ELSEWHERE = {"number": 7, "repository": {"nameWithOwner": "octo/other"}}


@pytest.mark.parametrize(
    ("node", "kind", "value"),
    [
        (event("LabeledEvent", label={"name": "P1"}), EntryKind.LABELED, "P1"),
        (event("UnlabeledEvent", label={"name": "P1"}), EntryKind.UNLABELED, "P1"),
        (event("LabeledEvent", label=None), EntryKind.LABELED, ""),
        (event("AssignedEvent", assignee=who("bo")), EntryKind.ASSIGNED, "bo"),
        (event("UnassignedEvent", assignee=None), EntryKind.UNASSIGNED, "ghost"),
        (event("ClosedEvent", stateReason="NOT_PLANNED"), EntryKind.CLOSED, "not-planned"),
        (event("ClosedEvent", stateReason="DUPLICATE"), EntryKind.CLOSED, "duplicate"),
        (event("ClosedEvent", stateReason=None), EntryKind.CLOSED, "completed"),
        (event("ReopenedEvent"), EntryKind.REOPENED, ""),
        (event("RenamedTitleEvent", currentTitle="New"), EntryKind.RENAMED, "New"),
        (event("CrossReferencedEvent", source=PULL), EntryKind.CROSS_REFERENCED, "7"),
        (event("CrossReferencedEvent", source=ELSEWHERE), EntryKind.CROSS_REFERENCED, ""),
        (event("CrossReferencedEvent", source={}), EntryKind.CROSS_REFERENCED, ""),
        (event("ConnectedEvent", source={}, subject=PULL), EntryKind.CONNECTED, "7"),
        (event("DisconnectedEvent", source=PULL, subject={}), EntryKind.DISCONNECTED, "7"),
    ],
)
def test_a_timeline_entry_tells_one_thing(node: Node, kind: EntryKind, value: str) -> None:
    """A label's name, a login, a reason, a title, or the number of a pull request of this repository."""
    assert normalise.entry(node, "octo/shop") == Entry("E_1", kind, Actor("ana"), AT, value)


def test_an_issue_that_refers_to_this_one_tells_whose_it_is_and_how_it_begins() -> None:
    """It is no pull request, whatever its number; a deleted author is nobody."""
    page = "https://github.com/octo/shop/issues/51"
    source = {"title": "Follow up", "body": "first \r\nsecond", "author": who("mia")}
    source |= {"url": page, "state": "OPEN"}
    found = normalise.entry(event("CrossReferencedEvent", source=source), "octo/shop")
    assert found is not None
    assert (found.value, found.author, found.said) == ("", Actor("mia"), ("Follow up", "first"))
    assert (found.url, found.is_open) == (page, True)
    done = normalise.entry(event("CrossReferencedEvent", source={**source, "state": "CLOSED"}), "octo/shop")
    assert done is not None
    assert not done.is_open
    nobody = normalise.entry(event("CrossReferencedEvent", source={**source, "author": None}), "octo/shop")
    assert nobody is not None
    assert nobody.author == ANYONE


def test_an_issue_that_refers_to_this_one_may_say_that_it_is_a_regression() -> None:
    """With the time of its text: of the last edit, where there was one."""
    source: Node = {"body": "Regression of #7, #8", "author": who("mia"), "createdAt": "2026-11-24T08:00:00Z"}
    for edited, at in ((None, AT), ("2026-11-24T09:30:00Z", AT + timedelta(minutes=90))):
        node = event("CrossReferencedEvent", source={**source, "lastEditedAt": edited})
        found = normalise.entry(node, "octo/shop")
        assert found is not None
        assert (found.regression_of, found.written) == ((7, 8), at)
    pull = normalise.entry(event("CrossReferencedEvent", source=PULL), "octo/shop")
    assert pull is not None
    assert (pull.regression_of, pull.written) == ((), None)


def test_an_unheard_of_entry_is_left_out() -> None:
    """GitHub adds kinds; what nothing reads is no entry."""
    assert normalise.entry(event("PinnedEvent"), "octo/shop") is None


@pytest.mark.parametrize(
    ("state", "reason", "expected"),
    [
        ("OPEN", None, IssueState.OPEN),
        ("OPEN", "REOPENED", IssueState.OPEN),
        ("CLOSED", None, IssueState.COMPLETED),
        ("CLOSED", "COMPLETED", IssueState.COMPLETED),
        ("CLOSED", "NOT_PLANNED", IssueState.NOT_PLANNED),
        ("CLOSED", "DUPLICATE", IssueState.DUPLICATE),
    ],
)
def test_a_closed_issue_keeps_its_reason(state: str, reason: str | None, expected: IssueState) -> None:
    """Without one it counts as completed, as GitHub did before it kept reasons."""
    assert normalise.issue(issue(state=state, stateReason=reason), "octo/shop").state is expected


def test_a_comment_s_versions_are_read_where_they_were_asked_for() -> None:
    """A deleted one has no text, a deleted account is nobody; a comment that was never edited has none."""
    first = {"id": "UCE_1", "editedAt": "2026-11-24T08:00:00Z", "diff": None, "editor": None}
    second = {"id": "UCE_2", "editedAt": "2026-11-24T08:00:00Z", "diff": "", "editor": who("ci", "Bot")}
    found = normalise.comment(comment(1, userContentEdits=page(second, None, first)))
    assert found.edits == (
        Edit("UCE_2", Actor("ci[bot]", is_bot=True), AT, ""),
        Edit("UCE_1", ANYONE, AT, None),
    )
    assert normalise.comment(comment(1)).edits is None
    assert normalise.comment(comment(1, userContentEdits=page())).edits == ()
    assert normalise.comment(comment(1, userContentEdits=None)).edits == ()


def test_a_comment_that_somebody_gone_edited_is_not_its_author_s_alone() -> None:
    """GitHub names no editor then; one that nobody edited has none either."""
    gone = normalise.comment(comment(1, editor=None, lastEditedAt="2026-11-24T08:00:00Z"))
    assert (gone.editor, gone.edited_at) == (ANYONE, AT)
    assert normalise.comment(comment(1, editor=None, lastEditedAt=None)).editor is None


def test_an_issue_is_read_whole() -> None:
    """Nulls in a list are those that this token must not see; a null body is an empty one."""
    edited = comment(2, editor=who("bo"), lastEditedAt="2026-11-24T08:00:00Z", author=None)
    reacted = comment(
        3,
        reactionGroups=[
            {"content": "ROCKET", "viewerHasReacted": True},
            {"content": "EYES", "viewerHasReacted": False},
        ],
    )
    found = normalise.issue(
        issue(
            body=None,
            author=who("renovate", "Bot"),
            assignees=page(who("ana"), None),
            comments=page(None, comment(1), edited, reacted),
            timelineItems=page(labeled("P1"), event("PinnedEvent"), mention(7)),
        ),
        "octo/shop",
    )
    assert (found.body, found.author.login, found.labels) == ("", "renovate[bot]", (Label("P1", "LA_1"),))
    assert found.assignees == (Actor("ana"),)
    assert [item.database_id for item in found.comments] == [1, 2, 3]
    assert (found.comments[0].editor, found.comments[1].editor) == (None, Actor("bo"))
    assert (found.comments[1].author, found.comments[1].edited_at) == (ANYONE, AT)
    assert found.comments[2].reactions == {"ROCKET"}
    assert [item.value for item in found.timeline] == ["P1", "7"]
    assert found.updated_at == datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


def test_a_pull_request_is_read_whole() -> None:
    """Its statuses and configuration stand on its head; issues of other repositories are none of ours."""
    status = {
        "context": "ci",
        "state": "EXPECTED",
        "description": None,
        "targetUrl": None,
        "creator": who("ci", "Bot"),
    }
    head = {"oid": FIX, "status": {"contexts": [status]}, "file": blob("version: 1\n")}
    closing = page(
        {"number": 42, "repository": {"nameWithOwner": "Octo/shop"}},
        {"number": 43, "repository": {"nameWithOwner": "octo/other"}},
    )
    node = pull(
        pullState="MERGED",
        mergedAt="2026-11-24T08:00:00Z",
        lastEditedAt="2026-11-24T08:00:00Z",
        commits=page({"commit": head}),
        closingIssuesReferences=closing,
        isCrossRepository=True,
        isDraft=True,
        author=None,
    )
    found = normalise.pull_request(node, "octo/shop", "c.yml")
    assert (found.state, found.merged_at, found.is_fork, found.is_draft) == (PullState.MERGED, AT, True, True)
    assert (found.closing, found.author, found.links, found.edited_at) == ((42,), ANYONE, None, AT)
    assert found.head_config == TextFile("c.yml", "version: 1\n", "repair")
    assert found.statuses == (Status("ci", StatusState.PENDING, "", "", Actor("ci[bot]", is_bot=True)),)


def test_a_commit_names_each_author_once() -> None:
    """Authors whom GitHub cannot name are left out; one of a history has one author and no parents."""
    authors = page({"user": {"login": "bo"}}, {"user": None}, {"user": {"login": "bo"}})
    node = {
        "oid": FIX,
        "message": "m",
        "committedDate": "2026-11-24T08:00:00Z",
        "authors": authors,
        "committer": {"user": {"login": "web-flow"}},
        "signature": {"isValid": True, "wasSignedByGitHub": True},
        "parents": page({"oid": "a"}, {"oid": "b"}),
    }
    assert normalise.commit(node) == Commit(
        FIX, "m", ("bo",), AT, ("a", "b"), committer="web-flow", is_from_github=True
    )
    for named in ((), ({"user": {"login": "eve"}},)):  # an app may name any person as its co-author
        by_app = normalise.commit({**node, "authors": page({"user": None}, *named)})
        assert not by_app.is_from_github  # signed like GitHub's own, whatever it holds
        assert not by_app.may_be_suggestion
    plain = {"oid": FIX, "message": "m", "committedDate": "2026-11-24T08:00:00Z", "author": None}
    assert normalise.commit(plain) == Commit(FIX, "m", (), AT)


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("+292278994-08-17T07:12:55Z", 3000),
        ("10000-01-01T00:00:00Z", 3000),
        ("9999-12-31T23:30:00Z", 3000),
        ("3000-01-01T00:00:00Z", 3000),
        ("2999-12-31T23:59:59Z", 2999),
        ("1970-01-01T00:00:01Z", 1970),
        ("1969-12-31T23:59:59Z", 1970),
        ("0001-01-01T00:00:00Z", 1970),
        ("0001-01-01T00:00:00+01:00", 3000),
    ],
)
def test_a_commit_may_bear_any_date(date: str, year: int) -> None:
    """Its author writes it: what no date can hold proves nothing, and ends no run, whatever the zone."""
    node = {"oid": FIX, "message": "m", "committedDate": date, "author": None}
    found = normalise.commit(node).at
    assert found.year == year
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        assert in_zone(found, zone)


@pytest.mark.parametrize(
    ("status", "state", "url"),
    [
        ({"state": "IN_PROGRESS", "logUrl": "https://log.example"}, "in_progress", "https://log.example"),
        ({"state": "SUCCESS", "logUrl": None}, "success", "https://github.com/octo/shop/deployments"),
        (None, "pending", "https://github.com/octo/shop/deployments"),
    ],
)
def test_a_deployment_has_its_newest_state_and_somewhere_to_look(
    status: Node | None, state: str, url: str
) -> None:
    """GraphQL has no address for a deployment: its log, or the repository's list."""
    node = {
        "environment": None,
        "createdAt": "2026-11-24T08:00:00Z",
        "commitOid": FIX,
        "state": "PENDING",
        "ref": None,
        "creator": who("bo"),
        "latestStatus": status,
    }
    found = normalise.deployment(node, "https://github.com/octo/shop")
    assert found == Deployment(url, "", "", FIX, AT, state, Actor("bo"))


@pytest.mark.parametrize(("prefix", "tag"), [("refs/tags/", "v1"), ("refs/heads/", "")])
def test_a_deployment_arrived_when_it_first_succeeded(prefix: str, tag: str) -> None:
    """Whatever was reported of it later, in whatever order GitHub lists that."""
    node = {
        "environment": "production",
        "createdAt": "2026-11-24T07:00:00Z",
        "commitOid": FIX,
        "state": "INACTIVE",
        "ref": {"name": "v1", "prefix": prefix},
        "creator": None,
        "latestStatus": {"state": "INACTIVE", "logUrl": None},
        "statuses": page(
            {"state": "INACTIVE", "createdAt": "2026-11-24T09:00:00Z"},
            {"state": "SUCCESS", "createdAt": "2026-11-24T08:30:00Z"},
            {"state": "SUCCESS", "createdAt": "2026-11-24T08:00:00Z"},
            {"state": "IN_PROGRESS", "createdAt": "2026-11-24T07:30:00Z"},
        ),
    }
    found = normalise.deployment(node, "https://github.com/octo/shop")
    assert (found.arrived, found.state, found.ref, found.tag) == (AT, "inactive", "v1", tag)


RELEASE: Node = {
    "tagName": "v1",
    "url": "https://github.com/octo/shop/releases/tag/v1",
    "isDraft": False,
    "isPrerelease": False,
    "publishedAt": "2026-11-24T08:00:00Z",
    "tagCommit": {"oid": FIX},
    "author": who("bo"),
}


def test_a_release_is_a_published_tag() -> None:
    """With the commit that it names."""
    found = normalise.release(RELEASE)
    assert found == Release("v1", "https://github.com/octo/shop/releases/tag/v1", FIX, AT, Actor("bo"))


@pytest.mark.parametrize(
    "changes", [{"isDraft": True}, {"isPrerelease": True}, {"tagCommit": None}, {"publishedAt": None}]
)
def test_what_is_not_out_is_no_release(changes: Node) -> None:
    """A draft, a prerelease, a tag that is gone, and what was never published."""
    assert normalise.release({**RELEASE, **changes}) is None
