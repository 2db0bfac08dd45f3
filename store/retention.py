"""The old end of the change log: what may go, and what is kept of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import CTE, func, select, text, true
from sqlalchemy.dialects.postgresql import insert as insert_or

from domain.ids import RestaurantId
from domain.runs import RunState
from store.change_log import scope_of_change
from store.engine import ReadConnection, WriteConnection
from store.tables import change_log, change_sets, generation_runs, pruned_changes, restaurants

SETS_AT_ONCE: Final = 100
CHANGES_AT_ONCE: Final = 5_000
ACTIVE: Final = (RunState.QUEUED, RunState.RUNNING)

_ALONE: Final = text("select pg_try_advisory_xact_lock(hashtext('understudy pruning'))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """A change set is kept if it is one of the newest `change_sets`, or not older than `since`."""

    change_sets: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What one batch has taken out of the log."""

    change_sets: int
    changes: int


NOTHING: Final = Pruned(change_sets=0, changes=0)


async def prunable(connection: ReadConnection, retention: Retention) -> tuple[RestaurantId, ...]:
    """The restaurants whose oldest change set may go."""
    bounds = _bounds(retention)
    oldest = (
        select(change_sets.c.revision, change_sets.c.committed_at)
        .where(change_sets.c.restaurant_id == bounds.c.id)
        .order_by(change_sets.c.revision)
        .limit(1)
        .lateral()
    )
    statement = (
        select(bounds.c.id)
        .join_from(bounds, oldest, true())
        .where(oldest.c.revision <= bounds.c.last, oldest.c.committed_at < retention.since)
        .order_by(bounds.c.id)
    )
    return tuple(RestaurantId(key) for key in await connection.scalars(statement))


async def prune(
    connection: WriteConnection, restaurant_id: RestaurantId, retention: Retention
) -> Pruned:
    """Take the oldest change sets that may go out of the log, whole and at most a batch of them.

    What is left has no hole. Of what goes, the last revision of each type and scope is kept, since
    the staleness of runs and of edits is judged by it. Nothing goes while another process prunes.
    """
    if not (await connection.execute(_ALONE)).scalar_one():
        return NOTHING
    last = _last_of_batch(await _oldest(connection, restaurant_id, retention), retention)
    if last is None:
        return NOTHING
    log, sets = change_log.c, change_sets.c
    old_changes = (log.restaurant_id == restaurant_id) & (log.revision <= last)
    old_sets = (sets.restaurant_id == restaurant_id) & (sets.revision <= last)
    scope = scope_of_change().label("scope")
    newest = (
        select(log.restaurant_id, log.entity_type, scope, func.max(log.revision))
        .where(old_changes)
        .group_by(log.restaurant_id, log.entity_type, scope)
    )
    kept = insert_or(pruned_changes).from_select(list(pruned_changes.c.keys()), newest)
    await connection.execute(
        kept.on_conflict_do_update(
            constraint=pruned_changes.primary_key, set_={"revision": kept.excluded.revision}
        )
    )
    changes = await connection.execute(change_log.delete().where(old_changes))
    headers = await connection.execute(change_sets.delete().where(old_sets))
    return Pruned(change_sets=headers.rowcount, changes=changes.rowcount)


def _bounds(retention: Retention) -> CTE:
    """Of each restaurant the `last` revision that the count lets go.

    A run that is under way is applied in the name of whoever asked for it: that stays readable.
    """
    runs = generation_runs.c
    asked = (
        select(func.min(runs.revision) - 1)
        .where(runs.restaurant_id == restaurants.c.id, runs.state.in_(ACTIVE))
        .scalar_subquery()
    )
    # `least` passes over a null, which is what there is without a run
    last = func.least(restaurants.c.revision - retention.change_sets, asked)
    return select(restaurants.c.id, last.label("last")).cte("bounds")


async def _oldest(
    connection: ReadConnection, restaurant_id: RestaurantId, retention: Retention
) -> list[tuple[int, datetime, int]]:
    """The first change sets of the log that the count lets go, each with its number of rows."""
    bounds, sets, log = _bounds(retention), change_sets.c, change_log.c
    size = (
        select(func.count())
        .where(log.restaurant_id == sets.restaurant_id, log.revision == sets.revision)
        .scalar_subquery()
    )
    statement = (
        select(sets.revision, sets.committed_at, size)
        .join(bounds, bounds.c.id == sets.restaurant_id)
        .where(sets.restaurant_id == restaurant_id, sets.revision <= bounds.c.last)
        .order_by(sets.revision)
        .limit(SETS_AT_ONCE)
    )
    found = await connection.execute(statement)
    return [(revision, committed_at, count) for revision, committed_at, count in found]


def _last_of_batch(oldest: Iterable[tuple[int, datetime, int]], retention: Retention) -> int | None:
    """The revision up to which a batch goes; one set may be larger than a batch, two may not."""
    last, changes = None, 0
    for revision, committed_at, size in oldest:
        changes += size
        is_full = last is not None and changes > CHANGES_AT_ONCE
        if committed_at >= retention.since or is_full:
            break
        last = revision
    return last
