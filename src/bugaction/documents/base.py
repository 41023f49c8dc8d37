"""What a document type is made of, and what is true of every type."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bugaction.approved import approving
from bugaction.bug import Bug, DocumentState, Gap
from bugaction.chronicle import Moment
from bugaction.documents.approval import approval_of
from bugaction.documents.facts import seal
from bugaction.documents.overrides import Templates
from bugaction.documents.words import with_words
from bugaction.explanation import Explanation
from bugaction.markdown import content_gap, sections
from bugaction.model import GateResult, LedgerLine, Severity
from bugaction.plan import Notice
from bugaction.policy import Delivery, Policy
from bugaction.records import RECORDS_BRANCH, bug_folder, bug_name
from bugaction.register import Past
from bugaction.rendering import Plain, iso
from bugaction.snapshot import BugFacts, Repository, TextFile
from bugaction.zones import in_zone

__all__ = [
    "FIRST_VERSION",
    "MOST_VERSIONS",
    "DocumentType",
    "Versioned",
    "committed",
    "fix_links",
    "gaps",
    "home_of",
    "next_version",
    "page",
    "past",
    "severity_steps",
    "standing",
    "state",
    "subject",
    "timeline",
    "write",
    "zone",
]

FIRST_VERSION = "1.0"

MOST_VERSIONS = 9_999
"""The largest number on either side of a version's dot: a file that is named with a larger one is none."""


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A kind of document.

    `wanted` says whether the bug should have one, by itself and by the verdicts that its checklist shows; one
    that is committed is kept up to date in any case. `file_name` holds `{bug}` (the bug's name in lower case)
    and `{version}`. `sections` maps the ids of the sections that a person may have to fill in to their
    headings, in order; `required` are those that must have content, by severity. `shown` are those that a
    log, a listing or a picture may fill by itself: the others ask for words. `values` gives a template
    everything that it shows; it takes the bug and the document's version. `passing` are blocks of facts that
    follow what goes on elsewhere: alone they make no new version of an approved document. `told` are
    people's words in comments that belong into its sections.
    """

    kind: str
    title: str
    template: str
    file_name: str
    sections: Mapping[str, str]
    required: Mapping[Severity, tuple[str, ...]]
    values: Callable[[Bug, str], dict[str, Plain]]
    wanted: Callable[[Bug, Sequence[GateResult]], bool]
    passing: frozenset[str] = frozenset()
    told: Callable[[Bug], tuple[Explanation, ...]] = lambda _: ()
    shown: frozenset[str] = frozenset()

    def path(self, root: str, number: int, version: str) -> str:
        """Where a version of the document lies: `documents/bugs/BUG-042/bug-042-report-v1.0.md`."""
        name = self.file_name.format(bug=bug_name(number).lower(), version=version)
        return f"{bug_folder(root, number)}/{name}"

    def version_of(self, path: str, root: str, number: int) -> tuple[int, int] | None:
        """The version that a path names, or None when it is no such document of that bug."""
        before, after = self.path(root, number, "\0").split("\0")
        found = re.fullmatch(rf"{re.escape(before)}([0-9]{{1,4}})\.([0-9]{{1,4}}){re.escape(after)}", path)
        return (int(found[1]), int(found[2])) if found is not None else None


@dataclass(frozen=True, slots=True)
class Versioned:
    """A committed version of a document."""

    version: tuple[int, int]
    file: TextFile

    @property
    def name(self) -> str:
        """`1.0`."""
        return f"{self.version[0]}.{self.version[1]}"


def next_version(version: str) -> str:
    """`1.1` for `1.0`, `2.0` for `1.9999`; the last one that a file's name can hold is followed by itself."""
    major, minor = map(int, version.split("."))
    if minor < MOST_VERSIONS:
        return f"{major}.{minor + 1}"
    return f"{major + 1}.0" if major < MOST_VERSIONS else version


def home_of(policy: Policy, repository: Repository) -> str:
    """The branch whose copy of a document counts where two branches hold one: where the next commit goes.

    With delivery `commit` that is the default branch, where no rule keeps commits out. Otherwise it is the
    records branch: once a document is there (the default branch was protected, or refused the commit), it
    stays there.
    """
    default = repository.default
    if policy.documents.delivery is Delivery.COMMIT and default is not None and default.protected is False:
        return default.name
    return RECORDS_BRANCH


def committed(
    document: DocumentType, files: Iterable[TextFile], root: str, number: int, home: str
) -> Versioned | None:
    """The committed version that counts: the newest, and of two copies the one on the branch `home`."""
    found = [
        Versioned(version, file)
        for file in files
        if (version := document.version_of(file.path, root, number)) is not None
    ]
    return max(found, key=lambda item: (item.version, item.file.branch == home), default=None)


def state(document: DocumentType, bug: Bug) -> DocumentState:
    """The document as it is committed now, with what it still lacks for the bug's severity."""
    return standing(document, bug.facts, bug.policy, bug.severity.current, bug.home, bug.spoken)


def standing(
    document: DocumentType,
    facts: BugFacts,
    policy: Policy,
    severity: Severity | None,
    home: str,
    spoken: Iterable[LedgerLine] = (),
) -> DocumentState:
    """As `state`, before there is a `Bug`: `spoken` are the words that may approve a version."""
    root, number = policy.documents.root, facts.issue.number
    newest = committed(document, facts.documents, root, number, home)
    if newest is None:
        version = _first_version(document.kind, spoken)
        return DocumentState(document.kind, document.path(root, number, version), version)
    text = newest.file.text
    return DocumentState(
        kind=document.kind,
        path=newest.file.path,
        version=newest.name,
        text=text or "",
        branch=newest.file.branch,
        url=_page(facts.issue.url, newest.file.branch, newest.file.path),
        gaps=(
            gaps(document, text, severity or Severity.P2)
            if text is not None
            else (Gap(document.title, "cannot be read: it is larger than 512 KB, or binary"),)
        ),
        approval=approval_of(document.kind, newest.name, text, spoken),
    )


def _first_version(kind: str, spoken: Iterable[LedgerLine]) -> str:
    """The version that a document is begun with: none that was approved before its file was deleted, since
    that word was for other bytes."""
    words, version = tuple(spoken), FIRST_VERSION
    while approving(words, kind, version) is not None and version != next_version(version):
        version = next_version(version)
    return version


def page(bug: Bug, branch: str, path: str) -> str:
    """The address of a committed file's page on GitHub."""
    return _page(bug.issue.url, branch, path)


def _page(issue_url: str, branch: str, path: str) -> str:
    return f"{issue_url.partition('/issues/')[0]}/blob/{quote(branch)}/{quote(path)}"


def repository_url(bug: Bug) -> str:
    """The repository's page, taken from the issue's own address."""
    return bug.issue.url.partition("/issues/")[0]


def server_url(bug: Bug) -> str:
    """The GitHub server's origin: links to anything else are not made."""
    return "/".join(bug.issue.url.split("/")[:3])


def subject(bug: Bug, version: str) -> dict[str, Plain]:
    """What the head of every document shows: its version, the bug, its severity, and where it all lies."""
    severity = bug.severity.current or Severity.P2
    return {
        "version": version,
        "server": server_url(bug),
        "repository": repository_url(bug),
        "bug": {
            "name": bug.name,
            "number": bug.number,
            "title": bug.issue.title,
            "url": bug.issue.url,
            "issue": f"issue {bug.number}",
        },
        "severity": {"name": severity.name, "word": severity.word},
    }


def severity_steps(bug: Bug) -> list[Plain]:
    """How the severity came to be, oldest first."""
    return [
        {
            "at": iso(change.at),
            "who": change.actor.login,
            "before": str(change.before) if change.before is not None else "",
            "after": str(change.after) if change.after is not None else "",
            "why": change.why,
            "url": change.url,
        }
        for change in bug.severity.history
    ]


def fix_links(bug: Bug) -> list[Plain]:
    """The pull requests that fix the bug, by number."""
    return [
        {"text": f"#{pull.number} {pull.title}", "url": pull.url, "state": str(pull.state)}
        for pull in bug.fixes
    ]


def past(bug: Bug, kind: str) -> dict[str, Plain]:
    """What the register tells of earlier bugs; `known` is 0 where this document was begun before this run."""
    found = bug.past or Past()
    return {
        "known": int(bug.past is not None and bug.committed(kind) is None),
        "similar": [
            {
                "name": bug_name(each.row.number),
                "url": each.row.url,
                "title": each.row.title,
                "state": each.row.state.replace("-", " "),
                "why": each.why,
            }
            for each in found.similar
        ],
        "waiting": [
            {
                "text": each.item.text,
                "url": each.item.url,
                "owner": each.item.owner,
                "due": each.item.due.isoformat(),
                "bug": bug_name(each.bug),
            }
            for each in found.waiting
        ],
    }


def timeline(moments: Iterable[Moment], zone: str) -> list[Plain]:
    """Moments as a template shows them; `local` is the time in that zone, "" where it is UTC."""
    return [
        {
            "at": iso(moment.at),
            "local": in_zone(moment.at, zone),
            "text": moment.text,
            "url": moment.url,
            "who": moment.who,
        }
        for moment in moments
    ]


def zone(bug: Bug) -> str:
    """The team's zone, "" where times are shown in UTC alone."""
    return bug.policy.time_zone if in_zone(bug.issue.at, bug.policy.time_zone) else ""


def gaps(document: DocumentType, text: str, severity: Severity) -> tuple[Gap, ...]:
    """The required sections that still wait for a person, in the document's order.

    A section is found by its id, so that a new heading does not lose it, and otherwise by its heading.
    """
    found = sections(text)
    by_id = {section.id: section for section in reversed(found) if section.id}
    by_title = {section.title.casefold(): section for section in reversed(found) if not section.id}
    missing: list[Gap] = []
    for name in document.required[severity]:
        title = document.sections[name]
        section = by_id.get(name) or by_title.get(title.casefold())
        if section is None:
            missing.append(Gap(title, "is missing", id=name))
        elif (problem := content_gap(section.body, words=name not in document.shown)) is not None:
            missing.append(Gap(section.title or title, problem, section.line, name))
    return tuple(missing)


def write(
    document: DocumentType, bug: Bug, templates: Templates, version: str
) -> tuple[str, tuple[Notice, ...]]:
    """The document with today's facts and what people told in comments, without what they wrote in it; and
    what there is to say of its template."""
    text, notices = templates.render(document.template, document.values(bug, version))
    known = bug.documents.get(document.kind)
    there = known.text or "" if known is not None else ""
    return seal(with_words(text, document.told(bug), there, server_url(bug))), notices
