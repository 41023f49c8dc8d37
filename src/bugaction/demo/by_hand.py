"""What people do, typed a line each: the embedded GitHub does it, and bugaction runs for each event of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bugaction.demo.product import InProcess
from bugaction.demo.stage import BOT, changes, look
from bugaction.demo.story import CAST, OUTSIDERS
from bugaction.demo.story.deeds import fill_in, report, run_tests
from bugaction.documents.facts import SECTION_MARKER
from bugaction.duration import parse_duration
from bugaction.sandbox.people import NotAllowed
from bugaction.sandbox.refusal import Refused
from bugaction.sandbox.runs import Runs
from bugaction.sandbox.server import GitHubServer

__all__ = ["HELP", "ByHand", "Unclear"]

HELP = """\
A person, a deed, and what it takes:
  dee report Cards are refused        a bug, reported with the form; its number is told
  ana label 2 P1                      and: unlabel
  bo comment 2 /accept                any comment; the commands of bugaction are comments
  bo tick 2 rollback plan             a box of bugaction's comment, by words of its line
  bo fix 2                            a branch with a change and a test, and its pull request: Fixes #2
  bo write root-cause cause Old cards are checked by new rules
                                      below a section of a document; without a section: which ones wait
  bo put notes.md docs/notes.md       a file of yours, committed
  mia approve 3                       and: request-changes 3 WORDS
  mia merge 3                         refused while a required status says no
  mia deploy production               and any other environment
  ana require                         installs the rule that requires bugaction/gate
  ana close 2                         and: reopen
Without a person:
  tests 3 success                     the repository's own tests end on the pull request, or: failure
  wait 2h                             the time goes on, and the hourly sweep runs at its end
  show 2                              bugaction's comment, or a pull request's statuses
  show release-notes                  a document, by any piece of its path
  people                              who is here, and as what
  help, quit"""

_BRANCHES = ("bugaction/records", "main")
"""Where documents may be, the copy that counts first: it is on the records branch once rules guard `main`."""

_ANSWERS = {
    "expected": "It works, as it did last week.",
    "actual": "An error, every time.",
    "steps": "1. Open the page\n2. Try it",
    "frequency": "Always",
    "environment": "Production",
    "platform": "Web",
    "app-version": "4.2.0",
    "parts": "checkout",
    "affected": "All users",
    "production-down": "No",
    "core-broken": "Yes",
    "workaround": "No",
    "impact": "High",
    "source": "Support ticket",
}
"""What whoever reports answers beside what is broken and since when."""


_RELAY = "bugaction reviews"
"""The workflow that `init` writes to carry reviews over: it tests nothing."""

_PACE = 3
"""Minutes that pass with every deed."""

_NOTHING = "bugaction has nothing to write."
_NO_RUN = "Nothing of this starts bugaction; the next event, `/recheck` or the hourly sweep sees it."


class Unclear(Exception):
    """A line that says nothing that can be done. The text tells what was expected."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A line taken apart: who, and the words behind the deed."""

    who: str
    rest: str

    def number(self, example: str) -> tuple[int, str]:
        """The issue's or pull request's number at the beginning, and what is behind it."""
        first, _, rest = self.rest.partition(" ")
        if not re.fullmatch(r"#?[0-9]{1,9}", first):
            raise Unclear(f"A number is missing: `{example}`.")
        return int(first.removeprefix("#")), rest.strip()


