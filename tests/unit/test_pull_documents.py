"""A document in a pull request counts for that head alone, and on somebody else's approval of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bugaction.bug import Bug, StrategyChoice
from bugaction.documents import DOCUMENTS
from bugaction.documents.base import state
from bugaction.gates import GATES
from bugaction.model import Actor, Evidence, GateResult, Outcome, Role, Severity, Strategy
from bugaction.policy import DEFAULT_ROOT
from bugaction.pull_documents import asked, judge, remarks
from bugaction.questions import AskDocuments
from bugaction.review import ChangedFile, ChangeKind, Commit, HeadFile
from bugaction.snapshot import PullRequest, ReviewState, TextFile
from tests.unit.bugs import bug, said
from tests.values import BO, at, changed, ready, review

HEAD = "c" * 40
FOLDER = f"{DEFAULT_ROOT}/BUG-042"
ANALYSIS = f"{FOLDER}/root-cause-analysis-v1.0.md"
NOTES = f"{FOLDER}/release-notes-bug-042-v1.0.md"
MIA, EVE = Actor("mia"), Actor("eve")
FILE, LINK = 0o100644, 0o120000


def written(kind: str = "root-cause-analysis") -> str:
    """A document of that kind in which every section is filled in."""
    return "".join(f"## {title}\nIt is known.\n" for title in DOCUMENTS[kind].sections.values())


def blank(kind: str = "root-cause-analysis") -> str:
    """One in which none is."""
    return "".join(f"## {title}\n" for title in DOCUMENTS[kind].sections.values())


def fix(
    text: str | None = None, *, path: str = ANALYSIS, mode: int = FILE, approved: bool = True
) -> PullRequest:
    """A fix by Bo that brings this file; Mia has approved its head."""
    whole = ready()
    return replace(
        whole,
        files=(*(whole.files or ()), changed(path, ChangeKind.ADDED)),
        documents=(HeadFile(path, mode, written() if text is None else text),),
        reviews=(review(MIA),) if approved else (),
    )


def with_fix(pull: PullRequest, *files: TextFile, severity: Severity = Severity.P1, **changes: object) -> Bug:
    """The bug with that fix; on the default branch an analysis and notes in which nothing is written."""
    here = files or (TextFile(ANALYSIS, blank(), "main"), TextFile(NOTES, blank("release-notes"), "main"))
    evidence = Evidence("hotfix, chosen by bo", "", "bo", at(20))
    looked = said("attest", 3, requirement="investigation")
    whole = bug(
        severity,
        fixes=(pull,),
        roles={"mia": Role.MAINTAIN, "eve": Role.WRITE, "dee": Role.READ, "bo": Role.WRITE},
        strategy=StrategyChoice(Strategy.HOTFIX, "one branch", evidence),
        attestations={"investigation": looked},
    )
    whole = replace(whole, facts=replace(whole.facts, documents=here), **changes)  # type: ignore[arg-type]
    return replace(whole, documents={kind: state(item, whole) for kind, item in DOCUMENTS.items()})


def verdict(pull: PullRequest, *files: TextFile, gate: str = "root-cause", **changes: object) -> GateResult:
    """What that gate says of the pull request."""
    whole = with_fix(pull, *files, **changes)  # type: ignore[arg-type]
    return judge(GATES[gate], whole, pull)


def problems(result: GateResult) -> list[str]:
    """What stands in the way."""
    return [item.problem for item in result.blocking]


OURS = 'section "The problem" is empty, and 4 more wait'
UNSEEN = "it is not said whether the bug was reproduced"


# What counts -------------------------------------------------------------------------------------------


def test_an_approved_one_takes_the_place_of_ours() -> None:
    """For this pull request: the evidence is the file at its head, and whose approval it rests on."""
    result = verdict(fix())
    assert result.passes
    (item,) = (item for item in result.requirements if item.id == "root-cause-analysis")
    assert [evidence.text for evidence in item.evidence] == [ANALYSIS, "approved by mia"]
    assert item.evidence[0].url.endswith(f"/blob/{HEAD}/{ANALYSIS}")


def test_the_bug_s_own_checklist_stays_about_our_branches() -> None:
    """It says where there is another one."""
    whole = with_fix(fix())
    (result,) = GATES["root-cause"].survey(whole)
    assert problems(result) == [OURS, UNSEEN]
    assert remarks(whole) == (
        "#7 brings the root-cause analysis v1.0; it counts for that pull request alone, once approved",
    )


def test_another_pull_request_is_judged_by_ours() -> None:
    """What one brings is nothing to the others."""
    other = ready(8, head_oid="d" * 40)
    assert problems(judge(GATES["root-cause"], with_fix(fix()), other)) == [OURS, UNSEEN]


def test_release_notes_are_brought_as_well() -> None:
    """Each gate by the documents that it reads."""
    pull = fix(written("release-notes"), path=NOTES)
    found = verdict(pull, gate="release", severity=Severity.P2)
    assert found.passes
    assert problems(verdict(pull)) == [OURS, UNSEEN]


def test_what_an_approved_one_lacks_is_named_where_it_is_written() -> None:
    """With the editor of its own branch."""
    text = written().replace("## The cause\nIt is known.\n", "## The cause\n")
    result = verdict(fix(text))
    assert problems(result) == ['section "The cause" is empty, in #7']
    assert f"/edit/topic-7/{ANALYSIS}#L5" in result.blocking[0].remedy


def test_the_fast_lane_needs_no_more_of_it_than_of_ours() -> None:
    """One paragraph of the cause, and the rest is owed."""
    result = verdict(fix(blank().replace("## The cause\n", "## The cause\nKnown.\n")), severity=Severity.P0)
    assert result.passes
    assert [item.outcome for item in result.requirements if item.id == "root-cause-analysis"] == [
        Outcome.DEFERRED
    ]


@pytest.mark.parametrize("version", ["1.1", "2.0"])
def test_the_next_version_counts(version: str) -> None:
    """Of whichever kind."""
    assert verdict(fix(path=ANALYSIS.replace("1.0", version))).passes


# What does not -----------------------------------------------------------------------------------------


def test_nobody_s_approval_is_needed_by_name() -> None:
    """The line says what would meet it, and who can do that; what ours meets needs nothing."""
    result = verdict(fix(approved=False))
    assert problems(result) == [f"its document in #7 needs an approval on {HEAD[:7]}"] * 2
    assert "did not work on the pull request" in result.blocking[0].remedy
    ours = TextFile(ANALYSIS, written(), "main")
    assert verdict(fix(blank(), approved=False), ours).passes


def test_an_unapproved_one_that_lacks_something_says_so_first() -> None:
    """Whoever writes it is told where, before anybody has to look."""
    text = written().replace("## The cause\nIt is known.\n", "## The cause\n")
    assert problems(verdict(fix(text, approved=False))) == [
        'section "The cause" is empty, in #7',
        f"its document in #7 needs an approval on {HEAD[:7]}",
    ]


def _by_eve(pull: PullRequest) -> PullRequest:
    return replace(
        pull, commits=(*(pull.commits or ()), Commit("e" * 40, "m", ("eve",), at(2), (HEAD,), "eve"))
    )


@pytest.mark.parametrize(
    "given",
    [
        (review(BO),),
        (review(EVE),),
        (review(Actor("dee")),),
        (review(Actor("robot[bot]", is_bot=True)),),
        (review(MIA, oid="b" * 40),),
        (review(MIA, ReviewState.COMMENTED),),
        (review(MIA), review(MIA, ReviewState.DISMISSED, minutes=9)),
        (review(MIA), review(MIA, ReviewState.CHANGES_REQUESTED, minutes=9)),
    ],
)
def test_whose_approval_does_not_count(given: tuple[object, ...]) -> None:
    """The author's, a committer's, an outsider's, an app's, an older head's, one that no longer stands."""
    pull = replace(_by_eve(fix()), reviews=given)  # type: ignore[arg-type]
    assert not verdict(pull).passes


