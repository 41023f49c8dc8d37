"""The register: what the documents folder tells of all bugs, as their lives go on."""

from __future__ import annotations

import io
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from bugaction.console import Console
from bugaction.demo.product import variables
from bugaction.execution import show_register
from bugaction.register import Book, Row, parse_index, parse_year
from bugaction.sandbox.runs import JobRun, Runs
from tests.scenario.life import RECORDS, Life, form

ROOT = "documents/bugs"
_PATIENCE = 20
"""Seconds that one run waits for the other before the test fails."""


def _book(life: Life, branch: str = RECORDS) -> Book:
    """The register as committed."""
    text = life.world.file(branch, f"{ROOT}/register.json")
    assert text is not None
    found = parse_index(text)
    assert found is not None
    book, is_whole = found
    assert is_whole
    return book


def _year(life: Life, branch: str = RECORDS) -> dict[int, Row]:
    """The closed bugs of the year."""
    text = life.world.file(branch, f"{ROOT}/register-2026.json")
    found = parse_year(text or "")
    assert found is not None
    return dict(found[0])


def _page(life: Life, branch: str = RECORDS, name: str = "README.md") -> str:
    return life.world.file(branch, f"{ROOT}/{name}") or ""


def _commits(life: Life) -> list[str]:
    """The records branch, the newest commit first."""
    found: list[str] = []
    head = life.state.head_of(RECORDS)
    while head is not None:
        found.append(head)
        info = life.world.git.commit_info(head)
        head = info.parents[0] if info is not None and info.parents else None
    return found


def test_two_bugs_one_of_which_is_closed(life: Life) -> None:
    """What is open by deadline, what is closed by month, each document linked; nothing is written twice."""
    first, second = life.bug("P2", form()), life.bug("P1", form())
    life.say("bo", second, "/accept")
    assert set(_book(life).open) == {first, second}
    page = _page(life)
    assert page.index(f"[BUG-{second:03d}]") < page.index(f"[BUG-{first:03d}]")
    assert "2 bugs are open." in page
    row = _book(life).open[second]
    assert (row.severity, row.phase, row.owners, row.state) == ("P1", "triage", ("bo",), "open")
    (report,) = row.documents
    branch, _, path = report.url.partition("/blob/")[2].partition("/")
    assert life.world.file(branch, path) is not None

    life.people.close("mia", first, reason="not_planned")
    life.pass_on()
    assert set(_book(life).open) == {second}
    closed = _year(life)[first]
    assert (closed.state, closed.phase, closed.closed) == ("not-planned", "closed", life.world.clock().date())
    assert "1 bug is open." in _page(life)
    assert "Reported in 2026-" in _page(life)
    assert f"[BUG-{first:03d}]" in _page(life, name="2026.md")
    assert life.again() == 0
    life.runs.schedule()
    before = len(life.server.writes)
    life.runs.schedule()
    assert len(life.server.writes) == before

    life.people.reopen("mia", first)
    life.pass_on()
    assert set(_book(life).open) == {first, second}
    assert _year(life) == {}
    assert life.again() == 0
    assert set(life.product.codes) == {0}


def test_the_register_is_one_commit_of_the_run(life: Life) -> None:
    """Where documents lie on the records branch too, they come in the same commit."""
    life.configure("version: 1\ndocuments:\n  delivery: branch\n")
    number = life.report(form())
    before = life.history(RECORDS) if life.state.head_of(RECORDS) else 0
    life.people.label("mia", number, "P1")
    life.pass_on()
    assert _book(life).open[number].documents
    head = life.state.head_of(RECORDS)
    assert head is not None
    info = life.world.git.commit_info(head)
    assert info is not None
    assert info.message == f"BUG-{number:03d}: start the bug report v1.0; update the register"
    assert life.history(RECORDS) - before <= 3  # the beginning of the records, the ledger, the documents


def test_a_quiet_event_reads_once(life: Life) -> None:
    """The register comes along with everything else: of an open bug, and of a closed one."""
    number = life.bug("P2", form())
    for close in (False, True):
        if close:
            life.people.close("mia", number, reason="not_planned")
            life.pass_on()
        before = len(life.server.requests)
        life.people.comment("dee", number, "Any news?")
        life.pass_on()
        assert [request.is_write for request in life.server.requests[before:]] == [False]


def test_a_confidential_bug_tells_no_details(life: Life) -> None:
    """Neither its title nor its documents, in any file of the register."""
    number = life.report(form(), title="Passwords are shown")
    life.people.label("mia", number, "P1")
    life.pass_on()
    assert "Passwords are shown" in _page(life)
    life.people.label("mia", number, "security")
    life.pass_on()
    row = _book(life).open[number]
    assert (row.title, row.documents, row.confidential) == ("", (), True)
    assert "(confidential)" in _page(life)
    texts = [text for path, text in life.files(RECORDS).items() if not path.endswith(".jsonl")]
    assert not any("Passwords" in text for text in texts)
    assert life.again() == 0


def test_with_delivery_commit_it_lies_on_the_default_branch(life: Life) -> None:
    """Beside the documents, in their commit; when delivery changes, it moves with all that it holds."""
    life.configure("version: 1\ndocuments:\n  delivery: commit\n")
    first, second = life.bug("P2", form()), life.bug("P1", form())
    assert set(_book(life, "main").open) == {first, second}
    assert life.world.file(RECORDS, f"{ROOT}/register.json") is None
    life.people.close("mia", first, reason="not_planned")
    life.pass_on()
    assert set(_year(life, "main")) == {first}

    life.configure("version: 1\ndocuments:\n  delivery: branch\n")
    life.say("bo", second, "/accept")
    assert _book(life).open[second].owners == ("bo",)
    assert set(_year(life)) == {first}
    assert f"[BUG-{first:03d}]" in _page(life, name="2026.md")
    assert life.again() == 0
    assert set(life.product.codes) == {0}


