"""What people were told when a schedule was published, beside what stands by now."""

from dataclasses import dataclass, replace

from domain.covers import Cover
from domain.ids import GroupId
from domain.lineages import first_of
from domain.schedules import Board
from domain.shifts import ShiftAssignment


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Cells and covers as published at a revision.

    `origins` names for each group of then the one that it was first copied from, so that covers are
    recognised under the groups of a later configuration version.
    """

    revision: int
    shifts: tuple[ShiftAssignment, ...]
    covers: tuple[Cover, ...]
    origins: dict[GroupId, int]


def published(board: Board, revision: int) -> Publication:
    """The board as it is told to everybody."""
    return Publication(
        revision=revision,
        shifts=board.shifts,
        covers=board.covers,
        origins={group.id: first_of(group) for group in board.groups},
    )


def as_published(board: Board, publication: Publication) -> Board:
    """The board of now with the cells and covers of then; settings are those of now."""
    heirs = {first_of(group): group.id for group in board.groups}
    return board.edited(
        shifts=publication.shifts,
        covers=tuple(_under(heirs, publication, cover) for cover in publication.covers),
    )


def _under(heirs: dict[int, GroupId], publication: Publication, cover: Cover) -> Cover:
    origin = publication.origins.get(cover.group_id)
    heir = cover.group_id if origin is None else heirs.get(origin, cover.group_id)
    return replace(cover, group_id=heir)
