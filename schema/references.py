"""Rows that others point at: read only when more than their id is asked for."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from graphql import FieldNode

from schema.context import Info
from schema.nodes import Node, encode

N = TypeVar("N", bound=Node)

FREE = frozenset({"id", "__typename"})


def only_id(info: Info) -> bool:
    """Whether nothing but the id (and the type) of the field's value is asked for."""
    return all(
        isinstance(part, FieldNode) and part.name.value in FREE
        for node in info._raw_info.field_nodes  # noqa: SLF001 - the public form copies the tree
        for part in (node.selection_set.selections if node.selection_set else ())
    )


async def referred(
    info: Info, node_type: type[N], key: int, read: Callable[[Info, Any], Awaitable[N]]
) -> N:
    """The row behind a key; a bare reference costs no question to the database."""
    return reference(node_type, key) if only_id(info) else await read(info, key)


async def all_referred(
    info: Info,
    node_type: type[N],
    keys: tuple[Any, ...],
    read: Callable[[Info, Any], Awaitable[list[N]]],
) -> list[N]:
    if only_id(info):
        return [reference(node_type, key) for key in keys]
    return await read(info, keys)


def reference(node_type: type[N], key: int) -> N:
    """A node of which nothing but the id will be asked, so that nothing else is there."""
    node = object.__new__(node_type)
    node.id = encode(node_type.__name__, key)
    return node
