"""How the command line behaves before a person, a pipe and a shell."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import bugaction
from bugaction.cli import commands
from bugaction.cli.base import ENVIRONMENT, is_terminal
from bugaction.cli.program import EXITS, INTERRUPTED_WORDS, about_reading
from bugaction.cli.progress import bar_of, counted
from bugaction.cli.replaying import _length, _mapped
from bugaction.decide import Request
from bugaction.ports import Expectations, Targets
from bugaction.seen import Seen
from tests.values import at, snapshot

SOURCE = Path(bugaction.__file__).parents[1]
ROOT = SOURCE.parent
NAMES = sorted(commands.commands)
FOR_PROGRAMS = {
    "doctor",
    "init",
    "lint",
    "plan",
    "post-mortem",
    "register",
    "replay",
    "run",
    "simulate",
    "sweep",
}


def told(*arguments: str, width: int = 80) -> str:
    """What a command prints in a window so wide."""
    ended = CliRunner().invoke(commands, arguments, terminal_width=width)
    assert ended.exit_code == 0, ended.output
    return ended.output


# Help ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("name", ["", *NAMES])
def test_help_fits_the_window(name: str, width: int) -> None:
    """No line is longer than it, but for one that is to be typed."""
    text = told(*([name] if name else []), "--help", width=width)
    typed = re.findall(r"  Examples?:\n((?:    .*\n)+)", text)
    assert typed
    assert max(len(line) for line in text.splitlines()) <= width


@pytest.mark.parametrize("name", NAMES)
def test_help_has_an_example_and_all_exit_codes(name: str) -> None:
    """Each code with its words, unbroken by the window; and `--json` where a program would read it."""
    text = told(name, "--help", width=200)
    assert re.search(rf"  Examples?:\n(?:    .*\n)*?    (?:.*[ (])?bugaction {name}\b", text)
    said = dict(re.findall(r"^    (\d+) +(.*)$", text.partition("Exit codes:\n")[2], re.MULTILINE))
    words = {str(code): text for code, text in EXITS.get(name, EXITS[""]).items()}
    assert said == {**words, "130": INTERRUPTED_WORDS}
    assert bool(re.search(r"^  --json", text, re.MULTILINE)) == (name in FOR_PROGRAMS)


def test_the_commands_stand_by_what_they_are_for() -> None:
    """Each once, with its whole first sentence; a new one has to find its place."""
    text = told("--help", width=100)
    assert "Others:" not in text
    flat = " ".join(text.split())
    for name, command in commands.commands.items():
        sentence = " ".join((command.help or "").partition("\n\n")[0].split())
        assert sentence.endswith(".")
        assert flat.count(f" {name} {sentence}") == 1


def test_a_command_that_found_no_place_is_shown_all_the_same() -> None:
    """Among the others."""
    group = type(commands)("bugaction")
    group.add_command(click.Command("frob", help="Frob it."))
    assert "Others:\n  frob  Frob it.\n" in CliRunner().invoke(group, ["--help"]).output


def test_who_only_reads_is_told_of_few_variables() -> None:
    """Of a job's events nothing; lines that go on stay with their names."""
    few = about_reading(ENVIRONMENT)
    assert few.startswith("\b\nEnvironment")
    assert "BUGACTION_TOKEN" in few
    assert "EVENT" not in few
    assert "event decides" not in few
    assert "BUGACTION_COMMAND" in told("run", "--help")
    assert "BUGACTION_COMMAND" not in told("doctor", "--help")


def test_the_reference_has_the_exit_codes_in_one_table() -> None:
    """Of each command, where they mean something else than of most."""
    page = (ROOT / "docs" / "reference" / "command-line.md").read_text(encoding="utf-8")
    table = page.partition("## Exit codes")[2]
    for name, codes in EXITS.items():
        for code, words in codes.items():
            of = f"`{name}`" if name and words != EXITS[""].get(code) else "most"
            assert f"| {code} | {of} | {words} |" in table


# Shells, pipes and signals ------------------------------------------------------------------------------


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """One in which `bugaction` is a program."""
    program = tmp_path / "bugaction"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bugaction "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(SOURCE)}


