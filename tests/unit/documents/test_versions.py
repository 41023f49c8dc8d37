"""What is approved stays byte for byte; what is new since then makes the next version, once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.bug import Bug, Deployed, SeverityChange
from bugaction.delivery import deliver
from bugaction.documents import DOCUMENTS, DocumentType
from bugaction.documents.analysis import ANALYSIS
from bugaction.documents.facts import seal
from bugaction.documents.merge import blocks_of
from bugaction.documents.post_mortem import POST_MORTEM
from bugaction.documents.release_notes import RELEASE_NOTES
from bugaction.documents.report import REPORT
from bugaction.documents.versions import departure
from bugaction.explanation import Explanation
from bugaction.markdown import split_lines
from bugaction.model import Actor, Evidence, LedgerLine, RecordKind, Role, Severity
from bugaction.records import RECORDS_BRANCH
from bugaction.snapshot import Branch, Entry, EntryKind, PullState, TextFile
from bugaction.templates import load_templates
from tests.examples import examples
from tests.unit.documents.stories import full, with_state
from tests.values import ANA, BASE, VIEWER, at, line, ready, repository

FOLDER = "documents/bugs/BUG-042"
FIRST, SECOND = f"{FOLDER}/bug-042-report-v1.0.md", f"{FOLDER}/bug-042-report-v1.1.md"
TEMPLATES = load_templates()
COMMENT = f"{BASE}/issues/42#issuecomment-9"

Files = dict[str, str]


def word(version: str = "1.0", document: str = "report") -> LedgerLine:
    """Somebody's word that a version is right."""
    given = {"requirement": f"{document}-approved", "version": version, "url": COMMENT}
    said = line(RecordKind.COMMAND, f"IC_{document}_{version}#x", actor="mia", name="attest")
    return replace(said, at=at(50), data={**said.data, **given})


def known(bug: Bug, files: Files, *words: LedgerLine) -> Bug:
    """The bug with these files on the default branch, and these words on them."""
    documents = tuple(TextFile(path, text, "main") for path, text in files.items())
    whole = replace(bug, facts=replace(bug.facts, documents=documents))
    return with_state(replace(whole, spoken=(*bug.spoken, *words)))


def run(bug: Bug, files: Files, *words: LedgerLine, document: DocumentType = REPORT) -> Files:
    """The files after one run; a second run writes nothing, nor does one that reads less."""
    after = dict(files)
    for change in _changes(known(bug, files, *words), document):
        after[change[0]] = change[1]
    assert _changes(known(bug, after, *words), document) == []
    unread = tuple(replace(pull, reviews=None, checks=None, commits=None) for pull in bug.fixes)
    less = replace(bug, suspects=None, fixes=unread)
    assert _changes(known(less, after, *words), document) == []
    return after


def _changes(bug: Bug, document: DocumentType) -> list[tuple[str, str]]:
    delivered = deliver(bug, (), repository(), TEMPLATES)
    assert delivered.notices == ()
    found = [(file.path, file.text or "") for commit in delivered.commits for file in commit.files]
    return [each for each in found if document.version_of(each[0], "documents/bugs", 42) is not None]


def note_of(text: str) -> list[str]:
    """The lines of a version's change note."""
    return [each.rstrip() for each in blocks_of(text)["change-note"].lines if each.strip()]


def begun() -> Files:
    """The report of a bug, with words of a person in it."""
    files = run(full(), {})
    return {
        FIRST: files[FIRST].replace("- [ ] Error logs", "- [x] Error logs were looked at\n- [ ] Error logs")
    }


def raised(bug: Bug) -> Bug:
    """The bug at the highest severity."""
    change = SeverityChange(
        at(70), Actor("mia"), Role.MAINTAIN, Severity.P1, Severity.P0, "nobody can pay | at all", COMMENT
    )
    history = (*bug.severity.history, change)
    return replace(bug, severity=replace(bug.severity, current=Severity.P0, history=history))


