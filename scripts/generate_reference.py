"""Write `docs/reference/` from the code: `python -m scripts.generate_reference [--check]`.

Each page is made from the catalogue that the program itself uses, so that it cannot say anything else; a test
fails when a page is older than its source.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import yaml

from bugaction.approved import APPROVALS
from bugaction.cli import commands as program
from bugaction.cli.program import EXITS, INTERRUPTED_WORDS
from bugaction.commands import COMMANDS
from bugaction.commands.attest import ATTESTABLE
from bugaction.doctor import CHECKS
from bugaction.gates import GATES
from bugaction.github.installation import NEEDED
from bugaction.model import Severity
from bugaction.policy import Policy
from bugaction.reasons import REASONS, ExitCode, Meaning
from bugaction.schemas import schema_of
from scripts.gate_matrix import demand, sentences, texts
from scripts.seed.catalogue import SEED
from scripts.who_may import ASKERS, DEEDS, word

__all__ = ["FOLDER", "ROOT", "drift", "pages"]

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path("docs/reference")
_NOTE = "<!-- Made by `python -m scripts.generate_reference` from {source}; do not edit. -->"
_SCAFFOLD = Path("templates/scaffold/bugaction.yml")
_SCHEMAS = ("config", "result", "plan", "simulation", "doctor", "replay", "register", "register-year")


def pages(root: Path = ROOT) -> dict[str, str]:
    """Every file of the reference by its name, with its text."""
    action: dict[str, Any] = yaml.safe_load((root / "action.yml").read_text(encoding="utf-8"))
    made = {
        "action.md": _page("The Action", "`action.yml`", _action(action)),
        "command-line.md": _page("Command line", "`bugaction.cli`", _command_line()),
        "commands.md": _page("Commands in comments", "`bugaction.commands`", _commands()),
        "doctor.md": _page("What the doctor checks", "`bugaction.doctor`", _doctor()),
        "gates.md": _page("Gates", "`bugaction.gates`", _gates()),
        "permissions.md": _page("Permissions", f"`{_SCAFFOLD}`", _permissions(root)),
        "reasons.md": _page("Reason codes", "`bugaction.reasons`", _reasons()),
        "who-may.md": _page("Who may", "`scripts.who_may`", _who_may()),
        "seed.md": _page("The process, line by line", "`scripts.seed`", _seed()),
    }
    titles = {name: text.partition("\n")[0].removeprefix("# ") for name, text in made.items()}
    listed = [f"- [{title}]({name})" for name, title in titles.items()]
    listed += [f"- [JSON Schema: {kind}]({kind}.schema.json)" for kind in _SCHEMAS]
    made["README.md"] = _page("Reference", "the catalogues of the program", ["\n".join(listed)])
    for kind in _SCHEMAS:
        made[f"{kind}.schema.json"] = json.dumps(schema_of(kind), indent=2, ensure_ascii=False) + "\n"
    return dict(sorted(made.items()))


def drift(root: Path = ROOT) -> list[str]:
    """Which files of the reference are not as the program would write them: changed, absent or left over."""
    made = pages(root)
    folder = root / FOLDER
    found = [
        name
        for name, text in made.items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != text
    ]
    left = [path.name for path in sorted(folder.glob("*")) if path.name not in made]
    return found + left


def _page(title: str, source: str, parts: Iterable[str]) -> str:
    return "\n\n".join([f"# {title}", _NOTE.format(source=source), *parts]) + "\n"


def _table(*rows: Iterable[str]) -> str:
    """A Markdown table; the first row is its head."""
    head, *body = [[_cell(value) for value in row] for row in rows]
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


# Pages --------------------------------------------------------------------------------------------------


def _action(action: dict[str, Any]) -> Iterator[str]:
    yield " ".join(action["description"].split())
    yield "## Inputs"
    rows = [
        (f"`{name}`", _code(spec["default"]), spec["description"]) for name, spec in action["inputs"].items()
    ]
    yield _table(("input", "default", "meaning"), *rows)
    yield "## Outputs"
    yield _table(
        ("output", "meaning"),
        *((f"`{name}`", spec["description"]) for name, spec in action["outputs"].items()),
    )
    yield (
        "The schemas of `result` and `plan` are [result.schema.json](result.schema.json) and "
        "[plan.schema.json](plan.schema.json). A run that ended before anything was installed, because its "
        "event cannot concern bugaction, sets `result` and `reason` alone."
    )


def _code(value: str) -> str:
    return f"`{value}`" if value else "empty"


def _command_line() -> Iterator[str]:
    yield "Every command takes `--help`. What follows is what it prints."
    yield _help(program, "bugaction")
    for name, command in sorted(program.commands.items()):
        yield f"## `bugaction {name}`"
        yield _help(command, f"bugaction {name}")
    yield "## Exit codes"
    yield (
        "A gate that is red is a result, and no failure. A command that is not named for a code means by it "
        "what most do."
    )
    rows = [
        (str(code), f"`{name}`" if name else "most", text)
        for code in sorted({code for codes in EXITS.values() for code in codes})
        for name, codes in EXITS.items()
        if (text := codes.get(code, "")) and (not name or text != EXITS[""].get(code))
    ]
    yield _table(("code", "of", "meaning"), *rows, ("130", "all", INTERRUPTED_WORDS))


def _help(command: click.Command, path: str) -> str:
    context = click.Context(command, info_name=path, **{**_WIDTH, **command.context_settings})
    return f"```text\n{command.get_help(context)}\n```"


_WIDTH: dict[str, Any] = {
    "terminal_width": 100,
    "max_content_width": 100,
    "help_option_names": ["-h", "--help"],
}
"""Fixed, so that a page does not depend on the window that it was made in."""


def _commands() -> Iterator[str]:
    yield (
        "At the start of a line in a comment on a bug, outside code, quotes and a mail that it answers. Who "
        "may use one is the role that GitHub reports for the comment's author; the defaults are shown here."
    )
    policy = Policy()
    rows = [
        (f"`{command.usage}`", command.summary, str(command.least(policy)), f"`{command.example}`")
        for _, command in sorted(COMMANDS.items())
    ]
    yield _table(("command", "what it does", "least role", "example"), *rows)
    yield "## Attestations"
    yield (
        "What `/attest` takes. Where the sticky comment has a box for it, ticking that is the same as the "
        "command with the sentence beside the box as its note."
    )
    attested = [
        (
            f"`{name}`",
            _subject(name, per_commit=rule.per_commit),
            f"“{rule.tick}”" if rule.tick else "none: it takes your own words",
        )
        for name, rule in sorted(ATTESTABLE.items())
    ]
    yield _table(("requirement", "is for", "box"), *attested)


def _subject(name: str, *, per_commit: bool) -> str:
    """What a word is given for."""
    if name in APPROVALS:
        return f"the {APPROVALS[name].title} as committed then, if nothing in it is left open"
    return "the newest commit of a fix" if per_commit else "the bug"


def _gates() -> Iterator[str]:
    yield (
        "Each gate that blocks a merge is a commit status on the head of every open pull request that fixes "
        "the bug; `bugaction/gate` is the roll-up of all, and the one to require."
    )
    yield (
        "The tables show what the default policy asks for: they are made by judging bugs that lack it. What "
        "may follow is owed until then, and holds no merge. A status begins with the bug's name, tells the "
        "first thing that is missing, and counts the others: `BUG-042: nobody is assigned (+3)`. Its words "
        "are listed below each gate, with the next step, so that they can be looked up. What is written in "
        "capitals stands for what a bug of yours has there."
    )
    for gate in GATES.values():
        asked = sentences(gate)
        yield f"## {gate.title}: `{gate.context}`" if gate.blocks_merge else f"## {gate.title}"
        if not gate.blocks_merge:
            yield "It comes after the merge, has no commit status, and holds the bug open."
        if gate.of_pull:
            yield "Each pull request that fixes the bug has to meet this by itself."
        yield _table(
            ("requirement", "what has to hold", *(str(severity) for severity in Severity)),
            *(
                (f"`{id_}`", f"{sentence}.", *(demand(gate, id_, severity) for severity in Severity))
                for id_, sentence in asked.items()
            ),
        )
        yield f"What {gate.title.lower()} says while it does not hold:"
        yield _table(
            ("requirement", "says", "next step", "seen at"),
            *(
                (f"`{id_}`", problem, remedy or "–", whom)
                for id_ in asked
                for problem, remedy, whom in texts(gate, id_)
            ),
        )


def _doctor() -> Iterator[str]:
    yield (
        "`bugaction doctor` makes these checks, in this order. The id stands in `--json` and in the job "
        "summary, and stays. [The guide](../guide/doctor.md) says how to read them."
    )
    for group in dict.fromkeys(check.group for check in CHECKS.values()):
        yield f"## {group}"
        rows = [(f"`{check.id}`", f"{check.title}.") for check in CHECKS.values() if check.group == group]
        yield _table(("check", "what has to hold"), *rows)


def _seed() -> Iterator[str]:
    lines = [line for part in SEED for line in part.lines]
    later = [line for line in lines if not line.is_carried]
    yield (
        f"The process that bugaction runs has {len(lines)} lines: what it asks for, asks about, forbids and "
        "delivers. Each stands here in a few words, with what carries it. A test looks every name up in the "
        f"program. {len(later)} of them are carried by nothing that is built yet, and some more in part: "
        "they say so."
    )
    for part in SEED:
        yield f"## {part.title}"
        yield _table(
            ("line", "carried by"),
            *((line.words, "; ".join(pointer.words() for pointer in line.carried_by)) for line in part.lines),
        )


def _who_may() -> Iterator[str]:
    yield (
        "Each cell is found by letting the program judge the word of somebody with that role, by the default "
        "policy and on a bug where everything else is in order; `people` in the configuration draws the line "
        "elsewhere. The role is the one that GitHub tells of the comment's author, and of whoever edited it. "
        "**no** is answered, with the reason; what is **not heard** is as if it had not been said. Whoever "
        "puts on a severity and may not finds the label taken off again."
    )
    rows = [(deed, *(word(deed, asker).value for asker in ASKERS)) for deed in sorted(DEEDS)]
    yield _table(("", *(asker.title for asker in ASKERS)), *rows)
    yield (
        "Other labels (of a bug, of a regression, of a confidential bug, of a pause, of more than a fix) "
        "count whoever put them on: GitHub lets those label who have the role triage or above, "
        "and apps that were given the permission. An app on `people.bots` counts as if it had every role, "
        "where a role is all that is asked for. What a machine's account writes that is no app is a person's."
    )


_GRANT = re.compile(r"      (?P<key>[a-z-]+): (?P<level>read|write) # (?P<why>.+)")
_JOB = re.compile(r"  (?P<name>[a-z]+):")


def _permissions(root: Path) -> Iterator[str]:
    yield (
        "The shipped workflow grants nothing at its top, and each job what it needs. Without one of these "
        "the feature beside it is left out, and the run says so by name; a gate never turns green for it."
    )
    job, rows = "", []
    for line in (root / _SCAFFOLD).read_text(encoding="utf-8").partition("\njobs:\n")[2].splitlines():
        if found := _JOB.fullmatch(line):
            job = found["name"]
        elif found := _GRANT.fullmatch(line):
            rows.append((f"`{job}`", f"`{found['key']}: {found['level']}`", found["why"]))
    yield _table(("job", "permission", "feature"), *rows)
    yield "`bugaction-reviews.yml`, which relays reviews of pull requests from forks, has no permission."
    app = ", ".join(f"`{name}: {level}`" for name, level in NEEDED.items())
    yield (
        f"A [GitHub App of your own](../guide/github-app.md) is granted {app}. Each run's token gets no more "
        "of it than its job needs: with `records: defer` it reads contents, and a run that only looks writes "
        "nothing."
    )


def _reasons() -> Iterator[str]:
    yield (
        "Every run ends with one of these, in the outputs `reason` and `result`. "
        "A code never changes its meaning."
    )
    rows = [
        (f"`{reason}`", meaning.sentence, meaning.remedy or "–", _exit(meaning))
        for reason, meaning in REASONS.items()
    ]
    yield _table(("code", "meaning", "what to do", "exit code"), *rows)


def _exit(meaning: Meaning) -> str:
    code = str(meaning.exit.value)
    return f"{code}; {ExitCode.GITHUB.value} where {meaning.red}" if meaning.red else code


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail when a page is not as it would be written.")
def main(check: bool) -> None:
    """Write the reference, or check it."""
    if check:
        names = drift()
        if names:
            raise click.ClickException(f"older than its source: {', '.join(names)}")
        return
    folder = ROOT / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    for name in drift():
        (folder / name).unlink()


if __name__ == "__main__":
    main()
