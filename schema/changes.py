"""Following a restaurant, and reading what was done in it."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import strawberry

from domain import changes as domain
from domain.changes import EntityType, Interest
from domain.ids import RestaurantId, ScheduleId
from domain.refusals import not_found
from resolvers import changes as resolver
from resolvers.change_tail import tail_of
from resolvers.changes import Feed, FeedItem, Place, SnapshotReason
from schema.change_types import Change, change_of
from schema.context import Context, Info
from schema.enums import describe
from schema.fields import described
from schema.following import read_briefly
from schema.log_rows import as_json, entity_id
from schema.nodes import PageInfo, coded, decode, decode_cursor, encode_cursor, find_key, page_size
from schema.pages import page_info
from schema.scalars import JSON
from schema.schedules import AFTER, FIRST
from store import change_log
from store.change_log import LogEntry

describe(
    SnapshotReason,
    "Why the log cannot lead on from where the client stands.",
    TOO_OLD="The log no longer holds the revision after the client's.",
    AHEAD_OF_SERVER="The client names a revision that has not been made.",
    OTHER_EPOCH="The client's revisions count another history.",
)


@strawberry.type(description="Who did something.")
class Actor:
    id: strawberry.ID = strawberry.field(description="The subject of their token.")
    name: str = strawberry.field(description="Their name at that time.")


@strawberry.type(description="All that one committed mutation changed: seen whole or not at all.")
class ChangeSet:
    revision: int = strawberry.field(description="The revision that it made.")
    previous_revision: int = strawberry.field(
        description="Always the one before: if it is not your last, resume with `after`."
    )
    committed_at: datetime = strawberry.field(description="When.")
    client_mutation_id: strawberry.ID | None = strawberry.field(
        description="The key that the mutation came with: know your own by it."
    )
    operation: str = strawberry.field(description="The mutation's name.")
    actor: Actor = strawberry.field(description="Who did it.")
    value: strawberry.Private[domain.ChangeSet]

    @described("Each changed row, in the order of writing.")
    def changes(self) -> list[Change]:
        return [change_of(change) for change in self.value.changes]

    @classmethod
    def from_domain(cls, value: domain.ChangeSet) -> "ChangeSet":
        key = value.client_mutation_id
        return cls(
            revision=value.revision,
            previous_revision=value.previous_revision,
            committed_at=value.committed_at,
            client_mutation_id=None if key is None else strawberry.ID(key),
            operation=value.operation,
            actor=Actor(id=strawberry.ID(value.actor_id), name=value.actor_name),
            value=value,
        )


@strawberry.type(description="All that was missed has been told; what comes now is live.")
class CaughtUp:
    epoch: strawberry.ID = strawberry.field(description="Keep it, and give it when you resume.")
    revision: int = strawberry.field(description="Where you stand.")


@strawberry.type(
    description="Read everything anew, then follow from `revision`. It is the last event."
)
class SnapshotRequired:
    reason: SnapshotReason = strawberry.field(description="Why.")
    epoch: strawberry.ID = strawberry.field(description="The history that counts now.")
    revision: int = strawberry.field(description="The restaurant's newest revision.")


@strawberry.type(description="Nothing happened for a while, and the line stands.")
class Heartbeat:
    revision: int = strawberry.field(description="Where you stand.")
    at: datetime = strawberry.field(description="The server's time.")


ChangesEvent = Annotated[
    ChangeSet | CaughtUp | SnapshotRequired | Heartbeat,
    strawberry.union("ChangesEvent", description="What a follower of a restaurant is told."),
]


async def changes(  # noqa: PLR0913, PLR0917 - the arguments that clients have
    info: Info,
    restaurant_id: Annotated[strawberry.ID, strawberry.argument(description="Which.")],
    after: Annotated[
        int | None,
        strawberry.argument(description="The last revision that you have; null: from now on."),
    ] = None,
    epoch: Annotated[
        strawberry.ID | None, strawberry.argument(description="The epoch that it belongs to.")
    ] = None,
    schedule_id: Annotated[
        strawberry.ID | None,
        strawberry.argument(
            description="Only what stands on this schedule: its cells, covers, gaps and runs, and "
            "itself. Every revision is still told; `changes` is empty where nothing is left."
        ),
    ] = None,
    entity_types: Annotated[
        list[EntityType] | None,
        strawberry.argument(
            description="Only changes of these kinds. Every revision is still told."
        ),
    ] = None,
) -> AsyncIterator[ChangesEvent]:
    context = read_briefly(info)
    key = RestaurantId(decode("Restaurant", restaurant_id, ("restaurantId",)))
    interest = await _interest(context, key, schedule_id, entity_types)
    place = _place(context, Place(restaurant_id=key, after=after, epoch=epoch))
    async with aclosing(resolver.follow(_feed(context), context.caller, place)) as items:
        async for item in items:
            await context.release_reads()
            context.notes.told = item
            yield _event(interest.in_set(item) if isinstance(item, domain.ChangeSet) else item)


def _place(context: Context, asked: Place) -> Place:
    resumption = context.notes.resumption
    if resumption is None:
        return asked
    return replace(asked, after=resumption.after, epoch=resumption.epoch, was_admitted=True)


async def _interest(
    context: Context,
    restaurant_id: RestaurantId,
    schedule_id: str | None,
    entity_types: list[EntityType] | None,
) -> Interest:
    """Raises NotFoundRefusal for a schedule of elsewhere; strangers learn nothing of either."""
    kinds = None if entity_types is None else frozenset(entity_types)
    is_stranger = await context.loaders.membership(restaurant_id) is None
    if schedule_id is None or is_stranger:
        return Interest(entity_types=kinds)
    key = ScheduleId(decode("Schedule", schedule_id, ("scheduleId",)))
    schedule = await context.loaders.schedules.load(key)
    if schedule is None or schedule.restaurant_id != restaurant_id:
        raise not_found("schedule", ("scheduleId",))
    return Interest(schedule_id=key, entity_types=kinds)


def _feed(context: Context) -> Feed:
    return Feed(
        tail=tail_of(context.database),
        doorbell=context.doorbell,
        clock=context.clock,
        poll_seconds=context.poll_seconds,
        heartbeat_seconds=context.heartbeat_seconds,
    )


def _event(item: FeedItem) -> ChangeSet | CaughtUp | SnapshotRequired | Heartbeat:
    match item:
        case domain.ChangeSet():
            return ChangeSet.from_domain(item)
        case resolver.CaughtUp(epoch=epoch, revision=revision):
            return CaughtUp(epoch=strawberry.ID(epoch), revision=revision)
        case resolver.SnapshotRequired(reason=reason, epoch=epoch, revision=revision):
            return SnapshotRequired(reason=reason, epoch=strawberry.ID(epoch), revision=revision)
        case resolver.Heartbeat(revision=revision, at=at):
            return Heartbeat(revision=revision, at=at)


@strawberry.type(description="One row that was changed: by whom, when, from what to what.")
class LogRow:
    revision: int = strawberry.field(description="The revision that changed it.")
    committed_at: datetime = strawberry.field(description="When.")
    actor: Actor = strawberry.field(description="Who.")
    operation: str = strawberry.field(description="The mutation's name.")
    entity_type: EntityType = strawberry.field(description="What was changed.")
    entity_id: strawberry.ID = strawberry.field(description="Its global id.")
    before: JSON | None = strawberry.field(description="The whole row before; null: it was new.")
    after: JSON | None = strawberry.field(description="The whole row after; null: it is gone.")
    note: str | None = strawberry.field(description="The reason given for an override; else null.")

    @classmethod
    def from_domain(cls, value: LogEntry) -> "LogRow":
        change = value.change
        before = as_json(change.entity_type, change.before)
        after = as_json(change.entity_type, change.after)
        return cls(
            revision=value.revision,
            committed_at=value.committed_at,
            actor=Actor(id=strawberry.ID(value.actor_id), name=value.actor_name),
            operation=value.operation,
            entity_type=change.entity_type,
            entity_id=entity_id(change.entity_type, change.entity_key),
            before=None if before is None else JSON(before),
            after=None if after is None else JSON(after),
            note=value.note,
        )


@strawberry.type(description="A changed row in its place in the log.")
class LogEdge:
    cursor: str = strawberry.field(description="Its place; pass it as `after`.")
    node: LogRow = strawberry.field(description="What was changed.")


@strawberry.type(description="A page of the change log, newest first.")
class LogConnection:
    edges: list[LogEdge] = strawberry.field(description="The rows of the page.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")


async def change_log_page(
    info: Info,
    restaurant_id: Annotated[strawberry.ID, strawberry.argument(description="Which.")],
    first: Annotated[int | None, FIRST] = 50,
    after: Annotated[str | None, AFTER] = None,
) -> LogConnection | None:
    key = find_key("Restaurant", restaurant_id)
    if key is None or await info.context.membership(key) is None:
        return None
    size = page_size(50 if first is None else first)
    place = None if after is None else _place_after(after)
    found = await info.context.reads.ask(
        lambda c: change_log.page(c, RestaurantId(key), size + 1, place)
    )
    edges = [LogEdge(cursor=_cursor(row), node=LogRow.from_domain(row)) for row in found[:size]]
    where = page_info(edges, after, has_next=len(found) > size)
    return LogConnection(edges=edges, page_info=where)


def _cursor(row: LogEntry) -> str:
    return encode_cursor("Log", f"{row.revision}-{row.position}")


def _place_after(cursor: str) -> tuple[int, int]:
    parts = decode_cursor("Log", cursor).split("-")
    if len(parts) == 2 and all(p.isascii() and p.isdigit() and len(p) < 19 for p in parts):
        return int(parts[0]), int(parts[1])
    raise coded("BAD_CURSOR", "`after` is not a cursor of this list; begin without it.")
