"""The steps by which a run came to its schedule."""

import strawberry

from domain import runs as domain
from domain.runs import TierName
from domain.step_words import in_words


@strawberry.type(
    description=(
        "From one schedule of a run to a better one: so many cells change, this gets better by so "
        "much. While replanning the first ones come from a repair near what is broken, before the "
        "search of the whole. Nothing is in the schedule until the run's result is applied."
    )
)
class ImprovementStep:
    cells_changed: int = strawberry.field(
        description="Cells with another type than before the step; at first, than what stood."
    )
    covers_changed: int = strawberry.field(description="Covers that come or go with it.")
    tier: TierName = strawberry.field(description="The first aim whose value differs.")
    before: int = strawberry.field(description="Its value before the step.")
    after: int = strawberry.field(description="Its value after it; always less.")
    elapsed_seconds: float = strawberry.field(description="How long the run had searched by then.")
    message: str = strawberry.field(description="The same as a sentence.")

    @classmethod
    def from_domain(cls, value: domain.ImprovementStep) -> "ImprovementStep":
        return cls(
            cells_changed=value.cells_changed,
            covers_changed=value.covers_changed,
            tier=value.tier,
            before=value.before,
            after=value.after,
            elapsed_seconds=value.elapsed_seconds,
            message=in_words(value),
        )
