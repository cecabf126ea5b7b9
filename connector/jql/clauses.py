"""A comparison clause to a plan: = != IN IS ~ and what measures."""

from collections.abc import Callable, Sequence

from connector.jql.ast import Call, Clause, Empty, FieldName, Value, flat
from connector.jql.context import Context
from connector.jql.errors import closest, shown
from connector.jql.faces import CATEGORY_KEYS, test_for
from connector.jql.fields import NOT_MIRRORED, Target, find, known_names
from connector.jql.functions import test_of
from connector.jql.kinds import CHANGE, PAST
from connector.jql.measuring import measured, number_in
from connector.jql.plan import CallTest, Plan, Test
from connector.jql.predicates import category, emptiness, project, values, values_in
from connector.jql.printing import field_text
from connector.jql.ranking import key_rank
from connector.jql.scope import Scope
from connector.jql.textsearch import LeadingWildcard, like, search
from connector.jql.timing import timed

_NEGATIVE = frozenset({"!=", "not in", "is not", "!~"})


def plan_clause(clause: Clause, target: Target, context: Context) -> Plan:
    """The plan of a clause that asks about the present. Raises JqlError."""
    operator, operands = clause.operator, flat(clause.operand)
    if operator in ("is", "is not") or all(isinstance(one, Empty) for one in operands):
        return Plan(fixed=emptiness(target, wanted=operator not in _NEGATIVE), fields=frozenset({target.id}))
    if operator in ("~", "!~"):
        return _contains(clause, target, context)
    if target.kind in ("date", "instant"):
        return timed(clause, target, context)
    if operator in ("<", "<=", ">", ">="):
        return measured(clause, target, context)
    return _equals(clause, target, context)


def target_of(name: FieldName, context: Context) -> Target:
    """The field that a clause names. Raises JqlError."""
    target = find(name, context.catalog)
    if target is not None:
        return target
    if name.name.casefold() in NOT_MIRRORED:
        message = f"the field {name.name!r} is Jira's, but what it holds is not mirrored; select in another way"
        raise context.wrong(message, name.position, name.name)
    guess = closest(name.name, known_names(context.catalog))
    message = f"there is no field {field_text(name)!r}"
    raise context.wrong(message, name.position, name.name, suggestion=repr(guess) if guess else None)


def check_reach(clause: Clause, target: Target, context: Context) -> None:
    """Raise JqlError when the issues at hand do not carry what the clause asks about."""
    reach = context.catalog.reach
    name = field_text(clause.field)
    if clause.operator in PAST or clause.operator in CHANGE:
        if reach.changed is None:
            return
        if not reach.changed:
            message = f"{clause.operator.upper()} needs the issues' histories, and none is at hand"
            raise context.wrong(message, clause.position, clause.operator)
        names = target.history.names if target.history else frozenset()
        if clause.operator in CHANGE or names & reach.changed:
            return
    if reach.held is not None and target.sources and reach.held.isdisjoint(target.sources):
        message = f"none of the issues carries the field {name!r}, so nobody can say what it holds"
        raise context.wrong(message, clause.field.position, clause.field.name)


def check_operator(clause: Clause, target: Target, context: Context) -> None:
    """Raise JqlError when the field does not take the operator."""
    if clause.operator in target.operators:
        return
    taken = [one.upper() for one in _ORDER if one in target.operators]
    raise context.wrong(
        f"the field {field_text(clause.field)!r} does not take {clause.operator.upper()}; it takes {shown(taken)}",
        clause.position,
        clause.operator,
        expected=taken,
    )


_ORDER = (
    *("=", "!=", "~", "!~", "<", "<=", ">", ">=", "in", "not in", "is", "is not"),
    *("was", "was not", "was in", "was not in", "changed"),
)


def wanted_names(texts: Sequence[Value], target: Target, context: Context) -> frozenset[str]:
    """The case-folded names that values stand for, with the site's other names for them. Raises JqlError."""
    if target.kind in ("number", "duration"):
        return frozenset(str(number_in(one, target, context)) for one in texts)
    for one in texts:
        _check_category(one, target, context)
        _check_key(one, target, context)
    return frozenset().union(*(context.names.of(target.id, one.text) for one in texts))


