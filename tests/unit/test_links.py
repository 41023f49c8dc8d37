"""Which issues a pull request says it fixes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.links import (
    MOST_HINTS,
    MOST_LINKS,
    Chain,
    Links,
    Refused,
    chain_of,
    hinted_numbers,
    linked_bugs,
    recorded_pulls,
    ties_of,
)
from bugaction.model import Actor, LedgerFile, LedgerLine, RecordKind
from bugaction.snapshot import (
    BugFacts,
    Commit,
    Entry,
    EntryKind,
    IssueState,
    PullRequest,
    PullState,
    Repository,
    StatusState,
)
from tests import values

SHOP = Repository("octo", "shop", "R_1", "https://github.com/octo/shop", Actor("github-actions[bot]"), None)
FOREIGN = "It is an issue of another repository, whose bugs this one does not gate."


def pull(
    body: str = "",
    *,
    title: str = "",
    head: str = "patch-1",
    closing: tuple[int, ...] = (),
    messages: tuple[str, ...] | None = None,
) -> PullRequest:
    commits = None
    if messages is not None:
        moment = datetime(2026, 11, 24, tzinfo=UTC)
        commits = tuple(Commit("a" * 40, message, ("ana",), moment) for message in messages)
    return PullRequest(
        number=7,
        id="PR_7",
        url="https://github.com/octo/shop/pull/7",
        title=title,
        body=body,
        author=Actor("ana"),
        state=PullState.OPEN,
        is_draft=False,
        base="main",
        head=head,
        head_oid="a" * 40,
        closing=closing,
        commits=commits,
    )


@pytest.mark.parametrize(
    "text",
    [
        "close #42",
        "closes #42",
        "closed #42",
        "fix #42",
        "fixes #42",
        "fixed #42",
        "resolve #42",
        "resolves #42",
        "resolved #42",
        "Fixes: #42",
        "FIXES #42.",
        "This (fixes #42)",
        "Fixes octo/shop#42",
        "fixes Octo/Shop#42",
        "Fixes https://github.com/octo/shop/issues/42",
        "Fixes <https://github.com/octo/shop/issues/42>",
        "Fixes https://GitHub.com/Octo/Shop/issues/42#issuecomment-5",
        "Fixes [#42](https://github.com/octo/shop/issues/42)",
        "**Fixes** #42",
        "fixes\n#42",
        "- [x] fixes #42",
        "| what |\n|---|\n| fixes #42 |",
        "## Fixes #42",
        "<details>\nFixes #42\n</details>",
        "<!-- a remark -->fixes #42",
        "<code>x</code> fixes #42",
        "`x` fixes #42",
        "A first line\r\n\r\nFixes #42\r\n",
    ],
)
def test_closing_keyword_links(text: str) -> None:
    """Every keyword, every way to write the reference, wherever a reader sees it."""
    assert linked_bugs(pull(text), SHOP) == Links((42,))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#42",
        "see #42",
        "prefixes #42",
        "fixes#42",
        "fixes 42",
        "fixes #42nd",
        "fixes #0",
        "fixes #2147483648",
        "fixes #99999999999",
        "`fixes #42`",
        "```\nfixes #42\n```",
        "~~~ text\nfixes #42",
        "    fixes #42",
        "> fixes #42",
        "> a quote\nfixes #42",
        "<!-- fixes #42 -->",
        "<!--\n\nfixes #42\n\n-->",
        "a <!-- fixes #42 --> b",
        "a <code>fixes #42</code> b",
        "<pre>\nfixes #42\n</pre>",
        "<blockquote>\n\nfixes #42\n\n</blockquote>",
        "![fixes #42](x.png)",
        "fixes\n\n#42",
        "fixes https://github.com/octo/shop/pull/42",
        "fixes `#42`",
    ],
)
def test_text_that_is_no_link(text: str) -> None:
    """No keyword, no issue, or not running text."""
    assert linked_bugs(pull(text), SHOP) == Links()


@pytest.mark.parametrize(
    "reference",
    [
        "octo/other#3",
        "evil/shop#3",
        "https://github.com/octo/other/issues/3",
        "https://ghe.test/octo/shop/issues/3",
    ],
)
def test_issue_of_another_repository_is_refused_with_its_reason(reference: str) -> None:
    """It is told apart, so that nobody waits for a gate that never comes."""
    assert linked_bugs(pull(f"Fixes {reference} and fixes #5"), SHOP) == Links(
        (5,), (Refused(reference, FOREIGN),)
    )


def test_pull_request_does_not_fix_itself() -> None:
    """Its own number is no bug."""
    assert linked_bugs(pull("Fixes #7"), SHOP) == Links(
        (), (Refused("#7", "It is the pull request itself."),)
    )


def test_sources_are_joined() -> None:
    """What GitHub says, title, body, commit messages and branch; each issue once, in order."""
    found = linked_bugs(
        pull(
            "fixes #5, closes #9",
            title="Fix #4: totals",
            head="fix/bug-003",
            closing=(9, 2),
            messages=("wip", "Total\n\n    resolves #6\n"),
        ),
        SHOP,
    )
    assert found == Links((2, 3, 4, 5, 6, 9))


@pytest.mark.parametrize(
    ("branch", "numbers"),
    [
        ("fix/bug-042", (42,)),
        ("bug-42", (42,)),
        ("BUG-42", (42,)),
        ("ana/fix/Bug-042-totals", (42,)),
        ("bug-42_totals", (42,)),
        ("debug-42", ()),
        ("bug-42x", ()),
        ("bug-0", ()),
        ("bug-4200000000", ()),
        ("bugaction/bug-042", ()),
        ("Bugaction/bug-042", ()),
        ("main", ()),
    ],
)
def test_branch_named_for_a_bug_links(branch: str, numbers: tuple[int, ...]) -> None:
    """Case does not matter; our own branches for documents are no fix."""
    assert linked_bugs(pull(head=branch), SHOP).numbers == numbers


def test_number_of_links_is_bounded() -> None:
    """What GitHub itself links comes first; the rest is refused by name and not dropped in silence."""
    body = " ".join(f"fixes #{number}" for number in range(100, 160))
    found = linked_bugs(pull(body, closing=(900,)), SHOP)
    assert len(found.numbers) == MOST_LINKS
    assert 900 in found.numbers
    assert [refused.reference for refused in found.refused] == [f"#{number}" for number in range(149, 160)]


MARKDOWN = st.lists(
    st.sampled_from(
        [
            "fixes #1",
            "`",
            "```\n",
            "<!--",
            "-->",
            "> ",
            "\n",
            "<code>",
            "</code>",
            "<![CDATA[",
            "](",
            "[",
            " ",
        ]
    )
    | st.characters(),
    max_size=40,
).map("".join)


@given(MARKDOWN, st.text(max_size=20), st.text(max_size=20))
def test_any_text_is_read(body: str, title: str, head: str) -> None:
    """Total: whatever people write, numbers are positive, ascending and unique."""
    found = linked_bugs(pull(body, title=title, head=head, messages=(body,)), SHOP)
    assert list(found.numbers) == sorted({number for number in found.numbers if number > 0})


def test_lone_surrogate_is_read() -> None:
    """JSON can carry one, and no encoder takes it."""
    assert linked_bugs(pull("[a](\ud800) \ud800 fixes #3"), SHOP) == Links((3,))


@pytest.mark.parametrize(
    "text",
    [
        "fix" + " " * 60_000,
        "<a" * 30_000,
        "fixes https://" + "a/" * 30_000,
        "<div>\n<a" + "-a" * 30_000 + "1",
        "![" * 30_000 + "1",
    ],
)
def test_hostile_text_costs_little(text: str) -> None:
    """The longest body that GitHub takes is read in passing: nothing is tried in quadratic time."""
    assert linked_bugs(pull(text), SHOP) == Links()


def test_a_recorded_link_counts_from_either_side() -> None:
    """From the pull request's own file and from the bug's ledger, together with what it says itself."""
    link = values.line(RecordKind.LINK, "PR_7", bug="42", pull="7")
    by_ledger = values.facts(lines=[link])
    plain = values.pull(closing=[])
    assert ties_of(plain, values.snapshot(values.facts())).linked == ()
    assert ties_of(plain, values.snapshot(by_ledger)).linked == (42,)
    by_file = replace(plain, links=LedgerFile(lines=(link,)))
    assert ties_of(by_file, values.snapshot()).linked == (42,)
    assert ties_of(values.pull(closing=[43]), values.snapshot(by_ledger)).linked == (42, 43)
    refused = values.facts(lines=[replace(link, accepted=False)])
    assert ties_of(plain, values.snapshot(refused)).linked == ()


@pytest.mark.parametrize("number", ["", "x", "-7", "0", "\u0667", "7" * 5000])
def test_a_recorded_link_without_a_number_is_none(number: str) -> None:
    """Whatever stands there stops nothing."""
    assert (
        recorded_pulls(values.facts(lines=[values.line(RecordKind.LINK, "PR_7", pull=number)])) == frozenset()
    )


@pytest.mark.parametrize(
    ("context", "url", "creator", "found"),
    [
        ("bugaction/gate", f"{values.BASE}/issues/42#issuecomment-9", values.VIEWER, {42}),
        ("bugaction/triage", f"{values.BASE}/issues/42", values.VIEWER, {42}),
        ("bugaction/gate", f"{values.BASE}/pull/7", values.VIEWER, set()),
        ("bugaction/gate", "https://evil.test/octo/shop/issues/42", values.VIEWER, set()),
        ("bugaction/gate", f"{values.BASE}/issues/99999999999", values.VIEWER, set()),
        ("ci", f"{values.BASE}/issues/42", values.VIEWER, set()),
        ("bugaction/gate", f"{values.BASE}/issues/42", values.ANA, set()),
    ],
)
def test_our_statuses_point_to_a_bug(context: str, url: str, creator: Actor, found: set[int]) -> None:
    """Ours alone, under our contexts, to an issue of this repository."""
    shown = values.status(context, StatusState.FAILURE, "x", url=url, creator=creator)
    assert hinted_numbers(values.pull(statuses=[shown]), values.repository()) == found
    assert hinted_numbers(replace(values.pull(), earlier=(shown,)), values.repository()) == found


def test_so_many_bugs_are_looked_at_for_our_statuses() -> None:
    """Those on its head, then those that its own earlier heads point to; a crowd of commits costs no more."""
    numbers = [*range(20, 60), 7]
    shown = [
        values.status("bugaction/gate", StatusState.FAILURE, "x", url=f"{values.BASE}/issues/{number}")
        for number in numbers
    ]
    crowded = replace(values.pull(statuses=shown[-1:]), earlier=tuple(shown[:-1]))
    assert hinted_numbers(crowded, values.repository()) == {7, *range(20, 19 + MOST_HINTS)}


def _unlink(bug: int, *, file: bool = False) -> LedgerLine:
    mark = f"#{bug}" if file else ""
    return values.line(RecordKind.COMMAND, f"IC_1#x{mark}", name="unlink", bug=str(bug), pull="7")


def _undo(bug: int, *, file: bool = False) -> LedgerLine:
    mark = f"#{bug}" if file else ""
    undoes = f"IC_1#x{mark}"
    return values.line(
        RecordKind.COMMAND, f"IC_2#y{mark}", name="undo", undoes=undoes, bug=str(bug), pull="7"
    )


LINK = values.line(RecordKind.LINK, "PR_7", bug="42", pull="7")


@pytest.mark.parametrize(
    ("ledger", "file", "linked", "unlinked"),
    [
        ([_unlink(42)], [], (), (42,)),
        ([LINK, _unlink(42)], [LINK, _unlink(42, file=True)], (), (42,)),
        ([_unlink(42), _undo(42)], [], (42,), ()),
        ([_unlink(42), _undo(42)], [_unlink(42, file=True)], (42,), ()),
        ([], [_unlink(42, file=True)], (42,), ()),
        (None, [LINK, _unlink(42, file=True)], (), (42,)),
        (None, [LINK, _unlink(42, file=True), _undo(42, file=True)], (42,), ()),
        (None, [_unlink(43, file=True)], (42,), (43,)),
    ],
    ids=["text", "records", "undone", "stale file", "only the file", "unread", "unread undone", "other bug"],
)
@pytest.mark.parametrize("says", [True, False], ids=["named", "silent"])
def test_an_unlink_outweighs_every_link(
    ledger: list[LedgerLine] | None,
    file: list[LedgerLine],
    linked: tuple[int, ...],
    unlinked: tuple[int, ...],
    says: bool,
) -> None:
    """Text, branch and records; the ledger decides where it was read, and the file where it was not."""
    whole = values.pull(closing=[42] if says else [], body="Fixes #42" if says else "")
    whole = replace(whole, links=LedgerFile(lines=(LINK, *file)))
    bugs = [values.facts(lines=ledger)] if ledger is not None else []
    ties = ties_of(whole, values.snapshot(*bugs))
    assert (ties.linked, ties.unlinked) == (linked, unlinked)


def _duplicate(number: int, of: int) -> BugFacts:
    said = values.line(RecordKind.COMMAND, f"IC_{number}#d", name="duplicate", duplicate=str(of))
    return values.facts(values.issue(number), lines=[said])


def _plain(number: int, *lines: LedgerLine) -> BugFacts:
    return values.facts(values.issue(number), lines=lines)


APART = values.line(RecordKind.COMMAND, "IC_9#x", name="unlink", bug="50", pull="7")


@pytest.mark.parametrize(
    ("bugs", "linked", "originals", "unread"),
    [
        ([_plain(42)], (42,), {}, ()),
        ([_duplicate(42, 50), _plain(50)], (42, 50), {42: 50}, ()),
        ([_duplicate(42, 50), _duplicate(50, 60), _plain(60)], (42, 60), {42: 60}, ()),
        ([_duplicate(42, 50)], (42,), {}, (50,)),
        ([_duplicate(42, 50), _duplicate(50, 60)], (42,), {}, (60,)),
        ([_duplicate(42, 13)], (42,), {}, ()),
        ([_duplicate(42, 50), _duplicate(50, 13)], (42,), {}, ()),
        ([_duplicate(42, 50), _duplicate(50, 42)], (42,), {}, ()),
        ([_duplicate(42, 50), _duplicate(50, 60), _duplicate(60, 50)], (42,), {}, ()),
        ([_duplicate(42, 42)], (42,), {}, ()),
        ([_duplicate(42, 50), _plain(50, APART)], (42,), {}, ()),
        ([], (42,), {}, (42,)),
    ],
    ids=[
        "none",
        "one",
        "a chain",
        "unread",
        "unread later",
        "gone",
        "gone later",
        "a circle",
        "a circle later",
        "itself",
        "unlinked from the original",
        "nothing read",
    ],
)
def test_a_duplicate_s_fix_is_its_original_s(
    bugs: list[BugFacts], linked: tuple[int, ...], originals: dict[int, int], unread: tuple[int, ...]
) -> None:
    """What cannot be followed to its end stands for itself."""
    world = values.snapshot(*bugs)
    world = world.with_answers(replace(world.answers, missing=frozenset({13})))
    ties = ties_of(values.pull(), world)
    assert (ties.linked, dict(ties.originals), ties.unread) == (linked, originals, unread)


def test_the_chain_tells_every_issue_on_the_way() -> None:
    """For the command that must not close a circle."""
    world = values.snapshot(_duplicate(42, 50), _duplicate(50, 60), _plain(60))
    assert chain_of(42, world) == Chain((42, 50, 60))
    assert chain_of(60, world) == Chain((60,))
    assert chain_of(7, world) == Chain((7,), unread=7)


def test_the_chain_tells_whether_its_original_is_over() -> None:
    """Closed for good, that is: a close that is held is about to be taken back, and no end."""
    closed = values.issue(50, state=IssueState.COMPLETED)
    closed = replace(closed, timeline=(Entry("CE_1", EntryKind.CLOSED, values.ANA, values.at(9)),))
    held = values.line(RecordKind.CLOSED, "CE_1", accepted=False)
    for original, over in (
        (values.facts(closed), True),
        (values.facts(closed, lines=[held]), False),
        (_plain(50), False),
    ):
        assert chain_of(42, values.snapshot(_duplicate(42, 50), original)).is_over is over
    circle = values.snapshot(_duplicate(42, 50), _duplicate(50, 42))
    assert not chain_of(42, circle).is_over


def test_nobody_follows_for_ever() -> None:
    """Three steps are followed; what points further stands for itself."""
    world = values.snapshot(*(_duplicate(number, number + 1) for number in range(42, 46)), _plain(46))
    assert chain_of(43, world).last == 46
    assert chain_of(42, world).last == 42


@pytest.mark.parametrize("piece", ["[", "![", "[](", "**a", "`` a", "<", "<a-", "&", "\\", "- a\n", "|a"])
def test_hostile_text_hides_no_link(piece: str) -> None:
    """What stands beside 60,000 characters of marks counts as ever, even inside a link too many."""
    assert linked_bugs(pull(f"[Fixes #42](/a)\n\nx{(piece * 60_000)[:60_000]}\n\nFixes #43"), SHOP) == Links(
        (42, 43)
    )


def test_element_is_known_by_its_whole_name() -> None:
    """`code-sample` is not `code`."""
    assert linked_bugs(pull("<code-sample>fixes #42</code-sample>"), SHOP) == Links((42,))
    assert linked_bugs(pull("<code->fixes #42"), SHOP) == Links((42,))
