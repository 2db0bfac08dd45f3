"""Literals and sums: the small arithmetic that rules are written in.

A literal is the index of a 0/1 variable; its complement `~literal` is the negation. Index 0 is a
constant that is always true, so TRUE and FALSE are literals like others.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Literal = int
Values = Sequence[int]
TRUE: Literal = 0
FALSE: Literal = ~TRUE


def holds(literal: Literal, values: Values) -> bool:
    return values[literal] == 1 if literal >= 0 else values[~literal] == 0


@dataclass(frozen=True, slots=True)
class Sum:
    """`constant` plus each variable times its coefficient; variables are indices, never negated."""

    constant: int = 0
    terms: tuple[tuple[int, int], ...] = ()

    def __add__(self, other: "Sum | int") -> "Sum":
        if isinstance(other, int):
            return Sum(self.constant + other, self.terms)
        if not other.terms:
            return Sum(self.constant + other.constant, self.terms)
        return total((self, other))

    def __mul__(self, factor: int) -> "Sum":
        if factor == 1:
            return self
        if factor == 0:
            return Sum()
        return Sum(self.constant * factor, tuple((v, c * factor) for v, c in self.terms))

    def __neg__(self) -> "Sum":
        return self * -1

    def __sub__(self, other: "Sum | int") -> "Sum":
        return self + -other

    def at(self, values: Values) -> int:
        return self.constant + sum(c * values[v] for v, c in self.terms)


def total(sums: Iterable[Sum]) -> Sum:
    constant = 0
    coefficients: dict[int, int] = {}
    for part in sums:
        constant += part.constant
        for variable, coefficient in part.terms:
            coefficients[variable] = coefficients.get(variable, 0) + coefficient
    return Sum(constant, tuple((v, c) for v, c in coefficients.items() if c))


def times(literal: Literal, factor: int) -> Sum:
    """The literal as 0 or `factor`."""
    if literal == TRUE:
        return Sum(factor)
    if literal == FALSE:
        return Sum()
    if literal >= 0:
        return Sum(0, ((literal, factor),))
    return Sum(factor, ((~literal, -factor),))


def count(literals: Iterable[Literal]) -> Sum:
    """How many of the literals hold."""
    return total(times(literal, 1) for literal in literals)
