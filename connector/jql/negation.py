"""Puts NOT into the clauses: for Jira `NOT assignee = x` is `assignee != x`, which an empty assignee does not match.

Source: JQL keywords, "NOT", together with JQL operators, "Not equals": a field without a value is not found by !=.
"""

from dataclasses import replace

from connector.jql.ast import And, Clause, Expression, Not, Operator, Or

_PAIRS: tuple[tuple[Operator, Operator], ...] = (
    ("=", "!="),
    ("<", ">="),
    (">", "<="),
    ("~", "!~"),
    ("in", "not in"),
    ("is", "is not"),
    ("was", "was not"),
    ("was in", "was not in"),
    ("changed", "not changed"),
)
_OPPOSITE = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}


def without_not(node: Expression, is_negative: bool = False) -> Expression:
    """The same expression with NOT gone: clauses are turned round, AND and OR change places."""
    match node:
        case Not(part):
            return without_not(part, not is_negative)
        case Clause():
            return replace(node, operator=_OPPOSITE[node.operator]) if is_negative else node
        case And(parts) | Or(parts):
            turned = tuple(without_not(part, is_negative) for part in parts)
            return Or(turned) if isinstance(node, Or) is not is_negative else And(turned)
