"""What may be released, what is told of it, and what it moves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scripts.release import (
    Files,
    begun,
    fragment_problems,
    moves,
    notes,
    problems,
    sections,
    undescribed,
    unready,
    with_version,
)

INTRO = "# Changelog\n\nHow to read it.\n\n<!-- towncrier release notes start -->\n\n"
TOLD = "## [0.2.0] - 2026-11-27\n\n### Added\n\n- A thing. (#7)\n\n"
OLD = "## [0.1.0] - 2026-11-01\n\n### Added\n\n- All of it.\n"
GOOD = Files(
    '[project]\nname = "bugaction"\nversion = "0.2.0"\n',
    '__version__ = "0.2.0"\n',
    INTRO + TOLD + OLD,
    pinning={
        "templates/scaffold/bugaction.yml": "      - uses: bugaction/bugaction@<commit>\n",
        ".github/workflows/bugaction.yml": "      - uses: ./\n",
    },
)
KINDS = ("added", "changed", "fixed")


def test_what_agrees_may_be_released() -> None:
    """Tag, project, package, changelog and what is shipped."""
    assert problems("v0.2.0", GOOD) == ()


@pytest.mark.parametrize(
    ("tag", "changed", "words"),
    [
        ("0.2.0", {}, "'0.2.0' is no version"),
        ("v0.2", {}, "is no version"),
        ("v0.2.0-rc.1", {}, "is no version"),
        ("v0.02.0", {}, "is no version"),
        ("v0.2.0\n", {}, "is no version"),
        ("v0.2.0", {"project": "[project]\n"}, "pyproject.toml says no version"),
        ("v0.2.0", {"package": '__version__ = "0.1.0"\n'}, "__init__.py says 0.1.0"),
        ("v0.2.0", {"changelog": INTRO + OLD}, "newest part of CHANGELOG.md is of 0.1.0"),
        ("v0.2.0", {"changelog": INTRO}, "is of no version"),
        ("v0.2.0", {"changelog": f"{INTRO}## [Unreleased]\n\n- More.\n\n{TOLD}"}, "is of Unreleased"),
        ("v0.2.0", {"changelog": INTRO + TOLD.replace(" - 2026-11-27", "")}, "no day"),
        ("v0.2.0", {"changelog": INTRO + TOLD.replace("2026-11-27", "20261127")}, "no day"),
        ("v0.2.0", {"changelog": f"{INTRO}## [0.2.0] - 2026-11-27\n\n{OLD}"}, "says nothing of 0.2.0"),
        ("v0.2.0", {"changelog": INTRO + TOLD + TOLD}, "two parts of 0.2.0"),
        ("v0.2.0", {"fragments": ("9.added.md",)}, "left in changelog.d: 9.added.md"),
        (
            "v0.2.0",
            {"pinning": {"a.yml": "    uses: bugaction/bugaction/.github/workflows/respond.yml@v0\n"}},
            "a.yml names bugaction at v0",
        ),
    ],
)
def test_what_does_not_agree_is_named(tag: str, changed: dict[str, object], words: str) -> None:
    """One sentence for each, with what to do."""
    (told,) = problems(tag, replace(GOOD, **changed))  # type: ignore[arg-type]
    assert words in told


def test_all_of_it_is_told_at_once() -> None:
    """Nobody has to tag three times."""
    assert len(problems("v0.3.0", replace(GOOD, fragments=("9.added.md",)))) == 4


READY = replace(
    GOOD,
    project=f'{GOOD.project}[[tool.towncrier.type]]\ndirectory = "added"\n',
    fragments=("9.added.md",),
)


@pytest.mark.parametrize(
    ("files", "tags", "changed", "words"),
    [
        (READY, (), (), ""),
        (READY, ("v0.2.0", "v0"), ("CHANGELOG.md", "pyproject.toml", "changelog.d/9.added.md"), ""),
        (READY, ("v0.3.0",), (), "The tag v0.3.0 is there"),
        (READY, (), ("README.md", "a"), "README.md and 1 more is changed and not committed"),
        (replace(READY, fragments=("9.feature.md",)), (), (), "9.feature.md is no fragment"),
        (replace(READY, fragments=()), (), (), "Nothing tells what is new in 0.3.0"),
        (replace(READY, fragments=(), changelog=f"{INTRO}## [Unreleased]\n\n- More.\n"), (), (), ""),
    ],
)
def test_what_cannot_be_begun_is_said_before_anything_is_written(
    files: Files, tags: tuple[str, ...], changed: tuple[str, ...], words: str
) -> None:
    """A version that is out, work that has nothing to do with it, fragments that are none or missing."""
    told = unready("0.3.0", files, tags, changed)
    assert [words in sentence for sentence in told] == ([True] if words else [])


def test_the_notes_are_the_part_of_the_version() -> None:
    """Without its heading, up to the next one; headings of its own are below that."""
    assert notes(GOOD.changelog, "0.2.0") == "### Added\n\n- A thing. (#7)"
    assert notes(GOOD.changelog, "0.1.0") == "### Added\n\n- All of it."
    assert notes(GOOD.changelog, "9.9.9") == ""
    assert [(item.version, item.day) for item in sections(GOOD.changelog)] == [
        ("0.2.0", "2026-11-27"),
        ("0.1.0", "2026-11-01"),
    ]


@pytest.mark.parametrize(
    ("tag", "others", "major", "latest"),
    [
        ("v1.2.0", [], "v1", "true"),
        ("v1.10.0", ["v1.9.9", "v0.3.0", "v1"], "v1", "true"),
        ("v1.2.3", ["v1.3.0", "v1.2.2"], "", "false"),
        ("v0.9.1", ["v0.9.0", "v1.0.0"], "v0", "false"),
        ("v1.0.0", ["v1.0.0", "nightly", "v2.0.0-rc.1"], "v1", "true"),
    ],
)
def test_only_the_newest_of_a_line_moves_its_tag(
    tag: str, others: list[str], major: str, latest: str
) -> None:
    """By numbers, not by letters; whatever else is tagged is passed over."""
    assert moves(tag, others) == {"major": major, "latest": latest}


def test_what_was_written_by_hand_becomes_the_first_version() -> None:
    """Where it stands; after what towncrier made of fragments, as the end of that; and once."""
    hand = "## [Unreleased]\n\nThe first version, 0.1.0.\n\n### Added\n\n- All of it.\n"
    first = begun(INTRO + hand, "0.1.0", "2026-11-27")
    assert first == f"{INTRO}## [0.1.0] - 2026-11-27\n\n### Added\n\n- All of it.\n"
    made = "## [0.1.0] - 2026-11-27\n\n### Fixed\n\n- A bug. (#7)\n\n"
    both = begun(f"{INTRO}{made}{hand}", "0.1.0", "2026-11-27")
    assert notes(both, "0.1.0") == "### Fixed\n\n- A bug. (#7)\n\n### Added\n\n- All of it."
    assert begun(first, "0.2.0", "2026-12-01") == first


def test_a_version_is_said_in_one_line() -> None:
    """Another line of the same name would make two versions of it."""
    assert with_version(GOOD.package, "1.0.0") == '__version__ = "1.0.0"\n'
    assert with_version(GOOD.project, "1.0.0").endswith('version = "1.0.0"\n')
    with pytest.raises(ValueError, match="2 times"):
        with_version(GOOD.package * 2, "1.0.0")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (["src/bugaction/decide.py"], "change of src/bugaction/decide.py, and nothing says what"),
        (["action.yml", "templates/comments/sticky.md.j2"], "change of action.yml and 1 more"),
        (["requirements/notify.txt"], "requirements/notify.txt"),
        ([".github/workflows/respond.yml"], "respond.yml"),
        (["src/bugaction/decide.py", "changelog.d/README.md"], "change of src/bugaction/decide.py"),
        (["src/bugaction/decide.py", "changelog.d/7.added.md"], ""),
        (["src/bugaction/decide.py", "CHANGELOG.md"], ""),
        (["docs/guide/adopt.md", "tests/unit/test_decide.py", "requirements/dev.txt", "Makefile"], ""),
        (["docs/guide/adopt.md", "changelog.d/7.feature.md"], "7.feature.md is no fragment"),
    ],
)
def test_a_change_that_users_notice_is_described(changed: list[str], words: str) -> None:
    """By a fragment, or in the changelog itself."""
    told = undescribed(changed, KINDS)
    assert [words in sentence for sentence in told] == ([True] if words else [])


def test_a_fragment_that_would_be_passed_over_is_named() -> None:
    """towncrier takes what it knows, and says nothing of the rest."""
    names = ("7.added.md", "+shorter.fixed.md", "issue-7.changed.md", "README.md")
    assert fragment_problems(names, KINDS) == ()
    wrong = ("7.md", "7.feature.md", "7.added.txt", "Über.added.md", "a/7.added.md")
    assert len(fragment_problems(wrong, KINDS)) == len(wrong)
