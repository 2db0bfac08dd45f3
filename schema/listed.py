"""Lists of a board's rows, which become GraphQL objects only when somebody looks at them."""

from collections.abc import Iterator, Sequence
from typing import Any, Generic, Protocol, TypeVar, overload

from domain.schedules import Board

N_co = TypeVar("N_co", covariant=True)


class Shown(Protocol[N_co]):
    """A GraphQL type that shows a domain value."""

    def from_domain(self, value: Any, /) -> N_co: ...


class Listed(Sequence[N_co], Generic[N_co]):
    """The `values` as objects of a type; whoever knows the values need not make the objects."""

    def __init__(self, shown: Shown[N_co], values: Sequence[Any], board: Board) -> None:
        self.values = values
        self.board = board
        self._shown = shown

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[N_co]:
        return map(self._shown.from_domain, self.values)

    @overload
    def __getitem__(self, place: int) -> N_co: ...
    @overload
    def __getitem__(self, place: slice) -> list[N_co]: ...
    def __getitem__(self, place: int | slice) -> N_co | list[N_co]:
        if isinstance(place, slice):
            return [self._shown.from_domain(value) for value in self.values[place]]
        return self._shown.from_domain(self.values[place])
