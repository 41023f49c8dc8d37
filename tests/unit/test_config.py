"""The configuration is read strictly: every problem at once, each at its place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bugaction.config import CONFIG_PATH, json_schema, load, load_file
from bugaction.extended import Extended
from bugaction.model import Role, Severity
from bugaction.policy import Mode, Policy, Proposal
from bugaction.snapshot import TextFile


def problems(text: str) -> list[tuple[int, int, str]]:
    """Line, column and message of what is wrong."""
    loaded = load(text)
    assert (loaded.policy is None) is bool(loaded.problems)
    assert all(problem.file == CONFIG_PATH for problem in loaded.problems)
    return [(problem.line, problem.column, problem.message) for problem in loaded.problems]


def test_without_a_file_every_default_holds() -> None:
    """The file is optional."""
    assert load(None).policy == Policy()
    assert load_file(None).policy == Policy()


def test_the_shortest_file_changes_nothing() -> None:
    """It says which version of the format it is."""
    assert load("version: 1\n").policy == Policy()
    assert load("# hello\n---\nversion: 1\n").policy == Policy()
    assert load("\ufeffversion: 1\r\nmode: enforce\r\n").policy == Policy()


def test_a_whole_file() -> None:
    """Every kind of value."""
    loaded = load(
        """\
version: 1
mode: observe
since: 2026-11-24T09:00:00+01:00
proposal: apply
severities:
  P0: {labels: [P0, "severity: critical"], mode: enforce}
  P3: {fix: 4w, channel: true}
labels: {bug: [bug, defect], confidential: []}
people:
  set-severity: write
  senior: {role: null, logins: ["@ana"]}
  bots: [alerts[bot]]
