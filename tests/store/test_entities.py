"""Each kind of row: what is inserted is read back equal, and updated in all that may change."""

from dataclasses import replace
from datetime import date, time

import pytest

from domain.access import Caller, Membership, Role
from domain.backups import AssignmentType, BackupAssignment
from domain.configurations import ConfigurationStatus, ConfigurationVersion
from domain.ids import BackupAssignmentId, ConfigurationId, GroupId, MembershipId, RequestId, RuleId
from domain.periods import Weekday
from domain.refusals import NotFoundRefusal
from domain.rules import (
    CalendarRule,
    CalendarRuleKind,
    DayOffRequest,
    Direction,
    Level,
    LimitScope,
    LimitUnit,
    LimitWindow,
    PriorityRule,
    RequestState,
    StandingRule,
    StandingRuleKind,
    SuccessionRule,
    WorkLimit,
)
from domain.staff import GroupMembership, NeedPolicy
from store import (
    backup_assignments,
    configurations,
    groups,
    restaurants,
    rules,
    shift_types,
    staff,
)
from store.engine import Database
from tests.store.conftest import Place, open_place


def backup(place: Place, **fields) -> BackupAssignment:
    given = {
        "id": BackupAssignmentId(0),
        "restaurant_id": place.restaurant.id,
        "configuration_id": place.configuration.id,
        "staff_id": place.nakata.id,
        "group_id": place.kitchen.id,
    }
    return BackupAssignment(**{**given, **fields})


def rule_of(place: Place, cls: type, /, **fields):
    settled = {"restaurant_id": place.restaurant.id, "configuration_id": place.configuration.id}
    return cls(id=RuleId(0), **settled, **fields)


RULES = {
    "work_limit": (
        lambda place: rule_of(
            place,
            WorkLimit,
            name="週休",
            window=LimitWindow.ROLLING_DAYS,
            days=7,
            shift_types=("off", "early"),
            level=Level.HARD,
            minimum_half_days=3,
            scope=LimitScope.STAFF,
            target_staff_ids=(place.sato.id, place.nakata.id),
        ),
        {
            "unit": LimitUnit.HOURS,
            "minimum_half_days": None,
            "maximum_minutes": 45 * 60 + 15,
            "weight": 30,
            "is_active": False,
        },
    ),
    "priority_rule": (
        lambda place: rule_of(
            place,
            PriorityRule,
            name="土日は早番",
            staff_id=place.sato.id,
            shift_type="early",
            weekdays=(Weekday.SATURDAY, Weekday.SUNDAY),
            direction=Direction.PREFER,
            level=Level.SOFT,
        ),
        {"direction": Direction.AVOID, "weekdays": (Weekday.MONDAY,), "is_active": False},
    ),
    "succession_rule": (
        lambda place: rule_of(
            place, SuccessionRule, from_type="late", to_type="early", level=Level.SOFT
        ),
        {"level": Level.HARD, "weight": 1000, "is_active": False},
    ),
    "standing_rule": (
        lambda place: rule_of(place, StandingRule, kind=StandingRuleKind.SHIFT_NOT_ASKED),
        {"weight": 1, "is_active": False},
    ),
    "calendar_rule": (
        lambda place: rule_of(
            place, CalendarRule, date=date(2025, 1, 1), kind=CalendarRuleKind.CLOSED, reason="元日"
        ),
        {"reason": None, "kind": CalendarRuleKind.HOLIDAY, "is_active": False},
    ),
}


@pytest.mark.parametrize("name", RULES)
async def test_rule_is_read_back_and_leaves_the_active_ones(
    database: Database, place: Place, name: str
):
    make, changes = RULES[name]
    insert, update = getattr(rules, f"insert_{name}"), getattr(rules, f"update_{name}")
    by_ids, active = getattr(rules, f"{name}s_by_ids"), getattr(rules, f"active_{name}s_of")
    draft = make(place)
    async with database.write() as connection:
        made = await insert(connection, draft)
    stamps = {"created_at": made.created_at, "updated_at": made.updated_at}
    assert made == replace(draft, id=made.id, **stamps)
    async with database.read() as connection:
        assert await by_ids(connection, [made.id, 10**30, -1]) == {made.id: made}
        assert await active(connection, [place.configuration.id]) == (made,)
    async with database.write() as connection:
        changed = await update(connection, replace(made, revision=9, **changes))
    async with database.read() as connection:
        stands = (await by_ids(connection, [made.id]))[made.id]
        assert stands == changed
        assert stands == replace(made, revision=9, updated_at=changed.updated_at, **changes)
        assert await active(connection, [place.configuration.id]) == ()


