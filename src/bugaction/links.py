"""Which issues a pull request says it fixes.

GitHub links a pull request to an issue only where the base is the default branch, and computes the link
some time after the text was written; so the text is read here too, by GitHub's own keywords
(docs.github.com/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import urlsplit

from markdown_it.token import Token

from bugaction import commonmark
from bugaction.model import RecordKind
from bugaction.records import item_number
from bugaction.snapshot import BugFacts, PullRequest, Repository, Snapshot
from bugaction.state import commands_named, is_over, original_of, unlinked_pulls

__all__ = [
    "MOST_HINTS",
    "MOST_LINKS",
    "OUR_CONTEXTS",
    "OWN_BRANCHES",
    "Chain",
    "Links",
    "Refused",
    "Ties",
    "all_ties",
    "chain_of",
    "described_bugs",
    "hinted_numbers",
    "linked_bugs",
    "recorded_pulls",
    "ties_of",
    "visible",
]

MOST_LINKS = 50
"""How many issues one pull request may name: each costs a read, and GitHub itself links ten by hand."""

MOST_HINTS = 10
"""How many issues are looked at because our own statuses on a pull request's commits point to them: each
costs half a point to read. A branch that brings many fixes together may have more; its own come first."""

OWN_BRANCHES = "bugaction/"
"""Branches of ours, such as a bug's documents on `bugaction/bug-042`: never a fix by their name."""

OUR_CONTEXTS = "bugaction/"
"""What every context of ours begins with: a gate never waits for itself."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A reference that does not count, as it was written, and why (a sentence)."""

    reference: str
    reason: str


@dataclass(frozen=True, slots=True)
class Links:
    """Issue numbers of this repository, ascending, and the references that were refused.

    A number may turn out to be no issue at all: that is for the reader of the facts to find.
    """

    numbers: tuple[int, ...] = ()
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True)
class Ties:
    """What a pull request has to do with issues; each ascending.

    `linked` are those that it fixes, the originals of duplicates among them. `unlinked` are those that it
    names, or was seen to fix, and was unlinked from: commands on it are still heard by them. `originals` are
    the linked issues that stand in for linked duplicates, by the duplicate's number; `heirs` are those among
    them that are linked for no other reason. `unread` are issues that have to be read before it is known.
    """

    linked: tuple[int, ...] = ()
    unlinked: tuple[int, ...] = ()
    originals: Mapping[int, int] = field(default_factory=dict)
    heirs: frozenset[int] = frozenset()
    unread: tuple[int, ...] = ()


def ties_of(pull: PullRequest, snapshot: Snapshot) -> Ties:
    """What a pull request fixes: by GitHub, by its words, by its branch, or by our records.

    A recorded link stands in the file of the pull request and in the ledger of the bug; either is enough.
    Whether it was unlinked is for the ledger to say, and for the file only where the ledger was not read:
    an `/unlink` outweighs every link until its author takes it back, whatever the text says. Nothing where
    the repository has no issues.
    """
    return _ties(pull, snapshot, _recorded(snapshot))


def all_ties(snapshot: Snapshot) -> Mapping[int, Ties]:
    """The ties of every pull request of the snapshot, by number: what a decision works out once."""
    recorded = _recorded(snapshot)
    return {number: _ties(pull, snapshot, recorded) for number, pull in snapshot.pulls.items()}


def _recorded(snapshot: Snapshot) -> Mapping[int, frozenset[int]]:
    """By the bug, the pull requests that its ledger says fix it."""
    return {number: recorded_pulls(facts) for number, facts in snapshot.bugs.items()}


def _ties(pull: PullRequest, snapshot: Snapshot, recorded: Mapping[int, frozenset[int]]) -> Ties:
    if not snapshot.repository.has_issues:
        return Ties()
    named = set(linked_bugs(pull, snapshot.repository).numbers) | set(pull.recorded)
    named |= {number for number, pulls in recorded.items() if pull.number in pulls}
    unlinked = {number for number in named if _is_unlinked(pull, number, snapshot)}
    chains = {number: chain_of(number, snapshot) for number in named - unlinked}
    originals = {
        number: chain.last
        for number, chain in chains.items()
        if chain.last != number and not _is_unlinked(pull, chain.last, snapshot)
    }
    return Ties(
        linked=tuple(sorted({*chains, *originals.values()})),
        unlinked=tuple(sorted(unlinked)),
        originals=originals,
        heirs=frozenset(originals.values()) - chains.keys(),
        unread=tuple(sorted({chain.unread for chain in chains.values() if chain.unread})),
    )


