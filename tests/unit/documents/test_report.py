"""The bug report holds what is known, asks for what is not, and is quiet about everything else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from bugaction.bug import Bug, Gap
from bugaction.documents.base import FIRST_VERSION, write
from bugaction.documents.base import state as committed_state
from bugaction.documents.merge import refresh
from bugaction.documents.overrides import with_overrides
from bugaction.documents.report import LISTED, REPORT, gaps, needs_suspects, recent_deployments
from bugaction.model import Severity
from bugaction.questions import AskSuspects
from bugaction.snapshot import Commit, TextFile
from bugaction.templates import load_templates
from tests.unit.documents.stories import HOSTILE, STORIES, form, full, hostile, plain, told, with_state
from tests.values import T0, at, repository

GOLDEN = Path(__file__).parent / "golden"
PATH = "documents/bugs/BUG-042/bug-042-report-v1.0.md"
TEMPLATES = with_overrides(load_templates(), repository())


def text_of(bug: Bug) -> str:
    """The report as it is committed first."""
    fresh, notices = write(REPORT, bug, TEMPLATES, FIRST_VERSION)
    assert notices == ()
    return refresh("", fresh)


def filed(bug: Bug, text: str | None, *, path: str = PATH, branch: str = "main") -> Bug:
    """The bug with this report committed."""
    files = (*bug.facts.documents, TextFile(path, text, branch))
    return with_state(replace(bug, facts=replace(bug.facts, documents=files)))


@pytest.mark.parametrize("name", STORIES)
def test_reports_are_as_they_were_read_by_eye(name: str) -> None:
    """`golden/` holds whole reports; a change of a template changes them on purpose."""
    assert text_of(STORIES[name]()) == (GOLDEN / f"{name}.md").read_text("utf-8")


@pytest.mark.parametrize("name", STORIES)
def test_the_same_facts_give_the_same_bytes(name: str) -> None:
    """Also later: nothing in a report depends on when it was written."""
    bug = STORIES[name]()
    later = replace(bug, now=bug.now + timedelta(days=9))
    assert text_of(later) == text_of(bug)
    fresh, _ = write(REPORT, later, TEMPLATES, FIRST_VERSION)
    assert refresh(text_of(bug), fresh) == text_of(bug)


def test_harm_stays_words() -> None:
    """No heading, link, picture, HTML or mention of a stranger's makes it to the page."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text_of(hostile()).partition("---\n<!--")[2])
    headings = [
        tokens[index + 1].content for index, token in enumerate(tokens) if token.type == "heading_open"
    ]
    assert headings[0] == "Bug report: BUG-042"
    assert len(headings) == 15
    inline = [child for token in tokens for child in token.children or ()]
    targets = [str(child.attrGet("href")) for child in inline if child.type == "link_open"]
    assert all(target.startswith("https://github.com/octo/shop/") for target in targets)
    assert not [child for child in inline if child.type in ("image", "html_inline")]
    words = "".join(child.content for child in inline if child.type == "text")
    assert "@octo" not in words
    assert "#1" not in words
    assert HOSTILE[:3] in words


def test_a_whole_form_leaves_no_gap() -> None:
    """Everything that a report must say is answered."""
    assert gaps(text_of(full()), Severity.P1) == ()


def test_an_issue_without_a_form_is_asked_for_the_rest() -> None:
    """Its own text says what is broken; each missing section is named with its line."""
    text = text_of(plain())
    found = gaps(text, Severity.P1)
    assert [gap.section for gap in found] == [
        "Expected behaviour",
        "Actual behaviour",
        "Frequency",
        "Steps to reproduce",
        "Environment details",
    ]
    lines = text.split("\n")
    for gap in found:
        assert gap.problem == "is still to be written"
        assert lines[gap.line - 1].lstrip("# ") == gap.section


def test_a_low_severity_asks_for_less() -> None:
    """Frequency and environment do not matter for a cosmetic flaw."""
    assert [gap.section for gap in gaps(text_of(plain()), Severity.P3)] == [
        "Expected behaviour",
        "Actual behaviour",
        "Steps to reproduce",
    ]


def test_a_placeholder_in_the_form_is_a_gap() -> None:
    """TBD is no answer, wherever it was written."""
    text = text_of(told("x", form(broken="b", expected="TBD", actual="a", steps="1", cosmetic="Yes")))
    assert gaps(text, Severity.P3) == (
        Gap(
            "Expected behaviour",
            "holds only a placeholder (TBD)",
            text[: text.index("### Exp")].count("\n") + 1,
            "expected",
        ),
    )


