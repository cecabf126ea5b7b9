"""Tree to text: the same query, written the plain way."""

import re
from dataclasses import replace

from connector.jql.ast import And, Call, Clause, Empty, Expression, FieldName, ListOf, Not, Operand, Or, Query, Value
from connector.jql.words import quoted

_CUSTOM = re.compile(r"cf\[(?:0|[1-9][0-9]*)\]")
_NUMBER = re.compile("-?[0-9]+")


def to_text(query: Query) -> str:
    """The query as text that `parse` reads back as the same tree."""
    where = _expression(query.where) if query.where else ""
    order = ", ".join(_sort(one.field, one.direction) for one in query.order)
    return " ".join(part for part in (where, f"ORDER BY {order}" if order else "") if part)


def field_text(field: FieldName) -> str:
    """A field as a query writes it."""
    name = field.name if _CUSTOM.fullmatch(field.name) else quoted(field.name)
    if field.properties and _NUMBER.fullmatch(name):
        # A bare number takes no properties.
        name = f'"{name}"'
    return name + "".join(f"[{quoted(one.key)}]{_path(one.path)}" for one in field.properties)


def _path(path: str) -> str:
    if not path:
        return ""
    written = quoted(path)
    return written if written.startswith(".") else f" {written}"


def _sort(field: FieldName, direction: str | None) -> str:
    return field_text(field) + (f" {direction.upper()}" if direction else "")


def _expression(node: Expression) -> str:
    match node:
        case Clause():
            return clause_text(node)
        case Not(part):
            return f"NOT {_inside(part, (And, Or))}"
        case And(parts):
            return " AND ".join(_inside(part, (And, Or)) for part in parts)
        case Or(parts):
            return " OR ".join(_inside(part, (Or,)) for part in parts)


def _inside(node: Expression, needs_brackets: tuple[type, ...]) -> str:
    written = _expression(node)
    return f"({written})" if isinstance(node, needs_brackets) else written


def clause_text(clause: Clause) -> str:
    """One clause as a query writes it; `not changed`, which has no operator of its own, with NOT before it."""
    if clause.operator == "not changed":
        return f"NOT {clause_text(replace(clause, operator='changed'))}"
    parts = [field_text(clause.field), clause.operator.upper()]
    if clause.operand is not None:
        parts.append(_operand(clause.operand))
    parts += [f"{one.when.upper()} {_operand(one.operand)}" for one in clause.predicates]
    return " ".join(parts)


def _operand(operand: Operand) -> str:
    match operand:
        case Value(text):
            return quoted(text)
        case Empty():
            return "EMPTY"
        case Call(name, arguments):
            return f"{quoted(name)}({', '.join(quoted(one) for one in arguments)})"
        case ListOf(items):
            return f"({', '.join(_operand(one) for one in items)})"
