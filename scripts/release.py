"""What has to be true of a release, from its files alone; and what is said of it.

    python -m scripts.release begin 0.2.0         write the version and the changelog of a release
    python -m scripts.release check v0.2.0        refuse a tag that the files do not agree with
    python -m scripts.release notes v0.2.0        its part of the changelog
    git tag | python -m scripts.release moves v0.2.0   what the tag moves: `major=v0`, `latest=true`
    python -m scripts.release fragment origin/main     refuse a change that users notice and nobody describes

The standard library alone, but for `begin`, which asks towncrier to put the fragments together.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT, PACKAGE, CHANGELOG = "pyproject.toml", "src/bugaction/__init__.py", "CHANGELOG.md"
FRAGMENTS = "changelog.d"
MARK = "<!-- towncrier release notes start -->\n"

_NUMBER = r"(0|[1-9]\d*)"
TAG = re.compile(rf"v{_NUMBER}\.{_NUMBER}\.{_NUMBER}")
_SECTION = re.compile(r"^## \[(?P<version>[^\]\n]+)\](?: - (?P<day>\S+))?[ \t]*$", re.MULTILINE)
_FRAGMENT = re.compile(r"\+?[a-z0-9][a-z0-9-]*\.(?P<kind>[a-z]+)\.md")
_USES = re.compile(r"uses:\s*[\"']?bugaction/bugaction(?:/[^@\s]*)?@(?P<ref>[^\s\"'#]+)")
_VERSION_LINE = re.compile(r"^(version|__version__) = \"[^\"]*\"$", re.MULTILINE)
_FIRST = re.compile(r"\AThe first version, \S+\n\n")

_WRITTEN = (PROJECT, PACKAGE, CHANGELOG)
"""What `begin` changes, so that it may be begun once more."""

NOTICED = re.compile(
    r"action\.yml|\.pre-commit-hooks\.yaml|\.github/workflows/respond\.yml|templates/.+|"
    r"requirements/(?:runtime|notify|uv)\.txt|src/bugaction/.+"
)
"""The files whose change users may notice: what they run and what is written for them."""


@dataclass(frozen=True, slots=True)
class Files:
    """What of the repository a release rests on: three texts, the names of the fragments that wait, and the
    files that may name a commit of ours, by path."""

    project: str
    package: str
    changelog: str
    fragments: tuple[str, ...] = ()
    pinning: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """A version's part of the changelog; `day` is "" where none is written."""

    version: str
    day: str
    text: str


def sections(changelog: str) -> tuple[Section, ...]:
    """The parts of a changelog, the newest first as they stand."""
    found = list(_SECTION.finditer(changelog))
    ends = [*(item.start() for item in found[1:]), len(changelog)]
    return tuple(
        Section(item["version"], item["day"] or "", changelog[item.end() : end].strip())
        for item, end in zip(found, ends, strict=False)
    )


def notes(changelog: str, version: str) -> str:
    """What is written of a version, "" where nothing is."""
    return next((item.text for item in sections(changelog) if item.version == version), "")


def problems(tag: str, files: Files) -> tuple[str, ...]:
    """Why this may not be released, each as a sentence with what to do; nothing where it may."""
    if TAG.fullmatch(tag) is None:
        return (f"The tag {tag!r} is no version. Name it as v1.2.3, without anything behind it.",)
    version = tag.removeprefix("v")
    said = {
        PROJECT: str(tomllib.loads(files.project).get("project", {}).get("version", "")),
        PACKAGE: _assigned(files.package),
    }
    found = [
        f"{path} says {other or 'no version'}, and the tag {version}. Run `make release VERSION={version}`."
        for path, other in said.items()
        if other != version
    ]
    found += _of_changelog(version, files)
    found += _of_pins(files.pinning)
    return tuple(found)


def _assigned(text: str) -> str:
    match = re.search(r"^__version__ = \"([^\"]*)\"$", text, re.MULTILINE)
    return match[1] if match is not None else ""


