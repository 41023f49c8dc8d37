"""What GitHub tells `init` of a repository: settings, labels, and the rules of its default branch."""

from __future__ import annotations

from collections.abc import Mapping

from bugaction.adoption import Surroundings
from bugaction.github.client import Client
from bugaction.github.rules import classic_over_rest, required_contexts, rules_over_rest

__all__ = ["look_around"]

_PAGE = 100
_MOST_PAGES = 10
"""A thousand labels; who has more has none that are meant."""


def look_around(client: Client, owner: str, name: str) -> Surroundings:
    """Four requests, and one more for each further hundred labels. Raises `GitHubError` where the repository
    cannot be read; rules that this token may not see are left open."""
    path = f"/repos/{owner}/{name}"
    found = client.get(path)
    repository = found if isinstance(found, Mapping) else {}
    branch = str(repository.get("default_branch") or "")
    rules = rules_over_rest(client, owner, name, branch) if branch else None
    classic = classic_over_rest(client, owner, name, branch) if branch else None
    return Surroundings(
        default_branch=branch,
        is_private=repository.get("private") is True,
        is_archived=repository.get("archived") is True,
        has_merge_queue=any(
            isinstance(rule, Mapping) and rule.get("type") == "merge_queue" for rule in rules or ()
        ),
        labels=_labels(client, path),
        required=required_contexts(rules, classic) if rules is not None or classic is not None else None,
    )


def _labels(client: Client, path: str) -> tuple[str, ...]:
    names: list[str] = []
    for number in range(1, _MOST_PAGES + 1):
        page = client.get(f"{path}/labels", {"per_page": _PAGE, "page": number})
        items = page if isinstance(page, list) else []
        names += [str(item["name"]) for item in items if isinstance(item, Mapping) and item.get("name")]
        if len(items) < _PAGE:
            break
    return tuple(names)
