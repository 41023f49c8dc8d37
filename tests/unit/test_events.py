"""Where events point, on GitHub's own example payloads and on broken ones."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.errors import UserError
from bugaction.events import EVENTS, Command, Event, parse_command, parse_event, parse_issue
from bugaction.model import Actor
from bugaction.ports import Expectations, Targets

EXAMPLES = Path(__file__).parents[1] / "contract" / "examples"
SHA = "a" * 40
OTHER_SHA = "B" * 40
REPOSITORY = {"full_name": "octo/shop", "default_branch": "main"}
SENDER = {"login": "ana", "type": "User"}


@cache
def examples() -> tuple[tuple[str, dict[str, Any]], ...]:
    """Every example payload with its event's name."""
    found = []
    for file in sorted(EXAMPLES.glob("*.json*")):
        data = file.read_bytes()
        payloads = json.loads(gzip.decompress(data) if file.suffix == ".gz" else data)
        found += [(file.name.split(".")[0], payload) for payload in payloads]
    return tuple(found)


def payload(**parts: object) -> dict[str, object]:
    return {"repository": REPOSITORY, "sender": SENDER, **parts}


ISSUE = {"number": 42, "updated_at": "2026-11-24T09:00:00Z"}
PULL = {"number": 7, "updated_at": "2026-11-24T09:00:00Z", "head": {"sha": OTHER_SHA}}
NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)
LATER = "2026-11-24T09:05:00Z"
SEEN = ((42, NINE),)
AT_HEAD = Expectations(updated=((7, NINE),), heads=((7, "b" * 40),))

POINTS: list[tuple[str, dict[str, object], Targets, Expectations]] = [
    ("issues", {"action": "opened", "issue": ISSUE}, Targets(issues=(42,)), Expectations()),
    ("issues", {"action": "closed", "issue": ISSUE}, Targets(issues=(42,)), Expectations()),
    (
        "issues",
        {"action": "labeled", "issue": ISSUE, "label": {"name": "P1"}},
        Targets(issues=(42,)),
        Expectations(SEEN, labels=((42, "P1", True),)),
    ),
    (
        "issues",
        {"action": "unlabeled", "issue": ISSUE, "label": {"name": "P1"}},
        Targets(issues=(42,)),
        Expectations(SEEN, labels=((42, "P1", False),)),
    ),
    ("issues", {"action": "labeled", "issue": ISSUE}, Targets(issues=(42,)), Expectations()),
    (
        "issue_comment",
        {"action": "created", "issue": ISSUE, "comment": {"id": 5}},
        Targets(issues=(42,)),
        Expectations(SEEN, comments=((42, 5),)),
    ),
    (
        "issue_comment",
        {"action": "edited", "issue": {**ISSUE, "pull_request": {}}, "comment": {"id": 5}},
        Targets(pulls=(42,)),
        Expectations(SEEN, comments=((42, 5),)),
    ),
    (
        "issue_comment",
        {"action": "edited", "issue": ISSUE, "comment": {"id": 5, "body": "/accept", "updated_at": LATER}},
        Targets(issues=(42,)),
        Expectations(SEEN, comments=((42, 5),), edits=((42, 5, NINE + timedelta(minutes=5), "/accept"),)),
    ),
    (
        "issue_comment",
        {"action": "created", "issue": ISSUE, "comment": {"id": 5, "body": "/accept", "updated_at": LATER}},
        Targets(issues=(42,)),
        Expectations(SEEN, comments=((42, 5),)),
    ),
    (
        "issue_comment",
        {"action": "deleted", "issue": ISSUE, "comment": {"id": 5}},
        Targets(issues=(42,)),
        Expectations(SEEN, gone_comments=((42, 5),)),
    ),
    (
        "issue_comment",
        {"action": "created", "issue": ISSUE, "comment": None},
        Targets(issues=(42,)),
        Expectations(),
    ),
    ("pull_request", {"action": "opened", "pull_request": PULL}, Targets(pulls=(7,)), AT_HEAD),
    (
        "pull_request",
        {"action": "closed", "pull_request": PULL},
        Targets(pulls=(7,), shas=(OTHER_SHA.lower(),)),
        AT_HEAD,
    ),
    (
        "pull_request_target",
        {"action": "synchronize", "pull_request": PULL, "before": SHA},
        Targets(pulls=(7,), shas=(SHA,)),
        AT_HEAD,
    ),
    (
        "pull_request_target",
        {"action": "synchronize", "pull_request": PULL, "before": None},
        Targets(pulls=(7,)),
        AT_HEAD,
    ),
    (
        "pull_request_target",
        {"action": "edited", "pull_request": {**PULL, "base": {"ref": "main"}}, "changes": {"base": {}}},
        Targets(pulls=(7,)),
        replace(AT_HEAD, bases=((7, NINE, "main"),)),
    ),
    (
        "pull_request_target",
        {"action": "edited", "pull_request": {**PULL, "base": {"ref": "main"}}, "changes": {"body": {}}},
        Targets(pulls=(7,)),
        AT_HEAD,
    ),
    ("pull_request_review", {"action": "submitted", "pull_request": PULL}, Targets(pulls=(7,)), AT_HEAD),
    (
        "pull_request_review_comment",
        {"action": "created", "pull_request": PULL},
        Targets(pulls=(7,)),
        AT_HEAD,
    ),
    (
        "pull_request_target",
        {"action": "opened", "pull_request": {**PULL, "head": None}},
        Targets(pulls=(7,)),
        Expectations(),
    ),
    ("check_run", {"check_run": {"head_sha": SHA}}, Targets(shas=(SHA,)), Expectations()),
    ("check_suite", {"check_suite": {"head_sha": SHA}}, Targets(shas=(SHA,)), Expectations()),
    ("workflow_run", {"workflow_run": {"head_sha": SHA}}, Targets(shas=(SHA,)), Expectations()),
    ("deployment", {"deployment": {"sha": SHA}}, Targets(shas=(SHA,)), Expectations()),
    ("deployment_status", {"deployment": {"sha": SHA}}, Targets(shas=(SHA,)), Expectations()),
    ("status", {"sha": SHA, "context": "ci/build"}, Targets(shas=(SHA,)), Expectations()),
    ("status", {"sha": SHA, "context": "bugaction/gate"}, Targets(shas=(SHA,)), Expectations()),
    (
        "merge_group",
        {
            "action": "checks_requested",
            "merge_group": {
                "head_sha": SHA,
                "head_ref": "refs/heads/gh-readonly-queue/main/pr-7-x",
                "base_ref": "refs/heads/main",
            },
        },
        Targets(group=(SHA, "refs/heads/gh-readonly-queue/main/pr-7-x", "refs/heads/main")),
        Expectations(),
    ),
    ("workflow_dispatch", {"inputs": {"issue": "42"}}, Targets(items=(42,)), Expectations()),
    ("repository_dispatch", {"client_payload": {"issue": 42}}, Targets(items=(42,)), Expectations()),
]


