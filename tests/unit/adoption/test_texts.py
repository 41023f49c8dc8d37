"""The files that a repository gets."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bugaction.adoption.labels import aliases, bug_labels
from bugaction.adoption.texts import CALLER, SCAFFOLD, config_text, form_text, teams_of, wanted, workflow_text
from bugaction.adoption.tree import CONFIG, FORM, FORMS, PULL_TEMPLATE, WORKFLOW, File, calls, pins, repinned
from bugaction.adoption.workflows import pattern
from bugaction.config import load
from bugaction.model import Severity
from bugaction.policy import Mode, Policy
from bugaction.templates import load_scaffold

NOW = datetime(2026, 11, 26, 21, 4, 59, tzinfo=UTC)
REF = "a1" * 20
SHIPPED = load_scaffold()
FLOW, SETTINGS, BUG_FORM = (SHIPPED[SCAFFOLD[path]] for path in (WORKFLOW, CONFIG, FORM))


def config(*labels: str, teams: tuple[str, ...] = ()) -> str:
    return config_text(SETTINGS, NOW, aliases(labels), bug_labels(labels), teams)


def parsed(text: str) -> dict[Any, Any]:
    found = yaml.safe_load(text)
    assert isinstance(found, dict)
    return found


def test_the_workflow_is_pinned_and_says_no_more_how_to() -> None:
    """In all three places; what told of the placeholder is gone with it."""
    text = workflow_text(FLOW, ["CI"], REF)
    assert text.count(f"uses: bugaction/bugaction@{REF}\n") == 3
    assert "<commit>" not in text
    assert "To be replaced" not in text
    assert parsed(text)["jobs"] == parsed(FLOW.replace("<commit>", REF))["jobs"]


def test_the_caller_is_pinned_and_says_no_more_how_to() -> None:
    """In its only place; the pin is found again and moved as the others are."""
    text = workflow_text(SHIPPED[CALLER], ["CI"], REF, "docs/bugs")
    assert parsed(text)["jobs"]["respond"]["uses"].endswith(f"/.github/workflows/respond.yml@{REF}")
    assert "To be replaced" not in text
    assert (calls(text), pins(text)) == (True, (REF,))
    assert pins(repinned(text, "b2" * 20)) == ("b2" * 20,)
    whole = workflow_text(FLOW, ["CI"], REF, "docs/bugs")
    assert not calls(whole)
    assert parsed(text)[True] == parsed(whole)[True]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), unique=True))
def test_any_name_of_a_workflow_arrives(names: list[str]) -> None:
    """Quotes, colons, line ends and all that YAML or a pattern would take for its own."""
    text = workflow_text(FLOW, names, REF)
    heard = parsed(text)[True]["workflow_run"]["workflows"]
    assert heard == ["bugaction reviews", *(pattern(name) for name in names)]


def test_the_documents_folder_is_looked_at() -> None:
    """Where the configuration puts it."""
    assert "- documents/bugs/**\n" in workflow_text(FLOW, [], REF)
    moved = parsed(workflow_text(FLOW, [], REF, "ops/no: 1"))[True]["push"]["paths"]
    assert moved[-1] == "ops/no: 1/**"


def test_the_configuration_begins_by_watching() -> None:
    """It is valid, and differs from the defaults in the mode and the time alone."""
    loaded = load(config())
    assert loaded.problems == ()
    assert loaded.policy == Policy(mode=Mode.OBSERVE, since=NOW.replace(second=0))


def test_every_line_that_is_commented_out_holds_once_it_is_not() -> None:
    """Each shows the default, so that taking a # away changes nothing by itself."""
    text = config(teams=("octo/leads",))
    open_text = re.sub(r"^#(?! \S)", "", text, flags=re.MULTILINE)
    assert open_text.count("\n#") < text.count("\n#") - 8
    policy = load(open_text).policy
    assert policy is not None
    assert policy.people.senior.teams == ("octo/leads",)
    senior = policy.people.senior.model_copy(update={"teams": ()})
    people = policy.people.model_copy(update={"senior": senior})
    assert policy.model_copy(update={"people": people}) == Policy(
        mode=Mode.OBSERVE, since=NOW.replace(second=0)
    )


def test_labels_in_other_words_are_named() -> None:
    """Those that are there, and no line about the ones that are as they are by default."""
    policy = load(config("severity: critical", "severity: low", "kind/bug")).policy
    assert policy is not None
    assert policy.severities[Severity.P0].labels == ("severity: critical",)
    assert policy.severities[Severity.P1].labels == ("P1",)
    assert policy.severities[Severity.P3].labels == ("severity: low",)
    assert policy.labels.bug == ("kind/bug",)
    assert config("P0", "P1", "P2", "P3", "bug") == config()


@given(
    st.lists(
        st.sampled_from(["P0", "P1", "sev0", "sev1", "severity: high", "no", "kind/bug", "bug", "critical"])
    )
)
def test_whatever_labels_there_are_the_configuration_is_one(labels: list[str]) -> None:
    """No two severities claim one label."""
    assert load(config(*labels)).problems == ()


@given(st.lists(st.text(max_size=50)))
def test_any_labels_make_a_configuration(labels: list[str]) -> None:
    """Names are people's text."""
    assert load(config(*labels)).problems == ()


def test_the_form_sets_the_label_of_a_bug() -> None:
    """The one that the configuration names first, or none where none is named."""
    assert parsed(form_text(BUG_FORM, ["bug"]))["labels"] == ["bug"]
    assert parsed(form_text(BUG_FORM, ["kind: bug", "bug"]))["labels"] == ["kind: bug"]
    assert "labels" not in parsed(form_text(BUG_FORM, []))


@pytest.mark.parametrize(
    ("there", "absent"),
    [
        (".github/PULL_REQUEST_TEMPLATE.md", PULL_TEMPLATE),
        ("docs/pull_request_template.txt", PULL_TEMPLATE),
        ("PULL_REQUEST_TEMPLATE.md", PULL_TEMPLATE),
        (".github/PULL_REQUEST_TEMPLATE/fix.md", PULL_TEMPLATE),
        (".github/PULL_REQUEST_TEMPLATE", PULL_TEMPLATE),
        (".github/ISSUE_TEMPLATE/config.yaml", FORMS),
        ("README.md", ""),
    ],
)
def test_what_the_team_has_is_not_offered_twice(there: str, absent: str) -> None:
    """Wherever GitHub looks for it, in any case of letters."""
    files = wanted(
        SHIPPED,
        {there: File(None)},
        config=config(),
        listens_to=(),
        ref=REF,
        bug=("bug",),
        root="documents/bugs",
        runs_already=False,
    )
    assert {PULL_TEMPLATE, FORMS} - {item.path for item in files} == ({absent} if absent else set())


def test_teams_of_codeowners() -> None:
    """From the first of the places that GitHub reads; people, addresses and comments are no teams."""
    owners = "* @mia @octo/leads a@octo/x.org # @octo/none\n/src @octo/leads @octo/back-end\n"
    assert teams_of({"CODEOWNERS": File(owners)}) == ("octo/leads", "octo/back-end")
    assert teams_of({"CODEOWNERS": File(owners), ".github/CODEOWNERS": File("* @a/b\n")}) == ("a/b",)
    many = " ".join(f"@octo/t{number}" for number in range(9))
    assert len(teams_of({"docs/CODEOWNERS": File(f"* {many}\n")})) == 5
    assert teams_of({"CODEOWNERS": File(None)}) == ()
