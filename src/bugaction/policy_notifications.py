"""What a team decides about notifications outside GitHub: which audience hears of what, by severity."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from bugaction.model import Severity
from bugaction.notify_urls import AUDIENCE
from bugaction.policy_values import Strict

__all__ = ["PAGER", "Audiences", "Notifications"]

PAGER = "pager"
"""The audience that is told although nothing can be recorded: somebody is woken twice rather than never."""

_NAME = re.compile(AUDIENCE)
_WORDS = "expected audiences such as [incidents], or a list of them for each severity: {P0: [incidents]}"


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(
        isinstance(name, str) and _NAME.fullmatch(name) for name in value
    ):
        raise ValueError(_WORDS)
    return tuple(dict.fromkeys(name.casefold() for name in value))


def _by_severity(value: object) -> object:
    """Both forms as one: a list counts for every severity."""
    if isinstance(value, list | tuple):
        return dict.fromkeys(Severity, _names(value))
    if not isinstance(value, Mapping):
        raise ValueError(_WORDS)  # noqa: TRY004 - pydantic's contract
    names: dict[Any, Severity] = {severity.name: severity for severity in Severity}
    names |= {severity: severity for severity in Severity}
    if not value.keys() <= names.keys():
        raise ValueError(_WORDS)
    return {names[key]: _names(item) for key, item in value.items()}


_LIST: Mapping[str, object] = {"type": "array", "items": {"type": "string", "pattern": f"^{AUDIENCE}$"}}

Audiences = Annotated[
    Mapping[Severity, tuple[str, ...]],
    BeforeValidator(_by_severity),
    PlainSerializer(lambda value: {str(severity): list(names) for severity, names in value.items()}),
    WithJsonSchema(
        {
            "anyOf": [
                {**_LIST},
                {
                    "type": "object",
                    "properties": {severity.name: {**_LIST} for severity in Severity},
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
"""Who hears of an event, by the bug's severity; nobody where a severity is left out."""

_BOTH = (Severity.P0, Severity.P1)
_INCIDENTS: Mapping[Severity, tuple[str, ...]] = dict.fromkeys(_BOTH, ("incidents",))
_REPORTED: Mapping[Severity, tuple[str, ...]] = {
    Severity.P0: ("all-hands", "incidents"),
    Severity.P1: ("incidents",),
}
_DEPLOYED: Mapping[Severity, tuple[str, ...]] = {Severity.P0: ("incidents",), Severity.P1: ("releases",)}
_ESCALATED: Mapping[Severity, tuple[str, ...]] = {
    Severity.P0: ("incidents", PAGER),
    Severity.P1: ("incidents",),
}
_STOPPED: Mapping[Severity, tuple[str, ...]] = {
    **dict.fromkeys(_BOTH, ("incidents", PAGER)),
    **dict.fromkeys((Severity.P2, Severity.P3), ("incidents",)),
}
_PAGED: Mapping[Severity, tuple[str, ...]] = dict.fromkeys(Severity, (PAGER,))


class Notifications(Strict):
    """Who hears of what outside GitHub, by the event: a list of audiences, or one for each severity.

    `reported`: a bug has, or was raised to, that severity. `page`: something is due in under an hour, which
    no cron keeps; `page-over`: the bug is over that somebody was paged for. `cause-found`, `deployed`,
    `all-clear` (the last window of the watch is well) and `closed` say how far it is. `escalated`: a step of
    the ladder was taken. `breached`: something that was due has not happened. `stop`: a regression is
    reported, go back. `post-mortem-due`: it is due soon. Which URLs an audience has stands in the input
    `notify-urls`.
    """

    reported: Audiences = _REPORTED
    page: Audiences = _PAGED
    page_over: Audiences = _PAGED
    cause_found: Audiences = _INCIDENTS
    deployed: Audiences = _DEPLOYED
    all_clear: Audiences = _INCIDENTS
    closed: Audiences = _INCIDENTS
    escalated: Audiences = _ESCALATED
    breached: Audiences = _INCIDENTS
    stop: Audiences = _STOPPED
    post_mortem_due: Audiences = _INCIDENTS

    def audiences(self, event: str, severity: Severity | None) -> tuple[str, ...]:
        """Who hears of that event of a bug of that severity."""
        named: Mapping[Severity, tuple[str, ...]] = getattr(self, event.replace("-", "_"))
        return named.get(severity, ()) if severity is not None else ()
