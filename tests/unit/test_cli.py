"""The command line: help, exit codes, and the one place where errors end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from jsonschema import validate

import bugaction
from bugaction import cli, preflight
from bugaction.capture import written
from bugaction.cli import commands
from bugaction.reasons import ExitCode
from bugaction.schemas import schema_of
from tests.unit.test_simulation import BUG, planned

SOURCE = Path(bugaction.__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    out: str
    err: str


def bugaction_line(
    *arguments: str, environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> Ended:
    """A process of its own, with nothing of this one's environment but what it needs to start."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "HOME") if name in os.environ}
    ended = subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "bugaction", *arguments],
        env={**kept, "PYTHONPATH": str(SOURCE), **(environment or {})},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
        cwd=folder,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


PERSON = {"GITHUB_REPOSITORY": "octo/shop", "BUGACTION_TOKEN": "ghs_secret"}


def test_the_commands_that_there_are() -> None:
    """Their names are published; how they are told is `test_terminal`'s."""
    assert set(commands.commands) == {
        "completion",
        "demo",
        "doctor",
        "init",
        "lint",
        "plan",
        "post-mortem",
        "prompt",
        "register",
        "replay",
        "run",
        "sandbox",
        "schema",
        "simulate",
        "sweep",
    }


def test_a_post_mortem_is_asked_for_by_its_bug_s_number() -> None:
    """A word that is none is refused before anything is asked of GitHub."""
    for wrong in ("abc", "0", ""):
        ended = bugaction_line("post-mortem", wrong, environment=PERSON)
        assert ended.code == 2
        assert "issue number such as 42" in ended.err
    assert bugaction_line("post-mortem").code == 2
    nobody = {key: value for key, value in PERSON.items() if "TOKEN" not in key}
    ended = bugaction_line("post-mortem", "BUG-042", environment=nobody)
    assert (ended.code, "token" in ended.err, "issue number" in ended.err) == (2, True, False)


def test_a_sweep_takes_a_part_and_a_budget() -> None:
    """A wrong word of either is refused by the option's name, before anything is asked of GitHub."""
    ended = bugaction_line("sweep", "--shard", "9/8", environment=PERSON)
    assert (ended.code, "`--shard` is '9/8'" in ended.err) == (2, True)
    ended = bugaction_line("sweep", "--budget", "0", environment=PERSON)
    assert (ended.code, "`--budget` is '0'" in ended.err) == (2, True)
    nobody = {key: value for key, value in PERSON.items() if "TOKEN" not in key}
    ended = bugaction_line("sweep", "--shard", "2/8", "--budget", "50", environment=nobody)
    assert (ended.code, "token" in ended.err, "shard" in ended.err) == (2, True, False)


def test_a_prompt_is_asked_for_by_its_phase_and_its_bug() -> None:
    """A wrong word of either is refused before anything is asked of GitHub."""
    for wrong in ("abc", "0", ""):
        ended = bugaction_line("prompt", "fix", wrong, environment=PERSON)
        assert ended.code == 2
        assert "issue number such as 42" in ended.err
    ended = bugaction_line("prompt", "cure", "42", environment=PERSON)
    assert (ended.code, "'root-cause'" in ended.err) == (2, True)


@pytest.mark.reliability
def test_a_github_that_does_not_answer_ends_in_a_sentence() -> None:
    """Whatever command asks it, once the bug's number, `BUG-042` here, was understood. Each tries again for
    some seconds, so they do so side by side."""
    nowhere = {**PERSON, "GITHUB_API_URL": "http://127.0.0.1:9"}
    lines = (("post-mortem", "BUG-042"), ("prompt", "fix", "BUG-042"), ("register",), ("doctor",))
    with ThreadPoolExecutor() as pool:
        for ended in pool.map(lambda line: bugaction_line(*line, environment=nowhere), lines):
            assert (ended.code, "[github-unavailable]" in ended.err) == (3, True)


def test_help_documents_the_exit_codes() -> None:
    """All of the table, in the help of the program and of both commands that need it."""
    for arguments in (["--help"], ["run", "--help"], ["plan", "-h"]):
        ended = bugaction_line(*arguments)
        assert ended.code == 0
        for code in ExitCode:
            assert f"\n    {code.value}  " in ended.out


