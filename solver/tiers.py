"""The tiers of one problem: what each is made of in its model."""

from collections.abc import Mapping

from domain.runs import TierName
from solver.expressions import Sum, total
from solver.rules import RULES, Rule, Unreported
from solver.variables import Variables

Tiers = dict[TierName | Unreported, Sum]


def build(variables: Variables, rules: Mapping[str, Rule] = RULES) -> Tiers:
    """Add every rule to the model; the sums are what its tiers have to pay."""
    parts: dict[TierName | Unreported, list[Sum]] = {name: [] for name in (*TierName, *Unreported)}
    for add in rules.values():
        for penalty in add(variables):
            parts[penalty.tier].append(penalty.amount)
    return {name: total(amounts) for name, amounts in parts.items()}