class ByHand:
    """Does what lines say. `workflow` is the repository's own bugaction.yml, as it decides what runs."""

    def __init__(self, server: GitHubServer, *, workflow: str = "") -> None:
        self._world = server.world
        self._people = server.world.people
        self._product = InProcess(server.world.clock)
        self._runs = Runs(server, self._product, workflow=workflow)
        self._runs.skip()
        self._deeds: Mapping[str, Callable[[_Said], str | None]] = {
            "report": self._report,
            "label": lambda said: self._label(said, "label"),
            "unlabel": lambda said: self._label(said, "unlabel"),
            "comment": self._comment,
            "tick": self._tick,
            "fix": self._fix,
            "write": self._write,
            "put": self._put,
            "approve": lambda said: self._review(said, "approve"),
            "request-changes": lambda said: self._review(said, "request-changes"),
            "merge": self._merge,
            "deploy": self._deploy,
            "require": self._require,
            "close": lambda said: self._turn(said, "close"),
            "reopen": lambda said: self._turn(said, "reopen"),
        }
        self._alone: Mapping[str, Callable[[_Said], str | None]] = {
            "tests": self._tests,
            "wait": self._wait,
            "show": self._show,
            "people": lambda _: self._cast(),
            "help": lambda _: HELP,
        }

    def do(self, line: str) -> list[str]:
        """Do what a line says and run bugaction for it; gives what is to be told, a line each.

        An empty line runs it for what others did meanwhile. What cannot be done is told, and changes nothing.
        """
        before, ended = look(self._world), len(self._product.codes)
        try:
            answer = self._act(line.strip())
        except Unclear as error:
            return [f"{error} `help` tells what can be typed."]
        except (NotAllowed, Refused, LookupError, ValueError) as error:
            return [f"GitHub says no: {_reason(error)}"]
        jobs = self._runs.drain()
        self._world.clock.advance(minutes=_PACE)
        told = list(changes(self._world, before, look(self._world)))
        codes, logs = self._product.codes[ended:], self._product.log[ended:]
        told += [f"a run ended with {code}: {log}" for code, log in zip(codes, logs, strict=True) if code]
        if answer is not None:
            return [*answer.splitlines(), *told]
        return told or [_NOTHING if jobs else _NO_RUN]

    def _act(self, line: str) -> str | None:
        if not line:
            return None
        first, _, rest = line.partition(" ")
        if first in self._alone:
            return self._alone[first](_Said("", rest.strip()))
        verb, _, rest = rest.strip().partition(" ")
        if verb not in self._deeds:
            raise Unclear(f"`{verb or first}` is no deed." if verb else f"What does {first} do?")
        if not self._world.state.has_account(first):
            raise Unclear(f"Nobody here is called {first}: `people` tells who is.")
        return self._deeds[verb](_Said(first, rest.strip()))

    # Deeds -----------------------------------------------------------------------------------------------

    def _report(self, said: _Said) -> str:
        if not said.rest:
            raise Unclear("What is broken? `dee report Cards are refused`.")
        started = f"{self._world.clock():%Y-%m-%d %H:%M} UTC"
        report(self._world, said.who, said.rest, {**_ANSWERS, "broken": said.rest, "started": started})
        return f"issue {max(self._world.state.issues)} is open"

    def _label(self, said: _Said, verb: str) -> None:
        number, name = said.number(f"{said.who} {verb} 2 P1")
        if not name:
            raise Unclear(f"Which label? `{said.who} {verb} {number} P1`.")
        (self._people.label if verb == "label" else self._people.unlabel)(said.who, number, name)

    def _comment(self, said: _Said) -> None:
        number, text = said.number(f"{said.who} comment 2 /accept")
        if not text:
            raise Unclear(f"What does the comment say? `{said.who} comment {number} /accept`.")
        self._people.comment(said.who, number, text)

    def _tick(self, said: _Said) -> None:
        number, words = said.number(f"{said.who} tick 2 rollback plan")
        self._people.tick(said.who, self._sticky(number), words)

    def _fix(self, said: _Said) -> str:
        number, _ = said.number(f"{said.who} fix 2")
        title = self._world.state.issues[number].title
        branch = f"fix/bug-{number:03d}"
        files = {f"fix-{number}.txt": f"{title}: mended\n", f"tests/test_fix_{number}.py": "assert True\n"}
        self._people.push(said.who, branch, files, f"Fix: {title}")
        made = self._people.open_pull(said.who, f"Fix: {title}", branch, body=f"Fixes #{number}")
        return f"pull request {made.number} is open"

    def _write(self, said: _Said) -> str | None:
        piece, _, rest = said.rest.partition(" ")
        branch, path = self._found(piece)
        section, _, text = rest.strip().partition(" ")
        known = dict(SECTION_MARKER.findall(self._world.file(branch, path) or ""))
        if section not in known or not text:
            names = ", ".join(name for name, required in known.items() if required)
            return f"{path}: a section and its words. These have to be written: {names or 'none'}"
        fill_in(self._world, said.who, path, {section: text}, f"Write {section}", branch)
        return None

    def _put(self, said: _Said) -> None:
        local, _, path = said.rest.partition(" ")
        try:
            content = Path(local).read_bytes()
        except OSError as error:
            raise Unclear(f"{local or 'The file'} cannot be read: {error.strerror or error}.") from error
        self._people.edit_on_web(
            said.who, "main", {path.strip() or local: content}, f"Change {path or local}"
        )

    def _review(self, said: _Said, verdict: str) -> None:
        number, text = said.number(f"{said.who} {verdict} 3")
        self._people.review(said.who, number, verdict, text)

    def _merge(self, said: _Said) -> str:
        number, _ = said.number(f"{said.who} merge 3")
        self._people.merge_pull(said.who, number)
        return f"pull request {number} is merged"

    def _deploy(self, said: _Said) -> None:
        self._people.deploy(said.who, "main", said.rest or "production")

    def _require(self, said: _Said) -> str:
        self._people.protect(said.who, "main", checks=["bugaction/gate"], bypass=[said.who])
        return "bugaction/gate is required on main; pushing past pull requests is for administrators"

    def _turn(self, said: _Said, verb: str) -> None:
        number, _ = said.number(f"{said.who} {verb} 2")
        (self._people.close if verb == "close" else self._people.reopen)(said.who, number)

    # Without a person ------------------------------------------------------------------------------------

    def _tests(self, said: _Said) -> None:
        number, conclusion = said.number("tests 3 success")
        pull = self._world.state.issues[number].pull
        if pull is None:
            raise Unclear(f"{number} is no pull request.")
        run_tests(self._world, pull.head, conclusion or "success", self._tester())

    def _wait(self, said: _Said) -> str:
        length = parse_duration(said.rest)
        if length is None:
            raise Unclear("How long? `wait 2h`, `wait 1d`.")
        now = self._world.clock.advance(seconds=length.total_seconds())
        self._runs.schedule()
        return f"It is {now:%Y-%m-%d %H:%M} UTC, and the sweep has run."

    def _show(self, said: _Said) -> str:
        if not re.fullmatch(r"#?[0-9]{1,9}", said.rest):
            branch, path = self._found(said.rest)
            return f"{path} on {branch}\n\n{self._world.file(branch, path) or ''}"
        number, _ = said.number("show 2")
        issue = self._world.state.issues[number]
        if issue.pull is None:
            body = self._world.state.comments[self._sticky(number)].body
            return "\n".join(line for line in body.splitlines() if not line.startswith("<!--"))
        statuses = self._world.state.latest_statuses(issue.pull.head_oid).values()
        lines = (f"{each.context}: {each.state}. {each.description or ''}" for each in statuses)
        return "\n".join([f"{issue.title}", *lines])

    def _cast(self) -> str:
        state = self._world.state
        return "\n".join(
            f"{login}: {state.role(login).name}" for login in [*CAST, *OUTSIDERS] if state.has_account(login)
        )

    def _tester(self) -> str:
        """The first of the repository's own workflows that bugaction's listens to, else `CI`."""
        heard = self._runs.workflow.triggers.get("workflow_run", {}).get("workflows", ())
        return next((name for name in heard if name != _RELAY), "CI")

    # What is there ---------------------------------------------------------------------------------------

    def _sticky(self, number: int) -> int:
        """The id of our comment on an issue."""
        for id_, comment in self._world.state.comments.items():
            if (comment.author, comment.number) == (BOT, number):
                return id_
        raise Unclear(f"bugaction has no comment on {number}.")

    def _found(self, piece: str) -> tuple[str, str]:
        """The branch and path of the one file whose path holds these words."""
        found = {path: branch for path, branch in self._files().items() if piece and piece in path}
        if piece in found:
            return found[piece], piece
        if len(found) != 1:
            paths = ", ".join(sorted(found)[:9])
            raise Unclear(f"{len(found)} files are called `{piece}`{': ' if paths else ''}{paths}.")
        ((path, branch),) = found.items()
        return branch, path

    def _files(self) -> dict[str, str]:
        """Every file's path with the branch whose copy counts."""
        files: dict[str, str] = {}
        for branch in _BRANCHES:
            head = self._world.state.head_of(branch)
            info = self._world.git.commit_info(head) if head else None
            if info is not None:
                files = {**dict.fromkeys(self._world.git.files(info.tree), branch), **files}
        return files


def _reason(error: Exception) -> str:
    """The words of a refusal, with what GitHub's REST adds to them."""
    more = [
        str(each["message"])
        for each in getattr(error, "errors", ())
        if isinstance(each, Mapping) and each.get("message")
    ]
    if isinstance(error, KeyError):
        return f"{error.args[0]} is not there."
    return " ".join([str(error), *more])
