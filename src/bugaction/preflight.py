"""Decide, before anything is installed, whether an event can concern bugaction at all.

`action.yml` runs this file by itself (`python -I -S preflight.py`): the standard library only, no import
of the package, no request. It is for the many events that have nothing in them for us, and it has one
promise: **nothing relevant is ever dropped**. The configuration is on the default branch and cannot be
read here, so a team's own label names are unknown; an event is ended only where no configuration could
make it relevant:

* `issue_comment`: on an issue (not a pull request) that cannot be a bug, when no line of the comment
  starts with a slash; but never where a person edited a comment of ours, whose boxes may be ticked. And one
  of ours that the app which wrote it made or changed, as our own run does with an App's token.
* `issues`: about an issue that cannot be a bug, unless a label was added or removed that could make one. And
  where an app put on, or took off, a label that only shows a bug's state.
* `push`: an app's one commit of our documents, known by its message.
* `label`: a label of the repository changed that cannot make a bug, neither by its new name nor its old.
* `status`: an app reported one of our own contexts, as our own run does with an App's token. One that a
  person reported may be forged, and is looked at.
* `pull_request_review`: one that only comments was submitted; it neither approves nor takes anything back.
* `workflow_run`: the run that ended is one of the very workflow that runs us.
* `check_run`: an app reported one of our own names, as our own run does with an App's token. One that
  is to be run again is looked at.

What our own run wrote with a GitHub App's token raises events, unlike what it wrote with GITHUB_TOKEN. What
it changed it has read and decided on again by then. Which app we are is not known here: what looks like ours
and comes from another app is put right by the next event, or by the sweep. A person's is never ended for it.

An issue *cannot be a bug* when it has no label but those of `FOREIGN_LABELS`, and when its body (before
and after an edit) has no heading, as each body that GitHub writes from an issue form has, and speaks of no
regression, which may be one of a bug (`bugaction.regressions`). `FOREIGN_LABELS`
are names that the configuration refuses for a bug or a severity (`bugaction.policy.RESERVED_LABELS`).

Everything else is relevant: other events, unknown events, a run that names a command or an issue, an event
file that is missing or malformed. The whole program then says what it makes of it.

Exit codes: 0 decided, 3 this Python is older than 3.11 (`action.yml` tries the next one).
"""

from __future__ import annotations

import json
import os
import sys

OLDEST_PYTHON = (3, 11)
PYTHON_TOO_OLD = 3

# The labels that GitHub gives to each new repository, `bug` left out.
# docs.github.com/en/issues/using-labels-and-milestones-to-track-work/managing-labels#about-default-labels
FOREIGN_LABELS = frozenset(
    {
        "documentation",
        "duplicate",
        "enhancement",
        "good first issue",
        "help wanted",
        "invalid",
        "question",
        "wontfix",
    }
)

NO_COMMAND = "A comment without a command, on an issue that is no bug."
OUR_COMMENT = "A comment that the app which runs bugaction wrote itself."
NO_BUG = "An issue that is no bug, and no label that could make it one."
NO_LABEL_OF_OURS = "A label that is not one of ours."
OUR_STATUS = "A status that an app reported for bugaction."
OUR_CHECK = "A check run that an app reported for bugaction."
OUR_LABEL = "A label of bugaction's own that an app put on or took off."
OUR_COMMIT = "A commit of bugaction's own that an app made."
ONLY_COMMENTS = "A review that only comments."
OUR_RUN = "The run that ended is one of the workflow that runs bugaction."

# What begins the first line of each comment of ours (bugaction.tracking.STICKY_MARKER and others).
OUR_MARKER = "<!-- bugaction:"

# The labels that only show how a bug stands (bugaction.phases, bugaction.lateness).
OUR_LABELS = frozenset(
    {
        "phase: closed",
        "phase: deployment",
        "phase: fix",
        "phase: post-mortem",
        "phase: root-cause",
        "phase: triage",
        "phase: verification",
        "sla: at-risk",
        "sla: breached",
    }
)

# Lines of the messages of our commits on the default branch (bugaction.registering); the others name a bug.
OUR_LINES = ("Bring the register up to date", "Repair the register: what could be read of it is kept")

# Where an event tells the name under which a verdict is reported, and why one of ours is no news.
OUR_NAMES = {"status": (("context",), OUR_STATUS), "check_run": (("check_run", "name"), OUR_CHECK)}

