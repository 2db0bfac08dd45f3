"""The command `understudy`: the demo in one, and its parts apart for production."""

import logging
import sys
from enum import StrEnum
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from domain.refusals import UnavailableRefusal
from schema.printing import sdl
from server import loops, processes
from server.demonstration import DemoOptions, run_demo
from server.embedded import EmbeddedPostgresError
from server.logs import configure_logs
from server.settings import Settings, SettingsError, load_settings
from solver.formats import solving as public
from solver.formats.reading import BadInstance
from solver.formats.solving import PublicFormat
from solver.replay import FileRefused, solve_file
from store.migrate import MigrationRefused, upgrade

app = typer.Typer(
    help="Shift schedules that stay covered.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
console = Console(stderr=True, highlight=False)

EXPECTED = (
    SettingsError,
    EmbeddedPostgresError,
    MigrationRefused,
    FileRefused,
    BadInstance,
    UnavailableRefusal,
)
USUAL_SECONDS = 60.0


class FileFormat(StrEnum):
    PROBLEM = "problem"
    CURTOIS = PublicFormat.CURTOIS.value
    INRC2 = PublicFormat.INRC2.value


Port = Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")]
Host = Annotated[str | None, typer.Option(help="Address to bind.")]


def main() -> None:
    """Run the command; an expected refusal is one sentence and exit code 1."""
    try:
        app()
    except EXPECTED as error:
        console.print(f"understudy: {error}", style="bold red", soft_wrap=True, markup=False)
        sys.exit(1)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - the form typer calls
    if wanted:
        print(installed_version("understudy"))
        raise typer.Exit


@app.callback()
def root(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Shift schedules that stay covered."""


@app.command()
def demo(
    *,
    port: Port = None,
    host: Host = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where the database lives.")] = None,
    empty: Annotated[bool, typer.Option("--empty", help="No demo restaurant.")] = False,
    no_open: Annotated[bool, typer.Option("--no-open", help="Open no browser.")] = False,
) -> None:
    """Everything in one command: database, demo restaurant, server and worker."""
    settings = load_settings(host=host, port=port, data_dir=data_dir)
    configure_logs(settings.log_format, logging.WARNING)
    run_demo(settings, DemoOptions(empty=empty, open_browser=not no_open), console)


@app.command()
def serve(*, port: Port = None, host: Host = None) -> None:
    """One server process: HTTP, sockets and server-sent events on /graphql."""
    settings = _settings(host=host, port=port)
    settings.require_serving()
    address = f"http://{settings.host}"
    loops.run(
        processes.serve(
            settings,
            started=lambda bound: console.print(f"Serving {address}:{bound}/graphql"),
        )
    )


@app.command()
def work() -> None:
    """One solver worker; stops after the run in hand when asked to."""
    settings = _settings()
    settings.require_database()
    console.print("Working; waiting for generation runs.")
    loops.run(processes.work(settings))


@app.command()
def migrate() -> None:
    """Bring the database to this version's tables."""
    upgrade(_settings().require_database())
    console.print("The database is up to date.")


@app.command()
def new_epoch() -> None:
    """After a database was restored from a backup: let every client read everything anew."""
    loaded = _settings()
    loaded.require_database()
    changed = loops.run(processes.begin_new_epoch(loaded))
    console.print(f"{changed} restaurants have a new epoch.")


@app.command()
def settings() -> None:
    """Print the effective settings, secrets masked."""
    table = Table("setting", "value", box=None)
    for name, value in load_settings().masked().items():
        table.add_row(name, value)
    Console(soft_wrap=True).print(table)


@app.command()
def print_schema() -> None:
    """Print the GraphQL schema."""
    sys.stdout.write(sdl())


@app.command()
def solve(  # noqa: PLR0913 - one option each
    file: Annotated[Path, typer.Argument(help="A stored problem (JSON), or a public instance.")],
    *,
    form: Annotated[FileFormat, typer.Option("--format", help="What the file is.")] = (
        FileFormat.PROBLEM
    ),
    seconds: Annotated[
        float | None, typer.Option(help="Time limit; instances have 60 unless you say.", min=0)
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Another one tries another way; 0 for instances.", min=0)
    ] = None,
    good_enough: Annotated[
        float | None,
        typer.Option(help="Settle for what is proved so many percent near the best.", max=100),
    ] = None,
    workers: Annotated[int, typer.Option(help="How many threads search.", min=1)] = 2,
    as_json: Annotated[
        bool, typer.Option("--json/--no-json", help="JSON, or a summary in words.")
    ] = True,
) -> None:
    """Solve a stored problem again, or a public instance, and print the result."""
    if form is FileFormat.PROBLEM:
        changes = {
            "time_limit_seconds": seconds,
            "seed": seed,
            "good_enough_percent": good_enough,
        }
        print(solve_file(file, workers=workers, **changes))
        return
    asked = public.read(file, PublicFormat(form.value))
    limit = USUAL_SECONDS if seconds is None else seconds
    solution = public.solve(
        asked, limit, seed=seed or 0, workers=workers, good_enough_percent=good_enough or 0
    )
    print(solution.to_json() if as_json else solution.summary)


def _settings(**overrides: object) -> Settings:
    loaded = load_settings(**overrides)
    configure_logs(loaded.log_format)
    return loaded
