"""The command `init`: what it says, asks and writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bugaction.adoption import PATHS, Surroundings
from bugaction.adoption.steps import DOCTOR, INSTALL, SWEEP, UNINSTALL
from bugaction.adoption.tree import CONFIG, FORM, MANIFEST, RULESET, WORKFLOW
from bugaction.errors import Forbidden, UserError
from bugaction.init import Options, Talk, run
from tests.snippets import Snippet, problems
from tests.unit.test_checkout import git, put

NOW = datetime(2026, 11, 26, 21, 4, tzinfo=UTC)
REF = "a1" * 20
YES = Options(ref=REF, yes=True)


@dataclass
class Person:
    """Somebody at a terminal: what they read, what they were asked, and what they say."""

    says: bool = True
    lines: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def ask(self, question: str) -> bool:
        self.asked.append(question.strip())
        return self.says

    @property
    def read(self) -> str:
        return "\n".join(self.lines)


def nobody(token: str, repository: str, api_url: str) -> Surroundings:
    raise AssertionError("asked without a token")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with a workflow and a commit."""
    put(tmp_path, {".github/workflows/ci.yml": "name: CI\non: [push, merge_group]\n"})
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "remote", "add", "origin", "git@github.com:octo/shop.git")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "Begin")
    return tmp_path


def init(
    clone: Path,
    options: Options = YES,
    person: Person | None = None,
    environment: Mapping[str, str] | None = None,
    look: Callable[[str, str, str], Surroundings] = nobody,
    *,
    answers: bool = True,
) -> tuple[int, str]:
    """Run it; the exit code, and all that was said."""
    person = person or Person()
    talk = Talk(lambda text, _: person.lines.append(text), None, person.ask if answers else None)
    return run(clone, options, environment or {}, NOW, talk, look), person.read


def texts(clone: Path) -> dict[str, str]:
    return {
        path.relative_to(clone).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted((clone / ".github").rglob("*"))
        if path.is_file()
    }


def test_it_shows_asks_and_writes(clone: Path) -> None:
    """Everything that it may write, as a diff first."""
    person = Person()
    code, said = init(clone, Options(ref=REF), person)
    assert (code, person.asked) == (0, ["Write 8 files?"])
    assert set(texts(clone)) == {*PATHS, MANIFEST, ".github/workflows/ci.yml"}
    assert f"+++ b/{WORKFLOW}" in said
    assert "workflows heard of  CI" in said
    assert "merge queue         yes" in said


def test_a_no_and_a_dry_run_write_nothing(clone: Path) -> None:
    """And say so."""
    before = texts(clone)
    assert "Nothing was written." in init(clone, Options(ref=REF), Person(says=False))[1]
    assert "this was a dry run" in init(clone, Options(ref=REF, dry_run=True))[1]
    assert texts(clone) == before


def test_without_anybody_to_ask_it_wants_a_yes(clone: Path) -> None:
    """A script that forgot it has changed nothing."""
    before = texts(clone)
    with pytest.raises(UserError, match="nobody is here") as caught:
        init(clone, Options(ref=REF), answers=False)
    assert "--yes" in caught.value.remedy
    assert texts(clone) == before
    assert init(clone, YES, answers=False)[0] == 0
    assert init(clone, Options(ref=REF), answers=False)[0] == 0


def test_a_second_run_says_that_there_is_nothing_to_do(clone: Path) -> None:
    """Its pin is the one that is there, and so is the time from which on bugs count."""
    init(clone)
    before = texts(clone)
    code, said = init(clone, Options())
    assert (code, texts(clone)) == (0, before)
    assert "Nothing to write: everything is as it should be." in said