def _is_unlinked(pull: PullRequest, number: int, snapshot: Snapshot) -> bool:
    facts = snapshot.bugs.get(number)
    if facts is not None:
        return pull.number in unlinked_pulls(facts.ledger)
    lines = commands_named(pull.links, "unlink") if pull.links is not None else ()
    return any(line.data.get("bug") == str(number) for line in lines)


@dataclass(frozen=True, slots=True)
class Chain:
    """An issue and those that it is a duplicate of, one after the other.

    `numbers` begins with the issue itself and holds none twice. `unread` is where it goes on and was not
    read, otherwise 0. `is_broken`: it leads in a circle, or to an issue that is gone, or further than anybody
    follows. `is_over`: the original is closed, and that is not about to be taken back.
    """

    numbers: tuple[int, ...]
    unread: int = 0
    is_broken: bool = False
    is_over: bool = False

    @property
    def last(self) -> int:
        """The original: the issue itself where it is none's duplicate, or where the original is not known.

        It then holds its own fixes: what cannot be followed opens nothing.
        """
        return self.numbers[0] if self.is_broken or self.unread else self.numbers[-1]


_MOST_STEPS = 3
"""From a duplicate to its original: each step may cost a request, and people point to the first report."""


def chain_of(number: int, snapshot: Snapshot) -> Chain:
    """Follow an issue to its original, as far as the snapshot was read; by recorded decisions alone."""
    numbers = [number]
    while True:
        facts = snapshot.bugs.get(numbers[-1])
        if facts is None:
            is_gone = numbers[-1] in snapshot.answers.missing
            return Chain(tuple(numbers), 0 if is_gone else numbers[-1], is_gone)
        following = original_of(facts)
        if not following:
            return Chain(tuple(numbers), is_over=is_over(facts))
        if following in numbers or len(numbers) > _MOST_STEPS:
            return Chain(tuple(numbers), is_broken=True)
        numbers.append(following)


def recorded_pulls(facts: BugFacts) -> frozenset[int]:
    """The pull requests that the bug's ledger says fix it, whatever their text says now."""
    numbers = (item_number(line.data.get("pull", "")) for line in facts.ledger.accepted(RecordKind.LINK))
    return frozenset(number for number in numbers if number is not None)


def hinted_numbers(pull: PullRequest, repository: Repository) -> frozenset[int]:
    """The issues that our own statuses on its head, on heads before it and on its commits point to: their
    ledgers are worth a look, since nobody can take such a status away from a commit.

    No link by itself, since pull requests may share a head, where the worst verdict counts, and a branch may
    stand on another one's commits. None where the repository has no issues.
    """
    if not repository.has_issues:
        return frozenset()
    found: dict[int, None] = {}
    for status in (*pull.statuses, *pull.earlier):
        match = re.match(rf"{re.escape(repository.url)}/issues/([1-9][0-9]{{0,9}})(?![0-9])", status.url)
        is_ours = status.creator.is_same(repository.viewer.login) and status.context.startswith(OUR_CONTEXTS)
        if is_ours and match is not None and int(match[1]) <= _LARGEST:
            found.setdefault(int(match[1]))
    return frozenset(list(found)[:MOST_HINTS])


def linked_bugs(pull: PullRequest, repository: Repository) -> Links:
    """What GitHub says the pull request closes, what its text says it fixes, what its branch is named for.

    Text is the title, the body and, where they were read, the commits' messages. Total for any text.
    """
    numbers = dict.fromkeys(pull.closing)
    refused: dict[str, Refused] = {}
    for text in _visible_texts(pull):
        for reference in _REFERENCE.finditer(text):
            found = _resolve(reference, pull, repository)
            if isinstance(found, Refused):
                refused.setdefault(found.reference, found)
            elif found:
                numbers.setdefault(found)
    if branch := _of_branch(pull.head):
        numbers.setdefault(branch)
    kept = list(numbers)[:MOST_LINKS]
    for number in list(numbers)[MOST_LINKS:]:
        refused[f"#{number}"] = Refused(f"#{number}", f"A pull request may name {MOST_LINKS} issues.")
    return Links(tuple(sorted(kept)), tuple(refused.values()))


def described_bugs(pull: PullRequest, repository: Repository) -> frozenset[int]:
    """What its description says it fixes, by GitHub's word or by its own. A title and a branch that GitHub
    makes to take something back quote those of what it takes back, and so may commits."""
    return frozenset(linked_bugs(replace(pull, title="", head="", commits=None), repository).numbers)


# References ---------------------------------------------------------------------------------------------

