"""The doctor at ten kinds of repository: each diagnosis is right, and each fix works when it is followed."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from bugaction.sandbox.world import ACTIONS_APP_ID
from bugaction.schemas import schema_of
from tests.scenario.life import CONFIG, RECORDS, Life, begin
from tests.scenario.surgery import FOLDER, FORM, Visit, follow, install, visit
from tests.unit.test_cli import bugaction_line

CI = "name: {}\non: [{}]\njobs: {{test: {{}}}}\n"
GATE = ("bugaction/gate", ACTIONS_APP_ID)
SINCE = "version: 1\nsince: 2026-11-01T00:00:00Z\n"


@pytest.fixture
def well(life: Life) -> Life:
    """A repository that was set up in every respect, on which the workflow has run."""
    _set_up(life)
    return life


def _set_up(life: Life) -> None:
    branch = life.state.repository.default_branch
    files = {f"{FOLDER}/ci.yml": CI.format("CI", "pull_request, merge_group"), CONFIG: SINCE}
    life.people.push("ana", branch, files, "Test")
    install(life)
    for name in ("P0", "P1", "P2", "P3", "bug"):
        life.people.create_label("ana", name)
    life.people.configure("ana", actions_may_open_pulls=True)
    life.bug("P3")
    life.people.protect("ana", branch, checks=[GATE], bypass=["ana"])
    life.people.protect("ana", RECORDS, kept=True)


def _cured(life: Life, first: Visit, *checks: str) -> Visit:
    """Each of these findings is followed, and gone when the doctor looks again; gives what he says then."""
    for check in checks:
        follow(life, first.findings[check])
        again = visit(life)
        assert again.findings[check]["outcome"] == "ok", again.findings[check]
    return visit(life)


def test_a_repository_that_is_set_up(well: Life) -> None:
    """Nothing to fix, and a job's own token finds the same but for what an administrator alone may see."""
    found = visit(well)
    assert (found.code, found.by("problem"), found.by("warning"), found.by("unknown")) == (
        0,
        set(),
        set(),
        set(),
    )
    job = well.server.tokens.for_job(
        dict.fromkeys(
            ("actions", "checks", "contents", "deployments", "issues", "pull-requests", "statuses"), "read"
        )
    )
    seen = visit(well, job)
    assert (seen.code, seen.by("unknown")) == (0, {"pull-requests"})
    assert seen.findings["pull-requests"]["paste"] == [
        f"GITHUB_API_URL={well.server.api_url} GH_TOKEN=$(gh auth token --hostname github.com) "
        "bugaction doctor --repository octo/shop"
    ]


def test_it_costs_few_requests(well: Life) -> None:
    """Two queries of a point each, and a request for each thing that GraphQL does not tell."""
    before = len(well.server.requests)
    visit(well)
    sent = well.server.requests[before:]
    assert len(sent) <= 12
    assert sum(request.points for request in sent) == 2


def test_empty() -> None:
    """A first commit, then the files, and so on, in the order in which the doctor asks for them."""
    with begin(commit=False) as life:
        life.people.configure("ana", actions_may_open_pulls=True)
        first = visit(life)
        assert first.code == 1
        assert "empty" in first.words("repository")
        assert first.findings["gate-required"]["outcome"] == "ok"
        second = _cured(life, first, "repository")
        assert {"files", "labels", "gate-required"} <= second.by("problem")
        third = _cured(life, second, "files", "labels", "since")
        life.bug("P3")
        last = _cured(life, visit(life), "gate-required")
        last = _cured(life, last, "records")
        assert (last.code, third.findings["issue-form"]["outcome"]) == (0, "ok")
        assert last.by("warning") == set()


def test_a_merge_queue(well: Life) -> None:
    """The trigger without which the queue waits for ever is missed, and by its lines it is back."""
    install(well, change=("  merge_group:\n    types: [checks_requested]\n", ""))
    assert visit(well).code == 0
    well.people.protect("ana", "main", merge_queue=True, bypass=["ana"])
    first = visit(well)
    assert first.by("problem") == {"merge-queue"}
    assert _cured(well, first, "merge-queue").code == 0


def test_a_merge_queue_whose_other_checks_are_deaf(well: Life) -> None:
    """A required job of a workflow that does not listen to the queue is as bad."""
    well.people.push(
        "ana", "main", {f"{FOLDER}/slow.yml": "name: Slow\non: pull_request\njobs: {slow: {}}\n"}
    )
    well.people.protect("ana", "main", merge_queue=True, checks=["slow"])
    assert ".github/workflows/slow.yml" in visit(well).words("merge-queue")


