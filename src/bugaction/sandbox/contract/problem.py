"""One way in which a request, an answer or an event breaks GitHub's contract."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Where the contract is broken, by which rule, and how.

    `where` is a path such as `query.per_page`, `body.labels[0].name`, `response.id`, `payload.issue` or
    `document:3:5`; `rule` is a stable code (`unknown-key`, `too-long`, `schema`, …); `text` is a sentence.
    """

    where: str
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text} [{self.rule}]"
