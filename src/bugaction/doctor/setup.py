"""Checks of what people touch: the repository itself, its labels and its issue form."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping

from bugaction.doctor.case import Case
from bugaction.doctor.facts import Unseen
from bugaction.doctor.finding import Check, Finding, ok, problem, unseen, warning
from bugaction.doctor.lenient import read
from bugaction.doctor.words import code
from bugaction.effects import SEVERITY_LABELS
from bugaction.escaping import clean
from bugaction.issue_form import ASSESSMENT, FIELDS
from bugaction.lateness import is_mark
from bugaction.model import Severity
from bugaction.phases import is_phase_label

__all__ = ["CHECKS"]

_GROUP = "Repository"


def _repository(case: Case) -> Finding:
    facts = case.facts
    if facts.is_archived:
        return problem(
            "The repository is archived",
            "Nothing can be written to it, and no workflow runs for what happens in it.",
            "Unarchive it, or leave it in peace.",
            paste=(f"gh repo unarchive {case.repo} --yes",),
        )
    if facts.default is None:
        return problem(
            "The repository is empty",
            "Workflows and configuration are read from the default branch, and there is none.",
            "Push a first commit, then run `bugaction init`.",
            paste=("git commit --allow-empty -m 'Start' && git push -u origin HEAD",),
        )
    if not facts.has_issues:
        return problem(
            "Issues are turned off",
            "A bug is an issue: without them there is nothing to respond to.",
            "Turn them on (Settings → General → Features).",
            paste=(f"gh repo edit {case.repo} --enable-issues",),
        )
    name = facts.default.name
    if facts.is_fork:
        return ok(
            f"The repository is a fork with the default branch {code(name)}",
            "Scheduled workflows are off in a new fork until somebody turns them on, and labels do not "
            "come along.",
        )
    return ok(f"The repository can be written to; its default branch is {code(name)}")


_OTHER_WORDS: Mapping[Severity, re.Pattern[str]] = {
    Severity.P0: re.compile(
        r"(sev|severity|priority|prio|p|s)?\W*(0|critical|blocker|urgent|emergency)", re.I
    ),
    Severity.P1: re.compile(r"(sev|severity|priority|prio|p|s)?\W*(1|high|major)", re.I),
    Severity.P2: re.compile(r"(sev|severity|priority|prio|p|s)?\W*(2|medium|moderate|normal)", re.I),
    Severity.P3: re.compile(r"(sev|severity|priority|prio|p|s)?\W*(3|low|minor|trivial)", re.I),
}
"""Names under which teams keep the same four levels: `priority: high`, `sev1`, `severity/critical`, …"""

_LEVEL = re.compile(r"(sev|severity|priority|prio|p|s)\W*\d|(sev|severity|priority|prio)\W", re.I)
"""A level alone is no severity: `high` may be about anything. What stands in front of it makes it one."""

_BUG_WORDS = re.compile(r"(type|kind|category)\W+bug|defect|bugs|bug report", re.I)


def _is_other_word(severity: Severity, name: str) -> bool:
    bare = name.strip()
    return bool(_LEVEL.match(bare)) and _OTHER_WORDS[severity].fullmatch(bare) is not None


def _labels(case: Case) -> Finding:
    if isinstance(case.facts.labels, Unseen):
        return unseen("Which labels there are", case.facts.labels, case)
    policy = case.policy
    there = {name.casefold() for name in case.facts.labels}
    wanted = {severity: item.labels for severity, item in policy.severities.items()}
    missing = [severity for severity, names in wanted.items() if not {n.casefold() for n in names} & there]
    known = {name.casefold() for names in wanted.values() for name in names}
    others = {
        severity: [
            name
            for name in case.facts.labels
            if name.casefold() not in known
            and _is_other_word(severity, name)
            and not is_phase_label(name)
            and not is_mark(name)
        ]
        for severity in wanted
    }
    details = [
        f"no label of the repository stands for {severity} ({code(wanted[severity][0])})"
        for severity in missing
    ]
    for severity, names in others.items():
        for name in names:
            also = "" if severity in missing else f", beside {code(wanted[severity][0])}"
            details.append(f"{code(name)} looks like {severity}{also}, and is not known as such")
    has_bug = any(name.casefold() in there for name in policy.labels.bug)
    bug_words = [name for name in case.facts.labels if _BUG_WORDS.fullmatch(name)] if not has_bug else []
    if not has_bug and policy.labels.bug:
        details.append(
            f"no label says that an issue is a bug ({code(policy.labels.bug[0])})"
            + (f"; {code(bug_words[0])} looks like it" if bug_words else "")
        )
    if not details:
        return ok("Every severity has its label")
    lines = _aliases(wanted, others, missing)
    if bug_words:
        lines += [
            "labels:",
            f"  bug: [{', '.join(_yaml(name) for name in (*policy.labels.bug, bug_words[0]))}]",
        ]
    if lines:
        return (problem if missing else warning)(
            "The labels of the repository are in other words than the configuration",
            "A bug gets its severity by a label, and nothing happens for one that is not known.",
            f"Name them in {code(case.facts.config_path)}; the first of each severity is the one that "
            "bugaction sets.",
            details=tuple(details),
            paste=tuple(lines),
        )
    paste = [_create(case, wanted[severity][0], *SEVERITY_LABELS[severity.value]) for severity in missing]
    if not has_bug and policy.labels.bug:
        paste.append(_create(case, policy.labels.bug[0], "d73a4a", "Something isn't working"))
    return (problem if missing else warning)(
        "Labels are missing",
        "A person sets a severity by its label, and GitHub offers only those that are there; a form puts "
        "on none that is missing.",
        "Make them; `bugaction init` prints the same lines.",
        details=tuple(details),
        paste=tuple(paste),
    )


def _create(case: Case, name: str, color: str, description: str) -> str:
    given = f"--color {color} --description {shlex.quote(description)}"
    return f"gh label create {shlex.quote(clean(name))} {given} --repo {case.repo}"


def _aliases(
    wanted: Mapping[Severity, tuple[str, ...]], others: Mapping[Severity, list[str]], missing: list[Severity]
) -> list[str]:
    """The lines of configuration that make the repository's own words known."""
    lines = []
    for severity, names in others.items():
        if names:
            kept = () if severity in missing else wanted[severity]
            listed = ", ".join(_yaml(name) for name in (*kept, *names))
            lines.append(f"  {severity}:\n    labels: [{listed}]")
    return ["severities:", *(part for line in lines for part in line.split("\n"))] if lines else []


