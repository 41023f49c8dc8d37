"""What people do: the state that follows, the timeline, and the events that GitHub would send."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bugaction.sandbox.links import closing_numbers, files_of
from bugaction.sandbox.people import NotAllowed
from bugaction.sandbox.refusal import Refused
from bugaction.sandbox.view import View
from bugaction.sandbox.world import World
from tests.sandboxed import populated


@pytest.fixture
def world() -> Iterator[World]:
    with populated() as made:
        yield made
        assert made.violations == []


def told(world: World) -> list[str]:
    """The events since the world was made, as `name.action`."""
    return [f"{event.name}.{event.action}".rstrip(".") for event in world.events]


def kinds(world: World, number: int) -> list[str]:
    """An issue's timeline."""
    return [world.state.events[id_].kind for id_ in world.state.issues[number].timeline]


def test_an_issue_form_labels_its_issue_from_the_start(world: World) -> None:
    """Anybody's issue gets the form's labels that exist, each as an event of its author."""
    issue = world.people.open_issue("dee", "Broken", "It broke.", labels=["bug", "absent"])
    assert [label.name for label in world.state.labels_of(issue)] == ["bug"]
    assert told(world) == ["issues.opened", "issues.labeled"]
    assert world.events[1].payload["label"]["name"] == "bug"
    assert world.events[1].actor == "dee"


def test_labels_assignees_and_state(world: World) -> None:
    """Each change is an entry of the timeline and an event; a repeated one is neither."""
    people, number = world.people, world.people.open_issue("dee", "Broken").number
    world.events.clear()
    people.label("bob", number, "P1")
    people.label("bob", number, "p1")
    people.assign("cy", number, "bob", "dee", "nobody")
    people.unlabel("cy", number, "P1")
    people.unassign("bob", number, "bob")
    people.close("cy", number, "not_planned")
    people.reopen("bob", number)
    assert told(world) == [
        "issues.labeled",
        "issues.assigned",
        "issues.unlabeled",
        "issues.unassigned",
        "issues.closed",
        "issues.reopened",
    ]
    assert kinds(world, number) == [
        "LabeledEvent",
        "AssignedEvent",
        "UnlabeledEvent",
        "UnassignedEvent",
        "ClosedEvent",
        "ReopenedEvent",
    ]
    assert world.events[4].payload["issue"]["state_reason"] == "not_planned"


def test_a_deleted_label_leaves_issues_without_an_event(world: World) -> None:
    """GitHub sends `label.deleted` alone: no `unlabeled`, and the old entries keep the label's name."""
    issue = world.people.open_issue("dee", "Broken", labels=["bug"])
    world.events.clear()
    world.people.delete_label("ana", "bug")
    assert told(world) == ["label.deleted"]
    kept = world.state.issues[issue.number]
    assert world.state.labels_of(kept) == ()
    label = world.state.events[kept.timeline[0]].label
    assert label is not None
    assert label.name == "bug"


def test_a_renamed_label_is_renamed_on_its_issues(world: World) -> None:
    """Issues refer to a label and not to its name."""
    issue = world.people.open_issue("dee", "Broken", labels=["bug"])
    world.people.rename_label("ana", "bug", "defect")
    assert [label.name for label in world.state.labels_of(issue)] == ["defect"]


def test_comments_keep_their_versions(world: World) -> None:
    """An edit records who and when, with the first version; a deletion leaves an event behind."""
    number = world.people.open_issue("dee", "Broken").number
    world.events.clear()
    comment = world.people.comment("dee", number, "first")
    world.clock.advance(minutes=3)
    edited = world.people.edit_comment("ana", comment.id, "second")
    assert [(edit.editor, edit.body) for edit in edited.edits] == [("dee", "first"), ("ana", "second")]
    world.people.delete_comment("bob", comment.id)
    assert told(world) == ["issue_comment.created", "issue_comment.edited", "issue_comment.deleted"]
    assert world.events[1].payload["changes"] == {"body": {"from": "first"}}
    assert "CommentDeletedEvent" in kinds(world, number)


