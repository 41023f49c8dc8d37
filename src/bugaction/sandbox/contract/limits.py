"""Sizes that GitHub refuses with 422 and its description does not state.

Those that the description does state as `maxLength`, `maxItems` or `maxProperties` (a check run's summary,
its annotations and actions, a dispatch's inputs) are checked with its schemas. "text" in a source means that
the limit stands in the description of the field in words alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bugaction.sandbox.contract.problem import Problem


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that a body's field may hold: characters of a text, or entries of a list."""

    field: str
    most: int


# "body is too long (maximum is 65536 characters)": danger/danger#424 (comment), renovatebot/renovate#2032
# (pull request). Issues, comments, reviews and pull requests share it.
_BODY = Limit("body", 65_536)
# "title is too long (maximum is 256 characters)" for issues and pull requests alike
# (dead-claudia/github-limits#7 quotes the message; DavyJonesLocker/party_foul#122).
_TITLE = Limit("title", 256)
# "name is too long (maximum is 50 characters)": github/docs#32156.
_LABEL_NAME = Limit("name", 50)
# OpenAPI text: "A short description of the label. Must be 100 characters or fewer."
_LABEL_DESCRIPTION = Limit("description", 100)
# Adding an unknown label creates it, under the same limit: hashicorp/terraform-provider-google#16746.
_LABELS = Limit("labels[]", 50)
# OpenAPI text of POST …/issues/{issue_number}/assignees: "Adds up to 10 assignees to an issue."
_ASSIGNEES = Limit("assignees", 10)

LIMITS: Mapping[str, tuple[Limit, ...]] = {
    "checks/create": (
        # OpenAPI text: "The maximum size is 64 KB" and "255 characters".
        Limit("output.annotations[].message", 65_536),
        Limit("output.annotations[].raw_details", 65_536),
        Limit("output.annotations[].title", 255),
    ),
    "checks/update": (
        Limit("output.annotations[].message", 65_536),
        Limit("output.annotations[].raw_details", 65_536),
        Limit("output.annotations[].title", 255),
    ),
    "issues/add-assignees": (_ASSIGNEES,),
    "issues/add-labels": (_LABELS,),
    "issues/create": (_TITLE, _BODY, _LABELS, _ASSIGNEES),
    "issues/create-comment": (_BODY,),
    "issues/create-label": (_LABEL_NAME, _LABEL_DESCRIPTION),
    "issues/set-labels": (_LABELS,),
    "issues/update": (_TITLE, _BODY, _LABELS, _ASSIGNEES),
    "issues/update-comment": (_BODY,),
    "issues/update-label": (Limit("new_name", 50), _LABEL_DESCRIPTION),
    "pulls/create": (_TITLE, _BODY),
    "pulls/create-review": (_BODY,),
    "pulls/update": (_TITLE, _BODY),
    # "description is too long (maximum is 140 characters)": zalando/zappr#378; the context's 255 characters:
    # runatlantis/atlantis#2506.
    "repos/create-commit-status": (Limit("description", 140), Limit("context", 255)),
    # OpenAPI text: "The maximum description length is 140 characters"; Shopify/shipit-engine#1004.
    "repos/create-deployment-status": (Limit("description", 140),),
}


def check_limits(operation: str, body: object) -> list[Problem]:
    """What of `body` is larger than GitHub takes in the operation with this id."""
    problems = []
    for limit in LIMITS.get(operation, ()):
        for where, value in _values(body, limit.field, "body"):
            if isinstance(value, (str, list)) and len(value) > limit.most:
                unit = "characters" if isinstance(value, str) else "entries"
                text = f"{len(value)} {unit}, and GitHub takes {limit.most}."
                problems.append(Problem(where, "too-long", text))
    return problems


def _values(value: object, field: str, where: str) -> Iterator[tuple[str, object]]:
    """Each value that the dotted `field` names below `value`; `name[]` stands for the entries of a list."""
    name, _, rest = field.partition(".")
    key = name.removesuffix("[]")
    if not isinstance(value, dict) or key not in value:
        return
    found: list[tuple[str, object]] = [(f"{where}.{key}", value[key])]
    if name.endswith("[]"):
        entries = value[key] if isinstance(value[key], list) else []
        found = [(f"{where}.{key}[{index}]", entry) for index, entry in enumerate(entries)]
    for place, entry in found:
        if rest:
            yield from _values(entry, rest, place)
        else:
            yield place, entry
