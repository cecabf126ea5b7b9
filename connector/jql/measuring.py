"""Clauses that measure: < <= > >= on anything with an order, and all comparisons of dates and times."""

import operator as compare
from collections.abc import Callable
from typing import Any, TypeVar

from connector.core.fields import name_of, number_of
from connector.core.issue import Issue
from connector.jql.ast import Call, Clause, Empty, Value, flat
from connector.jql.context import Context
from connector.jql.fields import Target
from connector.jql.functions import moment_of
from connector.jql.moments import FORMATS, Moment, Span, day_text, duration_s, instant, is_relative, moment
from connector.jql.plan import CallTest, Plan, Predicate, Test
from connector.jql.predicates import values, values_in
from connector.jql.ranking import key_rank, natural, rank_of, ranker, version_rank, version_ranks
from connector.jql.scope import Scope

Measured = TypeVar("Measured")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": compare.lt,
    "<=": compare.le,
    ">": compare.gt,
    ">=": compare.ge,
}


def timed(clause: Clause, target: Target, context: Context) -> Plan:
    """Any comparison of a date or a time. Raises JqlError."""
    operands = flat(clause.operand)
    takes_empty = any(isinstance(one, Empty) for one in operands)
    moments = [moment_in(one, context) for one in operands if not isinstance(one, Empty)]
    is_negative = clause.operator in ("!=", "not in")

    def bind(scope: Scope) -> Predicate:
        tests = [_time_test(clause.operator, target, one(scope), scope) for one in moments]
        test = tests[0] if len(tests) == 1 else _any(tests)
        return values(target, test, is_negative, takes_empty)

    return Plan(bind=bind, reads_time=any(_is_moving(one) for one in operands), fields=frozenset({target.id}))


def _any(tests: list[Test]) -> Test:
    return lambda value: any(test(value) for test in tests)


def _is_moving(operand: Value | Empty | Call) -> bool:
    return isinstance(operand, Call) or (isinstance(operand, Value) and is_relative(operand.text))


def moment_in(operand: Value | Empty | Call, context: Context) -> Moment:
    """The moment that an operand names. Raises JqlError."""
    if isinstance(operand, Call):
        return moment_of(operand, context)
    found = moment(operand.text) if isinstance(operand, Value) else None
    if found is None:
        text = operand.text if isinstance(operand, Value) else "EMPTY"
        message = f"{text!r} is no date or time; write one like {', '.join(FORMATS)}"
        raise context.wrong(message, operand.position, text, expected=FORMATS)
    return found


def _time_test(operator: str, target: Target, span: Span, scope: Scope) -> Test:
    if target.kind == "date":
        start, end = (one.astimezone(scope.timezone).date().isoformat() for one in (span.start, span.end))
        return _within(day_text, start, end) if operator not in _COMPARE else _beside(day_text, operator, start)
    if operator not in _COMPARE:
        return _within(instant, span.start, span.end)
    return _beside(instant, operator, span.start)


def _within(read: Callable[[object], Measured | None], start: Measured, end: Measured) -> Test:
    def test(value: object) -> bool:
        found = read(value)
        return found is not None and start <= found <= end  # type: ignore[operator]

    return test


def _beside(read: Callable[[object], object], operator: str, limit: object) -> Test:
    holds = _COMPARE[operator]

    def test(value: object) -> bool:
        found = read(value)
        return found is not None and holds(found, limit)

    return test


def measured(clause: Clause, target: Target, context: Context) -> Plan:
    """One of < <= > >= on what is not a time. Raises JqlError."""
    operand = clause.operand
    if not isinstance(operand, Value):
        position = operand.position if operand else clause.position
        message = f"{clause.operator} cannot compare this field with a function"
        raise context.wrong(message, position, expected=("a value",))
    if target.kind in ("number", "duration"):
        return _fixed(target, _beside(as_number, clause.operator, number_in(operand, target, context)))
    if target.kind == "issue":
        return _fixed(target, _key_test(clause.operator, operand, context))
    if target.kind == "version":
        return _bound(target, lambda scope: _version_test(clause.operator, operand.text, scope))
    if target.kind == "named":
        return _bound(target, lambda scope: _rank_test(clause.operator, operand.text, target, scope, context))
    return _any_plan(clause, operand, target, context)


def _fixed(target: Target, test: Test) -> Plan:
    return Plan(fixed=values(target, test, is_negative=False, takes_empty=False), fields=frozenset({target.id}))


def _bound(target: Target, make: Callable[[Scope], CallTest]) -> Plan:
    def bind(scope: Scope) -> Predicate:
        return values_in(target, make(scope), is_negative=False, takes_empty=False)

    return Plan(bind=bind, fields=frozenset({target.id}))


def as_number(value: object) -> float | None:
    """A number, or an option whose text is one, for comparing."""
    if value.__class__ is float or value.__class__ is int:
        return value
    found = number_of(value)
    return None if found is None else float(found)


def number_in(operand: Value, target: Target, context: Context) -> float:
    """The number or the seconds that an operand names. Raises JqlError."""
    limit = duration_s(operand.text) if target.kind == "duration" else as_number(operand.text)
    if limit is None:
        wanted = "a time such as 4h 30m" if target.kind == "duration" else "a number"
        raise context.wrong(f"{operand.text!r} is not {wanted}", operand.position, operand.text, expected=(wanted,))
    return limit


def _key_test(operator: str, operand: Value, context: Context) -> Test:
    """Keys have an order only within one project."""
    limit = key_rank(operand.text)
    if limit is None:
        raise context.wrong(f"{operand.text!r} is no issue key", operand.position, operand.text, expected=("OPS-7",))
    holds = _COMPARE[operator]

    def test(value: object) -> bool:
        found = key_rank(value.key) if isinstance(value, Issue) else None
        return found is not None and found[0] == limit[0] and holds(found[1], limit[1])

    return test


def _version_test(operator: str, wanted: str, scope: Scope) -> CallTest:
    holds, by_project = _COMPARE[operator], dict[str, dict[str, int]]()

    def test(value: object, issue: Issue) -> bool:
        project = issue.project_key
        if project not in by_project:
            by_project[project] = version_ranks(scope, issue)
        mine, limit = version_rank(value, by_project[project]), version_rank(wanted, by_project[project])
        if mine is not None and limit is not None:
            return holds(mine, limit)
        # The project's own order is not at hand: the next best is the order of the names.
        return not by_project[project] and holds(natural(name_of(value) or ""), natural(wanted))

    return test


def _rank_test(operator: str, wanted: str, target: Target, scope: Scope, context: Context) -> CallTest:
    holds, rank = _COMPARE[operator], ranker(target.id, scope, context.names)
    limit = rank(wanted)

    def test(value: object, _: Issue) -> bool:
        mine = rank_of(value, rank)
        return mine is not None and limit is not None and holds(mine, limit)

    return test


def _any_plan(clause: Clause, operand: Value, target: Target, context: Context) -> Plan:
    """A field of unknown kind: numbers compare as numbers, moments as moments, all else as text."""
    number = as_number(operand.text)
    if number is not None:
        return _fixed(target, _beside(as_number, clause.operator, number))
    if moment(operand.text) is not None:
        return timed(clause, target, context)
    return _fixed(target, _beside(_folded, clause.operator, operand.text.casefold()))


def _folded(value: object) -> str | None:
    name = name_of(value)
    return None if name is None else name.casefold()
