"""The worked example in one process: who is there, and short words for what they do."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from schema.root import schema
from tests.api.conftest import Api
from tests.system import DOCUMENTS

ABSENCE = "2025-01-15"


@dataclass(kw_only=True)
class Kitchen:
    """Satō and Suzuki are the kitchen's members, Nakata is their backup; January is a draft."""

    api: Api
    restaurant: str
    sato: str
    suzuki: str
    nakata: str
    group: str
    assignment: str
    schedule: str

    async def set(self, *cells: dict[str, Any], **fields: Any) -> dict[str, Any]:
        return await self.api.write(
            "SetShifts", scheduleId=self.schedule, shifts=list(cells), **fields
        )

    async def board(self) -> dict[str, Any]:
        return (await self.api.ask("ScheduleBoard", scheduleId=self.schedule))["schedule"]

    async def revision(self) -> int:
        data = await self.api.ask("Settings", restaurantId=self.restaurant)
        return data["restaurant"]["revision"]

    async def log(self, **variables: Any) -> list[dict[str, Any]]:
        data = await self.api.ask("ChangeLog", restaurantId=self.restaurant, **variables)
        return [edge["node"] for edge in data["changeLog"]["edges"]]


def cell(staff: str, shift_type: str | None, day: str = ABSENCE, **fields: Any) -> dict[str, Any]:
    return {"staffId": staff, "date": day, "shiftType": shift_type, **fields}


async def hire(api: Api, restaurant: str, name: str, kind: str = "REGULAR", **fields: Any) -> str:
    answer = await api.write(
        "CreateStaffMember",
        **{
            "restaurantId": restaurant,
            "name": name,
            "employmentType": kind,
            "employedFrom": "2024-04-01",
            **fields,
        },
    )
    return answer["staffMember"]["id"]


async def plan(api: Api, restaurant: str, start: str, end: str) -> str:
    answer = await api.write("CreateSchedule", restaurantId=restaurant, start=start, end=end)
    return answer["schedule"]["id"]


async def open_kitchen(
    api: Api, restaurant: str, start: str = "2025-01-01", end: str = "2025-01-31"
) -> Kitchen:
    sato = await hire(api, restaurant, "佐藤")
    suzuki = await hire(api, restaurant, "鈴木")
    nakata = await hire(api, restaurant, "中田", "PART_TIME")
    group = await api.write(
        "CreateStaffGroup",
        restaurantId=restaurant,
        name="キッチングループ",
        memberIds=[sato, suzuki],
    )
    assignment = await api.write(
        "CreateBackupAssignment", staffId=nakata, groupId=group["group"]["id"]
    )
    return Kitchen(
        api=api,
        restaurant=restaurant,
        sato=sato,
        suzuki=suzuki,
        nakata=nakata,
        group=group["group"]["id"],
        assignment=assignment["backupAssignment"]["id"],
        schedule=await plan(api, restaurant, start, end),
    )


async def following(api: Api, name: str, **variables: Any) -> AsyncIterator[dict[str, Any]]:
    """The events of a subscription of the contract; close it when enough has been heard."""
    async with aclosing(await _results(api, name, variables)) as results:
        async for result in results:
            assert result.errors is None, result.errors
            (event,) = result.data.values()
            yield event


async def refusal(api: Api, name: str, **variables: Any) -> dict[str, Any]:
    """The error that a subscription answers instead of its first event."""
    async with aclosing(await _results(api, name, variables)) as results:
        (result,) = [result async for result in results]
    (error,) = result.errors
    return {"message": error.message, **error.extensions}


async def _results(api: Api, name: str, variables: dict[str, Any]) -> Any:
    return await schema.subscribe(
        DOCUMENTS[name],
        variable_values=variables,
        context_value=api.context(),
        operation_name=name,
    )