documents: {root: docs/bugs, delivery: branch, suspect-window: 1d 12h}
checks: {report: rollup}
""".replace("[alerts[bot]]", '["alerts[bot]"]')
    )
    assert loaded.problems == ()
    policy = loaded.policy
    assert policy is not None
    assert (policy.mode, policy.proposal) == (Mode.OBSERVE, Proposal.APPLY)
    assert policy.since == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert policy.mode_of(Severity.P0) is Mode.ENFORCE
    assert policy.severities[Severity.P0].fix == timedelta(hours=4)
    assert policy.severity_of("Severity: Critical") is Severity.P0
    assert policy.severities[Severity.P3].fix == timedelta(weeks=4)
    assert policy.people.set_severity is Role.WRITE
    assert policy.people.senior.holds("Ana", Role.READ)
    assert policy.people.is_listed_bot("alerts[bot]")
    assert policy.documents.suspect_window == timedelta(hours=36)


@pytest.mark.parametrize("path", ["ops/bugs.yml", ".github/bugaction.yaml"])
def test_a_file_that_was_named_has_to_be_there(path: str) -> None:
    """Only the usual place may be empty: a path that somebody typed wrong never means the defaults."""
    loaded = load_file(None, path)
    assert loaded.policy is None
    assert [problem.words for problem in loaded.problems] == [
        f"{path}: there is no such file, though the input `config` names it; add it, or correct the input"
    ]
    assert str(loaded.problems[0]).startswith(f"{path}: there is no")


@pytest.mark.parametrize("word", ["owner", "member", "developer", "all", "x"])
def test_a_role_that_does_not_exist_is_no_occasion_to_guess(word: str) -> None:
    """Every accepted role is listed, and nothing that only sounds like it is offered."""
    ((_, _, message),) = problems(f"version: 1\npeople: {{accept: {word}}}\n")
    assert message == "people.accept: expected one of: none, read, triage, write, maintain, admin"


@pytest.mark.parametrize(
    ("word", "meant"), [("mantain", "maintain"), ("Write", "write"), ("raed", "read"), ("admins", "admin")]
)
def test_a_slip_of_the_pen_is_answered_with_what_was_meant(word: str, meant: str) -> None:
    """A letter lost, swapped, added or in capitals."""
    ((_, _, message),) = problems(f"version: 1\npeople: {{accept: {word}}}\n")
    assert message.endswith(f"admin (did you mean {meant}?)")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (1, 1, "expected keys with values, the first of them `version: 1`")),
        ("# nothing\n", (1, 1, "expected keys with values, the first of them `version: 1`")),
        ("- version: 1\n", (1, 1, "expected keys with values, the first of them `version: 1`")),
        ("{}\n", (1, 1, "the file has to begin with `version: 1`")),
        ("\nmode: observe\nversion: 1\n", (2, 1, "the file has to begin with `version: 1`")),
        ("version: 2\n", (1, 10, "version: expected 1")),
        ("version: '1'\n", (1, 10, "version: expected 1 (did you mean 1?)")),
        ("version: 1.0\n", (1, 10, "version: expected 1")),
        ("version: true\n", (1, 10, "version: expected 1")),
        ("version: 1\nversion: 1\n", (2, 1, "version: this key stands here twice")),
        ("version: 1\nmode: [\n", (3, 1, "not valid YAML: ")),
        ("version: 1\nmode: &a observe\n", (2, 7, "anchors and aliases are not allowed")),
        (
            "version: 1\nmodes: observe\n",
            (2, 1, "modes: unknown key. Did you mean mode? Accepted here: version, extends, mode"),
        ),
        ("version: 1\nMODE: observe\n", (2, 1, "MODE: unknown key. Did you mean mode?")),
        (
            "version: 1\nxyzzy: 1\n",
            (2, 1, "xyzzy: unknown key. Accepted here: version, extends, mode, since"),
        ),
        ("version: 1\n<<: {mode: observe}\n", (2, 1, "<<: unknown key.")),
        ("version: 1\n1: a\n", (2, 1, "expected a key of these: version, extends, mode")),
        ("version: 1\n? [a]\n: b\n", (2, 3, "expected a key of these: version, extends, mode")),
        (
            "version: 1\nmode: observing\n",
            (2, 7, "mode: expected one of: observe, enforce (did you mean observe?)"),
        ),
        (
            "version: 1\nmode: Observe\n",
            (2, 7, "mode: expected one of: observe, enforce (did you mean observe?)"),
        ),
        ("version: 1\nmode: 1\n", (2, 7, "mode: expected one of: observe, enforce")),
        ("version: 1\nmode:\n", (2, 6, "mode: expected one of: observe, enforce")),
        ("version: 1\nmode: [observe]\n", (2, 7, "mode: expected one of: observe, enforce")),
        ("version: 1\nmode: {a: 1}\n", (2, 7, "mode: expected one of: observe, enforce")),
        ("version: 1\npeople:\n", (2, 8, "people: expected keys with values")),
        ("version: 1\npeople: []\n", (2, 9, "people: expected keys with values")),
        ("version: 1\npeople: {bots: ana}\n", (2, 16, "people.bots: expected a list")),
        ("version: 1\npeople: {cto: [on, 012]}\n", (2, 20, "people.cto.1: expected a text")),
        (
            "version: 1\npeople: {cto: [ok, 'a b']}\n",
            (2, 20, "people.cto.1: expected a GitHub login such as"),
        ),
        (
            "version: 1\npeople: {bots: ['alerts[bot]', alerts]}\n",
            (2, 32, "people.bots.1: expected the login of an app, which ends in [bot], such as alerts[bot]"),
        ),
        (
            "version: 1\npeople: {assign: owner}\n",
            (2, 18, "people.assign: expected one of: none, read, triage"),
        ),
        ("version: 1\nsince: no\n", (2, 8, "since: expected a time such as 2026-11-24T09:00:00Z")),
        ("version: 1\nsince: 2026\n", (2, 8, "since: expected a text")),
        (
            "version: 1\nlabels: {bug: ['']}\n",
            (2, 16, "labels.bug.0: expected a label name of 1 to 50 characters"),
        ),
        (
            "version: 1\nlabels: {bug: [x, p2]}\n",
            (2, 19, "labels.bug.1: label 'p2' stands for both P2 and labels.bug"),
        ),
        (
            "version: 1\ndocuments: {root: ../x}\n",
            (2, 19, "documents.root: expected a folder of the repository"),
        ),
        (
            "version: 1\nseverities: {P4: {}}\n",
            (2, 14, "severities.P4: unknown key. Accepted here: P0, P1, P2, P3"),
        ),
        ("version: 1\nseverities: {p1: {}}\n", (2, 14, "severities.p1: unknown key. Did you mean P1?")),
        ("version: 1\nseverities: {P1: high}\n", (2, 18, "severities.P1: expected keys with values")),
        (
            "version: 1\nseverities: {P1: {respond: 15}}\n",
            (2, 28, "severities.P1.respond: expected a text such as 15m, 4h, 2d, 1w"),
        ),
        (
            "version: 1\nseverities: {P1: {respond: null}}\n",
            (2, 28, "severities.P1.respond: expected a text such as 15m, 4h, 2d, 1w"),
        ),
        (
            "version: 1\nseverities: {P1: {fix: soon}}\n",
            (2, 24, "severities.P1.fix: expected a length of time such as 15m, 4h, 2d or 1w"),
        ),
        (
            "version: 1\nseverities: {P1: {backup: yes}}\n",
            (2, 27, "severities.P1.backup: expected true or false"),
        ),
        (
            "version: 1\nseverities: {P1: {backup: 1}}\n",
            (2, 27, "severities.P1.backup: expected true or false"),
        ),
        (
            "version: 1\nseverities: {P1: {labels: []}}\n",
            (2, 27, "severities.P1.labels: expected at least 1 item"),
        ),
        (
            "version: 1\nseverities: {P1: {root_cause: 1h}}\n",
            (2, 19, "severities.P1.root_cause: unknown key. Did you mean root-cause?"),
        ),
        (
            "version: 1\nseverities: {P1: {labels: [P0]}}\n",
            (2, 28, "severities.P1.labels.0: label 'P0' stands for both P0 and P1"),
        ),
    ],
)
def test_a_problem_is_told_at_its_place(text: str, expected: tuple[int, int, str]) -> None:
    """With what would be accepted, and the nearest name."""
    (found,) = problems(text)
    assert found[:2] == expected[:2]
    assert found[2].startswith(expected[2])


def test_all_problems_come_at_once_in_the_order_of_the_file() -> None:
    """Also those of rules that other problems would hide, and several of one list."""
    found = problems(
        """\
