"""The rules, one file each: `add` says what must hold and yields what the tiers pay."""

from collections.abc import Callable, Iterable

from solver.rules import (
    absent_together,
    backup_cover,
    backup_load,
    consecutive_days,
    covering_cell,
    idle_policy,
    priority_order,
    priority_rules,
    rest_balance,
    shift_not_asked,
    stability,
    succession,
    work_limits,
)
from solver.rules.penalty import Penalty, Unreported
from solver.variables import Variables

Rule = Callable[[Variables], Iterable[Penalty]]

RULES: dict[str, Rule] = {
    "covering_cell": covering_cell.add,
    "backup_cover": backup_cover.add,
    "idle_policy": idle_policy.add,
    "work_limits": work_limits.add,
    "consecutive_days": consecutive_days.add,
    "succession": succession.add,
    "priority_rules": priority_rules.add,
    "absent_together": absent_together.add,
    "shift_not_asked": shift_not_asked.add,
    "priority_order": priority_order.add,
    "backup_load": backup_load.add,
    "rest_balance": rest_balance.add,
    "stability": stability.add,
}

__all__ = ["RULES", "Penalty", "Rule", "Unreported"]
