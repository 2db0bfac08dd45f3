"""A restaurant of 100 people in 20 groups and its month, all 3,100 cells set, made by the API.

Everybody rests on two days a week, members of one group on different ones, so that most days call
one of the group's two backups. Some people are ill at random, and the last groups have one backup:
from both come gaps and violations as a real month has them. A generation run names the covers.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from benchmarks.harness.documents import SHIFT_TYPES, Cell
from tests.system import Client

STAFF, GROUPS, MEMBERS = 100, 20, 60
WITH_ONE_BACKUP = 6
START = date(2025, 3, 1)
DAYS = tuple(START + timedelta(days=n) for n in range(31))
ILL = 0.01
WRITTEN = 10
SECONDS_TO_COVER = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """The ids that the documents need; writing one of `cells` changes no gap and no violation."""

    restaurant: str
    schedule: str
    staff: tuple[str, ...]
    cells: tuple[Cell, ...]


async def plant(client: Client) -> Dataset:
    made = await client.do("CreateRestaurant", name="百人食堂", timeZone="Asia/Tokyo")
    restaurant = made["restaurant"]["id"]
    staff = tuple([await _hire(client, restaurant, number) for number in range(STAFF)])
    for number in range(GROUPS):
        await _form(client, restaurant, staff, number)
    period = {"start": DAYS[0].isoformat(), "end": DAYS[-1].isoformat()}
    schedule = await client.do("CreateSchedule", restaurantId=restaurant, **period)
    key = schedule["schedule"]["id"]
    rows = _rows()
    await client.do("SetShifts", scheduleId=key, shifts=_inputs(staff, rows))
    await _cover(client, key)
    cells = _quiet_cells(staff, rows)
    return Dataset(restaurant=restaurant, schedule=key, staff=staff, cells=cells)


async def shift_types(client: Client, restaurant: str) -> list[dict[str, Any]]:
    answer = await client.post(SHIFT_TYPES, id=restaurant)
    return list(answer["restaurant"]["shiftTypes"])


async def _hire(client: Client, restaurant: str, number: int) -> str:
    kind = "REGULAR" if number < MEMBERS else "PART_TIME"
    fields = {"restaurantId": restaurant, "employmentType": kind, "employedFrom": "2020-04-01"}
    made = await client.do("CreateStaffMember", name=f"従業員 Person {number + 1}", **fields)
    return str(made["staffMember"]["id"])


async def _form(client: Client, restaurant: str, staff: tuple[str, ...], number: int) -> None:
    members = [staff[n] for n in range(number, MEMBERS, GROUPS)]
    fields = {"restaurantId": restaurant, "name": f"組 Group {number + 1}", "memberIds": members}
    made = await client.do("CreateStaffGroup", criticality=number % 5 + 1, **fields)
    backups = range(MEMBERS + number, STAFF, GROUPS)
    for backup in backups[: 1 if number >= GROUPS - WITH_ONE_BACKUP else None]:
        await client.do(
            "CreateBackupAssignment", staffId=staff[backup], groupId=made["group"]["id"]
        )


def _rows() -> list[list[str]]:
    """Everybody's codes, day by day."""
    dice = random.Random(1)
    return [[_code(dice, number, day) for day in DAYS] for number in range(STAFF)]


def _code(dice: random.Random, number: int, day: date) -> str:
    place, group = divmod(number, GROUPS)
    rests = {(2 * place + group) % 7, (2 * place + group + 1) % 7}
    if day.weekday() in rests:
        return "off"
    if dice.random() < ILL:
        return "unavailable"
    return dice.choices(("normal", "late", "early"), (8, 1, 1))[0] if number < MEMBERS else "normal"


def _inputs(staff: tuple[str, ...], rows: list[list[str]]) -> list[dict[str, str]]:
    return [
        {"staffId": person, "date": day.isoformat(), "shiftType": code}
        for person, row in zip(staff, rows, strict=True)
        for day, code in zip(DAYS, row, strict=True)
    ]


def _quiet_cells(staff: tuple[str, ...], rows: list[list[str]]) -> tuple[Cell, ...]:
    return tuple(
        Cell(staff_id=person, date=day.isoformat())
        for person, row in zip(staff[:WRITTEN], rows, strict=False)
        for day, code in zip(DAYS, row, strict=True)
        if code == "off"
    )


async def _cover(client: Client, schedule: str) -> None:
    asked = {"scheduleId": schedule, "timeLimitSeconds": SECONDS_TO_COVER, "seed": 1}
    run = (await client.do("GenerateSchedule", **asked))["run"]["id"]
    async with client.following("GenerationProgress", runId=run) as told:
        states = [news["state"] async for news in told]
    if states[-1] != "FINISHED":
        raise RuntimeError(f"the generation of the covers ended {states[-1]}")