def test_classic_protection(well: Life) -> None:
    """Its contexts and their sources are seen, by a job's token too; what it does to deliveries is told."""
    for rules in list(well.state.rules.values()):
        if rules.pattern == "main":
            well.people.unprotect("ana", rules)
    old = well.people.protect(
        "ana", "main", kind="classic", pull_request=True, approvals=1, checks=["bugaction/gate", "test"]
    )
    well.people.push("mia", "topic", {"a": "1"})
    well.people.unprotect("ana", old)
    well.configure(SINCE + "documents: {delivery: commit}\n")
    well.people.protect(
        "ana",
        "main",
        kind="classic",
        pull_request=True,
        approvals=1,
        checks=["bugaction/gate", "test"],
        bypass=["ana"],
    )
    first = visit(well)
    assert first.by("problem") == {"delivery"}
    assert first.by("warning") == {"source"}
    again = _cured(well, first, "delivery")
    follow(well, again.findings["source"])
    assert visit(well).findings["source"]["outcome"] == "ok"


def test_a_ruleset_that_asks_for_too_much(well: Life) -> None:
    """A gate that other pull requests never get, a job's name, an old name: each would wait for ever."""
    pull = well.fix(branch="fix/other")
    well.check(pull)
    wrong = well.people.protect("ana", "main", checks=["bugaction/fix", "bugaction gates", "old CI", "test"])
    first = visit(well)
    assert (first.code, first.by("problem")) == (1, {"required-contexts"})
    words = first.words("required-contexts")
    assert "`bugaction/fix` is reported on bug fixes alone" in words
    assert "`bugaction gates` is a job" in words
    assert "`old CI` was reported on none" in words
    assert "`test`" not in words
    assert well.verdicts(pull).keys() == {"bugaction/gate"}  # what the doctor says is so
    well.people.unprotect("ana", wrong)
    assert visit(well).code == 0


def test_private_without_protection() -> None:
    """On a plan without rules nothing can hold a merge, which is told as what it is, and once."""
    with begin() as life:
        life.people.configure("ana", is_private=True, has_rules=False)
        life.world.set_role("dee", "read")
        _set_up(life)
        first = visit(life)
        assert first.by("problem") == {"plan"}
        assert first.by("unknown") == set()
        follow(life, first.findings["plan"])
        assert visit(life).code == 0


def test_a_monorepo(well: Life) -> None:
    """Workflows of which bugaction hears nothing; names that YAML or GitHub's patterns take apart."""
    names = {"api.yml": "API: tests", "cpp.yml": "C++", "web.yml": "Web [all]", "deploy.yml": "Deploy web"}
    files = {
        f"{FOLDER}/{file}": CI.format(f"'{name}'", "pull_request, merge_group")
        for file, name in names.items()
    }
    well.people.push("ana", "main", {**files, f"{FOLDER}/lint.yml": CI.format("Nightly", "schedule")})
    first = visit(well)
    assert (first.code, first.by("warning")) == (0, {"workflow-run"})
    assert all(f"`{name}` is not waited for" in first.words("workflow-run") for name in names.values())
    assert "Nightly" not in first.words("workflow-run")
    assert _cured(well, first, "workflow-run").by("warning") == set()


def test_fork_heavy(well: Life) -> None:
    """Without the relay their reviews are not heard, and by `pull_request` they get no gates."""
    well.people.push("ana", "main", {f"{FOLDER}/bugaction-reviews.yml": None})
    well.people.push("dee", "fix", {"a.py": "1\n"}, fork="dee")
    well.people.open_pull("dee", "Repair", "fix", body="No bug.", fork="dee")
    well.pass_on()
    first = visit(well)
    assert first.by("problem") == {"files"}
    assert "bugaction-reviews.yml` is missing" in first.words("files")
    install(well, change=("  pull_request_target:\n", "  pull_request:\n"))
    second = visit(well)
    assert {"forks", "triggers"} == second.by("problem")
    assert _cured(well, second, "forks", "triggers").code == 0


def test_archived(well: Life) -> None:
    """Nothing can be written, which comes before everything else."""
    well.people.configure("ana", is_archived=True)
    first = visit(well)
    assert first.by("problem") == {"repository"}
    assert _cured(well, first, "repository").code == 0


def test_a_default_branch_of_another_name() -> None:
    """Rules are looked up for that branch, and asked for on it."""
    with begin() as life:
        life.people.rename_default_branch("ana", "trunk/1")
        _set_up(life)
        assert visit(life).code == 0
        for rules in list(life.state.rules.values()):
            if rules.pattern == "trunk/1":
                life.people.unprotect("ana", rules)
        life.people.protect("ana", "main", checks=[GATE])
        first = visit(life)
        assert "not required on `trunk/1`" in first.words("gate-required")
        assert _cured(life, first, "gate-required").code == 0


def test_labels_in_other_words(well: Life) -> None:
    """Each word is recognised, and by the lines for the configuration it counts."""
    for name in ("P0", "P1", "P2", "P3", "bug"):
        well.people.delete_label("ana", name)
    for name in ("severity: critical", "priority/high", "sev2", "prio: low", "type: bug", "wontfix"):
        well.people.create_label("ana", name)
    first = visit(well)
    assert first.by("problem") == {"labels"}
    assert "`priority/high` looks like P1" in first.words("labels")
    assert "wontfix" not in first.words("labels")
    again = _cured(well, first, "labels")
    assert again.code == 0
    number = well.report()
    well.people.label("mia", number, "priority/high")
    well.pass_on()
    assert "P1" in well.sticky(number)


