"""One loader per foreign key: a list of any length is one question to the database."""

from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
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


class Reads(Protocol):
    """How an operation reads: all in one snapshot, or each question in one of its own."""

    is_one_snapshot: bool

    def ask(self, question: Callable[[ReadConnection], Awaitable[R]], /) -> Awaitable[R]: ...


class Loaders:
    """Made with each snapshot and forgotten with it, so nothing stale is ever answered."""

    def __init__(
        self, reads: Reads, caller: Caller, kept_boards: KeptBoards, clock: Callable[[], datetime]
    ) -> None:
        self._ask = reads.ask
        self._is_one_snapshot = reads.is_one_snapshot
        self._caller = caller
        self._kept_boards = kept_boards
        self._clock = clock
        self.standings: DataLoader[RestaurantId, Standing | None] = self._one(
            standings.of_restaurants
        )
        self.restaurants: DataLoader[RestaurantId, Restaurant] = self._one(restaurants.by_ids)
        self._people: dict[StaffId, StaffMember] = {}
        self._groups: dict[GroupId, StaffGroup] = {}
        self._assignments: dict[BackupAssignmentId, BackupAssignment] = {}
        self.staff: DataLoader[StaffId, StaffMember] = self._one(staff.by_ids, self._people)
        self.configurations: DataLoader[ConfigurationId, ConfigurationVersion] = self._one(
            configurations.by_ids
        )
        self.groups: DataLoader[GroupId, StaffGroup] = self._one(groups.by_ids, self._groups)
        self.backup_assignments: DataLoader[BackupAssignmentId, BackupAssignment] = self._one(
            backup_assignments.by_ids, self._assignments
        )
        self.active_configurations: DataLoader[RestaurantId, ConfigurationVersion] = self._one(
            configurations.active_of
        )
        self.schedules: DataLoader[ScheduleId, Schedule | None] = DataLoader(
            load_fn=self._schedules
        )
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

    async def _schedules(self, ids: list[ScheduleId]) -> list[Schedule | None]:
        kept = {key: board.schedule for key in ids if (board := await self._kept(key)) is not None}
        others = [key for key in ids if key not in kept]
        if not others:
            return [kept[key] for key in ids]
        found = await self._ask(lambda connection: schedules.by_ids(connection, others))
        return [kept.get(key) or found.get(key) for key in ids]

    async def _boards(self, schedule_ids: list[ScheduleId]) -> list[Board | None]:
        return [await self._board(schedule_id) for schedule_id in schedule_ids]

    async def _board(self, schedule_id: ScheduleId) -> Board | None:
        board = await self._kept(schedule_id) or await self._loaded(schedule_id)
        if board is None:
            return None
        self.prime(board)
        return with_absent_members(board)

    async def _kept(self, schedule_id: ScheduleId) -> Board | None:
        """The board that the process keeps of just this snapshot's moment."""
        restaurant_id = self._kept_boards.restaurant_of(schedule_id)
        if restaurant_id is None or not self._is_one_snapshot:
            return None
        standing = await self.standings.load(restaurant_id)
        if standing is None:
            return None
        today = await self.today(restaurant_id)
        return self._kept_boards.at(schedule_id, standing.epoch, standing.revision, today)

    async def _loaded(self, schedule_id: ScheduleId) -> Board | None:
        schedule = await self.schedules.load(schedule_id)
        if schedule is None:
            return None
        today = await self.today(schedule.restaurant_id)
        return await self._ask(
            lambda connection: self._kept_boards.load(connection, schedule_id, today)
        )

    def prime(self, board: Board) -> None:
        """Know what a board holds, without asking for it."""
        self.schedules.prime(board.schedule.id, board.schedule)
        self._people |= board.people
        self._groups |= board.group_by_id
        self._assignments |= {a.id: a for a in board.backup_assignments}
        self.shift_types_of.prime(board.restaurant.id, board.shift_types)

    def _one(
        self,
        by_keys: Callable[[ReadConnection, Collection[K]], Awaitable[Mapping[K, V]]],
        known: Mapping[K, V] = MappingProxyType({}),
    ) -> DataLoader[K, Any]:
        """Ask for what is not `known`, which may grow."""

        async def load(keys: list[K]) -> list[V | None]:
            others = [key for key in keys if key not in known]
            if not others:
                return [known[key] for key in keys]
            found = await self._ask(lambda connection: by_keys(connection, others))
            return [found.get(key) or known.get(key) for key in keys]

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
