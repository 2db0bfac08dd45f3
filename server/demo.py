"""The demo restaurant, planted through the GraphQL schema like any client would."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.access import Caller
from domain.periods import ONE_DAY, planning_period
from feed.doorbell import Doorbell
from resolvers.transaction import Transactions
from schema.context import Context
from schema.root import schema
from server import demo_data
from server.app import now
from store.engine import Database

FIRST_OF_MONTH = 1
Say = Callable[[str], None]
Value = Mapping[str, object]


class PlantingError(Exception):
    """The demo restaurant was refused; the message says what the server answered."""


async def plant(database: Database, doorbell: Doorbell, say: Say) -> None:
    """Create the demo restaurant unless there is a restaurant already."""
    gardener = Gardener(database, doorbell)
    if await gardener.has_restaurants():
        say("The restaurant is there already.")
        return
    say(f"Planting the demo restaurant {demo_data.NAME}.")
    await gardener.plant_staff()
    await gardener.plant_settings()
    for start, end in _months(demo_data.TIME_ZONE):
        say(f"Asking for the schedule {start} to {end}.")
        await gardener.plant_schedule(start, end)


@dataclass
class Gardener:
    database: Database
    doorbell: Doorbell
    restaurant: str = ""
    staff: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    sown: int = 0

    async def has_restaurants(self) -> bool:
        return bool((await self._execute("{ restaurants { id } }", {}))["restaurants"])

    async def plant_staff(self) -> None:
        made = await self._create(
            "createRestaurant", {"name": demo_data.NAME, "timeZone": demo_data.TIME_ZONE}
        )
        self.restaurant = str(made["id"])
        for key, person in demo_data.STAFF.items():
            row = await self._create("createStaffMember", {**person, **self._home()})
            self.staff[key] = str(row["id"])

    async def plant_settings(self) -> None:
        for key, (group, members) in demo_data.GROUPS.items():
            member_ids = [self.staff[member] for member in members]
            draft = {**group, **self._home(), "memberIds": member_ids}
            row = await self._create("createStaffGroup", draft)
            self.groups[key] = str(row["id"])
        for person, group_key, more in demo_data.BACKUPS:
            ids = {"staffId": self.staff[person], "groupId": self.groups[group_key]}
            await self._create("createBackupAssignment", {**ids, **more})
        for limit in demo_data.WORK_LIMITS:
            await self._create("createWorkLimit", {**limit, **self._home()})
        for person, rule in demo_data.PRIORITY_RULES:
            await self._create("createPriorityRule", {**rule, "staffId": self.staff[person]})

    async def plant_schedule(self, start: date, end: date) -> None:
        for day, kind, reason in demo_data.calendar_rules(start):
            rule = {"date": day.isoformat(), "kind": kind, "reason": reason}
            await self._create("createCalendarRule", {**rule, **self._home()})
        for person, offset, reason in demo_data.REQUESTS:
            day = start + timedelta(days=offset)
            request = {"staffId": self.staff[person], "date": day.isoformat(), "reason": reason}
            await self._create("requestDayOff", request)
        period = {"start": start.isoformat(), "end": end.isoformat()}
        schedule = await self._create("createSchedule", {**period, **self._home()})
        await self._create("generateSchedule", {"scheduleId": schedule["id"]})

    def _home(self) -> Value:
        return {"restaurantId": self.restaurant}

    async def _create(self, mutation: str, values: Value) -> Value:
        self.sown += 1
        name = mutation[0].upper() + mutation[1:]
        payload = demo_data.PAYLOAD_FIELDS[mutation]
        document = (
            f"mutation Plant($input: {name}Input!) {{ {mutation}(input: $input) {{"
            f" ... on {name}Payload {{ made: {payload} {{ id }} }}"
            f" ... on Problem {{ code message path }} }} }}"
        )
        key = f"demo-{self.sown}"
        data = await self._execute(document, {"input": {**values, "clientMutationId": key}})
        made = data[mutation].get("made")
        if made is None:
            raise PlantingError(f"{mutation} {dict(values)} was refused: {data[mutation]}")
        return dict(made)

    async def _execute(self, document: str, variables: Value) -> dict[str, dict[str, Value]]:
        context = Context(
            caller=Caller(subject="dev", name="Developer", owns_everything=True),
            transactions=Transactions(self.database, self.doorbell, now),
            database=self.database,
            doorbell=self.doorbell,
            clock=now,
        )
        try:
            result = await schema.execute(
                document, variable_values=dict(variables), context_value=context
            )
        finally:
            await context.release_reads()
        if result.errors or result.data is None:
            raise PlantingError(str(result.errors))
        return result.data


def _months(time_zone: str) -> list[tuple[date, date]]:
    """This month and the next, in the restaurant's zone."""
    this = planning_period(datetime.now(ZoneInfo(time_zone)).date(), FIRST_OF_MONTH)
    following = planning_period(this.end + ONE_DAY, FIRST_OF_MONTH)
    return [(month.start, month.end) for month in (this, following)]
