"""A world: one repository, the people around it, the events they cause, and how all of it was before."""

from __future__ import annotations

import shutil
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Any

from bugaction.sandbox.clock import SteppingClock
from bugaction.sandbox.entities import Account, AccountKind, Neighbour, Repository, Role
from bugaction.sandbox.git import EMPTY_TREE, GitStore, Signature
from bugaction.sandbox.state import State
from bugaction.sandbox.value import Value

if TYPE_CHECKING:
    from bugaction.sandbox.people import People

__all__ = ["ACTIONS_APP_ID", "Event", "Moment", "World"]

ACTIONS_APP_ID = 15368
"""The id of the app `github-actions`, the same everywhere."""

_ACTIONS_BOT_ID = 41898282
"""The account id of `github-actions[bot]`, as in its commits' noreply address."""

_WEB_FLOW_ID = 19864447
"""The account id of `web-flow`, the committer of what is made on the site."""

_GHOST_ID = 10137

_MOMENTS_KEPT = 100

ROLE_NAMES = ("none", "read", "triage", "write", "maintain", "admin")


@dataclass(frozen=True, slots=True)
class Event:
    """A webhook event as GitHub Actions gets it: name, payload, and the commit and ref that a run is for."""

    id: int
    name: str
    payload: Mapping[str, Any]
    actor: str
    at: datetime
    sha: str
    ref: str

    @property
    def action(self) -> str:
        """The payload's action, "" for events without one."""
        return str(self.payload.get("action", ""))


@dataclass(frozen=True, slots=True)
class Moment:
    """The state as it was after a change."""

    number: int
    at: datetime
    state: State


