"""What a new restaurant starts with: rows like any others, visible and editable."""

from dataclasses import dataclass

from domain.configurations import ConfigurationVersion
from domain.ids import RestaurantId, RuleId, ShiftCode, ShiftTypeId
from domain.rules import (
    Level,
    LimitWindow,
    StandingRule,
    StandingRuleKind,
    SuccessionRule,
    WorkLimit,
)
from domain.shifts import ShiftType
from domain.staff import EmploymentType

NORMAL, EARLY, LATE = ShiftCode("normal"), ShiftCode("early"), ShiftCode("late")
OFF, DESIGNATED_OFF = ShiftCode("off"), ShiftCode("designated_off")
UNAVAILABLE = ShiftCode("unavailable")

_WORKING = (NORMAL, EARLY, LATE)
_RESTING = (OFF, DESIGNATED_OFF, UNAVAILABLE)
_REGULAR_ONLY = (EmploymentType.REGULAR,)


def first_shift_types(restaurant_id: RestaurantId) -> tuple[ShiftType, ...]:
    return (
        _working(restaurant_id, 1, NORMAL, "○", "通常", can_cover=True),
        _working(restaurant_id, 2, EARLY, "△", "早番", rest_half_days=1, only=_REGULAR_ONLY),
        _working(restaurant_id, 3, LATE, "◇", "遅番", only=_REGULAR_ONLY),
        _resting(restaurant_id, 4, OFF, "×", "休み"),
        _resting(restaurant_id, 5, DESIGNATED_OFF, "★", "指定休"),
        _resting(restaurant_id, 6, UNAVAILABLE, "⊘", "出勤不可"),
    )


def _working(  # noqa: PLR0913 - the columns of one row
    restaurant_id: RestaurantId,
    position: int,
    code: ShiftCode,
    symbol: str,
    name: str,
    *,
    rest_half_days: int = 0,
    can_cover: bool = False,
    only: tuple[EmploymentType, ...] = (),
) -> ShiftType:
    return ShiftType(
        id=ShiftTypeId(0),
        restaurant_id=restaurant_id,
        code=code,
        symbol=symbol,
        name=name,
        works=True,
        rest_half_days=rest_half_days,
        absent_for_coverage=False,
        can_cover=can_cover,
        position=position,
        employment_types=only,
        revision=1,
    )


def _resting(
    restaurant_id: RestaurantId, position: int, code: ShiftCode, symbol: str, name: str
) -> ShiftType:
    return ShiftType(
        id=ShiftTypeId(0),
        restaurant_id=restaurant_id,
        code=code,
        symbol=symbol,
        name=name,
        works=False,
        rest_half_days=2,
        absent_for_coverage=True,
        can_cover=False,
        position=position,
        revision=1,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRules:
    work_limits: tuple[WorkLimit, ...]
    succession_rule: SuccessionRule
    standing_rules: tuple[StandingRule, ...]


def first_rules(version: ConfigurationVersion) -> FirstRules:
    """The rules of the first version, in the order in which people read them."""
    return FirstRules(
        work_limits=(
            _limit(version, "連勤は6日まで", LimitWindow.CONSECUTIVE_DAYS, most=6),
            _limit(version, "週休2日以上", LimitWindow.WEEK, least=2),
            _limit(version, "週休は2日まで", LimitWindow.WEEK, most=2, weight=10),
            _limit(version, "連勤は5日まで", LimitWindow.CONSECUTIVE_DAYS, most=5, weight=20),
        ),
        succession_rule=SuccessionRule(
            id=RuleId(0),
            restaurant_id=version.restaurant_id,
            configuration_id=version.id,
            from_type=LATE,
            to_type=EARLY,
            level=Level.SOFT,
            weight=30,
            revision=1,
        ),
        standing_rules=(
            _standing(version, StandingRuleKind.GROUP_ABSENT_TOGETHER, 30),
            _standing(version, StandingRuleKind.SHIFT_NOT_ASKED, 1),
        ),
    )


def _limit(  # noqa: PLR0913 - the columns of one row
    version: ConfigurationVersion,
    name: str,
    window: LimitWindow,
    *,
    least: int | None = None,
    most: int | None = None,
    weight: int | None = None,
) -> WorkLimit:
    """A limit in days of work, or of rest in a week; without a weight it is hard."""
    return WorkLimit(
        id=RuleId(0),
        restaurant_id=version.restaurant_id,
        configuration_id=version.id,
        name=name,
        window=window,
        shift_types=_RESTING if window is LimitWindow.WEEK else _WORKING,
        level=Level.HARD if weight is None else Level.SOFT,
        minimum_half_days=None if least is None else 2 * least,
        maximum_half_days=None if most is None else 2 * most,
        weight=10 if weight is None else weight,
        revision=1,
    )


def _standing(version: ConfigurationVersion, kind: StandingRuleKind, weight: int) -> StandingRule:
    return StandingRule(
        id=RuleId(0),
        restaurant_id=version.restaurant_id,
        configuration_id=version.id,
        kind=kind,
        weight=weight,
        revision=1,
    )