def bash(script: str, environment: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    """Run by a bash of its own: its code, and what it printed."""
    ended = subprocess.run(
        ["bash", "-c", script, "bash", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return ended.returncode, ended.stdout, ended.stderr


def test_bash_takes_the_script_and_completes(environment: dict[str, str]) -> None:
    """`bugaction pl` becomes `plan`, and `bugaction completion z` becomes `zsh`."""
    assert bash('bash -n <(printf %s "$1")', environment, told("completion", "bash")) == (0, "", "")
    ask = (
        'eval "$1"\n'
        "COMP_WORDS=(bugaction pl) COMP_CWORD=1 && _bugaction_completion bugaction && echo ${COMPREPLY[@]}\n"
        "COMPREPLY=(); COMP_WORDS=(bugaction completion z) COMP_CWORD=2 && _bugaction_completion bugaction\n"
        "echo ${COMPREPLY[@]}"
    )
    assert bash(ask, environment, told("completion", "bash")) == (0, "plan\nzsh\n", "")


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_have_a_script(shell: str) -> None:
    """Which asks the program itself."""
    text = told("completion", shell)
    assert f"_BUGACTION_COMPLETE={shell}_complete" in text


def test_an_unknown_shell_is_told() -> None:
    """With those that there are."""
    ended = CliRunner().invoke(commands, ["completion", "tcsh"])
    assert ended.exit_code == 2
    assert "'bash', 'zsh', 'fish'" in ended.output


@pytest.mark.parametrize("line", ["--help", "completion bash"])
def test_a_reader_who_has_seen_enough_ends_it_calmly(
    line: str, environment: dict[str, str], tmp_path: Path
) -> None:
    """However the text is printed: no traceback, no word, and not the code of a bug."""
    script = f"cd {tmp_path}; bugaction {line} | true; echo ${{PIPESTATUS[0]}}"
    assert bash(script, environment) == (0, "0\n", "")


def test_ctrl_c_is_one_line_and_its_own_code(environment: dict[str, str]) -> None:
    """No traceback; the line is ended first on which a terminal shows the keys."""
    script = (
        "from bugaction.cli import commands, main\n"
        "@commands.command()\ndef wait():\n    raise KeyboardInterrupt\n"
        "main(['wait'])\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "\nInterrupted.\n")


# Colour and progress ------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    """A stream that a person sits before."""

    def isatty(self) -> bool:
        """Yes."""
        return True


@pytest.mark.parametrize(
    ("variables", "is_coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colour_is_for_terminals_that_want_it(
    variables: dict[str, str], is_coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As https://no-color.org has it: set and not empty means none. A pipe never has any."""
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert is_terminal(Terminal()) is is_coloured
    assert not is_terminal(io.StringIO())


def before(kind: str, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """An error stream of that kind."""
    stream = io.StringIO() if kind == "pipe" else Terminal()
    monkeypatch.setenv("TERM", "dumb" if kind == "dumb" else "xterm")
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


KINDS = pytest.mark.parametrize("kind", ["xterm", "dumb", "pipe"])


@KINDS
def test_a_bar_is_for_a_person_and_lines_for_a_log(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line a quarter at most; a program hears nothing."""
    stream = before(kind, monkeypatch)
    with bar_of("bugs", silent=False) as advance:
        for done in (0, 5, 10, 15, 20, 40):
            advance(done, 40)
    if kind == "xterm":
        assert "Reading bugs" in stream.getvalue()
        assert "40/40" in stream.getvalue()
    else:
        expected = [f"Read {done} of 40 bugs" for done in (0, 10, 20, 40)]
        assert stream.getvalue().splitlines() == expected
    shown = stream.getvalue()
    with bar_of("bugs", silent=True) as advance:
        advance(1, 1)
    assert stream.getvalue() == shown


@KINDS
def test_a_sweep_counts_for_who_watches_alone(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line that is written over and gone at the end, however often a bug is decided."""
    stream = before(kind, monkeypatch)
    for silent in (False, True):
        with counted(silent=silent) as tell:
            for number in (42, 42, 43):
                tell(Seen(Targets(issues=(number,)), Expectations(), Request(), at(0), snapshot()))
    wanted = ["Looking at #42 (1)", "Looking at #42 (1)", "Looking at #43 (2)", ""]
    assert stream.getvalue() == ("".join(f"\r\x1b[K{each}" for each in wanted) if kind == "xterm" else "")


# What is typed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "no repository is named; give it as OWNER/NAME"),
        (("shop",), "'shop' is no repository; give it as OWNER/NAME"),
        (("octo/shop", "--since", "soon"), "'soon' is no length of time"),
        (("octo/shop", "--limit", "0"), "0 is not in the range"),
    ],
)
def test_a_replay_says_what_it_was_given(arguments: tuple[str, ...], says: str) -> None:
    """Before anything is asked of GitHub; as it was typed."""
    ended = CliRunner(env={"GITHUB_REPOSITORY": None}).invoke(commands, ["replay", *arguments])
    assert ended.exit_code == 2
    assert says in " ".join(ended.output.split())


def test_a_length_of_time_is_one() -> None:
    """Ten years at most."""
    assert _length("26w") == timedelta(weeks=26)
    for wrong in ("", "soon", "99999999d", "11 years", "600w"):
        with pytest.raises(click.BadParameter, match="no length of time"):
            _length(wrong)


def test_labels_are_mapped_by_what_they_mean() -> None:
    """Several for one; the sign may stand in a name."""
    assert _mapped(("P0=sev=1", "p0 = on fire", "BUG=defect")) == {
        "P0": ("sev=1", "on fire"),
        "bug": ("defect",),
    }
    for wrong in ("P0", "P4=x", "=x", "P1= "):
        with pytest.raises(click.BadParameter, match="give P0, P1, P2, P3 or bug"):
            _mapped((wrong,))


# The guide ----------------------------------------------------------------------------------------------


def test_the_guide_s_lines_are_those_of_the_help() -> None:
    """To be pasted into a shell's start-up file: bash takes the line, and the program each shell's name."""
    guide = (ROOT / "docs" / "guide" / "terminal.md").read_text(encoding="utf-8")
    helped = told("completion", "--help", width=100)
    lines = re.findall(r'^(?:eval "\$\()?bugaction completion \w+\)?[^#\n]*', guide, re.MULTILINE)
    assert len(lines) == 3
    assert all(line.strip() in helped for line in lines)