async def test_staff_group_type_and_version_are_read_back_and_updated(
    database: Database, place: Place
):
    key = place.restaurant.id
    async with database.write() as connection:
        left = replace(place.sato, employed_until=date(2025, 3, 31), position="主任", revision=4)
        left = await staff.update(connection, left)
        asked = replace(place.kitchen, need_policy=NeedPolicy.MINIMUM_PRESENT, minimum_present=2)
        asked = await groups.update(connection, asked)
        timed = replace(place.types[0], symbol="●", starts_at=time(9), ends_at=time(1, 30))
        timed = await shift_types.update(connection, timed)
        locked = await configurations.update(
            connection, replace(place.configuration, is_locked=True)
        )
    async with database.read() as connection:
        assert await staff.by_ids(connection, [left.id]) == {left.id: left}
        assert await staff.of_restaurant(connection, key) == (left, place.nakata)
        assert await groups.of_configurations(connection, [locked.id]) == (asked,)
        assert await shift_types.of_restaurants(connection, [key]) == (timed, *place.types[1:])
        assert await configurations.active_of(connection, [key]) == {key: locked}
        assert await restaurants.by_ids(connection, [key]) == {key: place.restaurant}
    assert left.employed_until == date(2025, 3, 31)
    assert left.created_at == place.sato.created_at
    assert timed.ends_at == time(1, 30)


async def test_memberships_of_a_group_are_dated_and_can_end(database: Database, place: Place):
    later = GroupMembership(
        id=MembershipId(0),
        group_id=place.kitchen.id,
        staff_id=place.nakata.id,
        effective_from=date(2025, 2, 1),
    )
    ended = replace(place.membership, effective_until=date(2025, 1, 20))
    async with database.write() as connection:
        (made,) = await groups.insert_memberships(connection, [later])
        await groups.update_membership(connection, ended)
    async with database.read() as connection:
        found = await groups.memberships_of_groups(connection, [place.kitchen.id])
        assert set(found) == {ended, made}
        assert await groups.memberships_of_staff(connection, [place.nakata.id]) == (made,)
    async with database.write() as connection:
        await groups.delete_membership(connection, made.id)
    async with database.read() as connection:
        assert await groups.memberships_of_groups(connection, [place.kitchen.id]) == (ended,)


async def test_backup_assignment_keeps_every_column_and_its_past(database: Database, place: Place):
    draft = backup(
        place,
        assignment_type=AssignmentType.TEMPORARY,
        priority_order=3,
        effective_from=date(2025, 1, 1),
        effective_until=date(2025, 12, 31),
        notes="年内だけ",
        revision=2,
    )
    async with database.write() as connection:
        made = await backup_assignments.insert(connection, draft)
        gone = await backup_assignments.update(connection, replace(made, is_active=False))
    assert replace(made, created_at=None, updated_at=None, id=draft.id) == draft
    async with database.read() as connection:
        group_id = place.kitchen.id
        assert await backup_assignments.by_ids(connection, [made.id]) == {made.id: gone}
        assert await backup_assignments.active_of_group(connection, group_id) == ()
        assert await backup_assignments.of_group(connection, group_id) == (gone,)
        ids = [place.configuration.id]
        assert await backup_assignments.active_of_configurations(connection, ids) == ()