def _yaml(name: str) -> str:
    name = clean(name)
    return name if re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name) else "'" + name.replace("'", "''") + "'"


# The issue form -----------------------------------------------------------------------------------------


def _fields(text: str | None) -> dict[str, str] | None:
    """Id to label of each question of a form; None for what is no form."""
    tree, _ = read(text)
    body = tree.get("body") if isinstance(tree, dict) else None
    if not isinstance(body, list):
        return None
    found: dict[str, str] = {}
    for item in body:
        attributes = item.get("attributes") if isinstance(item, dict) else None
        label = attributes.get("label") if isinstance(attributes, dict) else None
        if isinstance(label, str) and item.get("type") != "markdown":
            key = item.get("id")
            found[key if isinstance(key, str) and key else label] = label
    return found


def _normal(label: str) -> str:
    """As `issue_form` compares a heading."""
    return " ".join(label.split()).rstrip("?: ").casefold()


def _form(case: Case) -> Finding:
    forms = [(file.path, fields) for file in case.facts.forms if (fields := _fields(file.text)) is not None]
    ours = [
        (path, fields)
        for path, fields in forms
        if len(fields.keys() & FIELDS.keys()) >= 3 and fields.keys() & ASSESSMENT
    ]
    if not ours:
        return warning(
            "There is no bug form whose answers bugaction knows"
            + (" (there are other forms)" if forms else ""),
            "Without its questions no severity is proposed, and the bug report begins empty.",
            "Run `bugaction init`: it writes `.github/ISSUE_TEMPLATE/bug.yml`.",
            paste=("bugaction init",),
        )
    path, fields = ours[0]
    details = list(_differences(fields))
    if details:
        changed = any("is asked as" in item for item in details)
        return (problem if changed else warning)(
            f"{code(path)} does not ask what bugaction reads",
            "Answers are found by the label of their question; one that is missing or worded otherwise is "
            "not read.",
            "Take the labels from the shipped form; descriptions and options are yours to change.",
            details=tuple(details),
            paste=("bugaction init",),
        )
    lacking = _lacking_labels(case, path)
    if lacking:
        return warning(
            f"{code(path)} puts on labels that do not exist: {', '.join(code(name) for name in lacking)}",
            "GitHub leaves out a label that is not there, and says nothing.",
            "Make the label.",
            paste=tuple(_create(case, name, "d73a4a", "Something isn't working") for name in lacking),
        )
    return ok(f"{code(path)} asks what bugaction reads")


