"""Pruning the change log: whole change sets, oldest first, in small transactions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from store import retention
from store.engine import Database
from store.retention import Retention


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How much of each restaurant's log is kept: whichever of the two keeps more."""

    days: int
    change_sets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What one round of pruning has taken out."""

    restaurants: int
    change_sets: int
    changes: int


async def prune(database: Database, kept: Kept, clock: Callable[[], datetime]) -> Total:
    """Prune every restaurant's log down to what is kept; several processes may do so at once."""
    wanted = Retention(change_sets=kept.change_sets, since=clock() - timedelta(days=kept.days))
    async with database.read() as connection:
        found = await retention.prunable(connection, wanted)
    change_sets = changes = 0
    for restaurant_id in found:
        while True:
            async with database.write() as connection:
                batch = await retention.prune(connection, restaurant_id, wanted)
            if not batch.change_sets:
                break
            change_sets += batch.change_sets
            changes += batch.changes
    return Total(restaurants=len(found), change_sets=change_sets, changes=changes)