def test_version() -> None:
    """The package's own."""
    assert bugaction_line("--version").out == f"bugaction, version {bugaction.__version__}\n"


def test_schema_prints_json() -> None:
    """The configuration's without an argument."""
    assert "severities" in json.loads(bugaction_line("schema").out)["properties"]
    assert "reason" in json.loads(bugaction_line("schema", "result").out)["properties"]
    assert "open" in json.loads(bugaction_line("schema", "register").out)["properties"]


def test_the_register_needs_a_repository_and_a_github() -> None:
    """A year that is none, and no repository, are refused at once."""
    assert bugaction_line("register", "--year", "26", environment=PERSON).code == 2
    assert bugaction_line("register", environment={"BUGACTION_TOKEN": "t"}).code == 2
    told = bugaction_line("register", "--waiting", "bo", "--year", "2026", environment=PERSON)
    assert (told.code, "leave --year out" in told.err) == (2, True)


DOCUMENT = "documents/bugs/BUG-042/root-cause-analysis-v1.0.md"


def test_lint_names_sections_and_exits_by_what_it_found(tmp_path: Path) -> None:
    """0 complete, 1 something to write, 2 something that is no document; without any token."""
    file = tmp_path / DOCUMENT
    file.parent.mkdir(parents=True)
    titles = ("Conclusion", "The problem", "Why it happened", "Why it was not caught", "Contributing factors")
    text = "---\nseverity: P1\n---\n" + "".join(f"## {title}\nIt is known.\n" for title in titles)
    file.write_text(f"{text}## The cause\n", "utf-8")
    ended = bugaction_line("lint", folder=tmp_path)
    assert (ended.code, ended.err) == (1, "")
    assert ended.out == (
        f'{DOCUMENT}:14: section "The cause" is empty; write below its heading\n'
        "1 document: 1 has 1 section to write.\n"
    )
    assert json.loads(bugaction_line("lint", "--json", DOCUMENT, folder=tmp_path).out)["version"] == 1
    file.write_text(f"{text}## The cause\nThe pool was exhausted.\n", "utf-8")
    assert bugaction_line("lint", "documents", folder=tmp_path).code == 0
    wrong = bugaction_line("lint", DOCUMENT, "x.md", folder=tmp_path)
    assert (wrong.code, wrong.out.splitlines()[0]) == (2, "x.md: there is no such file")


def test_init_outside_of_a_clone_is_told(tmp_path: Path) -> None:
    """In a sentence, with what to do; for a program too."""
    for more in ((), ("--json",)):
        ended = bugaction_line("init", *more, folder=tmp_path)
        assert (ended.code, ended.out) == (2, "")
        assert "is in no working tree of git" in ended.err
        assert "Run `bugaction init` in a clone" in ended.err