def happened(bug: Bug, *entries: Entry) -> Bug:
    """The bug with these entries on its issue."""
    timeline = (*bug.issue.timeline, *entries)
    return replace(bug, facts=replace(bug.facts, issue=replace(bug.issue, timeline=timeline)))


def reopened(minutes: float, actor: Actor = ANA) -> Entry:
    """The issue was opened again."""
    return Entry(f"RE_{minutes}", EntryKind.REOPENED, actor, at(minutes))


def test_what_is_approved_is_not_written_again() -> None:
    """While nothing is new; without the word the same version is refreshed."""
    files = begun()
    assert run(full(), files, word()) == files
    changed = run(replace(full(), backup="eve"), files)
    assert changed.keys() == {FIRST}
    assert "| Backup | eve |" in changed[FIRST]


def test_a_new_fact_begins_the_next_version() -> None:
    """The approved one stays; the next has a person's words, the fact, and a note that says what is new."""
    files = begun()
    after = run(replace(full(), backup="eve"), files, word())
    assert after.keys() == {FIRST, SECOND}
    assert after[FIRST] == files[FIRST]
    text = after[SECOND]
    assert "| Backup | eve |" in text
    assert "- [x] Error logs were looked at\n" in text
    front = text[: text.index("---\n", 4)]
    assert 'version: "1.1"\n' in front
    assert "supersedes: bug-042-report-v1.0.md\n" in front
    assert note_of(text) == [
        f"Version 1.1 takes the place of [version 1.0]({BASE}/blob/main/{FIRST}), which mia approved on "
        f"2026-11-24 09:50 UTC ([source]({COMMENT})) and which stays as it was.",
        "- New facts: Assignment",
    ]
    assert text.index("# Bug report") < text.index("## Change note") < text.index("## Reported by")


def test_the_next_version_is_kept_up_to_date_until_it_is_approved() -> None:
    """However much happens: one file for an approval, and its note tells all of it."""
    files = run(replace(full(), backup="eve"), begun(), word())
    after = run(replace(raised(happened(full(), reopened(60))), backup="eve"), files, word())
    assert after.keys() == {FIRST, SECOND}
    assert after[FIRST] == files[FIRST]
    assert note_of(after[SECOND])[1:] == [
        "- The severity went from P1 to P0 (critical) on 2026-11-24 10:10 UTC, by mia "
        f"([source]({COMMENT})): nobody can pay | at all",
        f"- The issue was opened again on 2026-11-24 10:00 UTC, by ana ([issue 42]({BASE}/issues/42))",
        "- New facts: Severity assessment, Assignment",
    ]
    back = run(full(), files, word())
    assert note_of(back[SECOND])[1:] == ["No fact differs from it any more."]


def test_an_approved_next_version_is_followed_by_one_more() -> None:
    """With one note, which speaks of the version before it."""
    files = run(replace(full(), backup="eve"), begun(), word())
    after = run(replace(full(), backup="cy"), files, word(), word("1.1"))
    third = f"{FOLDER}/bug-042-report-v1.2.md"
    assert after.keys() == {FIRST, SECOND, third}
    assert (after[FIRST], after[SECOND]) == (files[FIRST], files[SECOND])
    assert after[third].count("## Change note") == 1
    assert "supersedes: bug-042-report-v1.1.md\n" in after[third]
    assert "takes the place of [version 1.1]" in note_of(after[third])[0]


def test_a_person_approves_in_the_front_matter() -> None:
    """The next version is not approved by that: the key stays behind, and the note quotes it."""
    files = {
        path: text.replace("---\n", "---\napproved: mia, 2026-11-26\nteam: shop\n", 1)
        for path, text in begun().items()
    }
    after = run(replace(full(), backup="eve"), files)
    assert after[FIRST] == files[FIRST]
    assert "approved:" not in after[SECOND].partition("## Change note")[0]
    assert "team: shop\n" in after[SECOND]
    assert (
        "which says of itself “approved: mia, 2026-11-26” and stays as it was." in note_of(after[SECOND])[0]
    )


