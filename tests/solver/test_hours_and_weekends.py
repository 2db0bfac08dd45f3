"""What limits of hours and weekends make of a schedule, and what a gap then says."""

from datetime import date, time, timedelta

from domain.rules import Level, LimitScope, LimitUnit, LimitWindow
from domain.runs import TierName
from tests.builders import WORKING, backup, built_in_types, limit, restaurant_board, row
from tests.searches import generate

MONDAY, SATURDAY = date(2025, 1, 6), date(2025, 1, 11)
MEMBER, BACKUP = 1, 2
TIMED = built_in_types(
    changed={
        "normal": {"starts_at": time(9), "ends_at": time(17)},
        "early": {"starts_at": time(6), "ends_at": time(10)},
        "late": {"starts_at": time(20), "ends_at": time(2)},
    }
)


def two_needs(start, **fields):
    """A member off on the first and the last of fourteen days, and one backup, who is off else."""
    whom = {"scope": LimitScope.STAFF, "target_staff_ids": (BACKUP,)}
    most = limit(1, fields.pop("window"), WORKING, **whom, **fields)
    last = start + timedelta(days=13)
    return restaurant_board(
        start,
        last,
        staff=[MEMBER, BACKUP],
        groups={1: [MEMBER]},
        backups=[backup(1, BACKUP, 1)],
        shifts=[
            *row(MEMBER, start, "×○○○○○○○○○○○○×", pinned=True),
            *row(BACKUP, start + timedelta(days=1), "××××××××××××", pinned=True),
        ],
        shift_types=TIMED,
        work_limits=[most],
    )


def in_hours(minutes, **fields):
    window = fields.pop("window", LimitWindow.PERIOD)
    return {"window": window, "unit": LimitUnit.HOURS, "maximum_minutes": minutes, **fields}


def test_two_needs_and_hours_for_one_leave_a_gap_with_its_reason() -> None:
    found = generate(two_needs(MONDAY, **in_hours(8 * 60)))

    assert len(found.covers()) == 1
    assert list(found.gaps().values()) == ["LIMIT_REACHED"]
    assert found.tier(TierName.HARD_RULES) == 0


def test_a_soft_limit_of_hours_gives_way_to_coverage_and_pays_by_half_days() -> None:
    """Sixteen hours, nine too many: three begun times four."""
    found = generate(two_needs(MONDAY, **in_hours(7 * 60), level=Level.SOFT, weight=10))

    assert len(found.covers()) == 2
    assert found.tier(TierName.SOFT_RULES) == 3 * 10


def test_at_least_so_many_hours_a_week_are_worked_in_the_fewest_days() -> None:
    """Twenty of at most twenty-two hours: ○ has eight, ◇ six and △ four."""
    least = limit(
        1,
        LimitWindow.WEEK,
        WORKING,
        unit=LimitUnit.HOURS,
        minimum_minutes=20 * 60,
        maximum_minutes=22 * 60,
    )
    rest = limit(2, LimitWindow.PERIOD, ("off",), minimum_half_days=8, level=Level.SOFT)
    end = MONDAY + timedelta(days=6)
    board = restaurant_board(
        MONDAY, end, staff=[MEMBER], shift_types=TIMED, work_limits=[least, rest]
    )

    found = generate(board)
    hours = {"○": 8, "◇": 6, "△": 4, "×": 0}

    assert found.tier(TierName.HARD_RULES) == found.tier(TierName.SOFT_RULES) == 0
    assert 20 <= sum(hours[symbol] for symbol in found.symbols(MEMBER)) <= 22


def test_whoever_may_work_one_weekend_covers_on_one() -> None:
    """From a Saturday to a Friday: only the first need lies on a weekend."""
    weekends = {"window": LimitWindow.WEEKENDS, "maximum_half_days": 0}

    found = generate(two_needs(SATURDAY, **weekends))

    assert found.covers() == {(24, 1, BACKUP)}
    assert found.gaps() == {(11, 1): "LIMIT_REACHED"}


def test_both_days_of_a_weekend_are_worked_rather_than_one_of_each() -> None:
    """Twelve of fourteen days at work and one weekend: the rests lie on the other."""
    board = restaurant_board(
        MONDAY,
        MONDAY + timedelta(days=13),
        staff=[MEMBER],
        work_limits=[
            limit(1, LimitWindow.WEEKENDS, WORKING, maximum_half_days=2),
            limit(2, LimitWindow.PERIOD, WORKING, minimum_half_days=24),
        ],
    )

    found = generate(board)
    symbols = found.symbols(MEMBER)

    assert found.tier(TierName.HARD_RULES) == 0
    assert (symbols[5:7], symbols[12:14]).count("××") == 1
    assert symbols.count("×") == 2