def test_init_prints_a_document_for_a_program(tmp_path: Path) -> None:
    """With labels from a pipe or a file, nothing beside it, and no colour; nobody is asked."""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    (tmp_path / "labels.json").write_text('[{"name": "severity: critical"}]', encoding="utf-8")
    line = ("init", "--ref", "a1" * 20, "--labels", "labels.json", "--json")
    assert bugaction_line(*line, folder=tmp_path).code == 2
    ended = bugaction_line(*line, "--yes", folder=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert json.loads(ended.out)["found"]["labels"] == ["severity: critical"]
    assert "severity: critical" in (tmp_path / ".github/bugaction.yml").read_text(encoding="utf-8")


def test_lint_in_a_job_annotates_the_file(tmp_path: Path) -> None:
    """Escaped as the runner reads it, and without a command from a file's name in the log."""
    file = tmp_path / "docs, a%/BUG-042/root-cause-analysis-v1.0.md"
    file.parent.mkdir(parents=True)
    file.write_text("---\nseverity: P1\n---\n## The cause\n", "utf-8")
    ended = bugaction_line("lint", ".", environment={"GITHUB_ACTIONS": "true"}, folder=tmp_path)
    place = "docs%2C a%25/BUG-042/root-cause-analysis-v1.0.md"
    assert ended.code == 1
    assert f'::error title=bugaction,file={place},line=4::section "The cause" is empty; ' in ended.out
    assert ended.out.count("::notice ") == 1


def test_lint_imports_no_client(tmp_path: Path) -> None:
    """An author waits for it before each commit."""
    script = (
        "import sys\nfrom bugaction.cli import commands\n"
        "commands.main(['lint', 'x.md'], standalone_mode=False)\n"
        "print([name for name in ('github', 'requests', 'graphql', 'urllib3') if name in sys.modules])\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=tmp_path,
    )
    assert ended.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("arguments", [["frobnicate"], ["run", "--frob"], ["schema", "x"], []])
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    """Click's own words, on the error stream."""
    ended = bugaction_line(*arguments)
    assert ended.code == 2
    assert "Usage: bugaction" in ended.err
    assert ended.out == ""


def test_wrong_input_is_a_sentence_with_its_remedy_and_code() -> None:
    """For a person: one line on the error stream, no traceback; what was typed is named as it was typed."""
    ended = bugaction_line("run", "--issue", "soon", environment=PERSON)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "bugaction: `--issue` is 'soon'. Give an issue number such as 42 or BUG-042. [usage]\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plan", "--repository", "shop"], "`--repository` is 'shop'. Give the repository as OWNER/NAME"),
        (["plan", "--issue", "42", "--config", "/x"], "`--config` is '/x'. Give a path of the repository"),
        (["plan", "--event", "push"], "`--event` names an event, but its payload is missing. "),
        (["plan", "--event", "push", "--payload", "none"], "Give a readable file with `--payload`."),
        (
            ["plan"],
            "Give a number with `--issue`, an event with `--event` and `--payload`, or set BUGACTION_",
        ),
    ],
)
def test_options_are_called_by_their_names(arguments: list[str], said: str) -> None:
    """Nobody who typed an option has to know which variable it stands for."""
    ended = bugaction_line(*arguments, environment=PERSON)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


@pytest.mark.parametrize("arguments", [["--debug", "plan"], ["plan", "--debug"]])
def test_debug_stands_before_or_behind_the_command(arguments: list[str]) -> None:
    """Who is told to run again with it adds it at the end."""
    ended = bugaction_line(*arguments, environment=PERSON)
    assert ended.code == 2
    assert "Traceback" in ended.err