def test_a_check_writes_nothing_and_fails_with_a_diff(clone: Path) -> None:
    """For a workflow that nobody listens to yet, say."""
    assert init(clone, Options(ref=REF, check=True))[0] == 1
    assert set(texts(clone)) == {".github/workflows/ci.yml"}
    init(clone)
    assert init(clone, Options(check=True))[0] == 0
    put(clone, {".github/workflows/e2e.yml": "name: E2E\non: pull_request\n"})
    code, said = init(clone, Options(check=True))
    assert (code, "+      - E2E" in said, "run `bugaction init`" in said) == (1, True, True)
    assert "E2E" not in (clone / WORKFLOW).read_text(encoding="utf-8")
    init(clone, Options(yes=True))
    assert init(clone, Options(check=True))[0] == 0


def test_a_changed_file_is_kept_and_its_new_version_shown(clone: Path) -> None:
    """With the two ways on; the configuration is a person's from the beginning."""
    init(clone)
    mine = (
        (clone / WORKFLOW).read_text(encoding="utf-8").replace("timeout-minutes: 15", "timeout-minutes: 20")
    )
    put(clone, {WORKFLOW: mine, CONFIG: "version: 1\nmode: enforce\n"})
    assert init(clone, Options(check=True))[0] == 0
    put(clone, {".github/workflows/e2e.yml": "name: E2E\non: pull_request\n"})
    code, said = init(clone, Options(yes=True))
    assert code == 0
    assert f"`bugaction init --keep {WORKFLOW}`" in said
    assert f"`--take {WORKFLOW}`" in said
    assert "+      - E2E" in said
    assert texts(clone)[WORKFLOW] == mine
    assert texts(clone)[CONFIG] == "version: 1\nmode: enforce\n"
    code, said = init(clone, Options(check=True))
    assert (code, said.endswith("Out of date: see above for what to say.")) == (1, True)
    init(clone, Options(yes=True, keep=(WORKFLOW,)))
    assert texts(clone)[WORKFLOW] == mine
    assert init(clone, Options(check=True))[0] == 0


def test_what_somebody_else_wrote_is_kept(clone: Path) -> None:
    """A form and a workflow from before: shown, and never replaced unasked."""
    put(clone, {FORM: "name: Ours\n", WORKFLOW: f"uses: bugaction/bugaction@{REF}\n"})
    said = init(clone, Options(yes=True))[1]
    assert texts(clone)[FORM] == "name: Ours\n"
    assert f"{FORM}: not written by init, and stays. This is how init would have it:" in said
    assert "A severity is proposed from its answers" in said
    init(clone, Options(yes=True, take=(FORM,)))
    assert "What is broken" in texts(clone)[FORM]
    assert texts(clone)[WORKFLOW] == f"uses: bugaction/bugaction@{REF}\n"


def test_a_commit_is_needed_and_has_forty_digits(clone: Path) -> None:
    """A tag or a short one is refused, before anything is written."""
    for wrong in ("main", "v1", "a1b2c3d", "A1" * 20):
        with pytest.raises(UserError, match="`--ref` is") as caught:
            init(clone, Options(ref=wrong, yes=True))
        assert "40 hexadecimal digits" in caught.value.remedy
    assert MANIFEST not in texts(clone)


def test_a_new_commit_moves_the_pins_and_nothing_else(clone: Path) -> None:
    """In all three places."""
    init(clone)
    before = texts(clone)
    init(clone, Options(ref="b2" * 20, yes=True))
    assert texts(clone) == before | {WORKFLOW: before[WORKFLOW].replace(REF, "b2" * 20)}


def test_the_kind_of_workflow_is_kept_until_another_is_chosen(clone: Path) -> None:
    """One that calls ours stays one without a word, its pin is moved, and it can be left again."""
    called = replace(YES, reusable=True)
    assert init(clone, called)[0] == 0
    text = (clone / WORKFLOW).read_text(encoding="utf-8")
    assert f"    uses: bugaction/bugaction/.github/workflows/respond.yml@{REF}\n" in text
    assert init(clone, replace(YES, check=True, yes=False))[0] == 0
    init(clone, replace(YES, ref="b2" * 20))
    assert (clone / WORKFLOW).read_text(encoding="utf-8") == text.replace(REF, "b2" * 20)
    init(clone, replace(YES, reusable=False))
    assert "respond.yml" not in (clone / WORKFLOW).read_text(encoding="utf-8")
    init(clone, called)
    assert (clone / WORKFLOW).read_text(encoding="utf-8") == text