version: 1
mode: observ
people:
  set-severty: write
  cto: ["a b", ok, "c d"]
severities:
  P1:
    fix: soon
    labels: [P0]
  P7: {}
labels: {bug: [P2, question]}
since: yesterday
"""
    )
    assert [(line, column) for line, column, _ in found] == [
        (2, 7),
        (4, 3),
        (5, 9),
        (5, 20),
        (8, 10),
        (9, 14),
        (10, 3),
        (11, 16),
        (11, 20),
        (12, 8),
    ]


def test_labels_that_contradict_each_other_more_often_than_is_looked_for() -> None:
    """Each hides the next: the first are told at their places, and what is left is never taken for right."""
    severities = "".join(
        f"  P{level}:\n    labels: [{', '.join(f'x{number}' for number in range(10))}]\n"
        for level in range(4)
    )
    loaded = load(f"version: 1\nseverities:\n{severities}")
    assert loaded.policy is None
    told = [(problem.path, problem.line) for problem in loaded.problems]
    assert told == [(f"severities.P3.labels.{number}", 10) for number in range(3)]


def test_very_many_problems_are_counted() -> None:
    """Fifty are shown, at once; the rest is one line."""
    found = problems("version: 1\n" + "".join(f"k{index}: 1\n" for index in range(5000)))
    assert len(found) == 51
    assert found[-1] == (52, 1, "and 4950 more problems from here on")


def test_what_the_file_s_author_wrote_is_shown_tamed() -> None:
    """A key can hold anything; the message stays short and on one line."""
    ((_, _, message),) = problems(f'version: 1\n"a\\n::error::{"x" * 500}": 1\n')
    assert message.startswith("a?::error::xxx")
    assert "\n" not in message
    assert len(message) < 300


def test_a_file_without_a_text_is_a_problem() -> None:
    """GitHub gives none of a binary or very large file; the defaults must not take its place."""
    loaded = load_file(TextFile(path=CONFIG_PATH, text=None))
    assert loaded.policy is None
    assert [str(problem) for problem in loaded.problems] == [
        ".github/bugaction.yml: the file is binary, or far too large"
    ]


def test_the_file_s_own_path_is_named() -> None:
    """The input `config` may name another."""
    (problem,) = load_file(TextFile(path="conf/bugs.yml", text="version: 3")).problems
    assert str(problem) == "conf/bugs.yml:1:10: version: expected 1"
    assert problem.path == "version"


# The schema ---------------------------------------------------------------------------------------------


def test_the_schema_is_one() -> None:
    """Of draft 2020-12, and a copy each time."""
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    schema["properties"].clear()
    assert json_schema()["properties"]


def test_the_schema_s_defaults_are_the_policy_s() -> None:
    """Spelled as in the file, so that a file of all defaults changes nothing."""
    schema = json_schema()
    defaults = {name: rule["default"] for name, rule in schema["properties"].items() if "default" in rule}
    defaults["version"] = 1
    assert defaults["people"]["set-severity"] == "triage"
    assert schema["$defs"]["People"]["properties"]["set-severity"]["default"] == "triage"
    assert schema["$defs"]["Documents"]["properties"]["suspect-window"]["default"] == "2 days"
    jsonschema.validate(defaults, schema)
    text = yaml.safe_dump({"version": 1, **defaults}, sort_keys=False)
    assert load(text).policy == Policy()


EXAMPLES: list[tuple[dict[str, Any], bool]] = [
    ({"version": 1}, True),
    ({}, False),
    ({"version": 2}, False),
    ({"version": 1, "mode": "observe"}, True),
    ({"version": 1, "mode": "off"}, False),
    ({"version": 1, "modes": "observe"}, False),
    ({"version": 1, "since": None}, True),
    ({"version": 1, "since": 5}, False),
    ({"version": 1, "severities": {}}, True),
    ({"version": 1, "severities": {"P1": {}}}, True),
    ({"version": 1, "severities": {"P1": {"fix": None, "backup": True}}}, True),
    ({"version": 1, "severities": {"P1": {"fix": "4h"}}}, True),
    ({"version": 1, "severities": {"P1": {"fix": "soon"}}}, False),
    ({"version": 1, "severities": {"P1": {"fix": 4}}}, False),
    ({"version": 1, "severities": {"P1": {"respond": None}}}, False),
    ({"version": 1, "severities": {"P1": {"mode": None}}}, True),
    ({"version": 1, "severities": {"P1": {"labels": []}}}, False),
    ({"version": 1, "severities": {"P1": {"root_cause": "4h"}}}, False),
    ({"version": 1, "severities": {"P9": {}}}, False),
    ({"version": 1, "people": {"senior": {"role": None}}}, True),
    ({"version": 1, "people": {"senior": {"role": "owner"}}}, False),
    ({"version": 1, "people": {"attest": "write", "bots": ["a[bot]"]}}, True),
    ({"version": 1, "people": {"attest": None}}, False),
    ({"version": 1, "people": None}, False),
    ({"version": 1, "labels": {"confidential": []}}, True),
    ({"version": 1, "documents": {"delivery": "auto", "root": "a/b"}}, True),
    ({"version": 1, "documents": {"delivery": "mail"}}, False),
    ({"version": 1, "checks": {"report": "each"}}, True),
]


@pytest.mark.parametrize(("given", "valid"), EXAMPLES)
def test_the_schema_and_the_reader_agree(given: dict[str, Any], valid: bool) -> None:
    """An editor underlines what the run refuses."""
    text = yaml.safe_dump(given, sort_keys=False)
    assert (load(text).policy is not None) is valid
    assert jsonschema.Draft202012Validator(json_schema()).is_valid(given) is valid


keys = st.sampled_from(
    ["version", "mode", "severities", "P1", "fix", "labels", "bug", "people", "senior", "role", "bots", "x"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["observe", "4h", "write", "bug", "x y"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(keys, values, max_size=4))
def test_whatever_the_reader_takes_the_schema_takes(given: dict[str, Any]) -> None:
    """And nothing makes the reader fall over."""
    whole = {"version": 1, **{key: value for key, value in given.items() if key != "version"}}
    loaded = load(yaml.safe_dump(whole, sort_keys=False))
    assert (loaded.policy is None) is bool(loaded.problems)
    if loaded.policy is not None:
        jsonschema.validate(whole, json_schema())


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """A refusal has a problem."""
    loaded = load(f"version: 1\n{text}")
    assert (loaded.policy is None) is bool(loaded.problems)


@pytest.mark.parametrize(
    ("text", "watch"),
    [("required", "required"), ("[]", ()), ("[test, 'ci/jenkins: build']", ("test", "ci/jenkins: build"))],
)
def test_what_is_watched_is_a_word_or_a_list(text: str, watch: object) -> None:
    """For all severities, and for one of them, where nothing at all means the general one."""
    found = load(f"version: 1\nchecks:\n  watch: {text}\nseverities:\n  P0:\n    watch: {text}\n")
    assert found.problems == ()
    assert found.policy is not None
    assert found.policy.checks.watch == watch
    assert found.policy.severities[Severity.P0].watch == watch
    bare = load("version: 1\nseverities:\n  P0:\n    watch:\n")
    assert bare.policy is not None
    assert bare.policy.severities[Severity.P0].watch is None


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("test", 10, "checks.watch: expected required, or a list"),
        ("requird", 10, "checks.watch: expected required, or a list (did you mean required?)"),
        ("", 9, "checks.watch: expected required, or a list"),
        ("{}", 10, "checks.watch: expected required, or a list"),
        ("[1]", 11, "checks.watch.0: expected a text"),
        ("['']", 10, "checks.watch: expected names of checks, of 1 to 255 characters each"),
    ],
)
def test_a_wrong_list_of_checks_is_told_at_its_place(text: str, column: int, message: str) -> None:
    """With both forms that would do."""
    (problem,) = load(f"version: 1\nchecks:\n  watch: {text}\n").problems
    assert (problem.line, problem.message) == (3, message)
    assert problem.column in (column, column + 1)


def test_the_guide_s_configuration_is_valid() -> None:
    """What people paste from it works."""
    guide = (Path(__file__).parents[2] / "docs" / "guide" / "configuration.md").read_text(encoding="utf-8")
    text = guide.partition("```yaml\n")[2].partition("```")[0]
    assert load(text, extended=Extended("octo/.github", "version: 1\n")).problems == ()
