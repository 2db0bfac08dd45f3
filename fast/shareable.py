"""Which subscriptions may be answered together: those that differ in nothing but their place."""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    get_operation_ast,
    visit,
)

FOLLOWING = "changes"
PLACE = frozenset({"after", "epoch"})


@dataclass(frozen=True, slots=True)
class SharedKey:
    """What those who share have in common; `variables` are canonical JSON."""

    document: DocumentNode
    operation_name: str | None
    variables: str


def shared_key(
    document: DocumentNode, operation_name: str | None, variables: dict[str, Any] | None
) -> SharedKey | None:
    """The key of a valid subscription to `changes`; None for anything else.

    Where a follower begins is its own affair: variables that say only that are left out.
    """
    places = _place_variables(document, operation_name)
    if places is None:
        return None
    others = {name: v for name, v in (variables or {}).items() if name not in places}
    try:
        # Decoded, for the bytes would hold on to the whole buffer that they were written into.
        written = orjson.dumps(others, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError:
        return None  # nested deeper than can be written, though it could be read
    return SharedKey(document, operation_name, written)


@lru_cache(maxsize=1000)
def _place_variables(document: DocumentNode, operation_name: str | None) -> frozenset[str] | None:
    """The variables that nothing but `after` and `epoch` reads; None for another operation."""
    operation = get_operation_ast(document, operation_name)
    field = None if operation is None else _following(operation)
    if field is None:
        return None
    uses = _Uses()
    visit(document, uses)
    places = (a for a in field.arguments or () if a.name.value in PLACE)
    named = (a.value.name.value for a in places if isinstance(a.value, VariableNode))
    return frozenset(name for name in named if uses.count[name] == 1)


def _following(operation: OperationDefinitionNode) -> FieldNode | None:
    if operation.operation is not OperationType.SUBSCRIPTION:
        return None
    (field, *more) = operation.selection_set.selections
    is_plain = isinstance(field, FieldNode) and not field.directives and not more
    if not is_plain or not isinstance(field, FieldNode) or field.name.value != FOLLOWING:
        return None
    return field


class _Uses(Visitor):
    """How often each variable is read, its definition apart."""

    def __init__(self) -> None:
        super().__init__()
        self.count: Counter[str] = Counter()

    def enter_variable(self, node: VariableNode, _key: Any, parent: Any, *_: Any) -> None:
        if isinstance(parent, ArgumentNode) or getattr(parent, "kind", "") != "variable_definition":
            self.count[node.name.value] += 1
