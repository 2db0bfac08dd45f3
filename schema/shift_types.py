"""Shift types: what may stand in a cell."""

from datetime import time

import strawberry

from domain import shifts as domain
from domain.staff import EmploymentType
from schema.nodes import Node, encode, register
from store import shift_types


@strawberry.type(
    description=(
        "What may stand in a cell. It is data: show `symbol` and `name`, and decide by the flags, "
        "never by a symbol or a code."
    )
)
class ShiftType(Node):
    code: str = strawberry.field(description="Names it in inputs; never changes.")
    symbol: str = strawberry.field(description="What the table shows, like ○.")
    name: str = strawberry.field(description="What people call it.")
    works: bool = strawberry.field(description="Whether it is work; else it is rest.")
    rest_half_days: int = strawberry.field(
        description="How many half-days of rest it gives: 0, 1 or 2."
    )
    absent_for_coverage: bool = strawberry.field(
        description="Whether somebody with it is missing in their groups that day."
    )
    can_cover: bool = strawberry.field(description="Whether somebody with it can cover a group.")
    position: int = strawberry.field(description="Its place in the restaurant's list.")
    employment_types: list[EmploymentType] = strawberry.field(
        description="Who may work it; empty: everybody."
    )
    starts_at: str | None = strawberry.field(description="Local clock time, HH:MM, if it has one.")
    ends_at: str | None = strawberry.field(
        description="Local clock time, HH:MM; before `startsAt`: on the next day."
    )
    revision: int = strawberry.field(description="The revision that last changed it.")

    @classmethod
    def from_domain(cls, value: domain.ShiftType) -> "ShiftType":
        return cls(
            id=encode("ShiftType", value.id),
            code=value.code,
            symbol=value.symbol,
            name=value.name,
            works=value.works,
            rest_half_days=value.rest_half_days,
            absent_for_coverage=value.absent_for_coverage,
            can_cover=value.can_cover,
            position=value.position,
            employment_types=list(value.employment_types),
            starts_at=_clock(value.starts_at),
            ends_at=_clock(value.ends_at),
            revision=value.revision,
        )


def _clock(value: time | None) -> str | None:
    return None if value is None else value.strftime("%H:%M")


register(domain.ShiftType, ShiftType, shift_types.by_ids)
