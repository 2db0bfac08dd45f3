"""Make .venv and go on: `python3 scripts/setup.py install`, `demo`, `test`, `check` and others.

The standard library only, and a syntax that Python 3.7 reads, so that an old interpreter can
still say what is missing. Words after the command are handed on: `setup.py test -k covers`.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

if sys.platform != "win32":
    import fcntl

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
OLDEST, NEWEST = (3, 11), (3, 14)
NAMES = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
CLIENT = ROOT / "clients" / "typescript"
OLDEST_NODE = 18
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}
DRILLS = (
    "tests/drills",
    "tests/feed/test_redis_drills.py",
    "tests/server/test_kills.py",
    "tests/contract/test_followers_agree.py",
)
NO_OUTPUT = ("--noEmit", "--project", "clients/typescript")
CHECKS = (
    ("Format", ("ruff", "format", "--check", ".")),
    ("Lint", ("ruff", "check", ".")),
    ("Types", ("mypy",)),
    ("Imports", ("lint-imports",)),
    ("Schema file", ("python", "scripts/check_schema.py")),
    ("Client", ("node", "clients/typescript/node_modules/typescript/bin/tsc", *NO_OUTPUT)),
)


def main(words: list[str]) -> None:
    commands = {
        "install": install,
        "demo": demo,
        "test": test,
        "check": check,
        "drill": drill,
        "bench": bench,
        "removal": removal,
        "schema": schema,
        "format": tidy,
        "lock": lock,
    }
    if not words or words[0] not in commands:
        stop("Say one of: " + ", ".join(commands) + ".")
    commands[words[0]](words[1:])


def install(_words: list[str]) -> None:
    prepare("run")
    say("Ready: .venv/bin/understudy --help")


def demo(words: list[str]) -> None:
    prepare("run")
    become("understudy", "demo", *words)


def test(words: list[str]) -> None:
    ensure_redis()
    prepare("dev")
    prepare_client()
    become("python", "-m", "pytest", *words)


def drill(words: list[str]) -> None:
    """The tests that treat the feed badly, those that take minutes included."""
    ensure_redis()
    prepare("dev")
    become("python", "-m", "pytest", *DRILLS, "-m", "drill or not drill", *words)


def check(_words: list[str]) -> None:
    prepare("dev")
    prepare_client()
    failed = [name for name, command in CHECKS if not passes(name, command)]
    if failed:
        stop("Not in order: " + ", ".join(failed) + ".")
    say("All in order.")


def bench(words: list[str]) -> None:
    prepare("dev")
    name, *rest = words or ["all"]
    become("python", f"benchmarks/{name}.py", *rest)


def removal(words: list[str]) -> None:
    prepare("dev")
    become("python", "scripts/remove_rules.py", *words)


def schema(_words: list[str]) -> None:
    prepare("run")
    become("python", "scripts/check_schema.py", "--write")


def tidy(_words: list[str]) -> None:
    prepare("dev")
    for command in (("ruff", "check", "--fix-only", "."), ("ruff", "format", ".")):
        subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, check=True)


def lock(words: list[str]) -> None:
    """Resolve again; only whoever changes a dependency needs uv for it."""
    uv = shutil.which("uv")
    if uv is None:
        stop("The locks are made with uv, which is not on PATH: pip install uv")
    for name, group in ((LOCKS["run"], ()), (LOCKS["dev"], ("--group", "dev"))):
        say(f"Resolving {name}.")
        form = ("--universal", "--python-version", "3.11", "--generate-hashes")
        bare = ("--no-header", "--no-annotate", "--quiet")
        command = [uv, "pip", "compile", "pyproject.toml", *group, *form, *bare, *words, "-o", name]
        subprocess.run(command, cwd=ROOT, check=True)
        if "://" in (ROOT / name).read_text(encoding="utf-8"):
            stop(f"{name} names an address; locks must be free of them.")


def prepare(kind: str) -> None:
    """Make .venv hold what the lock says; does nothing when it already does."""
    with alone():
        if is_fresh(kind):
            return
        make_venv(find_interpreter())
        install_locked(LOCKS[kind])
        stamp(kind).write_text(fingerprint(kind), encoding="utf-8")


@contextmanager
def alone() -> Iterator[None]:
    """Two commands started together install one after the other."""
    with (ROOT / "pyproject.toml").open(encoding="utf-8") as file:
        if sys.platform != "win32":
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def fingerprint(kind: str) -> str:
    """Changes with the lock, with the package's own description and the place of the clone."""
    digest = hashlib.sha256(str(ROOT).encode())
    for name in (LOCKS[kind], "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def stamp(kind: str) -> Path:
    return VENV / f"understudy-{kind}.stamp"


def is_fresh(kind: str) -> bool:
    # a moved clone or an upgraded Python leaves a dead link behind
    if not (BIN / "understudy").exists() or version_of(str(BIN / "python")) is None:
        return False
    sufficient = {"run": ("run", "dev"), "dev": ("dev",)}[kind]
    return any(
        stamp(name).exists() and stamp(name).read_text(encoding="utf-8") == fingerprint(name)
        for name in sufficient
    )


def version_of(program: str) -> tuple[int, int] | None:
    """The version of a Python, or None when it does not start."""
    question = "import sys; print(sys.version_info[0], sys.version_info[1])"
    command = [program, "-S", "-c", question]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return None
    numbers = answer.stdout.split()
    return (int(numbers[0]), int(numbers[1])) if len(numbers) == 2 else None


def find_interpreter() -> str:
    """The Python to build on: $PYTHON, else this one, else the newest fitting one on PATH."""
    chosen = os.environ.get("PYTHON", "")
    if chosen:
        if (version_of(chosen) or (0, 0)) < OLDEST:
            stop(f"PYTHON={chosen} is not a Python 3.11 or newer.")
        return chosen
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable
    for name in (*NAMES, "python3"):
        program = shutil.which(name)
        if program is not None and (version_of(program) or (0, 0)) >= OLDEST:
            return program
    apt = shutil.which("apt-cache")
    offered = next((name for name in NAMES if apt and succeeds(apt, "show", name)), "python3")
    return stop(
        f"Understudy needs Python 3.11 or newer, and this is {platform.python_version()}.",
        "Install one:  " + package_line(offered, f"{offered}-venv"),
        "If one is there under another name:  PYTHON=/path/to/python make demo",
    )


def make_venv(interpreter: str) -> None:
    version = version_of(interpreter) or sys.version_info[:2]
    if version_of(str(BIN / "python")) == version and (BIN / "pip").exists():
        return
    if not succeeds(interpreter, "-c", "import ensurepip, venv"):
        stop(
            "This Python cannot make virtual environments. Install what is missing:",
            "  " + package_line(venv_package(interpreter, version)),
        )
    say(f"Making .venv with Python {version[0]}.{version[1]}.")
    if subprocess.call([interpreter, "-m", "venv", "--clear", str(VENV)]) != 0:
        stop("Python could not make .venv; its message stands above.")


def venv_package(interpreter: str, version: tuple[int, int]) -> str:
    program = shutil.which(interpreter) or interpreter
    if Path(program).resolve() == Path("/usr/bin/python3").resolve():
        return "python3-venv"
    return f"python{version[0]}.{version[1]}-venv"


def install_locked(name: str) -> None:
    total = (ROOT / name).read_text(encoding="utf-8").count("==")
    say(f"Installing some {total} packages by {name}; the first time takes a minute or two.")
    pip("--require-hashes", "-r", name)
    say("Installing Understudy itself.")
    pip("--no-deps", "-e", ".")


def pip(*words: str) -> None:
    """Run `pip install`, telling how far it is; its last words are shown when it fails."""
    quiet = ("--disable-pip-version-check", "--no-input", "--progress-bar", "off")
    command = [str(BIN / "python"), "-m", "pip", "install", *quiet, *words]
    heard: list[str] = []
    found = 0
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command, cwd=ROOT, text=True, **both) as process:
        for line in process.stdout or ():
            heard.append(line)
            found += line.startswith(("Collecting ", "Requirement already"))
            if line.startswith("Collecting ") and found % 15 == 0:
                say(f"  {found} packages fetched.")
            if line.startswith("Installing collected") and found > 1:
                say("  All fetched; unpacking.")
    if process.returncode != 0:
        stop(
            "".join(heard[-25:]).rstrip(),
            "pip could not install; its last words stand above. It needs a package index:",
            "check the network or pip's configuration, and say the same again.",
        )


