"""Rows that were encoded before: the same object, selected alike, beside the same settings."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cachetools import LRUCache

from domain.schedules import Board

MOST_ROWS = 200_000

Encode = Callable[[Sequence[Any]], Iterable[bytes]]
Settings = tuple[object, ...]


@dataclass(slots=True)
class _Memo:
    """By the row's identity; the row is held too, so that no other can take its place in memory."""

    settings: Settings
    rows: dict[int, tuple[object, bytes]] = field(default_factory=dict)


class RowMemo:
    """The encoded rows of one process.

    Boards never change and hand on what they do not touch, so the same objects say the same for
    as long as the settings beside them are the same objects too.
    """

    def __init__(self) -> None:
        self._memos: LRUCache[tuple[object, ...], _Memo] = LRUCache(
            MOST_ROWS, lambda memo: len(memo.rows) + 1
        )

    def encoded(
        self, selection: object, board: Board, rows: Sequence[Any], encode: Encode
    ) -> list[bytes]:
        """Each row as JSON; `encode` is asked for those that are not known."""
        settings = (board.staff, board.groups, board.shift_types)
        key = (selection, *map(id, settings))
        memo = self._memos.get(key) or _Memo(settings)
        known = memo.rows
        new = [row for row in rows if id(row) not in known]
        found = zip(new, encode(new), strict=True)
        known.update((id(row), (row, encoded)) for row, encoded in found)
        answer = [known[id(row)][1] for row in rows]
        if len(known) > 2 * len(rows):
            memo.rows = {id(row): known[id(row)] for row in rows}
        if len(memo.rows) < MOST_ROWS:
            self._memos[key] = memo
        return answer