def test_it_prints_the_order_in_which_nothing_gets_stuck(clone: Path) -> None:
    """Watching first, then every open pull request, then the rule, then enforcement."""
    said = init(clone)[1]
    order = ["observe mode", "gh label create P0", SWEEP, DOCTOR, INSTALL, "mode: enforce"]
    places = [said.rindex(words) for words in order]
    assert places == sorted(places)
    assert "gh pr create --fill --base main" in said
    assert "git switch --create adopt-bugaction" in said
    assert f"git add {WORKFLOW} " in said


def test_each_line_to_paste_is_one_that_works(clone: Path) -> None:
    """Of the way in and of the way out: options are there, and GitHub has what is asked of it."""
    said = [init(clone)[1], init(clone, Options(remove=True), Person())[1]]
    lines = [line.strip() for text in said for line in text.splitlines() if line.startswith("       ")]
    assert len(lines) > 10
    assert [problem for line in lines for problem in problems(Snippet("init", 1, "sh", line))] == []
    assert "--repository" in DOCTOR


def test_removal_begins_with_the_rule(clone: Path) -> None:
    """Without it nobody could merge; then the files go, and what may stay is said."""
    init(clone)
    person = Person()
    code, said = init(clone, Options(remove=True), person)
    assert (code, person.asked) == (0, ["Remove 8 files?"])
    order = [UNINSTALL, "branches/main/protection", "Remove these files", "bugaction/records"]
    places = [said.index(words) for words in order]
    assert places == sorted(places)
    assert set(texts(clone)) == {".github/workflows/ci.yml"}
    assert "Nothing to remove." in init(clone, Options(remove=True))[1]


def test_removal_keeps_a_change_that_is_not_committed(clone: Path) -> None:
    """And says what to do; committed, it goes."""
    init(clone)
    put(clone, {CONFIG: "version: 1\nmode: enforce\n"})
    said = init(clone, Options(remove=True, yes=True))[1]
    assert f"Commit or undo your change of {CONFIG}" in said
    assert set(texts(clone)) == {".github/workflows/ci.yml", CONFIG, MANIFEST}
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message", "Enforce")
    init(clone, Options(remove=True, yes=True))
    assert set(texts(clone)) == {".github/workflows/ci.yml"}


@pytest.mark.parametrize(
    "options",
    [
        Options(check=True, remove=True),
        Options(check=True, dry_run=True),
        Options(remove=True, take=(FORM,)),
        Options(remove=True, keep=(FORM,)),
        Options(remove=True, reusable=True),
    ],
)
def test_options_that_contradict_each_other(clone: Path, options: Options) -> None:
    """Are refused before anything is looked at."""
    with pytest.raises(UserError, match=r"`--(check|remove)`"):
        init(clone, options)


# GitHub -------------------------------------------------------------------------------------------------

TOKEN = {"GH_TOKEN": "ghp_secret"}


def test_github_is_asked_where_there_is_a_token(clone: Path) -> None:
    """At the address that the environment names, of the repository that the clone comes from."""
    asked: list[tuple[str, ...]] = []

    def look(*given: str) -> Surroundings:
        asked.append(given)
        return Surroundings("trunk", labels=("severity: critical", "kind/bug"), required=("bugaction/gate",))

    said = init(clone, YES, environment=TOKEN, look=look)[1]
    assert asked == [("ghp_secret", "octo/shop", "https://api.github.com")]
    assert "default branch       trunk" in said
    assert 'labels: ["severity: critical"]' in texts(clone)[CONFIG]
    assert "labels: [kind/bug]" in texts(clone)[FORM]
    assert "bugaction/gate is required already." in said
    assert "gh label create P1" in said
    assert "gh label create P0" not in said
    assert "gh label create bug" not in said


