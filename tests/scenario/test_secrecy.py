"""What finds a token or a key finds it in every dress; each life ends with that search."""

from __future__ import annotations

import base64
import json
import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from bugaction.sandbox.clock import RunningClock
from bugaction.sandbox.runs import Runs
from bugaction.sandbox.tokens import Token
from tests.scenario.life import Life, begin, form
from tests.scenario.test_killed import Process
from tests.secrecy import KEY_LINE, keys_of, leaks, logged

DRESSES: dict[str, Callable[[str], str]] = {
    "plain": str,
    "basic authentication": lambda token: base64.b64encode(f"x-access-token:{token}".encode()).decode(),
    "another user's": lambda token: base64.b64encode(f"me:{token}".encode()).decode(),
    "base64": lambda token: base64.b64encode(token.encode()).decode(),
    "in a URL": lambda token: f"https://x:{quote(token)}@github.com/octo/shop",
    "each character quoted": lambda token: "".join(f"%{ord(char):02X}" for char in token),
    "hexadecimal": lambda token: token.encode().hex(),
    "JSON": lambda token: json.dumps({"token": token}),
    "cut short": lambda token: f"{token[:20]}...",
    "its end": lambda token: token[-25:],
    "in two lines": lambda token: f"{token[:20]}\n{token[20:]}",
}


def _token(life: Life) -> Token:
    return life.server.tokens.for_job({"issues": "write"})


@pytest.mark.parametrize("dress", DRESSES)
def test_a_token_is_found_in_every_dress(life: Life, dress: str) -> None:
    """Whichever token it is."""
    for token in (_token(life), life.server.tokens.for_user("ana")):
        assert leaks(["all is well", DRESSES[dress](token.value)])
    assert leaks(["all is well", "v7Qd2mX", base64.b64encode(b"all is well").decode()]) == []


def _in_a_comment() -> None:
    with begin() as life:
        number = life.report()
        comment = life.people.comment("dee", number, f"in-a-comment-{_token(life).value}")
        life.people.edit_comment("dee", comment.id, "after")


def _in_a_file() -> None:
    with begin() as life:
        life.people.push("bo", "main", {"a.txt": f"in-a-file-{_token(life).value}"}, "Add")
        life.people.push("bo", "main", {"a.txt": "nothing"}, "Remove")


def _in_an_output() -> None:
    with begin() as life:
        life.product.summaries.append(f"in-an-output-{_token(life).value}")


@pytest.mark.parametrize("place", [_in_a_comment, _in_a_file, _in_an_output])
def test_a_life_in_which_it_came_to_light_fails(place: Callable[[], None]) -> None:
    """Also in a comment that was edited since, and in a file that a later commit has removed."""
    with pytest.raises(AssertionError, match=place.__name__.replace("_", "-")[1:]):
        place()


def test_it_is_found_in_what_libraries_log() -> None:
    """A traceback included."""
    with logged() as lines:
        logging.getLogger("somebody").error("It failed", exc_info=ValueError("v7Qd2mXkR9sL"))
    assert leaks(lines)


KEY = "Hunter2Hunter2xyz"
URLS = f"incidents= json://hook:{KEY}@127.0.0.1:9/{KEY}"


@pytest.mark.parametrize("dress", DRESSES)
def test_the_key_of_a_notification_s_address_is_found_in_every_dress(dress: str) -> None:
    """As a token is; a host's name and an audience are no secrets."""
    keys = keys_of([URLS, "pager= pagerduty://0123456789abcdefghij@short"])
    assert keys == (KEY, "0123456789abcdefghij")
    assert leaks(["all is well", DRESSES[dress](KEY)], *keys)
    assert leaks(["incidents", "127.0.0.1"], *keys) == []


def test_a_line_of_an_app_s_key_is_found_by_a_part_of_it() -> None:
    """Of sixteen characters, wherever in the line it stands."""
    line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"
    assert len(line) == KEY_LINE
    for start in range(0, KEY_LINE - 31, 16):
        assert leaks(["all is well", f"cut {line[start : start + 31]}"], keys=[line])
    assert leaks(["all is well", line[:15]], keys=[line]) == []


def test_a_life_in_which_such_a_key_came_to_light_fails() -> None:
    """Wherever it stands; who searches knows the repository's secrets."""

    def tell() -> None:
        with begin() as life:
            life.runs.secrets["BUGACTION_NOTIFY_URLS"] = URLS
            life.product.log.append(f"POST https://hooks.example/{KEY[:10]}")

    with pytest.raises(AssertionError, match="has come to light"):
        tell()


def test_addresses_stay_secret_while_everything_fails() -> None:
    """Nobody listens there, GitHub fails in between, and a run dies: what is left is searched as ever."""
    with begin() as life:
        life.runs.secrets["BUGACTION_NOTIFY_URLS"] = URLS
        life.server.faults.fail(502, times=3)
        number = life.bug("P0", form())
        life.server.faults.fail(403, path="graphql", times=100)
        life.say("bo", number, "/accept")
        life.server.faults.clear()
        life.runs.schedule()
        assert "notify-urls" in life.log
        assert KEY not in life.log


WATCHED = """
import os, runpy, sys
def watch(event, arguments):
    starts = "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "pty."
    if event.startswith(starts):
        print("started by", event, flush=True)
        os._exit(99)
sys.addaudithook(watch)
sys.argv = ["bugaction", "run"]
"""
"""Python tells of whatever starts a process (https://docs.python.org/3/library/audit_events.html)."""

RUN = "runpy.run_module('bugaction', run_name='__main__')"


def test_a_run_starts_no_process(tmp_path: Path) -> None:
    """So neither token nor address can become an argument, which each user of the machine may read. It has
    none of its own either but the command's name."""
    with begin(clock=RunningClock()) as life:
        process = Process(tmp_path, ("-c", f"{WATCHED}{RUN}"))
        runs = Runs(life.server, process)
        runs.secrets["BUGACTION_NOTIFY_URLS"] = URLS
        number = life.people.open_issue("dee", "Checkout fails", form()).number
        life.people.label("mia", number, "P0")
        assert runs.drain()
        assert life.server.writes
        assert set(process.codes) == {0}


@pytest.mark.parametrize(
    "deed", ["os.system('true')", "import subprocess; subprocess.run(['true'])", "os.fork()"]
)
def test_a_process_that_is_started_is_noticed(deed: str) -> None:
    """Else the test before would hold nothing."""
    ended = subprocess.run([sys.executable, "-c", f"{WATCHED}{deed}"], check=False, capture_output=True)
    assert ended.returncode == 99
