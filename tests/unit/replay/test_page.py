"""The report, for people; its whole text is held by a past that is lived (`test_replay`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from markdown_it import MarkdownIt

from bugaction.model import Severity
from bugaction.replay import document, html, markdown
from bugaction.snapshot import IssueState
from tests.unit.replay.stories import NO_TEST, RED, account, lap, merge, story

HOSTILE = "</td><script>alert(1)</script> | [x](https://evil.example) @ana #1 ![y](z) <!-- `c`"


def test_words_of_people_stay_words() -> None:
    """In a table of Markdown and in HTML: no markup, no mention, no link of theirs."""
    bad = replace(NO_TEST, problem=HOSTILE)
    whole = account(story(1, Severity.P1, merges=(merge(7, bad),), title=HOSTILE))
    page = markdown(whole)
    row = next(line for line in page.splitlines() if line.startswith("| [BUG-001]"))
    assert row.replace("\\|", "").count("|") == 9
    assert "@ana" not in page
    sheet = html(whole)
    assert "<script" not in sheet
    assert "<img" not in sheet
    assert sheet.count("<td") == sheet.count("</td>")
    assert "evil.example" not in "".join(part.split('"')[0] for part in sheet.split('href="')[1:])


def test_a_word_that_never_ends_is_broken_in_its_cell() -> None:
    """Otherwise the title of one bug makes the table wider than the page."""
    sheet = html(account(story(1, Severity.P1, title="x" * 300)))
    assert "td { overflow-wrap: anywhere; }" in sheet


def test_the_sheet_needs_nothing_else() -> None:
    """It loads nothing, whatever is in it, and every link leads to the repository."""
    sheet = html(account(story(1, Severity.P1, merges=(merge(7, RED),))))
    links = {part.split('"')[0] for part in sheet.split('href="')[1:]}
    assert links
    assert all(link.startswith("https://github.com/octo/shop") for link in links)
    assert "default-src 'none'" in sheet
    for loads in ("src=", "@import", "url(", "<link", "<script"):
        assert loads not in sheet
    assert "@media print" in sheet


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (account(story(1)), "0 of 1 bug** missed a target"),
        (account(story(1)), "No merged pull request is linked"),
        (account(story(1)), "Nothing is seen to have come back"),
        (account(story(1, merges=(merge(7, RED, NO_TEST), merge(8)))), "1 of 2 merged fixes** would have"),
        (account(story(1, merges=(merge(7),))), "Nothing that the past shows."),
        (account(story(1, reopened=1, came_back=1)), "1 bug opened again, 1 of them after a fix was merged"),
        (account(story(1, merges=(merge(7, taken_back=True),))), "1 merged fix taken back"),
        (account(story(1, merges=(merge(7, owed=(RED,)),))), "1 P0 fix would have been let through"),
        (
            account(story(1, merges=(merge(7, asked=(RED,)),))),
            "so many fixes:\n\n- The watched checks passed on this commit (1)\n",
        ),
        (account(story(1), found=9, left="--limit is 1"), "the 1 newest of 9 bugs"),
        (account(story(1), found=9, left="--limit is 1"), "**Not all of it: --limit is 1.**"),
        (account(story(1, unseen=2)), "2 merged fixes came before anything said"),
        (account(story(1, labelled_after=timedelta(hours=5))), "1 bug got a severity later than 1 hour"),
        (
            account(story(1, Severity.P0, replace(lap("respond", 2, 1), late=None))),
            "1 bug took longer than a target and still counts as in time",
        ),
        (account(story(1, by_hand=True)), "1 bug was closed as done"),
        (account(story(1, merges=(merge(7, unread=True),))), "checks of 1 merged fix are not to be seen"),
        (account(story(1), roles=False), "every approval was taken for one of somebody"),
        (account(story(1), runs_already=True), "bugaction has run here"),
        (account(story(1), draft="r.md", drafted="BUG-001"), "drafted from its timeline: r.md, beside"),
        (
            account(story(1, title="", confidential=True)),
            "BUG-001](https://github.com/octo/shop/issues/1) (conf",
        ),
        (account(story(1, None)), "| none | 1 | 0 |"),
        (account(story(1), bug=("sev: 1", "a`b")), "; a bug without one: `sev: 1`, `a'b`."),
    ],
)
def test_what_it_tells(found: object, says: str) -> None:
    """A case a sentence."""
    assert says in markdown(found)  # type: ignore[arg-type]


def test_targets_in_a_row_of_a_bug() -> None:
    """How late, or how long overdue; an open one has no time to its fix."""
    late = story(1, Severity.P1, lap("respond", 3, 1), lap("fix", 30, 24))
    open_ = story(2, Severity.P1, lap("fix", None, 24, late=48), state=IssueState.OPEN)
    rows = [line for line in markdown(account(late, open_)).splitlines() if line.startswith("| [BUG")]
    assert "answer 2 hours late; fix 6 hours late" in rows[1]
    assert "| open | fix 2 days overdue |" in rows[0]


def test_a_long_list_is_cut_and_says_so() -> None:
    """The newest stay."""
    page = markdown(account(*(story(number) for number in range(60))))
    assert page.count("| [BUG-") == 50
    assert "And 10 older ones, which `--json` lists as well." in page
    assert "BUG-009" not in page


def test_the_page_is_markdown_that_parses_to_three_tables() -> None:
    """As GitHub shows it."""
    whole = account(story(1, Severity.P1, lap("fix", 3), merges=(merge(7, RED),)))
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown(whole))
    assert [token.type for token in tokens].count("table_open") == 3


def test_the_document_tells_programs_the_same() -> None:
    """Lengths in seconds, and every bug."""
    whole = account(
        story(1, Severity.P0, lap("fix", 5, 4), merges=(merge(7, RED, asked=(NO_TEST,)),)),
        story(2, None, labelled_after=timedelta(hours=1)),
    )
    found = document(whole).model_dump(mode="json")
    assert (found["late"], found["merged"], found["held"], found["found"]) == (1, 1, 1, 2)
    assert found["bugs"][0]["clocks"][0] == {
        "clock": "fix",
        "target": 14400,
        "due": "2026-11-24T13:00:00Z",
        "reached": "2026-11-24T14:00:00Z",
        "elapsed": 18000,
        "late": 3600,
    }
    assert found["bugs"][0]["merges"][0]["held"] == [
        {"gate": "fix", "requirement": "checks", "problem": '"test" failed'}
    ]
    assert [each["severity"] for each in found["severities"]] == ["P0", None]
