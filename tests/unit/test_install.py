"""What the Action installs is whole, verified at each start, and safe when two runs install at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from bugaction import install
from bugaction.install import MANIFEST, InstallError, is_intact, provide


def build(directory: str) -> None:
    """A small directory with two files."""
    root = Path(directory)
    (root / "package").mkdir()
    (root / "package" / "code.py").write_text("answer = 42\n", encoding="utf-8")
    (root / "empty").write_bytes(b"")


@pytest.fixture
def provided(tmp_path: Path) -> Path:
    """A provided directory."""
    target = tmp_path / "cache" / "thing"
    assert provide(str(target), build)
    return target


def never(_directory: str) -> None:
    """A build that must not be needed."""
    raise AssertionError("built again")


def change_a_byte(root: Path) -> None:
    """Same length, same time, another byte."""
    file = root / "package" / "code.py"
    times = file.stat()
    file.write_text("answer = 43\n", encoding="utf-8")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def remove_a_file(root: Path) -> None:
    """As a clean-up in the middle of its work leaves it."""
    (root / "empty").unlink()


def add_a_file(root: Path) -> None:
    """A module that would be imported first."""
    (root / "package" / "json.py").write_text("", encoding="utf-8")


def link_a_file(root: Path) -> None:
    """The right content, from a place that anybody may change."""
    outside = root.parent / "outside"
    shutil.move(root / "package" / "code.py", outside)
    (root / "package" / "code.py").symlink_to(outside)


def link_a_folder(root: Path) -> None:
    """A whole folder from elsewhere."""
    shutil.move(root / "package", root.parent / "elsewhere")
    (root / "package").symlink_to(root.parent / "elsewhere", target_is_directory=True)


def remove_the_manifest(root: Path) -> None:
    """As an install that was killed leaves it."""
    (root / MANIFEST).unlink()


def garble_the_manifest(root: Path) -> None:
    """A disk that was full."""
    (root / MANIFEST).write_bytes(b"\xff\xfe half a li")


def replace_by_a_file(root: Path) -> None:
    """Not even a directory."""
    shutil.rmtree(root)
    root.write_text("", encoding="utf-8")


DAMAGES: tuple[Callable[[Path], None], ...] = (
    change_a_byte,
    remove_a_file,
    add_a_file,
    link_a_file,
    link_a_folder,
    remove_the_manifest,
    garble_the_manifest,
    replace_by_a_file,
)


def test_a_provided_directory_is_used_again(provided: Path) -> None:
    """What is intact is not built again."""
    assert is_intact(str(provided))
    assert not provide(str(provided), never)


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_noticed_and_repaired(provided: Path, damage: Callable[[Path], None]) -> None:
    """Whatever differs from the manifest is thrown away and built again, and nothing is left lying about."""
    damage(provided)
    assert not is_intact(str(provided))
    assert provide(str(provided), build)
    assert is_intact(str(provided))
    assert (provided / "package" / "code.py").read_text(encoding="utf-8") == "answer = 42\n"
    assert not [path for path in provided.parent.iterdir() if path.name.startswith(".")]


def test_a_failed_build_leaves_nothing(tmp_path: Path) -> None:
    """A build that fails half-way is not to be seen, and its error is the caller's."""

    def fail(directory: str) -> None:
        build(directory)
        raise InstallError("no network")

    with pytest.raises(InstallError, match="no network"):
        provide(str(tmp_path / "thing"), fail)
    assert list(tmp_path.iterdir()) == []


