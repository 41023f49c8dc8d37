"""A bug's life on an Enterprise Server that is behind github.com."""

from __future__ import annotations

import pytest

from bugaction.github.older import NEWER
from tests.scenario.life import Life, begin

HERE = "https://git.acme.org"
LACKS_316 = (
    "Issue.stateReason(enableDuplicate:)",
    "CloseIssueInput.duplicateIssueId",
    "issues/add-sub-issue",
    "repos/check-private-vulnerability-reporting",
)
"""What the schema of 3.16 and the OpenAPI description of 3.17 lack of what bugaction uses."""


def test_an_older_server_is_served() -> None:
    """Links lead to it, not to github.com; a duplicate is closed as far as it knows that."""
    with begin(url=HERE, version="3.16.2", lacks=LACKS_316) as life:
        number = life.bug("P3")
        assert f"({HERE}/octo/shop/" in life.sticky(number)
        assert "github.com/octo" not in life.sticky(number) + (life.document(number) or "")
        other = life.bug("P3")
        life.say("mia", other, f"/duplicate #{number}")
        found = life.state.issues[other]
        assert (found.is_open, found.reason.lower()) == (False, "not_planned")
        assert life.again() == 0


def test_what_cannot_be_done_without_is_named() -> None:
    """The run ends in a sentence with the release, and posts nothing green."""
    with begin(url=HERE, version="3.4.0", lacks=["Commit.blame"]) as life:
        pull = life.fix()
        assert life.said(life.head(pull)) == {}
        assert "GitHub Enterprise Server 3.4.0 does not know `Commit.blame`" in life.log
        assert set(life.product.codes) == {3}


@pytest.mark.reliability
@pytest.mark.parametrize(
    ("version", "lacks", "told"),
    [
        ("3.16.2", LACKS_316, ()),
        (
            "3.12.0",
            (*LACKS_316, *NEWER, "repos/get-branch-rules"),
            (
                "has no `closedByPullRequestsReferences`",
                "has no `rules`",
                "rules of main require cannot be read",
            ),
        ),
    ],
)
def test_a_life_from_report_to_merge(version: str, lacks: tuple[str, ...], told: tuple[str, ...]) -> None:
    """Gates hold and open as on github.com; what is not known is said, and every check counts then."""
    with begin(url=HERE, version=version, lacks=lacks) as life:
        pull = _fixed(life)
        life.people.merge_pull("mia", pull)
        life.pass_on()
        said = "".join(life.product.summaries)
        assert [words for words in told if words not in said] == []
        assert ("Enterprise Server" in said) is bool(told)


def _fixed(life: Life) -> int:
    """A fix that failed as long as something was owed, and passes."""
    pull = life.fix(life.settled())
    assert life.gate(pull)[0] == "failure"
    life.check(pull, conclusion="failure")
    life.ready(pull)
    assert life.gate(pull)[0] == "success"
    return pull
