"""Clauses about dates and times."""

import operator as compare
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from connector.core.issue import Issue
from connector.jql.ast import Call, Clause, Empty, Value, flat
from connector.jql.context import Context
from connector.jql.fields import Target
from connector.jql.functions import moment_of
from connector.jql.moments import FORMATS, Moment, Span, day_text, fixed_day, instant, is_relative, moment
from connector.jql.plan import Plan, Predicate, Test
from connector.jql.predicates import values
from connector.jql.scope import Scope

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": compare.lt,
    "<=": compare.le,
    ">": compare.gt,
    ">=": compare.ge,
}
"""What the ordering operators do."""

_SECOND = timedelta(seconds=1)


def timed(clause: Clause, target: Target, context: Context) -> Plan:
    """Any comparison of a date or a time. Raises JqlError.

    Source: JQL fields, "Due" and "Created": a due date is a day, all else a moment; a moment is equal to the second.
    """
    operands = flat(clause.operand)
    takes_empty = any(isinstance(one, Empty) for one in operands)
    moments = [moment_in(one, context) for one in operands if not isinstance(one, Empty)]
    is_negative = clause.operator in ("!=", "not in")
    fields = frozenset({target.id})
    day = fixed_day(clause.operand.text) if isinstance(clause.operand, Value) else None
    if day is not None and target.kind == "date" and clause.operator in COMPARE:
        return Plan(fixed=_beside_day(target, clause.operator, day), fields=fields)

    def bind(scope: Scope) -> Predicate:
        spans = [one(scope) for one in moments]
        if clause.operator in COMPARE:
            return _beside(clause.operator, target, spans[0], scope)
        tests = [_equal(target, span, scope) for span in spans]
        return values(target, tests[0] if len(tests) == 1 else _any(tests), is_negative, takes_empty)

    return Plan(bind=bind, reads_time=any(_is_moving(one) for one in operands), fields=fields)


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


def _day_in(moment: datetime, scope: Scope) -> str:
    return moment.astimezone(scope.timezone).date().isoformat()


def _equal(target: Target, span: Span, scope: Scope) -> Test:
    if target.kind == "date":
        day = _day_in(span.start, scope)
        return lambda value: day_text(value) == day
    start, end = span.start, span.start + _SECOND

    def test(value: object) -> bool:
        found = instant(value)
        return found is not None and start <= found < end

    return test


def _beside(operator: str, target: Target, span: Span, scope: Scope) -> Predicate:
    if target.kind == "date":
        return _beside_day(target, operator, _day_in(span.start, scope))
    holds, limit = COMPARE[operator], span.start

    def test(value: object) -> bool:
        found = instant(value)
        return found is not None and holds(found, limit)

    return values(target, test, is_negative=False, takes_empty=False)


def _beside_day(target: Target, operator: str, limit: str) -> Predicate:
    """ISO texts sort as their days do, so nothing is parsed where Jira's own shape stands in the issue."""
    holds, field_id = COMPARE[operator], target.id

    def test(value: object) -> bool:
        found = day_text(value)
        return found is not None and holds(found, limit)

    otherwise = values(target, test, is_negative=False, takes_empty=False)
    if not target.is_plain:
        return otherwise

    def on_day(issue: Issue) -> bool:
        value = issue.fields.get(field_id)
        return holds(value, limit) if value.__class__ is str and len(value) == 10 else otherwise(issue)

    return on_day