def ensure_redis() -> None:
    """Tests start their own Redis: root on Debian gets the program, others get the line."""
    if not (shutil.which("redis-server") or shutil.which("valkey-server")):
        fetch("The tests start a Redis of their own", "redis-server", "redis-server")


def prepare_client() -> None:
    """Make the TypeScript client's node_modules hold what its lock says."""
    if not shutil.which("npm"):
        fetch("The TypeScript client is tested with Node and npm", "npm", "nodejs", "npm")
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    if int(said.stdout.lstrip("v").split(".")[0]) < OLDEST_NODE:
        stop(f"The TypeScript client needs Node {OLDEST_NODE} or newer; here is {said.stdout}")
    with alone():
        lock = (CLIENT / "package-lock.json").read_bytes()
        expected = hashlib.sha256(lock).hexdigest()
        mark = CLIENT / "node_modules" / "understudy.stamp"
        if mark.exists() and mark.read_text(encoding="utf-8") == expected:
            return
        say("Installing the packages of the TypeScript client.")
        if subprocess.call(["npm", "ci", "--no-audit", "--no-fund"], cwd=CLIENT) != 0:
            stop("npm could not install; its last words stand above.")
        mark.write_text(expected, encoding="utf-8")


def fetch(reason: str, program: str, *packages: str) -> None:
    """Install Debian packages as root; anybody else is told the line."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        stop(f"{reason}, and no {program} was found. Install it:", "  " + package_line(*packages))
    say(f"{reason}: installing {' '.join(packages)}.")
    words = (apt, "install", "-y", "-qq", "--no-install-recommends", *packages)
    if not succeeds(*words) and not (succeeds(apt, "update", "-qq") and succeeds(*words)):
        stop("apt-get could not install it. Try by hand:", "  " + package_line(*packages))


def succeeds(*command: str) -> bool:
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    return subprocess.run(command, env=quiet, capture_output=True, check=False).returncode == 0


def package_line(*packages: str) -> str:
    """The line that installs Debian packages on this machine, or their nearest relatives."""
    kind = "redis" if "redis-server" in packages else "node" if "npm" in packages else "python"
    if sys.platform == "darwin":
        return "brew install " + {"redis": "redis", "node": "node", "python": "python@3.12"}[kind]
    sudo = "" if hasattr(os, "geteuid") and os.geteuid() == 0 else "sudo "
    if shutil.which("dnf") and not shutil.which("apt-get"):
        named = {"redis": "redis", "node": "nodejs npm", "python": "python3.12"}[kind]
        return f"{sudo}dnf install -y {named}"
    has_lists = any(Path("/var/lib/apt/lists").glob("*Packages*"))
    refresh = "" if has_lists else f"{sudo}apt-get update && "
    return f"{refresh}{sudo}apt-get install -y {' '.join(packages)}"


def passes(name: str, command: tuple[str, ...]) -> bool:
    program = "node" if command[0] == "node" else str(BIN / command[0])
    command = (program, *command[1:])
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    say(f"{name}: {'in order.' if done.returncode == 0 else 'NOT in order.'}")
    if done.returncode != 0:
        say((done.stdout + done.stderr).rstrip())
    return done.returncode == 0


def become(program: str, *words: str) -> NoReturn:
    """Go on as another program, so that signals and exit codes are its own."""
    os.chdir(ROOT)
    command = [str(BIN / program), *words]
    if os.name == "nt":
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)  # noqa: S606  # no shell is the point


def say(line: str) -> None:
    print(line, flush=True)


def stop(*lines: str) -> NoReturn:
    print(*lines, sep="\n", file=sys.stderr, flush=True)
    sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
