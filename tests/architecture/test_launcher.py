"""The launcher is the first thing a newcomer runs: what it decides, and what it says when it cannot."""

import ast
import importlib.util
import os
import re
import subprocess
import sys
from importlib import metadata
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import preflight

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def run(tmp_path: Path) -> ModuleType:
    """The launcher as a module, working in an empty folder with three small requirement lists."""
    loader = SourceFileLoader("launcher", str(ROOT / "run"))
    spec = importlib.util.spec_from_loader("launcher", loader)
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    try:
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = before
    module.ROOT = tmp_path
    module.VENV = tmp_path / ".venv"
    module.PYTHON = tmp_path / ".venv" / "bin" / "python"
    (tmp_path / "requirements").mkdir()
    for name in module.SETS:
        (tmp_path / "requirements" / f"{name}.txt").write_text(f"one=={len(name)}\n")
    module.VENV.mkdir()
    return module


@pytest.fixture
def ready(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The same with an environment whose Python works."""
    monkeypatch.setattr(run, "environment_python", lambda: "3.11.7")
    return run


def put_stamp(run: ModuleType, name: str) -> None:
    run.stamp_path(name).write_text(run.digest(name, "3.11.7"))


class Recorder:
    """Stands where the installer is started and notes the command lines."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = []

    def __call__(self, command: list[str]) -> None:
        self.commands.append(command)


def test_an_old_python_can_still_read_the_launcher() -> None:
    ast.parse((ROOT / "run").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_an_old_python_is_refused_in_one_sentence_of_both_languages(run: ModuleType) -> None:
    sentence = run.too_old((3, 9, 2))

    assert "Нужен Python 3.11 или новее, а это Python 3.9.2" in sentence
    assert "needs Python 3.11 or newer" in sentence
    assert sentence.count("\n") == 1


def test_a_python_that_will_do_is_not_refused(run: ModuleType) -> None:
    assert run.too_old((3, 11, 0)) == run.too_old((3, 14, 1)) == ""


def test_a_newer_python_beside_the_old_one_is_found(run: ModuleType) -> None:
    installed = {"python3.11": "/usr/bin/python3.11", "python3.13": "/usr/bin/python3.13"}

    assert run.find_newer(installed.get, lambda *_, **__: 0) == "/usr/bin/python3.13"
    assert run.find_newer(installed.get, lambda *_, **__: 127) is None
    assert run.find_newer({}.get, lambda *_, **__: 0) is None


@pytest.mark.parametrize(
    ("command", "arguments", "name"),
    [
        ("demo", ["--no-serve"], "runtime"),
        ("manage", ["migrate"], "runtime"),
        ("test", [], "dev"),
        ("test", ["--services"], "dev"),
        ("test", ["--browser"], "e2e"),
        ("check", [], "dev"),
        ("bench", [], "dev"),
    ],
)
def test_a_command_asks_for_no_more_than_it_needs(
    run: ModuleType, command: str, arguments: list[str], name: str
) -> None:
    assert run.wanted_set(command, arguments) == name


def test_a_larger_set_satisfies_a_smaller_one_but_not_the_other_way(ready: ModuleType) -> None:
    put_stamp(ready, "dev")

    assert ready.is_satisfied("runtime")
    assert ready.is_satisfied("dev")
    assert not ready.is_satisfied("e2e")


def test_a_changed_list_is_installed_again(ready: ModuleType) -> None:
    put_stamp(ready, "runtime")
    ready.lock_list("runtime").write_text("one==99\n")

    assert not ready.is_satisfied("runtime")


def test_another_python_beneath_makes_the_stamp_void(
    ready: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_stamp(ready, "runtime")
    monkeypatch.setattr(ready, "environment_python", lambda: "3.12.0")

    assert not ready.is_satisfied("runtime")


def test_an_environment_without_a_working_python_satisfies_nothing(run: ModuleType) -> None:
    put_stamp(run, "e2e")

    assert run.environment_python() == ""
    assert not run.is_satisfied("runtime")


def test_an_interrupted_installation_is_built_anew(
    ready: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_stamp(ready, "dev")
    ready.marker_path().touch()
    leftover = ready.VENV / "half-written"
    leftover.touch()
    recorder = Recorder()
    monkeypatch.setattr(ready, "choose_installer", lambda: "uv")
    monkeypatch.setattr(ready, "run_installer", recorder)

    ready.ensure("runtime")

    assert [command[:2] for command in recorder.commands] == [["uv", "venv"], ["uv", "pip"]]
    assert not leftover.exists()
    assert not ready.marker_path().exists()
    assert ready.is_satisfied("runtime")
    assert not ready.is_satisfied("dev")


def test_the_installation_demands_hashes_and_keeps_the_stamps_that_still_hold(
    ready: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_stamp(ready, "runtime")
    recorder = Recorder()
    monkeypatch.setattr(ready, "choose_installer", lambda: "uv")
    monkeypatch.setattr(ready, "run_installer", recorder)

    ready.ensure("dev")

    (command,) = recorder.commands
    assert {"--require-hashes", "--no-deps"} <= set(command)
    assert command[-1] == str(ready.lock_list("dev"))
    assert ready.is_stamped("runtime", "3.11.7")
    assert ready.is_stamped("dev", "3.11.7")


def test_the_lists_hold_everything_their_packages_ask_for() -> None:
    """Nothing is resolved while installing, so a gap in a list would show only here."""
    installed = {canonicalize_name(found.name): found.version for found in metadata.distributions()}
    missing = [
        f"{found.name} asks for {wanted}"
        for found in metadata.distributions()
        for wanted in map(Requirement, found.requires or ())
        if (wanted.marker is None or wanted.marker.evaluate({"extra": ""}))
        and not wanted.specifier.contains(
            installed.get(canonicalize_name(wanted.name), "0"), prereleases=True
        )
    ]
    assert missing == []


def test_a_second_start_installs_nothing(ready: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    put_stamp(ready, "dev")
    recorder = Recorder()
    monkeypatch.setattr(ready, "run_installer", recorder)

    ready.ensure("dev")

    assert recorder.commands == []


def test_a_failed_installation_leaves_what_was_complete_usable(
    ready: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_stamp(ready, "runtime")

    def fail(command: list[str]) -> None:
        raise ready.LauncherError("no network")

    monkeypatch.setattr(ready, "choose_installer", lambda: "uv")
    monkeypatch.setattr(ready, "run_installer", fail)

    with pytest.raises(ready.LauncherError, match="no network"):
        ready.ensure("dev")
    assert ready.is_satisfied("runtime")
    assert not ready.is_satisfied("dev")


def test_without_uv_and_ensurepip_a_sentence_says_what_to_install(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run.shutil, "which", lambda _: None)
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda _: None)

    assert run.main(["demo"]) == 1
    told = capsys.readouterr().err
    assert "apt install python3-venv" in told
    assert "pipx install uv" in told
    assert "Traceback" not in told


def test_uv_is_preferred_and_pip_will_do(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.shutil, "which", lambda name: f"/bin/{name}")
    assert run.choose_installer() == "uv"
    monkeypatch.setattr(run.shutil, "which", lambda _: None)
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: name)
    assert run.choose_installer() == "pip"


def test_help_is_printed_without_an_environment(run: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main([]) == run.main(["help"]) == run.main(["--help"]) == 0
    overview = capsys.readouterr().out
    for command in run.COMMANDS:
        assert f"  {command}" in overview
        assert run.main([command, "--help"]) == 0
        assert capsys.readouterr().out.startswith(f"Usage: ./run {command}")


def test_the_readme_names_only_commands_that_exist(run: ModuleType) -> None:
    named = set(re.findall(r"\./run (\w+)", (ROOT / "README.md").read_text(encoding="utf-8")))

    assert named <= set(run.COMMANDS)
    assert {"demo", "test", "check", "bench"} <= named


def test_an_unknown_command_is_named_and_answered_with_the_list(
    run: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.main(["dmeo"]) == 2
    assert "dmeo" in capsys.readouterr().err


def test_the_local_servers_are_meant_when_no_addresses_are_given(run: ModuleType) -> None:
    addresses = run.services_environment({"PGUSER": "иван", "REDIS_URL": ""})

    assert addresses["DATABASE_URL"] == "postgres://%D0%B8%D0%B2%D0%B0%D0%BD@127.0.0.1:5432/postgres"
    assert addresses["REDIS_URL"] == "redis://127.0.0.1:6379/0"
    assert run.services_environment({"REDIS_URL": "redis://cache/2"})["REDIS_URL"] == "redis://cache/2"


def test_the_launcher_works_from_another_folder(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "run"), "help"], cwd=tmp_path, capture_output=True, text=True
    )

    assert done.returncode == 0
    assert done.stdout.startswith("Usage: ./run COMMAND")


def test_the_launcher_is_executable() -> None:
    assert os.access(ROOT / "run", os.X_OK)


def test_servers_that_do_not_answer_are_named_without_their_passwords() -> None:
    lines = preflight.missing_services(
        {
            "DATABASE_URL": "postgres://me:hidden@127.0.0.1:1/portal",
            "REDIS_URL": "redis://:hidden@127.0.0.1:1/0",
        }
    )

    told = "\n".join(lines)
    assert "PostgreSQL не отвечает / does not answer: postgres://127.0.0.1:1/portal" in told
    assert "Redis не отвечает / does not answer: redis://127.0.0.1:1/0" in told
    assert "docker compose up -d db redis" in told
    assert "hidden" not in told


def test_a_bare_machine_is_told_the_packages_of_the_browser_run() -> None:
    told = "\n".join(preflight.missing_browser({}, lambda _: None))

    assert "chromium libreoffice-writer libreoffice-calc poppler-utils" in told


def test_an_office_suite_without_calc_is_told_apart(tmp_path: Path) -> None:
    program = tmp_path / "program" / "soffice"
    registry = tmp_path / "share" / "registry"
    for folder in (program.parent, registry):
        folder.mkdir(parents=True)
    program.touch()
    (registry / "writer.xcd").touch()

    assert preflight.missing_office_parts(str(program)) == ["libreoffice-calc"]


def test_a_browser_named_by_the_environment_goes_first() -> None:
    assert preflight.find_chromium({"CHROMIUM": "/opt/browser"}, lambda name: name) == "/opt/browser"
    assert preflight.find_chromium({}, {"google-chrome": "/bin/google-chrome"}.get) == "/bin/google-chrome"
