"""What a GitHub event asks us to look at.

An event never says what happened: it names the issues, pull requests and commits whose facts are read anew,
and what those facts must already contain to be fresh. Shapes are those of GitHub's
webhooks (docs.github.com/webhooks/webhook-events-and-payloads); GitHub's own examples do not all keep to
their schema, so only the few fields that are used are looked at, and only those without which nothing can
be done are insisted on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeGuard

from bugaction.errors import UserError
from bugaction.links import OUR_CONTEXTS
from bugaction.model import Actor
from bugaction.plan import Reason
from bugaction.ports import Expectations, Targets
from bugaction.records import item_number
from bugaction.regressions import named_regressions

__all__ = ["EVENTS", "Command", "Event", "parse_command", "parse_event", "parse_issue"]


class Command(StrEnum):
    """What a run does: the input `command`. Without one, the event decides between `run` and `sweep`.

    `start-records` is a person's word that records which are gone may begin anew. `post-mortem` has the
    post-mortem of one bug begun. `doctor` looks at how the repository is set up, and at no bug.
    """

    RUN = "run"
    PLAN = "plan"
    SWEEP = "sweep"
    START_RECORDS = "start-records"
    POST_MORTEM = "post-mortem"
    DOCTOR = "doctor"


@dataclass(frozen=True, slots=True)
class Event:
    """An event, reduced to where it points.

    `action` is "" for events without one. `actor` is who caused it (`sender`), None where the payload does
    not say. `at` is when, UTC, None where the payload does not say. `sweep` asks for every open bug and pull
    request, `deployed` for the open bugs whose fix is on its way to production or there. `labelled` is True
    when a label was put on an issue. `command` and `note` come from a dispatch's inputs. `reason` says, as a
    sentence, why there is nothing to look at; it is "" when there is. `named` are the bugs that an issue
    says, or said before an edit, it is a regression of: GitHub raises no event for these.
    """

    name: str = ""
    action: str = ""
    actor: Actor | None = None
    at: datetime | None = None
    repository: str = ""
    targets: Targets = field(default_factory=Targets)
    expectations: Expectations = field(default_factory=Expectations)
    sweep: bool = False
    deployed: bool = False
    labelled: bool = False
    command: Command | None = None
    note: str = ""
    reason: str = ""
    named: tuple[int, ...] = ()


def parse_event(name: str, payload: object, repository: str = "", workflow: str = "") -> Event:
    """Where the event `name` (GITHUB_EVENT_NAME) with this payload points.

    `repository` (`owner/name`) is the one that the run is for; "" skips the comparison. `workflow` is the
    name or the file's path of the workflow that runs us: what it did itself is no news to it.

    Raises `UserError` when the payload is no object, is another repository's, or lacks the field that names
    its subject.
    """
    if not isinstance(payload, Mapping):
        raise UserError(
            f"The event file holds {_kind(payload)}, but an event is a JSON object.",
            remedy="Give the payload of a GitHub event.",
        )
    found = _text(payload, "repository", "full_name")
    if repository and found and repository.casefold() != found.casefold():
        raise UserError(
            f"The event is from {found}, but this run is for {repository}.",
            remedy="Run bugaction in the repository that the event comes from.",
        )
    read = EVENTS.get(name)
    event = read(payload) if read is not None else Event(reason=_unknown(name))
    if name == "workflow_run" and workflow and workflow in _names_of_run(payload):
        event = Event(at=event.at, reason="The run that ended is one of the workflow that runs bugaction.")
    return replace(
        event,
        name=name,
        action=_text(payload, "action"),
        actor=_actor(payload),
        repository=found or repository,
    )


def parse_command(text: str, where: str) -> Command | None:
    """The command that the text names, None for an empty text. `where` names the input in the error."""
    wanted = text.strip().casefold()
    if not wanted:
        return None
    if wanted not in tuple(Command):
        raise UserError(
            f"{where} is {text.strip()[:80]!r}.",
            remedy=f"Use one of: {', '.join(Command)}, or leave it empty.",
        )
    return Command(wanted)


_LARGEST = 2**31 - 1
"""Numbers travel as GraphQL's `Int`, which has 32 bits (spec.graphql.org, "Int")."""

_LARGEST_ID = 2**63 - 1
"""Ids are `int64` where GitHub's description gives them a format (OpenAPI)."""