# The same shape as the whole program's `result` (bugaction.runner).
NOT_OURS = '{"version":1,"reason":"not-ours"}'


def why_not_ours(event: str, payload: object, workflow: str = "") -> str:
    """Why the event cannot concern us, as a sentence; "" when it can.

    `event` is GITHUB_EVENT_NAME; `payload` is the parsed event file, of any shape. `workflow` is the path of
    the file that runs us (`.github/workflows/bugaction.yml`), "" where that is not known.
    """
    if not isinstance(payload, dict):
        return ""
    if event == "label":
        return NO_LABEL_OF_OURS if _is_about_foreign_label(payload) else ""
    if event in OUR_NAMES and payload.get("action") != "rerequested":
        path, reason = OUR_NAMES[event]
        return reason if _is_our_own(_of(payload, *path), payload) else ""
    if event == "push":
        return OUR_COMMIT if _is_our_commit(payload) else ""
    if event == "pull_request_review":
        return ONLY_COMMENTS if _only_comments(payload) else ""
    if event == "workflow_run":
        return OUR_RUN if workflow and _path_of_run(payload) == workflow else ""
    if event == "issues" and _is_our_label(payload):
        return OUR_LABEL
    if event == "issue_comment" and _is_marked(payload):
        return OUR_COMMENT if _is_by_its_author(payload) else ""
    if event not in ("issues", "issue_comment") or _may_be_about_bug(payload):
        return ""
    if event == "issue_comment":
        return "" if _may_hold_command(payload.get("comment")) else NO_COMMAND
    if payload.get("action") in ("labeled", "unlabeled") and not _is_about_foreign_label(payload):
        return ""
    return NO_BUG


def _may_be_about_bug(payload: dict[str, object]) -> bool:
    issue = payload.get("issue")
    if not isinstance(issue, dict) or issue.get("pull_request"):
        return True
    labels = issue.get("labels")
    if not isinstance(labels, list) or not all(_is_foreign(label) for label in labels):
        return True
    return any(_says_more(text) for text in (issue.get("body"), _before(payload, "body")))


def _is_marked(payload: dict[str, object]) -> bool:
    """Whether the comment is one that we may have written, as it stands or as it stood before an edit."""
    comment = payload.get("comment")
    body = comment.get("body") if isinstance(comment, dict) else None
    return any(
        isinstance(text, str) and text.startswith(OUR_MARKER) for text in (body, _before(payload, "body"))
    )


def _is_by_its_author(payload: dict[str, object]) -> bool:
    """Whether an app wrote or changed its own comment. One that was deleted is made again."""
    comment, sender = payload.get("comment"), payload.get("sender")
    author = comment.get("user") if isinstance(comment, dict) else None
    if payload.get("action") not in ("created", "edited"):
        return False
    if not isinstance(sender, dict) or not isinstance(author, dict) or sender.get("type") != "Bot":
        return False
    return isinstance(sender.get("login"), str) and sender["login"] == author.get("login")


def _may_hold_command(comment: object) -> bool:
    if not isinstance(comment, dict):
        return True
    body = comment.get("body")
    if not isinstance(body, str):
        return body is not None
    return any(line.lstrip().startswith("/") for line in body.splitlines())


def _is_about_foreign_label(payload: dict[str, object]) -> bool:
    name_before = _before(payload, "name")
    return _is_foreign(payload.get("label")) and (name_before is None or _is_foreign({"name": name_before}))


def _is_our_own(name: object, payload: dict[str, object]) -> bool:
    ours = isinstance(name, str) and name.casefold().startswith("bugaction/")
    return ours and _is_by_app(payload)


def _is_by_app(payload: dict[str, object]) -> bool:
    return _of(payload, "sender", "type") == "Bot"


def _of(payload: dict[str, object], *path: str) -> object:
    value: object = payload
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _is_our_label(payload: dict[str, object]) -> bool:
    name = _of(payload, "label", "name")
    ours = isinstance(name, str) and name.casefold() in OUR_LABELS
    return ours and payload.get("action") in ("labeled", "unlabeled") and _is_by_app(payload)