@pytest.mark.parametrize(("name", "parts", "targets", "expectations"), POINTS)
def test_event_names_what_to_read_and_what_it_must_contain(
    name: str, parts: dict[str, object], targets: Targets, expectations: Expectations
) -> None:
    """Targets come from the subject, expectations from what the event reports of it."""
    event = parse_event(name, payload(**parts), "octo/shop")
    assert event.targets == targets
    assert event.expectations == expectations
    assert not event.sweep
    assert event.reason == ""


SWEEPS: list[tuple[str, dict[str, object]]] = [
    ("schedule", {"schedule": "17 * * * *"}),
    ("workflow_dispatch", {"inputs": None}),
    ("repository_dispatch", {"action": "nightly", "client_payload": {}}),
    ("issues", {"action": "deleted", "issue": ISSUE}),
    ("issues", {"action": "transferred", "issue": ISSUE}),
    ("push", {"ref": "refs/heads/main"}),
    ("label", {"action": "deleted", "label": {"name": "P1"}}),
    ("label", {"action": "edited", "label": {"name": "P1"}, "changes": {"name": {"from": "high"}}}),
]


@pytest.mark.parametrize(("name", "parts"), SWEEPS)
def test_event_that_may_concern_any_bug_asks_for_all(name: str, parts: dict[str, object]) -> None:
    """A sweep has no targets of its own."""
    event = parse_event(name, payload(**parts))
    assert event.sweep
    assert event.targets == Targets()


def reported(state: str) -> dict[str, object]:
    """The parts of a deployment's status."""
    return {"deployment": {"sha": SHA}, "deployment_status": {"state": state}}


def ended(cause: str, conclusion: str) -> dict[str, object]:
    """The parts of a workflow run that ended."""
    return {"workflow_run": {"head_sha": SHA, "event": cause, "conclusion": conclusion}}