def _of_changelog(version: str, files: Files) -> list[str]:
    """Its newest part has to be of this version, dated, and tell something; nothing may be left over."""
    found = []
    listed = sections(files.changelog)
    newest = listed[0] if listed else Section("", "", "")
    if newest.version != version:
        found.append(
            f"The newest part of {CHANGELOG} is of {newest.version or 'no version'}, not of {version}. "
            f"Run `make release VERSION={version}`."
        )
    elif not _is_day(newest.day):
        found.append(f"{CHANGELOG} gives {version} no day. Write `## [{version}] - YYYY-MM-DD`.")
    elif not newest.text:
        found.append(f"{CHANGELOG} says nothing of {version}. A release tells its users what is new.")
    if sum(item.version == version for item in listed) > 1:
        found.append(f"{CHANGELOG} has two parts of {version}. Make them one.")
    if files.fragments:
        found.append(
            f"Fragments are left in {FRAGMENTS}: {', '.join(files.fragments)}. They belong to this version. "
            f"Run `make release VERSION={version}`."
        )
    return found


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _of_pins(pinning: Mapping[str, str]) -> list[str]:
    """A file that is shipped cannot know the commit that ships it: what names one names an older."""
    return [
        f"{path} names bugaction at {match['ref']}, which is not this release. A template holds "
        "`<commit>`, which `init` fills in, and a workflow of this repository `./`."
        for path, text in sorted(pinning.items())
        for match in _USES.finditer(text)
        if match["ref"] != "<commit>"
    ]


def unready(version: str, files: Files, tags: Iterable[str], changed: Iterable[str]) -> tuple[str, ...]:
    """Why a release cannot be begun from these files, before anything is written.

    `tags` are those that are there, `changed` the paths that git calls changed.
    """
    found = []
    if f"v{version}" in tags:
        found.append(f"The tag v{version} is there, and a release is never changed. Take a later version.")
    foreign = [path for path in changed if path not in _WRITTEN and not path.startswith(f"{FRAGMENTS}/")]
    if foreign:
        more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        found.append(
            f"{foreign[0]}{more} is changed and not committed. A release is a change of its own: commit, or "
            "put it aside with `git stash --include-untracked`."
        )
    found += fragment_problems(files.fragments, kinds_of(files.project))
    told = {item.version for item in sections(files.changelog) if item.text}
    if not files.fragments and not told & {version, "Unreleased"}:
        found.append(
            f"Nothing tells what is new in {version}: {FRAGMENTS} holds no fragment. Add one, as its README "
            "says."
        )
    return tuple(found)


def moves(tag: str, tags: Iterable[str]) -> dict[str, str]:
    """What the release of a tag, which is a version, moves: the `major` tag, where no later version of it is
    out, else ""; and whether it is the `latest` of all. A fix of an older line moves nothing newer."""
    own = _numbers(tag)
    others = [numbers for other in tags if other != tag and (numbers := _numbers(other))]
    leads = all(numbers < own for numbers in others if numbers[0] == own[0])
    return {
        "major": f"v{own[0]}" if leads else "",
        "latest": "true" if all(numbers < own for numbers in others) else "false",
    }


def _numbers(tag: str) -> tuple[int, ...]:
    match = TAG.fullmatch(tag)
    return tuple(int(part) for part in match.groups()) if match is not None else ()


def undescribed(changed: Iterable[str], kinds: Iterable[str]) -> tuple[str, ...]:
    """Why a change may not be merged as it is; `changed` are its paths, `kinds` those of fragments."""
    changed = sorted(changed)
    inside = [path.removeprefix(f"{FRAGMENTS}/") for path in changed if path.startswith(f"{FRAGMENTS}/")]
    names = [name for name in inside if name != "README.md"]
    wrong = fragment_problems(names, kinds)
    noticed = [path for path in changed if NOTICED.fullmatch(path)]
    if noticed and not names and CHANGELOG not in changed:
        more = f" and {len(noticed) - 1} more" if len(noticed) > 1 else ""
        wrong = (
            *wrong,
            f"Users may notice the change of {noticed[0]}{more}, and nothing says what. Add a file to "
            f"{FRAGMENTS} as its README tells, or the label `no changelog` where they do not.",
        )
    return wrong


def fragment_problems(names: Iterable[str], kinds: Iterable[str]) -> tuple[str, ...]:
    """Names of fragments that towncrier would pass over without a word."""
    kinds = sorted(kinds)
    return tuple(
        f"{FRAGMENTS}/{name} is no fragment. Name it as 123.added.md, with one of {', '.join(kinds)}."
        for name in names
        if name != "README.md"
        and ((match := _FRAGMENT.fullmatch(name)) is None or match["kind"] not in kinds)
    )


def begun(changelog: str, version: str, day: str) -> str:
    """The changelog in which what stood under Unreleased is of this version.

    That part was written by hand before there were fragments. Where towncrier has put a part of this version
    before it, its text becomes the end of that one.
    """
    unreleased = next(
        (item for item in _SECTION.finditer(changelog) if item["version"] == "Unreleased"), None
    )
    if unreleased is None:
        return changelog
    before, after = changelog[: unreleased.start()], changelog[unreleased.end() :].lstrip("\n")
    is_there = any(item["version"] == version for item in _SECTION.finditer(before))
    heading = "" if is_there else f"## [{version}] - {day}\n\n"
    return f"{before}{heading}{_FIRST.sub('', after)}"


