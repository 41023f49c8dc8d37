"""Fixtures of the scenarios, lives of bugs on the embedded GitHub; and which of them are lived rarely."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from tests.scenario.life import Life, begin

RARELY: Mapping[str, frozenset[str]] = {
    "test_any_order": frozenset(),
    "test_configuration": frozenset(),
    "test_doctor": frozenset(
        {
            "test_a_repository_that_is_set_up",
            "test_a_ruleset_that_asks_for_too_much",
            "test_hostile_words",
            "test_it_costs_few_requests",
            "test_labels_in_other_words",
            "test_the_command_line",
            "test_the_dispatch_form_has_it",
        }
    ),
    "test_documents_pull": frozenset(
        {
            "test_a_severe_bug_brings_its_four_documents",
            "test_after_an_approval_nothing_is_pushed",
            "test_a_conflict_is_solved_without_losing_either_side",
            "test_where_actions_may_open_no_pull_request",
        }
    ),
    "test_fresh_facts": frozenset(),
    "test_hanging_together": frozenset(),
    "test_large_pull": frozenset(),
    "test_records_and_modes": frozenset(),
    "test_refusals": frozenset(),
    "test_rollback": frozenset(),
    "test_rollback_command": frozenset(
        {"test_twice_is_once", "test_the_version_before_is_deployed_again", "test_who_may_is_policy"}
    ),
    "test_saved_facts": frozenset(
        {"test_a_fix_until_it_is_merged", "test_a_person_s_plan_is_saved_and_simulated"}
    ),
    "test_tampered_records": frozenset(),
    "test_ticks": frozenset(
        {"test_a_maintainer_ticks", "test_somebody_who_may_not", "test_a_body_that_is_mangled"}
    ),
    "test_two_at_once": frozenset(),
    "test_unlink_undo_duplicate": frozenset(),
    "test_unreadable_records": frozenset(),
    "test_ways_past_a_gate": frozenset(
        {
            "test_a_check_that_has_not_really_passed",
            "test_a_command_that_is_edited",
            "test_a_document_that_is_completed_in_appearance_only",
            "test_a_forged_comment_of_ours",
            "test_a_marker_or_a_hidden_command_in_a_person_s_comment",
            "test_a_push_after_the_approval",
            "test_a_second_pull_request_of_the_same_head",
            "test_a_status_posted_by_somebody_else_under_our_name",
            "test_a_template_and_a_document_of_the_pull_request",
            "test_approving_one_s_own_work_in_another_s_pull_request",
            "test_hidden_words_link_nothing_and_hide_nothing",
        }
    ),
}
"""The modules that only `make reliability` plays whole, each with the tests that every `make test` plays too.

A life takes seconds, and `make test` is to stay under a quarter of an hour on two cores. What these hold is
held in small by unit tests as well.
"""


@pytest.hookimpl(tryfirst=True)  # before `-m` looks at the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is lived rarely."""
    for item in items:
        name, function = item.path.stem, getattr(item, "originalname", item.name)
        if name in RARELY and function not in RARELY[name]:
            item.add_marker(pytest.mark.reliability)


@pytest.fixture
def life() -> Iterator[Life]:
    """A team with a repository that has one commit, and no bug yet."""
    with begin() as found:
        yield found
