"""Settings without GraphQL: what races, repeats and odd texts may not do."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, strategies

from domain.access import Caller
from domain.backups import BackupAssignment
from domain.configurations import Restaurant
from domain.ids import BackupAssignmentId, ConfigurationId, GroupId, RestaurantId, StaffId
from domain.refusals import ForbiddenRefusal, NotFoundRefusal, Refusal, ValidationRefusal
from domain.staff import EmploymentType, StaffGroup, StaffMember
from feed.doorbell import Doorbell
from resolvers import backup_assignments, groups, restaurants, staff
from resolvers.groups import Members
from resolvers.texts import LONGEST_NAME, name_of, note_of
from resolvers.transaction import Intent, Transactions
from store import change_log
from store.engine import Database

OWNER = Caller(subject="owner", name="Owner")
NOW = datetime(2025, 1, 10, 3, 0, tzinfo=UTC)
HOME = RestaurantId(1)


def meaning(operation: str) -> Intent:
    return Intent(operation=operation, input_hash="0")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    made = Database.connect(database_url, pool_size=8)
    yield made
    await made.dispose()


@pytest.fixture
async def transactions(database: Database) -> AsyncIterator[Transactions]:
    """The way in, to a restaurant that the owner has founded."""
    async with Doorbell.over(None) as doorbell:
        made = Transactions(database, doorbell, lambda: NOW)
        draft = Restaurant(id=RestaurantId(0), name="食堂", time_zone="Asia/Tokyo")
        await restaurants.create(made, OWNER, meaning("createRestaurant"), draft)
        yield made


async def hire(transactions: Transactions, name: str, caller: Caller = OWNER) -> StaffMember:
    draft = StaffMember(
        id=StaffId(0),
        restaurant_id=HOME,
        name=name,
        employment_type=EmploymentType.REGULAR,
        employed_from=date(2024, 4, 1),
    )
    return (await staff.create(transactions, caller, meaning("createStaffMember"), draft)).value


async def form(transactions: Transactions, *members: StaffMember) -> StaffGroup:
    draft = StaffGroup(
        id=GroupId(0), restaurant_id=HOME, configuration_id=ConfigurationId(0), name="キッチン"
    )
    first = Members(staff_ids=tuple(member.id for member in members))
    intent = meaning("createStaffGroup")
    return (await groups.create(transactions, OWNER, intent, draft, first)).value


async def back_up(
    transactions: Transactions, member: StaffMember, group: StaffGroup
) -> BackupAssignment | Refusal:
    draft = BackupAssignment(
        id=BackupAssignmentId(0),
        restaurant_id=HOME,
        configuration_id=ConfigurationId(0),
        staff_id=member.id,
        group_id=group.id,
    )
    intent = meaning("createBackupAssignment")
    try:
        made = await backup_assignments.create(transactions, OWNER, intent, draft, None)
    except Refusal as refusal:
        return refusal
    return made.assignment


async def test_of_equal_assignments_at_once_one_stands(transactions, database):
    nakata, kitchen = await hire(transactions, "中田"), await form(transactions)
    tries = [back_up(transactions, nakata, kitchen) for _ in range(5)]
    answers = await asyncio.gather(*tries)
    made = [answer for answer in answers if isinstance(answer, BackupAssignment)]
    refused = {answer.code for answer in answers if isinstance(answer, ValidationRefusal)}
    assert (len(made), refused) == (1, {"DUPLICATE"})


async def test_writers_at_once_take_revisions_without_holes_in_log_order(transactions, database):
    await asyncio.gather(*(hire(transactions, f"員{n}") for n in range(6)))
    async with database.read() as connection:
        sets = await change_log.after(connection, HOME, 0, 100)
    assert [s.revision for s in sets] == list(range(1, 8))
    assert [s.operation for s in sets] == ["createRestaurant"] + ["createStaffMember"] * 6


async def test_backups_are_asked_in_the_order_in_which_they_came(transactions):
    kitchen = await form(transactions)
    made = [
        await back_up(transactions, await hire(transactions, name), kitchen) for name in "一二三"
    ]
    assert [row.priority_order for row in made] == [1, 2, 3]


async def test_a_stranger_founds_nothing_in_another_restaurant(transactions):
    stranger = Caller(subject="stranger", name="Stranger")
    with pytest.raises(NotFoundRefusal) as refused:
        await hire(transactions, "佐藤", stranger)
    assert refused.value.path == ("restaurantId",)


async def test_a_viewer_is_told_that_they_may_not(transactions, database):
    from domain.access import Membership, Role
    from resolvers import memberships

    given_role = Membership(restaurant_id=HOME, subject="viewer", role=Role.VIEWER)
    await memberships.grant(transactions, OWNER, meaning("grantMembership"), given_role)
    with pytest.raises(ForbiddenRefusal) as refused:
        await hire(transactions, "佐藤", Caller(subject="viewer", name="Viewer"))
    assert refused.value.code == "FORBIDDEN"


async def test_the_log_keeps_every_row_of_the_beginning(transactions, database):
    async with database.read() as connection:
        (first,) = await change_log.after(connection, HOME, 0, 10)
    kinds = [change.entity_type.value for change in first.changes]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "Restaurant": 1,
        "Membership": 1,
        "ShiftType": 6,
        "ConfigurationVersion": 1,
        "WorkLimit": 4,
        "SuccessionRule": 1,
        "StandingRule": 2,
    }
    assert all(change.before is None for change in first.changes)


def stored(clean: Callable[[str], str | None], text: str) -> str | None:
    """What is stored of a text; the code where it is refused."""
    try:
        return clean(text)
    except ValidationRefusal as refusal:
        return refusal.code


@given(strategies.text(max_size=LONGEST_NAME + 20))
def test_a_name_is_stored_trimmed_or_refused(text):
    trimmed = text.strip()
    if "\0" in text:
        expected = "TEXT_NOT_STORABLE"
    elif not trimmed:
        expected = "NAME_EMPTY"
    else:
        expected = trimmed if len(trimmed) <= LONGEST_NAME else "NAME_TOO_LONG"
    assert stored(name_of, text) == expected


@given(strategies.text())
def test_a_note_of_nothing_but_space_is_no_note(text):
    expected = "TEXT_NOT_STORABLE" if "\0" in text else text.strip() or None
    assert stored(lambda t: note_of(t, ("notes",)), text) == expected
