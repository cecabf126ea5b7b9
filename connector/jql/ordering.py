"""ORDER BY: what is compared, field by field. Empty fields come last upwards and first downwards, as in Jira."""

from collections.abc import Callable, Sequence

from connector.core.fields import name_of
from connector.core.issue import Issue
from connector.jql.ast import Order
from connector.jql.faces import sprint_of
from connector.jql.fields import Target
from connector.jql.measuring import as_number
from connector.jql.moments import day_text, instant
from connector.jql.predicates import elements
from connector.jql.ranking import key_rank, natural, rank_of, ranker, version_rank, version_ranks
from connector.jql.scope import Names, Scope

Key = tuple[object, ...]
KeyOf = Callable[[Issue], Key]


def in_order(issues: list[Issue], order: Sequence[tuple[Order, Target]], scope: Scope, names: Names) -> list[Issue]:
    """The issues sorted by each field in turn; those that are equal stay as they came."""
    for one, target in reversed(order):
        issues = sorted(issues, key=_key_of(target, scope, names), reverse=one.direction == "desc")
    return issues


def _key_of(target: Target, scope: Scope, names: Names) -> KeyOf:
    value_key = _value_key(target, scope, names)

    def key(issue: Issue) -> Key:
        found = elements(target.read(issue))
        inner = value_key(found[0], issue) if found else None
        return (1,) if inner is None else (0, inner)

    return key


def _value_key(target: Target, scope: Scope, names: Names) -> Callable[[object, Issue], object]:
    if target.kind == "named" and (target.id in scope.ranks or target.id in _RANKED):
        rank = ranker(target.id, scope, names)
        return lambda value, _: _ranked(rank_of(value, rank), name_of(value))
    if target.kind == "version":
        return lambda value, issue: _ranked(version_rank(value, version_ranks(scope, issue)), name_of(value))
    return _SIMPLE.get(target.kind, _text)


_RANKED = ("priority", "resolution")


def _ranked(rank: int | None, name: str | None) -> Key:
    return (1, natural(name or "")) if rank is None else (0, rank)


def _text(value: object, _: Issue) -> object:
    return (name_of(value) or "").casefold()


def _person(value: object, _: Issue) -> object:
    shown = value.get("displayName") if isinstance(value, dict) else None
    return (shown if isinstance(shown, str) else name_of(value) or "").casefold()


def _issue(value: object, _: Issue) -> object:
    key = value.key if isinstance(value, Issue) else name_of(value) or ""
    return key_rank(key) or (key.casefold(), 0)


def _anything(value: object, _: Issue) -> Key:
    # A rank such as 0|i000b7: sorts as plain text, so texts are not taken apart.
    number = as_number(value)
    return (1, name_of(value) or "") if number is None else (0, number)


_CATEGORIES = {"new": 1, "indeterminate": 2, "done": 3}
_SIMPLE: dict[str, Callable[[object, Issue], object]] = {
    "any": _anything,
    "category": lambda value, _: _CATEGORIES.get(str(value.get("key")), 0) if isinstance(value, dict) else 0,
    "date": lambda value, _: day_text(value),
    "duration": lambda value, _: as_number(value),
    "instant": lambda value, _: instant(value),
    "issue": _issue,
    "number": lambda value, _: as_number(value),
    "sprint": lambda value, _: natural(str(sprint_of(value).get("name", ""))),
    "user": _person,
}