def test_an_approval_of_the_commit_before_a_merge_of_the_base_is_none() -> None:
    """Who resolves a conflict on GitHub's site may write anything into that merge."""
    pull = fix()
    merge = Commit("9" * 40, "Merge", ("bo",), at(9), (HEAD, "a" * 40), "web-flow", is_from_github=True)
    moved = replace(pull, head_oid="9" * 40, commits=(*(pull.commits or ()), merge))
    assert GATES["fix"].judge(with_fix(moved), moved).passes
    assert problems(verdict(moved))[0] == "its document in #7 needs an approval on 9999999"


@pytest.mark.parametrize("commits", [None, (Commit("e" * 40, "m", ("bo",), at(1), (), "bo"),)])
def test_where_the_work_is_not_known_no_approval_counts(commits: tuple[Commit, ...] | None) -> None:
    """Whoever wrote it might be the one who approves."""
    assert not verdict(replace(fix(), commits=commits)).passes


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (ANALYSIS.replace("1.0", "1.2"), "v1.2 in #7 does not count: more than one version ahead of v1.0"),
        (
            ANALYSIS.replace("1.0", "9999.0"),
            "v9999.0 in #7 does not count: more than one version ahead of v1.0",
        ),
    ],
)
def test_one_far_ahead_does_not_count(path: str, words: str) -> None:
    """It would be the last word for good. It is not even read."""
    pull = fix(path=path)
    assert problems(verdict(pull))[0] == f"the root-cause analysis {words}"
    assert asked(with_fix(replace(pull, documents=()))) == frozenset()
    assert "it does not count: more than one version ahead of v1.0" in remarks(with_fix(pull))[0]