def _differences(fields: Mapping[str, str]) -> Iterator[str]:
    labels = {_normal(label) for label in fields.values()}
    for key, label in FIELDS.items():
        if _normal(label) in labels:
            continue
        if key in fields:
            yield f"`{key}` is asked as {code(fields[key])}, and is read as `{label}`"
        else:
            yield f"`{key}` (`{label}`) is not asked"


def _lacking_labels(case: Case, path: str) -> list[str]:
    if isinstance(case.facts.labels, Unseen):
        return []
    there = {name.casefold() for name in case.facts.labels}
    text = next((file.text for file in case.facts.forms if file.path == path), None)
    tree, _ = read(text)
    named = tree.get("labels") if isinstance(tree, dict) else None
    names = named if isinstance(named, list) else str(named or "").split(",")
    return [
        name.strip()
        for name in names
        if isinstance(name, str) and name.strip() and name.strip().casefold() not in there
    ]


def _confidential(case: Case) -> Finding:
    facts, labels = case.facts, case.policy.labels.confidential
    if facts.is_private or isinstance(facts.labels, Unseen):
        return ok("Confidential bugs are seen by those alone who may see the repository")
    there = [name for name in facts.labels if name.casefold() in {label.casefold() for label in labels}]
    if not there or facts.private_reports is True:
        return ok("Confidential bugs are reported privately")
    if isinstance(facts.private_reports, Unseen):
        return unseen("Whether vulnerabilities can be reported privately", facts.private_reports, case)
    return warning(
        f"The repository is public, and {code(there[0])} marks a bug as confidential",
        "An issue with that label is still read by everybody; bugaction only keeps its details out of what "
        "it writes itself.",
        "Let such reports come in as private advisories, and say so in SECURITY.md.",
        paste=(
            f"gh api --method PUT {shlex.quote(f'repos/{facts.repository}/private-vulnerability-reporting')}",
        ),
    )


def _forks(case: Case) -> Finding:
    facts = case.facts
    if not facts.forking_allowed and facts.is_private:
        return ok("Nobody can fork the repository")
    own = case.main
    if own is None or own.why_not:
        return ok("There is no workflow for pull requests from forks yet")
    if "pull_request_target" not in own.triggers and "pull_request" in own.triggers:
        return problem(
            f"{code(own.path)} listens to `pull_request`, and not to `pull_request_target`",
            "A pull request from a fork runs with a token that can only read: its gates are never reported.",
            "Use the shipped triggers. No code of the pull request is run by them.",
            paste=("bugaction init",),
        )
    checkouts = [
        item.name
        for job in own.jobs
        if job.runs_us
        for item in job.uses
        if item.name.startswith("actions/checkout@")
    ]
    if checkouts:
        return warning(
            f"{code(own.path)} checks code out in a job that can write",
            "bugaction needs no checkout. Were the head of a pull request checked out and run there, anybody "
            "could act with the job's token.",
            "Take the checkout out of these jobs.",
            details=tuple(code(name) for name in checkouts),
        )
    return ok("Pull requests from forks get their gates, and none of their code is run")


CHECKS = (
    Check("repository", _GROUP, "The repository can be written to", _repository),
    Check("labels", _GROUP, "Every severity has its label", _labels),
    Check("issue-form", _GROUP, "The bug form is read", _form),
    Check("confidential", _GROUP, "Confidential bugs stay confidential", _confidential),
    Check("forks", _GROUP, "Pull requests from forks are served", _forks),
)
"""The checks of this file, in the order in which they are told."""
