"""One loader per foreign key: a list of any length is one question to the database."""

from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from strawberry.dataloader import DataLoader

from domain.access import Caller, Membership
from domain.backups import BackupAssignment
from domain.configurations import ConfigurationVersion, Restaurant
from domain.edits import with_absent_members
from domain.ids import (
    BackupAssignmentId,
    ConfigurationId,
    GroupId,
    RestaurantId,
    ScheduleId,
    ShiftCode,
    StaffId,
)
from domain.rules import (
    CalendarRule,
    PriorityRule,
    StandingRule,
    SuccessionRule,
    WorkLimit,
)
from domain.schedules import Board, Schedule
from domain.shifts import ShiftType
from domain.staff import GroupMembership, StaffGroup, StaffMember
from resolvers import runs
from resolvers.kept_boards import KeptBoards
from store import (
    backup_assignments,
    configurations,
    groups,
    restaurants,
    rules,
    schedules,
    shift_types,
    staff,
    standings,
)
from store.engine import ReadConnection
from store.standings import Standing

R = TypeVar("R")
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Ask(Protocol):
    """Puts one question to the snapshot of the operation."""

    def __call__(self, question: Callable[[ReadConnection], Awaitable[R]], /) -> Awaitable[R]: ...


class Loaders:
    """Made with each snapshot and forgotten with it, so nothing stale is ever answered."""

    def __init__(
        self, ask: Ask, caller: Caller, kept_boards: KeptBoards, clock: Callable[[], datetime]
    ) -> None:
        self._ask = ask
        self._caller = caller
        self._kept_boards = kept_boards
        self._clock = clock
        self.standings: DataLoader[RestaurantId, Standing | None] = self._one(
            standings.of_restaurants
        )
        self.restaurants: DataLoader[RestaurantId, Restaurant] = self._one(restaurants.by_ids)
        self.staff: DataLoader[StaffId, StaffMember] = self._one(staff.by_ids)
        self.configurations: DataLoader[ConfigurationId, ConfigurationVersion] = self._one(
            configurations.by_ids
        )
        self.groups: DataLoader[GroupId, StaffGroup] = self._one(groups.by_ids)
        self.backup_assignments: DataLoader[BackupAssignmentId, BackupAssignment] = self._one(
            backup_assignments.by_ids
        )
        self.active_configurations: DataLoader[RestaurantId, ConfigurationVersion] = self._one(
            configurations.active_of
        )
        self.schedules: DataLoader[ScheduleId, Schedule | None] = self._one(schedules.by_ids)
        self.boards: DataLoader[ScheduleId, Board | None] = DataLoader(load_fn=self._boards)
        self.settings_revisions: DataLoader[RestaurantId, int | None] = self._one(
            runs.settings_revisions
        )
        self._load_lists_of_restaurants()
        self._load_lists_of_configurations()

    def _load_lists_of_restaurants(self) -> None:
        of = "restaurant_id"
        self.staff_of: DataLoader[RestaurantId, tuple[StaffMember, ...]] = self._many(
            staff.of_restaurants, of
        )
        self.shift_types_of: DataLoader[RestaurantId, tuple[ShiftType, ...]] = self._many(
            shift_types.of_restaurants, of
        )
        self.configurations_of: DataLoader[RestaurantId, tuple[ConfigurationVersion, ...]] = (
            self._many(configurations.of_restaurants, of)
        )

    def _load_lists_of_configurations(self) -> None:
        of = "configuration_id"
        self.groups_of: DataLoader[ConfigurationId, tuple[StaffGroup, ...]] = self._many(
            groups.of_configurations, of
        )
        self.members_of: DataLoader[GroupId, tuple[GroupMembership, ...]] = self._many(
            groups.memberships_of_groups, "group_id"
        )
        self.backups_of: DataLoader[ConfigurationId, tuple[BackupAssignment, ...]] = self._many(
            backup_assignments.active_of_configurations, of
        )
        self.work_limits_of: DataLoader[ConfigurationId, tuple[WorkLimit, ...]] = self._many(
            rules.active_work_limits_of, of
        )
        self.priority_rules_of: DataLoader[ConfigurationId, tuple[PriorityRule, ...]] = self._many(
            rules.active_priority_rules_of, of
        )
        self.succession_rules_of: DataLoader[ConfigurationId, tuple[SuccessionRule, ...]] = (
            self._many(rules.active_succession_rules_of, of)
        )
        self.standing_rules_of: DataLoader[ConfigurationId, tuple[StandingRule, ...]] = self._many(
            rules.active_standing_rules_of, of
        )
        self.calendar_rules_of: DataLoader[ConfigurationId, tuple[CalendarRule, ...]] = self._many(
            rules.active_calendar_rules_of, of
        )

    async def shift_type(self, restaurant_id: RestaurantId, code: ShiftCode) -> ShiftType:
        """The shift type of a code; every code that is stored names one of its restaurant."""
        return next(t for t in await self.shift_types_of.load(restaurant_id) if t.code == code)

    async def restaurant_of_schedule(self, schedule_id: ScheduleId) -> RestaurantId:
        """Whose a schedule is whose id stands in another row."""
        schedule = await self.schedules.load(schedule_id)
        if schedule is None:
            raise LookupError(f"a row names the schedule {schedule_id}, which is not there")
        return schedule.restaurant_id

    async def groups_of_staff(self, member: StaffMember, today: date) -> tuple[StaffGroup, ...]:
        """The groups of the active version that somebody is a member of on a day."""
        configuration = await self.active_configurations.load(member.restaurant_id)
        found = await self.groups_of.load(configuration.id)
        memberships = await self.members_of.load_many([group.id for group in found])
        return tuple(
            group
            for group, rows in zip(found, memberships, strict=True)
            if any(m.staff_id == member.id and m.period.contains(today) for m in rows)
        )

    async def today(self, restaurant_id: RestaurantId) -> date:
        """The date in the restaurant's own zone."""
        found = await self.standings.load(restaurant_id)
        if found is None:
            raise LookupError(f"a row names the restaurant {restaurant_id}, which is not there")
        return self._clock().astimezone(ZoneInfo(found.time_zone)).date()

    async def membership(self, restaurant_id: RestaurantId) -> Membership | None:
        """The caller's place in a restaurant; None when it does not exist for them."""
        standing = await self.standings.load(restaurant_id)
        role = None if standing is None else standing.role_of(self._caller)
        if role is None:
            return None
        return Membership(restaurant_id=restaurant_id, subject=self._caller.subject, role=role)

    async def _boards(self, schedule_ids: list[ScheduleId]) -> list[Board | None]:
        return [await self._board(schedule_id) for schedule_id in schedule_ids]

    async def _board(self, schedule_id: ScheduleId) -> Board | None:
        schedule = await self.schedules.load(schedule_id)
        if schedule is None:
            return None
        today = await self.today(schedule.restaurant_id)
        board = await self._ask(
            lambda connection: self._kept_boards.load(connection, schedule_id, today)
        )
        if board is None:
            return None
        self._prime(board)
        return with_absent_members(board)

    def _prime(self, board: Board) -> None:
        self.staff.prime_many(board.people)
        self.groups.prime_many(board.group_by_id)
        self.backup_assignments.prime_many({a.id: a for a in board.backup_assignments})
        self.shift_types_of.prime(board.restaurant.id, board.shift_types)

    def _one(
        self, by_keys: Callable[[ReadConnection, Collection[K]], Awaitable[Mapping[K, V]]]
    ) -> DataLoader[K, Any]:
        async def load(keys: list[K]) -> list[V | None]:
            found = await self._ask(lambda connection: by_keys(connection, keys))
            return [found.get(key) for key in keys]

        return DataLoader(load_fn=load)

    def _many(
        self,
        of_keys: Callable[[ReadConnection, Collection[K]], Awaitable[Sequence[V]]],
        key_name: str,
    ) -> DataLoader[K, tuple[V, ...]]:
        async def load(keys: list[K]) -> list[tuple[V, ...]]:
            found: dict[K, list[V]] = {key: [] for key in keys}
            for value in await self._ask(lambda connection: of_keys(connection, keys)):
                found[getattr(value, key_name)].append(value)
            return [tuple(found[key]) for key in keys]

        return DataLoader(load_fn=load)
