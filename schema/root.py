"""The table of contents: every query, mutation and subscription, and the one schema."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema import enums as _enums  # noqa: F401 - the enums get their descriptions there
from schema.guards import EXTENSIONS, QuietSchema
from schema.nodes import Node
from schema.problems import EXCEPTION_HANDLERS
from schema.restaurants import Restaurant, node, restaurant, restaurants
from schema.scalars import SCALARS


@strawberry.type(description="Reading. Everything that one query asks for is of one revision.")
class Query:
    node: Node | None = strawberry.field(
        resolver=node,
        description="Anything with an id; null for whatever you may not see or does not exist.",
    )
    restaurants: list[Restaurant] = strawberry.field(
        resolver=restaurants, description="The restaurants that you may see, oldest first."
    )
    restaurant: Restaurant | None = strawberry.field(
        resolver=restaurant,
        description="One restaurant with all its settings; null if you may not see it.",
    )


schema = QuietSchema(
    query=Query,
    config=StrawberryConfig(scalar_map=SCALARS),
    extensions=EXTENSIONS,
    exception_handlers=EXCEPTION_HANDLERS,
)
