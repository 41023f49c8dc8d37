"""The preflight ends only what no configuration could make relevant."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from bugaction import preflight, tracking
from bugaction.lateness import MARKS
from bugaction.phases import PHASES
from bugaction.policy import RESERVED_LABELS, Policy
from bugaction.preflight import (
    FOREIGN_LABELS,
    NO_BUG,
    NO_COMMAND,
    NO_LABEL_OF_OURS,
    ONLY_COMMENTS,
    OUR_CHECK,
    OUR_COMMENT,
    OUR_COMMIT,
    OUR_LABEL,
    OUR_LABELS,
    OUR_MARKER,
    OUR_RUN,
    OUR_STATUS,
    why_not_ours,
)

STICKY = tracking.STICKY_MARKER
FORM = "### What is broken\n\nRedeeming\n\n### Expected behaviour\n\nNo error"


def issue(*labels: object, body: object = "Plain words", **fields: object) -> dict[str, object]:
    named = [{"name": label} if isinstance(label, str) else label for label in labels]
    return {"number": 7, "labels": named, "body": body, **fields}


def comment(body: object, on: dict[str, object], **fields: object) -> dict[str, object]:
    return {"action": "created", "issue": on, "comment": {"body": body}, **fields}


def ours(
    who: str, kind: str, on: dict[str, object], *, body: str = "", **fields: object
) -> dict[str, object]:
    """An event of our sticky comment: an edit by that account, unless the fields say otherwise."""
    shown = body or ("" if "changes" in fields else f"{STICKY}\nA bug")
    return {
        "action": "edited",
        "issue": on,
        "comment": {"body": shown, "user": {"login": "bugaction[bot]", "type": "Bot"}},
        "sender": {"login": who, "type": kind},
        **fields,
    }


def pushed(
    message: str, *, who: str = "keeper[bot]", kind: str = "Bot", count: int = 1, **author: str
) -> dict[str, object]:
    """A push of commits, the newest with this message and by who pushed it, unless `author` says who."""
    made = {"message": message, "author": author or {"name": who, "username": who}}
    return {"commits": [made] * count, "head_commit": made, "sender": {"login": who, "type": kind}}


DELIVERED = (
    "BUG-042: start the bug report v1.0; refresh the facts of x\nBUG-001, BUG-002 and 3 more: update it"
)


def label_event(action: str, label: str, on: dict[str, object]) -> dict[str, object]:
    return {"action": action, "label": {"name": label}, "issue": on}


ENDED: dict[str, tuple[str, object, str]] = {
    "a comment on an issue without labels": ("issue_comment", comment("Me too", issue()), NO_COMMAND),
    "a comment with a slash inside a line": ("issue_comment", comment("see a/b and /c", issue()), NO_COMMAND),
    "a comment on an issue with foreign labels": (
        "issue_comment",
        comment("Me too", issue("question", "Help Wanted")),
        NO_COMMAND,
    ),
    "a comment without text": ("issue_comment", comment(None, issue()), NO_COMMAND),
    "a deleted comment on no bug": (
        "issue_comment",
        comment("Me too", issue(), action="deleted"),
        NO_COMMAND,
    ),
    "an issue without a body": ("issues", {"action": "opened", "issue": issue(body=None)}, NO_BUG),
    "an issue without labels is opened": ("issues", {"action": "opened", "issue": issue()}, NO_BUG),
    "an issue without labels is closed": ("issues", {"action": "closed", "issue": issue()}, NO_BUG),
    "a foreign label is added": ("issues", label_event("labeled", "question", issue("question")), NO_BUG),
    "a foreign label is removed": ("issues", label_event("unlabeled", "Documentation", issue()), NO_BUG),
    "no pull request by an empty field": (
        "issues",
        {"action": "opened", "issue": issue(pull_request=None)},
        NO_BUG,
    ),
    "a foreign label is deleted": (
        "label",
        {"action": "deleted", "label": {"name": "wontfix"}},
        NO_LABEL_OF_OURS,
    ),
    "a foreign label becomes another": (
        "label",
        {"action": "edited", "label": {"name": "invalid"}, "changes": {"name": {"from": "wontfix"}}},
        NO_LABEL_OF_OURS,
    ),
    "our own status by an app": (
        "status",
        {"context": "bugaction/gate", "sender": {"type": "Bot"}},
        OUR_STATUS,
    ),
    "our own check run by an app": (
        "check_run",
        {"check_run": {"name": "bugaction/gate"}, "sender": {"type": "Bot"}},
        OUR_CHECK,
    ),
    "a label of a phase by an app": (
        "issues",
        label_event("labeled", "phase: fix", issue("P1")) | {"sender": {"type": "Bot"}},
        OUR_LABEL,
    ),
    "our documents by an app": ("push", pushed(DELIVERED), OUR_COMMIT),
    "our register by an app": ("push", pushed("Bring the register up to date"), OUR_COMMIT),
    "our reply that we wrote": (
        "issue_comment",
        ours("bugaction[bot]", "Bot", issue("bug"), body="<!-- bugaction:reply:1 -->\nDone"),
        OUR_COMMENT,
    ),
    "our own comment that we changed": (
        "issue_comment",
        ours("bugaction[bot]", "Bot", issue("bug")),
        OUR_COMMENT,
    ),
    "our own comment that we made": (
        "issue_comment",
        ours("bugaction[bot]", "Bot", issue(), action="created"),
        OUR_COMMENT,
    ),
    "a review that only comments": (
        "pull_request_review",
        {"action": "submitted", "review": {"state": "commented"}},
        ONLY_COMMENTS,
    ),
}

RELEVANT: dict[str, tuple[str, object]] = {
    "a command": ("issue_comment", comment("/track", issue())),
    "our own check run by a person": (
        "check_run",
        {"check_run": {"name": "bugaction/gate"}, "sender": {"type": "User"}},
    ),
    "our own check run that is asked for again": (
        "check_run",
        {"action": "rerequested", "check_run": {"name": "bugaction/gate"}, "sender": {"type": "Bot"}},
    ),
    "another check run": ("check_run", {"check_run": {"name": "test"}, "sender": {"type": "Bot"}}),
    "a label of a phase by a person": (
        "issues",
        label_event("labeled", "phase: fix", issue("P1")) | {"sender": {"type": "User"}},
    ),
    "a severity by an app": (
        "issues",
        label_event("labeled", "P1", issue("P1")) | {"sender": {"type": "Bot"}},
    ),
    "an issue with a phase that an app closed": (
        "issues",
        {"action": "closed", "issue": issue("P1"), "sender": {"type": "Bot"}},
    ),
    "documents by a person": ("push", pushed(DELIVERED, who="bo", kind="User")),
    "documents by a person whose name is an app's": ("push", pushed(DELIVERED, kind="User")),
    "documents that a person wrote and an app pushed": ("push", pushed(DELIVERED, name="bo", username="bo")),
    "several commits by an app": ("push", pushed(DELIVERED, count=2)),
    "a configuration by an app": ("push", pushed("Configure the bug response")),
    "a configuration below our words": ("push", pushed(f"{DELIVERED}\nand more")),
    "a push without a message": ("push", pushed("")),
    "a push without commits": ("push", {"commits": [], "head_commit": None, "sender": {"type": "Bot"}}),
    "a command on a later line": ("issue_comment", comment("Hello\r\n/severity P1 bad", issue())),
    "a command after white space": ("issue_comment", comment("\n\t  /accept", issue())),
    "what may be a command in a fence": ("issue_comment", comment("```\n/accept\n```", issue())),
    "any comment on a bug": ("issue_comment", comment("Me too", issue("bug"))),
    "any comment on an issue with a severity": ("issue_comment", comment("Me too", issue("P2"))),
    "any comment where a label may be an alias": ("issue_comment", comment("Me too", issue("blocker"))),
    "any comment on an issue of the form": ("issue_comment", comment("Me too", issue(body=FORM))),
    "any comment on a pull request": ("issue_comment", comment("Nice", issue(pull_request={"url": "x"}))),
    "our comment that a person changed": ("issue_comment", ours("mia", "User", issue())),
    "our comment that a person spoiled": (
        "issue_comment",
        ours("mia", "User", issue(), body="", changes={"body": {"from": f"{STICKY}\nx"}}),
    ),
    "our comment that another app changed": ("issue_comment", ours("alerts[bot]", "Bot", issue())),
    "our comment that somebody unknown changed": ("issue_comment", ours("mia", "User", issue(), sender=None)),
    "our comment that we deleted": (
        "issue_comment",
        ours("bugaction[bot]", "Bot", issue(), action="deleted"),
    ),
    "a deleted comment with a command": (
        "issue_comment",
        comment("/accept", issue(), action="deleted"),
    ),
    "a severity is added": ("issues", label_event("labeled", "P1", issue("P1"))),
    "the last severity is removed": ("issues", label_event("unlabeled", "P1", issue())),
    "a label that may be an alias is removed": ("issues", label_event("unlabeled", "sev: high", issue())),
    "a foreign label is added to a bug": (
        "issues",
        label_event("labeled", "question", issue("question", "bug")),
    ),
    "an issue of the form is opened": ("issues", {"action": "opened", "issue": issue(body=FORM)}),
    "an issue that may be a regression of a bug": (
        "issues",
        {"action": "opened", "issue": issue(body="The cart is empty.\n\nRegression of #42")},
    ),
    "that it is one is edited away": (
        "issues",
        {"action": "edited", "issue": issue(), "changes": {"body": {"from": "regression of #42"}}},
    ),
    "headings indented and with CRLF": (
        "issues",
        {"action": "opened", "issue": issue(body="x\r\n  ### Expected behaviour\r\n")},
    ),
    "the form's headings are edited away": (
        "issues",
        {"action": "edited", "issue": issue(), "changes": {"body": {"from": FORM}}},
    ),
    "a bug is assigned": ("issues", {"action": "assigned", "issue": issue("bug")}),
    "a bug is deleted": ("issues", {"action": "deleted", "issue": issue("P0")}),
    "a label that may be ours is deleted": ("label", {"action": "deleted", "label": {"name": "P1"}}),
    "a foreign label was ours before": (
        "label",
        {"action": "edited", "label": {"name": "wontfix"}, "changes": {"name": {"from": "P1"}}},
    ),
    "our own status by a person": ("status", {"context": "bugaction/gate", "sender": {"type": "User"}}),
    "another status by an app": ("status", {"context": "ci/test", "sender": {"type": "Bot"}}),
    "a pull request": ("pull_request_target", {"action": "opened", "pull_request": {"number": 3}}),
    "an approval": ("pull_request_review", {"action": "submitted", "review": {"state": "approved"}}),
    "a review that was dismissed": (
        "pull_request_review",
        {"action": "dismissed", "review": {"state": "commented"}},
    ),
    "a review without a state": ("pull_request_review", {"action": "submitted", "review": {}}),
    "no review": ("pull_request_review", {"action": "submitted"}),
    "a workflow that ended": ("workflow_run", {"workflow_run": {"path": ".github/workflows/ci.yml"}}),
    "a merge group": ("merge_group", {"action": "checks_requested"}),
    "the schedule": ("schedule", {}),
    "an event that is new to us": ("sub_issues", {"action": "added"}),
    "no event name": ("", {"action": "opened", "issue": issue()}),
    "a payload that is a list": ("issues", []),
    "no issue": ("issues", {"action": "opened"}),
    "labels that are no list": ("issues", {"action": "opened", "issue": {"labels": None, "body": ""}}),
    "a label without a name": ("issues", {"action": "opened", "issue": issue({"id": 1})}),
    "a body that is no text": ("issues", {"action": "opened", "issue": issue(body=7)}),
    "a label event without a label": ("issues", {"action": "labeled", "issue": issue()}),
    "a comment event without a comment": ("issue_comment", {"action": "created", "issue": issue()}),
    "a comment that is no text": ("issue_comment", comment(["x"], issue())),
}


@pytest.mark.parametrize(("event", "payload", "reason"), ENDED.values(), ids=ENDED)
def test_ended(event: str, payload: object, reason: str) -> None:
    """The event cannot concern us, and a sentence says why."""
    assert why_not_ours(event, payload) == reason


@pytest.mark.parametrize(("event", "payload"), RELEVANT.values(), ids=RELEVANT)
def test_relevant(event: str, payload: object) -> None:
    """The event may concern us under some configuration, or cannot be read: it goes on."""
    assert why_not_ours(event, payload) == ""


def test_no_configuration_can_make_a_foreign_label_ours() -> None:
    """What the preflight takes for foreign, the configuration refuses as a bug's label or a severity's."""
    assert FOREIGN_LABELS == RESERVED_LABELS
    for name in FOREIGN_LABELS:
        for given in ({"labels": {"bug": [name.upper()]}}, {"severities": {"P2": {"labels": [name]}}}):
            with pytest.raises(ValidationError, match="another meaning"):
                Policy.model_validate(given)


def test_our_comment_is_known_by_the_mark_that_it_carries() -> None:
    """The preflight imports nothing, so it has the mark for itself."""
    assert tracking.STICKY_MARKER.startswith(OUR_MARKER)
    assert {phase.label for phase in PHASES.values()} | {label.casefold() for label in MARKS} == OUR_LABELS


OWN = ".github/workflows/bugaction.yml"


@pytest.mark.parametrize(
    ("path", "workflow", "reason"),
    [
        (OWN, OWN, OUR_RUN),
        (f"{OWN}@refs/heads/main", OWN, OUR_RUN),
        (OWN, "", ""),
        ("", "", ""),
        (None, OWN, ""),
        (".github/workflows/ci.yml", OWN, ""),
        (OWN, ".github/workflows/other.yml", ""),
    ],
)
def test_the_end_of_our_own_workflow_is_no_news(path: object, workflow: str, reason: str) -> None:
    """By its file, as the runner tells it; where that is not known, it goes on."""
    assert why_not_ours("workflow_run", {"workflow_run": {"path": path}}, workflow) == reason
    assert why_not_ours("workflow_run", {}, workflow) == ""


def test_our_own_file_is_known_by_the_runner(tmp_path: Path) -> None:
    """From GITHUB_WORKFLOW_REF."""
    told = {"GITHUB_EVENT_NAME": "workflow_run", "GITHUB_WORKFLOW_REF": f"octo/shop/{OWN}@refs/heads/main"}
    event = json.dumps({"action": "completed", "workflow_run": {"path": OWN}})
    assert run(tmp_path, told, event)[1]["relevant"] == "false"
    other = tmp_path / "other"
    other.mkdir()
    assert run(other, {**told, "GITHUB_WORKFLOW_REF": "nonsense"}, event)[1]["relevant"] == "true"


def run(tmp_path: Path, environment: dict[str, str], event: str = "{}") -> tuple[int, dict[str, str], str]:
    """Run the file as action.yml does; return exit code, outputs and summary."""
    event_file, output, summary = (tmp_path / name for name in ("event.json", "output", "summary"))
    event_file.write_text(event, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-S", preflight.__file__],
        env={
            "GITHUB_EVENT_PATH": str(event_file),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            **environment,
        },
        capture_output=True,
        check=False,
    )
    assert done.stderr == b""
    outputs = dict(line.split("=", 1) for line in output.read_text(encoding="utf-8").splitlines())
    return done.returncode, outputs, summary.read_text(encoding="utf-8") if summary.exists() else ""


def test_ended_event_is_reported(tmp_path: Path) -> None:
    """An ended event leaves the reason as outputs and a line in the summary, and names no event data."""
    event = json.dumps(comment("::error::boo", issue(title="::error::boo")))
    code, outputs, summary = run(tmp_path, {"GITHUB_EVENT_NAME": "issue_comment"}, event)
    assert code == 0
    assert outputs["relevant"] == "false"
    assert outputs["reason"] == "not-ours"
    assert json.loads(outputs["result"])["reason"] == "not-ours"
    assert summary == f"**bugaction**: nothing to do. {NO_COMMAND}\n"


def test_relevant_event_names_the_python(tmp_path: Path) -> None:
    """A relevant event tells the next steps which Python to use, and says nothing else."""
    code, outputs, summary = run(tmp_path, {"GITHUB_EVENT_NAME": "schedule"})
    assert (code, set(outputs), summary) == (0, {"relevant", "python"}, "")
    assert outputs["relevant"] == "true"
    assert Path(outputs["python"]).exists()


@pytest.mark.parametrize("name", ["BUGACTION_COMMAND", "BUGACTION_ISSUE"])
def test_explicit_request_is_relevant(tmp_path: Path, name: str) -> None:
    """A run that was given a command or an issue goes on, whatever the event."""
    event = json.dumps(comment("Me too", issue()))
    _, outputs, _ = run(tmp_path, {"GITHUB_EVENT_NAME": "issue_comment", name: "42"}, event)
    assert outputs["relevant"] == "true"


@pytest.mark.parametrize("event", ["", "{", "nul", "[" * 100_000, '"text"', "\ud7ff"])
def test_malformed_event_is_relevant(tmp_path: Path, event: str) -> None:
    """An event file that cannot be read goes on to the program that explains it."""
    _, outputs, _ = run(tmp_path, {"GITHUB_EVENT_NAME": "issues"}, event)
    assert outputs["relevant"] == "true"


@pytest.mark.parametrize("path", ["", "/does/not/exist"])
def test_missing_event_is_relevant(tmp_path: Path, path: str) -> None:
    """Without an event file the program that explains it is started."""
    _, outputs, _ = run(tmp_path, {"GITHUB_EVENT_NAME": "issues", "GITHUB_EVENT_PATH": path})
    assert outputs["relevant"] == "true"


def test_old_python_is_refused() -> None:
    """An older Python is told by its own exit code, so that action.yml tries the next one."""
    text = Path(preflight.__file__).read_text(encoding="utf-8")
    aged = text.replace("OLDEST_PYTHON = (3, 11)", "OLDEST_PYTHON = (99, 0)")
    assert aged != text
    done = subprocess.run([sys.executable, "-I", "-S", "-c", aged], env={}, check=False)
    assert done.returncode == preflight.PYTHON_TOO_OLD


def test_imports_are_few() -> None:
    """Only what the start can afford is imported: no package, nothing slow of the standard library."""
    code = f"import sys; sys.argv = ['x']; exec(open({preflight.__file__!r}).read().split('if __name__')[0])"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"{code}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    modules = set(done.stdout.split())
    assert not modules & {"bugaction", "site", "typing", "pathlib", "dataclasses", "subprocess", "hashlib"}
