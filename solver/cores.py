"""Sets of facts and hard rules that clash, each irreducible, and no two alike.

A month of one person is tiny, so clashes within one are looked for person by person. Only limits of
a day tie people together: those are looked at day by day, then week by week, then all at once.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.cores import Cause
from domain.ids import StaffId
from solver.allowance import Allowance
from solver.loosened import Guarded, Loosened

MOST_NARROWED = 80


Trace = tuple[Cause, StaffId | None, tuple[date, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """An irreducible set, and the model it was found in."""

    model: Loosened
    parts: tuple[Guarded, ...]

    @property
    def causes(self) -> tuple[Cause, ...]:
        return tuple(dict.fromkeys(part.cause for part in self.parts))

    @property
    def people(self) -> set[StaffId]:
        """Whose cells the members speak of; with a rule of the calendar, all whom it decides."""
        found = {who for p in self.parts for who in (p.cause.staff_id, p.part.staff_id)}
        for part in self.parts:
            found |= self.model.decided_by(part.cause)
        return {who for who in found if who is not None}

    @property
    def rules(self) -> list[Guarded]:
        return [part for part in self.parts if not part.cause.kind.is_fact]

    def used_up(self) -> set[Trace]:
        """Facts about single people, or else the windows of rules."""
        facts = [p for p in self.parts if p.cause.kind.is_fact and p.cause.staff_id is not None]
        return {_window(part) for part in facts or self.rules}

    def rules_told(self) -> set[Trace]:
        return {_rule(part) for part in self.rules}


def _window(part: Guarded) -> Trace:
    """What the part is in every model that holds it, whoever else is looked at there."""
    return replace(part.cause, staff_id=None), part.part.staff_id, part.part.dates


def _rule(part: Guarded) -> Trace:
    """The rule with all its windows for one person, or on one day."""
    cause, staff_id, dates = _window(part)
    return cause, staff_id, () if staff_id is not None else dates


def clash(
    model: Loosened, parts: Iterable[Guarded], allowance: Allowance
) -> tuple[Guarded, ...] | None:
    """Parts of these that cannot all hold, not always the fewest; None where all can."""
    held = tuple(parts)
    model.assume(part.guard for part in held)
    solver, can_hold = allowance.solve(model.model.cp)
    if can_hold:
        return None
    found = set(solver.sufficient_assumptions_for_infeasibility())
    return tuple(part for part in held if part.guard in found)


def core_in(model: Loosened, parts: Sequence[Guarded], allowance: Allowance) -> Core | None:
    """An irreducible set among these parts, None where all of them can hold.

    Causes are taken away whole, one after another, as long as what is left still clashes: last
    facts first, and rules after all facts. Then the rules left are narrowed to the windows needed.
    """
    found = clash(model, parts, allowance)
    if found is None:
        return None
    causes = {part.cause for part in found}
    for cause in _order_of_leaving(found):
        if cause in causes:
            rest = causes - {cause}
            smaller = clash(model, (p for p in parts if p.cause in rest), allowance)
            causes = causes if smaller is None else {part.cause for part in smaller}
    left = [part for part in parts if part.cause in causes]
    return Core(model=model, parts=_narrowed(model, left, allowance))


def _order_of_leaving(parts: Iterable[Guarded]) -> list[Cause]:
    causes = list(dict.fromkeys(part.cause for part in parts))
    facts = [cause for cause in causes if cause.kind.is_fact]
    return [*reversed(facts), *(cause for cause in causes if not cause.kind.is_fact)]


def _narrowed(
    model: Loosened, parts: Sequence[Guarded], allowance: Allowance
) -> tuple[Guarded, ...]:
    """As few windows of each rule as still clash; many are left as the solver names them."""
    found = clash(model, parts, allowance) or tuple(parts)
    windows = [part for part in reversed(found) if not part.cause.kind.is_fact]
    if len(windows) > MOST_NARROWED:
        return found
    for window in windows:
        rest = tuple(part for part in found if part is not window)
        found = found if window not in found else clash(model, rest, allowance) or found
    return found


def cores_in(model: Loosened, told: Collection[Trace], allowance: Allowance) -> Iterator[Core]:
    """One core after another, until all else holds; `told` are rules to be left out.

    First those that share no fact, then those by rules that have not been told of anybody, with all
    facts back in place.
    """
    rules = set(told)
    while True:
        found: set[Trace] = set()
        for core, left in _apart(model, rules, allowance):
            yield _whole(core, left, allowance)
            found |= core.rules_told()
        if not found:
            return
        rules |= found


def _apart(
    model: Loosened, told: Collection[Trace], allowance: Allowance
) -> Iterator[tuple[Core, list[Guarded]]]:
    """Cores that have no fact in common, or no window where they have no facts.

    Beside each stand the parts among which it was found.
    """
    left = [part for part in model.guarded if part.cause.kind.is_fact or _rule(part) not in told]
    while (core := core_in(model, left, allowance)) is not None:
        yield core, left
        used = core.used_up()
        left = [part for part in left if _window(part) not in used]


def _whole(core: Core, left: Iterable[Guarded], allowance: Allowance) -> Core:
    """The core judged with every window of its causes: with those fewer causes may clash."""
    causes, known = set(core.causes), set(map(id, left))
    parts = [part for part in core.model.guarded if part.cause in causes]
    if known.issuperset(map(id, parts)):
        return core
    smaller = core_in(core.model, parts, allowance)
    return core if smaller is None or set(smaller.causes) == causes else smaller
