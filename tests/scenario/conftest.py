"""Fixtures of the scenarios, lives of bugs on the embedded GitHub; and which of them are lived rarely."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.scenario.life import Life, begin

RARELY: Mapping[str, frozenset[str]] = {
    "test_any_date": frozenset(
        {
            "test_a_start_that_is_dated_ahead_is_not_believed",
        }
    ),
    "test_any_order": frozenset(),
    "test_by_hand": frozenset(
        {
            "test_a_folder_that_cannot_be_tried_says_what_is_missing",
            "test_a_repository_of_one_s_own_is_tried_before_anything_is_committed",
            "test_what_cannot_be_done_is_told_and_changes_nothing",
        }
    ),
    "test_closing": frozenset(
        {
            "test_a_lost_event_is_made_good_by_the_sweep",
            "test_a_merge_closes_nothing_before_production_has_proved_the_fix",
            "test_the_first_close_by_hand_is_held_like_a_merge",
            "test_without_a_merged_fix_a_close_is_left_alone",
        }
    ),
    "test_confidential": frozenset(
        {
            "test_a_rule_that_keeps_a_document_is_told",
            "test_the_fix_of_a_confidential_bug_names_no_section",
        }
    ),
    "test_configuration": frozenset(),
    "test_delivery": frozenset(
        {
            "test_branch_keeps_the_default_branch_clean",
            "test_document_never_has_two_homes",
        }
    ),
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
            "test_after_an_approval_nothing_is_pushed",
            "test_what_a_fork_offers_hides_no_approval",
            "test_where_actions_may_open_no_pull_request",
        }
    ),
    "test_escalation": frozenset(
        {
            "test_a_confidential_bug_tells_no_details",
            "test_a_late_sweep_calls_once",
            "test_nobody_is_mentioned_by_default",
            "test_steps_on_time",
            "test_two_runs_at_once",
        }
    ),
    "test_fix_gate": frozenset(
        {
            "test_a_dismissed_approval_is_gone",
            "test_a_job_that_may_not_read_checks_says_so",
            "test_a_review_of_a_fork_s_pull_request_is_relayed",
            "test_a_status_of_another_ci_is_heard_of",
            "test_each_pull_request_answers_for_itself",
            "test_the_whole_way_to_a_merge",
            "test_updating_the_branch_on_the_site_keeps_an_approval",
            "test_what_the_branch_requires_is_waited_for",
            "test_where_no_relay_is_the_sweep_sees_the_review",
        }
    ),
    "test_fresh_facts": frozenset(),
    "test_hanging_together": frozenset(),
    "test_large_pull": frozenset(),
    "test_merge_queue": frozenset(
        {
            "test_fork_cannot_unlink_its_fix",
            "test_group_behind_a_held_fix",
            "test_group_of_a_held_fix",
            "test_group_of_one_fix",
            "test_group_of_two",
            "test_group_that_cannot_be_told",
            "test_pull_request_from_a_fork",
        }
    ),
    "test_notifications": frozenset(
        {
            "test_a_dry_run_lists_and_sends_nothing",
            "test_a_run_that_dies_after_sending_sends_again",
            "test_a_target_that_fails_changes_nothing_else",
            "test_two_runs_at_once_tell_of_a_step_once",
            "test_where_nothing_can_be_recorded_the_pager_alone_is_told",
        }
    ),
    "test_override": frozenset(
        {
            "test_a_push_ends_it_and_an_update_of_the_branch_does_not",
        }
    ),
    "test_post_mortem": frozenset(
        {
            "test_a_command_asks_for_it",
            "test_a_promise_becomes_an_issue_once",
            "test_a_severe_bug_that_is_over_gets_one_by_itself",
        }
    ),
    "test_pull_documents": frozenset(
        {
            "test_the_analysis_comes_with_the_fix",
        }
    ),
    "test_records_and_modes": frozenset(),
    "test_refusals": frozenset(),
    "test_release_gate": frozenset(
        {
            "test_from_nothing_to_green",
            "test_the_lane_of_a_p0",
        }
    ),
    "test_rollback": frozenset(),
    "test_rollback_command": frozenset({"test_what_is_said_on_the_merged_fix_is_heard"}),
    "test_root_cause_gate": frozenset(
        {
            "test_a_confidential_bug_s_analysis_is_an_advisory",
            "test_from_nothing_to_green",
            "test_the_first_look_is_answered_in_the_report",
            "test_what_cannot_be_reproduced_is_said_to_be_so",
        }
    ),
    "test_saved_facts": frozenset(
        {
            "test_a_person_s_plan_is_saved_and_simulated",
        }
    ),
    "test_tampered_records": frozenset(),
    "test_teams": frozenset(),
    "test_ticks": frozenset(
        {
            "test_somebody_who_may_not",
        }
    ),
    "test_timeline": frozenset(
        {
            "test_a_confidential_bug_takes_no_line",
            "test_a_zone_that_is_none_is_named",
            "test_lines_in_the_document_stay",
            "test_people_add_lines_by_a_command",
            "test_who_may_not_plan_adds_no_line",
        }
    ),
    "test_triage_gate": frozenset(
        {
            "test_a_confidential_bug_s_report_is_an_advisory",
            "test_a_first_commit_accepts",
            "test_from_nothing_to_green",
        }
    ),
    "test_told_cause": frozenset(
        {
            "test_an_outsider_tells_nothing",
            "test_one_comment_fills_the_analysis",
            "test_undo_takes_the_words_away",
        }
    ),
    "test_two_at_once": frozenset(),
    "test_unlink_undo_duplicate": frozenset(),
    "test_unreadable_records": frozenset(),
    "test_verification": frozenset(
        {
            "test_a_keyword_that_closes_the_issue_leaves_the_facts",
            "test_a_regression_stops_the_line",
            "test_a_rollback_takes_the_fix_out_of_production",
            "test_only_a_deployment_that_contains_the_fix_counts",
            "test_time_alone_writes_nothing",
        }
    ),
    "test_verification_gate": frozenset(
        {
            "test_from_the_merge_to_the_all_clear",
        }
    ),
    "test_versions": frozenset(
        {
            "test_a_document_with_an_open_question_is_not_approved",
            "test_an_approved_report_is_followed_by_its_next_version",
            "test_an_issue_that_is_opened_again_is_told_in_the_next_version",
        }
    ),
    "test_ways_past_a_gate": frozenset(
        {
            "test_a_check_that_has_not_really_passed",
            "test_a_forged_comment_of_ours",
            "test_a_push_after_the_approval",
            "test_a_status_posted_by_somebody_else_under_our_name",
            "test_a_template_and_a_document_of_the_pull_request",
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
    """Mark what is lived rarely. All that is collected comes by here, unit tests of such a name among it."""
    here = Path(__file__).parent
    for item in (item for item in items if item.path.parent == here):
        name, function = item.path.stem, getattr(item, "originalname", item.name)
        if name in RARELY and function not in RARELY[name]:
            item.add_marker(pytest.mark.reliability)


@pytest.fixture
def life() -> Iterator[Life]:
    """A team with a repository that has one commit, and no bug yet."""
    with begin() as found:
        yield found
