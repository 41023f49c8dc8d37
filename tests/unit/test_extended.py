"""A configuration on top of another repository's: what counts, and where a problem is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugaction.config import CONFIG_PATH, Loaded, extends_of, load
from bugaction.extended import Extended
from bugaction.model import Role, Severity
from bugaction.policy import Mode, Policy
from bugaction.snapshot import TextFile

THEIRS = "octo/.github"
ON_TOP = f"version: 1\nextends: {THEIRS}\n"


def over(own: str, theirs: str | None, *, problem: str = "") -> Loaded:
    """A file that extends another one with that text."""
    return load(ON_TOP + own, extended=Extended(THEIRS, theirs, problem))


def test_what_is_extended_lies_underneath_key_by_key() -> None:
    """A key that both name counts as the file says; one that only the other names, as that says."""
    theirs = """\
version: 1
mode: observe
severities:
  P1: {respond: 2h, labels: [sev1, urgent]}
  P2: {fix: 3d}
people: {senior: {role: admin, logins: [mia, ana]}, accept: write}
"""
    own = """\
severities:
  P1: {labels: [P1]}
people: {senior: {logins: [bo]}}
checks: {report: each}
"""
    loaded = over(own, theirs)
    assert loaded.problems == ()
    policy = loaded.policy
    assert policy is not None
    p1, p2 = policy.severities[Severity.P1], policy.severities[Severity.P2]
    assert (policy.extends, policy.mode, policy.checks.report) == (THEIRS, Mode.OBSERVE, "each")
    assert (p1.labels, p1.respond, p2.fix) == (("P1",), timedelta(hours=2), timedelta(days=3))
    assert p1.fix == Policy().severities[Severity.P1].fix
    senior = policy.people.senior
    assert (senior.role, senior.logins, policy.people.accept) == (Role.ADMIN, ("bo",), Role.WRITE)


def test_null_takes_back_what_lies_underneath() -> None:
    """Where a key may be null."""
    loaded = over("since: null\n", "version: 1\nsince: 2026-01-01\n")
    assert loaded.policy is not None
    assert loaded.policy.since is None


@pytest.mark.parametrize(
    ("own", "theirs", "place"),
    [
        ("mode: of\n", "version: 1\n", f"{CONFIG_PATH}:3:7: mode: expected one of"),
        ("", "version: 1\nmode: of\n", f"{THEIRS}:{CONFIG_PATH}:2:7: mode: expected one of"),
        ("mode: observe\n", "version: 1\nmode: of\n", f"{THEIRS}:{CONFIG_PATH}:2:7: mode: expected one of"),
        ("", "mode: observe\n", f"{THEIRS}:{CONFIG_PATH}:1:1: the file has to begin"),
        ("", "- a\n", f"{THEIRS}:{CONFIG_PATH}:1:1: expected keys with values"),
        ("", "version: 1\nmode: *x\n", f"{THEIRS}:{CONFIG_PATH}:2:7: anchors and aliases"),
        ("", "version: 1\n\nextends: a/b\n", f"{THEIRS}:{CONFIG_PATH}:3:10: extends: this file is itself"),
        (
            "",
            "version: 1\ndocuments: {root: ../x}\n",
            f"{THEIRS}:{CONFIG_PATH}:2:19: documents.root: expected a folder",
        ),
        (
            "documents: {root: ../y}\n",
            "version: 1\ndocuments: {root: ../x, delivery: branch}\n",
            f"{CONFIG_PATH}:3:19: documents.root: expected a folder",
        ),
        (  # each is right by itself
            "severities: {P1: {labels: [hot]}}\n",
            "version: 1\nseverities: {P0: {labels: [hot]}}\n",
            f"{CONFIG_PATH}:3:28: severities.P1.labels.0: label 'hot' stands for both",
        ),
        (
            "labels: {bug: [defect]}\n",
            "version: 1\nlabels: {confidential: [secret]}\nseverities: {P2: {labels: [wontfix]}}\n",
            f"{THEIRS}:{CONFIG_PATH}:3:28: severities.P2.labels.0: label 'wontfix' cannot",
        ),
    ],
)
def test_a_problem_is_told_in_the_file_that_holds_it(own: str, theirs: str, place: str) -> None:
    """With line and column there."""
    loaded = over(own, theirs)
    assert loaded.policy is None
    (found,) = loaded.problems
    assert str(found).startswith(place)
    file, line, *_ = place.removeprefix(f"{THEIRS}:").split(":")
    where = f"{THEIRS}:{file}" if place.startswith(THEIRS) else file
    assert found.words.startswith(f"{where} line {line}: ")


def test_the_problems_of_both_come_in_order() -> None:
    """The file's own first, since it is nearer."""
    loaded = over("mode: of\n", "version: 1\nproposal: x\nmode: y\n")
    assert [problem.place for problem in loaded.problems] == [
        f"{CONFIG_PATH}:3:7",
        f"{THEIRS}:{CONFIG_PATH}:2:11",
        f"{THEIRS}:{CONFIG_PATH}:3:7",
    ]


