"""How the command line is told: its help, in any width, and what becomes of a reader who has seen enough."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping

import click

__all__ = ["EXITS", "HELP", "INTERRUPTED_WORDS", "Line", "Program", "ReaderGone", "about_reading", "exits"]

INTERRUPTED_WORDS = "interrupted by Ctrl-C"
_BUG = "a bug in bugaction"
_GITHUB = "GitHub could not be read"
_OPTION = "an option is wrong"

EXITS: Mapping[str, Mapping[int, str]] = {
    "": {
        0: "done; gates may be red, the statuses say so",
        1: _BUG,
        2: "an input, an option or the configuration is wrong",
        3: f"{_GITHUB}, or something that a gate depends on was left undone",
    },
    "completion": {0: "done", 1: _BUG, 2: _OPTION},
    "demo": {0: "played to its end", 1: _BUG, 2: "an option is wrong, or the folder cannot be made"},
    "doctor": {
        0: "nothing to fix; warnings, and what this token cannot see, may be told",
        1: f"there is a problem (or {_BUG}, which then says so)",
        2: "an option or the environment is wrong",
        3: _GITHUB,
    },
    "init": {
        0: "done, or nothing to do",
        1: f"with --check: something is out of date (or {_BUG}, which then says so)",
        2: "it cannot be done here, or an option is wrong; nothing was said yes to",
    },
    "lint": {
        0: "every document is complete",
        1: f"a section waits to be written (or {_BUG}, which then says so)",
        2: "a file is no document or cannot be read; an option or the configuration is wrong",
    },
    "replay": {
        0: "the report is whole, as far as --limit lets it",
        1: _BUG,
        2: "an option or the configuration is wrong, or no bug was found: the words say how to name labels",
        3: f"{_GITHUB}, or not all of it: the report says what is missing",
    },
    "prompt": {0: "printed", 1: _BUG, 2: "an option is wrong, or ISSUE is no bug", 3: _GITHUB},
    "register": {0: "printed", 1: _BUG, 2: "an input, an option or the configuration is wrong", 3: _GITHUB},
    "sandbox": {1: _BUG, 2: "an option is wrong, or the port is taken"},
    "schema": {0: "done", 1: _BUG, 2: _OPTION},
    "simulate": {
        0: "decided; gates may be red",
        1: _BUG,
        2: "a file or an option is wrong, or the saved facts do not tell what a decision asks",
        3: "the gates are undecided, as they were for the run",
    },
}
"""What each command's exit codes mean; those of a command that is not here are those of "". The help of each
command and the reference are made from it."""


HELP = ("-h", "--help")
"""The names that ask for help."""


def exits(command: str = "") -> str:
    """The exit codes of a command, for the end of its help."""
    words = {**EXITS.get(command, EXITS[""]), 130: INTERRUPTED_WORDS}
    lines = [f"  {code}  {text}" for code, text in sorted(words.items())]
    return "\n".join(["\b", "Exit codes:", *lines]) + "\n"


_READING = ("GITHUB_REPOSITORY", "GITHUB_API_URL", "GITHUB_SERVER_URL", "BUGACTION_TOKEN", "BUGACTION_CONFIG")
_READING_FOR_AN_APP = "BUGACTION_APP"


def about_reading(environment: str) -> str:
    """Of the environment's description what concerns a command that reads a repository and knows no event."""
    lead, *entries = re.split(r"\n(?=  \S)", environment.rstrip("\n"))
    kept = [entry for entry in entries if entry.strip().startswith((*_READING, _READING_FOR_AN_APP))]
    return "\n".join([lead, *kept]) + "\n"


# Help ---------------------------------------------------------------------------------------------------


def _blocks(epilog: str) -> Iterator[tuple[str, list[str]]]:
    """The parts of an epilog: a lead and its lines, the lines of a plain paragraph without a lead."""
    for text in re.split(r"\n\s*\n|\n(?=\x08\n)", epilog.strip("\n")):
        lines = text.strip("\n").split("\n")
        if lines[0] == "\b":
            yield lines[1], lines[2:]
        else:
            yield "", lines


def _entries(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Names and words of `name  words` lines; a line without a name goes on with the one before."""
    found: list[tuple[str, str]] = []
    for line in lines:
        parts = re.fullmatch(r"  (\S.*?)  +(\S.*)", line)
        if parts is not None:
            found.append((parts[1], parts[2]))
        elif found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
    yield from found


def _write_epilog(epilog: str, formatter: click.HelpFormatter) -> None:
    """Examples stand as they are typed; everything else is wrapped to the window."""
    width = formatter.width
    for lead, lines in _blocks(epilog):
        formatter.write_paragraph()
        if not lead:
            formatter.write(
                f"{textwrap.fill(' '.join(lines), width, initial_indent='  ', subsequent_indent='  ')}\n"
            )
            continue
        formatter.write(f"  {lead}\n")
        if lead.startswith("Example"):
            formatter.write("".join(f"  {line}\n" for line in lines))
            continue
        entries = list(_entries(lines))
        longest = max((len(name) for name, _ in entries), default=0)
        column = 4 + min(longest, width // 3) + 2
        for name, words in entries:
            start = f"    {name}  ".ljust(column)
            if len(start) > column:  # it stands alone, and its words below it
                formatter.write(f"    {name}\n")
                start = " " * column
            formatter.write(
                f"{textwrap.fill(words, width, initial_indent=start, subsequent_indent=' ' * column)}\n"
            )


class Line(click.Command):
    """A command whose epilog fits the window."""

    def get_help_option_names(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Always the same: click keeps the option that the first context asked for, whoever made that one."""
        return list(HELP)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """As `_write_epilog`."""
        if self.epilog:
            _write_epilog(self.epilog, formatter)


class ReaderGone(Exception):
    """The other end of the pipe was closed, as by `head`."""


_SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Adopt": ("replay", "init", "doctor"),
    "Run": ("run", "plan", "sweep", "post-mortem"),
    "Look and write": ("register", "lint", "prompt", "simulate", "schema"),
    "Try it on this machine": ("demo", "sandbox"),
    "Shell": ("completion",),
}


class Program(click.Group):
    """The group: commands by what they are for, and a closed pipe told apart from an error.

    click ends a process whose reader is gone with 1, which means a bug here.
    """

    command_class = Line

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: object
    ) -> click.Context:
        """As click's; `--help` prints here."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except BrokenPipeError as error:
            raise ReaderGone from error

    def invoke(self, ctx: click.Context) -> object:
        """As click's."""
        try:
            found: object = super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderGone from error
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each with its first sentence, whole."""
        named = {name for names in _SECTIONS.values() for name in names}
        others = tuple(name for name in self.list_commands(ctx) if name not in named)
        for title, names in {**_SECTIONS, "Others": others}.items():
            rows = [
                (name, (command.help or "").partition("\n\n")[0].replace("\n", " "))
                for name in names
                if (command := self.get_command(ctx, name)) is not None and not command.hidden
            ]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """As `_write_epilog`."""
        if self.epilog:
            _write_epilog(self.epilog, formatter)
