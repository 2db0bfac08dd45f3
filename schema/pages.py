"""Pages of rows that grow without bound, newest first."""

from collections.abc import Sequence
from typing import Protocol

from schema.nodes import PageInfo, coded, decode_cursor


class Placed(Protocol):
    cursor: str


def key_after(kind: str, cursor: str | None) -> int | None:
    """The key behind a cursor; raises the coded error BAD_CURSOR for anything else."""
    if cursor is None:
        return None
    key = decode_cursor(kind, cursor)
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        raise coded("BAD_CURSOR", "`after` is not a cursor of this list; begin without it.")
    return int(key)


def page_info(edges: Sequence[Placed], after: str | None, *, has_next: bool) -> PageInfo:
    return PageInfo(
        has_next_page=has_next,
        has_previous_page=after is not None,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
