"""The truth that followers read: one change set for each revision, with before and after."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    RowMapping,
    Select,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    true,
    tuple_,
    union_all,
)

from domain.changes import Change, ChangeSet, EntityType
from domain.configurations import ConfigurationStatus
from domain.ids import RestaurantId
from store import bulk, rows
from store.engine import ReadConnection, WriteConnection
from store.tables import change_log, change_sets, configuration_versions, pruned_changes

OF_A_VERSION = (
    EntityType.STAFF_GROUP,
    EntityType.BACKUP_ASSIGNMENT,
    EntityType.WORK_LIMIT,
    EntityType.PRIORITY_RULE,
    EntityType.SUCCESSION_RULE,
    EntityType.STANDING_RULE,
    EntityType.CALENDAR_RULE,
)
TURN: Final = "TURN"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One change with its set's header; `revision` and `position` order the log."""

    restaurant_id: RestaurantId
    revision: int
    position: int
    committed_at: datetime
    actor_id: str
    actor_name: str
    operation: str
    client_mutation_id: str | None
    note: str | None
    change: Change


async def append(
    connection: WriteConnection, change_set: ChangeSet, *, note: str | None = None
) -> None:
    """Write one set, with the reason that its actor gave, if any."""
    header = {**rows.columns_of(change_sets, change_set), "note": note}
    await connection.execute(change_sets.insert().values(header))
    await connection.execute(
        bulk.APPEND_CHANGES,
        {
            "restaurant_id": change_set.restaurant_id,
            "revision": change_set.revision,
            "entity_types": [change.entity_type for change in change_set.changes],
            "entity_keys": [change.entity_key for change in change_set.changes],
            "befores": [_json(change.before) for change in change_set.changes],
            "afters": [_json(change.after) for change in change_set.changes],
        },
    )


def _json(row: dict[str, object] | None) -> str | None:
    return None if row is None else json.dumps(row, ensure_ascii=False)


async def after(
    connection: ReadConnection, restaurant_id: RestaurantId, revision: int, limit: int
) -> tuple[ChangeSet, ...]:
    """At most `limit` sets that came after a revision, oldest first."""
    wanted = (
        select(change_sets.c.revision)
        .where(change_sets.c.restaurant_id == restaurant_id, change_sets.c.revision > revision)
        .order_by(change_sets.c.revision)
        .limit(limit)
    )
    statement = (
        _with_headers(is_outer=True)
        .where(change_sets.c.restaurant_id == restaurant_id, change_sets.c.revision.in_(wanted))
        .order_by(change_sets.c.revision, change_log.c.position)
    )
    found = (await connection.execute(statement)).mappings()
    return tuple(_set(list(group)) for _, group in groupby(found, key=itemgetter("revision")))


async def all_after(
    connection: ReadConnection, restaurant_id: RestaurantId, revision: int, most: int
) -> tuple[ChangeSet, ...] | None:
    """All sets that came after a revision, oldest first; None when they hold too many changes."""
    statement = (
        _with_headers(is_outer=True)
        .where(change_sets.c.restaurant_id == restaurant_id, change_sets.c.revision > revision)
        .order_by(change_sets.c.revision, change_log.c.position)
        .limit(most + 1)
    )
    found = (await connection.execute(statement)).mappings().all()
    if len(found) > most:
        return None
    return tuple(_set(list(group)) for _, group in groupby(found, key=itemgetter("revision")))


async def oldest_revision(connection: ReadConnection, restaurant_id: RestaurantId) -> int | None:
    """The first revision that the log still holds; None when it holds none."""
    statement = select(func.min(change_sets.c.revision)).where(
        change_sets.c.restaurant_id == restaurant_id
    )
    revision: int | None = (await connection.execute(statement)).scalar()
    return revision


async def has_changed_after(
    connection: ReadConnection,
    restaurant_id: RestaurantId,
    revision: int,
    entity_types: Iterable[EntityType],
    subject: str | None = None,
) -> bool:
    """Whether anything of these types was written after a revision; `subject`: whose membership."""
    asked = list(entity_types)
    log, pruned = change_log.c, pruned_changes.c
    found = select(log.revision).where(
        log.restaurant_id == restaurant_id,
        log.revision > revision,
        log.entity_type.in_(asked),
    )
    gone = select(pruned.revision).where(
        pruned.restaurant_id == restaurant_id,
        pruned.revision > revision,
        pruned.entity_type.in_(asked),
    )
    if subject is not None:
        found = found.where(log.entity_key == subject)
        gone = gone.where(pruned.scope == subject)
    # One statement, so that no row can be pruned between the two questions.
    either = select(or_(found.exists(), gone.exists()))
    is_there: bool = (await connection.execute(either)).scalar_one()
    return is_there