DEPLOYED: list[tuple[str, dict[str, object], bool]] = [
    ("release", {"action": "published", "release": {}}, True),
    *(
        ("deployment_status", reported(state), expected)
        for state, expected in [
            ("success", True),
            ("failure", True),
            ("error", True),
            ("inactive", True),
            ("in_progress", False),
            ("pending", False),
            ("queued", False),
            ("waiting", False),
        ]
    ),
    *(
        ("workflow_run", ended(cause, conclusion), expected)
        for cause, conclusion, expected in [
            ("push", "success", True),
            ("workflow_dispatch", "success", True),
            ("release", "success", True),
            ("push", "failure", False),
            ("pull_request", "success", False),
            ("pull_request_target", "success", False),
            ("merge_group", "success", False),
        ]
    ),
    ("schedule", {}, False),
]


@pytest.mark.parametrize(("name", "parts", "expected"), DEPLOYED)
def test_what_may_have_reached_production_concerns_fixes_on_their_way(
    name: str, parts: dict[str, object], expected: bool
) -> None:
    """A deployment that ended, a release, and a workflow that may have made one; no sweep of everything."""
    event = parse_event(name, payload(**parts))
    assert event.deployed is expected
    assert event.sweep is (name == "schedule")
    assert event.reason == ""


NOTHING: list[tuple[str, dict[str, object], str]] = [
    ("push", {"ref": "refs/heads/side"}, "not to main"),
    ("push", {"ref": "refs/tags/v1"}, "not to main"),
    ("label", {"action": "created", "label": {"name": "P1"}}, "gains or loses"),
    ("label", {"action": "edited", "label": {"name": "P1"}, "changes": {"color": {}}}, "gains or loses"),
    ("release", {"action": "edited", "release": {}}, "published"),
    ("merge_group", {"action": "destroyed"}, "gone"),
    ("watch", {"action": "started"}, "'watch'"),
    ("", {}, "No event"),
    (
        "status",
        {"sha": SHA, "context": "BugAction/gate", "sender": {"login": "x[bot]", "type": "Bot"}},
        "an app reported",
    ),
]


@pytest.mark.parametrize(("name", "parts", "reason"), NOTHING)
def test_event_that_concerns_no_bug_says_why(name: str, parts: dict[str, object], reason: str) -> None:
    """Nothing to look at is never silent."""
    event = parse_event(name, payload(**parts))
    assert reason in event.reason
    assert not event.sweep
    assert event.targets == Targets()


BROKEN: list[tuple[str, object, str]] = [
    ("issues", None, "nothing"),
    ("issues", [], "a list"),
    ("issues", "x", "a text"),
    ("issues", payload(action="opened"), "`issue.number` is nothing"),
    ("issues", payload(issue={"number": "42"}), "`issue.number` is a text"),
    ("issues", payload(issue={"number": True}), "`issue.number` is true or false"),
    ("issues", payload(issue={"number": 0}), "`issue.number` is a number"),
    ("issues", payload(issue={"number": 2**31}), "`issue.number` is a number"),
    ("issue_comment", payload(issue=[1]), "`issue.number` is nothing"),
    ("pull_request", payload(pull_request={}), "`pull_request.number` is nothing"),
    ("status", payload(sha="main"), "`sha` is a text"),
    ("check_suite", payload(check_suite={"head_sha": "a" * 39}), "`check_suite.head_sha` is a text"),
    ("merge_group", payload(merge_group={"head_sha": SHA}), "`merge_group.head_ref and"),
    ("push", {"repository": {}}, "`repository.default_branch` is nothing"),
    ("workflow_dispatch", payload(inputs={"issue": "soon"}), "`inputs.issue` is 'soon'"),
    ("workflow_dispatch", payload(inputs={"command": "rm -rf"}), "`inputs.command` is 'rm -rf'"),
    ("repository_dispatch", payload(client_payload={"issue": [42]}), "`client_payload.issue` is a list"),
    ("issues", payload(issue=ISSUE, repository={"full_name": "evil/shop"}), "from evil/shop"),
]


@pytest.mark.parametrize(("name", "given_payload", "said"), BROKEN)
def test_broken_payload_is_named(name: str, given_payload: object, said: str) -> None:
    """The error says which field is wrong, and has a next step."""
    with pytest.raises(UserError) as caught:
        parse_event(name, given_payload, "octo/shop")
    assert said in caught.value.message
    assert caught.value.remedy


@pytest.mark.parametrize("workflow", ["bugaction", ".github/workflows/bugaction.yml"])
def test_the_end_of_our_own_workflow_is_no_news(workflow: str) -> None:
    """Were it followed, a workflow that lists itself would start itself again and again."""
    run = {"head_sha": SHA, "name": "bugaction", "path": ".github/workflows/bugaction.yml@refs/heads/main"}
    event = parse_event("workflow_run", payload(workflow_run=run), "octo/shop", workflow)
    assert event.targets == Targets()
    assert "the workflow that runs bugaction" in event.reason


