"""Founding a restaurant, its own settings and its shift types."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.access import Caller, Right
from domain.changes import EntityType
from domain.configurations import ConfigurationStatus, ConfigurationVersion, Restaurant
from domain.ids import ConfigurationId, RestaurantId, ShiftTypeId
from domain.refusals import ValidationRefusal
from domain.shifts import ShiftType
from resolvers.beginnings import first_rules, first_shift_types
from resolvers.entering import Written, enter_row
from resolvers.rules import keep_lengths
from resolvers.texts import name_of, time_zone_of
from resolvers.transaction import Intent, Transactions, WriteTransaction
from store import change_log, configurations, restaurants, rules, shift_types

Result = Written[Restaurant]
TypeResult = Written[ShiftType]


async def create(
    transactions: Transactions, caller: Caller, intent: Intent, draft: Restaurant
) -> Result:
    """Found a restaurant owned by the caller, with shift types, an active version and rules."""

    async def work(tx: WriteTransaction) -> Result:
        made = await tx.found(admit(draft))
        for kind in await shift_types.insert_many(tx.connection, first_shift_types(made.id)):
            tx.record(None, kind)
        version = await configurations.insert(tx.connection, _first_version(made.id))
        tx.record(None, version)
        await _insert_first_rules(tx, version)
        return Written(value=made, revision=tx.revision)

    return await transactions.write(caller, intent, Result, work)


async def update(
    transactions: Transactions,
    caller: Caller,
    intent: Intent,
    key: RestaurantId,
    changes: Mapping[str, Any],
) -> Result:
    async def work(tx: WriteTransaction) -> Result:
        entered = await tx.enter(key, Right.EDIT, what="restaurant", path=("id",))
        before = replace(entered, revision=tx.revision - 1)
        await _expect(tx, before)
        after = admit(replace(entered, **changes))
        written = await restaurants.update(tx.connection, after)
        tx.record(before, written)
        return Written(value=written, revision=tx.revision)

    return await transactions.write(caller, intent, Result, work)


async def update_shift_type(
    transactions: Transactions,
    caller: Caller,
    intent: Intent,
    key: ShiftTypeId,
    changes: Mapping[str, Any],
) -> TypeResult:
    """Change the named fields of a shift type; its code never changes."""

    async def work(tx: WriteTransaction) -> TypeResult:
        before = await enter_row(tx, shift_types.by_ids, key, what="shift type")
        tx.expect(before)
        after = admit_shift_type(replace(before, **changes, revision=tx.revision))
        await keep_lengths(tx, before, after)
        written = await shift_types.update(tx.connection, after)
        tx.record(before, written)
        return Written(value=written, revision=tx.revision)

    return await transactions.write(caller, intent, TypeResult, work)


async def _expect(tx: WriteTransaction, before: Restaurant) -> None:
    """Its revision counts every write; only a change of its own settings makes an edit stale."""
    expected = tx.intent.expected_revision
    own = (EntityType.RESTAURANT,)
    if expected is not None and await change_log.has_changed_after(
        tx.connection, before.id, expected, own
    ):
        tx.expect(before)


def admit(restaurant: Restaurant) -> Restaurant:
    """The restaurant as it may be stored; raises ValidationRefusal."""
    if not 1 <= restaurant.period_start_day <= 31:
        raise ValidationRefusal(
            code="OUT_OF_RANGE",
            message="periodStartDay is from 1 to 31.",
            path=("periodStartDay",),
        )
    return replace(
        restaurant,
        name=name_of(restaurant.name),
        time_zone=time_zone_of(restaurant.time_zone),
    )


def admit_shift_type(kind: ShiftType) -> ShiftType:
    """The shift type as it may be stored; raises ValidationRefusal."""
    if not 0 <= kind.rest_half_days <= 2:
        raise ValidationRefusal(
            code="OUT_OF_RANGE", message="restHalfDays is 0, 1 or 2.", path=("restHalfDays",)
        )
    symbol = name_of(kind.symbol, ("symbol",))
    if len(symbol) > 8:
        raise ValidationRefusal(
            code="TEXT_TOO_LONG", message="symbol has 8 characters at most.", path=("symbol",)
        )
    employment_types = tuple(dict.fromkeys(kind.employment_types))
    return replace(kind, name=name_of(kind.name), symbol=symbol, employment_types=employment_types)


def _first_version(restaurant_id: RestaurantId) -> ConfigurationVersion:
    return ConfigurationVersion(
        id=ConfigurationId(0),
        restaurant_id=restaurant_id,
        number=1,
        name="1",
        status=ConfigurationStatus.ACTIVE,
        revision=1,
    )


async def _insert_first_rules(tx: WriteTransaction, version: ConfigurationVersion) -> None:
    first = first_rules(version)
    for limit in first.work_limits:
        tx.record(None, await rules.insert_work_limit(tx.connection, limit))
    tx.record(None, await rules.insert_succession_rule(tx.connection, first.succession_rule))
    for standing in first.standing_rules:
        tx.record(None, await rules.insert_standing_rule(tx.connection, standing))
