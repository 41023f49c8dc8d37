"""Webhook payloads held to GitHub's schemas."""

from __future__ import annotations

import pytest

from bugaction.sandbox.contract.webhooks import WebhookContract

CONTRACT = WebhookContract(
    {
        "events": {
            "issues.opened": {"$ref": "#/components/schemas/opened"},
            "pull_request.opened": {"$ref": "#/components/schemas/opened"},
            "push": {"type": "object", "properties": {"ref": {"type": "string"}}, "required": ["ref"]},
        },
        "components": {
            "schemas": {
                "opened": {
                    "type": "object",
                    "properties": {
                        "action": {"type": "string", "enum": ["opened"]},
                        "number": {"type": "integer"},
                    },
                    "required": ["action", "number"],
                }
            }
        },
    }
)


@pytest.mark.parametrize(
    ("name", "payload", "expected"),
    [
        ("issues", {"action": "opened", "number": 1}, []),
        ("issues", {"action": "opened"}, [("payload", "schema")]),
        ("issues", {"action": "opened", "number": 1, "colour": 1}, [("payload.colour", "unknown-key")]),
        ("issues", {"action": "closed", "number": 1}, [("payload", "no-schema")]),
        ("issues", {"number": 1}, [("payload", "no-schema")]),
        ("pull_request_target", {"action": "opened", "number": 1}, []),
        ("push", {"ref": "refs/heads/main"}, []),
        ("push", {}, [("payload", "schema")]),
        ("schedule", {"schedule": "0 * * * *"}, []),
        ("schedule", {}, [("payload.schedule", "schema")]),
        ("gollum", {}, [("payload", "no-schema")]),
    ],
)
def test_a_payload_is_held_to_its_event(
    name: str, payload: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    """By name and action; `pull_request_target` carries a pull request, and `schedule` has no schema."""
    assert [(problem.where, problem.rule) for problem in CONTRACT.check_event(name, payload)] == expected


def test_the_shipped_extract_knows_every_event_that_is_sent() -> None:
    """One action of each, and the newest ones that the older webhook packages lack."""
    known = WebhookContract.load().events
    for event in (
        "issues.labeled", "issues.typed", "issue_comment.created", "pull_request.synchronize",
        "pull_request.review_requested", "pull_request_review.submitted", "check_suite.completed",
        "check_run.completed", "status", "merge_group.checks_requested", "deployment_status.created",
        "release.published", "workflow_run.completed", "push", "workflow_dispatch", "repository_dispatch",
        "label.deleted",
    ):  # fmt: skip
        assert event in known