def test_a_person_fills_a_gap_below_its_heading() -> None:
    """Written by hand, refreshed, complete."""
    text = text_of(plain())
    for heading in ("Expected", "Actual", "Frequency", "Steps", "Environment"):
        marker = f"<!-- /bugaction:facts:{heading.lower()} -->\n"
        text = text.replace(marker, f"{marker}\nSomething about it.\n")
    after = refresh(text, write(REPORT, plain(), TEMPLATES, FIRST_VERSION)[0])
    assert gaps(after, Severity.P0) == ()
    assert "Still to be written" not in after


def test_a_deleted_section_is_missing() -> None:
    """Until the next refresh puts it back."""
    text = text_of(full())
    start, end = text.index("## Steps"), text.index("## Workaround")
    assert gaps(text[:start] + text[end:], Severity.P1) == (
        Gap("Steps to reproduce", "is missing", id="steps"),
    )


def test_a_section_under_another_name_is_found_by_its_id() -> None:
    """And one without its id by its name."""
    text = text_of(full())
    assert gaps(text.replace("## Steps to reproduce", "## How to see it"), Severity.P1) == ()
    assert gaps(text.replace("<!-- section: steps required -->\n", ""), Severity.P1) == ()


def test_the_newest_version_is_the_report() -> None:
    """By number and not by letter; files of other bugs and other names are none."""
    bug = filed(full(), "old", path=PATH.replace("1.0", "1.9"))
    bug = filed(bug, text_of(full()), path=PATH.replace("1.0", "1.10"))
    bug = filed(bug, "x", path=PATH.replace("report", "notes"))
    bug = filed(bug, "x", path="documents/bugs/BUG-043/bug-043-report-v9.0.md")
    report = committed_state(REPORT, bug)
    assert (report.version, report.gaps) == ("1.10", ())
    assert report.url == f"https://github.com/octo/shop/blob/main/{PATH.replace('1.0', '1.10')}"


def test_of_two_copies_the_one_that_is_kept_up_counts() -> None:
    """With the defaults, that is the records branch's once there is one."""
    bug = filed(filed(full(), "on records", branch="bugaction/records"), "on main")
    assert committed_state(REPORT, bug).text == "on records"


def test_a_report_that_cannot_be_read_is_a_gap() -> None:
    """GitHub gives no text of a file beyond 512 KB, or of a binary one."""
    report = committed_state(REPORT, filed(full(), None))
    assert [gap.problem for gap in report.gaps] == ["cannot be read: it is larger than 512 KB, or binary"]


def test_suspects_are_read_once_for_a_window() -> None:
    """Asked for until a report holds them; again when the stated start, the policy or the block changed."""
    bug = with_state(replace(full(), suspects=None))
    start = at(-60)
    asked = AskSuspects(bug=42, since=start - timedelta(hours=48), until=start)
    assert needs_suspects(bug) == asked
    settled = filed(bug, text_of(full()))
    assert needs_suspects(settled) is None
    assert needs_suspects(replace(settled, started=None)) == AskSuspects(42, T0 - timedelta(hours=48), T0)
    touched = filed(bug, text_of(full()).replace("**Commits**", "**Commits** mine"))
    assert needs_suspects(touched) == asked


def test_no_suspects_are_read_where_no_report_is_written() -> None:
    """Of a confidential bug, one without a severity, and one whose report cannot be read."""
    bug = with_state(replace(full(), suspects=None))
    assert needs_suspects(replace(bug, confidential=True)) is None
    assert needs_suspects(replace(bug, severity=replace(bug.severity, current=None))) is None
    assert needs_suspects(filed(bug, None)) is None


def test_a_refresh_without_suspects_keeps_those_that_were_read() -> None:
    """So that a settled bug costs no request for them."""
    settled = filed(replace(full(), suspects=None), text_of(full()))
    fresh, _ = write(REPORT, settled, TEMPLATES, FIRST_VERSION)
    assert refresh(text_of(full()), fresh) == text_of(full())


def test_what_went_out_before_is_known_without_reading_it_again() -> None:
    """From the report's own block, while nobody has written in it."""
    assert recent_deployments(with_state(full())) == 1
    settled = filed(replace(full(), suspects=None), text_of(full()))
    assert recent_deployments(settled) == 1
    touched = filed(replace(full(), suspects=None), text_of(full()).replace("**Commits**", "mine"))
    assert recent_deployments(touched) == 0
    assert recent_deployments(with_state(replace(full(), suspects=None))) == 0


def test_a_window_full_of_changes_is_cut() -> None:
    """And the report says so."""
    bug = full()
    assert bug.suspects is not None
    commits = tuple(Commit(f"{number:040x}", f"change {number}", (), at(-90)) for number in range(LISTED + 1))
    text = text_of(replace(bug, suspects=replace(bug.suspects, commits=commits, cut=False)))
    assert f"change {LISTED - 1}]" in text
    assert f"change {LISTED}]" not in text
    assert "GitHub knows of more changes" in text
