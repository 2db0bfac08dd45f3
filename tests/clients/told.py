"""What clients show, beside what the server says."""

import asyncio
import time
from typing import Any

from tests.clients.node import Event, Node
from tests.stories import ABSENCE, REVISION, Kitchen
from tests.system import PATIENCE_SECONDS, Client

CELL = ("staff", "date", "shiftType", "source", "pinned", "revision")


def cell(staff: str, code: str | None, *, day: str = ABSENCE) -> Event:
    return {"staffId": staff, "date": day, "shiftType": code}


async def revision(client: Client, kitchen: Kitchen) -> int:
    """The restaurant's newest revision, from the server."""
    return int((await client.post(REVISION, id=kitchen.restaurant))["restaurant"]["revision"])


async def ended(node: Node, name: str) -> str:
    """The code with which a client has ended."""
    return (await node.first("connection", client=name, connection="ended"))["error"]["code"]


def assert_nothing_doubled_or_skipped(node: Node, name: str) -> None:
    """Between two readings of everything, each revision was taken once and in order."""
    stands_at = None
    for event in [heard for heard in node.heard if heard["client"] == name]:
        if event["event"] == "snapshot":
            stands_at = event["revision"]
        elif event["event"] == "taken":
            assert stands_at is not None
            stands_at += 1
            assert event["revision"] == stands_at


async def settled(node: Node, client: Client, kitchen: Kitchen, *names: str) -> dict[str, Event]:
    """The boards of live clients that stand at the newest revision, with nothing pending."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        newest = await revision(client, kitchen)
        states = {name: await node.state(name) for name in names}
        if all(_where(state) == ("live", 0, newest) for state in states.values()):
            return {name: state["board"] for name, state in states.items()}
        if time.monotonic() > deadline:
            late = {name: (*_where(state), state["error"]) for name, state in states.items()}
            raise AssertionError(f"not all stand at {newest}: {late}")
        await asyncio.sleep(0.05)


def _where(state: Event) -> tuple[str, int, int]:
    return state["connection"], state["pendingEdits"], state["position"]["revision"]


async def assert_equal_to_server(
    node: Node, client: Client, kitchen: Kitchen, *names: str
) -> dict[str, Event]:
    """Each client's board is what `ScheduleBoard` answers now; the boards."""
    boards = await settled(node, client, kitchen, *names)
    fresh = (await client.ask("ScheduleBoard", scheduleId=kitchen.schedule))["schedule"]
    for name, board in boards.items():
        assert _comparable_board(board) == _comparable_answer(fresh), name
    return boards


def _comparable_answer(schedule: Event) -> Event:
    """All but the violations, which clients have as of their last reading."""
    return {
        "schedule": [schedule[key] for key in ("id", "status", "start", "end", "revision")],
        "cells": _sorted(schedule["shifts"]),
        "covers": _sorted(schedule["covers"]),
        "gaps": _sorted(schedule["gaps"]),
    }


def _comparable_board(board: Event) -> Event:
    assert not any(shown["isPending"] for shown in board["cells"])
    confirmed = [shown["confirmed"] for shown in board["cells"]]
    return _comparable_answer(
        {
            **board["schedule"],
            "shifts": [{key: row[key] for key in CELL} for row in confirmed],
            "covers": [{k: v for k, v in row.items() if k != "id"} for row in board["covers"]],
            "gaps": board["gaps"],
        }
    )


def _sorted(rows: list[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: (row["date"], str(row.get("group")), str(row.get("staff"))))
