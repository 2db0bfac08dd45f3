"""Rows of a configuration version: all are created, edited and deleted in one way."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

from domain.access import Caller, Right
from domain.ids import ConfigurationId, RestaurantId, RuleId
from resolvers.entering import (
    ByIds,
    Written,
    already_deleted,
    editable_configuration,
    enter_row,
)
from resolvers.transaction import Intent, Transactions, WriteTransaction
from store.engine import WriteConnection


class SettingRow(Protocol):
    @property
    def restaurant_id(self) -> RestaurantId: ...
    @property
    def configuration_id(self) -> ConfigurationId: ...
    @property
    def is_active(self) -> bool: ...
    @property
    def revision(self) -> int: ...


S = TypeVar("S", bound=SettingRow)
Store = Callable[[WriteConnection, S], Awaitable[S]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingKind(Generic[S]):
    """`admit` answers the value as it may be stored, or refuses it.

    `edit` reads changes beside the row that they change, where its fields say them otherwise.
    """

    what: str
    result: type[Written[S]]
    by_ids: ByIds[RuleId, S]
    insert: Store[S]
    update: Store[S]
    admit: Callable[[WriteTransaction, S], Awaitable[S]]
    edit: Callable[[S, Mapping[str, Any]], Mapping[str, Any]] = lambda _, changes: changes


async def create(
    kind: SettingKind[S], transactions: Transactions, caller: Caller, intent: Intent, draft: S
) -> Written[S]:
    """Add a row to the version that the draft names, or to the active one for 0."""

    async def work(tx: WriteTransaction) -> Written[S]:
        await tx.enter(draft.restaurant_id, Right.EDIT, what="restaurant", path=("restaurantId",))
        return await add(kind, tx, draft)

    return await transactions.write(caller, intent, kind.result, work)


async def add(kind: SettingKind[S], tx: WriteTransaction, draft: S) -> Written[S]:
    """The same within a transaction that has entered the restaurant."""
    configuration = await editable_configuration(tx, draft.configuration_id)
    row: Any = draft
    placed: S = replace(row, configuration_id=configuration.id, revision=tx.revision)
    made = await kind.insert(tx.connection, await kind.admit(tx, placed))
    tx.record(None, made)
    return Written(value=made, revision=tx.revision)


async def update(  # noqa: PLR0913, PLR0917 - who, what and how
    kind: SettingKind[S],
    transactions: Transactions,
    caller: Caller,
    intent: Intent,
    key: RuleId,
    changes: Mapping[str, Any],
) -> Written[S]:
    """Change the named fields of a row that is not deleted."""

    async def work(tx: WriteTransaction) -> Written[S]:
        before = await _standing(kind, tx, key)
        row: Any = before
        changed: S = replace(row, **kind.edit(before, changes), revision=tx.revision)
        after = await kind.update(tx.connection, await kind.admit(tx, changed))
        tx.record(before, after)
        return Written(value=after, revision=tx.revision)

    return await transactions.write(caller, intent, kind.result, work)


async def delete(
    kind: SettingKind[S], transactions: Transactions, caller: Caller, intent: Intent, key: RuleId
) -> Written[S]:
    """Take a row out of force; it stays in the table and in the log."""

    async def work(tx: WriteTransaction) -> Written[S]:
        before = await _standing(kind, tx, key)
        row: Any = before
        after = await kind.update(
            tx.connection, replace(row, is_active=False, revision=tx.revision)
        )
        tx.record(before, after)
        return Written(value=after, revision=tx.revision)

    return await transactions.write(caller, intent, kind.result, work)


async def _standing(kind: SettingKind[S], tx: WriteTransaction, key: RuleId) -> S:
    before = await enter_row(tx, kind.by_ids, key, what=kind.what)
    await editable_configuration(tx, before.configuration_id, ("id",))
    if not before.is_active:
        raise already_deleted(before, kind.what)
    tx.expect(before)
    return before
