"""Documents go where the repository lets them, once, and only when a byte differs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.assembly import assemble
from bugaction.bug import Bug, DocumentState
from bugaction.delivery import deliver, target
from bugaction.model import Role
from bugaction.plan import CommitFiles, FileChange
from bugaction.policy import Delivery, Documents, Policy
from bugaction.snapshot import Branch, Repository, TextFile
from bugaction.templates import load_templates
from tests.unit.documents.stories import full, hostile, plain, with_state
from tests.values import T0, at, facts, issue, repository, snapshot

PATH = "documents/bugs/BUG-042/bug-042-report-v1.0.md"
RECORDS = "bugaction/records"
TEMPLATES = load_templates()


def default(protected: bool | None) -> Repository:
    """The repository with its default branch under this protection."""
    return repository(default=Branch("main", "a" * 40, protected))


@pytest.mark.parametrize(
    ("delivery", "protected", "lies_on", "branch", "fallback"),
    [
        (Delivery.AUTO, False, "", "main", RECORDS),
        (Delivery.AUTO, None, "", "main", RECORDS),
        (Delivery.AUTO, True, "", RECORDS, ""),
        (Delivery.AUTO, False, "main", "main", RECORDS),
        (Delivery.AUTO, True, "main", RECORDS, ""),
        (Delivery.AUTO, False, RECORDS, RECORDS, ""),
        (Delivery.COMMIT, False, "", "main", RECORDS),
        (Delivery.COMMIT, True, "", "main", RECORDS),
        (Delivery.COMMIT, True, RECORDS, RECORDS, ""),
        (Delivery.COMMIT, None, RECORDS, RECORDS, ""),
        (Delivery.COMMIT, False, RECORDS, "main", RECORDS),
        (Delivery.BRANCH, False, "", RECORDS, ""),
        (Delivery.BRANCH, False, "main", RECORDS, ""),
    ],
)
def test_where_a_document_goes(
    delivery: Delivery, protected: bool | None, lies_on: str, branch: str, fallback: str
) -> None:
    """By policy, by what protects the default branch, and by where the document already lies."""
    state = DocumentState("report", PATH, "1.0", "x" if lies_on else None, lies_on)
    found, second = target(delivery, default(protected), state)
    assert found is not None
    assert (found.name, second) == (branch, fallback)


def test_without_a_branch_nothing_can_be_committed() -> None:
    """An empty repository, or one whose records branch is yet to come."""
    state = DocumentState("report", PATH, "1.0")
    assert target(Delivery.AUTO, repository(default=None, records=None), state) == (None, "")
    assert target(Delivery.BRANCH, repository(records=None), state) == (None, "")
    branch, fallback = target(Delivery.AUTO, repository(records=None), state)
    assert branch is not None
    assert (branch.name, fallback) == ("main", "")


def commit(bug: Bug, repo: Repository | None = None) -> CommitFiles:
    """The one commit that a bug's documents need."""
    (found,) = deliver(with_state(bug), (), repo or repository(), TEMPLATES).commits
    return found


def filed(bug: Bug, text: str | None, branch: str = "main") -> Bug:
    """The bug with its report committed."""
    return with_state(replace(bug, facts=replace(bug.facts, documents=(TextFile(PATH, text, branch),))))


def test_a_new_report_is_one_commit() -> None:
    """On the head that was read, with a message that says which bug and what."""
    made = commit(full())
    assert (made.branch, made.expected_oid, made.fallback) == ("main", "a" * 40, RECORDS)
    assert [file.path for file in made.files] == [PATH]
    assert made.message == "BUG-042: start the bug report v1.0"


def test_a_settled_report_is_not_committed_again() -> None:
    """The second run writes nothing, and needs no suspects for it."""
    text = commit(full()).files[0].text
    assert deliver(filed(full(), text), (), repository(), TEMPLATES).commits == ()
    assert deliver(filed(replace(full(), suspects=None), text), (), repository(), TEMPLATES).commits == ()


def test_new_facts_are_committed_beside_a_persons_words() -> None:
    """And the message says that it is a refresh."""
    text = commit(full()).files[0].text or ""
    edited = text.replace("- [ ] Error logs around the start:", "- [x] Error logs around the start: nothing")
    (made,) = deliver(filed(replace(full(), backup="eve"), edited), (), repository(), TEMPLATES).commits
    after = made.files[0].text or ""
    assert "| Backup | eve |" in after
    assert "- [x] Error logs around the start: nothing\n" in after
    assert made.message == "BUG-042: refresh the facts of the bug report v1.0"


