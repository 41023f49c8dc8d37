"""What of PyGithub a run with a token loads, and that the rest is there when it is needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

SOURCE = Path(__file__).parents[3] / "src"


def python(code: str) -> list[str]:
    """What a fresh interpreter prints, line by line: here everything is imported long since."""
    setup = f"import sys; sys.path.insert(0, {str(SOURCE)!r})\n"
    command = [sys.executable, "-B", "-c", setup + dedent(code)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def test_a_token_client_loads_no_cryptography() -> None:
    """Neither what signs for apps and seals secrets, nor the classes for what we ask GraphQL for."""
    found = python(
        """
        from types import ModuleType
        from bugaction.github.client import Client
        Client.with_token("t", "https://api.github.com", None)
        executed = {name for name, module in sys.modules.items() if type(module) is ModuleType}
        print(sorted({name.split(".")[0] for name in executed} & {"jwt", "nacl", "cryptography", "cffi"}))
        print("github.Requester" in executed, "github.Repository" in executed)
        """
    )
    assert found == ["[]", "True False"]


def test_the_rest_is_loaded_on_first_use() -> None:
    """An app signs in, a class of another module is used, and the module is then like any other."""
    found = python(
        """
        from types import ModuleType
        from bugaction.github.pygithub import Auth, Github
        import github, jwt
        print(Github(auth=Auth.Token("t")).get_repo("octo/shop", lazy=True).full_name)
        print(type(sys.modules["github.Repository"]) is ModuleType, github.Repository.__spec__.loader is
              github.Repository.__loader__)
        print(jwt.decode(jwt.encode({"iss": "1"}, "k" * 32, "HS256"), "k" * 32, ["HS256"]))
        from github.PublicKey import PublicKey
        print(PublicKey.__name__, "nacl" in sys.modules)
        """
    )
    assert found == ["octo/shop", "True True", "{'iss': '1'}", "PublicKey True"]


def test_only_what_is_named_is_deferred_and_only_within() -> None:
    """A module of the package by its dot, one by its name; others, and later ones, are executed at once."""
    found = python(
        """
        from types import ModuleType
        from bugaction.github.pygithub import deferred
        paths = list(sys.meta_path)
        with deferred("colorsys", "wsgiref."):
            import colorsys, csv, wsgiref.util
        import wsgiref.headers
        for name in ("colorsys", "wsgiref", "wsgiref.util", "wsgiref.headers", "csv"):
            print(name, type(sys.modules[name]) is ModuleType)
        print(sys.meta_path == paths, colorsys.rgb_to_hls(0, 0, 0), type(colorsys) is ModuleType)
        """
    )
    assert found == [
        "colorsys False",
        "wsgiref True",
        "wsgiref.util False",
        "wsgiref.headers True",
        "csv True",
        "True (0.0, 0.0, 0.0) True",
    ]


@pytest.mark.parametrize("attempts", [1, 2])
def test_a_module_that_fails_fails_at_each_use(tmp_path: Path, attempts: int) -> None:
    """Its error is not swallowed, and nobody gets half a module."""
    (tmp_path / "broken.py").write_text("half = 1\nraise ValueError('no')\n")
    found = python(
        f"""
        sys.path.insert(0, {str(tmp_path)!r})
        from bugaction.github.pygithub import deferred
        with deferred("broken"):
            import broken
        for _ in range({attempts}):
            try:
                broken.other
            except ValueError as error:
                print(error)
        """
    )
    assert found == ["no"] * attempts
