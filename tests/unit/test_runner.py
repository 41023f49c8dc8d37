"""What the runner hands over, and the files it reads back."""

from __future__ import annotations

import base64
import json
import pickle
import re
from pathlib import Path

import pytest
import yaml

from bugaction.errors import UserError
from bugaction.events import Command
from bugaction.ports import Expectations, Targets
from bugaction.runner import (
    _INPUTS,
    SUMMARY_LIMIT,
    Records,
    Secret,
    read_inputs,
    write_outputs,
    write_summary,
)
from bugaction.sweep import Shard


def environment(**changes: str) -> dict[str, str]:
    return {
        "BUGACTION_TOKEN": "ghs_secret",
        "GITHUB_REPOSITORY": "octo/shop",
        "BUGACTION_ISSUE": "42",
    } | changes


def event_file(folder: Path, payload: object) -> str:
    path = folder / "event.json"
    path.write_text(json.dumps(payload), encoding="utf-8")
    return str(path)


def test_defaults_are_those_of_github_com() -> None:
    """A token, a repository and an issue are enough."""
    inputs = read_inputs(environment())
    assert inputs.repository == "octo/shop"
    assert inputs.event.targets == Targets(items=(42,))
    assert inputs.command is Command.RUN
    assert inputs.config == ".github/bugaction.yml"
    assert inputs.records is Records.WRITE
    assert (inputs.api_url, inputs.graphql_url, inputs.server_url) == (
        "https://api.github.com",
        "https://api.github.com/graphql",
        "https://github.com",
    )
    assert (inputs.dry_run, inputs.in_actions, inputs.run_url) == (False, False, "")
    assert (inputs.output, inputs.summary) == (None, None)


@pytest.mark.parametrize(
    ("variables", "ours"),
    [
        ({"GITHUB_WORKFLOW_REF": "octo/shop/.github/workflows/bugaction.yml@refs/heads/main"}, True),
        (
            {"GITHUB_WORKFLOW_REF": "octo/shop/.github/workflows/other.yml@x", "GITHUB_WORKFLOW": "Bugs"},
            False,
        ),
        ({"GITHUB_WORKFLOW": "Bugs"}, True),
        ({"GITHUB_WORKFLOW": "CI"}, False),
        ({"GITHUB_WORKFLOW_REF": "nonsense"}, False),
        ({}, False),
    ],
)
def test_the_workflow_that_runs_us_is_known_by_its_file_or_its_name(
    tmp_path: Path, variables: dict[str, str], ours: bool
) -> None:
    """The file where the runner tells it: two workflows may bear one name."""
    run = {"head_sha": "a" * 40, "name": "Bugs", "path": ".github/workflows/bugaction.yml"}
    path = event_file(tmp_path, {"action": "completed", "workflow_run": run})
    named = {"GITHUB_EVENT_NAME": "workflow_run", "GITHUB_EVENT_PATH": path, "BUGACTION_ISSUE": ""}
    assert bool(read_inputs(environment(**named, **variables)).event.reason) is ours


def test_everything_a_runner_sets_is_read(tmp_path: Path) -> None:
    """An enterprise server's addresses, the files, and the event."""
    payload = {"action": "labeled", "issue": {"number": 3}, "label": {"name": "P1"}}
    inputs = read_inputs(
        {
            "BUGACTION_TOKEN": "t",
            "BUGACTION_CONFIG": "ops/bugs.yml",
            "BUGACTION_DRY_RUN": "True",
            "BUGACTION_RECORDS": "defer",
            "BUGACTION_SHARD": "2/8",
            "BUGACTION_SWEEP_BUDGET": "15000",
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": "https://ghe.test/api/v3/",
            "GITHUB_SERVER_URL": "https://ghe.test",
            "GITHUB_EVENT_NAME": "issues",
            "GITHUB_EVENT_PATH": event_file(tmp_path, payload),
            "GITHUB_REPOSITORY": "octo/shop",
            "GITHUB_RUN_ID": "77",
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        }
    )
    assert inputs.api_url == "https://ghe.test/api/v3"
    assert inputs.graphql_url == "https://ghe.test/api/graphql"
    assert inputs.run_url == "https://ghe.test/octo/shop/actions/runs/77"
    assert inputs.event.targets == Targets(issues=(3,))
    assert inputs.event.expectations == Expectations(labels=((3, "P1", True),))
    assert (inputs.config, inputs.dry_run, inputs.records) == ("ops/bugs.yml", True, Records.DEFER)
    assert (inputs.output, inputs.summary) == (tmp_path / "output", tmp_path / "summary")
    assert (inputs.shard, inputs.budget) == (Shard(2, 8), 15_000)
    assert inputs.in_actions