def test_a_new_severity_or_a_reopening_is_enough() -> None:
    """Opened again by people: an app that holds the issue open brings nothing new."""
    files = begun()
    assert run(happened(full(), reopened(60)), files, word()).keys() == {FIRST, SECOND}
    assert run(happened(full(), reopened(60, VIEWER)), files, word()) == files
    assert run(raised(full()), files, word()).keys() == {FIRST, SECOND}
    told = run(happened(full(), reopened(60)), files)  # before it was approved: it knows of that one
    assert run(happened(full(), reopened(60)), told, word()) == told
    assert run(happened(full(), reopened(60), reopened(90)), told, word()).keys() == {FIRST, SECOND}


def test_what_passes_by_is_not_enough() -> None:
    """A line more in a timeline waits for the next version; a deployment does not."""
    path = f"{FOLDER}/post-mortem-v1.0.md"
    bug = replace(full(), requested=frozenset({"post-mortem"}))
    files = run(bug, {}, document=POST_MORTEM)
    approved = word(document="post-mortem")
    closed = happened(bug, Entry("CE_1", EntryKind.ASSIGNED, ANA, at(80), "eve"))
    assert run(closed, files, approved, document=POST_MORTEM) == files
    assert run(closed, files, document=POST_MORTEM) != files
    out = Deployed(at(90), "2.1.1", "production", Evidence("deployed", f"{BASE}/deployments/9", "bo", at(90)))
    after = run(replace(closed, deployed=out), files, approved, document=POST_MORTEM)
    assert after[path] == files[path]
    text = after[f"{FOLDER}/post-mortem-v1.1.md"]
    assert "Assigned eve" in text
    assert "Incident summary" in note_of(text)[-1]


def test_facts_that_are_read_once_are_named_for_good() -> None:
    """Notes that were approved before the merge: the next version has what the merge brought."""
    path = f"{FOLDER}/release-notes-bug-042-v1.0.md"
    open_fix = replace(full(), fixes=(ready(),))
    files = run(open_fix, {}, document=RELEASE_NOTES)
    fix = replace(ready(), state=PullState.MERGED, merged_at=at(80), additions=3, deletions=1)
    after = run(replace(full(), fixes=(fix,)), files, word(document="release-notes"), document=RELEASE_NOTES)
    assert after[path] == files[path]
    note = note_of(after[path.replace("1.0", "1.1")])[-1]
    assert note.startswith("- New facts: the head, ")
    assert "Technical changes" in note


def test_a_link_to_another_version_is_no_new_fact() -> None:
    """Otherwise one approved document after the other would follow."""
    bug = replace(full(), requested=frozenset({"post-mortem"}))
    report = begun()
    files = run(bug, report, document=POST_MORTEM)
    newer = {**files, SECOND: report[FIRST]}
    assert run(bug, newer, word(document="post-mortem"), document=POST_MORTEM) == newer


def test_a_version_that_a_person_committed_gets_its_note() -> None:
    """Once: where it is taken out again, it stays away."""
    files = begun()
    given = {**files, SECOND: files[FIRST].replace("Error logs were", "Error logs of the shop were")}
    after = run(replace(full(), backup="eve"), given)
    assert after[FIRST] == files[FIRST]
    assert "Error logs of the shop were looked at" in after[SECOND]
    assert note_of(after[SECOND])[-1] == "- New facts: Assignment"
    start, end = after[SECOND].index("## Change note"), after[SECOND].index("## Reported by")
    without = {**after, SECOND: after[SECOND][:start] + after[SECOND][end:]}
    assert "Change note" not in run(replace(full(), backup="eve"), without)[SECOND]


def test_a_title_of_one_s_own_stays_before_the_note() -> None:
    """With what somebody wrote below it; the head that they deleted comes back above."""
    (text,) = begun().values()
    head = blocks_of(text)["head"]
    mine = text.replace(head.opening + "".join(head.lines) + head.closing, "# Mine\n\nRead this first.\n")
    after = run(replace(full(), backup="eve"), {FIRST: mine}, word())[SECOND]
    places = [after.index(words) for words in ("# Mine", "Read this first.", "## Change note", "## Reported")]
    assert places == sorted(places)


