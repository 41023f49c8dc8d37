"""The command `init`: looks, shows, asks, and writes what `bugaction.adoption` decided."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from bugaction.adoption import Adoption, Given, Surroundings, adopt, leave
from bugaction.adoption.planning import Choice, Plan
from bugaction.adoption.steps import Line, Tone, next_steps, parting
from bugaction.adoption.words import as_json, details, found, summary
from bugaction.checkout import (
    Checkout,
    installed_commit,
    label_names,
    read_checkout,
    remote_repository,
    write,
)
from bugaction.console import Console
from bugaction.errors import GitHubError, UserError
from bugaction.servers import server_of
from bugaction.templates import load_scaffold

__all__ = ["PAINTS", "Look", "Options", "Talk", "run", "start"]

PAINTS: Mapping[Tone, str] = {Tone.ADDED: "32", Tone.REMOVED: "31", Tone.PLACE: "36", Tone.HEAD: "1"}
"""Green, red, cyan and bold, as git paints its diffs."""

Look = Callable[[str, str, str], Surroundings]
"""Asks GitHub, with a token, of a repository, at an API's address. Raises `GitHubError`."""


@dataclass(frozen=True, slots=True)
class Options:
    """What was typed. `labels` is the text of a list of labels and what to call its source, None without."""

    ref: str = ""
    labels: tuple[str, str] | None = None
    dry_run: bool = False
    check: bool = False
    remove: bool = False
    yes: bool = False
    take: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    reusable: bool | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """The person: `say` prints a line, `tell` a document instead of all lines where a program asked, and
    `ask` asks for a yes, None where nobody is there to answer."""

    say: Callable[[str, str], None]
    tell: Callable[[Mapping[str, object]], None] | None = None
    ask: Callable[[str], bool] | None = None


def start(
    folder: Path,
    options: Options,
    environment: Mapping[str, str],
    now: datetime,
    console: Console,
    *,
    as_json: bool,
    ask: Callable[[str], bool] | None,
) -> int:
    """Run it for the person or program at this console; `ask` is None where nobody can answer."""

    def look(token: str, repository: str, api_url: str) -> Surroundings:
        from bugaction.execution import surroundings  # the client takes half a second to import

        return surroundings(token, repository, api_url)

    def tell(document: Mapping[str, object]) -> None:
        console.say(json.dumps(document, indent=2, ensure_ascii=False))

    talk = Talk(console.say, tell if as_json else None, ask)
    return run(folder, options, environment, now, talk, look)


def run(
    folder: Path, options: Options, environment: Mapping[str, str], now: datetime, talk: Talk, look: Look
) -> int:
    """Do it; the exit code: 1 where a check finds something out of date, 0 otherwise.

    Raises `UserError` where it cannot be done, and where something is to be written and nobody said yes.
    """
    _consistent(options)
    checkout = read_checkout(folder)
    if options.remove:
        plan, adoption = leave(checkout.tree), None
        branch, lines = checkout.branch, _removing(plan, checkout.branch)
    else:
        adoption, notes = _adoption(checkout, options, environment, now, look)
        plan, branch = adoption.plan, adoption.given.default_branch
        lines = _adopting(adoption, notes)
    if talk.tell is None:
        _say(talk, lines)
    code = 1 if options.check and not plan.is_current else 0
    done = "" if options.check else _carry_out(checkout, plan, options, talk)
    if talk.tell is not None:
        talk.tell({**as_json(plan, adoption, branch), "written": done == _WRITTEN})
        return code
    if done:
        talk.say(f"\n{done}", "")
    if options.check and code:
        what = (
            "run `bugaction init` and commit what it writes" if plan.writes else "see above for what to say"
        )
        talk.say(f"\nOut of date: {what}.", "")
    elif options.check:
        talk.say("\nEverything is as it should be.", "")
    elif adoption is not None:
        _say(talk, [(Tone.PLAIN, ""), *next_steps(adoption)])
    return code