def test_a_box_is_ticked_by_who_may_edit(world: World) -> None:
    """One character of the text changes, and the event tells what it was before; a reader may not."""
    number = world.people.open_issue("dee", "Broken").number
    comment = world.people.comment("alerts", number, "- [ ] one\n  - [ ] two <!-- mark -->")
    world.events.clear()
    ticked = world.people.tick("bob", comment.id, "mark")
    assert ticked.body == "- [ ] one\n  - [x] two <!-- mark -->"
    assert told(world) == ["issue_comment.edited"]
    payload = world.events[0].payload
    assert payload["changes"] == {"body": {"from": comment.body}}
    assert (payload["sender"]["login"], payload["comment"]["user"]["login"]) == ("bob", "alerts[bot]")
    assert world.people.tick("bob", comment.id, "mark", ticked=False).body == comment.body
    for who in ("dee", "cy"):
        with pytest.raises(NotAllowed):
            world.people.tick(who, comment.id, "mark")
    with pytest.raises(LookupError):
        world.people.tick("bob", comment.id, "three")


def test_a_version_is_deleted_from_the_history_alone(world: World) -> None:
    """By the comment's author, or who may write; the comment and what else is known of the version stay."""
    number = world.people.open_issue("dee", "Broken").number
    comment = world.people.comment("dee", number, "first")
    world.people.edit_comment("ana", comment.id, "second")
    with pytest.raises(NotAllowed):
        world.people.forget_version("cy", comment.id, 1)
    world.people.forget_version("dee", comment.id, 0)
    found = world.state.comments[comment.id]
    assert found.body == "second"
    assert [(edit.editor, edit.is_deleted) for edit in found.edits] == [("dee", True), ("ana", False)]


def test_a_pull_request_refers_to_what_it_fixes(world: World) -> None:
    """A keyword towards the default branch links, and the issue's timeline tells of it once."""
    people, number = world.people, world.people.open_issue("dee", "Broken").number
    people.push("bob", "fix", {"src/cart.py": "TOTAL = 2\n"})
    pull = people.open_pull("bob", "Fix", "fix", body=f"Fixes #{number}, not `fixes #99`.")
    people.edit_pull("bob", pull.number, body=f"It fixes: #{number}.")
    assert closing_numbers(world.state, world.state.issues[pull.number]) == (number,)
    assert kinds(world, number) == ["CrossReferencedEvent"]
    assert world.state.events[world.state.issues[number].timeline[0]].closes


def test_a_keyword_towards_another_base_links_nothing(world: World) -> None:
    """GitHub ignores keywords when the base is not the default branch; a link by hand still counts."""
    people, number = world.people, world.people.open_issue("dee", "Broken").number
    people.push("bob", "release", {"v": "1\n"})
    people.push("bob", "fix", {"w": "1\n"}, start="release")
    pull = people.open_pull("bob", "Fix", "fix", base="release", body=f"fixes #{number}")
    assert closing_numbers(world.state, pull) == ()
    people.link("bob", pull.number, number)
    assert closing_numbers(world.state, world.state.issues[pull.number]) == (number,)
    people.unlink("bob", pull.number, number)
    assert kinds(world, number)[-2:] == ["ConnectedEvent", "DisconnectedEvent"]


def test_a_push_moves_the_pull_requests_head(world: World) -> None:
    """`synchronize` names both heads; in a fork no `push` is told, since it is another repository."""
    people = world.people
    first = people.push("dee", "patch", {"a": "1\n"}, fork="dee")
    pull = people.open_pull("dee", "Patch", "patch", fork="dee")
    world.events.clear()
    second = people.push("dee", "patch", {"a": "2\n"}, fork="dee")
    assert told(world) == ["pull_request.synchronize"]
    payload = world.events[0].payload
    assert (payload["before"], payload["after"]) == (first, second)
    assert payload["pull_request"]["head"]["repo"]["fork"] is True
    assert world.state.refs[f"refs/pull/{pull.number}/head"] == second


