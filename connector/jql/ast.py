"""The tree of a query, as it was written. Positions are for messages and take no part in comparisons."""

import dataclasses
from dataclasses import dataclass
from typing import Literal

Comparison = Literal["=", "!=", "<", "<=", ">", ">=", "~", "!~", "in", "not in", "is", "is not"]
Past = Literal["was", "was not", "was in", "was not in", "changed", "not changed"]
Operator = Comparison | Past
When = Literal["from", "to", "by", "on", "before", "after", "during"]


@dataclass(frozen=True, slots=True)
class Property:
    """A step into an entity property: `[key].path`. `path` keeps its leading dot, and is empty where there is none."""

    key: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class FieldName:
    """The field of a clause, by name, as cf[10010], or with steps into a property."""

    name: str
    properties: tuple[Property, ...] = ()
    position: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Value:
    """A text, a number or a date: what it is depends on the field."""

    text: str
    position: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Empty:
    """EMPTY, or NULL, which means the same."""

    position: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple[str, ...] = ()
    position: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ListOf:
    """Values between brackets; lists may hold lists, which means the same as one flat list."""

    items: tuple["Operand", ...]
    position: int = dataclasses.field(default=0, compare=False)


Operand = Value | Empty | Call | ListOf


@dataclass(frozen=True, slots=True)
class Predicate:
    """One of the words after WAS and CHANGED with its operand: BY x, DURING (a, b)."""

    when: When
    operand: Operand
    position: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison. `operand` is None for CHANGED only; `not changed` exists only inside the compiler."""

    field: FieldName
    operator: Operator
    operand: Operand | None = None
    predicates: tuple[Predicate, ...] = ()
    position: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """NOT x, or !x."""

    part: "Expression"


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds."""

    parts: tuple["Expression", ...]


Expression = Clause | Not | And | Or


@dataclass(frozen=True, slots=True)
class Order:
    """One field of ORDER BY; `direction` is None where none was written, which means ascending."""

    field: FieldName
    direction: Literal["asc", "desc"] | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query. `where` is None when it restricts nothing."""

    where: Expression | None = None
    order: tuple[Order, ...] = ()


def flat(operand: Operand | None) -> tuple[Value | Empty | Call, ...]:
    """The single values of an operand, lists within lists opened."""
    if operand is None:
        return ()
    if isinstance(operand, ListOf):
        return tuple(one for item in operand.items for one in flat(item))
    return (operand,)
