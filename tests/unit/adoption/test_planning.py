"""Files in, files out: what is written, what is kept, what is taken away."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.adoption.planning import NOBODY_CHOSE, Choice, Plan, Step, plan, removal
from bugaction.adoption.texts import Wanted
from bugaction.adoption.tree import MANIFEST, File, Tree, digest
from bugaction.errors import UserError

OLD, NEW = "a1" * 20, "b2" * 20
FLOW, SEED = ".github/workflows/bugaction.yml", ".github/bugaction.yml"


def flow(line: str = "on: push", ref: str = OLD, comment: str = "") -> str:
    return f"{line}\n      - uses: bugaction/bugaction@{ref}{comment}\n"


WANTED = (Wanted(FLOW, flow()), Wanted(SEED, "mode: observe\n", seeded=True))
NEWER = (Wanted(FLOW, flow("on: issues")), Wanted(SEED, "mode: other\n", seeded=True))


def carried_out(tree: Tree, made: Plan) -> dict[str, File]:
    """The files after the plan."""
    after = dict(tree)
    for change in made.writes:
        if change.after is None:
            del after[change.path]
        else:
            after[change.path] = File(change.after, change.crlf)
    return after


def steps(made: Plan) -> dict[str, Step]:
    return {change.path: change.step for change in made.changes}


def adopted(files: Iterable[Wanted] = WANTED) -> dict[str, File]:
    return carried_out({}, plan({}, files, NOBODY_CHOSE))


def test_an_empty_repository_gets_everything_and_a_second_run_nothing() -> None:
    """With a record of what was written, last."""
    made = plan({}, WANTED, NOBODY_CHOSE)
    assert list(steps(made).items()) == [(FLOW, Step.CREATE), (SEED, Step.CREATE), (MANIFEST, Step.CREATE)]
    again = plan(adopted(), WANTED, NOBODY_CHOSE)
    assert set(steps(again).values()) == {Step.CURRENT}
    assert (again.writes, again.is_current, made.is_current) == ((), True, False)


def test_what_nobody_touched_is_brought_up_to_date() -> None:
    """But for what is only a beginning: that is the team's."""
    made = plan(adopted(), NEWER, NOBODY_CHOSE)
    assert steps(made) == {FLOW: Step.UPDATE, SEED: Step.CURRENT, MANIFEST: Step.UPDATE}
    assert carried_out(adopted(), made)[FLOW].text == flow("on: issues")
    assert not made.is_current


def test_what_a_person_changed_is_kept_and_its_newer_version_is_told() -> None:
    """A check fails for it until somebody says which one it is to be."""
    tree = adopted() | {FLOW: File(flow("on: [push, label]"))}
    assert steps(plan(tree, WANTED, NOBODY_CHOSE))[FLOW] is Step.YOURS
    assert plan(tree, WANTED, NOBODY_CHOSE).is_current
    made = plan(tree, NEWER, NOBODY_CHOSE)
    assert steps(made)[FLOW] is Step.EDITED
    assert (made.writes, made.is_current) == ((), False)
    kept = plan(tree, NEWER, Choice(keep=frozenset({FLOW})))
    after = carried_out(tree, kept)
    assert after[FLOW] == tree[FLOW]
    assert steps(plan(after, NEWER, NOBODY_CHOSE))[FLOW] is Step.YOURS
    taken = carried_out(tree, plan(tree, NEWER, Choice(take=frozenset({FLOW}))))
    assert taken[FLOW].text == flow("on: issues")
    assert plan(taken, NEWER, NOBODY_CHOSE).is_current


def test_a_file_that_was_never_ours_is_left_alone() -> None:
    """It fails no check; one that is as it would be written is taken for ours."""
    tree = {FLOW: File("mine\n"), SEED: File("mode: observe\n")}
    made = plan(tree, WANTED, NOBODY_CHOSE)
    assert steps(made) == {FLOW: Step.FOREIGN, SEED: Step.CURRENT, MANIFEST: Step.CREATE}
    after = carried_out(tree, made)
    assert after[FLOW] == tree[FLOW]
    assert plan(after, NEWER, NOBODY_CHOSE).is_current
    assert steps(removal(after, [FLOW, SEED])) == {SEED: Step.REMOVE, MANIFEST: Step.REMOVE}


def test_a_file_that_is_no_text_is_left_alone() -> None:
    """Whatever it holds."""
    assert steps(plan({FLOW: File(None)}, WANTED, NOBODY_CHOSE))[FLOW] is Step.FOREIGN


def test_what_a_person_deleted_stays_away() -> None:
    """Until it is asked for by name."""
    tree = adopted()
    del tree[FLOW]
    made = plan(tree, NEWER, NOBODY_CHOSE)
    assert (steps(made)[FLOW], made.writes) == (Step.AWAY, ())
    assert plan(tree, NEWER, Choice(take=frozenset({FLOW}))).writes[0].step is Step.CREATE


def test_a_pin_that_moved_is_no_change_of_a_person() -> None:
    """Dependabot moves it, with a comment behind it; the file is still ours to bring up to date."""
    tree = adopted() | {FLOW: File(flow(ref=NEW, comment=" # v1.2.3"))}
    assert plan(tree, WANTED, NOBODY_CHOSE).writes == ()
    made = plan(tree, NEWER, NOBODY_CHOSE)
    assert steps(made)[FLOW] is Step.UPDATE


