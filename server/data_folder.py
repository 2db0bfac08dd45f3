"""The data directory of an embedded database: who holds it, and where its files really lie."""

import hashlib
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

from server.accounts import STATE_FOLDER, Account

if sys.platform != "win32":
    import fcntl

_LONGEST_SOCKET_FOLDER: Final = 80  # the system allows about 107 bytes for the whole socket path


class DataFolderError(Exception):
    """The data directory cannot be used; the message names the way out."""


def claim(data_dir: Path) -> IO[str]:
    """Make the folder and lock it; closing the answer, or dying, gives it free again."""
    if sys.platform == "win32":
        raise DataFolderError(
            "The embedded PostgreSQL does not run on Windows;"
            " set UNDERSTUDY_DATABASE_URL to a server of your own, or use WSL."
        )
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = (data_dir / "lock").open("a+")
    except OSError as error:
        raise DataFolderError(
            f"The data directory {data_dir} cannot be written ({error.strerror});"
            " choose another with --data-dir."
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        owner = lock.read().strip() or "another"
        lock.close()
        raise DataFolderError(
            f"The data directory {data_dir} is in use by process {owner};"
            " stop that one, or choose another with --data-dir."
        ) from None
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def home_of(link: Path, account: Account, report: Callable[[str], None]) -> Path:
    """The folder of the server's files: in the data directory, or where a link there leads.

    A system user cannot enter a folder under /root. We don't open other people's folders, so the
    files then lie in our own and the data directory holds a link.
    """
    if link.is_symlink() and not link.exists():
        link.unlink()
    if not link.exists() and not account.can_reach(link.parent):
        STATE_FOLDER.mkdir(mode=0o755, exist_ok=True)
        place = STATE_FOLDER / secrets.token_hex(4)
        account.own(place)
        link.symlink_to(place)
        report(f"The user {account.name} cannot enter {link.parent}: the database lies in {place}.")
    home = link.resolve()
    account.own(home)
    if not account.can_reach(home):
        raise PermissionError(
            f"the user {account.name} cannot enter {home}; choose another --data-dir"
        )
    return home


def socket_folder(home: Path) -> Path:
    """Where the socket goes: beside the files, unless that path is too long for one."""
    folder = home / "run"
    if len(os.fsencode(folder)) <= _LONGEST_SOCKET_FOLDER and "," not in str(folder):
        return folder
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path("/tmp") / f"understudy-{digest}"  # noqa: S108  # `Account.own` refuses strangers'
