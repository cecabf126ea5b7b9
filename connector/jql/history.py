"""WAS and CHANGED: clauses that ask about an issue's history."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from connector.core.issue import Change, Issue
from connector.jql.ast import Call, Clause, Empty, FieldName, ListOf, Operand, Predicate, Value, flat
from connector.jql.clauses import call_tests, wanted_names
from connector.jql.context import Context
from connector.jql.faces import test_for
from connector.jql.fields import Target, find
from connector.jql.moments import Moment, Span, is_relative
from connector.jql.past import State, after, before, changes_of, states_of
from connector.jql.plan import Plan
from connector.jql.plan import Predicate as Holds
from connector.jql.scope import Scope
from connector.jql.timing import moment_in

ValuesTest = Callable[[tuple[object, ...], Issue], bool]
StateTest = Callable[[State, Issue], bool]
ChangeTest = Callable[[Change, Issue], bool]


def plan_past(clause: Clause, target: Target, context: Context) -> Plan:
    """The plan of a WAS clause: one period must satisfy all that follows the value. Raises JqlError.

    Source: JQL operators, "WAS": AFTER, BEFORE, ON and DURING ask when the field held the value, BY who set it.
    """
    wanted = _values_test(clause.operand, target, context, is_list=clause.operator.endswith("in"))
    limits = [_state_limit(one, context) for one in clause.predicates]
    is_negative = "not" in clause.operator

    def bind(scope: Scope) -> Holds:
        holds, tests = wanted(scope), [limit(scope) for limit in limits]

        def was(issue: Issue) -> bool:
            return (
                any(
                    holds(state.values, issue) and all(test(state, issue) for test in tests)
                    for state in states_of(issue, target)
                )
                is not is_negative
            )

        return was

    return _plan(bind, clause, target)


def plan_change(clause: Clause, target: Target, context: Context) -> Plan:
    """The plan of a CHANGED clause: one change must satisfy all that follows the word. Raises JqlError.

    Source: JQL operators, "CHANGED".
    """
    limits = [_change_limit(one, target, context) for one in clause.predicates]
    is_negative = clause.operator == "not changed"

    def bind(scope: Scope) -> Holds:
        tests = [limit(scope) for limit in limits]

        def changed(issue: Issue) -> bool:
            found = changes_of(issue, target)
            return any(all(test(one, issue) for test in tests) for one in found) is not is_negative

        return changed

    return _plan(bind, clause, target)


def _plan(bind: Callable[[Scope], Holds], clause: Clause, target: Target) -> Plan:
    operands = [one for predicate in clause.predicates for one in flat(predicate.operand) if predicate.when in _TIMES]
    reads_time = any(not isinstance(one, Value) or is_relative(one.text) for one in operands)
    fields = frozenset({target.id, "created", "creator"})
    return Plan(bind=bind, needs_history=True, reads_time=reads_time, fields=fields)


_TIMES = ("on", "before", "after", "during")


def _values_test(
    operand: Operand | None, target: Target, context: Context, is_list: bool
) -> Callable[[Scope], ValuesTest]:
    """Whether one of a state's values is meant, or the state is empty and EMPTY is meant."""
    operands = flat(operand)
    takes_empty = any(isinstance(one, Empty) for one in operands)
    static = test_for(target.kind, wanted_names([one for one in operands if isinstance(one, Value)], target, context))
    calls = [one for one in operands if isinstance(one, Call)]
    makes, _ = call_tests(calls, target, context, is_list=is_list)

    def bind(scope: Scope) -> ValuesTest:
        tests = [make(scope) for make in makes]

        def test(values: tuple[object, ...], issue: Issue) -> bool:
            if not values:
                return takes_empty
            told = (*values, *_people(values, scope)) if target.kind == "user" else values
            return any(static(one) or any(test(one, issue) for test in tests) for one in told)

        return test

    return bind


def _people(values: tuple[object, ...], scope: Scope) -> list[object]:
    """What is known of users of whom a history tells the id and, at best, the name of that day."""
    ids = [one.get("accountId") if isinstance(one, dict) else one for one in values]
    return [found for one in ids if isinstance(one, str) and (found := scope.people(one)) is not None]


def _state_limit(predicate: Predicate, context: Context) -> Callable[[Scope], StateTest]:
    if predicate.when == "by":
        is_author = _author_test(predicate.operand, context)
        return lambda scope: _by_state(is_author(scope))
    overlaps = _OVERLAPS[predicate.when]
    window = _window(predicate, context)

    def bind(scope: Scope) -> StateTest:
        span = window(scope)
        return lambda state, _: overlaps(state.start, state.end, span)

    return bind


def _by_state(is_author: ValuesTest) -> StateTest:
    return lambda state, issue: state.by is not None and is_author((state.by,), issue)


_OVERLAPS: dict[str, Callable[[datetime, datetime | None, Span], bool]] = {
    "before": lambda start, end, span: start < span.start,
    "after": lambda start, end, span: end is None or end > span.start,
    "on": lambda start, end, span: start <= span.end and (end is None or end > span.start),
    "during": lambda start, end, span: start <= span.end and (end is None or end > span.start),
}


def _change_limit(predicate: Predicate, target: Target, context: Context) -> Callable[[Scope], ChangeTest]:
    when = predicate.when
    if when in ("from", "to"):
        side = before if when == "from" else after
        wanted = _values_test(predicate.operand, target, context, is_list=True)
        return lambda scope: _on_side(side, wanted(scope))
    if when == "by":
        is_author = _author_test(predicate.operand, context)
        return lambda scope: _by_change(is_author(scope))
    window, falls = _window(predicate, context), _FALLS[when]

    def bind(scope: Scope) -> ChangeTest:
        span = window(scope)
        return lambda change, _: falls(change.at, span)

    return bind


_FALLS: dict[str, Callable[[datetime, Span], bool]] = {
    "before": lambda at, span: at < span.start,
    "after": lambda at, span: at > span.start,
    "on": lambda at, span: span.start <= at <= span.end,
    "during": lambda at, span: span.start <= at <= span.end,
}


def _on_side(side: Callable[[Change], tuple[object, ...]], test: ValuesTest) -> ChangeTest:
    return lambda change, issue: test(side(change), issue)


def _by_change(is_author: ValuesTest) -> ChangeTest:
    return lambda change, issue: change.author is not None and is_author((change.author,), issue)


def _author_test(operand: Operand, context: Context) -> Callable[[Scope], ValuesTest]:
    """Whether the one who made a change is meant: by id, or by any name of theirs that the scope knows."""
    person = find(FieldName("assignee"), context.catalog)
    return _values_test(operand, cast("Target", person), context, is_list=True)


def _window(predicate: Predicate, context: Context) -> Callable[[Scope], Span]:
    """The time that a word such as BEFORE or DURING speaks of. Raises JqlError."""
    operands = flat(predicate.operand)
    wanted = 2 if predicate.when == "during" else 1
    if len(operands) != wanted or (wanted == 1 and isinstance(predicate.operand, ListOf)):
        takes = "two moments between brackets" if wanted == 2 else "one moment"
        message = f"{predicate.when.upper()} takes {takes}"
        raise context.wrong(message, predicate.position, predicate.when, expected=(takes,))
    moments = [moment_in(one, context) for one in operands]
    return _between(moments[0], moments[1]) if wanted == 2 else moments[0]


def _between(first: Moment, last: Moment) -> Moment:
    return lambda scope: Span(first(scope).start, last(scope).start)
