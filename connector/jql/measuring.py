"""Clauses that measure what is not a time: < <= > >= on numbers, keys, versions and whatever else has an order."""

from collections.abc import Callable

from connector.core.fields import name_of, number_of
from connector.core.issue import Issue
from connector.jql.ast import Call, Clause, Value
from connector.jql.context import Context
from connector.jql.errors import closest, shown
from connector.jql.fields import Target
from connector.jql.functions import version_of
from connector.jql.moments import duration_s, moment
from connector.jql.plan import CallTest, Plan, Predicate, Test
from connector.jql.predicates import values, values_in
from connector.jql.ranking import Ranker, key_rank, natural, rank_of, ranker, version_rank, version_ranks
from connector.jql.scope import Scope
from connector.jql.timing import COMPARE, timed


def measured(clause: Clause, target: Target, context: Context) -> Plan:
    """One of < <= > >= on what is not a time. Raises JqlError."""
    operand = clause.operand
    if isinstance(operand, Call) and target.kind == "version":
        return _bound(target, _version_test(clause.operator, version_of(operand, target, context)))
    if not isinstance(operand, Value):
        position = operand.position if operand else clause.position
        message = f"{clause.operator} cannot compare this field with a function"
        raise context.wrong(message, position, expected=("a value",))
    if target.kind in ("number", "duration"):
        return _fixed(target, _beside(as_number, clause.operator, number_in(operand, target, context)))
    if target.kind == "issue":
        return _fixed(target, _key_test(clause.operator, operand, context))
    if target.kind == "version":
        return _bound(target, _version_test(clause.operator, lambda _: operand.text))
    if target.kind == "named":
        return _ranked(clause.operator, operand, target, context)
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
    holds = COMPARE[operator]

    def test(value: object) -> bool:
        found = key_rank(value.key) if isinstance(value, Issue) else None
        return found is not None and found[0] == limit[0] and holds(found[1], limit[1])

    return test


def _version_test(operator: str, wanted: Callable[[Scope], str | None]) -> Callable[[Scope], CallTest]:
    """Versions by their place in the project's own list.

    Source: JQL fields, "Fix version": the order set up by the project's administrator counts, not number or alphabet.
    """
    holds = COMPARE[operator]

    def bind(scope: Scope) -> CallTest:
        limit_name, by_project = wanted(scope), dict[str, dict[str, int]]()

        def test(value: object, issue: Issue) -> bool:
            project = issue.project_key
            if project not in by_project:
                by_project[project] = version_ranks(scope, issue)
            if limit_name is None:
                return False
            mine, limit = version_rank(value, by_project[project]), version_rank(limit_name, by_project[project])
            if mine is not None and limit is not None:
                return holds(mine, limit)
            # The project's own order is not at hand: the next best is the order of the names.
            return not by_project[project] and holds(natural(name_of(value) or ""), natural(limit_name))

        return test

    return bind


def _ranked(operator: str, operand: Value, target: Target, context: Context) -> Plan:
    """Priorities and resolutions by the site's order: what stands higher in its list is greater. Raises JqlError.

    Source: JQL operators, "Greater than": fields with a ranked order compare by that order.
    """
    ranks = context.catalog.reach.ranks.get(target.id, ())
    folded, known = {one.casefold() for faces in ranks for one in faces}, [faces[0] for faces in ranks]
    if known and not folded & context.names.of(target.id, operand.text):
        raise context.wrong(
            f"the site has no {target.id} {operand.text!r}; it has {shown(known)}",
            operand.position,
            operand.text,
            expected=known,
            suggestion=closest(operand.text, known),
        )

    def bind(scope: Scope) -> Predicate:
        return _beside_rank(operator, operand.text, target, ranker(target.id, scope, context.names))

    return Plan(bind=bind, fields=frozenset({target.id}))


def _beside_rank(operator: str, wanted: str, target: Target, rank: Ranker) -> Predicate:
    holds, limit, field_id = COMPARE[operator], rank(wanted, wanted), target.id
    verdicts: dict[object, bool] = {}

    def judged(value: object) -> bool:
        mine = rank_of(value, rank)
        return mine is not None and limit is not None and holds(mine, limit)

    otherwise = values(target, judged, is_negative=False, takes_empty=False)

    def predicate(issue: Issue) -> bool:
        # The few names there are get their verdict once; the rest of the work is looking it up.
        value = issue.fields.get(field_id)
        name = value.get("name") if value.__class__ is dict else None
        if name.__class__ is not str:
            return otherwise(issue)
        verdict = verdicts.get(name)
        if verdict is None:
            verdict = verdicts[name] = judged(value)
        return verdict

    return predicate


def _beside(read: Callable[[object], object], operator: str, limit: object) -> Test:
    holds = COMPARE[operator]

    def test(value: object) -> bool:
        found = read(value)
        return found is not None and holds(found, limit)

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