def test_the_first_one_is_the_first_version() -> None:
    """Where we have none yet."""
    notes = TextFile(NOTES, blank("release-notes"), "main")
    assert verdict(fix(), notes).passes
    later = verdict(fix(path=ANALYSIS.replace("1.0", "1.1")), notes)
    assert problems(later)[0].endswith("v1.1 in #7 does not count: the first version is v1.0")


def test_the_newest_that_it_brings_is_the_one_that_counts() -> None:
    """After the merge it would be: an older one beside it lets nothing pass."""
    pull = fix()
    later = ANALYSIS.replace("1.0", "1.1")
    both = replace(
        pull,
        files=(*(pull.files or ()), changed(later)),
        documents=(*pull.documents, HeadFile(later, FILE, blank())),
    )
    assert problems(verdict(both))[0] == f"{OURS}, in #7"


def test_an_older_one_than_ours_is_nothing() -> None:
    """Ours counts, with or without it."""
    ours = TextFile(ANALYSIS.replace("1.0", "1.1"), blank(), "main")
    assert problems(verdict(fix(), ours)) == [OURS, UNSEEN]
    assert remarks(with_fix(fix(), ours)) == ()


@pytest.mark.parametrize(
    "file",
    [
        HeadFile(ANALYSIS, LINK, written()),
        HeadFile(ANALYSIS, 0o160000, None),
        HeadFile(ANALYSIS, 0o40000, None),
        HeadFile(ANALYSIS, 0, None),
        HeadFile(ANALYSIS, FILE, None),
    ],
)
def test_what_is_no_plain_text_does_not_count(file: HeadFile) -> None:
    """A link, a submodule, a folder, nothing, and one that GitHub does not show whole."""
    pull = replace(fix(), documents=(file,))
    problem = problems(verdict(pull))[0]
    assert problem.startswith("the root-cause analysis v1.0 in #7 does not count: it is ")