def test_issue_and_command_bend_the_event(tmp_path: Path) -> None:
    """A named issue is all that is looked at; `sweep` looks at everything, `doctor` at none; `plan` writes
    nothing."""
    watch = {"GITHUB_EVENT_NAME": "watch", "GITHUB_EVENT_PATH": event_file(tmp_path, {})}
    named = read_inputs(environment(**watch))
    assert (named.event.targets, named.event.reason) == (Targets(items=(42,)), "")
    swept = read_inputs(environment(**watch, BUGACTION_ISSUE="", BUGACTION_COMMAND="sweep"))
    assert swept.event.sweep
    assert swept.event.reason == ""
    assert read_inputs(environment(BUGACTION_COMMAND="plan")).dry_run
    assert read_inputs(environment(BUGACTION_ISSUE="", BUGACTION_COMMAND="sweep")).event.sweep
    looked = read_inputs(environment(**watch, BUGACTION_COMMAND="doctor"))
    assert (looked.command, looked.event.targets, looked.event.sweep) == (Command.DOCTOR, Targets(), False)
    assert read_inputs(environment(BUGACTION_ISSUE="", BUGACTION_COMMAND="doctor")).command is Command.DOCTOR


def test_command_of_a_dispatch_counts_where_the_input_is_empty(tmp_path: Path) -> None:
    """The input wins over the payload."""
    dispatch = {
        "GITHUB_EVENT_NAME": "workflow_dispatch",
        "GITHUB_EVENT_PATH": event_file(tmp_path, {"inputs": {"command": "plan", "issue": "5"}}),
        "BUGACTION_ISSUE": "",
    }
    inputs = read_inputs(environment(**dispatch))
    assert (inputs.command, inputs.event.targets) == (Command.PLAN, Targets(items=(5,)))
    assert read_inputs(environment(**dispatch, BUGACTION_COMMAND="run")).command is Command.RUN


def test_note_of_a_dispatch_and_whose_it_is(tmp_path: Path) -> None:
    """The input wins over the payload; the sender wrote it, and without an event whoever runs."""
    sent = {
        "inputs": {"command": "post-mortem", "issue": "5", "note": " It is over.\n"},
        "sender": {"login": "ana"},
    }
    dispatch = {"GITHUB_EVENT_NAME": "workflow_dispatch", "GITHUB_EVENT_PATH": event_file(tmp_path, sent)}
    told = read_inputs(environment(**dispatch, GITHUB_ACTOR="bo")).event
    assert (told.note, told.actor and told.actor.login) == ("It is over.", "ana")
    assert read_inputs(environment(**dispatch, BUGACTION_NOTE="Mine.")).event.note == "Mine."
    alone = read_inputs(environment(BUGACTION_NOTE="Mine.", GITHUB_ACTOR="bo")).event
    assert (alone.note, alone.actor and alone.actor.login) == ("Mine.", "bo")
    assert read_inputs(environment()).event.actor is None


WRONG: list[tuple[dict[str, str], str, str]] = [
    ({"BUGACTION_TOKEN": " "}, "no token", "BUGACTION_TOKEN"),
    ({"BUGACTION_TOKEN": "a b"}, "characters", "token"),
    ({"BUGACTION_TOKEN": "a\nb"}, "characters", "token"),
    ({"BUGACTION_ISSUE": "soon"}, "BUGACTION_ISSUE is 'soon'", "BUG-042"),
    ({"BUGACTION_COMMAND": "go"}, "BUGACTION_COMMAND is 'go'", "run, plan, sweep"),
    ({"BUGACTION_DRY_RUN": "maybe"}, "BUGACTION_DRY_RUN is 'maybe'", "true or false"),
    ({"BUGACTION_RECORDS": "never"}, "BUGACTION_RECORDS is 'never'", "write, defer"),
    ({"BUGACTION_SHARD": "9/8"}, "BUGACTION_SHARD is '9/8'", "such as 2/8"),
    ({"BUGACTION_SWEEP_BUDGET": "0"}, "BUGACTION_SWEEP_BUDGET is '0'", "from 1 to 15000"),
    ({"BUGACTION_SWEEP_BUDGET": "15001"}, "BUGACTION_SWEEP_BUDGET is '15001'", "from 1 to 15000"),
    ({"BUGACTION_SWEEP_BUDGET": "many"}, "BUGACTION_SWEEP_BUDGET is 'many'", "from 1 to 15000"),
    ({"BUGACTION_CONFIG": "/etc/passwd"}, "BUGACTION_CONFIG is '/etc/passwd'", ".github/bugaction.yml"),
    ({"BUGACTION_CONFIG": "a/../b"}, "BUGACTION_CONFIG", ".github/bugaction.yml"),
    ({"BUGACTION_CONFIG": "a\\b"}, "BUGACTION_CONFIG", ".github/bugaction.yml"),
    ({"GITHUB_REPOSITORY": " "}, "No repository is named", "with `--repository`"),
    ({"GITHUB_REPOSITORY": "shop"}, "GITHUB_REPOSITORY is 'shop'", "OWNER/NAME"),
    ({"GITHUB_REPOSITORY": "octo/.."}, "GITHUB_REPOSITORY", "OWNER/NAME"),
    ({"GITHUB_API_URL": "http://ghe.test/api/v3"}, "GITHUB_API_URL", "https"),
    ({"GITHUB_API_URL": "https://user:pass@ghe.test"}, "GITHUB_API_URL", "https"),
    ({"GITHUB_API_URL": "https://ghe.test:port"}, "GITHUB_API_URL", "https"),
    ({"GITHUB_API_URL": "https://[ghe"}, "GITHUB_API_URL", "https"),
    ({"GITHUB_SERVER_URL": "file:///etc"}, "GITHUB_SERVER_URL", "https"),
    ({"GH_HOST": "ghe.test?x"}, "GH_HOST", "https"),
    ({"GITHUB_GRAPHQL_URL": "graphql"}, "GITHUB_GRAPHQL_URL", "https"),
    ({"GITHUB_EVENT_NAME": "issues"}, "payload is missing", "with `--payload`"),
    ({"GITHUB_EVENT_NAME": "issues", "GITHUB_EVENT_PATH": "missing/file"}, "cannot be read", "readable"),
    ({"BUGACTION_ISSUE": ""}, "nothing to look at", "with `--issue`"),
]


