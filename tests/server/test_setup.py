import os
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETUP = ROOT / "scripts" / "setup.py"
LOCKS = ("requirements.lock", "requirements-dev.lock")


@pytest.fixture
def setup():
    """The names of the script, without running it."""
    return runpy.run_path(str(SETUP))


def say(*words, **environment):
    return subprocess.run(
        [sys.executable, str(SETUP), *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def pinned(lock):
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return {line.split("==")[0] for line in lines if "==" in line and not line.startswith(" ")}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock):
    assert "://" not in (ROOT / lock).read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_of_a_lock_has_a_hash(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = text.replace("\\\n", " ").splitlines()

    unhashed = [entry for entry in entries if "==" in entry and "--hash=sha256:" not in entry]

    assert unhashed == []


def test_the_tests_run_on_what_the_product_runs_on():
    assert pinned("requirements.lock") <= pinned("requirements-dev.lock")


def test_no_committed_lock_of_uv_records_addresses():
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()

    assert "uv.lock" in ignored


def test_an_unknown_command_lists_the_known_ones():
    answer = say("dance")

    assert answer.returncode == 1
    assert "install, demo, test, check" in answer.stderr


def test_a_chosen_python_that_is_none_is_refused(setup, monkeypatch, capsys):
    monkeypatch.setenv("PYTHON", "/nowhere/python")

    with pytest.raises(SystemExit):
        setup["find_interpreter"]()

    assert "PYTHON=/nowhere/python is not a Python 3.11" in capsys.readouterr().err


def test_this_python_is_good_enough(setup, monkeypatch):
    monkeypatch.delenv("PYTHON", raising=False)

    assert setup["version_of"](setup["find_interpreter"]()) >= (3, 11)


def test_missing_redis_is_answered_by_the_line_that_installs_it(tmp_path):
    """Without apt-get on PATH nobody can install it, root neither."""
    answer = say("test", PATH=str(tmp_path))

    assert answer.returncode == 1
    assert "apt-get install -y redis-server" in answer.stderr or "brew" in answer.stderr


def programs(folder, **texts):
    """Programs that do what the shell lines say."""
    for name, text in texts.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)


def test_missing_npm_is_answered_by_the_line_that_installs_it(setup, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SystemExit):
        setup["prepare_client"]()

    said = capsys.readouterr().err
    assert "apt-get install -y nodejs npm" in said or "brew install node" in said


def test_old_node_is_refused(setup, tmp_path, monkeypatch, capsys):
    programs(tmp_path, npm="exit 1", node="echo v16.20.0")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SystemExit):
        setup["prepare_client"]()

    assert "needs Node 18 or newer; here is v16.20.0" in capsys.readouterr().err


def test_packages_of_the_client_are_installed_when_their_lock_has_changed(
    setup, tmp_path, monkeypatch
):
    programs(tmp_path, npm="echo $1 >> installs\n/bin/mkdir -p node_modules", node="echo v20.0.0")
    prepare = setup["prepare_client"]
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(prepare.__globals__, "CLIENT", tmp_path)

    for lock in ("a", "a", "b", "b"):
        (tmp_path / "package-lock.json").write_text(lock)
        prepare()

    assert (tmp_path / "installs").read_text() == "ci\nci\n"


def test_a_python_without_venv_is_answered_by_the_line_that_installs_it(
    setup, tmp_path, monkeypatch, capsys
):
    bare = tmp_path / "python3"
    bare.write_text(
        f'#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"\n'
    )
    bare.chmod(0o755)
    make_venv = setup["make_venv"]
    monkeypatch.setitem(make_venv.__globals__, "BIN", tmp_path / "absent")

    with pytest.raises(SystemExit):
        make_venv(str(bare))

    assert f"-y python3.{sys.version_info.minor}-venv" in capsys.readouterr().err


def test_a_changed_lock_makes_the_stamp_stale(setup, tmp_path, monkeypatch):
    fingerprint = setup["fingerprint"]
    monkeypatch.setitem(fingerprint.__globals__, "ROOT", tmp_path)
    for name in (*LOCKS, "pyproject.toml"):
        (tmp_path / name).write_text("a")
    before = fingerprint("run"), fingerprint("dev")

    (tmp_path / "requirements.lock").write_text("b")

    assert fingerprint("run") != before[0]
    assert fingerprint("dev") == before[1]


def test_bare_make_lists_every_target():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = makefile.split(".PHONY: ")[1].splitlines()[0].split()

    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert all(f"make {target} " in listed for target in targets if target != "help")


def test_the_image_gets_every_room_and_leaves_root():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    rooms = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    sent = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")

    assert [room for room in rooms if f"!{room}" not in sent] == []
    assert image.index("USER understudy") < image.index('CMD ["understudy", "serve"]')


def test_compose_has_no_secret_by_default():
    compose = (ROOT / "compose.yaml").read_text(encoding="utf-8")

    assert "${POSTGRES_PASSWORD:?" in compose
    assert "${UNDERSTUDY_JWT_KEY_FILE:?" in compose
    assert "UNDERSTUDY_DEV_TOKEN" not in compose
