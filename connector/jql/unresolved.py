"""`resolution = Unresolved` is how people, and Jira's own filters, ask for issues without a resolution."""

from dataclasses import replace

from connector.jql.ast import Clause, Empty, ListOf, Operand, Predicate, Value
from connector.jql.fields import Target

_WORDS = frozenset({"unresolved", "未解决"})


def with_unresolved(clause: Clause, target: Target) -> Clause:
    """The clause with Unresolved read as EMPTY, when it asks about the resolution.

    Source: JQL fields, "Resolution": Unresolved is no resolution but stands for there being none.
    """
    if target.id != "resolution":
        return clause
    operand = None if clause.operand is None else _meant(clause.operand)
    return replace(clause, operand=operand, predicates=_predicates(clause))


def _predicates(clause: Clause) -> tuple[Predicate, ...]:
    return tuple(
        replace(one, operand=_meant(one.operand)) if one.when in ("from", "to") else one for one in clause.predicates
    )


def _meant(operand: Operand) -> Operand:
    if isinstance(operand, ListOf):
        return replace(operand, items=tuple(_meant(one) for one in operand.items))
    if isinstance(operand, Value) and operand.text.casefold() in _WORDS:
        return Empty(operand.position)
    return operand