@pytest.mark.parametrize("left", ["\n", "# Mine", "# Mine\n\nIn a table of our own."])
def test_a_next_version_without_sections_is_noted_as_well(left: str) -> None:
    """One that somebody emptied is written as new, with one note; otherwise the note follows their words."""
    files = {**begun(), SECOND: left}
    after = run(replace(full(), backup="eve"), files)[SECOND]
    assert after.count("## Change note") == 1
    assert note_of(after)[-1] == "- New facts: Assignment"
    assert left.strip() in after[: after.index("## Change note")]


def test_words_inside_a_block_of_an_approved_version_are_no_new_fact() -> None:
    """What stood there is known by its hash: only another fact begins the next version."""
    files = {FIRST: begun()[FIRST].replace("| Backup |", "Ask her on Signal.\n| Backup |")}
    assert files != begun()
    assert run(full(), files, word()) == files
    after = run(replace(full(), backup="eve"), files, word())
    assert after[FIRST] == files[FIRST]
    assert note_of(after[SECOND])[-1] == "- New facts: Assignment"
    assert "Ask her on Signal." in after[SECOND]


def test_what_is_not_read_and_stands_in_no_newest_version_is_no_difference() -> None:
    """Somebody took the block out of the next version: nobody tells its facts any more."""
    marks = "<!-- bugaction:facts:context{} -->\n{}\n<!-- /bugaction:facts:context -->\n"
    old, other = seal(marks.format("", "Two deployments")), seal(marks.format("", "Three deployments"))
    unread = seal(marks.format(" keep", ""))
    assert departure(old, unread, "", full()).blocks == ()
    assert departure(old, unread, other, full()).blocks == ("context",)
    assert departure(old, other, "", full()).blocks == ("context",)


def test_line_ends_stay_as_they_are() -> None:
    """In the note as well."""
    files = {path: text.replace("\n", "\r\n") for path, text in begun().items()}
    after = run(replace(full(), backup="eve"), files, word())
    assert after[FIRST] == files[FIRST]
    assert "\n" not in after[SECOND].replace("\r\n", "")


def test_a_confidential_bug_loses_every_version() -> None:
    """On each branch that holds one."""
    files = run(replace(full(), backup="eve"), begun(), word())
    bug = replace(known(full(), files, word()), confidential=True)
    (commit,) = deliver(bug, (), repository(), TEMPLATES).commits
    assert [(file.path, file.text) for file in commit.files] == [(FIRST, None), (SECOND, None)]


def test_every_document_has_versions() -> None:
    """What passes by is named by blocks that its template has."""
    for document in DOCUMENTS.values():
        assert document.passing <= set(blocks_of(TEMPLATES[document.template]))


EDIT = st.tuples(
    st.just("edit"), st.integers(0, 200), st.sampled_from(["mine {}\n", "- mine {}\n", "> mine {}\n"])
)
STEP = st.one_of(
    EDIT,
    EDIT,
    st.tuples(st.just("approve"), st.just(0), st.sampled_from(["command", "text"])),
    st.tuples(st.just("run"), st.integers(0, 3), st.just("")),
)
STORIES = (
    full(),
    replace(full(), backup="eve"),
    replace(raised(full()), channel="other"),
    happened(full(), reopened(60)),
)


@given(st.lists(STEP, min_size=2, max_size=7))
@examples(60)
def test_people_and_the_action_at_once_lose_nothing(steps: list[tuple[str, int, str]]) -> None:
    """In any order of edits, approvals and runs: the newest version has each line that a person wrote, once,
    and an approved version never changes."""
    files = run(full(), {})
    names: list[str] = []
    words: list[LedgerLine] = []
    approved: Files = {}
    bug = full()
    for kind, number, what in steps:
        path = max(files)
        if kind == "edit" and path not in approved:
            names.append(f"n{len(names)}x")
            lines = split_lines(files[path])
            front = lines.index("---\n", 1) + 1
            lines.insert(front + number % (len(lines) - front + 1), what.format(names[-1]))
            files = {**files, path: "".join(lines)}
        elif kind == "approve" and path not in approved:
            version = path.removesuffix(".md").rpartition("-v")[2]
            if what == "command":
                words.append(word(version))
            else:
                files = {**files, path: files[path].replace("---\n", "---\napproved: mia\n", 1)}
            approved[path] = files[path]
        elif kind == "run":
            bug = STORIES[number]
            files = run(bug, files, *words)
        assert {each: files[each] for each in approved} == approved
        found = Counter({name: files[max(files)].count(name) for name in names})
        assert found == Counter(names)


