"""What every command shares: the group, its words, the environment, and where secrets are taken out."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TextIO

import click

from bugaction import __version__
from bugaction.cli.program import HELP, Program, exits

__all__ = [
    "ENVIRONMENT",
    "EXITS",
    "INTERRUPTED",
    "NOTIFY_URLS",
    "OWN_ALONE",
    "commands",
    "in_actions",
    "is_terminal",
    "scrubber",
    "variables_of",
]

EXITS = exits()

ENVIRONMENT = """\b
Environment, as an Actions runner sets it:
  GITHUB_REPOSITORY                     the repository, OWNER/NAME
  GITHUB_EVENT_NAME, GITHUB_EVENT_PATH  the event and the file with its payload
  GITHUB_SERVER_URL, GITHUB_API_URL     another GitHub than github.com; one of the two, or GH_HOST,
                                        is enough
  BUGACTION_TOKEN                       the token (outside a runner GH_TOKEN and GITHUB_TOKEN serve too)
  BUGACTION_APP_ID                      a GitHub App to act as, by its App ID or client ID
  BUGACTION_APP_PRIVATE_KEY             the text of that App's private key
  BUGACTION_CONFIG                      the configuration's path on the default branch
  BUGACTION_COMMAND                     run, plan, sweep, start-records, post-mortem or doctor; empty: the
                                        event decides
  BUGACTION_ISSUE                       the issue or pull request to look at
  BUGACTION_NOTE                        words to begin a post-mortem with; GITHUB_ACTOR says whose
  BUGACTION_DRY_RUN                     true: write nothing
  BUGACTION_NOTIFY_URLS                 Apprise URLs to notify, one a line; in front, audience[,audience]=
  BUGACTION_RECORDS                     defer: commit nothing, only say whether there is something to commit
  BUGACTION_SHARD                       the part of a sweep to do, such as 2/8
  BUGACTION_SWEEP_BUDGET                the requests that one sweep may make; 600 by default
  BUGACTION_SAVE_SNAPSHOT               the file to keep the run's facts in
  BUGACTION_REDACT                      true: replace people's words in that file
"""

INTERRUPTED = 130
"""128 and the signal's number, as shells tell it."""


@click.group(
    cls=Program,
    context_settings={"help_option_names": list(HELP), "max_content_width": 100},
    epilog=f"\b\nExample:\n  bugaction plan --repository octo/shop --issue 42\n\n{EXITS}",
)
@click.version_option(__version__, prog_name="bugaction")
def commands() -> None:
    """Run a team's bug response on GitHub alone."""


def variables_of(options: Mapping[str, str | None]) -> dict[str, str]:
    """The options that were given, each as the variable that it stands for."""
    from bugaction.runner import OPTIONS

    variables = {option.removeprefix("--"): variable for variable, option in OPTIONS.items()}
    return {variables[name.replace("_", "-")]: value for name, value in options.items() if value is not None}


def in_actions(environment: Mapping[str, str]) -> bool:
    return environment.get("GITHUB_ACTIONS") == "true"


NOTIFY_URLS = "BUGACTION_NOTIFY_URLS"

APP_PRIVATE_KEY = "BUGACTION_APP_PRIVATE_KEY"

OWN_ALONE = (NOTIFY_URLS, APP_PRIVATE_KEY)
"""Secrets that a process started by this one gets nothing of."""


def scrubber(environment: Mapping[str, str]) -> _Scrub:
    tokens = [environment.get(name, "").strip() for name in ("BUGACTION_TOKEN", "GH_TOKEN", "GITHUB_TOKEN")]
    return _Scrub(tokens, environment.get(NOTIFY_URLS, ""), environment.get(APP_PRIVATE_KEY, ""))


class _Scrub:
    """Takes every token of the environment out of a text, an App's key, and what is secret in the URLs of
    notifications.

    A line of them that is not understood is one whole secret.
    """

    def __init__(self, tokens: Sequence[str], notify_urls: str = "", key: str = "") -> None:
        from bugaction.app_key import pieces
        from bugaction.notify_urls import parse_notify_urls
        from bugaction.secret import Secret

        self._secrets = [Secret(token) for token in tokens if token]
        self._secrets += [Secret(key.strip(), pieces(key))] if key.strip() else []
        self._secrets += [target.url for target in parse_notify_urls(notify_urls).targets]
        self._secrets += [Secret(line.strip()) for line in notify_urls.splitlines() if len(line.strip()) >= 8]

    def __call__(self, text: str) -> str:
        for secret in self._secrets:
            text = secret.scrub(text)
        return text


def is_terminal(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
