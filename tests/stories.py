"""Short stories that tests tell through the contract's documents."""

from dataclasses import dataclass
from typing import Any

from tests.system import Client

JANUARY = {"start": "2025-01-01", "end": "2025-01-31"}
ABSENCE = "2025-01-15"


@dataclass(kw_only=True)
class Kitchen:
    """The worked example: two regulars in the kitchen, a part-timer as their backup."""

    restaurant: str
    sato: str
    suzuki: str
    nakata: str
    group: str
    assignment: str
    schedule: str


async def open_kitchen(client: Client, **schedule: Any) -> Kitchen:
    restaurant = (await client.do("CreateRestaurant", name="割烹みなと", timeZone="Asia/Tokyo"))[
        "restaurant"
    ]["id"]
    people = {
        name: await hire(client, restaurant, name, kind)
        for name, kind in (("佐藤", "REGULAR"), ("鈴木", "REGULAR"), ("中田", "PART_TIME"))
    }
    group = await client.do(
        "CreateStaffGroup",
        restaurantId=restaurant,
        name="キッチングループ",
        memberIds=[people["佐藤"], people["鈴木"]],
    )
    assignment = await client.do(
        "CreateBackupAssignment", staffId=people["中田"], groupId=group["group"]["id"]
    )
    made = await client.do("CreateSchedule", restaurantId=restaurant, **(schedule or JANUARY))
    return Kitchen(
        restaurant=restaurant,
        sato=people["佐藤"],
        suzuki=people["鈴木"],
        nakata=people["中田"],
        group=group["group"]["id"],
        assignment=assignment["backupAssignment"]["id"],
        schedule=made["schedule"]["id"],
    )


async def hire(client: Client, restaurant: str, name: str, employment_type: str) -> str:
    made = await client.do(
        "CreateStaffMember",
        restaurantId=restaurant,
        name=name,
        employmentType=employment_type,
        employedFrom="2024-04-01",
    )
    return str(made["staffMember"]["id"])


async def take_day_off(client: Client, kitchen: Kitchen) -> dict[str, Any]:
    """Sato's × on the fifteenth, pinned."""
    cell = {"staffId": kitchen.sato, "date": ABSENCE, "shiftType": "off", "pinned": True}
    return await client.do("SetShifts", scheduleId=kitchen.schedule, shifts=[cell])


async def generate(client: Client, schedule: str, **given: Any) -> dict[str, Any]:
    """The last progress of a run that was followed to its end."""
    made = await client.do("GenerateSchedule", scheduleId=schedule, **given)
    return await finished(client, made["run"]["id"])


async def finished(client: Client, run: str) -> dict[str, Any]:
    last = None
    async with client.following("GenerationProgress", runId=run) as events:
        async for event in events:
            last = event
    assert last is not None
    return {**last, "id": run}
