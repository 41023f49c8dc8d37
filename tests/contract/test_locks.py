"""The locks: complete, fresh, hashed, and free of anything about the machine that made them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements"
KINDS = ("runtime", "notify", "dev", "release", "fuzz", "mutation", "uv")
ORIGIN = re.compile(r"#\s+(?:via )?\s*(-r requirements/[a-z]+\.in|[a-z0-9][a-z0-9._-]*)$", re.MULTILINE)


def wanted(kind: str) -> dict[str, Requirement]:
    """The requirements of an `.in` file, by name, its includes followed."""
    found: dict[str, Requirement] = {}
    for line in (REQUIREMENTS / f"{kind}.in").read_text(encoding="utf-8").splitlines():
        text = line.split("#")[0].strip()
        if text.startswith("-r "):
            found |= wanted(text.removeprefix("-r ").removesuffix(".in"))
        elif text and not text.startswith("-c "):
            requirement = Requirement(text)
            found[canonicalize_name(requirement.name)] = requirement
    return found


def blocks(kind: str) -> list[str]:
    """The lock's entries, each with its hashes and its origin."""
    text = (REQUIREMENTS / f"{kind}.txt").read_text(encoding="utf-8")
    return re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)


def pins(kind: str) -> dict[str, str]:
    """Name to version."""
    found: dict[str, str] = {}
    for block in blocks(kind):
        requirement = Requirement(block.split("\\")[0].strip())
        (specifier,) = requirement.specifier
        assert specifier.operator == "=="
        found[canonicalize_name(requirement.name)] = specifier.version
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_pins_satisfy_what_is_asked_for(kind: str) -> None:
    """Every requirement has a pin that satisfies it: `make lock` was run after the last change."""
    pinned = pins(kind)
    for name, requirement in wanted(kind).items():
        assert name in pinned, f"{name} is not locked: run make lock"
        assert requirement.specifier.contains(pinned[name], prereleases=True), f"{name}: run make lock"


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_locked_without_a_reason(kind: str) -> None:
    """Every pin says who asked for it, and those that nobody asks for any more are gone."""
    asked = wanted(kind)
    for block in blocks(kind):
        name = canonicalize_name(Requirement(block.split("\\")[0].strip()).name)
        origins = re.findall(
            r"#\s+(?:via )?\s*(-r requirements/[a-z]+\.in|[a-z0-9][a-z0-9._-]*)$", block, re.M
        )
        assert origins, name
        if any(origin.startswith("-r") for origin in origins):
            assert name in asked, f"{name} is locked but no longer asked for: run make lock"


@pytest.mark.parametrize("kind", KINDS)
def test_every_pin_has_hashes(kind: str) -> None:
    """Nothing is installed that was not seen when the lock was made."""
    assert not [block for block in blocks(kind) if "--hash=sha256:" not in block]


@pytest.mark.parametrize("kind", KINDS)
def test_locks_name_no_place(kind: str) -> None:
    """No address, no index option, no path of a machine."""
    text = (REQUIREMENTS / f"{kind}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"--(index|extra-index|find-links|default-index)", text)
    assert not re.search(r"(^|[\s=])(/|~|[A-Za-z]:\\)\w", text, re.M)


@pytest.mark.parametrize("kind", KINDS)
def test_the_header_repeats_the_command_of_the_makefile(kind: str) -> None:
    """Each lock was compiled the same way, from the root."""
    header = (REQUIREMENTS / f"{kind}.txt").read_text(encoding="utf-8").splitlines()[1]
    options = "--no-build --universal --generate-hashes --python-version 3.11"
    files = f"requirements/{kind}.in -o requirements/{kind}.txt"
    assert header.split() == f"# uv pip compile {options} {files}".split()
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"$(COMPILE) {files}" in makefile
    assert options in makefile


def test_development_and_action_agree() -> None:
    """Tests run on the versions that the Action installs."""
    development = pins("dev")
    for kind in ("runtime", "notify"):
        assert {name: development.get(name) for name in pins(kind)} == pins(kind)
    assert development["uv"] == pins("uv")["uv"]


def test_a_release_is_built_with_what_was_developed_with() -> None:
    """The tools of a release are a lock of their own, which agrees with the other in all that both hold."""
    development, tools = pins("dev"), pins("release")
    both = development.keys() & tools.keys()
    assert "hatchling" in both
    assert {name: tools[name] for name in both} == {name: development[name] for name in both}


def test_what_notifies_comes_on_top_of_what_every_run_needs() -> None:
    """The two libraries hold the same versions, so that a run does the same by either."""
    runtime, notify = pins("runtime"), pins("notify")
    assert {name: notify.get(name) for name in runtime} == runtime
    assert "apprise" in notify.keys() - runtime.keys()


def test_project_metadata_says_the_same() -> None:
    """What the wheel asks for is what the Action's lock is made from, and the sandbox's extra is in dev."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    dependencies = {
        canonicalize_name(Requirement(text).name): Requirement(text) for text in project["dependencies"]
    }
    assert {name: str(item.specifier) for name, item in dependencies.items()} == {
        name: str(item.specifier) for name, item in wanted("runtime").items()
    }
    (notify,) = (Requirement(text) for text in project["optional-dependencies"]["notify"])
    assert notify.specifier == wanted("notify")[notify.name].specifier
    for text in project["optional-dependencies"]["sandbox"]:
        requirement = Requirement(text)
        pinned = pins("dev")[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(pinned), requirement
