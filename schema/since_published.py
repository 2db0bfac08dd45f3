"""How a published schedule differs from what people were told."""

import strawberry

from resolvers import publications as resolver
from schema.cells import CoverageGap, gaps_of
from schema.cover_prices import CellChange, cells_of
from schema.supposed_covers import SupposedCover, supposed_covers


@strawberry.type(
    description=(
        "What was edited since the schedule was published. Both sides are judged by the settings "
        "of now, so a changed setting alone shows no difference."
    )
)
class SincePublished:
    published_revision: int = strawberry.field(description="The revision that published it.")
    cells: list[CellChange] = strawberry.field(
        description="Cells that differ: `before` as published, `after` as it stands."
    )
    covers_gained: list[SupposedCover] = strawberry.field(
        description="Covers on record that were not published."
    )
    covers_lost: list[SupposedCover] = strawberry.field(
        description="Published covers that are gone."
    )
    gaps_opened: list[CoverageGap] = strawberry.field(
        description="Gaps that are there or larger now, as they are."
    )
    gaps_closed: list[CoverageGap] = strawberry.field(
        description="Gaps that are gone or smaller now, as they were."
    )

    @classmethod
    def from_domain(cls, value: resolver.SincePublished) -> "SincePublished":
        difference = value.difference
        return cls(
            published_revision=value.revision,
            cells=cells_of(difference.cells, difference.after),
            covers_gained=supposed_covers(difference.covers_gained),
            covers_lost=supposed_covers(difference.covers_lost),
            gaps_opened=gaps_of(difference.gaps_opened),
            gaps_closed=gaps_of(difference.gaps_closed),
        )
