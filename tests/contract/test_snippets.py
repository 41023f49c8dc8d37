"""Whatever in the documentation somebody may type, paste or look up is taken by the program and by GitHub."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.snippets import CHECKS, PAGES, ROOT, TEXTS, Snippet, as_workflow, fences, inline, problems

BIN = Path(sys.executable).parent
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_fence_is_one_that_works(page: Path) -> None:
    """By its language: command lines, configurations, workflows, comments. None is held by nothing."""
    assert [problem for snippet in fences(page) for problem in problems(snippet)] == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_command_and_key_in_a_sentence_is_there(page: Path) -> None:
    """Command lines, commands of comments, targets of make, keys of the configuration and their values."""
    assert [problem for snippet in inline(page) for problem in problems(snippet)] == []


def test_every_workflow_is_without_a_remark_of_zizmor(tmp_path: Path) -> None:
    """Those that the pages show whole, and what they show a part of, in a workflow around it."""
    flows = [
        flow
        for page in PAGES
        for snippet in fences(page)
        if snippet.language == "yaml" and (flow := as_workflow(snippet)) is not None
    ]
    assert len(flows) > 3
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for number, flow in enumerate(flows):
        (folder / f"{number}.yml").write_text(yaml.safe_dump(flow, sort_keys=False), encoding="utf-8")
    asked = [
        str(BIN / "zizmor"),
        "--offline",
        "--no-progress",
        "--quiet",
        "--min-severity",
        "low",
        str(folder),
    ]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_text_that_is_held_is_on_its_page() -> None:
    """No entry outlives what it was made for."""
    shown = [(snippet.page, snippet.first) for page in PAGES for snippet in fences(page)]
    assert [
        key for key in TEXTS if not any(page == key[0] and first.startswith(key[1]) for page, first in shown)
    ] == []


WRONG = [
    ("", "x", "no language holds it: none is named"),
    ("perl", "x", "no language holds it: perl"),
    ("sh", "bugaction plan --no-such-option", "No such option"),
    ("sh", "bugaction plann", "bugaction has no command plann"),
    ("sh", "bugaction prompt root-cause", "Missing argument"),
    ("sh", "bugaction schema nothing", "'nothing' is not one of"),
    ("sh", "GH_TOKEN=$(bugaction nothing) bugaction doctor", "bugaction has no command nothing"),
    ("sh", "for name in a b; do\n  bugaction nothing\ndone", "bugaction has no command nothing"),
    ("sh", "gh pr create --fill && make tests", "make has no target tests"),
    ("sh", "git pusch", "git has no command pusch"),
    ("sh", "frobnicate --all", "no program that is known here: frobnicate"),
    ("sh", "python -m scripts.no_such_script", "there is no module scripts.no_such_script"),
    ("sh", "gh pr creat", "gh has nothing like this"),
    ("sh", "gh workflow run no.yml", "no workflow that is shipped"),
    ("sh", "gh workflow run bugaction.yml -f command=docter", "takes no input command=docter"),
    ("sh", "gh api repos/{owner}/{repo}/statusses/SHA -f state=success", "has no POST"),
    ("sh", "gh api --method DELETE repos/OWNER/REPO/statuses/SHA", "has no DELETE"),
    ("sh", "gh api repos/OWNER/REPO/statuses/SHA -f context=x", "state"),
    ("console", "bugaction plan", "no line of it begins with `$ `"),
    ("console", "$ bugaction lint --no-such\nfine", "No such option"),
    ("yaml", "version: 1\nmode: obseve\n", "expected one of: observe"),
    ("yaml", "version: 1\nnothing: 1\n", "nothing"),
    ("yaml", "colour: red\n", "it is no configuration, no workflow and no part of one"),
    ("yaml", "on:\n  pull_requesst:\n", "GitHub takes no such workflow"),
    ("yaml", "with:\n  comand: plan\n", "has no input comand"),
    ("yaml", "- uses: OWNER/bugaction@COMMIT\n  with: {isue: 1}\n", "has no input isue"),
    ("yaml", "jobs:\n  x: {uses: bugaction/bugaction/.github/workflows/no.yml@COMMIT}\n", "there is no"),
    ("yaml", "repos: [{repo: x, rev: y, hooks: [{id: bugaction-lit}]}]\n", "there is no hook bugaction-lit"),
    ("json", "{", "it is no JSON"),
    ("json", '{"context": 7}', "it fits none of the schemas"),
    ("json", '{"no": "schema"}', "it fits none of the schemas"),
    ("markdown", "Hello.\n", "nothing in it is read by anybody"),
    ("markdown", "/severity P7\n", "`P7` is no severity"),
    ("markdown", "/sevrity P1\n", "there is no command /sevrity"),
    ("markdown", "- [ ] Watch it\n", "nobody owns this: Watch it"),
    ("text", "Anything.\n", "nothing holds this text"),
    ("inline", "bugaction doctor --jason", "No such option"),
    ("inline", "GH_TOKEN=$(gh auth token) bugaction dokter --json", "bugaction has no command dokter"),
    ("inline", "/verfied 2h", "there is no command /verfied"),
    ("inline", "/eta soon", "soon"),
    ("inline", "make tests", "make has no target tests"),
    ("inline", "severities.P1.staging-test", "the configuration has no severities.P1.staging-test"),
    ("inline", "checks.report: every", "expected one of: bugs"),
]


@pytest.mark.parametrize(("language", "text", "told"), WRONG)
def test_what_is_wrong_is_told(language: str, text: str, told: str) -> None:
    """With the page and the line."""
    (found,) = problems(Snippet("docs/guide/page.md", 7, language, text))
    assert found.startswith("docs/guide/page.md:7: ")
    assert told in found


def test_each_language_has_a_wrong_one() -> None:
    """A check that nothing fails would hold nothing."""
    assert set(CHECKS) <= {language for language, _, _ in WRONG}
