"""A REST request on its way through, and its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bugaction.sandbox.entities import Issue
from bugaction.sandbox.operations.act import Act
from bugaction.sandbox.refusal import missing
from bugaction.sandbox.tokens import Budget, Token, Tokens
from bugaction.sandbox.view import View

__all__ = ["Answer", "Call", "Handler", "page", "paged"]

_PAGE_SIZE = 30
"""GitHub's default for `per_page`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: a decoded JSON body, None for none."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """A request that the contract let through. `view` may be old when reads lag. `limits` are the token's
    budgets by their resource, `tokens` all that the server knows."""

    view: View
    token: Token
    tokens: Tokens
    parameters: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    body: Any
    url: str
    limits: Mapping[str, Budget] = field(default_factory=dict)

    @property
    def act(self) -> Act:
        """The token's owner, acting on the present."""
        return self.token.act(self.view.world)

    def need(self, level: str, *keys: str) -> None:
        """Refuse where the token lacks the permission."""
        self.token.need(self.view.world, level, *keys)

    def text(self, name: str, default: str = "") -> str:
        """A query parameter."""
        return self.query[name][0] if name in self.query else default

    def number(self, name: str, default: int) -> int:
        """A query parameter that is a number."""
        return int(self.text(name, str(default)))

    def issue(self) -> Issue:
        """The issue or pull request that the path names, as the reader sees it."""
        found = self.view.state.issues.get(int(self.parameters["issue_number"]))
        if found is None:
            raise missing()
        return found

    def need_topic(self, level: str) -> Issue:
        """The path's issue, when the token may read or write it.

        Pull requests take `issues` or `pull-requests` (https://docs.github.com/rest/authentication/permissions-required-for-github-apps).
        """
        number = int(self.parameters["issue_number"])
        found = (self.act.state if level == "write" else self.view.state).issues.get(number)
        keys = ("issues", "pull-requests") if found is not None and found.pull else ("issues",)
        self.need(level, *keys)
        if found is None:
            raise missing()
        return found


Handler = Callable[[Call], Answer]


def page(call: Call, items: Sequence[Any], shape: Callable[[Any], Any]) -> Answer:
    """A page of a list, with GitHub's Link header."""
    shown, headers = paged(call, items)
    return Answer(200, [shape(item) for item in shown], headers)


def paged(call: Call, items: Sequence[Any]) -> tuple[Sequence[Any], dict[str, str]]:
    """The items of the page that was asked for, and the headers that name the other pages."""
    size, number = call.number("per_page", _PAGE_SIZE), max(1, call.number("page", 1))
    last = max(1, -(-len(items) // size))
    links = []
    for relation, target in (("prev", number - 1), ("next", number + 1), ("last", last), ("first", 1)):
        is_far = relation in {"prev", "first"}
        if (1 <= target < number) if is_far else (number < target <= last):
            links.append(f'<{call.url}?per_page={size}&page={target}>; rel="{relation}"')
    headers = {"Link": ", ".join(links)} if links else {}
    return items[(number - 1) * size : number * size], headers
