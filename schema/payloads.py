"""What every answer of a mutation has in common."""

from typing import Any

import strawberry


@strawberry.type(description="What every payload has.")
class Payload:
    revision: int = strawberry.field(
        description="The restaurant's revision that this mutation made; `changes` tells it too."
    )


def result(name: str) -> Any:
    """The union of a mutation's payload and the problems, to stand in an Annotated."""
    return strawberry.union(
        name, description="What was written, or the problem because of which nothing was."
    )