@pytest.mark.parametrize(("changes", "said", "remedy"), WRONG)
def test_wrong_input_is_named_with_what_it_may_be(changes: dict[str, str], said: str, remedy: str) -> None:
    """The error says which input, and how to put it right."""
    with pytest.raises(UserError) as caught:
        read_inputs(environment(**changes))
    assert said in caught.value.message
    assert remedy in caught.value.remedy
    assert "ghs_secret" not in f"{caught.value.message} {caught.value.remedy}"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"BUGACTION_ISSUE": "soon"}, "The input `issue` is 'soon'."),
        ({"BUGACTION_COMMAND": "go"}, "The input `command` is 'go'."),
        ({"BUGACTION_DRY_RUN": "maybe"}, "The input `dry-run` is 'maybe'."),
        ({"BUGACTION_RECORDS": "never"}, "The input `records` is 'never'."),
        ({"BUGACTION_SHARD": "9/8"}, "The input `shard` is '9/8', which is no part of a whole."),
        ({"BUGACTION_SWEEP_BUDGET": "0"}, "The input `sweep-budget` is '0'."),
        ({"BUGACTION_CONFIG": "/etc/passwd"}, "The input `config` is '/etc/passwd'."),
        ({"GITHUB_REPOSITORY": "shop"}, "GITHUB_REPOSITORY is 'shop'."),
        ({"BUGACTION_TOKEN": ""}, "Set the input `token`."),
        ({"BUGACTION_TOKEN": "a b"}, "Set the input `token` to the bare token."),
    ],
)
def test_in_a_job_inputs_are_called_inputs(changes: dict[str, str], said: str) -> None:
    """What the workflow's author wrote below `with:`, and not the variable that carries it."""
    with pytest.raises(UserError) as caught:
        read_inputs(environment(GITHUB_ACTIONS="true", **changes))
    assert said in f"{caught.value.message} {caught.value.remedy}"