def test_a_register_that_moved_leaves_nothing_on_the_records_branch(life: Life) -> None:
    """Two pages that tell different things would be worse than none."""
    number = life.bug("P2", form())
    life.configure("version: 1\ndocuments:\n  delivery: commit\n")
    life.say("bo", number, "/accept")
    assert set(_book(life, "main").open) == {number}
    assert life.world.file(RECORDS, f"{ROOT}/register.json") is None
    assert life.world.file(RECORDS, f"{ROOT}/README.md") is None
    assert life.again() == 0


def test_people_write_around_the_tables(life: Life) -> None:
    """What they wrote on the page stays, whatever happens to the bugs."""
    number = life.bug("P2", form())
    words = "Call mia at night.\n\n"
    page = _page(life).replace("## Closed", f"{words}## Closed")
    life.people.edit_on_web("ana", RECORDS, {f"{ROOT}/README.md": page}, "Whom to call")
    life.pass_on()
    life.say("bo", number, "/accept")
    assert words in _page(life)
    assert "| bo |" in _page(life)


def test_a_damaged_register_is_made_good(life: Life) -> None:
    """Somebody edits the file and breaks it: the rows that can be read stay, and history says so."""
    first, second = life.bug("P2", form()), life.bug("P1", form())
    path = f"{ROOT}/register.json"
    broken = (life.world.file(RECORDS, path) or "").replace('"open"', "open")
    life.people.edit_on_web("ana", RECORDS, {path: broken}, "Oops")
    life.pass_on()
    life.say("bo", second, "/accept")
    assert set(_book(life).open) == {first, second}
    messages = [life.world.git.commit_info(oid) for oid in _commits(life)]
    assert any(info is not None and info.message.startswith("Repair the register") for info in messages)


def test_a_row_that_its_year_has_lost_comes_back(life: Life) -> None:
    """Somebody takes a closed bug out of the year's file: the next close sees it, a sweep mends it."""
    first, second = life.bug(), life.bug()
    life.people.close("mia", first, reason="not_planned")
    life.pass_on()
    path = f"{ROOT}/register-2026.json"
    life.people.push("bo", RECORDS, {path: '{"version": 1, "year": 2026, "bugs": []}\n'}, "Tidy up")
    life.people.close("mia", second, reason="not_planned")
    life.pass_on()
    assert set(_year(life)) == {second}
    assert set(_book(life).closed) == {first, second}
    life.runs.schedule()
    assert set(_year(life)) == {first, second}
    assert all(_book(life).holds(row) for row in _year(life).values())
    assert f"[BUG-00{first}]" in _page(life, name="2026.md")
    assert life.product.codes[-1] == 0


def test_two_runs_at_once(life: Life) -> None:
    """Both rows arrive: the second commit finds another head, and is made again on it."""
    life.bug()
    first, second = life.report(form()), life.report(title="Search fails")
    life.people.label("mia", first, "P1")
    one = life.world.told[-1]
    life.people.label("cy", second, "P2")
    two = life.world.told[-1]
    barrier = Barrier(2)
    life.server.faults.before(lambda _: barrier.wait(_PATIENCE), times=2, operation="createCommitOnBranch")
    life.runs.skip()
    with ThreadPoolExecutor(2) as pool:
        for run in [pool.submit(Runs(life.server, life.product).run, event) for event in (one, two)]:
            run.result()
    assert {1, first, second} == set(_book(life).open)
    assert all(_book(life).open[number].documents for number in (first, second))
    assert life.again(one) == life.again(two) == 0
    assert set(life.product.codes) == {0}


@pytest.mark.parametrize("year", [None, 2026])
def test_the_command_line_prints_it(life: Life, tmp_path: Path, year: int | None) -> None:
    """What is open by deadline, or a year's closed bugs; as lines, and as the file itself."""
    first, second = life.bug("P2", form()), life.bug("P1", form())
    life.people.close("mia", first, reason="not_planned")
    life.pass_on()
    shown: list[str] = []

    def show(run: JobRun) -> dict[str, str]:
        for as_json in (False, True):
            stream = io.StringIO()
            show_register(
                variables(run, tmp_path),
                Console(stream, in_actions=False),
                year=year,
                as_json=as_json,
                clock=life.world.clock,
                sleep=lambda _: None,
            )
            shown.append(stream.getvalue())
        return {}

    before = len(life.server.writes)
    Runs(life.server, show).run(life.world.told[-1])
    assert len(life.server.writes) == before
    lines = shown[0].splitlines()
    if year is None:
        assert lines[0].startswith(f"BUG-{second:03d}   P1   triage       due 2026-")
        assert lines[1:] == ["1 bug open", "1 bug closed"]
        assert shown[1] == life.world.file(RECORDS, f"{ROOT}/register.json")
    else:
        assert lines[0].startswith(f"BUG-{first:03d}   P2   not-planned  closed 2026-")
        assert lines[1:] == ["1 bug closed, reported in 2026"]
        assert json.loads(shown[1])["bugs"][0]["number"] == first
