"""Rows that were encoded before: the same object, selected alike, beside the same settings."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from cachetools import LRUCache

from domain.schedules import Board

MOST_ROWS = 200_000

Encode = Callable[[Sequence[Any]], Iterable[bytes]]


class _Memo:
    """By the row's identity; the rows are held too, so that none takes another's place.

    `list_text` is the whole of `list_rows`, the last list that was asked for.
    """

    def __init__(self, settings: tuple[object, ...]) -> None:
        self.settings = settings
        self.texts: dict[int, bytes] = {}
        self._held: dict[int, object] = {}
        self.list_rows: Sequence[Any] | None = None
        self.list_text = b""

    def add(self, rows: dict[int, Any], texts: Iterable[bytes]) -> None:
        self._held |= rows
        self.texts.update(zip(rows, texts, strict=True))

    def keep_only(self, rows: Sequence[Any]) -> None:
        self._held = {id(row): row for row in rows}
        self.texts = {key: self.texts[key] for key in self._held}


class RowMemo:
    """The encoded rows of one process.

    Boards never change and hand on what they do not touch, so the same objects say the same for
    as long as the settings beside them are the same objects too.
    """

    def __init__(self) -> None:
        self._memos: LRUCache[tuple[object, ...], _Memo] = LRUCache(
            MOST_ROWS, lambda memo: len(memo.texts) + 1
        )

    def encoded(
        self, selection: object, board: Board, rows: Sequence[Any], encode: Encode
    ) -> bytes:
        """The rows as a JSON array; `encode` is asked for those that are not known."""
        settings = (board.staff, board.groups, board.shift_types)
        key = (selection, *map(id, settings))
        memo = self._memos.get(key) or _Memo(settings)
        if memo.list_rows is not rows:
            memo.list_text = b"[" + b",".join(self._texts(memo, rows, encode)) + b"]"
            memo.list_rows = rows
            if len(memo.texts) < MOST_ROWS:
                self._memos[key] = memo
        return memo.list_text

    def _texts(self, memo: _Memo, rows: Sequence[Any], encode: Encode) -> list[bytes]:
        found = list(map(memo.texts.get, map(id, rows)))
        if None not in found:
            return cast("list[bytes]", found)
        new = {id(row): row for row, text in zip(rows, found, strict=True) if text is None}
        memo.add(new, encode(list(new.values())))
        if len(memo.texts) > 2 * len(rows):
            memo.keep_only(rows)
        return [memo.texts[id(row)] for row in rows]
