"""`understudy demo`: an embedded database, a planted restaurant, a server with a worker inside."""

import asyncio
import logging
import secrets
import signal
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console

from feed.doorbell import Doorbell
from server import loops, processes
from server.app import connect
from server.demo import plant
from server.embedded import EmbeddedPostgres, EmbeddedPostgresError, embedded_postgres
from server.settings import Settings
from store.migrate import upgrade

logger = logging.getLogger(__name__)

Say = Callable[[str], None]
LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOptions:
    empty: bool
    open_browser: bool


def run_demo(settings: Settings, options: DemoOptions, console: Console) -> None:
    """Set everything up, saying each step, and serve until a signal."""
    console.print("Understudy demo", style="bold")
    with suppress(KeyboardInterrupt, asyncio.CancelledError):
        loops.run(_demo(settings, options, console))
    console.print("  Stopped.")


async def _demo(settings: Settings, options: DemoOptions, console: Console) -> None:
    def say(step: str) -> None:
        console.print(f"  {step}", markup=False, soft_wrap=True)

    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    token = _token(settings)
    async with _database_url(settings, say) as url:
        ready = settings.model_copy(update={"database_url": url, "dev_token": SecretStr(token)})
        say("Bringing the tables up to date.")
        await asyncio.to_thread(upgrade, url)
        if not options.empty:
            await _plant(ready, say)
        await processes.serve(
            ready,
            with_worker=True,
            started=lambda port: _announce(ready, port, token, options),
        )


@asynccontextmanager
async def _database_url(settings: Settings, say: Say) -> AsyncIterator[str]:
    if settings.database_url is not None:
        yield settings.database_url
        return
    async with embedded_postgres(settings.data_dir, say) as server:
        supervising = asyncio.create_task(_supervise(server))
        try:
            yield server.url
        finally:
            supervising.cancel()
            say("Stopping PostgreSQL.")


async def _supervise(server: EmbeddedPostgres) -> None:
    """Bring the database back when somebody ends it."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if server.pid is not None:
            continue
        logger.warning("PostgreSQL is gone; starting it again")
        try:
            await asyncio.to_thread(server.bring_up, logger.warning)
        except EmbeddedPostgresError as error:
            logger.error("%s", error)  # noqa: TRY400 - the message is the whole story


async def _plant(settings: Settings, say: Say) -> None:
    database = connect(settings)
    try:
        async with Doorbell.over(None) as doorbell:
            await plant(database, doorbell, say)
    finally:
        await database.dispose()


def _token(settings: Settings) -> str:
    """The token of the settings, else one made once and kept with the data."""
    if settings.dev_token is not None:
        return settings.dev_token.get_secret_value()
    kept = settings.data_dir / "dev-token"
    if kept.exists():
        return kept.read_text(encoding="ascii").strip()
    return _keep(kept, secrets.token_urlsafe(24))


def _keep(path: Path, token: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(token, encoding="ascii")
    return token


def _announce(settings: Settings, port: int, token: str, options: DemoOptions) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    page = f"http://{host}:{port}/"
    lines = (
        "Ready.",
        f"  page       {page}",
        f"  GraphQL    {page}graphql",
        f"  socket     ws://{host}:{port}/graphql",
        f"  token      {token}",
        "  Stop with Ctrl-C.",
    )
    print("\n".join(lines), flush=True)  # noqa: T201 - the answer of the command
    if options.open_browser:
        webbrowser.open(page)
