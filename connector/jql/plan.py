"""A compiled piece of a query: a predicate, or what makes one once the scope is known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from connector.core.issue import Issue
from connector.jql.scope import Scope

Predicate = Callable[[Issue], bool]
Test = Callable[[object], bool]
"""Asks one value of a field."""
CallTest = Callable[[object, Issue], bool]
"""Asks one value of a field, with the issue it stands in: what functions make of themselves."""
Make = Callable[[tuple[str, ...]], Callable[[Scope], CallTest] | None]
"""From a function's arguments to what makes its test for a scope; None when an argument cannot be read."""
Bind = Callable[[Scope], Predicate]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Either `fixed`, the same for every scope, or `bind`, which works out moments and users once for a scope."""

    fixed: Predicate | None = None
    bind: Bind | None = None
    reads_time: bool = False
    needs_history: bool = False
    fields: frozenset[str] = frozenset()

    def bound(self, scope: Scope) -> Predicate:
        """The predicate for this scope."""
        if self.fixed is not None:
            return self.fixed
        assert self.bind is not None
        return self.bind(scope)


def all_of(plans: Sequence[Plan]) -> Plan:
    """Holds where every plan holds."""
    return _joined(plans, _and)


def any_of(plans: Sequence[Plan]) -> Plan:
    """Holds where at least one plan holds."""
    return _joined(plans, _or)


def _joined(plans: Sequence[Plan], join: Callable[[list[Predicate]], Predicate]) -> Plan:
    fixed = [plan.fixed for plan in plans if plan.fixed is not None]
    is_fixed = len(fixed) == len(plans)

    def bind(scope: Scope) -> Predicate:
        return join([plan.bound(scope) for plan in plans])

    return Plan(
        fixed=join(fixed) if is_fixed else None,
        bind=None if is_fixed else bind,
        reads_time=any(plan.reads_time for plan in plans),
        needs_history=any(plan.needs_history for plan in plans),
        fields=frozenset().union(*(plan.fields for plan in plans)),
    )


SHORT = 12


def _and(predicates: list[Predicate]) -> Predicate:
    if len(predicates) == 1:
        return predicates[0]
    if len(predicates) == 2:
        one, two = predicates
        return lambda issue: one(issue) and two(issue)
    if len(predicates) == 3:
        one, two, three = predicates
        return lambda issue: one(issue) and two(issue) and three(issue)
    middle = _middle(predicates, 3)
    first, rest = _and(predicates[:middle]), _and(predicates[middle:])
    return lambda issue: first(issue) and rest(issue)


def _or(predicates: list[Predicate]) -> Predicate:
    if len(predicates) == 1:
        return predicates[0]
    if len(predicates) == 2:
        one, two = predicates
        return lambda issue: one(issue) or two(issue)
    middle = _middle(predicates, 2)
    first, rest = _or(predicates[:middle]), _or(predicates[middle:])
    return lambda issue: first(issue) or rest(issue)


def _middle(predicates: list[Predicate], few: int) -> int:
    """Where to part a chain: a short one after its first clauses; a long one in two, so that no stack is too small."""
    return few if len(predicates) <= SHORT else len(predicates) // 2