@pytest.mark.parametrize("workflow", ["", "bugaction", ".github/workflows/bugaction.yml"])
def test_the_end_of_another_workflow_points_to_its_commit(workflow: str) -> None:
    """Whatever runs us."""
    run = {"head_sha": SHA, "name": "CI", "path": ".github/workflows/ci.yml"}
    event = parse_event("workflow_run", payload(workflow_run=run), "octo/shop", workflow)
    assert (event.targets, event.reason) == (Targets(shas=(SHA,)), "")


def test_header_of_an_event() -> None:
    """Who, what and when are read from where GitHub puts them; names of repositories ignore case."""
    event = parse_event(
        "issues",
        {
            "action": "labeled",
            "issue": {"number": 3, "updated_at": "2026-11-24T10:00:00+01:00"},
            "label": {"name": "P0"},
            "sender": {"login": "pager[bot]", "type": "Bot"},
            "repository": {"full_name": "Octo/Shop"},
        },
        "octo/shop",
    )
    assert event == Event(
        name="issues",
        action="labeled",
        actor=Actor("pager[bot]", is_bot=True),
        at=NINE,
        repository="Octo/Shop",
        targets=Targets(issues=(3,)),
        expectations=Expectations(updated=((3, NINE),), labels=((3, "P0", True),)),
        labelled=True,
    )


def test_an_issue_names_the_bugs_that_it_is_a_regression_of() -> None:
    """Also what its text said before an edit; never itself. The event speaks of itself alone otherwise."""
    body = {**ISSUE, "body": "Regression of #7 and #42"}
    before = {"body": {"from": "Regression of #7, #8"}}
    event = parse_event("issues", payload(action="edited", issue=body, changes=before))
    assert (event.named, event.targets) == ((7, 8), Targets(issues=(42,)))
    assert parse_event("issues", payload(action="opened", issue={**ISSUE, "body": None})).named == ()
    comment = payload(action="created", issue=body, comment={"id": 1, "body": "Regression of #7"})
    assert parse_event("issue_comment", comment).named == ()
    word = {**comment, "comment": {"id": 1, "body": "Bad.\n/severity P1", "updated_at": LATER}}
    assert parse_event("issue_comment", word).named == (7,)
    on_a_pull = {**word, "issue": {**body, "pull_request": {}}}
    assert parse_event("issue_comment", on_a_pull).named == ()


@pytest.mark.parametrize("piece", ["\n", " \n", "\r\n", " ", "\n\t/severityy"])
def test_a_comment_of_nothing_is_read_in_passing(piece: str) -> None:
    """The longest that GitHub takes; a word of a severity at its end is still one."""
    issue = {**ISSUE, "body": "Regression of #7"}
    comment = payload(action="created", issue=issue, comment={"id": 1, "body": "", "updated_at": LATER})
    blank = {**comment, "comment": {"id": 1, "body": f"{piece * 65_000}x", "updated_at": LATER}}
    assert parse_event("issue_comment", blank).named == ()
    said = {**comment, "comment": {"id": 1, "body": f"{piece * 65_000}\n /severity P1", "updated_at": LATER}}
    assert parse_event("issue_comment", said).named == (7,)


def test_missing_header_is_no_error() -> None:
    """A runner that sends an empty payload for `schedule` is understood."""
    assert parse_event("schedule", {}) == Event(name="schedule", sweep=True)


@pytest.mark.parametrize(
    ("text", "number"),
    [("", None), ("  ", None), ("42", 42), ("#42", 42), ("BUG-042", 42), ("bug-7", 7), (" 0012 ", 12)],
)
def test_issue_is_read_in_the_ways_people_write_it(text: str, number: int | None) -> None:
    """A bare number, a reference, or the bug's own ID."""
    assert parse_issue(text, "issue") == number


@pytest.mark.parametrize("text", ["0", "-1", "4.2", "42 43", "2147483648", "forty-two", "٤٢"])
def test_issue_that_is_no_number_is_refused(text: str) -> None:
    """The error names the input."""
    with pytest.raises(UserError, match="issue is"):
        parse_issue(text, "issue")


def test_command_is_one_of_a_few() -> None:
    """Case and space do not matter, anything else does."""
    assert [parse_command(text, "command") for text in ("", " Run", "plan", "SWEEP", "start-records")] == [
        None,
        Command.RUN,
        Command.PLAN,
        Command.SWEEP,
        Command.START_RECORDS,
    ]
    with pytest.raises(UserError) as caught:
        parse_command("deploy", "command")
    assert (
        caught.value.remedy
        == "Use one of: run, plan, sweep, start-records, post-mortem, doctor, or leave it empty."
    )