def _is_our_commit(payload: dict[str, object]) -> bool:
    """Whether all that was pushed is one commit, by who pushed it, whose message is one of ours."""
    commits, message = payload.get("commits"), _of(payload, "head_commit", "message")
    if not _is_by_app(payload) or not isinstance(commits, list) or len(commits) != 1:
        return False
    author = _of(payload, "head_commit", "author", "username") or _of(
        payload, "head_commit", "author", "name"
    )
    if author != _of(payload, "sender", "login") or not isinstance(message, str):
        return False
    return all(_is_our_line(line) for line in message.splitlines()) and bool(message.strip())


def _is_our_line(line: str) -> bool:
    """`BUG-042: what was done`, or `BUG-001, BUG-002 and 3 more: what was done` (bugaction.delivery)."""
    names, mark, said = line.partition(": ")
    bugs = [name.partition(" and ")[0] for name in names.split(", ")]
    are_bugs = all(bug.startswith("BUG-") and bug[4:].isascii() and bug[4:].isdigit() for bug in bugs)
    return line in OUR_LINES or (are_bugs and mark != "" and said != "")


def _only_comments(payload: dict[str, object]) -> bool:
    review = payload.get("review")
    state = review.get("state") if isinstance(review, dict) else None
    return payload.get("action") == "submitted" and isinstance(state, str) and state.lower() == "commented"


def _path_of_run(payload: dict[str, object]) -> str:
    """The file of the workflow that ran; GitHub may put the ref behind it."""
    run = payload.get("workflow_run")
    path = run.get("path") if isinstance(run, dict) else None
    return path.partition("@")[0] if isinstance(path, str) else ""


def _own_file(environment: dict[str, str]) -> str:
    """The file that runs us, by GITHUB_WORKFLOW_REF (`octo/shop/.github/workflows/x.yml@refs/heads/main`)."""
    parts = environment.get("GITHUB_WORKFLOW_REF", "").partition("@")[0].split("/", 2)
    return parts[2] if len(parts) == 3 else ""


def _is_foreign(label: object) -> bool:
    name = label.get("name") if isinstance(label, dict) else None
    return isinstance(name, str) and name.strip().casefold() in FOREIGN_LABELS


def _says_more(body: object) -> bool:
    """Whether a body has a heading, or may say that it is a regression of a bug."""
    if not isinstance(body, str):
        return body is not None
    if "regression" in body.lower():
        return True
    return any(line.lstrip().startswith("#") for line in body.splitlines())


def _before(payload: dict[str, object], field: str) -> object:
    """The value that an edit replaced: `changes.<field>.from`; None where that did not change."""
    changes = payload.get("changes")
    change = changes.get(field) if isinstance(changes, dict) else None
    return change.get("from") if isinstance(change, dict) else None


def decide(environment: dict[str, str]) -> str:
    """`why_not_ours` for the event that the runner's environment tells of."""
    if environment.get("BUGACTION_COMMAND", "").strip() or environment.get("BUGACTION_ISSUE", "").strip():
        return ""
    try:
        with open(environment.get("GITHUB_EVENT_PATH", ""), "rb") as file:
            payload = json.loads(file.read())
    except (OSError, ValueError, RecursionError):
        return ""
    return why_not_ours(environment.get("GITHUB_EVENT_NAME", ""), payload, _own_file(environment))


def report(reason: str, environment: dict[str, str]) -> None:
    """Tell the runner: step outputs, and for an ended event a line in the log and in the job summary."""
    outputs = {"relevant": "false" if reason else "true", "python": sys.executable}
    if reason:
        outputs |= {"reason": "not-ours", "result": NOT_OURS}
        print(f"bugaction: nothing to do. {reason}")
        _append(environment.get("GITHUB_STEP_SUMMARY", ""), f"**bugaction**: nothing to do. {reason}\n")
    lines = "".join(f"{name}={value}\n" for name, value in outputs.items())
    _append(environment.get("GITHUB_OUTPUT", ""), lines)


def _append(path: str, text: str) -> None:
    if path:
        with open(path, "a", encoding="utf-8", newline="\n") as file:
            file.write(text)


def main() -> int:
    """Read the runner's environment, decide, report; return the exit code."""
    if sys.version_info < OLDEST_PYTHON:
        return PYTHON_TOO_OLD
    environment = dict(os.environ)
    report(decide(environment), environment)
    return 0


if __name__ == "__main__":
    sys.exit(main())
