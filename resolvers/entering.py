"""How a write finds its row: by id, then the lock of its restaurant, then the row again."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from domain.access import Right
from domain.configurations import ConfigurationStatus, ConfigurationVersion
from domain.ids import ConfigurationId, RestaurantId, ShiftCode
from domain.refusals import ConflictRefusal, ValidationRefusal, not_found
from domain.shifts import ShiftType
from resolvers.transaction import WriteTransaction
from store import configurations, shift_types
from store.engine import ReadConnection


class Owned(Protocol):
    """A row of one restaurant."""

    @property
    def restaurant_id(self) -> RestaurantId: ...


K = TypeVar("K", bound=int)
V = TypeVar("V")
O = TypeVar("O", bound=Owned)  # noqa: E741 - beside K and V
ByIds = Callable[[ReadConnection, Collection[K]], Awaitable[dict[K, V]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written(Generic[V]):
    """What a write made, and the revision that it took."""

    value: V
    revision: int


async def enter_row(  # noqa: PLR0913 - one row, named in full
    tx: WriteTransaction,
    by_ids: ByIds[K, O],
    key: K,
    *,
    what: str,
    right: Right = Right.EDIT,
    path: Sequence[str] = ("id",),
) -> O:
    """The row as it stands once nobody else can write its restaurant."""
    found = (await by_ids(tx.connection, [key])).get(key)
    if found is None:
        raise not_found(what, path)
    await tx.enter(found.restaurant_id, right, what=what, path=path)
    return (await by_ids(tx.connection, [key]))[key]


async def own_rows(
    tx: WriteTransaction,
    by_ids: ByIds[K, O],
    keys: Sequence[K],
    *,
    what: str,
    path: Sequence[str],
) -> dict[K, O]:
    """Rows of the restaurant that was entered; any other is not found, whoever asks."""
    found = await by_ids(tx.connection, keys)
    if all(key in found and found[key].restaurant_id == tx.restaurant.id for key in keys):
        return found
    raise not_found(what, path)


async def own_row(
    tx: WriteTransaction, by_ids: ByIds[K, O], key: K, *, what: str, path: Sequence[str]
) -> O:
    return (await own_rows(tx, by_ids, [key], what=what, path=path))[key]


async def editable_configuration(
    tx: WriteTransaction, key: ConfigurationId, path: Sequence[str] = ("configurationId",)
) -> ConfigurationVersion:
    """The version to edit: the given one, or the active one for 0; locked ones refuse.

    `path` is the field that led to it; none did when the caller left the version to us.
    """
    sent = tuple(path) if key else ()
    active = (await configurations.active_of(tx.connection, [tx.restaurant.id])).get(
        tx.restaurant.id
    )
    if active is None:
        raise not_found("configuration version", sent)
    if key in (0, active.id):
        return tx.unlocked(active, sent)
    what = "configuration version"
    given = await own_row(tx, configurations.by_ids, key, what=what, path=sent)
    if given.status is not ConfigurationStatus.ARCHIVED:
        return tx.unlocked(given, sent)
    raise ConflictRefusal(
        code="CONFIGURATION_ARCHIVED",
        message=f"Version {given.number} is archived; version {active.number} is in use now.",
        path=sent,
        current=(active,),
    )


async def known_types(
    tx: WriteTransaction, codes: Sequence[ShiftCode], path: Sequence[str]
) -> dict[ShiftCode, ShiftType]:
    """The restaurant's shift types of these codes; an unknown code is UNKNOWN_SHIFT_TYPE."""
    types = {t.code: t for t in await shift_types.of_restaurants(tx.connection, [tx.restaurant.id])}
    if all(code in types for code in codes):
        return {code: types[code] for code in codes}
    raise ValidationRefusal(
        code="UNKNOWN_SHIFT_TYPE",
        message=f"{path[-1]} names no shift type here; there are {', '.join(types)}.",
        path=tuple(path),
    )


def already_deleted(row: Any, what: str) -> ConflictRefusal:
    return ConflictRefusal(
        code="ALREADY_DELETED",
        message=f"This {what} has been deleted; make a new one if it is needed again.",
        path=("id",),
        current=(row,),
    )
