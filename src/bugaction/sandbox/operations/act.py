"""Somebody acting: who, and whether their deeds start workflows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bugaction.sandbox.entities import Account, Issue, TimelineEvent
from bugaction.sandbox.refusal import Refused, missing
from bugaction.sandbox.shapes import accounts, repository
from bugaction.sandbox.state import State
from bugaction.sandbox.value import Value
from bugaction.sandbox.view import View
from bugaction.sandbox.world import World

__all__ = ["BODY_LIMIT", "Act", "check_body"]

BODY_LIMIT = 65536
"""Code points in a body; "Body is too long (maximum is 65536 characters)"."""


@dataclass(frozen=True, slots=True)
class Act:
    """An actor in a world.

    `quiet` holds for a workflow's own GITHUB_TOKEN, whose deeds start no workflows
    (https://docs.github.com/actions/concepts/security/github_token); `app` for deeds through an app.
    """

    world: World
    actor: Account
    quiet: bool = False
    app: bool = False

    @property
    def login(self) -> str:
        """The actor's bare login."""
        return self.actor.login

    @property
    def now(self) -> datetime:
        """The world's time."""
        return self.world.clock()

    @property
    def state(self) -> State:
        """The present state."""
        return self.world.state

    @property
    def view(self) -> View:
        """The present, for shapes."""
        return View.now(self.world)

    def tell(self, name: str, action: str, parts: Mapping[str, Any], *, sha: str = "", ref: str = "") -> None:
        """Queue the event that GitHub would send, unless the actor's deeds start nothing.

        Without `sha` the run is for the default branch's head, as for most events
        (https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows).
        """
        if self.quiet:
            return
        self.tell_always(name, action, parts, sha=sha, ref=ref)

    def tell_always(
        self, name: str, action: str, parts: Mapping[str, Any], *, sha: str = "", ref: str = ""
    ) -> None:
        """Queue an event whoever caused it: dispatches start workflows even for GITHUB_TOKEN."""
        if self.world.is_silent:
            return
        view = self.view
        payload: dict[str, Any] = {"action": action} if action else {}
        payload |= parts
        payload["repository"] = repository.webhook(view)
        payload["sender"] = accounts.user(view, self.login)
        default = self.state.repository.default_branch
        head = self.state.head_of(default) or "0" * 40
        self.world.tell(name, payload, self.actor.rest_login, sha or head, ref or f"refs/heads/{default}")

    # Common steps ----------------------------------------------------------------------------------------

    def check_writable(self) -> None:
        """Refuse where the repository is archived (REST 403)."""
        if self.state.repository.is_archived:
            raise Refused(403, "Repository was archived so is read-only.", kind="FORBIDDEN")

    def issue(self, number: int) -> Issue:
        """An issue or pull request by number."""
        found = self.state.issues.get(number)
        if found is None:
            raise missing()
        return found

    def keep(self, issue: Issue, **changes: Value) -> Issue:
        """Replace an issue by itself with changes, and mark it updated."""
        changed = replace(issue, updated_at=self.now, **changes)
        self.state.issues[issue.number] = changed
        return changed

    def happen(self, issue: Issue, kind: str, **facts: Value) -> Issue:
        """Add a timeline event to an issue."""
        event = TimelineEvent(self.world.new_id(), issue.number, kind, self.login, self.now, **facts)
        self.state.events[event.id] = event
        current = self.state.issues[issue.number]
        return self.keep(current, timeline=(*current.timeline, event.id))


def check_body(body: str) -> None:
    """Refuse a body that is too long, in GitHub's words."""
    if len(body) > BODY_LIMIT:
        error = {
            "resource": "IssueComment",
            "code": "unprocessable",
            "field": "data",
            "message": f"Body is too long (maximum is {BODY_LIMIT} characters)",
        }
        raise Refused(422, "Validation Failed", kind="UNPROCESSABLE", errors=[error])
