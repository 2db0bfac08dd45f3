"""A restaurant with one of everything, for tests that need rows to stand on."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date

import pytest

from domain.access import Caller
from domain.configurations import ConfigurationStatus, ConfigurationVersion, Restaurant
from domain.ids import ConfigurationId, GroupId, MembershipId, RestaurantId, ScheduleId, StaffId
from domain.schedules import Schedule
from domain.shifts import ShiftType
from domain.staff import EmploymentType, GroupMembership, StaffGroup, StaffMember
from store import configurations, groups, restaurants, schedules, shift_types, staff
from store.engine import Database, WriteConnection
from tests.builders import built_in_types

JANUARY = (date(2025, 1, 1), date(2025, 1, 31))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    restaurant: Restaurant
    configuration: ConfigurationVersion
    types: tuple[ShiftType, ...]
    sato: StaffMember
    nakata: StaffMember
    kitchen: StaffGroup
    membership: GroupMembership
    schedule: Schedule


def somebody(restaurant_id: RestaurantId, name: str) -> StaffMember:
    return StaffMember(
        id=StaffId(0),
        restaurant_id=restaurant_id,
        name=name,
        employment_type=EmploymentType.REGULAR,
        employed_from=date(2020, 4, 1),
    )


async def open_place(connection: WriteConnection, name: str = "食堂") -> Place:
    draft = Restaurant(id=RestaurantId(0), name=name, time_zone="Asia/Tokyo", epoch="e")
    restaurant = await restaurants.insert(connection, draft)
    key = restaurant.id
    configuration = await configurations.insert(
        connection,
        ConfigurationVersion(
            id=ConfigurationId(0),
            restaurant_id=key,
            number=1,
            name="最初",
            status=ConfigurationStatus.ACTIVE,
        ),
    )
    types = await shift_types.insert_many(
        connection, [replace(kind, restaurant_id=key) for kind in built_in_types()]
    )
    sato = await staff.insert(connection, somebody(key, "佐藤"))
    nakata = await staff.insert(connection, somebody(key, "中田"))
    kitchen = await groups.insert(
        connection,
        StaffGroup(
            id=GroupId(0), restaurant_id=key, configuration_id=configuration.id, name="キッチン"
        ),
    )
    (membership,) = await groups.insert_memberships(
        connection,
        [GroupMembership(id=MembershipId(0), group_id=kitchen.id, staff_id=sato.id)],
    )
    start, end = JANUARY
    schedule = await schedules.insert(
        connection, Schedule(id=ScheduleId(0), restaurant_id=key, start=start, end=end)
    )
    return Place(
        restaurant=restaurant,
        configuration=configuration,
        types=types,
        sato=sato,
        nakata=nakata,
        kitchen=kitchen,
        membership=membership,
        schedule=schedule,
    )


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    made = Database.connect(database_url)
    yield made
    await made.dispose()


@pytest.fixture
async def place(database: Database) -> Place:
    async with database.write() as connection:
        return await open_place(connection)


@pytest.fixture
def owner() -> Caller:
    return Caller(subject="yamada", name="山田")