def test_one_far_longer_than_people_write_is_not_read() -> None:
    """Somebody from outside may bring it, and each run about the bug would have to read it."""
    longest = f"{written()}{'x' * (65_536 - len(written()))}"
    assert verdict(fix(longest)).passes
    why = "it is longer than 65,536 characters"
    problem = problems(verdict(fix(f"{longest}x")))[0]
    assert problem == f"the root-cause analysis v1.0 in #7 does not count: {why}"
    assert remarks(with_fix(fix(f"{longest}x")))[0].endswith(f"it does not count: {why}")


@pytest.mark.parametrize(
    "path",
    [
        ANALYSIS.replace("BUG-042", "BUG-043"),
        f"docs/{ANALYSIS}",
        f"{FOLDER}/post-mortem-v1.0.md",
        f"{FOLDER}/notes.md",
    ],
)
def test_other_files_are_nothing(path: str) -> None:
    """Another bug's, those elsewhere, the post-mortem, which holds no merge: none is read."""
    pull = fix(path=path)
    whole = with_fix(replace(pull, documents=()))
    assert asked(whole) == frozenset()
    assert problems(judge(GATES["root-cause"], whole, pull)) == [OURS, UNSEEN]


def test_one_that_stands_in_a_code_fence_says_nothing() -> None:
    """Headings in code are none."""
    assert problems(verdict(fix(f"```\n{written()}```\n")))[0] == (
        'section "The problem" is missing, and 4 more wait, in #7'
    )


def test_a_deleted_one_is_not_brought() -> None:
    """What it takes away is told by nothing here."""
    pull = fix()
    gone = replace(pull, files=(ChangedFile(ANALYSIS, 0, 9, ChangeKind.DELETED),))
    assert asked(with_fix(replace(gone, documents=()))) == frozenset()
    assert not verdict(gone).passes


def test_a_fork_s_is_told_without_an_editor() -> None:
    """Its branch is none of this repository."""
    text = written().replace("## The cause\nIt is known.\n", "## The cause\n")
    pull = replace(fix(text), is_fork=True)
    result = verdict(pull)
    assert (result.blocking[0].problem, result.blocking[0].remedy) == (
        'section "The cause" is empty, in #7',
        "Push it to #7.",
    )
    assert verdict(replace(fix(), is_fork=True)).passes


def test_a_confidential_bug_s_are_not_looked_at() -> None:
    """Nothing of it stands in public, and nothing there counts."""
    whole = with_fix(replace(fix(), documents=()), confidential=True)
    assert (asked(whole), remarks(whole)) == (frozenset(), ())


def test_an_override_that_is_no_longer_needed_is_not_shown() -> None:
    """What holds by itself holds without anybody's word."""
    word = said("override", 9, "ana", gate="root-cause", head=HEAD, pulls="#7", reason="now")
    pull = fix()
    whole = with_fix(pull)
    whole = replace(whole, ledger=replace(whole.ledger, lines=(word,)))
    assert GATES["root-cause"].judge(whole, pull).override is not None
    assert judge(GATES["root-cause"], whole, pull).override is None
    unapproved = fix(approved=False)
    assert judge(GATES["root-cause"], replace(whole, fixes=(unapproved,)), unapproved).override is not None


# What is read ------------------------------------------------------------------------------------------


def test_only_what_a_pull_request_brings_is_read_and_once() -> None:
    """By the id of its head; nothing of one that touches no document, nor before its files are known."""
    pull = replace(fix(), documents=())
    assert asked(with_fix(pull)) == {AskDocuments(7, HEAD, (ANALYSIS,))}
    assert asked(with_fix(fix())) == frozenset()
    assert asked(with_fix(ready())) == frozenset()
    assert asked(with_fix(replace(pull, files=None))) == frozenset()


def test_what_is_not_read_yet_may_count() -> None:
    """The remark is that of a sound one: what is wrong with it is known once it is read."""
    (remark,) = remarks(with_fix(replace(fix(), documents=())))
    assert remark == (
        "#7 brings the root-cause analysis v1.0; it counts for that pull request alone, once approved"
    )