def parse_issue(text: str, where: str) -> int | None:
    """The issue number that the text names (`42`, `#42` or `BUG-042`), None for an empty text."""
    wanted = text.strip()
    if not wanted:
        return None
    number = item_number(wanted)
    if number is None:
        raise UserError(f"{where} is {wanted[:80]!r}.", remedy="Give an issue number such as 42 or BUG-042.")
    return number


# One function an event ----------------------------------------------------------------------------------

_Payload = Mapping[object, object]
_GONE = frozenset({"deleted", "transferred"})


def _issues(payload: _Payload) -> Event:
    number, action = _number(payload, "issue", "number"), _text(payload, "action")
    at = _time(payload, "issue", "updated_at")
    updated = ((number, at),) if at is not None else ()
    if action in _GONE:
        # The issue can no longer be read, so neither can the pull requests that fixed it: all are looked at.
        return Event(sweep=True, at=at)
    label = _text(payload, "label", "name")
    expected = Expectations()
    if label and action in ("labeled", "unlabeled"):
        expected = Expectations(updated=updated, labels=((number, label, action == "labeled"),))
    return Event(
        at=at,
        targets=Targets(issues=(number,)),
        expectations=expected,
        labelled=action == "labeled",
        named=_named(payload, number),
    )


def _named(payload: _Payload, number: int) -> tuple[int, ...]:
    """The bugs that the text of that issue names, or named before an edit of it."""
    texts = (_text(payload, "issue", "body"), _text(payload, "changes", "body", "from"))
    return tuple(dict.fromkeys(each for text in texts for each in named_regressions(text) if each != number))


# Blanks of one line alone: a `\s*` that passes over line ends begins again at each of many empty lines.
_SEVERITY = re.compile(r"^[^\S\n]*/severity\b", re.MULTILINE | re.IGNORECASE)


def _issue_comment(payload: _Payload) -> Event:
    number = _number(payload, "issue", "number")
    # A comment on a pull request comes as one on an issue that has a `pull_request` (OpenAPI, webhook
    # issue-comment-created).
    is_pull = isinstance(_value(payload, "issue", "pull_request"), Mapping)
    targets = Targets(pulls=(number,)) if is_pull else Targets(issues=(number,))
    comment = _value(payload, "comment", "id")
    known = ((number, comment),) if _is_number(comment, _LARGEST_ID) else ()
    changed = _time(payload, "issue", "updated_at")
    updated = ((number, changed),) if known and changed is not None else ()
    if _text(payload, "action") == "deleted":
        return Event(targets=targets, expectations=Expectations(updated=updated, gone_comments=known))
    at = _time(payload, "comment", "updated_at") or _time(payload, "comment", "created_at")
    expected = Expectations(updated=updated, comments=known)
    body = _value(payload, "comment", "body")
    if known and at is not None and isinstance(body, str) and _text(payload, "action") == "edited":
        expected = replace(expected, edits=((*known[0], at, _whole(body)),))
    # Who gives an issue a severity stands by what it says of another bug.
    is_word = not is_pull and isinstance(body, str) and _SEVERITY.search(body)
    named = _named({"issue": payload.get("issue")}, number) if is_word else ()
    return Event(at=at, targets=targets, expectations=expected, named=named)


def _pull_request(payload: _Payload) -> Event:
    number = _number(payload, "pull_request", "number")
    head = _value(payload, "pull_request", "head", "sha")
    heads = ((number, head.lower()),) if _is_sha(head) else ()
    at = _time(payload, "pull_request", "updated_at")
    updated = ((number, at),) if heads and at is not None else ()
    expected = Expectations(updated=updated, heads=heads)
    title = _value(payload, "pull_request", "title")
    if at is not None and isinstance(title, str) and _text(payload, "action") == "edited":
        body = _text(payload, "pull_request", "body")
        expected = replace(expected, words=((number, at, _whole(title), body),))
    base = _text(payload, "pull_request", "base", "ref")
    if at is not None and base and _value(payload, "changes", "base") is not None:
        expected = replace(expected, bases=((number, at, base),))
    return Event(at=at, targets=Targets(pulls=(number,), shas=_left(payload)), expectations=expected)


def _left(payload: _Payload) -> tuple[str, ...]:
    """The commit that a pull request no longer stands on: the worst verdict of all who do counts there, so
    those that are left may be better off now. `before` is the old head (OpenAPI, webhook
    pull-request-synchronize)."""
    where = _LEFT.get(_text(payload, "action"))
    found = _value(payload, *where) if where is not None else None
    return (found.lower(),) if _is_sha(found) else ()


