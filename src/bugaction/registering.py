"""The register's commit: the rows of the bugs that a run decided, in the place of what stood there. Pure.

It lies on the records branch, and with delivery `commit` on the default branch. It is a view: nothing is
judged by it, so a row that is wrong costs nothing but a wrong line until its bug is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bugaction.bug import Bug, DocumentState
from bugaction.delivery import target
from bugaction.documents.facts import seal
from bugaction.documents.merge import refresh
from bugaction.plan import CommitFiles, EditIssue, Effect, FileChange, Level, Notice
from bugaction.policy import Delivery, Policy
from bugaction.questions import AskBlob, AskBug, AskPage, Question
from bugaction.records import RECORDS_BRANCH
from bugaction.register import (
    INDEX_FILE,
    README_FILE,
    Book,
    Row,
    format_index,
    format_year,
    history_pages,
    history_path,
    index_path,
    merged_year,
    needed_years,
    newest_year,
    parse_index,
    parse_year,
    readme,
    readme_path,
    with_rows,
    with_waiting,
    year_path,
)
from bugaction.rows import row_of
from bugaction.snapshot import Snapshot, TextFile
from bugaction.sweep import neglected
from bugaction.tracking import is_bug
from bugaction.verdicts import Judged

__all__ = ["Registered", "index_text", "overdue_rows", "pinned", "read", "register"]


@dataclass(frozen=True, slots=True)
class Registered:
    """The commits that bring the register up to date, the edit of the issue that shows what waits for whom,
    what has to be read for both, and remarks.

    `differs`: some row is not as it should be, whether or not everything is known that its commit needs. What
    a bug waits for does not count: a job that may not write starts no other one for that alone.
    """

    commits: tuple[CommitFiles, ...] = ()
    edits: tuple[EditIssue, ...] = ()
    questions: frozenset[Question] = frozenset()
    notices: tuple[Notice, ...] = ()
    differs: bool = False


def register(
    bugs: Iterable[tuple[Judged, Sequence[Effect]]], snapshot: Snapshot, policy: Policy
) -> Registered:
    """What has to be committed so that the register shows these bugs; each comes with its own effects."""
    return _Registering(snapshot, policy).register(tuple(bugs))


def read(
    snapshot: Snapshot, policy: Policy, years: Iterable[int] = ()
) -> tuple[Book | None, frozenset[Question], tuple[Notice, ...]]:
    """The register as it is committed, with the closed bugs of these years.

    None while these questions are open, or where it cannot be read: the notices say why.
    """
    return _Registering(snapshot, policy).read(years)


def index_text(snapshot: Snapshot, policy: Policy) -> tuple[str, frozenset[Question]]:
    """The text of the register's index as it is committed, "" where there is none, or none to read.

    While a question is open, it is "" too.
    """
    looking = _Registering(snapshot, policy)
    return looking.index() or "", looking.asked


def pinned(snapshot: Snapshot, policy: Policy) -> Registered:
    """What brings the issue that shows what waits for whom up to the register as it is committed.

    At the most an edit, and the remarks that a change of the register would bring. Where no register is
    committed nothing is: of open bugs that nobody has recorded it would say that they wait for nobody.
    """
    return _Registering(snapshot, policy).pinned()


def overdue_rows(snapshot: Snapshot, policy: Policy | None, now: datetime) -> tuple[int, ...]:
    """The bugs whose row names a moment that no sweep has kept (`sweep.neglected`); none where it is not
    read."""
    if policy is None or not snapshot.repository.register:
        return ()
    book, _, _ = read(snapshot, policy)
    return neglected(book.open.values(), now) if book is not None else ()


class _Registering:
    """One look at the register: what is missing to bring it up to date is collected on the way."""

    def __init__(self, snapshot: Snapshot, policy: Policy) -> None:
        self._snapshot = snapshot
        self._policy = policy
        self._repository = snapshot.repository
        self._root = policy.documents.root
        self._on_default = policy.documents.delivery is Delivery.COMMIT
        self._asked: set[Question] = set()
        self._notices: list[Notice] = []

    @property
    def asked(self) -> frozenset[Question]:
        """What has to be read first."""
        return frozenset(self._asked)

    def index(self) -> str | None:
        """See `index_text`."""
        return self._text(self._index)

    def read(self, years: Iterable[int]) -> tuple[Book | None, frozenset[Question], tuple[Notice, ...]]:
        """See `read`."""
        text = self._text(self._index)
        found = parse_index(text) if text is not None else None
        if text is None or found is None:
            waiting = self._waiting(text)
            return None, waiting.questions, waiting.notices
        book = self._with_all(found[0], years)
        return book, frozenset(self._asked), tuple(self._notices)

    def pinned(self) -> Registered:
        """See `pinned`."""
        if self._index is None:
            return Registered()
        book, questions, notices = self.read(())
        if book is None:
            return Registered(questions=questions, notices=notices)
        edits = tuple(self._pinned(book, asks=True))
        return Registered((), edits, frozenset(self._asked), tuple(self._notices))

    def register(self, bugs: Sequence[tuple[Judged, Sequence[Effect]]]) -> Registered:
        index = self._index
        delivery = Delivery.COMMIT if self._on_default else Delivery.BRANCH
        lies_on = DocumentState("register", INDEX_FILE, "", branch=index.branch if index is not None else "")
        branch, fallback = target(delivery, self._repository, lies_on)
        if branch is None:
            return Registered()
        text = self._text(index)
        found = parse_index(text) if text is not None else None
        if text is None or found is None:
            return self._waiting(text)
        book, is_whole = found
        rows = [row_of(judged, effects, book.row(judged.bug.number)) for judged, effects in bugs]
        changed = {row.number for row in rows if not book.holds(row)}
        moves = index is not None and index.branch != branch.name
        differs = moves or not is_whole or any(not _is_told(row, book) for row in rows)
        if not changed and not moves and (is_whole or not text):
            edits = tuple(self._pinned(book, asks=False))
            return Registered(self._leftovers(index, branch.name), edits, notices=tuple(self._notices))
        before = self._with_years(book, [row for row in rows if row.number in changed], everything=moves)
        if before is None:
            differs = differs and bool(self._asked)
            return Registered((), (), frozenset(self._asked), tuple(self._notices), differs)
        changed |= {row.number for row in rows if not before.holds(row)}
        affected = [(judged, effects) for judged, effects in bugs if judged.bug.number in changed]
        after = with_rows(
            before,
            [row_of(judged, effects, before.row(judged.bug.number)) for judged, effects in affected],
        )
        commit = CommitFiles(
            branch=branch.name,
            expected_oid=branch.oid,
            files=(
                *self._data(before, after, everything=moves),
                *self._page(after, [branch.name, *([index.branch] if index is not None else [])]),
            ),
            message=_message([judged.bug for judged, _ in affected], damaged=bool(text) and not is_whole),
            fallback=fallback,
        )
        edits = tuple(self._pinned(after, asks=True))
        return Registered((commit,), edits, frozenset(self._asked), tuple(self._notices), differs)

    def _waiting(self, text: str | None) -> Registered:
        """The index cannot be read yet, or at all: it is left as it is."""
        if self._asked:
            return Registered(questions=frozenset(self._asked))
        why = "is no text" if text is None else "was written by a newer version of bugaction"
        self._remark(f"{self._named(INDEX_FILE)} {why}, so the register is not kept up to date.")
        return Registered(notices=tuple(self._notices))

    # Reading ----------------------------------------------------------------------------------------------

    @property
    def _index(self) -> TextFile | None:
        return self._current(index_path(self._root), self._repository.register)

    def _current(self, path: str, files: Iterable[TextFile]) -> TextFile | None:
        """Of two copies the one that is kept up: the default branch's, where commits go there."""
        default = self._repository.default
        wants_records = not self._on_default or default is None or default.protected is not False
        found = [file for file in files if file.path == path]
        return max(found, key=lambda file: (file.branch == RECORDS_BRANCH) is wants_records, default=None)

    def _text(self, file: TextFile | None) -> str | None:
        """The file's text, "" where there is none; None where it has to be asked for, or is no text."""
        if file is None:
            return ""
        if file.text is not None or not file.oid:
            return file.text
        blobs = self._snapshot.answers.blobs
        if file.oid not in blobs:
            self._asked.add(AskBlob(file.oid))
        return blobs.get(file.oid)

    def _with_years(self, book: Book, rows: Sequence[Row], *, everything: bool) -> Book | None:
        """The book with the years that these rows change, and with the newest where another becomes it."""
        years = set(needed_years(book, rows))
        newest = newest_year(with_rows(book, rows))
        if newest is not None and (newest != newest_year(book) or everything):
            years.add(newest)
        if everything:
            years |= {stub.year for stub in book.closed.values()}
        return self._with_all(book, years)

    def _with_all(self, book: Book, years: Iterable[int]) -> Book | None:
        is_known = True
        for year in sorted(years):
            found = self._with_year(book, year)
            book, is_known = found or book, is_known and found is not None
        return book if is_known else None

    def _with_year(self, book: Book, year: int) -> Book | None:
        """The book with the file of a year; None where it has to be asked for, or cannot be read.

        It is the one beside the index: another branch may still have an older one.
        """
        path = year_path(self._root, year)
        files = self._snapshot.answers.pages.get(path)
        if files is None:
            self._asked.add(AskPage(path))
            return None
        index = self._index
        beside = [file for file in files if index is not None and file.branch == index.branch]
        file = self._current(path, beside or files)
        text = self._text(file)
        found = parse_year(text) if text is not None else None
        if found is None:
            if file is None or AskBlob(file.oid) not in self._asked:
                self._remark(f"{path} cannot be read, so the register is not kept up to date.")
            return None
        return merged_year(book, year, found[0])

    # Writing ----------------------------------------------------------------------------------------------

    def _data(self, before: Book, after: Book, *, everything: bool) -> Iterator[FileChange]:
        """The index, and of each year what differs: its file and its pages."""
        yield FileChange(index_path(self._root), format_index(after))
        for year, rows in sorted(after.years.items()):
            known = before.years.get(year, {})
            if rows == known and not everything:
                continue
            yield FileChange(year_path(self._root, year), format_year(year, rows))
            shown = history_pages(year, known) if known and not everything else {}
            for name, text in history_pages(year, rows).items():
                if shown.get(name) != text:
                    yield FileChange(history_path(self._root, name), text)

    def _page(self, book: Book, branches: Sequence[str]) -> Iterator[FileChange]:
        """The README, with what people have written around its blocks; from the first branch that has it."""
        path = readme_path(self._root)
        found = {file.branch: file for file in self._repository.register if file.path == path}
        file = next((found[branch] for branch in branches if branch in found), None)
        if file is not None and file.text is None:
            self._remark(f"{self._named(README_FILE)} is too long to be kept up to date: shorten it.")
            return
        text = refresh(file.text or "" if file is not None else "", seal(readme(book)))
        if file is None or file.branch != branches[0] or text != file.text:
            yield FileChange(path, text)

    def _pinned(self, book: Book, *, asks: bool) -> Iterator[EditIssue]:
        """The issue that the team keeps for what waits for whom, where it shows something else. It is asked
        for while the register changes, and by each sweep; what this run knows of it is told in its later
        rounds too."""
        number = self._policy.waiting.issue
        if number is None:
            return
        facts = self._snapshot.bugs.get(number)
        if number in self._snapshot.answers.missing:
            self._remark(f"`waiting.issue`: there is no issue {number} in {self._repository.full_name}.")
        elif facts is None and not asks:
            return
        elif facts is None:
            self._asked.add(AskBug(number))
        elif number in book.open or number in book.closed or is_bug(facts, self._policy):
            self._remark(f"`waiting.issue`: issue {number} is a bug itself: name one that is kept for this.")
        elif not facts.issue.state.is_open:
            self._remark(f"`waiting.issue`: issue {number} is closed, so nothing is written there.")
        elif (body := with_waiting(facts.issue.body, book)) != facts.issue.body:
            yield EditIssue(number, facts.issue.id, body)

    def _leftovers(self, index: TextFile | None, home: str) -> tuple[CommitFiles, ...]:
        """What the records branch still holds of a register that has moved to the default branch."""
        records = self._repository.records
        if index is None or records is None or index.branch != home or home == RECORDS_BRANCH:
            return ()
        left = [file.path for file in self._repository.register if file.branch == RECORDS_BRANCH]
        if not left:
            return ()
        files = tuple(FileChange(path, None) for path in left)
        return (CommitFiles(records.name, records.oid, files, "Remove the register, which has moved"),)

    def _named(self, name: str) -> str:
        return f"{self._root.strip('/')}/{name}"

    def _remark(self, text: str) -> None:
        self._notices.append(Notice(Level.WARNING, text))


def _is_told(row: Row, book: Book) -> bool:
    """Whether the register holds all of a row but what its bug waits for, and when to look again: a sweep
    sees the pull request that has changed, and brings both."""
    known = book.open.get(row.number)
    if known is None or not row.is_open:
        return book.holds(row)
    return replace(known, waiting=row.waiting, next=row.next) == row


_MOST_NAMED = 3


def _message(bugs: Sequence[Bug], *, damaged: bool) -> str:
    if damaged:
        return "Repair the register: what could be read of it is kept"
    names = [bug.name for bug in bugs]
    if not names:
        return "Bring the register up to date"
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{', '.join(names[:_MOST_NAMED])}{more}: update the register"