def test_the_names_of_inputs_are_those_of_the_action() -> None:
    """Each variable that action.yml hands over for an input is told as that input."""
    action = yaml.safe_load((Path(__file__).parents[2] / "action.yml").read_text(encoding="utf-8"))
    handed = {
        variable: value.removeprefix("${{ inputs.").removesuffix(" }}")
        for variable, value in action["runs"]["steps"][-1]["env"].items()
        if value.startswith("${{ inputs.")
    }
    assert handed == _INPUTS


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe{}", b"[" * 100_000, b""])
def test_event_file_without_json_is_named(tmp_path: Path, content: bytes) -> None:
    """Broken, wrongly encoded, too deep or empty."""
    path = tmp_path / "event.json"
    path.write_bytes(content)
    with pytest.raises(UserError, match="holds no JSON"):
        read_inputs(environment(GITHUB_EVENT_NAME="issues", GITHUB_EVENT_PATH=str(path)))


def test_tokens_of_other_tools_serve_a_person_but_not_a_runner() -> None:
    """In a job the token is the one that the workflow handed over, never one that lies about."""
    person = {"GITHUB_REPOSITORY": "octo/shop", "BUGACTION_ISSUE": "42", "GITHUB_TOKEN": "ghp_mine"}
    assert read_inputs(person).token.reveal() == "ghp_mine"
    with pytest.raises(UserError, match="no token"):
        read_inputs(person | {"GITHUB_ACTIONS": "true"})


def test_loopback_needs_no_encryption() -> None:
    """The embedded GitHub speaks plain HTTP on this machine."""
    inputs = read_inputs(environment(GITHUB_API_URL="http://127.0.0.1:8080"))
    assert inputs.graphql_url == "http://127.0.0.1:8080/graphql"


def test_links_are_those_of_the_server_that_is_asked() -> None:
    """Who names only the API of an enterprise server, or its host as `gh` takes it, gets no link to
    github.com, and no token of that server goes there."""
    for named in ({"GITHUB_API_URL": "https://ghe.test/api/v3"}, {"GH_HOST": "ghe.test"}):
        inputs = read_inputs(environment(**named))
        found = (inputs.server_url, inputs.api_url, inputs.graphql_url)
        assert found == ("https://ghe.test", "https://ghe.test/api/v3", "https://ghe.test/api/graphql")


def test_secret_is_shown_by_nothing() -> None:
    """Neither in a representation, nor formatted, nor pickled; and it is scrubbed from texts."""
    secret = Secret("ghs_abc")
    basic = base64.b64encode(b"x-access-token:ghs_abc").decode()
    assert f"{secret} {secret!r} {[secret]}" == "*** *** [***]"
    assert secret.scrub(f"url?t=ghs_abc Basic {basic}") == "url?t=*** Basic ***"
    assert Secret("").scrub("text") == "text"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    assert "ghs_secret" not in repr(read_inputs(environment()))


def read_output(text: str) -> dict[str, str]:
    """The runner's own reading of its file: a name, a delimiter, lines until the delimiter stands alone."""
    found: dict[str, str] = {}
    lines = iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        name, _, delimiter = line.partition("<<")
        value = []
        for inner in lines:
            if inner == delimiter:
                break
            value.append(inner)
        found[name] = "\n".join(value)
    return found


def test_outputs_are_read_back_as_they_were(tmp_path: Path) -> None:
    """Line ends, quotes and things that look like another output stay inside their value."""
    path = tmp_path / "output"
    values = {"result": 'a\nb<<X\nplan=1\n"ü"\nX', "bug": "", "reason": "done"}
    write_outputs(path, values)
    write_outputs(path, {"unrecorded": "true"})
    text = path.read_text(encoding="utf-8")
    assert read_output(text) == values | {"unrecorded": "true"}
    delimiters = re.findall(r"<<(ghadelimiter_[0-9a-f-]{36})$", text, re.MULTILINE)
    assert len(set(delimiters)) == 4


def test_output_name_of_another_kind_is_refused(tmp_path: Path) -> None:
    """Names are ours alone; one with a line end would be a second output."""
    with pytest.raises(ValueError, match="cannot be written"):
        write_outputs(tmp_path / "output", {"a\nb": "c"})


def test_without_a_runner_nothing_is_written() -> None:
    """A person at a terminal has no such files."""
    write_outputs(None, {"bug": "x"})
    write_summary(None, "text")


def test_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """The variable is named, with its remedy."""
    with pytest.raises(UserError, match="GITHUB_OUTPUT"):
        write_outputs(tmp_path, {"bug": "x"})


@pytest.mark.parametrize("over", [0, 1])
def test_a_summary_is_cut_one_byte_over_the_limit(tmp_path: Path, over: int) -> None:
    """At 1 MiB it is whole; it counts bytes, not characters."""
    path = tmp_path / "summary"
    text = "ü\n" * 1_000 + "x" * (SUMMARY_LIMIT - 3_000 + over - 1) + "\n"
    write_summary(path, text)
    written = path.read_text(encoding="utf-8")
    assert (written == text) is (over == 0)
    assert path.stat().st_size <= SUMMARY_LIMIT
    assert written.startswith("ü\n" * 1_000)
    assert ("was cut off here" in written) is (over == 1)


def test_long_summary_is_cut_at_a_line(tmp_path: Path) -> None:
    """What would make GitHub drop the whole summary is cut, and the cut is told."""
    path = tmp_path / "summary"
    write_summary(path, "ü" * 99 + "\n")
    write_summary(path, ("ä" * 49 + "\n") * 20_000)
    data = path.read_bytes()
    assert len(data) <= SUMMARY_LIMIT
    lines = data.decode().splitlines()
    assert lines[0] == "ü" * 99
    assert lines[-1].startswith("_The summary was longer")
    assert all(line == "ä" * 49 for line in lines[1:-2] if line)
    write_summary(path, "more\n" * 100)
    assert path.stat().st_size <= SUMMARY_LIMIT