_LARGEST = 2**31 - 1
_NAME = r"[A-Za-z0-9._-]{1,100}"
_REFERENCE = re.compile(
    r"(?<!\w)(?:close[sd]?|fix(?:es|ed)?|resolve[sd]?):?[ \t\n]{1,8}"
    rf"(?P<reference>(?:(?P<repository>{_NAME}/{_NAME}))?#(?P<number>[0-9]{{1,10}})"
    rf"|(?P<origin>https?://[^\s/]+)/(?P<path>(?:[^\s/]+/)*{_NAME}/{_NAME})/issues/(?P<item>[0-9]{{1,10}}))"
    r"(?![\w/])",
    re.IGNORECASE | re.ASCII,
)


def _resolve(reference: re.Match[str], pull: PullRequest, repository: Repository) -> int | Refused | None:
    """The number, why it does not count, or None where it is no number at all."""
    number = int(reference["number"] or reference["item"])
    if not 0 < number <= _LARGEST:
        return None
    written = reference["reference"]
    if reference["origin"]:
        ours = urlsplit(repository.url)
        is_ours = (
            urlsplit(reference["origin"]).netloc.casefold() == ours.netloc.casefold()
            and reference["path"].casefold() == ours.path.strip("/").casefold()
        )
    else:
        name = reference["repository"]
        is_ours = name is None or name.casefold() == repository.full_name.casefold()
    if not is_ours:
        return Refused(written, "It is an issue of another repository, whose bugs this one does not gate.")
    if number == pull.number:
        return Refused(written, "It is the pull request itself.")
    return number


_BRANCH = re.compile(r"(?:^|/)bug-0*([1-9][0-9]{0,9})(?![0-9A-Za-z])", re.IGNORECASE | re.ASCII)


def _of_branch(name: str) -> int | None:
    if name.casefold().startswith(OWN_BRANCHES):
        return None
    found = _BRANCH.search(name)
    return int(found[1]) if found is not None and int(found[1]) <= _LARGEST else None


# What a reader sees -------------------------------------------------------------------------------------


def _visible_texts(pull: PullRequest) -> Iterator[str]:
    yield from visible(pull.title, prose_only=True)
    yield from visible(pull.body, prose_only=False)
    for commit in pull.commits or ():
        yield from visible(commit.message, prose_only=True)


@lru_cache(maxsize=512)
def visible(text: str, *, prose_only: bool, unfolded: bool = False) -> tuple[str, ...]:
    """The running text of each block, without code, quotes and HTML comments.

    With `prose_only` indentation makes no code: titles, messages. With `unfolded` what `<details>` keep
    folded until somebody clicks is left out as well. Remembered, because one decision asks for the same text
    several times. A text without a digit names no issue, and nothing in it is looked for.
    """
    hiding = _HIDING | {"details"} if unfolded else _HIDING
    return tuple(_shown(text, _Hidden(hiding), prose_only=prose_only)) if _DIGIT.search(text) else ()


_DIGIT = re.compile(r"[0-9]")


def _shown(text: str, hidden: _Hidden, *, prose_only: bool) -> Iterator[str]:
    page = commonmark.read(text, strikethrough=False, indented_code=not prose_only)
    quotes = 0
    for token in page.tokens:
        quotes += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if quotes:
            continue
        if token.type == "html_block":
            yield hidden.shown(token.content)
        elif token.type == "inline":
            yield _inline(page.inside(token), hidden)


def _inline(children: Iterable[Token], hidden: _Hidden) -> str:
    parts: list[str] = []
    for child in children:
        if child.type == "html_inline":
            parts.append(hidden.shown(child.content))
        elif child.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif child.type == "text" and not hidden.depth:
            parts.append(child.content)
        elif child.type in ("code_inline", "image"):
            parts.append("`")
    return "".join(parts)


_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# Possessive: a tag that never ends is given up at once, wherever its name could be cut.
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*+)(?!\w)[^<>]*+>")
_HIDING = frozenset({"blockquote", "code", "pre", "script", "style", "template", "textarea", "title"})


class _Hidden:
    """Follows HTML through a text: how deep it stands in elements whose content is no running text."""

    def __init__(self, names: frozenset[str]) -> None:
        """`names` are those elements."""
        self.names = names
        self.depth = 0

    def shown(self, html: str) -> str:
        """The text of a piece of HTML that a reader sees as such, without tags and comments."""
        parts: list[str] = []
        html, start = _COMMENT.sub("", html), 0
        for tag in _TAG.finditer(html):
            parts += [html[start : tag.start()]] if not self.depth else []
            if tag["name"].lower() in self.names:
                self.depth = max(0, self.depth + (-1 if tag["end"] else 1))
            start = tag.end()
        parts += [html[start:]] if not self.depth else []
        return "".join(parts)
