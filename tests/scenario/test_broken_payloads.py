"""Events whose payload is not as GitHub sends it, run by the whole program: no traceback, and no green."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import pytest

from bugaction.errors import UserError
from bugaction.events import Event, parse_event
from bugaction.reasons import ExitCode
from bugaction.sandbox.runs import JobRun
from bugaction.verdicts import ROLLUP
from tests.examples import rarely
from tests.payloads import mutated, mutations
from tests.scenario.life import Life
from tests.scenario.rewind import greens

NAMES = (
    "issue_comment",
    "issues",
    "pull_request_target",
    "pull_request_review",
    "workflow_run",
    "push",
    "workflow_dispatch",
    "repository_dispatch",
)
EVENTS = [("issue_comment", 2), *rarely(*((name, 3) for name in NAMES))]
"""Names of events, and how deep their payloads are changed."""


def _job(life: Life, event: str) -> JobRun:
    """The first job of a bug's life that this event caused."""
    number = life.bug(body="It is broken.")
    pull = life.fix(number)
    life.say("bo", number, "/accept")
    life.review("eve", pull, "request-changes")
    life.check(pull, conclusion="failure")
    life.people.push("ana", "main", {".github/bugaction.yml": "version: 1\n"}, "Configure")
    life.pass_on()
    life.people.dispatch("bo", {"command": "run", "issue": str(number), "note": "Again"})
    life.pass_on()
    runs = {run.event_name: run for run in reversed(life.runs.done)}
    by_hand = runs["workflow_dispatch"]
    name = "repository_dispatch"  # which a team adds to the workflow by itself
    runs[name] = dataclasses.replace(
        by_hand,
        event_name=name,
        payload={
            "action": "look",
            "client_payload": by_hand.payload["inputs"],
            **{key: by_hand.payload[key] for key in ("repository", "sender")},
        },
        environment={**by_hand.environment, "GITHUB_EVENT_NAME": name},
    )
    return runs[event]


def _different(run: JobRun, deepest: int) -> Iterator[object]:
    """Of all mutated payloads one of each kind that the program can tell apart."""
    seen: set[str] = set()
    action = run.payload.get("action")
    name = f"{run.event_name}.{action}" if action else run.event_name
    for mutation in mutations(name, run.payload, deepest):
        payload = mutated(run.payload, mutation)
        try:
            read = repr(dataclasses.replace(_read(run, payload), at=None, actor=None))
        except UserError as error:
            read = error.message
        if read not in seen:
            seen.add(read)
            yield payload


def _read(run: JobRun, payload: object) -> Event:
    return parse_event(run.event_name, payload, run.environment["GITHUB_REPOSITORY"])


@pytest.mark.parametrize("event", EVENTS, ids=str)
def test_whatever_an_event_says_no_gate_turns_green(
    life: Life, event: tuple[str, int], record_property: Callable[[str, object], None]
) -> None:
    """What is refused ends with the code of a wrong input; whatever else is run judges by GitHub's facts."""
    run = _job(life, event[0])
    run = dataclasses.replace(run, token=life.server.tokens.for_job())  # it may post any green there is
    before = greens(life)
    tried = 0
    for payload in _different(run, event[1]):
        try:
            _read(run, payload)
            refused = False
        except UserError:
            refused = True
        life.product(dataclasses.replace(run, payload=payload))  # type: ignore[arg-type]
        assert life.product.codes[-1] in tuple(ExitCode)
        assert (life.product.codes[-1] == ExitCode.USAGE) is refused
        tried += 1
    assert tried > 3
    assert greens(life) <= before
    assert not {name for _, name, _ in before if name == ROLLUP}
    record_property("inputs", f"payloads|{tried}")