def subject(name: str, example: Mapping[str, Any]) -> Targets | None:
    """What an example is about, read off by hand; None where it asks for everything or nothing."""
    match name:
        case "issues":
            gone = example["action"] in ("deleted", "transferred")
            return None if gone else Targets(issues=(example["issue"]["number"],))
        case "issue_comment":
            number = example["issue"]["number"]
            return (
                Targets(pulls=(number,)) if "pull_request" in example["issue"] else Targets(issues=(number,))
            )
        case "pull_request" | "pull_request_review":
            left = {"closed": example["pull_request"]["head"]["sha"], "synchronize": example.get("before")}
            shas = (left[example["action"]],) if example["action"] in left else ()
            return Targets(pulls=(example["pull_request"]["number"],), shas=shas)
        case "check_suite" | "workflow_run":
            return Targets(shas=(example[name]["head_sha"],))
        case "status":
            return Targets(shas=(example["sha"],))
        case "deployment_status":
            return Targets(shas=(example["deployment"]["sha"],))
        case "merge_group":
            group = example["merge_group"]
            return Targets(group=(group["head_sha"], group["head_ref"], group["base_ref"]))
        case _:
            return None


def test_every_example_of_github_points_where_it_should() -> None:
    """All example payloads are read, schema-breaking ones included, with their subject and sender."""
    seen = set()
    for name, example in examples():
        event = parse_event(name, example, example["repository"]["full_name"])
        seen.add(name)
        assert event.actor == Actor(example["sender"]["login"], is_bot=example["sender"]["type"] == "Bot")
        wanted = subject(name, example)
        if wanted is not None:
            assert event.targets == wanted
            assert not event.sweep
        else:
            assert event.targets == Targets()
            assert event.sweep or event.deployed or event.reason
    assert len(seen) == 12


def paths(value: object, below: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield below
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from paths(item, (*below, key))


def replaced(value: Any, path: tuple[str | int, ...], new: object) -> Any:
    if not path:
        return new
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(copy[path[0]], path[1:], new)
    return copy


@cache
def shallow_paths(index: int) -> tuple[tuple[str | int, ...], ...]:
    return tuple(path for path in paths(examples()[index][1]) if len(path) <= 3)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def outcome(name: str, value: object) -> Event | UserError:
    try:
        return parse_event(name, value)
    except UserError as error:
        return error


@given(st.data())
def test_mutated_payload_is_read_or_refused(data: st.DataObject) -> None:
    """Whatever one field is replaced by, under whatever event's name: an event or a named error."""
    index = data.draw(st.integers(0, len(examples()) - 1))
    path = data.draw(st.sampled_from(shallow_paths(index)))
    name = data.draw(st.sampled_from([examples()[index][0], *EVENTS]))
    mutated = replaced(examples()[index][1], path, data.draw(JSON))
    found = outcome(name, mutated)
    if isinstance(found, UserError):
        assert found.remedy
    else:
        assert found.sweep or found.deployed or found.reason or found.targets != Targets()


@given(st.sampled_from(sorted(EVENTS)), JSON)
def test_any_json_is_read_or_refused(name: str, value: object) -> None:
    """The parser is total."""
    found = outcome(name, value)
    if isinstance(found, UserError):
        assert found.remedy
    else:
        assert found.name == name


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("watch", {"action": "\ud800"}),
        ("push", {"ref": "x", "repository": {"default_branch": "main\udfff"}}),
        ("workflow_dispatch", {"inputs": {"note": "a \ud800 note"}, "sender": {"login": "a\ud800"}}),
        ("repository_dispatch", {"client_payload": {"note": "a \udc80 note"}}),
        (
            "issue_comment",
            {
                "action": "edited",
                "issue": {"number": 42},
                "comment": {"id": 7, "body": "/accept \ud800", "updated_at": "2026-11-24T09:00:00Z"},
            },
        ),
        (
            "pull_request",
            {
                "action": "edited",
                "pull_request": {"number": 7, "title": "\ud800", "updated_at": "2026-11-24T09:00:00Z"},
            },
        ),
    ],
)
def test_half_a_character_is_none(name: str, payload: object) -> None:
    """JSON may hold one; what is made of the event is written as UTF-8."""
    event = parse_event(name, payload)
    assert repr(event).count("?") >= 1
    assert "\\ud" not in repr(event)
