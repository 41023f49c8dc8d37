"""Plays the story: people act on the embedded GitHub, the product runs, and what it wrote is told."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bugaction.console import Console
from bugaction.demo.product import InProcess
from bugaction.demo.stage import BOT, changes, look
from bugaction.demo.story import CAST, OUTSIDERS, STORIES, Scene, Story, open_stage
from bugaction.errors import BugactionError, UserError
from bugaction.escaping import fence
from bugaction.sandbox.runs import Runs
from bugaction.sandbox.server import GitHubServer
from bugaction.sandbox.world import World
from bugaction.tracking import STICKY_MARKER

__all__ = ["play"]

_ROOT = "documents/bugs"
_KEPT = {"{bug}-report-v1.0.md": "The bug report", "post-mortem-v1.0.md": "The post-mortem"}
"""Documents that the transcript holds at its end, by their names."""

_TITLE = "# A bug's life"
_OPENING = (
    _TITLE,
    "",
    "What happened on an embedded GitHub while `bugaction demo` ran: what people did, and below it what",
    "bugaction wrote. Comments and documents are as GitHub would render them. The folder `repo` beside this",
    "file is a clone: the documents are on `main`, the decisions on `bugaction/records`.",
    "",
    "| who | role on the repository |",
    "|---|---|",
    *(f"| {login} | {role} |" for login, role in CAST.items()),
    *(f"| {login} | {role} |" for login, role in OUTSIDERS.items()),
    "",
)


@dataclass
class _Transcript:
    """What is told: on the console as it happens, and in a file that stays."""

    console: Console
    lines: list[str] = field(default_factory=list)

    def story(self, story: Story) -> None:
        """A story begins."""
        self.console.say(f"\n{story.opening}")
        self.lines += [f"## {story.opening.rstrip('.')}", ""]

    def scene(self, when: str, words: str, told: Sequence[str]) -> None:
        """One scene: its heading, and what bugaction wrote about it."""
        self.console.say(f"\n{when}  {words}")
        self.lines += [f"### {when} · {words}", ""]
        for line in told or ["nothing to write: everything is as it should be"]:
            self.console.say(f"         {line}")
            self.lines.append(f"- {line}")
        self.lines.append("")

    def show(self, title: str, text: str) -> None:
        """A rendered text in the file, folded."""
        self.lines += [f"<details><summary>{title}</summary>", "", text.rstrip(), "", "</details>", ""]


def play(into: Path, console: Console) -> None:
    """Play the story and leave `repo` (a clone with the documents) and `transcript.md` in the folder.

    What an earlier demo left there is replaced; raises `UserError` where the folder holds anything else, or
    cannot be written: before the story begins, so that nobody watches it for nothing.
    """
    with _writing(into):
        _clear(into)
    told = _Transcript(console, [*_OPENING])
    console.say("An embedded GitHub starts on this machine. Nothing leaves it.")
    with World() as world, GitHubServer(world) as server:
        runs = Runs(server, InProcess(world.clock))
        open_stage(world)
        runs.skip()
        for story in STORIES:
            told.story(story)
            for scene in story.scenes:
                _play_scene(scene, story, world, runs, told)
        if server.violations:
            raise BugactionError(f"The embedded GitHub found a fault in a request: {server.violations[0]}")
        with _writing(into):
            _leave(world, into, told)
        console.say(
            f"\n{len(server.requests)} requests in all, {len(server.writes)} of them writes, "
            f"by {len(runs.done)} jobs."
            f"\nLook at {into / 'transcript.md'} and {into / 'repo'} (branches main and bugaction/records)."
        )


def _play_scene(scene: Scene, story: Story, world: World, runs: Runs, told: _Transcript) -> None:
    scene.deed(world)
    when = world.clock().strftime("%H:%M")
    before = look(world)
    is_sweep = not world.events
    runs.schedule() if is_sweep else runs.drain()
    told.scene(when, scene.words, list(changes(world, before, look(world))))
    if scene.shows:
        told.show("The comment on the issue now", _sticky(world, _number(world, story)))
    world.clock.advance(minutes=scene.minutes)


def _number(world: World, story: Story) -> int:
    """The number of the issue that the story is about."""
    return next(number for number, issue in world.state.issues.items() if issue.title == story.subject)


def _sticky(world: World, number: int) -> str:
    comments = world.state.comments.values()
    bodies = [item.body for item in comments if (item.author, item.number) == (BOT, number)]
    return next(body for body in bodies if body.startswith(STICKY_MARKER))


def _leave(world: World, into: Path, told: _Transcript) -> None:
    """The clone with both branches, and the transcript."""
    git = shutil.which("git")
    if git is None:
        raise UserError("git is not on the PATH.", remedy="Install git.")
    told.lines += ["## What stays", ""]
    for story in STORIES:
        bug = f"BUG-{_number(world, story):03d}"
        for name, words in _KEPT.items():
            path = f"{_ROOT}/{bug}/{name.format(bug=bug.lower())}"
            told.show(f"{words} of {bug}, `{path}` on main", world.file("main", path) or "")
        path = f"{_ROOT}/{bug}/ledger.jsonl"
        ledger = fence(world.file("bugaction/records", path) or "", "json")
        told.show(f"The ledger of {bug}, `{path}` on bugaction/records", ledger)
    page = f"{_ROOT}/README.md"
    told.show(f"The register, `{page}` on bugaction/records", world.file("bugaction/records", page) or "")
    (into / "transcript.md").write_text("\n".join(told.lines), encoding="utf-8")
    repo = into / "repo"
    for arguments in (
        ["clone", "--quiet", str(world.git.path), str(repo)],
        ["-C", str(repo), "branch", "--quiet", "bugaction/records", "origin/bugaction/records"],
        ["-C", str(repo), "remote", "remove", "origin"],
    ):
        subprocess.run([git, *arguments], check=True, capture_output=True)  # noqa: S603 - fixed arguments


@contextmanager
def _writing(into: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(
            f"{into} cannot be written: {error.strerror or error}.",
            remedy="Name a folder that you may write with --into.",
        ) from error


def _clear(into: Path) -> None:
    """Remove what an earlier demo left, and nothing else: the transcript's title tells that it was one."""
    transcript, repo = into / "transcript.md", into / "repo"
    if into.exists() and not into.is_dir():
        raise UserError(f"{into} is no folder.", remedy="Name an empty folder, or a new one, with --into.")
    into.mkdir(parents=True, exist_ok=True)
    foreign = [item.name for item in sorted(into.iterdir()) if item not in (transcript, repo)]
    if not foreign and (repo.exists() or transcript.exists()) and not _is_ours(transcript):
        foreign = ["a repository or transcript"]
    if foreign:
        raise UserError(
            f"{into} holds {foreign[0]}, which no demo has left there.",
            remedy="Name an empty folder, or a new one, with --into.",
        )
    transcript.unlink(missing_ok=True)
    if repo.exists():
        shutil.rmtree(repo)
    # The title at once: by it the next demo knows what it may replace, also after one that was cut short.
    transcript.write_text(f"{_TITLE}\n", encoding="utf-8")


def _is_ours(transcript: Path) -> bool:
    try:
        return transcript.read_text(encoding="utf-8").startswith(f"{_TITLE}\n")
    except (OSError, ValueError):
        return False