async def test_requests_are_found_by_date_and_by_being_in_force(database: Database, place: Place):
    def asked(day: int) -> DayOffRequest:
        return DayOffRequest(
            id=RequestId(0),
            restaurant_id=place.restaurant.id,
            staff_id=place.sato.id,
            date=date(2025, 1, day),
            reason="通院",
        )

    async with database.write() as connection:
        kept = await rules.insert_request(connection, asked(10))
        made = await rules.insert_request(connection, asked(11))
        await rules.insert_request(connection, asked(25))
        declined = await rules.update_request(
            connection, replace(made, state=RequestState.DECLINED)
        )
    window = (place.restaurant.id, date(2025, 1, 1), date(2025, 1, 20))
    async with database.read() as connection:
        assert await rules.requests_in(connection, *window) == (kept, declined)
        assert await rules.requests_in_force(connection, *window) == (kept,)
        assert await rules.requests_by_ids(connection, [kept.id]) == {kept.id: kept}


async def test_a_caller_reads_the_restaurants_they_belong_to(
    database: Database, place: Place, owner: Caller
):
    everything = replace(owner, owns_everything=True)
    manager = Membership(
        restaurant_id=place.restaurant.id, subject=owner.subject, role=Role.MANAGER
    )
    async with database.write() as connection:
        other = await open_place(connection, "別の店")
        await restaurants.grant(connection, replace(manager, role=Role.VIEWER))
        await restaurants.grant(connection, manager)
    async with database.read() as connection:
        assert await restaurants.readable_by(connection, owner) == (place.restaurant,)
        both = (place.restaurant, other.restaurant)
        assert await restaurants.readable_by(connection, everything) == both
        key, stranger = place.restaurant.id, other.restaurant.id
        assert await restaurants.membership_of(connection, owner, key) == manager
        assert await restaurants.membership_of(connection, owner, stranger) is None
        found = await restaurants.membership_of(connection, everything, stranger)
        assert found is not None
        assert found.role is Role.OWNER
        assert await restaurants.membership_of(connection, everything, 10**6) is None
    async with database.write() as connection:
        await restaurants.revoke(connection, place.restaurant.id, owner.subject)
    async with database.read() as connection:
        assert await restaurants.readable_by(connection, owner) == ()
        assert await restaurants.memberships_of(connection, place.restaurant.id) == ()


async def test_a_copied_version_stands_on_its_own_groups(database: Database, place: Place):
    limit, _ = RULES["work_limit"]
    async with database.write() as connection:
        await backup_assignments.insert(connection, backup(place))
        targeted = replace(
            limit(place),
            scope=LimitScope.GROUP,
            target_staff_ids=(),
            target_group_ids=(place.kitchen.id,),
        )
        await rules.insert_work_limit(connection, targeted)
        for name in ("priority_rule", "succession_rule", "standing_rule", "calendar_rule"):
            await getattr(rules, f"insert_{name}")(connection, RULES[name][0](place))
        copy = await configurations.insert(
            connection,
            ConfigurationVersion(
                id=ConfigurationId(0),
                restaurant_id=place.restaurant.id,
                number=2,
                name="写し",
                status=ConfigurationStatus.DRAFT,
            ),
        )
        moved = await configurations.copy_content(
            connection, place.configuration.id, copy.id, revision=8
        )
    async with database.read() as connection:
        (group,) = await groups.of_configurations(connection, [copy.id])
        assert moved == {place.kitchen.id: group.id}
        assert (group.name, group.revision) == (place.kitchen.name, 8)
        (membership,) = await groups.memberships_of_groups(connection, [group.id])
        assert membership.staff_id == place.sato.id
        (assignment,) = await backup_assignments.active_of_configurations(connection, [copy.id])
        assert assignment.group_id == group.id
        (copied,) = await rules.active_work_limits_of(connection, [copy.id])
        assert copied.target_group_ids == (group.id,)
        for name in ("priority_rule", "succession_rule", "standing_rule", "calendar_rule"):
            (rule,) = await getattr(rules, f"active_{name}s_of")(connection, [copy.id])
            assert rule.revision == 8
        versions = await configurations.of_restaurant(connection, place.restaurant.id)
        assert [version.number for version in versions] == [1, 2]


async def test_an_unknown_group_gets_no_members(database: Database, place: Place):
    stray = GroupMembership(id=MembershipId(0), group_id=GroupId(999), staff_id=place.sato.id)
    async with database.write() as connection:
        assert await groups.insert_memberships(connection, []) == ()
        with pytest.raises(NotFoundRefusal, match="no such group"):
            await groups.insert_memberships(connection, [stray])