def test_what_cannot_be_read_is_a_problem_and_never_nothing() -> None:
    """At the key that names it, which stands in our own file."""
    loaded = over("mode: observe\n", None, problem=f"{THEIRS} is not there")
    assert loaded.policy is None
    assert [str(item) for item in loaded.problems] == [f"{CONFIG_PATH}:2:10: extends: {THEIRS} is not there"]
    for extended in (None, Extended("octo/other", "version: 1\n")):
        (found,) = load(ON_TOP, extended=extended).problems
        assert str(found) == f"{CONFIG_PATH}:2:10: extends: what {THEIRS} says was not read"


def test_case_does_not_matter_to_a_repository() -> None:
    """GitHub knows it in any."""
    assert load("version: 1\nextends: Octo/.GitHub\n", extended=Extended(THEIRS, "version: 1\n")).policy


@pytest.mark.parametrize(
    "name", ["octo", "octo/", "/x", "a/b/c", "octo/..", "octo/.", "o cto/x", "-o/x", "42", "[a]"]
)
def test_a_name_that_no_repository_has_is_refused(name: str) -> None:
    """And nothing is asked for."""
    text = f"version: 1\nextends: {name}\n"
    assert extends_of(TextFile(CONFIG_PATH, text)) == ""
    (found,) = load(text).problems
    assert found.message.startswith("extends: expected a ")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (ON_TOP, THEIRS),
        ("extends: 'a/b'\n", "a/b"),
        ("version: 1\n", ""),
        ("people: {extends: a/b}\n", ""),
        ("extends: {a/b: 1}\n", ""),
        ("- extends: a/b\n", ""),
        ("extends: a/b\n  : [\n", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_what_a_file_extends_is_told_whatever_else_is_wrong(text: str | None, name: str) -> None:
    """As long as it can be read at all."""
    assert extends_of(TextFile(CONFIG_PATH, text)) == name
    assert extends_of(None) == ""


VALUES: Mapping[str, st.SearchStrategy[object]] = {
    "mode": st.sampled_from(["observe", "enforce", "enforced", 1]),
    "proposal": st.sampled_from(["propose", "apply", None]),
    "documents": st.fixed_dictionaries(
        {}, optional={"root": st.sampled_from(["docs/bugs", "a/b", "../x"]), "delivery": st.just("branch")}
    ),
    "people": st.fixed_dictionaries(
        {},
        optional={
            "accept": st.sampled_from(["read", "write", "owner"]),
            "senior": st.fixed_dictionaries(
                {}, optional={"role": st.sampled_from(["admin", None]), "logins": st.just(["ana"])}
            ),
            "bots": st.lists(st.sampled_from(["a[bot]", "a b", 3]), max_size=2),
        },
    ),
}
FILES = st.fixed_dictionaries({}, optional=dict(VALUES))


def _merged(base: Any, own: Any) -> Any:
    if isinstance(base, dict) and isinstance(own, dict):
        return {key: _merged(base.get(key), own.get(key, base.get(key))) for key in {**base, **own}}
    return own


def _written(data: object) -> str:
    return (
        "".join(f"{key}: {json.dumps(value)}\n" for key, value in data.items())
        if isinstance(data, dict)
        else ""
    )


@given(own=FILES, base=FILES)
def test_two_files_mean_what_one_with_both_would(own: dict[str, object], base: dict[str, object]) -> None:
    """And where that is wrong, something is told of a file at a line that it has, and of a key that stands
    there."""
    theirs, ours = f"version: 1\n{_written(base)}", ON_TOP + _written(own)
    both = load(ON_TOP + _written(_merged(base, own)), extended=Extended(THEIRS, "version: 1\n"))
    loaded = load(ours, extended=Extended(THEIRS, theirs))
    if both.policy is None or load(theirs).policy is None:
        assert loaded.policy is None or both.policy == loaded.policy
    else:
        assert loaded.policy == both.policy
    assert bool(loaded.problems) == (loaded.policy is None)
    for problem in loaded.problems:
        text = theirs if problem.repository else ours
        line = text.splitlines()[problem.line - 1]
        assert line.startswith(f"{problem.path.partition('.')[0]}:")
