"""Which documents ask only for what a restaurant's revision, a role and a date decide."""

from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    OperationType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    get_operation_ast,
    visit,
)

# the root fields that read one restaurant and neither search nor follow
ROOT_FIELDS = frozenset(
    {
        "backupTimeline",
        "conflicts",
        "coverage",
        "coverageTrend",
        "node",
        "restaurant",
        "schedule",
    }
)
# runs move without taking a revision, and the log is pruned without one
LIVE_TYPES = frozenset({"GenerationRun", "GenerationRunConnection", "LogConnection"})


class _Reader(Visitor):
    """Looks at every field of a document, those of its fragments included."""

    def __init__(self, types: TypeInfo, query_type: object) -> None:
        super().__init__()
        self._types = types
        self._query_type = query_type
        self._roots = 0
        self._is_of_a_moment = True

    @property
    def is_memorable(self) -> bool:
        """Of several root fields one may be null for want of a row that comes elsewhere."""
        return self._is_of_a_moment and self._roots == 1

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        parent, own = self._types.get_parent_type(), self._types.get_type()
        if parent is self._query_type and node.name.value != "__typename":
            self._roots += 1
            self._is_of_a_moment &= node.name.value in ROOT_FIELDS
        names = {getattr(kind, "name", "") for kind in (parent, get_named_type(own))}
        self._is_of_a_moment &= not names & LIVE_TYPES


@lru_cache(maxsize=1000)
def is_memorable(schema: GraphQLSchema, document: DocumentNode, operation_name: str | None) -> bool:
    """Whether the answer to a valid document may be given again while its moment lasts."""
    operation = get_operation_ast(document, operation_name)
    if operation is None or operation.operation is not OperationType.QUERY:
        return False
    types = TypeInfo(schema)
    reader = _Reader(types, schema.query_type)
    visit(document, TypeInfoVisitor(types, reader))
    return reader.is_memorable