async def newest_revisions(
    connection: ReadConnection,
    restaurant_ids: Collection[RestaurantId],
    entity_types: Iterable[EntityType],
) -> dict[RestaurantId, int]:
    """For each restaurant the last revision that wrote anything of these types that is in use.

    A row of a version beside the active one is not; of a version itself only which one is active.
    """
    asked = list(entity_types)
    parts = (
        select(table.c.restaurant_id, table.c.entity_type, scope, table.c.revision).where(
            rows.is_among(table.c.restaurant_id, restaurant_ids), table.c.entity_type.in_(asked)
        )
        for table, scope in (
            (change_log, scope_of_change().label("scope")),
            (pruned_changes, pruned_changes.c.scope),
        )
    )
    written = union_all(*parts).subquery().c
    statement = (
        select(written.restaurant_id, func.max(written.revision))
        .where(_is_in_use(written.entity_type, written.scope))
        .group_by(written.restaurant_id)
    )
    found = (await connection.execute(statement)).all()
    return {RestaurantId(key): revision for key, revision in found}


def scope_of_change() -> ColumnElement[str]:
    """What a row of the log counts for within its type.

    The version that holds it, the person whose membership it is, TURN where versions took turns
    in being active; empty for everything else.
    """
    log = change_log.c
    before, after = log.before["status"].astext, log.after["status"].astext
    takes_turns = before.is_distinct_from(after) & (
        (before == ConfigurationStatus.ACTIVE) | (after == ConfigurationStatus.ACTIVE)
    )
    return case(
        (log.entity_type == EntityType.MEMBERSHIP, log.entity_key),
        (
            log.entity_type.in_(OF_A_VERSION),
            func.coalesce(func.coalesce(log.after, log.before)["configuration_id"].astext, ""),
        ),
        ((log.entity_type == EntityType.CONFIGURATION) & takes_turns, TURN),
        else_="",
    )


def _is_in_use(entity_type: ColumnElement[str], scope: ColumnElement[str]) -> ColumnElement[bool]:
    versions = configuration_versions.c
    of_active = exists().where(
        versions.id == func.nullif(scope, "").cast(BigInteger),
        versions.status == ConfigurationStatus.ACTIVE,
    )
    return case(
        (entity_type == EntityType.CONFIGURATION, scope == TURN),
        (entity_type.in_(OF_A_VERSION), of_active),
        else_=true(),
    )


async def page(
    connection: ReadConnection,
    restaurant_id: RestaurantId,
    first: int,
    before: tuple[int, int] | None = None,
) -> tuple[LogEntry, ...]:
    """Newest first, at most `first`; `before` is the revision and position of the last one seen."""
    statement = _with_headers(is_outer=False).where(change_sets.c.restaurant_id == restaurant_id)
    if before is not None:
        place = tuple_(change_log.c.revision, change_log.c.position)
        statement = statement.where(place < before)
    newest_first = statement.order_by(
        change_log.c.revision.desc(), change_log.c.position.desc()
    ).limit(first)
    return tuple(_entry(row) for row in (await connection.execute(newest_first)).mappings())


def _with_headers(*, is_outer: bool) -> Select[Any]:
    same = and_(
        change_log.c.restaurant_id == change_sets.c.restaurant_id,
        change_log.c.revision == change_sets.c.revision,
    )
    joined = change_sets.join(change_log, same, isouter=is_outer)
    columns = change_log.c
    return select(
        *change_sets.c,
        columns.position,
        columns.entity_type,
        columns.entity_key,
        columns.before,
        columns.after,
    ).select_from(joined)


def _header(row: RowMapping) -> dict[str, Any]:
    return {column.name: row[column.name] for column in change_sets.c}


def _set(entries: Sequence[RowMapping]) -> ChangeSet:
    header = _header(entries[0])
    header.pop("note")
    changes = (rows.value_of(Change, row) for row in entries if row["position"] is not None)
    return ChangeSet(**header, changes=tuple(changes))


def _entry(row: RowMapping) -> LogEntry:
    change = rows.value_of(Change, row)
    return LogEntry(**_header(row), position=row["position"], change=change)