def test_a_report_moves_with_a_persons_words() -> None:
    """When the policy sends documents to another branch, what lies on the first is the start."""
    text = f"{commit(full()).files[0].text}\nMine.\n"
    bug = filed(replace(full(), policy=Policy(documents=Documents(delivery=Delivery.BRANCH))), text)
    (made,) = deliver(bug, (), repository(), TEMPLATES).commits
    assert made.branch == RECORDS
    assert (made.files[0].text or "").endswith("\nMine.\n")


def test_an_unreadable_report_is_never_overwritten() -> None:
    """GitHub gives no text of a file beyond 512 KB: a person's words may be in it."""
    assert deliver(filed(full(), None), (), repository(), TEMPLATES).commits == ()


@pytest.mark.parametrize(
    "change",
    [{"confidential": True}, {"documents": {}}, {"severity": replace(plain().severity, current=None)}],
)
def test_some_bugs_have_no_documents(change: dict[str, object]) -> None:
    """A confidential one, one whose documents were not read, and one without a severity."""
    bug = replace(with_state(full()), **change)  # type: ignore[arg-type]
    assert deliver(bug, (), repository(), TEMPLATES).commits == ()


def test_a_commit_message_holds_no_strangers_words() -> None:
    """GitHub reads mentions and closing keywords in messages too."""
    assert commit(hostile()).message == "BUG-042: start the bug report v1.0"


def test_a_bad_template_of_the_team_is_told_and_not_used() -> None:
    """The shipped one makes the report."""
    path = ".github/bugaction/templates/documents/report.md.j2"
    repo = repository(templates=(TextFile(path, "{{ nobody }}", "main"),))
    delivered = deliver(with_state(full()), (), repo, TEMPLATES)
    assert [notice.file for notice in delivered.notices] == [path]
    assert delivered.commits == (commit(full()),)


@pytest.mark.parametrize(
    "harm",
    [
        "{% for a in bug.title %}{% for b in bug.title %}{% for c in bug.title %}" + "{% endfor %}" * 3,
        "{{ bug.title|join(bug.title|join(bug.title|join(bug.title)))|length }}",
        "{{ bug.__class__.__mro__ }}",
        "{% if bug %}" * 150 + "{% endif %}" * 150,
        "x" * 400_001,
    ],
    ids=["it loops", "it allocates", "it reaches for attributes", "it is deep", "it is long"],
)
def test_a_hostile_template_of_the_team_is_told_and_not_used(harm: str) -> None:
    """However it begins to do harm, the shipped one makes the report, and the notice names the file."""
    path = ".github/bugaction/templates/documents/report.md.j2"
    whole = TEMPLATES["documents/report.md.j2"] + harm
    repo = repository(templates=(TextFile(path, whole, "main"),))
    delivered = deliver(with_state(hostile()), (), repo, TEMPLATES)
    assert [notice.file for notice in delivered.notices] == [path]
    assert delivered.commits == (commit(hostile()),)


def assembled(
    policy: Policy | None = None, *, labels: tuple[str, ...] = ("P1",), text: str | None = None
) -> Bug:
    """Issue 42 as the rules see it, with its committed report."""
    documents = () if text is None else (TextFile(PATH, text, "main"),)
    known = replace(facts(issue(labels=labels)), documents=documents)
    world = snapshot(known, roles={"ana": Role.MAINTAIN})
    built = assemble(known, world, policy or Policy(), at(60), T0)
    assert built is not None
    return built.bug


def test_an_assembled_bug_gets_its_report_once() -> None:
    """From the issue's own facts: the first commit, and no byte more for the same facts."""
    (made,) = deliver(assembled(), (), default(protected=False), TEMPLATES).commits
    assert (made.branch, made.expected_oid, made.files[0].path) == ("main", "a" * 40, PATH)
    again = assembled(text=made.files[0].text)
    assert deliver(again, (), default(protected=False), TEMPLATES).commits == ()