_LEFT: Mapping[str, tuple[str, ...]] = {"closed": ("pull_request", "head", "sha"), "synchronize": ("before",)}


def _review(payload: _Payload) -> Event:
    """A review that was submitted shows in some state; one that was dismissed shows as such."""
    event = _pull_request(payload)
    identity = _text(payload, "review", "node_id")
    if identity:
        is_dismissed = _text(payload, "action") == "dismissed"
        reviews = tuple((number, identity, is_dismissed) for number in event.targets.pulls)
        event = replace(event, expectations=replace(event.expectations, reviews=reviews))
    return replace(event, at=_time(payload, "review", "submitted_at"))


def _workflow_run(payload: _Payload) -> Event:
    event = _of_commit("workflow_run", "head_sha", at=("workflow_run", "updated_at"))(payload)
    if _may_have_deployed(payload):
        event = replace(event, deployed=True)
    page = _text(payload, "workflow_run", "html_url")
    if page and _text(payload, "workflow_run", "conclusion") in _WITH_JOBS:
        return replace(
            event, expectations=Expectations(runs=tuple((sha, page) for sha in event.targets.shas))
        )
    return event


def _may_have_deployed(payload: _Payload) -> bool:
    """Whether the run may have brought something to production: GITHUB_TOKEN's own deployments and releases
    raise no event (docs.github.com/actions/concepts/security/github_token)."""
    cause = _text(payload, "workflow_run", "event")
    is_of_change = cause.startswith("pull_request") or cause == "merge_group"
    return _text(payload, "workflow_run", "conclusion") == "success" and not is_of_change


_WITH_JOBS = ("success", "failure", "timed_out")
"""How a workflow run ends that had jobs, so that it left check runs on its commit."""


def _review_comment(payload: _Payload) -> Event:
    return replace(_pull_request(payload), at=_time(payload, "comment", "updated_at"))


def _of_commit(*path: str, at: tuple[str, ...]) -> Callable[[_Payload], Event]:
    def read(payload: _Payload) -> Event:
        return Event(at=_time(payload, *at), targets=Targets(shas=(_sha(payload, *path),)))

    return read


def _status(payload: _Payload) -> Event:
    at = _time(payload, "updated_at")
    if (
        _text(payload, "context").casefold().startswith(OUR_CONTEXTS)
        and _text(payload, "sender", "type") == "Bot"
    ):
        # One that a person set is looked at: it may be forged.
        return Event(at=at, reason="The status is one that an app reported for bugaction.")
    return Event(at=at, targets=Targets(shas=(_sha(payload, "sha"),)))


def _names_of_run(payload: _Payload) -> tuple[str, ...]:
    """The name and the file of the workflow that ran; REST and events may put the ref behind the file."""
    path = _text(payload, "workflow_run", "path").partition("@")[0]
    return _text(payload, "workflow_run", "name"), path


def _merge_group(payload: _Payload) -> Event:
    at = _time(payload, "merge_group", "head_commit", "timestamp")
    if _text(payload, "action") == "destroyed":
        return Event(at=at, reason="The merge group is gone.")
    head = _sha(payload, "merge_group", "head_sha")
    refs = [_text(payload, "merge_group", key) for key in ("head_ref", "base_ref")]
    if not all(refs):
        raise _broken("merge_group.head_ref and merge_group.base_ref", refs, "the names of two refs")
    return Event(at=at, targets=Targets(group=(head, refs[0], refs[1])))


def _release(payload: _Payload) -> Event:
    at = _time(payload, "release", "published_at")
    if _text(payload, "action") != "published":
        return Event(at=at, reason="Only a published release concerns a bug.")
    return Event(at=at, deployed=True)


def _deployment_status(payload: _Payload) -> Event:
    event = _of_commit("deployment", "sha", at=("deployment_status", "updated_at"))(payload)
    return replace(event, deployed=_text(payload, "deployment_status", "state") not in _UNDERWAY)


_UNDERWAY = ("in_progress", "pending", "queued", "waiting")
"""States of a deployment that has neither worked nor failed yet (OpenAPI, `deployment-status`)."""


def _push(payload: _Payload) -> Event:
    at = _time(payload, "head_commit", "timestamp")
    default = _text(payload, "repository", "default_branch")
    if not default:
        raise _broken("repository.default_branch", None, "the name of a branch")
    if _text(payload, "ref") != f"refs/heads/{default}":
        return Event(at=at, reason=f"The push is not to {default}.")
    # In Actions the payload does not name the changed files (docs.github.com/actions/reference/
    # workflows-and-actions/events-that-trigger-workflows, "push"). The shipped workflow starts on a push
    # only where configuration, templates or documents changed: any bug may be concerned.
    return Event(at=at, sweep=True)


