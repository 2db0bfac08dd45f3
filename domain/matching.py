"""Who can meet which needs of one day at once, by augmenting paths."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.ids import GroupId, StaffId


@dataclass(kw_only=True)
class DayMatching:
    """Units of groups given to people; grows by `augment`, never loses a unit it has met.

    `eligible` lists people by group, `capacity` says how many groups a person may cover.
    """

    eligible: Mapping[GroupId, Sequence[StaffId]]
    capacity: dict[StaffId, int]
    held: dict[StaffId, list[GroupId]] = field(default_factory=dict)

    def copy(self) -> "DayMatching":
        return DayMatching(
            eligible=self.eligible,
            capacity=dict(self.capacity),
            held={staff_id: list(groups) for staff_id, groups in self.held.items()},
        )

    def augment(self, group_id: GroupId) -> bool:
        """Meet one more unit of a group, moving people between groups where that helps."""
        return self._find_for(group_id, set())

    def _find_for(self, group_id: GroupId, seen: set[StaffId]) -> bool:
        for staff_id in self.eligible.get(group_id, ()):
            held = self.held.setdefault(staff_id, [])
            if staff_id in seen or group_id in held or not self.capacity.get(staff_id, 0):
                continue
            seen.add(staff_id)
            if self._make_room(staff_id, seen):
                held.append(group_id)
                return True
        return False

    def _make_room(self, staff_id: StaffId, seen: set[StaffId]) -> bool:
        held = self.held[staff_id]
        if len(held) < self.capacity[staff_id]:
            return True
        for other in tuple(held):
            if self._find_for(other, seen):
                held.remove(other)
                return True
        return False

    def reachable(self, group_id: GroupId) -> tuple[set[GroupId], set[StaffId]]:
        """The groups and people on alternating paths from an unmet unit of a group."""
        groups, people, waiting = {group_id}, set[StaffId](), [group_id]
        while waiting:
            group = waiting.pop()
            for staff_id in self.eligible.get(group, ()):
                if staff_id in people or not self.capacity.get(staff_id, 0):
                    continue
                people.add(staff_id)
                new = [g for g in self.held.get(staff_id, ()) if g not in groups]
                groups.update(new)
                waiting += new
        return groups, people

    def without(self, staff_id: StaffId) -> tuple["DayMatching", list[GroupId]]:
        """The same with somebody gone, and the groups that they held."""
        rest = self.copy()
        rest.capacity[staff_id] = 0
        return rest, rest.held.pop(staff_id, [])


def meet(matching: DayMatching, demands: Iterable[tuple[GroupId, int]]) -> dict[GroupId, int]:
    """Augment group by group, the heaviest first; answers the units that stay unmet.

    Earlier groups never lose a unit, so the result has the greatest possible weight.
    """
    unmet: dict[GroupId, int] = {}
    for group_id, units in demands:
        met = 0
        while met < units and matching.augment(group_id):
            met += 1
        if met < units:
            unmet[group_id] = units - met
    return unmet
