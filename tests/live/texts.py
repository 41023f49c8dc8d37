"""Facts about statuses, labels, issues and comments, and their limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bugaction.errors import Rejected
from tests.live.fact import fact
from tests.live.place import Place

_BUSY = 20
"""Seconds to wait for what GitHub does behind an answer."""


@fact()
def status_description(place: Place) -> tuple[bool, str]:
    """A commit status's description holds 140 characters; a longer one is refused with 422.

    Used: `github/writer.py` refuses longer ones itself, and `verdicts.py` cuts what it says.

    Otherwise: with a lower limit the statuses of long sentences would be refused, and the gate stay pending.
    """
    oid = place.commit([place.head], {"live.txt": place.word})
    where = f"statuses/{oid}"
    place.send("POST", where, state="failure", context=f"live/{place.word}", description="x" * 140)
    error = place.refusal("POST", where, state="failure", context="live/long", description="x" * 141)
    return isinstance(error, Rejected), f"140 taken, 141: {error.message if error else 'taken'}"


@fact()
def comment_length(place: Place) -> tuple[bool, str]:
    """A comment holds 65,536 characters of any width; one more is refused.

    Used: `github/mutations.py` refuses longer ones itself; the sticky comment is cut before.

    Otherwise: the longest comments would be refused, and the run would say so.
    """
    number, _ = place.issue()
    place.comment(number, "é" * 65_536)
    error = place.refusal("POST", f"issues/{number}/comments", body="é" * 65_537)
    return error is not None, f"65,536 taken, 65,537: {error.message if error else 'taken'}"


@fact()
def comment_history(place: Place) -> tuple[bool, str]:
    """A comment's history begins with the newest version, and `diff` holds its whole text.

    Used: `github/answers.py`, to tell who ticked a box of the sticky comment (decision 7).

    Otherwise: no tick counts; the line to paste stands beside the box.
    """
    number, _ = place.issue()
    made = place.comment(number, "first\n\n- [ ] box")
    place.send("PATCH", f"issues/comments/{made['id']}", body="second\n\n- [x] box")
    text = (
        "query Live($id: ID!) { node(id: $id) { ... on IssueComment { body lastEditedAt editor { login } "
        "userContentEdits(first: 20) { nodes { diff editedAt editor { login } } } } } }"
    )

    def history() -> Any:
        node = place.asked(text, {"id": made["node_id"]}).data["node"]
        return node if node["userContentEdits"]["nodes"] else None

    node, _ = place.wait(_BUSY, history)
    if node is None:
        return False, "no history"
    edits = node["userContentEdits"]["nodes"]
    newest = (edits[0] or {}).get("diff")
    editor = ((edits[0] or {}).get("editor") or {}).get("login")
    return newest == node["body"], f"{len(edits)} versions, newest {newest!r} by {editor}"


@fact()
def reaction_twice(place: Place) -> tuple[bool, str]:
    """The same reaction twice is one, and no error.

    Used: `github/writer.py` answers a command with a reaction, and may do so again after a fault.

    Otherwise: a remark in a run's log.
    """
    _, node = place.issue()
    text = "($s: ID!) { addReaction(input: {subjectId: $s, content: ROCKET}) { clientMutationId } }"
    errors = [error for _ in range(2) for error in place.mutate(text, s=node).errors]
    return not errors, errors[0].message if errors else "no error"


@fact()
def label_limits(place: Place) -> tuple[bool, str]:
    """A label's name holds 50 characters and its description 100; more is refused.

    Used: `policy.py` takes no longer names.

    Otherwise: a configuration that is taken would end in labels that cannot be made.
    """
    tail = "x" * (50 - len(f"live {place.word} "))
    place.label(tail, description="y" * 100)
    name = place.refusal("POST", "labels", name=f"live {place.word} {tail}x", color="ededed")
    long = {"name": f"live {place.word} y", "color": "ededed", "description": "y" * 101}
    described = place.refusal("POST", "labels", **long)
    said = [error.message if error else "taken" for error in (name, described)]
    return name is not None and described is not None, f"51: {said[0]}; 101: {said[1]}"


@fact()
def unknown_label(place: Place) -> tuple[bool, str]:
    """A label that the repository does not have is made by putting it on an issue.

    Used: `github/writer.py`, where a label's node id is not known.

    Otherwise: the run names the label that is missing, and `bugaction init` makes them.
    """
    number, _ = place.issue()
    name = f"live {place.word} new"
    place.labels.append(name)
    shown = place.send("POST", f"issues/{number}/labels", labels=[name])
    return name in [label["name"] for label in shown], "made" if shown else "not on the issue"


@fact()
def assignee_that_may_not(place: Place) -> tuple[bool, str]:
    """Adding an assignee who cannot be assigned is ignored without an error.

    Used: `effects.py` asks once for each command, and says in its answer whom GitHub did not take.

    Otherwise: the refusal is told in the run instead.
    """
    number, _ = place.issue()
    shown = place.send("POST", f"issues/{number}/assignees", assignees=[place.stranger])
    logins = [person["login"] for person in shown["assignees"]]
    return place.stranger not in logins, f"assigned: {', '.join(logins) or 'nobody'}"


@fact()
def new_issue_with_such_an_assignee(place: Place) -> tuple[bool, str]:
    """A new issue with an assignee who cannot be assigned is refused as a whole, with 422.

    Used: `github/writer.py` then opens it without assignees.

    Otherwise: where it is taken without them, nothing is lost.
    """
    try:
        number, _ = place.issue(assignees=[place.stranger])
    except Rejected as error:
        return True, error.message
    return False, f"#{number} was opened"


@fact()
def new_issue_with_label_and_assignee(place: Place) -> tuple[bool, str]:
    """A job's token may set labels and assignees while it opens an issue; they are not dropped in silence.

    Used: `github/writer.py` opens action items and follow-ups so.

    Otherwise: those issues have neither owner nor label, and the chase does not find them.
    """
    label = place.label("item")
    number, _ = place.issue(labels=[label])
    shown = [item["name"] for item in place.get(f"issues/{number}")["labels"]]
    return shown == [label], f"labels: {', '.join(shown) or 'none'}"


@fact()
def labels_of_a_list(place: Place) -> tuple[bool, str]:
    """`issues(labels:)` with two labels means either of them.

    Used: `github/thin.py`, the sweep's pages of open bugs.

    Otherwise: a sweep would see no bug that has one label only.
    """
    one, other = place.label("one"), place.label("other")
    wanted = {place.issue(labels=[name])[0] for name in (one, other)}

    def listed() -> Any:
        found = place.query(
            "issues(first: 20, labels: $labels) { nodes { number } }", labels=("[String!]!", [one, other])
        )
        return {node["number"] for node in found["issues"]["nodes"]} & wanted

    place.wait(_BUSY, lambda: listed() == wanted)
    return listed() == wanted, f"{len(listed())} of 2 issues"


@fact()
def closing_as_a_duplicate(place: Place) -> tuple[bool, str]:
    """`closeIssue` takes `duplicateIssueId` with DUPLICATE, and `stateReason(enableDuplicate:)` tells it.

    Used: `github/mutations.py`, for `/duplicate`.

    Otherwise: the issue stays open, the run names the refusal, and the decision counts all the same.
    """
    number, node = place.issue()
    _, original = place.issue()
    text = (
        "($i: ID!, $d: ID!) { closeIssue(input: {issueId: $i, duplicateIssueId: $d, stateReason: DUPLICATE}) "
        "{ clientMutationId } }"
    )
    errors = place.mutate(text, i=node, d=original).errors
    if errors:
        return False, errors[0].message
    found = place.query(
        "issueOrPullRequest(number: $n) { ... on Issue { stateReason(enableDuplicate: true) } }",
        n=("Int!", number),
    )
    reason = found["issueOrPullRequest"]["stateReason"]
    return reason == "DUPLICATE", f"stateReason {reason}"


@fact()
def opening_what_is_open(place: Place) -> tuple[bool, str]:
    """`reopenIssue` of an open issue, and `closeIssue` of a closed one, leave no entry on the timeline.

    Used: `effects.py`; two runs at once may do so.

    Otherwise: a refusal in a log, or an entry that counts as a person's word only if a person made it.
    """
    number, node = place.issue()
    place.mutate("($i: ID!) { reopenIssue(input: {issueId: $i}) { clientMutationId } }", i=node)
    for _ in range(2):
        place.mutate("($i: ID!) { closeIssue(input: {issueId: $i}) { clientMutationId } }", i=node)
    kinds = "[CLOSED_EVENT, REOPENED_EVENT]"
    found = place.query(
        f"issueOrPullRequest(number: $n) {{ ... on Issue {{ timelineItems(first: 9, itemTypes: {kinds}) "
        "{ nodes { __typename } } } }",
        n=("Int!", number),
    )
    kinds_seen = [node["__typename"] for node in found["issueOrPullRequest"]["timelineItems"]["nodes"]]
    return kinds_seen == ["ClosedEvent"], ", ".join(kinds_seen)


@fact()
def a_batch_goes_on(place: Place) -> tuple[bool, str]:
    """Of several mutations in one document the later ones run though an earlier one failed.

    Used: `github/writer.py` sends the ledger in a document of its own for that reason.

    Otherwise: what was left undone is done by the next run.
    """
    number, node = place.issue()
    text = (
        '($bad: ID!, $good: ID!) { m0: addComment(input: {subjectId: $bad, body: "lost"}) '
        "{ commentEdge { node { id } } } "
        'm1: addComment(input: {subjectId: $good, body: "kept"}) { commentEdge { node { id } } } }'
    )
    answer = place.mutate(text, bad="I_kwDOAAAAAM4AAAAA", good=node)
    bodies = [comment["body"] for comment in place.get(f"issues/{number}/comments")]
    paths = [str(error.path[0]) for error in answer.errors if error.path]
    return bodies == ["kept"] and paths == ["m0"], f"errors at {paths}, comments {bodies}"


@fact()
def sub_issue(place: Place) -> tuple[bool, str]:
    """An issue is put below another with `issues: write`.

    Used: `github/writer.py`, for follow-ups and action items.

    Otherwise: the mention in their text has to do.
    """
    number, _ = place.issue()
    child, _ = place.issue()
    identity = place.get(f"issues/{child}")["id"]
    error = place.refusal("POST", f"issues/{number}/sub_issues", sub_issue_id=identity)
    return error is None, error.message if error else "below it"


@fact()
def mention_is_noted(place: Place) -> tuple[bool, str]:
    """A mention is on the other issue's timeline within eight seconds.

    Used: `freshness.py` waits so long for follow-ups and action items that a run before made.

    Otherwise: two runs close to each other may open one twice; the earlier counts.
    """
    number, _ = place.issue()
    place.issue(f"About #{number}.")

    def noted() -> Any:
        found = place.query(
            "issueOrPullRequest(number: $n) { ... on Issue { timelineItems(first: 5, itemTypes: "
            "[CROSS_REFERENCED_EVENT]) { nodes { __typename } } } }",
            n=("Int!", number),
        )
        return found["issueOrPullRequest"]["timelineItems"]["nodes"]

    found, seconds = place.wait(_BUSY, noted)
    return bool(found) and seconds <= 8, f"after {seconds} s" if found else "not at all"


@fact()
def time_of_an_edit(place: Place) -> tuple[bool, str]:
    """REST's `updated_at` of an edited comment is GraphQL's `lastEditedAt`, to the second.

    Used: `freshness.py`, to know that a snapshot holds the edit that an event spoke of.

    Otherwise: the text tells it; where that is the same, nothing is lost.
    """
    number, _ = place.issue()
    made = place.comment(number, "first")
    place.sleep(2)
    changed = place.send("PATCH", f"issues/comments/{made['id']}", body="second")
    text = "query Live($id: ID!) { node(id: $id) { ... on IssueComment { lastEditedAt } } }"
    edited = place.asked(text, {"id": made["node_id"]}).data["node"]["lastEditedAt"]
    return edited == changed["updated_at"], f"{changed['updated_at']} and {edited}"


@fact()
def what_moves_updated_at(place: Place) -> tuple[bool, str]:
    """A comment and a mention elsewhere move an issue's `updatedAt`; whether an edit does is told as well.

    Used: `github/thin.py`, by which a sweep knows which bugs to look at.

    Otherwise: the rotation looks at each bug once a day all the same.
    """
    number, _ = place.issue()

    def moved(act: Callable[[], object]) -> bool:
        before = place.get(f"issues/{number}")["updated_at"]
        place.sleep(2)
        act()
        return bool(place.wait(8, lambda: place.get(f"issues/{number}")["updated_at"] != before)[0])

    made: list[int] = []
    acts: Mapping[str, Callable[[], object]] = {
        "comment": lambda: made.append(int(place.comment(number, "first")["id"])),
        "edit": lambda: place.send("PATCH", f"issues/comments/{made[0]}", body="second"),
        "mention": lambda: place.issue(f"About #{number}."),
    }
    still = [name for name, act in acts.items() if not moved(act)]
    return set(still) <= {"edit"}, f"not moved by: {', '.join(still)}" if still else "moved by each"
