"""A private PostgreSQL server for `understudy demo` and the tests: started, and surely stopped."""

import asyncio
import shlex
import shutil
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Final, Self
from urllib.parse import quote

from server.accounts import STATE_FOLDER, Account, AccountError, account_for
from server.data_folder import DataFolderError, claim, home_of, socket_folder
from server.postgres_binaries import OLDEST_MAJOR, Binaries, find_binaries, readable_copy
from server.postmaster import postmaster_line, running_postmaster

_PATIENCE_SECONDS: Final = 30.0
_OWN_DATABASE: Final = "set UNDERSTUDY_DATABASE_URL to a PostgreSQL server of your own"


class EmbeddedPostgresError(Exception):
    """The private server cannot be had; the message names the fix."""


class EmbeddedPostgres:
    """A running server that listens on a Unix socket only and belongs to one data directory.

    It outlives a killed parent on purpose: the next `start` on the same directory takes it over.
    """

    def __init__(
        self, *, lock: IO[str], account: Account, binaries: Binaries, cluster: Path, sockets: Path
    ) -> None:
        self._lock = lock
        self._turn = threading.Lock()  # stopping waits for a start that another thread began
        self._account = account
        self._cluster = cluster
        self._sockets = sockets
        self.binaries = binaries

    @classmethod
    def start(
        cls,
        data_dir: Path,
        report: Callable[[str], None],
        binaries: Sequence[Binaries] | None = None,
    ) -> Self:
        """Bring the server of `data_dir` up: make it, start it or take it over.

        `binaries` narrows the choice of servers. Blocks for about a second; raises
        `EmbeddedPostgresError`.
        """
        try:
            return cls._start(data_dir, report, find_binaries() if binaries is None else binaries)
        except (AccountError, DataFolderError) as error:
            raise EmbeddedPostgresError(str(error)) from error
        except OSError as error:
            raise EmbeddedPostgresError(f"{error} (data directory {data_dir})") from error

    @property
    def url(self) -> str:
        """The address for SQLAlchemy's asyncpg dialect."""
        return f"postgresql+asyncpg://postgres@/postgres?host={quote(str(self._sockets))}"

    @property
    def pid(self) -> int | None:
        """The server's process, or None when it does not run."""
        return running_postmaster(self._cluster)

    def bring_up(self, report: Callable[[str], None]) -> None:
        """Make the server run; a running one is left alone, and so is a stopped object."""
        with self._turn:
            if not self._lock.closed:
                self._bring_up(report)

    def stop(self) -> None:
        """Stop the server, disconnecting its clients; doing it twice is harmless."""
        with self._turn:
            if not self._lock.closed:
                self._stop()

    @classmethod
    def _start(
        cls, data_dir: Path, report: Callable[[str], None], binaries: Sequence[Binaries]
    ) -> Self:
        lock = claim(data_dir)
        try:
            server = cls._prepare(lock, data_dir, report, binaries)
            server.bring_up(report)
        except BaseException:
            lock.close()
            raise
        return server

    @classmethod
    def _prepare(
        cls,
        lock: IO[str],
        data_dir: Path,
        report: Callable[[str], None],
        binaries: Sequence[Binaries],
    ) -> Self:
        link = data_dir.resolve() / "postgres"
        account = account_for(link, report)
        home = home_of(link, account, report)
        cluster = home / "cluster"
        chosen = _choose(binaries, cluster, account)
        sockets = socket_folder(home)
        account.own(sockets)
        return cls(lock=lock, account=account, binaries=chosen, cluster=cluster, sockets=sockets)

    def _bring_up(self, report: Callable[[str], None]) -> None:
        if not (self._cluster / "PG_VERSION").exists():
            self._initialise(report)
        if self._take_over(report):
            return
        self._forget_dead_server()
        report(f"Starting PostgreSQL {self.binaries.major} ({self.binaries.folder}).")
        self._launch()

    def _initialise(self, report: Callable[[str], None]) -> None:
        report(f"Making a new database in {self._cluster.parent}.")
        draft = self._cluster.with_name("cluster.new")
        if draft.exists():
            shutil.rmtree(draft)
        made = self._run("initdb", "-D", str(draft), "-A", "trust", "-U", "postgres", "-E", "UTF8")
        if made.returncode != 0:
            raise EmbeddedPostgresError(
                f"initdb could not make a database in {draft}; it said:\n{made.stdout.strip()}\n"
                f"Mend that, choose another --data-dir, or {_OWN_DATABASE}."
            )
        draft.rename(self._cluster)

    def _take_over(self, report: Callable[[str], None]) -> bool:
        """Whether a server that an earlier process left behind is now ours."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while (pid := self.pid) is not None:
            state = postmaster_line(self._cluster, 7)
            if state == "ready" and self._listens():
                report(f"Taking over the PostgreSQL server that is still running (process {pid}).")
                return True
            if state == "ready":
                self._take_down()
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(
                    f"The PostgreSQL server in process {pid} is neither ready nor gone;"
                    f" end it with `kill -INT {pid}` and start again."
                )
            time.sleep(0.05)
        return False

    def _listens(self) -> bool:
        recorded = postmaster_line(self._cluster, 4)
        return recorded == str(self._sockets) and (self._sockets / ".s.PGSQL.5432").exists()

    def _forget_dead_server(self) -> None:
        # PostgreSQL respects a lock file whose number lives on in another process or in a zombie;
        # children that outlive a killed server are still noticed, by their shared memory
        for folder, pattern in ((self._cluster, "postmaster.pid"), (self._sockets, ".s.PGSQL.*")):
            for path in folder.glob(pattern):
                path.unlink()

    def _launch(self) -> None:
        private = "-c listen_addresses= -c unix_socket_permissions=0700"
        options = f"{private} -k {shlex.quote(str(self._sockets))}"
        log = self._cluster.with_name("postgres.log")
        words = ("start", "-w", "-t", "60", "-l", str(log), "-o", options)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while self._run("pg_ctl", *words, "-D", str(self._cluster), quiet=True).returncode != 0:
            tail = _last_lines(log)
            # the children of a killed server need a moment to notice and leave
            if "shared memory block" not in tail or time.monotonic() > deadline:
                raise EmbeddedPostgresError(
                    f"PostgreSQL did not start; the end of {log} says:\n{tail}\n"
                    f"Mend that, choose another --data-dir, or {_OWN_DATABASE}."
                )
            time.sleep(0.2)

    def _stop(self) -> None:
        try:
            self._take_down()
            if self._sockets.parent != self._cluster.parent:
                shutil.rmtree(self._sockets, ignore_errors=True)
        finally:
            self._lock.close()

    def _take_down(self) -> None:
        for mode in ("fast", "immediate"):
            if self.pid is None:
                return
            words = ("stop", "-w", "-t", "30", "-m", mode)
            self._run("pg_ctl", *words, "-D", str(self._cluster), quiet=True)
        if (pid := self.pid) is not None:
            raise EmbeddedPostgresError(f"PostgreSQL did not stop; end it with `kill -QUIT {pid}`.")

    def _run(
        self, program: str, *words: str, quiet: bool = False
    ) -> subprocess.CompletedProcess[str]:
        return self._account.run([str(self.binaries.folder / program), *words], quiet=quiet)


@asynccontextmanager
async def embedded_postgres(
    data_dir: Path, report: Callable[[str], None]
) -> AsyncIterator[EmbeddedPostgres]:
    """Run a private server for the length of the block, without blocking the event loop."""
    starting = asyncio.ensure_future(asyncio.to_thread(EmbeddedPostgres.start, data_dir, report))
    try:
        server = await asyncio.shield(starting)
    except asyncio.CancelledError:
        # the thread cannot be interrupted: what it brings up must still come down
        server = await starting
        await asyncio.to_thread(server.stop)
        raise
    try:
        yield server
    finally:
        await asyncio.shield(asyncio.to_thread(server.stop))


def _choose(candidates: Sequence[Binaries], cluster: Path, account: Account) -> Binaries:
    version_file = cluster / "PG_VERSION"
    made_by = int(version_file.read_text()) if version_file.exists() else None
    for binaries in candidates:
        if made_by not in {None, binaries.major}:
            continue
        if account.can_execute(binaries.folder / "initdb"):
            return binaries
        if binaries.origin == "wheel" and account.is_lent:
            STATE_FOLDER.mkdir(mode=0o755, exist_ok=True)
            return readable_copy(binaries, STATE_FOLDER)
    if made_by is None:
        raise EmbeddedPostgresError(
            f"No PostgreSQL {OLDEST_MAJOR} or newer was found on this machine; install it"
            f" (Debian, Ubuntu: apt-get install -y postgresql), or {_OWN_DATABASE}."
        )
    raise EmbeddedPostgresError(
        f"The database in {cluster} was made by PostgreSQL {made_by}, and this machine has only"
        f" {', '.join(str(binaries.major) for binaries in candidates) or 'none'}; install version"
        f" {made_by} (Debian, Ubuntu: apt-get install -y postgresql-{made_by}),"
        " or choose another --data-dir."
    )


def _last_lines(log: Path) -> str:
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-5:])