def test_a_port_that_is_taken_is_no_bug() -> None:
    """What is wrong with it, and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = bugaction_line("sandbox", "--port", str(port))
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"bugaction: Port {port} of 127.0.0.1 cannot be had: ")
    assert ended.err.endswith(" Name another one with --port, or leave it out to take a free one. [usage]\n")


@pytest.mark.parametrize("name", ["file", "file/folder"])
def test_a_folder_that_cannot_be_made_is_told_before_the_demo_plays(tmp_path: Path, name: str) -> None:
    """A file where the folder should be, or above it."""
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    ended = bugaction_line("demo", "--into", str(tmp_path / name))
    assert (ended.code, ended.out) == (2, "")
    assert str(tmp_path / name) in ended.err
    assert " with --into. [usage]\n" in ended.err
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_the_sandbox_ends_calmly() -> None:
    """Ctrl-C is how it is meant to end: the code of an interrupted process, a word, and no traceback."""
    # A shell that runs the tests in the background hands down that the signal is ignored.
    script = (
        "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from bugaction.cli import main\nmain(['sandbox'])\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-X", "utf8", "-c", script],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout is not None
    assert "serves octo/shop" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "")
    assert out.endswith("\nThe embedded GitHub has ended; its repository is gone with it.\n")


def test_error_in_a_job_reaches_outputs_summary_and_annotation(tmp_path: Path) -> None:
    """A workflow can act on the reason of a run that failed."""
    files = {"GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    job = PERSON | files | {"GITHUB_ACTIONS": "true", "BUGACTION_ISSUE": "soon"}
    ended = bugaction_line("run", environment=job)
    assert (ended.code, ended.err) == (2, "")
    assert "::error title=bugaction::The input `issue` is 'soon'. Give" in ended.out
    output = (tmp_path / "output").read_text(encoding="utf-8")
    assert "\nusage\n" in output
    assert '"reason":"usage"' in output
    assert "The input `issue`" in (tmp_path / "summary").read_text(encoding="utf-8").replace("\\", "")


def test_error_in_a_job_without_writable_files_is_still_told(tmp_path: Path) -> None:
    """The annotation survives a runner whose files cannot be written."""
    job = PERSON | {"GITHUB_ACTIONS": "true", "BUGACTION_ISSUE": "soon", "GITHUB_OUTPUT": str(tmp_path)}
    ended = bugaction_line("run", environment=job)
    assert ended.code == 2
    assert "::error title=bugaction::The input `issue` is 'soon'." in ended.out
    assert "The file of GITHUB_OUTPUT cannot be written" in ended.out


def test_traceback_is_shown_on_request_and_the_token_never() -> None:
    """A token that strayed into another input is scrubbed from what is printed, with --debug too."""
    strayed = PERSON | {"BUGACTION_ISSUE": "ghs_secret"}
    quiet = bugaction_line("run", environment=strayed)
    loud = bugaction_line("--debug", "run", environment=strayed)
    in_job = bugaction_line("run", environment=strayed | {"GITHUB_ACTIONS": "true", "RUNNER_DEBUG": "1"})
    assert "BUGACTION_ISSUE is '***'." in quiet.err
    assert "The input `issue` is '***'." in in_job.out
    assert "Traceback" not in quiet.err
    assert "Traceback" in loud.err
    assert "Traceback" in in_job.out
    for ended in (quiet, loud, in_job):
        assert "ghs_secret" not in ended.out + ended.err


def test_a_job_that_ends_well_shows_no_token_and_obeys_nothing(tmp_path: Path) -> None:
    """Neither its log, nor what it hands on."""
    event, output = tmp_path / "event.json", tmp_path / "output"
    event.write_text("{}", encoding="utf-8")
    files = {"GITHUB_EVENT_PATH": str(event), "GITHUB_OUTPUT": str(output)}
    job = PERSON | files | {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "##[error]ghs_secret"}
    ended = bugaction_line("run", environment=job)
    assert (ended.code, ended.err) == (0, "")
    assert "[error]***' is not one that bugaction looks at." in ended.out
    assert "##[" not in ended.out
    assert "ghs_secret" not in ended.out + output.read_text(encoding="utf-8")


def test_the_urls_of_notifications_are_shown_nowhere(tmp_path: Path) -> None:
    """Whatever of them strayed into another input: whole, in part, or a line that is not understood."""
    urls = "pager= slack://TokenA1B2/TokenB3C4/TokenC5D6E7\nmailto://octo:hunter2@example.com\nhalf a line"
    for strayed in ("slack://TokenA1B2/TokenB3C4/TokenC5D6E7", "TokenB3C4", "hunter2", "half a line"):
        given = PERSON | {"BUGACTION_NOTIFY_URLS": urls, "BUGACTION_ISSUE": strayed, "GITHUB_ACTIONS": "true"}
        files = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        ended = bugaction_line("run", environment=given | files | {"RUNNER_DEBUG": "1"})
        texts = [ended.out, ended.err, *(Path(path).read_text(encoding="utf-8") for path in files.values())]
        assert ended.code == 2
        assert all("***" in text for text in (texts[0], texts[2], texts[3]))
        assert strayed not in "".join(texts)
        assert "Token" not in "".join(texts)


def test_the_key_of_an_app_is_shown_nowhere() -> None:
    """Neither it nor a line of it, wherever it strayed to."""
    lines = ["MIIEpAIBAAKCAQEA" + letter * 48 for letter in "abc"]
    key = "\n".join(["-----BEGIN RSA PRIVATE KEY-----", *lines, "-----END RSA PRIVATE KEY-----"])
    for strayed in (key, lines[1], key.replace("\n", "\\n")):
        given = PERSON | {
            "BUGACTION_APP_ID": "7",
            "BUGACTION_APP_PRIVATE_KEY": key,
            "BUGACTION_ISSUE": strayed,
        }
        ended = bugaction_line("run", environment=given | {"GITHUB_ACTIONS": "true"})
        assert (ended.code, "***" in ended.out) == (2, True)
        assert not any(line[at : at + 16] in ended.out + ended.err for line in lines for at in (0, 16, 32))


def test_no_process_that_a_run_starts_has_what_only_the_run_needs() -> None:
    """It leaves the environment before anything is asked of GitHub."""
    code = """