def test_a_merge_closes_what_it_fixes(world: World) -> None:
    """A real merge commit; push, the pull request's end and the issue's follow in this order."""
    people, number = world.people, world.people.open_issue("dee", "Broken").number
    people.push("bob", "fix", {"src/cart.py": "TOTAL = 2\n"})
    pull = people.open_pull("bob", "Fix", "fix", body=f"Closes #{number}")
    people.push("eve", "main", {"other.txt": "x\n"})
    world.events.clear()
    merged = people.merge_pull("mia", pull.number)
    assert told(world) == ["push", "pull_request.closed", "issues.closed"]
    assert merged.pull is not None
    info = world.git.commit_info(merged.pull.merge_oid)
    assert info is not None
    assert len(info.parents) == 2
    assert world.file("main", "src/cart.py") == "TOTAL = 2\n"
    assert world.file("main", "other.txt") == "x\n"
    assert not world.state.issues[number].is_open
    assert world.git.fsck() == ""


def test_a_commit_message_closes_on_the_default_branch_only(world: World) -> None:
    """Elsewhere it is a reference."""
    number = world.people.open_issue("dee", "Broken").number
    world.people.push("bob", "fix", {"a": "1\n"}, f"Fixes #{number}")
    assert kinds(world, number) == ["ReferencedEvent"]
    world.people.push("bob", "main", {"b": "1\n"}, f"Fixes #{number}")
    assert not world.state.issues[number].is_open


def test_conflicting_changes_do_not_merge(world: World) -> None:
    """A file that both sides changed is a conflict."""
    world.people.push("bob", "fix", {"README.md": "mine\n"})
    pull = world.people.open_pull("bob", "Fix", "fix")
    world.people.push("eve", "main", {"README.md": "theirs\n"})
    with pytest.raises(Refused, match="conflicts"):
        world.people.merge_pull("ana", pull.number)


def test_a_merge_group_stacks_on_the_one_before(world: World) -> None:
    """Refs are named for the pull request and the commit below; each group gets its event."""
    people = world.people
    numbers = []
    for name in ("one", "two"):
        people.push("bob", name, {f"{name}.txt": "x\n"})
        numbers.append(people.open_pull("bob", name, name).number)
    world.events.clear()
    ref = people.enqueue("bob", *numbers)
    groups = [event.payload["merge_group"] for event in world.events if event.name == "merge_group"]
    assert [group["head_ref"] for group in groups] == [
        f"refs/heads/gh-readonly-queue/main/pr-{numbers[0]}-{world.state.head_of('main')}",
        f"refs/heads/gh-readonly-queue/main/pr-{numbers[1]}-{groups[0]['head_sha']}",
    ]
    assert ref == groups[1]["head_ref"]
    assert world.file(ref.removeprefix("refs/heads/"), "one.txt") == "x\n"
    people.land("bob", groups[0]["head_ref"])
    people.land("bob", ref)
    assert world.state.refs["refs/heads/main"] == groups[1]["head_sha"]
    assert [world.state.issues[number].is_open for number in numbers] == [False, False]
    assert not any("gh-readonly-queue" in name for name in world.state.refs)


def test_a_success_takes_the_one_before_out_of_service(world: World) -> None:
    """In its environment, and not in production."""
    people = world.people
    people.push("bob", "main", {"a": "1\n"})
    made = [people.deploy("bob", "main", name) for name in ("live", "qa", "production", "live", "production")]
    states = [world.state.deployments[item.id].statuses[-1].state for item in made]
    assert states == ["inactive", "success", "success", "success", "success"]
    people.report_deployment("bob", made[3], "failure")
    assert [each.state for each in world.state.deployments[made[3].id].statuses] == ["success", "failure"]


def test_deployments_releases_runs_and_dispatches(world: World) -> None:
    """What machines report; an inactive deployment starts no workflow."""
    head = world.state.refs["refs/heads/main"]
    people = world.people
    people.deploy("bob", "main")
    people.deploy("bob", "main", state="inactive")
    people.release("mia", "v1.0")
    people.finish_suite("alerts", oid=head, branch="main")
    people.finish_workflow("CI", oid=head, branch="main")
    people.dispatch("bob", {"issue": "1"})
    assert told(world) == [
        "deployment_status.created",
        "release.published",
        "check_run.created",
        "check_run.completed",
        "check_suite.completed",
        "workflow_run.completed",
        "workflow_dispatch",
    ]
    assert world.state.refs["refs/tags/v1.0"] == head


