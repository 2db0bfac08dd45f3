"""The end of the change log, read once per process and revision for all who follow it."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from domain.changes import ChangeSet
from domain.ids import RestaurantId
from store import change_log, restaurants
from store.engine import Database

PAGE = 100
KEPT_CHANGE_SETS = 50
KEPT_CHANGES = 5_000
KEPT_RESTAURANTS = 100
FRESH_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at a restaurant's log: `change_sets` are the oldest ones after the asked revision.

    `revision` is what the restaurant had then; more is to come while the last change set is
    older. `subjects` are those who were members.
    """

    epoch: str
    revision: int
    subjects: frozenset[str]
    change_sets: tuple[ChangeSet, ...]

    @property
    def last_revision(self) -> int:
        return self.change_sets[-1].revision if self.change_sets else self.revision


class ChangeTail:
    """Answers followers from what it read for another one a moment ago, if that is enough.

    Change sets never change, so what is kept cannot become wrong, only short.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: dict[RestaurantId, tuple[float, Look]] = {}
        self._reading: dict[tuple[RestaurantId, int | None], asyncio.Task[Look | None]] = {}

    async def look(
        self, restaurant_id: RestaurantId, after: int | None, *, at_least: int = 0
    ) -> Look | None:
        """What follows the revision `after`; None when there is no such restaurant.

        `after` None asks for no change sets. A kept answer serves only if it is younger than a
        second and reaches `at_least`, which is what a ring has announced.
        """
        kept = self._from_kept(restaurant_id, after, at_least)
        if kept is not None:
            return kept
        found = await self.look_anew(restaurant_id, after)
        if found is not None and found.revision < at_least:
            # The read that was joined may have begun before the ring; this one has not.
            found = await self.look_anew(restaurant_id, after)
        return found

    async def look_anew(self, restaurant_id: RestaurantId, after: int | None) -> Look | None:
        """The same from the database, by a read that others may share."""
        return await self._share((restaurant_id, after), self._read(restaurant_id, after))

    def _from_kept(
        self, restaurant_id: RestaurantId, after: int | None, at_least: int
    ) -> Look | None:
        if after is None or restaurant_id not in self._kept:
            return None
        read_at, kept = self._kept[restaurant_id]
        too_old = asyncio.get_running_loop().time() - read_at > FRESH_SECONDS
        first = kept.change_sets[0].revision if kept.change_sets else kept.revision + 1
        if too_old or kept.revision < at_least or not first - 1 <= after <= kept.revision:
            return None
        return _since(kept, after)

    async def _share(
        self,
        key: tuple[RestaurantId, int | None],
        read: Coroutine[Any, Any, Look | None],
    ) -> Look | None:
        task = self._reading.get(key)
        if task is None:
            task = self._reading[key] = asyncio.create_task(read)
            task.add_done_callback(lambda _: self._reading.pop(key, None))
        else:
            read.close()
        # Shielded: one follower who leaves must not cancel the read of all the others.
        return await asyncio.shield(task)

    async def _read(self, restaurant_id: RestaurantId, after: int | None) -> Look | None:
        read_at = asyncio.get_running_loop().time()
        async with self._database.read_in_turn() as connection:
            found = (await restaurants.by_ids(connection, [restaurant_id])).get(restaurant_id)
            if found is None:
                return None
            members = await restaurants.memberships_of(connection, restaurant_id)
            change_sets: tuple[ChangeSet, ...] = ()
            if after is not None and after < found.revision:
                change_sets = await change_log.after(connection, restaurant_id, after, PAGE)
        look = Look(
            epoch=found.epoch,
            revision=found.revision,
            subjects=frozenset(m.subject for m in members),
            change_sets=change_sets,
        )
        self._keep(restaurant_id, read_at, look)
        return look

    def _keep(self, restaurant_id: RestaurantId, read_at: float, look: Look) -> None:
        """Keep the newest look, with what came before it as far as the two join up."""
        if look.last_revision < look.revision:
            return
        _, before = self._kept.pop(restaurant_id, (0.0, None))
        joined = look.change_sets if before is None else _join(before, look)
        self._kept[restaurant_id] = (
            read_at,
            Look(
                epoch=look.epoch,
                revision=look.revision,
                subjects=look.subjects,
                change_sets=_newest(joined),
            ),
        )
        if len(self._kept) > KEPT_RESTAURANTS:
            del self._kept[next(iter(self._kept))]


_tails: WeakKeyDictionary[Database, ChangeTail] = WeakKeyDictionary()


def tail_of(database: Database) -> ChangeTail:
    """The one tail that this process keeps of a database."""
    return _tails.setdefault(database, ChangeTail(database))


def _newest(change_sets: tuple[ChangeSet, ...]) -> tuple[ChangeSet, ...]:
    """The last ones, as many as may be kept; one applied run alone can hold thousands of rows."""
    first, changes = len(change_sets), 0
    while first > max(0, len(change_sets) - KEPT_CHANGE_SETS):
        changes += len(change_sets[first - 1].changes)
        if changes > KEPT_CHANGES:
            break
        first -= 1
    return change_sets[first:]


def _since(look: Look, after: int) -> Look:
    return Look(
        epoch=look.epoch,
        revision=look.revision,
        subjects=look.subjects,
        change_sets=tuple(s for s in look.change_sets if s.revision > after),
    )


def _join(before: Look, look: Look) -> tuple[ChangeSet, ...]:
    first = look.change_sets[0].revision if look.change_sets else look.revision + 1
    if look.epoch != before.epoch or not before.change_sets:
        return look.change_sets
    if before.change_sets[-1].revision < first - 1:
        return look.change_sets
    return tuple(s for s in before.change_sets if s.revision < first) + look.change_sets
