"""Which user of this machine a PostgreSQL server runs as."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

if sys.platform != "win32":
    import fcntl
    import pwd

SYSTEM_USER: Final = "understudy"
STATE_FOLDER: Final = Path("/var/lib/understudy")
_ENVIRONMENT: Final = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8" if sys.platform == "linux" else "C",
    "TZ": "UTC",
}


class AccountError(Exception):
    """No user was found that may run the server; the message names the way out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user of this machine, and whether root lends its programs to it."""

    name: str
    uid: int
    gid: int
    is_lent: bool

    def run(
        self, command: Sequence[str], *, quiet: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this user, outside the terminal's group so that Ctrl-C spares it.

        `quiet` is for programs that leave a server behind: it would keep a captured pipe open.
        """
        output = subprocess.DEVNULL if quiet else subprocess.PIPE
        return subprocess.run(  # noqa: S603  # fixed programs, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL if quiet else subprocess.STDOUT,
            text=True,
            check=False,
            cwd="/",
            env=_ENVIRONMENT,
            umask=0o077,
            start_new_session=True,
            **self._identity(),
        )

    def can_reach(self, folder: Path) -> bool:
        """Whether this user may enter `folder`, every parent included."""
        return self.run(["test", "-x", str(folder)]).returncode == 0

    def can_execute(self, program: Path) -> bool:
        """Whether `program` starts for this user, its libraries included."""
        try:
            return self.run([str(program), "--version"]).returncode == 0
        except PermissionError:
            return False

    def own(self, folder: Path) -> None:
        """Make `folder` private to this user; raises PermissionError when it is somebody else's."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.is_lent and not folder.is_symlink() and folder.stat().st_uid == 0:
            os.chown(folder, self.uid, self.gid)
        if folder.is_symlink() or folder.stat().st_uid != self.uid:
            raise PermissionError(f"{folder} does not belong to the user {self.name}")
        folder.chmod(0o700)

    def _identity(self) -> dict[str, Any]:
        if not self.is_lent:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def account_for(home: Path, report: Callable[[str], None]) -> Account:
    """Choose who runs the server whose files lie, or will lie, in `home`.

    PostgreSQL refuses root, so root lends it to the owner of `home` or to a system user,
    which is created when it is absent.
    """
    if os.geteuid() != 0:
        return Account(name=_name(os.geteuid()), uid=os.geteuid(), gid=os.getegid(), is_lent=False)
    if home.exists() and (uid := home.stat().st_uid) != 0:
        return Account(name=_name(uid), uid=uid, gid=home.stat().st_gid, is_lent=True)
    return _system_account(report)


def _system_account(report: Callable[[str], None]) -> Account:
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        _create_system_user(report)
        entry = pwd.getpwnam(SYSTEM_USER)
    return Account(name=SYSTEM_USER, uid=entry.pw_uid, gid=entry.pw_gid, is_lent=True)


def _create_system_user(report: Callable[[str], None]) -> None:
    program = shutil.which("useradd")
    fix = "run as an ordinary user, or set UNDERSTUDY_DATABASE_URL to a PostgreSQL of your own."
    if program is None:
        raise AccountError(f"PostgreSQL refuses to run as root and useradd is missing: {fix}")
    report(f"PostgreSQL refuses root: creating the system user {SYSTEM_USER} for it.")
    place = ("--home-dir", str(STATE_FOLDER), "--shell", "/usr/sbin/nologin")
    with _one_at_a_time():
        made = subprocess.run(  # noqa: S603  # fixed words, no shell
            [program, "--system", "--user-group", "--no-create-home", *place, SYSTEM_USER],
            capture_output=True,
            text=True,
            check=False,
        )
    already_there = 9  # two first starts at once
    if made.returncode not in {0, already_there}:
        raise AccountError(f"useradd could not create {SYSTEM_USER} ({made.stderr.strip()}): {fix}")


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """For useradd, which looks for the name before it locks: two at once may both create it."""
    folder = os.open(STATE_FOLDER.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
