"""GitHub's own example payloads through the event models and the preflight.

What each payload is about is worked out here a second time, from the raw payload and GitHub's documentation.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from bugaction import preflight
from bugaction.events import parse_event
from bugaction.ports import Targets

Payload = dict[str, Any]

FOLDER = Path(__file__).parent / "examples"
# Distinct payloads in @octokit/webhooks-examples 7.6.1: api.github.com and Enterprise Server 3.1 to 3.5.
COUNTS = {
    "check_suite": 13,
    "deployment_status": 5,
    "issue_comment": 12,
    "issues": 37,
    "merge_group": 2,
    "pull_request": 35,
    "pull_request_review": 5,
    "push": 10,
    "release": 14,
    "status": 6,
    "workflow_dispatch": 2,
    "workflow_run": 5,
}


def load(event: str) -> list[Payload]:
    plain = FOLDER / f"{event}.json"
    text = plain.read_bytes() if plain.exists() else gzip.decompress(Path(f"{plain}.gz").read_bytes())
    payloads: list[Payload] = json.loads(text)
    return payloads


# GitHub's default labels (docs.github.com, "Managing labels") without "bug": these make no issue a bug.
FOREIGN = {
    "documentation",
    "duplicate",
    "enhancement",
    "good first issue",
    "help wanted",
    "invalid",
    "question",
    "wontfix",
}
EXAMPLES = {event: load(event) for event in COUNTS}
CASES = [
    pytest.param(event, payload, id=f"{event}-{payload.get('action', 'any')}-{index}")
    for event, payloads in EXAMPLES.items()
    for index, payload in enumerate(payloads)
]


def issue(payload: Payload) -> Targets | None:
    if payload["action"] in ("deleted", "transferred"):
        return None
    return Targets(issues=(payload["issue"]["number"],))


def comment(payload: Payload) -> Targets | None:
    number = payload["issue"]["number"]
    return Targets(pulls=(number,)) if "pull_request" in payload["issue"] else Targets(issues=(number,))


def pull(payload: Payload) -> Targets | None:
    left = {"closed": payload["pull_request"]["head"]["sha"], "synchronize": payload.get("before")}
    shas = (left[payload["action"]],) if payload["action"] in left else ()
    return Targets(pulls=(payload["pull_request"]["number"],), shas=shas)


def group(payload: Payload) -> Targets | None:
    found = payload["merge_group"]
    if payload["action"] == "destroyed":
        return Targets()
    return Targets(group=(found["head_sha"], found["head_ref"], found["base_ref"]))


def push(payload: Payload) -> Targets | None:
    default = f"refs/heads/{payload['repository']['default_branch']}"
    return None if payload["ref"] == default else Targets()


# What is looked at; None stands for everything that is open.
TARGETS: Mapping[str, Callable[[Payload], Targets | None]] = {
    "check_suite": lambda payload: Targets(shas=(payload["check_suite"]["head_sha"],)),
    "deployment_status": lambda payload: Targets(shas=(payload["deployment"]["sha"],)),
    "issue_comment": comment,
    "issues": issue,
    "merge_group": group,
    "pull_request": pull,
    "pull_request_review": pull,
    "push": push,
    "release": lambda payload: None if payload["action"] == "published" else Targets(),
    "status": lambda payload: Targets(shas=(payload["sha"],)),
    "workflow_dispatch": lambda _: None,
    "workflow_run": lambda payload: Targets(shas=(payload["workflow_run"]["head_sha"],)),
}


def test_every_example_of_the_package_is_here() -> None:
    """A payload that was lost in a refresh would be a case that is no longer tested."""
    assert {event: len(payloads) for event, payloads in EXAMPLES.items()} == COUNTS


@pytest.mark.parametrize(("event", "payload"), CASES)
def test_an_event_points_at_what_its_payload_is_about(event: str, payload: Payload) -> None:
    """The right issue, pull request, commit or group; everything that is open; or nothing, with a reason."""
    expected = TARGETS[event](payload)
    found = parse_event(event, payload, payload["repository"]["full_name"])
    assert found.targets == (expected or Targets())
    assert (found.sweep or (found.deployed and not found.targets.shas)) is (expected is None)
    assert bool(found.reason) is (expected == Targets())
    assert (found.name, found.action) == (event, payload.get("action", ""))
    assert found.repository == payload["repository"]["full_name"]


@pytest.mark.parametrize(("event", "payload"), CASES)
def test_an_event_names_who_caused_it(event: str, payload: Payload) -> None:
    """The sender, who need not be the author."""
    actor = parse_event(event, payload).actor
    assert actor is not None
    assert (actor.login, actor.is_bot) == (payload["sender"]["login"], payload["sender"]["type"] == "Bot")


@pytest.mark.parametrize(
    ("event", "payload"), [case for case in CASES if str(case.id).startswith("pull_request")]
)
def test_a_pull_request_must_be_read_with_the_head_of_the_event(event: str, payload: Payload) -> None:
    """Number and head SHA are what a fresh snapshot has to show."""
    pull_request = payload["pull_request"]
    heads = parse_event(event, payload).expectations.heads
    assert heads == ((pull_request["number"], pull_request["head"]["sha"]),)


@pytest.mark.parametrize(("event", "payload"), CASES)
def test_the_preflight_ends_what_cannot_concern_a_bug(event: str, payload: Payload, tmp_path: Path) -> None:
    """Those about an issue whose labels and body are nobody's bug, without a command; and mere remarks."""
    file = tmp_path / "event.json"
    file.write_text(json.dumps(payload), encoding="utf-8")
    environment = {"GITHUB_EVENT_NAME": event, "GITHUB_EVENT_PATH": str(file)}
    assert bool(preflight.decide(environment)) is not_ours(event, payload)


def not_ours(event: str, payload: Payload) -> bool:
    if event == "pull_request_review":
        return (payload["action"], payload["review"]["state"]) == ("submitted", "commented")
    if event not in ("issues", "issue_comment") or "pull_request" in payload["issue"]:
        return False
    subject = payload["issue"]
    # Some examples of `pinned` carry no labels: then nothing is known, and nothing is ended.
    if "labels" not in subject or {label["name"].lower() for label in subject["labels"]} - FOREIGN:
        return False
    texts = [subject["body"] or "", payload.get("changes", {}).get("body", {}).get("from", "")]
    if any(line.startswith("#") for text in texts for line in text.split("\n")):
        return False
    if event == "issue_comment":
        return not any(line.startswith("/") for line in payload["comment"]["body"].split("\n"))
    if payload["action"] in ("labeled", "unlabeled"):
        return payload["label"]["name"].lower() in FOREIGN
    return True


@pytest.mark.parametrize("event", sorted(COUNTS))
def test_the_preflight_runs_alone_on_a_real_event(event: str, tmp_path: Path) -> None:
    """As action.yml starts it: the standard library only, and its decision among the step's outputs."""
    file, outputs = tmp_path / "event.json", tmp_path / "outputs"
    payload = EXAMPLES[event][0]
    file.write_text(json.dumps(payload), encoding="utf-8")
    environment = {"GITHUB_EVENT_NAME": event, "GITHUB_EVENT_PATH": str(file), "GITHUB_OUTPUT": str(outputs)}
    command = [sys.executable, "-I", "-S", str(preflight.__file__)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=30)
    assert (ended.returncode, ended.stderr) == (0, "")
    relevant = "false" if not_ours(event, payload) else "true"
    assert f"relevant={relevant}" in outputs.read_text("utf-8").splitlines()
