"""A fix that brings its bug's documents along: they count for it alone, and on somebody else's approval."""

from __future__ import annotations

from tests.scenario.checklist import held, said
from tests.scenario.life import Life
from tests.values import completed

ANALYSIS = "documents/bugs/BUG-001/root-cause-analysis-v1.0.md"
HOLDS = ("success", "Root cause holds")
WORDS = "/attest investigation the logs name one line\n/strategy hotfix one branch of the code is wrong"


def _begun(life: Life) -> str:
    """A P1 whose analysis is begun, and nothing else left to be said; gives the analysis as it asks."""
    life.triaged()
    life.say("bo", 1, WORDS)
    return life.committed(1, "root-cause-analysis")[2]


def _fix(life: Life, files: dict[str, str | None]) -> int:
    given = {"cart.py": "1\n", "tests/test_cart.py": "1\n", **files}
    return life.fix(1, files=given)  # type: ignore[arg-type]  # None deletes a file


def _needs(life: Life, pull: int) -> str:
    return f"its document in #{pull} needs an approval on {life.head(pull)[:7]}"


def test_the_analysis_comes_with_the_fix(life: Life) -> None:
    """Red until somebody else has approved the commit; then green for this pull request and no other."""
    text = _begun(life)
    pull = _fix(life, {ANALYSIS: completed(text)})
    other = life.fix(1, branch="fix/other")
    held(life, pull, "root-cause", _needs(life, pull))
    held(life, other, "root-cause", 'section "The problem" is still to be written, and 4 more wait')
    assert "brings the root-cause analysis v1.0; it counts for that pull request alone" in life.sticky(1)
    life.approve("mia", pull)
    assert said(life, pull, "root-cause") == HOLDS
    held(life, other, "root-cause", 'section "The problem" is still to be written, and 4 more wait')
    assert life.again() == 0


def test_an_author_s_word_is_no_approval(life: Life) -> None:
    """Neither the author's, nor of somebody who pushed to it, nor an outsider's."""
    pull = _fix(life, {ANALYSIS: completed(_begun(life))})
    life.people.push("eve", "fix/checkout", {"cart.py": "2\n"}, "Help")
    life.pass_on()
    life.approve("eve", pull)
    life.approve("dee", pull)
    held(life, pull, "root-cause", _needs(life, pull))


def test_a_force_push_takes_the_approval_away(life: Life) -> None:
    """What was approved on an older head is not what is there now."""
    text = _begun(life)
    pull = _fix(life, {ANALYSIS: completed(text)})
    life.approve("mia", pull)
    assert said(life, pull, "root-cause") == HOLDS
    files = {"cart.py": "1\n", "tests/test_cart.py": "1\n", ANALYSIS: completed(text) + "\nMore.\n"}
    life.people.push("bo", "fix/checkout", files, "Again", start="main", force=True)
    life.pass_on()
    held(life, pull, "root-cause", _needs(life, pull))
    life.approve("mia", pull)
    assert said(life, pull, "root-cause") == HOLDS


def test_far_ahead_does_not_count(life: Life) -> None:
    """Approved or not: the next version of ours is v1.1."""
    text = completed(_begun(life))
    pull = _fix(life, {ANALYSIS.replace("1.0", "1.2"): text})
    life.approve("mia", pull)
    words = f"the root-cause analysis v1.2 in #{pull} does not count: more than one version ahead of v1.0"
    held(life, pull, "root-cause", words)


def test_another_bug_s_and_one_in_a_fence_do_not_count(life: Life) -> None:
    """What counts is this bug's, as a page shows it."""
    text = completed(_begun(life))
    pull = _fix(life, {ANALYSIS: f"````\n{text}````\n", ANALYSIS.replace("001", "002"): text})
    life.approve("mia", pull)
    held(life, pull, "root-cause", f'section "The problem" is missing, and 4 more wait, in #{pull}')


def test_a_link_is_not_followed(life: Life) -> None:
    """A link to a complete document, in place of one."""
    text = completed(_begun(life))
    pull = _fix(life, {"docs/analysis.md": text})
    git = life.world.git
    head = git.commit_info(life.head(pull))
    assert head is not None
    link = git.blob(b"../../../docs/analysis.md")
    tree = git.amend(head.tree, {ANALYSIS: ("120000", link)})
    life.people.push_commit("bo", "fix/checkout", git.commit(tree, [head.oid], "Link", head.author))
    life.pass_on()
    life.approve("mia", pull)
    words = f"the root-cause analysis v1.0 in #{pull} does not count: it is a link, or no file"
    held(life, pull, "root-cause", words)


def test_a_fork_brings_one_too(life: Life) -> None:
    """Its head is read by its id, and somebody who may write approves it."""
    text = completed(_begun(life))
    files = {"cart.py": "1\n", "tests/test_cart.py": "1\n", ANALYSIS: text}
    life.people.push("dee", "patch", files, "Repair", fork="dee")
    pull = life.people.open_pull("dee", "Repair", "patch", body="Fixes #1", fork="dee").number
    life.pass_on()
    held(life, pull, "root-cause", _needs(life, pull))
    life.approve("mia", pull)
    life.runs.schedule()
    assert said(life, pull, "root-cause") == HOLDS


def test_a_merge_group_is_judged_like_its_pull_requests(life: Life) -> None:
    """Green with the approved document, on the group's own head."""
    pull = _fix(life, {ANALYSIS: completed(_begun(life))})
    life.ready(pull)
    assert life.gate(pull) == ("success", "Every gate holds for BUG-001")
    ref = life.people.enqueue("bo", pull)
    life.pass_on()
    head = life.state.refs[ref if ref.startswith("refs/") else f"refs/heads/{ref}"]
    assert life.said(head)["bugaction/root-cause"] == HOLDS


def test_a_fix_without_documents_costs_no_further_read(life: Life) -> None:
    """One that brings some costs one more, and stays within three before anything is written."""
    text = completed(_begun(life))
    life.check(_fix(life, {}))
    rows = []
    for files in ({"cart.py": "2\n"}, {"cart.py": "3\n", ANALYSIS: text}, {"cart.py": "4\n"}):
        life.people.push("bo", "fix/checkout", files, "More")
        before = len(life.server.requests)
        life.pass_on()
        rows.append([not request.is_write for request in life.server.requests[before:]])
    first = [row.index(False) for row in rows]
    assert first == [2, 3, 3]