def call_tests(
    calls: Sequence[Call], target: Target, context: Context, is_list: bool
) -> tuple[list[Callable[[Scope], CallTest]], Plan]:
    """What makes the tests of the functions, and a plan that only says what they read. Raises JqlError."""
    found = [test_of(one, target, context) for one in calls]
    for call, (function, _) in zip(calls, found, strict=True):
        if function.is_list and not is_list:
            message = f"{function.name}() gives a list; compare with IN or NOT IN"
            raise context.wrong(message, call.position, call.name, expected=("IN", "NOT IN"), suggestion="IN")
    return [make for _, make in found], Plan(
        reads_time=any(function.reads_time for function, _ in found),
        needs_history=any(function.needs_history for function, _ in found),
        fields=frozenset({"issuelinks"} if any(one.name == "linkedIssues" for one, _ in found) else ()),
    )


def _equals(clause: Clause, target: Target, context: Context) -> Plan:
    operands, is_negative = flat(clause.operand), clause.operator in _NEGATIVE
    texts = [one for one in operands if isinstance(one, Value)]
    calls = [one for one in operands if isinstance(one, Call)]
    takes_empty = any(isinstance(one, Empty) for one in operands)
    makes, reads = call_tests(calls, target, context, is_list="in" in clause.operator)
    wanted = wanted_names(texts, target, context)
    fields = reads.fields | {target.id}
    if target.kind == "category" and not calls:
        keys = frozenset(CATEGORY_KEYS[one] for one in wanted)
        return Plan(fixed=category(keys, is_negative, takes_empty), fields=fields)
    static = test_for(target.kind, wanted)
    if target.kind == "project" and target.id == "project" and not (calls or takes_empty):
        return Plan(fixed=project(static, is_negative), fields=fields)
    if not calls:
        return Plan(fixed=values(target, static, is_negative, takes_empty), fields=fields)

    def bind(scope: Scope) -> Callable[..., bool]:
        return values_in(target, _either(static, [make(scope) for make in makes]), is_negative, takes_empty)

    return Plan(bind=bind, reads_time=reads.reads_time, needs_history=reads.needs_history, fields=fields)


def _either(static: Test, tests: list[CallTest]) -> CallTest:
    return lambda value, issue: static(value) or any(test(value, issue) for test in tests)


def _check_category(value: Value, target: Target, context: Context) -> None:
    if target.kind == "category" and value.text.casefold() not in CATEGORY_KEYS:
        known = ("To Do", "In Progress", "Done")
        raise context.wrong(
            f"{value.text!r} is no status category; there are {shown(known)}",
            value.position,
            value.text,
            expected=known,
            suggestion=closest(value.text, known),
        )


def _check_key(value: Value, target: Target, context: Context) -> None:
    """An issue is named by key or id here; an epic link may also name the epic."""
    if target.id in ("key", "parent") and key_rank(value.text) is None and not value.text.isdecimal():
        message = f"{value.text!r} is no issue key"
        raise context.wrong(message, value.position, value.text, expected=("OPS-7",))


def _contains(clause: Clause, target: Target, context: Context) -> Plan:
    operand = clause.operand
    if not isinstance(operand, Value):
        position = operand.position if operand else clause.position
        raise context.wrong(f"{clause.operator} takes a text", position, expected=("a text",))
    try:
        matcher = like(operand.text) if target.kind == "version" else search(operand.text)
    except LeadingWildcard as error:
        message = f"a word cannot start with * or ?, as {str(error)!r} does"
        raise context.wrong(message, operand.position, operand.text) from None
    is_negative = clause.operator == "!~"
    test = _named(matcher) if target.kind == "version" else _texts(matcher)
    return Plan(fixed=values(target, test, is_negative, takes_empty=False), fields=frozenset({target.id}))


def _texts(matcher: Callable[[str], bool]) -> Test:
    return lambda value: matcher(value if isinstance(value, str) else str(value))


def _named(matcher: Callable[[str], bool]) -> Test:
    return lambda value: isinstance(value, dict) and matcher(str(value.get("name")))
