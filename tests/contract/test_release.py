"""The release pipeline: who may do what in it, in which order, and that its commands are there."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import release
from tests.contract.test_workflows import load
from tests.unit.test_checkout import git, put

ROOT = Path(__file__).parents[2]
FLOWS = ROOT / ".github" / "workflows"
RELEASE = load(FLOWS / "release.yml")
JOBS: dict[str, dict[str, Any]] = RELEASE["jobs"]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def lines(job: str) -> str:
    return "\n".join(step.get("run", "") for step in JOBS[job]["steps"])


def test_each_job_waits_for_the_one_before() -> None:
    """Nothing is built that was not tested, nothing published that was not attested."""
    assert {name: job.get("needs") for name, job in JOBS.items()} == {
        "verify": None,
        "build": "verify",
        "attest": "build",
        "publish": "attest",
    }
    assert [name for name, job in JOBS.items() if "if" in job] == ["attest", "publish"]
    assert {JOBS[name]["if"] for name in ("attest", "publish")} == {"github.event_name == 'push'"}


def test_what_runs_our_code_can_write_nothing() -> None:
    """Tests and build read; who vouches runs no code of ours, and who publishes asks a person first."""
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "verify": {"contents": "read"},
        "build": {"contents": "read"},
        "attest": {"attestations": "write", "id-token": "write"},
        "publish": {"contents": "write"},
    }
    assert [name for name, job in JOBS.items() if "environment" in job] == ["publish"]
    assert lines("attest") == "\n" * (len(JOBS["attest"]["steps"]) - 1)
    assert "make" not in lines("publish")
    assert "secrets." not in (FLOWS / "release.yml").read_text(encoding="utf-8")


def test_no_value_is_pasted_into_a_shell_line() -> None:
    """A tag's name is anybody's text who may push one."""
    for path in FLOWS.glob("*.yml"):
        for job in load(path)["jobs"].values():
            for step in job.get("steps", ()):
                assert "${{" not in step.get("run", ""), path.name


def test_the_tag_is_checked_before_anything_else_is_done() -> None:
    """By its own files, and that it is on the branch where changes are reviewed."""
    checks = lines("verify")
    assert checks.index("scripts.release check") < checks.index("merge-base --is-ancestor")
    assert checks.index("merge-base --is-ancestor") < checks.index("make test")
    assert RELEASE["on"]["push"] == {"tags": ["v*.*.*"]}


def test_what_is_published_is_what_was_tested() -> None:
    """One job builds, tests the wheel and hands the files on; later ones take them from there."""
    assert lines("build").split("\n").count("make test-wheel") == 1
    assert "test-wheel: $(UV) dist\n" in MAKEFILE
    assert {
        step["with"]["name"] for job in JOBS.values() for step in job["steps"] if "artifact@" in str(step)
    } == {"dist"}
    assert "hatchling build" not in "".join(map(lines, JOBS))
    subjects = [step["with"] for step in JOBS["attest"]["steps"] if "actions/attest@" in step["uses"]]
    assert [sorted(item) for item in subjects] == [["subject-path"], ["sbom-path", "subject-path"]]
    assert subjects[1]["sbom-path"] in MAKEFILE


def test_the_moving_tag_is_the_last_thing() -> None:
    """After the release is out, and only where this is the newest of its line."""
    *_, last = JOBS["publish"]["steps"]
    assert last["if"] == "steps.moves.outputs.major != ''"
    assert "refs/tags/$MAJOR" in last["run"]
    assert lines("publish").count("force=true") == 1
    published = lines("publish").index("--draft=false")
    assert lines("publish").index("gh release create") < published < lines("publish").index("$MAJOR")


@pytest.mark.parametrize(("there", "sent"), [("0", "PATCH"), ("1", "POST")])
@pytest.mark.parametrize("refused", ["0", "1"])
def test_a_major_tag_that_did_not_follow_is_said_with_what_to_type(
    there: str, sent: str, refused: str, tmp_path: Path
) -> None:
    """GitHub may refuse it to a job's token; the release is out by then, and a person can move the tag."""
    put(
        tmp_path,
        {
            "gh": '#!/bin/sh\necho "gh $*"\n'
            'case "$*" in *--method*) exit "$REFUSED" ;; *) exit "$THERE" ;; esac\n',
            "git": "#!/bin/sh\necho c0ffee\n",
        },
    )
    for name in ("gh", "git"):
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", JOBS["publish"]["steps"][-1]["run"]],
        env={
            "PATH": f"{tmp_path}:/usr/bin:/bin",
            "GH_REPO": "octo/shop",
            "GITHUB_REF_NAME": "v1.2.3",
            "MAJOR": "v1",
            "REFUSED": refused,
            "THERE": there,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    typed = "git push --force origin 'v1.2.3^{}:refs/tags/v1'"
    assert (str(done.returncode), typed in done.stdout) == (refused, refused == "1")
    assert f"gh api --method {sent} repos/octo/shop/git/refs" in done.stdout
    assert done.stdout.count("--method") == 1


def test_every_make_target_that_a_workflow_or_a_page_names_is_there() -> None:
    """And is listed by `make` alone."""
    texts = [path.read_text(encoding="utf-8") for path in FLOWS.glob("*.yml")]
    shown = "\n".join([*texts, CONTRIBUTING])
    named = set(re.findall(r"(?:run: |`|^)make ([a-z][a-z-]+)", shown, re.MULTILINE))
    assert {"audit", "dist", "release", "test-wheel"} <= named
    for name in named:
        assert re.search(rf"^{name}:", MAKEFILE, re.MULTILINE), name
        assert f'"make {name}' in MAKEFILE, name


def test_every_lock_is_audited() -> None:
    """Those that the Action installs, and those that make it; one that cannot be asked about fails."""
    (recipe,) = re.findall(r"^audit: .*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    assert "for lock in requirements/*.txt;" in recipe
    assert all(option in recipe for option in ("--strict", "--disable-pip", "--require-hashes", "|| exit 1"))
    flow = load(FLOWS / "audit.yml")
    assert {"schedule", "pull_request"} <= set(flow["on"])
    assert "requirements/**" in flow["on"]["pull_request"]["paths"]
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))["updates"]
    unasked = "no changelog"  # nobody writes a fragment for what Dependabot proposes
    assert f"'{unasked}'" in load(FLOWS / "changelog.yml")["jobs"]["fragment"]["if"]
    assert all(unasked in item["labels"] for item in updates)
    assert {(item["package-ecosystem"], item["directory"]) for item in updates} == {
        ("github-actions", "/"),
        ("pip", "/requirements"),
    }


def test_the_kinds_of_fragments_are_those_that_the_readme_of_the_folder_names() -> None:
    """And every fragment that waits is one that towncrier takes."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["towncrier"]
    assert (settings["directory"], settings["filename"]) == (release.FRAGMENTS, release.CHANGELOG)
    assert settings["start_string"] == release.MARK
    assert (ROOT / release.CHANGELOG).read_text(encoding="utf-8").count(release.MARK) == 1
    kinds = release.kinds_of((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    told = (ROOT / release.FRAGMENTS / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`123\.([a-z]+)\.md`", told)) == set(kinds)
    assert release.fragment_problems(release.read(ROOT).fragments, kinds) == ()


def test_this_checkout_could_be_released_once_its_changelog_is_dated() -> None:
    """What `make release` does not write is right at any time: the pins, and the version's two lines."""
    files = release.read(ROOT)
    version = tomllib.loads(files.project)["project"]["version"]
    told = release.problems(f"v{version}", files)
    assert [sentence for sentence in told if not re.search(r"changelog", sentence, re.IGNORECASE)] == []


def test_the_command_line_answers_as_the_workflows_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a clone of this layout: a change with and without a fragment, what is moved, and a wrong tag."""
    put(
        tmp_path,
        {
            "scripts/release.py": (ROOT / "scripts" / "release.py").read_bytes(),
            "pyproject.toml": (ROOT / "pyproject.toml").read_bytes(),
            "src/bugaction/decide.py": "",
        },
    )

    monkeypatch.setattr(release, "ROOT", tmp_path)

    def ask(*arguments: str, given: str = "") -> tuple[int, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        code = release.main([*arguments])
        told = capsys.readouterr()
        return code, told.out + told.err

    def commit() -> None:
        git(tmp_path, "add", "--all")
        git(tmp_path, "commit", "--quiet", "--message", "Go on")

    git(tmp_path, "init", "--quiet")
    commit()
    put(tmp_path, {"src/bugaction/decide.py": "x = 1\n"})
    commit()
    code, told = ask("fragment", "HEAD~1")
    assert (code, "change of src/bugaction/decide.py" in told) == (1, True)
    put(tmp_path, {"changelog.d/7.fixed.md": "It decides.\n"})
    commit()
    assert ask("fragment", "HEAD~2") == (0, "")
    assert ask("moves", "v0.2.0", given="v0.1.0\nv0.2.0\n") == (0, "major=v0\nlatest=true\n")
    assert ask("nothing")[0] == 2
    assert ask("begin", "") == (2, "'' is no version. Write it as 1.2.3: make release VERSION=1.2.3\n")
    command = [sys.executable, "-m", "scripts.release", "fragment", "no-such"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env={})
    assert (done.returncode, done.stderr[:21]) == (1, "git diff says: fatal:")

    package = '__version__ = "0.1.0"\n'
    told = "# Changelog\n\n## [0.1.0] - 2026-11-01\n\n- All of it.\n"
    put(tmp_path, {"src/bugaction/__init__.py": package, "CHANGELOG.md": told, "action.yml": ""})
    commit()
    put(tmp_path, {"notes.txt": "Half a thought.\n"})
    code, told = ask("begin", "0.1.0")
    assert (code, "notes.txt" in told, "pyproject.toml" in told) == (1, True, False)
    assert ask("moves", "0.1")[0] == 2
    code, told = ask("notes", "v0.2.0")
    assert (code, told.strip()) == (1, "CHANGELOG.md says nothing of 0.2.0.")