import os
from bugaction.cli import commands
try:
    commands.main(["run"], standalone_mode=False)
except Exception as error:
    names = {"BUGACTION_NOTIFY_URLS", "BUGACTION_APP_PRIVATE_KEY"}
    print(type(error).__name__, sorted(names & os.environ.keys()))
"""
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={
            "PYTHONPATH": str(SOURCE),
            **PERSON,
            "BUGACTION_NOTIFY_URLS": "json://localhost/x",
            "BUGACTION_APP_PRIVATE_KEY": "a key",
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert ended.stdout == "UserError []\n", ended.stderr


def test_starts_isolated_with_the_two_directories_alone() -> None:
    """As action.yml starts it: no user site, no PYTHONPATH, no site-packages but those named."""
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    launch = SOURCE / "bugaction" / "launch.py"
    ended = subprocess.run(
        [sys.executable, "-I", "-S", "-B", str(launch), str(SOURCE), packages, "--version"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.stdout == f"bugaction, version {bugaction.__version__}\n"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """The facts of a plan for issue 42."""
    path = tmp_path / "facts.json"
    path.write_text(written(planned(BUG, minutes=10)[0]), "utf-8")
    return path


OFFLINE = """
import socket, sys
def refuse(*_, **__):
    raise AssertionError("the network was asked")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from bugaction.cli import commands
