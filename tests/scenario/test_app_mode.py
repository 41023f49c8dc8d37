"""The Action as a GitHub App of the team's own: by its key, with a source that no other workflow has."""

from __future__ import annotations

import pytest

from bugaction.github.installation import NEEDED
from tests.scenario.life import begin


def test_a_run_makes_its_own_token() -> None:
    """A token of the App's installation for each job, and with it everything is the App's."""
    with begin(app="keeper", granted=NEEDED) as life:
        life.bug("P2")
        pull = life.fix(1)
        assert life.gate(pull)[0] == "failure"
        assert {status.creator for each in life.state.statuses.values() for status in each} == {"keeper"}
        assert {comment.author for comment in life.ours(1)} == {"keeper"}
        assert {each.token for each in life.server.requests} == {"key", "app"}
        assert life.again() == 0


@pytest.mark.reliability
def test_an_app_that_is_not_installed_says_so() -> None:
    """The run is red, and tells what to do."""
    with begin(app="keeper", granted=NEEDED) as life:
        life.server.tokens.add_app("keeper", NEEDED, installed=False)
        life.bug("P2")
        assert "is not installed on octo/shop" in life.log
        assert "Install it there" in life.log
        assert set(life.product.codes) == {3}