def test_what_only_an_administrator_sees(well: Life) -> None:
    """Actions off, a workflow that GitHub has put to sleep, no pull requests."""
    path = f"{FOLDER}/bugaction.yml"
    for settings, check, outcome in (
        ({"disabled": ((path, "disabled_inactivity"),)}, "schedule", "problem"),
        ({"has_actions": False}, "actions", "problem"),
        ({"actions_may_open_pulls": False}, "pull-requests", "warning"),
    ):
        well.people.configure("ana", **settings)
        first = visit(well)
        assert first.findings[check]["outcome"] == outcome
        _cured(well, first, check)


def test_records_that_could_be_lost(well: Life) -> None:
    """By the rule that is told the branch cannot be deleted, and we still write to it."""
    for rules in list(well.state.rules.values()):
        if rules.pattern == RECORDS:
            well.people.unprotect("ana", rules)
    first = visit(well)
    assert first.by("warning") == {"records"}
    _cured(well, first, "records")
    with pytest.raises(Exception, match="Cannot delete this branch"):
        well.people.delete_branch("bo", RECORDS)
    before = well.history(RECORDS)
    well.bug("P2")
    assert well.history(RECORDS) > before


def test_a_rule_that_refuses_our_commits(well: Life) -> None:
    """A ruleset for every branch takes the records branch with it."""
    well.people.protect("ana", "*", pull_request=True)
    first = visit(well)
    assert "refuse our commits" in first.words("records")
    assert "pull_request" in first.words("records")


def test_hostile_words(well: Life) -> None:
    """Names from the repository stay words: no command of the runner, no mention, no heading."""
    evil = "a\n::error::x\n# h @dee `$(reboot)` <!-- x -->"
    well.people.push(
        "ana", "main", {f"{FOLDER}/evil.yml": json.dumps({"name": evil, "on": ["pull_request"], "jobs": {}})}
    )
    well.people.create_label("ana", "sev1 $(reboot)'")
    well.people.dispatch("ana", {"command": "doctor"})
    well.pass_on()
    (summary,) = well.product.summaries[-1:]
    assert "reboot" in summary  # both names are told
    tokens = MarkdownIt().parse(summary)
    parts = [part for token in tokens if token.type == "inline" for part in token.children or ()]
    words = "".join(part.content for part in parts if part.type == "text")
    assert "@dee" not in words
    assert not [
        part for part in parts if part.type in ("html_inline", "link_open") and "x -->" in part.content
    ]
    heads = [tokens[n + 1].content for n, token in enumerate(tokens) if token.type == "heading_open"]
    assert not [head for head in heads if head.startswith("h ")]
    assert not [line for line in well.log.splitlines() if line.lstrip().startswith("::error::x")]


def test_the_command_line(life: Life) -> None:
    """As a person starts it: words, or a document of the published schema; 1 for a problem."""
    where = {
        "GITHUB_API_URL": life.server.api_url,
        "GITHUB_GRAPHQL_URL": life.server.graphql_url,
        "GH_TOKEN": life.server.tokens.for_user("ana").value,
    }
    told = bugaction_line("doctor", "--repository", "octo/shop", environment=where)
    assert (told.code, told.err) == (1, "")
    assert told.out.startswith("bugaction doctor: octo/shop\n")
    assert "❌ Labels are missing." in told.out
    given = bugaction_line("doctor", "--repository", "octo/shop", "--json", environment=where)
    document = json.loads(given.out)
    assert given.code == 1
    Draft202012Validator(schema_of("doctor")).validate(document)
    assert document["problems"] == told.out.count("  ❌ ")
    nobody = bugaction_line("doctor", environment=where)
    assert (nobody.code, "--repository" in nobody.err) == (2, True)
    missing = bugaction_line("doctor", "--repository", "octo/none", environment=where)
    assert missing.code == 3


def test_the_dispatch_form_has_it(well: Life) -> None:
    """The report is the job summary; the outputs say the reason, and a problem makes the run red."""
    well.people.dispatch("ana", {"command": "doctor"})
    (run,) = well.pass_on()
    assert (run.job, run.outputs["reason"], well.product.codes[-1]) == ("bugs", "nothing-to-do", 0)
    assert well.product.summaries[-1].startswith("## bugaction doctor: octo/shop\n\nNothing to fix: ")
    well.people.push("ana", "main", {FORM: None, f"{FOLDER}/bugaction-reviews.yml": None})
    well.people.dispatch("ana", {"command": "doctor"})
    (run,) = well.pass_on()
    assert (run.outputs["reason"], well.product.codes[-1]) == ("setup-wrong", 1)
    assert "❌ **`.github/workflows/bugaction-reviews.yml` is missing.**" in well.product.summaries[-1]
    assert "::error title=bugaction::`.github/workflows/bugaction-reviews.yml` is missing" in well.log
