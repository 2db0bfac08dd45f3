"""Global ids, `node`, pages and cursors."""

import base64
import binascii
import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import strawberry
from graphql import GraphQLError

from domain.refusals import not_found
from store.engine import ReadConnection

LARGEST_KEY = 2**63 - 1
LARGEST_PAGE = 100

_SPOKEN = {"StaffGroup": "group", "DayOffRequest": "day-off request"}
_READABLE = re.compile(r"([A-Z][A-Za-z]*):([1-9][0-9]{0,18})", re.ASCII)


@strawberry.interface(description="Anything that has an id of its own and can be read by it.")
class Node:
    id: strawberry.ID = strawberry.field(
        description="Opaque and stable: keep it, compare it, never take it apart."
    )


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more follows after `endCursor`.")
    has_previous_page: bool = strawberry.field(
        default=False, description="Whether the page was asked for with `after`."
    )
    start_cursor: str | None = strawberry.field(
        default=None, description="The cursor of the first edge; null when the page is empty."
    )
    end_cursor: str | None = strawberry.field(
        default=None, description="Pass it as `after` to get the next page; null when empty."
    )


def encode(type_name: str, key: int) -> strawberry.ID:
    """The global id of a row: opaque text that only `decode` takes apart."""
    return strawberry.ID(_pack(f"{type_name}:{key}"))


def read_id(global_id: str) -> tuple[str, int] | None:
    """The type name and the key in a global id, or None when it is none of ours."""
    found = _READABLE.fullmatch(_unpack(global_id))
    if found is None or int(found[2]) > LARGEST_KEY:
        return None
    return found[1], int(found[2])


def find_key(type_name: str, global_id: str) -> int | None:
    """The key in a global id of this type; None for anything else (for reads)."""
    found = read_id(global_id)
    return found[1] if found is not None and found[0] == type_name else None


def decode(type_name: str, global_id: str, path: Sequence[str] = ()) -> int:
    """The key in a global id of this type; raises NotFoundRefusal for anything else."""
    key = find_key(type_name, global_id)
    if key is None:
        raise not_found(_words(type_name), path)
    return key


def _words(type_name: str) -> str:
    """What the operations call a row of the type: an unreadable id answers as an absent one."""
    if type_name in _SPOKEN:
        return _SPOKEN[type_name]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type_name).lower()


def encode_cursor(kind: str, key: str | int) -> str:
    return _pack(f"{kind}>{key}")


def decode_cursor(kind: str, cursor: str) -> str:
    """What stands behind a cursor of this kind of list; raises the coded error BAD_CURSOR."""
    found, _, key = _unpack(cursor).partition(">")
    if found != kind or not key:
        raise coded("BAD_CURSOR", "`after` is not a cursor of this list; begin without it.")
    return key


def page_size(first: int) -> int:
    """`first` as asked for; raises the coded error BAD_PAGE_SIZE outside 1..100."""
    if 1 <= first <= LARGEST_PAGE:
        return first
    raise coded("BAD_PAGE_SIZE", f"`first` must be from 1 to {LARGEST_PAGE}.")


def coded(code: str, message: str) -> GraphQLError:
    """An error that clients may tell apart by `extensions.code`; it is never masked."""
    return GraphQLError(message, extensions={"code": code})


def _pack(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _unpack(packed: str) -> str:
    """The text inside, or "" for anything that `_pack` did not make."""
    try:
        text = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""
    return text if _pack(text) == packed else ""


Rows = Callable[[ReadConnection, Collection[Any]], Awaitable[dict[Any, Any]]]
RestaurantOf = Callable[[ReadConnection, Any], Awaitable[int | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeKind:
    """How rows of one type become nodes: read by key, owned by a restaurant, made a type."""

    type_name: str
    domain_type: type
    by_ids: Rows
    from_domain: Callable[[Any], Node]
    restaurant_of: RestaurantOf


async def own_restaurant(connection: ReadConnection, value: Any) -> int | None:  # noqa: ARG001
    """The restaurant of a row that names its own."""
    key: int = value.restaurant_id
    return key


_kinds: dict[str, NodeKind] = {}
_kinds_by_domain_type: dict[type, NodeKind] = {}


def register(
    domain_type: type,
    node_type: type[Any],
    by_ids: Rows,
    restaurant_of: RestaurantOf = own_restaurant,
) -> None:
    """Make rows of a domain class answerable by `node` and nameable by `current`."""
    kind = NodeKind(
        type_name=node_type.__name__,
        domain_type=domain_type,
        by_ids=by_ids,
        from_domain=node_type.from_domain,
        restaurant_of=restaurant_of,
    )
    _kinds[kind.type_name] = kind
    _kinds_by_domain_type[domain_type] = kind


def kind_named(type_name: str) -> NodeKind | None:
    return _kinds.get(type_name)


def as_node(value: object) -> Node:
    """The GraphQL object of a domain value, for `ConflictProblem.current`."""
    return _kinds_by_domain_type[type(value)].from_domain(value)


def stored(instant: datetime | None) -> datetime:
    """The instant of a row; only a value that was never stored has none."""
    if instant is None:
        raise ValueError("this value was never stored")
    return instant