def test_a_cause_that_is_told_after_the_approval_begins_the_next_version() -> None:
    """What is told in a comment belongs to the analysis; the approved one is not where it goes."""
    path = f"{FOLDER}/root-cause-analysis-v1.0.md"
    one = Explanation(900, "bo", at(5), COMMENT, {"cause": "A key.", "why": "Haste."})
    files = run(replace(full(), explanations=(one,)), {}, document=ANALYSIS)
    approved = word(document="root-cause")
    assert run(replace(full(), explanations=(one,)), files, approved, document=ANALYSIS) == files
    two = Explanation(901, "ana", at(60), COMMENT, {"cause": "A race, really."})
    after = run(replace(full(), explanations=(one, two)), files, approved, document=ANALYSIS)
    assert after.keys() == {path, path.replace("1.0", "1.1")}
    assert after[path] == files[path]
    text = after[path.replace("1.0", "1.1")]
    assert "> A key.\n" in text
    assert "> A race, really.\n" in text
    assert note_of(text)[1:] == ["- New facts: The cause"]


def test_words_in_a_copy_of_an_approved_version_begin_the_next_one() -> None:
    """Written into the copy on the default branch: the approved text stays, and they are not lost."""
    files = begun()
    words = "- [x] The logs of the till say why\n"
    edited = files[FIRST].replace("- [ ] Error logs", f"{words}- [ ] Error logs", 1)
    protected = repository(
        default=Branch("main", "a" * 40, protected=True), records=Branch(RECORDS_BRANCH, "b" * 40)
    )

    def changes(**copies: Files) -> Files:
        documents = tuple(
            TextFile(path, text, RECORDS_BRANCH if branch == "records" else branch)
            for branch, texts in copies.items()
            for path, text in texts.items()
        )
        whole = replace(full(), facts=replace(full().facts, documents=documents))
        bug = with_state(replace(whole, spoken=(*whole.spoken, word())))
        commits = deliver(bug, (), protected, TEMPLATES).commits
        assert {commit.branch for commit in commits} <= {RECORDS_BRANCH}
        return {
            file.path: file.text or "" for commit in commits for file in commit.files if FOLDER in file.path
        }

    assert FIRST not in changes(records=files, main=files)
    after = {
        path: text for path, text in changes(records=files, main={FIRST: edited}).items() if "report" in path
    }
    assert after.keys() == {SECOND}
    assert words in after[SECOND]
    assert changes(records={**files, **after}, main={FIRST: edited}) == {}


def test_versions_end_where_a_file_s_name_does() -> None:
    """Somebody may name one with the largest number: what comes next is found again, or nothing comes."""
    text = begun()[FIRST].replace("---\n", "---\napproved: bo\n", 1)
    last, next_one, end = (f"{FOLDER}/bug-042-report-v{name}.md" for name in ("1.9999", "2.0", "9999.9999"))
    after = run(replace(full(), backup="eve"), {last: text})
    assert after.keys() == {last, next_one}
    assert 'version: "2.0"\n' in after[next_one]
    assert run(replace(full(), backup="eve"), {end: text}) == {end: text}


def test_a_word_does_not_approve_what_is_written_after_its_version_was_deleted() -> None:
    """A document that is begun anew takes the next version: nobody has read the new text."""
    after = run(full(), {}, word(), word("1.1"))
    third = f"{FOLDER}/bug-042-report-v1.2.md"
    assert after.keys() == {third}
    assert known(full(), after, word(), word("1.1")).documents["report"].approval is None
    assert run(full(), {}, word("1.1")).keys() == {FIRST}
