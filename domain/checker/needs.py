"""Needs, gaps and what they and their covers cost."""

from datetime import date

from domain.checker.reading import Reading, is_within
from domain.covers import Cover
from domain.ids import GroupId
from domain.staff import CoverageMode, NeedPolicy, StaffGroup

Gaps = dict[tuple[GroupId, date], tuple[int, int]]


def need_on(reading: Reading, group: StaffGroup, day: date) -> int:
    if day in reading.closed:
        return 0
    members = len(reading.members[group.id, day])
    absent = len(reading.absent_members(group.id, day))
    wanted = group.minimum_present or 0
    if group.need_policy is NeedPolicy.MINIMUM_PRESENT:
        if members == 0 and not group.count_vacancy:
            return 0
        return max(0, wanted - (members - absent))
    if group.need_policy is NeedPolicy.PER_ABSENCE:
        return absent
    return 1 if absent else 0


def counting_on(reading: Reading, group_id: GroupId, day: date) -> int:
    """How many people cover a group on a day and are there to do so."""
    holders = set()
    for cover in reading.covers_of(group_id, day):
        own = reading.type_of(cover.staff_id, day)
        if own is not None and own.can_cover:
            holders.add(cover.staff_id)
    return len(holders)


def gaps_of(reading: Reading) -> Gaps:
    found: Gaps = {}
    for group in reading.board.groups:
        for day in reading.days:
            needed = need_on(reading, group, day)
            covered = min(needed, counting_on(reading, group.id, day))
            if needed > covered:
                found[group.id, day] = (needed, covered)
    return found


def gap_cost(reading: Reading, gaps: Gaps, mode: CoverageMode) -> int:
    total = 0
    for group in reading.board.groups:
        if group.coverage_mode is not mode:
            continue
        weight = 10 ** (group.criticality - 1)
        for (group_id, day), (needed, covered) in gaps.items():
            if group_id != group.id:
                continue
            units = needed - covered
            if group.need_policy is NeedPolicy.ANY_ABSENT:
                units = len(reading.absent_members(group_id, day))
            total += units * weight
    return total


def priority_cost(reading: Reading) -> int:
    total = 0
    for cover in reading.board.covers:
        total += _steps_down(reading, cover)
        if reading.homes.get((cover.staff_id, cover.date), frozenset()) - {cover.group_id}:
            total += 1
    return total


def _steps_down(reading: Reading, cover: Cover) -> int:
    """How many distinct orders in force that day stand before the holder's best one."""
    orders: set[int] = set()
    own: list[int] = []
    for assignment in reading.board.backup_assignments:
        if assignment.group_id != cover.group_id:
            continue
        if not is_within(assignment.effective_from, assignment.effective_until, cover.date):
            continue
        orders.add(assignment.priority_order)
        if assignment.staff_id == cover.staff_id:
            own.append(assignment.priority_order)
    return sum(order < min(own) for order in orders) if own else 0


def load_cost(reading: Reading) -> int:
    board = reading.board
    people = {a.staff_id for a in board.backup_assignments} | {c.staff_id for c in board.covers}
    total = 0
    for staff_id in people:
        here = sum(c.staff_id == staff_id for c in board.covers)
        total += (board.past_cover_counts.get(staff_id, 0) + here) ** 2
    return total