def test_a_token_goes_to_no_other_server(clone: Path) -> None:
    """A clone of another host is not asked for at github.com."""
    git(clone, "remote", "set-url", "origin", "https://ghe.example.com/octo/shop")
    said = init(clone, YES, environment=TOKEN)[1]
    assert "GitHub was not asked" in said
    there = TOKEN | {
        "GITHUB_SERVER_URL": "https://ghe.example.com",
        "GITHUB_API_URL": "https://ghe.example.com/api/v3/",
    }
    asked: list[str] = []

    def look(token: str, repository: str, api_url: str) -> Surroundings:
        asked.append(f"{api_url} {repository}")
        return Surroundings()

    init(clone, YES, environment=there, look=look)
    init(clone, YES, environment={**there, "GITHUB_API_URL": ""}, look=look)
    init(clone, YES, environment=TOKEN | {"GH_HOST": "ghe.example.com"}, look=look)
    assert asked == ["https://ghe.example.com/api/v3 octo/shop"] * 3


def test_a_github_that_does_not_tell_is_no_obstacle(clone: Path) -> None:
    """It is said, and everything else is done."""

    def look(token: str, repository: str, api_url: str) -> Surroundings:
        raise Forbidden("the token may not")

    code, said = init(clone, YES, environment=TOKEN, look=look)
    assert (code, "GitHub did not tell of octo/shop: the token may not" in said) == (0, True)
    assert RULESET in texts(clone)


@pytest.mark.parametrize(
    ("around", "words"),
    [
        (Surroundings("main", is_archived=True), "is archived"),
        (Surroundings("main", is_private=True), "free plan has neither"),
        (Surroundings("main", has_merge_queue=True), "merge queue         yes"),
    ],
)
def test_what_github_tells_is_shown(clone: Path, around: Surroundings, words: str) -> None:
    """Before anything is written."""
    assert words in init(clone, YES, environment=TOKEN, look=lambda *_: around)[1]


def test_labels_that_the_configuration_does_not_name_are_told(clone: Path) -> None:
    """It is not changed for them."""
    init(clone)
    before = texts(clone)
    labels = ('[{"name": "priority: high"}, {"name": "P1"}]', "labels.json")
    said = init(clone, Options(labels=labels, yes=True))[1]
    assert "priority: high may mean P1: name it under severities.P1.labels." in said
    assert texts(clone) == before


def test_a_wrong_configuration_is_told(clone: Path) -> None:
    """And every other file is written all the same."""
    put(clone, {CONFIG: "version: 1\nmodus: x\n"})
    code, said = init(clone)
    assert (code, "the configuration is wrong: .github/bugaction.yml line 2" in said) == (0, True)
    assert WORKFLOW in texts(clone)


def test_for_a_program(clone: Path) -> None:
    """One document, and no line beside it."""
    told: list[Mapping[str, Any]] = []
    person = Person()
    talk = Talk(lambda text, _: person.lines.append(text), told.append, None)
    assert run(clone, YES, {}, NOW, talk, nobody) == 0
    assert run(clone, Options(check=True), {}, NOW, talk, nobody) == 0
    assert run(clone, Options(remove=True, dry_run=True), {}, NOW, talk, nobody) == 0
    with pytest.raises(UserError, match="Nothing was written"):
        run(clone, Options(remove=True), {}, NOW, talk, nobody)
    assert person.lines == []
    made, checked, removing = told
    assert (made["version"], made["written"], made["current"]) == (1, True, False)
    assert {item["path"]: item["step"] for item in made["files"]} == dict.fromkeys(
        [*PATHS, MANIFEST], "create"
    )
    assert made["found"]["workflows"] == ["CI"]
    assert made["commands"]["ruleset"] == INSTALL
    assert (checked["current"], checked["written"]) == (True, False)
    assert removing["commands"]["ruleset"] == UNINSTALL
    assert {item["step"] for item in removing["files"]} == {"remove"}
