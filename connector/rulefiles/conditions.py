"""What a rule's condition says of single fields, so that two conditions can be shown to exclude each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import reduce

from connector.core.fields import FieldCatalog
from connector.jql.ast import And, Clause, Expression, Or, Value, flat
from connector.jql.compile import Names
from connector.jql.errors import JqlError
from connector.jql.negation import without_not
from connector.jql.parse import parse
from connector.rulefiles.texts import asked_of_issue

MOST_CASES = 4
"""Alternatives of one condition that are looked at; one with more is taken to say nothing."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one field: the values it can have (None: any), those it cannot, whether it is empty, a range.

    `above` is (5, 1) for > 5 and (5, 0) for >= 5; `below` is (5, 0) for < 5 and (5, 1) for <= 5.
    """

    only: frozenset[str] | None = None
    never: frozenset[str] = frozenset()
    is_empty: bool | None = None
    above: tuple[Decimal, int] | None = None
    below: tuple[Decimal, int] | None = None

    def excludes(self, other: "Told") -> bool:
        """Whether no value of the field satisfies both."""
        if self.is_empty is not None and other.is_empty is not None and self.is_empty != other.is_empty:
            return True
        if self.only is not None and other.only is not None and self.only.isdisjoint(other.only):
            return True
        both = _both(self, other)
        if both.only is not None and not {one for one in both.only - both.never if _is_within(one, both)}:
            return True
        return both.above is not None and both.below is not None and not _is_between(both.above, both.below)


Case = Mapping[str, Told]
"""What one alternative of a condition tells, by field id."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads conditions. One field under all its names is one field, and so it is with values."""

    catalog: FieldCatalog
    aliases: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, catalog: FieldCatalog, names: Names) -> "Reader":
        """A reader that knows a site's fields and what it calls things."""
        groups = (names.types, names.statuses, names.priorities)
        aliases = {also.casefold(): name for group in groups for name, others in group.items() for also in others}
        return cls(catalog, aliases)

    def cases(self, text: str) -> tuple[Case, ...]:
        """The alternatives of a condition; what cannot be read tells nothing."""
        try:
            where = parse(text).where
        except JqlError:
            return ({},)
        return self._cases(without_not(where)) if where is not None else ({},)

    def reads(self, text: str) -> frozenset[str]:
        """The ids of the fields that a condition looks at."""
        try:
            where = parse(text).where
        except JqlError:
            return frozenset()
        return frozenset(self.field(one.field.name) for one in _clauses(where)) if where is not None else frozenset()

    def field(self, name: str) -> str:
        """The field's id."""
        found = self.catalog.find(name)
        return found.id if found is not None else name.casefold()

    def words_in(self, text: str) -> frozenset[str]:
        """The words of the issue that a text names: `points` in {{ issue.points + 1 }}."""
        return frozenset(asked_of_issue(text))

    def value(self, text: str) -> str:
        """The value as it is compared."""
        return self.aliases.get(text.casefold(), text.casefold())

    def _cases(self, node: Expression) -> tuple[Case, ...]:
        match node:
            case Clause():
                return (self._told(node),)
            case And(parts):
                found: tuple[Case, ...] = ({},)
                for part in parts:
                    found = tuple(_joined(one, other) for one in found for other in self._cases(part))
                    if len(found) > MOST_CASES:
                        return ({},)
                return found
            case Or(parts):
                several = tuple(one for part in parts for one in self._cases(part))
                return several if len(several) <= MOST_CASES else ({},)
        return ({},)

    def _told(self, clause: Clause) -> Case:
        name = clause.field.name
        found = self.catalog.find(name)
        if clause.field.properties or (found is not None and found.kind == "array"):
            return {}
        told = self._of(clause)
        return {self.field(name): told} if told is not None else {}

    def _of(self, clause: Clause) -> Told | None:
        operand = flat(clause.operand)
        if clause.operator in {"is", "is not"}:
            return Told(is_empty=clause.operator == "is")
        if not operand or not all(isinstance(one, Value) for one in operand):
            return None
        values = frozenset(self.value(one.text) for one in operand if isinstance(one, Value))
        number = _number(next(iter(values)))
        match clause.operator:
            case "=" | "in":
                return Told(only=values, is_empty=False)
            case "!=" | "not in":
                return Told(never=values, is_empty=False)
            case ">" | ">=" if number is not None:
                return Told(above=(number, int(clause.operator == ">")), is_empty=False)
            case "<" | "<=" if number is not None:
                return Told(below=(number, int(clause.operator == "<=")), is_empty=False)
        return None


def exclude_each_other(several: Sequence[Case], others: Sequence[Case]) -> bool:
    """Whether no issue satisfies both conditions."""
    return all(_excludes(one, other) for one in several for other in others)


def after(case: Case, written: Mapping[str, str | None]) -> Case:
    """What still is told once fields were written. written: their values by field id, None where that is not known."""
    kept = {name: told for name, told in case.items() if name not in written}
    known = {
        name: Told(only=frozenset({value}), is_empty=False) for name, value in written.items() if value is not None
    }
    return {**kept, **known}


def _excludes(one: Case, other: Case) -> bool:
    for name, told in one.items():
        theirs = other.get(name)
        if theirs is not None and told.excludes(theirs):
            return True
    return False


def _joined(one: Case, other: Case) -> Case:
    both = {name: _both(one[name], other[name]) for name in one.keys() & other.keys()}
    return {**one, **other, **both}


def _both(one: Told, other: Told) -> Told:
    """What holds where both do; contradictions are left for `excludes` to see."""
    sets = [told.only for told in (one, other) if told.only is not None]
    return replace(
        one,
        only=reduce(frozenset.intersection, sets) if sets else None,
        never=one.never | other.never,
        is_empty=one.is_empty if one.is_empty is not None else other.is_empty,
        above=max((told.above for told in (one, other) if told.above is not None), default=None),
        below=min((told.below for told in (one, other) if told.below is not None), default=None),
    )


def _is_within(value: str, told: Told) -> bool:
    number = _number(value)
    if number is None:
        return True
    return (told.above is None or _is_between(told.above, (number, 1))) and (
        told.below is None or _is_between((number, 0), told.below)
    )


def _is_between(above: tuple[Decimal, int], below: tuple[Decimal, int]) -> bool:
    """Whether anything lies between two bounds."""
    return above[0] < below[0] or (above[0] == below[0] and above[1] == 0 and below[1] == 1)


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _clauses(node: Expression) -> list[Clause]:
    if isinstance(node, Clause):
        return [node]
    parts = node.parts if isinstance(node, And | Or) else (node.part,)
    return [clause for part in parts for clause in _clauses(part)]
