"""Whether a branch takes a plain commit."""

from __future__ import annotations

import pytest

from bugaction.github.rules import protection_from_graphql, protection_from_rest

CLASSIC: dict[str, object] = {
    "requiredApprovingReviewCount": None,
    "requiredStatusCheckContexts": [],
    "viewerCanPush": True,
}


def ref(*types: str, classic: dict[str, object] | None = None) -> dict[str, object]:
    return {"rules": {"nodes": [{"type": name} for name in types]}, "refUpdateRule": classic}


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (ref(), False),
        (ref("DELETION", "NON_FAST_FORWARD", "REQUIRED_SIGNATURES", "REQUIRED_LINEAR_HISTORY"), False),
        (ref("PULL_REQUEST"), True),
        (ref("REQUIRED_STATUS_CHECKS"), True),
        (ref("UPDATE"), True),
        (ref("MERGE_QUEUE"), True),
        (ref("LOCK_BRANCH"), True),
        (ref(classic=CLASSIC), False),
        (ref(classic={**CLASSIC, "requiredApprovingReviewCount": 0}), True),
        (ref(classic={**CLASSIC, "requiredStatusCheckContexts": ["ci"]}), True),
        (ref(classic={**CLASSIC, "viewerCanPush": False}), True),
    ],
)
def test_reviews_checks_queues_and_restricted_pushes_protect(node: dict[str, object], expected: bool) -> None:
    """Signatures and a linear history do not: our commits are signed and have one parent."""
    assert protection_from_graphql(node, rules_seen=True, classic_seen=True) is expected


@pytest.mark.parametrize(("rules_seen", "classic_seen"), [(False, True), (True, False), (False, False)])
def test_what_cannot_be_seen_cannot_be_denied(rules_seen: bool, classic_seen: bool) -> None:
    """Null means "no rule" only to those who may see rules."""
    nothing = {"rules": None, "refUpdateRule": None}
    assert protection_from_graphql(nothing, rules_seen=rules_seen, classic_seen=classic_seen) is None
    seen = ref("PULL_REQUEST")
    assert protection_from_graphql(seen, rules_seen=rules_seen, classic_seen=classic_seen) is True


@pytest.mark.parametrize(
    ("rules", "classic_seen", "expected"),
    [
        ([], True, False),
        ([{"type": "deletion"}, "odd"], True, False),
        ([], False, None),
        ([{"type": "pull_request"}], False, True),
        ([{"type": "merge_queue"}], True, True),
    ],
)
def test_rest_tells_of_rulesets_alone(rules: list[object], classic_seen: bool, expected: bool | None) -> None:
    """Without a view of classic protection its silence proves nothing."""
    assert protection_from_rest(rules, classic_seen=classic_seen) is expected
