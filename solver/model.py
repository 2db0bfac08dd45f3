"""The model under construction: CP-SAT's variables beside the way to recount each of them.

Every variable is either decided (a cell, a cover) or derived from earlier ones. Derived ones know
their own value, so that any schedule becomes a full assignment: for a complete hint, and for
counting what a solution is worth without trusting the slack that the solver left in it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from ortools.sat.python import cp_model

from solver.expressions import FALSE, TRUE, Literal, Sum, Values, holds, times, total

Derivation = Callable[[Values], int]


class Model:
    """Variables by index; what is said here is a constraint unless it is called a penalty."""

    def __init__(self) -> None:
        self.cp = cp_model.CpModel()
        self._variables = [self.cp.new_constant(1)]
        self._negations: dict[int, cp_model.LiteralT] = {}
        self._upper = [1]
        self._derivations: list[Derivation | None] = [lambda _: 1]
        self._known: dict[tuple[object, ...], Literal] = {}

    def decide(self) -> Literal:
        """A new 0/1 variable that the search decides."""
        return self._add(self.cp.new_bool_var(""), 1, None)

    def _derive(self, upper: int, derivation: Derivation) -> int:
        variable = self.cp.new_bool_var("") if upper == 1 else self.cp.new_int_var(0, upper, "")
        return self._add(variable, upper, derivation)

    def _add(self, variable: cp_model.IntVar, upper: int, derivation: Derivation | None) -> int:
        self._variables.append(variable)
        self._upper.append(upper)
        self._derivations.append(derivation)
        return len(self._variables) - 1

    def literal(self, literal: Literal) -> cp_model.LiteralT:
        if literal >= 0:
            return self._variables[literal]
        if literal not in self._negations:
            self._negations[literal] = ~self._variables[~literal]
        return self._negations[literal]

    def expression(self, amount: Sum) -> cp_model.LinearExprT:
        variables = [self._variables[v] for v, _ in amount.terms]
        weights = [c for _, c in amount.terms]
        return cp_model.LinearExpr.weighted_sum(variables, weights) + amount.constant

    def least(self, amount: Sum) -> int:
        """A bound that follows from the domains alone."""
        return amount.constant + sum(c * self._upper[v] for v, c in amount.terms if c < 0)

    def most(self, amount: Sum) -> int:
        return amount.constant + sum(c * self._upper[v] for v, c in amount.terms if c > 0)

    # What must hold

    def require_any(self, literals: Iterable[Literal]) -> None:
        found = set(literals) - {FALSE}
        if TRUE in found or any(~literal in found for literal in found):
            return
        self.cp.add_bool_or([self.literal(literal) for literal in sorted(found)])

    def require_exactly_one(self, literals: Iterable[Literal]) -> None:
        self.cp.add_exactly_one([self.literal(literal) for literal in literals])

    def require_at_most(self, amount: Sum, bound: int, *, when: Literal = TRUE) -> None:
        if self.most(amount) <= bound:
            return
        constraint = self.cp.add(self.expression(amount) <= bound)
        if when != TRUE:
            constraint.only_enforce_if(self.literal(when))

    # What follows, in both directions

    def any_of(self, literals: Iterable[Literal]) -> Literal:
        """A literal that holds exactly when one of these does."""
        found = sorted(set(literals) - {FALSE})
        if TRUE in found or any(~literal in found for literal in found):
            return TRUE
        if len(found) < 2:
            return found[0] if found else FALSE
        key = ("any", *found)
        if key not in self._known:
            self._known[key] = self._define_any(found)
        return self._known[key]

    def _define_any(self, literals: Sequence[Literal]) -> Literal:
        defined = self._derive(1, lambda values: int(any(holds(x, values) for x in literals)))
        self.require_any([~defined, *literals])
        for literal in literals:
            self.require_any([~literal, defined])
        return defined

    def at_least(self, amount: Sum, bound: int) -> Literal:
        """A literal that holds exactly when the amount reaches the bound."""
        if self.least(amount) >= bound:
            return TRUE
        if self.most(amount) < bound:
            return FALSE
        key = ("at least", amount, bound)
        if key not in self._known:
            defined = self._derive(1, lambda values: int(amount.at(values) >= bound))
            self.require_at_most(-amount, -bound, when=defined)
            self.require_at_most(amount, bound - 1, when=~defined)
            self._known[key] = defined
        return self._known[key]

    # Penalties: held from below only, since they are minimised

    def all_of(self, literals: Iterable[Literal]) -> Sum:
        """At least 1 when all of these hold."""
        found = sorted(set(literals) - {TRUE})
        if FALSE in found or any(~literal in found for literal in found):
            return Sum()
        if len(found) < 2:
            return times(found[0], 1) if found else Sum(1)
        penalty = self._derive(1, lambda values: int(all(holds(x, values) for x in found)))
        self.require_any([penalty, *(~literal for literal in found)])
        return times(penalty, 1)

    def excess(self, amount: Sum, per: int = 1) -> Sum:
        """At least the amount, in begun parts of `per`, and never below 0."""
        most = -(-self.most(amount) // per)
        if most <= 0:
            return Sum()
        if self.least(amount) >= 0 and per == 1:
            return amount
        penalty = self._derive(most, lambda values: max(0, -(-amount.at(values) // per)))
        self.require_at_most(amount - times(penalty, per), 0)
        return times(penalty, 1)

    def steps(self, amount: Sum) -> list[Sum]:
        """As many 0/1 penalties as the amount may reach, at least `amount` of them 1.

        Whoever minimises them with growing weights gets the first ones.
        """
        most = self.most(amount)
        found = [self._step(amount, number) for number in range(1, most + 1)]
        if found:
            self.require_at_most(amount - total(found), 0)
        return found

    def _step(self, amount: Sum, number: int) -> Sum:
        return times(self._derive(1, lambda values: int(amount.at(values) >= number)), 1)

    def largest(self, amounts: Sequence[Sum]) -> Sum:
        """At least each of these amounts, which are never below 0."""
        bound = max(self.most(amount) for amount in amounts)
        if bound <= 0:
            return Sum()
        top = times(self._derive(bound, lambda values: max(a.at(values) for a in amounts)), 1)
        for amount in amounts:
            self.require_at_most(amount - top, 0)
        return top

    def smallest(self, amounts: Sequence[Sum]) -> Sum:
        """At most each of these amounts, which are never below 0."""
        bound = min(self.most(amount) for amount in amounts)
        if bound <= 0:
            return Sum()
        low = times(self._derive(bound, lambda values: min(a.at(values) for a in amounts)), 1)
        for amount in amounts:
            self.require_at_most(low - amount, 0)
        return low

    # Assignments

    def complete(self, decided: Mapping[int, int]) -> list[int]:
        """A value for every variable: the decided ones as given, 0 if not, the rest derived."""
        values: list[int] = []
        for index, derivation in enumerate(self._derivations):
            values.append(decided.get(index, 0) if derivation is None else derivation(values))
        return values

    def recount(self, values: Values) -> list[int]:
        """The same decisions with every derived variable at its true value."""
        return self.complete({n: values[n] for n, d in enumerate(self._derivations) if d is None})

    def hint(self, values: Values) -> None:
        self.cp.clear_hints()  # type: ignore[no-untyped-call]
        for variable, value in zip(self._variables[1:], values[1:], strict=True):
            self.cp.add_hint(variable, value)

    def hint_only(self, values: Mapping[int, int]) -> None:
        """Hints for these variables and no others."""
        self.cp.clear_hints()  # type: ignore[no-untyped-call]
        for variable, value in values.items():
            self.suggest(variable, value)

    def suggest(self, variable: int, value: int) -> None:
        """A hint for one variable; the others keep theirs."""
        self.cp.add_hint(self._variables[variable], value)

    def minimise(self, amount: Sum) -> None:
        self.cp.minimize(self.expression(amount))