def test_the_default_branch_can_be_renamed(world: World) -> None:
    """Pull requests follow; the old name is gone."""
    world.people.push("bob", "fix", {"a": "1\n"})
    pull = world.people.open_pull("bob", "Fix", "fix")
    world.people.rename_default_branch("ana", "trunk")
    assert world.state.head_of("main") is None
    moved = world.state.issues[pull.number].pull
    assert moved is not None
    assert moved.base == "trunk"


def test_a_deleted_account_is_a_ghost(world: World) -> None:
    """What it wrote stays."""
    issue = world.people.open_issue("dee", "Broken")
    world.remove_account("dee")
    assert world.state.account(issue.author).login == "ghost"


@pytest.mark.parametrize(
    ("who", "deed"),
    [
        ("dee", "label"),
        ("cy", "push"),
        ("bob", "force"),
        ("nobody", "comment"),
    ],
)
def test_people_are_held_to_their_roles(world: World, who: str, deed: str) -> None:
    """A deed that github.com would not let a person do is a mistake of the test."""
    number = world.people.open_issue("dee", "Broken").number
    people = world.people
    deeds: dict[str, Callable[[], object]] = {
        "label": lambda: people.label(who, number, "P1"),
        "push": lambda: people.push(who, "x", {"a": "1"}),
        "force": lambda: people.merge_pull(who, number, force=True),
        "comment": lambda: people.comment(who, number, "x"),
    }
    with pytest.raises(NotAllowed):
        deeds[deed]()


@pytest.mark.parametrize(
    ("head", "message"),
    [("main", "Validation"), ("absent", "Validation"), ("orphan", "Validation")],
)
def test_a_pull_request_needs_commits_of_its_own_and_a_common_history(
    world: World, head: str, message: str
) -> None:
    """422 for a missing head, for one without commits, and for an orphan."""
    tree = world.git.amend(world.git.tree([]), {"x": ("100644", world.git.blob(b"x"))})
    first = world.git.commit_info(world.state.refs["refs/heads/main"])
    assert first is not None
    world.people.push_commit("ana", "orphan", world.git.commit(tree, [], "Orphan", first.author))
    with pytest.raises(Refused, match=message) as caught:
        world.people.open_pull("bob", "Fix", head)
    assert caught.value.status == 422


def test_past_states_are_kept(world: World) -> None:
    """A moment before a change still shows what was."""
    number = world.people.open_issue("dee", "Broken").number
    moment = world.moments[-1]
    world.people.label("bob", number, "P1")
    assert moment.state.issues[number].labels == ()
    assert world.as_it_was(changes=1).issues[number].labels == ()
    assert world.state.issues[number].labels != ()


def test_branches_can_be_brought_up_to_date_and_deleted(world: World) -> None:
    """The base's changes come by a merge commit, which the pull request's files do not show."""
    people = world.people
    people.push("bob", "fix", {"a": "1\n"})
    pull = people.open_pull("bob", "Fix", "fix")
    people.push("eve", "main", {"b": "1\n"})
    merge = people.merge_base_into("bob", "fix")
    info = world.git.commit_info(merge)
    assert info is not None
    assert len(info.parents) == 2
    assert [change.path for change in files_of(View.now(world), world.state.issues[pull.number])] == ["a"]
    people.delete_branch("bob", "fix")
    assert world.state.head_of("fix") is None


def test_a_deleted_issue_is_gone(world: World) -> None:
    """With its comments; its number is not used again."""
    issue = world.people.open_issue("dee", "Broken")
    world.people.comment("dee", issue.number, "x")
    world.events.clear()
    world.people.delete_issue("ana", issue.number)
    assert told(world) == ["issues.deleted"]
    assert (world.state.issues, world.state.comments) == ({}, {})
    assert world.people.open_issue("dee", "Next").number == issue.number + 1