def test_a_report_moves_to_the_records_branch_when_a_rule_appears() -> None:
    """The words that people wrote on the default branch come along."""
    (made,) = deliver(assembled(), (), default(protected=False), TEMPLATES).commits
    written = f"{made.files[0].text}\nA person was here.\n"
    (moved,) = deliver(assembled(text=written), (), default(protected=True), TEMPLATES).commits
    assert moved.branch == RECORDS
    assert "A person was here." in (moved.files[0].text or "")


def test_a_finished_report_is_not_copied_when_a_rule_appears() -> None:
    """It moves with the next fact that it lacks; until then the same bytes would only have a second home."""
    guarded = default(protected=True)
    text = commit(full()).files[0].text or ""
    finished = filed(full(), text)
    assert finished.report is not None
    assert finished.report.gaps == ()
    assert deliver(finished, (), guarded, TEMPLATES).commits == ()
    (moved,) = deliver(filed(replace(full(), backup="eve"), text), (), guarded, TEMPLATES).commits
    assert moved.branch == RECORDS
    forced = replace(full(), policy=Policy(documents=Documents(delivery=Delivery.BRANCH)))
    (moved,) = deliver(filed(forced, text), (), guarded, TEMPLATES).commits
    assert moved.branch == RECORDS


@pytest.mark.parametrize("labels", [("P1", "security"), ("bug",)], ids=["confidential", "no severity"])
def test_labels_keep_a_bug_without_a_document(labels: tuple[str, ...]) -> None:
    """A confidential label does for good, a missing severity until it is set."""
    assert deliver(assembled(labels=labels), (), default(protected=False), TEMPLATES).commits == ()


def test_another_root_is_another_place() -> None:
    """`documents.root`."""
    policy = Policy(documents=Documents(root="docs/incidents"))
    (made,) = deliver(assembled(policy), (), default(protected=False), TEMPLATES).commits
    assert made.files[0].path == "docs/incidents/BUG-042/bug-042-report-v1.0.md"


def test_a_template_that_cannot_be_read_is_named_and_ours_steps_in() -> None:
    """The report is written all the same, and a notice says which template."""
    mine = TextFile(".github/bugaction/templates/documents/report.md.j2", "{{ nonsense(", "main")
    there = replace(default(protected=False), templates=(mine,))
    delivered = deliver(assembled(), (), there, TEMPLATES)
    assert len(delivered.commits) == 1
    assert [notice.file.endswith("report.md.j2") for notice in delivered.notices] == [True]


@pytest.mark.parametrize("severity", [full().severity, replace(full().severity, current=None)])
def test_a_confidential_bug_loses_its_documents(severity: object) -> None:
    """Every version on every branch, one commit each; what people put beside them stays."""
    old, new = PATH, PATH.replace("v1.0", "v1.1")
    files = (
        TextFile(old, "x", "main"),
        TextFile(new, None, "main"),
        TextFile(old, "x", RECORDS),
        TextFile(PATH.rpartition("/")[0] + "/notes.md", "x", "main"),
        TextFile(PATH.rpartition("/")[0] + "/ledger.jsonl", "x", RECORDS),
    )
    bug = with_state(full())
    bug = replace(bug, confidential=True, severity=severity, facts=replace(bug.facts, documents=files))  # type: ignore[arg-type]
    main, records = deliver(bug, (), default(protected=None), TEMPLATES).commits
    assert main == CommitFiles(
        "main", "a" * 40, (FileChange(old, None), FileChange(new, None)), "BUG-042: remove the bug report"
    )
    assert (records.branch, records.expected_oid, records.fallback) == (RECORDS, "b" * 40, "")
    assert records.files == (FileChange(old, None),)


def test_a_protected_branch_keeps_a_document_until_a_person_removes_it() -> None:
    """A commit would be refused in every run: it is asked for instead."""
    bug = replace(filed(full(), "x"), confidential=True)
    delivered = deliver(bug, (), default(protected=True), TEMPLATES)
    assert delivered.commits == ()
    (notice,) = delivered.notices
    assert PATH in notice.text
    assert "main" in notice.text