def with_version(text: str, version: str) -> str:
    """A file that says the version, saying this one. Raises `ValueError` where it does not say one once."""
    text, count = _VERSION_LINE.subn(rf'\1 = "{version}"', text)
    if count != 1:
        raise ValueError(f"the version is said {count} times")
    return text


# The edge: files, git and towncrier ----------------------------------------------------------------------


def read(root: Path) -> Files:
    """The files of a checkout."""

    def text(path: str) -> str:
        return (root / path).read_text(encoding="utf-8")

    pinning = ["action.yml", *_below(root, "templates/scaffold"), *_below(root, ".github/workflows")]
    return Files(
        text(PROJECT),
        text(PACKAGE),
        text(CHANGELOG),
        tuple(path.name for path in sorted((root / FRAGMENTS).iterdir()) if path.name != "README.md"),
        {path: text(path) for path in pinning},
    )


def _below(root: Path, folder: str) -> list[str]:
    return [path.relative_to(root).as_posix() for path in sorted((root / folder).glob("*.yml"))]


def kinds_of(project: str) -> tuple[str, ...]:
    """The kinds of fragments, as pyproject.toml configures towncrier."""
    return tuple(item["directory"] for item in tomllib.loads(project)["tool"]["towncrier"]["type"])


def _begin(version: str) -> int:
    """Write the version and the changelog; what is still wrong then is told. The exit code."""
    for path in (PROJECT, PACKAGE):
        file = ROOT / path
        file.write_text(with_version(file.read_text(encoding="utf-8"), version), encoding="utf-8")
    day = datetime.now(UTC).date().isoformat()
    if read(ROOT).fragments:
        build = [sys.executable, "-m", "towncrier", "build", "--yes", "--version", version, "--date", day]
        subprocess.run(build, cwd=ROOT, check=True)
    file = ROOT / CHANGELOG
    file.write_text(begun(file.read_text(encoding="utf-8"), version, day), encoding="utf-8")
    return _told(problems(f"v{version}", read(ROOT)))


def _git(*arguments: str) -> str:
    """What git prints. Raises `OSError` with git's own words where it refuses."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        raise OSError(f"git {arguments[0]} says: {done.stderr.strip()}")
    return done.stdout


def _changed(base: str) -> list[str]:
    """What a branch adds, changes or renames; a fragment that it takes away tells nothing."""
    listed = _git("diff", "--name-only", "--diff-filter=ACMRT", "-z", f"{base}...HEAD", "--")
    return [path for path in listed.split("\0") if path]


def _uncommitted() -> list[str]:
    """Paths that differ from the commit, new ones too; of a renamed one the new name."""
    listed = _git("status", "--porcelain", "--no-renames", "--untracked-files=all", "-z")
    return [entry[3:] for entry in listed.split("\0") if entry]


def _told(wrong: Iterable[str]) -> int:
    wrong = tuple(wrong)
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


def main(arguments: list[str]) -> int:
    """Do what was asked; the exit code, 2 for a question that is none."""
    match arguments:
        case ["begin", version] if TAG.fullmatch(f"v{version}") is None:
            print(
                f"{version!r} is no version. Write it as 1.2.3: make release VERSION=1.2.3", file=sys.stderr
            )
            return 2
        case ["notes" | "moves", tag] if TAG.fullmatch(tag) is None:
            _told(problems(tag, read(ROOT)))
            return 2
        case ["begin", version]:
            wrong = unready(version, read(ROOT), _git("tag", "--list").split(), _uncommitted())
            return _told(wrong) if wrong else _begin(version)
        case ["check", tag]:
            return _told(problems(tag, read(ROOT)))
        case ["notes", tag]:
            text = notes(read(ROOT).changelog, tag.removeprefix("v"))
            print(text)
            return _told(() if text else (f"{CHANGELOG} says nothing of {tag.removeprefix('v')}.",))
        case ["moves", tag]:
            moved = moves(tag, sys.stdin.read().split())
            print("\n".join(f"{name}={value}" for name, value in moved.items()))
            return 0
        case ["fragment", base]:
            kinds = kinds_of((ROOT / PROJECT).read_text(encoding="utf-8"))
            return _told(undescribed(_changed(base), kinds))
        case _:
            print(__doc__, file=sys.stderr)
            return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except OSError as error:
        sys.exit(str(error))