_WRITTEN = "Written."
_NOTHING = "Nothing to write: everything is as it should be."


def _consistent(options: Options) -> None:
    modes = [name for name in ("check", "remove", "dry_run") if getattr(options, name)]
    if options.check and len(modes) > 1:
        raise UserError("`--check` writes nothing and stands alone.", remedy="Leave the other option out.")
    if options.remove and (options.take or options.keep):
        raise UserError("`--remove` takes no file by name.", remedy="Leave `--take` and `--keep` out.")
    if options.remove and options.reusable is not None:
        raise UserError(
            "`--remove` takes away either kind of workflow.",
            remedy="Leave `--reusable` or `--standalone` out.",
        )


def _say(talk: Talk, lines: Iterable[Line]) -> None:
    for tone, text in lines:
        talk.say(text, PAINTS.get(tone, ""))


def _adopting(adoption: Adoption, notes: Iterable[str]) -> list[Line]:
    lines: list[Line] = [(Tone.HEAD, "Found:"), *found(adoption)]
    lines += [(Tone.PLAIN, f"  note: {note}") for note in notes]
    lines += [(Tone.PLAIN, ""), (Tone.HEAD, "Files:"), *summary(adoption.plan), *details(adoption.plan)]
    return lines


def _removing(plan: Plan, branch: str) -> list[Line]:
    lines = list(parting(plan, branch))
    return [*lines, (Tone.PLAIN, ""), (Tone.HEAD, "Files:"), *summary(plan)] if plan.changes else lines


def _carry_out(checkout: Checkout, plan: Plan, options: Options, talk: Talk) -> str:
    """Write, after a yes; the words for what was done."""
    changes = plan.writes
    if not changes:
        return "Nothing to remove." if options.remove else _NOTHING
    if options.dry_run:
        return "Nothing was written: this was a dry run."
    count = f"{len(changes)} file{'' if len(changes) == 1 else 's'}"
    if not options.yes:
        if talk.ask is None or talk.tell is not None:
            raise UserError(
                "Nothing was written: nobody is here to say yes.",
                remedy="Add `--yes`, or `--dry-run` to only look.",
            )
        if not talk.ask(f"\n{'Remove' if options.remove else 'Write'} {count}?"):
            return "Nothing was written."
    write(checkout.top, changes)
    return _WRITTEN


def _adoption(
    checkout: Checkout, options: Options, environment: Mapping[str, str], now: datetime, look: Look
) -> tuple[Adoption, tuple[str, ...]]:
    around, notes = _around(checkout, environment, look)
    given = Given(
        now,
        ref=options.ref,
        installed="" if options.ref else installed_commit(),
        labels=label_names(*options.labels) if options.labels is not None else None,
        branch=checkout.branch,
        current=checkout.current,
        reusable=options.reusable,
        around=around,
        choice=Choice(frozenset(options.take), frozenset(options.keep)),
    )
    return adopt(checkout.tree, load_scaffold(), given), notes


def _around(
    checkout: Checkout, environment: Mapping[str, str], look: Look
) -> tuple[Surroundings | None, tuple[str, ...]]:
    """What GitHub tells, where there is a token for the server that the clone comes from.

    A token goes nowhere but to the API of the server that the environment names, github.com without one.
    """
    names = ("BUGACTION_TOKEN", "GH_TOKEN", "GITHUB_TOKEN")
    token = next((value for name in names if (value := environment.get(name, "").strip())), "")
    origin, api = server_of(environment)
    server = urlsplit(origin).hostname or ""
    repository = environment.get("GITHUB_REPOSITORY", "") or remote_repository(checkout.remote, server)
    if not token or "/" not in repository:
        why = f"{checkout.remote or 'origin'} is not there" if token else "there is no token (GH_TOKEN)"
        return None, (f"GitHub was not asked for labels and rules: {why}.",)
    try:
        return look(token, repository, api), ()
    except GitHubError as error:
        return None, (f"GitHub did not tell of {repository}: {error.message}",)