def test_a_document_never_grows_beyond_what_can_be_read_back() -> None:
    """Two long copies stay as they are, and it is said: a joined one could be neither read nor refreshed."""
    text = commit(full()).files[0].text or ""
    ours, theirs = ("".join([text, *(f"\n{who} {n} {'x' * 9_000}\n" for n in range(30))]) for who in "ab")
    files = (TextFile(PATH, ours, RECORDS), TextFile(PATH, theirs, "main"))
    assert all(len(each.encode()) < 512_000 for each in (ours, theirs))
    bug = with_state(replace(full(), facts=replace(full().facts, documents=files)))
    delivered = deliver(bug, (), repository(), TEMPLATES)
    assert delivered.commits == ()
    (notice,) = delivered.notices
    assert notice.text.startswith("BUG-042: the bug report v1.0 would grow beyond 512 KB")


def test_a_document_is_committed_up_to_the_last_byte_that_can_be_read_back() -> None:
    """And with one byte more it is not."""
    text = commit(full()).files[0].text or ""

    def joined(filler: int) -> list[str]:
        ours, theirs = f"{text}\na {'x' * 250_000}\n", f"{text}\nb {'x' * filler}\n"
        files = (TextFile(PATH, ours, RECORDS), TextFile(PATH, theirs, "main"))
        bug = with_state(replace(full(), facts=replace(full().facts, documents=files)))
        commits = deliver(bug, (), repository(), TEMPLATES).commits
        return [change.text for each in commits for change in each.files if change.text is not None]

    (shorter,) = joined(200_000)
    room = 200_000 + 512_000 - len(shorter.encode())
    (longest,) = joined(room)
    assert len(longest.encode()) == 512_000
    assert joined(room + 1) == []


def test_a_copy_that_nobody_needs_any_more_is_removed() -> None:
    """Documents that moved to the default branch leave the records branch, once no word is missing there."""
    text = commit(full()).files[0].text or ""

    def after(ours: str, repo: Repository | None = None) -> tuple[CommitFiles, ...]:
        files = (TextFile(PATH, text, "main"), TextFile(PATH, ours, RECORDS))
        policy = Policy(documents=Documents(delivery=Delivery.COMMIT))
        whole = replace(full(), policy=policy, home="main")
        bug = with_state(replace(whole, facts=replace(whole.facts, documents=files)))
        return deliver(bug, (), repo or default(protected=False), TEMPLATES).commits

    (gone,) = after(text)
    assert (gone.branch, gone.expected_oid, gone.files) == (RECORDS, "b" * 40, (FileChange(PATH, None),))
    assert gone.message == "BUG-042: remove what lies on main by now"
    (taken,) = after(f"{text}\nA person was here.\n")
    assert (taken.branch, "A person was here." in (taken.files[0].text or "")) == ("main", True)
    assert after(text, repository(default=Branch("main", "a" * 40, protected=False), records=None)) == ()


def coming(*files: TextFile) -> Bug:
    """A bug whose documents come back."""
    bug = filed(full(), None)
    return replace(bug, returning=files, facts=replace(bug.facts, documents=files))


def test_what_comes_back_is_committed_as_it_was() -> None:
    """Every version at its place, and nothing else in that round: what is new of it follows."""
    new = PATH.replace("v1.0", "v1.1")
    bug = coming(TextFile(PATH, "a\r\n", "main"), TextFile(new, "b", RECORDS))
    first, second = deliver(bug, (), default(protected=None), TEMPLATES).commits
    message = "BUG-042: bring back bug-042-report-v1.0.md"
    assert first == CommitFiles("main", "a" * 40, (FileChange(PATH, "a\r\n"),), message, RECORDS)
    assert (second.branch, second.expected_oid, second.fallback) == (RECORDS, "b" * 40, "")
    assert second.files == (FileChange(new, "b"),)
    nobody = replace(bug, severity=replace(bug.severity, current=None))
    assert deliver(nobody, (), default(protected=None), TEMPLATES).commits == (first, second)


def test_what_comes_back_never_lands_on_another_copy() -> None:
    """Where a rule turns out to keep it out, it waits rather than to write over the one on our branch."""
    both = coming(TextFile(PATH, "a", "main"), TextFile(PATH, "b", RECORDS))
    first, _ = deliver(both, (), default(protected=None), TEMPLATES).commits
    assert (first.branch, first.fallback) == ("main", "")
    alone = coming(TextFile(PATH, "a", "main"))
    (first,) = deliver(alone, (), replace(default(protected=None), records=None), TEMPLATES).commits
    assert first.fallback == ""
    assert deliver(alone, (), repository(default=None), TEMPLATES).commits == ()