class World:
    """The embedded GitHub's state. Every access from another thread holds `lock`.

    `path` is where the bare repository stands (a temporary folder without one); `clock` tells the time.
    `events` is the queue of events that no run was started for yet; `told` keeps every event.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        owner: str = "octo",
        name: str = "shop",
        clock: SteppingClock | None = None,
        private: bool = False,
        organization: bool = True,
        url: str = "https://github.com",
    ) -> None:
        self.lock = RLock()
        self.clock = clock or SteppingClock()
        self.url = url
        self.api_url = "https://api.github.com"
        self._temporary = Path(tempfile.mkdtemp(prefix="bugaction-")) if path is None else None
        self.git = GitStore((self._temporary or path or Path()) / f"{name}.git")
        self._last_id = 1000
        self._numbers = 0
        self._depth = 0
        self._is_silent = False
        repository = Repository(
            owner, name, self.new_id(), self.clock(), owner_is_organization=organization, is_private=private
        )
        self.state = State(repository)
        self.events: deque[Event] = deque()
        self.told: list[Event] = []
        self.violations: list[str] = []
        self.moments: deque[Moment] = deque(maxlen=_MOMENTS_KEPT)
        kind = AccountKind.ORGANIZATION if organization else AccountKind.USER
        self.add_account(owner, kind=kind, role=None if organization else "admin")
        self.add_account("github-actions", kind=AccountKind.BOT, id_=_ACTIONS_BOT_ID)
        self.add_account("web-flow", id_=_WEB_FLOW_ID, name="GitHub Web Flow")
        self.add_account("ghost", id_=_GHOST_ID, name="Deleted user")

    # Life ------------------------------------------------------------------------------------------------

    def __enter__(self) -> World:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End git's reader and drop a temporary repository."""
        self.git.close()
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)

    @cached_property
    def people(self) -> People:
        """What people do."""
        from bugaction.sandbox.people import People

        return People(self)

    # Identity --------------------------------------------------------------------------------------------

    def new_id(self) -> int:
        """The next database id: one sequence for everything, so that ids also tell the order."""
        self._last_id += 1
        return self._last_id

    def new_number(self) -> int:
        """The next number, shared by issues and pull requests."""
        self._numbers += 1
        return self._numbers

    @property
    def repository_url(self) -> str:
        """The repository's page."""
        return f"{self.url}/{self.state.repository.full_name}"

    def add_account(
        self,
        login: str,
        *,
        kind: AccountKind = AccountKind.USER,
        role: str | None = None,
        custom_role: str = "",
        id_: int = 0,
        name: str = "",
    ) -> Account:
        """Make an account; with `role`, a collaborator. `custom_role` names a role whose base is `role`."""
        bare = login.removesuffix("[bot]")
        if login != bare:
            kind = AccountKind.BOT
        with self.change() as state:
            account = Account(bare, id_ or self.new_id(), kind, name)
            state.accounts[bare.casefold()] = account
        if role is not None:
            self.set_role(bare, role, custom_role=custom_role)
        return account

    def add_neighbour(self, full_name: str, files: Mapping[str, str], *, private: bool = False) -> None:
        """Make, or change, another repository that holds these files on its default branch."""
        with self.change() as state:
            blobs = {path: ("100644", self.git.blob(text.encode())) for path, text in files.items()}
            known = state.neighbours.get(full_name.casefold())
            who = Signature("ana", "ana@example.com", self.clock())
            oid = self.git.commit(self.git.amend(EMPTY_TREE, blobs), [], "Files", who) if files else ""
            made = Neighbour(full_name, known.id if known else self.new_id(), oid, private)
            state.neighbours[full_name.casefold()] = made

    def set_team(self, slug: str, *members: str, invited: Iterable[str] = ()) -> None:
        """Make, or change, a team of the organisation that owns the repository."""
        with self.change() as state:
            states = {login.casefold(): "active" for login in members}
            state.teams[slug] = states | {login.casefold(): "pending" for login in invited}

    def set_role(self, login: str, role: str, *, custom_role: str = "") -> None:
        """Grant a role ("none" takes it away)."""
        if role not in ROLE_NAMES:
            msg = f"{role!r} is no role; GitHub has {', '.join(ROLE_NAMES)}"
            raise ValueError(msg)
        with self.change() as state:
            if role == "none":
                state.roles.pop(login.casefold(), None)
            else:
                state.roles[login.casefold()] = Role(custom_role or role, role)

    def remove_account(self, login: str) -> None:
        """Delete an account: what it wrote is `ghost`'s from then on (REST), or nobody's (GraphQL)."""
        with self.change() as state:
            state.accounts.pop(login.casefold(), None)
            state.roles.pop(login.casefold(), None)

    def file(self, branch: str, path: str) -> str | None:
        """A committed file's text at the tip of a branch, or None."""
        head = self.state.head_of(branch)
        info = self.git.commit_info(head) if head else None
        entry = self.git.find(info.tree, path) if info else None
        found = self.git.read(entry.oid) if entry and entry.kind == "blob" else None
        return found[1].decode() if found else None

    # Change ----------------------------------------------------------------------------------------------

    @contextmanager
    def change(self) -> Iterator[State]:
        """Hold the lock, change the state, and keep how it was after the outermost change."""
        with self.lock:
            self._depth += 1
            try:
                yield self.state
            finally:
                self._depth -= 1
                if self._depth == 0:
                    number = self.moments[-1].number + 1 if self.moments else 0
                    self.moments.append(Moment(number, self.clock(), self.state.copy()))

    @contextmanager
    def quietly(self) -> Iterator[State]:
        """Change the state without events, as one moment: to make a large world in little time."""
        with self.change() as state:
            before, self._is_silent = self._is_silent, True
            try:
                yield state
            finally:
                self._is_silent = before

    def configure(self, **settings: Value) -> None:
        """Change the repository's settings: fields of `state.Repository`."""
        with self.change() as state:
            state.repository = replace(state.repository, **settings)

    def as_it_was(self, *, changes: int = 0, seconds: float = 0) -> State:
        """The state some changes, or some seconds, ago; the oldest that is kept at the most."""
        with self.lock:
            if not self.moments:
                return self.state
            if changes:
                return self.moments[max(0, len(self.moments) - 1 - changes)].state
            until = self.clock().timestamp() - seconds
            past = [moment for moment in self.moments if moment.at.timestamp() <= until]
            return (past[-1] if past else self.moments[0]).state

    @property
    def is_silent(self) -> bool:
        """Whether nothing is told at present."""
        return self._is_silent

    def tell(self, name: str, payload: Mapping[str, Any], actor: str, sha: str, ref: str) -> None:
        """Queue an event, held to GitHub's webhook schema."""
        from bugaction.sandbox.contract.webhooks import WebhookContract

        for problem in WebhookContract.load().check_event(name, payload):
            self.violations.append(f"event {name}.{payload.get('action', '')}: {problem}")
        event = Event(len(self.told) + 1, name, payload, actor, self.clock(), sha, ref)
        self.told.append(event)
        self.events.append(event)