def _label(payload: _Payload) -> Event:
    action = _text(payload, "action")
    renamed = _value(payload, "changes", "name") is not None
    if action == "deleted" or (action == "edited" and renamed):
        return Event(sweep=True)
    return Event(reason="No issue gains or loses a label by this.")


def _schedule(_payload: _Payload) -> Event:
    return Event(sweep=True)


def _dispatch(*path: str) -> Callable[[_Payload], Event]:
    def read(payload: _Payload) -> Event:
        command = parse_command(_input(payload, *path, "command"), _spoken(*path, "command"))
        issue = parse_issue(_input(payload, *path, "issue"), _spoken(*path, "issue"))
        note = _input(payload, *path, "note").strip()
        if issue is None:
            return Event(command=command, note=note, sweep=True)
        return Event(command=command, note=note, targets=Targets(items=(issue,)))

    return read


def _spoken(*path: str) -> str:
    return f"The event's `{'.'.join(path)}`"


EVENTS: Mapping[str, Callable[[_Payload], Event]] = {
    "check_run": _of_commit("check_run", "head_sha", at=("check_run", "completed_at")),
    "check_suite": _of_commit("check_suite", "head_sha", at=("check_suite", "updated_at")),
    "deployment": _of_commit("deployment", "sha", at=("deployment", "updated_at")),
    "deployment_status": _deployment_status,
    "issue_comment": _issue_comment,
    "issues": _issues,
    "label": _label,
    "merge_group": _merge_group,
    "pull_request": _pull_request,
    "pull_request_review": _review,
    "pull_request_review_comment": _review_comment,
    "pull_request_target": _pull_request,
    "push": _push,
    "release": _release,
    "repository_dispatch": _dispatch("client_payload"),
    "schedule": _schedule,
    "status": _status,
    "workflow_dispatch": _dispatch("inputs"),
    "workflow_run": _workflow_run,
}
"""The events that can concern a bug; another event is let pass with its reason."""


# Reading a payload --------------------------------------------------------------------------------------

_SHA = re.compile(r"[0-9a-fA-F]{40}(?:[0-9a-fA-F]{24})?", re.ASCII)


def _value(payload: object, *path: str) -> object:
    for key in path:
        if not isinstance(payload, Mapping):
            return None
        payload = payload.get(key)
    return payload


def _text(payload: _Payload, *path: str) -> str:
    value = _value(payload, *path)
    return _whole(value) if isinstance(value, str) else ""


def _whole(text: str) -> str:
    """Half a surrogate pair, which JSON may hold and UTF-8 may not, as a question mark: no file, comment or
    output of ours could be written with it."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _input(payload: _Payload, *path: str) -> str:
    """A dispatch input: GitHub sends strings, a `repository_dispatch` may carry a number."""
    value = _value(payload, *path)
    if value is None or isinstance(value, str):
        return _whole(value or "")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise _broken(".".join(path), value, "a text or a number")


def _is_number(value: object, largest: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= largest


def _is_sha(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and _SHA.fullmatch(value) is not None


def _number(payload: _Payload, *path: str) -> int:
    value = _value(payload, *path)
    if not _is_number(value, _LARGEST):
        raise _broken(".".join(path), value, "the number of an issue or pull request")
    return value


def _sha(payload: _Payload, *path: str) -> str:
    value = _value(payload, *path)
    if not _is_sha(value):
        raise _broken(".".join(path), value, "a commit's 40 or 64 hexadecimal digits")
    return value.lower()


def _time(payload: _Payload, *path: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(payload, *path))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _actor(payload: _Payload) -> Actor | None:
    login = _text(payload, "sender", "login")
    return Actor(login, is_bot=_text(payload, "sender", "type") == "Bot") if login else None


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    names = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list"}
    return names.get(type(value), "an object" if isinstance(value, Mapping) else f"a {type(value).__name__}")


def _broken(where: str, value: object, expected: str) -> UserError:
    return UserError(
        f"The event cannot be read: `{where}` is {_kind(value)}, expected {expected}.",
        remedy="The payload is not as GitHub sends it; if it is GitHub's, please report this.",
        reason=Reason.USAGE,
    )


def _unknown(name: str) -> str:
    return f"The event {name[:60]!r} is not one that bugaction looks at." if name else "No event is named."
