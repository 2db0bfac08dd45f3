"""Findings about settings or dates, before or after any schedule exists."""

from datetime import date
from typing import Annotated

import strawberry

from domain import findings as domain
from domain.findings import Severity
from domain.ids import RestaurantId
from resolvers.coverage import FoundConflicts, conflicts_in
from resolvers.written_findings import brought_about
from schema.backup_assignments import BackupAssignment
from schema.context import Info
from schema.fields import described
from schema.nodes import coded, find_key
from schema.payloads import Payload
from schema.spans import require_span
from schema.staff import StaffGroup, StaffMember, staff_group, staff_member

MOST_KNOWN_KEYS = 10_000


@strawberry.type(
    description="A finding about settings or dates. It refuses nothing; somebody should look."
)
class Conflict:
    code: str = strawberry.field(description="Stable, in capitals.")
    severity: Severity = strawberry.field(description="How much it asks for.")
    message: str = strawberry.field(description="A sentence for a manager, with names and dates.")
    key: str = strawberry.field(
        description="The same finding has the same key in every list: new, still there, or gone."
    )
    fix: str = strawberry.field(description="What would settle it, as a sentence.")
    dates: list[date] = strawberry.field(description="The dates of this one cause; may be empty.")
    value: strawberry.Private[domain.Conflict]

    @described("Whom it is about; null if nobody.")
    async def staff(self, info: Info) -> StaffMember | None:
        key = self.value.staff_id
        return None if key is None else await staff_member(info, key)

    @described("The group it is about; null if none.")
    async def group(self, info: Info) -> StaffGroup | None:
        key = self.value.group_id
        return None if key is None else await staff_group(info, key)

    @described("The assignment it is about; null if none.")
    async def backup_assignment(self, info: Info) -> BackupAssignment | None:
        key = self.value.backup_assignment_id
        if key is None:
            return None
        return BackupAssignment.from_domain(await info.context.loaders.backup_assignments.load(key))

    @classmethod
    def from_domain(cls, value: domain.Conflict) -> "Conflict":
        return cls(
            code=value.code,
            severity=value.severity,
            message=value.message,
            key=value.key,
            fix=value.fix,
            dates=list(value.dates),
            value=value,
        )


@strawberry.type(description="What a payload has whose mutation can bring findings about.")
class PayloadWithFindings(Payload):
    restaurant_id: strawberry.Private[RestaurantId]

    @described(
        "What stands now about the people, groups and assignments written, in the month from "
        "today, or on the dates written; about everybody where what was written binds everybody. "
        "Nothing is refused because of it. Looked for only when selected."
    )
    async def conflicts(self, info: Info) -> list[Conflict]:
        today = await info.context.today(self.restaurant_id)
        found = await info.context.reads.ask(
            lambda c: brought_about(c, self.restaurant_id, self.revision, today)
        )
        return [Conflict.from_domain(conflict) for conflict in found]


@strawberry.type(
    description="Findings of now beside those of an earlier list. A key stays while its cause does."
)
class ConflictComparison:
    fixed: list[str] = strawberry.field(
        description="The known keys that are found no more, in the order they were given."
    )
    new: list[Conflict] = strawberry.field(description="Found now and not known before.")
    still: list[Conflict] = strawberry.field(
        description="Known before and found again; severity, words and dates are those of now."
    )
    revision: int = strawberry.field(
        description="The restaurant's revision that the findings were read at."
    )

    @classmethod
    def from_domain(cls, value: domain.ConflictComparison, revision: int) -> "ConflictComparison":
        return cls(
            fixed=list(value.fixed),
            new=[Conflict.from_domain(conflict) for conflict in value.new],
            still=[Conflict.from_domain(conflict) for conflict in value.still],
            revision=revision,
        )


@strawberry.type(description="A finding that was there before and is there after.")
class LastingConflict:
    before: Conflict = strawberry.field(description="As it was.")
    now: Conflict = strawberry.field(description="As it is after.")
    has_changed: bool = strawberry.field(
        description="Whether its severity or its dates are not those of before."
    )

    @classmethod
    def from_domain(cls, value: domain.LastingConflict) -> "LastingConflict":
        return cls(
            before=Conflict.from_domain(value.before),
            now=Conflict.from_domain(value.now),
            has_changed=value.has_changed,
        )


@strawberry.type(description="Findings before and after, side by side.")
class ConflictChanges:
    fixed: list[Conflict] = strawberry.field(description="Found before and not after.")
    new: list[Conflict] = strawberry.field(description="Found after and not before.")
    still: list[LastingConflict] = strawberry.field(description="Found before and after.")

    @classmethod
    def from_domain(cls, value: domain.ConflictChanges) -> "ConflictChanges":
        return cls(
            fixed=[Conflict.from_domain(conflict) for conflict in value.fixed],
            new=[Conflict.from_domain(conflict) for conflict in value.new],
            still=[LastingConflict.from_domain(lasting) for lasting in value.still],
        )


RESTAURANT_ID = strawberry.argument(description="The global id of the restaurant.")
FIRST_DATE = strawberry.argument(description="The first date.")
LAST_DATE = strawberry.argument(description="The last date, included; 366 days at most.")


async def conflicts(
    info: Info,
    restaurant_id: Annotated[strawberry.ID, RESTAURANT_ID],
    start: Annotated[date, FIRST_DATE],
    end: Annotated[date, LAST_DATE],
) -> list[Conflict] | None:
    found = await _found_in(info, restaurant_id, start, end)
    return None if found is None else [Conflict.from_domain(c) for c in found.conflicts]


async def conflict_comparison(
    info: Info,
    restaurant_id: Annotated[strawberry.ID, RESTAURANT_ID],
    start: Annotated[date, FIRST_DATE],
    end: Annotated[date, LAST_DATE],
    known_keys: Annotated[
        list[str],
        strawberry.argument(
            description="The `key` of each finding of the earlier list, 10,000 at most."
        ),
    ],
) -> ConflictComparison | None:
    if len(known_keys) > MOST_KNOWN_KEYS:
        raise coded("TOO_MANY_KEYS", f"Give {MOST_KNOWN_KEYS} keys in `knownKeys` at most.")
    found = await _found_in(info, restaurant_id, start, end)
    if found is None:
        return None
    compared = domain.compared(known_keys, found.conflicts)
    return ConflictComparison.from_domain(compared, found.revision)


async def _found_in(
    info: Info, restaurant_id: strawberry.ID, start: date, end: date
) -> FoundConflicts | None:
    key = find_key("Restaurant", restaurant_id)
    if key is None or await info.context.membership(key) is None:
        return None
    require_span(start, end)
    today = await info.context.today(key)
    return await info.context.reads.ask(
        lambda c: conflicts_in(c, RestaurantId(key), (start, end), today)
    )
