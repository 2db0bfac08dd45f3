"""How long an edit takes over HTTP, committed in PostgreSQL: `make bench ARGS="writes [--write]"`.

A month of a hundred people with every cell set, in a restaurant with groups, backups and limits,
served by this process on a PostgreSQL of its own, or on the one of `UNDERSTUDY_DATABASE_URL`.
"""

import http.client
import itertools
import json
import os
import random
import shutil
import signal
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from benchmarks.report import Asked, Rows, run
from server import loops, processes
from server.embedded import EmbeddedPostgres
from server.settings import load_settings
from store import migrate

STAFF, DAYS, GROUPS = 100, 31, 20
START = date(2025, 1, 1)
CODES = ("normal",) * 5 + ("early", "late", "off", "off")
ROUNDS = {1: 300, 100: 60, STAFF * DAYS: 10}
ALLOWED_MILLISECONDS = {1: 8.0}
TOKEN = "a-token-for-benchmarks"
SET_SHIFTS = """
mutation SetShifts($input: SetShiftsInput!) {
  setShifts(input: $input) {
    ... on SetShiftsPayload {
      shifts { id date staff { id } shiftType { code } pinned revision }
      gaps { date group { id } missing reasons { code message } }
      revision
    }
    ... on Problem { code message }
  }
}
"""


@dataclass
class Client:
    """Speaks to the server over one connection that stays open."""

    port: int
    statements: list[str]
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port)

    def post(self, document: str, **variables: Any) -> dict[str, Any]:
        body = json.dumps({"query": document, "variables": variables})
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        self._connection.request("POST", "/graphql", body, headers)
        answer = json.loads(self._connection.getresponse().read())
        if "errors" in answer:
            raise RuntimeError(answer["errors"])
        (payload,) = answer["data"].values()
        if "code" in payload:
            raise RuntimeError(payload)
        return dict(payload)

    def create(self, mutation: str, payload: str, **values: Any) -> str:
        kind = mutation[0].upper() + mutation[1:]
        text = (
            f"mutation($input: {kind}Input!) {{ {mutation}(input: $input) {{"
            f" ... on {kind}Payload {{ made: {payload} {{ id }} }}"
            f" ... on Problem {{ code message }} }} }}"
        )
        return str(self.post(text, input=values)["made"]["id"])


@dataclass(frozen=True, slots=True)
class Month:
    """A schedule, who is on it and on which days, and what their cells hold."""

    schedule: str
    staff: tuple[str, ...]
    codes: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def places(self) -> list[tuple[str, str]]:
        days = [(START + timedelta(days=n)).isoformat() for n in range(DAYS)]
        return [(who, day) for who in self.staff for day in days]


def furnished(client: Client) -> Month:
    """Three quarters are members of a group; the others back three groups each."""
    home = client.create("createRestaurant", "restaurant", name="Benchmark", timeZone="Asia/Tokyo")
    hire = partial(
        client.create,
        "createStaffMember",
        "staffMember",
        restaurantId=home,
        employmentType="REGULAR",
        employedFrom="2024-04-01",
    )
    staff = tuple(hire(name=f"S{n}") for n in range(STAFF))
    members, others = staff[: STAFF * 3 // 4], staff[STAFF * 3 // 4 :]
    groups = [
        client.create(
            "createStaffGroup",
            "group",
            restaurantId=home,
            name=f"G{n}",
            memberIds=list(members[n::GROUPS]),
        )
        for n in range(GROUPS)
    ]
    for n, who in enumerate(others):
        for step in range(3):
            group = groups[(n + 7 * step) % GROUPS]
            client.create("createBackupAssignment", "backupAssignment", staffId=who, groupId=group)
    client.create(
        "createWorkLimit",
        "workLimit",
        restaurantId=home,
        name="days off",
        window="PERIOD",
        shiftTypes=["off"],
        minimum=8,
        scope="ALL",
        level="SOFT",
    )
    end = START + timedelta(days=DAYS - 1)
    dates = {"start": START.isoformat(), "end": end.isoformat()}
    return Month(client.create("createSchedule", "schedule", restaurantId=home, **dates), staff)


def edit(client: Client, month: Month, places: list[tuple[str, str]], dice: random.Random) -> float:
    """Milliseconds from the request to the whole answer."""
    for place in places:
        others = [code for code in CODES if code != month.codes.get(place)]
        month.codes[place] = dice.choice(others)
    shifts = [{"staffId": s, "date": d, "shiftType": month.codes[s, d]} for s, d in places]
    given = {"scheduleId": month.schedule, "shifts": shifts}
    key = f"edit-{next(client.numbers)}"
    started = time.perf_counter()
    client.post(SET_SHIFTS, input={**given, "clientMutationId": key})
    return 1000 * (time.perf_counter() - started)


def measured(client: Client) -> Rows:
    month, dice = furnished(client), random.Random(1)
    edit(client, month, month.places, dice)
    rows: Rows = []
    for size, rounds in ROUNDS.items():
        taken, asked = [], 0
        for _ in range(rounds + 5):
            client.statements.clear()
            taken.append(edit(client, month, dice.sample(month.places, size), dice))
            asked = len(client.statements)
        p50, *_ = statistics.quantiles(taken[5:], n=2)
        p99 = statistics.quantiles(taken[5:], n=100)[-1]
        allowed = ALLOWED_MILLISECONDS.get(size)
        rows.append(
            {
                "cells": size,
                "rounds": rounds,
                "p50_milliseconds": round(p50, 2),
                "p99_milliseconds": round(p99, 2),
                "allowed_p50_milliseconds": allowed,
                "statements": asked,
            }
        )
        print(f"{size:>5} cells: p50 {p50:.2f} ms, p99 {p99:.2f} ms, {asked} statements")
    return rows


@contextmanager
def postgres() -> Iterator[str]:
    """The address of an empty, migrated database."""
    given = os.environ.get("UNDERSTUDY_DATABASE_URL")
    if given is not None:
        migrate.upgrade(given)
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="understudy-writes-"))
    folder.chmod(0o755)
    server = EmbeddedPostgres.start(folder, lambda _: None)
    try:
        migrate.upgrade(server.url)
        yield server.url
    finally:
        server.stop()
        shutil.rmtree((folder / "postgres").resolve())
        shutil.rmtree(folder)


def served(url: str, work: Callable[[Client], Rows]) -> Rows:
    """What a client finds, in a thread, at a server that this thread runs meanwhile."""
    statements: list[str] = []
    event.listen(Engine, "before_cursor_execute", lambda *words: statements.append(words[2]))
    settings = load_settings(database_url=url, dev_token=TOKEN, port=0)

    def asking(port: int) -> Rows:
        try:
            return work(Client(port, statements))
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    with ThreadPoolExecutor(max_workers=1) as thread:
        found = []
        loops.run(
            processes.serve(settings, started=lambda p: found.append(thread.submit(asking, p)))
        )
        return found[0].result()


def figures(_: Asked) -> Rows:
    with postgres() as url:
        return served(url, measured)


if __name__ == "__main__":
    run({"writes": figures}, "writes")
