"""Versions of the settings: copy, activate, lock."""

from dataclasses import replace

from domain.access import Caller, Right
from domain.configurations import ConfigurationStatus, ConfigurationVersion
from domain.ids import ConfigurationId, RestaurantId
from domain.refusals import ConflictRefusal, not_found
from resolvers.entering import Written, enter_row, own_row
from resolvers.texts import name_of
from resolvers.transaction import Intent, Transactions, WriteTransaction
from store import configurations, lineages, schedules

Result = Written[ConfigurationVersion]


async def create(  # noqa: PLR0913, PLR0917 - who, what and how
    transactions: Transactions,
    caller: Caller,
    intent: Intent,
    restaurant_id: RestaurantId,
    name: str,
    source: ConfigurationId | None = None,
) -> Result:
    """Copy whatever is in force of the active version, or of `source`, into a new draft."""

    async def work(tx: WriteTransaction) -> Result:
        await tx.enter(restaurant_id, Right.EDIT, what="restaurant", path=("restaurantId",))
        copied = await _source(tx, source)
        versions = await configurations.of_restaurant(tx.connection, restaurant_id)
        draft = ConfigurationVersion(
            id=ConfigurationId(0),
            restaurant_id=restaurant_id,
            number=max(version.number for version in versions) + 1,
            name=name_of(name),
            revision=tx.revision,
        )
        made = await configurations.insert(tx.connection, draft)
        await configurations.copy_content(tx.connection, copied.id, made.id, tx.revision)
        tx.record(None, made)
        return Written(value=made, revision=tx.revision)

    return await transactions.write(caller, intent, Result, work)


async def activate(
    transactions: Transactions, caller: Caller, intent: Intent, key: ConfigurationId
) -> Result:
    """Put a version in use and archive the one before it, in one step.

    Recorded covers go over to the copies of their groups and assignments.
    """

    async def work(tx: WriteTransaction) -> Result:
        before = await _enter(tx, key)
        tx.expect(before)
        if before.status is ConfigurationStatus.ACTIVE:
            raise ConflictRefusal(
                code="ALREADY_ACTIVE",
                message=f"Version {before.number} is in use already.",
                path=("id",),
                current=(before,),
            )
        active = await _active(tx)
        tx.expect(active)
        await _write(tx, active, status=ConfigurationStatus.ARCHIVED)
        written = await _write(tx, before, status=ConfigurationStatus.ACTIVE)
        await _take_over_covers(tx, key)
        return written

    return await transactions.write(caller, intent, Result, work)


async def lock(
    transactions: Transactions,
    caller: Caller,
    intent: Intent,
    key: ConfigurationId,
    *,
    is_locked: bool,
) -> Result:
    """Refuse, or accept again, every edit of a version's content."""

    async def work(tx: WriteTransaction) -> Result:
        before = await _enter(tx, key)
        tx.expect(before)
        after = replace(before, is_locked=is_locked, revision=tx.revision)
        written = await configurations.update(tx.connection, after)
        tx.record(before, written)
        return Written(value=written, revision=tx.revision)

    return await transactions.write(caller, intent, Result, work)


async def _enter(tx: WriteTransaction, key: ConfigurationId) -> ConfigurationVersion:
    return await enter_row(tx, configurations.by_ids, key, what="configuration version")


async def _active(tx: WriteTransaction) -> ConfigurationVersion:
    key = tx.restaurant.id
    found = (await configurations.active_of(tx.connection, [key])).get(key)
    if found is None:
        raise not_found("active configuration version")
    return found


async def _source(tx: WriteTransaction, source: ConfigurationId | None) -> ConfigurationVersion:
    if source is None:
        return await _active(tx)
    path = ("sourceId",)
    what = "configuration version"
    return await own_row(tx, configurations.by_ids, source, what=what, path=path)


async def _take_over_covers(tx: WriteTransaction, key: ConfigurationId) -> None:
    """The schedules take the revision too, so that they say when anything on them changed."""
    moved = await lineages.take_over_covers(tx.connection, key, tx.revision)
    touched = {before.schedule_id for before, _ in moved}
    for schedule in (await schedules.by_ids(tx.connection, touched)).values():
        after = replace(schedule, revision=tx.revision)
        tx.record(schedule, await schedules.update(tx.connection, after))
    for before_cover, cover in moved:
        tx.record(before_cover, cover)


async def _write(
    tx: WriteTransaction, before: ConfigurationVersion, *, status: ConfigurationStatus
) -> Result:
    after = replace(before, status=status, revision=tx.revision)
    written = await configurations.update(tx.connection, after)
    tx.record(before, written)
    return Written(value=written, revision=tx.revision)
