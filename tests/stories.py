"""Short stories that tests tell through the contract's documents."""

from dataclasses import dataclass, field
from typing import Any

from tests.system import Client

JANUARY = {"start": "2025-01-01", "end": "2025-01-31"}
ABSENCE = "2025-01-15"
REVISION = "query ($id: ID!) { restaurant(id: $id) { revision } }"


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


@dataclass(kw_only=True)
class House:
    """A restaurant whose people, groups and assignments are called by their names."""

    client: Client
    id: str
    staff: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    assignments: dict[tuple[str, str], str] = field(default_factory=dict)
    schedule: str = ""
    last_run: dict[str, Any] = field(default_factory=dict)

    async def hire(self, *names: str, kind: str = "REGULAR", **more: Any) -> None:
        for name in names:
            given = {"employedFrom": "2024-04-01", **more}
            made = await self.client.do(
                "CreateStaffMember",
                restaurantId=self.id,
                name=name,
                employmentType=kind,
                **given,
            )
            self.staff[name] = made["staffMember"]["id"]

    async def form(self, name: str, *members: str, **more: Any) -> None:
        """A group of people, who are hired as regulars where the house does not know them yet."""
        await self.hire(*(member for member in members if member not in self.staff))
        made = await self.client.do(
            "CreateStaffGroup",
            restaurantId=self.id,
            name=name,
            memberIds=[self.staff[member] for member in members],
            **more,
        )
        self.groups[name] = made["group"]["id"]

    async def back(self, group: str, *names: str, **more: Any) -> None:
        """Assign backups in that order; part-timers are hired where nobody has the name."""
        await self.hire(*(name for name in names if name not in self.staff), kind="PART_TIME")
        for name in names:
            made = await self.client.do(
                "CreateBackupAssignment",
                staffId=self.staff[name],
                groupId=self.groups[group],
                **more,
            )
            self.assignments[group, name] = made["backupAssignment"]["id"]

    async def plan(self, start: str, end: str) -> str:
        made = await self.client.do("CreateSchedule", restaurantId=self.id, start=start, end=end)
        self.schedule = made["schedule"]["id"]
        return self.schedule

    def cell(self, name: str, day: str, code: str | None, **more: Any) -> dict[str, Any]:
        return {"staffId": self.staff[name], "date": day, "shiftType": code, **more}

    async def pin(self, code: str, *places: tuple[str, str]) -> dict[str, Any]:
        cells = [self.cell(name, day, code, pinned=True) for name, day in places]
        return await self.client.do("SetShifts", scheduleId=self.schedule, shifts=cells)

    async def limit(self, name: str, *people: str, **more: Any) -> str:
        """A hard limit of working days for some people, unless `more` says otherwise."""
        given = {
            "window": "PERIOD",
            "shiftTypes": ["normal", "early", "late"],
            "scope": "STAFF",
            "targets": [self.staff[person] for person in people],
            "level": "HARD",
            **more,
        }
        made = await self.client.do("CreateWorkLimit", restaurantId=self.id, name=name, **given)
        return str(made["workLimit"]["id"])

    async def rule_date(self, day: str, kind: str) -> None:
        await self.client.do("CreateCalendarRule", restaurantId=self.id, date=day, kind=kind)

    async def write(self, operation: str, **given: Any) -> dict[str, Any]:
        """Payload or problem of a mutation beyond the contract's documents."""
        kind = f"{operation[0].upper()}{operation[1:]}Input!"
        parts = "__typename ... on Problem { code message path }"
        document = f"mutation ($input: {kind}) {{ {operation}(input: $input) {{ {parts} }} }}"
        return (await self.client.post(document, input=given))[operation]

    async def generate(self, **given: Any) -> "Told":
        """Generate, wait for the end and read the board."""
        self.last_run = await generate(
            self.client, self.schedule, **{"timeLimitSeconds": 5, **given}
        )
        assert self.last_run["state"] == "FINISHED", self.last_run
        return await self.read()

    async def read(self) -> "Told":
        board = await self.client.ask("ScheduleBoard", scheduleId=self.schedule)
        return Told(house=self, board=board["schedule"], run=self.last_run)

    async def explain(self, group: str, day: str) -> dict[str, tuple[bool, list[str]]]:
        """Of each candidate by name: whether chosen, and the codes of the reasons."""
        asked = {"scheduleId": self.schedule, "groupId": self.groups[group], "date": day}
        found = (await self.client.ask("ExplainCover", **asked))["explainCover"]
        return {
            self.name_of(c["staff"]): (c["chosen"], [r["code"] for r in c["reasons"]])
            for c in found["candidates"]
        }

    async def figures(self) -> dict[str, dict[str, Any]]:
        """The coverage figures of each group by name."""
        found = await self.client.ask("Coverage", scheduleId=self.schedule)
        names = {key: name for name, key in self.groups.items()}
        return {names[g["group"]["id"]]: g for g in found["coverage"]["groups"]}

    async def conflicts(self, start: str, end: str) -> dict[str, dict[str, Any]]:
        found = await self.client.ask("Conflicts", restaurantId=self.id, start=start, end=end)
        return {c["code"]: c for c in found["conflicts"]}

    async def revision(self) -> int:
        found = await self.client.post(REVISION, id=self.id)
        return int(found["restaurant"]["revision"])

    async def log(self) -> list[dict[str, Any]]:
        """The newest hundred entries of the change log."""
        found = await self.client.ask("ChangeLog", restaurantId=self.id, first=100)
        return [edge["node"] for edge in found["changeLog"]["edges"]]

    def name_of(self, staff: dict[str, Any] | None) -> str | None:
        if staff is None:
            return None
        return next(name for name, key in self.staff.items() if key == staff["id"])


async def open_house(client: Client, name: str = "小料理あさひ") -> House:
    made = await client.do("CreateRestaurant", name=name, timeZone="Asia/Tokyo")
    return House(client=client, id=made["restaurant"]["id"])


@dataclass(frozen=True, kw_only=True)
class Told:
    """A schedule as a client reads it, by names."""

    house: House
    board: dict[str, Any]
    run: dict[str, Any]

    @property
    def covers(self) -> set[tuple[str, str, str]]:
        """Date, group and holder of every cover."""
        names = {key: name for name, key in self.house.groups.items()}
        return {
            (c["date"], names[c["group"]["id"]], str(self.house.name_of(c["staff"])))
            for c in self.board["covers"]
        }

    @property
    def gaps(self) -> dict[tuple[str, str], tuple[int, list[str]]]:
        """How many are missing, and the codes of the reasons, by date and group."""
        names = {key: name for name, key in self.house.groups.items()}
        return {
            (g["date"], names[g["group"]["id"]]): (
                g["missing"],
                [r["code"] for r in g["reasons"]],
            )
            for g in self.board["gaps"]
        }

    @property
    def findings(self) -> set[tuple[str, str]]:
        return {(v["code"], v["level"]) for v in self.board["violations"]}

    def shift(self, name: str, day: str) -> tuple[str, str] | None:
        """The code and the source of a cell; None where it is not set."""
        for cell in self.board["shifts"]:
            if cell["staff"]["id"] == self.house.staff[name] and cell["date"] == day:
                return cell["shiftType"]["code"], cell["source"]
        return None

    def tier(self, name: str) -> dict[str, Any]:
        return next(tier for tier in self.run["tiers"] if tier["name"] == name)