code = commands.main(sys.argv[1:], standalone_mode=False)
print([name for name in ("github", "requests", "urllib3") if name in sys.modules], code)
"""


def test_simulate_asks_neither_the_network_nor_for_a_token(saved: Path) -> None:
    """It prints what `plan` prints, and imports no client."""
    ended = subprocess.run(
        [sys.executable, "-c", OFFLINE, "simulate", str(saved)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    assert "BUG-042 Checkout fails\n  P1 high, phase triage\n" in ended.stdout
    assert "Would be written\n" in ended.stdout
    assert ended.stdout.splitlines()[-1] == "[] 0"


def test_simulate_shows_another_moment_and_another_configuration(saved: Path, tmp_path: Path) -> None:
    """What a deadline will do, and what differs."""
    assert "🔴" not in bugaction_line("simulate", str(saved)).out
    for moment in ("+30h", "2026-11-25T15:10Z"):
        later = bugaction_line("simulate", str(saved), "--at", moment)
        assert (later.code, "🔴" in later.out) == (0, True)
    config = tmp_path / "try.yml"
    config.write_text("version: 1\nseverities:\n  P1:\n    channel: false\n", "utf-8")
    tried = bugaction_line("simulate", str(saved), "--config", str(config))
    assert (tried.code, tried.err) == (0, "")
    assert f"\nDifferent by {config}\n  BUG-042, triage gate, channel: " in tried.out
    config.write_text("version: 1\n", "utf-8")
    assert tried.out != (same := bugaction_line("simulate", str(saved), "--config", str(config))).out
    assert same.out.endswith(f"\nBy {config} nothing is different.\n")


def test_simulate_prints_a_document_for_programs(saved: Path, tmp_path: Path) -> None:
    """With the schema that is published."""
    config = tmp_path / "try.yml"
    config.write_text("version: 1\nseverities:\n  P1:\n    channel: false\n", "utf-8")
    ended = bugaction_line("simulate", str(saved), "--json", "--config", str(config))
    found = json.loads(ended.out)
    validate(found, schema_of("simulation"))
    assert found["result"]["bugs"][0]["bug"] == "BUG-042"
    assert found["at"] == "2026-11-24T09:10:00Z"
    assert found["plan"]["effects"]
    assert len(found["changes"]) > 0


def test_simulate_tries_another_event(saved: Path, tmp_path: Path) -> None:
    """Its name has to be told, and it has to be about what was read."""
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"action": "opened", "issue": {"number": 42}}), "utf-8")
    line = ("simulate", str(event), "--snapshot", str(saved))
    assert "Give it with --event, e.g. --event issue_comment." in bugaction_line(*line).err
    assert bugaction_line(*line, "--event", "issues").code == 0
    event.write_text(json.dumps({"action": "opened", "issue": {"number": 43}}), "utf-8")
    other = bugaction_line(*line, "--event", "issues")
    assert (other.code, other.out) == (2, "")
    assert "The saved facts do not hold #43, which the event is about." in other.err
    again = bugaction_line("simulate", str(saved), "--snapshot", str(saved))
    assert (again.code, "BUG-042" in again.out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no.json"], "The file 'no.json' cannot be read: "),
        (
            ["event.json"],
            "event.json is no file of facts. Give the file that `bugaction plan --save-snapshot`",
        ),
        (["facts.json", "--snapshot", "event.json"], "event.json is no file of facts."),
        (["facts.json", "--at", "soon"], "--at is 'soon'. Give a moment such as 2026-11-24T12:00Z"),
        (["facts.json", "--at", "+soon"], "--at is '+soon'."),
        (["facts.json", "--at", "2026-11-24T08:00Z"], "The facts were read at 2026-11-24 09:10 UTC"),
        (["facts.json", "--event", "push"], "The file holds the event 'of a run for a number', not 'push'."),
        (["facts.json", "--config", "no.yml"], "The configuration 'no.yml' cannot be read: "),
        (["broken.json"], "broken.json holds no JSON that can be read (line 1, column 2)"),
    ],
)
def test_what_simulate_cannot_use_is_told(saved: Path, arguments: list[str], said: str) -> None:
    """With what to give; nothing is printed as if it had been decided."""
    (saved.parent / "event.json").write_text("{}", "utf-8")
    (saved.parent / "broken.json").write_text("{", "utf-8")
    ended = bugaction_line("simulate", *arguments, folder=saved.parent)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert ended.err.endswith(" [usage]\n")


def test_redact_needs_a_file_to_be_saved() -> None:
    """Called as it was typed."""
    ended = bugaction_line("plan", "--issue", "42", "--redact", environment=PERSON)
    assert ended.code == 2
    assert (
        "`--redact` is set, but nothing is saved. Name the file to write with `--save-snapshot`." in ended.err
    )


def test_help_imports_nothing_heavy() -> None:
    """Starting costs what click costs: the client, the models and the templates come when they are used."""
    script = (
        "import sys\nfrom bugaction.cli import commands\n"
        "heavy = ('github', 'requests', 'pydantic', 'jinja2', 'yaml', 'markdown_it', 'graphql')\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert ended.stdout == "[]\n"


BROKEN_FILES = {
    "empty": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "nothing": b"null",
    "a text": b'"x"',
    "no number": b'{"issue": {"number": NaN}}',
    "a long number": b'{"issue": {"number": ' + b"9" * 5_000 + b"}}",
    "UTF-16": '{"issue": {"number": 42}}'.encode("utf-16")[:-1],
    "no UTF-8": b'{"issue": {"number": "\xff\xfe"}}',
    "half a character": b'{"issue": {"number": "\\ud800"}}',
    "deep": b"[" * 100_000,
    "a key twice": b'{"issue": {"number": 42}, "issue": {}}',
    "megabytes": b'{"issue": {"body": "' + b"x" * 8_000_000 + b'"}}',
}


@pytest.mark.parametrize("kind", BROKEN_FILES)
def test_a_broken_event_file_ends_in_a_sentence(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the code for a wrong input, never a traceback; and the preflight leaves it to the program."""
    event, output = tmp_path / "event.json", tmp_path / "output"
    event.write_bytes(BROKEN_FILES[kind])
    job = PERSON | {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "issues", "GITHUB_EVENT_PATH": str(event)}
    for name, value in (job | {"GITHUB_OUTPUT": str(output)}).items():
        monkeypatch.setenv(name, value)
    assert preflight.decide(job) == ""
    with pytest.raises(SystemExit) as ended:
        cli.main(["run"])
    told = capsys.readouterr()
    assert ended.value.code == 2
    assert "Traceback" not in told.out + told.err
    assert "::error title=bugaction" in told.out
    assert '"reason":"usage"' in output.read_text(encoding="utf-8")
