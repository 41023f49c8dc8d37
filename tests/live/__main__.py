"""Look at the facts about GitHub that only GitHub can show: `make live REPO=owner/name`.

It writes to that repository, and takes away what it made. See docs/decisions/0030.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime

from bugaction.errors import BugactionError, UserError
from bugaction.github.connection import connect_client
from bugaction.servers import graphql_of, server_of
from tests.live import branches, reading, texts
from tests.live.fact import FACTS, Fact, Outcome, Row, look
from tests.live.place import TOPIC, Place, enter

__all__ = ["in_order", "main", "run", "table"]

REPOSITORY = re.compile(r"[\w-][\w.-]*/[\w.-]+", re.ASCII)

REGISTERED = (reading, texts, branches)
"""Importing them registers their facts."""

DOES = f"""\
It opens some thirty issues and some pull requests with the word "live" in them, comments, labels, branches
below `bugaction-live/` and, with an administrator's token, a ruleset for one of these. At the end issues and
pull requests are closed (a job's token may not delete them) and the rest is deleted. Only a repository with
the topic `{TOPIC}` is written to.
"""


def main(arguments: list[str], environment: dict[str, str]) -> int:
    """0 when every fact that could be looked at holds, 1 when one differs, 2 when nothing was looked at."""
    parser = argparse.ArgumentParser(prog="python -m tests.live", description=__doc__, epilog=DOES)
    parser.add_argument("repository", metavar="OWNER/NAME")
    parser.add_argument("--read-only", action="store_true", help="leave out whatever writes")
    parser.add_argument(
        "--only", action="append", default=[], metavar="FACT", help="this fact; may be repeated"
    )
    parser.add_argument("--stranger", default="octocat", help="a login without any role there")
    options = parser.parse_args(arguments)
    token = environment.get("GH_TOKEN", "").strip() or environment.get("GITHUB_TOKEN", "").strip()
    try:
        chosen = _chosen(options.only, read_only=options.read_only)
        if not REPOSITORY.fullmatch(options.repository):
            raise UserError(
                f"{options.repository!r} is no repository.", remedy="make live REPO=owner/name names one."
            )
        if not token:
            raise UserError(
                "There is no token to speak to GitHub with.",
                remedy="Set GH_TOKEN, for example to $(gh auth token), or GITHUB_TOKEN.",
            )
        _, api = server_of(environment)
        client = connect_client(
            token=token, api_url=api, graphql_url=graphql_of(api), clock=_now, sleep=time.sleep
        )
        place = enter(
            client,
            options.repository,
            stranger=options.stranger,
            sleep=time.sleep,
            clock=_now,
            read_only=options.read_only,
        )
    except BugactionError as error:
        print(f"{error.message.rstrip('.')}. {error.remedy}".strip(), file=sys.stderr)
        return 2
    does = "It writes nothing.\n" if not any(found.writes for found in chosen) else DOES
    print(f"{len(chosen)} to look at in {options.repository}, with the token of {place.viewer}.\n\n{does}")
    rows = []
    for row in run(place, chosen):
        print(f"  {row.outcome:<9}  {row.fact.id}: {' '.join(row.seen.split())}", flush=True)
        rows.append(row)
    print(f"\n{table(rows)}")
    return 1 if any(row.outcome is Outcome.DIFFERS for row in rows) else 0


def _chosen(only: Collection[str], *, read_only: bool) -> list[Fact]:
    """The facts to look at. Raises `UserError` for one that there is not, and where none is left."""
    unknown = ", ".join(name for name in only if name not in FACTS)
    if unknown:
        raise UserError(f"There is no fact {unknown}.", remedy=f"There are {', '.join(FACTS)}.")
    chosen = [found for found in in_order() if not only or found.id in only]
    left = [found for found in chosen if not (read_only and found.writes)]
    if not left:
        raise UserError(
            "There is nothing to look at: whoever looks at that has to write.", remedy="Leave out READ_ONLY."
        )
    return left


def in_order() -> list[Fact]:
    """Every fact, those that only read first."""
    return sorted(FACTS.values(), key=lambda found: found.writes)


def run(place: Place, facts: Iterable[Fact]) -> Iterator[Row]:
    """Each fact in turn; whatever happens, what was made is taken away at the end."""
    try:
        for found in facts:
            yield look(found, place)
    finally:
        for line in place.leave():
            print(line, file=sys.stderr)


def table(rows: Iterable[Row]) -> str:
    """A Markdown table of what was expected and seen, and what follows where they differ."""
    lines = ["| fact | expected | seen | consequence |", "|---|---|---|---|"]
    for row in rows:
        follows = row.fact.otherwise if row.outcome is Outcome.DIFFERS else ""
        seen = " ".join(f"{row.outcome}: {row.seen}".split()).replace("|", "\\|")
        lines.append(f"| `{row.fact.id}` | {row.fact.text} | {seen} | {follows} |")
    return "\n".join(lines)


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], dict(os.environ)))
