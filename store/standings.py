"""Where restaurants stand: what has to be read before an older answer may be given again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from domain.access import Caller, Role
from domain.ids import RestaurantId
from store.engine import Glance, ReadConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A restaurant's history and newest revision, its zone and its members, of one moment."""

    epoch: str
    revision: int
    time_zone: str
    roles: Mapping[str, Role]

    def role_of(self, caller: Caller) -> Role | None:
        """What the caller may do here; None for somebody who does not belong here."""
        return Role.OWNER if caller.owns_everything else self.roles.get(caller.subject)


# as the driver takes it: this statement stands before every remembered answer
_STANDINGS: Final = """
    select r.id, r.epoch, r.revision, r.time_zone, m.subjects, m.roles
    from restaurants r
    cross join lateral (
        select array_agg(subject) as subjects, array_agg(role) as roles
        from restaurant_memberships where restaurant_id = r.id
    ) m
    where r.id = any($1::bigint[])
"""


async def of_restaurants(
    connection: ReadConnection, ids: Iterable[RestaurantId]
) -> dict[RestaurantId, Standing]:
    """All in one statement, so that the members are those of the revision."""
    found = await connection.exec_driver_sql(_STANDINGS, (list(ids),))
    return dict(_standing(row) for row in found.mappings())


async def as_of_now(glance: Glance, ids: Iterable[RestaurantId]) -> dict[RestaurantId, Standing]:
    """The same outside of any snapshot."""
    return dict(_standing(row) for row in await glance.fetch(_STANDINGS, list(ids)))


def _standing(row: Any) -> tuple[RestaurantId, Standing]:
    roles = zip(row["subjects"] or (), row["roles"] or (), strict=True)
    return RestaurantId(row["id"]), Standing(
        epoch=row["epoch"],
        revision=row["revision"],
        time_zone=row["time_zone"],
        roles={subject: Role(role) for subject, role in roles},
    )