def test_a_pin_is_moved_where_somebody_names_the_commit() -> None:
    """And nothing else of a file that a person changed."""
    named = (Wanted(FLOW, flow(ref=NEW)), WANTED[1])
    for text in (flow(), flow(comment=" # v1"), flow("on: mine", comment=" # v1")):
        tree = adopted() | {FLOW: File(text)}
        made = plan(tree, named, NOBODY_CHOSE, repin=NEW)
        assert [change.path for change in made.writes] == [FLOW]
        after = carried_out(tree, made)
        assert after[FLOW].text == flow(text.partition("\n")[0], NEW)
        assert plan(after, named, NOBODY_CHOSE, repin=NEW).writes == ()


def test_line_ends_stay_as_they_are() -> None:
    """A file with CRLF gets CRLF."""
    tree = {path: replace(file, crlf=True) for path, file in adopted().items()}
    made = plan(tree, NEWER, NOBODY_CHOSE)
    assert {change.crlf for change in made.writes} == {True}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"version": 2, "files": {}}', '{"version": 1, "files": {"a": "b"}}', "[" * 9999]
)
def test_a_record_that_cannot_be_read_stops_everything(text: str) -> None:
    """A new one would forget what is whose."""
    tree = {MANIFEST: File(text)}
    with pytest.raises(UserError, match=r"init\.json"):
        plan(tree, WANTED, NOBODY_CHOSE)
    with pytest.raises(UserError, match=r"init\.json"):
        removal(tree, [FLOW])


def test_names_that_are_none_are_refused() -> None:
    """Of a file that is not written here, and of one that is both taken and kept."""
    with pytest.raises(UserError, match="writes no file x"):
        plan({}, WANTED, Choice(keep=frozenset({"x"})))
    with pytest.raises(UserError, match="both taken and kept"):
        plan({}, WANTED, Choice(take=frozenset({FLOW}), keep=frozenset({FLOW})))


def test_removal_takes_what_was_written() -> None:
    """And the record of it."""
    made = removal(adopted(), [FLOW, SEED, "other"])
    assert steps(made) == {FLOW: Step.REMOVE, SEED: Step.REMOVE, MANIFEST: Step.REMOVE}
    assert carried_out(adopted(), made) == {}
    assert removal({}, [FLOW]).changes == ()


def test_removal_keeps_what_git_does_not_hold() -> None:
    """A change that is committed can be had again; one that is not stays, and its record with it."""
    mine = File(flow("on: mine"))
    tree = adopted() | {FLOW: mine, SEED: File("mode: enforce\n", committed=True)}
    made = removal(tree, [FLOW, SEED])
    assert steps(made) == {FLOW: Step.LEFT, SEED: Step.REMOVE, MANIFEST: Step.UPDATE}
    after = carried_out(tree, made)
    assert after[FLOW] == mine
    assert list(json.loads(after[MANIFEST].text or "")["files"]) == [FLOW]


def test_removal_touches_nothing_that_the_record_claims_falsely() -> None:
    """The record is a file that anybody may edit: only what `init` may write is ever removed."""
    record = json.dumps({"version": 1, "files": {"../../home": digest("x\n"), "src/a.py": digest("x\n")}})
    tree = {MANIFEST: File(record), "src/a.py": File("x\n")}
    assert steps(removal(tree, [FLOW])) == {MANIFEST: Step.REMOVE}


# Anything at all ----------------------------------------------------------------------------------------

TEXTS = st.sampled_from([flow(), flow(ref=NEW), flow("on: issues"), "mode: observe\n", "mine\n", ""])
FILES = st.builds(File, st.none() | TEXTS | st.text(max_size=30), st.booleans(), st.booleans())
MARKS = st.dictionaries(st.sampled_from([FLOW, SEED]), TEXTS.map(digest))


@st.composite
def trees(draw: st.DrawFn) -> dict[str, File]:
    """Files of any origin, with a record of what was once written."""
    tree = draw(st.dictionaries(st.sampled_from([FLOW, SEED, "README.md"]), FILES))
    marks = draw(MARKS)
    if marks:
        tree[MANIFEST] = File(json.dumps({"version": 1, "files": marks}))
    return tree


def own(tree: Mapping[str, File], path: str) -> bool:
    """Whether the text is one that `init` made."""
    marks = json.loads(tree[MANIFEST].text or "{}")["files"] if MANIFEST in tree else {}
    text = tree[path].text
    return text is not None and digest(text) in {
        marks.get(path),
        *(digest(item.text) for item in (*WANTED, *NEWER)),
    }


@given(trees(), st.sampled_from([WANTED, NEWER]))
def test_a_second_run_changes_nothing(tree: dict[str, File], files: tuple[Wanted, ...]) -> None:
    """Whatever the repository was like."""
    after = carried_out(tree, plan(tree, files, NOBODY_CHOSE))
    assert plan(after, files, NOBODY_CHOSE).writes == ()


@given(trees(), st.sampled_from([WANTED, NEWER]), st.sampled_from(["", NEW]))
def test_no_line_of_a_person_is_lost(tree: dict[str, File], files: tuple[Wanted, ...], repin: str) -> None:
    """A text that `init` did not make is as it was, by its digest; so are line ends and every other file."""
    after = carried_out(tree, plan(tree, files, NOBODY_CHOSE, repin=repin))
    for path, file in tree.items():
        if path != MANIFEST and not own(tree, path):
            same = file.text is None or digest(after[path].text or "") == digest(file.text)
            assert same
            assert after[path].crlf == file.crlf


@given(trees())
def test_a_removal_loses_nothing_that_git_does_not_hold(tree: dict[str, File]) -> None:
    """And a second one finds nothing more to take."""
    made = removal(tree, [FLOW, SEED])
    for change in made.changes:
        if change.step is Step.REMOVE and change.path != MANIFEST:
            assert tree[change.path].committed or own(tree, change.path)
    assert removal(carried_out(tree, made), [FLOW, SEED]).writes == ()
