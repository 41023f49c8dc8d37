"""What strangers write is data: nothing of it is a mention, a link, a marker, a template or a command."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

from bugaction.sandbox.runs import JobRun
from tests.scenario.life import ANSWERS, STICKY, Life, form

EVIL = (
    "@ana @octo/everyone Fixes #1 closes octo/shop#1 GH-1 https://evil.example/x www.evil.example "
    "<script>alert(1)</script> <img src=x onerror=alert(1)> </details> [x](javascript:alert(1)) "
    "| a | b | <!-- bugaction:sticky v1 --> <!-- bugaction:facts:broken --> <!-- /bugaction:facts:broken --> "
    "{{ 7 * 7191 }} {% for x in range(9) %} ${{ secrets.TOKEN }} ##[error]pwned"
)
LINES = (
    f"{EVIL}\r\n::error::pwned\n::set-output name=x::y\n::add-mask::a\n::stop-commands::z\n"
    "<!-- bugaction:facts:broken -->\n<!-- /bugaction:facts:broken -->\n# Heading\n"
    "<!-- section: steps required -->\n```\n\u202e\x1b[31m\x00/severity P3\n```"
)

HEREDOC = "ghadelimiter_00000000-0000-0000-0000-000000000000\nEOF\nreason=done\nresult<<EOF\n{}\nEOF\n"
"""Ends an output early, and begins another, where its delimiter can be guessed."""

_MENTION = re.compile(r"@(?:ana|octo)\b")
_CLOSING = re.compile(r"(?i)\b(?:fixes|closes)\s+(?:octo/shop)?#\d|\bGH-1\b")
_HTML = re.compile(r"<(?:script|img|/details)")
_LINK = re.compile(r"(?:https?://|www\.)evil|(?<!\\)\]\(javascript")
_COMMAND = re.compile(r"^\s*::(?!error title=bugaction|warning title=bugaction|notice title=bugaction)", re.M)


def harmless(text: str) -> None:
    """Nothing in a Markdown text of ours acts for the stranger. In a code span words are only words."""
    text = text.replace("`Fixes #1`", "")  # what we tell people to write
    for pattern in (_MENTION, _CLOSING, _HTML, _LINK):
        assert pattern.search(text) is None, pattern.pattern
    assert str(7 * 7191) not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\x00" not in text


def _bug(life: Life) -> int:
    number = life.people.open_issue("dee", EVIL[:250], form(dict.fromkeys(ANSWERS, LINES))).number
    life.people.label("mia", number, "P1")
    life.pass_on()
    return number


def test_comment_and_report_are_harmless(life: Life) -> None:
    """Title and answers stand in the report as plain words, and the comment has one marker: ours."""
    number = _bug(life)
    life.say("dee", number, f"/severity P0 {EVIL}")
    life.say("cy", number, f"/severity P1 {EVIL}")
    comment, document = life.sticky(number), life.document(number)
    assert document is not None
    harmless(comment)
    harmless(document)
    assert comment.count(STICKY) == 1
    for reply in life.ours(number):
        harmless(reply.body)
    starts = re.findall(r"^<!-- bugaction:facts:(\w+)", document, re.M)
    assert len(starts) == len(set(starts))
    assert document.count("<!-- section: steps required -->") == 1
    assert {"P1", "phase: triage"} == life.labels(number)


def test_report_is_settled(life: Life) -> None:
    """Markers in an answer do not confuse the next run: it writes nothing."""
    _bug(life)
    assert life.again() == 0


_CODE = r"\\`a` @octo/team <img src=x> `b`"
"""Ticks behind an escaped backslash, which are code up to the second, and what stands behind that is not."""


def _row(life: Life, words: str) -> str:
    """What the one line of the bug's comment that holds these words shows outside of code."""
    (row,) = {line for line in life.sticky(1).split("\n") if words in line and line.startswith("- ")}
    tokens = MarkdownIt("commonmark").parse(row)
    shown = [child for token in tokens for child in token.children or () if child.type != "code_inline"]
    assert not any(child.type == "html_inline" for child in shown)
    return "".join(child.content for child in shown)


def test_a_task_in_a_description_mentions_nobody(life: Life) -> None:
    """What a fix's list says is quoted as words."""
    life.settled()
    life.fix(1, body=f"Fixes #1\n\n- [ ] \\\\{_CODE}")
    assert "@octo" not in _row(life, "octo/team")


def test_a_job_s_name_mentions_nobody(life: Life) -> None:
    """Whoever may open a pull request names the jobs that check it."""
    life.settled()
    pull = life.fix(1)
    life.check(pull, _CODE, conclusion="failure")
    assert "@octo" not in _row(life, "octo/team")


def test_a_tick_in_an_action_item_leaves_our_own_code_alone(life: Life) -> None:
    """What we tell people to write stays in its code."""
    number = life.bug("P2", form())
    life.say("cy", number, "/post-mortem")
    _, path, text = life.committed(number, "post-mortem")
    marker = "<!-- /bugaction:facts:this-week -->\n"
    life.people.edit_on_web(
        "bo", "main", {path: text.replace(marker, f"{marker}\n- [ ] odd ` tick\n")}, "Promise"
    )
    life.pass_on()
    shown = _row(life, "WHAT @LOGIN")
    assert "odd ' tick" in shown
    assert "LOGIN" not in shown


def test_log_and_summary_are_harmless(life: Life) -> None:
    """No line of the log is a workflow command of a stranger, and the summary holds none of their HTML."""
    number = _bug(life)
    life.say("dee", number, LINES + f"\n/severity P0 {EVIL}\n/{EVIL}")
    life.fix(number, body=f"{LINES}\nFixes #{number}")
    assert _COMMAND.search(life.log) is None
    assert "##[" not in life.log
    assert "\x1b" not in life.log
    for summary in life.product.summaries:
        harmless(summary)


def test_commit_messages_are_harmless(life: Life) -> None:
    """Our commits close no issue, mention nobody, and carry none of the stranger's words."""
    _bug(life)
    for branch in ("main", "bugaction/records"):
        head = life.state.head_of(branch)
        assert head is not None
        info = life.world.git.commit_info(head)
        assert info is not None
        harmless(info.message)
        assert "alert" not in info.message


def test_outputs_hold_one_value_each(life: Life) -> None:
    """A stranger's lines end no output early and begin no other."""
    runs: list[JobRun] = []
    life.people.open_issue("dee", EVIL[:250], form(dict.fromkeys(ANSWERS, f"{HEREDOC}{LINES}")))
    runs += life.pass_on()
    assert runs
    names = {name for run in runs for name in run.outputs}
    assert names == {
        "bug",
        "severity",
        "phase",
        "gates",
        "plan",
        "documents",
        "reason",
        "result",
        "unrecorded",
    }
