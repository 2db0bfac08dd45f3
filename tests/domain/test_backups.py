from datetime import date

import pytest

from domain.backups import admit, ranks_on
from domain.refusals import ValidationRefusal
from tests.builders import backup, staff_group

GROUP = staff_group(1, "キッチングループ")
JANUARY = {"effective_from": date(2025, 1, 1), "effective_until": date(2025, 1, 31)}
FEBRUARY = {"effective_from": date(2025, 2, 1), "effective_until": date(2025, 2, 28)}
DRAFT = backup(0, 3, 1, **JANUARY)


@pytest.mark.parametrize(
    ("draft", "is_member", "existing", "code"),
    [
        (DRAFT, True, (), "SELF_GROUP"),
        (backup(0, 3, 1, 0), False, (), "PRIORITY_ORDER_TOO_SMALL"),
        (
            backup(0, 3, 1, effective_from=date(2025, 2, 1), effective_until=date(2025, 1, 31)),
            False,
            (),
            "FROM_AFTER_UNTIL",
        ),
        (DRAFT, False, (backup(1, 3, 1, **JANUARY),), "DUPLICATE"),
        (DRAFT, False, (backup(1, 3, 1),), "EFFECTIVE_PERIODS_OVERLAP"),
    ],
)
def test_an_assignment_that_may_not_stand_is_refused(draft, is_member, existing, code):
    with pytest.raises(ValidationRefusal) as refused:
        admit(draft, GROUP, is_member=is_member, existing=existing)

    assert refused.value.code == code


@pytest.mark.parametrize(
    "existing",
    [
        (),
        (backup(1, 3, 1, **FEBRUARY),),
        (backup(1, 3, 1, **JANUARY, is_active=False),),
        (backup(0, 3, 1, **JANUARY),),
        (backup(1, 3, 2, **JANUARY), backup(2, 4, 1, **JANUARY)),
    ],
)
def test_dates_apart_inactive_rows_other_pairs_and_itself_are_welcome(existing):
    assert admit(DRAFT, GROUP, is_member=False, existing=existing) is None


def test_one_day_from_and_until_the_same_date_is_a_period():
    one_day = backup(0, 3, 1, effective_from=date(2024, 2, 29), effective_until=date(2024, 2, 29))

    assert admit(one_day, GROUP, is_member=False, existing=()) is None
    assert one_day.is_in_force_on(date(2024, 2, 29))


def test_equal_orders_share_a_rank_and_holes_mean_nothing():
    rows = [backup(1, 1, 1, 4), backup(2, 2, 1, 4), backup(3, 3, 1, 9), backup(4, 4, 2, 1)]

    assert ranks_on(rows, 1, date(2025, 1, 1)) == {1: 1, 2: 1, 3: 2}