def test_many_at_once(tmp_path: Path) -> None:
    """Of processes that provide the same directory at once one puts its own there, and all end with that.

    Each dawdles longer than the last between its look at what lies there and its putting it away, as on a
    busy machine: what another has put there meanwhile must stay.
    """
    code = (
        "import sys, time; sys.path.insert(0, sys.argv[1])\n"
        "from bugaction import install\n"
        "def build(directory):\n"
        "    for number in range(50): open(f'{directory}/{number}', 'w').write(sys.argv[3])\n"
        "put_away = install._put_away\n"
        "install._put_away = lambda directory: (time.sleep(int(sys.argv[3]) / 10), put_away(directory))\n"
        "print(install.provide(sys.argv[2], build)); sys.exit(not install.is_intact(sys.argv[2]))\n"
    )
    source = str(Path(install.__file__).parents[1])
    target = tmp_path / "thing"
    target.mkdir()
    (target / "rubbish").write_text("left by a killed run", encoding="utf-8")

    def one(number: int) -> str:
        command = [sys.executable, "-I", "-S", "-c", code, source, str(target), str(number)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(one, range(6))) == ["False\n"] * 5 + ["True\n"]
    assert is_intact(str(target))
    assert [path.name for path in tmp_path.iterdir()] == ["thing"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of the Action, as small as it can be."""
    root = tmp_path / "checkout"
    for path, text in {
        "requirements/runtime.txt": "click==8.5.1\n",
        "requirements/notify.txt": "click==8.5.1\napprise==2.3.0\n",
        "requirements/uv.txt": "uv==0.13.9\n",
        "src/bugaction/__init__.py": "",
        "src/bugaction/cli.py": "def main(): import sys; print(*sys.argv, *sys.path[:2], __file__)\n",
        "src/bugaction/__pycache__/cli.cpython-311.pyc": "left by a developer",
        "templates/comments/sticky.md": "Hello",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def test_names_follow_their_inputs(checkout: Path) -> None:
    """Each directory's name changes with what it is made from, and with nothing else."""
    before = install.names(str(checkout))
    (checkout / "src/bugaction/__pycache__/new.pyc").write_bytes(b"")
    assert install.names(str(checkout)) == before
    (checkout / "templates/comments/sticky.md").write_text("Bye", encoding="utf-8")
    (checkout / "requirements/runtime.txt").write_text("click==8.5.2\n", encoding="utf-8")
    after = install.names(str(checkout))
    assert {kind for kind in before if before[kind] != after[kind]} == {"application", "library"}
    assert all(install.abi_tag() in name for name in after.values())


def test_a_library_that_notifies_is_another(checkout: Path) -> None:
    """The two lie side by side, so that a job with and one without it find theirs again."""
    plain, more = install.names(str(checkout)), install.names(str(checkout), install.NOTIFY)
    assert {kind for kind in plain if plain[kind] != more[kind]} == {"library"}
    assert more["library"].startswith("library-")


def test_abi_tag_is_of_this_interpreter() -> None:
    """The tag tells Python's version and the processor, so that a shared tool cache is no trap."""
    tag = install.abi_tag()
    assert f"{sys.version_info[0]}{sys.version_info[1]}" in tag
    assert os.uname().machine.lower() in tag
    assert "/" not in tag


def test_application_is_like_the_wheel(checkout: Path, tmp_path: Path) -> None:
    """Source and templates lie as in the wheel, with bytecode that needs no file times."""
    target = tmp_path / "application"
    target.mkdir()
    install.build_application(str(checkout), str(target))
    assert (target / "bugaction/templates/comments/sticky.md").read_text(encoding="utf-8") == "Hello"
    (bytecode,) = target.glob("bugaction/__pycache__/cli.*.pyc")
    flags = int.from_bytes(bytecode.read_bytes()[4:8], "little")
    assert flags == 0b01  # hash-based and unchecked: PEP 552


def test_launch_finds_only_what_it_is_given(checkout: Path, tmp_path: Path) -> None:
    """The launcher runs the command line with the two directories first, and nothing is written to them."""
    target = tmp_path / "application"
    assert provide(str(target), lambda place: install.build_application(str(checkout), place))
    launcher = Path(install.__file__).with_name("launch.py")
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", launcher, target, "library", "run", "--json"],
        env={"PYTHONPATH": "/evil"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [
        *("bugaction", "run", "--json"),
        *(str(target), "library"),
        str(target / "bugaction/cli.py"),
    ]
    assert is_intact(str(target))


def seed(checkout: Path, root: Path, lock: str = install.RUNTIME) -> None:
    """Provide the library and uv as if they had been installed before."""
    names = install.names(str(checkout), lock)
    provide(str(root / names["library"]), build)
    provide(str(root / names["uv"]), build)


def test_start_with_everything_there(checkout: Path, tmp_path: Path) -> None:
    """A second start finds library and application and builds nothing."""
    tools = tmp_path / "tools"
    seed(checkout, tools / "bugaction")
    first = install.start(str(checkout), {"RUNNER_TOOL_CACHE": str(tools)})
    again = install.start(str(checkout), {"RUNNER_TOOL_CACHE": str(tools)})
    assert first["built"] == "application"
    assert again == {**first, "built": "nothing"}
    assert Path(again["application"]).parent == tools / "bugaction"


def test_on_a_fresh_machine_our_own_code_is_made_while_the_library_is_fetched(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each waits for the other to have begun: one after the other would never end."""
    fetching, compiling = Event(), Event()

    def meet(mine: Event, other: Event, directory: str) -> None:
        mine.set()
        if not other.wait(10):
            raise InstallError("one waits for the other")
        build(directory)

    monkeypatch.setattr(install, "build_uv", lambda _checkout, directory: build(directory))
    monkeypatch.setattr(install, "build_library", lambda *given: meet(fetching, compiling, given[2]))
    monkeypatch.setattr(
        install, "build_application", lambda _, directory: meet(compiling, fetching, directory)
    )
    first = install.install(str(checkout), str(tmp_path / "tools"))
    assert first["built"] == "uv library application"
    assert install.install(str(checkout), str(tmp_path / "tools"))["built"] == "nothing"


def test_what_fails_beside_the_library_is_told(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its own words, once the library is there."""

    def fail(_checkout: str, _directory: str) -> None:
        raise InstallError("no room")

    monkeypatch.setattr(install, "build_uv", lambda _checkout, directory: build(directory))
    monkeypatch.setattr(install, "build_library", lambda *given: build(given[2]))
    monkeypatch.setattr(install, "build_application", fail)
    with pytest.raises(InstallError, match="no room"):
        install.install(str(checkout), str(tmp_path / "tools"))


def test_start_takes_what_notifies_where_it_is_asked_for(checkout: Path, tmp_path: Path) -> None:
    """Only then: everybody else starts as ever."""
    tools = tmp_path / "tools"
    seed(checkout, tools / "bugaction")
    seed(checkout, tools / "bugaction", install.NOTIFY)
    names = install.names(str(checkout), install.NOTIFY)
    environment = {"RUNNER_TOOL_CACHE": str(tools)}
    asked = install.start(str(checkout), {**environment, "BUGACTION_NOTIFY": "true"})
    assert asked["library"] == str(tools / "bugaction" / names["library"])
    for given in ({}, {"BUGACTION_NOTIFY": "false"}):
        plain = install.start(str(checkout), {**environment, **given})
        assert plain["library"] == str(tools / "bugaction" / install.names(str(checkout))["library"])


def test_no_gate_waits_for_what_notifies(
    checkout: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where it cannot be installed the run goes on without, and says so on one line."""
    tools = tmp_path / "tools"
    seed(checkout, tools / "bugaction")  # this uv is none that could be started
    found = install.start(str(checkout), {"RUNNER_TOOL_CACHE": str(tools), "BUGACTION_NOTIFY": "true"})
    assert found["library"] == str(tools / "bugaction" / install.names(str(checkout))["library"])
    (said,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("::warning"))
    assert "Nobody will be notified outside GitHub, since Apprise could not be installed" in said


@pytest.mark.parametrize("unusable", ["", "/dev/null/tools"])
def test_start_without_a_tool_cache(checkout: Path, tmp_path: Path, unusable: str) -> None:
    """Where the tool cache is not there or cannot be written, the job's own folder serves."""
    seed(checkout, tmp_path / "bugaction")
    environment = {"RUNNER_TOOL_CACHE": unusable, "RUNNER_TEMP": str(tmp_path)}
    assert install.start(str(checkout), environment)["library"].startswith(str(tmp_path))


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({}, "neither RUNNER_TOOL_CACHE nor RUNNER_TEMP"),
        ({"RUNNER_TEMP": "/dev/null/x"}, "cannot be written"),
    ],
)
def test_start_with_no_place_at_all(checkout: Path, environment: dict[str, str], message: str) -> None:
    """With nowhere to install, the error says where was tried."""
    with pytest.raises(InstallError, match=message):
        install.start(str(checkout), environment)


def test_main_reports_a_failure_as_an_annotation(capsys: pytest.CaptureFixture[str]) -> None:
    """An install that fails is one annotation, on one line, and a failing exit code."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", install.__file__],
        env={"RUNNER_TEMP": "/dev/null/x"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.startswith("::error title=bugaction could not be installed::/dev/null/x")
    assert done.stdout.count("\n") == 1


def test_run_tells_the_tools_last_words() -> None:
    """A tool that fails is quoted by its last lines."""
    code = "import sys; print(*range(40), sep='\\n'); sys.exit(7)"
    with pytest.raises(InstallError) as caught:
        install.run([sys.executable, "-c", code], str(Path.cwd()), {})
    assert str(caught.value).splitlines()[0].endswith("ended with 7:")
    assert str(caught.value).splitlines()[1:] == [str(number) for number in range(25, 40)]


def test_run_without_the_tool() -> None:
    """A tool that is not there is named."""
    with pytest.raises(InstallError, match="/no/such/tool could not be started"):
        install.run(["/no/such/tool"], str(Path.cwd()), {})


def test_escape_is_the_runners() -> None:
    """Line ends and per cent signs cannot end an annotation early."""
    assert install.escape("100 %\r\n::warning::x") == "100 %25%0D%0A::warning::x"


FAKE_PIP = """
import pathlib, sys, zipfile
place = pathlib.Path(sys.argv[sys.argv.index("-d") + 1])
name = "uv-0.13.9-py3-none-any.whl"
with zipfile.ZipFile(place / name, "w") as wheel:
    wheel.writestr("uv-0.13.9.data/scripts/uvx", "no")
    wheel.writestr("uv-0.13.9.data/scripts/uv", "#!/bin/sh\\necho " + " ".join(sys.argv[1:]))
"""


def test_uv_comes_out_of_its_wheel(checkout: Path, tmp_path: Path) -> None:
    """pip is asked for wheels whose hashes are in the lock; the program in it is taken out, executable."""
    bundled = tmp_path / "pip-1-py3-none-any.whl"
    with zipfile.ZipFile(bundled, "w") as wheel:
        wheel.writestr("pip/__main__.py", FAKE_PIP)
    # An interpreter that has no pip and whose ensurepip carries the one above.
    script = (
        "import sys, importlib.util; sys.path.insert(0, sys.argv[1])\n"
        "from bugaction import install\n"
        "install.bundled_pip = lambda: sys.argv[2]\n"
        "install.build_uv(sys.argv[3], sys.argv[4])\n"
    )
    target = tmp_path / "uv"
    target.mkdir()
    source = str(Path(install.__file__).parents[1])
    command = [sys.executable, "-I", "-S", "-c", script, source, str(bundled), str(checkout), str(target)]
    subprocess.run(command, env={"PATH": ""}, check=True)
    said = subprocess.run([target / "uv"], capture_output=True, text=True, check=True).stdout
    assert "download" in said
    assert "--require-hashes --only-binary :all:" in said
    assert said.rstrip().endswith(str(checkout / "requirements/uv.txt"))
    assert [path.name for path in target.iterdir()] == ["uv"]


def test_an_index_of_one_s_own_is_named_by_the_environment(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """uv hears of it, and of the certificates to trust, and nothing on its command line says otherwise."""
    told, uv = tmp_path / "told", tmp_path / "uv"
    uv.write_text(f'#!/bin/sh\n(env; echo "arguments $*") > "{told}"\n', encoding="utf-8")
    uv.chmod(0o755)
    given = {"UV_DEFAULT_INDEX": "https://packages.acme.org/simple", "SSL_CERT_FILE": "/etc/acme.pem"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "library").mkdir()
    install.build_library(str(uv), str(checkout), str(tmp_path / "library"))
    lines = told.read_text(encoding="utf-8").splitlines()
    assert {f"{name}={value}" for name, value in given.items()} <= set(lines)
    assert "--index" not in lines[-1]


def test_the_library_is_installed_from_locked_wheels_alone(checkout: Path, tmp_path: Path) -> None:
    """Each by its hash, nothing built, nothing beside the lock; no file of the workspace is listened to."""
    told, uv = tmp_path / "told", tmp_path / "uv"
    uv.write_text(f'#!/bin/sh\necho "$*" > "{told}"\n', encoding="utf-8")
    uv.chmod(0o755)
    (tmp_path / "library").mkdir()
    install.build_library(str(uv), str(checkout), str(tmp_path / "library"))
    said = told.read_text(encoding="utf-8").split()
    assert {"--require-hashes", "--no-deps", "--no-build", "--no-config"} <= set(said)
    assert said[-2:] == ["-r", str(checkout / "requirements" / "runtime.txt")]


def test_ensurepips_wheel_runs_by_itself() -> None:
    """A Python without pip has the wheel of its ensurepip, which works without being installed."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", f"{install.bundled_pip()}/pip", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("pip ")
